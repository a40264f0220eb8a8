"""The Common Core of Data: the traps of its flat files, alone and with the Civil Rights Data Collection."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from federal_checks import counts, pools, smoke
from federal_sample import ALABAMA, KEPT, OTHER, SCHOOLS, ccd_tables, changed, crdc_tables, write_federal
from hypothesis import example, given, settings
from hypothesis import strategies as st
from samples import Tables

from planner.district import District, load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source, reading
from planner.sources.federal import ccd as layout

FIRST, SECOND = SCHOOLS[0], SCHOOLS[1]
DIRECTORY, MEMBERSHIP, STAFF, LUNCH, KINDS = (
    f"ccd_sch_{name}_083118.csv"
    for name in ("029_1718_w_1a", "052_1718_l_1a", "059_1718_l_1a", "033_1718_l_1a", "129_1718_w_1a")
)
NO_ADULTS = "Derived - Education Unit Total minus Adult Education Count"


def run(
    tmp_path: Path, ccd: Tables | None = None, crdc: Tables | None = None, **options: object
) -> tuple[District, ImportReport]:
    """Import the small nation's first district; with the collection where its tables are given."""
    folder, collection = write_federal(tmp_path, ccd, crdc)
    given_options = {"district": ALABAMA, **({} if crdc is None else {"crdc": collection}), **options}
    report = import_source("nces-ccd", folder, tmp_path / "out", **given_options)
    return load_district(tmp_path / "out"), report


def test_a_district_of_the_common_core(tmp_path: Path) -> None:
    data, report = run(tmp_path)
    assert set(data.schools["school_id"]) == KEPT
    assert data.facts.school_year == "2017-18"
    assert data.name == "Albertville City"
    assert pools(data)["fte"].sum() == sum(school.teachers for school in SCHOOLS[:4])
    assert report.totals["students"] == 2300
    assert dict(data.schools.set_index("school_id")["title_i"])[FIRST.school]
    smoke(data)


def test_totals_beside_details_are_never_added_up(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    assert counts(data)[FIRST.school, "all"] == FIRST.students
    assert counts(data)[FIRST.school, "black"] == 0.3 * FIRST.students
    assert counts(data)[FIRST.school, "low_income"] == FIRST.low_income


def test_the_total_with_adults_stands_in_where_there_is_no_other(tmp_path: Path) -> None:
    tables = ccd_tables()
    tables[MEMBERSHIP] = tables[MEMBERSHIP][tables[MEMBERSHIP]["TOTAL_INDICATOR"] != NO_ADULTS]
    data, _ = run(tmp_path, tables)
    assert counts(data)[FIRST.school, "all"] == FIRST.students + 7


def test_pre_kindergarten_is_a_grade(tmp_path: Path) -> None:
    data, _ = run(tmp_path)
    seats = data.indicators.set_index(["school_id", "indicator"])["value"]
    assert seats[FIRST.school, "prek_seats"] == 40
    tables = ccd_tables()
    tables[DIRECTORY] = changed(tables[DIRECTORY], FIRST.school, "LEVEL", "Prekindergarten")
    again, _ = run(tmp_path / "again", tables)
    assert dict(again.schools.set_index("school_id")["level"])[FIRST.school] == "elementary"


@pytest.mark.parametrize(
    ("published", "low", "high", "level"),
    [
        ("Secondary", "07", "12", "other"),
        ("Not reported", "PK", "05", "elementary"),
        ("Not reported", "M", "M", "other"),
        ("Other", "09", "12", "high"),
    ],
)
def test_levels_follow_the_grades_where_none_is_published(
    tmp_path: Path, published: str, low: str, high: str, level: str
) -> None:
    tables = ccd_tables()
    for column, cell in {"LEVEL": published, "GSLO": low, "GSHI": high}.items():
        tables[DIRECTORY] = changed(tables[DIRECTORY], FIRST.school, column, cell)
    data, _ = run(tmp_path, tables)
    assert dict(data.schools.set_index("school_id")["level"])[FIRST.school] == level


def test_lost_leading_zeros_are_put_back(tmp_path: Path) -> None:
    tables = ccd_tables()
    for name in (MEMBERSHIP, LUNCH):
        for column in ("LEAID", "NCESSCH"):
            tables[name][column] = tables[name][column].str.lstrip("0")
    data, report = run(tmp_path, tables, district="100005")
    assert set(data.schools["school_id"]) == KEPT
    assert counts(data)[FIRST.school, "all"] == FIRST.students
    assert any("lost leading zeros" in note for note in report.notes)


def test_an_id_that_a_spreadsheet_rounded_is_refused(tmp_path: Path) -> None:
    tables = ccd_tables()
    tables[STAFF] = changed(tables[STAFF], FIRST.school, "NCESSCH", "1.00005E+10")
    with pytest.raises(InputProblems, match="an id in full"):
        run(tmp_path, tables)


def test_a_suppressed_count_stays_missing_until_it_is_imputed_by_name(tmp_path: Path) -> None:
    tables = ccd_tables()
    for programme in ("Free lunch qualified", "No Category Codes"):
        for column, cell in {"STUDENT_COUNT": "", "DMS_FLAG": "Suppressed"}.items():
            tables[LUNCH] = changed(tables[LUNCH], FIRST.school, column, cell, LUNCH_PROGRAM=programme)
    data, report = run(tmp_path, tables)
    # Half are certified directly; times 1.6 they stand for eight tenths of the low-income students.
    assert counts(data)[FIRST.school, "low_income"] == round(0.8 * FIRST.low_income)
    methods = {entry.method: entry.rows for entry in report.imputed}
    assert methods["direct_certification"] == [f"{FIRST.school} low_income"]
    assert ("Suppressed", 2) in {(met.code, met.count) for met in report.codes}


def test_a_school_without_any_count_of_meals_gets_the_mean_of_its_level(tmp_path: Path) -> None:
    tables = ccd_tables()
    tables[LUNCH] = tables[LUNCH][tables[LUNCH]["NCESSCH"] != FIRST.school]
    data, report = run(tmp_path, tables)
    assert counts(data)[FIRST.school, "low_income"] == round(SECOND.poor * FIRST.students)
    assert [f"{FIRST.school} low_income"] in [entry.rows for entry in report.imputed]


def test_meals_over_the_students_are_cut_and_said(tmp_path: Path) -> None:
    tables = ccd_tables()
    cell = str(FIRST.students + 50)
    tables[LUNCH] = changed(
        tables[LUNCH], FIRST.school, "STUDENT_COUNT", cell, LUNCH_PROGRAM="Free lunch qualified"
    )
    data, report = run(tmp_path, tables)
    assert counts(data)[FIRST.school, "low_income"] == FIRST.students
    assert {entry.method for entry in report.imputed} >= {"capped_at_total"}
    assert any("1 schools report more than their students" in note for note in report.notes)


@pytest.mark.parametrize("code", ["-1", "-2", "-9", "M", "N", ""])
def test_a_code_is_no_number_of_teachers(tmp_path: Path, code: str) -> None:
    tables = ccd_tables()
    tables[STAFF] = changed(tables[STAFF], FIRST.school, "TEACHERS", code)
    data, report = run(tmp_path, tables)
    assert FIRST.school not in set(data.schools["school_id"])
    left_out = {item.why: item.keys for item in report.dropped if item.what == "schools"}
    assert left_out["no teachers reported"] == [FIRST.school]


def test_a_negative_number_that_is_no_code_is_a_problem(tmp_path: Path) -> None:
    tables = ccd_tables()
    tables[STAFF] = changed(tables[STAFF], FIRST.school, "TEACHERS", "-4.5")
    with pytest.raises(InputProblems, match=r"found '-4\.5'"):
        run(tmp_path, tables)


def test_files_of_two_years_are_refused(tmp_path: Path) -> None:
    tables = ccd_tables()
    tables[STAFF]["SCHOOL_YEAR"] = "2018-2019"
    with pytest.raises(InputProblems, match="files of one school year"):
        run(tmp_path, tables)


def test_a_school_that_a_file_names_twice_is_a_problem(tmp_path: Path) -> None:
    tables = ccd_tables()
    tables[STAFF] = pd.concat([tables[STAFF], tables[STAFF].head(1)])
    with pytest.raises(InputProblems, match=f"{FIRST.school} more than once"):
        run(tmp_path, tables)


def test_names_that_districts_share_ask_for_a_state(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match=r"0100006, 2100030"):
        run(tmp_path, district="Marshall County")
    data, _ = run(tmp_path / "again", district="marshall county", state="al")
    assert set(data.schools["district_id"]) == {OTHER}


def test_all_districts_are_those_of_one_state(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="'all' districts of 2 states"):
        run(tmp_path, district="all")
    data, _ = run(tmp_path / "again", district="all", state="AL")
    assert set(data.schools["district_id"]) == {ALABAMA, OTHER}
    with pytest.raises(InputProblems, match="a state as two letters"):
        run(tmp_path / "third", district="all", state="Alabama")
    with pytest.raises(InputProblems, match="no district"):
        run(tmp_path / "fourth", district="all", state="TX")


def test_special_schools_are_left_out_with_their_reason_or_kept(tmp_path: Path) -> None:
    _, report = run(tmp_path)
    reasons = {item.why.split(":")[0]: item.keys for item in report.dropped if item.what == "schools"}
    assert reasons["closed, inactive or not yet open"] == ["010000500874"]
    assert reasons["charter school of a district with other schools"] == ["010000500876"]
    data, _ = run(tmp_path / "again", include_special=True)
    assert set(data.schools["school_id"]) == KEPT | {"010000500875", "010000500876"}


def test_an_unknown_title_i_status_is_not_a_no(tmp_path: Path) -> None:
    tables = ccd_tables()
    tables[KINDS] = changed(tables[KINDS], FIRST.school, "TITLEI_STATUS", "MISSING")
    _, report = run(tmp_path, tables)
    written = pd.read_csv(tmp_path / "out" / "schools.csv", dtype=str).set_index("school_id")["title_i"]
    assert written.isna()[FIRST.school]
    assert written[SECOND.school] == "False"
    assert ("MISSING", 1) in {(met.code, met.count) for met in report.codes}


def test_files_saved_in_latin_1_are_read(tmp_path: Path) -> None:
    tables = ccd_tables()
    tables[DIRECTORY] = changed(tables[DIRECTORY], FIRST.school, "SCH_NAME", "Peña")
    folder, _ = write_federal(tmp_path, tables)
    text = (folder / DIRECTORY).read_text(encoding="utf-8")
    (folder / DIRECTORY).write_text(text, encoding="latin-1")
    import_source("nces-ccd", folder, tmp_path / "out", district=ALABAMA)
    names = load_district(tmp_path / "out").schools.set_index("school_id")["school_name"]
    assert names[FIRST.school] == "Peña"


# Properties and size

SUPPRESSIBLE = st.sampled_from(
    [
        (MEMBERSHIP, "STUDENT_COUNT"),
        (LUNCH, "STUDENT_COUNT"),
        (STAFF, "TEACHERS"),
    ]
)


@settings(max_examples=5)
@given(
    cells=st.lists(
        st.tuples(SUPPRESSIBLE, st.sampled_from(sorted(KEPT)), st.sampled_from(["", "-1", "-9"])), max_size=8
    ),
    topics=st.lists(
        st.tuples(
            st.sampled_from(
                ["SCH_FTETEACH_TOT", "SCH_FTETEACH_FY", "SCH_FTECOUNSELORS", "SCH_FTESERVICES_NUR"]
            ),
            st.sampled_from(sorted(KEPT)),
            st.sampled_from(["-2", "-5", "-9", "-11", "-9.00", ""]),
        ),
        max_size=8,
    ),
)
@example(cells=[((STAFF, "TEACHERS"), school, "-1") for school in sorted(KEPT)], topics=[])
def test_no_missing_figure_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[tuple[str, str], str, str]],
    topics: list[tuple[str, str, str]],
) -> None:
    """Every school and group had a positive figure: a zero, or a lost row, could only be a missing figure."""
    ccd, crdc = ccd_tables(), crdc_tables()
    for (file, column), school, cell in cells:
        ccd[file] = changed(ccd[file], school, column, cell)
    for column, school, cell in topics:
        crdc["School Support.csv"] = changed(crdc["School Support.csv"], school, column, cell)
    try:
        data, report = run(tmp_path_factory.mktemp("ccd"), ccd, crdc)
    except InputProblems as refused:
        assert "none left" in str(refused)
        return
    dropped = {key for item in report.dropped for key in item.keys}
    assert KEPT - set(data.schools["school_id"]) <= dropped
    needed = data.enrollment[data.enrollment["group"].isin(["all", "low_income", "english_learner"])]
    assert (needed["students"] > 0).all()
    assert (data.staff["fte"] > 0).all()
    for role in ("counselor", "nurse"):
        known = data.staff[data.staff["role"] == role]
        assert set(known["school_id"]) in (set(), set(data.schools["school_id"]))


def peak(folder: Path, out: Path) -> float:
    """Return the most memory that Python held during an import [MB]."""
    tracemalloc.start()
    import_source("nces-ccd", folder, out, district=ALABAMA)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def test_a_large_file_is_read_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A membership file of six parts takes no more memory than one of two; parts are a tenth of real ones."""
    part = reading.CHUNK_ROWS // 10
    monkeypatch.setattr(reading, "CHUNK_ROWS", part)
    peaks = []
    for name, rows in (("small", 2 * part), ("large", 6 * part)):
        folder, _ = write_federal(tmp_path / name)
        text = (folder / MEMBERSHIP).read_text().splitlines()
        elsewhere = next(line for line in text if "210003000001" in line)
        with (folder / MEMBERSHIP).open("a") as file:
            file.writelines(f"{elsewhere}\n" for _ in range(rows))
        peaks.append(peak(folder, tmp_path / name / "out"))
    # Three times the rows; what one part leaves behind may live until Python collects it.
    assert peaks[1] < peaks[0] * 1.25
    assert peaks[1] < 10


def test_real_high_schools_in_the_published_layout(real: Callable[[str], Path], tmp_path: Path) -> None:
    """Jefferson County's high schools, from figures of both collections: FTE as published, meals capped."""
    published = pd.read_csv(
        real("federal") / "crdc_ccd_edfacts_2017-18_high_schools_KY_NC_CA.csv",
        dtype=str,
        keep_default_na=False,
    )
    here = published[published["NCESSCH"].str.startswith("2102990")].rename(columns={"NAME": "SCH_NAME"})
    keys = pd.DataFrame(
        {
            "SCHOOL_YEAR": "2017-2018",
            "LEAID": "2102990",
            "NCESSCH": here["NCESSCH"],
            "SCH_NAME": here["SCH_NAME"],
        }
    )
    total = "Education Unit Total"
    tables = {
        DIRECTORY: keys.assign(
            LEA_NAME="Jefferson County",
            SY_STATUS="1",
            SCH_TYPE=here["SCH_TYPE_x"],
            LEVEL=here["LEVEL"],
            GSLO="09",
            GSHI="12",
            CHARTER_TEXT="No",
        ),
        MEMBERSHIP: keys.assign(
            GRADE="No Category Codes",
            RACE_ETHNICITY="No Category Codes",
            TOTAL_INDICATOR=total,
            STUDENT_COUNT=here["Total_enroll_students"].str.removesuffix(".0"),
            DMS_FLAG="Reported",
        ),
        STAFF: keys.assign(TEACHERS=here["TEACHERS"], TOTAL_INDICATOR=total),
        LUNCH: keys.assign(
            DATA_GROUP="Free and Reduced-price Lunch Table",
            LUNCH_PROGRAM="No Category Codes",
            STUDENT_COUNT=here["FARMS_COUNT"],
            TOTAL_INDICATOR=total,
            DMS_FLAG="Reported",
        ),
        KINDS: keys.assign(TITLEI_STATUS=here["TITLEI_STATUS"], VIRTUAL="NOTVIRTUAL"),
    }
    folder, _ = write_federal(tmp_path, tables)
    import_source("nces-ccd", folder, tmp_path / "out", district="2102990")
    data = load_district(tmp_path / "out")
    kept = here.set_index("NCESSCH").loc[data.schools["school_id"]]
    assert len(kept) >= 15
    assert data.staff["fte"].sum() == pytest.approx(kept["TEACHERS"].astype(float).sum())
    assert (counts(data).xs("low_income", level=1) <= counts(data).xs("all", level=1)).all()
    smoke(data)


def test_the_codes_are_those_of_the_published_layouts(real: Callable[[str], Path]) -> None:
    """Every word and code that is looked for stands in the layout workbook of its file."""
    folder = real("federal") / "ccd"
    words = {
        "CCD_School": {*layout.SERVED, "FULLVIRTUAL"},
        "Directory": {"2-Closed", "6-Inactive", "7-Future", "PK", "KG"},
        "Lunch": {layout.MEALS, layout.CERTIFIED, layout.FREE, layout.REDUCED, layout.ALL, layout.UNIT_TOTAL},
        "Staff": {"TEACHERS", layout.UNIT_TOTAL},
    }
    for name, wanted in words.items():
        book = pd.read_excel(
            folder / f"2017-18_School_{name}_Layout.xlsx", sheet_name=None, header=None, engine="calamine"
        )
        text = "\n".join(str(cell) for sheet in book.values() for cell in sheet.to_numpy().ravel())
        assert not [word for word in sorted(wanted) if word not in text], name
