"""Counts of under ten students: on no page, in no table, chart or file."""

import base64
import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import openpyxl
import pytest

from planner.district import District
from ui import files
from ui.comparison import Comparison, comparison
from ui.components import Chart, Table
from ui.engine import Engine, open_engine
from ui.pages.compare import Compare
from ui.pages.district import DistrictPage
from ui.pages.plan import PlanPage
from ui.pages.today import Today
from ui.state import Workspace

FEW = 7.0


@pytest.fixture(scope="module")
def small() -> tuple[Engine, str]:
    """A district whose first school has seven students, and that school's id."""
    engine = open_engine()
    district = engine.district
    school = str(district.schools["school_id"].iloc[0])
    enrollment = district.enrollment.copy()
    here = enrollment["school_id"] == school
    enrollment.loc[here, "students"] = enrollment.loc[here, "students"].clip(upper=3.0)
    enrollment.loc[here & (enrollment["group"] == "all"), "students"] = FEW
    tables = {**district.tables, "enrollment": enrollment}
    changed = District(district.facts, tables, {**district.fingerprints, "enrollment.csv": "small"})
    keys = ("today", "redistribute")
    return Engine(changed, {key: engine.library[key] for key in keys}), school


@pytest.fixture(scope="module")
def state(small: tuple[Engine, str]) -> Workspace:
    state = Workspace(small[0], plans=["today", "redistribute"], draft="redistribute")
    assert len(state.compared()) == 2
    return state


def parts_of(page: Any) -> Iterator[Any]:
    """Yield every part of a page, those inside others too."""
    waiting = [part() for part in page.parts()]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += list(getattr(part, "objects", []))


def per_student(table: Table) -> Iterator[int]:
    """Yield the columns of a table whose figures are counts of students or figures per student."""
    whole = "weighted student" in table.caption
    for place, (head, side) in enumerate(table.columns):
        if side == "r" and (whole or "student" in head.lower() or head == "Low-income (%)"):
            yield place


@pytest.mark.parametrize("kind", [DistrictPage, Today, Compare, PlanPage])
def test_no_table_shows_a_small_school(state: Workspace, kind: Any) -> None:
    name = comparison([state.compared()[0][1]], state.engine.district, "dollars").facts["school"].iloc[0]
    tables = [part for part in parts_of(kind(state)) if isinstance(part, Table)]
    rows = [(table, row) for table in tables for row in table.rows if row[0] == name]
    shown = [(table.caption, row[place]) for table, row in rows for place in per_student(table)]
    assert shown, "the school is in no table that could tell"
    assert [each for each in shown if each[1] != ["–", None]] == []


@pytest.mark.parametrize("kind", [Today, Compare, PlanPage])
def test_no_chart_draws_a_small_school(state: Workspace, kind: Any) -> None:
    charts = [
        part for part in parts_of(kind(state)) if isinstance(part, Chart) and "need share" in part.figure
    ]
    for chart in charts:
        marks = json.loads(chart.figure)["doc"]["roots"][0]["attributes"]["renderers"][0]
        columns = dict(marks["attributes"]["data_source"]["attributes"]["data"]["entries"])
        assert np.isnan(numbers_of(columns["need share"])[0])
        assert np.isnan(numbers_of(columns["amount"])[0])
    assert charts or kind is PlanPage


def numbers_of(column: dict[str, Any]) -> np.ndarray:
    raw = gzip.decompress(base64.b64decode(column["array"]["data"]))
    return np.frombuffer(raw, dtype=column["dtype"])


def test_no_file_holds_the_count(state: Workspace, small: tuple[Engine, str]) -> None:
    engine, school = small
    plan = state.compared()[1][1]
    compared: Comparison = comparison([plan], engine.district, "experienced_teachers")
    archive = zipfile.ZipFile(io.BytesIO(files.plan_csv(plan)[2]))
    rows = [line for line in archive.read("schools.csv").decode().splitlines() if school in line]
    assert rows and all("<10" in row and "withheld" in row for row in rows)
    book = openpyxl.load_workbook(io.BytesIO(files.plan_workbook(plan)[2]))
    cells = [[cell.value for cell in row] for row in book["schools"].rows]
    held = [row for row in cells if school in row]
    assert held and all("<10" in row and "withheld" in row for row in held)
    report = files.report_file(compared)[2].decode()
    name = compared.facts["school"].iloc[0]
    line = re.search(rf"<tr><t[hd][^>]*>{name}</t[hd]>.*?</tr>", report, flags=re.S)
    assert line is not None
    assert re.findall(r">(–|[\d.,]+)<", line[0]) == ["–"] * 3
