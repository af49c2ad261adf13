"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    (folder / "piece.md").write_text("word " * 220_000, encoding="utf-8")
