"""Whether a brief holds every word of the source that it was read from.

The source is read a second time, by other rules than those of intake: its markup is blanked out,
and what is left are words. A word that the source has more often than the brief was lost on the way
and is told of with its line, unless it was told already that it was taken out. Scripts that put no
spaces between words are compared sign by sign.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from html import unescape
from itertools import groupby, islice
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from brief.checks.contract import line_of, tree_of
from brief.findings import Finding, finding, short
from brief.language import LABEL_ENDS, before, beside_table, labels, parse_date, published
from brief.model import ILLEGAL, Brief

#: findings after which the rest is only counted
_MOST = 20
#: words that are aligned at once; more are told apart by their number alone
_ALIGNED = 1000
#: of the target of a link, letters that findings quote, which quote no more than 60 signs
_QUOTED = 40
_QUOTED_TARGET = re.compile(r"link to (['\"])(.*)\1 ")
#: stands for markup within a word
_JOINT = "\x01"
#: marks that stand within words, whether they mark up or not
_SEEN_JOINTS = "*~`[]"
_JOINTS = f"*~`\\[\\]{_JOINT}\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
#: Thai, Lao, Tibetan, Burmese, Khmer, Chinese and Japanese put no spaces between words
_UNSPACED = "\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED += "\U00020000-\U0003ffff"
_LETTER = rf"[^\W_{_UNSPACED}]"
_WORD = re.compile(rf"{_LETTER}(?:[{_JOINTS}]*{_LETTER})*|(?![\W_])[{_UNSPACED}]")
_JOINING = re.compile(f"[{_JOINTS}]+")


class _Word(NamedTuple):
    #: as it is compared
    key: str
    start: int
    end: int


def unread(text: str, brief: Brief, told: Iterable[Finding]) -> Iterator[Finding]:
    """Yield an S49 for each run of words that a source's text has and its brief has not.

    `text` has LF at the ends of its lines. What the findings `told` say to be taken out is not
    told again. Takes time that grows with the text.
    """
    source = _Source.of(text, brief, list(told))
    units = _units(brief)
    lost = sorted([*_lost_words(source, units), *_lost_addresses(source, units)])
    for start, end in lost[:_MOST]:
        words = short(" ".join(source.text[start:end].split()))
        message = f"words that stand nowhere in the brief: “{words}”"
        yield finding("S49", message, brief.source, source.line(start))
    if len(lost) > _MOST:
        more = f"and in {len(lost) - _MOST} more places words that stand nowhere in the brief"
        yield finding("S49", more, brief.source, source.line(lost[_MOST][0]))


# The source


@dataclass(slots=True)
class _Source:
    """A source with its markup blanked out, sign for sign: places in it are those in the source."""

    text: str
    blank: str
    words: list[_Word] = field(default_factory=list)
    #: targets of links and files of images
    addresses: list[_Word] = field(default_factory=list)
    #: where each line begins
    begins: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, brief: Brief, told: list[Finding]) -> _Source:
        text = unicodedata.normalize("NFC", ILLEGAL.sub("", text))
        lines = text.split("\n")
        front, fence = _front_matter(lines)
        head = sum(len(line) + 1 for line in lines[:front])
        markdown = brief.source.suffix.lower() != ".txt"
        addresses: list[_Word] = []
        blank = _Eraser(_without_keys(lines[:front], fence), 0, addresses).blank() if front else ""
        if markdown:
            blank += _Eraser(_without_code(text[head:]), head, addresses).blank()
        else:
            blank += text[head:]
        source = cls(text, blank, addresses=addresses)
        source.begins = [0]
        source.begins += [found.end() for found in re.finditer("\n", text)]
        if markdown:
            source._drop_captions(brief)
        else:
            mailed = any(one.code == "S30" and "mail's header" in one.message for one in told)
            source._drop_labels(brief, mailed)
        source._drop_joining_words(brief, front)
        source._drop_paths(brief, front)
        silent = source._silent(brief, told, front) | source._again(brief, front, markdown)
        gone = {
            _letters(unquote(quoted[2]))[:_QUOTED]
            for one in told
            if one.code == "S44" and (quoted := _QUOTED_TARGET.search(one.message))
        }
        shortcodes = {one.line for one in told if one.code == "S47"}
        source.addresses = []
        for each in addresses:
            line = source.line(each.start)
            if _letters(each.key)[:_QUOTED] in gone or line in shortcodes:
                if _WORD.search(source.blank, each.start, each.end):  # the title of the link
                    source._erase(each.start, each.end)
            elif line not in silent:
                source.addresses.append(each)
        source.words = [w for w in _words(source.blank) if source.line(w.start) not in silent]
        return source

    def line(self, place: int) -> int:
        return bisect_right(self.begins, place)

    def span(self, line: int) -> tuple[int, int]:
        """Return where a line begins and ends."""
        last = line >= len(self.begins)
        return self.begins[line - 1], len(self.blank) if last else self.begins[line] - 1

    def _erase(self, start: int, end: int) -> None:
        erased = re.sub(r"[^\s\x01]", " ", self.blank[start:end])
        self.blank = self.blank[:start] + erased + self.blank[end:]

    def _drop_labels(self, brief: Brief, mailed: bool) -> None:
        """Blank out the words by which a press text says what a line is."""
        photo = r"(?:photograph|photo|image)\s+courtesy\s+of"
        for part, labels_of in (
            *((part, before(part, brief.lang)) for part in _LABELLED),
            ("title", ("subject",) if mailed else ()),
        ):
            line = brief.lines.get(part, 0)
            if not line or not labels_of:
                continue
            start, end = self.span(line)
            words = _one_of(labels_of)
            label = re.compile(
                rf"\s*({photo}|{words})(?![^\W\d_])(\s*:\s*(re|fwd?)(?=\s*:))*", re.I
            )
            if found := label.match(self.blank, start, end):
                self._erase(start, found.end())

    def _drop_captions(self, brief: Brief) -> None:
        """Blank out the word by which a paragraph says that it is a table's caption."""
        label = re.compile(rf"[\s>*+-]*{beside_table(brief.lang)['table']}")
        for caption in tree_of(brief.body).iter("caption"):
            if line := line_of(caption):
                start, end = self.span(line)
                if found := label.match(self.blank, start, end):
                    self._erase(start, found.end())

    def _drop_joining_words(self, brief: Brief, front: int) -> None:
        """Blank out the "and" between authors, and what an address says of an identifier."""
        joining = {"and", labels(brief.lang)["and"].strip()}
        patterns = {
            "authors": rf"(?<!\w)(?:{'|'.join(map(re.escape, joining))})(?!\w)|https?://orcid\.org/",
            "identifier": r"https?://(?:dx\.)?doi\.org/|(?<!\w)(?:doi|urn|isbn|uuid)[: ]",
        }
        if brief.identifier.startswith("urn:isbn:"):
            digits = brief.identifier.removeprefix("urn:isbn:")
            patterns["identifier"] += f"|{'[ -]?'.join(digits)}"
        for part, pattern in patterns.items():
            if not (line := brief.lines.get(part, 0)):
                continue
            start = self.span(line)[0]
            end = self.span(self._extent(line, front) if line <= front else line)[1]
            for found in re.finditer(pattern, self.blank[start:end], re.I):
                self._erase(start + found.start(), start + found.end())

    def _drop_paths(self, brief: Brief, front: int) -> None:
        """Blank out where the authors' portraits lie; TOML has their lines but roughly."""
        for n, author in enumerate(brief.authors):
            part = f"authors.{n}.portrait"
            line = brief.lines.get(f"{part}.path") or brief.lines.get(part, 0)
            if author.portrait and line:
                file = unicodedata.normalize("NFC", author.portrait.path.name)
                names = "|".join(map(re.escape, (file, quote(file))))
                start, end = self.span(line)[0], self.span(front)[1]
                if found := re.search(rf"[^\s\"',{{}}]*(?:{names})", self.blank[start:end]):
                    self._erase(start + found.start(), start + found.end())

    def _silent(self, brief: Brief, told: Sequence[Finding], front: int) -> set[int]:
        """Return the lines whose words were told to be taken out, or are not kept as words."""
        silent = {brief.lines.get(part, 0) for part in ("date", "updated", "photo.path")}
        if brief.photo and "photo.path" not in brief.lines:
            silent.add(brief.lines.get("photo", 0))
        for one in told:
            if one.file != brief.source or not one.line:
                continue
            if one.code == "S15":
                silent |= set(range(one.line, self._extent(one.line, front) + 1))
            elif one.code == "S43" and "its text stays" not in one.message:
                silent |= set(self._paragraph(one.line))
            elif one.code == "S30" and "mail's header" in one.message:
                silent |= set(self._paragraph(one.line)) - {brief.lines.get("title", 0)}
        return silent

    def _paragraph(self, line: int) -> range:
        """Return the lines from one on to the next empty one."""
        last = line
        while last < len(self.begins) and self.text[slice(*self.span(last + 1))].strip():
            last += 1
        return range(line, last + 1)

    def _extent(self, line: int, front: int) -> int:
        """Return the last line of the value whose key stands on a line of the front matter."""
        first = self.text[slice(*self.span(line))]
        indent = len(first) - len(first.lstrip(" "))
        if self.text.lstrip().startswith("+++"):
            ends = r"\[" if first.lstrip().startswith("[") else r"\[|\s*[\w\"'.-]+\s*="
        else:
            # items may stand below their key, no deeper
            ends = rf" {{0,{indent}}}[^ {'' if first.lstrip(' ').startswith('-') else '-'}]"
        last = line
        while last + 1 < front and not re.match(ends, self.text[slice(*self.span(last + 1))]):
            last += 1
        return last

    def _again(self, brief: Brief, front: int, markdown: bool) -> set[int]:
        """Return the lines that say once more what a part says that stands elsewhere."""
        lines = range(front + 1, len(self.begins) + 1)
        again = islice(filter(self._letters, lines), 1 if markdown else 30 * bool(front))
        last = islice(filter(self._letters, reversed(lines)), int(not markdown and front > 0))
        said = {
            _letters(part): name
            for name, part in (
                ("title", brief.title),
                ("dek", brief.dek),
                ("authors", " ".join(a.name for a in brief.authors)),
                ("photo.credit", brief.photo.credit if brief.photo else brief.credit),
                ("disclaimer", " ".join(t for _, t in _texts(brief.disclaimer))),
            )
        }
        joining = {"and", labels(brief.lang)["and"].strip()}
        silent = set()
        for line in (*again, *last):
            text = self.text[slice(*self.span(line))].strip()
            bare = re.sub(_says_what(brief.lang), "", text, flags=re.I)
            names = "".join(key for key in _keys(bare) if key not in joining)
            part = said.get(self._letters(line)) or said.get(_letters(bare)) or said.get(names, "")
            if part and 0 < brief.lines.get(part, 0) <= front:
                silent.add(line)
            if not markdown and 0 < brief.lines.get("date", 0) <= front and len(text) <= 80:
                bare = re.sub(_says_when(), "", text, flags=re.I)
                read = parse_date(bare, brief.lang) if re.search(r"\d{4}", bare) else None
                if read and read[0] == brief.date:
                    silent.add(line)
        return silent

    def _letters(self, line: int) -> str:
        return _letters(self.blank[slice(*self.span(line))])


#: parts of a press text that words may stand before
_LABELLED = ("authors", "credit", "disclaimer")


def _one_of(words: Iterable[str]) -> str:
    bare = {word.rstrip(f"{LABEL_ENDS} ") for word in words}
    return "|".join(map(re.escape, sorted(bare, key=len, reverse=True)))


@cache
def _says_when() -> str:
    words = _one_of(word for words in published().values() for word in words)
    return rf"^(?:{words})\s*[{LABEL_ENDS}]?\s*"


@cache
def _says_what(lang: str) -> str:
    words = _one_of(word for part in _LABELLED for word in before(part, lang))
    return rf"^(?:{words})(?![^\W\d_])\s*[{LABEL_ENDS}]?\s*"


def _words(text: str) -> list[_Word]:
    return [_Word(_key(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


def _keys(text: str) -> list[str]:
    return list(map(_key, _WORD.findall(unicodedata.normalize("NFC", text))))


def _key(word: str) -> str:
    """Return a word as it is compared."""
    return (word if word.isalnum() else _JOINING.sub("", word)).casefold()


def _letters(text: str) -> str:
    return "".join(_keys(text))


def _front_matter(lines: Sequence[str]) -> tuple[int, str]:
    """Return how many lines a front matter takes, its fences too, and the fence."""
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    fence = lines[first].rstrip()
    if fence in ("---", "+++"):
        for n in range(first + 1, len(lines)):
            if lines[n].rstrip() in (fence, "..." if fence == "---" else fence):
                return n + 1, fence
    return 0, ""


_KEY = re.compile(r"""(?:\s*-\s)*\s*(?:"[^"]*"|'[^']*'|[\w.-]+)\s*[:=](?=\s|$)""")
_NESTED = r"(?:name|role|orcid|url|email|phone|bio|portrait|path|alt|caption|credit)"
_NESTED_KEY = re.compile(rf"""(?:\s*-\s)*\s*["']?{_NESTED}["']?\s*[:=](?=\s|$)""")
_FLOW_KEY = re.compile(rf"""[{{,]\s*["']?{_NESTED}["']?\s*[:=]\s""")
_QUOTED_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|(?:^|(?<=\s))#.*')
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)")


def _without_keys(lines: Sequence[str], fence: str) -> str:
    """Return a front matter with its keys and comments blanked out."""
    made = []
    # the indent of the key whose text runs over the lines below it, as it stands
    block = -1
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if block >= 0 and (indent > block or not line.strip()):
            made.append(line)
            continue
        block = -1
        if fence == "+++" and re.fullmatch(r"\s*\[{1,2}[\w. -]+\]{1,2}\s*(#.*)?", line):
            made.append(" " * len(line))
            continue
        key = (_NESTED_KEY if line[:1] in (" ", "\t", "-") else _KEY).match(line)
        start = key.end() if key else 0
        rest = _QUOTED_OR_COMMENT.sub(_plain_value, line[start:])
        rest = _FLOW_KEY.sub(lambda found: " " * len(found[0]), rest) if "{" in rest else rest
        if key and fence == "---" and re.fullmatch(r"\s*[|>][+-]?\d?[+-]?\s*", rest):
            block = indent
        made.append(" " * start + rest)
    return "".join(f"{line}\n" for line in made)


def _plain_value(found: re.Match[str]) -> str:
    """Return a quoted value with its escapes resolved; nothing of a comment."""

    def resolved(escape: re.Match[str]) -> str:
        code = escape[1] or escape[2] or escape[3]
        sign = chr(min(int(code, 16), 0x10FFFF)) if code else " "
        return sign.ljust(len(escape[0]), _JOINT if code else " ")

    if found[0].startswith("#"):
        return " " * len(found[0])
    return _ESCAPE.sub(resolved, found[0]) if found[0].startswith('"') else found[0]


_FENCE = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d+[.)][ \t])*(`{3,}|~{3,})(.*)")
#: a block of HTML that may hold empty lines, and what ends it
_RAW = re.compile(r" {0,3}<(?:(!--)|(script|style|textarea)(?=[\s>]|$))", re.I)
_PARTS = re.compile(r"[ \t>]*(?:[-+*#|:]|\d+[.)][ \t])")
#: a line at which a block of HTML begins, which goes on to the next empty one
_BLOCK = re.compile(r" {0,3}</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>]|$)")


def _without_code(text: str) -> str:
    """Return Markdown in whose code nothing but words is left; what names its language is gone."""
    made: list[str] = []
    held: list[str] = []
    fence = raw = ""
    block = False

    def flush() -> None:
        made.append(_without_spans("".join(held)))
        held.clear()

    for line in text.splitlines(keepends=True):
        if raw:
            made.append(line)
            raw = "" if raw in line.lower() else raw
        elif fence:
            closing = line.strip(" \t>\n")
            if set(closing) == {fence[0]} and len(closing) >= len(fence):
                fence = ""
            made.append(_only_words(line))
        elif (found := _FENCE.match(line)) and not (found[1][0] == "`" and "`" in found[2]):
            flush()
            fence = found[1]
            made.append(line[: found.end(1)] + " " * len(found[2]) + line[found.end(2) :])
        elif found := _RAW.match(line):
            flush()
            raw = "-->" if found[1] else f"</{found[2].lower()}"
            raw = "" if raw in line[found.end() :].lower() else raw
            made.append(line)
        else:
            if not line.strip() or _PARTS.match(line):
                flush()
                block = block and bool(line.strip())
            elif (found := _BLOCK.match(line)) and found[1].lower() not in _WITHIN_LINES:
                flush()
                block = True
            (made if block else held).append(line)
    flush()
    return "".join(made)


def _only_words(code: str) -> str:
    return re.sub(rf"[^\w\s{_JOINTS}]", " ", code)


def _without_spans(text: str) -> str:
    """Return a paragraph in whose code spans nothing but words is left."""
    if text.count("`") < 2:
        return text
    places: dict[int, list[int]] = defaultdict(list)
    runs = list(re.finditer("`+", text))
    for run in runs:
        places[len(run[0])].append(run.start())
    made, end = [], 0
    for run in runs:
        start = run.start()
        if start < end:
            continue
        at = start
        while at and text[at - 1] == "\\":
            at -= 1
        escaped = (start - at) % 2
        size = len(run[0]) - escaped
        same = places.get(size, [])
        at = bisect_left(same, run.end())
        if size and at < len(same):
            made += [text[end : run.end()], _only_words(text[run.end() : same[at]])]
            end = same[at]
            # the closing run opens nothing
            made.append(text[end : end + size])
            end += size
    return "".join([*made, text[end:]])


_TITLE = r"""(?:"(?:[^"\\]|\\.){0,2000}"|'(?:[^'\\]|\\.){0,2000}'|\((?:[^()\\]|\\.){0,2000}\))"""
#: the end of a line at most
_GAP = r"[ \t]*\n?[ \t]*"
_SPACE = r"(?:[ \t]+|[ \t]*\n[ \t]*)"
_NESTED_TARGET = r"\((?:[^\s()\\]|\\.)*+\)"
_TARGET = rf"<[^<>\n]*>|(?!<)(?:[^\s()\\]|\\.|{_NESTED_TARGET})*+"
_VALUE = r"""\s*=\s*(?:"([^"]{0,9999})"|'([^']{0,9999})'|([^\s"'=<>`]+))"""
_ATTRIBUTE = re.compile(rf"""\s([^\s"'<>/=`]++)(?:{_VALUE})?""")
_LABEL = r"(?:[^\[\]\\]|\\.){1,999}"
_DEFINITION = rf"^[ >\t]*\[(?!\^)(?P<label>{_LABEL})\]:{_GAP}(?P<place><[^<>\n]*>|[^\s<]\S*)"
_DEFINITION += rf"(?=[ \t]*$|{_SPACE}{_TITLE}[ \t]*$)"
_DEFINED = re.compile(_DEFINITION, re.M)
#: what Markdown marks up with (CommonMark 0.31, and its extensions for notes and attributes)
_MARKUP = re.compile(
    rf"""
    (?P<escape> \\[!-/:-@\[-`{{-~] )
    | (?P<comment> <!-- )
    | (?P<foreign> <\? | <!\[CDATA\[ | <![A-Za-z] )
    | (?P<auto> <[A-Za-z][A-Za-z0-9+.-]{{1,31}}:[^\s<>]*> )
    | (?P<tag> </?(?P<name>[A-Za-z][\w:-]*)
        (?: \s+[^\s"'<>/=`]++
            (?: \s*=\s* (?: "[^"]{{0,9999}}" | '[^']{{0,9999}}' | [^\s"'=<>`]+ ) )?+ )*+
        \s*/?> )
    | (?P<loose> <[A-Za-z][\w:.-]*(?=[\s/>])[^<>]{{0,9999}}> )
    | (?P<entity> &(?: \#\d{{1,7}} | \#[xX][0-9a-fA-F]{{1,6}} | [A-Za-z][A-Za-z0-9]{{1,31}} ); )
    | (?P<link> \]\( {_GAP} (?P<target>{_TARGET}) (?: {_SPACE}(?P<title>{_TITLE}) )? {_GAP} \) )
    | (?P<definition> {_DEFINITION} )
    | (?P<note> \[\^[^\]\s]{{1,200}}\] )
    | (?P<reference> \]\[(?P<reference_to>{_LABEL})\] )
    | (?P<attributes> \{{\s*+
        (?: (?: [#.][^\s{{}}=]++ | [\w:-]++=(?: "(?:[^"\\]|\\.)*+" | [^\s"{{}}]++ ) ) \s*+ )++ \}} )
    | (?P<number> ^(?: [ \t>] | [-*+][ \t] )*+ (?P<digits>\d{{1,9}})[.)](?=[ \t]|$) )
    """,
    re.M | re.X,
)
_ITEM = re.compile(r"[ \t>]*(?:[-*+] |#|(?:[-*+][ \t]+)*\d{1,9}[.)]\s)")
#: elements without text for a reader, or of which it is told that they are taken out
_HIDDEN = {"script", "style", "template", "iframe", "object", "svg", "math", "form"}
_WITHIN_LINES = {"a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd"}
_WITHIN_LINES |= {"mark", "nobr", "q", "s", "small", "span", "strong", "sub", "sup", "tt", "u"}


@dataclass(slots=True)
class _Eraser:
    """Blanks out the markup of Markdown: a method for each sort, by its name in _MARKUP."""

    text: str
    #: where the text begins in its source
    offset: int
    addresses: list[_Word]
    made: list[str] = field(default_factory=list)
    place: int = 0
    #: labels that addresses are defined for, and where
    labels: set[str] = field(default_factory=set)
    definitions: set[int] = field(default_factory=set)
    #: how often a label stands in brackets
    calls: Counter[str] = field(default_factory=Counter)
    lower: str = ""
    #: marks that do not come again
    absent: set[str] = field(default_factory=set)

    def blank(self) -> str:
        """Return the text without its markup, as long as it was."""
        self.lower = self.text.lower()
        self.calls = Counter(map(_label, re.findall(rf"\[({_LABEL})\]", self.text)))
        self.define()
        while found := _MARKUP.search(self.text, self.place):
            self.keep(found.start())
            getattr(self, str(found.lastgroup))(found)
        self.keep(len(self.text))
        return "".join(self.made)

    def define(self) -> None:
        last = -1
        for found in _DEFINED.finditer(self.text):
            start = max(found.start() - 1, 0)
            before = self.text.rfind("\n", 0, start) + 1
            above = self.text[before:start].strip(" >\t")
            # within a paragraph nothing is defined
            if not above or above.startswith("#") or before <= last:
                self.labels.add(_label(found["label"]))
                self.definitions.add(found.start())
                last = self.line_end(found.end())

    def line_end(self, place: int) -> int:
        end = self.text.find("\n", place)
        return end if end >= 0 else len(self.text)

    def keep(self, end: int) -> None:
        self.made.append(self.text[self.place : end])
        self.place = end

    def erase(self, end: int, joint: bool = False) -> None:
        self.made.append((_JOINT if joint else " ") * (end - self.place))
        self.place = end

    def put(self, end: int, instead: str) -> None:
        """Put a text in the place of a longer one."""
        self.made.append(instead.ljust(end - self.place, _JOINT)[: end - self.place])
        self.place = end

    def erase_to(self, mark: str, found: re.Match[str]) -> None:
        """Blank out what a mark closes; without it only what opens."""
        closed = self.next(mark, found.end())
        self.erase(closed + len(mark) if closed >= 0 else found.end())

    def next(self, mark: str, place: int) -> int:
        """Return where a mark in lower case comes next, or -1; marks that do not come are kept."""
        found = -1 if mark in self.absent else self.lower.find(mark, place)
        if found < 0:
            self.absent.add(mark)
        return found

    def address(self, start: int, end: int, last: int = 0) -> None:
        words = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", self.text[start:end].strip("<>"))
        words = unquote(unescape(words))
        self.addresses.append(_Word(words, start + self.offset, (last or end) + self.offset))

    def escape(self, found: re.Match[str]) -> None:
        self.erase(found.end(), joint=found[0][1] in _SEEN_JOINTS)

    def comment(self, found: re.Match[str]) -> None:
        self.erase_to("-->", found)

    def foreign(self, found: re.Match[str]) -> None:
        self.erase_to({"<?": "?>", "<![CDATA[": "]]>"}.get(found[0], ">"), found)

    def auto(self, found: re.Match[str]) -> None:
        if "%" in found[0]:
            self.address(*found.span())
            self.erase(found.end())
        else:
            self.keep(found.end())

    def tag(self, found: re.Match[str]) -> None:
        name = found["name"].lower()
        opens = not found[0].startswith("</") and not found[0].endswith("/>")
        closed = self.next(f"</{name}", found.end()) if opens and name in _HIDDEN else -1
        if closed >= 0:
            self.erase(self.text.find(">", closed) + 1 or len(self.text))
            return
        joint = name in _WITHIN_LINES
        for each in _ATTRIBUTE.finditer(found[0]):
            group = next((n for n in (2, 3, 4) if each[n] is not None), 0)
            start, end = (found.start() + n for n in each.span(group))
            own = each[1].lower()
            if group and name in ("img", "a", "abbr") and own in ("alt", "title", "credit"):
                self.erase(start)
                self.put(end, unescape(self.text[start:end]))
                joint = False
            elif group and (name, own) in (("a", "href"), ("img", "src")):
                self.address(start, end)
        self.erase(found.end(), joint=joint)

    def loose(self, found: re.Match[str]) -> None:
        self.erase(found.end())

    def entity(self, found: re.Match[str]) -> None:
        self.put(found.end(), unescape(found[0]))

    def link(self, found: re.Match[str]) -> None:
        last = found.end("title") if found["title"] else found.end("target")
        self.address(*found.span("target"), last)
        self.erase(found.end("target") if found["title"] else found.end(), joint=True)

    def definition(self, found: re.Match[str]) -> None:
        place, used = found["place"], self.calls[_label(found["label"])] > 1
        if found.start() not in self.definitions:
            self.keep(found.start() + 1)
        elif place in ("#", "<>") or (not used and re.search("[/.#:]", place)):
            # a comment, or the address of no link
            self.erase(self.line_end(found.end()))
        else:
            self.address(*found.span("place"))
            self.erase(found.end())

    def note(self, found: re.Match[str]) -> None:
        self.erase(found.end(), joint=True)

    def reference(self, found: re.Match[str]) -> None:
        if _label(found["reference_to"]) in self.labels:
            self.erase(found.end(), joint=True)
        else:
            self.keep(found.start() + 1)

    def attributes(self, found: re.Match[str]) -> None:
        for each in re.finditer(r'credit="([^"]*)"', found[0]):
            self.erase(found.start() + each.start(1))
            self.keep(found.start() + each.end(1))
        self.erase(found.end(), joint=True)

    def number(self, found: re.Match[str]) -> None:
        if _is_number(self.text, found.start(), found["digits"]):
            self.erase(found.end())
        else:
            self.keep(found.end())


def _label(name: str) -> str:
    return " ".join(name.split()).casefold()


def _is_number(text: str, start: int, number: str) -> bool:
    """Tell whether a number at the beginning of a line is that of an item."""
    end = start - 1
    while end > 0 and number != "1":
        begin = text.rfind("\n", 0, end) + 1
        line = text[begin:end]
        if not line.strip(" >\t") or _ITEM.match(line):
            return True
        # a paragraph goes on
        end = begin - 1
        if start - end > 4000:
            break
    return start == 0 or number == "1"


# The brief


@dataclass(slots=True)
class _Units:
    """What a brief holds, its words by the line that they come from."""

    words: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    addresses: list[str] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        self.words[line] += _keys(text)


def _units(brief: Brief) -> _Units:
    units = _Units()
    line = brief.lines.get
    photo = brief.photo
    parts: list[tuple[str, str]] = [
        ("title", brief.title),
        ("kicker", brief.kicker),
        ("dek", brief.dek),
        *(("authors", f"{a.name} {a.role} {a.orcid} {a.url} {a.email}") for a in brief.authors),
        *(("authors", f"{p.alt} {p.credit}") for a in brief.authors if (p := a.portrait)),
        *(("contact", f"{c.name} {c.role} {c.email} {c.phone} {c.url}") for c in brief.contacts),
        ("contents", str(brief.contents)),
        ("photo.alt", photo.alt if photo else ""),
        ("photo.caption", photo.caption if photo else ""),
        ("photo.credit", photo.credit if photo else brief.credit),
        *((part, str(getattr(brief, part))) for part in ("lang", "slug", "identifier")),
        *((part, str(getattr(brief, part))) for part in ("rights", "url", "series")),
        ("tags", " ".join(brief.tags)),
        ("editions", " ".join(brief.editions)),
    ]
    for name, text in parts:
        number = line(name, 0) or line("credit", 0) * (name == "photo.credit")
        number = number or line("photo", 0) * name.startswith("photo")
        if number:
            units.add(number, text)
    markups = [(brief.body, 0), *((note.body, note.line) for note in brief.notes)]
    if line("disclaimer"):
        markups.append((brief.disclaimer, line("disclaimer", 0)))
    markups += [(a.bio, line(f"authors.{n}.bio", 0)) for n, a in enumerate(brief.authors)]
    markups.append((brief.cite_as or "", line("cite_as", 0)))
    for markup, own in markups:
        for number, text in _texts(markup):
            units.add(number or own, text)
        tree = tree_of(markup)
        units.addresses += [each.get("href") for each in tree.iter("a") if each.get("href")]
        names = {image.name: image.path.name for image in brief.images}
        units.addresses += [names.get(each.get("src", ""), "") for each in tree.iter("img")]
    return units


def _texts(markup: str) -> Iterator[tuple[int, str]]:
    """Yield the text of each block of XHTML in order, with its line."""
    pending: list[str] = []
    line = 0
    todo: list[Any] = [tree_of(markup)]
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            pending.append(node)
            continue
        within = node.tag in _WITHIN_LINES
        if not within:
            pending.append(" ")
        # the line of a fence is that of the code in it
        own = node[0] if node.tag == "pre" and len(node) else node
        if not within and (now := line_of(own) or line) != line:
            yield line, "".join(pending)
            pending.clear()
            line = now
        for name in ("alt", "title"):
            if node.get(name):
                pending.append(f" {node.get(name)} ")
        todo.append(node.tail or "")
        if not within:
            todo.append(" ")
        for child in reversed(node):
            todo.append(child)
        todo.append(node.text or "")
    yield line, "".join(pending)


# One against the other


def _lost_words(source: _Source, units: _Units) -> Iterator[tuple[int, int]]:
    """Yield where runs of words begin and end of which the brief holds fewer than the source."""
    missing = Counter(word.key for word in source.words)
    missing.subtract(Counter(key for keys in units.words.values() for key in keys))
    missing = +missing
    if not missing:
        return
    lost: list[int] = []
    places = sorted(units.words)
    first = 0
    owner = [bisect_right(places, source.line(word.start)) - 1 for word in source.words]
    for place, held in groupby(owner):
        last = first + len(list(held))
        keys = [word.key for word in source.words[first:last]]
        own = units.words[places[place]] if place >= 0 else []
        here = Counter(keys)
        here.subtract(Counter(own))
        if any(count > 0 and key in missing for key, count in here.items()):
            for start, end, instead in _differences(keys, own):
                words = source.words[first + start : first + end]
                between = source.blank[words[0].start : words[-1].end]
                if "".join(keys[start:end]) == "".join(instead) and not re.search(r"\s", between):
                    continue
                for n in range(start, end):
                    if missing[keys[n]] > 0:
                        missing[keys[n]] -= 1
                        lost.append(first + n)
        first = last
    for _, run in groupby(
        enumerate(lost), lambda each: (each[1] - each[0], source.line(source.words[each[1]].start))
    ):
        indexes = [index for _, index in run]
        yield source.words[indexes[0]].start, source.words[indexes[-1]].end


def _differences(one: list[str], other: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield from where to where `one` has words that `other` has not, and what that has instead.

    Both are parted at the words that either has once, so that only short pieces are aligned.
    """
    start = at = 0
    for n, m in [*_anchors(one, other), (len(one), len(other))]:
        mine, its = one[start:n], other[at:m]
        if mine != its and len(mine) * len(its) <= _ALIGNED**2:
            for tag, i, j, k, m_ in SequenceMatcher(None, mine, its, autojunk=False).get_opcodes():
                if tag in ("delete", "replace"):
                    yield start + i, start + j, its[k:m_]
        elif mine != its:
            spare = Counter(its)
            for i, word in enumerate(mine, start):
                spare[word] -= 1
                if spare[word] < 0:
                    yield i, i + 1, []
        start, at = n, m


def _anchors(one: list[str], other: list[str]) -> list[tuple[int, int]]:
    """Return pairs of places of words that each has once: the most that are in order."""
    counts, others = Counter(one), Counter(other)
    place = {word: n for n, word in enumerate(other) if others[word] == 1}
    pairs = [(n, place[w]) for n, w in enumerate(one) if counts[w] == 1 and w in place]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, (_, m) in enumerate(pairs):
        at = bisect_left(tails, m)
        tails[at : at + 1] = [m]
        ends[at : at + 1] = [n]
        before.append(ends[at - 1] if at else -1)
    chain: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _lost_addresses(source: _Source, units: _Units) -> Iterator[tuple[int, int]]:
    """Yield where addresses of links and images stand that the brief holds nowhere."""
    held = Counter(_letters(unquote(each)) for each in units.addresses)
    text = ""
    for each in source.addresses:
        letters = _letters(each.key)
        if not letters:
            continue
        if held[letters] > 0:
            held[letters] -= 1
            continue
        if any(h and (h.endswith(letters) or letters.endswith(h)) and h != letters for h in held):
            continue
        text = text or "".join(key for keys in units.words.values() for key in keys)
        # no text says the name of what is referred to
        if each.key.startswith("#") or letters not in text:
            yield each.start, each.end
