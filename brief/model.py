"""The Brief and its parts: frozen, picklable, the same whatever the source was."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

#: characters that no text of a brief may hold: those that XML 1.0 cannot (§ 2.2), the byte order
#: mark, and overrides of direction, which have a text read as another than it is
ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ufeff\ufffe\uffff\ud800-\udfff]"
)


def address_problem(address: str) -> str:
    """Return what is wrong with the address of a link that leaves the edition, or nothing."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is malformed"
    if parts.scheme not in ("http", "https", "mailto", "tel"):
        return f"has the scheme “{parts.scheme}”" if parts.scheme else "has no scheme"
    if re.search(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]", address):
        return "holds characters that no address may"
    if parts.scheme == "mailto":
        good = "@" in parts.path.strip("@") or "to=" in parts.query
    elif parts.scheme == "tel":
        good = re.fullmatch(r"\+?[0-9().*#-]+(;.*)?", parts.path) is not None
    else:
        good = bool(host) and "%20" not in host
    return "" if good else "is malformed"


_MAIL = re.compile(r"[\w.!$'*+=~-]+@[\w-]+(\.[\w-]+)+")
_PHONE = re.compile("\\+?[0-9 ().\u00a0\u2010-\u2013/-]+")


def link_address(kind: str, told: str) -> str:
    """Return where the link of an `email`, a `phone` or a `url` leads, or nothing for what is none.

    Of a number of a telephone only its digits count, and a plus before them (RFC 3966, 5.1).
    """
    if kind == "email":
        address = f"mailto:{told}" if _MAIL.fullmatch(told) else ""
    elif kind == "phone":
        digits = re.sub(r"[^0-9]", "", told) if _PHONE.fullmatch(told) else ""
        address = f"tel:{'+' * told.startswith('+')}{digits}" if len(digits) > 2 else ""
    else:
        address = told if told.lower().startswith(("http:", "https:")) else ""
    return "" if address_problem(address) else address


@dataclass(frozen=True, slots=True)
class Photo:
    """The picture at the head of a brief, or an author's."""

    path: Path
    #: what a reader who cannot see it is told; empty only for a decorative picture
    alt: str
    caption: str = ""
    credit: str = ""
    #: of a drawing, the file as it was read
    drawing: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Author:
    """A person or body that wrote the brief."""

    name: str
    role: str = ""
    #: sixteen digits in four groups, without the address before them
    orcid: str = ""
    url: str = ""
    email: str = ""
    #: XHTML of the body's vocabulary
    bio: str = ""
    portrait: Photo | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom readers can ask, such as a press office."""

    name: str = ""
    role: str = ""
    email: str = ""
    #: as it is written, with spaces
    phone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Data:
    """The data that a picture shows: what a CSV file holds."""

    path: Path
    #: the chart that is drawn of it: "bar", "column" or "line"; nothing if the author drew it
    chart: str
    #: names of the columns, and cells of the rows, as they are written
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    #: of each row what its cells after the first say as numbers; None is none
    numbers: tuple[tuple[Decimal | None, ...], ...]
    #: what the numbers of a chart count
    unit: str = ""
    #: the file as it was read
    file: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture inside the body, which names it in `src`."""

    name: str
    #: of a chart, the file of its data
    path: Path
    #: of a drawing, the file as it was read
    drawing: bytes = field(default=b"", repr=False)
    #: what it shows, if the edition lists that
    data: Data | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note to the text; print sets it at the foot of the page, EPUB links it."""

    #: what a call in the body names in `data-note`; notes count in the order of their first call
    id: str
    #: XHTML of the body's vocabulary
    body: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Brief:
    """One short piece of writing with everything that is printed around it."""

    source: Path
    slug: str
    title: str
    date: dt.date
    #: a BCP 47 tag
    lang: str
    #: well-formed XHTML in the closed vocabulary of `intake.clean`; blocks carry `data-line`
    body: str
    identifier: str
    kicker: str = ""
    dek: str = ""
    authors: tuple[Author, ...] = ()
    updated: dt.date | None = None
    photo: Photo | None = None
    #: a photo's credit that came without any photo
    credit: str = ""
    notes: tuple[Note, ...] = ()
    images: tuple[Image, ...] = ()
    #: XHTML, like the body
    disclaimer: str = ""
    rights: str = ""
    url: str = ""
    series: str = ""
    contacts: tuple[Contact, ...] = ()
    #: XHTML within one line, instead of the citation that is made of the brief; empty for none
    cite_as: str | None = None
    #: whether print has a table of contents; None leaves it to the length
    contents: bool | None = None
    tags: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    #: the source line on which each part was found, by the part's name
    lines: dict[str, int] = field(default_factory=dict)
    #: what was read, as it was read: the source may be another by the time an edition is made
    source_bytes: bytes = field(default=b"", repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the brief as values that JSON can hold, without the bytes of files."""
        values: dict[str, Any] = _plain(asdict(self))
        return values


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(item) for k, item in value.items() if not isinstance(item, bytes)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)


class Told(NamedTuple):
    """What is found in a file that a source names: code, message, line in the file, cure."""

    code: str
    message: str
    line: int
    hint: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made ready for an edition; `width` and `height` in px."""

    data: bytes
    media_type: str
    width: int
    height: int
    #: what was taken out of a drawing
    told: tuple[Told, ...] = ()

    @property
    def vector(self) -> bool:
        """Whether it is a drawing."""
        return self.media_type == "image/svg+xml"


#: Where an edition's documents seem to lie while they are laid out: `style/` and `pictures/`
#: below it are handed out from memory. A name that RFC 2606 keeps from ever being a host.
ADDRESS = "https://brief.invalid/"


@dataclass(frozen=True, slots=True)
class Assembled:
    """What an edition is made of: documents by name, style sheets in order, pictures by name."""

    documents: Mapping[str, str]
    #: file and text of each style sheet, a bare name if it was made here; addresses in them are
    #: relative to `style`
    sheets: tuple[tuple[Path, str], ...]
    style: Path
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    #: headings for the navigation: level, id, text
    headings: tuple[tuple[int, str, str], ...] = ()
    #: pages of the PDF for the page-list: label, id
    pages: tuple[tuple[str, str], ...] = ()
