"""RGB in a soft mask."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    mask = pdf.pages[1].Resources.ExtGState.Soft.SMask.G
    mask.write(mask.read_bytes().replace(b"0.8 g", b"0.8 0.8 0.8 rg"))
