"""What stands in dist/, held against what its sources make now."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from glob import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from brief import assets, provenance, run
from brief.findings import BriefError, CheckError, SourceError, finding
from brief.house import EDITIONS, IMPOSED, House, find_style, read_house
from brief.intake.metadata import slugify
from brief.model import Brief

_FORMATS = (*EDITIONS, *IMPOSED)


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a published file is what its sources make now."""

    file: Path
    #: why it is not
    reasons: tuple[str, ...] = ()
    #: what stopped the rebuilding; the file is then a report, and stands for all that it names
    error: BriefError | None = None

    @property
    def ok(self) -> bool:
        """Whether it is the same, byte for byte."""
        return not self.reasons and not self.error


@dataclass(frozen=True, slots=True)
class _Report:
    """What a report says that is needed to rebuild what it names."""

    slug: str
    moment: dt.datetime
    source: str
    #: the photo that was given beside the source
    photo: str
    style: str
    #: by what was hashed
    inputs: dict[str, str]
    versions: dict[str, str]
    editions: tuple[_Edition, ...]


@dataclass(frozen=True, slots=True)
class _Edition:
    """A file that a report names; `claim` says that its checks earned it the claim to conform."""

    format: str
    file: str
    sha256: str
    claim: bool
    #: of a booklet, in mm
    creep: float


def verify(
    dist: str | Path | None = None,
    *,
    house: House | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Verified]:
    """Rebuild what each report in `dist` names, in memory, and return how each file compares.

    Without `dist`, the house's. The sources are looked for in the house's sources/, and beside
    `dist`. Raises HouseError if there is no usable house, CheckError if there is no report.
    """
    house = house or read_house()
    reports = find_reports(house, dist)
    hash_of = cache(provenance.hash_of)
    verified: list[Verified] = []
    for file in reports:
        try:
            verified += _compare(file, house, hash_of)
        except BriefError as error:
            verified.append(Verified(file, error=error))
        except OSError as error:
            verified.append(Verified(file, error=run.scratch_error(error)))
        if progress:
            progress(file.name)
    return verified


def find_reports(house: House, dist: str | Path | None = None) -> list[Path]:
    """Return the reports in a folder, else in the house's dist/; raises CheckError for none."""
    folder = Path(dist) if dist is not None else house.root / "dist"
    reports = sorted(folder.glob("*.report.json"))
    if not reports:
        cure = "`brief export` writes one for each brief; name the folder it wrote to"
        raise CheckError(finding("C09", "there is no report in it", folder, hint=cure))
    return reports


def _compare(
    file: Path, house: House, hash_of: Callable[[tuple[Path, ...]], str]
) -> Iterator[Verified]:
    """Yield how the files that a report names compare, and whether the report's inputs stand."""
    report = _read(file)
    if report.style != house.style.name:
        house = replace(house, style=find_style(report.style, house.root))
    brief, photo = _find(report, house, file.parent)
    made: list[run.Made] = []
    for each in report.editions:
        moment, claim, creep = report.moment, each.claim, each.creep
        made.append(run.make(each.format, brief, house, moment, [], made, claim=claim, creep=creep))
    now = provenance.inputs(brief, house, hash_of(house.style.folders), photo)
    changed = [f"{what} changed" for what in _differing(report.inputs, _hashes(now))]
    versions = provenance.versions()
    other = [
        f"{name} {report.versions.get(name, 'none')}, now {versions.get(name, 'none')}"
        for name in _differing(report.versions, versions)
    ]
    since = [*changed, *([f"other versions: {', '.join(other)}"] if other else [])]
    for edition, again in zip(report.editions, (each.data for each in made), strict=True):
        path = file.parent / edition.file
        try:
            data = assets.read(path)
        except assets.RefusedError as refused:
            yield Verified(path, (refused.message,))
            continue
        altered = provenance.sha256(data) != edition.sha256
        reasons = ["altered after it was published"] if altered else []
        if data != again:
            if provenance.sha256(again) != edition.sha256:
                reasons += since or ["nothing that the report names changed"]
            reasons.append(where(data, again))
        elif reasons:
            reasons = ["as it should be, but the report names another hash"]
        yield Verified(path, tuple(reasons))
    yield Verified(file, tuple(changed))


def _read(file: Path) -> _Report:
    """Return what a report says; raises CheckError if it does not say what a report must."""
    try:
        told = json.loads(assets.read(file))
        report = _Report(
            slug=_plain(told["slug"]),
            moment=dt.datetime.fromisoformat(told["moment"]).astimezone(dt.UTC),
            source=_plain(told["source"]["file"]),
            photo=next((_plain(p["file"]) for p in told["pictures"] if p.get("given")), ""),
            style=_plain(told["style"]["name"]),
            inputs=_hashes(told),
            versions=dict(told["versions"]),
            editions=tuple(
                _Edition(
                    _FORMATS[_FORMATS.index(each["format"])],
                    _plain(each["file"]),
                    each["sha256"],
                    all(check["status"] == "passed" for check in each["checks"]),
                    float(each.get("creep", 0)),
                )
                for each in told["editions"]
            ),
        )
    except assets.RefusedError as refused:
        raise CheckError(finding("C09", refused.message, file, hint=refused.hint)) from None
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError, RecursionError):
        cure = "`brief export` writes it anew"
        raise CheckError(finding("C09", "no report that can be read", file, hint=cure)) from None
    return report


def _plain(name: str) -> str:
    """Return the name of a file; raises ValueError for one that leads to another folder."""
    if not name or Path(name).name != name:
        raise ValueError(name)
    return name


def _hashes(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the hashes of what goes in, by what that is."""
    files = [inputs["source"], *inputs["pictures"], inputs["house"]]
    hashes: dict[str, str] = {
        f"--photo {each['file']}" if each.get("given") else each["file"]: each["sha256"]
        for each in files
    }
    return hashes | {f"the style {inputs['style']['name']}": inputs["style"]["sha256"]}


def _differing(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [name for name in {**then, **now} if then.get(name) != now.get(name)]


def _find(report: _Report, house: House, dist: Path) -> tuple[Brief, Path | None]:
    """Return the brief that a report is of, and the photo that was given for it.

    Several folders may have a brief.md: what bears the slug is tried first, then what has the
    hash. Raises SourceError if there is none.
    """
    beside = (dist.resolve().parent, dist)
    places = [*(house.root / "sources").rglob(escape(report.source))]
    for folder in beside:
        for pattern in ("", "*/"):
            places += folder.glob(pattern + escape(report.source))

    def likeness(file: Path) -> tuple[bool, bool]:
        name = file.resolve().parent.name if file.name == "brief.md" else file.stem
        try:
            digest = provenance.sha256(assets.read(file))
        except assets.RefusedError:
            digest = ""
        return slugify(name) == report.slug, digest == report.inputs[report.source]

    for file in sorted(filter(os.path.isfile, places), key=likeness, reverse=True):
        photo = None
        if report.photo:
            folders = (file.parent, house.root, *beside)
            photos = (folder / report.photo for folder in folders)
            photo = next(filter(os.path.isfile, photos), None)
            if not photo:
                problem = f"the photo {report.photo!r}, given with --photo, is not beside it"
                raise SourceError(finding("S20", problem, file, hint="put it there"))
        brief = run.read(file, house, [], photo)
        if brief.slug == report.slug:
            return brief, photo
    problem = f"the source {report.source!r} of {report.slug!r} is not there"
    cure = "put it into sources/, or run this in the house that it belongs to"
    raise SourceError(finding("S01", problem, house.root / "sources", hint=cure))


def where(one: bytes, other: bytes) -> str:
    """Return where two files begin to differ: a member of an EPUB, an object of a PDF, a byte."""
    with suppress(zipfile.BadZipFile):
        members = _differing(_members(one), _members(other))
        if members:
            return f"first in {members[0]}"
    pairs = enumerate(zip(one, other, strict=False))
    same = next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
    begun = re.findall(rb"(?m)^(\d+) 0 obj", other[:same]) if other[:5] == b"%PDF-" else []
    return f"first at byte {same}" + (f", in object {begun[-1].decode()}" if begun else "")


def _members(data: bytes) -> dict[str, int]:
    """Return the checksums of an EPUB's members; raises BadZipFile for what is none."""
    with zipfile.ZipFile(BytesIO(data)) as opened:
        return {member.filename: member.CRC for member in opened.infolist()}
