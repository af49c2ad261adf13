"""No PDF/X in Info."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    del pdf.trailer.Info.GTS_PDFXVersion
