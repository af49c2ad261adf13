"""The built-in EPUB checks: a sound book passes, every fault is found, nothing breaks them."""

from __future__ import annotations

import datetime as dt
import random
import re
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from ebooklib import epub as ebooklib
from helpers import ROOT, drawn_page

from brief import assemble, intake
from brief.checks import epub
from brief.checks.result import Check
from brief.editions import cover, pdf
from brief.editions import epub as editions
from brief.findings import CheckError, LimitError
from brief.house import read_house

FILE = Path("some.epub")
#: of one grey pixel
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
    ' lang="en" xml:lang="en"><head><title>A title</title>'
    '<link rel="stylesheet" href="style.css"/></head>'
)
Files = dict[str, str | bytes]


def book() -> Files:
    """Return the files of a sound book."""
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>""",
        "EPUB/book.opf": """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:x:1</dc:identifier><dc:title>A title</dc:title>
<dc:language>en</dc:language>
<meta property="dcterms:modified">2024-07-19T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">It can be read aloud.</meta></metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/t%20wo.xhtml" media-type="application/xhtml+xml"/>
<item id="css" href="style.css" media-type="text/css"/>
<item id="pic" href="pic.png" media-type="image/png" properties="cover-image"/>
</manifest>
<spine toc="ncx"><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/></spine>
</package>""",
        "EPUB/nav.xhtml": f"""{HEAD}<body>
<nav epub:type="toc"><h1>Contents</h1><ol><li><a href="text/one.xhtml">One</a>
<ol><li><a href="text/t%20wo.xhtml#deep">Two</a></li></ol></li></ol></nav>
<nav epub:type="landmarks" hidden="hidden"><ol>
<li><a epub:type="bodymatter" href="text/one.xhtml">Text</a></li></ol></nav></body></html>""",
        "EPUB/toc.ncx": """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">
<head><meta name="dtb:uid" content="urn:x:1"/></head><docTitle><text>A title</text></docTitle>
<navMap><navPoint id="a"><navLabel><text>One</text></navLabel><content src="text/one.xhtml"/>
<navPoint id="b"><navLabel><text>Two</text></navLabel><content src="text/t%20wo.xhtml#deep"/>
</navPoint></navPoint></navMap></ncx>""",
        "EPUB/text/one.xhtml": f"""{HEAD.replace("style.css", "../style.css")}<body>
<h1>One</h1><p>A <em>first</em> para<!-- not this -->graph.<br/>New &amp; line</p>
<p hidden="hidden">Unseen</p><img src="../pic.png" alt=""/>
<ul><li>item<p>inner</p>tail</li></ul>
<p>See <a href="t%20wo.xhtml#deep">there</a> or <a href="https://example.org/?a=b">out</a>.</p>
</body></html>""",
        "EPUB/text/t wo.xhtml": f"""{HEAD.replace("style.css", "../style.css")}<body>
<h2 id="deep">Two</h2><table><tr><td>a</td><td>b</td></tr></table></body></html>""",
        "EPUB/style.css": "p { background: url('pic.png') } /* url(no.png) */",
        "EPUB/pic.png": PNG,
    }


def pack(files: Files, stored: str = "mimetype") -> bytes:
    """Return a book of these files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(
                zipfile.ZipInfo(name),
                data,
                zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED,
            )
    return out.getvalue()


def found(checks: list[Check]) -> dict[str, list[str]]:
    """Return the codes of the checks that failed."""
    return {c.name: sorted({each.code for each in c.findings}) for c in checks if c.findings}


def test_a_sound_book_passes() -> None:
    checks, content = epub.examine(pack(book()), FILE, "en", "A title")
    assert found(checks) == {}
    assert [check.name for check in checks] == [
        *("opens", "text", "container", "package", "language", "title", "documents"),
        *("navigation", "pages", "links", "images", "visible", "accessibility"),
    ]
    assert {check.status for check in checks} == {"passed"}
    assert content
    assert content.blocks == epub.text(pack(book()))
    assert content.blocks == [
        *("One", "A first paragraph. New & line", "item", "inner", "tail", "See there or out."),
        *("Two", "a", "b"),
    ]


def test_what_ebooklib_makes_by_itself() -> None:
    made = ebooklib.EpubBook()
    made.set_identifier("urn:x:1")
    made.set_title("A title")
    made.set_language("en")
    chapter = ebooklib.EpubHtml(title="One", file_name="one.xhtml", lang="en")
    chapter.content = "<h1>One</h1><p>Text</p>"
    made.add_item(chapter)
    made.toc = (ebooklib.Link("one.xhtml", "One", "one"),)
    made.add_item(ebooklib.EpubNcx())
    made.add_item(ebooklib.EpubNav())
    made.spine = ["nav", chapter]
    out = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ebooklib.write_epub(out, made, {"raise_exceptions": True})
    checks, content = epub.examine(out.getvalue(), FILE, "en", "A title")
    # no cover, no landmarks, no word of its accessibility
    assert found(checks) == {"package": ["C10"], "navigation": ["C11"], "accessibility": ["C14"]}
    assert content
    assert content.blocks == ["One", "Text"]


def edit(name: str, old: str, new: str) -> Callable[[Files], None]:
    def fault(files: Files) -> None:
        text = files[f"EPUB/{name}" if f"EPUB/{name}" in files else name]
        assert isinstance(text, str) and old in text
        files[f"EPUB/{name}" if f"EPUB/{name}" in files else name] = text.replace(old, new)

    return fault


def put(name: str, data: str | bytes = b"x") -> Callable[[Files], None]:
    return lambda files: files.update({name: data})


def drop(name: str) -> Callable[[Files], object]:
    return lambda files: files.pop(name)


ONE, TWO = "text/one.xhtml", "text/t wo.xhtml"
FAULTS: list[tuple[str, str, Callable[[Files], object]]] = [
    ("container", "C10", edit("mimetype", "epub+zip", "zip")),
    ("container", "C10", drop("mimetype")),
    ("container", "C10", lambda files: files.update({"mimetype": files.pop("mimetype")})),
    ("container", "C10", put("../evil.txt")),
    ("container", "C10", put("/evil.txt")),
    ("container", "C10", put("EPUB/..\\evil.txt")),
    ("container", "C10", put("EPUB/PIC.png", PNG)),
    (
        "container",
        "C10",
        edit("META-INF/container.xml", "</rootfiles>", '<rootfile full-path="b"/></rootfiles>'),
    ),
    ("opens", "C09", drop("META-INF/container.xml")),
    ("opens", "C09", drop("EPUB/book.opf")),
    ("opens", "C09", put("META-INF/container.xml", "<no")),
    ("opens", "C09", put("EPUB/book.opf", "<no")),
    ("opens", "C09", edit("META-INF/container.xml", "rootfile ", "other ")),
    ("package", "C10", edit("book.opf", 'version="3.0"', 'version="2.0"')),
    ("package", "C10", edit("book.opf", "2007/opf", "2008/opf")),
    ("package", "C10", edit("book.opf", 'identifier="id"', 'identifier="no"')),
    ("package", "C10", edit("book.opf", "urn:x:1", " ")),
    ("package", "C10", edit("book.opf", "dcterms:modified", "dcterms:created")),
    ("package", "C10", edit("book.opf", "00:00Z", "00:00+02:00")),
    ("package", "C10", drop("EPUB/pic.png")),
    ("package", "C10", put("EPUB/stray.txt")),
    ("package", "C10", edit("book.opf", 'id="two"', 'id="one"')),
    ("package", "C10", edit("book.opf", "text/t%20wo.xhtml", "text/one.xhtml")),
    ("package", "C10", edit("book.opf", 'idref="two"', 'idref="six"')),
    ("package", "C10", edit("book.opf", 'idref="two"', 'idref="pic"')),
    ("package", "C10", edit("book.opf", 'idref="two"', 'idref="one"')),
    ("package", "C10", edit("book.opf", "<itemref", "<other")),
    ("package", "C10", edit("book.opf", "image/png", "image/jpeg")),
    ("package", "C10", put("EPUB/pic.png", b"\xff\xd8\xff no PNG")),
    ("package", "C10", edit("book.opf", "text/css", "")),
    ("package", "C10", edit("book.opf", ' properties="cover-image"', "")),
    ("package", "C10", edit("book.opf", 'href="pic.png"', 'href="https://example.org/pic.png"')),
    ("language", "C04", edit("book.opf", "<dc:language>en", "<dc:language>")),
    ("language", "C04", edit("book.opf", "<dc:language>en", "<dc:language>de")),
    ("language", "C04", edit(ONE, ' lang="en"', "")),
    ("language", "C04", edit(ONE, ' xml:lang="en"', "")),
    ("language", "C04", edit(ONE, ' xml:lang="en"', ' xml:lang="de"')),
    ("language", "C04", edit(ONE, ' lang="en"', ' lang="the English"')),
    ("title", "C05", edit("book.opf", "A title", "")),
    ("title", "C05", edit("book.opf", "A title", "Another")),
    ("title", "C05", edit(ONE, "A title", " ")),
    ("documents", "C10", edit(ONE, "</em>", "</i>")),
    ("documents", "C10", edit(ONE, "&amp;", "&nbsp;")),
    ("documents", "C10", edit(ONE, "&amp;", "&")),
    ("documents", "C10", edit(ONE, "1999/xhtml", "1999/html")),
    ("documents", "C10", edit(ONE, "<br/>", "<script>1</script>")),
    ("documents", "C10", edit(ONE, "<em>", '<em onclick="x()">')),
    ("documents", "C10", edit(ONE, "../pic.png", "https://example.org/pic.png")),
    ("documents", "C10", edit(ONE, "../pic.png", "//example.org/pic.png")),
    ("documents", "C10", edit(ONE, "<em>", '<em style="background:url(http://x.org/)">')),
    ("documents", "C10", edit("style.css", "'pic.png'", '"http://example.org/pic.png"')),
    ("documents", "C10", edit("style.css", "p {", "@import 'http://x.org/a.css'; p {")),
    ("documents", "C10", edit(TWO, "<td>a", '<td id="deep">a')),
    ("documents", "C10", put("EPUB/toc.ncx", "<ncx")),
    ("navigation", "C11", edit("book.opf", ' properties="nav"', "")),
    ("navigation", "C11", edit("nav.xhtml", 'type="toc"', 'type="lot"')),
    ("navigation", "C11", edit("nav.xhtml", 'type="landmarks"', 'type="lot"')),
    ("navigation", "C11", edit("nav.xhtml", "text/one.xhtml", "text/six.xhtml")),
    ("navigation", "C11", edit("nav.xhtml", "#deep", "#shallow")),
    ("navigation", "C11", edit("nav.xhtml", ">One<", "><")),
    ("navigation", "C11", edit("nav.xhtml", ">One<", ">Eins<")),
    ("navigation", "C11", edit("nav.xhtml", "text/one.xhtml", "style.css")),
    ("navigation", "C11", edit("nav.xhtml", "text/one.xhtml", "http://[")),
    ("navigation", "C11", edit("toc.ncx", "text/one.xhtml", "text/six.xhtml")),
    ("navigation", "C11", edit("toc.ncx", "#deep", "")),
    ("navigation", "C11", edit("toc.ncx", ' src="text/one.xhtml"', "")),
    ("navigation", "C11", edit("toc.ncx", "urn:x:1", "urn:x:2")),
    ("package", "C10", edit("book.opf", 'href="pic.png"', 'href="http://["')),
    ("links", "C06", edit(ONE, "#deep", "#shallow")),
    ("links", "C06", edit(ONE, "t%20wo.xhtml", "six.xhtml")),
    ("links", "C06", edit(ONE, "https://example.org/?a=b", "javascript:alert(1)")),
    ("links", "C06", edit(ONE, "https://example.org/?a=b", "file:///etc/passwd")),
    ("links", "C06", edit(ONE, "https://example.org/?a=b", "//example.org/")),
    ("links", "C06", edit(ONE, "https://example.org/?a=b", "http://[")),
    ("links", "C06", edit(ONE, "https://example.org/?a=b", "mailto:nobody")),
    ("links", "C06", edit(ONE, "../pic.png", "../../../pic.png")),
    ("links", "C06", edit(ONE, '<img src="', '<img srcset="no.png 2x" src="')),
    ("links", "C06", edit("style.css", "'pic.png'", "no.png")),
    ("images", "C07", edit(ONE, ' alt=""', "")),
    ("visible", "C13", edit("style.css", "p {", "h1 { display: none } p {")),
    ("visible", "C13", edit(ONE, "<em>", '<em style="opacity: 0">')),
]


@pytest.mark.parametrize(
    ("name", "code", "fault"), FAULTS, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(FAULTS)]
)
def test_every_fault_is_found(name: str, code: str, fault: Callable[[Files], object]) -> None:
    files = book()
    fault(files)
    checks = epub.check(pack(files), FILE, "en", "A title")
    assert code in found(checks)[name]
    told = [each.message for check in checks for each in check.findings]
    assert not [message for message in told if "cannot be read for the check" in message]


def test_what_is_hidden_is_told() -> None:
    files = book()
    files["EPUB/style.css"] = "body { margin: 0 }\nh1, h2,\nli { display: none }"
    files["EPUB/nav.xhtml"] = str(files["EPUB/nav.xhtml"]).replace("Contents", "Hidden as well")
    edit(
        ONE, "<em>first", '\n<em style="opacity: 0">the very first words of a paragraph, all of it'
    )(files)
    told = [each.message for check in epub.check(pack(files), FILE) for each in check.findings]
    assert told == [
        "text/one.xhtml: “One” and 2 more, in 2 documents, are hidden by display: none"
        " (style.css, line 3)",
        "text/one.xhtml: “the very first words of a paragraph, al…” is hidden by opacity: 0"
        " (a style attribute, line 3)",
    ]


def test_a_mimetype_that_is_packed_or_carries_more() -> None:
    assert found(epub.check(pack(book(), stored=""), FILE)) == {"container": ["C10"]}
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in book().items():
            entry = zipfile.ZipInfo(name)
            entry.extra = b"\xfe\xca\0\0"
            archive.writestr(entry, data)
    assert found(epub.check(out.getvalue(), FILE)) == {"container": ["C10"]}


def test_a_file_given_twice() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = BytesIO(pack(book()))
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("EPUB/pic.png", PNG)
    assert found(epub.check(out.getvalue(), FILE)) == {"container": ["C10"]}


# What a book claims of its accessibility

OPF, TEXT, NAV = "EPUB/content.opf", "EPUB/text.xhtml", "EPUB/nav.xhtml"
LEVEL = "EPUB Accessibility 1.1 - WCAG 2.2 Level A"


@pytest.fixture(scope="module")
def sample() -> Files:
    """Return the files of the book that brief makes of its sample, with all claims."""
    house = read_house(ROOT)
    brief = intake.read(ROOT / "sources" / "snow-ledger", house, [])
    page = pdf.largest([drawn_page("cover", brief, house)])[1]
    assembled = assemble.epub_edition(
        brief, house, cover.draw(page.data, assemble.DRAWN_PX["cover"][0])
    )
    data = editions.build(assembled, brief, "", dt.datetime.now(dt.UTC), conforms=True)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def swap(name: str, pattern: str, new: str, count: int = 0) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        data = files[name]
        text, times = re.subn(
            pattern,
            new,
            data if isinstance(data, str) else data.decode(),
            count=count,
            flags=re.DOTALL,
        )
        assert times
        files[name] = text

    return change


def claim(value: str, name: str = "accessibilityFeature") -> Callable[[Files], None]:
    return swap(OPF, "</metadata>", f'<meta property="schema:{name}">{value}</meta></metadata>')


def told(files: Files, *changes: Callable[[Files], None]) -> list[str]:
    """Return what the rule says of files that are changed."""
    files = dict(files)
    for change in changes:
        change(files)
    (rule,) = (c for c in epub.check(pack(files), FILE) if c.name == "accessibility")
    assert {each.code for each in rule.findings} <= {"C14"}
    return [each.message for each in rule.findings]


UNDESCRIBED = f"claims “textual”, “alternativeText”, “{LEVEL}” and shows images/photo.jpg"
UNTRUE: dict[str, tuple[list[Callable[[Files], None]], list[str]]] = {
    "all alt text": (
        [swap(TEXT, ' alt="[^"]*"', ' alt=""')],
        ["claims “alternativeText” and has no picture with words that stand for it"],
    ),
    "one alt text": (
        [swap(TEXT, ' alt="[^"]*"', "", 1)],
        [f"{UNDESCRIBED} without words that stand for it"],
    ),
    "all pictures": (
        [swap(TEXT, "<img [^>]*>", "")],
        ["claims “visual” and has no picture but the cover"],
    ),
    "all pictures and the cover's words": (
        [swap(TEXT, "<img [^>]*>", ""), swap("EPUB/cover.xhtml", ' alt="[^"]*"', ' alt=""')],
        [
            "claims “visual” and has no picture but the cover",
            "claims “alternativeText” and has no picture with words that stand for it",
        ],
    ),
    "the headings": (
        [swap(TEXT, r"(</?)h\d", r"\1p")],
        ["claims “structuralNavigation” and has no heading"],
    ),
    "the contents": (
        [swap(NAV, 'epub:type="toc" role="doc-toc"', "")],
        ["claims “tableOfContents” and has no table of contents with links"],
    ),
    "the links of the contents": (
        [swap(NAV, "<ol>.*?</nav>", "</nav>", 1)],
        ["claims “tableOfContents” and has no table of contents with links"],
    ),
    "the roles": (
        [swap(name, ' role="[^"]*"', "") for name in (TEXT, NAV, "EPUB/cover.xhtml")],
        ["claims “ARIA” and has no role"],
    ),
    "the text": (
        [swap(TEXT, "<article .*</article>", '<p><img src="images/image-1.png" alt="It"/></p>')],
        [
            "claims “textual” and has no text",
            "claims “structuralNavigation” and has no heading",
        ],
    ),
    "no list of pages": (
        [claim("pageNavigation")],
        ["claims “pageNavigation” and has no list of pages with links"],
    ),
    "no marks of pages": (
        [claim("pageBreakMarkers"), claim("printPageNumbers")],
        [
            "claims “pageBreakMarkers” and has no mark of a page",
            "claims “printPageNumbers” and has no mark of a page",
        ],
    ),
    "no long description": (
        [claim("longDescription")],
        ["claims “longDescription” and has no description beside a picture or a table"],
    ),
    "no formula": ([claim("MathML")], ["claims “MathML” and has no formula in MathML"]),
    "no ruby": ([claim("rubyAnnotations")], ["claims “rubyAnnotations” and has no ruby"]),
    "no sound": (
        [claim("transcript"), claim("captions"), claim("auditory", "accessMode")],
        [
            "claims “auditory” and has no sound or film",
            "claims “transcript” and has no sound or film",
            "claims “captions” and has no sound or film",
        ],
    ),
    "a fixed layout": (
        [
            swap(
                OPF,
                "</metadata>",
                '<meta property="rendition:layout">pre-paginated</meta></metadata>',
            )
        ],
        ["claims “displayTransformability” and has no layout that gives way"],
    ),
    "whoever found it": (
        [swap(OPF, '<meta property="a11y:certifiedBy".*?</meta>', "")],
        [f"claims “{LEVEL}” and does not say who found it"],
    ),
    "what must be said": (
        [
            swap(OPF, '<meta property="schema:accessModeSufficient">.*?</meta>', ""),
            swap(OPF, "(schema:accessibilityHazard.>)none", r"\1 "),
            swap(OPF, "schema:accessibilitySummary", "schema:abstract"),
        ],
        ["does not say its accessModeSufficient, accessibilityHazard, accessibilitySummary"],
    ),
}


@pytest.mark.parametrize("what", UNTRUE)
def test_a_claim_without_ground_is_found(sample: Files, what: str) -> None:
    changes, expected = UNTRUE[what]
    assert told(sample) == []
    assert told(sample, *changes) == expected


PAGE = '<span role="doc-pagebreak" id="page-2" aria-label="2"></span>'
PAGES = (
    '<nav epub:type="page-list"><ol><li><a href="text.xhtml#page-2">2</a></li></ol></nav></body>'
)
TRUE: dict[str, list[Callable[[Files], None]]] = {
    "pages": [
        *map(claim, ("pageNavigation", "pageBreakMarkers", "printPageNumbers")),
        swap(TEXT, "<table>", f"{PAGE}<table>"),
        swap(NAV, "</body>", PAGES),
    ],
    "a list of pages alone": [claim("printPageNumbers"), swap(NAV, "</body>", PAGES)],
    "a long description": [
        claim("longDescription"),
        swap(TEXT, "<img ", '<img aria-details="notes" ', 1),
    ],
    "a link that may lead to a long description": [
        claim("longDescription"),
        swap(TEXT, "<table>", '<p><a href="#notes">All figures</a></p><table>'),
    ],
    "a formula": [
        claim("MathML"),
        swap(
            TEXT,
            "<table>",
            '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math><table>',
        ),
    ],
    "sound": [
        *(claim("transcript"), claim("auditory", "accessMode")),
        swap(TEXT, "<table>", '<audio src="x.mp3"></audio><table>'),
    ],
    "a picture that the words around describe": [
        swap(
            TEXT, '<figure class="photo"><img([^>]*) alt="[^"]*"', r'<figure aria-label="x"><img\1'
        ),
    ],
    "a drawing with a title": [
        swap(TEXT, "<img [^>]*>", '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>'),
    ],
    "a cover that is all there is": [
        swap(TEXT, "<img [^>]*>", ""),
        swap(OPF, '<meta property="schema:accessMode">visual</meta>', ""),
    ],
    "a fixed layout with exceptions": [
        swap(
            OPF, "</metadata>", '<meta property="rendition:layout">pre-paginated</meta></metadata>'
        ),
        swap(OPF, 'idref="text"', 'idref="text" properties="rendition:layout-reflowable"'),
    ],
    "claims as EPUB 2 has them": [
        swap(
            OPF,
            r'<meta property="(schema:[^"]*)"[^>]*>([^<]*)</meta>',
            r'<meta name="\1" content="\2"/>',
        ),
    ],
    "contents and pages in the NCX": [
        *(claim("pageNavigation"), claim("printPageNumbers")),
        swap(OPF, ' properties="nav"', ""),
        swap(NAV, "<nav.*</nav>", "<p>Nothing</p>"),
    ],
    "other words": [
        *map(claim, ("unlocked", "index", "largePrint", "ttsMarkup", "timingControl", "newTerm")),
        *(claim("displayTransformability/font-size"), claim("TABLEOFCONTENTS")),
        *(claim("tactile", "accessMode"), claim("chartOnVisual", "accessMode")),
        claim("a11y", "conformsTo"),
    ],
    "a document that cannot be read": [swap(TEXT, "</article>", "")],
}


@pytest.mark.parametrize("what", TRUE)
def test_nothing_is_said_against_a_claim_that_may_be_true(sample: Files, what: str) -> None:
    assert told(sample, *TRUE[what]) == []


# Whatever comes


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"%PDF-1.7", b"\0" * 999, b"PK\5\6" + b"\0" * 18])
def test_what_is_no_epub_is_said_to_be_none(data: bytes) -> None:
    checks, content = epub.examine(data, FILE)
    assert found(checks) == {"opens": ["C09"]}
    assert {check.status for check in checks[1:]} == {"not run"}
    assert content is None
    with pytest.raises(CheckError):
        epub.text(data)


def test_a_cut_off_book_is_found_and_harmless() -> None:
    data = pack(book())
    for length in range(0, len(data), len(data) // 90):
        assert "C09" in found(epub.check(data[:length], FILE)).get("opens", []), length


def test_spoilt_bytes_are_harmless() -> None:
    chance = random.Random(1)
    data = pack(book())
    for _ in range(400):
        spoilt = bytearray(data)
        for _ in range(chance.randrange(1, 20)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        told = [f.message for check in epub.check(bytes(spoilt), FILE) for f in check.findings]
        assert not [message for message in told if "cannot be read for the check" in message]


def test_spoilt_files_are_harmless() -> None:
    chance = random.Random(2)
    for _ in range(300):
        files = book()
        for name in chance.sample(sorted(files), 3):
            text = files[name]
            spoilt = bytearray(text.encode() if isinstance(text, str) else text)
            for _ in range(chance.randrange(1, 5)):
                spoilt[chance.randrange(len(spoilt))] = chance.choice(b'<>&"/# \n\xff:%[')
            files[name] = bytes(spoilt)
        told = [f.message for check in epub.check(pack(files), FILE) for f in check.findings]
        assert not [message for message in told if "cannot be read for the check" in message]


def test_an_encrypted_file_is_found() -> None:
    data = bytearray(pack(book()))
    for at in range(len(data)):
        if data[at : at + 4] == b"PK\1\2" and b"pic.png" in data[at + 46 : at + 60]:
            data[at + 8] |= 1
        if data[at : at + 4] == b"PK\3\4" and b"pic.png" in data[at + 30 : at + 44]:
            data[at + 6] |= 1
    assert "C09" in found(epub.check(bytes(data), FILE))["opens"]


def test_a_way_of_packing_that_no_book_may_use() -> None:
    out = BytesIO(pack(book()))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("EPUB/more.css", "x", zipfile.ZIP_LZMA)
    assert "C09" in found(epub.check(out.getvalue(), FILE))["opens"]


def test_bombs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub, "MAX_BOOK", 1 << 20)
    files = book()
    files["EPUB/pic.png"] = PNG + b"\0" * (1 << 21)
    assert found(epub.check(pack(files), FILE)) == {"opens": ["L01"]}
    with pytest.raises(LimitError):
        epub.text(pack(files))
    lying = bytearray(pack(files))  # a directory that says it is small
    at = lying.rindex(b"PK\1\2")
    lying[at + 24 : at + 28] = (99).to_bytes(4, "little")
    assert "C09" in found(epub.check(bytes(lying), FILE))["opens"]


def test_much_text_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub, "MAX_TEXT", 6000)
    files = book()
    files["EPUB/text/one.xhtml"] = f"{HEAD}<body>{'<p>x</p>' * 1000}</body></html>"
    checks, content = epub.examine(pack(files), FILE)
    assert "L01" in found(checks)["text"]
    assert content is None
    files = book()
    references = '<itemref idref="one"/>' * 100
    files["EPUB/book.opf"] = str(files["EPUB/book.opf"]).replace(
        "<itemref", f"{references}<itemref", 1
    )
    monkeypatch.setattr(epub, "MAX_TEXT", 1 << 20)
    assert len(epub.text(pack(files))) == 9


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE html [<!ENTITY e0 "boom">{ENTITIES}<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("use", ["<p>&e9;</p>", '<p title="&e9;">x</p>', "<p>&f;</p>"])
def test_entities_stay_what_they_are(use: str) -> None:
    files = book()
    text = str(files["EPUB/text/one.xhtml"]).replace("<!DOCTYPE html>", BOMB)
    files["EPUB/text/one.xhtml"] = text.replace("<h1>", f"{use}<h1>")
    _, content = epub.examine(pack(files), FILE)
    assert content
    assert not [block for block in content.blocks if "boom" in block or "root:" in block]
    files["EPUB/book.opf"] = str(files["EPUB/book.opf"]).replace(
        "<package", BOMB.replace("html", "package") + "<package"
    )
    assert epub.check(pack(files), FILE)


def test_deep_nesting_is_harmless() -> None:
    files = book()
    files["EPUB/text/one.xhtml"] = f"{HEAD}<body>{'<b>' * 9999}x{'</b>' * 9999}</body></html>"
    assert "C10" in found(epub.check(pack(files), FILE))["documents"]
