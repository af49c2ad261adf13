"""A press for short writing: one source in, proved PDF and EPUB editions out.

::

    import brief

    text = brief.read("sources/harbour.md")       # a Brief: frozen, every part named
    for outcome in brief.export("sources/harbour.md", out="dist"):
        print(outcome.ok, [edition.path for edition in outcome.editions])
    for checked in brief.check("dist/harbour.pdf", against="sources/harbour.md"):
        print(checked.ok, [check.status for check in checked.checks])
    for verified in brief.verify("dist"):         # made again from the sources, and compared
        print(verified.ok, verified.file, verified.reasons)

Whatever can go wrong is a BriefError that carries findings: code, file, line, cure.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from brief.findings import (
    BriefError,
    CheckError,
    ExitCode,
    Finding,
    HouseError,
    LimitError,
    OutputError,
    Severity,
    SourceError,
)
from brief.model import Author, Brief, Contact, Image, Note, Photo

if TYPE_CHECKING:
    from brief.house import House
    from brief.rebuild import Verified, verify
    from brief.run import Checked, Edition, Outcome, check, export

__version__ = "0.1.0"

__all__ = [
    "Author",
    "Brief",
    "BriefError",
    "CheckError",
    "Checked",
    "Contact",
    "Edition",
    "ExitCode",
    "Finding",
    "HouseError",
    "Image",
    "LimitError",
    "Note",
    "Outcome",
    "OutputError",
    "Photo",
    "Severity",
    "SourceError",
    "Verified",
    "check",
    "export",
    "read",
    "verify",
]


def read(
    path: str | Path,
    *,
    house: House | None = None,
    photo: str | Path | None = None,
    found: list[Finding] | None = None,
) -> Brief:
    """Return the Brief in a source: a .txt or .md file, or a folder with a brief.md.

    What is noticed and does not stop the reading is added to `found`. Raises SourceError,
    HouseError or LimitError, each with every problem at once.
    """
    from brief import intake
    from brief.house import read_house

    return intake.read(
        Path(path),
        house or read_house(),
        found if found is not None else [],
        Path(photo) if photo is not None else None,
    )


_LATE = {
    **dict.fromkeys(("Checked", "Edition", "Outcome", "check", "export"), "brief.run"),
    **dict.fromkeys(("Verified", "verify"), "brief.rebuild"),
}


def __getattr__(name: str) -> Any:
    # these bring in the whole press: they are imported when they are first asked for
    if name in _LATE:
        import importlib

        globals()[name] = getattr(importlib.import_module(_LATE[name]), name)
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
