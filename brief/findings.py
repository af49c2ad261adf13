"""What is found wrong, how badly, and the errors and exit codes that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, ClassVar


class Severity(StrEnum):
    """How much a finding matters: an error stops publication, a warning stops it with --strict."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class ExitCode(IntEnum):
    """The exit codes of the command line; scripts may rely on them."""

    OK = 0
    BUG = 1
    USAGE = 2
    SOURCE = 3
    HOUSE = 4
    CHECK = 5
    OUTPUT = 6
    LIMIT = 7
    PARTIAL = 8
    INTERRUPTED = 130


#: Every code a finding can carry, with its severity, what it stands for and its general cure. The
#: letter says whose matter it is: S source, H house, C check of an edition, P print, O output, L
#: limit.
CODES: dict[str, tuple[Severity, str, str]] = {
    "S01": (Severity.ERROR, "a source that cannot be read", "check the path and its permissions"),
    "S02": (
        Severity.ERROR,
        "a source that is not text",
        "export it as plain text or Markdown, in UTF-8",
    ),
    "S03": (
        Severity.ERROR,
        "a source without any text",
        "write the text; `brief new SLUG` writes a start",
    ),
    "S04": (
        Severity.WARNING,
        "an encoding that had to be guessed",
        "check the accents, and save the file as UTF-8",
    ),
    "S05": (Severity.WARNING, "characters that no document may hold", "delete the character"),
    "S06": (
        Severity.ERROR,
        "a kind of file that brief does not read",
        "save the text as .txt or .md",
    ),
    "S10": (
        Severity.ERROR,
        "no title",
        "write a headline: the first line of a press text, `title:` in a front matter",
    ),
    "S11": (
        Severity.ERROR,
        "no date",
        "write a date: `Published on …` in a press text, `date:` in a front matter",
    ),
    "S12": (
        Severity.ERROR,
        "a date that cannot be understood",
        "write year-month-day, such as 2024-07-19",
    ),
    "S13": (
        Severity.WARNING,
        "a date that can be read in two ways",
        "write year-month-day, or the month as a word",
    ),
    "S14": (
        Severity.ERROR,
        "front matter that cannot be read",
        "correct the line; put a value with a colon or a sign in it into quotes",
    ),
    "S15": (
        Severity.WARNING,
        "a front matter key that brief does not know",
        "write the key that is meant, or take it out",
    ),
    "S16": (
        Severity.ERROR,
        "a front matter value of the wrong kind",
        "write a value of the kind that the message names",
    ),
    "S17": (Severity.ERROR, "a front matter key given twice", "keep one of them"),
    "S18": (Severity.ERROR, "YAML anchors, aliases and tags", "write the value out"),
    "S19": (Severity.ERROR, "no body text", "write the text below the head or the front matter"),
    "S20": (
        Severity.ERROR,
        "an image that is not there",
        "put the picture beside the source, under the name that the source gives",
    ),
    "S21": (
        Severity.ERROR,
        "a photo without a credit",
        "write who made the photo: `Photo: …` in a press text, `credit:` under `photo:`",
    ),
    "S22": (
        Severity.ERROR,
        "an image without a text alternative",
        "write what the image shows, for those who cannot see it",
    ),
    "S23": (
        Severity.ERROR,
        "an image that cannot be used",
        "export the image again as JPEG or PNG",
    ),
    "S24": (
        Severity.ERROR,
        "an image outside the folders a source may use",
        "copy the image into the source's folder and name it there",
    ),
    "S25": (Severity.WARNING, "a credit without a photo", "add the photo, or take the credit out"),
    "S26": (
        Severity.ERROR,
        "data of a picture that cannot be used",
        "correct the line in the CSV file, or take the chart out",
    ),
    "S27": (
        Severity.WARNING,
        "a number in the data of a chart that can be read in two ways",
        "write thousands without a mark, in the whole file",
    ),
    "S30": (
        Severity.WARNING,
        "a part of a press text that had to be guessed",
        "say it in a front matter if the guess is wrong",
    ),
    "S31": (
        Severity.WARNING,
        "a last paragraph that may be a disclaimer",
        'begin it with `Disclaimer:` if it is one, else put `disclaimer: ""` into a front matter',
    ),
    "S32": (
        Severity.WARNING,
        "text that front matter overruled and the body now holds",
        "delete the line if the front matter replaces it",
    ),
    "S40": (
        Severity.ERROR,
        "a note that is called and not written",
        "write the note, or delete its call",
    ),
    "S41": (
        Severity.ERROR,
        "a note that is written and never called",
        "call the note where it belongs, or delete it",
    ),
    "S42": (Severity.ERROR, "a note written twice", "give one of them another name"),
    "S43": (Severity.WARNING, "markup outside the vocabulary, taken out", "write it in Markdown"),
    "S44": (
        Severity.WARNING,
        "a link that leads nowhere a reader can follow",
        "write an address with https://, or give the front matter a `url:`",
    ),
    "S45": (
        Severity.ERROR,
        "a table row with more cells than the table has columns",
        "write \\| for a bar inside a cell, or add a column to the first row",
    ),
    "S46": (Severity.WARNING, "headings that skip a level", "use one # less"),
    "S47": (
        Severity.WARNING,
        "a site generator's shortcode in the text",
        "write out what it would show",
    ),
    "S48": (
        Severity.ERROR,
        "a note that holds what no note can",
        "write it as sentences, or put it into the text",
    ),
    "S49": (
        Severity.WARNING,
        "words of the source that stand nowhere in the brief",
        "write them as text, or leave them: they are not published",
    ),
    "S50": (
        Severity.ERROR,
        "a part that the house requires",
        "add the part, or take it out of `require` in brief.toml",
    ),
    "S51": (Severity.ERROR, "two sources with one slug", "give one of them a `slug:` of its own"),
    "S52": (
        Severity.ERROR,
        "a reference to no figure, table or heading",
        "write the id that the figure, table or heading has, or words into the brackets",
    ),
    "H01": (
        Severity.ERROR,
        "a house file that cannot be read",
        "correct the line, or save the file as UTF-8 where it may be read",
    ),
    "H02": (
        Severity.ERROR,
        "a house key that brief does not know",
        "write the key that is meant, or take it out",
    ),
    "H03": (
        Severity.ERROR,
        "a house value of the wrong kind",
        "write a value of the kind that the message names",
    ),
    "H04": (
        Severity.ERROR,
        "a style that cannot be found",
        "name a style that is there, or the path of its folder",
    ),
    "H05": (Severity.ERROR, "a style that lacks a file", "copy the file from a style that has it"),
    "H06": (
        Severity.ERROR,
        "a template that cannot be used",
        "compare the template with the one of that name that brief brings",
    ),
    "H07": (
        Severity.ERROR,
        "a resource that a style names and may not or cannot have",
        "put the file into the style's folder",
    ),
    "H08": (
        Severity.WARNING,
        "a style rule that the layout engine does not understand",
        "correct or remove the rule",
    ),
    "H09": (
        Severity.ERROR,
        "a part of the installation that is missing",
        "run `brief doctor`: it names the command that installs it",
    ),
    "H10": (
        Severity.ERROR,
        "a style that breaks the layout engine",
        "take out what the style sheet says last, piece by piece, until it works",
    ),
    "H11": (
        Severity.ERROR,
        "a token that brief does not know and no sheet uses",
        "write the token that is meant, or take it out",
    ),
    "H12": (
        Severity.ERROR,
        "a token that a style uses and does not set",
        "set it in tokens.css, or use one that is there",
    ),
    "H13": (
        Severity.WARNING,
        "a token of a style's own that no sheet uses",
        "use it, or take it out",
    ),
    "H14": (
        Severity.ERROR,
        "a token whose value is not of its kind",
        "write a value of the kind that the message names",
    ),
    "H15": (
        Severity.ERROR,
        "something in a style sheet that is not CSS",
        "correct the line",
    ),
    "H16": (
        Severity.WARNING,
        "something in an EPUB's style sheet that readers do not know",
        "do without it, or have the EPUB read well where it is passed over",
    ),
    "H17": (
        Severity.WARNING,
        "a selector that meets nothing in any brief",
        "correct it, or delete the rule",
    ),
    "H18": (
        Severity.ERROR,
        "a font that a style names and does not bring",
        "correct its name, or add the font to the style and name it in fonts.css",
    ),
    "H19": (
        Severity.WARNING,
        "a file in a style that nothing uses",
        "name it where it is meant to be used, or delete it",
    ),
    "H20": (
        Severity.WARNING,
        "a font without its licence",
        "put the text of its licence beside it",
    ),
    "H21": (
        Severity.ERROR,
        "a font that lacks letters of the house's languages",
        "add a font that has them to the style",
    ),
    "H22": (
        Severity.ERROR,
        "a template that leaves out a part of a brief",
        "compare the template with the one of that name that brief brings",
    ),
    "H23": (
        Severity.ERROR,
        "words with too little contrast",
        "make the words darker or their ground lighter, or the other way round",
    ),
    "H24": (Severity.ERROR, "type in print that is too small", "set it larger"),
    "H25": (
        Severity.WARNING,
        "a line in print that is too fine",
        "make it 0.25 pt or more: a finer one breaks up, or vanishes",
    ),
    "H26": (
        Severity.ERROR,
        "words without the contrast that a style claims",
        "give them more contrast, or take `contrast` out of house.toml",
    ),
    "H27": (
        Severity.ERROR,
        "a profile of a printing condition that cannot be used",
        "name the ICC profile of a press with four inks",
    ),
    "C01": (
        Severity.ERROR,
        "a part of the brief that is missing from an edition",
        "look how the style shows the part: a rule or a template may hide it",
    ),
    "C02": (
        Severity.ERROR,
        "a font that is not embedded",
        "embed the font, or set the text in another",
    ),
    "C03": (
        Severity.ERROR,
        "a PDF without a usable tag tree",
        "tag all that is read, and mark the rest as artifacts",
    ),
    "C04": (
        Severity.ERROR,
        "an edition without its language",
        "write the language of the text into the edition",
    ),
    "C05": (
        Severity.ERROR,
        "an edition without its title",
        "write the title into the edition's metadata",
    ),
    "C06": (
        Severity.ERROR,
        "a link that leads nowhere",
        "correct the address, or take the link out",
    ),
    "C07": (
        Severity.ERROR,
        "an image without alternative text in an edition",
        "describe the image, or mark it as decoration",
    ),
    "C08": (
        Severity.ERROR,
        "a character without a glyph",
        "write another character, or add a font that has it to the style",
    ),
    "C09": (
        Severity.ERROR,
        "a file that cannot be opened as what it claims to be",
        "make the file again",
    ),
    "C10": (
        Severity.ERROR,
        "an EPUB package that is not consistent",
        "make the EPUB again, with each file named once in its package",
    ),
    "C11": (
        Severity.ERROR,
        "an EPUB navigation that is not consistent",
        "make the navigation again from the headings",
    ),
    "C12": (
        Severity.ERROR,
        "a PDF that does not declare what it should",
        "write what is missing into the PDF's metadata",
    ),
    "C13": (
        Severity.ERROR,
        "words of an edition that cannot be seen",
        "look how the style sets them: it may hide them, clip them or push them off the page",
    ),
    "C14": (
        Severity.ERROR,
        "accessibility metadata that is missing, or that the book does not bear out",
        "take the claim out, or give the book what it claims",
    ),
    "C15": (
        Severity.ERROR,
        "words of the brief that an edition lacks, doubles, moves or alters",
        "look how the style and its templates set the part",
    ),
    "C20": (
        Severity.ERROR,
        "a rule of PDF/A or PDF/UA broken, by veraPDF",
        "look up the clause in the standard; a PDF by brief breaks none, so report it",
    ),
    "C21": (
        Severity.ERROR,
        "a message of EPUBCheck",
        "look up the message; an EPUB by brief brings none, so report it",
    ),
    "C30": (
        Severity.ERROR,
        "a check that could not be run",
        "do what the reason says; `brief doctor` names what is missing, and `--no-verify` leaves"
        " the reference validators out",
    ),
    "P01": (
        Severity.ERROR,
        "page boxes that are missing or lie wrongly in one another",
        "give each page a TrimBox, within its BleedBox, within its MediaBox",
    ),
    "P02": (
        Severity.ERROR,
        "pages that are not all cut to one size",
        "give all pages the same trim",
    ),
    "P03": (
        Severity.ERROR,
        "less bleed than the printer asks for",
        "make the BleedBox larger, and draw into it all that reaches the edge",
    ),
    "P04": (
        Severity.ERROR,
        "colour at the edge that does not run on into the bleed",
        "draw it on beyond the edge, as far as the bleed reaches",
    ),
    "P05": (
        Severity.ERROR,
        "an output intent that does not say how the file is to be printed",
        "give the file one output intent of PDF/X, with the printer's CMYK profile",
    ),
    "P06": (
        Severity.ERROR,
        "a file that does not say which PDF/X it is",
        "write the PDF/X version into its metadata, as an export to PDF/X does",
    ),
    "P07": (
        Severity.ERROR,
        "metadata that PDF/X asks for and the file lacks or contradicts",
        "write what is missing, in Info and XMP alike",
    ),
    "P08": (
        Severity.ERROR,
        "a version of PDF that the standard does not know",
        "save the file in the version that the message names",
    ),
    "P10": (Severity.ERROR, "RGB colour", "convert it to the printer's CMYK"),
    "P11": (
        Severity.ERROR,
        "colour that is neither CMYK, grey nor a spot colour",
        "convert it to the printer's CMYK",
    ),
    "P12": (
        Severity.ERROR,
        "a spot colour that was not ordered",
        "convert it to CMYK, or agree on the spot colour with the printer",
    ),
    "P13": (
        Severity.ERROR,
        "one spot colour that is defined in two ways",
        "define it once, and use that everywhere",
    ),
    "P14": (Severity.ERROR, "black text that is made of several inks", "set it in black ink alone"),
    "P15": (
        Severity.ERROR,
        "more ink than the paper takes",
        "make it lighter, with less of cyan, magenta and yellow",
    ),
    "P16": (
        Severity.ERROR,
        "more ink in an image than the paper takes",
        "convert the image with the printer's profile, which bounds the ink",
    ),
    "P17": (
        Severity.WARNING,
        "small type in several inks, which blurs if they do not meet",
        "set it larger, or in one ink",
    ),
    "P18": (
        Severity.ERROR,
        "white that overprints, and so vanishes",
        "take overprinting off for it",
    ),
    "P19": (Severity.ERROR, "transparency that is blended in RGB", "blend in the printer's CMYK"),
    "P20": (
        Severity.ERROR,
        "registration colour within the page",
        "set it in black ink; the colour of all inks is for marks outside",
    ),
    "P21": (
        Severity.ERROR,
        "an image with too few pixels",
        "put in a larger original, or print it smaller",
    ),
    "P22": (
        Severity.WARNING,
        "an image with fewer pixels than it should have",
        "put in a larger original, or print it smaller",
    ),
    "P23": (
        Severity.WARNING,
        "line art with fewer pixels than it should have",
        "scan it at 1,200 ppi, or draw it anew as lines",
    ),
    "P24": (
        Severity.ERROR,
        "line art with too few pixels",
        "scan it at 1,200 ppi, or draw it anew as lines",
    ),
    "P25": (
        Severity.WARNING,
        "an image that is put in turned or askew",
        "turn it in an image editor, and put it in upright",
    ),
    "P26": (
        Severity.WARNING,
        "an image that was enlarged before it was put in",
        "put in the original",
    ),
    "P27": (
        Severity.ERROR,
        "an image that the standard does not allow",
        "save it as a plain image with 8 bits for each component",
    ),
    "P30": (Severity.ERROR, "a font that is not embedded for print", "embed the font"),
    "P31": (
        Severity.WARNING,
        "a Type 3 font, which printers may draw coarsely",
        "set the text in an OpenType or TrueType font",
    ),
    "P32": (Severity.ERROR, "type that is too small to print", "set it larger"),
    "P33": (Severity.ERROR, "a line that is too fine to print", "make it 0.25 pt or more"),
    "P34": (Severity.ERROR, "text so near to the edge that it may be cut off", "move it inwards"),
    "P40": (
        Severity.ERROR,
        "a file that is encrypted",
        "save it without a password and without restrictions",
    ),
    "P41": (Severity.ERROR, "scripts and actions in a file for print", "take them out"),
    "P42": (Severity.ERROR, "form fields in a file for print", "flatten the form"),
    "P43": (Severity.ERROR, "sound, film and the like in a file for print", "take them out"),
    "P44": (Severity.ERROR, "files attached to a file for print", "take them out"),
    "P45": (Severity.ERROR, "layers that may print in more than one way", "flatten the layers"),
    "P46": (
        Severity.ERROR,
        "transparency where the standard allows none",
        "flatten the transparency, or deliver PDF/X-4",
    ),
    "P47": (
        Severity.ERROR,
        "links and comments on a page for print",
        "take them out, or keep them off the page",
    ),
    "P48": (
        Severity.ERROR,
        "instructions that change colours or screens while printing",
        "take out transfer functions, halftones and the like",
    ),
    "P49": (
        Severity.ERROR,
        "a number of pages that cannot be printed so",
        "add or take out pages; deliver them whole, not as separations",
    ),
    "P50": (
        Severity.ERROR,
        "a page that is not as it should be on its sheet",
        "make the sheets again from the press edition",
    ),
    "P60": (
        Severity.WARNING,
        "a page that takes much toner",
        "make large grounds light, or keep them from print",
    ),
    "P61": (
        Severity.WARNING,
        "text that cannot be read when it is printed in grey",
        "make it darker, or its ground lighter, not just of another colour",
    ),
    "P62": (
        Severity.WARNING,
        "a link whose address is not printed",
        "write the address out, or list it at the end",
    ),
    "O01": (
        Severity.ERROR,
        "a place that cannot be written",
        "choose another folder with --out, or free the space and the permission",
    ),
    "L01": (
        Severity.ERROR,
        "more than brief takes: of a file, a picture, a text or a word",
        "make it smaller, or split it",
    ),
    "L02": (Severity.ERROR, "text nested deeper than brief takes", "make it flatter"),
    "L03": (
        Severity.ERROR,
        "work over the time that brief takes",
        "split the text, or take out the style's rules one by one until it works",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what, how badly, where, and what to do about it.

    `line` and `column` count from 1; 0 says unknown. `excerpt` is the line itself. `page` counts
    from 1; `place` is on it: left, top, width and height in mm, from the corner of its trim.
    """

    code: str
    message: str
    file: Path | None = None
    line: int = 0
    column: int = 0
    excerpt: str = ""
    hint: str = ""
    severity: Severity = Severity.ERROR
    page: int = 0
    place: tuple[float, float, float, float] | None = None
    #: places of others on that page that are alike
    alike: tuple[tuple[float, float, float, float], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as values that JSON can hold; page and place where it has a page."""
        where = {"page": self.page, "place": self.place} if self.page else {}
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "file": str(self.file) if self.file else "",
            "line": self.line,
            "column": self.column,
            "excerpt": self.excerpt,
            "hint": self.hint,
            **where,
        }


def finding(
    code: str,
    message: str,
    file: Path | None = None,
    line: int = 0,
    *,
    column: int = 0,
    excerpt: str = "",
    hint: str = "",
    page: int = 0,
    place: tuple[float, float, float, float] | None = None,
) -> Finding:
    """Return a Finding with the severity that CODES gives its code; without a hint, its cure."""
    severity, _, cure = CODES[code]
    return Finding(
        code, message, file, line, column, excerpt, hint or cure, severity, page=page, place=place
    )


def short(text: str, most: int = 60) -> str:
    """Return a text that a finding can quote, whatever its length."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


@dataclass(frozen=True, slots=True)
class Listing:
    """A file and its lines, so that a finding can quote the one it is about."""

    file: Path
    lines: tuple[str, ...] = ()

    def finding(
        self, code: str, message: str, line: int = 0, *, column: int = 0, hint: str = ""
    ) -> Finding:
        """Return a Finding at `line` (from 1; 0 unknown) with that line as its excerpt."""
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if excerpt and not column:
            column = len(excerpt) - len(excerpt.lstrip()) + 1
        return finding(
            code, message, self.file, line, column=column, excerpt=excerpt.rstrip(), hint=hint
        )


class BriefError(Exception):
    """Anything that stops a brief, with the findings that say why.

    ::

        BriefError                exit
        ├─ SourceError             3   a source that cannot be read, or lacks what a brief must have
        ├─ HouseError              4   a style, template, font or other resource missing or refused
        ├─ CheckError              5   an edition failed a check; nothing of it is published
        ├─ OutputError             6   cannot write
        └─ LimitError              7   a size, time or memory limit was reached
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(found.message for found in findings))
        self.findings: tuple[Finding, ...] = findings


class SourceError(BriefError):
    """A source that cannot be read, or lacks what a brief must have."""

    exit_code = ExitCode.SOURCE


class HouseError(BriefError):
    """A style, template, font or other resource missing, malformed or refused."""

    exit_code = ExitCode.HOUSE


class CheckError(BriefError):
    """An edition failed a check; nothing of it is published."""

    exit_code = ExitCode.CHECK


class OutputError(BriefError):
    """A place that cannot be written."""

    exit_code = ExitCode.OUTPUT


class LimitError(BriefError):
    """A size, time or memory limit was reached."""

    exit_code = ExitCode.LIMIT


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return those findings that are errors."""
    return tuple(found for found in findings if found.severity is Severity.ERROR)
