"""A file that is attached."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    pdf.attachments["notes.txt"] = b"notes"
