"""Pictures made ready, and what is refused."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from brief import assets


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def ready(data: bytes, longest: int = 100) -> Image.Image:
    made = assets.picture(data, "p", longest)
    image = Image.open(BytesIO(made.data))
    assert (made.width, made.height) == image.size
    assert made.media_type == Image.MIME[image.format or ""]
    return image


def test_downsampled_upright_and_bare() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "secret"
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (0, 0, 200, 200))
    data = encoded(image, "JPEG", exif=exif.tobytes(), comment=b"secret", quality=95)
    made = ready(data)
    assert made.size == (50, 100)
    assert made.getpixel((25, 5))[2] > 200  # type: ignore[index]
    out = assets.picture(data, "p", 100).data
    assert b"secret" not in out
    assert b"Exif" not in out


def test_sixteen_bit_grey_keeps_its_tone() -> None:
    image = Image.new("I;16", (20, 20), 32768)
    made = ready(encoded(image))
    assert made.mode == "L"
    assert abs(int(made.getpixel((5, 5))) - 127) <= 1  # type: ignore[arg-type]


def test_cmyk_becomes_rgb() -> None:
    made = ready(encoded(Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = made.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 90


def test_transparency_is_kept_only_where_there_is_some() -> None:
    assert ready(encoded(Image.new("RGBA", (9, 9), (1, 2, 3, 128)))).mode == "RGBA"
    assert ready(encoded(Image.new("RGBA", (9, 9), (1, 2, 3, 255)))).mode == "RGB"
    palette = Image.new("P", (9, 9))
    assert ready(encoded(palette, transparency=0)).mode == "RGBA"


def test_an_embedded_profile_is_applied() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ"))
    made = ready(
        encoded(Image.new("RGB", (9, 9), (60, 60, 60)), "PNG", icc_profile=profile.tobytes())
    )
    assert "icc_profile" not in made.info


@pytest.mark.parametrize("cut", [0, 10, 200, 500])
def test_half_a_picture_is_refused(cut: int) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    with pytest.raises(assets.RefusedError) as caught:
        assets.picture(encoded(noise, "JPEG")[:cut], "p.jpg", 100)
    assert caught.value.code == "S23"


def test_a_bomb_is_refused() -> None:
    data = encoded(Image.new("1", (20_000, 20_000)))
    with pytest.raises(assets.RefusedError) as caught:
        assets.picture(data, "p.png", 100)
    assert caught.value.code == "L01"


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("http://www.example.org/p.png", "S24"),
        ("//www.example.org/p.png", "S24"),
        ("data:image/png;base64,xx", "S24"),
        ("file:///etc/hostname", "S24"),
        ("/etc/hostname", "S24"),
        ("../p.png", "S24"),
        ("in/../../p.png", "S24"),
        ("%2e%2e/p.png", "S24"),
        ("link.png", "S24"),
        ("absent.png", "S20"),
        ("", "S20"),
        ("in", "S20"),
    ],
)
def test_only_files_beside_the_source(tmp_path: Path, reference: str, code: str) -> None:
    home = tmp_path / "home"
    (home / "in").mkdir(parents=True)
    (tmp_path / "p.png").write_bytes(b"x")
    (home / "link.png").symlink_to(tmp_path / "p.png")
    with pytest.raises(assets.RefusedError) as caught:
        assets.locate(reference, home, (home,))
    assert caught.value.code == code


def test_a_name_with_signs(tmp_path: Path) -> None:
    for name in ("a b.png", "ü.png", "50%.png"):
        (tmp_path / name).write_bytes(b"x")
        assert assets.locate(name, tmp_path, (tmp_path,)).name == name
    assert assets.locate("a%20b.png", tmp_path, (tmp_path,)).name == "a b.png"
