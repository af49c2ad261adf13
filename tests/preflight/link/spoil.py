"""A link on a page."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf, String


def spoil(pdf: Pdf) -> None:
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=[100, 100, 200, 120],
        A=Dictionary(S=Name.URI, URI=String("http://example.org")),
    )
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
