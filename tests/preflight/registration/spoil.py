"""A rule in registration colour within the page."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, line


def spoil(pdf: Pdf) -> None:
    draw(pdf, 2, f"/All CS 1 SCN 1 w {line(12, 170, 60, 170)}")
