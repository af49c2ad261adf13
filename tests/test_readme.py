"""What the README shows works as it stands there."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from helpers import ROOT, Reader, brief, picture

from brief import assemble
from brief.checks import collation
from brief.findings import CODES
from brief.house import HOUSE_KEYS, read_house
from brief.intake.metadata import KEYS

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def block(holding: str) -> str:
    (found,) = (text for _, text in BLOCKS if holding in text)
    return str(found)


def test_a_house_by_its_commands(tmp_path: Path) -> None:
    folder = tmp_path
    commands = [line for line in block("brief init").splitlines() if not line.startswith("pip ")]
    assert len(commands) == 4
    for command in commands:
        word, *arguments = command.split()
        if word == "cd":
            folder /= arguments[0]
            continue
        assert word == "brief"
        ran = brief(*arguments, cwd=folder)
        assert ran.code == 0, ran.err
    assert (folder / "dist" / "first-brief.pdf").exists()


def test_the_press_text(read: Reader) -> None:
    got = read(block("Photo: Name / Agency"), "piece.txt").brief
    assert (got.title, got.credit) == ("The headline", "Name / Agency")
    assert got.dek == "A sentence or two under it, the dek."
    assert got.authors[0].name == "First Last"
    assert "Set apart" in got.disclaimer
    assert got.body.count("<p") == 1


def test_the_front_matter(read: Reader, tmp_path: Path) -> None:
    picture(tmp_path / "ridges.jpg")
    got = read(block("kicker: Policy brief") + "Text.\n")
    assert got.codes == []
    assert got.brief.photo is not None
    assert got.brief.photo.credit == "Name / Agency"
    for key in KEYS:
        assert f"`{key}`" in README, key


def test_the_house_file(tmp_path: Path) -> None:
    text = block('place = "Port Ansel"')
    (tmp_path / "brief.toml").write_text(text, encoding="utf-8")
    house = read_house(tmp_path)
    assert (house.publisher, house.press.pages_multiple) == ("Northlight Institute", 4)
    told = tomllib.loads(text)
    tables = {key: told.pop(key) for key in ("pdf", "press")}
    listed = {f"{key}.{name}" for key, table in tables.items() for name in table}
    assert told.keys() | listed == set(HOUSE_KEYS)


def test_the_elements(read: Reader, tmp_path: Path) -> None:
    picture(tmp_path / "pier.jpg")
    text = (ROOT / "docs" / "elements.md").read_text(encoding="utf-8")
    listed = text.partition("```yaml")[0]
    parts = re.findall(r"^```markdown\n(.*?)^```$", listed, re.MULTILINE | re.DOTALL)
    front = "---\ntitle: A title\ndate: 2024-07-19\n---\n\n"
    text = front + "\n".join(parts)
    got = read(text)
    assert got.codes == []
    assert list(collation.unread(text, got.brief, [])) == []
    for told in re.findall(r'`<(\w+ class="[\w -]+")>`', listed):
        assert f"<{told}" in re.sub(' (data-line|lang)="[^"]*"', "", got.brief.body), told
    got = read(front + block("{.key-points}"))
    assert got.codes == []
    assert re.findall(r"<(aside|table|p) [^>]*(?:box|tbl|source)", got.brief.body) == [
        "aside",
        "table",
        "p",
    ]


def test_what_stands_around_the_text(read: Reader, tmp_path: Path) -> None:
    picture(tmp_path / "ada-lind.jpg")
    listed = (ROOT / "docs" / "elements.md").read_text(encoding="utf-8")
    parts = re.findall(r"^```yaml\n(.*?)^```$", listed, re.MULTILINE | re.DOTALL)
    front = "---\ntitle: A title\ndate: 2024-07-19\n" + "".join(parts)
    got = read(f"{front}---\n## A heading\n\nText.\n")
    assert got.codes == []
    page = assemble.print_edition(got.brief, read_house(ROOT)).documents["print.html"]
    told = re.findall(r'`(<\w+ class="[^>]*>)`', listed.partition("```yaml")[2])
    assert len(told) == 4
    assert [each for each in told if each not in page] == []


def test_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sources").mkdir()
    shutil.copytree(ROOT / "sources" / "snow-ledger", tmp_path / "sources" / "snow-ledger")
    monkeypatch.chdir(tmp_path)
    said: list[tuple[object, ...]] = []
    code = compile(block("brief.read("), "README.md", "exec")
    exec(code, {"print": lambda *words: said.append(words)})
    assert said[0][0] is True
    assert said[1][0] is True
    assert set(said[1][1]) == {"passed"}  # type: ignore[call-overload]


def test_options_and_codes_are_all_there(tmp_path: Path) -> None:
    for command in ("export", "check", "new", "init", "doctor"):
        assert f"`brief {command}" in README
    told = brief("export", "--help", cwd=tmp_path).out
    for option in re.findall(r"--[a-z-]+", told):
        if option != "--help" and option not in ("--quiet", "--verbose"):
            assert option in README, option
    assert CODES


def test_links_lead_somewhere() -> None:
    prose = re.sub(r"`[^`]*`", "", re.sub(r"^```.*?^```", "", README, flags=re.M | re.S))
    for name in re.findall(r"\]\(([^)#]+)", prose):
        assert (ROOT / name).exists(), name
