"""An image of 62 ppi."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, put


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, put(12, 135, 203.2, 120, "Photo"))
