"""Cold runs, whole processes: `brief export` beside a plain WeasyPrint script on the same text.

Each contender runs once to warm the disk, then all take turns, so that a slow minute of the machine
strikes all of them. Compare the ratios; the times belong to one machine and one day.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
#: Python may keep its bytecode, as it does for anyone who runs a program twice.
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "source", nargs="?", type=Path, help="a press text; default: the first in sources/"
    )
    parser.add_argument(
        "-n", "--runs", type=int, default=10, help="runs of each contender (%(default)s)"
    )
    options = parser.parse_args()
    source = (options.source or min((ROOT / "sources").glob("*.txt"))).resolve()

    with tempfile.TemporaryDirectory() as out:
        brief = [Path(sys.executable).with_name("brief"), "export", source, "--pdf", "--out", out]
        plain = [sys.executable, ROOT / "benchmarks/plain.py", source, Path(out, "plain.pdf")]
        contenders: dict[str, list[str | Path]] = {
            "plain WeasyPrint script": plain,
            "brief export --pdf --no-verify": [*brief, "--no-verify"],
            "brief export --pdf": brief,
        }
        times = in_turns(contenders, options.runs)

    base = median(times["plain WeasyPrint script"])
    print(
        f"{source.name}, {len(source.read_text('utf-8').split())} words, {options.runs} runs each"
    )
    print(f"{'':32}{'median':>8}{'fastest':>9}{'slowest':>9}{'ratio':>7}")
    for name, taken in times.items():
        middle = median(taken)
        print(f"{name:32}{middle:6.2f} s{min(taken):7.2f} s{max(taken):7.2f} s{middle / base:7.2f}")


def in_turns(contenders: dict[str, list[str | Path]], runs: int) -> dict[str, list[float]]:
    """Return the seconds of each run of some commands, after one that warms the disk."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for run in range(runs + 1):
        for name, command in contenders.items():
            seconds = timed(command)
            if run:
                times[name].append(seconds)
    return times


def timed(command: list[str | Path]) -> float:
    """Run a command to its end; its output matters only when it fails."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=ENV, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(
            f"{' '.join(map(str, command))}\nexit {done.returncode}\n{done.stdout}{done.stderr}"
        )
    return seconds


if __name__ == "__main__":
    main()
