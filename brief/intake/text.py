"""Press text → Brief: the parts told apart by their place, and by the words they begin with.

The head runs to the line with the date: an optional credit ("Photo: …"), the headline, an
optional dek, an optional byline ("By …"), the date ("Published on July 19, 2024"). All between
the head and the disclaimer is the body, a paragraph between empty lines. Of a mail's header above
the head only the subject is kept, as the headline.

The last paragraph is the disclaimer if it begins with the word ("Disclaimer: …"), or if it speaks
as one ("the views … are those of the author"): surely when two empty lines or a rule set it apart
or when it does so twice, with a warning when it does so once. A last paragraph set apart that
does not speak so stays in the body, with a warning. Front matter overrules every guess; the text
that was guessed wrong then stands in the body.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from brief import assets
from brief.findings import short
from brief.house import House
from brief.intake import clean, metadata
from brief.intake.source import Source
from brief.language import LABEL_ENDS, before, labels, parse_date, primary, published
from brief.model import Brief
from brief.scripts import run_on

_CURES = {
    "title": "write the headline as the first line, or `title: …` in a front matter",
    "date": "below the headline write a line such as `Published on July 19, 2024`",
    "body": "below the date write the text, paragraphs between empty lines",
    "photo": "put the picture beside the text under the same name, or give --photo FILE",
    "credit": "write `Photo: Name / Agency` as the first line",
    "alt": "begin the file with four lines: ---, photo:, two spaces and alt: what it shows, ---"
    ' (alt: "" if it shows nothing that matters)',
}
#: how disclaimers speak, each once at most
_SPEAKS = (
    r"(views|opinions|positions|statements|findings|conclusions)\b.{0,60}"
    r"\b(are|is|remain|reflect)\b.{0,30}\b(those|solely|the responsibility|only)\b",
    r"do(es)? not (necessarily )?(reflect|represent|express|constitute)",
    r"(takes?|take) no (institutional |official )?positions?",
    r"not take (any )?(institutional |official )?positions?",
    r"(no|any) (liability|responsibility|warranty)\b",
    r"not (intended as|to be taken as|constitute) (legal|financial|investment|medical)? ?advice",
    r"all rights reserved|^©|^copyright\b",
    r"(opinions|points de vue|propos)\b.{0,80}\bn'?’?(engage|reflèt)",
    r"(meinung|ansicht)\w*\b.{0,80}\b(wieder|nicht notwendig)",
    r"(opiniones|puntos de vista)\b.{0,80}\b(autor|necesariamente)",
    r"(opinioni|opiniões)\b.{0,80}\b(autor)",
    r"(погляди|думки|позиці\w)\b.{0,80}\bавтор",
    r"(взгляды|мнени\w|позици\w)\b.{0,80}\bавтор",
    r"(الآراء|آراء)\b.{0,80}(الكاتب|المؤلف|صاحب)",
    r"(دیدگاه|نظرات)\b.{0,80}(نویسنده|مؤلف)",
)
#: a line of a mail's header
_MAIL = re.compile(r"\s*(From|To|B?cc|Sent|Date|Reply-To|Subject)\s*[:：]\s*", re.I)
_RULE = re.compile(r"\s*([*_\-–—=~#]\s*){3,}")
#: a head is over when no date has come in this many lines with words
_HEAD_LINES = 12


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines between empty lines; `gap` counts the empty lines before."""

    lines: tuple[str, ...]
    line: int
    gap: int

    @property
    def text(self) -> str:
        return " ".join(run_on("\n".join(self.lines)).split())


def read(source: Source, house: House, photo: Path | None) -> Brief:
    """Return the Brief in a press text; raises SourceError with all that is wrong or missing."""
    from brief.intake import markdown

    entries, taken = metadata.split(source)
    given = metadata.Draft()
    lang = entries["lang"].value if "lang" in entries else ""
    parser = markdown.parser_for(lang if isinstance(lang, str) and lang else house.language)
    metadata.fill(
        given,
        entries,
        source,
        plain=lambda text: " ".join(text.split()),
        rich=lambda text, line: markdown.fragment(text, parser, source, line),
    )
    blocks = _blocks(_without_mail_header(source, taken, given), taken)
    guess, rest = _head(blocks, source, given, house)
    if "date" not in guess and "date" not in entries:
        line, number = _unread_date(blocks)
        if line:
            told = f"the brief has no date: {short(line)!r} looks like one and could not be read"
            source.warn("S12", told, number, hint="write it as 2024-07-19, alone on its line")
    body, disclaimer = _foot(rest, source, given)
    _watch_structure(rest, source)
    overruled = _overrule(guess, given, entries, source, house)
    if given.disclaimer is None:
        if disclaimer:
            given.disclaimer = "".join(_paragraph(block) for block in disclaimer)
            given.lines["disclaimer"] = disclaimer[0].line
        elif house.disclaimer:
            given.disclaimer = markdown.standing_disclaimer(house, parser, source)
    given.body = "".join(_paragraph(block) for block in (*overruled, *body))
    clean.limit_size(clean.tree_of(given.body), source)
    if photo is None and not given.photo:
        beside = (source.file.with_suffix(suffix) for suffix in assets.SUFFIXES)
        photo = next(filter(os.path.isfile, beside), None)
    return metadata.finish(given, source, house, photo, _CURES)


def _without_mail_header(source: Source, start: int, given: metadata.Draft) -> list[str]:
    """Return a source's lines without those of a mail's header, but with its subject."""
    lines = list(source.lines)
    first = next((n for n in range(start, len(lines)) if lines[n].strip()), start)
    header: dict[int, str] = {}
    for n in range(first, len(lines)):
        field = _MAIL.match(lines[n])
        folded = bool(header) and re.match(r"[ \t]+\S", lines[n])
        if not field and not folded:
            break
        header[n] = field[1].lower() if field else header[n - 1]
    if len(set(header.values())) < 2 or not {"from", "to", "subject"} & set(header.values()):
        return lines
    subject = [n for n, field in header.items() if field == "subject"]
    words = " ".join(_MAIL.sub("", lines[n]).strip() for n in subject)
    words = re.sub(r"^((re|fwd?)\s*:\s*)+", "", words, flags=re.I).strip()
    for n in header:
        lines[n] = ""
    out = list(dict.fromkeys(field.capitalize() for field in header.values()))
    told = f"the lines of a mail's header ({', '.join(out)}) were left out"
    if words and not given.title:
        lines[subject[0]] = words
        told += f"; the headline is its subject, {short(words)!r}"
    source.warn("S30", told, first + 1, hint="delete them, and write the headline as first line")
    return lines


def _blocks(lines: Sequence[str], start: int) -> list[_Block]:
    blocks: list[_Block] = []
    held: list[str] = []
    gap = 0
    for number, line in enumerate([*lines[start:], ""], start + 1):
        if line.strip():
            held.append(line.strip())
        else:
            if held:
                blocks.append(_Block(tuple(held), number - len(held), gap))
                held, gap = [], 0
            gap += 1
    return blocks


def _head(
    blocks: Sequence[_Block], source: Source, given: metadata.Draft, house: House
) -> tuple[dict[str, _Block], list[_Block]]:
    """Return the blocks of the head by part, and the blocks that follow it."""
    lang = given.lang or house.language
    guess: dict[str, _Block] = {}
    queue = _by_line(blocks, lang)
    found = next(
        (n for n, block in enumerate(queue[:_HEAD_LINES]) if _date_of(block.text, lang)), None
    )
    end = found
    lang = given.lang or (_language_of(queue[end].text) if end is not None else "") or lang
    if end is None:
        # Without a date the head is what can be told by itself: credit, headline, byline.
        end = 0
        if end < len(queue) and _credit_of(queue[end].text):
            end += 1
        end += 1 if end < len(queue) else 0
        if end + 1 < len(queue) and _byline_of(queue[end + 1].text, lang):
            end += 2
        elif end < len(queue) and _byline_of(queue[end].text, lang):
            end += 1
    head = list(queue[:end])
    if head and _credit_of(head[0].text):
        guess["credit"] = head.pop(0)
        if not re.match(r"[^:]*:|.*[/©]", guess["credit"].text):
            source.warn(
                "S30",
                "the first line was taken for the photo's credit",
                guess["credit"].line,
                hint="write `Photo: …`; if it is the headline, give the front matter a title:",
            )
    after = next((n for n, block in enumerate(head[:4]) if n and _credit_of(block.text)), None)
    if "credit" not in guess and after is not None and ":" in head[after].text:
        guess["credit"] = head.pop(after)
    if head:
        guess["title"] = head.pop(0)
    byline = next((n for n, block in enumerate(head) if _byline_of(block.text, lang)), None)
    if byline is not None:
        guess["authors"] = head.pop(byline)
    rest = list(queue[end + 1 :]) if found is not None else list(queue[end:])
    if head:
        guess["dek"] = head.pop(0)
        if _too_long(guess["dek"].text):
            source.warn(
                "S30",
                "the paragraph under the headline was taken for the dek; it is long for one",
                guess["dek"].line,
                hint='if it is text, put `dek: ""` into a front matter at the top',
            )
    if head:
        source.warn(
            "S30",
            "more than a dek stands between headline and date; it was taken into the text",
            head[0].line,
            hint="put the date above it, or `dek: …` into a front matter at the top",
        )
        rest = head + rest
    if found is not None:
        guess["date"] = queue[found]
        below = queue[found + 1 : found + 2]
        if below and "authors" not in guess and _byline_of(below[0].text, lang):
            guess["authors"] = rest.pop(0)
    if "title" in guess and len(guess["title"].text) > 200:
        source.warn(
            "S30",
            "the first paragraph was taken for the headline; it is long for one",
            guess["title"].line,
            hint="write a headline above it, or `title: …` in a front matter at the top",
        )
    return guess, rest


def _by_line(blocks: Sequence[_Block], lang: str) -> list[_Block]:
    """Part those blocks of the head whose lines are parts of their own, down to the date."""
    queue: list[_Block] = []
    for n, block in enumerate(blocks):
        if n >= _HEAD_LINES or len(queue) >= _HEAD_LINES:
            return queue + list(blocks[n:])
        speaks = [
            bool(_credit_of(line) or _byline_of(line, lang) or _date_of(line, lang))
            for line in block.lines
        ]
        dated = any(_date_of(line, lang) for line in block.lines)
        if len(block.lines) > 1 and any(speaks) and n < 6:
            queue += [
                _Block((line,), block.line + i, block.gap if i == 0 else 0)
                for i, line in enumerate(block.lines)
            ]
        else:
            queue.append(block)
        if dated:
            return queue + list(blocks[n + 1 :])
    return queue


def _too_long(text: str) -> bool:
    return len(text) > 400


def _credit_of(text: str) -> str:
    """Return the credit that a line gives, or an empty string."""
    found = _pattern("credit").fullmatch(text)
    if found and len(text) < 300:
        return found[2].strip()
    bare = re.fullmatch(r"(photograph|photo|image)(?:\s+by|\s+courtesy of)?\s+(\S.*)", text, re.I)
    if bare and len(text) < 120 and text[-1] not in ".?!":
        named = re.match(r"(photograph|photo|image)\s+(by|courtesy)\b", text, re.I)
        if named or (bare[1].lower() == "photograph" and re.match(r"[A-Z©]", bare[2])):
            return bare[2].strip()
    return ""


def _byline_of(text: str, lang: str) -> str:
    """Return the names that a byline gives, or an empty string."""
    found = _pattern("authors", lang).fullmatch(text)
    ends = text[-1:] not in ".?!:" or any(
        metadata.is_suffix(re.split(mark, text)[-1]) for mark in (",", r"\s")
    )
    brief = len(text) < 160 and ends and len(text.split()) <= 24
    return found[2].strip() if found and brief and not re.search(r"\d", text) else ""


def _date_of(text: str, lang: str) -> tuple[object, str] | None:
    """Return the date of a line that holds nothing else, as parse_date does."""
    if len(text) > 80:
        return None
    bare = _pattern("date").sub("", text)
    bare = re.sub(r"^(\d{4})年(\d{1,2})月(\d{1,2})日", r"\1-\2-\3", bare)
    bare = _UPDATED.sub("", bare)
    if bare == text and not re.search(r"\d", text):
        return None
    return parse_date(bare, lang)


@cache
def _pattern(part: str, lang: str = "") -> re.Pattern[str]:
    """Return what finds a part of the head or foot by the words before it, and what follows them.

    Dates may stand without a colon, and names, in the text's own language.
    """
    if part == "date":
        words = {word for words in published().values() for word in words}
    else:
        words = {*before(part, lang)}
    listed = sorted(words, key=len, reverse=True)
    plain = "|".join(re.escape(word) for word in listed if word[-1] not in LABEL_ENDS)
    ended = "|".join(re.escape(word[:-1].rstrip()) for word in listed if word[-1] in LABEL_ENDS)
    colon = rf"\s*[{LABEL_ENDS}]\s*"
    told = {
        "date": rf"^(?:{plain})(?:{colon}|\s*)",
        "credit": rf"({plain}){colon}(\S.*)",
        "disclaimer": rf"({plain})\s*[{LABEL_ENDS}.—–]\s*",
        "authors": rf"((?:{plain})\s+|(?:{ended}){colon})(\S.*)",
    }
    return re.compile(told[part], re.I)


#: numbers as a date has them, the year first or last
_DATED = re.compile(
    r"^\d{4}\D+\d{1,2}\b|\b\d{1,2}\D+\d{4}\W?$|^\d{1,2}[./-]\d{1,2}[./-]\d\d$|^\d{4}\w\d{1,2}\w\d"
)
#: what may follow the date on its line
_UPDATED = re.compile(r"\s*[|·•–—/;,]\s*(?:last\s+)?updated(?:\s+on)?\s*:?\s*(.+)$", re.I)


def _unread_date(blocks: Sequence[_Block]) -> tuple[str, int]:
    """Return the line below the headline that looks most like a date, with its number."""
    begins = tuple(word for words in published().values() for word in words if len(word) > 5)
    lines = [
        (line, block.line + n)
        for block in blocks[:_HEAD_LINES]
        for n, line in enumerate(block.lines)
        if len(line) <= 80 and re.search(r"\d", line)
    ]
    for found in lines:
        if found[0].lower().startswith(begins):
            return found
    for found in lines:
        if found[1] > blocks[0].line and len(found[0].split()) <= 5 and _DATED.search(found[0]):
            return found
    return "", 0


#: words before a date that several languages have
_SHARED = {"date", "data", "datum", "stand", "дата", "fecha"}


def _language_of(text: str, lang: str = "en") -> str:
    """Return the language whose word for "published" a line begins with, if only one has it."""
    begins = {
        language
        for language, words in published().items()
        if any(
            re.match(rf"{re.escape(word)}(?![^\W\d_])", text, re.I)
            for word in words
            if word not in _SHARED
        )
    }
    return begins.pop() if len(begins) == 1 and primary(lang) not in begins else ""


def _foot(
    blocks: list[_Block], source: Source, given: metadata.Draft
) -> tuple[list[_Block], list[_Block]]:
    """Part the disclaimer, the last paragraph if it is one, from the body."""
    blocks = list(blocks)
    if not blocks:
        return [], []
    ruled = len(blocks) > 1 and bool(_RULE.fullmatch(blocks[-2].text))
    last = blocks[-1]
    apart = ruled or last.gap >= 2
    labelled = _pattern("disclaimer").match(last.text)
    score = sum(bool(re.search(pattern, last.text, re.I | re.S)) for pattern in _SPEAKS)
    if given.disclaimer is not None:
        same = given.disclaimer and _letters(re.sub("<[^>]+>", "", given.disclaimer)) == _letters(
            last.text
        )
        return (blocks[: -2 if ruled else -1], []) if same else (blocks, [])
    if len(blocks) > 1 and (labelled or score):
        if not labelled and score == 1 and not apart:
            source.warn(
                "S31",
                "the last paragraph speaks like a disclaimer and was set as one",
                last.line,
                hint='begin it with "Disclaimer:" if it is; else put `disclaimer: ""` into a front'
                " matter at the top",
            )
        if labelled:
            words = last.text[labelled.end() :]
            last = _Block((words[:1].upper() + words[1:],), last.line, last.gap)
        return blocks[: -2 if ruled else -1], [last]
    if apart and len(blocks) > 1:
        source.warn(
            "S31",
            "the last paragraph stands apart but does not speak like a disclaimer; it stays text",
            last.line,
            hint='begin it with "Disclaimer:" if it is one; else leave one empty line before it',
        )
    return blocks, []


def _overrule(
    guess: dict[str, _Block],
    given: metadata.Draft,
    entries: dict[str, metadata.Entry],
    source: Source,
    house: House,
) -> list[_Block]:
    """Fill the draft with what was guessed and not given; return what was overruled."""
    overruled: list[_Block] = []
    told = _language_of(guess["date"].text) if "date" in guess else ""
    lang = given.lang or told or house.language
    for part, block in guess.items():
        value, text = _value(part, block, given, source, lang)
        if part == "credit":
            said = given.credit if "photo.credit" in given.lines else None
        else:
            said = getattr(given, part) if part in entries else None
        if said is None:
            setattr(given, part, value)
            given.lines[part] = block.line
        elif said != value and _letters(str(said)) != _letters(text):
            overruled.append(block)
            source.warn(
                "S32",
                f"the front matter gives the {part}; this line stands in the text instead",
                block.line,
                hint="delete the line if the front matter replaces it",
            )
    return overruled


def _value(
    part: str, block: _Block, given: metadata.Draft, source: Source, lang: str
) -> tuple[object, str]:
    """Return what a block of the head says, as its part's value and as text."""
    text = block.text
    if part == "credit":
        return _credit_of(text), _credit_of(text)
    if part == "authors":
        # only the language's own word: "y" parts Spanish authors, and Ortega y Gasset in no other
        joined = "|".join(["and", "&", labels(lang)["and"].strip()])
        authors, doubt = metadata.authors_of(_byline_of(text, lang), joined)
        if doubt and "authors" not in given.lines:
            source.warn("S30", doubt, block.line, hint=metadata.NAME_AND_ROLE)
        return authors, _byline_of(text, lang)
    if part == "date":
        lang = given.lang or "en"
        date, other = _date_of(text, lang) or (None, "")
        language = _language_of(text, lang)
        if language and not given.lang:
            given.lang = language
            source.warn(
                "S30",
                f"the language was taken to be {language!r} by the line with the date",
                block.line,
                hint=f"put `lang: {language}` into a front matter at the top",
            )
        updated = _UPDATED.search(text)
        if updated and "updated" not in given.lines:
            given.updated, second = parse_date(updated[1], lang) or (None, "")
            given.lines["updated"] = block.line
            told = f"updated: {short(updated[1])!r} is no date"
            if second:
                told = f"updated: {updated[1]!r} was read as {given.updated}; it may mean {second}"
            if second or not given.updated:
                code = "S13" if second else "S12"
                source.warn(code, told, block.line, hint="write it as 2024-07-19")
        if other and "date" not in given.lines:
            source.warn(
                "S13",
                f"{text!r} was read as {date}; it may mean {other}",
                block.line,
                hint=f"write the month as a word, or {date}",
            )
        return date, str(date)
    return text, text


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def _bullets(block: _Block) -> list[re.Match[str] | None]:
    return [re.fullmatch(r"[•·‣▪*–-]\s+(\S.*)", line) for line in block.lines]


def _watch_structure(blocks: Sequence[_Block], source: Source) -> None:
    """Warn of the first lines that mean a list or a table and become one paragraph."""
    for block in blocks:
        for sort in (r"\(?\d{1,2}[.)]\s", r"[•·‣▪*–-]\s", r"[^\t]*\t", r"[^|]*\|"):
            lines = [n for n, line in enumerate(block.lines) if re.match(sort, line)]
            if len(lines) > 1 and not all(_bullets(block)):
                source.warn(
                    "S30",
                    "the lines of a list or a table will be set as one paragraph",
                    block.line + lines[0],
                    hint="leave an empty line between them, or write the source as Markdown (.md)",
                )
                return


def _paragraph(block: _Block) -> str:
    if _RULE.fullmatch(block.text):
        return f'<hr data-line="{block.line}"/>'
    bullets = _bullets(block)
    if all(bullets):
        items = "".join(
            f'<li data-line="{block.line + n}">{escape(found[1])}</li>'
            for n, found in enumerate(bullets)
            if found
        )
        markup = f'<ul data-line="{block.line}">{items}</ul>'
    else:
        markup = f'<p data-line="{block.line}">{escape(block.text)}</p>'
    tree = clean.tree_of(markup)
    clean.link_addresses(tree)
    return clean.xhtml(tree)
