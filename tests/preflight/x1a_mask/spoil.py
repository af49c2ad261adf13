"""An image with a mask of greys."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    pdf.pages[0].Resources.XObject.Photo.SMask = pdf.pages[0].Resources.XObject.Grey
