"""An image in RGB."""

from __future__ import annotations

from pikepdf import Name, Pdf
from preflight_good import add_image, draw, photo, put


def spoil(pdf: Pdf) -> None:
    image = add_image(pdf, photo("RGB", 300, 240), 300, 240, Name.DeviceRGB)
    draw(pdf, 1, put(12, 150, 25, 20, "Im9"), XObject={"Im9": image})
