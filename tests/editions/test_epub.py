"""Facts about the EPUBs that come out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from helpers import ROOT, Reader, drawn_page, picture
from lxml import etree
from PIL import Image

from brief import __version__, assemble, intake
from brief.editions import cover, epub, pdf
from brief.house import House, read_house
from brief.language import labels, languages
from brief.model import Assembled, Brief, Picture

MOMENT = dt.datetime(2024, 7, 19, tzinfo=dt.UTC)
FRONT = "---\ntitle: A headline\ndek: A dek\ndate: 2024-07-19\nauthors: [Ada Lind]\n"
FRONT += "tags: [ports]\nrights: © 2024\nlang: {lang}\n---\n"
OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}


def book(brief: Brief, house: House, *, conforms: bool = False) -> zipfile.ZipFile:
    page = pdf.largest([drawn_page("cover", brief, house)])[1]
    assert page.pages == 1
    assert page.findings == ()
    drawn = cover.draw(page.data, assemble.DRAWN_PX["cover"][0])
    assembled = assemble.epub_edition(brief, house, drawn)
    return zipfile.ZipFile(
        BytesIO(epub.build(assembled, brief, "Test House", MOMENT, conforms=conforms))
    )


def package(opened: zipfile.ZipFile) -> etree._Element:
    return etree.fromstring(opened.read("EPUB/content.opf"))


def test_the_archive(read: Reader, house: House) -> None:
    opened = book(read(FRONT.format(lang="en") + "Text.").brief, house)
    first = opened.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
    assert {info.date_time for info in opened.infolist()} == {(2024, 7, 19, 0, 0, 0)}


@pytest.mark.parametrize(("year", "stamped"), [(1979, 1980), (2107, 2107), (2108, 2107)])
def test_the_archive_bears_a_year_that_it_can(
    read: Reader, house: House, year: int, stamped: int
) -> None:
    brief = read(FRONT.format(lang="en") + "Text.").brief
    assembled = assemble.epub_edition(brief, house, Picture(b"", "image/jpeg", 1, 1))
    moment = dt.datetime(year, 12, 31, 23, 59, 58, tzinfo=dt.UTC)
    data = epub.build(assembled, brief, "", moment, conforms=False)
    times = {info.date_time for info in zipfile.ZipFile(BytesIO(data)).infolist()}
    assert {time[0] for time in times} == {stamped}


def test_metadata(read: Reader, house: House) -> None:
    opened = package(book(read(FRONT.format(lang="en") + "Text.").brief, house))

    def told(path: str) -> list[str]:
        return [element.text for element in opened.findall(f".//{path}", OPF)]

    assert told("dc:title") == ["A headline"]
    assert told("dc:creator") == ["Ada Lind"]
    assert told("dc:description") == ["A dek"]
    assert told("dc:publisher") == ["Test House"]
    assert told("dc:rights") == ["© 2024"]
    assert told("dc:subject") == ["ports"]
    assert told("dc:language") == ["en"]
    assert told("opf:meta[@property='dcterms:modified']") == ["2024-07-19T00:00:00Z"]
    assert told("opf:meta[@property='schema:accessMode']") == ["textual"]
    assert told("opf:meta[@property='dcterms:conformsTo']") == []


def test_right_to_left(read: Reader, house: House) -> None:
    opened = book(read(FRONT.format(lang="ar") + "نص قصير.").brief, house)
    spine = package(opened).find("opf:spine", OPF)
    assert spine is not None
    assert spine.get("page-progression-direction") == "rtl"
    assert b'dir="rtl"' in opened.read("EPUB/text.xhtml")


def test_bytes_of_the_documents_are_ours(read: Reader, house: House) -> None:
    brief = read(FRONT.format(lang="en") + "No*sp*ace here.").brief
    assert b"No<em>sp</em>ace" in book(brief, house).read("EPUB/text.xhtml")


def test_pictures_are_small_and_bare(read: Reader, house: House) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret"
    Image.effect_noise((3000, 1500), 60).convert("RGB").save(
        house.root / "p.jpg", exif=exif.tobytes()
    )
    picture(house.root / "chart.png", (20, 20))
    text = FRONT.format(lang="en")[:-4]
    text += "photo: {path: p.jpg, alt: A, credit: C}\n---\n![b](chart.png)\n"
    opened = book(read(text).brief, house)
    photo = opened.read("EPUB/images/photo.jpg")
    assert Image.open(BytesIO(photo)).size == (1600, 800)
    assert b"secret" not in photo
    assert Image.open(BytesIO(opened.read("EPUB/images/image-1.png"))).size == (20, 20)
    assert Image.open(BytesIO(opened.read("EPUB/images/cover.jpg"))).size == (1600, 2560)


def test_all_of_a_document_stands_in_landmarks_with_a_heading(read: Reader, house: House) -> None:
    opened = book(read(FRONT.format(lang="en") + "Text.[^1]\n\n[^1]: N.\n").brief, house)
    names = {"h": "http://www.w3.org/1999/xhtml"}
    for name in ("cover", "text", "nav"):
        body = etree.fromstring(opened.read(f"EPUB/{name}.xhtml")).find("h:body", names)
        assert body is not None
        tops = {each.get("role") or etree.QName(each).localname for each in body}
        assert tops <= {"main", "nav", "doc-toc", "doc-pagelist"}, name
        assert len(body.findall(".//h:h1", names)) == 1, name


def test_the_ncx_agrees_with_the_navigation(read: Reader, house: House) -> None:
    text = FRONT.format(lang="en") + "## One[^1]\n\n### Two\n\n## Three\n\n[^1]: N.\n"
    opened = book(read(text).brief, house)
    ncx = etree.fromstring(opened.read("EPUB/toc.ncx"))
    nav = etree.fromstring(opened.read("EPUB/nav.xhtml"))
    space = {"n": "http://www.daisy.org/z3986/2005/ncx/", "h": "http://www.w3.org/1999/xhtml"}
    points = [element.get("src") for element in ncx.iterfind(".//n:content", space)]
    links = [link.get("href") for link in nav.iterfind(".//h:nav[@id='toc']//h:a", space)]
    assert points == links
    assert len(points) == 5


def test_the_same_bytes_twice(read: Reader, house: House) -> None:
    brief = read(FRONT.format(lang="en") + "Text.").brief
    one, two = book(brief, house), book(brief, house)
    assert one.fp is not None
    assert two.fp is not None
    one.fp.seek(0)
    two.fp.seek(0)
    assert one.fp.read() == two.fp.read()


# What a book says of its accessibility

Change = Callable[[Assembled], Assembled]


def claims(assembled: Assembled, brief: Brief, *, conforms: bool = True) -> set[str]:
    """Return what the package says, and which sentences of its summary."""
    data = epub.build(assembled, brief, "Test House", MOMENT, conforms=conforms)
    said = {
        (meta.get("property"), meta.text)
        for meta in package(zipfile.ZipFile(BytesIO(data))).iterfind(".//opf:meta[@property]", OPF)
    }
    (summary,) = (text or "" for name, text in said if name == "schema:accessibilitySummary")
    sentences = {k: v for k, v in labels(brief.lang).items() if k.startswith("summary_")}
    told = {name for name, sentence in sentences.items() if sentence in summary}
    assert summary == " ".join(sentence for name, sentence in sentences.items() if name in told)
    named = ("schema:", "a11y:", "dcterms:conformsTo")
    return told | {
        f"{name} {text}".removeprefix("schema:")
        for name, text in said
        if name and name.startswith(named) and name != "schema:accessibilitySummary"
    }


def document(file: str, pattern: str, new: str, count: int = 0) -> Change:
    def changed(assembled: Assembled) -> Assembled:
        text, times = re.subn(pattern, new, assembled.documents[file], count=count, flags=re.DOTALL)
        assert times
        return dataclasses.replace(assembled, documents={**assembled.documents, file: text})

    return changed


def sheet(rule: str) -> Change:
    def changed(assembled: Assembled) -> Assembled:
        (name, text), *rest = assembled.sheets
        return dataclasses.replace(assembled, sheets=((name, f"{text}{rule}"), *rest))

    return changed


def pictured(media_type: str, data: bytes) -> Change:
    def changed(assembled: Assembled) -> Assembled:
        made = Picture(data, media_type, 1, 1)
        return dataclasses.replace(assembled, pictures={**assembled.pictures, "x.gif": made})

    return changed


def together(*changes: Change) -> Change:
    def changed(assembled: Assembled) -> Assembled:
        for change in changes:
            assembled = change(assembled)
        return assembled

    return changed


TEXT, NAV = "text.xhtml", "nav.xhtml"
PAGE = '<span role="doc-pagebreak" epub:type="pagebreak" id="page-2" aria-label="2"></span>'
LIST = '<nav epub:type="page-list"><ol><li><a href="text.xhtml#page-2">2</a></li></ol></nav>'
#: what the sample does not have
MORE = together(
    document(TEXT, "(<h2 id=.section-3.)", rf"{PAGE}\1"),
    document(NAV, "</body>", f"{LIST}</body>"),
    document(TEXT, r'(<img src="images/image-1.png")', r'\1 aria-details="section-5"'),
)


@pytest.fixture(scope="module")
def sample() -> tuple[Assembled, Brief]:
    """Return the sample that has everything, and a list of pages besides."""
    house = read_house(ROOT)
    brief = intake.read(ROOT / "sources" / "snow-ledger", house, [])
    page = pdf.largest([drawn_page("cover", brief, house)])[1]
    drawn = cover.draw(page.data, assemble.DRAWN_PX["cover"][0])
    return MORE(assemble.epub_edition(brief, house, drawn)), brief


CONFORMS = {
    "dcterms:conformsTo EPUB Accessibility 1.1 - WCAG 2.2 Level A",
    f"a11y:certifiedBy brief {__version__}",
    "summary_checked",
}
CONTENTS = {"accessibilityFeature tableOfContents"}
STRUCTURE = {"accessibilityFeature structuralNavigation", "summary_headings"}
ORDER = {"accessibilityFeature readingOrder"}
DISPLAY = {"accessibilityFeature displayTransformability", "summary_display"}
DESCRIBED = {"accessibilityFeature alternativeText", "summary_pictures"}
LONG = {"accessibilityFeature longDescription"}
VISUAL = {"accessMode visual", "accessModeSufficient textual,visual"}
ALONE = {"accessModeSufficient textual"}
PAGES = {"accessibilityFeature pageNavigation", "summary_pages"}
BREAKS = {"accessibilityFeature pageBreakMarkers"}
ROLES = {"accessibilityFeature ARIA"}
STILL = {"accessibilityHazard none"}
ALL = {"accessMode textual", "summary_text", "summary_tables", "summary_notes"}.union(
    *(CONFORMS, CONTENTS, STRUCTURE, ORDER, DISPLAY, DESCRIBED, LONG, VISUAL, ALONE, PAGES),
    *(BREAKS, ROLES, STILL),
)
MOVES = CONFORMS | STILL
REMOVED: dict[str, tuple[Change, set[str]]] = {
    "all alt text": (document(TEXT, ' alt="[^"]*"', ' alt=""'), DESCRIBED | VISUAL | LONG),
    "one alt text": (document(TEXT, ' alt="[^"]*"', "", 1), DESCRIBED | ALONE | CONFORMS),
    "one alt text, left blank": (
        document(TEXT, ' alt="[^"]*"', ' alt=" "', 1),
        DESCRIBED | ALONE | CONFORMS,
    ),
    "all pictures": (document(TEXT, "<img [^>]*>", ""), DESCRIBED | VISUAL | LONG),
    "all but decoration": (
        document(TEXT, "<img ", '<img role="presentation" '),
        DESCRIBED | VISUAL | LONG,
    ),
    "the table": (document(TEXT, "<table>.*?</table>", ""), {"summary_tables"}),
    "the header cells": (document(TEXT, "(</?)th\\b", r"\1td"), {"summary_tables"} | CONFORMS),
    "the notes": (document(TEXT, "<section class=.notes.*?</section>", ""), {"summary_notes"}),
    "the calls of notes": (document(TEXT, "<a class=.noteref.*?</a>", ""), {"summary_notes"}),
    "one way back": (document(TEXT, ' role="doc-backlink"', "", 1), {"summary_notes"}),
    "the headings": (document(TEXT, r"(</?)h\d", r"\1p"), STRUCTURE),
    "the headings but one": (document(TEXT, "(</?)h[2-6]", r"\1p"), STRUCTURE),
    "a level of headings": (document(TEXT, "(</?)h2", r"\1h4"), STRUCTURE),
    "the contents": (document(NAV, 'epub:type="toc" role="doc-toc"', ""), CONTENTS | CONFORMS),
    "the links of the contents": (document(NAV, "<ol>.*?</nav>", "</nav>", 1), CONTENTS | CONFORMS),
    "the list of pages": (document(NAV, LIST, ""), PAGES),
    "the marks of pages": (document(TEXT, "<span role=.doc-pagebreak.*?</span>", ""), BREAKS),
    "the role of a mark": (document(TEXT, 'role="doc-pagebreak"', ""), BREAKS),
    "the roles": (
        together(document(TEXT, ' role="[^"]*"', ""), document(NAV, ' role="[^"]*"', "")),
        ROLES | BREAKS | {"summary_notes"},
    ),
    "what a description is": (document(TEXT, 'id="section-5"', 'id="section-55"'), LONG),
    "a flow": (sheet("figure { position : absolute }"), ORDER | DISPLAY),
    "the order": (sheet("body { display: flex; flex-direction: column-reverse }"), ORDER),
    "the order, in a place": (document(TEXT, "<table>", '<table style="order: 2">'), ORDER),
    "a size of one's own": (sheet("p { font: italic 12px/1.4 serif }"), DISPLAY),
    "room to grow": (sheet("p { height: 3em; overflow-y: hidden }"), DISPLAY),
    "rest, by a style": (sheet("@-webkit-keyframes x { to { opacity: 0 } }"), MOVES),
    "rest, by an attribute": (document(TEXT, "<table>", '<table onclick="x()">'), MOVES),
    "rest, by a script": (document(TEXT, "</head>", "<script>1</script></head>"), MOVES),
    "silence": (document(TEXT, "<table>", '<audio src="x.mp3"></audio><table>'), MOVES),
    "rest, by a GIF": (pictured("image/gif", b"GIF89a"), MOVES),
    "rest, by a PNG": (pictured("image/png", b"\x89PNG acTL IDAT"), MOVES),
}


def test_all_that_the_sample_has_is_claimed(sample: tuple[Assembled, Brief]) -> None:
    assembled, brief = sample
    assert claims(assembled, brief) == ALL
    assert claims(assembled, brief, conforms=False) == ALL - CONFORMS


@pytest.mark.parametrize("what", REMOVED)
def test_without_what_it_is_about_a_claim_goes(sample: tuple[Assembled, Brief], what: str) -> None:
    assembled, brief = sample
    change, gone = REMOVED[what]
    moves = {"accessibilityHazard unknown"} if gone >= STILL else set()
    assert claims(change(assembled), brief) == (ALL - gone) | moves


@pytest.mark.parametrize(
    "change",
    [
        sheet("/* position: absolute; font-size: 9px */ p { font-size: 0.9em; border: 1px solid }"),
        sheet("@media (min-width: 600px) { p { max-width: 30em; line-height: 1.4 } }"),
        sheet("img { max-height: 100vh; border-order: 1 }"),
        pictured("image/png", b"\x89PNG IDAT acTL"),
        document(
            TEXT, "<table>", '<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true"/><table>'
        ),
        document(TEXT, "<table>", '<img src="images/cover.jpg"/><table>'),
    ],
)
def test_what_takes_nothing_away(sample: tuple[Assembled, Brief], change: Change) -> None:
    assembled, brief = sample
    assert claims(change(assembled), brief) == ALL


def test_a_summary_in_every_language(sample: tuple[Assembled, Brief]) -> None:
    assembled, brief = sample
    for lang in ("en", *languages()):
        assert claims(assembled, dataclasses.replace(brief, lang=lang)) == ALL
    for lang, summary in (("de-AT", "de"), ("zh-TW", "zh-Hant"), ("la", "en")):
        data = epub.build(
            assembled, dataclasses.replace(brief, lang=lang), "", MOMENT, conforms=False
        )
        metas = package(zipfile.ZipFile(BytesIO(data))).iterfind(".//opf:meta", OPF)
        (meta,) = (m for m in metas if m.get("property") == "schema:accessibilitySummary")
        assert meta.get("{http://www.w3.org/XML/1998/namespace}lang") == summary
        assert (meta.text or "").startswith(labels(summary)["summary_text"])
