"""What of CSS the readers of EPUBs know.

Sources: CSS 2.1; the CSS profile of EPUB 3.0 (EPUB Content Documents 3.0.1, 3), whose modules EPUB
3.3 still presupposes (EPUB 3.3, 6.3; EPUB Reading Systems 3.3, 6); what its prefixed properties
became (EPUB 3.3, appendix). E-paper devices and older applications know little more, those on a
browser's engine nearly all. Added is what the former pass over without harm and the latter know:
sides by the flow of the text, breaks, schemes of colour. Adobe's older engine, still found in
devices, drops a whole sheet for a function such as calc() (99problems, issue 53).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tinycss2.color5 import parse_color

from brief.checks.sheets import Declaration, Place, Selector, Sheet, written
from brief.house import near

_PROPERTIES = """
background background-attachment background-color background-image background-position
background-repeat background-size border border-collapse border-color border-radius border-spacing
border-style border-width bottom box-shadow caption-side clear clip color content counter-increment
counter-reset cursor display empty-cells float font font-family font-feature-settings font-kerning
font-size font-stretch font-style font-variant font-variant-caps font-variant-east-asian
font-variant-ligatures font-variant-numeric font-variant-position font-weight font-synthesis height
left letter-spacing line-height list-style list-style-image list-style-position list-style-type
margin margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width
opacity orphans outline outline-color outline-style outline-width overflow overflow-x overflow-y
padding padding-bottom padding-left padding-right padding-top page-break-after page-break-before
page-break-inside position quotes right table-layout text-align text-align-last text-decoration
text-decoration-color text-decoration-line text-decoration-style text-decoration-thickness
text-underline-offset text-indent text-shadow text-transform top vertical-align visibility
white-space widows width word-spacing z-index
break-after break-before break-inside column-count column-fill column-gap column-rule
column-rule-color column-rule-style column-rule-width column-span column-width columns
hyphens hyphenate-character line-break overflow-wrap word-break word-wrap text-emphasis
text-emphasis-color text-emphasis-position text-emphasis-style text-orientation
text-combine-upright text-underline-position writing-mode ruby-align ruby-position
speak speak-as voice-balance voice-family voice-pitch voice-range voice-rate voice-stress
voice-volume cue cue-after cue-before pause pause-after pause-before rest rest-after rest-before
box-sizing object-fit object-position color-scheme image-orientation text-wrap hanging-punctuation
print-color-adjust
"""
#: made of these with what the side is
_SIDED = ("", "-color", "-style", "-width")
_SIDES = (
    "top",
    "right",
    "bottom",
    "left",
    "inline-start",
    "inline-end",
    "block-start",
    "block-end",
)
PROPERTIES = frozenset(
    {
        *_PROPERTIES.split(),
        *(f"border-{side}{what}" for side in (*_SIDES, "inline", "block") for what in _SIDED),
        *(f"border-{y}-{x}-radius" for y in ("top", "bottom") for x in ("left", "right")),
        *(f"{name}-{side}" for name in ("margin", "padding", "inset") for side in _SIDES[4:]),
        *(f"{name}-{axis}" for name in ("margin", "padding") for axis in ("inline", "block")),
        *(f"{most}{axis}-size" for most in ("", "min-", "max-") for axis in ("inline", "block")),
    }
)
#: properties that were prefixed in EPUB 3.0, and those that engines of readers prefix
_EPUB = """
hyphens line-break text-align-last word-break text-orientation fullsize-kana text-combine
text-combine-horizontal text-emphasis text-emphasis-color text-emphasis-position
text-emphasis-style text-underline-position writing-mode speak speak-as voice-family ruby-position
cue cue-after cue-before pause pause-after pause-before rest rest-after rest-before
"""
_WEBKIT = """
hyphens hyphenate-character hyphenate-limit-before hyphenate-limit-after hyphenate-limit-lines
line-break column-break-after column-break-before column-break-inside column-count column-gap
column-width columns box-sizing text-size-adjust text-emphasis text-emphasis-color
text-emphasis-position text-emphasis-style text-orientation text-combine writing-mode
print-color-adjust font-kerning box-decoration-break text-fill-color user-select
"""
_PREFIXED = frozenset(
    {
        *(f"-epub-{name}" for name in _EPUB.split()),
        *(f"-webkit-{name}" for name in _WEBKIT.split()),
        *("-moz-hyphens", "-ms-hyphens", "adobe-hyphenate"),
    }
)
#: what EPUB has publications leave to the markup (EPUB 3.3, 6.3)
_OF_MARKUP = frozenset({"direction", "unicode-bidi"})
#: properties with the words that few readers know
_WORDS = {
    "display": {"grid", "inline-grid", "flex", "inline-flex", "contents", "subgrid", "ruby"},
    "position": {"fixed", "sticky"},
    "float": {"footnote", "inline-start", "inline-end"},
    "text-align": {"match-parent", "justify-all"},
    "white-space": {"break-spaces"},
    "text-transform": {"full-size-kana"},
}
#: properties whose value is one word, with the words besides those above (CSS 2.1; CSS modules)
_VALUES = {
    "display": "none inline block inline-block list-item run-in flow-root table inline-table"
    " table-row table-row-group table-header-group table-footer-group table-cell table-column"
    " table-column-group table-caption oeb-page-head oeb-page-foot",
    "position": "static relative absolute",
    "float": "left right none",
    "clear": "left right both none inline-start inline-end",
    "visibility": "visible hidden collapse",
    "text-align": "left right center justify start end",
    "text-align-last": "auto left right center justify start end",
    "text-transform": "none capitalize uppercase lowercase full-width",
    "white-space": "normal pre nowrap pre-wrap pre-line",
    "font-style": "normal italic oblique",
    "hyphens": "none manual auto",
    "border-collapse": "collapse separate",
    "border-style": "none hidden dotted dashed solid double groove ridge inset outset",
    "caption-side": "top bottom",
    "empty-cells": "show hide",
    "list-style-position": "inside outside",
    "overflow-wrap": "normal break-word anywhere",
    "word-wrap": "normal break-word",
    "word-break": "normal break-all keep-all break-word",
    "table-layout": "auto fixed",
    "box-sizing": "content-box border-box",
}
_EVERYWHERE = {"inherit", "initial", "unset", "revert"}
_COLOURS = {"color", "background-color"}
_FUNCTIONS = {"calc", "min", "max", "clamp", "env", "round", "mod", "abs", "sin", "cos", "pow"}
#: functions of colour, image and text that only newer engines know
_NEWER = {
    *("oklch", "oklab", "lch", "lab", "color", "color-mix", "light-dark", "hwb", "image-set"),
    *("conic-gradient", "cross-fade", "element", "string", "target-counter", "target-counters"),
    *("target-text", "leader", "running", "toggle", "anchor"),
}
_UNITS = {
    *("em", "ex", "ch", "rem", "vw", "vh", "vmin", "vmax", "px", "pt", "pc", "in", "cm", "mm"),
    *("deg", "rad", "grad", "turn", "s", "ms", "dpi", "dpcm", "dppx", "x"),
}
_AT_RULES = {"@charset", "@font-face", "@import", "@media", "@namespace", "@page"}
_PSEUDO_CLASSES = {
    *("first-child", "last-child", "only-child", "first-of-type", "last-of-type", "only-of-type"),
    *("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type", "not", "empty", "root"),
    *("link", "visited", "hover", "active", "focus", "target", "lang"),
}
_PSEUDO_ELEMENTS = {"before", "after", "first-letter", "first-line", "marker"}
_FEATURES = {
    *("width", "height", "device-width", "device-height", "orientation", "aspect-ratio", "color"),
    *("device-aspect-ratio", "monochrome", "resolution", "grid", "prefers-color-scheme"),
    *("amzn-kf8", "amzn-mobi", "and", "or", "not", "only", "all", "screen", "print", "speech"),
    *("portrait", "landscape", "dark", "light", "no-preference"),
}


def unknown(sheet: Sheet) -> Iterator[Place]:
    """Yield what of a sheet readers of EPUBs do not know, with what they do with it."""
    for each in sheet.at_rules:
        name, _, prelude = each.text.partition(" ")
        if name not in _AT_RULES:
            yield Place(each.line, each.column, f"few readers know {name}", "do without it")
        elif name == "@media":
            words = prelude.replace("(", " ").replace(")", " ").replace(":", " ").split()
            for word in (word.lower() for word in words):
                bare = word.removeprefix("min-").removeprefix("max-").strip(",")
                if (bare.isidentifier() or "-" in bare) and bare not in _FEATURES:
                    told = f"few readers know “{bare}” in a media query"
                    yield Place(each.line, each.column, told, "do without it")
    for rule, declaration in sheet.declarations():
        if rule.at and rule.at != "@page":
            continue
        if problem := _property(declaration):
            yield Place(declaration.line, declaration.column, *problem)
    for rule in sheet.rules:
        for selector in rule.selectors:
            for few in _selector(selector):
                yield Place(selector.line, selector.column, few, "use a class or an element")


def _property(declaration: Declaration) -> tuple[str, str] | None:
    name, tokens = declaration.name, declaration.tokens
    if name.startswith("--"):
        return None
    if name in _OF_MARKUP:
        return f"an EPUB's sheet may not set {name}", "the text says its direction itself"
    if name not in PROPERTIES and name not in _PREFIXED:
        return f"readers do not know {name}", "correct its name, or take it out"
    words = {token.lower_value for token in tokens if token.type == "ident"}
    if few := sorted(words & _WORDS.get(name, set())):
        return f"few readers know {name}: {few[0]}", "do without it"
    known = {*_VALUES.get(name, "").split(), *_EVERYWHERE}
    if name in _VALUES and (strange := sorted(words - known)):
        guess = near(strange[0], known)
        return f"{name} is never {strange[0]}", f"did you mean {guess}?" if guess else _cure(known)
    if name in _COLOURS and not words & _EVERYWHERE and not _is_colour(tokens):
        return f"{name} is to be a colour, not {declaration.text}", "write it as #rrggbb"
    for token in _all(tokens):
        if token.type == "function" and token.lower_name in _FUNCTIONS:
            told = f"for {token.lower_name}() some devices drop the whole sheet"
            return told, "write the length itself"
        if token.type == "function" and token.lower_name in _NEWER:
            return f"few readers know {token.lower_name}()", "write a value that all know"
        if token.type == "dimension" and token.lower_unit not in _UNITS:
            return f"few readers know the unit {token.unit}", "use em, % or pt"
    return None


def _cure(known: set[str]) -> str:
    return f"known: {', '.join(sorted(known - _EVERYWHERE))}"


def _is_colour(tokens: tuple[Any, ...]) -> bool:
    unfilled = any(token.type == "function" and token.lower_name == "var" for token in tokens)
    return unfilled or (len(tokens) == 1 and parse_color(tokens[0]) is not None)


def _all(tokens: tuple[Any, ...]) -> Iterator[Any]:
    todo = list(tokens)
    while todo:
        token = todo.pop()
        yield token
        todo += getattr(token, "arguments", None) or getattr(token, "content", None) or []


def _selector(selector: Selector) -> Iterator[str]:
    before = ""
    for token in selector.tokens:
        name = getattr(token, "lower_name", getattr(token, "lower_value", ""))
        if name == "is" and ":is" not in selector.text:  # so a rule within a rule is read
            yield "few readers know rules within rules"
        elif before == ":" and name and name not in _PSEUDO_CLASSES | _PSEUDO_ELEMENTS:
            yield f"few readers know :{name}"
        if before == "::" and name and name not in _PSEUDO_ELEMENTS:
            yield f"few readers know ::{name}"
        before = f"{before}:" if token == ":" else ""
        if token.type == "function":
            inner = tuple(token.arguments)
            nested = Selector(written(inner), inner, selector.line, selector.column, {})
            yield from _selector(nested)
