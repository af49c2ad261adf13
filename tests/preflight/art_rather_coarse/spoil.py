"""A stencil of 400 ppi."""

from __future__ import annotations

from pikepdf import Pdf
from preflight_good import add_image, draw, put


def spoil(pdf: Pdf) -> None:
    image = add_image(pdf, b"\xa5" * 50 * 400, 400, 400, None, BitsPerComponent=1, ImageMask=True)
    draw(pdf, 1, f"0 0 0 1 k {put(12, 140, 25.4, 25.4, 'Art')}", XObject={"Art": image})
