"""White text that overprints."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, rect, words


def spoil(pdf: Pdf) -> None:
    below = f"0.5 0 0 0 k {rect(12, 160, 40, 10)} f"
    draw(pdf, 1, f"{below} /Over gs 0 0 0 0 k {words(14, 166, 12, 'Lost')}")
