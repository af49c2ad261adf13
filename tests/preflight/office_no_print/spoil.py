"""A file that must not be printed."""

from __future__ import annotations

from typing import Any

from pikepdf import Encryption, Pdf, Permissions


def spoil(pdf: Pdf) -> dict[str, Any]:
    allow = Permissions(print_lowres=False, print_highres=False)
    return {"encryption": Encryption(owner="o", user="", R=4, allow=allow)}
