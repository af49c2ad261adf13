"""Whether every part of a brief is looked for, and found, in its editions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from pathlib import Path

import pytest

from brief.checks import contract
from brief.checks.result import Content
from brief.model import Author, Brief, Note, Photo

FILE = Path("dist/some.pdf")
BODY = """<p data-line="9">The first paragraph calls a note.<a class="noteref" data-note="n1"></a>
It goes on with <em>some</em> words.</p>
<h2 data-line="12">A heading</h2>
<ul data-line="14"><li data-line="14">one item</li><li data-line="15">another item</li></ul>
<figure data-line="17"><img src="a.png" alt="unsaid"/><figcaption>A caption</figcaption></figure>
<table data-line="19"><caption>Figures</caption><tr><td>twelve</td><td>−1.5 %</td></tr></table>
<blockquote data-line="24"><p data-line="24">A quote with a <a href="https://e.org/">link</a>,
pro-reform to the end.</p></blockquote>"""
BRIEF = Brief(
    source=Path("source.md"),
    slug="some",
    title="Is This the Headline?",
    date=dt.date(2024, 7, 19),
    lang="en",
    body=BODY,
    identifier="urn:x:1",
    kicker="Analysis",
    dek="A dek that says a little more.",
    authors=(Author("Ann Author"), Author("Ben Writer")),
    photo=Photo(Path("a.jpg"), "alt", "What one sees", "Cy Credit"),
    notes=(Note("n1", '<p data-line="30">The note, with an <em>end</em>.</p>', 30),),
    disclaimer="<p>All of it is <strong>opinion</strong>.</p>",
    lines={"title": 2, "dek": 3, "authors": 4, "date": 5, "photo.credit": 6, "disclaimer": 40},
)
DATE = "July 19, 2024"
BLOCKS = [
    *("ANALYSIS", "Is This the Headline?", "A dek that says a little more."),
    *("By Ann Author and Ben Writer", DATE, "What one sees Photo: Cy Credit"),
    "The first para\u2010graph calls a note.1 It goes on with some words.",
    *("A heading", "•", "one item", "•", "another item", "A caption"),
    *("twelve", "−1.5 %", "Figures"),
    "A quote with a link (https://e.org/), pro- reform to the end.",
    *("1. The note, with an end.", "Disclaimer", "All of it is opinion."),
]


def lost(
    blocks: list[str], brief: Brief = BRIEF, images: tuple[str, ...] = ("unsaid", "alt")
) -> dict[str, list[tuple[str, int]]]:
    """Return what is found to be lost, by part: the message and the line."""
    checks = contract.check(Content(blocks, [*images]), brief, FILE, DATE)
    assert all(each.code == "C01" for check in checks for each in check.findings)
    assert all(each.file == brief.source for check in checks for each in check.findings)
    return {
        check.name.removeprefix("contract: "): [(f.message, f.line) for f in check.findings]
        for check in checks
        if check.status == "failed"
    }


def test_a_whole_edition_passes() -> None:
    checks = contract.check(Content(BLOCKS, ["alt", "unsaid"]), BRIEF, FILE, DATE)
    assert [check.name for check in checks] == [
        f"contract: {part}"
        for part in (
            *("headline", "kicker", "dek", "author", "date", "caption", "credit"),
            *("body", "note", "disclaimer", "images"),
        )
    ]
    assert {check.status for check in checks} == {"passed"}


def test_what_a_brief_has_not_is_not_looked_for() -> None:
    bare = Brief(Path("s.txt"), "s", "Title", dt.date(2024, 7, 19), "en", "<p>Body</p>", "urn:x:1")
    checks = contract.check(Content(["Title", DATE, "Body"], []), bare, FILE, DATE)
    assert [check.name for check in checks] == [
        f"contract: {p}" for p in ("headline", "date", "body")
    ]
    assert not lost(["Title", DATE, "Body"], bare)


def test_every_image_is_looked_for() -> None:
    assert "images" not in lost(BLOCKS, images=("ALT", "more", "unsaid"))
    assert lost(BLOCKS, images=("alt",))["images"] == [
        ("some.pdf lacks an image: “unsaid”", 17),
    ]
    decorated = dataclasses.replace(
        BRIEF, body=BODY.replace("</figure>", '</figure><p data-line="18"><img src="b.png"/></p>')
    )
    assert "images" not in lost(BLOCKS, decorated, ("alt", "unsaid", ""))
    assert lost(BLOCKS, decorated, ("alt", "unsaid"))["images"] == [
        ("some.pdf lacks an image that only decorates", 18),
    ]
    twice = dataclasses.replace(BRIEF, body=BODY + BODY)
    assert len(lost(BLOCKS, twice, ("alt", "unsaid"))["images"]) == 1
    assert "images" not in lost(BLOCKS, twice, ("alt", "unsaid", "unsaid"))


@pytest.mark.parametrize(
    ("words", "line"),
    [
        *(("THIS the", 2), ("a little", 3), ("Ben Writer", 4), ("cy credit", 6)),
        *(("goes on with so", 9), ("another", 15), ("unsaid", 17), ("−1.5", 19)),
        *(("quote with a link", 24), ("with an end", 30), ("nowhere", 0), ("", 0)),
    ],
)
def test_words_have_their_place(words: str, line: int) -> None:
    assert contract.place(BRIEF, words) == (BRIEF.source, line)


def test_an_edition_that_cannot_be_read() -> None:
    checks = contract.check(None, BRIEF, FILE, DATE)
    assert {check.status for check in checks} == {"not run"}
    assert all(check.reason for check in checks)


def test_a_credit_without_a_photo_counts() -> None:
    brief = dataclasses.replace(BRIEF, photo=None, credit="Dee Depicts")
    assert list(lost(BLOCKS, brief)) == ["credit"]
    assert not lost([*BLOCKS, "Photo: Dee Depicts"], brief)


@pytest.mark.parametrize(
    ("words", "part", "line"),
    [
        ("Is This the Headline?", "headline", 2),
        ("ANALYSIS", "kicker", 0),
        ("A dek that says a little more.", "dek", 3),
        ("Ann Author", "author", 4),
        ("Ben Writer", "author", 4),
        (DATE, "date", 5),
        ("What one sees", "caption", 0),
        ("Cy Credit", "credit", 6),
        ("calls a note.", "body", 9),
        ("It goes on", "body", 9),
        ("some", "body", 9),
        ("A heading", "body", 12),
        ("another item", "body", 15),
        ("A caption", "body", 17),
        ("Figures", "body", 19),
        ("twelve", "body", 19),
        ("−1.5", "body", 19),
        ("link", "body", 24),
        ("pro-", "body", 24),
        ("The note", "note", 30),
        ("an end", "note", 30),
        ("opinion", "disclaimer", 40),
    ],
)
@pytest.mark.parametrize("change", ["lost", "altered"])
def test_every_part_that_is_lost_is_named(words: str, part: str, line: int, change: str) -> None:
    def spoil(block: str) -> str:
        end = words[:-1] + ("#" if words[-1] != "#" else "*")
        return block.replace(words, "" if change == "lost" else end)

    found = lost([spoil(block) for block in BLOCKS])
    assert part in found
    assert line in [number for _, number in found[part]]
    assert all("some.pdf" in message for message, _ in found[part])


def test_blocks_that_changed_places_are_seen() -> None:
    swapped = [*BLOCKS]
    first, last = swapped.index("A heading"), len(swapped) - 4
    swapped[first], swapped[last] = swapped[last], swapped[first]
    assert "out of place" in lost(swapped)["body"][0][0]


def test_a_paragraph_may_cross_pages() -> None:
    words = [f"word{n}" for n in range(300)]
    body = f'<p data-line="1">{" ".join(words)}</p><p data-line="2">The end.</p>'
    brief = Brief(Path("s.txt"), "s", "T", dt.date(2024, 7, 19), "en", body, "urn:x:1")
    pages = [
        *("T", DATE, " ".join(words[:100]) + "\u2010", "1. A note", "2. Another"),
        *(" ".join(words[100:200]), "3. A third", " ".join(words[200:]), "The end."),
    ]
    assert not lost(pages, brief)
    del pages[5]
    assert [line for _, line in lost(pages, brief)["body"]] == [1]


def test_order_within_a_paragraph_is_seen() -> None:
    body = '<p data-line="1">one two three</p><p data-line="2">four</p>'
    brief = Brief(Path("s.txt"), "s", "T", dt.date(2024, 7, 19), "en", body, "urn:x:1")
    assert lost(["T", DATE, "one three two", "four"], brief)
    assert not lost(["T", DATE, "one two three", "four"], brief)


@pytest.mark.parametrize(
    ("source", "edition"),
    [
        ("pro-reform", "pro- reform"),
        ("soft\u00adhyphen", "softhyphen"),
        ("STRASSE", "Straße"),
        ("cafe\u0301", "café"),
        ("no\u00a0break", "no break"),
        ("ری\u200cاکت", "ریاکت"),
        ("(קרש)", ")קרש("),
        ("❤\ufe0f", "❤"),
    ],
)
def test_what_makes_no_difference(source: str, edition: str) -> None:
    brief = dataclasses.replace(BRIEF, title=source)
    assert not lost([*BLOCKS, edition], brief)


@pytest.mark.parametrize(
    ("source", "edition"), [("12", "21"), ("a.b", "ab"), ("−5", "5"), ("a–b", "ab"), ("é", "e")]
)
def test_what_makes_a_difference(source: str, edition: str) -> None:
    assert "headline" in lost([*BLOCKS[2:], edition], dataclasses.replace(BRIEF, title=source))


def test_much_that_is_lost_costs_little() -> None:
    body = "".join(f'<p data-line="{n}">Paragraph {n} says {n * n}</p>' for n in range(1, 2000))
    brief = Brief(Path("s.txt"), "s", "T", dt.date(2024, 7, 19), "en", body, "urn:x:1")
    start = time.process_time()
    found = lost([f"Paragraph {n} says nothing" for n in range(1, 2000)], brief)
    assert time.process_time() - start < 10
    assert len(found["body"]) > 1900
