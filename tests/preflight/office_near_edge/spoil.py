"""Text 2 mm from the edge of the paper."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    page = pdf.pages[0].obj
    del page.BleedBox, page.TrimBox
    draw(pdf, 1, f"0 g {words(-8, 100, 9, 'Near')}")
