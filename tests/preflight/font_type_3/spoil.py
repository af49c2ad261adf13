"""A Type 3 font, whose glyph is in RGB."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Pdf, Stream
from preflight_good import draw


def spoil(pdf: Pdf) -> None:
    glyph = Stream(pdf, b"600 0 d0 1 0 0 rg 0 0 500 500 re f")
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        Name=Name.Squares,
        FontBBox=[0, 0, 600, 600],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=Dictionary(A=glyph),
        Encoding=Dictionary(Differences=[65, Name.A]),
        FirstChar=65,
        LastChar=65,
        Widths=[600],
        Resources=Dictionary(),
    )
    content = "0 0 0 1 k BT /F9 20 Tf 80 120 Td (AAA) Tj ET"
    draw(pdf, 2, content, Font={"F9": pdf.make_indirect(font)})
