"""An image of 248 ppi, within a form that enlarges it."""

from __future__ import annotations

from pikepdf import Dictionary, Pdf
from preflight_good import draw, form


def spoil(pdf: Pdf) -> None:
    inner = form(pdf, "q 72 0 0 54 0 0 cm /Photo Do Q")
    inner.Resources = Dictionary(XObject=Dictionary(Photo=pdf.pages[0].Resources.XObject.Photo))
    draw(pdf, 1, "q 2 0 0 2 60 150 cm /Inner Do Q", XObject={"Inner": inner})
