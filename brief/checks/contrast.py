"""How well words can be told from what is behind them: on drawn pages, and in an EPUB's documents.

The ratio is that of WCAG 2.2, 1.4.3: from 1 to 21. Pages are looked at as a viewer draws them, with
their words and without, so that whatever lies behind or before the words counts as it is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from math import ceil
from typing import Any

import pikepdf
import pypdfium2
from PIL import ImageChops

from brief.checks.epubvalues import as_colour
from brief.checks.pdfdraw import contrast
from brief.checks.sheets import Cascade, Declaration, Sheet
from brief.seen import Words

Colour = tuple[float, float, float]
#: px that type is drawn high, for its stems to be full of its colour
_HEIGHT = 64
#: of its heights that are looked at together, and the share of pixels that may have less contrast
_LENGTH, _SHARE = 8, 0.05
#: px that are too few to be a sign
_DUST = 20


@dataclass(frozen=True, slots=True)
class Ratio:
    """The contrast of some words."""

    value: float
    colour: Colour
    ground: Colour

    def __str__(self) -> str:
        return f"{self.value:.2f}:1 ({hexadecimal(self.colour)} on {hexadecimal(self.ground)})"


def hexadecimal(colour: Colour) -> str:
    """Return a colour as CSS writes it."""
    return "#" + "".join(f"{round(255 * min(max(each, 0.0), 1.0)):02x}" for each in colour)


def of_pages(pdf: bytes, words: Sequence[Words]) -> list[Ratio | None]:
    """Return the contrast of words as their pages show them; nothing for what does not show."""
    with (
        closing(pypdfium2.PdfDocument(pdf)) as full,
        closing(pypdfium2.PdfDocument(_wordless(pdf))) as bare,
    ):
        pages: dict[int, tuple[Any, Any]] = {}
        found = []
        for each in words:
            if each.page not in pages:
                pages[each.page] = full[each.page], bare[each.page]
            found.append(_measured(*pages[each.page], each))
        return found


def _wordless(pdf: bytes) -> bytes:
    """Return a PDF whose text is drawn without ink (ISO 32000-1, 9.3.6)."""
    out = BytesIO()
    unseen = pikepdf.ContentStreamInstruction([3], pikepdf.Operator("Tr"))
    with pikepdf.open(BytesIO(pdf)) as opened:
        forms = (each for each in opened.objects if isinstance(each, pikepdf.Stream))
        streams = [each for each in forms if each.get("/Subtype") == pikepdf.Name.Form]
        for stream in (*opened.pages, *streams):
            said: list[Any] = []
            for each in pikepdf.parse_content_stream(stream):
                if str(each.operator) != "Tr":
                    said.append(each)
                if str(each.operator) == "BT":
                    said.append(unseen)
            data = pikepdf.unparse_content_stream(said)
            if isinstance(stream, pikepdf.Stream):
                stream.write(data)
            else:
                stream.Contents = opened.make_stream(data)
        opened.save(out)
    return out.getvalue()


def _measured(full: Any, bare: Any, words: Words) -> Ratio | None:
    width, height = full.get_size()
    left, top, right, bottom = words.box
    left, top = max(0.0, left), max(0.0, top)
    right, bottom = min(width, right), min(height, bottom)
    # of less than two px nothing can be drawn
    wide, high = right - left > words.size / 16, bottom - top > words.size / 4
    if not (wide and high) or min(right - left, bottom - top) < 0.5 or words.size < 0.1:
        return None
    step = _LENGTH * words.size
    starts = [left]
    if right - left > step and not _is_plain(_drawn(bare, (left, top, right, bottom), words, 8)):
        starts = [left + n * step for n in range(ceil((right - left) / step - 0.01))]
    ratios = []
    for start in starts:
        box = start, top, min(right, start + step), bottom
        ratios.append(_compared(*(_drawn(page, box, words, _HEIGHT) for page in (full, bare))))
    # between words there may be nothing
    shown = [each for each in ratios if each and (each.value > 1 or len(ratios) == 1)]
    return min(shown or ratios[:1], key=lambda ratio: ratio.value if ratio else 0.0)


def _drawn(page: Any, box: tuple[float, float, float, float], words: Words, height: int) -> Any:
    """Return a part of a page, its words so many px high."""
    left, top, right, bottom = box
    width, length = page.get_size()
    crop = left, length - bottom, width - right, top
    return page.render(scale=height / words.size, crop=crop).to_pil().convert("RGB")


def _is_plain(image: Any) -> bool:
    return all(least == most for least, most in image.getextrema())


def _compared(shown: Any, ground: Any) -> Ratio | None:
    """Return the contrast of what one picture has and the other not, if it is more than dust."""
    bands = ImageChops.difference(shown, ground).split()
    apart: Any = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    _, most = apart.getextrema()
    if most < 3:  # nothing that shows
        (_, only), *_ = sorted(_colours(ground, _mask(apart, 0)), reverse=True)
        return Ratio(1.0, only, only)
    (_, colour), *_ = sorted(_colours(shown, _mask(apart, most)), reverse=True)
    grounds = sorted(
        (contrast(colour, each), count, each)
        for count, each in _colours(ground, _mask(apart, most // 2))
    )
    inked = sum(count for _, count, _ in grounds)
    if inked < _DUST:
        return None
    left_out = _SHARE * inked
    while len(grounds) > 1 and left_out > grounds[0][1]:
        left_out -= grounds.pop(0)[1]
    value, _, behind = grounds[0]
    return Ratio(value, colour, behind)


def _mask(apart: Any, least: int) -> Any:
    return apart.point([255 if value >= least else 0 for value in range(256)])


def _colours(image: Any, mask: Any) -> list[tuple[int, Colour]]:
    """Return the colours of an image under a mask, with how many pixels have each."""
    shown = image.convert("RGBA")
    shown.putalpha(mask)
    every = shown.getcolors(shown.width * shown.height) or []
    return [
        (count, (red / 255, green / 255, blue / 255))
        for count, (red, green, blue, seen) in every
        if seen
    ]


# --- documents of an EPUB -----------------------------------------------------------------------

#: by day readers set black on white; by night they have grounds and ink of these, where a sheet
#: sets none
_DAY: tuple[Sequence[Colour], Sequence[Colour]] = (((0.0, 0.0, 0.0),), ((1.0, 1.0, 1.0),))
_NIGHT: tuple[Sequence[Colour], Sequence[Colour]] = (
    ((0.8, 0.8, 0.8), (1.0, 1.0, 1.0)),
    ((0.0, 0.0, 0.0), (2 / 15, 2 / 15, 2 / 15)),
)
#: em that type measures by itself, and what is bold by itself
_EMS = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 0.83}
_EMS |= {"sub": 0.83, "sup": 0.83}
_BOLD = {"h1", "h2", "h3", "h4", "h5", "h6", "th", "strong", "b"}
_KEYWORDS = {"xx-small": 0.6, "x-small": 0.75, "small": 0.89, "medium": 1.0, "large": 1.2}
_KEYWORDS |= {"x-large": 1.5, "xx-large": 2.0}
_POINTS = {"px": 0.75, "pt": 1.0, "pc": 12.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4}
#: pt of a reader's own type
_READER = 12.0
_XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True, slots=True)
class Reading:
    """Words of an EPUB's document as a reader shows them."""

    element: Any
    ratio: Ratio
    night: bool
    #: of their type, in pt for a reader's type of 12 pt
    size: float
    weight: int
    #: what sets their colour, their ground and their opacity, as far as anything does
    causes: tuple[Declaration, ...]


@dataclass(frozen=True, slots=True)
class _Style:
    size: float = _READER
    weight: int = 400
    colour: Colour | None = None
    alpha: float = 1.0
    ground: Colour | None = None
    opacity: float = 1.0
    #: whether a picture is behind the words
    pictured: bool = False
    causes: Mapping[str, Declaration] = field(default_factory=dict)


def of_document(root: Any, sheets: Sequence[Sheet], night: bool) -> Iterator[Reading]:
    """Yield the words of an EPUB's document for which its sheets set a colour or a ground."""

    def holds(conditions: tuple[str, ...]) -> bool:
        return all(_holds(each, night) for each in conditions)

    cascade = Cascade(sheets, root, holds)
    todo = [(root, _Style())]
    while todo:
        element, around = todo.pop()
        if not isinstance(element.tag, str) or element.get("hidden") is not None:
            continue
        kind = element.tag.removeprefix(_XHTML)
        if kind in ("head", "script", "style"):
            continue
        style = _styled(kind, cascade.of(element), around)
        texts = (element.text, *(child.tail for child in element))
        words = any(text and text.strip() for text in texts)
        if words and not style.pictured and (ratio := _ratio(style, night)):
            causes = tuple(style.causes.values())
            yield Reading(element, ratio, night, style.size, style.weight, causes)
        todo += [(child, style) for child in reversed(element)]


def _holds(condition: str, night: bool) -> bool:
    if not condition.startswith("@media"):
        return True
    if "prefers-color-scheme" in condition:
        return ("dark" in condition) == night
    words = condition.partition(" ")[2].replace(",", " ").split()
    return not {"print", "speech"} & set(words)


def _styled(kind: str, said: Mapping[str, Declaration], around: _Style) -> _Style:
    """Return how an element's words look, by what is declared for it and by what is around."""
    size, weight = around.size * _EMS.get(kind, 1.0), around.weight
    if kind in _BOLD:
        weight = 700
    colour, alpha, ground = around.colour, around.alpha, around.ground
    opacity, pictured, causes = around.opacity, around.pictured, dict(around.causes)
    if kind == "mark":
        colour, alpha, ground = (0.0, 0.0, 0.0), 1.0, (1.0, 1.0, 0.0)
    for name in ("font-size", "font"):
        for token in said[name].tokens if name in said else ():
            size = _size(token, around.size) or size
    for name in ("font-weight", "font"):
        for token in said[name].tokens if name in said else ():
            word = getattr(token, "lower_value", "")
            weight = {"bold": 700, "bolder": 700, "normal": 400}.get(word, weight)
            if token.type == "number" and token.value >= 1:
                weight = int(token.value)
    for name in ("background", "background-color"):
        for token in said[name].tokens if name in said else ():
            if token.type == "url" or getattr(token, "lower_name", "").endswith("gradient"):
                pictured = True
            if isinstance(known := as_colour(token), tuple):
                *some, share = known
                if share:
                    ground = _over((some[0], some[1], some[2]), share, ground)
                    pictured, causes["ground"] = False, said[name]
    if "color" in said and isinstance(known := as_colour(said["color"].tokens[0]), tuple):
        *some, alpha = known
        colour, causes["colour"] = (some[0], some[1], some[2]), said["color"]
    elif "color" in said and said["color"].text.lower() in ("initial", "canvastext"):
        colour = None
    if "opacity" in said and (value := _share(said["opacity"].tokens[0])) is not None:
        opacity, causes["opacity"] = opacity * value, said["opacity"]
    return _Style(size, weight, colour, alpha, ground, opacity, pictured, causes)


def _ratio(style: _Style, night: bool) -> Ratio | None:
    """Return the least contrast that words have, if a sheet has any part in it."""
    if style.colour is None and style.ground is None and style.opacity == 1:
        return None
    inks, grounds = _NIGHT if night else _DAY
    ratios = []
    for paper in grounds:
        ground = style.ground or paper
        for ink in [style.colour] if style.colour else inks:
            shown = _over(ink, style.alpha * style.opacity, ground)
            ratios.append(Ratio(contrast(shown, ground), shown, ground))
    return min(ratios, key=lambda ratio: ratio.value)


def _over(colour: Colour, share: float, ground: Colour | None) -> Colour:
    if ground is None:
        return colour
    red, green, blue = (
        share * one + (1 - share) * two for one, two in zip(colour, ground, strict=True)
    )
    return red, green, blue


def _share(token: Any) -> float | None:
    if token.type not in ("number", "percentage"):
        return None
    share = token.value / (100 if token.type == "percentage" else 1)
    return float(min(max(share, 0.0), 1.0))


def _size(token: Any, around: float) -> float | None:
    """Return a size of type in pt."""
    if token.type == "percentage":
        return around * float(token.value) / 100
    if token.type == "dimension":
        unit, value = token.lower_unit, float(token.value)
        if unit in ("em", "rem"):
            return value * (around if unit == "em" else _READER)
        return value * _POINTS[unit] if unit in _POINTS else None
    word = getattr(token, "lower_value", "")
    return _KEYWORDS[word] * _READER if word in _KEYWORDS and token.type == "ident" else None
