"""Drawings in print: what WeasyPrint 70 lacks of SVG, for drawings that brief has made safe.

It sets text letter by letter, which undoes kerning, joined letters and the order of scripts from
right to left, and moves text that ends or is centred at a point by the width of its last part. Its
gradients are tiles that some viewers draw in the wrong size.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from math import cos, radians, sin
from typing import Any

import pydyf
import weasyprint.svg
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw.text import draw_emojis, draw_first_line
from weasyprint.images import SVG
from weasyprint.matrix import Matrix
from weasyprint.svg import draw_gradient as svg_draw_gradient
from weasyprint.svg.path import path as svg_draw_path
from weasyprint.svg.text import Style, TextBox
from weasyprint.svg.utils import color, transform
from weasyprint.text.line_break import split_first_line

from brief.model import ADDRESS

#: how far apart stops of a gradient are at least: PDF knows no sudden change (ISO 32000-1, 7.10.4)
_STEP = 1e-5
#: units of a drawing beyond which nothing of it can be seen
_FAR = 1_000_000


class _Drawing(SVG):  # type: ignore[misc]
    """An SVG whose texts are set whole if it is one of the brief's own."""

    cursor_position: Any

    @property
    def ours(self) -> bool:
        """Whether it was made safe, and so holds nothing but what is drawn here."""
        return str(self.url).startswith(f"{ADDRESS}pictures/")

    def draw_node(
        self, node: Any, font_size: float, fill_stroke: bool = True, context: Any = None
    ) -> None:
        """Draw a node."""
        if node.tag != "text" or not self.ours or not fill_stroke:
            super().draw_node(node, font_size, fill_stroke, context)
            return
        line: list[_Run] = []
        for part in node:
            if line and ("x" in part.attrib or "y" in part.attrib):
                self._draw_line(line)
                line = []
            line.append(_Run(self, part))
        self._draw_line(line)

    def calculate_bounding_box(self, node: Any, font_size: float, stroke: bool = True) -> Any:
        """Return a box around a node: any that is large enough, since it only cuts off."""
        if self.ours:
            return -_FAR, -_FAR, 2 * _FAR, 2 * _FAR
        return super().calculate_bounding_box(node, font_size, stroke)

    def _draw_line(self, line: list[_Run]) -> None:
        """Draw parts of a text that follow each other, with what they say beside their glyphs."""
        if not line:
            return
        first = line[0]
        width = sum(run.width + run.shift for run in line)
        rtl = first.style["direction"] == "rtl"
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[first.node.get("text-anchor", "start")]
        x, y = self.cursor_position
        x, y = float(first.node.get("x", x)), float(first.node.get("y", y))
        x -= width * (1 - share if rtl else share)
        if self.stream._tags is not None:
            words = "".join(run.text for run in line)
            told = pydyf.Dictionary({"ActualText": pydyf.String(words)})
            self.stream.begin_marked_content("Span", told)
        for run in reversed(line) if rtl else line:
            x += run.shift
            y += float(run.node.get("dy", 0))
            run.draw(self, x, y)
            x += run.width
        if self.stream._tags is not None:
            self.stream.end_marked_content()
        self.cursor_position = [x, y]


class _Run:
    """A part of a text, laid out."""

    def __init__(self, svg: _Drawing, node: Any) -> None:
        self.node, self.text = node, node.text or ""
        self.shift = float(node.get("dx", 0))
        self.style = style = Style()
        style.update(INITIAL_VALUES)
        style.font_config = svg.font_config
        families = node.get("font-family").split(",")
        style["font_family"] = [name.strip(" '") for name in families]
        style["font_size"] = float(node.get("font-size"))
        style["font_style"] = node.get("font-style", "normal")
        style["font_weight"] = int(node.get("font-weight", 400))
        style["direction"] = node.get("direction", "ltr")
        style["white_space"] = "pre"
        style["letter_spacing"] = float(node.get("letter-spacing", 0))
        style["word_spacing"] = float(node.get("word-spacing", 0))
        self.stretch = 1.0
        self._lay_out(svg)
        wanted = float(node.get("textLength", 0))
        if wanted and self.width and node.get("lengthAdjust") == "spacingAndGlyphs":
            self.stretch, self.width = wanted / self.width, wanted
        elif wanted and len(self.text) > 1:
            style["letter_spacing"] += (wanted - self.width) / (len(self.text) - 1)
            self._lay_out(svg)
            self.width = wanted

    width: float

    def _lay_out(self, svg: _Drawing) -> None:
        told = split_first_line(self.text, self.style, svg.context, None, 0)
        self.layout, self.baseline = told[0], told[5]
        self.width = float(told[3])

    def draw(self, svg: _Drawing, x: float, y: float) -> None:
        """Draw it from a point on."""
        if not self.text.strip() or not self.style["font_size"]:
            return
        stream, style = svg.stream, self.style
        stream.push_state()
        fill, stroke = svg.set_graphical_state(self.node, style["font_size"])
        stream.begin_text()
        svg.fill_stroke(fill, stroke, text=True)
        self.layout.reactivate(style)
        matrix = Matrix(a=self.stretch, d=-1, e=x, f=y)
        if turn := radians(float(self.node.get("rotate", 0))):
            matrix = Matrix(cos(turn), -sin(turn), sin(turn), cos(turn)) @ matrix
        box = TextBox(self.layout, style)
        box.baseline = self.baseline
        emojis = draw_first_line(stream, box, "none", "none", matrix)
        stream.end_text()
        stream.pop_state()
        draw_emojis(stream, style, x, y, emojis)


def _draw_path(svg: Any, node: Any, font_size: float) -> None:
    """Draw an outline of absolute lines and curves, in time that grows with its length alone."""
    if not getattr(svg, "ours", False):
        svg_draw_path(svg, node, font_size)
        return
    stream = svg.stream
    act = {"M": (2, stream.move_to), "L": (2, stream.line_to), "C": (6, stream.curve_to)}
    words = node.get("d").split(" ")
    at = 0
    while at < len(words):
        count, draw = act.get(words[at], (0, stream.close))
        draw(*map(float, words[at + 1 : at + 1 + count]))
        at += 1 + count


class _Pattern(pydyf.Dictionary):  # type: ignore[misc]
    """A pattern that is no stream, where WeasyPrint knows only such."""

    extra: dict[str, Any] = {}  # noqa: RUF012


def _draw_gradient(
    svg: Any, node: Any, gradient: Any, font_size: float, opacity: float, stroke: bool
) -> bool:
    """Paint with a gradient: a shading, the colours of which go on beyond its ends."""
    if not getattr(svg, "ours", False):
        return bool(svg_draw_gradient(svg, node, gradient, font_size, opacity, stroke))
    stops = [(float(stop.get("offset")), color(stop.get("stop-color"))) for stop in gradient]
    bounds: list[float] = []
    for n, (at, _) in enumerate(stops):
        least = bounds[-1] + _STEP if bounds else _STEP
        bounds.append(min(max(at, least), 1 - (len(stops) - n) * _STEP))
    colours = [list(colour)[:3] for _, colour in (stops[0], *stops, stops[-1])]
    stream = svg.stream
    steps = [
        stream.create_interpolation_function((0, 1), one, other, 1)
        for one, other in pairwise(colours)
    ]
    linear = gradient.tag == "linearGradient"
    names = ("x1", "y1", "x2", "y2") if linear else ("fx", "fy", "fr", "cx", "cy", "r")
    shading = {
        "ShadingType": 2 if linear else 3,
        "ColorSpace": stream._default_color_space,
        "Coords": pydyf.Array([float(gradient.get(name)) for name in names]),
        "Function": stream.create_stitching_function((0, 1), (0, 1) * len(steps), bounds, steps),
        "Extend": pydyf.Array(("true", "true")),
    }
    told = gradient.get("gradientTransform")
    matrix = transform(told, "0 0", font_size, 1) if told else Matrix()
    pattern = {
        "Type": "/Pattern",
        "PatternType": 2,
        "Matrix": pydyf.Array((matrix @ stream.ctm).values),
        "Shading": pydyf.Dictionary(shading),
    }
    name = f"p{len(stream._resources['Pattern'])}"
    stream._resources["Pattern"][name] = _Pattern(pattern)
    if stroke:  # which WeasyPrint sets with colours only
        stream.set_line_width(float(node.get("stroke-width", 1)))
    stream.set_alpha(opacity, stroke=stroke)
    stream.set_color_space("Pattern", stroke=stroke)
    stream.set_color_special(name, stroke=stroke)
    return True


@contextmanager
def mended() -> Iterator[None]:
    """Have WeasyPrint draw the brief's drawings so."""
    before = weasyprint.images.SVG, weasyprint.svg.draw_gradient
    weasyprint.images.SVG, weasyprint.svg.draw_gradient = _Drawing, _draw_gradient
    weasyprint.svg.TAGS["path"] = _draw_path
    try:
        yield
    finally:
        weasyprint.images.SVG, weasyprint.svg.draw_gradient = before
        weasyprint.svg.TAGS["path"] = svg_draw_path
