"""Briefs of every length and shape, made of our own sentences, the same each time."""

from __future__ import annotations

import random

SENTENCES = {
    "en": (
        "The harbour board met eleven times in the spring and decided nothing.",
        "A third of the municipalities keep no record of what their pumps consume.",
        "Where the tariff follows the season, households shift a fifth of their use.",
        "Nobody disputes the figures; what is disputed is who should have known them.",
        "The regulator’s own inspectors had written as much in 2016, in an appendix.",
        "An administrative misunderstanding, unremarkable in itself, cost fourteen months.",
        "Responsibility for maintenance, which had been transferred in 2009, was never funded.",
        "That is cheap.",
        "Of the forty-two stations that were inspected, seventeen had no working telephone.",
        "It would be unreasonable to expect volunteers to carry this indefinitely.",
        "The comparison with neighbouring districts is instructive, and not flattering.",
        "Ministers come and go, while the spreadsheet on which it all depends stays.",
    ),
    "de": (
        "Die Hafenbehörde trat im Frühjahr elfmal zusammen und beschloss nichts.",
        "Ein Drittel der Gemeinden führt kein Verzeichnis darüber, was die Pumpen verbrauchen.",
        "Die Verwaltungsvereinfachung blieb eine Absichtserklärung der Landesregierung.",
        "Niemand bestreitet die Zahlen; bestritten wird, wer sie hätte kennen müssen.",
        "Zuständigkeitsstreitigkeiten verzögerten die Instandhaltungsmaßnahmen um Jahre.",
        "Das ist billig.",
        "Von zweiundvierzig Messstationen hatten siebzehn keinen Telefonanschluss.",
    ),
}
HEADS = {
    "plain": "title: Harbour lights\ndate: 2024-07-19\n",
    "long": (
        "title: What a winter costs the five valleys of the upper Aldra, who keeps the books, why"
        " nobody closes the sluices any more, and what comes next\n"
        "dek: Five valleys used to quarrel each summer over a shrinking melt. Then they began to"
        " write the snow down in spring, and to lend it to one another; this brief says how, what"
        " it has cost, and which parts of it could be borrowed elsewhere.\n"
        "kicker: Water and land\nseries: Upland Papers 7\ndate: 2024-07-19\nauthors:\n"
        + "".join(
            f"  - {{name: {name}, role: Fellow}}\n"
            for name in (
                *("Ada Lind", "Ben Okoro", "Chiara Neri", "Dmytro Koval", "Eun-ji Park"),
                *("Farid Azimi", "Grace Wanjiru", "Hedvig Lund", "Ines Duarte"),
            )
        )
    ),
    "wide": "title: Who pays for the harbour lights\ndek: A dek of one line.\ndate: 2024-07-19\n"
    "authors: [Ada Lind]\nphoto: {path: wide.png, alt: A harbour, caption: Dusk., credit: Ada}\n",
    "tall": "title: Two words\ndate: 2024-07-19\nauthors: [Ada Lind, Ben Okoro]\n"
    "photo: {path: tall.png, alt: A lighthouse, caption: Dawn., credit: Ben}\n",
}
TABLE = """| Station | Built | Lamps | Cost (k) |
|---|---:|---:|---:|
| North mole | 1931 | 12 | 41.5 |
| South mole | 1954 | 9 | 38.0 |
| Outer reef | 1978 | 3 | 112.4 |
"""
LIST = """The board has three ways out:

- keep what there is, and pay for it out of the general budget, as it did until 2009;
- hand the lights to the pilots, who have asked for them twice;
- switch off the outer reef.
"""
NUMBERED = """1. **Count.** A register of what there is, by the end of the year.
2. **Fund.** A levy on each call at the port, small and fixed.
   - by tonnage
   - by season
3. **Publish.** The figures, each spring, in full.
"""
QUOTE = "> We were all keeping the law, and the law was keeping a calendar.\n"
PULL = "{.pull-quote}\n> Nobody disputes the figures; what is disputed is who should have known.\n"
FIGURE = (
    '![A chart of lamps by year](wide.png "Lamps in working order, 1990 to 2023."){credit=Ada}\n'
)
TERMS = (
    "Levy\n: What each call at the port pays, whatever it carries.\n\nMole\n: A wall in the sea.\n"
)
CODE = "```\nlamps = sum(each.working for each in register)\n```\n"


def paragraph(rng: random.Random, lang: str, words: int, note: str = "") -> str:
    told: list[str] = []
    while sum(len(each.split()) for each in told) < words:
        sentence = rng.choice(SENTENCES[lang])
        first, *rest = sentence[:-1].rsplit(" ", 3)
        if rng.random() < 0.15:
            sentence = f"{first} *{' '.join(rest)}*{sentence[-1]}"
        elif rng.random() < 0.08:
            sentence = f"{first} [{' '.join(rest)}](https://www.example.org/){sentence[-1]}"
        told.append(sentence)
    return " ".join(told) + note + "\n"


def brief(words: int, head: str, *, seed: int = 0, lang: str = "en", notes: bool = True) -> str:
    """Return the Markdown of a brief of some `words`, with every element that a text may have."""
    rng = random.Random(f"{words} {head} {seed} {lang}")
    others = [TABLE, LIST, NUMBERED, QUOTE, PULL, FIGURE, TERMS, CODE]
    rng.shuffle(others)
    blocks: list[str] = []
    told, called = 0, 0
    while told < words:
        if told and rng.random() < 0.28:
            level = rng.choice(("##", "##", "###", "####"))
            blocks.append(f"{level} {rng.choice(SENTENCES[lang])[:-1]}\n")
        size = rng.choice((12, 40, 70, 110))
        note = ""
        if notes and rng.random() < 0.25:
            called += 1
            note = f"[^{called}]"
        blocks.append(paragraph(rng, lang, size, note))
        told += size
        if others and rng.random() < 0.4:
            blocks.append(others.pop())
    written = "".join(
        f"\n[^{n}]: {paragraph(rng, lang, rng.choice((5, 25, 50)))}" for n in range(1, called + 1)
    )
    front = f"---\n{HEADS[head]}lang: {lang}\n---\n"
    return front + "\n".join(blocks) + written
