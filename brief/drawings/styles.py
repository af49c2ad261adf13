"""The styles of SVG: what is declared of an element, by rank and inheritance, and colours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import cssselect2
import tinycss2
from tinycss2.color5 import parse_color

from brief.drawings.outlines import length_of

_SVG = "http://www.w3.org/2000/svg"
Style = dict[str, str]
ADDRESS = re.compile(r"""\s*url\(\s*["']?\s*([^"')]*?)\s*["']?\s*\)\s*(.*)""", re.DOTALL)
_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0}
_SIZES |= {"x-large": 24.0, "xx-large": 32.0}


#: what a property is at first; those with “+” are inherited
_PROPERTIES = {
    **{"fill": "+black", "fill-opacity": "+1", "fill-rule": "+nonzero", "color": "+black"},
    **{"stroke": "+none", "stroke-opacity": "+1", "stroke-width": "+1", "clip-rule": "+nonzero"},
    **{"stroke-linecap": "+butt", "stroke-linejoin": "+miter", "stroke-miterlimit": "+4"},
    **{"stroke-dasharray": "+none", "stroke-dashoffset": "+0", "visibility": "+visible"},
    **{"marker-start": "+none", "marker-mid": "+none", "marker-end": "+none"},
    **{"font-family": "+sans-serif", "font-size": "+16", "font-style": "+normal"},
    **{"font-weight": "+400", "text-anchor": "+start", "direction": "+ltr", "white-space": "+"},
    **{"letter-spacing": "+0", "word-spacing": "+0", "dominant-baseline": "+auto"},
    **{"writing-mode": "+horizontal-tb"},
    **{"opacity": "1", "clip-path": "none", "display": "inline", "overflow": ""},
    **{"stop-color": "black", "stop-opacity": "1", "transform": "none"},
    **{"transform-origin": "", "baseline-shift": "0", "alignment-baseline": "auto"},
    **{"text-decoration": "none", "mask": "none", "filter": "none", "mix-blend-mode": "normal"},
}
_INHERITED = frozenset(name for name, value in _PROPERTIES.items() if value[:1] == "+")
INITIAL = {name: value.lstrip("+") for name, value in _PROPERTIES.items()}
#: what print cannot draw, and goes without, by property
DROPPED = {
    "filter": "a filter",
    "mix-blend-mode": "a blend mode",
    "text-decoration": "a line under or through text",
}
_FONT = re.compile(
    r"(?P<style>(?:(?:italic|oblique|normal|small-caps|bold|bolder|lighter|\d00)\s+)*)"
    r"(?P<size>[\d.]+(?:px|pt|em|rem|%|mm)|(?:x{1,2}-)?(?:small|large)|medium)"
    r"(?:\s*/\s*\S+)?\s+(?P<family>.+)",
    re.DOTALL,
)


class Sheet:
    """The styles of a file: what its style elements say of each of its elements."""

    def __init__(self, root: Any, tell: Callable[..., None]) -> None:
        self.matcher = cssselect2.Matcher()
        # how many selectors ask for a name, a class or an id
        asked: Counter[str | None] = Counter()
        for element in root.iter(f"{{{_SVG}}}style"):
            text = "".join(element.itertext())
            if element.get("type", "text/css").partition(";")[0].strip() != "text/css":
                continue
            for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
                if rule.type == "at-rule":
                    name = f"@{rule.lower_at_keyword}"
                    if name not in ("@charset", "@namespace"):
                        tell("S43", f"{name} in its styles was taken out", element, "")
                    continue
                if rule.type != "qualified-rule":
                    continue
                declared = _declared(rule.content)
                try:
                    selectors = cssselect2.compile_selector_list(rule.prelude)
                except (cssselect2.SelectorError, RecursionError):
                    told = tinycss2.serialize(rule.prelude).strip()[:40]
                    tell("S43", f"the style of “{told}” was taken out", element, "")
                    continue
                for selector in selectors:
                    if selector.pseudo_element is None and not selector.never_matches:
                        self.matcher.add_selector(selector, declared)
                        asked[selector.id or selector.class_name or selector.local_name] += 1
        self.attributes: dict[str, list[tuple[str, str, bool]]] = {}
        self.wrappers: dict[Any, Any] = {}
        #: how often a selector is tried on an element
        self.matches = 0
        if asked:
            for wrapper in cssselect2.ElementWrapper.from_xml_root(root).iter_subtree():
                self.wrappers[wrapper.etree_element] = wrapper
                names = {None, wrapper.id, wrapper.local_name, *wrapper.classes}
                self.matches += sum(asked[name] for name in names)

    def of(self, element: Any) -> Style:
        """Return what is declared of an element itself, by rank (SVG 2, 6.3)."""
        own = {
            name: value
            for name, value in element.attrib.items()
            if name in INITIAL or name in ("font", "marker")
        }
        rules: list[tuple[str, str, bool]] = []
        if element in self.wrappers:
            for _, _, _, declared in self.matcher.match(self.wrappers[element]):
                rules += declared
        if text := element.get("style"):
            if text not in self.attributes:
                self.attributes[text] = _declared(tinycss2.parse_component_value_list(text))
            rules += self.attributes[text]
        for last in (False, True):
            for name, value, important in rules:
                if important == last:
                    own.pop(name, None)  # what is said later has the last word of shorthands too
                    own[name] = value
        return own


def _declared(tokens: Any) -> list[tuple[str, str, bool]]:
    """Return the declarations among tokens that a drawing may have: name, value, rank."""
    found = []
    for each in tinycss2.parse_blocks_contents(tokens, skip_comments=True, skip_whitespace=True):
        if each.type == "declaration" and (
            each.lower_name in INITIAL or each.lower_name in ("font", "marker")
        ):
            value = tinycss2.serialize(each.value).strip()
            found.append((each.lower_name, value, each.important))
    return found


def _expanded(own: Style) -> Style:
    """Return declarations without the shorthands among them."""
    made: Style = {}
    for name, value in own.items():
        if name == "marker":
            made |= dict.fromkeys(("marker-start", "marker-mid", "marker-end"), value)
        elif name == "font":
            if found := _FONT.fullmatch(value.strip()):
                words = found["style"].split()
                slant = next((each for each in words if each in ("italic", "oblique")), "normal")
                heavy = (each for each in words if each[0].isdigit() or each.startswith("bold"))
                made |= {"font-style": slant, "font-weight": next(heavy, "400")}
                made |= {"font-size": found["size"], "font-family": found["family"]}
        else:
            made[name] = value
    return made


def computed_style(own: Style, around: Style) -> Style:
    """Return the style of an element, from what is declared of it and the style around it."""
    style = {name: around[name] if name in _INHERITED else INITIAL[name] for name in INITIAL}
    for name, text in _expanded(own).items():
        value = text.strip()
        if value in ("inherit", "unset", "initial", "revert"):
            inherits = value == "inherit" or (name in _INHERITED and value != "initial")
            value = around[name] if inherits else INITIAL[name]
        if name not in ("font-family", "clip-path", "fill", "stroke"):
            value = value.lower() if "url(" not in value else value
        if _fits(name, value):
            style[name] = value
    em = float(around["font-size"])
    size = style["font-size"]
    length = _SIZES.get(size, {"larger": em * 1.2, "smaller": em / 1.2}.get(size))
    length = length_of(size, em, em) if length is None else length
    style["font-size"] = repr(em if length is None or length < 0 else length)
    weight = {"normal": "400", "bold": "700", "bolder": "700", "lighter": "300"}
    style["font-weight"] = weight.get(style["font-weight"], style["font-weight"])
    return style


_KEYWORDS = {
    "fill-rule": ("nonzero", "evenodd"),
    "clip-rule": ("nonzero", "evenodd"),
    "stroke-linecap": ("butt", "round", "square"),
    "stroke-linejoin": ("miter", "round", "bevel"),
    "visibility": ("visible", "hidden", "collapse"),
    "font-style": ("normal", "italic", "oblique"),
    "text-anchor": ("start", "middle", "end"),
    "direction": ("ltr", "rtl"),
}
_SHARES = ("fill-opacity", "stroke-opacity", "opacity", "stop-opacity")


def _fits(name: str, value: str) -> bool:
    """Return whether a value is one of a property; others count for nothing."""
    if name in _KEYWORDS:
        return value in _KEYWORDS[name]
    if name in _SHARES or name == "stroke-miterlimit":
        return length_of(value, 1, 0) is not None
    if name in ("stroke-width", "stroke-dashoffset"):
        return length_of(value, 1, 1) is not None
    if name in ("letter-spacing", "word-spacing"):
        return length_of(value, 1, 1) is not None or value == "normal"
    if name == "font-weight":
        return re.fullmatch(r"[1-9]\d\d|1000|normal|bold|bolder|lighter", value) is not None
    if name in ("fill", "stroke"):
        words = ADDRESS.fullmatch(value)
        plain = words[2] if words else value
        named = plain.lower() in ("none", "currentcolor", "context-fill", "context-stroke", "")
        return (named and (bool(plain) or bool(words))) or as_colour(plain) is not None
    return True


@lru_cache(maxsize=512)
def as_colour(text: str) -> tuple[str, float] | None:
    """Return a colour as six digits, and its opacity; None is none that can be set."""
    try:
        found = parse_color(re.sub(r"\s+icc-color\(.*", "", text.strip()))
        if found is None or isinstance(found, str):
            return None
        channels, alpha = list(found.to("srgb").coordinates), float(found.alpha)
    except (NotImplementedError, ValueError, TypeError):
        return None
    digits = "".join(f"{round(255 * min(1.0, max(0.0, float(c or 0)))):02x}" for c in channels)
    return f"#{digits}", alpha


_GENERIC = {"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "math"}


def quoted(families: str) -> str:
    """Return names of fonts, each once and in quotes but for those that CSS knows itself."""
    names = (re.sub(r"[^\w .\-]", "", each).strip() for each in families.split(","))
    told = [each if each.lower() in _GENERIC else f"'{each}'" for each in names if each]
    return ", ".join(dict.fromkeys(told)) or "sans-serif"
