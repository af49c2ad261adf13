"""A shape in Lab."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    space = Array([Name.Lab, Dictionary(WhitePoint=[0.9505, 1, 1.089])])
    draw(pdf, 1, f"/L cs 50 20 30 sc {rect(100, 120, 20, 10)} f", ColorSpace={"L": space})
