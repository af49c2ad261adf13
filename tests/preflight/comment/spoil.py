"""A comment that reaches into the bleed, and one outside."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf


def spoil(pdf: Pdf) -> None:
    places = [Array([x, 100, x + 10, 110]) for x in (15, 2)]
    notes = [
        pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=place))
        for place in places
    ]
    pdf.pages[1].obj.Annots = Array(notes)
