"""What the export page hands over, and a scenario's file opened again."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from conftest import Site
from playwright.sync_api import expect

from benchmarks.serving import PATIENCE
from planner.plan_file import parse_plan

pytestmark = pytest.mark.browser
LAST = "Open a scenario again"


def saved(site: Site, button: str) -> tuple[str, bytes]:
    with site.page.expect_download(timeout=PATIENCE) as waiting:
        site.page.get_by_role("button", name=button).first.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_every_file_opens(site: Site) -> None:
    site.open("?page=export", LAST)
    name, plan = saved(site, "Plan (YAML)")
    assert name.endswith("-plan.yaml") and parse_plan(plan.decode()).summary.schools == 40
    _, tables = saved(site, "Tables (CSV)")
    assert "moves.csv" in zipfile.ZipFile(io.BytesIO(tables)).namelist()
    _, book = saved(site, "Workbook (XLSX)")
    assert "moves" in openpyxl.load_workbook(io.BytesIO(book)).sheetnames
    name, report = saved(site, "Report (HTML)")
    assert name.endswith(".html") and b"<h1" in report


def test_a_scenario_opens_again(site: Site) -> None:
    _, scenario = saved(site, "Scenario (YAML)")
    changed = scenario.decode().replace("max_share_per_school: 0.1", "max_share_per_school: 0.06", 1)
    assert changed != scenario.decode()
    file = {"name": "again.yaml", "mimeType": "text/yaml", "buffer": changed.encode()}
    site.page.locator("input[type=file]").set_input_files(file)
    expect(site.page.locator("textarea.code")).to_have_value(
        re.compile("max_share_per_school: 0.06"), timeout=PATIENCE
    )
