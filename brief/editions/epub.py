"""Assembled XHTML → EPUB 3.3."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from itertools import pairwise
from typing import Any

from ebooklib import epub
from lxml import etree

from brief import __version__, assets
from brief.language import direction, labels
from brief.model import Assembled, Brief

#: Level A is as far as software sees: alternative text, language, titles, structure, links. AA asks
#: for contrast, no images of text and the language of passages, which nothing here looks at.
_WCAG = "EPUB Accessibility 1.1 - WCAG 2.2 Level A"
_XHTML, _SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_TYPE, _LANG = "{http://www.idpf.org/2007/ops}type", "{http://www.w3.org/XML/1998/namespace}lang"
#: elements that move, sound or act, or hold what may
_LIVELY = "script audio video object embed iframe canvas animate animateMotion animateTransform set"
#: styles that show a text in another order than it is written in
_REORDER = re.compile(
    r"position\s*:\s*(absolute|fixed)|-reverse\b"
    r"|(?<![\w-])(order|grid-(area|row|column)[\w-]*)\s*:"
)
#: styles that keep a reader from setting the text larger, or cut off what then has no room
_CONFINE = re.compile(
    r"position\s*:\s*(absolute|fixed)|overflow[\w-]*\s*:\s*(hidden|clip)"
    r"|(?<![\w-])(font|font-size|line-height)\s*:[^;}]*\d(px|pt|pc|in|cm|mm|q)\b"
)
_DOCUMENTS = (("cover", "cover.xhtml"), ("text", "text.xhtml"), ("nav", "nav.xhtml"))


class _Item(epub.EpubHtml):  # type: ignore[misc]
    """A document whose bytes stay as they are: EbookLib's own writer moves white space."""

    def get_content(self, default: Any = None) -> bytes:
        """Return the bytes given."""
        content: bytes = self.content
        return content


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer, which says the language of the titles and texts in the package too."""

    def _write_opf_file(self, root: Any) -> None:
        root.set("{http://www.w3.org/XML/1998/namespace}lang", self.book.language)
        root.set("dir", self.book.direction)
        super()._write_opf_file(root)

    def _get_ncx(self) -> bytes:
        """Return the NCX, with the list of pages that EbookLib leaves out of it."""
        made: bytes = super()._get_ncx()
        if not self.book.pages:
            return made
        ncx = etree.fromstring(made, etree.XMLParser(remove_blank_text=True))
        most = str(len(self.book.pages))
        for meta in ncx.iter("{*}meta"):
            if meta.get("name") in ("dtb:totalPageCount", "dtb:maxPageNumber"):
                meta.set("content", most)
        listing = etree.SubElement(ncx, f"{_NCX}pageList")
        for link in self.book.pages:
            told = {"type": "normal", "value": link.title, "id": link.uid}
            target = etree.SubElement(listing, f"{_NCX}pageTarget", told)
            label = etree.SubElement(target, f"{_NCX}navLabel")
            etree.SubElement(label, f"{_NCX}text").text = link.title
            etree.SubElement(target, f"{_NCX}content", {"src": link.href})
        told = etree.tostring(ncx, pretty_print=True, encoding="utf-8", xml_declaration=True)
        return bytes(told)


def build(
    assembled: Assembled,
    brief: Brief,
    publisher: str,
    moment: dt.datetime,
    *,
    conforms: bool,
    pages_of: str = "",
) -> bytes:
    """Return the EPUB of a brief, dated `moment`.

    `conforms` says that it claims `dcterms:conformsTo`; only checks that passed earn that.
    `pages_of` is the identifier of the PDF whose pages it lists, if it lists any.
    """
    book = epub.EpubBook()
    book.set_identifier(brief.identifier)
    book.set_title(brief.title)
    book.set_language(brief.lang)
    book.set_direction(direction(brief.lang))
    _describe(book, brief, publisher)
    _claim(book, assembled, brief, conforms=conforms)
    if assembled.pages:
        book.add_metadata(None, "meta", pages_of, {"property": "pageBreakSource"})
        book.pages = [
            epub.Link(f"text.xhtml#{name}", label, f"ncx-{name}") for label, name in assembled.pages
        ]
    items = {}
    for name, file in _DOCUMENTS:
        item = _Item(uid=name, file_name=file, title=brief.title, lang=brief.lang)
        item.content = assembled.documents[file].encode()
        item.properties = ["nav"] if name == "nav" else []
        book.add_item(item)
        items[name] = item
    for sheet, text in assembled.sheets:
        book.add_item(epub.EpubItem("style", sheet.name, "text/css", text.encode()))
    for file, picture in assembled.pictures.items():
        kind = epub.EpubCover if file == "cover.jpg" else epub.EpubImage
        image = kind(file_name=f"images/{file}", uid=file.replace(".", "-"))
        image.media_type, image.content = picture.media_type, picture.data
        book.add_item(image)
    # EPUB 2 readers find the cover by this name
    book.add_metadata(None, "meta", "", {"name": "cover", "content": "cover-jpg"})
    book.add_item(epub.EpubNcx())
    book.toc = _contents(assembled)
    book.guide = [
        {"type": "cover", "href": "cover.xhtml", "title": "Cover"},
        {"type": "toc", "href": "nav.xhtml", "title": "Contents"},
        {"type": "text", "href": "text.xhtml#text", "title": "Text"},
    ]
    book.spine = [items["cover"], items["text"], (items["nav"], "no")]
    out = BytesIO()
    writer = _Writer(out, book, {"mtime": moment, "raise_exceptions": True})
    writer.process()
    writer.write()
    return _repack(out.getvalue(), moment)


def _describe(book: epub.EpubBook, brief: Brief, publisher: str) -> None:
    for n, author in enumerate(brief.authors, 1):
        book.add_metadata("DC", "creator", author.name, {"id": f"creator-{n}"})
        refine = {"refines": f"#creator-{n}", "property": "role", "scheme": "marc:relators"}
        book.add_metadata(None, "meta", "aut", refine)
    book.add_metadata("DC", "date", brief.date.isoformat())
    for name, value in (
        ("description", brief.dek),
        ("publisher", publisher),
        ("rights", brief.rights),
        ("source", brief.url),
    ):
        if value:
            book.add_metadata("DC", name, value)
    for tag in brief.tags:
        book.add_metadata("DC", "subject", tag)
    if brief.series:
        book.add_metadata(
            None, "meta", brief.series, {"property": "belongs-to-collection", "id": "series"}
        )
        series = {"refines": "#series", "property": "collection-type"}
        book.add_metadata(None, "meta", "series", series)
    generator = {"name": "generator", "content": f"brief {__version__}, EbookLib"}
    book.metadata[epub.NAMESPACES["OPF"]]["generator"] = [("", generator)]


def _claim(book: epub.EpubBook, assembled: Assembled, brief: Brief, *, conforms: bool) -> None:
    words = labels(brief.lang)
    more = {
        "schema:accessibilitySummary": {_LANG: words["lang"]},
        "dcterms:conformsTo": {"id": "conformance"},
        "a11y:certifiedBy": {"refines": "#conformance"},
    }
    for name, value in _accessibility(assembled, words, conforms=conforms):
        book.add_metadata(None, "meta", value, {"property": name, **more.get(name, {})})


def _accessibility(
    assembled: Assembled, words: Mapping[str, str], *, conforms: bool
) -> list[tuple[str, str]]:
    """Return what a book says of its accessibility, by the terms of EPUB Accessibility 1.1.

    All of it is found in what goes into the book, so that no claim outlives what it is about.
    """
    trees = {file: _tree(document) for file, document in assembled.documents.items()}
    text, nav = trees["text.xhtml"], trees["nav.xhtml"]
    elements = [element for tree in trees.values() for element in tree.iter("*")]
    styles = _styles(assembled, elements)
    # the vocabulary takes neither the cover nor decoration for visual content
    images = [
        each
        for each in text.iter(f"{_XHTML}img", f"{_SVG}svg")
        if not _decorates(each) and each.get("src") != "images/cover.jpg"
    ]
    described = all(map(_alternative, images))
    ids = {each.get("id") for each in text.iter("*")}
    levels = [int(each.tag[-1]) for each in text.iter(*(f"{_XHTML}h{n}" for n in range(1, 7)))]
    roles = {role for each in elements for role in each.get("role", "").split()}
    tables = list(text.iter(f"{_XHTML}table"))
    headed = all(table.find(f".//{_XHTML}th") is not None for table in tables)
    calls = _marked(text, "role", "doc-noteref")
    notes = _marked(text, "role", "doc-footnote")
    answered = {f"#{note.get('id')}" for note in notes if _marked(note, "role", "doc-backlink")}
    still = _still(assembled, elements, styles)

    # There are no terms for notes and tables; the summary tells of them. `unlocked` is not ours to
    # say: whoever sells the book may lock it.
    features = {
        "tableOfContents": _lists(nav, "toc"),
        "structuralNavigation": len(levels) > 1
        and all(after - before <= 1 for before, after in pairwise((0, *levels))),
        "readingOrder": not _REORDER.search(styles),
        "displayTransformability": not _CONFINE.search(styles),
        "ARIA": bool(roles - {"doc-cover", "img", "none", "presentation"}),
        "alternativeText": bool(images) and described,
        "longDescription": any(
            ids & {*each.get("aria-details", "").split(), *each.get("aria-describedby", "").split()}
            for each in images
        ),
        "pageNavigation": _lists(nav, "page-list"),
        # by the role: the metadata guide of the W3C has it that epub:type alone helps nobody
        "pageBreakMarkers": bool(_marked(text, "role", "doc-pagebreak")),
    }
    conforms = conforms and described and headed and still and features["tableOfContents"]
    summary = {
        "text": True,
        "display": features["displayTransformability"],
        "headings": features["structuralNavigation"],
        "pictures": features["alternativeText"],
        "tables": bool(tables) and headed,
        "notes": bool(calls) and all(call.get("href") in answered for call in calls),
        "pages": features["pageNavigation"],
        "checked": conforms,
    }
    # a brief without text is none
    modes = ["textual", "visual"] if images else ["textual"]
    sufficient = [",".join(modes), *(["textual"] if images and described else [])]
    told = " ".join(words[f"summary_{each}"] for each, holds in summary.items() if holds)
    claims = [
        *(("schema:accessMode", mode) for mode in modes),
        *(("schema:accessModeSufficient", each) for each in sufficient),
        *(("schema:accessibilityFeature", each) for each, there in features.items() if there),
        ("schema:accessibilityHazard", "none" if still else "unknown"),
        ("schema:accessibilitySummary", told),
    ]
    if conforms:
        # Who is named here is who looked at the book. That is this program: the house has run it,
        # and need not have opened the book. The summary says so, and that it cannot judge it all.
        claims += [("dcterms:conformsTo", _WCAG), ("a11y:certifiedBy", f"brief {__version__}")]
    return claims


def _tree(document: str) -> Any:
    return etree.fromstring(document.encode(), etree.XMLParser(resolve_entities=False))


def _marked(tree: Any, attribute: str, word: str) -> list[Any]:
    return [each for each in tree.iter("*") if word in each.get(attribute, "").split()]


def _lists(nav: Any, kind: str) -> bool:
    """Return whether a navigation document has a list of a kind, with links in it."""
    return any(each.find(f".//{_XHTML}a") is not None for each in _marked(nav, _TYPE, kind))


def _decorates(image: Any) -> bool:
    """Return whether an image is marked as decoration."""
    role, hidden = image.get("role"), image.get("aria-hidden")
    return image.get("alt") == "" or role in ("none", "presentation") or hidden == "true"


def _alternative(image: Any) -> str:
    words = image.get("alt") or image.get("aria-label") or image.findtext(f"{_SVG}title") or ""
    return str(words).strip()


def _styles(assembled: Assembled, elements: list[Any]) -> str:
    """Return all styles of a book in lower case, without comments."""
    parts = [text for _, text in assembled.sheets]
    parts += [f"{each.get('style')};" for each in elements if each.get("style")]
    parts += [each.text or "" for each in elements if each.tag == f"{_XHTML}style"]
    return assets.uncommented("\n".join(parts).lower())


def _still(assembled: Assembled, elements: list[Any], styles: str) -> bool:
    """Return whether there is nothing in a book that could flash, move or sound."""
    return not (
        "keyframes" in styles
        or any(etree.QName(each).localname in _LIVELY.split() for each in elements)
        or any(str(name).startswith("on") for each in elements for name in each.attrib)
        # a PNG of several frames says so before the first; a JPEG has one
        or any(
            b"acTL" in picture.data.partition(b"IDAT")[0]
            if picture.media_type == "image/png"
            # of a drawing, what moves or acts was taken out
            else not (picture.media_type == "image/jpeg" or picture.vector)
            for picture in assembled.pictures.values()
        )
    )


def _contents(assembled: Assembled) -> list[Any]:
    """Return the headings as EbookLib nests them, for the NCX."""
    top: list[Any] = []
    path: list[tuple[int, list[Any]]] = [(0, top)]
    for level, name, text in assembled.headings:
        while path[-1][0] >= level:
            path.pop()
        under: list[Any] = []
        path[-1][1].append((epub.Link(f"text.xhtml#{name}", text, f"ncx-{name}"), under))
        path.append((level, under))
    return top


def _repack(data: bytes, moment: dt.datetime) -> bytes:
    """Return an EPUB with one time in all its files, `mimetype` first and stored (OCF 3.3, 4.3)."""
    out = BytesIO()
    # a ZIP knows no time before 1980 or after 2107
    first, last = dt.datetime(1980, 1, 1, tzinfo=dt.UTC), dt.datetime(2107, 12, 31, tzinfo=dt.UTC)
    stamp = min(max(moment, first), last).timetuple()[:6]
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "mimetype", name)):
            member = zipfile.ZipInfo(name, stamp)
            stored = name == "mimetype" or name.endswith((".jpg", ".png"))
            member.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            new.writestr(member, old.read(name))
    return out.getvalue()
