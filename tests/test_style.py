"""`brief style …`: what a style says, shows and gets wrong.

Each folder of styles/ but the first holds a fault: files that are laid over those of `base`, a
house with a style without any, and `expected.txt`, what `brief style check` says of it. A line
`from … to …` in `fonts.txt` copies one of brief's own fonts; `edit.toml` says how one of its
templates is altered.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner
from helpers import ROOT, few_samples

from brief import run, specimen, tokens
from brief.checks import contrast, fonts
from brief.cli import cli
from brief.house import SHEETS, Style, read_house, styles
from brief.language import labels, languages
from brief.scripts import SCRIPTS, SQUARE
from brief.specimen import check

FOLDERS = Path(__file__).parent / "styles"
BASE = FOLDERS / "base"
#: kinds of faults that are seen only on a page with notes, quotes, a disclaimer and more
WHOLE = ("base", "contrast", "fine", "small", "template")
FAULTS = sorted(folder.name for folder in FOLDERS.iterdir() if folder != BASE)
#: of a kind, so many are tried in every run of the tests
FEW = 4
KINDS = [[*names] for _, names in groupby(FAULTS, key=lambda name: name.split("-")[0])]


@pytest.fixture(scope="module")
def seen() -> dict[Any, Any]:
    """What was laid out and looked at, by what it was made of: most faults leave most as it is."""
    return {}


@pytest.fixture
def quickly(
    seen: dict[Any, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """Check with one sample, or two that hold nearly everything, and lay out none of them twice."""
    name = request.node.callspec.params["name"] if hasattr(request.node, "callspec") else "base"
    more = ("right-to-left",) if name.startswith(WHOLE) else ()
    few_samples(tmp_path, monkeypatch, "eight-words", *more)
    survey, of_pages = run.survey, contrast.of_pages

    def surveyed(pages: Any, source: Path) -> Any:
        sheets = tuple(text for _, text in pages[0].sheets)
        key = tuple(tuple(page.documents.items()) for page in pages), sheets
        # what is absent, or broken, depends on the folder
        if any("url(" in text for text in sheets[-1:]) or "own/fonts" in str(pages[0].sheets):
            return survey(pages, source)
        if key not in seen:
            seen[key] = survey(pages, source)
        return seen[key]

    def looked_at(pdf: bytes, words: Any) -> Any:
        words = tuple(words)
        if (pdf, words) not in seen:
            seen[pdf, words] = of_pages(pdf, words)
        return seen[pdf, words]

    monkeypatch.setattr(run, "survey", surveyed)
    monkeypatch.setattr(contrast, "of_pages", looked_at)


def laid(name: str, folder: Path) -> Path:
    """Lay the files of a fault over those of the base."""
    house = folder / "house"
    shutil.copytree(BASE, house)
    shutil.copytree(
        FOLDERS / name,
        house,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("expected.txt", "fonts.txt", "command.txt", "edit.toml"),
    )
    if (FOLDERS / name / "edit.toml").exists():
        edit = tomllib.loads((FOLDERS / name / "edit.toml").read_text(encoding="utf-8"))
        text = (SHEETS.parent / "templates" / edit["template"]).read_text(encoding="utf-8")
        assert text.count(edit["old"]) >= 1
        file = house / template_of(name)
        file.parent.mkdir()
        file.write_text(text.replace(edit["old"], edit["new"]), encoding="utf-8")
    for source, target in fonts_of(name):
        file = house / target
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SHEETS / "fonts" / source, file)
    return house


def template_of(name: str) -> str:
    told = FOLDERS / name / "edit.toml"
    edit = tomllib.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    return f"styles/own/templates/{edit['template']}" if edit else ""


def fonts_of(name: str) -> Iterator[tuple[str, str]]:
    told = FOLDERS / name / "fonts.txt"
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            _, source, _, target = line.split()
            yield source, target


@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize(
    "name",
    [
        "base",
        *(
            pytest.param(name, marks=[pytest.mark.thorough] * (n >= FEW))
            for names in KINDS
            for n, name in enumerate(names)
        ),
    ],
)
def test_fault(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    house = laid(name, tmp_path)
    monkeypatch.chdir(house)
    command = FOLDERS / name / "command.txt"
    told = command.read_text(encoding="utf-8") if command.exists() else "style check"
    ran = CliRunner().invoke(cli, shlex.split(told))
    said = ran.stderr.replace(f"{house.resolve()}/", "").replace(f"{ROOT}/", "<brief>/")
    if name == "base":
        assert (ran.exit_code, said, ran.stdout) == (0, "", "own: nothing wrong\n")
        return
    expected = FOLDERS / name / "expected.txt"
    if request.config.getoption("--update-golden"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")
    found = re.findall(r"^(\S+?):(?:\d+:)? (error|warning) ([A-Z]\d\d) ", said, re.MULTILINE)
    assert found
    assert said.count("    cure: ") == len(found)
    assert ran.exit_code == (4 if "error" in {severity for _, severity, _ in found} else 0)
    # the fault is found where it was laid, and nothing besides it
    laid_over = {f.relative_to(FOLDERS / name).as_posix() for f in (FOLDERS / name).rglob("*.*")}
    laid_over |= {target for _, target in fonts_of(name)} | {template_of(name)}
    assert {file for file, _, _ in found} <= laid_over


def test_there_are_many_faults_of_every_kind() -> None:
    texts = [(FOLDERS / name / "expected.txt").read_text(encoding="utf-8") for name in FAULTS]
    codes = set(re.findall(r" (H\d\d) ", "".join(texts)))
    assert len(FAULTS) >= 30
    assert codes >= {"H06", "H07", "H08", *(f"H{n}" for n in range(11, 27))}


@pytest.mark.parametrize("style", styles(ROOT), ids=lambda style: style.name)
def test_styles_that_brief_brings_have_no_fault(style: Style) -> None:
    spoken = [lang for each in SCRIPTS if not each.package for lang in each.languages]
    assert check(style, read_house(ROOT), spoken) == []


def test_the_sheets_of_brief_itself_have_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--thorough"):
        few_samples(tmp_path, monkeypatch, "eight-words", "elements", "right-to-left")
    assert check(Style("brief", SHEETS, below=(), numbered=True), read_house(ROOT)) == []


# --- the other commands -------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(BASE, tmp_path / "house")
    monkeypatch.chdir(tmp_path / "house")
    return tmp_path / "house"


def told(*arguments: str) -> Any:
    ran = CliRunner().invoke(cli, ["style", *arguments, "--format", "json"])
    return json.loads(ran.stdout)


def test_list(house: Path) -> None:
    ran = CliRunner().invoke(cli, ["style", "list"])
    lines = ran.stdout.splitlines()
    assert "* own        A style without a fault (styles/own)" in lines
    assert any(line.startswith("  institute  ") and "(with brief)" in line for line in lines)
    (own,) = (each for each in told("list")["styles"] if each["used"])
    assert (own["name"], own["folder"]) == ("own", str(house / "styles" / "own"))
    # a house whose own style is lost can still look for another
    (house / "brief.toml").write_text('style = "lost"\n', encoding="utf-8")
    assert {each["name"] for each in told("list")["styles"]} >= {"own", "institute"}


def test_new(house: Path) -> None:
    ran = CliRunner().invoke(cli, ["style", "new", "second", "--from", "own"])
    assert ran.exit_code == 0
    assert ran.stdout.startswith("wrote styles/second\n")
    for command in ("show", "specimen", "check"):
        assert f"brief style {command} second" in ran.stdout
    (second,) = (each for each in told("list")["styles"] if each["name"] == "second")
    assert second["from"] == "own"
    assert told("new", "second")["exit"] == 6
    assert told("new", "Second")["findings"][0]["hint"] == "try 'second'"
    assert told("new", "third", "--from", "ow")["findings"][0]["hint"] == "did you mean 'own'?"


@pytest.mark.usefixtures("quickly")
def test_a_new_style_has_no_fault(house: Path) -> None:
    assert told("new", "second", "--from", "own")["ok"]
    found = told("check", "second")
    assert (found["ok"], found["styles"][0]["findings"]) == (True, [])


def test_show(house: Path) -> None:
    (house / "styles" / "own" / "tokens.css").write_text(
        ":root {\n  --accent: var(--brand);\n  --brand: #14532d; /* <color> of this house */\n}\n",
        encoding="utf-8",
    )
    listed = {each["name"]: each for each in told("show", "own")["tokens"]}
    accent, brand, small = (listed[name] for name in ("--accent", "--brand", "--small-size"))
    assert (accent["value"], accent["resolved"]) == ("var(--brand)", "#14532d")
    assert (accent["kind"], accent["purpose"]) == ("<color>", "rules, kicker, links, labels")
    assert (Path(accent["file"]).parent.name, accent["line"]) == ("own", 2)
    assert brand["purpose"] == "of this house"
    assert {use["edition"] for use in brand["uses"]} == {"tokens", "print", "epub"}
    (dek,) = (use for use in brand["uses"] if use["edition"] == "print")
    assert (Path(dek["file"]).name, dek["line"], dek["rule"]) == ("print.css", 1, ".dek")
    assert small["file"] == str(SHEETS / "tokens.css")
    for each in listed.values():
        text = Path(each["file"]).read_text(encoding="utf-8").splitlines()
        assert each["name"] in text[each["line"] - 1]
        for use in each["uses"]:
            line = Path(use["file"]).read_text(encoding="utf-8").splitlines()[use["line"] - 1]
            assert each["name"] in line
    ran = CliRunner().invoke(cli, ["style", "show", "own"])
    assert "--accent: var(--brand)  = #14532d\n    <color> rules, kicker" in ran.stdout
    assert "    set   styles/own/tokens.css:2\n" in ran.stdout
    assert "    print:  styles/own/print.css:1  .dek\n" in ran.stdout
    assert "\x1b[" not in ran.stdout


def test_show_says_what_colours_become_on_the_press(house: Path) -> None:
    (house / "styles" / "own" / "tokens.css").write_text(
        ":root {\n  --accent: #0b4a6f;\n  --accent-press: device-cmyk(1 .44 0 0);\n"
        "  --brand: #bf1220; /* <color> of this house */\n  --rule: #777;\n}\n",
        encoding="utf-8",
    )
    with (house / "brief.toml").open("a", encoding="utf-8") as file:
        file.write('\n[press.spots]\n"PANTONE 300 C" = [100, 44, 0, 0]\n')
    listed = {each["name"]: each for each in told("show", "own")["tokens"]}
    assert listed["--accent"]["inks"] == [1, 0.44, 0, 0]
    assert listed["--rule"]["inks"][:3] == [0, 0, 0]
    assert "inks" not in listed["--text-size"]
    assert listed["--rule"]["paper"] == "#787877"
    shown = CliRunner().invoke(cli, ["style", "show", "own"]).stdout
    spot = "    press:  C 100 M 44 Y 0 K 0, as the style says, printed as PANTONE 300 C, about #"
    assert spot in shown
    assert "    press:  C 0 M 0 Y 0 K 68, about #787877 on paper\n" in shown


@pytest.mark.parametrize(
    ("env", "patch"),
    [
        ({"COLORTERM": "truecolor"}, "\x1b[48;2;20;83;45m  \x1b[0m "),
        ({"TERM": "xterm-256color"}, "\x1b[48;5;29m  \x1b[0m "),
        ({"TERM": "dumb"}, ""),
    ],
)
def test_a_swatch_where_a_terminal_has_colours(
    house: Path, env: dict[str, str], patch: str
) -> None:
    pty = pytest.importorskip("pty")
    run_env = {k: v for k, v in os.environ.items() if k not in ("COLORTERM", "TERM")} | env
    run_env["PYTHONPATH"] = str(ROOT)
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "brief", "style", "show", "own"]
    running = subprocess.Popen(command, cwd=house, env=run_env, stdout=follower)
    os.close(follower)
    read = b""
    with suppress(OSError):  # the end of a terminal
        while piece := os.read(leader, 65536):
            read += piece
    running.wait(60)
    os.close(leader)
    (line,) = (each for each in read.decode().splitlines() if "--brand" in each and "#" in each)
    assert line.startswith(f"{patch}\x1b[1m--brand\x1b[0m: #14532d")


def test_specimen(
    house: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--thorough"):
        few = {each: specimen._SHOWN[each] for each in ("two-words", "endless")}
        monkeypatch.setattr(specimen, "_SHOWN", few)
    ran = CliRunner().invoke(cli, ["style", "specimen", "own", "--out", "here", "--no-verify"])
    assert (ran.exit_code, ran.stderr) == (0, "")
    made = house / "here"
    assert sorted(each.name for each in made.iterdir()) == ["own.epub", "own.pdf"]
    results = run.check([made / "own.pdf", made / "own.epub"], verify=False)
    assert [each.ok for each in results] == [True, True]
    with pikepdf.open(made / "own.pdf") as pdf:
        assert str(pdf.docinfo["/Title"]) == "Specimen of the style “own”"
    with zipfile.ZipFile(made / "own.epub") as book:
        names = book.namelist()
        text = next(book.read(each).decode() for each in names if each.endswith("text.xhtml"))
        package = next(book.read(each).decode() for each in names if each.endswith(".opf"))
    assert "<dc:title>Specimen of the style “own”</dc:title>" in re.sub(r' id="\w+"', "", package)
    for name in tokens.tokens(read_house(house).style):
        assert name in text, name
    # what a colour is on paper, and each state, by page and cover
    assert ">#14532d</td>" in text
    assert ">9.1:1</td>" in text
    assert text.count("Page one, cover and card of a brief with") == len(specimen._SHOWN)


def test_what_cannot_be_proved_is_no_specimen(house: Path) -> None:
    sheet = house / "styles" / "own" / "print.css"
    sheet.write_text(".dek { visibility: hidden }\n", encoding="utf-8")
    ran = CliRunner().invoke(cli, ["style", "specimen", "own", "--no-verify"])
    assert ran.exit_code == 5
    assert "own: not published" in ran.stderr
    assert not (house / "dist").exists()


@pytest.mark.usefixtures("quickly")
def test_check_several_and_strictly(house: Path) -> None:
    sheet = house / "styles" / "own" / "print.css"
    shutil.copytree(house / "styles" / "own", house / "styles" / "other")
    sheet.write_text(".standfirst { margin: 0 }\n", encoding="utf-8")
    ran = CliRunner().invoke(cli, ["style", "check", "own", "other"])
    assert ran.exit_code == 0
    lines = ran.stdout.splitlines()
    assert lines == ["own: 1 warning", "other: nothing wrong"]
    ran = CliRunner().invoke(cli, ["style", "check", "--strict"])
    assert ran.exit_code == 4
    result = told("check", "own", "other", "--strict")
    assert [each["ok"] for each in result["styles"]] == [False, True]
    assert result["styles"][0]["findings"][0]["code"] == "H17"


def test_fonts_have_the_letters_of_the_sources(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = house / "sources" / "piece.md"
    source.parent.mkdir()
    text = '---\ntitle: T\ndate: 2024-01-01\nlang: th\n---\nT.\n\n<p lang="zu">T.</p>\n'
    source.write_text(text, encoding="utf-8")
    assert specimen._languages(read_house(house), ["de-AT"]) == ["en", "de-AT", "th", "zu"]


def test_every_language_that_has_words_of_its_own_has_its_letters() -> None:
    for lang in languages():
        known = fonts.letters(lang)
        assert known, lang
        for key, label in labels(lang).items():
            # of the many signs of Chinese, Japanese and Korean some stand for all
            said = re.sub(rf"\{{\w+\}}|PDF|EPUB|[{SQUARE}\uac00-\ud7ff]", "", label)
            strange = {sign for sign in said if sign.isalpha() and sign.isprintable()} - known
            assert key == "lang" or not strange, (lang, label)
