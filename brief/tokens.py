"""A style's sheets, and the tokens in them: the custom properties that a house sets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from brief import assets
from brief.findings import HouseError, finding
from brief.house import Style

#: a declaration of a token, its value in the second group
_TOKEN = re.compile(r"(--[\w-]+)\s*:\s*([^;}]+?)\s*[;}]")
#: what a line says behind a token: the kind of its value, and what it is for
_SAID = re.compile(r"[^\n]*?/\*\s*(.+?)\s*\*/")
#: a token's name and, with parentheses three deep, what stands in for it where it is not set
_VAR = re.compile(
    r"var\(\s*(--[\w-]+)\s*"
    r"(?:,\s*((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\))*+))?\)"
)
#: signs that tokens may bring into one text: those that name others twice grow without end
_MOST_SIGNS = 100_000


@dataclass(frozen=True, slots=True)
class Token:
    """A custom property where a sheet sets it."""

    name: str
    #: as it is written
    value: str
    file: Path
    line: int
    #: the comment behind it, in brief's own sheet its kind and what it is for
    said: str = ""


def layers(style: Style, name: str) -> list[tuple[Path, str]]:
    """Return file and text of the sheets `name` that a style is made of, its own last.

    Raises HouseError for one that cannot be read or is not UTF-8.
    """
    return [_sheet(folder, name) for folder in style.folders if os.path.lexists(folder / name)]


def _sheet(folder: Path, name: str) -> tuple[Path, str]:
    try:
        return folder / name, assets.style_text(folder, name)
    except assets.RefusedError as refused:
        raise HouseError(
            finding("H05", refused.message, folder / name, hint=refused.hint)
        ) from None


def declared(file: Path, text: str) -> Iterator[Token]:
    """Yield the tokens that a sheet sets, each time it does."""
    bare = assets.uncommented(text)
    for found in _TOKEN.finditer(bare):
        said = _SAID.match(text, found.end())
        line = bare.count("\n", 0, found.start()) + 1
        yield Token(found[1], found[2], file, line, said[1] if said else "")


def tokens(style: Style) -> dict[str, Token]:
    """Return the tokens of a style by name, each as it is set last."""
    return _by_name(layers(style, "tokens.css"))


def _by_name(sheets: list[tuple[Path, str]]) -> dict[str, Token]:
    return {each.name: each for sheet in sheets for each in declared(*sheet)}


def values(style: Style) -> dict[str, str]:
    """Return the values of a style's tokens, without any var() in them.

    Raises HouseError for tokens that cannot be resolved.
    """
    settings = layers(style, "tokens.css")
    names = _by_name(settings)
    sheets = [(Path("tokens.css"), f"var({name})") for name in names]
    return dict(zip(names, _filled(settings, sheets), strict=True))


def resolved(style: Style, name: str) -> str:
    """Return the sheets `name` of a style with each var() replaced: many e-readers know none.

    Raises HouseError for tokens that are not set or cannot be resolved.
    """
    sheets = [(file, assets.uncommented(text)) for file, text in layers(style, name)]
    return "\n".join(_filled(layers(style, "tokens.css"), sheets))


def _filled(settings: list[tuple[Path, str]], own: list[tuple[Path, str]]) -> list[str]:
    """Return the texts of sheets with each var() replaced, by the sheets that set tokens."""
    places: dict[str, tuple[tuple[Path, str], int, int]] = {}
    # a sheet may set tokens of its own
    for file, text in (*settings, *own):
        listed = file, assets.uncommented(text)
        places |= {found[1]: (listed, *found.span(2)) for found in _TOKEN.finditer(listed[1])}
    known: dict[str, str] = {}

    def fill(sheet: tuple[Path, str], start: int, end: int, within: tuple[str, ...] = ()) -> str:
        file, text = sheet
        parts: list[str] = []
        size = 0
        for found in _VAR.finditer(text, start, end):
            token, value, problem, cure = found[1], "", "", ""
            if token in within or (token in places and len(within) == 50):
                problem = f"{token} is set by way of itself, or of more than 50 others"
                cure = f"give {token} a value without var()"
            elif token in places:
                if token not in known:
                    known[token] = fill(*places[token], (*within, token))
                value = known[token]
            elif found[2] is not None:
                value = fill(sheet, *found.span(2), within)
            else:
                problem = f"{token} is used and neither tokens.css nor {file.name} sets it"
                cure = f"add {token}: … to tokens.css"
            size += len(value)
            if size > _MOST_SIGNS:
                whole = within[-1] if within else file.name
                problem = f"{whole} grows over {_MOST_SIGNS:,} signs with {token} in it"
                cure = "give the tokens shorter values"
            if problem:
                line = text.count("\n", 0, found.start()) + 1
                raise HouseError(finding("H05", problem, file, line, hint=cure))
            parts += [text[start : found.start()], value]
            start = found.end()
        return "".join((*parts, text[start:end]))

    return [fill(sheet, 0, len(sheet[1])) for sheet in own]
