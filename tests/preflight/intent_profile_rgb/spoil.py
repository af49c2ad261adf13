"""A profile of a printer that takes RGB."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    data = profile.read_bytes()
    profile.write(data[:16] + b"RGB " + data[20:])
