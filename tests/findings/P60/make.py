"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path

from preflight_good import draw_artifact


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    content = "0.1 g 0 0 595 300 re f"
    (folder / "damaged.pdf").write_bytes(draw_artifact(pdf, content))
