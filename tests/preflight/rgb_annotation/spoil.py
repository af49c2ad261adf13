"""RGB in how a mark of the printer looks."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf
from preflight_good import form


def spoil(pdf: Pdf) -> None:
    look = form(pdf, "1 0 0 rg 0 0 20 20 re f", BBox=[0, 0, 20, 20])
    mark = Dictionary(
        Subtype=Name.PrinterMark, Rect=[100, 100, 140, 120], F=4, AP=Dictionary(N=look)
    )
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(mark)])
