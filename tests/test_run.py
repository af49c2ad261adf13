"""The run: what is published, what is not, and what is said of it."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pypdfium2
import pytest
from helpers import ROOT, picture

import brief
from brief import assemble, intake, rebuild, run
from brief.checks.reference import Referee
from brief.findings import ExitCode, Severity
from brief.house import House, read_house
from brief.language import numerals
from brief.model import Picture

FRONT = "---\ntitle: {title}\ndate: 2024-07-19\n---\n"


def source(house: House, name: str = "piece", text: str = "Text.", title: str = "A title") -> Path:
    file = house.root / f"{name}.md"
    file.write_text(FRONT.format(title=title) + text, encoding="utf-8")
    return file


def export(house: House, *sources: Path, **options: object) -> list[run.Outcome]:
    given = {"verify": False, "out": house.root / "dist", **options}
    return run.export(sources, house=house, **given)  # type: ignore[arg-type]


def test_the_samples_pass_the_reference_validators(tmp_path: Path) -> None:
    outcomes = brief.export(
        [ROOT / "sources" / name for name in ("harbour-light.txt", "snow-ledger")],
        house=read_house(ROOT),
        out=tmp_path,
    )
    for outcome in outcomes:
        assert outcome.ok, outcome.findings
        assert [found for found in outcome.findings if found.severity is Severity.ERROR] == []
        pdf, epub = outcome.editions
        assert pdf.verified == ("PDF/A-3a", "PDF/UA-1")
        assert epub.verified == ("EPUBCheck",)
        assert all(check.status == "passed" for check in (*pdf.checks, *epub.checks))


#: a sentence with a note, an item and a page's foot in languages that have digits of their own
NUMBERED = "{0}[^1] {0}[^2] {0}[^1]\n\n5. {0}\n6. {0}\n\n[^1]: {0}\n[^2]: {0}\n"
OWN_DIGITS = {
    "fa": ("بندر را به درون خشکی بردند.", "۱۲۵۶", "صفحهٔ ۱ از ۱"),
    "ar-EG": ("نقلوا الميناء إلى الداخل.", "١٢٥٦", "صفحة ١ من ١"),
    "bn": ("বন্দরটি সরানো হয়েছে।", "১২৫৬", "পৃষ্ঠা ১, মোট ১"),
    "mr": ("बंदर हलवण्यात आले.", "१२५६", "पृष्ठ १, एकूण १"),
}


def numbered(house: House, lang: str) -> Path:
    sentence = OWN_DIGITS[lang][0]
    file = source(house, lang.lower(), NUMBERED.format(sentence), sentence)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("date:", f"lang: {lang}\ndate:"), encoding="utf-8")
    return file


@pytest.mark.parametrize("lang", ["fa", "ar-EG"])
def test_numbers_in_the_digits_of_the_language(house: House, lang: str) -> None:
    _, digits, _ = OWN_DIGITS[lang]
    (outcome,) = export(house, numbered(house, lang), verify=True)
    assert outcome.ok, outcome.findings
    printed, book = outcome.editions
    assert all(check.status == "passed" for check in (*printed.checks, *book.checks))
    page = pypdfium2.PdfDocument(printed.path)[0].get_textpage().get_text_range()
    assert {*digits} <= {*page}
    assert not re.search("[0-9]", page)
    with zipfile.ZipFile(book.path) as archive:
        nav = archive.read("EPUB/nav.xhtml").decode()
        sheet = archive.read("EPUB/brief.css").decode()
    assert f'<a href="text.xhtml#page-1">{digits[0]}</a>' in nav
    assert sheet.startswith(f"ol {{ list-style-type: {numerals(lang)} }}")


@pytest.mark.parametrize("lang", OWN_DIGITS)
def test_documents_count_in_the_digits_of_the_language(house: House, lang: str) -> None:
    _, digits, foot = OWN_DIGITS[lang]
    brief = intake.read(numbered(house, lang), house, [])
    printed = assemble.print_edition(brief, house)
    (sheet,) = (text for file, text in printed.sheets if file.name == "page.css")
    assert f"@counter-style digits {{ system: extends {numerals(lang)} }}" in sheet
    assert f'href="#note-1">{digits[0]}</a>' in printed.documents["print.html"]
    words = re.findall('data-page-[a-z]+="([^"]*)"', printed.documents["print.html"])
    assert digits[0].join(words) == foot
    cover = Picture(b"", "image/jpeg", *assemble.DRAWN_PX["cover"])
    text = assemble.epub_edition(brief, house, cover).documents["text.xhtml"]
    calls = re.findall(r'href="#note-\d"[^>]*>(\d)</a>', text)
    assert calls == [digits[0], digits[1], digits[0]]
    assert re.findall(r">(\d)\.</a>", text) == [*digits[:2]]


def test_the_report(house: House) -> None:
    photo = picture(house.root / "images" / "view.png")
    own = picture(house.root / "own.png")
    head = "---\ntitle: T\ndate: 2024-07-19\nphoto: {alt: A view, credit: Ada / X}\n---\n"
    text = f"{head}Text.\n\n![Small](own.png)\n\n![Small](own.png)\n"
    file = source(house)
    file.write_text(text, encoding="utf-8")
    (outcome,) = export(house, file, photo=photo)
    assert outcome.report is not None
    report = json.loads(outcome.report.read_text(encoding="utf-8"))
    assert outcome.brief is not None
    assert report["source"] == {
        "file": "piece.md",
        "sha256": hashlib.sha256(outcome.brief.source.read_bytes()).hexdigest(),
    }
    assert report["moment"] == "2024-07-19T00:00:00+00:00"

    def hashed(path: Path, **others: object) -> dict[str, object]:
        return {
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            **others,
        }

    assert report["pictures"] == [hashed(photo, given=True), hashed(own)]
    assert report["house"] == hashed(house.root / "brief.toml")
    assert report["style"]["name"] == "institute"
    assert {"brief", "Pango", "HarfBuzz", "WeasyPrint", "pydyf"} <= report["versions"].keys()
    for name, version in report["versions"].items():
        assert version[0].isdigit(), name
    for edition, told in zip(outcome.editions, report["editions"], strict=True):
        data = edition.path.read_bytes()
        assert told["sha256"] == edition.sha256 == hashlib.sha256(data).hexdigest()
        assert told["size"] == edition.size == len(data)
        assert told["checks"]
        for check in told["checks"]:
            assert check["status"] in ("passed", "failed", "not run")
            assert check["by"]
            assert check["version"]
    names = {check["name"] for told in report["editions"] for check in told["checks"]}
    assert {"PDF/A-3a", "PDF/UA-1", "EPUBCheck"} <= names
    left_out = {
        check["status"]
        for told in report["editions"]
        for check in told["checks"]
        if check["name"] in ("PDF/A-3a", "PDF/UA-1", "EPUBCheck")
    }
    assert left_out == {"not run"}


def test_conformance_is_claimed_only_when_all_was_checked(house: House) -> None:
    import zipfile

    def claims() -> bool:
        with zipfile.ZipFile(house.root / "dist" / "piece.epub") as opened:
            return b"conformsTo" in opened.read("EPUB/content.opf")

    def pdf() -> bytes:
        return (house.root / "dist" / "piece.pdf").read_bytes()

    file = source(house)
    export(house, file)
    assert not claims()
    unproved = pdf()
    export(house, file, verify=True)
    assert claims()
    # the claim is all that the validators change: no PDF makes it
    assert pdf() == unproved
    assert all(verified.ok for verified in rebuild.verify(house=house))


def test_a_brief_that_fails_leaves_dist_as_it_was(house: House) -> None:
    dist = house.root / "dist"
    dist.mkdir()
    for name in ("piece.pdf", "piece.epub", "piece.report.json"):
        (dist / name).write_bytes(b"old")
    # U+10FFFD is a private character that no font has
    (outcome,) = export(house, source(house, text="Text \U0010fffd here."))
    assert outcome.error is not None
    assert outcome.error.exit_code is ExitCode.CHECK
    assert "C08" in {found.code for found in outcome.findings}
    left = {file.name: file.read_bytes() for file in dist.iterdir()}
    assert left == dict.fromkeys(("piece.pdf", "piece.epub", "piece.report.json"), b"old")


def test_a_part_that_a_template_forgets_is_missed(house: House) -> None:
    folder = house.root / "styles" / "own"
    shutil.copytree(house.style.folder, folder)
    (folder / "templates").mkdir()
    (folder / "templates" / "print.html").write_text(
        "<html lang='{{ brief.lang }}'><title>{{ brief.title }}</title><h1>{{ brief.title }}</h1>"
        "{{ brief.body }}",
        encoding="utf-8",
    )
    own = read_house(house.root, style="own")
    (outcome,) = export(own, source(own), editions=["pdf"])
    assert outcome.error is not None
    missing = [found for found in outcome.findings if found.code == "C01"]
    assert [found.line for found in missing] == [3]
    assert "date" in missing[0].message


def test_strict_lets_a_warning_fail(house: House) -> None:
    file = source(house, text="[x](../y)")
    assert export(house, file)[0].ok
    (outcome,) = export(house, file, strict=True)
    assert outcome.error is not None
    assert outcome.error.exit_code is ExitCode.CHECK


def test_part_of_a_batch(house: House) -> None:
    good, bad = source(house, "good"), source(house, "bad", title="")
    outcomes = export(house, good, bad)
    assert [outcome.ok for outcome in outcomes] == [True, False]
    assert run.exit_code(outcomes) is ExitCode.PARTIAL
    assert run.exit_code(outcomes[:1]) is ExitCode.OK
    assert run.exit_code(outcomes[1:]) is ExitCode.SOURCE
    assert (house.root / "dist" / "good.pdf").exists()
    assert not (house.root / "dist" / "bad.pdf").exists()


def test_two_sources_with_one_slug(house: House) -> None:
    one = source(house)
    (house.root / "other").mkdir()
    two = shutil.copy(one, house.root / "other" / "piece.md")
    outcomes = export(house, one, Path(two))
    assert outcomes[0].ok
    assert [found.code for found in outcomes[1].findings] == ["S51"]


def test_check_anybodys_files(house: House) -> None:
    file = source(house)
    export(house, file)
    made = [house.root / "dist" / name for name in ("piece.pdf", "piece.epub")]
    other = source(house, "other", text="Something else altogether.")
    for checked in run.check(made, against=file, house=house):
        assert checked.ok, checked.checks
        assert any(check.by in ("veraPDF", "EPUBCheck") for check in checked.checks)
        assert all(check.status == "passed" for check in checked.checks)
    for checked in run.check(made, against=other, house=house, verify=False):
        assert not checked.ok
        assert {f.code for check in checked.checks for f in check.findings} == {"C01"}
    wrong = picture(house.root / "p.png")
    for name in (wrong, house.root / "absent.pdf", house.root):
        (checked,) = run.check(name, verify=False)
        assert [f.code for check in checked.checks for f in check.findings] == ["C09"]


def test_a_press_edition_is_held_against_its_source(house: House) -> None:
    text = "The port moved inland. See the [minutes](https://www.example.org/minutes) of its board."
    file, other = source(house, text=text), source(house, "other", text="Something else.")
    (made,) = export(house, file, editions=["press"])
    assert made.ok, made.findings
    (edition,) = made.editions
    (same,) = run.check(edition.path, against=file, house=house)
    assert same.ok, same.checks
    names = {check.name for check in same.checks if check.status == "passed"}
    assert {"preflight: colour", "fidelity: text"} <= names
    (changed,) = run.check(edition.path, against=other, house=house)
    assert {f.code for check in changed.checks for f in check.findings} == {"C01"}


def test_validators_are_started_for_what_they_read(
    house: House, referee: Referee, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    def start(kinds: list[str]) -> AbstractContextManager[Referee]:
        started.append(kinds)
        return nullcontext(referee)

    monkeypatch.setattr(run, "Referee", start)
    file = source(house)
    export(house, file, editions=["press"], verify=True)
    export(house, file, editions=["epub"], verify=True)
    export(house, file, verify=True)
    run.check(house.root / "dist" / "piece.pdf")
    run.check(house.root / "dist" / "piece.press.pdf", for_print=True)
    assert started == [[], ["epub"], ["pdf", "epub"], ["pdf"]]


def test_a_picture_serves_as_photo(house: House) -> None:
    photo = picture(house.root / "elsewhere" / "p.jpg", (300, 200))
    file = house.root / "piece.md"
    text = "---\ntitle: T\ndate: 2024-07-19\nphoto: {alt: A view, credit: Ada / X}\n---\nText.\n"
    file.write_text(text, encoding="utf-8")
    (outcome,) = export(house, file, photo=photo)
    assert outcome.ok, outcome.findings
    assert outcome.brief is not None
    assert outcome.brief.photo is not None
    assert outcome.brief.photo.path == photo


@pytest.mark.parametrize("epoch", ["", "1700000000"])
def test_dates_are_the_briefs_own_or_the_epochs(
    house: House, epoch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    (outcome,) = export(house, source(house))
    assert outcome.brief is not None
    expected = "2023-11-14T22:13:20" if epoch else "2024-07-19T00:00:00"
    assert run.moment_of(outcome.brief).isoformat() == f"{expected}+00:00"


def test_a_layout_without_end_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MAX_SECONDS", 0.5)
    (outcome,) = export(house, source(house, text="Words and more words. " * 40_000))
    assert outcome.error is not None
    assert outcome.error.exit_code is ExitCode.LIMIT
    assert [found.code for found in outcome.findings] == ["L03"]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory in use is not told")
@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(100000) %}{% for j in range(100000) %}word{% endfor %}{% endfor %}",
        "{% set x = 'x' * 30_000 %}{{ x|replace('x', x) }}",
    ],
    ids=["by and by", "at once"],
)
def test_a_style_that_takes_all_memory_is_given_up(
    house: House, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MAX_MEMORY", 200_000_000)
    folder = house.root / "styles" / "own"
    shutil.copytree(house.style.folder, folder)
    (folder / "templates").mkdir()
    (folder / "templates" / "print.html").write_text(template, encoding="utf-8")
    own = read_house(house.root, style="own")
    (outcome,) = export(own, source(own), editions=["pdf"])
    assert outcome.error is not None
    assert outcome.error.exit_code is ExitCode.LIMIT
    assert [(found.code, found.file) for found in outcome.findings] == [
        ("L01", house.root / "piece.md")
    ]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory in use is not told")
def test_the_limit_of_memory_is_lifted_and_a_lower_one_kept() -> None:
    import resource

    before, most = resource.getrlimit(resource.RLIMIT_AS)
    with run._limits(Path("piece.md")):
        within, _ = resource.getrlimit(resource.RLIMIT_AS)
    assert within != before
    assert resource.getrlimit(resource.RLIMIT_AS) == (before, most)
    lower = within - run.MAX_MEMORY // 2
    resource.setrlimit(resource.RLIMIT_AS, (lower, most))
    try:
        with run._limits(Path("piece.md")):
            assert resource.getrlimit(resource.RLIMIT_AS) == (lower, most)
        assert resource.getrlimit(resource.RLIMIT_AS) == (lower, most)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))


def test_a_source_that_changes_meanwhile_is_attached_as_it_was_read(house: House) -> None:
    import pypdfium2

    file = source(house)
    read = file.read_bytes()
    brief = pickle.loads(pickle.dumps(intake.read(file, house, [])))
    file.unlink()
    (made,) = run._render(brief, house, ["pdf"], None, [])
    with pypdfium2.PdfDocument(made.data) as document:
        assert bytes(document.get_attachment(0).get_data()) == read
    report = json.loads(run._report(brief, house, "", [made], []))
    assert report["source"]["sha256"] == hashlib.sha256(read).hexdigest()
    assert "source_bytes" not in brief.as_dict()
    assert "source_bytes" not in repr(brief)


@pytest.mark.parametrize(
    ("end", "encoding"), [("\r", "utf-8"), ("\r\n", "utf-16"), ("\n", "cp1252")]
)
def test_a_finding_quotes_the_source_as_it_was_read(house: House, end: str, encoding: str) -> None:
    file = house.root / "piece.md"
    text = FRONT.format(title="A title") + "Déjà vu, très drôle, à côté.\n\n| a | b |\n|---|---|\n"
    text += f"| {' | '.join(['x' * 400] * 2)} |\n"
    file.write_bytes(text.replace("\n", end).encode(encoding))
    (outcome,) = export(house, file, editions=["pdf"])
    lines = text.split("\n")
    found = [each for each in outcome.findings if each.code == "C13"]
    assert [lines[each.line - 1].startswith(each.excerpt) for each in found] == [True]


def test_the_reports_of_one_run_name_one_style(house: House) -> None:
    folder = house.root / "styles" / "own"
    shutil.copytree(house.style.folder, folder)
    own = read_house(house.root, style="own")
    one, two = source(own, "one"), source(own, "two")

    def change(_: str) -> None:
        (folder / "notes.txt").write_text("new", encoding="utf-8")

    outcomes = export(own, one, two, editions=["pdf"], progress=change)
    reports = [json.loads(outcome.report.read_bytes()) for outcome in outcomes if outcome.report]
    assert len(reports) == 2
    assert reports[0]["style"] == reports[1]["style"]
    (again,) = export(own, one, editions=["pdf"])
    assert again.report is not None
    assert json.loads(again.report.read_bytes())["style"] != reports[0]["style"]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory in use is not told")
def test_a_source_that_takes_all_memory_is_given_up(house: House) -> None:
    source(house, text="word " * 180_000)
    script = "from brief import cli, run; run.MAX_MEMORY = 0; cli.main()"
    ran = subprocess.run(
        [sys.executable, "-c", script, "export", "piece.md", "--no-verify"],
        cwd=house.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 7, ran.stderr
    assert "piece.md: error L01 " in ran.stderr
