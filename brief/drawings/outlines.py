"""The numbers of SVG: lengths, transforms, and outlines as absolute lines and curves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from math import atan2, ceil, cos, pi, radians, sin, sqrt, tan

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
Point = tuple[float, float]
#: x, y, width, height
Box = tuple[float, float, float, float]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_NUMBERS = re.compile(_NUMBER)
#: a number that no drawing has need of
_MOST = 1e7
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*([a-zA-Z%]*)\s*")
#: px of a length's unit (CSS Values and Units 4, 6.2)
PX = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54}
PX |= {"mm": 96 / 25.4, "q": 96 / 101.6}
_FUNCTION = re.compile(r"\s*([a-zA-Z0-9]+)\s*\(([^()]*)\)\s*,?")


def numbers_in(text: str | None) -> list[float]:
    """Return the numbers in a text; one that is too large to be drawn is none of them."""
    return [number for each in _NUMBERS.findall(text or "") if abs(number := float(each)) < _MOST]


def plain(number: float) -> str:
    """Return a number as it is written."""
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def length_of(text: str | None, whole: float, em: float) -> float | None:
    """Return a length in px; `whole` is what percents are of. None is no length."""
    found = _LENGTH.fullmatch(text or "")
    if not found:
        return None
    number, unit = float(found[1]), found[2].lower()
    if abs(number) > _MOST:
        return None
    others = {"": 1.0, "%": whole / 100, "em": em, "rem": 16.0, "ex": em / 2, "ch": em / 2}
    scale = (PX | others).get(unit)
    return None if scale is None else number * scale


def then(m: Matrix, n: Matrix) -> Matrix:
    """Return the matrix that does `n` after `m`."""
    a, b, c, d, e, f = m
    p, q, r, s, t, u = n
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def moved_by(point: Point, m: Matrix) -> Point:
    """Return where a matrix moves a point."""
    return m[0] * point[0] + m[2] * point[1] + m[4], m[1] * point[0] + m[3] * point[1] + m[5]


def written_matrix(m: Matrix) -> str:
    """Return a matrix as it is written."""
    return f"matrix({' '.join(f'{each:.6g}' for each in m)})"


def transform_of(text: str) -> Matrix | None:
    """Return a list of transforms as one; None is none, or one in space."""
    matrix, at = IDENTITY, 0
    for found in _FUNCTION.finditer(text):
        if found.start() != at:
            return None
        at = found.end()
        step = _step(found[1].lower(), found[2])
        if step is None:
            return None
        matrix = then(step, matrix)
    flat = all(abs(each) < _MOST for each in matrix)
    return matrix if at and not text[at:].strip() and flat else None


def _step(name: str, inside: str) -> Matrix | None:
    values: list[float] = []
    for n, word in enumerate(
        filter(None, re.split(r"[\s,]+", re.sub(r"(?<![eE])([-+])", r" \1", inside)))
    ):
        turns = name in ("rotate", "skewx", "skewy", "skew") and (n == 0 or name == "skew")
        value = angle_of(word) if turns else length_of(word, 0, 16)
        if value is None or (word.endswith("%") and value == 0):
            return None
        values.append(value)
    first, *others = [*values, 0.0][: max(len(values), 1)]
    second = others[0] if others else 0.0
    if name == "matrix" and len(values) == 6:
        return (values[0], values[1], values[2], values[3], values[4], values[5])
    if name in ("translate", "translatex") and values:
        return (1, 0, 0, 1, first, second)
    if name == "translatey" and values:
        return (1, 0, 0, 1, 0, first)
    if name in ("scale", "scalex", "scaley") and values:
        x = 1 if name == "scaley" else first
        y = (second if others else first) if name == "scale" else first if name == "scaley" else 1
        return (x, 0, 0, y, 0, 0)
    if name == "rotate" and len(values) in (1, 3):
        turn = (cos(first), sin(first), -sin(first), cos(first), 0.0, 0.0)
        x, y = others or (0.0, 0.0)
        return then(then((1, 0, 0, 1, -x, -y), turn), (1, 0, 0, 1, x, y))
    if name == "skewx" and len(values) == 1:
        return (1, 0, tan(first), 1, 0, 0)
    if name == "skewy" and len(values) == 1:
        return (1, tan(first), 0, 1, 0, 0)
    return None


def angle_of(text: str) -> float | None:
    """Return an angle in radians, degrees where it says none; None is no angle."""
    found = re.fullmatch(rf"({_NUMBER})(deg|rad|grad|turn)?", text)
    if not found:
        return None
    units = {"rad": 1.0, "grad": pi / 200, "turn": 2 * pi}
    angle = float(found[1]) * units.get(found[2] or "", pi / 180)
    return angle if abs(angle) < _MOST else None


def share_of(text: str | None, instead: float = 1.0) -> float:
    """Return a number from 0 to 1 that may be written in percent."""
    value = length_of(text, 1, 0)
    return instead if value is None else min(1.0, max(0.0, value))


#: a piece of an outline: M, L, C or Z and its points
Piece = tuple[str, tuple[Point, ...]]
_COMMANDS = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])([^MmZzLlHhVvCcSsQqTtAa]*)")
_ARITY = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_ARC = re.compile(
    rf"[\s,]*({_NUMBER})[\s,]*({_NUMBER})[\s,]*({_NUMBER})[\s,]*([01])[\s,]*([01])"
    rf"[\s,]*({_NUMBER})[\s,]*({_NUMBER})"
)


def outline_of(data: str) -> tuple[list[Piece], bool]:
    """Return a path's data in absolute lines and cubic curves, and whether all of it is sound.

    What is not ends it, as it does in a browser (SVG 2, 9.5.4).
    """
    pieces: list[Piece] = []
    here = start = (0.0, 0.0)
    bent: tuple[str, Point] = ("", here)
    for found in _COMMANDS.finditer(data):
        letter, name, relative = found[1], found[1].upper(), found[1].islower()
        if not pieces and name != "M":
            return pieces, False
        if name == "Z":
            pieces.append(("Z", ()))
            here, bent = start, ("", start)
            continue
        groups, sound = _operands(name, found[2])
        for n, numbers in enumerate(groups):
            x, y = here if relative else (0.0, 0.0)
            points = [(x + p, y + q) for p, q in zip(numbers[::2], numbers[1::2], strict=False)]
            last = here
            if name == "M" and n == 0:
                here = start = points[0]
                pieces.append(("M", (here,)))
            elif name in ("M", "L"):
                here = points[0]
                pieces.append(("L", (here,)))
            elif name in ("H", "V"):
                here = (x + numbers[0], last[1]) if name == "H" else (last[0], y + numbers[0])
                pieces.append(("L", (here,)))
            elif name in ("C", "S"):
                if name == "S":
                    before = bent[1] if bent[0] == "C" else last
                    points.insert(0, (2 * last[0] - before[0], 2 * last[1] - before[1]))
                here = points[2]
                pieces.append(("C", tuple(points)))
                bent = ("C", points[1])
            elif name in ("Q", "T"):
                if name == "T":
                    before = bent[1] if bent[0] == "Q" else last
                    points.insert(0, (2 * last[0] - before[0], 2 * last[1] - before[1]))
                middle, here = points
                ends = [(p[0] + 2 * middle[0], p[1] + 2 * middle[1]) for p in (last, here)]
                pieces.append(("C", (*((p / 3, q / 3) for p, q in ends), here)))
                bent = ("Q", middle)
            else:
                here = (x + numbers[5], y + numbers[6])
                pieces += _arc(last, here, numbers)
            if name not in "CSQT":
                bent = ("", here)
            if letter != "Z" and any(abs(each) > _MOST for each in here):
                return pieces[:-1], False
        if not sound:
            return pieces, False
    outside = _COMMANDS.sub("", data).strip(" \t\r\n,")
    return pieces, not outside


def _operands(name: str, text: str) -> tuple[list[list[float]], bool]:
    """Return the numbers behind a command, in groups, and whether they are all that is there."""
    if name == "A":
        groups, at = [], 0
        while found := _ARC.match(text, at):
            groups.append([float(each) for each in found.groups()])
            at = found.end()
        rest = text[at:]
    else:
        numbers = [float(each) for each in _NUMBERS.findall(text)]
        size = _ARITY[name]
        whole = len(numbers) - len(numbers) % size
        groups = [numbers[n : n + size] for n in range(0, whole, size)]
        rest = _NUMBERS.sub("", text) + "…" * (whole < len(numbers))
    sound = [*takewhile(lambda group: all(abs(each) < _MOST for each in group), groups)]
    return sound, not re.sub(r"[\s,]", "", rest) and 0 < len(sound) == len(groups)


def _arc(first: Point, last: Point, numbers: Sequence[float]) -> list[Piece]:
    """Return an elliptical arc as curves (SVG 2, B.2.4)."""
    rx, ry, turn, large, sweep = (
        abs(numbers[0]),
        abs(numbers[1]),
        radians(numbers[2]),
        *numbers[3:5],
    )
    if first == last:
        return []
    # the thinnest are lines, since their squares would be nothing
    if min(rx, ry) < 1e-6 * max(1.0, *map(abs, (*first, *last))):
        return [("L", (last,))]
    dx, dy = (first[0] - last[0]) / 2, (first[1] - last[1]) / 2
    x = cos(turn) * dx + sin(turn) * dy
    y = cos(turn) * dy - sin(turn) * dx
    grow = (x / rx) ** 2 + (y / ry) ** 2
    if grow > 1:
        rx, ry = rx * sqrt(grow), ry * sqrt(grow)
    square = (rx * ry) ** 2 / ((rx * y) ** 2 + (ry * x) ** 2) - 1
    way = sqrt(max(0.0, square)) * (-1 if large == sweep else 1)
    cx, cy = way * rx * y / ry, -way * ry * x / rx
    start = atan2((y - cy) / ry, (x - cx) / rx)
    extent = atan2((-y - cy) / ry, (-x - cx) / rx) - start
    if sweep and extent < 0:
        extent += 2 * pi
    elif not sweep and extent > 0:
        extent -= 2 * pi
    mx, my = (first[0] + last[0]) / 2, (first[1] + last[1]) / 2
    matrix = (
        *(rx * cos(turn), rx * sin(turn), -ry * sin(turn), ry * cos(turn)),
        *(cos(turn) * cx - sin(turn) * cy + mx, sin(turn) * cx + cos(turn) * cy + my),
    )
    steps = max(1, ceil(abs(extent) / (pi / 2) - 1e-9))
    step = extent / steps
    handle = 4 / 3 * tan(step / 4)
    pieces: list[Piece] = []
    for n in range(steps):
        a, b = start + n * step, start + (n + 1) * step
        points = [
            (cos(a) - handle * sin(a), sin(a) + handle * cos(a)),
            (cos(b) + handle * sin(b), sin(b) - handle * cos(b)),
            (cos(b), sin(b)),
        ]
        moved = [moved_by(point, matrix) for point in points]
        if n == steps - 1:
            moved[2] = last
        pieces.append(("C", tuple(moved)))
    return pieces


def written_outline(pieces: Sequence[Piece]) -> str:
    """Return an outline as a path has it."""
    words = []
    for letter, points in pieces:
        words.append(letter)
        words += [f"{plain(x)} {plain(y)}" for x, y in points]
    return " ".join(words)


def box_around(pieces: Sequence[Piece]) -> Box | None:
    """Return the box around an outline, its curves exactly."""
    xs: list[float] = []
    ys: list[float] = []
    here = (0.0, 0.0)
    for letter, points in pieces:
        if letter == "C":
            for axis, found in ((0, xs), (1, ys)):
                p = [here[axis], *(point[axis] for point in points)]
                a, b, c = p[3] - 3 * p[2] + 3 * p[1] - p[0], p[2] - 2 * p[1] + p[0], p[1] - p[0]
                roots: list[float] = []
                if abs(a) < 1e-12:
                    roots = [-c / (2 * b)] if abs(b) > 1e-12 else []
                elif (inner := b * b - a * c) >= 0:
                    roots = [(-b + sqrt(inner)) / a, (-b - sqrt(inner)) / a]
                for t in filter(lambda t: 0 < t < 1, roots):
                    s = 1 - t
                    found.append(
                        s**3 * p[0] + 3 * s * s * t * p[1] + 3 * s * t * t * p[2] + t**3 * p[3]
                    )
        if points:
            here = points[-1]
            xs.append(here[0])
            ys.append(here[1])
    return (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)) if xs else None


def corners_of(pieces: Sequence[Piece]) -> Iterator[tuple[Point, Point | None, Point | None]]:
    """Yield the vertices of an outline, each with the ways in which it is reached and left."""
    ways: list[tuple[Point, Point | None, Point | None]] = []
    here = start = (0.0, 0.0)
    first = 0
    for letter, points in pieces:
        if letter == "M":
            here = start = points[0]
            first = len(ways)
            ways.append((here, None, None))
            continue
        target = start if letter == "Z" else points[-1]
        line = [here, *points] if letter != "Z" else [here, start]
        steps = [(q[0] - p[0], q[1] - p[1]) for p, q in pairwise(line) if p != q]
        # of a curve only its handles count
        leaving, reaching = (steps[0], steps[-1]) if steps else (None, None)
        ways[-1] = (*ways[-1][:2], leaving)
        if letter == "Z":
            corner = ways[first]
            ways.append((target, reaching, corner[2]))
            ways[first] = (corner[0], reaching, corner[2])
        else:
            ways.append((target, reaching, None))
        here = target
    yield from ways


def rounded_box(x: float, y: float, w: float, h: float, rx: float, ry: float) -> list[Piece]:
    """Return a rectangle, with or without round corners."""
    if w <= 0 or h <= 0:
        return []
    if rx <= 0 or ry <= 0:
        corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
        return [*(("M" if n == 0 else "L", (p,)) for n, p in enumerate(corners)), ("Z", ())]
    k = 0.5522847498
    sx, sy, right, bottom = rx * (1 - k), ry * (1 - k), x + w, y + h
    pieces: list[Piece] = [("M", ((x + rx, y),)), ("L", ((right - rx, y),))]
    pieces.append(("C", ((right - sx, y), (right, y + sy), (right, y + ry))))
    pieces.append(("L", ((right, bottom - ry),)))
    pieces.append(("C", ((right, bottom - sy), (right - sx, bottom), (right - rx, bottom))))
    pieces.append(("L", ((x + rx, bottom),)))
    pieces.append(("C", ((x + sx, bottom), (x, bottom - sy), (x, bottom - ry))))
    pieces.append(("L", ((x, y + ry),)))
    pieces.append(("C", ((x, y + sy), (x + sx, y), (x + rx, y))))
    return [*pieces, ("Z", ())]


def has_parts(pieces: Sequence[Piece]) -> bool:
    """Return whether an outline may have holes: only with several parts."""
    return sum(letter == "M" for letter, _ in pieces) > 1
