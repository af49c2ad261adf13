"""Red text on a green ground that is as dark."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, rect, words


def spoil(pdf: Pdf) -> None:
    ground = f"0 0.6 0 rg {rect(12, 120, 60, 20)} f"
    draw(pdf, 3, f"{ground} 0.9 0.1 0.1 rg {words(14, 130, 14, 'Red on green')}")
