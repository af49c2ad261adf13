"""An image that is put in askew."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, "100 0 20 75 80 120 cm /Photo Do")
