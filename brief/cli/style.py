"""`brief style …`: what a style says, shows and gets wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brief.cli.shared import (
    PATH,
    formats,
    no_verify_option,
    outcome_dict,
    print_json,
    short,
    speaks_json,
    tell,
    tell_outcome,
    wrote,
)
from brief.findings import BriefError, ExitCode, Finding, Severity

if TYPE_CHECKING:
    from brief.house import House, Style
    from brief.tokens import Token, Use

_NEXT = """\
next:
  set its colours, fonts and space in {tokens}
  brief style show {name}      lists every token, and where it is used
  brief style specimen {name}  sets all that a brief can hold, to look at
  brief style check {name}     finds what is wrong with it
  write style = "{name}" into brief.toml to use it
"""


@click.group()
def style() -> None:
    """List, begin, show and check styles."""


@style.command("list")
@formats
@speaks_json
def list_(form: str) -> ExitCode:
    """List the styles of the house and those that brief brings; * marks the one in use."""
    from brief.house import styles

    house, used = _house()
    found = styles(house.root)
    listed = [
        {
            "name": each.name,
            "description": each.description,
            "folder": str(each.folder),
            "from": each.below[-1].name if len(each.below) > 1 else "",
            "used": each.folder == used,
        }
        for each in found
    ]
    if form == "json":
        print_json({"ok": True, "exit": ExitCode.OK, "styles": listed})
        return ExitCode.OK
    width = max((len(each.name) for each in found), default=0)
    for each, told in zip(found, listed, strict=True):
        where = "with brief" if _brought(each) else short(each.folder)
        where += f", from {told['from']}" if told["from"] else ""
        mark = "*" if told["used"] else " "
        name = click.style(f"{each.name:<{width}}", bold=True)
        click.echo(f"{mark} {name}  {each.description or 'no description'} ({where})")
    return ExitCode.OK


@style.command()
@click.argument("name")
@click.option("--from", "base", metavar="STYLE", help="Make it from this style.")
@formats
@speaks_json
def new(name: str, base: str | None, form: str) -> ExitCode:
    """Make styles/NAME, a style that stands on another; it looks like that until it is changed."""
    from brief import start

    folder = start.new_style(name, base)
    code = wrote([folder], form)
    if form == "text":
        click.echo(_NEXT.format(name=name, tokens=short(folder / "tokens.css")), nl=False)
    return code


@style.command()
@click.argument("name", required=False)
@formats
@speaks_json
def show(name: str | None, form: str) -> ExitCode:
    """Show each token of a style: its value, what it is for, where it is set and used.

    Without NAME, the style in use.
    """
    from dataclasses import replace

    from brief import run, tokens
    from brief.assemble import READ

    chosen = _chosen([name] if name else [])[0]
    known = tokens.registry()
    every, used, values = tokens.tokens(chosen), tokens.uses(chosen), tokens.values(chosen)
    house, _ = _house()
    press = run.press_inks(replace(house, style=chosen))
    colours: dict[str, tuple[int, int, int]] = {}
    for name_, value in values.items():
        shade = tokens.colour(value)
        if shade and known.get(name_, every[name_]).kind.startswith("<color>"):
            red, green, blue = (round(255 * each) for each in shade)
            colours[name_] = red, green, blue
    inks = {name_: press.of(colour) for name_, colour in colours.items()}
    if form == "json":
        listed = [
            {
                **_token_dict(token, known.get(name, token), values[name], used.get(name, [])),
                "decides": READ.get(name, ""),
                **({"inks": inks[name], "paper": press.shown(inks[name])} if name in inks else {}),
            }
            for name, token in every.items()
        ]
        print_json(
            {"ok": True, "exit": ExitCode.OK, "style": chosen.name, "tokens": listed},
        )
        return ExitCode.OK
    for name_, token in every.items():
        said, value = known.get(name_, token), values[name_]
        resolved = f"  = {value}" if value != token.value else ""
        swatch = _swatch(tokens.colour(value))
        click.echo(f"{swatch}{click.style(name_, bold=True)}: {token.value}{resolved}")
        click.echo(f"    {' '.join(filter(None, (said.kind, said.purpose))) or 'its own'}")
        click.echo(f"    set   {short(token.file)}:{token.line}")
        for edition in dict.fromkeys(each.edition for each in used.get(name_, [])):
            some = [each for each in used[name_] if each.edition == edition]
            for n, each in enumerate(some):
                label = f"{edition}:" if not n else ""
                click.echo(f"    {label:<7} {short(each.file)}:{each.line}  {each.rule}")
        if name_ in READ:
            click.echo(f"    brief:  {READ[name_]}")
        if name_ in inks:
            chose = ", as the style says" if colours[name_] in press.given else ""
            spot = f", printed as {told}" if (told := press.spot(inks[name_])) else ""
            seen = f", about {press.shown(inks[name_])} on paper"
            click.echo(f"    press:  {_inks(inks[name_])}{chose}{spot}{seen}")
    return ExitCode.OK


@style.command()
@click.argument("name", required=False)
@click.option("--out", metavar="DIR", type=PATH, help="Write into this folder.  [default: dist]")
@no_verify_option
@formats
@speaks_json
def specimen(name: str | None, out: Path | None, no_verify: bool, form: str) -> ExitCode:
    """Write NAME.pdf and NAME.epub: every token and element, and a brief in every state.

    Both are proved like any edition. Without NAME, the style in use.
    """
    from brief import run
    from brief import specimen as specimens

    house, _ = _house()
    outcome = specimens.publish(_chosen([name] if name else [])[0], house, out, not no_verify)
    code = run.exit_code([outcome])
    if form == "json":
        briefs = [outcome_dict(outcome)]
        print_json({"ok": code == ExitCode.OK, "exit": code, "briefs": briefs})
        return code
    tell_outcome(outcome, quiet=False, verbose=False)
    return code


@style.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--lang",
    "languages",
    metavar="TAG",
    multiple=True,
    help="Have the fonts cover this language too; may be given again.",
)
@click.option("--strict", is_flag=True, help="Let warnings fail.")
@formats
@speaks_json
def check(names: tuple[str, ...], languages: tuple[str, ...], strict: bool, form: str) -> ExitCode:
    """Find what is wrong with styles: tokens, sheets, fonts, templates, contrast, small type.

    Sample briefs with every element and part are made with each. Without NAME, the style in use.
    """
    from brief import specimen as specimens

    house, _ = _house()
    failing = {Severity.ERROR} | ({Severity.WARNING} if strict else set())
    checked: list[tuple[Style, list[Finding]]] = []
    for each in _chosen(names):
        checked.append((each, specimens.check(each, house, languages)))
    failed = any(found.severity in failing for _, all_ in checked for found in all_)
    code = ExitCode.HOUSE if failed else ExitCode.OK
    if form == "json":
        told = [
            {
                "style": each.name,
                "ok": not any(one.severity in failing for one in found),
                "findings": found,
            }
            for each, found in checked
        ]
        print_json({"ok": not failed, "exit": code, "styles": told})
        return code
    for each, found in checked:
        tell(found)
        counts = [
            f"{count} {severity.value}{'' if count == 1 else 's'}"
            for severity in Severity
            if (count := sum(one.severity is severity for one in found))
        ]
        click.echo(f"{click.style(each.name, bold=True)}: {', '.join(counts) or 'nothing wrong'}")
    return code


def _house() -> tuple[House, Path | None]:
    """Return the house, and the folder of its style if there is such a style."""
    from brief.house import DEFAULT_STYLE, read_house

    try:
        house = read_house()
    except BriefError:
        return read_house(style=DEFAULT_STYLE), None
    return house, house.style.folder


def _chosen(names: Sequence[str]) -> list[Style]:
    from brief.house import find_style, read_house

    if not names:
        return [read_house().style]
    house, _ = _house()
    return [find_style(name, house.root) for name in names]


def _brought(each: Style) -> bool:
    from brief.house import STYLES

    return each.folder.parent == STYLES


def _token_dict(token: Token, said: Token, value: str, used: Sequence[Use]) -> dict[str, Any]:
    return {
        "name": token.name,
        "value": token.value,
        "resolved": value,
        "kind": said.kind,
        "purpose": said.purpose,
        "file": str(token.file),
        "line": token.line,
        "uses": [
            {
                "edition": each.edition,
                "file": str(each.file),
                "line": each.line,
                "rule": each.rule,
            }
            for each in used
        ],
    }


def _inks(inks: Sequence[float]) -> str:
    """Return inks as a printer writes them, in percents: C 100 M 40 Y 0 K 30."""
    told = (f"{name} {100 * each:g}" for name, each in zip("CMYK", inks, strict=True))
    return " ".join(told)


def _swatch(colour: tuple[float, float, float] | None) -> str:
    """Return a patch of a colour, where a terminal can show one."""
    if colour is None or not sys.stdout.isatty():
        return ""
    shares = tuple(min(max(each, 0.0), 1.0) for each in colour)
    if os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        red, green, blue = (round(255 * each) for each in shares)
        return click.style("  ", bg=(red, green, blue)) + " "
    if "256color" in os.environ.get("TERM", ""):
        red, green, blue = (round(5 * each) for each in shares)
        return click.style("  ", bg=16 + 36 * red + 6 * green + blue) + " "
    return ""
