"""The fonts of a style: which there are, whether they can be used, and which letters they have."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

from brief import assets
from brief.checks.sheets import Sheet, parts
from brief.findings import Finding, finding, short
from brief.language import nearest, primary, quotes

#: suffixes of font files
SUFFIXES = (".ttf", ".otf", ".woff", ".woff2", ".ttc")
#: families that CSS has every engine know
GENERIC = frozenset(
    {
        *("serif", "sans-serif", "monospace", "cursive", "fantasy", "math", "emoji", "fangsong"),
        *("system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded"),
        *("inherit", "initial", "unset", "revert", "revert-layer"),
    }
)
_SIZES = {
    *("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large"),
    *("larger", "smaller"),
}
#: what hardly a text does without, whatever its language
_COMMON = "0123456789.,;:!?()[]/-–—'’“”…&%§©@#*+=€$°"
#: how the name of a licence's file begins
_LICENCE = re.compile(r"(ofl|ufl|apache|mit|cc0|licen[cs]e|copying|eula|gust)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Face:
    """A font as a sheet gives it to a family."""

    family: str
    weight: str
    slant: str
    #: where its file should be
    file: Path
    #: the characters that the sheet has it for; all if there are none
    ranges: tuple[tuple[int, int], ...]
    sheet: Sheet
    line: int


def families(tokens: Sequence[Any]) -> list[str]:
    """Return the families in a list of them; a part that is no family comes as it is not: empty."""
    found = []
    for part in parts(tokens):
        words = [token for token in part if token.type != "whitespace"]
        if len(words) == 1 and words[0].type == "string":
            found.append(str(words[0].value))
        else:
            named = words and all(word.type == "ident" for word in words)
            found.append(" ".join(str(word.value) for word in words) if named else "")
    return found


def named(name: str, tokens: Sequence[Any]) -> list[str]:
    """Return the families that a declaration names."""
    if name == "font":
        size = next((n for n, token in enumerate(tokens) if _is_size(token)), len(tokens))
        after = 3 if tokens[size + 1 : size + 2] == ["/"] else 1
        tokens = tokens[size + after :]
    elif name != "font-family":
        return []
    return [each for each in families(tokens) if each]


def _is_size(token: Any) -> bool:
    if token.type == "ident":
        return token.lower_value in _SIZES
    return token.type in ("dimension", "percentage", "function")


def bare(family: str) -> str:
    """Return a family as it is compared."""
    return family.replace(" ", "").lower()


def faces(sheets: Iterable[Sheet]) -> list[Face]:
    """Return the fonts that sheets give."""
    found = []
    for sheet in sheets:
        for rule in sheet.rules:
            if rule.at != "@font-face":
                continue
            said = {each.name: each for each in rule.declarations}
            family = families(said["font-family"].tokens)[0] if "font-family" in said else ""
            source = said.get("src")
            address = next(_addresses(source.tokens), "") if source else ""
            if not family or not address:
                continue
            told = said["unicode-range"].text if "unicode-range" in said else ""
            found.append(
                Face(
                    family,
                    said["font-weight"].text if "font-weight" in said else "400",
                    said["font-style"].text if "font-style" in said else "normal",
                    sheet.file.parent / re.sub(r"[?#].*", "", address),
                    tuple(_ranges(told)),
                    sheet,
                    source.line if source else rule.line,
                )
            )
    return found


def _addresses(tokens: Iterable[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type == "url":
            yield token.value
        elif token.type == "function" and token.lower_name == "url":
            yield from (str(each.value) for each in token.arguments if each.type == "string")


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for first, last in re.findall(r"U\+\s?([0-9A-F?]+)(?:-([0-9A-F]+))?", text, re.IGNORECASE):
        low, high = first.replace("?", "0"), last or first.replace("?", "F")
        yield int(low, 16), int(high, 16)


def problem(file: Path) -> str:
    """Return why a font's file cannot be used, or nothing."""
    if not file.is_file():
        return "it is not there"
    try:
        font = _opened(file)
        for table in ("head", "cmap", "hmtx"):
            font[table]
        if not font.getBestCmap():
            return "it has no characters"
    except Exception as error:  # a damaged font can raise anything
        return f"it cannot be read: {short(str(error) or type(error).__name__)}"
    return ""


def _opened(file: Path) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(BytesIO(file.read_bytes()), lazy=True, fontNumber=0)


@cache
def _characters(file: Path, _: float) -> frozenset[int]:
    try:
        return frozenset(_opened(file).getBestCmap() or ())
    except Exception:  # which `problem` tells of
        return frozenset()


def characters(face: Face, wanted: set[int]) -> set[int]:
    """Return those of some characters that a font has, if its sheet has it for any of them.

    A font comes with all of its characters once a text has one that its sheet names.
    """
    named = not face.ranges or any(
        low <= each <= high for low, high in face.ranges for each in wanted
    )
    if not named or not face.file.is_file():
        return set()
    return wanted & _characters(face.file, face.file.stat().st_mtime)


# --- letters ------------------------------------------------------------------------------------


@cache
def _alphabets() -> dict[str, tuple[str, str]]:
    file = Path(__file__).with_name("alphabets.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {lang: (script, said) for script, all_ in tables.items() for lang, said in all_.items()}


def letters(lang: str) -> set[str]:
    """Return the characters that a language is written with; none for one that is not known."""
    script, said = nearest(_alphabets(), lang, ("", ""))
    if not script:
        return set()
    text = f"a-z{said}" if script == "latin" else said
    found = set(_COMMON)
    for first, last, alone in re.findall(r"(.)-(.)|(.)", text, re.DOTALL):
        found |= {chr(n) for n in range(ord(first), ord(last) + 1)} if first else {alone}
    if primary(lang) != "ka":  # whose capitals are for whole lines only
        found |= {each.upper() for each in found if len(each.upper()) == 1}
    if primary(lang) in ("az", "tr", "tt", "kk"):
        found |= {"İ"}
    found |= {sign for quote in quotes(lang) for sign in quote}
    return {each for each in found if not each.isspace()}


def lacking(
    every: Sequence[Face], roles: Iterable[Sequence[str]], languages: Iterable[str]
) -> Iterator[Finding]:
    """Yield a finding for each font that lacks letters of languages, and which.

    A role is a list of families, each of which may have what those before it lack.
    """
    by_family: dict[str, list[Face]] = {}
    for face in every:
        by_family.setdefault(bare(face.family), []).append(face)
    told: dict[tuple[Path, str], Finding] = {}
    for role in filter(None, roles):
        first, *others = [by_family.get(bare(family), []) for family in role]
        kinds: dict[tuple[str, str], list[Face]] = {}
        for face in first:
            kinds.setdefault((face.weight, face.slant), []).append(face)
        for alike in kinds.values():
            face = alike[0]
            for lang in languages:
                wanted = set(map(ord, letters(lang)))
                missing = wanted
                for each in (*alike, *chain(*others)):
                    missing = missing and missing - characters(each, wanted)
                if not missing or (face.file, lang) in told or not face.file.is_file():
                    continue
                signs = sorted(map(chr, missing))
                some = " ".join(signs[:12]) + (" …" if len(signs) > 12 else "")
                message = f"{face.file.name} lacks {some} of the language “{lang}”"
                told[face.file, lang] = finding(
                    "H21",
                    message,
                    face.sheet.file,
                    face.line,
                    hint="add a font that has them, and name it in --script-fonts",
                )
    yield from told.values()


# --- files --------------------------------------------------------------------------------------


def unlicensed(files: Iterable[Path]) -> list[Path]:
    """Return the fonts beside which no licence lies.

    A licence is for all fonts of its folder, or for those whose name stands in its own after a
    hyphen, as in OFL-SourceSans3.txt.
    """
    found = []
    for file in files:
        names = [each.stem for each in file.parent.iterdir() if _LICENCE.match(each.name)]
        licensed = False
        for name in names:
            _, _, whose = name.partition("-")
            own = re.sub(r"\W", "", whose).lower()
            licensed |= not own or re.sub(r"\W", "", file.stem).lower().startswith(own)
        if not licensed:
            found.append(file)
    return found


def files(folder: Path) -> list[Path]:
    """Return the font files in a folder and the folders in it."""
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)


def check(sheets: Sequence[Sheet], own: Sequence[Path]) -> Iterator[Finding]:
    """Yield what is wrong with the font files of a style in the folders to be checked."""
    every = faces(sheets)
    given = {face.file.resolve() for face in every}
    for face in every:
        if face.sheet.file.parent not in own:
            continue
        try:
            assets.locate(str(face.file.relative_to(face.sheet.file.parent)), *_home(face))
        except (assets.RefusedError, ValueError):
            pass  # which `style` tells of, as of any file
        else:
            if told := problem(face.file):
                yield finding(
                    "H07",
                    f"the font {face.file.name} of “{face.family}” cannot be used: {told}",
                    face.sheet.file,
                    face.line,
                    hint="put a TrueType, OpenType or WOFF font in its place",
                )
    for folder in own:
        here = files(folder)
        for file in here:
            if file.resolve() not in given:
                yield finding(
                    "H19",
                    "a font that no sheet names",
                    file,
                    hint="name it in an @font-face of fonts.css, or delete it",
                )
        for file in unlicensed(here):
            yield finding(
                "H20",
                "a font without a licence beside it",
                file,
                hint="put the text of its licence into that folder, such as OFL.txt",
            )


def _home(face: Face) -> tuple[Path, tuple[Path, ...]]:
    return face.sheet.file.parent, (face.sheet.file.parent,)
