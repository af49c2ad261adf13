"""A shape that is multiplied with another."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    below = f"0.8 0.7 0.6 0 k {rect(100, 20, 30, 20)} f"
    content = f"{below} /Mul gs 0.6 0.6 0.6 0.7 k {rect(105, 25, 10, 5)} f"
    draw(pdf, 2, content, ExtGState={"Mul": Dictionary(BM=Name.Multiply)})
