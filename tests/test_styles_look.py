"""What the styles newsroom and plain promise of how they look: measured in what they make."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from helpers import ROOT, Reader
from lxml import etree

from brief import assemble
from brief.checks import contrast as checked
from brief.checks import sheets
from brief.checks.pdfread import Document
from brief.editions import pdf
from brief.house import STYLES, read_house
from brief.model import Picture
from brief.tokens import values

MADE_HERE = ("newsroom", "plain")
#: signs of Latin with its accents, Vietnamese, Greek and Cyrillic, Ukrainian and Kazakh too
SIGNS = "ŁążçğőšȘț ơưếộỹ άέΐώς Ωψ БДЖщїґєўЋ әғқңөұүһі “„»‹›–—…€№−×½"
PIECE = """---
title: A headline
kicker: Ports
date: 2024-07-19
authors: [Ada Lind]
---
Text with H<sub>2</sub>O, 10<sup>6</sup>, `code` and a note.[^1]

| {head} |
|{rule}
| {row} |

{{.pull-quote}}
> A number that all have measured.
>
> — One of them

[^1]: A note with 10<sup>6</sup> and `code`.
"""


@pytest.mark.parametrize("name", MADE_HERE)
@pytest.mark.parametrize("columns", [3, 12, 16])
def test_no_type_is_under_seven_points(name: str, columns: int, read: Reader) -> None:
    text = PIECE.format(
        head=" | ".join(["Sum of<sup>1</sup>"] * columns),
        rule=" --: |" * columns,
        row=" | ".join(["12,345.6"] * columns),
    )
    brief = read(text).brief
    house = read_house(brief.source.parent, name)
    moment = dt.datetime(2024, 7, 19, tzinfo=dt.UTC)
    made = pdf.render(assemble.print_edition(brief, house), brief, b"", "House", moment)
    pieces = [piece for piece in Document(made.data, Path("a.pdf")).pieces if piece.kind == "text"]
    assert len(pieces) > 2 * columns
    assert min(piece.size for piece in pieces) > 6.99
    assert not [piece.hidden for piece in pieces if piece.hidden]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("name", "least"), [("newsroom", 4.5), ("plain", 7)])
def test_words_stand_out_from_what_is_behind_them(name: str, least: float) -> None:
    told = values(read_house(ROOT, name).style)
    for ground in ("--paper", "--tint"):
        for words in ("--ink", "--ink-soft", "--accent"):
            assert contrast(told[words], told[ground]) >= least, (words, ground)
    assert contrast(told["--cover-ink"], told["--cover-ground"]) >= least
    # on the grounds that readers have at night
    for night in ("#000000", "#303030"):
        assert contrast(told["--accent-dark"], night) >= least, night


@pytest.mark.parametrize("name", ["institute", *MADE_HERE])
def test_words_stand_out_where_a_reader_keeps_its_page_white_by_night(
    read: Reader, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(checked, "_NIGHT", checked._DAY)
    text = PIECE.format(head="A | B", rule="---|---|", row="1 | 2")
    text += "\n## A heading\n\n### A lower one\n\n1. [A link](https://a.example)\n"
    cover = Picture(b"", "image/jpeg", 1, 1)
    made = assemble.epub_edition(read(text).brief, read_house(ROOT, name), cover)
    some = [sheets.read(file, text) for file, text in made.sheets]
    for document in made.documents.values():
        for each in checked.of_document(etree.fromstring(document.encode()), some, night=True):
            assert each.ratio.value >= 4.5, etree.tostring(each.element)


@pytest.mark.parametrize("name", MADE_HERE)
def test_fonts_have_the_languages_and_figures_that_the_sheets_ask_for(name: str) -> None:
    folder = STYLES / name / "fonts"
    own = [file for file in sorted(folder.glob("*.ttf")) if "Hebrew" not in file.stem]
    own = [file for file in own if "Arabic" not in file.stem]
    assert len(own) >= 4
    for file in own:
        font = TTFont(file)
        assert not set(map(ord, SIGNS)) - font.getBestCmap().keys(), file.name
        features = {each.FeatureTag for each in font["GSUB"].table.FeatureList.FeatureRecord}
        assert {"tnum", "pnum"} <= features, file.name
    families = {file.stem.partition("-")[0] for file in folder.glob("*.ttf")}
    assert families == {file.stem.removeprefix("OFL-") for file in folder.glob("OFL-*.txt")}
