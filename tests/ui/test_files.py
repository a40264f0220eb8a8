"""What can be taken away: files that open again, a report that asks no server for anything."""

import io
import re
import zipfile
from html import escape

import openpyxl
import pytest

from planner.plan_file import parse_plan
from ui import files, frames
from ui.comparison import Comparison
from ui.draft import Draft
from ui.engine import Engine, open_engine
from ui.report import _round_marks


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine()


@pytest.fixture(scope="module")
def compared(engine: Engine) -> Comparison:
    keys = ("stipends", "redistribute", "spend-down")
    plans = tuple(s.plan for key in keys if (s := engine.solved(engine.library[key])).plan is not None)
    return Comparison(plans, engine.district, frames.SCHOOL_MEASURES["experienced_teachers"])


def test_a_scenario_taken_out_and_back_gives_the_same_plan(engine: Engine) -> None:
    draft = Draft("stipends", engine.library["stipends"])
    draft.edit("policies.transfers.max_share_per_school", 0.07)
    _, _, content = files.scenario_yaml("x", draft.text)
    again = Draft("redistribute", engine.library["redistribute"])
    again.write(content.decode())
    assert engine.solved(again.data).plan == engine.solved(draft.data).plan


def test_the_plan_file_reads_back(compared: Comparison) -> None:
    name, _, content = files.plan_yaml(compared.plans[0])
    assert name == "stipends-for-experienced-teachers-plan.yaml"
    assert parse_plan(content.decode()) == compared.plans[0]


def test_tables_and_workbook_open(compared: Comparison) -> None:
    archive = zipfile.ZipFile(io.BytesIO(files.plan_csv(compared.plans[0])[2]))
    assert "moves.csv" in archive.namelist()
    book = openpyxl.load_workbook(io.BytesIO(files.plan_workbook(compared.plans[0])[2]))
    assert "moves" in book.sheetnames


def test_the_report_stands_alone(compared: Comparison) -> None:
    name, _, content = files.report_file(compared)
    text = content.decode()
    assert name.endswith(".html")
    assert not re.findall(r"""(?:src|href)\s*=\s*["']|url\(|@import|<script""", text)
    assert all(escape(plan.name) in text for plan in compared.plans)
    assert text.count("<polyline") == 4
    assert "fair" not in re.sub(r"<style>.*?</style>", "", text, flags=re.S).lower().replace("unfair", "")


def test_names_from_data_are_escaped(compared: Comparison) -> None:
    from ui import markup

    assert "<script>" not in markup.message("<script>", ["<b>"])
    assert "&lt;b&gt;" in markup.heading(2, "<b>")


@pytest.mark.parametrize(
    ("top", "marks"),
    [
        (17.6, [0, 5, 10, 15]),
        (0.9, [0, 0.2, 0.4, 0.6, 0.8]),
        (5.2, [0, 2, 4]),
        (120.0, [0, 50, 100]),
    ],
)
def test_the_marks_of_an_axis_are_round(top: float, marks: list[float]) -> None:
    assert _round_marks(top) == pytest.approx(marks)
