"""The rules that every EPUB edition is put to, by zipfile and lxml and without Java."""

from __future__ import annotations

import html
import posixpath
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from brief.checks import epubstyle, figures, result
from brief.checks.epubstyle import SILENT, WITHIN_LINES
from brief.checks.result import (
    HOLDERS,
    IMAGE,
    PARTS,
    Check,
    Content,
    Drawn,
    Leads,
    Lines,
    Part,
    Passage,
    Place,
    cell,
    in_note,
    looks,
    placed,
    undrawable,
)
from brief.findings import CheckError, Finding, LimitError, finding, short
from brief.model import address_problem

#: what a book may hold, unpacked, and what of it may be XML
MAX_BOOK = 1 << 29
MAX_TEXT = 1 << 26
MAX_FILES = 10_000

XHTML = "http://www.w3.org/1999/xhtml"
_NAMES = {
    "x": XHTML,
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
    "epub": "http://www.idpf.org/2007/ops",
    "svg": "http://www.w3.org/2000/svg",
    "math": "http://www.w3.org/1998/Math/MathML",
    "xlink": "http://www.w3.org/1999/xlink",
}
_TYPE = "{http://www.idpf.org/2007/ops}type"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_MODIFIED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CSS_REFERENCE = re.compile(r"""(?:url\(\s*|@import\s+)(["']?)([^"')\s;]+)\1""")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
#: the beginning of an address outside of the book
_LEAVING = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*:|//)")
_NOTES = frozenset({"footnote", "endnote", "rearnote"})
_DOCUMENTS = ("application/xhtml+xml", "image/svg+xml")
_NCX = "application/x-dtbncx+xml"
#: pictures that can be looked at here
_DRAWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}
_FONT = {"application/font-sfnt", "application/vnd.ms-opentype"}
#: the media types that files of a suffix may have
_MEDIA_TYPES = {
    ".xhtml": {"application/xhtml+xml"},
    ".html": {"application/xhtml+xml"},
    ".css": {"text/css"},
    ".ncx": {_NCX},
    ".svg": {"image/svg+xml"},
    ".png": {"image/png"},
    ".jpg": {"image/jpeg"},
    ".jpeg": {"image/jpeg"},
    ".gif": {"image/gif"},
    ".webp": {"image/webp"},
    ".ttf": {"font/ttf", "application/x-font-ttf", *_FONT},
    ".otf": {"font/otf", "application/x-font-otf", *_FONT},
    ".woff": {"font/woff", "application/font-woff"},
    ".woff2": {"font/woff2"},
}
#: how the files of a media type begin
_BEGINNINGS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
    "font/woff": b"wOFF",
    "font/woff2": b"wOF2",
}
#: what EPUB Accessibility 1.1 (2.2) has a book say of itself, or advises it to
_TOLD = (
    *("accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard"),
    "accessibilitySummary",
)


def _marked(*words: str) -> str:
    """Return the XPath condition that an element is marked as one of these, by type or by role."""
    marks = "concat(' ', normalize-space(@epub:type), ' ', normalize-space(@role), ' ')"
    return " or ".join(f"contains({marks}, ' {word} ')" for word in words)


_PICTURES = (
    "//x:img | //x:canvas | //x:object | //x:video | //math:math"
    " | //svg:svg[not(ancestor::svg:svg)]"
)
_ADDRESS = etree.XPath("string(@src | @data | .//svg:image/@xlink:href)", namespaces=_NAMES)
_COVER = etree.XPath(
    f"boolean(ancestor-or-self::*[{_marked('cover', 'doc-cover')}])", namespaces=_NAMES
)
_WORDS = etree.XPath(
    "boolean((@alt | @alttext | @aria-label | @aria-labelledby | .//svg:title | .//svg:desc"
    " | self::x:*//text())[normalize-space()])",
    namespaces=_NAMES,
)
#: that a picture is decoration, or may be described by what is around it
_EXCUSED = etree.XPath(
    "boolean(@alt | ancestor-or-self::*[@aria-label or @aria-labelledby or @aria-hidden='true'"
    " or @role='none' or @role='presentation'])",
)
_MEDIA = "//x:audio | //x:video | //x:object | //x:embed | //x:iframe"
_PAGES = f"//*[{_marked('page-list', 'doc-pagelist')}][.//x:a]"
_BREAKS = f"//*[{_marked('pagebreak', 'doc-pagebreak')}]"
#: nothing, in XPath: what gives ground for a term is looked for elsewhere
_NOTHING = "/.."
#: terms of the schema.org vocabulary that can be judged, in lower case: what in a document gives
#: ground for them, and how to say that nothing does; of other terms nothing is said
_GROUNDS = {
    "textual": ("//x:body//text()[normalize-space()][not(ancestor::x:nav)] | //svg:text", "text"),
    "visual": (_NOTHING, "picture but the cover"),
    "alternativetext": (_NOTHING, "picture with words that stand for it"),
    "displaytransformability": (_NOTHING, "layout that gives way"),
    # a link may lead to one, unless it is known to lead elsewhere
    "longdescription": (
        f"({_PICTURES} | //x:table) and ("
        "//*[@aria-details or @aria-describedby or @longdesc] | //x:details | //x:a[@href]"
        f"[not(contains(@href, ':') or ancestor::x:nav or {_marked('noteref', 'doc-noteref')}"
        f" or {_marked('backlink', 'doc-backlink')})])",
        "description beside a picture or a table",
    ),
    "tableofcontents": (
        f"//*[{_marked('toc', 'doc-toc')}][.//x:a]",
        "table of contents with links",
    ),
    "structuralnavigation": (
        "(//x:h1 | //x:h2 | //x:h3 | //x:h4 | //x:h5 | //x:h6 | //*[@role='heading'])"
        "[not(ancestor::x:nav)][normalize-space()]",
        "heading",
    ),
    "aria": ("//@role", "role"),
    "pagenavigation": (_PAGES, "list of pages with links"),
    "pagebreakmarkers": (_BREAKS, "mark of a page"),
    "printpagenumbers": (f"{_PAGES} | {_BREAKS}", "mark of a page"),
    "mathml": ("//math:math", "formula in MathML"),
    "rubyannotations": ("//x:ruby", "ruby"),
    "fullrubyannotations": ("//x:ruby", "ruby"),
    **dict.fromkeys(
        (
            *("auditory", "captions", "closedcaptions", "opencaptions", "audiodescription"),
            *("transcript", "signlanguage", "highcontrastaudio", "synchronizedaudiotext"),
        ),
        (_MEDIA, "sound or film"),
    ),
}


def check(
    data: bytes, file: Path, lang: str | None = None, title: str | None = None
) -> list[Check]:
    """Put an EPUB to every rule; language and title are compared where they are given."""
    return examine(data, file, lang, title)[0]


def text(data: bytes, file: Path = Path("book.epub")) -> list[str]:
    """Return the text of an EPUB in spine order, a string for each block.

    The navigation document and what is marked as hidden are left out. Raises CheckError or
    LimitError for a file that cannot be read.
    """
    return _content(_Book(data, file)).blocks


def examine(
    data: bytes,
    file: Path,
    lang: str | None = None,
    title: str | None = None,
    place: Place | None = None,
) -> tuple[list[Check], Content | None]:
    """Return what `check` returns and what the EPUB holds, from one reading, if it can be read."""
    rules: dict[str, Callable[[_Book], Iterable[Finding]]] = {
        "container": _container,
        "package": _package,
        "language": partial(_language, lang=lang),
        "title": partial(_title, title=title),
        "documents": _documents,
        "navigation": _navigation,
        "pages": _pages,
        "links": _links,
        "images": _images,
        "visible": partial(_visible, place=place),
        "accessibility": _accessibility,
    }
    return result.examine(
        partial(_Book, data, file), lambda book: book.damage, _content, rules, file
    )


def _content(book: _Book) -> Content:
    images = [
        image.get("alt", "")
        for tree in map(book.tree, book.reading_order())
        if tree is not None
        for image in tree.iter(f"{{{XHTML}}}img")
    ]
    passages, links = book.passages()
    blocks = [each.text for each in passages if each.text and each.kind != IMAGE]
    return Content(blocks, images, passages, links, pictures=list(_drawn(book)))


def _drawn(book: _Book) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the text alternative of each image that has one, and what draws it."""
    from PIL import Image

    for path in book.reading_order():
        tree = book.tree(path)
        for image in () if tree is None else tree.iter(f"{{{XHTML}}}img"):
            file, _ = book.target(path, image.get("src", ""))
            if image.get("alt") and file in book.files:
                yield (
                    image.get("alt"),
                    partial(looks, partial(Image.open, BytesIO(book.files[file]))),
                )


class _Item:
    """An entry of the manifest."""

    def __init__(self, element: Any, folder: str) -> None:
        self.id = element.get("id", "")
        self.href = element.get("href", "")
        self.path = posixpath.normpath(posixpath.join(folder, unquote(self.href)))
        self.media_type = element.get("media-type", "")
        self.properties = element.get("properties", "").split()


@dataclass(frozen=True, slots=True)
class _Open:
    """Where what is being read stands: the block, what holds it, the language."""

    kind: str
    within: tuple[tuple[str, object], ...]
    lang: str

    def entered(self, element: Any, name: str) -> _Open:
        """Return where the content of an element stands."""
        lang = (element.get(_LANG) or element.get("lang") or self.lang).casefold()
        if name in WITHIN_LINES:
            return _Open(self.kind, self.within, lang)
        holder = "Note" if _NOTES & {*element.get(_TYPE, "").split()} else HOLDERS.get(name)
        if holder in ("TH", "TD"):
            holder = cell(holder, element.get("colspan", "1"), element.get("rowspan", "1"))
        within = (*self.within, (holder, element)) if holder else self.within
        return _Open(name, within, lang)

    def parts(self, element: Any, name: str, inner: _Open) -> list[str]:
        """Return what an element within a line is of that line."""
        call = "doc-noteref" in element.get("role", "").split()
        named = ["Reference" if call else PARTS[name]] if name in PARTS else []
        return named + [f"lang {inner.lang}"] * (inner.lang != self.lang)


class _Book:
    """An EPUB taken apart: its files, its package, its documents as trees."""

    def __init__(self, data: bytes, file: Path) -> None:
        self.data, self.file = data, file
        self.damage: list[Finding] = []
        try:
            archive = zipfile.ZipFile(BytesIO(data))
        except (
            zipfile.BadZipFile,
            ValueError,
            NotImplementedError,
            OSError,
            struct.error,
        ) as error:
            message = f"cannot be opened as an EPUB: {error}"
            raise CheckError(finding("C09", message, file)) from error
        self.entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        size = sum(entry.file_size for entry in self.entries)
        if size > MAX_BOOK or len(self.entries) > MAX_FILES:
            message = f"holds {len(self.entries)} files of {size >> 20} MB together"
            raise LimitError(finding("L01", message, file))
        self.files: dict[str, bytes] = {}
        for entry in self.entries:
            try:
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise zipfile.BadZipFile("it is compressed in a way that no EPUB may be")
                self.files[entry.filename] = archive.read(entry)
            except (
                zipfile.BadZipFile,
                zlib.error,
                EOFError,
                RuntimeError,
                OSError,
                ValueError,
            ) as error:
                message = f"holds {entry.filename}, which cannot be unpacked: {error}"
                self.damage.append(finding("C09", message, file))
        self.malformed: dict[str, str] = {}
        self.trees: dict[str, Any] = {}
        self.left = MAX_TEXT
        self.identifiers: dict[str, Counter[str]] = {}
        container = self.tree("META-INF/container.xml")
        roots = [] if container is None else container.findall(".//c:rootfile", _NAMES)
        self.roots = [root.get("full-path", "") for root in roots]
        self.root = self.roots[0] if self.roots else ""
        self.package: Any = self.tree(self.root) if self.root else None
        if self.package is None:
            why = self.malformed.get(self.root) or "there is none that its container names"
            raise CheckError(*self.damage, finding("C09", f"has no package document: {why}", file))
        folder = posixpath.dirname(self.root)
        self.items = [
            _Item(e, folder) for e in self.package.iterfind("opf:manifest/opf:item", _NAMES)
        ]
        self.by_id = {item.id: item for item in self.items}
        self.by_path = {item.path: item for item in self.items}
        references = self.package.iterfind("opf:spine/opf:itemref", _NAMES)
        self.spine = [reference.get("idref", "") for reference in references]

    def tree(self, path: str) -> Any:
        """Return the root element of an XML file of the book, or None, and keep account of why."""
        if path not in self.trees:
            self.trees[path] = None
            data = self.files.get(path)
            # nothing from outside, and no entity becomes what it stands for
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            if data is None:
                self.malformed[path] = "is not there"
                return None
            self.left -= len(data)
            if self.left < 0:
                message = f"holds more than {MAX_TEXT >> 20} MB of text"
                raise LimitError(finding("L01", message, self.file))
            try:
                self.trees[path] = etree.fromstring(data, parser)
            except (etree.XMLSyntaxError, ValueError) as error:
                self.malformed[path] = f"is not well-formed: {error}"
        return self.trees[path]

    def documents(self, *media_types: str) -> Iterator[tuple[_Item, Any]]:
        """Yield those items of some media types that are well-formed, with their trees."""
        for item in self.items:
            if item.media_type in media_types and (tree := self.tree(item.path)) is not None:
                yield item, tree

    def drawn(self, path: str) -> Drawn:
        """Return what a picture shows if it is a drawing."""
        item = self.by_path.get(path)
        if item is None or item.media_type != "image/svg+xml":
            return Drawn()
        return figures.drawn(self.files.get(path, b""))

    def property(self, name: str) -> list[_Item]:
        """Return the items of the manifest that have a property."""
        return [item for item in self.items if name in item.properties]

    def target(self, base: str, reference: str) -> tuple[str, str]:
        """Return the path and the fragment that a reference inside the book leads to."""
        try:
            parts = urlsplit(reference)
        except ValueError:
            return reference, ""
        path = posixpath.join(posixpath.dirname(base), unquote(parts.path)) if parts.path else base
        return posixpath.normpath(path), unquote(parts.fragment)

    def problem(self, base: str, reference: str) -> str:
        """Return what is wrong with a reference inside the book, or nothing."""
        path, fragment = self.target(base, reference)
        if path not in self.files:
            return f"leads to “{reference}”, which is not in the book"
        if path not in self.by_path:
            return f"leads to “{reference}”, which is not in the manifest"
        if not fragment or self.by_path[path].media_type not in _DOCUMENTS:
            return ""
        if fragment not in self.ids(path):
            return f"leads to “{reference}”, and there is no such place in that file"
        return ""

    def ids(self, path: str) -> Counter[str]:
        """Return the identifiers of a document, and how often each occurs."""
        if path not in self.identifiers:
            tree = self.tree(path)
            found = [] if tree is None else [str(each) for each in tree.xpath("//@id")]
            self.identifiers[path] = Counter(found)
        return self.identifiers[path]

    def reading_order(self) -> list[str]:
        """Return the paths of the documents in the spine, but for the navigation."""
        items = filter(None, map(self.by_id.get, self.spine))
        return [*dict.fromkeys(item.path for item in items if "nav" not in item.properties)]

    def passages(self) -> tuple[list[Passage], list[tuple[str, bool]]]:  # noqa: PLR0915
        """Return text and images in spine order; where links lead, and whether from a note."""
        found: list[Passage] = []
        links: list[tuple[str, bool]] = []
        leads = Leads()
        lang = ""
        lines = Lines[str]()
        images: list[Passage] = []

        def flush(block: _Open, empty: bool = False) -> None:
            text, parts = lines.take(lambda told: " ".join("".join(told).split()))
            if text and block.lang != lang:
                parts = ((f"lang {block.lang}", text), *parts)
            leads.take(len(found), text or empty)
            if text or empty:
                found.append(Passage(block.kind, text, 0, block.within, parts))
            found.extend(replace(each, within=block.within) for each in images)
            images.clear()

        for path in self.reading_order():
            # what is still to come, with the block that it stands in: elements, strings, parts of
            # its lines that end, and where it ends itself the number of passages before it: an
            # empty cell is one too
            tree = self.tree(path)
            body = None if tree is None else tree.find("x:body", _NAMES)
            cover = body is not None and "cover" in body.get(_TYPE, "").split()
            lang = "" if tree is None else (tree.get(_LANG) or tree.get("lang") or "").casefold()
            top = _Open("", (), lang)
            todo: list[tuple[Any, _Open]] = [(0, top), ("" if tree is None else tree, top)]
            while todo:
                node, block = todo.pop()
                if isinstance(node, str):
                    lines.pieces.append(node.replace("\u00ad", ""))
                elif isinstance(node, Part):
                    lines.end(node)
                elif isinstance(node, int):
                    flush(block, block.kind in ("td", "th") and node == len(found))
                elif node.tag is etree.Entity:
                    lines.pieces.append(html.unescape(node.text))
                elif isinstance(node.tag, str):
                    name = etree.QName(node).localname
                    if name in SILENT or node.get("hidden") is not None:
                        continue
                    if name == "img" and (alt := node.get("alt")) and not cover:
                        target, _ = self.target(path, node.get("src", ""))
                        images.append(
                            Passage(IMAGE, " ".join(alt.split()), drawn=self.drawn(target))
                        )
                    if name == "a" and node.get("href"):
                        self._follow(path, node.get("href"), in_note(block.within), links, leads)
                    inner = block.entered(node, name)
                    if name in WITHIN_LINES:
                        parts = map(lines.begin, block.parts(node, name, inner))
                        todo += [(part, inner) for part in parts]
                    else:
                        flush(block)
                        todo.append((len(found), inner))
                    leads.begins.setdefault((path, node.get("id")), len(found))
                    for child in reversed(node):
                        todo += [(child.tail or "", inner), (child, inner)]
                    todo.append((" " if name == "br" else node.text or "", inner))
        return leads.given(found), links

    def _follow(
        self, path: str, href: str, note: bool, links: list[tuple[str, bool]], leads: Leads
    ) -> None:
        """Note where a link leads: out of the book, or to a place in it."""
        if _LEAVING.match(href):
            links.append((href, note))
        else:
            leads.pending.append(self.target(path, href))


def _container(book: _Book) -> Iterator[Finding]:
    def broken(message: str) -> Finding:
        return finding("C10", message, book.file)

    # the local header of the first file: signature, versions and times, sizes, lengths of its name
    header = struct.unpack_from("<4s4xH16xHH", book.data.ljust(30)[:30])
    if header != (b"PK\3\4", 0, 8, 0) or book.data[30:58] != b"mimetypeapplication/epub+zip":
        yield broken("does not begin with its mimetype, stored as it is and without extra field")
    if len(book.roots) != 1:
        yield broken(f"has {len(book.roots)} package documents; it should have one")
    paths = [entry.filename for entry in book.entries]
    for path in paths:
        if path.startswith("/") or "\\" in path or ".." in path.split("/") or ":" in path:
            yield broken(f"holds a file that would land outside of the book: {path}")
        elif not path.isprintable():
            yield broken(f"holds a file with a name that cannot be written: {path!r}")
    for path, count in Counter(path.casefold() for path in paths).items():
        if count > 1:
            yield broken(f"holds {count} files named {path}")


def _package(book: _Book) -> Iterator[Finding]:
    package = book.package

    def broken(message: str) -> Finding:
        return finding("C10", message, book.file)

    if package.tag != "{http://www.idpf.org/2007/opf}package":
        yield broken(f"has a package document that is a {package.tag}")
    if not package.get("version", "").startswith("3."):
        yield broken(f"is of version {package.get('version', 'unknown')}; it should be 3")
    named = package.xpath(
        "opf:metadata/dc:identifier[@id=/*/@unique-identifier]", namespaces=_NAMES
    )
    if len(named) != 1 or not (named[0].text or "").strip():
        yield broken("has no identifier that its unique-identifier names")
    modified = package.xpath(
        "opf:metadata/opf:meta[@property='dcterms:modified'][not(@refines)]", namespaces=_NAMES
    )
    if len(modified) != 1 or not _MODIFIED.fullmatch((modified[0].text or "").strip()):
        yield broken("does not say once, in UTC, when it was modified")
    for attribute, what in (("id", "entries with the id"), ("path", "entries for")):
        counted = Counter(getattr(item, attribute) for item in book.items)
        for value, count in counted.items():
            if count > 1 or not value:
                yield broken(f"has {count} {what} “{value}” in its manifest")
    for item in book.items:
        if _LEAVING.match(item.href):
            yield broken(f"takes {item.href} from outside of the book")
        elif item.path not in book.files:
            yield broken(f"names {item.href} in its manifest and does not hold it")
        else:
            yield from map(broken, _wrong_type(item, book.files[item.path]))
    for path in book.files:
        listed = path in book.by_path or path in ("mimetype", book.root)
        if not listed and not path.startswith("META-INF/"):
            yield broken(f"holds {path}, which its manifest does not name")
    if not book.spine:
        yield broken("has nothing in its spine")
    for idref, count in Counter(book.spine).items():
        if idref not in book.by_id:
            yield broken(f"names “{idref}” in its spine, which its manifest does not")
        elif book.by_id[idref].media_type not in _DOCUMENTS:
            yield broken(f"has {book.by_id[idref].href} in its spine, which is no document")
        elif count > 1:
            yield broken(f"has {book.by_id[idref].href} {count} times in its spine")
    covers = book.property("cover-image")
    if len(covers) != 1 or not covers[0].media_type.startswith("image/"):
        yield broken("does not say which one image is its cover")


def _wrong_type(item: _Item, data: bytes) -> Iterator[str]:
    allowed = _MEDIA_TYPES.get(posixpath.splitext(item.path)[1].lower(), {item.media_type})
    told = f"says that {item.href} is “{item.media_type}”"
    if item.media_type not in allowed or not item.media_type:
        yield f"{told}; its name says otherwise"
    elif not data.startswith(_BEGINNINGS.get(item.media_type, b"")):
        yield f"{told}; its content says otherwise"


def _language(book: _Book, lang: str | None) -> Iterator[Finding]:
    def told(value: str, who: str) -> Iterator[Finding]:
        if not _LANGUAGE.fullmatch(value):
            what = f"says its language as “{value}”, which is none" if value else "says no language"
            yield finding("C04", f"{who} {what}", book.file)
        elif lang is not None and value.casefold() != lang.casefold():
            message = f"{who} says that its language is “{value}”; it is “{lang}”"
            yield finding("C04", message, book.file)

    yield from told(_metadata(book, "language"), "the package")
    for item, tree in book.documents("application/xhtml+xml"):
        for attribute, label in (("lang", "lang"), (_LANG, "xml:lang")):
            yield from told(tree.get(attribute, ""), f"{item.href} ({label})")


def _title(book: _Book, title: str | None) -> Iterator[Finding]:
    told = _metadata(book, "title")
    if not told:
        yield finding("C05", "has no title in its metadata", book.file)
    elif title is not None and told != " ".join(title.split()):
        yield finding("C05", f"has the title “{told}”; it is “{title}”", book.file)
    for item, tree in book.documents("application/xhtml+xml"):
        if not (tree.findtext("x:head/x:title", "", _NAMES) or "").strip():
            yield finding("C05", f"{item.href} has no title", book.file)


def _metadata(book: _Book, name: str) -> str:
    return " ".join((book.package.findtext(f"opf:metadata/dc:{name}", "", _NAMES) or "").split())


def _documents(book: _Book) -> Iterator[Finding]:
    def broken(item: _Item, message: str) -> Finding:
        return finding("C10", f"{item.href} {message}", book.file)

    for item in book.items:
        if item.media_type in (*_DOCUMENTS, _NCX):
            tree = book.tree(item.path)
            if tree is None and item.path in book.files:
                yield broken(item, book.malformed[item.path])
    for item, tree in book.documents(*_DOCUMENTS):
        if item.media_type == "application/xhtml+xml" and tree.tag != f"{{{XHTML}}}html":
            yield broken(item, f"is no XHTML document but a {tree.tag}")
        for identifier, count in book.ids(item.path).items():
            if count > 1:
                yield broken(item, f"has {count} elements with the id “{identifier}”")
        for element in tree.iter("*"):
            if etree.QName(element).localname == "script":
                yield broken(item, "holds a script")
            for attribute in element.attrib:
                if str(attribute).startswith("on"):
                    yield broken(item, f"holds a script, in {attribute}")
    for item, reference, followed in _references(book):
        if not followed and _LEAVING.match(reference) and not reference.startswith("data:"):
            yield broken(item, f"takes {reference} from outside of the book")


def _references(book: _Book) -> Iterator[tuple[_Item, str, bool]]:
    """Yield what documents and style sheets refer to, and whether a reader is to follow it."""
    for item, tree in book.documents(*_DOCUMENTS):
        for element in tree.iter("*"):
            kind = etree.QName(element).localname
            for attribute in ("href", "src", _XLINK, "poster", "data", "altimg"):
                if (reference := element.get(attribute)) is not None:
                    yield item, reference, kind in ("a", "area")
            for candidate in element.get("srcset", "").split(","):
                if candidate.strip():
                    yield item, candidate.split()[0], False
            styles = [element.get("style", "")]
            if kind == "style":
                styles.append("".join(element.itertext()))
            for reference in _css_references("".join(styles)):
                yield item, reference, False
    for item in book.items:
        if item.media_type == "text/css" and item.path in book.files:
            for reference in _css_references(book.files[item.path].decode("utf-8", "replace")):
                yield item, reference, False


def _css_references(style: str) -> Iterator[str]:
    for found in _CSS_REFERENCE.finditer(_CSS_COMMENT.sub("", style)):
        yield found[2]


def _links(book: _Book) -> Iterator[Finding]:
    for item, reference, followed in _references(book):
        if "nav" in item.properties and followed:
            continue  # the navigation has its own rule
        if problem := _reference_problem(book, item, reference, followed):
            yield finding("C06", f"a link in {item.href} {problem}", book.file)


def _reference_problem(book: _Book, item: _Item, reference: str, followed: bool) -> str:
    if _LEAVING.match(reference):
        problem = address_problem(reference) if followed else ""
        return f"leads to “{reference}”, which {problem}" if problem else ""
    return book.problem(item.path, reference)


def _images(book: _Book) -> Iterator[Finding]:
    hint = 'give it an alt attribute; alt="" for what is only decoration'
    for item, tree in book.documents("application/xhtml+xml"):
        for image in tree.iter(f"{{{XHTML}}}img", f"{{{XHTML}}}area"):
            if image.get("alt") is None:
                what = image.get("src") or image.get("href") or "an image"
                message = f"{item.href} shows {what} without alternative text"
                yield finding("C07", message, book.file, hint=hint)
    for item in book.items:
        data = book.files.get(item.path) if item.media_type in _DRAWN else None
        if data is not None and (problem := undrawable(data)):
            yield finding("C09", f"{item.href} {problem}", book.file)


def _visible(book: _Book, place: Place | None) -> Iterator[Finding]:
    trees = {path: book.tree(path) for path in book.reading_order()}
    documents = {path: tree for path, tree in trees.items() if tree is not None}

    def told(path: str) -> str:
        return book.by_path[path].href if path in book.by_path else path

    for each in epubstyle.hidden(documents, book.files, book.file):
        more = len(each.elements) - 1
        number = f" and {more} more are" if more else " is"
        spread = len({path for path, _ in each.elements})
        number = f" and {more} more, in {spread} documents, are" if spread > 1 else number
        where = f"{told(each.path) if each.path else 'a style attribute'}, line {each.line}"
        message = f"{told(each.document)}: “{short(each.words, 40)}”{number} hidden by {each.how}"
        yield placed("C13", f"{message} ({where})", book.file, each.words, place)


def _navigation(book: _Book) -> Iterator[Finding]:
    def broken(message: str) -> Finding:
        return finding("C11", message, book.file)

    navs = [item for item in book.property("nav") if book.tree(item.path) is not None]
    if len(navs) != 1:
        yield broken(f"has {len(navs)} navigation documents; it should have one")
        return
    item, tree = navs[0], book.tree(navs[0].path)
    spine = {book.by_id[idref].path for idref in book.spine if idref in book.by_id}
    lists: dict[str, list[tuple[str, str]]] = {}
    for nav in tree.iter(f"{{{XHTML}}}nav"):
        links = [
            (" ".join("".join(link.itertext()).split()), link.get("href", ""))
            for link in nav.iter(f"{{{XHTML}}}a")
        ]
        for kind in nav.get(_TYPE, "").split():
            lists.setdefault(kind, []).extend(links)
        for label, reference in links:
            where = f"the navigation entry “{label}”"
            if not label:
                yield broken(f"has a navigation entry without words, to “{reference}”")
            if problem := _reference_problem(book, item, reference, True):
                yield broken(f"{where} {problem}")
            elif book.target(item.path, reference)[0] not in spine | {item.path}:
                yield broken(f"{where} leads to “{reference}”, which is not in the spine")
    for kind, what in (("toc", "table of contents"), ("landmarks", "landmarks")):
        if not lists.get(kind):
            yield broken(f"has no {what} in its navigation")
    contents = [(label, book.target(item.path, link)) for label, link in lists.get("toc", [])]
    for ncx, listing in book.documents(_NCX):
        points = []
        for point in listing.iter("{*}navPoint"):
            label = " ".join((point.findtext("ncx:navLabel/ncx:text", "", _NAMES) or "").split())
            content = point.find("ncx:content", _NAMES)
            reference = "" if content is None else content.get("src", "")
            if problem := book.problem(ncx.path, reference):
                yield broken(f"the NCX entry “{label}” {problem}")
            points.append((label, book.target(ncx.path, reference)))
        if points != contents:
            other = next((p for p, c in zip(points, contents, strict=False) if p != c), None)
            where = f", from “{other[0]}” on" if other else ", which have more or fewer entries"
            yield broken(f"has an NCX that does not agree with its contents{where}")
        uid = listing.xpath(
            "string(ncx:head/ncx:meta[@name='dtb:uid']/@content)", namespaces=_NAMES
        )
        if uid.strip() not in [
            (each.text or "").strip()
            for each in book.package.iterfind("opf:metadata/dc:identifier", _NAMES)
        ]:
            yield broken(f"has an NCX of another book: “{uid}”")


def _pages(book: _Book) -> Iterator[Finding]:
    """Yield how the list of pages and the marks of pages disagree (EPUB Accessibility 1.1, 4)."""

    def broken(message: str) -> Finding:
        return finding("C11", message, book.file, hint="make PDF and EPUB again, both together")

    marks = _page_marks(book)
    orders = {mark: n for n, (_, mark) in enumerate(marks)}
    by_id = {(path, mark.get("id")): mark for path, mark in marks}
    listed: Counter[Any] = Counter()
    last = -1
    lists = 0
    for item in book.property("nav"):
        if (tree := book.tree(item.path)) is None:
            continue
        for listing in tree.xpath(_PAGES, namespaces=_NAMES):
            lists += 1
            for link in listing.iter(f"{{{XHTML}}}a"):
                label = " ".join("".join(link.itertext()).split())
                mark = by_id.get(book.target(item.path, link.get("href", "")))
                if mark is None:
                    yield broken(f"the page “{label}” of its list leads to no mark of a page")
                    continue
                listed[mark] += 1
                if (named := _page_label(mark)) != label:
                    yield broken(f"the page “{label}” of its list is marked as “{named}”")
                if orders[mark] < last:
                    yield broken(f"the page “{label}” of its list is out of order")
                last = orders[mark]
    if lists > 1:
        yield broken(f"has {lists} lists of pages; it should have one")
    for _, mark in marks:
        label = _page_label(mark)
        if not label:
            yield broken("has a mark of a page without a label")
        elif (count := listed[mark]) != 1:
            yield broken(f"lists the page “{label}” {count} times; it should be once")
    for ncx, tree in book.documents(_NCX):
        targets = tree.xpath("ncx:pageList/ncx:pageTarget", namespaces=_NAMES)
        told = [
            (
                " ".join(target.xpath("string(ncx:navLabel)", namespaces=_NAMES).split()),
                book.target(ncx.path, target.xpath("string(ncx:content/@src)", namespaces=_NAMES)),
            )
            for target in targets
        ]
        wanted = [(_page_label(mark), (path, mark.get("id"))) for path, mark in marks]
        if told and told != wanted:
            yield broken("has an NCX whose list of pages does not agree with the marks")
    sources = book.package.xpath(
        "opf:metadata/opf:meta[@property='pageBreakSource'][not(@refines)]", namespaces=_NAMES
    )
    if (marks or lists) and (len(sources) != 1 or not (sources[0].text or "").strip()):
        cure = "name in the metadata, once, the edition whose pages it lists (pageBreakSource)"
        yield finding("C14", "does not say whose pages it lists", book.file, hint=cure)


def _page_marks(book: _Book) -> list[tuple[str, Any]]:
    """Return the marks of pages in reading order, with the paths of their documents."""
    return [
        (path, mark)
        for path in book.reading_order()
        if (tree := book.tree(path)) is not None
        for mark in tree.xpath(_BREAKS, namespaces=_NAMES)
    ]


def _page_label(mark: Any) -> str:
    told = mark.get("aria-label") or mark.get("title") or "".join(mark.itertext())
    return " ".join(told.split())


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text of an EPUB that stands in one block and on one page."""

    #: the element that is the block
    kind: str
    text: str
    #: the page's number by its mark, from 1; 0 before the first
    page: int


def stretches(
    data: bytes, file: Path, with_notes: bool = False
) -> tuple[list[list[Stretch]], int, str]:
    """Return an EPUB's blocks, with or without notes, by page; how many pages, and whose they are.

    Raises CheckError or LimitError for a file that cannot be read.
    """
    book = _Book(data, file)
    pages = {mark: n for n, (_, mark) in enumerate(_page_marks(book), 1)}
    blocks: list[list[Stretch]] = []
    pending: list[Stretch] = []
    notes = set() if with_notes else {"footnotes", "endnotes", "rearnotes", *_NOTES}
    page = 0

    def flush() -> None:
        if any(each.text.strip() for each in pending):
            blocks.append([*pending])
        pending.clear()

    for path in book.reading_order():
        todo: list[tuple[Any, str]] = [(book.tree(path), "")]
        while todo:
            node, kind = todo.pop()
            if isinstance(node, str):
                pending.append(Stretch(kind, node, page))
            elif node is None:
                flush()
            elif isinstance(node.tag, str):
                name = etree.QName(node).localname
                page = pages.get(node, page)
                if name in SILENT or notes & {*node.get(_TYPE, "").split()}:
                    continue
                if name not in WITHIN_LINES:
                    flush()
                    kind = name
                    todo.append((None, kind))
                for child in reversed(node):
                    todo += [(child.tail or "", kind), (child, kind)]
                todo.append((" " if name == "br" else node.text or "", kind))
    source = book.package.xpath(
        "string(opf:metadata/opf:meta[@property='pageBreakSource'])", namespaces=_NAMES
    )
    return blocks, len(pages), source.strip()


def _accessibility(book: _Book) -> Iterator[Finding]:
    claims: dict[str, list[str]] = {}
    for meta in book.package.iterfind("opf:metadata/opf:meta", _NAMES):
        # EPUB 2 says it in attributes
        name = meta.get("property", meta.get("name", "")).removeprefix("schema:")
        if value := " ".join((meta.text or meta.get("content", "")).split()):
            claims.setdefault(name, []).append(value)
    if lacking := [name for name in _TOLD if name not in claims]:
        message = f"does not say its {', '.join(lacking)}"
        yield finding("C14", message, book.file, hint="say in the metadata what the book holds")
    conforms = [each for each in claims.get("dcterms:conformsTo", []) if "accessib" in each.lower()]
    if conforms and "a11y:certifiedBy" not in claims:
        message = f"claims “{short(conforms[0])}” and does not say who found it"
        yield finding("C14", message, book.file)

    navs = [item.path for item in book.property("nav")]
    paths = [*book.reading_order(), *navs]
    if any(book.tree(path) is None for path in paths):
        return  # what cannot be read may be what is claimed
    features = claims.get("accessibilityFeature", [])
    grounds, undescribed = _pictures(book, paths)
    if claims.get("rendition:layout") != ["pre-paginated"] or _finds(
        book.package, "opf:spine/opf:itemref[contains(@properties, 'layout-reflowable')]"
    ):
        grounds.add("displaytransformability")
    if not navs:  # EPUB 2 has its lists in the NCX
        grounds |= {"tableofcontents", "pagenavigation", "printpagenumbers"}
    judged = {value.casefold(): value for value in (*claims.get("accessMode", []), *features)}
    for term, value in judged.items():
        ground, lack = _GROUNDS.get(term, (_NOTHING, ""))
        if lack and term not in grounds and not any(_finds(book.tree(p), ground) for p in paths):
            yield finding("C14", f"claims “{short(value)}” and has no {lack}", book.file)
    sufficient = [each for each in claims.get("accessModeSufficient", []) if each == "textual"]
    described = [each for each in features if each.casefold() == "alternativetext"]
    if undescribed and (broken := [*sufficient, *described, *conforms]):
        message = f"claims “{short('”, “'.join(broken), 120)}” and shows {short(undescribed)}"
        yield finding("C14", f"{message} without words that stand for it", book.file)


def _pictures(book: _Book, paths: list[str]) -> tuple[set[str], str]:
    """Return the terms that pictures give ground for, and one of them that has no words at all."""
    covers = {item.path for item in book.property("cover-image")}
    found: set[str] = set()
    undescribed, cover_told = "", False
    for path in paths:
        for picture in book.tree(path).xpath(_PICTURES, namespaces=_NAMES):
            source, told = str(_ADDRESS(picture)), bool(_WORDS(picture))
            if book.target(path, source)[0] in covers if covers else _COVER(picture):
                cover_told = cover_told or told
                continue
            found |= {"visual", "alternativetext"} if told else {"visual"}
            if not told and picture.tag == f"{{{XHTML}}}img" and not _EXCUSED(picture):
                undescribed = undescribed or source or "an image"
    # who has no other picture may mean the cover
    if cover_told and "visual" not in found:
        found.add("alternativetext")
    return found, undescribed


def _finds(element: Any, path: str) -> bool:
    return bool(element.xpath(f"boolean({path})", namespaces=_NAMES))
