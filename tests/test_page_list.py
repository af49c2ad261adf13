"""The pages that an EPUB lists, held against the PDF that was made with it."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from helpers import ROOT, damaged_book, installed, picture
from lxml import etree

from brief import run
from brief.checks import epub as epub_checks
from brief.checks import pagelist
from brief.checks.reference import Referee
from brief.checks.result import Check
from brief.house import STYLES, Style, read_house

ENGLISH = (
    "The ferry keeps to a timetable that nobody wrote down, and the harbour office has long since "
    "stopped asking for one. Every winter the well-known question of responsibility returns, is "
    "discussed at considerable length, and is put off until the next administrative year. "
)
GERMAN = (
    "Die Verwaltungsgemeinschaft der Binnenschifffahrt beschäftigte sich jahrelang mit der "
    "Wiederherstellung der Uferbefestigungen, ohne dass die Finanzierungsvereinbarungen "
    "zwischen den Gebietskörperschaften jemals unterzeichnet worden wären. "
)
UKRAINIAN = (
    "Перевізники узгоджували розклад із диспетчерською службою протягом усього минулого року, "
    "проте жодної письмової домовленості так і не з’явилося, а пасажири й далі чекали на зупинках. "
)
ARABIC = (
    "ظلّت العبّارة تسير وفق مواعيد لم يكتبها أحد قط، وكفّ مكتب الميناء منذ زمن بعيد عن السؤال عنها، "
    "حتى صار الركاب (نحو 1200 راكب) يعرفون الأوقات عن ظهر قلب. "
)
CHINESE = (
    "渡船一直按照没有人写下来的时刻表航行，港务局早已不再过问，每年冬天责任问题又会被重新提起。"
)


def front(lang: str = "en", **more: str) -> str:
    lines = {"title": "A long brief", "date": "2024-07-19", "lang": lang, **more}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in lines.items()) + "---\n"


def counted(text: str, times: int, each: str = "\n\n") -> str:
    """Return a text over and over, each time with a number, so that no place is like another."""
    return each.join(f"Number {n} begins. {text}" for n in range(1, times + 1))


NOTED = "\n\n".join(
    f"Number {n} begins. {ENGLISH}[^{n}] {ENGLISH}" for n in range(1, 15)
) + "".join(f"\n\n[^{n}]: Note {n}. {ENGLISH * (n % 3 + 1)}" for n in range(1, 15))
ROWS = "\n".join(f"| {n} | place {n} | {n * 7} | 0 |" for n in range(1, 130))
TALL = "\n".join(f"| {n} | {ENGLISH * 16} | {GERMAN * 4} |" for n in range(1, 4))
ITEMS = "\n".join(
    f"{n}. Item {n} has *words* of its own: {ENGLISH}\n\n    - below it {n}\n    - and {ENGLISH}"
    for n in range(1, 25)
)
CODE = "\n".join(f"    for n in range({n}): print('-{n}', {n})  # not\tmuch" for n in range(1, 160))
QUOTES = "\n\n".join(
    f"> Quote {n} begins. {ENGLISH}\n>\n> {ENGLISH}\n\n## Heading {n} *with* emphasis\n\n{ENGLISH}"
    for n in range(1, 12)
)
MARKED = " ".join(
    f"*emphasis {n} that goes on* and [a link {n}](https://example.org/{n}) and **strong {n}**"
    for n in range(1, 150)
)
IMAGES = "\n\n".join(
    f"![Picture {n}](pictures/one.png)\n*Caption {n} says what it is.*\n\n{ENGLISH}"
    for n in range(1, 9)
)

PHOTO = "{path: pictures/one.png, alt: A grey field, credit: Ann Lee}"

SOURCES = {
    "paragraphs": front() + counted(ENGLISH * 3, 12),
    "one-paragraph": front() + ENGLISH * 60,
    "table": front()
    + f"Before.\n\n| n | place | far | zero |\n|---|---|--:|---|\n{ROWS}\n\nAfter.",
    "tall-rows": front() + f"Before.\n\n| n | one | two |\n|---|---|---|\n{TALL}\n\nAfter.",
    "lists": front() + f"{ITEMS}\n\nAfter.",
    "notes": front() + NOTED,
    "long-note": front() + f"{ENGLISH}[^1]\n\n{counted(ENGLISH, 16)}\n\n[^1]: {ENGLISH * 40}",
    "last-note": front() + f"{ENGLISH}[^1]\n\n[^1]: {ENGLISH * 44}",
    "code": front() + f"Before.\n\n```\n{CODE}\n```\n\nAfter.",
    "quotes": front() + QUOTES,
    "marked": front() + MARKED,
    "only-links": front()
    + " ".join(f"[name {n}](https://example.org/{'long/' * 9}{n})" for n in range(1, 140)),
    "german": front("de") + counted(GERMAN * 3, 12),
    "ukrainian": front("uk") + counted(UKRAINIAN * 3, 12),
    "arabic": front("ar") + counted(ARABIC * 3, 14),
    "chinese": front("zh") + "\n\n".join(f"{n}{CHINESE * 8}" for n in range(1, 16)),
    "images": front() + IMAGES,
    "long-head": front(dek=ENGLISH * 7, kicker="Straße", photo=PHOTO) + ENGLISH,
    "page-ids": front()
    + "\n\n".join(f"## Page {n} {{#page-{n}}}\n\n{ENGLISH * 4}" for n in range(9)),
}
ELEMENTS = (ROOT / "tests" / "elements.md").read_text("utf-8").replace("p.png", "pictures/one.png")
SOURCES["elements"] = ELEMENTS
#: with notes after the text
ENDED = {"ended-notes": SOURCES["notes"], "ended-elements": ELEMENTS}
ENDED["ended-arabic"] = front("ar") + counted(ARABIC + "[^1]", 9) + f"\n\n[^1]: {ARABIC * 60}"
SAMPLES = ("harbour-light.txt", "nichnyi-avtobus.md", "reading-room.md", "snow-ledger")
HOUSE = read_house(ROOT)


@dataclass(frozen=True)
class Pair:
    pdf: bytes
    epub: bytes
    pages: int
    ended: bool = False

    def check(self, **changes: Callable[[bytes], bytes]) -> Check:
        files = Path("a.pdf"), Path("a.epub")
        return pagelist.check(self.pdf, self.book(**changes), *files, notes=self.ended)

    def book(self, **changes: Callable[[bytes], bytes]) -> bytes:
        out = BytesIO()
        damaged_book(self.epub, out, **changes)  # type: ignore[arg-type]
        return out.getvalue()

    def text(self, name: str = "text.xhtml") -> str:
        with zipfile.ZipFile(BytesIO(self.epub)) as opened:
            return opened.read(f"EPUB/{name}").decode()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Pair]:
    folder = tmp_path_factory.mktemp("sources")
    picture(folder / "pictures" / "one.png", (600, 400))

    @cache
    def made(name: str) -> Pair:
        source = ROOT / "sources" / name
        if text := {**SOURCES, **ENDED}.get(name):
            source = folder / f"{name}.md"
            source.write_text(text, encoding="utf-8")
        notes = "end" if name in ENDED else "foot"
        if name == "chinese":
            with installed(folder / "installed", Noto_Serif_CJK_SC=f"{CHINESE}年月日"):
                return both(source, notes=notes)
        return both(source, notes=notes)

    return made


def both(source: Path, style: Style = HOUSE.style, notes: str = "foot") -> Pair:
    house = replace(HOUSE, style=style, notes=notes)
    brief = run.read(source, house, [])
    moment = run.moment_of(brief)
    pdf = run.make("pdf", brief, house, moment, [], claim=False)
    epub = run.make("epub", brief, house, moment, [], [pdf], claim=False)
    return Pair(pdf.data, epub.data, pdf.length, notes == "end")


#: whose like is tried in every run of the tests
ALIKE = ("one-paragraph", "table", "long-note", "code", "only-links", "german", "reading-room.md")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.thorough] * (name in ALIKE))
        for name in (*SOURCES, *ENDED, *SAMPLES)
    ],
)
def test_each_page_begins_where_the_epub_says(name: str, pair: Callable[[str], Pair]) -> None:
    made = pair(name)
    assert made.pages > 1 or name == "reading-room.md"
    assert len(re.findall('role="doc-pagebreak"', made.text())) == made.pages
    assert made.check().findings == ()
    rules = epub_checks.check(made.epub, Path("a.epub"))
    assert [each for each in rules if each.status != "passed"] == []
    links = re.findall(
        '<li><a href="text.xhtml#(page-*[0-9]+)">([0-9]+)</a>', made.text("nav.xhtml")
    )
    marks = re.findall('id="([^"]+)" aria-label="([0-9]+)"></span>', made.text())
    assert links == marks == [(name, str(n)) for n, (name, _) in enumerate(marks, 1)]


def test_five_words_are_the_same_read_without_the_check(pair: Callable[[str], Pair]) -> None:
    # pdfium reads pages as they are drawn, and knows no tags
    pdfium = pytest.importorskip("pypdfium2")
    made = pair("paragraphs")
    after = re.split('<span [^>]*role="doc-pagebreak"[^>]*></span>', made.text())[1:]
    for n, text in enumerate(after[1:], 1):
        page = pdfium.PdfDocument(made.pdf)[n].get_textpage().get_text_range()
        words = re.sub("<[^>]+>", " ", text).split()[:5]
        assert re.sub(r"\s", "", page).startswith("".join(words))


@pytest.mark.parametrize(
    "name",
    [
        *("tall-rows", "notes", "arabic", "long-head", "page-ids", "elements"),
        *("ended-notes", "ended-elements"),
    ],
)
def test_the_reference_validators_take_both(
    name: str, pair: Callable[[str], Pair], referee: Referee, tmp_path: Path
) -> None:
    made = pair(name)
    for file, data in (("a.epub", made.epub), ("a.pdf", made.pdf)):
        (tmp_path / file).write_bytes(data)
        checks = referee.check(tmp_path / file)
        assert [each for each in checks if each.status != "passed"] == []


def test_a_page_of_notes_begins_among_them(pair: Callable[[str], Pair]) -> None:
    for name in ("ended-notes", "ended-arabic"):
        made = pair(name)
        marks = etree.fromstring(made.text().encode()).xpath("//*[@role='doc-pagebreak']")
        assert any(mark.xpath("ancestor::*[@role='doc-footnote']") for mark in marks)
        last = marks[-1].get("id").encode()

        def later(text: bytes, last: bytes = last) -> bytes:
            return re.sub(rb'(<span [^>]*id="%s"[^>]*></span>)(\S+ )' % last, rb"\2\1", text)

        assert later(made.text().encode()) != made.text().encode()
        assert made.check(text=later).status == "failed"


def moved(text: bytes) -> bytes:
    """Move the third mark behind the word that it stands in."""
    return re.sub(rb'(<span [^>]*id="page-3"[^>]*></span>)(\S+ )', rb"\2\1", text)


def moved_back(text: bytes) -> bytes:
    return re.sub(rb'([^\s>]+)(<span [^>]*id="page-3"[^>]*></span>)', rb"\2\1", text)


def without_mark(text: bytes) -> bytes:
    return re.sub(rb'<span [^>]*id="page-2"[^>]*></span>', b"", text)


def without_entry(nav: bytes) -> bytes:
    return re.sub(rb'<li><a href="text.xhtml#page-2">2</a></li>', b"", nav)


def other_label(nav: bytes) -> bytes:
    return nav.replace(b'page-2">2</a>', b'page-2">ii</a>')


def swapped(nav: bytes) -> bytes:
    entries = (
        b'<li><a href="text.xhtml#page-1">1</a></li><li><a href="text.xhtml#page-2">2</a></li>'
    )
    one, end, two = entries.partition(b"</li>")
    assert entries in nav
    return nav.replace(entries, two + one + end)


def no_mark_there(nav: bytes) -> bytes:
    return nav.replace(b'#page-2">2</a>', b'#headline">2</a>')


def without_source(package: bytes) -> bytes:
    return re.sub(rb"<meta property=.pageBreakSource.>[^<]*</meta>", b"", package)


def other_source(package: bytes) -> bytes:
    return re.sub(rb"(<meta property=.pageBreakSource.>)[^<]*", rb"\1urn:isbn:1", package)


def other_page(ncx: bytes) -> bytes:
    return ncx.replace(b"text.xhtml#page-2", b"text.xhtml#page-1")


@pytest.mark.parametrize(
    ("member", "change", "code", "told"),
    [
        ("text", moved, "C11", "marks page 3 before"),
        ("text", moved_back, "C11", "marks page 3 before"),
        ("text", without_mark, "C11", "marks 2 pages; a.pdf has 3"),
        ("nav", without_entry, "C11", "lists the page “2” 0 times"),
        ("nav", other_label, "C11", "the page “ii” of its list is marked as “2”"),
        ("nav", swapped, "C11", "the page “1” of its list is out of order"),
        ("nav", no_mark_there, "C11", "the page “2” of its list leads to no mark"),
        ("content", without_source, "C14", "does not say whose pages it lists"),
        ("content", other_source, "C11", "lists the pages of “urn:isbn:1”"),
        ("toc", other_page, "C11", "NCX whose list of pages does not agree"),
    ],
)
def test_what_is_wrong_is_found(
    member: str,
    change: Callable[[bytes], bytes],
    code: str,
    told: str,
    pair: Callable[[str], Pair],
) -> None:
    made = pair("ukrainian")
    spoilt = made.book(**{member: change})
    assert spoilt != made.epub
    checks = [*epub_checks.check(spoilt, Path("a.epub")), made.check(**{member: change})]
    found = [each for check in checks for each in check.findings]
    assert any(each.code == code and told in each.message for each in found), found


def test_an_epub_made_alone_has_no_pages() -> None:
    brief = run.read(ROOT / "sources" / "harbour-light.txt", HOUSE, [])
    made = run.make("epub", brief, HOUSE, run.moment_of(brief), [], claim=False)
    alone = Pair(b"", made.data, 0)
    assert "pagebreak" not in alone.text()
    assert "page-list" not in alone.text("nav.xhtml")
    assert "pageBreakSource" not in alone.text("content.opf")
    assert "pageList" not in alone.text("toc.ncx")


def test_pages_are_those_of_the_pdf(pair: Callable[[str], Pair]) -> None:
    made = pair("snow-ledger")
    package = made.text("content.opf")
    source = re.findall('<meta property="pageBreakSource">([^<]+)</meta>', package)
    assert len(source) == 1
    with pikepdf.open(BytesIO(made.pdf)) as opened:
        metadata = opened.Root.Metadata.read_bytes().decode()
    assert f"<xmpMM:DocumentID>{source[0]}</xmpMM:DocumentID>" in metadata
    assert source[0] not in re.findall("<dc:identifier[^>]*>([^<]+)<", package)
    for feature in ("pageNavigation", "pageBreakMarkers"):
        assert f">{feature}</meta>" in package
    assert "A list of pages leads to each of them." in package


def test_marks_stand_in_no_note_heading_link_or_list(pair: Callable[[str], Pair]) -> None:
    for name in ("notes", "quotes", "marked", "lists", "tall-rows", "page-ids"):
        tree = etree.fromstring(pair(name).text().encode())
        for mark in tree.xpath("//*[@role='doc-pagebreak']"):
            around = {etree.QName(each).localname for each in mark.iterancestors()}
            assert not around & {"aside", "h1", "h2"}
            assert etree.QName(mark.getparent()).localname not in ("ol", "ul", "tr", "table")
            assert not (mark.getparent().text or "").strip() or not len(mark)


STYLED: dict[str, Callable[[str], str]] = {
    "nav.xhtml": lambda text: re.sub("(?s){% if pages %}.*?{% endif %}", "", text),
    "epub.xhtml": lambda text: text.replace("{{ brief.body }}", "<div>{{ brief.body }}</div>"),
    "print.html": lambda text: re.sub(r"(?s)<footer.*</footer>", "", text).replace(
        "{{ parts.headline(brief, labels) }}", "<h1 id='headline'>{{ brief.title }}</h1>"
    ),
}


@pytest.mark.parametrize("name", STYLED)
def test_a_style_may_have_other_templates(
    name: str, pair: Callable[[str], Pair], tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(STYLES / "institute", folder)
    (folder / "templates").mkdir()
    original = (ROOT / "brief" / "templates" / name).read_text("utf-8")
    changed = STYLED[name](original)
    assert changed != original
    (folder / "templates" / name).write_text(changed, encoding="utf-8")
    made = both(ROOT / "sources" / "snow-ledger", Style("own", folder))
    file = Path("a.epub")
    assert pagelist.check(made.pdf, made.epub, Path("a.pdf"), file, own=False).findings == ()
    assert [each for each in epub_checks.check(made.epub, file) if each.status != "passed"] == []
    assert ("doc-pagebreak" in made.text()) == (name != "nav.xhtml")
    assert ("pageBreakSource" in made.text("content.opf")) == (name != "nav.xhtml")
