"""Tables in memory: types, every defect at once, and nothing missing read as a value."""

from __future__ import annotations

import pandas as pd
import pytest

from planner.problems import InputProblems
from planner.tables import check_table

SCHOOLS = {
    "school_id": ["1", "2", "3"],
    "district_id": "9",
    "school_name": ["A", "B", "C"],
    "level": "middle",
}


def schools(**columns: object) -> pd.DataFrame:
    return check_table(pd.DataFrame({**SCHOOLS, **columns}), "schools", "schools.csv")


def problems_of(table: str, **columns: object) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        check_table(pd.DataFrame(columns), table, f"{table}.csv")
    return [str(problem) for problem in caught.value.problems]


def test_an_unknown_flag_stays_unknown() -> None:
    flags = schools(title_i=["yes", None, "0"])["title_i"]
    assert flags.iloc[0] and not flags.iloc[2]
    assert flags.isna().tolist() == [False, True, False]


def test_a_flag_that_is_neither_is_named() -> None:
    with pytest.raises(InputProblems, match="row 3, title_i: found 'maybe'; expected true or false"):
        schools(title_i=["true", "maybe", None])


def test_leading_zeros_of_ids_are_kept() -> None:
    assert schools(school_id=["060000100001", "2", "3"])["school_id"].iloc[0] == "060000100001"


def test_a_suppressed_count_stays_missing() -> None:
    table = pd.DataFrame({"school_id": ["1", "1"], "group": ["all", "homeless"], "students": ["90", None]})
    assert check_table(table, "enrollment", "enrollment.csv")["students"].isna().tolist() == [False, True]


def test_all_defects_of_a_table_come_at_once() -> None:
    staff = {"role": "teacher", "field": "general", "experience": ["novise", "novice", "novice"]}
    found = problems_of(
        "staff", school_id=["1", "2", "2"], fte=["-1", "two", "2"], salary=["1", None, "3"], **staff
    )
    assert any("row 2, experience" in line and "did you mean 'novice'?" in line for line in found)
    assert any("row 2, fte" in line and "-1" in line for line in found)
    assert any("row 3, fte: found 'two'; expected a number" in line for line in found)
    assert any("row 3, salary: found an empty cell" in line for line in found)
    assert any("row 4: found a second row" in line for line in found)
