"""Layers whose configuration has no name."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf, String


def spoil(pdf: Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Text")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(Order=Array([layer])))
