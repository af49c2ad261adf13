"""Whether every part of a brief stands in an edition of it.

Each part is looked for as a run of characters in the edition's text. Case, white space, hyphens,
the direction of brackets and signs without width do not count: houses set kickers in capitals,
and lines break. What an edition adds, such as numbers of notes and addresses of links, may stand
between the parts of a paragraph, never within a run of its text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree

from brief.checks import figures
from brief.checks.result import Check, Content, run
from brief.findings import Finding, finding
from brief.model import Brief

#: how far behind the last words a paragraph that a page break parts may begin, and how far go on
_NEAR, _FAR = 1 << 12, 1 << 15
_MEANINGLESS = re.compile(
    "[\\s\\-\u2010\u2011\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f]+"
)
_BRACKETS = str.maketrans(")]}>»›", "([{<«‹")


def check(content: Content | None, brief: Brief, file: Path, date_text: str = "") -> list[Check]:
    """Look for each part of a brief in the content of an edition, which `pdf` and `epub` read.

    `date_text` is the date as the edition writes it. Without content, for an edition that
    cannot be read, nothing is looked for. Findings point into the source.
    """
    line = brief.lines.get
    photo = brief.photo
    words: dict[str, list[tuple[str, int]]] = {
        "headline": [(brief.title, line("title", 0))],
        "kicker": [(brief.kicker, line("kicker", 0))],
        "dek": [(brief.dek, line("dek", 0))],
        "author": [(each.name, line("authors", 0)) for each in brief.authors],
        "date": [(date_text, line("date", 0))],
        "contact": [
            (text, line("contact", 0))
            for each in brief.contacts
            for text in (each.name, each.role, each.email, each.phone)
        ],
        "caption": [(photo.caption if photo else "", line("photo.caption", 0))],
        "credit": [
            (photo.credit if photo else brief.credit, line("photo.credit", 0) or line("credit", 0))
        ],
    }
    passages: dict[str, list[tuple[str, int]]] = {
        "body": [(brief.body, 0)],
        "note": [(note.body, note.line) for note in brief.notes],
        "bio": [(each.bio, line(f"authors.{n}.bio", 0)) for n, each in enumerate(brief.authors)],
        "citation": [(brief.cite_as or "", line("cite_as", 0))],
        "disclaimer": [(brief.disclaimer, line("disclaimer", 0))],
    }
    edition = _Edition(content.blocks if content else [])
    shown = Counter(map(_fold, content.images if content else []))

    def missing(part: str) -> Iterator[Finding]:
        for text, number in words.get(part, ()):
            if edition.find(_fold(text), 0) < 0:
                message = f"{file.name} lacks the {part}: “{_first(text)}”"
                yield finding("C01", message, brief.source, number)
        for markup, number in passages.get(part, ()):
            for text, own, problem in edition.lost(markup):
                message = f"{file.name} {problem} the {part}: “{_first(text)}”"
                yield finding("C01", message, brief.source, own or number)

    def unseen() -> Iterator[Finding]:
        for alt, number in images:
            if not shown[_fold(alt)]:
                what = f": “{_first(alt)}”" if alt else " that only decorates"
                yield finding("C01", f"{file.name} lacks an image{what}", brief.source, number)
            shown[_fold(alt)] -= 1

    images = list(_images(brief))
    rules: dict[str, Callable[[], Iterable[Finding]]] = {}
    for part, texts in (words | passages).items():
        if any(text for text, _ in texts):
            name = f"contract: {part}"
            rules[name] = partial(missing, part)
    if images:
        rules["contract: images"] = unseen
    if content is None:
        reason = "the edition cannot be read"
        return [Check(name, "not run", reason=reason) for name in rules]
    return [run(name, rule, file) for name, rule in rules.items()]


def place(brief: Brief, words: str) -> tuple[Path, int]:
    """Return the source of a brief, and the line of the first part that holds words, or 0."""
    wanted = _fold(words)
    photo = brief.photo
    for name, text in (
        ("title", brief.title),
        ("kicker", brief.kicker),
        ("dek", brief.dek),
        *(("authors", author.name) for author in brief.authors),
        *(("authors", author.portrait.alt) for author in brief.authors if author.portrait),
        ("photo", photo.alt if photo else ""),
        ("photo.caption", photo.caption if photo else ""),
        ("photo.credit", photo.credit if photo else ""),
        ("credit", brief.credit),
        *(("contact", text) for each in brief.contacts for text in (each.name, each.role)),
        ("cite_as", brief.cite_as or ""),
    ):
        if wanted and wanted in _fold(text):
            return brief.source, brief.lines.get(name, 0)
    bios = (each.bio for each in brief.authors)
    for markup in (brief.body, *(note.body for note in brief.notes), *bios, brief.disclaimer):
        # the innermost block that holds them comes last
        for block in reversed(tree_of(markup).xpath("//*[@data-line]")):
            if wanted and wanted in _fold("".join(block.xpath(".//text() | .//@alt"))):
                return brief.source, int(block.get("data-line"))
    for image in tree_of(brief.body).iter("img"):
        if wanted and wanted in _fold(_shown(brief, image.get("src", ""))):
            return brief.source, line_of(image)
    return brief.source, 0


def _shown(brief: Brief, name: str) -> str:
    """Return the words in a drawing, and those of the data that a picture shows."""
    image = next((each for each in brief.images if each.name == name), None)
    if image is None:
        return ""
    data = image.data
    cells = [cell for row in (data.head, *data.rows) for cell in row] if data else []
    return " ".join([figures.letters(figures.drawn(image.drawing)), *cells])


def tree_of(markup: str) -> Any:
    """Return XHTML of a brief as a tree."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(f"<body>{markup}</body>", parser)


def line_of(element: Any) -> int:
    """Return the source line that an element or one around it bears, or 0."""
    lines = (each.get("data-line") for each in (element, *element.iterancestors()))
    return int(next(filter(None, lines), 0))


def _images(brief: Brief) -> Iterator[tuple[str, int]]:
    """Yield the text alternative and the line of each image of a brief."""
    if brief.photo:
        yield brief.photo.alt, brief.lines.get("photo", 0)
    for n, author in enumerate(brief.authors):
        if author.portrait:
            yield author.portrait.alt, brief.lines.get(f"authors.{n}.portrait", 0)
    for markup in (brief.body, *(note.body for note in brief.notes), brief.disclaimer):
        for image in tree_of(markup).iter("img"):
            yield image.get("alt", ""), line_of(image)


class _Edition:
    """The text of an edition, folded, and where its blocks end."""

    def __init__(self, blocks: list[str]) -> None:
        folded = list(filter(None, map(_fold, blocks)))
        self.text = "".join(folded)
        self.ends: list[int] = []
        for block in folded:
            self.ends.append(len(block) + (self.ends[-1] if self.ends else 0))

    def find(self, words: str, start: int) -> int:
        """Return where words end that come after `start`, or -1 if they do not."""
        at = self.text.find(words, start)
        if 0 <= at <= start + _NEAR:
            return at + len(words)
        # the tags of a page break may part a paragraph, and put the notes of the page between
        for head in re.finditer(re.escape(words[:1]), self.text[start : start + _NEAR]):
            here = start + head.start()
            end = self.ends[bisect_right(self.ends, here)]
            if words.startswith(self.text[here:end]):
                after = self._go_on(words[end - here :], end)
                if after >= 0:
                    return after
        return at + len(words) if at >= 0 else -1

    def _go_on(self, words: str, start: int) -> int:
        """Return where words end that begin with one of the blocks after `start`, or -1."""
        first = bisect_right(self.ends, start - 1)
        for begin, end in zip(self.ends[first:], self.ends[first + 1 :], strict=False):
            if begin > start + _FAR:
                break
            if self.text.startswith(words, begin):
                return begin + len(words)
            if words.startswith(self.text[begin:end]):
                words, start = words[end - begin :], end
        return -1

    def lost(self, markup: str) -> Iterator[tuple[str, int, str]]:
        """Yield the first words of each block of XHTML that is not there in order, with its line.

        Each string between two tags is a run. Captions stand where a style puts them.
        """
        at, told = 0, None
        for text in tree_of(markup).xpath("//text()"):
            words = _fold(text)
            holder = text.getparent().getparent() if text.is_tail else text.getparent()
            above = [holder, *holder.iterancestors()]
            block = next((each for each in above if each.get("data-line")), above[-1])
            placed = any(each.tag in ("caption", "figcaption") for each in above)
            end = self.find(words, 0 if placed else at) if words else at
            if end < 0 and block is not told:
                told = block
                problem = "lacks words of" if self.find(words, 0) < 0 else "has out of place, in"
                yield str(text), int(block.get("data-line", 0)), problem
            elif end >= 0 and not placed:
                at = end


def _fold(text: str) -> str:
    """Return the characters of a text that count."""
    folded = unicodedata.normalize("NFC", _MEANINGLESS.sub("", text.casefold()))
    return folded.translate(_BRACKETS)


def _first(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:60].rsplit(' ', 1)[0]} …"
