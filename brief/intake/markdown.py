"""Markdown with front matter → Brief."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError, parse
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from brief.findings import short
from brief.house import House, toml_line
from brief.intake import clean, metadata
from brief.intake.source import Source
from brief.language import beside_table, quotes
from brief.model import Brief, Note
from brief.scripts import SQUARE, run_on

_CURES = {
    "title": "add a line `title: …` to the front matter, between two lines --- at the very top",
    "date": "add a line `date: 2024-07-19` to the front matter, between two lines --- at the top",
    "body": "write the text below the front matter",
    "photo": "under `photo:` add `path: photo.jpg`, a file beside the source",
    "credit": "under `photo:` add `credit: Name / Agency`",
    "alt": 'under `photo:` add `alt: what it shows`, or `alt: ""` if it shows nothing that matters',
}
# a bound on each, for lines that begin many and end none
_SHORTCODE = re.compile(r"\{\{[<%].{0,200}?[%>]\}\}|\{%.{0,200}?%\}|\{\{.{0,200}?\}\}")
_NOTE_CALL = re.compile(r"\[\^([^\]\s]{1,200})\]")


def read(source: Source, house: House, photo: Path | None) -> Brief:
    """Return the Brief in a Markdown source; raises SourceError with all that is wrong."""
    draft = metadata.Draft()
    entries, taken = metadata.split(source)
    lang = entries["lang"].value if "lang" in entries else ""
    lang = lang if isinstance(lang, str) and lang else house.language
    parser = parser_for(lang)
    metadata.fill(
        draft,
        entries,
        source,
        plain=lambda text: plain(text, parser),
        rich=lambda text, line: fragment(text, parser, source, line),
    )
    if draft.disclaimer is None and house.disclaimer:
        draft.disclaimer = standing_disclaimer(house, parser, source)
    _body(draft, parser, source, house, taken)
    return metadata.finish(draft, source, house, photo, _CURES)


def plain(text: str, parser: MarkdownIt) -> str:
    """Return one line of text as it reads: marks of emphasis gone, punctuation made smart."""
    if not text:
        return ""
    words = []
    for token in parser.parseInline(" ".join(text.split()))[0].children or []:
        if token.type in ("text", "code_inline", "image"):
            words.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type == "html_inline":
            tag = re.match(r"</?([a-zA-Z][\w-]*)", token.content)
            words.append("" if tag and tag[1].lower() in clean.VOCABULARY else token.content)
    return entities.unescape(" ".join("".join(words).split()))


def fragment(text: str, parser: MarkdownIt, source: Source, line: int = 1) -> str:
    """Return a short Markdown text on a line of a source, such as a disclaimer, as XHTML."""
    tokens, notes = _part_notes(parser.parse(text))
    if notes:
        source.warn("S43", "the notes in it were taken out", line, hint="write them into the text")
    _place(tokens, line - 1)
    quotes, lang = parser.options["quotes"], parser.options["lang"]
    tree, _ = clean.body(_render(parser, tokens), source, roots=(), quotes=quotes, lang=lang)
    for box in tree.iter("aside"):
        told = "a box in it was made a quote (its text stays)"
        source.warn("S43", told, clean.line_of(box), hint="put it into the text")
        box.tag = "blockquote"
    for call in list(tree.iter("a")):
        if call.get("data-note"):
            call.drop_tag()
    clean.levels(tree, source)
    clean.link_addresses(tree)
    return clean.xhtml(tree)


def standing_disclaimer(house: House, parser: MarkdownIt, source: Source) -> str:
    """Return the house's own disclaimer as XHTML; what is noticed, the source tells of."""
    listing = house.listing
    place = Source(listing.file, listing.lines, found=source.found)
    return fragment(house.disclaimer, parser, place, toml_line(listing.lines, "disclaimer"))


def parser_for(lang: str) -> MarkdownIt:
    """Return a Markdown parser that sets punctuation as the language does."""
    options = {"html": True, "typographer": True, "quotes": quotes(lang), "lang": lang}
    # Nesting beyond its limit markdown-it drops without a word; `clean` refuses less than this.
    parser = MarkdownIt("commonmark", options | {"maxNesting": 4 * clean.MAX_DEPTH}).enable(
        ["table", "strikethrough", "smartquotes"]
    )
    parser.use(footnote_plugin).use(deflist_plugin)
    parser.use(attrs_plugin, spans=True).use(attrs_block_plugin)
    # "{% … %}" is a comment among attributes, which would vanish without a word
    parser.inline.ruler.before("text", "shortcode", _shortcode)
    parser.core.ruler.after("block", "shortcodes", _shortcodes)
    parser.core.ruler.before("inline", "trailing", _trailing_attributes)
    parser.core.ruler.before("inline", "data", _quote_data)
    # CommonMark's own `replacements` makes © of "(c)", which is how lists of clauses are numbered
    parser.core.ruler.before("smartquotes", "dashes", _dashes)
    parser.core.ruler.before("text_join", "calls", _calls)
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.add_render_rule("softbreak", _line_end)
    parser.add_render_rule("footnote_ref", _note_call)
    # links that may not be are `clean`'s to tell of: markdown-it would print them raw
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Read marks of emphasis; beside Chinese and Japanese, punctuation keeps none from ending.

    CommonMark finds the ends by spaces, which these do not put between words.
    """
    start = state.pos
    if not emphasis.tokenize(state, silent):
        return False
    before, after = state.src[start - 1 : start], state.src[state.pos : state.pos + 1]
    if state.src[start] == "*" and re.search(f"[{SQUARE}]", before + after):
        for mark in state.delimiters[start - state.pos :]:
            mark.open, mark.close = bool(after.strip()), bool(before.strip())
    return True


def _line_end(
    renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]
) -> str:
    """Return what an end of a line in the source stands for: no space in Chinese and Japanese."""
    before = next((each.content for each in reversed(tokens[:at]) if each.content), "")
    after = next((each.content for each in tokens[at + 1 :] if each.content), "")
    return "\n" if "\n" in run_on(f"{before[-1:]}\n{after[:1]}") else ""


def _shortcode(state: StateInline, silent: bool) -> bool:
    """Keep a site generator's command behind a link, an image or code as text."""
    if not state.src.startswith("{%", state.pos):
        return False
    if not silent:
        state.pending += "{%"
    state.pos += 2
    return True


def _shortcodes(state: StateCore) -> None:
    """Keep a site generator's command at the beginning of a paragraph as one of its own."""
    lines = state.src.split("\n")
    tokens: list[Token] = []
    for token in state.tokens:
        text = "".join(lines[token.map[0]].partition("{")[1:]).strip() if token.map else ""
        if token.type == "attrs_block" and text.startswith("{%"):
            tokens.append(Token("paragraph_open", "p", 1, map=token.map, block=True))
            tokens.append(Token("inline", "", 0, map=token.map, content=text, children=[]))
            tokens.append(Token("paragraph_close", "p", -1, block=True))
        else:
            tokens.append(token)
    state.tokens = tokens


def _trailing_attributes(state: StateCore) -> None:
    """Give attributes at the end of a heading or a table's caption to it, those below a quote to
    the quote."""
    caption = beside_table(state.md.options["lang"])["table"]
    quotes: list[Token] = []
    for n, token in enumerate(state.tokens):
        if token.type == "blockquote_open":
            quotes.append(token)
        elif token.type == "blockquote_close":
            quotes.pop()
        if token.type != "inline":
            continue
        holder, before = state.tokens[n - 1], r"\s"
        after = state.tokens[n + 2].type if n + 2 < len(state.tokens) else ""
        captions = after == "table_open" and re.match(caption, token.content)
        if holder.type != "heading_open" and not captions:
            if not quotes or after != "blockquote_close":
                continue
            holder, before = quotes[-1], r"\n"
        found = re.search(before + r"(\{[^{}]{1,500}\})$", token.content)
        try:
            attributes = parse(found[1])[1] if found else {}
        except ParseError:
            continue
        if found and attributes:
            token.content = token.content[: found.start()].rstrip()
            holder.attrs |= {key: attributes[key] for key in ("id", "class") if key in attributes}


def _quote_data(state: StateCore) -> None:
    """Put the name of a file behind an image into quotes: bare, it could not have a dot in it."""
    for token in state.tokens:
        if token.type == "inline" and "data=" in token.content and "`" not in token.content:
            bare = r"(?<=\))(\{[^{}]{0,200}?\bdata=)([^\s\"'{}]+)"
            token.content = re.sub(bare, r'\1"\2"', token.content)


def _dashes(state: StateCore) -> None:
    for token in state.tokens:
        for child in token.children or []:
            if child.type == "text":
                text = re.sub(r"(?<!-)---(?!-)", "—", child.content)
                text = re.sub(r"(?<!-)--(?!-)", "–", text)
                child.content = re.sub(r"(?<!\.)\.\.\.(?!\.)", "…", text)


def _calls(state: StateCore) -> None:
    """Keep the calls of notes that are not written, while escaped brackets can be told apart."""
    for token in state.tokens:
        words = "".join(
            {"text": child.content, "text_special": "\0"}.get(child.type, " ")
            for child in token.children or []
        )
        token.meta |= {"calls": _NOTE_CALL.findall(words)}


def _body(
    draft: metadata.Draft, parser: MarkdownIt, source: Source, house: House, taken: int
) -> None:
    text = "\n".join(source.lines[taken:])
    env: dict[str, Any] = {}
    try:
        tokens = parser.parse(text, env)
    except RecursionError:
        _too_deep(source)
    _place(tokens, taken)
    _watch(tokens, env, source, taken)
    tokens, notes = _part_notes(tokens)
    lang_roots = metadata.roots(source, house)
    said = {"quotes": parser.options["quotes"], "lang": parser.options["lang"], "url": draft.url}
    tree, images = clean.body(_render(parser, tokens), source, roots=lang_roots, **said)
    _take_title(draft, tree)
    clean.levels(tree, source)
    clean.link_addresses(tree)
    draft.body = clean.xhtml(tree)
    draft.images = tuple(images)
    made = []
    for name, line, inside in notes:
        note, _ = clean.body(_render(parser, inside), source, roots=(), around=tree, **said)
        _limit_note(note, source, line)
        clean.link_addresses(note)
        made.append(Note(name, clean.xhtml(note), line))
    draft.notes = tuple(made)


#: what the foot of a page cannot hold, with its name
_NOT_IN_NOTES = {"table": "a table", "dl": "definitions", "hr": "a rule", "a": "another note"}
_NOT_IN_NOTES |= {"aside": "a box"}
_NOT_IN_NOTES |= {f"h{level}": "a heading" for level in range(1, 7)}


def _limit_note(note: Any, source: Source, line: int) -> None:
    for element in note.iter(*_NOT_IN_NOTES):
        if element.tag != "a" or element.get("data-note"):
            source.warn(
                "S48",
                f"a note cannot hold {_NOT_IN_NOTES[element.tag]}",
                clean.line_of(element) or line,
                hint="write it as sentences, or put it into the text",
            )


def _too_deep(source: Source) -> None:
    from brief.findings import LimitError

    raise LimitError(
        source.finding("L02", "lists or quotes nested too deep", 1, hint="make it flatter")
    )


def _take_title(draft: metadata.Draft, tree: Any) -> None:
    """Make a first heading of level 1 the title, unless the front matter has another."""
    first = next(iter(tree), None)
    if first is None or first.tag != "h1":
        return
    heading = " ".join("".join(first.itertext()).split())
    if draft.title and _letters(draft.title) != _letters(heading):
        return
    if not draft.title:
        draft.title = heading
        draft.lines["title"] = clean.line_of(first)
    tree.remove(first)


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def _place(tokens: Sequence[Token], offset: int) -> None:
    """Write each block's source line into it, and the alignment of cells as a class."""
    for token in tokens:
        if token.type == "html_block" and token.map:
            token.content = clean.placed(token.content, token.map[0] + 1 + offset)
        elif token.nesting >= 0 and token.map and token.type != "inline":
            token.attrSet("data-line", str(token.map[0] + 1 + offset))
        if token.type in ("th_open", "td_open"):
            align = re.search(r"right|center", str(token.attrs.pop("style", "")))
            if align:
                token.attrJoin("class", align[0])


def _part_notes(tokens: list[Token]) -> tuple[list[Token], list[tuple[str, int, list[Token]]]]:
    """Return the body's tokens, and for each note its name, line and tokens."""
    body: list[Token] = []
    notes: list[tuple[str, int, list[Token]]] = []
    inside = False
    for token in tokens:
        if token.type in ("footnote_block_open", "footnote_block_close"):
            inside = token.type.endswith("open")
        elif not inside:
            body.append(token)
        elif token.type == "footnote_open":
            notes.append((f"n{token.meta['id'] + 1}", 0, []))
        elif token.type not in ("footnote_close", "footnote_anchor"):
            name, line, held = notes[-1]
            line = line or (int(token.attrGet("data-line") or 0))
            held.append(token)
            notes[-1] = (name, line, held)
    return body, notes


def _render(parser: MarkdownIt, tokens: Sequence[Token]) -> str:
    return str(parser.renderer.render(tokens, parser.options, {}))


def _note_call(_self: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    return f'<a class="noteref" data-note="n{tokens[place].meta["id"] + 1}"></a>'


def _watch(tokens: Sequence[Token], env: dict[str, Any], source: Source, offset: int) -> None:
    """Note what Markdown would lose or show raw without a word."""
    code: set[int] = set()
    for token in tokens:
        if token.type in ("fence", "code_block") and token.map:
            code.update(range(token.map[0] + 1 + offset, token.map[1] + 1 + offset))
    _watch_notes(tokens, env, source, offset, code)
    _watch_tables(tokens, source, offset)
    for number, line in enumerate(source.lines[offset:], offset + 1):
        shortcode = _SHORTCODE.search(line)
        if shortcode and number not in code:
            source.warn(
                "S47",
                f"{short(shortcode[0])!r} is a site generator's command, printed as it stands",
                number,
                hint="write out what it would show",
            )


def _watch_notes(
    tokens: Sequence[Token], env: dict[str, Any], source: Source, offset: int, code: set[int]
) -> None:
    written: dict[str, int] = {}
    for number, line in enumerate(source.lines[offset:], offset + 1):
        found = re.match(r" {0,3}\[\^([^\]\s]+)\]:", line)
        if not found or number in code:
            continue
        if found[1] in written:
            source.warn(
                "S42",
                f"the note {short(found[1])!r} is written twice, first on line {written[found[1]]}",
                number,
                hint="give one of them another name",
            )
        else:
            written[found[1]] = number
    raw: dict[str, int] = {}
    for number, words in _without_notes(tokens, offset):
        for name in _NOTE_CALL.findall(words):
            raw.setdefault(name, number)
    known = env.get("footnotes", {}).get("refs", {})
    for name, place in known.items():
        at = raw.get(name[1:], 0)
        if at and place >= 0:
            source.warn(
                "S30",
                "no note can be called in a caption or in HTML;"
                f" {short(f'[^{name[1:]}]')!r} is printed as it stands",
                at,
                hint="call the note in the text",
            )
        if place < 0:
            told = (
                f"is called on line {at} where none can be, in a caption or in HTML," if at else ""
            )
            source.warn(
                "S41",
                f"the note {short(name[1:])!r} {told or 'is never called'} and would be lost",
                written.get(name[1:], 0),
                hint=f"write [^{name[1:]}] where it belongs, or delete it",
            )
    for token in tokens:
        for name in token.meta.get("calls", ()):
            source.warn(
                "S40",
                f"the note {short(name)!r} is called and not written",
                _line_with(source, f"[^{name}]", (token.map[0] if token.map else 0) + 1 + offset),
                hint=f"add a line [^{name}]: with the note's text",
            )


def _without_notes(tokens: Sequence[Token], offset: int) -> Iterator[tuple[int, str]]:
    """Yield what no note can be called in, captions and HTML, with its line."""
    for token in tokens:
        line = (token.map[0] if token.map else 0) + 1 + offset
        if token.type == "html_block":
            yield from enumerate(token.content.split("\n"), line)
        for child in token.children or []:
            if child.type == "image":
                yield line, f"{child.attrs.get('title', '')} {child.content}"


def _line_with(source: Source, words: str, start: int) -> int:
    return next((n for n in range(start, len(source.lines) + 1) if words in source.lines[n - 1]), 0)


def _watch_tables(tokens: Sequence[Token], source: Source, offset: int) -> None:
    for token in tokens:
        if token.type != "table_open" or not token.map:
            continue
        first, end = token.map[0] + offset, token.map[1] + offset
        columns = len(_cells(source.lines[first]))
        for number in range(first + 2, end):
            cells = _cells(source.lines[number])
            if len(cells) > columns:
                source.warn(
                    "S45",
                    f"the row has {len(cells)} cells and the table {columns} columns;"
                    f" {short(cells[columns].strip())!r} would be lost",
                    number + 1,
                    hint="write \\| for a bar inside a cell, or add a column to the first row",
                )


def _cells(line: str) -> list[str]:
    cells = escapedSplit(line.strip())
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells
