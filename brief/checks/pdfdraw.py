"""Carries out the drawing instructions of a PDF, for the record.

What is drawn, on which page, in which font, under which tag.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

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


@dataclass(slots=True)
class Piece:
    """Something that a page draws and that is no artifact."""

    #: text, image or shape
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
    #: the size of its type
    size: float = 0
    #: ActualText: told, not drawn
    told: bool = False

    @property
    def text(self) -> str:
        """The characters in the order of drawing."""
        return "".join(self.glyphs)


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

    def glyphs(self, drawn: bytes, page: int) -> list[str]:
        """Return the characters of each glyph of a drawn string, and keep account of them."""
        codes = self.codes(drawn)
        for code in set(codes).difference(self.drawn):
            self.drawn[code] = page
        return [self.unicode.get(code, "\ufffd") for code in codes]


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
    parts. An inline image comes as its EI. What follows a string without end is not read.
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


def _hexadecimal(token: bytes) -> bytes:
    digits = _NOT_HEX.sub(b"", token).decode()
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


def strings(operands: list[bytes]) -> Iterator[bytes]:
    """Yield the strings among operands, arrays opened."""
    for token in operands:
        if token[:1] == b"[":
            yield _hexadecimal(b"".join(_HEX.findall(token)))
        elif token[:1] in b"(<" and token != b"<<":
            yield literal(token)


def _multiply(m: Matrix, n: Matrix) -> Matrix:
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


class Canvas:
    """Draws pages for the record."""

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
        self.marks: list[tuple[Mark | None, bool]] = [(None, False)]
        self.pending: Piece | None = None
        self.font: Font | None = None
        self.size = 0.0
        self.leading = 0.0
        self.ctm = self.line = IDENTITY
        self.saved: list[tuple[Font | None, float, float, Matrix]] = []

    def page(self, page: Any) -> None:
        """Draw a page and its annotations."""
        self.at += 1
        self.ctm, self.font = IDENTITY, None
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
        state = (self.font, self.size, self.leading, self.ctm, self.line)
        self.home, self.resources, self.named = home, resources, {}
        self.marks, self.saved = [(mark, self.marks[-1][1])], []
        for operator, operands in instructions(b"\n".join(content)):
            if act := _ACTIONS.get(operator):
                try:
                    act(self, operands)
                except (ValueError, IndexError, OverflowError):
                    continue  # operands that are too few or no numbers; viewers go on as well
        self.home, self.resources, self.named, self.marks, self.saved = kept
        self.font, self.size, self.leading, self.ctm, self.line = state

    def _resource(self, kind: str, token: bytes) -> Any:
        key = (kind, token)
        if key not in self.named:
            plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), token)
            self.named[key] = entry(self.resources, kind, plain.decode("utf-8", "replace"))
        return self.named[key]

    def _add(self, kind: str) -> Piece | None:
        """Record a piece, unless it is an artifact or ActualText tells it."""
        mark, muted = self.marks[-1]
        if mark is ARTIFACT:
            return None
        if not muted or kind != "text":
            piece = Piece(kind, self.at, mark)
            self.pieces.append(piece)
            if len(self.pieces) > MAX_COUNT:
                raise LimitError(finding("L01", "draws more than a document may", self.file))
            return piece
        piece_told, self.pending = self.pending, None
        return piece_told

    def _save(self, _: list[bytes]) -> None:
        if len(self.saved) > MAX_DEPTH:
            raise LimitError(finding("L02", "nests its drawing too deep", self.file))
        self.saved.append((self.font, self.size, self.leading, self.ctm))

    def _restore(self, _: list[bytes]) -> None:
        self.font, self.size, self.leading, self.ctm = self.saved.pop()

    def _transform(self, operands: list[bytes]) -> None:
        self.ctm = _multiply(_matrix(operands), self.ctm)

    def _begin_text(self, _: list[bytes]) -> None:
        self.line = IDENTITY

    def _set_matrix(self, operands: list[bytes]) -> None:
        self.line = _matrix(operands)

    def _move(self, operands: list[bytes]) -> None:
        x, y = map(float, operands[-2:])
        self.line = _multiply((1, 0, 0, 1, x, y), self.line)

    def _move_leading(self, operands: list[bytes]) -> None:
        self.leading = -float(operands[-1])
        self._move(operands)

    def _set_leading(self, operands: list[bytes]) -> None:
        self.leading = float(operands[-1])

    def _next_line(self, _: list[bytes]) -> None:
        self.line = _multiply((1, 0, 0, 1, 0, -self.leading), self.line)

    def _set_font(self, operands: list[bytes]) -> None:
        token, size = operands[-2:]
        self.size = float(size)
        found = self._resource("/Font", token)
        if not isinstance(found, pikepdf.Dictionary):
            self.font = None
            return
        key = found.objgen if found.is_indirect else (self.home, token)
        if key not in self.by_number:
            self.by_number[key] = Font(found, self.file)
            self.fonts.append(self.by_number[key])
            for _, glyph in pairs(entry(found, "/CharProcs")):
                if is_stream(glyph):
                    resources = entry(found, "/Resources") or self.resources
                    self._draw([glyph], resources, glyph.objgen, ARTIFACT)
        self.font = self.by_number[key]

    def _show(self, operands: list[bytes]) -> None:
        if self.font is None:
            return
        glyphs = [
            glyph for drawn in strings(operands) for glyph in self.font.glyphs(drawn, self.at)
        ]
        if glyphs and (piece := self._add("text")):
            if not piece.told:
                piece.glyphs = glyphs
            a, b, c, d, e, f = _multiply(self.line, self.ctm)
            along = hypot(a, b) or 1
            piece.baseline, piece.start = (a * f - b * e) / along, (a * e + b * f) / along
            piece.size = abs(self.size * (a * d - b * c) / along)

    def _show_next(self, operands: list[bytes]) -> None:
        self._next_line(operands)
        self._show(operands)

    def _draw_object(self, operands: list[bytes]) -> None:
        form = self._resource("/XObject", operands[-1])
        kind = name(entry(form, "/Subtype"))
        if kind == "Image":
            self._add("image")
        elif kind == "Form" and is_stream(form) and form.objgen not in self.active:
            if len(self.active) >= MAX_STEPS:
                raise LimitError(finding("L02", "nests its drawing too deep", self.file))
            self.active.append(form.objgen)
            ctm = self.ctm
            matrix = items(entry(form, "/Matrix"))
            self.ctm = _multiply(_matrix(matrix), ctm) if matrix else ctm
            home = self.home if entry(form, "/StructParents") is None else form.objgen
            resources = entry(form, "/Resources") or self.resources
            self._draw([form], resources, home, self.marks[-1][0])
            self.ctm = ctm
            self.active.pop()

    def _draw_image(self, _: list[bytes]) -> None:
        self._add("image")

    def _draw_shape(self, _: list[bytes]) -> None:
        if self.marks[-1][0] is None:
            self._add("shape")

    def _set_pattern(self, operands: list[bytes]) -> None:
        pattern = self._resource("/Pattern", operands[-1])
        if is_stream(pattern) and pattern.objgen not in self.patterns:
            self.patterns.add(pattern.objgen)
            self._draw([pattern], entry(pattern, "/Resources"), pattern.objgen, ARTIFACT)

    def _begin_mark(self, operands: list[bytes]) -> None:
        if len(self.marks) > MAX_DEPTH:
            raise LimitError(finding("L02", "nests its marked content too deep", self.file))
        mark, muted = self.marks[-1]
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
        self.marks.append((mark, muted))
        if told is not None and not muted and (piece := self._add("text")):
            piece.glyphs, piece.told = [told], True
            self.pending = piece
            self.marks[-1] = (mark, True)

    def _end_mark(self, _: list[bytes]) -> None:
        if len(self.marks) > 1:
            self.marks.pop()


_ACTIONS: dict[bytes, Callable[[Canvas, list[bytes]], None]] = {
    b"q": Canvas._save,
    b"Q": Canvas._restore,
    b"cm": Canvas._transform,
    b"BT": Canvas._begin_text,
    b"Tm": Canvas._set_matrix,
    b"Td": Canvas._move,
    b"TD": Canvas._move_leading,
    b"TL": Canvas._set_leading,
    b"T*": Canvas._next_line,
    b"Tf": Canvas._set_font,
    b"Tj": Canvas._show,
    b"TJ": Canvas._show,
    b"'": Canvas._show_next,
    b'"': Canvas._show_next,
    b"Do": Canvas._draw_object,
    b"EI": Canvas._draw_image,
    b"BMC": Canvas._begin_mark,
    b"BDC": Canvas._begin_mark,
    b"EMC": Canvas._end_mark,
    b"scn": Canvas._set_pattern,
    b"SCN": Canvas._set_pattern,
    **dict.fromkeys(b"f F f* B B* b b* S s sh".split(), Canvas._draw_shape),
}


def _matrix(operands: list[Any]) -> Matrix:
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
