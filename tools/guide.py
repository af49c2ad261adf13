"""The steps of docs/house-style.md, as it tells them: files to write and commands to run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "house-style.md"
#: where the fonts are that the guide has its reader get elsewhere
FONTS = ROOT / "styles" / "newsroom" / "fonts"

_STEP = re.compile(
    r"^`(?P<file>[\w./-]+)`, "
    r"(?P<how>new|in place of what is there|added at its end|instead of that)"
    r":\n\n```\w+\n(?P<text>.*?)^```$"
    r"|^```console\n(?P<console>.*?)^```$"
    r"|^!\[[^\]]+\]\(pictures/(?P<picture>[\w-]+)\.png\)$"
    r"|^- `(?P<font>[\w./-]+/fonts/[\w.-]+)`$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class File:
    """A file that is to be written, and how it stands to what is there."""

    path: str
    how: str
    text: str

    def carry_out(self, folder: Path) -> None:
        """Write the file in a folder, as the guide's reader would."""
        file = folder / self.path
        there = file.read_text(encoding="utf-8") if file.exists() else None
        if (there is None) != (self.how == "new"):
            raise ValueError(f"{self.path}, {self.how}: it is {'not ' * (there is None)}there")
        if self.how == "added at its end":
            text = f"{there}\n{self.text}"
        elif self.how == "instead of that":
            kept, gap, _ = (there or "").rpartition("\n\n")
            text = f"{kept}{gap}{self.text}"
        else:
            text = self.text
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Font:
    """A file of a font that the reader has, or its licence."""

    path: str

    def carry_out(self, folder: Path) -> None:
        """Put the file into a folder."""
        file = folder / self.path
        file.parent.mkdir(exist_ok=True)
        shutil.copy(FONTS / file.name, file)


@dataclass(frozen=True)
class Command:
    """A command to run, and what it says by the guide."""

    words: tuple[str, ...]
    output: str


@dataclass(frozen=True)
class Shown:
    """A picture of how far the style has come."""

    name: str


Step = File | Font | Command | Shown


def steps(text: str) -> Iterator[Step]:
    """Yield the steps of the guide, in order."""
    for found in _STEP.finditer(text):
        if found["file"]:
            yield File(found["file"], found["how"], found["text"])
        elif found["font"]:
            yield Font(found["font"])
        elif found["picture"]:
            yield Shown(found["picture"])
        else:
            for said in re.split(r"^\$ ", found["console"], flags=re.MULTILINE)[1:]:
                line, _, output = said.partition("\n")
                yield Command(tuple(line.split()), output)
