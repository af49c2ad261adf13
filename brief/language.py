"""What depends on the language of a brief: labels, quotation marks, dates, direction."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import tomllib
import unicodedata
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import babel


@cache
def _labels() -> dict[str, dict[str, str]]:
    """Return the words around a brief by language."""
    return tomllib.loads(Path(__file__).with_name("labels.toml").read_text(encoding="utf-8"))


_QUOTES = {
    "en": "“”‘’",
    "fr": ["«\u202f", "\u202f»", "“", "”"],
    "de": "„“‚‘",
    "es": "«»“”",
    "it": "«»“”",
    "pt": "“”‘’",
    "pl": "„”«»",
    "uk": "«»„“",
    "ru": "«»„“",
    "ar": "«»“”",
    "fa": "«»“”",
    "de-ch": "«»‹›",
    "cs": "„“‚‘",
    "sk": "„“‚‘",
    "da": "»«›‹",
    "sv": "””’’",
    "fi": "””’’",
    "el": "«»“”",
    "hu": "„”»«",
    "ro": "„”«»",
    "bg": "„“‚‘",
}

#: what stands before the date in a press text, by language
PUBLISHED: dict[str, tuple[str, ...]] = {
    "en": ("published on", "published", "posted on", "date"),
    "fr": ("publié le", "paru le", "date"),
    "de": ("veröffentlicht am", "erschienen am", "datum", "stand"),
    "es": ("publicado el", "fecha"),
    "it": ("pubblicato il", "data"),
    "pt": ("publicado em", "publicado a", "data"),
    "nl": ("gepubliceerd op", "datum"),
    "pl": ("opublikowano dnia", "opublikowano", "data publikacji", "data"),
    "uk": ("опубліковано", "дата"),
    "ru": ("опубликовано", "дата"),
    "ar": ("نُشر في", "نشر في", "تاريخ النشر"),
    "fa": ("منتشرشده در", "منتشر شده در", "تاریخ انتشار"),
}
#: what stands before the names of the authors in a press text
BY: tuple[str, ...] = ("by", "par", "von", "por", "di", "door", "autor:", "автор:", "автори:")
BY += ("авторы:", "بقلم", "نوشتهٔ", "نوشته")
#: what stands before a photo's credit in a press text
CREDIT: tuple[str, ...] = (
    "photo credit",
    "photo by",
    "photo",
    "photograph by",
    "photograph",
    "image credit",
    "image",
    "picture credit",
    "picture",
    "photographie",
    "crédit photo",
    "foto von",
    "foto di",
    "foto",
    "bild",
    "bildnachweis",
    "fotografía",
    "fotografia",
    "fot.",
    "zdjęcie",
    "фото",
    "الصورة",
    "صورة",
    "عکس",
)
#: what stands before a disclaimer in a press text
DISCLAIMER: tuple[str, ...] = (
    *("disclaimer", "disclosure", "legal notice", "avertissement", "hinweis", "haftungsausschluss"),
    *("aviso", "avvertenza", "zastrzeżenie", "застереження", "оговорка", "إخلاء المسؤولية"),
    "سلب مسئولیت",
)

#: what begins a paragraph beside a table, by the label that says the same in other languages
_BESIDE_TABLES = {
    "table": ("table",),
    "source": ("source", "sources"),
    "table_note": ("note", "notes"),
}

_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"}


def primary(lang: str) -> str:
    """Return the language of a BCP 47 tag without script and region, in lower case."""
    return lang.split("-", maxsplit=1)[0].lower()


def labels(lang: str) -> dict[str, str]:
    """Return the words around a brief in its language, else in English, each by itself.

    `lang` is the language they are in; `colon` is what parts a label from what follows;
    `page_before`, `page_between` and `page_after` stand around the two numbers of "Page 2 of 5".
    """
    known = primary(lang) if primary(lang) in _labels() else "en"
    words = _labels()["en"] | _labels()[known]
    before, between, after = re.split(r"\{pages?\}", words["page"])
    colon = "\u00a0: " if primary(lang) == "fr" else ": "
    return words | {
        "lang": known,
        "colon": colon,
        "page_before": before,
        "page_between": between,
        "page_after": after,
    }


def beside_table(lang: str) -> dict[str, str]:
    """Return the patterns of what begins a table's caption, source and note in a text.

    They are English, or the language's own labels without a number, and end behind the colon.
    """
    patterns: dict[str, str] = {}
    for key, words in _BESIDE_TABLES.items():
        own = labels(lang)[key].format(n="").strip(" .\u00a0").lower()
        known = "|".join(map(re.escape, (*words, own)))
        patterns[key] = rf"\s*(?i:{known})\s*[:：]\s*"
    return patterns


def direction(lang: str) -> str:
    """Return "rtl" or "ltr" for a BCP 47 tag."""
    return "rtl" if primary(lang) in _RIGHT_TO_LEFT or "-Arab" in lang else "ltr"


#: Thai, Lao, Tibetan, Burmese, Khmer, Chinese and Japanese put no spaces between words
_UNSPACED = "\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED += "\U00020000-\U0003ffff"
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+(?:['’-][^\W_{_UNSPACED}]+)*")


def count_words(text: str) -> int:
    """Return how many words a text has; of scripts without spaces 2.5 letters are taken for one."""
    # vowels and tones that are marks would part a word
    letters = "".join(s for s in text if unicodedata.category(s) not in ("Mn", "Mc", "Cf"))
    words, others = _WORD.findall(letters), _WORD.sub(" ", letters)
    return len(words) + round(len(re.findall(r"[^\W_]", others)) / 2.5)


def quotes(lang: str) -> list[str]:
    """Return outer opening, outer closing, inner opening and inner closing quotation mark."""
    return list(_QUOTES.get(lang.lower(), _QUOTES.get(primary(lang), _QUOTES["en"])))


def format_date(date: dt.date, lang: str) -> str:
    """Return a date in full as the language writes it (CLDR), in English where CLDR lacks it."""
    import babel.dates

    return babel.dates.format_date(date, "long", locale=_locale(lang))


#: languages that group digits in numbers of five and more only (CLDR, minimumGroupingDigits)
_LATE_GROUPS = {"bg", "es", "pl"}


def format_number(number: Decimal, lang: str, decimals: int = 0, percent: bool = False) -> str:
    """Return a number as the language writes it (CLDR), with so many decimals.

    A minus is one, not a hyphen; a mark before it keeps it before the number where text runs from
    right to left (UAX 9, W7).
    """
    import babel.numbers

    locale = _locale(lang)
    grouped = abs(number) >= 10000 or primary(lang) not in _LATE_GROUPS
    pattern = ("#,##0" if grouped else "0") + (f".{'0' * decimals}" if decimals else "")
    told = babel.numbers.format_decimal(abs(number), pattern, locale=locale)
    if percent:
        told += re.sub("[#,0.]+", "", locale.percent_formats[None].pattern)
    if number < 0 and re.search("[1-9]", told):
        told = f"\u200e\u2212{told}" if direction(lang) == "rtl" else f"\u2212{told}"
    return told


def format_cell(text: str, number: Decimal | None, lang: str) -> str:
    """Return a cell as the language writes its number, with the decimals that it has itself."""
    if number is None:
        return text
    exponent = number.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return format_number(number, lang, decimals, text[-1:] in ("%", "٪"))


def decimal_sign(lang: str) -> str:
    """Return the sign that the language puts before decimals, a dot or a comma."""
    return str(_locale(lang).number_symbols["latn"]["decimal"])


def format_period(text: str, lang: str) -> str:
    """Return a month or day of ISO 8601 as the language writes it in short, others as they are."""
    found = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", text)
    day = _date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    if not found or not day:
        return text
    import babel.dates

    skeleton = "yMMMd" if found[3] else "yMMM"
    return babel.dates.format_skeleton(skeleton, day[0], locale=_locale(lang))


def _locale(lang: str) -> babel.Locale:
    import babel

    for tag in (lang, primary(lang)):
        with contextlib.suppress(babel.UnknownLocaleError, ValueError):
            return babel.Locale.parse(tag, sep="-")
    return babel.Locale("en")


def parse_date(text: str, lang: str = "en") -> tuple[dt.date, str] | None:
    """Return the date that a text names, with its other reading (ISO 8601) if it has two.

    Takes ISO 8601 with or without a time, and the full forms of some twenty languages; a day, a
    month and a four-digit year must all be there. Returns None for anything else.
    """
    text = unicodedata.normalize("NFKC", text).strip().rstrip(".")
    text = re.sub(r"(\d)\s*(р|г)$", r"\1", text.rstrip("."))  # "2024 р.", "2024 г."
    iso = re.fullmatch(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ].*)?", text)
    if iso:
        return _date(int(iso[1]), int(iso[3]), int(iso[4]))
    short = re.fullmatch(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", text)
    if short:
        first, second, year = int(short[1]), int(short[3]), int(short[4])
        american = lang.lower() in ("en", "en-us") and short[2] != "."
        month, day = (first, second) if american else (second, first)
        if month > 12:
            month, day = day, month
        found = _date(year, month, day)
        if found and month != day and max(month, day) <= 12:
            return found[0], dt.date(year, day, month).isoformat()
        return found
    if len(text) > 60 or not re.search(r"\d{4}|[٠-٩۰-۹]{4}", text):
        return None
    return _plain_date(text, lang) or _written_date(text, lang)


def _date(year: int, month: int, day: int) -> tuple[dt.date, str] | None:
    try:
        return dt.date(year, month, day), ""
    except ValueError:
        return None


def _plain_date(text: str, lang: str) -> tuple[dt.date, str] | None:
    """Read day, month name and year by CLDR's names: dateparser takes 0.4 s for its first date."""
    months: dict[str, int] = {}
    names = _locale(lang).months["format"]
    for width in ("wide", "abbreviated"):
        for number, name in names[width].items():
            months.setdefault(name.lower().rstrip("."), number)
    found = re.fullmatch(
        r"(?:([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,?|(\d{1,2})\.? ([^\W\d]+)\.?) (\d{4})", text
    )
    if not found:
        return None
    month = months.get((found[1] or found[4]).lower())
    return _date(int(found[5]), month, int(found[2] or found[3])) if month else None


def _written_date(text: str, lang: str) -> tuple[dt.date, str] | None:
    import dateparser

    settings = {
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    languages = list(dict.fromkeys([primary(lang), *PUBLISHED, "sv", "da", "fi", "cs", "tr", "el"]))
    # One language at a time, the brief's own first: dateparser mixes the words of several.
    for language in languages:
        try:
            parsed = dateparser.parse(text, languages=[language], settings=settings)
        except (ValueError, OverflowError):
            continue
        if parsed:
            return parsed.date(), ""
    return None
