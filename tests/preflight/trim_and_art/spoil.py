"""A page with both a TrimBox and an ArtBox."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import box


def spoil(pdf: Pdf) -> None:
    pdf.pages[0].obj.ArtBox = box()
