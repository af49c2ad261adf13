"""Which values of a style take words or pictures from the reader's sight.

Only what hides by itself, or with other properties of the same element: there is no layout here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any, TypeVar

from tinycss2.color4 import parse_color

T = TypeVar("T")
#: a word, a length in pixels or a share, or a colour with its opacity
Value = str | float | tuple[float, ...]

#: the words that every property may be set to
WIDE = frozenset({"inherit", "initial", "unset", "revert", "revert-layer"})
#: what text has from the elements around it
INHERITED = frozenset(
    {
        *("visibility", "font-size", "font-size-adjust", "line-height", "text-indent"),
        *("letter-spacing", "text-security", "color", "text-fill-color"),
    }
)
#: the pixels of a unit, for the smallest letters and page that a reader may set
_PIXELS = {
    **{"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.94},
    **{"em": 10.0, "rem": 10.0, "lh": 10.0, "rlh": 10.0, "ic": 10.0, "ex": 5.0, "ch": 5.0},
    **{"%": 5.0, "vw": 5.0, "vh": 5.0, "vi": 5.0, "vb": 5.0, "vmin": 5.0, "vmax": 5.0},
}
_OF_PARENT = frozenset({"em", "ex", "ch", "ic", "lh", "%"})
#: how many times larger letters and page may be
_LARGEST = 4.0
_DEGREES = {"deg": 1.0, "grad": 0.9, "rad": 180 / math.pi, "turn": 360.0}
_PAGE = 500.0
#: how many letters the narrowest line may hold
_LETTERS = 40
#: what no eye can make out: so many pixels, such a share of a colour, and such a contrast, which
#: WCAG 2.2 defines; white on paper of #f4f4f4 has 1.1
_SMALL, FAINT, _CONTRAST = 1.0, 0.05, 1.1
_SIDES = ("top", "right", "bottom", "left")
_MARGINS = tuple(f"margin-{side}" for side in _SIDES)
_PADDINGS = tuple(f"padding-{side}" for side in _SIDES)
SIZES = ("height", "max-height", "width", "max-width")
#: the lengths that hide when they are this or less, and this or more
_MOST = {
    **{"opacity": FAINT, "zoom": FAINT, "font-size": _SMALL, "font-size-adjust": FAINT},
    **{"line-height": _SMALL, "letter-spacing": -9.0, "text-indent": -_PAGE},
    **dict.fromkeys(SIZES, _SMALL),
    **dict.fromkeys((*_SIDES, "margin-left", "margin-top", "object-position"), -999.0),
}
_LEAST = {
    **{"text-indent": _PAGE, "object-position": 999.0},
    **dict.fromkeys(("left", "right", "bottom", "margin-left", "padding-left"), 5000.0),
}
_HIDING = {
    *(("display", "none"), ("visibility", "hidden"), ("visibility", "collapse")),
    *(("content-visibility", "hidden"), ("text-security", "disc")),
    *(("text-security", "circle"), ("text-security", "square")),
}
_MOVES = frozenset({"transform", "scale", "translate", "rotate"})
#: what may leave nothing of an element
_SHAPES = _MOVES | {"clip", "clip-path", "filter", "mask", "mask-image"}
_LENGTHS = frozenset(
    {
        *("text-indent", "min-height", "min-width", "line-height", "letter-spacing"),
        *(*SIZES, *_SIDES, *_MARGINS, *_PADDINGS),
    }
)
_LENGTH_WORDS = frozenset(
    {"auto", "none", "normal", "min-content", "max-content", "fit-content", "stretch"}
)
_NUMBERS = frozenset({"opacity", "zoom", "font-size-adjust", "line-clamp"})
_FONT_SIZES = frozenset(
    {"xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large"}
)
COLOURS = frozenset({"color", "text-fill-color", "background-color"})
#: the colours of the system, whatever they are
_SYSTEM = frozenset(
    {
        *("canvas", "canvastext", "linktext", "visitedtext", "activetext", "buttonface"),
        *("buttontext", "field", "fieldtext", "highlight", "highlighttext", "mark", "marktext"),
        *("graytext", "window", "windowtext", "accentcolor", "accentcolortext"),
    }
)
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
    "content-visibility": frozenset({"visible", "hidden", "auto"}),
    "text-security": frozenset({"none", "disc", "circle", "square"}),
    "position": frozenset({"static", "relative", "absolute", "fixed", "sticky"}),
    "float": frozenset({"none", "left", "right", "inline-start", "inline-end"}),
    "color-scheme": frozenset({"normal", "light", "dark", "only"}),
    "white-space": frozenset(
        {"normal", "nowrap", "pre", "pre-wrap", "pre-line", "break-spaces", "collapse", "wrap"}
    ),
    "overflow-x": _OVERFLOW,
    "overflow-y": _OVERFLOW,
}
_SHORTHANDS = {
    "overflow": ("overflow-x", "overflow-y"),
    "inset": _SIDES,
    "inset-block": ("top", "bottom"),
    "inset-inline": ("left", "right"),
    "margin": _MARGINS,
    "margin-block": ("margin-top", "margin-bottom"),
    "margin-inline": ("margin-left", "margin-right"),
    "padding": _PADDINGS,
    "padding-block": ("padding-top", "padding-bottom"),
    "padding-inline": ("padding-left", "padding-right"),
    "font": ("font-size", "line-height"),
    "background": ("background-color", "background-image", "background-clip"),
}
#: names of sides and sizes by the flow of the text, which is taken to run from left to right
_PHYSICAL = {
    **{"overflow-inline": "overflow-x", "overflow-block": "overflow-y"},
    **{f"{most}inline-size": f"{most}width" for most in ("", "min-", "max-")},
    **{f"{most}block-size": f"{most}height" for most in ("", "min-", "max-")},
    **{
        f"{kind}-{logical}": f"{kind}-{side}".removeprefix("inset-")
        for kind in ("inset", "margin", "padding")
        for logical, side in zip(
            ("block-start", "inline-end", "block-end", "inline-start"), _SIDES, strict=True
        )
    },
}


def hides(name: str, value: Value) -> bool:
    """Return whether a property hides, if the others of its element let it."""
    if isinstance(value, tuple):
        return name != "background-color" and value[-1] < FAINT
    if isinstance(value, str):
        return value == "nothing" or (name, value) in _HIDING
    return value <= _MOST.get(name, -math.inf) or value >= _LEAST.get(name, math.inf)


def matters(name: str, value: Value) -> bool:
    """Return whether a property can hide, or let others of its element hide."""
    return hides(name, value) or name in _SIDES or name not in _MOST


def works(name: str, style: Mapping[str, Value], box: str) -> bool:
    """Return whether the other properties of an element let one hide.

    `box` is "picture", "line" for what stands within a line, "cuts" for what can cut off what it
    holds, or "grows".
    """

    def length(name: str) -> float:
        value = style.get(name)
        return value if isinstance(value, float) else 0.0

    placed = style.get("position") in ("absolute", "fixed")
    moved = placed or style.get("position") == "relative"
    if name == "clip":
        return placed
    if name == "object-position":
        return box == "picture"
    if name in _MOVES:
        return box != "line"
    if name == "text-indent" and box == "line":  # the first line is that of the block
        return False
    if name in _SIDES:
        across = {"right": "left", "bottom": "top"}.get(name, "")
        if not moved or isinstance(style.get(across), float):
            return False
    side = "left" if name == "text-indent" else name.rpartition("-")[2]
    if name in (*_SIDES, *_MARGINS, *_PADDINGS, "text-indent"):  # they may make up for each other
        indent = length("text-indent") if side == "left" else 0.0
        total = indent + length(f"margin-{side}") + length(f"padding-{side}")
        return hides(name, total + (length(side) if moved else 0.0))
    if name in SIZES or name == "line-height":
        axis, first, last = ("x", "left", "right") if "width" in name else ("y", "top", "bottom")
        inner = length("min-width" if axis == "x" else "min-height")
        if box == "picture":
            return name in SIZES and inner <= _SMALL
        inner += length(f"padding-{first}") + length(f"padding-{last}")
        inner += length("height") if name == "line-height" else 0.0
        cut = style.get(f"overflow-{axis}", "visible") not in ("visible", *WIDE)
        return box == "cuts" and cut and inner <= _SMALL
    return True


def room(style: Mapping[str, Value]) -> tuple[str, float]:
    """Return how many letters the smallest screen shows of an element, and what cuts the rest."""
    cuts = frozenset({"hidden", "clip"})
    lines = {"": math.inf}
    if style.get("overflow-y") in cuts:
        for name, line in (("height", 10.0), ("max-height", 10.0), ("line-clamp", 1.0)):
            if isinstance(size := style.get(name), float):
                lines[name] = max(size / line, 1.0)
    if style.get("overflow-x") in cuts and style.get("white-space") == "nowrap":
        lines["white-space"] = 1.0
    name = min(lines, key=lambda name: lines[name])
    return name, lines[name] * _LETTERS


def traces(style: Mapping[str, Value]) -> bool:
    """Return whether letters are drawn otherwise than in their colour."""
    return (
        any(style.get(name) == "traced" for name in _TRACES)
        or style.get("background-clip") == "text"
    )


def over(colour: Value, ground: Value) -> Value:
    """Return what a colour looks like on a ground; nothing if either is unknown."""
    if not isinstance(colour, tuple) or colour[-1] >= 1 - FAINT:
        return colour
    if colour[-1] < FAINT or not isinstance(ground, tuple):
        return ground
    *some, share = colour
    mixed = (share * one + (1 - share) * two for one, two in zip(some, ground, strict=False))
    return (*mixed, 1.0)


def alike(colour: Value, ground: Value) -> bool:
    """Return whether words of a colour cannot be told from their ground, as far as is known."""
    if not isinstance(colour, tuple) or not isinstance(ground, tuple):
        return False
    lights = sorted(0.05 + _light(each) for each in (over(colour, ground), ground))
    return lights[1] / lights[0] < _CONTRAST


def _light(colour: Value) -> float:
    """Return the relative luminance of a colour, after WCAG 2.2."""
    assert isinstance(colour, tuple)
    shares = [min(max(each, 0.0), 1.0) for each in colour[:3]]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def values(name: str, tokens: list[Any]) -> list[tuple[str, Value]]:
    """Return the properties that a declaration sets; none for what a reader would skip."""
    name = name.removeprefix("-webkit-").removeprefix("-epub-")
    name = _PHYSICAL.get(name, name)
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
        stroke = next((n for n, token in enumerate(tokens) if token == "/"), len(tokens))
        sizes = [_value("font-size", [token]) for token in tokens[:stroke]]
        size = next((size for size in sizes if size is not None), None)
        line = _value("line-height", tokens[stroke + 1 : stroke + 2])
        return [size, "normal" if line is None else line]
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
    if not tokens or "var" in functions:  # e-readers know no custom properties
        return None
    first = tokens[0]
    if name in _WORDS:
        return " ".join(words) if set(words) <= _WORDS[name] else None
    if name in _TRACES:
        return "none" if words == ["none"] else "traced"
    if name == "background-image":
        kinds = {token.type for token in tokens if as_colour(token) in (None, "unknown")}
        return "some" if kinds & {"function", "url"} else "none"
    if name == "background-clip":
        return "text" if "text" in words else "box"
    if name in _SHAPES:
        return _shape(name, tokens, words)
    if name == "text-indent" and words[1:]:
        tokens = [token for token, word in zip(tokens, words, strict=True) if not word]
        return _value(name, tokens)
    if name == "object-position":
        return max((_length(token) or 0.0 for token in tokens), key=abs)
    if len(tokens) != 1:
        return None
    if name in COLOURS:
        return as_colour(first)
    if name == "font-size":
        return _font_size(first)
    if name in _NUMBERS or (name == "line-height" and first.type == "number"):
        number = _number(first)
        return "auto" if number is None else number * (10 if name == "line-height" else 1)
    if name in _LENGTHS:
        length = _length(first)
        return "auto" if length is None and (functions or words[0] in _LENGTH_WORDS) else length
    return None


def significant(tokens: Iterable[Any]) -> list[Any]:
    """Return tokens without white space."""
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def as_colour(token: Any) -> Value | None:
    """Return a colour, or a word for one that is not known."""
    colour = parse_color(token)
    if colour is None or isinstance(colour, str):
        if token.type == "function" or (token.type == "ident" and token.lower_value in _SYSTEM):
            return "unknown"
        return colour
    if colour.space in ("hsl", "hwb"):
        colour = colour.to("srgb")
    if colour.space != "srgb":
        return "unknown" if colour.alpha >= FAINT else (0.0, 0.0, 0.0, 0.0)
    return (*(round(each or 0.0, 3) for each in colour.coordinates), float(colour.alpha))


def _number(token: Any) -> float | None:
    """Return a number or a share; nothing for what is neither."""
    if token.type in ("number", "percentage"):
        return float(token.value) / (100 if token.type == "percentage" else 1)
    return _calculated(token) if token.type == "function" else None


def _length(token: Any) -> float | None:
    """Return a length in pixels, for the smallest letters and page that a reader may set."""
    if token.type == "function":
        return _calculated(token)
    known = not token.value if token.type == "number" else _unit(token) in _PIXELS
    return _term(token, 1.0) if known else None


def _calculated(token: Any) -> float | None:
    """Return what a function comes to at the most; nothing for what cannot be calculated."""
    try:
        return max(_term(token, scale) for scale in (1.0, _LARGEST))
    except (LookupError, ValueError, ZeroDivisionError):
        return None


def _unit(token: Any) -> str:
    return str(
        {"dimension": getattr(token, "lower_unit", ""), "percentage": "%"}.get(token.type, "")
    )


def _term(token: Any, scale: float) -> float:
    """Return a number, or a length in pixels where letters and page are so many times larger."""
    if token.type == "number":
        return float(token.value)
    if token.type in ("dimension", "percentage"):
        unit, value = _unit(token), float(token.value)
        if unit[0] == "v" and value <= -100:  # off the page, whatever its size
            return 10 * value
        return value * _PIXELS[unit] * (scale if unit in _OF_PARENT or unit[0] in "rv" else 1.0)
    if token.type == "() block":
        return _sum(significant(token.content), scale)
    if token.type != "function":
        raise ValueError(token.type)
    terms: list[list[Any]] = [[]]
    for each in significant(token.arguments):
        if each == ",":
            terms.append([])
        else:
            terms[-1].append(each)
    results = [_sum(each, scale) for each in terms]
    match token.lower_name, len(results):
        case "calc", 1:
            return results[0]
        case "min", _:
            return min(results)
        case "max", _:
            return max(results)
        case "clamp", 3:
            return max(results[0], min(results[1:]))
    raise ValueError(token.lower_name)


def _sum(tokens: list[Any], scale: float) -> float:
    total = product = 0.0
    operator = "+"
    for token in tokens:
        if token.type == "literal":
            operator = token.value
            continue
        value = _term(token, scale)
        if operator in "*/":
            product *= value if operator == "*" else 1 / value
        else:
            total, product = total + product, value if operator == "+" else -value
    return total + product


def _font_size(token: Any) -> Value | None:
    """Return a size in pixels, or a word for one that is no matter."""
    if token.type == "ident":
        word = str(token.lower_value)
        if word in ("larger", "smaller"):
            return "of parent"
        return word if word in _FONT_SIZES else None
    size, unit = _length(token), _unit(token)
    if token.type == "function":
        return size if size is not None and size <= _SMALL else "medium"
    if size is None or size < 0:
        return None
    if unit == "%":
        size /= 50
    return "of parent" if size > _SMALL and unit in _OF_PARENT else size


def _shape(name: str, tokens: list[Any], words: list[str]) -> Value | None:
    """Return whether a clip, a mask, a filter or a transform leaves anything of an element."""
    functions = [token for token in tokens if token.type == "function"]
    calls = [(token.lower_name, significant(token.arguments)) for token in functions]
    if name == "rotate" and words[0] in ("x", "y"):
        calls = [(f"rotate{words[0]}", tokens[1:])]
    elif name in ("scale", "translate") or (name == "rotate" and len(tokens) == 4):
        calls = [("rotate3d" if name == "rotate" else name, tokens)]
    if any(_empties(*call) for call in calls):
        return "nothing"
    return "all" if calls or tokens[0].type in ("url", "dimension") or words[0] else None


def _empties(function: str, tokens: list[Any]) -> bool:
    """Return whether a function leaves nothing of an element."""
    tokens = [token for token in tokens if token != ","]
    # what follows a word, as in `circle(9px at 0 0)`, is not the size
    first = list(takewhile(lambda token: token.type != "ident", tokens))
    lengths = [length for length in map(_length, first) if length is not None]
    numbers = [number for number in map(_number, first) if number is not None]
    if function.endswith("gradient"):
        colours = [colour for colour in map(as_colour, tokens) if isinstance(colour, tuple)]
        return bool(colours) and max(colour[-1] for colour in colours) < FAINT
    match function:
        case "rect" if len(tokens) == 4:
            edges = [_length(token) for token in tokens]
            top, right, bottom, left = (
                edge if edge is not None else far
                for edge, far in zip(edges, (0.0, math.inf, math.inf, 0.0), strict=True)
            )
            return min(bottom - top, right - left) <= _SMALL
        case "inset" if lengths:
            top, right, bottom, left = _four(lengths[:4])
            return max(top + bottom, left + right) >= _PAGE
        case "xywh" if len(lengths) >= 4:
            return min(lengths[2:4]) <= _SMALL
        case "circle" | "ellipse":
            return bool(lengths) and min(lengths[:2]) <= _SMALL
        case "polygon":
            points = [_length(token) for token in tokens if token.type != "ident"]
            known = [point for point in points if point is not None]
            ways = known[::2], known[1::2]
            return all(ways) and min(max(way) - min(way) for way in ways) <= _SMALL
        case "scale" | "scalex" | "scaley" | "scale3d":
            return bool(numbers) and min(map(abs, numbers[:2])) < FAINT
        case "matrix" | "matrix3d" if len(numbers) in (6, 16):
            a, b, c, d, x, y = (
                numbers if len(numbers) == 6 else [numbers[n] for n in (0, 1, 4, 5, 12, 13)]
            )
            return abs(a * d - b * c) < 0.01 or _is_far(x, y)
        case "translate" | "translatex" | "translatey" | "translate3d":
            return _is_far(*lengths[:2])
        case "rotatex" | "rotatey" | "rotate3d" | "skewx" | "skewy" | "skew":
            angles = [
                float(t.value) * _DEGREES[t.lower_unit] for t in first if t.type == "dimension"
            ]
            about_depth = function == "rotate3d" and numbers[2:3] != [0.0]
            return not about_depth and any(
                abs(math.cos(math.radians(angle))) < FAINT for angle in angles
            )
        case "opacity":
            return bool(numbers) and numbers[0] <= FAINT
        case "blur":
            return bool(lengths) and lengths[0] >= 10.0
    return False


def _is_far(*lengths: float) -> bool:
    return any(hides("left", length) for length in lengths)


def _four(sides: list[T]) -> list[T]:
    """Return top, right, bottom and left; a side that is left out is as the one across."""
    return [*sides, sides[1]] if len(sides) == 3 else sides * (4 // len(sides))
