"""A soft mask whose group is in RGB."""

from __future__ import annotations

from pikepdf import Name, Pdf


def spoil(pdf: Pdf) -> None:
    pdf.pages[1].Resources.ExtGState.Soft.SMask.G.Group.CS = Name.DeviceRGB
