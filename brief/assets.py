"""The only opener of a file that a source or a style names."""

from __future__ import annotations

import io
import re
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from brief.findings import short
from brief.model import Picture, Told

#: Pixels of the largest picture taken; more is a decompression bomb or a mistake.
MAX_PIXELS = 120_000_000
MAX_BYTES = 80_000_000
#: the profile of the printing condition that stands for all of which nothing else is known
COATED = Path(__file__).parent / "profiles" / "ISOcoated_v2_300_bas.icc"
#: what is taken, by Pillow's name
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF")


class RefusedError(Exception):
    """A file that cannot or may not be used: the finding's code, what is wrong, the cure.

    `told` says more, of lines in the file itself, where that can be said.
    """

    def __init__(self, code: str, message: str, hint: str, told: tuple[Told, ...] = ()) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.told = code, message, hint, told


def locate(reference: str, base: Path, roots: tuple[Path, ...]) -> Path:
    """Return the file that `reference` names from the folder `base`, inside one of `roots`.

    Raises RefusedError: remote addresses, absolute paths, and links or dots that lead outside.
    """
    reference = reference.strip()
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:|//", reference):
        raise RefusedError(
            "S24",
            f"{short(reference)!r} is not a file beside the source",
            "save the picture in the source's folder and name it there",
        )
    name = unquote(reference.split("?")[0].split("#")[0]) if "%" in reference else reference
    if not name or "\0" in name:
        raise RefusedError(
            "S20", f"{short(reference)!r} names no file", "write a path such as photo.jpg"
        )
    file = base / name
    try:
        inside = any(file.resolve().is_relative_to(root.resolve()) for root in roots)
        if not inside or name.startswith(("/", "\\")):
            raise RefusedError(
                "S24",
                f"{short(reference)!r} lies outside the source's folder",
                "copy the picture into the source's folder and name it there",
            )
        if not file.is_file():
            beside = sorted(f.name for f in base.iterdir() if f.suffix.lower() in SUFFIXES)
            raise RefusedError(
                "S20",
                f"there is no file {short(reference)!r}",
                f"images in that folder: {', '.join(beside[:8])}"
                if beside
                else f"put the picture into {base}",
            )
    except (OSError, RuntimeError) as error:
        problem = getattr(error, "strerror", None) or "its links go in a circle"
        raise RefusedError(
            "S20", f"{short(reference)!r} cannot be reached: {problem}", "check the path"
        ) from None
    return file


SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".svg")


def read(file: Path) -> bytes:
    """Return a file's bytes; raises RefusedError if it cannot be read or is over MAX_BYTES."""
    try:
        told = file.stat()
        if not stat.S_ISREG(told.st_mode):  # reading a pipe or a device may never end
            raise RefusedError("S20", f"{file.name} is not a file", "name an ordinary file")
        if told.st_size > MAX_BYTES:
            raise RefusedError(
                "L01", f"{file.name} is over {MAX_BYTES // 1_000_000} MB", "use a smaller file"
            )
        return file.read_bytes()
    except OSError as error:
        cure = "check the path" if isinstance(error, FileNotFoundError) else "make it readable"
        raise RefusedError("S20", f"{file.name} cannot be read: {error.strerror}", cure) from None


def style_text(folder: Path, name: str) -> str:
    """Return the text of a style's file.

    Raises RefusedError for what cannot be read or is not UTF-8.
    """
    file = folder / name
    try:
        return read(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(
            "H05", f"{file} is not UTF-8 at byte {error.start}", "save it as UTF-8"
        ) from None


def uncommented(css: str) -> str:
    """Return CSS with blanks for its comments: the places of all else stay."""
    return re.sub(r"(?s)/\*.*?\*/", lambda said: re.sub(r"\S", " ", said[0]), css)


@contextmanager
def _whole() -> Iterator[None]:
    """Have Pillow refuse half an image, which WeasyPrint tells it to take once it is imported."""
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def picture(data: bytes, name: str, longest: int, *, again: bool = False) -> Picture:
    """Return an image made ready: upright, sRGB, no metadata, at most `longest` px a side.

    Photographs become JPEG; what has transparency or few colours stays PNG; a drawing becomes one
    that is safe, whatever its size. What is to be converted `again` is packed quickly, and with
    hardly any loss. Raises RefusedError for what Pillow cannot read whole, since half a JPEG would
    be set without a word otherwise, and for a drawing that may not be used.
    """
    if is_svg(data):
        return _drawing(data, name, longest)
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings(), _whole():
            warnings.simplefilter("ignore")  # damaged EXIF is dropped with the rest of it
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise RefusedError(
                        "L01",
                        f"{name} has {opened.width} × {opened.height} px",
                        f"scale it to under {MAX_PIXELS // 1_000_000} million pixels",
                    )
                opened.draft(None, (longest, longest))  # JPEG can be unpacked smaller, and faster
                opened.load()
                graphic = opened.mode in ("1", "P") or opened.format in ("PNG", "GIF")
                image = _srgb(ImageOps.exif_transpose(opened), opened.info.get("icc_profile"))
    except (RefusedError, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise RefusedError("L01", f"{name} is too large to unpack", "scale it down") from None
    except Exception as error:  # Pillow raises nearly anything on hostile files
        problem = str(error) or type(error).__name__
        if isinstance(error, UnidentifiedImageError):
            problem = "it is no JPEG, PNG, WebP, GIF, TIFF or SVG"
        raise RefusedError(
            "S23", f"{name} cannot be used: {problem}", "export it again as JPEG or PNG"
        ) from None
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    transparent = image.mode in ("RGBA", "LA")
    if transparent and image.getchannel("A").getextrema() == (255, 255):
        image, transparent = image.convert(image.mode[:-1]), False
    image.info.clear()
    out = io.BytesIO()
    if transparent or graphic:
        image.save(out, "PNG", **({"compress_level": 1} if again else {"optimize": True}))
        return Picture(out.getvalue(), "image/png", *image.size)
    image.save(out, "JPEG", quality=97 if again else 88, subsampling=0, optimize=not again)
    return Picture(out.getvalue(), "image/jpeg", *image.size)


def is_svg(data: bytes) -> bool:
    """Return whether a file is meant as SVG, or as XML that holds some."""
    head = data[:65536].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head[:1] == b"<" and re.search(rb"<(\w+:)?svg\b", head) is not None


def _drawing(data: bytes, name: str, longest: int) -> Picture:
    from brief import drawings

    def raster(inner: bytes) -> tuple[bytes, str]:
        if is_svg(inner):
            cure = "ungroup it, or embed it as PNG"
            raise RefusedError("S23", f"{name} holds a drawing within a drawing", cure)
        ready = picture(inner, f"a picture in {name}", longest)
        return ready.data, ready.media_type

    made = drawings.read(data, raster)
    if not made.markup:
        first = next(each for each in made.told if each.code != "S43")
        where = f"{name}, line {first.line}" if first.line else name
        raise RefusedError(first.code, f"{where} {first.message}", first.hint, made.told)
    ready = made.markup.encode()
    return Picture(ready, "image/svg+xml", made.width, made.height, made.told)


def _srgb(image: Any, profile: bytes | None) -> Any:
    """Return the image as L, LA, RGB or RGBA in sRGB, its embedded profile applied."""
    from PIL import ImageCms

    if image.mode in ("I;16", "I;16L", "I;16B", "I", "F"):
        # 16-bit grey: Pillow clips instead of scaling, and WeasyPrint sets it black
        _, high = image.getextrema()
        scale = 255 / 65535 if high > 255 else 1.0
        return image.convert("F").point(lambda value: value * scale).convert("L")
    if image.mode == "P" or "transparency" in image.info:
        return image.convert("RGBA") if "transparency" in image.info else image.convert("RGB")
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "CMYK" and not profile:
        profile = COATED.read_bytes()
    target = {"CMYK": "RGB", "YCbCr": "RGB", "LAB": "RGB", "HSV": "RGB", "PA": "RGBA"}.get(
        image.mode, image.mode
    )
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            alpha = image.getchannel("A") if image.mode == "RGBA" else None
            flat = image.convert("RGB") if alpha else image
            converted = ImageCms.profileToProfile(
                flat,
                source,
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
                renderingIntent=ImageCms.Intent.PERCEPTUAL,
            )
            if converted is not None:
                if alpha is not None:
                    converted.putalpha(alpha)
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile that fits no pixels says nothing: the plain conversion stands
    return image if image.mode == target else image.convert(target)
