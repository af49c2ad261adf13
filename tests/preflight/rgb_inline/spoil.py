"""An image in RGB in the content of a page."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import draw, put


def spoil(pdf: Pdf) -> None:
    data = bytes(range(192)).hex()
    place = put(100, 100, 0.6, 0.6, "X").split("/X")[0]
    draw(pdf, 3, f"{place} BI /W 8 /H 8 /BPC 8 /CS /RGB /F /AHx ID {data}> EI Q")
