"""Text in RGB."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"1 0 0 rg {words(12, 160, 12, 'Red text')}")
