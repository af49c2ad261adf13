"""A white shape in grey that overprints."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    draw(pdf, 1, f"0.5 0 0 0 k {rect(12, 160, 40, 10)} f /Over gs 1 g {rect(14, 162, 10, 5)} f")
