"""Assembled XHTML → EPUB 3.3."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO
from typing import Any

from ebooklib import epub

from brief import __version__
from brief.language import direction, labels
from brief.model import Assembled, Brief

#: what makes reading an edition easier (schema.org), as far as its content bears it out
_WCAG = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
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


def build(
    assembled: Assembled, brief: Brief, publisher: str, moment: dt.datetime, *, conforms: bool
) -> bytes:
    """Return the EPUB of a brief, dated `moment`.

    `conforms` says that it claims `dcterms:conformsTo`; only checks that passed earn that.
    """
    book = epub.EpubBook()
    book.set_identifier(brief.identifier)
    book.set_title(brief.title)
    book.set_language(brief.lang)
    book.set_direction(direction(brief.lang))
    _describe(book, brief, publisher)
    _claim(book, assembled, brief, publisher, conforms=conforms)
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


def _claim(
    book: epub.EpubBook, assembled: Assembled, brief: Brief, publisher: str, *, conforms: bool
) -> None:
    """Say what the edition has for readers who cannot see it, from what is in it."""
    text = assembled.documents["text.xhtml"]
    pictured = "<img" in text
    described = pictured and 'alt=""' not in text
    features = ["tableOfContents", "readingOrder", "displayTransformability"]
    features += ["structuralNavigation"] if len(assembled.headings) > 1 else []
    features += ["alternativeText"] if described else []
    claims = [("accessMode", "textual"), ("accessModeSufficient", "textual")]
    claims += [("accessMode", "visual")] if pictured else []
    claims += [("accessibilityFeature", feature) for feature in features]
    claims += [
        ("accessibilityHazard", "none"),
        ("accessibilitySummary", labels(brief.lang)["summary"]),
    ]
    for name, value in claims:
        book.add_metadata(None, "meta", value, {"property": f"schema:{name}"})
    if conforms:
        book.add_metadata(
            None, "meta", _WCAG, {"property": "dcterms:conformsTo", "id": "conformance"}
        )
        certified = {"property": "a11y:certifiedBy", "refines": "#conformance"}
        book.add_metadata(None, "meta", publisher or "brief", certified)


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
