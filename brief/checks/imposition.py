"""Whether sheets hold the pages of a press edition: each once, whole, and where it is folded or cut
to be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from brief.checks.graphics import Page, Walk
from brief.checks.pdfobjects import open_pdf, string
from brief.checks.result import Check, run
from brief.findings import Finding, finding
from brief.language import direction

#: pt by which what is drawn may have come to stand elsewhere across, besides creep, and up or down
_SLACK = 0.2
#: something drawn: what it is, its words, and its box from the left bottom corner of its page
_Drawn = tuple[str, str, float, float, float, float]


def check(sheets: bytes, pages: bytes, file: Path) -> Check:
    """Hold each side of sheets of two pages against the pages of the press edition they are of.

    Where a side is as wide as two pages it is a booklet, else two pages up. A page may stand nearer
    to the fold by as much as it has bleed.
    """
    return run("imposition", partial(_astray, sheets, pages, file), file)


def _astray(sheets: bytes, pages: bytes, file: Path) -> Iterator[Finding]:
    def told(message: str) -> Finding:
        return finding("P50", message, file)

    source, made = open_pdf(pages, file), open_pdf(sheets, file)
    lang = string(source.Root.get("/Lang")) or ""
    whole = list(Walk(source, file).pages())
    sides = list(Walk(made, file).pages())
    _, _, wide, _ = whole[0].trim
    booklet = abs(_width(sides[0]) - 2 * wide) < 1
    wanted = list(_folded(len(whole)) if booklet else _cut(len(whole)))
    if direction(lang) == "rtl":
        wanted = [(right, left) for left, right in wanted]
    if len(sides) != len(wanted):
        yield told(f"has {len(sides)} sides for {len(whole)} pages; {len(wanted)} were expected")
        return
    creep = _bleed(whole[0]) if booklet else 0.0
    for side, (left, right) in zip(sides, wanted, strict=True):
        # both creep towards the fold
        halves = ("left", left, side.trim[0], 1), ("right", right, side.trim[2] - wide, -1)
        for half, page, start, inwards in halves:
            own = _drawn(whole[page], whole[page].trim[0], wide) if page < len(whole) else []
            if problem := _differing(own, _drawn(side, start, wide), inwards, creep):
                yield told(f"side {side.number}, {half}: page {page + 1} {problem}")


def _width(page: Page) -> float:
    return page.trim[2] - page.trim[0]


def _bleed(page: Page) -> float:
    return page.trim[0] - page.boxes.get("/BleedBox", page.trim)[0]


def _folded(pages: int) -> Iterator[tuple[int, int]]:
    """Yield the pages, from 0, that stand left and right on the sides of a booklet."""
    last = pages + -pages % 4 - 1
    for side in range((last + 1) // 2):
        yield (last - side, side) if side % 2 == 0 else (side, last - side)


def _cut(pages: int) -> Iterator[tuple[int, int]]:
    for first in range(0, pages, 2):
        yield first, first + 1


def _drawn(page: Page, start: float, wide: float) -> list[_Drawn]:
    """Return the words and pictures that stand within the trim of a page, in their order."""
    _, bottom, _, top = page.trim
    found: list[_Drawn] = []
    for each in page.graphics:
        left, low, right, high = each.box
        inside = start <= (left + right) / 2 <= start + wide and bottom <= (low + high) / 2 <= top
        if inside and each.kind in ("text", "image") and not each.within:
            found.append((each.kind, each.text, left - start, low, right - start, high))
    return found


def _differing(own: list[_Drawn], there: list[_Drawn], inwards: int, creep: float) -> str:
    """Return how what stands on a side differs from its page, which may have crept, or nothing."""
    said, read = ([(kind, text) for kind, text, *_ in each] for each in (own, there))
    if said != read:
        lost = next((text or kind for kind, text in said if (kind, text) not in read), "")
        return f"lacks “{lost}”" if lost else "has other words and pictures"
    pairs = list(zip(own, there, strict=True))
    shifts = [inwards * (other[2] - one[2]) for one, other in pairs if one[0] == "text"]
    if shifts and max(shifts) - min(shifts) > _SLACK:
        return "has its words apart otherwise"
    if shifts and not -_SLACK <= shifts[0] <= creep + _SLACK:
        return f"is moved by {inwards * shifts[0] / 72 * 25.4:.1f} mm"
    if any(abs(one[3] - other[3]) > _SLACK for one, other in pairs):
        return "is moved up or down"
    return ""
