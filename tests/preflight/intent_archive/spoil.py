"""An output intent of PDF/A alone."""

from __future__ import annotations

from pikepdf import Name, Pdf


def spoil(pdf: Pdf) -> None:
    pdf.Root.OutputIntents[0].S = Name.GTS_PDFA1
