"""A shape that overprints another, 310 % together."""

from __future__ import annotations

from pikepdf import Dictionary, Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    below = f"0.8 0.7 0.6 0 k {rect(100, 20, 30, 20)} f"
    content = f"{below} /Over gs 0 0 0 1 k {rect(105, 25, 10, 5)} f"
    draw(pdf, 2, content, ExtGState={"Over": Dictionary(op=True, OP=True, OPM=1)})
