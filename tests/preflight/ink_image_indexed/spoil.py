"""An image that chooses from colours one of which has 360 % of ink."""

from __future__ import annotations

from pikepdf import Array, Name, Pdf, String
from preflight_good import add_image, draw, put


def spoil(pdf: Pdf) -> None:
    table = bytes([0, 0, 0, 0, 230, 230, 230, 228, 20, 0, 0, 0, 0, 90, 0, 0])
    space = Array([Name.Indexed, Name.DeviceCMYK, 3, String(table)])
    field = {250 * y + x for y in range(50) for x in range(61, 120)}
    chosen = bytes(1 if n in field else n % 2 * 2 for n in range(250 * 250))
    image = add_image(pdf, chosen, 250, 250, space)
    draw(pdf, 1, put(100, 150, 20, 20, "Im9"), XObject={"Im9": image})
