"""brief.toml and styles."""

from __future__ import annotations

from pathlib import Path

import pytest

from brief.findings import HouseError
from brief.house import DEFAULT_STYLE, STYLES, House, Press, read_house
from brief.model import Contact


def wrong(folder: Path, text: str) -> list[tuple[str, int, str]]:
    (folder / "brief.toml").write_text(text, encoding="utf-8")
    with pytest.raises(HouseError) as caught:
        read_house(folder)
    return [(found.code, found.line, found.hint) for found in caught.value.findings]


def house_of(folder: Path, text: str) -> House:
    (folder / "brief.toml").write_text(text, encoding="utf-8")
    return read_house(folder)


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


def test_how_the_press_is_set(tmp_path: Path) -> None:
    assert house_of(tmp_path, "").press == Press()
    told = house_of(
        tmp_path,
        '[press]\ntrim = "170mm 240mm"\nbleed = 5\nmarks = ["crop"]\nprofile = "p/house.icc"\n'
        'intent = "relative"\nink = 280\n[press.spots]\n"PANTONE 300 C" = [100, 44, 0, 0]\n',
    ).press
    assert told == Press(
        trim="170mm 240mm",
        bleed=5,
        marks=("crop",),
        profile=tmp_path / "p" / "house.icc",
        intent="relative",
        ink=280,
        spots=(("PANTONE 300 C", (100, 44, 0, 0)),),
    )
    # a key with a dot is the same
    assert house_of(tmp_path, "press.pages_multiple = 8\n").press.pages_multiple == 8


@pytest.mark.parametrize(
    "line",
    [
        'bleed = "3mm"',
        "bleed = -1",
        "bleed = true",
        'trim = "A4 or so"',
        'marks = ["crops"]',
        "pages_multiple = 0",
        "pages_multiple = 2.5",
        "profile = 3",
        'intent = "saturated"',
        "ink = 500",
        "spots = 1",
        'spots = { "Gold" = [0, 20, 80] }',
        'spots = { "Gold" = [0, 20, 80, 101] }',
        'spots = { "All" = [0, 20, 80, 0] }',
        'spots = { "Gold" = [0, 20, 80, 0], "Sun" = [0, 20, 80, 0] }',
    ],
)
def test_how_the_press_cannot_be_set(tmp_path: Path, line: str) -> None:
    assert [found[:2] for found in wrong(tmp_path, f"[press]\n{line}\n")] == [("H03", 2)]


def test_a_key_of_the_press_that_is_none(tmp_path: Path) -> None:
    ((code, line, hint),) = wrong(tmp_path, "[press]\nblead = 3\n")
    assert (code, line) == ("H02", 2)
    assert "press.bleed" in hint
