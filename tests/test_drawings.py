"""Drawings made safe: what is drawn stays, what acts or reaches out goes, and is told of."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from brief import drawings
from brief.assets import RefusedError, picture

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
BOX = '<rect width="9" height="9"/>'


def svg(inside: str, attributes: str = 'viewBox="0 0 100 50"') -> bytes:
    return f"{HEAD} {attributes}>\n{inside}\n</svg>".encode()


def pixels() -> str:
    out = BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def read(data: bytes) -> drawings.Drawing:
    return drawings.read(data, lambda inner: (inner, "image/png"))


def drawn(inside: str, attributes: str = 'viewBox="0 0 100 50"') -> Any:
    made = read(svg(inside, attributes))
    assert made.markup, made.told
    return etree.fromstring(made.markup)


def codes(inside: str) -> list[str]:
    return [each.code for each in read(svg(inside)).told]


#: what an edition may be handed
ELEMENTS = {"svg", "defs", "g", "path", "rect", "text", "tspan", "image", "clipPath"}
ELEMENTS |= {"linearGradient", "radialGradient", "stop"}


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<script>alert(1)</script>" + BOX, "S43"),
        ('<rect width="9" height="9" onclick="go()"/>', "S43"),
        ('<a href="javascript:go()">' + BOX + "</a>", "S43"),
        ('<rect width="9" height="9"><animate attributeName="x"/></rect>' + BOX, ""),
        ("<animate/>" + BOX, "S43"),
        ("<style>@import url(http://x.example/a.css);</style>" + BOX, "S43"),
        ("<style>@font-face{font-family:x;src:url(http://x.example)}</style>" + BOX, "S43"),
        ('<g filter="url(#f)">' + BOX + '</g><filter id="f"/>', "S43"),
        ('<text y="9" text-decoration="underline">a</text>', "S43"),
        ("<video/>" + BOX, "S43"),
        ('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>', "S23"),
        ('<rect width="9" height="9" mask="url(#m)"/><mask id="m"/>', "S23"),
        ('<pattern id="p"/><rect width="9" height="9" fill="url(#p)"/>', "S23"),
        ('<text><textPath href="#p">a</textPath></text>', "S23"),
        ('<text y="9" writing-mode="tb">a</text>', "S23"),
        ('<image width="9" height="9" href="data:image/png;base64,%%%"/>', "S23"),
        ('<image width="9" height="9" href="data:text/html,a"/>', "S23"),
        ('<image width="9" height="9" xlink:href="http://x.example/a.png"/>', "S24"),
        ('<image width="9" height="9" href="file:///etc/hostname"/>', "S24"),
        ('<image width="9" height="9" href="a.png"/>', "S24"),
        ('<use href="other.svg#a"/>', "S24"),
        ('<rect width="9" height="9" fill="url(http://x.example/#a)"/>', "S24"),
        ('<rect width="9" height="9" style="fill:url(http://x.example/#a)"/>', "S24"),
        ('<g id="a"><use href="#a"/></g>', "S23"),
        ("", "S23"),
        ("<g>" * 80 + BOX + "</g>" * 80, "L02"),
        (BOX * 10_001, "L01"),
        ('<path d="M0 0' + " L1 1" * 200_001 + '"/>', "L01"),
        ('<text y="9">' + "a " * 10_001 + "</text>", "L01"),
        ("<style>" + "*{fill:red}" * 5000 + "</style>" + BOX * 5000, "L01"),
        (" " * 2_000_001, "L01"),
    ],
)
def test_what_acts_reaches_out_or_cannot_be_drawn(inside: str, code: str) -> None:
    made = read(svg(inside))
    assert [each.code for each in made.told] == [code] * bool(code)
    assert all(each.hint and each.message for each in made.told)
    assert bool(made.markup) == (code in ("", "S43"))
    assert not re.search("script|onclick|javascript|animate|x.example|@|url\\(http", made.markup)


def test_bombs_end_soon() -> None:
    for inner in (BOX, ""):
        links = "".join(
            f'<g id="a{n}">{f"""<use href="#a{n - 1}"/>""" * 10}</g>' for n in range(1, 10)
        )
        made = read(svg(f'<defs><g id="a0">{inner}</g>{links}</defs><use href="#a9"/>{BOX}'))
        assert [each.code for each in made.told] == ["L01"]


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        "<!DOCTYPE svg [<!ELEMENT svg ANY>]>",
    ],
)
def test_no_entities(document: str) -> None:
    made = read(document.encode() + svg('<text y="9">&a;</text>' if "ENTITY" in document else BOX))
    assert [each.code for each in made.told] == ["S23"]


def test_a_plain_doctype_and_instructions_are_passed_over() -> None:
    head = b'<?xml version="1.0"?><?xml-stylesheet href="http://x.example/a.css"?><!DOCTYPE svg'
    made = read(head + b' PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x.example/svg.dtd">' + svg(BOX))
    assert made.markup
    assert "x.example" not in made.markup


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg viewBox='0 0 9 9'/>", "is no SVG"),
        (b"<html><svg/></html>", "is no SVG"),
        (svg(BOX)[:90], "is not well-formed"),
        (svg(BOX, ""), "says no size"),
        (svg(BOX, 'viewBox="0 0 0 9"'), "says no size"),
        (svg(BOX, 'viewBox="0 0 NaN 9"'), "says no size"),
        (b"\xff\xfe<\x00s\x00v\x00g\x00", "is not well-formed"),
    ],
)
def test_what_is_no_drawing(data: bytes, words: str) -> None:
    with pytest.raises(RefusedError) as caught:
        picture(data, "p.svg", 100)
    assert caught.value.code == "S23"
    assert words in caught.value.message


def test_only_the_small_vocabulary_comes_out() -> None:
    tree = drawn(
        "<title>T</title><desc>D</desc><metadata><x/></metadata>"
        '<defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1"/></linearGradient>'
        '<symbol id="s" viewBox="0 0 2 2"><circle r="1"/></symbol>'
        '<clipPath id="c"><circle r="9"/></clipPath>'
        '<marker id="m" orient="auto"><path d="M0 0L3 1L0 2z"/></marker></defs>'
        "<style>.a { fill: url(#g); stroke: blue } #b { clip-path: url(#c) }</style>"
        '<rect class="a" width="20" height="9"/><use id="b" href="#s" width="9" height="9"/>'
        '<line x2="9" y2="9" stroke="red" marker-end="url(#m)"/>'
        '<switch><foreignObject/><text y="9">In <tspan font-weight="bold">bold</tspan></text>'
        f'</switch><image width="9" height="9" href="data:image/png;base64,{pixels()}"/>'
        '<svg x="3" width="9" height="9" viewBox="0 0 3 3"><ellipse rx="1" ry="2"/></svg>'
        '<polygon points="0,0 9,9 0,9"/><polyline points="1 1 2 2" stroke="red"/>'
    )
    names = {etree.QName(each).localname for each in tree.iter()}
    assert names <= ELEMENTS
    assert names >= {"linearGradient", "clipPath", "image", "tspan"}
    for each in tree.iter():
        assert not {"class", "style", "href"} & set(each.attrib)
        for name, value in each.attrib.items():
            if "url(" in value:
                assert value[5:-1] in [other.get("id") for other in tree.iter()], name


def test_styles_are_worked_out_by_rank() -> None:
    tree = drawn(
        "<style>rect { fill: red } .b { fill: green } #c { fill: blue !important }"
        " g rect.d { fill: inherit }</style>"
        f'{BOX}<rect class="b" width="9" height="9"/>'
        '<rect id="c" style="fill: black" width="9" height="9"/>'
        '<g fill="#abc"><rect class="d" width="9" height="9"/></g>'
        '<g color="#123456"><path d="M0 0h9" style="stroke: currentColor"/></g>'
        '<rect width="9" height="9" style="fill: rgb(255 0 0 / 50%)"/>'
    )
    paths = list(tree.iter(f"{SVG}path"))
    fills = [path.get("fill") for path in paths]
    assert fills == ["#ff0000", "#008000", "#0000ff", "#aabbcc", "#000000", "#ff0000"]
    assert paths[4].get("stroke") == "#123456"
    assert paths[5].get("fill-opacity") == "0.5"


def test_what_is_not_seen_is_not_there() -> None:
    tree = drawn(
        f'{BOX}<g display="none">{BOX}</g><rect visibility="hidden" width="9" height="9"/>'
        f'<g opacity="0">{BOX}</g><path d="M0 0h9" fill="none"/><text y="9" fill="none">a</text>'
        '<text y="9" style="display:none">b</text>'
    )
    assert [etree.QName(each).localname for each in tree.iter()] == ["svg", "path"]


@pytest.mark.parametrize(
    ("attributes", "size", "box"),
    [
        ('viewBox="0 0 100 50"', ("100", "50"), "0 0 100 50"),
        ('width="10cm" height="5cm"', ("377.9528", "188.9764"), "0 0 377.9528 188.9764"),
        ('viewBox="0 0 8 4" width="200"', ("200", "100"), "0 0 200 100"),
        ('viewBox="0 0 8 4" width="100%" height="100%"', ("8", "4"), "0 0 8 4"),
        ('viewBox="0 0 90000 45000"', ("4000", "2000"), "0 0 90000 45000"),
    ],
)
def test_every_drawing_has_a_size(attributes: str, size: tuple[str, str], box: str) -> None:
    tree = drawn(BOX, attributes)
    assert (tree.get("width"), tree.get("height")) == size
    assert tree.get("viewBox") == box


@pytest.mark.parametrize(
    ("data", "outline"),
    [
        ("m1 1h2v3l-1-1z", "M 1 1 L 3 1 L 3 4 L 2 3 Z"),
        ("M0,0.5.5.5-1-1", "M 0 0.5 L 0.5 0.5 L -1 -1"),
        ("M0 0Q3 3 6 0T12 0", "M 0 0 C 2 2 4 2 6 0 C 8 -2 10 -2 12 0"),
        ("M0 0C1 1 2 1 3 0S5-1 6 0", "M 0 0 C 1 1 2 1 3 0 C 4 -1 5 -1 6 0"),
        ("M0 0a5 0 0 01 4 4", "M 0 0 L 4 4"),
        ("M1e1-1e1 2E1,3", "M 10 -10 L 20 3"),
    ],
)
def test_outlines_become_absolute_lines_and_curves(data: str, outline: str) -> None:
    tree = drawn(f'<path d="{data}" stroke="red"/>')
    assert next(tree.iter(f"{SVG}path")).get("d") == outline


def test_arcs_end_where_they_should() -> None:
    for flags in ("00", "01", "10", "11"):
        path = next(
            drawn(f'<path d="M10 10a20 10 30 {flags}15 5" stroke="red"/>').iter(f"{SVG}path")
        )
        numbers = [float(each) for each in re.findall(r"-?[\d.]+", path.get("d"))]
        assert numbers[-2:] == [25, 15]
        assert (path.get("d").count("C") > 2) == (flags[0] == "1")


@pytest.mark.parametrize(
    "data", ["L1 1", "M0", "Mx", "M0 0 L NaN 1", "M0 0 X", "M0 0a1 1 0 5 5 1 1"]
)
def test_outlines_that_break_off_are_told(data: str) -> None:
    assert codes(f'<path d="{data}" stroke="red"/>{BOX}') == ["S43"]


def test_gradients_are_in_the_units_of_what_they_fill() -> None:
    tree = drawn(
        '<linearGradient id="a"><stop stop-color="red"/><stop offset="1" stop-color="blue"/>'
        '</linearGradient><linearGradient id="b" href="#a" gradientTransform="rotate(90)"/>'
        '<rect x="10" y="20" width="30" height="40" fill="url(#b)"/>'
        '<rect width="5" height="5" fill="url(#a)"/>'
    )
    first, second = tree.iter(f"{SVG}linearGradient")
    assert {first.get("gradientUnits"), second.get("gradientUnits")} == {"userSpaceOnUse"}
    numbers = [float(each) for each in re.findall(r"-?[\d.e-]+", first.get("gradientTransform"))]
    assert numbers == pytest.approx([0, 40, -30, 0, 10, 20], abs=1e-3)
    assert [stop.get("stop-color") for stop in first] == ["#ff0000", "#0000ff"]


def test_text_keeps_its_words_and_places() -> None:
    tree = drawn(
        '<text x="10" y="20" font-size="10">\n  One <tspan dy="1em" x="10">two   words</tspan>\n'
        '  <tspan font-size="150%" baseline-shift="super">3</tspan> end\n</text>'
        '<text x="1 5 9" y="40" xml:space="preserve">abcd  e</text>'
        '<text y="9" direction="rtl" text-anchor="end">עברית</text>'
    )
    one, two, three = tree.iter(f"{SVG}text")
    assert "".join(one.itertext()) == "One two words 3 end"
    assert [(each.get("x"), each.get("y"), each.get("dy")) for each in one] == [
        ("10", "20", None),
        ("10", None, "10"),
        (None, None, "-6"),
        (None, None, "6"),
    ]
    assert [(each.text, each.get("x")) for each in two] == [("a", "1"), ("b", "5"), ("cd  e", "9")]
    assert (three[0].get("direction"), three[0].get("text-anchor")) == ("rtl", "end")


def test_pictures_within_are_made_ready_or_refused() -> None:
    inside = '<image width="9" height="9" href="data:image/png;base64,{}"/>'
    made = picture(svg(inside.format(pixels())), "p.svg", 100)
    image = next(etree.fromstring(made.data).iter(f"{SVG}image"))
    assert image.get(f"{XLINK}href").startswith("data:image/png;base64,iVBOR")
    for broken in (pixels()[:40], base64.b64encode(svg(BOX)).decode()):
        with pytest.raises(RefusedError) as caught:
            picture(svg(inside.format(broken)), "p.svg", 100)
        assert caught.value.code == "S23"


def test_what_is_told_has_its_line() -> None:
    made = read(svg(f"{BOX}\n{BOX}\n<g>\n<script/>\n</g>"))
    assert [(each.code, each.line) for each in made.told] == [("S43", 5)]
    with pytest.raises(RefusedError) as caught:
        picture(svg(f'{BOX}\n<use href="a.svg#b"/>'), "p.svg", 100)
    assert "p.svg, line 3" in caught.value.message
    assert [each.line for each in caught.value.told] == [3]


def test_the_same_drawing_is_the_same_again() -> None:
    inside = '<radialGradient id="g"><stop stop-color="red"/><stop offset="1"/></radialGradient>'
    data = svg(f'{inside}<circle r="9" fill="url(#g)" transform="rotate(30) scale(2)"/>')
    once = read(data).markup
    assert once == read(data).markup
    # what is safe is drawn the same when it is made safe again
    again = etree.fromstring(read(once.encode()).markup)
    assert [p.get("d") for p in again.iter(f"{SVG}path")] == [
        p.get("d") for p in etree.fromstring(once).iter(f"{SVG}path")
    ]
