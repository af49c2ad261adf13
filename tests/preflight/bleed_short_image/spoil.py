"""An image that ends at the trim."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, put


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, put(108, 100, 40, 30, "Photo"))
