"""The Civil Rights Data Collection by itself: reserve codes, its own denominators, dollars by source."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from pathlib import Path

import pandas as pd
import pytest
from federal_checks import counts, pools, smoke
from federal_sample import ALABAMA, KEPT, SCHOOLS, changed, crdc_tables, write_federal
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import Tables

from planner.district import District, load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source
from planner.sources.federal import crdc as layout
from planner.sources.federal import crdc_rates as rates
from planner.sources.federal.cells import CRDC_CODES, amounts

FIRST, MIDDLE, HIGH = SCHOOLS[0], SCHOOLS[2], SCHOOLS[3]
SUPPORT, ENROLLMENT, DOLLARS = "School Support.csv", "Enrollment.csv", "School Expenditures.csv"


def run(tmp_path: Path, tables: Tables | None = None, **options: object) -> tuple[District, ImportReport]:
    """Import the small nation's first district from the collection alone."""
    _, folder = write_federal(tmp_path, crdc=tables)
    report = import_source("crdc", folder, tmp_path / "out", **{"district": ALABAMA, **options})
    return load_district(tmp_path / "out"), report


def indicator(data: District, name: str) -> pd.Series:
    """Return an indicator by school."""
    return data.indicators.query("indicator == @name and group == 'all'").set_index("school_id")["value"]


def of_group(data: District, name: str, group: str) -> pd.DataFrame:
    """Return an indicator of a group, with the students behind it, by school."""
    return data.indicators.query("indicator == @name and group == @group").set_index("school_id")


def test_a_district_of_the_collection(tmp_path: Path) -> None:
    data, report = run(tmp_path)
    assert set(data.schools["school_id"]) == KEPT
    assert dict(data.schools.set_index("school_id")["level"])[HIGH.school] == "high"
    assert counts(data)[FIRST.school, "all"] == 360
    assert pools(data)["fte"][FIRST.school, "teacher"].sum() == pytest.approx(0.9 * FIRST.teachers)
    assert any("low_income" in note for note in report.notes)
    plan = smoke(data, "novice_teachers")
    assert plan.summary.inequity_after < plan.summary.inequity_before


def test_students_are_the_totals_and_not_their_sum_with_the_races(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    races = [counts(data)[FIRST.school, race] for race in ("white", "black", "hispanic")]
    assert sum(races) == counts(data)[FIRST.school, "all"] == 360


@pytest.mark.parametrize("written", ["{}", "{}.00"])
@pytest.mark.parametrize("code", sorted(CRDC_CODES))
def test_a_reserve_code_is_never_a_number(code: str, written: str) -> None:
    report = ImportReport("crdc")
    cells = pd.Series([written.format(code), "4.50"], dtype=object)
    assert amounts(cells, "file, column", CRDC_CODES, report).tolist() == pytest.approx(
        [nan, 4.5], nan_ok=True
    )
    assert [(met.where, met.code, met.count) for met in report.codes] == [("file, column", code, 1)]


def test_a_figure_with_a_reserve_code_is_filled_in_and_listed(tmp_path: Path) -> None:
    tables = crdc_tables()
    for column, code in {"SCH_FTETEACH_FY": "-9", "SCH_FTECOUNSELORS": "-5"}.items():
        tables[SUPPORT] = changed(tables[SUPPORT], FIRST.school, column, f"{code}.00")
    data, report = run(tmp_path, tables)
    assert {(met.where, met.code) for met in report.codes} >= {(f"{SUPPORT}, first_year", "-9")}
    assert (data.staff["fte"] > 0).all()
    filled = {str(row) for entry in report.imputed if entry.table == "staff" for row in entry.rows}
    assert {f"{FIRST.school} novice share", f"{FIRST.school} counselor"} <= filled


def test_a_code_of_one_sex_leaves_the_sum_missing(tmp_path: Path) -> None:
    tables = crdc_tables()
    tables[ENROLLMENT] = changed(tables[ENROLLMENT], FIRST.school, "SCH_ENR_LEP_F", "-11")
    data, report = run(tmp_path, tables)
    assert counts(data)[FIRST.school, "english_learner"] > 18
    assert any(f"{FIRST.school} english_learner" in entry.rows for entry in report.imputed)


def test_a_race_that_is_not_known_stays_missing(tmp_path: Path) -> None:
    tables = crdc_tables()
    tables[ENROLLMENT] = changed(tables[ENROLLMENT], FIRST.school, "SCH_ENR_BL_M", "-9")
    data, _ = run(tmp_path, tables)
    assert (FIRST.school, "black") not in counts(data)
    assert (MIDDLE.school, "black") in counts(data)


def test_an_unknown_number_is_a_problem(tmp_path: Path) -> None:
    tables = crdc_tables()
    tables[SUPPORT] = changed(tables[SUPPORT], FIRST.school, "SCH_FTETEACH_TOT", "-99")
    with pytest.raises(InputProblems, match="found '-99'"):
        run(tmp_path, tables)


def test_lost_leading_zeros_are_put_back(tmp_path: Path) -> None:
    tables = crdc_tables()
    for column in ("LEAID", "COMBOKEY"):
        tables[SUPPORT][column] = tables[SUPPORT][column].str.lstrip("0")
    data, _ = run(tmp_path, tables)
    assert set(data.schools["school_id"]) == KEPT


def test_rates_are_over_the_collection_s_own_counts(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    assert indicator(data, "chronic_absence")[FIRST.school] == pytest.approx(36 / 360)
    assert dict(indicator(data, "ap_enrollment")) == {HIGH.school: 144 / 720}
    assert indicator(data, "teacher_absence")[FIRST.school] == pytest.approx(0.25, abs=1e-3)
    assert indicator(data, "provisional_teachers")[FIRST.school] == pytest.approx(1 / 22.5, abs=1e-4)


def test_no_course_is_none_and_a_code_is_not(tmp_path: Path) -> None:
    tables = crdc_tables()
    name = "Advanced Placement.csv"
    tables[name] = changed(tables[name], MIDDLE.school, "SCH_APENR_IND", "No")
    data, _ = run(tmp_path, tables)
    assert dict(indicator(data, "ap_enrollment")) == {HIGH.school: 0.2, MIDDLE.school: 0.0}


def test_advanced_courses_of_all_students_and_of_each_group(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    assert dict(indicator(data, "ib_enrollment")) == pytest.approx(
        {HIGH.school: 0.05, MIDDLE.school: 0.0} | dict.fromkeys([each.school for each in SCHOOLS[:2]], 0.0)
    )
    assert indicator(data, "dual_enrollment")[HIGH.school] == pytest.approx(0.1)
    assert indicator(data, "gifted_enrollment")[FIRST.school] == pytest.approx(0.1)
    black = of_group(data, "gifted_enrollment", "black").loc[FIRST.school]
    assert black["count"] == counts(data)[FIRST.school, "black"] == 108
    assert black["value"] == pytest.approx(3 / 108, abs=1e-4)


def test_suspensions_add_every_kind_of_student_once(tmp_path: Path) -> None:
    data, report = run(tmp_path)
    # Once and more than once: 12 without disabilities, 12 under IDEA, 2 with a 504 plan alone.
    assert indicator(data, "suspension")[FIRST.school] == pytest.approx(52 / 360, abs=1e-4)
    assert of_group(data, "suspension", "black").loc[FIRST.school, "value"] == pytest.approx(
        24 / 108, abs=1e-4
    )
    assert of_group(data, "suspension", "disability").loc[FIRST.school, "value"] == pytest.approx(
        24 / 44, abs=1e-4
    )
    assert of_group(data, "suspension", "english_learner").loc[FIRST.school, "value"] == pytest.approx(
        8 / 36, abs=1e-4
    )
    assert indicator(data, "days_lost")[FIRST.school] == pytest.approx(100 * 40 / 360, abs=1e-3)
    assert any("Section 504 plan alone" in note for note in report.notes)


@pytest.mark.parametrize("column", ["SCH_DISCWDIS_MULTOOS_504_F", "TOT_DISCWODIS_SINGOOS_M"])
def test_a_part_of_the_suspensions_that_is_not_known_leaves_the_rate_out(tmp_path: Path, column: str) -> None:
    tables = crdc_tables()
    tables["Suspensions.csv"] = changed(tables["Suspensions.csv"], FIRST.school, column, "-9")
    data, _ = run(tmp_path, tables)
    assert FIRST.school not in indicator(data, "suspension")
    assert MIDDLE.school in indicator(data, "suspension")


def test_a_group_s_rate_over_one_is_counted_and_not_used(tmp_path: Path) -> None:
    tables = crdc_tables()
    tables["Suspensions.csv"] = changed(
        tables["Suspensions.csv"], FIRST.school, "TOT_DISCWDIS_SINGOOS_IDEA_M", "99"
    )
    data, report = run(tmp_path, tables)
    assert FIRST.school not in of_group(data, "suspension", "disability").index
    assert ("suspension of disability", "over 100%") in {(met.where, met.code) for met in report.codes}


def as_of_2021_22() -> Tables:
    """Return the topics in the layout of 2021-22: other names, no years, no salaries, a third column."""
    tables = {
        name: table.rename(
            columns=lambda column: str(column).replace("_LEP_", "_EL_").replace("TOT_DUAL_", "TOT_DUALENR_")
        )
        for name, table in crdc_tables().items()
        if name != DOLLARS
    }
    tables[SUPPORT] = tables[SUPPORT].drop(
        columns=["SCH_FTETEACH_FY", "SCH_FTETEACH_SY", "SCH_FTETEACH_ABSENT"]
    )
    tables[ENROLLMENT]["TOT_ENR_X"] = ["5"] + ["-9"] * (len(tables[ENROLLMENT]) - 1)
    return tables


def test_the_layout_of_2021_22(tmp_path: Path) -> None:
    data, report = run(tmp_path, as_of_2021_22())
    assert data.facts.school_year == "2021-22"
    assert counts(data)[FIRST.school, "all"] == 365
    assert counts(data)[MIDDLE.school, "all"] == 540
    assert counts(data)[FIRST.school, "english_learner"] == 36
    assert indicator(data, "dual_enrollment")[HIGH.school] == pytest.approx(0.1)
    assert not of_group(data, "gifted_enrollment", "english_learner").empty
    assert data.budget.empty
    assert any("none is said to be novice" in entry.note for entry in report.imputed)


def test_the_layout_of_2020_21(tmp_path: Path) -> None:
    tables = crdc_tables()
    del tables[DOLLARS]
    tables[SUPPORT] = tables[SUPPORT].drop(
        columns=["SCH_FTETEACH_FY", "SCH_FTETEACH_SY", "SCH_FTETEACH_ABSENT"]
    )
    tables["Suspensions.csv"] = tables["Suspensions.csv"].drop(
        columns=["TOT_DAYSMISSED_M", "TOT_DAYSMISSED_F"]
    )
    data, _ = run(tmp_path, tables)
    assert data.facts.school_year == "2020-21"
    assert FIRST.school in indicator(data, "suspension")
    assert indicator(data, "days_lost").empty


def test_a_topic_without_its_counts_is_a_problem(tmp_path: Path) -> None:
    tables = crdc_tables()
    tables["Suspensions.csv"] = tables["Suspensions.csv"].drop(
        columns=["TOT_DISCWODIS_SINGOOS_M", "TOT_DISCWODIS_SINGOOS_F"]
    )
    with pytest.raises(InputProblems, match="TOT_DISCWODIS_SINGOOS_M and TOT_DISCWODIS_SINGOOS_F"):
        run(tmp_path, tables)


def test_a_rate_over_one_is_not_used(tmp_path: Path) -> None:
    tables = crdc_tables()
    name = "ID 814 SCH - Chronic Absenteeism.csv"
    tables[name] = changed(tables[name], FIRST.school, "TOTAL_STUDENTS_REPORTED_M", "500")
    data, report = run(tmp_path, tables)
    assert FIRST.school not in indicator(data, "chronic_absence")
    assert ("chronic_absence", "over 100%") in {(met.where, met.code) for met in report.codes}


def test_absence_in_the_collection_s_own_layout(tmp_path: Path) -> None:
    tables = crdc_tables()
    renamed = tables.pop("ID 814 SCH - Chronic Absenteeism.csv").rename(
        columns={
            "NCESSCH": "COMBOKEY",
            "TOTAL_STUDENTS_REPORTED_M": "TOT_ABSENT_M",
            "TOTAL_STUDENTS_REPORTED_F": "TOT_ABSENT_F",
        }
    )
    data, _ = run(tmp_path, tables | {"Chronic Absenteeism.csv": renamed})
    assert indicator(data, "chronic_absence")[FIRST.school] == pytest.approx(0.1)
    with pytest.raises(InputProblems, match="no counts"):
        run(tmp_path / "again", tables | {"Chronic Absenteeism.csv": renamed[["COMBOKEY"]]})


def test_dollars_are_conserved_by_source(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    lines = data.budget[data.budget["school_id"] == FIRST.school].set_index(["fund", "use"])["dollars"]
    people = FIRST.teachers * 0.85 * 50_000 * 1.6 * 1.3
    assert lines["state_local"].sum() == pytest.approx(people + 400 * FIRST.students, abs=1)
    federal = lines.sum() - lines["state_local"].sum()
    assert federal == pytest.approx((300 * 1.3 + 500) * FIRST.low_income, abs=1)
    smoke(data, "dollars")


def test_dollars_that_are_missing_are_the_mean_and_listed(tmp_path: Path) -> None:
    tables = crdc_tables()
    tables[DOLLARS] = changed(tables[DOLLARS], FIRST.school, "SCH_SAL_TOTPERS_WFED", "-9")
    data, report = run(tmp_path, tables)
    assert data.budget.groupby("school_id")["dollars"].sum()[FIRST.school] > 1_000_000
    rows = {str(row) for entry in report.imputed if entry.table == "budget" for row in entry.rows}
    assert f"{FIRST.school} federal_staff" in rows


def test_less_with_federal_funds_than_without_is_not_used(tmp_path: Path) -> None:
    tables = crdc_tables()
    tables[DOLLARS] = changed(tables[DOLLARS], FIRST.school, "SCH_NPE_WFED", "1.00")
    data, report = run(tmp_path, tables)
    assert "with below without federal" in {met.code for met in report.codes}
    assert (data.budget["dollars"] > 0).all()


def test_without_characteristics_the_levels_are_not_known(tmp_path: Path) -> None:
    tables = crdc_tables()
    del tables["School Characteristics.csv"]
    data, report = run(tmp_path, tables)
    assert set(data.schools["level"]) == {"other"}
    assert any("levels and special schools are not known" in note for note in report.notes)


def test_the_columns_are_those_of_the_file_structure(real: Callable[[str], Path]) -> None:
    """Every column that is read stands in the collection's own workbook of file structures."""
    book = real("federal") / "crdc" / "2017-18 CRDC File Structure.xlsx"
    columns = {
        "School Support": [*layout.KEYS, *layout.STAFF],
        "School Expenditures": [*layout.KEYS, *layout.DOLLARS],
        "School Characteristics": [*layout.KINDS, *layout.GRADES],
        "Enrollment": [f"{name}_{sex}" for name in layout.GROUPS for sex in ("M", "F")],
        "Algebra I": ["SCH_ALGENR_G08_IND", "TOT_ALGENR_G08_M", "TOT_ALGENR_G08_F"],
    }
    for topic in rates.TOPICS:
        stems = {stem for sums in topic.sums.values() for stem in sums}
        own = [f"{stem}_{sex}" for stem in stems for sex in rates.SEXES]
        columns[topic.file.removesuffix(".csv")] = own + ([topic.offered] if topic.offered else [])
    columns["Suspensions"] += [f"{rates.DAYS}_{sex}" for sex in rates.SEXES]
    for sheet, wanted in columns.items():
        published = set(
            pd.read_excel(book, sheet_name=sheet, header=None, engine="calamine")[1].astype(str).str.strip()
        )
        assert set(wanted) <= published, sheet


@settings(max_examples=5)
@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    (SUPPORT, "SCH_FTETEACH_SY"),
                    (SUPPORT, "SCH_FTESERVICES_NUR"),
                    (ENROLLMENT, "SCH_ENR_LEP_M"),
                    (ENROLLMENT, "SCH_ENR_IDEA_F"),
                    (ENROLLMENT, "SCH_ENR_WH_F"),
                    (DOLLARS, "SCH_SAL_TEACH_WOFED"),
                    (DOLLARS, "SCH_NPE_WOFED"),
                ]
            ),
            st.sampled_from(sorted(KEPT)),
            st.sampled_from([*sorted(CRDC_CODES), ""]),
        ),
        max_size=10,
    )
)
def test_no_missing_figure_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[tuple[str, str], str, str]]
) -> None:
    """Every figure changed was positive: a zero after the import could only be a missing figure."""
    tables = crdc_tables()
    for (file, column), school, cell in cells:
        tables[file] = changed(tables[file], school, column, cell)
    data, _ = run(tmp_path_factory.mktemp("crdc"), tables)
    groups = data.enrollment[data.enrollment["group"].isin(["english_learner", "disability", "white"])]
    assert (groups["students"] > 0).all()
    assert (data.staff[["fte", "salary"]] > 0).all(axis=None)
    if len(data.budget):
        assert set(data.budget["school_id"]) == KEPT


def test_real_high_schools_of_the_collection(real: Callable[[str], Path], tmp_path: Path) -> None:
    """Jefferson County's high schools: teachers and uncertified ones as published."""
    published = pd.read_csv(
        real("federal") / "crdc_ccd_edfacts_2017-18_high_schools_KY_NC_CA.csv",
        dtype=str,
        keep_default_na=False,
    )
    here = published[published["NCESSCH"].str.startswith("2102990")]
    assert len(here) >= 15
    keys = pd.DataFrame(
        {"LEAID": "2102990", "COMBOKEY": here["NCESSCH"], "LEA_NAME": "Jefferson", "SCH_NAME": here["NAME"]}
    )
    students = here["Total_enroll_students"].astype(float)
    none = dict.fromkeys(
        [f"{stem}_{sex}" for stem in layout.GROUPS if stem != "TOT_ENR" for sex in "MF"], "-9"
    )
    staff = {name: here[name] for name in ("SCH_FTETEACH_TOT", "SCH_FTETEACH_NOTCERT")}
    others = dict.fromkeys([name for name in layout.STAFF if name not in staff], "-9")
    tables = {
        SUPPORT: keys.assign(**others, **staff),
        ENROLLMENT: keys.assign(**none, TOT_ENR_M=students.astype(int).astype(str), TOT_ENR_F="0"),
    }
    data, report = run(tmp_path, tables, district="2102990")
    kept = here.set_index("NCESSCH").loc[data.schools["school_id"]]
    assert len(kept) >= 15
    fte = data.staff.groupby("school_id")["fte"].sum()
    expected = kept["SCH_FTETEACH_TOT"].astype(float)
    assert dict(fte) == pytest.approx(dict(expected), abs=0.01)
    share = indicator(data, "provisional_teachers")
    uncertified = kept["SCH_FTETEACH_NOTCERT"].astype(float) / expected
    assert dict(share) == pytest.approx(dict(uncertified[share.index]), abs=1e-4)
    assert any("none is said to be novice" in entry.note for entry in report.imputed)


def test_the_suppression_of_one_group_leaves_only_that_group_out(tmp_path: Path) -> None:
    tables = crdc_tables()
    tables["Gifted and Talented.csv"] = changed(
        tables["Gifted and Talented.csv"], FIRST.school, "SCH_GTENR_BL_F", "-11"
    )
    data, _ = run(tmp_path, tables)
    assert FIRST.school in indicator(data, "gifted_enrollment")
    assert FIRST.school not in of_group(data, "gifted_enrollment", "black").index
    assert FIRST.school in of_group(data, "gifted_enrollment", "white").index
