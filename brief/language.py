"""What depends on a brief's language: labels, lists of names, quotes, digits, dates, direction.

What is asked for by a language tag (BCP 47) is found for the nearest that is known: a region falls
back to its language, a language to English, none to another script (UTS 35, part 1, 4.3).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from brief.words import ENGLISH

if TYPE_CHECKING:
    import babel

T = TypeVar("T")
_CATALOGUES = Path(__file__).with_name("locale")

#: outer and inner quotation marks: CLDR's, but where the press of a language has other habits (ar,
#: da, es, fr, nl, Swiss ones), and where CLDR has a pair within itself
_QUOTES: dict[str, Sequence[str]] = {
    **dict.fromkeys(("en", "es-419", "pt-BR"), "“”‘’"),
    **dict.fromkeys(("de", "bg", "cs", "et", "hr", "is", "lt", "mk", "sk", "sl"), "„“‚‘"),
    **dict.fromkeys(("ar", "ca", "el", "es", "eu", "it", "kk", "pt", "sq"), "«»“”"),
    **dict.fromkeys(("am", "de-CH", "de-LI", "fa", "fr-CH", "gsw", "it-CH"), "«»‹›"),
    **dict.fromkeys(("be", "ru", "uk"), "«»„“"),
    **dict.fromkeys(("fi", "he", "sv"), "””’’"),
    **dict.fromkeys(("ja", "zh-Hant"), "「」『』"),
    **dict.fromkeys(("nb", "nn"), "«»‘’"),
    **dict.fromkeys(("pl", "ro"), "„”«»"),
    **dict.fromkeys(("sr", "sr-Latn"), "„”’’"),
    **{"da": "»«›‹", "hu": "„”»«", "hy": "«»«»", "ka": "„“«»", "nl": "‘’“”", "ur": "”“’‘"},
    "fr": ("«\u202f", "\u202f»", "“", "”"),
}
#: what parts a label from what follows
_COLONS = {
    **dict.fromkeys(("ja", "zh-Hans", "zh-Hant"), "："),
    **{"am": "፦ ", "fr": "\u00a0: ", "hy": "՝ "},
}
#: the comma of a script, and between the names of a list
_COMMAS = {
    **dict.fromkeys(("Arab", "Aran", "Syrc", "Thaa"), ("، ", "، ")),
    **dict.fromkeys(("Hans", "Hant"), ("，", "、")),
    **{"Ethi": ("፣ ", "፣ "), "Jpan": ("、", "、")},
}
#: the “and” of a language before a last name that begins so
_AND = {
    "cy": ("[aeiouwyâêîôûŵŷ]", " ac "),
    "es": ("h?[ií](?![aeo])", " e "),
    "he": ("[^\u0590-\u05ff]", " ו־"),
}
#: how a language writes the first day of a month, where CLDR has a mere 1
_FIRST = {"fr": "1er", "pt-BR": "1º"}
#: scripts that are written from right to left
_RIGHT_TO_LEFT = (
    "Adlm Arab Aran Armi Avst Chrs Cprt Elym Gara Hatr Hebr Hung Khar Lydi Mand Mani Mend Merc Mero"
    " Narb Nbat Nkoo Orkh Palm Phli Phlp Phnx Prti Rohg Samr Sarb Sogd Sogo Syrc Syre Syrj Syrn"
    " Thaa Yezi"
)
#: CLDR's numbering systems as styles of CSS (CSS Counter Styles 3, 6.1), each with its zero
_DIGITS = {
    **{"arab": ("arabic-indic", "٠"), "arabext": ("persian", "۰"), "beng": ("bengali", "০")},
    **{"deva": ("devanagari", "०"), "gujr": ("gujarati", "૦"), "guru": ("gurmukhi", "੦")},
    **{"khmr": ("khmer", "០"), "knda": ("kannada", "೦"), "laoo": ("lao", "໐")},
    **{"mlym": ("malayalam", "൦"), "mong": ("mongolian", "᠐"), "mymr": ("myanmar", "၀")},
    **{"orya": ("oriya", "୦"), "tamldec": ("tamil", "௦"), "telu": ("telugu", "౦")},
    **{"thai": ("thai", "๐"), "tibt": ("tibetan", "༠")},
}
#: languages that CLDR has no alias for, and their names here
_NAMED = {"no": "nb"}

#: what stands before the date in a press text, by language, besides what the catalogues have
_PUBLISHED: dict[str, tuple[str, ...]] = {
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
#: what stands before other parts of a press text, whatever its language
_BY: tuple[str, ...] = ("by", "par", "von", "por", "di", "door", "autor:", "автор:", "автори:")
_BY += ("авторы:", "بقلم", "نوشتهٔ", "نوشته")
_CREDIT: tuple[str, ...] = (
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
_DISCLAIMER: tuple[str, ...] = (
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

#: signs that end a label
LABEL_ENDS = ":：՝፦"
#: parts of a press text, the labels that stand before them, and what does so besides
_PARTS = {
    "authors": ("by", _BY),
    "credit": ("photo", _CREDIT),
    "disclaimer": ("disclaimer", _DISCLAIMER),
}


@cache
def _subtags(lang: str) -> tuple[str, str, str]:
    """Return language, script and region of a tag: the script that it says, or that is likely."""
    from babel.core import get_global

    language, *others = re.split("[-_]", lang)
    language, script, region = language.lower(), "", ""
    for n, part in enumerate(others):
        if re.fullmatch("[A-Za-z]{3}", part) and n == 0:
            language = part.lower()  # RFC 5646, 4.5: such as yue of zh-yue
        elif re.fullmatch("[A-Za-z]{4}", part) and not script and not region:
            script = part.title()
        elif re.fullmatch(r"[A-Za-z]{2}|\d{3}", part) and not region:
            region = part.upper()
        else:
            break
    named = _NAMED.get(language) or get_global("language_aliases").get(language, language)
    language, *said = named.split("_")
    script = script or next((each for each in said if len(each) == 4), "")
    likely = get_global("likely_subtags")
    for key in (f"{language}_{region}", language):
        if not script and key in likely:
            script = likely[key].split("_")[1]
    return language, script, region


@cache
def _chain(lang: str) -> tuple[str, ...]:
    """Return a tag and what it falls back to, the nearest first."""
    from babel.core import get_global

    language, script, region = _subtags(lang)
    found = []
    if region:
        found.append(f"{language}-{script}-{region}")
        if _subtags(f"{language}-{region}")[1] == script:
            found.append(f"{language}-{region}")
            above = get_global("parent_exceptions").get(f"{language}_{region}", "")
            found.append(above.replace("_", "-"))
    found.append(f"{language}-{script}")
    if _subtags(language)[1] == script:
        found.append(language)
    return tuple(found)


def nearest(table: Mapping[str, T], lang: str, default: T) -> T:
    """Return what a table by tags has for a language, or for the nearest that it falls back to."""
    return next((table[tag] for tag in _chain(lang) if tag in table), default)


def primary(lang: str) -> str:
    """Return the language of a BCP 47 tag without script and region, in lower case."""
    return lang.split("-", maxsplit=1)[0].lower()


@cache
def languages() -> dict[str, Path]:
    """Return the catalogue of each language but English, by its tag."""
    files = sorted(_CATALOGUES.glob("*/LC_MESSAGES/brief.po"))
    return {file.parts[-3].replace("_", "-"): file for file in files}


@cache
def _words(tag: str) -> dict[str, str]:
    """Return the words of a catalogue by key; those that nobody has translated are English."""
    if tag == "en":
        return ENGLISH
    from babel.messages.pofile import read_po

    with languages()[tag].open("rb") as file:
        entries = [each for each in read_po(file) if each.id and each.string and not each.fuzzy]
    return ENGLISH | {str(each.context): str(each.string) for each in entries}


def labels(lang: str) -> dict[str, str]:
    """Return the words around a brief in its language or the nearest one, else in English.

    `lang` is the language they are in; `colon` is what parts a label from what follows, `comma` a
    name from what is said of it; `page_before`, `page_between` and `page_after` stand around the
    two numbers of "Page 2 of 5".
    """
    known = next((tag for tag in _chain(lang) if tag in languages()), "en")
    words = _words(known)
    before, between, after = re.split(r"\{pages?\}", words["page"])
    return words | {
        "lang": known,
        "colon": _COLONS.get(known, ": "),
        "comma": _comma(lang)[0],
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
        own = labels(lang)[key].format(n="").strip(" .\u00a0-").lower()
        known = "|".join(map(re.escape, (*words, own)))
        patterns[key] = rf"\s*(?i:{known})\s*[:：]\s*"
    return patterns


def name_list(names: Sequence[str], lang: str) -> str:
    """Return names as a language lists them, such as "A, B and C"."""
    *others, last = names or ("",)
    if not others:
        return last
    begins, joined = nearest(_AND, lang, ("", ""))
    if not begins or not re.match(begins, last, re.IGNORECASE):
        joined = labels(lang)["and"]
    return f"{_comma(lang)[1].join(others)}{joined}{last}"


def _comma(lang: str) -> tuple[str, str]:
    return _COMMAS.get(_subtags(lang)[1], (", ", ", "))


def direction(lang: str) -> str:
    """Return "rtl" or "ltr" for a BCP 47 tag, by the script that it says or that is likely."""
    return "rtl" if _subtags(lang)[1] in _RIGHT_TO_LEFT.split() else "ltr"


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
    return list(nearest(_QUOTES, lang, _QUOTES["en"]))


def numerals(lang: str) -> str:
    """Return the counter style of CSS for a language's numbers, such as "decimal" or "persian".

    It is CLDR's default, or what the tag asks for (-u-nu-), if CSS and the layout engine know it.
    """
    return _digits(lang)[0]


def number(n: int, lang: str) -> str:
    """Return a whole number in the digits that `numerals` names."""
    return _in_digits(str(n), lang)


@cache
def _system(lang: str) -> str:
    """Return CLDR's name of the digits that a tag asks for, else of those of its language."""
    asked = re.search("-u(?:-[a-z0-9]{2,8})*?-nu-([a-z]+)", lang.lower().partition("-x-")[0])
    return asked[1] if asked else str(_locale(lang).default_numbering_system)


def _digits(lang: str) -> tuple[str, str]:
    return _DIGITS.get(_system(lang), ("decimal", "0"))


def _in_digits(text: str, lang: str) -> str:
    zero = ord(_digits(lang)[1])
    return text.translate({ord("0") + n: zero + n for n in range(10)})


def format_date(date: dt.date, lang: str) -> str:
    """Return a date in full as the language writes it (CLDR), in English where CLDR lacks it."""
    import babel.dates

    locale = _locale(lang)
    if locale.months["format"]["wide"][7] == "M07":  # CLDR has languages without names of months
        locale = _locale("en")
    text = babel.dates.format_date(date, "long", locale=locale)
    if date.day == 1:
        text = re.sub("^1(?= )", nearest(_FIRST, lang, "1"), text)
    return _in_digits(text, lang)


#: languages that group digits in numbers of five and more only (CLDR, minimumGroupingDigits)
_LATE_GROUPS = {"bg", "es", "pl"}


def format_number(number: Decimal, lang: str, decimals: int = 0, percent: bool = False) -> str:
    """Return a number as the language writes it (CLDR), in its digits, with so many decimals.

    A minus is one, not a hyphen; a mark before it keeps it before the number where text runs from
    right to left (UAX 9, W7).
    """
    import babel.numbers

    locale = _locale(lang)
    grouped = abs(number) >= 10000 or primary(lang) not in _LATE_GROUPS
    pattern = ("#,##0" if grouped else "0") + (f".{'0' * decimals}" if decimals else "")
    system = _system(lang) if _system(lang) in ("arab", "arabext") else "latn"
    told = babel.numbers.format_decimal(
        abs(number), pattern, locale=locale, numbering_system=system
    )
    told = _in_digits(told, lang)
    if percent:
        told += re.sub("[#,0.]+", "", locale.percent_formats[None].pattern)
    if number < 0 and any(sign.isdecimal() and int(sign) for sign in told):
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
    return _in_digits(babel.dates.format_skeleton(skeleton, day[0], locale=_locale(lang)), lang)


@cache
def _locale(lang: str) -> babel.Locale:
    from babel import Locale
    from babel.localedata import exists

    # Locale.parse takes another script for the one that it lacks
    known = (tag for tag in _chain(lang) if tag and exists(tag.replace("-", "_")))
    return Locale.parse(next(known, "en"), sep="-")


@cache
def _told() -> dict[str, dict[str, str]]:
    """Return what the catalogues have before dates, names, credits and disclaimers, by language.

    To read them as catalogues would take ten times as long.
    """
    entry = re.compile(
        r'^msgctxt "(photo|by|published|disclaimer)"\n(?:#.*\n)*'
        r'msgid (?:".*"\n)+msgstr ((?:".*"(?:\n|$))+)',
        re.MULTILINE,
    )
    found = {"en": ENGLISH}
    for tag, file in languages().items():
        told = entry.findall(file.read_text(encoding="utf-8"))
        found[tag] = {key: "".join(re.findall('"(.*)"', text)) for key, text in told}
    return {
        tag: {key: re.split(r"\s*\{", text)[0] for key, text in words.items()}
        for tag, words in found.items()
    }


@cache
def published() -> dict[str, tuple[str, ...]]:
    """Return what stands before the date in a press text, in lower case, by language."""
    found = dict(_PUBLISHED)
    for tag, words in _told().items():
        word = words.get("published", "").lower().rstrip(f"{LABEL_ENDS} ")
        # a region's catalogue that has its language's word tells no more than that
        if word and word not in found.get(primary(tag), ()):
            found[tag] = (*found.get(tag, ()), word)
    return found


@cache
def before(part: str, lang: str) -> tuple[str, ...]:
    """Return what stands before the "authors", "credit" or "disclaimer" of a press text.

    Of words before authors, those that could begin any line are only the language's own; the
    others end with a colon.
    """
    key, known = _PARTS[part]
    own = {tag for tag in _chain(lang) if tag in _told()}
    words = (
        text
        for tag, told in _told().items()
        if (text := told.get(key, "").rstrip())
        and (part != "authors" or tag in own or text[-1] in LABEL_ENDS)
    )
    return tuple(dict.fromkeys((*known, *words)))


def parse_date(text: str, lang: str = "en") -> tuple[dt.date, str] | None:
    """Return the date that a text names, with its other reading (ISO 8601) if it has two.

    Takes ISO 8601 with or without a time, what `format_date` writes in any language that has a
    catalogue, and other full forms of some twenty; a day, a month and a four-digit year must all be
    there. Returns None for anything else.
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
    if len(text) > 60 or not re.search(r"\d{4}", text):
        return None
    return _plain_date(text, lang) or _cldr_date(text, lang) or _written_date(text, lang)


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
        for n, name in names[width].items():
            months.setdefault(name.lower().rstrip("."), n)
    found = re.fullmatch(
        r"(?:([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,?|(\d{1,2})\.? ([^\W\d]+)\.?) (\d{4})", text
    )
    if not found:
        return None
    month = months.get((found[1] or found[4]).lower())
    return _date(int(found[5]), month, int(found[2] or found[3])) if month else None


def _cldr_date(text: str, lang: str) -> tuple[dt.date, str] | None:
    """Read a date as CLDR writes it in the language, else in any that has a catalogue."""
    if sorted(map(len, re.findall(r"\d+", text)))[-2:] not in ([1, 4], [2, 4]):
        return None
    for tag in dict.fromkeys((lang, *_PUBLISHED, *languages())):
        for found in (form.fullmatch(_folded(text)) for form in _forms(tag)):
            parts = found.groupdict() if found else {}
            month = _months(tag).get(parts.get("name", "")) or int(parts.get("month", 0))
            if month:
                return _date(int(parts["year"]), month, int(parts["day"]))
    return None


#: what stands for a field of CLDR's patterns (UTS 35, part 4, 8); MMM and more is a name
_FIELDS = {
    **{"y": r"(?P<year>\d{4})", "d": r"(?P<day>\d\d?)(?:er|o(?= ))?"},
    **{"M": r"(?P<month>\d\d?)", "MMM": "(?P<name>.+?)"},
    **{"E": r"\D+?", "c": r"\D+?", "G": r"[^\s\d]+"},
}


@cache
def _forms(tag: str) -> list[re.Pattern[str]]:
    """Return what finds the parts of a date in those forms of a language that have words."""
    from babel.dates import tokenize_pattern

    found = []
    for width in ("long", "full", "medium"):
        parts, words = [""], False
        for _, told in tokenize_pattern(_locale(tag).date_formats[width].pattern):
            if isinstance(told, str):
                words |= any(map(str.isalpha, told))
                parts.append(re.escape(_folded(told)).replace(r"\ ", r"\s*"))
            else:
                field = told[0].replace("L", "M")
                named = field == "M" and told[1] > 2
                words |= named
                parts += [_FIELDS["MMM" if named else field], ""]
        if words:
            # what follows the year is often left out
            last = parts.pop().removesuffix(r"\.")
            found.append(re.compile(f"{''.join(parts)}(?:{last})?"))
    return found


@cache
def _months(tag: str) -> dict[str, int]:
    """Return the numbers of months by their names in a language."""
    months: dict[str, int] = {}
    for names in _locale(tag).months.values():
        for width in ("wide", "abbreviated"):
            months |= {_folded(name).rstrip("."): n for n, name in names.get(width, {}).items()}
    return months


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


def _written_date(text: str, lang: str) -> tuple[dt.date, str] | None:
    import dateparser

    settings = {
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    known = [primary(lang), *_PUBLISHED, "sv", "da", "fi", "cs", "tr", "el"]
    # One language at a time, the brief's own first: dateparser mixes the words of several.
    for language in dict.fromkeys(known):
        try:
            parsed = dateparser.parse(text, languages=[language], settings=settings)
        except (ValueError, OverflowError):
            continue
        if parsed:
            return parsed.date(), ""
    return None
