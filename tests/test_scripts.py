"""Every script: its fonts, how languages are set in it, and what is said if no font has it."""

from __future__ import annotations

import ctypes
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from helpers import ROOT, Reader, installed, square_font
from helpers import brief as run_brief
from lxml import etree
from pypdfium2 import raw

from brief import assemble, export, tokens
from brief.checks.pdf import check as checks_of
from brief.editions import pdf
from brief.findings import CheckError
from brief.house import SHEETS, House, Style, read_house
from brief.language import direction
from brief.model import Brief, Picture
from brief.run import Outcome, moment_of
from brief.scripts import SCRIPTS, SQUARE, by_package

FONTS = SHEETS / "fonts"
FACE = re.compile(
    r'@font-face \{ font-family: "([^"]+)"; src: url\(fonts/([^)]+)\); font-weight: (\d+);'
    r" font-style: (\w+)(?:; unicode-range: ([^}]+))? \}"
)
FACES = FACE.findall((SHEETS / "fonts.css").read_text("utf-8"))
SAMPLES = sorted((ROOT / "tests" / "samples" / "scripts").glob("*.md"))
HANGUL = next(script.signs for script in SCRIPTS if script.name == "Hangul")
#: samples whose fonts brief cannot bring
LARGE = {"zh-Hans", "zh-Hant", "ja", "ko"}


@cache
def has(name: str) -> set[int]:
    with TTFont(FONTS / name) as font:
        return set(font.getBestCmap())


def within(told: str) -> set[int]:
    """Return the code points of a `unicode-range`."""
    spans = (each.strip().removeprefix("U+").split("-") for each in told.split(","))
    return {n for span in spans for n in range(int(span[0], 16), int(span[-1], 16) + 1)}


# --- the fonts that come with brief


def test_the_sheet_names_every_font_once() -> None:
    named = [face[1] for face in FACES]
    assert sorted(named) == sorted(file.name for file in FONTS.glob("*.ttf"))
    assert len((SHEETS / "fonts.css").read_text("utf-8").split("@font-face")) == len(FACES) + 1


def test_every_font_has_its_origin_and_its_licence() -> None:
    rows = [
        [cell.strip().replace("\\", "") for cell in line.strip("|").split("|")]
        for line in (FONTS / "README.md").read_text("utf-8").splitlines()
        if line.startswith("|") and ".ttf" in line
    ]
    licences = {row[4] for row in rows}
    assert licences == {file.name for file in FONTS.glob("OFL-*.txt")}
    for file in FONTS.glob("*.ttf"):
        # "Source Serif 4" begins the names of its display faces too
        (row,) = (row for row in rows if fnmatch(file.name, row[0]))
        with TTFont(file) as font:
            name = font["name"]
            family = name.getDebugName(16) or name.getDebugName(1)
            assert family.startswith(row[1]), file.name
            assert "SIL Open Font License" in name.getDebugName(13)
            assert font["OS/2"].fsType == 0
            if "Noto" in family:
                assert name.getDebugName(0) in (FONTS / row[4]).read_text("utf-8")


def test_ranges_are_what_the_fonts_have() -> None:
    scripts = {each.name: each for each in SCRIPTS}
    for family, name, *_, told in FACES:
        if not told:
            continue
        mapped, span = has(name), within(told)
        assert span <= mapped, name
        if family == "Noto Serif":  # of letters that fonts of the styles lack
            continue
        script = scripts[family.split()[-1]]
        letters = {n for n in mapped if re.fullmatch(f"[{script.signs}]", chr(n))}
        assert letters - {0x964, 0x965} <= span, name
    ranged = list(dict.fromkeys(face[0] for face in FACES if face[4]))
    known = tokens.tokens(read_house(ROOT).style)["--script-fonts"].value
    assert re.findall('"([^"]+)"', known) == ranged


def test_a_bold_face_serves_where_the_sheets_ask_for_600() -> None:
    for family in {face[0] for face in FACES if face[4]}:
        weights = {int(face[2]): face[1] for face in FACES if face[0] == family}
        assert sorted(weights) == [400, 600]
        for told, name in weights.items():
            with TTFont(FONTS / name) as font:
                assert (font["OS/2"].usWeightClass >= 600) == (told == 600), name


def test_the_sample_of_each_script_is_in_a_font_or_names_a_package() -> None:
    ranged = {n for face in FACES if face[4] for n in has(face[1])}
    plain = set.intersection(*(has(face[1]) for face in FACES if not face[4]))
    for script in SCRIPTS:
        signs = set(map(ord, script.sample))
        assert (signs <= ranged | plain) == (not script.package), script.name
        ((package, parts),) = by_package(script.sample.strip("。，।")).items()
        assert (script.package or "fonts-noto-core") == package
        assert script.name in parts


#: letters of languages, small ones; their capitals are looked for too
ALPHABETS = {
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяʼ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "ky": "ңөү",
    "mn": "өү",
    "tg": "ғӣқӯҳҷ",
    "vi": "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrst"
    "uùủũúụưừửữứựvxyỳỷỹýỵ",
    "pl": "ąćęłńóśźż",
    "tr": "çğıöşüâîû",
    "az": "çəğıöşü",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "mt": "ċġħżàèìòù",
    "ro": "ăâîșț",
    "hu": "áéíóöőúüű",
    "hr": "čćđšž",
    "et": "äõöüšž",
    "is": "áðéíóúýþæö",
    "cy": "âêîôûŵŷẁẃẅỳýÿ",
    "ga": "áéíóú",
    "sq": "ëç",
    "eo": "ĉĝĥĵŝŭ",
    "uz": "ʻʼ",
    "tk": "äçňöşüýž",
    "yo": "ẹọṣàèìòù",
    "de": "äöüß",
    "fr": "àâæçéèêëîïôœùûüÿ",
}


@pytest.mark.parametrize("lang", ALPHABETS)
def test_the_fonts_of_the_text_have_every_letter_of(lang: str) -> None:
    small = ALPHABETS[lang]
    letters = {*small, *(small.replace("i", "İ").upper() if lang == "tr" else small.upper())}
    for face in FACES:
        if not face[4]:
            assert not {each for each in letters if ord(each) not in has(face[1])}, face[1]


# --- fonts that are installed, or not


@pytest.fixture
def no_fonts(tmp_path: Path) -> Iterator[Path]:
    """The folder of all fonts that this machine has, which is empty."""
    with installed(tmp_path / "installed") as folder:
        yield folder


FRONT = "---\ntitle: A title\ndate: 2024-07-19\nlang: {}\n---\n\n"


def made(brief: Brief, house: House) -> bytes:
    edition = assemble.print_edition(brief, house)
    return pdf.render(edition, brief, b"", "House", moment_of(brief)).data


@dataclass
class Sign:
    text: str
    font: str
    #: of its origin, in pt from the left and the foot of the page
    x: float
    y: float
    right: float


def signs_of(data: bytes, page: int = 0) -> Iterator[Sign]:
    """Yield the signs of a page as they are drawn, each with its font."""
    document = pypdfium2.PdfDocument(data)
    text = document[page].get_textpage()
    for n in range(text.count_chars()):
        name = ctypes.create_string_buffer(200)
        raw.FPDFText_GetFontInfo(text, n, name, 200, ctypes.c_int())
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, n, x, y)
        sign = chr(raw.FPDFText_GetUnicode(text, n))
        yield Sign(sign, name.value.decode(), x.value, y.value, text.get_charbox(n)[2])
    document.close()


def lines_of(data: bytes, page: int = 0) -> list[list[Sign]]:
    """Return the lines with square signs, but those in smaller type than the text."""
    lines: dict[float, list[Sign]] = {}
    for sign in signs_of(data, page):
        if re.match(f"[{SQUARE}“”…—]", sign.text):
            lines.setdefault(round(sign.y), []).append(sign)
    return [line for line in lines.values() if max(each.right - each.x for each in line) > 9]


@pytest.mark.parametrize(
    ("lang", "text", "sign", "names", "package"),
    [
        ("ja", "駅から歩ける。", "駅", "Han and Kana", "fonts-noto-cjk"),
        ("ko", "밤에도 켜진 창", "밤", "Hangul", "fonts-noto-cjk"),
        ("km", "ភាសាខ្មែរ", "ភ", "Khmer", "fonts-noto-core"),
        ("my", "မြန်မာ", "မ", "Burmese", "fonts-noto-core"),
        ("en", "An inch of ᏣᎳᎩ", "Ꮳ", "other signs", "fonts-noto-core"),
        ("en", "Good 🥑", "🥑", "emoji", "fonts-noto-color-emoji"),
    ],
)
def test_what_no_font_has_is_told_before_anything_is_set(
    read: Reader,
    house: House,
    no_fonts: Path,
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    text: str,
    sign: str,
    names: str,
    package: str,
) -> None:
    brief = read(FRONT.format(lang) + f"First.\n\n{text}\n").brief

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was set")

    monkeypatch.setattr("weasyprint.layout.LayoutContext.__init__", never)
    with pytest.raises(CheckError) as caught:
        made(brief, house)
    (found,) = caught.value.findings
    assert (found.code, found.file, found.line) == ("C08", brief.source, 9)
    assert found.message.startswith(f"no font has “{sign}” (U+{ord(sign):04X})")
    assert found.message.endswith(f"of {names}")
    assert f"apt install {package} (Fedora: dnf install " in found.hint


def test_a_cover_that_no_font_can_write_is_told_of(house: House, no_fonts: Path) -> None:
    file = house.root / "piece.md"
    file.write_text("---\ntitle: 駅\ndate: 2024-07-19\nlang: ja\n---\n\nText.\n", encoding="utf-8")
    (outcome,) = export(file, house=house, editions=["epub"], verify=False)
    (found,) = outcome.findings
    assert (found.code, found.line) == ("C08", 2)
    assert not (house.root / "dist").exists()


def test_signs_that_are_blank_need_no_font(read: Reader, house: House, no_fonts: Path) -> None:
    brief = read(FRONT.format("en") + "A\u2003b\u3000c\u200bd\u00ade\ufe0f f\u3164 g.\n").brief
    assert pdf.lacking("\u3164") == ["\u3164"]
    assert made(brief, house).startswith(b"%PDF")


def test_a_sign_of_the_house_has_no_line(read: Reader, house: House, no_fonts: Path) -> None:
    with pytest.raises(CheckError) as caught:
        made(read(FRONT.format("en") + "Text.\n").brief, replace(house, publisher="出版社"))
    (found,) = caught.value.findings
    assert (found.line, found.message[:15]) == (0, "no font has “出”")


def test_doctor_lists_scripts_and_fails_for_the_language_of_the_house(
    tmp_path: Path, no_fonts: Path
) -> None:
    told = run_brief("doctor", "--format", "json", cwd=tmp_path).json
    parts = {each["name"]: each for each in told["parts"]}
    assert told["ok"]
    assert "Devanagari" in parts["scripts of brief"]["version"]
    assert not (parts["Kana"]["found"] or parts["Kana"]["needed"])
    assert parts["Khmer"]["cure"].startswith("apt install fonts-noto-core")
    (tmp_path / "brief.toml").write_text('language = "ja-JP"\n', encoding="utf-8")
    ran = run_brief("doctor", cwd=tmp_path)
    assert ran.code == 4
    assert re.search(r"^Kana +missing apt install fonts-noto-cjk", ran.out, re.M)
    assert re.search(r"^Khmer +absent  apt install fonts-noto-core", ran.out, re.M)
    samples = "".join(each.sample for each in SCRIPTS if each.name in ("Han", "Kana"))
    square_font(no_fonts / "x.ttf", "X", samples)
    ran = run_brief("doctor", cwd=tmp_path)
    assert (ran.code, re.findall("^Kana +found", ran.out, re.M)) == (
        0,
        ["Kana                found"],
    )


# --- square signs


MARKS = "、。，：；？！」』）》】ーァィゥェォッャュョぁぃぅぇぉっゃゅょ々…％”"
OPENING = "「『（《【“"


def square_fonts(folder: Path, *families: str) -> None:
    for n, family in enumerate(families):
        every = "中語字話見町骨年月日년월일—" + MARKS + OPENING
        square_font(folder / f"{n}.ttf", family, every)


@pytest.mark.parametrize(
    ("lang", "wrap"),
    [
        pytest.param(lang, wrap, marks=[pytest.mark.thorough] * ((n + m) % 2))
        for n, lang in enumerate(("ja", "zh-Hans", "zh-Hant"))
        for m, wrap in enumerate(("{}", "*{}*", "[{}](#a)", "{}[^n]"))
    ],
)
def test_no_line_begins_or_ends_with_a_mark_that_may_not(
    read: Reader, house: House, no_fonts: Path, lang: str, wrap: str
) -> None:
    square_fonts(no_fonts, "Noto Serif CJK JP")
    # of every length up to a line's and more, so that each mark would be the first of one
    runs = ["字" * n + wrap.format(f"語{mark}") for n in range(1, 33) for mark in MARKS[n::4]]
    runs += ["話" * n + f"{mark}{wrap.format('町')}" for n in range(1, 33) for mark in OPENING]
    notes = "[^n]: 語。\n" if "[^n]" in wrap else ""
    brief = read(FRONT.format(lang) + "".join(runs) + f"[町]{{#a}}。\n\n{notes}").brief
    data = made(brief, house)
    ends: set[str] = set()
    count = 0
    with pypdfium2.PdfDocument(data) as document:
        pages = len(document)
    for page in range(pages):
        for line in lines_of(data, page)[:-1]:
            text = "".join(sign.text for sign in line)
            assert text[0] not in MARKS, text
            assert text[-1] not in OPENING, text
            ends.add(text[-1])
            count += 1
    assert count > 50
    assert len(ends & set(MARKS)) > 3


def test_lines_of_square_signs_end_where_the_measure_does(
    read: Reader, house: House, no_fonts: Path
) -> None:
    square_fonts(no_fonts, "Noto Serif CJK SC")
    text = (
        "中語字（話見）"
        + "，".join("中語字話見" * n for n in (3, 5, 4, 6, 2, 7))
        + " policy 中語字"
    )
    text += "*語字*話「見」" * 20
    brief = read(FRONT.format("zh") + f"{text}。\n").brief
    data = made(brief, house)
    lines = lines_of(data)
    edges = [max(sign.right for sign in line) for line in lines[:-1]]
    assert len(edges) > 6
    assert max(edges) - min(edges) < 0.5
    ragged = house.root / "styles" / "ragged"
    ragged.mkdir(parents=True)
    (ragged / "tokens.css").touch()
    (ragged / "scripts.css").write_text(":root:lang(zh) { --align: start }", encoding="utf-8")
    style = Style("ragged", ragged)
    lines = lines_of(made(brief, replace(house, style=style)))
    edges = [max(sign.right for sign in line) for line in lines[:-1]]
    assert max(edges) - min(edges) > 4


def test_a_line_that_would_gape_is_not_stretched(
    read: Reader, house: House, no_fonts: Path
) -> None:
    square_fonts(no_fonts, "Noto Serif CJK SC")
    brief = read(FRONT.format("zh") + "中語字話見" * 4 + "A" * 45 + "中語字話見" * 9).brief
    first, *_ = lines_of(made(brief, house))
    told = {round(after.x - before.x, 2) for before, after in pairwise(first)}
    assert len(first) == 20
    assert told == {10.5}


def test_letters_that_a_style_spaces_stay_spaced(
    read: Reader, house: House, no_fonts: Path
) -> None:
    square_fonts(no_fonts, "Noto Serif CJK SC")
    style = house.root / "styles" / "own"
    style.mkdir(parents=True)
    (style / "tokens.css").touch()
    (style / "print.css").write_text(".body p { letter-spacing: 3pt }", encoding="utf-8")
    own = replace(house, style=Style("own", style))
    brief = read(FRONT.format("zh") + "中語字話見" * 20).brief
    first, *_ = lines_of(made(brief, own))
    told = {round(after.x - before.x, 1) for before, after in pairwise(first)}
    assert min(told) >= 13.5


def test_each_language_writes_shared_signs_in_its_own_font(
    read: Reader, house: House, no_fonts: Path
) -> None:
    square_fonts(no_fonts, *(f"Noto Serif CJK {each}" for each in ("SC", "TC", "HK", "JP", "KR")))

    def used(lang: str, text: str) -> dict[str, str]:
        data = made(read(FRONT.format(lang) + text).brief, house)
        return {each.text: each.font.partition("+")[2] for each in signs_of(data)}

    for lang, name in {
        **{"zh": "SC", "zh-Hans-CN": "SC", "zh-Hant": "TC", "zh-TW": "TC", "zh-HK": "HK"},
        **{"yue": "HK", "zh-Hant-HK": "HK", "ja": "JP", "ja-JP": "JP", "ko": "KR"},
    }.items():
        assert used(lang, "Text 骨.")["骨"] == f"Noto-Serif-CJK-{name}", lang
    fonts = used("zh", "骨[語]{lang=ja}, *[話]{lang=zh-TW}*, `町`.")
    assert [fonts[each][-2:] for each in "骨語話町"] == ["SC", "JP", "TC", "SC"]
    assert used("en", "A word: [骨]{lang=ko}.")["骨"].endswith("KR")


def test_marks_beside_square_signs_are_square(read: Reader, house: House, no_fonts: Path) -> None:
    square_fonts(no_fonts, "Noto Serif CJK SC")
    text = "中“語”字……話—— 見，it’s “nice” — and [“中”]{lang=en}…"
    data = made(read(FRONT.format("zh") + text).brief, house)
    told = [(each.text, "CJK" in each.font) for each in signs_of(data)]
    square = "".join(sign for sign, own in told if own)
    assert square.replace(" ", "") == "发布日期：年月日中“語”字……話——見，中出版信息第页，共页"
    assert "’“”—“”…" in "".join(sign for sign, own in told if not own and sign in "’“”—…")


def test_a_table_and_a_label_are_set_without_serifs(
    read: Reader, house: House, no_fonts: Path
) -> None:
    square_fonts(no_fonts, "Noto Serif CJK JP", "Noto Sans CJK JP")
    data = made(read(FRONT.format("ja") + "骨\n\n| 語 |\n|---|\n| 町 |\n").brief, house)
    fonts = {each.text: each.font for each in signs_of(data)}
    assert "Serif" in fonts["骨"]
    assert "Sans" in fonts["語"]
    assert "Sans" in fonts["町"]


# --- what else a language asks for


def steps(data: bytes, sign: str) -> list[float]:
    """Return how far apart, in pt, the lines are that have a sign."""
    heights = list(dict.fromkeys(each.y for each in signs_of(data) if each.text == sign))
    return [round(before - after, 2) for before, after in pairwise(heights)]


@pytest.mark.parametrize(
    ("lang", "word", "line"),
    [
        ("en", "word العربية किताब ที่นี่ ", 15),
        ("hi", "word किताब ", 16.8),
        ("ar", "word العربية ", 16.8),
        ("th", "word ที่นี่ ", 16.8),
        ("ka", "word ქართული ", 15),
        ("he", "word עברית ", 15),
    ],
)
def test_lines_keep_their_distance_whatever_font_stands_in(
    read: Reader, house: House, no_fonts: Path, lang: str, word: str, line: float
) -> None:
    data = made(read(FRONT.format(lang) + word * 60 + "*" + word * 20 + "*.").brief, house)
    told = steps(data, "w")
    assert len(told) > 5
    assert set(told) == {line}


def test_paragraphs_are_indented_where_they_begin(
    read: Reader, house: House, no_fonts: Path
) -> None:
    for lang, word in (("ar", "كلمة"), ("en", "word")):
        text = FRONT.format(lang) + f"{f'{word} ' * 40}.\n\n" * 3
        rows: dict[int, list[Sign]] = {}
        for sign in signs_of(made(read(text).brief, house)):
            if sign.text in word:
                rows.setdefault(round(sign.y), []).append(sign)
        lines = [row for row in rows.values() if len(row) > 36]
        if lang == "ar":
            starts = [round(max(sign.right for sign in row)) for row in lines]
        else:
            starts = [-round(min(sign.x for sign in row)) for row in lines]
        # the first line of the second paragraph, and of the third, 1.4 em after all others
        indented = [start for start in starts if max(starts) - start in (14, 15)]
        assert len(indented) == 2
        assert {max(starts) - start for start in starts} <= {0, 1, 14, 15}, starts


def test_scripts_without_slant_are_stressed_by_weight(
    read: Reader, house: House, no_fonts: Path
) -> None:
    def used(text: str, lang: str = "en") -> dict[str, str]:
        data = made(read(FRONT.format(lang) + text).brief, house)
        return {each.text: each.font.partition("+")[2] for each in signs_of(data)}

    text = "A *word q [ქ]{lang=ka} and [x [ש]{lang=he}]{lang=ka-Latn}*, then [फ]{lang=hi} **z**."
    fonts = used(text)
    assert fonts["q"] == fonts["x"] == "Source-Serif-4-Italic"
    assert fonts["ქ"] == "Noto-Serif-Georgian-Semi-Bold"
    assert fonts["ש"] == "Noto-Serif-Hebrew-Semi-Bold"
    assert fonts["फ"] == "Noto-Serif-Devanagari"
    fonts = used("ქ *თ [q]{lang=en}* [*x*]{lang=en}", "ka")
    assert fonts["თ"] == "Noto-Serif-Georgian-Semi-Bold"
    assert fonts["q"] == fonts["x"] == "Source-Serif-4-Italic"


@pytest.mark.parametrize(
    ("lang", "kicker", "shown"),
    [
        ("en", "Policy brief", "POLICY BRIEF"),
        ("uk", "Записка", "ЗАПИСКА"),
        ("el", "Σημείωμα πολιτικής", "Σημείωμα πολιτικής"),
        ("tr", "İlçe siyaseti", "İlçe siyaseti"),
        ("ga", "An tSúil", "An tSúil"),
        ("ka", "მიმოხილვა", "მიმოხილვა"),
        ("hy", "Եվ ամփոփագիր և", "Եվ ամփոփագիր և"),
    ],
)
def test_capitals_only_where_a_language_makes_them_letter_by_letter(
    read: Reader, house: House, no_fonts: Path, lang: str, kicker: str, shown: str
) -> None:
    data = made(read(FRONT.format(f"{lang}\nkicker: {kicker}") + "Text.").brief, house)
    assert shown in "".join(each.text for each in signs_of(data))


@pytest.mark.parametrize(
    ("lang", "word"),
    [
        ("th", "ประชาธิปไตย"),
        ("te", "విశ్వవిద్యాలయములు"),
        ("mr", "विश्वविद्यालयातील"),
        ("kn", "ವಿಶ್ವವಿದ್ಯಾಲಯಗಳು"),
    ],
)
def test_no_hyphens_in_scripts_that_have_none(
    read: Reader, house: House, no_fonts: Path, lang: str, word: str
) -> None:
    data = made(read(FRONT.format(lang) + (word + " ") * 60).brief, house)
    with pypdfium2.PdfDocument(data) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert not set("-\u2010\u00ad\ufffe\x02") & set(text.replace("2024-07", ""))


def test_thai_is_divided_between_words(read: Reader, house: House, no_fonts: Path) -> None:
    words = ["ประเทศไทย", "เทศบาล", "นักวิจัย", "สิ่งแวดล้อม", "โรงเรียน", "ตลาด"]
    data = made(read(FRONT.format("th") + "".join(words * 20)).brief, house)
    lines: dict[int, str] = {}
    for sign in signs_of(data):
        if "\u0e00" <= sign.text <= "\u0e7f":
            lines[round(sign.y)] = lines.get(round(sign.y), "") + sign.text
    # pdfium gives marks in the order of sight; words are told by their first letter
    first = {line[0] for line in lines.values() if len(line) > 40}
    assert first <= {"ป", "เ", "น", "ส", "โ", "ต", "แ", "ล", "ไ", "ว"}


@pytest.mark.parametrize(
    ("lang", "digits"),
    [("fa", "۱۲"), ("bn", "১২"), ("mr", "१२"), ("ckb", "١٢"), ("ar", "12"), ("hi", "12")],
)
def test_items_are_numbered_in_the_digits_of_the_language(
    read: Reader, house: House, no_fonts: Path, lang: str, digits: str
) -> None:
    data = made(read(FRONT.format(lang) + "1. a\n2. b\n").brief, house)
    text = "".join(each.text for each in signs_of(data))
    assert set(digits) <= set(text.replace("2024", "").replace("19", ""))


def test_passages_say_which_way_they_are_read(read: Reader, house: House) -> None:
    text = "A [س (2).]{lang=ar}, [é]{lang=fr}, [ש [x]{lang=en} ש]{lang=he}, [ע]{lang=yi dir=ltr}.\n"
    text += "\n<blockquote lang='fa'><p>ف</p></blockquote>\n\nCall.[^n]\n\n[^n]: A [ن]{lang=ar}.\n"
    brief = read(FRONT.format("en") + text).brief
    told = assemble.print_edition(brief, house).documents["print.html"].partition("<article>")[2]
    assert re.findall(r'lang="(\w+)"(?: dir="(\w+)")?', told) == [
        *(("ar", "rtl"), ("fr", ""), ("he", "rtl"), ("en", "ltr"), ("yi", "ltr")),
        *(("fa", "rtl"), ("ar", "rtl")),
    ]
    cover = Picture(b"", "image/jpeg", 1, 1)
    told = assemble.epub_edition(brief, house, cover).documents["text.xhtml"]
    assert told.count('dir="rtl"') == 4


def test_only_what_is_asked_for_a_language_that_is_there_is_read(
    read: Reader, house: House
) -> None:
    def sheet(text: str, lang: str = "en") -> str:
        edition = assemble.print_edition(read(FRONT.format(lang) + text).brief, house)
        return dict(edition.sheets)[SHEETS / "scripts.css"]

    whole = (SHEETS / "scripts.css").read_text("utf-8")
    told = sheet("Text [mot]{lang=fr}.")
    assert ":lang(" not in told
    assert "[lang] {" in told
    assert told.count("\n") == whole.count("\n")
    for text, lang in (("[x]{lang=TH-th}", "en"), ("Text", "th")):
        told = sheet(text, lang)
        assert ":root:lang(th)," in told
        assert "Noto Serif CJK" not in told


# --- a brief in each script


def proved(outcome: Outcome) -> None:
    """Hold what an outcome published to be whole, valid, and set as its language is."""
    name = outcome.source.stem
    assert (outcome.error, outcome.findings) == (None, ()), name
    assert outcome.brief is not None
    lang = outcome.brief.lang
    assert lang == ("en" if name == "mixed" else name)
    made_pdf, epub = outcome.editions
    assert {"PDF/A-3a", "PDF/UA-1"} <= set(made_pdf.verified)
    assert "EPUBCheck" in epub.verified
    rtl = direction(lang) == "rtl"
    data = made_pdf.path.read_bytes()
    with pypdfium2.PdfDocument(data) as document:
        width, last = document[0].get_width(), len(document) - 1
    inked = [each for each in signs_of(data, last) if each.text.strip()]
    left, right = min(each.x for each in inked), width - max(each.right for each in inked)
    wide = 60 / 25.4 * 72
    assert (abs(right - wide) < 3) == rtl, name
    assert (abs(left - wide) < 3) == (not rtl), name
    with zipfile.ZipFile(epub.path) as book:
        package = etree.parse(BytesIO(book.read("EPUB/content.opf")))
        text = etree.fromstring(book.read("EPUB/text.xhtml"))
    told = package.xpath("string(//*[local-name() = 'spine']/@page-progression-direction)")
    assert told == direction(lang), name
    assert package.xpath("string(//*[local-name() = 'language'])") == lang
    assert text.get("lang") == lang
    assert text.xpath("//*[local-name() = 'span'][@lang]"), name


def test_a_brief_in_every_script_is_published_and_proved(house: House) -> None:
    outcomes = export(SAMPLES, house=house, verify=True)
    assert len(outcomes) >= 18
    for outcome in outcomes:
        drawn = filter(str.isalpha, outcome.source.read_text("utf-8"))
        if outcome.source.stem in LARGE and pdf.lacking(dict.fromkeys(drawn)):
            (found,) = outcome.findings
            assert (found.code, found.file, found.line) == ("C08", outcome.source, 2)
            assert "apt install fonts-noto-cjk" in found.hint
        else:
            proved(outcome)


@pytest.mark.parametrize("style", ["newsroom", "plain"])
def test_other_styles_set_each_script_with_the_fonts_that_come_with_brief(
    house: House, no_fonts: Path, style: str
) -> None:
    sources = [file for file in SAMPLES if file.stem in ("ar", "he", "hi", "hy")]
    for outcome in export(sources, house=house, style=style, editions=["pdf"], verify=False):
        assert (outcome.error, outcome.findings) == (None, ()), outcome.source.stem


def test_words_of_two_directions_may_be_one(read: Reader, house: House) -> None:
    text = "سلمى وOdo Marchetti (2024). «نموذج من اليمين»، فيA4 كلمات. Northlight"
    brief = read(FRONT.format("ar") + text).brief
    file = Path("piece.pdf")
    assert not [each for check in checks_of(made(brief, house), file) for each in check.findings]


def test_briefs_whose_fonts_are_installed_are_published_and_proved(
    house: House, tmp_path: Path
) -> None:
    sources = [file for file in SAMPLES if file.stem in LARGE]
    signs = "".join(file.read_text("utf-8") for file in sources) + "年月日년월일"
    signs = "".join(re.findall(f"[{SQUARE}{HANGUL}₩“”‘’…—·]", signs))
    with installed(tmp_path / "installed", Noto_Serif_CJK_JP=signs, Noto_Sans_CJK_SC=signs):
        for outcome in export(sources, house=house, verify=True):
            proved(outcome)
