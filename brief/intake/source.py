"""A source file's bytes → its text and lines, or a clear word on why not."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path

from brief import assets
from brief.findings import Finding, LimitError, Listing, SourceError, finding
from brief.model import ILLEGAL

#: the largest source taken, in bytes: some 160,000 words, laid out in half a minute with 500 MB, a
#: sixth of what a run may take or less, since machines and styles differ
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Source(Listing):
    """A source's text and lines; what is noticed on the way gathers in `found`."""

    text: str = ""
    data: bytes = field(default=b"", repr=False)
    found: list[Finding] = field(default_factory=list)

    def warn(self, code: str, message: str, line: int = 0, *, hint: str = "") -> None:
        """Note a finding that does not stop the reading; an error among them stops it later."""
        self.found.append(self.finding(code, message, line, hint=hint))

    def legal(self, text: str, line: int) -> str:
        """Return a text without the characters that no document may hold, and tell of them."""
        for bad in dict.fromkeys(ILLEGAL.findall(text)):
            told = f"U+{ord(bad):04X}, which no document may hold, was left out"
            self.warn("S05", told, line, hint="delete it")
        return ILLEGAL.sub("", text)


def drawing_or_pixels(source: Source, file: Path, line: int, part: str = "") -> bytes | None:
    """Return the bytes of a picture that is a drawing, and nothing of one that is pixels.

    None is one that cannot be used, of which the source then tells; of a drawing it also tells
    what was taken out.
    """
    try:
        data = assets.read(file)
        ready = assets.picture(data, file.name, 64)
    except assets.RefusedError as refused:
        if not refused.told:
            source.warn(refused.code, f"{part}{refused.message}", line, hint=refused.hint)
        told, data = refused.told, None
    else:
        told, data = ready.told, data if ready.vector else b""
    for each in told:
        message = f"the drawing {each.message}" if each.code != "S43" else each.message
        source.found.append(finding(each.code, message, file, each.line, hint=each.hint))
    return data


#: how the ISO 2022 encodings, whose bytes are all those of ASCII, change the set of characters
_ISO_2022 = re.compile(rb"\x1b(\$[@AB]|\$?[()*+\-./][@-Z])")


def locate(path: Path) -> Path:
    """Return the file that holds a source's text: itself, or a folder's brief.md.

    Raises SourceError if there is none.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise SourceError(
            finding("S01", "its name is not UTF-8", path, hint="give it another name")
        ) from None
    try:
        if path.is_dir():
            if (path / "brief.md").is_file():
                return path / "brief.md"
            raise SourceError(
                finding("S01", "the folder has no brief.md", path, hint="name its text brief.md")
            )
        if path.is_symlink() and not path.exists():
            raise SourceError(
                finding("S01", "a link to a file that is not there", path, hint="mend the link")
            )
        if not path.exists():
            raise SourceError(finding("S01", "there is no such file", path, hint=_beside(path)))
        if not path.is_file():
            raise SourceError(
                finding("S01", "not an ordinary file", path, hint="give a file or a folder")
            )
    except OSError as error:
        raise SourceError(
            finding("S01", f"cannot be reached: {error.strerror}", path, hint="check the path")
        ) from None
    return path


def _beside(path: Path) -> str:
    from brief.house import near

    try:
        names = {f.name for f in path.parent.iterdir() if f.suffix in (".md", ".txt") or f.is_dir()}
    except OSError:
        return "check the path"
    guess = near(path.name, names)
    return f"did you mean {guess!r}?" if guess else "check the path"


def read(file: Path) -> Source:
    """Return a source file decoded: UTF-8, UTF-16 with its mark, else the likeliest encoding.

    Lines end in LF whatever the file has. Raises SourceError for what is not text, LimitError
    over MAX_BYTES.
    """
    try:
        if file.stat().st_size > MAX_BYTES:
            raise LimitError(
                finding(
                    "L01",
                    f"it is larger than {MAX_BYTES // 1_000_000} MB",
                    file,
                    hint="split it into several briefs",
                )
            )
        data = file.read_bytes()
    except OSError as error:
        raise SourceError(
            finding(
                "S01", f"cannot be read: {error.strerror}", file, hint="give it read permission"
            )
        ) from None
    text, guessed = decoded(data, file)
    if not text.strip():
        raise SourceError(
            finding("S03", "there is no text in it", file, hint="`brief new SLUG` writes a start")
        )
    clean = ILLEGAL.sub("", text)
    source = Source(file, tuple(clean.split("\n")), clean, data)
    if guessed:
        source.warn(
            "S04", f"not UTF-8: read as {guessed}", 1, hint="check the accents; save it as UTF-8"
        )
    for number, line in enumerate(text.split("\n"), 1):
        source.legal(line, number)
    return source


def decoded(data: bytes, file: Path) -> tuple[str, str]:
    """Return the text with LF at the ends of lines, and the encoding if it had to be guessed.

    Raises SourceError for what is no text.
    """
    text, guessed = _decode(data, file)
    text = re.sub("\r\n?|\u2028|\u0085|\x0b|\x0c", "\n", text).replace("\u2029", "\n\n")
    return text, guessed


def _decode(data: bytes, file: Path) -> tuple[str, str]:
    try:
        if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            return data.decode("utf-32"), ""
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16"), ""
        if b"\0" not in data and not _ISO_2022.search(data):
            return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    binary = SourceError(
        finding("S02", "not a text file", file, hint="export it as plain text or Markdown, UTF-8")
    )
    controls = sum(data.count(byte) for byte in (*range(9), *range(14, 27), *range(28, 32)))
    if b"\0" in data or controls > len(data) // 200:
        raise binary
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None or best.encoding in ("ascii", "utf_8"):  # known not to be either
        raise binary
    return str(best), best.encoding
