"""A shape in RGB with a profile, as the default of the page."""

from __future__ import annotations

from pikepdf import Array, Name, Pdf, Stream
from preflight_good import draw, rect


def spoil(pdf: Pdf) -> None:
    profile = Stream(pdf, b"\0" * 16 + b"RGB " + b"\0" * 108, {"/N": 3})
    spaces = {"DefaultRGB": Array([Name.ICCBased, profile])}
    draw(pdf, 2, f"0 0.5 0.5 rg {rect(100, 20, 20, 10)} f", ColorSpace=spaces)
