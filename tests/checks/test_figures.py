"""What drawings and charts are found to show, and what is found wrong with a chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from brief import charts
from brief.charts import Look
from brief.checks import figures
from brief.checks.result import Drawn
from brief.intake import data as tables
from brief.intake.source import Source
from brief.model import Data

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'


def letters(inside: str) -> str:
    return figures.letters(figures.drawn(f"{HEAD}{inside}</svg>".encode()))


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<text>One <tspan>two</tspan> three</text>", "Onetwothree"),
        ("<text>a</text><g><text>b</text></g>", "ab"),
        ("<title>t</title><desc>d</desc><metadata>m</metadata><text>a</text>", "a"),
        ('<defs><text id="t">a</text></defs><use href="#t"/><use href="#t"/>', "aa"),
        ('<symbol id="s"><text>a</text></symbol><use href="#s"/>', "a"),
        ('<text display="none">a</text><text style="display:none">b</text><text>c</text>', "c"),
        ("<style>.a{display:none} #b{visibility:hidden}</style><text class='a'>a</text>"
         "<text id='b'>b</text><text>c</text>", "c"),
        ('<g visibility="hidden"><text>a</text><text visibility="visible">b</text></g>', "b"),
        ('<text opacity="0">a</text><text fill="none">b</text><text fill-opacity="0%">d</text>'
         '<text fill="none" stroke="red">c</text><text font-size="0">e</text>', "c"),
        ("<switch><foreignObject><p>a</p></foreignObject><text>b</text><text>c</text></switch>",
         "b"),
        ('<text>a<tspan display="none">b</tspan>c</text>', "ac"),
    ],
)  # fmt: skip
def test_the_letters_that_are_seen(inside: str, told: str) -> None:
    assert letters(inside) == told


def test_what_is_no_drawing_has_no_letters() -> None:
    for data in (b"", b"<svg", b"\x89PNG", b"<a>&b;</a>"):
        assert figures.drawn(data) == Drawn()


def test_bombs_of_use_end() -> None:
    links = "".join(f'<g id="a{n}">{f"""<use href="#a{n - 1}"/>""" * 10}</g>' for n in range(1, 10))
    letters(f'<defs><g id="a0"><text>a</text></g>{links}</defs><use href="#a9"/>')


#: files of all sorts, which intake takes
FILES = [
    b"a,b\nx,1\ny,2.5\n",
    b"a;b\nx;1\ny;2,5\n",
    b"a\tb\tc\nx\t1\t\ny\t\t2\n",
    b'a,b\nx,"1,234"\ny,"12,345.5"\n',
    b'"a, of all","b ""so"" (kg)"\n"x\nz",1\n',
    "Straße;Länge\nGroße;1 234,5\nAllee;-7\n".encode("cp1252", "replace"),
    "\ufeffÄ,b\r\nx,45%\r\n\r\ny,5 %\r\n".encode(),
    "a;b\nx;1.234\ny;1.234.567\n".encode("utf-16"),
    b"sep=;\na;b\nx;1,5\n",
    b"a,b,,\nx,1,,\ny,2\n",
    "a,b\nx,١٢٣\ny,٤٫٥\n".encode(),
    b"a,2019,2020\nx,1,2\n",
    b"a,b\nx,1.5e3\n",
    b"a;b\nx;1.234\n",
    b'a,b\nx,"1,234"\n',
]


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("file", FILES)
def test_both_readings_agree(file: bytes, lang: str, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes(file)
    source = Source(tmp_path / "piece.md")
    held = tables.read(path, "bar", source, lang)
    assert held, source.found
    again = figures.table(file, lang)
    assert tuple(again.head) == held.head
    assert tuple(map(tuple, again.rows)) == held.rows
    assert tuple(map(tuple, again.numbers)) == held.numbers


# A chart against its data


def chart(kind: str, csv: str, lang: str = "en") -> tuple[figures.Table, Drawn]:
    table = figures.table(csv.encode(), lang)
    rows, numbers = tuple(map(tuple, table.rows)), tuple(map(tuple, table.numbers))
    held = Data(Path("d.csv"), kind, tuple(table.head), rows, numbers, "", csv.encode())
    return table, figures.drawn(charts.draw(held, lang, Look()).encode())


BARS = "Where,2013,2023\nHollin,40,66\nSarn,-12,33\nTolva,,23\n"
COLUMNS = "Year,Cost\n" + "".join(f"{n},{n % 7 * 1000 + 300}\n" for n in range(1995, 2024))
GAPS = "Year,One,Two\n2000,,4\n2001,3,5\n2002,,\n2003,5,6\n2004,6,\n2005,7,3\n"
LINES = "Year,One,Two\n" + "".join(f"{n},{n % 7 + 1},{n % 5 + 20}\n" for n in range(2000, 2024))

Change = Callable[[Drawn], Drawn]


def text(n: int, words: str) -> Change:
    def change(shown: Drawn) -> Drawn:
        each = list(shown.texts)
        each[n] = (words, *each[n][1:])
        return replace(shown, texts=tuple(each))

    return change


def without(part: str, n: int) -> Change:
    def change(shown: Drawn) -> Drawn:
        each = list(getattr(shown, part))
        del each[n]
        changed: Any = {part: tuple(each)}
        return replace(shown, **changed)

    return change


def twice(part: str, n: int) -> Change:
    def change(shown: Drawn) -> Drawn:
        each = list(getattr(shown, part))
        at = n % len(each)
        changed: Any = {part: (*each[: at + 1], *each[at:])}
        return replace(shown, **changed)

    return change


def swapped(part: str, n: int, m: int) -> Change:
    def change(shown: Drawn) -> Drawn:
        each = list(getattr(shown, part))
        each[n], each[m] = each[m], each[n]
        changed: Any = {part: tuple(each)}
        return replace(shown, **changed)

    return change


def stretched(n: int, by: tuple[float, float, float, float]) -> Change:
    def change(shown: Drawn) -> Drawn:
        each = list(shown.bars)
        left, bottom, right, top = (one + more for one, more in zip(each[n], by, strict=True))
        each[n] = (left, bottom, right, top)
        return replace(shown, bars=tuple(each))

    return change


def bent(n: int, at: int, by: float) -> Change:
    def change(shown: Drawn) -> Drawn:
        lines = [list(line) for line in shown.lines]
        x, y = lines[n][at]
        lines[n][at] = (x, y + by)
        return replace(shown, lines=tuple(map(tuple, lines)))

    return change


def raised(n: int, by: float) -> Change:
    def change(shown: Drawn) -> Drawn:
        each = list(shown.dots)
        each[n] = (each[n][0], each[n][1] + by)
        return replace(shown, dots=tuple(each))

    return change


def moved_text(n: int, down: float) -> Change:
    def change(shown: Drawn) -> Drawn:
        each = list(shown.texts)
        words, x, y = each[n]
        each[n] = (words, x, y - down)
        return replace(shown, texts=tuple(each))

    return change


@pytest.mark.parametrize(
    ("kind", "csv", "change", "told"),
    [
        ("bar", BARS, text(2, "Hallin"), "lacks “Hollin”"),
        ("bar", BARS, text(3, "41"), "lacks “40”"),
        ("bar", BARS, without("texts", 4), "lacks “66”"),
        ("bar", BARS, without("texts", 0), "lacks “"),
        ("bar", BARS, without("texts", -1), "lacks “23”"),
        ("bar", BARS, twice("texts", -1), "shows “23”"),
        ("bar", BARS, swapped("texts", 3, 4), "lacks “40”"),
        ("bar", BARS, swapped("texts", 0, 1), "lacks “"),
        ("bar", BARS, without("bars", 1), "draws 4 bars for 5 values"),
        ("bar", BARS, twice("bars", 1), "draws 6 bars for 5 values"),
        ("bar", BARS, swapped("bars", 0, 1), "out of proportion: “Hollin”, 40"),
        ("bar", BARS, stretched(0, (0, 0, 2, 0)), "out of proportion: “Hollin”, 40"),
        ("bar", BARS, stretched(2, (-2, 0, 0, 0)), "out of proportion: “Sarn”, −12"),
        ("bar", BARS, stretched(0, (3, 0, 3, 0)), "do not begin on one line"),
        ("bar", BARS, stretched(4, (0, 30, 0, 30)), "draws a bar of “Tolva” elsewhere"),
        ("bar", BARS, moved_text(3, 8), "a value away from its bar: 40"),
        ("column", COLUMNS, stretched(3, (0, 0, 0, 5)), "out of proportion: “1998”"),
        ("column", COLUMNS, stretched(3, (0, 5, 0, 5)), "do not begin on one line"),
        ("column", COLUMNS, stretched(3, (30, 0, 30, 0)), "columns out of order"),
        ("column", COLUMNS, text(2, "9,000"), "lacks “1995”"),
        ("column", COLUMNS, moved_text(2, 9), "lacks “1995”"),
        ("column", COLUMNS, without("texts", 0), "lacks “Cost”"),
        ("column", COLUMNS, text(-1, "2024"), "shows “2024”"),
        ("line", LINES, bent(-1, 5, 3.0), "no line that follows the values"),
        ("line", LINES, without("lines", -1), "no line that follows the values"),
        ("line", LINES, text(-1, "Three"), "lacks “"),
        ("line", LINES, without("texts", -1), "lacks “"),
        ("line", LINES, text(2, "7"), "lacks “"),
        ("line", GAPS, without("dots", 0), "does not draw the point “2003”, 6"),
        ("line", GAPS, twice("dots", 0), "draws points that its data do not have"),
        ("line", GAPS, raised(1, 3), "does not draw the point “"),
        ("line", LINES, moved_text(-1, -160), "names of its lines out of order"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_chart_is_found(
    kind: str, csv: str, change: Change, told: str
) -> None:
    table, shown = chart(kind, csv)
    assert list(figures.problems(kind, table, "en", shown)) == []
    wrong = list(figures.problems(kind, table, "en", change(shown)))
    assert any(told in each for each in wrong), wrong


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(
    "rows",
    [
        ["", "4", "", "2"],
        ["3", "", "", "", "", "2", ""],
        ["", "0", ""],
        ["", "1", "2", "", "5"],
        ["1", "", "2", "3"],
    ],
)
def test_points_that_stand_alone(rows: list[str], lang: str) -> None:
    for names in ("One", "One,Two"):
        more = "," if names.count(",") else ""
        lines = (
            f"{2000 + n},{row}{more}{n % 2 * 3 if more and n != 1 else ''}"
            for n, row in enumerate(rows)
        )
        told, shown = chart("line", "\n".join([f"Year,{names}", *lines]), lang)
        assert list(figures.problems("line", told, lang, shown)) == []
        assert list(figures.problems("line", told, lang, replace(shown, dots=())))


def test_a_scale_that_lies_is_found() -> None:
    table, shown = chart("column", COLUMNS)
    texts = [
        (f"{int(words.replace(',', '')) * 2:,}", x, y)
        if words.replace(",", "").isdigit()
        else (words, x, y)
        for words, x, y in shown.texts[:5]
    ]
    lied = replace(shown, texts=(*texts, *shown.texts[5:]))
    assert list(figures.problems("column", table, "en", lied))


def test_other_data_are_found() -> None:
    for kind, csv in (("bar", BARS), ("column", COLUMNS), ("line", LINES)):
        table, shown = chart(kind, csv)
        for n, row in enumerate(table.numbers):
            for m, value in enumerate(row):
                if value is None:
                    continue
                row[m] = value + (Decimal(500) if kind == "column" else Decimal(2))
                assert list(figures.problems(kind, table, "en", shown)), (kind, n, m)
                row[m] = value
