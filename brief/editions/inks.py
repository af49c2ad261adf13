"""Colours and pictures → the inks of a printing condition, by LittleCMS.

Inks are cyan, magenta, yellow and black, each from 0 to 1. What looks grey becomes black ink alone:
four inks that make a grey stand apart wherever they do not meet.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property
from io import BytesIO
from itertools import product
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageMath

from brief import assets
from brief.findings import HouseError, finding
from brief.house import Press

CMYK = tuple[float, float, float, float]
#: red, green and blue, from 0 to 255
RGB = tuple[int, int, int]
#: the name with the ICC of the printing condition whose profile brief brings (its registry of
#: characterisation data)
_CONDITION = "FOGRA39"
#: how far from grey, as CIELAB has chroma, a colour may be to be printed in black ink alone
_GREY = 8
#: share of an ink below which it adds nothing but dots
_TRACE = 0.03
#: by how much the channels of a picture may differ that is grey, and was saved in colour
_NEAR = 3
_PERCEPTUAL, _RELATIVE = ImageCms.Intent.PERCEPTUAL, ImageCms.Intent.RELATIVE_COLORIMETRIC
_COMPENSATED = ImageCms.Flags.BLACKPOINTCOMPENSATION


class Inks:
    """What a house prints with: its printing condition, and the inks for each colour."""

    def __init__(self, press: Press, given: Mapping[RGB, CMYK] | None = None) -> None:
        """Read the profile of a printing condition; `given` are inks that the house chose itself.

        Raises HouseError for a profile that cannot be read, or is not that of a press with four
        inks (ISO 15930-7).
        """
        self.file = press.profile or assets.COATED
        self.intent = press.intent
        self.given = dict(given or {})
        self._known = dict(self.given)
        self.spots = dict(press.spots)
        try:
            #: the profile's own bytes
            self.profile = self.file.read_bytes()
            opened = ImageCms.ImageCmsProfile(BytesIO(self.profile))
        except (OSError, ImageCms.PyCMSError) as error:
            raise self._refused(getattr(error, "strerror", "") or "it is no ICC profile") from None
        told = opened.profile
        space, kind = told.xcolor_space.strip(), told.device_class.strip()
        if (space, kind) != ("CMYK", "prtr"):
            raise self._refused(f"it is for {space} ({kind}), not for a press with four inks")
        self.name = " ".join((told.profile_description or self.file.stem).split())
        #: what the printing condition goes by
        self.condition = "Custom" if press.profile else _CONDITION
        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        made = ImageCms.buildTransform
        photo = _PERCEPTUAL if press.intent == "perceptual" else _RELATIVE
        try:
            self._photo = made(srgb, opened, "RGB", "CMYK", photo, _COMPENSATED)
            self._flat = made(srgb, opened, "RGB", "CMYK", _RELATIVE, _COMPENSATED)
            self._seen = made(srgb, lab, "RGB", "LAB", _RELATIVE)
            self._screen = made(lab, srgb, "LAB", "RGB", _RELATIVE)
            self._shown = made(opened, srgb, "CMYK", "RGB", _RELATIVE)
            self._printed = made(opened, lab, "CMYK", "LAB", _RELATIVE)
        except ImageCms.PyCMSError:
            raise self._refused("it lacks the tables for pictures") from None
        #: of all inks together, the most that anything may have
        self.limit = press.ink / 100 or self._reached

    def _refused(self, problem: str) -> HouseError:
        cure = "name the ICC profile of a printing condition, such as ISO Coated v2"
        return HouseError(finding("H27", f"cannot be used: {problem}", self.file, hint=cure))

    @cached_property
    def _reached(self) -> float:
        """The most ink that the profile's own tables ask for."""
        steps = range(0, 256, 15)
        colours = Image.new("RGB", (len(steps) ** 2, len(steps)))
        colours.putdata(list(product(steps, repeat=3)))
        made = (ImageCms.applyTransform(colours, each) for each in (self._photo, self._flat))
        most = max(_most(_total(each)) for each in made if each)
        return float(round(100 * most / 255)) / 100

    @cached_property
    def _tones(self) -> list[float]:
        """How light, from 0 to 255, each tint of black ink is, from solid to none."""
        tints = Image.new("CMYK", (256, 1))
        tints.putdata([(0, 0, 0, 255 - n) for n in range(256)])
        made = ImageCms.applyTransform(tints, self._printed)
        return [float(light) for light in made.getchannel("L").tobytes()] if made else []

    def _tint(self, light: float) -> float:
        """Return the tint of black ink, from 0 to 1, that is as light; solid for all darker."""
        return (255 - min(bisect_left(self._tones, light), 255)) / 255

    def of(self, colour: RGB) -> CMYK:
        """Return the inks of a colour: those that the house gave, black alone, or the profile's."""
        # a text sets the same few colours again and again
        if colour not in self._known:
            self._known[colour] = self._made(colour)
        return self._known[colour]

    def _made(self, colour: RGB) -> CMYK:
        light, a, b = _pixel(self._seen, "RGB", colour)
        if (a - 128) ** 2 + (b - 128) ** 2 <= _GREY**2:
            return (0, 0, 0, round(self._tint(light), 2))
        shares = (each / 255 for each in _pixel(self._flat, "RGB", colour))
        return self._within(tuple(round(n, 2) if n >= _TRACE else 0.0 for n in shares))

    def _within(self, inks: tuple[float, ...]) -> CMYK:
        """Return inks within the limit: what is over it is taken from all but the black."""
        *others, black = inks
        over = max(0.0, sum(inks) - self.limit)
        share = 1 - over / sum(others) if over else 1
        cyan, magenta, yellow = (int(100 * n * share + 1e-6) / 100 for n in others)
        return (cyan, magenta, yellow, black)

    def spot(self, inks: CMYK) -> str:
        """Return the spot colour that is printed for inks, if the house declares one."""
        told = tuple(round(100 * n, 1) for n in inks)
        return next((name for name, made in self.spots.items() if made == told), "")

    def shown(self, inks: CMYK) -> str:
        """Return what inks look like on paper, as #rrggbb."""
        red, green, blue = _pixel(self._shown, "CMYK", tuple(round(255 * n) for n in inks))
        return f"#{red:02x}{green:02x}{blue:02x}"

    def screen(self, light: float, a: float, b: float) -> list[float]:
        """Return red, green and blue, from 0 to 1, of a colour in CIELAB."""
        packed = (round(2.55 * light), round(a) + 128, round(b) + 128)
        return [each / 255 for each in _pixel(self._screen, "LAB", packed)]

    def picture(self, image: Image.Image, *, graphic: bool = False) -> Image.Image:
        """Return a picture in L or RGB as one in L, for black ink, or in CMYK, within the limit.

        Of a `graphic`, unlike a photo, every grey is black ink alone, and colours are as `of` has
        them.
        """
        if image.mode == "RGB" and _is_grey(image):
            image = image.convert("L")
        if image.mode == "L":
            return image.point(self._grey if graphic else self._greys)
        made = ImageCms.applyTransform(image, self._flat if graphic else self._photo)
        assert made is not None  # which is so for what is changed in its place only
        if graphic:
            red, green, blue = image.split()
            differ = ImageChops.lighter(
                ImageChops.difference(red, green), ImageChops.difference(green, blue)
            )
            black = Image.merge(
                "CMYK", [*_none(image, 3), ImageChops.invert(red.point(self._grey))]
            )
            made.paste(black, mask=differ.point(lambda value: 255 if value == 0 else 0))
        return _limited(made, self.limit)

    @cached_property
    def _grey(self) -> list[int]:
        """The grey of each level of a graphic's, as black ink prints it."""
        seen = (_pixel(self._seen, "RGB", (n, n, n))[0] for n in range(256))
        return [round(255 * (1 - self._tint(light))) for light in seen]

    @cached_property
    def _greys(self) -> list[int]:
        """The grey of each level of a photo's: its shadows keep apart, up to the solid ink."""
        darkest = self._tones[0] if self._tones else 0.0
        seen = (_pixel(self._seen, "RGB", (n, n, n))[0] for n in range(256))
        lights = (darkest + light * (255 - darkest) / 255 for light in seen)
        return [round(255 * (1 - self._tint(light))) for light in lights]


def _pixel(change: Any, mode: str, colour: Any) -> tuple[int, ...]:
    made = ImageCms.applyTransform(Image.new(mode, (1, 1), colour), change)
    return tuple(made.getpixel((0, 0))) if made else ()  # type: ignore[arg-type]


def _is_grey(image: Image.Image) -> bool:
    red, green, blue = image.split()
    pairs = ((red, green), (green, blue), (blue, red))
    return all(_most(ImageChops.difference(*pair)) <= _NEAR for pair in pairs)


def _none(image: Image.Image, count: int) -> list[Image.Image]:
    return [Image.new("L", image.size)] * count


def _most(image: Image.Image) -> float:
    """Return the highest value in an image of one channel."""
    _, most = image.getextrema()
    return float(most)  # type: ignore[arg-type]


def _total(image: Image.Image) -> Image.Image:
    """Return the sum of all inks of each pixel, each from 0 to 255."""
    bands = dict(zip("cmyk", image.split(), strict=True))
    total = ImageMath.lambda_eval(lambda of: of["c"] + of["m"] + of["y"] + of["k"], **bands)
    assert isinstance(total, Image.Image)
    return total


def _limited(image: Image.Image, limit: float) -> Image.Image:
    """Return a picture whose pixels have no more ink than the limit; black is left as it is."""
    most = int(255 * limit)
    if _most(_total(image)) <= most:
        return image
    *others, black = image.split()
    bands = dict(zip("cmyk", (*others, black), strict=True))

    def share(of: Any) -> Any:
        colours = of["float"](of["c"] + of["m"] + of["y"])
        over = of["max"](colours + of["k"] - most, 0)
        return (colours - over) / of["max"](colours, 1)

    kept = ImageMath.lambda_eval(share, **bands)
    made = [
        ImageMath.lambda_eval(
            lambda of: of["convert"](of["int"](of["a"] * of["b"]), "L"), a=a, b=kept
        )
        for a in others
    ]
    return Image.merge("CMYK", [*made, black])
