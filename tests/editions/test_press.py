"""The press edition: everything in inks, up to the bleed, on sheets that a printer takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from helpers import Reader, picture
from PIL import Image, ImageCms

from brief import rebuild, run, tokens
from brief.checks import imposition
from brief.editions import press, sheet
from brief.editions.inks import Inks
from brief.findings import HouseError
from brief.house import House, Press, read_house

MM = 72 / 25.4
HEAD = "---\ntitle: A title\ndate: 2024-07-19\nlang: {}\n---\n"
FLOW = "\n\n".join(f"Sentence {n} of a text that goes on and on, line by line." for n in range(90))
Make = Callable[..., pikepdf.Pdf]


@pytest.fixture
def make(read: Reader, tmp_path: Path) -> Make:
    """Return the press edition of a text; the style has these rules for print.

    The preflight may find what is `accepted`, and nothing else.
    """

    def maker(
        text: str,
        css: str = "",
        lang: str = "en",
        settings: str = "",
        accepted: Sequence[str] = (),
        **told: Any,
    ) -> Any:
        folder = tmp_path / "styles" / "own"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "house.toml").write_text('from = "institute"\n', encoding="utf-8")
        (folder / "tokens.css").write_text(f":root {{ {settings} }}\n", encoding="utf-8")
        (folder / "print.css").write_text(css, encoding="utf-8")
        own = replace(read_house(tmp_path, style="own"), press=Press(**told))
        brief = read(HEAD.format(lang) + text).brief
        made = run._render(brief, own, ("press",), None, [])[0]
        found = [each for check in made.checks for each in check.findings]
        assert {each.code for each in found} <= set(accepted)
        return pikepdf.open(BytesIO(made.data))

    return maker


def operators(page: Any, *names: str) -> list[tuple[str, list[Any]]]:
    """Return the instructions of these names on a page and in its forms."""
    found, todo = [], [page]
    while todo:
        holder = todo.pop()
        for each in pikepdf.parse_content_stream(holder):
            if str(each.operator) in names:
                found.append((str(each.operator), list(each.operands)))
        resources = holder.Resources if "/Resources" in holder else {}
        forms = resources.get("/XObject", {}).values() if resources else ()
        todo += [form for form in forms if form.get("/Subtype") == "/Form"]
    return found


def box(page: Any, key: str) -> list[float]:
    return [round(float(each) / MM, 2) for each in page.obj[key]]


# --- the sheet ----------------------------------------------------------------------------------


def test_boxes_stand_around_the_trim(make: Make) -> None:
    for page in make("Text.", trim="170mm 240mm", bleed=5).pages:
        assert box(page, "/TrimBox") == [0, 0, 170, 240]
        assert box(page, "/BleedBox") == [-5, -5, 175, 245]
        assert box(page, "/MediaBox") == [-15, -15, 185, 255]
        assert "/ArtBox" not in page.obj


def test_pages_of_two_sizes_are_told_of(make: Make) -> None:
    css = "@page :nth(2) { size: A5 landscape }"
    pdf = make(FLOW, css, accepted=("P02", "P34", "C13"))
    sizes = [box(page, "/TrimBox")[2:] for page in pdf.pages]
    assert (sizes[0], sizes[1], sizes[-1]) == ([210, 297], [210, 148], [210, 297])
    with pytest.raises(AssertionError):
        make(FLOW, css)


def test_pages_are_made_up_to_a_multiple(make: Make) -> None:
    pdf = make(FLOW, pages_multiple=4)
    texts = [run_of(page) for page in pdf.pages]
    assert len(pdf.pages) % 4 == 0
    written = [n for n, page in enumerate(pdf.pages) if operators(page, "BDC")]
    blank = len(pdf.pages) - len(written)
    assert 0 < blank < 4
    assert written == list(range(len(written)))
    # what is blank has no number, but stands on a sheet like all others
    numbers = [re.findall(r"Page (\d+) of (\d+)", text) for text in texts]
    assert [n[0] for n in numbers[: len(written)]] == [
        (str(n + 1), str(len(written))) for n in range(len(written))
    ]
    assert numbers[len(written) :] == [[]] * blank
    assert all("July 19, 2024" in text for text in texts)
    assert len(make("Text.", pages_multiple=1).pages) == 1


def run_of(page: Any) -> str:
    """Return the text of a page's slug line, by another reader."""
    import pypdfium2

    out = BytesIO()
    with pikepdf.new() as one:
        one.pages.append(page)
        one.save(out)
    document = pypdfium2.PdfDocument(out.getvalue())
    text: str = document[0].get_textpage().get_text_bounded(bottom=-40, top=-8)
    document.close()
    return text


def test_the_house_chooses_the_marks(make: Make) -> None:
    def marks(*wanted: str) -> bytes:
        pdf = make("Text.", marks=wanted)
        return bytes(pdf.pages[0].obj.Resources.XObject.BriefMarks.read_bytes())

    assert marks().count(b" l S") == 0
    assert marks("crop").count(b" l S") == 8
    assert marks("registration").count(b" c S") == 4
    assert marks("bars").count(b" re f") == 12
    pdf = make("Text.")
    space = pdf.pages[0].obj.Resources.XObject.BriefMarks.Resources.ColorSpace.All
    assert space[1] == "/All"


@pytest.mark.parametrize(("lang", "sides"), [("en", (1, -1)), ("ar", (-1, 1))])
def test_pages_face_each_other(make: Make, lang: str, sides: tuple[int, int]) -> None:
    flow = FLOW if lang == "en" else "\n\n".join(["عاد الميناء إلى العمل في الربيع."] * 90)
    css = "@page { @top-left { content: 'inside' } @top-right { content: 'outside' } }"
    css += "body { --mark: 1 } .body { border-left: 3pt solid red }"
    first, second = (make(flow, css, lang, binding=binding) for binding in (0, 6))
    still, moved = ([place_of_red(page) for page in pdf.pages[:2]] for pdf in (first, second))
    shifts = [round((there - here) / MM, 1) for here, there in zip(still, moved, strict=True)]
    assert shifts == [6 * side for side in sides]


def place_of_red(page: Any) -> float:
    """Return where the only red thing of a page begins, from the left."""
    red = False
    for each in pikepdf.parse_content_stream(page):
        operands = [*map(float, each.operands)] if str(each.operator) in ("k", "re") else []
        if str(each.operator) == "k":
            red = operands[1] > 0.8 and operands[2] > 0.8
        elif red and str(each.operator) == "re":
            return 0.75 * operands[0]
    raise AssertionError("nothing is red")


def test_feet_are_mirrored(make: Make) -> None:
    pdf = make(FLOW, "@page { @bottom-left { content: 'IN' } @bottom-right { content: 'OUT' } }")
    import pypdfium2

    out = BytesIO()
    pdf.save(out)
    document = pypdfium2.PdfDocument(out.getvalue())
    sides = []
    for page in list(document)[:2]:
        text = page.get_textpage()
        found = text.search("OUT").get_next()
        assert found
        sides.append(text.get_charbox(found[0])[0] > 300)
    document.close()
    assert sides == [True, False]


# --- inks ---------------------------------------------------------------------------------------


def test_nothing_is_left_in_screen_colours(make: Make, tmp_path: Path) -> None:
    picture(tmp_path / "p.png", (900, 600))
    css = "h2 { color: #bf1220; background: linear-gradient(#0b4a6f, #bf122080) } p { opacity: .9 }"
    css += ".body { border: 1pt solid lab(50% 40 20) } h2 { text-shadow: none }"
    pdf = make("## Heading\n\nText.\n\n![A picture](p.png)", css, accepted=("P22",))
    for page in pdf.pages:
        assert not operators(page, "rg", "RG", "g", "G", "sc", "SC", "cs", "CS")[:0]
        assert {name for name, _ in operators(page, "rg", "RG", "g", "G")} <= {"g"}
    spaces = set()
    for each in pdf.objects:
        told = str(each.unparse(resolved=False)) if not isinstance(each, pikepdf.Stream) else ""
        if isinstance(each, pikepdf.Stream):
            told = each.stream_dict.unparse().decode("latin-1")
        spaces |= set(re.findall(r"/(Device(?:RGB|CMYK|Gray)|Cal\w+|Lab|ICCBased)\b", told))
    assert spaces <= {"DeviceCMYK", "DeviceGray"}


def test_black_and_grey_text_is_in_black_ink_and_overprints(make: Make) -> None:
    pdf = make("Text.\n\n## Heading", ".body p { color: #000 } .body h2 { color: #50575f }")
    over, inks, seen = False, None, set()
    for each in pikepdf.parse_content_stream(pdf.pages[0]):
        operator, operands = str(each.operator), list(each.operands)
        if operator == "gs" and str(operands[0]).startswith("/Brief"):
            over = operands[0] == "/BriefOver"
        elif operator == "k":
            inks = tuple(map(float, operands))
        elif operator in ("Tj", "TJ"):
            seen.add((inks, over))
        elif operator in ("f", "S"):
            assert not over
    assert ((0, 0, 0, 1), True) in seen
    assert all(over == (inks == (0, 0, 0, 1)) for inks, over in seen)
    assert all(inks[:3] == (0, 0, 0) for inks, _ in seen if inks and sum(inks[:3]) < 0.2)
    states = pdf.pages[0].obj.Resources.ExtGState
    assert bool(states.BriefOver.op)
    assert not bool(states.BriefOut.op)
    assert states.BriefOver.OPM == 1


def test_a_style_chooses_inks_of_its_own(make: Make) -> None:
    given = "--accent: #123456; --accent-press: device-cmyk(1 .4 0 .3);"
    css = ".body p { color: var(--accent) }"
    pdf = make("Text.", css, settings=given, accepted=("P17",))
    assert ("k", [1, pytest.approx(0.4), 0, pytest.approx(0.3)]) in [
        (name, [float(each) for each in operands])
        for name, operands in operators(pdf.pages[0], "k")
    ]


def test_a_declared_spot_colour_is_a_separation(make: Make) -> None:
    given = "--accent: #123456; --accent-press: device-cmyk(1 .44 0 0);"
    css = ".body p { color: var(--accent) }"
    pdf = make("Text.", css, settings=given, spots=(("PANTONE 300 C", (100, 44, 0, 0)),))
    ((name, space),) = pdf.pages[0].obj.Resources.ColorSpace.items()
    assert list(space)[:3] == ["/Separation", "/PANTONE 300 C", "/DeviceCMYK"]
    assert [float(each) for each in space[3].C1] == [1, pytest.approx(0.44), 0, 0]
    assert ("cs", [name]) in [(each, [*map(str, on)]) for each, on in operators(pdf.pages[0], "cs")]
    plain = make("Text.", css, settings=given)
    assert "/ColorSpace" not in plain.pages[0].obj.Resources


def test_masks_of_transparency_stay_as_they_are(make: Make) -> None:
    css = "h2 { background: linear-gradient(to right, rgb(11 74 111 / 1), rgb(11 74 111 / 0)) }"
    pdf = make("Text.\n\n## Heading", css)
    states = [each for each in walk(pdf) if isinstance(each, pikepdf.Dictionary)]
    masks = [each.SMask.G for each in states if isinstance(each.get("/SMask"), pikepdf.Dictionary)]
    assert masks
    for mask in masks:
        assert mask.Group.CS == "/DeviceGray"
        for shading in mask.Resources.Shading.values():
            assert shading.ColorSpace == "/DeviceGray"
            assert [len(f.C0) for f in walk_functions(shading.Function)] == [1] * len(
                list(walk_functions(shading.Function))
            )


def walk(pdf: pikepdf.Pdf) -> list[Any]:
    """Return all dictionaries of a PDF, those within others too."""
    found, todo = [], list(pdf.objects)
    while todo:
        each = todo.pop()
        if isinstance(each, pikepdf.Stream):
            each = each.stream_dict
        if isinstance(each, pikepdf.Dictionary):
            found.append(each)
            todo += [
                v for v in each.values() if isinstance(v, pikepdf.Object) and not v.is_indirect
            ]
        elif isinstance(each, pikepdf.Array):
            todo += [v for v in each if isinstance(v, pikepdf.Object) and not v.is_indirect]
    return found


def walk_functions(function: Any) -> list[Any]:
    parts = list(function.get("/Functions", []))
    return [each for part in parts for each in walk_functions(part)] if parts else [function]


@pytest.mark.parametrize("mode", ["RGB", "L", "grey in colour", "CMYK", "P", "RGBA", "LA"])
def test_pictures_of_every_kind(make: Make, tmp_path: Path, mode: str) -> None:
    gradient = Image.linear_gradient("L").resize((1500, 900))
    colour = Image.merge("RGB", (gradient, gradient.rotate(180), gradient.rotate(90)))
    files = {
        "RGB": (colour, "p.jpg"),
        "L": (gradient, "p.jpg"),
        "grey in colour": (gradient.convert("RGB"), "p.jpg"),
        "CMYK": (colour.convert("CMYK"), "p.jpg"),
        "P": (colour.quantize(32), "p.png"),
        "RGBA": (Image.merge("RGBA", (*colour.split(), gradient)), "p.png"),
        "LA": (Image.merge("LA", (gradient, gradient.rotate(180))), "p.png"),
    }
    image, name = files[mode]
    image.save(tmp_path / name)
    pdf = make(f"Text.\n\n![A picture]({name})")
    images = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
    images = [each for each in images if each.get("/Subtype") == "/Image"]
    masks = [each.SMask.objgen for each in images if "/SMask" in each]
    assert bool(masks) == (mode in ("RGBA", "LA"))
    (shown,) = [each for each in images if each.objgen not in masks]
    grey = mode in ("L", "LA", "grey in colour")
    assert shown.ColorSpace == ("/DeviceGray" if grey else "/DeviceCMYK")
    if masks:
        del shown["/SMask"]  # Pillow has no pixels of four inks and a mask
    made = pikepdf.PdfImage(shown).as_pil_image()
    assert made.mode == ("L" if grey else "CMYK")
    if not grey:
        assert most_ink(made.resize((60, 36))) <= 301


def most_ink(image: Image.Image) -> float:
    """Return the most ink of a pixel, in percent."""
    bands = [band.tobytes() for band in image.split()]
    return max(map(sum, zip(*bands, strict=True))) / 2.55


def test_ink_keeps_within_the_limit_of_the_house() -> None:
    dark = Image.merge("RGB", [Image.linear_gradient("L").point(lambda n: n // 6)] * 3)
    dark.putpixel((0, 0), (40, 0, 0))  # no grey picture
    for limit in (240, 300):
        inks = Inks(Press(ink=limit))
        assert most_ink(inks.picture(dark)) <= limit + 0.01
        for colour in ((1, 20, 30), (60, 10, 40), (30, 20, 90)):
            assert sum(inks.of(colour)) <= limit / 100 + 1e-9
    assert Inks(Press()).limit == pytest.approx(3, abs=0.01)


def test_greys_are_as_light_in_black_ink() -> None:
    inks = Inks(Press())
    told = [inks.of((n, n, n)) for n in (255, 220, 160, 90, 40, 0)]
    assert all(inks[:3] == (0, 0, 0) for inks in told)
    tints = [inks[3] for inks in told]
    assert tints == sorted(tints)
    assert (tints[0], tints[-2:]) == (0, [1, 1])
    for n, tint in ((220, tints[1]), (160, tints[2]), (90, tints[3])):
        shown = bytes.fromhex(inks.shown((0, 0, 0, tint))[1:])
        assert all(abs(each - n) < 8 for each in shown), (n, tint, shown)


def test_photos_become_inks_as_the_house_says() -> None:
    photo = Image.merge("RGB", [Image.linear_gradient("L").rotate(90 * n) for n in range(3)])
    made = {
        intent: Inks(Press(intent=intent)).picture(photo).tobytes()
        for intent in ("perceptual", "relative")
    }
    assert made["perceptual"] != made["relative"]
    # of a graphic what is grey is in black ink alone
    graphic = photo.copy()
    graphic.paste((90, 90, 90), (0, 0, 50, 50))
    made_of = Inks(Press()).picture(graphic, graphic=True)
    assert [made_of.getchannel(ink).getpixel((10, 10)) for ink in "CMY"] == [0, 0, 0]


def test_a_profile_of_a_screen_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "screen.icc"
    file.write_bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for profile in (file, tmp_path / "none.icc"):
        with pytest.raises(HouseError) as caught:
            Inks(Press(profile=profile))
        assert caught.value.findings[0].code == "H27"


def test_the_profile_of_the_house_is_the_intent(make: Make, tmp_path: Path) -> None:
    own = tmp_path / "house.icc"
    own.write_bytes(Inks(Press()).profile)
    pdf = make("Text.", profile=own)
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFX"
    assert str(intent.OutputConditionIdentifier) == "Custom"
    pdf = make("Text.")
    (intent,) = pdf.Root.OutputIntents
    assert str(intent.OutputConditionIdentifier) == "FOGRA39"
    assert intent.DestOutputProfile.read_bytes() == own.read_bytes()
    assert intent.DestOutputProfile.N == 4


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ("--accent-press: #ff0000;", "no device-cmyk"),
        ("--accent: rgb(0 0 0 / .5); --accent-press: device-cmyk(0 0 0 1);", "no colour"),
        (
            "--accent: #111111; --ink: #111111; --accent-press: device-cmyk(0 1 0 0);"
            "--ink-press: device-cmyk(0 0 0 1);",
            "other inks",
        ),
    ],
)
def test_inks_that_cannot_be(make: Make, settings: str, problem: str) -> None:
    with pytest.raises(HouseError) as caught:
        make("Text.", settings=settings)
    assert caught.value.findings[0].code == "H14"
    assert problem in caught.value.findings[0].message


# --- the bleed ----------------------------------------------------------------------------------


def reached(page: Any) -> tuple[float, float, float, float]:
    """Return what a page's colour reaches, as the press draws it, in mm from the trim."""
    import pypdfium2

    out = BytesIO()
    with pikepdf.new() as one:
        one.pages.append(page)
        for name in ("/BriefMarks", "/BriefSlug"):
            del one.pages[0].obj.Resources.XObject[name]
        one.save(out)
    document = pypdfium2.PdfDocument(out.getvalue())
    drawn = document[0].render(scale=2).to_pil().convert("L").point(lambda n: 255 * (n < 250))
    document.close()
    left, top, right, bottom = drawn.getbbox()
    x, _, end, above = box(page, "/MediaBox")
    side = (end - x) / drawn.width
    return x + left * side, above - bottom * side, x + right * side, above - top * side


WHITE = " * { color: #fff !important }"
EDGES = {
    "a ground": "@page { background: #0b4a6f }",
    "a band": ".body::before { content: ''; position: absolute; left: -80mm; top: -40mm;"
    " width: 300mm; height: 400mm; z-index: -1; background: #0b4a6f }",
    "a band to the trim": ".body { position: absolute; left: -60mm; top: -18mm; width: 210mm;"
    " height: 297mm; background: #0b4a6f; z-index: -1 }",
    "a gradient": ".body { position: absolute; left: -60mm; top: -18mm; width: 210mm;"
    " height: 297mm; z-index: -1; background: linear-gradient(to right, #0b4a6f, #bf1220) }",
    "a picture": ".body img { position: absolute; left: -60mm; top: -18mm; width: 210mm;"
    " height: 297mm !important; max-height: none !important; max-width: none !important;"
    " z-index: -1 }",
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("binding", [0, 3])
def test_what_ends_at_the_trim_reaches_the_bleed(
    make: Make, tmp_path: Path, edge: str, binding: float
) -> None:
    Image.new("RGB", (1500, 2121), "#0b4a6f").save(tmp_path / "p.jpg")
    text = "![A picture](p.jpg)" if edge == "a picture" else "Text."
    # the text begins where the band does
    pdf = make(text, EDGES[edge] + WHITE, binding=binding, accepted=("P34", "P22"))
    assert reached(pdf.pages[0]) == pytest.approx((-3, -3, 213, 300), abs=0.3)


# --- what is made of it -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "sides"),
    [
        (4, [(3, 0), (1, 2)]),
        (8, [(7, 0), (1, 6), (5, 2), (3, 4)]),
        (5, [(7, 0), (1, 6), (5, 2), (3, 4)]),
    ],
)
def test_the_sides_of_a_booklet(pages: int, sides: list[tuple[int, int]]) -> None:
    assert sheet.booklet_sides(pages) == sides


def placed(page: Any) -> list[tuple[int, float, list[float]]]:
    """Return the pages on a side: number, how far from the left its trim is, and its clip in mm."""
    told = page.obj.Contents[-1].read_bytes().decode()
    found = re.findall(r"q ([\d. -]+) re W n 1 0 0 1 ([\d.-]+) 0 cm /Brief(\d+) Do", told)
    return [
        (int(n), float(x) / MM, [float(each) / MM for each in clip.split()]) for clip, x, n in found
    ]


def test_a_booklet_creeps_towards_its_fold(make: Make) -> None:
    source = make(FLOW * 3, pages_multiple=12)
    out = BytesIO()
    source.save(out)
    data, count = sheet.impose(out.getvalue(), "booklet", Press(), creep=1.2)
    pdf = pikepdf.open(BytesIO(data))
    assert (len(pdf.pages), count) == (len(source.pages) // 2,) * 2
    sheets = len(pdf.pages) // 2
    for n, page in enumerate(pdf.pages):
        (_, left, clip), (_, right, other) = placed(page)
        moved = 1.2 * (n // 2) / (sheets - 1)
        assert (left, right) == pytest.approx((moved, 210 - moved), abs=0.01)
        # nothing goes over the fold, all goes to the bleed
        assert clip == pytest.approx([-3, -3, 213, 303], abs=0.01)
        assert other == pytest.approx([210, -3, 213, 303], abs=0.01)
        assert box(page, "/TrimBox") == [0, 0, 420, 297]
        assert box(page, "/BleedBox") == [-3, -3, 423, 300]


def test_two_pages_on_a_sheet_are_cut_apart(make: Make) -> None:
    out, source = BytesIO(), make(FLOW, pages_multiple=1)
    source.save(out)
    pdf = pikepdf.open(BytesIO(sheet.impose(out.getvalue(), "2-up", Press())[0]))
    (one, left, clip), (other, right, _) = placed(pdf.pages[0])
    assert (one, other) == (0, 1)
    assert (left, right) == pytest.approx((0, 216), abs=0.01)
    assert clip == pytest.approx([-3, -3, 216, 303], abs=0.01)
    assert box(pdf.pages[0], "/TrimBox") == [0, 0, 426, 297]


def test_from_right_to_left_the_spine_is_on_the_right(make: Make) -> None:
    out, source = BytesIO(), make("نص.", lang="ar", pages_multiple=4)
    source.save(out)
    made = sheet.impose(out.getvalue(), "booklet", Press(), rtl=True)[0]
    pdf = pikepdf.open(BytesIO(made))
    assert [n for n, *_ in placed(pdf.pages[0])] == [0, 3]


def test_the_same_bytes(read: Reader, house: House, tmp_path: Path) -> None:
    picture(tmp_path / "p.jpg", (900, 600))
    brief = read(HEAD.format("en") + "Text.\n\n![A picture](p.jpg)").brief
    (outcome,) = run.export(
        brief.source, out=tmp_path / "out", verify=False, impose="booklet", house=house
    )
    assert outcome.error is None
    assert [each.format for each in outcome.editions] == ["pdf", "epub", "press", "booklet"]
    assert all(each.ok for each in rebuild.verify(tmp_path / "out", house=house))


def test_tokens_give_inks(house: House) -> None:
    given = tokens.inks(house.style)
    assert [*given] == [(0x0B, 0x4A, 0x6F)]
    assert given[0x0B, 0x4A, 0x6F] == pytest.approx((1, 0, 0, 0.65))
    for told in ("device-cmyk(1, 0, 0, 0.65)", "device-cmyk(100% 0% 0% 65%)"):
        assert tokens.cmyk(told) == pytest.approx((1, 0, 0, 0.65))
    assert tokens.cmyk("#0b4a6f") is None


def test_conversion_leaves_nothing_out(make: Make) -> None:
    """Pictures are told of once each, with where they are largest."""
    pdf = make("Text.")
    out = BytesIO()
    pdf.save(out)
    _, photos = press.convert(out.getvalue(), Inks(Press()))
    assert photos == []


# --- sheets are held against the pages that they are of ------------------------------------------


@pytest.fixture
def pages(make: Make) -> bytes:
    out, source = BytesIO(), make(FLOW * 2, pages_multiple=1)
    assert len(source.pages) == 5
    source.save(out)
    return out.getvalue()


def astray(made: bytes, of: bytes) -> list[str]:
    told = imposition.check(made, of, Path("piece.booklet.pdf"))
    assert {each.code for each in told.findings} <= {"P50"}
    return [each.message for each in told.findings]


@pytest.mark.parametrize("kind", ["booklet", "2-up"])
def test_sheets_hold_their_pages(pages: bytes, kind: str) -> None:
    made, _ = sheet.impose(pages, kind, Press(), creep=2)
    assert astray(made, pages) == []


def spoilt(made: bytes, old: str, new: str) -> bytes:
    """Return sheets whose first side draws something else, or elsewhere."""
    pdf, out = pikepdf.open(BytesIO(made)), BytesIO()
    stream = pdf.pages[0].obj.Contents[-1]
    told = stream.read_bytes().decode()
    assert re.search(old, told)
    stream.write(re.sub(old, new, told, count=1).encode())
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("/Brief0 Do", "", "side 1, right: page 1 lacks “A title”"),
        (
            r"1 0 0 1 [\d.]+ 0 cm (/Brief0 Do)",
            r"1 0 0 1 560 0 cm \1",
            "page 1 is moved by -12.4 mm",
        ),
        (
            r"1 0 0 1 ([\d.]+) 0 cm (/Brief0 Do)",
            r"1 0 0 1 \1 9 cm \2",
            "page 1 is moved up or down",
        ),
        (r"1 0 0 1 ([\d.]+) 0 cm (/Brief0 Do)", r"0.9 0 0 1 \1 0 cm \2", "words apart otherwise"),
        ("/Brief0 Do", "/Brief0 Do /Brief0 Do", "page 1 has other words and pictures"),
    ],
)
def test_a_page_astray_is_found(pages: bytes, old: str, new: str, told: str) -> None:
    made, _ = sheet.impose(pages, "booklet", Press())
    (message,) = astray(spoilt(made, old, new), pages)
    assert told in message


def test_sheets_that_lack_a_side_are_found(pages: bytes) -> None:
    made, _ = sheet.impose(pages, "2-up", Press())
    pdf, out = pikepdf.open(BytesIO(made)), BytesIO()
    del pdf.pages[-1]
    pdf.save(out)
    (message,) = astray(out.getvalue(), pages)
    assert "sides for" in message
