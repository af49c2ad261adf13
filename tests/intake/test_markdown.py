"""Markdown with front matter."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from helpers import Reader, picture
from lxml import etree

from brief.findings import LimitError, SourceError
from brief.model import address_problem

FRONT = "---\ntitle: A title\ndate: 2024-07-19\n---\n"


def codes(caught: pytest.ExceptionInfo[SourceError]) -> list[tuple[str, int]]:
    return [(found.code, found.line) for found in caught.value.findings]


def test_every_key(read: Reader, tmp_path: Path) -> None:
    picture(tmp_path / "p.jpg")
    text = """---
title: "The 'snow' ledger"
kicker: Policy brief
dek: What a winter costs -- and who pays...
authors:
  - name: Ada Lind
    role: Fellow
    orcid: https://orcid.org/0000-0002-1825-0097
    url: https://www.example.org/ada
  - Ben Okoro
date: July 19, 2024
updated: 2024-08-02
lang: en-GB
slug: snow
tags: [water, budgets]
photo:
  path: p.jpg
  alt: Ridges
  caption: In *March*
  credit: Ada / X
disclaimer: Not [advice](https://www.example.org/).
rights: © 2024
identifier: https://doi.org/10.1234/abc
url: https://www.example.org/snow
series: Briefs, 7
editions: [pdf]
---
Text.
"""
    got = read(text)
    brief = got.brief
    assert got.codes == []
    assert brief.title == "The ‘snow’ ledger"
    assert brief.dek == "What a winter costs – and who pays…"
    assert brief.authors[0].orcid == "0000-0002-1825-0097"
    assert brief.authors[1].name == "Ben Okoro"
    assert (brief.date, brief.updated) == (dt.date(2024, 7, 19), dt.date(2024, 8, 2))
    assert (brief.lang, brief.slug, brief.tags) == ("en-GB", "snow", ("water", "budgets"))
    assert brief.photo is not None
    assert (brief.photo.alt, brief.photo.caption) == ("Ridges", "In March")
    assert '<a href="https://www.example.org/">advice</a>' in brief.disclaimer
    assert brief.identifier == "doi:10.1234/abc"
    assert brief.editions == ("pdf",)


def test_toml(read: Reader) -> None:
    text = '+++\ntitle = "A title"\ndate = 2024-07-19\ntags = ["a", "b"]\n+++\nText.\n'
    brief = read(text).brief
    assert (brief.title, brief.date, brief.tags) == ("A title", dt.date(2024, 7, 19), ("a", "b"))


def test_yaml_that_safe_load_gets_wrong(read: Reader) -> None:
    text = "---\ntitle: no\ndate: 2024-07-19\nkicker: 1e3\nrights: 0123\nseries: yes\n---\nText.\n"
    brief = read(text).brief
    assert (brief.title, brief.kicker, brief.rights, brief.series) == ("no", "1e3", "0123", "yes")


@pytest.mark.parametrize(
    ("key", "near"),
    [("descripton", "dek"), ("author", "authors"), ("titel", "title"), ("image", "photo")],
)
def test_an_unknown_key_names_the_near_one(read: Reader, key: str, near: str) -> None:
    got = read(f"---\ntitle: T\ndate: 2024-07-19\n{key}: x\n---\nText.\n")
    assert [(f.code, f.line) for f in got.found] == [("S15", 4)]
    assert repr(near) in got.found[0].hint


def test_identifier_of_house_and_slug(read: Reader) -> None:
    one, two = read(FRONT + "Text.").brief, read(FRONT + "Other.").brief
    assert one.identifier == two.identifier
    assert one.identifier.startswith("urn:uuid:")
    assert read(FRONT + "Text.", "other.md").brief.identifier != one.identifier


def test_punctuation_by_language(read: Reader) -> None:
    said = '"Hallo", sagte er -- (c) 2024...'
    assert "„Hallo“, sagte er – (c) 2024…" in read(f"{FRONT[:-4]}lang: de\n---\n{said}").brief.body
    assert "«\u202fHallo\u202f»" in read(f"{FRONT[:-4]}lang: fr\n---\n{said}").brief.body


def test_the_body_is_well_formed_and_knows_its_lines(read: Reader) -> None:
    text = (
        FRONT
        + """A paragraph with `code < x`, H<sub>2</sub>O, &amp; <br> and <b>bold.

{.pull-quote}
> Large.

| a | b |
|:--|--:|
| 1 | 2 |

Term
: Meaning

1. one
   - nested

~~gone~~ ![pic](p.png "A caption"){credit="Ada"}
"""
    )
    with pytest.raises(SourceError) as missing:
        read(text)
    assert codes(missing) == [("S20", 20)]
    file = missing.value.findings[0].file
    assert file is not None
    picture(file.parent / "p.png")
    body = read(text).brief.body
    tree = etree.fromstring(f"<body>{body}</body>")
    lines = {element.tag: element.get("data-line") for element in reversed(list(tree.iter("*")))}
    assert (lines["p"], lines["blockquote"], lines["table"]) == ("5", "8", "10")
    assert (lines["dl"], lines["ol"], lines["ul"]) == ("14", "17", "18")
    assert tree.find(".//blockquote").get("class") == "pull-quote"
    assert tree.find(".//td[@class='right']").text == "2"
    assert tree.find(".//strong").text == "bold."
    assert tree.find(".//img").get("src") == "image-1.png"


def test_a_lone_image_is_a_figure(read: Reader, tmp_path: Path) -> None:
    picture(tmp_path / "p.png")
    body = read(FRONT + '![pic](p.png "A caption"){credit="Ada"}\n').brief.body
    assert '<figcaption>A caption <span class="credit">Ada</span></figcaption></figure>' in body
    with pytest.raises(SourceError) as silent:
        read(FRONT + "\n![](p.png)\n")
    assert codes(silent) == [("S22", 6)]
    assert "decorative" in read(FRONT + "![](p.png){.decorative}\n").brief.body


def test_notes(read: Reader) -> None:
    text = (
        FRONT + "One[^b], two[^a], again[^b], inline^[Here.].\n\n[^a]: A.\n\n    More.\n[^b]: B.\n"
    )
    brief = read(text).brief
    assert [note.id for note in brief.notes] == ["n1", "n2", "n3"]
    assert [note.line for note in brief.notes[:2]] == [10, 7]
    assert "B." in brief.notes[0].body
    assert brief.notes[1].body.count("<p") == 2
    assert brief.body.count('data-note="n1"') == 2


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Text[^x].\n", "S40", 5),
        ("Text.\n\n[^x]: Lost.\n", "S41", 7),
        ("Text[^x].\n\n[^x]: One.\n\n[^x]: Two.\n", "S42", 9),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "S45", 7),
    ],
)
def test_what_markdown_would_lose(read: Reader, text: str, code: str, line: int) -> None:
    with pytest.raises(SourceError) as caught:
        read(FRONT + text)
    assert codes(caught) == [(code, line)]


def test_notes_and_tables_inside_code_are_code(read: Reader) -> None:
    text = "```\n[^x]: not a note\n| a |\n|---|\n| 1 | 2 |\n{{< x >}}\n```\n"
    assert read(FRONT + text).codes == []


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "../other.md", "#nowhere", "file:///etc/passwd", "http://"),
        *("data:x", "//", "http://two words.org/", "http://[::1/", "mailto:nobody", "tel:x"),
    ],
)
def test_links_that_lead_nowhere_keep_their_text(read: Reader, address: str) -> None:
    got = read(f"{FRONT}See [the words](<{address}>) here.\n")
    assert "See the words here." in got.brief.body
    assert [(f.code, f.line) for f in got.found] == [("S44", 5)]


@pytest.mark.parametrize(
    "address",
    [
        *("https://example.org/{x}?a|b", "mailto:a@example.org?subject=Two words", "tel:+1(23)4-5"),
        *("mailto:?to=a@example.org", "//example.org/x", "HTTPS://EXAMPLE.ORG"),
    ],
)
def test_links_that_lead_somewhere_lead_where_an_edition_may(read: Reader, address: str) -> None:
    for link in (f"[words](<{address}>)", f'<a href="{address}">words</a>'):
        got = read(f"{FRONT}See {link} here.\n")
        assert got.found == []
        (href,) = re.findall('href="([^"]*)"', got.brief.body)
        assert address_problem(href) == ""


def test_relative_links_follow_the_url(read: Reader) -> None:
    text = FRONT[:-4] + "url: https://www.example.org/a/b\n---\n[x](../c) [y](//example.org/d)\n"
    body = read(text).brief.body
    assert 'href="https://www.example.org/c"' in body
    assert 'href="https://example.org/d"' in body


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<iframe src='x'></iframe>",
        "<svg onload=alert(1)><text>t</text></svg>",
        "<form><input></form>",
    ],
)
def test_markup_that_no_edition_may_hold(read: Reader, markup: str) -> None:
    got = read(f"{FRONT}Before.\n\n{markup}\n\nAfter.\n")
    assert "alert" not in got.brief.body
    assert "S43" in got.codes


def test_attributes_that_act_are_gone(read: Reader) -> None:
    body = read(f'{FRONT}<p onclick="x()" style="color:red" class="y">Text</p>\n').brief.body
    assert body == '<p data-line="5">Text</p>' or body.startswith("<p>Text</p>")


def test_levels(read: Reader) -> None:
    got = read(f"{FRONT}# A title\n\n### One\n\nText.\n\n##### Two\n\nText.\n")
    assert "<h2" in got.brief.body
    assert "<h3" in got.brief.body
    assert "A title" not in got.brief.body
    assert got.codes == ["S46"]


def test_a_first_heading_is_the_title(read: Reader) -> None:
    brief = read("---\ndate: 2024-07-19\n---\n# From the *text*\n\nText.\n").brief
    assert (brief.title, brief.lines["title"]) == ("From the text", 4)


def test_too_deep(read: Reader) -> None:
    with pytest.raises(LimitError) as caught:
        read(FRONT + ">" * 90 + " deep\n")
    assert caught.value.findings[0].code == "L02"


def test_a_folder(read: Reader) -> None:
    assert read(FRONT + "Text.", "snow-ledger/brief.md").brief.slug == "snow-ledger"


@pytest.mark.parametrize("key", ["author", "byline", "Author"])
def test_an_author_under_another_key_is_not_lost(read: Reader, key: str) -> None:
    got = read(f"{FRONT[:-4]}{key}: Jane Doe, PhD\n---\nText.\n")
    assert [author.name for author in got.brief.authors] == ["Jane Doe, PhD"]
    assert [(f.code, f.line) for f in got.found] == [("S15", 4)]
    assert "'authors'" in got.found[0].hint
    both = read(f"{FRONT[:-4]}{key}: Jane Doe\nauthors: Ida Voss\n---\nText.\n")
    assert [author.name for author in both.brief.authors] == ["Ida Voss"]


def test_a_key_of_no_use_here_is_not_taken_for_another(read: Reader) -> None:
    got = read(f"{FRONT[:-4]}draft: true\n---\nText.\n")
    assert got.found[0].hint.startswith("known keys")


def test_a_slug_without_letters_is_not_cured_with_nothing(read: Reader) -> None:
    with pytest.raises(SourceError) as caught:
        read(f"{FRONT[:-4]}slug: '..'\n---\nText.\n")
    assert "''" not in caught.value.findings[0].message


def test_escaped_brackets_call_no_note(read: Reader) -> None:
    got = read(f"{FRONT}A \\[^1] and [\\^2] and [^3\\] and `[^4]`.\n")
    assert "A [^1] and [^2] and [^3] and" in got.brief.body
    assert got.codes == []


def test_attributes_behind_a_heading(read: Reader) -> None:
    text = "See [a](#here) and [b](#there).\n\n## One {#here .x}\n\nTwo {#there}\n---\n\n## A {b}\n"
    got = read(FRONT + text)
    assert '<h2 id="here" data-line="7">One</h2>' in got.brief.body
    assert '<h2 id="there" data-line="9">Two</h2>' in got.brief.body
    assert "A {b}</h2>" in got.brief.body
    assert '<a href="#here">' in got.brief.body
    assert got.codes == []
    assert "`{#x}`" not in read(f"{FRONT}## Code `{{#x}}`\n").brief.body


def test_attributes_below_a_quote(read: Reader) -> None:
    body = read(f"{FRONT}> Small.\n\n> Large.\n{{.pull-quote}}\n\nText.\n").brief.body
    assert '<blockquote data-line="5"><p data-line="5">Small.</p>' in body
    assert '<blockquote class="pull-quote" data-line="7"><p data-line="7">Large.</p>' in body


@pytest.mark.parametrize(
    ("raw", "line"),
    [('![alt](p.png "A[^1]")', 7), ("<table>\n<caption>A[^1]</caption></table>", 8)],
)
def test_a_note_cannot_be_called_in_a_caption(
    read: Reader, tmp_path: Path, raw: str, line: int
) -> None:
    picture(tmp_path / "p.png")
    with pytest.raises(SourceError) as caught:
        read(f"{FRONT}Text.\n\n{raw}\n\n[^1]: A note.\n")
    assert [f.code for f in caught.value.findings] == ["S41"]
    assert f"on line {line} where none can be" in caught.value.findings[0].message
    got = read(f"{FRONT}Text[^1].\n\n{raw}\n\n[^1]: A note.\n")
    assert [(f.code, f.line) for f in got.found] == [("S30", line)]


def test_a_note_called_in_a_dek_is_told_of(read: Reader) -> None:
    got = read(f"{FRONT[:-4]}dek: A[^1]\nkicker: B \\[^1]\n---\nText.\n")
    assert [(f.code, f.line) for f in got.found] == [("S30", 4)]


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("<![CDATA[ x ]]>", ["<![CDATA[…]]>"]),
        ("<div>\n<?php x ?>\n</div>", ["<?…?>"]),
        ("In a line <?php x ?> too", ["<?…?>"]),
        ("<svg><text>a</text></svg> <foo>b</foo>", ["<svg>", "<foo>"]),
    ],
)
def test_what_vanishes_is_told_of_once(read: Reader, markup: str, told: list[str]) -> None:
    got = read(f"{FRONT}Before.\n\n{markup}\n\nAfter `<?php ?>`.\n")
    assert [f.message.split(" ")[0] for f in got.found] == told
    assert {f.code for f in got.found} == {"S43"}
    assert got.found[0].line == 7 + markup.startswith("<div>")


def test_rows_of_a_table_have_as_many_cells(read: Reader) -> None:
    text = "<table><tr><th>a</th><th>b</th></tr><tr><td rowspan='2'>1</td></tr><tr></tr></table>"
    body = etree.fromstring(f"<body>{read(FRONT + text).brief.body}</body>")
    assert [len(row) for row in body.iter("tr")] == [2, 2, 1]


@pytest.mark.parametrize(
    ("markup", "shape"),
    [
        ("<span>One\n\n<h3>Two</h3>\n\nThree</span>", ["p", "h2", "p"]),
        ("<b><p>One</p></b>", ["p"]),
        ("<li>One</li>\n<li>Two</li>\n\nThree", ["ul", "p"]),
        ("<em><li>One</li></em>", ["ul"]),
    ],
)
def test_blocks_stand_where_they_may(read: Reader, markup: str, shape: list[str]) -> None:
    body = etree.fromstring(f"<body>{read(FRONT + markup).brief.body}</body>")
    assert [each.tag for each in body] == shape


@pytest.mark.parametrize(
    "text",
    ["{% include a %}", "- {% include a %}", "> {% include a %}", "`b`{% include a %}"],
)
def test_a_shortcode_is_printed_as_is_told(read: Reader, text: str) -> None:
    result = read(f"---\ntitle: A\ndate: 2024-07-19\n---\n{text}\nMore.\n")
    assert result.codes == ["S47"]
    assert "{% include a %}" in result.brief.body
    assert "More." in result.brief.body


def test_words_that_html_sets_apart_stay_apart(read: Reader) -> None:
    markup = (
        "<div>one</div><div>two</div>\n\nthr<u>ee</u> <button>four</button><button>five</button>"
    )
    result = read(f"---\ntitle: A\ndate: 2024-07-19\n---\n{markup}\n")
    words = re.sub("<[^>]*>", "", result.brief.body).split()
    assert words == ["one", "two", "three", "four", "five"]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            "水は高い\nところから流れる。\nそして、\n海へ。",
            "水は高いところから流れる。そして、海へ。",
        ),
        ("**水**\n*高*、`低`\n低。", "<strong>水</strong><em>高</em>、<code>低</code>低。"),
        ("水\nwater\n海", "水\nwater\n海"),
        ("물이\n흐른다", "물이\n흐른다"),
        ("one\ntwo", "one\ntwo"),
        ("水\\\n海", "水<br/>\n海"),
    ],
)
def test_lines_of_chinese_and_japanese_run_on(read: Reader, text: str, body: str) -> None:
    got = read(f"{FRONT}{text}\n")
    assert f">{body}</p>" in got.brief.body
    assert got.codes == []


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("答えは、**「坂」**という。", "答えは、<strong>「坂」</strong>という。"),
        ("这是**“引文”**的。", "这是<strong>“引文”</strong>的。"),
        ("**注：**以下。", "<strong>注：</strong>以下。"),
        ("*语*法*书*。", "<em>语</em>法<em>书</em>。"),
        ("语 ** 不是 ** 语", "语 ** 不是 ** 语"),
        ('a**"b"**c', "a**“b”**c"),
        ("5*6*7 and **bold**", "5<em>6</em>7 and <strong>bold</strong>"),
    ],
)
def test_emphasis_beside_chinese_and_japanese_marks(read: Reader, text: str, body: str) -> None:
    assert f">{body}</p>" in read(f"{FRONT}{text}\n").brief.body


def shape(markup: str) -> str:
    """Return the elements of a body and their classes, without lines and text."""
    told = re.sub(r'<(\w+)((?: [\w-]+="[^"]*")*)>', lambda m: f"<{m[1]}{_class(m[2])}>", markup)
    return re.sub(r">[^<]+", ">", told)


def _class(attributes: str) -> str:
    found = re.search(r'class="([^"]*)"', attributes)
    return "." + found[1].replace(" ", ".") if found else ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{.key-points}\n> A\n>\n> - b", "<aside.box.key-points><p></p><ul><li></li></ul></aside>"),
        ("> A\n{.box}", "<aside.box><p></p></aside>"),
        ("{.recommendations .box}\n> A", "<aside.box.recommendations><p></p></aside>"),
        ("{.side-note}\n> A", "<aside.side-note><p></p></aside>"),
        ("<aside>A</aside>", "<aside.box><p></p></aside>"),
        (
            '<aside class="box key-points x">\n\nA\n\n</aside>',
            "<aside.box.key-points><p></p></aside>",
        ),
        ("> A\n>\n> — B", "<blockquote><p></p><p.attribution></p></blockquote>"),
        ("> A\n> — B", "<blockquote><p></p><p.attribution></p></blockquote>"),
        ("> A  \n> -- *B*", "<blockquote><p></p><p.attribution><em></em></p></blockquote>"),
        ("> A\n> — and b", "<blockquote><p></p></blockquote>"),
        ("> — A", "<blockquote><p></p></blockquote>"),
        ("> — A\n> — B", "<blockquote><p></p></blockquote>"),
        ("A\n— B", "<p></p>"),
    ],
)
def test_boxes_and_attributions(read: Reader, text: str, wanted: str) -> None:
    got = read(FRONT + text)
    assert shape(got.brief.body) == wanted
    assert got.codes == []


@pytest.mark.parametrize(
    ("text", "line", "told", "wanted"),
    [
        ("{.box}\n- a", 6, "a quote alone", "<ul><li></li></ul>"),
        ("- a\n\n  {.box}\n  > b", 8, "within a list", "<ul><li><p></p><blockquote>"),
        ("{.box}\n> A\n>\n> {.box}\n> > B", 9, "another box", "<aside.box><p></p><blockquote>"),
        ("{.box}\n>", 6, "without words", ""),
    ],
)
def test_boxes_that_cannot_be(read: Reader, text: str, line: int, told: str, wanted: str) -> None:
    got = read(f"{FRONT}{text}\n\nText.\n")
    assert [(each.code, each.line) for each in got.found] == [("S43", line)]
    assert told in got.found[0].message
    assert shape(got.brief.body).replace("\n", "").startswith(wanted)


def test_boxes_stand_in_the_text_alone(read: Reader) -> None:
    text = "disclaimer: |\n  {.box}\n  > A\n---\nText[^1].\n\n[^1]:\n    {.box}\n    > B\n"
    with pytest.raises(SourceError) as caught:
        read(f"{FRONT[:-4]}{text}")
    assert [found.code for found in caught.value.findings] == ["S43", "S48"]


def test_levels_within_a_box(read: Reader) -> None:
    box = "{.box}\n> # One\n>\n> ### Skips\n\n"
    got = read(f"{FRONT}{box}Text.\n\n### A\n\n#### B\n\n{box}#### C\n\n##### D\n")
    levels = ["h2", "h3", "h2", "h3", "h4", "h5", "h3", "h4"]
    assert re.findall("<(h.)", got.brief.body) == levels
    assert [(each.code, each.line) for each in got.found] == [("S46", 8), ("S46", 19)]


@pytest.mark.parametrize(
    ("lang", "before", "caption"),
    [
        ("en", "Table: Of *it*. {#t}", "Of <em>it</em>."),
        ("en", "table : Of it.", "Of it."),
        ("en", "Table: Of it.", "Of it."),
        ("de", "Table: Of `it` {#t}", "Of <code>it</code>"),
        ("en", "Table 1: Of it.", ""),
        ("en", "Tables: Of it.", ""),
        ("en", "Table:", ""),
    ],
)
def test_captions_of_tables(read: Reader, lang: str, before: str, caption: str) -> None:
    text = f"{FRONT[:-4]}lang: {lang}\n---\n{before}\n\n| a |\n|---|\n| b |\n"
    body = read(text).brief.body
    assert re.findall("<caption[^>]*>(.*?)</caption>", body) == [caption] * bool(caption)
    assert ('<table data-line="8" id="t">' in body) == before.endswith("{#t}")
    assert ("<p " in body) == (not caption)


def test_sources_and_notes_of_tables(read: Reader) -> None:
    table = "| a |\n|---|\n| b |\n\n"
    text = (
        f"Source: before.\n\n{table}Source: A.\n\nNote: B.\n\nnotes: C.\n\nText.\n\nSource: no.\n"
    )
    body = read(FRONT + text).brief.body
    assert re.findall('<p[^>]*class="([^"]*)">(.*?)</p>', body) == [
        ("table-source", "Source: A."),
        ("table-note", "Note: B."),
        ("table-note", "notes: C."),
    ]
    assert body.count("<p") == 6


def test_a_name_of_a_figure_is_that_of_the_figure(read: Reader, tmp_path: Path) -> None:
    picture(tmp_path / "p.png")
    body = read(
        f"{FRONT}[](#f)\n\n![A](p.png){{#f .x}}\n\n![B](p.png){{#notes}}\n".replace(
            "![A](p.png)", '![A](p.png "Cap.")'
        )
    ).brief.body
    assert re.findall('<figure[^>]*id="([^"]*)"><img src="[^"]*" alt="[^"]*"/>', body) == [
        "f",
        "x-notes",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[](#fi)", "did you mean [](#fig)?"),
        ("[](#bare)", "give it a caption"),
        ("[](#p)", "write words into the brackets"),
        ("## A [](#h)", "write words into the brackets"),
        ("Text.[^1]\n\n[^1]: [](#fi)", "did you mean [](#fig)?"),
    ],
)
def test_references_to_nothing(read: Reader, tmp_path: Path, text: str, told: str) -> None:
    picture(tmp_path / "p.png")
    rest = '![A](p.png "A."){#fig}\n\n![B](p.png){#bare}\n\n<p id="p">P</p>\n\n## H {#h}\n'
    with pytest.raises(SourceError) as caught:
        read(f"{FRONT}{text}\n\n{rest}")
    (found,) = caught.value.findings
    assert found.code == "S52"
    assert told in found.hint
    assert found.line == 5 + 2 * text.startswith("Text")


def test_notes_may_refer_to_the_text(read: Reader) -> None:
    text = "Text.[^1]\n\n## Notes {#notes}\n\n[^1]: See [](#notes) and [it](#notes).\n"
    got = read(FRONT + text)
    assert got.codes == []
    assert got.brief.notes[0].body.count('href="#x-notes"') == 2


def test_names_may_be_in_any_script(read: Reader) -> None:
    got = read(f"{FRONT}[](#рис) [a](#рис)\n\n## Рис {{#рис}}\n")
    assert got.codes == []
    assert got.brief.body.count('<a href="#рис"') == 2
