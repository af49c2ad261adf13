"""Two output intents."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    pdf.Root.OutputIntents.append(pdf.Root.OutputIntents[0])
