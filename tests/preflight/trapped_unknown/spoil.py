"""Trapping that is not known."""

from __future__ import annotations

from pikepdf import Name, Pdf


def spoil(pdf: Pdf) -> None:
    pdf.trailer.Info.Trapped = Name.Unknown
