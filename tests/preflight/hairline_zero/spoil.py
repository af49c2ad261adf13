"""A line without thickness."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, line


def spoil(pdf: Pdf) -> None:
    draw(pdf, 2, f"0 0 0 1 K 0 w {line(12, 170, 60, 170)}")
