"""Printers' PDFs without a fault, made by hand, and what spoils them.

Each is three pages of A5 with 3 mm of bleed and 10 mm around the trim for marks. A folder of
preflight/ holds `spoil.py`, whose `spoil` gets a good file and may return how it is to be saved.
"""

from __future__ import annotations

import importlib.util
import random
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageFilter

ROOT = Path(__file__).parent.parent
KINDS = Path(__file__).parent / "preflight"
MM = 72 / 25.4
#: the trim in mm from the corner of the paper, its size, the bleed
EDGE, WIDTH, HEIGHT, BLEED = 10, 148, 210, 3
SIGNS = "".join(map(chr, range(32, 127))) + "é–’“”"

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Good</rdf:li></rdf:Alt></dc:title>
<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion><pdf:Trapped>False</pdf:Trapped>
<xmp:CreateDate>2024-07-19T10:00:00Z</xmp:CreateDate>
<xmp:ModifyDate>2024-07-19T10:00:00Z</xmp:ModifyDate>
<xmp:MetadataDate>2024-07-19T10:00:00Z</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:0f6f3b1e-0000-4000-8000-000000000001</xmpMM:DocumentID>
<xmpMM:VersionID>1</xmpMM:VersionID><xmpMM:RenditionClass>default</xmpMM:RenditionClass>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def box(grow: float = 0) -> Array:
    """Return the trim in pt, grown by mm."""
    low, right, top = EDGE - grow, EDGE + WIDTH + grow, EDGE + HEIGHT + grow
    return Array([round(each * MM, 3) for each in (low, low, right, top)])


def rect(x: float, y: float, width: float, height: float) -> str:
    """Return a rectangle: mm from the trim's left and top edge, width and height in mm."""
    numbers = (EDGE + x, EDGE + HEIGHT - y - height, width, height)
    return " ".join(f"{each * MM:.3f}" for each in numbers) + " re"


def line(x: float, y: float, other_x: float, other_y: float) -> str:
    """Return a line between two places in mm from the trim's left and top edge."""
    numbers = (EDGE + x, EDGE + HEIGHT - y, EDGE + other_x, EDGE + HEIGHT - other_y)
    start_x, start_y, end_x, end_y = (f"{each * MM:.3f}" for each in numbers)
    return f"{start_x} {start_y} m {end_x} {end_y} l S"


def put(x: float, y: float, width: float, height: float, name: str) -> str:
    """Return how an image is put at a place, in mm from the trim's left and top edge."""
    left, bottom = (EDGE + x) * MM, (EDGE + HEIGHT - y - height) * MM
    return f"q {width * MM:.3f} 0 0 {height * MM:.3f} {left:.3f} {bottom:.3f} cm /{name} Do Q"


def words(x: float, y: float, size: float, text: str, font: str = "F1") -> str:
    """Return text whose line stands at a place, in mm from the trim's left and top edge."""
    shown = "".join(f"{glyphs()[1][sign]:04X}" for sign in text)
    left, bottom = (EDGE + x) * MM, (EDGE + HEIGHT - y) * MM
    return f"BT /{font} {size} Tf {left:.3f} {bottom:.3f} Td <{shown}> Tj ET"


@cache
def glyphs() -> tuple[bytes, dict[str, int], dict[int, int]]:
    """Return a subset of one of brief's fonts, the glyph of each sign, the width of each glyph."""
    options = subset.Options(retain_gids=False, hinting=False, layout_features=[])
    font = TTFont(ROOT / "brief" / "sheets" / "fonts" / "SourceSerif4-Regular.ttf")
    made = subset.Subsetter(options)
    made.populate(text=SIGNS)
    made.subset(font)
    kept = BytesIO()
    font["head"].modified = font["head"].created
    font.save(kept, reorderTables=None)
    font = TTFont(BytesIO(kept.getvalue()))
    order, letters = font.getReverseGlyphMap(), font.getBestCmap()
    units = font["head"].unitsPerEm / 1000
    widths = {order[each]: round(font["hmtx"][each][0] / units) for each in order}
    return kept.getvalue(), {sign: order[letters[ord(sign)]] for sign in SIGNS}, widths


def add_font(pdf: Pdf) -> pikepdf.Object:
    """Return a font that is embedded."""
    program, of_signs, widths = glyphs()
    pairs = "".join(f"<{glyph:04X}> <{ord(sign):04X}>\n" for sign, glyph in of_signs.items())
    cmap = f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(of_signs)} beginbfchar\n"
    name = Name("/ABCDEF+SourceSerif4-Regular")
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=[-200, -300, 1200, 1000],
        ItalicAngle=0,
        Ascent=900,
        Descent=-300,
        CapHeight=670,
        StemV=80,
        FontFile2=Stream(pdf, program),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(
            Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0
        ),
        CIDToGIDMap=Name.Identity,
        FontDescriptor=pdf.make_indirect(descriptor),
        W=[0, [widths[each] for each in range(len(widths))]],
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=[pdf.make_indirect(descendant)],
            ToUnicode=Stream(pdf, f"{cmap}{pairs}endbfchar".encode()),
        )
    )


@cache
def photo(mode: str, width: int, height: int) -> bytes:
    """Return something like a photo that has detail of every size, with no more than 280 % ink."""
    chance = random.Random(f"{mode} {width} {height}")

    def plane() -> Image.Image:
        whole = Image.new("L", (width, height))
        for share, weight in ((1, 0.3), (2, 0.3), (8, 0.4), (40, 0.6)):
            size = max(1, width // share), max(1, height // share)
            part = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
            part = part.resize(whole.size, Image.Resampling.BICUBIC)
            whole = Image.blend(whole, part, weight)
        return whole.filter(ImageFilter.SHARPEN).point([each * 165 // 255 for each in range(256)])

    if mode == "L":
        return plane().tobytes()
    bands = [plane() for _ in mode]
    return Image.merge(mode, bands).tobytes()


def add_image(pdf: Pdf, data: bytes, width: int, height: int, space: Any, **more: Any) -> Stream:
    """Return an image of 8 bits for each component, or of other kinds by what `more` says."""
    told: dict[str, Any] = {
        **{"Type": Name.XObject, "Subtype": Name.Image, "Width": width, "Height": height},
        **{"BitsPerComponent": 8, "ColorSpace": space},
    }
    told |= more
    return Stream(pdf, data, {f"/{key}": value for key, value in told.items() if value is not None})


def draw(pdf: Pdf, number: int, content: str, **resources: dict[str, Any]) -> None:
    """Draw more onto a page, from 1, with more resources: kinds of them, each with its names."""
    page = pdf.pages[number - 1]
    for kind, named in resources.items():
        if f"/{kind}" not in page.Resources:
            page.Resources[f"/{kind}"] = Dictionary()
        for name, value in named.items():
            page.Resources[f"/{kind}"][f"/{name}"] = value
    page.contents_add(Stream(pdf, f"q\n{content}\nQ".encode()))


def form(pdf: Pdf, content: str, **more: Any) -> Stream:
    """Return a form as large as the paper."""
    told = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": box(EDGE)} | more
    return Stream(pdf, content.encode(), {f"/{key}": value for key, value in told.items()})


def marks() -> str:
    """Return marks outside of the bleed, in registration colour, and a note in small type."""
    ends = [
        *((-9, y, -4, y) for y in (0, HEIGHT)),
        *((WIDTH + 4, y, WIDTH + 9, y) for y in (0, HEIGHT)),
        *((x, -9, x, -4) for x in (0, WIDTH)),
        *((x, HEIGHT + 4, x, HEIGHT + 9) for x in (0, WIDTH)),
    ]
    lines = " ".join(line(*each) for each in ends)
    bar = " ".join(
        f"{each} k {rect(60 + 6 * n, -9, 5, 4)} f"
        for n, each in enumerate(("1 0 0 0", "0 1 0 0", "0 0 1 0", "0 0 0 1", "1 1 1 1"))
    )
    return f"q /All CS 1 SCN 0.2 w {lines} {bar} 0 0 0 1 k {words(20, -5, 4, 'sheet 1')} Q"


def good(profile: str = "x4") -> Pdf:
    """Return a good file of a profile: x4, which is good for an office too, or x1a."""
    pdf = pikepdf.new()
    x4 = profile != "x1a"
    font = add_font(pdf)
    black = "0 0 0 1 k"
    every = Array(
        [
            Name.Separation,
            Name.All,
            Name.DeviceCMYK,
            Dictionary(FunctionType=2, Domain=[0, 1], C0=[0] * 4, C1=[1] * 4, N=1),
        ]
    )
    fade = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0.8, 0.3, 0, 0], C1=[0, 0.1, 0.2, 0], N=1)
    contents = [
        f"0.2 0.05 0 0.1 k {rect(-3, -3, 154, 33)} f"
        f" {black} /Over gs {words(12, 20, 20, 'A good file')}"
        f" {words(12, 45, 10, 'Black text that overprints')}"
        f" {put(12, 60, 40, 30, 'Photo')} {put(70, 60, 40, 30, 'Grey')}"
        f" q {rect(12, 110, 80, 20)} W n /Fade sh Q",
        f"{black} {words(12, 20, 10, 'Text on the second page')}"
        f" 0.3 0 0.6 0 k {rect(12, 40, 60, 40)} f"
        + (
            f" q /Half gs 0.1 0.4 0 0 k {rect(40, 60, 60, 40)} f Q"
            f" /Group Do q /Soft gs 0.5 0.2 0 0 k {rect(12, 120, 60, 40)} f Q"
            if x4
            else ""
        ),
        f"{black} 0 0 0 1 K 0.5 w {words(12, 20, 8, 'A table')}"
        + " ".join(f" {line(12, 30 + 8 * n, 100, 30 + 8 * n)}" for n in range(5))
        + f" /Pattern cs /Dots scn {rect(12, 80, 60, 20)} f",
    ]
    for number, content in enumerate(contents, 1):
        page = Dictionary(
            Type=Name.Page,
            MediaBox=box(EDGE),
            BleedBox=box(BLEED),
            TrimBox=box(),
            Resources=Dictionary(
                Font=Dictionary(F1=font),
                ColorSpace=Dictionary(All=every),
                ExtGState=Dictionary(Over=Dictionary(OP=True, op=True, OPM=1)),
            ),
            Contents=Stream(pdf, f"q\n{content}\n{marks()}\nQ".encode()),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        _furnish(pdf, number, page.Resources, fade, x4)
    _declare(pdf, profile)
    return pdf


def _furnish(pdf: Pdf, number: int, resources: Any, fade: Any, x4: bool) -> None:
    if number == 1:
        ends = [(EDGE + 12) * MM, 0, (EDGE + 92) * MM, 0]
        resources.XObject = Dictionary(
            Photo=add_image(pdf, photo("CMYK", 496, 372), 496, 372, Name.DeviceCMYK),
            Grey=add_image(pdf, photo("L", 496, 372), 496, 372, Name.DeviceGray),
        )
        resources.Shading = Dictionary(
            Fade=Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=ends, Function=fade)
        )
    elif number == 2 and x4:
        group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK, I=True)
        mask = form(
            pdf,
            f"0.8 g {rect(12, 120, 60, 40)} f",
            Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray),
        )
        resources.XObject = Dictionary(
            Group=form(pdf, f"0 0.5 0.4 0 k {rect(90, 110, 30, 30)} f", Group=group)
        )
        resources.ExtGState.Half = Dictionary(ca=0.5, BM=Name.Multiply)
        resources.ExtGState.Soft = Dictionary(
            SMask=Dictionary(S=Name.Luminosity, G=pdf.make_indirect(mask))
        )
        pdf.pages[1].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK, I=True)
    elif number == 3:
        cell = Stream(
            pdf,
            b"0.4 0 0 0 k 1 1 2 2 re f",
            {
                **{"/PatternType": 1, "/PaintType": 1, "/TilingType": 1, "/BBox": [0, 0, 4, 4]},
                **{"/XStep": 4, "/YStep": 4, "/Resources": Dictionary()},
            },
        )
        resources.Pattern = Dictionary(Dots=cell)


def _declare(pdf: Pdf, profile: str) -> None:
    data = (ROOT / "brief" / "profiles" / "ISOcoated_v2_300_bas.icc").read_bytes()
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String("FOGRA39"),
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=Stream(pdf, data, {"/N": 4}),
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    moment = String("D:20240719100000Z")
    told: dict[str, Any] = {"Title": "Good", "CreationDate": moment, "ModDate": moment}
    info = Dictionary({f"/{key}": value for key, value in told.items()})
    info.Trapped = Name("/False")
    if profile == "x1a":
        info.GTS_PDFXVersion = String("PDF/X-1a:2003")
    else:
        pdf.Root.Metadata = Stream(
            pdf, XMP.encode(), {"/Type": Name.Metadata, "/Subtype": Name.XML}
        )
    pdf.trailer.Info = pdf.make_indirect(info)


def alter_xmp(pdf: Pdf, old: str, new: str) -> None:
    """Write something else into the metadata."""
    text = pdf.Root.Metadata.read_bytes().decode()
    assert old in text
    pdf.Root.Metadata.write(text.replace(old, new).encode())


def saved(pdf: Pdf, profile: str = "x4", **how: Any) -> bytes:
    """Return a file's bytes, the same each time."""
    kept = BytesIO()
    version = "1.4" if profile == "x1a" else "1.6"
    options: dict[str, Any] = {
        "force_version": version,
        "deterministic_id": "encryption" not in how,
    }
    options |= how
    if profile == "x1a":
        options["object_stream_mode"] = pikepdf.ObjectStreamMode.disable
    pdf.save(kept, **options)
    return kept.getvalue()


def profile_of(kind: str) -> str:
    """Return the profile that a kind of fault is looked for by."""
    return next((each for each in ("x1a", "office") if kind.startswith(f"{each}_")), "x4")


def spoilt(kind: str) -> bytes:
    """Return a good file that one kind of fault was put into."""
    spec = importlib.util.spec_from_file_location(f"spoil_{kind}", KINDS / kind / "spoil.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    profile = profile_of(kind)
    pdf = good(profile)
    return saved(pdf, profile, **(module.spoil(pdf) or {}))


def draw_artifact(data: bytes, content: str) -> bytes:
    """Return one of brief's own PDFs with more drawn onto its first page, beside its tags.

    Its font for that is F1.
    """
    kept = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        told = f"/Artifact BMC q {content} Q EMC"
        pdf.pages[0].contents_add(Stream(pdf, told.encode()))
        pdf.pages[0].Resources.Font["/F1"] = add_font(pdf)
        pdf.save(kept)
    return kept.getvalue()
