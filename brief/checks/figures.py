"""Whether drawings and charts show what the files show that a source names.

Of a drawing, its texts that are seen are read, without drawing it. Of a chart, also its bars and
lines, as the finished edition has them: they are held against the data, which are read once more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import dist, isclose
from typing import Any

import cssselect2
import tinycss2
from lxml import etree
from tinycss2.color5 import parse_color

from brief.checks.result import Drawn
from brief.findings import short
from brief.language import decimal_sign, direction, format_number, format_period
from brief.model import ILLEGAL

_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
#: elements that are not drawn where they stand, and those that hold others
_SILENT = {"defs", "symbol", "clipPath", "mask", "marker", "pattern", "filter", "title", "desc"}
_SILENT |= {"metadata", "style", "script", "foreignObject", "linearGradient", "radialGradient"}
_INHERITED = ("visibility", "fill", "stroke", "fill-opacity", "stroke-opacity")
_READ = (*_INHERITED, "display", "opacity", "font-size")
#: elements that are looked at, by way of `use` again and again
_MOST = 100_000


_PLACE = re.compile(r"-?\d+(\.\d+)?")
#: an outline as charts have them
_STRAIGHT = re.compile(r"M( -?\d+(\.\d+)?){2}( L( -?\d+(\.\d+)?){2})+")


def drawn(data: bytes) -> Drawn:
    """Return what a drawing shows; nothing of what cannot be read."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return Drawn()
    reader = _Reader(root)
    texts = tuple(reader.texts(root, {}))
    bars, lines = [], []
    for each in root.iter(f"{_SVG}rect"):
        sides = [each.get(name, "") for name in ("x", "y", "width", "height")]
        if each.get("class") == "bar" and all(map(_PLACE.fullmatch, sides)):
            x, y, width, height = map(float, sides)
            bars.append((x, -y - height, x + width, -y))
    for each in root.iter(f"{_SVG}path"):
        if each.get("fill") == "none" and _STRAIGHT.fullmatch(each.get("d", "")):
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", each.get("d"))]
            points = zip(numbers[::2], numbers[1::2], strict=True)
            lines.append(tuple((x, -y) for x, y in points))
    dots = [
        (float(each.get("cx")), -float(each.get("cy")))
        for each in root.iter(f"{_SVG}circle")
        if all(_PLACE.fullmatch(each.get(name, "")) for name in ("cx", "cy"))
    ]
    return Drawn(texts, tuple(bars), tuple(lines), tuple(dots))


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
            lines = [e for e in element if all(_PLACE.fullmatch(e.get(n, "")) for n in "xy")]
            # a text of which each line says where it stands
            if len(lines) == len(element) > 0 and not (element.text or "").strip():
                for line in lines:
                    words = "".join(self._words(line, self._style(line, style)))
                    if words.strip():
                        yield " ".join(words.split()), float(line.get("x")), -float(line.get("y"))
                return
            words = "".join(self._words(element, style))
            if words.strip():
                first = next((e for e in element.iter("*") if e.get("x")), element)
                at = [_PLACE.match(first.get(n) or "0") for n in ("x", "y")]
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
            self._inks(style.get(part, instead)) and not _nought(style.get(f"{part}-opacity"))
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

    def _inks(self, paint: str) -> bool:
        """Return whether a paint leaves anything to be seen."""
        found = re.fullmatch(r"url\(\s*[\"']?#?([^\"')]*?)[\"']?\s*\)\s*(.*)", paint)
        if found:
            target = self.ids.get(found[1])
            if target is not None and next(target.iter(f"{_SVG}stop"), None) is not None:
                return True
            linked = target is not None and any(target.get(each) for each in _HREFS)
            return linked or self._inks(found[2] or "none")
        colour = None if paint == "none" else parse_color(paint)
        return colour is not None and getattr(colour, "alpha", 1) > 0

    def _style(self, element: Any, around: dict[str, str]) -> dict[str, str]:
        style = {name: value for name, value in around.items() if name in _INHERITED}
        declared = [(name, element.get(name), False) for name in _READ if element.get(name)]
        declared += self.styles.get(element, [])
        declared += _declared(element.get("style") or "")
        for last in (False, True):
            style |= {
                name: value.strip() if "url(" in value else value.strip().lower()
                for name, value, important in declared
                if important == last and _counts(name, value.strip())
            }
        return style


def _declared(nodes: Any) -> Iterator[tuple[str, str, bool]]:
    """Yield the declarations that bear upon whether a text is seen."""
    for each in tinycss2.parse_blocks_contents(nodes):
        if each.type == "declaration" and each.lower_name in _READ:
            yield each.lower_name, tinycss2.serialize(each.value).strip(), each.important


def _counts(name: str, value: str) -> bool:
    """Return whether a value is one that a property may have, as far as that matters here."""
    if name in ("fill", "stroke"):
        known = value == "none" or "url(" in value
        return known or parse_color(value) is not None
    return value != "inherit"


def _nought(value: str | None) -> bool:
    """Return whether a number is 0, whatever it counts."""
    return value is not None and re.fullmatch(r"[-+]?(0+\.?0*|\.0+)([a-z]+|%)?", value) is not None


def _name(element: Any) -> str:
    """Return the name of an element of SVG, and nothing for others."""
    qualified = etree.QName(element)
    return str(qualified.localname) if f"{{{qualified.namespace}}}" == _SVG else ""


# --- data ---------------------------------------------------------------------------------------

#: what parts thousands besides a dot or a comma, and what stands for no number
_APART = re.compile("[ \u00a0\u2007\u2009\u202f'’٬]")
_ABSENT = {"", "-", "–", "—", "…", "..", "..."}
#: pt by which what is drawn may be off: it is written with two decimals, the least bar is longer
_OFF = 0.4
#: pt of type that is read without trouble, less what is rounded
_LEGIBLE = 6.9
#: pt that the line of a number of 8 pt lies below the middle of its digits
_BELOW = 2.72


@dataclass(frozen=True, slots=True)
class Table:
    """What a CSV file holds, by these rules and not those of intake."""

    head: list[str]
    rows: list[list[str]]
    #: of each row, its cells after the first as numbers
    numbers: list[list[Decimal | None]]


def table(data: bytes, lang: str) -> Table:
    """Return what a CSV file holds.

    What parts its cells gives all rows as many, and most; what begins decimals is what all numbers
    can be read with, or the language's own sign if that is both.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines[:4] == "sep=" and lines[5:6] == "\n":
        lines = lines[6:]
    read = [rows for mark in ",;\t|" if (rows := _cells(lines, mark)) and len(rows[0]) > 1]
    best = max(read, key=lambda rows: (_evenness(rows), len(rows[0])), default=[])
    width = max((n + 1 for row in best for n, cell in enumerate(row) if cell), default=0)
    head, *others = [(row + [""] * width)[:width] for row in best] or [[]]
    cells = [cell for row in others for cell in row[1:] if cell not in _ABSENT]
    own = decimal_sign(lang)
    signs = [own, "," if own == "." else "."]
    sign = next((s for s in signs if all(_number(cell, s) is not None for cell in cells)), own)
    numbers = [[_number(cell, sign) for cell in row[1:]] for row in others]
    return Table(head, others, numbers)


def _evenness(rows: list[list[str]]) -> float:
    return sum(len(row) == len(rows[0]) for row in rows) / len(rows)


def _cells(text: str, mark: str) -> list[list[str]]:
    """Return the rows of a text that are not empty, in cells parted by a mark."""
    rows: list[list[str]] = [[]]
    cell, quoted = "", False
    for found in re.finditer(r'""|"|\n|[^"\n]', text + "\n"):
        sign = found[0]
        if quoted:
            quoted = sign != '"'
            cell += '"' if sign == '""' else sign if quoted else ""
        elif sign == '"' and not cell.strip():
            quoted, cell = True, ""
        elif sign == '""' and not cell.strip():
            cell = ""
        elif sign in (mark, "\n"):
            rows[-1].append(" ".join(ILLEGAL.sub("", cell).split()))
            cell = ""
            if sign == "\n":
                rows.append([])
        else:
            cell += sign
    return [row for row in rows if any(row)]


def _number(cell: str, sign: str) -> Decimal | None:
    """Return the number in a cell whose decimals begin with a sign, or None."""
    plain = "".join(str(unicodedata.digit(s)) if s.isdecimal() else s for s in cell)
    plain = plain.replace("٫", ",").rstrip("%٪").strip()
    plain = _APART.sub("", re.sub("^[−–]", "-", plain).replace("- ", "-"))
    other = "," if sign == "." else "."
    whole, _, decimals = plain.partition(sign)
    groups = whole.split(other)
    if other in decimals or any(not re.fullmatch(r"\d{2,3}", each) for each in groups[1:]):
        return None
    if len(groups) > 1 and (len(groups[-1]) != 3 or not 1 <= len(groups[0].strip("-+")) <= 3):
        return None
    told = "".join(groups) + (f".{decimals}" if decimals else "")
    if not re.fullmatch(r"[-+]?\d+(\.\d+)?([eE][-+]?\d{1,2})?", told):
        return None
    return Decimal(told)


# --- a chart against its data -------------------------------------------------------------------


class _Texts:
    """The texts of a chart, read one after the other."""

    def __init__(self, shown: Drawn) -> None:
        self.all = [(" ".join(text.split()), x, y) for text, x, y in shown.texts]
        self.at = 0

    def read(self, wanted: str) -> tuple[float, float] | None:
        """Pass over a text that is next, in one line or several, and return where its middle is."""
        said, wanted = "", " ".join(wanted.split())
        for n, (text, _, _) in enumerate(self.all[self.at :], self.at + 1):
            said = f"{said} {text}".strip()
            if said == wanted:
                lines = self.all[self.at : n]
                self.at = n
                return lines[0][1], sum(y for _, _, y in lines) / len(lines)
            if not wanted.startswith(said):
                break
        return None

    def read_all(self, wanted: list[str]) -> list[tuple[float, float]] | None:
        """Pass over texts that are next, if all are, and return where they are."""
        before, found = self.at, []
        for each in wanted:
            if (at := self.read(each)) is None:
                self.at = before
                return None
            found.append(at)
        return found


def problems(kind: str, held: Table, lang: str, shown: Drawn) -> Iterator[str]:
    """Yield how a chart differs from its data: in its words, or in the extent of what it draws."""
    chart = _Chart(kind, held, lang, shown)
    wrong = list({"bar": chart.of_bars, "column": chart.of_columns, "line": chart.of_lines}[kind]())
    if chart.texts.at < len(chart.texts.all) and not wrong:
        more = short(chart.texts.all[chart.texts.at][0], 40)
        wrong = [f"shows “{more}”, which its data do not have there"]
    yield from wrong or (chart.lines() if kind == "line" else chart.bars())
    if 0 < shown.smallest < _LEGIBLE:
        yield f"has type of {shown.smallest:.1f} pt, which is hard to read"


class _Chart:
    """A chart as it was read back, beside the data that it shows."""

    def __init__(self, kind: str, held: Table, lang: str, shown: Drawn) -> None:
        self.kind, self.held, self.lang, self.shown = kind, held, lang, shown
        self.rtl = direction(lang) == "rtl"
        self.texts = _Texts(shown)
        split = [re.fullmatch(r"(.*\S)\s*[(\[]([^()\[\]]+)[)\]]", name) for name in held.head[1:]]
        self.names = [f[1] if f else n for f, n in zip(split, held.head[1:], strict=True)]
        unit = next((f[2].strip() for f in split if f), "")
        cells = (cell for row in held.rows for cell in row[1:])
        self.percent = unit == "%" or (not unit and any(cell[-1:] in ("%", "٪") for cell in cells))
        self.unit = "" if self.percent else unit
        exponents = [
            [-e for v in column if v is not None and isinstance(e := v.as_tuple().exponent, int)]
            for column in zip(*held.numbers, strict=True)
        ]
        self.decimals = [min(6, max((0, *each))) for each in exponents]
        self.labels = [format_period(row[0], lang) for row in held.rows]
        self.times = [_year(row[0]) for row in held.rows]
        #: the series of each tier of panels; where labels stand by tier and row, names by series,
        #: values by row and series, and a scale's numbers
        self.tiers: list[range] = []
        self.at: dict[tuple[int, int], tuple[float, float]] = {}
        self.named: dict[int, tuple[float, float]] = {}
        self.valued: dict[tuple[int, int], tuple[float, float]] = {}
        self.scale: list[tuple[float, float]] = []

    def _told(self, row: int, series: int) -> str:
        value = self.held.numbers[row][series]
        if value is None:
            return "–"
        return format_number(value, self.lang, self.decimals[series], self.percent)

    def _need(self, wanted: str) -> Iterator[str]:
        """Yield that a text is lost, if it is not the next."""
        if self.texts.read(wanted) is None:
            rest = self.texts.all[self.texts.at :]
            there = f" before “{short(rest[0][0], 40)}”" if rest else ""
            yield f"lacks “{short(wanted, 40)}”{there}"

    def _head(self) -> Iterator[str]:
        """Yield that the words are lost that say what is counted."""
        told = self.held.head[1] if len(self.names) == 1 else self.unit
        if told:
            yield from self._need(told)

    def of_bars(self) -> Iterator[str]:
        """Yield what is wrong with the words of bars: each row its label, then its values."""
        yield from self._head()
        first, count = 0, len(self.names)
        while first < count:
            end = first
            while count > 1 and end < count and (at := self.texts.read(self.names[end])):
                self.named[end] = at
                end += 1
            # without any above them, the first bars have the names beside their values
            direct = count > 1 and end == first
            tier = range(first, end if end > first else count)
            self.tiers.append(tier)
            for n, label in enumerate(self.labels):
                if (at := self.texts.read(label)) is None:
                    yield from self._need(label)
                    return
                self.at[first, n] = at
                for m in tier:
                    if (at := self.texts.read(self._told(n, m))) is None:
                        yield from self._need(self._told(n, m))
                        return
                    self.valued[n, m] = at
                    if direct and n == 0:
                        yield from self._need(self.names[m])
            first = tier.stop

    def of_columns(self) -> Iterator[str]:
        """Yield what is wrong with the words of columns: values or a scale, then labels."""
        yield from self._head()
        count, rows = len(self.names), len(self.labels)
        for name in self.names if count > 1 else ():
            yield from self._need(name)
        places = [(n, m) for n in range(rows) for m in range(count)]
        if found := self.texts.read_all([self._told(*place) for place in places]):
            self.valued = dict(zip(places, found, strict=True))
        else:
            self._read_scale()
            for place in places:
                if self._told(*place) == "–":
                    yield from self._need("–")
        if found := self.texts.read_all(self.labels):
            self.at = {(0, n): at for n, at in enumerate(found)}
        else:
            yield from self._some_labels()

    def of_lines(self) -> Iterator[str]:
        """Yield what is wrong with the words of lines: a scale, labels, names at their ends."""
        yield from self._head()
        self._read_scale()
        yield from self._some_labels()
        if len(self.names) == 1:
            last = max(n for n, row in enumerate(self.held.numbers) if row[0] is not None)
            yield from self._need(self._told(last, 0))
        left = dict(enumerate(self.names))
        while len(self.names) > 1 and left:
            n = next((n for n, name in left.items() if self.texts.read(name)), None)
            if n is None:
                yield from self._need(next(iter(left.values())))
                return
            self.named[n] = self.texts.all[self.texts.at - 1][1:]
            del left[n]

    def _some_labels(self) -> Iterator[str]:
        """Yield that there is no first label, or none where all must be."""
        if self.kind == "column" and None in self.times:
            yield from self._need(self.labels[0])
        for n, label in enumerate(self.labels):
            if at := self.texts.read(label):
                self.at[0, n] = at
        if (0, 0) not in self.at:
            yield f"lacks “{short(self.labels[0], 40)}”"

    def _read_scale(self) -> None:
        """Read the numbers of a scale, which stand in even steps above each other."""
        while self.texts.at < len(self.texts.all):
            text, _, y = self.texts.all[self.texts.at]
            value = _read_number(text, self.lang)
            if value is None:
                return
            if len(self.scale) > 1:
                (v, one), (w, other) = self.scale[-2:]
                even = isclose(float(value) - w, w - v, rel_tol=1e-6)
                if not even or abs(y - other - (other - one)) > _OFF:
                    return
            self.scale.append((float(value), y))
            self.texts.at += 1

    # what is drawn

    def bars(self) -> Iterator[str]:
        """Yield the bars that are not as long as their values, or not where they belong."""
        tiers = self.tiers or [range(len(self.names))]
        rows = range(len(self.labels))
        every = ((n, m) for tier in tiers for n in rows for m in tier)
        order = [(n, m) for n, m in every if self.held.numbers[n][m]]
        if len(order) != len(self.shown.bars):
            yield f"draws {len(self.shown.bars)} bars for {len(order)} values"
            return
        if not order:
            return
        values = [float(self.held.numbers[n][m] or 0) for n, m in order]
        flat = self.kind == "bar"
        sizes = [(b[2] - b[0]) if flat else (b[3] - b[1]) for b in self.shown.bars]
        longest = max(range(len(order)), key=lambda n: abs(values[n]))
        factor = sizes[longest] / abs(values[longest])
        bases: dict[int, list[float]] = {}
        for place, value, size, box in zip(order, values, sizes, self.shown.bars, strict=True):
            if abs(size - abs(value) * factor) > _OFF:
                told = f"“{short(self.labels[place[0]], 40)}”, {self._told(*place)}"
                yield f"draws a bar out of proportion: {told}"
            onward = (value > 0) != (flat and self.rtl)
            base = (box[0] if onward else box[2]) if flat else (box[1] if onward else box[3])
            bases.setdefault(place[1] if flat else 0, []).append(base)
        if any(max(each) - min(each) > _OFF for each in bases.values()):
            yield "has bars that do not begin on one line"
        yield from self._astray(order, flat)
        if flat:
            return
        if len(self.scale) > 1:
            (v, y), (w, z) = self.scale[0], self.scale[-1]
            if not isclose((z - y) / (w - v), factor, rel_tol=0.02):
                yield "has a scale that does not measure its columns"
            yield from self._unruled()
        spots: dict[int, list[float]] = {}
        for (n, _), box in zip(order, self.shown.bars, strict=True):
            spots.setdefault(n, []).append((box[0] + box[2]) / 2)
        yield from self._mislabelled({n: sum(each) / len(each) for n, each in spots.items()})

    def _unruled(self) -> Iterator[str]:
        """Yield that numbers of a scale and its rules do not belong to each other."""
        straight = [
            (abs(b[0] - a[0]), a[1])
            for a, b in (line for line in self.shown.lines if len(line) == 2)
            if abs(a[1] - b[1]) < 0.1
        ]
        longest = max((length for length, _ in straight), default=0)
        rules = sorted(y for length, y in straight if longest - length < 1)
        numbers = sorted(y + _BELOW for _, y in self.scale)
        if len(rules) != len(numbers) or any(
            abs(one - other) > 1 for one, other in zip(rules, numbers, strict=True)
        ):
            yield "has numbers without rules, or rules without numbers"

    def _mislabelled(self, spots: dict[int, float]) -> Iterator[str]:
        """Yield the labels that do not stand below what they are of, or are lost."""
        for (_, n), (x, _) in self.at.items():
            # the first and the last may have been moved to stay within the picture
            ends = self.kind == "line" and n in (0, len(self.labels) - 1)
            if n in spots and not ends and min(spots, key=lambda row: abs(spots[row] - x)) != n:
                yield f"has “{short(self.labels[n], 40)}” below something else"
        marks = [
            line
            for line in self.shown.lines
            if len(line) == 2 and abs(line[0][0] - line[1][0]) < 0.1 and _is_mark(line)
        ]
        if len(self.at) < len(self.labels) and len(marks) != len(self.at):
            yield "has marks without labels, or labels without marks"

    def _astray(self, order: list[tuple[int, int]], flat: bool) -> Iterator[str]:
        """Yield the bars that do not stand beside their own label and value."""
        turn: dict[tuple[int, int], int] = {}
        for (n, m), box in zip(order, self.shown.bars, strict=True):
            middle = (box[1] + box[3]) / 2 if flat else (box[0] + box[2]) / 2
            turn[n, m] = round(middle * 100)
            if not flat:
                continue
            first = next(tier.start for tier in self.tiers if m in tier)
            mine = {row: at[1] for (start, row), at in self.at.items() if start == first}
            # the line of a text lies below its middle
            if min(mine, key=lambda row: abs(mine[row] + _BELOW - middle)) != n:
                yield f"draws a bar of “{short(self.labels[n], 40)}” elsewhere"
            if abs(self.valued[n, m][1] + _BELOW - middle) > 2:
                yield f"has a value away from its bar: {self._told(n, m)}"
        places = [turn[place] for place in sorted(turn)]
        if not flat and places != sorted(places, reverse=self.rtl):
            yield "has columns out of order"

    def lines(self) -> Iterator[str]:
        """Yield the lines that do not go where their values lie."""
        if len(self.scale) < 2:
            yield "has no scale"
            return
        spots = [float(n) for n in range(len(self.times))]
        known = [time for time in self.times if time is not None]
        if len(known) == len(spots) and all(one < other for one, other in pairwise(known)):
            spots = known
        left = [line for line in self.shown.lines if len(line) > 1]
        ends: list[tuple[float, int]] = []
        across: list[tuple[float, float]] = []
        alone: list[tuple[int, int]] = []
        for m, name in enumerate(self.names):
            run: list[int] = []
            for run in _runs([row[m] for row in self.held.numbers]):
                if len(run) == 1:
                    alone.append((run[0], m))
                    continue
                wanted = [(spots[n], self._height(n, m)) for n in run]
                found = next((line for line in left if _follows(line, wanted)), None)
                if found is None:
                    yield f"draws no line that follows the values of “{short(name, 40)}”"
                    return
                left.remove(found)
                across += ((spots[n], x) for n, (x, _) in zip(run, found, strict=True))
            ends += [(self._height(run[-1], m), m)] if run else []
        order = [m for _, m in sorted(ends)]
        names = sorted((at[1], m) for m, at in self.named.items() if m in order)
        places = {m: end for end, m in ends}
        if any(places[one] - places[other] > _OFF for (_, one), (_, other) in pairwise(names)):
            yield "has the names of its lines out of order"
        yield from self._unruled()
        if not across and self.shown.dots:
            # nothing but points, the first and the last of which tell where all of them are
            rows = [spots[n] for n, _ in alone]
            where = sorted((x for x, _ in self.shown.dots), reverse=self.rtl)
            across = [(min(rows), where[0]), (max(rows), where[-1])]
        if not across:
            yield "draws nothing"
            return
        (at, x), (far, end) = min(across), max(across)
        step = (end - x) / (far - at) if far > at else 0
        spread = {n: x + (spot - at) * step for n, spot in enumerate(spots)}
        if len(self.names) == 1:
            # a line without others ends in a point
            alone.append((run[-1], 0))
        dots = list(self.shown.dots)
        for n, m in alone:
            middle = spread[n], self._height(n, m)
            dot = next((each for each in dots if dist(each, middle) <= 1), None)
            if dot is None:
                yield f"does not draw the point “{short(self.labels[n], 40)}”, {self._told(n, m)}"
                return
            dots.remove(dot)
        if dots:
            yield "draws points that its data do not have"
        if far > at:
            yield from self._mislabelled(spread)

    def _height(self, row: int, series: int) -> float:
        """Return where a value lies by the scale, which stands below its rules."""
        (v, y), (w, z) = self.scale[0], self.scale[-1]
        return (float(self.held.numbers[row][series] or 0) - v) * (z - y) / (w - v) + y + _BELOW


def _is_mark(line: tuple[tuple[float, float], ...]) -> bool:
    return 2 < abs(line[0][1] - line[1][1]) < 4


def _year(label: str) -> float | None:
    """Return a year, or a date in parts of it."""
    found = re.fullmatch(r"([12]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?", label)
    if not found:
        return None
    return int(found[1]) + (int(found[2] or 1) - 1 + (int(found[3] or 1) - 1) / 31) / 12


def _runs(column: list[Decimal | None]) -> Iterator[list[int]]:
    """Yield the places of values that follow each other."""
    run: list[int] = []
    for n, value in enumerate([*column, None]):
        if value is not None:
            run.append(n)
            continue
        if run:
            yield run
        run = []


def _follows(line: tuple[tuple[float, float], ...], wanted: list[tuple[float, float]]) -> bool:
    """Return whether a line goes through points, of which only the proportions across are known."""
    if len(line) != len(wanted):
        return False
    span = wanted[-1][0] - wanted[0][0]
    factor = (line[-1][0] - line[0][0]) / span
    return all(
        abs(y - height) <= 1 and abs(x - line[0][0] - (spot - wanted[0][0]) * factor) <= _OFF
        for (x, y), (spot, height) in zip(line, wanted, strict=True)
    )


def _read_number(text: str, lang: str) -> Decimal | None:
    """Return the number that a language writes so, or None."""
    plain = re.sub("[\u200e\u200f\u00a0\u202f ’'%٪٬]", "", text).replace("\u2212", "-")
    sign = decimal_sign(lang)
    plain = plain.replace("٫", sign)
    plain = plain.replace("," if sign == "." else ".", "").replace(sign, ".")
    return Decimal(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None
