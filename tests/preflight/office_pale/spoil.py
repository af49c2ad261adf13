"""Pale text on white."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    draw(pdf, 3, f"0.8 g {words(14, 150, 14, 'Pale words')}")
