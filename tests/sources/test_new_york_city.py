"""New York City: real class sizes, and the traps of the files on a small copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from planner.district import District, load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source
from planner.sources import new_york_city as nyc

HEADER = (
    "CSD,BOROUGH,SCHOOL CODE,SCHOOL NAME,GRADE ,PROGRAM TYPE,CORE SUBJECT (MS CORE and 9-12 ONLY),"
    "CORE COURSE (MS CORE and 9-12 ONLY),SERVICE CATEGORY(K-9* ONLY),NUMBER OF STUDENTS / SEATS FILLED,"
    "NUMBER OF SECTIONS,AVERAGE CLASS SIZE,SIZE OF SMALLEST CLASS,SIZE OF LARGEST CLASS,DATA SOURCE,"
    "SCHOOLWIDE PUPIL-TEACHER RATIO"
)
CLASSES = [
    "1,M,M015,P.S. 015 Roberto Clemente,0K,GEN ED,-,-,-,19,1,19,19,19,ATS,",
    "1,M,M015,P.S. 015 Roberto Clemente,0K,CTT,-,-,-,21,1,21,21,21,ATS,",
    "1,M,M015,P.S. 015 Roberto Clemente,4,GEN ED,-,-,-,26,2,13,12,14,ATS,",
    "1,M,M015,P.S. 015 Roberto Clemente,0K-09,SPEC ED,-,-,12:01:01,9,1,9,9,9,ATS,",
    "1,M,M015,P.S. 015 Roberto Clemente,,,,,,,,,,,,8.4",
    "1,M,M034,P.S. 034,6,GEN ED,-,-,-,26,1,26,26,26,ATS,",
    "1,M,M034,P.S. 034,MS Core,GEN ED,ENGLISH,MS English Core,-,76,3,25.3,25,26,STARS,",
    "1,M,M034,P.S. 034,MS Core,CTT,ENGLISH,MS English Core,-,77,3,25.7,22,28,STARS,",
    "1,M,M034,P.S. 034,,,,,,,,,,,,9.6",
    "32,K,K545,EBC High School\u2030\u20ac\u201aBushwick,12-Sep,GEN ED,MATH,Geometry,-,48,2,24,23,25,STARS,",
    "32,K,K545,EBC High School\u2030\u20ac\u201aBushwick,,,,,,,,,,,,12.5",
    "32,K,K999,Nobody Counts Here,1,GEN ED,-,-,-,20,1,20,20,20,ATS,",
]
COUNTS = "DBN,Name,schoolyear,fl_percent,frl_percent,total_enrollment," + ",".join(nyc.GRADES)
COUNTS += ",ell_num,sped_num,asian_num,black_num,hispanic_num,white_num"
NONE = "    "
STUDENTS = [
    ("01M015", "20102011", "96.5", "203", ["31", *(["35"] * 5), *([NONE] * 7)], "30", "46"),
    ("01M015", "20092010", "", "999", ["31", *([NONE] * 12)], "1", "1"),
    ("01M034", "20102011", "80.0", "320", ["30", *(["36"] * 8), *([NONE] * 4)], "NA ", "60"),
    ("32K545", "20102011", "70.1", "500", [*([NONE] * 9), *(["125"] * 4)], "80", NONE),
]


def run(
    tmp_path: Path,
    classes: list[str] = CLASSES,
    blanks: frozenset[tuple[int, int]] = frozenset(),
    **options: object,
) -> tuple[District, ImportReport]:
    """Import the small city, with some cells of the demographics blank: row and column of each."""
    folder = tmp_path / "nyc"
    folder.mkdir(parents=True)
    (folder / "class_size.csv").write_text("\n".join([HEADER, *classes]), encoding="mac_roman")
    cells = [[s[0], "A school", s[1], "", s[2], s[3], *s[4], s[5], s[6], *["20"] * 4] for s in STUDENTS]
    for row, column in blanks:
        cells[row][column] = "    "
    rows = [",".join(each) for each in cells]
    (folder / "demographics.csv").write_text("\n".join([COUNTS, *rows]), encoding="mac_roman")
    report = import_source("nyc-class-size", folder, tmp_path / "out", **{"district": "all", **options})
    return load_district(tmp_path / "out"), report


def blocks(data: District) -> pd.DataFrame:
    return data.courses.set_index(["school_id", "course"])


def test_real_class_sizes(real: Callable[[str], Path], tmp_path: Path) -> None:
    report = import_source("nyc-class-size", real("nyc_doe"), tmp_path / "out", district="all")
    data = load_district(tmp_path / "out")
    joined = next(item for item in report.joined if item.name == "demographics.csv")
    assert (joined.joined, joined.without) == (1_487, [])
    assert any(note.startswith("class_size.csv: 10,644 grades") for note in report.notes)
    assert blocks(data).loc[("01M015", "4-5 core"), ["students", "sections"]].tolist() == [53, 3]
    need = (
        (data.courses["sections"] / data.courses["sections_per_fte"]).groupby(data.courses["school_id"]).sum()
    )
    assert (need <= data.staff.set_index("school_id")["fte"].reindex(need.index) + 1e-9).all()


def test_why_the_test_results_are_not_read(real: Callable[[str], Path]) -> None:
    """`sat_results` names no year: its takers would be over 100% of grade 12 at 76 of 382 schools."""
    folder = real("nyc_doe")
    results = pd.read_csv(folder / "sat_results.csv", dtype=str).set_index("DBN")["Num of SAT Test Takers"]
    students = pd.read_csv(folder / "demographics.csv", dtype=str, encoding="mac_roman").set_index("DBN")
    grade12 = students.loc[students["schoolyear"] == nyc.YEAR_IN_FILE, "grade12"].str.strip()
    assert (results == "s").sum() == 57
    takers, enrolled = (pd.to_numeric(cells, errors="coerce") for cells in (results, grade12))
    share = (takers / enrolled.reindex(takers.index)).dropna()
    assert (len(share), (share > 1).sum()) == (382, 76)


def test_seats_and_sections_are_the_published_ones(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    assert blocks(data).loc[("01M015", "K-3 core"), ["students", "sections"]].tolist() == [40, 2]
    assert blocks(data).loc[("01M015", "special education"), "sections"] == 1


def test_a_grade_spoilt_by_a_spreadsheet_is_mended(tmp_path: Path) -> None:
    data, report = run(tmp_path)
    assert blocks(data).loc[("32K545", "9-12 math"), "students"] == 48
    assert any("'12-Sep'" in note for note in report.notes)


def test_middle_grades_are_not_counted_twice(tmp_path: Path) -> None:
    data, report = run(tmp_path)
    courses = blocks(data).loc["01M034"]
    assert list(courses.index) == ["6-8 english"]
    assert courses["sections"].tolist() == [6]
    assert ("class rows", 1) in {(item.what, item.count) for item in report.dropped}


def test_teachers_follow_from_the_ratio(tmp_path: Path) -> None:
    data, report = run(tmp_path)
    assert data.staff.set_index("school_id")["fte"]["01M015"] == pytest.approx(203 / 8.4, abs=0.01)
    assert any(entry.method == "from_ratio" for entry in report.imputed)
    assert set(data.staff["experience"]) == {"experienced"}


def test_one_year_of_students_is_read(tmp_path: Path) -> None:
    data, _ = run(tmp_path, district="1")
    counts = data.enrollment.set_index(["school_id", "group"])["students"]
    assert counts["01M015", "all"] == 203
    assert counts["01M015", "low_income"] == round(0.965 * 203)


def test_a_missing_count_is_a_mean_and_listed(tmp_path: Path) -> None:
    data, report = run(tmp_path)
    counts = data.enrollment.set_index(["school_id", "group"])["students"]
    assert counts["01M034", "english_learner"] == round(30 / 203 * 320)
    assert counts["32K545", "disability"] > 0
    listed = [row for entry in report.imputed if isinstance(entry.rows, list) for row in entry.rows]
    assert {"01M034 english_learner", "32K545 disability"} <= set(listed)
    assert ("NA", 1) in {(code.code, code.count) for code in report.codes}


def test_a_school_in_one_file_only_is_left_out(tmp_path: Path) -> None:
    _, report = run(tmp_path)
    reasons = {item.why: item.keys for item in report.dropped if item.what == "schools"}
    assert reasons["no students of the year"] == ["32K999"]


def test_letters_outside_ascii_are_read_and_a_group_never_counted_has_no_weight(tmp_path: Path) -> None:
    data, report = run(tmp_path, district="32")
    assert any("no school has a count of disability" in note for note in report.notes)
    assert set(data.facts.need_weights) == {"low_income", "english_learner"}
    assert data.schools["school_name"].tolist() == ["EBC High School\u2030\u20ac\u201aBushwick"]


def test_a_header_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "nyc"
    folder.mkdir()
    (folder / "class_size.csv").write_text(
        HEADER.replace("NUMBER OF SECTIONS", "NUMBER OF SECTION"), encoding="utf-8"
    )
    (folder / "demographics.csv").write_text(COUNTS, encoding="utf-8")
    with pytest.raises(InputProblems, match="did you mean 'NUMBER OF SECTION'"):
        import_source("nyc-class-size", folder, tmp_path / "out", district="all")


def test_levels_follow_the_grades_with_students(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    levels = data.schools.set_index("school_id")["level"]
    assert dict(levels) == {"01M015": "elementary", "01M034": "other", "32K545": "high"}


# Columns of the demographics that hold figures: meals, students, English learners, disability, races.
FIGURES = (4, 5, 19, 20, 21, 22, 23, 24)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blanks=st.frozensets(st.tuples(st.sampled_from((0, 2, 3)), st.sampled_from(FIGURES)), max_size=8))
@example(blanks=frozenset({(0, 5), (2, 5), (3, 5)}))
def test_a_missing_cell_never_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, blanks: frozenset[tuple[int, int]]
) -> None:
    """A school without a count of students is left out; a group without one is a mean, or not there."""
    try:
        data, _ = run(tmp_path_factory.mktemp("blank"), blanks=blanks)
    except InputProblems:
        assert {0, 2, 3} <= {row for row, column in blanks if column == 5}
        return
    assert (data.enrollment["students"] > 0).all()
    assert (data.staff["fte"] > 0).all()
    assert (data.courses[["students", "sections"]] > 0).all(axis=None)
    for row, column in blanks:
        school = STUDENTS[row][0]
        assert not (column == 5 and school in set(data.schools["school_id"]))
        own = set(data.enrollment.loc[data.enrollment["school_id"] == school, "group"])
        race = {21: "asian", 22: "black", 23: "hispanic", 24: "white"}.get(column)
        assert race not in own
