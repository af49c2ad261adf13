"""Makes what cannot lie here."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                for key in ("/FontFile2", "/FontFile3"):
                    if key in item:
                        del item[key]
        opened.save(folder / "damaged.pdf")
