"""Something to start from: a source, or a whole house."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

from brief.findings import OutputError, SourceError, finding, short
from brief.house import DEFAULT_STYLE, SHEETS, Style, find_style, read_house
from brief.intake.metadata import slugify
from brief.tokens import tokens

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
    if not os.path.lexists(style):
        _write_style(style, find_style(DEFAULT_STYLE, folder))
    first = folder / "sources" / "first-brief.md"
    today = dt.date.today().isoformat()
    if not os.path.lexists(first):
        _write(first, _SOURCE.format(title="A first brief", date=today, lang="en"))
    _write(config, _HOUSE.format(publisher=publisher, style=name))
    return [config, style, first]


def new_style(name: str, base: str | None = None) -> Path:
    """Make styles/NAME of the house, from another style or the default one; return its folder.

    Raises HouseError for a base that is none, SourceError for a name that is none, OutputError if
    the folder exists or cannot be written.
    """
    if not name or slugify(name) != name:
        cure = f"try {slugify(name)!r}" if slugify(name) else "use letters, digits and hyphens"
        raise SourceError(finding("S16", f"{short(name)!r} is no name for a style", hint=cure))
    root = read_house(style=DEFAULT_STYLE).root
    folder = root / "styles" / name
    if os.path.lexists(folder):
        raise OutputError(finding("O01", "it exists already", folder, hint="choose another name"))
    _write_style(folder, find_style(base or DEFAULT_STYLE, root), base)
    return folder


_STYLE = """\
# A style of the house. What it does not say itself, it has from the style that it is made from.
description = "{description}"
from = "{base}"
"""
_TOKENS = """\
/* What this house sets: each token with its value in “{base}”, and what it is for. Change what you
   like and delete what you leave: what is not here comes from there. */
"""
_RULES = """\
/* Rules of this house for {edition}, after those of “{base}”. Keep to var(--…) for colours, fonts
   and space. */
"""


def _write_style(folder: Path, base: Style, given: str | None = None) -> None:
    text = (SHEETS / "tokens.css").read_text(encoding="utf-8")
    for token in tokens(base).values():
        value = token.value.replace("\\", r"\\")
        # an address leads to a file beside the sheet that says it
        if "url(" not in value:
            text = re.sub(rf"({token.name}:\s*)[^;]*;", rf"\g<1>{value};", text)
        else:
            text = re.sub(rf"[^\n]*{token.name}:[^\n]*\n", "", text)
    _, _, listed = text.partition("*/\n")
    told = f"{folder.name}, made from {base.name}"
    said = _STYLE.format(base=given or base.name, description=told)
    _write(folder / "tokens.css", _TOKENS.format(base=base.name) + listed)
    for name, edition in (("print.css", "print"), ("epub.css", "EPUB")):
        _write(folder / name, _RULES.format(base=base.name, edition=edition))
    _write(folder / "house.toml", said)


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
