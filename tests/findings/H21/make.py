"""Makes what cannot lie here."""

from __future__ import annotations

import shutil
from pathlib import Path

from brief.house import SHEETS


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    fonts = folder / "styles" / "own" / "fonts"
    fonts.mkdir(exist_ok=True)
    shutil.copy(SHEETS / "fonts" / "NotoNaskhArabic-Regular.ttf", fonts / "Own.ttf")
