"""Two dates of making."""

from __future__ import annotations

from pikepdf import Pdf, String


def spoil(pdf: Pdf) -> None:
    pdf.trailer.Info.CreationDate = String("D:20240719110000+02'00'")
