"""Colour that ends 1 mm outside of the trim, on two sides."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    draw(pdf, 2, f"0.4 0 0 0 k {rect(120, 190, 29, 21)} f")
