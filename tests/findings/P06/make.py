"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path

from preflight_good import spoilt


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    (folder / "damaged.pdf").write_bytes(spoilt("x1a_conformance_absent"))
