"""A bleed that reaches out of the paper."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import box


def spoil(pdf: Pdf) -> None:
    pdf.pages[0].obj.BleedBox = box(12)
