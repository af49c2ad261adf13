"""Carries out what a PDF's pages draw, and tells what colour it lays where, and how.

It is for printers: `pdfdraw` reads, this one looks at inks, lines and pixels. Places are in pt from
below and from the left, as a page is seen: turned by its Rotate, and enlarged by its UserUnit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import hypot, inf, isfinite, sqrt
from pathlib import Path
from typing import Any, TypeVar

import pikepdf

from brief.checks.inks import (
    CMYK,
    GREY,
    PATTERN,
    RGB,
    Paint,
    Space,
    laid_over,
    paint,
    read_space,
    shaded,
)
from brief.checks.pdfdraw import (
    EVERYWHERE,
    IDENTITY,
    MAX_CONTENT,
    STATE_ACTIONS,
    STREAM_COST,
    Action,
    Box,
    Font,
    Interpreter,
    Matrix,
    State,
    around,
    as_box,
    as_matrix,
    instructions,
    multiply,
    plain_name,
    real,
    shared,
    shown,
)
from brief.checks.pdfobjects import (
    MAX_STEPS,
    Number,
    entry,
    inherited,
    is_stream,
    items,
    name,
    pairs,
    unpacked,
)
from brief.checks.pixels import Raster, inline, read_raster
from brief.findings import CheckError, Finding, LimitError, finding

#: things drawn on a page; points of a path; colours and shapes of a path that are kept
MAX_GRAPHICS = 1 << 18
_POINTS, _PAINTS, _SUBPATHS = 1 << 16, 1 << 13, 64
#: what of its size a sign reaches above its line
_RISE = 0.7
#: pt that what has no width is widened by, so that it has a place
_FLAT = 0.01
#: pt that a shape must measure for others to stand on it
_SURFACE = 2
#: fields of the map of a page that says what is uppermost where, at most
_FIELDS = 1_500_000
#: parts of a dictionary of graphics state that change how ink falls on paper
_ALTERING = ("/TR", "/TR2", "/HT", "/HTP")

Point = tuple[float, float]


@dataclass(slots=True)
class Graphic:
    """Something that a page draws."""

    #: text, image, shape or shading
    kind: str
    #: the part of it that is not cut off
    box: Box
    #: what fills it and what draws its outline
    fill: Paint | None = None
    line: Paint | None = None
    #: of a shading, colours all along it
    stops: tuple[Paint, ...] = ()
    #: how thick its outline is, and the thinnest of the rectangles that it fills, in pt
    width: float = inf
    thin: float = inf
    #: of text its signs, and their size in pt
    text: str = ""
    size: float = 0
    font: Font | None = None
    mode: int = 0
    #: whether what it fills leaves other inks beneath it, and those too that it has none of
    overprints: bool = False
    keeps: bool = False
    opacity: float = 1
    blend: str = "Normal"
    #: the name that the page has for an image, the image and where it is put
    name: str = ""
    image: Raster | None = None
    matrix: Matrix = IDENTITY
    #: mask, annotation, pattern or glyph for what is drawn within one
    within: str = ""
    #: the uppermost of what lies beneath it, field by field, and of text how light most of it is
    under: tuple[Graphic, ...] = ()
    ground: float | None = None
    #: how light it looks over what is beneath, from 0 to 1; None where that is not known
    grey: float | None = None
    #: the inks it leaves on paper with what is beneath
    laid: dict[str, float] | None = None

    @property
    def paints(self) -> tuple[Paint, ...]:
        """The colours that it is drawn in."""
        if self.fill and not self.line:
            return (self.fill, *self.stops)
        return tuple(each for each in (self.fill, self.line, *self.stops) if each)

    @property
    def spaces(self) -> list[Space]:
        """The colour spaces that it is drawn in, each once."""
        found = [each.space for each in self.paints]
        if self.image and self.image.space:
            found.append(self.image.space)
        return found[:1] if len(found) < 2 else [*dict.fromkeys(found)]

    @property
    def blank(self) -> bool:
        """Whether it is known to lay down no ink."""
        return not self.image and all(each.blank for each in self.paints)


@dataclass(slots=True)
class Note:
    """Something about how a page is drawn that is no graphic: what it is, its name and place."""

    kind: str
    told: str = ""
    box: Box | None = None


@dataclass
class Page:
    """A page, and what it draws."""

    number: int
    object: Any
    #: its boxes as they are seen, by their names in PDF: those that it has or inherits
    boxes: dict[str, Box] = field(default_factory=dict)
    graphics: list[Graphic] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    damage: list[Finding] = field(default_factory=list)

    @cached_property
    def sheet(self) -> Box:
        """All of its paper."""
        return self.boxes.get("/MediaBox", (0, 0, 612, 792))

    @cached_property
    def paper(self) -> Box:
        """What viewers show of it."""
        crop = shared(self.boxes.get("/CropBox", self.sheet), self.sheet)
        return crop if crop[0] < crop[2] and crop[1] < crop[3] else self.sheet

    @cached_property
    def trim(self) -> Box:
        """What is left of it once it is cut."""
        for key in ("/TrimBox", "/ArtBox", "/CropBox"):
            if key in self.boxes:
                return self.boxes[key]
        return self.sheet

    @cached_property
    def bleed(self) -> Box:
        """What is printed to be cut off again, and all within it."""
        return self.boxes.get("/BleedBox", self.trim)

    @cached_property
    def printed(self) -> list[Graphic]:
        """What is printed of it: all but what is outside of its bleed, and what is in masks."""
        left, bottom, right, top = self.bleed
        return [
            each
            for each in self.graphics
            if each.within != "mask"
            and each.box[0] < right
            and left < each.box[2]
            and each.box[1] < top
            and bottom < each.box[3]
        ]

    @cached_property
    def unit(self) -> float:
        """How many pt one of its own units is."""
        unit = real(entry(self.object, "/UserUnit"), 1)
        return unit if 0 < unit < 1000 else 1.0

    @cached_property
    def matrix(self) -> Matrix:
        """How the page's own units become pt as they are seen."""
        unit = self.unit
        turned = int(real(inherited(self.object, "/Rotate"))) // 90 % 4
        a, b = ((1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0))[turned]
        return (unit * a, unit * b, unit * -b, unit * a, 0, 0)

    @cached_property
    def scale(self) -> float:
        """How many fields to a pt the map of the page has."""
        left, bottom, right, top = self.sheet
        return min(1.0, sqrt(_FIELDS / max(1.0, (right - left) * (top - bottom))))

    @cached_property
    def map(self) -> Any:
        """The number of the uppermost graphic in each field, from 1; 0 is paper."""
        from PIL import Image

        left, bottom, right, top = self.sheet
        size = (int((right - left) * self.scale) + 1, int((top - bottom) * self.scale) + 1)
        return Image.new("I", (max(1, min(size[0], _FIELDS)), max(1, min(size[1], 10000))))

    @cached_property
    def pen(self) -> Any:
        """What draws on the map."""
        from PIL import ImageDraw

        return ImageDraw.Draw(self.map)

    def fields(self, box: Box) -> tuple[int, int, int, int]:
        """Return the fields that a box takes: left, top, right, bottom."""
        x, y = self.sheet[0], self.sheet[3]
        scale, (width, height) = self.scale, self.map.size
        left, right = round((box[0] - x) * scale), round((box[2] - x) * scale)
        top, bottom = round((y - box[3]) * scale), round((y - box[1]) * scale)
        left, top = max(0, min(left, width - 1)), max(0, min(top, height - 1))
        return left, top, max(left + 1, min(right, width)), max(top + 1, min(bottom, height))


class _State(State):
    """The graphics state."""

    def __init__(self) -> None:
        super().__init__()
        self.width = 1.0
        #: the spaces, colours and patterns of what fills and what draws lines
        self.spaces = (GREY, GREY)
        self.paints = (_BLACK, _BLACK)
        self.patterns: tuple[Any, Any] = (None, None)
        self.overprints = (False, False)
        self.overprint_mode = 0
        self.opacities = (1.0, 1.0)
        #: of the groups that it is drawn in
        self.group = 1.0
        self.blend = "Normal"
        self.masked = False

    def set_colour(self, side: int, space: Space, colour: Paint, pattern: Any = None) -> None:
        """Set what fills, or what draws lines."""
        self.spaces = _with(self.spaces, side, space)
        self.paints = _with(self.paints, side, colour)
        if pattern is not self.patterns[side]:
            self.patterns = _with(self.patterns, side, pattern)


_FILL, _LINE = 0, 1
_BLACK = paint(GREY, [0])
_T = TypeVar("_T")


def _with(both: tuple[_T, _T], side: int, one: _T) -> tuple[_T, _T]:
    return (both[0], one) if side else (one, both[1])


class Walk(Interpreter):
    """Carries out pages, one after another."""

    state: _State

    def __init__(self, pdf: pikepdf.Pdf, file: Path) -> None:
        self.pdf, self.file = pdf, file
        self.left = MAX_CONTENT
        self.fonts: dict[object, Font] = {}
        self.rasters: dict[object, Raster] = {}
        self.spaces: dict[object, Space] = {}
        self.shadings: dict[object, tuple[Paint, ...]] = {}
        #: images that stand in contents, made objects of a file of their own
        self.scratch = pikepdf.new()
        self.glyphs: set[tuple[int, int]] = set()
        self.page = Page(0, None)
        self.active: list[object] = []
        self.state = _State()
        self.saved: list[_State] = []
        self.home: Number = (0, 0)
        self.resources: Any = None
        self.named: dict[tuple[str, object], Any] = {}
        #: what patterns are placed by
        self.base = IDENTITY
        self.path: list[list[Point]] = []
        self.points = 0
        self.clipping = False
        #: what is drawn within a mask, an annotation, a pattern or a glyph
        self.within = ""
        #: the shape that a pattern fills, and whether colours are set for what is drawn
        self.tile, self.muted = EVERYWHERE, False
        self.paints: dict[tuple[int, tuple[float, ...]], Paint] = {}
        #: of a page, what need not be drawn or noted again
        self.once: set[object] = set()

    def pages(self) -> Iterator[Page]:
        """Yield each page once it is drawn."""
        for number, each in enumerate(self.pdf.pages, 1):
            yield self.draw(number, each.obj)

    def boxed(self, number: int, source: Any) -> Page:
        """Return a page with its boxes, and nothing drawn."""
        page = Page(number, source)
        for key in ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"):
            own = key not in ("/MediaBox", "/CropBox")
            box = as_box(entry(source, key) if own else inherited(source, key))
            if box != EVERYWHERE and all(map(isfinite, box)):
                page.boxes[key] = around(box, page.matrix)
        return page

    def draw(self, number: int, source: Any) -> Page:
        """Draw a page and its annotations."""
        self.page = page = self.boxed(number, source)
        self.paints, self.once = {}, set()
        self.resources = None
        self.state = _State()
        self.state.ctm, self.state.clip = page.matrix, page.sheet
        self.within, self.tile, self.muted = "", EVERYWHERE, False
        self.base = page.matrix
        self.active = []
        self._fresh_path()
        self._group(source, None)
        resources = inherited(source, "/Resources")
        contents = [part for part in items(entry(source, "/Contents")) if is_stream(part)]
        self._draw(contents, resources, source.objgen)
        for annotation in items(entry(source, "/Annots")):
            self._annotation(annotation)
        return page

    def _annotation(self, annotation: Any) -> None:
        """Draw how an annotation looks (ISO 32000-1, 12.5.5)."""
        if int(real(entry(annotation, "/F"))) & 2:
            return
        look = entry(annotation, "/AP", "/N")
        if not is_stream(look):
            look = entry(look, f"/{name(entry(annotation, '/AS'))}")
        place = as_box(entry(annotation, "/Rect"))
        if not is_stream(look) or place == EVERYWHERE:
            return
        matrix = _matrix_of(look)
        inner = around(as_box(entry(look, "/BBox")), matrix)
        if not all(map(isfinite, inner)) or inner[0] >= inner[2] or inner[1] >= inner[3]:
            return
        x, y = ((place[n + 2] - place[n]) / (inner[n + 2] - inner[n]) for n in (0, 1))
        self.within = "annotation"
        self.state = _State()
        put = (x, 0, 0, y, place[0] - x * inner[0], place[1] - y * inner[1])
        self.state.ctm = multiply(put, self.page.matrix)
        self.state.clip = self.page.sheet
        self._form(look)
        self.within = ""

    def _draw(self, streams: list[Any], resources: Any, home: Number) -> None:
        """Carry out the instructions of streams, which leave no trace in the state."""
        self.left -= STREAM_COST
        content = []
        for stream in streams:
            try:
                content.append(unpacked(stream, self.file))
            except CheckError as error:
                self.page.damage.extend(error.findings)
            else:
                self.left -= len(content[-1]) + STREAM_COST
            if self.left < 0:
                raise LimitError(finding("L01", "draws more than a document may", self.file))
        kept = {
            key: getattr(self, key)
            for key in ("home", "resources", "named", "saved", "state", "line", "pen", "base")
        }
        path = self.path, self.points, self.clipping
        self.state = self.state.copy()
        self.base = self.state.ctm
        self.home, self.resources, self.named, self.saved = home, resources, {}, []
        self.line, self.pen = IDENTITY, 0.0
        self._fresh_path()
        for operator, operands in instructions(b"\n".join(content)):
            if act := _ACTIONS.get(operator):
                try:
                    act(self, operands)
                except (ValueError, IndexError, OverflowError, ZeroDivisionError):
                    continue  # operands that are too few or no numbers; viewers go on as well
        self.__dict__.update(kept)
        self.path, self.points, self.clipping = path

    def _resource(self, kind: str, token: bytes) -> Any:
        key = (kind, token)
        if key not in self.named:
            self.named[key] = entry(self.resources, kind, plain_name(token))
        return self.named[key]

    # what is drawn

    def _add(self, graphic: Graphic) -> Graphic | None:
        """Record a graphic if any of it can be seen."""
        state = self.state
        graphic.box = shared(graphic.box, state.clip)
        if self.tile != EVERYWHERE:
            graphic.box = self.tile
        left, bottom, right, top = graphic.box
        if right < left or top < bottom or not isfinite(left + bottom + right + top):
            return None
        if right - left < _FLAT or top - bottom < _FLAT:
            graphic.box = (left - _FLAT, bottom - _FLAT, right + _FLAT, top + _FLAT)
        side = _LINE if graphic.fill is None and graphic.line else _FILL
        graphic.opacity = state.opacities[side] * state.group
        if graphic.opacity <= 0:
            return None
        graphic.blend, graphic.within = state.blend, self.within
        graphic.overprints = state.overprints[side]
        colour = graphic.line if side == _LINE else graphic.fill
        direct = colour and colour.space.family in ("DeviceCMYK", "Separation", "DeviceN")
        graphic.keeps = bool(
            graphic.overprints
            and direct
            and (state.overprint_mode or (colour and colour.space.model == "inks"))
        )
        if len(self.page.graphics) >= MAX_GRAPHICS:
            told = f"draws more than {MAX_GRAPHICS:,} things on page {self.page.number}"
            raise LimitError(finding("L01", told, self.file))
        self.page.graphics.append(graphic)
        return graphic

    def _lies_on(self, graphic: Graphic) -> None:
        """Find what a graphic lies on, and what the two are together."""
        page = self.page
        opaque = graphic.opacity >= 1 and graphic.blend in ("Normal", "Compatible")
        colour = graphic.fill or graphic.line
        graphic.grey = colour.grey if colour else None
        graphic.laid = colour.inks if colour else None
        if opaque and graphic.kind != "text" and not graphic.keeps:
            return
        around_it = page.map.crop(page.fields(graphic.box)).getcolors(64) or []
        numbers = [number for _, number in sorted(around_it, reverse=True)]
        graphic.under = tuple(page.graphics[number - 1] for number in numbers if number)
        if numbers:
            graphic.ground = page.graphics[numbers[0] - 1].grey if numbers[0] else 1.0
        if (opaque and not graphic.keeps) or colour is None:
            return
        grounds: list[tuple[float | None, dict[str, float] | None]] = [
            (each.grey, each.laid) for each in graphic.under
        ]
        grounds += [(1.0, {})] if 0 in numbers else []
        mixed = [
            laid_over(
                graphic.laid,
                laid,
                keeps=graphic.keeps,
                opacity=graphic.opacity,
                blend=graphic.blend,
            )
            for _, laid in grounds
            if laid is not None and graphic.laid is not None
        ]
        if mixed:
            graphic.laid = max(mixed, key=lambda inks: sum(inks.values()))
        greys = [grey for grey, _ in grounds]
        if graphic.grey is None or not greys or greys[0] is None:
            graphic.grey = None
        else:
            graphic.grey = graphic.opacity * graphic.grey + (1 - graphic.opacity) * greys[0]

    def _surface(self, graphic: Graphic, outline: list[list[Point]], rectangle: bool) -> None:
        """Enter a graphic into the map, as what lies beneath all that comes after it."""
        left, bottom, right, top = box = graphic.box
        small = min(right - left, top - bottom) < _SURFACE or len(outline) > _SUBPATHS
        if small or self.tile != EVERYWHERE or graphic.within in ("mask", "glyph"):
            return
        from PIL import Image, ImageChops, ImageDraw

        page, number = self.page, len(self.page.graphics)
        place = page.fields(box)
        if rectangle:
            page.pen.rectangle((*place[:2], place[2] - 1, place[3] - 1), fill=number)
            return
        if len(outline) == 1 and _extent(outline) == box:
            (left, _, _, top), scale = page.sheet, page.scale
            moved = [((px - left) * scale, (top - py) * scale) for px, py in outline[0]]
            page.pen.polygon(moved, fill=number)
            return
        x, y = place[:2]
        origin, scale = page.sheet, page.scale
        size = (place[2] - x, place[3] - y)
        mask = Image.new("1", size)
        for points in outline:
            if len(points) < 3:
                continue
            layer = Image.new("1", size)
            moved = [
                ((px - origin[0]) * scale - x, (origin[3] - py) * scale - y) for px, py in points
            ]
            ImageDraw.Draw(layer).polygon(moved, fill=1)
            # what is drawn within itself is a hole, whichever rule fills it
            mask = ImageChops.logical_xor(mask, layer)
        page.map.paste(number, place, mask)

    # the state

    def _set_width(self, operands: list[bytes]) -> None:
        self.state.width = float(operands[-1])

    def _set_parameters(self, operands: list[bytes]) -> None:
        told, state = self._resource("/ExtGState", operands[-1]), self.state
        given = dict(pairs(told))
        if "/LW" in given:
            state.width = real(given["/LW"], state.width)
        if "/OP" in given:
            state.overprints = (given["/OP"] is True,) * 2
        if "/op" in given:
            state.overprints = (given["/op"] is True, state.overprints[_LINE])
        state.overprint_mode = int(real(given.get("/OPM"), state.overprint_mode))
        fill, outline = (
            min(1.0, max(0.0, real(given.get(key), before)))
            for key, before in zip(("/ca", "/CA"), state.opacities, strict=True)
        )
        state.opacities = (fill, outline)
        if blends := [name(each) for each in items(given.get("/BM"))]:
            state.blend = blends[0]
        if font := items(given.get("/Font")):
            state.size = real(font[-1], state.size)
            state.font = self._font(font[0], operands[-1])
        for key in _ALTERING:
            if key in given:
                self._altering(key, given[key])
        if min(state.opacities) < 1:
            self._note("transparency", f"opacity {min(state.opacities):g}")
        if state.blend not in ("Normal", "Compatible"):
            self._note("transparency", f"blend mode {state.blend}")
        mask = given.get("/SMask")
        if isinstance(mask, pikepdf.Dictionary):
            self._note("transparency", "soft mask")
            self._mask(mask)

    def _altering(self, key: str, value: Any) -> None:
        kind = name(value)
        plain = kind == "Default" or (kind == "Identity" and key.startswith("/TR"))
        if key == "/HT":
            # a halftone is the printer's own matter but for one that names a transfer function
            plain = entry(value, "/TransferFunction") is None
        if not plain:
            self._note("altering", key[1:])

    def _note(self, kind: str, told: str = "", box: Box | None = None) -> None:
        if (kind, told) not in self.once:
            self.once.add((kind, told))
            self.page.notes.append(Note(kind, told, box))

    def _mask(self, mask: Any) -> None:
        group = entry(mask, "/G")
        if is_stream(group) and ("mask", group.objgen) not in self.once:
            self.once.add(("mask", group.objgen))
            within, self.within = self.within, "mask"
            self._form(group)
            self.within = within

    def _set_space(self, operands: list[bytes], side: int) -> None:
        if self.muted:
            return
        space = self._space(operands[-1])
        self.state.set_colour(side, space, self._paint(space, space.first()))

    def _space(self, token: bytes) -> Space:
        key = ("space", token)
        if key not in self.named:
            # an object that stands by itself is the same for all who name it
            plain = pikepdf.Name(plain_name(token))
            value = entry(self.resources, "/ColorSpace", str(plain))
            shared_by = value.objgen if value is not None and value.is_indirect else None
            if shared_by is None or shared_by not in self.spaces:
                found = read_space(plain, self.resources, self.file)
                if shared_by is not None:
                    self.spaces[shared_by] = found
            self.named[key] = found if shared_by is None else self.spaces[shared_by]
        space: Space = self.named[key]
        return space

    def _paint(self, space: Space, values: tuple[float, ...]) -> Paint:
        key = (id(space), values)
        if key not in self.paints:
            if len(self.paints) > _PAINTS:
                self.paints.clear()
            self.paints[key] = paint(space, values)
        return self.paints[key]

    def _set_device(self, operands: list[bytes], side: int, space: Space) -> None:
        if self.muted:
            return
        if ("defaults", "") not in self.named:
            self.named["defaults", ""] = entry(self.resources, "/ColorSpace") is not None
        if self.named["defaults", ""]:  # the page may say what its device's colours are
            space = self._space(f"/{space.family}".encode())
        self.state.set_colour(side, space, self._paint(space, tuple(map(float, operands))))

    def _set_colour(self, operands: list[bytes], side: int) -> None:
        if self.muted:
            return
        state = self.state
        if operands and operands[-1][:1] == b"/":
            numbers = tuple(map(float, operands[:-1]))
            under = state.spaces[side].base
            colour = self._paint(under, numbers) if under and numbers else None
            pattern = self._resource("/Pattern", operands[-1])
            colour = colour or self._paint(PATTERN, ())
            state.set_colour(side, state.spaces[side], colour, pattern)
        else:
            space = state.spaces[side]
            state.set_colour(side, space, self._paint(space, tuple(map(float, operands))))

    # paths

    def _fresh_path(self) -> None:
        self.path, self.points = [], 0
        self.clipping = False

    def _move_to(self, operands: list[bytes]) -> None:
        self._grow(operands, fresh=True)

    def _line_to(self, operands: list[bytes]) -> None:
        self._grow(operands)

    def _grow(self, operands: list[bytes], fresh: bool = False) -> None:
        x, y = float(operands[-2]), float(operands[-1])
        a, b, c, d, e, f = self.state.ctm
        point = (a * x + c * y + e, b * x + d * y + f)
        self.points += 1
        if self.points > _POINTS and len(self.path[-1]) > 2:
            # of what is left the extremes are enough
            left, bottom, right, top = _extent(self.path)
            self.path, self.points = [[(left, bottom), (right, top)]], 2
        if fresh or not self.path:
            self.path.append([point])
        else:
            self.path[-1].append(point)

    def _curve(self, operands: list[bytes], shape: str) -> None:
        numbers = [*map(float, operands)]
        a, b, c, d, e, f = self.state.ctm
        points = [
            (a * x + c * y + e, b * x + d * y + f)
            for x, y in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        if not self.path:
            return
        start = self.path[-1][-1]
        first, second, end = {
            "c": points,
            "v": [start, *points],
            "y": [*points, points[-1]],
        }[shape]
        ends = zip(start, first, second, end, strict=True)
        middle = [(p + 3 * q + 3 * r + s) / 8 for p, q, r, s in ends]
        self.points += 2
        self.path[-1] += [(middle[0], middle[1]), end]

    def _close(self, _: list[bytes]) -> None:
        if self.path:
            self.path[-1].append(self.path[-1][0])

    def _rectangle(self, operands: list[bytes]) -> None:
        x, y, width, height = map(float, operands[-4:])
        a, b, c, d, e, f = self.state.ctm
        x, y = a * x + c * y + e, b * x + d * y + f
        p, q, r, s = a * width, b * width, c * height, d * height
        self.points += 4
        if self.points > _POINTS:
            left, bottom, right, top = _extent(self.path)
            self.path, self.points = [[(left, bottom), (right, top)]], 6
        self.path.append([(x, y), (x + p, y + q), (x + p + r, y + q + s), (x + r, y + s), (x, y)])

    def _clip(self, _: list[bytes]) -> None:
        self.clipping = True

    def _end_path(self, _: list[bytes]) -> None:
        if self.clipping and self.path:
            self.state.clip = shared(self.state.clip, _extent(self.path))
        self._fresh_path()

    def _shape(self, operands: list[bytes], fills: bool, lines: bool, close: bool = False) -> None:
        if close:
            self._close(operands)
        state, path = self.state, self.path
        if path:
            if fills:
                self._filled(path)
            if lines:
                half = self._width() / 2
                left, bottom, right, top = _extent(path)
                box = (left - half, bottom - half, right + half, top + half)
                drawn = Graphic("shape", box, line=state.paints[_LINE], width=2 * half)
                if found := self._add(drawn):
                    self._lies_on(found)
                    self._pattern(_LINE, found.box)
        self._end_path(operands)

    def _width(self) -> float:
        a, b, c, d, _, _ = self.state.ctm
        return abs(self.state.width) * sqrt(abs(a * d - b * c))

    def _filled(self, path: list[list[Point]]) -> None:
        quads = [_quad(points) for points in path[:_SUBPATHS] if len(points) in (4, 5)]
        thin = min((short for _, short, long in filter(None, quads) if long >= 1), default=inf)
        shading = self._shading_of(_FILL)
        drawn = Graphic("shape", _extent(path), fill=self.state.paints[_FILL], thin=thin)
        if shading:
            drawn.kind, drawn.fill, drawn.stops = "shading", None, shading
        if found := self._add(drawn):
            self._lies_on(found)
            if self.state.patterns[_FILL] is not None:
                found.grey = found.laid = None
            upright = len(path) == 1 and bool(quads and quads[0] and quads[0][0])
            self._surface(found, path, upright)
            if not shading:
                self._pattern(_FILL, found.box)

    # patterns and shadings

    def _shading_of(self, side: int) -> tuple[Paint, ...]:
        """Return colours of the shading that is set as a pattern, or none."""
        if self.state.patterns[side] is None:
            return ()
        shading = entry(self.state.patterns[side], "/Shading")
        return self._stops(shading) if shading is not None else ()

    def _stops(self, shading: Any) -> tuple[Paint, ...]:
        key = shading.objgen if shading.is_indirect else None
        if key not in self.shadings or key is None:
            space = read_space(entry(shading, "/ColorSpace"), self.resources, self.file)
            self.shadings[key] = (*shaded(shading, space),) or (_Unread(space, ()),)
        return self.shadings[key]

    def _shade(self, operands: list[bytes]) -> None:
        shading = self._resource("/Shading", operands[-1])
        if shading is None:
            return
        clip = self.state.clip
        box = as_box(entry(shading, "/BBox"))
        if box != EVERYWHERE:
            clip = shared(clip, around(box, self.state.ctm))
        if found := self._add(Graphic("shading", clip, stops=self._stops(shading))):
            self._lies_on(found)
            self._surface(found, [], True)

    def _pattern(self, side: int, box: Box) -> None:
        """Draw the cell of a tiling pattern once, as if it stood where the pattern is used."""
        pattern = self.state.patterns[side]
        if not is_stream(pattern) or self.state.patterns[side] is None:
            return
        colour = self.state.paints[side]
        key = ("pattern", pattern.objgen, id(colour))
        if key in self.once or not self._enter(pattern.objgen):
            return
        self.once.add(key)
        kept = self.state, self.tile, self.within, self.muted
        self.state = state = _State()
        if entry(pattern, "/PaintType") == 2:
            self.muted, state.paints = True, (colour, colour)
        state.ctm = multiply(_matrix_of(pattern), self.base)
        self.tile = box
        self.within = self.within or "pattern"
        resources = entry(pattern, "/Resources") or self.resources
        self._draw([pattern], resources, pattern.objgen)
        self.state, self.tile, self.within, self.muted = kept
        self.active.pop()

    # forms and images

    def _enter(self, number: object) -> bool:
        """Begin to draw an object, unless it is being drawn."""
        if number in self.active:
            return False
        if len(self.active) >= MAX_STEPS:
            raise LimitError(finding("L02", "nests its drawing too deep", self.file))
        self.active.append(number)
        return True

    def _draw_object(self, operands: list[bytes]) -> None:
        drawn = self._resource("/XObject", operands[-1])
        kind = name(entry(drawn, "/Subtype"))
        if entry(drawn, "/OPI") is not None:
            self._note("opi", plain_name(operands[-1])[1:])
        if kind == "PS" or entry(drawn, "/Subtype2") == pikepdf.Name.PS:
            self._note("postscript", plain_name(operands[-1])[1:])
        elif kind == "Image" and is_stream(drawn):
            self._image(drawn, plain_name(operands[-1])[1:])
        elif kind == "Form" and is_stream(drawn):
            self._form(drawn)

    def _form(self, form: Any) -> None:
        if not self._enter(form.objgen):
            return
        outside = self.state
        self.state = state = outside.copy()
        if self._group(form, self.resources):
            state.group *= state.opacities[_FILL]
            state.opacities = (1.0, 1.0)
        state.ctm = multiply(_matrix_of(form), outside.ctm)
        frame = as_box(entry(form, "/BBox"))
        if frame != EVERYWHERE:
            state.clip = shared(outside.clip, around(frame, state.ctm))
        resources = entry(form, "/Resources")
        if resources is None:
            resources = self.resources
        self._draw([form], resources, form.objgen)
        self.state = outside
        self.active.pop()

    def _group(self, holder: Any, resources: Any) -> bool:
        """Note that a page or form is a transparency group, and which space it blends in."""
        group = entry(holder, "/Group")
        if name(entry(group, "/S")) != "Transparency":
            return False
        self._note("transparency", "transparency group")
        if (told := entry(group, "/CS")) is not None:
            space = read_space(told, entry(holder, "/Resources") or resources, self.file)
            if space.model in ("rgb", "lab"):
                self._note("blending", space.family)
        return True

    def _image(self, stream: Any, called: str) -> None:
        key = stream.objgen
        if key not in self.rasters or key == (0, 0):
            self.rasters[key] = read_raster(stream, self.resources, self.file)
        self._place(self.rasters[key], called)

    def _inline(self, operands: list[bytes]) -> None:
        stream = inline(self.scratch, operands)
        if stream is not None:
            self._place(read_raster(stream, self.resources, self.file), "(inline)")

    def _place(self, image: Raster, called: str) -> None:
        matrix = self.state.ctm
        stencil = self.state.paints[_FILL] if image.stencil else None
        box = around((0, 0, 1, 1), matrix)
        drawn = Graphic("image", box, fill=stencil, name=called, image=image, matrix=matrix)
        if image.soft:
            self._note("transparency", "image with a soft mask")
        if found := self._add(drawn):
            a, b, c, d, e, f = matrix
            corners = [(e, f), (e + a, f + b), (e + a + c, f + b + d), (e + c, f + d)]
            upright = (abs(b) + abs(c) < 1e-6) or (abs(a) + abs(d) < 1e-6)
            if stencil:
                self._pattern(_FILL, found.box)
            elif not image.soft:
                self._surface(found, [corners], upright)

    # text

    def _set_mode(self, operands: list[bytes]) -> None:
        self.state.mode = int(float(operands[-1]))

    def _set_font(self, operands: list[bytes]) -> None:
        token, size = operands[-2:]
        self.state.size = float(size)
        self.state.font = self._font(self._resource("/Font", token), token)

    def _font(self, found: Any, token: bytes) -> Font | None:
        if not isinstance(found, pikepdf.Dictionary):
            return None
        key = found.objgen if found.is_indirect else (self.home, token)
        if key not in self.fonts:
            self.fonts[key] = Font(found, self.file)
        return self.fonts[key]

    def show(self, operands: list[bytes]) -> None:
        """Draw signs, and tell how."""
        state, font = self.state, self.state.font
        if font is None:
            return
        drawn, gaps = shown(operands)
        signs, widths = font.glyphs(drawn, self.page.number - 1)
        begin = self.pen
        self.pen += state.advance(signs, widths) - gaps / 1000 * state.size * state.stretch
        if not signs:
            return
        whole = multiply(self.line, state.ctm)
        if font.kind == "Type3":
            self._glyphs(font, drawn, multiply((1, 0, 0, 1, begin, state.rise), whole))
        text = "".join(signs)
        if text.isspace():
            return
        # spaces at either end take room and show nothing
        inked = [n for n, sign in enumerate(signs) if not sign.isspace()]
        first, end = inked[0], inked[-1] + 1
        left = begin + state.advance(signs[:first], widths[:first])
        right = self.pen - state.advance(signs[end:], widths[end:])
        a, b, c, d, _, _ = whole
        along = hypot(a, b) or 1
        # a type's size is across its line: what is set narrow is no smaller
        size = abs(state.size * (a * d - b * c) / along)
        low, high = sorted((state.rise, state.rise + _RISE * state.size))
        box = around((left, low, right, high), whole)
        fills, lines = state.mode in (0, 2, 4, 6), state.mode in (1, 2, 5, 6)
        graphic = Graphic(
            "text",
            box,
            fill=state.paints[_FILL] if fills else None,
            line=state.paints[_LINE] if lines else None,
            width=self._width() if lines else inf,
            text=text,
            size=size,
            font=font,
            mode=state.mode,
        )
        if fills and (stops := self._shading_of(_FILL)):
            graphic.fill, graphic.stops = None, stops
        if not self._joined(graphic) and (found := self._add(graphic)):
            self._lies_on(found)
            for side in (_FILL,) * fills + (_LINE,) * lines:
                self._pattern(side, found.box)

    def _joined(self, new: Graphic) -> bool:
        """Whether text goes on where the last was, in the same type, and was added to it."""
        last = self.page.graphics[-1] if self.page.graphics else None
        if last is None or last.kind != "text" or len(last.text) > 120 or self.tile != EVERYWHERE:
            return False
        same = (
            last.font is new.font
            and abs(last.size - new.size) < 0.01
            and last.fill is new.fill
            and last.line is new.line
            and not new.stops
            and last.mode == new.mode
            and last.within == self.within
            and last.overprints == self.state.overprints[_FILL]
            and last.opacity == self.state.opacities[_FILL] * self.state.group
            and last.blend == self.state.blend
        )
        gap = new.box[0] - last.box[2]
        level = abs(last.box[1] - new.box[1]) < 0.1 and abs(last.box[3] - new.box[3]) < 0.1
        if not (same and level and -0.5 * new.size < gap < 0.6 * new.size):
            return False
        seen = shared(new.box, self.state.clip)
        if seen[2] < seen[0] or seen[3] < seen[1]:
            return False
        # for its ground it is looked at by itself
        self._lies_on(new)
        last.under = (*last.under, *(each for each in new.under if each not in last.under))[:16]
        if None not in (last.ground, new.ground, last.grey):
            worst = min(last.ground, new.ground, key=lambda ground: abs(ground - last.grey))
            last.ground = worst
        last.text += (" " if gap > 0.15 * new.size and last.text[-1:] != " " else "") + new.text
        last.box = (*last.box[:2], max(last.box[2], seen[2]), last.box[3])
        return True

    def _glyphs(self, font: Font, drawn: bytes, at: Matrix) -> None:
        """Draw each glyph of a Type 3 font once, where it stands first."""
        names: dict[int, Any] = {}
        code = 0
        for item in items(entry(font.dictionary, "/Encoding", "/Differences")):
            if isinstance(item, int):
                code = item
            else:
                names[code] = item
                code += 1
        matrix = items(entry(font.dictionary, "/FontMatrix"))
        for each in set(drawn):
            if (id(font), each) in self.glyphs:
                continue
            self.glyphs.add((id(font), each))
            glyph = entry(font.dictionary, "/CharProcs", f"/{name(names.get(each))}")
            if not is_stream(glyph) or not self._enter(glyph.objgen):
                continue
            kept = self.state, self.within, self.muted
            self.state = self.state.copy()
            size = self.state.size
            put = multiply((size * self.state.stretch, 0, 0, size, 0, 0), at)
            given = as_matrix(matrix) if len(matrix) == 6 else (0.001, 0, 0, 0.001, 0, 0)
            self.state.ctm = multiply(given, put)
            self.within = self.within or "glyph"
            resources = entry(font.dictionary, "/Resources") or self.resources
            self._draw([glyph], resources, glyph.objgen)
            self.state, self.within, self.muted = kept
            self.active.pop()

    def _uncoloured(self, _: list[bytes]) -> None:
        self.muted = True


class _Unread(Paint):
    """A colour of which the space alone is known."""

    inks = None
    look = None


def _matrix_of(holder: Any) -> Matrix:
    matrix = items(entry(holder, "/Matrix"))
    try:
        return as_matrix(matrix) if len(matrix) == 6 else IDENTITY
    except (TypeError, ValueError):
        return IDENTITY


def _extent(path: list[list[Point]]) -> Box:
    xs = [x for points in path for x, _ in points]
    ys = [y for points in path for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _quad(points: list[Point]) -> tuple[bool, float, float] | None:
    """Return of a rectangle or parallelogram whether it is upright, and how thin and long it is."""
    if len(points) == 5 and points[0] == points[4]:
        points = points[:4]
    if len(points) != 4:
        return None
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    if abs(ax + cx - bx - dx) + abs(ay + cy - by - dy) > 0.01:
        return None
    one, other = (bx - ax, by - ay), (dx - ax, dy - ay)
    long = max(hypot(*one), hypot(*other))
    area = abs(one[0] * other[1] - one[1] * other[0])
    upright = abs(one[0] * one[1]) + abs(other[0] * other[1]) < 1e-4
    return upright, area / long if long else 0.0, long


def _side(act: Callable[..., None], side: int, *more: Any) -> Action:
    return lambda walk, operands: act(walk, operands, side, *more)


def _drawing(fills: bool, lines: bool, close: bool = False) -> Action:
    return lambda walk, operands: walk._shape(operands, fills, lines, close)


def _curved(shape: str) -> Action:
    return lambda walk, operands: walk._curve(operands, shape)


_ACTIONS: dict[bytes, Action] = {
    **STATE_ACTIONS,
    **{b"w": Walk._set_width, b"gs": Walk._set_parameters},
    **{b"m": Walk._move_to, b"l": Walk._line_to, b"re": Walk._rectangle, b"h": Walk._close},
    **{b"c": _curved("c"), b"v": _curved("v"), b"y": _curved("y")},
    **{b"W": Walk._clip, b"W*": Walk._clip, b"n": Walk._end_path},
    **dict.fromkeys((b"f", b"F", b"f*"), _drawing(True, False)),
    **dict.fromkeys((b"B", b"B*"), _drawing(True, True)),
    **dict.fromkeys((b"b", b"b*"), _drawing(True, True, True)),
    **{b"S": _drawing(False, True), b"s": _drawing(False, True, True)},
    **{b"cs": _side(Walk._set_space, _FILL), b"CS": _side(Walk._set_space, _LINE)},
    **dict.fromkeys((b"sc", b"scn"), _side(Walk._set_colour, _FILL)),
    **dict.fromkeys((b"SC", b"SCN"), _side(Walk._set_colour, _LINE)),
    **{b"g": _side(Walk._set_device, _FILL, GREY), b"G": _side(Walk._set_device, _LINE, GREY)},
    **{b"rg": _side(Walk._set_device, _FILL, RGB), b"RG": _side(Walk._set_device, _LINE, RGB)},
    **{b"k": _side(Walk._set_device, _FILL, CMYK), b"K": _side(Walk._set_device, _LINE, CMYK)},
    **{b"sh": Walk._shade, b"Do": Walk._draw_object, b"EI": Walk._inline},
    **{b"Tf": Walk._set_font, b"Tr": Walk._set_mode},
    b"d1": Walk._uncoloured,
}
