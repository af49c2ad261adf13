"""The rules that every PDF edition is put to, by pikepdf and without Java."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from lxml import etree

from brief.checks import result
from brief.checks.pdfdraw import RULE, Font, Mark, Piece
from brief.checks.pdfobjects import (
    entry,
    is_stream,
    items,
    leaves,
    name,
    number,
    pairs,
    string,
    unpacked,
)
from brief.checks.pdfread import PICTURED, Document, Element, document_of, joined, logical, unbroken
from brief.checks.result import IMAGE, Check, Content, Place, looks, placed, undrawable
from brief.findings import CheckError, Finding, finding, short
from brief.model import address_problem

_PDFA, _PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
#: what our editions say of themselves in their metadata, in a PDF 1 and in a PDF 2
DECLARED = {
    f"{_PDFA}part": ("PDF/A part", "3", "4"),
    f"{_PDFA}conformance": ("PDF/A conformance", "A", "F"),
    f"{_PDFUA}part": ("PDF/UA part", "1", "2"),
}
DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
SUBSET = re.compile(r"[A-Z]{6}\+")


def check(
    data: bytes, file: Path, lang: str | None = None, title: str | None = None
) -> list[Check]:
    """Put a PDF to every rule; language and title are compared where they are given."""
    return examine(data, file, lang, title)[0]


def text(data: bytes, file: Path = Path("document.pdf")) -> list[str]:
    """Return the text of a PDF in reading order, a string for each block.

    What `Document.blocks` says of line ends, spaces and direction holds here. Raises CheckError
    or LimitError for a file that cannot be read.
    """
    return _content(Document(data, file)).blocks


def _content(document: Document) -> Content:
    figures: dict[int, str] = {}
    drawn: list[tuple[int, Any]] = []
    for piece in document.pieces:
        element = document.holders.get(piece.mark) if piece.mark and not piece.hidden else None
        while element and piece.kind in PICTURED:
            if element.kind == "Figure" or element.alt:
                if id(element) not in figures:
                    drawn.append((id(element), piece.image))
                figures[id(element)] = element.alt or element.actual or ""
                break
            element = element.parent
    images = [*figures.values(), *[""] * document.decorations]
    blocks = document.passages() if document.tagged else document.blocks()
    texts = [unbroken(block.text) for block in blocks if block.text and block.kind != IMAGE]
    doubtful = frozenset(page + 1 for page in document.doubtful)
    if not document.tagged:
        return Content(texts, images, doubtful=doubtful)
    pictures = [
        (alt, partial(looks, partial(_opened, document, image)))
        for key, image in drawn
        if (alt := figures[key]) and is_stream(image)
    ]
    links, entries = list(_addresses(document)), list(_entries(document))
    attached = list(_attached(document))
    return Content(texts, images, blocks, links, attached, entries, doubtful, pictures)


def _opened(document: Document, image: Any) -> Any:
    """Return an image as Pillow has it; its document must be there as long as it is read."""
    return pikepdf.PdfImage(image).as_pil_image() if document.pdf else None


def _attached(document: Document) -> Iterator[tuple[str, bytes]]:
    """Yield the files attached to a document: what each is to it, and its bytes."""
    names = entry(document.root, "/Names", "/EmbeddedFiles")
    for _, told in leaves(names, "/Names", document.file):
        stream = entry(told, "/EF", "/F")
        if is_stream(stream):
            yield name(entry(told, "/AFRelationship")), unpacked(stream, document.file)


def _addresses(document: Document) -> Iterator[tuple[str, bool]]:
    """Yield where the links lead that leave the document, in the order of the tag tree."""
    for element in document.elements():
        if element.kind == "Link":
            holders = [element, *(kid for kid in element.kids if isinstance(kid, Element))]
            targets = [each for holder in holders for each in holder.annotations]
            if targets:
                link = document.pdf.get_object(targets[0])
                if address := string(entry(link, "/A", "/URI")):
                    yield address, element.within("Note") or element.within("FENote")


def _entries(document: Document) -> Iterator[set[int]]:
    """Yield the pages, from 1, that each link of a table of contents leads to."""
    targets = _Targets(document)
    starts = {
        element.number: document.pages[kid[0]] + 1
        for element in document.elements()
        for kid in element.kids[:1]
        if isinstance(kid, tuple) and kid[0] in document.pages
    }
    for element in document.elements():
        if element.kind == "Link" and element.within("TOCI"):
            links = map(document.pdf.get_object, element.annotations)
            places = {number(each) for link in links for each in targets.places(link)}
            yield {
                document.pages[place] + 1 if place in document.pages else starts.get(place, 0)
                for place in places
                if place is not None
            }


def examine(
    data: bytes,
    file: Path,
    lang: str | None = None,
    title: str | None = None,
    place: Place | None = None,
    *,
    archive: bool = True,
) -> tuple[list[Check], Content | None]:
    """Return what `check` returns and what the PDF holds, from one reading, if it can be read.

    What is for no `archive` but for a press need not declare what our PDFs do, and links nowhere.
    """
    rules: dict[str, Callable[[Document], Iterable[Finding]]] = {
        "fonts": _fonts,
        "tags": _tags,
        "language": partial(_language, lang=lang),
        "title": partial(_title, title=title),
        "links": _links,
        "images": _images,
        "glyphs": partial(_glyphs, place=place),
        "visible": partial(_visible, place=place),
        "actual text": partial(_actual, place=place),
        "declaration": _declaration,
    }
    if not archive:
        del rules["links"], rules["declaration"]
    return result.examine(partial(document_of, data, file), _damage, _content, rules, file)


def _damage(document: Document) -> Iterator[Finding]:
    yield from document.damage
    if not document.pages:
        yield finding("C09", "has no pages", document.file)
    if warnings := document.warnings():
        more = f", and {len(warnings) - 1} more" if len(warnings) > 1 else ""
        yield finding("C09", f"is damaged: {warnings[0]}{more}", document.file)


def _fonts(document: Document) -> Iterator[Finding]:
    for font in document.fonts:
        if not font.drawn:
            continue
        where = f"font {font.name or 'without a name'} ({_pages(font.drawn.values())})"
        descriptor = entry(font.descendant, "/FontDescriptor")
        if font.kind == "Type3":
            if not pairs(entry(font.dictionary, "/CharProcs")):
                yield finding("C02", f"{where} has no glyphs", document.file)
            continue
        kind, _ = _program(font, document.file)
        if not kind:
            hint = "embed the font, or set the text in another"
            yield finding("C02", f"{where} is not embedded", document.file, hint=hint)
        elif kind == "unknown":
            yield finding("C02", f"{where} holds no font that can be read", document.file)
        names = [font.name, name(entry(font.descendant, "/BaseFont"))]
        names.append(name(entry(descriptor, "/FontName")))
        tags = {tag[0] if (tag := SUBSET.match(each)) else "" for each in names}
        if len(tags) > 1:
            told = ", ".join(dict.fromkeys(names))
            yield finding("C02", f"{where} has names that differ: {told}", document.file)
        elif tags == {""} and {"/CIDSet", "/CharSet"} & dict(pairs(descriptor)).keys():
            yield finding("C02", f"{where} is a subset and its name does not say so", document.file)


def _tags(document: Document) -> Iterator[Finding]:
    file = document.file

    def broken(message: str, hint: str = "") -> Finding:
        return finding("C03", message, file, hint=hint)

    if entry(document.root, "/MarkInfo", "/Marked") is not True:
        yield broken("does not say that it is tagged")
    if not document.tagged:
        yield broken("has no tag tree")
        return
    parents = _parents(document)
    loose: list[Piece] = []
    outside: list[Piece] = []
    astray: list[Piece] = []
    for piece in document.pieces:
        if piece.mark is None:
            if piece.kind != "text" or piece.text.strip():
                loose.append(piece)
        elif piece.mark not in document.holders:
            outside.append(piece)
        elif parents.get(piece.mark) != document.holders[piece.mark].number:
            astray.append(piece)
    marks = {kid for kid in document.repeated if isinstance(kid, tuple)}
    doubled = [piece for piece in document.pieces if piece.mark in marks]
    for found, told, hint in (
        (loose, "draws outside of any tag", "tag it, or mark it as artifact"),
        (
            outside,
            "draws tagged content that the tag tree does not hold",
            "hang it into the tree, or mark it as artifact",
        ),
        (astray, "has a ParentTree that does not agree with the tag tree", ""),
        (doubled, "holds content more than once in its tag tree", ""),
    ):
        if found:
            yield broken(told + _sample(found), hint)
    if len(marks) < len(document.repeated) and not doubled:
        yield broken("holds an element more than once in its tag tree")
    levels = [int(e.kind[1]) for e in document.elements() if re.fullmatch("H[1-6]", e.kind)]
    if not levels:
        yield broken("has no heading")
    for before, level in zip([0, *levels], levels, strict=False):
        if level > before + 1:
            first = "begins with" if before == 0 else f"goes from H{before} to"
            yield broken(f"{first} a heading H{level}")
            break
    for at, page in enumerate(document.page_objects):
        if items(entry(page, "/Annots")) and name(entry(page, "/Tabs")) != "S":
            yield broken(f"does not give the order of links by its tags ({_pages([at])})")


def _parents(document: Document) -> dict[Mark, tuple[int, int]]:
    """Return the structure element that the ParentTree gives each mark."""
    tree = {
        key: value
        for key, value in leaves(
            entry(document.root, "/StructTreeRoot", "/ParentTree"), "/Nums", document.file
        )
        if isinstance(key, int)
    }
    found: dict[Mark, tuple[int, int]] = {}
    for home in {piece.mark[0] for piece in document.pieces if piece.mark is not None}:
        key = entry(document.pdf.get_object(home), "/StructParents")
        for within, element in enumerate(items(tree.get(key)) if isinstance(key, int) else ()):
            if entry(element, "/S") is not None:
                found[home, within] = element.objgen
    return found


def _language(document: Document, lang: str | None) -> Iterator[Finding]:
    told = string(entry(document.root, "/Lang"))
    if not told:
        yield finding("C04", "does not say its language", document.file)
    elif not LANGUAGE.fullmatch(told):
        yield finding("C04", f"says its language as “{told}”, which is none", document.file)
    elif lang is not None and told.casefold() != lang.casefold():
        message = f"says that its language is “{told}”; it is “{lang}”"
        yield finding("C04", message, document.file)


def _title(document: Document, title: str | None) -> Iterator[Finding]:
    metadata = metadata_of(document.root, document.file).get(DC_TITLE, "")
    information = string(entry(document.pdf.trailer, "/Info", "/Title"))
    if not metadata:
        yield finding("C05", "has no title in its metadata", document.file)
    for told in filter(None, dict.fromkeys([metadata, " ".join((information or "").split())])):
        if title is not None and told != " ".join(title.split()):
            message = f"has the title “{told}”; it is “{title}”"
            yield finding("C05", message, document.file)
    if entry(document.root, "/ViewerPreferences", "/DisplayDocTitle") is not True:
        yield finding("C05", "does not ask viewers to show its title", document.file)


def metadata_of(root: Any, file: Path) -> dict[str, str]:
    """Return the properties of the XMP metadata, each the first of its values."""
    stream = entry(root, "/Metadata")
    if not is_stream(stream):
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(unpacked(stream, file), parser)
    except etree.XMLSyntaxError as error:
        message = f"has metadata that cannot be read: {error}"
        raise CheckError(finding("C12", message, file)) from error
    found: dict[str, str] = {}
    for description in tree.iter(f"{RDF}Description"):
        for key, value in description.attrib.items():
            found.setdefault(str(key), str(value).strip())
        for child in description.iterchildren("*"):
            value = next(child.iter(f"{RDF}li"), child)
            found.setdefault(child.tag, " ".join("".join(value.itertext()).split()))
    return found


def _links(document: Document) -> Iterator[Finding]:
    file = document.file
    targets = _Targets(document)
    tagged = {
        each
        for element in document.elements()
        if element.annotations and element.within("Link")
        for each in element.annotations
    }
    for at, page in enumerate(document.page_objects):
        for link in items(entry(page, "/Annots")):
            if name(entry(link, "/Subtype")) != "Link":
                continue
            for problem in targets.problems(link):
                yield finding("C06", f"a link {problem} ({_pages([at])})", file)
            if not (string(entry(link, "/Contents")) or "").strip():
                yield finding("C03", f"a link has no description ({_pages([at])})", file)
            if document.tagged and link.objgen not in tagged:
                yield finding("C03", f"a link is in no Link element ({_pages([at])})", file)
    for element in document.elements():
        inside = [
            each for each in (element, element.parent, *element.kids) if isinstance(each, Element)
        ]
        if element.kind == "Link" and not any(each.annotations for each in inside):
            marks = [kid for kid in element.kids if isinstance(kid, tuple)]
            words = [piece for mark in marks for piece in document.marked.get(mark, ())]
            sample = _sample(words) if words else ""
            yield finding("C06", f"has words tagged as a link that is not there{sample}", file)
    seen = set()
    todo = [entry(document.root, "/Outlines", "/First")]
    while todo:
        bookmark = todo.pop()
        if number(bookmark) is None or number(bookmark) in seen:
            continue
        seen.add(number(bookmark))
        for problem in targets.problems(bookmark):
            label = string(entry(bookmark, "/Title")) or ""
            yield finding("C06", f"the bookmark “{label}” {problem}", file)
        todo += [entry(bookmark, "/Next"), entry(bookmark, "/First")]
    opening = entry(document.root, "/OpenAction")
    if entry(opening, "/S") is not None:
        for problem in filter(None, targets.action(opening)):
            yield finding("C06", f"the action on opening {problem}", file)
    for key, _ in leaves(entry(document.root, "/Names", "/JavaScript"), "/Names", file):
        yield finding("C06", f"holds a script: {key}", file)


class _Targets:
    """Where the links of a document may go."""

    def __init__(self, document: Document) -> None:
        self.pages = len(document.pages)
        self.numbers = {each.number for each in document.elements()} | document.pages.keys()
        names = leaves(entry(document.root, "/Names", "/Dests"), "/Names", document.file)
        self.named: dict[str | None, Any] = {string(key): value for key, value in names}
        self.named |= {key[1:]: value for key, value in pairs(entry(document.root, "/Dests"))}

    def problems(self, holder: Any) -> Iterator[str]:
        """Yield what is wrong with where a link or bookmark leads."""
        if (target := entry(holder, "/A")) is not None:
            yield from filter(None, self.action(target))
        elif (target := entry(holder, "/Dest")) is not None:
            yield from filter(None, [self.destination(target)])
        else:
            yield "leads nowhere"

    def action(self, value: Any) -> Iterator[str]:
        """Yield what is wrong with an action and those that follow it, or nothing for each."""
        for _ in range(9):
            kind = name(entry(value, "/S"))
            if kind == "URI":
                address = string(entry(value, "/URI")) or ""
                problem = address_problem(address)
                yield f"leads to “{address}”, which {problem}" if problem else ""
            elif kind == "GoTo":
                structure = entry(value, "/SD")
                yield self.destination(entry(value, "/D") if structure is None else structure)
            elif kind != "Named":
                yield f"does what no reader asked for: {kind or 'nothing'}"
            value = entry(value, "/Next")
            if value is None:
                return
        yield "never comes to an end"

    def places(self, link: Any) -> Iterator[Any]:
        """Yield the page, and the structure element, that a link within the document leads to."""
        for value in (entry(link, "/Dest"), entry(link, "/A", "/D"), entry(link, "/A", "/SD")):
            yield self._first(value)

    def _first(self, value: Any) -> Any:
        value = self.named.get(name(value) or string(value) or "", value)
        if (inner := entry(value, "/D")) is not None:
            value = inner
        return next(iter(items(value)), None)

    def destination(self, value: Any) -> str:
        """Return what is wrong with a destination, or nothing."""
        if (told := name(value) or string(value)) and told not in self.named:
            return f"goes to “{told}”, which is not there"
        first = self._first(value)
        if isinstance(first, int):
            return "" if 0 <= first < self.pages else f"goes to page {first + 1}"
        return "" if number(first) in self.numbers else "goes to a page that is not there"


def _images(document: Document) -> Iterator[Finding]:
    hint = "give it alternative text, or mark it as artifact"
    for element in document.elements():
        told = (element.alt or element.actual or "").strip()
        if element.kind in ("Figure", "Formula") and not told:
            homes = [kid[0] for kid in element.kids if isinstance(kid, tuple)]
            where = _pages(document.pages[home] for home in homes if home in document.pages)
            message = f"a {element.kind} has no alternative text{where and f' ({where})'}"
            yield finding("C07", message, document.file, hint=hint)
    for image in document.pdf.objects:
        is_image = is_stream(image) and name(entry(image, "/Subtype")) == "Image"
        if is_image and (problem := _spoilt(image)):
            size = f"{entry(image, '/Width')} × {entry(image, '/Height')} px"
            yield finding("C09", f"an image of {size} {problem}", document.file)
    lettered = {piece.mark for piece in document.pieces if piece.kind == "text"}
    for piece in document.pieces:
        if piece.kind != "image" or piece.mark not in document.holders:
            continue  # what no element holds is a matter of tags
        holder = document.holders[piece.mark]
        # an emoji is drawn as an image beside its glyph
        if not (holder.within("Figure") or holder.alt or holder.actual or piece.mark in lettered):
            message = f"an image is in no Figure ({_pages([piece.page])})"
            yield finding("C07", message, document.file, hint=hint)


_COMPONENTS = {"DeviceGray": 1, "CalGray": 1, "Indexed": 1, "Separation": 1}
_COMPONENTS |= {"DeviceRGB": 3, "CalRGB": 3, "Lab": 3, "DeviceCMYK": 4}


def _spoilt(image: Any) -> str:
    """Return what is wrong with the pixels of an image of one of the common kinds, or nothing."""
    filters: list[str] = [name(each) for each in items(entry(image, "/Filter"))]
    filters = filters or [name(entry(image, "/Filter"))]
    if filters in (["DCTDecode"], ["JPXDecode"]):
        return undrawable(image.read_raw_bytes())
    space = entry(image, "/ColorSpace")
    first, second = [*items(space), None, None][:2]
    kind = name(space) or name(first)
    components = 1 if entry(image, "/ImageMask") is True else _COMPONENTS.get(kind)
    if kind == "ICCBased":
        components = entry(second, "/N")
    told = (entry(image, "/DecodeParms", "/Columns"), entry(image, "/Width"))
    columns = next((each for each in told if isinstance(each, int)), None)
    rows, bits = entry(image, "/Height"), entry(image, "/BitsPerComponent")
    numbers: list[Any] = [columns, rows, components, bits or 1]
    if filters != ["FlateDecode"] or not all(isinstance(each, int) for each in numbers):
        return ""
    predictor = entry(image, "/DecodeParms", "/Predictor")
    tagged = isinstance(predictor, int) and predictor >= 10
    row = (numbers[0] * numbers[2] * numbers[3] + 7) // 8 + tagged
    try:
        held = len(zlib.decompressobj().decompress(image.read_raw_bytes(), row * rows + 1))
    except zlib.error as error:
        return f"cannot be unpacked: {error}"
    return "lacks a part of its pixels" if held < row * rows else ""


def _glyphs(document: Document, place: Place | None) -> Iterator[Finding]:
    for font in document.fonts:
        has = _has_glyph(font, document.file)
        missing = {code: page for code, page in font.drawn.items() if not has(code)}
        if not missing:
            continue
        words = font.unicode.get(next(iter(missing)), "")
        signs = [_sign(font, code) for code in list(missing)[:_NAMED]]
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        verb = "have" if len(missing) > 1 else "has"
        message = f"{', '.join(signs)}{more} {verb} no glyph in font {font.name}"
        message += f" ({_pages(sorted(set(missing.values())))})"
        yield placed("C08", message, document.file, words, place)


#: how many signs without a glyph a finding names
_NAMED = 8


def _sign(font: Font, code: int) -> str:
    sign = font.unicode.get(code, "")
    told = f"“{sign}” ({' '.join(f'U+{ord(each):04X}' for each in sign)})"
    return told if sign.strip() else f"the code {code:04X}"


def _program(font: Font, file: Path) -> tuple[str, bytes]:
    """Return the kind of font program that is embedded, and the program."""
    descriptor = entry(font.descendant, "/FontDescriptor")
    for key in ("/FontFile", "/FontFile2", "/FontFile3"):
        stream = entry(descriptor, key)
        if is_stream(stream):
            data = unpacked(stream, file)
            head = data[:4]
            if head in (b"\0\1\0\0", b"true", b"OTTO"):
                return "sfnt", data
            if key == "/FontFile3" and head[:1] == b"\1":
                return "CFF", data
            return "Type 1" if head[:2] in (b"%!", b"\x80\1") else "unknown", data
    return "", b""


def _has_glyph(font: Font, file: Path) -> Callable[[int], bool]:
    """Return what tells whether a font has the glyph of a code.

    Of simple fonts, those of at most 256 codes, which our editions do not use, only Type 3 and
    those that name their codes can be told.
    """
    kind, program = _program(font, file)
    try:
        count, charset = _charset(kind, program)
    except Exception as error:  # fontTools promises nothing for a broken font
        message = f"font {font.name} cannot be read: {error}"
        raise CheckError(finding("C02", message, file)) from error
    if font.kind != "Type0":
        names, code = {}, 0
        for item in items(entry(font.dictionary, "/Encoding", "/Differences")):
            if isinstance(item, int):
                code = item
            else:
                names[code] = name(item)
                code += 1
        if font.kind == "Type3":
            drawings = {key[1:] for key, _ in pairs(entry(font.dictionary, "/CharProcs"))}
            return lambda code: names.get(code) in drawings
        known = charset or set(names.values())
        return lambda code: code not in names or names[code] in known - {".notdef"}
    encoding = entry(font.dictionary, "/Encoding")
    if font.cids is None and name(encoding) not in ("Identity-H", "Identity-V"):
        return lambda code: True
    listed = entry(font.descendant, "/CIDToGIDMap")
    table = unpacked(listed, file) if is_stream(listed) else None

    def has(code: int) -> bool:
        cid = code if font.cids is None else font.cids.get(code, 0)
        if charset is not None and "cid00001" in charset:
            return cid > 0 and f"cid{cid:05}" in charset
        glyph = cid if table is None else int.from_bytes(table[2 * cid : 2 * cid + 2], "big")
        return 0 < glyph < count

    return has


def _charset(kind: str, program: bytes) -> tuple[int, set[str] | None]:
    """Return the number of glyphs of a font program, and of a CFF font their names."""
    if kind == "sfnt":
        tables = {}
        for at in range(12, 12 + 16 * int.from_bytes(program[4:6], "big"), 16):
            tag, _, start, length = struct.unpack_from(">4sLLL", program, at)
            tables[tag] = program[start : start + length]
        if b"CFF " not in tables:
            return int.from_bytes(tables[b"maxp"][4:6], "big"), None
        kind, program = "CFF", tables[b"CFF "]
    if kind != "CFF":
        return 0x10000, None
    from fontTools.cffLib import CFFFontSet

    fonts = CFFFontSet()
    fonts.decompile(BytesIO(program), None)
    names = set(fonts[0].charset)
    return len(names), names


def _visible(document: Document, place: Place | None) -> Iterator[Finding]:
    hidden: dict[tuple[str, str], list[Piece]] = {}
    for piece in document.pieces:
        if piece.hidden:
            hidden.setdefault((piece.kind, piece.hidden), []).append(piece)
    for (kind, told), pieces in hidden.items():
        written = kind in ("text", "lettering")
        one, many = ("a piece", "pieces") if written else ("an image", "images")
        number = f"{len(pieces)} {many}" if len(pieces) > 1 else one
        number += " of text" * written + (" are" if len(pieces) > 1 else " is")
        message = f"{number} {told}{_sample(pieces)}"
        words = joined(pieces[:1]) if kind == "text" else pieces[0].text
        yield placed("C13", message, document.file, words, place)


#: scripts whose letters join into glyphs that no table can tell apart, those of India and of
#: South-East Asia
_JOINING = re.compile("[\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1900-\u1cff\ua880-\uabff]")
_RTL = "\u0590-\u08ff\U00010800-\U00010fff\U0001e800-\U0001efff"
#: words may be written together that are read in other directions
_RUNS = re.compile(rf"\d+|(?:(?=[^\W\d_])[{_RTL}])+|[^\W\d_{_RTL}]+|[^\w\s]|_")
_TURNED = str.maketrans(")]}>»›\u2010\u2011", "([{<«‹--")


def _actual(document: Document, place: Place | None) -> Iterator[Finding]:
    """Yield the text that is told beside other glyphs than those that it stands for."""
    for piece in document.pieces:
        if not piece.told:
            continue
        glyphs, told = [each for each in piece.drawn if each != RULE], _signs(piece.text)
        # a sign may be a line, but not many of them one
        lines = 0 if glyphs else len(piece.drawn)
        if "\ufffd" in (drawn := "".join(glyphs)) or 0 < len(told) <= lines:
            continue
        if _JOINING.search(piece.text):
            agree = bool(drawn.strip()) or not told
        else:
            orders = (logical(glyphs, rtl) for rtl in (document.rtl, not document.rtl))
            # the order of numbers and of words in another script cannot be known from sight, and
            # brackets stand by rules of their own (UAX 9, N0)
            agree = any(
                sorted(_RUNS.findall(told)) == sorted(_RUNS.findall(each))
                and (re.search(r"[(\[{<«‹]", told) or _leftward(told) == _leftward(each))
                for each in map(_signs, orders)
            )
        if not agree:
            shown = f"draws “{short(drawn, 40)}”" if drawn.strip() else "draws nothing"
            message = f"says “{short(piece.text, 40)}” and {shown} ({_pages([piece.page])})"
            yield placed("C13", message, document.file, piece.text, place)


def _signs(text: str) -> str:
    """Return a text without marks, forms of letters and directions of brackets."""
    plain = unicodedata.normalize("NFKD", text).translate(_TURNED)
    return "".join(sign for sign in plain if unicodedata.category(sign) not in ("Mn", "Cf", "Lm"))


def _leftward(text: str) -> str:
    """Return the letters of a text that are written from right to left."""
    return "".join(sign for sign in text if unicodedata.bidirectional(sign) in ("R", "AL"))


def _declaration(document: Document) -> Iterator[Finding]:
    file = document.file
    told = metadata_of(document.root, document.file)
    for key, (label, first, second) in DECLARED.items():
        value = second if document.pdf.pdf_version >= "2" else first
        if told.get(key) != value:
            what = f"“{told[key]}”" if key in told else "nothing"
            yield finding("C12", f"declares {what} as its {label}; it should be “{value}”", file)
    intents = items(entry(document.root, "/OutputIntents"))
    if not any(is_stream(entry(each, "/DestOutputProfile")) for each in intents):
        yield finding("C12", "has no output intent with a colour profile", file)
    associated = {number(each) for each in items(entry(document.root, "/AF"))}
    for key, attachment in leaves(entry(document.root, "/Names", "/EmbeddedFiles"), "/Names", file):
        if not name(entry(attachment, "/AFRelationship")):
            yield finding("C12", f"does not say what its attachment “{key}” is to it", file)
        elif number(attachment) not in associated:
            yield finding(
                "C12", f"does not name its attachment “{key}” as an associated file", file
            )
    if document.pdf.is_encrypted:
        yield finding("C12", "is encrypted, which no archive takes", file)


def _pages(numbers: Iterable[int]) -> str:
    """Return page numbers, which count from 0, as a reader counts them."""
    listed = [str(number + 1) for number in sorted(set(numbers))]
    if not listed:
        return ""
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return f"page{'s' * (len(listed) > 1)} {', '.join(listed[:3])}{more}"


def _sample(pieces: list[Piece]) -> str:
    """Return where pieces are drawn, and how the first begins."""
    kind = pieces[0].kind
    first = joined(pieces[:1]) if kind == "text" else f"[{kind}]"
    first = pieces[0].text if kind == "lettering" else first
    shown = first if len(first) <= 40 else f"{first[:40]}…"
    return f": “{shown}” ({_pages(piece.page for piece in pieces)})"
