"""Whether an EPUB says where the pages of a PDF begin, held against both finished files."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

from lxml import etree

from brief.checks.epub import Stretch, stretches
from brief.checks.pdfdraw import Piece
from brief.checks.pdfobjects import entry, is_stream, unpacked
from brief.checks.pdfread import INLINE, Document, Element, as_lines, document_of, unbroken
from brief.checks.result import Check, run
from brief.findings import Finding, finding, short

#: the words that are compared of each page
_WORDS = 5
#: what names a PDF in its metadata, and nothing else that is made of the same brief
_DOCUMENT_ID = "{http://ns.adobe.com/xap/1.0/mm/}DocumentID"
_CURE = "make PDF and EPUB again, both together"


def check(
    pdf: bytes, epub: bytes, printed: Path, file: Path, *, own: bool = True, notes: bool = False
) -> Check:
    """Hold an EPUB's page-break markers against a PDF's pages; findings name the page.

    The first five words after each marker must be those that the page begins with, notes and what
    print alone has aside, and `pageBreakSource` must name the PDF. `own` says that brief's own
    templates made both: others may mark no pages, and have in the EPUB what print has not. `notes`
    says that print has them behind the text, as the EPUB has.
    """
    rule = partial(_differences, pdf, epub, printed, file, own, notes)
    return run("pages of the PDF", rule, file)


def _differences(
    pdf: bytes, epub: bytes, printed: Path, file: Path, own: bool, notes: bool
) -> Iterator[Finding]:
    def broken(message: str) -> Finding:
        return finding("C11", message, file, hint=_CURE)

    blocks, marked, source = stretches(epub, file, notes)
    if not marked and not own:
        return
    document = document_of(pdf, printed)
    if marked != len(document.pages):
        yield broken(f"marks {marked} pages; {printed.name} has {len(document.pages)}")
    if source not in _identifiers(document):
        yield broken(f"lists the pages of “{short(source)}”, which is not {printed.name}")
    pages, blocks = _shared(document, blocks, own, notes)
    on_page: dict[int, list[list[Stretch]]] = {}
    for block in blocks:
        for page in dict.fromkeys(each.page for each in block):
            on_page.setdefault(page, []).append(block)
    for page in range(1, min(marked, len(document.pages)) + 1):
        words, whole = _first(on_page.get(page, []), page)
        wanted = _key("".join(words))
        there = pages.get(page, "")
        if not (there == wanted if whole else there.startswith(wanted)):
            seen, said = short(there, 30), short(" ".join(words), 40)
            yield broken(f"marks page {page} before “{said}”; it begins with “{seen}”")


def _identifiers(document: Document) -> set[str]:
    """Return what a PDF says in its metadata that it is known by."""
    stream = entry(document.root, "/Metadata")
    if not is_stream(stream):
        return set()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    tree = etree.fromstring(unpacked(stream, document.file), parser)
    return {(each.text or "").strip() for each in tree.iter(_DOCUMENT_ID)} - {""}


def _first(blocks: list[list[Stretch]], page: int) -> tuple[list[str], bool]:
    """Return the first words of a page, of the blocks on it, and whether they are all it has.

    Of a row of a table that goes over the page its cells do so one by one: a cell that goes on
    says nothing of what comes after it.
    """
    text, torn = "", False
    for block in blocks:
        text += " " + "".join(each.text for each in block if each.page == page)
        before = any(each.page < page and each.text.strip() for each in block)
        torn = before and block[0].kind in ("td", "th")
        if torn:
            break
    words = text.split()
    return words[:_WORDS], len(words) < _WORDS and not torn


def _shared(
    document: Document, blocks: list[list[Stretch]], own: bool, notes: bool
) -> tuple[dict[int, str], list[list[Stretch]]]:
    """Return what each page of a PDF has of an EPUB's blocks, and those blocks, in common order.

    What print alone has is passed over: a masthead, a list of links, the marks of items. So is the
    head of a table that print shows only on a later page, as it does where a row fills the first,
    and what the EPUB alone has, if templates that are not brief's `own` may have given it that.
    """
    wanted = [_key("".join(each.text for each in block)) for block in blocks]
    printed = [_unpaged(block, {*wanted}) for block in _printed(document, notes)]
    texts = ["".join(text for _, text in block) for block in printed]
    left = Counter(texts)
    pairs: list[tuple[int, int]] = []
    at = 0
    for n, text in enumerate(texts):
        while at < len(wanted) and not left[wanted[at]]:
            at += 1
        left[text] -= 1
        if at < len(wanted) and wanted[at] == text:
            pairs.append((n, at))
            at += 1
    passed = set() if own else set(range(len(blocks))) - {at for _, at in pairs}
    first = len(document.pages)
    for n, at in reversed(pairs):
        if printed[n][0][0] > first:
            passed.add(at)
        first = min(first, printed[n][0][0])
    pages: dict[int, str] = {}
    for page, part in (part for n, at in pairs if at not in passed for part in printed[n]):
        pages[page] = pages.get(page, "") + part
    return pages, [block for at, block in enumerate(blocks) if at not in passed]


def _printed(document: Document, notes: bool) -> Iterator[list[tuple[int, str]]]:
    """Yield the blocks of a PDF in the order of its tags, each by page, with or without notes."""
    drawn_of = _drawn(document, document.tree, document.tree, notes)
    for _, drawn in groupby(drawn_of, lambda one: one[0]):
        pieces = groupby((piece for _, piece in drawn), lambda piece: piece.page)
        block = [(page + 1, as_lines([*each], document.rtl)) for page, each in pieces]
        if told := [(page, _key(unbroken(text))) for page, text in block if text.strip()]:
            yield told


def _unpaged(block: list[tuple[int, str]], wanted: set[str]) -> list[tuple[int, str]]:
    """Return a block without the number of a page that print alone gives at its end."""
    bare = re.sub(r"\(\d+\)$", "", "".join(text for _, text in block))
    if bare not in wanted:
        return block
    cut: list[tuple[int, str]] = []
    for page, text in block:
        cut.append((page, text[: len(bare)]))
        bare = bare[len(text) :]
    return cut


def _drawn(
    document: Document, element: Element, block: Element, notes: bool
) -> Iterable[tuple[object, Piece]]:
    """Yield the pieces of text in an element, each with something that its run in a block has."""
    run_of: object = (id(block), 0)
    skipped = ("Artifact",) if notes else ("Note", "FENote", "Artifact")
    for n, kid in enumerate(element.kids, 1):
        if isinstance(kid, tuple):
            for piece in document.marked.get(kid, ()):
                if piece.kind == "text":
                    yield run_of, piece
        elif kid.kind in INLINE:
            for _, piece in _drawn(document, kid, block, notes):
                yield run_of, piece
        elif kid.kind not in (*skipped, "TOC") and not _is_picture(kid):
            yield from _drawn(document, kid, kid, notes)
            run_of = (id(block), n)


def _is_picture(element: Element) -> bool:
    """Return whether an element holds nothing but a picture, which may stand in a line."""
    held = any(isinstance(kid, Element) for kid in element.kids)
    return element.kind == "Figure" and not held


def _key(text: str) -> str:
    """Return the signs of a text by which print and EPUB can be compared.

    Accents are none of them: Greek loses its own in capitals.
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(
        "[\\s\u00b7\u00ad\u0300-\u036f\u200b-\u200f\u2010\u2011\u202a-\u202e\u2060-\u206f\ufe0e\ufe0f-]",
        "",
        folded,
    )
