"""A shape of 330 % of ink."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    draw(pdf, 2, f"0.9 0.8 0.8 0.8 k {rect(100, 20, 20, 10)} f")
