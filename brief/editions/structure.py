"""The tag tree of a PDF that is still objects in memory.

It follows the elements of the document, not the boxes of its pages, so that what crosses pages is
one: a paragraph one P, a list one L, a table one Table (ISO 14289-1, 7; ISO 32000-1, 14.8).
WeasyPrint's own tree follows the pages (its issues 2902, 2903).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pydyf

_KINDS = {
    **{"article": "Art", "section": "Sect", "aside": "Aside", "nav": "Sect", "main": "Sect"},
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    **{"p": "P", "pre": "P", "blockquote": "BlockQuote", "ul": "L", "ol": "L", "dl": "L"},
    **{"table": "Table", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR"},
    **{"th": "TH", "td": "TD", "caption": "Caption", "img": "Figure", "a": "Link"},
    **{"code": "Code", "kbd": "Code", "samp": "Code", "q": "Quote"},
    **{"em": "Em", "i": "Em", "strong": "Strong", "b": "Strong"},
}
#: what stands in a note cannot be blocks in HTML, and says by its class what it is; so does a
#: table of contents, which is a list there
_CLASSES = {
    **{"toc": "TOC", "toc-entry": "TOCI"},
    **{"note": "Note", "note-p": "P", "note-pre": "P", "note-blockquote": "BlockQuote"},
    **{"note-ul": "L", "note-ol": "L", "note-li": "li"},
}
#: kinds that an element becomes just so
_MADE = {*_KINDS.values(), "Note", "Lbl", "TOC", "TOCI"}
#: kinds that PDF 1.7 does not know, and those of it that stand for them
_ROLES = {"Em": "Span", "Strong": "Span", "Aside": "Sect"}
#: kinds that hold no text themselves
_GROUPS = {"Document", "Art", "Sect", "Div", "Aside", "BlockQuote", "Note"}
#: kinds that PDF 2.0 has of its own, and what those of PDF 1.7 become there (ISO 32000-2, 14.8.6)
_SECOND = "http://iso.org/pdf2/ssn"
_NEW = {"Document", "Em", "Strong", "Aside", "FENote"}
_NUMBERING = {"ol": "Decimal", "note-ol": "Decimal", "ul": "Disc", "note-ul": "Disc"}
_ORDERED = {"1": "Decimal", "a": "LowerAlpha", "A": "UpperAlpha", "i": "LowerRoman"}
_ORDERED |= {"I": "UpperRoman"}


@dataclass(eq=False, slots=True)
class Node:
    """A structure element to be, its kids in the order of reading."""

    kind: str
    #: the place of its element in the document
    order: float
    parent: Node | None
    #: pieces of marked content are page and number, from 0, and the stream that holds them; links
    #: have their annotations
    kids: list[Node | tuple[int, int, Any] | pydyf.Dictionary] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    #: attributes by their owner
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: the notes that it calls, or what calls it
    refers: list[Node] = field(default_factory=list)

    def add(self, kind: str, order: float) -> Node:
        """Return a new kid, before the first whose element comes later."""
        child = Node(kind, order, self)
        place = len(self.kids)
        for n, kid in zip(range(place - 1, -1, -1), reversed(self.kids), strict=True):
            if isinstance(kid, Node):
                if kid.order <= order:
                    break
                place = n
        self.kids.insert(place, child)
        return child

    @property
    def children(self) -> list[Node]:
        """The structure elements among its kids."""
        return [kid for kid in self.kids if isinstance(kid, Node)]

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes below it and itself, in the order of the tree."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo += reversed(node.children)


def tag(pdf: pydyf.PDF, document: Any, version: object, streams: list[Any]) -> None:
    """Give a PDF its tag tree, in place of WeasyPrint's `add_tags`.

    What stands outside of the document's elements, running heads and feet, becomes an artifact, as
    do leaders, and a table's head from its second page on (ISO 14289-1, 7.1 and 7.8). In a PDF 2.0
    notes know their calls, entries of a table of contents what they name, and links lead to
    elements instead of places (ISO 14289-2, 8.2.5.14 and 8.8).
    """
    pages = [page._page_box for page in document.pages]
    tree = _Tree(_root(pages[0]))
    # what each stream holds: that of a page, and those of groups, such as what is half transparent
    holders: dict[Any, dict[int, Node]] = {stream: {} for stream in streams}
    loose: dict[Any, set[int]] = {}
    for number, (page, stream) in enumerate(zip(pages, streams, strict=True)):
        # in the order of the boxes: what floats or is half transparent is drawn out of turn
        boxes = list(page.descendants(placeholders=True))
        turns = {box: turn for turn, box in enumerate(boxes)}
        leaders = {dot for box in boxes if box.is_leader for dot in box.descendants()}
        for box in sorted(stream._tags, key=lambda box: turns.get(box, len(turns))):
            told = stream._tags[box]
            node, mark = None if box in leaders else tree.holder(box, number), told["mcid"]
            held = holders.setdefault(told["stream"], {})
            if node is None:
                loose.setdefault(told["stream"], set()).add(mark)
            else:
                node.kids.append((number, mark, told["stream"]))
                held[mark] = node
                if told["tag"] == "Figure" and node.kind == "Figure":
                    node.attributes["Layout"] = {"BBox": _place(box, page)}
        for box in boxes:
            if box.link_annotation:
                link, words = tree.link(box.element)
                link.kids.append(box.link_annotation)
                if words:
                    box.link_annotation["Contents"] = pydyf.String(words)
    for stream, marks in loose.items():
        _make_artifacts(stream.stream, marks)
    second = str(version) == "2.0"
    targets = _targets(tree, pages, pdf) if second else []
    tree.complete(second)
    made = _write(pdf, tree.top, holders, streams, second)
    for holder, target, node in targets:
        place = pydyf.Array([made[id(node)], *target[1:]])
        action = {"S": "/GoTo", "D": target, "SD": place}
        del holder["Dest"]
        holder["A"] = pydyf.Dictionary({"Type": "/Action", **action})
    if second:
        pdf.catalog.get("Names", {}).pop("Dests", None)
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


def _root(page: Any) -> Any:
    """Return the element that holds all that is on a page."""
    return next(box.element for box in page.descendants() if box.element is not None)


def _place(box: Any, page: Any) -> pydyf.Array:
    """Return the rectangle that a picture fills, in pt from the lower left corner of its page."""
    left, top = box.content_box_x(), box.content_box_y()
    height = page.margin_height()
    sides = (left, height - top - box.height, left + box.width, height - top)
    return pydyf.Array([round(0.75 * side, 3) for side in sides])


class _Tree:
    """The nodes of a document's elements, made when there is something for them to hold."""

    def __init__(self, root: Any) -> None:
        self.top = Node("Document", 0, None)
        self.root = root
        self.orders = {element: n for n, element in enumerate(root.iter())}
        self.parents = {child: parent for parent in root.iter() for child in parent}
        #: the element before each that has one under the same parent
        self.before = {
            child: before for parent in root.iter() for before, child in pairwise(parent)
        }
        self.known: dict[Any, Node] = {}
        self.ids = {each.get("id"): each for each in root.iter() if each.get("id")}
        #: the first page of each line in the head or foot of a table, which stands again on others
        self.first: dict[tuple[Any, str], int] = {}

    def holder(self, box: Any, page: int) -> Node | None:
        """Return the node that is to hold what a box draws, or None for an artifact."""
        element = box.element
        if element is None or element.tag == "hr":
            return None
        if any(each.tag in ("thead", "tfoot") for each in self._above(element)):
            line = (element, getattr(box, "text", ""))
            if self.first.setdefault(line, page) != page:
                return None
        _, _, pseudo = box.element_tag.partition("::")
        if pseudo == "footnote-call":
            return self._part(element, "Reference", self.node(self.parents[element]))
        node = self.node(element)
        if pseudo in ("marker", "footnote-marker"):
            item = node.parent if node.kind == "LBody" and node.parent else node
            return self._part(element, "Lbl", item)
        return self._part(element, "P", node) if node.kind in _GROUPS else node

    def node(self, element: Any) -> Node:
        """Return the node of an element, or of the nearest above it that has one."""
        if element not in self.known:
            self.known[element] = self._make(element)
        return self.known[element]

    def link(self, element: Any) -> tuple[Node, str]:
        """Return the node of the link that an element is, or is in, and the link's words."""
        link = next((each for each in self._above(element) if each.tag == "a"), element)
        pictures = [each.get("alt", "") for each in link.iter("img")]
        told = link.get("aria-label") or " ".join([*link.itertext(), *pictures])
        return self.node(link), " ".join(told.split())

    def complete(self, second: bool) -> None:
        """Add the cells of tables that hold nothing, and say what lists, heads and notes are."""
        for table in self.root.iter("table"):
            if table in self.known:
                for element in table.iter():
                    if element.tag in ("th", "td"):
                        self.node(element)
        for node in self.top.nodes():
            # a table of nothing but its head has that for a body (ISO 32000-1, 14.8.4.3.4)
            if node.kind == "Table" and not any(part.kind == "TBody" for part in node.children):
                for part in node.children:
                    part.kind = "TBody" if part.kind == "THead" else part.kind
            if node.kind == "L":
                parts = [part for item in node.children for part in item.children]
                if not any(part.kind == "Lbl" for part in parts):
                    node.attributes.pop("List", None)
                elif second:
                    node.attributes.setdefault("List", {"ListNumbering": "/Description"})
        if second:
            self._tie()

    def _tie(self) -> None:
        """Have notes and their calls, the first and others, name each other, and entries of a table
        of contents what they lead to."""
        for element in self.root.iter():
            names = element.get("class", "").split()
            if "toc-entry" in names:
                href = next((each.get("href", "") for each in element.iter("a")), "")
                item, heading = self.known.get(element), self.known.get(self.ids.get(href[1:]))
                if item and heading:
                    item.refers.append(heading)
                continue
            target, kind = element, "Footnote"
            call = self.known.get((element, "Reference"))
            if "note-again" in names or _role(element) == "doc-noteref":
                target = self.ids.get(element.get("href", "")[1:])
                call = call or self.known.get(element)
                kind = "Endnote" if _role(element) else kind
            note = self.known.get(target)
            if note and call and note.kind in ("Note", "FENote"):
                note.kind, note.attributes["FENote"] = "FENote", {"NoteType": f"/{kind}"}
                note.refers.append(call)
                call.refers.append(note)

    def _above(self, element: Any) -> Iterator[Any]:
        while element is not None:
            yield element
            element = self.parents.get(element)

    def _part(self, element: Any, kind: str, parent: Node) -> Node:
        """Return the part of a node that an element has beside itself."""
        key = (element, kind)
        if key not in self.known:
            self.known[key] = parent.add(kind, self.orders[element])
        return self.known[key]

    def _make(self, element: Any) -> Node:
        parent = self.parents.get(element)
        if parent is None:
            return self.top
        order = self.orders[element]
        names = element.get("class", "").split()
        if "note-more" in names:
            return self.node(self.before[element])
        kind = next((_CLASSES[name] for name in names if name in _CLASSES), "")
        kind = kind or _KINDS.get(element.tag, element.tag)
        kind = "Note" if _role(element) == "doc-footnote" else kind
        above = self.node(parent)
        if kind == "Note":
            while above.kind not in _GROUPS - {"Note", "Aside", "BlockQuote"} and above.parent:
                above = above.parent
        elif _role(element) == "doc-noteref":
            above = self._part(element, "Reference", above)
        elif above.kind == "Note" and "number" in names:
            kind = "Lbl"
        elif kind == "P" and "goes-on" in names:
            parts = [part for part in above.children if part.kind == "P"]
            if parts:
                return parts[-1]
        lang = element.get("lang", "")
        around = (each.get("lang") for each in self._above(parent))
        foreign = bool(lang) and lang != next(filter(None, around), "")
        made = self._of_kind(element, kind, above, order)
        if made is None:
            if not foreign or parent == self.root:
                return above
            made = above.add("Span" if element.tag == "span" else "Div", order)
        if foreign:
            made.entries["Lang"] = pydyf.String(lang)
        return made

    def _of_kind(self, element: Any, kind: str, above: Node, order: int) -> Node | None:
        """Return a new node of the kind that an element is, or None if it is of none."""
        if kind == "li":
            return above.add("LI", order).add("LBody", order + 0.5)
        if kind in ("dt", "dd"):
            return self._term(element, kind, above, order)
        if kind == "figure":
            pictures = list(element.iter("img"))
            if len(pictures) != 1:
                # what a link leads to must be there
                return above.add("Div", order) if element.get("id") else None
            figure = above.add("Figure", order)
            figure.entries["Alt"] = pydyf.String(pictures[0].get("alt", ""))
            return figure
        if kind == "figcaption":
            return above.add("Caption" if above.kind in ("Figure", "Table") else "P", order)
        if element.tag == "img" and above.kind == "Figure":
            return above
        if kind not in _MADE:
            return None
        if kind == "Link" and above.kind == "TOCI":
            above = above.add("Reference", order)
        made = above.add(kind, order)
        if kind == "Figure":
            made.entries["Alt"] = pydyf.String(element.get("alt", ""))
        elif kind == "Note":
            made.entries["ID"] = pydyf.String(element.get("id", f"note-{order}"))
        elif kind == "L":
            names = {element.tag, *element.get("class", "").split()} & _NUMBERING.keys()
            numbering = _ORDERED.get(element.get("type", ""))
            if numbering := numbering or next((_NUMBERING[name] for name in names), None):
                made.attributes["List"] = {"ListNumbering": f"/{numbering}"}
        elif kind in ("TH", "TD"):
            spans = {"ColSpan": element.get("colspan", "1"), "RowSpan": element.get("rowspan", "1")}
            told: dict[str, Any] = {name: int(span) for name, span in spans.items() if span != "1"}
            if kind == "TH":
                in_head = any(each.tag == "thead" for each in self._above(element))
                scope = element.get("scope") or ("col" if in_head else "row")
                told["Scope"] = "/Row" if scope.startswith("row") else "/Column"
            if told:
                made.attributes["Table"] = told
        return made

    def _term(self, element: Any, kind: str, above: Node, order: int) -> Node:
        """Return the label or the body of an item in a list of definitions."""
        before = self.before.get(element)
        item: Node | None = None
        if before is not None and (kind == "dd" or before.tag == "dt"):
            item = self.node(before).parent
        if item is None or item.kind != "LI":
            item = above.add("LI", order)
        return item.add("Lbl" if kind == "dt" else "LBody", order)


def _role(element: Any) -> str:
    return str(element.get("role", ""))


def _make_artifacts(stream: list[Any], marks: set[int]) -> None:
    for place, item in enumerate(stream):
        if item == b"BDC" and stream[place - 1].get("MCID") in marks:
            stream[place - 2] = "/Artifact"
            stream[place - 1] = pydyf.Dictionary({"Type": "/Pagination"})


def _targets(tree: _Tree, pages: list[Any], pdf: pydyf.PDF) -> list[tuple[Any, Any, Node]]:
    """Return the links and bookmarks of a PDF, each with the place and the node it leads to."""
    names = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", [])
    places = {name.string: place for name, place in zip(names[::2], names[1::2], strict=True)}
    # bookmarks come in the order of what they lead to
    marked = iter(
        [
            box.element
            for page in pages
            for box in page.descendants(placeholders=True)
            if getattr(box, "bookmark_label", "") and box.style["bookmark_level"] != "none"
        ]
    )
    found: list[tuple[Any, Any, Node]] = []
    for item in pdf.objects:
        place = item.get("Dest") if isinstance(item, dict) else None
        element = None
        if isinstance(place, pydyf.String):
            name = place.string
            place, element = places.get(name), tree.ids.get(name)
        elif place is not None:
            element = next(marked, None)
        if place is not None:
            found.append((item, place, tree.top if element is None else tree.node(element)))
    return found


def _write(
    pdf: pydyf.PDF,
    top: Node,
    holders: dict[Any, dict[int, Node]],
    streams: list[Any],
    second: bool,
) -> dict[int, bytes]:
    """Write a tree of nodes into a PDF, with the way back from the content to the tree.

    Returns the reference of each node, by its id().
    """
    parents = pydyf.Dictionary({"Nums": pydyf.Array()})
    root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    for each in (parents, root):
        pdf.add_object(each)
    nodes = list(top.nodes())
    of_pages = set(streams)
    made: dict[int, pydyf.Dictionary] = {}
    spaces = pydyf.Dictionary({"Type": "/Namespace", "NS": pydyf.String(_SECOND)})
    if second:
        pdf.add_object(spaces)
        root["Namespaces"] = pydyf.Array([spaces.reference])
    for node in nodes:
        made[id(node)] = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.kind}"})
        pdf.add_object(made[id(node)])
        if second and node.kind in _NEW:
            made[id(node)]["NS"] = spaces.reference
    annotations: list[tuple[pydyf.Dictionary, bytes]] = []
    for node in nodes:
        element = made[id(node)]
        above = made[id(node.parent)] if node.parent else root
        element["P"] = above.reference
        page = next((kid[0] for kid in node.kids if isinstance(kid, tuple)), None)
        if page is not None:
            element["Pg"] = pdf.page_references[page]
        element["K"] = pydyf.Array()
        for kid in node.kids:
            if isinstance(kid, Node):
                element["K"].append(made[id(kid)].reference)
            elif isinstance(kid, tuple):
                number, mark, stream = kid
                within = {} if stream in of_pages else {"Stm": stream.reference}
                where = {"Pg": pdf.page_references[number], "MCID": mark, **within}
                reference = pydyf.Dictionary({"Type": "/MCR", **where})
                element["K"].append(reference if within or number != page else mark)
            else:
                element["K"].append(pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.reference}))
                annotations.append((kid, element.reference))
        element.update(node.entries)
        if node.refers:
            element["Ref"] = pydyf.Array([made[id(each)].reference for each in node.refers])
        owners = [
            pydyf.Dictionary({"O": f"/{owner}", **told}) for owner, told in node.attributes.items()
        ]
        if owners:
            element["A"] = owners[0] if len(owners) == 1 else pydyf.Array(owners)
    back = [
        (stream, {n: made[id(each)] for n, each in held.items()})
        for stream, held in holders.items()
    ]
    _write_back(root, parents, back, annotations, of_pages)
    if not second:
        root["RoleMap"] = pydyf.Dictionary({name: f"/{kind}" for name, kind in _ROLES.items()})
    root["K"] = pydyf.Array([made[id(top)].reference])
    ids = sorted(
        (node.entries["ID"].string, made[id(node)].reference)
        for node in nodes
        if "ID" in node.entries
    )
    if ids:
        names = [part for name, reference in ids for part in (pydyf.String(name), reference)]
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(names)})
    pdf.catalog["StructTreeRoot"] = root.reference
    return {name: element.reference for name, element in made.items()}


def _write_back(
    root: pydyf.Dictionary,
    parents: pydyf.Dictionary,
    holders: list[tuple[Any, dict[int, pydyf.Dictionary]]],
    annotations: list[tuple[pydyf.Dictionary, bytes]],
    of_pages: set[Any],
) -> None:
    """Write the way back from marked content and annotations to the elements that hold them."""
    for number, (stream, held) in enumerate(holders):
        marks = range(max(held, default=-1) + 1)
        listed = [held[n].reference if n in held else "null" for n in marks]
        parents["Nums"].extend([number, pydyf.Array(listed)])
        if stream not in of_pages:
            stream.extra["StructParents"] = number
    for number, (annotation, reference) in enumerate(annotations, len(holders)):
        annotation["StructParent"] = number
        parents["Nums"].extend([number, reference])
    root["ParentTree"] = parents.reference
    root["ParentTreeNextKey"] = len(holders) + len(annotations)
