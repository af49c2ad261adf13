"""Whether an edition says what its brief says, unit by unit and in order.

A unit is a paragraph, a heading, an item, a cell, a caption, an image by its text alternative, a
note. The text must stand as one run of units with nothing lost, doubled, moved or altered in
between; its notes likewise; the parts around it each in a block of the edition. Every sign counts.
Only where a line of print ends can a reader not know whether a hyphen is the author's.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import partial
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lxml import etree

from brief import assets
from brief.checks import figures
from brief.checks.contract import line_of, tree_of
from brief.checks.result import (
    HOLDERS,
    IMAGE,
    PARTS,
    Check,
    Content,
    Lines,
    Part,
    Passage,
    Spot,
    cell,
    looks,
    run,
)
from brief.findings import Finding, finding, short
from brief.house import House
from brief.language import count_words, format_cell, format_date, labels, name_list, quotes
from brief.language import number as in_digits
from brief.model import Author, Brief, Contact, Data, Image, Photo

#: what a unit is called, by its element
_NAMED = {
    **{"p": "paragraph", "li": "list item", "dt": "term", "dd": "definition", "pre": "code"},
    **{"td": "table cell", "th": "table cell", "caption": "caption", "figcaption": "caption"},
    **{"number": "number of a note", "mark": "number of an item"},
    **{IMAGE: "image", "blockquote": "quote"},
    **{f"h{level}": "heading" for level in range(1, 7)},
    **{"legend": "caption", "photo caption": "caption", "caption without image": "caption"},
    **{"label": "label of a part", "author": "author’s line", "box label": "label of a box"},
    **dict.fromkeys(("entry", "note’s entry"), "link in the list of links"),
    **{"contents": "line of the table of contents", "cited": "citation"},
}
#: what else than itself an element may be in an edition: in a PDF a structure type (ISO 32000-1,
#: 14.8.4); loose text in an EPUB is that of the block around it
_TYPES: dict[str, set[str]] = {
    **{"p": {"P", "figure", "blockquote"}, "pre": {"P", "Code"}},
    **{"li": {"LBody"}, "dt": {"Lbl"}, "dd": {"LBody"}},
    **{"td": {"TD"}, "th": {"TH"}, "caption": {"Caption"}, "figcaption": {"Caption"}},
    # of several images, or of one that only decorates
    "legend": {"Caption", "P", "figcaption"},
    # what stands around the text
    **{"headline": {"H1", "h1"}, "label": {"H2", "h2"}, "box label": {"P", "p"}},
    **{"alternative text": {IMAGE}, "photo caption": {"Caption", "figcaption"}},
    **{"caption without image": {"P", "figcaption"}},
    **{"entry": {"LBody"}, "note’s entry": {"LBody"}, "contents": {"TOCI"}},
    **{"cited": {"P", "p"}, "blockquote": {"BlockQuote", "P"}, IMAGE: {IMAGE}},
    **{f"h{level}": {f"H{level}"} for level in range(1, 7)},
}
_BLOCKS = _NAMED.keys() - {IMAGE, "number", "mark"}
#: elements around blocks
_AROUND = {"body", "ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "figure", "aside"}
#: boxes that have a label if no heading begins them
_LABELLED = {"key-points": "key_points", "recommendations": "recommendations"}
_HEADINGS = {f"h{level}" for level in range(1, 7)}
#: signs that are not seen, or that fonts draw with one glyph
_FOLDED = {
    **dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]),
    **{0xFEFF: None, 0xFE0E: None, 0xFE0F: None, 0x2010: "-", 0x2011: "-"},
}
#: links that print lists
_ENTRIES = ("entry", "note’s entry")
#: signs of a word over which it may break anywhere
_LONG = 25
#: how much of a text a finding quotes
_QUOTED = 49


@dataclass(frozen=True, slots=True)
class Unit:
    """Something of a brief that an edition must say."""

    #: its element in the vocabulary of the body
    kind: str
    text: str
    #: of the source, from 1; 0 unknown
    line: int = 0
    #: what holds it and what stands within its lines, as a passage has them; an item of a list of
    #: definitions is a “DI”, which XHTML has no element for
    within: tuple[tuple[str, object], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    #: of what a template composes: its texts, between which there may be signs and page numbers
    texts: tuple[str, ...] = ()
    #: what may stand before it: nothing, or the number that a style prints before a paragraph
    before: tuple[str, ...] = ("",)
    #: what links lead to that begins with it, and what stands within its lines: ids, and “note 1”
    #: and “call 1”
    names: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    #: where the links within its lines lead, by these; “first note 1” where a note is first called,
    #: which print may not link
    leads: tuple[str, ...] = ()
    #: of an image the signs in it, none for pixels, None if they are not known; of a chart its data
    letters: str | None = None
    data: Data | None = None

    @property
    def name(self) -> str:
        """What a reader calls it."""
        name = _NAMED.get(self.kind, self.kind)
        return f"the {name}" if self.texts else f"a {name}"


def check(
    content: Content | None,
    brief: Brief,
    file: Path,
    *,
    house: House | None = None,
    marked: bool = False,
    linked: bool = True,
) -> list[Check]:
    """Hold what an edition says against its brief; findings name the unit, its line and the page.

    With `house`, the edition was made for it by brief's own templates: the parts around the text
    then stand in the order that these give them. `marked` says that brief made it: what stands
    within lines, such as links and emphasis, is then held against the brief too. What is not
    `linked` is for paper: no link leads anywhere, and nothing is attached. A PDF without tags says
    nothing of its order: nothing is run.
    """
    numbers = {note.id: n for n, note in enumerate(brief.notes, 1)}
    text, *others = _read_out(brief)
    data = _data(brief) if marked else []
    if marked:
        _tie(text, brief)
    body = _counted(units(text, numbers, brief.lang, brief.images), house)
    disclaimer, *bios = (
        [replace(each, before=("",)) for each in units(tree_of(told), numbers, brief.lang)]
        for told in (brief.disclaimer, *(author.bio for author in brief.authors))
    )
    notes: list[Unit] = []
    for n, (note, tree) in enumerate(zip(brief.notes, others, strict=True), 1):
        around = (("Note", n),)
        number = Unit("number", str(n), note.line, around)
        notes.append(replace(number, names=(f"note {n}",), leads=(f"call {n}",)))
        notes += [
            replace(each, line=each.line or note.line, within=(*around, *each.within), before=("",))
            for each in units(tree, lang=brief.lang)
        ]
    compare = partial(_compare, brief=brief, file=file, marked=marked)
    content, pages = _without_pages(content, brief) if content else (None, [])
    if content and not linked:
        content = replace(content, contents=None)
    rules: dict[str, Callable[[Content], Iterable[Finding]]]
    if house:
        told = partial(_whole, brief, house, body, data, bios, disclaimer)
        rules = {"fidelity: text": partial(_entire, told, compare, brief, file, pages)}
    else:
        rules = {
            "fidelity: head": partial(_head, brief, file),
            "fidelity: text": partial(_text, [body, data, *bios, disclaimer], compare),
        }
    if data and linked:
        rules["fidelity: data"] = partial(_attached, brief=brief, file=file)
    if linked:
        rules["fidelity: links"] = partial(_links, brief=brief, file=file, house=house)
    pictures = _pictures(brief)
    if len(pictures) > 1:
        rules["fidelity: pictures"] = partial(_exchanged, pictures, brief, file)
    if notes:
        whole = partial(compare, notes, entire=house is not None)
        rules["fidelity: notes"] = partial(_notes, notes, body, whole, brief, file, house)
    if linked and marked and any(each.leads for each in (*body, *data, *disclaimer, *notes)):
        parts = (body, data, disclaimer, notes)
        rules["fidelity: references"] = partial(_references, parts, brief, file, house)
    if content is None or not content.passages:
        reason = "the edition lacks a part, or cannot be read in its order"
        return [Check(name, "not run", reason=reason) for name in rules]
    return [run(name, partial(rule, content), file) for name, rule in rules.items()]


def _read_out(brief: Brief) -> list[Any]:
    """Return the text and each note as trees that have the words an edition gives them.

    A link without words has the number of the figure or table that it leads to, or the words of
    the heading. Where any has that of a figure, all captions of figures have theirs, and so with
    tables.
    """
    trees = [tree_of(each) for each in (brief.body, *(note.body for note in brief.notes))]
    places = {each.get("id"): each for each in trees[0].xpath("//*[@id]")}
    bare = "//a[starts-with(@href, '#') and not(* or normalize-space())]"
    links = [link for tree in trees for link in tree.xpath(bare)]
    calls = [(link, places.get(link.get("href")[1:])) for link in links]
    read: dict[Any, str] = {}
    for kind, caption in (("figure", "figcaption"), ("table", "caption")):
        if any(target is not None and target.tag == kind for _, target in calls):
            says = f"{caption}//text()[normalize-space() and not(ancestor::*[@class='credit'])]"
            for n, each in enumerate(trees[0].xpath(f"//{kind}[{says}]"), 1):
                read[each] = labels(brief.lang)[kind].format(n=in_digits(n, brief.lang))
                each.find(caption).text = f"{read[each]}. {each.findtext(caption) or ''}"
    for link, target in calls:
        link.text = read.get(target)
    headings = {each: "".join(each.itertext()) for each in trees[0].iter(*_HEADINGS)}
    for link, target in calls:
        link.text = link.text or headings.get(target)
    return trees


def units(
    body: Any,
    numbers: dict[str, int] | None = None,
    lang: str = "",
    pictures: Sequence[Image] = (),
) -> list[Unit]:
    """Return the units of XHTML in a language, with the numbers of the notes that it calls.

    `pictures` are what its images name.
    """
    found: list[Unit] = []
    lines = Lines[str]()
    images: list[Unit] = []
    called: set[str] = set()
    ties = _Ties()

    def flush(block: _Open, end: bool = False) -> None:
        line, leads = line_of(block.element), ties.take()
        text, parts = lines.take(lambda told: _plain("".join(told)))
        if text and block.lang != top.lang:
            parts = ((f"lang {block.lang}", text), *parts)
        # an empty cell is a cell
        if text or (end and block.kind in ("td", "th") and block.before == len(found)):
            kind = block.kind if block.kind in _BLOCKS else "p"
            before = _numbers(found, lang) if text and block.plain else ("",)
            found.append(Unit(kind, text, line, block.within, parts, before=before, leads=leads))
        found.extend(replace(each, line=line, within=block.within) for each in images)
        images.clear()

    top = _Open(body, "body", (), lang.casefold())
    # with each element, string or part the block that it stands in; None where that ends
    todo: list[tuple[Any, _Open]] = [(None, top), (body, top)]
    while todo:
        node, block = todo.pop()
        if node is None:
            flush(block, end=True)
        elif isinstance(node, str):
            lines.pieces.append(node)
        elif isinstance(node, Part):
            lines.end(node)
        else:
            inner, parts = block, []
            if node.tag in _BLOCKS or node.tag in _AROUND:
                flush(block)
                inner = block.entered(node, len(found))
                todo.append((None, inner))
            elif (name := node.get("data-note")) is not None and numbers and name in numbers:
                # a second call may be a link to the note
                parts.append(lines.begin("Call" if name in called else "Reference"))
                called.add(name)
                lines.pieces.append(in_digits(numbers[name], lang))
            elif node.tag in PARTS:
                parts.append(lines.begin(PARTS[node.tag]))
            ties.enter(node, len(found), inner is block, numbers or {})
            found += _beginning(node, inner, top.lang)
            told = node.get("lang", "").casefold()
            if inner is block and told and told != (_lang(node.getparent()) or top.lang):
                parts.append(lines.begin(f"lang {told}"))
            todo += [(part, inner) for part in parts]
            if node.tag == "img" and (alt := _plain(node.get("alt", ""))):
                images.append(_pictured(alt, node.get("src", ""), pictures))
            for child in reversed(node):
                todo += [(child.tail or "", inner), (child, inner)]
            todo.append((" " if node.tag == "br" else node.text or "", inner))
    return ties.tied(found)


@dataclass(slots=True)
class _Ties:
    """What links the units of a text to each other, while these are gathered."""

    #: where the links of the lines that are being gathered lead
    led: list[str] = field(default_factory=list)
    #: what may be led to: the number of the unit, and whether it stands within its lines
    places: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def enter(self, element: Any, n: int, within: bool, numbers: dict[str, int]) -> None:
        """Note what an element leads to, and what leads to it; the unit of number `n` comes."""
        note = numbers.get(element.get("data-note", ""))
        if note is not None:
            again = f"call {note}" in self.places
            self.led.append(f"note {note}" if again else f"first note {note}")
            self.places.setdefault(f"call {note}", (n, True))
        elif element.get("href", "").startswith("#"):
            self.led.append(element.get("href")[1:])
        if element.get("id"):
            # an item begins with its mark, which a style may leave out
            self.places[element.get("id")] = n + (element.tag == "li"), within

    def take(self) -> tuple[str, ...]:
        """Return where the links of the lines lead, and begin anew."""
        led, self.led = self.led, []
        return (*led,)

    def tied(self, found: list[Unit]) -> list[Unit]:
        """Return the units with what leads to them."""
        for name, (n, within) in self.places.items():
            if n < len(found):
                each = found[n]
                names = (*each.names, *([] if within else [name]))
                inside = (*each.inside, *([name] if within else []))
                found[n] = replace(each, names=names, inside=inside)
        return found


def _beginning(element: Any, inner: _Open, lang: str) -> Iterator[Unit]:
    """Yield what an edition gives an element to begin with: an item its mark, a box its label."""
    if element.tag == "li":
        yield Unit("mark", _number(element), line_of(element), inner.within)
    elif element.tag == "aside" and (not len(element) or element[0].tag not in _HEADINGS):
        for kind in filter(None, map(_LABELLED.get, element.get("class", "").split())):
            yield Unit("box label", labels(lang)[kind], line_of(element), inner.within)


def _numbers(found: Iterable[Unit], lang: str) -> tuple[str, ...]:
    """Return what may stand before the next paragraph: its number, beside it or in its line."""
    n = in_digits(1 + sum(len(each.before) > 1 for each in found), lang)
    return "", f"{n} ", n


def _counted(body: Sequence[Unit], house: House | None) -> list[Unit]:
    """Return the units of a text with what may stand before them: numbers, if a style has them."""
    counted: list[Unit] = []
    for unit in body:
        before = unit.before
        if house:
            before = before[1:] if house.style.numbered and len(before) > 1 else before[:1]
        counted.append(replace(unit, before=before))
    return counted


def _pictured(alt: str, name: str, pictures: Sequence[Image]) -> Unit:
    """Return an image, with what there is to be seen in a drawing or a chart."""
    picture = next((each for each in pictures if each.name == name), None)
    letters = _letters(picture.drawing) if picture and picture.drawing else ""
    data = picture.data if picture and picture.data and picture.data.chart else None
    return Unit(IMAGE, alt, letters=letters, data=data)


def _lang(element: Any) -> str:
    """Return the language that an element, or one around it, says; or nothing."""
    above = (each.get("lang") for each in (element, *element.iterancestors()))
    return str(next(filter(None, above), "")).casefold()


@dataclass(frozen=True, slots=True)
class _Open:
    """A block that is being read, and what holds it."""

    element: Any
    kind: str
    within: tuple[tuple[str, object], ...] = ()
    lang: str = ""
    #: how many units came before it
    before: int = 0

    @property
    def plain(self) -> bool:
        """Whether it is a paragraph of the text itself."""
        return self.kind == "p" and not self.within and not self.element.get("class")

    def entered(self, element: Any, before: int) -> _Open:
        """Return a block within this one."""
        tag, within = element.tag, self.within
        if tag == "dt" and (element.getprevious() is None or element.getprevious().tag != "dt"):
            group = element
        elif tag in ("dt", "dd"):
            group = next(
                each
                for each in element.itersiblings("dt", preceding=True)
                if each.getprevious() is None or each.getprevious().tag != "dt"
            )
        else:
            group = None
        if holder := HOLDERS.get(tag):
            holder = cell(holder, element.get("colspan", "1"), element.get("rowspan", "1"))
            within = (*within, (holder, element))
        elif group is not None:
            within = (*within, ("DI", group))
        kind = tag
        if tag == "figcaption":
            pictures = [each.get("alt") for each in element.getparent().iter("img")]
            kind = tag if len(pictures) == 1 and pictures[0] else "legend"
        return _Open(element, kind, within, _lang(element) or self.lang, before)


def _number(item: Any) -> str:
    """Return the number of an item, nothing in a list without order."""
    listing = item.getparent()
    if listing.tag != "ol":
        return ""
    place, count = item.xpath("count(preceding-sibling::li)"), listing.xpath("count(li)")
    if listing.get("reversed") is not None:
        return str(int(int(listing.get("start", int(count))) - place))
    return str(int(int(listing.get("start", 1)) + place))


def _plain(text: str) -> str:
    """Return a text with the signs that can be told apart when they are read back."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_FOLDED)).split())


def _read(lines: str, text: str) -> tuple[str, str]:
    """Return lines of print with the signs that can be told apart, and a text as they may say it.

    Styles set some parts in capitals.
    """
    read = "\n".join(map(_plain, re.sub("[\u2010\u00ad]\n", "-\n", lines).split("\n")))
    return read, _plain(text.upper()) if read.isupper() else text


def same(text: str, lines: str) -> bool:
    """Return whether lines of print say a text, sign by sign.

    At the end of a line there may have been a space, and a hyphen may be the author's or not.
    """
    read, text = _read(lines, text)
    at = 0
    parts = [part for part in read.split("\n") if part]
    for n, part in enumerate(parts):
        last = n == len(parts) - 1
        hyphen = not last and part.endswith("-")
        said = part[:-1] if hyphen else part
        if not text.startswith(said, at):
            return False
        at += len(said)
        if last:
            break
        if hyphen:
            at += text[at : at + 1] == "-"
            at += text[at : at + 1] == " "
        elif text[at : at + 1] == " ":
            at += 1
        elif not _may_break(text, at):
            return False
    return at == len(text)


def _may_break(text: str, at: int) -> bool:
    """Return whether a line may end within a text without a hyphen or a space."""
    before, after = text[at - 1 : at], text[at : at + 1]
    if not (before.isalnum() and after.isalnum()):
        return True
    if any(unicodedata.category(sign) == "Lo" for sign in (before, after)):
        return True  # scripts without spaces, or without hyphens
    start = text.rfind(" ", 0, at) + 1
    end = text.find(" ", at)
    return (end if end >= 0 else len(text)) - start > _LONG


def _fits(unit: Unit, passage: Passage) -> bool:
    if unit.kind == "contents":
        return passage.kind == "TOCI" and _listed_page(unit, passage) > 0
    if unit.texts:
        return passage.kind in _TYPES.get(unit.kind, {"P", "p"}) and _composed(
            unit.texts, passage.text
        )
    if unit.kind in ("number", "mark"):
        # a style may write it in brackets, or in the digits of another script
        numbers = [int(found) for found in re.findall(r"\d+", passage.text)]
        if unit.kind == "mark" or passage.page:
            wanted = "Lbl" if unit.kind == "mark" else "number"
            if passage.kind != wanted or re.search(r"[^\W\d]", passage.text):
                return False
        return numbers == ([int(unit.text)] if unit.text else [])
    kinds = _TYPES.get(unit.kind, set()) | {unit.kind}
    return passage.kind in kinds and any(
        same(f"{before}{unit.text}", passage.text) for before in unit.before
    )


def _listed_page(unit: Unit, passage: Passage) -> int:
    """Return the page that an entry of a table of contents gives, 0 if it is not that of a unit."""
    read, text = _read(passage.text, unit.text)
    found = re.fullmatch(rf"\W*{_pattern(read, text)}\W+(\d+)\W*", read)
    return int(found[1]) if found else 0


def _composed(texts: Sequence[str], lines: str) -> bool:
    """Return whether lines of print say texts, with signs or a page number in brackets between."""
    patterns = (_pattern(*_read(lines, _plain(text))) for text in texts)
    # brackets hold a page, and never signs alone
    between = r"(?:(?!\(\W*\))\W|\(\d+\))*"
    read, _ = _read(lines, "")
    return re.fullmatch(rf"\W*{between.join(patterns)}\W*", read) is not None


def _pattern(read: str, text: str) -> str:
    """Return what finds a text wherever its lines end."""
    signs = {" ": "[ \n]", "-": "-\n?"}
    return "".join(signs.get(sign, f"{re.escape(sign)}(?:-?\n)?") for sign in text)


def _key(text: str) -> str:
    """Return what of a text is sure, to find it again."""
    key = re.sub(r"[\W_]+", "", _plain(text)).casefold()
    return re.sub(r"(?![0-9])\d", lambda digit: str(int(digit[0])), key)


#: what `_compare` does for one edition
_Compare = Callable[..., Iterator[Finding]]


def _text(
    parts: Sequence[Sequence[Unit]], compare: _Compare, content: Content
) -> Iterator[Finding]:
    main = [each for each in content.passages if not each.note]
    for part in parts:
        yield from compare(part, main)


def _without_pages(content: Content, brief: Brief) -> tuple[Content, list[tuple[Passage, int]]]:
    """Return content without the pages that links to data and charts give in print, and these.

    Their captions are then as in a book on a screen, where nothing has pages.
    """
    words = labels(brief.lang)
    links = {("Link", _plain(words[each])) for each in ("data", "chart")}
    passages: list[Passage] = []
    pages: list[tuple[Passage, int]] = []
    for passage in content.passages:
        last = passage.parts[-1] if passage.parts else ("", "")
        found = re.search(r"\s*\((\d+)\)$", last[1])
        bare = _plain(last[1][: found.start()]) if found else ""
        if found and passage.page and (last[0], bare) in links and passage.text.endswith(found[0]):
            text = passage.text[: -len(found[0])]
            parts = (*passage.parts[:-1], (last[0], bare))
            passages.append(replace(passage, text=text, parts=parts))
            pages.append((passages[-1], int(found[1])))
        else:
            passages.append(passage)
    return replace(content, passages=passages), pages


def _entire(
    told: Callable[[bool], list[Unit]],
    compare: _Compare,
    brief: Brief,
    file: Path,
    pages: Sequence[tuple[Passage, int]],
    content: Content,
) -> Iterator[Finding]:
    """Yield how an edition differs from all that it should say, `told` for print or screen."""
    main = [each for each in content.passages if not each.note]
    printed = any(each.page for each in main)
    heading = _key(labels(brief.lang)["links"])
    numbered = next((n for n, each in enumerate(main) if _key(each.text) == heading), len(main))
    # a style may number the list of links, and the table of contents
    after = [each.kind for each in main[1:]] + [""]
    read = [
        each
        for n, each in enumerate(main)
        if each.kind != "Lbl" or (n < numbered and after[n] != "TOCI")
    ]
    wanted = told(printed)
    if differences := list(compare(wanted, read, entire=True)):
        yield from differences
    elif printed:
        notes = [each for each in content.passages if each.note]
        yield from _misled(wanted, read, notes, brief, file)
        yield from _astray_contents(wanted, read, content.contents, brief, file)
        yield from _misled_to_data(main, pages, brief, file)


def _misled(
    wanted: Sequence[Unit],
    read: Sequence[Passage],
    notes: Sequence[Passage],
    brief: Brief,
    file: Path,
) -> Iterator[Finding]:
    """Yield the entries of the list of links that give other pages than the links stand on."""
    _, wanted, read = _run(wanted, read)
    listed = [each for each in zip(wanted, read, strict=True) if each[0].kind in _ENTRIES]
    for kind in _ENTRIES:
        # the pages that each link may stand on: those of the block that holds it
        holders = read if kind == "entry" else notes
        places: list[tuple[str, int, int]] = []
        end = holders[-1].page if holders else 0
        for each in reversed(holders):
            links = (text for part, text in reversed(each.parts) if part == "Link")
            places += [(text, each.page, max(end, each.page)) for text in links]
            if each.kind != IMAGE:  # the pictures in its lines follow a block
                end = each.page
        places.reverse()
        for unit, passage in listed:
            page = re.search(r"\((\d+)\)[^()]*$", passage.text)
            n = next((n for n, each in enumerate(places) if same(unit.texts[0], each[0])), None)
            if unit.kind == kind and page and n is not None:
                if not places[n][1] <= int(page[1]) <= places[n][2]:
                    yield _told(unit, f"gives the page {page[1]}", brief, file, passage)
                del places[: n + 1]


def _astray_contents(
    wanted: Sequence[Unit],
    read: Sequence[Passage],
    led: Sequence[set[int]] | None,
    brief: Brief,
    file: Path,
) -> Iterator[Finding]:
    """Yield the entries of the table of contents that give or lead to other pages than those of
    their headings."""
    _, wanted, read = _run(wanted, read)
    pairs = list(zip(wanted, read, strict=True))
    listed = [each for each in pairs if each[0].kind == "contents"]
    levels = {f"h{1 + len(unit.within) // 2}" for unit, _ in listed}
    headings = [each for each in pairs if each[0].kind in levels][: len(listed)]
    for n, ((unit, passage), (_, heading)) in enumerate(zip(listed, headings, strict=True)):
        if (page := _listed_page(unit, passage)) != heading.page:
            problem = f"gives the page {page}; its heading is on page {heading.page}"
            yield _told(unit, problem, brief, file, passage)
        elif led is not None and led[n : n + 1] != [{heading.page}]:
            yield _told(unit, "does not lead to its heading", brief, file, passage)


def _misled_to_data(
    main: Sequence[Passage], pages: Sequence[tuple[Passage, int]], brief: Brief, file: Path
) -> Iterator[Finding]:
    """Yield the links between charts and their data that give other pages than lead there."""
    link = ("Link", _plain(labels(brief.lang)["data"]))
    captions = [each for each in main if link in each.parts]
    heads = [each for each in main if each.kind == "Caption" and each not in captions]
    heads = [each for each in heads if ("Link", _plain(labels(brief.lang)["chart"])) in each.parts]
    partners = dict(zip(map(id, (*captions, *heads)), (*heads, *captions), strict=False))
    for passage, page in pages:
        other = partners.get(id(passage))
        if other is None or other.page != page:
            message = f"{file.name}: a caption gives the page {page} of what stands elsewhere"
            yield finding("C15", f"{message}{_page(passage)}: “{_quote(passage.text)}”", file)


def _attached(content: Content, brief: Brief, file: Path) -> Iterator[Finding]:
    """Yield the files of data that a printed edition does not have attached as they are."""
    if not any(each.page for each in content.passages):
        return
    for image in brief.images:
        if image.data and ("Data", image.data.file) not in content.attached:
            message = (
                f"{file.name}: the data in {image.data.path.name} are not attached as they are"
            )
            yield finding("C15", message, file, hint="make the edition again")


def _notes(
    notes: Sequence[Unit],
    body: Sequence[Unit],
    compare: _Compare,
    brief: Brief,
    file: Path,
    house: House | None,
    content: Content,
) -> Iterator[Finding]:
    passages = content.passages
    printed = any(each.page for each in passages)
    if differences := list(compare([each for each in passages if each.note])):
        yield from differences
    elif house and (house.notes == "end" or not printed):
        yield from _apart(notes, passages, brief, file)
    elif printed:
        yield from _astray(notes, body, passages, brief, file, house)


def _apart(
    notes: Sequence[Unit], passages: Sequence[Passage], brief: Brief, file: Path
) -> Iterator[Finding]:
    """Yield the first note that does not stand below the label of the notes with all others."""
    label = _key(labels(brief.lang)["notes"])
    before = ["", *(each.text for each in passages)]
    first = next(n for n, each in enumerate(passages) if each.note)
    held = [each.note for each in passages[first : first + sum(each.note for each in passages)]]
    if _key(before[first]) != label or not all(held):
        yield _told(notes[0], "is not below the label of the notes", brief, file)


def _astray(
    notes: Sequence[Unit],
    body: Sequence[Unit],
    passages: Sequence[Passage],
    brief: Brief,
    file: Path,
    house: House | None,
) -> Iterator[Finding]:
    """Yield the notes of a printed edition that do not follow the block that calls them.

    Without `house`, they may all stand behind the text.
    """
    # after how many passages of the text each note comes
    places: dict[str, int] = {}
    main: list[Passage] = []
    for passage in passages:
        if not passage.note:
            main.append(passage)
        elif passage.kind == "number" and (number := re.search(r"\d+", passage.text)):
            places.setdefault(str(int(number[0])), len(main))
    start, wanted, read = _run(body, main)
    if start < 0:
        return
    places_of = {id(each): n for n, each in enumerate(main)}
    at = {id(unit): places_of[id(each)] for unit, each in zip(wanted, read[start:], strict=False)}
    if not house and min(places.values(), default=0) > at[id(wanted[-1])]:
        return
    tops = [unit.within[0][1] if unit.within else unit for unit in wanted]
    known = {unit.text: unit for unit in notes if unit.kind == "number"}
    for n, unit in enumerate(wanted):
        # an image within a block follows it
        after = (
            m for m in range(n, len(wanted)) if tops[m] is not tops[n] and wanted[m].kind != IMAGE
        )
        end = next(after, len(wanted))
        last = at[id(wanted[end])] if end < len(wanted) else at[id(wanted[-1])] + 1
        for kind, name in unit.parts:
            called = str(int(name)) if kind == "Reference" else ""
            if called and not at[id(unit)] < places.get(called, last) <= last:
                yield _told(known[called], "is not where it is called", brief, file)


def _references(
    parts: Sequence[Sequence[Unit]],
    brief: Brief,
    file: Path,
    house: House | None,
    content: Content,
) -> Iterator[Finding]:
    """Yield the units whose links to other parts of the edition lead elsewhere."""
    passages = content.passages
    numbers = {id(each): n for n, each in enumerate(passages)}
    pairs: list[tuple[Unit, int]] = []
    for units_of, note in zip(parts, (False, False, False, True), strict=True):
        start, wanted, read = _run(units_of, [each for each in passages if each.note == note])
        if start >= 0:
            pairs += [(u, numbers[id(p)]) for u, p in zip(wanted, read[start:], strict=False)]
    begun = {name: n for unit, n in pairs for name in unit.names}
    held = {name: n for unit, n in pairs for name in unit.inside}
    ended = house is None or house.notes == "end" or not any(each.page for each in passages)
    lines = {
        (note, boxed): [
            n
            for n, each in enumerate(passages)
            if each.height is not None and each.kind != "Lbl"
            if each.note == note and (boxed or not _aside(each))
        ]
        for note in (False, True)
        for boxed in (False, True)
    }
    for unit, n in pairs:
        led, names = passages[n].leads, unit.leads
        if unit.kind == "number" and not (house and ended):
            continue
        if not ended or (not house and len(led) < len(names)):
            names = tuple(each for each in names if not each.startswith("first "))
        names = tuple(each.removeprefix("first ") for each in names)
        if len(led) != len(names):
            yield _told(unit, f"has {len(led)} links to other parts, not {len(names)}", brief, file)
            continue
        for name, lead in zip(names, led, strict=True):
            at = begun.get(name, held.get(name))
            if at is None:
                continue
            target = passages[at]
            # boxes and quotes may stand beside the text
            beside = lines[target.note, _aside(target)]
            if isinstance(lead, int):
                right = 0 <= lead <= at and all(each.kind == "Lbl" for each in passages[lead:at])
            else:
                named = name.replace("call ", "ref-").replace("note ", "note-")
                right = lead.name in ("", named)
                right = right and _stands_at(lead, at, name in held, passages, beside)
            if not right:
                problem = f"has a link that leads elsewhere than to “{_quote(target.text)}”"
                yield _told(unit, problem, brief, file, passages[n])


#: pt that a line may stand higher than the one before it if both are in one column
_HIGHER = 72


def _stands_at(
    spot: Spot, n: int, inside: bool, passages: Sequence[Passage], lines: Sequence[int]
) -> bool:
    """Return whether a passage of text or an image begins at a place, or has it `inside`.

    `lines` are the numbers of the passages that stand below one another.
    """
    target, at, end = passages[n], bisect_left(lines, n), bisect_right(lines, n)
    before = passages[lines[at - 1]] if at else None
    first = passages[lines[at]] if at < len(lines) else None
    last = passages[lines[end]].page if end < len(lines) else spot.page
    if inside:
        return target.page <= spot.page <= last
    # an image is known by the line behind it
    height = first.height if first and first.height and first.page == spot.page else 0
    if target.page != spot.page or height > spot.height + 2:
        return False
    if before is None or before.height is None or before.page < spot.page:
        return True
    return before.height > spot.height - 2 or height > before.height + _HIGHER


def _aside(passage: Passage) -> bool:
    return any(kind in ("Aside", "BlockQuote") for kind, _ in passage.within)


def _run(
    wanted: Sequence[Unit], passages: Sequence[Passage]
) -> tuple[int, Sequence[Unit], list[Passage]]:
    """Return where a run of units begins among passages, -1 if it is nowhere.

    Both come without the marks that a style leaves out: it may mark no items, or those of one kind
    of list only.
    """
    terms: dict[str, list[str]] = {}
    for each in wanted:
        if each.kind == "dt":
            terms.setdefault(_key(each.text), []).append(each.text)
    marks = [
        each
        for each in passages
        if each.kind == "Lbl"
        and not any(same(term, each.text) for term in terms.get(_key(each.text), ()))
    ]
    kinds = {bool(re.search(r"\d", each.text)) for each in marks}
    wanted = [each for each in wanted if each.kind != "mark" or bool(each.text) in kinds]
    ordered = {bool(each.text) for each in wanted if each.kind == "mark"}
    unasked = {id(each) for each in marks if bool(re.search(r"\d", each.text)) not in ordered}
    read = [each for each in passages if id(each) not in unasked]
    starts = range(len(read) - len(wanted) + 1) if wanted else ()
    for start in starts:
        if all(map(_fits, wanted, read[start : start + len(wanted)])):
            return start, wanted, read
    return -1, wanted, read


def _compare(
    wanted: Sequence[Unit],
    passages: Sequence[Passage],
    *,
    brief: Brief,
    file: Path,
    marked: bool,
    entire: bool = False,
) -> Iterator[Finding]:
    """Yield what is wrong with a run of units among the passages of an edition.

    If they are its `entire` text, nothing may stand before them or behind.
    """
    if not wanted:
        return
    start, wanted, read = _run(wanted, passages)
    if start < 0:
        yield from _differences(wanted, read, brief, file)
        return
    found = read[start : start + len(wanted)]
    before, after = read[:start], read[start + len(wanted) :]
    if others := [
        *(() if entire else _doubles(wanted, before + after, brief, file)),
        *_displaced(wanted, found, brief, file),
        *(_unmarked(wanted, found, brief, file) if marked else ()),
        *(_unlettered(wanted, found, brief, file) if marked else ()),
    ]:
        yield from others
        return
    if before and (entire or _fits(wanted[0], before[-1])):
        yield _more(before[-1], file)
    if after and (entire or _fits(wanted[-1], after[0])):
        yield _more(after[0], file)


def _displaced(
    wanted: Sequence[Unit], read: Sequence[Passage], brief: Brief, file: Path
) -> Iterator[Finding]:
    """Yield the units that stand in other lists, tables, quotes or notes than they should."""
    printed = any(each.page for each in read)
    theirs: dict[object, object] = {}
    ours: dict[object, object] = {}
    for unit, passage in zip(wanted, read, strict=True):
        holders = [(kind.replace("DI", "LI"), each) for kind, each in unit.within]
        if not printed:  # XHTML has nothing around the items of such a list
            holders = [each for each in unit.within if each[0] != "DI"]
        kinds, others = [kind for kind, _ in holders], [kind for kind, _ in passage.within]
        if kinds != others:
            told = f"stands in {' > '.join(others) or 'nothing'}, not in {' > '.join(kinds)}"
            yield _told(unit, told.removesuffix(", not in "), brief, file, passage)
            continue
        for (kind, our), (_, their) in zip(holders, passage.within, strict=True):
            if theirs.setdefault(our, their) is not their or ours.setdefault(their, our) is not our:
                yield _told(unit, f"stands in another {kind} than it should", brief, file, passage)
                break


def _unmarked(
    wanted: Sequence[Unit], read: Sequence[Passage], brief: Brief, file: Path
) -> Iterator[Finding]:
    """Yield the units whose links, calls, emphasis or languages are not marked as such."""
    for unit, passage in zip(wanted, read, strict=True):
        if unit.kind in ("number", *_ENTRIES):
            continue  # they may lead to where they are called, and print pages
        if unit.kind == "contents":
            # all of it is a link
            kinds, inner = [kind for kind, _ in passage.parts[:2]], passage.parts[2:]
            good = kinds == ["Reference", "Link"] and len(unit.parts) == len(inner)
            if not good or not all(map(_is_part, unit.parts, inner)):
                yield _told(unit, "has its parts marked otherwise", brief, file, passage)
            continue
        # a call may hold the link to its note
        pairs = zip([("", ""), *passage.parts], passage.parts, strict=False)
        parts = [own for before, own in pairs if (*before, own[0]) != ("Reference", own[1], "Link")]
        if len(unit.parts) != len(parts) or not all(
            _is_part(part, read, unit.before) for part, read in zip(unit.parts, parts, strict=True)
        ):
            told, others = (Counter(kind for kind, _ in each) for each in (unit.parts, parts))
            odd = [*(told - others), *(others - told), *told]
            yield _told(unit, f"has its parts marked otherwise ({odd[0]})", brief, file, passage)


def _unlettered(
    wanted: Sequence[Unit], read: Sequence[Passage], brief: Brief, file: Path
) -> Iterator[Finding]:
    """Yield the images in which other words are drawn than in the files that the source names."""
    for unit, passage in zip(wanted, read, strict=True):
        if passage.kind == IMAGE and unit.data:
            held = figures.table(unit.data.file, brief.lang)
            for problem in figures.problems(unit.data.chart, held, brief.lang, passage.drawn):
                yield _told(unit, problem, brief, file, passage)
        elif passage.kind == IMAGE and unit.letters is not None:
            shown = _plain(figures.letters(passage.drawn))
            if shown != unit.letters:
                at = next(
                    (
                        n
                        for n, (a, b) in enumerate(zip(shown, unit.letters, strict=False))
                        if a != b
                    ),
                    min(len(shown), len(unit.letters)),
                )
                lost = _quote(unit.letters[at:]) or "nothing"
                problem = f"shows “{_quote(shown[at:])}” where its file has “{lost}”"
                yield _told(unit, problem, brief, file, passage)


def _letters(data: bytes) -> str:
    return _plain(figures.letters(figures.drawn(data)))


def _is_part(part: tuple[str, str], read: tuple[str, str], before: Sequence[str] = ("",)) -> bool:
    """Return whether a part of lines is the one that it should be.

    What holds for a whole paragraph holds for its number `before` it too.
    """
    kind, text = part
    if kind in ("Call", "Reference"):
        kinds = {"Reference", "Link"} if kind == "Call" else {"Reference"}
        return read[0] in kinds and [*map(int, re.findall(r"\d+", read[1]))] == [int(text)]
    return read[0] == kind and any(same(f"{each}{text}", read[1]) for each in ("", *before))


def _doubles(
    wanted: Sequence[Unit], others: Sequence[Passage], brief: Brief, file: Path
) -> Iterator[Finding]:
    """Yield the units that stand once more outside of their run; short ones may by chance."""
    around = _key(" ".join((brief.title, brief.dek, brief.rights)))
    known = {_key(unit.text): unit for unit in wanted}
    for passage in others:
        key = _key(passage.text)
        if len(key) > _LONG and key in known and key not in around:
            unit = known[key]
            yield _told(unit, "stands there more often than it should", brief, file, passage)


def _differences(
    wanted: Sequence[Unit], read: Sequence[Passage], brief: Brief, file: Path
) -> Iterator[Finding]:
    """Yield how passages differ from the units that they should be."""
    told = partial(_told, brief=brief, file=file)
    keys = [_key(each.text) for each in wanted]
    # an entry of a table of contents gives a page too
    page = re.compile(r"\W+\d+\W*$")
    seen = [_key(page.sub("", e.text) if e.kind == "TOCI" else e.text) for e in read]
    steps = SequenceMatcher(None, keys, seen, autojunk=False).get_opcodes()
    whole = [step for step in steps if step[0] == "equal"]
    first, last = (whole[0][3], whole[-1][4]) if whole else (0, len(read))
    elsewhere = Counter(seen)
    known = Counter(keys)
    for step, i, end, j, stop in steps:
        if step == "equal":
            for unit, passage in zip(wanted[i:end], read[j:stop], strict=True):
                if not _fits(unit, passage):
                    as_other = same(unit.text, passage.text) and unit.kind != "number"
                    problem = f"is tagged as {passage.kind}" if as_other else "is altered"
                    yield told(unit, problem, where=passage)
            continue
        beside = [each for each in read[j:stop] if each.text]
        for n, unit in enumerate(wanted[i:end]):
            if elsewhere[_key(unit.text)] >= known[_key(unit.text)]:
                yield told(unit, "is out of place")
            elif n < len(beside):
                yield told(unit, f"is altered to “{_quote(beside[n].text)}”", where=beside[n])
            else:
                yield told(unit, "is lost")
        for passage in read[j:stop] if first <= j and stop <= last else ():
            key = _key(passage.text)
            if known[key] and elsewhere[key] > known[key]:
                unit = wanted[keys.index(key)]
                yield told(unit, "stands there more often than it should", where=passage)
            elif end == i:
                yield _more(passage, file)


def _told(
    unit: Unit, problem: str, brief: Brief, file: Path, where: Passage | None = None
) -> Finding:
    message = f"{file.name}: {unit.name} {problem}{_page(where)}: “{_quote(unit.text)}”"
    return finding("C15", message, brief.source, unit.line)


def _more(passage: Passage, file: Path) -> Finding:
    message = f"there is something more within the text{_page(passage)}: “{_quote(passage.text)}”"
    return finding("C15", message, file)


def _page(passage: Passage | None) -> str:
    return f" (page {passage.page})" if passage and passage.page else ""


def _tie(text: Any, brief: Brief) -> None:
    """Give a text links from the pictures that show data to what lists them."""
    names = {each.name for each in brief.images if each.data}
    n = 0
    for picture in list(text.iter("img")) if names else ():
        if picture.get("src") in names:
            n += 1
            figure = picture.getparent()
            figure.set("id", figure.get("id", f"chart-{n}"))
            legend = figure.find("figcaption")
            legend = etree.SubElement(figure, "figcaption") if legend is None else legend
            link = etree.SubElement(legend, "a", href=f"#data-{n}")
            link.text = labels(brief.lang)["data"]
            before = link.getprevious()
            if before is not None:
                before.tail = f"{before.tail or ''} "
            else:
                legend.text = f"{legend.text or ''} "


def _data(brief: Brief) -> list[Unit]:
    """Return what the tables say that list data, which are read once more for it."""
    words = labels(brief.lang)
    found: list[Unit] = []
    images = {each.name: each.data for each in brief.images if each.data}
    n = 0
    for picture in tree_of(brief.body).iter("img"):
        data = images.get(picture.get("src", ""))
        if data is None:
            continue
        n += 1
        legend = picture.getparent().find("figcaption")
        caption = (legend.text or "").strip() if legend is not None else ""
        held = figures.table(data.file, brief.lang)
        table = etree.Element("table", {"id": f"data-{n}", "data-line": str(line_of(picture))})
        told = words["data_for"].format(figure=" ".join((caption or picture.get("alt")).split()))
        top = etree.SubElement(table, "caption")
        top.text = f"{told} "
        there = picture.getparent().get("id", f"chart-{n}")
        etree.SubElement(top, "a", href=f"#{there}").text = words["chart"]
        row = etree.SubElement(table, "tr")
        for name in held.head:
            etree.SubElement(row, "th").text = name
        for cells, numbers in zip(held.rows, held.numbers, strict=True):
            row = etree.SubElement(table, "tr")
            etree.SubElement(row, "th").text = cells[0]
            for text, number in zip(cells[1:], numbers, strict=True):
                told = format_cell(text, number, brief.lang) if data.chart else text
                etree.SubElement(row, "td").text = told
        found += units(tree_of(etree.tostring(table, encoding="unicode")), lang=brief.lang)
    return found


def _whole(
    brief: Brief,
    house: House,
    body: Sequence[Unit],
    data: Sequence[Unit],
    bios: Sequence[Sequence[Unit]],
    disclaimer: Sequence[Unit],
    printed: bool,
) -> list[Unit]:
    """Return all that an edition says, notes aside, as brief's own templates put it together."""
    words = labels(brief.lang)
    ended = house.notes == "end"
    links = list(_listed(brief, ended)) if printed else []
    entries = [
        Unit(kind, " · ".join(texts), line, (("L", "links"), ("LI", n)), (), texts)
        for n, (kind, texts, line) in enumerate(links)
    ]
    imprint = _imprint(brief, house)
    return [
        *_front(brief, house, printed),
        *(_contents(brief, house) if printed else ()),
        *body,
        *_composite("label", words["notes"] if brief.notes and (ended or not printed) else ""),
        *_composite("label", words["links"] if links else ""),
        *entries,
        *_composite("label", words["data"] if data else ""),
        *data,
        *_about(brief, bios),
        *_composite("label", words["disclaimer"] if brief.disclaimer else ""),
        *disclaimer,
        *_contacts(brief),
        *_composite("label", words["imprint"] if imprint else ""),
        *imprint,
    ]


def _composite(
    kind: str, *texts: str, line: int = 0, parts: tuple[tuple[str, str], ...] = ()
) -> Iterator[Unit]:
    """Yield what a template makes of texts, if there is any, with its parts that there are."""
    if told := tuple(filter(None, map(_plain, texts))):
        marks = tuple((part, _plain(text)) for part, text in parts if text)
        yield Unit(kind, " · ".join(told), line, (), marks, told)


def _front(brief: Brief, house: House, printed: bool) -> Iterator[Unit]:
    """Yield what stands before the text."""
    words, line, photo = labels(brief.lang), brief.lines.get, brief.photo
    if printed:
        told = house.publisher, brief.series
        yield from _composite("masthead", *told, line=line("series", 0))
    yield from _composite("kicker", brief.kicker, line=line("kicker", 0))
    yield from _composite("headline", brief.title, line=line("title", 0))
    yield from _composite("dek", brief.dek, line=line("dek", 0))
    if names := _names(brief):
        byline = words["by"].format(authors=names)
        yield from _composite("byline", byline, line=line("authors", 0))
    dates = [words["published"].format(date=format_date(brief.date, brief.lang))]
    if brief.updated:
        dates.append(words["updated"].format(date=format_date(brief.updated, brief.lang)))
    yield from _composite("date", *dates, line=line("date", 0))
    if photo:
        yield from _alternative(photo, line("photo", 0))
        kind = "photo caption" if photo.alt else "caption without image"
        credited = photo.caption, words["photo"], photo.credit
        yield from _composite(kind, *credited, line=line("photo.credit", 0))


def _alternative(photo: Photo, line: int) -> Iterator[Unit]:
    """Yield the text alternative of a photo or portrait."""
    letters = _letters(photo.drawing) if photo.drawing else ""
    for unit in _composite("alternative text", photo.alt, line=line):
        yield replace(unit, letters=letters)


#: sections from which on a long text has a table of contents, and headings up to which those of
#: level 3 are in it too
_SECTIONS, _ENTRIES_MOST = 3, 12


def _contents(brief: Brief, house: House) -> Iterator[Unit]:
    """Yield the table of contents of print, entries of level 3 in lists within those of level 2."""
    tree = _read_out(brief)[0]
    upper = list(tree.iter("h2", "h3"))
    sections = [each for each in upper if each.tag == "h2"]
    wanted = brief.contents
    if wanted is None:
        words = count_words(" ".join(tree_of(brief.body).itertext()))
        wanted = 0 < house.contents <= words and len(sections) >= _SECTIONS
    if not wanted or not sections:
        return
    yield from _composite("label", labels(brief.lang)["contents"])
    above: tuple[tuple[str, object], ...] = ()
    for each in upper if len(upper) <= _ENTRIES_MOST else sections:
        within = (*above, ("TOCI", each))
        if each.tag == "h2":
            within = (("TOC", tree), ("TOCI", each))
            above = (*within, ("TOC", object()))
        heading = deepcopy(each)
        heading.tail = None
        if lang := _lang(each):
            heading.set("lang", lang)
        told, *_ = units(tree_of(etree.tostring(heading, encoding="unicode")), lang=brief.lang)
        parts = tuple(part for part in told.parts if part[0] != "Link")
        yield Unit("contents", told.text, line_of(each), within, parts)


def _about(brief: Brief, bios: Sequence[Sequence[Unit]]) -> Iterator[Unit]:
    """Yield the part about the authors."""
    words, line = labels(brief.lang), brief.lines.get
    told_of = [each for each in brief.authors if each.bio or each.portrait]
    if told_of:
        yield from _composite("label", words[f"about_author{'s' * (len(told_of) > 1)}"])
    for n, (author, bio) in enumerate(zip(brief.authors, bios, strict=True)):
        if author not in told_of:
            continue
        if portrait := author.portrait:
            at = line(f"authors.{n}.portrait", 0)
            yield from _alternative(portrait, at)
            credited = (words["photo"], portrait.credit) if portrait.credit else ()
            yield from _composite("photo caption", *credited, line=at)
        named = (("Strong", author.name),)
        at = line("authors", 0)
        yield from _composite("author", author.name, author.role, line=at, parts=named)
        yield from bio
        told = _addresses(author)
        yield from _composite(
            "author", *told, line=at, parts=tuple(("Link", each) for each in told)
        )


def _contacts(brief: Brief) -> Iterator[Unit]:
    """Yield the part that says whom to ask."""
    if brief.contacts:
        yield from _composite("label", labels(brief.lang)["contact"])
    for each in brief.contacts:
        told = _addresses(each)
        parts = (("Strong", each.name), *(("Link", text) for text in told))
        at = brief.lines.get("contact", 0)
        yield from _composite("contact", each.name, each.role, *told, line=at, parts=parts)


def _addresses(who: Author | Contact) -> list[str]:
    """Return the addresses of an author or a contact, as they are printed."""
    orcid = f"orcid.org/{who.orcid}" if isinstance(who, Author) and who.orcid else ""
    phone = who.phone if isinstance(who, Contact) else ""
    return [each for each in (orcid, who.email, phone, _address(who.url)) if each]


def _cited(brief: Brief, house: House) -> tuple[str, str]:
    """Return the citation that is made of a brief, if it is to have one, and where its link leads.

    Names (year). “Title”. Series. Publisher, place. DOI, or ISBN or URN and address.
    """
    known = not brief.identifier.startswith("urn:uuid:")
    if brief.cite_as is not None or not (known or brief.url or house.cite):
        return "", ""
    before, after, *inner = quotes(brief.lang)
    comma, year = labels(brief.lang)["comma"], in_digits(brief.date.year, brief.lang)
    names, publisher = _names(brief), comma.join(filter(None, (house.publisher, house.place)))
    who = names or house.publisher
    title = f"{before}{brief.title.replace(before, inner[0]).replace(after, inner[1])}{after}"
    # of a title that ends with a mark of its own, that mark is enough
    stop = "" if brief.title.endswith(("?", "!", "…", "؟")) else "."
    told = [f"{who} ({year}).", title + stop] if who else [f"{title} ({year})."]
    for each in (brief.series, publisher if names else ""):
        told.append(each and each.rstrip() + "." * (each[-1] not in ".?!…。؟"))
    link = brief.url
    if brief.identifier.startswith("doi:"):
        unfit = re.compile(r"""[^\w/:;()@!$&'*+,=~.-]""", re.ASCII)
        link = f"https://doi.org/{unfit.sub(lambda sign: quote(sign[0]), brief.identifier[4:])}"
    elif known:
        told.append(brief.identifier.replace("urn:isbn:", "ISBN "))
    return " ".join(filter(None, (*told, link))), link


def _imprint(brief: Brief, house: House) -> list[Unit]:
    """Return what stands behind the text and its disclaimer."""
    line = brief.lines.get
    found: list[Unit] = []
    for each in brief.authors:
        told = _addresses(each)
        if not (each.bio or each.portrait) and (each.role or told):
            parts = (("Strong", each.name), *(("Link", text) for text in told))
            texts = each.name, each.role, *told
            found += _composite("author", *texts, line=line("authors", 0), parts=parts)
    if house.publisher:
        publisher = house.publisher, house.place, house.contact
        found += _composite("imprint", *publisher, parts=(("Strong", house.publisher),))
    found += _composite("series", brief.series, line=line("series", 0))
    if brief.credit:
        label = labels(brief.lang)["photo"]
        found += _composite("credit", label, brief.credit, line=line("credit", 0))
    found += _composite("rights", brief.rights, line=line("rights", 0))
    words = labels(brief.lang)
    cited, link = _cited(brief, house)
    if brief.cite_as or cited:
        (given,) = units(tree_of(f"<p>{brief.cite_as or escape(cited)}</p>"), lang=brief.lang)
        parts = given.parts if brief.cite_as else (("Link", link),) * bool(link)
        text = _plain(f"{words['cite_as']}{words['colon']}{given.text}")
        found.append(Unit("cited", text, line("cite_as", 0), (), parts))
    # what a citation says that is made of the brief is not said again
    url = "" if cited and link == brief.url else _address(brief.url)
    found += _composite("address", url, line=line("url", 0), parts=(("Link", url),))
    if not brief.identifier.startswith("urn:uuid:") and not cited:
        identifier = brief.identifier.replace("doi:", "https://doi.org/")
        found += _composite("identifier", identifier, line=line("identifier", 0))
    return found


def _address(url: str) -> str:
    """Return an address as it is printed."""
    return re.sub("^(https?://|mailto:|tel:)|/$", "", url)


def _names(brief: Brief) -> str:
    """Return the authors' names in a list."""
    return name_list([each.name for each in brief.authors], brief.lang)


def _listed(brief: Brief, ended: bool) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield the links that print lists, since their words do not tell where they lead.

    Those of a note come where it is first called, or behind the text where the notes have `ended`
    it.
    """
    notes = {note.id: note for note in brief.notes}
    bios = [each.bio for each in brief.authors][::-1]
    parts = (brief.cite_as or "", brief.disclaimer, *bios)
    todo = [("entry", each) for part in parts for each in _anchors(part)]
    if ended:
        bodies = [note.body for note in reversed(brief.notes)]
        todo += [("note’s entry", each) for body in bodies for each in _anchors(body)]
        notes.clear()
    todo += [("entry", each) for each in _anchors(brief.body)]
    while todo:
        kind, link = todo.pop()
        if note := notes.pop(
            link.get("data-note", ""), None
        ):  # print sets it where it is first called
            todo += [("note’s entry", each) for each in _anchors(note.body)]
        address = link.get("href", "")
        text, shown = _plain("".join(link.itertext())), _plain(_address(address))
        if address and not address.startswith("#") and _address(text) != shown:
            yield kind, (text or shown, shown), line_of(link)


def _anchors(markup: str) -> list[Any]:
    """Return the links of XHTML, the last first."""
    return list(tree_of(markup).iter("a"))[::-1]


def _head(brief: Brief, file: Path, content: Content) -> Iterator[Finding]:
    """Yield the parts around the text that stand nowhere, whatever else does."""
    line = brief.lines.get
    photo = brief.photo
    credit = photo.credit if photo else brief.credit
    at = line("photo.credit" if photo else "credit", 0)
    parts = [
        ("kicker", brief.kicker, line("kicker", 0)),
        ("headline", brief.title, line("title", 0)),
        ("dek", brief.dek, line("dek", 0)),
        *(("author", each.name, line("authors", 0)) for each in brief.authors),
        *(("role", each.role, line("authors", 0)) for each in brief.authors),
        ("date", format_date(brief.date, brief.lang), line("date", 0)),
        ("alternative text", photo.alt if photo else "", line("photo", 0)),
        ("caption", photo.caption if photo else "", line("photo.caption", 0)),
        ("credit", credit, at),
        ("series", brief.series, line("series", 0)),
        ("rights", brief.rights, line("rights", 0)),
        ("address", _address(brief.url), line("url", 0)),
        ("citation", "".join(tree_of(brief.cite_as or "").itertext()), line("cite_as", 0)),
    ]
    for n, author in enumerate(brief.authors):
        if portrait := author.portrait:
            at = line(f"authors.{n}.portrait", 0)
            parts += [("portrait", portrait.alt, at), ("credit", portrait.credit, at)]
        parts.append(("address", author.email, line("authors", 0)))
    for each in brief.contacts:
        told = each.name, each.role, *_addresses(each)
        parts += [("contact", text, line("contact", 0)) for text in told]

    for name, text, number in parts:
        if text and not any(_holds(_plain(text), each) for each in content.passages):
            message = f"{file.name}: the {name} is lost or altered: “{_quote(text)}”"
            yield finding("C15", message, brief.source, number)


def _holds(text: str, passage: Passage) -> bool:
    """Return whether a passage holds a text, wherever its lines end."""
    read, wanted = _read(passage.text, text)
    return bool(re.search(_pattern(read, wanted), read))


def _links(content: Content, brief: Brief, file: Path, house: House | None) -> Iterator[Finding]:
    """Yield the links of the text, and of its notes, that lead elsewhere or are gone."""
    around = list(_around(brief, house))
    for markups, note in (
        ([brief.body], False),
        ([each.body for each in brief.notes], True),
    ):
        wanted = [target for markup in markups for target in _targets(markup)]
        if not note:
            wanted += [(target, line) for target, line, given in around if house or given]
        led = [address for address, within in content.links if within == note]
        at = 0
        for address, number in wanted:
            try:
                at = led.index(address, at) + 1
            except ValueError:
                message = f"{file.name}: a link is lost or altered: {address}"
                yield finding("C15", message, brief.source, number)
        counted = Counter(address for address, _ in wanted)
        others = {target for target, _, given in around if not given}
        for address, count in Counter(led).items():
            more = address in counted and count > counted[address]
            if more and (house or address not in others):
                message = f"{file.name}: a link stands there more often than it should: {address}"
                yield finding("C15", message, file)


def _around(brief: Brief, house: House | None) -> Iterator[tuple[str, int, bool]]:
    """Yield the addresses that links lead to behind the text, with their lines.

    With each whether it stands in a text of the source, as in a disclaimer.
    """
    line = brief.lines.get

    def of(who: Author | Contact, at: int) -> Iterator[tuple[str, int, bool]]:
        orcid = who.orcid if isinstance(who, Author) else ""
        phone = who.phone if isinstance(who, Contact) else ""
        digits = "".join(sign for sign in phone if sign in "+0123456789")
        told = (("https://orcid.org/", orcid), ("mailto:", who.email), ("tel:", digits))
        for scheme, rest in (*told, ("", who.url)):
            if rest:
                yield scheme + rest, at, False

    told_of = [each for each in brief.authors if each.bio or each.portrait]
    for each in told_of:
        yield from ((*target, True) for target in _targets(each.bio))
        yield from of(each, line("authors", 0))
    yield from ((*target, True) for target in _targets(brief.disclaimer))
    for person in brief.contacts:
        yield from of(person, line("contact", 0))
    for each in brief.authors:
        if each not in told_of:
            yield from of(each, line("authors", 0))
    yield from ((*target, True) for target in _targets(brief.cite_as or ""))
    _, link = _cited(brief, house) if house else ("", "")
    if link:
        yield link, line("url", 0), False
    if brief.url and link != brief.url:
        yield brief.url, line("url", 0), False


def _pictures(brief: Brief) -> list[tuple[str, Path, int]]:
    """Return text alternative, file and line of the pictures of a brief, but for decoration."""
    line = brief.lines.get
    photo = brief.photo
    found = [(photo.alt, photo.path, line("photo", 0))] if photo else []
    files = {image.name: image.path for image in brief.images}
    for image in tree_of(brief.body).iter("img"):
        if path := files.get(image.get("src", "")):
            found.append((image.get("alt", ""), path, line_of(image)))
    for n, author in enumerate(brief.authors):
        if portrait := author.portrait:
            found.append((portrait.alt, portrait.path, line(f"authors.{n}.portrait", 0)))
    return [each for each in found if each[0]]


#: steps of 255 by which the fields of a picture differ after it was made ready, and by which those
#: of another do at least
_NEAR, _FAR = 4.0, 12.0


def _exchanged(
    pictures: Sequence[tuple[str, Path, int]], brief: Brief, file: Path, content: Content
) -> Iterator[Finding]:
    """Yield the pictures of a brief in whose place an edition shows another one of them."""
    known = {path: looks(partial(_opened, path)) for _, path, _ in pictures}
    shown = [(_plain(alt), draws) for alt, draws in content.pictures]
    for alt, path, number in pictures:
        n = next((n for n, each in enumerate(shown) if each[0] == _plain(alt)), None)
        if n is None:
            continue  # that it is lost is told of elsewhere
        there = shown.pop(n)[1]()
        if not (there and known[path]):
            continue
        apart = {other: _difference(there, each) for other, each in known.items() if each}
        other = min(apart, key=apart.__getitem__)
        if apart[path] > _FAR and apart[other] < _NEAR:
            message = f"{file.name}: “{_quote(alt)}” is said of the picture {other.name}"
            yield finding("C15", message, brief.source, number)


def _opened(path: Path) -> Any:
    from PIL import Image

    return Image.open(BytesIO(assets.read(path)))


def _difference(one: bytes, other: bytes) -> float:
    """Return by how much two pictures differ, in steps of 255."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


def _targets(markup: str) -> Iterator[tuple[str, int]]:
    """Yield the addresses that XHTML links to outside of it, with their lines."""
    for link in tree_of(markup).iter("a"):
        address = link.get("href", "")
        if address and not address.startswith("#"):
            yield address, line_of(link)


def _quote(text: str) -> str:
    return short(" ".join(text.split()), _QUOTED)
