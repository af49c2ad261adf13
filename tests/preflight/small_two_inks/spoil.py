"""Type of 7 pt in two inks."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"0 1 0.5 0 k {words(12, 160, 7, 'Small red type')}")
