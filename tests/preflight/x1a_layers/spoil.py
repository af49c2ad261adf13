"""Layers."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Pdf, String


def spoil(pdf: Pdf) -> None:
    pdf.Root.OCProperties = Dictionary(OCGs=Array([]), D=Dictionary(Name=String("Print")))
