"""Another data set: from a folder, from uploaded files; what is wrong is said with file, row and column."""

import re
from pathlib import Path

import pytest
import yaml
from conftest import Site
from playwright.sync_api import expect

from benchmarks.serving import PATIENCE
from planner.generate import generate_district

pytestmark = pytest.mark.browser
LAST = "Plan for another district"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of six schools, one of whose figures is said to be an estimate."""
    made = tmp_path_factory.mktemp("data") / "six"
    generate_district(made, schools=6, seed=3)
    file = made / "district.yaml"
    facts = yaml.safe_load(file.read_text())
    note = {
        "table": "staff",
        "column": "salary",
        "rows": "all rows",
        "method": "schedule",
        "note": "Of 2024.",
    }
    file.write_text(yaml.safe_dump({**facts, "name": "Six Schools", "imputed": [note]}))
    return made


def files_of(folder: Path) -> list[dict[str, object]]:
    return [
        {"name": each.name, "mimeType": "text/plain", "buffer": each.read_bytes()}
        for each in sorted(folder.iterdir())
    ]


def test_the_data_set_is_told_with_its_checks(site: Site) -> None:
    page = site.open("", LAST)
    expect(page.get_by_text(re.compile("Nothing in these figures stands against any of"))).to_be_visible()
    expect(page.get_by_text("No figure was filled in: all were observed.")).to_be_visible()
    assert page.get_by_role("row", name=re.compile("^enrollment ")).count() == 1


def test_faulty_files_are_refused_with_file_row_and_column(site: Site, folder: Path) -> None:
    files = files_of(folder)
    for each in files:
        if each["name"] == "enrollment.csv":
            lines = bytes(each["buffer"]).decode().splitlines()  # type: ignore[arg-type]
            lines[4] = re.sub(r",[^,]*$", ",many", lines[4])
            each["buffer"] = "\n".join(lines).encode()
    site.page.locator("input[type=file]").set_input_files(files)
    expect(site.page.get_by_text(re.compile("This data set was not opened"))).to_be_visible(timeout=PATIENCE)
    row = site.page.get_by_role("row", name=re.compile(r"enrollment\.csv row \d+, students"))
    expect(row).to_be_visible()
    expect(row).to_contain_text("many")
    assert "tmp" not in row.inner_text()
    expect(site.page.locator("h1")).to_contain_text("Riverbend")


def test_uploaded_files_open_and_estimates_are_listed(site: Site, folder: Path) -> None:
    site.page.locator("input[type=file]").set_input_files(files_of(folder))
    expect(site.page.locator("h1")).to_contain_text("Six Schools: 6 schools", timeout=PATIENCE)
    site.page.get_by_text(LAST).first.wait_for(timeout=PATIENCE)
    row = site.page.get_by_role("row", name=re.compile("^staff salary"))
    expect(row).to_contain_text("Salary schedule at the middle of the experience band. Of 2024.")


def test_a_folder_opens_and_one_that_is_none_is_said(site: Site, folder: Path) -> None:
    field = site.page.get_by_label("Or a folder on this computer")
    field.fill(str(folder / "nowhere"))
    field.press("Enter")
    expect(site.page.get_by_text(re.compile("This data set was not opened"))).to_be_visible(timeout=PATIENCE)
    site.page.get_by_role("button", name="Back to the example district").click()
    expect(site.page.locator("h1")).to_contain_text("Riverbend", timeout=PATIENCE)
    site.page.get_by_text(LAST).first.wait_for(timeout=PATIENCE)
    field = site.page.get_by_label("Or a folder on this computer")
    field.fill(str(folder))
    field.press("Enter")
    expect(site.page.locator("h1")).to_contain_text("Six Schools: 6 schools", timeout=PATIENCE)
