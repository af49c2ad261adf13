"""A shape in RGB within a form within a form that is turned."""

from __future__ import annotations

from pikepdf import Dictionary, Pdf
from preflight_good import draw, form, rect


def spoil(pdf: Pdf) -> None:
    inner = form(pdf, f"0 1 0 rg {rect(20, 30, 10, 5)} f")
    outer = form(pdf, "q 0.5 0 0 0.5 0 0 cm /Inner Do Q", Matrix=[1, 0, 0, 1, 72, 72])
    outer.Resources = Dictionary(XObject=Dictionary(Inner=inner))
    draw(pdf, 2, "/Outer Do", XObject={"Outer": outer})
