"""PDF 1.5."""

from __future__ import annotations

from pikepdf import Name, Pdf


def spoil(pdf: Pdf) -> None:
    pdf.Root.Version = Name("/1.5")
