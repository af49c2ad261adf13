"""A web page that is opened."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Pdf, String


def spoil(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.URI, URI=String("http://example.org"))
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.Print))
