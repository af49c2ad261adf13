"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    words = "Words and more words. " * 40_000
    text = f"---\ntitle: A title\ndate: 2024-07-19\n---\n{words}\n"
    (folder / "piece.md").write_text(text, encoding="utf-8")
