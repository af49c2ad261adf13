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
            if member.filename == "EPUB/text.xhtml":
                data = data.replace(b"<article>", b"<article><wrong/>")
            new.writestr(member, data)
