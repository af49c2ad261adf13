"""RGB in the cell of a pattern."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    pdf.pages[2].Resources.Pattern.Dots.write(b"1 0 0 rg 1 1 2 2 re f")
