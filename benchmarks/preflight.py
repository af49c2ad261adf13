"""The preflight of a press edition, whole processes, beside Ghostscript, which but counts the ink.

All take turns after one run to warm the disk, so that a slow minute of the machine strikes all of
them. Compare the ratios; the times belong to one machine and one day.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from cold import in_turns
from proof import HOUSE, source

from brief import run


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("-n", "--runs", type=int, default=5, help="runs of each (%(default)s)")
    options = parser.parse_args()
    if not (ghostscript := shutil.which("gs")):
        sys.exit("needs Ghostscript: apt-get install ghostscript")
    print(f"{'pages':>5}{'':4}{'':28}{'median':>8}{'a page':>10}{'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for length in (1, 10, 100):
            text = source(length, Path(folder))
            (made,) = run.export(text, editions=["press"], out=folder, verify=False, house=HOUSE)
            if made.error:
                sys.exit(str(made.error))
            (edition,) = made.editions
            contenders: dict[str, list[str | Path]] = {
                "gs -sDEVICE=inkcov": [
                    *(ghostscript, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE"),
                    *("-sDEVICE=inkcov", "-o", "-", edition.path),
                ],
                "brief check --preflight": [
                    *(Path(sys.executable).with_name("brief"), "check", "--preflight"),
                    edition.path,
                ],
            }
            times = in_turns(contenders, options.runs)
            base = median(times["gs -sDEVICE=inkcov"])
            for name, taken in times.items():
                middle = median(taken)
                told = (
                    f"{middle:6.2f} s{1000 * middle / edition.length:7.0f} ms{middle / base:7.2f}"
                )
                print(f"{edition.length:5}    {name:28}{told}")


if __name__ == "__main__":
    main()
