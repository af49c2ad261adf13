"""What the styles of an EPUB, and attributes of its elements, take from its reader's sight.

The cascade is followed, layout is not: a property hides by itself or with others of its element,
and what one box covers of another is not found. Conditions that only some screens meet, such as
a width, are tried: met by none, each by itself, and together as far as they can hold together.
Layers and nested rules are taken as known to readers; print and speech are no screen.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import cssselect2
import tinycss2
from lxml import etree
from tinycss2.ast import FunctionBlock

from brief.checks import epubvalues
from brief.checks.epubvalues import Value, significant
from brief.findings import LimitError, finding, short

#: how many bytes of style a book may hold, and how many steps of some 2 µs it may take to apply it
MAX_STYLE = 1 << 23
MAX_STEPS = 10_000_000
#: bytes of a style that is kept for the next book
_KEPT = 1 << 16
#: the steps that it takes to compile a token of a selector, and to walk to an element
_COMPILING, _WALKING = 20, 4
#: how deep functions may stand in a selector: each `:nth-child(1 of …)` doubles what is in it
_MAX_DEPTH = 4

_XHTML = "http://www.w3.org/1999/xhtml"
_SVG = "http://www.w3.org/2000/svg"
_TYPE = "{http://www.idpf.org/2007/ops}type"
#: elements of XHTML that stand within a line, and those that a reader is not shown
_INLINE = (
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd label mark q rb rp rt ruby s samp"
    " small span strong sub sup time u var wbr"
)
WITHIN_LINES = frozenset(_INLINE.split())
SILENT = frozenset({"head", "script", "style", "template"})
#: elements with words that no reader shows, or only where it cannot show something else
_FALLBACK = "annotation annotation-xml audio canvas desc iframe metadata object rp title video"
_UNSHOWN = SILENT | frozenset(_FALLBACK.split())
#: boxes that cut nothing off: they grow, or it is the screen that cuts
_UNCUT = frozenset(
    {"html", "body", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"}
)
#: lists for the reading system alone, which need not be shown
_LISTS = frozenset({"landmarks", "page-list"})
#: elements with colours of their own
_OWN_COLOURS = frozenset({"mark", "button", "input", "select", "textarea"})
#: what of a style counts in SVG, and in the first line or letter of an element
_OF_SVG = frozenset({"display", "visibility", "opacity", "font-size"})
_OF_FIRST = frozenset({"visibility", "opacity", "font-size"}) | epubvalues.COLOURS
_FIRST = ("first-letter", "first-line")
#: what changes the colour of words, or what is behind them
_GROUND = frozenset(
    {
        *("color", "text-fill-color", "background-color", "background-image"),
        *("position", "display", "color-scheme"),
    }
)
_BLACK, _WHITE = (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)
#: how many pairs of colours are compared before a style is applied
_PAIRS = 2000
#: attributes that keep an element from some readers
_MARKED = (
    "boolean(//@popover | //@inert | //@aria-hidden | //@width[. = 0] | //@height[. = 0]"
    " | //*[local-name() = 'details' or local-name() = 'dialog'])"
)
_CLOSED = "a details element that is not open"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: what stands for a part of a selector that is not known
_ANYTHING = tinycss2.parse_component_value_list(":is(*)")
_WORD = re.compile(r"\w")
#: media that no EPUB is read in, and at-rules whose rules are no state that lasts
_NO_SCREEN = frozenset({"print", "speech", "aural", "braille", "embossed", "tty"})
_PASSING = frozenset({"keyframes", "starting-style"})
#: what stands in conditions that cannot hold together
_OPPOSITES = (
    *(("dark", "light"), ("portrait", "landscape"), ("min-", "max-"), ("<", ">")),
    ("amzn-kf8", "amzn-mobi"),
)

#: selectors, by what an element must have, with the rank of their layer and their order
Index = dict[str | None, list[tuple[Any, tuple[float, ...], int, "_Rule"]]]


@dataclass(slots=True)
class Hidden:
    """What one rule hides, or what the style attributes of a document hide in one way."""

    document: str
    how: str
    #: the style sheet or document that holds the rule or the attribute; nothing for
    #: a style attribute
    path: str
    line: int
    #: the first words that are hidden
    words: str = ""
    elements: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True, eq=False, slots=True)
class _Declaration:
    """A property that bears upon what is seen, as it is set somewhere."""

    name: str
    value: Value
    important: bool
    #: the name and the value in the style
    written: tuple[str, list[Any]]
    path: str
    line: int


class _Place(NamedTuple):
    """Where in a style a rule stands: under which conditions, and in which layer."""

    conditions: frozenset[str] = frozenset()
    layer: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class _Rule:
    """A rule of a style sheet, whose selectors are compiled when there is use for them.

    One that declares nothing says only that there is such a layer.
    """

    prelude: list[Any]
    namespaces: dict[str | None, str]
    declarations: list[_Declaration]
    place: _Place
    selectors: list[Any] | None = None


class _Cause(NamedTuple):
    """A declaration that hides, and which element it is set for."""

    declaration: _Declaration
    number: int
    line: int
    #: what else hides with it
    more: str = ""


class _Sight(NamedTuple):
    """What hides the text of an element, by its own style and by those of the elements around."""

    #: what hides all that is within, whatever the style of that
    whole: _Cause | None = None
    #: inherited properties that hide until they are set otherwise
    inherited: Mapping[str, _Cause] = {}
    #: the colour of the words, what they are filled with instead, and what is behind them
    colour: Value = "unknown"
    fill: Value = "none"
    ground: Value = "unknown"
    #: whether letters are drawn whatever their colour
    traced: bool = False


def hidden(documents: Mapping[str, Any], files: Mapping[str, bytes], file: Path) -> list[Hidden]:
    """Return what is hidden in documents, given as path and tree, by styles of theirs and in files.

    Raises LimitError for styles that would take for ever to apply.
    """
    styles = _Styles(files, file)
    found: dict[Any, Hidden] = {}
    for path, tree in documents.items():
        rules = styles.rules(path, tree)
        attributes = {text: styles.attribute(text) for text in map(str, tree.xpath("//@style"))}
        known: set[int] = set()
        for held in styles.readings(rules):
            some = [rule for rule in rules if rule.place.conditions <= held]
            blocks = [*(rule.declarations for rule in some), *attributes.values()]
            if not (_suspicious(blocks) or (not held and tree.xpath(_MARKED))):
                continue
            pieces = list(_unseen(styles, path, tree, styles.index(some), attributes, held))
            for number, cause, words in pieces:
                if number in known:
                    continue
                by, element = cause.declaration, (path, cause.number)
                key = (by if by.path else (path, by.name, by.value), held)
                if key not in found:
                    line = by.line if by.path else cause.line
                    found[key] = Hidden(path, _told(cause, held), by.path, line)
                each = found[key]
                if each.elements <= {element} and len(each.words) < 200:
                    each.words = f"{each.words} {words}".strip()
                each.elements.add(element)
            known |= {number for number, _, _ in pieces}
    return list(found.values())


def _told(cause: _Cause, held: frozenset[str]) -> str:
    """Return a declaration as it is written, and what hides with it."""
    name, tokens = cause.declaration.written
    told = f"{name}: {short(_written(tokens))}" if tokens else name
    under = f" under {short(' and '.join(sorted(held)))}" if held else ""
    return f"{told}{cause.more}{under}"


def _written(tokens: list[Any]) -> str:
    """Return tokens as a style has them."""
    try:
        return str(tinycss2.serialize(tokens)).strip()
    except RecursionError:  # brackets in brackets, by the thousand
        return "…"


# --- style sheets -------------------------------------------------------------------------------


@lru_cache(16)
def _parsed(style: bytes | str, parse: Callable[..., Any]) -> Any:
    """Return what a style says; most books of a house have the same."""
    return parse(style, skip_comments=True)


class _Styles:
    """The styles of a book, each read once, and what they may still take to read and apply."""

    def __init__(self, files: Mapping[str, bytes], file: Path) -> None:
        self.files, self.file = files, file
        self.left_bytes, self.left_steps = MAX_STYLE, MAX_STEPS
        self.sheets: dict[tuple[str, _Place], list[_Rule | tuple[str, _Place]]] = {}
        self.attributes: dict[str, list[_Declaration]] = {}
        self.indexes: dict[tuple[_Rule, ...], Index] = {}

    def spend(self, steps: int = 1) -> None:
        """Count steps of the work; raise LimitError when they are too many."""
        self.left_steps -= steps
        if self.left_steps < 0:
            message = "holds styles that take too long to apply"
            raise LimitError(finding("L01", message, self.file))

    def rules(self, path: str, tree: Any) -> list[_Rule]:
        """Return the rules for a document, in the order in which they overrule each other."""
        todo: list[_Rule | tuple[str, _Place]] = []
        for source, conditions in self._sources(tree):
            place = _Place(conditions)
            if isinstance(source, str):
                todo.append((_resolve(path, source), place))
            else:
                text = "".join(source.itertext())
                nodes = self._parse(text, tinycss2.parse_stylesheet)
                todo += self._read(nodes, path, place, source.sourceline - 1)
        rules: list[_Rule] = []
        seen = set()
        # from the last to the first, so that the last place counts of a sheet that has several,
        # and a circle of imports ends where it began
        while todo:
            self.spend()
            each = todo.pop()
            if isinstance(each, _Rule):
                rules.append(each)
            elif each not in seen:
                seen.add(each)
                if each not in self.sheets:
                    sheet = self.files.get(each[0], b"")
                    nodes = self._parse(sheet, tinycss2.parse_stylesheet_bytes)
                    self.sheets[each] = self._read(nodes, *each)
                todo += self.sheets[each]
        return rules[::-1]

    def readings(self, rules: list[_Rule]) -> Iterator[frozenset[str]]:
        """Yield the conditions to take as met, set by set: none, each, and what goes with each."""
        every = dict.fromkeys(
            rule.place.conditions
            for rule in rules
            if any(epubvalues.matters(each.name, each.value) for each in rule.declarations)
        )
        together: dict[frozenset[str], None] = {}
        for first in every:
            self.spend(len(rules) + len(every) ** 2)
            chosen = first
            for other in every:
                if all(_together(one, two) for one in chosen for two in other):
                    chosen |= other
            together[chosen] = None
        yield from {frozenset[str](): None} | every | together

    def _sources(self, tree: Any) -> Iterator[tuple[Any, frozenset[str]]]:
        """Yield the style sheets of a document in order, with the conditions that they ask for.

        They are addresses, or elements that hold one.
        """
        instruction = "preceding-sibling::processing-instruction('xml-stylesheet')"
        preferred = None
        for node in (
            *tree.xpath(instruction),
            *tree.iter(f"{{{_XHTML}}}link", f"{{{_XHTML}}}style", f"{{{_SVG}}}style"),
        ):
            kind = etree.QName(node).localname if isinstance(node.tag, str) else "instruction"
            relation = node.get("rel", "").lower().split() if kind == "link" else ["stylesheet"]
            if "alternate" in relation or node.get("alternate") == "yes":
                continue
            media = self._parse(node.get("media") or "", tinycss2.parse_component_value_list)
            css = (node.get("type") or "text/css").partition(";")[0].strip().lower() == "text/css"
            conditions = _media(media)
            if "stylesheet" not in relation or not css or conditions is None:
                continue
            # of sheets with titles, those with the first are in use
            title = node.get("title")
            preferred = preferred or title
            if title and title != preferred:
                continue
            if kind == "style":
                yield node, conditions
            elif node.get("href"):
                yield str(node.get("href")), conditions

    def attribute(self, text: str) -> list[_Declaration]:
        """Return what a style attribute declares."""
        if text not in self.attributes:
            self.attributes[text] = _declarations(
                self._parse(text, tinycss2.parse_blocks_contents), "", 0
            )
        return self.attributes[text]

    def index(self, rules: list[_Rule]) -> Index:
        """Return the selectors of rules by the name, class or id that an element must have."""
        key = tuple(rules)
        if key not in self.indexes:
            index: Index = {}
            layers: dict[tuple[str, ...], int] = {}
            for order, rule in enumerate(rules):
                inner = [rule.place.layer[: n + 1] for n in range(len(rule.place.layer))]
                # what stands in a layer yields to what stands beside it, in none
                rank = (*(layers.setdefault(layer, len(layers)) for layer in inner), math.inf)
                for selector in self._selectors(rule) if rule.declarations else ():
                    self.spend()
                    needed = selector.local_name
                    if selector.id is not None:
                        needed = f"#{selector.id}"
                    elif selector.class_name is not None:
                        needed = f".{selector.class_name}"
                    index.setdefault(needed, []).append((selector, rank, order, rule))
            self.indexes[key] = index
        return self.indexes[key]

    def _parse(self, style: bytes | str, parse: Callable[..., Any]) -> list[Any]:
        self.left_bytes -= len(style)
        if self.left_bytes < 0:
            message = f"holds more than {MAX_STYLE >> 20} MB of styles"
            raise LimitError(finding("L01", message, self.file))
        try:
            read = _parsed if len(style) <= _KEPT else _parsed.__wrapped__
            found = read(style, parse)
        except ValueError as error:
            message = f"holds styles with a number of too many digits: {error}"
            raise LimitError(finding("L01", message, self.file)) from error
        return list(found[0] if isinstance(style, bytes) else found)

    def _read(
        self, nodes: list[Any], path: str, place: _Place, above: int = 0
    ) -> list[_Rule | tuple[str, _Place]]:
        """Return those rules of a style sheet that bear upon what is seen, and whom it imports.

        `above` is the number of lines before the sheet in its file.
        """
        found: list[_Rule | tuple[str, _Place]] = []
        namespaces: dict[str | None, str] = {}
        importing = True
        todo: list[tuple[Any, _Place, list[Any]]] = [(node, place, []) for node in nodes[::-1]]
        while todo:
            node, place, around = todo.pop()
            if node.type == "qualified-rule":
                importing = False
                self.spend(len(node.prelude) + len(around))
                around = _nested(node.prelude, around) if around else node.prelude
            elif node.type != "at-rule":
                continue
            else:
                keyword, prelude = node.lower_at_keyword, significant(node.prelude)
                importing = importing and keyword in ("charset", "import", "layer")
                if keyword == "import" and importing and (source := _address(prelude[:1])):
                    if (there := _imported(place, node, prelude[1:])) is not None:
                        found.append((_resolve(path, source), there))
                elif keyword == "namespace" and (source := _address(prelude[-1:])):
                    namespaces[prelude[0].value if len(prelude) > 1 else None] = source
                places = _places(place, node)
                found += [_Rule([], {}, [], each) for each in places if each.layer != place.layer]
                if node.content is None or not places:
                    continue
                place = places[0]
                if keyword == "scope" and not around and prelude and prelude[0].type == "() block":
                    around = prelude[0].content
            content = tinycss2.parse_blocks_contents(node.content)
            if around and (declarations := _declarations(content, path, above)):
                found.append(_Rule(around, namespaces, declarations, place))
            todo += [(each, place, around) for each in reversed(content)]
        return found

    def _selectors(self, rule: _Rule) -> list[Any]:
        """Return the selectors of a rule; none if one is malformed, as a reader skips the rule."""
        if rule.selectors is None:
            inner = rule.prelude
            self.spend(_COMPILING * len(inner))
            for _ in range(_MAX_DEPTH + 1):
                outer, inner = inner, []
                for token in outer:
                    inner += _content(token)
                    self.spend(_COMPILING * len(_content(token)))
            if inner:
                message = f"holds styles with selectors more than {_MAX_DEPTH} deep"
                raise LimitError(finding("L02", message, self.file))
            every = _compiled(rule.prelude, rule.namespaces)
            if every is None:
                every = []
                if any(epubvalues.hides(each.name, each.value) for each in rule.declarations):
                    self.spend(2 * _COMPILING * len(rule.prelude))
                    for selector in _selectors(rule.prelude):
                        every += _compiled(_known(selector, rule.namespaces), rule.namespaces) or []
            # what stands before or after an element is not the element
            rule.selectors = [
                each
                for each in every
                if each.pseudo_element in (None, *_FIRST) and not each.never_matches
            ]
        return rule.selectors


def _resolve(base: str, reference: str) -> str:
    """Return the path that a reference inside the book leads to."""
    path = unquote(reference.strip().partition("#")[0].partition("?")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path))


def _address(tokens: list[Any]) -> str:
    """Return the address that a token gives, or nothing."""
    if tokens and tokens[0].type == "function" and tokens[0].lower_name == "url":
        tokens = significant(tokens[0].arguments)
    return str(tokens[0].value) if tokens and tokens[0].type in ("url", "string") else ""


def _media(query: list[Any]) -> frozenset[str] | None:
    """Return on what it hangs whether a media query holds; nothing if it never does."""
    queries: list[list[str]] = [[]]
    for token in significant(query):
        if token == ",":
            queries.append([])
        else:
            queries[-1].append(token.lower_value if token.type == "ident" else "(")
    # false, true, or unsure
    truths = [_holds([word for word in words if word != "only"]) for words in queries]
    if True in truths:
        return frozenset()
    return frozenset({f"@media {_written(query)}"}) if None in truths else None


def _holds(words: list[str]) -> bool | None:
    """Return whether one media query holds on every screen or on none; nothing for on some."""
    if words[:1] == ["not"] and words[1:2] != ["("]:
        holds = _holds(words[1:])
        return None if holds is None else not holds
    if words[:1] and words[0] in _NO_SCREEN:
        return False
    return True if words in ([], ["all"], ["screen"]) else None


def _places(place: _Place, rule: Any) -> list[_Place]:
    """Return the places that an at-rule names: none if it never holds, several for a list."""
    keyword = re.sub("^-[a-z]+-", "", rule.lower_at_keyword)
    if keyword == "layer":
        names = [_written(tokens) for tokens in _selectors(rule.prelude)]
        return [_layer(place, name, rule) for name in names]
    if keyword == "media":
        held = _media(rule.prelude)
        return [] if held is None else [place._replace(conditions=place.conditions | held)]
    if keyword in _PASSING or rule.content is None:
        return []
    condition = f"@{keyword} {_written(rule.prelude)}".strip()
    return [place._replace(conditions=place.conditions | {condition})]


def _layer(place: _Place, name: str, rule: Any) -> _Place:
    """Return a place in a layer; one without a name is like no other."""
    names = name.split(".") if name else [f"{rule.source_line}:{rule.source_column}"]
    return place._replace(layer=(*place.layer, *names))


def _imported(place: _Place, rule: Any, tokens: list[Any]) -> _Place | None:
    """Return the place of a sheet that is imported so; nothing if it never holds."""
    while tokens:
        first = tokens[0]
        name = first.lower_name if first.type == "function" else getattr(first, "lower_value", "")
        if name == "layer":
            place = _layer(place, _written(getattr(first, "arguments", [])), rule)
        elif name == "supports":
            condition = f"@supports ({_written(first.arguments)})"
            place = place._replace(conditions=place.conditions | {condition})
        else:
            break
        tokens = tokens[1:]
    at = next((n for n, token in enumerate(rule.prelude) if tokens and token is tokens[0]), None)
    held = _media([] if at is None else rule.prelude[at:])
    return None if held is None else place._replace(conditions=place.conditions | held)


def _together(one: str, two: str) -> bool:
    """Return whether two conditions can hold together, as far as can be told by their words."""
    if one != two and (" not " in one) != (" not " in two):
        return False
    pairs = (*_OPPOSITES, *(pair[::-1] for pair in _OPPOSITES))
    return one == two or not any(first in one and last in two for first, last in pairs)


def _selectors(prelude: list[Any]) -> list[list[Any]]:
    """Return the parts of a list between its commas, without white space around."""
    parts = [
        list(part) for comma, part in groupby(prelude, lambda token: token == ",") if not comma
    ]
    for part in parts:
        for end in (0, -1):
            while part and part[end].type in ("whitespace", "comment"):
                part.pop(end)
    return parts or [[]]


def _nested(prelude: list[Any], around: list[Any]) -> list[Any]:
    """Return the selectors of a rule within another, as they would stand outside."""
    colon, space, comma = tinycss2.parse_component_value_list(": ,")
    whole = [colon, FunctionBlock(0, 0, "is", around)]
    first, *more = _selectors(around)

    def filled(tokens: list[Any], depth: int = 0) -> list[Any]:
        found: list[Any] = []
        for token in tokens:
            if token == "&":
                found += whole
            elif token.type == "ident" and token.lower_value == "scope" and found[-1:] == [":"]:
                found[-1:] = whole
            elif token.type == "function" and depth < _MAX_DEPTH:
                inner = filled(token.arguments, depth + 1)
                found.append(FunctionBlock(0, 0, token.name, inner))
            else:
                found.append(token)
        return found

    result: list[Any] = []
    for selector in _selectors(prelude):
        inner = filled(selector)
        if "&" not in _written(selector) and inner[1:2] != whole[1:]:
            inner = [*whole, space, *inner]
        if inner[:2] == whole and not more:  # plainer, and no deeper
            inner[:2] = first
        result += [*([comma] if result else []), *inner]
    return result


def _compiled(selectors: list[Any], namespaces: dict[str | None, str]) -> list[Any] | None:
    """Return a list of selectors ready for use; nothing for what is not one."""
    try:
        return list(cssselect2.compile_selector_list(selectors, namespaces))
    except Exception:  # a hostile selector can break the compiler in any way there is
        return None


def _known(selector: list[Any], namespaces: dict[str | None, str]) -> list[Any]:
    """Return a selector that also matches what those parts exclude that are not known here."""
    known: list[Any] = []
    todo = selector[::-1]
    while todo:
        part = [todo.pop()]
        if part == [":"] and todo and todo[-1] != ":":
            part.append(todo.pop())
        if (len(part) > 1 or part[0].type == "[] block") and _compiled(part, namespaces) is None:
            part = _ANYTHING
        known += part
    return known


def _content(token: Any) -> list[Any]:
    """Return the tokens in a block or a function."""
    return getattr(token, "arguments", None) or getattr(token, "content", None) or []


def _declarations(nodes: list[Any], path: str, above: int) -> list[_Declaration]:
    """Return what of a block bears upon what is seen: of each property what is set last."""
    found: dict[tuple[str, bool], _Declaration] = {}
    for node in nodes:
        if node.type == "declaration":
            written, line = (node.lower_name, node.value), above + node.source_line
            for name, value in epubvalues.values(node.lower_name, significant(node.value)):
                key = name, node.important
                found[key] = _Declaration(name, value, node.important, written, path, line)
    return list(found.values())


class _Element(cssselect2.ElementWrapper):  # type: ignore[misc]
    """An element whose every look at its relatives counts, so that no selector takes for ever."""

    in_disabled_fieldset = False
    spend: Callable[[int], None]

    def __init__(self, node: Any, parent: Any, *place: Any, **named: Any) -> None:
        if parent is not None:
            self.spend = parent.spend
        super().__init__(node, parent, *place, **named)

    @property
    def ancestors(self) -> Iterator[Any]:
        """Yield the elements around this one."""
        return self._follow("parent")

    @property
    def previous_siblings(self) -> Iterator[Any]:
        """Yield the elements before this one."""
        return self._follow("previous")

    @property
    def etree_siblings(self) -> list[Any]:
        """Return the children of the parent; that a selector looks at each of them counts."""
        self.spend(len(self.siblings) >> 5)
        return self.siblings

    @etree_siblings.setter
    def etree_siblings(self, siblings: list[Any]) -> None:
        self.siblings = siblings

    @cached_property
    def lang(self) -> str:
        """The language of this element, by either attribute that XHTML has for it."""
        own = self.etree_element.get(_XML_LANG, self.etree_element.get("lang"))
        return str(own).lower() if own is not None else self.parent.lang if self.parent else ""

    def iter_children(self) -> Iterator[Any]:
        """Yield the elements in this one."""
        for child in super().iter_children():
            self.spend(_WALKING)
            yield child

    def _follow(self, way: str) -> Iterator[Any]:
        other = getattr(self, way)
        while other is not None:
            self.spend(1)
            yield other
            other = getattr(other, way)


def _suspicious(blocks: Iterable[Iterable[_Declaration]]) -> bool:
    """Return whether anything in styles could hide, to whatever it applies."""
    colours: set[Value] = {_BLACK}
    grounds: set[Value] = {_WHITE}
    for name, value in ((each.name, each.value) for block in blocks for each in block):
        if name in ("overflow-x", "overflow-y"):  # without which a line may have no height
            if value in ("hidden", "clip"):
                return True
        elif name != "line-height" and epubvalues.hides(name, value):
            return True
        if name in epubvalues.COLOURS:
            (grounds if name == "background-color" else colours).add(value)
    if len(colours) * len(grounds) > _PAIRS or "currentcolor" in grounds:
        return True
    known = [each for each in grounds if isinstance(each, tuple) and each[-1]]
    # what shows through a ground may give it any colour
    return any(each[-1] < 1 for each in known) or any(
        epubvalues.alike(colour, ground) for colour in colours for ground in known
    )


def _unseen(
    styles: _Styles,
    path: str,
    tree: Any,
    index: Index,
    attributes: Mapping[str, list[_Declaration]],
    held: frozenset[str],
) -> Iterator[tuple[int, _Cause, str]]:
    """Yield each piece of text that is hidden, in order: its number, what hides it, its words."""
    root = _Element.from_xml_root(tree)
    root.spend = styles.spend
    marks: dict[str, _Declaration] = {}
    number = 0
    # by night, readers choose the colours that are not set
    paper = (
        _Sight() if any("dark" in each for each in held) else _Sight(colour=_BLACK, ground=_WHITE)
    )
    todo: list[tuple[Any, _Sight]] = [(root, paper)]
    while todo:
        part, sight = todo.pop()
        number += 1
        if isinstance(part, str):
            if (cause := _cause(sight)) and _WORD.search(part):
                yield number, cause, " ".join(part.split())
            continue
        node, kind = part.etree_element, part.local_name
        # what is marked as hidden does not count as shown: it is missed by whoever looks for it
        if kind in _UNSHOWN or node.get("hidden") is not None:
            continue
        if kind == "nav" and _LISTS & {*node.get(_TYPE, "").split()}:
            continue
        every = _cascade(part, index, attributes.get(node.get("style"), []))
        own = every.pop(None, {})
        mark = _mark(part, own)
        around, sight = sight, _look(part, own, sight, number)
        if mark and not sight.whole:
            line = node.sourceline or 0
            by = _Declaration(mark, "nothing", False, (mark, []), path, line)
            sight = sight._replace(whole=_Cause(marks.setdefault(mark, by), number, line))
        cause = sight.whole or sight.inherited.get("visibility")
        if cause and kind == "img" and (told := " ".join(node.get("alt", "").split())):
            yield number, cause, told
        for some in every.values() if not _cause(sight) else ():
            first = {name: each for name, each in some.items() if name in _OF_FIRST}
            text = next(filter(_WORD.search, node.itertext()), "")
            if text and (cause := _cause(_look(part, first, sight, number))):
                yield -number, cause, " ".join(text.split())
        children = part.iter_children()
        parts = [(node.text or "", sight)]
        for child in node:
            if isinstance(child.tag, str):
                shown = mark == _CLOSED and child.tag.endswith("}summary")
                parts.append((next(children), around if shown else sight))
            parts.append((child.tail or "", sight))
        todo += reversed(parts)


def _mark(element: _Element, own: Mapping[str, _Declaration]) -> str:
    """Return the attribute, or the lack of one, that keeps an element from some readers."""
    node, kind = element.etree_element, element.local_name
    if kind in ("details", "dialog") and node.get("open") is None:
        return _CLOSED if kind == "details" else "a dialog that is not open"
    for name in ("popover", "inert"):
        if node.get(name) is not None and not (name == "popover" and "display" in own):
            return f"the attribute {name}"
    if node.get("aria-hidden") == "true" and not _is_alternative(node):
        return "the attribute aria-hidden"
    for name in ("width", "height") if kind == "img" else ():
        if name not in own and node.get(name) == "0":
            return f"the attribute {name}"
    return ""


def _is_alternative(node: Any) -> bool:
    """Return whether words say no more than the alternative of a picture beside them."""
    words = "".join(node.itertext()).split()
    return any(words == alt.split() for alt in node.xpath("..//@alt"))


def _cascade(
    element: _Element, index: Index, attribute: list[_Declaration]
) -> dict[str | None, dict[str, _Declaration]]:
    """Return the declarations that win for an element and its pseudo-elements, by the property."""
    every: list[tuple[Any, str | None, _Declaration]] = [
        ((each.important, True), None, each) for each in attribute
    ]
    names = [None, element.local_name, *(f".{name}" for name in element.classes)]
    for name in [*names, f"#{element.id}"]:
        for selector, rank, order, rule in index.get(name, ()):
            element.spend(1)
            try:
                if not selector.test(element):
                    continue
            except ValueError:  # an attribute that no document can have, an address that is none
                continue
            for each in rule.declarations:
                layer = tuple(-n for n in rank) if each.important else rank
                key = each.important, False, layer, selector.specificity, order
                every.append((key, selector.pseudo_element, each))
    every.sort(key=itemgetter(0))
    found: dict[str | None, dict[str, _Declaration]] = {}
    for _, pseudo, each in every:
        found.setdefault(pseudo, {})[each.name] = each
    return found


def _look(
    element: _Element, own: Mapping[str, _Declaration], around: _Sight, number: int
) -> _Sight:
    """Return what hides the text of an element."""
    node, kind = element.etree_element, element.local_name
    style = {name: each.value for name, each in own.items()}
    whole, inherited = around.whole, dict(around.inherited)
    colour, fill, ground = around.colour, around.fill, around.ground
    if element.namespace_url == _SVG:  # which has other boxes, and fills for colours
        style = {name: value for name, value in style.items() if name in _OF_SVG}
        inherited = {name: each for name, each in inherited.items() if name in _OF_SVG}
    if kind in _OWN_COLOURS or (kind == "a" and node.get("href") is not None):
        colour = "unknown"
        ground = "unknown" if kind in _OWN_COLOURS else ground
        inherited.pop("color", None)
        inherited.pop("background-color", None)

    def cause(name: str, more: str = "") -> _Cause:
        return _Cause(own[name], number, node.sourceline or 0, more)

    box = _box(kind, style)
    for name, value in style.items():
        hides = epubvalues.hides(name, value) and epubvalues.works(name, style, box)
        if name not in epubvalues.INHERITED:
            if hides and not whole:
                cut = name in epubvalues.SIZES and box != "picture"
                whole = cause(name, " with hidden overflow" if cut else "")
        elif value in ("inherit", "unset", "of parent", "currentcolor"):
            continue
        elif name != "text-indent" or box != "line":  # the first line is that of the block
            inherited.pop(name, None)
            if hides:
                more = " with hidden overflow" if name == "line-height" else ""
                inherited[name] = cause(name, more)
            colour = value if name == "color" else colour
            fill = value if name == "text-fill-color" else fill
    most, letters = epubvalues.room(style)
    if most in style and box == "cuts" and not whole and _letters(element) > letters:
        whole = cause(most, " with hidden overflow, for so many words")
    if style.keys() & _GROUND:
        inherited.pop("background-color", None)
        ground = _ground(style, ground, colour)
        drawn = fill if isinstance(fill, tuple) else colour
        if epubvalues.alike(drawn, ground):
            for name in ("background-color", "text-fill-color", "color"):
                if isinstance(style.get(name), tuple) or style.get(name) == "currentcolor":
                    behind = " behind words" if name == "background-color" else " on a ground"
                    inherited["background-color"] = cause(name, f"{behind} of that colour")
                    break
    traced = around.traced or epubvalues.traces(style)
    return _Sight(whole, inherited, colour, fill, ground, traced)


def _ground(style: Mapping[str, Value], ground: Value, colour: Value) -> Value:
    """Return what is behind the words of an element, as far as it is known without a layout."""
    scheme = str(style.get("color-scheme", ""))
    away = style.get("position") in ("absolute", "fixed") or (
        style.get("position") == "relative" and style.keys() & {"top", "right", "bottom", "left"}
    )
    if away or "grid" in str(style.get("display")) or ("dark" in scheme and "light" not in scheme):
        ground = "unknown"
    if style.get("background-image", "none") != "none":
        return "unknown"
    own = style.get("background-color", "none")
    if own == "currentcolor":
        return colour
    if isinstance(own, tuple):
        return epubvalues.over(own, ground)
    return "unknown" if own == "unknown" else ground


def _letters(element: _Element) -> int:
    """Return how many letters stand in an element."""
    letters = sum(map(len, element.etree_element.itertext()))
    element.spend(letters >> 4)
    return letters


def _box(kind: str, style: Mapping[str, Value]) -> str:
    """Return how an element bears what it holds, as `epubvalues.works` asks for it."""
    if kind == "img":
        return "picture"
    if _is_inline(kind, style):
        return "line"
    return "grows" if kind in _UNCUT else "cuts"


def _is_inline(kind: str, style: Mapping[str, Value]) -> bool:
    """Return whether an element stands within a line of text."""
    display = style.get("display", "inline" if kind in WITHIN_LINES else "block")
    out_of_line = style.get("position") in ("absolute", "fixed")
    return display == "inline" and not out_of_line and style.get("float", "none") == "none"


def _cause(sight: _Sight) -> _Cause | None:
    """Return what hides a text, if anything does."""
    if sight.whole:
        return sight.whole
    for name, cause in sight.inherited.items():
        filled = name == "color" and isinstance(sight.fill, tuple)
        if not filled and not (sight.traced and name in epubvalues.COLOURS):
            return cause
    return None
