"""What is found wrong, how badly, and the errors and exit codes that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import ClassVar


class Severity(StrEnum):
    """How much a finding matters: an error stops publication, a warning stops it with --strict."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class ExitCode(IntEnum):
    """The exit codes of the command line; scripts may rely on them."""

    OK = 0
    BUG = 1
    USAGE = 2
    SOURCE = 3
    HOUSE = 4
    CHECK = 5
    OUTPUT = 6
    LIMIT = 7
    PARTIAL = 8
    INTERRUPTED = 130


#: Every code a finding can carry, with its severity and what it stands for. The letter says
#: whose matter it is: S source, H house, C check of an edition, O output, L limit.
CODES: dict[str, tuple[Severity, str]] = {
    "S01": (Severity.ERROR, "a source that cannot be read"),
    "S02": (Severity.ERROR, "a source that is not text"),
    "S03": (Severity.ERROR, "a source without any text"),
    "S04": (Severity.WARNING, "an encoding that had to be guessed"),
    "S05": (Severity.WARNING, "characters that no document may hold"),
    "S06": (Severity.ERROR, "a kind of file that brief does not read"),
    "S10": (Severity.ERROR, "no title"),
    "S11": (Severity.ERROR, "no date"),
    "S12": (Severity.ERROR, "a date that cannot be understood"),
    "S13": (Severity.WARNING, "a date that can be read in two ways"),
    "S14": (Severity.ERROR, "front matter that cannot be read"),
    "S15": (Severity.WARNING, "a front matter key that brief does not know"),
    "S16": (Severity.ERROR, "a front matter value of the wrong kind"),
    "S17": (Severity.ERROR, "a front matter key given twice"),
    "S18": (Severity.ERROR, "YAML anchors, aliases and tags"),
    "S19": (Severity.ERROR, "no body text"),
    "S20": (Severity.ERROR, "an image that is not there"),
    "S21": (Severity.ERROR, "a photo without a credit"),
    "S22": (Severity.ERROR, "an image without a text alternative"),
    "S23": (Severity.ERROR, "an image that cannot be used"),
    "S24": (Severity.ERROR, "an image outside the folders a source may use"),
    "S25": (Severity.WARNING, "a credit without a photo"),
    "S30": (Severity.WARNING, "a part of a press text that had to be guessed"),
    "S31": (Severity.WARNING, "a last paragraph that may be a disclaimer"),
    "S32": (Severity.WARNING, "text that front matter overruled and the body now holds"),
    "S40": (Severity.ERROR, "a note that is called and not written"),
    "S41": (Severity.ERROR, "a note that is written and never called"),
    "S42": (Severity.ERROR, "a note written twice"),
    "S43": (Severity.WARNING, "markup outside the vocabulary, taken out"),
    "S44": (Severity.WARNING, "a link that leads nowhere a reader can follow"),
    "S45": (Severity.ERROR, "a table row with more cells than the table has columns"),
    "S46": (Severity.WARNING, "headings that skip a level"),
    "S47": (Severity.WARNING, "a site generator's shortcode in the text"),
    "S48": (Severity.ERROR, "a note that holds what no note can"),
    "S50": (Severity.ERROR, "a part that the house requires"),
    "S51": (Severity.ERROR, "two sources with one slug"),
    "H01": (Severity.ERROR, "a house file that cannot be read"),
    "H02": (Severity.ERROR, "a house key that brief does not know"),
    "H03": (Severity.ERROR, "a house value of the wrong kind"),
    "H04": (Severity.ERROR, "a style that cannot be found"),
    "H05": (Severity.ERROR, "a style that lacks a file"),
    "H06": (Severity.ERROR, "a template that cannot be used"),
    "H07": (Severity.ERROR, "a resource that a style names and may not or cannot have"),
    "H08": (Severity.WARNING, "a style rule that the layout engine does not understand"),
    "H09": (Severity.ERROR, "a part of the installation that is missing"),
    "C01": (Severity.ERROR, "a part of the brief that is missing from an edition"),
    "C02": (Severity.ERROR, "a font that is not embedded"),
    "C03": (Severity.ERROR, "a PDF without a usable tag tree"),
    "C04": (Severity.ERROR, "an edition without its language"),
    "C05": (Severity.ERROR, "an edition without its title"),
    "C06": (Severity.ERROR, "a link that leads nowhere"),
    "C07": (Severity.ERROR, "an image without alternative text in an edition"),
    "C08": (Severity.ERROR, "a character without a glyph"),
    "C09": (Severity.ERROR, "a file that cannot be opened as what it claims to be"),
    "C10": (Severity.ERROR, "an EPUB package that is not consistent"),
    "C11": (Severity.ERROR, "an EPUB navigation that is not consistent"),
    "C12": (Severity.ERROR, "a PDF that does not declare what it should"),
    "C20": (Severity.ERROR, "a rule of PDF/A or PDF/UA broken, by veraPDF"),
    "C21": (Severity.ERROR, "a message of EPUBCheck"),
    "C30": (Severity.WARNING, "a check that could not be run"),
    "O01": (Severity.ERROR, "a place that cannot be written"),
    "L01": (Severity.ERROR, "a file over the size that brief takes"),
    "L02": (Severity.ERROR, "text nested deeper than brief takes"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what, how badly, where, and what to do about it.

    `line` and `column` count from 1; 0 says unknown. `excerpt` is the line itself.
    """

    code: str
    message: str
    file: Path | None = None
    line: int = 0
    column: int = 0
    excerpt: str = ""
    hint: str = ""
    severity: Severity = Severity.ERROR

    def as_dict(self) -> dict[str, str | int]:
        """Return the finding as values that JSON can hold."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "file": str(self.file) if self.file else "",
            "line": self.line,
            "column": self.column,
            "excerpt": self.excerpt,
            "hint": self.hint,
        }


def finding(
    code: str,
    message: str,
    file: Path | None = None,
    line: int = 0,
    *,
    column: int = 0,
    excerpt: str = "",
    hint: str = "",
) -> Finding:
    """Return a Finding with the severity that CODES gives its code."""
    return Finding(code, message, file, line, column, excerpt, hint, CODES[code][0])


@dataclass(frozen=True, slots=True)
class Listing:
    """A file and its lines, so that a finding can quote the one it is about."""

    file: Path
    lines: tuple[str, ...] = ()

    def finding(
        self, code: str, message: str, line: int = 0, *, column: int = 0, hint: str = ""
    ) -> Finding:
        """Return a Finding at `line` (from 1; 0 unknown) with that line as its excerpt."""
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if excerpt and not column:
            column = len(excerpt) - len(excerpt.lstrip()) + 1
        return finding(
            code, message, self.file, line, column=column, excerpt=excerpt.rstrip(), hint=hint
        )


class BriefError(Exception):
    """Anything that stops a brief, with the findings that say why.

    ::

        BriefError                exit
        ├─ SourceError             3   a source that cannot be read, or lacks what a brief must have
        ├─ HouseError              4   a style, template, font or other resource missing or refused
        ├─ CheckError              5   an edition failed a check; nothing of it is published
        ├─ OutputError             6   cannot write
        └─ LimitError              7   a size, time or memory limit was reached
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(found.message for found in findings))
        self.findings: tuple[Finding, ...] = findings


class SourceError(BriefError):
    """A source that cannot be read, or lacks what a brief must have."""

    exit_code = ExitCode.SOURCE


class HouseError(BriefError):
    """A style, template, font or other resource missing, malformed or refused."""

    exit_code = ExitCode.HOUSE


class CheckError(BriefError):
    """An edition failed a check; nothing of it is published."""

    exit_code = ExitCode.CHECK


class OutputError(BriefError):
    """A place that cannot be written."""

    exit_code = ExitCode.OUTPUT


class LimitError(BriefError):
    """A size, time or memory limit was reached."""

    exit_code = ExitCode.LIMIT


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return those findings that are errors."""
    return tuple(found for found in findings if found.severity is Severity.ERROR)
