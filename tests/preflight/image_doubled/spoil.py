"""An image each of whose pixels stands there three times three times."""

from __future__ import annotations

from pikepdf import Name, Pdf
from PIL import Image
from preflight_good import add_image, draw, photo, put


def spoil(pdf: Pdf) -> None:
    small = Image.frombytes("L", (300, 200), photo("L", 300, 200))
    data = small.resize((900, 600), Image.Resampling.NEAREST).tobytes()
    image = add_image(pdf, data, 900, 600, Name.DeviceGray)
    draw(pdf, 1, put(12, 140, 60, 40, "Im9"), XObject={"Im9": image})
