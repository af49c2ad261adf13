"""The built-in PDF checks: a sound PDF passes, every seeded fault is found, nothing breaks them."""

from __future__ import annotations

import logging
import random
import warnings
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import weasyprint
from fontTools.cffLib import FDArrayIndex, FDSelect, FontDict
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from pikepdf import Array, Dictionary, Name, String
from PIL import Image
from weasyprint.text.fonts import FontConfiguration

from brief.checks import pdf, pdfobjects, pdfread
from brief.checks.pdfread import Document
from brief.checks.result import Check
from brief.findings import CheckError, LimitError

FILE = Path("some.pdf")
FONTS = Path(__file__).parents[2] / "brief/sheets/fonts"
CSS = """
@font-face { font-family: Body; src: url(SourceSerif4-Regular.ttf) }
@font-face { font-family: Body; font-style: italic; src: url(SourceSerif4-It.ttf) }
@font-face { font-family: Body; font-weight: 700; src: url(SourceSerif4-Semibold.ttf) }
@font-face { font-family: Arabic; src: url(NotoNaskhArabic-Regular.ttf) }
@page { size: A5; margin: 2cm }
html { font: 11pt/1.4 Body, Arabic; hyphens: auto }
p { text-align: justify }
img { image-rendering: crisp-edges; width: 3cm }
.note { float: footnote }
"""
WORDS = (
    "The reform-minded president said on Friday that the government’s long-debated plan would be"
    " “carried through” without unnecessary delay; parliamentarians, notwithstanding, remained"
    " unconvinced of its constitutionality. "
)
BODY = f"""
<h1>A title</h1>
<p>First {WORDS}<span class="note">A note that says <em>so</em>.</span></p>
<h2 id="second">A section</h2>
<p>See <a href="https://example.org/a">the place</a> and <a href="#second">the section</a>.</p>
<p><img src="red.png" alt="A red field"/></p>
<ul><li>one</li><li>two</li></ul>
<table><tr><th>Head</th></tr><tr><td>Cell</td></tr></table>
<p style="opacity: .5">Half <b>faded</b></p>
"""


class Pictures(weasyprint.urls.URLFetcher):  # type: ignore[misc]
    def fetch(self, url: str, headers: Any = None) -> Any:
        if not url.endswith(".png"):
            return super().fetch(url, headers)
        picture = BytesIO()
        Image.new("RGB", (8, 8), "red").save(picture, "PNG")
        kind = {"Content-Type": "image/png"}
        return weasyprint.urls.URLFetcherResponse(url, BytesIO(picture.getvalue()), kind)


def render(body: str, lang: str = "en", direction: str = "ltr", css: str = "") -> bytes:
    """Set a page with WeasyPrint, and let it claim PDF/UA as well."""
    html = f'<html lang="{lang}" dir="{direction}"><head><title>A title</title></head>{body}</html>'
    fonts, base = FontConfiguration(), f"{FONTS.as_uri()}/"
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    page = weasyprint.HTML(string=html, base_url=base, url_fetcher=Pictures())
    sheet = weasyprint.CSS(string=CSS + css, base_url=base, font_config=fonts)
    source = weasyprint.Attachment(string="source", name="a.txt", relationship="Source")
    with warnings.catch_warnings():  # WeasyPrint leaves its colour profile open
        warnings.simplefilter("ignore", ResourceWarning)
        data = page.write_pdf(
            stylesheets=[sheet],
            font_config=fonts,
            pdf_variant="pdf/a-3a",
            pdf_tags=True,
            attachments=[source],
        )

    def claim(made: pikepdf.Pdf) -> None:
        told = made.Root.Metadata.read_bytes()
        part = b'<rdf:Description rdf:about="" xmlns:ua="http://www.aiim.org/pdfua/ns/id/"'
        made.Root.Metadata.write(told.replace(b"</rdf:RDF>", part + b' ua:part="1"/></rdf:RDF>'))

    return change(data, claim)


def change(data: bytes, fault: Callable[[pikepdf.Pdf], object], **options: Any) -> bytes:
    """Return a PDF with something done to it."""
    made = pikepdf.open(BytesIO(data))
    fault(made)
    out = BytesIO()
    made.save(out, fix_metadata_version=False, **options)
    return out.getvalue()


@cache
def sound() -> bytes:
    return render(BODY)


def found(checks: list[Check]) -> dict[str, list[str]]:
    """Return the codes of the checks that failed."""
    return {c.name: sorted({each.code for each in c.findings}) for c in checks if c.findings}


def elements(made: pikepdf.Pdf, kind: str) -> list[Any]:
    """Return the structure elements of a kind, as they lie in the file."""
    return [o for o in made.objects if isinstance(o, Dictionary) and o.get("/S") == f"/{kind}"]


def links(made: pikepdf.Pdf) -> list[Any]:
    return [a for page in made.pages for a in page.obj.get("/Annots", []) if a.Subtype == "/Link"]


def fonts(made: pikepdf.Pdf) -> list[Any]:
    return [o for o in made.objects if isinstance(o, Dictionary) and "/FontFile2" in o]


def draw(made: pikepdf.Pdf, content: bytes, font: Any = None) -> None:
    """Draw something more on the first page."""
    page = made.pages[0]
    if font is not None:
        page.Resources.Font["/More"] = font
    page.contents_add(b"q BT /More 9 Tf 50 50 Td " + content + b" ET Q")


def helvetica(made: pikepdf.Pdf) -> Any:
    face = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    return made.make_indirect(face)


def test_a_sound_pdf_passes() -> None:
    checks = pdf.check(sound(), FILE, "en", "A title")
    assert found(checks) == {}
    assert [check.name for check in checks] == [
        *("opens", "text", "fonts", "tags", "language", "title", "links", "images", "glyphs"),
        *("visible", "actual text", "declaration"),
    ]
    assert {check.status for check in checks} == {"passed"}
    assert {check.by for check in checks} == {"brief"}


# Faults in what WeasyPrint made


def _unembed(made: pikepdf.Pdf) -> None:
    del fonts(made)[0]["/FontFile2"]


def _spoil_font(made: pikepdf.Pdf) -> None:
    fonts(made)[0].FontFile2.write(b"no font at all")


def _rename_font(made: pikepdf.Pdf) -> None:
    fonts(made)[0].FontName = Name.Body


def _name_no_subset(made: pikepdf.Pdf) -> None:
    for thing in made.objects:
        if isinstance(thing, Dictionary):
            for key in {"/BaseFont", "/FontName"} & set(thing.keys()):
                thing[key] = Name("/" + str(thing[key])[1:].split("+")[-1])
    fonts(made)[0].CIDSet = made.make_stream(b"\xff")


def _font_in_form(made: pikepdf.Pdf) -> None:
    form = made.make_stream(b"BT /F 9 Tf (x) Tj ET")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    form.Resources = Dictionary(Font=Dictionary(F=helvetica(made)))
    made.pages[0].Resources.XObject["/Fm"] = form
    made.pages[0].contents_add(b"/Artifact BMC /Fm Do EMC")


def _font_in_pattern(made: pikepdf.Pdf) -> None:
    tile = made.make_stream(b"BT /F 9 Tf (x) Tj ET")
    tile.PatternType, tile.Resources = 1, Dictionary(Font=Dictionary(F=helvetica(made)))
    made.pages[0].Resources.Pattern["/Tile"] = tile
    made.pages[0].contents_add(b"/Artifact BMC /Pattern cs /Tile scn 0 0 9 9 re f EMC")


def _font_in_glyph(made: pikepdf.Pdf) -> None:
    glyph = made.make_stream(b"9 0 d0 BT /F 9 Tf (x) Tj ET")
    face = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        CharProcs=Dictionary(a=glyph),
        Encoding=Dictionary(Differences=Array([97, Name.a])),
        Resources=Dictionary(Font=Dictionary(F=helvetica(made))),
    )
    draw(made, b"/Artifact BMC (a) Tj EMC", made.make_indirect(face))


def _font_in_annotation(made: pikepdf.Pdf) -> None:
    look = made.make_stream(b"BT /F 9 Tf (x) Tj ET")
    look.Subtype, look.Resources = Name.Form, Dictionary(Font=Dictionary(F=helvetica(made)))
    links(made)[0].AP = Dictionary(N=look)


def _drop_tree(made: pikepdf.Pdf) -> None:
    del made.Root.StructTreeRoot


def _unmark(made: pikepdf.Pdf) -> None:
    made.Root.MarkInfo.Marked = False


def _orphan(made: pikepdf.Pdf) -> None:
    elements(made, "H2")[0].K = Array()


def _draw_untagged(made: pikepdf.Pdf) -> None:
    draw(made, b"(stray) Tj", fonts_on_page(made))


def fonts_on_page(made: pikepdf.Pdf) -> Any:
    return next(iter(made.pages[0].Resources.Font.values()))


def _draw_untagged_shape(made: pikepdf.Pdf) -> None:
    made.pages[0].contents_add(b"0 0 9 9 re f")


def _forget_parents(made: pikepdf.Pdf) -> None:
    made.Root.StructTreeRoot.ParentTree.Nums[1] = Array()


def _swap_parents(made: pikepdf.Pdf) -> None:
    nums = made.Root.StructTreeRoot.ParentTree.Nums[1]
    nums[0], nums[1] = nums[1], nums[0]


def _hang_twice(made: pikepdf.Pdf) -> None:
    heading = elements(made, "H2")[0]
    heading.P.K.append(heading)


def _tell_twice(made: pikepdf.Pdf) -> None:
    elements(made, "H2")[0].K.append(0)


def _skip_heading(made: pikepdf.Pdf) -> None:
    elements(made, "H2")[0].S = Name.H3


def _begin_low(made: pikepdf.Pdf) -> None:
    elements(made, "H1")[0].S = Name.H2


def _lose_headings(made: pikepdf.Pdf) -> None:
    for kind in ("H1", "H2"):
        elements(made, kind)[0].S = Name.P


def _disorder(made: pikepdf.Pdf) -> None:
    del made.pages[0].obj["/Tabs"]


def _lose_lang(made: pikepdf.Pdf) -> None:
    del made.Root.Lang


def _odd_lang(made: pikepdf.Pdf) -> None:
    made.Root.Lang = String("English, I think")


def _other_lang(made: pikepdf.Pdf) -> None:
    made.Root.Lang = String("de")


def _lose_title(made: pikepdf.Pdf) -> None:
    told = made.Root.Metadata.read_bytes()
    made.Root.Metadata.write(told.replace(b"A title", b" "))


def _other_title(made: pikepdf.Pdf) -> None:
    made.trailer.Info.Title = String("Another title")


def _hide_title(made: pikepdf.Pdf) -> None:
    made.Root.ViewerPreferences.DisplayDocTitle = False


def _link(**action: Any) -> Callable[[pikepdf.Pdf], None]:
    def fault(made: pikepdf.Pdf) -> None:
        link = links(made)[0]
        if "/Dest" in link:
            del link["/Dest"]
        link.A = Dictionary(**action)

    return fault


def _dest(value: Callable[[pikepdf.Pdf], Any]) -> Callable[[pikepdf.Pdf], None]:
    def fault(made: pikepdf.Pdf) -> None:
        link = links(made)[0]
        if "/A" in link:
            del link["/A"]
        link.Dest = value(made)

    return fault


def _mute_link(made: pikepdf.Pdf) -> None:
    del links(made)[0]["/Contents"]


def _untag_link(made: pikepdf.Pdf) -> None:
    elements(made, "Link")[0].S = Name.Span


def _unlink(made: pikepdf.Pdf) -> None:
    element = elements(made, "Link")[0]
    element.K = Array([kid for kid in element.K if isinstance(kid, int)])


def _lose_bookmark(made: pikepdf.Pdf) -> None:
    made.Root.Outlines.First.Dest = Array([made.make_indirect(Dictionary()), Name.Fit])


def _open_with_script(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("1"))


def _hold_script(made: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("1"))
    made.Root.Names.JavaScript = Dictionary(Names=Array([String("s"), script]))


def _lose_alt(made: pikepdf.Pdf) -> None:
    del elements(made, "Figure")[0]["/Alt"]


def _unfigure(made: pikepdf.Pdf) -> None:
    figure = elements(made, "Figure")[0]
    figure.S = Name.P
    del figure["/Alt"]


def _draw_code(code: bytes) -> Callable[[pikepdf.Pdf], None]:
    def fault(made: pikepdf.Pdf) -> None:
        draw(made, b"/Artifact BMC <" + code + b"> Tj EMC", fonts_on_page(made))

    return fault


def _map_to_nothing(made: pikepdf.Pdf) -> None:
    table = made.make_stream(b"\0\0" * 1000)
    fonts_on_page(made).DescendantFonts[0].CIDToGIDMap = table


def _lose_drawing(made: pikepdf.Pdf) -> None:
    face = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        CharProcs=Dictionary(b=made.make_stream(b"9 0 d0")),
        Encoding=Dictionary(Differences=Array([97, Name.a])),
    )
    draw(made, b"/Artifact BMC (a) Tj EMC", made.make_indirect(face))


def _claim(old: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    def fault(made: pikepdf.Pdf) -> None:
        told = made.Root.Metadata.read_bytes()
        assert old in told
        made.Root.Metadata.write(told.replace(old, new))

    return fault


def _lose_intent(made: pikepdf.Pdf) -> None:
    del made.Root.OutputIntents


def _attachment(made: pikepdf.Pdf) -> Any:
    return made.Root.Names.EmbeddedFiles.Names[1]


def _unrelate(made: pikepdf.Pdf) -> None:
    del _attachment(made)["/AFRelationship"]


def _disassociate(made: pikepdf.Pdf) -> None:
    made.Root.AF = Array()


FAULTS: list[tuple[str, str, Callable[[pikepdf.Pdf], object]]] = [
    ("fonts", "C02", _unembed),
    ("fonts", "C02", _spoil_font),
    ("fonts", "C02", _rename_font),
    ("fonts", "C02", _name_no_subset),
    ("fonts", "C02", _font_in_form),
    ("fonts", "C02", _font_in_pattern),
    ("fonts", "C02", _font_in_glyph),
    ("fonts", "C02", _font_in_annotation),
    ("tags", "C03", _drop_tree),
    ("tags", "C03", _unmark),
    ("tags", "C03", _orphan),
    ("tags", "C03", _draw_untagged),
    ("tags", "C03", _draw_untagged_shape),
    ("tags", "C03", _forget_parents),
    ("tags", "C03", _swap_parents),
    ("tags", "C03", _hang_twice),
    ("tags", "C03", _tell_twice),
    ("tags", "C03", _skip_heading),
    ("tags", "C03", _begin_low),
    ("tags", "C03", _lose_headings),
    ("tags", "C03", _disorder),
    ("language", "C04", _lose_lang),
    ("language", "C04", _odd_lang),
    ("language", "C04", _other_lang),
    ("title", "C05", _lose_title),
    ("title", "C05", _other_title),
    ("title", "C05", _hide_title),
    ("links", "C06", _link(S=Name.URI, URI=String("file:///etc/passwd"))),
    ("links", "C06", _link(S=Name.URI, URI=String("javascript:alert(1)"))),
    ("links", "C06", _link(S=Name.URI, URI=String("other.html"))),
    ("links", "C06", _link(S=Name.URI, URI=String("https://"))),
    ("links", "C06", _link(S=Name.URI, URI=String("https://a b/"))),
    ("links", "C06", _link(S=Name.Launch, F=String("x.exe"))),
    ("links", "C06", _link(S=Name.JavaScript, JS=String("1"))),
    ("links", "C06", _link(S=Name.GoTo, D=String("nowhere"))),
    ("links", "C06", _link()),
    ("links", "C06", _dest(lambda made: String("nowhere"))),
    ("links", "C06", _dest(lambda made: Array([99, Name.Fit]))),
    ("links", "C06", _dest(lambda made: Array([made.make_indirect(Dictionary()), Name.Fit]))),
    ("links", "C03", _mute_link),
    ("links", "C03", _untag_link),
    ("links", "C06", _unlink),
    ("links", "C06", _lose_bookmark),
    ("links", "C06", _open_with_script),
    ("links", "C06", _hold_script),
    ("images", "C07", _lose_alt),
    ("images", "C07", _unfigure),
    ("glyphs", "C08", _draw_code(b"0000")),
    ("glyphs", "C08", _draw_code(b"FFF0")),
    ("glyphs", "C08", _map_to_nothing),
    ("glyphs", "C08", _lose_drawing),
    ("declaration", "C12", _claim(b'part="3"', b'part="2"')),
    ("declaration", "C12", _claim(b'conformance="A"', b'conformance="B"')),
    ("declaration", "C12", _claim(b'ua:part="1"', b"")),
    ("declaration", "C12", _claim(b"<rdf:RDF", b"<rdf:RDF<")),
    ("declaration", "C12", _lose_intent),
    ("declaration", "C12", _unrelate),
    ("declaration", "C12", _disassociate),
]


@pytest.mark.parametrize(
    ("name", "code", "fault"),
    FAULTS,
    ids=[f"{n}-{f.__name__}-{i}" for i, (n, _, f) in enumerate(FAULTS)],
)
def test_every_fault_is_found(name: str, code: str, fault: Callable[[pikepdf.Pdf], object]) -> None:
    checks = pdf.check(change(sound(), fault), FILE, "en", "A title")
    codes = found(checks)
    assert code in codes[name]
    assert "C09" not in [code for listed in codes.values() for code in listed]


@pytest.mark.parametrize(
    ("css", "told"),
    [
        ("ul { position: relative; left: -20cm }", "4 pieces of text are off the page"),
        ("ul { margin-left: 11.5cm; white-space: nowrap }", "2 pieces of text are off the page"),
        ("table { position: absolute; top: -4cm }", "2 pieces of text are off the page"),
        ("table { transform: translateY(30cm) }", "2 pieces of text are off the page"),
        ("h2 { height: 0; overflow: hidden }", "a piece of text is cut off"),
        ("h2 { width: 1cm; white-space: nowrap; overflow: hidden }", "a piece of text is cut off"),
        ("h2 { font-size: .1pt }", "a piece of text is too small to be seen"),
        ("img { position: relative; left: 15cm }", "an image is off the page"),
    ],
)
def test_what_cannot_be_seen_is_found(css: str, told: str) -> None:
    checks = pdf.check(render(BODY, css=css), FILE)
    assert found(checks)["visible"] == ["C13"]
    messages = [each.message for check in checks for each in check.findings if each.code == "C13"]
    assert [message for message in messages if told in message], messages


@pytest.mark.parametrize(
    "css",
    [
        "h2 { overflow: hidden }",
        "ul { transform: rotate(90deg) }",
        "p { text-align: right; letter-spacing: .2em; word-spacing: .5em }",
        "img { overflow: hidden; border-radius: 50% }",
        "table { float: right; margin-right: -1.9cm }",
    ],
)
def test_what_can_be_seen_is_not(css: str) -> None:
    assert "visible" not in found(pdf.check(render(BODY, css=css), FILE))


def test_images_are_read_by_their_text_alternatives() -> None:
    content = pdf.examine(sound(), FILE)[1]
    assert content
    assert content.images == ["A red field"]
    hidden = render(BODY, css="img { position: relative; left: 15cm }")
    content = pdf.examine(hidden, FILE)[1]
    assert content
    assert content.images == []
    adorned = render(BODY, css="h1 { background: url(red.png) no-repeat }")
    content = pdf.examine(adorned, FILE)[1]
    assert content
    assert content.images == ["A red field", ""]


@pytest.mark.parametrize(
    ("content", "hidden"),
    [
        (b"50 50 Td (Seen) Tj", [""]),
        (b"-40 50 Td (Lost) Tj", ["off the page"]),
        (b"90 50 Td (Run) Tj", ["off the page"]),
        (b"90 50 Td (i    ) Tj", [""]),
        (b"70 50 Td [(R) 4000 (un)] TJ", [""]),
        (b"70 50 Td [(R) -4000 (un)] TJ", ["off the page"]),
        (b"60 50 Td (One) Tj (Two) Tj (More) Tj", ["", "", "off the page"]),
        (b"60 50 Td 30 Tc (Lo) Tj", ["off the page"]),
        (b"60 50 Td 30 Tw (L o) Tj", ["off the page"]),
        (b"60 50 Td 400 Tz (Los) Tj", ["off the page"]),
        (b'60 50 Td 30 30 (L o) "', ["off the page"]),
        (b"60 50 Td 80 Ts (Up) Tj", ["off the page"]),
        (b"60 50 Td 0 0 (L o) \" T* (Under) '", ["", ""]),
        (b".01 0 0 .01 50 50 Tm (Small) Tj", ["too small to be seen"]),
        (b"0 1 -1 0 50 85 Tm (Upwards) Tj", ["off the page"]),
        (b"0 1 -1 0 50 20 Tm (Up) Tj", [""]),
        (b"50 50 Td (a) Tj ET q 0 0 20 20 re W n BT /F 9 Tf 50 50 Td (b) Tj", ["", "cut off"]),
        (b"ET q 0 0 99 99 re W n BT /F 9 Tf 50 50 Td (b) Tj", [""]),
        (b"ET q 0 0 m 9 0 l 9 9 l h W* n Q BT /F 9 Tf 50 50 Td (b) Tj", [""]),
        (b"ET 0 0 m 9 0 0 9 9 9 c W n BT /F 9 Tf 50 50 Td (b) Tj", ["cut off"]),
        (b"ET 0 0 9 9 re f W n BT /F 9 Tf 50 50 Td (b) Tj", [""]),
        (b"-90 50 Td (\\200\\200 \\012) Tj x y Tc (Lost) Tj", ["off the page", "off the page"]),
    ],
)
def test_where_text_is_drawn(content: bytes, hidden: list[str]) -> None:
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(100, 100))
        page = made.pages[0]
        page.Resources = Dictionary(Font=Dictionary(F=helvetica(made)))
        page.Contents = made.make_stream(b"BT /F 9 Tf " + content + b" ET")
        out = BytesIO()
        made.save(out)
    pieces = Document(out.getvalue(), FILE).pieces
    assert [piece.hidden for piece in pieces if piece.kind == "text"] == hidden


@pytest.mark.parametrize("font", ["TrueType", "CFF", "CFF with CIDs"])
def test_a_glyph_that_a_font_lacks_is_found(font: str) -> None:
    if font == "TrueType":
        data = render(f"{BODY}<p>x \U0001abcd</p>")
    else:
        data = change(sound(), lambda made: draw_in_cff(made, "CID" in font, b"<00010003>"))
    (check,) = [c for c in pdf.check(data, FILE) if c.findings]
    assert (check.name, [each.code for each in check.findings]) == ("glyphs", ["C08"])
    assert ("U+1ABCD" if font == "TrueType" else "U+0044") in check.findings[0].message


def draw_in_cff(made: pikepdf.Pdf, cids: bool, drawn: bytes) -> None:
    """Draw with a font of three glyphs: 0, 1 and 2, or as CIDs 0, 1 and 5."""
    names = [".notdef", "cid00001", "cid00005"] if cids else [".notdef", "A", "B"]
    build = FontBuilder(1000, isTTF=False)
    build.setupGlyphOrder(names)
    build.setupCharacterMap({})
    pen = T2CharStringPen(500, None)
    build.setupCFF("Small", {}, {each: pen.getCharString() for each in names}, {})
    build.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    build.setupHorizontalHeader()
    build.setupOS2()
    build.setupPost()
    if cids:
        top = build.font["CFF "].cff[0]
        top.rawDict["ROS"] = top.ROS = ("Adobe", "Identity", 0)
        top.FDSelect, top.FDArray = FDSelect(), FDArrayIndex()
        top.FDSelect.format, top.FDSelect.gidArray = 3, [0] * len(names)
        part = FontDict()
        part.Private = top.Private
        part.FontName = "Small"
        top.FDArray.append(part)
        top.CharStrings.fdArray, top.CharStrings.fdSelect = top.FDArray, top.FDSelect
    out = BytesIO()
    build.font.save(out)
    program = made.make_stream(out.getvalue())
    program.Subtype = Name.OpenType
    characters = made.make_stream(b"1 beginbfrange <0000> <FFFF> <0041> endbfrange")
    names_of: dict[str, Any] = {"BaseFont": Name.Small, "Type": Name.Font}
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.Small, FontFile3=program)
    below = Dictionary(**names_of, Subtype=Name.CIDFontType0, FontDescriptor=descriptor)
    face = Dictionary(
        **names_of,
        Subtype=Name.Type0,
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([below]),
        ToUnicode=characters,
    )
    draw(made, b"/Artifact BMC " + drawn + b" Tj EMC", made.make_indirect(face))


# Reading


def written(content: bytes, resources: dict[str, Any] | None = None) -> bytes:
    """Return a PDF of one page without tags, with a font F whose codes are characters."""
    made = pikepdf.new()
    made.add_blank_page()
    face = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    face.Encoding = Name.WinAnsiEncoding
    made.pages[0].Resources = Dictionary(Font=Dictionary(F=face), **(resources or {}))
    made.pages[0].Contents = made.make_stream(content)
    return change(made_bytes(made), lambda _: None)


def made_bytes(made: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def test_text_is_read_in_the_order_of_the_tags() -> None:
    blocks = pdf.text(sound())
    assert blocks[0:3:2] == ["A title", "A section"]
    assert letters(blocks[1]) == letters(f"First {WORDS}1")
    assert blocks[3] == "See the place and the section."
    assert blocks[4:8] == ["•", "one", "•", "two"]
    assert blocks[8:] == ["Head", "Cell", "Half faded", "1. A note that says so."]


def test_blocks_say_their_kind_and_page() -> None:
    data = render("<h1>A</h1><p>b</p><h2 style='break-before: page'>C</h2>")
    assert [(b.kind, b.page, b.text) for b in Document(data, FILE).blocks()] == [
        ("H1", 1, "A"),
        ("P", 1, "b"),
        ("H2", 2, "C"),
    ]


def test_hyphens_at_the_ends_of_lines_are_undone() -> None:
    narrow = "@page { size: 10cm 90cm } html { font-size: 9pt } p { width: 3cm }"
    data = render(f"<h1>A</h1><p>{WORDS * 3} soft\u00adhyphen</p>", css=narrow)
    (words,) = [block for block in pdf.text(data) if len(block) > 9]
    assert "con-stitutionality" in words  # the font draws U+2010 as it draws a hyphen-minus
    assert letters(words) == letters(f"{WORDS * 3}softhyphen")

    def tell_apart(made: pikepdf.Pdf) -> None:
        for face in made.objects:
            if isinstance(face, Dictionary) and "/ToUnicode" in face:
                told = face.ToUnicode.read_bytes()
                face.ToUnicode.write(told.replace(b"> <002d>", b"> <2010>"))

    (words,) = [block for block in pdf.text(change(data, tell_apart)) if len(block) > 9]
    assert "constitutionality" in words
    assert letters(words) == letters(f"{WORDS * 3}softhyphen")


def letters(words: str) -> str:
    """Return what counts when hyphens and spaces do not."""
    return "".join(words.replace("-", "").replace("\u2010", "").split())


@pytest.mark.parametrize(
    "words",
    [
        "مرحبا بالعالم الجديد (2024) English words نهاية.",
        "نسخه react-18 و ۱۲٬۳۴۵ و 12,345.67 تمام",
        "سطر اول " * 30 + "پایان.",
    ],
)
def test_text_from_right_to_left_is_read_in_order(words: str) -> None:
    data = render(f"<h1>A</h1><p>{words}</p>", "ar", "rtl", "p { text-align: start }")
    assert pdf.text(data)[1] == words


def test_a_line_from_right_to_left_in_another_document() -> None:
    words = "Latin سطر اول then latin."
    assert pdf.text(render(f"<h1>A</h1><p>{words}</p>"))[1] == words
    longer = "سطر اول " * 30 + "پایان."
    ragged = render(f"<h1>A</h1><p dir='rtl' style='text-align: start'>{longer}</p>")
    assert pdf.text(ragged)[1] == longer


def test_what_is_told_replaces_what_is_drawn() -> None:
    def tell(made: pikepdf.Pdf) -> None:
        elements(made, "H2")[0].ActualText = String("Told")

    assert "Told" in pdf.text(change(sound(), tell))
    assert "A section" not in pdf.text(change(sound(), tell))
    content = b"BT /F 9 Tf /Span <</ActualText (a\\(b\\))>> BDC (x) Tj (y) Tj EMC (z) Tj ET"
    assert pdf.text(written(content)) == ["a(b)z"]
    content = b"BT /F 9 Tf /Span /P BDC (x) Tj EMC ET"
    listed = {"Properties": Dictionary(P=Dictionary(ActualText=String("told")))}
    assert pdf.text(written(content, listed)) == ["told"]
    content = b"BT /F 9 Tf /Span <</ActualText <FEFF00E90021>>> BDC (x) Tj EMC ET"
    assert pdf.text(written(content)) == ["é!"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"BT /F 9 Tf (plain) Tj ET", "plain"),
        (b"BT /F 9 Tf (a\\101\\n\\\nb) Tj ET", "aA b"),
        (b"BT /F 9 Tf (nest(ed(er)) ) Tj ET", "nest(ed(er))"),
        (b"BT /F 9 Tf <706C 61696e7> Tj ET", "plainp"),
        (b"BT /F 9 Tf [(a) -20 <62> 3 (c)] TJ ET", "abc"),
        (b"BT /F 9 Tf [<61>-20<62>] TJ ET", "ab"),
        (b"BT /F 9 Tf 12 TL (a) Tj (b) ' 1 2 (c) \" T* (d) Tj ET", "a b c d"),
        (b"BT /F 9 Tf (a) Tj 0 3 Td (2) Tj 0 -12 Td (b) Tj ET", "a2 b"),
        (b"BT /F 9 Tf (off-) Tj 0 -12 TD (set) Tj ET", "off-set"),
        (b"/Artifact BMC BT /F 9 Tf (left out) Tj ET EMC", ""),
        (b"/Artifact <</Type /Pagination>> BDC BT /F 9 Tf (left out) Tj ET EMC", ""),
        (b"BI /W 1 /H 1 /BPC 8 ID \0)( EI BT /F 9 Tf (after) Tj ET", "after"),
        (b"% (no) Tj\nBT /F 9 Tf (yes) Tj ET", "yes"),
        (b"q Q Q Q EMC EMC BT /F 9 Tf (yes) Tj (no ET", "yes"),
        (b"BT /F Tf 1 Td /F 9 Tf Tj (a) Tj ET 1 2 cm /No Do /No scn", "a"),
        (b"BT (no font) Tj /No 9 Tf (no font) Tj ET", ""),
    ],
)
def test_drawing_instructions(content: bytes, text: str) -> None:
    assert pdf.text(written(content)) == ([text] if text else [])


@pytest.mark.parametrize(
    ("to_unicode", "text"),
    [
        (b"1 beginbfchar <0102> <0041> endbfchar", "A\ufffd"),
        (b"1 beginbfrange <0102> <0104> <0041> endbfrange", "AC"),
        (b"1 beginbfrange <0102> <0104> [<0041> <0042> <D83DDE00>] endbfrange", "A😀"),
        (b"1 beginbfrange <0000> <FFFF> <> endbfrange", ""),
        (b"1 beginbfrange <0104> <0102> <0041> endbfrange beginbfchar <> endbfchar", "\ufffd" * 2),
        (b"garbage \xff <", "\ufffd" * 2),
    ],
)
def test_character_maps(to_unicode: bytes, text: str) -> None:
    def compose(made: pikepdf.Pdf) -> None:
        face = made.pages[0].Resources.Font.F
        face.Subtype, face.Encoding = Name.Type0, Name("/Identity-H")
        face.ToUnicode = made.make_stream(to_unicode)

    data = change(written(b"BT /F 9 Tf <01020104> Tj ET"), compose)
    assert pdf.text(data) == ([text] if text else [])


def test_codes_of_mixed_width() -> None:
    def compose(made: pikepdf.Pdf) -> None:
        face = made.pages[0].Resources.Font.F
        face.Subtype = Name.Type0
        ranges = b"2 begincodespacerange <00> <80> <8140> <FFFF> endcodespacerange"
        face.Encoding = made.make_stream(ranges + b" 1 begincidrange <20> <7E> 1 endcidrange")
        face.ToUnicode = made.make_stream(b"beginbfchar <41> <0041> <8142> <0042> endbfchar")

    assert pdf.text(change(written(b"BT /F 9 Tf <41814241> Tj ET"), compose)) == ["ABA"]


def test_names_of_characters() -> None:
    def differ(made: pikepdf.Pdf) -> None:
        differences = Array([97, Name.alpha, Name.f_i, 99, Name.nonsense])
        made.pages[0].Resources.Font.F.Encoding = Dictionary(Differences=differences)

    assert pdf.text(change(written(b"BT /F 9 Tf (abcd) Tj ET"), differ)) == ["αfi\ufffdd"]


# Whatever comes


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"PK\3\4 no", b"\0" * 999, b"a\xff" * 999])
def test_what_is_no_pdf_is_said_to_be_none(data: bytes) -> None:
    checks, content = pdf.examine(data, FILE)
    assert found(checks) == {"opens": ["C09"]}
    assert {check.status for check in checks[1:]} == {"not run"}
    assert all(check.reason for check in checks[1:])
    assert content is None
    with pytest.raises(CheckError):
        pdf.text(data)


def test_a_cut_off_pdf_is_found_and_harmless() -> None:
    data = sound()
    for length in range(0, len(data) - 40, len(data) // 60):
        checks = pdf.check(data[:length], FILE)
        assert "C09" in found(checks).get("opens", []), length


def test_spoilt_bytes_are_harmless() -> None:
    chance = random.Random(1)
    plain = change(
        sound(),
        lambda _: None,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        compress_streams=False,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    for data in (sound(), plain):
        for _ in range(60):
            spoilt = bytearray(data)
            for _ in range(chance.randrange(1, 40)):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            assert pdf.check(bytes(spoilt), FILE)


def test_every_object_of_the_wrong_kind_is_harmless() -> None:
    chance = random.Random(2)
    odd = [1, Name.Odd, String("odd"), Array([]), Array([Array([1])]), Dictionary(), False]

    def twist(made: pikepdf.Pdf) -> None:
        for thing in made.objects:
            if isinstance(thing, Dictionary | pikepdf.Stream):
                for key in list(thing.keys()):
                    if chance.random() < 0.05 and key not in ("/Length", "/Filter", "/Pages"):
                        thing[key] = chance.choice(odd)

    for _ in range(200):
        try:
            data = change(sound(), twist)
        except (pikepdf.PdfError, ValueError, TypeError, AttributeError, RuntimeError):
            continue  # pikepdf itself will not write it
        told = [f.message for check in pdf.check(data, FILE) for f in check.findings]
        assert not [message for message in told if "cannot be read for the check" in message]


def test_an_encrypted_pdf() -> None:
    locked = change(sound(), lambda _: None, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert found(pdf.check(locked, FILE)) == {"opens": ["C09"]}
    owned = change(sound(), lambda _: None, encryption=pikepdf.Encryption(owner="o", user=""))
    assert found(pdf.check(owned, FILE)) == {"declaration": ["C12"]}


def test_a_pdf_without_pages() -> None:
    assert "C09" in found(pdf.check(made_bytes(pikepdf.new()), FILE))["opens"]


def _draw_itself(made: pikepdf.Pdf) -> None:
    form = made.make_stream(b"/X Do " * 9)
    form.Subtype = Name.Form
    form.Resources = Dictionary(XObject=Dictionary(X=form))
    made.pages[0].Resources.XObject = Dictionary(X=form)
    made.pages[0].Contents = made.make_stream(b"/X Do")


def _draw_doubling(made: pikepdf.Pdf) -> None:
    form = made.make_stream(b"")
    for _ in range(25):
        outer = made.make_stream(b"/X Do " * 9)
        outer.Subtype = form.Subtype = Name.Form
        outer.Resources = Dictionary(XObject=Dictionary(X=form))
        form = outer
    made.pages[0].Resources.XObject = Dictionary(X=form)
    made.pages[0].Contents = made.make_stream(b"/X Do")


def _save_for_ever(made: pikepdf.Pdf) -> None:
    made.pages[0].Contents = made.make_stream(b"q " * 10_000)


def _mark_for_ever(made: pikepdf.Pdf) -> None:
    made.pages[0].Contents = made.make_stream(b"/P BMC " * 10_000)


def _hold_itself(made: pikepdf.Pdf) -> None:
    root = made.Root.StructTreeRoot
    element = elements(made, "H1")[0]
    element.K = Array([element, root.K, Array([element])])
    root.RoleMap = Dictionary(Odd=Name.Odder, Odder=Name.Odd)
    element.S = Name.Odd
    root.ParentTree.Kids = Array([root.ParentTree])
    made.Root.Outlines.First.Next = made.Root.Outlines.First
    action = made.make_indirect(Dictionary(S=Name.GoTo, D=Array([0, Name.Fit])))
    action.Next = action
    made.Root.OpenAction = action


def _hold_much(made: pikepdf.Pdf) -> None:
    many = made.make_indirect(Array([0] * 2000))
    for _ in range(600):
        element = Dictionary(S=Name.P, K=many, Pg=made.pages[0].obj)
        made.Root.StructTreeRoot.K.append(made.make_indirect(element))


def _pack_much(made: pikepdf.Pdf) -> None:
    made.pages[0].Contents = made.make_stream(b" " * (1 << 21))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (_draw_itself, ""),
        (_draw_doubling, "L01"),
        (_save_for_ever, "L02"),
        (_mark_for_ever, "L02"),
        (_hold_itself, "C03"),
        (_hold_much, "L01"),
        (_pack_much, "L01"),
    ],
)
def test_bombs_are_bounded(
    fault: Callable[[pikepdf.Pdf], object], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfobjects, "MAX_STREAM", 1 << 20)
    monkeypatch.setattr(pdfread, "MAX_COUNT", 1 << 16)
    data = change(sound(), fault)
    codes = found(pdf.check(data, FILE))
    assert not code or any(code in listed for listed in codes.values())
    if code.startswith("L"):
        with pytest.raises(LimitError):
            pdf.text(data)


def test_messages_hold_nothing_that_upsets_a_terminal() -> None:
    def name_oddly(made: pikepdf.Pdf) -> None:
        links(made)[0].A.URI = String("x:\x1b[2J\n" + "y" * 9999)

    (check,) = [c for c in pdf.check(change(sound(), name_oddly), FILE) if c.findings]
    assert check.findings[0].message.isprintable()
    assert len(check.findings[0].message) < 500
