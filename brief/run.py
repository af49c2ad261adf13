"""The run: read, assemble, render, check, publish."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from time import monotonic
from traceback import clear_frames
from types import FrameType
from typing import TYPE_CHECKING, Any

from brief import assemble, assets, intake, provenance, publish, tokens
from brief.checks import card, collation, contract, fidelity, imposition, pagelist
from brief.checks import epub as epub_checks
from brief.checks import pdf as pdf_checks
from brief.checks import print as preflight
from brief.checks.reference import LEFT_OUT, Referee, left_out
from brief.checks.result import Check, Content
from brief.findings import (
    BriefError,
    CheckError,
    ExitCode,
    Finding,
    HouseError,
    LimitError,
    Listing,
    OutputError,
    Severity,
    SourceError,
    errors,
    finding,
    short,
)
from brief.house import EDITIONS, IMPOSED, House, read_house, toml_line
from brief.intake.source import decoded
from brief.language import direction, format_date
from brief.model import ILLEGAL, Assembled, Brief, Picture
from brief.places import Place
from brief.seen import Seen

if TYPE_CHECKING:
    from brief.editions.inks import Inks
    from brief.editions.pdf import Rendered

Progress = Callable[[str], None]
#: the editions that there are reference validators for
JUDGED = ("pdf", "epub")
#: that the reading of a source may take, or the layout of an edition; a hundred pages take some 20
MAX_SECONDS = 300
#: bytes that either may take more than are in use before
MAX_MEMORY = 3 * 2**30


@dataclass(frozen=True, slots=True)
class Edition:
    """One finished file, and what was checked of it."""

    format: str
    #: where it was published
    path: Path
    #: pages of a PDF, chapters (entries of the navigation) of an EPUB
    length: int
    size: int
    sha256: str
    checks: tuple[Check, ...]

    @property
    def verified(self) -> tuple[str, ...]:
        """What a reference validator found it to be, such as "PDF/A-3a"."""
        return tuple(c.name for c in self.checks if c.by != "brief" and c.status == "passed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source: its editions, or the error that stopped it."""

    source: Path
    brief: Brief | None = None
    editions: tuple[Edition, ...] = ()
    #: where the report of all checks was published
    report: Path | None = None
    #: what was noticed, whether it stopped the brief or not
    findings: tuple[Finding, ...] = ()
    error: BriefError | None = None

    @property
    def ok(self) -> bool:
        """Whether the brief was published."""
        return self.error is None


def export(
    sources: str | Path | Iterable[str | Path] = (),
    *,
    editions: Sequence[str] = (),
    style: str | None = None,
    photo: str | Path | None = None,
    out: str | Path | None = None,
    strict: bool = False,
    verify: bool = True,
    impose: str = "",
    creep: float = 0,
    house: House | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Publish each source's editions into `out`, and return what became of each.

    Without `sources`, all of the house's sources/; without `editions`, those that the brief or
    the house names; without `out`, the house's dist/. `impose`, one of IMPOSED, adds the press
    edition, and sheets made of it; `creep`, in mm, is a booklet's. A brief that fails carries its
    error, and nothing of it is written: a check that could not be run fails it too, and only
    without `verify` are the reference validators left out. Raises HouseError if there is no usable
    house, and SourceError if there is nothing to publish.
    """
    house = house or read_house(style=style)
    paths = [Path(sources)] if isinstance(sources, str | Path) else [Path(s) for s in sources]
    paths = paths or find_sources(house)
    folder = Path(out) if out is not None else house.root / "dist"
    style_hash = cache(partial(provenance.hash_of, house.style.folders))
    outcomes: list[Outcome] = []
    slugs: dict[str, Path] = {}
    with ExitStack() as stack:
        # The validators' process starts its engines while the first pages are being laid out.
        kinds = [kind for kind in JUDGED if kind in (editions or house.editions)]
        referee = stack.enter_context(Referee(kinds)) if verify else None
        for path in paths:
            outcome = _export_one(
                path,
                house,
                style_hash,
                editions,
                Path(photo) if photo else None,
                folder,
                strict,
                referee,
                slugs,
                (impose, creep),
            )
            outcomes.append(outcome)
            if progress:
                progress(path.name)
    return outcomes


def find_sources(house: House) -> list[Path]:
    """Return the sources in the house's sources/: texts, and folders with a brief.md."""
    folder = house.root / "sources"
    try:
        found = sorted(
            entry
            for entry in folder.iterdir()
            if not entry.name.startswith((".", "~"))
            and (
                (entry.is_file() and entry.suffix.lower() in intake.SUFFIXES)
                or (entry / "brief.md").is_file()
            )
        )
    except OSError as error:
        raise SourceError(
            finding(
                "S01",
                f"no sources: {error.strerror}",
                folder,
                hint="name a source, or run `brief init DIR` for a house to start from",
            )
        ) from None
    if not found:
        raise SourceError(
            finding("S01", "no sources in it", folder, hint="`brief new SLUG` writes one")
        )
    return found


def exit_code(outcomes: Sequence[Outcome]) -> ExitCode:
    """Return the exit code of a run: 0, that of the one error there was, or 8 for a part."""
    codes = {outcome.error.exit_code for outcome in outcomes if outcome.error}
    if not codes:
        return ExitCode.OK
    all_failed = all(outcome.error for outcome in outcomes)
    return codes.pop() if all_failed and len(codes) == 1 else ExitCode.PARTIAL


def _export_one(
    path: Path,
    house: House,
    style_hash: Callable[[], str],
    editions: Sequence[str],
    photo: Path | None,
    folder: Path,
    strict: bool,
    referee: Referee | None,
    slugs: dict[str, Path],
    sheets: tuple[str, float],
) -> Outcome:
    found: list[Finding] = []
    brief: Brief | None = None
    try:
        brief = read(path, house, found, photo)
        found.extend(_unread(brief, found))
        _claim_slug(brief, path, slugs)
        wanted = editions or brief.editions or house.editions
        try:
            made = _render(brief, house, wanted, referee, found, *sheets)
        except OSError as error:
            raise scratch_error(error) from None
        except MemoryError:
            raise _no_memory(path) from None
        checks = [check for edition in made for check in edition.checks]
        _judge(found, checks, strict)
        files = {edition.name: edition.data for edition in made}
        report = _report(brief, house, style_hash(), made, found, photo)
        name = f"{brief.slug}.report.json"
        paths = publish.write(folder, files | {name: report})
        published = tuple(edition.published(paths) for edition in made)
        return Outcome(path, brief, published, paths[name], _quoted(found, brief))
    except BriefError as error:
        told = [each for each in error.findings if each not in found]
        return Outcome(path, brief, findings=_quoted((*found, *told), brief), error=error)


def _unread(brief: Brief, found: Sequence[Finding]) -> list[Finding]:
    """Return a finding for each run of words of a source that its brief lacks."""
    text, _ = decoded(brief.source_bytes, brief.source)
    return list(collation.unread(text, brief, found))


def _quoted(found: Iterable[Finding], brief: Brief | None) -> tuple[Finding, ...]:
    """Return findings, each with the line that it names as its excerpt."""

    @cache
    def listing(file: Path) -> Listing:
        try:
            data = brief.source_bytes if brief and file == brief.source else assets.read(file)
            text, _ = decoded(data, file)
        except (assets.RefusedError, SourceError):
            return Listing(file)
        return Listing(file, tuple(ILLEGAL.sub("", text).split("\n")))

    def quoted(one: Finding) -> Finding:
        if one.excerpt or not one.line or not one.file:
            return one
        line = listing(one.file).finding(one.code, one.message, one.line, column=one.column)
        return dataclasses.replace(one, excerpt=line.excerpt, column=line.column)

    return tuple(map(quoted, found))


def scratch_error(error: OSError) -> OutputError:
    """Return what to say of an error of the system's while editions are made or checked.

    All that is read has its own errors: what is left is the temporary folder.
    """
    return OutputError(
        finding(
            "O01",
            f"the folder for temporary files cannot be written: {error.strerror or error}",
            Path(tempfile.gettempdir()),
            hint="free space there, or set TMPDIR to another folder",
        )
    )


def _claim_slug(brief: Brief, path: Path, slugs: dict[str, Path]) -> None:
    if brief.slug in slugs:
        raise SourceError(
            finding(
                "S51",
                f"the slug {brief.slug!r} is that of {slugs[brief.slug]} too",
                brief.source,
                brief.lines.get("slug", 0),
                hint="give one of them a slug: of its own",
            )
        )
    slugs[brief.slug] = path


@dataclass(slots=True)
class Made:
    """An edition in memory, with its checks as they come in."""

    format: str
    name: str
    data: bytes
    length: int
    #: of a PDF, for each page the places of its texts
    places: tuple[tuple[Place, ...], ...] = ()
    #: what a report says of it: of a press edition, how it came to its inks
    about: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def published(self, paths: dict[str, Path]) -> Edition:
        """Return the edition as the file that it became."""
        digest = provenance.sha256(self.data)
        path = paths[self.name]
        return Edition(self.format, path, self.length, len(self.data), digest, tuple(self.checks))


def _render(
    brief: Brief,
    house: House,
    wanted: Sequence[str],
    referee: Referee | None,
    found: list[Finding],
    impose: str = "",
    creep: float = 0,
) -> list[Made]:
    """Return the editions asked for, rendered and checked."""
    moment = moment_of(brief)
    wanted = [*wanted, "press", impose] if impose else wanted
    made: list[Made] = []
    tickets = []
    with tempfile.TemporaryDirectory(prefix="brief-") as scratch:
        for kind in (*EDITIONS, *IMPOSED):
            if kind not in wanted:
                continue
            # a claim to conform is written before it is proved: what is not proved is not published
            claim = referee is not None
            edition = make(kind, brief, house, moment, found, made, claim=claim, creep=creep)
            made.append(edition)
            if referee and kind in JUDGED:
                file = Path(scratch) / edition.name
                file.write_bytes(edition.data)
                # outside of the limits: a process started for it would inherit them
                tickets.append(referee.submit(file))
        prove(made, brief, house)
        judged = [edition for edition in made if edition.format in JUDGED]
        for edition, ticket in zip(judged, tickets, strict=False):
            edition.checks += _named(referee.result(ticket), edition.name) if referee else []
        if not referee:
            for edition in judged:
                edition.checks += left_out(edition.format, edition.data)
    return made


def prove(made: Sequence[Made], brief: Brief, house: House) -> None:
    """Put the editions of a brief to the built-in checks."""
    own = None if any((each / "templates").is_dir() for each in house.style.folders) else house
    for edition in made:
        file = Path(edition.name)
        if edition.format == "card":
            edition.checks += card.check(
                edition.data, file, assemble.card_alternative(brief, house)
            )
        elif edition.format in ("press", *IMPOSED):
            press = next(each for each in made if each.format == "press")
            of = None if edition is press else press
            edition.checks += _press_checks(edition, brief, house, own, of)
        else:
            edition.checks += own_checks(edition.data, file, brief, own, marked=True)
    known = {edition.format: edition for edition in made}
    if known.keys() >= {"pdf", "epub"}:
        pdf, epub = known["pdf"], known["epub"]
        files = Path(pdf.name), Path(epub.name)
        ended = house.notes == "end"
        pages = pagelist.check(pdf.data, epub.data, *files, own=own is not None, notes=ended)
        epub.checks.append(pages)


def _press_checks(
    edition: Made, brief: Brief, house: House, own: House | None, press: Made | None
) -> list[Check]:
    """Return what a printer would say of a press edition, or of sheets made of one, and whether it
    says all of its brief."""
    file = Path(edition.name)
    # sheets have two pages each, so that their number is of no matter
    multiple = 1 if press else house.press.pages_multiple
    rules = dataclasses.replace(_rules(house, "x4"), multiple=multiple)
    checks = preflight.check(edition.data, file, rules)
    if press:
        return [*checks, imposition.check(edition.data, press.data, file)]
    return checks + _paper_checks(edition.data, file, brief, own, marked=True)


def _paper_checks(
    data: bytes, file: Path, brief: Brief, own: House | None = None, *, marked: bool = False
) -> list[Check]:
    """Return whether a press edition says all of its brief: its links are not live, but printed."""
    checks, content = pdf_checks.examine(
        data, file, brief.lang, brief.title, partial(contract.place, brief), archive=False
    )
    return checks + _content_checks(content, file, brief, own, marked=marked, linked=False)


@contextmanager
def _limits(source: Path) -> Iterator[None]:
    """Raise LimitError for more than MAX_SECONDS or MAX_MEMORY: a small text or style can ask for
    either without end.

    Only the main thread of a process can set limits, which hold for all of it.
    """
    try:
        if threading.current_thread() is threading.main_thread():
            with _ceiling(), _watch(source):
                yield
        else:
            yield
    except (LimitError, MemoryError) as error:
        clear_frames(error.__traceback__)  # who keeps the error shall not keep what filled them
        raise error if isinstance(error, LimitError) else _no_memory(source) from None


def _no_memory(source: Path) -> LimitError:
    told = "it takes more memory than it may have"
    cure = "split the text, or try --style institute"
    return LimitError(finding("L01", told, source, hint=cure))


@contextmanager
def _watch(source: Path) -> Iterator[None]:
    """Look every second what time and memory was taken, except on Windows, which has no alarm."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    over: LimitError | None = None
    end, most = monotonic() + MAX_SECONDS, _address_space() + MAX_MEMORY

    def look(_: int, frame: FrameType | None) -> None:
        nonlocal over
        if not over and monotonic() >= end:
            over = LimitError(finding("L03", f"not done after {MAX_SECONDS} s; given up", source))
        if not over and _address_space() > most:
            over = _no_memory(source)
        while frame and frame.f_code.co_name != "__del__":  # where Python would but print an error
            frame = frame.f_back
        # some library may take the error for one of its own: it comes every second, and at last
        if over and not frame:
            raise over

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, min(1, MAX_SECONDS), 1)
    try:
        yield
        if over:
            raise over
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _ceiling() -> Iterator[None]:
    """Have the system refuse what would take far more than MAX_MEMORY at once.

    It comes second, since the libraries beneath Pango end the process when they are refused.
    """
    if not (used := _address_space()):
        yield
        return

    import resource  # which Windows has not

    before, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + MAX_MEMORY * 4 // 3
    limit = wanted if before == resource.RLIM_INFINITY else min(wanted, before)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))


def _address_space() -> int:
    """Return how many bytes of address space are taken, or 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def read(path: Path, house: House, found: list[Finding], photo: Path | None = None) -> Brief:
    """Return the Brief in a source as `intake.read` does, within the limits of a run."""
    with _limits(path):
        return intake.read(path, house, found, photo)


def make(
    kind: str,
    brief: Brief,
    house: House,
    moment: dt.datetime,
    found: list[Finding],
    made: Sequence[Made] = (),
    *,
    claim: bool,
    creep: float = 0,
) -> Made:
    """Return one edition, within the limits of a run.

    `claim` has an EPUB say that it conforms. Of those `made` before it, an EPUB lists the pages of
    the PDF, and what is imposed consists of the press edition; `creep` is in mm.
    """
    beside = {edition.format: edition for edition in made}
    with _limits(brief.source), _dated(moment):
        if kind == "pdf":
            return _make_pdf(brief, house, moment, found)
        if kind == "press":
            return _make_press(brief, house, moment, found)
        if kind in IMPOSED:
            return _impose(kind, beside["press"], brief, house, creep)
        if kind == "card":
            told = assemble.card_alternative(brief, house)
            picture = _draw("card", brief, house, found, told)
            return Made("card", f"{brief.slug}.card.jpg", picture.data, 1)
        return _make_epub(brief, house, moment, found, claim=claim, beside=beside.get("pdf"))


@contextmanager
def _dated(moment: dt.datetime) -> Iterator[None]:
    """Have fontTools date the fonts that it unpacks or makes of variable ones as the edition is.

    It asks the environment, else the clock.
    """
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(max(0, int(moment.timestamp())))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _make_pdf(brief: Brief, house: House, moment: dt.datetime, found: list[Finding]) -> Made:
    pdf = _layout_engine()
    assembled = assemble.print_edition(brief, house)
    rendered: Rendered = pdf.render(
        assembled, brief, brief.source_bytes, house.publisher, moment, house.standard
    )
    found.extend(rendered.findings)
    return Made("pdf", f"{brief.slug}.pdf", rendered.data, rendered.pages, places=rendered.places)


def _make_press(brief: Brief, house: House, moment: dt.datetime, found: list[Finding]) -> Made:
    pdf = _layout_engine()
    from brief.editions import press, sheet

    inks = press_inks(house)
    assembled = assemble.press_edition(brief, house)
    rendered: Rendered = pdf.render(
        assembled, brief, brief.source_bytes, house.publisher, moment, pdf.PRESS
    )
    found.extend(rendered.findings)
    outwards = -house.press.binding if direction(brief.lang) == "rtl" else house.press.binding
    document, photos = press.convert(rendered.data, inks, house.press.bleed, outwards)
    blank = sheet.blanks(rendered.pages, house.press.pages_multiple)
    size = (sheet.width(document), sheet.SLUG_HEIGHT)
    slugs = assemble.slug_lines(brief, house, size, rendered.pages, blank)
    lines, _ = press.convert(pdf.slug_lines(slugs, brief), inks)
    data = sheet.finish(document, house.press, inks, lines)
    told = {
        "profile": inks.name,
        "intent": inks.intent,
        "ink": round(100 * inks.limit),
        "blank": blank,
        "photos": [dataclasses.asdict(photo) for photo in photos],
    }
    return Made("press", f"{brief.slug}.press.pdf", data, rendered.pages + blank, about=told)


def _impose(kind: str, press: Made, brief: Brief, house: House, creep: float) -> Made:
    from brief.editions import sheet

    if creep > house.press.bleed:
        problem = f"a creep of {creep:g} mm is more than the bleed of {house.press.bleed:g} mm"
        hint = "give less, or set a larger press.bleed in brief.toml"
        raise HouseError(finding("H03", problem, house.listing.file, hint=hint))
    rtl = direction(brief.lang) == "rtl"
    data, sides = sheet.impose(press.data, kind, house.press, creep, rtl)
    about: dict[str, Any] = {"creep": creep} if kind == "booklet" else {}
    return Made(kind, f"{brief.slug}.{kind}.pdf", data, sides, about=about)


def press_inks(house: House) -> Inks:
    """Return the inks that a house prints with; raises HouseError for a profile of no use."""
    from brief.editions.inks import Inks

    return Inks(house.press, tokens.inks(house.style))


def _make_epub(
    brief: Brief,
    house: House,
    moment: dt.datetime,
    found: list[Finding],
    *,
    claim: bool,
    beside: Made | None,
) -> Made:
    pdf = _layout_engine()
    from brief.editions import epub

    picture = _draw("cover", brief, house, found)
    assembled = assemble.epub_edition(brief, house, picture, beside.places if beside else ())
    data = epub.build(
        assembled,
        brief,
        house.publisher,
        moment,
        conforms=claim,
        pages_of=pdf.identifier(brief),
    )
    return Made("epub", f"{brief.slug}.epub", data, len(assembled.headings))


def survey(pages: Sequence[Assembled], source: Path) -> tuple[Assembled, Seen, tuple[Finding, ...]]:
    """Return which of some pages has room, and what it shows, within the limits of a run."""
    with _limits(source):
        seen: tuple[Assembled, Seen, tuple[Finding, ...]] = _layout_engine().survey(pages)
        return seen


def ignored(sheet: str) -> list[tuple[int, int, str]]:
    """Return what of a style sheet the layout engine ignores: line, column, message."""
    told: list[tuple[int, int, str]] = _layout_engine().ignored(sheet)
    return told


def drawn(kind: str, brief: Brief, house: House) -> tuple[Assembled, Rendered]:
    """Return the page of a "cover" or "card", its headline as large as there is room for."""
    pages = list(assemble.drawn_pages(kind, brief, house).values())
    page: tuple[Assembled, Rendered] = _layout_engine().largest(pages, brief)
    return page


def _draw(
    kind: str, brief: Brief, house: House, found: list[Finding], alternative: str = ""
) -> Picture:
    assembled, page = drawn(kind, brief, house)
    from brief.editions import cover

    found.extend(told for told in page.findings if told not in found)
    width, _ = assemble.DRAWN_PX[kind]
    return cover.draw(page.data, width, brief.title, assembled.sheets[-1][0], alternative)


def _layout_engine() -> Any:
    try:
        from brief.editions import pdf
    except OSError as error:  # WeasyPrint loads Pango when it is imported
        raise HouseError(
            finding(
                "H09",
                f"Pango is missing: {str(error).splitlines()[0]}",
                hint="run `brief doctor`: it names the command that installs it here",
            )
        ) from None
    return pdf


def moment_of(brief: Brief) -> dt.datetime:
    """Return the time that an edition bears: SOURCE_DATE_EPOCH, else the brief's own date."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch:
        with suppress(ValueError, OverflowError, OSError):
            moment = dt.datetime.fromtimestamp(int(epoch), dt.UTC)
            if moment.year <= 2107:  # the ZIP inside an EPUB knows none after it
                return moment
        problem = f"SOURCE_DATE_EPOCH is no time: {short(epoch)!r}"
        raise HouseError(finding("H03", problem, hint="give it seconds since 1970, or unset it"))
    return dt.datetime.combine(brief.updated or brief.date, dt.time(), dt.UTC)


def _kind(data: bytes) -> str:
    """Return "pdf" or "epub" by how a file begins, or nothing."""
    return "pdf" if data.lstrip()[:5] == b"%PDF-" else "epub" if data[:2] == b"PK" else ""


def own_checks(
    data: bytes,
    file: Path,
    brief: Brief | None,
    house: House | None = None,
    *,
    marked: bool = False,
) -> list[Check]:
    """Return the built-in checks of a PDF or EPUB, those of its content too if `brief` is known.

    With `house`, it was made for that house by brief's own templates; `marked` says that it was
    made by brief at all.
    """
    kind: Any = pdf_checks if _kind(data) == "pdf" else epub_checks
    checks: list[Check]
    checks, content = kind.examine(
        data,
        file,
        brief.lang if brief else None,
        brief.title if brief else None,
        partial(contract.place, brief) if brief else None,
    )
    if kind is pdf_checks:
        checks.append(preflight.on_paper(data, file, content))
    if brief:
        checks += _content_checks(content, file, brief, house, marked=marked)
    return checks


def _content_checks(
    content: Content | None,
    file: Path,
    brief: Brief,
    house: House | None,
    *,
    marked: bool,
    linked: bool = True,
) -> list[Check]:
    """Return whether an edition says what its brief says, part by part and unit by unit."""
    date = format_date(brief.date, brief.lang)
    parts = contract.check(content, brief, file, date)
    # what lacks a whole part need not be told that it lacks its words
    whole = all(check.status == "passed" for check in parts)
    return parts + fidelity.check(
        content if whole else None, brief, file, house=house, marked=marked, linked=linked
    )


def _named(checks: Iterable[Check], file: str | Path) -> list[Check]:
    """Return checks that name a file itself, not the copy the validators were given."""
    return [
        dataclasses.replace(
            check,
            findings=tuple(dataclasses.replace(found, file=Path(file)) for found in check.findings),
        )
        for check in checks
    ]


def _stops(check: Check) -> bool:
    """Return whether a check keeps a file back: neither did it pass nor was it to be left out."""
    return check.status != "passed" and (check.status, check.reason) != ("not run", LEFT_OUT)


def _judge(found: list[Finding], checks: Sequence[Check], strict: bool) -> None:
    """Add what the checks found; raise CheckError if anything stops publication.

    All stops it that is neither passed nor left out on request, whatever it found.
    """
    for check in checks:
        found.extend(each for each in check.findings if each not in found)
    stopping = [check for check in checks if _stops(check)]
    if stopping and not errors(found):
        found += [finding("C30", f"{each.name}: {each.status} {each.reason}") for each in stopping]
    if errors(found):
        raise CheckError(*errors(found))
    warnings = [each for each in found if each.severity is Severity.WARNING]
    if strict and warnings:
        raise CheckError(*warnings)


def _report(
    brief: Brief,
    house: House,
    style_hash: str,
    made: Sequence[Made],
    found: Sequence[Finding],
    photo: Path | None = None,
) -> bytes:
    """Return the report: every check, by what in what version, and hashes of all that went in."""
    editions = [
        {
            "format": edition.format,
            "file": edition.name,
            "sha256": provenance.sha256(edition.data),
            "size": len(edition.data),
            **_length(edition, brief, house),
            "checks": [
                {**check.as_dict(), "findings": _placeless(check.findings)}
                for check in edition.checks
            ],
        }
        for edition in made
    ]
    report = {
        "slug": brief.slug,
        "moment": moment_of(brief).isoformat(),
        **provenance.inputs(brief, house, style_hash, photo),
        "versions": provenance.versions(),
        "editions": editions,
        "findings": _placeless(found),
    }
    return (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode()


def _length(edition: Made, brief: Brief, house: House) -> dict[str, Any]:
    """Return how long an edition is, or what a card says to those who cannot see it."""
    if edition.format == "card":
        return {"alt": assemble.card_alternative(brief, house)}
    unit = {"epub": "chapters", **dict.fromkeys(IMPOSED, "sides")}.get(edition.format, "pages")
    return {unit: edition.length, **edition.about}


def _placeless(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings whose files go by name alone: a report is the same wherever it was made."""
    return [{**each.as_dict(), "file": each.file.name if each.file else ""} for each in found]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks say of one file."""

    file: Path
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether every check passed, but for those that were left out on request."""
        return not any(map(_stops, self.checks))


def check(
    files: str | Path | Iterable[str | Path],
    *,
    against: str | Path | None = None,
    verify: bool = True,
    house: House | None = None,
    for_print: bool = False,
    profile: str = "",
) -> list[Checked]:
    """Return what the built-in checks and the reference validators say of PDF and EPUB files.

    With `against`, a source, each part of its brief is looked for in each file; without `verify`,
    the reference validators are left out. `for_print` puts files to the preflight alone, as is a
    PDF that declares PDF/X, without `against`: by `profile`, else by what it declares, else as
    PDF/X-4. Raises SourceError for a source that cannot be read; a file that cannot be is a
    finding.
    """
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]
    brief = None
    if against is not None:
        brief = read(Path(against), house or read_house(), [])
    one = partial(_check_one, brief=brief, house=house, for_print=for_print, profile=profile)
    with ExitStack() as stack:
        kinds = [kind for kind in JUDGED if any(path.suffix == f".{kind}" for path in paths)]
        referee = stack.enter_context(Referee(kinds)) if verify and not for_print else None
        try:
            return [Checked(path, tuple(one(path, referee=referee))) for path in paths]
        except OSError as error:
            raise scratch_error(error) from None


def _rules(house: House | None, profile: str) -> preflight.Rules:
    """Return what the printer of a house asks of a file of a profile."""
    house = house or read_house()
    press, inks = house.press, press_inks(house)
    spots, most = frozenset(inks.spots), round(100 * inks.limit, 1)
    # of what others made only where the house says so: a leaflet of two pages is as it should be
    said = toml_line(house.listing.lines, "press.pages_multiple")
    multiple = press.pages_multiple if said else 1
    return preflight.Rules(profile, press.bleed, press.safety, most, spots, multiple)


def pictures(checked: Checked, folder: Path) -> list[Path]:
    """Write a picture of each page of a PDF that findings have a place on, marked and numbered.

    They are numbered in the order of the file's findings, from 1. Raises OutputError if the folder
    cannot be written.
    """
    found = [each for check in checked.checks for each in check.findings]
    if not any(each.page for each in found):
        return []
    drawn = preflight.picture(checked.file.read_bytes(), found)
    files = {f"{checked.file.stem}.p{page}.png": picture for page, picture in drawn}
    return list(publish.write(folder, files).values())


def _check_one(
    path: Path,
    brief: Brief | None,
    referee: Referee | None,
    house: House | None = None,
    *,
    for_print: bool = False,
    profile: str = "",
) -> list[Check]:
    problem, data = "", b""
    try:
        # reading a pipe or a device may never end
        problem = "" if path.is_file() or not path.exists() else "not a file"
        data = b"" if problem else path.read_bytes()
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    if problem:
        return [Check("file", "failed", (finding("C09", problem, path, hint="check the path"),))]
    kind = _kind(data)
    if not kind:
        told = finding("C09", "neither a PDF nor an EPUB", path, hint="give a .pdf or .epub file")
        return [Check("file", "failed", (told,))]
    if for_print and kind == "epub":
        told = finding(
            "C09", "is an EPUB; the preflight is for PDFs", path, hint="give a .pdf file"
        )
        return [Check("file", "failed", (told,))]
    claimed = preflight.declared(data) if kind == "pdf" else ""
    if for_print or claimed:
        checks = preflight.check(data, path, _rules(house, profile or claimed or "x4"))
        return checks + (_paper_checks(data, path, brief) if brief else [])
    checks = []
    with tempfile.TemporaryDirectory(prefix="brief-") as scratch:
        ticket = None
        if referee:
            # The validators go by the suffix; the file's own may be anything.
            copy = Path(scratch) / f"{path.stem}.{kind}"
            copy.write_bytes(data)
            ticket = referee.submit(copy)
        checks += own_checks(data, path, brief)
        if referee and ticket is not None:
            checks += _named(referee.result(ticket), path)
        else:
            checks += left_out(kind, data)
    return checks
