"""A file that anybody can open and not all may change."""

from __future__ import annotations

from typing import Any

from pikepdf import Encryption, Pdf, Permissions


def spoil(pdf: Pdf) -> dict[str, Any]:
    return {"encryption": Encryption(owner="o", user="", R=4, allow=Permissions(extract=False))}
