"""Files are written whole or not at all."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers import ROOT

from brief import publish
from brief.findings import OutputError


def test_all_files_are_there_with_ordinary_permissions(tmp_path: Path) -> None:
    paths = publish.write(tmp_path / "new" / "dist", {"a.pdf": b"a", "b.epub": b"b"})
    assert {name: path.read_bytes() for name, path in paths.items()} == {
        "a.pdf": b"a",
        "b.epub": b"b",
    }
    mask = os.umask(0)
    os.umask(mask)
    assert paths["a.pdf"].stat().st_mode & 0o777 == 0o666 & ~mask
    assert len(list((tmp_path / "new" / "dist").iterdir())) == 2


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"old")
    (tmp_path / "b.epub").mkdir()
    with pytest.raises(OutputError) as caught:
        publish.write(tmp_path, {"a.pdf": b"new", "b.epub": b"b"})
    assert caught.value.findings[0].code == "O01"
    assert (tmp_path / "a.pdf").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.epub"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OutputError):
            publish.write(tmp_path, {"a.pdf": b"new", "b.epub": b"b" * 5000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"old"


def test_killed_at_any_moment_a_file_is_old_or_new(tmp_path: Path) -> None:
    program = (
        "import sys, itertools; from pathlib import Path; from brief import publish\n"
        "print('up', flush=True)\n"
        "for n in itertools.count():\n"
        "    publish.write(Path(sys.argv[1]), {'a': bytes([n % 256]) * 2_000_000})\n"
    )
    for pause in (0.0, 0.01, 0.02, 0.03, 0.05):
        running = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        assert running.stdout is not None
        running.stdout.readline()
        deadline = time.monotonic() + 20
        while not (tmp_path / "a").exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(pause)
        running.kill()
        running.wait()
        running.stdout.close()
        data = (tmp_path / "a").read_bytes()
        assert len(data) == 2_000_000
        assert len(set(data)) == 1
