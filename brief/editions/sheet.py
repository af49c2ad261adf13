"""A PDF in inks → what a printer takes: PDF/X-4, its boxes, marks and slug lines, its blank pages.

Lengths are in pt, and places on a page from the left bottom corner of its trim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, String

from brief.editions.inks import CMYK, Inks
from brief.editions.press import MM, decimal, separation
from brief.house import Press

#: of the marks: how far they stand from the bleed, how long and how thick they are
_OFF, _LONG, _THIN = 1 * MM, 5 * MM, 0.25
#: of the sheet beyond the bleed; the line of the slug below it, and how high it is
_AROUND, _SLUG, SLUG_HEIGHT = 10 * MM, 2 * MM, 4 * MM
#: what the bars show, in steps of a bar's side: each ink, two at a time, tints, and a grey of three
_BAR = 4 * MM
_BARS: tuple[CMYK, ...] = (
    *((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),
    *((0, 1, 1, 0), (1, 0, 1, 0), (1, 1, 0, 0)),
    *((0.5, 0, 0, 0), (0, 0.5, 0, 0), (0, 0, 0.5, 0), (0, 0, 0, 0.5), (0.5, 0.4, 0.4, 0)),
)


def blanks(pages: int, multiple: int) -> int:
    """Return how many blank pages make a number of pages a multiple."""
    return -pages % multiple


def width(pdf: pikepdf.Pdf) -> float:
    """Return how wide the pages of a PDF are within their trim."""
    left, _, right, _ = map(float, pdf.pages[0].obj.TrimBox)
    return right - left


def finish(pdf: pikepdf.Pdf, press: Press, inks: Inks, slugs: pikepdf.Pdf) -> bytes:
    """Return a PDF in inks as PDF/X-4, with its blank pages, marks and slug lines.

    `slugs` has the line of each page, blank ones too, on a page of its own as wide as the first
    page's trim. The output intent is the profile of the inks (ISO 15930-7). Around the trim of each
    page is its BleedBox, by what the house sets.
    """
    first = pdf.pages[0].obj.TrimBox
    while len(pdf.pages) < len(slugs.pages):
        blank = Dictionary(Type=Name.Page, Resources=Dictionary(), Contents=pdf.make_stream(b""))
        blank.TrimBox = first
        pdf.pages.append(Page(pdf.make_indirect(blank)))
    bleed = press.bleed * MM
    marks: dict[tuple[float, float], Any] = {}
    for page, line in zip(pdf.pages, slugs.pages, strict=True):
        slug = pdf.copy_foreign(line.as_form_xobject())
        _, _, wide, high = map(float, page.obj.TrimBox)
        if (wide, high) not in marks:
            marks[wide, high] = _marks(pdf, (wide / 2,), (wide, high), press)
        frame(page, wide, high, bleed)
        below = f"q 1 0 0 1 0 {-bleed - _SLUG - SLUG_HEIGHT:.3f} cm /BriefSlug Do Q"
        around = marks[wide, high]
        overlay(pdf, page, f"/BriefMarks Do {below}", BriefMarks=around, BriefSlug=slug)
    declare(pdf, inks)
    return written(pdf)


def frame(page: Page, width: float, height: float, bleed: float) -> None:
    """Give a page its boxes, one around the other (ISO 32000-1, 14.11.2)."""
    for key in ("/CropBox", "/ArtBox", "/Rotate"):
        if key in page.obj:
            del page.obj[key]
    around = bleed + _AROUND
    for key, more in (("/MediaBox", around), ("/BleedBox", bleed), ("/TrimBox", 0.0)):
        box = (-more, -more, width + more, height + more)
        page.obj[key] = Array([decimal(each) for each in box])


def overlay(pdf: pikepdf.Pdf, page: Page, drawn: str, **objects: Any) -> None:
    """Draw objects over a page, as artifacts, and leave out what it draws beyond its bleed."""
    resources = _copied(page.obj.Resources)
    resources.XObject = _copied(resources.get("/XObject"))
    for name, each in objects.items():
        resources.XObject[f"/{name}"] = each
    page.obj.Resources = resources
    left, bottom, right, top = map(float, page.obj.BleedBox)
    box = f"{left:.4f} {bottom:.4f} {right - left:.4f} {top - bottom:.4f}"
    before, after = f"q {box} re W n".encode(), f"Q /Artifact BMC {drawn} EMC".encode()
    contents = page.obj.Contents
    own = list(contents) if isinstance(contents, Array) else [contents]
    page.obj.Contents = Array([pdf.make_stream(before), *own, pdf.make_stream(after)])


def _copied(listed: Any) -> Any:
    """Return a dictionary with the same entries, so that those of other pages stay as they are."""
    made = Dictionary()
    for key, value in listed.items() if listed is not None else ():
        made[key] = value
    return made


def _marks(
    pdf: pikepdf.Pdf,
    middles: Sequence[float],
    size: tuple[float, float],
    press: Press,
    more: Iterable[str] = (),
) -> Any:
    """Return what stands around every page as a form: marks to cut and to register by, bars.

    `middles` is where those to register by stand above and below.
    """
    width, height = size
    bleed = press.bleed * MM
    around = bleed + _AROUND
    drawn = [f"/All CS 1 SCN {_THIN} w", *more]
    if "crop" in press.marks:
        drawn += crop_marks(width, height, bleed)
    if "registration" in press.marks:
        drawn += _registration(middles, size, bleed)
    if "bars" in press.marks:
        drawn += _bars(middles[0], height, bleed)
    form = pdf.make_stream("\n".join(drawn).encode())
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([decimal(n) for n in (-around, -around, width + around, height + around)])
    # what is printed in every ink there is
    every = separation(pdf, "All", (1, 1, 1, 1))
    form.Resources = Dictionary(ColorSpace=Dictionary(All=every))
    return pdf.make_indirect(form)


def crop_marks(width: float, height: float, bleed: float) -> Iterator[str]:
    """Yield the lines at the corners of a trim, outside of its bleed."""
    near, far = bleed + _OFF, bleed + _OFF + _LONG
    for x, along in ((0.0, -1), (width, 1)):
        for y, up in ((0.0, -1), (height, 1)):
            yield _line(x + along * near, y, x + along * far, y)
            yield _line(x, y + up * near, x, y + up * far)


def _registration(
    middles: Sequence[float], size: tuple[float, float], bleed: float
) -> Iterator[str]:
    """Yield a circle with a cross in the middle of each side, outside of the bleed."""
    (width, height), off = size, bleed + _OFF + 3 * MM
    places = [(-off, height / 2), (width + off, height / 2)]
    for x in middles:
        places += [(x, -off), (x, height + off)]
    for x, y in places:
        yield from _target(x, y, 1.5 * MM, 2.5 * MM)


def _target(x: float, y: float, radius: float, arm: float) -> Iterator[str]:
    yield _line(x - arm, y, x + arm, y)
    yield _line(x, y - arm, x, y + arm)
    k = 0.5523 * radius  # by which four Bézier curves make a circle
    yield (
        f"{x + radius:.3f} {y:.3f} m "
        f"{x + radius:.3f} {y + k:.3f} {x + k:.3f} {y + radius:.3f} {x:.3f} {y + radius:.3f} c "
        f"{x - k:.3f} {y + radius:.3f} {x - radius:.3f} {y + k:.3f} {x - radius:.3f} {y:.3f} c "
        f"{x - radius:.3f} {y - k:.3f} {x - k:.3f} {y - radius:.3f} {x:.3f} {y - radius:.3f} c "
        f"{x + k:.3f} {y - radius:.3f} {x + radius:.3f} {y - k:.3f} {x + radius:.3f} {y:.3f} c S"
    )


def _bars(middle: float, height: float, bleed: float) -> Iterator[str]:
    """Yield a row of patches above the page, between its left corner and the middle."""
    x, y = 4 * MM, height + bleed + _OFF + 1 * MM
    for n, inks in enumerate(_BARS):
        if x + (n + 1) * _BAR > middle - 4 * MM:
            return
        told = " ".join(f"{each:g}" for each in inks)
        yield f"{told} k {x + n * _BAR:.3f} {y:.3f} {_BAR:.3f} {_BAR:.3f} re f"


def _line(x: float, y: float, end: float, top: float) -> str:
    return f"{x:.3f} {y:.3f} m {end:.3f} {top:.3f} l S"


def declare(pdf: pikepdf.Pdf, inks: Inks) -> None:
    """Give a PDF its output intent, and leave out what no press acts on."""
    profile = pdf.make_stream(inks.profile)
    profile.N = 4
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(inks.condition),
        OutputCondition=String(inks.name),
        Info=String(inks.name),
        DestOutputProfile=pdf.make_indirect(profile),
    )
    if inks.condition != "Custom":
        intent.RegistryName = String("http://www.color.org")
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    for key in ("/Names", "/Dests", "/OpenAction", "/AA", "/Outlines", "/PageMode"):
        if key in pdf.Root:
            del pdf.Root[key]
    pdf.docinfo["/Trapped"] = Name("/False")


def impose(
    data: bytes, kind: str, press: Press, creep: float = 0, rtl: bool = False
) -> tuple[bytes, int]:
    """Return a press edition with two pages on each side of a sheet, and how many sides it has.

    A "booklet" is folded and stitched through its fold: what is bled at the fold is cut off, and
    the pages of the innermost sheet stand `creep` mm nearer to it, those between in even steps.
    "2-up" has the pages in their order, to be cut apart. With `rtl` the spine is on the right.
    """
    pdf = pikepdf.open(BytesIO(data))
    pages = list(pdf.pages)
    _, _, wide, high = map(float, pages[0].obj.TrimBox)
    bleed = press.bleed * MM
    booklet = kind == "booklet"
    # pages that are to be cut apart stand as far from each other as both bleed
    apart = 0 if booklet else 2 * bleed
    sheet = 2 * wide + apart
    folds = _folds(wide, high, bleed) if booklet else _cuts(wide, high, bleed, apart)
    marks = _marks(pdf, (wide / 2, sheet - wide / 2), (sheet, high), press, tuple(folds))
    sides = booklet_sides(len(pages)) if booklet else _pairs(len(pages))
    slugs = [page.obj.Resources.XObject.BriefSlug for page in pages]
    forms = [_placed(pdf, page, wide, high, bleed) for page in pages]
    for n, side in enumerate(sides):
        made = Page(pdf.make_indirect(Dictionary(Type=Name.Page, Resources=Dictionary())))
        made.obj.Contents = pdf.make_stream(b"")
        frame(made, sheet, high, bleed)
        drawn, objects = ["/BriefMarks Do"], {"BriefMarks": marks}
        steps = len(sides) // 2 - 1
        inward = creep * MM * (n // 2) / steps if booklet and steps > 0 else 0.0
        for at, page in enumerate(reversed(side) if rtl else side):
            if page >= len(pages):
                continue
            x = at * (wide + apart)
            clip = (-bleed, wide + bleed)
            if booklet:
                clip = (0.0, wide + bleed) if at else (-bleed, wide)
            box = f"{x + clip[0]:.3f} {-bleed:.3f} {clip[1] - clip[0]:.3f} {high + 2 * bleed:.3f}"
            shift = x - inward if at else x + inward
            objects |= {f"Brief{page}": forms[page], f"BriefSlug{page}": slugs[page]}
            drawn.append(f"q {box} re W n 1 0 0 1 {shift:.3f} 0 cm /Brief{page} Do Q")
            below = -bleed - _SLUG - SLUG_HEIGHT
            drawn.append(f"q 1 0 0 1 {x:.3f} {below:.3f} cm /BriefSlug{page} Do Q")
        overlay(pdf, made, " ".join(drawn), **objects)
        pdf.pages.append(made)
    del pdf.pages[: len(pages)]
    for key in ("/StructTreeRoot", "/MarkInfo"):
        if key in pdf.Root:
            del pdf.Root[key]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        told["xmpMM:DocumentID"] = uuid5(NAMESPACE_URL, f"{told['xmpMM:DocumentID']}#{kind}").urn
    return written(pdf), len(sides)


def booklet_sides(pages: int) -> list[tuple[int, int]]:
    """Return the two pages, from 0, on each side of the sheets of a booklet, the outermost first.

    Numbers from `pages` on are blank.
    """
    last = pages + blanks(pages, 4) - 1
    sides: list[tuple[int, int]] = []
    for n in range(0, (last + 1) // 2, 2):
        sides += [(last - n, n), (n + 1, last - n - 1)]
    return sides


def _pairs(pages: int) -> list[tuple[int, int]]:
    return [(n, n + 1) for n in range(0, pages, 2)]


def _placed(pdf: pikepdf.Pdf, page: Page, width: float, height: float, bleed: float) -> Any:
    """Return what a page shows within its bleed, as a form."""
    form = pdf.make_indirect(page.as_form_xobject(handle_transformations=False))
    box = (-bleed, -bleed, width + bleed, height + bleed)
    form.BBox = Array([decimal(each) for each in box])
    for key in ("/StructParents", "/StructParent"):
        if key in form:
            del form[key]
    return form


def _folds(width: float, height: float, bleed: float) -> Iterator[str]:
    """Yield the dashed lines above and below a sheet that say where it is folded."""
    yield "[3 2] 0 d"
    for y, up in ((0.0, -1), (height, 1)):
        yield _line(width, y + up * (bleed + _OFF), width, y + up * (bleed + _OFF + _LONG))
    yield "[] 0 d"


def _cuts(width: float, height: float, bleed: float, apart: float) -> Iterator[str]:
    """Yield the lines above and below a sheet between two pages, where they are cut apart."""
    for x in (width, width + apart):
        for y, up in ((0.0, -1), (height, 1)):
            yield _line(x, y + up * (bleed + _OFF), x, y + up * (bleed + _OFF + _LONG))


def written(pdf: pikepdf.Pdf) -> bytes:
    """Return a PDF as bytes, the same for the same content."""
    out = BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(out, deterministic_id=True, force_version="1.6", compress_streams=True)
    return out.getvalue()
