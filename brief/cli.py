"""The command line: the only place that prints or exits."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brief import __version__
from brief.findings import BriefError, ExitCode, Finding, Severity

if TYPE_CHECKING:
    from brief.rebuild import Verified
    from brief.run import Checked, Edition, Outcome

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
#: what cannot be read is a finding like any other, not wrong usage
_PATH = click.Path(path_type=Path, readable=False)
_formats = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print the result.  [default: text]",
)
_no_verify = click.option(
    "--no-verify",
    is_flag=True,
    help="Leave out veraPDF and EPUBCheck, and show them as not run.",
)


def _speaks_json(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command end in its exit code, its error told as text or as JSON."""

    @wraps(command)
    def wrapped(*args: Any, form: str, **kwargs: Any) -> None:
        try:
            code = command(*args, form=form, **kwargs)
        except BriefError as error:
            if form == "json":
                _print_json({"ok": False, "exit": error.exit_code, "findings": error.findings})
            else:
                _tell(error.findings)
            code = error.exit_code
        except BrokenPipeError:
            # the reader of a pipe has gone, as `head` does; what was published stays
            for stream in (sys.stdout, sys.stderr):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            code = ExitCode.OUTPUT
        sys.exit(int(code or ExitCode.OK))

    return wrapped


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all good, 2 wrong usage, 3 a source, 4 the house or the installation,"
    " 5 a check failed, 6 cannot write, 7 a limit, 8 part of a batch failed, 130 interrupted.",
)
@click.version_option(__version__, prog_name="brief")
def cli() -> None:
    """A press for short writing: one source in, proved PDF and EPUB editions out.

    Begin with `brief init DIR`, or run `brief export` where there is a brief.toml.
    """


@cli.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=_PATH)
@click.option("--pdf", is_flag=True, help="Make the PDF.")
@click.option("--epub", is_flag=True, help="Make the EPUB.")
@click.option("--card", is_flag=True, help="Make the card that links to the brief are shown with.")
@click.option("--style", metavar="NAME", help="Use this style: a name, or the path of its folder.")
@click.option(
    "--photo",
    metavar="FILE",
    type=_PATH,
    help="Use this photo; for one SOURCE only.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=_PATH,
    help="Publish into this folder.  [default: dist]",
)
@click.option("--strict", is_flag=True, help="Let warnings fail.")
@_no_verify
@_formats
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Print every check.")
@_speaks_json
def export(
    sources: tuple[Path, ...],
    pdf: bool,
    epub: bool,
    card: bool,
    style: str | None,
    photo: Path | None,
    out: Path | None,
    strict: bool,
    no_verify: bool,
    form: str,
    quiet: bool,
    verbose: bool,
) -> ExitCode:
    """Publish each SOURCE: a .txt or .md file, or a folder with a brief.md.

    Without SOURCE, all of sources/. Without --pdf, --epub or --card, the editions that the brief or
    brief.toml names, else PDF and EPUB. A brief is published once every check has passed; if one
    fails, or cannot be run, what was there before stays.
    """
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other.")
    if photo and len(sources) != 1:
        raise click.UsageError("--photo goes with exactly one SOURCE.")
    from brief import run
    from brief.house import read_house

    house = read_house(style=style)
    paths = list(sources) or run.find_sources(house)
    wanted = [name for name, asked in (("pdf", pdf), ("epub", epub), ("card", card)) if asked]
    with _bar("Publishing", len(paths), shown=form == "text" and not quiet) as bar:
        outcomes = run.export(
            paths,
            editions=wanted,
            photo=photo,
            out=out,
            strict=strict,
            verify=not no_verify,
            house=house,
            progress=lambda name: bar.update(1, name),
        )
    code = run.exit_code(outcomes)
    if form == "json":
        briefs = [_outcome_dict(outcome) for outcome in outcomes]
        _print_json({"ok": code == ExitCode.OK, "exit": code, "briefs": briefs})
        return code
    for outcome in outcomes:
        _tell_outcome(outcome, quiet=quiet, verbose=verbose)
    return code


@cli.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=_PATH)
@click.option(
    "--against",
    metavar="SOURCE",
    type=_PATH,
    help="Look for each part of this source in each FILE.",
)
@_no_verify
@_formats
@_speaks_json
def check(files: tuple[Path, ...], against: Path | None, no_verify: bool, form: str) -> ExitCode:
    """Check any PDF or EPUB as if it were to be published.

    A PDF is held to PDF/A-3a and PDF/UA-1, an EPUB to EPUB 3.3.
    """
    from brief import run

    results = run.check(files, against=against, verify=not no_verify)
    code = ExitCode.OK if all(result.ok for result in results) else ExitCode.CHECK
    if form == "json":
        checked = [
            {
                "file": str(result.file),
                "ok": result.ok,
                "checks": [each.as_dict() for each in result.checks],
            }
            for result in results
        ]
        _print_json({"ok": code == ExitCode.OK, "exit": code, "files": checked})
        return code
    for result in results:
        _tell_checked(result)
    return code


@cli.command()
@click.argument("folder", metavar="[DIST]", type=_PATH, required=False)
@_formats
@_speaks_json
def verify(folder: Path | None, form: str) -> ExitCode:
    """Make the editions in DIST again, and compare them byte for byte.

    Each report in DIST, else in dist/, says which source, style and house went into what. Nothing
    is written, and no validator is needed.
    """
    from brief import rebuild
    from brief.house import read_house

    house = read_house()
    reports = rebuild.find_reports(house, folder)
    with _bar("Rebuilding", len(reports), shown=form == "text") as bar:
        verified = rebuild.verify(folder, house=house, progress=lambda name: bar.update(1, name))
    stopped = [each.error.exit_code for each in verified if each.error]
    same = all(each.ok for each in verified)
    code = next(iter(stopped), ExitCode.OK if same else ExitCode.CHECK)
    if form == "json":
        files = [_verified_dict(each) for each in verified]
        _print_json({"ok": code == ExitCode.OK, "exit": code, "files": files})
        return code
    for each in verified:
        reasons = "; ".join(each.reasons)
        told = "not rebuilt" if each.error else f"differs: {reasons}" if reasons else "same"
        click.echo(f"{click.style(_short(each.file), bold=True)}: {told}")
        _tell(each.error.findings if each.error else ())
    return code


@cli.command()
@click.argument("slug")
@_formats
@_speaks_json
def new(slug: str, form: str) -> ExitCode:
    """Write sources/SLUG.md, a source to start from."""
    from brief import start

    return _wrote([start.new_source(slug)], form)


@cli.command()
@click.argument("folder", metavar="DIR", type=_PATH)
@_formats
@_speaks_json
def init(folder: Path, form: str) -> ExitCode:
    """Make DIR a house: brief.toml, a style to adapt, a first source; ready for `brief export`."""
    from brief import start

    return _wrote(start.new_house(folder), form)


@cli.command()
@_formats
@_speaks_json
def doctor(form: str) -> ExitCode:
    """List every part that brief works with: found, with its version, or missing, with its cure."""
    from brief import doctor as parts

    found = parts.examine()
    missing = not all(part.found or not part.needed for part in found)
    code = ExitCode.HOUSE if missing else ExitCode.OK
    if form == "json":
        _print_json({"ok": not missing, "exit": code, "parts": [part.as_dict() for part in found]})
        return code
    width = max(len(part.name) for part in found)
    for part in found:
        if part.found:
            state = click.style("found   ", fg="green") + part.version
        else:
            color = "red" if part.needed else "yellow"
            state = click.style("missing " if part.needed else "absent  ", fg=color) + part.cure
        click.echo(f"{part.name:<{width}}  {state}")
    return code


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names of files may be no text at all
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(prog_name="brief", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; what was not yet published is as it was", err=True)
        sys.exit(int(ExitCode.INTERRUPTED))
    except OSError as error:
        if error.filename is not None:
            raise
        # what is to be printed cannot be; what was published stays
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        with suppress(OSError):
            if not isinstance(error, BrokenPipeError):  # as `head` breaks it
                click.echo(f"brief: cannot print: {error.strerror}", err=True)
        sys.exit(int(ExitCode.OUTPUT))


def _wrote(paths: Sequence[Path], form: str) -> ExitCode:
    if form == "json":
        _print_json({"ok": True, "exit": ExitCode.OK, "written": [str(path) for path in paths]})
    else:
        for path in paths:
            click.echo(f"wrote {_short(path)}")
    return ExitCode.OK


def _bar(label: str, length: int, *, shown: bool) -> Any:
    """Return a progress bar for several briefs, of which a terminal shows the last one done."""
    return click.progressbar(
        length=length,
        label=label,
        file=sys.stderr,
        hidden=not (shown and length > 1 and sys.stderr.isatty()),
        item_show_func=lambda name: str(name or ""),
    )


def _short(path: Path) -> str:
    """Return a path from here, where that is the shorter way to say it."""
    with suppress(ValueError, OSError):
        return str(path.absolute().relative_to(Path.cwd()))
    return str(path)


def _print_json(value: dict[str, Any]) -> None:
    def plain(item: Any) -> Any:
        return item.as_dict() if isinstance(item, Finding) else str(item)

    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=plain))


def _tell_outcome(outcome: Outcome, *, quiet: bool, verbose: bool) -> None:
    if not quiet:
        for edition in outcome.editions:
            click.echo(_edition_line(edition))
            if verbose:
                _tell_checks(edition.checks)
    _tell(
        found
        for found in outcome.findings
        if not quiet or found.severity is Severity.ERROR or not outcome.ok
    )
    if outcome.error and not quiet:
        click.echo(click.style(f"{_short(outcome.source)}: not published", bold=True), err=True)


def _edition_line(edition: Edition) -> str:
    unit = {"pdf": "page", "epub": "chapter", "card": "picture"}[edition.format]
    length = f"{edition.length} {unit}{'' if edition.length == 1 else 's'}"
    own = sum(check.by == "brief" and check.status == "passed" for check in edition.checks)
    proved = ", ".join([*edition.verified, f"{own} built-in checks"]) + _not_run(edition.checks)
    size = edition.size / 1000
    shown = f"{size / 1000:.1f} MB" if size >= 1000 else f"{size:.0f} kB"
    return f"{click.style(_short(edition.path), bold=True)}  {length}, {shown}  passed: {proved}"


def _not_run(checks: Sequence[Any]) -> str:
    names = ", ".join(check.name for check in checks if check.status == "not run")
    return click.style(f"; not run: {names}", fg="yellow") if names else ""


def _tell_checks(checks: Sequence[Any]) -> None:
    for check in checks:
        mark = {"passed": "✓", "failed": "✗", "not run": "–"}[check.status]
        by = f"{check.by} {check.version}".strip()
        reason = f": {check.reason}" if check.reason else ""
        click.echo(f"  {mark} {check.name} ({by}) {check.status}{reason}")


def _tell_checked(result: Checked) -> None:
    told = click.style(f"{result.file}: {'passed' if result.ok else 'failed'}", bold=True)
    click.echo(told + (_not_run(result.checks) if result.ok else ""))
    _tell_checks(result.checks)
    _tell(found for check in result.checks for found in check.findings)


def _tell(findings: Any) -> None:
    """Print findings as `file:line: severity CODE message`, with excerpt, caret and cure."""
    for found in findings:
        where = _short(found.file) if found.file else "brief"
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


def _outcome_dict(outcome: Outcome) -> dict[str, Any]:
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


def _verified_dict(verified: Verified) -> dict[str, Any]:
    return {
        "file": str(verified.file),
        "ok": verified.ok,
        "reasons": verified.reasons,
        "findings": verified.error.findings if verified.error else [],
    }
