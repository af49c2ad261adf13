"""Type of 5 pt, by its matrix."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"0 0 0 1 k 0.5 0 0 0.5 0 0 cm {words(60, -100, 10, 'Small print')}")
