"""The pictures of docs/: each is there, each is used, and each example has one."""

from __future__ import annotations

import re
from pathlib import Path

import pictures
import pytest
from guide import GUIDE
from PIL import Image

DOCUMENTS = (*pictures.SHOWING, GUIDE, pictures.PRESS)


def named(document: Path) -> set[str]:
    return set(pictures.PICTURE.findall(document.read_text(encoding="utf-8")))


def test_every_picture_is_there_and_used_and_small() -> None:
    files = {file.stem: file for file in pictures.PICTURES.iterdir()}
    assert set.union(*map(named, DOCUMENTS)) == set(files)
    for document in pictures.DOCS.glob("*.md"):
        shown = re.findall(r"\(pictures/([^)]*)\.png\)", document.read_text(encoding="utf-8"))
        assert set(shown) <= (named(document) if document in DOCUMENTS else set()), document
    sizes = {name: file.stat().st_size for name, file in files.items()}
    assert max(sizes.values()) < 50_000
    assert sum(sizes.values()) < 1_500_000
    for file in files.values():
        with Image.open(file) as image:
            assert max(image.size) <= 1200, file


def test_every_element_has_a_picture_of_its_example() -> None:
    text = (pictures.DOCS / "elements.md").read_text(encoding="utf-8")
    shown = [name for name, _, _ in pictures.examples(text)]
    assert len(shown) == len(list(pictures.BLOCK.finditer(text)))
    plain = pictures.BLOCK.sub("", text)
    sections = re.split(r"^## ", plain, flags=re.MULTILINE)[1:]
    without = [each.partition("\n")[0] for each in sections if not pictures.PICTURE.search(each)]
    assert without == ["What else is a matter of the front matter"]


@pytest.mark.parametrize("document", pictures.SHOWING, ids=lambda document: document.stem)
def test_the_command_makes_what_the_documents_name(document: Path) -> None:
    made = pictures.of_examples(document)
    assert set(made) == named(document)
    for name, image in made.items():
        with Image.open(pictures.PICTURES / f"{name}.png") as kept:
            # but for what fonts and engines of another version differ in
            for before, now in zip(kept.size, image.size, strict=True):
                assert now == pytest.approx(before, abs=0.1 * before), name
