"""Takes a finished PDF apart and spoils it: in its tag tree, in what it draws, or in both."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, String

#: what a reader is told of or may lose
UNITS = {
    *("P", "H1", "H2", "H3", "H4", "LI", "LBody", "Lbl", "TR", "TH", "TD", "Caption", "Figure"),
    *("Note", "BlockQuote", "Code", "Em", "Strong", "Link", "Reference", "L", "Table", "Quote"),
    *("TOC", "TOCI"),
    "Aside",
}
#: what may stand before an item of a list that is not numbered
BULLETS = ("•", "◦", "▪", "–")
#: what each may pass for
OTHERS = {
    **{"P": "H2", "H1": "P", "H2": "H3", "H3": "P", "H4": "P", "LI": "Div", "LBody": "P"},
    **{"Lbl": "Span", "TR": "Div", "TH": "TD", "TD": "TH", "Caption": "P", "Figure": "P"},
    **{"Note": "Sect", "BlockQuote": "Div", "Code": "Span", "Em": "Strong", "Strong": "Span"},
    **{"Link": "Span", "Reference": "Span", "L": "Div", "Table": "L", "Quote": "Span"},
    **{"TOC": "L", "TOCI": "P"},
    "Aside": "Div",
}


class Pdf:
    """A PDF that can be spoilt once."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(data))
        self.root = self.pdf.Root.StructTreeRoot
        self.elements: list[Any] = []
        self.parents: dict[tuple[int, int], Any] = {}
        todo = [self.root.K[0]]
        while todo:
            element = todo.pop()
            self.elements.append(element)
            for kid in reversed(self.kids(element)):
                self.parents[kid.objgen] = element
                todo.append(kid)
        self.pages: dict[int, list[Any]] = {}

    def kids(self, element: Any) -> list[Any]:
        """Return the elements right below one."""
        return [kid for kid in element.get("/K", []) if self.is_element(kid)]

    @staticmethod
    def is_element(kid: Any) -> bool:
        return isinstance(kid, Dictionary) and "/S" in kid

    def marks(self, element: Any) -> list[tuple[int, int]]:
        """Return page and number of the marked content below an element."""
        found = []
        for kid in element.get("/K", []):
            if self.is_element(kid):
                found += self.marks(kid)
            elif not isinstance(kid, Dictionary):
                found.append((self.page(element.Pg), int(kid)))
            elif kid.get("/Type") == "/MCR" and "/Stm" not in kid:
                found.append((self.page(kid.Pg), int(kid.MCID)))
        return found

    def page(self, page: Any) -> int:
        return next(n for n, each in enumerate(self.pdf.pages) if each.objgen == page.objgen)

    def content(self, page: int) -> list[Any]:
        """Return the instructions of a page; `data` writes them back."""
        if page not in self.pages:
            told = pikepdf.parse_content_stream(self.pdf.pages[page])
            self.pages[page] = [[list(each.operands), str(each.operator)] for each in told]
        return self.pages[page]

    def span(self, mark: tuple[int, int]) -> tuple[int, int]:
        """Return where marked content begins and ends among the instructions of its page."""
        page, number = mark
        content = self.content(page)
        for n, (operands, operator) in enumerate(content):
            if operator == "BDC" and operands[1].get("/MCID") == number:
                depth = 1
                for m in range(n + 1, len(content)):
                    depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(content[m][1], 0)
                    if depth == 0:
                        return n, m
        raise LookupError(mark)

    def shows(self, element: Any) -> list[tuple[int, int]]:
        """Return page and place of the instructions that draw the text of an element."""
        found = []
        for mark in self.marks(element):
            start, end = self.span(mark)
            content = self.content(mark[0])
            found += [(mark[0], n) for n in range(start, end) if content[n][1] in ("Tj", "TJ")]
        return found

    def data(self) -> bytes:
        """Return the PDF as it now is."""
        for page, content in self.pages.items():
            stream = pikepdf.unparse_content_stream(
                [(operands, Operator(operator)) for operands, operator in content]
            )
            self.pdf.pages[page].Contents = self.pdf.make_stream(stream)
        out = BytesIO()
        self.pdf.save(out)
        return out.getvalue()

    def place(self, element: Any) -> tuple[Any, int]:
        """Return the parent of an element, and its place there."""
        parent = self.parents[element.objgen]
        return parent, next(
            n
            for n, kid in enumerate(parent.K)
            if self.is_element(kid) and kid.objgen == element.objgen
        )

    def find(self, kind: str, text: str) -> Any:
        """Return the first element of a kind that draws a text, and maybe more."""
        # a note of a PDF 2.0 is a FENote
        named = (each for each in self.elements if str(each.S)[1:].removeprefix("FE") == kind)
        return next(each for each in named if text in text_of(self, each))

    # in the tag tree

    def lead(self, link: Any, other: Any) -> None:
        """Have a link lead where another does."""
        one, another = (
            next(kid.Obj for kid in each.K if isinstance(kid, Dictionary) and "/Obj" in kid)
            for each in (link, other)
        )
        for key in ("/Dest", "/A"):
            if key in another:
                one[key] = another[key]

    def exchange(self, element: Any, other: Any) -> None:
        """Let two elements change places, wherever they are."""
        (parent, n), (above, m) = self.place(element), self.place(other)
        parent.K[n], above.K[m] = other, element
        element.P, other.P = above, parent

    def drop(self, element: Any) -> None:
        """Take an element out of the tree; what it holds becomes an artifact."""
        parent, n = self.place(element)
        del parent.K[n]
        for mark in self.marks(element):
            start, _ = self.span(mark)
            self.content(mark[0])[start][0] = [Name.Artifact, Dictionary()]

    def swap(self, element: Any) -> None:
        """Let an element and the next one change places."""
        parent, n = self.place(element)
        kids = list(parent.K)
        kids[n], kids[n + 1] = kids[n + 1], kids[n]
        parent.K = Array(kids)

    def lift(self, element: Any) -> None:
        """Put an element behind the one that it is in."""
        parent, n = self.place(element)
        del parent.K[n]
        above, m = self.place(parent)
        above.K.insert(m + 1, element)
        element.P = self.parents[element.objgen] = above

    def replace(self, element: Any, text: str) -> None:
        """Say another text instead of what an element draws."""
        element["/Alt" if element.S == "/Figure" else "/ActualText"] = String(text)

    def retag(self, element: Any, kind: str) -> None:
        """Say that an element is of another kind."""
        element.S = Name(f"/{kind}")

    def translate(self, element: Any) -> None:
        """Say that an element is in another language."""
        element.Lang = String("tlh")

    def double(self, element: Any) -> None:
        """Put an element into the tree once more, with what it draws."""
        made = self.pdf.make_indirect(Dictionary(S=element.S, P=element.P, K=Array()))
        parents = self.root.ParentTree.Nums
        for page, number in self.marks(element):
            start, end = self.span((page, number))
            content = self.content(page)
            held = parents[int(self.pdf.pages[page].StructParents) * 2 + 1]
            copy = [[list(operands), operator] for operands, operator in content[start : end + 1]]
            copy[0][0][1] = Dictionary(copy[0][0][1])
            copy[0][0][1].MCID = len(held)
            content[end + 1 : end + 1] = copy
            made.Pg = self.pdf.pages[page].obj
            told = Dictionary(Type=Name.MCR, Pg=made.Pg, MCID=len(held))
            made.K.append(told)
            held.append(made)
        parent, n = self.place(element)
        parent.K.insert(n + 1, made)

    # in the drawing

    def erase(self, element: Any) -> None:
        """Draw nothing of the text of an element."""
        for page, n in self.shows(element):
            self.content(page)[n] = [[], "n"]

    def alter(self, element: Any, dice: random.Random) -> bool:
        """Draw one sign of an element as another of its font; return whether one could be."""
        shows = self.shows(element)
        dice.shuffle(shows)
        for page, n in shows:
            strings = self.strings(page, n)
            used = sorted(self.codes(page, n))
            glyphs = [
                (string, at) for string in strings for at in range(0, len(bytes(string[0])), 2)
            ]
            dice.shuffle(glyphs)
            for string, at in glyphs:
                code = bytes(string[0])[at : at + 2]
                sign = self.sign(page, n, code)
                # a font may draw a sign in several ways, and a letter has several forms
                signs = ((each, plain(self.sign(page, n, each))) for each in used)
                bullet = sign.strip() in BULLETS
                other = [
                    each
                    for each, told in signs
                    if told != plain(sign) and not (bullet and told in BULLETS)
                ]
                # a style chooses the dots between parts, and the bullets of lists
                if sign.strip(" \u00a0-\u2010\u00ad\u00b7") and other:
                    drawn = bytes(string[0])
                    string[1](drawn[:at] + dice.choice(other) + drawn[at + 2 :])
                    return True
        return False

    def truncate(self, element: Any) -> bool:
        """Leave out the last sign of an element; return whether there was one."""
        for page, n in reversed(self.shows(element)):
            for drawn, store in reversed(self.strings(page, n)):
                last = bytes(drawn)[-2:]
                if last and self.sign(page, n, last).strip(" \u00a0-\u2010\u00ad"):
                    store(bytes(drawn)[:-2])
                    return True
                if last:
                    return False
        return False

    def repeat(self, element: Any) -> None:
        """Draw the text of an element twice."""
        for page, n in reversed(self.shows(element)):
            self.content(page).insert(n, [list(self.content(page)[n][0]), self.content(page)[n][1]])

    def wrap(self, element: Any, before: list[Any], after: list[Any]) -> None:
        """Put instructions before and after those that draw the text of an element."""
        for page, n in reversed(self.shows(element)):
            self.content(page)[n + 1 : n + 1] = after
            self.content(page)[n:n] = before

    def strings(self, page: int, n: int) -> list[tuple[Any, Callable[[bytes], None]]]:
        """Return the strings that an instruction draws, each with what stores another."""
        operands, operator = self.content(page)[n]
        holder = operands if operator == "Tj" else operands[0]

        def store(place: int) -> Callable[[bytes], None]:
            def stored(drawn: bytes) -> None:
                holder[place] = String(drawn)

            return stored

        return [(each, store(m)) for m, each in enumerate(holder) if isinstance(each, String)]

    def font(self, page: int, n: int) -> Any:
        """Return the font that an instruction draws with."""
        content = self.content(page)
        named = next(content[m][0][0] for m in range(n, -1, -1) if content[m][1] == "Tf")
        return self.pdf.pages[page].Resources.Font[named]

    def signs(self, font: Any) -> dict[bytes, str]:
        """Return the signs of the codes of a font, by its ToUnicode."""
        told = font.ToUnicode.read_bytes().decode("latin-1")
        pairs = re.findall(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", told)
        return {
            bytes.fromhex(code): bytes.fromhex(sign).decode("utf-16-be", "replace")
            for code, sign in pairs
        }

    def sign(self, page: int, n: int, code: bytes) -> str:
        return self.signs(self.font(page, n)).get(code, "")

    def codes(self, page: int, n: int) -> set[bytes]:
        """Return the codes of a font that draw a sign to be seen."""
        found = self.signs(self.font(page, n))
        return {code for code, sign in found.items() if sign.strip(" \u00a0-\u2010\u00ad")}

    def cover(self, element: Any) -> None:
        """Draw a white sheet over the pages that an element is on."""
        sheet = [[[1, 1, 1], "rg"], [[0, 0, 2000, 2000], "re"], [[], "f"]]
        for page in {page for page, _ in self.marks(element)}:
            reset = [[[1, 0, 0, 1, -1000, -1000], "cm"]]
            marked = [[[], "q"], [[Name.Artifact], "BMC"], *reset, *sheet, [[], "EMC"], [[], "Q"]]
            self.content(page).extend(marked)

    def fade(self, element: Any) -> None:
        """Draw the text of an element without any opacity."""
        for page in {page for page, _ in self.marks(element)}:
            resources = self.pdf.pages[page].Resources
            states = resources.get("/ExtGState", Dictionary())
            states["/Faint"] = Dictionary(ca=0)
            resources.ExtGState = states
        self.wrap(element, [[[], "q"], [[Name.Faint], "gs"]], [[[], "Q"]])


_HIDING: dict[str, tuple[list[Any], list[Any]]] = {
    "invisible": ([[[3], "Tr"]], [[[0], "Tr"]]),
    "white": ([[[], "q"], [[1, 1, 1], "rg"]], [[[], "Q"]]),
    "narrow": ([[[], "q"], [[0.01], "Tz"]], [[[], "Q"]]),
    "off the page": ([[[2000, 0], "Td"]], [[[-2000, 0], "Td"]]),
}
#: what holds blocks that are no longer in it once they are lifted out of it
_HOLDERS = {"LBody", "TD", "TH", "BlockQuote", "Aside", "Note", "L", "TOC", "TOCI"}


def spoilt_documents(data: bytes, dice: random.Random) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield what can be done to each unit of a PDF, and what does it, if it can be done there."""
    whole = Pdf(data)

    def act(n: int, *acts: tuple[str, Any]) -> Callable[[], bytes]:
        def done() -> bytes:
            pdf = Pdf(data)
            element = pdf.elements[n]
            if any(getattr(pdf, name)(element, *arguments) is False for name, *arguments in acts):
                return b""
            return pdf.data()

        return done

    for n, element in enumerate(whole.elements):
        kind = str(element.S)[1:]
        if kind not in UNITS:
            continue
        text = text_of(whole, element)
        parent, place = whole.place(element)
        after = [*parent.K][place + 1 : place + 2]
        acts: dict[str, list[tuple[Any, ...]]] = {
            "tree: delete": [("drop",)],
            "tree: retag": [("retag", OTHERS[kind])],
        }
        if after and whole.is_element(after[0]) and text_of(whole, after[0]) != text:
            acts["tree: swap"] = [("swap",)]
        if str(parent.S)[1:] in _HOLDERS or kind == "TD":
            # behind the body of an item it still is in the item
            acts["tree: lift"] = [("lift",)] * (1 + (parent.S == "/LBody"))
        elif kind == "Note":
            acts["tree: lift"] = [("lift",)] * (parent.S not in ("/Art", "/Sect"))
        if kind == "Figure":
            acts["tree: alter"] = [("replace", altered(str(element.Alt), dice))]
        elif text and kind not in ("L", "Table", "TR", "LI", "Lbl", "TOC"):
            acts["tree: alter"] = [("replace", altered(text, dice))]
        if kind == "Reference" and whole.kids(element):
            # what calls a note again may be no more than the link that it holds
            del acts["tree: retag"]
        if "/Lang" in element:
            acts["tree: translate"] = [("translate",)]
        if text:
            acts["drawing: delete"] = [("erase",)]
            acts["both: delete"] = [("erase",), ("drop",)]
        if text and kind not in ("L", "Table", "TR", "BlockQuote", "Aside", "TOC"):
            acts["drawing: cover"] = [("cover",)]
            acts["drawing: fade"] = [("fade",)]
            acts |= {f"drawing: {how}": [("wrap", *both)] for how, both in _HIDING.items()}
            # a style chooses the marks of lists without order
            if kind != "Lbl" or text[:1].isalnum():
                acts["drawing: double"] = [("repeat",)]
                acts["both: double"] = [("double",)]
            # so it does with the dot behind a number
            if kind not in ("Lbl", "LI") and parent.S != "/Lbl":
                acts["drawing: alter"] = [("alter", random.Random(dice.random()))]
                acts["drawing: truncate"] = [("truncate",)]
        for how, steps in acts.items():
            if steps:
                yield f"{how} {kind} {n}", act(n, *steps)


def text_of(pdf: Pdf, element: Any) -> str:
    """Return the text of an element, as far as its fonts tell it."""
    return "".join(
        pdf.sign(page, n, bytes(drawn)[at : at + 2])
        for page, n in pdf.shows(element)
        for drawn, _ in pdf.strings(page, n)
        for at in range(0, len(bytes(drawn)), 2)
    ).strip()


def plain(text: str) -> str:
    """Return a text without what tells the forms of its letters apart."""
    folded = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in folded if unicodedata.category(sign) not in ("Mn", "Cf", "Lm"))


def altered(text: str, dice: random.Random) -> str:
    """Return a text with one sign, digit or letter other than it was."""
    places = [
        n for n, sign in enumerate(text) if not sign.isspace() and sign not in "-\u2010\u00ad"
    ]
    place = dice.choice(places)
    sign = text[place]
    other = "7" if sign.isdigit() and sign != "7" else "x" if sign not in "xX" else "y"
    return text[:place] + other + text[place + 1 :]
