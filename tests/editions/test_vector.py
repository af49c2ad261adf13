"""Drawings and charts in finished editions: as vectors, legible, with their data beside them."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from helpers import ROOT, Reader
from lxml import etree
from PIL import Image

from brief import rebuild, run
from brief.checks.pdfread import Document
from brief.house import House, read_house

HEAD = "---\ntitle: A title\ndate: 2024-07-19\nlang: {}\n---\n"
SVG, XHTML = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xhtml}"
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">
<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>
<rect width="80" height="40" fill="url(#g)"/>
<text x="100" y="60" text-anchor="middle" font-family="Helvetica">AVAToffi {}</text></svg>"""
CSV = "Year,Ships (thousands)\n2019,4.5\n2020,-1.25\n2021,\n2022,3\n"


@pytest.fixture
def make(read: Reader, house: House, tmp_path: Path) -> Any:
    """Return an edition of a text, whose files are there."""

    def maker(kind: str, text: str, lang: str = "en", **options: Any) -> bytes:
        (tmp_path / "d.svg").write_text(DRAWING.format("Wörter"), encoding="utf-8")
        (tmp_path / "ar.svg").write_text(DRAWING.format("ميناء بلا سفن"), encoding="utf-8")
        (tmp_path / "ships.csv").write_text(CSV, encoding="utf-8")
        front, _, body = text.rpartition("---\n")
        source = (
            HEAD.format(lang).replace("---\n", f"---\n{front}", 1) if front else HEAD.format(lang)
        )
        brief = read(source + (body or text)).brief
        own = replace(house, **options)
        made = run._render(brief, own, (kind,), None, [])[0]
        wrong = [each for check in made.checks for each in check.findings]
        assert wrong == []
        return made.data

    return maker


def book(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {Path(name).name: archive.read(name) for name in archive.namelist()}


def figure_in(data: bytes) -> tuple[Document, Any]:
    document = Document(data, Path("piece.pdf"))
    return document, next(each for each in document.elements() if each.kind == "Figure")


@pytest.mark.parametrize("standard", ["ua1", "ua2"])
def test_a_drawing_is_a_figure_of_shapes_and_text(make: Any, standard: str) -> None:
    document, element = figure_in(make("pdf", "![A ship](d.svg)", standard=standard))
    assert element.alt == "A ship"
    pieces = [piece for kid in element.kids for piece in document.marked[kid]]
    assert {piece.kind for piece in pieces} == {"drawing", "lettering"}
    assert [piece.text for piece in pieces if piece.kind == "lettering"] == ["AVAToffi Wörter"]
    # no pixels, and no words among the text
    kinds = [str(o.get("/Subtype", "")) for o in document.pdf.objects if hasattr(o, "get")]
    assert "/Image" not in kinds
    assert not any("AVAToffi" in block.text for block in document.blocks())


def test_text_of_drawings_is_set_whole_in_the_style_s_fonts(make: Any) -> None:
    document, _ = figure_in(make("pdf", "![A ship](d.svg)"))
    faces = {font.name.partition("+")[2] for font in document.fonts if font.drawn}
    assert "Source-Sans-3" in faces
    assert all(face.startswith("Source-") for face in faces)
    content = document.pdf.pages[0].Contents.read_bytes()
    (drawn,) = re.findall(rb"/Span\s<</ActualText .*?BDC(.*?)EMC", content, re.DOTALL)
    # one instruction, in which pairs of letters stand closer
    assert drawn.count(b"TJ") == 1
    assert re.search(rb">-?\d\d+<", drawn)


def test_arabic_in_a_drawing_is_joined_and_runs_leftward(make: Any) -> None:
    document, element = figure_in(make("pdf", "![ميناء](ar.svg)", "ar"))
    (told,) = [p for kid in element.kids for p in document.marked[kid] if p.kind == "lettering"]
    assert told.text == "AVAToffi ميناء بلا سفن"
    shapes = "".join(told.drawn)
    assert len(shapes.split()) == 4


def test_gradients_are_shadings_not_tiles(make: Any) -> None:
    data = make("pdf", "![A ship](d.svg)")
    with pikepdf.open(io.BytesIO(data)) as opened:
        (pattern,) = opened.pages[0].Resources.Pattern.values()
        assert pattern.PatternType == 2
        assert pattern.Shading.ShadingType == 2


def test_pixels_in_a_drawing_are_not_smoothed(make: Any, tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    link = f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
    (tmp_path / "i.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image width="9" height="9"'
        f' href="{link}"/></svg>',
        encoding="utf-8",
    )
    with pikepdf.open(io.BytesIO(make("pdf", "![Red](i.svg)"))) as opened:
        images = [o for o in opened.objects if isinstance(o, pikepdf.Stream)]
        images = [o for o in images if o.get("/Subtype") == "/Image"]
        assert len(images) == 1
        assert not images[0].get("/Interpolate", False)
    assert b"data:image/png;base64," in book(make("epub", "![Red](i.svg)"))["image-1.svg"]


def test_a_drawing_may_be_photo_cover_and_decoration(make: Any) -> None:
    front = "photo: {path: d.svg, alt: A ship, caption: Drawn., credit: Me}\n---\n"
    text = f"{front}Text.\n\n![](d.svg){{.decorative}}\n"
    document, element = figure_in(make("pdf", text))
    assert element.alt == "A ship"
    assert document.decorations == 1
    files = book(make("epub", text))
    assert b"photo.svg" in files["text.xhtml"]
    cover = Image.open(io.BytesIO(files["cover.jpg"])).convert("RGB")
    red, green, blue = cover.resize((4, 8)).getpixel((0, 1))  # type: ignore[misc]
    assert min(red, green, blue) > 100 or red > 2 * green


def test_a_drawing_in_an_epub_has_a_ground_to_be_read_on_at_night(make: Any) -> None:
    files = book(make("epub", "![A ship](d.svg)"))
    tree = etree.fromstring(files["image-1.svg"])
    first = tree[0]
    assert (first.tag, first.get("fill")) == (f"{SVG}rect", "#ffffff")
    assert tree.get("viewBox").split() == [first.get(n) for n in ("x", "y", "width", "height")]
    width, height = (float(each) for each in tree.get("viewBox").split()[2:])
    assert float(tree.get("width")) / float(tree.get("height")) == pytest.approx(
        width / height, 1e-3
    )
    assert (
        b'href="images/image-1.svg" id="image-1-svg" media-type="image/svg+xml"'
        in files["content.opf"]
    )
    assert b'property="schema:accessibilityHazard">none<' in files["content.opf"]
    # fonts that a reader may lack have one that it has beside them
    families = {each.get("font-family") for each in tree.iter(f"{SVG}tspan")}
    assert families == {"'Helvetica', sans-serif"}


@pytest.mark.parametrize("standard", ["ua1", "ua2"])
def test_the_data_of_a_chart_are_attached(make: Any, standard: str) -> None:
    text = "![Ships](ships.csv)\n\n![Again](ships.csv){.line}\n"
    with pikepdf.open(io.BytesIO(make("pdf", text, standard=standard))) as opened:
        assert list(opened.attachments) == ["piece.md", "ships.csv"]
        attached = opened.attachments["ships.csv"]
        assert attached.get_file().read_bytes() == CSV.encode()
        assert attached.get_file().mime_type == "text/csv"
        assert attached.relationship == "/Data"
        relations = {
            str(each.UF if "/UF" in each else each.F): each.AFRelationship
            for each in opened.Root.AF
        }
        assert relations == {"piece.md": "/Source", "ships.csv": "/Data"}
        names = [bytes(each) for each in opened.Root.Names.EmbeddedFiles.Names[::2]]
        assert names == sorted(names)


def test_the_data_of_a_chart_are_a_table_that_is_linked_both_ways(make: Any) -> None:
    text = '![Ships](ships.csv "Ships by year.")\n\nEnd.\n'
    files = book(make("epub", text))
    tree = etree.fromstring(files["text.xhtml"])
    section, imprint = tree.iter(f"{XHTML}section")
    assert (section.get("id"), section.get("class")) == ("data", "data")
    assert imprint.get("id") == "imprint"
    chart, table = next(tree.iter(f"{XHTML}figure")), next(section.iter(f"{XHTML}table"))
    assert (chart.get("class"), chart.get("id")) == ("chart", "chart-1")
    image = chart.find(f"{XHTML}img")
    assert image is not None
    assert image.get("aria-details") == table.get("id") == "data-1"
    links = {each.get("class"): each.get("href") for each in tree.iter(f"{XHTML}a")}
    assert (links["to-data"], links["to-chart"]) == ("#data-1", "#chart-1")
    rows = [["".join(cell.itertext()) for cell in row] for row in table.iter(f"{XHTML}tr")]
    assert rows == [
        ["Year", "Ships (thousands)"],
        ["2019", "4.5"],
        ["2020", "−1.25"],
        ["2021", ""],
        ["2022", "3"],
    ]
    told = " ".join("".join(table.find(f"{XHTML}caption").itertext()).split())
    assert told == "Data for Ships by year. Chart"
    assert b'href="text.xhtml#data">Data behind the figures<' in files["nav.xhtml"]
    assert b">longDescription<" in files["content.opf"]
    document, _ = figure_in(make("pdf", text))
    words = [" ".join(block.text.split()) for block in document.blocks()]
    assert "Ships by year. Data behind the figures (1)" in words
    assert "Data for Ships by year. Chart (1)" in words
    assert words.index("Data behind the figures") > words.index("End.")


def test_charts_take_the_colours_of_the_style(make: Any, house: House, tmp_path: Path) -> None:
    folder = tmp_path / "style"
    shutil.copytree(house.style.folder, folder)
    tokens = (folder / "tokens.css").read_text("utf-8")
    own = tokens.replace("}", "--accent: rgb(120 20 60); --chart-2: #123456 }", 1)
    (folder / "tokens.css").write_text(own, encoding="utf-8")
    style = replace(house.style, folder=folder)
    (tmp_path / "two.csv").write_text("a,b,c,d\nx,1,2,3\n", encoding="utf-8")
    files = book(make("epub", "![Three](two.csv){.column}", style=style))
    fills = [e.get("fill") for e in etree.fromstring(files["chart-1.svg"]).iter(f"{SVG}rect")]
    assert fills[1:3] == ["#78143c", "#123456"]


@pytest.mark.parametrize("standard", ["ua1", "ua2"])
def test_the_reference_validators_pass_drawings_and_charts(tmp_path: Path, standard: str) -> None:
    (tmp_path / "brief.toml").write_text(
        f'publisher = "Test House"\n[pdf]\nstandard = "{standard}"\n', encoding="utf-8"
    )
    (tmp_path / "d.svg").write_text(DRAWING.format("Wörter"), encoding="utf-8")
    (tmp_path / "ships.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "ar.csv").write_text(
        "الميناء,السفن\nميناء الشمال,412\nالجديد,-97\n", encoding="utf-8"
    )
    english, arabic = tmp_path / "piece.md", tmp_path / "ar.md"
    english.write_text(
        HEAD.format("en") + "Text.\n\n![A ship](d.svg)\n\n![Ships](ships.csv){.bar}\n\n"
        "![Ships](ships.csv){.line}\n\n![Drawn](d.svg){data=ships.csv}\n",
        encoding="utf-8",
    )
    arabic.write_text(
        HEAD.format("ar") + "نص.\n\n![سفن](ar.csv){.bar}\n\n![سفن](ar.csv){.column}\n",
        encoding="utf-8",
    )
    for outcome in run.export([english, arabic], house=read_house(tmp_path)):
        assert outcome.ok, outcome.findings
    dist = tmp_path / "dist"
    assert all(each.ok for each in rebuild.verify(dist, house=read_house(tmp_path)))
    # what went in is known by its hash
    (tmp_path / "ships.csv").write_text(CSV.replace("4.5", "4.6"), encoding="utf-8")
    told = [each for each in rebuild.verify(dist, house=read_house(tmp_path)) if not each.ok]
    assert {each.file.name for each in told} == {"piece.pdf", "piece.epub", "piece.report.json"}
    assert all("ships.csv changed" in each.reasons for each in told)


def test_a_brief_without_charts_loads_none() -> None:
    script = "import sys, brief.assemble; print('brief.charts' in sys.modules)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
