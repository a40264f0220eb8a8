"""The compare page as pictures: files that open, hold what they should and are not blank."""

import io
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from conftest import Site
from PIL import Image

from benchmarks.serving import PATIENCE

pytestmark = pytest.mark.browser
CHARTS = 15
SVG = "{http://www.w3.org/2000/svg}"


def saved(site: Site, button: str) -> bytes:
    with site.page.expect_download(timeout=PATIENCE) as waiting:
        site.page.get_by_role("button", name=button).click()
    return Path(waiting.value.path()).read_bytes()


def colors_in(picture: Image.Image) -> int:
    return len(picture.convert("RGB").resize((400, 400)).getcolors(160_000) or [])


def test_the_whole_page_is_one_picture(site: Site) -> None:
    site.open("?page=export", "Open a scenario again")
    picture = Image.open(io.BytesIO(saved(site, "Whole page (PNG)")))
    assert picture.format == "PNG" and picture.width >= 1400 and picture.height > 3000
    height = picture.height
    for part in range(8):
        band = picture.crop((0, part * height // 8, picture.width, (part + 1) * height // 8))
        assert colors_in(band) > 30, f"band {part} of the page is blank"


def test_every_chart_is_a_picture(site: Site) -> None:
    archive = zipfile.ZipFile(io.BytesIO(saved(site, "Every chart (PNG, in one ZIP)")))
    assert archive.testzip() is None
    assert len(set(archive.namelist())) == CHARTS
    for name in archive.namelist():
        picture = Image.open(io.BytesIO(archive.read(name)))
        assert picture.format == "PNG" and picture.width > 300 and colors_in(picture) > 10, name


def test_every_chart_is_a_drawing_with_its_words(site: Site) -> None:
    archive = zipfile.ZipFile(io.BytesIO(saved(site, "Every chart (SVG, in one ZIP)")))
    assert len(archive.namelist()) == CHARTS
    words = {}
    for name in archive.namelist():
        root = ET.fromstring(archive.read(name))  # noqa: S314 - our own file
        assert root.tag == f"{SVG}svg"
        words[name] = [each.text for each in root.iter(f"{SVG}text") if each.text]
        assert len(list(root.iter(f"{SVG}path"))) + len(list(root.iter(f"{SVG}rect"))) > 3, name
    assert any("FTE" in text or "Index" in text for each in words.values() for text in each)
