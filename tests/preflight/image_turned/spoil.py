"""An image that is turned by 10°."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, "100 17.633 -13.2 75 80 120 cm /Photo Do")
