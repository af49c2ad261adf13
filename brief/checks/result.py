"""What a check says: passed, failed, or not run; and the one rule that every edition shares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from brief import __version__
from brief.findings import BriefError, Finding, finding

#: a file once it is read
T = TypeVar("T")


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


def run(name: str, rule: Callable[[], Iterable[Finding]], file: Path) -> Check:
    """Put a rule to a file that anybody may have made: whatever it trips over is a finding."""
    try:
        found = tuple(rule())
    except BriefError as error:
        found = error.findings
    except Exception as error:  # a hostile file can break a reader in any way there is
        told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        found = (finding("C09", f"cannot be read for the check “{name}”: {told}", file),)
    found = tuple(replace(each, message=_printable(each.message)) for each in found)
    return Check(name, "failed" if found else "passed", found)


def _printable(message: str) -> str:
    """Return a message without what a hostile file may have put in to upset a terminal."""
    joiners = "\u200c\u200d"  # Persian and emoji need them
    shown = "".join(s if s.isprintable() or s in joiners else "\ufffd" for s in message)
    return shown if len(shown) <= 400 else f"{shown[:399]}…"


def examine(
    opens: Callable[[], T],
    damage: Callable[[T], Iterable[Finding]],
    blocks: Callable[[T], list[str]],
    rules: Mapping[str, Callable[[T], Iterable[Finding]]],
    file: Path,
) -> tuple[list[Check], list[str] | None]:
    """Return what each rule says of a file, and its text, from one reading.

    `opens` reads the file; if it cannot, no rule is run and there is no text.
    """
    opened: list[T] = []
    read: list[list[str]] = []

    def opening() -> Iterable[Finding]:
        opened.append(opens())
        return damage(opened[0])

    def reading() -> Iterable[Finding]:
        read.append(blocks(opened[0]))
        return ()

    checks = [run("opens", opening, file)]
    if not opened:
        reason = "the file cannot be opened"
        names = ["text", *rules]
        return checks + [Check(each, "not run", reason=reason) for each in names], None
    checks.append(run("text", reading, file))
    checks += [run(each, partial(rule, opened[0]), file) for each, rule in rules.items()]
    return checks, read[0] if read else None


def address_problem(address: str) -> str:
    """Return what is wrong with the address of a link that leaves the edition, or nothing."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is malformed"
    if parts.scheme not in ("http", "https", "mailto", "tel"):
        return f"has the scheme “{parts.scheme}”" if parts.scheme else "has no scheme"
    if re.search(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]", address):
        return "holds characters that no address may"
    if parts.scheme == "mailto":
        good = "@" in parts.path.strip("@") or "to=" in parts.query
    elif parts.scheme == "tel":
        good = re.fullmatch(r"\+?[\d().*#-]+(;.*)?", parts.path) is not None
    else:
        good = bool(host)
    return "" if good else "is malformed"
