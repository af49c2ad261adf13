"""Fixtures for every test."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import Read, Reader

from brief import intake
from brief.findings import Finding
from brief.house import House, read_house


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--all-faults", action="store_true", help="try every fault, not one in ten")


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "brief.toml").write_text('publisher = "Test House"\n', encoding="utf-8")
    return read_house(tmp_path)


@pytest.fixture
def read(tmp_path: Path, house: House) -> Reader:
    """Write a source into the house and read it."""

    def reader(text: str | bytes, name: str = "piece.md", photo: Path | None = None) -> Read:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        found: list[Finding] = []
        return Read(intake.read(file, house, found, photo), found)

    return reader
