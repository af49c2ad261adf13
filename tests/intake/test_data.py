"""Data in CSV files: read as their writers meant them, or refused with a line and a cure."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from helpers import Reader

from brief.findings import BriefError, SourceError
from brief.model import Data

HEAD = "---\ntitle: A title\ndate: 2024-07-19\nlang: {}\n---\n"


def source(lang: str = "en", kind: str = "") -> str:
    return HEAD.format(lang) + f'Text.\n\n![What it shows](d.csv "A caption"){kind}\n'


@pytest.fixture
def data(tmp_path: Path, read: Reader) -> object:
    """Read what a CSV file holds by way of a source that names it; returns data and findings."""

    def reader(csv: str | bytes, lang: str = "en", kind: str = "") -> tuple[Data, list[str]]:
        (tmp_path / "d.csv").write_bytes(csv.encode() if isinstance(csv, str) else csv)
        got = read(source(lang, kind))
        (image,) = got.brief.images
        assert image.data
        return image.data, got.codes

    return reader


def numbers(held: Data) -> list[list[str]]:
    return [["" if v is None else f"{v:f}" for v in row] for row in held.numbers]


@pytest.mark.parametrize(
    ("csv", "lang", "told"),
    [
        ("a,b\nx,1\ny,2.5\n", "en", [["1"], ["2.5"]]),
        ("a;b\nx;1\ny;2,5\n", "de", [["1"], ["2.5"]]),
        ("a;b\nx;1\ny;2,5\n", "en", [["1"], ["2.5"]]),
        ("a\tb\nx\t1\ny\t2.5\n", "en", [["1"], ["2.5"]]),
        ("a|b\nx|1\n", "en", [["1"]]),
        ('a,b\nx,"1,234"\ny,"12,345.5"\n', "en", [["1234"], ["12345.5"]]),
        ('a,b\nx,"1,234"\ny,"2,5"\n', "en", [["1.234"], ["2.5"]]),
        ("a;b\nx;1.234\ny;1.234.567\n", "de", [["1234"], ["1234567"]]),
        ("a;b\nx;1.234,5\n", "en", [["1234.5"]]),
        ("a;b\nx;1 234,5\ny;1\u00a0234\nz;1\u202f234\n", "fr", [["1234.5"], ["1234"], ["1234"]]),
        ("a;b\nx;1’234.5\n", "de-CH", [["1234.5"]]),
        ('a,b\nx,"12,34,567"\n', "en", [["1234567"]]),
        ("a,b\nx,-1\ny,−2\nz,–3\nw,+4\n", "en", [["-1"], ["-2"], ["-3"], ["4"]]),
        ("a,b\nx,45%\ny,5.5 %\n", "en", [["45"], ["5.5"]]),
        ("a,b,c\nx,1,\ny,,2\nz,–,…\n", "en", [["1", ""], ["", "2"], ["", ""]]),
        ("a,b\nx,1.5e3\n", "en", [["1500"]]),
        ("a,b\nx,١٢٣\ny,٤٫٥\n", "ar", [["123"], ["4.5"]]),
        ("a,2019,2020\nx,1,2\n", "en", [["1", "2"]]),
        ("sep=;\na;b\nx;1\n", "en", [["1"]]),
        ("\ufeffa,b\r\nx,1\r\n\r\ny,2\r\n", "en", [["1"], ["2"]]),
        ("a,b\rx,1\ry,2\r", "en", [["1"], ["2"]]),
        ("a,b,,\nx,1,,\ny,2\n", "en", [["1"], ["2"]]),
        ('"a, of all","b ""so"" named"\nx,1\n', "en", [["1"]]),
        ('"a\nbelow",b\nx,1\n', "en", [["1"]]),
    ],
)
def test_numbers_as_their_writer_meant_them(
    csv: str, lang: str, told: list[list[str]], data: object
) -> None:
    held, codes = data(csv, lang)  # type: ignore[operator]
    assert numbers(held) == told
    assert codes == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str, data: object) -> None:
    held, codes = data("Straße,Länge (m)\nGroße Allee,12\n".encode(encoding))  # type: ignore[operator]
    assert held.head == ("Straße", "Länge (m)")
    assert held.rows == (("Große Allee", "12"),)
    assert held.unit == "m"
    assert codes == (["S04"] if encoding == "cp1252" else [])


def test_doubt_is_told(data: object) -> None:
    held, codes = data("a;b\nx;1,234\n", "en")  # type: ignore[operator]
    assert (numbers(held), codes) == ([["1234"]], ["S27"])
    held, codes = data("a,b\nx,1.234\n", "de")  # type: ignore[operator]
    assert (numbers(held), codes) == ([["1234"]], ["S27"])
    held, codes = data("a,b\nx,1.234\ny,0.234\n", "de")  # type: ignore[operator]
    assert (numbers(held), codes) == ([["1.234"], ["0.234"]], [])


LONG = "a,b\n" + "".join(f"r{n},{n}\n" for n in range(130))


@pytest.mark.parametrize(
    ("csv", "line", "words"),
    [
        ("", 0, "is empty"),
        (" \n\n", 0, "is empty"),
        ("a,b\n", 1, "no row below the head"),
        ("a\nx\ny\n", 1, "has one column"),
        ("a,b\nx,1\ny,2,3\n", 3, "has 3 cells, the head 2"),
        ("a,b\nx,1\ny\n", 3, "has 1 cells, the head 2"),
        ("a,b\nx,1\nx,2\n", 3, "“x” is the label of line 2 too"),
        ("a,b,b\nx,1,2\n", 1, "2 columns are named “b”"),
        ("a,,b\nx,1,2\n", 1, "column 2 has no name"),
        ("a,b\n,1\n", 2, "has no label"),
        ("a,b\nx,NaN\n", 2, "“NaN” is no number"),
        ("a,b\nx,inf\n", 2, "“inf” is no number"),
        ("a,b\nx,1e400\n", 2, "is no number"),
        ("a,b\nx,1e99\n", 2, "is no number"),
        ("a,b\nx,1234567890123456789\n", 2, "is no number"),
        ("a,b\nx,€5\n", 2, "“€5” is no number"),
        ("a,b\nx,12 km\n", 2, "“12 km” is no number"),
        ("a,b\nx,1.2.3\n", 2, "is no number"),
        ("a;b\nx;1,5\ny;2.5\n", 3, "different signs before their decimals"),
        ("a,b\nx,\ny,–\n", 1, "no number in the column “b”"),
        ("a,b,c\nx,1,\ny,2,–\n", 1, "no number in the column “c”"),
        ("x,1\ny,2\n", 1, "numbers where columns have their names"),
        ("a,b (€),c (kg)\nx,1,2\n", 1, "count different things: kg, €"),
        ("a,b\nx,5%\ny,6\n", 1, "some numbers are percents"),
        ('a,b\nx,"1\n', 2, "cannot be read"),
        ('a,b\nx,"1"2\n', 2, "cannot be read"),
        ("a,b,c,d,e,f,g,h\nx,1,2,3,4,5,6,7\n", 1, "has 7 columns of data; 6 can be shown"),
        (LONG, 42, "has 130 rows; 40 can be shown"),
        ("a,b\n" + "x" * 101 + ",1\n", 2, "longer than 100 signs"),
        ("a,b\nx," + "1" * 301 + "\n", 2, "longer than 300 signs"),
        (b"a,b\nx\0,1\n", 0, "is no text"),
        (b"\xff\xfea", 0, "is no text"),
        (b"a,b\n\x81\x8d,1\n", 0, "is no text"),
        (b"a,b\n" + b"x,1\n" * 2_600_000, 0, "is over 1 MB"),
    ],
)
def test_what_cannot_be_a_chart(
    csv: str | bytes, line: int, words: str, tmp_path: Path, read: Reader
) -> None:
    (tmp_path / "d.csv").write_bytes(csv.encode() if isinstance(csv, str) else csv)
    with pytest.raises(BriefError) as caught:
        read(source(kind="{.bar}"))
    told = [each for each in caught.value.findings if words in each.message]
    assert told, [each.message for each in caught.value.findings]
    assert told[0].file == tmp_path / "d.csv"
    assert told[0].line == line
    assert told[0].hint


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("![](d.csv)", "S22"),
        ("![x](no.csv)", "S20"),
        ("![x](../d.csv)", "S24"),
        ("![x](https://example.org/d.csv)", "S24"),
        ("Some ![x](d.csv) text.", "S26"),
        ("![x](d.csv){.decorative}", "S26"),
        ("- ![x](d.csv)", "S26"),
        ("| a |\n|---|\n| ![x](d.csv) |", "S26"),
        ('![x](p.png){data="no.csv"}', "S20"),
        ('![x](d.csv){data="d.csv"}', "S23"),
    ],
)
def test_where_a_chart_may_stand(written: str, code: str, tmp_path: Path, read: Reader) -> None:
    from helpers import picture

    picture(tmp_path / "p.png")
    (tmp_path / "d.csv").write_text("a,b\nx,1\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read(f"{HEAD.format('en')}Text.\n\n{written}\n")
    assert code in [each.code for each in caught.value.findings]


@pytest.mark.parametrize(
    ("csv", "kind", "chart"),
    [
        ("a,b\nx,1\ny,2\n", "", "column"),
        ("a,b\n" + "".join(f"row {n},{n}\n" for n in range(12)), "", "bar"),
        ("a,b\na label that is a good deal longer,1\ny,2\n", "", "bar"),
        ("y,b\n" + "".join(f"{n},{n}\n" for n in range(2000, 2020)), "", "line"),
        ("y,b\n" + "".join(f"{n},{n}\n" for n in range(2000, 2006)), "", "column"),
        ("m,b\n" + "".join(f"2020-{n:02d},{n}\n" for n in range(1, 13)), "{.line}", "line"),
        ("a,b\nx,1\ny,2\n", "{.bar}", "bar"),
        ("a,b\nx,1\ny,2\n", "{.line}", "line"),
        ("y,b\n" + "".join(f"{n},{n}\n" for n in range(2000, 2020)), "{.column}", "column"),
    ],
)
def test_the_kind_of_chart(csv: str, kind: str, chart: str, data: object) -> None:
    held, _ = data(csv, kind=kind)  # type: ignore[operator]
    assert held.chart == chart


def test_the_figure_and_its_data(tmp_path: Path, read: Reader) -> None:
    from helpers import picture

    (tmp_path / "d.csv").write_text("Year,Cost (€)\n2019,5\n2020,7\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text("Who,What,When\nAda,said so,2019\n", encoding="utf-8")
    picture(tmp_path / "p.png")
    text = source(kind='{.column credit="A Lind"}') + "\n![Drawn](p.png){data=t.csv}\n"
    brief = read(text).brief
    assert '<figure data-line="8" class="chart"><img src="chart-1.svg"' in brief.body
    assert 'alt="What it shows"' in brief.body
    assert "A caption" in brief.body
    assert "csv" not in brief.body
    chart, drawn = brief.images
    assert chart.data
    assert chart.data.numbers == ((Decimal(5),), (Decimal(7),))
    assert (chart.data.unit, chart.data.chart) == ("€", "column")
    assert drawn.data
    assert drawn.data.chart == ""
    assert drawn.data.rows == (("Ada", "said so", "2019"),)
    assert drawn.path.name == "p.png"
    # what a JSON of the brief can hold
    assert "file" not in brief.as_dict()["images"][0]["data"]


def test_classes_of_charts_stay_with_charts(tmp_path: Path, read: Reader) -> None:
    from helpers import picture

    picture(tmp_path / "p.png")
    body = read(f"{HEAD.format('en')}A. {{.bar}}\n\n![x](p.png){{.bar}}\n").brief.body
    assert "class" not in body
