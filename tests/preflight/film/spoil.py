"""A film."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf


def spoil(pdf: Pdf) -> None:
    film = Dictionary(Type=Name.Annot, Subtype=Name.Movie, Rect=[100, 100, 200, 120])
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(film)])
