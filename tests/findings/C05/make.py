"""Makes what cannot lie here."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as opened:
        del opened.docinfo["/Title"]
        with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            del told["dc:title"]
        opened.save(folder / "damaged.pdf")
