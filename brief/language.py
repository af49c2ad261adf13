"""What depends on the language of a brief: labels, quotation marks, dates, direction."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import babel

#: The words around a brief. `page` holds {page} and {pages}; `published` and `updated` hold {date}.
LABELS: dict[str, dict[str, str]] = {
    "en": {
        "photo": "Photo",
        "by": "By {authors}",
        "and": " and ",
        "published": "Published on {date}",
        "updated": "Updated on {date}",
        "notes": "Notes",
        "note": "Note {n}",
        "back": "Back to the text",
        "disclaimer": "Disclaimer",
        "imprint": "Imprint",
        "contents": "Contents",
        "text": "Text",
        "cover": "Cover",
        "links": "Links in this text",
        "page": "Page {page} of {pages}",
        "landmarks": "Landmarks",
        "summary": "The text can be read aloud or in braille and set to any size; its headings, notes and links can be reached by themselves.",
    },
    "fr": {
        "photo": "Photo",
        "by": "Par {authors}",
        "and": " et ",
        "published": "Publié le {date}",
        "updated": "Mis à jour le {date}",
        "notes": "Notes",
        "note": "Note {n}",
        "back": "Retour au texte",
        "disclaimer": "Avertissement",
        "imprint": "Mentions légales",
        "contents": "Sommaire",
        "text": "Texte",
        "cover": "Couverture",
        "links": "Liens de ce texte",
        "page": "Page {page} sur {pages}",
        "landmarks": "Repères",
        "summary": "Le texte peut être lu à voix haute ou en braille et agrandi à volonté ; titres, notes et liens sont accessibles directement.",
    },
    "de": {
        "photo": "Foto",
        "by": "Von {authors}",
        "and": " und ",
        "published": "Veröffentlicht am {date}",
        "updated": "Aktualisiert am {date}",
        "notes": "Anmerkungen",
        "note": "Anmerkung {n}",
        "back": "Zurück zum Text",
        "disclaimer": "Hinweis",
        "imprint": "Impressum",
        "contents": "Inhalt",
        "text": "Text",
        "cover": "Umschlag",
        "links": "Links in diesem Text",
        "page": "Seite {page} von {pages}",
        "landmarks": "Orientierungspunkte",
        "summary": "Der Text lässt sich vorlesen, in Braille ausgeben und beliebig vergrößern; Überschriften, Anmerkungen und Links sind einzeln erreichbar.",
    },
    "es": {
        "photo": "Foto",
        "by": "Por {authors}",
        "and": " y ",
        "published": "Publicado el {date}",
        "updated": "Actualizado el {date}",
        "notes": "Notas",
        "note": "Nota {n}",
        "back": "Volver al texto",
        "disclaimer": "Aviso",
        "imprint": "Pie de imprenta",
        "contents": "Índice",
        "text": "Texto",
        "cover": "Cubierta",
        "links": "Enlaces de este texto",
        "page": "Página {page} de {pages}",
        "landmarks": "Puntos de referencia",
        "summary": "El texto puede leerse en voz alta o en braille y ampliarse; se puede llegar directamente a títulos, notas y enlaces.",
    },
    "it": {
        "photo": "Foto",
        "by": "Di {authors}",
        "and": " e ",
        "published": "Pubblicato il {date}",
        "updated": "Aggiornato il {date}",
        "notes": "Note",
        "note": "Nota {n}",
        "back": "Torna al testo",
        "disclaimer": "Avvertenza",
        "imprint": "Colophon",
        "contents": "Indice",
        "text": "Testo",
        "cover": "Copertina",
        "links": "Link di questo testo",
        "page": "Pagina {page} di {pages}",
        "landmarks": "Punti di riferimento",
        "summary": "Il testo può essere letto ad alta voce o in braille e ingrandito; titoli, note e link si raggiungono direttamente.",
    },
    "pt": {
        "photo": "Foto",
        "by": "Por {authors}",
        "and": " e ",
        "published": "Publicado em {date}",
        "updated": "Atualizado em {date}",
        "notes": "Notas",
        "note": "Nota {n}",
        "back": "Voltar ao texto",
        "disclaimer": "Aviso",
        "imprint": "Ficha técnica",
        "contents": "Índice",
        "text": "Texto",
        "cover": "Capa",
        "links": "Links deste texto",
        "page": "Página {page} de {pages}",
        "landmarks": "Pontos de referência",
        "summary": "O texto pode ser lido em voz alta ou em braille e ampliado; chega-se diretamente a títulos, notas e links.",
    },
    "nl": {
        "photo": "Foto",
        "by": "Door {authors}",
        "and": " en ",
        "published": "Gepubliceerd op {date}",
        "updated": "Bijgewerkt op {date}",
        "notes": "Noten",
        "note": "Noot {n}",
        "back": "Terug naar de tekst",
        "disclaimer": "Disclaimer",
        "imprint": "Colofon",
        "contents": "Inhoud",
        "text": "Tekst",
        "cover": "Omslag",
        "links": "Links in deze tekst",
        "page": "Pagina {page} van {pages}",
        "landmarks": "Oriëntatiepunten",
        "summary": "De tekst kan worden voorgelezen, in braille worden weergegeven en vergroot; koppen, noten en links zijn rechtstreeks bereikbaar.",
    },
    "pl": {
        "photo": "Fot.",
        "by": "Autor: {authors}",
        "and": " i ",
        "published": "Opublikowano {date}",
        "updated": "Zaktualizowano {date}",
        "notes": "Przypisy",
        "note": "Przypis {n}",
        "back": "Powrót do tekstu",
        "disclaimer": "Zastrzeżenie",
        "imprint": "Stopka redakcyjna",
        "contents": "Spis treści",
        "text": "Tekst",
        "cover": "Okładka",
        "links": "Odnośniki w tekście",
        "page": "Strona {page} z {pages}",
        "landmarks": "Punkty orientacyjne",
        "summary": "Tekst można odczytać na głos lub w alfabecie Braille’a i dowolnie powiększyć; do nagłówków, przypisów i odnośników można przejść bezpośrednio.",
    },
    "uk": {
        "photo": "Фото",
        "by": "Автор: {authors}",
        "and": " і ",
        "published": "Опубліковано {date}",
        "updated": "Оновлено {date}",
        "notes": "Примітки",
        "note": "Примітка {n}",
        "back": "Назад до тексту",
        "disclaimer": "Застереження",
        "imprint": "Вихідні дані",
        "contents": "Зміст",
        "text": "Текст",
        "cover": "Обкладинка",
        "links": "Посилання в тексті",
        "page": "Сторінка {page} з {pages}",
        "landmarks": "Орієнтири",
        "summary": "Текст можна озвучити, читати шрифтом Брайля та збільшувати; до заголовків, приміток і посилань можна перейти напряму.",
    },
    "ru": {
        "photo": "Фото",
        "by": "Автор: {authors}",
        "and": " и ",
        "published": "Опубликовано {date}",
        "updated": "Обновлено {date}",
        "notes": "Примечания",
        "note": "Примечание {n}",
        "back": "Назад к тексту",
        "disclaimer": "Оговорка",
        "imprint": "Выходные данные",
        "contents": "Содержание",
        "text": "Текст",
        "cover": "Обложка",
        "links": "Ссылки в тексте",
        "page": "Страница {page} из {pages}",
        "landmarks": "Ориентиры",
        "summary": "Текст можно озвучить, читать шрифтом Брайля и увеличивать; к заголовкам, примечаниям и ссылкам можно перейти напрямую.",
    },
    "ar": {
        "photo": "الصورة",
        "by": "بقلم {authors}",
        "and": " و",
        "published": "نُشر في {date}",
        "updated": "حُدّث في {date}",
        "notes": "الحواشي",
        "note": "الحاشية {n}",
        "back": "العودة إلى النص",
        "disclaimer": "إخلاء المسؤولية",
        "imprint": "بيانات النشر",
        "contents": "المحتويات",
        "text": "النص",
        "cover": "الغلاف",
        "links": "الروابط في هذا النص",
        "page": "صفحة {page} من {pages}",
        "landmarks": "المعالم",
        "summary": "يمكن قراءة النص بصوت عالٍ أو بطريقة برايل وتكبيره، ويمكن الوصول مباشرة إلى العناوين والحواشي والروابط.",
    },
    "fa": {
        "photo": "عکس",
        "by": "نوشتهٔ {authors}",
        "and": " و ",
        "published": "منتشرشده در {date}",
        "updated": "به‌روزشده در {date}",
        "notes": "یادداشت‌ها",
        "note": "یادداشت {n}",
        "back": "بازگشت به متن",
        "disclaimer": "سلب مسئولیت",
        "imprint": "شناسنامه",
        "contents": "فهرست",
        "text": "متن",
        "cover": "جلد",
        "links": "پیوندهای این متن",
        "page": "صفحهٔ {page} از {pages}",
        "landmarks": "نشانه‌ها",
        "summary": "متن را می‌توان با صدا یا به خط بریل خواند و بزرگ کرد؛ عنوان‌ها، یادداشت‌ها و پیوندها مستقیم در دسترس‌اند.",
    },
}

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
DISCLAIMER: tuple[str, ...] = tuple(
    {labels["disclaimer"].lower(): None for labels in LABELS.values()}
) + ("disclosure", "legal notice", "haftungsausschluss")

_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"}


def primary(lang: str) -> str:
    """Return the language of a BCP 47 tag without script and region, in lower case."""
    return lang.split("-")[0].lower()


def labels(lang: str) -> dict[str, str]:
    """Return the words around a brief in its language, else in English.

    `colon` is what parts a label from what follows; `page_before`, `page_between` and `page_after`
    stand around the two numbers of "Page 2 of 5".
    """
    words = LABELS.get(primary(lang), LABELS["en"])
    before, between, after = re.split(r"\{pages?\}", words["page"])
    colon = "\u00a0: " if primary(lang) == "fr" else ": "
    return words | {
        "colon": colon,
        "page_before": before,
        "page_between": between,
        "page_after": after,
    }


def direction(lang: str) -> str:
    """Return "rtl" or "ltr" for a BCP 47 tag."""
    return "rtl" if primary(lang) in _RIGHT_TO_LEFT or "-Arab" in lang else "ltr"


def quotes(lang: str) -> list[str]:
    """Return outer opening, outer closing, inner opening and inner closing quotation mark."""
    return list(_QUOTES.get(lang.lower(), _QUOTES.get(primary(lang), _QUOTES["en"])))


def format_date(date: dt.date, lang: str) -> str:
    """Return a date in full as the language writes it (CLDR), in English where CLDR lacks it."""
    import babel.dates

    return babel.dates.format_date(date, "long", locale=_locale(lang))


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
    languages = list(dict.fromkeys([primary(lang), *LABELS, "sv", "da", "fi", "cs", "tr", "el"]))
    # One language at a time, the brief's own first: dateparser mixes the words of several.
    for language in languages:
        try:
            parsed = dateparser.parse(text, languages=[language], settings=settings)
        except (ValueError, OverflowError):
            continue
        if parsed:
            return parsed.date(), ""
    return None
