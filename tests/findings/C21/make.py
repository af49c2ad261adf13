"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path

from helpers import damaged_book


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    def change(data: bytes) -> bytes:
        return data.replace(b'<article role="main">', b'<article role="main"><wrong/>')

    damaged_book(epub, folder / "damaged.epub", text=change)
