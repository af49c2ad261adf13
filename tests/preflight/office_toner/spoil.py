"""A dark ground under half of the page."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, rect, words


def spoil(pdf: Pdf) -> None:
    ground = f"0.1 0.1 0.3 rg {rect(-3, 100, 154, 113)} f"
    draw(pdf, 3, f"{ground} 1 g {words(12, 120, 14, 'Light on dark')}")
