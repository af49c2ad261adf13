"""What brief works with on this machine, and how to get what is missing."""

from __future__ import annotations

import contextlib
import ctypes
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from brief import scripts
from brief.checks import reference
from brief.findings import HouseError
from brief.house import SHEETS, read_house
from brief.language import primary

#: the libraries that WeasyPrint loads, by its names for each system
_PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll", "libpango-1.0-0")
_PANGOFT2 = ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that brief works with, without which it does not publish if it is needed."""

    name: str
    found: bool
    version: str = ""
    cure: str = ""
    #: by every brief, or by those in the house's language
    needed: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return the part as values that JSON can hold."""
        return asdict(self)


def examine() -> list[Part]:
    """Return every part, found or missing, quickly: no page is laid out and no Java started."""
    pango = _pango()
    return [_python(), pango, *_fonts(), *(_scripts() if pango.found else ()), *_validators()]


def _python() -> Part:
    version = platform.python_version()
    good = sys.version_info >= (3, 11)
    return Part("Python", good, version, f"{version} is too old: install Python 3.11 or newer")


def _pango() -> Part:
    pango, ft2 = _load(_PANGO), _load(_PANGOFT2)
    if pango is None or ft2 is None:
        return Part("Pango", False, cure=_pango_cure())
    pango.pango_version_string.restype = ctypes.c_char_p
    return Part("Pango", True, pango.pango_version_string().decode())


def _load(names: tuple[str, ...]) -> Any:
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _pango_cure() -> str:
    if sys.platform == "darwin":
        return "brew install pango"
    if sys.platform == "win32":
        return "install MSYS2, then: pacman -S mingw-w64-x86_64-pango"
    try:
        system = Path("/etc/os-release").read_text(encoding="utf-8").lower()
    except OSError:
        system = ""
    for word, command in (
        ("debian", "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ("fedora", "dnf install pango"),
        ("suse", "zypper install libpango-1_0-0"),
        ("arch", "pacman -S pango"),
        ("alpine", "apk add pango"),
    ):
        if word in system:
            return command
    return "install Pango with your system's package manager"


def _fonts() -> Iterator[Part]:
    """Yield brief's own fonts, and those of the style in use."""
    folders = {"brief": SHEETS}
    with contextlib.suppress(HouseError):  # a broken house is for `brief export` to tell of
        folders |= {each.name: each for each in read_house().style.folders[1:]}
    for name, folder in folders.items():
        files = [f for f in folder.glob("fonts/*") if f.suffix in (".ttf", ".otf", ".woff2")]
        good = [file for file in files if _is_font(file)]
        broken = sorted({file.name for file in files} - {file.name for file in good})
        cure = f"damaged: {', '.join(broken)}; install brief again" if broken else ""
        yield Part(
            f"fonts of {name}",
            (bool(good) and not broken) or (not files and folder != SHEETS),
            f"{len(good)} files",
            cure or f"{folder / 'fonts'} is empty; install brief again",
        )


def _scripts() -> Iterator[Part]:
    """Yield the scripts that can be set: all that brief's fonts have, and each that others may."""
    from brief.editions import pdf

    bundled = [each.name for each in scripts.SCRIPTS if not each.package]
    yield Part("scripts of brief", True, ", ".join(bundled))
    language = "en"
    with contextlib.suppress(HouseError):
        language = primary(read_house().language)
    others = [each for each in scripts.SCRIPTS if each.package]
    missing = set(pdf.lacking("".join(each.sample for each in others)))
    for each in others:
        found, needed = not missing & set(each.sample), language in each.languages
        yield Part(each.name, found, "installed", scripts.cure(each.package), needed)


def _validators() -> Iterator[Part]:
    for part in reference.parts():
        cure = part.cure and f"{part.cure}; or export with --no-verify"
        yield Part(part.name, part.found, part.version, cure)


def _is_font(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(4) in (b"\0\1\0\0", b"OTTO", b"true", b"wOF2", b"wOFF")
    except OSError:
        return False
