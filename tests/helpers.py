"""What tests share: reading a source, drawing a picture, running the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from brief import assemble
from brief.findings import Finding
from brief.house import House
from brief.language import labels
from brief.model import Assembled, Brief

ROOT = Path(__file__).parent.parent


@dataclass
class Read:
    brief: Brief
    found: list[Finding]

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.found]


Reader = Callable[..., Read]


def picture(file: Path, size: tuple[int, int] = (60, 40)) -> Path:
    from PIL import Image

    file.parent.mkdir(parents=True, exist_ok=True)
    Image.linear_gradient("L").resize(size).convert("RGB").save(file)
    return file


def few_samples(folder: Path, monkeypatch: Any, *names: str) -> None:
    """Have styles checked with some of the sample briefs only."""
    from brief import specimen

    sources = folder / "specimens"
    sources.mkdir(parents=True)
    for file in (ROOT / "brief" / "specimens").iterdir():
        if file.suffix != ".md" or file.stem in names:
            shutil.copy(file, sources)
    monkeypatch.setattr(specimen, "_SOURCES", sources)


def drawn_page(kind: str, brief: Brief, house: House) -> Assembled:
    """Return a cover or card whose headline is in the size for its length."""
    return assemble.drawn_pages(kind, brief, house)[assemble.headline_size(brief.title)]


@contextmanager
def installed(folder: Path, **fonts: str) -> Iterator[Path]:
    """Have no fonts be installed but those in a folder, and there for each family one of squares.

    A family's name is written with "_" for each space, and has the signs that its font is to have.
    """
    folder.mkdir(exist_ok=True)
    config = folder.with_suffix(".conf")
    config.write_text(
        f"<fontconfig><dir>{folder}</dir><cachedir>{folder}.cache</cachedir></fontconfig>",
        encoding="utf-8",
    )
    for family, signs in fonts.items():
        square_font(folder / f"{family}.ttf", family.replace("_", " "), signs)
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(config)
    try:
        yield folder
    finally:
        del os.environ["FONTCONFIG_FILE"]
        os.environ |= {} if before is None else {"FONTCONFIG_FILE": before}


def square_font(file: Path, family: str, signs: str) -> None:
    """Make a font of squares, each as wide as high, and a space; it has all that labels need."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    told = "".join("".join(labels(lang).values()) for lang in ("ja", "ko", "zh-Hans", "zh-Hant"))
    square = re.findall(r"[^\x00-\xff]", told)
    names = [".notdef", *(f"u{ord(sign):05X}" for sign in sorted({*signs, *square, " "} - {"\n"}))]
    build = FontBuilder(1000)
    build.setupGlyphOrder(names)
    build.setupCharacterMap({int(name[1:], 16): name for name in names[1:]})
    pen = TTGlyphPen(None)
    pen.moveTo((40, -80))
    for corner in ((40, 840), (960, 840), (960, -80)):
        pen.lineTo(corner)
    pen.closePath()
    glyph = pen.glyph()
    build.setupGlyf(dict.fromkeys(names, glyph) | {"u00020": TTGlyphPen(None).glyph()})
    build.setupHorizontalMetrics(dict.fromkeys(names, (1000, 40)) | {"u00020": (250, 0)})
    build.setupHorizontalHeader(ascent=1160, descent=-320)
    build.setupNameTable({"familyName": family, "styleName": "Regular"})
    build.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=1160, usWinDescent=320)
    build.setupPost()
    build.save(file)


def damaged_book(epub: bytes, file: Path, **changes: Callable[[bytes], bytes]) -> None:
    """Write an EPUB with some of its files changed; each goes by its name's first part."""
    with zipfile.ZipFile(BytesIO(epub)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.infolist():
            change = changes.get(Path(member.filename).stem, bytes)
            new.writestr(member, change(old.read(member)))


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


def brief(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Ran:
    """Run the command line as a user does, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "brief", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **(env or {})},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)
