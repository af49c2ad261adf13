"""What tests share: reading a source, drawing a picture, running the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from brief import assemble
from brief.findings import Finding
from brief.house import House
from brief.model import Assembled, Brief

ROOT = Path(__file__).parent.parent


@dataclass
class Read:
    brief: Brief
    found: list[Finding]

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.found]


Reader = Callable[..., Read]


def picture(file: Path, size: tuple[int, int] = (60, 40)) -> Path:
    from PIL import Image

    file.parent.mkdir(parents=True, exist_ok=True)
    Image.linear_gradient("L").resize(size).convert("RGB").save(file)
    return file


def drawn_page(kind: str, brief: Brief, house: House) -> Assembled:
    """Return a cover or card whose headline is in the size for its length."""
    return assemble.drawn_pages(kind, brief, house)[assemble.headline_size(brief.title)]


def damaged_book(epub: bytes, file: Path, **changes: Callable[[bytes], bytes]) -> None:
    """Write an EPUB with some of its files changed; each goes by its name's first part."""
    with zipfile.ZipFile(BytesIO(epub)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.infolist():
            change = changes.get(Path(member.filename).stem, bytes)
            new.writestr(member, change(old.read(member)))


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


def brief(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Ran:
    """Run the command line as a user does, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "brief", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **(env or {})},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)
