"""Checked bytes → files in dist/, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from brief.findings import OutputError, finding


def write(folder: Path, files: Mapping[str, bytes]) -> dict[str, Path]:
    """Write all files into a folder and return their paths by name.

    Each is written beside its place, flushed to the disk and moved over it, so that a crash at
    any moment leaves the old file or the new one. Raises OutputError, and then none has changed.
    """
    held: dict[str, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in files:
            if (folder / name).is_dir():
                raise IsADirectoryError(0, "a folder has that name", str(folder / name))
        for name, data in files.items():
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=folder)
            held[name] = Path(temporary)
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            held[name].chmod(0o666 & ~_umask())
        for name in files:
            held[name].replace(folder / name)
            del held[name]
        _sync(folder)
    except OSError as error:
        where = Path(error.filename) if error.filename else folder
        raise OutputError(
            finding(
                "O01",
                "not a folder"
                if isinstance(error, FileExistsError)
                else f"cannot be written: {error.strerror or error}",
                where if where.suffix != ".part" else folder,
                hint="choose another folder with --out, or free the space and the permission",
            )
        ) from None
    finally:
        for temporary_file in held.values():
            temporary_file.unlink(missing_ok=True)
    return {name: folder / name for name in files}


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync(folder: Path) -> None:
    """Flush the folder too, where the system can: the new names then survive a power cut."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
