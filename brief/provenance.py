"""What goes into editions, by its hashes, and what shapes them, by its versions."""

from __future__ import annotations

import hashlib
import os
import zlib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from brief import __version__, assets
from brief.findings import HouseError, SourceError, finding
from brief.house import House
from brief.model import Brief

#: the packages that read a source, lay it out or write an edition, not those that only check it
_PACKAGES = (
    *("Babel", "charset-normalizer", "cssselect2", "dateparser", "EbookLib", "fonttools", "Jinja2"),
    *("lxml", "markdown-it-py", "mdit-py-plugins", "nh3", "Pillow", "pydyf", "pypdfium2"),
    *("Pyphen", "PyYAML", "tinycss2", "tinyhtml5", "WeasyPrint"),
)


def sha256(data: bytes) -> str:
    """Return the hash by which a report knows bytes."""
    return hashlib.sha256(data).hexdigest()


def hash_of(folders: tuple[Path, ...]) -> str:
    """Return one hash of all files in folders and their names."""
    whole = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            whole.update(os.fsencode(path.relative_to(folder).as_posix()) + b"\0")
            whole.update(hashlib.sha256(_bytes(path)).digest())
    return whole.hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise HouseError(finding("H01", problem, path, hint="make it readable")) from None


def inputs(
    brief: Brief, house: House, style_hash: str, photo: Path | None = None
) -> dict[str, Any]:
    """Return the names and hashes of all that goes into a brief's editions, as its report has them.

    `photo` is what stands in for the photo that the source names, or does not.
    """
    photos = (brief.photo, *(author.portrait for author in brief.authors))
    paths = [each.path for each in photos if each]
    pictures: list[dict[str, Any]] = []
    paths += [image.path for image in brief.images]
    paths += [image.data.path for image in brief.images if image.data]
    for path in dict.fromkeys(paths):
        given = path == photo
        beside = path.is_relative_to(brief.source.parent) and not given
        name = path.relative_to(brief.source.parent).as_posix() if beside else path.name
        try:
            digest = sha256(assets.read(path))
        except assets.RefusedError as refused:
            told = finding(refused.code, refused.message, brief.source, hint=refused.hint)
            raise SourceError(told) from None
        pictures.append({"file": name, "sha256": digest, **({"given": True} if given else {})})
    toml = house.listing
    return {
        "source": {
            "file": brief.source.name,
            "sha256": sha256(brief.source_bytes),
        },
        "pictures": pictures,
        "house": {
            "file": toml.file.name,
            # without any brief.toml there are no lines of it
            "sha256": sha256(_bytes(toml.file)) if toml.lines else "",
        },
        "style": {"name": house.style.name, "sha256": style_hash},
    }


@cache
def versions() -> dict[str, str]:
    """Return the versions of all that shapes the bytes of an edition; Python's is none of it."""
    from brief.editions import pdf

    return {
        "brief": __version__,
        **pdf.engine_versions(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **{name: metadata.version(name) for name in _PACKAGES},
    }
