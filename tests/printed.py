"""Twelve briefs for the press: photos of every kind, drawings, charts, tables, notes, boxes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from helpers import ROOT
from PIL import Image, ImageDraw, ImageFilter
from prose import SENTENCES

GRADIENTS = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200"><defs>
<linearGradient id="a"><stop stop-color="#0b4a6f"/><stop offset="1" stop-color="#f4a259"/>
</linearGradient>
<radialGradient id="b"><stop stop-color="#ffffff"/><stop offset="1" stop-color="#222222"/>
</radialGradient></defs>
<rect width="400" height="200" fill="url(#a)"/><circle cx="110" cy="100" r="80" fill="url(#b)"/>
<g opacity="0.5"><rect x="150" y="40" width="200" height="120" fill="#ffffff"/>
<path d="M160 150 C 200 20 260 180 340 60" fill="none" stroke="#bf1220" stroke-width="6"/></g>
<text x="200" y="190" font-size="16">Ice out by decade</text></svg>"""
CSV = "Year,Ships,Boats\n2019,45,12\n2020,41,15\n2021,38,22\n2022,35,31\n"
TABLE = """
| Valley | Melt | Share |
|:--|--:|--:|
| Hollin | 31 | 12.5 |
| Sarn | 11 | 4.1 |
| Tolva | 8 | 3.9 |
"""


@cache
def _photo() -> Image.Image:
    with Image.open(ROOT / "sources" / "harbour-light.jpg") as opened:
        return opened.convert("RGB")


def pictures(folder: Path) -> None:
    """Write a photo in each kind of pixels, a drawing and data into a folder."""
    photo = _photo()
    shutil.copy(ROOT / "sources" / "harbour-light.jpg", folder / "rgb.jpg")
    photo.convert("CMYK").save(folder / "cmyk.jpg", quality=90)
    photo.convert("L").save(folder / "grey.jpg", quality=90)
    # as it comes from a scanner set to colour
    photo.convert("L").convert("RGB").save(folder / "greyish.jpg", quality=90)
    photo.quantize(64).save(folder / "palette.png")
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).ellipse((100, 100, 2300, 1500), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(40))
    alpha = photo.copy()
    alpha.putalpha(mask)
    alpha.save(folder / "alpha.png", compress_level=1)
    photo.crop((900, 0, 1900, 1500)).save(folder / "tall.jpg", quality=90)
    photo.resize((2000, 1333)).save(folder / "body.tif", compression="tiff_lzw")
    (folder / "gradients.svg").write_text(GRADIENTS, encoding="utf-8")
    (folder / "ships.csv").write_text(CSV, encoding="utf-8")


def _text(count: int, lang: str = "en", begin: int = 0) -> str:
    told = SENTENCES[lang]
    return " ".join(told[(begin + n) % len(told)] for n in range(count))


def briefs(folder: Path) -> Iterator[Path]:
    """Write the twelve, and the pictures that they name."""
    pictures(folder)
    three = "\n\n".join((_text(6), _text(7, begin=3), _text(5, begin=7)))
    notes = "\n".join(f"[^{n}]: {_text(2, begin=n)}" for n in range(1, 5))
    called = " ".join(f"{_text(3, begin=n)}[^{n}]" for n in range(1, 5))
    authors = "\n".join(f"  - name: First{n} Last{n}" for n in range(9))
    sources = {
        "rgb": ("photo: {path: rgb.jpg, alt: A lighthouse, credit: X}", f"{three}\n{TABLE}"),
        "cmyk": ("photo: {path: cmyk.jpg, alt: A lighthouse, credit: X}", three),
        "grey": (
            "photo: {path: grey.jpg, alt: A lighthouse, credit: X}",
            f"{three}\n\n![A lighthouse again](greyish.jpg)",
        ),
        "palette": ("photo: {path: palette.png, alt: A lighthouse, credit: X}", three),
        "alpha": ("photo: {path: alpha.png, alt: A lighthouse, credit: X}", three),
        "gradients": (
            "photo: {path: gradients.svg, alt: A drawing, credit: X}",
            f"{three}\n\n![A drawing](gradients.svg 'Its caption')",
        ),
        "charts": (
            "dek: What was counted at sea",
            f"{_text(5)}\n\n![Ships fell](ships.csv 'Ships a year.'){{.column}}\n\n"
            f"{_text(5)}\n\n![Ships fell](ships.csv 'Ships a year.'){{.line}}",
        ),
        "notes": (
            "contents: true",
            f"## First\n\n{called}\n\n## Second\n\n{three}\n\n## Third\n\n{three}\n\n{notes}",
        ),
        "arabic": (
            "lang: ar\nphoto: {path: rgb.jpg, alt: منارة, credit: X}",
            "عاد الميناء إلى العمل في الربيع. " * 20,
        ),
        "boxes": (
            "kicker: Water and land",
            f"{{.key-points}}\n> - {_text(1)}\n> - {_text(1, begin=2)}\n\n{three}\n\n"
            f"{{.pull-quote}}\n> {_text(1, begin=7)}\n\n{three}\n\n{{.side-note}}\n> {_text(1)}"
            f"\n\n{three}\n\n![A lighthouse](body.tif 'A caption.')",
        ),
        "tall": (
            f"photo: {{path: tall.jpg, alt: A lighthouse, credit: X}}\nauthors:\n{authors}",
            f"{three}\n\n{_text(8, 'de')}",
        ),
        "plain": (
            "rights: © 2026 The authors",
            f"{three}\n\n```\nfor each in all: print(each)\n```",
        ),
    }
    for name, (front, body) in sources.items():
        file = folder / f"{name}.md"
        head = f"title: Harbour lights, {name}\ndate: 2024-07-19\n{front}"
        file.write_text(f"---\n{head}\n---\n\n{body}\n", encoding="utf-8")
        yield file
