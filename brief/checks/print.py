"""The preflight: what a printer would send a PDF back for, found before it is sent.

Rules are those of PDF/X-4 (ISO 15930-7) and PDF/X-1a (ISO 15930-1 and -4), and of what presses can
do. Nothing here knows what writes press editions.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from itertools import pairwise
from math import atan2, degrees, hypot
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf

from brief.checks import pixels
from brief.checks.graphics import Graphic, Page, Walk
from brief.checks.inks import PROCESS, Paint, Space, total
from brief.checks.pdf import DC_TITLE, metadata_of
from brief.checks.pdfdraw import EVERYWHERE, Box, Font, around, as_box, contrast, meet, shared
from brief.checks.pdfobjects import (
    entry,
    is_stream,
    items,
    leaves,
    name,
    open_pdf,
    string,
    unpacked,
)
from brief.checks.result import Check, Content, run
from brief.findings import BriefError, CheckError, Finding, finding, short

#: PDF/X-4, PDF/X-1a, and printing at home or in an office
PROFILES = ("x4", "x1a", "office")
MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Rules:
    """What a printer asks of a file."""

    #: one of PROFILES
    profile: str = "x4"
    #: mm asked for outside the trim
    bleed: float = 3
    #: mm that text keeps from the trim
    safety: float = 4
    #: percent of all inks together
    ink: float = 300
    #: names of spot colours that are declared
    spots: frozenset[str] = frozenset()
    #: the number of pages is a multiple of it
    multiple: int = 1


#: pt: type that is too small; small type, in how many inks it may be; lines; how far from the edge
#: colour is still meant to reach it
_SMALLEST, _SMALL, _FINEST, _EDGE = 6, ((8, 1), (12, 2)), 0.25, 0.5 * MM
#: pt by which places may differ, and of text; percent of ink by which computed and measured ink may
_SLACK, _TEXT_SLACK, _INK_SLACK, _PIXEL_SLACK = 0.15, 0.2, 0.5, 5
#: ppi of images and of line art: less is an error, less than the second a warning
_PPI, _ART_PPI, _OFFICE_PPI = (150, 300), (300, 600), 100
#: pixels of all images together that are looked at
_ALL_PIXELS = 3_000_000_000
#: pt that an image must measure, and mm² that ink over the limit must cover, to be looked at
_DECORATION, _SPOT = 3, 4
#: findings of one code on one page, and places of one finding that a picture marks
_MOST, _MARKED = 12, 400
#: the share of a page that may be dark, how dark that is, pt² from which on a shape is a ground;
#: the contrast that text needs in greys
_DARK_SHARE, _DARK, _GROUND, _CONTRAST = 0.2, 0.4, 400, 3
_X = "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"
_XMP, _XMP_MM = "{http://ns.adobe.com/xap/1.0/}", "{http://ns.adobe.com/xap/1.0/mm/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_MEDIA = {"Movie", "Sound", "Screen", "RichMedia", "3D"}
_UNDISPUTED = {"PrinterMark", "TrapNet", "Popup"}


@dataclass(slots=True)
class _Fault:
    """Something wrong with a page: of faults with one key only the first is told in full."""

    code: str
    what: str
    told: str
    box: Box | None = None
    key: object = ""


@dataclass
class _Document:
    """A file that is looked at, and what is known of it while its pages go by."""

    pdf: pikepdf.Pdf
    file: Path
    rules: Rules
    trim: tuple[float, float] | None = None
    spots: dict[str, tuple[object, int]] = field(default_factory=dict)
    #: what was found out about images, and how many pixels may still be looked at for it
    known: dict[tuple[str, pixels.Raster], Any] = field(default_factory=dict)
    left: int = _ALL_PIXELS
    #: all text that is printed, and the links
    texts: list[str] = field(default_factory=list)
    links: list[tuple[Page, Box, str]] = field(default_factory=list)

    @property
    def root(self) -> Any:
        """The catalogue."""
        return self.pdf.Root

    @property
    def press(self) -> bool:
        """Whether it is for a press."""
        return self.rules.profile != "office"

    def look(self, kind: str, image: pixels.Raster, how: Callable[[], Any]) -> Any:
        """Return what is found out about an image, or None for one that is one too many."""
        if (kind, image) not in self.known:
            self.left -= min(image.width * image.height, pixels.MOST_PIXELS)
            self.known[kind, image] = how() if self.left > 0 else None
        return self.known[kind, image]

    def finding(self, code: str, message: str, hint: str = "") -> Finding:
        """Return a finding about the whole file."""
        return finding(code, message, self.file, hint=hint)


def declared(source: bytes | pikepdf.Pdf) -> str:
    """Return the profile that a PDF says of itself that it keeps, or nothing.

    By XMP for PDF/X-4 (ISO 15930-7), by Info for PDF/X-1a (ISO 15930-1 and -4).
    """
    try:
        pdf = source if isinstance(source, pikepdf.Pdf) else open_pdf(source, Path())
        if "X-4" in metadata_of(pdf.Root, Path()).get(_X, ""):
            return "x4"
        info = entry(pdf.trailer, "/Info")
        told = (string(entry(info, f"/GTS_PDFX{key}")) for key in ("Version", "Conformance"))
        return "x1a" if any("PDF/X-1" in (each or "") for each in told) else ""
    except (BriefError, pikepdf.PdfError, ValueError):
        return ""


def check(data: bytes, file: Path, rules: Rules = Rules()) -> list[Check]:
    """Put a PDF to the preflight, and return a check for each kind of thing that is looked at."""
    opened: list[_Document] = []

    def opening() -> Iterable[Finding]:
        opened.append(_Document(open_pdf(data, file), file, rules))
        return ()

    checks = [run("preflight: opens", opening, file)]
    press = rules.profile != "office"
    of_files, of_pages = (_OF_FILES, _OF_PAGES) if press else (_OF_OFFICE_FILES, _OF_OFFICE)
    found: dict[str, list[Finding]] = {each: [] for each in (*of_files, *of_pages)}
    if not opened:
        reason = "the file cannot be opened"
        names = [f"preflight: {each}" for each in ("pages", *found)]
        return checks + [Check(each, "not run", reason=reason) for each in names]
    document = opened[0]

    def pages() -> Iterable[Finding]:
        if not len(document.pdf.pages):
            yield document.finding("P49", "has no pages")
        for page in Walk(document.pdf, file).pages():
            yield from page.damage
            for key, rule in of_pages.items():
                found[key] += run(key, partial(_told, page, rule, document), file).findings

    checks.append(run("preflight: pages", pages, file))
    for key, rule in of_files.items():
        found[key] += run(key, partial(rule, document), file).findings
    return checks + [
        run(f"preflight: {key}", partial(tuple, told), file) for key, told in found.items()
    ]


_PageRule = Callable[[Page, _Document], Iterable[_Fault]]
_FileRule = Callable[[_Document], Iterable[Finding]]


def _told(page: Page, rule: _PageRule, document: _Document) -> Iterator[Finding]:
    """Yield findings for the faults of a page: those that are alike are gathered into one."""
    alike: dict[tuple[str, object], list[_Fault]] = {}
    for fault in rule(page, document):
        alike.setdefault((fault.code, fault.key), []).append(fault)
    counts: dict[str, int] = {}
    left: dict[str, int] = {}
    for (code, _), faults in alike.items():
        counts[code] = counts.get(code, 0) + 1
        if counts[code] > _MOST:
            left[code] = left.get(code, 0) + len(faults)
            continue
        first = faults[0]
        place = placed(page, first.box) if first.box else None
        where = ""
        if place:
            where = ", at {:.1f}, {:.1f} mm, {:.1f} × {:.1f} mm".format(*place)
        more = f", and {len(faults) - 1} more like it" if len(faults) > 1 else ""
        message = f"page {page.number}: {first.what} {first.told}{where}{more}".replace("  ", " ")
        others = tuple(placed(page, each.box) for each in faults[1:_MARKED] if each.box)
        found = finding(code, message, document.file, page=page.number, place=place)
        yield replace(found, alike=others)
    for code, count in left.items():
        message = f"page {page.number}: {count} more of this kind"
        yield finding(code, message, document.file, page=page.number)


def placed(page: Page, box: Box) -> tuple[float, float, float, float]:
    """Return where a box is on a page: left, top, width, height in mm from its trim's corner."""
    left, _, _, top = page.trim
    found = ((box[0] - left), (top - box[3]), (box[2] - box[0]), (box[3] - box[1]))
    x, y, width, height = (round(each / MM, 1) + 0.0 for each in found)
    return x, y, width, height


def _called(graphic: Graphic) -> str:
    if graphic.kind == "text":
        text = " ".join(graphic.text.split())
        if text.strip("\ufffd "):
            return f"text “{short(text, 40)}”"
        return f"text in font {graphic.font.name if graphic.font else ''}"
    if graphic.kind == "image":
        return f"image {short(graphic.name, 24)}"
    if graphic.kind == "shape":
        return "line" if graphic.fill is None else "shape"
    return "gradient"


def _fault(code: str, graphic: Graphic, told: str, key: object = None) -> _Fault:
    same = graphic.name if graphic.kind == "image" else graphic.kind
    return _Fault(code, _called(graphic), told, graphic.box, (same, key))


def _shown(graphic: Graphic) -> bool:
    """Whether it is text that can be seen."""
    return graphic.kind == "text" and graphic.mode not in (3, 7) and graphic.within != "glyph"


def _grown(box: Box, more: float) -> Box:
    return box[0] - more, box[1] - more, box[2] + more, box[3] + more


def _within(inner: Box, outer: Box, slack: float = _SLACK) -> bool:
    return shared(inner, _grown(outer, slack)) == inner


# boxes


def _boxes(page: Page, document: _Document) -> Iterator[_Fault]:
    """A page's boxes (ISO 32000-1, 14.11.2; ISO 15930-7, page boundaries)."""
    boxes, bleed = page.boxes, document.rules.bleed * MM
    if "/MediaBox" not in boxes:
        yield _Fault("P01", "", "has no MediaBox", key="media")
    if "/TrimBox" not in boxes and "/ArtBox" not in boxes:
        yield _Fault("P01", "", "has no TrimBox", key="trim")
    if "/TrimBox" in boxes and "/ArtBox" in boxes:
        yield _Fault("P01", "", "has a TrimBox and an ArtBox; it may have one of them", key="both")
    order = ("/TrimBox", "/ArtBox", "/BleedBox", "/CropBox", "/MediaBox")
    chain = [key for key in order if key in boxes]
    for inner, outer in pairwise(chain):
        if inner == "/TrimBox" and outer == "/ArtBox":
            continue
        if not _within(boxes[inner], boxes[outer]):
            told = f"{inner[1:]} reaches out of its {outer[1:]}"
            yield _Fault("P01", "its", told, boxes[inner], key=inner)
    if not {"/TrimBox", "/ArtBox"} & boxes.keys():
        return
    left, bottom, right, top = page.trim
    size = right - left, top - bottom
    document.trim = document.trim or size
    if max(abs(a - b) for a, b in zip(document.trim, size, strict=True)) > 1:
        told = "{:.1f} × {:.1f} mm; the first page is {:.1f} × {:.1f} mm"
        told = told.format(*(each / MM for each in (*size, *document.trim)))
        yield _Fault("P02", "is cut to", told, page.trim)
    if not bleed:
        return
    if "/BleedBox" not in boxes:
        told = f"has no BleedBox; {document.rules.bleed:g} mm of bleed are asked for"
        yield _Fault("P03", "", told)
    else:
        least = min(abs(a - b) for a, b in zip(page.trim, page.bleed, strict=True))
        if not _within(_grown(page.trim, bleed), page.bleed):
            told = f"has {least / MM:.1f} mm of bleed; {document.rules.bleed:g} mm are asked for"
            yield _Fault("P03", "", told, page.bleed)
    yield from _short_of_bleed(page, bleed)


def _short_of_bleed(page: Page, bleed: float) -> Iterator[_Fault]:
    """Colour that ends at the trim, with nothing beside it in the bleed."""
    coloured = [each for each in page.printed if _coloured(each)]
    for at, side in enumerate(("left", "lower", "right", "upper")):
        sign = 1 if at < 2 else -1
        trim = sign * page.trim[at]
        goal = trim - bleed + _SLACK
        along, across = (1, 3) if at % 2 == 0 else (0, 2), at
        reaching = [
            (each.box[along[0]], each.box[along[1]])
            for each in coloured
            if sign * each.box[across] <= goal
        ]
        low, high = page.trim[along[0]], page.trim[along[1]]
        for each in coloured:
            edge, far = sign * each.box[across], sign * each.box[(across + 2) % 4]
            if edge > trim + _EDGE or edge <= goal or far <= trim:
                continue
            start, end = max(low, each.box[along[0]]), min(high, each.box[along[1]])
            if end <= start or _covered(start, end, reaching) > 0.9:
                continue
            yield _fault(
                "P04",
                each,
                f"reaches the {side} edge and ends {max(0.0, (trim - edge) / MM):.1f} mm outside of"
                f" it; {bleed / MM:g} mm are asked for",
                side,
            )


def _coloured(graphic: Graphic) -> bool:
    """Whether a graphic covers paper with colour."""
    if (
        graphic.kind == "text"
        or graphic.within == "glyph"
        or (graphic.kind == "shape" and graphic.fill is None)
    ):
        return False
    return not graphic.blank and (graphic.grey is None or graphic.grey < 0.98)


def _covered(start: float, end: float, spans: list[tuple[float, float]]) -> float:
    """Return the share of a span that others cover."""
    covered, at = 0.0, start
    for low, high in sorted(spans):
        if high > at:
            covered += max(0.0, min(high, end) - max(low, at))
            at = max(at, min(high, end))
    return covered / (end - start)


# colour


def _colour(page: Page, document: _Document) -> Iterator[_Fault]:
    """Colour spaces and overprinting (ISO 15930-7, colour; ISO 32000-1, 8.6)."""
    for note in page.notes:
        if note.kind == "blending":
            yield _Fault("P19", "a transparency group", f"blends in {note.told}", key=note.told)
    for graphic in page.graphics:
        for space in graphic.spaces:
            yield from _spaces(graphic, space, page, document)
    for graphic in page.printed:
        if meet(graphic.box, page.trim) and _registers(graphic):
            yield _fault("P20", graphic, "is in registration colour")
        yield from _type_inks(graphic)
        if _vanishes(graphic):
            yield _fault("P18", graphic, "is white and overprints")


def _spaces(graphic: Graphic, space: Space, page: Page, document: _Document) -> Iterator[_Fault]:
    source = space.source
    told = f"is in {source.family}"
    if source.model == "rgb":
        yield _fault("P10", graphic, f"{told}, which is RGB")
    elif source.family in ("Lab", "CalGray") or source.model in ("lab", "unknown"):
        yield _fault("P11", graphic, told, source.family)
    elif source.family == "ICCBased" and document.rules.profile == "x1a":
        yield _fault("P11", graphic, f"{told}, which PDF/X-1a does not know", source.family)
    for spot in source.names:
        if spot in (*PROCESS, "All", "None"):
            continue
        if spot not in document.rules.spots:
            yield _fault("P12", graphic, f"is in the spot colour “{spot}”", spot)
        if len(source.names) == 1 and source.base:
            full = Paint(source, (1.0,)).look
            meaning = source.base.family, full and tuple(round(each, 2) for each in full)
            first, number = document.spots.setdefault(spot, (meaning, page.number))
            if first != meaning:
                told = f"is in the spot colour “{spot}”, which page {number} draws otherwise"
                yield _fault("P13", graphic, told, spot)


def _laid(graphic: Graphic) -> Iterator[dict[str, float]]:
    for each in graphic.paints:
        if each.inks:
            yield {ink: share for ink, share in each.inks.items() if share > 0.005}


def _registers(graphic: Graphic) -> bool:
    """Whether it is in the colour of all inks."""
    return any("All" in each.space.source.names and not each.blank for each in graphic.paints)


def _type_inks(graphic: Graphic) -> Iterator[_Fault]:
    if not _shown(graphic):
        return
    for laid in _laid(graphic):
        cyan, magenta, yellow, black = (laid.get(ink, 0) for ink in PROCESS)
        coloured = cyan + magenta + yellow
        if (black >= 0.85 and coloured > 0.05) or min(cyan, magenta, yellow) >= 0.6:
            told = ", ".join(f"{ink} {100 * share:.0f} %" for ink, share in laid.items())
            yield _fault("P14", graphic, f"is black made of {told}")
            return
        for size, most in _SMALL:
            if graphic.size < size - 0.01 and len(laid) > most:
                told = f"is {graphic.size:.1f} pt in {len(laid)} inks; under {size} pt"
                yield _fault("P17", graphic, f"{told} there should be no more than {most}")
                return


def _vanishes(graphic: Graphic) -> bool:
    """Whether it lays down nothing and takes nothing away (ISO 32000-1, 8.6.7)."""
    colour = graphic.fill or graphic.line
    if not graphic.overprints or colour is None or not graphic.blank or graphic.stops:
        return False
    return graphic.keeps or colour.space.family == "DeviceGray"


def _ink(page: Page, document: _Document) -> Iterator[_Fault]:
    """All inks together, of what is drawn and of images."""
    limit = document.rules.ink
    for graphic in page.printed:
        if graphic.image and not graphic.image.stencil:
            yield from _image_ink(graphic, limit, document)
            continue
        if (graphic.kind == "text" and not _shown(graphic)) or graphic.blank:
            continue
        if _registers(graphic):
            continue  # which is told of as such
        most = max((each.total for each in graphic.paints), default=0)
        if graphic.laid is not None and graphic.laid is not graphic.paints[0].inks:
            most = max(most, total(graphic.laid))
        most = max(most, _over_images(graphic, document))
        if most > limit + _INK_SLACK:
            beneath = max(each.total for each in graphic.paints) <= limit + _INK_SLACK
            told = " with what it overprints" if beneath else ""
            yield _fault(
                "P15", graphic, f"lays down {most:.0f} % of ink{told}; {limit:g} % is the most"
            )


def _over_images(graphic: Graphic, document: _Document) -> float:
    """Return the most ink that what overprints an image has with what is left of that, or 0."""
    own = graphic.fill.inks if graphic.fill and graphic.keeps else None
    if not own:
        return 0.0
    most = 0.0
    for each in graphic.under:
        a, b, c, d, e, f = each.matrix
        if each.image is None or each.image.stencil or b or c or not (a and d):
            continue
        kept = tuple(sorted(ink for ink, share in own.items() if share))
        sums = document.look(f"without {kept}", each.image, partial(pixels.laid, each.image, kept))
        if sums is not None:
            across = sorted((x - e) / a for x in (graphic.box[0], graphic.box[2]))
            down = sorted(1 - (y - f) / d for y in (graphic.box[1], graphic.box[3]))
            region = (across[0], down[0], across[1], down[1])
            most = max(most, total(own) + pixels.most_within(sums, region))
    return most if most > document.rules.ink + _PIXEL_SLACK else 0.0


def _image_ink(graphic: Graphic, limit: float, document: _Document) -> Iterator[_Fault]:
    image = graphic.image
    if image is None or not image.space or image.space.source.model not in ("cmyk", "inks"):
        return
    a, b, c, d, _, _ = graphic.matrix
    area = abs(a * d - b * c) / MM**2
    if area <= 0:
        return
    least = min(0.5, _SPOT / area)
    look = partial(pixels.ink, image, limit + _PIXEL_SLACK, least)
    if found := document.look("ink", image, look):
        most, (left, top, right, bottom) = found
        box = around((left, 1 - bottom, right, 1 - top), graphic.matrix)
        told = f"lays down {most:.0f} % of ink; {limit:g} % is the most"
        yield replace(_fault("P16", graphic, told), box=box)


# images


def _images(page: Page, document: _Document) -> Iterator[_Fault]:
    """Pixels at the size they are printed in, and kinds of images."""
    x1a = document.rules.profile == "x1a"
    for note in page.notes:
        if note.kind == "opi":
            yield _Fault("P27", f"image {note.told}", "is a stand-in for OPI", key=note.told)
        elif note.kind == "postscript":
            yield _Fault("P27", f"object {note.told}", "is PostScript", key=note.told)
    for graphic in page.printed:
        image = graphic.image
        if image is None or graphic.within == "glyph":
            continue
        if image.width * image.height > pixels.MOST_PIXELS or document.left < 0:
            told = f"is not looked at: more than {pixels.MOST_PIXELS:,} pixels, or"
            yield _fault("L01", graphic, f"{told} {_ALL_PIXELS:,} in all images")
            continue
        if x1a and "JPXDecode" in image.filters:
            yield _fault("P27", graphic, "is JPEG 2000", "jpx")
        if x1a and image.bits == 16:
            yield _fault("P27", graphic, "has 16 bits for each component", "bits")
        if entry(image.stream, "/Alternates") is not None:
            yield _fault("P27", graphic, "has alternates", "alternates")
        yield from _pixels(graphic, document)


def _pixels(graphic: Graphic, document: _Document) -> Iterator[_Fault]:
    image = graphic.image
    a, b, c, d, _, _ = graphic.matrix
    width, height = hypot(a, b), hypot(c, d)
    if image is None or min(width, height) < _DECORATION:
        return
    ppi = min(image.width / width, image.height / height) * 72
    art = image.stencil or (image.bits == 1 and image.space is not None and image.space.size == 1)
    least, wanted = _ART_PPI if art else _PPI
    codes = ("P24", "P23") if art else ("P21", "P22")
    if not document.press:
        least, wanted = 0, _OFFICE_PPI
    if ppi < wanted - 1 and not document.look("flat", image, partial(pixels.flat, image)):
        bad = ppi < least - 1
        limit = f"{least} ppi is the least" if bad else f"{wanted} ppi is good"
        kind = "line art of " if art else ""
        yield _fault(codes[0 if bad else 1], graphic, f"has {kind}{ppi:.0f} ppi; {limit}")
    if not document.press:
        return
    turned = degrees(atan2(b, a))
    off = abs(turned - 90 * round(turned / 90))
    askew = abs(a * c + b * d) / (width * height)
    if askew > 0.002:
        yield _fault("P25", graphic, f"is put in askew by {degrees(askew):.1f}°")
    elif off > 0.1:
        yield _fault("P25", graphic, f"is put in turned by {turned:.1f}°")
    if not art and (told := document.look("detail", image, partial(pixels.enlarged, image))):
        yield _fault("P26", graphic, f"was enlarged before: {told}")


# type and lines


def _type(page: Page, document: _Document) -> Iterator[_Fault]:
    """Fonts, the size of type, lines, and text near the edge."""
    fonts: set[Font] = set()
    for graphic in page.graphics:
        font = graphic.font
        if not _shown(graphic) or font is None or font in fonts:
            continue
        fonts.add(font)
        if font.kind == "Type3":
            if document.press:
                yield _Fault("P31", f"font {font.name}", "is a Type 3 font", graphic.box, font)
            continue
        descriptor = entry(font.descendant, "/FontDescriptor")
        files = (entry(descriptor, f"/FontFile{n}") for n in ("", 2, 3))
        if not any(is_stream(each) for each in files):
            yield _Fault("P30", f"font {font.name}", "is not embedded", graphic.box, font)
    safety, paper = document.rules.safety * MM, page.trim if document.press else page.sheet
    for graphic in page.printed:
        if _shown(graphic):
            if graphic.size < _SMALLEST - 0.01:
                told = f"is {graphic.size:.1f} pt; {_SMALLEST} pt is the least"
                yield _fault("P32", graphic, told)
            if not _within(graphic.box, _grown(paper, -safety), _TEXT_SLACK):
                yield _fault("P34", graphic, _near(graphic.box, paper, document))
        if graphic.kind != "shape" or not document.press or graphic.blank:
            continue
        if graphic.within == "glyph":
            continue
        finest = min(graphic.width, graphic.thin)
        if finest < _FINEST - 0.005:
            yield _fault("P33", graphic, f"is {finest:.2f} pt thick; {_FINEST} pt is the least")


def _near(box: Box, paper: Box, document: _Document) -> str:
    room = min((box[0] - paper[0], box[1] - paper[1], paper[2] - box[2], paper[3] - box[3])) / MM
    edge = "trim" if document.press else "edge of the paper"
    if room < 0:
        return f"reaches {-room:.1f} mm over the {edge}"
    return f"is {room:.1f} mm from the {edge}; {document.rules.safety:g} mm is the least"


# what else a file for print must not hold


def _extras(page: Page, document: _Document) -> Iterator[_Fault]:
    """Annotations, transparency and the like on a page."""
    x1a = document.rules.profile == "x1a"
    for note in page.notes:
        if note.kind == "transparency" and x1a:
            yield _Fault("P46", "", f"has transparency: {note.told}", key=note.told)
        elif note.kind == "altering":
            yield _Fault("P48", "", f"sets {note.told} in its graphics state", key=note.told)
    if entry(page.object, "/AA") is not None:
        yield _Fault("P41", "", "has actions")
    if entry(page.object, "/SeparationInfo") is not None:
        yield _Fault("P49", "", "is a separation of one ink")
    for annotation in items(entry(page.object, "/Annots")):
        kind = name(entry(annotation, "/Subtype"))
        place = as_box(entry(annotation, "/Rect"))
        box = None if place == EVERYWHERE else around(place, page.matrix)
        what = f"an annotation of the kind {kind}"
        action = name(entry(annotation, "/A", "/S"))
        if entry(annotation, "/AA") is not None or action not in ("", "URI", "GoTo", "GoToR"):
            yield _Fault("P41", what, f"has the action {action or 'AA'}", box, action)
        if kind == "Widget":
            yield _Fault("P42", "a form field", "lies on the page", box)
        elif kind in _MEDIA:
            yield _Fault("P43", what, "lies on the page", box, kind)
        elif kind == "FileAttachment":
            yield _Fault("P44", "an attached file", "lies on the page", box)
        elif kind not in _UNDISPUTED and (box is None or meet(_grown(box, 0.01), page.bleed)):
            yield _Fault("P47", what, "lies on the page", box, kind)


def _whole(document: _Document) -> Iterator[Finding]:
    """Encryption, actions, forms, attachments, layers and the number of pages."""
    root, rules = document.root, document.rules
    if document.pdf.is_encrypted:
        yield document.finding("P40", "is encrypted")
    yield from _actions(document)
    if items(entry(root, "/AcroForm", "/Fields")) or entry(root, "/AcroForm", "/XFA") is not None:
        yield document.finding("P42", "holds a form")
    attached = leaves(entry(root, "/Names", "/EmbeddedFiles"), "/Names", document.file)
    if any(True for _ in attached) or items(entry(root, "/AF")):
        yield document.finding("P44", "holds attached files")
    yield from _layers(document)
    count = len(document.pdf.pages)
    if rules.multiple > 1 and count % rules.multiple:
        told = f"has {count} pages, which is no multiple of {rules.multiple}"
        yield document.finding("P49", told)


def _actions(document: _Document) -> Iterator[Finding]:
    root = document.root
    opening = entry(root, "/OpenAction")
    if isinstance(opening, pikepdf.Dictionary):
        yield document.finding("P41", f"has the action {name(entry(opening, '/S'))} on opening")
    if entry(root, "/AA") is not None:
        yield document.finding("P41", "has actions")
    if any(True for _ in leaves(entry(root, "/Names", "/JavaScript"), "/Names", document.file)):
        yield document.finding("P41", "holds JavaScript")


def _layers(document: _Document) -> Iterator[Finding]:
    """Optional content: none in PDF/X-1a, and of one meaning in PDF/X-4."""
    told = entry(document.root, "/OCProperties")
    if told is None:
        return
    if document.rules.profile == "x1a":
        yield document.finding("P45", "has layers, which PDF/X-1a does not know")
        return
    default = entry(told, "/D")
    configurations = [default, *items(entry(told, "/Configs"))]
    if any(not string(entry(each, "/Name")) for each in configurations):
        yield document.finding("P45", "has a configuration of layers without a name")
    if any(entry(each, "/AS") is not None for each in configurations):
        yield document.finding("P45", "has layers that are shown or hidden by themselves (AS)")
    layers = items(entry(told, "/OCGs"))
    base = name(entry(default, "/BaseState"))
    on = {each.objgen for each in items(entry(default, "/ON")) if hasattr(each, "objgen")}
    off = {each.objgen for each in items(entry(default, "/OFF")) if hasattr(each, "objgen")}
    for layer in layers[:1000]:
        number = getattr(layer, "objgen", None)
        hidden = number in off or (base == "OFF" and number not in on)
        if hidden or name(entry(layer, "/Usage", "/Print", "/PrintState")) == "OFF":
            told = string(entry(layer, "/Name")) or "without a name"
            yield document.finding("P45", f"has a layer that does not print: {told}")


def _office_whole(document: _Document) -> Iterator[Finding]:
    if document.pdf.is_encrypted and not document.pdf.allow.print_highres:
        yield document.finding("P40", "is encrypted, and must not be printed")
    if (
        any(
            True
            for _ in leaves(entry(document.root, "/Names", "/JavaScript"), "/Names", document.file)
        )
        or name(entry(document.root, "/OpenAction", "/S")) == "JavaScript"
    ):
        yield document.finding("P41", "holds JavaScript")


# what the file says of itself


def _intent(document: _Document) -> Iterator[Finding]:
    """The output intent (ISO 15930-7, output intent; ISO 32000-1, 14.11.5)."""
    x1a = document.rules.profile == "x1a"
    intents = [
        each
        for each in items(entry(document.root, "/OutputIntents"))
        if name(entry(each, "/S")) == "GTS_PDFX"
    ]
    if not intents:
        yield document.finding("P05", "has no output intent of PDF/X")
        return
    if len(intents) > 1:
        yield document.finding("P05", f"has {len(intents)} output intents of PDF/X")
    intent = intents[0]
    if not string(entry(intent, "/OutputConditionIdentifier")):
        yield document.finding("P05", "has an output intent without OutputConditionIdentifier")
    profile = entry(intent, "/DestOutputProfile")
    if not is_stream(profile):
        by_reference = entry(intent, "/DestOutputProfileRef") is not None
        if not (string(entry(intent, "/RegistryName")) if x1a else by_reference):
            yield document.finding("P05", "has an output intent without a profile")
        return
    if problem := _profile_problem(profile, document.file):
        yield document.finding("P05", f"has an output intent whose profile {problem}")


def _profile_problem(profile: Any, file: Path) -> str:
    """Return what is wrong with the profile of an output intent, or nothing."""
    data = unpacked(profile, file)
    if len(data) < 132 or data[36:40] != b"acsp":
        return "is no ICC profile"
    if int.from_bytes(data[:4], "big") > len(data):
        return f"is cut off: {len(data):,} bytes of {int.from_bytes(data[:4], 'big'):,}"
    if data[12:16] != b"prtr":
        return f"is not one for printing, but of the class “{data[12:16].decode('latin-1')}”"
    space = data[16:20].decode("latin-1").strip()
    sizes = {"CMYK": 4, "GRAY": 1}
    if space not in sizes:
        return f"is for {space}, not for CMYK"
    if entry(profile, "/N") != sizes[space]:
        return f"is for {space} and said to have {entry(profile, '/N')} components"
    return ""


def _declaration(document: _Document) -> Iterator[Finding]:
    """What the file says of itself (ISO 15930-7, identification; ISO 15930-4, Info)."""
    pdf, x1a = document.pdf, document.rules.profile == "x1a"
    xmp, info = metadata_of(document.root, document.file), entry(pdf.trailer, "/Info")
    version = string(entry(info, "/GTS_PDFXVersion")) or ""
    conformance = string(entry(info, "/GTS_PDFXConformance")) or ""
    most = "1.6"
    if x1a:
        most = "1.3" if "2001" in version else "1.4"
        if version == "PDF/X-1:2001" and conformance != "PDF/X-1a:2001":
            yield document.finding("P06", "has no GTS_PDFXConformance PDF/X-1a:2001 in its Info")
        elif version not in ("PDF/X-1:2001", "PDF/X-1a:2001", "PDF/X-1a:2003"):
            told = f"says “{version}”" if version else "says nothing"
            yield document.finding("P06", f"does not say that it is PDF/X-1a: its Info {told}")
    elif xmp.get(_X) not in ("PDF/X-4", "PDF/X-4p"):
        told = f"says “{xmp[_X]}”" if xmp.get(_X) else "says nothing"
        yield document.finding("P06", f"does not say that it is PDF/X-4: its XMP {told}")
    has = max(pdf.pdf_version, (name(entry(document.root, "/Version")) or "1.0"))
    if has > most:
        yield document.finding("P08", f"is PDF {has}; {most} is the most")
    yield from _metadata(document, xmp, info, x1a)


def _metadata(document: _Document, xmp: dict[str, str], info: Any, x1a: bool) -> Iterator[Finding]:
    said = {
        "Title": (string(entry(info, "/Title")), xmp.get(DC_TITLE)),
        "CreationDate": (string(entry(info, "/CreationDate")), xmp.get(f"{_XMP}CreateDate")),
        "ModDate": (string(entry(info, "/ModDate")), xmp.get(f"{_XMP}ModifyDate")),
        "Producer": (string(entry(info, "/Producer")), xmp.get(f"{_PDF}Producer")),
        "Creator": (string(entry(info, "/Creator")), xmp.get(f"{_XMP}CreatorTool")),
    }
    for key in ("Title", "CreationDate", "ModDate"):
        if not said[key][0 if x1a else 1]:
            yield document.finding("P07", f"has no {key} in its {'Info' if x1a else 'XMP'}")
    for key, (one, other) in said.items():
        if one and other and _plain(one) != _plain(other):
            told = f"has a {key} “{short(one)}” in Info and “{short(other)}” in XMP"
            yield document.finding("P07", told)
    trapped = name(entry(info, "/Trapped")) or xmp.get(f"{_PDF}Trapped", "")
    if trapped not in ("True", "False"):
        told = "is not known" if trapped else "is not told"
        yield document.finding("P07", f"does not say whether it is trapped: Trapped {told}")
    if len(items(entry(document.pdf.trailer, "/ID"))) != 2:
        yield document.finding("P07", "has no ID")
    for key in () if x1a else ("DocumentID", "VersionID", "RenditionClass"):
        if not xmp.get(_XMP_MM + key):
            yield document.finding("P07", f"has no {key} in its XMP")


def _plain(value: str) -> object:
    """Return a value of metadata so that it can be compared: of a date its moment."""
    digits = re.sub(r"^D:|'", "", value)
    found = re.fullmatch(
        r"(\d{4})-?(\d\d)-?(\d\d)T?(\d\d):?(\d\d):?(\d\d)(?:\.\d+)?(Z|[-+]\d\d:?\d\d)?.*", digits
    )
    if not found:
        return " ".join(value.split())
    zone = (found[7] or "Z").replace(":", "").replace("Z", "+0000")
    with suppress(ValueError):
        return dt.datetime.strptime("".join(found.groups()[:6]) + zone, "%Y%m%d%H%M%S%z")
    return value


# printing at home and in an office


def _office(page: Page, document: _Document) -> Iterator[_Fault]:
    """What spends toner, cannot be read in grey, or leads nowhere from paper."""
    dark = [each for each in page.graphics if _is_dark(each)]
    if dark:
        share = _dark_share(page)
        if share > _DARK_SHARE:
            lefts, bottoms, rights, tops = zip(*(each.box for each in dark), strict=True)
            box = (min(lefts), min(bottoms), max(rights), max(tops))
            told = f"{100 * share:.0f} % of the page; {100 * _DARK_SHARE:.0f} % is the most"
            yield _Fault("P60", "dark grounds cover", told, box)
    for graphic in page.graphics:
        if graphic.within in ("mask", "glyph") or not _shown(graphic):
            continue
        document.texts.append(graphic.text)
        tone, ground = graphic.grey, graphic.ground
        if tone is None or ground is None or graphic.fill is None:
            continue
        found = contrast((tone,) * 3, (ground,) * 3)
        if found < _CONTRAST:
            told = f"has a contrast of {found:.1f}:1 in greys; {_CONTRAST}:1 is the least"
            yield _fault("P61", graphic, told)
    for link in items(entry(page.object, "/Annots")):
        address = string(entry(link, "/A", "/URI")) or ""
        place = as_box(entry(link, "/Rect"))
        if address.startswith(("http:", "https:", "mailto:")) and place != EVERYWHERE:
            document.links.append((page, around(place, page.matrix), address))


def _is_dark(graphic: Graphic) -> bool:
    left, bottom, right, top = graphic.box
    ground = graphic.kind in ("shape", "shading") and (right - left) * (top - bottom) > _GROUND
    if not ground or graphic.within in ("mask", "glyph"):
        return False
    greys = [each.grey for each in graphic.stops]
    if greys and None not in greys:
        return sum(each or 0 for each in greys) / len(greys) < _DARK
    return graphic.fill is not None and graphic.grey is not None and graphic.grey < _DARK


def _dark_share(page: Page) -> float:
    fields = page.map.getcolors(page.map.width * page.map.height) or []
    dark = sum(times for times, number in fields if number and _is_dark(page.graphics[number - 1]))
    return int(dark) / int(page.map.width * page.map.height)


def _addresses(document: _Document) -> Iterator[Finding]:
    """Links whose address stands nowhere on paper."""
    printed = _squeezed("".join(document.texts))
    if printed.count("\ufffd") * 2 > len(printed):
        return  # its fonts do not tell their letters
    told: set[str] = set()
    for page, box, address in document.links:
        bare = _squeezed(re.sub(r"^(https?://|mailto:)", "", address).split("?subject")[0])
        if bare.rstrip("/") in printed or address in told:
            continue
        told.add(address)
        if len(told) > _MOST:
            continue
        place = placed(page, box)
        where = "at {:.1f}, {:.1f} mm".format(*place)
        message = f"page {page.number}: the link to {short(address)}, {where}, prints no address"
        yield finding("P62", message, document.file, page=page.number, place=place)
    if len(told) > _MOST:
        yield document.finding("P62", f"{len(told) - _MOST} more links print no address")


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad\u2060]", "", unquote(text)).casefold()


def on_paper(data: bytes, file: Path, content: Content | None = None) -> Check:
    """Return what to warn of before a PDF is printed at home or in an office.

    Pages that take much toner, text that is lost in greys, links whose address is not printed. With
    its `content` as it was read before, only pages are gone through that it has doubts about.
    """
    label = "on paper"
    try:
        document = _Document(open_pdf(data, file), file, Rules("office"))
        document.texts += content.blocks if content else []
        walk, seen = Walk(document.pdf, file), []
        for number, source in enumerate(document.pdf.pages, 1):
            certain = content and number not in content.doubtful
            page = (walk.boxed if certain else walk.draw)(number, source.obj)
            seen.append(run(label, partial(_told, page, _office, document), file))
    except BriefError:
        return Check(label, "not run", reason="the file cannot be read")
    seen.append(run(label, partial(_addresses, document), file))
    return run(label, lambda: [told for each in seen for told in each.findings], file)


_OF_PAGES: dict[str, _PageRule] = {
    "boxes": _boxes,
    "colour": _colour,
    "ink": _ink,
    "images": _images,
    "type": _type,
    "extras": _extras,
}
_OF_FILES: dict[str, _FileRule] = {
    "output intent": _intent,
    "declaration": _declaration,
    "extras": _whole,
}
_OF_OFFICE: dict[str, _PageRule] = {"images": _images, "type": _type, "on paper": _office}
_OF_OFFICE_FILES: dict[str, _FileRule] = {"extras": _office_whole, "on paper": _addresses}


# a picture of what was found


def picture(data: bytes, findings: Iterable[Finding]) -> Iterator[tuple[int, bytes]]:
    """Yield each page that findings have a place on, from 1, and a PNG of it with these marked.

    Each is numbered as in the order of `findings`, from 1. Raises CheckError for a file that
    cannot be opened.
    """
    import pypdfium2
    from PIL import Image, ImageDraw, ImageFont

    marked: dict[int, list[tuple[int, Finding]]] = {}
    for number, found in enumerate(findings, 1):
        if found.page:
            marked.setdefault(found.page, []).append((number, found))
    pdf = open_pdf(data, Path())
    try:
        walk = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise CheckError(finding("C09", f"cannot be drawn: {error}")) from error
    font = ImageFont.load_default(size=16)
    colours = {"error": (208, 0, 32), "warning": (200, 110, 0), "info": (0, 90, 200)}
    for number, found_here in sorted(marked.items()):
        if not 0 < number <= len(pdf.pages):
            continue
        source = pdf.pages[number - 1].obj
        page = Walk(pdf, Path()).boxed(number, source)
        left, _, _, top = page.paper
        width, height = (page.paper[2] - left, top - page.paper[1])
        scale = min(110 / 72, 2400 / max(width, height, 1))
        drawn = walk[number - 1].render(scale=scale / page.unit).to_pil().convert("RGB")
        pen = ImageDraw.Draw(drawn, "RGBA")
        across, down = (drawn.width / max(width, 1), drawn.height / max(height, 1))
        for order, found in found_here:
            colour = colours[found.severity.value]
            boxes = []
            for place in (found.place, *found.alike):
                x, y, wide, high = (each * MM for each in place) if place else (0, 0, width, height)
                if place:
                    x, y = x + page.trim[0] - left, y + top - page.trim[3]
                # what is large would tint all else
                faint = 36 if wide * high < width * height / 8 else 0
                box = (x * across - 2, y * down - 2, (x + wide) * across + 2, (y + high) * down + 2)
                pen.rectangle(box, outline=(*colour, 255), fill=(*colour, faint), width=2)
                boxes.append(box)
            label = str(order)
            at = (
                min(max(boxes[0][0], 0), drawn.width - 30),
                min(max(boxes[0][1] - 20, 0), drawn.height - 20),
            )
            pen.rectangle((*at, at[0] + 10 * len(label) + 6, at[1] + 20), fill=(*colour, 255))
            pen.text((at[0] + 3, at[1] + 1), label, font=font, fill=(255, 255, 255, 255))
        kept = BytesIO()
        Image.Image.save(drawn, kept, "PNG")
        yield number, kept.getvalue()
