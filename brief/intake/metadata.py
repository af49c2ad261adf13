"""Front matter and a house's defaults → the parts of a Brief, each checked and placed."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from brief import assets
from brief.findings import LimitError, SourceError, errors, short
from brief.house import (
    ADDRESSES,
    CONTACT_KEYS,
    EDITIONS,
    House,
    TOMLError,
    near,
    read_toml,
    toml_line,
)
from brief.intake.source import Source, drawing_or_pixels
from brief.language import labels, parse_date
from brief.model import (
    Author,
    Brief,
    Contact,
    Image,
    Note,
    Photo,
    address_problem,
    link_address,
)

#: the keys of a front matter, and for the commonest strangers the key that is meant
KEYS = (
    "title",
    "kicker",
    "dek",
    "authors",
    "date",
    "updated",
    "lang",
    "slug",
    "tags",
    "photo",
    "contact",
    "disclaimer",
    "rights",
    "identifier",
    "url",
    "series",
    "cite_as",
    "contents",
    "editions",
)
_MEANT = {
    "headline": "title",
    "description": "dek",
    "summary": "dek",
    "excerpt": "dek",
    "subtitle": "dek",
    "standfirst": "dek",
    "deck": "dek",
    "lede": "dek",
    "teaser": "dek",
    "author": "authors",
    "contributor": "authors",
    "byline": "authors",
    "published": "date",
    "publisheddate": "date",
    "pubdate": "date",
    "created": "date",
    "lastmod": "updated",
    "modified": "updated",
    "image": "photo",
    "hero": "photo",
    "cover": "photo",
    "thumbnail": "photo",
    "language": "lang",
    "locale": "lang",
    "categories": "tags",
    "topics": "tags",
    "keywords": "tags",
    "permalink": "url",
    "canonical": "url",
    "license": "rights",
    "licence": "rights",
    "copyright": "rights",
    "doi": "identifier",
    "isbn": "identifier",
    "credit": "photo",
    "alt": "photo",
    "caption": "photo",
    "bio": "authors",
    "biography": "authors",
    "portrait": "authors",
    "email": "contact",
    "phone": "contact",
    "press": "contact",
    "citation": "cite_as",
    "toc": "contents",
    # of no use here, and near to what is not meant
    "draft": "",
    "weight": "",
    "status": "",
    "math": "",
}
#: characters of a title, a dek and the like; the longest seen in two thousand articles have 800
MAX_LINE = 2000
#: PDF and EPUB write a year with four digits, and the ZIP inside an EPUB knows none after 2107
YEARS = range(1000, 2108)
_AUTHOR_KEYS = ("name", "role", "orcid", "url", "email", "bio", "portrait")
_PORTRAIT_KEYS = ("path", "alt", "credit")
_PHOTO_KEYS = ("path", "alt", "caption", "credit")
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
#: the house and slug of a brief make its identifier in this space (RFC 9562 § 5.5)
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:brief-press")
#: what stands behind a name and belongs to it, without dots
_SUFFIX = re.compile(
    r"[js]r|i{2,3}|iv|(ph|ed|m|j)d|dphil|dsc|[bm]a|[bm]sc|mphil|mba|mp[aph]|ll[bm]|esq|dr|prof"
    r"|[comk]be|frs|rn|cpa|[qk]c",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(fellow|professor|lecturer|director|editor|analyst|researcher|correspondent|minister"
    r"|president|chair(man|woman|person)?|head|officer|advis[eo]r|economist|reporter|author"
    r"|scholar|secretary|ambassador|manager|founder|journalist|columnist|institute|institution"
    r"|university|college|school|cent(er|re)|council|foundation|ministry|department)s?\b",
    re.IGNORECASE,
)
#: with one of these an office is no name: there are people called Head
_SURELY = re.compile(
    r"\b(at|of|for|the|in|senior|chief|staff|deputy|associate|assistant|visiting|managing)\b", re.I
)
#: lower-case words with which a name may begin
_PARTICLE = re.compile(r"(v[ao]n|de[rnls]?|d[aiou]|dos|das|la|le|te[rn]|al|el|ibn|bin)\b|d['’]")
#: what parts names, by script
_COMMAS = ",،、，፣"
#: how to say what a byline leaves in doubt
NAME_AND_ROLE = "in a front matter write authors: as a list, each with name: and role:"


@dataclass(frozen=True, slots=True)
class Entry:
    """A front matter value with the place where it stands; scalars are kept as written."""

    value: str | list[Entry] | dict[str, Entry]
    line: int


@dataclass(slots=True)
class Draft:
    """The parts of a Brief as far as a source gave them, and the line of each."""

    title: str = ""
    kicker: str = ""
    dek: str = ""
    authors: tuple[Author, ...] = ()
    date: dt.date | None = None
    updated: dt.date | None = None
    lang: str = ""
    slug: str = ""
    tags: tuple[str, ...] = ()
    photo: str = ""
    alt: str | None = None
    caption: str = ""
    credit: str = ""
    #: XHTML; None says that nothing was said of it, empty that there shall be none
    disclaimer: str | None = None
    rights: str = ""
    identifier: str = ""
    url: str = ""
    series: str = ""
    #: None says that nothing was said of any, empty that there shall be none
    contacts: tuple[Contact, ...] | None = None
    cite_as: str | None = None
    contents: bool | None = None
    editions: tuple[str, ...] = ()
    body: str = ""
    notes: tuple[Note, ...] = ()
    images: tuple[Image, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)


def split(source: Source) -> tuple[dict[str, Entry], int]:
    """Return the front matter's entries and how many lines it takes; none is ({}, 0).

    YAML stands between lines of three hyphens, TOML between lines of three plus signs, at the
    very top. Adds an S14, S17 or S18 to the source's findings for what cannot be read.
    """
    lines = source.lines
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    fence = lines[first].rstrip()
    if fence not in ("---", "+++"):
        return {}, 0
    closing = (fence, "...") if fence == "---" else (fence,)
    end = next((n for n in range(first + 1, len(lines)) if lines[n].rstrip() in closing), None)
    if end is None:
        if fence == "---" and not re.match(r"[\w-]+\s*:", "".join(lines[first + 1 : first + 2])):
            return {}, 0  # a rule, not front matter
        source.warn(
            "S14", "the front matter does not end", first + 1, hint=f"close it with a line {fence}"
        )
        return {}, len(lines)
    block = lines[first + 1 : end]
    read = _yaml if fence == "---" else _toml
    return read("\n".join(block), first + 1, source), end + 1


def _toml(text: str, offset: int, source: Source) -> dict[str, Entry]:
    try:
        values = read_toml(text)
    except TOMLError as problem:
        source.warn(
            "S14",
            f"front matter: {problem.message}",
            problem.line + offset,
            hint='TOML writes a value as: key = "text"',
        )
        return {}
    lines = text.split("\n")

    def place(key: str, line: int) -> int:
        """Return the line that sets a key behind another line, or that one."""
        return line + toml_line(lines[line:], key)

    def entry(key: str, value: Any, line: int) -> Entry:
        if isinstance(value, dict):
            return Entry({k: entry(k, v, place(k, line)) for k, v in value.items()}, line + offset)
        if isinstance(value, list):
            items, at = [], line
            for n, item in enumerate(value):
                # each but the first table of an array has a head of its own further on
                at = place(key, at) if n and isinstance(item, dict) else at
                items.append(entry(key, item, at))
            return Entry(items, line + offset)
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
        return Entry(source.legal(text, line + offset), line + offset)

    return {key: entry(key, value, place(key, 0)) for key, value in values.items()}


def _yaml(text: str, offset: int, source: Source) -> dict[str, Entry]:
    """Read YAML node by node: safe_load turns `no` into False and keeps the last of two keys."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    def entry(node: yaml.Node) -> Entry:
        line = node.start_mark.line + offset + 1
        if isinstance(node, yaml.MappingNode):
            return Entry(mapping(node), line)
        if isinstance(node, yaml.SequenceNode):
            return Entry([entry(child) for child in node.value], line)
        null = node.tag == "tag:yaml.org,2002:null"
        return Entry("" if null else source.legal(node.value.strip(), line), line)

    def mapping(node: yaml.MappingNode) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key, value in node.value:
            line = key.start_mark.line + offset + 1
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in entries:
                first = entries[name].line
                source.warn(
                    "S17",
                    f"{short(name)!r} is given twice, first on line {first}",
                    line,
                    hint="keep one",
                )
                continue
            read = entry(value)
            entries[name] = Entry(read.value, line)
        return entries

    try:
        for event in yaml.parse(text, Loader=loader):
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                source.warn(
                    "S18",
                    "anchors, aliases and tags are not taken",
                    (event.start_mark.line if event.start_mark else 0) + offset + 1,
                    hint="write the value out",
                )
                return {}
        node = yaml.compose(text, Loader=loader)
        if isinstance(node, yaml.MappingNode):
            return mapping(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        source.warn(
            "S14",
            f"front matter: {problem}",
            (mark.line if mark else 0) + offset + 1,
            hint='put a value that holds ": " or begins with a sign into quotes; indent by spaces',
        )
        return {}
    except RecursionError:
        source.warn("S14", "front matter nested too deep", offset + 1, hint="keep it flat")
        return {}
    if node is not None:
        source.warn("S14", "front matter is no list of keys", offset + 1, hint="write: title: …")
    return {}


def fill(
    draft: Draft,
    entries: dict[str, Entry],
    source: Source,
    *,
    plain: Callable[[str], str],
    rich: Callable[[str, int], str],
) -> None:
    """Put the front matter's entries into the draft; what does not fit becomes a finding.

    An author under the wrong key is not lost: it becomes the entry of the right one.
    `plain` makes a line of text of what was written, `rich` makes XHTML of it.
    """
    for key, entry in list(entries.items()):
        if key not in KEYS:
            if key.lower() in ("author", "byline"):
                entries.setdefault("authors", entry)
            close = near(re.sub(r"[_-]", "", key), [*KEYS, *_MEANT])
            meant = _MEANT.get(close, close)
            hint = f"did you mean {meant!r}?" if meant else f"known keys: {', '.join(KEYS)}"
            if key in _PHOTO_KEYS:
                hint = f"put it under photo: as {key}"
            source.warn("S15", f"unknown key {short(key)!r}", entry.line, hint=hint)
    reader = _Reader(draft, source, plain, rich)
    for key in KEYS:
        if key in entries:
            draft.lines[key] = entries[key].line
            getattr(reader, key, reader.words)(key, entries[key])


@dataclass(frozen=True, slots=True)
class _Reader:
    """One method a key: what it takes, and what it says of anything else."""

    draft: Draft
    source: Source
    plain: Callable[[str], str]
    rich: Callable[[str, int], str]

    def wrong(self, key: str, entry: Entry, expected: str) -> None:
        given = entry.value if isinstance(entry.value, str) else type(entry.value).__name__
        self.source.warn(
            "S16", f"{key}: {short(given)!r} is not {expected}", entry.line, hint="correct it"
        )

    def text(self, key: str, entry: Entry) -> str:
        if isinstance(entry.value, str):
            return entry.value
        kind = "a list" if isinstance(entry.value, list) else "a group of keys"
        self.source.warn(
            "S16",
            f"{key}: a text is expected, not {kind}",
            entry.line,
            hint=f'write it as {key}: "text", in quotes if it holds a colon',
        )
        return ""

    def words(self, key: str, entry: Entry) -> None:
        text = self.text(key, entry)
        call = re.search(r"(?<!\\)\[\^[^\]\s]{1,200}\]", text)
        if call:
            self.source.warn(
                "S30",
                f"{key}: no note can be called here; {short(call[0])!r} is printed as it stands",
                entry.line,
                hint="call the note in the text, or write \\[ for a plain [",
            )
        setattr(self.draft, key, self.plain(text))

    def lang(self, key: str, entry: Entry) -> None:
        tag = self.text(key, entry).replace("_", "-")
        if tag and not _LANG.fullmatch(tag):
            return self.wrong(key, entry, 'a language tag such as "en" or "pt-BR"')
        self.draft.lang = tag

    def slug(self, key: str, entry: Entry) -> None:
        slug = self.text(key, entry)
        if slug and slugify(slug) != slug:
            cure = f"; write {slugify(slug)!r}" if slugify(slug) else " of letters, digits, hyphens"
            return self.wrong(key, entry, f"a slug{cure}")
        self.draft.slug = slug

    def date(self, key: str, entry: Entry) -> None:
        text = self.text(key, entry)
        if not text:
            return
        parsed = parse_date(text, self.draft.lang or "en")
        if not parsed:
            self.source.warn(
                "S12",
                f"{key}: {short(text)!r} is no date",
                entry.line,
                hint="write year-month-day, such as 2024-07-19",
            )
            return
        setattr(self.draft, key, parsed[0])
        if parsed[1]:
            self.source.warn(
                "S13",
                f"{key}: {short(text)!r} was read as {parsed[0]}; it may mean {parsed[1]}",
                entry.line,
                hint=f"write {parsed[0]} or {parsed[1]}",
            )

    updated = date

    def tags(self, key: str, entry: Entry) -> None:
        if isinstance(entry.value, list):
            items = [self.text(key, item) for item in entry.value]
        else:
            items = self.text(key, entry).split(",")
        self.draft.tags = tuple(self.plain(item.strip()) for item in items if item.strip())

    def editions(self, key: str, entry: Entry) -> None:
        listed = entry.value if isinstance(entry.value, list) else [entry]
        names = [self.text(key, item) for item in listed]
        for name in names:
            if name not in EDITIONS:
                return self.wrong(key, Entry(name, entry.line), f"one of {', '.join(EDITIONS)}")
        self.draft.editions = tuple(names)

    def authors(self, key: str, entry: Entry) -> None:
        if isinstance(entry.value, str):
            self.draft.authors, doubt = authors_of(self.plain(entry.value), "and|&")
            if doubt:
                self.source.warn("S30", doubt, entry.line, hint=NAME_AND_ROLE)
            return
        for item in entry.value if isinstance(entry.value, list) else [entry]:
            if author := self._author(key, item):
                self.draft.authors += (author,)

    def _author(self, key: str, item: Entry) -> Author | None:
        if not isinstance(item.value, dict):
            name = self.plain(self.text(key, item))
            return Author(name) if name else None
        group = item.value
        values = self._group(key, group, _AUTHOR_KEYS, apart=("portrait",))
        if not values.get("name"):
            self.source.warn("S16", "an author has no name", item.line, hint="add name: …")
            return None
        orcid = re.sub(r"^https?://orcid\.org/", "", values.get("orcid", ""))
        if orcid and not _orcid(orcid):
            self.wrong("orcid", Entry(orcid, group["orcid"].line), "an ORCID iD")
            orcid = ""
        part = f"{key}.{len(self.draft.authors)}"
        bio = values.get("bio", "")
        if bio:
            self.draft.lines[f"{part}.bio"] = group["bio"].line
        return Author(
            self.plain(values["name"]),
            self.plain(values.get("role", "")),
            orcid,
            url=self._address("url", group, values),
            email=self._address("email", group, values),
            bio=self.rich(bio, group["bio"].line) if bio else "",
            portrait=self._portrait(part, group["portrait"]) if "portrait" in group else None,
        )

    def _portrait(self, part: str, entry: Entry) -> Photo | None:
        """Return an author's portrait, its path as it is written."""
        group = entry.value
        self.draft.lines[f"{part}.portrait"] = entry.line
        if isinstance(group, dict):
            values = self._group("portrait", group, _PORTRAIT_KEYS)
            if values.get("path"):
                self.draft.lines[f"{part}.portrait.path"] = group["path"].line
            else:
                cure = "add path: face.jpg, a file beside the source"
                self.source.warn("S20", "a portrait has no path", entry.line, hint=cure)
        else:
            values = {"path": self.text("portrait", entry)}
        if not values.get("path"):
            return None
        alt, credit = (self.plain(values.get(each, "")) for each in ("alt", "credit"))
        return Photo(Path(values["path"]), alt, "", credit)

    def _address(self, key: str, group: dict[str, Entry], values: dict[str, str]) -> str:
        text = values.get(key, "")
        if text and not link_address(key, text):
            self.wrong(key, Entry(text, group[key].line), ADDRESSES[key])
            return ""
        return text

    def _group(
        self, key: str, group: dict[str, Entry], keys: tuple[str, ...], apart: tuple[str, ...] = ()
    ) -> dict[str, str]:
        for name, entry in group.items():
            if name not in keys:
                guess = near(name, keys)
                hint = f"did you mean {guess!r}?" if guess else f"known: {', '.join(keys)}"
                self.source.warn(
                    "S15", f"unknown key {short(name)!r} in {key}", entry.line, hint=hint
                )
        return {
            name: self.text(name, group[name]) for name in keys if name in group.keys() - {*apart}
        }

    def contact(self, key: str, entry: Entry) -> None:
        self.draft.contacts = ()
        for item in entry.value if isinstance(entry.value, list) else [entry]:
            if not isinstance(item.value, dict):
                if item.value:
                    self.wrong(key, item, "a name:, role:, email:, phone: and url:, some of them")
                continue
            values = self._group(key, item.value, CONTACT_KEYS)
            told = {name: self._address(name, item.value, values) for name in ADDRESSES}
            if not any(values.get(name) for name in ADDRESSES):
                cure = "add one of them"
                self.source.warn(
                    "S16", "a contact has no email, phone or url", item.line, hint=cure
                )
                continue
            name, role = (self.plain(values.get(each, "")) for each in ("name", "role"))
            self.draft.contacts += (Contact(name, role, **told),)

    def cite_as(self, key: str, entry: Entry) -> None:
        text = self.text(key, entry)
        markup = self.rich(text, entry.line) if text else "<p></p>"
        line = re.fullmatch(r"<p\b[^>]*>((?:(?!<p\b).)*)</p>\s*", markup, re.DOTALL)
        if not line:
            return self.wrong(key, entry, "one line of text")
        self.draft.cite_as = line[1]

    def contents(self, key: str, entry: Entry) -> None:
        told = self.text(key, entry).lower()
        if told not in ("true", "false", ""):
            return self.wrong(key, entry, "true or false")
        self.draft.contents = told == "true" if told else None

    def photo(self, key: str, entry: Entry) -> None:
        if isinstance(entry.value, str):
            self.draft.photo = entry.value
            return
        if isinstance(entry.value, list):
            self.text(key, entry)
            return
        values = self._group(key, entry.value, _PHOTO_KEYS)
        self.draft.photo = values.get("path", "")
        if "alt" in values:
            self.draft.alt = self.plain(values["alt"])
        self.draft.caption = self.plain(values.get("caption", ""))
        self.draft.credit = self.plain(values.get("credit", "")) or self.draft.credit
        for name, part in entry.value.items():
            self.draft.lines[f"photo.{name}"] = part.line

    def disclaimer(self, key: str, entry: Entry) -> None:
        text = self.text(key, entry)
        self.draft.disclaimer = self.rich(text, entry.line) if text else ""

    def identifier(self, key: str, entry: Entry) -> None:
        text = self.text(key, entry)
        self.draft.identifier = _identifier(text)
        if text and not self.draft.identifier:
            self.wrong(key, entry, "a DOI, an ISBN or a URN")

    def url(self, key: str, entry: Entry) -> None:
        url = self.text(key, entry)
        if url and not _web(url):
            return self.wrong(key, entry, "an address that begins with https://")
        self.draft.url = url


def authors_of(text: str, joined: str) -> tuple[tuple[Author, ...], str]:
    """Return the authors that a line names, and what of them is in doubt.

    `joined` is a pattern of the words between the last two. Behind a comma a degree belongs to the
    name before it, and an office is the role of that author.
    """
    authors: list[Author] = []
    doubts: list[str] = []
    parted = rf"\s*[{_COMMAS};]\s*(?:(?:{joined})\s+)?|\s+(?:{joined})\s+"
    pieces = re.split(f"({parted})", text.strip())
    for mark, part in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        if not part:
            continue
        last = authors[-1] if authors else Author("")
        comma = bool(authors) and mark.strip() in tuple(_COMMAS)
        word = " " not in part
        # "Director of Research and Policy" is one role
        within = bool(last.role) and not re.search(f"[{_COMMAS};]", mark)
        if comma and is_suffix(part):
            authors[-1] = replace(last, name=f"{last.name}, {part}")
        elif (within and word) or ((within or comma) and _is_office(part)):
            role = f"{last.role}{mark}{part}" if last.role else part
            authors[-1] = replace(last, role=role)
            if within or not (_OFFICE.search(part) and (word or _SURELY.search(part))):
                doubts.append(f"{short(role)!r} was taken for the role of {last.name}")
        else:
            authors.append(Author(part))
            odd = last.role or _OFFICE.search(part) or (word and part[0].isupper())
            if within or (comma and odd):
                doubts.append(f"{short(part)!r} was taken for an author")
    return tuple(authors), "; ".join(doubts)


def is_suffix(words: str) -> bool:
    """Tell whether words are what stands behind a name and belongs to it, such as "Jr."."""
    return bool(_SUFFIX.fullmatch(re.sub(r"[.\s]", "", words)))


def _is_office(part: str) -> bool:
    """Tell whether words behind a comma say what the one before it is."""
    first, *others = part.split()
    if re.search(r"\b(at|of|for|the|in)\b", part):
        return True
    if first[0].islower():
        return not _PARTICLE.match(part)
    # "Professor Jane Doe" is a name
    titled = len(others) > 1 and _OFFICE.fullmatch(first) and not _OFFICE.search(" ".join(others))
    return bool(_OFFICE.search(part)) and not titled


def slugify(name: str) -> str:
    """Return a name as a slug: letters and digits in lower case, hyphens between them."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:100].strip("-")


def _web(url: str) -> bool:
    return url.lower().startswith(("http:", "https:")) and not address_problem(url)


def _orcid(orcid: str) -> bool:
    """Tell whether an ORCID iD is well formed (ISO 7064, MOD 11-2)."""
    if not re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", orcid):
        return False
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == orcid[-1]


def _identifier(text: str) -> str:
    """Return a DOI, ISBN or URN in its one form, or an empty string for anything else."""
    doi = re.fullmatch(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", text, re.I)
    if doi:
        return f"doi:{doi[1]}"
    isbn = re.sub(r"^(urn:isbn:|isbn[: ]*)|[ -]", "", text, flags=re.I)
    if re.fullmatch(r"97[89]\d{10}", isbn):
        weights = sum(int(d) * (1, 3)[n % 2] for n, d in enumerate(isbn))
        return f"urn:isbn:{isbn}" if weights % 10 == 0 else ""
    if re.fullmatch(r"urn:[a-z0-9][a-z0-9-]{0,31}:\S+", text, re.I):
        return text
    with contextlib.suppress(ValueError):
        return uuid.UUID(text).urn
    return ""


def finish(
    draft: Draft, source: Source, house: House, photo: Path | None, cures: Mapping[str, str]
) -> Brief:
    """Return the Brief that a draft makes; raises SourceError with all that is wrong or missing.

    `cures` says for title, date, alt and credit what to write and where in this kind of source.
    """
    folder = source.file.parent
    name = folder.resolve().name if source.file.name == "brief.md" else source.file.stem
    slug = draft.slug or slugify(name) or "brief"
    codes = {found.code for found in source.found}
    unread = codes & {"S14", "S18"}
    # what could not be read, or not be understood, is not also said to be missing
    told = {"title": unread, "date": unread | codes & {"S12"}, "body": unread}
    for part, code in (("title", "S10"), ("date", "S11"), ("body", "S19")):
        if not getattr(draft, part) and not told[part]:
            source.warn(code, f"the brief has no {part}", 1, hint=cures[part])
    for part in ("date", "updated"):
        day = getattr(draft, part)
        if day and day.year not in YEARS:
            problem = f"{part}: no edition can bear the year {day.year}"
            source.warn("S12", problem, draft.lines.get(part, 0))
    # a date that may mean another is told of already
    if draft.date and draft.updated and draft.updated < draft.date and "S13" not in codes:
        problem = f"updated: {draft.updated} is earlier than the date, {draft.date}"
        source.warn("S12", problem, draft.lines.get("updated", 0), hint="correct one of them")
    if draft.contents and not re.search("<h[23]", draft.body):
        cure = "write headings (## …), or take contents: out"
        problem = "contents: the text has no headings to list"
        source.warn("S16", problem, draft.lines["contents"], hint=cure)
    for part in ("title", "kicker", "dek", "caption", "credit", "rights", "series"):
        length = len(getattr(draft, part))
        if length > MAX_LINE:
            line = draft.lines.get(part) or draft.lines.get(f"photo.{part}", 0)
            long = f"{part}: {length} characters; {MAX_LINE} are taken"
            source.warn("L01", long, line, hint="shorten it, and put the rest into the text")
    picture = _photo(draft, source, house, photo, cures)
    brief = Brief(
        source=source.file,
        slug=slug,
        title=draft.title,
        date=draft.date or dt.date.min,
        lang=draft.lang or house.language,
        body=draft.body,
        identifier=draft.identifier
        or uuid.uuid5(uuid.uuid5(_SPACE, house.publisher or "brief"), slug).urn,
        kicker=draft.kicker,
        dek=draft.dek,
        authors=tuple(_with_portrait(draft, source, house)),
        updated=draft.updated,
        photo=picture,
        credit="" if picture else draft.credit,
        notes=draft.notes,
        images=draft.images,
        disclaimer=draft.disclaimer or "",
        rights=draft.rights,
        url=draft.url,
        series=draft.series,
        contacts=house.contacts if draft.contacts is None else draft.contacts,
        cite_as=draft.cite_as,
        contents=draft.contents,
        tags=draft.tags,
        editions=draft.editions,
        lines=draft.lines,
        source_bytes=source.data,
    )
    _require(brief, draft, source, house)
    stops = errors(source.found)
    if stops:
        limits = all(found.code.startswith("L") for found in stops)
        raise (LimitError if limits else SourceError)(*source.found)
    return brief


def _photo(
    draft: Draft, source: Source, house: House, given: Path | None, cures: Mapping[str, str]
) -> Photo | None:
    line = draft.lines.get("photo.path") or draft.lines.get("photo", 0)
    file = given
    if given is None and draft.photo:
        try:
            file = assets.locate(draft.photo, source.file.parent, roots(source, house))
        except assets.RefusedError as refused:
            source.warn(refused.code, f"photo: {refused.message}", line, hint=refused.hint)
            return None
    if file is None:
        if draft.alt or draft.caption:
            source.warn("S20", "the photo has no path", line, hint=cures["photo"])
        elif draft.credit:
            source.warn(
                "S25",
                "a credit and no photo; the credit is printed with the imprint",
                draft.lines.get("credit") or draft.lines.get("photo.credit", 0),
                hint=cures["photo"],
            )
        return None
    data = drawing_or_pixels(source, file, line, "photo: ")
    if data is None:
        return None
    if not draft.credit:
        source.warn("S21", "the photo has no credit", line or 1, hint=cures["credit"])
    if draft.alt is None:
        source.warn(
            "S22",
            "the photo has no text for those who cannot see it",
            line or 1,
            hint=cures["alt"],
        )
    return Photo(file, draft.alt or "", draft.caption, draft.credit, data)


def _with_portrait(draft: Draft, source: Source, house: House) -> Iterator[Author]:
    """Yield the authors, the portrait of each with its file and a text alternative."""
    words = labels(draft.lang or house.language)
    for n, author in enumerate(draft.authors):
        portrait = author.portrait
        if portrait:
            part = f"authors.{n}.portrait"
            line = draft.lines.get(f"{part}.path") or draft.lines[part]
            try:
                folder = source.file.parent
                file = assets.locate(str(portrait.path), folder, roots(source, house))
            except assets.RefusedError as refused:
                message = f"portrait: {refused.message}"
                source.warn(refused.code, message, line, hint=refused.hint)
            else:
                if (data := drawing_or_pixels(source, file, line, "portrait: ")) is not None:
                    alt = portrait.alt or words["portrait"].format(name=author.name)
                    portrait = replace(portrait, path=file, alt=alt, drawing=data)
        yield replace(author, portrait=portrait)


def roots(source: Source, house: House) -> tuple[Path, ...]:
    """Return the folders whose images a source may use: its own, and its house's around it."""
    folder = source.file.parent.resolve()
    return (folder, house.root) if folder.is_relative_to(house.root) else (folder,)


def _require(brief: Brief, draft: Draft, source: Source, house: House) -> None:
    for part in house.require:
        if part.startswith("photo."):
            value = getattr(brief.photo, part.removeprefix("photo."), "") if brief.photo else ""
        elif part == "identifier":
            value = draft.identifier
        else:
            value = getattr(brief, part)
        if not value:
            where = toml_line(house.listing.lines, "require")
            source.warn(
                "S50",
                f"the house requires {part}",
                1,
                hint=f"add {part} to the front matter, or take it out of {house.listing.file.name}"
                f" line {where}",
            )
