"""A cover drawn as a page → the picture that e-readers show."""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from unicodedata import combining, normalize

import pypdfium2

from brief.findings import HouseError, finding
from brief.model import Picture


def draw(page: bytes, width: int, headline: str = "", sheet: Path | None = None) -> Picture:
    """Return the first page of a PDF as a JPEG, `width` px wide.

    Raises HouseError, which names the style's `sheet`, for a page that does not show `headline`.
    """
    document = pypdfium2.PdfDocument(page)
    try:
        first = document[0]
        said = first.get_textpage().get_text_bounded()
        image = first.render(scale=width / first.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    blank = all(least == most for least, most in image.getextrema())
    if headline and (blank or not _holds(said, headline)):
        raise HouseError(
            finding(
                "C01",
                "the cover does not show the headline",
                sheet,
                hint="let the style's cover.css and templates/cover.html show all of it",
            )
        )
    out = BytesIO()
    image.save(out, "JPEG", quality=85, optimize=True)
    return Picture(out.getvalue(), "image/jpeg", *image.size)


#: signs of other scripts than Latin, Greek, Cyrillic and Armenian, whose glyphs are not letters
_OTHER = re.compile(r"[^\u0000-\u058f\u1e00-\u2fff]")


def _holds(said: str, headline: str) -> bool:
    """Whether a page's text has the words of a headline, however their lines are broken.

    Where glyphs are not letters, a PDF gives some of them wrongly, or in another order: there
    nine letters out of ten are enough.
    """
    text, words = _bare(said), _bare(headline)
    if words in text or not _OTHER.search(headline):
        return words in text
    return 10 * (Counter(words) - Counter(text)).total() <= len(words)


def _bare(text: str) -> str:
    """Return the letters and digits of a text, without marks, case and what joins letters."""
    parted = normalize("NFKD", normalize("NFKC", text).casefold()).replace("ı", "i")
    return "".join(sign for sign in parted if sign.isalnum() and not combining(sign))
