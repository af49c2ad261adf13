"""The documents of an edition, held against golden files."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import ROOT, Reader, picture

from brief import assemble, intake
from brief.findings import HouseError
from brief.house import House, Style, read_house
from brief.model import Picture

GOLDEN = Path(__file__).parent / "golden"
COVER = Picture(b"", "image/jpeg", *assemble.COVER_PX)
SAMPLES = ("harbour-light.txt", "nichnyi-avtobus.md", "reading-room.md", "snow-ledger")


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str, request: pytest.FixtureRequest) -> None:
    house = read_house(ROOT)
    brief = intake.read(ROOT / "sources" / name, house, [])
    documents = {
        **assemble.print_edition(brief, house).documents,
        **assemble.epub_edition(brief, house, COVER).documents,
        **assemble.cover_page(brief, house).documents,
    }
    folder = GOLDEN / brief.slug
    if request.config.getoption("--update-golden"):
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in documents.items():
            (folder / file).write_text(text, encoding="utf-8")
    assert {file.name for file in folder.iterdir()} == set(documents)
    for file, text in documents.items():
        assert text == (folder / file).read_text(encoding="utf-8"), file


FRONT = "---\ntitle: A <title> & more\ndate: 2024-07-19\n---\n"


def test_what_a_source_says_is_escaped(read: Reader, house: House) -> None:
    brief = read(FRONT + "A `<b>` &amp; more.").brief
    page = assemble.print_edition(brief, house).documents["print.html"]
    assert "A &lt;title&gt; &amp; more</h1>" in page
    assert "<code>&lt;b&gt;</code> &amp; more." in page


def test_notes_stand_at_their_first_call_in_print(read: Reader, house: House) -> None:
    brief = read(FRONT + "One[^a], again[^a].\n\n[^a]: The note.\n").brief
    page = assemble.print_edition(brief, house).documents["print.html"]
    assert page.count("The note.") == 1
    assert '<a class="note-again" href="#note-1">1</a>' in page
    text = assemble.epub_edition(brief, house, COVER).documents["text.xhtml"]
    assert text.count('role="doc-noteref"') == 2
    assert text.count('id="ref-1"') == 1
    assert text.count('role="doc-footnote"') == 1


def test_print_lists_the_targets_that_paper_hides(read: Reader, house: House) -> None:
    text = "[hidden](https://www.example.org/x) https://www.example.org/y [z](mailto:a@example.org)"
    page = assemble.print_edition(read(FRONT + text).brief, house).documents["print.html"]
    listed = page[page.index('<section class="links"') :]
    assert "www.example.org/x" in listed
    assert "a@example.org" in listed
    assert "example.org/y" not in listed
    assert '<a href="https://www.example.org/y" class="address">' in page


def test_source_lines_do_not_reach_an_edition(read: Reader, house: House) -> None:
    brief = read(FRONT + "Text.").brief
    assert "data-line" not in assemble.print_edition(brief, house).documents["print.html"]


def test_a_decorative_picture_is_painted_in_print(read: Reader, house: House) -> None:
    picture(house.root / "p.png")
    brief = read(FRONT + "![](p.png){.decorative}").brief
    page = assemble.print_edition(brief, house).documents["print.html"]
    assert "<img" not in page
    assert "background-image" in page
    assert 'alt=""' in assemble.epub_edition(brief, house, COVER).documents["text.xhtml"]


def test_the_ids_of_an_edition_are_its_own(read: Reader, house: House) -> None:
    brief = read(FRONT + "{#notes}\n## Notes\n\nSee [them](#notes).[^1]\n\n[^1]: N.\n").brief
    text = assemble.epub_edition(brief, house, COVER).documents["text.xhtml"]
    assert text.count('id="notes"') == 1
    assert '<a href="#x-notes">them</a>' in text


def own_style(tmp_path: Path, **files: str) -> House:
    style = tmp_path / "styles" / "own"
    (style / "templates").mkdir(parents=True)
    sheets = {"house.toml": "", "tokens.css": "", "print.css": "", "epub.css": ""}
    for name, text in {**sheets, **files}.items():
        (style / name).write_text(text, encoding="utf-8")
    return House(style=Style("own", style), root=tmp_path)


def test_a_style_may_replace_one_template(read: Reader, tmp_path: Path) -> None:
    house = own_style(tmp_path, **{"templates/print.html": "<p>{{ brief.title }}</p>"})
    brief = read(FRONT + "Text.").brief
    page = assemble.print_edition(brief, house).documents["print.html"]
    assert page == "<p>A &lt;title&gt; &amp; more</p>"
    assert "nav.xhtml" in assemble.epub_edition(brief, house, COVER).documents


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("ok\n{{ brief.titel }}", 2),
        ("ok\n{% if %}", 2),
        ("ok\n\n{{ ''.__class__.__mro__ }}", 3),
        ("ok\n{% include '/etc/passwd' %}", 2),
        ("{{ 1 / 0 }}", 1),
    ],
)
def test_a_template_that_fails_names_its_line(
    read: Reader, tmp_path: Path, template: str, line: int
) -> None:
    house = own_style(tmp_path, **{"templates/print.html": template})
    with pytest.raises(HouseError) as caught:
        assemble.print_edition(read(FRONT + "Text.").brief, house)
    (found,) = caught.value.findings
    assert (found.code, found.line) == ("H06", line)


def test_xhtml_that_is_not_well_formed_is_the_templates_fault(read: Reader, tmp_path: Path) -> None:
    house = own_style(tmp_path, **{"templates/nav.xhtml": "<nav>"})
    with pytest.raises(HouseError) as caught:
        assemble.epub_edition(read(FRONT + "Text.").brief, house, COVER)
    assert [found.code for found in caught.value.findings] == ["H06"]


def test_tokens_are_resolved_for_e_readers(read: Reader, tmp_path: Path) -> None:
    house = own_style(
        tmp_path,
        **{
            "tokens.css": ":root { --a: #123456; --b: var(--a) }",
            "epub.css": "p { color: var(--b); margin: var(--c, 1em) }",
        },
    )
    brief = read(FRONT + "Text.").brief
    sheets = dict(assemble.epub_edition(brief, house, COVER).sheets)
    assert sheets["brief.css"] == "p { color: #123456; margin: 1em }"
    (house.style.folder / "epub.css").write_text("\np { color: var(--x) }", encoding="utf-8")
    with pytest.raises(HouseError) as caught:
        assemble.epub_edition(brief, house, COVER)
    assert [(found.code, found.line) for found in caught.value.findings] == [("H05", 2)]
