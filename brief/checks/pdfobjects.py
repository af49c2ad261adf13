"""Takes a PDF's objects as they come, whatever they are, and within bounds."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf.settings import set_qpdf_limits

from brief.findings import CheckError, LimitError, finding

#: what one stream may hold once it is unpacked; LZW, which qpdf does not bound, grows 1,400 times
MAX_STREAM = 1 << 28
MAX_LZW = 1 << 17
#: things drawn, kids in a tree, codes in a CMap
MAX_COUNT = 1 << 20
#: steps up or down where a document has few
MAX_STEPS = 32

Number = tuple[int, int]

# what qpdf has to say is asked of it, and nothing for the screen
logging.getLogger("pikepdf").addHandler(logging.NullHandler())


def open_pdf(data: bytes, file: Path) -> pikepdf.Pdf:
    """Open a PDF, or raise a CheckError that says why it cannot be."""
    # qpdf knows these limits only for the whole process
    set_qpdf_limits(
        flate_max_memory=MAX_STREAM,
        run_length_max_memory=MAX_STREAM,
        png_max_memory=MAX_STREAM,
        tiff_max_memory=MAX_STREAM,
        doc_max_warnings=1000,
    )
    try:
        pdf = pikepdf.open(BytesIO(data))
        len(pdf.pages)
    except pikepdf.PasswordError as error:
        hint = "take the password off"
        raise CheckError(finding("C09", "is encrypted", file, hint=hint)) from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        told = re.sub(r"^.*BytesIO object at 0x\w+>( \([^)]*\))?:? *", "", str(error))
        message = f"cannot be opened as a PDF: {told}"
        raise CheckError(finding("C09", message, file)) from error
    return pdf


def entry(holder: Any, *path: str) -> Any:
    """Return what lies at the end of a path of keys, or None wherever the path breaks off."""
    for key in path:
        if not isinstance(holder, (pikepdf.Dictionary, pikepdf.Stream)):
            return None
        holder = holder.get(key)
    return holder


def items(value: Any) -> list[Any]:
    """Return the items of an array; anything else is one item, and None none."""
    if isinstance(value, pikepdf.Array):
        return list(value)
    return [] if value is None else [value]


def name(value: Any) -> str:
    """Return a name without its slash, and nothing for what is no name."""
    if not isinstance(value, pikepdf.Name):
        return ""
    try:
        return str(value)[1:]
    except UnicodeDecodeError:
        return value.unparse().decode("latin-1")[1:]


def string(value: Any) -> str | None:
    """Return a text string, and None for what is none."""
    if not isinstance(value, pikepdf.String):
        return None
    try:
        return str(value)
    except UnicodeDecodeError:
        return bytes(value).decode("latin-1")


def number(value: Any) -> Number | None:
    """Return the number of an object that has one of its own."""
    return value.objgen if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)) else None


def unpacked(stream: pikepdf.Object, file: Path) -> bytes:
    """Return what a stream holds."""
    filters = {name(each) for each in items(entry(stream, "/Filter"))}
    try:
        raw = stream.read_raw_bytes()
        if filters & {"LZWDecode", "LZW"} and len(raw) > MAX_LZW:
            raise LimitError(finding("L01", "holds a stream of LZW that is too large", file))
        return stream.read_bytes()
    except pikepdf.PdfError as error:
        if "memory limit" in str(error):
            message = f"holds a stream of more than {MAX_STREAM >> 20} MB"
            raise LimitError(finding("L01", message, file)) from error
        message = f"holds data that cannot be unpacked: {error}"
        raise CheckError(finding("C09", message, file)) from error


def leaves(tree: Any, kind: str, file: Path) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs of a number tree ("/Nums") or a name tree ("/Names")."""
    todo, seen, left = [tree], set(), MAX_COUNT
    while todo:
        node = todo.pop()
        if not isinstance(node, pikepdf.Dictionary) or node.objgen in seen:
            continue
        if node.is_indirect:
            seen.add(node.objgen)
        pairs, kids = items(node.get(kind)), items(node.get("/Kids"))
        left -= len(pairs) + len(kids)
        if left < 0:
            raise LimitError(finding("L01", "holds a tree of names that is too large", file))
        yield from zip(pairs[::2], pairs[1::2], strict=False)
        todo.extend(reversed(kids))


def inherited(page: Any, key: str) -> Any:
    """Return an attribute of a page, which may stand on a node above it."""
    for _ in range(MAX_STEPS):
        value = entry(page, key)
        if value is not None:
            return value
        page = entry(page, "/Parent")
    return None


def pairs(value: Any) -> list[tuple[str, Any]]:
    """Return the keys and values of a dictionary, and none for what is no dictionary."""
    try:
        return list(value.items()) if isinstance(value, pikepdf.Dictionary) else []
    except UnicodeDecodeError:  # keys that are no UTF-8, which pikepdf cannot return
        return []


def is_stream(value: Any) -> bool:
    """Whether a value is a stream."""
    return isinstance(value, pikepdf.Stream)
