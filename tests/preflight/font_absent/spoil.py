"""A font that is not embedded."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Pdf
from preflight_good import draw


def spoil(pdf: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    shown = "BT /F9 12 Tf 80 120 Td (Helvetica) Tj 3 Tr (unseen) Tj ET"
    draw(pdf, 2, f"0 0 0 1 k {shown}", Font={"F9": pdf.make_indirect(font)})
