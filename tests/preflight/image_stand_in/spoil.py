"""An image that stands in for one by OPI."""

from __future__ import annotations

from pikepdf import Dictionary, Pdf, String


def spoil(pdf: Pdf) -> None:
    pdf.pages[0].Resources.XObject.Photo.OPI = Dictionary({"/2.0": Dictionary(F=String("big.tif"))})
