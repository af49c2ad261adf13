"""A page that is a transparency group."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Pdf


def spoil(pdf: Pdf) -> None:
    pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
