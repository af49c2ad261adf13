"""Text that the cut goes through."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"0 0 0 1 k {words(140, 100, 12, 'Cut off')}")
