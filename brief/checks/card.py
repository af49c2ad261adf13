"""A card's bytes → whether sites that show links take it, and it says what it shows."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from pathlib import Path

from brief.checks.result import Check, run, undrawable
from brief.findings import Finding, finding

#: width and height in px, and the most bytes, that the large sites agree on
SIZE, MOST = (1200, 630), 1_000_000


def check(data: bytes, file: Path, alt: str) -> list[Check]:
    """Hold a card, a JPEG, against its size in px and the text alternative that it should carry.

    The text stands in its XMP, where readers of images look for it (IPTC Photo Metadata 2025.1,
    Alt Text).
    """
    rules = {
        "card: picture": partial(_picture, data),
        "card: alternative": partial(_told, data, alt),
    }
    return [run(name, partial(rule, file), file) for name, rule in rules.items()]


def _picture(data: bytes, file: Path) -> list[Finding]:
    from PIL import Image

    if problem := undrawable(data):
        return [finding("C09", f"no JPEG that can be read: {problem}", file)]
    with Image.open(BytesIO(data), formats=("JPEG",)) as image:
        size, extrema = image.size, image.convert("L").getextrema()
    problems = []
    if size != SIZE:
        problems.append(f"it is {size[0]} × {size[1]} px, not {SIZE[0]} × {SIZE[1]}")
    if len(data) > MOST:
        problems.append(f"it is over {MOST // 1000} kB, and sites leave it out")
    if extrema[0] == extrema[1]:
        problems.append("it shows nothing")
    return [finding("C01", f"the card: {problem}", file) for problem in problems]


def _told(data: bytes, alt: str, file: Path) -> list[Finding]:
    from lxml import etree
    from PIL import Image

    with Image.open(BytesIO(data), formats=("JPEG",)) as image:
        packet = image.info.get("xmp", b"")
    try:
        tree = etree.fromstring(packet, etree.XMLParser(resolve_entities=False))
        told = tree.xpath(
            "//*[local-name() = 'AltTextAccessibility']//*[local-name() = 'li']/text()"
        )
    except (etree.XMLSyntaxError, ValueError):
        told = []
    if told == [alt]:
        return []
    return [finding("C01", f"{file.name}: the card does not carry its text alternative", file)]
