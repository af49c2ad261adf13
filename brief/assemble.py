"""Brief + House → the HTML, CSS and pictures of an edition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from brief import assets
from brief.findings import HouseError, SourceError, finding
from brief.house import DEFAULT_STYLE, STYLES, House, Style
from brief.language import direction, format_date, labels
from brief.model import ADDRESS, Assembled, Brief, Picture

_TEMPLATES = Path(__file__).parent / "templates"
#: the longest side of a picture, in px: 300 ppi over a page's width, and what e-readers show
PRINT_PX, EPUB_PX = 2400, 1600
#: a cover's width and height in px, as booksellers ask for
COVER_PX = (1600, 2560)


def print_edition(brief: Brief, house: House) -> Assembled:
    """Return the one document of the PDF; notes stand at their call, for the foot of the page."""
    pictures = _pictures(brief, PRINT_PX)
    tree = _tree(brief.body)
    _place_notes(tree, brief)
    _finish(tree, f"{ADDRESS}pictures/", pictures, brief)
    disclaimer = _tree(brief.disclaimer)
    links = _list_links((tree, disclaimer))
    context = _context(brief, house, tree, disclaimer)
    context["brief"]["links"] = links
    if brief.photo:
        context["brief"]["photo"] = _photo(brief, pictures, f"{ADDRESS}pictures/", background=True)
    template = _render("print.html", house.style, context)
    return Assembled(
        {"print.html": template},
        _sheets(house, "print.css"),
        house.style.folder,
        _by_name(pictures),
    )


def epub_edition(brief: Brief, house: House, cover: Picture) -> Assembled:
    """Return the EPUB's documents text.xhtml, nav.xhtml and cover.xhtml; notes are linked."""
    pictures = _pictures(brief, EPUB_PX)
    tree = _tree(brief.body)
    numbers = {note.id: n for n, note in enumerate(brief.notes, 1)}
    notes = [_tree(note.body) for note in brief.notes]
    _link_notes(tree, numbers)
    headings = _finish(tree, "images/", pictures, brief)
    context = _context(brief, house, tree, _tree(brief.disclaimer))
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
    if brief.photo:
        context["brief"]["photo"] = _photo(brief, pictures, "images/")
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
    documents = {
        name: _well_formed(_render(template, house.style, context), template, house.style)
        for name, template in (
            ("cover.xhtml", "cover.xhtml"),
            ("text.xhtml", "epub.xhtml"),
            ("nav.xhtml", "nav.xhtml"),
        )
    }
    sheet = _resolved(house.style, "epub.css")
    return Assembled(
        documents,
        (("brief.css", sheet),),
        house.style.folder,
        {**_by_name(pictures), "cover.jpg": cover},
        headings,
    )


def cover_page(brief: Brief, house: House) -> Assembled:
    """Return the one page that becomes the EPUB's cover, COVER_PX large."""
    pictures: dict[str, Picture] = {}
    context = _context(brief, house, _tree(""), _tree(""))
    context["photo"] = ""
    if brief.photo:
        pictures["cover.jpg"] = _picture(brief.photo.path, COVER_PX[0])
        context["photo"] = f"{ADDRESS}pictures/cover.jpg"
    # The longer the headline, the smaller it is set: a class a style can size.
    lengths = ((40, "short"), (80, "middling"), (140, "long"))
    context["size"] = next((size for most, size in lengths if len(brief.title) <= most), "longest")
    document = _render("cover.html", house.style, context)
    return Assembled(
        {"cover.html": document}, _sheets(house, "cover.css"), house.style.folder, pictures
    )


def byline(brief: Brief) -> str:
    """Return the authors' names as the brief's language lists them, without "By"."""
    names = [author.name for author in brief.authors]
    comma = "، " if direction(brief.lang) == "rtl" else ", "
    return labels(brief.lang)["and"].join(filter(None, (comma.join(names[:-1]), *names[-1:])))


def _context(brief: Brief, house: House, body: Any, disclaimer: Any) -> dict[str, Any]:
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
        }
        for author in brief.authors
    ]
    named = not brief.identifier.startswith("urn:uuid:")
    told = any(author.role or author.orcid or author.url for author in brief.authors)
    imprint = told or named or house.publisher or brief.series or brief.credit or brief.rights
    return {
        "brief": {
            "title": brief.title,
            "kicker": brief.kicker,
            "dek": brief.dek,
            "byline": words["by"].format(authors=names) if names else "",
            "names": names,
            "authors": authors,
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
            "body": _markup(body),
            "notes": [],
            "links": [],
            "disclaimer": _markup(disclaimer),
            "imprint": bool(imprint or brief.url),
            "rights": brief.rights,
            "identifier": brief.identifier.replace("doi:", "https://doi.org/"),
            "named": named,
            "url": brief.url,
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


def _short(title: str, most: int) -> str:
    """Return a title that fits a running foot of `most` characters."""
    return title if len(title) <= most else title[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _address(url: str) -> str:
    """Return an address as it is printed: without the scheme and a last slash."""
    return re.sub(r"^(https?://|mailto:|tel:)|/$", "", url)


_OPS = "http://www.idpf.org/2007/ops"


def _tree(markup: str) -> Any:
    return etree.fromstring(f'<body xmlns:epub="{_OPS}">{markup}</body>')


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
        elif re.fullmatch("h[2-6]", element.tag):
            name = element.get("id") or f"section-{len(found) + 1}"
            element.set("id", name)
            found.append((int(element.tag[1]), name, " ".join("".join(element.itertext()).split())))
    return tuple(found)


def _make_background(image: Any, source: str, ready: Picture) -> None:
    """Paint a picture that says nothing as a background: no reading aid then meets it."""
    image.tag = "span"
    for name in ("src", "alt"):
        image.attrib.pop(name, None)
    ratio = 100 * ready.height / ready.width
    image.set("style", f"background-image: url('{source}'); padding-top: {ratio:.3f}%")


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
        inside = _tree(note.body)
        # A block inside a paragraph ends it in HTML: the note's blocks are spans set as blocks.
        for block in inside.iter("p", "ul", "ol", "li", "blockquote", "pre"):
            block.set("class", f"note-{block.tag}")
            block.tag = "span"
        call.text = inside.text
        call.extend(list(inside))


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


def _contents(headings: tuple[tuple[int, str, str], ...]) -> list[dict[str, Any]]:
    """Return the navigation as a tree."""
    top: list[dict[str, Any]] = []
    path = [(0, top)]
    for level, name, text in headings:
        while path[-1][0] >= level:
            path.pop()
        under: list[dict[str, Any]] = []
        path[-1][1].append({"href": f"text.xhtml#{name}", "text": text, "under": under})
        path.append((level, under))
    return top


def _photo(
    brief: Brief, pictures: Mapping[str, Picture], base: str, *, background: bool = False
) -> dict[str, Any]:
    assert brief.photo
    ready = pictures["photo"]
    return {
        "src": f"{base}{_name('photo', ready)}",
        "alt": brief.photo.alt,
        "caption": brief.photo.caption,
        "credit": brief.photo.credit,
        "width": ready.width,
        "height": ready.height,
        "ratio": f"{100 * ready.height / ready.width:.3f}",
        "background": background,
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
    return {name: _picture(path, longest) for name, path in files.items()}


def _picture(path: Path, longest: int) -> Picture:
    try:
        return assets.picture(assets.read(path), path.name, longest)
    except assets.RefusedError as refused:
        raise SourceError(finding(refused.code, refused.message, path, hint=refused.hint)) from None


def _sheets(house: House, last: str) -> tuple[tuple[str, str], ...]:
    """Return a style's sheets in order: tokens, the house's page, fonts, the edition's own."""
    page = f"@page {{ size: {house.page} }}"
    return (
        ("tokens.css", _sheet(house.style, "tokens.css")),
        ("page.css", page),
        ("fonts.css", _sheet(house.style, "fonts.css")),
        (last, _sheet(house.style, last)),
    )


def _sheet(style: Style, name: str) -> str:
    # A style may leave its cover to the default; without fonts of its own it names installed ones.
    instead = STYLES / DEFAULT_STYLE / name if name == "cover.css" else None
    if name == "fonts.css" and not (style.folder / name).is_file():
        return ""
    try:
        return assets.style_text(style.folder, name, instead)
    except assets.RefusedError as refused:
        raise HouseError(
            finding("H05", refused.message, style.folder / name, hint=refused.hint)
        ) from None


def _resolved(style: Style, name: str) -> str:
    """Return a sheet with each var() replaced by its token: many e-readers know no properties."""
    tokens: dict[str, str] = dict(
        re.findall(r"(--[\w-]+)\s*:\s*([^;}]+?)\s*[;}]", _sheet(style, "tokens.css"))
    )
    text = _sheet(style, name)
    for _ in range(8):
        text, count = re.subn(
            r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*))?\)",
            lambda found: str(tokens.get(found[1], found[2] or f"var({found[1]} )")),
            text,
        )
        if not count:
            break
    missing = re.search(r"var\(\s*(--[\w-]+)", text)
    if missing:
        source = _sheet(style, name)
        line = source[: max(source.find(missing[1]), 0)].count("\n") + 1
        raise HouseError(
            finding(
                "H05",
                f"{missing[1]} is used and tokens.css does not set it",
                style.folder / name,
                line,
                hint=f"add {missing[1]}: … to tokens.css",
            )
        )
    return text


@lru_cache(maxsize=8)
def _environment(folder: Path) -> SandboxedEnvironment:
    loader = ChoiceLoader([FileSystemLoader(folder / "templates"), FileSystemLoader(_TEMPLATES)])
    # Every template is escaped, whatever its name: the default leaves those in .j2 open.
    return SandboxedEnvironment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def _render(name: str, style: Style, context: Mapping[str, Any]) -> str:
    try:
        return _environment(style.folder).get_template(name).render(context)
    except TemplateError as error:
        _refuse(error, name, style, getattr(error, "lineno", 0) or _line_in(error))
    except (ValueError, TypeError, KeyError, OSError, ArithmeticError, RecursionError) as error:
        _refuse(error, name, style, _line_in(error))


def _line_in(error: BaseException) -> int:
    """Return the line of a template where an error arose, from its traceback."""
    line, step = 0, error.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename.endswith((".html", ".xhtml")):
            line = step.tb_lineno
        step = step.tb_next
    return line


def _refuse(error: BaseException, name: str, style: Style, line: int) -> NoReturn:
    named = getattr(error, "filename", None) or getattr(error, "name", None) or name
    file = (
        Path(named) if Path(str(named)).is_absolute() else style.folder / "templates" / str(named)
    )
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
