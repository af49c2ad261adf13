"""A wheel, installed without this checkout, works from an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from helpers import ROOT

from brief.language import languages

PARTS = ("brief", "styles", "docs", "README.md", "LICENSE", "pyproject.toml")


def test_a_wheel_from_an_empty_folder(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir"]
    subprocess.run([*build, str(tmp_path), str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("brief_press-*.whl")
    place = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(place)
    # neither the documents nor their pictures
    assert sorted(each.suffix for each in place.iterdir()) == ["", ".dist-info"]
    catalogues = {file.relative_to(ROOT).as_posix() for file in languages().values()}
    assert catalogues <= {file.relative_to(place).as_posix() for file in place.rglob("*.po")}
    empty = tmp_path / "empty"
    empty.mkdir()
    env = {**os.environ, "PYTHONPATH": str(place)}

    def brief(*arguments: str, cwd: Path = empty) -> str:
        ran = subprocess.run(
            [sys.executable, "-m", "brief", *arguments],
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    where = "import brief, brief.house; print(brief.__file__, brief.house.STYLES)"
    told = subprocess.run(
        [sys.executable, "-c", where],
        cwd=empty,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert told == [str(place / "brief" / "__init__.py"), str(place / "brief" / "styles")]
    brief("init", "house")
    brief("export", "--no-verify", "--strict", cwd=empty / "house")
    text = "Otsikko\n\nJulkaistu 19. heinäkuuta 2024\n\nText.\n"
    (empty / "text.txt").write_text(text, encoding="utf-8")
    brief("export", "text.txt", "--no-verify")
    names = sorted(file.name for file in (empty / "dist").iterdir())
    assert names == ["text.epub", "text.pdf", "text.report.json"]
