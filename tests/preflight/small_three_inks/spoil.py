"""Type of 10 pt in three inks."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"0.5 0.3 0.6 0 k {words(12, 160, 10, 'Olive type')}")
