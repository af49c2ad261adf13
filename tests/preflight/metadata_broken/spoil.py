"""XMP that is no XML."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    pdf.Root.Metadata.write(b"<x:xmpmeta")
