"""Press texts, told apart by place and by words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from helpers import Read, Reader, picture

from brief.checks import collation
from brief.findings import Finding, SourceError
from brief.language import format_date, labels, languages

HEAD = "A headline\n\nA dek under it.\n\nPublished on July 19, 2024\n\n"
BODY = "The first paragraph.\n\nThe second one.\n"
WHOLE = (
    "Photo: Ada Lind / Agency\n\nIs This the Headline?\n\nIt has a dek that says why.\n\n"
    "By Ben Okoro and Ida Voss\n\nPublished on July 19, 2024\n\nThe first paragraph.\n\n"
    "The second one.\n\n\nThe house does not take institutional positions; the views"
    " represented herein are those of the author(s).\n"
)


def test_every_part_is_recognised(read: Reader) -> None:
    got = read(WHOLE, "piece.txt")
    brief = got.brief
    assert brief.title == "Is This the Headline?"
    assert brief.dek == "It has a dek that says why."
    assert [author.name for author in brief.authors] == ["Ben Okoro", "Ida Voss"]
    assert brief.date == dt.date(2024, 7, 19)
    assert brief.credit == "Ada Lind / Agency"
    assert "institutional positions" in brief.disclaimer
    assert "institutional" not in brief.body
    assert brief.body.count("<p ") == 2
    assert got.codes == ["S25"]
    lines = {"credit": 1, "title": 3, "dek": 5, "authors": 7, "date": 9, "disclaimer": 16}
    assert brief.lines == lines


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Photo: Ada / X", "Ada / X"),
        ("Photograph by Ada Lind", "Ada Lind"),
        ("Photograph Ada Lind / X", "Ada Lind / X"),
        ("Photograph: Ada", "Ada"),
        ("Image credit: Ada", "Ada"),
        ("PHOTO : Ada", "Ada"),
        ("Foto: Ada", "Ada"),
        ("Фото: Ада", "Ада"),
    ],
)
def test_credit_lines(read: Reader, line: str, credit: str) -> None:
    assert read(f"{line}\n\n{HEAD}{BODY}", "piece.txt").brief.credit == credit


@pytest.mark.parametrize(
    "headline", ["Photographs of the moon show water", "Image is everything", "Photo finish in the"]
)
def test_a_headline_is_no_credit(read: Reader, headline: str) -> None:
    brief = read(f"{headline}\n\n{HEAD[12:]}{BODY}", "piece.txt").brief
    assert (brief.title, brief.credit) == (headline, "")


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        ("July 19, 2024", "en"),
        ("Published July 19th, 2024", "en"),
        ("19 July 2024", "en"),
        ("Friday, 19 July 2024", "en"),
        ("2024-07-19", "en"),
        ("Publié le 19 juillet 2024", "fr"),
        ("Veröffentlicht am 19. Juli 2024", "de"),
        ("Publicado el 19 de julio de 2024", "es"),
        ("Опубліковано 19 липня 2024 р.", "uk"),
        ("Опубликовано 19 июля 2024 г.", "ru"),
        ("نُشر في ١٩ يوليو ٢٠٢٤", "ar"),
    ],
)
def test_dates_and_the_language_they_tell(read: Reader, line: str, lang: str) -> None:
    got = read(f"Headline\n\n{line}\n\n{BODY}", "piece.txt")
    assert got.brief.date == dt.date(2024, 7, 19)
    assert got.brief.lang == lang


def test_a_date_in_two_readings_is_a_warning(read: Reader) -> None:
    got = read(f"Headline\n\nPublished on 07/08/2024\n\n{BODY}", "piece.txt")
    assert got.brief.date == dt.date(2024, 7, 8)
    assert [(f.code, f.line) for f in got.found] == [("S13", 3)]


def test_a_head_without_empty_lines(read: Reader) -> None:
    text = f"Headline\nA dek.\nBy Ada Lind\nPublished on July 19, 2024\n\n{BODY}"
    brief = read(text, "piece.txt").brief
    assert (brief.title, brief.dek, brief.authors[0].name) == ("Headline", "A dek.", "Ada Lind")
    assert brief.lines["date"] == 4


@pytest.mark.parametrize(
    "last",
    [
        "And so the port was closed.",
        "The minister said that the views of the opposition were not hers.",
        "He reads the positions of others closely.",
    ],
)
def test_a_body_that_just_ends_is_not_eaten(read: Reader, last: str) -> None:
    got = read(f"{HEAD}{BODY}\n{last}\n", "piece.txt")
    assert last in got.brief.body
    assert (got.brief.disclaimer, got.codes) == ("", [])


def test_a_last_paragraph_apart_that_does_not_speak_so(read: Reader) -> None:
    got = read(f"{HEAD}{BODY}\n\n\nThat is all there is.\n", "piece.txt")
    assert "That is all" in got.brief.body
    assert got.codes == ["S31"]


def test_a_labelled_disclaimer_loses_its_label(read: Reader) -> None:
    got = read(f"{HEAD}{BODY}\nDisclaimer: none of this is advice.\n", "piece.txt")
    assert ">None of this is advice.<" in got.brief.disclaimer
    assert got.codes == []


def test_one_way_of_speaking_not_apart_is_a_warning(read: Reader) -> None:
    got = read(f"{HEAD}{BODY}\nThe views are those of the author.\n", "piece.txt")
    assert "author" in got.brief.disclaimer
    assert [(f.code, f.line) for f in got.found] == [("S31", 11)]


def test_a_disclaimer_is_never_the_whole_body(read: Reader) -> None:
    got = read(f"{HEAD}The views are those of the author.\n", "piece.txt")
    assert "author" in got.brief.body


def test_front_matter_overrules_and_nothing_is_lost(read: Reader) -> None:
    text = '---\ntitle: Another\ndek: ""\ndisclaimer: ""\n---\n' + WHOLE
    got = read(text, "piece.txt")
    brief = got.brief
    assert (brief.title, brief.dek, brief.disclaimer) == ("Another", "", "")
    for words in ("Is This the Headline?", "It has a dek", "institutional positions"):
        assert words in brief.body
    assert got.codes.count("S32") == 2


def test_front_matter_that_repeats_the_text_doubles_nothing(read: Reader) -> None:
    got = read(f"---\ntitle: A headline\ndate: 2024-07-19\n---\n{HEAD}{BODY}", "piece.txt")
    assert "A headline" not in got.brief.body
    assert "Published" not in got.brief.body
    assert got.codes == []


def test_the_photo_beside_the_text(read: Reader, tmp_path: Path) -> None:
    picture(tmp_path / "piece.jpg")
    alt = '---\nphoto:\n  alt: "A light"\n---\n'
    photo = read(alt + WHOLE, "piece.txt").brief.photo
    assert photo is not None
    assert (photo.path.name, photo.alt, photo.credit) == (
        "piece.jpg",
        "A light",
        "Ada Lind / Agency",
    )
    with pytest.raises(SourceError) as without:
        read(WHOLE, "piece.txt")
    assert [f.code for f in without.value.findings] == ["S22"]
    with pytest.raises(SourceError) as uncredited:
        read(alt + HEAD + BODY, "piece.txt")
    assert [f.code for f in uncredited.value.findings] == ["S21"]


def test_addresses_become_links(read: Reader) -> None:
    body = read(f"{HEAD}See https://www.example.org/a_(b). Then\n", "piece.txt").brief.body
    assert '<a href="https://www.example.org/a_(b">' in body or "a_(b)</a>" in body


def test_lists(read: Reader) -> None:
    body = read(f"{HEAD}{BODY}\n• one\n• two <3\n", "piece.txt").brief.body
    assert body.count("<li ") == 2
    assert "two &lt;3" in body


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(read: Reader, encoding: str, ending: str) -> None:
    text = WHOLE.replace("dek", "“dék”").replace("\n", ending)
    got = read(text.encode(encoding), "piece.txt")
    assert "“dék”" in got.brief.dek
    assert ("S04" in got.codes) == (encoding == "cp1252")
    assert got.brief.lines["date"] == 9


@pytest.mark.parametrize(
    ("names", "authors", "codes"),
    [
        (
            "Jane Doe, Senior Fellow at the Institute",
            ["Jane Doe|Senior Fellow at the Institute"],
            0,
        ),
        ("Martin Luther King, Jr.", ["Martin Luther King, Jr.|"], 0),
        ("Jane Doe, Ph.D., MD, and John Roe, Esq.", ["Jane Doe, Ph.D., MD|", "John Roe, Esq.|"], 0),
        ("Jane Doe, John Roe, and Ida Voss", ["Jane Doe|", "John Roe|", "Ida Voss|"], 0),
        ("Jane Doe, editor, and Ida Voss", ["Jane Doe|editor", "Ida Voss|"], 0),
        ("Jane Doe, Ursula von der Leyen", ["Jane Doe|", "Ursula von der Leyen|"], 0),
        ("Jane Doe, Director of Law and Policy", ["Jane Doe|Director of Law and Policy"], 1),
        ("Jane Doe, Professor John Roe", ["Jane Doe|", "Professor John Roe|"], 1),
        ("Jane Doe, Simon Head", ["Jane Doe|Simon Head"], 1),
        ("Jane Doe,, PhD", ["Jane Doe, PhD|"], 0),
        ("Jane Doe, Reuters", ["Jane Doe|", "Reuters|"], 1),
    ],
)
def test_degrees_and_offices_are_no_authors(
    read: Reader, names: str, authors: list[str], codes: int
) -> None:
    got = read(f"Headline\n\nBy {names}\n\nJuly 19, 2024\n\n{BODY}", "piece.txt")
    assert [f"{author.name}|{author.role}" for author in got.brief.authors] == authors
    assert [(f.code, f.line) for f in got.found] == [("S30", 3)] * codes
    got = read(f"---\ntitle: T\ndate: 2024-07-19\nauthors: {names}\n---\n{BODY}")
    assert [f"{author.name}|{author.role}" for author in got.brief.authors] == authors
    assert [(f.code, f.line) for f in got.found] == [("S30", 4)] * codes


def test_a_mails_header_is_left_out_but_for_its_subject(read: Reader) -> None:
    mail = "From: a@example.org\nTo: Us\nSubject: Fwd: Snow\n falls\nSent: 18 July 2024\n\n"
    got = read(f"{mail}A dek.\n\nJuly 19, 2024\n\n{BODY}", "piece.txt")
    assert (got.brief.title, got.brief.dek) == ("Snow falls", "A dek.")
    assert [(f.code, f.line) for f in got.found] == [("S30", 1)]
    assert "From, To, Subject, Sent" in got.found[0].message
    got = read(f"---\ntitle: T\n---\n{mail}July 19, 2024\n\n{BODY}", "piece.txt")
    assert (got.brief.title, got.codes) == ("T", ["S30"])


def test_a_line_like_a_mails_is_no_header(read: Reader) -> None:
    got = read(f"From: the mountains\n to the sea\n\n{HEAD[12:]}{BODY}", "piece.txt")
    assert (got.brief.title, got.codes) == ("From: the mountains to the sea", [])


def test_a_date_with_its_update(read: Reader) -> None:
    line = "Published on July 19, 2024 | Updated August 2, 2024"
    brief = read(f"Headline\n\n{line}\n\n{BODY}", "piece.txt").brief
    assert (brief.date, brief.updated) == (dt.date(2024, 7, 19), dt.date(2024, 8, 2))
    assert brief.lines["updated"] == 3
    got = read(f"Headline\n\n{line[:-14]}03/04/2024\n\n{BODY}", "piece.txt")
    assert [(f.code, f.line) for f in got.found] == [("S13", 3)]


def test_a_date_with_signs_for_its_parts(read: Reader) -> None:
    assert read(f"Headline\n\n2024年7月19日\n\n{BODY}", "piece.txt").brief.date.day == 19


@pytest.mark.parametrize(
    "line", ["۲۹ تیر ۱۴۰۳", "19/07/24", "2024. xulius 19.", "Published on 19 Julember 2024"]
)
def test_a_date_that_cannot_be_read_is_pointed_at(read: Reader, line: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(f"10 facts of 2024\n\n{line}\n\n{BODY}", "piece.txt")
    assert [(f.code, f.line) for f in caught.value.findings] == [("S12", 3)]


@pytest.mark.parametrize("lines", ["1. a\n2. b", "Two:\n- a\n- b", "a\tb\nc\td", "a | b\nc | d"])
def test_lists_and_tables_that_run_together_are_told_of(read: Reader, lines: str) -> None:
    got = read(f"{HEAD}{BODY}\n{lines}\n\nThe end.\n", "piece.txt")
    assert [(f.code, f.line) for f in got.found] == [("S30", 12 if "Two" in lines else 11)]


def test_lines_of_chinese_and_japanese_run_on(read: Reader) -> None:
    got = read(HEAD + "水は高い\nところから流れる。\nThe sea\nis low: 海\nへ。\n", "piece.txt")
    assert ">水は高いところから流れる。 The sea is low: 海へ。</p>" in got.brief.body
    assert got.codes == []


def press_text(tag: str, names: str = "Ben Okoro") -> str:
    """A press text whose parts begin with the words that a brief of a language has for them."""
    words = labels(tag)
    date = format_date(dt.date(2024, 7, 19), tag)
    return "\n\n".join(
        (
            f"{words['photo']}{words['colon']}Ada Lind / Agency",
            "A headline",
            words["by"].format(authors=names),
            words["published"].format(date=date),
            "The first paragraph.\n\nThe second one.",
            f"{words['disclaimer']}{words['colon']}None of this is advice.\n",
        )
    )


def unread(got: Read) -> list[Finding]:
    """What of a source its brief lacks."""
    return list(collation.unread(got.brief.source.read_text("utf-8"), got.brief, got.found))


@pytest.mark.parametrize("tag", ["en", *languages(), "fr-CH", "zh-HK", "ar-EG"])
def test_the_words_of_each_language(read: Reader, tag: str) -> None:
    got = read(f"---\nlang: {tag}\n---\n{press_text(tag)}", "piece.txt")
    brief = got.brief
    assert (brief.title, brief.dek, brief.lang) == ("A headline", "", tag)
    assert (brief.credit, brief.date) == ("Ada Lind / Agency", dt.date(2024, 7, 19))
    assert [author.name for author in brief.authors] == ["Ben Okoro"]
    assert ">None of this is advice.<" in brief.disclaimer
    assert brief.body.count("<p ") == 2
    assert got.codes == ["S25"]
    assert unread(got) == []


@pytest.mark.parametrize("tag", languages())
def test_the_words_of_each_language_where_none_is_named(read: Reader, tag: str) -> None:
    got = read(press_text(tag), "piece.txt")
    brief = got.brief
    assert (brief.title, brief.credit) == ("A headline", "Ada Lind / Agency")
    assert brief.date == dt.date(2024, 7, 19)
    # their words before a date tell no single language
    unknown = tag in ("id", "ms", "nb", "nn")
    assert [author.name for author in brief.authors] == ([] if unknown else ["Ben Okoro"])
    assert ">None of this is advice.<" in brief.disclaimer
    assert set(got.codes) <= {"S25", "S30"}
    assert unread(got) == []


@pytest.mark.parametrize(
    ("tag", "names"),
    [
        ("zh-Hans", "Ada Lind、Ben Okoro"),
        ("ja", "Ada Lind、Ben Okoro"),
        ("fa", "Ada Lind و Ben Okoro"),
        ("am", "Ada Lind፣ Ben Okoro"),
        ("hu", "Ada Lind és Ben Okoro"),
        ("fr", "Ada Lind et Ben Okoro"),
    ],
)
def test_names_parted_by_the_language_of_the_date(read: Reader, tag: str, names: str) -> None:
    got = read(press_text(tag, names), "piece.txt")
    assert [author.name for author in got.brief.authors] == ["Ada Lind", "Ben Okoro"]
    assert got.brief.lang == tag
    assert unread(got) == []


@pytest.mark.parametrize(
    "dek",
    [
        "De la guerre à la paix",
        "Le monde se tait",
        "Av alla dessa dagar",
        "Na vlnách doby",
        "Per aspera ad astra",
        "Gan lleied o amser",
        "Foto ohne Rahmen",
        "Surat untuk ayah",
    ],
)
def test_a_dek_is_no_byline_of_another_language(read: Reader, dek: str) -> None:
    brief = read(f"A headline\n\n{dek}\n\nJuly 19, 2024\n\n{BODY}", "piece.txt").brief
    assert (brief.dek, brief.authors, brief.credit) == (dek, (), "")
