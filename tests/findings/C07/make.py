"""Makes what cannot lie here."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure":
                del item["/Alt"]
        opened.save(folder / "damaged.pdf")
