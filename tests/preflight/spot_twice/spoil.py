"""A spot colour that two pages define each in its way."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    for number, full in ((1, [1, 0.5, 0, 0]), (2, [0, 0.5, 1, 0])):
        space = Array([Name.Separation, Name("/Deep Sea"), Name.DeviceCMYK, tint(full)])
        content = f"/S cs 1 scn {rect(100, 170, 20, 10)} f"
        draw(pdf, number, content, ColorSpace={"S": space})


def tint(full: list[float]) -> Dictionary:
    return Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=full, N=1)
