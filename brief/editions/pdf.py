"""Assembled HTML → PDF that is PDF/A-3a and PDF/UA-1 at once."""

from __future__ import annotations

import datetime as dt
import logging
import re
import struct
import unicodedata
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import BytesIO
from itertools import chain, pairwise
from math import inf
from pathlib import Path
from traceback import walk_tb
from typing import Any
from urllib.parse import unquote
from uuid import NAMESPACE_URL, uuid5

import pydyf
import weasyprint
from fontTools.ttLib import TTFont, TTLibError
from lxml import etree
from weasyprint import CSS, HTML, Attachment
from weasyprint.css import properties
from weasyprint.css.counters import CounterStyle
from weasyprint.css.properties import Dimension
from weasyprint.css.targets import TargetCollector
from weasyprint.formatting_structure.boxes import InlineBox, LineBox, ReplacedBox, TextBox
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.images import RasterImage
from weasyprint.layout import LayoutContext, block, inline, make_all_pages
from weasyprint.layout import page as one_page
from weasyprint.layout.block import block_level_layout_switch as layout_block
from weasyprint.layout.block import collapse_margin, float_layout
from weasyprint.layout.inline import (
    count_expandable_spaces,
    first_letter_to_box,
    get_next_linebox,
    justify_line,
    split_first_line,
)
from weasyprint.layout.inline import split_inline_box as inline_split_box
from weasyprint.layout.inline import split_inline_level as inline_split_level
from weasyprint.layout.inline import split_text_box as inline_split_text
from weasyprint.layout.page import remake_page
from weasyprint.layout.page import set_page_type_computed_styles as set_page_styles
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.stream import Stream
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, fontconfig, harfbuzz, pango, unicode_to_char_p
from weasyprint.text.fonts import FontConfiguration, get_font_description, get_pango_font_key
from weasyprint.text.line_break import Layout, can_break_text, line_size, strut
from weasyprint.urls import URLFetcher, URLFetcherResponse

from brief import __version__, assets, places, scripts
from brief.drawings.outlines import PX
from brief.editions import boxes, structure, vector
from brief.findings import CheckError, Finding, HouseError, LimitError, errors, finding
from brief.model import ADDRESS, Assembled, Brief
from brief.places import Place
from brief.seen import Seen

#: pt of a px
_PT = 0.75
_VARIANTS = {"ua1": "pdf/a-3a", "ua2": "pdf/a-4f"}
#: the standard of press editions, which WeasyPrint knows but cannot meet
PRESS = "x4"
_STYLE, _PICTURES = f"{ADDRESS}style/", f"{ADDRESS}pictures/"
_TYPES = {".ttf": "font/ttf", ".otf": "font/otf", ".woff": "font/woff", ".woff2": "font/woff2"}
_TYPES |= {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".css": "text/css"}
#: what WeasyPrint raises when it does not know what to do
_BREAKDOWNS = (AssertionError, ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished PDF, its number of pages, and what the layout engine said on the way."""

    data: bytes
    pages: int
    findings: tuple[Finding, ...] = ()
    #: for each page the places of its texts, each where it begins or goes on there
    places: tuple[tuple[Place, ...], ...] = ()
    #: whether its words leave what stands below them free, and no word of the headline is broken
    fits: bool = True


def identifier(brief: Brief, edition: str = "pdf") -> str:
    """Return what names the PDF of a brief, or its press edition, and no other edition of it."""
    return uuid5(NAMESPACE_URL, f"{brief.identifier}#{edition}").urn


def render(
    assembled: Assembled,
    brief: Brief,
    source: bytes,
    publisher: str,
    moment: dt.datetime,
    standard: str = "ua1",
) -> Rendered:
    """Return the PDF of a brief, its source attached, dated `moment`.

    By `standard` it is PDF/UA-1 and PDF/A-3a, or "ua2": PDF/UA-2, PDF/A-4f and WTPDF. For PRESS it
    declares PDF/X-4, and is tagged, but has no links and nothing attached.

    Raises CheckError for signs that no font has, HouseError for what a style may not or cannot
    have, LimitError for text nested too deep for the layout engine.
    """
    if standard == PRESS:

        def declare(_: Any, pdf: pydyf.PDF) -> None:
            _write_metadata(pdf, brief, publisher, moment.isoformat(), PRESS)

        options: dict[str, Any] = {"pdf_tags": True, "pdf_version": "1.6", "finisher": declare}
        return _layout(assembled, "print.html", brief, linked=False, **options)
    made = {"created": moment, "modified": moment}
    about = f"Source of “{brief.title}”"
    attachments = {brief.source.name: (source, "Source", about)}
    for data in {image.data.path: image.data for image in brief.images if image.data}.values():
        name, n = data.path.name, 2
        while name in attachments:
            name, n = f"{data.path.stem}-{n}{data.path.suffix}", n + 1
        attachments[name] = (data.file, "Data", f"Data of “{brief.title}”")
    # a tree of names is in the order of their bytes (ISO 32000-1, 7.9.6)
    listed = sorted(attachments.items(), key=lambda each: pydyf.String(each[0]).data)

    def finish(document: Any, pdf: pydyf.PDF) -> None:
        _write_metadata(pdf, brief, publisher, moment.isoformat(), standard)
        _write_types(pdf, [name for name, _ in listed], brief)

    return _layout(
        assembled,
        "print.html",
        brief,
        pdf_variant=_VARIANTS[standard],
        pdf_tags=True,
        attachments=[
            Attachment(string=file, name=name, description=told, relationship=relation, **made)
            for name, (file, relation, told) in listed
        ],
        finisher=finish,
    )


def slug_lines(assembled: Assembled, brief: Brief) -> bytes:
    """Return the slug lines of a press edition as a PDF, one on each page.

    Raises as `render` does.
    """
    return _layout(assembled, "slug.html", brief).data


def engine_versions() -> dict[str, str]:
    """Return the versions of the libraries beneath WeasyPrint that lay text out."""
    # WeasyPrint declares only what it calls itself
    ffi.cdef(
        "const char *pango_version_string(void); const char *hb_version_string(void);"
        "int FcGetVersion(void);",
        override=True,
    )
    number = fontconfig.FcGetVersion()
    return {
        "Pango": ffi.string(pango.pango_version_string()).decode(),
        "HarfBuzz": ffi.string(harfbuzz.hb_version_string()).decode(),
        "fontconfig": f"{number // 10000}.{number // 100 % 100}.{number % 100}",
    }


def largest(
    pages: Sequence[Assembled], brief: Brief | None = None, **options: Any
) -> tuple[Assembled, Rendered]:
    """Return the first of some pages whose words have room, else the last, also as a PDF.

    Those before it are laid out only.
    """
    for assembled in pages:
        (name,) = assembled.documents
        rendered = _layout(assembled, name, brief, whole=assembled is pages[-1], **options)
        if rendered.fits:
            break
    return assembled, rendered


def survey(pages: Sequence[Assembled]) -> tuple[Assembled, Seen, tuple[Finding, ...]]:
    """Return the `largest` of some pages, what it shows, and what the layout engine said.

    Raises as `render` does.
    """
    laid_out: list[Any] = []
    assembled, rendered = largest(pages, finisher=lambda document, _: laid_out.append(document))
    (document,) = laid_out
    drawn = document.pages[0]._page_box.descendants()
    root = next(box.element for box in drawn if box.element is not None)
    width = document.pages[0].width * _PT
    facts = boxes.words(document), boxes.lines(document), boxes.grounds(document)
    return assembled, Seen(root, width, *facts, rendered.data), rendered.findings


def ignored(sheet: str) -> list[tuple[int, int, str]]:
    """Return line, column and message of all in a style sheet that the layout engine ignores.

    The line is 0 where it says none. Nothing that the sheet names is fetched.
    """
    nothing = _Fetcher(Assembled({}, (), Path()))
    with _listening() as records:
        CSS(string=sheet, base_url=_STYLE, url_fetcher=nothing)
    told = []
    for record in records:
        message = record.getMessage()
        if record.levelno >= logging.WARNING and not message.startswith("Failed to load"):
            place = re.search(r"^(.*) at (\d+):(\d+)(.*)$", message, re.DOTALL)
            line, column = (int(place[2]), int(place[3])) if place else (0, 0)
            said = f"{place[1]}{place[4]}" if place else message
            told.append((line, column, said.strip(" .:")))
    return told


def lacking(signs: Iterable[str], fonts: FontConfiguration | None = None) -> list[str]:
    """Return which signs no font has, of the system's and of those that sheets loaded."""
    fonts, left, has = fonts or FontConfiguration(), list(signs), fontconfig.FcCharSetHasChar
    for kind in (fontconfig.FcSetApplication, fontconfig.FcSetSystem):
        found = fontconfig.FcConfigGetFonts(fonts._config, kind)
        for font in found.fonts[0 : found.nfont] if found and left else ():
            charset = ffi.new("FcCharSet **")
            if not fontconfig.FcPatternGetCharSet(font, b"charset", 0, charset):
                left = [sign for sign in left if not has(charset[0], ord(sign))]
    return left


#: signs that are drawn though no font has them, since they are blank
_BLANK = set("\u115f\u1160\u2800\u3164\uffa0")


def _glyphless(text: str, fonts: FontConfiguration, brief: Brief | None) -> Iterator[Finding]:
    """Tell of signs that no font has, before anything is laid out in vain."""
    drawn = [each for each in dict.fromkeys(text) if unicodedata.category(each)[0] in "LNPS"]
    missing = lacking((each for each in drawn if each not in _BLANK), fonts)
    source = brief.source_bytes.decode("utf-8", "replace") if brief else ""
    missing.sort(key=lambda sign: (sign not in source, source.find(sign)))
    for package, parts in scripts.by_package(missing).items():
        first, *others = sorted(chain(*parts.values()), key=missing.index)
        more = f" or {len(others)} more signs" if others else ""
        yield finding(
            "C08",
            f"no font has “{first}” (U+{ord(first):04X}){more}, of {' and '.join(parts)}",
            brief.source if brief else None,
            source.count("\n", 0, source.find(first)) + 1 if first in source else 0,
            hint=f"{scripts.cure(package)}, or add a font to the style",
        )


def _layout(
    assembled: Assembled,
    name: str,
    brief: Brief | None = None,
    whole: bool = True,
    linked: bool = True,
    **options: Any,
) -> Rendered:
    """Return a document as a PDF; if it is not `whole`, and does not fit, without the file."""
    fetcher = _Fetcher(assembled)
    fonts = FontConfiguration()
    counters = CounterStyle()  # of all sheets, which otherwise know only their own
    with _listening() as records:
        try:
            sheets = [
                CSS(
                    string=text,
                    base_url=f"{_STYLE}{n}/{sheet.name}",
                    url_fetcher=fetcher,
                    font_config=fonts,
                    counter_style=counters,
                )
                if _BEYOND.search(text)
                else _read(text, f"{_STYLE}{n}/{sheet.name}")
                for n, (sheet, text) in enumerate(assembled.sheets)
            ]
            with _mended():
                html = HTML(string=assembled.documents[name], base_url=_STYLE, url_fetcher=fetcher)
                text = "".join(html.etree_element.find("body").itertext())
                if lacks := list(_glyphless(text, fonts, brief)):
                    raise CheckError(*lacks)
                looks = {"stylesheets": sheets, "font_config": fonts, "counter_style": counters}
                document = html.render(**looks)
                if _above_foot(document, html) == 0:
                    body = html.etree_element.find("body")
                    body.set("class", f"{body.get('class', '')} close-foot")
                    closer = html.render(**looks)
                    saved = len(closer.pages) < len(document.pages)
                    if saved or 0 < _above_foot(closer, html) <= _FEW:
                        document = closer
                for page in document.pages:
                    page.links = list(_outermost(page.links)) if linked else []
                where = _places(document)
                fits = _fits(document)
                data = document.write_pdf(**options) if whole or fits else b""
        except RecursionError:
            raise LimitError(
                finding("L02", "nested deeper than a page can be laid out", hint="make it flatter")
            ) from None
        except (*_BREAKDOWNS, TTLibError, struct.error) as error:
            # what a style asks for can break the engine in any way there is
            told = f"{type(error).__name__} {error}".strip()
            family = _font_in(error)
            if family:
                place, cure = _face(family, assembled), _CURES["font"]
                problem = f"the font “{family}” cannot be used: {told}"
                raise HouseError(finding("H07", problem, *place, hint=cure)) from error
            raise HouseError(
                finding(
                    "H10",
                    f"the layout engine broke down: {told}",
                    assembled.style,
                    hint="try --style institute; take out the style's newest rules one by one",
                )
            ) from error
    heard = tuple(dict.fromkeys((*_heard(records, assembled), *_absent(document, assembled))))
    stops = fetcher.refused or errors(heard)
    if stops:
        raise HouseError(*stops)
    return Rendered(data, len(document.pages), heard, where, fits)


#: what a sheet says that bears on more than elements; its word may be written with escapes
_BEYOND = re.compile(r"@(font-face|import|counter-style|color-profile|[\w-]*\\)", re.IGNORECASE)


@lru_cache(64)
def _read(sheet: str, address: str) -> Any:
    """Return a sheet as the layout engine reads it; nothing that it names is fetched."""
    nothing = _Fetcher(Assembled({}, (), Path()))
    return CSS(string=sheet, base_url=address, url_fetcher=nothing)


#: lines that may go to the last page for what is below the text not to stand there alone
_FEW = 4


def _above_foot(document: Any, html: HTML) -> int:
    """Return how many lines stand on the last page above what is below the text.

    -1 if there is no more than one page, or nothing below the text.
    """
    foot = html.etree_element.find(".//*[@class='foot']")
    if foot is None or len(document.pages) == 1:
        return -1
    below, (root, *_) = set(foot.iter()), document.pages[-1]._page_box.children
    lines = [box for box in root.descendants() if isinstance(box, LineBox)]
    return sum(
        any(isinstance(box, TextBox) and box.element not in below for box in line.descendants())
        for line in lines
    )


#: lines of a headline on a drawn page: smaller letters are better than more of them
_MOST_LINES = 6


def _fits(document: Any) -> bool:
    """Return whether the words of a drawn page have room: those that begin it, and the base."""
    boxes: dict[str, Any] = {}
    for box in document.pages[0]._page_box.descendants(placeholders=True):
        if box.element is not None and "::" not in box.element_tag:
            for name in (box.element.tag, *box.element.get("class", "").split()):
                boxes.setdefault(name, box)
    words, base, headline = (boxes.get(name) for name in ("words", "base", "h1"))
    if words is None or base is None:
        return True  # a style's own template
    if headline is None:
        return False  # it ran off the page
    lines = [box for box in headline.descendants() if isinstance(box, LineBox)]
    told = ["".join(b.text for b in each.descendants() if isinstance(b, TextBox)) for each in lines]
    whole, at = " ".join((headline.element.text or "").split()), 0
    hyphen = headline.style["hyphenate_character"]
    for line in map(str.strip, told):
        divided = line.endswith(hyphen) and not whole.startswith(line, at)
        at += len(line.removesuffix(hyphen) if divided else line)
        before, after = whole[at - 1 : at], whole[at : at + 1]
        inside = before.isalnum() and after.isalnum() and not divided
        if inside and "Lo" not in map(unicodedata.category, before + after):
            return False  # a word is broken
        at += after == " "
    if at < len(whole):
        return False  # the rest ran off the page
    room = base.position_y - words.position_y
    clear = 0.04 * document.pages[0].height
    return bool(words.margin_height() + clear < room and len(lines) <= _MOST_LINES)


def _outermost(links: list[Any]) -> Iterator[Any]:
    """Yield the links of a page without those that lie in others of the same target.

    WeasyPrint makes one of each element and pseudo-element in a link: a reader who goes by keys
    would stop at each.
    """
    known: dict[tuple[str, str], list[Any]] = {}
    for link in links:
        kind, target, (left, top, right, bottom), _ = link
        others = known.setdefault((kind, target), [])
        if not any(
            x < left + 0.1 and right < end + 0.1 and y < top + 0.1 and bottom < foot + 0.1
            for x, y, end, foot in others
        ):
            others.append((left, top, right, bottom))
            yield link


def _places(document: Any) -> tuple[tuple[Place, ...], ...]:
    """Return for each page where the texts on it begin or go on in their elements.

    Left out are what stands in notes and before or after elements, what stands again on each page,
    figures that stand after what follows them, and texts that are not laid out as they are written.
    """
    boxes = document.pages[0]._page_box.descendants()
    root = next(box.element for box in boxes if box.element is not None)
    keys = places.keys(root)
    texts = {element: places.own(element) for element in keys}
    read = dict.fromkeys(keys, 0)
    whole: set[Any] = set()
    pages: list[tuple[Place, ...]] = []
    first: dict[Any, int] = {}
    for number, page in enumerate(document.pages):
        begun: dict[Any, int] = {}
        for box in page._page_box.descendants(placeholders=True):
            element = box.element
            if element not in keys:
                continue
            pseudo = box.element_tag.partition("::")[2]
            text, at = texts[element], read[element]
            if isinstance(box, TextBox) and pseudo in ("", "first-letter", "first-line"):
                told = places.signs(box.text)
                if not text.startswith(told, at):
                    hyphen = box.style["hyphenate_character"]
                    told = places.signs(box.text.removesuffix(hyphen))
                if told and text.startswith(told, at):
                    begun.setdefault(element, at)
                    read[element] += len(told)
            elif element not in whole and (pseudo == "footnote-call" or _is_leaf(element, pseudo)):
                whole.add(element)
                begun.setdefault(element, 0)
        pages.append(tuple(Place(keys[each], at, texts[each]) for each, at in begun.items()))
        first = dict.fromkeys(begun, number) | first
    # where a figure is that lets text pass, its page has not begun
    later, figures = len(pages), {each for one in root.iter("figure") for each in one.iter()}
    for element in reversed(keys):
        if element in figures and first.get(element, 0) > later:
            read[element] = -1
        later = min(later, first.get(element, later))
    faithful = {keys[element] for element in keys if read[element] == len(texts[element])}
    return tuple(tuple(each for each in page if each.key in faithful) for page in pages)


def _is_leaf(element: Any, pseudo: str) -> bool:
    """Return whether a box is of an element that holds nothing and stands for itself."""
    holds = len(element) or (element.text or "").strip()
    return not pseudo and not holds and element.tag not in ("br", "wbr", "col")


def _font_in(error: BaseException) -> str:
    """Return the family of the font in whose making into a part of a PDF an error arose."""
    for frame, _ in walk_tb(error.__traceback__):
        if isinstance(frame.f_locals.get("self"), Font):
            return str(frame.f_locals["self"].family)
    return ""


class _Layout(LayoutContext):  # type: ignore[misc]
    """WeasyPrint's layout, mended so that a note stands on the page of its call.

    To fit one more line, WeasyPrint moves notes already set to the next page, and forgets to
    bring them back when the line moves there too; from then on every note comes late (its issues
    1564, 2502). Here the lines find no notes to move, and so move themselves. It also takes the
    rounding of the notes' height for an overflow, and then moves notes that fit; and it sets all
    notes that come from the page before, even if they run off this one.
    """

    #: of a page's height that notes may fill, so that text goes on above them
    _MOST = 0.7

    #: where the line that is being filled begins, in px
    line_start = 0.0
    #: the pages, from 0, to which notes came from the page before
    followed: set[int]
    #: how many lines before the one that is being filled end with a hyphen
    hyphened = 0

    #: each figure that had no room as it would stand there, or nothing once it was set smaller
    figures: dict[Any, Any]

    _placed: list[Any]
    _inside = 0

    def __init__(self, *others: Any) -> None:
        super().__init__(*others)
        self.followed = set()
        self.figures = {}

    @property
    def current_page_footnotes(self) -> list[Any]:
        """The notes of this page, for the methods that set them; for all others, none."""
        return self._placed if self._inside else []

    @current_page_footnotes.setter
    def current_page_footnotes(self, notes: list[Any]) -> None:
        self._placed = notes

    def _within(self, method: str, *args: Any) -> Any:
        self._inside += 1
        try:
            return getattr(super(), method)(*args)
        finally:
            self._inside -= 1

    def layout_footnote(self, footnote: Any) -> Any:
        return self._within("layout_footnote", footnote)

    def unlayout_footnote(self, footnote: Any) -> Any:
        return self._within("unlayout_footnote", footnote)

    def report_footnote(self, footnote: Any) -> Any:
        return self._within("report_footnote", footnote)

    def _update_footnote_area(self) -> bool:
        overflows = self._within("_update_footnote_area")
        area = self.current_footnote_area
        if area.height > self._MOST * area.page.height:
            return True
        return bool(overflows) and area.style["max_height"].value != inf


class _Targets(TargetCollector):  # type: ignore[misc]
    """What names the pages of other places, mended so that it is told of each that changes.

    WeasyPrint does not know the target of `target-counter(attr(href), page)` again, and leaves the
    number as it was in the second round of its layout.
    """

    def collect_missing_counters(
        self, box: Any, token: str, again: Any, own: Any, missing: dict[str | None, Any]
    ) -> None:
        """Note which targets a box names, those by their attribute too."""
        counters = missing.pop(None, None)
        for kind, value in box.style["content"] if counters and token == "content" else ():
            if kind.startswith("target-counter") and value[0][0] == "attr()":
                address = box.element.get(value[0][1][0], "")
                missing[address.rpartition("#")[2]] = counters
        super().collect_missing_counters(box, token, again, own, missing)

    def cache_target_page_counters(
        self, name: str, counters: dict[str, Any], index: int, pages: Any
    ) -> None:
        """Note the page of a target; that there are more pages in all is no change of it."""
        item = self.target_lookup_items.get(name)
        if item and item.cached_page_counter_values.get("page") == counters.get("page"):
            item.cached_page_counter_values = deepcopy(counters)
        super().cache_target_page_counters(name, counters, index, pages)


def _make_all_pages(context: _Layout, root: Any, html: Any, pages: list[Any]) -> Any:
    """Make the pages again whose numbers of other pages were not known, and all that follow.

    A page that is made again alone loses the notes that came to it from the page before, and
    WeasyPrint puts those that leave it on whichever page it makes next.
    """
    states = [maker[-1] for maker in context.page_maker[: len(pages)]]
    changed = (n for n, each in enumerate(states) if each["content_changed"])
    first = next(changed, len(pages))
    if any(n > first for n in context.followed):
        while first in context.followed:
            first -= 1
        for state in states[first:]:
            state["content_changed"] = True
    return make_all_pages(context, root, html, pages)


def _remake_page(index: int, context: _Layout, *others: Any) -> Any:
    """Make a page, and remember whether notes come to it from the page before."""
    (context.followed.add if context.reported_footnotes else context.followed.discard)(index)
    return remake_page(index, context, *others)


def _split_inline_box(context: _Layout, box: Any, position_x: float, *others: Any) -> Any:
    """Split what WeasyPrint splits, and remember where its line begins."""
    before = context.line_start
    if isinstance(box, LineBox):
        context.line_start = position_x
    try:
        return inline_split_box(context, box, position_x, *others)
    finally:
        context.line_start = before


def _split_inline_level(context: _Layout, box: Any, position_x: float, *others: Any) -> Any:
    """Split what WeasyPrint splits, and let a long word break at the beginning of a line only.

    WeasyPrint takes the beginning of an element within an element for that of a line, and breaks
    its first word, however short, when that does not fit the rest of the line.
    """
    *others_before, line_children, first_letter, first_line = others
    within = position_x > context.line_start + box.style["font_size"]
    if isinstance(box, TextBox) and within and not line_children:
        line_children = [(0, box)]
    rest = (*others_before, line_children, first_letter, first_line)
    return inline_split_level(context, box, position_x, *rest)


#: lines in a row that may end with a hyphen
_MOST_HYPHENS = 2
#: languages that write all nouns, not names alone, with a capital
_CAPITALS = {"de", "lb", "gsw"}


def _get_next_linebox(
    context: _Layout, box: Any, position_y: float, bottom_space: float, skip: Any, *others: Any
) -> Any:
    """Return the next line, and remember how many before it end with a hyphen.

    WeasyPrint indents the first line of a paragraph at its left, whichever way it is read. With
    `--hanging: 1` a mark of quotation that begins a block stands before its edge.
    """
    rtl = box.style["direction"] == "rtl"
    indent = box.text_indent if rtl else 0
    told = box.__dict__.setdefault("hyphened", {})
    context.hyphened = told.get(repr(skip), 0) if skip else 0
    made, resume = get_next_linebox(context, box, position_y, bottom_space, skip, *others)
    texts = [each for each in made.descendants() if isinstance(each, TextBox)] if made else []
    shift = -indent
    if texts and skip is None and _number(box.style, "__hanging"):
        mark = _opening(texts[0].text)
        width = split_first_line(mark, texts[0].style, context, None, 0)[3] if mark else 0
        shift += width if rtl else -width
    for child in made.children if made is not None and shift else ():
        if child.is_in_normal_flow():
            child.translate(dx=shift)
    if made is not None and resume is not None:
        hyphen = bool(texts) and texts[-1].text.endswith(texts[-1].style["hyphenate_character"])
        told[repr(resume)] = context.hyphened + 1 if hyphen else 0
    return made, resume


def _number(style: Any, token: str) -> float:
    """Return the number that a token of the layout holds, 0 if it holds none."""
    return next((float(each.value) for each in style[token] if each.type == "number"), 0.0)


def _opening(text: str) -> str:
    """Return the marks of quotation that a text begins with, of which square letters have none."""
    return re.match(r"[\"'“”„‟‘’‚‛«»‹›]*", text)[0]  # type: ignore[index]


def _split_first_line(text: str, style: Any, context: Any, *others: Any, **named: Any) -> Any:
    """Split what WeasyPrint splits, and leave words whole that no typesetter would divide.

    These are names, addresses, the last word of a paragraph (marked by a no-break space before
    it), and what would be one hyphen too many in a column of them.
    """
    made = split_first_line(text, style, context, *others, **named)
    resume = made[2]
    if resume is None or context is None or style["white_space"] != "normal":
        return made
    before = text.encode()[:resume].decode()
    after = text[len(before) :]
    if text.endswith(" ") and " " not in before.strip():
        # WeasyPrint keeps one word of a text that would fit whole but for the space at its end
        fitted = split_first_line(text.rstrip(" "), style, context, *others, **named)
        if fitted[2] is None and fitted[3] <= others[0]:
            return fitted
    if style["hyphens"] != "auto" or not (before[-1:].isalpha() and after[:1].isalpha()):
        return made
    word = re.search(r"\S*$", before)[0] + re.match(r"\S*", after)[0]  # type: ignore[index]
    start = re.search(r"(^|[.!?:…]\W*)\S*$", before)
    named_so = word.lstrip("“„«‘'\"([")[:1].isupper() and not start
    lang = (style["lang"] or "").split("-")[0].lower()
    if (
        context.hyphened >= _MOST_HYPHENS
        or (named_so and lang not in _CAPITALS)
        or re.search(r"[\d@_]|[/.:]\w", word)
        or "\u00a0" in re.split(r"[^\S\u00a0]", before)[-1]
    ):
        whole = style.copy()
        whole["hyphens"] = "manual"
        return split_first_line(text, whole, context, *others, **named)
    return made


def _can_break_text(text: str, lang: str | None) -> bool:
    """Return whether a line may break within a text, as it may not before the call of a note.

    For Pango it may between a stop and a digit.
    """
    return not re.search(r"[.,:;!?…]\d$", text) and bool(can_break_text(text, lang))


# WeasyPrint declares only what it calls itself
ffi.cdef(
    "typedef ... FcCharSet; FcBool FcCharSetHasChar(const FcCharSet *charset, uint32_t sign);"
    "FcResult FcPatternGetCharSet(FcPattern *font, const char *object, int n, FcCharSet **charset);"
    "PangoAttrList *pango_attr_list_copy(PangoAttrList *list);"
    "PangoAttribute *pango_attr_family_new(const char *family);",
    override=True,
)
#: the properties by which a language names fonts for its letters, by the last of an element’s fonts
_NATIVE = {"sans-serif": "__native_sans", "monospace": "__native_sans"}
#: marks that square letters share with Latin ones, and those that stand beside a square letter
_SHARED = "\u00b7\u2014\u2015\u2018\u2019\u201c\u201d\u2025\u2026"
_BESIDE = re.compile(
    rf"(?<=[{scripts.SQUARE}])[{_SHARED}]+|[{_SHARED}]+(?=[{scripts.SQUARE}])"
    rf"|(?<=[{scripts.SQUARE}] )[—…]+|[—…]+(?= [{scripts.SQUARE}])"
)
#: square letters behind which a line may be stretched
_STRETCHED = re.compile(rf"[{scripts.SQUARE}][{scripts.SQUARE}{_SHARED}]*(?=.)", re.DOTALL)
_GAPS = re.compile(rf"{_STRETCHED.pattern}|[ \u00a0]", re.DOTALL)
#: of the size of its letters, the most that is put between two
_MOST_STRETCH = 0.25
#: px that a gap is stretched to learn what becomes of it; Pango rounds the halves of whole ones
_TRIAL = 1.5


class _Text(Layout):  # type: ignore[misc]
    """A piece of text in the fonts of its language, and stretched between square letters."""

    def setup(self, style: Any) -> None:
        """Make a layout whose fonts are the style's, and before the last those of the language."""
        super().setup(style)
        self.native = _native(style)
        if self.native:
            own, description = style["font_family"], get_font_description(style)
            families, _ = unicode_to_char_p(",".join((*own[:-1], *self.native, own[-1])))
            pango.pango_font_description_set_family(description, families)
            pango.pango_layout_set_font_description(self.layout, description)
            self.features = _copied(pango.pango_layout_get_attributes(self.layout))

    def set_text(self, text: str, justify: bool = False) -> None:
        """Set a text, marks beside square letters in the font of these."""
        if not self.native:
            super().set_text(text, justify)
            return
        pango.pango_layout_set_attributes(self.layout, _copied(self.features))
        super().set_text(text, justify)
        attributes = pango.pango_layout_get_attributes(self.layout)

        def add(attribute: Any, found: re.Match[str]) -> None:
            attribute.start_index = len(self.text[: found.start()].encode())
            attribute.end_index = len(self.text[: found.end()].encode())
            pango.pango_attr_list_change(attributes, attribute)

        family, _ = unicode_to_char_p(",".join((*self.native, *self.style["font_family"])))
        for found in _BESIDE.finditer(self.text):
            add(pango.pango_attr_family_new(family), found)
        told = self.style["letter_spacing"]
        spacing = (0 if told == "normal" else told) + justify * self.justification_spacing
        # always, or a line that is stretched would have its spaces from other fonts than before
        for found in (_STRETCHED if spacing else _GAPS).finditer(self.text):
            add(pango.pango_attr_letter_spacing_new(int(spacing * TO_UNITS) or 1), found)


def _native(style: Any) -> list[str]:
    """Return the fonts that the language of a text names for its letters."""
    try:
        named = style[_NATIVE.get(style["font_family"][-1], "__native_serif")]
    except KeyError:  # words of a drawing have no language
        return []
    return [token.value for token in named if token.type == "string"]


def _copied(attributes: Any) -> Any:
    """Return a list of what a text has as its own, to add to."""
    made = pango.pango_attr_list_copy(attributes)
    return ffi.gc(made or pango.pango_attr_list_new(), pango.pango_attr_list_unref)


def _count_gaps(box: Any) -> float:
    """Return how many px wider a text is if each gap that may be stretched is by one."""
    if not isinstance(box, TextBox) or not _STRETCHED.search(box.text):
        return float(count_expandable_spaces(box))
    stretched = _Text(box.style, _TRIAL)
    stretched.set_text(box.text, justify=True)
    width, _ = line_size(stretched.get_first_line()[0], box.style)
    return float(width - box.width) / _TRIAL


def _justify_line(context: Any, line: Any, extra: float) -> None:
    """Stretch a line as WeasyPrint does, but none of square letters so far that it gapes."""
    texts = "".join(box.text for box in line.descendants() if isinstance(box, TextBox))
    square = bool(_native(line.style)) and bool(_STRETCHED.search(texts))
    most = _MOST_STRETCH * line.style["font_size"] * inline.count_expandable_spaces(line)
    if extra <= most or not square:
        justify_line(context, line, extra)


def _split_text_box(context: Any, box: Any, *others: Any, **named: Any) -> Any:
    """Split what WeasyPrint splits; a font that stands in makes no line higher.

    Lines are as far apart as their style says by its first font (CSS Inline Layout 3, 5.1).
    """
    made, *rest = inline_split_text(context, box, *others, **named)
    if made is not None and made.style["line_height"] != "normal":
        height, baseline = strut(made.style)
        made.margin_top += baseline - made.baseline
        made.margin_bottom = height - made.margin_top - made.height
        made.baseline = baseline
    return made, *rest


#: what may stand on a page before a figure that has no room on it
_FLOWING = ("p", "ul", "ol", "dl", "blockquote", "pre")
#: lines that may stay free at the foot of a page
_MOST_FREE = 4
#: of the height of a photo, what it may lose to have room on a page
_MOST_LOST = 0.25


def _finds_room(context: Any, text: Any, made: Any, bottom_space: float) -> bool:
    """Change a text whose next figure would leave much of a page empty, if that can be helped.

    What follows the figure in its section is put before it, or a photo is set smaller. `made` is
    what the figure ended. The tags keep the order of the source (ISO 32000-1, 14.8.2.3).
    """
    laid, resume = made[:2]
    if laid is None or not laid.children or not resume or context.in_column:
        return False
    (place, within), *_ = resume.items()
    children = [*text.children]
    # a heading that stands over it goes with it
    while place < len(children) - 1 and re.fullmatch(r"h\d", children[place].element_tag):
        place += 1
    figure, last = children[place], laid.children[-1]
    room = context.page_bottom - bottom_space - last.border_box_y() - last.border_height()
    if (
        within is not None
        or figure.element_tag != "figure"
        or room <= _MOST_FREE * strut(text.style)[0]
        or any(box.footnote for box in figure.descendants())
    ):
        return False
    end = place + 2
    # what introduces a list stays with it
    while end < len(children) and "leading" in _class_of(children[end - 1]):
        end += 1
    passing = children[place + 1 : end]
    if passing and all(each.element_tag in _FLOWING for each in passing):
        children[place:end] = [*passing, figure]
        text.children = children
        _indent(children, place, end)
        return True
    return _is_set_smaller(context, figure, context.page_bottom - bottom_space)


def _is_set_smaller(context: Any, figure: Any, bottom: float) -> bool:
    """Set the photo of a figure that had no room so that it ends above `bottom`."""
    laid, context.figures[figure] = context.figures.get(figure), None
    photos = [each for each in laid.descendants() if isinstance(each, ReplacedBox)] if laid else []
    if len(photos) != 1 or not isinstance(photos[0].replacement, RasterImage):
        return False
    too_much = laid.border_box_y() + laid.border_height() - bottom
    if not 0 < too_much <= _MOST_LOST * photos[0].height:
        return False
    for box in figure.descendants():
        if isinstance(box, ReplacedBox):
            box.style = box.style.copy()
            box.style["max_height"] = Dimension(photos[0].height - too_much - 0.01, "px")
    return True


def _class_of(box: Any) -> list[str]:
    return [] if box.element is None else box.element.get("class", "").split()


def _indent(children: Sequence[Any], start: int, end: int) -> None:
    """Indent paragraphs that follow another now, and none of those that do not."""
    indents = [each.style["text_indent"] for each in children if each.element_tag == "p"]
    for before, each in pairwise(children[max(start - 1, 0) : end + 1]):
        if each.element_tag == "p":
            most = max if before.element_tag == "p" else min
            for line in each.children:
                line.style = line.style.copy()
                line.style["text_indent"] = most(indents, key=lambda one: getattr(one, "value", 0))


def _layout_block(
    context: Any,
    box: Any,
    bottom_space: Any,
    skip: Any,
    around: Any,
    empty: bool,
    absolute: Any,
    fixed: Any,
    adjoining_margins: list[float],
    *others: Any,
    **named: Any,
) -> Any:
    """Lay a block out as WeasyPrint does, on the grid if its style says so.

    `--grid: 1` has it begin where a line of the page's grid does, or so that what follows it will,
    `--grid: .5` on half a line. At the top of a column it has no margin, and what stands across
    columns ends on the grid of what they hold.
    """
    place = next((each for each in box.style["__margin_top"] if each.type == "dimension"), None)
    origin = place.value * PX[place.unit] if place and place.unit in PX else None
    if skip is None and getattr(around, "is_column", False) and box.position_y == around.position_y:
        box.margin_top = 0
    told = getattr(box.style, "cascaded", {}).get("__grid")
    if told and skip is None and not box.element_tag.endswith(("::before", "::after")):
        step = _number(box.style, "__grid") * float(strut(box.style)[0])
        if step and origin is not None:
            top = box.position_y + collapse_margin([*adjoining_margins, box.margin_top])
            after = box.margin_bottom if box.element.tag != "p" else 0
            off = (top + after - origin) % step
            if 0.01 < off < step - 0.01:
                least = min([0, *adjoining_margins, box.margin_top])
                box.margin_top = top - box.position_y + step - off - least

    def lay(box: Any, below: float = bottom_space) -> Any:
        return layout_block(
            context,
            box,
            below,
            skip,
            around,
            empty,
            absolute,
            fixed,
            [*adjoining_margins],
            *others,
            **named,
        )

    balanced = skip is None and _number(box.style, "__balance")
    if balanced and "__balance" in getattr(box.style, "cascaded", {}):
        box.max_width = _balance(lay, box)
    top, made = box.position_y, lay(box)
    if box.element_tag == "figure" and made[0] is None and context.figures.get(box, box):
        context.figures[box], *_ = lay(box, -inf)
        block.remove_placeholders(context, [context.figures[box]], absolute, fixed)
    while "body" in _class_of(box) and _finds_room(context, box, made, bottom_space):
        block.remove_placeholders(context, [made[0]], absolute, fixed)
        box.position_y = top
        made = lay(box)
    if made[0] is not None and box.style["column_span"] == "all" and origin is not None:
        end = made[0].border_box_y() + made[0].border_height() + made[0].margin_bottom
        made[0].margin_bottom += (origin - end) % float(strut(around.style)[0])
    return made


def _balance(lay: Callable[[Any], Any], box: Any) -> float:
    """Return the least width in px in which a headline needs no more lines than it must have.

    So none ends with a short line (`text-wrap: balance` of CSS Text 4, which WeasyPrint lacks).
    """

    def set_in(width: float) -> tuple[int, int, float]:
        tried = box.copy()
        tried.max_width = width
        made, resume, *_ = lay(tried)
        if made is None or resume is not None:
            return 0, 0, 0
        lines = [each for each in made.descendants() if isinstance(each, LineBox)]
        # a word that is divided, with or without a hyphen, is two
        words = sum(map(_count_words, lines))
        wide = max((each.width for line in lines for each in line.children), default=0)
        return len(lines), words, max(wide, made.width)

    lines, words, width = set_in(box.max_width)
    if lines < 2:
        return float(box.max_width)
    least = width / 2
    for _ in range(6):
        middle = (least + width) / 2
        if set_in(middle) == (lines, words, middle):
            width = middle
        else:
            least = middle
    return width


def _count_words(line: Any) -> int:
    texts = (each.text for each in line.descendants() if isinstance(each, TextBox))
    return len("".join(texts).split())


def _float_layout(
    context: Any,
    box: Any,
    around: Any,
    absolute: Any,
    fixed: Any,
    bottom_space: Any,
    skip_stack: Any,
) -> Any:
    """Lay a float out as WeasyPrint does, and whole if its style says so.

    What then does not fit goes to the next page.
    """
    whole = box.style["break_inside"] in ("avoid", "avoid-page") and skip_stack is None
    space = -inf if whole else bottom_space
    return float_layout(context, box, around, absolute, fixed, space, skip_stack)


def _first_letter_to_box(box: Any, skip: Any, style: Any) -> Any:
    """Make the box of a first letter as WeasyPrint does, but once, and with its line beside it.

    WeasyPrint makes another in it each time that the line is laid out, and breaks down if they
    float; and it moves what stands beside a float only if an element holds both.
    """
    first = box.children[0] if box.children else None
    if not style or first is None or _is_first_letter(first):
        return skip
    resume = first_letter_to_box(box, skip, style)
    first = box.children[0]
    if isinstance(box, LineBox) and _is_first_letter(first) and first.is_floated():
        children = list(box.children)
        beside = InlineBox(box.element_tag, box.style.anonymous_style, box.element, children)
        box.children = (beside,)
    return resume


def _is_first_letter(box: Any) -> bool:
    made = [box, *getattr(box, "children", ())[:1]]
    return any(each.element_tag.endswith("::first-letter") for each in made)


class _Stream(Stream):  # type: ignore[misc]
    """A page's content that says its text beside its glyphs, where these do not say it.

    Glyphs map to the first text each has drawn, which is wrong for scripts whose signs change
    shape, and lines of two directions are drawn in the order of sight (ISO 14289-1, 7.2).
    """

    def clone(self, **options: Any) -> Any:
        """Return a stream like this one, for what is drawn as a group."""
        made = super().clone(**options)
        made.__class__ = _Stream
        return made

    @contextmanager
    def marked(self, box: Any, tag: str) -> Iterator[None]:
        with super().marked(box, tag):
            if self._tags is not None:
                self._tags[box]["stream"] = self
            if self._tags is not None and isinstance(box, TextBox) and _reshaped(box):
                self.stream[-2]["ActualText"] = pydyf.String(box.text)
            yield


def _reshaped(box: Any) -> bool:
    if box.style["direction"] == "rtl" or any(
        unicodedata.category(sign) in ("Mn", "Mc")
        or unicodedata.bidirectional(sign) in ("R", "AL", "AN")
        for sign in box.text
    ):
        return True
    # numbers that are kept from left to right by what they stand in, as those of telephones are
    style = box.style
    while style is not None and style["direction"] != "rtl":
        style = getattr(style, "parent_style", None)
    return style is not None and all(unicodedata.bidirectional(s) != "L" for s in box.text)


class _Letters(dict[int, str]):
    """The text of each glyph, where several share a cluster their own.

    WeasyPrint gives all of it to the first, and the others have no text wherever else they stand.
    """

    def __init__(self, data: bytes, index: int) -> None:
        super().__init__()
        self.data, self.index = data, index

    def __setitem__(self, glyph: int, text: str) -> None:
        if not text or (len(text) > 1 and any(unicodedata.combining(sign) for sign in text)):
            text = self.own.get(glyph, text)
        super().__setitem__(glyph, text)

    @cached_property
    def own(self) -> dict[int, str]:
        """Return the text that the font itself has for its glyphs."""
        found = TTFont(BytesIO(self.data), fontNumber=self.index, lazy=True)
        letters = found.getBestCmap().items()
        return {
            found.getGlyphID(name): unicodedata.normalize("NFKC", chr(n)) for n, name in letters
        }


class _Font(Font):  # type: ignore[misc]
    """A font whose subset has the same bytes whatever version of HarfBuzz made it."""

    file_content: bytes
    index: int

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        self.to_unicode = _Letters(self.file_content, self.index)

    def clean(self, to_unicode: dict[int, str], hinting: bool) -> None:
        """Subset the font, and drop GDEF: it is for layout, and each version packs it anew."""
        super().clean(to_unicode, hinting)
        out, data = BytesIO(), BytesIO(self.file_content)
        font = TTFont(data, fontNumber=self.index, recalcTimestamp=False)
        if "GDEF" in font:
            del font["GDEF"]
            font.save(out, reorderTables=None)
            self.file_content = out.getvalue()


#: PANGO_FONT_MASK_FEATURES; versions before 1.56 know no such bit
_FEATURES = 1 << 8


def _font_key(pango_font: Any) -> tuple[int, Any, float]:
    """Return what WeasyPrint knows a font by, without the features of its @font-face.

    Pango tells them since 1.56, and the tags of the subsets are made of what it tells: the same
    brief would be another PDF with another Pango.
    """
    _, description, size = get_pango_font_key(pango_font)
    pango.pango_font_description_unset_fields(description, _FEATURES)
    return pango.pango_font_description_hash(description), description, size


#: a box of a page's margins at one side, and what it is called at the other
_SIDES = {"left": "right", "right": "left"}


def _set_page_styles(page: Any, html: Any, style_for: Any) -> None:
    """Work out the styles of a page; where `--facing` says by how many mm, pages face each other.

    Then all stands that much further from the spine, and what stands at one side of a page's head
    and foot stands at the other on the page that faces it.
    """
    set_page_styles(page, html, style_for)
    style = style_for(page)
    told = [float(each.value) for each in style["__facing"] if each.type == "number"]
    if not told:
        return
    shift = told[0] / 25.4 * 96 * (1 if page.side == "right" else -1)
    for side, moved in (("margin_left", shift), ("margin_right", -shift)):
        if style[side] != "auto" and style[side].unit == "px":
            style[side] = Dimension(style[side].value + moved, "px")
    if page.index % 2:
        made = style_for.get_computed_styles()
        own = {box: its for (whose, box), its in made.items() if whose == page and box}
        for box, its in own.items():
            for lines in ("text_align_all", "text_align_last"):
                its[lines] = _SIDES.get(its[lines], its[lines])
            other = re.sub("left|right", lambda found: _SIDES[found[0]], box)
            made[page, other] = its
            if other not in own:
                del made[page, box]


def _build(*structure: Any) -> Any:
    """Build the boxes of a document, the white space of its notes collapsed like that of its text.

    WeasyPrint takes notes out before it does that, so that a line of the source would be one here.
    """
    box = build_formatting_structure(*structure)
    *_, notes = structure
    for note in notes:
        note.process_whitespace()
        note.process_text_transform()
    return box


#: where WeasyPrint looks for what is mended, its name there, and what is to be found
_MENDS: tuple[tuple[Any, str, Any], ...] = (
    (weasyprint.document, "LayoutContext", _Layout),
    (weasyprint.document, "TargetCollector", _Targets),
    (weasyprint.document, "build_formatting_structure", _build),
    (weasyprint.pdf, "Stream", _Stream),
    (weasyprint.pdf, "add_tags", structure.tag),
    (weasyprint.pdf.stream, "Font", _Font),
    (weasyprint.pdf.stream, "get_pango_font_key", _font_key),
    (weasyprint.layout, "make_all_pages", _make_all_pages),
    (one_page, "remake_page", _remake_page),
    (one_page, "set_page_type_computed_styles", _set_page_styles),
    (block, "block_level_layout_switch", _layout_block),
    (block, "float_layout", _float_layout),
    (inline, "get_next_linebox", _get_next_linebox),
    (inline, "split_inline_box", _split_inline_box),
    (inline, "split_inline_level", _split_inline_level),
    (inline, "split_text_box", _split_text_box),
    (inline, "split_first_line", _split_first_line),
    (inline, "can_break_text", _can_break_text),
    (inline, "first_letter_to_box", _first_letter_to_box),
    (inline, "count_expandable_spaces", _count_gaps),
    (inline, "justify_line", _justify_line),
    (line_break, "Layout", _Text),
    # what leads to a table leads to its caption, too: that stands outside of the table's own box
    (
        properties,
        "TABLE_WRAPPER_BOX_PROPERTIES",
        properties.TABLE_WRAPPER_BOX_PROPERTIES | {"anchor"},
    ),
)


@contextmanager
def _mended() -> Iterator[None]:
    """Have WeasyPrint work with what is mended."""
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in _MENDS]
    for owner, name, made in _MENDS:
        setattr(owner, name, made)
    try:
        with vector.mended():
            yield
    finally:
        for owner, name, was in before:
            setattr(owner, name, was)


class _Fetcher(URLFetcher):  # type: ignore[misc]
    """Hands out the pictures of the brief and the files of the style, and nothing else.

    WeasyPrint's own fetcher reaches the network and every file of the machine.
    """

    def __init__(self, assembled: Assembled) -> None:
        super().__init__()
        self._assembled = assembled
        self.refused: list[Finding] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return what `url` names, or note that it was refused."""
        if url.startswith(_PICTURES):
            ready = self._assembled.pictures.get(url.removeprefix(_PICTURES))
            if ready is None:
                return self._refuse(f"{url!r} is no picture of the brief", url)
            return _response(url, ready.data, ready.media_type)
        if url.startswith(_STYLE):
            place, _, name = unquote(url.removeprefix(_STYLE)).split("?")[0].partition("/")
            folder = self._assembled.style
            # what a document names lies with the style, what a sheet names beside the sheet
            if place.isdigit() and int(place) < len(self._assembled.sheets):
                sheet = self._assembled.sheets[int(place)][0]
                folder = sheet.parent if sheet.is_absolute() else folder
            else:
                name = f"{place}/{name}" if name else place
            name = name.split("#")[0]
            try:
                file = assets.locate(name, folder, (folder,))
                return _response(url, assets.read(file), _TYPES.get(file.suffix.lower(), ""))
            except assets.RefusedError as refused:
                return self._refuse(refused.message, name)
        found = re.match(r"data:(image/(?:png|jpeg));base64,", url)
        drawings = (each for each in self._assembled.pictures.values() if each.vector)
        if found and any(url.encode() in each.data for each in drawings):
            return _response(url, b64decode(url[found.end() :]), found[1])
        told = url.removeprefix(ADDRESS)
        return self._refuse(f"{told!r} is not a file of the style", told)

    def _refuse(self, message: str, name: str) -> URLFetcherResponse:
        file, line = _where(name, self._assembled)
        self.refused.append(
            finding("H07", message, file, line, hint="put the file into the style's folder")
        )
        raise ValueError(message)


def _where(name: str, assembled: Assembled) -> tuple[Path, int]:
    """Return file and line of the sheet that names a file or an address."""
    # a sheet may leave out the scheme, or name a file from its own folder
    words = (name, name.partition(":")[2], name.rpartition("/")[2])
    return _place(assembled, *(re.escape(word) for word in words if word))


def _face(family: str, assembled: Assembled) -> tuple[Path, int]:
    """Return file and line of the @font-face that gives a family."""
    return _place(assembled, rf"@font-face\s*\{{[^}}]*{re.escape(family)}")


def _place(assembled: Assembled, *patterns: str) -> tuple[Path, int]:
    """Return file and line of the first pattern that a sheet has, comments aside."""
    for pattern in patterns:
        for file, text in assembled.sheets:
            bare = assets.uncommented(text)
            found = re.search(pattern, bare)
            if found:
                return file, bare.count("\n", 0, found.start()) + 1
    return assembled.style, 0


def _response(url: str, data: bytes, kind: str) -> URLFetcherResponse:
    return URLFetcherResponse(url, BytesIO(data), {"Content-Type": kind} if kind else {})


@contextmanager
def _listening() -> Iterator[list[logging.LogRecord]]:
    """Gather what WeasyPrint and fontTools log: they raise for little and drop much."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign,assignment]
    loggers = [logging.getLogger("weasyprint"), logging.getLogger("fontTools")]
    states = [(logger.handlers, logger.propagate, logger.level) for logger in loggers]
    # which file of a font is broken, WeasyPrint says to those who listen closely
    for logger, level in zip(loggers, (logging.DEBUG, logging.WARNING), strict=True):
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
    try:
        yield records
    finally:
        for logger, (handlers, propagate, level) in zip(loggers, states, strict=True):
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)
        # what is said of a sheet is said once for each time that it is read
        if any(record.levelno >= logging.WARNING for record in records):
            _read.cache_clear()


def _heard(records: list[logging.LogRecord], assembled: Assembled) -> Iterator[Finding]:
    told = False
    for record in records:
        message = record.getMessage()
        broken = re.match(_BROKEN, message)
        face = re.match(r"(Font-face|Unable to \w+) ['\"](.+?)['\"]", message)
        if broken:
            name = unquote(re.sub(rf"^{re.escape(_STYLE)}(\d+/)?", "", broken[2]))
            problem = f"“{name}” is no {broken[1]} that can be used"
            yield finding("H07", problem, *_where(name, assembled), hint=_CURES[broken[1]])
            told |= broken[1] == "font"
            continue
        # a character without a glyph is the checks' to tell of, with its page
        if (
            record.levelno < logging.WARNING
            or record.name.startswith("fontTools")
            or ".notdef" in message
        ):
            continue
        if face:
            place = _face(face[2], assembled)
            if face[1] != "Font-face":
                yield finding("H08", message, *place, hint=_CURES["font"])
            elif not told:  # of its file
                yield finding("H07", message, *place, hint="name a file of the style in its src")
            told = False
            continue
        # "Ignored `x: y` at 12:3, unknown property." names a place in one of the sheets
        named = re.search(r"[`'<](?:AtRule )?([@\w-]+).* at (\d+):(\d+)", message)
        file, line = assembled.style, 0
        if named:
            word, line, column = named[1], int(named[2]), int(named[3])
            for sheet, text in assembled.sheets:
                said = "".join(text.split("\n")[line - 1 : line])
                # the place is that of the property, or of its value
                before, after = said[: column - 1], said[column - 1 :]
                if after.startswith(word) or re.search(rf"{word}\s*:\s*$", before):
                    file = sheet
                    break
        yield finding("H08", message, file, line, hint="correct or remove the rule")


#: what WeasyPrint says of a file that it cannot use: it only logs that, and goes on without it
_BROKEN = r"Failed to (?:load|handle woff|render)(?: SVG)? (font|image)(?: at)? ['\"]?([^\s'\"]+)"
_CURES = {
    "font": "put a TrueType, OpenType or WOFF font in its place",
    "image": "put a PNG, JPEG or SVG in its place",
}
#: families that CSS has every engine know
_GENERIC = {"serif", "sans-serif", "monospace", "cursive", "fantasy", "math", "emoji", "fangsong"}
_GENERIC |= {"system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded"}


def _absent(document: Any, assembled: Assembled) -> Iterator[Finding]:
    """Tell of each font that a text asks for first, and neither style nor system has."""
    boxes: dict[str, Any] = {}
    for page in document.pages:
        for box in page._page_box.descendants(placeholders=True):
            shown = isinstance(box, TextBox) and box.style["visibility"] == "visible"
            if shown and box.text.strip():
                boxes.setdefault(box.style["font_family"][0], box)
    there = _families(document.font_config)
    for family, box in boxes.items():
        if _bare(family) not in there | _GENERIC:
            yield finding(
                "H08",
                f"the font “{family}” is not there; “{_stand_in(box)}” stands in for it",
                *_place(assembled, rf"(?<![\w-]){re.escape(family)}(?!\s*[\w-])"),
                hint="correct its name, or add the font to the style and name it in fonts.css",
            )


def _bare(family: str) -> str:
    # so does fontconfig compare
    return family.replace(" ", "").lower()


def _families(fonts: FontConfiguration) -> set[str]:
    """Return the families of all fonts, the system's and those that sheets loaded."""
    families, name = set(), ffi.new("FcChar8 **")
    for kind in (fontconfig.FcSetSystem, fontconfig.FcSetApplication):
        found = fontconfig.FcConfigGetFonts(fonts._config, kind)
        for font in found.fonts[0 : found.nfont] if found else ():
            n = 0  # a font may have several names
            while not fontconfig.FcPatternGetString(font, b"family", n, name):
                families.add(_bare(ffi.string(name[0]).decode(errors="replace")))
                n += 1
    return families


def _stand_in(box: Any) -> str:
    """Return the family of the font that the first word of a box is set in."""
    box.pango_layout.reactivate(box.style)
    # without this, a line may be empty before a separator of paragraphs, as it is not when drawn
    pango.pango_layout_set_single_paragraph_mode(box.pango_layout.layout, True)
    line, _ = box.pango_layout.get_first_line()
    _, description, _ = get_pango_font_key(line.runs.data.item.analysis.font)
    return str(ffi.string(pango.pango_font_description_get_family(description)).decode())


def _write_metadata(
    pdf: pydyf.PDF, brief: Brief, publisher: str, moment: str, standard: str
) -> None:
    """Write document information and XMP; WeasyPrint's knows no rights, language or PDF/UA."""
    authors = [author.name for author in brief.authors]
    description = brief.dek
    info = {
        "Title": brief.title,
        "Author": ", ".join(authors),
        "Subject": description,
        "Keywords": ", ".join(brief.tags),
        "Creator": f"brief {__version__}",
        "CreationDate": _pdf_date(moment),
        "ModDate": _pdf_date(moment),
    }
    for key, value in info.items():
        # PDF/A-4 has it in XMP alone (ISO 19005-4, 6.1.3)
        if value and standard != "ua2":
            pdf.info[key] = pydyf.String(value)
    if standard == PRESS:
        made = pydyf.Stream([], {"Type": "/Metadata", "Subtype": "/XML"})
        pdf.add_object(made)
        pdf.catalog["Metadata"] = made.reference
    stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    stream.stream = [_xmp(brief, authors, description, publisher, moment, standard)]


def _write_types(pdf: pydyf.PDF, names: list[str], brief: Brief) -> None:
    """Write the types of attachments, given by name: WeasyPrint's depend on the system's table."""
    files = (
        each for each in pdf.objects if getattr(each, "extra", {}).get("Type") == "/EmbeddedFile"
    )
    for name, item in zip(names, files, strict=True):
        kind = "plain" if brief.source.suffix == ".txt" else "markdown"
        item.extra["Subtype"] = f"/text#2f{kind if name == brief.source.name else 'csv'}"


def _pdf_date(moment: str) -> str:
    digits = re.sub(r"\D", "", moment[:19])
    return f"D:{digits}Z"


_NAMES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "pdfd": "http://pdfa.org/declarations/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}


#: what each standard has a PDF say of itself
_DECLARED = {
    "ua1": {"pdfaid:part": "3", "pdfaid:conformance": "A", "pdfuaid:part": "1"},
    "ua2": {
        **{"pdfaid:part": "4", "pdfaid:conformance": "F", "pdfaid:rev": "2020"},
        **{"pdfuaid:part": "2", "pdfuaid:rev": "2024"},
    },
    # the last three are asked for by ISO 15930-7
    PRESS: {
        **{"pdfxid:GTS_PDFXVersion": "PDF/X-4", "pdf:Trapped": "False"},
        **{"xmpMM:VersionID": "1", "xmpMM:RenditionClass": "default"},
    },
}


def _xmp(
    brief: Brief, authors: list[str], description: str, publisher: str, moment: str, standard: str
) -> bytes:
    """Return the XMP packet (ISO 16684-1) that declares what a PDF conforms to.

    PDF/A-3 knows no pdfuaid, so an extension schema describes it (ISO 19005-3, 6.6.2.3).
    """
    top = etree.Element(_name("x:xmpmeta"), nsmap=_NAMES)
    about = etree.SubElement(
        etree.SubElement(top, _name("rdf:RDF")), _name("rdf:Description"), {_name("rdf:about"): ""}
    )
    simple = {
        **_DECLARED[standard],
        "dc:format": "application/pdf",
        "dc:identifier": brief.identifier,
        "xmpMM:DocumentID": identifier(brief, "press" if standard == PRESS else "pdf"),
        "pdf:Producer": f"WeasyPrint {weasyprint.__version__}",
        "pdf:Keywords": ", ".join(brief.tags),
        "xmp:CreatorTool": f"brief {__version__}",
        "xmp:CreateDate": moment,
        "xmp:ModifyDate": moment,
        "xmp:MetadataDate": moment,
    }
    for name, value in simple.items():
        if value:
            etree.SubElement(about, _name(name)).text = value
    lists = (
        ("dc:title", "Alt", [brief.title]),
        ("dc:description", "Alt", [description]),
        ("dc:rights", "Alt", [brief.rights]),
        ("dc:creator", "Seq", authors),
        ("dc:date", "Seq", [brief.date.isoformat()]),
        ("dc:language", "Bag", [brief.lang]),
        ("dc:subject", "Bag", list(brief.tags)),
        ("dc:publisher", "Bag", [publisher]),
    )
    for name, kind, values in lists:
        if not any(values):
            continue
        items = etree.SubElement(etree.SubElement(about, _name(name)), _name(f"rdf:{kind}"))
        for value in values:
            item = etree.SubElement(items, _name("rdf:li"))
            item.text = value
            if kind == "Alt":
                item.set("{http://www.w3.org/XML/1998/namespace}lang", "x-default")
    if standard == "ua1":
        _describe_pdfua(about)
    elif standard == "ua2":
        _declare_wtpdf(about)
    body: bytes = etree.tostring(top, encoding="utf-8")
    return (
        b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        + body
        + b'\n<?xpacket end="r"?>'
    )


def _declare_wtpdf(about: Any) -> None:
    """Say that a PDF conforms to WTPDF 1.0, for accessibility and for reuse (its clause 6.1)."""
    declared = etree.SubElement(
        etree.SubElement(about, _name("pdfd:declarations")), _name("rdf:Bag")
    )
    for part in ("accessibility", "reuse"):
        item = etree.SubElement(declared, _name("rdf:li"), {_name("rdf:parseType"): "Resource"})
        told = f"http://pdfa.org/declarations/wtpdf#{part}1.0"
        etree.SubElement(item, _name("pdfd:conformsTo")).text = told


def _describe_pdfua(about: Any) -> None:
    resource = {_name("rdf:parseType"): "Resource"}
    schemas = etree.SubElement(
        etree.SubElement(about, _name("pdfaExtension:schemas")), _name("rdf:Bag")
    )
    schema = etree.SubElement(schemas, _name("rdf:li"), resource)
    etree.SubElement(schema, _name("pdfaSchema:schema")).text = "PDF/UA identification schema"
    etree.SubElement(schema, _name("pdfaSchema:namespaceURI")).text = _NAMES["pdfuaid"]
    etree.SubElement(schema, _name("pdfaSchema:prefix")).text = "pdfuaid"
    properties = etree.SubElement(
        etree.SubElement(schema, _name("pdfaSchema:property")), _name("rdf:Seq")
    )
    part = etree.SubElement(properties, _name("rdf:li"), resource)
    for key, value in (
        ("name", "part"),
        ("valueType", "Integer"),
        ("category", "internal"),
        ("description", "the part of ISO 14289 that the file conforms to"),
    ):
        etree.SubElement(part, _name(f"pdfaProperty:{key}")).text = value


def _name(prefixed: str) -> str:
    prefix, name = prefixed.split(":")
    return f"{{{_NAMES[prefix]}}}{name}"
