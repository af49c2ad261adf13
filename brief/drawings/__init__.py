"""An SVG file → a drawing that acts on nothing, reaches for nothing, and looks alike everywhere.

What comes out is not the file with parts cut away but a new one, in a small vocabulary: groups,
shapes, text, gradients in the units of what they fill, clip paths, pictures as checked data. Styles
and inheritance are worked out, `use`, `symbol`, markers and inner viewports are drawn out, all
lengths are plain numbers. So nothing depends on what a renderer knows of SVG (SVG 2, 1.1), and what
print cannot draw is told of, with its line, instead of being lost.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import atan2, cos, hypot, pi, sin, sqrt
from typing import Any

from lxml import etree

from brief.drawings.outlines import (
    IDENTITY,
    Box,
    Matrix,
    Piece,
    Point,
    angle_of,
    box_around,
    corners_of,
    has_parts,
    length_of,
    moved_by,
    numbers_in,
    outline_of,
    plain,
    rounded_box,
    share_of,
    then,
    transform_of,
    written_matrix,
    written_outline,
)
from brief.drawings.styles import (
    ADDRESS,
    DROPPED,
    INITIAL,
    Sheet,
    Style,
    as_colour,
    computed_style,
    quoted,
)
from brief.model import Told

#: bytes of a file; elements, in the file and as they are drawn out; how deep they may stand
MAX_BYTES = 2_000_000
MAX_ELEMENTS = 10_000
MAX_DEPTH = 60
#: points of all outlines together: ten thousand take a fifth of a second in print
MAX_POINTS = 200_000
#: signs of all texts
MAX_SIGNS = 20_000
#: selectors that are tried on elements
MAX_MATCHES = 4_000_000
#: the longest side, in px, to which a drawing says that it is to be set
_MOST_PX = 4000
#: a side of a frame below which nothing in it can be seen
_LEAST = 1e-4

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_HREFS = ("href", f"{{{_XLINK}}}href")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing made safe: SVG, its size in px, and what was found on the way.

    With an S23, an S24 or a limit among what was found there is no drawing.
    """

    markup: str
    width: int
    height: int
    told: tuple[Told, ...] = ()


class _RefusedError(Exception):
    """What ends the reading at once."""


def read(data: bytes, raster: Callable[[bytes], tuple[bytes, str]]) -> Drawing:
    """Return the drawing in an SVG file.

    `raster` returns the pixels of a picture within it made ready, and their media type; what it
    raises ends the reading. S43 says what was taken out, S23, S24, L01 and L02 what the drawing
    cannot do without or may not be.
    """
    told: list[Told] = []
    try:
        root = _parsed(data, told)
        maker = _Maker(root, raster, told)
        markup, width, height = maker.made()
    except _RefusedError:
        return Drawing("", 0, 0, tuple(told))
    except ArithmeticError:
        odd = Told("S23", "has numbers that no drawing can have", 0, "export it again as plain SVG")
        return Drawing("", 0, 0, (*told, odd))
    except RecursionError:
        deep = Told("L02", "is nested too deep", 0, "ungroup what is in groups of groups")
        return Drawing("", 0, 0, (*told, deep))
    return Drawing(markup, width, height, tuple(told))


def _parsed(data: bytes, told: list[Told]) -> Any:
    """Return the root of a file; nothing is fetched, and no entity is resolved."""

    def refuse(code: str, message: str, hint: str, line: int = 0) -> _RefusedError:
        told.append(Told(code, message, line, hint))
        return _RefusedError()

    if len(data) > MAX_BYTES:
        size = f"is over {MAX_BYTES // 1_000_000} MB"
        raise refuse("L01", size, "simplify the drawing, or export it as PNG")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        if "depth" in str(error):
            raise refuse("L02", "is nested too deep", "make it flatter", line) from None
        problem = f"is not well-formed: {str(error).partition(', line')[0]}"
        raise refuse("S23", problem, "export it again as plain SVG", line) from None
    inner = root.getroottree().docinfo.internalDTD
    if inner is not None and any(True for _ in (*inner.iterentities(), *inner.iterelements())):
        cure = "export it as plain SVG, without entities"
        raise refuse("S23", "declares entities or elements of its own", cure, 1)
    if root.tag != f"{{{_SVG}}}svg":
        name = etree.QName(root).localname
        cure = f'let it begin with <svg xmlns="{_SVG}">'
        raise refuse("S23", f"is no SVG: it begins with <{name}>", cure, root.sourceline)
    stack = [(root, 1)]
    count = 0
    while stack:
        element, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH:
            cure = "ungroup what is in groups of groups"
            raise refuse("L02", f"is nested over {MAX_DEPTH} deep", cure, element.sourceline)
        stack.extend((child, depth + 1) for child in element)
    if count > MAX_ELEMENTS:
        cure = "simplify the drawing, or export it as PNG"
        raise refuse("L01", f"has over {MAX_ELEMENTS:,} elements", cure)
    return root


_SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon")
#: elements that are drawn only where something names them, or say nothing to be seen
_QUIET = {"defs", "symbol", "linearGradient", "radialGradient", "pattern", "clipPath", "mask"}
_QUIET |= {"marker", "filter", "title", "desc", "metadata", "style", "solidcolor", "cursor", "view"}
_QUIET |= {"color-profile", "font", "font-face", "hatch", "mesh", "meshgradient", "linkgradient"}
_MOVING = {"animate", "animateMotion", "animateTransform", "animateColor", "set", "discard"}
_SHIFTS = {"baseline": 0.0, "sub": 0.2, "super": -0.4}
#: where lines of text may hang or stand otherwise than on their baseline, in shares of its size
_BASELINES = {
    **dict.fromkeys(("middle",), 0.26),
    **dict.fromkeys(("central",), 0.32),
    **dict.fromkeys(("hanging", "text-before-edge", "before-edge", "text-top", "top"), 0.76),
    **dict.fromkeys(
        ("text-after-edge", "after-edge", "ideographic", "text-bottom", "bottom"), -0.22
    ),
    "mathematical": 0.4,
}


@dataclass(slots=True)
class _Place:
    """Where in the drawing something stands: the style around it, its viewport, what names it."""

    style: Style
    #: width and height of the viewport
    view: tuple[float, float]
    #: the elements by way of which it is drawn again
    by: tuple[str, ...] = ()
    #: what a marker's own paint stands for
    context: Style | None = None


@dataclass(slots=True)
class _Sign:
    """A sign of a text, with where it is told to stand."""

    text: str
    style: Style
    x: float | None = None
    y: float | None = None
    dx: float = 0.0
    dy: float = 0.0
    rotate: float = 0.0
    told: set[str] = field(default_factory=set)


class _Maker:
    """Makes a drawing of a file's tree."""

    def __init__(
        self, root: Any, raster: Callable[[bytes], tuple[bytes, str]], told: list[Told]
    ) -> None:
        self.root, self.raster, self.told = root, raster, told
        self.ids: dict[str, Any] = {}
        for element in root.iter("*"):
            if element.get("id"):
                self.ids.setdefault(element.get("id"), element)
        self.sheet = Sheet(root, self.tell)
        if self.sheet.matches > MAX_MATCHES:
            self.refuse("L01", "has more styles than can be tried", root, "simplify its styles")
        self.defs = etree.Element(f"{{{_SVG}}}defs")
        self.named: dict[object, str] = {}
        self.clips: dict[tuple[Any, tuple[float, float]], str] = {}
        self.elements = self.points = self.signs = self.steps = 0

    def tell(self, code: str, message: str, element: Any, hint: str) -> None:
        """Note what is found, once, with its line."""
        if all(each[:2] != (code, message) for each in self.told):
            line = (element.sourceline or 0) if element is not None else 0
            hint = hint or "draw it without, if the picture needs it"
            self.told.append(Told(code, message, line, hint))

    def refuse(self, code: str, message: str, element: Any, hint: str) -> None:
        """Note what ends the reading, and end it."""
        self.tell(code, message, element, hint)
        raise _RefusedError

    def made(self) -> tuple[str, int, int]:
        """Return the drawing as SVG, and its width and height in px."""
        root = self.root
        box = self._view_box(root)
        width = max(0.0, length_of(root.get("width"), 0, 16) or 0.0)
        height = max(0.0, length_of(root.get("height"), 0, 16) or 0.0)
        if box and not (width and height):
            ratio = box[3] / box[2]
            width = width or (height / ratio if height else box[2])
            height = height or width * ratio
        if min(width, height) < _LEAST:
            cure = 'give <svg> a viewBox, such as viewBox="0 0 600 400"'
            self.refuse("S23", "says no size", root, cure)
        matrix, _ = self._viewport(root, width, height)
        view = (box[2], box[3]) if box else (width, height)
        place = _Place(dict(INITIAL), view)
        style = self._style(root, place)
        inside = self._children(root, replace(place, style=style))
        group = self._group(style, inside, matrix)
        if any(t.code in ("S23", "S24", "L01", "L02") for t in self.told):
            raise _RefusedError
        if not group:
            self.refuse("S23", "draws nothing", root, "export it again as plain SVG")
        scale = min(1.0, _MOST_PX / max(width, height))
        top = etree.Element(f"{{{_SVG}}}svg", nsmap={None: _SVG, "xlink": _XLINK})
        top.set("width", plain(width * scale))
        top.set("height", plain(height * scale))
        top.set("viewBox", f"0 0 {plain(width)} {plain(height)}")
        if len(self.defs):
            top.append(self.defs)
        top.extend(group)
        markup: str = etree.tostring(top, encoding="unicode")
        return markup, max(1, round(width * scale)), max(1, round(height * scale))

    # what stands around

    def _style(self, element: Any, place: _Place) -> Style:
        """Return the style of an element, and tell of what in it print cannot draw."""
        style = computed_style(self.sheet.of(element), place.style)
        for name, what in DROPPED.items():
            if style[name] not in ("none", "normal", ""):
                self.tell("S43", f"{what} was taken out, which print cannot draw", element, "")
        if style["mask"] != "none":
            cure = "apply the mask in the drawing program, or use a clip path"
            self.tell("S23", "has a mask, which print cannot draw", element, cure)
        for name in element.attrib:
            if str(name).lower().startswith("on"):
                self.tell("S43", f"{name}, which acts, was taken out", element, "")
        return style

    def _view_box(self, element: Any) -> Box | None:
        numbers = numbers_in(element.get("viewBox"))
        if len(numbers) != 4 or min(numbers[2:]) < _LEAST:
            return None
        return (numbers[0], numbers[1], numbers[2], numbers[3])

    def _viewport(self, element: Any, width: float, height: float) -> tuple[Matrix, Box | None]:
        """Return how what is in a viewport is moved into it, and what of it shows."""
        box = self._view_box(element)
        if box is None:
            return IDENTITY, (0, 0, width, height)
        words = (element.get("preserveAspectRatio") or "xMidYMid").split()
        align, *others = [word for word in words if word != "defer"] or ["xMidYMid"]
        sx, sy = width / box[2], height / box[3]
        if align != "none":
            sx = sy = max(sx, sy) if "slice" in others else min(sx, sy)
        parts = re.fullmatch(r"x(Min|Mid|Max)Y(Min|Mid|Max)", align)
        share = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
        x, y = (share[parts[1]], share[parts[2]]) if parts else (0.0, 0.0)
        left, top = x * (width - box[2] * sx), y * (height - box[3] * sy)
        matrix = (sx, 0.0, 0.0, sy, left - box[0] * sx, top - box[1] * sy)
        frame = (-matrix[4] / sx, -matrix[5] / sy, width / sx, height / sy)
        return matrix, frame

    def _group(
        self, style: Style, inside: list[Any], matrix: Matrix = IDENTITY, clip: Box | None = None
    ) -> list[Any]:
        """Return elements, in a group if anything holds of them all."""
        opacity = share_of(style["opacity"])
        if not inside or opacity == 0:
            return []
        # of one shape that is filled or stroked it is that of its paint
        paints = [each for each in ("fill", "stroke") if inside[0].get(each, "none") != "none"]
        if len(inside) == len(paints) == 1 and inside[0].tag == f"{{{_SVG}}}path":
            name = f"{paints[0]}-opacity"
            opacity *= float(inside[0].attrib.pop(name, 1))
            if opacity < 1:
                inside[0].set(name, plain(opacity))
            opacity = 1.0
        attributes: dict[str, str] = {}
        if max(abs(a - b) for a, b in zip(matrix, IDENTITY, strict=True)) > 1e-9:
            attributes["transform"] = written_matrix(matrix)
        if opacity < 1:
            attributes["opacity"] = plain(opacity)
        if clip:
            attributes["clip-path"] = f"url(#{self._frame(clip)})"
        if not attributes:
            return inside
        group = self._element("g", attributes)
        group.extend(inside)
        return [group]

    def _frame(self, box: Box) -> str:
        """Return the name of a clip path that is a rectangle."""
        key = ("frame", *map(plain, box))
        if key not in self.named:
            self.named[key] = name = f"d{len(self.named) + 1}"
            path = self._element("clipPath", {"id": name})
            sides = zip(("x", "y", "width", "height"), map(plain, box), strict=True)
            path.append(self._element("rect", dict(sides)))
            self.defs.append(path)
        return self.named[key]

    def _element(self, name: str, attributes: Mapping[str, str]) -> Any:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            self._too_much()
        return etree.Element(f"{{{_SVG}}}{name}", dict(attributes))

    def _too_much(self) -> None:
        cure = "simplify the drawing, or export it as PNG"
        self.refuse("L01", f"draws over {MAX_ELEMENTS:,} elements", None, cure)

    def _children(self, element: Any, place: _Place) -> list[Any]:
        return [made for child in element for made in self._draw(child, place)]

    def _draw(self, element: Any, place: _Place) -> list[Any]:
        """Return what an element draws."""
        self.steps += 1
        if self.steps > 5 * MAX_ELEMENTS:
            self._too_much()
        if not isinstance(element.tag, str):
            if element.tag is etree.Entity:
                cure = "write the sign itself"
                self.tell("S23", f"holds the entity {element.text}", element, cure)
            return []
        qualified = etree.QName(element)
        name = qualified.localname
        if qualified.namespace != _SVG or name in _QUIET:
            return []
        if name in _MOVING:
            self.tell("S43", f"<{name}>, which moves, was taken out", element, "")
            return []
        if name in ("script", "handler", "listener"):
            self.tell("S43", f"<{name}>, which acts, was taken out", element, "")
            return []
        if name == "foreignObject":
            if "".join(element.itertext()).strip() or len(element):
                cure = "export it with its text as SVG text, without HTML labels"
                self.tell("S23", "holds HTML (<foreignObject>), which is not drawn", element, cure)
            return []
        if name == "switch":
            fit = (each for each in element if self._is_chosen(each))
            return [made for each in [*fit][:1] for made in self._draw(each, place)]
        if name not in ("g", "a", "svg", "use", "image", "text", *_SHAPES):
            self.tell("S43", f"<{name}> was taken out, which print cannot draw", element, "")
            return []
        style = self._style(element, place)
        if style["display"] == "none":
            return []
        here = replace(place, style=style)
        drawn: list[Any]
        if name in ("g", "a"):
            if name == "a" and any(element.get(each) for each in _HREFS):
                self.tell("S43", "a link was taken out; a picture leads nowhere", element, "")
            drawn = self._children(element, here)
        elif name == "svg":
            drawn = self._inner(element, here, place.view)
        elif name == "use":
            drawn = self._again(element, here)
        elif name == "image":
            drawn = self._picture(element, here)
        elif name == "text":
            drawn = self._text(element, here)
        else:
            drawn = self._shape(element, here)
        return self._set(element, style, drawn, here)

    def _is_chosen(self, element: Any) -> bool:
        if not isinstance(element.tag, str) or etree.QName(element).namespace != _SVG:
            return False
        foreign = etree.QName(element).localname == "foreignObject"
        return not (foreign or element.get("requiredExtensions"))

    def _set(self, element: Any, style: Style, drawn: list[Any], place: _Place) -> list[Any]:
        """Return what an element draws, moved, clipped and made transparent as its style has it."""
        if not drawn:
            return []
        matrix = IDENTITY
        if style["transform"] not in ("none", ""):
            found = transform_of(style["transform"])
            if found is None:
                told = f"the transform “{style['transform'][:40]}” was taken out"
                self.tell("S43", told, element, "write it with translate, scale, rotate, matrix")
            else:
                matrix = self._from(found, style["transform-origin"], element)
        clip = style["clip-path"]
        address = ADDRESS.fullmatch(clip)
        if address:
            if name := self._clip(address[1], element, place):
                group = self._element("g", {"clip-path": f"url(#{name})"})
                group.extend(drawn)
                drawn = [group]
            elif name == "":
                return []
        elif clip not in ("none", ""):
            self.tell("S43", f"the clip path “{clip[:40]}” was taken out", element, "")
        return self._group(style, drawn, matrix)

    def _from(self, matrix: Matrix, origin: str, element: Any) -> Matrix:
        words = origin.split()
        lengths = [length_of(word, 0, 16) for word in words[:2]]
        if not words or all(each == 0 for each in lengths):
            return matrix
        if len(lengths) != 2 or None in lengths or "%" in origin:
            told = f"the origin “{origin[:40]}” of a transform was taken out"
            self.tell("S43", told, element, "write it in px, or leave it out")
            return matrix
        x, y = (each or 0.0 for each in lengths)
        return then(then((1, 0, 0, 1, -x, -y), matrix), (1, 0, 0, 1, x, y))

    def _named(self, reference: str, element: Any) -> Any:
        """Return the element that a reference names; one outside of the file is refused."""
        if not reference.startswith("#"):
            cure = "draw what it names into the file itself"
            self.tell("S24", f"reaches for “{reference[:60]}”, outside of its file", element, cure)
            return None
        return self.ids.get(reference[1:])

    def _href(self, element: Any) -> str:
        return str(next((element.get(name) for name in _HREFS if element.get(name)), "")).strip()

    def _again(self, element: Any, place: _Place) -> list[Any]:
        """Return what `use` draws again."""
        reference = self._href(element)
        target = self._named(reference, element) if reference else None
        if target is None or not isinstance(target.tag, str):
            return []
        if reference in place.by:
            self.tell("S23", "draws itself by way of <use>", element, "take the circle out")
            return []
        if len(place.by) >= MAX_DEPTH:
            raise RecursionError
        x, y = (self._own(element, each, 0, place) for each in ("x", "y"))
        here = replace(place, by=(*place.by, reference))
        if etree.QName(target).localname in ("symbol", "svg"):
            style = self._style(target, here)
            sides = [self._own(element, side, None, place) for side in ("width", "height")]
            inside = self._inner(target, replace(here, style=style), place.view, sides)
            drawn = self._set(target, style, inside, here) if style["display"] != "none" else []
        else:
            drawn = self._draw(target, here)
        return self._group(dict(INITIAL), drawn, (1, 0, 0, 1, x or 0, y or 0))

    def _inner(
        self,
        element: Any,
        place: _Place,
        view: tuple[float, float],
        sides: Sequence[float | None] = (None, None),
    ) -> list[Any]:
        """Return what an inner viewport shows."""
        outer = replace(place, view=view)
        width, height = (
            given if given is not None else self._own(element, side, whole, outer)
            for given, side, whole in zip(sides, ("width", "height"), view, strict=True)
        )
        if min(width or 0, height or 0) < _LEAST:
            return []
        matrix, frame = self._viewport(element, width, height)
        box = self._view_box(element)
        here = replace(place, view=(box[2], box[3]) if box else (width, height))
        shows = place.style["overflow"] in ("visible", "auto")
        inside = self._group(
            dict(INITIAL), self._children(element, here), clip=None if shows else frame
        )
        x, y = 0.0, 0.0
        if etree.QName(element).localname == "svg":
            x, y = (self._own(element, each, 0, outer) or 0.0 for each in ("x", "y"))
        return self._group(dict(INITIAL), inside, then(matrix, (1, 0, 0, 1, x, y)))

    def _own(self, element: Any, name: str, instead: Any, place: _Place) -> Any:
        """Return a length that an element says of itself."""
        width, height = place.view
        whole = {"x": width, "y": height}.get(name[-1], hypot(width, height) / sqrt(2))
        if name in ("width", "rx") or name in ("x1", "x2"):
            whole = width
        elif name in ("height", "ry") or name in ("y1", "y2"):
            whole = height
        value = length_of(element.get(name), whole, float(place.style["font-size"]))
        return instead if value is None else value

    # paint

    def _paint(
        self, style: Style, part: str, element: Any, box: Box | None, place: _Place
    ) -> dict[str, str]:
        """Return the attributes that fill or stroke something, none if nothing is seen of it."""
        value, opacity = style[part], share_of(style[f"{part}-opacity"])
        if value in ("context-fill", "context-stroke"):
            value = (place.context or {}).get(value.removeprefix("context-"), "none")
        address = ADDRESS.fullmatch(value)
        if address:
            target = self._named(address[1], element)
            name = None if target is None else etree.QName(target).localname
            if name in ("linearGradient", "radialGradient"):
                paint = self._gradient(target, box, place)
                if paint is None:
                    return {}
                if isinstance(paint, str):
                    made = {part: f"url(#{paint})"}
                    return made | ({f"{part}-opacity": plain(opacity)} if opacity < 1 else {})
                value, opacity = paint[0], opacity * paint[1]
            elif name is not None:
                what = "a pattern" if name == "pattern" else f"<{name}>"
                cure = "fill it with a colour"
                self.tell("S23", f"is painted with {what}, which print cannot draw", element, cure)
                return {}
            else:
                value = address[2] or "none"
        if value.lower() == "currentcolor":
            value = style["color"]
        colour = None if value.lower() == "none" else as_colour(value)
        if colour is None or colour[1] * opacity == 0:
            return {}
        made = {part: colour[0]}
        return made | (
            {f"{part}-opacity": plain(colour[1] * opacity)} if colour[1] * opacity < 1 else {}
        )

    def _gradient(
        self, element: Any, box: Box | None, place: _Place
    ) -> str | tuple[str, float] | None:
        """Return the name of a gradient for what fills a box, or its one colour, or nothing."""
        chain = self._chain(element)
        kind = etree.QName(element).localname

        def told(name: str, instead: str) -> str:
            return str(next((e.get(name) for e in chain if e.get(name) is not None), instead))

        stops = self._stops(
            next((e for e in chain if e.find(f"{{{_SVG}}}stop") is not None), element), place
        )
        if not stops:
            return None
        if len({stop[1:] for stop in stops}) == 1:
            return stops[0][1], stops[0][2]
        own = told("gradientUnits", "objectBoundingBox") == "userSpaceOnUse"
        if not own and (box is None or not box[2] or not box[3]):
            if box is None:
                self.tell("S43", "a gradient in text became a colour", element, "")
                return stops[0][1], stops[0][2]
            return None
        view = place.view if own else (1.0, 1.0)
        diagonal = hypot(*view) / sqrt(2)
        em = float(place.style["font-size"])
        wholes = {"x": view[0], "y": view[1], "r": diagonal}
        if kind == "linearGradient":
            names = {"x1": "0%", "y1": "0%", "x2": "100%", "y2": "0%"}
        else:
            names = {"cx": "50%", "cy": "50%", "r": "50%"}
            names |= {"fx": told("cx", "50%"), "fy": told("cy", "50%"), "fr": "0%"}
        values: dict[str, float] = {}
        for name, instead in names.items():
            axis = next(each for each in name if each in "xyr") if name != "fr" else "r"
            value = length_of(told(name, instead), wholes[axis], em)
            values[name] = 0.0 if value is None else value
        matrix = transform_of(told("gradientTransform", "")) or IDENTITY
        if not own and box:
            matrix = then(matrix, (box[2], 0, 0, box[3], box[0], box[1]))
        if told("spreadMethod", "pad") != "pad":
            self.tell("S43", "the repetition of a gradient was taken out", element, "")
        if any(opacity < 1 for _, _, opacity in stops):
            message = "a gradient that lets through what is behind it was set on white"
            self.tell("S43", message, element, "use colours without transparency")
        solid = [(at, _on_white(colour, opacity)) for at, colour, opacity in stops]
        return self._defined(kind, values, matrix, solid)

    def _defined(
        self,
        kind: str,
        values: Mapping[str, float],
        matrix: Matrix,
        stops: Sequence[tuple[float, str]],
    ) -> str:
        """Return the name of a gradient, which is defined if it is not yet."""
        attributes = {name: plain(value) for name, value in values.items()}
        key = (kind, *attributes.items(), *(f"{each:.6g}" for each in matrix), *stops)
        if key in self.named:
            return self.named[key]
        self.named[key] = name = f"d{len(self.named) + 1}"
        attributes |= {"id": name, "gradientUnits": "userSpaceOnUse"}
        if matrix != IDENTITY:
            attributes["gradientTransform"] = written_matrix(matrix)
        made = self._element(kind, attributes)
        for at, colour in stops:
            made.append(self._element("stop", {"offset": plain(at), "stop-color": colour}))
        self.defs.append(made)
        return name

    def _chain(self, element: Any) -> list[Any]:
        """Return an element and those from which it takes what it lacks."""
        chain = [element]
        while (reference := self._href(chain[-1])) and len(chain) < 20:
            target = self._named(reference, element)
            if target is None or target in chain:
                break
            chain.append(target)
        return chain

    def _stops(self, element: Any, place: _Place) -> list[tuple[float, str, float]]:
        found: list[tuple[float, str, float]] = []
        around = self._style(element, place)
        for stop in element.iterchildren(f"{{{_SVG}}}stop"):
            style = self._style(stop, replace(place, style=around))
            value = style["stop-color"]
            colour = as_colour(style["color"] if value == "currentcolor" else value)
            colour = colour or ("#000000", 1.0)
            at = max(share_of(stop.get("offset"), 0), found[-1][0] if found else 0.0)
            found.append((at, colour[0], colour[1] * share_of(style["stop-opacity"])))
        return found

    # shapes

    def _pieces(self, element: Any, place: _Place) -> list[Piece]:
        """Return the outline of a shape."""
        name = etree.QName(element).localname

        def own(attribute: str, instead: Any = 0.0) -> Any:
            return self._own(element, attribute, instead, place)

        if name == "path":
            pieces, sound = outline_of(element.get("d") or "")
            if not sound and (element.get("d") or "").strip() not in ("", "none"):
                self.tell("S43", "an outline breaks off at what is none", element, "draw it anew")
        elif name in ("polyline", "polygon"):
            numbers = numbers_in(element.get("points"))
            points = [*zip(numbers[::2], numbers[1::2], strict=False)]
            pieces = [("M" if n == 0 else "L", (point,)) for n, point in enumerate(points)]
            pieces += [("Z", ())] if name == "polygon" and points else []
        elif name == "line":
            ends = (own("x1"), own("y1")), (own("x2"), own("y2"))
            pieces = [("M", ends[:1]), ("L", ends[1:])]
        elif name == "rect":
            x, y, width, height = own("x"), own("y"), own("width"), own("height")
            rx, ry = own("rx", None), own("ry", None)
            rx, ry = (ry if rx is None else rx) or 0.0, (rx if ry is None else ry) or 0.0
            pieces = rounded_box(x, y, width, height, min(rx, width / 2), min(ry, height / 2))
        else:
            cx, cy = own("cx"), own("cy")
            rx, ry = (own("r"),) * 2 if name == "circle" else (own("rx"), own("ry"))
            pieces = rounded_box(cx - rx, cy - ry, 2 * rx, 2 * ry, rx, ry)
        self.points += sum(len(points) for _, points in pieces)
        if self.points > MAX_POINTS:
            cure = "simplify the drawing, or export it as PNG"
            self.refuse("L01", f"has outlines of over {MAX_POINTS:,} points", element, cure)
        return pieces

    def _shape(self, element: Any, place: _Place) -> list[Any]:
        style = place.style
        pieces = self._pieces(element, place)
        if not pieces or style["visibility"] != "visible":
            return []
        box = box_around(pieces)
        attributes = self._painted(style, element, box, place)
        drawn = []
        if attributes:
            if style["fill-rule"] == "evenodd" and "fill" in attributes:
                attributes["fill-rule"] = "evenodd"
            attributes.setdefault("fill", "none")
            drawn.append(self._element("path", {"d": written_outline(pieces), **attributes}))
        return drawn + self._marked(element, pieces, place)

    def _painted(
        self, style: Style, element: Any, box: Box | None, place: _Place
    ) -> dict[str, str]:
        """Return the attributes of fill and stroke; none if neither is seen."""
        attributes = self._paint(style, "fill", element, box, place)
        whole = hypot(*place.view) / sqrt(2)
        em = float(style["font-size"])
        width = length_of(style["stroke-width"], whole, em) or 0.0
        stroke = self._paint(style, "stroke", element, box, place) if width > 0 else {}
        if not stroke:
            return attributes
        attributes |= stroke | {"stroke-width": plain(width)}
        for name in ("stroke-linecap", "stroke-linejoin"):
            if style[name] != INITIAL[name]:
                attributes[name] = style[name]
        limit = length_of(style["stroke-miterlimit"], 1, 0) or 4.0
        if limit != 4:
            attributes["stroke-miterlimit"] = plain(max(1.0, limit))
        dashes = [
            length_of(each, whole, em) for each in re.split(r"[\s,]+", style["stroke-dasharray"])
        ]
        if all(each is not None and each >= 0 for each in dashes) and any(dashes):
            attributes["stroke-dasharray"] = " ".join(plain(each or 0) for each in dashes[:64])
            offset = length_of(style["stroke-dashoffset"], whole, em) or 0.0
            if offset:
                attributes["stroke-dashoffset"] = plain(offset)
        return attributes

    def _marked(self, element: Any, pieces: Sequence[Piece], place: _Place) -> list[Any]:
        """Return the markers of a shape, such as the heads of arrows."""
        style = place.style
        if etree.QName(element).localname in ("rect", "circle", "ellipse"):
            return []
        targets = {}
        for part in ("start", "mid", "end"):
            address = ADDRESS.fullmatch(style[f"marker-{part}"])
            target = self._named(address[1], element) if address else None
            if target is not None and etree.QName(target).localname == "marker":
                targets[part] = (address[1] if address else "", target)
        if not targets:
            return []
        drawn: list[Any] = []
        corners = list(corners_of(pieces))
        for n, (point, reached, left) in enumerate(corners):
            part = "start" if n == 0 else "end" if n == len(corners) - 1 else "mid"
            if part in targets:
                drawn += self._marker(*targets[part], part, point, reached, left, place)
        return drawn

    def _marker(
        self,
        reference: str,
        marker: Any,
        part: str,
        point: Point,
        reached: Point | None,
        left: Point | None,
        place: _Place,
    ) -> list[Any]:
        if reference in place.by:
            return []
        orient = (marker.get("orient") or "0").strip()
        ways = [atan2(way[1], way[0]) for way in (reached, left) if way]
        if orient in ("auto", "auto-start-reverse") and ways:
            first, last = ways[0], ways[-1]
            turn = atan2((sin(first) + sin(last)) / 2, (cos(first) + cos(last)) / 2)
            turn += pi if part == "start" and orient != "auto" else 0
        else:
            turn = angle_of(orient) or 0.0
        style = dict(INITIAL) | {"font-size": place.style["font-size"]}
        style = self._style(marker, replace(place, style=style))
        here = _Place(style, place.view, (*place.by, reference), place.style)
        width, height = (
            self._own(marker, side, 3.0, here) for side in ("markerWidth", "markerHeight")
        )
        if min(width, height) < _LEAST:
            return []
        matrix, frame = self._viewport(marker, width, height)
        box = self._view_box(marker)
        here.view = (box[2], box[3]) if box else (width, height)
        x, y = moved_by(
            (self._own(marker, "refX", 0, here), self._own(marker, "refY", 0, here)), matrix
        )
        scale = 1.0
        if marker.get("markerUnits", "strokeWidth") == "strokeWidth":
            em = float(place.style["font-size"])
            scale = length_of(place.style["stroke-width"], hypot(*place.view), em) or 0.0
        clip = None if style["overflow"] in ("visible", "auto") else frame
        inside = self._group(dict(INITIAL), self._children(marker, here), clip=clip)
        move = then(then(matrix, (1, 0, 0, 1, -x, -y)), (scale, 0, 0, scale, 0, 0))
        move = then(move, (cos(turn), sin(turn), -sin(turn), cos(turn), *point))
        return self._group(dict(INITIAL), inside, move)

    def _clip(self, reference: str, element: Any, place: _Place) -> str | None:
        """Return the name of a clip path; “” lets nothing through, None is none."""
        path = self._named(reference, element)
        if path is None or etree.QName(path).localname != "clipPath":
            return None
        if path.get("clipPathUnits") == "objectBoundingBox":
            cure = "clip it in its own units (userSpaceOnUse)"
            self.tell("S23", "has a clip path in the units of a box", path, cure)
            return None
        if (path, place.view) in self.clips:
            return self.clips[path, place.view]
        own = self._style(path, replace(place, style=dict(INITIAL)))
        outer = transform_of(own["transform"]) or IDENTITY
        shapes: list[Any] = []
        for child, matrix, here in self._clipping(path, replace(place, style=own), IDENTITY):
            pieces = self._pieces(child, here)
            moved = [
                (letter, tuple(moved_by(point, then(matrix, outer)) for point in points))
                for letter, points in pieces
            ]
            if here.style["clip-rule"] == "evenodd" and has_parts(moved):
                cure = "join the outlines in the drawing program"
                self.tell("S23", "has a clip path with holes", child, cure)
            if moved and here.style["visibility"] == "visible":
                shapes.append(self._element("path", {"d": written_outline(moved)}))
        name = ""
        if shapes:
            key = ("clip", path, *place.view)
            self.named[key] = name = f"d{len(self.named) + 1}"
            made = self._element("clipPath", {"id": name})
            made.extend(shapes)
            self.defs.append(made)
        self.clips[path, place.view] = name
        return name

    def _clipping(
        self, path: Any, place: _Place, matrix: Matrix
    ) -> Iterator[tuple[Any, Matrix, _Place]]:
        """Yield the shapes of a clip path, with how they are moved and where they stand."""
        for child in path:
            if not isinstance(child.tag, str) or etree.QName(child).namespace != _SVG:
                continue
            name = etree.QName(child).localname
            style = self._style(child, place)
            here = replace(place, style=style)
            own = then(transform_of(style["transform"]) or IDENTITY, matrix)
            if style["display"] == "none" or name in _QUIET | _MOVING:
                continue
            if name in _SHAPES:
                yield child, own, here
            elif name == "use" and self._href(child) not in place.by:
                target = self._named(self._href(child), child)
                if target is not None and etree.QName(target).localname in _SHAPES:
                    x, y = (self._own(child, each, 0, here) for each in ("x", "y"))
                    inner = self._style(target, here)
                    move = then(transform_of(inner["transform"]) or IDENTITY, (1, 0, 0, 1, x, y))
                    yield target, then(move, own), replace(here, style=inner)
            else:
                cure = "turn the text into outlines"
                self.tell("S23", f"has a clip path with <{name}> in it", child, cure)

    def _picture(self, element: Any, place: _Place) -> list[Any]:
        """Return a picture of pixels within the drawing, made ready."""
        reference = self._href(element)
        found = re.match(r"data:([^;,]*)((?:;[^;,]*)*?)(;base64)?,", reference)
        if not found:
            if reference:
                cure = "embed the picture in the file (export with linked images embedded)"
                told = f"reaches for “{reference[:60]}”, outside of its file"
                self.tell("S24", told, element, cure)
            return []
        if place.style["visibility"] != "visible":
            return []
        try:
            data = base64.b64decode(
                re.sub(r"\s|%0[aAdD]", "", reference[found.end() :]), validate=True
            )
        except (binascii.Error, ValueError):
            data = b""
        if not found[3] or not data:
            cure = "embed it as PNG or JPEG"
            self.tell("S23", "holds a picture that is no PNG or JPEG", element, cure)
            return []
        ready, kind = self.raster(data)
        encoded = f"data:{kind};base64,{base64.b64encode(ready).decode()}"
        width, height = (self._own(element, side, 0.0, place) for side in ("width", "height"))
        if width <= 0 or height <= 0:
            self.tell("S23", "holds a picture without a size", element, "give it width and height")
            return []
        x, y = (self._own(element, each, 0.0, place) for each in ("x", "y"))
        attributes = {"x": plain(x), "y": plain(y), "width": plain(width), "height": plain(height)}
        ratio = (element.get("preserveAspectRatio") or "").strip()
        if re.fullmatch(r"none|x(Min|Mid|Max)Y(Min|Mid|Max)( (meet|slice))?", ratio):
            attributes["preserveAspectRatio"] = ratio
        made = self._element("image", attributes)
        made.set(f"{{{_XLINK}}}href", encoded)
        return [made]

    # text

    def _text(self, element: Any, place: _Place) -> list[Any]:
        """Return a text, in parts that begin where they are told to, each of one style."""
        if place.style["writing-mode"] not in ("horizontal-tb", "lr", "lr-tb", "rl", "rl-tb"):
            cure = "turn the text instead (transform)"
            self.tell("S23", "has text from top to bottom, which print cannot set", element, cure)
        signs: list[_Sign] = []
        spans: list[tuple[Any, Style, int, int]] = []
        # that of the whole is the group's matter
        self._gather(element, replace(place, style=place.style | {"opacity": "1"}), signs, spans)
        self.signs += len(signs)
        if self.signs > MAX_SIGNS:
            cure = "put the text into the brief itself"
            self.refuse("L01", f"has texts of over {MAX_SIGNS:,} signs", element, cure)
        _collapse(signs)
        for span in spans:
            self._put(*span, signs, place)
        fall, kept = 0.0, []
        for sign in signs:
            fall += sign.dy
            if sign.text:
                sign.dy, fall = fall, 0.0
                kept.append(sign)
        if not "".join(each.text for each in kept).strip():
            return []
        return self._lines(element, kept, place)

    def _gather(
        self,
        element: Any,
        place: _Place,
        signs: list[_Sign],
        spans: list[tuple[Any, Style, int, int]],
    ) -> None:
        """Add the signs of a text or a part of it, and the span of each part, the inner first."""
        style = place.style
        start = len(signs)
        if (space := element.get(f"{{{_XML}}}space")) is not None:
            style["white-space"] = "pre" if space == "preserve" else ""
        signs.extend(_Sign(sign, style) for sign in element.text or "")
        for child in element:
            if isinstance(child.tag, str) and etree.QName(child).namespace == _SVG:
                name = etree.QName(child).localname
                inner = self._style(child, place)
                if name in ("textPath", "tref"):
                    cure = "set it straight, or turn it into outlines"
                    self.tell("S23", f"has text along a path (<{name}>)", child, cure)
                elif name in ("tspan", "a") and inner["display"] != "none":
                    self._gather(child, replace(place, style=inner), signs, spans)
                elif name in _MOVING or name == "script":
                    self._draw(child, place)
            elif child.tag is etree.Entity:
                self._draw(child, place)
            signs.extend(_Sign(sign, style) for sign in child.tail or "")
        # where a shift of the baseline ends
        signs.append(_Sign("", style))
        spans.append((element, style, start, len(signs)))

    def _put(
        self, element: Any, style: Style, start: int, end: int, signs: list[_Sign], place: _Place
    ) -> None:
        """Put the signs of a part of a text where it tells them to stand."""
        shown = [sign for sign in signs[start:end] if sign.text]
        em = float(style["font-size"])
        width, height = place.view
        for name, whole in (("x", width), ("y", height), ("dx", width), ("dy", height)):
            words = re.split(r"[\s,]+", (element.get(name) or "").strip())
            for sign, word in zip(shown, words, strict=False):
                value = length_of(word, whole, em)
                # what stands further in knows better
                if value is not None and name not in sign.told:
                    setattr(sign, name, value)
                    sign.told.add(name)
        turns = numbers_in(element.get("rotate"))
        for n, sign in enumerate(shown if turns else ()):
            sign.rotate = sign.rotate or turns[min(n, len(turns) - 1)]
        shift = style["baseline-shift"]
        rise = _SHIFTS[shift] * em if shift in _SHIFTS else -(length_of(shift, em, em) or 0.0)
        if rise and shown:
            shown[0].dy += rise
            signs[end - 1].dy -= rise

    def _lines(self, element: Any, signs: list[_Sign], place: _Place) -> list[Any]:
        runs: list[list[_Sign]] = []
        for sign in signs:
            told = sign.x is not None or sign.y is not None or sign.dx or sign.dy or sign.rotate
            if told or not runs or runs[-1][-1].style != sign.style or runs[-1][-1].rotate:
                runs.append([])
            runs[-1].append(sign)
        first = runs[0][0]
        first.x, first.y = first.x or 0.0, first.y or 0.0
        text = self._element("text", {})
        for run in runs:
            sign = run[0]
            style = sign.style
            words = "".join(each.text for each in run)
            painted = self._painted(style, element, None, place)
            if style["visibility"] != "visible" or not painted or share_of(style["opacity"]) == 0:
                if words.strip():
                    continue
                painted = {}
            if not len(text) and sign is not first:
                sign.x, sign.y = sign.x or first.x, sign.y or first.y
            text.append(self._run(sign, words, painted))
        if not "".join(text.itertext()).strip():
            return []
        if any("  " in (each.text or "") for each in text):
            for each in (text, *text):
                each.set(f"{{{_XML}}}space", "preserve")
        squeezed = length_of(element.get("textLength"), place.view[0], 16)
        if squeezed and squeezed > 0 and len(text) == 1:
            text[0].set("textLength", plain(squeezed))
            if element.get("lengthAdjust") == "spacingAndGlyphs":
                text[0].set("lengthAdjust", "spacingAndGlyphs")
        return [text]

    def _run(self, sign: _Sign, words: str, painted: Mapping[str, str]) -> Any:
        style = sign.style
        em = float(style["font-size"])
        attributes = {
            name: plain(value) for name in ("x", "y") if (value := getattr(sign, name)) is not None
        }
        hung = next(
            (
                style[n]
                for n in ("alignment-baseline", "dominant-baseline")
                if style[n] in _BASELINES
            ),
            "",
        )
        if hung and "y" in attributes:
            attributes["y"] = plain((sign.y or 0) + _BASELINES[hung] * em)
        attributes |= {
            name: plain(value) for name in ("dx", "dy") if (value := getattr(sign, name))
        }
        if sign.rotate:
            attributes["rotate"] = plain(sign.rotate)
        families = quoted(style["font-family"][:200])
        attributes |= {"font-family": families, "font-size": plain(em)}
        for name in ("font-style", "font-weight", "text-anchor", "direction"):
            if style[name] != INITIAL[name]:
                attributes[name] = style[name]
        for name in ("letter-spacing", "word-spacing"):
            if space := length_of(style[name], em, em):
                attributes[name] = plain(space)
        if (opacity := share_of(style["opacity"])) < 1:
            painted = dict(painted)
            for part in ("fill", "stroke"):
                if part in painted:
                    share = float(painted.get(f"{part}-opacity", 1)) * opacity
                    painted[f"{part}-opacity"] = plain(share)
        made = self._element("tspan", {**attributes, "fill": "none", **painted})
        made.text = words
        return made


def _on_white(colour: str, opacity: float) -> str:
    channels = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(f"{round(255 - opacity * (255 - each)):02x}" for each in channels)


def _collapse(signs: list[_Sign]) -> None:
    """Leave of white space what is seen of it (CSS Text 3, 4.1)."""
    space = True
    last: _Sign | None = None
    for sign in signs:
        if not sign.text:
            continue
        kept = sign.style["white-space"] in ("pre", "pre-wrap", "break-spaces")
        if sign.text in "\t\n\r ":
            sign.text = " " if kept or not space else ""
        if sign.text:
            space = sign.text == " " and not kept
            last = sign if space else None
    if last is not None:
        last.text = ""
