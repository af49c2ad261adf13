"""Data → a chart, as SVG: bars, columns or lines, set as a newsroom sets them.

No box, no grid but light rules; what is shown says so itself where there is room, and a key stands
above it only where there is none. Bars and columns begin at zero. Series differ by how light they
are, so that grey print and eyes that see no colours tell them apart. Texts are texts, in the fonts
and colours of the style. In a language written from right to left all is mirrored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, isclose, log10
from typing import Any

from lxml import etree

from brief.language import direction, format_number, format_period
from brief.model import Data

_SVG = "http://www.w3.org/2000/svg"
#: type in pt: labels and values, what stands above a chart, and values where there is little room
_TYPE, _HEAD, _SMALL = 8.0, 7.5, 7.0
#: from one line of a label to the next
_LEADING = 9.6
#: the shortest bar
_LEAST = 0.3
#: the tallest chart, in pt: a page's height less a caption
_MOST = 500.0
#: series that can be told apart as columns
_COLUMNS = 4
_DIGITS = re.compile(r"\d")


class CrowdedError(Exception):
    """Data that are too much for a chart of their kind: what is wrong, and the cure."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Look:
    """What a chart takes from a style: fonts, colours as CSS has them, its width in pt."""

    font: str = "sans-serif"
    ink: str = "#1a1d21"
    soft: str = "#50575f"
    rule: str = "#c3c9cf"
    #: of the series, from dark to light
    series: tuple[str, str, str, str] = ("#0b4a6f", "#4a87ae", "#8bb7d3", "#cfe2ee")
    width: float = 380.0


def named(name: str) -> tuple[str, str]:
    """Return the name of a column without its unit in brackets, and the unit."""
    found = re.fullmatch(r"(.*\S)\s*[(\[]([^()\[\]]+)[)\]]", name)
    return (found[1], found[2].strip()) if found else (name, "")


def fitting(data: Data) -> str:
    """Return the kind of chart that suits data: "bar", "column" or "line"."""
    labels = [row[0] for row in data.rows]
    series = len(data.head) - 1
    if all(_time(label) is not None for label in labels):
        return "line" if len(labels) > 12 or series > _COLUMNS else "column"
    short = all(len(word) <= 12 for label in labels for word in label.split())
    few = len(labels) <= 8 and len(labels) * series <= 24 and series <= _COLUMNS
    return "column" if few and short and all(len(label) <= 24 for label in labels) else "bar"


def draw(data: Data, lang: str, look: Look) -> str:
    """Return the chart of data as SVG, its units pt.

    Raises CrowdedError for more than the width, or a page's height, has room for.
    """
    chart = _Chart(data, lang, look)
    {"bar": chart.bars, "column": chart.columns, "line": chart.lines}[data.chart]()
    return chart.finished()


#: how light the lightest of a palette is (CIE L*), and how far others are on the way to it
_LIGHTEST, _LADDER = 89.0, (0.38, 0.7, 1.0)


def palette(accent: str, paper: str, ink: str) -> tuple[str, str, str, str]:
    """Return four colours of equal steps from a style's accent, or its ink if that is too light,
    to what is nearly paper; all are six digits."""
    first = accent if _lightness(accent) <= 55 else ink
    start = _lightness(first)
    made = [first]
    for share in _LADDER:
        wanted = start + share * (_LIGHTEST - start)
        low, high = 0.0, 1.0
        for _ in range(20):
            middle = (low + high) / 2
            lighter = _lightness(_mixed(first, paper, middle)) > wanted
            low, high = (low, middle) if lighter else (middle, high)
        made.append(_mixed(first, paper, high))
    return (made[0], made[1], made[2], made[3])


def _channels(colour: str) -> list[float]:
    return [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(255 * (a + share * (b - a))):02x}" for a, b in pairs)


def _lightness(colour: str) -> float:
    """Return how light a colour is, from 0 to 100 (CIE L*)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    ]
    share = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * share ** (1 / 3) - 16 if share > 0.008856 else 903.3 * share


def ticks(least: float, most: float, about: int = 5) -> list[float]:
    """Return round numbers in even steps of 1, 2 or 5, from at or below `least` to at or above
    `most`."""
    span = most - least or abs(most) or 1.0
    raw = span / about
    power = 10.0 ** floor(log10(raw))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= raw * (1 - 1e-9))
    first, last = floor(least / step + 1e-9), ceil(most / step - 1e-9)
    return [n * step for n in range(first, max(last, first + 1) + 1)]


#: months of a year and days of a month, for the place of a date on a line
def _time(label: str) -> float | None:
    """Return the year that a label says, with months and days in parts of it; None for none."""
    found = re.fullmatch(r"([12]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?", label)
    if not found:
        return None
    month, day = int(found[2] or 1), int(found[3] or 1)
    return int(found[1]) + (month - 1 + (day - 1) / 31) / 12


def _room(text: str, size: float) -> float:
    """Return the width that a text takes at most in the usual fonts, in pt."""
    width = 0.0
    for sign in text:
        if sign in "iljI.,:;'’|!()[]ft \u00a0\u202f":
            width += 0.33
        elif sign in "mwMW@%—…":
            width += 0.92
        elif sign.isupper():
            width += 0.7
        elif "\u0300" <= sign <= "\u036f" or sign in "\u200e\u200f\u00ad":
            continue
        elif sign >= "\u2e80":
            width += 1.0
        else:
            width += 0.57
    return width * size


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """Return a text in lines of a width, as far as its words allow."""
    lines: list[str] = []
    for word in text.split():
        if lines and _room(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _n(number: float) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class _Chart:
    """A chart that is being drawn, from the top down."""

    def __init__(self, data: Data, lang: str, look: Look) -> None:
        self.data, self.lang, self.look = data, lang, look
        self.rtl = direction(lang) == "rtl"
        self.width, self.height = look.width, 0.0
        self.labels = [format_period(row[0], lang) for row in data.rows]
        self.series = [named(name)[0] for name in data.head[1:]]
        #: of each series its numbers
        self.values = list(zip(*data.numbers, strict=True))
        numbers = [float(v) for values in self.values for v in values if v is not None]
        self.least, self.most = min(numbers), max(numbers)
        self.decimals = [self._decimals(values) for values in self.values]
        self.elements: list[Any] = []

    def _decimals(self, values: Sequence[Decimal | None]) -> int:
        exponents = (value.as_tuple().exponent for value in values if value is not None)
        return min(6, max((-each for each in exponents if isinstance(each, int)), default=0))

    def written(self, value: Decimal, series: int) -> str:
        """Return a value as it is written beside what shows it."""
        percent = self.data.unit == "%"
        return format_number(value, self.lang, max(0, self.decimals[series]), percent)

    # what is drawn

    def across(self, x: float) -> float:
        """Return where a place from the beginning of lines lies from the left."""
        return self.width - x if self.rtl else x

    def add(self, name: str, **attributes: str) -> Any:
        """Add an element, and keep account of how far down it goes."""
        told = {key.replace("_", "-"): value for key, value in attributes.items()}
        self.elements.append(etree.Element(f"{{{_SVG}}}{name}", told))
        return self.elements[-1]

    def text(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float = _TYPE,
        anchor: str = "start",
        fill: str = "",
        weight: str = "",
    ) -> None:
        """Set lines of a text, the first on the line y."""
        whole = self.add("text")
        for n, line in enumerate(lines):
            told = {"x": _n(self.across(x)), "y": _n(y + n * _LEADING), "font-size": _n(size)}
            told |= {"font-family": self.look.font, "fill": fill or self.look.ink}
            told |= {"font-weight": weight} if weight else {}
            told |= {"text-anchor": anchor} if anchor != "start" else {}
            told |= {"direction": "rtl"} if self.rtl else {}
            part = etree.SubElement(whole, f"{{{_SVG}}}tspan", told)
            part.text = line if n == len(lines) - 1 else f"{line} "
        self.height = max(self.height, y + (len(lines) - 1) * _LEADING + 0.3 * size)

    def rule(self, one: tuple[float, float], other: tuple[float, float], *, strong: bool) -> None:
        """Draw a straight line: a light rule, or the line that things stand on."""
        (x, y), (x2, y2) = one, other
        path = f"M {_n(self.across(x))} {_n(y)} L {_n(self.across(x2))} {_n(y2)}"
        look = (self.look.ink, "0.6") if strong else (self.look.rule, "0.4")
        self.add("path", d=path, fill="none", stroke=look[0], stroke_width=look[1])
        self.height = max(self.height, y + 0.5, y2 + 0.5)

    def bar(self, x: float, y: float, width: float, height: float, series: int) -> None:
        """Draw a bar or a column of a series, if it is one."""
        if not (width and height):
            return
        left = self.across(x + width) if self.rtl else x
        box = {"x": _n(left), "y": _n(y), "width": _n(width), "height": _n(height)}
        self.add("rect", **box, **self.fill(series)).set("class", "bar")
        self.height = max(self.height, y + height)

    @staticmethod
    def _extent(value: Decimal, scale: float) -> float:
        """Return how long a bar is: what is not nothing can be seen."""
        return max(abs(float(value)) * scale, _LEAST) if value else 0.0

    def shade(self, series: int) -> int:
        """Return the place of a series in the palette: two take colours far from each other."""
        return (0, 2)[series % 2] if len(self.series) == 2 else series % len(self.look.series)

    def fill(self, series: int) -> dict[str, str]:
        """Return how what stands for a series is filled; what is light as paper has an edge."""
        place = self.shade(series)
        faint = place == len(self.look.series) - 1
        edge = {"stroke": self.look.series[0], "stroke_width": "0.4"} if faint else {}
        return {"fill": self.look.series[place], **edge}

    def finished(self) -> str:
        """Return what was drawn as SVG."""
        height = self.height + 1
        if height > _MOST:
            told = f"it is {height:.0f} pt tall; a page has room for {_MOST:.0f}"
            raise CrowdedError(told, "show fewer rows or columns")
        top = etree.Element(f"{{{_SVG}}}svg", nsmap={None: _SVG})
        top.set("width", f"{_n(self.width)}pt")
        top.set("height", f"{_n(height)}pt")
        top.set("viewBox", f"0 0 {_n(self.width)} {_n(height)}")
        top.extend(self.elements)
        made: str = etree.tostring(top, encoding="unicode")
        return made

    def head(self, x: float = 0.0) -> None:
        """Say above the chart what is counted, and in what."""
        told = self.data.head[1] if len(self.series) == 1 else self.data.unit
        if told and not (len(self.series) > 1 and told == "%"):
            lines = _wrapped(told, self.width - x, _HEAD)
            self.text(x, self.height + _HEAD, lines, size=_HEAD, fill=self.look.soft)
            self.height += 5

    def key(self) -> None:
        """Say above the chart which series is which."""
        x, y = 0.0, self.height + _HEAD
        for n, name in enumerate(self.series):
            room = 12 + _room(name, _HEAD)
            if x and x + room > self.width:
                x, y = 0.0, y + _LEADING + 1.5
            left = self.across(x + 7) if self.rtl else x
            self.add("circle", cx=_n(left + 3.5), cy=_n(y - 2.6), r="3.5", **self.fill(n))
            self.text(x + 10, y, [name], size=_HEAD)
            x += room + 10
        self.height += 6

    # bars

    def bars(self) -> None:
        """Draw bars from the beginning of lines on, each with its value at its end."""
        count = len(self.series)
        if count > 3 or count * len(self.labels) > 45:
            self._panels()
            return
        self.head()
        label = self._label_column(0.42)
        room = max(self._value_rooms(range(count), _TYPE), default=0.0) + 4
        before = room if self.least < 0 else 0.0
        after = room if self.most > 0 else 0.0
        start, plot = label + before, self.width - label - before - after
        scale = plot / ((max(self.most, 0) - min(self.least, 0)) or 1)
        zero = start - min(self.least, 0) * scale
        direct = self._names_fit(zero, scale, room)
        if count > 1 and not direct:
            self.key()
        thick = 9.0 if count == 1 and len(self.labels) <= 25 else 7.5
        pitch, gap = thick + (1.5 if count > 1 else 0.0), 5.0 if len(self.labels) <= 25 else 1.8
        y = top = self.height + 2
        for n, label_text in enumerate(self.labels):
            lines = _wrapped(label_text, label - 8, _TYPE)
            tall = max(count * pitch, len(lines) * _LEADING)
            first = y + tall / 2 - (len(lines) - 1) * _LEADING / 2 + 0.34 * _TYPE
            self.text(0, first, lines)
            for m, values in enumerate(self.values):
                at = y + (tall - count * pitch) / 2 + m * pitch + (pitch - thick) / 2
                self._one_bar(zero, scale, at, thick, values[n], m)
                value = values[n]
                if direct and n == 0 and value is not None:
                    self._name_bar(zero, scale, at + thick / 2, value, m)
            y += tall + gap
        self.rule((zero, top - 1), (zero, y - gap + 1), strong=True)

    def _label_column(self, share: float) -> float:
        """Return the width of the column of labels: as they need, up to a share of all."""
        most = share * self.width
        words = max(_room(word, _TYPE) for label in self.labels for word in label.split())
        if words + 8 > most * 1.2:
            raise CrowdedError("a word of a label is too long", "shorten the label")
        whole = max(_room(label, _TYPE) for label in self.labels)
        return max(words, min(whole, most)) + 8

    def _value_rooms(self, series: Sequence[int], size: float) -> list[float]:
        return [
            _room(self.written(value, m), size)
            for m in series
            for value in self.values[m]
            if value is not None
        ]

    def _one_bar(
        self, zero: float, scale: float, y: float, thick: float, value: Decimal | None, series: int
    ) -> None:
        """Draw a bar with its value, or a dash for none."""
        middle = y + thick / 2 + 0.34 * _TYPE
        if value is None:
            self.text(zero + 4, middle, ["–"], fill=self.look.soft)
            return
        length = self._extent(value, scale)
        left = zero if value >= 0 else zero - length
        self.bar(left, y, length, thick, series)
        anchor, x = ("start", left + length + 4) if value >= 0 else ("end", left - 4)
        self.text(x, middle, [self.written(value, series)], anchor=anchor)

    def _names_fit(self, zero: float, scale: float, room: float) -> bool:
        """Return whether the first bars have room behind their values for the series' names."""
        firsts = [(values[0], name) for values, name in zip(self.values, self.series, strict=True)]
        if len(firsts) == 1:
            return False
        return all(
            value is not None
            and value >= 0
            and zero + float(value) * scale + room + 8 + _room(name, _HEAD) <= self.width
            for value, name in firsts
        )

    def _name_bar(self, zero: float, scale: float, y: float, value: Decimal, series: int) -> None:
        x = zero + float(value) * scale + 4 + _room(self.written(value, series), _TYPE) + 8
        name = self.series[series]
        self.text(x, y + 0.34 * _HEAD, [name], size=_HEAD, fill=self.look.soft)

    def _panels(self) -> None:
        """Draw a panel of bars for each series, side by side, on one scale."""
        label, gap, count = self._label_column(0.3), 12.0, len(self.series)
        low, high = min(self.least, 0), max(self.most, 0)
        room = max(self._value_rooms(range(count), _SMALL)) + 3
        before, after = room if low < 0 else 0.0, room if high > 0 else 0.0
        pitch = 12.0 if len(self.labels) <= 24 else 10.8
        width, fit = 0.0, 0
        # in tiers of as many panels each as can be, so that bars are long enough to compare
        for tiers in range(1, count + 1):
            fit = ceil(count / tiers)
            width = (self.width - label - gap * (fit - 1)) / fit
            crowded = (tiers + 1) * (len(self.labels) * pitch + 20) > _MOST
            if width - before - after >= (14 if crowded else 34):
                break
        else:
            raise CrowdedError("has numbers too long to stand beside bars", "count in thousands")
        scale = (width - before - after) / ((high - low) or 1)
        self.head()
        for first in range(0, count, fit):
            names = [_wrapped(name, width, _HEAD) for name in self.series[first : first + fit]]
            most = max(map(len, names))
            base = self.height + (6 if first else 0) + most * _LEADING
            for n, lines in enumerate(names):
                x = label + n * (width + gap)
                top = base - (len(lines) - 1) * _LEADING
                self.text(x, top, lines, size=_HEAD, weight="600")
            top = base + 5
            y = top
            for row, words in enumerate(self.labels):
                lines = _wrapped(words, label - 8, _TYPE)
                tall = max(pitch, len(lines) * _LEADING + 1.5)
                start = y + tall / 2 - (len(lines) - 1) * _LEADING / 2 + 0.34 * _TYPE
                # labels stand once; a second tier has them again only for the eye
                self.text(0, start, lines)
                for n in range(len(names)):
                    zero = label + n * (width + gap) + before - low * scale
                    self._small_bar(zero, scale, y + tall / 2, row, first + n)
                y += tall
            for n in range(len(names)):
                zero = label + n * (width + gap) + before - low * scale
                self.rule((zero, top), (zero, y), strong=True)

    def _small_bar(self, zero: float, scale: float, middle: float, row: int, series: int) -> None:
        value = self.values[series][row]
        y = middle + 0.34 * _SMALL
        if value is None:
            self.text(zero + 3, y, ["–"], size=_SMALL, fill=self.look.soft)
            return
        length = self._extent(value, scale)
        left = zero if value >= 0 else zero - length
        self.bar(left, middle - 3.5, length, 7, 0)
        anchor, x = ("start", left + length + 3) if value >= 0 else ("end", left - 3)
        self.text(x, y, [self.written(value, series)], size=_SMALL, anchor=anchor)

    # columns

    def columns(self) -> None:
        """Draw columns, their values above them if all have room, else on a scale."""
        count, rows = len(self.series), len(self.labels)
        if count > _COLUMNS:
            told = f"columns of {count} series cannot be told apart"
            raise CrowdedError(told, "write {.bar} or {.line}")
        self.head()
        if count > 1:
            self.key()
        slot = self.width / rows
        valued = max(self._value_rooms(range(count), _SMALL)) + 3 <= slot * 0.84 / count
        low, high = min(self.least, 0.0), max(self.most, 0.0)
        gutter = 0.0
        steps: list[float] = []
        if not valued:
            steps = ticks(low, high)
            low, high = steps[0], steps[-1]
            gutter = max(_room(each, _TYPE) for each in self._scale(steps)) + 6
        slot = (self.width - gutter) / rows
        if slot * 0.84 / count < 2.5:
            told = f"has {rows * count} columns, more than the width has room for"
            raise CrowdedError(told, "write {.bar} or {.line}")
        top = self.height + (12 if valued or self.height else 6)
        plot = min(0.42 * self.width, 170.0)
        scale = plot / ((high - low) or 1)
        zero = top + high * scale
        self._rules(steps, gutter, lambda value: zero - value * scale, self.width)
        thick = slot * (0.62 if count == 1 else 0.8) / count
        thick = min(thick, 46.0 / count)
        for n in range(rows):
            middle = gutter + (n + 0.5) * slot
            for m, values in enumerate(self.values):
                value = values[n]
                x = middle + (m - count / 2) * thick
                if value is None:
                    self.text(x + thick / 2, zero - 3, ["–"], anchor="middle", fill=self.look.soft)
                    continue
                tall = self._extent(value, scale)
                y = zero - tall if value >= 0 else zero
                self.bar(x + 0.25, y, thick - 0.5, tall, m)
                if valued:
                    told = self.written(value, m)
                    at = y - 3 if value >= 0 else y + tall + _SMALL
                    self.text(x + thick / 2, at, [told], size=_SMALL, anchor="middle")
        self.rule((gutter, zero), (self.width, zero), strong=True)
        below = zero - low * scale + (_SMALL + 3 if valued and low < 0 else 0)
        self._below(below, [gutter + (n + 0.5) * slot for n in range(rows)], slot)

    def _scale(self, steps: Sequence[float]) -> list[str]:
        """Return the numbers of a scale as they are written."""
        step = steps[1] - steps[0]
        decimals = max(0, -floor(log10(step) + 1e-9))
        percent = self.data.unit == "%"
        numbers = (Decimal(repr(each)).quantize(Decimal(1).scaleb(-decimals)) for each in steps)
        return [format_number(each + 0, self.lang, decimals, percent) for each in numbers]

    def _rules(
        self, steps: Sequence[float], gutter: float, place: Callable[[float], float], end: float
    ) -> None:
        """Draw a scale's rules up to their end, with their numbers before them."""
        for value, told in zip(steps, self._scale(steps) if steps else (), strict=True):
            y = place(value)
            if value:
                self.rule((gutter, y), (end, y), strong=False)
            self.text(gutter - 6, y + 0.34 * _TYPE, [told], anchor="end", fill=self.look.soft)

    def _below(self, y: float, places: Sequence[float], slot: float) -> None:
        """Set labels below their places: all of them, or of years and dates those with room."""
        wrapped = [_wrapped(label, slot - 3, _TYPE) for label in self.labels]
        fits = all(_room(line, _TYPE) <= slot - 2 for lines in wrapped for line in lines)
        if fits and max(map(len, wrapped)) <= 3:
            for x, lines in zip(places, wrapped, strict=True):
                self.text(x, y + _TYPE + 3, lines, anchor="middle")
            return
        if any(_time(row[0]) is None for row in self.data.rows):
            raise CrowdedError("has labels too long to stand below columns", "write {.bar}")
        for n in self._spread(places):
            self.rule((places[n], y + 1), (places[n], y + 4), strong=False)
            self.text(places[n], y + _TYPE + 5, [self.labels[n]], anchor="middle")

    def _spread(self, places: Sequence[float]) -> list[int]:
        """Return which of the labels to set, so that none comes too near another.

        The first and the last are, and between them those that are round, or evenly many.
        """
        last = len(places) - 1
        chosen: list[int] = []
        times = [_time(row[0]) for row in self.data.rows]

        def apart(n: int, m: int) -> bool:
            need = (_room(self.labels[n], _TYPE) + _room(self.labels[m], _TYPE)) / 2 + 8
            return abs(places[n] - places[m]) >= need

        for step in (1, 2, 5, 10, 20, 25, 50, 100):
            whole = [t is not None and isclose(t % 1, 0) and round(t) % step == 0 for t in times]
            if None in times:
                whole = [n % step == 0 for n in range(last + 1)]
            chosen = [n for n in range(1, last) if whole[n] and apart(n, 0) and apart(n, last)]
            if all(apart(n, m) for n, m in pairwise(chosen)):
                break
        else:
            chosen = []
        return [0, *chosen, *([last] if last and apart(0, last) else [])]

    # lines

    def lines(self) -> None:
        """Draw a line for each series, with its name where it ends."""
        if len(self.labels) < 2:
            raise CrowdedError("has one row, which makes no line", "write {.bar}")
        self.head()
        count, plot = len(self.series), min(0.46 * self.width, 190.0)
        low, high = self.least, self.most
        if low >= 0 and low < 0.45 * high:
            low = 0.0
        elif high <= 0 and high > 0.45 * low:
            high = 0.0
        steps = ticks(low, high)
        low, high = steps[0], steps[-1]
        gutter = max(_room(each, _TYPE) for each in self._scale(steps)) + 6
        top = self.height + 7
        scale = plot / (high - low)

        def place(value: float) -> float:
            return top + (high - value) * scale

        names: list[list[str]] = []
        if count > 1:
            names = [_wrapped(name, 0.24 * self.width, _TYPE) for name in self.series]
            room = max(_room(line, _TYPE) for lines in names for line in lines) + 7
        else:
            last = next(v for v in reversed(self.values[0]) if v is not None)
            room = _room(self.written(last, 0), _TYPE) + 7
        if room > 0.36 * self.width:
            raise CrowdedError("has a name too long to stand beside its line", "shorten the name")
        self._rules(steps, gutter, place, self.width - room)
        if low <= 0 <= high:
            self.rule((gutter, place(0)), (self.width - room, place(0)), strong=True)
        places = self._along(gutter + 4, self.width - room)
        bottom = place(low)
        halves = [_room(label, _TYPE) / 2 for label in self.labels]
        within = [
            min(max(x, half), self.width - half) for x, half in zip(places, halves, strict=True)
        ]
        for n in self._spread(within):
            self.rule((places[n], bottom), (places[n], bottom + 3), strong=False)
            self.text(within[n], bottom + 4 + _TYPE, [self.labels[n]], anchor="middle")
        ends = []
        for m in reversed(range(count)):
            points = [
                None if v is None else (x, place(float(v)))
                for x, v in zip(places, self.values[m], strict=True)
            ]
            self._line(points, m)
            ends.append((next(point for point in reversed(points) if point), m))
        if count == 1:
            (x, y), _ = ends[0]
            self._dot(x, y, 2.2, self.look.series[0])
            last = next(v for v in reversed(self.values[0]) if v is not None)
            told = self.written(last, 0)
            self.text(x + 5, y + 0.34 * _TYPE, [told], weight="600")
            return
        self._name_lines(ends, names, top, bottom)

    def _along(self, start: float, end: float) -> list[float]:
        """Return where rows stand on a line: years and dates in the measure of time."""
        times = [_time(row[0]) for row in self.data.rows]
        spots = [float(n) for n in range(len(times))]
        known = [time for time in times if time is not None]
        if len(known) == len(times) and all(one < other for one, other in pairwise(known)):
            spots = known
        stretch = (end - start) / (spots[-1] - spots[0])
        return [start + (spot - spots[0]) * stretch for spot in spots]

    #: of a line its colour, by its place in the palette, None for ink; its dashes
    _KINDS = (
        *((0, ""), (1, ""), (2, "")),
        *((None, "4 2.5"), (0, "1.2 2.2"), (2, "6 2 1.2 2")),
    )

    def _stroke(self, series: int) -> dict[str, str]:
        colour, dashes = self._KINDS[self.shade(series) if len(self.series) == 2 else series]
        ink = self.look.ink if colour is None else self.look.series[colour]
        told = {"stroke": ink, "stroke_width": "1.6", "stroke_linejoin": "round"}
        return told | ({"stroke_dasharray": dashes} if dashes else {})

    def _line(self, points: Sequence[tuple[float, float] | None], series: int) -> None:
        """Draw a line through points, broken where there is none."""
        run: list[tuple[float, float]] = []
        for point in (*points, None):
            if point:
                run.append(point)
                continue
            if len(run) == 1:
                self._dot(*run[0], 1.6, self._stroke(series)["stroke"])
            elif run:
                path = " L ".join(f"{_n(self.across(x))} {_n(y)}" for x, y in run)
                made = self.add("path", d=f"M {path}", fill="none", **self._stroke(series))
                made.set("class", "line")
            run = []

    def _dot(self, x: float, y: float, r: float, fill: str) -> None:
        self.add("circle", cx=_n(self.across(x)), cy=_n(y), r=_n(r), fill=fill)

    def _name_lines(
        self,
        ends: list[tuple[tuple[float, float], int]],
        names: Sequence[list[str]],
        top: float,
        bottom: float,
    ) -> None:
        """Set the names of lines where these end, moved apart where they would overlap."""
        ends = sorted(ends, key=lambda end: end[0][1])
        talls = [len(names[m]) * _LEADING + 1 for _, m in ends]
        places = [y for (_, y), _ in ends]
        # down from the top, then up again from the bottom
        for n in range(1, len(ends)):
            places[n] = max(places[n], places[n - 1] + (talls[n - 1] + talls[n]) / 2)
        limit = max(bottom + 4, top + sum(talls)) - talls[-1] / 2
        for n in range(len(ends) - 1, -1, -1):
            places[n] = min(places[n], limit)
            if n:
                limit = places[n] - (talls[n - 1] + talls[n]) / 2
        right = max(x for (x, _), _ in ends)
        for ((x, y), m), at in zip(ends, places, strict=True):
            if abs(at - y) > 5 or right - x > 5:
                self.rule((x + 2, y), (right + 5, at), strong=False)
            first = at - (len(names[m]) - 1) * _LEADING / 2 + 0.34 * _TYPE
            self.text(right + 7, first, names[m])
