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
        "font-size: 0.1px",
        "font-size: calc(0px)",
        "font-size: calc(1em * 0)",
        "font-size: min(0px, 2em)",
        "font-size: clamp(0px, 0em, 1px)",
        "font-size: .05em",
        "font-size-adjust: 0",
        "letter-spacing: -1em",
        "-webkit-text-security: disc",
        "zoom: 0",
        "zoom: 1%",
        "scale: 0",
        "scale: 1 0",
        "rotate: x 90deg",
        "rotate: 1 0 0 0.25turn",
        "translate: -9999px",
        "translate: 0 calc(-1px * 9999)",
        "content-visibility: hidden",
        "filter: opacity(0)",
        "filter: blur(2em)",
        "mask: linear-gradient(transparent, transparent)",
        "-webkit-mask-image: linear-gradient(#0000, rgb(0 0 0 / 0))",
        "opacity: calc(1 - 1)",
        "font: 0/0 serif",
        "font: bold 0px/1.2 serif",
        "text-indent: -9999px",
        "text-indent: -50em",
        "text-indent: -100% hanging",
        "text-indent: 9999px",
        "text-indent: calc(-99 * 9em)",
        "padding-left: 9999px",
        "margin-left: 9999px",
        "margin-left: -1200px",
        "margin-inline: -9999px 0",
        "position: absolute; left: -100vw",
        "position: absolute; left: calc(-1 * 9999px)",
        "position: absolute; left: min(-9999px, 5em)",
        "position: absolute; right: 9999px",
        "position: absolute; inset-inline-start: -9999px",
        "position: absolute; inset-block: -9999px auto",
        FAR,
        "position: fixed; top: -999em",
        "position: relative; left: -9999px",
        "position: absolute; inset: auto -9999px auto auto",
        "margin-left: -9999px",
        "margin: 0 0 0 -9999px",
        "position: absolute; clip: rect(0 0 0 0)",
        "position: absolute; clip: rect(1px, 1px, 1px, 1px)",
        "position: fixed; clip: rect(0px 9px 0px 0px)",
        "position: absolute; clip: rect(auto, 0, auto, 0)",
        "clip-path: inset(50%)",
        "clip-path: inset(100% 0 0)",
        "-webkit-clip-path: inset(0 50%)",
        "clip-path: circle(0)",
        "clip-path: circle(0 at center)",
        "clip-path: polygon(0 0, 0px 0px)",
        "clip-path: polygon(5px 5px, 5px 50%, 5px 99%)",
        "clip-path: xywh(0 0 0 9px)",
        "clip-path: inset(calc(25% * 2))",
        "transform: scale(0)",
        "transform: matrix(0, 0, 0, 0, 0, 0)",
        "transform: matrix(1, 0, 0, 1, -9999, 0)",
        "transform: matrix3d(1,0,0,0, 0,0,0,0, 0,0,1,0, 0,0,0,1)",
        "transform: rotateX(90deg)",
        "transform: rotateY(100grad)",
        "transform: rotate3d(0, 1, 0, 1.5708rad)",
        "transform: translate(-100vw, 0)",
        "transform: translate3d(9999px, 0, 0)",
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
        "block-size: 0; overflow: hidden",
        "height: calc(0px + 0px); overflow: auto",
        "max-inline-size: 0; overflow-inline: hidden",
        "line-height: 0; overflow: hidden",
        "font: 1em/0 serif; overflow: hidden",
        "width: 0; overflow: hidden",
        "color: #fff; background: white",
        "color: white; background-color: rgb(255, 255, 255)",
        "background: none no-repeat #ABC; color: #aabbcc",
        "color: #fff",
        "color: white; background: transparent",
        "color: #fafafa",
        "color: hsl(60, 100%, 97%)",
        "color: white; background: rgb(255, 255, 255)",
        "-webkit-text-fill-color: #fefefe",
        "background: black",
        "background: currentcolor",
        "color: #123456; background: #123457",
        "color: #222; background: rgb(0 0 0 / 87%)",
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
        "opacity: .9",
        "opacity: calc(1 - .5)",
        "zoom: 1",
        "zoom: normal",
        "scale: 1",
        "scale: none",
        "rotate: 90deg",
        "rotate: x 180deg",
        "rotate: 0 0 1 90deg",
        "translate: -50% -50%",
        "content-visibility: auto",
        "filter: opacity(.9) blur(1px)",
        "filter: grayscale(1)",
        "mask: linear-gradient(black, transparent)",
        "mask: none",
        "mask-image: url(x.png)",
        "letter-spacing: -.05em",
        "letter-spacing: normal",
        "-webkit-text-security: none",
        "font-size-adjust: .5",
        "opacity: zero",
        "font-size: 0.5em",
        "font-size: .6em",
        "font-size: calc(1em - 2px)",
        "font-size: clamp(1rem, 2vw, 3rem)",
        "font-size: max(0px, 1em)",
        "font-size: calc(var(--size) * 0)",
        "vertical-align: super; font-size: 0.6em; line-height: 0",
        "line-height: 0",
        "line-height: 1; overflow: hidden",
        "line-height: 0; overflow: hidden; height: 2em",
        "float: left; font-size: 3em; line-height: .8; margin-top: -.1em",
        "font-size: -1px",
        "font-size: 9",
        "font: caption",
        "text-indent: -2em",
        "text-indent: -9999",
        "text-indent: -1em",
        "text-indent: -60em; padding-left: 60em",
        "text-indent: calc(1em + 1%)",
        "margin-left: -1em",
        "margin-inline: -1em",
        "margin: 0 calc(50% - 50vw)",
        "padding-left: 9999px; margin-left: -9999px",
        "position: relative; left: 9999px; margin-left: -9999px",
        "position: absolute; left: calc(50% - 900px)",
        "position: absolute; right: 9em",
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
        "clip-path: inset(0)",
        "clip-path: inset(0 round 600px)",
        "clip-path: circle(closest-side at 0 0)",
        "clip-path: polygon(0 0, 100% 0, 100% 100%)",
        "clip-path: polygon(evenodd, 0 0, 9px 0, 9px 9px)",
        "position: absolute; clip: rect(0, auto, auto, 0)",
        "clip-path: inset(-50%)",
        "clip-path: none",
        "clip-path: url(x.svg#y)",
        "clip-path: circle(50%)",
        "transform: scale(0.5) rotate(0)",
        "transform: translate(-50%, -50%)",
        "transform: matrix(1, 0, 0, 1, 0, 0)",
        "transform: matrix(0, 1, -1, 0, 0, 0)",
        "transform: rotate(90deg)",
        "transform: rotateX(180deg)",
        "transform: rotate3d(0, 0, 1, 90deg)",
        "transform: skewX(10deg)",
        "color: black",
        "color: black; background: white",
        "color: white; background: white url(dark.png)",
        "color: white; background: #333",
        "color: #eee; background: rgb(0 0 0 / 70%)",
        "color: white; position: absolute",
        "color: white; background: color-mix(in srgb, red, blue)",
        "color: color-mix(in srgb, white, black)",
        "color: light-dark(white, black)",
        "color: CanvasText; background: black",
        "color: oklch(0.2 0 0)",
        "color: #eee; -webkit-text-fill-color: black",
        "color: #ccc",
        "background: #ffc",
        "color-scheme: dark; color: white",
        "color: white; background: white; background: linear-gradient(red, blue)",
        "color: black; background: rgba(0, 0, 0, 0)",
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
        "width: calc(100% - 500px); overflow: hidden",
        "height: 9em; overflow: hidden",
        "white-space: nowrap; overflow: hidden; text-overflow: ellipsis",
        "display: -webkit-box; -webkit-line-clamp: 2; overflow: hidden",
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


@pytest.mark.parametrize(
    "style",
    [
        *("width: 0", "height: 0", "max-width: 0", "block-size: 1px", "filter: opacity(0)"),
        *("object-position: -9999px 0", "object-position: 0 9999px", "transform: scale(0)"),
        *(
            FAR,
            "clip-path: circle(0)",
            "visibility: collapse",
            "mask: linear-gradient(#0000, #0000)",
        ),
    ],
)
def test_what_hides_an_image(style: str) -> None:
    (found,) = hidden(f"img {{ {style} }}", '<p><img src="a.png" alt="Two boats"/></p>')
    assert found.words == "Two boats"
    assert "overflow" not in found.how


@pytest.mark.parametrize(
    "style",
    [
        *("width: 100%; height: auto", "max-width: 100%", "width: 0; min-width: 100%"),
        *("object-position: 50% 50%", "object-position: left top", "opacity: .9", "color: white"),
        *("line-height: 0; overflow: hidden", "text-indent: -9999px", "max-height: 100vh"),
    ],
)
def test_what_leaves_an_image(style: str) -> None:
    assert words(f"img {{ {style} }}", '<p><img src="a.png" alt="Two boats"/></p>') == []


@pytest.mark.parametrize(
    ("style", "size"),
    [
        ("height: 2em; overflow: hidden", 81),
        ("max-height: 20px; overflow: clip", 81),
        ("-webkit-line-clamp: 2; overflow: hidden", 81),
        ("white-space: nowrap; overflow-x: hidden; text-overflow: ellipsis", 41),
    ],
)
def test_more_words_than_there_is_room_for(style: str, size: int) -> None:
    assert words(f"p {{ {style} }}", f"<p>{'x' * size}</p>") == ["x" * size]
    assert words(f"p {{ {style} }}", f"<p>{'x' * (size - 1)}</p>") == []
    assert words(f"p {{ {style.replace('hidden', 'auto').replace('clip;', 'x;')} }}") == []


# Colours and what is behind them


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("section { background: #000 } p { color: #000 }", ["One", "Two words"]),
        ("section { background: #000 } p { color: #fff }", ["One"]),
        ("section { background: #000; color: #fff } p { color: inherit }", []),
        ("section { color: #fff } p { background: #000 }", ["One"]),
        ("section { color: #fff } div { background: #000 }", ["One"]),
        ("section { background: #000; color: #fff } p { background: #fff }", ["Two words"]),
        ("section { background: #000; color: #fff } p { background: none }", []),
        ("section { background: #000; color: #fff } p { background: #fff; color: #000 }", []),
        ("section { background: url(x.png) } p { color: #fff }", []),
        ("section { background: url(x.png) } p { color: #fff; background: #fff }", ["Two words"]),
        ("section { display: grid; color: #fff }", []),
        ("p { color: #fff; position: relative; top: -3em }", []),
        ("p { color: #fff; position: relative }", ["Two words"]),
        (":root { color-scheme: dark } p { color: #fff }", []),
        (":root { color-scheme: light dark } p { color: #fff }", ["Two words"]),
        ("p { text-shadow: 0 0 1px; color: #fff }", []),
        ("@media (prefers-color-scheme: dark) { p { color: #fff } }", []),
        (
            "@media (prefers-color-scheme: dark) { p { color: #000; background: #000 } }",
            ["Two words"],
        ),
        ("@media (prefers-color-scheme: dark) { section { background: #111 } }", []),
        (
            "@media (prefers-color-scheme: dark) { body { background: #111 } }"
            " p { color: #111; background: #fff }",
            [],
        ),
        (
            "@media (prefers-color-scheme: dark) { body { background: #111 } } p { color: #111 }",
            ["Two words"],
        ),
        (
            "p { color: #fff } @media (prefers-color-scheme: light) { p { color: #000 } }",
            ["Two words"],
        ),
    ],
)
def test_words_on_their_ground(css: str, left: list[str]) -> None:
    assert words(css, "<section>One<div><p>Two words</p></div></section>") == left


def test_elements_with_colours_of_their_own() -> None:
    body = '<p><mark>Two</mark> <a href="b.xhtml">words</a></p>'
    assert words("p { color: #fff; background: #000 } mark, a { background: #fff }", body) == []
    assert words("p { background: #00e }", body) == []
    assert words("a { color: #fff }", body) == ["words"]


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
        "p { display: none } @layer one { @media all { p { display: block !important } } }",
        "@layer one { p { display: none } } p { display: block }",
        "@layer one, two; @layer two { p { display: block } } @layer one { p { display: none } }",
        "@layer a { p { display: block !important } } @layer b { p { display: none !important } }",
        "@layer one { @layer inner { p { display: none } } p { display: block } }",
        "p { display: none; & { display: block } }",
        "body { p { display: none } & > .x { display: block } }",
        "p { display: none } :where(#y).x { display: block }",
        "p:not(:is(#y, b)) { display: none }",
        "p { display: none } p:lang(en) { display: block }",
        "p, p::before { display: none } p { display: block }",
    ],
)
def test_a_rule_that_wins_shows_again(css: str) -> None:
    body = '<p class="x" id="y" lang="en">Two words</p>'
    assert words(css, body) == []
    assert words("", body, f"<style>{css.replace('&', '&amp;')}</style>") == []


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
        ":is(b, p):where(.x):not(:has(b)) { display: none }",
        "body:has(> #y) p { display: none }",
        "section:not(:target), p:not(:hover) { display: none }",
        "p:lang(en) { display: none }",
        "[*|lang] p { display: none }",
        "p:no-such, b { display: none }",
        "p:dir(ltr).x { display: none }",
        "p, p::-webkit-such { display: none }",
        "@layer one { p { display: none } } @layer { b { display: block } }",
        "@layer one { p { display: none } } @layer one { b { display: block } }",
        "@layer two { p { display: block } } @layer three { p { display: none } }",
        "@layer one { p { display: none !important } } p { display: block !important }",
        "@layer one { p { display: none } @layer inner { p { display: block } } }",
        "@layer { p { display: block } } @layer { p { display: none } }",
        "body { p { display: none } }",
        "body { & > p { display: none } }",
        "body { > p { color: red; &.x { display: none } } }",
        ".x, b { body & { display: none } }",
        "p { &:not(b &) { display: none } }",
        "body { p { &:is(p) { &:not(.z) { &.x { &#y { color: red; display: none } } } } } }",
        "p { @media screen { display: none } }",
    ],
)
def test_a_rule_that_wins_hides(css: str) -> None:
    body = '<div lang="en"><p class="x" id="y">Two words</p></div>'
    assert words(css.replace("body", "div"), body) == ["Two words"]


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
    assert words("@import 'two.css' layer; p { display: none }", two="p { display: block }")
    shown = "@import 'two.css' layer(x); p { display: block }"
    assert words(shown, two="p#y.x { display: none }", body='<p class="x" id="y">A</p>') == []
    (found,) = hidden("@import 'two.css' supports(x: y) (color);", two="p { display: none }")
    assert found.how == "display: none under @media (color) and @supports (x: y)"
    assert words("@import 'two.css' print;", two="p { display: none }") == []
    assert words("b {} @import 'two.css';", two="p { display: none }") == []
    assert words("@import 'two.css'; p { display: block }", two="p { display: none }") == []
    assert words("@import 'none.css'; @import 'https://example.org/two.css'") == []


def test_a_circle_of_imports() -> None:
    css = "@import 'one.css'; @import 'two.css'; p { display: none }"
    assert words(css, two="@import 'one.css'; p { display: block }") == ["Two words"]
    assert words("@import 'two.css';", two="@import 'one.css'; p { opacity: 0 }") == ["Two words"]


@pytest.mark.parametrize(
    "condition", ["print", "not screen", "not all", "speech, print", "print and (min-width: 1px)"]
)
def test_what_no_screen_is_given(condition: str) -> None:
    css = "p { display: none }"
    assert words(f"@media {condition} {{ {css} }}") == []
    assert words(css, head=LINK.replace("/>", f' media="{condition}"/>')) == []
    assert words("", head=f'<style media="{condition}">{css}</style>') == []
    assert words(f"@import 'two.css' {condition};", two=css) == []


@pytest.mark.parametrize(
    "condition",
    [
        *("(min-width: 1px)", "screen and (max-width: 600px)", "(orientation: portrait)"),
        *("(prefers-color-scheme: dark)", "amzn-kf8", "amzn-mobi", "not amzn-mobi", "not (color)"),
        *("(width > 9em)", "print, (color)", "not screen and (color)", "(a) or (b)"),
    ],
)
def test_what_some_screens_are_given(condition: str) -> None:
    css = "p { display: none }"
    how = f"display: none under @media {condition}"
    for found in (
        hidden(f"@media {condition} {{ {css} }}"),
        hidden(f"p {{ @media {condition} {{ display: none }} }}"),
        hidden(css, head=LINK.replace("/>", f' media="{condition.replace(">", "&gt;")}"/>')),
        hidden("", head=f'<style media="{condition.replace(">", "&gt;")}">{css}</style>'),
        hidden(f"@import 'two.css' {condition};", two=css),
    ):
        assert [(each.words, each.how) for each in found] == [("Two words", how)]
    assert words(f"@media {condition} {{ {css} }} p {{ display: block }}") == []
    assert words(f"@media {condition} {{ p {{ opacity: .9; max-width: 9em }} }}") == []


@pytest.mark.parametrize(
    "rule",
    ["@supports (display: grid)", "@supports not (x: y)", "@container (width > 9em)", "@scope"],
)
def test_what_only_some_readers_follow(rule: str) -> None:
    (found,) = hidden(f"{rule} {{ p {{ display: none }} }}")
    assert found.how == f"display: none under {rule}"
    (found,) = hidden(f"p {{ display: none }} {rule} {{ p {{ display: block }} }}")
    assert found.how == "display: none"
    assert words(f"{rule} {{ p {{ display: block }} }}") == []


def test_a_scope() -> None:
    body = '<div class="x"><p>Two</p></div><p>words</p>'
    assert words("@scope (.x) to (b) { p { display: none } }", body) == ["Two"]
    assert words("@scope (.x) { :scope > p { display: none } }", body) == ["Two"]
    assert words("@scope (.y) { p { display: none } }", body) == []


@pytest.mark.parametrize("rule", ["@keyframes x", "@-webkit-keyframes x", "@starting-style"])
def test_what_does_not_last(rule: str) -> None:
    assert words(f"{rule} {{ from, p {{ display: none }} }}") == []


def test_a_condition_is_named_for_what_it_alone_hides() -> None:
    css = "h1 { opacity: 0 } @media (color) { h1, p { opacity: 0 } }"
    found, other = hidden(css, f"<h1>One</h1>{P}")
    assert (found.words, found.how) == ("One", "opacity: 0")
    assert (other.words, other.how) == ("Two words", "opacity: 0 under @media (color)")


def test_long_conditions_are_told_apart() -> None:
    long = "@media screen and (min-width: 100px) and (max-width: 9999px) and (color) and ({})"
    css = f"{long.format('hover')} {{ p {{ position: absolute }} }}"
    found = hidden(f"{css} {long.format('grid')} {{ b, p {{ opacity: 0 }} }}", f"{P}<b>more</b>")
    assert [len(each.elements) for each in found] == [2]
    nested = "#a_long_name_of_an_element.with-classes.more-classes, body > #another_long_name, p"
    assert words(f"b {{ {nested} , p & {{ opacity: 0 }} }}", "<p>Two <b>words</b></p>") == ["words"]


def test_one_of_two_variants_is_told() -> None:
    css = (
        "@media (max-width: 600px) { .wide { display: none } }"
        "@media (min-width: 601px) { .narrow { display: none } }"
    )
    found = hidden(css, '<p class="wide">Wide</p><p class="narrow">Narrow</p>')
    assert [(each.words, each.how) for each in found] == [
        ("Wide", "display: none under @media (max-width: 600px)"),
        ("Narrow", "display: none under @media (min-width: 601px)"),
    ]


def test_conditions_that_hide_together() -> None:
    css = (
        "@media (color) { p { position: absolute } } @media (hover) { p { left: -9999px } }"
        "@media (orientation: portrait) { h1 { height: 0 } }"
    )
    (found,) = hidden(css + "@media (hover: none) { h1 { overflow: auto } }", f"<h1/>{P}")
    assert "@media (color)" in found.how and "@media (hover)" in found.how
    far = "@media {} {{ p {{ position: absolute }} }} @media {} {{ p {{ left: -9999px }} }}"
    assert words(far.format("(min-width: 9em)", "(max-width: 8em)")) == []
    assert words(far.format("(prefers-color-scheme: dark)", "(prefers-color-scheme: light)")) == []
    assert words(far.format("(color)", "not (color)")) == []
    nested = "@media (color) { @media (hover) { p { display: none } } }"
    assert [each.how for each in hidden(nested)] == [
        "display: none under @media (color) and @media (hover)"
    ]


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
        '<nav epub:type="landmarks"><p>Two words</p></nav>',
        "<p/><p> \u00a0\u00ad</p><p><img alt=''/></p><p><!-- words --></p>",
        "<div><template>Two</template><script>words</script></div>",
        '<p><span epub:type="pagebreak" title="9"/></p>',
        "<ruby><rp>(</rp></ruby><video>no video</video>",
        '<svg xmlns="http://www.w3.org/2000/svg"><title>A title</title></svg>',
    ],
)
def test_what_is_not_read_anyway(body: str) -> None:
    assert words("body > * { display: none }", body) == []


@pytest.mark.parametrize(
    "note",
    [
        '<aside epub:type="footnote"><p>A note</p></aside>',
        '<section epub:type="endnotes"><p>A note</p></section>',
        '<aside role="doc-footnote"><p>A note</p></aside>',
        '<section class="notes"><aside epub:type="footnote"><p>A note</p></aside></section>',
    ],
)
def test_notes_that_a_style_hides(note: str) -> None:
    assert words("body > * { display: none }", note) == ["A note"]
    assert words("p { margin: 0 }", note) == []


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ('<p popover="auto">Two words</p>', "the attribute popover"),
        ('<p inert="">Two words</p>', "the attribute inert"),
        ('<p aria-hidden="true">Two words</p>', "the attribute aria-hidden"),
        ("<details>Two words<summary>A</summary></details>", "a details element that is not open"),
        ("<dialog>Two words</dialog>", "a dialog that is not open"),
        ('<p><img alt="Two words" width="0"/></p>', "the attribute width"),
        ('<p><img alt="Two words" height="0"/></p>', "the attribute height"),
    ],
)
def test_attributes_that_hide(body: str, how: str) -> None:
    (found,) = hidden("", f"\n{body}")
    assert (found.words, found.how, found.line) == ("Two words", how, 2)
    assert found.path == found.document == "text/a.xhtml"


@pytest.mark.parametrize(
    "body",
    [
        '<p aria-hidden="false">Two words</p>',
        '<p aria-hidden="true">…</p>',
        '<p><img alt="Two words"/><i aria-hidden="true">Two\nwords</i></p>',
        '<details open="">Two words<summary>A</summary></details>',
        '<dialog open="">Two words</dialog>',
        '<p><img alt="Two words" width="200" height="100"/></p>',
        '<p style="display: block" popover="">Two words</p>',
    ],
)
def test_attributes_that_do_not_hide(body: str) -> None:
    assert words("", body) == []


def test_attributes_of_a_kind_are_told_together() -> None:
    (found,) = hidden("", '<p inert="">A</p><p>B</p><p inert="">C</p>')
    assert (found.words, len(found.elements)) == ("A", 2)


@pytest.mark.parametrize(
    "pseudo", ["::first-letter", ":first-letter", "::first-line", ":first-line"]
)
def test_the_first_letter_and_line(pseudo: str) -> None:
    for style in ("color: transparent", "font-size: 0", "opacity: 0", "color: #fff"):
        assert words(f"p{pseudo} {{ {style} }}") == ["Two words"]
    for style in ("font-size: 3em; float: left; line-height: .8", "color: red", "display: none"):
        assert words(f"p{pseudo} {{ {style} }}") == []
    assert words(f"p{pseudo} {{ color: #fff; background: #000 }}") == []
    assert words(f"p{pseudo} {{ opacity: 0 }}", "<p/>") == []


def test_drawings_have_other_boxes() -> None:
    body = '<svg xmlns="http://www.w3.org/2000/svg"><text>Two words</text></svg>'
    assert words("body, text { color: transparent; text-indent: -9999px }", body) == []
    assert words("text { visibility: hidden }", body) == ["Two words"]


@pytest.mark.parametrize(
    "selector", ["p::before", "p:hover", "p:target", "p::marker", "p::-webkit-such", "p >", "a|p"]
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
        ("p { width: " + "calc(" * 5000 + "0px" + ")" * 5000 + "; overflow: hidden }", P),
        ("p { " * 3000 + "display: none", P),
        (".x, p { " + "& & & & & { " * 30 + "display: none", P),
        ("".join(f"@media (x{n}) {{ p {{ opacity: 0 }} }}" for n in range(3000)), P),
        ("".join(f"@layer a{n} {{ p {{ opacity: 0 }} }}" for n in range(3000)), P),
        ("@layer " + ".".join("a" * 3000) + " { p { opacity: 0 } }", P),
        ("* { height: 9em; overflow: hidden }", NESTED + "x" * 99999),
        ("p:no-such { display: none }" * 999, P),
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
