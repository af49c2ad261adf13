"""A style before anything is set with it: its tokens, sheets, fonts and templates, and what they
make of sample briefs.

What a style is made from is checked with it, but for brief's own sheets. What stands in those is
told of where a style makes it wrong, such as words on a ground of another colour.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree, html
from tinycss2 import parse_component_value_list
from tinycss2.color4 import parse_color

from brief import assets, tokens
from brief.checks import contrast, fonts, pdfdraw, readers, sheets
from brief.checks.contrast import Ratio
from brief.checks.sheets import Cascade, Declaration, Place, Sheet
from brief.findings import Finding, HouseError, Listing, finding, short
from brief.house import SHEETS, House, Style
from brief.language import format_date
from brief.model import Brief
from brief.seen import Seen, Words
from brief.tokens import Token

#: what the layout engine ignores of a sheet: line (0 where it does not say), column, message
Ignored = Callable[[str], Iterable[tuple[int, int, str]]]

_TEMPLATES = SHEETS.parent / "templates"
#: sheets that serve others, and those that no layout engine sees
_SHARED, _READ = ("tokens", "fonts", "scripts"), ("epub", "web")
#: the tokens that the layout of pages itself reads
_ENGINE = {"--grid", "--balance", "--hanging", "--native-serif", "--native-sans"}
#: where words are seen
_WHERE = {"print": "in print", "cover": "on the cover", "card": "on the card"}
#: pt from which type is large, and large if bold; what counts as bold (WCAG 2.2, 1.4.3)
_LARGE, _LARGE_BOLD, _BOLD = 18, 14, 600
#: contrast that words need, and large ones, for each level of WCAG 2.2 (1.4.3, 1.4.6)
_LEAST = {"AA": (4.5, 3.0), "AAA": (7.0, 4.5)}
#: pt that a cover or card is seen wide: that of a page of some 12 cm
_COVER = 340
#: pt of the smallest type in print, of what stands above or below the line, and of the finest line
_SMALLEST, _RAISED, _FINEST = 7.0, 4.5, 0.25
#: what measures may differ by, in pt, and shares of a colour
_ROUNDING, _ALIKE = 0.01, 0.02


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample brief as it is made in one edition, or laid out as one of its pictures."""

    #: "print", "epub", "cover", "card": that of the sheet
    edition: str
    brief: Brief
    house: House
    documents: Mapping[str, str]
    #: as it is laid out; nothing for what is not, and for what only shows which classes there are
    seen: Seen | None = None


def check(
    style: Style,
    samples: Sequence[Sample],
    languages: Sequence[str],
    ignored: Ignored,
) -> list[Finding]:
    """Return what is wrong with a style, with each line that a finding names.

    `samples` hold every part and element of a brief, made with the style; without any, only what
    its files say is checked. `languages` are those that its fonts have to have letters for.
    """
    read = _Style(style)
    templates = list(_templates(read, samples))
    found = [
        *_tokens(read),
        *_sheets(read, ignored),
        *_files(read),
        *_fonts(read, languages),
        *templates,
        # rules for what a template leaves out are not at fault
        *([] if any(each.code == "H22" for each in templates) else _unmet(read, samples)),
    ]
    worst: dict[tuple[object, ...], _Fault] = {}
    for sample in samples:
        for fault in _seen(read, sample):
            key = fault.code, fault.place, fault.where
            if key not in worst:
                worst[key] = fault
            else:
                worst[key].add(fault)
    found += [fault.finding() for fault in worst.values()]
    return quoted(found)


def quoted(found: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of their places, each once, with the lines that they name."""

    @cache
    def listing(file: Path) -> Listing:
        try:
            text = assets.style_text(file.parent, file.name)
        except assets.RefusedError:
            return Listing(file)
        return Listing(file, tuple(text.split("\n")))

    every: dict[tuple[object, ...], Finding] = {}
    for one in found:
        if one.file and one.line and not one.excerpt:
            told = listing(one.file).finding(one.code, one.message, one.line, column=one.column)
            one = replace(one, excerpt=told.excerpt, column=told.column)  # noqa: PLW2901
        every.setdefault((one.code, one.file, one.line, one.message), one)
    return sorted(every.values(), key=lambda one: (str(one.file or ""), one.line, one.column))


class _Style:
    """A style read: its sheets as they are written, and with their tokens filled in."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.folders = style.folders
        #: those that are checked
        self.own = [each for each in style.folders if each != SHEETS] or [SHEETS]
        #: the sheets by name, each as its layers in their order
        self.sheets: dict[str, list[Sheet]] = {}
        self.filled: dict[str, list[Sheet]] = {}
        names = {file.stem for folder in self.folders for file in folder.glob("*.css")}
        for name in sorted(names):
            layers = tokens.layers(style, f"{name}.css")
            self.sheets[name] = [sheets.read(file, text) for file, text in layers]
            try:
                others = () if name in _READ else ("scripts.css",)
                layers = tokens.filled(style, f"{name}.css", *others)
            except HouseError:
                self.filled[name] = self.sheets[name]
            else:
                self.filled[name] = [sheets.read(file, text) for file, text in layers]
        self.tokens = tokens.tokens(style)
        #: the values without any var() in them
        self.values: dict[str, str] = {}
        try:
            self.values = tokens.values(style)
        except HouseError:  # of one of them: the others are to be checked all the same
            for name in self.tokens:
                with suppress(HouseError):
                    self.values[name] = tokens.value(style, name)
        self.registry = tokens.registry()
        #: declarations as they are written, by where they stand
        self.written = {
            (each.file, each.line, each.name): each
            for some in self.sheets.values()
            for sheet in some
            for _, each in sheet.declarations()
        }

    def rank(self, file: Path) -> int:
        """Return which of the layers a file is in: the last is the style's own."""
        ranks = [n for n, each in enumerate(self.folders) if file.is_relative_to(each)]
        return ranks[-1] if ranks else -1

    def is_own(self, file: Path) -> bool:
        """Return whether a file is to be checked."""
        return any(file.is_relative_to(folder) for folder in self.own)

    def own_sheets(self, *names: str) -> Iterator[tuple[Sheet, Sheet]]:
        """Yield the sheets to be checked, as written and filled in; all without names."""
        for name in names or self.sheets:
            pairs = zip(self.sheets.get(name, []), self.filled.get(name, []), strict=True)
            yield from (pair for pair in pairs if self.is_own(pair[0].file))

    def places(self, declaration: Declaration, kind: str) -> list[tuple[Path, int]]:
        """Return where a declaration stands, and where the tokens of a kind in it are set."""
        key = declaration.file, declaration.line, declaration.name
        text, named = self.written.get(key, declaration).text, dict[str, Token]()
        if declaration.name == "font":
            text = text.split("/")[0]  # what is behind is no size of type
        todo = _used(text)
        while todo:
            name = todo.pop()
            if name in self.tokens and name not in named:
                named[name] = self.tokens[name]
                todo += _used(named[name].value)
        places = [
            (each.file, each.line) for each in named.values() if self.kind(each) in (kind, "")
        ]
        return [*places, (declaration.file, declaration.line)]

    def kind(self, token: Token) -> str:
        """Return what a token's value has to be: as brief says it, else as the style does."""
        return self.registry.get(token.name, token).kind

    def blame(self, declarations: Iterable[Declaration], kind: str) -> tuple[Path, int]:
        """Return which place of some declarations, and their tokens of a kind, the style chose."""
        places = [place for each in declarations for place in self.places(each, kind)]
        return max(places, key=lambda place: self.rank(place[0]), default=(self.style.folder, 0))


def _template_files(folder: Path) -> list[Path]:
    return sorted(file for file in (folder / "templates").glob("*") if file.is_file())


def _used(text: str) -> list[str]:
    return re.findall(r"var\(\s*(--[\w-]+)", text)


# --- tokens -------------------------------------------------------------------------------------


def _tokens(read: _Style) -> Iterator[Finding]:
    """Tell of tokens that nothing knows, uses or sets, and of values that do not fit."""
    bare = {
        sheet.file: assets.uncommented(sheet.text)
        for some in read.sheets.values()
        for sheet in some
    }
    used = {name for text in bare.values() for name in _used(text)} | _ENGINE
    for folder in read.own:
        for file in _template_files(folder):
            used |= set(_used(file.read_text(encoding="utf-8", errors="replace")))
    known = used | read.registry.keys()
    for sheet, _ in read.own_sheets():
        for token in tokens.declared(sheet.file, sheet.text):
            place = token.file, token.line
            near = next(iter(difflib.get_close_matches(token.name, known, 1, 0.75)), "")
            if token.name not in known and near:
                told = f"there is no token {token.name}"
                yield finding("H11", told, *place, hint=f"did you mean {near}?")
            elif token.name not in known:
                yield finding("H13", f"nothing uses {token.name}", *place)
            kind = read.kind(token)
            value = re.sub(
                r"var\(\s*(--[\w-]+)[^()]*\)",
                lambda found: read.values.get(found[1], "var()"),
                token.value,
            )
            if kind and "var()" not in value and not _fits(kind, value):
                told = f"{token.name} is to be {kind}, not {short(value)}"
                yield finding("H14", told, *place, hint=_CURES.get(kind.partition(" |")[0], ""))
    set_for_all = read.tokens.keys()
    by_language = read.sheets.get("scripts", [])
    for name, some in read.sheets.items():
        beside = some if name in _READ else [*some, *by_language]
        set_here = {each.name for s in beside for each in tokens.declared(s.file, s.text)}
        for sheet in some:
            if not read.is_own(sheet.file):
                continue
            text = bare[sheet.file]
            for found in re.finditer(r"var\(\s*(--[\w-]+)\s*\)", text):
                if found[1] in set_for_all or found[1] in set_here:
                    continue
                line = text.count("\n", 0, found.start()) + 1
                near = next(iter(difflib.get_close_matches(found[1], set_for_all, 1, 0.7)), "")
                told = f"{found[1]} is used and neither tokens.css nor {name}.css sets it"
                cure = f"did you mean {near}?" if near else f"add {found[1]}: … to tokens.css"
                yield finding("H12", told, sheet.file, line, hint=cure)


_UNITS = {
    *("px", "pt", "pc", "in", "cm", "mm", "q", "em", "rem", "ex", "ch", "lh", "rlh", "ic"),
    *("vw", "vh", "vmin", "vmax"),
}
_MATHS = {"calc", "min", "max", "clamp"}
_CONTENT = {
    "string",
    "counter",
    "counters",
    "attr",
    "element",
    "leader",
    "target-counter",
    "content",
}
_QUOTES = {"open-quote", "close-quote", "no-open-quote", "no-close-quote"}
_PAGE = {"a3", "a4", "a5", "a6", "b4", "b5", "letter", "legal", "ledger", "portrait", "landscape"}
_FIGURES = {
    *("normal", "lining-nums", "oldstyle-nums", "proportional-nums", "tabular-nums"),
    *("diagonal-fractions", "stacked-fractions", "ordinal", "slashed-zero"),
}
_CURES = {
    "<color>": "write a colour such as #0b4a6f",
    "<cmyk>": "write device-cmyk(1 .4 0 .3), each ink from 0 to 1",
    "<length>": "write a number with its unit, such as 10.5pt",
    "<number>": "write a number without a unit",
    "<family>": 'write a family in quotes, such as "Source Serif 4"',
    "<content>": 'write texts in quotes, string(…) and counter(…), such as "Page " counter(page)',
    "<image>": "write url(…) with a file of the style, or none",
    "<page>": "write A4, Letter, or a width and a height",
    "<figures>": "write words of font-variant-numeric, such as oldstyle-nums",
}


def _fits(kind: str, value: str) -> bool:
    """Return whether a token's value is of its kind; of a kind that is not known every one is."""
    kind, *others = kind.split(" | ")
    if value.lower() in map(str.lower, others):
        return True
    said = [each for each in parse_component_value_list(value) if each.type != "whitespace"]
    words = [getattr(each, "lower_value", "") if each.type == "ident" else "" for each in said]
    functions = [each.lower_name if each.type == "function" else "" for each in said]
    if not said:
        return False
    if not kind.startswith("<"):
        return value.lower() == kind.lower()
    match kind:
        case "<color>":
            return len(said) == 1 and parse_color(said[0]) is not None
        case "<cmyk>":
            return tokens.cmyk(value) is not None
        case "<length>":
            return len(said) == 1 and (_is_length(said[0]) or functions[0] in _MATHS)
        case "<number>":
            return len(said) == 1 and (said[0].type == "number" or functions[0] in _MATHS)
        case "<family>":
            return all(fonts.families(parse_component_value_list(value)))
        case "<content>":
            if words in (["none"], ["normal"]):
                return True
            kinds = (each.type for each in said)
            told = zip(kinds, words, functions, strict=True)
            return all(
                kind in ("string", "url") or word in _QUOTES or function in _CONTENT
                for kind, word, function in told
            )
        case "<image>":
            function = functions[0]
            drawn = said[0].type == "url" or function == "url" or function.endswith("gradient")
            return len(said) == 1 and (words == ["none"] or drawn)
        case "<page>":
            pairs = zip(said, words, strict=True)
            return len(said) <= 2 and all(_is_length(each) or word in _PAGE for each, word in pairs)
        case "<figures>":
            return set(words) <= _FIGURES
    return True


def _is_length(token: Any) -> bool:
    if token.type == "number":
        return bool(token.value == 0)
    return token.type == "dimension" and token.lower_unit in _UNITS


# --- sheets -------------------------------------------------------------------------------------


def _sheets(read: _Style, ignored: Ignored) -> Iterator[Finding]:
    """Tell of what is no CSS, of what layout engine and readers pass over, and of fonts."""
    for sheet, filled in read.own_sheets():
        name = sheet.file.stem
        broken = {each.line for each in sheet.problems}
        for each in sheet.problems:
            yield _told("H15", sheet, each)
        yield from _addresses(sheet)
        if name in _READ:
            for each in readers.unknown(filled):
                if each.line not in broken:
                    yield _told("H16", sheet, each)
            continue
        for each in _ignored(read, sheet, filled, ignored):
            if each.line not in broken:
                yield _told("H08", sheet, each)
    yield from _families(read)


def _told(code: str, sheet: Sheet, place: Place) -> Finding:
    return finding(code, place.text, sheet.file, place.line, column=place.column, hint=place.hint)


def _ignored(read: _Style, sheet: Sheet, filled: Sheet, ignored: Ignored) -> Iterator[Place]:
    """Yield what of a sheet the layout engine ignores, but for tokens that do not fit."""
    lines = sheet.text.split("\n")
    for line, column, message in ignored(filled.text):
        if message.startswith("Expected a media type"):
            continue  # it says so once more, with a place
        at = line
        if not at and (quote := re.search(r"'(.+)'", message, re.DOTALL)):
            words = quote[1].split()
            at = next((n for n, text in enumerate(lines, 1) if words and words[0] in text), 0)
        name = re.match(r"Ignored `([\w-]+)", message)
        raw = read.written.get((sheet.file, at, name[1])) if name else None
        if raw and any(
            (kind := read.kind(read.tokens[each])) and not _fits(kind, read.values.get(each, ""))
            for each in _used(raw.text)
            if each in read.tokens
        ):
            continue
        told = re.sub(r"\s+`,", "`,", message)
        yield Place(at, raw.column if raw else column, told, "correct or remove the rule")


def _addresses(sheet: Sheet) -> Iterator[Finding]:
    """Tell of each file that a sheet names and may not, or cannot, have."""
    folder = sheet.file.parent
    for each in sheet.addresses:
        address = each.text
        if not address or address.startswith("#"):
            continue
        problem = ""
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", address):
            problem = f"{short(address)!r} is not a file of the style"
        else:
            try:
                assets.locate(address, folder, (folder,))
            except assets.RefusedError as refused:
                problem = refused.message.replace("the source's folder", "the style's folder")
        if problem:
            place = Place(each.line, each.column, problem, "put the file into the style's folder")
            yield _told("H07", sheet, place)


def _families(read: _Style) -> Iterator[Finding]:
    """Tell of families that no font of the style is of.

    In an EPUB a family may be one that a reader's device has, if one that all have follows it.
    """
    every = [sheet for some in read.sheets.values() for sheet in some]
    given = {fonts.bare(face.family) for face in fonts.faces(every)} | fonts.GENERIC
    for name, some in read.filled.items():
        for sheet in some:
            for rule, each in sheet.declarations():
                if rule.at == "@font-face":
                    continue
                families = fonts.named(each.name, each.tokens)
                absent = [family for family in families if fonts.bare(family) not in given]
                if name in _READ and len(absent) < len(families):
                    continue
                for family in absent:
                    file, line = _naming(read, family, each)
                    if read.is_own(file):
                        told = f"no font of the style is “{short(family)}”"
                        yield finding("H18", told, file, line)
    for token in read.tokens.values():
        # a family may be named for an edition that this style has no rules for
        if read.kind(token) == "<family>" and read.is_own(token.file):
            said = parse_component_value_list(token.value)
            for family in fonts.families(said):
                if family and fonts.bare(family) not in given and "var(" not in token.value:
                    told = f"no font of the style is “{short(family)}”"
                    yield finding("H18", told, token.file, token.line)


def _naming(read: _Style, family: str, declaration: Declaration) -> tuple[Path, int]:
    """Return where a family is named: in a token, or in the declaration."""
    key = declaration.file, declaration.line, declaration.name
    written = read.written.get(key, declaration)
    for name in _used(written.text):
        token = read.tokens.get(name)
        if token and fonts.bare(family) in fonts.bare(token.value):
            return token.file, token.line
    return declaration.file, declaration.line


def _unmet(read: _Style, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Tell of selectors that meet nothing in any sample of their edition."""
    roots: dict[str, list[Any]] = {}
    for sample in samples:
        for document in sample.documents.values():
            roots.setdefault(sample.edition, []).append(_root(document))
    for name, some in roots.items():
        for sheet, _ in read.own_sheets(name):
            if any("never" in each.text for each in sheet.problems):
                continue  # what is not ended takes in what follows
            for each in sheets.unmet(sheet, some):
                told = f"{short(each.text)!r} meets nothing in any brief"
                yield _told("H17", sheet, Place(each.line, each.column, told))


def _root(document: str) -> Any:
    if document.startswith("<?xml"):
        return etree.fromstring(document.encode(), etree.XMLParser(resolve_entities=False))
    return html.document_fromstring(document)


# --- files --------------------------------------------------------------------------------------


_PICTURES = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"}


def _files(read: _Style) -> Iterator[Finding]:
    """Tell of sheets, pictures and templates that nothing uses."""
    known = {file.name for file in SHEETS.glob("*.css")} | {"web.css"}
    ours = {file.name for file in _TEMPLATES.iterdir()}
    for folder in read.own:
        some = [sheet for sheet, _ in read.own_sheets() if sheet.file.parent == folder]
        named = {
            (folder / re.sub(r"[?#].*", "", each.text)).resolve()
            for sheet in some
            for each in sheet.addresses
        }
        templates = _template_files(folder)
        texts = [each.read_text(encoding="utf-8", errors="replace") for each in templates]
        for file in sorted(folder.rglob("*")):
            kind, unused = "", ""
            if file.suffix == ".css" and file.resolve() not in named:
                kind = "sheet" if file.parent != folder or file.name not in known else ""
                unused = next(iter(difflib.get_close_matches(file.name, known, 1, 0.6)), "")
            elif file.suffix.lower() in _PICTURES and file.resolve() not in named:
                kind = "" if any(file.name in text for text in texts) else "picture"
            elif file in templates and file.name not in ours:
                others = [text for each, text in zip(templates, texts, strict=True) if each != file]
                kind = "" if any(file.name in text for text in others) else "template"
                unused = next(iter(difflib.get_close_matches(file.name, ours, 1, 0.6)), "")
            if kind:
                cure = f"did you mean {unused}?" if unused else ""
                yield finding("H19", f"a {kind} that nothing uses", file, hint=cure)


def _fonts(read: _Style, languages: Sequence[str]) -> Iterator[Finding]:
    """Tell of font files, and of letters that fonts lack."""
    every = [sheet for some in read.sheets.values() for sheet in some]
    yield from fonts.check(every, read.own)
    families = {
        name: [each for each in fonts.families(parse_component_value_list(value)) if each]
        for name, value in read.values.items()
        if read.kind(read.tokens[name]) == "<family>"
    }
    others = families.pop("--script-fonts", [])
    families.pop("--code-font", None)
    roles = [[*role, *others] for role in families.values() if role]
    yield from fonts.lacking(fonts.faces(every), roles, languages)


# --- templates ----------------------------------------------------------------------------------


#: the template that makes a document, by the document's name
_MADE_BY = {"text.xhtml": "epub.xhtml"}
#: templates of what is drawn, which share drawn.html
_DRAWN = ("cover.html", "card.html")
#: addresses in markup, other than those of links
_SOURCE = re.compile(
    r"<(?!a\b)\w+[^<>]*?\s(?:src|href|data|poster)\s*=\s*[\"']([^\"'{}]+)[\"']", re.IGNORECASE
)
_CSS_SOURCE = re.compile(r"(?:url\(\s*|@import\s+)[\"']?([^\"'(){}\s]+)")


def _templates(read: _Style, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Tell of what a style's templates name and cannot have, and of parts that they leave out."""
    files = [file for folder in read.own for file in _template_files(folder)]
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        for pattern in (_SOURCE, _CSS_SOURCE):
            for found in pattern.finditer(text):
                yield from _named(file, found[1], text.count("\n", 0, found.start(1)) + 1)
    if not files:
        return
    told = set()
    for sample in samples:
        for document, markup in sample.documents.items():
            template = _MADE_BY.get(document, document)
            shown = _shown(markup)
            for macro, part, text in _parts(template, sample.brief, sample.house):
                if _squeezed(text) in shown:
                    continue
                file, line = _leaving_out(read, template, macro)
                if (file, part) not in told:
                    told.add((file, part))
                    yield finding("H22", f"{template} leaves out the {part}", file, line)


def _named(file: Path, address: str, line: int) -> Iterator[Finding]:
    cure = "put the file into the style's folder"
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", address):
        told = f"{short(address)!r} is not a file of the style"
        yield finding("H07", told, file, line, hint=cure)
    elif file.suffix == ".html" and not address.startswith("#"):
        folder = file.parent.parent
        try:
            assets.locate(address, folder, (folder,))
        except assets.RefusedError as refused:
            yield finding("H07", refused.message, file, line, hint=cure)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad]", "", text)


def _shown(markup: str) -> str:
    """Return all that a document says, in words and for those who do not see."""
    root = _root(markup)
    body = next(iter(root.xpath("//*[local-name() = 'body']")), root)
    said = [text for text in body.itertext() if isinstance(text, str)]
    return _squeezed("".join([*said, *map(str, body.xpath(".//@alt"))]))


def _parts(template: str, brief: Brief, house: House) -> Iterator[tuple[str, str, str]]:
    """Yield what a template is to show: the macro of parts.html for it, its name, and its text."""
    if template in (*_DRAWN, "cover.xhtml"):
        yield "", "headline", brief.title
        return
    body = etree.fromstring(f"<body>{brief.body}</body>")
    if template == "nav.xhtml":
        for heading in body.iter("h2", "h3", "h4", "h5", "h6"):
            yield "", "contents", "".join(heading.itertext())
        return
    if template not in ("print.html", "epub.xhtml"):
        return
    head = (("kicker", brief.kicker), ("headline", brief.title), ("dek", brief.dek))
    yield from (("headline", *each) for each in head)
    for author in brief.authors:
        yield "headline", "names of the authors", author.name
        for text in (author.role, author.orcid, re.sub(r"^https?://|/$", "", author.url)):
            yield "imprint", "offices and addresses of the authors", text
    yield "headline", "date", format_date(brief.date, brief.lang)
    if brief.updated:
        yield "headline", "date of the last change", format_date(brief.updated, brief.lang)
    if brief.photo:
        for part in ("alt", "caption", "credit"):
            yield "photo", f"photo, or its {part}", getattr(brief.photo, part)
    for block in body:
        # calls of notes and references are filled in
        filled = all("".join(each.itertext()).strip() for each in block.iter("a"))
        if filled and block.tag not in ("ul", "ol", "figure"):
            yield "", "text", "".join(block.itertext())
    for note in brief.notes:
        first = etree.fromstring(f"<body>{note.body}</body>")
        listed = template == "epub.xhtml" or house.notes == "end"
        yield "notes" if listed else "", "notes", "".join(first.itertext()).partition(".")[0]
    for image in brief.images:
        if image.data:
            yield "data", "data behind the figures", "".join(image.data.head)
    disclaimer = etree.fromstring(f"<body>{brief.disclaimer}</body>")
    for block in disclaimer:
        yield "disclaimer", "disclaimer", "".join(block.itertext())
    for part, text in (
        ("publisher", house.publisher),
        ("place", house.place),
        ("contact", house.contact),
        ("series", brief.series),
        ("rights", brief.rights),
        ("address", re.sub(r"^https?://|/$", "", brief.url)),
    ):
        yield "imprint", part, text
    if not brief.identifier.startswith("urn:uuid:"):
        yield "imprint", "identifier", brief.identifier.partition(":")[2]


def _leaving_out(read: _Style, template: str, macro: str) -> tuple[Path, int]:
    """Return the file and line of a style that is to show a part and does not."""
    folders = [folder / "templates" for folder in reversed(read.own)]
    names = (template, "drawn.html") if template in _DRAWN else (template,)
    files = (each / name for each in folders for name in names)
    file = next((each for each in files if each.exists()), None)
    parts = next((each / "parts.html" for each in folders if (each / "parts.html").exists()), None)
    if parts and macro:
        text = parts.read_text(encoding="utf-8", errors="replace")
        found = re.search(rf"macro\s+{macro}\b", text)
        # the template may be brief's own, or call the macro of a style's own
        called = file is None or f".{macro}(" in file.read_text(encoding="utf-8", errors="replace")
        if called:
            return parts, text.count("\n", 0, found.start()) + 1 if found else 1
    if file is None:
        return read.style.folder / "templates" / template, 0
    text = file.read_text(encoding="utf-8", errors="replace")
    found = re.search(r"<(article|body)\b", text)
    return file, text.count("\n", 0, found.start()) + 1 if found else 1


# --- what is seen -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Fault:
    """Something seen that is too faint, too small or too fine, and how often it is."""

    code: str
    place: tuple[Path, int]
    where: str
    #: what is seen, how much of it there is, and how much there should be
    what: str
    measure: float
    told: str
    cure: str = ""
    #: what else is so, for the same reason
    others: frozenset[str] = frozenset()

    def add(self, other: _Fault) -> None:
        """Take in another with the same reason, and tell of the worse."""
        others = self.others | {self.what, other.what}
        if other.measure < self.measure:
            self.what, self.measure, self.told = other.what, other.measure, other.told
        self.others = others - {self.what}

    def finding(self) -> Finding:
        """Return it as a finding."""
        more = f", and {len(self.others)} more" if self.others else ""
        file, line = self.place
        return finding(
            self.code, f"{self.what} {self.where}{more}: {self.told}", file, line, hint=self.cure
        )


def _seen(read: _Style, sample: Sample) -> Iterator[_Fault]:
    if sample.edition == "epub":
        yield from _read_by_readers(read, sample)
    elif sample.seen is not None:
        some = [s for name in (*_SHARED, sample.edition) for s in read.sheets.get(name, [])]
        cascade = Cascade(some, sample.seen.root, _in_print)
        yield from _faint_words(read, sample.edition, sample.seen, cascade)
        if sample.edition == "print":
            yield from _too_small(read, sample.seen, cascade)


def _faint_words(read: _Style, edition: str, seen: Seen, cascade: Cascade) -> Iterator[_Fault]:
    """Yield the words of a document that have too little contrast."""
    scale = 1.0 if edition == "print" else _COVER / seen.width
    some = list(_unlike(seen.words, cascade))
    pairs = list(zip(some, contrast.of_pages(seen.pdf, some), strict=True))
    papers = Counter(ratio.ground for _, ratio in pairs if ratio)
    paper = papers.most_common(1)[0][0] if papers else (1.0, 1.0, 1.0)
    faint = [
        (words, ratio, fault)
        for words, ratio in pairs
        if ratio and (fault := _faint(read, ratio, _is_large(words.size * scale, words.weight)))
    ]
    # where most of several colours are faint, it is not each of them that is wrong
    colours = {words.colour for words in some}
    faint_ones = {words.colour for words, _, _ in faint}
    paper_is_wrong = len(colours) > 2 and 2 * len(faint_ones) > len(colours)
    for words, ratio, (code, told) in faint:
        needed = _LEAST["AA"][_is_large(words.size * scale, words.weight)]
        on_paper = pdfdraw.contrast(words.colour, paper) >= needed
        altered = max(abs(a - b) for a, b in zip(words.colour, ratio.colour, strict=True)) > _ALIKE
        behind = paper_is_wrong if ratio.ground == paper else on_paper
        faded, causes = _colouring(cascade, seen, words)
        if behind or (altered and not faded):  # something else than the colour that is set
            causes.reverse()
        causes = [*faded, *causes]
        what = _named_so(words.element, words.part)
        place = read.blame(causes, "<color>")
        yield _Fault(code, place, _WHERE.get(edition, ""), what, ratio.value, told)


def _unlike(every: Sequence[Words], cascade: Cascade) -> Iterator[Words]:
    """Yield of words that look alike, and stand in elements alike on one page, first and last."""
    groups: dict[tuple[object, ...], list[Words]] = {}
    for words in every:
        element, names = cascade.elements.get(words.element), []
        while element is not None:
            names.append(_named_so(element.etree_element, ""))
            element = element.parent
        look = words.size, words.weight, words.colour
        groups.setdefault((words.page, words.part, *look, *names), []).append(words)
    for group in groups.values():
        yield from {id(each): each for each in (group[0], group[-1])}.values()


def _too_small(read: _Style, seen: Seen, cascade: Cascade) -> Iterator[_Fault]:
    """Yield type that is too small, and lines that are too fine."""
    for words in seen.words:
        least = _least(cascade, words)
        if words.size < least - _ROUNDING:
            told = f"type of {words.size:.3g} pt, smaller than {least:.3g}"
            place = read.blame(_sizing(cascade, words), "<length>")
            what = _named_so(words.element, words.part)
            yield _Fault("H24", place, "in print", what, words.size, told)
    for line in seen.lines:
        if line.width < _FINEST - _ROUNDING:
            around = cascade.around(line.element, line.part)
            said = [each[name] for each in around for name in _lining(line.name) if name in each]
            told = f"a line of {line.width:.2g} pt, finer than {_FINEST} pt"
            place = read.blame(said[:2], "<length>")
            what = _named_so(line.element, line.part)
            yield _Fault("H25", place, "in print", what, line.width, told)


def _in_print(conditions: tuple[str, ...]) -> bool:
    said = [each.partition(" ")[2] for each in conditions if each.startswith("@media")]
    return all(set(each.replace(",", " ").split()) & {"print", "all"} for each in said)


def _named_so(element: Any, part: str) -> str:
    """Return a name for what is seen, as a selector would say it."""
    if element is None:
        return part or "@page"
    kind = str(element.tag).rpartition("}")[2]
    classes = "".join(f".{name}" for name in element.get("class", "").split())
    return f"{kind}{classes}{part}"


def _is_large(size: float, weight: int) -> bool:
    least = _LARGE_BOLD if weight >= _BOLD else _LARGE
    return size >= least - _ROUNDING


def _faint(read: _Style, ratio: Ratio, large: bool) -> tuple[str, str] | None:
    """Return the code and what to tell if words have less contrast than they need."""
    needed, claimed = _LEAST["AA"][large], _LEAST[read.style.contrast][large]
    told = f"contrast {ratio}, less than"
    if round(ratio.value, 2) < needed:
        return "H23", f"{told} {needed:.2g}:1"
    if round(ratio.value, 2) < claimed:
        return "H26", f"{told} the {claimed:.2g}:1 of {read.style.contrast}"
    return None


def _colouring(
    cascade: Cascade, seen: Seen, words: Words
) -> tuple[list[Declaration], list[Declaration]]:
    """Return what sets the opacity of words, and what their colour, then what is behind or over."""
    said = list(cascade.around(words.element, words.part))
    colours = [each["color"] for each in said if "color" in each]
    found = [each for each in colours if each.text.lower() != "inherit"][:1]
    names = ("background-color", "background", "background-image")
    page = cascade.of_page(words.part if words.element is None else "")
    found += [page[name] for name in names if name in page][:1]
    left, top, right, bottom = words.box
    for ground in seen.grounds:
        x, y, end, below = ground.box
        if ground.page == words.page and x < right and left < end and y < bottom and top < below:
            own = next(cascade.around(ground.element, ground.part))
            found += [own[name] for name in names if name in own]
    return [each["opacity"] for each in said if "opacity" in each], found


def _least(cascade: Cascade, words: Words) -> float:
    """Return how large type has to be: what stands above or below the line may be smaller."""
    if words.part == "::footnote-call":
        return _RAISED
    names: set[str] = set()
    at = cascade.elements.get(words.element)
    while at is not None and at.local_name not in ("p", "td", "th", "li"):
        names |= {at.local_name, *at.classes}
        at = at.parent
    return _RAISED if names & {"sup", "sub", "note-again", "noteref"} else _SMALLEST


def _sizing(cascade: Cascade, words: Words) -> Iterator[Declaration]:
    """Yield what sets the size of words, outwards up to what sets it whatever is around."""
    for said in cascade.around(words.element, words.part):
        for name in ("font-size", "font"):
            if name in said:
                yield said[name]
                if not re.search(r"\d(em|%|ex|ch)|smaller|larger|inherit", said[name].text):
                    return


def _lining(name: str) -> Iterator[str]:
    """Yield the properties by which the width of a line can be set."""
    yield name
    short_name = name.removesuffix("-width").removesuffix("-thickness")
    yield short_name
    if short_name.startswith("border-"):
        side = short_name.removeprefix("border-")
        block = {"top": "start", "bottom": "end"}.get(side)
        axis, end = ("block", block) if block else ("inline", "start" if side == "left" else "end")
        for each in (f"border-{axis}-{end}", f"border-{axis}", "border"):
            yield from (f"{each}-width", each)


def _read_by_readers(read: _Style, sample: Sample) -> Iterator[_Fault]:
    some = read.filled.get("epub", [])
    for document in sample.documents.values():
        root = _root(document)
        for night in (False, True):
            for each in contrast.of_document(root, some, night):
                if fault := _faint(read, each.ratio, _is_large(each.size, each.weight)):
                    code, told = fault
                    place = read.blame(each.causes, "<color>")
                    where = f"in the EPUB, by {'night' if night else 'day'}"
                    what = _named_so(each.element, "")
                    yield _Fault(code, place, where, what, each.ratio.value, told)
