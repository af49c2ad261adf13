"""What the built-in checks cost beside the rendering that they follow, on briefs of three lengths.

Both are timed in one process that has warmed up, in turns, so that a slow minute of the machine
strikes both. Compare the shares; the times belong to one machine and one day.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from brief import intake, run
from brief.house import read_house

ROOT = Path(__file__).parent.parent
HOUSE = read_house(ROOT)
SENTENCE = (
    "The port was moved {n} miles inland in {year}, because nobody had asked the *pilots* about"
    " the tide, and the [minutes](https://www.example.org/{n}) of the board say so."
)
#: a section is about a page long
SECTION = (
    "\n\n## Section {n}\n\n{text}[^n{n}]\n\n- {short}\n- {short}\n\n{text}\n\n{table}\n\n{text}"
)
SECTION += "\n\n[^n{n}]: Minutes of the board, {year}, p. {n}.\n"


def source(pages: int, folder: Path) -> Path:
    """Write a brief of about so many pages, with lists, tables, links and notes on each."""
    sections = []
    for n in range(1, pages + 1):
        year = 1900 + n % 100
        sentence = SENTENCE.format(n=n, year=year)
        table = "\n".join(f"| Port {row} | {row * n} | {row + n}.5 |" for row in range(5))
        sections.append(
            SECTION.format(
                n=n,
                year=year,
                text=" ".join([sentence] * 3),
                short=f"Item {n}, of {year}.",
                table=f"| Port | Ships | Tons |\n|---|--:|--:|\n{table}",
            )
        )
    file = folder / f"pages-{pages}.md"
    front = f"---\ntitle: About {pages} pages\ndate: 2024-07-19\nauthors: [Ada Lind]\n---\n"
    file.write_text(front + "".join(sections), encoding="utf-8")
    return file


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("-n", "--runs", type=int, default=5, help="runs of each (%(default)s)")
    options = parser.parse_args()
    print(f"{'':12}{'pages':>6}{'rendered':>11}{'checked':>10}{'share':>8}{'a page':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for pages in (1, 1, 10, 100):  # the first warms up
            brief = intake.read(source(pages, Path(folder)), HOUSE, [])
            rendered: list[float] = []
            checked: list[float] = []
            for _ in range(options.runs):
                start = time.perf_counter()
                moment = run.moment_of(brief)
                pdf = run.make("pdf", brief, HOUSE, moment, [], claim=True)
                made = [pdf, run.make("epub", brief, HOUSE, moment, [], [pdf], claim=True)]
                middle = time.perf_counter()
                run.prove(made, brief, HOUSE)
                rendered.append(middle - start)
                checked.append(time.perf_counter() - middle)
            making, proving = median(rendered), median(checked)
            print(
                f"{'PDF and EPUB':12}{pdf.length:6}{making:9.3f} s{proving:8.3f} s"
                f"{proving / making:8.2f}{1000 * proving / pdf.length:7.1f} ms"
            )


if __name__ == "__main__":
    main()
