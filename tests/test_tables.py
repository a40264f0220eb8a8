"""Tables in memory: types, every defect at once, and nothing missing read as a value."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from planner import table_reading
from planner.problems import InputProblems
from planner.table_reading import check_table, find_table, read_table

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


COUNTS = "school_id,group,students\n"
COLUMNS = "students in the group [students]; empty where suppressed"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ": found an empty file; expected a table with a header"),
        (
            "school_id;group;students\n1;all;9\n",
            "row 1: found 'school_id;group;students'; expected columns sep",
        ),
        (COUNTS + "1,all,9\n\n\n2,all,x\n", "row 5, students: found 'x'; expected a number"),
        (
            COUNTS + "1,all,9\n,,\n2,all,-1\n",
            f"row 4, students: found -1; expected {COLUMNS}, a number from 0 to",
        ),
        (COUNTS + '1,all,"1,200"\n', "row 2, students: found '1,200'; expected a number (write 1200)"),
        (
            COUNTS + "1,all,1,200\n",
            "row 2: found 4 values; expected 3 values, as in the header (a value with",
        ),
        (
            COUNTS + "1,all,<10\n",
            "found '<10'; expected a number (leave what is suppressed or not known empty)",
        ),
        (COUNTS + "1,all,1e12\n", "students: found 1e+12; expected"),
        (COUNTS + "1,all,inf\n", "students: found 'inf'; expected a number"),
        (COUNTS + '1,"a\nll",9\n', r"row 2, group: found 'a\nll'; expected student group"),
        (COUNTS + "1,\x1b[31m,9\n", r"row 2, group: found '\x1b[31m'; expected student group"),
        (COUNTS + f"1,{'x' * 201},9\n", "..."),
        (COUNTS + "1, ,9\n", "row 2, group: found an empty cell"),
        (COUNTS.replace("group", "school_id"), "row 1: found column 'school_id' a second time"),
        (
            COUNTS.replace("group", "Group"),
            "found column 'Group'; expected one of school_id, group, students (did",
        ),
        (COUNTS + "1,all,bad\n" * 30, "rows 2, 3, 4 and 27 more, students: found 'bad'; expected a number"),
    ],
)
def test_what_a_spreadsheet_leaves_behind_is_told_at_its_row(content: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "enrollment.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        read_table(file, "enrollment")
    told = [str(problem) for problem in caught.value.problems]
    assert any(line.startswith("enrollment.csv") and said in line for line in told), told
    assert all(len(line) < 400 and line.isprintable() for line in told)


def test_a_misspelt_column_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "enrollment.csv").write_text("school_id,grup,students\n1,all,9\n")
    with pytest.raises(InputProblems) as caught:
        read_table(tmp_path / "enrollment.csv", "enrollment")
    assert len(caught.value.problems) == 1


def test_spaces_around_names_and_figures_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "enrollment.csv").write_text("\ufeffschool_id, group ,students\r\n1, all , 9 \r\n", "utf-8")
    table = read_table(tmp_path / "enrollment.csv", "enrollment")
    assert table.to_dict("records") == [{"school_id": "1", "group": "all", "students": 9.0}]


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".CSV"])
def test_kinds_of_file_read_the_same(suffix: str, tmp_path: Path) -> None:
    table = pd.DataFrame({"school_id": ["010000000001"], "group": ["all"], "students": [9]})
    file = tmp_path / f"enrollment{suffix}"
    write = {".xlsx": table.to_excel, ".parquet": table.to_parquet, ".CSV": table.to_csv}[suffix]
    write(file, index=False)
    assert find_table(tmp_path, "enrollment") == file
    assert read_table(file, "enrollment").to_dict("records") == table.to_dict("records")


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_a_file_that_only_has_the_name_of_a_kind(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"enrollment{suffix}"
    file.write_text(COUNTS)
    with pytest.raises(InputProblems, match=r"found a file that cannot be read as (Excel|Parquet)"):
        read_table(file, "enrollment")


def test_a_workbook_that_unpacks_to_more_than_may_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_reading, "MAX_FILE_BYTES", 1_000_000)
    file = tmp_path / "enrollment.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    assert file.stat().st_size < 1_000_000
    with pytest.raises(InputProblems, match="found 2 MB; expected at most 1 MB"):
        read_table(file, "enrollment")


@pytest.mark.parametrize("name", ["course.csv", "Courses.csv", "courses.xls", "courses.txt"])
def test_a_table_under_a_name_that_is_not_read_is_not_left_out_silently(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(InputProblems, match=f"{name}, which is no table; expected the table 'courses'"):
        find_table(tmp_path, "courses")
    assert find_table(tmp_path, "budget") is None


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "enrollment.csv").write_bytes(f"{COUNTS}060000100001,Español,3\n".encode("latin-1"))
    with pytest.raises(InputProblems, match=r"enrollment\.csv: found text that is not UTF-8"):
        read_table(tmp_path / "enrollment.csv", "enrollment")


def test_a_workbook_without_cells(tmp_path: Path) -> None:
    pd.DataFrame().to_excel(tmp_path / "enrollment.xlsx", index=False)
    with pytest.raises(InputProblems, match="found an empty file; expected a table with a header"):
        read_table(tmp_path / "enrollment.xlsx", "enrollment")


def test_more_rows_than_may_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_reading, "MAX_ROWS", 2)
    rows = {"school_id": ["1", "2", "3"], "group": "all", "students": 9}
    pd.DataFrame(rows).to_parquet(tmp_path / "enrollment.parquet", index=False)
    with pytest.raises(InputProblems, match="found 3 rows; expected at most 2 rows"):
        read_table(tmp_path / "enrollment.parquet", "enrollment")
