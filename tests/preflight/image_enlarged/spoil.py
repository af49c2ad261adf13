"""An image that was enlarged before."""

from __future__ import annotations

from pikepdf import Name, Pdf
from PIL import Image
from preflight_good import add_image, draw, photo, put


def spoil(pdf: Pdf) -> None:
    small = Image.frombytes("L", (400, 300), photo("L", 400, 300))
    data = small.resize((800, 600), Image.Resampling.BICUBIC).tobytes()
    image = add_image(pdf, data, 800, 600, Name.DeviceGray)
    draw(pdf, 1, put(12, 140, 60, 45, "Im9"), XObject={"Im9": image})
