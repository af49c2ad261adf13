"""A line of 1 pt, made smaller."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw


def spoil(pdf: Pdf) -> None:
    draw(pdf, 2, "0 0 0 1 K 0.2 0 0 0.2 0 0 cm 1 w 400 600 m 800 600 l S")
