"""The tag tree of a PDF that is still objects in memory, mended."""

from __future__ import annotations

from typing import Any

import pydyf


def mend(pdf: pydyf.PDF) -> None:
    """Make artifacts of what stands outside the tag tree: running heads and feet.

    WeasyPrint marks them as content and hangs them into no tree, where a reading aid may read
    them on every page (ISO 14289-1, 7.1 and 7.8).
    """
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    top = _object(pdf, root["K"][0])
    pages = [item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/Page"]
    inside = _tree(pdf, top)
    for page in pages:
        parents = numbers[numbers.index(page["StructParents"]) + 1]
        outside = {n for n, parent in enumerate(parents) if _number(parent) not in inside}
        if not outside:
            continue
        _make_artifacts(_object(pdf, page["Contents"]).stream, outside)
        for n in outside:
            parents[n] = "null"


def _tree(pdf: pydyf.PDF, top: Any) -> set[int]:
    """Return the numbers of all objects that hang in the tree."""
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        element = waiting.pop()
        seen.add(element.number)
        for kid in element.get("K", ()):
            if isinstance(kid, bytes | str) and _number(kid) not in seen:
                waiting.append(_object(pdf, kid))
    return seen


def _make_artifacts(stream: list[Any], marks: set[int]) -> None:
    for place, item in enumerate(stream):
        if item == b"BDC" and stream[place - 1].get("MCID") in marks:
            stream[place - 2] = "/Artifact"
            stream[place - 1] = pydyf.Dictionary({"Type": "/Pagination"})


def _object(pdf: pydyf.PDF, reference: Any) -> Any:
    return pdf.objects[_number(reference)]


def _number(reference: Any) -> int:
    """Return the number in a reference such as b"12 0 R"."""
    return int(reference.split()[0])
