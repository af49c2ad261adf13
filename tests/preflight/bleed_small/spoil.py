"""A page with 2 mm of bleed."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import box


def spoil(pdf: Pdf) -> None:
    pdf.pages[1].obj.BleedBox = box(2)
