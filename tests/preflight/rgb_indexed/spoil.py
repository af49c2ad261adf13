"""An image that chooses from colours in RGB."""

from __future__ import annotations

from pikepdf import Array, Name, Pdf, String
from preflight_good import add_image, draw, put


def spoil(pdf: Pdf) -> None:
    space = Array([Name.Indexed, Name.DeviceRGB, 3, String(bytes(range(12)))])
    image = add_image(pdf, bytes(n % 4 for n in range(250 * 250)), 250, 250, space)
    draw(pdf, 1, put(100, 150, 20, 20, "Im9"), XObject={"Im9": image})
