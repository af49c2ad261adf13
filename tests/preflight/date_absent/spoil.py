"""No date of the last change."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import alter_xmp


def spoil(pdf: Pdf) -> None:
    alter_xmp(pdf, "<xmp:ModifyDate>2024-07-19T10:00:00Z</xmp:ModifyDate>", "")
