"""A gradient that ends at the trim."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"{rect(0, 150, 30, 20)} W n /Fade sh")
