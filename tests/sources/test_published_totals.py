"""Totals that the publishers print of districts and states, beside what the imports make of their schools.

Every figure on the right is read from a file here, by plain means, or was worked out apart from the import.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import Imported

from planner.district import District

Table = Callable[[District], pd.DataFrame]


def weighted_cv(values: pd.Series, weights: pd.Series) -> float:
    mean = np.average(values, weights=weights)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=weights)) / mean)


def tidy(path: Path, year: str, **cells: str) -> pd.DataFrame:
    """Return a tidy Kentucky file's categories as columns, by district."""
    text = pd.read_csv(path, dtype=str)
    for column, cell in {"year": year, **cells}.items():
        text = text[text[column] == cell]
    wide = text.pivot(index="sch_id", columns="category", values="value")
    return wide.apply(pd.to_numeric)


@pytest.fixture(scope="module")
def kentucky_codes(real: Callable[[str], Path]) -> dict[str, str]:
    raw = pd.read_csv(real("ky_kde") / "spending" / "raw_2017.csv", dtype=str, encoding="utf-8-sig")
    named = raw[["NCESID", "DIST_NUMBER"]].dropna()
    return dict(zip(named["NCESID"].str[:7], named["DIST_NUMBER"].str.zfill(3), strict=True))


# Kentucky ---------------------------------------------------------------------------------------------------

# A1 schools, students, teachers, dollars a student, their weighted coefficient of variation, correlations of
# the free and reduced lunch share with dollars and with years of experience, CSI and TSI; schools with no
# count of English learners or students with disabilities.
KENTUCKY = {
    "2101860": (53, 39_162, 2_873, 12_398, 0.131, 0.66, -0.63, 7, 24, 1, 0),
    "2103090": (17, 14_228, 787, 9_281, 0.068, 0.54, -0.19, 0, 12, 0, 0),
    "2101350": (7, 3_607, 255, 13_663, 0.133, -0.19, 0.28, 1, 3, 0, 0),
    "2100510": (23, 19_874, 1_273, 8_693, 0.093, 0.44, -0.62, 1, 16, 0, 0),
}


@pytest.mark.parametrize("lea", KENTUCKY)
def test_published_figures_of_a_kentucky_district(kentucky: Imported, by_school: Table, lea: str) -> None:
    schools, students, fte, dollars, cv, with_dollars, with_years, csi, tsi, no_el, no_iep = KENTUCKY[lea]
    data, report = kentucky
    here = by_school(data).query("district_id == @lea")
    years = data.indicators.query("indicator == 'average_years'").set_index("school_id")["value"]
    assert (len(here), here["students"].sum(), here["fte"].sum()) == (schools, students, fte)
    assert round(here["dollars"].sum() / students) == dollars
    assert weighted_cv(here["per_student"], here["students"]) == pytest.approx(cv, abs=0.0005)
    assert here["per_student"].corr(here["low_income"]) == pytest.approx(with_dollars, abs=0.006)
    assert years.reindex(here.index).corr(here["low_income"]) == pytest.approx(with_years, abs=0.01)
    status = data.schools.query("district_id == @lea")["support_status"].value_counts()
    assert (status.get("CSI", 0), status.get("TSI", 0)) == (csi, tsi)
    rows = [row for entry in report.imputed if entry.method == "least_shown" for row in entry.rows]
    unknown = [row.split()[1] for row in rows if row.split()[0] in here.index]
    assert (unknown.count("english_learner"), unknown.count("disability")) == (no_el, no_iep)


def test_kentucky_s_teachers_are_paid_what_each_district_says(
    kentucky: Imported, by_school: Table, kentucky_codes: dict[str, str], real: Callable[[str], Path]
) -> None:
    """`fin_summary_dist` prints an average salary for each of the 172 districts."""
    schools = by_school(kentucky[0])
    sums = schools.groupby(schools["district_id"].map(kentucky_codes))[["pay", "fte"]].sum()
    folder = real("ky_kysrc")
    published = tidy(folder / "fin_summary_dist_2016-2017_converted.csv", "2016-2017")
    assert len(sums) == 172
    pay = sums["pay"] / sums["fte"]
    # One district's dollars do not reach the pay of its teachers and are 0.3% short.
    assert (pay / published["avg_t_sal"].reindex(pay.index)).between(0.996, 1.0005).all()
    # Full-time equivalents there, whole persons in the school file: 1% more in all.
    fte = sums["fte"] / published["fte_teachers"].reindex(sums.index)
    assert fte.between(0.85, 1.25).all()
    assert sums["fte"].sum() / published["fte_teachers"].reindex(sums.index).sum() == pytest.approx(
        1, abs=0.02
    )


def test_kentucky_s_school_dollars_are_its_districts_current_expenditure(
    kentucky: Imported, by_school: Table, kentucky_codes: dict[str, str], real: Callable[[str], Path]
) -> None:
    """`rev_exp_dist` has 2015-16, a year earlier, with special schools and central costs."""
    schools = by_school(kentucky[0])
    sums = schools.groupby(schools["district_id"].map(kentucky_codes))["dollars"].sum()
    path = real("ky_kysrc") / "rev_exp_dist_2016-2017_converted.csv"
    spent = tidy(path, "2015-2016", type="expenditure", tot_pp="total").reindex(sums.index)
    current = spent["total"] - spent["capital_outlay"]
    assert (sums / current).median() == pytest.approx(1, abs=0.02)
    assert sums.sum() / current.sum() == pytest.approx(0.966, abs=0.01)
    assert (sums / current).between(0.55, 1.20).all()


def test_kentucky_s_total_rows_are_sums_of_its_schools(real: Callable[[str], Path]) -> None:
    """Membership of the schools of a district, ordinary and special, against its own total row."""
    raw = pd.read_csv(real("ky_kde") / "spending" / "raw_2017.csv", dtype=str, encoding="utf-8-sig")
    students = pd.to_numeric(raw["MEMBERSHIP_TOTAL"].str.replace(",", ""))
    total = raw["SCH_NAME"] == "---District Total---"
    own = students[~total & (raw["SCH_NAME"] != "---State Total---")].groupby(raw["DIST_NUMBER"]).sum()
    published = students[total].set_axis(raw.loc[total, "DIST_NUMBER"])
    apart = (own.reindex(published.index) / published - 1).abs()
    assert (apart < 1e-9).mean() > 0.85
    assert (apart > 0.05).sum() <= 11


def test_the_tidy_kentucky_tables_that_are_not_read_repeat_the_school_profile(
    real: Callable[[str], Path],
) -> None:
    raw = pd.read_csv(real("ky_kde") / "spending" / "raw_2017.csv", dtype=str, encoding="utf-8-sig")
    raw = raw[~raw["SCH_NAME"].str.startswith("---")]
    own = raw.set_index(raw["SCH_CD"].str.zfill(6))
    plain = own.apply(lambda cells: cells.str.replace("[,%]", "", regex=True))
    numbers = plain.apply(pd.to_numeric, errors="coerce")
    folder = real("ky_kysrc")
    teachers = pd.read_csv(folder / "teach_sch_2017_converted.csv", dtype={"sch_id": str}).set_index("sch_id")
    pairs = {"FTE_TCH_TOTAL": "fte_total", "WHITE_FTE_TOTAL": "fte_white", "AVG_YRS_TCH_EXP": "avg_t_exp"}
    pairs |= {"NATIONAL_BOARD_CERT_TCH_CNT": "nbct_cnt"}
    for source, name in pairs.items():
        pd.testing.assert_series_equal(
            numbers[source], teachers[name].reindex(numbers.index), check_names=False, check_dtype=False
        )
    meals = pd.read_csv(folder / "frpl_sch_2017_converted.csv", dtype={"sch_id": str}).set_index("sch_id")
    both = numbers["ENROLLMENT_FREE_LUNCH_CNT"] + numbers["ENROLLMENT_REDUCED_LUNCH_CNT"]
    pd.testing.assert_series_equal(
        both, meals["frpl_total"].reindex(both.index), check_names=False, check_dtype=False
    )


def test_kentucky_s_teachers_are_near_the_federal_count(
    kentucky: Imported, by_school: Table, real: Callable[[str], Path]
) -> None:
    """The Common Core of 2017-18, as a public project took it out: full-time equivalents of high schools."""
    name = "crdc_ccd_edfacts_2017-18_high_schools_KY_NC_CA.csv"
    federal = pd.read_csv(real("federal") / name, dtype={"NCESSCH": str}).set_index("NCESSCH")
    schools = by_school(kentucky[0]).join(federal[["TEACHERS", "Total_enroll_students"]], how="inner")
    assert len(schools) == 189
    assert schools["fte"].sum() / schools["TEACHERS"].sum() == pytest.approx(1.04, abs=0.005)
    ratio = schools["students"].sum() / schools["Total_enroll_students"].sum()
    assert ratio == pytest.approx(1, abs=0.02)


# North Carolina ---------------------------------------------------------------------------------------------

# Districts of which no school is left out: the coefficient of variation of dollars a student, and
# correlations of the share of low-income students with dollars and with beginning teachers.
NORTH_CAROLINA = {
    "010": (0.200, 0.34, 0.40),
    "780": (0.120, 0.51, 0.32),
    "260": (0.187, 0.29, 0.39),
}


@pytest.mark.parametrize("lea", NORTH_CAROLINA)
def test_published_spread_of_a_north_carolina_district(
    north_carolina: Imported, by_school: Table, lea: str
) -> None:
    cv, with_dollars, with_novices = NORTH_CAROLINA[lea]
    here = by_school(north_carolina[0]).query("district_id == @lea")
    assert weighted_cv(here["per_student"], here["students"]) == pytest.approx(cv, abs=0.0005)
    assert here["per_student"].corr(here["low_income"]) == pytest.approx(with_dollars, abs=0.006)
    assert here["novice"].corr(here["low_income"]) == pytest.approx(with_novices, abs=0.006)


def test_north_carolina_s_dollars_follow_the_districts_own_of_the_year_before(
    north_carolina: Imported, by_school: Table, real: Callable[[str], Path]
) -> None:
    """`rcd_funds` of 2017-18 prints dollars per student of 115 districts and the state."""
    data, _ = north_carolina
    funds = pd.read_csv(real("nc_src_2018") / "rcd_funds.csv", dtype={"agency_code": str})
    funds = funds.set_index("agency_code")
    sums = by_school(data).groupby("district_id")[["dollars", "students"]].sum()
    own = sums["dollars"] / sums["students"]
    grown = own / funds["total_expense"].reindex(own.index + "LEA").to_numpy()
    # A district of one school began in 2018-19.
    assert grown.isna().sum() == 1
    assert grown.dropna().between(0.96, 1.16).all()
    state = sums["dollars"].sum() / sums["students"].sum() / funds.loc["NC-SEA", "total_expense"]
    assert state == pytest.approx(1.035, abs=0.005)
    people = data.budget.loc[data.budget["use"].isin(["staff", "other_staff"]), "dollars"].sum()
    shares = funds.loc["NC-SEA", ["pct_salary", "pct_benefits"]].sum()
    assert people / data.budget["dollars"].sum() == pytest.approx(shares, abs=0.03)


def test_north_carolina_s_level_rows_are_the_averages_of_its_schools(real: Callable[[str], Path]) -> None:
    """What fills a school's experience where it has none: the district's row is its teachers' average."""
    rows = pd.read_csv(real("nc_src_2018") / "rcd_experience.csv", dtype={"agency_code": str})
    rows = rows[rows["staff"] == "Teacher"]
    district = rows[rows["agency_code"].str.endswith("LEA")]
    published = district.set_index([district["agency_code"].str[:3], "category_code"])["pct_experience_0"]
    schools = rows[rows["agency_code"].str.fullmatch(r"\d{6}")].dropna(subset=["pct_experience_0"])
    by = [schools["agency_code"].str[:3], schools["category_code"]]
    teachers = schools["avg_class_teach"]
    own = (schools["pct_experience_0"] * teachers).groupby(by).sum() / teachers.groupby(by).sum()
    assert (own - published.reindex(own.index)).abs().max() < 0.003


def test_north_carolina_s_members_are_those_of_the_attendance_file(
    north_carolina: Imported, by_school: Table, real: Callable[[str], Path]
) -> None:
    ratio = pd.read_csv(real("nc_src_2019") / "ratio.csv", dtype=str).set_index("agency_code")
    members = pd.to_numeric(ratio["adm_ct_2019"].str.replace(",", "")).where(lambda count: count > 0)
    here = by_school(north_carolina[0])["students"].to_frame().join(members).dropna()
    assert len(here) > 2_270
    assert (here["students"] == here["adm_ct_2019"]).mean() > 0.75
    assert here["students"].sum() / here["adm_ct_2019"].sum() == pytest.approx(1, abs=0.001)


# California and New York City -------------------------------------------------------------------------------


def test_california_s_counts_and_its_earlier_enrollment(real: Callable[[str], Path]) -> None:
    folder = real("ca_calmatters")
    schools = pd.read_csv(folder / "teacher_exp_schools.csv", dtype=str)
    teachers = pd.read_csv(folder / "teacher_exp_teachers.csv", dtype=str)
    listed = pd.to_numeric(schools["teachers_included"]).sum()
    assert (schools["district_code"].nunique(), len(schools), len(teachers), listed) == (
        36,
        1_357,
        44_256,
        44_256,
    )
    meals = pd.read_excel(
        real("ca_cde") / "frpm1920.xlsx", sheet_name=1, header=1, dtype=str, engine="openpyxl"
    )
    meals.columns = pd.Index([" ".join(str(name).split()) for name in meals.columns])
    codes = schools.loc[schools["district_code"] == "66670", "school_code"].str.zfill(7)
    here = meals[(meals["District Code"] == "66670") & meals["School Code"].isin(codes)]
    # The import has 41,794 students of 2021-22; these are of 2019-20.
    assert pd.to_numeric(here["Enrollment (K-12)"]).sum() == 44_454


def test_new_york_city_s_averages_are_its_seats_over_its_sections(real: Callable[[str], Path]) -> None:
    rows = pd.read_csv(real("nyc_doe") / "class_size.csv", dtype=str, encoding="mac_roman")
    rows.columns = rows.columns.str.strip()
    programs = rows["PROGRAM TYPE"].value_counts()
    assert len(rows) == 27_611
    assert dict(programs) == {"GEN ED": 14_545, "CTT": 7_460, "SPEC ED": 3_653, "G&T": 469}
    assert rows["SCHOOLWIDE PUPIL-TEACHER RATIO"].notna().sum() == 1_484
    columns = ("NUMBER OF STUDENTS / SEATS FILLED", "NUMBER OF SECTIONS", "AVERAGE CLASS SIZE")
    seats, sections, average = (pd.to_numeric(rows[name], errors="coerce") for name in columns)
    assert average.notna().sum() == 26_127
    assert (seats / sections - average).abs().max() <= 0.05 + 1e-9
