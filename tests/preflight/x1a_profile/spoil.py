"""A shape in CMYK with a profile of its own."""

from __future__ import annotations

from pikepdf import Array, Name, Pdf, Stream
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    profile = Stream(pdf, b"\0" * 16 + b"CMYK" + b"\0" * 108, {"/N": 4})
    spaces = {"P": Array([Name.ICCBased, profile])}
    draw(pdf, 2, f"/P cs 0 1 1 0 sc {rect(100, 20, 20, 10)} f", ColorSpace=spaces)
