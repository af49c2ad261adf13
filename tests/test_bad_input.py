"""Bad sources and houses: the right exit code, code, line and cure, and dist/ untouched."""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from helpers import ROOT, brief, picture

from brief import run
from brief.cli import cli
from brief.findings import LimitError

GOOD = "---\ntitle: A title\ndate: 2024-07-19\n---\nText.\n"
#: files by path; a callable makes what text cannot
Files = dict[str, str | bytes | Callable[[Path], object]]

STYLE: Files = {
    "brief.toml": 'style = "own"\n',
    **{f"styles/own/{n}.css": "" for n in ("tokens", "print", "epub")},
    "styles/own/house.toml": "",
}


class Case(NamedTuple):
    name: str
    files: Files
    exit: int
    #: code and line of a finding that must be told
    code: str
    line: int = 0
    arguments: tuple[str, ...] = ("export", "piece.md", "--no-verify")


def out(folder: str) -> tuple[str, ...]:
    return ("export", "piece.md", "--no-verify", "--out", folder)


def md(name: str, text: str | bytes, exit_code: int, code: str, line: int = 0) -> Case:
    return Case(name, {"piece.md": text}, exit_code, code, line)


def txt(name: str, text: str | bytes, exit_code: int, code: str, line: int = 0) -> Case:
    return Case(name, {"piece.txt": text}, exit_code, code, line, export("piece.txt"))


def front(keys: str, body: str = "Text.\n") -> str:
    return f"---\ntitle: A title\ndate: 2024-07-19\n{keys}---\n{body}"


def house(name: str, toml: str, code: str, line: int = 0) -> Case:
    return Case(name, {"piece.md": GOOD, "brief.toml": toml}, 4, code, line)


def style(name: str, files: Files, code: str, line: int = 0) -> Case:
    return Case(name, {"piece.md": GOOD, **STYLE, **files}, 4, code, line)


def photo(name: str, make: bytes | Callable[[Path], object], code: str, exit_code: int = 3) -> Case:
    keys = "photo:\n  path: p.png\n  alt: A view\n  credit: Ada\n"
    return Case(name, {"piece.md": front(keys), "p.png": make}, exit_code, code, 5)


def export(*arguments: str) -> tuple[str, ...]:
    return ("export", *arguments, "--no-verify")


def bomb(width: int, height: int) -> bytes:
    """Return a PNG that claims more pixels than it has."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")


PHOTO = ("--photo", "p")
FONT = "@font-face {{ font-family: X; src: url({}) }}"
CASES = [
    # sources that are none
    Case("absent", {}, 3, "S01"),
    Case("a folder without brief.md", {"piece.md/other.md": GOOD}, 3, "S01"),
    Case("a pipe", {"piece.md": os.mkfifo}, 3, "S01"),
    Case("a link to nothing", {"piece.md": lambda path: path.symlink_to("no")}, 3, "S01"),
    Case("a link to itself", {"piece.md": lambda path: path.symlink_to("piece.md")}, 3, "S01"),
    md("half a character in UTF-16", GOOD.encode("utf-16")[:-1], 3, "S02"),
    md("half a character in ISO 2022", (GOOD + "港の灯").encode("iso2022_jp")[:-4], 3, "S02"),
    md("random bytes", bytes(range(256)) * 9, 3, "S02"),
    md("UTF-16's mark alone", b"\xff\xfe", 3, "S03"),
    Case(
        "a file without bytes to read",
        {"piece.md": lambda path: path.symlink_to("/proc/self/mem")},
        3,
        "S01",
    ),
    Case("a name that is no text", {"p\udcff.md": GOOD}, 3, "S01", 0, export("p\udcff.md")),
    Case("a name that is too long", {}, 3, "S01", 0, export("p" * 300 + ".md")),
    Case("a source within a file", {"piece.md": GOOD}, 3, "S01", 0, export("piece.md/x.md")),
    Case("brief.md is a folder", {"piece/brief.md/x": ""}, 3, "S01", 0, export("piece")),
    Case("sources is a file", {"sources": ""}, 3, "S01", 0, export()),
    Case(
        "sources of other kinds", {"sources/a.odt": "", "sources/~$b.md": ""}, 3, "S01", 0, export()
    ),
    Case("a name of a suffix", {".md": GOOD}, 3, "S06", 0, export(".md")),
    Case("no sources", {}, 3, "S01", arguments=("export", "--no-verify")),
    Case("empty sources", {"sources/.x": ""}, 3, "S01", arguments=("export", "--no-verify")),
    Case("no suffix", {"piece": GOOD}, 3, "S06", 0, ("export", "piece")),
    Case("a PDF as source", {"piece.pdf": GOOD}, 3, "S06", 0, ("export", "piece.pdf")),
    md("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 3, "S02"),
    md("a program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", 3, "S02"),
    md("UTF-16 without its mark", GOOD.encode("utf-16-le"), 3, "S02"),
    md("nothing", "", 3, "S03"),
    md("white space", " \n\t\n\r\n", 3, "S03"),
    md("over a megabyte", "word " * 220_000, 7, "L01"),
    # missing parts
    md("no front matter", "Text.\n", 3, "S10", 1),
    md("no title", "---\ndate: 2024-07-19\n---\nText.\n", 3, "S10", 1),
    md("an empty title", '---\ntitle: ""\ndate: 2024-07-19\n---\nText.\n', 3, "S10", 1),
    md("no date", "---\ntitle: T\n---\nText.\n", 3, "S11", 1),
    md("no body", "---\ntitle: T\ndate: 2024-07-19\n---\n", 3, "S19", 1),
    txt("one line", "A headline\n", 3, "S11", 1),
    txt("only a head", "A headline\n\n2024-07-19\n", 3, "S19", 1),
    txt("a date that is none", "A headline\n\nPublished on 31 June 2024\n\nText.\n", 3, "S12", 3),
    # wrong values
    md("no such day", front("updated: 2024-02-30\n"), 3, "S12", 4),
    md("a date in words", "---\ntitle: T\ndate: yesterday\n---\nText.\n", 3, "S12", 3),
    md("a month alone", "---\ntitle: T\ndate: July 2024\n---\nText.\n", 3, "S12", 3),
    md("a list for a title", "---\ntitle: [a, b]\ndate: 2024-07-19\n---\nText.\n", 3, "S16", 2),
    md("keys for a dek", front("dek:\n  a: b\n"), 3, "S16", 4),
    md("a list for a photo", front("photo: [a, b]\n"), 3, "S16", 4),
    md("a wrong language", front("lang: English!\n"), 3, "S16", 4),
    md("a wrong slug", front("slug: ../up\n"), 3, "S16", 4),
    md("a wrong edition", front("editions: [docx]\n"), 3, "S16", 4),
    md("a wrong address", front("url: example\n"), 3, "S16", 4),
    md("a wrong identifier", front("identifier: 978-0-00-000000-0\n"), 3, "S16", 4),
    md("an author without a name", front("authors:\n  - role: x\n"), 3, "S16", 5),
    md("a year no EPUB can bear", front("updated: 9999-12-31\n"), 3, "S12", 4),
    md("a year of one digit", front("updated: 0007-01-01\n"), 3, "S12", 4),
    md("seconds for a date", front("updated: 1721347200\n"), 3, "S12", 4),
    md("a list for a date", front("updated: [2024]\n"), 3, "S16", 4),
    md("a list in a list", front("tags: [[a]]\n"), 3, "S16", 4),
    md(
        "an ORCID iD with a wrong digit",
        front("authors:\n - name: A\n   orcid: 0000-0002-1825-0098\n"),
        3,
        "S16",
        6,
    ),
    md(
        "a script for an address",
        front("authors:\n - name: A\n   url: javascript:x\n"),
        3,
        "S16",
        6,
    ),
    md("an address with a wrong port", front("url: https://example.org:99999/\n"), 3, "S16", 4),
    md("an address with a brace", front("url: 'https://example.org/{x}'\n"), 3, "S16", 4),
    md("an address with half a bracket", front("url: 'https://[::1'\n"), 3, "S16", 4),
    md(
        "a title of 100,000 characters",
        f"---\ntitle: {'word ' * 20_000}\ndate: 2024-07-19\n---\nText.\n",
        7,
        "L01",
        2,
    ),
    txt("a first paragraph without end", f"{'word ' * 999}\n\n2024-07-19\n\nText.\n", 7, "L01", 1),
    # broken front matter
    md("five thousand brackets", front(f"dek: {'[' * 5000}{']' * 5000}\n"), 3, "S14"),
    md("ten thousand brackets", front(f"dek: {'[' * 10_000}\n"), 3, "S14"),
    md("keys in keys in keys", front(f"dek: {'{a: ' * 600}{'}' * 600}\n"), 3, "S14"),
    md("a directive", f"---\n%YAML 1.1\n{GOOD[4:]}", 3, "S14"),
    md("two documents", "---\ntitle: T\n---\ndate: 2024-07-19\n---\nText.\n", 3, "S11", 1),
    md("half a character, escaped", front('dek: "\\ud800"\n'), 3, "S14", 4),
    md("a key twice within", front("photo:\n  alt: a\n  alt: b\n"), 3, "S17", 6),
    md("TOML without end", '+++\ntitle = "T"\n\nText.\n', 3, "S14", 1),
    md(
        "TOML with a day that is none",
        '+++\ntitle = "T"\ndate = 2024-02-30\n+++\nText.\n',
        3,
        "S14",
        3,
    ),
    md("TOML with a number without end", f"+++\ntitle = {'9' * 5000}\n+++\nText.\n", 3, "S14", 2),
    md("TOML with five thousand brackets", f"+++\ntitle = {'[' * 5000}\n+++\nText.\n", 3, "S14"),
    md("an open quote", '---\ntitle: "T\ndate: 2024-07-19\n---\nText.\n', 3, "S14"),
    md("a colon", "---\ntitle: T: t\ndate: 2024-07-19\n---\nText.\n", 3, "S14", 2),
    md("a tab", "---\ntitle: T\nauthors:\n\t- Ada\n---\nText.\n", 3, "S14", 4),
    md("no end", "---\ntitle: T\ndate: 2024-07-19\n\nText.\n", 3, "S14", 1),
    md("a list", "---\n- a\n- b\n---\nText.\n", 3, "S14"),
    md("an alias", front("dek: &x y\nkicker: *x\n"), 3, "S18", 4),
    md("a tag", front("dek: !!python/object:os.system x\n"), 3, "S18", 4),
    md("a key twice", front("title: Other\n"), 3, "S17", 4),
    md("a bracket open", front("tags: [a, b\n"), 3, "S14"),
    md("broken TOML", "+++\ntitle = T\n+++\nText.\n", 3, "S14", 2),
    md("a TOML key twice", '+++\ntitle = "T"\ntitle = "U"\n+++\nText.\n', 3, "S14", 3),
    # pictures
    md("a photo that is absent", front("photo: p.png\n"), 3, "S20", 4),
    md("a photo from afar", front("photo: https://www.example.org/p.png\n"), 3, "S24", 4),
    md("a photo above", front("photo: ../p.png\n"), 3, "S24", 4),
    md("a photo by its whole path", front("photo: /etc/hostname\n"), 3, "S24", 4),
    photo("an empty picture", b"", "S23"),
    photo("text for a picture", b"words", "S23"),
    photo("half a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "S23"),
    photo("a picture that is a bomb", bomb(60_000, 60_000), "L01", 7),
    photo("a picture of too many pixels", bomb(13_000, 10_000), "L01", 7),
    photo("a picture of none", bomb(0, 0), "S23"),
    photo("a PDF for a picture", b"%PDF-1.7", "S23"),
    Case(
        "a drawing of nothing",
        {
            "piece.md": front("photo: {path: p.svg, alt: A view, credit: Ada}\n"),
            "p.svg": b"<svg xmlns='http://www.w3.org/2000/svg'\n viewBox='0 0 9 9'/>",
        },
        3,
        "S23",
        2,
    ),
    photo("a pipe for a picture", os.mkfifo, "S20"),
    photo("a picture that leads to itself", lambda path: path.symlink_to("p.png"), "S20"),
    photo("a picture that leads nowhere", lambda path: path.symlink_to("no.png"), "S20"),
    Case("--photo names nothing", {"piece.md": GOOD}, 3, "S20", 0, export("piece.md", *PHOTO)),
    Case(
        "--photo is a folder",
        {"piece.md": GOOD, "p/x": ""},
        3,
        "S20",
        0,
        export("piece.md", *PHOTO),
    ),
    Case(
        "--photo is a pipe",
        {"piece.md": GOOD, "p": os.mkfifo},
        3,
        "S20",
        0,
        export("piece.md", *PHOTO),
    ),
    Case(
        "--photo is a text", {"piece.md": GOOD, "p": "x"}, 3, "S23", 0, export("piece.md", *PHOTO)
    ),
    md(
        "a picture in the text itself",
        front("", f"![x](data:image/png;base64,{'A' * 99_999})\n"),
        3,
        "S24",
        5,
    ),
    md("an image that is absent", front("", "Text.\n\n![x](p.png)\n"), 3, "S20", 7),
    md("an image of raw HTML", front("", "<p>\n<img\nsrc='p.png'></p>\n"), 3, "S22", 6),
    md("an image with a long name", front("", f"![x]({'p' * 300}.png)\n"), 3, "S20", 5),
    photo("a picture that leads out", lambda path: path.symlink_to("/etc/hostname"), "S24"),
    photo("a folder for a picture", lambda path: path.mkdir(), "S20"),
    Case(
        "a photo without credit",
        {"piece.md": front("photo:\n  path: p.png\n  alt: x\n"), "p.png": picture},
        3,
        "S21",
        5,
    ),
    Case(
        "a photo without text",
        {"piece.md": front("photo:\n  path: p.png\n  credit: x\n"), "p.png": picture},
        3,
        "S22",
        5,
    ),
    md("an image without text", front("", "![](p.png)\n"), 3, "S22", 5),
    # the text itself
    md("a note not written", front("", "Text.[^a]\n"), 3, "S40", 5),
    md("a note not called", front("", "Text.\n\n[^a]: A.\n"), 3, "S41", 7),
    md("a note called in HTML", front("", "<p>A[^a]</p>\n\n[^a]: A.\n"), 3, "S41", 7),
    txt("a date in another calendar", "Headline\n\n۲۹ تیر ۱۴۰۳\n\nText.\n", 3, "S12", 3),
    md("a cell too many", front("", "|a|\n|-|\n|1|2|\n"), 3, "S45", 7),
    md(
        "a table in a note",
        front("", "A.[^a]\n\n[^a]: A\n\n    |a|\n    |-|\n    |b|\n"),
        3,
        "S48",
        9,
    ),
    md("a heading in a note", front("", "A.[^a]\n\n[^a]:\n    # B\n"), 3, "S48", 8),
    md("a note in a note", front("", "A.[^a]\n\n[^a]: A[^b]\n\n[^b]: B\n"), 3, "S48", 7),
    md("a note twice", front("", "A.[^a]\n\n[^a]: A\n\n[^a]: B\n"), 3, "S42", 9),
    md("a word that takes for ever", front("", "A.\n\n" + "wordle" * 33_000), 7, "L01", 7),
    md("a word without end, in parts", front("", "*w*_o_" * 999 + "\n"), 7, "L01", 5),
    md(
        "hundreds of notes to one word",
        front(
            "",
            "A"
            + "".join(f"[^{n}]" for n in range(300))
            + "\n\n"
            + "".join(f"[^{n}]: B\n\n" for n in range(300)),
        ),
        7,
        "L01",
        5,
    ),
    md("5,000 links", front("", "[a](https://example.org/) b\n\n" * 5000), 7, "L01"),
    md("25,000 cells", front("", "|a|b|c|d|e|\n|-|-|-|-|-|\n" + "|a|b|c|d|e|\n" * 5000), 7, "L01"),
    md(
        "cells as wide as 100",
        front("", "<table>" + "<td colspan=100 rowspan=100>x" * 99 + "</table>\n"),
        7,
        "L01",
    ),
    md("lists too deep", front("", "".join(f"{'  ' * n}- x\n" for n in range(150))), 7, "L02"),
    md(
        "emphasis too deep", front("", "<em>" * 10_000 + "x" + "</em>" * 10_000 + "\n"), 7, "L02", 5
    ),
    md("raw quotes too deep", front("", "Text.\n\n<blockquote>\n" * 150), 7, "L02"),
    md("a disclaimer too deep", front(f"disclaimer: '{'>' * 150} x'\n"), 7, "L02", 4),
    md("quotes too deep", front("", ">" * 150 + " x\n"), 7, "L02"),
    md("a word without end", front("", "w" * 5000), 7, "L01", 5),
    md("elements too deep", front("", "<span>" * 5000 + "x\n"), 7, "L02"),
    # houses
    house("no TOML", "publisher\n", "H01", 1),
    house("a value without quotes", 'place = "x"\npublisher = P\n', "H01", 2),
    house("an unknown key", 'publishr = "P"\n', "H02", 1),
    house("a number for a name", "\npublisher = 3\n", "H03", 2),
    house("a page", 'page = "A5"\n', "H03", 1),
    house("an edition", 'editions = ["web"]\n', "H03", 1),
    house("a part", 'require = ["credits"]\n', "H03", 1),
    house("a style", 'style = "institut"\n', "H04", 1),
    house("a style by its path", 'style = "./no"\n', "H04", 1),
    Case(
        "a style without a sheet",
        {"piece.md": GOOD, **{k: v for k, v in STYLE.items() if "tokens" not in k}},
        4,
        "H05",
    ),
    house("a text where a list is wanted", 'editions = "pdf"\n', "H03", 1),
    house("no edition", "editions = []\n", "H03", 1),
    house("a language", 'language = "English, please"\n', "H03", 1),
    house("a number without end", f"place = {'9' * 5000}\n", "H01", 1),
    house("brackets without end", f"require = {'[' * 5000}\n", "H01", 1),
    house("a key of TOML twice", 'page = "A4"\npage = "A4"\n', "H01", 2),
    house("a control character", 'place = "x"\npublisher = "a\\u0007"\n', "H03", 2),
    house("a character that is none", 'publisher = "a\\uFFFE"\n', "H03", 1),
    house("half a character", 'publisher = "\\uD800"\n', "H01", 1),
    house("a style without a name", 'style = ""\n', "H04", 1),
    house("a style with a name too long", f'style = "{"x" * 300}"\n', "H04", 1),
    house("a style that is no style", 'style = "."\n', "H05"),
    Case(
        "a standing disclaimer too deep",
        {"piece.md": GOOD, "brief.toml": f'\ndisclaimer = "{">" * 99} x"\n'},
        7,
        "L02",
        2,
    ),
    Case(
        "a part that the house requires",
        {"piece.md": GOOD, "brief.toml": 'require = ["dek"]\n'},
        3,
        "S50",
        1,
    ),
    Case("brief.toml is a pipe", {"piece.md": GOOD, "brief.toml": os.mkfifo}, 4, "H01"),
    Case(
        "brief.toml leads nowhere",
        {"piece.md": GOOD, "brief.toml": lambda path: path.symlink_to("no")},
        4,
        "H01",
    ),
    Case(
        "a style on the command line",
        {"piece.md": GOOD},
        4,
        "H04",
        0,
        export("piece.md", "--style", "institut"),
    ),
    Case("brief.toml is a folder", {"piece.md": GOOD, "brief.toml/x": ""}, 4, "H01"),
    Case("brief.toml is not UTF-8", {"piece.md": GOOD, "brief.toml": b"\xff\xfe\0"}, 4, "H01"),
    style("an unknown style key", {"styles/own/house.toml": "fonts = 1\n"}, "H02", 1),
    style("a broken template", {"styles/own/templates/print.html": "\n{% if %}"}, "H06", 2),
    style("an unknown word", {"styles/own/templates/print.html": "{{ brif }}"}, "H06", 1),
    style("a sheet from afar", {"styles/own/print.css": "@import url(//example.org/x);"}, "H07", 1),
    style("a sheet not in UTF-8", {"styles/own/tokens.css": "\udcff"}, "H05"),
    style("a broken house.toml", {"styles/own/house.toml": "\ndescription\n"}, "H01", 2),
    style("a number for a description", {"styles/own/house.toml": "description = 1\n"}, "H03", 1),
    style("a template not well formed", {"styles/own/templates/nav.xhtml": "<p>"}, "H06"),
    style("a template with an entity", {"styles/own/templates/nav.xhtml": "<p>&nbsp;</p>"}, "H06"),
    style("a template not in UTF-8", {"styles/own/templates/print.html": "\udcff"}, "H06"),
    style(
        "a template that includes another",
        {"styles/own/templates/print.html": "{% include '../x' %}"},
        "H06",
        1,
    ),
    style(
        "a template that extends itself",
        {"styles/own/templates/print.html": "{% extends 'print.html' %}"},
        "H06",
        1,
    ),
    style(
        "a template that divides by zero",
        {"styles/own/templates/print.html": "\n{{ 1 / 0 }}"},
        "H06",
        2,
    ),
    style(
        "a template that breaks out",
        {"styles/own/templates/print.html": "{{ ''.__class__ }}"},
        "H06",
        1,
    ),
    style(
        "a template without end",
        {"styles/own/templates/print.html": "{{ range(999999999) }}"},
        "H06",
        1,
    ),
    style(
        "a template that multiplies without end",
        {"styles/own/templates/print.html": "\n{{ 'x' * 10 ** 10 }}"},
        "H06",
        2,
    ),
    style(
        "a template that fills in without end",
        {"styles/own/templates/cover.html": "{{ 'x'|center(10000000000) }}"},
        "H06",
        1,
    ),
    style("a font that is absent", {"styles/own/print.css": f"\n{FONT.format('x.ttf')}"}, "H07", 2),
    style(
        "a font that is none",
        {"styles/own/print.css": f"\n{FONT.format('x.ttf')}", "styles/own/x.ttf": "words"},
        "H07",
        2,
    ),
    style(
        "a font from afar",
        {"styles/own/print.css": f"\n{FONT.format('https://example.org/x.ttf')}"},
        "H07",
        2,
    ),
    style("a font from outside", {"styles/own/print.css": FONT.format("../../x.ttf")}, "H07"),
    style(
        "a font by its whole path", {"styles/own/print.css": FONT.format("/etc/hostname")}, "H07"
    ),
    style(
        "a file of the system",
        {"styles/own/print.css": "@import 'file:///etc/hostname';"},
        "H07",
        1,
    ),
    style(
        "a picture from afar",
        {"styles/own/print.css": "p { background: url(http://example.org/x) }"},
        "H07",
        1,
    ),
    style("a token that is not set", {"styles/own/epub.css": "\np { color: var(--no) }"}, "H12", 2),
    style(
        "a token that is set by one that is not",
        {
            "styles/own/epub.css": "p { color: var(--a) }",
            "styles/own/tokens.css": ":root {\n--a: var(--no) }",
        },
        "H12",
        2,
    ),
    style(
        "tokens that grow without end",
        {
            "styles/own/epub.css": "p { font: var(--a0) }",
            "styles/own/tokens.css": ":root {"
            + "".join(f"--a{n}: var(--a{n + 1}) var(--a{n + 1});\n" for n in range(30))
            + "--a30: x }",
        },
        "H14",
        15,
    ),
    style("a sheet that is a folder", {"styles/own/print.css": Path.mkdir}, "H05"),
    # other commands
    Case("checking nothing", {}, 5, "C09", 0, ("check", "no.pdf")),
    Case("checking a folder", {"x.pdf/x": ""}, 5, "C09", 0, ("check", "x.pdf")),
    Case("checking a pipe", {"x.pdf": os.mkfifo}, 5, "C09", 0, ("check", "x.pdf")),
    Case("checking a text", {"x.pdf": "x"}, 5, "C09", 0, ("check", "x.pdf")),
    Case(
        "checking against nothing",
        {"x.pdf": "x"},
        3,
        "S01",
        0,
        ("check", "x.pdf", "--against", "x.md"),
    ),
    Case("a slug that is none", {}, 3, "S16", 0, ("new", "../x")),
    Case("a slug without end", {}, 3, "S16", 0, ("new", "x" * 300)),
    Case("a source that is there", {"sources/x.md": GOOD}, 6, "O01", 0, ("new", "x")),
    Case("a source where none can be", {"sources": ""}, 6, "O01", 0, ("new", "x")),
    Case("a house that is there", {"brief.toml": ""}, 6, "O01", 0, ("init", ".")),
    Case("a house in a file", {"x": ""}, 6, "O01", 0, ("init", "x/y")),
    Case("a house with a name too long", {}, 6, "O01", 0, ("init", "x" * 300)),
    # a place that cannot be written
    Case("dist is a device", {"piece.md": GOOD}, 6, "O01", 0, out("/dev/full")),
    Case(
        "dist leads nowhere",
        {"piece.md": GOOD, "there": lambda path: path.symlink_to("no/x")},
        6,
        "O01",
        0,
        out("there"),
    ),
    Case(
        "dist leads to itself",
        {"piece.md": GOOD, "there": lambda path: path.symlink_to("there")},
        6,
        "O01",
        0,
        out("there"),
    ),
    Case("dist has a name too long", {"piece.md": GOOD}, 6, "O01", 0, out("x" * 300)),
    Case("dist is a file", {"piece.md": GOOD, "there": ""}, 6, "O01", 0, out("there")),
    Case("dist is in a file", {"piece.md": GOOD, "there": ""}, 6, "O01", 0, out("there/x")),
    Case("dist has a folder of that name", {"piece.md": GOOD, "dist/piece.epub/x": ""}, 6, "O01"),
    Case("a folder of the kernel's", {"piece.md": GOOD}, 6, "O01", 0, out("/proc/x")),
]


def put(folder: Path, case: Case) -> None:
    for name, content in case.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(file)
        elif isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_bytes(content.encode("utf-8", "surrogateescape"))


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_there_are_enough() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_bad_input(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    for name in ("piece.pdf", "piece.report.json", "other.epub"):
        (dist / name).write_bytes(b"old")
    put(tmp_path, case)
    before, there = snapshot(dist), set(tmp_path.rglob("*"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, case.arguments)
    assert result.exit_code == case.exit, result.stderr
    lines = result.stderr.splitlines()
    told = [line for line in lines if re.search(rf": (error|warning) {case.code} ", line)]
    assert told, result.stderr
    if case.line:
        assert any(re.match(rf"[^:]+:{case.line}: ", line) for line in told), told
    assert "    cure: " in result.stderr
    assert "Traceback" not in result.stderr
    assert snapshot(dist) == before
    assert not list(scratch.glob("brief-*"))
    shutil.rmtree(scratch)
    assert set(tmp_path.rglob("*")) == there


@pytest.mark.parametrize("case", CASES[::16], ids=lambda case: str(case.name))
def test_bad_input_in_a_process_of_its_own(case: Case, tmp_path: Path) -> None:
    work, scratch = tmp_path / "work", tmp_path / "scratch"
    work.mkdir()
    scratch.mkdir()
    put(work, case)
    there = set(work.rglob("*"))
    ran = brief(*case.arguments, cwd=work, env={"TMPDIR": str(scratch)})
    assert ran.code == case.exit, ran.err
    assert re.search(rf": (error|warning) {case.code} ", ran.err)
    assert "    cure: " in ran.err
    assert "Traceback" not in ran.err
    assert set(work.rglob("*")) == there
    assert not list(scratch.iterdir())


def test_near_names_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "piece.md").write_text(GOOD, encoding="utf-8")
    for arguments, guess in (
        (("peice.md",), "piece.md"),
        (("piece.md", "--style", "institut"), "institute"),
    ):
        result = CliRunner().invoke(cli, export(*arguments))
        assert f"did you mean '{guess}'?" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "--bogus"),
        ("export", "-q", "-v"),
        ("export", "a.md", "b.md", "--photo", "p.png"),
        ("export", "--format", "xml"),
        ("export", "--out"),
        ("check",),
        ("new",),
        ("bogus",),
    ],
    ids=" ".join,
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr


def test_json_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "piece.md").write_text("Text.\n", encoding="utf-8")
    result = CliRunner().invoke(cli, export("piece.md", "--format", "json"))
    told = json.loads(result.stdout)
    assert (result.exit_code, told["exit"], told["briefs"][0]["exit"]) == (3, 3, 3)
    assert [found["code"] for found in told["briefs"][0]["findings"]] == ["S10", "S11"]
    (tmp_path / "brief.toml").write_text("page = 1\n", encoding="utf-8")
    result = CliRunner().invoke(cli, export("piece.md", "--format", "json"))
    told = json.loads(result.stdout)
    assert (result.exit_code, told["exit"]) == (4, 4)
    assert [found["code"] for found in told["findings"]] == ["H03"]


def test_the_good_are_published_and_the_bad_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, md("", GOOD, 8, "S10"))
    (tmp_path / "bad.md").write_text("Text.\n", encoding="utf-8")
    result = CliRunner().invoke(cli, export("bad.md", "piece.md", "piece.md"))
    assert result.exit_code == 8
    assert re.findall(r"error ([A-Z]\d\d)", result.stderr) == ["S10", "S11", "S51"]
    names = {path.name for path in (tmp_path / "dist").iterdir()}
    assert names == {"piece.pdf", "piece.epub", "piece.report.json"}


def test_time_is_over_though_a_library_swallows_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MAX_SECONDS", 0.05)
    swallowing = suppress(Exception)
    with pytest.raises(LimitError) as caught, run._limits(Path("piece.md")), swallowing:
        while True:
            pass
    assert caught.value.findings[0].code == "L03"


def test_memory_that_does_not_suffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(*_: object) -> None:
        raise MemoryError

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "_make_pdf", make)
    put(tmp_path, md("", GOOD, 0, ""))
    result = CliRunner().invoke(cli, export("piece.md", "--pdf"))
    assert result.exit_code == 7
    assert "piece.md: error L01 " in result.stderr


# --- what only a process of its own can meet ------------------------------------------------------


def test_the_name_of_a_file_may_be_no_text(tmp_path: Path) -> None:
    (tmp_path / "p\udcff.md").write_text(GOOD, encoding="utf-8")
    ran = brief(*export("p\udcff.md", "--format", "json"), cwd=tmp_path)
    assert (ran.code, ran.json["briefs"][0]["source"]) == (3, "p\udcff.md")
    (tmp_path / "piece.md").write_text(GOOD, encoding="utf-8")
    ran = brief(*export("piece.md", "--pdf", "--out", "o\udcff"), cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_what_is_printed_may_find_no_room(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "brief", "doctor"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            command, cwd=tmp_path, env=environment, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ran.returncode == 6
    assert ran.stderr.startswith(b"brief: cannot print: ")


@pytest.mark.parametrize(("limit", "code"), [(4_000, "O01"), (400_000_000, "")])
def test_a_disk_that_is_full(limit: int, code: str, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "piece.pdf").write_bytes(b"old")
    (tmp_path / "piece.md").write_text(GOOD, encoding="utf-8")
    script = "import resource, sys; from brief.cli import main;"
    script += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); main()"
    ran = subprocess.run(
        [sys.executable, "-c", script, *export("piece.md", "--pdf")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == (6 if code else 0), ran.stderr
    assert code in ran.stderr
    assert "Traceback" not in ran.stderr
    if code:
        assert snapshot(tmp_path / "dist") == {"piece.pdf": b"old"}


def test_a_time_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "piece.md").write_text(GOOD, encoding="utf-8")
    for epoch in ("soon", "99999999999999", "5000000000"):
        ran = brief(*export("piece.md"), cwd=tmp_path, env={"SOURCE_DATE_EPOCH": epoch})
        assert ran.code == 4
        assert "error H03 SOURCE_DATE_EPOCH" in ran.err
    assert not (tmp_path / "dist").exists()


#: makes an edition, upon which all is loaded that ever will be, and goes on as one who owns nothing
AS_ANYBODY = """
import os, sys
from brief.cli import cli, main
good, *arguments = sys.argv[1:]
try:
    cli(["export", good, "--out", good + "-out", "--no-verify"])
except SystemExit as end:
    assert not end.code
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.argv[1:] = arguments
main()
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that anybody may enter, as pytest's own are not."""
    if not all(folder.stat().st_mode & 1 for folder in (ROOT, *ROOT.parents)):
        pytest.skip("nobody else may read this checkout")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize(
    ("hidden", "exit_code", "code"),
    [
        ("house/piece.md", 3, "S01"),
        ("house/p.png", 3, "S20"),
        ("house/brief.toml", 4, "H01"),
        ("house/styles/own/house.toml", 4, "H01"),
        ("house/styles/own/print.css", 4, "H05"),
        ("house/styles/own/unused.css", 4, "H01"),
        ("house/styles/own", 4, "H05"),
        ("house/dist", 6, "O01"),
        ("house", 3, "S01"),
    ],
)
def test_what_may_not_be_read_or_written(
    hidden: str, exit_code: int, code: str, shared: Path
) -> None:
    keys = "photo:\n  path: p.png\n  alt: A view\n  credit: Ada\n"
    files: Files = {"piece.md": front(keys), "p.png": picture, **STYLE}
    put(shared / "house", Case("", files | {"styles/own/unused.css": ""}, 0, ""))
    # the good one has a photo too: what only a photo has Python import must be there by then
    put(shared, Case("", {"piece.md": front(keys), "p.png": picture}, 0, ""))
    put(shared / "house" / "dist", Case("", {"piece.pdf": b"old"}, 0, ""))
    before = snapshot(shared / "house")
    (shared / hidden).chmod(0o555 if hidden == "house/dist" else 0)
    arguments = export(
        str(shared / "house" / "piece.md"), "--pdf", "--out", str(shared / "house" / "dist")
    )
    ran = subprocess.run(
        [sys.executable, "-c", AS_ANYBODY, str(shared / "piece.md"), *arguments],
        cwd=shared / "house" if "house/" in hidden else shared,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    (shared / hidden).chmod(0o755)
    assert ran.returncode == exit_code, ran.stderr
    assert f"error {code} " in ran.stderr
    assert "    cure: " in ran.stderr
    assert "Traceback" not in ran.stderr
    assert snapshot(shared / "house") == before


# --- odd and legal --------------------------------------------------------------------------------

#: text by what is odd in it, with the code and line of what is told of it
TOLD = {
    "control characters, escaped": ('dek: "a\\0b\\a\\ufffec"\n', "", "S05", 4),
    "control characters, by number": ("", "<p>a\n&#7;&#xFFFE;&#xD800;b</p>\n", "S05", 5),
    "colours for a terminal": ("", "Text\x1b[31m in red.\n", "S05", 5),
    "an override of direction": ("", "abc \u202ecba\n", "S05", 5),
    "a heading without words": ("", "# \n\nText.\n", "S43", 5),
    "a script": ("", "Text.\n\n<script>\nx\n</script>\n", "S43", 7),
    "an image in a disclaimer": ("disclaimer: A ![x](p.png)\n", "", "S43", 4),
    "a note in a disclaimer": ("disclaimer: |\n  A[^a]\n\n  [^a]: B\n", "", "S43", 4),
    "an address that is none": ("", "[a](http://[::1/x)\n", "S44", 5),
    "an address with a wrong port": ("", "[a](http://example.org:99999/)\n", "S44", 5),
    "an address without end": ("", f"[a](http://example.org/{'x' * 3000})\n", "S44", 5),
    "a script for an address": ("", "[a](javascript:alert)\n", "S44", 5),
    "a file for an address": ("", "Text.\n\n<p>\n<a href='file:///etc'>x</a></p>\n", "S44", 8),
    "no number": ("", "[a](tel:abc)\n", "S44", 5),
    "mail to nobody": ("", "[a](mailto:abc)\n", "S44", 5),
    "a date of two readings": ("updated: 03/04/2024\n", "", "S13", 4),
    "a key of a key": ("photo: {a: 1}\n", "", "S15", 4),
    "keys of no use": ("? [a]\n: b\n", "", "S15", 4),
}


@pytest.mark.parametrize(("keys", "text", "code", "line"), TOLD.values(), ids=list(TOLD))
def test_odd_text_is_published_and_told_of(
    keys: str, text: str, code: str, line: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, md("", front(keys, text or "Text.\n"), 0, code))
    result = CliRunner().invoke(cli, export("piece.md"))
    assert result.exit_code == 0, result.stderr
    assert f"piece.md:{line}: warning {code} " in result.stderr
    assert {path.suffix for path in (tmp_path / "dist").iterdir()} == {".pdf", ".epub", ".json"}


def test_a_standing_disclaimer_is_told_of_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    toml = 'place = "P"\ndisclaimer = "A <script>x</script> ![y](y.png) [z](javascript:z)"\n'
    put(tmp_path, Case("", {"piece.md": GOOD, "brief.toml": toml}, 0, ""))
    result = CliRunner().invoke(cli, export("piece.md", "--pdf"))
    assert result.exit_code == 0, result.stderr
    told = re.findall(r"^(\S+): warning (\w+)", result.stderr, re.MULTILINE)
    assert told == [("brief.toml:2", code) for code in ("S43", "S43", "S44")]


def saved(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **how: object) -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new(mode, size).save(out, kind, **how)
    return out.getvalue()


PICTURES = {
    "of one pixel": saved("PNG", size=(1, 1)),
    "a line": saved("PNG", size=(9_000, 1)),
    "of 16 bits": saved("PNG", "I;16"),
    "of four inks": saved("JPEG", "CMYK"),
    "of real numbers": saved("TIFF", "F"),
    "of another kind than its name says": saved("JPEG"),
    "that moves": saved("GIF", save_all=True, append_images=[]),
    "of a new kind": saved("WEBP"),
}


@pytest.mark.parametrize("data", PICTURES.values(), ids=list(PICTURES))
def test_an_odd_photo_is_published(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, photo("", data, "", 0))
    result = CliRunner().invoke(cli, export("piece.md"))
    assert (result.exit_code, result.stderr) == (0, "")


def test_half_a_photo_is_refused_after_others_were_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # WeasyPrint has Pillow take half a file from the moment it is imported
    monkeypatch.chdir(tmp_path)
    put(tmp_path, photo("", saved("JPEG", size=(800, 600)), "", 0))
    assert CliRunner().invoke(cli, export("piece.md", "--pdf")).exit_code == 0
    put(tmp_path, photo("", saved("JPEG", size=(800, 600))[:4_000], "", 0))
    result = CliRunner().invoke(cli, export("piece.md", "--pdf"))
    assert result.exit_code == 3
    assert "piece.md:5: error S23 " in result.stderr


ODD = {
    "a control character": "Text \x02 here.",
    "directions overridden": "Text \u202e\u2066 here.",
    "a long word": "w" * 900,
    "a wide table cell": "<table><tr><td colspan=1000000>x</td></tr></table>",
    "raw HTML that does not close": "<div><b>x<p>y<td>z",
    "entities": "&amp; &nbsp; &#xFFFE; &unknown; &#0; &lt;b&gt;",
    "a comment": "Before <!-- hidden --> after.",
    "processing": "<?php echo 1 ?> <![CDATA[x]]> <!DOCTYPE x>",
    "many notes": "Text" + "".join(f"[^{n}]" for n in range(60)) + "\n"
    + "".join(f"\n[^{n}]: Note {n}.\n" for n in range(60)),
    "one heading": "# A title",
    "shortcodes": "{{< x >}} {% y %} {{ z }}",
    "emoji in code": "`x`" * 40,
}  # fmt: skip


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
def test_odd_but_legal_text_is_published_or_told_of(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "piece.md").write_text(front("", f"Begin.\n\n{text}\n"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["export", "piece.md", "--no-verify"])
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "dist" / "piece.pdf").exists()


def test_long_titles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    title = "A headline that does not end " * 12
    text = f"---\ntitle: {title}\ndate: 2024-07-19\n---\nText.\n"
    (tmp_path / "piece.md").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(cli, ["export", "piece.md", "--no-verify"])
    assert result.exit_code == 0, result.stderr
