"""brief.toml and styles."""

from __future__ import annotations

from pathlib import Path

import pytest

from brief.findings import HouseError
from brief.house import DEFAULT_STYLE, STYLES, House, read_house
from brief.model import Contact


def wrong(folder: Path, text: str) -> list[tuple[str, int, str]]:
    (folder / "brief.toml").write_text(text, encoding="utf-8")
    with pytest.raises(HouseError) as caught:
        read_house(folder)
    return [(found.code, found.line, found.hint) for found in caught.value.findings]


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    house = read_house(tmp_path)
    assert house == House(style=house.style, root=tmp_path)
    assert (house.style.name, house.page, house.editions) == (DEFAULT_STYLE, "", ("pdf", "epub"))


def test_the_nearest_file_upwards(tmp_path: Path) -> None:
    (tmp_path / "brief.toml").write_text(
        'publisher = "P"\npage = "Letter"\neditions = ["epub"]\nrequire = ["photo.credit"]\n',
        encoding="utf-8",
    )
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    house = read_house(deep)
    assert (house.publisher, house.page, house.root) == ("P", "Letter", tmp_path)
    assert (house.editions, house.require) == (("epub",), ("photo.credit",))


def test_an_unknown_key_names_the_near_one(tmp_path: Path) -> None:
    assert wrong(tmp_path, 'place = "x"\npublishr = "P"\n') == [
        ("H02", 2, "did you mean 'publisher'?")
    ]


def test_every_problem_at_once(tmp_path: Path) -> None:
    found = wrong(tmp_path, 'page = "A5"\neditions = ["pdff"]\nlanguage = 3\nfoo = 1\n')
    assert sorted((code, line) for code, line, _ in found) == [
        ("H02", 4),
        ("H03", 1),
        ("H03", 2),
        ("H03", 3),
    ]


def test_keys_in_a_table(tmp_path: Path) -> None:
    (tmp_path / "brief.toml").write_text('[pdf]\nstandard = "ua2"\n', encoding="utf-8")
    assert read_house(tmp_path).standard == "ua2"
    assert wrong(tmp_path, 'place = "P"\n[pdf]\nstandard = "ua3"\n')[0][:2] == ("H03", 3)
    assert wrong(tmp_path, "pdf.standrad = 3\n") == [("H02", 1, "did you mean 'pdf.standard'?")]
    assert wrong(tmp_path, "\npdf = 2\n")[0][:2] == ("H02", 2)
    assert wrong(tmp_path, "[pdf]\n")[0][:2] == ("H02", 1)


def test_where_notes_stand(tmp_path: Path) -> None:
    (tmp_path / "brief.toml").write_text('notes = "end"\n', encoding="utf-8")
    assert read_house(tmp_path).notes == "end"
    assert wrong(tmp_path, 'place = "P"\nnotes = "foots"\n')[0][:2] == ("H03", 2)


def test_toml_that_cannot_be_read_names_its_place(tmp_path: Path) -> None:
    found = wrong(tmp_path, 'publisher = "P"\nplace = City\n')
    assert [(code, line) for code, line, _ in found] == [("H01", 2)]


def test_styles_are_found_by_path_then_house_then_package(tmp_path: Path) -> None:
    default = STYLES / DEFAULT_STYLE
    assert read_house(tmp_path).style.folder == default
    own = tmp_path / "styles" / DEFAULT_STYLE
    own.mkdir(parents=True)
    for name in ("house.toml", "tokens.css", "print.css", "epub.css"):
        (own / name).write_text("", encoding="utf-8")
    assert read_house(tmp_path).style.folder == own
    assert read_house(tmp_path, style=str(default)).style.folder == default
    with pytest.raises(HouseError) as caught:
        read_house(tmp_path, style="institut")
    assert caught.value.findings[0].hint == "did you mean 'institute'?"
    (own / "tokens.css").unlink()
    with pytest.raises(HouseError) as lacking:
        read_house(tmp_path)
    assert [found.code for found in lacking.value.findings] == ["H05"]


def test_whom_to_ask(tmp_path: Path) -> None:
    file = tmp_path / "brief.toml"
    file.write_text('contact = "www.example.org"\ncite = true\ncontents = 0\n', encoding="utf-8")
    house = read_house(tmp_path)
    assert (house.contact, house.contacts) == ("www.example.org", ())
    assert (house.cite, house.contents) == (True, 0)
    file.write_text('[contact]\nname = "Press"\nphone = "+1 555 0100"\n', encoding="utf-8")
    assert read_house(tmp_path).contacts == (Contact("Press", phone="+1 555 0100"),)
    file.write_text(
        '[[contact]]\nemail = "a@example.org"\n[[contact]]\nurl = "https://example.org"\n',
        encoding="utf-8",
    )
    house = read_house(tmp_path)
    assert [each.email or each.url for each in house.contacts] == [
        "a@example.org",
        "https://example.org",
    ]
    assert house.contact == ""


@pytest.mark.parametrize(
    "text",
    [
        '[contact]\nemial = "a@example.org"\n',
        '[contact]\nemail = "a"\n',
        '[contact]\nname = "Press"\n',
        "[contact]\nphone = 5550100\n",
        "contact = 3\n",
        "contact = [3]\n",
        'cite = "yes"\n',
        "contents = -1\n",
        "contents = true\n",
    ],
)
def test_whom_nobody_can_ask(tmp_path: Path, text: str) -> None:
    assert [found[:2] for found in wrong(tmp_path, text)] == [("H03", 1)]
