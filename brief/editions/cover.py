"""A cover drawn as a page → the picture that e-readers show."""

from __future__ import annotations

from io import BytesIO

import pypdfium2

from brief.model import Picture


def draw(page: bytes, width: int) -> Picture:
    """Return the first page of a PDF as a JPEG, `width` px wide."""
    document = pypdfium2.PdfDocument(page)
    try:
        sheet = document[0]
        image = sheet.render(scale=width / sheet.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    out = BytesIO()
    image.save(out, "JPEG", quality=85, optimize=True)
    return Picture(out.getvalue(), "image/jpeg", *image.size)
