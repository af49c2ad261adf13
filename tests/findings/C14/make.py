"""Makes what cannot lie here."""

from __future__ import annotations

import re
from pathlib import Path

from helpers import damaged_book


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    def undescribed(data: bytes) -> bytes:
        return re.sub(rb'alt="[^"]*"', b'alt=""', data)

    def unsaid(data: bytes) -> bytes:
        return data.replace(b"schema:accessibilityHazard", b"schema:hazard")

    damaged_book(epub, folder / "damaged.epub", text=undescribed, content=unsaid)
