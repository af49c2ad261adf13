"""A source file's bytes → its text and lines, or a clear word on why not."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path

from brief.findings import Finding, LimitError, Listing, SourceError, finding

#: the largest source taken, in bytes: some 800,000 words
MAX_BYTES = 5_000_000
#: characters that XML 1.0 cannot hold (§ 2.2), and the byte order mark inside a text
_ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Source(Listing):
    """A source's text and lines; what is noticed on the way gathers in `found`."""

    text: str = ""
    #: the file's own bytes, which the PDF carries
    data: bytes = b""
    found: list[Finding] = field(default_factory=list)

    def warn(self, code: str, message: str, line: int = 0, *, hint: str = "") -> None:
        """Note a finding that does not stop the reading; an error among them stops it later."""
        self.found.append(self.finding(code, message, line, hint=hint))


def locate(path: Path) -> Path:
    """Return the file that holds a source's text: itself, or a folder's brief.md.

    Raises SourceError if there is none.
    """
    try:
        if path.is_dir():
            if (path / "brief.md").is_file():
                return path / "brief.md"
            raise SourceError(
                finding("S01", "the folder has no brief.md", path, hint="name its text brief.md")
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
                    f"a source may have {MAX_BYTES // 1_000_000} MB",
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
    text, guessed = _decode(data, file)
    text = re.sub("\r\n?|\u2028|\u0085|\x0b|\x0c", "\n", text).replace("\u2029", "\n\n")
    if not text.strip():
        raise SourceError(
            finding("S03", "there is no text in it", file, hint="`brief new SLUG` writes a start")
        )
    clean = _ILLEGAL.sub("", text)
    source = Source(file, tuple(clean.split("\n")), clean, data)
    if guessed:
        source.warn(
            "S04", f"not UTF-8: read as {guessed}", 1, hint="check the accents; save it as UTF-8"
        )
    for number, line in enumerate(text.split("\n"), 1):
        bad = _ILLEGAL.search(line)
        if bad:
            source.warn(
                "S05",
                f"the control character U+{ord(bad[0]):04X} was left out",
                number,
                hint="delete it",
            )
    return source


def _decode(data: bytes, file: Path) -> tuple[str, str]:
    """Return the text, and the encoding's name if it had to be guessed."""
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16"), ""
        if b"\0" not in data and b"\x1b" not in data:  # ESC: an ISO 2022 encoding
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
    if best is None:
        raise binary
    return str(best), best.encoding
