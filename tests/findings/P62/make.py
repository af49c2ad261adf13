"""Makes what cannot lie here."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as opened:
        links = [link for page in opened.pages for link in page.get("/Annots", [])]
        link = next(link for link in links if "/URI" in link.get("/A", {}))
        link.A.URI = pikepdf.String("https://example.net/nowhere")
        opened.save(folder / "damaged.pdf")
