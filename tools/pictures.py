"""Makes the pictures of docs/: `make pictures`.

That of the README is page one of a sample. Those of docs/elements.md and docs/charts.md show the
examples that stand before them, in the default style; those of docs/house-style.md how far its
steps have come where they stand; those of docs/press.md are of a sample on the press.
"""

from __future__ import annotations

import dataclasses
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import pypdfium2
from guide import GUIDE, ROOT, Command, Shown, steps
from lxml import etree
from PIL import Image, ImageDraw, ImageOps

from brief import assemble, intake, run, tokens
from brief.house import DEFAULT_STYLE, House, read_house
from brief.start import new_house

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
#: the documents whose examples are shown
SHOWING = (DOCS / "elements.md", DOCS / "charts.md")
#: the one that shows sheets, and a page with its faults marked
PRESS = DOCS / "press.md"
#: what a document shows that is no example, but becomes of one: by its class
_PARTS = ("contents", "links", "data", "about", "contact", "cite")

BLOCK = re.compile(r"^(`{3,4})(\w*)\n(.*?)^\1\n", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"^!\[[^\]]+\]\(pictures/([\w-]+)\.png\)$", re.MULTILINE)
_FILE = re.compile(r"^`([\w.-]+)`:\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each example of a document that a picture follows: its name, kind and text."""
    for block in BLOCK.finditer(text):
        if shown := PICTURE.match(text, block.end() + 1):
            yield shown[1], block[2], block[3]


# --- examples, each on a page of its own ---------------------------------------------------------

_SHEET = """\
@page {
  @top-left { content: none } @top-right { content: none }
  @bottom-left { content: none } @bottom-right { content: none }
}
hr.begins { margin: 0; break-before: page }
hr.begins::before { content: none }
.contents, .links, .data, .about, .contact, .imprint, .cite { break-before: page; border: 0 }
.cite { break-after: page }
"""
_FRONT = "title: Examples\ndate: 2024-07-19\n"
_DPI = 144
#: px that stay empty around what is shown, and most of them between its parts
_AROUND = 16


def of_examples(document: Path) -> dict[str, Image.Image]:
    """Return the pictures that a document names, each drawn of the example before it."""
    text = document.read_text(encoding="utf-8")
    wanted = {found[1] for found in PICTURE.finditer(text)}
    told = list(examples(text))
    front = "".join(example for _, kind, example in told if kind == "yaml")
    source, starts = f"---\n{_FRONT}{front}---\n", {}
    for name, kind, example in told:
        if kind != "yaml":
            starts[name] = source.count("\n") + 2
            source += f"\n{example}"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _pier().save(folder / "pier.jpg")
        _portrait().save(folder / "ada-lind.jpg")
        for name, data in _FILE.findall(text):
            (folder / name).write_text(data, encoding="utf-8")
        (folder / "examples.md").write_text(source, encoding="utf-8")
        house = _house(folder)
        brief = intake.read(folder / "examples.md", house, [])
        brief = dataclasses.replace(brief, body=_parted(brief.body, starts))
        _, seen, _ = run.survey([assemble.print_edition(brief, house)], brief.source)
    pages: dict[str, int] = {}
    named = {f"example-{name}": name for name in starts} | {name: name for name in _PARTS}
    places = {words.element: words.page for words in reversed(seen.words)}
    for element in seen.root.iter():
        for name in element.get("class", "").split():
            inside = [places[each] for each in element.iter() if each in places]
            if name in named and inside:
                pages.setdefault(named[name], min(inside))
    values = tokens.values(house.style)
    with closing(pypdfium2.PdfDocument(seen.pdf)) as pdf:
        return {name: _trimmed(pdf[pages[name]], values) for name in sorted(wanted)}


def _house(folder: Path) -> House:
    """Return a house in the default style, which sets nothing around the examples."""
    house = read_house(ROOT, DEFAULT_STYLE)
    sheets = folder / "style"
    sheets.mkdir()
    (sheets / "print.css").write_text(_SHEET, encoding="utf-8")
    style = dataclasses.replace(house.style, folder=sheets, below=house.style.folders)
    return dataclasses.replace(house, style=style, root=folder, require=(), disclaimer="")


def _parted(body: str, starts: dict[str, int]) -> str:
    """Return a body in which each example begins a page and has its name for a class."""
    root = etree.fromstring(f"<body>{body}</body>")
    begun, line = "", 0
    for block in list(root):
        line = int(next(iter(block.xpath("descendant-or-self::*/@data-line")), line))
        name = max((at, name) for name, at in starts.items() if at <= line)[1]
        if name != begun:
            block.addprevious(etree.Element("hr", {"class": "begins"}))
            begun = name
        block.set("class", f"{block.get('class', '')} example-{name}".strip())
    return "".join(etree.tostring(block, encoding="unicode") for block in root)


def _trimmed(page: Any, values: dict[str, str]) -> Image.Image:
    """Draw a page as wide as its text at least, and without what is empty above, below, between."""
    image = page.render(scale=_DPI / 72).to_pil().convert("RGB")
    left, right = (
        round(float(values[name].removesuffix("mm")) / 25.4 * _DPI)
        for name in ("--margin-start", "--margin-end")
    )
    ink = ImageOps.invert(image.convert("L"))
    box = ink.getbbox() or (0, 0, *image.size)
    left, right = min(left, box[0]), max(image.width - right, box[2])
    _, rows = ink.getprojection()
    near = [any(rows[max(0, y - _AROUND) : y + _AROUND + 1]) for y in range(len(rows))]
    kept = [
        image.crop((left - _AROUND, ys[0], right + _AROUND, ys[-1] + 1))
        for is_near, found in groupby(range(len(rows)), lambda y: near[y])
        if is_near and (ys := list(found))
    ]
    shown = Image.new("RGB", (kept[0].width, sum(each.height for each in kept)))
    top = 0
    for each in kept:
        shown.paste(each, (0, top))
        top += each.height
    return shown


def _pier() -> Image.Image:
    """Draw a pier at low tide."""
    image = Image.new("RGB", (1200, 520), "#dfe7e6")
    draw = ImageDraw.Draw(image)
    draw.ellipse((880, 90, 980, 190), fill="#f3d9b1")
    draw.rectangle((0, 300, 1200, 400), fill="#8fb0b8")
    draw.polygon([(0, 380), (1200, 350), (1200, 520), (0, 520)], fill="#cbbfa6")
    for n in range(9):
        x = 90 + 95 * n
        draw.rectangle((x, 214, x + 14, 440 - 8 * n), fill="#4a3f38")
    draw.rectangle((40, 196, 900, 220), fill="#5b4d44")
    draw.line((40, 150, 900, 150), fill="#5b4d44", width=6)
    for n in range(19):
        draw.line((60 + 45 * n, 150, 60 + 45 * n, 200), fill="#5b4d44", width=5)
    return image


def _portrait() -> Image.Image:
    """Draw somebody."""
    image = Image.new("RGB", (400, 500), "#d5dfe2")
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 340, 340, 720), fill="#2f5d6c")
    draw.ellipse((105, 90, 295, 330), fill="#4a3328")
    draw.rectangle((165, 280, 235, 370), fill="#c99f83")
    draw.ellipse((130, 120, 270, 320), fill="#dcb397")
    draw.pieslice((115, 85, 285, 265), 180, 360, fill="#4a3328")
    return image


# --- the steps of the guide ----------------------------------------------------------------------


def of_guide() -> dict[str, Image.Image]:
    """Return the pictures of the guide: a page, cover or card, by the end of their names."""
    pictures = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for step in steps(GUIDE.read_text(encoding="utf-8")):
            match step:
                case Command(("brief", "init", name)):
                    new_house(folder / name)
                case Command(("cd", name)):
                    folder /= name
                case Command():
                    pass  # it only looks
                case Shown(name):
                    pictures[name] = _shown(folder, name.rpartition("-")[2])
                case _:
                    step.carry_out(folder)
    return pictures


def _shown(folder: Path, what: str) -> Image.Image:
    """Publish the first brief of a house, and return its first page, its cover or its card."""
    edition = {"page": "pdf", "cover": "epub", "card": "card"}[what]
    file = _published(folder / "sources" / "first-brief.md", edition, folder / "dist", folder)
    if what == "page":
        return _framed(_page_one(file))
    if what == "cover":
        with zipfile.ZipFile(file) as book:
            name = next(each for each in book.namelist() if each.endswith("/cover.jpg"))
            image = Image.open(BytesIO(book.read(name))).convert("RGB")
    else:
        image = Image.open(file).convert("RGB")
    image.thumbnail((600, 640), Image.Resampling.LANCZOS)
    return _framed(image)


def _published(source: Path, edition: str, out: Path, root: Path) -> Path:
    (outcome,) = run.export(
        source, editions=(edition,), out=out, verify=False, house=read_house(root)
    )
    (made,) = outcome.editions
    return made.path


def _page_one(file: Path) -> Image.Image:
    with closing(pypdfium2.PdfDocument(file)) as pdf:
        shown: Image.Image = pdf[0].render(scale=820 / pdf[0].get_width()).to_pil()
    return shown.convert("RGB")


def _framed(image: Image.Image) -> Image.Image:
    return ImageOps.expand(image, 1, "#c8c8c8")  # or nobody sees where white paper ends


def of_readme() -> Image.Image:
    """Return the first page of a sample."""
    with tempfile.TemporaryDirectory() as scratch:
        sample = ROOT / "sources" / "snow-ledger"
        return _framed(_page_one(_published(sample, "pdf", Path(scratch), ROOT)))


def of_press() -> dict[str, Image.Image]:
    """Return two sheets of a sample's press edition, and a page of its PDF after the preflight."""
    sample = ROOT / "sources" / "snow-ledger"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        press = _published(sample, "press", folder, ROOT)
        with closing(pypdfium2.PdfDocument(press)) as pdf:
            sheets = [page.render(scale=500 / page.get_width()).to_pil() for page in list(pdf)[1:3]]
        (checked,) = run.check(_published(sample, "pdf", folder, ROOT), for_print=True)
        marked = Image.open(run.pictures(checked, folder)[1]).convert("RGB")
    both = Image.new("RGB", (sheets[0].width * 2 + 20, sheets[0].height), "white")
    for n, each in enumerate(sheets):
        both.paste(_framed(each.convert("RGB")), (n * (each.width + 18), 0))
    marked.thumbnail((520, 800), Image.Resampling.LANCZOS)
    # most colours are those of small patches
    few = both.quantize(64, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    return {"press-sheets": few, "preflight": _framed(marked)}


def main() -> None:
    """Write all pictures anew, and take away those that no document names."""
    of_readme().quantize(128).save(DOCS / "page-one.png", optimize=True)
    pictures = of_guide() | of_press()
    for document in SHOWING:
        pictures |= of_examples(document)
    PICTURES.mkdir(exist_ok=True)
    for file in PICTURES.glob("*.png"):
        file.unlink()
    for name, image in pictures.items():
        few = image if image.mode == "P" else image.quantize(64, dither=Image.Dither.NONE)
        few.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
