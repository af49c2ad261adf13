"""An image that says by its Decode that 0 is all ink."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import photo


def spoil(pdf: Pdf) -> None:
    data = bytearray(photo("CMYK", 496, 372))
    for row in range(100, 200):
        start = 4 * (496 * row + 200)
        data[start : start + 400] = bytes([240, 230, 220, 200]) * 100
    image = pdf.pages[0].Resources.XObject.Photo
    image.write(bytes(255 - each for each in data))
    image.Decode = [1, 0] * 4
