"""Black text of three inks and no black."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"0.9 0.9 0.9 0 k {words(12, 160, 14, 'Mixed black')}")
