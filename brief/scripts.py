"""Scripts: which signs are theirs, and where a font for them comes from if brief brings none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CORE, _CJK, _EMOJI = "fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"
#: Fedora's names of Debian's packages
_FEDORA = {
    _CORE: "google-noto-fonts-all",
    _CJK: "google-noto-serif-cjk-fonts",
    _EMOJI: "google-noto-emoji-color-fonts",
}


@dataclass(frozen=True, slots=True)
class Script:
    """A way of writing, or another set of signs that fonts have or lack together."""

    name: str
    #: its letters, as the inside of a class of a regular expression
    signs: str = ""
    #: what is written in it, by the first part of BCP 47 tags
    languages: tuple[str, ...] = ()
    #: signs of it that a font for these languages has
    sample: str = ""
    #: Debian's package with fonts for it; nothing if brief brings one
    package: str = ""


_HAN = (
    "\u2e80-\u303f\u3105-\u312f\u31a0-\u31ef\u3200-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
)
_KANA = "\u3041-\u30ff\u31f0-\u31ff\uff61-\uff9f"
#: signs that fill a square each, with no space between words, like the letters of SCRIPTS
SQUARE = _HAN + _KANA

SCRIPTS = (
    Script("Latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff", sample="Añłșợ"),
    Script("Greek", "\u0370-\u03ff", ("el",), "Ωάϊ"),
    Script("Cyrillic", "\u0400-\u052f", ("uk", "ru", "bg", "sr", "mk", "be", "kk", "ky"), "Жґђқ"),
    Script("Armenian", "\u0531-\u058f", ("hy",), "Աքև֏"),
    Script("Hebrew", "\u0591-\u05f4", ("he", "yi"), "אבג״"),
    Script("Arabic", "\u0600-\u06ff\u0750-\u077f", ("ar", "fa", "ur", "ps", "ckb", "ug"), "عپگڑۆ؟"),
    Script("Devanagari", "\u0900-\u097f", ("hi", "mr", "ne", "sa"), "अकऱ।"),
    Script("Bengali", "\u0980-\u09ff", ("bn", "as"), "অকৰ"),
    Script("Gurmukhi", "\u0a00-\u0a7f", ("pa",), "ਅਕੜ"),
    Script("Gujarati", "\u0a80-\u0aff", ("gu",), "અકળ"),
    Script("Tamil", "\u0b80-\u0bff", ("ta",), "அகழ"),
    Script("Telugu", "\u0c00-\u0c7f", ("te",), "అకఱ"),
    Script("Kannada", "\u0c80-\u0cff", ("kn",), "ಅಕಳ"),
    Script("Malayalam", "\u0d00-\u0d7f", ("ml",), "അകൺ"),
    Script("Thai", "\u0e00-\u0e7f", ("th",), "กฮ฿"),
    Script("Georgian", "\u10a0-\u10ff\u1c90-\u1cbf", ("ka",), "აქ₾"),
    Script("Ethiopic", "\u1200-\u139f", ("am", "ti"), "አማ፦"),
    Script("Han", _HAN, ("zh", "yue", "ja"), "的語们這込，。", _CJK),
    Script("Kana", _KANA, ("ja",), "あンー", _CJK),
    Script("Hangul", "\u1100-\u11ff\u3131-\u318e\uac00-\ud7ff\uffa1-\uffdc", ("ko",), "한글", _CJK),
    Script("Odia", "\u0b00-\u0b7f", ("or",), "ଅକ", _CORE),
    Script("Sinhala", "\u0d80-\u0dff", ("si",), "අක", _CORE),
    Script("Lao", "\u0e80-\u0eff", ("lo",), "ກວ", _CORE),
    Script("Tibetan", "\u0f00-\u0fff", ("bo", "dz"), "ཀབ", _CORE),
    Script("Burmese", "\u1000-\u109f", ("my",), "ကမ", _CORE),
    Script("Khmer", "\u1780-\u17ff", ("km",), "កម", _CORE),
    Script("Thaana", "\u0780-\u07bf", ("dv",), "ހށ", _CORE),
    Script("emoji", "\u2600-\u27bf\u2b50\U0001f000-\U0001faff", (), "😀🥑", _EMOJI),
)
#: what is none of them: mathematics, other scripts and many more
_OTHER = Script("other signs", package=_CORE)

_WRAPPED = re.compile(rf"(?<=[{SQUARE}])[ \t]*\n[ \t]*(?=[{SQUARE}])")


def run_on(lines: str) -> str:
    """Return lines of text without the ends of those that part square signs: no space is there.

    The rest end as they did (CSS Text 3, 4.1.3).
    """
    return _WRAPPED.sub("", lines)


def by_package(signs: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Return signs by the package that has fonts for them, and by their scripts' names."""
    found: dict[str, dict[str, list[str]]] = {}
    for sign in signs:
        own = (each for each in SCRIPTS if re.fullmatch(f"[{each.signs}]", sign))
        script = next(own, _OTHER)
        found.setdefault(script.package or _CORE, {}).setdefault(script.name, []).append(sign)
    return found


def cure(package: str) -> str:
    """Return how Debian's package, or what is like it elsewhere, is installed."""
    return (
        f"apt install {package} (Fedora: dnf install {_FEDORA[package]}; macOS, Windows: add a font"
        " of the language)"
    )
