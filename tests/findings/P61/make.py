"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path

from preflight_good import draw_artifact, words


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    content = f"0.8 g {words(15, 190, 14, 'Pale words')}"
    (folder / "damaged.pdf").write_bytes(draw_artifact(pdf, content))
