"""Looks at the pixels of a PDF's images: the inks they lay down, and whether they were enlarged."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import pikepdf

from brief.checks.inks import PROCESS, Space, paint, read_space
from brief.checks.pdfdraw import real
from brief.checks.pdfobjects import entry, items, name, unpacked

#: pixels over which an image is not looked at, since it would take all memory
MOST_PIXELS = 120_000_000
#: pixels on the longer side of an image that its ink is measured on
_MEASURED = 1000
#: percent of ink that one step of a measured image stands for
_STEP = 400 / 255
#: the side of the squares that are looked at for enlargement, and how many of them
_TILE, _TILES = 256, 6
#: of a picture's detail of the size of one, two and four pixels: levels of 255 that the second has
#: for the first to be missed, the share of it below which the first is, and how much less that is
#: than the share of the third that the second is. An image out of focus lacks them all by and by.
_DETAIL, _MISSING, _SUDDEN = 1, 0.42, 0.6
_KEYS = {
    **{"/BPC": "/BitsPerComponent", "/CS": "/ColorSpace", "/D": "/Decode", "/F": "/Filter"},
    **{"/DP": "/DecodeParms", "/H": "/Height", "/W": "/Width", "/IM": "/ImageMask"},
    **{"/I": "/Interpolate", "/L": "/Length"},
}
_FILTERS = {
    **{"AHx": "ASCIIHexDecode", "A85": "ASCII85Decode", "LZW": "LZWDecode", "Fl": "FlateDecode"},
    **{"RL": "RunLengthDecode", "CCF": "CCITTFaxDecode", "DCT": "DCTDecode"},
}


@dataclass(eq=False)
class Raster:
    """An image: what its dictionary says of it, and where its pixels are."""

    stream: Any
    file: Path
    width: int
    height: int
    #: for each component
    bits: int
    #: whether it only says where the colour that is set goes
    stencil: bool
    #: whether it has a mask of greys
    soft: bool
    space: Space | None
    filters: tuple[str, ...]
    #: for each component what its least and its greatest sample stand for, or nothing
    decode: tuple[float, ...]


def read_raster(stream: Any, resources: Any, file: Path) -> Raster:
    """Return what an image's dictionary says of it."""
    stencil = entry(stream, "/ImageMask") is True
    told = entry(stream, "/ColorSpace")
    filters = tuple(map(name, items(entry(stream, "/Filter"))))
    return Raster(
        stream,
        file,
        max(0, int(real(entry(stream, "/Width")))),
        max(0, int(real(entry(stream, "/Height")))),
        1 if stencil else int(real(entry(stream, "/BitsPerComponent"), 8)),
        stencil,
        entry(stream, "/SMask") is not None or real(entry(stream, "/SMaskInData")) > 0,
        None if stencil or told is None else read_space(told, resources, file),
        filters,
        tuple(real(each) for each in items(entry(stream, "/Decode"))[:64]),
    )


def inline(scratch: pikepdf.Pdf, parts: list[bytes]) -> Any:
    """Return an image that stands in a content stream as one of a file of its own, or None.

    `parts` are those of its dictionary, and its data at last.
    """
    if not parts:
        return None
    try:
        given = pikepdf.Object.parse(b"<<" + b" ".join(parts[:-1]) + b">>")
        told = {_KEYS.get(key, key): value for key, value in given.items()}
        filters = [_FILTERS.get(name(each), name(each)) for each in items(told.get("/Filter"))]
        told["/Filter"] = pikepdf.Array([pikepdf.Name(f"/{each}") for each in filters])
        told.pop("/Length", None)
        return pikepdf.Stream(scratch, parts[-1], told)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError):
        return None


def opened(image: Raster) -> Any:
    """Return an image's samples as Pillow has them, in a mode L, P, RGB, CMYK or 1, else None.

    As PDF has it, more of CMYK is more ink, before its Decode is applied. A JPEG may come smaller
    than it is.
    """
    from PIL import Image

    if not 0 < image.width * image.height <= MOST_PIXELS:
        return None
    size, space = (image.width, image.height), image.space
    if image.filters == ("DCTDecode",):
        found = Image.open(BytesIO(image.stream.read_raw_bytes()))
        return found
    if image.filters[-1:] in (("JPXDecode",), ("DCTDecode",), ("CCITTFaxDecode",)):
        return pikepdf.PdfImage(image.stream).as_pil_image()
    if image.filters[-1:] == ("JBIG2Decode",) or space is None:
        return None
    data = unpacked(image.stream, image.file)
    if image.bits == 16:
        data = data[::2]
    bits = min(image.bits, 8)
    if len(data) < (size[0] * space.size * bits + 7) // 8 * size[1]:
        return None
    if space.size == 1 and bits in (1, 2, 4, 8):
        mode = "P" if space.model == "indexed" else "L"
        raw = mode if bits == 8 else f"{mode};{bits}"
        if (mode, bits) == ("L", 1):
            return Image.frombytes("1", size, data)
        return Image.frombytes(mode, size, data, "raw", raw)
    if bits == 8 and space.size in (3, 4) and space.model != "inks":
        return Image.frombytes("RGB" if space.size == 3 else "CMYK", size, data)
    return None


def _plain(image: Raster, small: bool) -> Any:
    """Return an image as Pillow has it, loaded; with `small`, as small as its ink needs it."""
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with catch_warnings():
            simplefilter("ignore")
            found = opened(image)
            if found is None:
                return None
            if small and getattr(found, "format", None) == "JPEG":
                found.draft(None, (_MEASURED, _MEASURED))
            found.load()
            return found
    except Exception:  # a broken picture, which is told of elsewhere
        return None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _shares(image: Raster) -> Iterator[tuple[str, Any]]:
    """Yield each ink of an image with how much of it there is, a picture in greys: 255 is all."""
    from PIL import Image, ImageChops

    space = image.space
    if space is None:
        return
    source, decode = space.source, image.decode
    if source.model == "inks" and space.model != "indexed" and space.size > 1:
        size = (image.width, image.height)
        data = unpacked(image.stream, image.file)
        if image.bits != 8 or len(data) < size[0] * size[1] * space.size:
            return
        planes = [
            Image.frombytes("L", size, data[n :: space.size][: size[0] * size[1]])
            for n in range(space.size)
        ]
    else:
        found = _plain(image, small=True)
        if found is None:
            return
        if space.model == "indexed" and found.mode in ("P", "L"):
            tables: dict[str, list[int]] = {}
            for at in range(256):
                laid = paint(space, [at]).inks or {}
                for ink, share in laid.items():
                    tables.setdefault(ink, [0] * 256)[at] = round(255 * share)
            plain = Image.frombytes("L", found.size, found.tobytes())
            yield from ((ink, plain.point(table)) for ink, table in tables.items())
            return
        if source.model == "cmyk" and found.mode == "CMYK":
            # Pillow turns the samples of each JPEG that Adobe's marker stands in
            turned = found.format == "JPEG" and "adobe" in found.info
            planes = [ImageChops.invert(each) if turned else each for each in found.split()]
        elif source.model in ("grey", "inks") and found.mode in ("L", "1"):
            planes = [found.convert("L")]
            if source.model == "grey":
                planes, decode = [ImageChops.invert(planes[0])], ()
        else:
            return
    names = source.names if source.model == "inks" else PROCESS
    names = PROCESS[-1:] if source.model == "grey" else names
    for n, (called, plane) in enumerate(zip(names, planes, strict=False)):
        low, high = (*decode[2 * n : 2 * n + 2], *(0, 1))[:2] if decode else (0, 1)
        yield called, ImageChops.invert(plane) if low > high else plane


def laid(image: Raster, without: Collection[str] = ()) -> Any:
    """Return how much ink an image lays down, as a picture in greys, or None if that is not known.

    A level is _STEP percent of all its inks but those that something over it is printed `without`.
    """
    from PIL import Image, ImageChops

    planes = [plane for name, plane in _shares(image) if name not in without]
    if not planes:
        return None
    while len(planes) > 4:  # what there is more of is rare, and light
        planes = [ImageChops.add(planes[0], planes[1]), *planes[2:]]
    planes += [Image.new("L", planes[0].size)] * (4 - len(planes))
    halves = (ImageChops.add(planes[0], planes[1], 2), ImageChops.add(planes[2], planes[3], 2))
    sums = ImageChops.add(*halves, 2)
    longer = max(sums.size)
    return sums.reduce(-(-longer // _MEASURED)) if longer > _MEASURED else sums


def most_within(sums: Any, region: tuple[float, float, float, float]) -> float:
    """Return the percent of ink that a tenth of a region reaches: left, top, right and bottom as
    shares of the picture, which `laid` made."""
    wide, high = sums.size
    left, top = max(0, int(region[0] * wide)), max(0, int(region[1] * high))
    right, bottom = max(left + 1, round(region[2] * wide)), max(top + 1, round(region[3] * high))
    levels = sums.crop((left, top, right, bottom)).histogram()
    count, least = 0, sum(levels) / 10
    for level in range(255, -1, -1):
        count += levels[level]
        if count >= least:
            return level * _STEP
    return 0


def ink(image: Raster, limit: float, least: float) -> tuple[float, tuple[float, ...]] | None:
    """Return the most ink, in percent, of an image that has more than `limit` somewhere, and where.

    The place is left, top, right and bottom as shares of the image. What is smaller than `least`,
    a share of the image, does not count: a JPEG rings where colours meet. None for an image that
    keeps to the limit, or that says its colours in another way than by inks.
    """
    from PIL import ImageChops, ImageFilter

    sums = laid(image)
    if sums is None:
        return None
    over = sums.point([255 if each * _STEP > limit else 0 for each in range(256)])
    if min(sums.size) >= 5:
        # single fields are none
        over = over.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MaxFilter(3))
    box = over.getbbox()
    count = over.histogram()[255]
    if box is None or count < least * sums.size[0] * sums.size[1]:
        return None
    levels = ImageChops.darker(sums, over).histogram()
    most = max(level for level, times in enumerate(levels) if times) * _STEP
    width, height = sums.size
    return most, (box[0] / width, box[1] / height, box[2] / width, box[3] / height)


def flat(image: Raster) -> bool:
    """Return whether all of an image is of one colour."""
    found = _plain(image, small=True)
    if found is None:
        return False
    extremes = found.getextrema()
    pairs = extremes if isinstance(extremes[0], tuple) else [extremes]
    return all(low == high for low, high in pairs)


def enlarged(image: Raster) -> str:
    """Return how an image shows that its pixels were enlarged before, or nothing.

    Either each pixel stands there several times, or there is no detail of the size of a pixel
    where there is some of twice that size.
    """
    from PIL import Image, ImageChops, ImageStat

    if min(image.width, image.height) < 64:
        return ""
    found = _plain(image, small=False)
    if found is None or found.mode in ("1", "P"):
        return ""
    grey = found.convert("L")
    tiles = _tiles(grey)
    if not tiles or max(len(tile.getcolors(_TILE * _TILE) or ()) for tile in tiles) < 64:
        return ""  # a drawing: no more pixels would show more
    for times in (2, 3, 4):
        if _repeated(grey, times):
            return f"each of its pixels stands there {times} × {times} times"
    box, smooth = Image.Resampling.BOX, Image.Resampling.BICUBIC

    def detail(tile: Any) -> tuple[float, Any]:
        half = tile.resize((tile.width // 2, tile.height // 2), box)
        lost = ImageChops.difference(tile, half.resize(tile.size, smooth))
        return ImageStat.Stat(lost).mean[0], half

    sums = [0.0, 0.0, 0.0]
    for tile in tiles:
        for octave in range(3):
            here, tile = detail(tile)  # noqa: PLW2901
            sums[octave] += here / len(tiles)
    first, second, third = sums
    sudden = first * third < _SUDDEN * second * second
    if second > _DETAIL and first < _MISSING * second and sudden:
        return "it has no detail of the size of a pixel"
    return ""


def _tiles(grey: Any) -> list[Any]:
    """Return those squares of a picture in greys that have the most in them."""
    from PIL import ImageStat

    side = min(_TILE, grey.width // 4 * 4, grey.height // 4 * 4)
    across, down = (max(1, each // side) for each in grey.size)
    step = max(1, across * down // 64)
    places = [(n % across * side, n // across * side) for n in range(0, across * down, step)]
    cut = [grey.crop((x, y, x + side, y + side)) for x, y in places]
    return sorted(cut, key=lambda tile: -ImageStat.Stat(tile).stddev[0])[:_TILES]


def _repeated(grey: Any, times: int) -> bool:
    from PIL import Image, ImageChops

    width, height = (each // times * times for each in grey.size)
    whole = grey.crop((0, 0, width, height))
    nearest = Image.Resampling.NEAREST
    few = whole.resize((width // times, height // times), nearest)
    return ImageChops.difference(whole, few.resize(whole.size, nearest)).getbbox() is None
