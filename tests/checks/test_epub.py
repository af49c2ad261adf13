"""The built-in EPUB checks: a sound book passes, every fault is found, nothing breaks them."""

from __future__ import annotations

import random
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from ebooklib import epub as ebooklib

from brief.checks import epub
from brief.checks.result import Check
from brief.findings import CheckError, LimitError

FILE = Path("some.epub")
PNG = b"\x89PNG\r\n\x1a\n and so on"
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
<meta property="dcterms:modified">2024-07-19T00:00:00Z</meta></metadata>
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
        *("navigation", "links", "images", "visible"),
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
    assert found(checks) == {"package": ["C10"], "navigation": ["C11"]}  # no cover, no landmarks
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
