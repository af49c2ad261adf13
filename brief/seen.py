"""What pages show once they are laid out, as plain facts: words, their places, fine lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stand in one line and look alike."""

    text: str
    #: from 0
    page: int
    #: left, top, right and bottom, in pt from the top left of the page; nothing wide or high for
    #: what is turned or scaled
    box: tuple[float, float, float, float]
    #: of their type, in pt
    size: float
    #: from 1 to 1000
    weight: int
    #: red, green and blue, from 0 to 1, as their style sets them
    colour: tuple[float, float, float]
    #: the element of the document that they stand in; None in the margins of a page
    element: Any
    #: what of it, or of the page, they are: "::before", "@bottom-left"; nothing for its own text
    part: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is painted behind an element, or behind words that stand over it."""

    page: int
    #: as that of words
    box: tuple[float, float, float, float]
    element: Any
    part: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is drawn at a side of an element, or through its words."""

    #: in pt
    width: float
    #: the property that says how wide it is
    name: str
    element: Any
    part: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as it was laid out."""

    #: its html element
    root: Any
    #: of a page, in pt
    width: float
    words: tuple[Words, ...]
    lines: tuple[Line, ...]
    grounds: tuple[Ground, ...]
    #: the pages as PDF
    pdf: bytes
