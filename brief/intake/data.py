"""A CSV file → the data that a picture shows, its numbers read as their writer meant them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from brief import assets, charts
from brief.findings import finding, short
from brief.intake.source import Source
from brief.language import decimal_sign
from brief.model import ILLEGAL, Data

MAX_BYTES = 1_000_000
#: of a chart, by its kind: a line has room for a longer time
MAX_ROWS = {"bar": 40, "column": 40, "line": 120}
MAX_SERIES = 6
#: of data that only stand behind a picture
MAX_LISTED, MAX_COLUMNS = 500, 12
#: signs of a cell, and of what a chart is to set beside a bar
MAX_CELL, MAX_LABEL = 300, 100
#: the largest number, and its digits
_MOST, _DIGITS = Decimal(10) ** 15, 15
#: what stands for a number that there is none of
_NONE = {"", "-", "–", "—", "…", "..", "..."}
_SPACES = " \u00a0\u2007\u2009\u202f'’٬"
_NUMBER = re.compile(rf"([-+−–]?)\s*(\d[\d.,{_SPACES}]*?)(?:[eE]([-+]?\d{{1,2}}))?\s*(%?)")

Tell = Callable[..., None]
#: a line of the file, and the cells that begin there
Row = tuple[int, list[str]]


def read(file: Path, chart: str | None, source: Source, lang: str) -> Data | None:
    """Return the data in a CSV file, or None for what cannot be used, of which the source tells.

    `chart` is the kind of chart to be drawn, "" for the one that fits, None for none. Cells are
    parted by what parts most lines into equally many: a comma, a semicolon, a tab or a bar. A
    decimal comma is known by numbers that can have no other, else by the language.
    """
    stop = len(source.found)

    def tell(message: str, line: int = 0, hint: str = "", code: str = "S26") -> None:
        source.found.append(finding(code, message, file, line, hint=hint))

    def failed() -> bool:
        return any(each.severity == "error" for each in source.found[stop:])

    data = _bytes(file, tell)
    rows, mark = _rows(_text(data, tell), tell) if data else ([], "")
    if not failed() and not rows:
        tell("the file holds no data", 0, "write a head and rows below it")
    if not failed():
        _square(rows, tell)
    if failed():
        return None
    head, *others = rows
    _names(head, others, tell)
    cells = [row[1:] for _, row in others]
    if chart is None:
        _limit(others, MAX_LISTED, len(head[1]), MAX_COLUMNS, tell)
        numbers = [tuple(_plain_number(cell, ".") for cell in row) for row in cells]
        made = Data(file, "", tuple(head[1]), _frozen(others), tuple(numbers), file=data)
        return None if failed() else made
    sign = _decimal(others, mark, lang, tell)
    numbers = [tuple(_plain_number(cell, sign) for cell in row) for row in cells]
    for (line, row), values in zip(others, numbers, strict=True):
        for cell, value in zip(row[1:], values, strict=True):
            if value is None and cell not in _NONE:
                cure = "write digits alone; what they count belongs into brackets in the head"
                tell(f"“{short(cell, 40)}” is no number that a chart can show", line, cure)
    unit = _unit(head[1][1:], cells, tell)
    made = Data(file, chart, tuple(head[1]), _frozen(others), tuple(numbers), unit, data)
    kind = chart or charts.fitting(made)
    _limit(others, MAX_ROWS[kind], len(head[1]) - 1, MAX_SERIES, tell)
    for name, values in zip(head[1][1:], zip(*numbers, strict=True), strict=True):
        if not failed() and all(value is None for value in values):
            cure = "write numbers into it, or leave it out"
            tell(f"there is no number in the column “{short(name, 40)}”", 1, cure)
    return None if failed() else _drawable(made, kind, tell, lang)


def _drawable(data: Data, kind: str, tell: Tell, lang: str) -> Data | None:
    """Return data with the kind of its chart, if that can be drawn."""
    made = Data(data.path, kind, data.head, data.rows, data.numbers, data.unit, data.file)
    try:
        charts.draw(made, lang, charts.Look())
    except charts.CrowdedError as crowded:
        tell(f"as a {kind} chart {crowded}", 1, crowded.hint)
        return None
    return made


def _frozen(rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for _, row in rows)


def _bytes(file: Path, tell: Tell) -> bytes:
    try:
        data = assets.read(file)
    except assets.RefusedError as refused:
        tell(refused.message, 0, refused.hint, refused.code)
        return b""
    if len(data) > MAX_BYTES:
        size = f"it is over {MAX_BYTES // 1_000_000} MB"
        tell(size, 0, "keep the rows that the picture shows", "L01")
        return b""
    if not data.strip():
        tell("the file is empty", 0, "write a head and rows below it")
        return b""
    return data


def _text(data: bytes, tell: Tell) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, else Windows-1252."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    plain = b"\0" not in data
    for encoding in ("utf-16",) * wide or ("utf-8-sig", "cp1252") * plain:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1252":
            tell("not UTF-8: read as Windows-1252", 1, "check the accents; save it as UTF-8", "S04")
        return text
    tell("it is no text in UTF-8", 0, "save it as CSV in UTF-8")
    return ""


def _rows(text: str, tell: Tell) -> tuple[list[Row], str]:
    """Return the rows of a text that hold anything, and the mark that parts their cells."""
    text = re.sub("\r\n?", "\n", text)
    # how some spreadsheets are told what parts cells
    text = re.sub(r"\Asep=.\n", "\n", text)
    best: tuple[tuple[float, int], list[Row], str] = ((0.0, 0), [], "")
    problem: tuple[int, str] | None = None
    for mark in ",;\t|":
        rows: list[Row] = []
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        before = 0
        try:
            for row in reader:
                rows.append((before + 1, [_cell(cell) for cell in row]))
                before = reader.line_num
        except csv.Error as error:
            problem = problem or (before + 1, str(error))
            continue
        rows = [(line, row) for line, row in rows if any(row)]
        if rows and (width := len(rows[0][1])) > 1:
            even = sum(len(row) == width for _, row in rows) / len(rows)
            best = max(best, ((even, width), rows, mark), key=lambda each: each[0])
    if not best[1] and problem:
        cure = 'close each quotation mark; write "" for one within a cell'
        tell(f"a row cannot be read: {problem[1]}", problem[0], cure)
    elif not best[1] and text.strip():
        tell("it has one column", 1, "part the cells with commas: a label, then numbers")
    for line, row in best[1]:
        for n, cell in enumerate(row):
            for bad in dict.fromkeys(ILLEGAL.findall(cell)):
                tell(f"U+{ord(bad):04X}, which no document may hold, was left out", line, "", "S05")
            row[n] = ILLEGAL.sub("", cell)
    return best[1], best[2]


def _cell(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _square(rows: list[Row], tell: Tell) -> None:
    """Give all rows as many cells; tell of those that have more or fewer than the head."""
    width = len(rows[0][1])
    # a mark at the end of each line is no column
    while width > 1 and all(not cell for _, row in rows for cell in row[width - 1 :]):
        width -= 1
    for line, row in rows:
        while len(row) > width and not row[-1]:
            row.pop()
        if len(row) != width:
            cure = "write one cell for each column; put a comma within a cell into quotes"
            tell(f"the row has {len(row)} cells, the head {width}", line, cure)
        for cell in row:
            if len(cell) > MAX_CELL:
                tell(f"a cell is longer than {MAX_CELL} signs", line, "shorten it")
    if width < 2:
        tell("it has one column", 1, "part the cells with commas: a label, then numbers")
    if len(rows) < 2:
        tell("there is no row below the head", 1, "write the data below the names of the columns")


def _names(head: Row, rows: Sequence[Row], tell: Tell) -> None:
    """Tell of columns and rows without a name, or with one that another has."""
    line, names = head
    for n, name in enumerate(names[1:], 2):
        if not name:
            tell(f"column {n} has no name", line, "name each column in the first row")
    others = (name for name in names[1:] if not re.fullmatch(r"[12]\d{3}", name))
    if any(_plain_number(name, ".") is not None for name in others):
        cure = "put a row with the names of the columns before the others"
        tell("the first row has numbers where columns have their names", line, cure)
    for name, count in Counter(names[1:]).items():
        if name and count > 1:
            tell(f"{count} columns are named “{short(name, 40)}”", line, "name each by itself")
    seen: dict[str, int] = {}
    for line, (label, *_) in rows:
        if not label:
            tell("the row has no label", line, "write what it is of into its first cell")
        elif label in seen:
            cure = "label each row by itself, or add them up"
            tell(f"“{short(label, 40)}” is the label of line {seen[label]} too", line, cure)
        elif len(label) > MAX_LABEL:
            tell(f"a label is longer than {MAX_LABEL} signs", line, "shorten it")
        seen.setdefault(label, line)


def _limit(rows: Sequence[Row], most: int, columns: int, widest: int, tell: Tell) -> None:
    if len(rows) > most:
        cure = "leave rows out, or add some up"
        tell(f"it has {len(rows)} rows; {most} can be shown", rows[most][0], cure)
    if columns > widest:
        cure = "leave columns out, or make two of it"
        tell(f"it has {columns} columns of data; {widest} can be shown", 1, cure)


def _bare(cell: str) -> tuple[str, str, str] | None:
    """Return sign, digits with their marks, and power of what may be a number."""
    digits = "".join(str(unicodedata.digit(s)) if s.isdecimal() else s for s in cell)
    found = _NUMBER.fullmatch(digits.replace("٫", ",").replace("٪", "%"))
    if not found:
        return None
    return found[1], re.sub(f"[{_SPACES}]", "", found[2]), found[3] or "0"


def _plain_number(cell: str, sign: str) -> Decimal | None:
    """Return the number that a cell says with a decimal sign, None if it says none."""
    told = _bare(cell)
    if told is None or told[1].count(sign) > 1:
        return None
    other = "," if sign == "." else "."
    whole, _, part = told[1].partition(sign)
    # India parts some by two
    grouped = rf"\d{{1,3}}(?:\{other}\d{{2,3}})*\{other}\d{{3}}"
    if other in part or (other in whole and not re.fullmatch(grouped, whole)):
        return None
    try:
        number = Decimal(f"{whole.replace(other, '')}{'.' * bool(part)}{part}e{told[2]}")
    except InvalidOperation:
        return None
    if abs(number) > _MOST or len(number.normalize().as_tuple().digits) > _DIGITS:
        return None
    return -number if told[0] in ("-", "−", "–") else number


def _decimal(rows: Sequence[Row], mark: str, lang: str, tell: Tell) -> str:
    """Return the sign before decimals in the numbers of a file: a dot or a comma."""
    own = decimal_sign(lang)
    sure: dict[str, tuple[str, int]] = {}
    doubt: tuple[str, int] | None = None
    for line, cell in ((line, cell) for line, row in rows for cell in row[1:]):
        for sign, certain in _signs(cell):
            if certain:
                sure.setdefault(sign, (cell, line))
            else:
                doubt = doubt or (cell, line)
    if len(sure) == 2:
        (one, _), (other, line) = sorted(sure.values(), key=lambda each: each[1])
        cure = "write all numbers in one way"
        tell(f"“{one}” and “{other}” have different signs before their decimals", line, cure)
    if sure:
        return next(iter(sure))
    if doubt and not (mark == "," and own == "."):
        read = _plain_number(doubt[0], own)
        else_ = _plain_number(doubt[0], "," if own == "." else ".")
        if read is not None and else_ is not None:
            cure = "write thousands without a mark"
            tell(f"“{doubt[0]}” was read as {read:f}; it may mean {else_:f}", doubt[1], cure, "S27")
    return own


def _signs(cell: str) -> Iterator[tuple[str, bool]]:
    """Yield the sign before decimals that a number tells of, and whether surely."""
    told = _bare(cell)
    marks = re.sub(r"\d", "", told[1]) if told else ""
    if told and len(set(marks)) == 2:
        yield marks[-1], True
    elif len(marks) > 1:
        yield ("," if marks[0] == "." else "."), True
    elif told and marks:
        yield marks, not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", told[1])


def _unit(head: Sequence[str], cells: Sequence[Sequence[str]], tell: Tell) -> str:
    """Return what the numbers of all columns count."""
    units = {unit for name in head if (unit := charts.named(name)[1])}
    if len(units) > 1:
        listed = ", ".join(sorted(units))
        tell(f"its columns count different things: {listed}", 1, "make a chart of each")
    signs = {cell[-1:] in "%٪" for row in cells for cell in row if cell not in _NONE}
    if len(signs) > 1 and "%" not in units:
        tell("some numbers are percents and others not", 1, "write % behind all of them, or none")
    return next(iter(units), "%" if True in signs else "")
