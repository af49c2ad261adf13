"""No XMP at all."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    del pdf.Root.Metadata
