"""California: figures of real districts, and the traps of the files on a small copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from samples import Tables, frame, write_tables

from planner.district import District, load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source

SCHOOLS = ("district_name", "district_code", "school_name", "school_code", "school_type", "teachers_included")
TEACHERS = ("district_code", "school_code", "hire_or_experience_date", "experience_years")
ELEMENTARY, CONTINUATION = "Elementary Schools (Public)", "Continuation High Schools"


def ca_tables() -> Tables:
    """Return a small California: a district of decimal years, one of whole years from 1, one of brackets."""
    schools = [
        ("Santa Ana Unified", "66670", "Cole", "0101626", ELEMENTARY, "5", "193", "92.90%"),
        ("Santa Ana Unified", "66670", "Adams", "6030001", ELEMENTARY, "4", "180", "81.00%"),
        ("Santa Ana Unified", "66670", "Chavez High", "3030475", CONTINUATION, "1", "250", "88.00%"),
        ("Santa Ana Unified", "66670", "New", "6030009", ELEMENTARY, "1", "", ""),
        ("Capistrano Unified", "66464", "Ambuehl", "6106530", ELEMENTARY, "4", "190", "20.00%"),
        ("Oakland Unified", "61259", "Acorn", "6001630", ELEMENTARY, "5", "150", "70.00%"),
    ]
    years = {
        ("66670", "101626"): ["0.5", "0.5", "4.1", "12.0", "-1.2"],
        ("66670", "6030001"): ["2.9", "3.0", "9.9", "60.5"],
        ("66670", "3030475"): ["7.0"],
        ("66670", "6030009"): ["8.0"],
        ("66464", "6106530"): ["1", "3", "4", "11"],
        ("61259", "6001630"): ["1-5", "1-5", "6-10", "26+", "Pending Review"],
    }
    return {
        "teacher_exp_schools.csv": frame((*SCHOOLS, "enrollment_k12_2122", "frpm_k12_2122"), schools),
        "teacher_exp_teachers.csv": frame(
            TEACHERS, [(d, s, "8/10/2021", year) for (d, s), listed in years.items() for year in listed]
        ),
        "teacher_exp_districts.csv": frame(
            ("district_name", "district_code", "type_of_years"),
            [
                ("Santa Ana Unified", "66670", "total"),
                ("Capistrano Unified", "66464", "total"),
                ("Oakland Unified", "61259", "district"),
            ],
        ),
        "ca_esser.csv": frame(
            ("cds", "i_exp", "i_all", "ii_exp", "ii_all", "iii_exp", "iii_all"),
            [
                ("30666700000000", "10", "10", "60", "60", "129", "135"),
                ("30666700101626", "1", "1", "1", "1", "1", "900"),
                ("30664640000000", "1", "1", "2", "2", "NaN", "NaN"),
            ],
        ),
    }


def run(tmp_path: Path, tables: Tables, **options: object) -> tuple[District, ImportReport]:
    folder = write_tables(tmp_path / "ca", tables)
    report = import_source("ca-teachers", folder, tmp_path / "out", **{"district": "66670", **options})
    return load_district(tmp_path / "out"), report


def fte(data: District) -> pd.Series:
    return data.staff.set_index(["school_id", "experience"])["fte"]


@pytest.fixture(scope="module")
def published(real: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> District:
    out = tmp_path_factory.mktemp("ca") / "out"
    import_source("ca-teachers", real("ca_calmatters"), out, district="all", include_special=True)
    return load_district(out)


# Santa Ana, West Contra Costa, Long Beach: schools, teacher rows, students of 2021-22, ESSER III unspent.
@pytest.mark.parametrize(
    ("district", "schools", "teachers", "students", "left"),
    [
        ("66670", 51, 2_001, 41_794, 134_777_891 - 129_274_512),
        ("61796", 52, 1_225, 26_178, 53_218_321 - 38_195_603),
        ("64725", 83, 3_112, 66_428, 212_480_778 - 146_863_843),
    ],
)
def test_published_figures_of_a_district(
    published: District, district: str, schools: int, teachers: int, students: int, left: int
) -> None:
    here = published.schools.query("district_id == @district")["school_id"]
    counts = published.enrollment[published.enrollment["school_id"].isin(here)]
    assert len(here) == schools
    assert published.staff.loc[published.staff["school_id"].isin(here), "fte"].sum() == pytest.approx(
        teachers, abs=0.1
    )
    assert counts.loc[counts["group"] == "all", "students"].sum() == students
    both = [published.facts.funds[name].dollars for name in ("esser_iii", "esser_iii_learning")]
    assert sum(fund[district] for fund in both if isinstance(fund, dict)) == left


# Of what is left of ESSER III, the reserve for lost learning (resource 3214): the totals by district less the
# quarterly reports of the rest (resource 3213).
@pytest.mark.parametrize(
    ("district", "learning"), [("61259", 4_515_952), ("66670", 383_608), ("64725", 0), ("68411", 11_861_719)]
)
def test_what_is_left_of_the_reserve_for_lost_learning(
    published: District, district: str, learning: int
) -> None:
    fund = published.facts.funds["esser_iii_learning"]
    assert isinstance(fund.dollars, dict)
    assert fund.dollars[district] == learning
    assert fund.uses == ["tutoring", "extended_time"]
    assert published.facts.funds["esser_iii"].set_asides == []


def test_no_real_school_has_fifty_students_a_teacher(real: Callable[[str], Path], tmp_path: Path) -> None:
    """Virtual and independent-study schools enroll thousands for a handful of teachers listed."""
    report = import_source("ca-teachers", real("ca_calmatters"), tmp_path / "out", district="all")
    data = load_district(tmp_path / "out")
    students = data.enrollment.query("group == 'all'").set_index("school_id")["students"]
    assert (students / data.staff.groupby("school_id")["fte"].sum()).max() < 50
    assert [len(item.keys) for item in report.dropped if "over 50 students" in item.why] == [7]
    # The 36th district has one school of thirty students.
    assert report.totals["districts"] == 35


def test_alike_rows_are_teachers_alike(tmp_path: Path) -> None:
    data, _ = run(tmp_path, ca_tables())
    # Two of 0.5 years among four known, and a fifth whose years cannot be.
    assert fte(data)["666700101626", "novice"] == pytest.approx(2 * 5 / 4)
    assert fte(data).groupby("school_id").sum()["666700101626"] == pytest.approx(5)


def test_impossible_years_are_counted_and_never_used(tmp_path: Path) -> None:
    data, report = run(tmp_path, ca_tables())
    assert ("below 0 or over 50", 2) in {(code.code, code.count) for code in report.codes}
    means = [entry.rows for entry in report.imputed if entry.method == "school_mean"]
    assert means == [["666700101626", "666706030001"]]
    assert fte(data)["666706030001", "developing"] == pytest.approx(2 * 4 / 3, abs=0.01)


def test_years_counted_from_one_are_shifted(tmp_path: Path) -> None:
    data, report = run(tmp_path, ca_tables(), district="Capistrano Unified")
    assert dict(fte(data)["664646106530"]) == {"novice": 2, "developing": 1, "experienced": 1}
    assert any("start at 1" in note and "66464" in note for note in report.notes)


def test_brackets_are_split_and_listed(tmp_path: Path) -> None:
    data, report = run(tmp_path, ca_tables(), district="61259")
    assert fte(data)["612596001630", "novice"] == pytest.approx(1.2 * 5 / 4)
    assert any(entry.note == "five-year brackets, each year alike" for entry in report.imputed)
    assert any("in this district alone: Oakland Unified" in note for note in report.notes)


def test_schools_without_students_and_special_ones_are_left_out(tmp_path: Path) -> None:
    data, report = run(tmp_path, ca_tables())
    assert set(data.schools["school_id"]) == {"666700101626", "666706030001"}
    reasons = {item.why: item.keys for item in report.dropped if item.what == "schools"}
    assert reasons["no students published"] == ["666706030009"]
    assert any("continuation" in why and keys == ["666703030475"] for why, keys in reasons.items())


def test_lost_zeros_of_school_codes_are_put_back(tmp_path: Path) -> None:
    _, report = run(tmp_path, ca_tables())
    assert any("lost leading zeros" in note for note in report.notes)


def test_charters_are_told_by_a_workbook_with_a_crooked_header(tmp_path: Path) -> None:
    sheet = pd.DataFrame(
        [
            ["Unduplicated Student Poverty", None, None],
            ["District Code", "School Code", "Charter \nSchool \n(Y/N)"],
            ["66670", "0101626", "Yes"],
            ["66670", "6030001", "No"],
        ]
    )
    (tmp_path / "cde").mkdir()
    with pd.ExcelWriter(tmp_path / "cde" / "frpm1920.xlsx") as book:
        pd.DataFrame([["Title"]]).to_excel(book, sheet_name="Title Page", index=False, header=False)
        sheet.to_excel(book, sheet_name="FRPM School-Level Data ", index=False, header=False)
    data, report = run(tmp_path, ca_tables())
    assert list(data.schools["school_id"]) == ["666706030001"]
    assert any(item.why.startswith("charter") for item in report.dropped)


def test_what_is_left_of_a_grant_is_the_district_s_alone(tmp_path: Path) -> None:
    data, _ = run(tmp_path, ca_tables())
    assert set(data.facts.funds) == {"esser_iii"}
    fund = data.facts.funds["esser_iii"]
    assert fund.dollars == {"66670": 6}
    assert fund.last_year == "2023-24"
    assert fund.set_asides[0].min_share == 0.2


QUARTERS = ("2021 Summer", "2021 Fall", "2021 Winter", "2022 Spring")


def quarterly(folder: Path, cells: dict[str, list[tuple[str, str]]], last: str = QUARTERS[-1]) -> None:
    """Write quarterly reports as published: a sheet of keys, and a title above the header."""
    rows = [
        (code, quarter, given, spent)
        for code, pairs in cells.items()
        for quarter, (given, spent) in zip((*QUARTERS[:-1], last), pairs, strict=True)
    ]
    header = ("CDSCode", "ReportingPeriodName", "TotalAllocatedAmount", "ExpendedAmount")
    sheet = pd.DataFrame([("ESSER III (3213) Expenditures", None, None, None), header, *reversed(rows)])
    folder.mkdir(parents=True, exist_ok=True)
    with pd.ExcelWriter(folder / "arpesseriii3213.xlsx") as book:
        pd.DataFrame([["Key"]]).to_excel(book, sheet_name="Key", index=False, header=False)
        sheet.to_excel(book, sheet_name="ESSER III 3213 Expenditures", index=False, header=False)


def test_quarterly_reports_tell_the_reserve_apart(tmp_path: Path) -> None:
    """108 given at last less 20 + 90 - 5 spent leave 3 of the 6 that are left in all."""
    spent = [("100", "0"), ("100", "20"), ("108", "90"), ("108", "-5")]
    quarterly(tmp_path / "ca" / "sources", {"30666700000000": spent})
    data, _ = run(tmp_path, ca_tables())
    assert data.facts.funds["esser_iii"].dollars == {"66670": 3}
    assert data.facts.funds["esser_iii"].set_asides == []
    assert data.facts.funds["esser_iii_learning"].dollars == {"66670": 3}


def test_a_quarter_without_a_report_is_told(tmp_path: Path) -> None:
    spent = [("108", "0"), ("108", "N/A"), ("108", "90"), ("108", "15")]
    quarterly(tmp_path / "ca", {"30666700000000": spent})
    _, report = run(tmp_path, ca_tables())
    assert any("without a report in districts 66670" in note for note in report.notes)
    assert ("N/A", 1) in {(code.code, code.count) for code in report.codes}


def test_a_district_without_quarterly_reports_keeps_its_whole_fund(tmp_path: Path) -> None:
    quarterly(tmp_path / "ca", {"30664640000000": [("1", "0")] * 4})
    data, _ = run(tmp_path, ca_tables())
    assert data.facts.funds["esser_iii"].dollars == {"66670": 6}
    assert "esser_iii_learning" not in data.facts.funds


def test_a_quarter_that_is_none_is_a_problem(tmp_path: Path) -> None:
    quarterly(tmp_path / "ca", {"30666700000000": [("1", "0")] * 4}, last="Q3 2022")
    with pytest.raises(InputProblems, match="'Q3 2022'; expected a quarter such as 2021 Winter"):
        run(tmp_path, ca_tables())


def test_a_school_that_enrolls_from_afar_is_special(tmp_path: Path) -> None:
    tables = ca_tables()
    tables["teacher_exp_schools.csv"].loc[0, "enrollment_k12_2122"] = "251"
    data, report = run(tmp_path, tables)
    assert "666700101626" not in set(data.schools["school_id"])
    assert ["666700101626"] in [item.keys for item in report.dropped if "over 50 students" in item.why]


def test_a_grant_not_reported_is_not_zero(tmp_path: Path) -> None:
    data, report = run(tmp_path, ca_tables(), district="66464")
    assert data.facts.funds == {}
    assert ("districts of esser_iii", ["66464"]) in [(item.what, item.keys) for item in report.dropped]


def test_an_unknown_word_for_years_is_a_problem(tmp_path: Path) -> None:
    tables = ca_tables()
    tables["teacher_exp_teachers.csv"].loc[0, "experience_years"] = "many"
    with pytest.raises(InputProblems, match="found 'many'"):
        run(tmp_path, tables)


def test_a_missing_share_is_the_mean_of_its_level(tmp_path: Path) -> None:
    tables = ca_tables()
    tables["teacher_exp_schools.csv"].loc[0, "frpm_k12_2122"] = ""
    data, report = run(tmp_path, tables)
    counts = data.enrollment.set_index(["school_id", "group"])["students"]
    assert counts["666700101626", "low_income"] == round(0.81 * 193)
    assert ["666700101626 low_income"] in [entry.rows for entry in report.imputed]


CELLS = (
    ("teacher_exp_schools.csv", "enrollment_k12_2122"),
    ("teacher_exp_schools.csv", "frpm_k12_2122"),
    ("teacher_exp_teachers.csv", "experience_years"),
    ("ca_esser.csv", "iii_all"),
    ("ca_esser.csv", "iii_exp"),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.sets(st.tuples(st.sampled_from(CELLS), st.integers(0, 5)), max_size=9),
    word=st.sampled_from(["", "Pending Review"]),
)
@example(cells={(CELLS[0], row) for row in range(6)}, word="")
def test_a_missing_cell_never_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, cells: set[tuple[tuple[str, str], int]], word: str
) -> None:
    """A school keeps all its teachers and some students of low income, or is left out and listed."""
    tables = ca_tables()
    for (file, column), row in cells:
        blank = word if column == "experience_years" else "NaN" if file == "ca_esser.csv" else ""
        if row < len(tables[file]):
            tables[file].loc[row, column] = blank
    try:
        data, _ = run(tmp_path_factory.mktemp("blank"), tables, district="all")
    except InputProblems:
        # Nothing left to describe is said, and is no data set of zeros.
        assert len(cells) >= 3
        return
    assert (data.enrollment["students"] > 0).all()
    assert (data.staff["fte"] > 0).all()
    listed = tables["teacher_exp_teachers.csv"]
    ids = listed["district_code"] + listed["school_code"].str.zfill(7)
    pd.testing.assert_series_equal(
        data.staff.groupby("school_id")["fte"].sum().round(1),
        ids.value_counts().reindex(sorted(set(data.schools["school_id"]))).astype(float),
        check_names=False,
    )
    for fund in data.facts.funds.values():
        dollars = fund.dollars if isinstance(fund.dollars, dict) else {"": fund.dollars}
        assert all(amount > 0 for amount in dollars.values())
