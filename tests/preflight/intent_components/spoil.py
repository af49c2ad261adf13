"""A profile that is said to have three components."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile.N = 3
