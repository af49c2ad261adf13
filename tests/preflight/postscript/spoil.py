"""A piece of PostScript."""

from __future__ import annotations

from pikepdf import Name, Pdf, Stream
from preflight_good import draw


def spoil(pdf: Pdf) -> None:
    told = {"/Type": Name.XObject, "/Subtype": Name.PS}
    draw(pdf, 2, "/Ps Do", XObject={"Ps": Stream(pdf, b"showpage", told)})
