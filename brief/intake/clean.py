"""HTML of any sort → well-formed XHTML in the closed vocabulary, with its images and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, unquote, urljoin

import nh3
from lxml import etree, html

from brief import assets
from brief.findings import LimitError, short
from brief.house import near
from brief.intake import data as tables
from brief.intake.source import Source, drawing_or_pixels
from brief.language import beside_table
from brief.model import ILLEGAL, Image, address_problem

_EVERYWHERE = {"id", "lang", "dir", "class", "data-line"}
#: the body's vocabulary: element → its own attributes
VOCABULARY: dict[str, set[str]] = {
    **{tag: set() for tag in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "li", "pre", "hr")},
    **{tag: set() for tag in ("dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot")},
    **{tag: set() for tag in ("tr", "figure", "figcaption", "em", "strong", "code", "sup", "sub")},
    **{
        tag: set()
        for tag in ("br", "span", "cite", "small", "del", "ins", "kbd", "mark", "i", "b", "s")
    },
    "ol": {"start", "reversed"},
    "blockquote": set(),
    "aside": set(),
    "q": set(),
    "abbr": {"title"},
    "a": {"href", "title", "data-note"},
    "img": {"src", "alt", "title", "credit", "data"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
#: what makes a box of a quote, or of an aside
BOXES = ("box", "key-points", "recommendations", "side-note")
CLASSES = {"pull-quote", "noteref", "right", "center", "decorative", "credit", *BOXES}
#: what of the kinds of charts an image's class may ask for
CHARTS = {"bar", "column", "line"}
#: raw HTML whose tags say nothing of their own; their text stays without a word
_SILENT = {"div", "section", "article", "main", "center", "font", "u", "tt", "big", "nobr", "wbr"}
#: raw HTML that a reader sees apart: without its tags, the words before and behind it would be one
_APART = re.compile(
    r"</?(div|section|article|main|center|header|footer|nav|details|summary|address|fieldset"
    r"|legend|option|button|video|audio)\b",
    re.IGNORECASE,
)
#: elements that hold no text for a reader
_HIDDEN = {"script", "style", "template", "iframe", "object", "embed", "svg", "math", "form"}
MAX_SPAN = 100
#: nesting beyond this ends in a RecursionError inside the layout engine
MAX_DEPTH = 60
#: each takes one to five milliseconds and up to 60 kB to lay out
MAX_ELEMENTS = 20_000
#: a link is also listed at the end, a note set at the foot: each takes as long as so many others
LINK_ELEMENTS = 5
#: hyphenation takes time that grows faster than the word: 1 s for 1000 letters, 16 s for 3000
MAX_WORD = 1000
#: what browsers and servers agree on
MAX_ADDRESS = 2000
_ADDRESS = re.compile(r"""\bhttps?://[^\s<>"'«»“”‘’„]+[^\s<>"'«»“”‘’„.,;:!?…)\]]""")


def body(
    markup: str,
    source: Source,
    *,
    roots: tuple[Path, ...],
    quotes: Sequence[str],
    lang: str,
    url: str = "",
    around: Any = None,
) -> tuple[Any, list[Image]]:
    """Return HTML as a tree of the vocabulary under a `body` element, and its images.

    Images are named as files beside the source, inside `roots`; without any there may be none.
    Of a CSV file a chart is to be drawn, its numbers read as `lang` has them.
    Relative links are led to `url`, others within the text also to what the tree `around` holds,
    which is that of the text that a note belongs to. What a `q` holds is put into `quotes`, the
    outer marks and the inner: no edition then depends on marks that a reader's own style sets. Adds
    to the source's findings for what is taken out or cannot be used.
    """
    _tell_of_strangers(markup, source)
    safe = nh3.clean(
        _APART.sub(r" \g<0>", markup),
        tags=set(VOCABULARY),
        clean_content_tags=_HIDDEN,
        attributes={tag: own | _EVERYWHERE for tag, own in VOCABULARY.items()},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel"} | _KEPT_FOR_A_WORD,
        link_rel=None,
    )
    tree = tree_of(_legal(safe, source))
    _limit_depth(tree, source)
    limit_size(tree, source)
    _nest(tree)
    _quote(tree, quotes)
    _headings(tree, source)
    _boxes(tree, source)
    _gather_loose_text(tree)
    _rename(tree)
    _attributions(tree)
    _captions(tree, lang)
    _cells(tree)
    _ids(tree, around)
    images = _images(tree, source, roots, lang)
    _links(tree, source, url, around)
    return tree, images


#: schemes that nh3 would cut out in silence; `_links` says so and takes the link away
_KEPT_FOR_A_WORD = {"javascript", "data", "file", "ftp", "vbscript"}


def tree_of(markup: str) -> Any:
    """Return HTML that is already of the vocabulary as a tree under a `body` element."""
    return html.document_fromstring(f"<html><body>{markup}</body></html>").find("body")


def xhtml(tree: Any) -> str:
    """Return the inside of a tree as a string of well-formed XHTML."""
    return escape(tree.text or "") + "".join(
        etree.tostring(child, encoding="unicode", method="xml") for child in tree
    )


def line_of(element: Any) -> int:
    """Return the source line an element came from, by the nearest block around or before it."""
    while element is not None:
        if element.get("data-line"):
            return int(element.get("data-line"))
        before = element.getprevious()
        element = before if before is not None else element.getparent()
    return 0


#: a comment, or the beginning of what is none: an element with the attributes that it may have
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|(<\?|<!\[CDATA\[|<[a-zA-Z][\w:-]*"
    r"""(?=(?:\s+[\w:.@-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*/?>))""",
    re.DOTALL,
)


def placed(markup: str, line: int) -> str:
    """Return HTML that begins on a source line with that line's number in each element."""

    last = 0

    def place(found: re.Match[str]) -> str:
        nonlocal line, last
        line, last = line + markup.count("\n", last, found.start()), found.start()
        return f'{found[1]} data-line="{line}"' if found[1] else found[0]

    return _TAG.sub(place, markup)


def _legal(markup: str, source: Source) -> str:
    """Return HTML without characters that no document may hold, as &#xFFFE; would bring in."""
    line = 0
    for found in re.finditer(rf'data-line="(\d+)"|{ILLEGAL.pattern}', markup):
        if found[1]:
            line = int(found[1])
        else:
            source.legal(found[0], line)
    return ILLEGAL.sub("", markup)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        known = CLASSES | CHARTS if tag == "img" else CLASSES
        return " ".join(word for word in value.split() if word in known) or None
    if name in ("colspan", "rowspan"):
        spans = re.fullmatch(r"0*([1-9][0-9]*)", value)
        return str(min(int(spans[1][:9]), MAX_SPAN)) if spans and spans[1] != "1" else None
    if name == "start":
        return value if re.fullmatch(r"-?[0-9]{1,6}", value) else None
    if name == "data-line":
        return value if re.fullmatch(r"[0-9]{1,7}", value) else None
    if name == "id":
        return value if re.fullmatch(r"[^\W\d][\w.-]*", value) else None
    if name == "dir":
        return value if value in ("ltr", "rtl", "auto") else None
    return value


def _tell_of_strangers(markup: str, source: Source) -> None:
    """Warn of each element outside the vocabulary, and say whether its text stays."""
    line, told, hidden = 0, set(), 0
    lower, unclosed = markup.lower(), set()
    pattern = r"<!--.*?(?:-->|\Z)|<(\?|!\[CDATA\[|[a-zA-Z][\w:-]*)(?:\s[^<>]*?data-line=\"(\d+)\")?"
    for found in re.finditer(pattern, markup, re.DOTALL):
        line = int(found[2]) if found[2] else line
        tag = (found[1] or "").lower()
        if found.start() < hidden or not tag or tag in VOCABULARY or tag in _SILENT:
            continue
        if tag in _HIDDEN and tag not in unclosed:
            # of what is inside nothing is left to tell
            hidden = lower.find(f"</{tag}", found.end())
            if hidden < 0:
                unclosed.add(tag)
        if (tag, line) in told:
            continue
        told.add((tag, line))
        kept = tag not in _HIDDEN and tag[0].isalpha()
        name = {"?": "<?…?>", "![cdata[": "<![CDATA[…]]>"}.get(tag, f"<{tag}>")
        source.warn(
            "S43",
            f"{name} {'(its text stays)' if kept else 'and its content'} was taken out",
            line,
            hint="Markdown has what a brief needs; write \\< for a plain <",
        )


def _limit_depth(tree: Any, source: Source) -> None:
    stack = [(tree, 0)]
    while stack:
        element, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise LimitError(
                source.finding(
                    "L02",
                    f"lists or quotes nested more than {MAX_DEPTH} deep",
                    line_of(element),
                    hint="make it flatter",
                )
            )
        stack.extend((child, depth + 1) for child in element)


#: signs at which a line may break
_BREAKS = re.compile(
    "[\\s/\u00ad\u200b\\-\u2010-\u2015\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]+"
)
_IN_LINES = {"a", "abbr", "b", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q"}
_IN_LINES |= {"s", "small", "span", "strong", "sub", "sup"}


def limit_size(tree: Any, source: Source) -> None:
    """Raise LimitError for more elements than can be laid out in a minute or so, or for a word so
    long that hyphenating it would take as long."""
    size = 0
    for element in tree.iter():
        cells = int(element.get("colspan", 1)) * int(element.get("rowspan", 1))
        size += LINK_ELEMENTS if element.tag == "a" else cells
    if size > MAX_ELEMENTS:
        _too_much(source, 0, f"more than {MAX_ELEMENTS} paragraphs, cells, links and the like")
    length = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag not in _IN_LINES:
            length = 0
        if event == "start" and element.get("data-note"):
            length += 10  # as long as it takes to lay out
        first, *others = map(len, _BREAKS.split((element.text, element.tail)[event == "end"] or ""))
        longest, length = max(length + first, *others, 0), others[-1] if others else length + first
        if longest > MAX_WORD:
            _too_much(source, line_of(element), f"a word of more than {MAX_WORD} characters")


def _too_much(source: Source, line: int, what: str) -> NoReturn:
    raise LimitError(source.finding("L01", what, line, hint="part it, or take it out"))


BLOCKS = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "dl", "pre", "hr", "table"}
BLOCKS |= {"figure", "blockquote", "aside"}


_WITHIN_LINES = {"em", "strong", "code", "sup", "sub", "span", "cite", "small", "del", "ins"}
_WITHIN_LINES |= {"kbd", "mark", "i", "b", "s", "q", "abbr"}


def _nest(tree: Any) -> None:
    """Take away what stands within lines and holds blocks, as a tag left open does; give items
    without a list one."""
    for element in list(tree.iter(*_WITHIN_LINES)):
        if next(element.iterdescendants(*BLOCKS, "li", "dt", "dd"), None) is not None:
            element.drop_tag()
    made: list[Any] = []
    for item in list(tree.iter("li")):
        if item.getparent().tag in ("ul", "ol"):
            continue
        before = item.getprevious()
        if not made or before is not made[-1] or (before.tail or "").strip():
            made.append(item.makeelement("ul"))
            item.addprevious(made[-1])
        made[-1].tail, item.tail = item.tail, None
        made[-1].append(item)
    for paragraph in list(tree.iter("p")):
        within = {each.tag for each in paragraph.iterdescendants()}
        if not paragraph.text_content().strip() and within <= _WITHIN_LINES:
            paragraph.drop_tree()


def _gather_loose_text(tree: Any) -> None:
    """Put text that stands between blocks into paragraphs, at the top, in quotes and in boxes."""
    for parent in [tree, *tree.iter("blockquote", "aside")]:
        children = list(parent)
        loose: Any = None
        text, parent.text = parent.text, None
        for child in children:
            parent.remove(child)
        if text and text.strip():
            loose = etree.SubElement(parent, "p")
            loose.text = text
        for child in children:
            tail, child.tail = child.tail, None
            if child.tag in BLOCKS:
                loose = None
                parent.append(child)
                if tail and tail.strip():
                    loose = etree.SubElement(parent, "p")
                    loose.text = tail
                continue
            if loose is None:
                loose = etree.SubElement(parent, "p")
            child.tail = tail
            loose.append(child)
        for paragraph in parent.findall("p"):
            if not len(paragraph) and not (paragraph.text or "").strip():
                parent.remove(paragraph)


def _headings(tree: Any, source: Source) -> None:
    """Make headings without words what they look like: nothing, or a paragraph with a picture."""
    for heading in list(tree.iter("h1", "h2", "h3", "h4", "h5", "h6")):
        if "".join(heading.itertext()).strip():
            continue
        line = line_of(heading)
        source.warn("S43", "a heading without words was taken out", line, hint="give it words")
        heading.tag = "p"


def _boxes(tree: Any, source: Source) -> None:
    """Make boxes of the quotes that are marked as such, and tell of those that cannot be."""
    for element in list(tree.iter()):
        names = element.get("class", "").split()
        kind = next((name for name in reversed(BOXES) if name in names), "")
        if element.tag != "aside" and not kind:
            continue
        line, told, cure = line_of(element), "", ""
        if element.tag not in ("aside", "blockquote"):
            told = f"“.{kind}” makes a box of a quote alone, and was taken out (its text stays)"
            cure = "begin each line of the box with >"
        elif not ("".join(element.itertext()).strip() or element.find(".//img") is not None):
            source.warn("S43", "a box without words was taken out", line, hint="give it words")
            element.drop_tree()
            continue
        elif element.getparent() is not tree:
            within = next(element.iterancestors("aside"), None) is not None
            where = "another box" if within else "a list, a quote or a table"
            told = f"a box within {where} was made a quote (its text stays)"
            cure = "end the other box before it" if within else "let it stand between paragraphs"
        if told:
            source.warn("S43", told, line, hint=cure)
            element.tag = "blockquote" if element.tag == "aside" else element.tag
            names = [name for name in names if name not in BOXES]
        else:
            element.tag = "aside"
            names = ["side-note"] if kind == "side-note" else ["box", kind or "box"]
        element.set("class", " ".join(dict.fromkeys(names)))
        if not names:
            del element.attrib["class"]


#: a dash before a name, as it stands before who is quoted
_DASHED = re.compile(r"\s*(?:[—–]|--)\s*(?=\S)")


def _attributions(tree: Any) -> None:
    """Mark the last line of a quote as its attribution if a dash begins it, and no other.

    Where each line begins with a dash, people talk.
    """
    for cited in tree.iter("blockquote"):
        if not len(cited) or cited[-1].tag != "p":
            continue
        lines = "\n".join("".join(each.itertext()) for each in cited).split("\n")
        if sum(bool(_DASHED.match(line)) for line in lines) != 1:
            continue
        _part_last_line(cited[-1])
        if len(cited) > 1 and _DASHED.match("".join(cited[-1].itertext())):
            cited[-1].set("class", "attribution")


def _part_last_line(paragraph: Any) -> None:
    """Make a paragraph of its own of the last line of one, if it is a dash and a name."""
    pieces = [(paragraph, "text"), *((child, "tail") for child in paragraph)]
    for n, (holder, key) in reversed([*enumerate(pieces)]):
        before, end, line = (getattr(holder, key) or "").rpartition("\n")
        if not end:
            continue
        rest = paragraph[n:]
        words = line + "".join("".join(each.itertext()) + (each.tail or "") for each in rest)
        dash = _DASHED.match(words)
        if dash and not words[dash.end()].islower():
            made = paragraph.makeelement("p", dict(paragraph.attrib))
            made.text = line
            made.extend(rest)
            setattr(holder, key, before)
            text = "".join(paragraph.itertext())
            made.set("data-line", str(line_of(paragraph) + text.count("\n") + 1))
            if holder.tag == "br":
                holder.drop_tree()
            paragraph.addnext(made)
        return


def _captions(tree: Any, lang: str) -> None:
    """Give a table the paragraph before it that is its caption; mark its sources and notes."""
    words = beside_table(lang)
    for table in tree.iter("table"):
        before = table.getprevious()
        if before is not None and before.tag == "p" and table.find("caption") is None:
            label = re.match(words["table"], before.text or "")
            if label and "".join(before.itertext())[label.end() :].strip():
                before.tag, before.tail = "caption", None
                before.text = (before.text or "")[label.end() :]
                if before.get("id") and not table.get("id"):
                    table.set("id", before.attrib.pop("id"))
                table.insert(0, before)
        after = table.getnext()
        while after is not None and after.tag == "p":
            kinds = {"table-source": words["source"], "table-note": words["table_note"]}
            said = "".join(after.itertext())
            kind = next((kind for kind, each in kinds.items() if re.match(each, said)), "")
            if not kind:
                break
            after.set("class", kind)
            after = after.getnext()


def _rename(tree: Any) -> None:
    for element in tree.iter("i", "b", "s"):
        element.tag = {"i": "em", "b": "strong", "s": "del"}[element.tag]


def _cells(tree: Any) -> None:
    """Give header cells their scope, and the rows of a table as many cells (ISO 14289-1, 7.5)."""
    for table in tree.iter("table"):
        rows = list(table.iter("tr"))
        taken = [0] * len(rows)
        for n, row in enumerate(rows):
            for cell in row:
                for below in range(n, min(n + int(cell.get("rowspan", 1)), len(rows))):
                    taken[below] += int(cell.get("colspan", 1))
        for row, columns in zip(rows, taken, strict=True):
            row.extend(row.makeelement("td") for _ in range(max(taken) - columns))
    for cell in tree.iter("th"):
        if not cell.get("scope"):
            first = cell.getparent().index(cell) == 0
            alone = first and any(other.tag == "td" for other in cell.itersiblings())
            cell.set("scope", "row" if alone else "col")


#: the ids that the editions themselves give
_OURS = re.compile(
    r"(headline|text|(notes|toc|landmarks)(-label)?|links|disclaimer|imprint"
    r"|about|contact|contents|data)"
)
_OURS_COUNTED = re.compile(r"(note|ref|link|section|box|data|chart)-\d+")


def _places(*trees: Any) -> dict[str, Any]:
    """Return the elements of trees that have an id, by it."""
    return {
        each.get("id"): each
        for tree in trees
        if tree is not None
        for each in tree.iter()
        if each.get("id")
    }


def _ids(tree: Any, around: Any) -> None:
    """Keep the first of equal ids, and rename those that an edition gives itself."""
    # a link may lead to what was renamed in the text around
    taken = _places(around)
    renamed = {name[2:]: name for name in taken if name.startswith("x-")}
    seen = set(taken)
    for element in tree.iter():
        name = element.get("id")
        if name in seen:
            del element.attrib["id"]
        elif name:
            seen.add(name)
            if _OURS.fullmatch(name) or _OURS_COUNTED.fullmatch(name):
                renamed[name] = f"x-{name}"
                element.set("id", renamed[name])
    for link in tree.iter("a"):
        target = link.get("href", "")
        if target.startswith("#"):
            name = unquote(target[1:])
            link.set("href", f"#{renamed.get(name, name)}")


def _images(tree: Any, source: Source, allowed: tuple[Path, ...], lang: str) -> list[Image]:
    """Resolve each image to a file, name it for the editions, and make figures of lone ones."""
    images: list[Image] = []
    for element in list(tree.iter("img")):
        line, reference = line_of(element), element.get("src", "")
        if not allowed:
            told = "an image in a note or a disclaimer was taken out"
            source.warn("S43", told, line, hint="put it into the text")
            element.drop_tree()
            continue
        decorative = "decorative" in element.get("class", "").split()
        if not element.get("alt") and not decorative:
            source.warn(
                "S22",
                f"the image {short(reference)!r} has no text for those who cannot see it",
                line,
                hint=f"write ![what it shows]({short(reference)}), or ![]({short(reference)})"
                "{.decorative} if it shows nothing that matters",
            )
        element.set("alt", element.get("alt", ""))
        kind = next((word for word in element.get("class", "").split() if word in CHARTS), "")
        behind = element.attrib.pop("data", "")
        if reference.lower().endswith(".csv") or behind:
            known = _charted(element, kind, behind, source, allowed, lang, len(images) + 1)
            if known is not None:
                images.append(known)
                element.set("src", known.name)
            continue
        if kind:
            element.attrib.pop("class")
        try:
            file = assets.locate(reference, source.file.parent, allowed)
        except assets.RefusedError as refused:
            source.warn(refused.code, refused.message, line, hint=refused.hint)
            continue
        known = next((image for image in images if image.path == file), None)
        if known is None:
            data = drawing_or_pixels(source, file, line)
            if data is None:
                continue
            suffix = file.suffix.lower()
            known = Image(f"image-{len(images) + 1}{suffix}", file, data)
            images.append(known)
        element.set("src", known.name)
        _make_figure(element)
    return images


def _charted(
    element: Any,
    kind: str,
    behind: str,
    source: Source,
    allowed: tuple[Path, ...],
    lang: str,
    number: int,
) -> Image | None:
    """Return the image that is to be drawn of a CSV file, or that has one `behind` it."""
    line, reference = line_of(element), element.get("src", "")
    told = behind or reference
    if "decorative" in element.get("class", "").split():
        cure = "say what it shows between the brackets"
        source.warn("S26", f"{short(told)!r} shows data, and so does not decorate", line, hint=cure)
        return None
    element.attrib.pop("class", None)
    if not _stands_alone(element):
        cure = "put it into a paragraph of its own"
        source.warn("S26", f"{short(told)!r} stands within a line", line, hint=cure)
        return None
    try:
        file = assets.locate(told, source.file.parent, allowed)
        drawing = assets.locate(reference, source.file.parent, allowed) if behind else file
    except assets.RefusedError as refused:
        source.warn(refused.code, refused.message, line, hint=refused.hint)
        return None
    data = tables.read(file, None if behind else kind, source, lang)
    pixels = drawing_or_pixels(source, drawing, line) if behind else b""
    if data is None or pixels is None:
        return None
    _make_figure(element)
    if not behind:
        element.getparent().set("class", "chart")
    suffix = drawing.suffix.lower() if behind else ".svg"
    return Image(f"chart-{number}{suffix}", drawing, pixels, data)


def _stands_alone(image: Any) -> bool:
    paragraph = image.getparent()
    return (
        paragraph.tag == "p"
        and len(paragraph) == 1
        and not (paragraph.text or "").strip()
        and not (image.tail or "").strip()
    )


def _make_figure(image: Any) -> None:
    caption, credit = image.attrib.pop("title", ""), image.attrib.pop("credit", "")
    paragraph = image.getparent()
    if not _stands_alone(image):
        if caption:
            image.set("title", caption)
        return
    paragraph.tag = "figure"
    paragraph.text = image.tail = None
    if image.get("id"):
        paragraph.set("id", image.attrib.pop("id"))
    if caption or credit:
        legend = etree.SubElement(paragraph, "figcaption")
        legend.text = caption or None
        if credit:
            legend.text = f"{caption} " if caption else None
            span = etree.SubElement(legend, "span")
            span.set("class", "credit")
            span.text = credit


#: signs that no address may hold (RFC 3986, appendix A)
_UNFIT = re.compile(r'[\s<>"\\^`{|}]')


def _fit(address: str) -> str:
    return _UNFIT.sub(lambda sign: quote(sign[0]), address)


def _links(tree: Any, source: Source, url: str, around: Any) -> None:
    places = _places(around, tree)
    for link in list(tree.iter("a")):
        if link.get("data-note"):
            continue
        href = (link.get("href") or "").strip()
        problem, target = _target(href, places.keys(), url)
        if href.startswith("#") and not len(link) and not (link.text or "").strip():
            _refer(link, href[1:], places, source)
            continue
        if target:
            link.set("href", _fit(target))
            continue
        if href or not link.get("id"):
            source.warn(
                "S44",
                f"the link to {short(href)!r} {problem}; its text stays, without the link",
                line_of(link),
                hint="write an address with https://, or give the front matter a url:"
                if "relative" in problem
                else "correct or remove it",
            )
        if link.get("id"):
            link.tag = "span"
        else:
            link.drop_tag()


def _refer(link: Any, name: str, places: Mapping[str, Any], source: Source) -> None:
    """Keep a link without words if its target has some: a number, or those of a heading."""
    target = places.get(name)
    captions = {"figure": "figcaption", "table": "caption"}
    headings = ("h1", "h2", "h3", "h4", "h5", "h6")
    problem, cure = "", "write words into the brackets"
    if target is None:
        problem = "leads to nothing of this text"
        guess = near(name, places)
        cure = f"did you mean [](#{guess})?" if guess else "give what it means that name: {#…}"
    elif (caption := captions.get(target.tag)) and not _says(target.find(caption)):
        problem = f"leads to a {target.tag} without a caption, which has no number"
        cure = "give it a caption, or write words into the brackets"
    elif not caption and target.tag not in headings:
        problem = "leads to what is no figure, table or heading"
    elif not caption and next(link.iterancestors(*headings), None) is not None:
        problem = "would have a heading read what another does"
    if problem:
        source.warn("S52", f"[](#{short(name)}) {problem}", line_of(link), hint=cure)
        link.drop_tree()


def _says(caption: Any) -> bool:
    """Return whether a caption has words besides a credit."""
    words = [] if caption is None else caption.xpath(".//text()[not(ancestor::*[@class='credit'])]")
    return bool("".join(words).strip())


def _target(href: str, names: Collection[str], url: str) -> tuple[str, str]:
    """Return what is wrong with a link, and where it leads if nothing is."""
    if not href:
        return "has no address", ""
    if len(href) > MAX_ADDRESS:
        return f"is longer than {MAX_ADDRESS} characters", ""
    if href.startswith("#"):
        return ("leads to no heading or place of this text", href * (href[1:] in names))
    if not re.match(r"//|[A-Za-z][A-Za-z0-9+.-]*:", href):
        return "is relative to a website", urljoin(url, href) if url else ""
    target = f"https:{href}" if href.startswith("//") else href
    problem = address_problem(_fit(target))
    return problem, "" if problem else target


def link_addresses(tree: Any) -> None:
    """Make links of the addresses that stand in a tree's text as plain words."""
    for element in list(tree.iter()):
        _link_text(element, element.text, _inside(element))
        if element is not tree:
            _link_text(element.getparent(), element.tail, _after(element))


def _inside(element: Any) -> Callable[[str, list[Any]], None]:
    def put(text: str, links: list[Any]) -> None:
        element.text = text
        for n, link in enumerate(links):
            element.insert(n, link)

    return put


def _after(element: Any) -> Callable[[str, list[Any]], None]:
    def put(text: str, links: list[Any]) -> None:
        element.tail = text
        parent, place = element.getparent(), element.getparent().index(element)
        for n, link in enumerate(links, 1):
            parent.insert(place + n, link)

    return put


def _link_text(parent: Any, text: str | None, put: Callable[[str, list[Any]], None]) -> None:
    if not text or "://" not in text or parent is None:
        return
    if any(e.tag in ("a", "code", "pre") for e in (parent, *parent.iterancestors())):
        return
    links: list[Any] = []
    before, last = "", 0
    for found in _ADDRESS.finditer(text):
        if not _target(found[0], set(), "")[1]:
            continue
        piece = text[last : found.start()]
        if links:
            links[-1].tail = piece
        else:
            before = piece
        link = html.Element("a", href=_fit(found[0]))
        link.text = found[0]
        links.append(link)
        last = found.end()
    if links:
        links[-1].tail = text[last:]
        put(before, links)


def _quote(tree: Any, quotes: Sequence[str]) -> None:
    for cited in list(tree.iter("q")):
        level = 2 * (sum(1 for _ in cited.iterancestors("q")) % 2)
        cited.text = quotes[level] + (cited.text or "")
        if len(cited):
            cited[-1].tail = (cited[-1].tail or "") + quotes[level + 1]
        else:
            cited.text += quotes[level + 1]
    for cited in list(tree.iter("q")):
        cited.drop_tag()


def levels(tree: Any, source: Source) -> None:
    """Make the headings begin at h2 and skip no level; warn where one was skipped.

    Those of a box stand below the heading before it; those behind the box know nothing of them.
    """
    boxes: dict[Any, Any] = {}
    tops: dict[Any, int] = {}
    for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        box = boxes[heading] = next(heading.iterancestors("aside"), None)
        tops[box] = min(tops.get(box, 6), int(heading.tag[1]))
    above, last = {None: 1}, {None: 1}
    for heading, box in boxes.items():
        above.setdefault(box, last[None])
        last.setdefault(box, last[None])
        wanted = int(heading.tag[1]) - tops[box] + above[box] + 1
        level = min(wanted, last[box] + 1, 6)
        if level < wanted <= 6:
            source.warn(
                "S46",
                f"a heading of level {wanted} follows one of level {last[box]}; it was raised",
                line_of(heading),
                hint="use one # less",
            )
        heading.tag = f"h{level}"
        last[box] = level
