"""Reads a finished PDF back: what its pages draw, the tag tree over it, the text in reading order.

It takes any file. What is malformed inside one is passed over as a viewer would, and left for
the rules in `pdf.py` to find wanting. Only a file that cannot be opened, or that would cost more
memory or time than a document may, raises.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf

from brief.checks.pdfdraw import Canvas, Mark, Piece
from brief.checks.pdfobjects import (
    MAX_COUNT,
    MAX_STEPS,
    Number,
    entry,
    items,
    leaves,
    name,
    number,
    open_pdf,
    pairs,
    string,
)
from brief.checks.result import IMAGE, PARTS, Drawn, Leads, Lines, Part, Passage, Spot, cell
from brief.findings import LimitError, finding
from brief.language import direction


@dataclass(slots=True)
class Element:
    """A structure element."""

    #: its standard type, found through the role map
    kind: str
    number: Number
    parent: Element | None
    kids: list[Element | Mark] = field(default_factory=list)
    #: the annotations it holds
    annotations: list[Number] = field(default_factory=list)
    alt: str | None = None
    actual: str | None = None
    #: its language, in lower case
    lang: str = ""
    #: of a cell the columns and rows that it spans
    spans: tuple[int, int] = (1, 1)

    def within(self, kind: str) -> bool:
        """Whether it is, or lies inside, an element of a kind."""
        element: Element | None = self
        while element is not None and element.kind != kind:
            element = element.parent
        return element is not None


@dataclass(slots=True)
class _Open:
    """An element whose kids are being read."""

    kids: Iterator[Element | Mark]
    #: of the block that it is or stands in
    kind: str
    lang: str
    #: what holds that block, and what holds the blocks in it
    within: tuple[tuple[str, object], ...] = ()
    inner: tuple[tuple[str, object], ...] = ()
    #: how many passages came before that block
    before: int = 0
    is_block: bool = True
    #: what it is within the block's lines
    parts: list[Part] = field(default_factory=list)


class Document:
    """A PDF read back."""

    def __init__(self, data: bytes, file: Path) -> None:
        self.file = file
        self.pdf = open_pdf(data, file)
        self.root: Any = self.pdf.Root
        self.page_objects = [page.obj for page in self.pdf.pages]
        #: each page, by its object number, from 0
        self.pages: dict[Number, int] = {
            page.objgen: at for at, page in enumerate(self.page_objects)
        }
        canvas = Canvas(file)
        for page in self.page_objects:
            canvas.page(page)
        #: in the order of drawing
        self.pieces = canvas.pieces
        self.marked: dict[Mark | None, list[Piece]] = {}
        for piece in self.pieces:
            self.marked.setdefault(piece.mark, []).append(piece)
        self.fonts = canvas.fonts
        #: how many images are artifacts
        self.decorations = canvas.decorations
        #: pages, from 0, of which something may be lost, or take much toner, in greys
        self.doubtful = canvas.doubtful
        self.damage = canvas.damage
        lang = (string(entry(self.root, "/Lang")) or "").casefold()
        #: whether it is in a language that is written from right to left
        self.rtl = direction(lang) == "rtl"
        self.tree = Element("StructTreeRoot", (0, 0), None, lang=lang)
        #: the element that holds each piece of marked content
        self.holders: dict[Mark, Element] = {}
        #: what the tree holds more than once
        self.repeated: list[Element | Mark] = []
        _grow(self)
        for element in self.elements():
            # what is written in a picture that words stand for belongs to the picture
            if element.kind == "Figure" and (element.alt or element.actual):
                for piece in self._places(element):
                    piece.kind = "lettering" if piece.kind == "text" else piece.kind

    @property
    def tagged(self) -> bool:
        """Whether there is a tag tree with anything in it."""
        return bool(self.tree.kids)

    def elements(self) -> Iterator[Element]:
        """Yield every structure element, in the order of the tree."""
        todo: list[Element | Mark] = [self.tree]
        while todo:
            element = todo.pop()
            if isinstance(element, Element):
                yield element
                todo += reversed(element.kids)

    def warnings(self) -> list[str]:
        """Return what qpdf had to mend, so far."""
        return [str(warning) for warning in self.pdf.get_warnings()]

    def blocks(self) -> list[Passage]:
        """Return the text in reading order: that of the tag tree, else that of the drawing.

        Line breaks are undone. Of hyphens at them U+2010 and U+00AD, which layout engines put
        there, are dropped; a hyphen-minus stays: it may be the author's. Fonts that draw both
        with one glyph leave no way to tell them apart, so compare without hyphens. Spaces that a
        page only implies are not invented. Text drawn from right to left is put back into the
        order of reading as well as its drawing lets one know.
        """
        if not self.tagged:
            pages = groupby(self.pieces, lambda piece: piece.page)
            read = ((page, as_lines([*drawn], self.rtl)) for page, drawn in pages)
            return [Passage("", text, page=page + 1) for page, text in read if unbroken(text)]
        return [each for each in self.passages() if each.text and each.kind != IMAGE]

    def passages(self) -> list[Passage]:  # noqa: PLR0915
        """Return what the tag tree holds, in its order: text, and images by their alternatives.

        An image within a block of text follows it.
        """
        found: list[Passage] = []
        lines = Lines[Piece]()
        images: list[Passage] = []
        leads = Leads()
        left = 2 * MAX_COUNT

        def flush(block: _Open, empty: bool = False) -> None:
            page = lines.pieces[0].page + 1 if lines.pieces else 0
            heights = (each.baseline for each in lines.pieces)
            height = next((each for each in heights if each is not None), None)
            text, parts = lines.take(lambda pieces: as_lines(pieces, self.rtl))
            if unbroken(text) and block.lang != self.tree.lang:
                parts = ((f"lang {block.lang}", text), *parts)
            leads.take(len(found), unbroken(text))
            if unbroken(text):
                found.append(Passage(block.kind, text, page, block.within, parts, (), height))
            elif empty:
                found.append(Passage(block.kind, "", 0, block.within))
            found.extend(replace(each, within=block.within) for each in images)
            images.clear()

        path = [_Open(iter(self.tree.kids), "", self.tree.lang)]
        while path:
            here = path[-1]
            kid = next(here.kids, None)
            if kid is None:
                if here.is_block:
                    # an empty cell is a cell
                    flush(here, here.kind in ("TD", "TH") and here.before == len(found))
                for part in here.parts:
                    lines.end(part)
                path.pop()
            elif isinstance(kid, tuple):
                # WeasyPrint draws nothing for a space that stands alone between two elements
                space = Piece("text", self.pages.get(kid[0], 0), kid, [" "])
                pieces = self.marked.get(kid, [])
                if not (pieces and self.holders[kid].kind == "Figure"):
                    pieces = [each for each in pieces if each.kind != "drawing"] or [space]
                lines.pieces += pieces
                left -= len(pieces)
                if left < 0:  # the tree holds the same content again and again
                    message = "has a tag tree that is too large"
                    raise LimitError(finding("L01", message, self.file))
            elif kid.kind != "Artifact":
                path.append(self._opened(kid, here, lines, flush, len(found)))
                leads.begins.setdefault(kid.number, len(found))
                leads.pending += self._followed(kid)
                place = next(self._places(kid), None)
                if kid.kind == "Figure" and place and any(self._images(kid)):
                    alt, page = kid.alt or kid.actual or "", place.page + 1
                    images.append(Passage(IMAGE, alt, page, drawn=_drawn(self._places(kid))))
                elif kid.actual is not None:
                    place = place or Piece("text", 0, None)
                    lines.pieces.append(replace(place, kind="text", glyphs=[kid.actual], told=True))
                    path[-1].kids = iter(())
        return leads.given(found)

    def _followed(self, element: Element) -> Iterator[Number | Spot]:
        """Yield the element or the place in the document that an element, if a link, leads to."""
        holders = [element, *(kid for kid in element.kids if isinstance(kid, Element))]
        told = [each for holder in holders for each in holder.annotations]
        if element.kind == "Link" and told:
            targets = set(map(self._led, told))
            if targets != {None}:
                yield targets.pop() or Spot() if len(targets) == 1 else Spot()

    def _led(self, annotation: Number) -> Number | Spot | None:
        """Return the element or the place that an annotation leads to; None is outside."""
        link = self.pdf.get_object(annotation)
        if entry(link, "/A", "/URI") is not None:
            return None
        structure = next(iter(items(entry(link, "/A", "/SD"))), None)
        if structure is not None:
            return number(structure) or Spot()
        told = entry(link, "/Dest")
        told = entry(link, "/A", "/D") if told is None else told
        if named := name(told) or string(told) or "":
            told = self._named.get(named)
        inner = entry(told, "/D")
        place = items(told if inner is None else inner)
        try:
            return Spot(self.pages[place[0].objgen] + 1, float(place[3]), named)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            return Spot()

    @cached_property
    def _named(self) -> dict[str | None, Any]:
        """The places that have a name."""
        told = leaves(entry(self.root, "/Names", "/Dests"), "/Names", self.file)
        return {string(key): place for key, place in told}

    def _opened(
        self,
        element: Element,
        around: _Open,
        lines: Lines[Piece],
        flush: Callable[[_Open], None],
        before: int,
    ) -> _Open:
        """Return an element as it is entered, after what came before it in a block has ended."""
        kind, kids = element.kind, iter(element.kids)
        if kind in INLINE or (kind == "Figure" and around.kind in _TEXT):
            named = [kind] if kind in _NAMED_PARTS else []
            named += [f"lang {element.lang}"] if element.lang != around.lang else []
            opened = replace(around, kids=kids, lang=element.lang, is_block=False)
            opened.parts = [lines.begin(each) for each in named]
            return opened
        flush(around)
        told = "Note" if kind == "FENote" else cell(kind, *element.spans)
        inner = around.inner if kind in _GROUPS else (*around.inner, (told, id(element)))
        within = inner if kind in _HOLDERS else around.inner
        number = kind == "Lbl" and around.kind in ("Note", "FENote")
        return _Open(kids, "number" if number else kind, element.lang, within, inner, before)

    def _places(self, element: Element) -> Iterator[Piece]:
        """Yield what is drawn for an element itself."""
        for kid in element.kids:
            if isinstance(kid, tuple):
                yield from self.marked.get(kid, ())

    def _images(self, element: Element) -> Iterator[Piece]:
        places = self._places(element)
        return (piece for piece in places if piece.kind in PICTURED and not piece.hidden)


@lru_cache(maxsize=1)
def document_of(data: bytes, file: Path) -> Document:
    """Return a PDF read back: the same again if it was the last, since pages take long to read."""
    return Document(data, file)


#: what a picture is made of
PICTURED = frozenset({"image", "drawing", "lettering"})


def _drawn(pieces: Iterable[Piece]) -> Drawn:
    """Return what the pieces of a picture show that is not pixels."""
    texts: list[tuple[str, float, float]] = []
    shapes: list[tuple[bool, bool, list[tuple[float, float]]]] = []
    sizes: list[float] = []
    for piece in pieces:
        if piece.kind == "lettering" and not piece.hidden:
            sizes.append(piece.size)
            texts.append((piece.text, (piece.start + piece.end) / 2, piece.baseline or 0))
        shapes += piece.shapes
    bars, dots = [], []
    for filled, rectangle, points in shapes:
        if not (filled and points):
            continue
        (left, bottom), (right, top) = _corners(points)
        if rectangle:
            bars.append((left, bottom, right, top))
        else:
            dots.append(((left + right) / 2, (bottom + top) / 2))
    lines = tuple(tuple(each) for filled, _, each in shapes if not filled)
    return Drawn(tuple(texts), tuple(bars), lines, tuple(dots), min(sizes, default=0))


def _corners(points: list[tuple[float, float]]) -> tuple[tuple[float, float], tuple[float, float]]:
    across, up = zip(*points, strict=True)
    return (min(across), min(up)), (max(across), max(up))


_WITHIN_LINES = (
    "Span Quote Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Form Sub Em Strong"
    " NonStruct Private"
)
_BLOCKS = (
    "Document DocumentFragment Part Art Sect Div BlockQuote Caption TOC TOCI Index Aside Title"
    " FENote P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Note Figure"
    " Formula Artifact"
)
#: groups that say nothing of what is in them, and what holds blocks besides
_GROUPING = (
    "StructTreeRoot Document DocumentFragment Part Art Sect Div Index Figure Formula"
    " LBody THead TBody TFoot"
)
_HOLDING = "L LI Aside BlockQuote Table TR TH TD Note FENote TOC TOCI"
_HOLD_TEXT = "P H H1 H2 H3 H4 H5 H6 Lbl LBody TH TD Caption"
_GROUPS, _HOLDERS = frozenset(_GROUPING.split()), frozenset(_HOLDING.split())
_NAMED_PARTS = frozenset({"Reference", *PARTS.values()})
#: NonStruct and Private are as if they were not there
INLINE = frozenset(_WITHIN_LINES.split())
#: blocks within which an image stands in a line
_TEXT = INLINE | frozenset(_HOLD_TEXT.split())
STANDARD = INLINE | frozenset(_BLOCKS.split())


def _grow(document: Document) -> None:
    """Build the tag tree under document.tree."""
    top = entry(document.root, "/StructTreeRoot")
    roles = {key: name(role) for key, role in pairs(entry(top, "/RoleMap"))}
    seen: set[Number] = set()
    left = MAX_COUNT
    todo: list[tuple[Element, Any, Number | None]] = [(document.tree, top, None)]
    while todo:
        element, dictionary, page = todo.pop()
        kids = items(entry(dictionary, "/K"))
        left -= len(kids)
        if left < 0:
            message = "has a tag tree that is too large"
            raise LimitError(finding("L01", message, document.file))
        for kid in kids:
            role = None if isinstance(kid, int) else entry(kid, "/S")
            kind = "" if role is not None else name(entry(kid, "/Type"))
            if role is not None:
                child = Element(_standard(name(role), roles), kid.objgen, element)
                if kid.objgen in seen:
                    document.repeated.append(child)
                    continue
                if kid.is_indirect:
                    seen.add(kid.objgen)
                child.alt, child.actual = string(kid.get("/Alt")), string(kid.get("/ActualText"))
                child.lang = (string(kid.get("/Lang")) or element.lang).casefold()
                if child.kind in ("TH", "TD"):
                    child.spans = _spans(kid)
                element.kids.append(child)
                todo.append((child, kid, number(kid.get("/Pg")) or page))
            elif kind == "OBJR":
                if target := number(entry(kid, "/Obj")):
                    element.annotations.append(target)
            else:
                home = number(entry(kid, "/Stm")) or number(entry(kid, "/Pg")) or page
                within = entry(kid, "/MCID") if kind == "MCR" else kid
                if home is not None and isinstance(within, int):
                    if (home, within) in document.holders:
                        document.repeated.append((home, within))
                    document.holders[home, within] = element
                    element.kids.append((home, within))


def _spans(cell: Any) -> tuple[int, int]:
    """Return how many columns and rows a cell spans."""
    spans = {"/ColSpan": 1, "/RowSpan": 1}
    told = entry(cell, "/A")
    for attributes in [told] if isinstance(told, pikepdf.Dictionary) else items(told):
        for key in spans:
            if isinstance(span := entry(attributes, key), int):
                spans[key] = span
    return spans["/ColSpan"], spans["/RowSpan"]


def _standard(role: str, roles: dict[str, str]) -> str:
    kind = role
    for _ in range(MAX_STEPS):
        if kind in STANDARD or not roles.get("/" + kind):
            break
        kind = roles["/" + kind]
    return kind


_RTL = re.compile(
    "[\\u0590-\\u08ff\\u200f\\ufb1d-\\ufdff\\ufe70-\\ufefc\\U00010800-\\U00010fff\\U0001e800-\\U0001efff]"
)
#: what keeps its direction within a run of the other, in the classes of `_class`
_LTR_RUN = re.compile("E*L(?:[^R]*L)?(?:S*E)*|E(?:[SE]*E)?")
_RTL_RUN = re.compile("R(?:[^L]*R)?")


def joined(pieces: list[Piece], rtl: bool = False) -> str:
    """Return the text of pieces, which may fill several lines, as one line in reading order."""
    return unbroken(as_lines(pieces, rtl))


def unbroken(lines: str) -> str:
    """Return lines as one, without the hyphens that a layout engine put at their ends."""
    text = re.sub("[\u2010\u00ad]\n", "", lines).replace("-\n", "-")
    return " ".join(text.replace("\u00ad", "").split())


def as_lines(pieces: list[Piece], rtl: bool = False) -> str:
    """Return the text of pieces in reading order, with a line end where a line of print ends.

    `rtl` says whether the document is written from right to left. Nothing in a PDF tells the
    direction of a single paragraph; one in another direction is known by its ragged left side.
    """
    drawn = [piece for piece in pieces if piece.kind == "text"]
    everything = "".join(piece.text for piece in drawn)
    leftward = len(_RTL.findall(everything))
    numbered: list[tuple[int, Piece]] = []
    starts: list[float] = []
    line, last = 0, None
    for piece in drawn:
        if piece.baseline is not None:
            if last is None or _parted(last, piece):
                line += last is not None
                starts.append(piece.start)
            starts[-1], last = min(starts[-1], piece.start), piece
        numbered.append((line, piece))
    if not rtl and 2 * leftward > sum(map(str.isalpha, everything)) and last is not None:
        rtl = max(starts[1:], default=0) > min(starts) + last.size
    text, current = "", 0
    for (line, _, told), run in groupby(numbered, lambda one: (one[0], one[1].mark, one[1].told)):
        glyphs = [glyph for _, piece in run for glyph in piece.glyphs]
        part = logical(glyphs, rtl) if (leftward or rtl) and not told else "".join(glyphs)
        if line != current:
            text, current = f"{text.rstrip()}\n", line
        text += part
    return text


def _parted(last: Piece, piece: Piece) -> bool:
    """Whether a line ends between two pieces."""
    higher = (piece.baseline or 0) - (last.baseline or 0)
    # a first letter that is several lines high stands beside the first of them
    beside = last.size > 1.5 * piece.size and 0 < higher < last.size and piece.start > last.start
    apart = not beside and abs(higher) > 0.6 * max(last.size, piece.size)
    return last.page != piece.page or apart


def logical(glyphs: list[str], rtl: bool) -> str:
    """Return the text of glyphs that stand from left to right, in the order of reading.

    It undoes the reordering of the Unicode bidirectional algorithm, which cannot always be
    undone: "A 1" in Hebrew may have been written as either. ActualText has no such doubt.
    """
    classes = "".join(map(_class, glyphs))

    def turned(first: int, end: int) -> list[str]:
        parts, at = [], first
        for run in _LTR_RUN.finditer(classes, first, end):
            parts += [*glyphs[at : run.start()], "".join(glyphs[run.start() : run.end()])]
            at = run.end()
        return [*parts, *glyphs[at:end]][::-1]

    if rtl:
        return "".join(turned(0, len(glyphs)))
    parts, at = [], 0
    for run in _RTL_RUN.finditer(classes):
        parts += [*glyphs[at : run.start()], *turned(run.start(), run.end())]
        at = run.end()
    return "".join([*parts, *glyphs[at:]])


def _class(glyph: str) -> str:
    """Return the direction of a glyph: R, L, E for a digit, S for a sign within numbers, or N."""
    kinds = {unicodedata.bidirectional(sign) for sign in glyph}
    if kinds & {"R", "AL", "NSM"}:
        return "R"
    if "L" in kinds:
        return "L"
    if kinds & {"EN", "AN"}:
        return "E"
    return "S" if kinds & {"ES", "CS", "ET"} else "N"
