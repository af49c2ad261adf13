"""A profile for screens."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    data = profile.read_bytes()
    profile.write(data[:12] + b"mntrRGB " + data[20:])
