"""No DocumentID and no VersionID."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import alter_xmp


def spoil(pdf: Pdf) -> None:
    alter_xmp(pdf, "xmpMM:DocumentID", "xmpMM:Old")
    alter_xmp(pdf, "<xmpMM:VersionID>1</xmpMM:VersionID>", "")
