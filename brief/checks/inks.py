"""Says what a colour of a PDF lays on paper: which inks, how much of each, and how dark it looks.

Colour spaces and functions are those of ISO 32000-1, 8.6 and 7.10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf

from brief.checks.pdfdraw import real
from brief.checks.pdfobjects import MAX_COUNT, entry, is_stream, items, name, unpacked
from brief.findings import BriefError

#: the inks of four-colour printing, by the names that PDF has for them
PROCESS = ("Cyan", "Magenta", "Yellow", "Black")
#: how deep colour spaces may stand on one another, functions be joined
_DEEP = 6
_SHORT = {
    **{"G": "DeviceGray", "RGB": "DeviceRGB", "CMYK": "DeviceCMYK", "I": "Indexed"},
    **{"CalCMYK": "DeviceCMYK"},
}
_MODELS = {
    **{"DeviceGray": ("grey", 1), "DeviceRGB": ("rgb", 3), "DeviceCMYK": ("cmyk", 4)},
    **{"CalGray": ("grey", 1), "CalRGB": ("rgb", 3), "Lab": ("lab", 3), "Pattern": ("pattern", 0)},
}
_DEFAULTS = {"grey": "/DefaultGray", "rgb": "/DefaultRGB", "cmyk": "/DefaultCMYK"}


@dataclass(frozen=True, eq=False)
class Space:
    """A colour space."""

    #: its family, as PDF names it
    family: str
    #: grey, rgb, cmyk, lab, inks (Separation and DeviceN), indexed, pattern or unknown
    model: str
    #: how many components a colour has
    size: int
    #: the inks that Separation and DeviceN name
    names: tuple[str, ...] = ()
    #: what Separation and DeviceN are drawn in where there is no such ink, what Indexed chooses
    #: from, what a pattern without colours is drawn in
    base: Space | None = None
    tint: Any = None
    #: of Indexed, the bytes of its colours
    table: bytes = b""

    @property
    def models(self) -> set[str]:
        """The models of the space and of what it chooses from."""
        return {self.model} | (self.base.models if self.model == "indexed" and self.base else set())

    @property
    def source(self) -> Space:
        """The space that colours are in: of Indexed, that which it chooses from."""
        return self.base if self.model == "indexed" and self.base else self

    def first(self) -> tuple[float, ...]:
        """Return the colour that holds until another is set."""
        if self.model == "cmyk":
            return (0, 0, 0, 1)
        return (1.0 if self.model == "inks" else 0.0,) * self.size


GREY, RGB, CMYK, PATTERN, UNKNOWN = (
    *(Space(kind, *_MODELS[kind]) for kind in ("DeviceGray", "DeviceRGB", "DeviceCMYK", "Pattern")),
    Space("unknown", "unknown", 0),
)
_DEVICE = {each.family: each for each in (GREY, RGB, CMYK, PATTERN)}


def read_space(value: Any, resources: Any, file: Path, deep: int = 0) -> Space:
    """Return a colour space of a page's; a default that the resources give one is taken for it."""
    kind = name(value) or name(next(iter(items(value)), None))
    kind = _SHORT.get(kind, kind)
    if deep > _DEEP:
        return UNKNOWN
    if device := _DEVICE.get(kind):
        # a pattern that has colours of none of its own names the space that it is given them in
        if device is PATTERN and (under := items(value)[1:]):
            return Space(kind, "pattern", 0, base=read_space(under[0], resources, file, deep + 1))
        default = entry(resources, "/ColorSpace", _DEFAULTS.get(device.model, "/"))
        return device if default is None else read_space(default, None, file, deep + 1)
    if isinstance(value, pikepdf.Name):
        named = entry(resources, "/ColorSpace", str(value))
        return UNKNOWN if named is None else read_space(named, resources, file, deep + 1)
    if kind in _MODELS:
        return Space(kind, *_MODELS[kind])
    parts = [*items(value)[1:], None, None, None]
    if kind == "ICCBased":
        return _icc_space(parts[0], file)
    base = read_space(parts[0 if kind == "Indexed" else 1], resources, file, deep + 1)
    if kind == "Indexed":
        table = parts[2]
        data = unpacked(table, file) if is_stream(table) else b""
        if isinstance(table, pikepdf.String):
            data = bytes(table)
        return Space(kind, "indexed", 1, base=base, table=data[: 256 * 32])
    if kind in ("Separation", "DeviceN"):
        names = tuple(map(name, items(parts[0])))[:32]
        return Space(kind, "inks", len(names), names, base, parts[2])
    return UNKNOWN


def _icc_space(profile: Any, file: Path) -> Space:
    size = int(real(entry(profile, "/N")))
    try:
        head = unpacked(profile, file)[16:20] if is_stream(profile) else b""
    except BriefError:
        head = b""
    model = {1: "grey", 3: "lab" if head == b"Lab " else "rgb", 4: "cmyk"}.get(size, "unknown")
    return Space("ICCBased", model, size)


@dataclass(frozen=True, eq=False)
class Paint:
    """A colour in its space."""

    space: Space
    values: tuple[float, ...]

    @cached_property
    def inks(self) -> dict[str, float] | None:
        """How much of each ink it lays down, from 0 to 1; None where only conversion tells."""
        space, values = self.space, self.values
        if space.model == "grey":
            return {"Black": 1 - values[0]}
        if space.model == "cmyk":
            return dict(zip(PROCESS, values, strict=True))
        if space.model == "inks":
            laid: dict[str, float] = {}
            for ink, share in zip(space.names, values, strict=True):
                if ink != "None":
                    laid[ink] = share
            return laid
        found = self._chosen()
        return found.inks if found else None

    @cached_property
    def look(self) -> tuple[float, float, float] | None:
        """Red, green and blue from 0 to 1, nearly; None where that is not known."""
        space, values = self.space, self.values
        if space.model == "grey":
            return (values[0],) * 3
        if space.model == "rgb":
            return (values[0], values[1], values[2])
        if space.model == "cmyk":
            red, green, blue = ((1 - each) * (1 - values[3]) for each in values[:3])
            return (red, green, blue)
        if space.model == "lab":
            return (max(0.0, min(1.0, values[0] / 100)),) * 3
        if space.model == "inks" and space.base:
            seen = evaluated(space.tint, values)
            if seen is None or len(seen) < space.base.size:
                return (1 - 0.7 * max(values, default=0),) * 3
            return paint(space.base, seen).look
        found = self._chosen()
        return found.look if found else None

    def _chosen(self) -> Paint | None:
        base = self.space.base
        if self.space.model != "indexed" or base is None or base.model == "indexed":
            return None
        at = int(self.values[0]) * base.size
        chosen = self.space.table[at : at + base.size]
        return paint(base, [each / 255 for each in chosen]) if len(chosen) == base.size else None

    @cached_property
    def total(self) -> float:
        """All its inks together, in percent."""
        return total(self.inks)

    @cached_property
    def blank(self) -> bool:
        """Whether it is known to lay down no ink."""
        if self.inks is None:
            return self.look == (1, 1, 1)
        return all(share < 0.005 for share in self.inks.values())

    @cached_property
    def grey(self) -> float | None:
        """How light it looks without colours, from 0 to 1; None where that is not known."""
        if self.look is None:
            return None
        red, green, blue = self.look
        return 0.299 * red + 0.587 * green + 0.114 * blue


def paint(space: Space, values: Sequence[float]) -> Paint:
    """Return a colour in a space, each component within its bounds, those that are missing 0."""
    given = [*values[: space.size], *[0.0] * (space.size - len(values))]
    if space.model not in ("lab", "indexed"):
        given = [min(1.0, max(0.0, each)) for each in given]
    return Paint(space, tuple(given))


def total(inks: dict[str, float] | None) -> float:
    """Return all inks together in percent; the ink “All” stands for those of four colours."""
    return 100 * sum(share * (4 if ink == "All" else 1) for ink, share in (inks or {}).items())


def laid_over(
    top: dict[str, float], under: dict[str, float], *, keeps: bool, opacity: float, blend: str
) -> dict[str, float]:
    """Return the inks where one colour is drawn over another.

    `keeps` says that inks that the upper one has none of stay (ISO 32000-1, 8.6.7).
    """
    found = {}
    for ink in {**under, **top}:
        over, below = top.get(ink, 0.0), under.get(ink, 0.0)
        if blend in ("Multiply", "Darken", "ColorBurn"):
            mixed = 1 - (1 - over) * (1 - below)
        elif keeps and over <= 0:
            mixed = below
        else:
            mixed = over
        found[ink] = opacity * mixed + (1 - opacity) * below
    return found


def evaluated(function: Any, given: Sequence[float], deep: int = 0) -> tuple[float, ...] | None:
    """Return what a function makes of numbers, or None for one that is not read (type 4)."""
    if isinstance(function, pikepdf.Array):
        parts = [evaluated(each, given, deep + 1) for each in items(function)[:32]]
        found = tuple(part[0] for part in parts if part)
        return found if parts and len(found) == len(parts) else None
    kind = entry(function, "/FunctionType")
    if deep > _DEEP or not given:
        return None
    domain = _numbers(entry(function, "/Domain")) or [0, 1]
    x = min(max(given[0], domain[0]), domain[1] if len(domain) > 1 else 1)
    if kind == 2:
        low = _numbers(entry(function, "/C0")) or [0]
        high = _numbers(entry(function, "/C1")) or [1]
        power = abs(x) ** min(1000.0, max(0.0, real(entry(function, "/N"), 1)))
        return tuple(a + power * (b - a) for a, b in zip(low, high, strict=False))
    if kind == 3:
        functions = items(entry(function, "/Functions"))[:MAX_COUNT]
        bounds = [domain[0], *_numbers(entry(function, "/Bounds")), domain[1]]
        encode = _numbers(entry(function, "/Encode"))
        for at, (low_end, high_end) in enumerate(pairwise(bounds)):
            if at < len(functions) and (x < high_end or at == len(functions) - 1):
                first, last = encode[2 * at : 2 * at + 2] or (0, 1)
                share = (x - low_end) / (high_end - low_end) if high_end > low_end else 0
                return evaluated(functions[at], [first + share * (last - first)], deep + 1)
    if kind == 0 and is_stream(function):
        return _sampled(function, given)
    return None


def _sampled(function: Any, given: Sequence[float]) -> tuple[float, ...] | None:
    """Return the nearest sample of a function of type 0 that has 8 or 16 bits each."""
    sizes = [int(each) for each in _numbers(entry(function, "/Size"))]
    domain = _numbers(entry(function, "/Domain"))
    reach = _numbers(entry(function, "/Range"))
    width = int(real(entry(function, "/BitsPerSample")))
    if width not in (8, 16) or len(sizes) != len(given) or len(domain) != 2 * len(given):
        return None
    at, step = 0, 1
    for x, size, low, high in zip(given, sizes, domain[::2], domain[1::2], strict=True):
        share = (min(max(x, low), high) - low) / (high - low) if high > low else 0
        at += round(share * (size - 1)) * step
        step *= size
    outputs, wide = len(reach) // 2, width // 8
    data = unpacked(function, Path())[at * outputs * wide : (at + 1) * outputs * wide]
    samples = [
        int.from_bytes(data[each : each + wide], "big") / (256**wide - 1)
        for each in range(0, len(data), wide)
    ]
    ends = zip(reach[::2], reach[1::2], strict=False)
    return tuple(low + each * (high - low) for each, (low, high) in zip(samples, ends, strict=True))


def _numbers(value: Any) -> list[float]:
    return [real(each) for each in items(value)[: 1 << 10]]


def shaded(shading: Any, space: Space) -> list[Paint]:
    """Return colours all along a shading, or none where they are not read (meshes, type 4)."""
    function = entry(shading, "/Function")
    if function is None or entry(shading, "/ShadingType") not in (2, 3):
        return []
    ends = [*_numbers(entry(shading, "/Domain")), 0, 1][:2]
    # of most functions ink is most at an end of a part
    steps = 4 if entry(function, "/FunctionType") in (2, 3) else 16
    stops = [*_numbers(entry(function, "/Bounds"))[:64], *(n / steps for n in range(steps + 1))]
    found = (evaluated(function, [ends[0] + each * (ends[1] - ends[0])]) for each in stops)
    return [paint(space, each) for each in found if each]
