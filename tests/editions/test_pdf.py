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
from helpers import Reader, picture
from PIL import Image

from brief import assemble
from brief.editions import pdf
from brief.findings import HouseError
from brief.house import House
from brief.model import Brief

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
    shutil.copytree(house.style.folder, folder)
    with (folder / "print.css").open("a", encoding="utf-8") as sheet:
        sheet.write("\n" + css)
    return replace(house, style=replace(house.style, name="own", folder=folder))


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
            assert item.get_bounds()[2] <= page.get_width()
    document.close()


def test_a_picture_that_cannot_be_set_stops_the_edition(read: Reader, house: House) -> None:
    picture(house.root / "p.png")
    brief = read(FRONT + "![What it shows](p.png)").brief
    assembled = replace(assemble.print_edition(brief, house), pictures={})
    with pytest.raises(HouseError) as caught:
        pdf.render(assembled, brief, b"", "", MOMENT)
    assert {found.code for found in caught.value.findings} == {"H07"}
