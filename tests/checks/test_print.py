"""The preflight: what a printer would send back is found, and nothing else is.

Each folder of preflight/ holds a kind of fault: `spoil.py`, which puts it into a good file, and
`expected.json`, all that must be found then. Kinds that begin with x1a_ or office_ are looked for
by that profile, all others by x4.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image
from preflight_good import KINDS, good, profile_of, saved, spoilt

from brief.checks import pdf as pdf_checks
from brief.checks import print as preflight
from brief.checks.graphics import Page, Walk
from brief.checks.inks import evaluated
from brief.checks.pdfobjects import open_pdf
from brief.checks.print import Rules, placed
from brief.cli import cli
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


# --- the walk -------------------------------------------------------------------------------------


def page_of(content: str, **more: Any) -> tuple[pikepdf.Pdf, Any]:
    """Return a file of one page of 200 × 100 pt that draws something, and the page."""
    pdf = pikepdf.new()
    told: dict[str, Any] = {"MediaBox": [0, 0, 200, 100], "Resources": Dictionary()} | more
    page = Dictionary({f"/{key}": value for key, value in told.items()})
    page.Type, page.Contents = Name.Page, Stream(pdf, content.encode())
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return pdf, pdf.pages[0].obj


def walked(pdf: pikepdf.Pdf) -> Page:
    """Return the first page as it is once it was written and read again."""
    kept = BytesIO()
    pdf.save(kept)
    return next(Walk(open_pdf(kept.getvalue(), FILE), FILE).pages())


def boxes(page: Page) -> list[tuple[int, ...]]:
    return [tuple(map(round, each.box)) for each in page.graphics]


def test_forms_within_forms() -> None:
    pdf, page = page_of("q 2 0 0 2 0 0 cm 0.5 w /A Do Q 0 0 10 10 re f")
    inner = Stream(pdf, b"0 1 0 0 K 2 w 0 0 m 10 0 l S 0 0 50 50 re f")
    inner.Subtype, inner.BBox, inner.Matrix = Name.Form, [0, -5, 20, 20], [1, 0, 0, 1, 5, 5]
    outer = Stream(pdf, b"1 0 0 1 10 0 cm /B Do 1 0 0 0 k /B Do")
    outer.Subtype, outer.BBox = Name.Form, [0, 0, 40, 20]
    outer.Resources = Dictionary(XObject=Dictionary(B=inner))
    page.Resources.XObject = Dictionary(A=outer)
    found = walked(pdf).graphics
    assert [each.width for each in found if each.line] == [4, 4]
    # cut off by both frames; what is set within a form holds there alone
    assert boxes(walked(pdf)) == [(30, 8, 52, 12), (30, 10, 70, 40)] * 2 + [(0, 0, 10, 10)]
    colours = [each.fill.inks for each in found if each.fill and each.fill.inks]
    assert [each.get("Cyan") for each in colours] == [None, 1, None]


def test_a_page_that_is_turned_and_enlarged() -> None:
    pdf, _ = page_of("10 20 30 5 re f 1 w 0 0 m 9 0 l S", Rotate=90, UserUnit=2)
    page = walked(pdf)
    assert page.sheet == (0, -400, 200, 0)
    # its left lower corner is the left upper one as it is seen
    assert boxes(page)[0] == (40, -80, 50, -20)
    assert page.graphics[1].width == 2
    assert placed(page, page.graphics[0].box) == (14.1, 7.1, 3.5, 21.2)


def test_patterns_masks_and_images_in_contents() -> None:
    image = "q 20 0 0 10 50 50 cm BI /W 2 /H 1 /BPC 8 /CS /CMYK ID \x01\x02\x03\x04EI 1 EI Q"
    pdf, page = page_of(
        f"/Pattern cs /P scn 100 0 50 20 re f /S gs {image} /Pattern cs /G scn 0 50 20 20 re f"
    )
    cell = Stream(pdf, b"1 0 0 rg 0 0 2 2 re f")
    cell.PatternType, cell.PaintType, cell.BBox = 1, 1, [0, 0, 4, 4]
    cell.XStep = cell.YStep = 4
    fade = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 0, 0, 0], C1=[0, 0, 0, 1], N=1)
    shading = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 9, 0], Function=fade
    )
    mask = Stream(pdf, b"0.5 g 0 0 9 9 re f")
    mask.Subtype, mask.BBox = Name.Form, [0, 0, 99, 99]
    mask.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    page.Resources.Pattern = Dictionary(P=cell, G=Dictionary(PatternType=2, Shading=shading))
    page.Resources.ExtGState = Dictionary(S=Dictionary(SMask=Dictionary(S=Name.Alpha, G=mask)))
    seen = walked(pdf)
    kinds = [(each.kind, each.within) for each in seen.graphics]
    assert kinds == [
        ("shape", ""),
        ("shape", "pattern"),
        ("shape", "mask"),
        ("image", ""),
        ("shading", ""),
    ]
    # what is in the cell stands where the pattern is used
    assert boxes(seen)[:2] == [(100, 0, 150, 20)] * 2
    drawn = seen.graphics[3].image
    assert drawn
    assert (drawn.width, drawn.height, drawn.space and drawn.space.model) == (2, 1, "cmyk")
    assert {round(each.total) for each in seen.graphics[4].stops} == {100}
    assert {note.kind for note in seen.notes} == {"transparency", "blending"}


def test_what_lies_beneath() -> None:
    pdf, page = page_of(
        "1 0 0 0 k 0 0 100 100 re f 0 1 0 0 k /O gs 10 10 30 30 re f /H gs 1 g 60 10 30 30 re f"
        " 0 0 0 1 k 120 10 30 30 re f"
    )
    page.Resources.ExtGState = Dictionary(
        O=Dictionary(op=True, OPM=1), H=Dictionary(op=False, ca=0.5)
    )
    below, over, half, beside = walked(pdf).graphics
    assert over.under == half.under == (below,)
    assert over.laid == {"Cyan": 1, "Magenta": 1, "Yellow": 0, "Black": 0}
    assert half.laid
    assert half.laid["Cyan"] == 0.5
    assert beside.under == ()
    assert beside.grey == 0.5


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        (Dictionary(FunctionType=2, Domain=[0, 1], C0=[0], C1=[1], N=2), 0.5, (0.25,)),
        (Dictionary(FunctionType=4), 0.5, None),
        (Array([Dictionary(FunctionType=2, Domain=[0, 1], N=1)] * 2), 0.5, (0.5, 0.5)),
        (
            Dictionary(
                FunctionType=3,
                Domain=[0, 2],
                Bounds=[1],
                Encode=[0, 1, 1, 0],
                Functions=[Dictionary(FunctionType=2, Domain=[0, 1], C0=[0], C1=[8], N=1)] * 2,
            ),
            1.5,
            (4,),
        ),
    ],
)
def test_functions(function: Any, at: float, expected: Any) -> None:
    assert evaluated(function, [at]) == expected


# --- files that anybody may have made -------------------------------------------------------------


def hostile() -> Iterator[tuple[str, pikepdf.Pdf]]:
    pdf, page = page_of("/A Do /A Do")
    loop = pdf.make_indirect(Stream(pdf, b"/B Do /A Do"))
    other = pdf.make_indirect(Stream(pdf, b"/A Do"))
    for form in (loop, other):
        form.Subtype, form.BBox = Name.Form, [0, 0, 9, 9]
        form.Resources = Dictionary(XObject=Dictionary(A=loop, B=other))
    page.Resources.XObject = Dictionary(A=loop)
    yield "forms in a circle", pdf
    pdf, page = page_of("/Pattern cs /P scn 0 0 9 9 re f")
    cell = pdf.make_indirect(Stream(pdf, b"/Pattern cs /P scn 0 0 9 9 re f"))
    cell.PatternType, cell.PaintType = 1, 1
    cell.Resources = Dictionary(Pattern=Dictionary(P=cell))
    page.Resources.Pattern = Dictionary(P=cell)
    yield "a pattern in itself", pdf
    pdf, page = page_of("/A cs 1 scn 0 0 9 9 re f /I Do")
    space = pdf.make_indirect(Array([Name.Indexed, Name.DeviceRGB, 1, String("ab")]))
    space[1] = space
    page.Resources.ColorSpace = Dictionary(A=space)
    page.Resources.XObject = Dictionary(
        I=Stream(pdf, b"x", {"/Subtype": Name.Image, "/Width": -1, "/ColorSpace": space})
    )
    yield "a colour space in itself", pdf
    nothing = "q Q Q /F1 x Tf (a) Tj Do sh gs scn cs k 1 k BT 1 Td ET BI ID EI w x w 1 re m l f B*"
    yield "nothing that is named", page_of(nothing)[0]
    yield "no resources", page_of("/A Do /B gs /C cs 1 scn 0 0 9 9 re f", Resources=None)[0]
    yield (
        "numbers beyond all",
        page_of(
            "1e300 0 0 1e300 0 0 cm 1e300 0 1e308 1e308 re f 0 0 0 0 0 0 cm 0 0 9 9 re B (a) Tj"
        )[0],
    )
    yield "saved without end", page_of("q " * 5000)[0]
    yield (
        "boxes that are none",
        page_of("0 0 9 9 re f", MediaBox=Array([0, 0, 0, 0]), TrimBox=Name.A, BleedBox=Array([1]))[
            0
        ],
    )
    yield (
        "a sheet as large as a town",
        page_of("0 0 9 9 re f", MediaBox=Array([0, 0, 1e9, 1e9]), UserUnit=1e9)[0],
    )
    pdf, page = page_of("/I Do", TrimBox=Array([0, 0, 200, 100]))
    told = {"/Subtype": Name.Image, "/Width": 90000, "/Height": 90000, "/BitsPerComponent": 8}
    told |= {"/ColorSpace": Name.DeviceCMYK}
    page.Resources.XObject = Dictionary(I=Stream(pdf, b"x", told))
    yield "an image as large as a town", pdf
    pdf, page = page_of("/T gs BT /F 9 Tf (A) Tj ET")
    page.Resources.Font = Dictionary(F=Dictionary(Subtype=Name.Type3, FontMatrix=Name.A))
    page.Resources.ExtGState = Dictionary(T=Dictionary(SMask=Dictionary(G=1), TR=1, Font=1, LW="a"))
    page.Annots = Array([1, Dictionary(Rect=[1]), Dictionary(AP=Dictionary(N=Dictionary()))])
    pdf.Root.OutputIntents = Array([1, Dictionary(S=Name.GTS_PDFX, DestOutputProfile=1)])
    pdf.Root.OCProperties = Dictionary(OCGs=Array([1]), D=1)
    pdf.Root.Names, pdf.Root.AcroForm = Array([]), Name.A
    yield "values of the wrong kinds", pdf
    pdf, page = page_of("0 0 9 9 re f")
    broken = Stream(pdf, b"no flate", {"/Filter": Name.FlateDecode})
    page.Contents = Array([page.Contents, broken, 1])
    yield "content that cannot be unpacked", pdf


@pytest.mark.parametrize("profile", preflight.PROFILES)
@pytest.mark.parametrize(("kind", "pdf"), list(hostile()))
def test_hostile(kind: str, pdf: pikepdf.Pdf, profile: str) -> None:
    kept = BytesIO()
    pdf.save(kept, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    start = monotonic()
    told = found(kept.getvalue(), profile)
    assert monotonic() - start < 5
    assert not [each for each in told if "cannot be read for the check" in each.message], kind
    preflight.on_paper(kept.getvalue(), FILE)
    list(preflight.picture(kept.getvalue(), told[:3]))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\nnone", saved(good())[:9000], b"PK\3\4"])
def test_no_pdf(data: bytes) -> None:
    opens, *others = preflight.check(data, FILE)
    if opens.status == "failed":
        assert {each.status for each in others} == {"not run"}
        assert preflight.on_paper(data, FILE).status == "not run"
    assert preflight.declared(data) == ""


def test_without_pages() -> None:
    kept = BytesIO()
    pikepdf.new().save(kept)
    assert [each.code for each in found(kept.getvalue())] == ["C09"]


def test_rules() -> None:
    data = saved(good())

    def codes(**rules: Any) -> set[str]:
        checks = preflight.check(data, FILE, Rules(**rules))
        return {each.code for check in checks for each in check.findings}

    assert codes(multiple=4) == {"P49"}
    assert codes(ink=90) == {"P15", "P16"}
    assert codes(bleed=5) == {"P03", "P04"}
    assert codes(safety=15) == {"P34"}
    spots = frozenset({"Deep Sea"})
    checks = preflight.check(spoilt("spot"), FILE, Rules(spots=spots))
    assert {check.status for check in checks} == {"passed"}


def test_pictures() -> None:
    data = spoilt("rgb_many")
    told = found(data)
    ((page, picture),) = preflight.picture(data, told)
    assert page == 3
    with Image.open(BytesIO(picture)) as image:
        assert image.format == "PNG"
        # of 168 × 230 mm
        assert abs(image.width / image.height - 168 / 230) < 0.01
        place = told[0].place
        assert place
        x = (place[0] + 10) / 168 * image.width
        y = (place[1] + 10) / 230 * image.height
        assert image.getpixel((round(x) - 2, round(y) + 2)) == (208, 0, 32)


# --- printing at home and in an office ------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        # dark, and covered again with white; a photo is no ground
        ("0.1 g 0 0 200 100 re f 1 g 5 5 190 90 re f", []),
        ("0.1 g 0 0 200 30 re f", ["P60"]),
        ("0 0 1 rg 0 0 m 200 0 l 200 100 l f", ["P60"]),
        # a frame of two rectangles has a hole
        ("0.1 g 0 0 200 100 re 5 5 190 90 re f*", []),
        # blue on red is told from it by colours alone
        ("1 0 0 rg 0 0 90 20 re f 0 0 1 rg BT /F 12 Tf 9 9 Td (Aa) Tj ET", ["P61"]),
        ("1 0.9 0 rg 0 0 90 20 re f 0 0 1 rg BT /F 12 Tf 9 9 Td (Aa) Tj ET", []),
        ("0.75 g BT /F 12 Tf 9 9 Td (Aa) Tj ET", ["P61"]),
        ("0.75 g BT 3 Tr /F 12 Tf 9 9 Td (Aa) Tj ET", []),
        ("0 g /H gs BT /F 12 Tf 9 9 Td (Aa) Tj ET", ["P61"]),
    ],
)
def test_on_paper(content: str, codes: list[str]) -> None:
    pdf, page = page_of(content)
    page.Resources.ExtGState = Dictionary(H=Dictionary(ca=0.2))
    page.Resources.Font = Dictionary(F=Dictionary(Subtype=Name.Type1, BaseFont=Name.Helvetica))
    kept = BytesIO()
    pdf.save(kept)
    checked = preflight.on_paper(kept.getvalue(), FILE)
    # what was read before has doubts about each page that has something
    _, read = pdf_checks.examine(kept.getvalue(), FILE)
    assert preflight.on_paper(kept.getvalue(), FILE, read) == checked
    assert [each.code for each in checked.findings] == codes
    assert checked.status == "passed"


@pytest.mark.parametrize(
    ("address", "text", "told"),
    [
        ("https://example.org/a", "see https://example.org/a", False),
        ("https://example.org/a/", "see exam- ple.org/a", True),
        ("https://example.org/a/", "see example .org/a", False),
        ("mailto:one@example.org", "write to one@example.org", False),
        ("mailto:one@example.org?subject=x", "write to us", True),
        ("https://example.org/%C3%A9", "see example.org/\\351", False),
        ("#below", "see below", False),
    ],
)
def test_links_on_paper(address: str, text: str, told: bool) -> None:
    pdf, page = page_of(f"BT /F 9 Tf 9 50 Td ({text}) Tj ET".replace("\\\\", "\\"))
    page.Resources.Font = Dictionary(F=Dictionary(Subtype=Name.Type1, BaseFont=Name.Helvetica))
    link = Dictionary(Subtype=Name.Link, Rect=[9, 50, 60, 60])
    link.A = Dictionary(S=Name.URI, URI=String(address))
    page.Annots = Array([link])
    kept = BytesIO()
    pdf.save(kept)
    codes = [each.code for each in preflight.on_paper(kept.getvalue(), FILE).findings]
    assert codes == ["P62"] * told


# --- the command line -----------------------------------------------------------------------------


def test_command(tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes(saved(good()))
    (tmp_path / "old.pdf").write_bytes(saved(good("x1a"), "x1a"))
    (tmp_path / "bad.pdf").write_bytes(spoilt("rgb_text"))
    (tmp_path / "soft.pdf").write_bytes(spoilt("image_turned"))
    (tmp_path / "book.epub").write_bytes(b"PK")

    def told(*arguments: str) -> Any:
        files = [str(tmp_path / each) if "." in each else each for each in arguments]
        ran = CliRunner().invoke(cli, ["check", *files, "--format", "json"])
        return json.loads(ran.stdout)

    # what declares PDF/X is put to the preflight, whoever asks; warnings do not fail it
    for arguments in (("good.pdf", "old.pdf"), ("--preflight", "good.pdf", "old.pdf", "soft.pdf")):
        result = told(*arguments)
        assert result["exit"] == 0
        names = {each["name"] for file in result["files"] for each in file["checks"]}
        assert {name.split(":")[0] for name in names} == {"preflight"}
    result = told("--preflight", "bad.pdf", "--picture", str(tmp_path / "seen"))
    assert result["exit"] == 5
    (finding,) = [each for check in result["files"][0]["checks"] for each in check["findings"]]
    assert (finding["code"], finding["page"]) == ("P10", 1)
    assert finding["place"] == [12.0, 157.0, 15.4, 3.0]
    assert result["files"][0]["pictures"] == [str(tmp_path / "seen" / "bad.p1.png")]
    assert (tmp_path / "seen" / "bad.p1.png").read_bytes()[1:4] == b"PNG"
    assert told("--preflight", "--profile", "office", "bad.pdf")["exit"] == 0
    assert told("--preflight", "--profile", "x1a", "good.pdf")["exit"] == 5
    (finding,) = told("--preflight", "book.epub")["files"][0]["checks"][0]["findings"]
    assert finding["message"] == "is an EPUB; the preflight is for PDFs"
    ran = CliRunner().invoke(cli, ["check", "--profile", "x4", str(tmp_path / "good.pdf")])
    assert ran.exit_code == 2
    run_on = ["check", "--preflight", str(tmp_path / "bad.pdf"), "--picture", str(tmp_path / "p")]
    ran = CliRunner().invoke(cli, run_on)
    assert "bad.p1.png" in ran.stdout
    assert "error P10 [1] page 1: text “Red text” is in DeviceRGB" in ran.stderr
