"""A data folder whose tables are well formed and do not fit one another: every misfit is told at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from districts import FIRST, SECOND, two_schools

from planner.district import load_district
from planner.problems import InputProblems

UNPADDED = FIRST.lstrip("0")


def said_of(folder: Path) -> str:
    """Return the problems of a folder, one a line."""
    with pytest.raises(InputProblems) as error:
        load_district(folder)
    return "\n".join(map(str, error.value.problems))


def rewritten(folder: Path, table: str, rows: list[tuple[Any, ...]] | None = None) -> Path:
    """Write a table of a folder anew, with no rows or with those given."""
    path = folder / f"{table}.csv"
    columns = pd.read_csv(path, dtype=str).columns
    pd.DataFrame(rows or [], columns=columns).to_csv(path, index=False)
    return folder


def test_rows_of_schools_that_are_not_there(tmp_path: Path) -> None:
    rows = [(UNPADDED, "all", 100), ("060000100003", "all", 90), (SECOND, "all", 100)]
    said = said_of(rewritten(two_schools(tmp_path / "d"), "enrollment", rows))
    assert f"row 2, school_id: found '{UNPADDED}'" in said and "spreadsheets drop leading zeros" in said
    assert "row 3, school_id: found '060000100003'" in said and f"did you mean '{SECOND}'?" in said


def test_schools_that_nobody_counts(tmp_path: Path) -> None:
    folder = two_schools(tmp_path / "d", need_weights={"low_income": 0.3, "homles": 0.1})
    rows = [(SECOND, "all", 0), (SECOND, "low_income", 0), (SECOND, "homeless", 0)]
    said = said_of(rewritten(folder, "enrollment", rows))
    assert f"school {FIRST}: found no rows; expected a count of all, low_income" in said
    assert f"school {SECOND}, group all: found 0 students; expected at least one" in said
    assert "need_weights.homles: found 'homles'" in said and "did you mean 'homeless'?" in said


def test_no_schools_at_all(tmp_path: Path) -> None:
    assert "schools.csv: found no rows; expected a row for each school" in said_of(
        rewritten(two_schools(tmp_path / "d"), "schools")
    )


def test_funds_and_uses_that_name_what_is_not_there(tmp_path: Path) -> None:
    aside = {"uses": ["tutorin"], "min_share": 0.1, "source": "the grant's terms"}
    funds = {
        "one": {"dollars": 1, "uses": ["tutorng", "mentors"], "set_asides": [aside]},
        "two": {"dollars": {"0600002": 1}, "schools": [UNPADDED]},
        "three": {"dollars": 1, "schools": "title_i"},
    }
    uses = {"tutoring": {"target": "lowincome"}}
    folder = two_schools(tmp_path / "d", funds=funds, uses=uses, districts={"0600003": {"name": "Elsewhere"}})
    said = said_of(folder)
    for found in ("use 'tutorng'", "use 'mentors'", "use 'tutorin'", f"school '{UNPADDED}'", "'lowincome'"):
        assert f"found {found}" in said
    assert "found title_i; expected a column title_i in the table schools" in said
    assert "district '0600002'; expected a district_id of the table schools (did you mean '0600001'?)" in said
    assert "'0600003'; expected a district of the table schools (did you mean '0600001'?)" in said


def test_one_amount_for_two_districts(tmp_path: Path) -> None:
    folder = two_schools(tmp_path / "d", funds={"grant": {"dollars": 100}})
    schools = pd.read_csv(folder / "schools.csv", dtype=str).assign(district_id=["0600001", "0600002"])
    schools.to_csv(folder / "schools.csv", index=False)
    assert "one amount for several districts; expected an amount for each district_id" in said_of(folder)


def test_a_table_in_two_files(tmp_path: Path) -> None:
    folder = two_schools(tmp_path / "d")
    (folder / "staff.parquet").write_bytes(b"")
    assert "staff.csv and staff.parquet; expected one file for the table 'staff'" in said_of(folder)


def test_a_district_without_the_tables_it_needs(tmp_path: Path) -> None:
    (tmp_path / "district.yaml").write_text(yaml.safe_dump({"name": "Bare", "school_year": "2026-27"}))
    said = said_of(tmp_path)
    for name in ("schools", "enrollment", "staff"):
        assert f"found no {name}.csv; expected the table '{name}' as {name}.csv, .parquet or .xlsx" in said
