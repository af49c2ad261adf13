"""The languages: their words, what they fall back to, and all else that a language decides."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from helpers import ROOT
from weasyprint.html import UA_COUNTER_STYLE

from brief.language import (
    before,
    direction,
    format_date,
    format_number,
    labels,
    languages,
    name_list,
    number,
    numerals,
    parse_date,
    published,
    quotes,
)
from brief.words import ENGLISH

CATALOGUES = ROOT / "brief" / "locale"
TEMPLATE = CATALOGUES / "brief.pot"
TAGS = tuple(languages())
#: words that are the same in English
SAME = {
    "ca": {"notes", "text"},
    "cs": {"text"},
    "da": {"note"},
    "de": {"text"},
    "fr": {"contact", "figure", "note", "notes", "pages", "photo", "source", "table_note"},
    "nb": {"note"},
    "nl": {"contact", "disclaimer"},
    "nn": {"note"},
    "ro": {"contact", "text"},
    "sk": {"text"},
    "sv": {"text"},
}


def catalogue(file: Path) -> Catalog:
    return read_po(BytesIO(file.read_bytes()), abort_invalid=True)


def entries(catalog: Catalog) -> list[Message]:
    return [each for each in catalog if each.id]


def told(entry: Message) -> tuple[object, ...]:
    return entry.context, entry.id, entry.string, entry.flags, entry.auto_comments


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{.*?\}", text))


# --- the catalogues -----------------------------------------------------------------------------


def test_the_template_holds_the_words() -> None:
    found = extract_from_file(
        "python",
        ROOT / "brief" / "words.py",
        keywords={"word": ((1, "c"), 2)},
        comment_tags=["Translators:"],
        strip_comment_tags=True,
    )
    words = [(context, text, comments) for _, text, comments, context in found]
    template = entries(catalogue(TEMPLATE))
    assert [(each.context, each.id, each.auto_comments) for each in template] == words
    assert {context: text for context, text, _ in words} == ENGLISH
    for key, _, comments in words:
        assert comments, f"{key} does not say what it stands for"


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_is_whole(tag: str) -> None:
    catalog = catalogue(languages()[tag])
    assert str(catalog.locale) == tag.replace("-", "_")
    assert list(catalog.check()) == []
    assert catalog.obsolete == {}
    assert "Reviewed by: " in catalog.header_comment
    template = entries(catalogue(TEMPLATE))
    translated = entries(catalog)
    assert [(each.context, each.id, each.auto_comments) for each in translated] == [
        (each.context, each.id, each.auto_comments) for each in template
    ]
    for entry in translated:
        text, english = str(entry.string), str(entry.id)
        assert text.strip(), f"{entry.context} is not translated"
        assert not entry.fuzzy, f"{entry.context} is in doubt"
        assert placeholders(text) == placeholders(english), entry.context
        assert "\n" not in text
        if entry.context not in ("and", "page"):
            assert text == text.strip(), entry.context
    same = {each.context for each in translated if each.string == each.id}
    assert same == SAME.get(tag, set())


@pytest.mark.parametrize("tag", ["en", *TAGS])
def test_labels_of_a_language(tag: str) -> None:
    words = labels(tag)
    assert words.keys() == labels("en").keys()
    assert words["lang"] == tag
    page = words["page"].format(page=2, pages=5)
    assert f"{words['page_before']}2{words['page_between']}5{words['page_after']}" == page


def test_making_the_catalogues_anew_alters_nothing(tmp_path: Path) -> None:
    package = tmp_path / "brief"
    for file in (ROOT / "brief" / "words.py", TEMPLATE, *languages().values()):
        copy = package / file.relative_to(ROOT / "brief")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    run = ["make", "-n", "--no-print-directory", "catalogue"]
    made = subprocess.run(run, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    lines = made.replace("\\\n", " ").splitlines()
    commands = [line for line in lines if "pybabel" in line]
    assert len(commands) == 2
    for command in commands:
        here = command.replace(".venv/bin/pybabel", f"{sys.executable} -m babel.messages.frontend")
        subprocess.run(here, shell=True, cwd=tmp_path, check=True, capture_output=True)
    for file in languages().values():
        again = package / file.relative_to(ROOT / "brief")
        made_anew, kept = (entries(catalogue(each)) for each in (again, file))
        assert [told(each) for each in made_anew] == [told(each) for each in kept], file
    dated = re.compile("^.POT-Creation-Date.*$", re.MULTILINE)
    again = package / TEMPLATE.relative_to(ROOT / "brief")
    assert dated.sub("", again.read_text("utf-8")) == dated.sub("", TEMPLATE.read_text("utf-8"))


def test_a_translator_edits_one_file(tmp_path: Path) -> None:
    package = tmp_path / "brief"
    for file in sorted((ROOT / "brief").glob("*.py")):
        copy = package / file.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    there = package / languages()["nl"].relative_to(ROOT / "brief")
    there.parent.mkdir(parents=True)
    text = languages()["nl"].read_text("utf-8")
    text = text.replace('msgstr "Omslag"', 'msgstr "Kaft"').replace('msgstr "Inhoud"', 'msgstr ""')
    text = text.replace('msgstr "Bron"', 'msgstr ""\n"Bron"\n"nen"')
    there.write_text(text.replace('msgstr "Door {', 'msgstr ""\n"Van "\n"{'), encoding="utf-8")
    script = "from brief.language import before, labels; words = labels('nl-BE');"
    script += "keys = ('cover', 'contents', 'source'); told = [words[key] for key in keys];"
    script += "print(told, 'Van' in before('authors', 'nl'))"
    run = [sys.executable, "-c", script]
    shown = subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert shown.strip() == "['Kaft', 'Contents', 'Bronnen'] True"


# --- fallback -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        *[("pt-BR", "pt-BR"), ("pt-AO", "pt"), ("pt-PT", "pt"), ("pt-BR-abl1943", "pt-BR")],
        *[("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh-SG", "zh-Hans"), ("zh-Hans-HK", "zh-Hans")],
        *[("zh-TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh-MO", "zh-Hant"), ("zh-Hant", "zh-Hant")],
        *[("cmn-Hant", "zh-Hant"), ("zh-cmn-Hans-CN", "zh-Hans"), ("ZH-tw", "zh-Hant")],
        *[("sr", "sr"), ("sr-RS", "sr"), ("sr-Cyrl-BA", "sr"), ("sr-Latn-RS", "sr-Latn")],
        *[("sr-ME", "sr-Latn"), ("sh", "sr-Latn"), ("uz", "uz"), ("uz-Latn-UZ", "uz")],
        *[("no", "nb"), ("no-NO", "nb"), ("nn-NO", "nn"), ("iw", "he"), ("iw-IL", "he")],
        *[("in", "id"), ("in-ID", "id"), ("tl", "fil"), ("mo", "ro"), ("en-GB-oed", "en")],
        *[("de-CH-1996", "de"), ("de-DE-u-co-phonebk", "de"), ("de-x-goethe", "de")],
        *[("sl-rozaj-biske", "sl"), ("es-419", "es"), ("fr-Latn-CA", "fr"), ("DE", "de")],
        # never to another script
        *[("ur-Latn", "en"), ("uz-Cyrl", "en"), ("az-IR", "en"), ("kk-Arab", "en")],
        *[("la", "en"), ("tlh", "en"), ("und", "en"), ("x-private", "en"), ("i-klingon", "en")],
    ],
)
def test_what_a_tag_falls_back_to(tag: str, found: str) -> None:
    assert labels(tag)["lang"] == found


#: of RFC 5646, and some that nobody writes
ODD = (
    "zh-gan-hak-CN zh-min-nan sgn-BE-FR art-lojban i-enochian de-419-DE a-DE ar-a-aaa-b-bbb-a-ccc"
    " hy-Latn-IT-arevela sl-IT-nedis zh-Latn-CN-variant1-a-extend1-x-wadegile-private1 x-whatever"
    " qaa-Qaaa-QM-x-southern de-Qaaa sr-Qaaa-RS en-a-myext-b-another zh-CN-a-myext-x-private es-005"
    " az-Arab-x-AZE-derbend mas ff-Adlm ku-Arab yi man-Nkoo ks hak fr-CA-x-u-nu-arab en-u-nu-bad C"
)


@pytest.mark.parametrize("tag", ODD.split())
def test_no_tag_breaks_anything(tag: str) -> None:
    day = dt.date(2024, 7, 1)
    assert labels(tag).keys() == labels("en").keys()
    assert direction(tag) in ("ltr", "rtl")
    assert len(quotes(tag)) == 4
    assert name_list(["A", "B", "C"], tag).startswith("A")
    assert int(number(905, tag)) == 905
    assert numerals(tag) in UA_COUNTER_STYLE
    assert parse_date(format_date(day, tag), tag) == (day, "")
    assert "by" in before("authors", tag)


# --- what else a language decides ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "marks"),
    [
        *[("en", "“ ” ‘ ’"), ("en-GB", "“ ” ‘ ’"), ("la", "“ ” ‘ ’"), ("zh-Hans", "“ ” ‘ ’")],
        *[("de", "„ “ ‚ ‘"), ("de-AT", "„ “ ‚ ‘"), ("de-CH", "« » ‹ ›"), ("de-LI", "« » ‹ ›")],
        *[("fr", "«\u202f \u202f» “ ”"), ("fr-CA", "«\u202f \u202f» “ ”"), ("fr-CH", "« » ‹ ›")],
        *[("it", "« » “ ”"), ("it-CH", "« » ‹ ›"), ("es", "« » “ ”"), ("es-MX", "“ ” ‘ ’")],
        *[("pt", "« » “ ”"), ("pt-AO", "« » “ ”"), ("pt-BR", "“ ” ‘ ’"), ("nl-BE", "‘ ’ “ ”")],
        *[("ja", "「 」 『 』"), ("zh-TW", "「 」 『 』"), ("zh", "“ ” ‘ ’"), ("zh-CN", "“ ” ‘ ’")],
        *[("uk", "« » „ “"), ("ru", "« » „ “"), ("pl", "„ ” « »"), ("ro-MD", "„ ” « »")],
        *[("hu", "„ ” » «"), ("sv", "” ” ’ ’"), ("fi", "” ” ’ ’"), ("da", "» « › ‹")],
        *[("no", "« » ‘ ’"), ("ka", "„ “ « »"), ("fa", "« » ‹ ›"), ("ar-EG", "« » “ ”")],
        *[("ur", "” “ ’ ‘"), ("he", "” ” ’ ’"), ("sr-Latn", "„ ” ’ ’"), ("ko", "“ ” ‘ ’")],
    ],
)
def test_quotation_marks(tag: str, marks: str) -> None:
    assert quotes(tag) == marks.split(" ")


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        *[("fr", "Photo\u00a0: X"), ("fr-CA", "Photo\u00a0: X"), ("fr-CH", "Photo\u00a0: X")],
        *[("ja", "写真：X"), ("zh-CN", "图片：X"), ("zh-HK", "圖片：X"), ("de-CH", "Foto: X")],
        *[("ar", "الصورة: X"), ("hy", "Լուսանկար՝ X"), ("am", "ፎቶ፦ X"), ("ko", "사진: X")],
    ],
)
def test_what_parts_a_label_from_what_follows(tag: str, told: str) -> None:
    words = labels(tag)
    assert f"{words['photo']}{words['colon']}X" == told


@pytest.mark.parametrize(
    ("tag", "names", "told"),
    [
        ("en", "", ""),
        ("en", "A", "A"),
        ("en", "A B", "A and B"),
        ("en", "A B C", "A, B and C"),
        ("de", "A B C", "A, B und C"),
        ("ar", "A B C", "A، B وC"),
        ("fa", "A B C", "A، B و C"),
        ("ur", "A B C", "A، B اور C"),
        ("he", "א ב ג", "א, ב וג"),
        ("he", "א Ben", "א ו־Ben"),
        ("ja", "A B C", "A、B、C"),
        ("zh-TW", "A B C", "A、B、C"),
        ("ko", "A B C", "A, B, C"),
        ("es", "Ada Inés", "Ada e Inés"),
        ("es-MX", "Ada Hilda", "Ada e Hilda"),
        ("es", "Ada Ian", "Ada y Ian"),
        ("es", "Ada Hiedra", "Ada y Hiedra"),
        ("cy", "Siân Ifan", "Siân ac Ifan"),
        ("cy", "Siân Gwen", "Siân a Gwen"),
    ],
)
def test_names_as_a_language_lists_them(tag: str, names: str, told: str) -> None:
    assert name_list(names.split(), tag) == told


LEFTWARD = (
    "ar arc az-Arab az-IR bal ckb dv fa ff-Adlm ha-Arab he iw ji kk-Arab kk-CN ks ku-Arab lrc"
)
LEFTWARD += " man-Nkoo mzn nqo pa-Arab pa-PK prs ps sd syc syr ug ur uz-AF uz-Arab yi yi-US en-Hebr"
LEFTWARD += " en-Thaa en-Syrc en-Nkoo fa-Aran ur-Aran-PK rhg-Rohg"
RIGHTWARD = "en ar-Latn ur-Latn he-Latn az az-Cyrl pa pa-IN kk ku sd-Deva ks-Deva ms uz ff ha zh ja"


@pytest.mark.parametrize(
    ("tag", "way"),
    [*((tag, "rtl") for tag in LEFTWARD.split()), *((tag, "ltr") for tag in RIGHTWARD.split())],
)
def test_direction(tag: str, way: str) -> None:
    assert direction(tag) == way


@pytest.mark.parametrize("tag", ["en", *TAGS])
def test_the_direction_is_that_of_cldr(tag: str) -> None:
    assert direction(tag) == Locale.parse(tag, sep="-").text_direction


@pytest.mark.parametrize(
    ("tag", "style", "told"),
    [
        *[("en", "decimal", "1905"), ("ar", "decimal", "1905"), ("ar-MA", "decimal", "1905")],
        *[("ar-EG", "arabic-indic", "١٩٠٥"), ("ckb", "arabic-indic", "١٩٠٥")],
        *[("fa", "persian", "۱۹۰۵"), ("fa-AF", "persian", "۱۹۰۵"), ("ps", "persian", "۱۹۰۵")],
        *[("ur", "decimal", "1905"), ("ur-IN", "persian", "۱۹۰۵"), ("az-IR", "persian", "۱۹۰۵")],
        *[("bn", "bengali", "১৯০৫"), ("mr", "devanagari", "१९०५"), ("ne-IN", "devanagari", "१९०५")],
        *[("hi", "decimal", "1905"), ("my", "myanmar", "၁၉၀၅"), ("dz", "tibetan", "༡༩༠༥")],
        # what the tag asks for
        *[
            ("ar-u-nu-arab", "arabic-indic", "١٩٠٥"),
            ("fa-IR-u-ca-persian-nu-latn", "decimal", "1905"),
        ],
        *[("th-u-nu-thai", "thai", "๑๙๐๕"), ("fr-x-u-nu-thai", "decimal", "1905")],
        # CSS has none for these
        *[("ff-Adlm", "decimal", "1905"), ("ja-u-nu-jpan", "decimal", "1905")],
    ],
)
def test_numbers(tag: str, style: str, told: str) -> None:
    assert (numerals(tag), number(1905, tag)) == (style, told)


#: the numeric styles that each browser has (CSS Counter Styles 3, 6.1)
BROWSERS = {
    *("decimal", "arabic-indic", "bengali", "devanagari", "gujarati", "gurmukhi", "kannada"),
    *("khmer", "lao", "malayalam", "mongolian", "myanmar", "oriya", "persian", "tamil", "telugu"),
    *("thai", "tibetan"),
}
SYSTEMS = "latn arab arabext beng deva gujr guru khmr knda laoo mlym mong mymr orya tamldec telu"
SYSTEMS += " thai tibt"


def test_each_counter_style_is_known_and_writes_the_same_digits() -> None:
    styles = {numerals(f"en-u-nu-{system}"): f"en-u-nu-{system}" for system in SYSTEMS.split()}
    assert styles.keys() == BROWSERS
    for style, tag in styles.items():
        assert UA_COUNTER_STYLE.render_value(9876543210, style) == number(9876543210, tag), style


# --- dates --------------------------------------------------------------------------------------

DAYS = [dt.date(2024, month, day) for month in range(1, 13) for day in (1, 9, 28)]


@pytest.mark.parametrize("tag", ["en", *TAGS, "ar-EG", "ar-MA", "de-AT", "fr-CH", "fr-CA", "es-MX"])
def test_dates_are_read_as_they_are_written(tag: str) -> None:
    for day in DAYS:
        assert parse_date(format_date(day, tag), tag) == (day, "")


@pytest.mark.parametrize("tag", TAGS)
def test_dates_are_read_in_a_brief_of_another_language(tag: str) -> None:
    for day in DAYS[::3]:
        assert parse_date(format_date(day, tag), "en") == (day, "")


@pytest.mark.parametrize(
    ("date", "tag", "told"),
    [
        *[("2024-07-01", "fr", "1er juillet 2024"), ("2024-07-11", "fr", "11 juillet 2024")],
        *[
            ("2024-07-01", "pt-BR", "1º de julho de 2024"),
            ("2024-07-01", "pt", "1 de julho de 2024"),
        ],
        *[("2024-07-19", "fa", "۱۹ ژوئیهٔ ۲۰۲۴"), ("2024-07-19", "zh-TW", "2024年7月19日")],
        *[("2024-07-19", "mr", "१९ जुलै, २०२४"), ("2024-07-19", "ar-EG", "١٩ يوليو ٢٠٢٤")],
        # another script, or a language whose months CLDR has no names of
        *[("2024-07-19", "ur-Latn", "July 19, 2024"), ("2024-07-19", "az-Arab", "July ۱۹, ۲۰۲۴")],
    ],
)
def test_how_dates_are_written(date: str, tag: str, told: str) -> None:
    assert format_date(dt.date.fromisoformat(date), tag) == told


@pytest.mark.parametrize(
    ("text", "lang", "date"),
    [
        ("2024. július 19., péntek", "hu", "2024-07-19"),
        ("Freitag, 19. Juli 2024", "de", "2024-07-19"),
        ("perjantai 19. heinäkuuta 2024", "fi", "2024-07-19"),
        ("19 tháng 7 năm 2024", "vi", "2024-07-19"),
        ("9 listopada 2024", "en", "2024-11-09"),
        ("9. listopada 2024.", "en", "2024-10-09"),
        ("9 листопада 2024", "uk", "2024-11-09"),
        ("31 июня 2024 г.", "ru", None),
        ("Issue 12, 2024", "en", None),
        ("7 8 2024", "en", "2024-07-08"),
    ],
)
def test_other_dates(text: str, lang: str, date: str | None) -> None:
    read = parse_date(text, lang)
    assert read == ((dt.date.fromisoformat(date), "") if date else None)


# --- the page about it --------------------------------------------------------------------------

PAGE = ROOT / "docs" / "languages.md"
TABLE = re.compile(r"(?<=\n\n)\| tag \|.*?\n(?=\n|\Z)", re.DOTALL)


def table() -> str:
    rows = [
        "| tag | language | “and” | quotes | digits | way | reviewed by |",
        "|---|---|---|---|---|---|---|",
    ]
    for tag in ("en", *TAGS):
        head = (
            catalogue(languages()[tag]).header_comment if tag != "en" else "Reviewed by: the source"
        )
        reviewed = re.search("Reviewed by: (.*)", head)
        assert reviewed
        doubt = "; doubtful" if "Doubtful" in head else ""
        marks = quotes(tag)
        told = (
            f"`{tag}`",
            Locale.parse(tag, sep="-").get_display_name("en") or tag,
            name_list(["A", "B"], tag),
            f"{marks[0]}a {marks[2]}b{marks[3]}{marks[1]}",
            number(123, tag),
            direction(tag),
            reviewed[1] + doubt,
        )
        rows.append(f"| {' | '.join(told)} |")
    return "\n".join(rows) + "\n"


def test_the_page_lists_what_there_is(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text("utf-8")
    if request.config.getoption("--update-golden"):
        text = TABLE.sub(lambda _: table(), text)
        PAGE.write_text(text, encoding="utf-8")
    for file in (PAGE, ROOT / "README.md", ROOT / "CHANGELOG.md"):
        assert f"{len(TAGS) + 1} languages" in file.read_text("utf-8"), file
    found = TABLE.search(text)
    assert found
    assert found[0] == table()


def test_words_before_a_date_tell_a_language_only_if_it_alone_has_them() -> None:
    words = published()
    assert "publicado em" in words["pt"]
    assert "pt-BR" not in words  # its word is its language's
    assert "дата" in words["ru"]
    assert all(word == word.lower().strip(" :") for told in words.values() for word in told)


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("en", "−1,234.50"),
        ("fa", "\u200e−۱٬۲۳۴٫۵۰"),
        ("ar-EG", "\u200e−١٬٢٣٤٫٥٠"),
        ("bn", "−১,২৩৪.৫০"),
    ],
)
def test_numbers_with_decimals(tag: str, told: str) -> None:
    assert format_number(Decimal("-1234.5"), tag, 2) == told
