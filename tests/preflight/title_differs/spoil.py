"""Two titles."""

from __future__ import annotations

from pikepdf import Pdf, String


def spoil(pdf: Pdf) -> None:
    pdf.trailer.Info.Title = String("Better")
