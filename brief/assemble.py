"""Brief + House → the HTML, CSS and pictures of an edition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from traceback import walk_tb
from typing import Any, NoReturn
from unicodedata import east_asian_width
from urllib.parse import quote

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from brief import assets, places
from brief.findings import HouseError, SourceError, finding
from brief.house import DEFAULT_STYLE, STYLES, House, Style
from brief.language import count_words, direction, format_date, labels, quotes
from brief.model import ADDRESS, Assembled, Author, Brief, Contact, Photo, Picture, link_address
from brief.places import Place

_TEMPLATES = Path(__file__).parent / "templates"
#: the height, in px, up to which a picture within a paragraph stands in the line like a sign
_SIGN_PX = 64
#: the longest side of a picture, in px: 300 ppi over a page's width, and what e-readers show
PRINT_PX, EPUB_PX = 2400, 1600
#: a cover's width and height in px, as booksellers ask for
COVER_PX = (1600, 2560)


def print_edition(brief: Brief, house: House) -> Assembled:
    """Return the one document of the PDF; notes stand at their call, for the foot of the page."""
    pictures = _pictures(brief, PRINT_PX)
    tree = _tree(brief.body)
    _place_notes(tree, brief)
    headings = _finish(tree, f"{ADDRESS}pictures/", pictures, brief)
    _rank_tables(tree)
    _join_words(tree)
    _number_lists(tree)
    for block in tree.iter("table", "ul", "ol", "figure"):
        # a class, since :has(+ …) has the layout engine look at all siblings for each of them
        before = block.getprevious()
        if before is not None and before.tag == "p":
            before.set("class", f"{before.get('class', '')} leading".strip())
    around = _around(brief, house)
    links = _list_links((tree, *around.bios.values(), around.disclaimer, around.citation))
    context = _context(brief, house, tree, around)
    context["brief"]["links"] = links
    context["brief"]["contents"] = _print_contents(brief, house, headings)
    _add_photos(context["brief"], brief, pictures, f"{ADDRESS}pictures/", background=True)
    template = _render("print.html", house.style, context)
    return Assembled(
        {"print.html": template},
        _sheets(house, "print.css"),
        house.style.folder,
        _by_name(pictures),
    )


def epub_edition(
    brief: Brief, house: House, cover: Picture, pages: Sequence[Sequence[Place]] = ()
) -> Assembled:
    """Return the EPUB's documents text.xhtml, nav.xhtml and cover.xhtml; notes are linked.

    `pages` are those of the PDF that is made with it: it says where each begins, and lists them.
    """
    pictures = _pictures(brief, EPUB_PX)
    tree = _tree(brief.body)
    numbers = {note.id: n for n, note in enumerate(brief.notes, 1)}
    notes = [_tree(note.body) for note in brief.notes]
    _link_notes(tree, numbers)
    headings = _finish(tree, "images/", pictures, brief)
    context = _context(brief, house, tree, _around(brief, house))
    words = labels(brief.lang)
    for note in notes:
        _finish(note, "images/", pictures, brief)
    context["brief"]["notes"] = [
        {
            "n": n,
            "body": _markup(note),
            "label": words["note"].format(n=n),
            "back": f"{words['back']} ({n})",
        }
        for n, note in enumerate(notes, 1)
    ]
    _add_photos(context["brief"], brief, pictures, "images/")
    headings = (
        (1, "headline", brief.title),
        *headings,
        *([(1, "notes", words["notes"])] if notes else []),
    )
    context["contents"] = _contents(headings)
    context["landmarks"] = [
        {"type": "cover", "href": "cover.xhtml", "text": words["cover"]},
        {"type": "toc", "href": "nav.xhtml#toc", "text": words["contents"]},
        {"type": "bodymatter", "href": "text.xhtml#text", "text": words["text"]},
    ]

    def document(template: str) -> str:
        return _well_formed(_render(template, house.style, context), template, house.style)

    text = document("epub.xhtml")
    marked, listed = _mark_pages(text, pages)
    context["pages"] = [{"href": f"text.xhtml#{name}", "text": label} for label, name in listed]
    nav = document("nav.xhtml")
    # a style's own navigation may list no pages
    if listed and not _lists_pages(nav):
        marked, listed = text, ()
    return Assembled(
        {"cover.xhtml": document("cover.xhtml"), "text.xhtml": marked, "nav.xhtml": nav},
        ((Path("brief.css"), _resolved(house.style, "epub.css")),),
        house.style.folder,
        {**_by_name(pictures), "cover.jpg": cover},
        headings,
        listed,
    )


def cover_page(brief: Brief, house: House) -> Assembled:
    """Return the one page that becomes the EPUB's cover, COVER_PX large."""
    pictures: dict[str, Picture] = {}
    context = _context(brief, house, _tree(""), _around(brief, house))
    context["photo"] = ""
    if brief.photo:
        pictures["cover.jpg"] = _picture(brief.photo.path, COVER_PX[0])
        context["photo"] = f"{ADDRESS}pictures/cover.jpg"
    # The longer the headline, the smaller it is set: a class a style can size. So with the names.
    lengths = ((40, "short"), (80, "middling"), (140, "long"), (240, "longest"))
    room = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in brief.title)
    context["size"] = next((size for most, size in lengths if room <= most), "endless")
    context["crowded"] = len(context["brief"]["names"]) > 100
    document = _render("cover.html", house.style, context)
    return Assembled(
        {"cover.html": document}, _sheets(house, "cover.css"), house.style.folder, pictures
    )


def byline(brief: Brief) -> str:
    """Return the authors' names as the brief's language lists them, without "By"."""
    names = [author.name for author in brief.authors]
    return labels(brief.lang)["and"].join(
        filter(None, (_comma(brief).join(names[:-1]), *names[-1:]))
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """The texts around the body that hold markup, as trees."""

    #: by the number of the author, from 0
    bios: dict[int, Any]
    disclaimer: Any
    citation: Any


def _around(brief: Brief, house: House) -> _Around:
    bios = {n: _fragment(each.bio, f"bio-{n + 1}") for n, each in enumerate(brief.authors)}
    return _Around(
        bios, _fragment(brief.disclaimer, "disclaimer"), _fragment(_citation(brief, house), "cite")
    )


def _citation(brief: Brief, house: House) -> str:
    """Return how to cite a brief, as XHTML within one line, or nothing if it is not to be said.

    Names (year). “Title”. Series. Publisher, place. DOI, or ISBN or URN and address.
    """
    doi = brief.identifier.startswith("doi:")
    given = () if brief.identifier.startswith("urn:uuid:") else (brief.identifier,)
    if brief.cite_as is not None or not (given or brief.url or house.cite):
        return brief.cite_as or ""
    comma = _comma(brief)
    outer, closing, inner, inner_closing = quotes(brief.lang)
    title = brief.title.replace(outer, inner).replace(closing, inner_closing)
    quoted = f"{outer}{title}{closing}"
    names, publisher = byline(brief), comma.join(filter(None, (house.publisher, house.place)))
    who = names or house.publisher
    parts = [f"{who or quoted} ({brief.date.year})", quoted if who else "", brief.series]
    parts += [publisher if names else ""]
    # of a title that ends with a mark of its own, that mark is enough
    ended = (*".?!…。؟", *(f"{mark}{closing}" for mark in "?!…؟"))
    told = [escape(each if each.endswith(ended) else f"{each}.") for each in parts if each]
    for each in given:
        if each.startswith("urn:isbn:"):
            told.append(escape(f"ISBN {each.removeprefix('urn:isbn:')}"))
        elif not doi:
            told.append(escape(each))
    # a DOI may hold signs that no address may
    path = quote(brief.identifier.removeprefix("doi:"), safe="/:;()@!$&'*+,=~")
    if link := f"https://doi.org/{path}" if doi else brief.url:
        told.append(Markup('<a href="{0}">{0}</a>').format(link))
    return str(Markup(" ").join(told))


def _identifier(brief: Brief) -> str:
    """Return the identifier of a brief as it is printed."""
    return brief.identifier.replace("doi:", "https://doi.org/")


def _comma(brief: Brief) -> str:
    return "، " if direction(brief.lang) == "rtl" else ", "


def _context(brief: Brief, house: House, body: Any, around: _Around) -> dict[str, Any]:
    """Return what a template may use: plain texts, numbers, lists and dicts, nothing that acts."""
    words = labels(brief.lang)
    names = byline(brief)
    date = format_date(brief.date, brief.lang)
    updated = format_date(brief.updated, brief.lang) if brief.updated else ""
    authors = [
        {
            "name": author.name,
            "role": author.role,
            "orcid": author.orcid,
            "url": author.url,
            "address": _address(author.url),
            "links": _links_of(author),
            "bio": _markup(around.bios[n]),
            "portrait": None,
            # whether they have a block in the part about the authors
            "about": bool(author.bio or author.portrait),
        }
        for n, author in enumerate(brief.authors)
    ]
    about = sum(bool(author["about"]) for author in authors)
    named = not brief.identifier.startswith("urn:uuid:")
    citation = _markup(around.citation)
    # what the citation that is made of the brief says does not stand below it once more
    cited = bool(citation) and brief.cite_as is None
    told = any(not each["about"] and (each["role"] or each["links"]) for each in authors)
    imprint = told or named or house.publisher or brief.series or brief.credit or brief.rights
    return {
        "brief": {
            "title": brief.title,
            "kicker": brief.kicker,
            "dek": brief.dek,
            "byline": words["by"].format(authors=names) if names else "",
            "names": names,
            "authors": authors,
            "about": words["about_authors" if about > 1 else "about_author"] if about else "",
            "date": brief.date.isoformat(),
            "date_text": date,
            "published": words["published"].format(date=date),
            "updated_date": brief.updated.isoformat() if brief.updated else "",
            "updated": words["updated"].format(date=updated) if updated else "",
            "lang": brief.lang,
            "dir": direction(brief.lang),
            "comma": _comma(brief),
            "foot": _short(brief.title, 64),
            "photo": None,
            "credit": brief.credit,
            "contents": [],
            "body": _markup(body),
            "notes": [],
            "links": [],
            "disclaimer": _markup(around.disclaimer),
            "contacts": [
                {"name": each.name, "role": each.role, "links": _links_of(each)}
                for each in brief.contacts
            ],
            "imprint": bool(imprint or brief.url or citation),
            "citation": citation,
            "rights": brief.rights,
            "identifier": _identifier(brief),
            "named": named and not cited,
            "url": "" if cited and not brief.identifier.startswith("doi:") else brief.url,
            "address": _address(brief.url),
            "series": brief.series,
            "tags": list(brief.tags),
        },
        "house": {
            "publisher": house.publisher,
            "place": house.place,
            "contact": house.contact,
        },
        "labels": words,
    }


def _links_of(who: Author | Contact) -> list[dict[str, Any]]:
    """Return the links of an author or a contact; what begins with digits keeps its direction."""
    orcid = getattr(who, "orcid", "")
    phone = getattr(who, "phone", "")
    links = [(f"https://orcid.org/{orcid}", f"orcid.org/{orcid}", False)] if orcid else []
    for kind, told, ltr in (("email", who.email, True), ("phone", phone, True)):
        if told:
            links.append((link_address(kind, told), told, ltr))
    if who.url:
        links.append((who.url, _address(who.url), False))
    return [{"href": href, "text": text, "ltr": ltr} for href, text, ltr in links]


def _short(title: str, most: int) -> str:
    """Return a title that fits a running foot of `most` characters."""
    return title if len(title) <= most else title[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _address(url: str) -> str:
    """Return an address as it is printed: without the scheme and a last slash."""
    return re.sub(r"^(https?://|mailto:|tel:)|/$", "", url)


_OPS, _XHTML = "http://www.idpf.org/2007/ops", "http://www.w3.org/1999/xhtml"


def _tree(markup: str) -> Any:
    return etree.fromstring(f'<body xmlns:epub="{_OPS}">{markup}</body>')


def _fragment(markup: str, name: str) -> Any:
    """Return a text around the body as a tree without source lines, its ids begun with a name."""
    tree = _tree(markup)
    for element in tree.iter():
        element.attrib.pop("data-line", None)
        if own := element.get("id"):
            element.set("id", f"{name}-{own}")
        if (target := element.get("href", "")).startswith("#"):
            element.set("href", f"#{name}-{target[1:]}")
    return tree


def _markup(tree: Any) -> Markup:
    for element in tree.iter():
        if element.tag not in ("br", "hr", "img", "wbr") and element.text is None:
            element.text = ""  # never <p/>, which HTML reads as a beginning
    inside = "".join(etree.tostring(child, encoding="unicode") for child in tree)
    # the documents around it declare the prefix
    return Markup(str(escape(tree.text or "")) + inside.replace(f' xmlns:epub="{_OPS}"', ""))


def _finish(
    tree: Any, base: str, pictures: Mapping[str, Picture], brief: Brief
) -> tuple[tuple[int, str, str], ...]:
    """Lead images to `base`, give headings ids, drop source lines; return the headings."""
    found: list[tuple[int, str, str]] = []
    for element in tree.iter():
        element.attrib.pop("data-line", None)
        if element.tag == "img":
            ready = pictures[element.get("src")]
            if "decorative" in element.get("class", "").split() and base.startswith(ADDRESS):
                _make_background(element, f"{base}{_name(element.get('src'), ready)}", ready)
                continue
            element.set("src", f"{base}{_name(element.get('src'), ready)}")
            element.set("width", str(ready.width))
            element.set("height", str(ready.height))
            if element.getparent().tag != "figure" and ready.height > _SIGN_PX:
                element.set("class", "large")
        elif re.fullmatch("h[2-6]", element.tag):
            name = element.get("id") or f"section-{len(found) + 1}"
            element.set("id", name)
            found.append((int(element.tag[1]), name, " ".join("".join(element.itertext()).split())))
    return tuple(found)


#: signs that the longest words of a table's columns may have together, by the table's class
_TABLES = ((78, ""), (120, "wide"))


def _rank_tables(tree: Any) -> None:
    """Give a table that needs more than the measure a class by which a style can make room."""
    for table in tree.iter("table"):
        columns: dict[int, int] = {}
        for row in table.iter("tr"):
            for n, cell in enumerate(row):
                words = "".join(cell.itertext()).split()
                columns[n] = max(columns.get(n, 0), *map(len, words), 1)
        # the space between two columns is that of some three signs
        needed = sum(columns.values()) + 3 * len(columns)
        if rank := next((rank for most, rank in _TABLES if needed <= most), "widest"):
            table.set("class", " ".join(filter(None, (table.get("class"), rank))))


def _join_words(tree: Any) -> None:
    """Take soft hyphens out of tables: the layout engine takes what is before one for one word."""
    for table in tree.iter("table"):
        for element in table.iter():
            element.text = (element.text or "").replace("\u00ad", "") or None
            if element is not table:
                element.tail = (element.tail or "").replace("\u00ad", "") or None


def _number_lists(tree: Any) -> None:
    """Say by CSS where an ordered list begins to count: the layout engine reads no attributes."""
    for listing in tree.iter("ol"):
        backward = listing.get("reversed") is not None
        items = sum(item.tag == "li" for item in listing)
        first = int(listing.get("start", items if backward else 1))
        if backward:
            listing.set("style", f"counter-reset: list-item {first + 1}")
            for item in listing:
                item.set("style", "counter-increment: list-item -1")
        elif first != 1:
            listing.set("style", f"counter-reset: list-item {first - 1}")


def _make_background(image: Any, source: str, ready: Picture) -> None:
    """Paint a picture that says nothing as a background: no reading aid then meets it."""
    image.tag = "span"
    for name in ("src", "alt"):
        image.attrib.pop(name, None)
    ratio = 100 * ready.height / ready.width
    image.set("style", f"background-image: url('{source}'); padding-top: min({ratio:.3f}%, 190mm)")


def _place_notes(tree: Any, brief: Brief) -> None:
    """Put each note where it is first called; a second call becomes a link to the first."""
    notes = {note.id: (n, note) for n, note in enumerate(brief.notes, 1)}
    placed: set[str] = set()
    for call in list(tree.iter("a")):
        name = call.get("data-note")
        if name not in notes:
            continue
        number, note = notes[name]
        call.attrib.pop("data-note")
        if name in placed:
            call.set("class", "note-again")
            call.set("href", f"#note-{number}")
            call.text = str(number)
            continue
        placed.add(name)
        call.tag = "span"
        call.set("class", "note")
        call.set("id", f"note-{number}")
        first, *others = _portions(_tree(note.body))
        call.extend(first)
        for portion in reversed(others):
            more = etree.Element("span", {"class": "note note-more"})
            more.extend(portion)
            more.tail, call.tail = call.tail, None
            call.addnext(more)


#: a note of more signs may not fit the foot of a page, and is set in portions of some so many
_LONG_NOTE, _PORTION = 2400, 1000


def _portions(note: Any) -> list[list[Any]]:
    """Return the blocks of a note, a long one's in portions that may stand on several pages.

    The layout engine never parts a note, and lets one that is too long run off its page.
    """
    blocks, long = list(note), _length(note) > _LONG_NOTE
    portions: list[list[Any]] = [[]]
    if long:
        blocks = [part for block in blocks for part in _parted(block)]
    filled = 0
    for block in blocks:
        if long and filled and filled + _length(block) > 1.5 * _PORTION:
            portions.append([])
            filled = 0
        filled += _length(block)
        portions[-1].append(block)
        # A block inside a paragraph ends it in HTML: the note's blocks are spans set as blocks.
        for each in block.iter("p", "ul", "ol", "li", "blockquote", "pre"):
            each.set("class", f"note-{each.tag} {each.get('class', '')}".strip())
            each.tag = "span"
    return portions


def _parted(block: Any) -> list[Any]:
    """Return a paragraph in parts of some _PORTION signs, each ending with a sentence."""
    if block.tag != "p":
        return [block]
    parts = [etree.Element("p")]
    filled = 0

    def add(text: str) -> None:
        nonlocal filled
        for word in re.findall(r"\s*\S+\s*", text) or [text]:
            end = re.search(r"[.!?;…。؟][\"'”’»)\]]*\s+$", word)
            last = parts[-1]
            if len(last):
                last[-1].tail = (last[-1].tail or "") + word
            else:
                last.text = (last.text or "") + word
            filled += len(word)
            if filled > 1.5 * _PORTION or (end and filled > _PORTION):
                parts.append(etree.Element("p", {"class": "goes-on"}))
                filled = 0

    add(block.text or "")
    for child in list(block):
        tail, child.tail = child.tail, None
        parts[-1].append(child)
        filled += _length(child)
        add(tail or "")
    return [part for part in parts if len(part) or part.text]


def _length(element: Any) -> int:
    return sum(map(len, element.itertext()))


def _link_notes(tree: Any, numbers: Mapping[str, int]) -> None:
    placed: set[str] = set()
    for call in tree.iter("a"):
        name = call.get("data-note")
        if name not in numbers:
            continue
        number = numbers[name]
        call.attrib.pop("data-note")
        call.set(f"{{{_OPS}}}type", "noteref")
        call.set("role", "doc-noteref")
        call.set("href", f"#note-{number}")
        if name not in placed:
            call.set("id", f"ref-{number}")
        placed.add(name)
        call.text = str(number)


#: elements at whose beginning a mark may stand; in others it would lie in a link's words, or a
#: heading's
_HOLDERS = {"p", "li", "td", "th", "dt", "dd", "pre", "blockquote", "caption", "figcaption"}
_HOLDERS |= {"figure", "div", "section", "header", "footer", "article", "aside", "main", "body"}
_EMPTY = {"area", "br", "col", "hr", "img", "input", "wbr"}
#: where a mark may stand: the number of a piece of text, and of a sign in it
_Spot = tuple[int, int]


def _mark_pages(
    document: str, pages: Sequence[Sequence[Place]]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a document with a mark where each page begins, and the marks' labels and ids.

    The first begins with the text. A page without anything that the document has, such as one of
    notes, begins where the next does.
    """
    if not pages:
        return document, ()
    root = etree.fromstring(document.encode(), etree.XMLParser(resolve_entities=False))
    text = _Text(root)
    spots: list[_Spot | None] = []
    last = text.beginning()
    end: _Spot | None = None
    for n, page in enumerate(pages):
        known = [each for each in page if text.knows(each)]
        later = [spot for spot in map(text.spot, known) if spot >= last]
        spots.append(min(later, default=None) if n else last)
        last = spots[-1] or last
        end = max([*map(text.end, known), *([end] if end else [])], default=None)
    if end is None:
        return document, ()
    taken, prefix = set(root.xpath("//@id")), "page-"
    while any(f"{prefix}{n}" in taken for n in range(1, len(pages) + 1)):
        prefix = f"{prefix}-"
    listed = tuple((str(n), f"{prefix}{n}") for n in range(1, len(pages) + 1))
    after = max(end, last)
    for spot, (label, name) in zip(reversed(spots), reversed(listed), strict=True):
        after = spot or after
        text.insert(after, _page_mark(label, name))
    for element in root.iter("*"):
        if element.text is None and not len(element) and _bare(element) not in _EMPTY:
            element.text = ""
    declared = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f"{declared}{etree.tostring(root.getroottree(), encoding='unicode')}\n", listed


def _page_mark(label: str, name: str) -> Any:
    mark = etree.Element(f"{{{_XHTML}}}span", nsmap={None: _XHTML, "epub": _OPS})
    mark.set(f"{{{_OPS}}}type", "pagebreak")
    for key, value in (("role", "doc-pagebreak"), ("id", name), ("aria-label", label)):
        mark.set(key, value)
    return mark


class _Text:
    """The pieces of text of a document in their order, each that of an element or after one."""

    def __init__(self, root: Any) -> None:
        self.elements = {key: element for element, key in places.keys(root).items()}
        self.pieces: list[tuple[Any, str]] = [
            (element, "text" if event == "start" else "tail")
            for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        ]
        self.numbers = {piece: number for number, piece in enumerate(self.pieces)}

    def beginning(self) -> _Spot:
        """Return where the document's first words stand."""
        words = (n for n, (each, kind) in enumerate(self.pieces) if _read((each, kind)).strip())
        body = next((n for n, (each, _) in enumerate(self.pieces) if _bare(each) == "body"), 0)
        first = next((n for n in words if n > body), body)
        text = _read(self.pieces[first])
        return self._outermost(self.pieces[first], len(text) - len(text.lstrip()))

    def knows(self, place: Place) -> bool:
        """Return whether the element of a place is there, and holds the same text."""
        element = self.elements.get(place.key)
        if element is None:
            return False
        # a call has its number here, and in print beside its note
        if not place.text and element.get("role") == "doc-noteref":
            return True
        return place.text == places.own(element) and bool(place.text or not len(element))

    def spot(self, place: Place) -> _Spot:
        """Return where the text of a place goes on."""
        element = self.elements[place.key]
        left = place.offset
        for piece in self._own(element):
            for at, sign in enumerate(_read(piece)):
                width = len(places.signs(sign))
                if width > left:
                    return self._outermost(piece, at)
                left -= width
        return self._outermost((element, "text"), 0)

    def end(self, place: Place) -> _Spot:
        """Return where the text of the element of a place ends."""
        element = self.elements[place.key]
        *_, piece = self._own(element)
        if _bare(element) in _EMPTY:
            piece = element, "tail"
            return self.numbers[piece], 0
        return self.numbers[piece], len(_read(piece).rstrip())

    def insert(self, spot: _Spot, mark: Any) -> None:
        """Put a mark in; those that come later must have been."""
        element, kind = self.pieces[spot[0]]
        text = _read((element, kind))
        mark.tail = text[spot[1] :]
        setattr(element, kind, text[: spot[1]])
        around = element if kind == "text" else element.getparent()
        around.insert(0 if kind == "text" else around.index(element) + 1, mark)

    def _own(self, element: Any) -> Iterator[tuple[Any, str]]:
        yield element, "text"
        for child in element:
            yield child, "tail"

    def _outermost(self, piece: tuple[Any, str], at: int) -> _Spot:
        """Return a spot, or the one before the elements that it would be the beginning of."""
        element, kind = piece
        while kind == "text" and _bare(element) not in _HOLDERS and not _read(piece)[:at].strip():
            before = element.getprevious()
            piece = (element.getparent(), "text") if before is None else (before, "tail")
            element, kind = piece
            at = len(_read(piece))
        return self.numbers[piece], at


def _read(piece: tuple[Any, str]) -> str:
    return getattr(*piece) or ""


def _bare(element: Any) -> str:
    return str(etree.QName(element).localname)


def _lists_pages(nav: str) -> bool:
    tree = etree.fromstring(nav.encode(), etree.XMLParser(resolve_entities=False))
    lists = (each.get(f"{{{_OPS}}}type", "").split() for each in tree.iter(f"{{{_XHTML}}}nav"))
    return any("page-list" in types for types in lists)


def _list_links(trees: tuple[Any, ...]) -> list[dict[str, str]]:
    """Return the links whose target a reader of paper could not know, and name their places."""
    links: list[dict[str, str]] = []
    for tree in trees:
        for link in tree.iter("a"):
            href = link.get("href", "")
            text = " ".join("".join(link.itertext()).split())
            shown = _address(href)
            if href.startswith("#") or not href:
                continue
            if _address(text) == shown:
                link.set("class", "address")
                continue
            link.set("id", f"link-{len(links) + 1}")
            links.append({"id": link.get("id"), "text": text or shown, "address": shown})
    return links


def _contents(
    headings: Sequence[tuple[int, str, str]], document: str = "text.xhtml"
) -> list[dict[str, Any]]:
    """Return the navigation as a tree."""
    top: list[dict[str, Any]] = []
    path = [(0, top)]
    for level, name, text in headings:
        while path[-1][0] >= level:
            path.pop()
        under: list[dict[str, Any]] = []
        path[-1][1].append({"href": f"{document}#{name}", "text": text, "under": under})
        path.append((level, under))
    return top


#: headings of level 2 from which on a long text has a table of contents, and entries up to which
#: those of level 3 are in it too
_FEWEST, _MOST_ENTRIES = 3, 12


def _print_contents(
    brief: Brief, house: House, headings: Sequence[tuple[int, str, str]]
) -> list[dict[str, Any]]:
    """Return the table of contents of print as a tree, empty if there is to be none."""
    tree = _tree(brief.body)
    long = 0 < house.contents <= count_words(" ".join(tree.itertext()))
    sections = sum(level == 2 for level, _, _ in headings)
    if not (long and sections >= _FEWEST if brief.contents is None else brief.contents):
        return []
    deepest = 3 if sum(level < 4 for level, _, _ in headings) <= _MOST_ENTRIES else 2
    own = tree.iter(*(f"h{level}" for level in range(2, 7)))
    return _contents(
        [
            (level, name, _heading(each))
            for each, (level, name, _) in zip(own, headings, strict=True)
            if level <= deepest
        ],
        "",
    )


def _heading(element: Any) -> Markup:
    """Return the words of a heading, with their emphasis, without links, calls and pictures."""
    above = (each.get("lang") for each in (element, *element.iterancestors()))
    lang = next(filter(None, above), None)
    words = deepcopy(element)
    words.tail = None
    for each in words.iter():
        for name in ("id", "data-line"):
            each.attrib.pop(name, None)
        if each.tag == "br":
            each.tail = f" {each.tail or ''}"
    etree.strip_elements(words, "img", with_tail=False)
    etree.strip_tags(words, "a", "br")
    inside = _markup(words)
    return Markup('<span lang="{}">{}</span>').format(lang, inside) if lang else inside


def _add_photos(
    context: dict[str, Any],
    brief: Brief,
    pictures: Mapping[str, Picture],
    base: str,
    *,
    background: bool = False,
) -> None:
    """Add the photo and the authors' portraits to what templates may use."""
    if brief.photo:
        context["photo"] = _photo(brief.photo, "photo", pictures, base)
        context["photo"]["background"] = background
    for n, author in enumerate(brief.authors, 1):
        if author.portrait:
            portrait = _photo(author.portrait, f"portrait-{n}", pictures, base)
            context["authors"][n - 1]["portrait"] = portrait


def _photo(photo: Photo, name: str, pictures: Mapping[str, Picture], base: str) -> dict[str, Any]:
    ready = pictures[name]
    return {
        "src": f"{base}{_name(name, ready)}",
        "alt": photo.alt,
        "caption": photo.caption,
        "credit": photo.credit,
        "width": ready.width,
        "height": ready.height,
        "ratio": f"{100 * ready.height / ready.width:.3f}",
        "background": False,
    }


def _name(name: str, ready: Picture) -> str:
    return f"{name.rsplit('.', 1)[0]}.{ready.media_type.split('/')[1].replace('jpeg', 'jpg')}"


def _by_name(pictures: Mapping[str, Picture]) -> dict[str, Picture]:
    """Return pictures by the names that documents give them, whose suffix is the ready kind's."""
    return {_name(name, ready): ready for name, ready in pictures.items()}


def _pictures(brief: Brief, longest: int) -> dict[str, Picture]:
    files = {image.name: image.path for image in brief.images}
    if brief.photo:
        files["photo"] = brief.photo.path
    for n, author in enumerate(brief.authors, 1):
        if author.portrait:
            files[f"portrait-{n}"] = author.portrait.path
    return {name: _picture(path, longest) for name, path in files.items()}


def _picture(path: Path, longest: int) -> Picture:
    try:
        return assets.picture(assets.read(path), path.name, longest)
    except assets.RefusedError as refused:
        raise SourceError(finding(refused.code, refused.message, path, hint=refused.hint)) from None


def _sheets(house: House, last: str) -> tuple[tuple[Path, str], ...]:
    """Return a style's sheets in order: tokens, the house's page, fonts, the edition's own."""
    # what a note goes on with has no number of its own; PDF/A forbids that pictures are smoothed
    page = f"""@page {{ size: {house.page} }}
html {{ image-rendering: crisp-edges }}
.note.note-more {{ counter-increment: footnote -1; footnote-policy: auto }}
.note.note-more::footnote-call, .note.note-more::footnote-marker {{ content: none }}
"""
    return (
        _sheet(house.style, "tokens.css"),
        (Path("page.css"), page),
        _sheet(house.style, "fonts.css"),
        _sheet(house.style, last),
    )


def _sheet(style: Style, name: str) -> tuple[Path, str]:
    """Return the file that is a style's sheet `name`, and its text."""
    file = style.folder / name
    # A style may leave its cover to the default; without fonts of its own it names installed ones.
    if name == "cover.css" and not file.is_file():
        file = STYLES / DEFAULT_STYLE / name
    if name == "fonts.css" and not file.is_file():
        return file, ""
    try:
        return file, assets.style_text(file.parent, name)
    except assets.RefusedError as refused:
        raise HouseError(finding("H05", refused.message, file, hint=refused.hint)) from None


_TOKEN = re.compile(r"(--[\w-]+)\s*:\s*([^;}]+?)\s*[;}]")
#: a token's name and, with parentheses three deep, what stands in for it where it is not set
_VAR = re.compile(
    r"var\(\s*(--[\w-]+)\s*"
    r"(?:,\s*((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\))*+))?\)"
)
#: signs that tokens may bring into one text: those that name others twice grow without end
_MOST_SIGNS = 100_000


def _resolved(style: Style, name: str) -> str:
    """Return a sheet with each var() replaced by its token: many e-readers know no properties."""
    own = _sheet(style, name)
    tokens: dict[str, tuple[tuple[Path, str], int, int]] = {}
    # a sheet may set tokens of its own
    for file, text in (_sheet(style, "tokens.css"), own):
        listed = file, assets.uncommented(text)
        tokens |= {found[1]: (listed, *found.span(2)) for found in _TOKEN.finditer(listed[1])}
    values: dict[str, str] = {}

    def fill(sheet: tuple[Path, str], start: int, end: int, within: tuple[str, ...] = ()) -> str:
        file, text = sheet
        parts: list[str] = []
        size = 0
        for found in _VAR.finditer(text, start, end):
            token, value, problem, cure = found[1], "", "", ""
            if token in within or (token in tokens and len(within) == 50):
                problem = f"{token} is set by way of itself, or of more than 50 others"
                cure = f"give {token} a value without var()"
            elif token in tokens:
                if token not in values:
                    values[token] = fill(*tokens[token], (*within, token))
                value = values[token]
            elif found[2] is not None:
                value = fill(sheet, *found.span(2), within)
            else:
                problem = f"{token} is used and neither tokens.css nor {name} sets it"
                cure = f"add {token}: … to tokens.css"
            size += len(value)
            if size > _MOST_SIGNS:
                whole = within[-1] if within else name
                problem = f"{whole} grows over {_MOST_SIGNS:,} signs with {token} in it"
                cure = "give the tokens shorter values"
            if problem:
                line = text.count("\n", 0, found.start()) + 1
                raise HouseError(finding("H05", problem, file, line, hint=cure))
            parts += [text[start : found.start()], value]
            start = found.end()
        return "".join((*parts, text[start:end]))

    return fill(own, 0, len(own[1]))


#: signs, elements or a width, and bits of a number, over which no page has need
_MOST, _MOST_BITS = 1_000_000, 10_000
#: a width that is over it, or not to be seen, in what “%” and what format() fill in
_WIDE = re.compile(r"%(?:\([^)]*\))?[-#0 +]*(?:\d*\.)?(?:\*|\d{7})")
_WIDE_FIELD = re.compile(r"\{[^{}:]*:[^{}]*(?:\{|\d{7})")


class _Sandbox(SandboxedEnvironment):
    """Jinja's sandbox, which also refuses what would take all memory, or hours."""

    # when it compiles a template, Jinja works out neither these nor filters that refuse
    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.filters = {name: _measured(each) for name, each in self.filters.items()}
        self.filters["format"] = lambda text, *values, **named: self.call_binop(
            None, "%", text, named or values
        )

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator makes of two values, if that is not too large."""
        if operator == "%":
            vast = _WIDE.search(str(left)) is not None
        elif isinstance(left, int) and isinstance(right, int):
            bits, more = left.bit_length(), right.bit_length()
            vast = (bits * right if operator == "**" else bits + more) > _MOST_BITS
        else:
            vast = any(
                isinstance(times, int) and hasattr(many, "__len__") and len(many) * times > _MOST
                for many, times in ((left, right), (right, left))
            )
        if vast:
            raise SecurityError(f"“{operator}” makes more than a page can hold")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, called: Any, /, *args: Any, **named: Any) -> Any:
        """Return what a function makes of its arguments, if no number among them is too large."""
        _measure(*args, *named.values())
        return super().call(context, called, *args, **named)

    def wrap_str_format(self, value: Any) -> Any:
        """Return str.format made safe, if no field in its text is too wide."""
        made = super().wrap_str_format(value)
        if made and _WIDE_FIELD.search(value.__self__):
            raise SecurityError("“format” makes more than a page can hold")
        return made


def _measure(*values: Any) -> None:
    if any(isinstance(value, int) and value > _MOST for value in values):
        raise SecurityError(f"a number over {_MOST:,} is more than a page can need")


def _measured(function: Any) -> Any:
    @wraps(function)
    def measured(*args: Any, **named: Any) -> Any:
        _measure(*args, *named.values())
        return function(*args, **named)

    return measured


@lru_cache(maxsize=8)
def _environment(folder: Path) -> SandboxedEnvironment:
    loader = ChoiceLoader([FileSystemLoader(folder / "templates"), FileSystemLoader(_TEMPLATES)])
    # Every template is escaped, whatever its name: the default leaves those in .j2 open.
    return _Sandbox(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _render(name: str, style: Style, context: Mapping[str, Any]) -> str:
    try:
        return _environment(style.folder).get_template(name).render(context)
    except (
        *(TemplateError, ValueError, TypeError, KeyError, OSError),
        *(ArithmeticError, RecursionError),
    ) as error:
        _refuse(error, name, style)


def _refuse(error: BaseException, name: str, style: Style) -> NoReturn:
    """Say which line of which template an error arose in: what it says itself, or its traceback."""
    named, line = getattr(error, "filename", None) or name, getattr(error, "lineno", 0)
    if not line:
        for frame, at in walk_tb(error.__traceback__):
            if frame.f_code.co_filename.endswith((".html", ".xhtml")):
                named, line = frame.f_code.co_filename, at
    file = Path(named) if Path(named).is_absolute() else style.folder / "templates" / named
    raise HouseError(
        finding(
            "H06",
            f"template: {str(error) or type(error).__name__}",
            file,
            line,
            hint=f"compare it with {_TEMPLATES / file.name}",
        )
    ) from None


def _well_formed(document: str, name: str, style: Style) -> str:
    try:
        etree.fromstring(document.encode(), etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError as error:
        raise HouseError(
            finding(
                "H06",
                f"the template makes XHTML that is not well formed: {error.msg}",
                style.folder / "templates" / name,
                hint=f"compare it with {_TEMPLATES / name}",
            )
        ) from None
    return document
