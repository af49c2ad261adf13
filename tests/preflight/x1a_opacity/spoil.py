"""A shape that lets others show through."""

from __future__ import annotations

from pikepdf import Dictionary, Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    content = f"/Half gs 0 1 0 0 k {rect(100, 20, 20, 10)} f"
    draw(pdf, 2, content, ExtGState={"Half": Dictionary(ca=0.5)})
