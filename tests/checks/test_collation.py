"""Briefs spoilt in every way that loses words of their sources: each loss is found, at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from helpers import ROOT, Reader, picture
from lxml import etree

from brief import intake
from brief.checks import collation
from brief.checks.contract import line_of, tree_of
from brief.findings import Finding
from brief.house import read_house
from brief.intake.source import decoded
from brief.model import Brief

HOUSE = read_house(ROOT)
W = "The port was moved 12 miles inland, because nobody had asked the pilots about the tide."
FRONT = """---
title: "{}: a \\"quoted\\" title"
date: 2024-07-19
kicker: A kicker   # and a comment
dek: |
  A dek of the first line
  and note: a second
authors:
  - name: Ada Lind
    role: Head of Tides
    url: https://example.org/ada
  - {{name: Ben Okoro, orcid: 0000-0002-1825-0097}}
tags: [water, "the tide"]
series: 'Papers of the port'
rights: Some rights
disclaimer: "The views are *theirs*."
---
"""
#: every element of Markdown
MARKDOWN = {
    "paragraphs": f"{W}\nIts second line, and the third\nof the paragraph.\n\n{W} Again the end.",
    "headings": f"## One\n\n{W}\n\nTwo, *stressed*\n---\n\n{W}\n\n"
    "### Three {#three .wide}\n\nLast.",
    "lists": "- one\n- two\n  - three of the four\n  - four\n\n1. first\n"
    "2) second\n\n3. third\n\n   more",
    "years": "It was in the year\n1999. It ended so.\n\n1. first of 2\n2. second",
    "terms": "Tide\n: The rise of the sea.\n: Its fall.\n\nEbb\nNeap\n: A low one.\n",
    "table": "| Port | 2023 | 2024 |\n|:---|--:|:-:|\n"
    "| Port *one* | 1.5 | −3 % |\n| a \\| b | | the |\n",
    "notes": f"{W}[^a] And more.[^b]\n\n{W}[^long name]^[Within the line.]\n\n[^a]: Note a, 1931.\n"
    "[^b]: Note *b*.\n\n    Its second paragraph.\n",
    "quotes": f"> {W}\n> and the rest\n>\n> — A pilot\n\n"
    "{.pull-quote}\n> Pulled out.\n\nThe end.",
    "links": "See [one](https://example.org/1 'The title'), [two][t] and <https://example.org/3>,"
    ' [three] and https://example.org/4.\n\n[t]: https://example.org/2 "A title"\n'
    "[three]: <https://example.org/5>\n[//]: # (no words)\n",
    "code": "```python title='x'\nset x = &amp; <b>1</b>\n\nset [y](z) = 2\n```\n\n"
    "`<code> *x*` above.\n\n"
    "    indented *code*\n",
    "pictures": "![A pier](p.png)\n\nText ![a *buoy*](q.png) text.\n\n"
    '![Two boats](p.png "Boats at *low* tide."){credit="Ada Lind"}\n\nEnd.',
    "marks": "Un*believ*able **bold** 2\\*3 snake\\_case AT&amp;T caf&eacute; a&nbsp;b "
    'H~2~O "so" -- 5 %'
    " ... [span]{.x}s ~~struck~~ pre[link](https://example.org/a_(b))s.\\\nBroken the line.",
    "html": '<p class="big">In <b>HTML</b> the <a href="https://example.org/6">link</a></p>\n\n'
    'Text<br>text <sup>2</sup> <abbr title="the title">tt</abbr>.\n\n'
    "<!-- no words\n\nat all -->\n\n<div>\n\nWithin the *div*.\n\n</div>\n\n"
    '<img src="p.png" alt="The alt">\n\n'
    "<span>The end</span>.",
    "elements": f"{{.key-points}}\n> - {W}\n> - See [](#tbl-costs).\n\n"
    "{.side-note}\n> The guild.\n\n"
    "{.pull-quote}\n> Nobody asked us.\n> -- Ola Berg, pilot\n\n"
    "Table: What the *move* cost. {#tbl-costs}\n\n| Year | Cost |\n|---|--:|\n| 2023 | 2.5 |\n\n"
    "Source: The port [authority](https://example.org/7).\n\nNote: Rounded.\n\n"
    "> Table : Of the second one.\n>\n> | Year |\n> |---|\n> | 2024 |\n\n"
    "{.recommendations}\n> ### What to do {#do}\n>\n> Ask, as [](#do) says.\n\n"
    '<aside class="box">In HTML.</aside>\n\nTable: not of a table.',
    "Chinese": "港口向内陆移动了十二英里，\n因为没有人问过领航员潮汐的情况。\n\n第二段的话。",
    "Ukrainian": "Порт перенесли на 12 миль від моря.\n\nНіхто не спитав лоцманів про приплив.",
    "Arabic": "انتقل الميناء إلى الداخل لأن أحدا لم يسأل المرشدين.\n\nوكان ذلك في عام 2024.",
}
PRESS = {
    "plain": "Photo: Ada Lind / The Agency\n\nThe headline of it\n\nA dek under the headline.\n\n"
    f"By Ben Okoro and Ida Holm\n\nPublished on July 19, 2024\n\n{W}\n\n{W}\nIts second line.\n\n"
    "- one\n- the other\n\n* * *\n\nSee https://example.org/a and <b>AT&amp;T</b> *so*.\n\n\n"
    "Disclaimer: the views are those of the authors.\n",
    "front": "---\ntitle: The headline of it\nphoto:\n"
    "  path: p.png\n  alt: The alt of it\n  credit: An agency\n"
    "---\n"
    f"The headline of it\n\n19 July 2024\n\n{W}\n\nThe end of it.\n",
    "given": "---\ntitle: The headline of it\ndate: 2024-07-19\nauthors: [Ada Lind, Ben Okoro]\n"
    'disclaimer: "The views are theirs."\n---\nThe headline of it\n\nBy Ada Lind and Ben Okoro\n\n'
    f"July 19, 2024\n\n{W}\n\nThe end of it.\n\nThe views are theirs.\n",
    "mail": "From: Ada Lind\nTo: The press\nSubject: Fwd: The headline of it\n\n2024-07-19\n\n"
    f"{W}\n\nThe end of it.\n",
}


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    brief: Brief
    found: tuple[Finding, ...]

    def lost(self, brief: Brief) -> list[Finding]:
        return list(collation.unread(self.text, brief, self.found))


@cache
def cases(root: Path) -> list[Case]:
    sources = [
        *(ROOT / "sources" / name for name in ("harbour-light.txt", "nichnyi-avtobus.md")),
        *(ROOT / "sources" / name for name in ("reading-room.md", "snow-ledger")),
    ]
    for name in ("p.png", "q.png"):
        picture(root / name)
    for name, text in MARKDOWN.items():
        sources.append(root / f"{name}.md")
        sources[-1].write_text(FRONT.format(name) + text, encoding="utf-8")
    for name, text in PRESS.items():
        sources.append(root / f"{name}.txt")
        sources[-1].write_text(text, encoding="utf-8")
    made = []
    for source in sources:
        found: list[Finding] = []
        brief = intake.read(source, HOUSE, found)
        text, _ = decoded(brief.source_bytes, brief.source)
        made.append(Case(source.stem, text, brief, tuple(found)))
    return made


@pytest.fixture(scope="module")
def briefs(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    return cases(tmp_path_factory.mktemp("cases"))


def test_what_is_whole_is_not_told_of(briefs: list[Case]) -> None:
    assert len(briefs) >= 20
    for case in briefs:
        assert not case.lost(case.brief), case.name


# what is lost from a brief


@dataclass(frozen=True)
class Loss:
    case: Case
    brief: Brief
    #: what is gone, as the source writes it
    words: str
    #: the lines on one of which it stood
    lines: range


def words_of(text: str) -> list[str]:
    """Return the words of a text, signs where there are no spaces between words."""
    return re.findall(r"[\u4e00-\u9fff]|(?:(?![\u4e00-\u9fff])[^\W_])+", text)


def spoilt(markup: str) -> Iterator[tuple[str, str, int]]:
    """Yield XHTML without a word, an address or a block of it, what is gone, and its line."""
    count = len(list(tree_of(markup).iter()))
    for n in range(count):
        for key in ("text", "tail", "alt", "title", "href"):
            element = list(tree_of(markup).iter())[n]
            old = getattr(element, key) if key in ("text", "tail") else element.get(key)
            if key == "href" and element.text == old:
                continue
            if not old:
                continue
            holder = element.getparent() if key == "tail" else element
            line = line_of(holder)
            places = [m.span() for m in re.finditer(r"\w+", old) if words_of(m[0])]
            pieces = [(0, len(old))] if key == "href" else places
            for start, end in pieces:
                instead = "https://example.org/other" if key == "href" else ""
                new = old[:start] + instead + old[end:]
                if key in ("text", "tail"):
                    setattr(element, key, new)
                else:
                    element.set(key, new)
                yield whole(element), old[start:end], line
        element = list(tree_of(markup).iter())[n]
        said = " ".join(element.itertext())
        if n and words_of(said):
            # a table's caption stands before it
            line = min(map(line_of, element.iter()))
            tree = element.getroottree().getroot()
            before = element.getprevious()
            if before is not None:
                before.tail = (before.tail or "") + (element.tail or "")
            elif element.tail:
                element.getparent().text = (element.getparent().text or "") + element.tail
            element.getparent().remove(element)
            yield inside(tree), words_of(said)[0], line


def whole(element: etree._Element) -> str:
    return inside(element.getroottree().getroot())


def inside(tree: etree._Element) -> str:
    markup = etree.tostring(tree, encoding="unicode")
    return re.sub(r"^<body/?>|</body>$", "", markup)


def losses(case: Case) -> Iterator[Loss]:
    brief = case.brief
    last = case.text.count("\n") + 2
    lines = sorted({int(n) for n in re.findall(r'data-line="(\d+)"', brief.body)})

    def near(line: int) -> range:
        return range(line, next((n for n in lines if n > line), last) if line else last)

    for body, words, line in spoilt(brief.body):
        yield Loss(case, replace(brief, body=body), words, near(line))
    for n, note in enumerate(brief.notes):
        for body, words, line in spoilt(note.body):
            notes = (*brief.notes[:n], replace(note, body=body), *brief.notes[n + 1 :])
            yield Loss(case, replace(brief, notes=notes), words, range(line or note.line, last))
        notes = brief.notes[:n] + brief.notes[n + 1 :]
        said = words_of("".join(tree_of(note.body).itertext()))[0]
        yield Loss(case, replace(brief, notes=notes), said, range(note.line, last))
    for part in ("title", "kicker", "dek", "rights", "series", "credit", "disclaimer"):
        line = brief.lines.get(part, 0)
        for found in re.finditer(r"\w+", getattr(brief, part)):
            said = getattr(brief, part)
            if line and "<" not in said[max(found.start() - 2, 0) : found.start()]:
                if part == "disclaimer" and re.search(r"<[^>]*$", said[: found.start()]):
                    continue
                new = said[: found.start()] + said[found.end() :]
                spoiled = replace(brief, **{part: new})
                yield Loss(case, spoiled, found[0], range(line, line + 4))
    for n, author in enumerate(brief.authors):
        others = (*brief.authors[:n], *brief.authors[n + 1 :])
        line = brief.lines["authors"]
        yield Loss(case, replace(brief, authors=others), author.name.split()[0], range(line, last))
        for part in ("role", "orcid", "url"):
            if said := getattr(author, part):
                changed = replace(author, **{part: ""})  # type: ignore[arg-type]
                authors = (*brief.authors[:n], changed, *brief.authors[n + 1 :])
                gone = words_of(said)[-1]
                yield Loss(case, replace(brief, authors=authors), gone, range(line, last))
    for n, tag in enumerate(brief.tags):
        tags = brief.tags[:n] + brief.tags[n + 1 :]
        line = brief.lines["tags"]
        yield Loss(case, replace(brief, tags=tags), words_of(tag)[0], range(line, line + 6))
    if brief.photo:
        for part in ("alt", "caption", "credit"):
            for word in words_of(getattr(brief.photo, part)):
                said = re.sub(rf"\b{word}\b", "", getattr(brief.photo, part), count=1)
                photo = replace(brief.photo, **{part: said})  # type: ignore[arg-type]
                yield Loss(case, replace(brief, photo=photo), word, range(1, last))


def test_what_is_lost_is_told_of(briefs: list[Case]) -> None:
    missed = []
    tried = 0
    for case in briefs:
        source = case.text.split("\n")
        # of the longer ones some will do
        for loss in islice(losses(case), 0, None, 1 + len(case.text) // 1000):
            tried += 1
            told = case.lost(loss.brief)
            shown = [
                found
                for found in told
                if found.line in loss.lines
                and (
                    loss.words.lower() in source[found.line - 1].lower()
                    or "&" in source[found.line - 1]
                )
            ]
            if not shown:
                missed.append(
                    (case.name, loss.words, loss.lines, [(t.line, t.message) for t in told])
                )
    assert not missed, "\n".join(map(str, missed))
    assert tried >= 200


AROUND = {
    "yaml": """---
title: A title
date: 2024-07-19
authors:
  - name: Ada Lind
    email: ada@example.org
    portrait:
      path: p.png
      alt: Somebody smiling
      credit: Nora Quist
    bio: |
      She piloted *eleven* ships: all of them.

      Her [log](https://example.org/log) is there.
  - {name: Ben Okoro, portrait: ./p.png, bio: "He writes: tables."}
contact:
  - name: Ines Marten
    role: Press
    phone: +1 555 010 0177
cite_as: "Lind (1931), *Tides*."
contents: false
---
Text.
""",
    "toml": """+++
title = "A title"
date = 2024-07-19
cite_as = "Lind (1931), *Tides*."
contents = false
[[authors]]
name = "Ada Lind"
email = "ada@example.org"
portrait = { path = "p.png", alt = "Somebody smiling", credit = "Nora Quist" }
bio = "She piloted *eleven* ships. Her [log](https://example.org/log) is there."
[[authors]]
name = "Ben Okoro"
portrait = "p.png"
bio = "He writes: tables."
[contact]
name = "Ines Marten"
role = "Press"
phone = "+1 555 010 0177"
+++
Text.
""",
}


@pytest.mark.parametrize("kind", sorted(AROUND))
def test_what_stands_around_the_text(read: Reader, tmp_path: Path, kind: str) -> None:
    picture(tmp_path / "p.png")
    got = read(AROUND[kind])
    assert got.codes == []
    brief, (ada, ben) = got.brief, got.brief.authors
    assert ada.portrait

    def told(**changes: Any) -> list[str]:
        changed = replace(brief, **changes)
        found = list(collation.unread(AROUND[kind], changed, got.found))
        lines = AROUND[kind].split("\n")
        words = [re.findall("“(.*)”", each.message)[0] for each in found]
        assert all(w in lines[f.line - 1] for w, f in zip(words, found, strict=True)), words
        return words

    def without(word: str) -> list[str]:
        return told(authors=(replace(ada, bio=ada.bio.replace(word, "")), ben))

    assert told() == []
    assert without("piloted") == ["piloted"]
    assert without("eleven") == ["eleven"]
    assert without("https://example.org/log") == ["https://example.org/log"]
    assert told(authors=(ada, replace(ben, bio="<p>He writes.</p>"))) == ["tables"]
    assert told(authors=(replace(ada, email=""), ben)) == ["ada@example.org"]
    face = replace(ada.portrait, credit="")
    assert told(authors=(replace(ada, portrait=face), ben)) == ["Nora Quist"]
    face = replace(ada.portrait, alt="Somebody")
    assert told(authors=(replace(ada, portrait=face), ben)) == ["smiling"]
    assert told(contacts=(replace(brief.contacts[0], phone=""),)) == ["1 555 010 0177"]
    assert told(contacts=(replace(brief.contacts[0], role=""),)) == ["Press"]
    assert told(cite_as="Lind, <em>Tides</em>.") == ["1931"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # what a reader of the source sees and intake does not take
        ("Text.\n\n[1]: Lindqvist\n", ["Lindqvist"]),
        ("Text.\n\n<!-- open\n\nThe rest.\n", ["open", "The rest"]),
        ("Text.\n\n<form>\n\nThe rest.\n", ["The rest"]),
        ("```A word\ncode\n```\n", []),
        # what was told already, and what nobody reads
        ("Text.\n\n<script>a word</script>\n\n<!-- none -->\n", []),
        ("[A link](../there 'its title').\n", []),
        ("Text.\n\n[unused]: https://example.org/unused 'A title'\n", []),
        ("{.pull-quote}\n> Text.\n\n{% include a %}\n", []),
    ],
)
def test_what_intake_takes_out(read: Reader, text: str, told: list[str]) -> None:
    front = "---\ntitle: A\ndate: 2024-07-19\nparams:\n- one: two\n- three\ndraft: true\n---\n"
    result = read(front + text)
    source = decoded(result.brief.source_bytes, result.brief.source)[0]
    found = list(collation.unread(source, result.brief, result.found))
    assert [re.findall("“(.*)”", each.message)[0] for each in found] == told
    assert all(told in source.split("\n")[f.line - 1] for told, f in zip(told, found, strict=True))


def test_unknown_keys_of_toml_are_told_of_once(read: Reader) -> None:
    front = '+++\ntitle = "A"\ndate = 2024-07-19\nmenu = [\n"one",\n]\n[params]\nkey = "two"\n+++\n'
    result = read(front + "Text.\n")
    source = decoded(result.brief.source_bytes, result.brief.source)[0]
    assert "S15" in result.codes
    assert not list(collation.unread(source, result.brief, result.found))


def test_of_many_the_rest_is_counted(read: Reader) -> None:
    brief = read("---\ntitle: A\ndate: 2024-07-19\n---\nOne two.\n").brief
    text = "---\ntitle: A\ndate: 2024-07-19\n---\n" + "".join(f"word{n}\n\n" for n in range(30))
    found = list(collation.unread(text, brief, []))
    assert [each.line for each in found] == [5 + 2 * n for n in range(21)]
    assert found[-1].message.startswith("and in 10 more places")


@pytest.mark.parametrize(
    "said", ["978-0-306-40615-7", "ISBN 9780306406157", "urn:isbn:9780306406157"]
)
def test_an_isbn_is_one_however_it_is_parted(read: Reader, said: str) -> None:
    result = read(f"---\ntitle: A\ndate: 2024-07-19\nidentifier: {said}\n---\nText.\n")
    source = decoded(result.brief.source_bytes, result.brief.source)[0]
    assert not list(collation.unread(source, result.brief, result.found))
