"""Text 2 mm from the trim."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"0 0 0 1 k {words(2, 100, 9, 'Near')}")
