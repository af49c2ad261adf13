"""An image of 16 bits for each component."""

from __future__ import annotations

from pikepdf import Name, Pdf
from preflight_good import add_image, draw, photo, put


def spoil(pdf: Pdf) -> None:
    image = add_image(pdf, photo("L", 500, 250), 250, 250, Name.DeviceGray, BitsPerComponent=16)
    draw(pdf, 1, put(12, 150, 20, 20, "Im9"), XObject={"Im9": image})
