"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path

from helpers import damaged_book


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    def change(data: bytes) -> bytes:
        return data.replace(b"text.xhtml#section-1", b"text.xhtml#absent")

    damaged_book(epub, folder / "damaged.epub", nav=change)
