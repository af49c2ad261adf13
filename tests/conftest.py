"""Fixtures for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from helpers import Read, Reader

from brief import intake, run
from brief.checks.reference import Referee
from brief.findings import Finding
from brief.house import House, read_house


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--thorough", action="store_true", help="try everything, not a sample of it")


def pytest_configure() -> None:
    # brief is started some hundred times: it shall be compiled once, as it is for who installs it
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--thorough"):
        left_out = [each for each in items if each.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if not each.get_closest_marker("thorough")]


@pytest.fixture(scope="session")
def referee() -> Iterator[Referee]:
    """The reference validators, started once: EPUBCheck reads its schemas for seconds."""
    with Referee() as started:
        yield started


@pytest.fixture(autouse=True)
def one_referee(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Have whatever is exported or checked in this process be proved by the same validators."""
    monkeypatch.setattr(run, "Referee", lambda *_: nullcontext(request.getfixturevalue("referee")))


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
