"""A PDF in screen colours → the printer's, in the inks of the house, up to the bleed.

Everything that WeasyPrint draws is gone through once more: colours, gradients, pictures and the
spaces that transparency is reckoned in become inks, and what runs to the edge of the page runs on
over it. Nothing is made flat: PDF/X-4 keeps transparency (ISO 15930-7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import BytesIO
from math import hypot
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator
from PIL import Image

from brief.editions.inks import CMYK, RGB, Inks

#: pt of a mm
MM = 72 / 25.4
#: pt within which what ends at the trim is meant to run over it
_NEAR = 0.5
#: ppi over which a picture has no use for its pixels, and that it is reduced to
_FINEST, _FINE = 450, 350
Matrix = tuple[float, float, float, float, float, float]
_PLAIN: Matrix = (1, 0, 0, 1, 0, 0)
_SOLID: CMYK = (0, 0, 0, 1)
#: operators that paint a path; those that paint text
_PAINT = frozenset(("f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"))
_SHOW = frozenset(("Tj", "TJ", "'", '"'))
#: what overprints in black: the other inks stay as they are (ISO 32000-1, 8.6.7)
_OVER, _OUT = Name.BriefOver, Name.BriefOut


@dataclass(frozen=True, slots=True)
class Photo:
    """What became of a picture: its inks, size in px, and ppi where it is largest, if known."""

    inks: str
    width: int
    height: int
    ppi: int


@dataclass(slots=True)
class _State:
    #: where it is on the page; None where that cannot be told
    ctm: Matrix | None
    #: what fills: inks, or the pattern of that name
    fill: CMYK | None = _SOLID
    pattern: str = ""
    over: bool = False
    mode: int = 0


@dataclass(slots=True)
class _Press:
    """A document on its way to the press."""

    pdf: pikepdf.Pdf
    inks: Inks
    #: pt by which colour runs over the trim
    bleed: float
    #: the trim of the page at hand: left, bottom, right, top in pt
    trim: tuple[float, float, float, float] = (0, 0, 0, 0)
    #: pt by which the page at hand was moved away from the spine, to the right
    moved: float = 0
    #: streams and resources that are converted, by number
    done: set[tuple[int, int]] = field(default_factory=set)
    #: pictures by number, each with the fewest ppi that it stands with, 0 where that is not known
    pictures: dict[tuple[int, int], tuple[Any, float]] = field(default_factory=dict)

    def begins(self, holder: Any) -> bool:
        """Return whether an object is met for the first time; what is part of another always is."""
        number = holder.objgen
        new = number == (0, 0) or number not in self.done
        self.done.add(number)
        return new


def convert(
    data: bytes, inks: Inks, bleed: float = 0, binding: float = 0
) -> tuple[pikepdf.Pdf, list[Photo]]:
    """Return a PDF by WeasyPrint in inks, with what its pictures became.

    What ends at the trim of a page is drawn on to its bleed, in mm. So is what ended there before
    the pages were moved by the binding, in mm: the first to the right, the next to the left.
    """
    pdf = pikepdf.open(BytesIO(data))
    press = _Press(pdf, inks, bleed * MM)
    for n, page in enumerate(pdf.pages):
        press.moved = binding * MM * (-1 if n % 2 else 1)
        left, bottom, right, top = map(float, page.obj.TrimBox)
        press.trim = (left, bottom, right, top)
        _stream(press, page.obj, page.obj.Resources, _PLAIN)
    return pdf, [_picture(press, *each) for each in press.pictures.values()]


def _form(press: _Press, form: Any, ctm: Matrix | None, mask: bool = False) -> None:
    """Convert a form once, as it stands where it is drawn first."""
    if not press.begins(form):
        return
    if group := form.get("/Group"):
        group.CS = Name.DeviceGray if mask else Name.DeviceCMYK
    resources = form.get("/Resources", Dictionary())
    matrix = _multiply(_matrix(form.get("/Matrix", _PLAIN)), ctm)
    _stream(press, form, resources, matrix, mask)


def _stream(
    press: _Press, holder: Any, resources: Any, ctm: Matrix | None, mask: bool = False
) -> None:
    """Convert the instructions of a page, form or pattern; a mask stays as bright as it is."""
    written = _Writer(press, resources, _State(ctm), mask)
    for each in pikepdf.parse_content_stream(holder):
        written.take(str(each.operator), list(each.operands))
    data = pikepdf.unparse_content_stream(written.out)
    if isinstance(holder, pikepdf.Stream):
        holder.write(data)
    else:
        holder.Contents = press.pdf.make_stream(data)
    if press.begins(resources):
        _resources(press, resources, mask)
    if written.overprints:
        for name, on in ((_OVER, True), (_OUT, False)):
            state = Dictionary(Type=Name.ExtGState, OP=on, op=on, OPM=1)
            _listed(resources, "/ExtGState")[name] = state
    for spot, tint in written.spots.items():
        _listed(resources, "/ColorSpace")[spot] = tint


def _listed(resources: Any, kind: str) -> Any:
    """Return the resources of a kind, which may be none so far."""
    if kind not in resources:
        resources[kind] = Dictionary()
    return resources[kind]


def _resources(press: _Press, resources: Any, mask: bool) -> None:
    """Convert what a stream draws with: patterns, gradients, and masks of transparency."""
    if "/ColorSpace" in resources:
        del resources["/ColorSpace"]  # none of them is used any more
    for _, pattern in resources.get("/Pattern", Dictionary()).items():
        if not isinstance(pattern, pikepdf.Stream):
            _gradient(press, pattern.Shading, mask)
        elif press.begins(pattern):
            _stream(press, pattern, pattern.Resources, None, mask)
    for _, shading in resources.get("/Shading", Dictionary()).items():
        _gradient(press, shading, mask)
    for _, state in resources.get("/ExtGState", Dictionary()).items():
        if isinstance(state.get("/SMask"), Dictionary):
            _form(press, state.SMask.G, None, mask=True)
    for _, font in resources.get("/Font", Dictionary()).items():
        # letters that are pictures, as those of emoji are
        if font.get("/Subtype") == Name.Type3 and press.begins(font):
            own = font.get("/Resources", resources)
            for _, glyph in font.CharProcs.items():
                _stream(press, glyph, own, None, mask)


def _gradient(press: _Press, shading: Any, mask: bool) -> None:
    """Convert the colours that a gradient goes through."""
    if shading.ColorSpace == (Name.DeviceGray if mask else Name.DeviceCMYK):
        return
    shading.ColorSpace = Name.DeviceGray if mask else Name.DeviceCMYK
    todo = [shading.Function]
    while todo:
        function = todo.pop()
        todo.extend(function.get("/Functions", []))
        for key in {"/C0", "/C1"} & set(function.keys()):
            colour = [float(each) for each in function[key]]
            inks = [_brightness(colour)] if mask else press.inks.of(_levels(colour))
            function[key] = Array(map(decimal, inks))


def _picture(press: _Press, picture: Any, ppi: float) -> Photo:
    """Convert a picture, reduced where it has more pixels than print can show."""
    graphic = picture.get("/Filter") != Name.DCTDecode
    image = pikepdf.PdfImage(picture).as_pil_image()
    image = image.convert("L" if image.mode in ("1", "L") else "RGB")
    if ppi > _FINEST:
        size = [max(1, round(side * _FINE / ppi)) for side in image.size]
        image, ppi = image.resize((size[0], size[1]), Image.Resampling.LANCZOS), _FINE
    made = press.inks.picture(image, graphic=graphic)
    told = Photo("black" if made.mode == "L" else "four", *made.size, round(ppi))
    picture.write(
        _compressed(made),
        filter=Name.FlateDecode,
        decode_parms=Dictionary(
            Predictor=15, Colors=len(made.getbands()), Columns=made.width, BitsPerComponent=8
        ),
    )
    picture.Width, picture.Height, picture.BitsPerComponent = *made.size, 8
    picture.ColorSpace = Name.DeviceGray if made.mode == "L" else Name.DeviceCMYK
    return told


def _compressed(image: Image.Image) -> bytes:
    """Return pixels as PNG packs them, which a PDF takes as they are; it has no CMYK itself."""
    out = BytesIO()
    if image.mode == "CMYK":
        image = Image.frombytes("RGBA", image.size, image.tobytes())
    image.save(out, "PNG", compress_level=4)
    data, at, packed = out.getvalue(), 8, b""
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        packed += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    return packed


def _levels(colour: list[float]) -> RGB:
    red, green, blue = (round(255 * each) for each in (colour * 3 if len(colour) == 1 else colour))
    return (red, green, blue)


def _brightness(colour: list[float]) -> float:
    """Return how bright a colour is that a mask is drawn in (ISO 32000-1, 11.3.5.3)."""
    if len(colour) == 1:
        return colour[0]
    red, green, blue = colour
    return 0.3 * red + 0.59 * green + 0.11 * blue


class _Writer:
    """Takes the instructions of a stream one by one, and writes what the press is to have."""

    def __init__(self, press: _Press, resources: Any, state: _State, mask: bool) -> None:
        self.press, self.resources, self.state, self.mask = press, resources, state, mask
        self.saved: list[_State] = []
        self.out: list[Any] = []
        self.overprints = False
        self.spots: dict[str, Any] = {}
        #: the colour space that is set for what fills, and for lines
        self.spaces: dict[bool, Any] = {False: None, True: None}

    def write(self, operator: str, *operands: Any) -> None:
        self.out.append(pikepdf.ContentStreamInstruction(list(operands), Operator(operator)))

    def take(self, operator: str, operands: list[Any]) -> None:
        """Write an instruction as it is, or what stands in for it."""
        state = self.state
        match operator:
            case "q":
                self.saved.append(replace(state))
            case "Q" if self.saved:
                self.state = self.saved.pop()
            case "cm":
                state.ctm = _multiply(_matrix(operands), state.ctm)
            case "Tr":
                state.mode = int(operands[0])
            case "rg" | "RG" | "g" | "G" | "k" | "K":
                self._colour([float(n) for n in operands], operator[0].isupper())
                return
            case "cs" | "CS":
                self.spaces[operator == "CS"] = operands[0]
                return
            case "sc" | "scn" | "SC" | "SCN":
                self._special(operands, operator[0] == "S")
                return
            case "re" if 0 in operands[2:] and str(self.out[-1].operator) == "re":
                return  # the empty inside of a border, which would be drawn as a hairline
            case "re":
                operands = self._rectangle(*map(float, operands))
            case "m" | "l":
                operands = self._point(*map(float, operands))
            case "Do":
                if self._draw(operands[0]):
                    return
        if operator in _SHOW:
            self._overprint(state.fill == _SOLID and state.mode == 0)
        elif operator in _PAINT:
            self._overprint(False)
        self.write(operator, *operands)

    def _overprint(self, wanted: bool) -> None:
        """Have black text leave the inks below it as they are, and all else replace them."""
        if wanted != self.state.over:
            self.write("gs", _OVER if wanted else _OUT)
            self.state.over = wanted
            self.overprints = True

    def _colour(self, channels: list[float], stroke: bool) -> None:
        if self.mask:
            self.write("G" if stroke else "g", decimal(_brightness(channels)))
            return
        if len(channels) == 4:
            cyan, magenta, yellow, black = channels
            inks: CMYK = (cyan, magenta, yellow, black)
        else:
            # grey as a PDF writes it is that of the screen, too
            inks = self.press.inks.of(_levels(channels))
        if not stroke:
            self.state.fill, self.state.pattern = inks, ""
        if spot := self.press.inks.spot(inks):
            name = f"/{_named(spot)}"
            self.spots[name] = separation(self.press.pdf, spot, inks)
            self.write("CS" if stroke else "cs", Name(name))
            self.write("SCN" if stroke else "scn", 1)
        else:
            self.write("K" if stroke else "k", *map(decimal, inks))

    def _special(self, operands: list[Any], stroke: bool) -> None:
        space = self.spaces[stroke]
        if operands and isinstance(operands[-1], Name):
            self.write("CS" if stroke else "cs", Name.Pattern)
            self.write("SCN" if stroke else "scn", *operands)
            if not stroke:
                self.state.fill, self.state.pattern = None, str(operands[-1])
            return
        channels = [float(n) for n in operands]
        if str(space).startswith("/lab"):
            channels = self.press.inks.screen(*channels)
        self._colour(channels, stroke)

    def _point(self, x: float, y: float) -> list[Any]:
        if self.state.ctm is None:
            return [decimal(x), decimal(y)]
        a, b, c, d, e, f = self.state.ctm
        if (b or c) and (a or d):
            return [decimal(x), decimal(y)]
        where = (a * x + c * y + e, b * x + d * y + f)
        left, bottom = self._over(where[0], 0), self._over(where[1], 1)
        if (left, bottom) == where:
            return [decimal(x), decimal(y)]
        return [*map(decimal, _back((left, bottom), self.state.ctm))]

    def _over(self, place: float, axis: int) -> float:
        """Return where along an axis something ends that may end at the trim."""
        bleed, start, end = self.press.bleed, self.press.trim[axis], self.press.trim[axis + 2]
        moved = 0.0 if axis else self.press.moved
        if start - bleed < place <= start + _NEAR or abs(place - start - moved) < _NEAR:
            return min(place, start - bleed)
        if end - _NEAR <= place < end + bleed or abs(place - end - moved) < _NEAR:
            return max(place, end + bleed)
        return place

    def _rectangle(self, x: float, y: float, width: float, height: float) -> list[Any]:
        one, other = self._point(x, y), self._point(x + width, y + height)
        made = [*one, *(far - near for near, far in zip(one, other, strict=True))]
        if self.state.pattern and made != [*map(decimal, (x, y, width, height))]:
            self._stretch((x, y, width, height), tuple(map(float, made)))
        return made

    def _stretch(self, before: tuple[float, ...], after: tuple[float, ...]) -> None:
        """Have a pattern whose one tile fills a rectangle fill a larger one."""
        pattern = self.resources.Pattern[self.state.pattern]
        assert self.state.ctm  # or nothing would be larger
        a, b, c, d, e, f = self.state.ctm
        if b or c or not isinstance(pattern, pikepdf.Stream):
            return
        tile, matrix = [float(n) for n in pattern.BBox], [float(n) for n in pattern.Matrix]
        old, new = (
            ((a * x + e, d * y + f), (a * (x + width) + e, d * (y + height) + f))
            for x, y, width, height in (before, after)
        )
        p, _, _, q, r, s = matrix
        ends = ((p * tile[0] + r, q * tile[1] + s), (p * tile[2] + r, q * tile[3] + s))
        scales, shifts = [p, q], [r, s]
        for n in (0, 1):
            was, is_ = sorted(each[n] for each in old), sorted(each[n] for each in new)
            covered = sorted(each[n] for each in ends)
            if max(abs(one - other) for one, other in zip(was, covered, strict=True)) > _NEAR:
                return
            scale = (is_[1] - is_[0]) / (was[1] - was[0])
            scales[n] *= scale
            shifts[n] = is_[0] + (shifts[n] - was[0]) * scale
        pattern.Matrix = Array(map(decimal, (scales[0], 0, 0, scales[1], *shifts)))

    def _draw(self, name: Any) -> bool:
        """Take an object that is drawn; return whether it is written as well."""
        drawn = self.resources.get("/XObject", Dictionary()).get(str(name))
        if drawn is None:
            return False
        if drawn.get("/Subtype") == Name.Form:
            _form(self.press, drawn, self.state.ctm, self.mask)
            return False
        if drawn.get("/ImageMask", False) or self.mask:
            return False
        pictures, ppi = self.press.pictures, 0.0
        if self.state.ctm:
            a, b, c, d, e, f = self.state.ctm
            wide, high = hypot(a, b), hypot(c, d)
            ppi = min(72 * drawn.Width / (wide or 1), 72 * drawn.Height / (high or 1))
        pictures[drawn.objgen] = drawn, min(ppi, pictures.get(drawn.objgen, (drawn, ppi))[1])
        if not self.state.ctm or b or c:
            return False
        ends = (e, f, a + e, d + f)
        over = tuple(self._over(place, n % 2) for n, place in enumerate(ends))
        if over == ends:
            return False
        # larger by as much as the wider of both sides needs, and cut to what runs over the edge
        x, y = (over[0] - e) / a, (over[1] - f) / d
        width, height = (over[2] - over[0]) / a, (over[3] - over[1]) / d
        scale = max(width, height)
        self._overprint(False)
        self.write("q")
        self.write("re", *map(decimal, (x, y, width, height)))
        self.write("W")
        self.write("n")
        shift = (x - (scale - width) / 2, y - (scale - height) / 2)
        self.write("cm", decimal(scale), 0, 0, decimal(scale), *map(decimal, shift))
        self.write("Do", name)
        self.write("Q")
        return True


def separation(pdf: pikepdf.Pdf, name: str, inks: Iterable[float]) -> Any:
    """Return the colour space of one ink by its name, with those that stand for it where there is
    none such (ISO 32000-1, 8.6.6.4)."""
    full = Array([decimal(each) for each in inks])
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=full, N=1)
    return pdf.make_indirect(Array([Name.Separation, Name(f"/{name}"), Name.DeviceCMYK, tint]))


def _named(spot: str) -> str:
    """Return the name of a resource for a spot colour."""
    return "Spot" + spot.encode().hex()


def decimal(number: Any) -> Decimal:
    """Return a number as a PDF of the press has it: a hundred thousandth of a pt is enough."""
    return Decimal(str(round(float(number), 5)))


def _matrix(numbers: Iterable[Any]) -> Matrix:
    a, b, c, d, e, f = map(float, numbers)
    return (a, b, c, d, e, f)


def _multiply(m: Matrix, n: Matrix | None) -> Matrix | None:
    if n is None:
        return None
    a, b, c, d, e, f = m
    p, q, r, s, t, u = n
    return (
        *(a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s),
        *(e * p + f * r + t, e * q + f * s + u),
    )


def _back(where: tuple[float, float], m: Matrix) -> tuple[float, float]:
    """Return the point that a matrix moves to a place."""
    a, b, c, d, e, f = m
    x, y, whole = where[0] - e, where[1] - f, a * d - b * c
    return ((d * x - c * y) / whole, (a * y - b * x) / whole)
