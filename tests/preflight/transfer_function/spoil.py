"""A curve that makes all darker."""

from __future__ import annotations

from pikepdf import Dictionary, Pdf
from preflight_good import draw


def spoil(pdf: Pdf) -> None:
    curve = Dictionary(FunctionType=2, Domain=[0, 1], N=2)
    draw(pdf, 1, "/Tr gs", ExtGState={"Tr": Dictionary(TR=curve)})
