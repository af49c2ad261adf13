"""No title."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import alter_xmp


def spoil(pdf: Pdf) -> None:
    alter_xmp(pdf, ">Good<", "><")
