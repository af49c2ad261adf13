"""A spot colour that was not ordered."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    space = Array([Name.Separation, Name("/Deep Sea"), Name.DeviceCMYK, tint([1, 0.5, 0, 0])])
    draw(pdf, 2, f"/S cs 1 scn {words(12, 170, 14, 'Spot')}", ColorSpace={"S": space})


def tint(full: list[float]) -> Dictionary:
    return Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=full, N=1)
