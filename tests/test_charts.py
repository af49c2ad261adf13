"""Charts as they are drawn: true to their data, legible, alike each time."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from brief import charts
from brief.charts import CrowdedError, Look
from brief.checks import figures
from brief.model import Data

SVG = "{http://www.w3.org/2000/svg}"
VALLEYS = [("Hollin", 66.3), ("Upper Aldra", 51.4), ("Sarn", -32.1), ("Tolva", None)]


def data(kind: str, rows: list[Any], *head: str, unit: str = "") -> Data:
    names = head or ("Where", *(f"Series {n}" for n in range(1, len(rows[0]))))
    numbers = tuple(tuple(None if v is None else Decimal(str(v)) for v in row[1:]) for row in rows)
    cells = tuple((str(row[0]), *("" if v is None else str(v) for v in row[1:])) for row in rows)
    lines = [",".join(names), *(",".join(f'"{cell}"' for cell in row) for row in cells)]
    file = ("\n".join(lines) + "\n").encode()
    return Data(Path("d.csv"), kind, names, cells, numbers, unit, file)


def drawn(held: Data, lang: str = "en", look: Look | None = None) -> Any:
    return etree.fromstring(charts.draw(held, lang, look or Look()))


def texts(tree: Any) -> list[str]:
    return [" ".join("".join(each.itertext()).split()) for each in tree.iter(f"{SVG}text")]


def bars(tree: Any) -> list[dict[str, float]]:
    names = ("x", "y", "width", "height")
    found = [each for each in tree.iter(f"{SVG}rect") if each.get("class") == "bar"]
    return [{name: float(each.get(name)) for name in names} for each in found]


def series(count: int, rows: int = 6) -> list[Any]:
    return [(f"Row {n}", *(n * 7 % 11 + m for m in range(1, count + 1))) for n in range(rows)]


def years(count: int, *, many: int = 1) -> list[Any]:
    return [
        (2024 - count + n, *(n * 13 % 17 + 20 * m + 1 for m in range(many))) for n in range(count)
    ]


EVERY = {
    "bars": data("bar", VALLEYS),
    "bars with a unit": data("bar", VALLEYS, "Where", "Water (million m³)", unit="million m³"),
    "two bars": data("bar", series(2)),
    "panels": data("bar", series(6, 12)),
    "tiers": data("bar", [(f"R {n}", *(n * 1e9 + m for m in range(6))) for n in range(6)]),
    "forty rows": data("bar", series(1, 40)),
    "forty rows of six": data("bar", series(6, 40)),
    "columns": data("column", VALLEYS),
    "four columns": data("column", series(4, 4)),
    "many columns": data("column", years(40)),
    "line": data("line", years(30)),
    "six lines": data("line", years(30, many=6)),
    "long line": data("line", years(120, many=2)),
    "broken line": data("line", [(2001, 1, 5), (2002, 2, 6), (2003, None, 5), (2004, 4, 7)]),
    "months": data("line", [(f"2020-{n:02d}", n) for n in range(1, 13)]),
    "below zero": data("line", [(2001, -5), (2002, -9), (2003, -1)]),
    "percent": data("bar", [("a", 5), ("b", 7)], "Where", "Share (%)", unit="%"),
    "long labels": data("bar", [("a label of many words " * 3 + str(n), n) for n in range(1, 6)]),
    "nothing but nought": data("bar", [("a", 0), ("b", 0)]),
    "very small": data("bar", [("a", 1_000_000), ("b", 1)]),
    "thousands": data("column", [("a", 1234567), ("b", 7654321)]),
}


@pytest.mark.parametrize("lang", ["en", "de", "fr", "ar", "uk"])
@pytest.mark.parametrize("name", EVERY)
def test_every_chart_agrees_with_its_data(name: str, lang: str) -> None:
    held = EVERY[name]
    shown = figures.drawn(charts.draw(held, lang, Look()).encode())
    table = figures.table(held.file, "en")
    assert list(figures.problems(held.chart, table, lang, shown)) == []


@pytest.mark.parametrize("name", EVERY)
def test_every_chart_is_legible_and_within_its_frame(name: str) -> None:
    for lang in ("en", "ar"):
        tree = drawn(EVERY[name], lang)
        _, _, width, height = map(float, tree.get("viewBox").split())
        assert (width, tree.get("width")) == (380, "380pt")
        assert height <= 500
        for text in tree.iter(f"{SVG}tspan"):
            assert float(text.get("font-size")) >= 7
            assert 0 <= float(text.get("x")) <= width
            assert 5 <= float(text.get("y")) <= height
            assert text.get("font-family") == "sans-serif"
        for bar in bars(tree):
            assert 0 <= bar["x"] <= bar["x"] + bar["width"] <= width + 0.01
            assert 0 <= bar["y"] <= bar["y"] + bar["height"] <= height
        for path in tree.iter(f"{SVG}path"):
            numbers = [float(each) for each in re.findall(r"-?[\d.]+", path.get("d"))]
            assert all(-1 <= x <= width + 1 for x in numbers[::2])


@pytest.mark.parametrize("name", EVERY)
def test_no_text_stands_on_another(name: str) -> None:
    boxes = []
    for text in drawn(EVERY[name]).iter(f"{SVG}tspan"):
        size, words = float(text.get("font-size")), (text.text or "").strip()
        # Source Sans and Arial set their signs narrower than this on average
        width = 0.52 * size * len(words)
        x, y = float(text.get("x")), float(text.get("y"))
        x -= {"middle": width / 2, "end": width}.get(text.get("text-anchor", "start"), 0)
        boxes.append((x, y - 0.68 * size, x + width, y + 0.1 * size, words))
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = (
                one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            )
            assert apart, (one, other)


def test_the_same_data_are_drawn_the_same() -> None:
    for held in EVERY.values():
        assert charts.draw(held, "en", Look()) == charts.draw(held, "en", Look())


def test_bars_begin_at_zero_and_are_in_proportion() -> None:
    one, two, three = bars(drawn(EVERY["bars"]))
    assert one["width"] / two["width"] == pytest.approx(66.3 / 51.4, rel=0.001)
    assert one["x"] == two["x"] == three["x"] + three["width"]
    one, two, three = bars(drawn(EVERY["columns"]))
    assert one["height"] / three["height"] == pytest.approx(66.3 / 32.1, rel=0.001)
    assert one["y"] + one["height"] == pytest.approx(three["y"], abs=0.01)


def test_what_is_little_is_seen() -> None:
    assert [bar["width"] for bar in bars(drawn(EVERY["very small"]))][1] == 0.3


def test_from_right_to_left_all_is_mirrored() -> None:
    left, right = (drawn(EVERY["two bars"], lang) for lang in ("en", "he"))
    for one, other in zip(bars(left), bars(right), strict=True):
        assert one["x"] + one["width"] == pytest.approx(380 - other["x"], abs=0.02)
    for one, other in zip(left.iter(f"{SVG}tspan"), right.iter(f"{SVG}tspan"), strict=True):
        assert float(one.get("x")) == pytest.approx(380 - float(other.get("x")), abs=0.02)
        assert (one.get("direction"), other.get("direction")) == (None, "rtl")
    points = [
        [float(each) for each in re.findall(r"[\d.]+", path.get("d"))][::2]
        for path in drawn(EVERY["line"], "ar").iter(f"{SVG}path")
        if path.get("class") == "line"
    ]
    assert points[0] == sorted(points[0], reverse=True)


def test_numbers_are_the_language_s_own() -> None:
    assert "1.234.567" in texts(drawn(EVERY["thousands"], "de"))
    assert "1\u202f234\u202f567".replace("\u202f", " ") in texts(drawn(EVERY["thousands"], "fr"))
    assert "\u221232.1" in texts(drawn(EVERY["bars"]))
    assert "\u200e\u221232.1" in texts(drawn(EVERY["bars"], "ar"))
    assert "5\u00a0%".replace("\u00a0", " ") in texts(drawn(EVERY["percent"], "de"))
    assert "Jan 2020" in texts(drawn(EVERY["months"]))


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0, 97, [0, 20, 40, 60, 80, 100]),
        (-11, 12, [-15, -10, -5, 0, 5, 10, 15]),
        (0, 0.0031, [0, 0.001, 0.002, 0.003, 0.004]),
        (24.8, 54, [20, 30, 40, 50, 60]),
        (5, 5, [5, 6]),
    ],
)
def test_scales_count_by_ones_twos_and_fives(least: float, most: float, told: list[float]) -> None:
    assert charts.ticks(least, most) == pytest.approx(told)


def test_series_differ_by_how_light_they_are() -> None:
    for accent in ("#0b4a6f", "#8a1538", "#1b5e20", "#000000", "#ffcc00"):
        shades = charts.palette(accent, "#ffffff", "#1a1d21")
        lights = [charts._lightness(each) for each in shades]
        assert all(other - one >= 9 for one, other in pairwise(lights)), (accent, lights)
    # two take colours that are far from each other
    tree = drawn(EVERY["two bars"], look=Look(series=("#111111", "#222222", "#333333", "#444444")))
    fills = {each.get("fill") for each in tree.iter(f"{SVG}rect")}
    assert fills == {"#111111", "#333333"}


def test_lines_differ_by_dashes_too() -> None:
    lines = [e for e in drawn(EVERY["six lines"]).iter(f"{SVG}path") if e.get("class") == "line"]
    looks = {(each.get("stroke"), each.get("stroke-dasharray")) for each in lines}
    assert len(looks) == len(lines) == 6


def test_what_is_counted_is_said() -> None:
    assert texts(drawn(EVERY["bars with a unit"]))[0] == "Water (million m³)"
    held = data("bar", [("a", 50, 60)], "Where", "One (kg)", "Two (kg)", unit="kg")
    assert texts(drawn(held))[:3] == ["kg", "One", "Two"]


def test_names_stand_beside_the_first_bars_where_they_have_room() -> None:
    held = data("bar", [("a", 1, 2), ("b", 50, 60)], "Where", "2013", "2023")
    assert texts(drawn(held))[:5] == ["a", "1", "2013", "2", "2023"]
    assert not list(drawn(held).iter(f"{SVG}circle"))


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (data("column", series(5)), "cannot be told apart"),
        (data("column", series(4, 60)), "more than the width has room for"),
        (
            data("column", [(f"a long label number {n}", n + 1) for n in range(20)]),
            "labels too long",
        ),
        (data("bar", [("x" * 60, 1), ("y", 2)]), "a word of a label is too long"),
        (data("bar", [(f"{'many words ' * 9}{n}", n + 1) for n in range(30)]), "pt tall"),
        (data("line", [(2001, 1)]), "one row"),
        (data("line", years(9, many=2), "y", "a", "x" * 60), "a name too long"),
    ],
)
def test_what_is_too_much_is_refused(held: Data, words: str) -> None:
    with pytest.raises(CrowdedError) as caught:
        charts.draw(held, "en", Look())
    assert words in str(caught.value)
    assert caught.value.hint
