"""What a check says: passed, failed, or not run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar
from warnings import catch_warnings, simplefilter

from brief import __version__
from brief.findings import BriefError, Finding, errors, finding

#: a file once it is read
T = TypeVar("T")
#: from words of an edition to the source and the line they come from, 0 if that is not known
Place = Callable[[str], tuple[Path, int]]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule, put to one file."""

    name: str
    status: Literal["passed", "failed", "not run"]
    findings: tuple[Finding, ...] = ()
    by: str = "brief"
    version: str = ""
    #: why it was not run
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the check as values that JSON can hold."""
        return {
            "name": self.name,
            "status": self.status,
            "by": self.by,
            "version": __version__ if self.by == "brief" else self.version,
            "reason": self.reason,
            "findings": [found.as_dict() for found in self.findings],
        }


#: the kind of a passage that is an image
IMAGE = "image"
#: elements of XHTML that hold blocks, or stand within lines, as structure types
#: (ISO 32000-1, 14.8.4)
HOLDERS = {
    **{"ul": "L", "ol": "L", "dl": "L", "li": "LI", "blockquote": "BlockQuote", "aside": "Aside"},
    **{"table": "Table", "tr": "TR", "th": "TH", "td": "TD"},
}
PARTS = {
    **{"a": "Link", "code": "Code", "kbd": "Code", "samp": "Code", "q": "Quote"},
    **{"em": "Em", "i": "Em", "strong": "Strong", "b": "Strong"},
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a page that links lead to."""

    #: from 1; 0 where there is none such
    page: int = 0
    #: from below, in pt
    height: float = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a picture that is a drawing shows; up is more than down, in units of its own."""

    #: its texts, each with where its middle stands; of an EPUB, the point that it is bound to
    texts: tuple[tuple[str, float, float], ...] = ()
    #: rectangles that are filled: left, bottom, right, top
    bars: tuple[tuple[float, float, float, float], ...] = ()
    #: outlines that are not filled
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()
    #: the middles of circles that are filled, and of print of all else that is and is no rectangle
    dots: tuple[tuple[float, float], ...] = ()
    #: of print, the size of its smallest type in pt
    smallest: float = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of text, or an image, as an edition has it."""

    #: the element that it is: of a PDF its structure type, of an EPUB its name in HTML
    kind: str
    #: the text, a line end where a line of print ends; of an image its text alternative
    text: str
    #: from 1; 0 where there are none
    page: int = 0
    #: what holds it, the outermost first: lists, items, quotes, tables, rows, cells and notes by
    #: their structure type, each with something that no other has
    within: tuple[tuple[str, object], ...] = ()
    #: what stands within its lines, in the order of the beginnings: structure type and text, and
    #: “lang” with the language of a part that is in another
    parts: tuple[tuple[str, str], ...] = ()
    #: where the links within its lines lead, but for those that leave the edition: the number of
    #: the passage that begins there, from 0, or -1 for none; or a place
    leads: tuple[int | Spot, ...] = ()
    #: of print, where on the page its first line stands, in pt from below
    height: float | None = None
    #: of an image that is a drawing
    drawn: Drawn = Drawn()

    @property
    def note(self) -> bool:
        """Whether it belongs to a note."""
        return in_note(self.within)


def in_note(within: tuple[tuple[str, object], ...]) -> bool:
    """Return whether what holds a passage is, or is in, a note."""
    return any(kind == "Note" for kind, _ in within)


def cell(kind: str, columns: object, rows: object) -> str:
    """Return the name of a cell among holders, which tells what it spans if that is more than 1."""
    return kind if f"{columns} {rows}" == "1 1" else f"{kind} {columns}×{rows}"


@dataclass(slots=True)
class Part:
    """A part of a block's lines: the pieces from its start to its end, None if it goes on."""

    kind: str
    start: int
    end: int | None = None


@dataclass(slots=True)
class Lines(Generic[T]):
    """The pieces of a block's text, and its parts, while they are gathered."""

    pieces: list[T] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def begin(self, kind: str) -> Part:
        """Return a part that begins here."""
        self.parts.append(Part(kind, len(self.pieces)))
        return self.parts[-1]

    def end(self, part: Part) -> None:
        """End a part here."""
        part.end = len(self.pieces)

    def take(self, read: Callable[[list[T]], str]) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the text, and the parts that have any, and begin anew."""
        told = ((each.kind, read(self.pieces[each.start : each.end])) for each in self.parts)
        found = read(self.pieces), tuple((kind, text) for kind, text in told if text.strip())
        self.pieces, self.parts = [], []
        return found


@dataclass(slots=True)
class Leads:
    """Where the links of passages lead, while these are gathered."""

    #: of the lines that are being gathered, and of each passage by its number
    pending: list[object] = field(default_factory=list)
    targets: dict[int, list[object]] = field(default_factory=dict)
    #: the first passage of whatever a link may lead to
    begins: dict[object, int] = field(default_factory=dict)

    def take(self, number: int, kept: object) -> None:
        """Give the links of the lines to the passage that they become, if they are kept."""
        if kept:
            self.targets[number] = self.pending
        self.pending = []

    def given(self, passages: list[Passage]) -> list[Passage]:
        """Return the passages with what their links lead to; a place is itself."""
        for n, targets in self.targets.items():
            if targets:
                leads: Iterable[Any] = (
                    each if isinstance(each, Spot) else self.begins.get(each, -1)
                    for each in targets
                )
                passages[n] = replace(passages[n], leads=tuple(leads))
        return passages


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader of an edition is given, read back from the finished file."""

    #: the text in reading order, a string for each block
    blocks: list[str]
    #: the text alternative of each image that is shown, empty for one that only decorates
    images: list[str]
    #: text and images in reading order; an image within a block of text follows it
    passages: list[Passage] = field(default_factory=list)
    #: the addresses that links lead to, and whether each stands in a note
    links: list[tuple[str, bool]] = field(default_factory=list)
    #: files within the edition that belong to it: what they are to it, and their bytes
    attached: list[tuple[str, bytes]] = field(default_factory=list)
    #: the pages that the links of a printed table of contents lead to, by page and by element;
    #: None on paper
    contents: list[set[int]] | None = field(default_factory=list)
    #: pages of print, from 1, of which something may be lost, or take much toner, in greys
    doubtful: frozenset[int] = frozenset()
    #: of images with a text alternative that, and what draws them small, as `looks` does
    pictures: Sequence[tuple[str, Callable[[], bytes]]] = field(default_factory=list)


def run(name: str, rule: Callable[[], Iterable[Finding]], file: Path) -> Check:
    """Put a rule to a file that anybody may have made: whatever it trips over is a finding.

    Warnings alone do not fail it.
    """
    try:
        found = tuple(rule())
    except BriefError as error:
        found = error.findings
    except Exception as error:  # a hostile file can break a reader in any way there is
        told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        found = (finding("C09", f"cannot be read for the check “{name}”: {told}", file),)
    found = tuple(replace(each, message=_printable(each.message)) for each in found)
    return Check(name, "failed" if errors(found) else "passed", found)


def placed(code: str, message: str, file: Path, words: str, place: Place | None) -> Finding:
    """Return a finding about words of an edition, at their line in the source if it is known."""
    source, line = place(words) if place else (file, 0)
    return (
        finding(code, f"{file.name}: {message}", source, line)
        if line
        else finding(code, message, file)
    )


#: pixels over which a picture is not looked at, since it would take all memory
_MOST_PIXELS = 120_000_000


def undrawable(data: bytes) -> str:
    """Return why a picture cannot be drawn whole, or nothing."""
    from PIL import Image, ImageFile

    # WeasyPrint has it draw what there is of a picture that is cut off
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with catch_warnings(), Image.open(BytesIO(data)) as image:
            simplefilter("ignore")
            if image.width * image.height < _MOST_PIXELS:
                image.load()
    except Exception as error:  # a broken picture can break a decoder in any way there is
        return f"cannot be drawn: {error or type(error).__name__}"
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    return ""


def looks(opens: Callable[[], Any]) -> bytes:
    """Return the colours of 8 × 8 fields of a picture that Pillow `opens`, by which it is known.

    Nothing for one that cannot be drawn.
    """
    from PIL import Image, ImageOps

    try:
        with catch_warnings(), opens() as image:
            simplefilter("ignore")
            if image.width * image.height > _MOST_PIXELS:
                return b""
            image.draft("RGB", (64, 64))
            upright = ImageOps.exif_transpose(image).convert("RGB")
            return bytes(upright.resize((8, 8), Image.Resampling.BOX).tobytes())
    except Exception:  # a broken picture, which is told of elsewhere
        return b""


def _printable(message: str) -> str:
    """Return a message without what a hostile file may have put in to upset a terminal."""
    joiners = "\u200c\u200d"  # Persian and emoji need them
    shown = "".join(s if s.isprintable() or s in joiners else "\ufffd" for s in message)
    return shown if len(shown) <= 400 else f"{shown[:399]}…"


def examine(
    opens: Callable[[], T],
    damage: Callable[[T], Iterable[Finding]],
    content: Callable[[T], Content],
    rules: Mapping[str, Callable[[T], Iterable[Finding]]],
    file: Path,
) -> tuple[list[Check], Content | None]:
    """Return what each rule says of a file, and its content, from one reading.

    `opens` reads the file; if it cannot, no rule is run and there is no content.
    """
    opened: list[T] = []
    read: list[Content] = []

    def opening() -> Iterable[Finding]:
        opened.append(opens())
        return damage(opened[0])

    def reading() -> Iterable[Finding]:
        read.append(content(opened[0]))
        return ()

    checks = [run("opens", opening, file)]
    if not opened:
        reason = "the file cannot be opened"
        names = ["text", *rules]
        return checks + [Check(each, "not run", reason=reason) for each in names], None
    checks.append(run("text", reading, file))
    checks += [run(each, partial(rule, opened[0]), file) for each, rule in rules.items()]
    return checks, read[0] if read else None
