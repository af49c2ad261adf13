"""A layer that does not print."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf, String


def spoil(pdf: Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Draft")))
    default = Dictionary(Name=String("Print"), OFF=Array([layer]), Order=Array([layer]))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=default)
