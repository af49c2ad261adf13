"""Facts about the EPUBs that come out."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO

import pytest
from helpers import Reader, picture
from lxml import etree
from PIL import Image

from brief import assemble
from brief.editions import cover, epub, pdf
from brief.house import House
from brief.model import Brief, Picture

MOMENT = dt.datetime(2024, 7, 19, tzinfo=dt.UTC)
FRONT = "---\ntitle: A headline\ndek: A dek\ndate: 2024-07-19\nauthors: [Ada Lind]\n"
FRONT += "tags: [ports]\nrights: © 2024\nlang: {lang}\n---\n"
OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}


def book(brief: Brief, house: House, *, conforms: bool = False) -> zipfile.ZipFile:
    page = pdf.render_cover(assemble.cover_page(brief, house))
    assert page.pages == 1
    assert page.findings == ()
    drawn = cover.draw(page.data, assemble.COVER_PX[0])
    assembled = assemble.epub_edition(brief, house, drawn)
    return zipfile.ZipFile(
        BytesIO(epub.build(assembled, brief, "Test House", MOMENT, conforms=conforms))
    )


def package(opened: zipfile.ZipFile) -> etree._Element:
    return etree.fromstring(opened.read("EPUB/content.opf"))


def test_the_archive(read: Reader, house: House) -> None:
    opened = book(read(FRONT.format(lang="en") + "Text.").brief, house)
    first = opened.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
    assert {info.date_time for info in opened.infolist()} == {(2024, 7, 19, 0, 0, 0)}


@pytest.mark.parametrize(("year", "stamped"), [(1979, 1980), (2107, 2107), (2108, 2107)])
def test_the_archive_bears_a_year_that_it_can(
    read: Reader, house: House, year: int, stamped: int
) -> None:
    brief = read(FRONT.format(lang="en") + "Text.").brief
    assembled = assemble.epub_edition(brief, house, Picture(b"", "image/jpeg", 1, 1))
    moment = dt.datetime(year, 12, 31, 23, 59, 58, tzinfo=dt.UTC)
    data = epub.build(assembled, brief, "", moment, conforms=False)
    times = {info.date_time for info in zipfile.ZipFile(BytesIO(data)).infolist()}
    assert {time[0] for time in times} == {stamped}


def test_metadata(read: Reader, house: House) -> None:
    opened = package(book(read(FRONT.format(lang="en") + "Text.").brief, house))

    def told(path: str) -> list[str]:
        return [element.text for element in opened.findall(f".//{path}", OPF)]

    assert told("dc:title") == ["A headline"]
    assert told("dc:creator") == ["Ada Lind"]
    assert told("dc:description") == ["A dek"]
    assert told("dc:publisher") == ["Test House"]
    assert told("dc:rights") == ["© 2024"]
    assert told("dc:subject") == ["ports"]
    assert told("dc:language") == ["en"]
    assert told("opf:meta[@property='dcterms:modified']") == ["2024-07-19T00:00:00Z"]
    assert told("opf:meta[@property='schema:accessMode']") == ["textual"]
    assert told("opf:meta[@property='dcterms:conformsTo']") == []


def test_conformance_is_claimed_only_when_told(read: Reader, house: House) -> None:
    opened = package(book(read(FRONT.format(lang="en") + "Text.").brief, house, conforms=True))
    claims = opened.findall(".//opf:meta[@property='dcterms:conformsTo']", OPF)
    assert [claim.text for claim in claims] == ["EPUB Accessibility 1.1 - WCAG 2.2 Level AA"]


def test_right_to_left(read: Reader, house: House) -> None:
    opened = book(read(FRONT.format(lang="ar") + "نص قصير.").brief, house)
    spine = package(opened).find("opf:spine", OPF)
    assert spine is not None
    assert spine.get("page-progression-direction") == "rtl"
    assert b'dir="rtl"' in opened.read("EPUB/text.xhtml")


def test_bytes_of_the_documents_are_ours(read: Reader, house: House) -> None:
    brief = read(FRONT.format(lang="en") + "No*sp*ace here.").brief
    assert b"No<em>sp</em>ace" in book(brief, house).read("EPUB/text.xhtml")


def test_pictures_are_small_and_bare(read: Reader, house: House) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret"
    Image.effect_noise((3000, 1500), 60).convert("RGB").save(
        house.root / "p.jpg", exif=exif.tobytes()
    )
    picture(house.root / "chart.png", (20, 20))
    text = FRONT.format(lang="en")[:-4]
    text += "photo: {path: p.jpg, alt: A, credit: C}\n---\n![b](chart.png)\n"
    opened = book(read(text).brief, house)
    photo = opened.read("EPUB/images/photo.jpg")
    assert Image.open(BytesIO(photo)).size == (1600, 800)
    assert b"secret" not in photo
    assert Image.open(BytesIO(opened.read("EPUB/images/image-1.png"))).size == (20, 20)
    assert Image.open(BytesIO(opened.read("EPUB/images/cover.jpg"))).size == assemble.COVER_PX


def test_the_ncx_agrees_with_the_navigation(read: Reader, house: House) -> None:
    text = FRONT.format(lang="en") + "## One[^1]\n\n### Two\n\n## Three\n\n[^1]: N.\n"
    opened = book(read(text).brief, house)
    ncx = etree.fromstring(opened.read("EPUB/toc.ncx"))
    nav = etree.fromstring(opened.read("EPUB/nav.xhtml"))
    space = {"n": "http://www.daisy.org/z3986/2005/ncx/", "h": "http://www.w3.org/1999/xhtml"}
    points = [element.get("src") for element in ncx.iterfind(".//n:content", space)]
    links = [link.get("href") for link in nav.iterfind(".//h:nav[@id='toc']//h:a", space)]
    assert points == links
    assert len(points) == 5


def test_the_same_bytes_twice(read: Reader, house: House) -> None:
    brief = read(FRONT.format(lang="en") + "Text.").brief
    one, two = book(brief, house), book(brief, house)
    assert one.fp is not None
    assert two.fp is not None
    one.fp.seek(0)
    two.fp.seek(0)
    assert one.fp.read() == two.fp.read()
