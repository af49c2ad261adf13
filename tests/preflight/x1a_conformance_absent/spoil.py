"""The name that PDF/X-1a had at first, and no conformance."""

from __future__ import annotations

from pikepdf import Pdf, String


def spoil(pdf: Pdf) -> None:
    pdf.trailer.Info.GTS_PDFXVersion = String("PDF/X-1:2001")
