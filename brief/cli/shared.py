"""What commands share: their options, and how what they found is printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brief.findings import BriefError, ExitCode, Finding, Severity

if TYPE_CHECKING:
    from brief.run import Edition, Outcome

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
#: what cannot be read is a finding like any other, not wrong usage
PATH = click.Path(path_type=Path, readable=False)
formats = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print the result.  [default: text]",
)
no_verify_option = click.option(
    "--no-verify",
    is_flag=True,
    help="Leave out veraPDF and EPUBCheck, and show them as not run.",
)


def speaks_json(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command end in its exit code, its error told as text or as JSON."""

    @wraps(command)
    def wrapped(*args: Any, form: str, **kwargs: Any) -> None:
        try:
            code = command(*args, form=form, **kwargs)
        except BriefError as error:
            if form == "json":
                print_json({"ok": False, "exit": error.exit_code, "findings": error.findings})
            else:
                tell(error.findings)
            code = error.exit_code
        except BrokenPipeError:
            # the reader of a pipe has gone, as `head` does; what was published stays
            for stream in (sys.stdout, sys.stderr):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            code = ExitCode.OUTPUT
        sys.exit(int(code or ExitCode.OK))

    return wrapped


def short(path: Path) -> str:
    """Return a path from here, where that is the shorter way to say it."""
    with suppress(ValueError, OSError):
        return str(path.absolute().relative_to(Path.cwd()))
    return str(path)


def print_json(value: dict[str, Any]) -> None:
    """Print values as JSON."""

    def plain(item: Any) -> Any:
        return item.as_dict() if isinstance(item, Finding) else str(item)

    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=plain))


def tell(findings: Any) -> None:
    """Print findings as `file:line: severity CODE message`, with excerpt, caret and cure."""
    for found in findings:
        where = short(found.file) if found.file else "brief"
        where += f":{found.line}" if found.line else ""
        severity = click.style(found.severity.value, fg=_COLOURS[found.severity], bold=True)
        click.echo(f"{where}: {severity} {found.code} {found.message}", err=True)
        if found.excerpt:
            text, column = _excerpt(found.excerpt, found.column)
            click.echo(f"    {text}\n    {' ' * (column - 1)}^", err=True)
        if found.hint:
            click.echo(f"    cure: {found.hint}", err=True)


def _excerpt(line: str, column: int, width: int = 96) -> tuple[str, int]:
    """Return the part of a line around a column, and the column within it."""
    line = line.expandtabs(1)
    column = max(1, min(column or 1, len(line)))
    start = max(0, min(column - width // 2, len(line) - width))
    text = line[start : start + width]
    head, tail = "…" if start else "", "…" if start + width < len(line) else ""
    return f"{head}{text}{tail}", column - start + len(head)


def wrote(paths: Sequence[Path], form: str) -> ExitCode:
    """Print what was written."""
    if form == "json":
        print_json({"ok": True, "exit": ExitCode.OK, "written": [str(path) for path in paths]})
    else:
        for path in paths:
            click.echo(f"wrote {short(path)}")
    return ExitCode.OK


def tell_outcome(outcome: Outcome, *, quiet: bool, verbose: bool) -> None:
    """Print what became of a source."""
    if not quiet:
        for edition in outcome.editions:
            click.echo(_edition_line(edition))
            if verbose:
                tell_checks(edition.checks)
    tell(
        found
        for found in outcome.findings
        if not quiet or found.severity is Severity.ERROR or not outcome.ok
    )
    if outcome.error and not quiet:
        click.echo(click.style(f"{short(outcome.source)}: not published", bold=True), err=True)


def _edition_line(edition: Edition) -> str:
    units = {"pdf": "page", "epub": "chapter", "press": "page", "card": "picture"}
    units |= {"booklet": "side", "2-up": "side"}
    unit = units[edition.format]
    length = f"{edition.length} {unit}{'' if edition.length == 1 else 's'}"
    own = sum(check.by == "brief" and check.status == "passed" for check in edition.checks)
    proved = ", ".join([*edition.verified, f"{own} built-in checks"]) + not_run(edition.checks)
    size = edition.size / 1000
    shown = f"{size / 1000:.1f} MB" if size >= 1000 else f"{size:.0f} kB"
    return f"{click.style(short(edition.path), bold=True)}  {length}, {shown}  passed: {proved}"


def not_run(checks: Sequence[Any]) -> str:
    """Return what to say of checks that were not run."""
    names = ", ".join(check.name for check in checks if check.status == "not run")
    return click.style(f"; not run: {names}", fg="yellow") if names else ""


def tell_checks(checks: Sequence[Any]) -> None:
    """Print each check with its mark."""
    for check in checks:
        mark = {"passed": "✓", "failed": "✗", "not run": "–"}[check.status]
        by = f"{check.by} {check.version}".strip()
        reason = f": {check.reason}" if check.reason else ""
        click.echo(f"  {mark} {check.name} ({by}) {check.status}{reason}")


def outcome_dict(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a source, as values that JSON can hold."""
    return {
        "source": str(outcome.source),
        "ok": outcome.ok,
        "exit": outcome.error.exit_code if outcome.error else ExitCode.OK,
        "model": outcome.brief.as_dict() if outcome.brief else None,
        "editions": [
            {
                "format": edition.format,
                "path": str(edition.path),
                "length": edition.length,
                "size": edition.size,
                "sha256": edition.sha256,
                "checks": [each.as_dict() for each in edition.checks],
            }
            for edition in outcome.editions
        ],
        "report": str(outcome.report) if outcome.report else None,
        "findings": [found.as_dict() for found in outcome.findings],
    }
