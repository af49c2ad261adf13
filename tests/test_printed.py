"""Twelve briefs for the press: they pass the preflight, and other readers see what it sees."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import reduce
from html import unescape
from pathlib import Path

import pytest
from helpers import ROOT
from PIL import Image, ImageMath
from printed import briefs
from prose import SENTENCES

from brief import run
from brief.house import read_house

STYLES = ("institute", "newsroom", "plain")
NAMES = (
    *("rgb", "cmyk", "grey", "palette", "alpha", "gradients", "charts", "notes"),
    *("arabic", "boxes", "tall", "plain"),
)
#: those that every run of the tests tries, beside the finished ones below
FEW = {("cmyk", "plain"), ("alpha", "institute"), ("charts", "newsroom"), ("arabic", "plain")}
MM = 72 / 25.4


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("printed")
    shutil.copy(ROOT / "brief.toml", folder)
    return {file.stem: file for file in briefs(folder)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "style" in metafunc.fixturenames:
        every = metafunc.config.getoption("--thorough")
        pairs = [(name, style) for name in NAMES for style in STYLES]
        metafunc.parametrize(("name", "style"), [each for each in pairs if every or each in FEW])


def test_the_press_edition_passes(sources: dict[str, Path], name: str, style: str) -> None:
    source = sources[name]
    house = read_house(source.parent, style=style)
    out = source.parent / style
    (outcome,) = run.export(source, editions=["press"], out=out, verify=False, house=house)
    assert outcome.error is None
    assert outcome.findings == ()
    (edition,) = outcome.editions
    checks = {check.name for check in edition.checks if check.status == "passed"}
    assert {"preflight: colour", "preflight: ink", "preflight: images"} <= checks
    assert "fidelity: text" in checks
    assert outcome.report
    (told,) = json.loads(outcome.report.read_text("utf-8"))["editions"]
    assert told["profile"] == "ISO Coated v2 300% (basICColor)"
    assert told["intent"] == "perceptual"
    assert told["ink"] == 300


def needs(*commands: str) -> pytest.MarkDecorator:
    missing = [each for each in commands if not shutil.which(each)]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def said(*command: object) -> str:
    ran = subprocess.run([*map(str, command)], capture_output=True, check=True)
    return ran.stdout.decode(errors="replace")


@pytest.fixture(scope="module")
def finished(sources: dict[str, Path]) -> dict[str, Path]:
    """The press editions of three of the briefs, with their reports beside them."""
    made = {}
    for name, style in (("rgb", "institute"), ("boxes", "newsroom"), ("gradients", "plain")):
        house = read_house(sources[name].parent, style=style)
        out = sources[name].parent / "finished"
        (outcome,) = run.export(
            sources[name], editions=["press"], out=out, verify=False, house=house
        )
        made[name] = outcome.editions[0].path
    return made


@needs("gs", "pdftotext")
@pytest.mark.parametrize("name", ["rgb", "boxes", "gradients"])
def test_ghostscript_separates_text_onto_the_black_plate(
    finished: dict[str, Path], tmp_path: Path, name: str
) -> None:
    file, scale = finished[name], 2.0
    device = ("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffsep", "-r144")
    said(*device, "-o", tmp_path / "%d.tif", file)
    words = {word.strip(".,") for told in SENTENCES["en"] for word in told.split()}
    read = said("pdftotext", "-bbox", file, "-")
    seen = 0
    for number, page in enumerate(read.split("<page ")[1:], 1):
        plates = {
            ink: Image.open(tmp_path / f"{number}({ink}).tif").convert("L")
            for ink in ("Cyan", "Magenta", "Yellow", "Black")
        }
        place = r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<'
        for *box, word in re.findall(place, page):
            if unescape(word).strip(".,") not in words or len(word) < 5:
                continue
            left, top, right, bottom = (round(scale * float(each)) for each in box)
            cut = {ink: plate.crop((left, top, right, bottom)) for ink, plate in plates.items()}
            # a plate is dark where there is ink
            if min(cut["Black"].tobytes()) > 0:
                continue  # set in the accent, as a pull quote is
            seen += 1
            for ink in ("Cyan", "Magenta", "Yellow"):
                assert cut[ink].getextrema() == (255, 255), (number, word, ink)
        # 300 percent, and what is rounded on four plates
        bands = {ink[0].lower(): plate for ink, plate in plates.items()}
        total = ImageMath.lambda_eval(
            lambda of: reduce(lambda a, b: a + b, (255 - of[ink] for ink in "cmyb")), **bands
        )
        inset = round(scale * 10 * MM)  # within the bleed: marks to register by are in all inks
        inside = total.crop((inset, inset, total.width - inset, total.height - inset))
        assert float(inside.getextrema()[1]) / 2.55 <= 302
    assert seen > 80


@needs("gs")
def test_ghostscript_finds_no_ink_but_black_on_pages_of_text(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "words.md"
    text = "\n\n".join([" ".join(SENTENCES["en"] * 4)] * 16)
    source.write_text(f"---\ntitle: Words\ndate: 2024-07-19\n---\n{text}\n", encoding="utf-8")
    house = read_house(sources["rgb"].parent, style="institute")
    (made,) = run.export(source, editions=["press"], out=tmp_path, verify=False, house=house)
    device = ("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-dUseTrimBox", "-sDEVICE=inkcov")
    told = said(*device, "-o", "-", made.editions[0].path).splitlines()
    # the first page has a rule in the accent, and after the text come those of the imprint
    first, *others = [[float(each) for each in line.split()[:4]] for line in told]
    words = [page for page in others if page[3] > 0.04]
    assert first[0] > 0
    assert len(words) > 1
    assert [page[:3] for page in words] == [[0, 0, 0]] * len(words)


@needs("pdfinfo", "mutool")
def test_poppler_and_mupdf_agree_on_the_boxes(finished: dict[str, Path]) -> None:
    for file in finished.values():
        info = said("pdfinfo", "-box", file)
        boxes = dict(re.findall(r"(\w+Box): +([-\d. ]+)", info))
        told = {key: [float(each) for each in value.split()] for key, value in boxes.items()}
        for key, more in (("TrimBox", 0), ("BleedBox", 3), ("MediaBox", 13)):
            around = [-more, -more, 210 + more, 297 + more]
            assert told[key] == pytest.approx([each * MM for each in around], abs=0.02)
        pages = said("mutool", "pages", file)
        for key in ("TrimBox", "BleedBox", "MediaBox"):
            found = re.findall(
                rf'<{key} l="([-\d.]+)" b="([-\d.]+)" r="([-\d.]+)" t="([-\d.]+)"', pages
            )
            assert len(found) == pages.count("<page pagenum")
            assert all([*map(float, each)] == pytest.approx(told[key], abs=0.02) for each in found)


@needs("pdfimages")
def test_poppler_agrees_on_the_ppi_of_photos(finished: dict[str, Path]) -> None:
    for name in ("rgb", "boxes"):
        report = finished[name].with_name(f"{name}.report.json")
        (edition,) = json.loads(report.read_text("utf-8"))["editions"]
        listed = said("pdfimages", "-list", finished[name]).splitlines()[2:]
        seen = {
            (int(width), int(height), int(ppi))
            for _, _, kind, width, height, *_, ppi, _, _, _ in map(str.split, listed)
            if kind == "image"
        }
        told = {(photo["width"], photo["height"], photo["ppi"]) for photo in edition["photos"]}
        assert told
        assert {each[:2] for each in seen} == {each[:2] for each in told}
        for width, height, ppi in told:
            assert any(abs(ppi - each[2]) <= 1 for each in seen if each[:2] == (width, height))
