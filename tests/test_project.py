"""Facts about the repository itself: its imports, its pins, its commands, its words."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent

# --- who may import whom ------------------------------------------------------------------------

#: The parts of the package from the top down. An import goes down, never up and never sideways.
LAYERS = (
    {"__main__", "cli"},
    {"rebuild", "specimen"},
    {"run", "doctor", "start"},
    {"provenance"},
    {"intake", "assemble", "editions", "checks", "publish"},
    {"tokens", "charts"},
    {"house", "assets", "language", "places", "scripts", "seen"},
    {"drawings"},
    {"model", "findings", "words"},
)
#: The only arrows inside a layer.
SIDEWAYS = {("__main__", "cli"), ("house", "assets")}
#: Each of these has one home.
ONLY_IN = {
    "weasyprint": ("brief.editions.pdf", "brief.editions.vector"),
    "jinja2": ("brief.assemble",),
    "ebooklib": ("brief.editions.epub",),
    "pikepdf": ("brief.editions.press", "brief.editions.sheet", "brief.checks"),
}
#: What starting the command must not load.
HEAVY = (
    *ONLY_IN,
    *("PIL", "babel", "dateparser", "jpype", "lxml", "markdown_it", "nh3", "pypdfium2", "yaml"),
)


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(path: str, source: str, known: set[str]) -> Iterator[tuple[int, str]]:
    """Every import in a file, wherever it stands, as line and module of ours or foreign name."""
    package = module_name(path)
    if not path.endswith("/__init__.py"):
        package = package.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom():
                base = node.module or ""
                if node.level:
                    parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                    base = ".".join([*parents, *filter(None, [node.module])])
                names = [f"{base}.{alias.name}" for alias in node.names]
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                names = [name]
        for name in names:
            if name == "brief.__version__":  # a plain constant, set before anything is imported
                continue
            target = name
            while target.startswith("brief.") and target not in known:
                target = target.rpartition(".")[0]
            yield getattr(node, "lineno", 0), target


def broken_rules(files: Mapping[str, str]) -> list[str]:
    """What is wrong with the imports of these files, given as path and source."""
    layer = {part: index for index, parts in enumerate(LAYERS) for part in parts}
    known = {module_name(path) for path in files}
    graph: dict[str, set[str]] = {module: set() for module in known}
    wrong = []
    for path, source in files.items():
        module = module_name(path)
        part = module.partition(".")[2].partition(".")[0]  # empty for the public face
        if part and part not in layer:
            wrong.append(f"{path}: not in LAYERS; say there who may import it")
        for line, target in imported(path, source, known):
            where = f"{path}:{line}"
            homes = ONLY_IN.get(target.partition(".")[0], ())
            if homes and not f"{module}.".startswith(tuple(f"{home}." for home in homes)):
                wrong.append(f"{where}: only {' and '.join(homes)} may import {target}")
            if target not in known:
                continue
            graph[module].add(target)
            other = target.partition(".")[2].partition(".")[0]
            if part not in layer or other == part or (part, other) in SIDEWAYS:
                continue
            if not other and layer[part] > 0:
                wrong.append(f"{where}: the public face is for outside; import the module itself")
            if other in layer and layer[other] <= layer[part]:
                wrong.append(f"{where}: {part} may not import {other}")
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        wrong.append(f"a circle: {' → '.join(reversed(error.args[1]))}")
    return wrong


def test_imports_go_one_way() -> None:
    files = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for path in sorted((ROOT / "brief").rglob("*.py"))
    }
    assert broken_rules(files) == []


@pytest.mark.parametrize(
    ("path", "line", "complaint"),
    [
        ("brief/model.py", "import brief.findings", "model may not import findings"),
        ("brief/house.py", "from brief.run import export", "house may not import run"),
        ("brief/run.py", "from brief import cli", "run may not import cli"),
        ("brief/run.py", "from . import cli", "run may not import cli"),
        ("brief/checks/pdf.py", "from brief.editions import pdf", "checks may not import editions"),
        ("brief/checks/pdf.py", "from ..editions import pdf", "checks may not import editions"),
        (
            "brief/assemble.py",
            "def f():\n    import brief.intake",
            "assemble may not import intake",
        ),
        ("brief/assets.py", "import brief.house", "assets may not import house"),
        ("brief/intake/text.py", "from brief import read", "the public face is for outside"),
        ("brief/utils.py", "", "not in LAYERS"),
        ("brief/intake/text.py", "from brief.intake import clean", "a circle"),
        (
            "brief/run.py",
            "import weasyprint",
            "only brief.editions.pdf and brief.editions.vector may",
        ),
        ("brief/cli.py", "import_module('weasyprint.text')", "only brief.editions.pdf and"),
        ("brief/editions/epub.py", "from jinja2 import Template", "only brief.assemble may import"),
        ("brief/editions/pdf.py", "import ebooklib.epub", "only brief.editions.epub may import"),
        (
            "brief/assemble.py",
            "import pikepdf",
            "only brief.editions.press and brief.editions.sheet",
        ),
    ],
)
def test_the_import_rule_sees(path: str, line: str, complaint: str) -> None:
    files = {
        "brief/__init__.py": "__version__ = '1'",
        "brief/__main__.py": "from brief.cli import main",
        "brief/cli.py": "import click\nimport brief\nfrom brief.run import export",
        "brief/run.py": "from brief import checks, intake\nfrom brief.editions import pdf",
        "brief/intake/__init__.py": "def read():\n    from brief.intake import text",
        "brief/intake/text.py": "from .. import model\nfrom ..house import House",
        "brief/intake/clean.py": "from brief.intake import text\nfrom brief import assets",
        "brief/assemble.py": "import jinja2",
        "brief/editions/__init__.py": "",
        "brief/editions/pdf.py": "import weasyprint\nfrom brief import __version__, findings",
        "brief/editions/epub.py": "from ebooklib import epub",
        "brief/checks/__init__.py": "",
        "brief/checks/pdf.py": "import pikepdf\nfrom brief.findings import Finding",
        "brief/house.py": "from brief.assets import read",
        "brief/assets.py": "from brief.findings import Finding",
        "brief/model.py": "",
        "brief/findings.py": "",
    }
    assert broken_rules(files) == []
    complaints = broken_rules(files | {path: f"{files.get(path, '')}\n{line}"})
    assert any(complaint in each for each in complaints)


def test_starting_the_command_loads_nothing_heavy() -> None:
    script = f"import sys, brief.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = [sys.executable, "-c", script]
    done = subprocess.run(run, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


# --- dependencies -------------------------------------------------------------------------------


def requirements() -> dict[str, Requirement]:
    """All that pyproject.toml asks for, each with the text that asks."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras: dict[str, list[str]] = project["project"]["optional-dependencies"]
    texts = [
        *project["project"]["dependencies"],
        *(text for extra in extras.values() for text in extra),
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    found = {text: Requirement(text) for text in texts}
    return {text: req for text, req in found.items() if req.name != project["project"]["name"]}


def pins() -> list[tuple[Requirement, list[str]]]:
    """Each line of constraints.txt as a requirement and its hashes."""
    text = (ROOT / "constraints.txt").read_text("utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        if pin := line.partition("#")[0].strip():
            requirement, *hashes = re.split(r"\s+--hash=", pin)
            found.append((Requirement(requirement), hashes))
    return found


def test_every_dependency_is_pinned() -> None:
    versions = {canonicalize_name(pin.name): str(pin.specifier)[2:] for pin, _ in pins()}
    for text, requirement in requirements().items():
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{text} has no pin: make constraints"
        assert requirement.specifier.contains(version), f"{text} is pinned to {version}"


def test_every_pin_is_exact_and_hashed() -> None:
    for pin, hashes in pins():
        assert re.fullmatch(r"==[^,*]+", str(pin.specifier)), pin
        assert not pin.url, pin
        assert hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes), pin


def test_pins_name_no_place() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert not re.search(r"://|^\s*--(?!hash)|@ |/", text, re.MULTILINE)


def test_every_dependency_says_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    for text in requirements():
        assert any(re.search(rf'^ *"{re.escape(text)}", *# *\S', line) for line in lines), text


# --- commands -----------------------------------------------------------------------------------


def commands(target: str) -> list[str]:
    """What make would run for a target, after preparing."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAG"))}
    run = ["make", "-n", "--no-print-directory", target]
    done = subprocess.run(run, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    prepare, *rest = done.stdout.splitlines()
    assert prepare.endswith("sh tools/prepare.sh")
    return rest


def test_ci_runs_the_check_and_the_check_ends_with_the_tests() -> None:
    ci = [line for line in (ROOT / ".ci/run").read_text("utf-8").splitlines() if "make" in line]
    assert [line for line in ci if not line.startswith("#")] == ["exec make check"]
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert commands("check")[-1:] == commands("test")
    assert commands("test")[0].split()[0] == ".venv/bin/pytest"


def test_export_sets_pdf_and_epub() -> None:
    assert commands("export") == [".venv/bin/brief export --pdf --epub"]


# --- words --------------------------------------------------------------------------------------

#: Put together here, so that this file does not name them either.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("crates", "io"),
        ("golang", "org"),
        ("rubygems", "org"),
        ("maven", "org"),
    )
]
#: A folder of somebody's own machine.
MACHINE = re.compile(r"(?<![\w.~-])/(?:root|work|home/\w+|Users/\w+)/|[A-Z]:\\Users\\")


def text_files() -> Iterator[tuple[Path, str]]:
    """The repository's text files: what git tracks or would, without git all that is not made."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        run = subprocess.run(git, cwd=ROOT, check=True, capture_output=True)
        paths = [Path(name) for name in run.stdout.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        made = re.compile(r"(^|/)(\.(?!ci/|gitignore)|__pycache__/|build/|dist/(?!README))")
        every = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        paths = [path for path in every if not made.search(f"{path.as_posix()}/")]
    for path in paths:
        if (ROOT / path).is_file():
            data = (ROOT / path).read_bytes()
            if b"\0" not in data:
                yield path, data.decode("utf-8", "replace")


def test_no_file_names_a_registry_or_a_machine() -> None:
    seen = set()
    for path, text in text_files():
        seen.add(path.as_posix())
        for number, line in enumerate(text.splitlines(), 1):
            assert not any(host in line for host in HOSTS), f"{path}:{number} names a registry"
            assert not MACHINE.search(line), f"{path}:{number} names a folder of some machine"
    assert {"pyproject.toml", "constraints.txt", ".ci/run", "brief/__init__.py"} <= seen


@pytest.mark.parametrize("place", ["root/x", "home/ann/x", "Users/ann/x", "work/x"])
def test_machine_sees(place: str) -> None:
    assert MACHINE.search(f"see /{place}")
    assert not MACHINE.search(f"https://example.org/{place}")
