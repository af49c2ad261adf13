"""A page without a BleedBox."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    del pdf.pages[0].obj.BleedBox
