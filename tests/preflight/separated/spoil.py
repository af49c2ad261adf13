"""A page that is one ink of a page."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf


def spoil(pdf: Pdf) -> None:
    pages = Array([page.obj for page in pdf.pages])
    pdf.pages[0].obj.SeparationInfo = Dictionary(Pages=pages, DeviceColorant=Name.Cyan)
