"""Black text of four inks."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"0.6 0.4 0.4 1 k {words(12, 160, 12, 'Rich black')}")
