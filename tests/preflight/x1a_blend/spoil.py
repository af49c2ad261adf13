"""A shape that is multiplied."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    content = f"/Mul gs 0 1 0 0 k {rect(100, 20, 20, 10)} f"
    draw(pdf, 2, content, ExtGState={"Mul": Dictionary(BM=Name.Multiply)})
