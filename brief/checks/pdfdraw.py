"""Carries out the drawing instructions of a PDF, for the record.

What is drawn, on which page, in which font, under which tag.
"""

from __future__ import annotations

import re
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from math import hypot, inf, isfinite
from pathlib import Path
from typing import Any, Self

import pikepdf

from brief.checks.pdfobjects import (
    MAX_COUNT,
    MAX_STEPS,
    Number,
    entry,
    inherited,
    is_stream,
    items,
    name,
    pairs,
    string,
    unpacked,
)
from brief.findings import CheckError, Finding, LimitError, finding

#: bytes of drawing instructions in all, each stream counting for STREAM_COST more
MAX_CONTENT = 1 << 26
STREAM_COST = 1 << 12
#: saved states, marked content within marked content
MAX_DEPTH = 1 << 12

#: the object that holds a piece of marked content, and the content's number within it
Mark = tuple[Number, int]
ARTIFACT: Mark = ((-1, -1), -1)
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
#: left, bottom, right, top in pt
Box = tuple[float, float, float, float]
EVERYWHERE: Box = (-inf, -inf, inf, inf)
#: what of its type's size a sign reaches above the line, and may stick out where it is cut off
_RISE, _LEEWAY = 0.4, 0.25
#: type in pt below which nothing can be read
_SMALLEST = 1
#: pt over which a shape is more than a rule
_GROUND = 6
#: pt that a shape must measure for type to stand on it or vanish behind it
_SURFACE = 3
#: contrast, by WCAG 2.2, below which type cannot be told from what is behind it
_CONTRAST = 1.15
#: opacity below which nothing shows, and over which nothing shows through
_FAINT, _SOLID = 0.05, 0.95
#: pt by which a line is thicker than its path, at least; shapes of a drawing, and points of each,
#: that are kept account of
_THIN, _SHAPES, _POINTS = 0.05, 2000, 2000
#: red, green and blue from 0 to 1; None is a pattern
Colour = tuple[float, float, float] | None
_BLACK, _WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


@dataclass(slots=True)
class Piece:
    """Something that a page draws and that is no artifact."""

    #: text, image or shape; drawing, all shapes of a piece of marked content together; lettering,
    #: text that belongs to a picture
    kind: str
    #: from 0
    page: int
    #: None for content that no tag holds
    mark: Mark | None
    #: the characters of each glyph, in the order of drawing
    glyphs: list[str] = field(default_factory=list)
    #: where its line stands, across the direction of writing; where it begins, along it
    baseline: float | None = None
    start: float = 0
    #: where it ends, along it
    end: float = 0
    #: the size of its type
    size: float = 0
    #: ActualText: told, whatever glyphs are drawn for it
    told: bool = False
    drawn: list[str] = field(default_factory=list)
    #: of a drawing, the outlines of its shapes: whether it is filled, and a rectangle; its points
    shapes: list[tuple[bool, bool, list[tuple[float, float]]]] = field(default_factory=list)
    #: why it cannot be seen
    hidden: str = ""
    #: of an image its XObject
    image: Any = None

    @property
    def text(self) -> str:
        """The characters in the order of drawing."""
        return "".join(self.glyphs)


#: stands for a straight line, as under a link, among what is drawn for ActualText
RULE = "\ufffc"


class Font:
    """A font that a page draws with, and what it drew."""

    def __init__(self, dictionary: pikepdf.Object, file: Path) -> None:
        self.dictionary = dictionary
        self.kind = name(entry(dictionary, "/Subtype"))
        named = name(entry(dictionary, "/BaseFont")) or name(entry(dictionary, "/Name"))
        self.name = named.rstrip(",")  # WeasyPrint's name for a family that ends in a number
        #: the codes drawn, and the page of the first of each
        self.drawn: dict[int, int] = {}
        self.unicode: dict[int, str] = {}
        #: from code to CID; None where they are the same, or where that is not known
        self.cids: dict[int, int] | None = None
        #: one width of code for each range of them: bytes, first, last
        self.ranges: list[tuple[int, int, int]] = []
        #: how far each CID or code moves on, and all others, in shares of the type's size
        self.widths, self.width = _widths(self)
        encoding = entry(dictionary, "/Encoding")
        if self.kind == "Type0":
            self.ranges = [(2, 0, 0xFFFF)]
            if isinstance(encoding, pikepdf.Stream):
                self.ranges, self.cids, _ = _cmap(unpacked(encoding, file))
        mapping = entry(dictionary, "/ToUnicode")
        if isinstance(mapping, pikepdf.Stream):
            self.unicode = _cmap(unpacked(mapping, file))[2]
        elif self.kind != "Type0":
            self.unicode = _simple_encoding(encoding)

    @property
    def descendant(self) -> Any:
        """The dictionary that describes the glyphs: of a composite font, that of its descendant."""
        if self.kind != "Type0":
            return self.dictionary
        return next(iter(items(entry(self.dictionary, "/DescendantFonts"))), None)

    def codes(self, drawn: bytes) -> Iterable[int]:
        """Return the character codes of a drawn string."""
        if self.kind != "Type0":
            return drawn
        if all(width == 2 for width, _, _ in self.ranges):
            return struct.unpack(f">{len(drawn) // 2}H", drawn[: len(drawn) // 2 * 2])
        codes, at = [], 0
        while at < len(drawn):
            for width, first, last in self.ranges:
                code = int.from_bytes(drawn[at : at + width], "big")
                if first <= code <= last:
                    break
            else:
                width, code = 1, drawn[at]
            codes.append(code)
            at += width
        return codes

    def glyphs(self, drawn: bytes, page: int) -> tuple[list[str], list[float]]:
        """Return the characters and widths of the glyphs of a string, and keep account of them."""
        codes = self.codes(drawn)
        for code in set(codes).difference(self.drawn):
            self.drawn[code] = page
        cids = codes if self.cids is None else [self.cids.get(code, 0) for code in codes]
        widths = [self.widths.get(cid, self.width) for cid in cids]
        return [self.unicode.get(code, "\ufffd") for code in codes], widths


def _widths(font: Font) -> tuple[dict[int, float], float]:
    """Return how far each CID or code of a font moves on, and what holds for all others."""
    described = font.descendant
    if font.kind != "Type0":
        scale = 0.001
        if font.kind == "Type3":
            scale = real(next(iter(items(entry(described, "/FontMatrix"))), scale))
        first = int(real(entry(described, "/FirstChar")))
        told = enumerate(items(entry(described, "/Widths")), first)
        other = entry(described, "/FontDescriptor", "/MissingWidth")
        return {code: scale * real(width) for code, width in told}, scale * real(other, 500)
    if name(entry(font.dictionary, "/Encoding")).endswith("-V"):
        return {}, 0
    widths: dict[int, float] = {}
    left = MAX_COUNT
    # a CID with a list of widths from there on, or a first and a last CID with one for all
    pending: list[Any] = []
    for item in items(entry(described, "/W")):
        pending.append(item)
        if isinstance(item, pikepdf.Array) and len(pending) == 2:
            listed = items(item)
        elif len(pending) == 3:
            listed = [item] * min(int(real(pending[1])) - int(real(pending[0])) + 1, 0x10000)
        else:
            continue
        left -= len(listed)
        if left < 0:
            break
        numbers = ((cid, real(width)) for cid, width in enumerate(listed, int(real(pending[0]))))
        widths.update((cid, width / 1000) for cid, width in numbers)
        pending = []
    return widths, real(entry(described, "/DW"), 1000) / 1000


def real(value: Any, instead: float = 0.0) -> float:
    """Return a number of the file's, or another for what is none."""
    try:
        number = float(instead if value is None else value)
    except (TypeError, ValueError, OverflowError):
        return instead
    return number if isfinite(number) else instead


_TOKEN = re.compile(
    rb"""[\0\s]*+(?:
      (?P<atom> /[^\0\s()<>\[\]{}/%]*+ | [-+.\d][^\0\s()<>\[\]{}/%]*+ | << | >> | <[^<>]*+>
              | \((?:[^()\\]++|\\.)*+\) | (?:true|false|null)\b )
    | (?P<array> \[[^\[\]()]*+\] )
    | (?P<word> [A-Za-z'"][A-Za-z0-9*'"]*+ )
    | (?P<open> \( )
    | %[^\r\n]*+
    | . )""",
    re.VERBOSE | re.DOTALL,
)
_HEX = re.compile(rb"<([^<>]*)>")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]+")
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_IMAGE_END = re.compile(rb"[\0\s]EI(?=[\0\s][\x09-\x7e]{0,8}|\Z)")


def instructions(content: bytes) -> Iterator[tuple[bytes, list[bytes]]]:
    """Yield each operator of a content stream with its operands.

    Operands are raw; an array that holds a literal string, and any dictionary, come as their
    parts. An inline image comes as its EI, with its data behind the parts of its dictionary. What
    follows a string without end is not read.
    """
    operands: list[bytes] = []
    at, match = 0, _TOKEN.match
    while found := match(content, at):
        at = found.end()
        kind = found.lastgroup
        if kind == "word":
            word = found["word"]
            if word == b"ID":
                end = _IMAGE_END.search(content, at)
                if end is None:
                    return
                operands.append(content[at + 1 : end.start()])
                word, at = b"EI", end.end()
            yield word, operands
            operands = []
        elif kind == "open":
            depth = 0
            for sign in _PARENTHESIS.finditer(content, at - 1):
                depth += {b"(": 1, b")": -1}.get(sign[0], 0)
                if depth == 0:
                    operands.append(content[at - 1 : sign.end()])
                    at = sign.end()
                    break
            else:
                return
        elif kind is not None and len(operands) < MAX_COUNT:
            operands.append(found[kind])


def literal(token: bytes) -> bytes:
    """Return the bytes that a string of a content stream stands for."""
    if token[:1] == b"<":
        return _hexadecimal(token)

    def escaped(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        if sign.isdigit() and sign[:1] < b"8":
            return bytes([int(sign, 8) & 0xFF])
        return b"" if sign in (b"\r\n", b"\n", b"\r") else _ESCAPED.get(sign, sign)

    return _ESCAPE.sub(escaped, token[1:-1])


def plain_name(token: bytes) -> str:
    """Return a name of a content stream, with its slash, as it is meant."""
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), token)
    return plain.decode("utf-8", "replace")


def _hexadecimal(token: bytes) -> bytes:
    digits = _NOT_HEX.sub(b"", token).decode()
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


def shown(operands: list[bytes]) -> tuple[bytes, float]:
    """Return what operands show, strings joined, and the sum of the numbers between them."""
    drawn: list[bytes] = []
    gaps = 0.0
    for token in operands:
        if token[:1] == b"[":
            drawn.append(_hexadecimal(b"".join(_HEX.findall(token))))
            gaps += sum(map(real, _HEX.sub(b" ", token[1:-1]).split()))
        elif token[:1] in b"(<" and token != b"<<":
            drawn.append(literal(token))
        else:
            gaps += real(token)
    return b"".join(drawn), gaps


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have room in common."""
    return max(one[0], other[0]) < min(one[2], other[2]) and max(one[1], other[1]) < min(
        one[3], other[3]
    )


def contains(outer: Box, inner: Box) -> bool:
    """Whether a box holds all of another."""
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )


@lru_cache(1024)
def _pale(colour: tuple[float, float, float]) -> bool:
    """Whether type of a colour may be lost on white, or nearly white, paper."""
    return contrast(colour, _WHITE) < 4.5


@lru_cache(1024)
def _light(colour: tuple[float, float, float]) -> bool:
    """Whether a ground of a colour takes little from the contrast of what stands on it."""
    return contrast(colour, _WHITE) < 1.3


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def multiply(m: Matrix, n: Matrix) -> Matrix:
    """Return the matrix that does first what one does and then what another does."""
    a, b, c, d, e, f = m
    p, q, r, s, t, u = n
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def around(box: Box, matrix: Matrix) -> Box:
    """Return the box around a box that a matrix has moved."""
    a, b, c, d, e, f = matrix
    left, bottom, right, top = box
    corners = [(x, y) for x in (left, right) for y in (bottom, top)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def shared(one: Box, other: Box) -> Box:
    """Return what two boxes have in common; none of it is left where right lies before left."""
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )


@dataclass
class State:
    """The graphics state, as far as all who draw need it."""

    ctm: Matrix = IDENTITY
    clip: Box = EVERYWHERE
    font: Font | None = None
    size: float = 0
    leading: float = 0
    #: between signs, and more of it at spaces, in pt
    spacing: float = 0
    word_spacing: float = 0
    #: the share of their width that signs are set in
    stretch: float = 1
    rise: float = 0
    #: how signs are drawn: 3 is not at all, 7 only cuts off what comes later
    mode: int = 0

    def copy(self) -> Self:
        """Return a state of its own that is the same."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other

    def advance(self, signs: list[str], widths: list[float]) -> float:
        """Return how far signs of given widths, in shares of their size, move the pen on."""
        if not signs:
            return 0
        gaps = self.spacing * len(signs) + self.word_spacing * signs.count(" ")
        return (sum(widths) * self.size + gaps) * self.stretch


class Interpreter(ABC):
    """Keeps the graphics state, and the place of the next sign (ISO 32000-1, 8.4 and 9.4)."""

    file: Path
    state: Any
    saved: list[Any]
    #: where the line of text begins
    line = IDENTITY
    #: how far on the line the next sign stands
    pen = 0.0

    @abstractmethod
    def show(self, operands: list[bytes]) -> None:
        """Draw signs, and move on past them."""

    def save(self, _: list[bytes]) -> None:
        """Keep the state for later."""
        if len(self.saved) > MAX_DEPTH:
            raise LimitError(finding("L02", "nests its drawing too deep", self.file))
        self.saved.append(self.state.copy())

    def restore(self, _: list[bytes]) -> None:
        """Return to the state that was kept last."""
        self.state = self.saved.pop()

    def transform(self, operands: list[bytes]) -> None:
        """Draw through a matrix from here on."""
        self.state.ctm = multiply(as_matrix(operands), self.state.ctm)

    def begin_text(self, _: list[bytes]) -> None:
        """Go to where the page begins."""
        self._start(IDENTITY)

    def _start(self, line: Matrix) -> None:
        self.line, self.pen = line, 0.0

    def set_matrix(self, operands: list[bytes]) -> None:
        """Begin a line anywhere."""
        self._start(as_matrix(operands))

    def move(self, operands: list[bytes]) -> None:
        """Begin a line so far from where the last one began."""
        x, y = map(float, operands[-2:])
        self._start(multiply((1, 0, 0, 1, x, y), self.line))

    def move_leading(self, operands: list[bytes]) -> None:
        """Begin a line so far from the last one, as all that follow are to be."""
        self.state.leading = -float(operands[-1])
        self.move(operands)

    def next_line(self, _: list[bytes]) -> None:
        """Begin a line below the last one."""
        self._start(multiply((1, 0, 0, 1, 0, -self.state.leading), self.line))

    def show_next(self, operands: list[bytes]) -> None:
        """Draw signs on a line of their own."""
        self.next_line(operands)
        self.show(operands)

    def show_spaced(self, operands: list[bytes]) -> None:
        """Draw signs on a line of their own, with gaps that all that follow have too."""
        word_spacing, spacing, drawn = operands[-3:]
        self.state.word_spacing, self.state.spacing = float(word_spacing), float(spacing)
        self.show_next([drawn])


Action = Callable[[Any, list[bytes]], None]


def _number(key: str, share: float = 1) -> Action:
    """Return what sets a number of the state."""
    return lambda by, operands: setattr(by.state, key, float(operands[-1]) * share)


#: by operator
STATE_ACTIONS: dict[bytes, Action] = {
    b"q": Interpreter.save,
    b"Q": Interpreter.restore,
    b"cm": Interpreter.transform,
    b"BT": Interpreter.begin_text,
    b"Tm": Interpreter.set_matrix,
    b"Td": Interpreter.move,
    b"TD": Interpreter.move_leading,
    b"T*": Interpreter.next_line,
    b"TL": _number("leading"),
    b"Tc": _number("spacing"),
    b"Tw": _number("word_spacing"),
    b"Tz": _number("stretch", 0.01),
    b"Ts": _number("rise"),
    **dict.fromkeys((b"Tj", b"TJ"), lambda by, operands: by.show(operands)),
    b"'": Interpreter.show_next,
    b'"': Interpreter.show_spaced,
}


@dataclass
class _State(State):
    """The graphics state, as far as it is kept account of."""

    colour: Colour = _BLACK
    #: whether colours are told by how much there is of an ink, and not by how bright they are
    inks: bool = False
    #: of what fills, and of the group that it is drawn in
    opacity: float = 1
    group: float = 1


class Canvas(Interpreter):
    """Draws pages for the record."""

    state: _State

    def __init__(self, file: Path) -> None:
        self.file = file
        #: what was drawn, in that order
        self.pieces: list[Piece] = []
        self.fonts: list[Font] = []
        self.damage: list[Finding] = []
        self.left = MAX_CONTENT
        self.by_number: dict[object, Font] = {}
        self.patterns: set[Number] = set()
        self.active: list[Number] = []
        self.at = -1
        self.home: Number = (0, 0)
        self.resources: Any = None
        self.named: dict[tuple[str, bytes], Any] = {}
        #: with each the piece whose text ActualText tells
        self.marks: list[tuple[Mark | None, Piece | None]] = [(None, None)]
        self.state = _State()
        self.saved: list[_State] = []
        self.sheet = EVERYWHERE
        #: the box around the path so far, and whether it is to become the clip
        self.path: Box | None = None
        self.clipping = False
        #: whether the path so far is a single rectangle; its points
        self.rectangle = False
        self.points: list[tuple[float, float]] = []
        #: the drawing of each piece of marked content on this page, with its place in `written`
        self.drawings: dict[Mark, tuple[Piece, int]] = {}
        #: what could hide type, or make it out, on this page: box, whether all of that is filled,
        #: and with what
        self.surfaces: list[tuple[Box, bool, Colour]] = []
        self.written: list[tuple[Piece, Box]] = []
        #: how many images and groups of shapes are artifacts, and how many shapes
        self.decorations = self.inked = 0
        #: pages, from 0, of which something may be lost, or take much toner, in greys
        self.doubtful: set[int] = set()

    def page(self, page: Any) -> None:
        """Draw a page and its annotations."""
        self.at += 1
        self.state = _State()
        self.surfaces, self.written, self.drawings = [], [], {}
        self.sheet = shared(
            as_box(inherited(page, "/MediaBox")), as_box(inherited(page, "/CropBox"))
        )
        resources = inherited(page, "/Resources")
        contents = [part for part in items(entry(page, "/Contents")) if is_stream(part)]
        self._draw(contents, resources, page.objgen, None)
        for annotation in items(entry(page, "/Annots")):
            normal = entry(annotation, "/AP", "/N")
            for _, form in [("", normal)] if is_stream(normal) else pairs(normal):
                if is_stream(form):
                    self._draw([form], entry(form, "/Resources"), form.objgen, ARTIFACT)

    def _draw(self, streams: list[Any], resources: Any, home: Number, mark: Mark | None) -> None:
        """Carry out the instructions of streams, which leave no trace in the state."""
        self.left -= STREAM_COST
        content = []
        for stream in streams:
            try:
                content.append(unpacked(stream, self.file))
            except CheckError as error:
                self.damage.extend(error.findings)
            else:
                self.left -= len(content[-1]) + STREAM_COST
            if self.left < 0:
                raise LimitError(finding("L01", "draws more than a document may", self.file))
        kept = (self.home, self.resources, self.named, self.marks, self.saved)
        state = (self.state, self.line, self.pen, self.path)
        self.state, self.path = replace(self.state), None
        self.home, self.resources, self.named = home, resources, {}
        self.marks, self.saved = [(mark, self.marks[-1][1])], []
        for operator, operands in instructions(b"\n".join(content)):
            if act := _ACTIONS.get(operator):
                try:
                    act(self, operands)
                except (ValueError, IndexError, OverflowError):
                    continue  # operands that are too few or no numbers; viewers go on as well
        self.home, self.resources, self.named, self.marks, self.saved = kept
        self.state, self.line, self.pen, self.path = state

    def _resource(self, kind: str, token: bytes) -> Any:
        key = (kind, token)
        if key not in self.named:
            self.named[key] = entry(self.resources, kind, plain_name(token))
        return self.named[key]

    def _add(self, kind: str) -> Piece | None:
        """Record a piece, unless it is an artifact or ActualText tells it."""
        mark, told = self.marks[-1]
        if mark is ARTIFACT:
            self.decorations += kind == "image"
            return None
        if told and kind == "text":
            return told
        piece = Piece(kind, self.at, mark)
        self.pieces.append(piece)
        if len(self.pieces) > MAX_COUNT:
            raise LimitError(finding("L01", "draws more than a document may", self.file))
        return piece

    def _set_font(self, operands: list[bytes]) -> None:
        token, size = operands[-2:]
        self.state.size = float(size)
        found = self._resource("/Font", token)
        if not isinstance(found, pikepdf.Dictionary):
            self.state.font = None
            return
        key = found.objgen if found.is_indirect else (self.home, token)
        if key not in self.by_number:
            self.by_number[key] = Font(found, self.file)
            self.fonts.append(self.by_number[key])
            for _, glyph in pairs(entry(found, "/CharProcs")):
                if is_stream(glyph):
                    resources = entry(found, "/Resources") or self.resources
                    self._draw([glyph], resources, glyph.objgen, ARTIFACT)
        self.state.font = self.by_number[key]

    def show(self, operands: list[bytes]) -> None:
        """Draw signs, and record them."""
        state = self.state
        if state.font is None:
            return
        drawn, gaps = shown(operands)
        glyphs, widths = state.font.glyphs(drawn, self.at)
        if not state.colour or state.opacity * state.group < 1 or _pale(state.colour):
            self.doubtful.add(self.at)
        begin = self.pen
        self.pen += state.advance(glyphs, widths) - gaps / 1000 * state.size * state.stretch
        if glyphs and (piece := self._add("text")):
            if piece.told:
                piece.drawn += glyphs
            else:
                piece.glyphs = glyphs
            whole = multiply(self.line, state.ctm)
            a, b, c, d, e, f = whole
            along = hypot(a, b) or 1
            size = abs(state.size * (a * d - b * c) / along)
            if piece.baseline is None:
                piece.baseline, piece.start = (a * f - b * e) / along, (a * e + b * f) / along
                piece.size = size
            piece.end = (a * e + b * f) / along + self.pen * along
            if inked := [n for n, glyph in enumerate(glyphs) if not glyph.isspace()]:
                first, end = inked[0], inked[-1] + 1
                left = begin + state.advance(glyphs[:first], widths[:first])
                right = self.pen - state.advance(glyphs[end:], widths[end:])
                box = around((left, state.rise, right, state.rise + _RISE * state.size), whole)
                small = min(size, abs(state.size * along * state.stretch)) < _SMALLEST
                piece.hidden = piece.hidden or ("too small to be seen" if small else "")
                piece.hidden = piece.hidden or self._hidden(box, size) or self._faint(box)
                self.written.append((piece, box))

    def _faint(self, box: Box) -> str:
        """Return why type that fills a box cannot be told from what is behind it, or nothing."""
        state = self.state
        behind = [each for each in reversed(self.surfaces) if meet(box, each[0])]
        if any(colour is None for _, _, colour in behind):
            self.doubtful.add(self.at)
        if state.mode in (3, 7):
            # recognised letters lie on the image that they were read in
            return "" if any(colour is None for _, _, colour in behind) else "drawn without ink"
        if state.opacity * state.group < _FAINT:
            return "transparent"
        if state.mode or state.font is None or state.font.kind == "Type3" or state.colour is None:
            return ""
        for surface, filled, colour in [*behind, (EVERYWHERE, True, _WHITE)]:
            if colour is None or contrast(colour, state.colour) >= _CONTRAST:
                return ""
            if filled and contains(surface, box):
                break
        return "of the colour of what is behind"

    def _hidden(self, box: Box, size: float) -> str:
        """Return why type or an image of a size, which fills a box, cannot be seen, or nothing."""
        for frame, told in ((self.sheet, "off the page"), (self.state.clip, "cut off")):
            left, bottom, right, top = frame
            leeway = _LEEWAY * size
            inside = left - leeway <= box[0] and box[2] <= right + leeway
            if not (inside and bottom - leeway <= box[1] and box[3] <= top + leeway):
                return told
        return ""

    def _draw_object(self, operands: list[bytes]) -> None:
        form = self._resource("/XObject", operands[-1])
        kind = name(entry(form, "/Subtype"))
        if kind == "Image":
            self._draw_image(operands)
        elif kind == "Form" and is_stream(form) and form.objgen not in self.active:
            if len(self.active) >= MAX_STEPS:
                raise LimitError(finding("L02", "nests its drawing too deep", self.file))
            self.active.append(form.objgen)
            outside = self.state
            self.state = outside.copy()
            if entry(form, "/Group") is not None:
                self.state.group, self.state.opacity = outside.group * outside.opacity, 1
            if matrix := items(entry(form, "/Matrix")):
                self.state.ctm = multiply(as_matrix(matrix), outside.ctm)
            frame = as_box(entry(form, "/BBox"))
            if frame is not EVERYWHERE:
                self.state.clip = shared(outside.clip, around(frame, self.state.ctm))
            home = self.home if entry(form, "/StructParents") is None else form.objgen
            resources = entry(form, "/Resources") or self.resources
            mark, before = self.marks[-1][0], (self.decorations, self.inked)
            self._draw([form], resources, home, mark)
            self.state = outside
            self.active.pop()
            # a group of shapes that is an artifact is a drawing that decorates
            if mark is ARTIFACT and not self.active and before[0] == self.decorations:
                self.decorations += self.inked > before[1]

    def _draw_image(self, operands: list[bytes]) -> None:
        left, bottom, right, top = box = around((0, 0, 1, 1), self.state.ctm)
        faint = self.state.opacity * self.state.group < _FAINT
        if told := self.marks[-1][1]:
            told.drawn.append("\ufffd")
        if piece := self._add("image"):
            piece.hidden = self._hidden(box, min(right - left, top - bottom))
            piece.hidden = piece.hidden or ("transparent" if faint else "")
        image = self._resource("/XObject", operands[-1]) if operands else None
        if piece:
            piece.image = image
        see_through = any(entry(image, key) for key in ("/SMask", "/Mask", "/ImageMask"))
        self._surface(box, not see_through, None)
        if piece:
            self.written.append((piece, box))

    def _surface(self, box: Box, filled: bool, colour: Colour) -> None:
        """Keep account of a shape that type may stand on, and find what it covers."""
        left, bottom, right, top = box = shared(box, self.state.clip)
        opacity = self.state.opacity * self.state.group
        if min(right - left, top - bottom) < _SURFACE or opacity < _FAINT:
            return
        solid = filled and opacity > _SOLID
        self.surfaces.append((box, solid, colour if opacity > _SOLID else None))
        own = self.drawings.get(self.marks[-1][0] or ARTIFACT, (None, 0))[0]
        for piece, place in self.written if solid else ():
            # a drawing does not cover itself
            if piece is not own and contains(box, place):
                piece.hidden = piece.hidden or "covered"

    def _add_to_path(self, operands: list[bytes]) -> None:
        numbers = [float(operand) for operand in operands]
        self.rectangle = False
        self._grow_path(zip(numbers[::2], numbers[1::2], strict=True))

    def _add_rectangle(self, operands: list[bytes]) -> None:
        x, y, width, height = map(float, operands[-4:])
        self.rectangle = self.path is None
        self._grow_path([(x, y), (x + width, y), (x, y + height), (x + width, y + height)])

    def _grow_path(self, points: Iterable[tuple[float, float]]) -> None:
        for x, y in points:
            here = around((x, y, x, y), self.state.ctm)
            if len(self.points) < _POINTS:
                self.points.append(here[:2])
            left, bottom, right, top = self.path or here
            self.path = (
                min(left, here[0]),
                min(bottom, here[1]),
                max(right, here[2]),
                max(top, here[3]),
            )

    def _clip(self, _: list[bytes]) -> None:
        self.clipping = True

    def _end_path(self, _: list[bytes]) -> None:
        if self.clipping and self.path:
            self.state.clip = shared(self.state.clip, self.path)
        self.path, self.clipping, self.points = None, False, []

    def _draw_shape(self, operands: list[bytes], filled: bool = False) -> None:
        mark, told = self.marks[-1]
        if told:
            left, bottom, right, top = self.path or (0, 0, 1, 1)
            flat = min(right - left, top - bottom) < 1
            told.drawn.append(RULE if flat else "\ufffd")
        if mark is None:
            self._add("shape")
        elif mark is ARTIFACT:
            self.inked += 1
        elif self.path:
            self._draw_on(mark, self.path, filled)
        self._end_path(operands)

    def _draw_on(self, mark: Mark, box: Box, filled: bool) -> None:
        """Add the path so far to the drawing of a piece of marked content."""
        left, bottom, right, top = box
        box = (left - _THIN, bottom - _THIN, right + _THIN, top + _THIN)
        seen = self.state.opacity * self.state.group >= _FAINT
        if not (seen and meet(box, shared(self.sheet, self.state.clip))):
            return
        if mark not in self.drawings:
            piece = Piece("drawing", self.at, mark)
            self.pieces.append(piece)
            self.drawings[mark] = piece, len(self.written)
            self.written.append((piece, box))
        piece, place = self.drawings[mark]
        other = self.written[place][1]
        least, most = map(min, box[:2], other[:2]), map(max, box[2:], other[2:])
        left, bottom, right, top = *least, *most
        self.written[place] = piece, (left, bottom, right, top)
        if len(piece.shapes) < _SHAPES:
            piece.shapes.append((filled, self.rectangle, self.points))

    def _fill_shape(self, operands: list[bytes]) -> None:
        if self.path:
            left, bottom, right, top = shared(self.path, self.state.clip)
            plain = self.state.colour and _light(self.state.colour)
            if not plain and min(right - left, top - bottom) > _GROUND:
                self.doubtful.add(self.at)
            self._surface(self.path, self.rectangle, self.state.colour)
        self._draw_shape(operands, filled=True)

    def _shade(self, operands: list[bytes]) -> None:
        self.doubtful.add(self.at)
        self._surface(self.state.clip, True, None)
        self._draw_shape(operands)

    def _set_mode(self, operands: list[bytes]) -> None:
        self.state.mode = int(float(operands[-1]))

    def _set_colour(self, operands: list[bytes]) -> None:
        if operands and operands[-1][:1] == b"/":
            self.state.colour = None
            self._set_pattern(operands)
            return
        numbers = [min(1.0, max(0.0, float(each))) for each in operands]
        if len(numbers) == 4:
            numbers = [(1 - each) * (1 - numbers[3]) for each in numbers[:3]]
        red, *others = (1 - each for each in numbers) if self.state.inks else numbers
        green, blue = others if len(others) == 2 else (red, red)
        self.state.colour = (red, green, blue)

    def _set_space(self, operands: list[bytes]) -> None:
        self.state.colour = _BLACK
        space = items(self._resource("/ColorSpace", operands[-1])) if operands else []
        self.state.inks = bool(space) and name(space[0]) in ("Separation", "DeviceN")

    def _set_device(self, operands: list[bytes]) -> None:
        self.state.inks = False
        self._set_colour(operands)

    def _set_parameters(self, operands: list[bytes]) -> None:
        opacity = entry(self._resource("/ExtGState", operands[-1]), "/ca")
        self.state.opacity = real(opacity, self.state.opacity)

    def _set_pattern(self, operands: list[bytes]) -> None:
        pattern = self._resource("/Pattern", operands[-1])
        if is_stream(pattern) and pattern.objgen not in self.patterns:
            self.patterns.add(pattern.objgen)
            self._draw([pattern], entry(pattern, "/Resources"), pattern.objgen, ARTIFACT)

    def _begin_mark(self, operands: list[bytes]) -> None:
        if len(self.marks) > MAX_DEPTH:
            raise LimitError(finding("L02", "nests its marked content too deep", self.file))
        mark, piece = self.marks[-1]
        number: Any = None
        told: str | None = None
        if len(operands) == 2 and operands[1][:1] == b"/":
            listed = self._resource("/Properties", operands[1])
            number, told = entry(listed, "/MCID"), string(entry(listed, "/ActualText"))
        else:
            for key, value in pairwise(operands):
                if key == b"/MCID":
                    number = int(value)
                elif key == b"/ActualText":
                    told = string(pikepdf.String(literal(value)))
        if operands[:1] == [b"/Artifact"]:
            mark = ARTIFACT
        elif isinstance(number, int):
            mark = (self.home, number)
        self.marks.append((mark, piece))
        if told is not None and not piece and (piece := self._add("text")):
            piece.glyphs, piece.told = [told], True
            self.marks[-1] = (mark, piece)

    def _end_mark(self, _: list[bytes]) -> None:
        if len(self.marks) > 1:
            self.marks.pop()


_ACTIONS: dict[bytes, Action] = {
    **STATE_ACTIONS,
    b"Tf": Canvas._set_font,
    b"re": Canvas._add_rectangle,
    **dict.fromkeys(b"m l c v y".split(), Canvas._add_to_path),
    b"W": Canvas._clip,
    b"W*": Canvas._clip,
    b"n": Canvas._end_path,
    b"Do": Canvas._draw_object,
    b"EI": lambda canvas, _: canvas._draw_image([]),
    b"BMC": Canvas._begin_mark,
    b"BDC": Canvas._begin_mark,
    b"EMC": Canvas._end_mark,
    b"SCN": Canvas._set_pattern,
    **dict.fromkeys(b"f F f* B B* b b*".split(), Canvas._fill_shape),
    **dict.fromkeys(b"S s".split(), Canvas._draw_shape),
    b"sh": Canvas._shade,
    b"Tr": Canvas._set_mode,
    **dict.fromkeys(b"g rg k".split(), Canvas._set_device),
    **dict.fromkeys(b"sc scn".split(), Canvas._set_colour),
    b"cs": Canvas._set_space,
    b"gs": Canvas._set_parameters,
}


def as_box(value: Any) -> Box:
    """Return a rectangle of the file's, or everywhere if it is none."""
    try:
        x, y, other_x, other_y = map(float, items(value))
    except (TypeError, ValueError):
        return EVERYWHERE
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def as_matrix(operands: list[Any]) -> Matrix:
    """Return the last six of some numbers as a matrix, or raise ValueError."""
    a, b, c, d, e, f = map(float, operands[-6:])
    return (a, b, c, d, e, f)


_SECTION = re.compile(
    rb"begin(codespacerange|bfchar|bfrange|cidchar|cidrange)\b(.*?)\bend", re.DOTALL
)
_CODE = re.compile(rb"<([^<>]*)>|\[([^\]]*)\]|(\d+)")


def _cmap(data: bytes) -> tuple[list[tuple[int, int, int]], dict[int, int], dict[int, str]]:
    """Return the ranges of codes of a CMap, its CIDs and its characters."""
    ranges: list[tuple[int, int, int]] = []
    cids: dict[int, int] = {}
    characters: dict[int, str] = {}
    for section in _SECTION.finditer(data):
        kind, codes = section[1], _CODE.findall(section[2])
        step = 3 if kind in (b"bfrange", b"cidrange") else 2
        for at in range(0, len(codes) - step + 1, step):
            low, (target, listed, number) = _hexadecimal(codes[at][0]), codes[at + step - 1]
            first = last = int.from_bytes(low, "big")
            if kind not in (b"bfchar", b"cidchar"):
                last = int.from_bytes(_hexadecimal(codes[at + 1][0]), "big")
            if kind == b"codespacerange":
                ranges.append((len(low) or 1, first, last))
                continue
            span = range(first, min(last, first + 0xFFFF) + 1)
            if len(cids) + len(characters) + len(span) > MAX_COUNT:
                break
            if kind in (b"cidchar", b"cidrange"):
                cids.update(zip(span, range(int(number or 0), 0x110000), strict=False))
            elif listed:
                characters.update(zip(span, map(_utf16, _HEX.findall(listed)), strict=False))
            elif text := _utf16(target):
                ends = range(ord(text[-1]), 0x110000)
                characters.update(zip(span, (text[:-1] + chr(end) for end in ends), strict=False))
            else:
                characters.update(dict.fromkeys(span, ""))
    return sorted(ranges) or [(2, 0, 0xFFFF)], cids, characters


def _utf16(digits: bytes) -> str:
    return _hexadecimal(digits).decode("utf-16-be", "replace")


def _simple_encoding(encoding: Any) -> dict[int, str]:
    """Return the characters of a simple font's codes, by its Encoding."""
    base = name(encoding) or name(entry(encoding, "/BaseEncoding"))
    codec = "mac_roman" if base == "MacRomanEncoding" else "cp1252"
    characters = {code: bytes([code]).decode(codec, "replace") for code in range(256)}
    code = 0
    for item in items(entry(encoding, "/Differences")):
        if isinstance(item, int):
            code = item
        else:
            from fontTools.agl import toUnicode

            characters[code] = toUnicode(name(item)) or "\ufffd"
            code += 1
    return characters
