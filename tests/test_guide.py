"""docs/house-style.md, step by step: what it has its reader do works, and says what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from guide import GUIDE, Command, File, Font, steps
from helpers import few_samples

from brief import specimen
from brief.cli import cli
from brief.cli.style import style

TEXT = GUIDE.read_text(encoding="utf-8")


def test_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # one state of a brief shows whether a specimen can be made, and costs less than six
    monkeypatch.setattr(specimen, "_SHOWN", {"two-words": specimen._SHOWN["two-words"]})
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for n, step in enumerate(steps(TEXT)):
        match step:
            case File() | Font():
                step.carry_out(folder)
            case Command(("cd", name)):
                folder /= name
                monkeypatch.chdir(folder)
            case Command(("brief", *arguments), output):
                with monkeypatch.context() as patched:
                    # once with all samples, since what is said tells how many parts are faint
                    if arguments != ["style", "check"]:
                        few_samples(
                            tmp_path / f"{n}", patched, "elements", "right-to-left", "two-words"
                        )
                    ran = CliRunner().invoke(cli, arguments)
                shown = ".*".join(map(re.escape, output.split("…")))
                assert re.fullmatch(shown, ran.output, re.DOTALL), (step, ran.output)
                assert (ran.exit_code != 0) == (": error " in output), step
    made = sorted(file.name for file in (folder / "dist").iterdir())
    brief = [f"first-brief.{kind}" for kind in ("card.jpg", "epub", "pdf", "report.json")]
    assert made == ["fathom.epub", "fathom.pdf", *brief]


def test_all_that_the_guide_shows_is_carried_out() -> None:
    found = list(steps(TEXT))
    files = [step for step in found if isinstance(step, File)]
    commands = [step.words for step in found if isinstance(step, Command)]
    assert TEXT.count("\n```\n") == len(files) + TEXT.count("\n```console\n")
    assert sum(line.startswith("$ ") for line in TEXT.splitlines()) == len(commands)
    used = {words[2] for words in commands if words[:2] == ("brief", "style")}
    assert used == set(style.commands)
