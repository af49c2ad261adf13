"""An output intent without a name."""

from __future__ import annotations

from pikepdf import Pdf


def spoil(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents[0].OutputConditionIdentifier
