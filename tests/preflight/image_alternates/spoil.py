"""An image that has others in its place."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Pdf


def spoil(pdf: Pdf) -> None:
    image = pdf.pages[0].Resources.XObject.Photo
    other = pdf.pages[0].Resources.XObject.Grey
    image.Alternates = Array([Dictionary(Image=other, DefaultForPrinting=True)])
