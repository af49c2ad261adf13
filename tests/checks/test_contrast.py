"""Contrast, as pages are drawn."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from lxml import etree

from brief.checks.contrast import of_pages
from brief.seen import Words


@pytest.mark.parametrize("more", [0.001, 0.01, 0.3, 15.9])
def test_words_a_little_longer_than_the_pieces_that_are_looked_at(more: float) -> None:
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(100, 50))
        pdf.pages[0].Contents = pdf.make_stream(b"0 0 100 45 re f")
        pdf.save(out)
    size, pieces = 2.0, 16.0  # eight times the size
    box = (10.0, 4.0, 10 + 2 * pieces + more, 6.0)
    words = Words("words", 0, box, size, 400, (0.0, 0.0, 0.0), etree.Element("p"), "")
    (ratio,) = of_pages(out.getvalue(), [words])
    assert ratio is not None
    assert ratio.value == 1
