"""Makes what cannot lie here."""

from __future__ import annotations

import shutil
from pathlib import Path

from brief.house import DEFAULT_STYLE, STYLES


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    style = folder / "styles" / "own"
    shutil.copytree(STYLES / DEFAULT_STYLE, style)
    sheet = style / "print.css"
    text = sheet.read_text(encoding="utf-8")
    sheet.write_text("p { colour: red }\n" + text, encoding="utf-8")
