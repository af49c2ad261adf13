"""Every finding code owns a folder with what triggers it and the report it must give.

A folder holds an input and `expected.txt`, the report as the command line prints it. `command.txt`
has the arguments if they are not `export` with the one source. `make.py` prepares what cannot lie
in a folder: `make(folder, pdf, epub)`, which gets the bytes of two good editions.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers import ROOT, few_samples

from brief import intake, run
from brief.cli import cli
from brief.cli.shared import tell
from brief.editions import sheet
from brief.findings import CODES
from brief.house import read_house

FOLDERS = Path(__file__).parent / "findings"
#: codes of what the reference validators say, or cannot
JAVA = ("C20", "C21", "C30")


HEAD = """# Findings

Every problem that `brief` tells of has a code. Its letter says whose matter it is: S the source,
H the house and the installation, C a check of an edition, P what a printer would send back, O the
output, L a limit. An error stops publication; a warning does so with `--strict`.

| code | severity | what it stands for | what to do |
|---|---|---|---|
"""


@cache
def editions() -> tuple[bytes, bytes]:
    """Return a good PDF and EPUB, of the sample that has everything."""
    house = read_house(ROOT)
    brief = intake.read(ROOT / "sources" / "snow-ledger", house, [])
    made = run._render(brief, house, ("pdf", "epub"), None, [])
    return made[0].data, made[1].data


def test_every_code_has_its_folder() -> None:
    assert {folder.name for folder in FOLDERS.iterdir()} == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_finding(
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / code
    shutil.copytree(FOLDERS / code, folder, ignore=shutil.ignore_patterns("expected.txt"))
    monkeypatch.chdir(folder)
    if (folder / "make.py").exists():
        spec = importlib.util.spec_from_file_location(f"make_{code}", folder / "make.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.make(folder, *editions())
    if code == "L03":
        monkeypatch.setattr(run, "MAX_SECONDS", 0.5)
    if code == "P50":
        monkeypatch.setattr(sheet, "booklet_sides", lambda _: [(0, 3), (1, 2)])
    if (folder / "styles").is_dir() and (folder / "command.txt").exists():
        more = ("right-to-left",) if code in ("H22", "H23", "H24", "H26") else ()
        few_samples(tmp_path, monkeypatch, "eight-words", *more)
    if (folder / "shadow").is_dir():
        monkeypatch.syspath_prepend(folder / "shadow")
    told = report(code, folder, capsys)
    expected = FOLDERS / code / "expected.txt"
    if request.config.getoption("--update-golden"):
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
    severity = CODES[code][0].value
    assert f": {severity} {code} " in told
    assert "Traceback" not in told
    problems = [
        line for line in told.splitlines() if re.match(r"\S.*: (error|warning) [A-Z]", line)
    ]
    assert told.count("    cure: ") == len(problems)


def report(code: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the command line says of a folder, the same on every machine."""
    damaged = [*folder.glob("damaged.*")]
    if damaged:
        for checked in run.check(damaged, verify=code in JAVA):
            tell(found for check in checked.checks for found in check.findings)
        told = capsys.readouterr().err
    else:
        told = exported(folder)
    for path, name in ((folder.resolve(), "."), (ROOT, "<brief>")):
        told = told.replace(f"{path}/", "" if name == "." else f"{name}/").replace(str(path), name)
    # the page of the sample a thing stands on is the style's matter, a subset's tag the system's
    told = re.sub(r"\(pages? \d[^)]*\)", "(pages …)", told)
    return re.sub(r"\b[A-Z]{6}\+", "SUBSET+", told)


def exported(folder: Path) -> str:
    command = folder / "command.txt"
    if command.exists():
        arguments = shlex.split(command.read_text(encoding="utf-8"))
    else:
        source = next(p for p in sorted(folder.iterdir()) if p.name.split(".")[0] == "piece")
        arguments = ["export", source.name, "--no-verify"]
    if (folder / "libraries").is_dir():
        # what the loader finds first here is no library: Pango is missing for this process
        ran = subprocess.run(
            [sys.executable, "-m", "brief", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT), "LD_LIBRARY_PATH": "libraries"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 4
        return ran.stderr
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code in (0, 3, 4, 5, 6, 7, 8), result.output
    return result.stderr


def test_the_codes_are_documented(request: pytest.FixtureRequest) -> None:
    rows = [
        f"| {code} | {severity.value} | {what} | {cure} |"
        for code, (severity, what, cure) in CODES.items()
    ]
    text = HEAD + "\n".join(rows) + "\n"
    file = ROOT / "docs" / "findings.md"
    if request.config.getoption("--update-golden"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text
