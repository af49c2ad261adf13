"""What styles take from the reader's sight is found, what they leave is not, nothing breaks it."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from lxml import etree

from brief.checks import epubstyle
from brief.findings import LimitError

FILE = Path("some.epub")
LINK = '<link rel="stylesheet" href="../style/one.css"/>'
P = "<p>Two words</p>"
FAR = "position: absolute; left: -9999px"


def hidden(css: str, body: str = P, head: str = LINK, **more: str) -> list[epubstyle.Hidden]:
    """Return what is hidden in a document with a style sheet, and with more of them by name."""
    text = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head>{head}</head><body>{body}</body></html>"
    )
    files = {f"style/{name}.css": sheet.encode() for name, sheet in ({"one": css} | more).items()}
    return epubstyle.hidden({"text/a.xhtml": etree.fromstring(text)}, files, FILE)


def words(css: str, body: str = P, head: str = LINK, **more: str) -> list[str]:
    return [each.words for each in hidden(css, body, head, **more)]


# What hides


@pytest.mark.parametrize(
    "style",
    [
        "display: none",
        "DISPLAY: NONE",
        "dis\\70lay: n\\6fne",
        "display: none !important",
        "display: none; display: hidden",
        "display: none; display: var(--shown)",
        "visibility: hidden",
        "visibility: collapse",
        "opacity: 0",
        "opacity: .0",
        "opacity: 0%",
        "font-size: 0",
        "font-size: 0em",
        "font-size: 0%",
        "font-size: 1px",
        "font: 0/0 serif",
        "font: bold 0px/1.2 serif",
        "text-indent: -9999px",
        "text-indent: -50em",
        "text-indent: -100% hanging",
        "text-indent: 9999px",
        FAR,
        "position: fixed; top: -999em",
        "position: relative; left: -9999px",
        "position: absolute; inset: auto -9999px auto auto",
        "margin-left: -9999px",
        "margin: 0 0 0 -9999px",
        "position: absolute; clip: rect(0 0 0 0)",
        "position: absolute; clip: rect(1px, 1px, 1px, 1px)",
        "position: fixed; clip: rect(0px 9px 0px 0px)",
        "clip-path: inset(50%)",
        "clip-path: inset(100% 0 0)",
        "-webkit-clip-path: inset(0 50%)",
        "clip-path: circle(0)",
        "clip-path: circle(0 at center)",
        "clip-path: polygon(0 0, 0px 0px)",
        "transform: scale(0)",
        "-webkit-transform: translateX(-9999px)",
        "color: transparent",
        "color: #0000",
        "color: rgba(9, 9, 9, 0)",
        "color: rgb(9 9 9 / 0%)",
        "color: hsla(9, 9%, 9%, 0)",
        "-webkit-text-fill-color: transparent",
        "height: 0; overflow: hidden",
        "max-height: 0; overflow: hidden",
        "max-height: 1px; overflow-y: clip",
        "width: 0; overflow: hidden",
        "color: #fff; background: white",
        "color: white; background-color: rgb(255, 255, 255)",
        "background: none no-repeat #ABC; color: #aabbcc",
        "position: absolute; width: 1px; height: 1px; padding: 0; margin: -1px; overflow: hidden;"
        " clip: rect(0, 0, 0, 0); white-space: nowrap; border: 0",
    ],
)
def test_what_hides(style: str) -> None:
    (found,) = hidden(f"a {{ }}\n\np {{ {style} }}")
    assert (found.words, found.document) == ("Two words", "text/a.xhtml")
    assert (found.path, found.line) == ("style/one.css", 3)
    (found,) = hidden("", f'\n<p style="{style}">Two words</p>')
    assert (found.words, found.path, found.line) == ("Two words", "", 2)


@pytest.mark.parametrize(
    "style",
    [
        "",
        "display: block",
        "display: nothing",
        "display: none none-such",
        "display none",
        "visibility: none",
        "opacity: 0.5",
        "opacity: zero",
        "font-size: 0.5em",
        "font-size: -1px",
        "font-size: 9",
        "font: caption",
        "text-indent: -2em",
        "text-indent: -9999",
        "left: -9999px",
        "position: static; left: -9999px",
        "position: absolute; left: -20px",
        "position: absolute; left: 0; right: -9999px",
        "margin-bottom: -9999px; padding-bottom: 9999px",
        "margin-left: -9999px; padding-left: 9999px",
        "clip: rect(0 0 0 0)",
        "position: absolute; clip: auto",
        "position: absolute; clip: rect(0 auto 99px 0)",
        "clip-path: inset(10%)",
        "clip-path: inset(-50%)",
        "clip-path: none",
        "clip-path: url(x.svg#y)",
        "clip-path: circle(50%)",
        "transform: scale(0.5) rotate(0)",
        "transform: translate(-50%, -50%)",
        "color: black",
        "color: black; background: white",
        "color: white; background: white url(dark.png)",
        "color: white; background: white; background: linear-gradient(red, blue)",
        "color: white; background: rgba(255, 255, 255, 0)",
        "color: transparent; text-shadow: 0 0 2px",
        "color: transparent; -webkit-background-clip: text; background-image: url(x.png)",
        "color: transparent; -webkit-text-fill-color: black",
        "color: color()",
        "height: 0",
        "overflow: hidden",
        "height: 0; overflow: visible",
        "height: 0; overflow: hidden; min-height: 9em",
        "height: 0; overflow: hidden; padding-bottom: 56%",
        "height: 0; overflow: hidden; display: inline",
        "max-height: none; overflow: hidden",
        "width: 9em; overflow: hidden",
        "display: none; display: block",
        "display: none; display: initial",
        "display: none !important; display: block !important",
    ],
)
def test_what_does_not_hide(style: str) -> None:
    assert words(f"p {{ {style} }}") == []
    assert words("", f'<p style="{style}">Two words</p>') == []


@pytest.mark.parametrize("style", ["display: none", "opacity: 0", "visibility: hidden"])
def test_an_image_is_told_by_its_text_alternative(style: str) -> None:
    image = '<p><img src="a.png" alt="Two boats"/> <img src="b.png" alt=""/></p>'
    assert words(f"img {{ {style} }}", image) == ["Two boats"]
    assert words("img { font-size: 0; color: transparent }", image) == []


def test_a_link_has_a_colour_of_its_own() -> None:
    body = '<p>A <a href="b.xhtml">link</a></p>'
    assert words("p { color: transparent }", body) == ["A"]
    assert words("p { color: transparent } a { color: inherit }", body) == ["A"]


# The cascade


@pytest.mark.parametrize(
    "css",
    [
        "p { display: none } p { display: block }",
        "p { display: none } .x { display: block }",
        ".x { display: block } p { display: none }",
        "#y { display: block } p.x { display: none }",
        "p { display: block !important } #y { display: none }",
        "p { display: none } @media screen { p { display: block } }",
        "p { display: none } @supports (display: grid) { @media all { p { display: block } } }",
        "p, p::before { display: none } p { display: block }",
    ],
)
def test_a_rule_that_wins_shows_again(css: str) -> None:
    body = '<p class="x" id="y">Two words</p>'
    assert words(css, body) == []
    assert words("", body, f"<style>{css}</style>") == []


@pytest.mark.parametrize(
    "css",
    [
        "p { display: none } body { display: block }",
        "p { display: block } p { display: none }",
        "p { display: block } p.x { display: none }",
        "#y { display: block } p { display: none !important }",
        "p:not(.z) { display: none } p { display: block }",
        "body > p:first-child { display: none }",
        "p:nth-child(2n + 1), b { display: none }",
        "[id=y] { display: none }",
        ":root p { display: none }",
        "* { display: none }",
        "@namespace h 'http://www.w3.org/1999/xhtml'; h|p { display: none }",
    ],
)
def test_a_rule_that_wins_hides(css: str) -> None:
    assert words(css, '<p class="x" id="y">Two words</p>') == ["Two words"]


def test_a_style_attribute_wins_but_over_importance() -> None:
    body = '<p style="display: block">Two words</p>'
    assert words("#x, p { display: none }", body) == []
    assert words("p { display: none !important }", body) == ["Two words"]
    assert words("p { display: block }", body.replace("block", "none")) == ["Two words"]
    assert words("p { display: block !important }", body.replace("block", "none")) == []


def test_later_sheets_win() -> None:
    head = LINK + '<link rel="stylesheet" href="../style/two.css"/>'
    none, block = "p { display: none }", "p { display: block }"
    assert words(none, P, head, two=block) == []
    assert words(block, P, head, two=none) == ["Two words"]
    assert words(none, P, f"{head}<style>{block}</style>") == []
    assert words(none, P, head + LINK, two=block) == ["Two words"]
    assert words(block, P, head + LINK, two=none) == []


@pytest.mark.parametrize(
    ("style", "inner", "left"),
    [
        ("visibility: hidden", "visibility: visible", ["Two"]),
        ("visibility: hidden", "visibility: inherit", ["Two words"]),
        ("visibility: hidden", "display: block", ["Two words"]),
        ("font-size: 0", "font-size: 12px", ["Two"]),
        ("font-size: 0", "font-size: 2em", ["Two words"]),
        ("font-size: 0", "font-size: 200%", ["Two words"]),
        ("font-size: 0", "font-size: larger", ["Two words"]),
        ("font-size: 0", "font-size: medium", ["Two"]),
        ("text-indent: -9999px", "display: block; text-indent: 0", ["Two"]),
        ("text-indent: -9999px", "text-indent: 0", ["Two words"]),
        ("color: transparent", "color: black", ["Two"]),
        ("color: transparent", "color: currentcolor", ["Two words"]),
        ("color: white; background: white", "background: black", ["Two"]),
        ("color: white; background: white", "font-weight: bold", ["Two words"]),
        ("color: transparent; text-shadow: 0 0 1px", "", []),
        ("display: none", "display: block", ["Two words"]),
        ("opacity: 0", "opacity: 1", ["Two words"]),
        (FAR, "position: static", ["Two words"]),
        ("height: 0; overflow: hidden", "height: auto", ["Two words"]),
    ],
)
def test_what_is_within(style: str, inner: str, left: list[str]) -> None:
    css = f"p {{ {style} }} i {{ {inner} }}"
    assert words(css, "<p>Two <i>words</i></p>") == left


@pytest.mark.parametrize("style", ["text-indent: -9999px", "height: 0; overflow: hidden"])
def test_what_stands_within_a_line_has_no_box(style: str) -> None:
    body = "<p>Two <i>words</i></p>"
    assert words(f"i {{ {style} }}", body) == []
    assert words(f"i {{ {style}; display: inline-block }}", body) == ["words"]
    assert words(f"i {{ {style}; float: left }}", body) == ["words"]


# Where styles come from


def test_imports_are_followed() -> None:
    (found,) = hidden("@charset 'utf-8'; @import 'two.css';", two="\np { display: none }")
    assert (found.path, found.line) == ("style/two.css", 2)
    assert words("@import url(two.css) screen;", two="p { display: none }") == ["Two words"]
    assert words("@import url('two.css') layer(x);", two="p { display: none }") == ["Two words"]
    assert words("@import 'two.css' print;", two="p { display: none }") == []
    assert words("b {} @import 'two.css';", two="p { display: none }") == []
    assert words("@import 'two.css'; p { display: block }", two="p { display: none }") == []
    assert words("@import 'none.css'; @import 'https://example.org/two.css'") == []


def test_a_circle_of_imports() -> None:
    css = "@import 'one.css'; @import 'two.css'; p { display: none }"
    assert words(css, two="@import 'one.css'; p { display: block }") == ["Two words"]
    assert words("@import 'two.css';", two="@import 'one.css'; p { opacity: 0 }") == ["Two words"]


@pytest.mark.parametrize(
    "condition",
    [
        *("print", "amzn-mobi", "not screen", "not all", "speech, print"),
        *("(prefers-color-scheme: dark)", "screen and (max-width: 600px)", "not (color)"),
    ],
)
def test_what_not_every_screen_is_given(condition: str) -> None:
    css = "p { display: none }"
    assert words(f"@media {condition} {{ {css} }}") == []
    assert words(css, head=LINK.replace("/>", f' media="{condition}"/>')) == []
    assert words("", head=f'<style media="{condition}">{css}</style>') == []


@pytest.mark.parametrize("condition", ["", "all", "screen", "only screen", "print, SCREEN"])
def test_what_every_screen_is_given(condition: str) -> None:
    css = "p { display: none }"
    assert words(f"@media {condition} {{ {css} }}") == ["Two words"]
    assert words(css, head=LINK.replace("/>", f' media="{condition}"/>')) == ["Two words"]


@pytest.mark.parametrize(
    "head",
    [
        LINK.replace("stylesheet", "alternate stylesheet"),
        LINK.replace("stylesheet", "next"),
        LINK.replace("/>", ' type="text/x-other"/>'),
        LINK.replace("../style", "style"),
        '<link rel="stylesheet" title="A" href="no.css"/>' + LINK.replace("/>", ' title="B"/>'),
    ],
)
def test_a_sheet_that_is_not_in_use(head: str) -> None:
    assert words("p { display: none }", head=head) == []


def test_other_ways_to_name_a_sheet() -> None:
    css = "p { display: none }"
    assert words(css, head=LINK.replace("one", "%6Fne").replace("/>", ' title="A"/>'))
    tree = etree.fromstring(
        '<?xml-stylesheet href="a.css"?><html xmlns="http://www.w3.org/1999/xhtml">'
        "<body><p>Two words</p></body></html>"
    )
    assert epubstyle.hidden({"a.xhtml": tree}, {"a.css": css.encode()}, FILE)
    sheet = "@charset 'utf-16'; p { display: none }".encode("utf-16")
    assert epubstyle.hidden({"a.xhtml": tree}, {"a.css": sheet}, FILE)


def test_a_style_element_says_its_own_line() -> None:
    (found,) = hidden("", P, "\n<style>\n/* words */\np { color: red;\nopacity: 0 }</style>")
    assert (found.path, found.line, found.how) == ("text/a.xhtml", 5, "opacity: 0")


# What is told


def test_what_one_rule_hides_is_told_once() -> None:
    body = "<h1>One</h1><p>A <i>b</i> c</p><h1>Two</h1><h1>…</h1><h1><img alt='x'/></h1>"
    (found,) = hidden("h1, i { display: none }", body)
    assert (found.words, len(found.elements)) == ("One", 4)
    found, other = hidden("h1 { display: none }\ni { display: none }", body)
    assert (len(found.elements), len(other.elements), other.words) == (3, 1, "b")
    body = '<p style="opacity:0">A</p>' * 3 + '<p style="display:none">B</p>'
    found, other = hidden("", body)
    assert (found.how, len(found.elements), other.how) == ("opacity: 0", 3, "display: none")


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("font: 0/0 a !important", "font: 0/0 a"),
        ("overflow:hidden;height:0", "height: 0 with hidden overflow"),
        ("color: #fff; background: white", "background: white behind words of that colour"),
    ],
)
def test_how_it_is_told(style: str, told: str) -> None:
    assert [each.how for each in hidden(f"p {{ {style} }}")] == [told]


def test_documents_are_told_together() -> None:
    tree = etree.fromstring(
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><link rel="stylesheet" href="a.css"/>'
        '</head><body><p>Words</p><b style="opacity: 0">more</b></body></html>'
    )
    documents = {"a.xhtml": tree, "b.xhtml": tree}
    found, first, second = epubstyle.hidden(documents, {"a.css": b"p { display: none }"}, FILE)
    assert len(found.elements) == 2
    assert (first.document, second.document) == ("a.xhtml", "b.xhtml")


@pytest.mark.parametrize(
    "body",
    [
        '<p hidden="">Two words</p>',
        "<p/><p> \u00a0\u00ad</p><p><img alt=''/></p><p><!-- words --></p>",
        "<div><template>Two</template><script>words</script></div>",
        '<p><span epub:type="pagebreak" title="9"/></p>',
        '<aside epub:type="footnote"><p>A note</p></aside>',
        '<section epub:type="endnotes"><p>A note</p></section>',
        '<aside role="doc-footnote"><p>A note</p></aside>',
        "<ruby><rp>(</rp></ruby><video>no video</video>",
        '<svg xmlns="http://www.w3.org/2000/svg"><title>A title</title></svg>',
    ],
)
def test_what_is_not_read_anyway(body: str) -> None:
    assert words("body > * { display: none }", body) == []


def test_a_note_is_exempt_from_hiding_and_not_what_is_in_it() -> None:
    body = '<aside epub:type="footnote"><p>A <i>note</i></p></aside>'
    assert words("aside { display: none } i { opacity: 0 }", body) == ["note"]


def test_drawings_have_other_boxes() -> None:
    body = '<svg xmlns="http://www.w3.org/2000/svg"><text>Two words</text></svg>'
    assert words("body, text { color: transparent; text-indent: -9999px }", body) == []
    assert words("text { visibility: hidden }", body) == ["Two words"]


@pytest.mark.parametrize(
    "selector", ["p::before", "p:hover", "p:target", "p::first-letter", "p:no-such", "p >", "a|p"]
)
def test_what_is_not_an_element(selector: str) -> None:
    assert words(f"{selector} {{ display: none }}") == []


# Whatever comes


BROKEN = [
    *("p { display: none", "p { display: none }}}", "p { ; : display; display: none }"),
    *("@media { p { display: none }", "@import; @import url(; p { display: none }"),
    *("} p { display: none }", "<!-- p { display: none } -->", "p { display: none } @"),
    *("p { display: none; color: rgb( }", "p { color: }; p { display: none }"),
]
SELECTORS = [
    *("p:has()", ":is()", ":not()", "p:nth-child(x)", "p:lang()", "[a", "[\\{]", "[x|y]", "*|*|p"),
    *("a:local-link", "p:disabled", "p |", "|", ":", "::", "p:nth-child(1 of)", "\\d800", "[|p=x]"),
]


@pytest.mark.parametrize("css", BROKEN)
def test_broken_styles_are_harmless(css: str) -> None:
    assert words(css) in ([], ["Two words"])
    assert (
        words("", f'<p style="{css.replace("<", "").replace("&", "")}">Two words</p>') is not None
    )


@pytest.mark.parametrize("selector", SELECTORS)
def test_broken_selectors_are_harmless(selector: str) -> None:
    body = "<fieldset disabled=''><legend/><p>Two</p></fieldset><a href='http://['>words</a>"
    assert words(f"{selector}, b {{ display: none }} p {{ opacity: 0 }}", body)[-1:] != ["words"]


def test_spoilt_styles_are_harmless() -> None:
    chance = random.Random(3)
    css = (
        "@import url('two.css') screen; @media all { h1 > p:not(.a), [x~='y'] { display: none } }"
        "p { color: rgb(1 2 3 / 0%); clip: rect(0, 0, 0, 0); font: 0/0 a; margin: 1px 2% } "
    )
    for _ in range(1000):
        spoilt = bytearray(css.encode())
        for _ in range(chance.randrange(1, 9)):
            spoilt[chance.randrange(len(spoilt))] = chance.choice(
                b"{}()[]\"';:,/*@#\\!. \n\0-9a%\xff"
            )
        files = {"style/one.css": bytes(spoilt)}
        tree = etree.fromstring(
            f'<html xmlns="http://www.w3.org/1999/xhtml"><head>{LINK}</head>'
            '<body><h1><p x="y">Two</p></h1></body></html>'
        )
        assert epubstyle.hidden({"text/a.xhtml": tree}, files, FILE) is not None


NESTED = "<b>" * 200 + "x" + "</b>" * 200


@pytest.mark.parametrize(
    ("css", "body"),
    [
        ("i " + "b " * 30 + "{ display: none }", NESTED),
        ("i ~ " + "b ~ " * 9 + "b { display: none }", "<b>x</b>" * 400),
        ("b:nth-of-type(n):last-of-type { display: none }" * 40, "<b>x</b>" * 5000),
        ("b:has(i) { display: none }" * 99, NESTED),
        ("*:not([x]) { display: none }" * 9999, "<b>x</b>" * 9999),
        ("".join(f".x{n}," for n in range(999)) + "p { display: none }", P),
        ("b:is(" + ",".join(["i i i i i b"] * 99) + ") { display: none }", NESTED),
        ("p { " + "padding: 0; " * 9999 + "display: none }", "<p>x</p>" * 999),
        ("@media all { " * 5000 + "p { display: none }", P),
        ("p { display: " + "(" * 5000 + "none }", P),
        ("p { font: 0/0 " + "(" * 5000, P),
        ("p" + ":not(" * 9 + "b" + ")" * 9 + " { display: none }", P),
        ("p" + ":nth-child(1 of p" * 30 + ")" * 30 + " { display: none }", P),
        ("p { width: " + "9" * 5000 + "px }", P),
    ],
)
def test_hostile_styles_are_bounded(css: str, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epubstyle, "MAX_STEPS", 200_000)
    start = time.perf_counter()
    try:
        hidden(css, body)
    except LimitError as error:
        assert {each.code for each in error.findings} <= {"L01", "L02"}
    assert time.perf_counter() - start < 5


def test_many_imports_are_bounded() -> None:
    sheets = {f"n{n}": f"@import 'n{n + 1}.css'; @import 'n{n + 1}.css';" for n in range(2000)}
    assert words("@import 'n0.css';", **sheets, n2000="p { display: none }") == ["Two words"]


def test_much_style_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epubstyle, "MAX_STYLE", 999)
    assert words("p { display: none }") == ["Two words"]
    with pytest.raises(LimitError):
        hidden("p { display: none }" * 99)


def test_many_siblings_are_harmless() -> None:
    body = f"{'<p>x</p>' * 3000}<h1>Two words</h1>"
    assert words("p ~ h1 { display: none }", body) == ["Two words"]
    assert words("b ~ h1 { display: none }", body) == []
