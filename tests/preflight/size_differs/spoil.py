"""A page that is cut smaller than the first."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import box


def spoil(pdf: Pdf) -> None:
    page = pdf.pages[2].obj
    page.TrimBox = box(-5)
    page.BleedBox = box(-2)
