"""A trim that reaches out of the bleed."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import box


def spoil(pdf: Pdf) -> None:
    pdf.pages[2].obj.TrimBox = box(5)
