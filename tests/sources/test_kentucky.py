"""Kentucky: the published figures of real districts, and the traps of the files on a small copy."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import Imported
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ky_sample import ky_tables, later_tables
from samples import Tables, write_tables

from planner.district import District, load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source
from planner.sources.grades import level_of


def run(tmp_path: Path, tables: tuple[Tables, Tables], **options: object) -> tuple[District, ImportReport]:
    folder = write_tables(tmp_path / "ky_kde", tables[0])
    write_tables(tmp_path / "ky_kysrc", tables[1])
    report = import_source("ky-report-card", folder, tmp_path / "out", **{"district": "165", **options})
    return load_district(tmp_path / "out"), report


def imputed(report: ImportReport, method: str, table: str) -> list[str]:
    found = [entry.rows for entry in report.imputed if entry.method == method and entry.table == table]
    return [row for rows in found for row in ([rows] if isinstance(rows, str) else rows)]


def test_a_district_of_equal_dollars_stays_equal(
    kentucky: Imported, by_school: Callable[[District], pd.DataFrame]
) -> None:
    """Christian County, whose twelve schools differ by 14 dollars."""
    dollars = by_school(kentucky[0]).query("district_id == '2101150'")["per_student"]
    assert (len(dollars), round(dollars.min()), round(dollars.max())) == (12, 10_268, 10_282)


def test_no_line_is_negative_and_no_salary_impossible(kentucky: Imported) -> None:
    """Parts of another year that exceed the whole, and pay kept in shared cost, once made both."""
    data, _ = kentucky
    assert (data.budget["dollars"] > 0).all()
    assert data.staff["salary"].between(33_000, 90_000).all()
    assert not data.indicators["indicator"].eq("not_highly_qualified_classes").any()


def test_published_figures_of_2020_21(real: Callable[[str], Path], tmp_path: Path) -> None:
    report = import_source("ky-report-card", real("ky_kde"), tmp_path / "out", district="165")
    data = load_district(tmp_path / "out")
    assert data.facts.school_year == "2020-21"
    # Membership of the district's ordinary schools in spending_2021, of 40,362 in all.
    assert (report.totals["schools"], report.totals["students"]) == (55, 38_581)
    students = data.enrollment.query("group == 'all'").set_index("school_id")["students"]
    dollars = data.budget.groupby("school_id")["dollars"].sum() / students
    assert dollars["210186000364"] == pytest.approx(13_533, abs=0.01)
    assert data.schools["support_status"].isin(["CSI", "TSI", "ATSI"]).sum() > 0
    assert any("$15,649 and $17,307" in note for note in report.notes)


def test_a_total_row_far_from_its_schools_is_told(real: Callable[[str], Path], tmp_path: Path) -> None:
    report = import_source("ky-report-card", real("ky_kde"), tmp_path / "out", district="Hardin County")
    data = load_district(tmp_path / "out")
    students = data.enrollment.query("group == 'all'").set_index("school_id")["students"]
    dollars = data.budget.groupby("school_id")["dollars"].sum() / students
    assert dollars.mean() == pytest.approx(20_384, abs=1)
    assert any("and $14,069" in note for note in report.notes)


def test_shared_cost_of_2017_18(real: Callable[[str], Path], tmp_path: Path) -> None:
    options = {"district": "165", "year": "2017-18"}
    import_source("ky-report-card", real("ky_kde"), tmp_path / "out", **options)
    data = load_district(tmp_path / "out")
    students = data.enrollment.query("group == 'all'").set_index("school_id")["students"]
    central = data.budget.query("use == 'central'").groupby("school_id")["dollars"].sum()
    assert (central / students).median() == pytest.approx(1_562, abs=2)


def later(tmp_path: Path, **options: object) -> tuple[District, ImportReport]:
    own, tidy = ky_tables()
    return run(tmp_path, (own | later_tables(), tidy), **options)


def test_the_newest_complete_year_is_read(tmp_path: Path) -> None:
    data, report = later(tmp_path / "whole")
    assert data.facts.school_year == "2020-21"
    assert any("spending_2021.csv, raw_2021.csv" in note for note in report.notes)
    own, tidy = ky_tables()
    short = later_tables()
    del short["score/profile_2022.csv"]
    data, _ = run(tmp_path / "short", (own | short, tidy))
    assert data.facts.school_year == "2016-17"


def test_a_year_asked_for_says_which_files_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match=r"no raw_2021\.csv"):
        run(tmp_path, ky_tables(), year="2020-21")


def test_a_later_year_has_its_own_students_money_and_years(tmp_path: Path) -> None:
    data, report = later(tmp_path)
    students = data.enrollment.set_index(["school_id", "group"])["students"]
    assert students["210186000350", "all"] == 714
    assert students["210186000350", "low_income"] == 2 * 323
    assert students["210186000350", "english_learner"] == 80
    fte = data.staff.groupby("school_id")["fte"].sum()
    assert fte["210186000350"] == 50
    dollars = data.budget.groupby("school_id")["dollars"].sum()
    assert dollars["210186000350"] == pytest.approx(714 * 15_000)
    assert imputed(report, "earlier_year", "enrollment") == ["every group but all"]
    assert imputed(report, "scaled_to_published", "staff") == []


def test_schools_gone_and_new_since_2016_17(tmp_path: Path) -> None:
    data, report = later(tmp_path)
    assert "210186001987" not in set(data.schools["school_id"])
    students = data.enrollment.set_index(["school_id", "group"])["students"]
    assert students["210186009999", "all"] == 400
    assert "210186009999 low_income" in imputed(report, "level_mean", "enrollment")
    assert "210186009999 disability" in imputed(report, "level_mean", "enrollment")
    # No race counts are made up for a school that 2016-17 did not have.
    assert ("210186009999", "white") not in students.index
    assert ("210186000350", "white") in students.index


def test_a_later_year_s_labels_and_title_i(tmp_path: Path) -> None:
    data, _ = later(tmp_path)
    schools = data.schools.set_index("school_id")
    assert schools.loc["210186000350", "support_status"] == "CSI"
    assert schools.loc["210186000388", "support_status"] == "none"
    assert schools.loc["210186000388", "title_i"]
    assert not schools.loc["210186000350", "title_i"]


def test_another_lane_where_the_first_is_unused(tmp_path: Path) -> None:
    own, tidy = ky_tables()
    schedule = own["district/fy 2017 salary schedule.csv"]
    own["district/fy 2017 salary schedule.csv"] = schedule.assign(I="0", II=schedule["I"])
    data, report = run(tmp_path, (own, tidy), district="001")
    assert data.staff["salary"].min() > 40_000
    assert imputed(report, "state_mean", "staff") == []


def test_the_small_copy_is_accepted(tmp_path: Path) -> None:
    data, report = run(tmp_path, ky_tables())
    assert set(data.schools["school_name"]) == {
        "Arlington Elementary School",
        "Athens-Chilesburg Elementary",
        "Booker T Washington Elementary",
        "Bryan Station High School",
    }
    assert set(data.schools["district_id"]) == {"2101860"}
    assert report.totals["dollars"] == pytest.approx(
        357 * 16_525 + 799 * 10_951 + 300 * 16_214 + 1831 * 12_025, abs=1
    )


def test_total_rows_are_not_schools(tmp_path: Path) -> None:
    _, report = run(tmp_path, ky_tables(), district="all")
    assert {(item.what, item.count) for item in report.dropped} >= {("rows of raw_2017.csv", 2)}
    assert report.totals["districts"] == 2


def test_ids_join_whatever_their_zeros_and_blank_ones_never_match(tmp_path: Path) -> None:
    data, report = run(tmp_path, ky_tables(), district="001")
    assert list(data.schools["school_id"]) == ["210003002021"]
    joined = next(item for item in report.joined if item.name == "spending_2018.csv")
    assert joined.joined == 1
    assert ("rows of spending_2018.csv", 1) in {(item.what, item.count) for item in report.dropped}


def test_a_school_without_a_federal_id_keeps_the_state_s(tmp_path: Path) -> None:
    data, report = run(tmp_path, ky_tables())
    assert "165055" in set(data.schools["school_id"])
    assert any("165055: no federal id" in note for note in report.notes)


def test_experience_follows_the_average_years(tmp_path: Path) -> None:
    data, report = run(tmp_path, ky_tables())
    fte = data.staff.set_index(["school_id", "experience"])["fte"]
    assert fte["210186000350", "novice"] == pytest.approx(40 * (1 - math.exp(-3 / 8.3)), abs=0.01)
    assert fte["210186000350", "experienced"] == pytest.approx(40 * math.exp(-10 / 8.3), abs=0.01)
    assert fte.groupby("school_id").sum()["210186000350"] == 40
    assert imputed(report, "exponential_years", "staff") == ["every row"]


def test_pay_has_the_published_mean_and_grows_with_years(tmp_path: Path) -> None:
    data, _ = run(tmp_path, ky_tables())
    staff = data.staff
    assert (staff["fte"] * staff["salary"]).sum() / staff["fte"].sum() == pytest.approx(58_915, abs=1)
    pay = staff.groupby("experience")["salary"].min()
    assert pay["novice"] < pay["developing"] < pay["experienced"]


def test_a_zero_average_pay_or_step_is_no_salary(tmp_path: Path) -> None:
    data, report = run(tmp_path, ky_tables(), district="Adair County")
    assert data.staff["salary"].min() > 40_000
    assert imputed(report, "scaled_to_published", "staff") == []
    assert any("steps of zero dollars" in note for note in report.notes)


def test_parts_that_do_not_add_leave_shared_cost(tmp_path: Path) -> None:
    data, report = run(tmp_path, ky_tables())
    central = data.budget.query("use == 'central'").groupby("school_id")["dollars"].sum()
    rest = 13_500 - 1_524 - 247 - 9_000 - 1_500
    assert central["210186000350"] == pytest.approx(rest / 13_500 * 357 * 16_525, abs=1)
    assert any("parts of 5 schools are less than all funds" in note for note in report.notes)


def test_parts_that_exceed_the_whole_are_brought_down_to_it(tmp_path: Path) -> None:
    own, tidy = ky_tables()
    parts = own["spending/spending_2018.csv"]
    parts.loc[0, "TOTAL_PER_STU_ALLFUNDS"] = "10,000"
    data, report = run(tmp_path, (own, tidy))
    lines = data.budget[data.budget["school_id"] == "210186000350"].groupby("use")["dollars"].sum()
    assert lines.sum() == pytest.approx(357 * 16_525, abs=1)
    given = 1_524 + 247 + 9_000 + 1_500
    assert lines["nonpersonnel"] == pytest.approx((247 + 1_500) / given * 357 * 16_525, abs=1)
    assert (lines > 0).all()
    assert any("those of 1 are more" in note for note in report.notes)


def test_parts_of_more_than_twice_the_whole_say_nothing(tmp_path: Path) -> None:
    own, tidy = ky_tables()
    own["spending/spending_2018.csv"].loc[0, "TOTAL_PER_STU_ALLFUNDS"] = "1,299"
    _, report = run(tmp_path, (own, tidy))
    dropped = {item.what: item.keys for item in report.dropped}
    assert dropped["spending by source"] == ["165005"]
    assert any(row.startswith("210186000350 ") for row in imputed(report, "level_mean", "budget"))


def test_pay_kept_in_shared_cost_is_not_cut(tmp_path: Path) -> None:
    own, tidy = ky_tables()
    own["spending/spending_2018.csv"].loc[0, "PERSON_PER_STU_STATELOCAL"] = "1,000"
    data, report = run(tmp_path, (own, tidy))
    pay = data.staff[data.staff["school_id"] == "210186000350"]
    assert pay["salary"].min() > 40_000
    assert imputed(report, "assumed", "budget") == ["210186000350"]
    lines = data.budget[data.budget["school_id"] == "210186000350"]
    assert lines["dollars"].sum() == pytest.approx(357 * 16_525, abs=1)
    staff = lines.loc[lines["use"] == "staff", "dollars"].sum()
    assert staff == pytest.approx(1.3 * (pay["fte"] * pay["salary"]).sum(), abs=1)


def test_a_school_whose_dollars_could_not_pay_its_teachers_is_left_out(tmp_path: Path) -> None:
    own, tidy = ky_tables()
    own["spending/raw_2017.csv"].loc[0, "SPENDING_PER_STDNT"] = "1,299"
    _, report = run(tmp_path, (own, tidy))
    assert ["165005"] in [item.keys for item in report.dropped if "at the lowest pay" in item.why]


def test_teachers_attendance_and_computers_of_2016_17(tmp_path: Path) -> None:
    own, tidy = ky_tables()
    profile = own["spending/raw_2017.csv"]
    profile.loc[1, ["STDNT_COMP_RATIO", "ATTENDANCE_RATE", "RACE_FTE_TOTAL"]] = ["0:1", "0.0%", ""]
    data, report = run(tmp_path, (own, tidy))
    figures = data.indicators.set_index(["school_id", "indicator"])["value"]
    first = figures["210186000350"]
    assert first["teachers_of_color"] == pytest.approx(0.25)
    assert first["board_certified_teachers"] == pytest.approx(4 / 40)
    assert first["attendance"] == pytest.approx(0.95)
    assert first["devices"] == round(357 / 0.9)
    # A ratio of none, an attendance of nobody and a blank count are not known, and are not zero.
    assert set(figures["210186001987"].index).isdisjoint({"devices", "attendance", "teachers_of_color"})
    assert imputed(report, "headcount_as_fte", "staff") == ["every row"]


def test_unknown_groups_are_listed_and_not_zero(tmp_path: Path) -> None:
    data, report = run(tmp_path, ky_tables())
    students = data.enrollment.set_index(["school_id", "group"])["students"]
    assert students["210186001987", "english_learner"] == 40
    assert students["165055", "disability"] == 50
    assert imputed(report, "least_shown", "enrollment") == [
        "210186001987 english_learner",
        "165055 disability",
    ]


def test_a_school_of_two_levels_has_its_most_severe_label(tmp_path: Path) -> None:
    data, _ = run(tmp_path, ky_tables())
    status = data.schools.set_index("school_id")["support_status"]
    assert status["210186000388"] == "TSI"
    assert status["210186000350"] == "CSI"
    assert status.isna()["210186001987"]


def test_title_i_needs_a_program(tmp_path: Path) -> None:
    data, _ = run(tmp_path, ky_tables())
    served = data.schools.set_index("school_id")["title_i"]
    assert served["210186000350"]
    assert not served["210186000388"]


def test_a_missing_tidy_folder_and_an_unknown_district_say_what_to_do(tmp_path: Path) -> None:
    own, tidy = ky_tables()
    with pytest.raises(InputProblems, match=r"no profile_sch\*\.csv"):
        run(tmp_path, (own, {}))
    with pytest.raises(InputProblems, match="did you mean 'Fayette County'"):
        run(tmp_path / "b", (own, tidy), district="Fayete County")


def test_a_ratio_that_is_none_is_a_problem(tmp_path: Path) -> None:
    own, tidy = ky_tables()
    own["spending/raw_2017.csv"].loc[0, "STDNT_TCH_RATIO"] = "fourteen"
    with pytest.raises(InputProblems, match="a ratio such as 14:1"):
        run(tmp_path, (own, tidy))


@pytest.mark.parametrize(
    ("low", "high", "level"),
    [
        (-1, 5, "elementary"),
        (0, 6, "elementary"),
        (6, 8, "middle"),
        (9, 12, "high"),
        (0, 8, "other"),
        (None, 5, "other"),
    ],
)
def test_levels(low: int | None, high: int | None, level: str) -> None:
    assert level_of(low, high) == level


COLUMNS = (
    "SPENDING_PER_STDNT",
    "MEMBERSHIP_TOTAL",
    "FTE_TCH_TOTAL",
    "AVG_YRS_TCH_EXP",
    "ENROLLMENT_FREE_LUNCH_CNT",
    "WHITE_FTE_TOTAL",
    "RACE_FTE_TOTAL",
    "NATIONAL_BOARD_CERT_TCH_CNT",
    "ATTENDANCE_RATE",
    "STDNT_COMP_RATIO",
)
# Indicators that a blank cell of a column leaves a school without.
OF_COLUMN = {
    "WHITE_FTE_TOTAL": "teachers_of_color",
    "RACE_FTE_TOTAL": "teachers_of_color",
    "NATIONAL_BOARD_CERT_TCH_CNT": "board_certified_teachers",
    "ATTENDANCE_RATE": "attendance",
    "STDNT_COMP_RATIO": "devices",
}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blanks=st.sets(st.tuples(st.sampled_from(COLUMNS), st.integers(0, 5)), max_size=8))
def test_a_missing_cell_never_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, blanks: set[tuple[str, int]]
) -> None:
    own, tidy = ky_tables()
    for column, row in blanks:
        own["spending/raw_2017.csv"].loc[row, column] = ""
    try:
        data, report = run(tmp_path_factory.mktemp("blank"), (own, tidy), district="all")
    except InputProblems:
        assert len(blanks) >= 5
        return
    assert (data.enrollment["students"] > 0).all()
    assert (data.staff["fte"] > 0).all()
    left = {key for item in report.dropped if item.what == "schools" for key in item.keys}
    for column, row in blanks:
        school = str(own["spending/raw_2017.csv"].loc[row, "SCH_CD"]).zfill(6)
        kept = school not in left
        assert not (kept and column in ("SPENDING_PER_STDNT", "MEMBERSHIP_TOTAL", "FTE_TCH_TOTAL"))
        ids = {own["spending/raw_2017.csv"].loc[row, "NCESID"], school}
        rows = data.indicators[data.indicators["school_id"].isin(ids)]
        assert OF_COLUMN.get(column) not in set(rows["indicator"])


LATER_CELLS = (
    ("spending/spending_2021.csv", "MEMBERSHIP"),
    ("spending/spending_2021.csv", "Total Spending per Student - All Fund Sources"),
    ("spending/spending_2021.csv", "Personnel Spending per Student - Federal Funds"),
    ("spending/raw_2021.csv", "EDUCATOR COUNT"),
    ("spending/raw_2021.csv", "TOTAL YEARS EXPERIENCE"),
    ("spending/raw_2017.csv", "MEMBERSHIP_TOTAL"),
    ("spending/raw_2017.csv", "ENROLLMENT_FREE_LUNCH_CNT"),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blanks=st.sets(st.tuples(st.sampled_from(LATER_CELLS), st.integers(0, 4)), max_size=8))
@example(blanks={(LATER_CELLS[0], row) for row in range(5)})
def test_a_missing_cell_of_a_later_year_never_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, blanks: set[tuple[tuple[str, str], int]]
) -> None:
    own, tidy = ky_tables()
    tables = own | later_tables()
    for (file, column), row in blanks:
        tables[file].loc[row, column] = ""
    try:
        data, _ = run(tmp_path_factory.mktemp("blank"), (tables, tidy), district="all")
    except InputProblems:
        assert len(blanks) >= 4
        return
    assert data.facts.school_year == "2020-21"
    assert (data.enrollment["students"] > 0).all()
    assert (data.staff["fte"] > 0).all()
    assert set(data.budget["school_id"]) == set(data.schools["school_id"])
    assert (data.budget.groupby("school_id")["dollars"].sum() > 0).all()
