"""No PDF/X in the metadata."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import alter_xmp


def spoil(pdf: Pdf) -> None:
    alter_xmp(pdf, "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>", "")
