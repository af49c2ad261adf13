"""Makes what cannot lie here."""

from __future__ import annotations

import re
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
                data = re.sub(rb'alt="[^"]*"', b'alt=""', data)
            if member.filename == "EPUB/content.opf":
                data = data.replace(b"schema:accessibilityHazard", b"schema:hazard")
            new.writestr(member, data)
