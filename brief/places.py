"""Where a text stands, told alike of the documents of all editions.

Print and EPUB are made of one body and one set of parts, and differ in what stands around the
words: notes placed or linked, classes, a masthead. Here an element has one key in both.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

#: parts whose elements count from their beginning, by their class
_COUNTED = {"body", "data", "disclaimer", "about"}
#: what an HTML parser, or a style's template, may put around a text's own elements
_UNCOUNTED = {"thead", "tbody", "tfoot", "colgroup", "div", "section"}


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text that stands in an element itself, not in its children."""

    key: str
    #: how many of its signs come before
    offset: int
    #: all of its signs, to know the text again
    text: str


def signs(text: str) -> str:
    """Return the signs of a text that no layout adds, drops or alters.

    Left out are white space, what is not seen, and marks, which capitals may lose.
    """
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKD", text).casefold()
        if not sign.isspace() and unicodedata.category(sign) not in ("Mn", "Cf")
    )


def own(element: Any) -> str:
    """Return the signs of the text that stands in an element itself."""
    return signs("".join((element.text or "", *(child.tail or "" for child in element))))


def keys(root: Any) -> dict[Any, str]:
    """Return what each element of a document is known by, but for what is in its notes.

    `root` is the html element, of ElementTree or of lxml.
    """
    return {element: key for element, key in _keys(root, "", None) if key}


def _keys(
    element: Any, key: str, counted: tuple[str, Iterator[int]] | None
) -> Iterator[tuple[Any, str]]:
    names = element.get("class", "").split()
    yield element, key
    if "note" in names:
        return
    part = _COUNTED.intersection(names)
    if part and not counted:
        counted = min(part), count()
    seen: Counter[str] = Counter()
    for child in element:
        if not isinstance(child.tag, str) or "note-more" in child.get("class", "").split():
            continue
        name = child.tag.rpartition("}")[2]
        if counted:
            own_key = "" if name in _UNCOUNTED else f"{counted[0]}-{next(counted[1])}"
            yield from _keys(child, own_key, counted)
        else:
            # what the page of print has for its style, the document of an EPUB has not
            classes = child.get("class", "").split() if name != "body" else ()
            name = ".".join((name, *classes))
            seen[name] += 1
            yield from _keys(child, f"{key}/{name}-{seen[name]}", None)
