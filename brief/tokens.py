"""A style's sheets, and the tokens in them: the custom properties that a house sets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from brief import assets
from brief.drawings.styles import as_colour
from brief.findings import HouseError, finding
from brief.house import SHEETS, Style

#: a declaration of a token, its value in the second group
_TOKEN = re.compile(r"(--[\w-]+)\s*:\s*([^;}]+?)\s*[;}]")
#: what a line says behind a token: the kind of its value, and what it is for
_SAID = re.compile(r"[^\n]*?/\*\s*(.+?)\s*\*/")
_KIND = re.compile(r"(<[\w-]+>(?: \| [\w-]+)*|[\w-]+(?: \| [\w-]+)+)")
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

    @property
    def kind(self) -> str:
        """What its value has to be: "<length>", "start | justify", "<color> | none"."""
        found = _KIND.match(self.said)
        return found[1] if found else ""

    @property
    def purpose(self) -> str:
        """What it is for."""
        return self.said[len(self.kind) :].lstrip(": ")


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


def registry() -> dict[str, Token]:
    """Return the tokens that brief knows, each with its kind and what it is for."""
    return tokens(Style("", SHEETS, below=()))


def value(style: Style, name: str) -> str:
    """Return the value of a token without any var() in it.

    Raises HouseError for one that cannot be resolved.
    """
    return _filled(layers(style, "tokens.css"), [(Path("tokens.css"), f"var({name})")])[0]


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
    return "\n".join(text for _, text in filled(style, name))


def filled(style: Style, name: str, *others: str) -> list[tuple[Path, str]]:
    """Return file and text of the sheets `name` of a style with each var() replaced.

    `others` are sheets that set tokens too, where tokens.css does not. Lines keep their numbers.
    Raises HouseError as `resolved` does.
    """
    settings = [sheet for each in (*others, "tokens.css") for sheet in layers(style, each)]
    sheets = [(file, assets.uncommented(text)) for file, text in layers(style, name)]
    made = _filled(settings, sheets)
    return [(file, text) for (file, _), text in zip(sheets, made, strict=True)]


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a token is used."""

    #: that of the sheet: "print", "epub"; "tokens" where another token is made of it
    edition: str
    file: Path
    line: int
    #: the selectors or the at-rule whose rule it is
    rule: str


def uses(style: Style) -> dict[str, list[Use]]:
    """Return where each token of a style is used, in the order of its sheets."""
    found: dict[str, list[Use]] = {}
    names = dict.fromkeys(file.name for folder in style.folders for file in folder.glob("*.css"))
    for name in sorted(names):
        for file, text in layers(style, name):
            bare = assets.uncommented(text)
            for use in _VAR.finditer(bare):
                before = bare[: bare.rfind("{", 0, use.start())]
                rule = " ".join(re.split(r"[{};]", before)[-1].split())
                line = bare.count("\n", 0, use.start()) + 1
                found.setdefault(use[1], []).append(Use(file.stem, file, line, rule))
    return found


def colour(value: str) -> tuple[float, float, float] | None:
    """Return red, green and blue, from 0 to 1, of a colour without transparency; else nothing."""
    digits, alpha = as_colour(value) or ("", 0.0)
    if alpha < 1:
        return None
    red, green, blue = (each / 255 for each in bytes.fromhex(digits[1:]))
    return red, green, blue


def inks(style: Style) -> dict[tuple[int, int, int], tuple[float, float, float, float]]:
    """Return the inks that a style gives to its colours: `--accent-press` to that of `--accent`.

    Colours are red, green and blue from 0 to 255, inks cyan, magenta, yellow and black from 0 to 1.
    Raises HouseError for what is no device-cmyk(), and for one colour that is given two inks.
    """
    set_, told = tokens(style), values(style)
    given: dict[tuple[int, int, int], tuple[float, float, float, float]] = {}
    for name, token in set_.items():
        plain = name.removesuffix("-press")
        if plain == name or plain not in told or told[name] == "none":
            continue
        made, shade = cmyk(told[name]), colour(told[plain])
        if made is None or shade is None:
            what = (
                f"{name}: “{told[name]}” is no device-cmyk(…)" if shade else f"{plain}: no colour"
            )
            cure = "write device-cmyk(1 .4 0 .3), each ink from 0 to 1"
            raise HouseError(finding("H14", what, token.file, token.line, hint=cure))
        red, green, blue = (round(255 * each) for each in shade)
        if given.setdefault((red, green, blue), made) != made:
            what = f"{name} gives {told[plain]} other inks than another token does"
            cure = "give both the same inks, or make their colours differ"
            raise HouseError(finding("H14", what, token.file, token.line, hint=cure))
    return given


def cmyk(value: str) -> tuple[float, float, float, float] | None:
    """Return cyan, magenta, yellow and black, from 0 to 1, of a device-cmyk(); else nothing."""
    from tinycss2.color5 import parse_color

    made = parse_color(value)
    if made is None or made == "currentcolor" or made.space != "device-cmyk" or made.alpha < 1:
        return None
    cyan, magenta, yellow, black = (min(max(each or 0.0, 0.0), 1.0) for each in made.coordinates)
    return cyan, magenta, yellow, black


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
            token, value, problem, cure, code = found[1], "", "", "", "H14"
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
                code = "H12"
                problem = f"{token} is used and neither tokens.css nor {file.name} sets it"
                cure = f"add {token}: … to tokens.css"
            size += len(value)
            if size > _MOST_SIGNS:
                whole = within[-1] if within else file.name
                problem = f"{whole} grows over {_MOST_SIGNS:,} signs with {token} in it"
                cure = "give the tokens shorter values"
            if problem:
                line = text.count("\n", 0, found.start()) + 1
                raise HouseError(finding(code, problem, file, line, hint=cure))
            lines = "\n" * found[0].count("\n")
            parts += [text[start : found.start()], value.replace("\n", " "), lines]
            start = found.end()
        return "".join((*parts, text[start:end]))

    return [fill(sheet, 0, len(sheet[1])) for sheet in own]
