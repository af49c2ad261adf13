"""A link whose address is not printed, and one whose address is."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf, String
from preflight_good import draw, words


def spoil(pdf: Pdf) -> None:
    links = [
        pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=[100, y, 200, y + 20],
                A=Dictionary(S=Name.URI, URI=String(f"https://{host}/")),
            )
        )
        for y, host in ((100, "example.org"), (200, "example.com"))
    ]
    pdf.pages[1].obj.Annots = Array(links)
    draw(pdf, 3, f"0 g {words(12, 150, 9, 'see example.com')}")
