"""Facts about the PDFs that come out: pages, fonts, tags, text, metadata."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from helpers import ROOT, Reader, drawn_page, picture
from helpers import brief as run_brief
from PIL import Image

from brief import assemble, intake
from brief.editions import pdf
from brief.findings import HouseError
from brief.house import SHEETS, House, Style, read_house
from brief.model import Brief
from brief.run import own_checks

MOMENT = dt.datetime(2024, 7, 19, tzinfo=dt.UTC)
FRONT = "---\ntitle: A headline\ndek: A dek\ndate: 2024-07-19\nauthors: [Ada Lind, Ben Okoro]\n"
FRONT += "tags: [ports, tides]\nrights: © 2024\nlang: en-GB\n---\n"


def rendered(brief: Brief, house: House, source: bytes = b"source") -> pdf.Rendered:
    return pdf.render(assemble.print_edition(brief, house), brief, source, "Test House", MOMENT)


def pages_of(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return texts


def test_metadata_in_both_places(read: Reader, house: House) -> None:
    made = rendered(read(FRONT + "Text.").brief, house)
    with pikepdf.open(BytesIO(made.data)) as opened:
        info = {str(key): str(value) for key, value in opened.docinfo.items()}
        with opened.open_metadata() as xmp:
            told = dict(xmp)
        assert opened.Root.Lang == "en-GB"
    assert info["/Title"] == "A headline"
    assert info["/Author"] == "Ada Lind, Ben Okoro"
    assert info["/Subject"] == "A dek"
    assert info["/Keywords"] == "ports, tides"
    assert info["/CreationDate"] == "D:20240719000000Z"
    names = {re.sub(r"\{.*\}", "", key): value for key, value in told.items()}
    assert names["title"] == "A headline"
    assert names["creator"] == ["Ada Lind", "Ben Okoro"]
    assert names["description"] == "A dek"
    assert names["rights"] == "© 2024"
    assert set(names["language"]) == {"en-GB"}
    assert names["conformance"] == "A"
    parts = {key: value for key, value in told.items() if key.endswith("}part")}
    assert sorted(parts.values()) == ["1", "3"]


def test_the_source_is_attached(read: Reader, house: House) -> None:
    made = rendered(read(FRONT + "Text.").brief, house, b"the very bytes")
    with pikepdf.open(BytesIO(made.data)) as opened:
        attached = opened.attachments["piece.md"]
        assert attached.get_file().read_bytes() == b"the very bytes"
        assert attached.get_file().mime_type == "text/markdown"
        assert opened.Root.AF[0].AFRelationship == "/Source"


def test_fonts_are_embedded_subsets(read: Reader, house: House) -> None:
    made = rendered(read(FRONT + "Text in *two* faces.").brief, house)
    with pikepdf.open(BytesIO(made.data)) as opened:
        names = [
            str(item.BaseFont)
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        ]
    assert names
    assert all(re.match(r"/[A-Z]{6}\+Source", name) for name in names), names
    assert len(made.data) < 100_000


@pytest.mark.parametrize(("page", "size"), [("A4", (595.276, 841.89)), ("Letter", (612, 792))])
def test_page_sizes(read: Reader, house: House, page: str, size: tuple[float, float]) -> None:
    made = rendered(read(FRONT + "Text.").brief, replace(house, page=page))
    document = pypdfium2.PdfDocument(made.data)
    assert document[0].get_size() == pytest.approx(size, abs=0.01)
    document.close()


def outline(item: Any) -> list[tuple[int, str]]:
    return [(entry.level, entry.get_title()) for entry in item.get_toc()]


def test_bookmarks_and_running_foot(read: Reader, house: House) -> None:
    text = "## One\n\n" + "Words and words. " * 400 + "\n\n### Two\n\nText.\n"
    made = rendered(read(FRONT + text).brief, house)
    document = pypdfium2.PdfDocument(made.data)
    marks = outline(document)
    document.close()
    assert marks[:3] == [(0, "A headline"), (1, "One"), (2, "Two")]
    pages = pages_of(made.data)
    assert made.pages == len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "A headline" in page


def test_running_feet_are_artifacts(read: Reader, house: House) -> None:
    made = rendered(read(FRONT + "Words and words. " * 400).brief, house)
    with pikepdf.open(BytesIO(made.data)) as opened:
        for page in opened.pages:
            content = page.Contents.read_bytes()
            assert content.count(b"/Pagination") >= 2


def sources_with_notes() -> list[str]:
    """Return texts whose notes fall at every height of a page."""
    texts = []
    for shift in range(0, 24, 3):
        blocks = [f"Filler {'line of text ' * (3 + shift)}"]
        notes = []
        for n in range(1, 13):
            length = (n * 37 + shift * 11) % 60 + 5
            words = ["and the port"] * length
            words.insert((n * 13 + shift) % length, f"CALL{n}X[^{n}]")
            blocks.append(" ".join(words))
            notes.append(f"[^{n}]: NOTE{n}X {'said the pilots ' * ((n * 7 + shift) % 14 + 1)}")
            if n % 4 == 0:
                blocks.append("## A heading")
        texts.append("\n\n".join(blocks[:-1] + notes))
    return texts


@pytest.mark.parametrize("text", sources_with_notes())
def test_a_note_stands_on_the_page_of_its_call(read: Reader, house: House, text: str) -> None:
    pages = pages_of(rendered(read(FRONT + text).brief, house).data)
    where = {
        word: number
        for number, page in reversed(list(enumerate(pages, 1)))
        for word in re.findall(r"(?:CALL|NOTE)\d+X", re.sub(r"[-\ufffe\u0002]\r?\n?", "", page))
    }
    for n in range(1, 13):
        assert where[f"CALL{n}X"] == where[f"NOTE{n}X"], n


def test_a_note_runs_on_over_the_lines_of_its_source(read: Reader, house: House) -> None:
    note = "A note\n    that runs\n    on:\n\n    - one\n    - two\n\n    its end."
    text = f"Text[^1].\n\n[^1]: {note}\n"
    (page,) = pages_of(rendered(read(FRONT + text).brief, house).data)
    lines = page.partition("A note")[2].split("\r\n")
    assert lines[0] == " that runs on:"
    assert [line.strip("• ") for line in lines[1:4]] == ["one", "two", "its end."]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            [" ".join(f"Q{n}X is said." for n in range(1500))], marks=pytest.mark.thorough
        ),
        ["; ".join(f"*see* Q{n}X," for n in range(700))],
        pytest.param(
            [f"Q{n}X {'and the port ' * 20}" for n in range(60)], marks=pytest.mark.thorough
        ),
        ["- Q0X", *(f"Q{n}X {'and the port ' * 20}" for n in range(1, 60))],
    ],
    ids=["sentences", "no sentences", "paragraphs", "list and paragraphs"],
)
def test_a_note_longer_than_a_page_goes_on(
    read: Reader, house: House, tmp_path: Path, parts: list[str]
) -> None:
    note = "[^1]: " + "\n\n    ".join(parts)
    text = (
        f"{'Words before. ' * 200}CALL[^1] {'Words behind. ' * 900}[^2]\n\n{note}\n\n[^2]: Short."
    )
    brief = read(FRONT + text).brief
    made = rendered(brief, house)
    pages = pages_of(made.data)
    call = next(number for number, page in enumerate(pages) if "CALL" in page)
    words = [word for page in pages for word in re.findall(r"Q\d+X", page)]
    assert words == re.findall(r"Q\d+X", text)
    assert "Q0X" in pages[call]
    assert sum("Q" in page for page in pages) > 1
    # the note has its number once, and the next its own
    content = "\n".join(pages)
    assert len(re.findall(r"^1\.\s", content, re.MULTILINE)) == 1
    assert re.search(r"^2\.\sShort", content, re.MULTILINE)
    failed = [each for each in own_checks(made.data, tmp_path / "x.pdf", brief) if each.findings]
    assert not failed


@pytest.mark.parametrize("shape", ["*qxzwkrtp*", "**bold *qxzwkrtp* bold**", "[*qxzwkrtp*](#a)"])
def test_only_what_is_longer_than_a_line_breaks_within(
    read: Reader, house: House, shape: str
) -> None:
    words = " ".join(f"{'ab ' * (n % 7)}{shape}" for n in range(150))
    long = "q" * 300
    note = f"[^1]: {words} **and *{long}***"
    text = f"# A {{#a}}\n\n{words}\n\n**and *{long}*** [^1]\n\n{note}"
    content = " ".join(pages_of(rendered(read(FRONT + text).brief, house).data))
    assert content.count("qxzwkrtp") == 300
    assert content.count("q") == 2 * len(long) + 300


@pytest.mark.parametrize(
    ("columns", "value"), [(13, "12,345.67"), (21, "1.25"), (6, "Commissioners")]
)
def test_a_wide_table_stands_whole_on_the_page(
    read: Reader, house: House, tmp_path: Path, columns: int, value: str
) -> None:
    rows = ["|".join(["", *[cell] * columns, ""]) for cell in (value, "-", value, value)]
    brief = read(FRONT + "Text.\n\n" + "\n".join(rows)).brief
    made = rendered(brief, house)
    assert pages_of(made.data)[0].count(value) == 3 * columns
    assert not [c for c in own_checks(made.data, tmp_path / "x.pdf", brief) if c.findings]


def test_an_image_has_its_text(read: Reader, house: House) -> None:
    picture(house.root / "p.png")
    made = rendered(read(FRONT + "![What it shows](p.png)\n\n![](p.png){.decorative}").brief, house)
    with pikepdf.open(BytesIO(made.data)) as opened:
        alts = [
            str(item.get("/Alt", ""))
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]
    assert alts == ["What it shows"]


def with_css(house: House, tmp_path: Path, css: str) -> House:
    import shutil

    folder = tmp_path / "styles" / "own"
    shutil.copytree(SHEETS, folder)
    with (folder / "print.css").open("a", encoding="utf-8") as sheet:
        sheet.write("\n" + css)
    return replace(house, style=Style("own", folder, below=()))


def test_what_is_drawn_out_of_turn_is_read_in_its_place(
    read: Reader, house: House, tmp_path: Path
) -> None:
    css = ".dek, em { opacity: .9 } strong { position: relative; top: 1pt }"
    own = with_css(house, tmp_path, css)
    brief = read(FRONT + "One *two* three **four** five.[^1]\n\n[^1]: Six *seven* eight.").brief
    made = rendered(brief, own)
    assert not [c for c in own_checks(made.data, tmp_path / "x.pdf", brief) if c.findings]


@pytest.mark.parametrize("lang", ["ar", "he"])
def test_text_of_both_directions_is_read_in_order(
    read: Reader, house: House, tmp_path: Path, lang: str
) -> None:
    text = FRONT.replace("en-GB", lang) + "مرحبا `code {x}` (one) 12.5 % [two] نهاية."
    brief = read(text).brief
    made = rendered(brief, house)
    assert not [c for c in own_checks(made.data, tmp_path / "x.pdf", brief) if c.findings]


@pytest.mark.parametrize(
    "css",
    [
        "@import url(https://www.example.org/x.css);",
        "@font-face { font-family: X; src: url(fonts/absent.ttf) }\np { font-family: X }",
        "p { background: url(https://www.example.org/x.png) }",
        "p { background: url(file:///etc/hostname) }",
        "p { background: url(../../brief.toml) }",
        "p { background: url(//www.example.org/x.png) }",
        "p::before { content: url(ftp://www.example.org/x) }",
        "li::marker { content: url(gopher://www.example.org/) } ",
    ],
)
def test_a_style_reaches_only_its_own_folder(
    read: Reader, house: House, tmp_path: Path, css: str
) -> None:
    brief = read(FRONT + "Text.\n\n- item\n").brief
    own = with_css(house, tmp_path, css)
    if css.startswith("@import"):
        sheet = own.style.folder / "print.css"
        sheet.write_text(css + sheet.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(HouseError) as caught:
        rendered(brief, own)
    assert {found.code for found in caught.value.findings} == {"H07"}


def test_a_rule_that_is_not_understood_is_named_with_its_line(
    read: Reader, house: House, tmp_path: Path
) -> None:
    own = with_css(house, tmp_path, "p { colour: red }")
    made = rendered(read(FRONT + "Text.").brief, own)
    (found,) = made.findings
    assert (found.code, found.file) == ("H08", own.style.folder / "print.css")
    lines = (own.style.folder / "print.css").read_text(encoding="utf-8").split("\n")
    assert "colour" in lines[found.line - 1]


def test_the_same_bytes_twice(read: Reader, house: House) -> None:
    brief = read(FRONT + "Text.").brief
    assert rendered(brief, house).data == rendered(brief, house).data


def test_pictures_of_every_kind_are_drawn_whatever_they_are_called(
    read: Reader, house: House
) -> None:
    noise = Image.effect_noise((80, 60), 80).convert("RGB")
    names = {"a.tiff": "TIFF", "b.webp": "WEBP", "c.jpg": "PNG", "d.png": "JPEG", "e.gif": "GIF"}
    for name, kind in names.items():
        noise.save(house.root / name, kind)
    text = FRONT[:-4] + "photo: {path: a.tiff, alt: A, credit: C}\n---\n"
    text += "\n\n".join(f"![what {name} shows]({name})" for name in names)
    made = rendered(read(text).brief, house)
    assert made.findings == ()
    document = pypdfium2.PdfDocument(made.data)
    kinds = [item.type for page in document for item in page.get_objects()]
    document.close()
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE) == 1 + len(names)


@pytest.mark.parametrize("word", ["w" * 900, "https://www.example.org/" + "segment_" * 40])
def test_a_long_word_stays_on_the_page(read: Reader, house: House, word: str) -> None:
    made = rendered(read(f"{FRONT}Before {word} after.\n").brief, house)
    document = pypdfium2.PdfDocument(made.data)
    for page in document:
        for item in page.get_objects():
            assert item.get_bounds()[2] <= page.get_width() + 0.01
    document.close()


def test_a_picture_that_cannot_be_set_stops_the_edition(read: Reader, house: House) -> None:
    picture(house.root / "p.png")
    brief = read(FRONT + "![What it shows](p.png)").brief
    assembled = replace(assemble.print_edition(brief, house), pictures={})
    with pytest.raises(HouseError) as caught:
        pdf.render(assembled, brief, b"", "", MOMENT)
    assert {found.code for found in caught.value.findings} == {"H07"}


@pytest.mark.parametrize("data", [b"", b"no font", b"wOFF", b"wOF2 none", b"OTTO" + bytes(99)])
def test_a_file_that_is_no_font_is_told_of_at_its_line(
    read: Reader, house: House, tmp_path: Path, data: bytes
) -> None:
    css = (
        "/* x.otf */\n@font-face { font-family: X;\nsrc: url('fonts/x.otf') }\np { font-family: X }"
    )
    own = with_css(house, tmp_path, css)
    (own.style.folder / "fonts" / "x.otf").write_bytes(data)
    with pytest.raises(HouseError) as caught:
        rendered(read(FRONT + "Text.").brief, own)
    (found,) = caught.value.findings
    assert (found.code, found.file) == ("H07", own.style.folder / "print.css")
    assert found.message == "“fonts/x.otf” is no font that can be used"
    assert found.hint.startswith("put a TrueType, OpenType or WOFF font")
    lines = (own.style.folder / "print.css").read_text(encoding="utf-8").split("\n")
    assert lines[found.line - 1].startswith("src: ")


def test_half_a_font_is_told_of(read: Reader, house: House, tmp_path: Path) -> None:
    own = with_css(house, tmp_path, "")
    font = own.style.folder / "fonts" / "SourceSerif4-It.ttf"
    font.write_bytes(font.read_bytes()[:9000])
    with pytest.raises(HouseError) as caught:
        pdf.largest([drawn_page("cover", read(FRONT + "Text.").brief, own)])[1]
    (found,) = caught.value.findings
    assert (found.code, found.file, found.line) == ("H07", own.style.folder / "fonts.css", 2)


def test_a_font_that_only_the_writing_of_the_pdf_meets_as_broken_is_told_of(
    read: Reader, house: House, tmp_path: Path
) -> None:
    own = with_css(house, tmp_path, "")
    file = own.style.folder / "fonts" / "SourceSerif4-Regular.ttf"
    font = TTFont(file)
    font["fvar"] = DefaultTable("fvar")
    font["fvar"].data = bytes(64)
    font.save(file)
    with pytest.raises(HouseError) as caught:
        rendered(read(FRONT + "Text.").brief, own)
    (found,) = caught.value.findings
    assert (found.code, found.file, found.line) == ("H07", own.style.folder / "fonts.css", 1)
    assert found.message.startswith("the font “Source Serif 4” cannot be used: ")


def test_a_font_face_without_a_file_is_told_of(read: Reader, house: House, tmp_path: Path) -> None:
    own = with_css(house, tmp_path, "@font-face { font-family: X; src: local('Nobody') }\nq {}")
    with pytest.raises(HouseError) as caught:
        rendered(read(FRONT + "Text.").brief, own)
    (found,) = caught.value.findings
    lines = (own.style.folder / "print.css").read_text(encoding="utf-8").split("\n")
    assert (found.code, "@font-face" in lines[found.line - 1]) == ("H07", True)


def test_a_picture_of_a_style_that_cannot_be_read_is_told_of_at_its_line(
    read: Reader, house: House, tmp_path: Path
) -> None:
    own = with_css(house, tmp_path, "p { background: url(bad.png) }\nq { margin: 0 }")
    (own.style.folder / "bad.png").write_bytes(b"no picture")
    with pytest.raises(HouseError) as caught:
        rendered(read(FRONT + "Text.").brief, own)
    (found,) = caught.value.findings
    lines = (own.style.folder / "print.css").read_text(encoding="utf-8").split("\n")
    assert (found.code, "bad.png" in lines[found.line - 1]) == ("H07", True)


def renamed(house: House, tmp_path: Path, old: str, new: str) -> House:
    """Return a house of a style of its own that names another font in its tokens."""
    own = with_css(house, tmp_path, "")
    tokens = own.style.folder / "tokens.css"
    text = tokens.read_text(encoding="utf-8")
    assert old in text
    tokens.write_text(text.replace(old, new), encoding="utf-8")
    return own


def test_a_font_that_is_not_there_is_told_of(read: Reader, house: House, tmp_path: Path) -> None:
    brief = read(FRONT + "Text and text.").brief
    own = renamed(house, tmp_path, '"Source Serif 4";', "/* Sorce */\nSorce, 'Source Sans 3';")
    (found,) = rendered(brief, own).findings
    assert found.message == "the font “Sorce” is not there; “Source Sans 3” stands in for it"
    assert (found.code, found.file) == ("H08", own.style.folder / "tokens.css")
    assert found.hint.startswith("correct its name")
    lines = (own.style.folder / "tokens.css").read_text(encoding="utf-8").split("\n")
    assert lines[found.line - 1].startswith("Sorce, ")
    # the cover has none of that text
    assert pdf.largest([drawn_page("cover", brief, own)])[1].findings == ()


def test_a_font_that_the_cover_wants_is_told_of(read: Reader, house: House, tmp_path: Path) -> None:
    own = renamed(house, tmp_path, "Source Sans 3", "Sorce Sans")
    (found,) = pdf.largest([drawn_page("cover", read(FRONT + "Text.").brief, own)])[1].findings
    assert (found.code, found.file) == ("H08", own.style.folder / "tokens.css")
    assert "“Sorce Sans” is not there" in found.message


@pytest.mark.parametrize("name", ["source serif 4", "SourceSerif4", "serif", "UI-Monospace"])
def test_a_font_by_another_spelling_is_there(
    read: Reader, house: House, tmp_path: Path, name: str
) -> None:
    own = renamed(house, tmp_path, '"Source Serif 4"', f'"{name}"')
    assert rendered(read(FRONT + "Text.").brief, own).findings == ()


@pytest.mark.parametrize("text", ["Text.", "نص قصير مع `code` هنا."])
def test_a_font_of_the_system_is_there(house: House, tmp_path: Path, text: str) -> None:
    own = renamed(house, tmp_path, '"Source Serif 4";', "Ledger;")
    (own.style.folder / "house.toml").write_text("", encoding="utf-8")
    fonts = tmp_path / "system"
    fonts.mkdir()
    font = TTFont(SHEETS / "fonts" / "SourceSerif4-Regular.ttf")
    for record in font["name"].names:
        record.string = "Ledger" if record.nameID in (1, 4, 6, 16) else "Regular"
    font.save(fonts / "ledger.ttf")
    config = f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path}</cachedir></fontconfig>"
    (tmp_path / "fonts.conf").write_text(config, encoding="utf-8")
    (tmp_path / "piece.md").write_text(FRONT + text, encoding="utf-8")
    style = ("--style", own.style.folder, "--no-verify")
    environment = {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    ran = run_brief("export", "piece.md", *style, cwd=tmp_path, env=environment)
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("rule", ["p { colr: red }", "p { margin: var(--paper) }"])
def test_what_is_ignored_of_a_sheet_is_told_each_time(
    read: Reader, house: House, tmp_path: Path, rule: str
) -> None:
    brief, own = read(FRONT + "Text.").brief, with_css(house, tmp_path, rule)
    once, again = (rendered(brief, own).findings for _ in range(2))
    assert [found.code for found in once] == ["H08"]
    assert again == once


@pytest.mark.parametrize("name", ["harbour-light.txt", "nichnyi-avtobus.md", "reading-room.md"])
def test_nothing_is_told_of_a_sample(name: str) -> None:
    house = read_house(ROOT)
    brief = intake.read(ROOT / "sources" / name, house, [])
    assert rendered(brief, house).findings == ()
    assert pdf.largest([drawn_page("cover", brief, house)])[1].findings == ()


def test_a_rule_of_the_cover_that_a_style_lacks_is_the_default_styles(
    read: Reader, house: House, tmp_path: Path
) -> None:
    own = renamed(house, tmp_path, "--paper: #ffffff;", "--paper: nothing at all;")
    (own.style.folder / "cover.css").unlink()
    own = replace(own, style=replace(own.style, below=(SHEETS,)))
    findings = pdf.largest([drawn_page("cover", read(FRONT + "Text.").brief, own)])[1].findings
    assert {found.file for found in findings} == {SHEETS / "cover.css"}


def test_a_rule_is_named_by_its_place_though_another_sheet_has_the_word(
    read: Reader, house: House, tmp_path: Path
) -> None:
    own = renamed(house, tmp_path, ":root {", "/* colour */\n:root {")
    tokens = (own.style.folder / "tokens.css").read_text(encoding="utf-8").split("\n")
    line = 1 + next(n for n, text in enumerate(tokens) if text == "/* colour */")
    sheet = own.style.folder / "print.css"
    text = "\n" * (line - 1) + "p { colour: red }\n" + sheet.read_text(encoding="utf-8")
    sheet.write_text(text, encoding="utf-8")
    (found,) = rendered(read(FRONT + "Text.").brief, own).findings
    assert (found.file, found.line) == (sheet, line)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_what_is_told_beside_glyphs_is_what_they_draw(
    read: Reader, house: House, lang: str
) -> None:
    text = "مرك (باللغة اللاتينية: Morroch) وهي [1948] عام ٢٠٢٤، و«اقتباس» إلى اليمين."
    brief = read(f"---\ntitle: A headline\ndate: 2024-07-19\nlang: {lang}\n---\n{text}\n").brief
    data = rendered(brief, house).data
    assert not [c for c in own_checks(data, Path("x.pdf"), brief) if c.findings]
    with pikepdf.open(BytesIO(data)) as document:
        content = pikepdf.parse_content_stream(document.pages[0])
        told = [each for each in content if str(each.operator) == "BDC"]
        told = [each for each in told if "Morroch" in str(each.operands[1].get("/ActualText", ""))]
        told[0].operands[1].ActualText = pikepdf.String(text.replace("1948", "1949"))
        stream = pikepdf.unparse_content_stream(content)
        document.pages[0].Contents = document.make_stream(stream)
        out = BytesIO()
        document.save(out)
    failed = [c.name for c in own_checks(out.getvalue(), Path("x.pdf"), None) if c.findings]
    assert failed == ["actual text"]


def test_soft_hyphens_in_a_table_make_no_column_wide(
    read: Reader, house: House, tmp_path: Path
) -> None:
    words = "*the port was moved inland in 1931 because no\u00adbody had asked the pilots* `so`"
    rows = f"| a | b | c |\n|---|---|---|\n| | **{words}** | |\n| {words} | | x |\n"
    brief = read(FRONT + rows).brief
    data = rendered(brief, house).data
    assert not [c for c in own_checks(data, tmp_path / "x.pdf", brief) if c.findings]


def test_a_quotation_has_its_marks_in_the_text(read: Reader) -> None:
    assert "“so <em>it</em> ‘was’”" in read(FRONT + "He <q>so *it* <q>was</q></q> said.").brief.body


SAID = "The port was moved inland because nobody had asked the pilots. "


@pytest.mark.parametrize("lines", [6, 20])
def test_notes_stay_where_numbers_of_pages_are_put_in(
    read: Reader, house: House, lines: int
) -> None:
    front = FRONT.replace("lang:", "contents: true\nlang:")
    text = f"{front}## One\n\n{SAID * lines}[^a]\n\n"
    text += "".join(f"## Part {n}\n\n{SAID * 12}\n\n" for n in range(4))
    text += f"See [there](https://www.example.org/a).\n\n[^a]: {SAID * 75}\n"
    brief = read(text).brief
    made = rendered(brief, house)
    checks = own_checks(made.data, Path("x.pdf"), brief, house, marked=True)
    assert not [each for check in checks for each in check.findings]


def test_numbers_of_pages_that_move_the_text_are_right(read: Reader, house: House) -> None:
    front = FRONT.replace("lang:", "contents: true\nlang:")
    # the numbers have lines of the contents break that would not without them
    heads = (f"## {'mile ' * 18}{'i' * (n % 9)} {n}\n\n{SAID * (8 + n % 5)}\n\n" for n in range(40))
    brief = read(front + "".join(heads)).brief
    made = rendered(brief, house)
    checks = own_checks(made.data, Path("x.pdf"), brief, house, marked=True)
    assert made.pages > 10
    assert not [each for check in checks for each in check.findings]
