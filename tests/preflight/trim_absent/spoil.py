"""A page without a TrimBox."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    del pdf.pages[1].obj.TrimBox
