"""What stands around a text: biographies, portraits, contacts, citations, contents."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import Reader, picture

from brief.findings import SourceError
from brief.house import House, read_house
from brief.model import Contact

FRONT = "---\ntitle: A title\ndate: 2024-07-19\n{}---\n## One\n\nText.\n"


def told(read: Reader, front: str, name: str = "piece.md") -> list[tuple[str, int, str]]:
    """Return code, line and cure of what stops a source with these lines in its front matter."""
    with pytest.raises(SourceError) as caught:
        read(FRONT.format(front), name)
    return [(found.code, found.line, found.hint) for found in caught.value.findings]


@pytest.mark.parametrize("name", ["piece.md", "piece.txt"])
def test_an_author_in_full(read: Reader, tmp_path: Path, name: str) -> None:
    picture(tmp_path / "face.png")
    got = read(
        FRONT.format(
            "authors:\n"
            "  - name: Ada Lind\n"
            "    email: ada@example.org\n"
            "    portrait: face.png\n"
            "    bio: |\n"
            "      Ada *has* [a book](https://example.org/b).\n"
            "\n"
            "      She writes.\n"
            "  - {name: Ben Okoro, portrait: {path: face.png, alt: Ben at sea, credit: Ida Holm}}\n"
        ),
        name,
    )
    ada, ben = got.brief.authors
    assert "S49" not in got.codes
    assert ada.email == "ada@example.org"
    assert "<em>has</em>" in ada.bio
    assert '<a href="https://example.org/b">' in ada.bio
    assert ada.bio.count("<p") == 2
    assert ada.portrait and ben.portrait
    assert (ada.portrait.path, ada.portrait.alt) == (tmp_path / "face.png", "Portrait of Ada Lind")
    assert (ben.bio, ben.portrait.alt, ben.portrait.credit) == ("", "Ben at sea", "Ida Holm")


def test_contacts(read: Reader, tmp_path: Path) -> None:
    one = read(FRONT.format("contact:\n  name: Press\n  phone: +1 (555) 010-0100\n")).brief
    assert one.contacts == (Contact("Press", phone="+1 (555) 010-0100"),)
    two = "contact:\n  - email: a@example.org\n  - {url: https://example.org, role: Desk}\n"
    assert read(FRONT.format(two)).brief.contacts == (
        Contact(email="a@example.org"),
        Contact(role="Desk", url="https://example.org"),
    )
    (tmp_path / "brief.toml").write_text('[[contact]]\nemail = "h@example.org"\n', "utf-8")
    house = read_house(tmp_path)
    from brief import intake

    (tmp_path / "own.md").write_text(FRONT.format('contact: ""\n'), encoding="utf-8")
    (tmp_path / "none.md").write_text(FRONT.format(""), encoding="utf-8")
    assert intake.read(tmp_path / "own.md", house, []).contacts == ()
    assert intake.read(tmp_path / "none.md", house, []).contacts == house.contacts


def test_a_citation_that_is_given(read: Reader) -> None:
    assert read(FRONT.format("")).brief.cite_as is None
    assert read(FRONT.format('cite_as: ""\n')).brief.cite_as == ""
    given = read(FRONT.format('cite_as: "Lind, *Tides*, https://example.org/t"\n')).brief.cite_as
    address = '<a href="https://example.org/t">https://example.org/t</a>'
    assert given == f"Lind, <em>Tides</em>, {address}"


@pytest.mark.parametrize(
    ("lines", "code", "line", "cure"),
    [
        ("authors:\n  - name: Ada\n    email: ada.example.org\n", "S16", 6, "correct it"),
        ("authors:\n  - name: Ada\n    email: a b@example.org\n", "S16", 6, "correct it"),
        ("authors:\n  - name: Ada\n    portrait: none.png\n", "S20", 6, ""),
        ("authors:\n  - name: Ada\n    portrait: ../none.png\n", "S24", 6, ""),
        ("authors:\n  - name: Ada\n    portrait: https://example.org/a.png\n", "S24", 6, ""),
        ("authors:\n  - name: Ada\n    portrait: piece.md\n", "S23", 6, ""),
        ("authors:\n  - name: Ada\n    portrait:\n      alt: Ada\n", "S20", 6, ""),
        ("authors:\n  - name: Ada\n    portrait:\n      path: n.png\n", "S20", 7, ""),
        ("authors:\n  - name: Ada\n    bio: [one, two]\n", "S16", 6, ""),
        ("contact: press@example.org\n", "S16", 4, ""),
        ("contact:\n  - name: Press\n", "S16", 5, "add one of them"),
        ("contact:\n  email: press\n", "S16", 5, ""),
        ("contact:\n  phone: call us\n", "S16", 5, ""),
        ("contact:\n  url: www.example.org\n", "S16", 5, ""),
        ('cite_as: "One.\\n\\nTwo."\n', "S16", 4, ""),
        ("cite_as: [a]\n", "S16", 4, ""),
        ("contents: maybe\n", "S16", 4, ""),
        ("updated: 2024-07-18\n", "S12", 4, "correct one of them"),
    ],
)
def test_what_cannot_be(read: Reader, lines: str, code: str, line: int, cure: str) -> None:
    found = told(read, lines)
    assert (code, line) in [each[:2] for each in found]
    assert any(cure in each[2] for each in found if each[:2] == (code, line))


@pytest.mark.parametrize(
    ("lines", "line", "near"),
    [
        ("authors:\n  - name: Ada\n    boi: She\n", 6, "'bio'"),
        ("authors:\n  - {name: Ada, portrait: {file: a}}\n", 5, "known: path, alt, credit"),
        ("contact:\n  email: a@example.org\n  fone: 1\n", 6, "'phone'"),
        ("bio: She\n", 4, "'authors'"),
        ("toc: true\n", 4, "'contents'"),
        ("citation: A\n", 4, "'cite_as'"),
    ],
)
def test_an_unknown_key_names_the_near_one(read: Reader, lines: str, line: int, near: str) -> None:
    try:
        found = read(FRONT.format(lines)).found
    except SourceError as error:
        found = list(error.findings)
    assert [(each.line, near in each.hint) for each in found if each.code == "S15"] == [
        (line, True)
    ]


def test_contents_of_nothing(read: Reader) -> None:
    with pytest.raises(SourceError) as caught:
        read("---\ntitle: A\ndate: 2024-07-19\ncontents: true\n---\nText.\n")
    assert [(each.code, each.line) for each in caught.value.findings] == [("S16", 4)]
    assert read(FRONT.format("contents: false\n")).brief.contents is False


def test_toml_knows_the_lines_of_each_author(read: Reader) -> None:
    front = (
        '+++\ntitle = "A"\ndate = 2024-07-19\n[[authors]]\nname = "Ada"\nemail = "a@example.org"\n'
    )
    front += '[[authors]]\nname = "Ben"\nemail = "ben"\n+++\nText.\n'
    with pytest.raises(SourceError) as caught:
        read(front)
    assert [(each.code, each.line) for each in caught.value.findings] == [("S16", 9)]


def test_a_house_is_no_part_of_a_source(house: House) -> None:
    assert (house.contacts, house.cite, house.contents) == ((), False, 2500)
