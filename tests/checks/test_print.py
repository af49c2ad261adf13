"""The preflight: what a printer would send back is found, and nothing else is.

Each folder of preflight/ holds a kind of fault: `spoil.py`, which puts it into a good file, and
`expected.json`, all that must be found then. Kinds that begin with x1a_ or office_ are looked for
by that profile, all others by x4.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from preflight_good import KINDS, good, profile_of, saved, spoilt

from brief.checks import print as preflight
from brief.checks.print import Rules
from brief.findings import Finding

FILE = Path("file.pdf")


def found(data: bytes, profile: str = "x4") -> list[Finding]:
    checks = preflight.check(data, FILE, Rules(profile))
    return [each for check in checks for each in check.findings]


@pytest.mark.parametrize("profile", preflight.PROFILES)
def test_a_good_file_has_no_fault(profile: str) -> None:
    checks = preflight.check(saved(good(profile), profile), FILE, Rules(profile))
    assert [each for check in checks for each in check.findings] == []
    assert {check.status for check in checks} == {"passed"}


@pytest.mark.parametrize("kind", sorted(folder.name for folder in KINDS.iterdir()))
def test_fault(kind: str, request: pytest.FixtureRequest) -> None:
    told = [
        {key: each.as_dict().get(key) for key in ("code", "page", "place", "message")}
        for each in found(spoilt(kind), profile_of(kind))
    ]
    file = KINDS / kind / "expected.json"
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    if request.config.getoption("--update-golden"):
        file.write_text(text, encoding="utf-8")
    assert told
    assert text == file.read_text(encoding="utf-8")
