"""Whether an edition says what its brief says, unit by unit and in order.

A unit is a paragraph, a heading, an item, a cell, a caption, an image by its text alternative, a
note. The text must stand as one run of units with nothing lost, doubled, moved or altered in
between; its notes likewise; the parts around it each in a block of the edition. Every sign counts.
Only where a line of print ends can a reader not know whether a hyphen is the author's.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import Any

from brief.checks.contract import line_of, tree_of
from brief.checks.result import IMAGE, Check, Content, Passage, run
from brief.findings import Finding, finding, short
from brief.house import House
from brief.language import direction, format_date, labels
from brief.model import Brief

#: what a unit is called, by its element
_NAMED = {
    **{"p": "paragraph", "li": "list item", "dt": "term", "dd": "definition", "pre": "code"},
    **{"td": "table cell", "th": "table cell", "caption": "caption", "figcaption": "caption"},
    **{"number": "number of a note", "mark": "number of an item"},
    **{IMAGE: "image", "blockquote": "quote"},
    **{f"h{level}": "heading" for level in range(1, 7)},
}
#: what else than itself an element may be in an edition: in a PDF a structure type (ISO 32000-1,
#: 14.8.4); loose text in an EPUB is that of the block around it
_TYPES: dict[str, set[str]] = {
    **{"p": {"P", "figure", "blockquote"}, "pre": {"P", "Code"}},
    **{"li": {"LBody"}, "dt": {"Lbl"}, "dd": {"LBody"}},
    **{"td": {"TD"}, "th": {"TH"}, "caption": {"Caption"}, "figcaption": {"Caption", "P"}},
    **{"blockquote": {"BlockQuote", "P"}, IMAGE: {IMAGE}},
    **{f"h{level}": {f"H{level}"} for level in range(1, 7)},
}
_BLOCKS = _NAMED.keys() - {IMAGE, "number", "mark"}
#: elements around blocks
_AROUND = {"body", "ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "figure"}
_HYPHENS = "-\u2010\u2011\u00ad"
#: signs that are not seen, or that fonts draw with one glyph
_FOLDED = {
    **dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]),
    **{0xFEFF: None, 0xFE0E: None, 0xFE0F: None, 0x2010: "-", 0x2011: "-"},
}
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

    @property
    def name(self) -> str:
        """What a reader calls it."""
        return _NAMED.get(self.kind, self.kind)


def check(
    content: Content | None, brief: Brief, file: Path, *, house: House | None = None
) -> list[Check]:
    """Hold what an edition says against its brief; findings name the unit, its line and the page.

    With `house`, the edition was made for it by brief's own templates: the parts around the text
    then stand in the order that these give them. A PDF without tags says nothing of its order:
    nothing is run.
    """
    numbers = {note.id: n for n, note in enumerate(brief.notes, 1)}
    body, disclaimer = units(brief.body, numbers), units(brief.disclaimer)
    notes: list[Unit] = []
    for n, note in enumerate(brief.notes, 1):
        notes.append(Unit("number", str(n), note.line))
        notes += [replace(each, line=each.line or note.line) for each in units(note.body)]
    # a part of the head may say the same as the text
    again = Counter(_key(unit.text) for unit in (*body, *disclaimer, *notes))
    told = partial(_text, body=body, disclaimer=disclaimer)
    rules: dict[str, Callable[[Content], Iterable[Finding]]] = {
        "fidelity: head": partial(_head, brief=brief, file=file, house=house, again=again),
        "fidelity: text": partial(told, brief=brief, file=file, own=house is not None),
        "fidelity: links": partial(_links, brief=brief, file=file, own=house is not None),
    }
    if notes:
        rules["fidelity: notes"] = partial(_notes, notes=notes, brief=brief, file=file)
    if content is None or not content.passages:
        reason = "the edition lacks a part, or cannot be read in its order"
        return [Check(name, "not run", reason=reason) for name in rules]
    return [run(name, partial(rule, content), file) for name, rule in rules.items()]


def units(markup: str, numbers: dict[str, int] | None = None) -> list[Unit]:
    """Return the units of XHTML, with the numbers of the notes that it calls."""
    found: list[Unit] = []
    pending: list[str] = []
    images: list[Unit] = []
    # how many units came before each block
    before: dict[Any, int] = {}

    def flush(block: Any, end: bool = False) -> None:
        line, text = line_of(block), _plain("".join(pending))
        # an empty cell is a cell
        if text or (end and block.tag in ("td", "th") and before[block] == len(found)):
            found.append(Unit(block.tag if block.tag in _BLOCKS else "p", text, line))
        found.extend(Unit(IMAGE, each.text, line) for each in images)
        pending.clear()
        images.clear()

    body = tree_of(markup)
    # with each element or string the block that it stands in; None where that ends
    todo: list[tuple[Any, Any]] = [(None, body), (body, body)]
    while todo:
        node, block = todo.pop()
        if node is None:
            flush(block, end=True)
        elif isinstance(node, str):
            pending.append(node)
        else:
            if node.tag in _BLOCKS or node.tag in _AROUND:
                flush(block)
                block = node
                if node.tag == "li":
                    found.append(Unit("mark", _number(node), line_of(node)))
                before[block] = len(found)
                todo.append((None, node))
            if node.tag == "img" and (alt := _plain(node.get("alt", ""))):
                images.append(Unit(IMAGE, alt))
            if (name := node.get("data-note")) is not None and numbers and name in numbers:
                pending.append(str(numbers[name]))
            for child in reversed(node):
                todo += [(child.tail or "", block), (child, block)]
            todo.append((" " if node.tag == "br" else node.text or "", block))
    return found


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
    if unit.kind in ("number", "mark"):
        # a style may write it in brackets, or in the digits of another script
        numbers = [int(found) for found in re.findall(r"\d+", passage.text)]
        labelled = passage.kind == "Lbl" or unit.kind == "number"
        return labelled and numbers == ([int(unit.text)] if unit.text else [])
    kinds = _TYPES.get(unit.kind, set()) | {unit.kind}
    return passage.kind in kinds and same(unit.text, passage.text)


def _key(text: str) -> str:
    """Return what of a text is sure, to find it again."""
    return re.sub(rf"[\s{re.escape(_HYPHENS)}]+", "", _plain(text)).casefold()


def _text(
    content: Content,
    body: Sequence[Unit],
    disclaimer: Sequence[Unit],
    brief: Brief,
    file: Path,
    own: bool,
) -> Iterator[Finding]:
    main = [each for each in content.passages if not each.note]
    known = set(map(_key, labels(brief.lang).values())) if own else set()
    yield from _compare(body, main, brief, file, known)
    yield from _compare(disclaimer, main, brief, file)


def _notes(content: Content, notes: Sequence[Unit], brief: Brief, file: Path) -> Iterator[Finding]:
    yield from _compare(notes, [each for each in content.passages if each.note], brief, file)


def _compare(
    wanted: Sequence[Unit],
    passages: Sequence[Passage],
    brief: Brief,
    file: Path,
    known: Set[str] = frozenset(),
) -> Iterator[Finding]:
    """Yield what is wrong with a run of units among the passages of an edition.

    Behind them nothing may follow but a heading that is `known`, if there are any.
    """
    if not wanted:
        return
    # a style may mark no items, or those of one kind of list only
    terms = {_key(each.text) for each in wanted if each.kind == "dt"}
    marks = [each for each in passages if each.kind == "Lbl" and _key(each.text) not in terms]
    kinds = {bool(re.search(r"\d", each.text)) for each in marks}
    wanted = [each for each in wanted if each.kind != "mark" or bool(each.text) in kinds]
    ordered = {bool(each.text) for each in wanted if each.kind == "mark"}
    unasked = {id(each) for each in marks if bool(re.search(r"\d", each.text)) not in ordered}
    read = [each for each in passages if id(each) not in unasked]
    for start in range(len(read) - len(wanted) + 1):
        if _fits(wanted[0], read[start]) and all(
            map(_fits, wanted, read[start : start + len(wanted)])
        ):
            before, after = read[:start], read[start + len(wanted) :]
            if doubles := list(_doubles(wanted, before + after, brief, file)):
                yield from doubles
                return
            if before and _fits(wanted[0], before[-1]):
                yield _more(before[-1], file)
            if after and (
                _key(after[0].text) not in known if known else _fits(wanted[-1], after[0])
            ):
                yield _more(after[0], file)
            return
    yield from _differences(wanted, read, brief, file)


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
    seen = [_key(each.text) for each in read]
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
    message = f"{file.name}: a {unit.name} {problem}{_page(where)}: “{_quote(unit.text)}”"
    return finding("C15", message, brief.source, unit.line)


def _more(passage: Passage, file: Path) -> Finding:
    message = f"there is something more within the text{_page(passage)}: “{_quote(passage.text)}”"
    return finding("C15", message, file)


def _page(passage: Passage | None) -> str:
    return f" (page {passage.page})" if passage and passage.page else ""


def _parts(brief: Brief, house: House | None, printed: bool) -> list[tuple[str, str, int]]:
    """Return the parts around the text in their order: what each is called, its text, its line."""
    own = house is not None
    words = labels(brief.lang)
    date = format_date(brief.date, brief.lang)
    line = brief.lines.get
    photo = brief.photo
    credit = photo.credit if photo else brief.credit
    authors = [each.name for each in brief.authors]
    if own and authors:
        comma = "، " if direction(brief.lang) == "rtl" else ", "
        listed = words["and"].join(filter(None, (comma.join(authors[:-1]), authors[-1])))
        authors = [words["by"].format(authors=listed)]
    identifier = "" if brief.identifier.startswith("urn:uuid:") else brief.identifier
    return [
        ("publisher", house.publisher if house and printed else "", 0),
        ("kicker", brief.kicker, line("kicker", 0)),
        ("headline", brief.title, line("title", 0)),
        ("dek", brief.dek, line("dek", 0)),
        *(("byline" if own else "author", each, line("authors", 0)) for each in authors),
        ("date", words["published"].format(date=date) if own else date, line("date", 0)),
        ("alternative text", photo.alt if photo else "", line("photo", 0)),
        ("caption", photo.caption if photo else "", line("photo.caption", 0)),
        ("credit", credit if photo else "", line("photo.credit", 0)),
        ("heading", words["notes"] if own and brief.notes and not printed else "", 0),
        ("heading", words["disclaimer"] if own and brief.disclaimer else "", 0),
        ("heading", words["imprint"] if house and house.publisher else "", 0),
        *(
            ("role", f"{each.name}, {each.role}" if own else each.role, line("authors", 0))
            for each in brief.authors
            if each.role
        ),
        ("imprint", _imprint(house) if house else "", 0),
        ("series", brief.series, line("series", 0)),
        ("credit", "" if photo else credit, line("credit", 0)),
        ("rights", brief.rights, line("rights", 0)),
        ("address", re.sub("^https?://|/$", "", brief.url), line("url", 0)),
        ("identifier", identifier.replace("doi:", "https://doi.org/"), line("identifier", 0)),
    ]


def _head(
    content: Content, brief: Brief, file: Path, house: House | None, again: Mapping[str, int]
) -> Iterator[Finding]:
    """Yield what is wrong with the parts around the text, which says `again` what it does."""
    own = house is not None
    words = labels(brief.lang)
    passages = content.passages
    printed = any(each.page for each in passages)
    parts = _parts(brief, house, printed)
    at = 0
    told: dict[int, list[str]] = {}
    seen = [_key(each.text) for each in passages]
    # a heading of brief's own may say the same by chance
    known = set(map(_key, words.values()))
    keys = Counter(
        key
        for key, each in zip(seen, passages, strict=True)
        if key not in known or each.kind not in ("H2", "h2")
    )
    for name, text, number in parts:
        if not text:
            continue
        wanted = _key(text)
        holders = [
            n for n, key in enumerate(seen) if wanted in key and _holds(_plain(text), passages[n])
        ]
        if not holders:
            message = f"{file.name}: the {name} is lost or altered: “{_quote(text)}”"
            yield finding("C15", message, brief.source, number)
            continue
        if name in ("headline", "dek", "kicker") and own:
            exact = [n for n in holders if same(_plain(text), passages[n].text)]
            if name == "headline":
                exact = [n for n in exact if passages[n].kind in ("H1", "h1")]
            if not exact or len(exact) > 1 + again.get(wanted, 0):
                problem = "stands there more than once" if exact else "is altered"
                message = f"{file.name}: the {name} {problem}: “{_quote(text)}”"
                yield finding("C15", message, brief.source, number)
                continue
            holders = exact
        if own:
            later = [n for n in holders if n >= at]
            if not later:
                message = f"{file.name}: the {name} is out of place: “{_quote(text)}”"
                yield finding("C15", message, brief.source, number)
                continue
            at = later[0]
            told.setdefault(at, []).append(text)
            # in print publisher and series stand in the masthead too
            twice = printed and name in ("publisher", "imprint", "series")
            key = seen[at]
            if name != "heading" and keys[key] > 1 + twice + again.get(key, 0):
                message = f"{file.name}: the {name} stands there more than once: “{_quote(text)}”"
                yield finding("C15", message, brief.source, number)

    updated = format_date(brief.updated, brief.lang) if brief.updated else ""
    beside = [words["updated"].format(date=updated), words["photo"], brief.series]
    beside += [part for each in brief.authors for part in (f"orcid.org/{each.orcid}", each.url)]
    for n, texts in told.items():
        rest = seen[n]
        for text in (*texts, *(re.sub("^https?://|/$", "", part) for part in beside)):
            rest = rest.replace(_key(text), "", 1)
        if re.search(r"\w", rest) and passages[n].kind not in ("H2", "h2"):
            yield _more(passages[n], file)


def _imprint(house: House) -> str:
    """Return the line that says who publishes."""
    if not house.publisher:
        return ""
    line = ", ".join(filter(None, (house.publisher, house.place)))
    return f"{line} · {house.contact}" if house.contact else line


def _holds(text: str, passage: Passage) -> bool:
    """Return whether a passage holds a text, wherever its lines end."""
    read, wanted = _read(passage.text, text)
    signs = {" ": "[ \n]", "-": "-\n?"}
    return bool(re.search("".join(signs.get(s, f"{re.escape(s)}(?:-?\n)?") for s in wanted), read))


def _links(content: Content, brief: Brief, file: Path, own: bool) -> Iterator[Finding]:
    """Yield the links of the text, and of its notes, that lead elsewhere or are gone."""
    for markups, note in (
        ([brief.body, brief.disclaimer], False),
        ([each.body for each in brief.notes], True),
    ):
        wanted = [target for markup in markups for target in _targets(markup)]
        if own and not note:
            for author in brief.authors:
                orcid = author.orcid and f"https://orcid.org/{author.orcid}"
                wanted += [(each, 0) for each in (orcid, author.url) if each]
            wanted += [(brief.url, 0)] if brief.url else []
        led = [address for address, within in content.links if within == note]
        at = 0
        for address, number in wanted:
            try:
                at = led.index(address, at) + 1
            except ValueError:
                message = f"{file.name}: a link is lost or altered: {address}"
                yield finding("C15", message, brief.source, number)
        counted = Counter(address for address, _ in wanted)
        for address, count in Counter(led).items():
            around = {brief.url, *(each.url for each in brief.authors)}
            if address in counted and count > counted[address] and (own or address not in around):
                message = f"{file.name}: a link stands there more often than it should: {address}"
                yield finding("C15", message, file)


def _targets(markup: str) -> Iterator[tuple[str, int]]:
    """Yield the addresses that XHTML links to outside of it, with their lines."""
    for link in tree_of(markup).iter("a"):
        address = link.get("href", "")
        if address and not address.startswith("#"):
            yield address, line_of(link)


def _quote(text: str) -> str:
    return short(" ".join(text.split()), _QUOTED)
