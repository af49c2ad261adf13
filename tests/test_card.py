"""The card that links to a brief are shown with: drawn, checked, published, made again."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from helpers import Reader, brief, picture
from PIL import Image, ImageOps

from brief import assemble, run
from brief.checks import card
from brief.editions import cover
from brief.house import House

FRONT = (
    "---\ntitle: {title}\ndate: 2024-07-19\nkicker: Water & land\nlang: {lang}\n{more}---\nText.\n"
)
PHOTO = "photo: {path: p.png, alt: Two <boats>, credit: Ada}\n"
TITLES = {
    "two": ("Snow ledger", "en"),
    "long": ("What a winter costs the five valleys, who keeps the books and " * 3, "en"),
    "words": ("Donaudampfschifffahrtsgesellschaftskapitänsvereinigung fordert mehr", "de"),
    "arabic": ("دفتر الثلج ومن يدفع ثمن الشتاء", "ar"),
    "ukrainian": ("Остання зміна, перший автобус", "uk"),
}


def test_a_card_is_published_with_its_alternative(tmp_path: Path) -> None:
    (tmp_path / "brief.toml").write_text('publisher = "Test House"\n', encoding="utf-8")
    picture(tmp_path / "p.png", (600, 400))
    text = FRONT.format(title="Snow", lang="en", more=PHOTO)
    (tmp_path / "piece.md").write_text(text, encoding="utf-8")
    ran = brief("export", "piece.md", "--card", "--format", "json", cwd=tmp_path)
    assert ran.code == 0, ran.err
    (edition,) = ran.json["briefs"][0]["editions"]
    assert (edition["format"], Path(edition["path"]).name) == ("card", "piece.card.jpg")
    report = json.loads((tmp_path / "dist" / "piece.report.json").read_text("utf-8"))
    told = report["editions"][0]
    alt = "Water & land · Snow · Test House · July 19, 2024 · Two <boats>"
    assert (told["alt"], told["file"]) == (alt, "piece.card.jpg")
    assert [check["status"] for check in told["checks"]] == ["passed", "passed"]
    with Image.open(tmp_path / "dist" / "piece.card.jpg") as made:
        assert (made.size, made.format) == ((1200, 630), "JPEG")
        assert b"Two &lt;boats&gt;" in made.info["xmp"]
    verified = brief("verify", cwd=tmp_path)
    assert verified.code == 0, verified.out


@pytest.mark.parametrize("name", TITLES)
@pytest.mark.parametrize("photo", [True, False])
@pytest.mark.parametrize("kind", ["card", "cover"])
def test_a_headline_of_any_length_is_fitted(
    read: Reader, house: House, name: str, photo: bool, kind: str
) -> None:
    title, lang = TITLES[name]
    picture(house.root / "p.png", (600, 400))
    more = PHOTO if photo else ""
    shown = read(FRONT.format(title=title.strip(), lang=lang, more=more)).brief
    assembled, page = run.drawn(kind, shown, house)
    assert (page.fits, page.pages, page.findings) == (True, 1, ())
    (document,) = assembled.documents.values()
    size = next(size for size in assemble.SIZES if f" {size}" in document)
    # the next larger one, if there is one, has no room
    larger = list(assemble.SIZES)[: list(assemble.SIZES).index(size)]
    for each in larger:
        wider = assemble.drawn_pages(kind, shown, house)[each]
        assert not run._layout_engine().largest([wider])[1].fits
    made = cover.draw(page.data, assemble.DRAWN_PX[kind][0], shown.title)
    assert (made.width, made.height) == assemble.DRAWN_PX[kind]


def spoilt(image: Image.Image, **saved: object) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", **saved)
    return out.getvalue()


def test_a_card_that_sites_would_not_take_is_found(read: Reader, house: House) -> None:
    brief_ = read(FRONT.format(title="Snow", lang="en", more="")).brief
    alt = assemble.card_alternative(brief_, house)
    _, page = run.drawn("card", brief_, house)
    good = cover.draw(page.data, 1200, brief_.title, alternative=alt).data
    file = Path("piece.card.jpg")

    def told(data: bytes) -> list[str]:
        return [found.message for check in card.check(data, file, alt) for found in check.findings]

    assert told(good) == []
    with Image.open(BytesIO(good)) as opened:
        image, xmp = opened.convert("RGB"), opened.info["xmp"]
    assert "not 1200 × 630" in told(spoilt(image.resize((600, 315)), xmp=xmp))[0]
    noise = Image.effect_noise((1200, 630), 200).convert("RGB")
    assert "over 1000 kB" in told(spoilt(noise, xmp=xmp, quality=100))[0]
    assert "shows nothing" in told(spoilt(Image.new("RGB", (1200, 630)), xmp=xmp))[0]
    assert "text alternative" in told(spoilt(ImageOps.flip(image)))[0]
    assert "text alternative" in told(good.replace(b"Snow", b"Rain", 1))[0]
    assert "no JPEG" in told(good[: len(good) // 2])[0]
    assert told(b"") != []
