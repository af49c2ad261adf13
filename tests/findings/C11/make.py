"""Makes what cannot lie here."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    with (
        zipfile.ZipFile(BytesIO(epub)) as old,
        zipfile.ZipFile(folder / "damaged.epub", "w") as new,
    ):
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "EPUB/nav.xhtml":
                data = data.replace(b"text.xhtml#section-1", b"text.xhtml#absent")
            new.writestr(member, data)
