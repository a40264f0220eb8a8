"""Census child poverty of districts: the published file, its ids, and what it adds to a data set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import Imported
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ky_sample import ky_tables
from samples import write_tables

from planner.district import load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source
from planner.sources.saipe import COLUMNS, read_poverty

ROWS = [
    ("KY", "21", "01860", "Fayette County School District", "323152", "48051", "6881"),
    ("KY", "21", "00030", "Adair County School District", "19202", "3019", "770"),
    ("AL", "01", "00190", "Alabaster City School District", "34669", "6710", "649"),
]


def written(folder: Path, rows: list[tuple[str, ...]], name: str = "ussd19.xlsx") -> Path:
    """Write a file as the Bureau does: two rows of titles, and a last header of seventeen words."""
    state, district, place, children, poor = COLUMNS
    header = ("State Postal Code", state, district, place, "Estimated Total Population", children, poor)
    titles = ["Table with column headers in row 3", "2019 Poverty Estimates for School districts"]
    folder.mkdir(parents=True, exist_ok=True)
    sheet = pd.DataFrame([*((title, *[""] * 6) for title in titles), header, *rows])
    sheet.to_excel(folder / name, index=False, header=False)
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    own, tidy = ky_tables()
    folder = write_tables(tmp_path / "ky_kde", own)
    write_tables(tmp_path / "ky_kysrc", tidy)
    import_source("ky-report-card", folder, tmp_path / "base", district="all")
    return tmp_path / "base"


def test_the_published_file_of_2019(real: Callable[[str], Path]) -> None:
    found = read_poverty(real("federal") / "saipe" / "ussd19.xls", ImportReport("saipe"))
    assert len(found) == 13_184
    assert tuple(found.loc["3701260", ["children", "children_in_poverty"]]) == (45_478, 8_844)
    assert tuple(found.loc["2101860", ["children", "children_in_poverty"]]) == (48_051, 6_881)
    assert found.index.str.len().unique().tolist() == [7]


def test_the_whole_state_of_kentucky(kentucky: Imported, real: Callable[[str], Path]) -> None:
    data, _ = kentucky
    found = read_poverty(real("federal") / "saipe" / "ussd19.xls", ImportReport("saipe"))
    # Silver Grove, of 163 students, is no district of the file any more.
    assert set(data.schools["district_id"]) - set(found.index) == {"2105370"}


def test_districts_are_described_and_nothing_else_changes(base: Path, tmp_path: Path) -> None:
    report = import_source("saipe", written(tmp_path / "census", ROWS), tmp_path / "out", onto=base)
    before, after = load_district(base), load_district(tmp_path / "out")
    fayette = after.facts.districts["2101860"]
    assert (fayette.name, fayette.children, fayette.children_in_poverty) == ("Fayette County", 48_051, 6_881)
    assert set(after.facts.districts) == {"2101860", "2100030"}
    for name, table in before.tables.items():
        pd.testing.assert_frame_equal(table, after.tables[name])
    assert after.facts.imputed == before.facts.imputed
    assert report.dropped == []


def test_a_district_that_the_bureau_does_not_have_is_listed(base: Path, tmp_path: Path) -> None:
    report = import_source("saipe", written(tmp_path / "census", ROWS[:1]), tmp_path / "out", onto=base)
    assert [(item.what, item.keys) for item in report.dropped] == [("districts", ["2100030"])]
    adair = load_district(tmp_path / "out").facts.districts["2100030"]
    assert (adair.name, adair.children) == ("Adair County", None)


def test_of_two_years_none_is_taken_for_the_right_one(base: Path, tmp_path: Path) -> None:
    folder = written(tmp_path / "census", ROWS)
    written(folder, ROWS, "ussd23.xlsx")
    with pytest.raises(InputProblems, match=r"ussd19\.xlsx, ussd23\.xlsx; expected one file"):
        import_source("saipe", folder, tmp_path / "out", onto=base)
    import_source("saipe", folder, tmp_path / "out", onto=base, file="ussd23.xlsx")


def test_state_ids_are_no_federal_ids(base: Path, tmp_path: Path) -> None:
    schools = pd.read_csv(base / "schools.csv", dtype=str)
    schools["district_id"] = schools["district_id"].str[-3:]
    schools.to_csv(base / "schools.csv", index=False)
    text = (base / "district.yaml").read_text().replace("'2101860'", "'860'").replace("'2100030'", "'030'")
    (base / "district.yaml").write_text(text)
    with pytest.raises(InputProblems, match="federal district ids"):
        import_source("saipe", written(tmp_path / "census", ROWS), tmp_path / "out", onto=base)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blanks=st.sets(st.tuples(st.integers(0, 2), st.sampled_from((5, 6))), max_size=4))
def test_a_missing_count_never_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, blanks: set[tuple[int, int]]
) -> None:
    rows = [list(row) for row in ROWS]
    for row, column in blanks:
        rows[row][column] = ""
    folder = written(tmp_path_factory.mktemp("blank"), [tuple(row) for row in rows])
    found = read_poverty(folder / "ussd19.xlsx", ImportReport("saipe"))
    without = {rows[row][1] + rows[row][2] for row, _ in blanks}
    assert set(found.index) == {row[1] + row[2] for row in ROWS} - without
    assert (found[["children", "children_in_poverty"]] > 0).all(axis=None)
