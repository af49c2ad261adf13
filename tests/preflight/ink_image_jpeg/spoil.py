"""A JPEG, its samples turned as Adobe's are, with a field of 349 % of ink."""

from __future__ import annotations

from io import BytesIO

from pikepdf import Name, Pdf
from PIL import Image
from preflight_good import photo


def spoil(pdf: Pdf) -> None:
    data = bytearray(photo("CMYK", 496, 372))
    for row in range(100, 200):
        start = 4 * (496 * row + 200)
        data[start : start + 400] = bytes([240, 230, 220, 200]) * 100

    kept = BytesIO()
    Image.frombytes("CMYK", (496, 372), bytes(data)).save(kept, "JPEG", quality=92)
    image = pdf.pages[0].Resources.XObject.Photo
    image.write(kept.getvalue(), filter=Name.DCTDecode)
    image.Decode = [1, 0] * 4
