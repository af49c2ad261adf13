"""The built-in PDF checks: a sound PDF passes, every seeded fault is found, nothing breaks them."""

from __future__ import annotations

import logging
import random
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import weasyprint
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from pikepdf import Array, Dictionary, Name, String
from PIL import Image
from weasyprint.text.fonts import FontConfiguration

from brief.checks import pdf, pdfobjects
from brief.checks.pdfread import Document
from brief.checks.result import Check
from brief.findings import CheckError, LimitError

FILE = Path("some.pdf")
FONTS = Path(__file__).parents[2] / "styles/institute/fonts"
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
    data = weasyprint.HTML(string=html, base_url=base, url_fetcher=Pictures()).write_pdf(
        stylesheets=[weasyprint.CSS(string=CSS + css, base_url=base, font_config=fonts)],
        font_config=fonts,
        pdf_variant="pdf/a-3a",
        pdf_tags=True,
        attachments=[weasyprint.Attachment(string="source", name="a.txt", relationship="Source")],
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
        "declaration",
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
    assert "C09" not in sum(codes.values(), [])
