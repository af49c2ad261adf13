"""A script."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf, String


def spoil(pdf: Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    names = Dictionary(Names=Array([String("a"), pdf.make_indirect(action)]))
    pdf.Root.Names = Dictionary(JavaScript=names)
