"""A page that is blended in RGB."""

from __future__ import annotations

from pikepdf import Name, Pdf


def spoil(pdf: Pdf) -> None:
    pdf.pages[1].obj.Group.CS = Name.DeviceRGB
