"""The documents of an edition, held against golden files."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from helpers import ROOT, Reader, drawn_page, picture

from brief import assemble, intake
from brief.findings import HouseError
from brief.house import House, Style, read_house
from brief.language import count_words
from brief.model import Picture

GOLDEN = Path(__file__).parent / "golden"
COVER = Picture(b"", "image/jpeg", *assemble.DRAWN_PX["cover"])
SAMPLES = ("harbour-light.txt", "nichnyi-avtobus.md", "reading-room.md", "snow-ledger")


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str, request: pytest.FixtureRequest) -> None:
    house = read_house(ROOT)
    brief = intake.read(ROOT / "sources" / name, house, [])
    documents = {
        **assemble.print_edition(brief, house).documents,
        **assemble.epub_edition(brief, house, COVER).documents,
        **drawn_page("cover", brief, house).documents,
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
    assert "<code>&lt;b&gt;</code> &amp;\u00a0more." in page


def test_an_error_in_a_part_of_a_template_names_the_part(
    read: Reader, house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(house.style.folder, folder)
    (folder / "templates").mkdir()
    parts = (assemble._TEMPLATES / "parts.html").read_text(encoding="utf-8")
    spoilt = parts.replace("{{ brief.title }}", "\n{{ brief.titel }}", 1)
    (folder / "templates" / "parts.html").write_text(spoilt, encoding="utf-8")
    style = Style("own", folder)
    with pytest.raises(HouseError) as caught:
        assemble.print_edition(read(FRONT + "Text.").brief, replace(house, style=style))
    (found,) = caught.value.findings
    line = spoilt[: spoilt.index("brief.titel")].count("\n") + 1
    assert (found.file, found.line) == (folder / "templates" / "parts.html", line)


def test_tables_that_need_room_are_ranked(read: Reader, house: House) -> None:
    def table(*cells: str) -> str:
        return "|".join(["", *cells, ""]) + "\n" + "|-" * len(cells) + "|\n\n"

    few, many, most = ["one"] * 4, ["some more"] * 12, ["words here"] * 20
    brief = read(FRONT + table(*few) + table(*many) + table(*most)).brief
    page = assemble.print_edition(brief, house).documents["print.html"]
    assert re.findall("<table[^>]*>", page) == [
        "<table>",
        '<table class="wide">',
        '<table class="widest">',
    ]


def test_notes_stand_at_their_first_call_in_print(read: Reader, house: House) -> None:
    brief = read(FRONT + "One[^a], again[^a].\n\n[^a]: The note.\n").brief
    page = assemble.print_edition(brief, house).documents["print.html"]
    assert page.count("The note.") == 1
    assert '<a class="note-again" href="#note-1">1</a>' in page
    text = assemble.epub_edition(brief, house, COVER).documents["text.xhtml"]
    assert text.count('role="doc-noteref"') == 2
    assert text.count('id="ref-1"') == 1
    assert text.count('role="doc-footnote"') == 1


def test_notes_may_stand_after_the_text(read: Reader, house: House) -> None:
    brief = read(FRONT + "One[^a], again[^a].[^b]\n\n[^a]: The note.\n[^b]: Another.\n").brief
    page = assemble.print_edition(brief, replace(house, notes="end")).documents["print.html"]
    text = assemble.epub_edition(brief, house, COVER).documents["text.xhtml"]
    for document in (page, text):
        notes = document[document.index('<section class="notes"') :]
        assert re.findall('role="doc-footnote" id="(.*?)"', notes) == ["note-1", "note-2"]
        assert re.findall('href="#(ref-.)"', notes) == ["ref-1", "ref-2"]
        calls = re.findall('<a class="noteref"[^>]*href="#(.*?)"(?: id="(.*?)")?', document)
        assert calls == [("note-1", "ref-1"), ("note-1", ""), ("note-2", "ref-2")]


FIGURES = (
    '![A](p.png "One."){#a}\n\n![B](p.png)\n\n![C](p.png){credit="Me"}\n\n![D](p.png "Two."){#d}'
)
TABLES = "Table: Of *costs*. {#t}\n\n| a |\n|---|\n| 1 |\n\n"


@pytest.mark.parametrize(
    ("text", "captions", "references"),
    [
        ("None.", ["One.", "Two.", "Of <em>costs</em>."], []),
        (
            "[](#d), [](#a)",
            ["Figure 1. One.", "Figure 2. Two.", "Of <em>"],
            ["Figure 2", "Figure 1"],
        ),
        ("[](#t) [x](#a)", ["One.", "Two.", "Table 1. Of <em>"], ["Table 1", "x"]),
        ("[](#h)", ["One.", "Two.", "Of <em>costs</em>."], ["A heading"]),
        ("Note.[^1]\n\n[^1]: [](#t)", ["One.", "Two.", "Table 1. Of"], ["Table 1"]),
    ],
)
def test_what_is_referred_to_is_numbered(
    read: Reader, house: House, text: str, captions: list[str], references: list[str]
) -> None:
    picture(house.root / "p.png")
    brief = read(f"{FRONT}{text}\n\n## A *heading* {{#h}}\n\n{FIGURES}\n\n{TABLES}").brief
    documents = assemble.print_edition(brief, house).documents
    documents = {**documents, **assemble.epub_edition(brief, house, COVER).documents}
    for name in ("print.html", "text.xhtml"):
        told = re.sub('<span class="(number|credit)">(.*?)</span>', r"\2", documents[name])
        told = told.replace("\xa0", " ")  # the last words of a paragraph stay together
        found = re.findall("<(?:fig)?caption>(.*?)</(?:fig)?caption>", told)
        assert found[1] == "Me"
        for caption, wanted in zip([found[0], *found[2:]], captions, strict=True):
            assert caption.startswith(wanted)
        links = re.findall('<a href="#[adht]"[^>]*>(.*?)</a>', told)
        assert links == references


def test_boxes_say_what_they_are(read: Reader, house: House) -> None:
    boxes = ["{.key-points}\n> One.", "{.recommendations}\n> ## Do\n>\n> Two."]
    boxes += ["{.box}\n> ## A\n> B.", "{.box}\n> Three.", "{.side-note}\n> Four."]
    text = "\n\n".join(boxes)
    brief = read(FRONT + text).brief
    document = assemble.epub_edition(brief, house, COVER).documents["text.xhtml"]
    assert re.findall("<aside ([^>]*)>", document) == [
        'class="box key-points" aria-labelledby="box-1" role="region"',
        'class="box recommendations" aria-labelledby="section-1" role="region"',
        'class="box" aria-labelledby="section-2"',
        'class="box" role="note"',
        'class="side-note" role="note"',
    ]
    assert '<p class="label" id="box-1">Key points</p><p>One.</p>' in document
    assert document.count('class="label" id="box') == 1


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
    return House(style=Style("own", style, below=()), root=tmp_path)


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
        ("\n{{ 'x' * 10**10 }}", 2),
        ("{{ [1] * 10**9 }}", 1),
        ("{{ 10**9 * brief.title }}", 1),
        ("{{ 10 ** (10 ** 9) }}", 1),
        ("{{ '%1000000000d' % 1 }}", 1),
        ("{{ '%*d' % (10**9, 1) }}", 1),
        ("\n{{ '%1000000000d'|format(1) }}", 2),
        ("{{ '{:1000000000}'.format(1) }}", 1),
        ("{{ '{:{}}'.format(1, 10**9) }}", 1),
        ("\n{{ 'x'.ljust(10**10) }}", 2),
        ("{{ 'x'.ljust(10000000000) }}", 1),
        ("{{ 'x'|center(10**10) }}", 1),
        ("\n{{ 'x'|center(10000000000) }}", 2),
        ("{{ ['x']|map('center', 10**10)|join }}", 1),
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


def test_a_template_may_reckon_and_fill_in(read: Reader, tmp_path: Path) -> None:
    text = "{{ 2 * 3 ** 2 % 5 }} {{ 'ab' * 2 }} {{ 'x'|center(3) }} {{ 'y'.ljust(2) }}!"
    text += " {{ '%03d' % 7 }} {{ '%s: %s'|format('a', 5551234) }} {{ '{:>3}'.format(1) }}"
    house = own_style(tmp_path, **{"templates/print.html": text})
    page = assemble.print_edition(read(FRONT + "Text.").brief, house).documents["print.html"]
    assert page == "3 abab  x  y ! 007 a: 5551234   1"


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
    assert sheets[Path("brief.css")] == "p { color: #123456; margin: 1em }"
    (house.style.folder / "epub.css").write_text("\np { color: var(--x) }", encoding="utf-8")
    with pytest.raises(HouseError) as caught:
        assemble.epub_edition(brief, house, COVER)
    assert [(found.code, found.line) for found in caught.value.findings] == [("H12", 2)]


@pytest.mark.parametrize(
    ("tokens", "sheet", "made"),
    [
        ("--a: 1px", "p { margin: var(--b, var(--a)) }", "p { margin: 1px }"),
        ("--a: 1px", "p { margin: var(--a, var(--b)) }", "p { margin: 1px }"),
        ("--a: rgb(1 2 3)", "p { color: var(--b, var(--a)) }", "p { color: rgb(1 2 3) }"),
        ("", "p { width: var(--b, calc(2 * (1px + 1px))) }", "p { width: calc(2 * (1px + 1px)) }"),
        ("", "p { font: var( --b,) }", "p { font:  }"),
        (
            "".join(f"--a{n}: var(--a{n + 1});" for n in range(30)) + "--a30: 1px",
            "p { margin: var(--a0) }",
            "p { margin: 1px }",
        ),
    ],
)
def test_tokens_within_tokens(
    read: Reader, tmp_path: Path, tokens: str, sheet: str, made: str
) -> None:
    house = own_style(tmp_path, **{"tokens.css": f":root {{ {tokens} }}", "epub.css": sheet})
    brief = read(FRONT + "Text.").brief
    assert assemble.epub_edition(brief, house, COVER).sheets == ((Path("brief.css"), made),)


FAN = "".join(f"--a{n}: var(--a{n + 1}) var(--a{n + 1});\n" for n in range(40))


@pytest.mark.parametrize(
    ("tokens", "sheet", "file", "line", "told"),
    [
        # what is missing is told of where it is named, not where the one that names it is
        ("--a: 1px;\n--b: var(--c);", "p { margin: var(--b) }", "tokens.css", 3, "--c is used"),
        ("", "\np { margin: var(--b, var(--c)) }", "epub.css", 2, "--c is used"),
        ("--a: var(--b);\n--b: var(--a);", "p { margin: var(--a) }", "tokens.css", 3, "--a is set"),
        (f"{FAN}--a40: 12345678;", "p { margin: var(--a0) }", "tokens.css", 28, "--a26 grows"),
        (f"--a: {'x' * 999};", "p { margin: var(--a) }" * 101, "epub.css", 1, "epub.css grows"),
        (
            "".join(f"--a{n}: var(--a{n + 1});\n" for n in range(9999)) + "--a9999: 1px;",
            "p { margin: var(--a0) }",
            "tokens.css",
            51,
            "--a50 is set",
        ),
    ],
    ids=["nested", "instead", "circle", "fan", "often", "deep"],
)
def test_tokens_that_cannot_be_resolved(
    read: Reader, tmp_path: Path, tokens: str, sheet: str, file: str, line: int, told: str
) -> None:
    house = own_style(tmp_path, **{"tokens.css": f":root {{\n{tokens} }}", "epub.css": sheet})
    with pytest.raises(HouseError) as caught:
        assemble.epub_edition(read(FRONT + "Text.").brief, house, COVER)
    (found,) = caught.value.findings
    code = "H12" if told.endswith("is used") else "H14"
    assert (found.code, found.file, found.line) == (code, house.style.folder / file, line)
    assert found.message.startswith(told)
    assert found.hint


@pytest.mark.parametrize(
    ("title", "size"),
    [
        ("A" * 40, "short"),
        ("A" * 41, "middling"),
        ("\u96ea" * 40, "middling"),
        ("A" * 240, "longest"),
        ("A" * 241, "endless"),
    ],
)
def test_a_cover_says_how_much_it_has_to_show(
    read: Reader, house: House, title: str, size: str
) -> None:
    brief = read(f"---\ntitle: {title}\ndate: 2024-07-19\nauthors: [Ada]\n---\nText.").brief
    page = drawn_page("cover", brief, house).documents["cover.html"]
    assert f'<div class="cover plain {size}">' in page
    many = replace(brief, authors=brief.authors * 30)
    page = drawn_page("cover", many, house).documents["cover.html"]
    assert f'<div class="cover plain {size} crowded">' in page


def test_sheets_name_the_files_they_are(read: Reader, tmp_path: Path) -> None:
    house = own_style(tmp_path)
    brief = read(FRONT + "Text.").brief
    named = dict(drawn_page("cover", brief, house).sheets)
    assert not any(file.name == "cover.css" for file in named)
    assert all(
        text == file.read_text(encoding="utf-8")
        for file, text in named.items()
        if text and file.is_absolute()
    )
    (house.style.folder / "cover.css").write_text("p { margin: 0 }", encoding="utf-8")
    named = dict(drawn_page("cover", brief, house).sheets)
    assert named[house.style.folder / "cover.css"] == "p { margin: 0 }"


_ENTRY = r"(<ol|</ol)|<a href=[^>]*><span>(.*?)</span> </a>"


def contents_of(read: Reader, house: House, front: str, body: str) -> list[str]:
    """Return the entries of print's table of contents, deeper ones behind a dash."""
    brief = read(f"---\ntitle: A\ndate: 2024-07-19\n{front}---\n{body}").brief
    page = assemble.print_edition(brief, house).documents["print.html"]
    listed = re.search('<nav class="contents".*?</nav>', page, re.DOTALL)
    entries, depth = [], -1
    for mark, entry in re.findall(_ENTRY, listed[0] if listed else ""):
        depth += {"<ol": 1, "</ol": -1}.get(mark, 0)
        entries += [f"{'- ' * depth}{entry.strip()}"] if entry else []
    return entries


SECTIONS = (
    "## One[^a]\n\n### *Two* `x` [y](https://example.org)\n\n## Three\n\n## Four\n\n{}\n\n[^a]: N."
)


def test_a_long_text_has_contents_in_print(read: Reader, house: House) -> None:
    entries = ["One", "- <em>Two</em> <code>x</code>\u00a0y", "Three", "Four"]
    long, short_ = SECTIONS.format("word " * 2500), SECTIONS.format("word")
    assert contents_of(read, house, "", long) == entries
    assert contents_of(read, house, "", short_) == []
    assert contents_of(read, house, "contents: true\n", short_) == entries
    assert contents_of(read, house, "contents: false\n", long) == []
    assert contents_of(read, replace(house, contents=0), "", long) == []
    assert contents_of(read, replace(house, contents=7), "", short_) == entries
    two = "## One\n\n## Two\n\n" + "word " * 2600
    assert contents_of(read, house, "", two) == []
    many = "".join(f"## {n}\n\n### {n}.1\n\n" for n in range(1, 8))
    assert contents_of(read, house, "contents: true\n", many) == [str(n) for n in range(1, 8)]
    text = assemble.epub_edition(read(FRONT + long).brief, house, COVER).documents["text.xhtml"]
    assert 'class="contents"' not in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It’s a well-known fact, since 1931.", 6),
        ("在海边的城市里，没有人问。", 4),
        ("ท่าเรือถูกย้าย", 4),
        ("मेरा नाम हिन्दी है", 4),
        ("می‌خواهم بروم", 2),
        ("한국어 단어", 2),
        ("Mixed 東京都 text", 3),
        ("— … •", 0),
    ],
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("front", "cited"),
    [
        (
            "identifier: 10.1234/a<b>\nurl: https://example.org/x\nseries: Papers 7\n"
            "authors: [Ada Lind, Ben Okoro]\n",
            "Ada Lind and Ben Okoro (2024). “A title”. Papers 7. Test House."
            " https://doi.org/10.1234/a%3Cb%3E",
        ),
        ("url: https://example.org/x\n", "Test House (2024). “A title”. https://example.org/x"),
        (
            "identifier: 978-0-306-40615-7\ntitle: Who “asks”?\n",
            "Test House (2024). “Who ‘asks’?” ISBN 9780306406157",
        ),
        (
            "identifier: urn:nbn:de:1\nlang: fr\nauthors: Ada Lind\nurl: https://example.org/x\n",
            "Ada Lind (2024). «\u202fA title\u202f». Test House. urn:nbn:de:1 https://example.org/x",
        ),
        ("cite_as: Lind, *Tides*\n", "Lind, Tides"),
        ('cite_as: ""\nidentifier: 10.1234/a\n', ""),
        ("", ""),
    ],
)
def test_how_to_cite(read: Reader, house: House, front: str, cited: str) -> None:
    title = "" if "title:" in front else "title: A title\n"
    brief = read(f"---\n{title}date: 2024-07-19\n{front}---\nText.").brief
    for page in (
        assemble.print_edition(brief, house).documents["print.html"],
        assemble.epub_edition(brief, house, COVER).documents["text.xhtml"],
    ):
        found = re.search(r'<p class="cite">(.*?)</p>', page)
        said = unescape(re.sub("<[^>]*>", "", found[1])) if found else ""
        assert re.sub(r"^(Cite as|Pour citer ce texte)\s?: ", "", said) == cited
        # what it says is not said once more below it
        assert page.count('class="identifier"') == (
            "identifier" in front and 'cite_as: ""' in front
        )
    everywhere = assemble.print_edition(brief, replace(house, cite=True)).documents["print.html"]
    assert ('class="cite"' in everywhere) == ('cite_as: ""' not in front)


def test_authors_and_contacts_behind_the_text(read: Reader, house: House) -> None:
    picture(house.root / "face.png")
    front = "---\ntitle: A\ndate: 2024-07-19\nauthors:\n"
    front += (
        "  - {name: Ada, bio: '{#x}\n\n      See [there](#x).', url: https://example.org/ada}\n"
    )
    front += "  - {name: Ben, role: Editor, email: ben@example.org}\n"
    front += "  - {name: Cai, portrait: face.png}\n"
    front += "contact: {name: Press, role: Desk, phone: +1 555 0100}\n---\nText."
    brief = read(front).brief
    for page in (
        assemble.print_edition(brief, house).documents["print.html"],
        assemble.epub_edition(brief, house, COVER).documents["text.xhtml"],
    ):
        parts = re.findall(r'<section class="(\w+)" id="(\w+)"', page)
        assert [part for part, _ in parts][-3:] == ["about", "contact", "imprint"]
        about, imprint = page.split('id="about"')[1].split('id="imprint"')
        assert re.findall(r'<p class="name"><strong>(\w+)', about) == ["Ada", "Cai"]
        assert "About the authors" in about
        assert '<a href="https://example.org/ada"' in about
        assert 'alt="Portrait of Cai"' in about
        assert (
            '<strong>Ben</strong>, Editor · <a href="mailto:ben@example.org" dir="ltr">' in imprint
        )
        assert "Ada" not in imprint
        assert '<a href="tel:+15550100" dir="ltr">+1 555 0100</a>' in about
