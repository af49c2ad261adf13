"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path

from preflight_good import draw_artifact, font_of


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    content = f"0.8 g BT {font_of(pdf)} 14 Tf 70 60 Td <0001000200030004> Tj ET"
    (folder / "damaged.pdf").write_bytes(draw_artifact(pdf, content))
