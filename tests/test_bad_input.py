"""Bad sources and houses: the right exit code, code, line and cure, and dist/ untouched."""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from helpers import brief, picture

from brief.cli import cli

GOOD = "---\ntitle: A title\ndate: 2024-07-19\n---\nText.\n"
STYLE = {
    "brief.toml": 'style = "own"\n',
    **{f"styles/own/{n}.css": "" for n in ("tokens", "print", "epub")},
    "styles/own/house.toml": "",
}


class Case(NamedTuple):
    name: str
    #: files by path; a callable makes what text cannot
    files: dict[str, str | bytes | Callable[[Path], object]]
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
    files: dict[str, str | bytes | Callable[[Path], object]] = {"piece.txt": text}
    return Case(name, files, exit_code, code, line, ("export", "piece.txt", "--no-verify"))


def front(keys: str, body: str = "Text.\n") -> str:
    return f"---\ntitle: A title\ndate: 2024-07-19\n{keys}---\n{body}"


def house(name: str, toml: str, code: str, line: int = 0) -> Case:
    return Case(name, {"piece.md": GOOD, "brief.toml": toml}, 4, code, line)


def style(name: str, files: dict[str, str], code: str, line: int = 0) -> Case:
    return Case(name, {"piece.md": GOOD, **STYLE, **files}, 4, code, line)


def photo(name: str, make: bytes | Callable[[Path], object], code: str, exit_code: int = 3) -> Case:
    keys = "photo:\n  path: p.png\n  alt: A view\n  credit: Ada\n"
    return Case(name, {"piece.md": front(keys), "p.png": make}, exit_code, code, 5)


def bomb() -> bytes:
    """Return a PNG that claims more pixels than fit into memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")


CASES = [
    # sources that are none
    Case("absent", {}, 3, "S01"),
    Case("a folder without brief.md", {"piece.md/other.md": GOOD}, 3, "S01"),
    Case("a pipe", {"piece.md": os.mkfifo}, 3, "S01"),
    Case("a link to nothing", {"piece.md": lambda path: path.symlink_to("no")}, 3, "S01"),
    Case("a link to itself", {"piece.md": lambda path: path.symlink_to("piece.md")}, 3, "S01"),
    Case("no sources", {}, 3, "S01", arguments=("export", "--no-verify")),
    Case("empty sources", {"sources/.x": ""}, 3, "S01", arguments=("export", "--no-verify")),
    Case("no suffix", {"piece": GOOD}, 3, "S06", 0, ("export", "piece")),
    Case("a PDF as source", {"piece.pdf": GOOD}, 3, "S06", 0, ("export", "piece.pdf")),
    md("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 3, "S02"),
    md("a program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", 3, "S02"),
    md("UTF-16 without its mark", GOOD.encode("utf-16-le"), 3, "S02"),
    md("nothing", "", 3, "S03"),
    md("white space", " \n\t\n\r\n", 3, "S03"),
    md("six megabytes", "word " * 1_200_000, 7, "L01"),
    # missing parts
    md("no front matter", "Text.\n", 3, "S10", 1),
    md("no title", "---\ndate: 2024-07-19\n---\nText.\n", 3, "S10", 1),
    md("an empty title", '---\ntitle: ""\ndate: 2024-07-19\n---\nText.\n', 3, "S10", 1),
    md("no date", "---\ntitle: T\n---\nText.\n", 3, "S11", 1),
    md("no body", "---\ntitle: T\ndate: 2024-07-19\n---\n", 3, "S19", 1),
    txt("one line", "A headline\n", 3, "S11", 1),
    txt("only a head", "A headline\n\n2024-07-19\n", 3, "S19", 1),
    txt("a date that is none", "A headline\n\nPublished on 31 June 2024\n\nText.\n", 3, "S11", 1),
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
    # broken front matter
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
    photo("a picture that is a bomb", bomb(), "L01", 7),
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
    md("a cell too many", front("", "|a|\n|-|\n|1|2|\n"), 3, "S45", 7),
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
        {"piece.md": GOOD, **{k: v for k, v in STYLE.items() if "print" not in k}},
        4,
        "H05",
    ),
    Case("brief.toml is a folder", {"piece.md": GOOD, "brief.toml/x": ""}, 4, "H01"),
    Case("brief.toml is not UTF-8", {"piece.md": GOOD, "brief.toml": b"\xff\xfe\0"}, 4, "H01"),
    style("an unknown style key", {"styles/own/house.toml": "fonts = 1\n"}, "H02", 1),
    style("a broken template", {"styles/own/templates/print.html": "\n{% if %}"}, "H06", 2),
    style("an unknown word", {"styles/own/templates/print.html": "{{ brif }}"}, "H06", 1),
    style("a sheet from afar", {"styles/own/print.css": "@import url(//example.org/x);"}, "H07", 1),
    style("a sheet not in UTF-8", {"styles/own/tokens.css": "\udcff"}, "H05"),
    # a place that cannot be written
    Case("dist is a file", {"piece.md": GOOD, "there": ""}, 6, "O01", 0, out("there")),
    Case("dist is in a file", {"piece.md": GOOD, "there": ""}, 6, "O01", 0, out("there/x")),
    Case("dist has a folder of that name", {"piece.md": GOOD, "dist/piece.epub/x": ""}, 6, "O01"),
    Case("a folder of the kernel's", {"piece.md": GOOD}, 6, "O01", 0, out("/proc/x")),
]  # fmt: skip


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
    before = snapshot(dist)
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
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("case", CASES[::9], ids=lambda case: str(case.name))
def test_bad_input_in_a_process_of_its_own(case: Case, tmp_path: Path) -> None:
    put(tmp_path, case)
    ran = brief(*case.arguments, cwd=tmp_path)
    assert ran.code == case.exit, ran.err
    assert "Traceback" not in ran.err


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
