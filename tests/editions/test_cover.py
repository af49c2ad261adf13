"""What the style of brief's own makes of a cover and a first page, and covers that show nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from helpers import Reader, drawn_page, installed, picture

from brief import assemble, run
from brief.editions import cover, pdf
from brief.findings import HouseError
from brief.house import House, Style
from brief.model import Brief

FRONT = "---\ntitle: {title}\ndate: 2024-07-19\n{more}---\nText.\n"
LONG = "What five quarrelling valleys learned, rather late and at great expense, from one another"


@contextmanager
def text_of(data: bytes, page: int = 0) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(data)
    try:
        yield document[page].get_textpage()
    finally:
        document.close()


def box(text: Any, words: str) -> tuple[float, float, float, float]:
    """Return the left, bottom, right and top of the first sign of some words."""
    found = text.search(words).get_next()
    assert found, (words, text.get_text_bounded())
    return text.get_charbox(found[0])  # type: ignore[no-any-return]


def covered(brief: Brief, house: House) -> bytes:
    _, page = run.drawn("cover", brief, house)
    assert page.findings == ()
    assert (page.pages, page.fits) == (1, True)
    return page.data


def printed(brief: Brief, house: House) -> bytes:
    moment = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    return pdf.render(assemble.print_edition(brief, house), brief, b"", "", moment).data


@pytest.mark.parametrize(
    ("lang", "title", "date"),
    [
        ("he", "פנקס השלג", "ביולי"),
        ("ar", "دفتر الثلج", "يوليو"),
        ("fa", "دفتر برف", "۲۰۲۴"),
    ],
)
def test_a_cover_from_right_to_left_is_mirrored(
    read: Reader, house: House, lang: str, title: str, date: str
) -> None:
    brief = read(FRONT.format(title=title, more=f"lang: {lang}\n")).brief
    data = covered(brief, house)
    with text_of(data) as text:
        assert date in text.get_text_bounded()
        left, _, right, _ = box(text, date)
        assert 90 < left < right < 600 < box(text, "Test House")[0]
    picture = cover.draw(data, assemble.DRAWN_PX["cover"][0], brief.title)
    assert (picture.width, picture.height) == assemble.DRAWN_PX["cover"]


@pytest.mark.parametrize("title", ["A title", LONG[:78], LONG, f"{LONG}, {LONG}"])
@pytest.mark.parametrize("photo", [True, False])
@pytest.mark.parametrize("people", [9, 60])
def test_words_of_a_cover_stay_above_its_base(
    read: Reader, house: House, title: str, photo: bool, people: int
) -> None:
    names = ", ".join(f"Maximilian Oberlechner-Graf {n}" for n in range(people))
    more = f"kicker: {'Upland commons ' * 4}\nauthors: [{names}]\n"
    if photo:
        picture(house.root / "p.png", (90, 160))
        more += "photo: {path: p.png, alt: A, credit: C}\n"
    brief = read(FRONT.format(title=title, more=more)).brief
    data = covered(brief, house)
    with text_of(data) as text:
        words, _, base = text.get_text_bounded().partition("Test House")
        assert "…" in words
        assert "July 19, 2024" in base
        least = box(text, "Test House")[3] + 40
        for n, sign in enumerate(words):
            assert not sign.isalnum() or text.get_charbox(n)[1] > least, words[n:]
    cover.draw(data, 160, brief.title)


@pytest.mark.parametrize(
    "files",
    [
        {"cover.css": "* { display: none }"},
        {"cover.css": "body { visibility: hidden }"},
        {"cover.css": "h1 { display: none }"},
        {"cover.css": "h1 { margin-left: 9999px }"},
        {"cover.css": "h1 { color: white }", "templates/cover.html": "<h1>{{ brief.title }}"},
        {"templates/cover.html": "<p>x"},
    ],
)
def test_a_cover_without_the_headline_is_refused(
    read: Reader, house: House, tmp_path: Path, files: dict[str, str]
) -> None:
    style = tmp_path / "own"
    (style / "templates").mkdir(parents=True)
    for name in ("tokens.css", "cover.css"):
        (style / name).write_text("", encoding="utf-8")
    for name, text in files.items():
        (style / name).write_text(text, encoding="utf-8")
    brief = read(FRONT.format(title="The Snow Ledger", more="authors: [Ada Snow]\n")).brief
    page = drawn_page("cover", brief, replace(house, style=Style("own", style)))
    data = pdf.largest([page])[1].data
    with pytest.raises(HouseError) as caught:
        cover.draw(data, 160, brief.title, page.sheets[-1][0])
    (found,) = caught.value.findings
    assert (found.code, found.file) == ("C01", style / "cover.css")


@pytest.mark.parametrize(
    "title",
    [
        "İstanbul ışık co\u00adoperation Straße ﬁx",
        "दफ्तर बर्फ का बहीखाता और पाँच घाटियों की कहानी",
        "บัญชีหิมะแห่งห้าหุบเขาและน้ำที่ยืมกัน",
        "دَفْتَرُ الثَّلجِ 2024 لا لله EU",
        "ქართული და Մատյան",
        "የበረዶ መዝገብ פנקס השלג",
        "雪の台帳が〜パーティー",
        "❄ 🙂",
    ],
)
@pytest.mark.parametrize("case", ["none", "uppercase"])
def test_a_headline_is_found_in_every_script(
    read: Reader, house: House, tmp_path: Path, title: str, case: str
) -> None:
    shown = read(FRONT.format(title=title, more="")).brief
    page = drawn_page("cover", shown, house)
    last = (tmp_path / "last.css", f"h1 {{ text-transform: {case}; hyphens: auto }}")
    with installed(tmp_path / "installed", Squares="雪の台帳が〜パーティー年月日❄🙂"):
        data = pdf.largest([replace(page, sheets=(*page.sheets, last))])[1].data
    assert cover.draw(data, 160, shown.title).width == 160


@pytest.mark.parametrize("page", ["A4", "Letter"])
@pytest.mark.parametrize("size", [(90, 160), (100, 150), (90, 120), (40, 200), (160, 90)])
def test_a_photo_of_any_shape_stands_on_the_first_page(
    read: Reader, house: House, page: str, size: tuple[int, int]
) -> None:
    picture(house.root / "p.png", size)
    photo = "photo: {path: p.png, alt: A, caption: The valley in April, credit: Ada}\n"
    brief = read(FRONT.format(title=LONG, more=f"dek: {LONG}\nauthors: [Ada]\n{photo}")).brief
    with text_of(printed(brief, replace(house, page=page))) as text:
        assert box(text, "Photo: Ada")[1] > box(text, "Page 1")[3] + 20


def test_the_foot_of_a_text_from_right_to_left_is_mirrored(read: Reader, house: House) -> None:
    brief = read(FRONT.format(title="פנקס השלג", more="lang: he\n")).brief
    with text_of(printed(brief, house)) as text:
        middle = 297.5
        lowest = [
            (text.get_charbox(n), sign)
            for n, sign in enumerate(text.get_text_range())
            if sign.isalnum() and text.get_charbox(n)[3] < 70
        ]
        assert {sign for at, sign in lowest if at[0] < middle} >= set("עמוד1")
        assert {sign for at, sign in lowest if at[0] > middle} >= set("פנקס")


def test_calls_of_a_note_are_all_of_one_size(read: Reader, house: House) -> None:
    text = "Text[^a], again[^a].\n\n| Column |\n|---|\n| cell[^a] |\n\n[^a]: The note.\n"
    brief = read(FRONT.format(title="A title", more="").replace("Text.\n", text)).brief
    with text_of(printed(brief, house)) as page:
        whole = page.get_text_range()
        calls = [whole.index("Text1") + 4, whole.index("again1") + 5, whole.index("cell1") + 4]
        sizes = {round(pdfium.FPDFText_GetFontSize(page, call), 2) for call in calls}
        heights = [page.get_charbox(call)[3] - page.get_charbox(call)[1] for call in calls]
    assert len(sizes) == 1
    assert max(heights) - min(heights) < 0.1
