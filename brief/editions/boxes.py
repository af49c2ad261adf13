"""The boxes of a layout → what a page shows, as plain facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brief.seen import Ground, Line, Words

#: pt of a px
_PT = 0.75
_SIDES = ("top", "right", "bottom", "left")


def words(document: Any) -> tuple[Words, ...]:
    """Return the words of a document that was laid out, in the order of its pages."""
    found = []
    for page, box, part, turned in _boxes(document):
        # what is drawn as text has text
        text = getattr(box, "text", "")
        if not isinstance(text, str) or not text.strip() or box.style["visibility"] != "visible":
            continue
        left, top, right, bottom = _place(box)
        colour = box.style["color"]
        red, green, blue = (float(each) for each in colour.to("srgb").coordinates)
        found.append(
            Words(
                text,
                page,
                (left, top, left, top) if turned else (left, top, right, bottom),
                box.style["font_size"] * _PT,
                box.style["font_weight"],
                (red, green, blue),
                box.element,
                part,
            )
        )
    return tuple(found)


def grounds(document: Any) -> tuple[Ground, ...]:
    """Return the boxes behind which something is painted."""
    found = []
    for page, box, part, _ in _boxes(document):
        style = box.style
        if style["background_color"].alpha or any(
            kind != "none" for kind, _ in style["background_image"]
        ):
            found.append(Ground(page, _place(box), box.element, part))
    return tuple(found)


def _place(box: Any) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a box without its margins, in pt."""
    if hasattr(box, "border_left_width") and hasattr(box, "padding_left"):
        left, top = box.border_box_x(), box.border_box_y()
        width, height = box.border_width(), box.border_height()
    else:
        left, top, width, height = box.position_x, box.position_y, box.width, box.height
    return left * _PT, top * _PT, (left + width) * _PT, (top + height) * _PT


def lines(document: Any) -> tuple[Line, ...]:
    """Return the lines that are drawn at the sides of boxes and through words, each once."""
    found: dict[Line, None] = {}
    for _, box, part, _ in _boxes(document):
        style = box.style
        names = [f"border-{side}-width" for side in _SIDES]
        names += ["outline-width", "column-rule-width"]
        for name in names:
            width = style[name.replace("-", "_")]
            if width and style[name.replace("-width", "-style").replace("-", "_")] != "none":
                found[Line(width * _PT, name, box.element, part)] = None
        thickness = style["text_decoration_thickness"]
        if style["text_decoration_line"] != "none" and hasattr(thickness, "value"):
            width = thickness.value * _PT
            found[Line(width, "text-decoration-thickness", box.element, part)] = None
    return tuple(found)


def _boxes(document: Any) -> Iterator[tuple[int, Any, str, bool]]:
    """Yield each box with its page, what of an element or of the page it is, and if it is turned.

    What is turned or scaled is not drawn where its box says.
    """
    for number, page in enumerate(document.pages):
        for area in page._page_box.children:
            margin = getattr(area, "at_keyword", "") or ""
            if not margin and area.element is None:
                margin = "@footnote"
            for box, turned in _within(area, False):
                if box.element is not None:
                    _, colons, pseudo = box.element_tag.partition("::")
                    yield number, box, f"{colons}{pseudo}", turned
                else:
                    yield number, box, margin, turned


def _within(box: Any, turned: bool) -> Iterator[tuple[Any, bool]]:
    turned = turned or bool(box.style["transform"])
    yield box, turned
    box = getattr(box, "_box", box)  # what stands elsewhere than in its place
    for child in getattr(box, "children", ()):
        yield from _within(child, turned)
