"""Something to start from: a source, or a whole house."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

from brief.findings import OutputError, SourceError, finding, short
from brief.house import DEFAULT_STYLE, STYLES, read_house
from brief.intake.metadata import slugify

_SOURCE = """\
---
title: {title}
dek: One or two sentences that say what the reader will know at the end.
authors:
  - name: First Last
    role: Where and what
    # email: first.last@example.org
    # portrait: first-last.jpg  # a picture beside this file
    # bio: A few sentences that stand behind the text, beside the portrait
date: {date}
lang: {lang}
# photo:                      # a picture beside this file
#   path: photo.jpg
#   alt: What it shows, for readers who cannot see it
#   caption: What a reader should notice in it
#   credit: Name / Agency
# identifier: 10.1234/abc     # a DOI, an ISBN or a URN; the brief then says how to cite it
# contact:                    # whom to ask
#   name: The press office
#   email: press@example.org
#   phone: +1 555 0100
# contents: true              # a table of contents in print, whatever the length
# disclaimer: Only if it differs from the house's
---

Write the first paragraph here. Paragraphs stand between empty lines; *this* is emphasis, and
[this is a link](https://www.example.org/).

## A heading

A claim that wants a source takes a note.[^1]

{{.pull-quote}}
> A sentence worth setting large.

| Year | Share |
|------|------:|
| 2023 | 40 %  |
| 2024 | 43 %  |

[^1]: The note, set at the foot of the page in print and linked in the EPUB.
"""
_HOUSE = """\
# Who publishes, and how. Every key may be left out.
publisher = "{publisher}"
place = "City"
contact = "www.example.org"
language = "en"                  # of briefs that do not say theirs
page = "A4"                      # or "Letter"
style = "{style}"                # a folder of styles/, or a style that brief brings
editions = ["pdf", "epub"]
require = []                     # such as ["disclaimer", "photo.credit"]
disclaimer = "The views in this brief are those of its authors."
cite = false                     # true: every brief says how to cite it
contents = 2500                  # words from which on print has a table of contents; 0: never

[pdf]
standard = "ua1"                 # PDF/UA-1 with PDF/A-3a; "ua2" is PDF/UA-2 with PDF/A-4f
"""


def new_source(slug: str) -> Path:
    """Write sources/SLUG.md below the house and return its path.

    Raises SourceError for a slug that is none, OutputError if the file exists or cannot be.
    """
    if not slug or slugify(slug) != slug:
        instead = slugify(slug)
        raise SourceError(
            finding(
                "S16",
                f"{short(slug)!r} is not a slug",
                hint=f"try {instead!r}" if instead else "use letters, digits and hyphens",
            )
        )
    house = read_house()
    file = house.root / "sources" / f"{slug}.md"
    if os.path.lexists(file) or os.path.lexists(file.with_suffix("")):
        raise OutputError(finding("O01", "it exists already", file, hint="choose another slug"))
    title = slug.replace("-", " ").capitalize()
    text = _SOURCE.format(title=title, date=dt.date.today().isoformat(), lang=house.language)
    _write(file, text)
    return file


def new_house(folder: Path) -> list[Path]:
    """Make a folder a house that can be exported at once; return what was written.

    Raises OutputError if it is one already, or cannot be written.
    """
    config = folder / "brief.toml"
    if os.path.lexists(config):
        raise OutputError(
            finding("O01", "there is a house here already", config, hint="choose another folder")
        )
    name = slugify(folder.resolve().name) or "house"
    style = folder / "styles" / name
    publisher = name.replace("-", " ").title()
    try:
        if not os.path.lexists(style):
            shutil.copytree(STYLES / DEFAULT_STYLE, style)
    except (OSError, shutil.Error) as error:
        raise _cannot(style, error) from None
    first = folder / "sources" / "first-brief.md"
    today = dt.date.today().isoformat()
    if not os.path.lexists(first):
        _write(first, _SOURCE.format(title="A first brief", date=today, lang="en"))
    _write(config, _HOUSE.format(publisher=publisher, style=name))
    return [config, style, first]


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _cannot(file, error) from None


def _cannot(file: Path, error: Exception) -> OutputError:
    told = getattr(error, "strerror", None) or error
    return OutputError(
        finding("O01", f"cannot be written: {told}", file, hint="choose a folder you may write to")
    )
