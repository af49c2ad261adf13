"""What the styles of an EPUB take from its reader's sight.

The cascade is followed, layout is not: a property hides by itself or with others of its element.
Conditions that not every screen meets, such as its width, are taken as not met.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import cssselect2
import tinycss2
from lxml import etree

from brief.checks import epubvalues
from brief.checks.epubvalues import Value, significant
from brief.findings import LimitError, finding, short

#: how many bytes of style a book may hold, and how many steps of some 2 µs it may take to apply it
MAX_STYLE = 1 << 23
MAX_STEPS = 10_000_000
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
#: notes, which readers hide and show when they are called
_NOTES = frozenset(
    {
        *("footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes"),
        *("doc-footnote", "doc-endnote", "doc-endnotes"),
    }
)
#: what of a style counts in SVG
_OF_SVG = frozenset({"display", "visibility", "opacity", "font-size"})
_WORD = re.compile(r"\w")

#: selectors, by what an element must have, with their order
Index = dict[str | None, list[tuple[Any, int, "_Rule"]]]


@dataclass(slots=True)
class Hidden:
    """What one rule hides, or what the style attributes of a document hide in one way."""

    document: str
    how: str
    #: the style sheet or document that holds the rule; nothing for a style attribute
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


@dataclass(eq=False, slots=True)
class _Rule:
    """A rule of a style sheet, whose selectors are compiled when there is use for them."""

    prelude: list[Any]
    namespaces: dict[str | None, str]
    declarations: list[_Declaration]
    selectors: list[Any] | None = None


class _Cause(NamedTuple):
    """A declaration that hides, and which element it is set for."""

    declaration: _Declaration
    number: int
    line: int


class _Sight(NamedTuple):
    """What hides the text of an element, by its own style and by those of the elements around."""

    #: what hides all that is within, whatever the style of that
    whole: _Cause | None = None
    #: inherited properties that hide until they are set otherwise
    inherited: Mapping[str, _Cause] = {}
    colour: Value = ""
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
        if not _suspicious([*(rule.declarations for rule in rules), *attributes.values()]):
            continue
        for cause, words in _unseen(styles, tree, styles.index(rules), attributes):
            by, element = cause.declaration, (path, cause.number)
            key = by if by.path else (path, by.name, by.value)
            if key not in found:
                found[key] = Hidden(path, _told(by), by.path, by.line if by.path else cause.line)
            each = found[key]
            if each.elements <= {element} and len(each.words) < 200:
                each.words = f"{each.words} {words}".strip()
            each.elements.add(element)
    return list(found.values())


def _told(declaration: _Declaration) -> str:
    """Return a declaration as it is written, and what else of its element hides with it."""
    name, tokens = declaration.written
    try:
        value = short(tinycss2.serialize(tokens).strip())
    except RecursionError:  # brackets in brackets, by the thousand
        value = "…"
    if declaration.name in epubvalues.SIZES:
        value += " with hidden overflow"
    elif declaration.name == "background-color":
        value += " behind words of that colour"
    return f"{name}: {value}"


# --- style sheets -------------------------------------------------------------------------------


class _Styles:
    """The styles of a book, each read once, and what they may still take to read and apply."""

    def __init__(self, files: Mapping[str, bytes], file: Path) -> None:
        self.files, self.file = files, file
        self.left_bytes, self.left_steps = MAX_STYLE, MAX_STEPS
        self.sheets: dict[str, list[_Rule | str]] = {}
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
        todo: list[_Rule | str] = []
        for source in self._sources(tree):
            if isinstance(source, str):
                todo.append(_resolve(path, source))
            else:
                text = "".join(source.itertext())
                nodes = self._parse(text, tinycss2.parse_stylesheet)
                todo += self._read(nodes, path, source.sourceline - 1)
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
                    sheet = self.files.get(each, b"")
                    nodes = self._parse(sheet, tinycss2.parse_stylesheet_bytes)
                    self.sheets[each] = self._read(nodes, each)
                todo += self.sheets[each]
        return rules[::-1]

    def _sources(self, tree: Any) -> Iterator[Any]:
        """Yield the style sheets of a document in order: addresses, or elements that hold one."""
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
            if "stylesheet" not in relation or not css or not _applies(media):
                continue
            # of sheets with titles, those with the first are in use
            title = node.get("title")
            preferred = preferred or title
            if title and title != preferred:
                continue
            if kind == "style":
                yield node
            elif node.get("href"):
                yield str(node.get("href"))

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
            for order, rule in enumerate(rules):
                for selector in self._selectors(rule):
                    self.spend()
                    needed = selector.local_name
                    if selector.id is not None:
                        needed = f"#{selector.id}"
                    elif selector.class_name is not None:
                        needed = f".{selector.class_name}"
                    index.setdefault(needed, []).append((selector, order, rule))
            self.indexes[key] = index
        return self.indexes[key]

    def _parse(self, style: bytes | str, parse: Callable[..., Any]) -> list[Any]:
        self.left_bytes -= len(style)
        if self.left_bytes < 0:
            message = f"holds more than {MAX_STYLE >> 20} MB of styles"
            raise LimitError(finding("L01", message, self.file))
        try:
            found = parse(style, skip_comments=True)
        except ValueError as error:
            message = f"holds styles with a number of too many digits: {error}"
            raise LimitError(finding("L01", message, self.file)) from error
        return list(found[0] if isinstance(style, bytes) else found)

    def _read(self, nodes: list[Any], path: str, above: int = 0) -> list[_Rule | str]:
        """Return those rules of a style sheet that bear upon what is seen, and whom it imports.

        `above` is the number of lines before the sheet in its file.
        """
        found: list[_Rule | str] = []
        namespaces: dict[str | None, str] = {}
        importing = True
        todo = nodes[::-1]
        while todo:
            node = todo.pop()
            if node.type == "qualified-rule":
                importing = False
                content = tinycss2.parse_blocks_contents(node.content)
                if declarations := _declarations(content, path, above):
                    found.append(_Rule(node.prelude, namespaces, declarations))
            elif node.type == "at-rule":
                keyword, prelude = node.lower_at_keyword, significant(node.prelude)
                importing = importing and keyword in ("charset", "import", "layer")
                if keyword == "import" and importing:
                    if (source := _address(prelude[:1])) and _applies(prelude[1:]):
                        found.append(_resolve(path, source))
                elif keyword == "namespace" and (source := _address(prelude[-1:])):
                    namespaces[prelude[0].value if len(prelude) > 1 else None] = source
                elif node.content is not None and (
                    (keyword == "media" and _applies(prelude)) or keyword in ("supports", "layer")
                ):
                    todo += tinycss2.parse_blocks_contents(node.content)[::-1]
        return found

    def _selectors(self, rule: _Rule) -> list[Any]:
        """Return the selectors of a rule; none if one is malformed, as a reader skips the rule."""
        if rule.selectors is None:
            inner = rule.prelude
            for _ in range(_MAX_DEPTH + 1):
                self.spend(_COMPILING * len(inner))
                inner = [each for token in inner for each in _content(token)]
            if inner:
                message = f"holds styles with selectors more than {_MAX_DEPTH} deep"
                raise LimitError(finding("L02", message, self.file))
            try:
                every = cssselect2.compile_selector_list(rule.prelude, rule.namespaces)
            except Exception:  # a hostile selector can break the compiler in any way there is
                every = []
            # what stands before or after an element is not the element
            rule.selectors = [
                each for each in every if each.pseudo_element is None and not each.never_matches
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


def _applies(query: list[Any]) -> bool:
    """Return whether a media query holds on any screen; what else an import says is left out."""
    queries: list[list[str]] = [[]]
    for token in significant(query):
        if token == ",":
            queries.append([])
        elif token.type == "ident" and token.lower_value not in ("only", "layer"):
            queries[-1].append(token.lower_value)
        elif token.type == "function" and token.lower_name in ("layer", "supports"):
            continue
        elif token.type != "ident":
            queries[-1].append("(")
    return any(
        words in ([], ["all"], ["screen"])
        or (words[0] == "not" and words[1:] not in (["all"], ["screen"]) and "(" not in words)
        for words in queries
    )


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
    colours: set[Value] = set()
    grounds: set[Value] = set()
    for declaration in (each for block in blocks for each in block):
        if epubvalues.hides(declaration.name, declaration.value):
            return True
        if declaration.name in ("color", "background-color"):
            (colours if declaration.name == "color" else grounds).add(declaration.value)
    return any(isinstance(each, tuple) for each in colours & grounds)


def _unseen(
    styles: _Styles, tree: Any, index: Index, attributes: Mapping[str, list[_Declaration]]
) -> Iterator[tuple[_Cause, str]]:
    """Yield each piece of text that is hidden, in order, and what hides it."""
    root = _Element.from_xml_root(tree)
    root.spend = styles.spend
    number = 0
    todo: list[tuple[Any, _Sight]] = [(root, _Sight())]
    while todo:
        part, sight = todo.pop()
        if isinstance(part, str):
            if (cause := _cause(sight)) and _WORD.search(part):
                yield cause, " ".join(part.split())
            continue
        node = part.etree_element
        if part.local_name in _UNSHOWN or node.get("hidden") is not None:
            continue
        number += 1
        own = _cascade(part, index, attributes.get(node.get("style"), []))
        sight = _look(part, own, sight, number)
        cause = sight.whole or sight.inherited.get("visibility")
        if cause and part.local_name == "img" and (told := " ".join(node.get("alt", "").split())):
            yield cause, told
        children = part.iter_children()
        parts = [node.text or ""]
        for child in node:
            parts += [next(children)] if isinstance(child.tag, str) else []
            parts.append(child.tail or "")
        todo += [(each, sight) for each in reversed(parts)]


def _cascade(
    element: _Element, index: Index, attribute: list[_Declaration]
) -> dict[str, _Declaration]:
    """Return the declarations that win for an element, by the property."""
    matched = []
    names = [None, element.local_name, *(f".{name}" for name in element.classes)]
    for name in [*names, f"#{element.id}"]:
        for selector, order, rule in index.get(name, ()):
            element.spend(1)
            try:
                if selector.test(element):
                    matched.append((selector.specificity, order, rule.declarations))
            except ValueError:  # an attribute that no document can have, an address that is none
                continue
    matched.sort(key=lambda each: each[:2])
    blocks = [*(declarations for _, _, declarations in matched), attribute]
    every = [declaration for block in blocks for declaration in block]
    return {each.name: each for each in sorted(every, key=lambda each: each.important)}


def _look(
    element: _Element, own: Mapping[str, _Declaration], around: _Sight, number: int
) -> _Sight:
    """Return what hides the text of an element."""
    node, kind = element.etree_element, element.local_name
    if _NOTES & {*node.get(_TYPE, "").split(), *node.get("role", "").split()}:
        return _Sight()
    style = {name: each.value for name, each in own.items()}
    whole, inherited, colour = around.whole, dict(around.inherited), around.colour
    if element.namespace_url == _SVG:  # which has other boxes, and fills for colours
        style = {name: value for name, value in style.items() if name in _OF_SVG}
        inherited = {name: each for name, each in inherited.items() if name in _OF_SVG}
    if kind == "a" and node.get("href") is not None:  # a link has a colour of its own
        colour = ""
        for name in epubvalues.COLOURS:
            inherited.pop(name, None)

    def cause(name: str) -> _Cause:
        return _Cause(own[name], number, node.sourceline or 0)

    inline = _is_inline(kind, style)
    for name, value in style.items():
        hides = epubvalues.hides(name, value)
        if name not in epubvalues.INHERITED:
            if hides and not whole and epubvalues.works(name, style, inline, kind not in _UNCUT):
                whole = cause(name)
        elif value in ("inherit", "unset", "of parent", "currentcolor"):
            continue
        elif name != "text-indent" or not inline:  # the first line is that of the block
            inherited.pop(name, None)
            if hides:
                inherited[name] = cause(name)
            if name == "color":
                colour = value
    if style.keys() & {"color", "background-color", "background-image"}:
        inherited.pop("background-color", None)
        ground = style.get("background-color")
        solid = isinstance(ground, tuple) and ground[-1] >= epubvalues.FAINT
        if solid and ground == colour and style.get("background-image", "none") == "none":
            inherited["background-color"] = cause("background-color")
    return _Sight(whole, inherited, colour, around.traced or epubvalues.traces(style))


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
        if not (sight.traced and name in epubvalues.COLOURS):
            return cause
    return None
