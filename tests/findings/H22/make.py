"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path

from brief.house import SHEETS


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    templates = folder / "styles" / "own" / "templates"
    templates.mkdir()
    text = (SHEETS.parent / "templates" / "parts.html").read_text(encoding="utf-8")
    assert "{{ note.body }}" in text
    changed = text.replace("{{ note.body }}", "")
    (templates / "parts.html").write_text(changed, encoding="utf-8")
