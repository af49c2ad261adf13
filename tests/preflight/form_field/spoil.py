"""A field to fill in."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf, String


def spoil(pdf: Pdf) -> None:
    field = pdf.make_indirect(
        Dictionary(Subtype=Name.Widget, FT=Name.Tx, T=String("a"), Rect=[100, 100, 200, 120])
    )
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
