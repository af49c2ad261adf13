"""A line in a grey that is calibrated."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf
from preflight_good import draw, line


def spoil(pdf: Pdf) -> None:
    space = Array([Name.CalGray, Dictionary(WhitePoint=[0.9505, 1, 1.089])])
    draw(pdf, 1, f"/L CS 0.2 SC {line(100, 120, 130, 120)}", ColorSpace={"L": space})
