"""A style shown and checked by sample briefs, which hold every element, every part and all that
varies: with a photo and without, headlines of every length, one author and nine.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from html import escape
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Any

from brief import assemble, intake, run, tokens
from brief.checks import fonts, sheets
from brief.checks import style as style_checks
from brief.checks.fonts import Face
from brief.checks.pdfdraw import contrast
from brief.checks.style import Sample
from brief.findings import BriefError, Finding, HouseError
from brief.house import NOTES, House, Style
from brief.intake.metadata import slugify
from brief.model import Assembled, Brief, Picture
from brief.publish import write
from brief.run import Outcome

_SOURCES = Path(__file__).parent / "specimens"
#: sources that together hold all that classes of a document bear upon
_STATES = ("elements", "right-to-left", "two-words", "endless")
#: px of the pictures that the sources name, and the share of them that does for checking
_PICTURES = {
    **{"wide.jpg": (1200, 675), "tall.jpg": (600, 900), "square.jpg": (700, 700)},
    **{"strip.jpg": (800, 260), "dot.png": (24, 24)},
}
_SMALL = 0.3
#: what houses of single samples have otherwise: no imprint, notes after the text
_HOUSES: dict[str, dict[str, Any]] = {
    "two-words": {"publisher": "", "place": "", "contact": ""},
    "fifteen-words": {"notes": "end"},
}
#: what stands for a cover where none is drawn
_NO_COVER = Picture(b"", "image/jpeg", 1, 1)
#: classes that a document may bear besides that for the length of its headline, by its parts and by
#: what tokens ask for
_BESIDES = (
    "with-logo",
    "drop-cap",
    "columns",
    "tall-photo",
    "long-dek",
    "close-foot",
    "crowded",
    "plain",
    "pictured",
)
_SIZE = re.compile(rf'(class="(?:[^"]* )?)({"|".join(assemble.SIZES)})(?=[ "])')


@contextmanager
def _house(style: Style, house: House, share: float = 1) -> Iterator[House]:
    """Give a house with the sample sources, and pictures for them, in a folder that passes."""
    with tempfile.TemporaryDirectory(prefix="brief-") as folder:
        root = Path(folder)
        for source in _SOURCES.iterdir():
            shutil.copy(source, root)
        for name, (width, height) in _PICTURES.items():
            _hills((round(share * width), round(share * height))).save(root / name)
        yield dataclasses.replace(
            house,
            style=style,
            root=root,
            publisher=house.publisher or "The Publisher",
            place=house.place or "City",
            contact=house.contact or "www.example.org",
            language="en",
            require=(),
            disclaimer="",
        )


def _hills(size: tuple[int, int]) -> Any:
    """Return a picture of hills under a sky, the same each time."""
    from PIL import Image, ImageDraw

    width, height = size
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    for y in range(height):
        low = y / height
        sky = int(238 - 40 * low), int(224 - 20 * low), int(205 + 10 * low)
        draw.line([(0, y), (width, y)], fill=sky)
    for hill in range(5):
        top, bends, pale = height * (0.42 + 0.13 * hill), 0.6 + 0.35 * hill, 1 - hill / 5
        ridge = [
            (
                x,
                top
                - height * 0.09 * math.sin(x / width * 6.28 * bends + hill * 1.7)
                - height * 0.03 * math.sin(x / width * 25 + hill),
            )
            for x in range(0, width + 8, 8)
        ]
        colour = int(40 + 150 * pale), int(62 + 120 * pale), int(80 + 115 * pale)
        draw.polygon([(0, height), *ridge, (width, height)], fill=colour)
    return image


def check(style: Style, house: House, languages: Sequence[str] = ()) -> list[Finding]:
    """Return what is wrong with a style, by its files and by what it makes of sample briefs.

    Its fonts are to have the letters of the house's languages, of its sources' and of `languages`.
    """
    found: list[Finding] = []
    samples: list[Sample] = []
    with _house(style, house, _SMALL) as sampled:
        for source in sorted(sampled.root.glob("*.md")):
            own = dataclasses.replace(sampled, **_HOUSES.get(source.stem, {}))
            brief = intake.read(source, own, [])
            made = list(_made(brief, own, found))
            samples += [*made, *(_classed(brief, own, made) if source.stem in _STATES else ())]
        spoken = _languages(house, languages)
        told = style_checks.check(style, samples, spoken, run.ignored)
    return style_checks.quoted([*told, *(each for each in found if _is_new(each, told))])


_EDITIONS: dict[str, Callable[[Brief, House], list[Assembled]]] = {
    "print": lambda brief, house: [assemble.print_edition(brief, house)],
    "cover": lambda brief, house: [*assemble.drawn_pages("cover", brief, house).values()],
    "card": lambda brief, house: [*assemble.drawn_pages("card", brief, house).values()],
    "epub": lambda brief, house: [assemble.epub_edition(brief, house, _NO_COVER)],
}


def _made(brief: Brief, house: House, found: list[Finding]) -> Iterator[Sample]:
    """Yield a brief in each edition, laid out if that is to be seen; add to what was found."""
    for edition, make in _EDITIONS.items():
        try:
            assembled, *others = make(brief, house)
        except HouseError as error:
            found += error.findings
            continue
        seen = None
        if edition != "epub":
            try:
                assembled, shown, told = run.survey((assembled, *others), brief.source)
            except BriefError as error:
                found += error.findings
            else:
                if edition == "print" or brief.slug in _STATES:
                    seen = shown
                    found += told
        yield Sample(edition, brief, house, assembled.documents, seen)


#: how what the layout engine says begins where it has read a sheet, and of fonts
_OF_SHEETS = re.compile(
    "Ignored|Parse error|Error:|Missing|Un|Invalid (?!math)|Expected|Deprecated|Empty|@|the font"
)


def _is_new(one: Finding, told: Sequence[Finding]) -> bool:
    """Return whether something that making the samples brought up is not told of already.

    What the layout engine ignores, and fonts that are absent, are found in the sheets themselves;
    what follows from a part that a template leaves out is no other fault.
    """
    if one.code == "H08" and _OF_SHEETS.match(one.message):
        return False
    if not one.line:
        left_out = one.code == "H08" and any(each.code == "H22" for each in told)
        return not left_out and all(each.message != one.message for each in told)
    return all((each.file, each.line) != (one.file, one.line) for each in told)


def _classed(brief: Brief, house: House, samples: Sequence[Sample]) -> Iterator[Sample]:
    """Yield samples with every class that documents may bear, and with notes in either place.

    Nothing else is of use in them.
    """
    for notes in NOTES:
        placed = dataclasses.replace(house, notes=notes)
        with suppress(HouseError):  # which was told of
            documents = assemble.print_edition(brief, placed).documents
            yield Sample("print", brief, placed, documents)
    every = " ".join((*assemble.SIZES, *_BESIDES))
    for sample in samples:
        documents = {
            name: _SIZE.sub(rf"\g<1>{every}", document)
            for name, document in sample.documents.items()
        }
        yield dataclasses.replace(sample, documents=documents, seen=None)


def _languages(house: House, more: Sequence[str]) -> list[str]:
    """Return the languages of a house: its own, those of its sources and of passages in them."""
    found = [house.language, *more]
    with suppress(BriefError):
        for source in run.find_sources(house):
            with suppress(BriefError):
                brief = intake.read(source, house, [])
                found += [brief.lang, *re.findall(r'\blang="([^"]+)"', brief.body)]
    return list(dict.fromkeys(found))


# --- the specimen -------------------------------------------------------------------------------

#: the editions that a state is shown in
_MADE = ("pdf", "epub", "card")
#: px of the pictures that show pages, and the grey that they lie on
_SHOWN_PX, _TABLE = 760, (222, 222, 222)
#: rules of the specimen's own, which its tokens fill in; those of print alone
_RULES = """\
#figures-oldstyle { font-variant-numeric: oldstyle-nums }
#figures-lining { font-variant-numeric: lining-nums }
#figures-tabular { font-variant-numeric: lining-nums tabular-nums }
#small-capitals { font-variant-caps: small-caps }
"""
_PRINT_RULES = """\
#grid {
  background: linear-gradient(to bottom, transparent 96%, var(--accent) 96%) 0 0 / 100% var(--line)
}
[id^="length-"]::before {
  content: "";
  display: inline-block;
  height: 5pt;
  max-width: 40mm;
  background: var(--accent);
}
#fonts li, #sizes li, #figures li { hyphens: none; margin-bottom: 4pt }
#grid { text-indent: 0; hyphens: none }
#sizes small { font-size: var(--small-size) }
[id^="tokens-"] th:last-child { width: 42% }
td > code { white-space: nowrap }
"""


def publish(style: Style, house: House, out: Path | None = None, verify: bool = True) -> Outcome:
    """Write the specimen of a style as PDF and EPUB into `out`, else dist/; return what became.

    Both are proved as any edition is: what is not, is not written. Without `verify`, the reference
    validators are left out.
    """
    with _house(style, house) as sampled:
        made = sampled.root / "dist"
        states = []
        for name in _SHOWN:
            source = sampled.root / f"{name}.md"
            own = dataclasses.replace(sampled, **_HOUSES.get(name, {}))
            (outcome,) = run.export(source, editions=_MADE, out=made, verify=False, house=own)
            if not outcome.ok:
                return _placed(outcome, style)
            states.append(_state(outcome, sampled.root))
        shown = dataclasses.replace(sampled, style=_styled(style, sampled.root / "specimen"))
        source = sampled.root / f"{style.name}.md"
        source.write_text(_text(style, sampled, states), encoding="utf-8")
        (outcome,) = run.export(
            source, editions=("pdf", "epub"), out=made, verify=verify, house=shown
        )
        if not outcome.ok:
            return _placed(outcome, style)
        data = {
            f"{style.name}{each.path.suffix}": each.path.read_bytes() for each in outcome.editions
        }
        paths = write(out or house.root / "dist", data)
        editions = tuple(
            dataclasses.replace(each, path=paths[f"{style.name}{each.path.suffix}"])
            for each in outcome.editions
        )
        return dataclasses.replace(_placed(outcome, style), editions=editions)


#: the sources that show a state, each with what it shows
_SHOWN = {
    "two-words": "a headline of two words, no dek, no photo, no publisher",
    "eight-words": "a headline of eight words, a wide photo",
    "fifteen-words": "a long headline and dek, nine authors, a tall photo, notes at the end",
    "twenty-five-words": "a headline of twenty-five words, no dek, a square photo",
    "endless": "a headline without end, no photo",
    "right-to-left": "a text from right to left",
}


def _placed(outcome: Outcome, style: Style) -> Outcome:
    """Return an outcome that names no file of the folder that passed."""
    found = tuple(
        dataclasses.replace(each, file=Path(each.file.name) if each.file else None)
        if each.file and not each.file.is_relative_to(style.folder)
        else each
        for each in outcome.findings
    )
    return dataclasses.replace(outcome, source=Path(style.name), report=None, findings=found)


def _state(outcome: Outcome, folder: Path) -> str:
    """Draw page one, cover and card of a brief on a table; return the Markdown that shows it."""
    import pypdfium2
    from PIL import Image

    files = {each.format: each.path for each in outcome.editions}
    with closing(pypdfium2.PdfDocument(files["pdf"].read_bytes())) as document:
        page = document[0].render(scale=_SHOWN_PX / document[0].get_width()).to_pil()
    with zipfile.ZipFile(files["epub"]) as book:
        name = next(each for each in book.namelist() if each.endswith("/cover.jpg"))
        cover = Image.open(BytesIO(book.read(name))).convert("RGB")
    with Image.open(files["card"]) as drawn:
        card = drawn.convert("RGB")
    gap = _SHOWN_PX // 24
    # cover and card are as wide as has them, one above the other, as high as the page
    width = round((page.height - gap) / sum(each.height / each.width for each in (cover, card)))
    table = Image.new("RGB", (page.width + width + 3 * gap, page.height + 2 * gap), _TABLE)
    table.paste(page.convert("RGB"), (gap, gap))
    top = gap
    for each in (cover, card):
        size = width, round(width * each.height / each.width)
        table.paste(each.resize(size, Image.Resampling.LANCZOS), (page.width + 2 * gap, top))
        top += size[1] + gap
    stem = outcome.source.stem
    table.save(folder / f"state-{stem}.png", optimize=True)
    told = _SHOWN[stem]
    alt = f"Page one, cover and card of a brief with {told}"
    return f'![{alt}](state-{stem}.png "{told.capitalize()}.")'


def _styled(style: Style, folder: Path) -> Style:
    """Return a style that also sets what only a specimen holds, by sheets in a folder."""
    folder.mkdir()
    every = _every(style)
    rules = [_RULES]
    print_rules = [_PRINT_RULES]
    for token in every.values():
        name = token.name.removeprefix("--")
        if tokens.colour(token.value):
            rules.append(f"#color-{name} {{ background-color: var({token.name}) }}\n")
        elif token.kind == "<length>" and token.name.endswith("-size"):
            print_rules.append(
                f"#size-{name} {{ font-size: var({token.name}); line-height: 1.25 }}\n"
            )
        elif token.kind == "<length>":
            print_rules.append(f"#length-{name}::before {{ width: var({token.name}) }}\n")
    for n, (family, face) in enumerate(_faces(style), 1):
        said = f"font: {face.slant} {face.weight} 1.4em/1.4 var({family}), var(--script-fonts)"
        rules.append(f"#face-{n} {{ {said} }}\n")
    (folder / "epub.css").write_text("".join(rules), encoding="utf-8")
    (folder / "print.css").write_text("".join(rules + print_rules), encoding="utf-8")
    return dataclasses.replace(style, folder=folder, below=style.folders)


def _every(style: Style) -> dict[str, tokens.Token]:
    """Return the tokens of a style, each with its value as it is filled in, and what brief says."""
    known, values = tokens.registry(), tokens.values(style)
    return {
        name: dataclasses.replace(token, value=values[name], said=known.get(name, token).said)
        for name, token in tokens.tokens(style).items()
    }


def _faces(style: Style) -> list[tuple[str, Face]]:
    """Return the fonts of each family that tokens name, with the token."""
    every = _every(style)
    given = fonts.faces(sheets.read(*each) for each in tokens.layers(style, "fonts.css"))
    found = []
    for token in every.values():
        if token.kind == "<family>" and token.name != "--script-fonts":
            names = [fonts.bare(each.strip(" \"'")) for each in token.value.split(",")]
            found += [(token.name, face) for face in given if fonts.bare(face.family) in names]
    return found


def _text(style: Style, house: House, states: Sequence[str]) -> str:
    """Return the source of a specimen."""
    every = _every(style)
    paper, ink = (tokens.colour(every[name].value) for name in ("--paper", "--ink"))
    rows: dict[str, list[str]] = {"colours": [], "lengths": [], "others": [], "sizes": []}
    for token in every.values():
        name, value, purpose = (
            token.name.removeprefix("--"),
            escape(token.value),
            escape(token.purpose),
        )
        code = f"<code>{token.name}</code>"
        if colour := tokens.colour(token.value):
            ratios = (
                f'<td class="right">{contrast(colour, other):.1f}:1</td>' if other else "<td></td>"
                for other in (ink, paper)
            )
            rows["colours"].append(
                f'<tr><td>{code}</td><td id="color-{name}"></td><td>{value}</td>'
                f"{''.join(ratios)}<td>{purpose}</td></tr>"
            )
        elif token.kind == "<length>" and name.endswith("-size"):
            told = f"{value}, {token.name} <small>{purpose}</small>"
            rows["sizes"].append(f'<li id="size-{name}">{told}</li>')
        elif token.kind == "<length>":
            rows["lengths"].append(
                f'<tr><td>{code}</td><td class="right">{value}</td><td id="length-{name}"></td>'
                f"<td>{purpose}</td></tr>"
            )
        else:
            rows["others"].append(f"<tr><td>{code}</td><td>{value}</td><td>{purpose}</td></tr>")
    faces = [
        f'<li id="face-{n}">{escape(face.family)} {face.weight}'
        f"{' ' + face.slant if face.slant != 'normal' else ''}: Hamburgefonstiv 0123456789</li>"
        for n, (_, face) in enumerate(_faces(style), 1)
    ]
    body = (_SOURCES / "elements.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    first_note = re.search(r"^\[\^", body, re.MULTILINE)
    end = first_note.start() if first_note else len(body)
    parts = {name: "\n".join(some) for name, some in rows.items()}
    description = style.description or "Every token, every element, and briefs in every state"
    return Template((_SOURCES / "specimen.txt").read_text(encoding="utf-8")).substitute(
        parts,
        name=style.name.replace("'", "’"),
        description=description.replace("'", "’"),
        publisher=house.publisher.replace("'", "’"),
        date=dt.date.today().isoformat(),
        slug=f"{slugify(style.name) or 'style'}-specimen",
        faces="\n".join(faces),
        elements=body[:end].strip(),
        notes=body[end:].strip(),
        states="\n\n".join(states),
    )
