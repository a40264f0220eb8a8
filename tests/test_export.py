"""Exports: the plan's own figures, small counts withheld, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from checking import edited
from hypothesis import given
from hypothesis import strategies as st
from plans import rich_plan

from planner.disclosure import hidden_courses, hidden_schools, is_small, plan_tables, safe_sentence
from planner.export import FORMULA_STARTS, NUMBER_FORMATS, UNIT_WORDS, export_plan, flattened, safe_text
from planner.plan import ROW_TYPES, ClassSize, Plan
from planner.plan_columns import UNITS
from planner.problems import InputProblems

SHEETS = ["summary", *ROW_TYPES, "warnings", "scenario"]


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def with_seats(plan: Plan, seats: dict[str, float]) -> Plan:
    """Return the plan with its first school's courses replaced by others."""
    school = plan.schools[0].school_id
    rows = tuple(
        ClassSize("2026-27", school, course, True, count, 2.0, 1.5, count / 2, count / 1.5)
        for course, count in seats.items()
    )
    return replace(plan, class_sizes=rows)


# CSV --------------------------------------------------------------------------------------------------------


def test_csv_holds_the_plan(tmp_path: Path) -> None:
    plan = rich_plan()[0]
    files = export_plan(plan, tmp_path / "out", "csv", suppress=False)
    assert {file.name for file in files} == {f"{name}.csv" for name in (*SHEETS, "columns")}
    assert {file.name for file in (tmp_path / "out").iterdir()} == {file.name for file in files}
    for table, kind in ROW_TYPES.items():
        rows = csv_rows(tmp_path / "out" / f"{table}.csv")
        assert len(rows) == len(getattr(plan, table))
        for row, own in zip(rows, getattr(plan, table), strict=True):
            for column in kind.__annotations__:
                value = getattr(own, column)
                if isinstance(value, float):
                    assert float(row[column]) == value
                elif value is None:
                    assert row[column] == ""
    units = {(row["table"], row["column"]): row["unit"] for row in csv_rows(tmp_path / "out" / "columns.csv")}
    assert units["moves", "fte"] == "FTE"


def test_summary_and_scenario_are_there(tmp_path: Path) -> None:
    plan = rich_plan()[0]
    export_plan(plan, tmp_path, "csv")
    summary = {row["figure"]: row["value"] for row in csv_rows(tmp_path / "summary.csv")}
    assert summary["plan"] == "Rich"
    assert float(summary["inequity_after"]) == plan.summary.inequity_after
    scenario = {row["setting"]: row["value"] for row in csv_rows(tmp_path / "scenario.csv")}
    assert scenario["policies.transfers.max_share_per_school"] == "0.3"
    assert scenario["years"] == "2026-27, 2027-28"
    assert len(scenario["fingerprints.schools"]) == 64


def test_exporting_again_replaces_and_leaves_other_files(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "moves.csv").write_text("old")
    export_plan(rich_plan()[0], tmp_path, "csv")
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "moves.csv").read_text().startswith("year,from_school")


def test_a_failed_export_leaves_no_half_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("planner.export._write_table", fail)
    with pytest.raises(InputProblems, match="No space left"):
        export_plan(rich_plan()[0], tmp_path / "out", "csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_place_that_cannot_be_written_to(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputProblems, match="cannot be written"):
        export_plan(rich_plan()[0], tmp_path / "file" / "x", kind)


def test_an_unknown_format() -> None:
    with pytest.raises(InputProblems, match="'ods'"):
        export_plan(rich_plan()[0], "x", "ods")


# Excel ------------------------------------------------------------------------------------------------------


def test_a_workbook_holds_the_plan(tmp_path: Path) -> None:
    plan = rich_plan()[0]
    (file,) = export_plan(plan, tmp_path / "plan.xlsx", "xlsx", suppress=False)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == SHEETS
    for table, kind in ROW_TYPES.items():
        sheet = book[table]
        assert sheet.freeze_panes == "A2"
        columns = list(kind.__annotations__)
        head = [cell.value for cell in sheet[1]]
        for column, heading in zip(columns, head, strict=True):
            unit = UNITS[table].get(column, "")
            words = UNIT_WORDS.get(unit, unit)
            assert heading == (f"{column} [{words}]" if words else column)
        for own, row in zip(getattr(plan, table), sheet.iter_rows(min_row=2), strict=True):
            for column, cell in zip(columns, row, strict=True):
                value = getattr(own, column)
                assert cell.value == (value if value != "" else None), f"{table}.{column}"
                if isinstance(value, float):
                    unit = UNITS[table][column]
                    assert cell.number_format == NUMBER_FORMATS.get(unit, "General")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.xlsx"]


def test_ids_stay_text(tmp_path: Path) -> None:
    (file,) = export_plan(rich_plan()[0], tmp_path / "plan.xlsx", "xlsx")
    cell = openpyxl.load_workbook(file)["schools"]["B2"]
    assert (cell.data_type, cell.value[:2]) == ("s", "06")


def test_a_table_too_long_for_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.export.MOST_ROWS", 3)
    with pytest.raises(InputProblems, match="use csv"):
        export_plan(rich_plan()[0], tmp_path / "plan.xlsx", "xlsx")


# Formulas ---------------------------------------------------------------------------------------------------

EVIL = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1"]


@pytest.mark.parametrize("text", EVIL)
def test_text_that_looks_like_a_formula_is_not_run(tmp_path: Path, text: str) -> None:
    plan = rich_plan()[0]
    schools = edited(plan.schools, 0, school_name=text)
    plan = replace(plan, schools=schools, warnings=(text,), scenario={**plan.scenario, "name": text})
    export_plan(plan, tmp_path / "out", "csv")
    for name in ("schools", "warnings", "summary"):
        for row in csv_rows(tmp_path / "out" / f"{name}.csv"):
            for cell in row.values():
                try:
                    float(cell)
                except ValueError:
                    assert not cell.startswith(FORMULA_STARTS)
    (file,) = export_plan(plan, tmp_path / "plan.xlsx", "xlsx")
    book = openpyxl.load_workbook(file)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert book["schools"]["C2"].data_type == "s"


def test_numbers_below_zero_stay_numbers(tmp_path: Path) -> None:
    plan = rich_plan()[0]
    plan = replace(plan, summary=replace(plan.summary, cost_dollars=-5.0))
    export_plan(plan, tmp_path, "csv")
    assert "cost_dollars,-5.0,dollars" in (tmp_path / "summary.csv").read_text()
    assert safe_text("plain") == "plain"


# Small counts -----------------------------------------------------------------------------------------------


def test_small_counts_are_withheld_with_what_gives_them_away() -> None:
    plan = with_seats(rich_plan()[0], {"art": 6.0, "band": 0.0, "K-3 core": 60.0, "music": 40.0})
    rows = {row["course"]: row for row in plan_tables(plan)["class_sizes"]}
    assert rows["art"]["students"] == "<10"
    assert {rows["art"][name] for name in ("class_size_before", "class_size_after", "sections_after")} == {
        "withheld"
    }
    assert rows["music"]["students"] == "withheld", "the smallest other course would give the small one away"
    assert rows["band"]["students"] == 0.0
    assert rows["K-3 core"]["students"] == 60.0
    kept = {row["course"]: row for row in plan_tables(plan, suppress=False)["class_sizes"]}
    assert kept["art"]["students"] == 6.0


def test_two_small_courses_hide_each_other() -> None:
    plan = with_seats(rich_plan()[0], {"art": 6.0, "band": 4.0, "music": 40.0})
    rows = {row["course"]: row["students"] for row in plan_tables(plan)["class_sizes"]}
    assert rows == {"art": "<10", "band": "<10", "music": 40.0}


def test_a_small_school_and_the_next_smallest_are_withheld() -> None:
    plan = rich_plan()[0]
    small = plan.schools[0].school_id
    schools = tuple(replace(row, students=5.0) if row.school_id == small else row for row in plan.schools)
    rows = plan_tables(replace(plan, schools=schools))["schools"]
    hidden = {row["school_id"]: row["students"] for row in rows if isinstance(row["students"], str)}
    others = {row.school_id: row.students for row in plan.schools if row.school_id != small}
    assert hidden == {small: "<10", min(others, key=lambda name: others[name]): "withheld"}
    assert all(row["weighted_students"] == "withheld" for row in rows if row["school_id"] in hidden)


def test_policies_and_warnings_do_not_give_a_count_away() -> None:
    plan = with_seats(rich_plan()[0], {"art": 6.0, "music": 40.0})
    school = plan.schools[0].school_id
    policy = replace(
        plan.policies[0],
        where=school,
        rule="art: sections for 6 students at 20 each",
        actual=0.3,
        limit=0.3,
        slack=0.0,
    )
    other = replace(policy, rule="music: sections for 40 students at 20 each")
    warning = (
        "2026-27: class sizes of art, which the plan does not decide, rise by over 10% at 1 school; most at "
        f"school {school}, which goes from 5.0 to 6.0 students (+20%)."
    )
    tables = plan_tables(replace(plan, policies=(policy, other), warnings=(warning, "Another.")))
    first, second = tables["policies"]
    assert first["rule"] == "art: sections for <10 students at 20 each"
    assert second["rule"] == "music: sections for withheld students at 20 each"
    for row in (first, second):
        assert (row["actual"], row["limit"], row["slack"]) == ("withheld",) * 3
    assert tables["warnings"] == [
        {
            "warning": "2026-27: class sizes of art, which the plan does not decide, rise by over 10% at "
            "1 school (details withheld)."
        },
        {"warning": "Another."},
    ]


def test_withheld_cells_are_exported_as_text(tmp_path: Path) -> None:
    plan = with_seats(rich_plan()[0], {"art": 6.0, "music": 40.0})
    export_plan(plan, tmp_path / "out", "csv")
    assert [row["students"] for row in csv_rows(tmp_path / "out" / "class_sizes.csv")] == ["<10", "withheld"]
    (file,) = export_plan(plan, tmp_path / "plan.xlsx", "xlsx")
    assert openpyxl.load_workbook(file)["class_sizes"]["E2"].value == "<10"


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60).map(float), max_size=6))
def test_a_hidden_count_is_never_the_only_one(counts: dict[str, float]) -> None:
    hidden = hidden_schools(counts)
    assert {name for name, count in counts.items() if is_small(count)} <= hidden
    others = [name for name, count in counts.items() if count > 0]
    assert len(hidden) != 1 or len(others) == 1


@given(st.integers(0, 200))
def test_sentences_show_no_small_count(count: int) -> None:
    shown = safe_sentence(f"sections for {count} students at 20 each")
    assert ("<10" in shown) == (0 < count < 10)
    assert hidden_courses([]) == set()


def test_flattening_keeps_every_value() -> None:
    data = {"a": {"b": [1, 2], "c": {}}, "d": [{"e": None}], "f": []}
    assert dict(flattened(data)) == {"a.b": "1, 2", "a.c": "{}", "d.0.e": None, "f": ""}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 1, "b": 1, "c": 40, "d": 60}, {"a", "b", "c"}),
        ({"a": 4, "b": 5, "c": 12, "d": 60}, {"a", "b", "c"}),
        ({"a": 4, "b": 6, "c": 12}, {"a", "b"}),
        ({"a": 9, "b": 10, "c": 12}, {"a", "b"}),
        ({"a": 0, "b": 10, "c": 12}, set()),
        ({"a": 3}, {"a"}),
    ],
)
def test_what_is_hidden_together_is_no_small_count_either(counts: dict[str, float], hidden: set[str]) -> None:
    assert hidden_schools(counts) == hidden
