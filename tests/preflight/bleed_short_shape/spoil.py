"""Colour that ends at the trim."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    draw(pdf, 2, f"0.4 0 0 0 k {rect(0, 180, 30, 20)} f")
