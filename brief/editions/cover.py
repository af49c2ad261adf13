"""A cover or card drawn as a page → the picture that e-readers, or sites, show."""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from unicodedata import combining, normalize
from xml.sax.saxutils import escape

import pypdfium2

from brief.findings import HouseError, finding
from brief.model import Picture

#: a text alternative in XMP (IPTC Photo Metadata 2025.1)
_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF \
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" \
xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"><Iptc4xmpCore:\
AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></Iptc4xmpCore:\
AltTextAccessibility></rdf:Description></rdf:RDF></x:xmpmeta>"""


def draw(
    page: bytes, width: int, headline: str = "", sheet: Path | None = None, alternative: str = ""
) -> Picture:
    """Return the first page of a PDF as a JPEG, `width` px wide, with its text alternative if any.

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
                "the cover or card does not show the headline",
                sheet,
                hint="let the style's sheet and template for it show all of it",
            )
        )
    out = BytesIO()
    xmp = _XMP.format(escape(alternative)).encode() if alternative else b""
    image.save(out, "JPEG", quality=85, optimize=True, **({"xmp": xmp} if xmp else {}))
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
