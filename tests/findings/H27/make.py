"""A house that names the profile of a screen."""

from pathlib import Path

from PIL import ImageCms


def make(folder: Path, pdf: bytes, epub: bytes) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (folder / "screen.icc").write_bytes(profile)
    (folder / "brief.toml").write_text('[press]\nprofile = "screen.icc"\n', encoding="utf-8")
