"""No word on trapping."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import alter_xmp


def spoil(pdf: Pdf) -> None:
    del pdf.trailer.Info.Trapped
    alter_xmp(pdf, "<pdf:Trapped>False</pdf:Trapped>", "")
