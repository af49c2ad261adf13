"""Which values of a style take words from the reader's sight.

Only what hides by itself, or with other properties of the same element: there is no layout here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from tinycss2.color4 import parse_color

T = TypeVar("T")
#: a word, a length in pixels or a share, or a colour with its opacity
Value = str | float | tuple[float, ...]

#: the words that every property may be set to
WIDE = frozenset({"inherit", "initial", "unset", "revert", "revert-layer"})
#: what text has from the elements around it
INHERITED = frozenset({"visibility", "font-size", "text-indent", "color", "text-fill-color"})
#: the pixels of a unit, for the smallest letters and page that a reader may set
_PIXELS = {
    **{"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.94},
    **{"em": 10.0, "rem": 10.0, "lh": 10.0, "rlh": 10.0, "ic": 10.0, "ex": 5.0, "ch": 5.0},
    **{"%": 5.0, "vw": 5.0, "vh": 5.0, "vi": 5.0, "vb": 5.0, "vmin": 5.0, "vmax": 5.0},
}
_OF_PARENT = frozenset({"em", "ex", "ch", "ic", "lh", "%"})
_PAGE = 500.0
#: what no eye can make out: so many pixels, and such a share of a colour
_SMALL, FAINT = 1.0, 0.05
_SIDES = ("top", "right", "bottom", "left")
_MARGINS = tuple(f"margin-{side}" for side in _SIDES)
_PADDINGS = tuple(f"padding-{side}" for side in _SIDES)
SIZES = ("height", "max-height", "width", "max-width")
#: the lengths that hide when they are this or less; an offset may make up for a margin
_MOST = {
    **{"opacity": FAINT, "font-size": _SMALL, "margin-left": -5000.0, "margin-top": -5000.0},
    **dict.fromkeys(SIZES, _SMALL),
    **dict.fromkeys(_SIDES, -999.0),
}
_HIDING = {
    *(("display", "none"), ("visibility", "hidden"), ("visibility", "collapse")),
    *(("clip", "nothing"), ("clip-path", "nothing"), ("transform", "nothing")),
}
_LENGTHS = {"text-indent", "min-height", "min-width", *SIZES, *_SIDES, *_MARGINS, *_PADDINGS}
_LENGTH_WORDS = frozenset(
    {"auto", "none", "normal", "min-content", "max-content", "fit-content", "stretch"}
)
_FONT_SIZES = frozenset(
    {"xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large"}
)
COLOURS = frozenset({"color", "text-fill-color", "background-color"})
#: what draws letters whatever their colour
_TRACES = frozenset({"text-shadow", "text-stroke", "text-stroke-width"})
_OVERFLOW = frozenset({"visible", "hidden", "clip", "scroll", "auto"})
_DISPLAY = (
    "none contents block inline flow flow-root table flex grid ruby list-item run-in math"
    " inline-block inline-table inline-flex inline-grid table-row-group table-header-group"
    " table-footer-group table-row table-cell table-column-group table-column table-caption"
    " ruby-base ruby-text ruby-base-container ruby-text-container"
)
#: the words that these properties may be set to; a reader skips any other
_WORDS = {
    "display": frozenset(_DISPLAY.split()),
    "visibility": frozenset({"visible", "hidden", "collapse"}),
    "position": frozenset({"static", "relative", "absolute", "fixed", "sticky"}),
    "float": frozenset({"none", "left", "right"}),
    "overflow-x": _OVERFLOW,
    "overflow-y": _OVERFLOW,
}
_SHORTHANDS = {
    "overflow": ("overflow-x", "overflow-y"),
    "inset": _SIDES,
    "margin": _MARGINS,
    "padding": _PADDINGS,
    "font": ("font-size",),
    "background": ("background-color", "background-image", "background-clip"),
}


def hides(name: str, value: Value) -> bool:
    """Return whether a property hides, if the others of its element let it."""
    if isinstance(value, tuple):
        return name != "background-color" and value[-1] < FAINT
    if isinstance(value, str):
        return (name, value) in _HIDING
    if name == "text-indent":
        return abs(value) >= _PAGE
    return name in _MOST and value <= _MOST[name]


def works(name: str, style: Mapping[str, Value], inline: bool, cuts: bool) -> bool:
    """Return whether the other properties of an element let one hide that is not inherited.

    `inline` says that the element stands within a line, `cuts` that it can cut off what it holds.
    """

    def length(name: str) -> float:
        value = style.get(name)
        return value if isinstance(value, float) else 0.0

    position = style.get("position")
    if name == "clip":
        return position in ("absolute", "fixed")
    if name in _SIDES:
        across = {"right": "left", "bottom": "top"}.get(name, "")
        return position in ("absolute", "fixed", "relative") and not isinstance(
            style.get(across), float
        )
    if name in _MARGINS:
        return length(name.replace("margin", "padding")) < _PAGE
    if name == "transform":
        return not inline
    if name in SIZES:
        axis, first, last = ("y", "top", "bottom") if "height" in name else ("x", "left", "right")
        inner = length(f"padding-{first}") + length(f"padding-{last}")
        inner += length("min-height" if axis == "y" else "min-width")
        cut = style.get(f"overflow-{axis}") in ("hidden", "clip")
        return cuts and cut and not inline and inner <= _SMALL
    return True


def traces(style: Mapping[str, Value]) -> bool:
    """Return whether letters are drawn otherwise than in their colour."""
    fill = style.get("text-fill-color")
    return (
        any(style.get(name) == "traced" for name in _TRACES)
        or style.get("background-clip") == "text"
        or (isinstance(fill, tuple) and fill[-1] >= FAINT)
    )


def values(name: str, tokens: list[Any]) -> list[tuple[str, Value]]:
    """Return the properties that a declaration sets; none for what a reader would skip."""
    name = name.removeprefix("-webkit-").removeprefix("-epub-")
    names = _SHORTHANDS.get(name, (name,))
    word = tokens[0].lower_value if len(tokens) == 1 and tokens[0].type == "ident" else ""
    if word in WIDE:
        return [(each, word) for each in names]
    try:
        values = _shorthand(name, tokens) if name in _SHORTHANDS else [_value(name, tokens)]
    except Exception:  # a hostile value can break a parser in any way there is
        return []
    pairs = zip(names, values, strict=False)
    return [] if None in values else [(each, value) for each, value in pairs if value is not None]


def _shorthand(name: str, tokens: list[Any]) -> list[Value | None]:
    if name == "font":
        sizes = [_value("font-size", [token]) for token in tokens]
        return [next((size for size in sizes if size is not None), None)]
    if name == "background":
        colours = [_value("background-color", [token]) for token in tokens]
        clear = (0.0, 0.0, 0.0, 0.0)
        return [
            next((colour for colour in colours if colour is not None), clear),
            *(_value(each, tokens) for each in ("background-image", "background-clip")),
        ]
    pairs = zip(_SHORTHANDS[name], _four(tokens), strict=False)
    return [_value(each, [token]) for each, token in pairs]


def _value(name: str, tokens: list[Any]) -> Value | None:
    """Return what a property is set to; nothing for what a reader would skip."""
    words = [token.lower_value if token.type == "ident" else "" for token in tokens]
    functions = [token.lower_name for token in tokens if token.type == "function"]
    first = tokens[0]
    if "var" in functions:  # e-readers know no custom properties
        return None
    if name in _WORDS:
        return " ".join(words) if set(words) <= _WORDS[name] else None
    if name in _TRACES:
        return "none" if words == ["none"] else "traced"
    if name == "background-image":
        return "none" if not functions and "url" not in [token.type for token in tokens] else "some"
    if name == "background-clip":
        return "text" if "text" in words else "box"
    if name in ("clip", "clip-path", "transform"):
        if any(_empties(token) for token in tokens if token.type == "function"):
            return "nothing"
        known = functions or first.type == "url" or words[0] in ("auto", "none")
        return "all" if known else None
    if name == "text-indent" and words[1:]:
        tokens = [token for token, word in zip(tokens, words, strict=True) if not word]
        return _value(name, tokens)
    if len(tokens) != 1:
        return None
    if name == "opacity" and first.type in ("number", "percentage"):
        return float(first.value) / (100 if first.type == "percentage" else 1)
    if name in COLOURS:
        return _colour(first)
    if name == "font-size":
        return _font_size(first)
    if name in _LENGTHS:
        return "auto" if functions or words[0] in _LENGTH_WORDS else _length(first)
    return None


def significant(tokens: Iterable[Any]) -> list[Any]:
    """Return tokens without white space."""
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def _colour(token: Any) -> Value | None:
    colour = parse_color(token)
    if colour is None or isinstance(colour, str):
        return colour
    if colour.space in ("hsl", "hwb"):
        colour = colour.to("srgb")
    return (*(round(each or 0.0, 3) for each in colour.coordinates), float(colour.alpha))


def _unit(token: Any) -> str:
    if token.type == "number" and token.value == 0:
        return "px"
    return {"dimension": getattr(token, "lower_unit", ""), "percentage": "%"}.get(token.type, "")


def _length(token: Any) -> float | None:
    """Return a length in pixels, for the smallest letters and page that a reader may set."""
    unit = _unit(token)
    return float(token.value) * _PIXELS[unit] if unit in _PIXELS else None


def _font_size(token: Any) -> Value | None:
    """Return a size in pixels, or a word for one that is no matter."""
    if token.type == "ident":
        word = str(token.lower_value)
        if word in ("larger", "smaller"):
            return "of parent"
        return word if word in _FONT_SIZES else None
    if token.type == "function":
        return "medium"
    size, unit = _length(token), _unit(token)
    if size is None or size < 0:
        return None
    if unit == "%":
        size /= 50
    return "of parent" if size > _SMALL and unit in _OF_PARENT else size


def _empties(function: Any) -> bool:
    """Return whether a function of a clip or a transform leaves nothing of an element."""
    tokens = [token for token in significant(function.arguments) if token != ","]
    numbers = [float(t.value) for t in tokens if t.type in ("number", "dimension", "percentage")]
    lengths = [length for length in map(_length, tokens) if length is not None]
    match function.lower_name:
        case "rect" if len(lengths) == 4:
            top, right, bottom, left = lengths
            return min(bottom - top, right - left) <= _SMALL
        case "inset" if lengths:
            top, right, bottom, left = _four(lengths[:4])
            return max(top + bottom, left + right) >= _PAGE
        case "xywh" if len(lengths) >= 4:
            return min(lengths[2:4]) <= _SMALL
        case "circle" | "ellipse":
            return bool(lengths) and min(lengths[:2]) <= _SMALL
        case "polygon":
            return not any(numbers)
        case "scale" | "scalex" | "scaley" | "scale3d":
            return bool(numbers) and min(map(abs, numbers[:2])) < FAINT
        case "translate" | "translatex" | "translatey" | "translate3d":
            return bool(lengths) and min(lengths[:2]) <= _MOST["left"]
    return False


def _four(sides: list[T]) -> list[T]:
    """Return top, right, bottom and left; a side that is left out is as the one across."""
    return [*sides, sides[1]] if len(sides) == 3 else sides * (4 // len(sides))
