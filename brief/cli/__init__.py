"""The command line: the only place that prints or exits."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brief import __version__
from brief.cli.shared import (
    PATH,
    formats,
    no_verify_option,
    not_run,
    outcome_dict,
    print_json,
    short,
    speaks_json,
    tell,
    tell_checks,
    tell_outcome,
    wrote,
)
from brief.cli.style import style
from brief.findings import ExitCode

if TYPE_CHECKING:
    from brief.rebuild import Verified
    from brief.run import Checked


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
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=PATH)
@click.option("--pdf", is_flag=True, help="Make the PDF.")
@click.option("--epub", is_flag=True, help="Make the EPUB.")
@click.option("--press", is_flag=True, help="Make the press edition: a printer's PDF/X-4.")
@click.option(
    "--impose",
    type=click.Choice(["booklet", "2-up"]),
    help="Make the press edition, and of it sheets to fold and stitch, or two pages a sheet.",
)
@click.option(
    "--creep",
    metavar="MM",
    type=click.FloatRange(0, 20),
    default=0.0,
    help="Move the pages of a booklet's innermost sheet this much towards the fold.",
)
@click.option("--card", is_flag=True, help="Make the card that links to the brief are shown with.")
@click.option("--style", metavar="NAME", help="Use this style: a name, or the path of its folder.")
@click.option(
    "--photo",
    metavar="FILE",
    type=PATH,
    help="Use this photo; for one SOURCE only.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=PATH,
    help="Publish into this folder.  [default: dist]",
)
@click.option("--strict", is_flag=True, help="Let warnings fail.")
@no_verify_option
@formats
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Print every check.")
@speaks_json
def export(
    sources: tuple[Path, ...],
    pdf: bool,
    epub: bool,
    press: bool,
    impose: str | None,
    creep: float,
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

    Without SOURCE, all of sources/. Without --pdf, --epub, --press or --card, the editions that the
    brief or brief.toml names, else PDF and EPUB. A brief is published once every check has passed;
    if one fails, or cannot be run, what was there before stays.
    """
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other.")
    if creep and impose != "booklet":
        raise click.UsageError("--creep goes with --impose booklet.")
    if photo and len(sources) != 1:
        raise click.UsageError("--photo goes with exactly one SOURCE.")
    from brief import run
    from brief.house import read_house

    house = read_house(style=style)
    paths = list(sources) or run.find_sources(house)
    asked = {"pdf": pdf, "epub": epub, "press": press, "card": card}
    wanted = [name for name, made in asked.items() if made]
    if impose and not wanted:
        wanted = ["press"]
    with _bar("Publishing", len(paths), shown=form == "text" and not quiet) as bar:
        outcomes = run.export(
            paths,
            editions=wanted,
            photo=photo,
            out=out,
            strict=strict,
            verify=not no_verify,
            impose=impose or "",
            creep=creep,
            house=house,
            progress=lambda name: bar.update(1, name),
        )
    code = run.exit_code(outcomes)
    if form == "json":
        briefs = [outcome_dict(outcome) for outcome in outcomes]
        print_json({"ok": code == ExitCode.OK, "exit": code, "briefs": briefs})
        return code
    for outcome in outcomes:
        tell_outcome(outcome, quiet=quiet, verbose=verbose)
    return code


@cli.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@click.option(
    "--against",
    metavar="SOURCE",
    type=PATH,
    help="Look for each part of this source in each FILE.",
)
@click.option(
    "--preflight",
    is_flag=True,
    help="Check each FILE as a printer would, and for nothing else.",
)
@click.option(
    "--profile",
    type=click.Choice(["x4", "x1a", "office"]),
    help="Preflight by PDF/X-4, by PDF/X-1a, or for printing at home or in an office."
    "  [default: what FILE declares, else x4]",
)
@click.option(
    "--picture",
    metavar="DIR",
    type=PATH,
    help="Write a picture of each page that the preflight finds fault with into this folder.",
)
@no_verify_option
@formats
@speaks_json
def check(
    files: tuple[Path, ...],
    against: Path | None,
    preflight: bool,
    profile: str | None,
    picture: Path | None,
    no_verify: bool,
    form: str,
) -> ExitCode:
    """Check any PDF or EPUB as if it were to be published.

    A PDF is held to PDF/A-3a and PDF/UA-1, an EPUB to EPUB 3.3. A PDF that declares PDF/X, and any
    with --preflight, is held to what printers ask for: boxes and bleed, inks, images, type.
    """
    if (profile or picture) and not preflight:
        raise click.UsageError("--profile and --picture go with --preflight.")
    if against and preflight:
        raise click.UsageError("--against and --preflight exclude each other.")
    from brief import run

    results = run.check(
        files,
        against=against,
        verify=not no_verify,
        for_print=preflight,
        profile=profile or "",
    )
    code = ExitCode.OK if all(result.ok for result in results) else ExitCode.CHECK
    written = [run.pictures(result, picture) if picture else [] for result in results]
    if form == "json":
        checked = [
            {
                "file": str(result.file),
                "ok": result.ok,
                "checks": [each.as_dict() for each in result.checks],
                **({"pictures": [str(each) for each in paths]} if picture else {}),
            }
            for result, paths in zip(results, written, strict=True)
        ]
        print_json({"ok": code == ExitCode.OK, "exit": code, "files": checked})
        return code
    for result, paths in zip(results, written, strict=True):
        _tell_checked(result, numbered=bool(paths))
        for path in paths:
            click.echo(f"wrote {short(path)}")
    return code


@cli.command()
@click.argument("folder", metavar="[DIST]", type=PATH, required=False)
@formats
@speaks_json
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
        print_json({"ok": code == ExitCode.OK, "exit": code, "files": files})
        return code
    for each in verified:
        reasons = "; ".join(each.reasons)
        told = "not rebuilt" if each.error else f"differs: {reasons}" if reasons else "same"
        click.echo(f"{click.style(short(each.file), bold=True)}: {told}")
        tell(each.error.findings if each.error else ())
    return code


@cli.command()
@click.argument("slug")
@formats
@speaks_json
def new(slug: str, form: str) -> ExitCode:
    """Write sources/SLUG.md, a source to start from."""
    from brief import start

    return wrote([start.new_source(slug)], form)


@cli.command()
@click.argument("folder", metavar="DIR", type=PATH)
@formats
@speaks_json
def init(folder: Path, form: str) -> ExitCode:
    """Make DIR a house: brief.toml, a style to adapt, a first source; ready for `brief export`."""
    from brief import start

    return wrote(start.new_house(folder), form)


@cli.command()
@formats
@speaks_json
def doctor(form: str) -> ExitCode:
    """List every part that brief works with: found, with its version, or missing, with its cure."""
    from brief import doctor as parts

    found = parts.examine()
    missing = not all(part.found or not part.needed for part in found)
    code = ExitCode.HOUSE if missing else ExitCode.OK
    if form == "json":
        print_json({"ok": not missing, "exit": code, "parts": [part.as_dict() for part in found]})
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


cli.add_command(style)


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


def _bar(label: str, length: int, *, shown: bool) -> Any:
    """Return a progress bar for several briefs, of which a terminal shows the last one done."""
    return click.progressbar(
        length=length,
        label=label,
        file=sys.stderr,
        hidden=not (shown and length > 1 and sys.stderr.isatty()),
        item_show_func=lambda name: str(name or ""),
    )


def _tell_checked(result: Checked, *, numbered: bool) -> None:
    """Print what was found in a file, numbered as its pictures are."""
    told = click.style(f"{result.file}: {'passed' if result.ok else 'failed'}", bold=True)
    click.echo(told + (not_run(result.checks) if result.ok else ""))
    tell_checks(result.checks)
    every = (found for check in result.checks for found in check.findings)
    if numbered:
        every = (replace(each, message=f"[{n}] {each.message}") for n, each in enumerate(every, 1))
    tell(every)


def _verified_dict(verified: Verified) -> dict[str, Any]:
    return {
        "file": str(verified.file),
        "ok": verified.ok,
        "reasons": verified.reasons,
        "findings": verified.error.findings if verified.error else [],
    }
