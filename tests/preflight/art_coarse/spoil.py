"""Line art of 150 ppi."""

from __future__ import annotations

from pikepdf import Name, Pdf
from preflight_good import add_image, draw, put


def spoil(pdf: Pdf) -> None:
    image = add_image(pdf, b"\xa5" * 15 * 120, 120, 120, Name.DeviceGray, BitsPerComponent=1)
    draw(pdf, 1, put(12, 140, 20.32, 20.32, "Art"), XObject={"Art": image})
