"""The tag tree follows the text, not the pages."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from helpers import Reader, picture

from brief import assemble
from brief.checks.pdfread import Document, Element, joined
from brief.checks.reference import Referee
from brief.editions import pdf
from brief.house import House
from brief.run import own_checks

FRONT = "---\ntitle: A headline\ndate: 2024-07-19\nlang: en\n---\n"
WORDS = "The port was moved inland because nobody had asked the pilots. "
MOMENT = dt.datetime(2024, 7, 19, tzinfo=dt.UTC)


@pytest.fixture
def tree(read: Reader, house: House) -> Any:
    """Set a text; return its tag tree, which the built-in checks find sound, and the file."""

    def made(
        text: str, standard: str = "ua1", front: str = "", notes: str = "foot"
    ) -> tuple[Document, bytes]:
        brief = read(FRONT.replace("lang:", f"{front}lang:") + text).brief
        assembled = assemble.print_edition(brief, replace(house, notes=notes))
        data = pdf.render(assembled, brief, b"source", "Test House", MOMENT, standard).data
        failed = [each for each in own_checks(data, Path("x.pdf"), brief) if each.findings]
        assert not failed
        return Document(data, Path("x.pdf")), data

    return made


def below(element: Element) -> Iterator[Element]:
    for kid in element.kids:
        if isinstance(kid, Element):
            yield kid
            yield from below(kid)


def found(document: Document, kind: str) -> list[Element]:
    return [each for each in below(document.tree) if each.kind == kind]


def words(document: Document, element: Element) -> str:
    """Return all the text inside an element."""
    pieces = []
    for kid in element.kids:
        if isinstance(kid, Element):
            pieces.append(words(document, kid))
        else:
            pieces.append(joined(document.marked.get(kid, [])))
    return " ".join(" ".join(pieces).split())


def pages(document: Document, element: Element) -> set[int]:
    kids = [kid for each in (element, *below(element)) for kid in each.kids]
    return {document.pages[kid[0]] for kid in kids if isinstance(kid, tuple)}


def shape(element: Element, depth: int = 9) -> str:
    kids = [kid for kid in element.kids if isinstance(kid, Element)]
    inner = " ".join(shape(kid, depth - 1) for kid in kids) if depth else ""
    return f"{element.kind}({inner})" if inner else element.kind


def test_what_crosses_pages_is_one(tree: Any) -> None:
    rows = "\n".join(f"| row {n} | {n} | {WORDS} |" for n in range(120))
    items = "\n".join(f"- item {n}: {WORDS}" for n in range(90))
    quote = "> " + WORDS * 60
    parts = [WORDS * 120, f"| a | b | c |\n|---|---|---|\n{rows}", items, quote, WORDS * 90]
    document, _ = tree("\n\n".join(parts))
    kinds = Counter(each.kind for each in below(document.tree))
    assert (kinds["Art"], kinds["Table"], kinds["THead"], kinds["L"]) == (1, 1, 1, 1)
    assert (kinds["TR"], kinds["TH"], kinds["TD"]) == (121, 3, 360)
    assert (kinds["LI"], kinds["Lbl"], kinds["LBody"], kinds["BlockQuote"]) == (90, 90, 90, 1)
    for kind in ("Table", "L", "BlockQuote"):
        assert len(pages(document, found(document, kind)[0])) > 1
    long = [each for each in found(document, "P") if words(document, each) == (WORDS * 120).strip()]
    assert len(long) == 1
    assert len(pages(document, long[0])) > 1
    # the head of the table stands on each of its pages, and is content on the first
    (head,) = found(document, "THead")
    assert len(pages(document, head)) == 1


def test_the_order_is_that_of_the_text(tree: Any) -> None:
    text = "One.[^1]\n\n- two\n\n  - three[^2]\n\n## Four\n\nFive.\n\n[^1]: N1.\n[^2]: N2.\n"
    document, _ = tree(text)
    (article,) = found(document, "Art")
    # publisher, headline and date come first, disclaimer and imprint last
    assert shape(article).split(" ", 3)[3].split(" Sect")[0] == (
        "P(Reference) Note(Lbl P) L(LI(Lbl LBody(P L(LI(Lbl LBody(Reference)))))) Note(Lbl P) H2 P"
    )
    told = [words(document, each) for each in below(article) if each.kind in ("P", "Note", "H2")]
    assert [each for each in told if each in ("1. N1.", "2. N2.", "Four", "Five.")] == [
        *("1. N1.", "2. N2.", "Four", "Five.")
    ]


def test_a_note_is_one_however_long(tree: Any) -> None:
    paragraphs = "\n\n    ".join([f"{WORDS * 40}", "- a\n    - b", WORDS * 30])
    document, data = tree(f"{WORDS}[^1] {WORDS}[^2]\n\n[^1]: {paragraphs}\n\n[^2]: Short.\n")
    notes = found(document, "Note")
    assert [shape(note) for note in notes] == [
        "Note(Lbl P L(LI(Lbl LBody) LI(Lbl LBody)) P)",
        "Note(Lbl P)",
    ]
    assert words(document, notes[0]).count("pilots") == 70
    assert len(pages(document, notes[0])) > 1
    with pikepdf.open(BytesIO(data)) as opened:
        names = opened.Root.StructTreeRoot.IDTree.Names
        assert [str(name) for name in list(names)[::2]] == ["note-1", "note-2"]
        assert [str(each.ID) for each in list(names)[1::2]] == ["note-1", "note-2"]


def test_pictures_have_their_captions(tree: Any, house: House) -> None:
    picture(house.root / "p.png")
    document, data = tree(
        'A ![small](p.png) picture.\n\n![large](p.png "The *caption*.")\n\n'
        "![](p.png){.decorative}\n"
    )
    figures = found(document, "Figure")
    assert [each.alt for each in figures] == ["small", "large"]
    assert [shape(each) for each in figures] == ["Figure", "Figure(Caption)"]
    with pikepdf.open(BytesIO(data)) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure":
                left, bottom, right, top = map(float, each.A.BBox)
                _, _, width, height = map(float, opened.pages[0].MediaBox)
                assert 0 < left < right < width
                assert 0 < bottom < top < height


def test_what_lists_and_cells_are_is_told(tree: Any) -> None:
    text = "- a\n\n1. b\n2. c\n\nTerm\n: what it is\n\n| x | y |\n|---|---|\n| 1 | |\n"
    document, data = tree(text)
    assert [shape(each) for each in found(document, "L")] == [
        *("L(LI(Lbl LBody))", "L(LI(Lbl LBody) LI(Lbl LBody))", "L(LI(Lbl LBody))"),
    ]
    (table,) = found(document, "Table")
    assert shape(table) == "Table(THead(TR(TH TH)) TBody(TR(TD TD)))"
    with pikepdf.open(BytesIO(data)) as opened:
        told = [
            (str(each.S), str(each.A.get("/ListNumbering", each.A.get("/Scope", ""))))
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary)
            and each.get("/S") in ("/L", "/TH")
            and "/A" in each
        ]
    assert sorted(told) == [
        *(("/L", "/Decimal"), ("/L", "/Disc")),
        *(("/TH", "/Column"), ("/TH", "/Column")),
    ]


def test_a_link_is_one_however_many_lines(tree: Any) -> None:
    text = f"{WORDS}[{WORDS * 4}](https://example.org/a) {WORDS} <https://example.org/b>"
    document, data = tree(text)
    first = found(document, "Link")[0]
    assert words(document, first) == (WORDS * 4).strip()
    assert len(first.annotations) > 3
    with pikepdf.open(BytesIO(data)) as opened:
        said = {str(each.Contents) for page in opened.pages for each in page.Annots}
    assert (WORDS * 4).strip() in said


@pytest.mark.parametrize("standard", ["ua1", "ua2"])
def test_a_table_of_contents(tree: Any, tmp_path: Path, standard: str) -> None:
    text = f"## One *two*[^a]\n\n{WORDS * 40}\n\n### Three {{#own}}\n\n{WORDS * 40}\n\n## Four\n\n"
    document, data = tree(text + "End.\n\n[^a]: A note.\n", standard, "contents: true\n")
    (outer, inner), entries = found(document, "TOC"), found(document, "TOCI")
    assert [each.kind for each in below(outer)][:6] == [
        *("TOCI", "Reference", "Link", "Em", "TOC", "TOCI"),
    ]
    assert inner.parent is entries[0]
    links = found(document, "Link")
    # no dots of a leader, and one stop for the keyboard
    assert [words(document, each) for each in links] == ["One two 1", "Three 2", "Four 3"]
    assert [len(each.annotations) for each in links] == [1, 1, 1]
    headings = [each.number for each in below(document.tree) if each.kind in ("H2", "H3")][1:4]
    with pikepdf.open(BytesIO(data)) as opened:
        elements = [opened.get_object(each.number) for each in entries]
        refers = [[target.objgen for target in each.get("/Ref", [])] for each in elements]
    assert refers == ([[], [], []] if standard == "ua1" else [[each] for each in headings])
    file = tmp_path / "x.pdf"
    file.write_bytes(data)
    with Referee(("pdf",)) as referee:
        assert {each.status for each in referee.check(file)} == {"passed"}


def test_another_language_is_told(tree: Any) -> None:
    text = '<p>A <span lang="fr">mot juste</span>, <span lang="en">own</span>.</p>\n\n'
    text += '<p lang="de">Ein Satz.</p>\n'
    document, data = tree(text)
    with pikepdf.open(BytesIO(data)) as opened:
        told = [
            (str(each.S), str(each.Lang))
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") and "/Lang" in each
        ]
    assert told == [("/Span", "fr"), ("/P", "de")]
    assert words(document, found(document, "Span")[0]) == "mot juste"


def test_a_pdf_2_is_what_its_standards_ask_for(tree: Any, tmp_path: Path) -> None:
    text = (
        f"{WORDS}[^a] *So* **it** was.[^a]\n\n## Why {{#why}}\n\nSee [above](#why).\n\n"
        "Tide\n: The rise of the sea.\n\n1. one\n\n   - two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "> Quoted `code`.\n\n[^a]: A note, see [there](https://www.example.org/).\n"
    )
    _, data = tree(text, "ua2")
    file = tmp_path / "x.pdf"
    file.write_bytes(data)
    with Referee(("pdf",)) as referee:
        checks = referee.check(file)
    assert [(each.name, each.status) for each in checks] == [
        ("PDF/A-4f", "passed"),
        ("PDF/UA-2", "passed"),
        ("WTPDF accessibility", "passed"),
        ("WTPDF reuse", "passed"),
    ]
    with pikepdf.open(BytesIO(data)) as document:
        elements = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
        notes = [each for each in elements if each.get("/S") == "/FENote"]
        calls = list(notes[0].Ref)
        assert [str(each.S) for each in calls] == ["/Reference", "/Link"]
        assert all(each.Ref[0].objgen == notes[0].objgen for each in calls)
        actions = [each.A for each in elements if "/A" in each and "/Rect" in each]
        led = [str(each.SD[0].S) for each in actions if each.S == "/GoTo"]
        # the link to a heading, the second call of a note, the place of a link that is listed
        assert set(led) == {"/FENote", "/H2", "/Link"}
        marks = [each.A.SD[0].S for each in elements if "/Title" in each and "/Parent" in each]
        assert list(map(str, marks)) == ["/H1", "/H2", "/H2", "/H2"]
        assert "/Dests" not in document.Root.Names


BOXED = (
    "{.key-points}\n> - One.[^a]\n\nText, see [](#t) and [](#p).[^a]\n\n{.side-note}\n> Beside.\n\n"
    "Table: Costs. {#t}\n\n| a |\n|---|\n| 1 |\n\nSource: us.\n\n"
    '![A pier](p.png "A pier."){#p}\n\n[^a]: A note, see [](#t).\n'
)


@pytest.mark.parametrize("standard", ["ua1", "ua2"])
def test_boxes_are_asides(tree: Any, house: House, standard: str) -> None:
    picture(house.root / "p.png")
    document, data = tree(BOXED, standard)
    assert [shape(each) for each in found(document, "Aside")] == [
        "Aside(P L(LI(Lbl LBody(Reference))))",
        "Aside(P)",
    ]
    (table,) = found(document, "Table")
    assert shape(table).startswith("Table(Caption THead(")
    with pikepdf.open(BytesIO(data)) as opened:
        root = opened.Root.StructTreeRoot
        elements = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
        asides = [each for each in elements if each.get("/S") == "/Aside"]
        # PDF 1.7 knows no such thing
        assert all(("/NS" in each) == (standard == "ua2") for each in asides)
        assert standard == "ua2" or root.RoleMap.Aside == "/Sect"
        actions = [each.A for each in elements if "/A" in each and "/Rect" in each]
        led = {str(each.SD[0].S) for each in actions if each.S == "/GoTo"}
        assert standard == "ua1" or led == {"/Table", "/Figure", "/FENote"}


@pytest.mark.parametrize("standard", ["ua1", "ua2"])
def test_notes_after_the_text(tree: Any, house: House, standard: str) -> None:
    picture(house.root / "p.png")
    document, data = tree(BOXED, standard, notes="end")
    note = {"ua1": "Note", "ua2": "FENote"}[standard]
    (notes,) = [each for each in found(document, "Sect") if found_in(each, note)]
    assert shape(notes) == f"Sect(H2 {note}(Lbl(Link) P(Link)))"
    calls = found(document, "Reference")
    assert [shape(each) for each in calls] == ["Reference(Link)", "Reference(Link)"]
    with pikepdf.open(BytesIO(data)) as opened:
        elements = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
        for each in elements:
            if standard == "ua2" and each.get("/S") == "/FENote":
                assert each.A.NoteType == "/Endnote"
                assert [str(call.S) for call in each.Ref] == ["/Reference", "/Reference"]
        said = {str(each.Contents) for each in elements if "/Rect" in each}
        assert "Back to the text (1)" in said


def test_a_link_to_a_table_leads_to_its_caption(tree: Any, house: House) -> None:
    picture(house.root / "p.png")
    document, data = tree(BOXED)
    caption = next(each for each in document.passages() if each.kind == "Caption")
    with pikepdf.open(BytesIO(data)) as opened:
        names = [*opened.Root.Names.Dests.Names]
        place = names[2 * [str(each) for each in names[::2]].index("t") + 1]
        assert float(place[3]) > (caption.height or 0)


def found_in(element: Element, kind: str) -> bool:
    return any(each.kind == kind for each in below(element))
