"""A line of 360 % of ink."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, line


def spoil(pdf: Pdf) -> None:
    draw(pdf, 2, f"0.9 0.9 0.9 0.9 K 2 w {line(100, 20, 130, 20)}")
