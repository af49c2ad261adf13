"""A source file → a Brief."""

from __future__ import annotations

from pathlib import Path

from brief.findings import Finding, SourceError, finding
from brief.house import House
from brief.intake import source as sources
from brief.model import Brief

#: the files that `brief` reads
SUFFIXES = (".txt", ".md", ".markdown")


def read(path: Path, house: House, found: list[Finding], photo: Path | None = None) -> Brief:
    """Return the Brief in a file or folder; what is noticed on the way is added to `found`.

    `photo` replaces or provides the photo's file. Raises SourceError with every problem that
    the source has, LimitError for one that is too large or too deep.
    """
    file = sources.locate(path)
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise SourceError(
            finding(
                "S06",
                f"{suffix or 'a file without a suffix'} is not read",
                file,
                hint=f"brief reads {', '.join(SUFFIXES)}",
            )
        )
    source = sources.read(file)
    if suffix == ".txt":
        from brief.intake import text as reader
    else:
        from brief.intake import markdown as reader  # type: ignore[no-redef]
    brief = reader.read(source, house, photo)
    found.extend(source.found)
    return brief
