"""Brief + House → the HTML, CSS and pictures of an edition."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from html import unescape
from pathlib import Path
from traceback import walk_tb
from typing import Any, NoReturn
from unicodedata import east_asian_width
from urllib.parse import quote

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from brief import assets, places
from brief.drawings.outlines import length_of
from brief.drawings.styles import as_colour, quoted
from brief.findings import HouseError, SourceError, finding
from brief.house import House, Style
from brief.language import (
    count_words,
    direction,
    format_cell,
    format_date,
    labels,
    name_list,
    number,
    numerals,
    primary,
    quotes,
)
from brief.model import (
    ADDRESS,
    Assembled,
    Author,
    Brief,
    Contact,
    Data,
    Photo,
    Picture,
    link_address,
)
from brief.places import Place
from brief.tokens import layers, resolved, values

_TEMPLATES = Path(__file__).parent / "templates"
#: the height, in px, up to which a picture within a paragraph stands in the line like a sign
_SIGN_PX = 64
#: the longest side of a picture, in px: 300 ppi over a page's width, and what e-readers show
PRINT_PX, EPUB_PX = 2400, 1600
#: the longest side of one on the press, which is not reduced more than its place on the page asks
PRESS_PX = 4800
#: width and height in px of what a style draws: a cover, as booksellers ask for it, and the card
#: that a link to a brief is shown with
DRAWN_PX = {"cover": (1600, 2560), "card": (1200, 630)}
#: the classes by which a style sets a headline smaller, and the signs that each is for at most
SIZES = {"short": 40, "middling": 80, "long": 140, "longest": 240, "endless": 10**6}


def print_edition(brief: Brief, house: House) -> Assembled:
    """Return the one document of the PDF.

    Notes stand at their call, for the foot of the page, or after the text if the house has it so.
    """
    return _printed(brief, house, PRINT_PX)


def press_edition(brief: Brief, house: House) -> Assembled:
    """Return the one document of the press edition.

    It is that of the PDF, with larger pictures, on facing pages that have a bleed.
    """
    press = house.press
    made = _printed(brief, replace(house, page=press.trim or house.page), PRESS_PX)
    page = (
        f":root {{ --facing: {press.binding:g} }}\n"
        f"@page {{ bleed: {press.bleed:g}mm; marks: none }}\n"
    )
    own = (*layers(house.style, "press.css"), (Path("facing.css"), page))
    return replace(made, sheets=(*made.sheets, *own))


def slug_lines(
    brief: Brief, house: House, size: tuple[float, float], pages: int, blank: int
) -> Assembled:
    """Return the slug lines of a press edition, one on each page of a `size` in pt.

    The last of them are those of blank pages, which have no number.
    """
    context = _context(brief, house, _tree(""), _around(brief, house))
    words = labels(brief.lang)
    every, before = number(pages, brief.lang), words["page_before"]
    context["numbers"] = [
        f"{before}{number(n, brief.lang)}{words['page_between']}{every}{words['page_after']}"
        for n in range(1, pages + 1)
    ] + [""] * blank
    document = _render("slug.html", house.style, context)
    page = f"@page {{ size: {size[0]:.3f}pt {size[1]:.3f}pt; margin: 0 }}"
    sheets = _sheets(house, "slug.css", document, brief.lang)
    sheets += ((Path("line.css"), page),)
    return Assembled({"slug.html": document}, sheets, house.style.folder)


def _printed(brief: Brief, house: House, longest: int) -> Assembled:
    pictures = _in_print(_pictures(brief, longest, house), house.style)
    tree, notes = _text(brief, house)
    data = _list_data(tree, brief)
    ended = notes if house.notes == "end" else []
    if ended:
        _link_notes(tree, brief)
    else:
        _place_notes(tree, brief, notes)
    headings = _finish(tree, f"{ADDRESS}pictures/", pictures, brief)
    for part in (tree, data, *ended):
        _rank_tables(part)
        _join_words(part)
        _number_lists(part)
    for note in ended:
        _finish(note, f"{ADDRESS}pictures/", pictures, brief)
    for block in tree.iter("table", "ul", "ol"):
        # a class, since :has(+ …) has the layout engine look at all siblings for each of them
        before = block.getprevious()
        if before is not None and before.tag == "p":
            before.set("class", f"{before.get('class', '')} leading".strip())
    for line in tree.iter("p"):
        # what stands below a table is drawn up to it
        before = line.getprevious()
        below = {"table-source", "table-note"} & set(line.get("class", "").split())
        if below and before is not None:
            kind = "sourced" if before.tag == "table" else "followed"
            before.set("class", f"{before.get('class', '')} {kind}".strip())
    around = _around(brief, house)
    parts = (tree, *ended, *around.bios.values(), around.disclaimer, around.citation)
    for part in parts:
        _keep_last_words(part)
    links = _list_links(parts)
    context = _context(brief, house, tree, around)
    context["brief"]["notes"] = _listed_notes(ended, brief)
    context["brief"]["links"] = links
    context["brief"]["contents"] = _print_contents(brief, house, headings)
    context["brief"]["data"] = _markup(data)
    context["classes"] = _classes(brief, house, pictures.get("photo"))
    _add_photos(context["brief"], brief, pictures, f"{ADDRESS}pictures/", background=True)
    template = _render("print.html", house.style, context)
    return Assembled(
        {"print.html": template},
        _sheets(house, "print.css", template, brief.lang),
        house.style.folder,
        _by_name(pictures),
    )


def epub_edition(
    brief: Brief, house: House, cover: Picture, pages: Sequence[Sequence[Place]] = ()
) -> Assembled:
    """Return the EPUB's documents text.xhtml, nav.xhtml and cover.xhtml; notes are linked.

    `pages` are those of the PDF that is made with it: it says where each begins, and lists them.
    """
    pictures = _on_screens(_pictures(brief, EPUB_PX, house), house.style)
    tree, notes = _text(brief, house)
    data = _list_data(tree, brief, described=True)
    _link_notes(tree, brief)
    headings = _finish(tree, "images/", pictures, brief)
    context = _context(brief, house, tree, _around(brief, house))
    words = labels(brief.lang)
    for note in notes:
        _finish(note, "images/", pictures, brief)
    context["brief"]["notes"] = _listed_notes(notes, brief)
    _add_photos(context["brief"], brief, pictures, "images/")
    headings = (
        (1, "headline", brief.title),
        *headings,
        *([(1, "notes", words["notes"])] if notes else []),
        *([(1, "data", words["data"])] if len(data) else []),
    )
    context["brief"]["data"] = _markup(data)
    context["contents"] = _contents(headings)
    context["numbered"] = house.style.numbered
    context["landmarks"] = [
        {"type": "cover", "href": "cover.xhtml", "text": words["cover"]},
        {"type": "toc", "href": "nav.xhtml#toc", "text": words["contents"]},
        {"type": "bodymatter", "href": "text.xhtml#text", "text": words["text"]},
    ]

    def document(template: str) -> str:
        return _well_formed(_render(template, house.style, context), template, house.style)

    text = document("epub.xhtml")
    marked, listed = _mark_pages(text, pages, brief.lang)
    context["pages"] = [{"href": f"text.xhtml#{name}", "text": label} for label, name in listed]
    nav = document("nav.xhtml")
    # a style's own navigation may list no pages
    if listed and not _lists_pages(nav):
        marked, listed = text, ()
    return Assembled(
        {"cover.xhtml": document("cover.xhtml"), "text.xhtml": marked, "nav.xhtml": nav},
        ((Path("brief.css"), _numbered(text, brief.lang) + resolved(house.style, "epub.css")),),
        house.style.folder,
        {**_by_name(pictures), "cover.jpg": cover},
        headings,
        listed,
    )


def drawn_pages(kind: str, brief: Brief, house: House) -> dict[str, Assembled]:
    """Return what becomes the EPUB's "cover", or the "card", DRAWN_PX large.

    It is one page for each of SIZES that the headline may be set in, by that size.
    """
    pictures: dict[str, Picture] = {}
    context = _context(brief, house, _tree(""), _around(brief, house))
    context["photo"] = ""
    if brief.photo:
        cover = _picture(brief.photo.path, DRAWN_PX[kind][0], brief.photo.drawing)
        # a drawing would be lost on the colour of the cover
        pictures = _in_print(_on_screens({"cover.jpg": cover}, house.style), house.style)
        context["photo"] = f"{ADDRESS}pictures/cover.jpg"
    context["kind"] = kind
    context["crowded"] = len(context["brief"]["names"]) > 100
    context["logo"] = values(house.style).get("--cover-logo", "none") != "none"
    name = f"{kind}.html"
    documents = {size: _render(name, house.style, {**context, "size": size}) for size in SIZES}
    # no size has other characters than the next
    sheets = _sheets(house, f"{kind}.css", next(iter(documents.values())), brief.lang)
    return {
        size: Assembled({name: document}, sheets, house.style.folder, pictures)
        for size, document in documents.items()
    }


def card_alternative(brief: Brief, house: House) -> str:
    """Return what the card says, and its photo shows, for those who cannot see it."""
    date = format_date(brief.date, brief.lang)
    shown = brief.photo.alt if brief.photo else ""
    told = (brief.kicker, brief.title, house.publisher, date, shown)
    return " · ".join(filter(None, told))


def headline_size(headline: str) -> str:
    """Return the one of SIZES by which a style can set a headline smaller the longer it is."""
    room = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in headline)
    return next(size for size, most in SIZES.items() if room <= most)


#: signs that a first paragraph has at least, if its first letter is to stand beside several lines
_DROP_CAP_SIGNS = 240
#: signs of a dek that wants smaller letters
_LONG_DEK = 240
#: words of a text that is worth two columns, and rows of a table that one of them takes
_COLUMNS_WORDS, _COLUMNS_ROWS = 350, 16


def _admits_columns(noted: bool, body: Any) -> bool:
    """Return whether a text, with notes at the foot or not, can stand in two columns.

    The layout engine lets what spans columns run over notes at the foot, and a table that is wide
    or long off the page.
    """
    long = len("".join(body.itertext()).split()) >= _COLUMNS_WORDS
    fit = (
        not table.get("class") and sum(1 for _ in table.iter("tr")) <= _COLUMNS_ROWS
        for table in body.iter("table")
    )
    return long and not noted and all(fit)


def _classes(brief: Brief, house: House, shape: Picture | None) -> str:
    """Return the classes of the printed document: what tokens ask for and the brief admits.

    `shape` is the photo as it is printed.
    """
    tokens, body = values(house.style), _tree(brief.body)
    _rank_tables(body)
    first = next(iter(body), None)
    words = " ".join("".join(first.itertext()).split()) if first is not None else ""
    drop = first is not None and first.tag == "p" and len(words) >= _DROP_CAP_SIGNS
    classes = {
        headline_size(brief.title): True,
        "with-logo": tokens.get("--logo", "none") != "none",
        # letters of other scripts hang from a line, or join
        "drop-cap": drop
        and re.fullmatch("[A-Z\u00c0-\u024f\u0386-\u03ab\u0400-\u052f\u1e00-\u1eff]", words[0])
        and tokens.get("--drop-cap", "0") not in ("0", "1"),
        "columns": tokens.get("--columns") == "2"
        and _admits_columns(bool(brief.notes) and house.notes == "foot", body),
        "tall-photo": shape is not None and shape.height > shape.width,
        "long-dek": len(brief.dek) > _LONG_DEK,
    }
    return " ".join(name for name, holds in classes.items() if holds)


#: signs that the last two words of a paragraph may have together to be kept on one line
_LAST_SIGNS = 24


def _keep_last_words(tree: Any) -> None:
    """Have no paragraph, heading, item or definition end with a line of one word."""
    for block in tree.iter("p", "li", "dd", "h2", "h3", "h4"):
        _bind(block)


def _bind(block: Any) -> None:
    """Put a no-break space between the last two words of a block, unless they are long."""
    pieces = list(_pieces(block))
    text = "".join(getattr(*piece) for piece in pieces)
    found = re.search(r"(\S+)[ \n](\S+)\s*$", text)
    if not found or len(found[0].strip()) > _LAST_SIGNS:
        return
    at = found.end(1)
    for piece in pieces:
        told = getattr(*piece)
        if at < len(told):
            setattr(*piece, f"{told[:at]}\u00a0{told[at + 1 :]}")
            return
        at -= len(told)


def _pieces(block: Any) -> Iterator[tuple[Any, str]]:
    """Yield the pieces of text in a block's own lines, each that of an element or after one."""
    if block.text:
        yield block, "text"
    for child in block:
        if child.tag in ("ul", "ol"):
            return
        if "note" not in child.get("class", "").split() and child.tag not in ("p", "aside"):
            yield from _pieces(child)
        if child.tail:
            yield child, "tail"


def byline(brief: Brief) -> str:
    """Return the authors' names as the brief's language lists them, without "By"."""
    return name_list([author.name for author in brief.authors], brief.lang)


@dataclass(frozen=True, slots=True)
class _Around:
    """The texts around the body that hold markup, as trees."""

    #: by the number of the author, from 0
    bios: dict[int, Any]
    disclaimer: Any
    citation: Any


def _around(brief: Brief, house: House) -> _Around:
    lang, told = brief.lang, enumerate(brief.authors)
    return _Around(
        {n: _fragment(each.bio, f"bio-{n + 1}", lang) for n, each in told},
        _fragment(brief.disclaimer, "disclaimer", lang),
        _fragment(_citation(brief, house), "cite", lang),
    )


def _citation(brief: Brief, house: House) -> str:
    """Return how to cite a brief, as XHTML within one line, or nothing if it is not to be said.

    Names (year). “Title”. Series. Publisher, place. DOI, or ISBN or URN and address.
    """
    doi = brief.identifier.startswith("doi:")
    given = () if brief.identifier.startswith("urn:uuid:") else (brief.identifier,)
    if brief.cite_as is not None or not (given or brief.url or house.cite):
        return brief.cite_as or ""
    outer, closing, inner, inner_closing = quotes(brief.lang)
    title = brief.title.replace(outer, inner).replace(closing, inner_closing)
    quoted = f"{outer}{title}{closing}"
    comma, year = labels(brief.lang)["comma"], number(brief.date.year, brief.lang)
    names, publisher = byline(brief), comma.join(filter(None, (house.publisher, house.place)))
    who = names or house.publisher
    parts = [f"{who or quoted} ({year})", quoted if who else "", brief.series]
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
            "foot": _short(brief.title, 64),
            "photo": None,
            "credit": brief.credit,
            "contents": [],
            "body": _markup(body),
            "notes": [],
            "links": [],
            "data": Markup(""),
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


def _text(brief: Brief, house: House) -> tuple[Any, list[Any]]:
    """Return the text and its notes as trees, with their figures and tables numbered.

    So are the paragraphs, if the style has it so.
    """
    tree, notes = _tree(brief.body), [_tree(note.body) for note in brief.notes]
    _refer(tree, notes, brief.lang)
    told = [each for each in tree.iterchildren("p") if "".join(each.itertext()).strip()]
    plain = [each for each in told if not each.get("class")]
    for n, paragraph in enumerate(plain if house.style.numbered else (), 1):
        _begin_with(paragraph, number(n, brief.lang))
    return tree, notes


def _refer(text: Any, notes: Sequence[Any], lang: str) -> None:
    """Give references their words, and captions their numbers.

    A link within the text that has no words reads the number of a figure or table, or the words of
    a heading. If any reads that of a figure, all figures with captions are numbered; so are tables.
    """
    places = {each.get("id"): each for each in text.iter() if each.get("id")}
    calls = [
        (link, places[link.get("href")[1:]])
        for tree in (text, *notes)
        for link in tree.iter("a")
        if link.get("href", "").startswith("#") and not len(link) and not (link.text or "").strip()
    ]
    numbers: dict[Any, str] = {}
    for kind, legend in (("figure", "figcaption"), ("table", "caption")):
        if all(target.tag != kind for _, target in calls):
            continue
        captions = [each.find(legend) for each in text.iter(kind)]
        told = (each for each in captions if each is not None and _has_words(each))
        for n, caption in enumerate(told, 1):
            label = numbers[caption.getparent()] = labels(lang)[kind].format(n=number(n, lang))
            caption.text = (caption.text or "").lstrip()
            _begin_with(caption, f"{label}.")
    for link, target in calls:
        if target in numbers:
            link.text = numbers[target]
            link.set("class", "cross-reference")
    said = {target: " ".join("".join(target.itertext()).split()) for _, target in calls}
    for link, target in calls:
        link.text = numbers.get(target, said[target])


def _begin_with(block: Any, told: str) -> None:
    """Put a number before the words of a block."""
    mark = etree.Element("span", {"class": "number"})
    mark.text, mark.tail, block.text = told, f" {block.text or ''}", None
    block.insert(0, mark)


def _has_words(caption: Any) -> bool:
    """Return whether a caption says more than a credit."""
    said = caption.xpath(".//text()[not(ancestor::*[@class='credit'])]")
    return bool("".join(said).strip())


def _label_boxes(tree: Any, words: Mapping[str, str]) -> None:
    """Give boxes their labels, unless a heading begins them, and say what they are.

    What holds the points that matter is a region of its own; what stands beside the text a note to
    it (WAI-ARIA 1.2, 5.4).
    """
    for n, box in enumerate(tree.iter("aside"), 1):
        kinds = {"key-points": "key_points", "recommendations": "recommendations"}
        kind = next((kinds[name] for name in box.get("class").split() if name in kinds), "")
        first = box[0]
        if kind and not re.fullmatch("h[2-6]", first.tag):
            first = etree.Element("p", {"class": "label", "id": f"box-{n}"})
            first.text = words[kind]
            box.insert(0, first)
        labelled = first.get("class") == "label" or re.fullmatch("h[2-6]", first.tag)
        if labelled:
            box.set("aria-labelledby", first.get("id"))
        if kind or not labelled or box.get("class") == "side-note":
            box.set("role", "region" if kind else "note")


def _listed_notes(notes: Sequence[Any], brief: Brief) -> list[dict[str, Any]]:
    """Return notes as a template may list them."""
    words = labels(brief.lang)
    return [
        {
            "n": n,
            "number": number(n, brief.lang),
            "body": _markup(note),
            "label": words["note"].format(n=number(n, brief.lang)),
            "back": f"{words['back']} ({number(n, brief.lang)})",
        }
        for n, note in enumerate(notes, 1)
    ]


def _fragment(markup: str, name: str, lang: str) -> Any:
    """Return a text around the body as a tree without source lines, its ids begun with a name."""
    tree = _tree(markup)
    _turn(tree, lang)
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


def _turn(tree: Any, lang: str) -> None:
    """Say which way a passage in another language than that around it is read, if another way."""
    for element in tree.iter():
        told = element.get("lang")
        around = next(filter(None, (each.get("lang") for each in element.iterancestors())), lang)
        if told and not element.get("dir") and direction(told) != direction(around):
            element.set("dir", direction(told))


def _finish(
    tree: Any, base: str, pictures: Mapping[str, Picture], brief: Brief
) -> tuple[tuple[int, str, str], ...]:
    """Lead images to `base`, give headings ids and boxes labels, drop source lines; return the
    headings."""
    found: list[tuple[int, str, str]] = []
    _turn(tree, brief.lang)
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
    _label_boxes(tree, labels(brief.lang))
    return tuple(found)


#: columns of data that do not need all of the measure
_NARROW = 3


def _list_data(tree: Any, brief: Brief, *, described: bool = False) -> Any:
    """Return a table for each picture of a text that shows data, and link both.

    `described` says it to reading aids in the picture itself too.
    """
    words = labels(brief.lang)
    listed = {image.name: image.data for image in brief.images if image.data}
    tables = _tree("")
    for picture in tree.iter("img"):
        data = listed.get(picture.get("src"))
        if data is None:
            continue
        n = len(tables) + 1
        figure = picture.getparent()
        figure.set("id", figure.get("id", f"chart-{n}"))
        if described:
            picture.set("aria-details", f"data-{n}")
        legend = figure.find("figcaption")
        if legend is None:
            legend = etree.SubElement(figure, "figcaption")
        number = legend.find("span[@class='number']")
        said = legend.text if number is None else number.tail
        caption = " ".join((said or picture.get("alt")).split())
        _add_link(legend, "to-data", f"data-{n}", words["data"])
        table = etree.SubElement(tables, "table", {"id": f"data-{n}"})
        if len(data.head) <= _NARROW:
            table.set("class", "narrow")
        told = etree.SubElement(table, "caption")
        told.text = words["data_for"].format(figure=caption)
        _add_link(told, "to-chart", figure.get("id"), words["chart"])
        _add_rows(table, data, brief.lang)
    return tables


def _add_link(holder: Any, name: str, target: str, words: str) -> None:
    """Add a link to the end of a caption."""
    if len(holder):
        holder[-1].tail = f"{(holder[-1].tail or '').rstrip()} "
    elif holder.text:
        holder.text = f"{holder.text.rstrip()} "
    link = etree.SubElement(holder, "a", {"class": name, "href": f"#{target}"})
    link.text = words


def _add_rows(table: Any, data: Data, lang: str) -> None:
    """Add the cells of data to a table; the numbers of a chart as the language writes them."""
    columns = list(zip(*data.numbers, strict=True))
    counts = [data.chart or any(each is not None for each in column) for column in columns]
    right = [None, *("right" if count else None for count in counts)]

    def add(row: Any, kind: str, text: str, name: str | None, scope: str = "") -> None:
        told = {"scope": scope} if scope else {}
        cell = etree.SubElement(row, kind, told | ({"class": name} if name else {}))
        cell.text = text

    head = etree.SubElement(etree.SubElement(table, "thead"), "tr")
    for text, name in zip(data.head, right, strict=True):
        add(head, "th", text, name, "col")
    body = etree.SubElement(table, "tbody")
    for cells, numbers in zip(data.rows, data.numbers, strict=True):
        row = etree.SubElement(body, "tr")
        add(row, "th", cells[0], None, "row")
        for text, value, name in zip(cells[1:], numbers, right[1:], strict=True):
            told = format_cell(text, value, lang) if data.chart else text
            add(row, "td", told, name)


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


def _place_notes(tree: Any, brief: Brief, trees: Sequence[Any]) -> None:
    """Put each note where it is first called; a second call becomes a link to the first."""
    told = enumerate(zip(brief.notes, trees, strict=True), 1)
    notes = {note.id: (n, tree) for n, (note, tree) in told}
    placed: set[str] = set()
    for call in list(tree.iter("a")):
        name = call.get("data-note")
        if name not in notes:
            continue
        n, note = notes[name]
        call.attrib.pop("data-note")
        before = call.getprevious()
        called = before is not None and not before.tail and "note" in before.get("class", "")
        beside = " beside" if called else ""
        if name in placed:
            call.set("class", f"note-again{beside}")
            call.set("href", f"#note-{n}")
            call.text = number(n, brief.lang)
            continue
        placed.add(name)
        call.tag = "span"
        call.set("class", f"note{beside}")
        call.set("id", f"note-{n}")
        first, *others = _portions(note)
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


def _link_notes(tree: Any, brief: Brief) -> None:
    numbers = {note.id: n for n, note in enumerate(brief.notes, 1)}
    placed: set[str] = set()
    for call in tree.iter("a"):
        name = call.get("data-note")
        if name not in numbers:
            continue
        n = numbers[name]
        call.attrib.pop("data-note")
        call.set(f"{{{_OPS}}}type", "noteref")
        call.set("role", "doc-noteref")
        call.set("href", f"#note-{n}")
        if name not in placed:
            call.set("id", f"ref-{n}")
        placed.add(name)
        call.text = number(n, brief.lang)


#: elements at whose beginning a mark may stand; in others it would lie in a link's words, or a
#: heading's
_HOLDERS = {"p", "li", "td", "th", "dt", "dd", "pre", "blockquote", "caption", "figcaption"}
_HOLDERS |= {"figure", "div", "section", "header", "footer", "article", "aside", "main", "body"}
_EMPTY = {"area", "br", "col", "hr", "img", "input", "wbr"}
#: where a mark may stand: the number of a piece of text, and of a sign in it
_Spot = tuple[int, int]


def _mark_pages(
    document: str, pages: Sequence[Sequence[Place]], lang: str
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
    listed = tuple((number(n, lang), f"{prefix}{n}") for n in range(1, len(pages) + 1))
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
    long = 0 < house.contents <= count_words(" ".join(_tree(brief.body).itertext()))
    sections = sum(level == 2 for level, _, _ in headings)
    if not (long and sections >= _FEWEST if brief.contents is None else brief.contents):
        return []
    deepest = 3 if sum(level < 4 for level, _, _ in headings) <= _MOST_ENTRIES else 2
    text, _ = _text(brief, house)
    _turn(text, brief.lang)
    own = text.iter(*(f"h{level}" for level in range(2, 7)))
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
    _bind(words)
    inside = _markup(words)
    told = Markup('<span lang="{}" dir="{}">{}</span>')
    return told.format(lang, direction(lang), inside) if lang else inside


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
    suffix = re.sub(r"\+.*", "", ready.media_type.split("/")[1]).replace("jpeg", "jpg")
    return f"{name.rsplit('.', 1)[0]}.{suffix}"


def _by_name(pictures: Mapping[str, Picture]) -> dict[str, Picture]:
    """Return pictures by the names that documents give them, whose suffix is the ready kind's."""
    return {_name(name, ready): ready for name, ready in pictures.items()}


def _pictures(brief: Brief, longest: int, house: House) -> dict[str, Picture]:
    made: dict[str, Picture] = {}
    if brief.photo:
        made["photo"] = _picture(brief.photo.path, longest, brief.photo.drawing)
    for n, author in enumerate(brief.authors, 1):
        if portrait := author.portrait:
            made[f"portrait-{n}"] = _picture(portrait.path, longest, portrait.drawing)
    for image in brief.images:
        if image.data and image.data.chart:
            made[image.name] = _chart(image.data, brief, house)
        else:
            made[image.name] = _picture(image.path, longest, image.drawing)
    return made


#: pt of a page's width
_WIDTHS = {"A4": 595.28, "Letter": 612.0}
#: what a chart is drawn with where a style does not say
_LOOK = {"--ink": "#000000", "--ink-soft": "#555555", "--rule": "#bbbbbb", "--paper": "#ffffff"}
_LOOK |= {"--accent": "#000000", "--label-font": "sans-serif", "--page-size": "A4"}
_LOOK |= {"--margin-start": "38mm", "--margin-end": "38mm"}
_LOOK |= {f"--chart-{n}": "none" for n in range(1, 5)}
#: the tokens that are read here, beside what sheets make of them, each with what it decides
READ = {
    **dict.fromkeys(_LOOK, "charts"),
    **dict.fromkeys(("--text-font", "--code-font", "--script-fonts"), "texts in drawings"),
    "--label-font": "charts, texts in drawings",
    "--paper": "charts, drawings on covers and cards and in the EPUB",
    "--logo": "the class with-logo",
    "--cover-logo": "the class with-logo of covers and cards",
    "--drop-cap": "the class drop-cap",
    "--columns": "the class columns",
}


def _chart(data: Data, brief: Brief, house: House) -> Picture:
    """Return the chart of data in the colours and fonts of the house's style."""
    from brief import charts

    told = _values(house.style, _LOOK)
    colours: dict[str, str] = {}
    for name, value in told.items():
        if value != "none" and not name.startswith(("--label", "--margin", "--page")):
            found = as_colour(value)
            if found is None:
                file = house.style.folder / "tokens.css"
                problem = f"{name}: “{value}” is no colour that a chart can be drawn in"
                hint = "write it as #rrggbb, rgb() or hsl()"
                raise HouseError(finding("H03", problem, file, hint=hint))
            colours[name] = found[0]
    own = charts.palette(colours["--accent"], colours["--paper"], colours["--ink"])
    one, two, three, four = (colours.get(f"--chart-{n}", own[n - 1]) for n in range(1, 5))
    page = _WIDTHS.get(house.page or told["--page-size"], _WIDTHS["A4"])
    sides = (length_of(told[f"--margin-{side}"], page / 0.75, 16) for side in ("start", "end"))
    margins = sum(107.64 if side is None else 0.75 * side for side in sides)
    look = charts.Look(
        font=quoted(_fonts(house.style)["--label-font"]),
        ink=colours["--ink"],
        soft=colours["--ink-soft"],
        rule=colours["--rule"],
        series=(one, two, three, four),
        width=round(min(max(page - margins, 240), 480), 1),
    )
    try:
        made = charts.draw(data, brief.lang, look)
    except charts.CrowdedError as crowded:
        problem = f"on this page, as a {data.chart} chart, {crowded}"
        raise SourceError(finding("S26", problem, data.path, 1, hint=crowded.hint)) from None
    tree = etree.fromstring(made)
    width, height = (
        round(float(tree.get(n).removesuffix("pt")) * 4 / 3) for n in ("width", "height")
    )
    return Picture(made.encode(), "image/svg+xml", width, height)


def _picture(path: Path, longest: int, data: bytes = b"") -> Picture:
    try:
        # those for the press become inks yet
        again = longest == PRESS_PX
        return assets.picture(data or assets.read(path), path.name, longest, again=again)
    except assets.RefusedError as refused:
        raise SourceError(finding(refused.code, refused.message, path, hint=refused.hint)) from None


_SVG = "http://www.w3.org/2000/svg"


def _in_print(pictures: Mapping[str, Picture], style: Style) -> dict[str, Picture]:
    """Return pictures with the texts of drawings in the style's own fonts.

    Those that a drawing asks for may be on no machine that sets it, or another on each.
    """
    fonts = _fonts(style)

    def set_texts(tree: Any) -> None:
        for text in tree.iter(f"{{{_SVG}}}tspan"):
            text.set("font-family", _family(text.get("font-family", ""), fonts))
        for image in tree.iter(f"{{{_SVG}}}image"):
            image.set("image-rendering", "crisp-edges")  # PDF/A forbids that pictures are smoothed

    return {name: _redrawn(ready, set_texts) for name, ready in pictures.items()}


def _on_screens(pictures: Mapping[str, Picture], style: Style) -> dict[str, Picture]:
    """Return pictures with the ground of drawings in the colour of paper.

    Readers set text light on dark at night, and lines drawn on nothing would be gone.
    """
    paper = _values(style, {"--paper": "#ffffff"})["--paper"]

    def ground(tree: Any) -> None:
        _, _, width, height = map(float, tree.get("viewBox").split())
        edge = round(0.02 * width, 2)
        box = (-edge, -edge, width + 2 * edge, height + 2 * edge)
        told = dict(zip(("x", "y", "width", "height"), (f"{n:g}" for n in box), strict=True))
        tree.set("viewBox", " ".join(told.values()))
        tree.insert(0, etree.Element(f"{{{_SVG}}}rect", {**told, "fill": paper}))
        for text in tree.iter(f"{{{_SVG}}}tspan"):
            text.set("font-family", quoted(f"{text.get('font-family')}, sans-serif"))

    return {name: _redrawn(ready, ground) for name, ready in pictures.items()}


def _fonts(style: Style) -> dict[str, str]:
    """Return the fonts of a style by their tokens, each with those that stand in for it."""
    told = values(style)
    generic = {"--label-font": "sans-serif", "--text-font": "serif", "--code-font": "monospace"}
    return {
        name: ", ".join(filter(None, (told.get(name, ""), told.get("--script-fonts", ""), last)))
        for name, last in generic.items()
    }


def _redrawn(ready: Picture, change: Callable[[Any], None]) -> Picture:
    """Return a drawing changed, as wide as it was; a picture of pixels as it is."""
    if not ready.vector:
        return ready
    tree = etree.fromstring(ready.data)
    change(tree)
    _, _, width, height = map(float, tree.get("viewBox").split())
    tall = max(1, round(ready.width * height / width))
    tree.set("width", str(ready.width))
    tree.set("height", f"{ready.width * height / width:.4f}")
    data = etree.tostring(tree, encoding="utf-8", xml_declaration=True)
    return replace(ready, data=data, height=tall)


def _family(asked: str, fonts: Mapping[str, str]) -> str:
    """Return the fonts of a style in which a text is set that asks for others."""
    first = quoted(asked).split(",", maxsplit=1)[0].lower()
    known = [family.strip() for each in fonts.values() for family in quoted(each).split(",")]
    own = next((family for family in known if family.lower() == first), "")
    kind = "--label-font"
    if re.search(r"mono|courier|consol|menlo", asked, re.I):
        kind = "--code-font"
    elif re.search(
        r"(?<!sans-)(?<!sans )\bserif|times|georgia|garamond|palatino|roman", asked, re.I
    ):
        kind = "--text-font"
    return quoted(f"{own}, {fonts[kind]}" if own else fonts[kind])


def _values(style: Style, names: Mapping[str, str]) -> dict[str, str]:
    """Return the values of tokens, or what stands in for those that the style does not set."""
    told = values(style)
    return {name: " ".join((told.get(name) or names[name]).split()) for name in names}


def _languages(document: str) -> list[str]:
    """Return the tags of the languages that a document has words in."""
    return sorted(set(re.findall(r"""\blang=["']([\w-]+)["']""", document)))


def _numbered(document: str, lang: str) -> str:
    """Return the sheet by which ordered lists count in the digits of their languages."""
    own = numerals(lang)
    told = [] if own == "decimal" else [("ol", own)]
    others = ((tag, numerals(tag)) for tag in _languages(document))
    told += [(f"ol:lang({tag})", style) for tag, style in others if style != own]
    return "".join(f"{ol} {{ list-style-type: {style} }}\n" for ol, style in told)


def _sheets(house: House, last: str, document: str, lang: str) -> tuple[tuple[Path, str], ...]:
    """Return the sheets of a document in order: tokens, what the house says, fonts, languages', the
    edition's.

    Of each, brief's own come first, then those of the styles that a style is made from. Whatever
    numbers of a language a style shows, `counter(…, digits)` writes them in its digits.
    """
    # what a note goes on with has no number of its own; PDF/A forbids that pictures are smoothed
    page = f"""{f":root {{ --page-size: {house.page} }}" if house.page else ""}
html {{ image-rendering: crisp-edges }}
.note.note-more {{ counter-increment: footnote -1; footnote-policy: auto }}
.note.note-more::footnote-call, .note.note-more::footnote-marker {{ content: none }}
@counter-style digits {{ system: extends {numerals(lang)} }}
{_numbered(document, lang)}"""
    names = "tokens.css", "fonts.css", "scripts.css", last
    settings, fonts, scripts, own = (layers(house.style, each) for each in names)
    return (
        *((file, _anchored(text, n)) for n, (file, text) in enumerate(settings)),
        (Path("page.css"), page),
        *((file, _needed(text, document)) for file, text in fonts),
        *((file, _spoken(text, document)) for file, text in scripts),
        *own,
    )


def _anchored(text: str, place: int) -> str:
    """Return a sheet of tokens whose addresses are whole: they are used in sheets elsewhere."""
    base = f"{ADDRESS}style/{place}/"
    return re.sub(r"""(url\(\s*["']?)(?![\w+.-]+:|[/#])""", rf"\g<1>{base}", text)


_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_RANGE = re.compile(r"unicode-range\s*:\s*([^;}]+);?")


def _needed(text: str, document: str) -> str:
    """Return a sheet of fonts without those of whose characters a document has none.

    The layout engine reads every font that a sheet names, and knows no `unicode-range`.
    """
    used = sorted(map(ord, set(unescape(document))))

    def face(found: re.Match[str]) -> str:
        told = _RANGE.search(found[0])
        if not told:
            return found[0]
        spans = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", told[1], re.IGNORECASE)
        for first, last in spans:
            at = bisect_left(used, int(first, 16))
            if at < len(used) and used[at] <= int(last or first, 16):
                return found[0].replace(told[0], " " * len(told[0]))
        return "\n" * found[0].count("\n")  # lines keep their numbers

    return _FACE.sub(face, text)


_RULE = re.compile(r"([^{};]*)\{(?:[^{}]|\{[^{}]*\})*\}")


def _spoken(text: str, document: str) -> str:
    """Return a sheet without the rules for languages that a document has no word in.

    The layout engine takes as long to read them as all the rest.
    """
    spoken = set(map(primary, _languages(document)))

    def rule(found: re.Match[str]) -> str:
        asked = re.findall(r":lang\((\w+)", found[1])
        if asked and spoken.isdisjoint(map(str.lower, asked)):
            return "\n" * found[0].count("\n")
        return found[0]

    return _RULE.sub(rule, assets.uncommented(text))


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
def _environment(folders: tuple[Path, ...]) -> SandboxedEnvironment:
    places = (*(folder / "templates" for folder in reversed(folders)), _TEMPLATES)
    loader = FileSystemLoader(places)
    # Every template is escaped, whatever its name: the default leaves those in .j2 open.
    return _Sandbox(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _render(name: str, style: Style, context: Mapping[str, Any]) -> str:
    try:
        return _environment(style.folders).get_template(name).render(context)
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
        # the place that it tells is one of the document
        told = re.sub(r",? line \d+(, column \d+)?", "", error.msg)
        file, line = _written(told, style.folder / "templates", name)
        raise HouseError(
            finding(
                "H06",
                f"the template makes XHTML that is not well formed: {told}",
                file,
                line,
                hint=f"compare it with {_TEMPLATES / file.name}",
            )
        ) from None
    return document


def _written(told: str, folder: Path, name: str) -> tuple[Path, int]:
    """Return which of a style's templates writes what is not well formed, and its line."""
    tag, entity = re.search(r"mismatch: (\w+)", told), re.search(r"Entity '(\w+)'", told)
    sign = rf"<{tag[1]}\b[^>]*(?<!/)>" if tag else rf"&{entity[1]};" if entity else r"&(?![#\w])"
    for file in (folder / name, folder / "parts.html"):
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        if found := re.search(sign, text):
            return file, text.count("\n", 0, found.start()) + 1
    return folder / name, 0
