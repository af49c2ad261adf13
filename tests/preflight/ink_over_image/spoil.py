"""Black text overprints a picture that has all the ink there may be."""

from __future__ import annotations

from pikepdf import Dictionary, Name, Pdf
from preflight_good import add_image, draw, put, words


def spoil(pdf: Pdf) -> None:
    dark = bytes((230, 230, 230, 70)) * (400 * 400)
    image = add_image(pdf, dark, 400, 400, Name.DeviceCMYK)
    over = Dictionary(Type=Name.ExtGState, OP=True, op=True, OPM=1)
    content = f"{put(30, 60, 20, 20, 'Dark')} /Over gs 0 0 0 1 k {words(33, 72, 14, 'Black')}"
    draw(pdf, 1, content, XObject={"Dark": image}, ExtGState={"Over": over})
