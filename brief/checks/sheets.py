"""Style sheets as their authors write them: what each rule says and where, and what it meets.

`epubstyle` reads the sheets of a finished book; here they are read before any book is made, so
that every complaint names the file and line that an author can mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import cssselect2
import tinycss2
from tinycss2.ast import FunctionBlock

from brief.checks.epubvalues import significant
from brief.findings import short


@dataclass(frozen=True, eq=False, slots=True)
class Declaration:
    """A property as a rule sets it."""

    name: str
    #: its value, without white space and comments between
    tokens: tuple[Any, ...]
    important: bool
    file: Path
    line: int
    column: int

    @property
    def text(self) -> str:
        """The value as CSS."""
        return " ".join(written([token]) for token in self.tokens)


@dataclass(frozen=True, eq=False, slots=True)
class Selector:
    """One selector of a rule."""

    text: str
    tokens: tuple[Any, ...]
    line: int
    column: int
    namespaces: dict[str | None, str]


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """A rule, or an at-rule that declares something itself."""

    file: Path
    line: int
    selectors: tuple[Selector, ...]
    #: of an at-rule its name and what follows it, such as "@page :first", or "@bottom-left"
    at: str
    #: the at-rules that it stands in
    conditions: tuple[str, ...]
    declarations: tuple[Declaration, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A line and column of a sheet, and what is said of it."""

    line: int
    column: int
    text: str
    hint: str = ""


@dataclass(slots=True)
class Sheet:
    """A style sheet that was read."""

    file: Path
    text: str
    rules: list[Rule] = field(default_factory=list)
    #: what is no CSS
    problems: list[Place] = field(default_factory=list)
    #: each at-rule, by name
    at_rules: list[Place] = field(default_factory=list)
    #: each file or address that it names
    addresses: list[Place] = field(default_factory=list)

    def declarations(self) -> Iterator[tuple[Rule, Declaration]]:
        """Yield every declaration with its rule."""
        for rule in self.rules:
            for each in rule.declarations:
                yield rule, each


def written(tokens: Iterable[Any]) -> str:
    """Return tokens as CSS, on one line."""
    return " ".join(tinycss2.serialize(list(tokens)).split())


@lru_cache(maxsize=64)
def read(file: Path, text: str) -> Sheet:
    """Return a style sheet with all that it says, and all that is no CSS."""
    sheet = Sheet(file, text)
    sheet.problems += _open_ends(text)
    try:
        nodes = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        _read(sheet, nodes, (), (), {})
    except (RecursionError, ValueError):
        told = "rules nested too deep, or a number without end"
        sheet.problems.append(Place(1, 1, told, "make it plainer"))
    places = {(each.line, each.column): each for each in reversed(sheet.problems)}
    sheet.problems = [*reversed(places.values())]
    return sheet


_SEMICOLON = "end the declaration before it with a semicolon"
_TOKENS = re.compile(
    r"""/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|[{}]""", re.DOTALL
)


def _open_ends(text: str) -> Iterator[Place]:
    """Yield what is begun and never ended; a reader of CSS ends it with the file, in silence."""
    opened: list[int] = []
    for found in _TOKENS.finditer(text):
        sign = found[0]
        if sign == "{":
            opened.append(found.start())
        elif sign == "}":
            if not opened:
                yield _at(text, found.start(), "a } without its {", "take it out")
            opened = opened[:-1]
        elif sign.startswith("/*") and (len(sign) < 4 or not sign.endswith("*/")):
            yield _at(text, found.start(), "a comment that never ends", "end it with */")
        elif sign[0] in "\"'" and (len(sign) < 2 or sign[-1] != sign[0]):
            told = "a text that does not end on its line"
            yield _at(text, found.start(), told, f"end it with {sign[0]}")
    for start in opened[-1:]:
        yield _at(text, start, "a { that is never closed", "close the rule with }")


def _at(text: str, start: int, message: str, hint: str = "") -> Place:
    before = text[:start]
    return Place(before.count("\n") + 1, start - before.rfind("\n"), message, hint)


def _read(
    sheet: Sheet,
    nodes: list[Any],
    conditions: tuple[str, ...],
    around: tuple[Any, ...],
    namespaces: dict[str | None, str],
) -> None:
    for node in nodes:
        if node.type == "error":
            told, hint = "neither a rule nor a declaration", ""
            if around:
                told, hint = "no declaration", "write it as `property: value;`"
            sheet.problems.append(Place(node.source_line, node.source_column, told, hint))
        elif node.type == "qualified-rule":
            _look(sheet, [*node.prelude, *node.content])
            inner = tinycss2.parse_blocks_contents(node.content)
            prelude = _nested(node.prelude, around) if around else node.prelude
            said = _declarations(sheet, inner)
            selectors = _selectors(sheet, node, prelude, namespaces)
            sheet.rules.append(Rule(sheet.file, node.source_line, selectors, "", conditions, said))
            rest = [each for each in inner if each.type not in ("declaration", "comment")]
            _read(sheet, significant(rest), conditions, tuple(significant(prelude)), namespaces)
        elif node.type == "at-rule":
            _at_rule(sheet, node, conditions, around, namespaces)


def _at_rule(
    sheet: Sheet,
    node: Any,
    conditions: tuple[str, ...],
    around: tuple[Any, ...],
    namespaces: dict[str | None, str],
) -> None:
    name, prelude = f"@{node.lower_at_keyword}", written(node.prelude)
    sheet.at_rules.append(Place(node.source_line, node.source_column, f"{name} {prelude}".strip()))
    _look(sheet, [*node.prelude, *(node.content or [])])
    if name == "@import":
        for token in significant(node.prelude)[:1]:
            if token.type == "string":
                place = Place(token.source_line, token.source_column, token.value)
                sheet.addresses.append(place)
    if name == "@namespace" and (words := significant(node.prelude)):
        prefix = words[0].value if words[0].type == "ident" else None
        namespaces[prefix] = str(getattr(words[-1], "value", ""))
    if node.content is None:
        return
    inner = tinycss2.parse_blocks_contents(node.content)
    groups = {"@media", "@supports", "@layer", "@container", "@scope"}
    if name in groups or name.startswith("@-"):
        _read(
            sheet,
            significant(inner),
            (*conditions, f"{name} {prelude}".strip()),
            around,
            namespaces,
        )
        return
    said = _declarations(sheet, inner)
    told = f"{name} {prelude}".strip()
    sheet.rules.append(Rule(sheet.file, node.source_line, (), told, conditions, said))
    if name == "@page":
        rest = [each for each in inner if each.type in ("at-rule", "error")]
        _read(sheet, rest, (*conditions, told), (), namespaces)
    elif name in ("@font-face", "@counter-style", "@color-profile") or name in MARGINS:
        errors = [each for each in inner if each.type == "error"]
        _read(sheet, errors, conditions, tuple(significant(node.prelude)) or (node,), namespaces)


_ENDS = ("left-corner", "left", "center", "right", "right-corner")
_MIDDLES = ("top", "middle", "bottom")
#: the at-rules within @page
MARGINS = {
    *(f"@{side}-{end}" for side in ("top", "bottom") for end in _ENDS),
    *(f"@{side}-{middle}" for side in ("left", "right") for middle in _MIDDLES),
    "@footnote",
}


def _declarations(sheet: Sheet, nodes: list[Any]) -> tuple[Declaration, ...]:
    found = []
    for node in nodes:
        if node.type != "declaration":
            continue
        name = node.name if node.name.startswith("--") else node.lower_name
        tokens = tuple(significant(node.value))
        place = node.source_line, node.source_column
        if not name.startswith("--"):
            if not tokens:
                told = f"{name} has no value"
                sheet.problems.append(Place(*place, told, "give it one, or take it out"))
            elif any(token == ":" for token in tokens):
                # what follows up to the next semicolon was taken for the value
                sheet.problems.append(Place(*place, f"{name} has no end", _SEMICOLON))
        found.append(Declaration(name, tokens, node.important, sheet.file, *place))
    return tuple(found)


def _look(sheet: Sheet, tokens: list[Any]) -> None:
    """Keep account of the addresses in a rule, and of what is no CSS in it."""
    todo = list(tokens)
    while todo:
        token = todo.pop()
        place = token.source_line, token.source_column
        if token.type == "error":
            sheet.problems.append(Place(*place, f"no CSS: {token.message}"))
        elif token.type == "url":
            sheet.addresses.append(Place(*place, token.value))
        elif token.type == "function":
            said = significant(token.arguments)
            if token.lower_name in ("url", "src") and said and said[0].type == "string":
                sheet.addresses.append(Place(*place, said[0].value))
            todo += token.arguments
        elif token.type.endswith("block"):
            todo += token.content


def parts(tokens: Iterable[Any]) -> list[list[Any]]:
    """Return what stands between the commas of a list, without white space around."""
    found: list[list[Any]] = [[]]
    for token in tokens:
        if token == ",":
            found.append([])
        elif token.type != "comment":
            found[-1].append(token)
    for part in found:
        for end in (0, -1):
            while part and part[end].type == "whitespace":
                part.pop(end)
    return found


def _selectors(
    sheet: Sheet, node: Any, prelude: list[Any], namespaces: dict[str | None, str]
) -> tuple[Selector, ...]:
    found = []
    for part, said in zip(parts(prelude), parts(node.prelude), strict=False):
        place = (said or [node])[0]
        text = written(said)
        each = Selector(text, tuple(part), place.source_line, place.source_column, namespaces)
        found.append(each)
        if compiled(loosened(part), namespaces) is None:
            told = f"{short(text)!r} is no selector" if text else "a comma with no selector by it"
            sheet.problems.append(Place(each.line, each.column, told))
    return tuple(found)


def _nested(prelude: list[Any], around: Sequence[Any]) -> list[Any]:
    """Return the selectors of a rule within another, as they would stand outside."""
    colon, space, comma = tinycss2.parse_component_value_list(": ,")
    whole = [colon, FunctionBlock(0, 0, "is", list(around))]
    found: list[Any] = []
    for part in parts(prelude):
        named = any(token == "&" for token in part)
        inner = [each for token in part for each in (whole if token == "&" else [token])]
        found += [*([comma] if found else []), *([] if named else [*whole, space]), *inner]
    return found


#: states that a document can come into, and none is made in
_STATES = {
    *("hover", "active", "focus", "focus-visible", "focus-within", "visited", "link", "any-link"),
    *("target", "checked", "enabled", "disabled", "lang", "dir"),
}
_ANYTHING = tinycss2.parse_component_value_list(":is(*)")


def loosened(tokens: Sequence[Any]) -> list[Any]:
    """Return a selector that does not ask for a language or a state, which any text may have."""
    found: list[Any] = []
    for token in tokens:
        name = getattr(token, "lower_name", getattr(token, "lower_value", ""))
        if found and found[-1] == ":" and name in _STATES:
            found[-1:] = _ANYTHING
        elif token.type == "[] block" and written(token.content).startswith("lang"):
            found += _ANYTHING
        elif token.type == "function":
            inner = loosened(token.arguments)
            found.append(FunctionBlock(token.source_line, token.source_column, token.name, inner))
        else:
            found.append(token)
    return found


def compiled(tokens: Sequence[Any], namespaces: dict[str | None, str]) -> Any:
    """Return a selector ready for use; nothing for what is none."""
    try:
        made = cssselect2.compile_selector_list(list(tokens), namespaces)
    except (cssselect2.SelectorError, ValueError, IndexError, RecursionError):
        return None
    return made[0] if made else None


@lru_cache(maxsize=4096)
def _ready(selector: Selector) -> Any:
    return compiled(selector.tokens, selector.namespaces)


def wrapped(root: Any) -> Any:
    """Return the root of a document, of ElementTree or lxml, for selectors to be put to."""
    xml = "}" in str(root.tag)
    make = cssselect2.ElementWrapper.from_xml_root if xml else None
    return make(root) if make else cssselect2.ElementWrapper.from_html_root(root)


def unmet(sheet: Sheet, roots: Sequence[Any]) -> list[Selector]:
    """Return the selectors of a sheet that meet nothing in any of some documents."""
    matcher = cssselect2.Matcher()
    left: dict[int, Selector] = {}
    for rule in sheet.rules:
        for each in rule.selectors:
            if (made := compiled(loosened(each.tokens), each.namespaces)) is not None:
                left[id(each)] = each
                matcher.add_selector(made, id(each))
    for root in roots:
        for element in wrapped(root).iter_subtree():
            for *_, met in matcher.match(element):
                left.pop(met, None)
    return list(left.values())


class Cascade:
    """Which declarations win for the elements of a document, by the sheets in their order."""

    def __init__(
        self, sheets: Sequence[Sheet], root: Any, holds: Callable[[tuple[str, ...]], bool]
    ) -> None:
        self.matcher = cssselect2.Matcher()
        self.pages: list[Rule] = []
        for sheet in sheets:
            for rule in filter(lambda rule: holds(rule.conditions), sheet.rules):
                self.pages += [rule] if rule.at else []
                for each in rule.selectors:
                    made = _ready(each)
                    if made is not None and not made.never_matches:
                        self.matcher.add_selector(made, rule)
        self.elements = {each.etree_element: each for each in wrapped(root).iter_subtree()}
        self.known: dict[Any, dict[str, dict[str, Declaration]]] = {}

    def of(self, element: Any, part: str = "") -> dict[str, Declaration]:
        """Return what is declared for an element, or a part of it such as "::before"."""
        if element not in self.known:
            ranked = []
            for specificity, order, pseudo, rule in self.matcher.match(self.elements[element]):
                name = f"::{pseudo}" if pseudo else ""
                ranked += [
                    ((each.important, specificity, order, n), name, each)
                    for n, each in enumerate(rule.declarations)
                ]
            ranked.sort(key=lambda one: one[0])
            made: dict[str, dict[str, Declaration]] = {"": {}}
            for _, name, each in ranked:
                made.setdefault(name, {})[each.name] = each
            self.known[element] = made
        return self.known[element].get(part, {})

    def around(self, element: Any, part: str = "") -> Iterator[dict[str, Declaration]]:
        """Yield what is declared for an element, or a part of it, then for those around it."""
        if part and element is not None:
            yield self.of(element, part)
        at = self.elements.get(element)
        while at is not None:
            yield self.of(at.etree_element)
            at = at.parent
        yield self.of_page(part if element is None else "")

    def of_page(self, margin: str = "") -> dict[str, Declaration]:
        """Return what is declared for pages, and for one of their margins such as "@top-left"."""
        found: dict[str, Declaration] = {}
        for name in ("@page", margin) if margin else ("@page",):
            for rule in self.pages:
                if rule.at == name or (name == "@page" and rule.at.startswith("@page ")):
                    found |= {each.name: each for each in rule.declarations}
        return found
