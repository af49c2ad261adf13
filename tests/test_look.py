"""What can be measured of a page that looks set: its grid, its lines, its breaks, its margins."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import prose
import pytest
from helpers import picture
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import BlockBox, LineBox, TextBox

from brief import assemble, run
from brief.checks.pdf import text as checked_text
from brief.editions import pdf
from brief.house import STYLES, read_house
from brief.tokens import values

NAMES = sorted(each.parent.name for each in STYLES.glob("*/house.toml"))
#: length in words, head, language, whether it has notes; 20 of them, each set in one style in every
#: run of the tests
BRIEFS = [
    *((200, head, "en", True) for head in prose.HEADS),
    *((900, head, "en", True) for head in prose.HEADS),
    *((900, head, "de", False) for head in prose.HEADS),
    *((3000, head, "en", head != "wide") for head in prose.HEADS),
    *((1500, head, "de", True) for head in ("plain", "tall")),
    (8000, "wide", "en", True),
    (1800, "plain", "en", False),
]
MM = 96 / 25.4


@cache
def page_boxes(folder: Path, style: str, case: tuple[int, str, str, bool]) -> list[Any]:
    words, head, lang, notes = case
    picture(folder / "wide.png", (900, 500))
    picture(folder / "tall.png", (500, 900))
    source = folder / f"{style}-{words}-{head}-{lang}-{notes}.md"
    source.write_text(prose.brief(words, head, lang=lang, notes=notes), encoding="utf-8")
    return laid_out(source, folder, style)


def laid_out(source: Path, folder: Path, style: str) -> list[Any]:
    house = read_house(folder, style=style)
    made = run.read(source, house, [])
    kept: list[Any] = []

    def keep(document: Document) -> bytes:
        kept.extend(each._page_box for each in document.pages)
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Document, "write_pdf", keep)
        pdf._layout(assemble.print_edition(made, house), "print.html")
    return kept


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("look")
    (made / "brief.toml").write_text('publisher = "Northlight Institute"\n', encoding="utf-8")
    return made


@pytest.fixture(params=NAMES)
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Pages(list[Any]):
    """The pages of a brief of so many words, set in a style."""

    words: int
    style: str


@pytest.fixture(
    params=[
        pytest.param(
            (style, brief),
            marks=[pytest.mark.thorough] * ((n + m) % len(NAMES) != 0),
            id="-".join(map(str, (style, *brief))),
        )
        for n, style in enumerate(NAMES)
        for m, brief in enumerate(BRIEFS)
    ]
)
def pages(request: pytest.FixtureRequest, folder: Path) -> Pages:
    style, brief = request.param
    made = Pages(page_boxes(folder, style, brief))
    made.words, made.style = brief[0], style
    return made


def inside(box: Any, name: str) -> Iterator[Any]:
    """Yield the boxes of elements of a class or tag, outermost first."""
    for each in box.descendants(placeholders=True):
        element = each.element
        if element is None or "::" in each.element_tag:
            continue
        if element.tag == name or name in element.get("class", "").split():
            yield each


def lines_of(box: Any) -> list[Any]:
    """Return the lines of a block, without those of blocks or notes within it."""
    return [each for each in box.children if isinstance(each, LineBox)]


def text_of(line: Any) -> str:
    return "".join(each.text for each in line.descendants() if isinstance(each, TextBox))


def top_blocks(page: Any) -> Iterator[Any]:
    for body in inside(page, "body"):
        if body.element.tag == "div":
            for each in body.children:
                yield from each.children if each.element is body.element else (each,)


def test_the_lines_of_paragraphs_stand_on_the_grid(pages: Pages) -> None:
    tokens = values(read_house(style=pages.style).style)
    step, top = (length(tokens[name]) for name in ("--line", "--margin-top"))
    lines = [
        line
        for page in pages
        for block in top_blocks(page)
        if block.element_tag == "p"
        for line in lines_of(block)
    ]
    assert len(lines) > 8
    off = [(line.position_y - top) % step for line in lines]
    assert all(min(each, step - each) < 0.05 for each in off), off


def length(value: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(pt|mm)", value).groups()  # type: ignore[union-attr]
    return float(number) * {"pt": 4 / 3, "mm": MM}[unit]


def test_no_page_begins_or_ends_with_one_line_of_a_paragraph(pages: Pages) -> None:
    parts: dict[Any, list[int]] = {}
    for page in pages:
        for block in inside(page, "p"):
            if lines_of(block):
                parts.setdefault(block.element, []).append(len(lines_of(block)))
    assert all(min(each) >= 2 for each in parts.values() if len(each) > 1)


def test_no_heading_stands_at_the_foot_of_a_page(pages: Pages) -> None:
    for page in pages[:-1]:
        blocks = list(top_blocks(page))
        if blocks:
            assert not re.fullmatch("h[1-6]", blocks[-1].element_tag or ""), blocks[-1].element


def test_no_paragraph_ends_with_a_line_of_one_word(pages: Pages) -> None:
    ends: dict[Any, list[Any]] = {}
    for page in pages:
        for block in inside(page, "p"):
            if block.element.get("class", "") in ("", "leading") and lines_of(block):
                ends.setdefault(block.element, []).extend(lines_of(block))
    for element, lines in ends.items():
        words = "".join(element.itertext()).split()
        last = text_of(lines[-1]).split()
        if len(lines) > 1 and len(" ".join(words[-2:])) <= 24:
            assert len(last) > 1, words[-8:]


def test_no_more_than_two_lines_in_a_row_end_with_a_hyphen(pages: Pages) -> None:
    for page in pages:
        for block in page.descendants():
            row = 0
            for line in lines_of(block) if hasattr(block, "children") else ():
                row = row + 1 if text_of(line).rstrip().endswith("‐") else 0
                assert row <= 2, text_of(line)


def test_no_line_ends_before_it_must(pages: Pages) -> None:
    for page in pages:
        for block in inside(page, "p"):
            floated = any(each.is_floated() for each in block.descendants())
            for line in lines_of(block)[:-1] if not floated else ():
                # long words leave narrow columns ragged
                least = 0.6 if block.width > 90 * MM else 0.4
                assert line.width > least * block.width, text_of(line)


def test_no_name_and_no_address_is_divided(pages: Pages) -> None:
    for page in pages:
        for name in ("byline", "dateline", "headline", "address"):
            for block in inside(page, name):
                texts = [each.text for each in block.descendants() if isinstance(each, TextBox)]
                assert not [text for text in texts if text.endswith("‐")]


def test_all_stands_within_the_page_and_its_measure(pages: Pages) -> None:
    for page in pages:
        left, right = page.content_box_x(), page.content_box_x() + page.width
        for line in page.descendants():
            if isinstance(line, LineBox):
                for each in line.descendants():
                    if isinstance(each, TextBox) and each.text.strip():
                        assert each.position_x >= 9 * MM, each.text
                        assert each.position_x + each.width <= page.margin_width() - 9 * MM
        # blocks of the text keep to its column; what hangs in the margin stays clear of it
        for block in top_blocks(page):
            if block.element_tag in ("p", "h2", "h3", "h4", "ul", "ol") and not block.is_floated():
                hanging = {each for box in inside(block, "number") for each in box.descendants()}
                for line in block.descendants():
                    if isinstance(line, LineBox) and line not in hanging:
                        end = line.position_x + line.width
                        assert left - 0.5 <= line.position_x, text_of(line)
                        assert end <= right + 0.5, text_of(line)
        for kind in ("table", "figure", "img"):
            for block in inside(page, kind):
                assert block.position_x >= 9 * MM
                assert block.position_x + block.margin_width() <= page.margin_width() - 9 * MM


def test_only_long_texts_have_contents_and_their_pages_end_the_lines(pages: Pages) -> None:
    listed = [each for page in pages for each in inside(page, "contents")]
    assert bool(listed) == (pages.words >= 2500)
    for contents in listed:
        ends: dict[Any, float] = {}
        for entry in inside(contents, "toc-entry"):
            texts = [each for each in entry.descendants() if isinstance(each, TextBox)]
            end = max(each.position_x + each.width for each in texts)
            ends[entry.element] = max(end, ends.get(entry.element, 0))
        measure = contents.content_box_x() + contents.width
        assert list(ends.values()) == pytest.approx([measure] * len(ends), abs=0.5)


def test_the_lines_of_a_headline_are_of_like_lengths(folder: Path, style: str) -> None:
    told = "The port was moved inland and none of the pilots had been asked about its tide"
    words, parted = told.split(), 0
    for n in range(5, len(words) + 1, 2):
        source = folder / f"{style}-headline-{n}.md"
        front = f"title: {' '.join(words[:n])}\ndek: {' '.join(words * 2)[: 9 * n]}."
        source.write_text(f"---\n{front}\ndate: 2024-07-19\n---\nText.\n", encoding="utf-8")
        page = laid_out(source, folder, style)[0]
        for block in (*inside(page, "headline"), *inside(page, "dek")):
            lines = lines_of(block)
            widths = [sum(each.width for each in line.children) for line in lines]
            assert not lines or min(widths) > max(widths) / 2, [*map(text_of, lines)]
            parted += len(lines) > 1
    assert parted > 4


def test_no_word_of_a_headline_is_broken_for_the_sake_of_like_lengths(
    folder: Path, style: str
) -> None:
    for title in ("Citizenship appointment bookings", "Interdepartmental reorganisations for all"):
        source = folder / f"{style}-long-words.md"
        source.write_text(f"---\ntitle: {title}\ndate: 2024-07-19\n---\nText.\n", encoding="utf-8")
        headline = next(inside(laid_out(source, folder, style)[0], "headline"))
        assert " ".join(map(text_of, lines_of(headline))).split() == title.split()


def test_what_is_below_the_text_has_no_page_of_its_own_if_it_fits_closer(
    folder: Path, style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pages(count: int) -> list[Any]:
        source = folder / f"{style}-foot.md"
        head = "title: A headline\ndate: 2024-07-19\ndisclaimer: The views are of nobody.\n"
        source.write_text(
            f"---\n{head}---\n" + "A line.\\\n" * count + "The last.\n", encoding="utf-8"
        )
        return laid_out(source, folder, style)

    with monkeypatch.context() as patched:
        patched.setattr(pdf, "_above_foot", lambda *_: -1)
        full = bisect_left(range(60), 2, key=lambda count: len(pages(count)))
    assert len(pages(full)) == 1
    first, last = pages(full + 5)
    assert not list(inside(first, "disclaimer"))
    assert list(inside(last, "disclaimer"))


def test_the_series_stands_at_the_end_of_the_line_of_the_publisher(
    folder: Path, style: str
) -> None:
    for lang, side in (("en", "right"), ("ar", "left")):
        source = folder / f"{style}-series-{lang}.md"
        head = f"title: A headline\ndate: 2024-07-19\nseries: Papers 7\nlang: {lang}\n"
        source.write_text(f"---\n{head}---\nText.\n", encoding="utf-8")
        (page,) = laid_out(source, folder, style)
        (masthead,) = inside(page, "masthead")
        (line,) = lines_of(next(inside(masthead, "series")))
        start = masthead.content_box_x()
        if side == "left":
            assert line.position_x == pytest.approx(start, abs=0.5)
        else:
            end = start + masthead.width
            assert line.position_x + line.width == pytest.approx(end, abs=0.5)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_authors_begin_at_one_edge_beside_their_portraits(
    folder: Path, style: str, lang: str
) -> None:
    picture(folder / "face.png", (400, 500))
    source = folder / f"{style}-about-{lang}.md"
    authors = "  - {name: A, bio: One., portrait: face.png}\n  - {name: B, bio: Two.}\n"
    front = f"title: A\ndate: 2024-07-19\nlang: {lang}\nauthors:\n{authors}"
    source.write_text(f"---\n{front}---\nText.\n", encoding="utf-8")
    (page,) = laid_out(source, folder, style)
    (portrait,) = inside(page, "portrait")
    left = portrait.border_box_x()
    right = left + portrait.border_width()
    assert 9 * MM <= left < right <= page.margin_width() - 9 * MM
    lines = [line for name in inside(page, "name") for line in lines_of(name)]
    begin = {round(x.position_x + (x.width if lang == "ar" else 0), 1) for x in lines}
    assert len(lines) == 2
    (edge,) = begin
    assert edge < left if lang == "ar" else edge > right - 0.5


@pytest.mark.parametrize("lines", [2, 3, 4])
def test_a_first_letter_of_several_lines_is_read_with_its_word(lines: int, tmp_path: Path) -> None:
    style = tmp_path / "styles" / "own"
    style.mkdir(parents=True)
    (style / "house.toml").write_text('from = "institute"\n', encoding="utf-8")
    (style / "tokens.css").write_text(f":root {{ --drop-cap: {lines} }}\n", encoding="utf-8")
    text = f"---\ntitle: A title\ndate: 2024-07-19\n---\n\nCharts {'look alike, ' * 40}.\n"
    (tmp_path / "piece.md").write_text(text, encoding="utf-8")
    (outcome,) = run.export(
        tmp_path / "piece.md",
        editions=["pdf"],
        out=tmp_path,
        verify=False,
        house=read_house(tmp_path, style="own"),
    )
    assert outcome.error is None
    assert "Charts look alike," in "".join(checked_text((tmp_path / "piece.pdf").read_bytes()))


#: what follows a figure, and whether that may stand before it on the page
FOLLOWING = {
    "paragraphs": ("{long}\n\n{long}\n", True),
    "what introduces a list": (
        "It has three:\n\n- one\n- two\n- three\n\n{long}\n\n{long}\n",
        True,
    ),
    "a heading": ("## Next\n\n{long}\n", False),
}


@pytest.mark.parametrize("following", FOLLOWING)
def test_a_figure_without_room_leaves_no_page_half_empty(
    folder: Path, style: str, following: str
) -> None:
    after, passes = FOLLOWING[following]
    picture(folder / "wide.png", (900, 500))
    line = values(read_house(style=style).style)["--line"]
    told, moved = " ".join(prose.SENTENCES["en"]), 0
    for count in (7, 11, 15, 19, 23):
        source = folder / f"{style}-room.md"
        before = "Five words and a note.[^1]\n\n" + "\n\n".join(["It is cheap. " * 6] * count)
        shown = "![A chart of lamps](wide.png 'Lamps in order.')"
        text = f"{before}\n\n{shown}\n\n{after.format(long=told)}\n\n[^1]: A note.\n"
        source.write_text(f"---\n{prose.HEADS['plain']}---\n{text}", encoding="utf-8")
        pages = laid_out(source, folder, style)
        order = [each.element for page in pages for each in top_blocks(page)]
        place = next(n for n, each in enumerate(order) if each.tag == "figure")
        late = place > count + 1
        moved += late
        assert not (late and not passes)
        for page, following_page in pairwise(pages):
            last, first = [*top_blocks(page)][-1], next(top_blocks(following_page), None)
            notes = min((each.position_y for each in inside(page, "note")), default=9999)
            bottom = min(page.content_box_y() + page.height, notes)
            free = bottom - last.border_box_y() - last.border_height()
            if passes and first is not None and first.element.tag == "figure":
                assert free < 7 * length(line), count
        for one, two in pairwise(each for page in pages for each in top_blocks(page)):
            if two.element_tag == "p" and one.element is not two.element and lines_of(two):
                indent = lines_of(two)[0].children[0].position_x - two.content_box_x()
                indented = one.element_tag == "p" and style != "plain"
                assert (indent > 1) == indented, text_of(lines_of(two)[0])
        if "list" in following:
            blocks = [each.tag for each in order]
            assert blocks[blocks.index("ul") - 1] == "p"
    assert moved == 0 or passes
    assert moved or not passes


def test_a_photo_with_nearly_enough_room_is_set_a_little_smaller(folder: Path, style: str) -> None:
    picture(folder / "wide.png", (900, 500))

    def set_after(count: int) -> tuple[int, int]:
        source = folder / f"{style}-smaller.md"
        lines = "A line.\\\n" * count + "The last.[^1]"
        text = f"{lines}\n\n![A chart](wide.png)\n\n## Next\n\nText.\n\n[^1]: A note.\n"
        source.write_text(f"---\n{prose.HEADS['plain']}---\n{text}", encoding="utf-8")
        ((page, photo),) = (
            (n, each)
            for n, page in enumerate(laid_out(source, folder, style))
            for each in inside(page, "img")
        )
        return page, round(photo.width)

    full = bisect_left(range(50), 1, key=lambda count: set_after(count)[0])
    _, whole = set_after(0)
    smaller = [set_after(count) for count in (full - 2, full - 1)]
    assert all(page == 0 and 0.74 * whole <= width < whole for page, width in smaller)
    # on a page of its own it has its own size again
    assert set_after(full) == (1, whole)


def test_a_text_may_end_with_a_heading_without_room(folder: Path) -> None:
    begun = []
    for count in range(26, 34):
        source = folder / "ends.md"
        text = "A line.\\\n" * count + "The last.\n\n## Of nothing\n"
        source.write_text(f"---\n{prose.HEADS['plain']}---\n{text}", encoding="utf-8")
        _, last = laid_out(source, folder, "plain")
        begun += [each.element_tag for each in top_blocks(last)][:1]
    assert "h2" in begun


def test_what_is_below_the_text_takes_no_section_to_its_page(folder: Path, style: str) -> None:
    line = length(values(read_house(style=style).style)["--line"])
    for count in range(22, 40, 2):
        source = folder / f"{style}-above.md"
        text = "A line.\\\n" * count + "The last.\n\n## A heading\n\nOne.\\\nTwo.\\\nThree.\n"
        source.write_text(f"---\n{prose.HEADS['plain']}---\n{text}", encoding="utf-8")
        first, *rest = laid_out(source, folder, style)
        last = [*top_blocks(first)][-1]
        free = first.content_box_y() + first.height - last.border_box_y() - last.border_height()
        assert not rest or free < 9 * line


def test_marks_of_quotation_hang_before_the_edge(folder: Path, style: str) -> None:
    for lang, said in (("en", "“So it was,” he said"), ("de", "„So war es“"), ("he", "”כך היה“")):
        source = folder / f"{style}-hanging.md"
        front = f"title: {said}\ndek: {said}\ndate: 2024-07-19\nlang: {lang}\n"
        text = f"{said}.\n\n> {said}.\n\n## {said}\n\nText.\n"
        source.write_text(f"---\n{front}---\n{text}", encoding="utf-8")
        (page,) = laid_out(source, folder, style)
        quoted = [each for block in inside(page, "blockquote") for each in inside(block, "p")]
        hung = [*inside(page, "headline"), *inside(page, "dek"), *quoted]
        hung += [each for each in top_blocks(page) if each.element_tag == "h2"]
        hung = [each for each in hung if isinstance(each, BlockBox)]
        plain = next(each for each in top_blocks(page) if each.element_tag == "p")
        assert len(hung) == 4
        for block in (*hung, plain):
            texts = lines_of(block)[0].descendants()
            first = next(each for each in texts if isinstance(each, TextBox) and each.text.strip())
            if first.element is not block.element:
                continue  # a number in the margin
            out = block.content_box_x() - first.position_x
            if lang == "he":
                out = first.position_x + first.width - block.content_box_x() - block.width
            least = 0.15 * first.style["font_size"] if block is not plain else -1
            assert least < out + 0.5 and (block is not plain or out < 0.5), (lang, block)
