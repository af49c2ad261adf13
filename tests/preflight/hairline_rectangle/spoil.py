"""A rectangle as thin as a hair."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    draw(pdf, 2, f"0 0 0 1 k {rect(12, 170, 60, 0.05)} f")
