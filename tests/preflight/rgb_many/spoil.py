"""A hundred words in RGB, and lines."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, line, words


def spoil(pdf: Pdf) -> None:
    drawn = (words(12 + 9 * (n % 10), 110 + 5 * (n // 10), 8, f"w {n}") for n in range(100))
    lines = f"{line(12, 105, 90, 105)} {line(12, 170, 90, 170)}"
    draw(pdf, 3, f"0 0 1 rg 0 0 1 RG {' '.join(drawn)} {lines}")
