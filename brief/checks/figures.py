"""What a drawing shows, read from its file: the one that a source names, or an EPUB's own.

Only what can be told of a file without drawing it: its texts that are seen, and rectangles and
outlines of those that brief draws itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import cssselect2
import tinycss2
from lxml import etree

from brief.checks.result import Drawn

_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
#: elements that are not drawn where they stand, and those that hold others
_SILENT = {"defs", "symbol", "clipPath", "mask", "marker", "pattern", "filter", "title", "desc"}
_SILENT |= {"metadata", "style", "script", "foreignObject", "linearGradient", "radialGradient"}
_INHERITED = ("visibility", "fill", "stroke", "fill-opacity", "stroke-opacity")
_READ = (*_INHERITED, "display", "opacity", "font-size")
#: elements that are looked at, by way of `use` again and again
_MOST = 100_000


def drawn(data: bytes) -> Drawn:
    """Return what a drawing shows; nothing of what cannot be read."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return Drawn()
    reader = _Reader(root)
    texts = tuple(reader.texts(root, {}))
    bars = []
    for each in root.iter(f"{_SVG}rect"):
        if each.get("class") == "bar":
            x, y, width, height = (float(each.get(n)) for n in ("x", "y", "width", "height"))
            bars.append((x, -y - height, x + width, -y))
    lines = []
    for each in root.iter(f"{_SVG}path"):
        if each.get("class") == "line":
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", each.get("d", ""))]
            points = zip(numbers[::2], numbers[1::2], strict=False)
            lines.append(tuple((x, -y) for x, y in points))
    return Drawn(texts, tuple(bars), tuple(lines))


def letters(shown: Drawn) -> str:
    """Return the signs of the texts of a drawing, without spaces: where parts of them begin anew,
    there may be any or none."""
    return "".join("".join(text.split()) for text, _, _ in shown.texts)


class _Reader:
    """Reads the texts of a drawing as far as they are seen."""

    def __init__(self, root: Any) -> None:
        self.ids = {each.get("id"): each for each in reversed([*root.iter("*")])}
        self.styles: dict[Any, list[tuple[str, str, bool]]] = {}
        self.left = _MOST
        matcher, rules = cssselect2.Matcher(), 0
        for sheet in root.iter(f"{_SVG}style"):
            for rule in tinycss2.parse_stylesheet("".join(sheet.itertext())):
                if rule.type == "qualified-rule" and (told := list(_declared(rule.content))):
                    try:
                        selectors = cssselect2.compile_selector_list(rule.prelude)
                    except (cssselect2.SelectorError, RecursionError):
                        continue
                    for selector in selectors:
                        matcher.add_selector(selector, told)
                        rules += 1
        if rules:
            for wrapper in cssselect2.ElementWrapper.from_xml_root(root).iter_subtree():
                matched = matcher.match(wrapper)
                told = [
                    each for _, _, pseudo, listed in matched if pseudo is None for each in listed
                ]
                self.styles[wrapper.etree_element] = told

    def texts(
        self, element: Any, around: dict[str, str], by: tuple[str, ...] = ()
    ) -> Iterator[tuple[str, float, float]]:
        """Yield the texts in an element, each with where it begins, upside up."""
        self.left -= 1
        if self.left < 0 or not isinstance(element.tag, str):
            return
        name = _name(element)
        if name in _SILENT and not (name == "symbol" and by and by[-1] == f"#{element.get('id')}"):
            return
        style = self._style(element, around)
        if style.get("display") == "none" or _nought(style.get("opacity")):
            return
        if name == "text":
            words = "".join(self._words(element, style))
            if words.strip():
                first = next((e for e in element.iter("*") if e.get("x")), element)
                at = [re.match(r"-?[\d.]+", first.get(n) or "0") for n in ("x", "y")]
                x, y = (float(found[0]) if found else 0.0 for found in at)
                yield " ".join(words.split()), x, -y
        elif name == "use":
            target = next((element.get(each) for each in _HREFS if element.get(each)), "")
            if target[:1] == "#" and target not in by and target[1:] in self.ids:
                yield from self.texts(self.ids[target[1:]], style, (*by, target))
        elif name == "switch":
            for child in element:
                if isinstance(child.tag, str) and _name(child) != "foreignObject":
                    yield from self.texts(child, style, by)
                    break
        else:
            for child in element:
                yield from self.texts(child, style, by)

    def _words(self, element: Any, style: dict[str, str]) -> Iterator[str]:
        shown = style.get("visibility", "visible") == "visible" and not _nought(
            style.get("font-size")
        )
        inked = any(
            style.get(part, instead) not in ("none", "transparent")
            and not _nought(style.get(f"{part}-opacity"))
            for part, instead in (("fill", "black"), ("stroke", "none"))
        )
        seen = shown and inked
        yield (element.text or "") if seen else ""
        for child in element:
            if isinstance(child.tag, str) and _name(child) in ("tspan", "a"):
                own = self._style(child, style)
                if own.get("display") != "none" and not _nought(own.get("opacity")):
                    yield from self._words(child, own)
            yield (child.tail or "") if seen else ""

    def _style(self, element: Any, around: dict[str, str]) -> dict[str, str]:
        style = {name: value for name, value in around.items() if name in _INHERITED}
        declared = [(name, element.get(name), False) for name in _READ if element.get(name)]
        declared += self.styles.get(element, [])
        declared += _declared(element.get("style") or "")
        for last in (False, True):
            style |= {
                name: value.strip().lower()
                for name, value, important in declared
                if important == last and value.strip() != "inherit"
            }
        return style


def _declared(nodes: Any) -> Iterator[tuple[str, str, bool]]:
    """Yield the declarations that bear upon whether a text is seen."""
    for each in tinycss2.parse_blocks_contents(nodes):
        if each.type == "declaration" and each.lower_name in _READ:
            yield each.lower_name, tinycss2.serialize(each.value).strip(), each.important


def _nought(value: str | None) -> bool:
    """Return whether a number is 0, whatever it counts."""
    return value is not None and re.fullmatch(r"[-+]?(0+\.?0*|\.0+)([a-z]+|%)?", value) is not None


def _name(element: Any) -> str:
    """Return the name of an element of SVG, and nothing for others."""
    qualified = etree.QName(element)
    return str(qualified.localname) if f"{{{qualified.namespace}}}" == _SVG else ""
