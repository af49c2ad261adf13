"""The house: brief.toml and a style's folder, read into one frozen value."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brief.findings import Finding, HouseError, Listing, finding, short
from brief.model import ILLEGAL, Contact, link_address

EDITIONS = ("pdf", "epub", "press", "card")
#: what is made of a press edition: sheets to be folded and stitched, or to be cut apart
IMPOSED = ("booklet", "2-up")
#: those made where nobody says which
USUAL = ("pdf", "epub")
PAGES = ("A4", "Letter")
DEFAULT_STYLE = "institute"
#: parts that a house can make mandatory
PARTS = (
    "kicker",
    "dek",
    "authors",
    "updated",
    "tags",
    "photo",
    "photo.caption",
    "photo.credit",
    "disclaimer",
    "rights",
    "identifier",
    "url",
    "series",
)
#: how a style may set the paragraphs of a text
PARAGRAPHS = ("plain", "numbered")
#: what a PDF can conform to
STANDARDS = ("ua1", "ua2")
#: levels of WCAG 2.2 (1.4.3, 1.4.6) whose contrast a style can claim
CONTRASTS = ("AA", "AAA")
#: what of a contact is an address, and what each is; one of them must be there
ADDRESSES = {
    "email": "an address of mail, such as press@example.org",
    "phone": "a telephone number, such as +1 555 0100",
    "url": "an address with http(s)://",
}
CONTACT_KEYS = ("name", "role", *ADDRESSES)
STYLE_FILES = ("house.toml", "tokens.css")
#: where print sets the notes
NOTES = ("foot", "end")
#: what a press edition has around its pages for the printer
MARKS = ("crop", "registration", "bars")
#: how photos become inks (ICC.1, rendering intents), the second with black point compensation
INTENTS = ("perceptual", "relative")

#: the sheets that every style stands on, and the fonts of those that bring none
SHEETS = Path(__file__).parent / "sheets"
_INSTALLED = Path(__file__).parent / "styles"
#: the styles that come with brief: inside the package once installed, beside it in a checkout
STYLES = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parent.parent / "styles"


@dataclass(frozen=True, slots=True)
class Style:
    """A folder that says how editions look."""

    name: str
    folder: Path
    description: str = ""
    #: the folders whose sheets come before its own, the first first
    below: tuple[Path, ...] = (SHEETS,)
    #: whether the paragraphs of a text are numbered, to be cited by
    numbered: bool = False
    #: the level of WCAG whose contrast it claims for its words
    contrast: str = CONTRASTS[0]

    @property
    def folders(self) -> tuple[Path, ...]:
        """All folders whose sheets it is made of, its own last."""
        return (*self.below, self.folder)


@dataclass(frozen=True, slots=True)
class Press:
    """How a house has its press editions made; lengths are in mm."""

    #: a page size as CSS writes it; without one, the style's
    trim: str = ""
    bleed: float = 3
    #: by how much the text stands further from the spine than a style's margins say
    binding: float = 3
    #: how near text may stand to the trim
    safety: float = 4
    marks: tuple[str, ...] = MARKS
    #: the number of pages is rounded up to a multiple of this
    pages_multiple: int = 4
    #: the ICC profile of the house's printing condition; without one, brief's own
    profile: Path | None = None
    #: how photos become inks
    intent: str = INTENTS[0]
    #: percent of all inks together; 0 is what the profile's own tables reach
    ink: int = 0
    #: each spot colour by its name, with the percents of cyan, magenta, yellow and black that
    #: stand for it
    spots: tuple[tuple[str, tuple[float, float, float, float]], ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """An organisation's imprint, rules and style."""

    style: Style
    #: the folder that holds brief.toml, or the current one when there is none
    root: Path
    publisher: str = ""
    place: str = ""
    #: a line of the imprint
    contact: str = ""
    #: for briefs that name no others
    contacts: tuple[Contact, ...] = ()
    #: a BCP 47 tag, for briefs that do not say theirs
    language: str = "en"
    #: overrules the page size of the style
    page: str = ""
    editions: tuple[str, ...] = USUAL
    require: tuple[str, ...] = ()
    #: what a PDF conforms to: "ua1" is PDF/UA-1 with PDF/A-3a, "ua2" PDF/UA-2 with PDF/A-4f and
    #: WTPDF
    standard: str = "ua1"
    #: Markdown, for briefs that have none of their own
    disclaimer: str = ""
    #: whether each brief says how to cite it, not only one with an identifier or an address
    cite: bool = False
    #: words of a text from which on a PDF has a table of contents; 0 for never
    contents: int = 2500
    #: where print sets the notes: at the "foot" of the page, or at the "end" of the text
    notes: str = "foot"
    press: Press = Press()
    listing: Listing = field(default_factory=lambda: Listing(Path("brief.toml")))


def near(name: str, names: Iterable[str]) -> str:
    """Return the one of `names` that `name` most likely stands for, or an empty string."""
    return next(iter(difflib.get_close_matches(name.lower(), list(names), 1, 0.6)), "")


_ENDLESS = re.compile(r"[\d_]{4300}")


def read_toml(text: str) -> dict[str, Any]:
    """Return the values of a TOML text; raises TOMLError with line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (text.count("\n") + 1, 1)
        raise TOMLError(re.sub(r"\s*\(at [^)]*\)$", "", str(error)), line, column) from None
    except RecursionError:
        raise TOMLError("values nested too deep", 1, 1) from None
    except ValueError:  # Python reads no number of more than 4300 digits
        line = next(n for n, line in enumerate(text.split("\n"), 1) if _ENDLESS.search(line))
        raise TOMLError("a number without end", line, 1) from None


class TOMLError(Exception):
    """A TOML text that cannot be read: the message, and the line and column, from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def toml_line(lines: Sequence[str], key: str) -> int:
    """Return the line on which a TOML text sets `key`, from 1, or 0 (tomllib keeps no places)."""
    pattern = re.compile(rf"""\s*(\[+\s*)?["']?{re.escape(key)}["']?\s*[=.\]]""")
    found = next((n for n, line in enumerate(lines, 1) if pattern.match(line)), 0)
    _, dot, last = key.partition(".")
    return toml_line(lines, last) if dot and not found else found


def read_house(start: Path | None = None, style: str | None = None) -> House:
    """Return the House of the nearest brief.toml at or above `start`, with `style` if named.

    Without any brief.toml the defaults hold. Raises HouseError with every problem found.
    """
    start = (start or Path.cwd()).resolve()
    file = next((d / "brief.toml" for d in (start, *start.parents) if _exists(d)), None)
    if file is None:
        return House(style=find_style(style or DEFAULT_STYLE, start), root=start)
    values, listing = _load(file)
    tables = {key: told for key, told in values.items() if isinstance(told, dict) and told}
    tables.pop("contact", None)
    for key, table in tables.items():
        del values[key]
        values |= {f"{key}.{name}": told for name, told in table.items()}
    problems = _unknown(values, HOUSE_KEYS, listing) + _wrong(values, HOUSE_KEYS, listing)
    given: dict[str, Any] = {}
    for key in HOUSE_KEYS.keys() & values.keys():
        given[key] = tuple(values[key]) if isinstance(values[key], list) else values[key]
    if problems:
        raise HouseError(*problems)
    if not isinstance(people := given.get("contact", ""), str):
        people = [people] if isinstance(people, dict) else people
        given["contacts"] = tuple(
            Contact(**{key: " ".join(text.split()) for key, text in each.items()})
            for each in people
        )
        given["contact"] = ""
    given["standard"] = given.pop("pdf.standard", STANDARDS[0])
    given["press"] = _press(given, file.parent)
    chosen = style or given.pop("style", DEFAULT_STYLE)
    given.pop("style", None)
    line = 0 if style else toml_line(listing.lines, "style")
    return House(
        style=find_style(chosen, file.parent, listing, line),
        root=file.parent,
        listing=listing,
        **given,
    )


def _press(given: dict[str, Any], root: Path) -> Press:
    """Take the keys of the press edition out of a house's."""
    keys = [key for key in given if key.startswith("press.")]
    told = {key.removeprefix("press."): given.pop(key) for key in keys}
    if "profile" in told:
        told["profile"] = root / told["profile"]
    if "spots" in told:
        told["spots"] = tuple((name, tuple(inks)) for name, inks in told["spots"].items())
    return Press(**told)


def find_style(
    name: str,
    root: Path,
    listing: Listing | None = None,
    line: int = 0,
    above: tuple[Path, ...] = (),
) -> Style:
    """Return the style `name`: a path, else a folder of ./styles, else one that brief brings.

    It is none of the styles `above`, which are made from it. Raises HouseError if there is none,
    or it lacks a file, or its house.toml is malformed.
    """
    places = [root / "styles" / name, STYLES / name]
    if "/" in name or "\\" in name or name.startswith("."):
        places = [root / name, Path(name).absolute()]
    found = (each for each in places if os.path.isdir(each) and each not in above)  # noqa: PTH112
    folder = next(found, None) if name else None
    if folder is None:
        known = {d.parent.name for base in (root / "styles", STYLES) for d in _houses(base)}
        hint = f"did you mean {near(name, known)!r}?" if near(name, known) else ""
        hint = hint or f"styles found: {', '.join(sorted(known)) or 'none'}"
        message = f"no style {short(name)!r}, neither in {root / 'styles'} nor with brief"
        where = listing.finding("H04", message, line, hint=hint) if listing and line else None
        raise HouseError(where or finding("H04", message, hint=hint))
    # Path.is_file raises for a folder that may not be searched
    missing = [file for file in STYLE_FILES if not os.path.isfile(folder / file)]  # noqa: PTH113
    if missing:
        raise HouseError(
            *(
                finding(
                    "H05",
                    f"the style has no {file}",
                    folder / file,
                    hint="`brief style new` makes a style with all of them",
                )
                for file in missing
            )
        )
    values, own = _load(folder / "house.toml")
    problems = _unknown(values, STYLE_KEYS, own) + _wrong(values, STYLE_KEYS, own)
    if problems:
        raise HouseError(*problems)
    base = Style("", SHEETS, below=())
    if name := values.get("from", ""):
        base = find_style(name, root, own, toml_line(own.lines, "from"), (*above, folder))
    numbered = values["paragraphs"] == "numbered" if "paragraphs" in values else base.numbered
    contrast = values.get("contrast", base.contrast)
    told = values.get("description", "")
    return Style(folder.name, folder, told, base.folders, numbered, contrast)


def styles(root: Path) -> list[Style]:
    """Return the styles of a house and those that come with brief, by name; a house's goes first.

    Left out is what `find_style` refuses.
    """
    names = {each.parent.name for base in (root / "styles", STYLES) for each in _houses(base)}
    found = []
    for name in sorted(names):
        with contextlib.suppress(HouseError):
            found.append(find_style(name, root))
    return found


def _exists(folder: Path) -> bool:
    # a link that leads nowhere counts: it is told of when it is read
    return os.path.lexists(folder / "brief.toml")


def _houses(base: Path) -> list[Path]:
    return list(base.glob("*/house.toml"))


def _load(file: Path) -> tuple[dict[str, Any], Listing]:
    try:
        if file.exists() and not file.is_file():  # reading a pipe may never end
            raise HouseError(finding("H01", "not a file", file, hint="put a file in its place"))
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise HouseError(
            finding("H01", f"cannot be read: {error.strerror}", file, hint="make it readable")
        ) from None
    except UnicodeDecodeError as error:
        raise HouseError(
            finding("H01", f"not UTF-8 at byte {error.start}", file, hint="save it as UTF-8")
        ) from None
    text = text.replace("\r\n", "\n")
    listing = Listing(file, tuple(text.split("\n")))
    try:
        return read_toml(text), listing
    except TOMLError as problem:
        raise HouseError(
            listing.finding(
                "H01",
                problem.message,
                problem.line,
                column=problem.column,
                hint='a value is written as: key = "text", a list as: key = ["a", "b"]',
            )
        ) from None


def _unknown(values: dict[str, Any], keys: Iterable[str], listing: Listing) -> list[Finding]:
    return [
        listing.finding(
            "H02",
            f"unknown key {short(key)!r}",
            toml_line(listing.lines, key),
            hint=f"did you mean {near(key, keys)!r}?"
            if near(key, keys)
            else f"known keys: {', '.join(sorted(keys))}",
        )
        for key in values
        if key not in keys
    ]


def _wrong(values: dict[str, Any], keys: dict[str, Any], listing: Listing) -> list[Finding]:
    told = ((key, keys[key](values[key])) for key in keys if key in values)
    return [
        listing.finding("H03", f"{key}: {problem}", toml_line(listing.lines, key))
        for key, problem in told
        if problem
    ]


def _text(value: object) -> str:
    if not isinstance(value, str):
        return f"a text in quotes is expected, not {short(repr(value))}"
    bad = ILLEGAL.search(value)
    return f"U+{ord(bad[0]):04X} is a character that no document may hold" if bad else ""


def _yes_or_no(value: object) -> str:
    told = f"true or false is expected, not {short(repr(value))}"
    return "" if isinstance(value, bool) else told


def _number(value: object) -> str:
    good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return "" if good else f"a number from 0 is expected, not {short(repr(value))}"


def _between(least: float, most: float) -> Any:
    def check(value: object) -> str:
        good = isinstance(value, int | float) and not isinstance(value, bool)
        told = f"a number from {least:g} to {most:g} is expected, not {short(repr(value))}"
        return "" if good and least <= value <= most else told  # type: ignore[operator]

    return check


def _whole_number(least: int, most: int) -> Any:
    def check(value: object) -> str:
        told = f"a whole number from {least} to {most} is expected, not {short(repr(value))}"
        return "" if isinstance(value, int) and not _between(least, most)(value) else told

    return check


def _page_size(value: object) -> str:
    """Say what is wrong with a page size: A4, or width and height such as 170mm 240mm."""
    size = r"A[0-9]|B[0-9]|Letter|Legal|\d+(\.\d+)?(mm|cm|in|pt) \d+(\.\d+)?(mm|cm|in|pt)"
    if isinstance(value, str) and re.fullmatch(size, value, re.IGNORECASE):
        return ""
    return f'a size such as "A5" or "170mm 240mm" is expected, not {short(repr(value))}'


def _spots(value: object) -> str:
    if not isinstance(value, dict):
        told = 'a table such as { "PANTONE 300 C" = [100, 44, 0, 0] } is expected'
        return f"{told}, not {short(repr(value))}"
    for name, inks in value.items():
        if problem := _text(name):
            return problem
        if not name.strip() or name in ("All", "None", "Cyan", "Magenta", "Yellow", "Black"):
            return f"{name!r} cannot be the name of a spot colour"
        good = isinstance(inks, list) and len(inks) == 4 and not any(map(_between(0, 100), inks))
        if not good:
            told = "percents of cyan, magenta, yellow and black, such as [100, 44, 0, 0]"
            return f"{short(name)}: {told}, are expected, not {short(repr(inks))}"
    alike = [tuple(inks) for inks in value.values()]
    return "" if len({*alike}) == len(alike) else "two spot colours are of the same inks"


def _contact(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    listed = [value] if isinstance(value, dict) else value
    if not (isinstance(listed, list) and all(isinstance(each, dict) for each in listed)):
        told = "a text, or a table with name, role, email, phone and url is expected"
        return f"{told}, not {short(repr(value))}"
    for each in listed:
        for key, text in each.items():
            if key not in CONTACT_KEYS:
                guess = near(key, CONTACT_KEYS)
                cure = f"did you mean {guess!r}?" if guess else f"known: {', '.join(CONTACT_KEYS)}"
                return f"unknown key {short(key)!r}; {cure}"
            problem = _text(text)
            if not problem and text and key in ADDRESSES and not link_address(key, text):
                problem = f"{short(text)!r} is not {ADDRESSES[key]}"
            if problem:
                return f"{key}: {problem}"
        if not any(each.get(key) for key in ADDRESSES):
            return "a contact has no email, phone or url"
    return ""


def _language(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", value):
        return ""
    return f'a language tag such as "en" or "pt-BR" is expected, not {short(repr(value))}'


def _one(*names: str) -> Any:
    def check(value: object) -> str:
        told = f"one of {', '.join(names)} is expected, not {short(repr(value))}"
        return "" if value in names else told

    return check


def _names(*names: str, least: int = 0) -> Any:
    def check(value: object) -> str:
        if not (
            isinstance(value, list)
            and len(value) >= least
            and all(isinstance(item, str) for item in value)
        ):
            return f"a list such as [{names[0]!r}] is expected, not {short(repr(value))}"
        wrong = next((item for item in value if item not in names), None)
        if wrong is None:
            return ""
        guess = near(wrong, names)
        return f"{short(wrong)!r} is none of {', '.join(names)}" + (
            f"; did you mean {guess!r}?" if guess else ""
        )

    return check


#: each key of brief.toml with the function that says what is wrong with a value, if anything
HOUSE_KEYS = {
    "publisher": _text,
    "place": _text,
    "contact": _contact,
    "language": _language,
    "page": _one(*PAGES),
    "style": _text,
    "editions": _names(*EDITIONS, least=1),
    "require": _names(*PARTS),
    "disclaimer": _text,
    "cite": _yes_or_no,
    "contents": _number,
    "notes": _one(*NOTES),
    "pdf.standard": _one(*STANDARDS),
    "press.trim": _page_size,
    "press.bleed": _between(0, 20),
    "press.binding": _between(0, 20),
    "press.safety": _between(0, 20),
    "press.marks": _names(*MARKS),
    "press.pages_multiple": _whole_number(1, 64),
    "press.profile": _text,
    "press.intent": _one(*INTENTS),
    "press.ink": _whole_number(0, 400),
    "press.spots": _spots,
}
STYLE_KEYS = {
    "description": _text,
    "from": _text,
    "paragraphs": _one(*PARAGRAPHS),
    "contrast": _one(*CONTRASTS),
}
