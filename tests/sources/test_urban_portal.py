"""The Education Data Portal: -1 is missing but for grades, 99 is a total, and rates keep their own count."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from federal_checks import counts, pools, smoke
from federal_sample import ALABAMA, KEPT, SCHOOLS
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import Tables, write_tables
from urban_sample import ABSENCE, DIRECTORY, ENROLLMENT, FINANCE, PLACEMENT, STUDENTS, TEACHERS, portal_tables

from planner.district import District, load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source

FIRST, HIGH = SCHOOLS[0], SCHOOLS[3]
KEY = str(int(FIRST.school))


def run(tmp_path: Path, tables: Tables | None = None, **options: object) -> tuple[District, ImportReport]:
    """Import the small nation's first district from the portal's files."""
    folder = write_tables(tmp_path / "portal", portal_tables() if tables is None else tables)
    chosen = {"district": ALABAMA, "year": 2017, **options}
    report = import_source("urban-portal", folder, tmp_path / "out", **chosen)
    return load_district(tmp_path / "out"), report


def altered(tables: Tables, file: str, column: str, cell: str, **where: str) -> Tables:
    """Return the tables with one column of the first school's rows of 2017 changed."""
    table = tables[file].copy()
    rows = (table["ncessch"] == KEY) & (table["year"] == "2017")
    for name, word in where.items():
        rows &= table[name] == word
    assert rows.any()
    table.loc[rows, column] = cell
    return tables | {file: table}


def rates(data: District, name: str) -> dict[str, float]:
    """Return an indicator by school."""
    rows = data.indicators.query("indicator == @name")
    return dict(zip(rows["school_id"], rows["value"], strict=True))


def test_a_district_of_the_portal(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    assert set(data.schools["school_id"]) == KEPT
    assert data.facts.school_year == "2017-18"
    # Another year stands in the same file, with three times the teachers.
    assert data.staff.query("role == 'teacher'")["fte"].sum() == sum(
        school.teachers for school in SCHOOLS[:4]
    )
    assert set(data.schools["longitude"]) == {-86.21}
    plan = smoke(data, "novice_teachers")
    assert plan.summary.inequity_after < plan.summary.inequity_before


def test_ids_read_as_numbers_get_their_zeros_back(tmp_path: Path) -> None:
    data, report = run(tmp_path, district="100005")
    assert data.schools["school_id"].str.len().eq(12).all()
    assert any("lost leading zeros" in note for note in report.notes)


def test_totals_are_not_added_to_their_details(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    assert counts(data)[FIRST.school, "all"] == FIRST.students
    assert counts(data)[FIRST.school, "black"] == 0.3 * FIRST.students
    assert counts(data)[FIRST.school, "disability"] == 0.12 * FIRST.students
    assert counts(data)[FIRST.school, "english_learner"] == 0.1 * FIRST.students


def test_grade_minus_one_is_pre_kindergarten(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    assert rates(data, "prek_seats")[FIRST.school] == 40
    tables = altered(portal_tables(), DIRECTORY, "school_level", "-1")
    again, _ = run(tmp_path / "again", tables)
    assert dict(again.schools.set_index("school_id")["level"])[FIRST.school] == "elementary"


@pytest.mark.parametrize("code", ["-1", "-2", "-3", "-1.0", ""])
def test_codes_are_never_numbers(tmp_path: Path, code: str) -> None:
    tables = portal_tables()
    for file, column in ((DIRECTORY, "free_or_reduced_price_lunch"), (DIRECTORY, "free_lunch")):
        tables = altered(tables, file, column, code)
    tables = altered(tables, TEACHERS, "teachers_first_year_fte", code)
    data, report = run(tmp_path, tables)
    assert counts(data)[FIRST.school, "low_income"] == round(SCHOOLS[1].poor * FIRST.students)
    filled = {str(row) for entry in report.imputed for row in entry.rows}
    assert {f"{FIRST.school} low_income", f"{FIRST.school} novice share"} <= filled


def test_no_teachers_reported_is_not_none(tmp_path: Path) -> None:
    data, report = run(tmp_path, altered(portal_tables(), DIRECTORY, "teachers_fte", "-1"))
    assert FIRST.school not in set(data.schools["school_id"])
    assert ("no teachers reported", [FIRST.school]) in [(item.why, item.keys) for item in report.dropped]


def test_the_collection_s_teachers_are_the_denominator(tmp_path: Path) -> None:
    # Over the Common Core's two teachers, novices would be 337%.
    data, _ = run(tmp_path, altered(portal_tables(), DIRECTORY, "teachers_fte", "2.0"))
    assert pools(data)["fte"][FIRST.school, "teacher", "novice"] == pytest.approx(0.3 * 2)
    assert rates(data, "teacher_absence")[FIRST.school] == pytest.approx(0.25)
    rows = pools(data).loc[FIRST.school, "teacher"]
    assert (rows["fte"] * rows["salary"]).sum() / rows["fte"].sum() == pytest.approx(50_000, rel=1e-3)


def test_meals_over_the_students_are_cut_and_said(tmp_path: Path) -> None:
    data, report = run(tmp_path, altered(portal_tables(), DIRECTORY, "free_or_reduced_price_lunch", "999"))
    assert counts(data)[FIRST.school, "low_income"] == FIRST.students
    assert any("more than their students" in note for note in report.notes)


def test_rates_of_courses_and_absence(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    assert rates(data, "ap_enrollment") == {HIGH.school: pytest.approx(0.2)}
    assert rates(data, "chronic_absence")[FIRST.school] == pytest.approx(0.1)
    assert rates(data, "ib_enrollment") == {}


def test_a_year_of_no_collection_names_the_option(tmp_path: Path) -> None:
    tables = portal_tables()
    for name in (DIRECTORY, ENROLLMENT):
        tables[name] = tables[name][tables[name]["year"] == "2017"].assign(year="2019")
    with pytest.raises(InputProblems, match="crdc_year"):
        run(tmp_path, tables, year=2019)
    data, _ = run(tmp_path / "again", tables, year=2019, crdc_year=2017)
    assert data.facts.school_year == "2019-20"


def test_the_directory_alone_is_enough(tmp_path: Path) -> None:
    data, report = run(tmp_path, {DIRECTORY: portal_tables()[DIRECTORY]})
    assert set(data.staff["experience"]) == {"experienced"}
    assert "no figure of the group english_learner" in report.notes
    smoke(data)
    only = {name: portal_tables()[name] for name in (DIRECTORY, PLACEMENT, ABSENCE)}
    _, report = run(tmp_path / "again", only)
    assert any("having no total" in note for note in report.notes)


def test_a_row_there_twice_is_a_problem(tmp_path: Path) -> None:
    tables = portal_tables()
    tables[STUDENTS] = pd.concat([tables[STUDENTS], tables[STUDENTS]])
    with pytest.raises(InputProblems, match="more than once"):
        run(tmp_path, tables)


@settings(max_examples=5)
@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    (DIRECTORY, "enrollment"),
                    (DIRECTORY, "free_or_reduced_price_lunch"),
                    (ENROLLMENT, "enrollment"),
                    (TEACHERS, "teachers_second_year_fte"),
                    (TEACHERS, "counselors_fte"),
                    (FINANCE, "salaries_teachers"),
                    (STUDENTS, "enrollment_crdc"),
                ]
            ),
            st.sampled_from(["-1", "-2", "-3", ""]),
        ),
        max_size=6,
    )
)
def test_no_missing_figure_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[tuple[str, str], str]]
) -> None:
    """Every figure changed was positive: a zero after the import could only be a missing figure."""
    tables = portal_tables()
    for (file, column), cell in cells:
        tables = altered(tables, file, column, cell)
    data, _ = run(tmp_path_factory.mktemp("portal"), tables)
    groups = data.enrollment[data.enrollment["group"].isin(["all", "low_income", "english_learner", "black"])]
    assert (groups["students"] > 0).all()
    assert (data.staff[["fte", "salary"]] > 0).all(axis=None)
    assert set(data.staff.query("role == 'counselor'")["school_id"]) == set(data.schools["school_id"])
