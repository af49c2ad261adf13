"""The same bytes from the same sources, wherever and whenever they are made, and made again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from helpers import ROOT, brief, picture

from brief import provenance, rebuild, run
from brief.editions import pdf
from brief.findings import CheckError
from brief.house import SHEETS, House, read_house

#: what a checkout is made of, as far as editions are made with it
PARTS = (
    *("brief", "styles", "sources", "tools", "brief.toml", "pyproject.toml", "constraints.txt"),
    *("Makefile", "README.md", "LICENSE"),
)


def copy_checkout(place: Path) -> Path:
    place.mkdir()
    for name in PARTS:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, place / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, place / name)
    return place


def hashes(folder: Path, *kinds: str) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if file.suffix in kinds
    }


# --- made elsewhere -----------------------------------------------------------------------------


def test_seeds_time_zones_locales_and_places_change_nothing(tmp_path: Path) -> None:
    other = copy_checkout(tmp_path / "another place")

    def export(number: int, seed: int, zone: str, locale: str, place: Path, epoch: str) -> Path:
        # a locale that is not installed is C to all who ask
        varied = {"PYTHONHASHSEED": str(seed), "TZ": zone, "LC_ALL": locale}
        out = tmp_path / f"{number}"
        ran = brief(
            *("export", "sources/snow-ledger"),
            *("--pdf", "--epub", "--impose", "booklet", "--no-verify", "--out", out),
            cwd=place,
            env={**varied, "PYTHONPATH": str(place), "SOURCE_DATE_EPOCH": epoch},
        )
        assert ran.code == 0, ran.err
        return out

    varied = (
        (0, "UTC", "C", ROOT, ""),
        (1, "Asia/Kathmandu", "tr_TR.UTF-8", other, ""),
        (2, "America/St_Johns", "C", other, "1700000000"),
        (3, "Asia/Kathmandu", "C.UTF-8", ROOT, "1700000000"),
    )
    with ThreadPoolExecutor(2) as pool:
        made = [*pool.map(lambda each: export(each[0], *each[1]), enumerate(varied))]
    first, second, dated, dated_too = (hashes(out, ".pdf", ".epub", ".json") for out in made)
    assert len(first) == 5
    assert second == first
    assert dated == dated_too
    assert not set(first.values()) & set(dated.values())
    for out in made:
        for report in out.glob("*.json"):
            assert str(tmp_path) not in report.read_text("utf-8")
            assert str(ROOT) not in report.read_text("utf-8")


@pytest.mark.skipif("BRIEF_SUITE" not in os.environ, reason="for minutes: make same-bytes")
def test_two_systems_make_the_same_editions(tmp_path: Path) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() or not shutil.which("debootstrap"):
        pytest.skip("needs root and debootstrap: apt-get install debootstrap")
    # what an index behind a proxy needs
    passed = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    env = {key: value for key, value in os.environ.items() if key.upper().startswith(passed)}
    env |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C"}
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")

    def system(*command: str | Path) -> None:
        # what is mounted on the way is gone with the namespace
        whole = ["unshare", "--mount", *map(str, command)]
        ran = subprocess.run(whole, env=env, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        suite, include = os.environ["BRIEF_SUITE"], "--include=ca-certificates,make,python3"
        system("debootstrap", "--variant=minbase", include, suite, root)
        copy_checkout(root / "src")
        for file in ("/etc/hosts", "/etc/resolv.conf", str(certificates)):
            if Path(file).is_file():
                shutil.copy(file, f"{root}{file}")
        export = ".venv/bin/brief export --pdf --epub --impose booklet --no-verify"
        system("chroot", root, "sh", "-c", f"cd /src && make prepare && {export}")
        there = root / "src" / "dist"
        options = export.split()[1:]
        ran = brief(*options, "--out", tmp_path, cwd=ROOT)
        assert ran.code == 0, ran.err
        made = sorted(file for kind in ("pdf", "epub") for file in tmp_path.glob(f"*.{kind}"))
        assert len(made) == 4 * len(run.find_sources(read_house(ROOT)))
        differing = [
            f"{file.name}: {rebuild.where(file.read_bytes(), (there / file.name).read_bytes())}"
            for file in made
            if file.read_bytes() != (there / file.name).read_bytes()
        ]
        versions = [
            json.loads(next(place.glob("*.json")).read_text("utf-8"))["versions"]
            for place in (tmp_path, there)
        ]
        assert differing == [], versions


# --- made again ---------------------------------------------------------------------------------

SOURCE = """---
title: A title
date: 2024-07-19
photo: {path: view.png, alt: A view, credit: Ada / X}
---
Text.
"""


@dataclass
class Published:
    house: House
    source: Path

    @property
    def dist(self) -> Path:
        return self.house.root / "dist"

    def reasons(self) -> dict[str, tuple[str, ...]]:
        verified = rebuild.verify(self.dist, house=read_house(self.house.root))
        assert not [each.error for each in verified if each.error]
        return {each.file.suffix: each.reasons for each in verified}

    def error(self) -> tuple[int, list[str]]:
        (verified,) = rebuild.verify(self.dist, house=read_house(self.house.root))
        assert verified.error
        assert not verified.ok
        return verified.error.exit_code, [found.code for found in verified.error.findings]


SAME: dict[str, tuple[str, ...]] = {".pdf": (), ".epub": (), ".json": ()}


@pytest.fixture
def published(house: House) -> Published:
    shutil.copytree(house.style.folder, house.root / "styles" / "own")
    (house.root / "brief.toml").write_text('publisher = "X"\nstyle = "own"\n', encoding="utf-8")
    (house.root / "sources").mkdir()
    source = house.root / "sources" / "piece.md"
    source.write_text(SOURCE, encoding="utf-8")
    picture(house.root / "sources" / "view.png")
    house = read_house(house.root)
    (outcome,) = run.export(house=house, verify=False)
    assert outcome.ok, outcome.findings
    return Published(house, source)


def test_what_was_published_is_made_again(published: Published) -> None:
    assert published.reasons() == SAME


def altered(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9] + b"0\n%%EOF\n")


def repacked(file: Path) -> None:
    with zipfile.ZipFile(file) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    with zipfile.ZipFile(file, "w") as opened:
        for name, data in members.items():
            opened.writestr(name, data.replace(b"Text.", b"Lies."))


def restyled(file: Path) -> None:
    file.write_text("p { margin: 0 }", encoding="utf-8")


def appended(file: Path) -> None:
    text = "/* new */\n" if file.suffix == ".css" else "\n# new\n"
    file.write_bytes(file.read_bytes() + text.encode())


def larger(file: Path) -> None:
    picture(file, (80, 40))


def test_what_was_altered_is_told(published: Published) -> None:
    altered(published.dist / "piece.pdf")
    repacked(published.dist / "piece.epub")
    told = published.reasons()
    assert told[".pdf"][0] == told[".epub"][0] == "altered after it was published"
    assert told[".pdf"][1].startswith("first at byte ")
    assert told[".epub"][1:] == ("first in EPUB/text.xhtml",)
    assert told[".json"] == ()
    (published.dist / "piece.pdf").unlink()
    assert published.reasons()[".pdf"] == ("piece.pdf cannot be read: No such file or directory",)


@pytest.mark.parametrize(
    ("file", "change", "told", "kinds"),
    [
        ("sources/piece.md", appended, "piece.md changed", ".pdf .epub .json"),
        ("sources/view.png", larger, "view.png changed", ".pdf .epub .json"),
        ("styles/own/epub.css", restyled, "the style own changed", ".epub .json"),
        ("brief.toml", appended, "brief.toml changed", ".json"),
    ],
)
def test_what_changed_since_is_told(
    published: Published, file: str, change: Callable[[Path], None], told: str, kinds: str
) -> None:
    change(published.house.root / file)
    reasons = published.reasons()
    assert [kind for kind in reasons if reasons[kind]] == kinds.split()
    for kind in kinds.split():
        assert reasons[kind][0] == told
        assert kind == ".json" or reasons[kind][1].startswith("first ")


def test_other_versions_are_told(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {**provenance.versions(), "Pango": "2.0"}
    monkeypatch.setattr(provenance, "versions", lambda: changed)
    assert published.reasons() == SAME
    monkeypatch.setattr(pdf, "__version__", "9")
    was = json.loads((published.dist / "piece.report.json").read_bytes())["versions"]["Pango"]
    (versions, place) = published.reasons()[".pdf"]
    assert versions == f"other versions: Pango {was}, now 2.0"
    assert ", in object " in place
    monkeypatch.undo()
    monkeypatch.setattr(pdf, "__version__", "9")
    assert published.reasons()[".pdf"][0] == "nothing that the report names changed"


def test_the_time_is_that_of_the_report(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    run.export(house=published.house, verify=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "no time")
    assert published.reasons() == SAME


def test_fonts_that_are_unpacked_bear_no_time_of_their_own(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = published.house.style.folder
    with TTFont(SHEETS / "fonts" / "SourceSerif4-Regular.ttf") as font:
        font.flavor = "woff"
        font.save(folder / "text.woff")
    face = "@font-face { font-family: Own; src: url(text.woff) }\n:root { --text-font: Own }"
    (folder / "fonts.css").write_text(face, encoding="utf-8")
    run.export(house=published.house, verify=False, editions=["pdf"])
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert published.reasons() == {".pdf": (), ".json": ()}


def test_a_photo_that_was_given(published: Published, tmp_path: Path) -> None:
    photo = picture(tmp_path / "elsewhere" / "other.png", (90, 40))
    run.export(house=published.house, verify=False, photo=photo)
    assert published.error() == (3, ["S20"])
    shutil.copy(photo, published.source.parent)
    assert published.reasons() == SAME


def test_sources_are_known_by_slug_or_hash(published: Published) -> None:
    text = "---\ntitle: A title\ndate: 2024-07-19\n---\nText"
    for name, slug in (("a", ""), ("b", "slug: other\n"), ("c", "")):
        (published.source.parent / name).mkdir()
        source = published.source.parent / name / "brief.md"
        source.write_text(text.replace("date", f"{slug}date") + name, encoding="utf-8")
    run.export(house=published.house, verify=False, editions=["epub"])
    verified = rebuild.verify(house=published.house)
    names = sorted(each.file.name for each in verified)
    assert [name for name in names if name.endswith("epub")] == [
        *("a.epub", "c.epub", "other.epub", "piece.epub")
    ]
    assert all(each.ok for each in verified)


def test_sources_beside_dist(published: Published) -> None:
    published.source.parent.rename(published.house.root / "texts")
    assert published.reasons() == SAME


def test_what_is_missing_is_told(published: Published) -> None:
    (published.house.root / "styles" / "own").rename(published.house.root / "styles" / "new")
    (published.house.root / "brief.toml").write_text('style = "new"\n', encoding="utf-8")
    assert published.error() == (4, ["H04"])
    published.source.unlink()
    (published.house.root / "styles" / "new").rename(published.house.root / "styles" / "own")
    (published.house.root / "brief.toml").unlink()
    assert published.error() == (3, ["S01"])


def damages(told: dict[str, Any]) -> Iterator[object]:
    yield []
    yield "text"
    for key in told.keys() - {"findings"}:
        yield {name: value for name, value in told.items() if name != key}
        yield told | {key: 7}
    yield told | {"moment": "9999-12-31T23:59:59-23:00"}
    yield told | {"source": {"file": "../brief.toml", "sha256": ""}}
    yield told | {"editions": [told["editions"][0] | {"format": "txt"}]}


def test_a_report_that_is_none(published: Published) -> None:
    report = published.dist / "piece.report.json"
    for damage in damages(json.loads(report.read_bytes())):
        report.write_text(json.dumps(damage), encoding="utf-8")
        assert published.error() == (5, ["C09"]), damage
    report.write_bytes(b"[" * 100_000)
    assert published.error() == (5, ["C09"])
    report.unlink()
    with pytest.raises(CheckError):
        rebuild.verify(house=published.house)
