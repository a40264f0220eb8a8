"""What every source's files may hide: marks, headers, ids and codes, read by the one reader they share."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.problems import InputProblems
from planner.sources import ImportReport
from planner.sources.frames import join
from planner.sources.reading import Sheet, numbers, read_text, whole_ids

CODES = {"*": "suppressed", "s": "suppressed", "N/A": "not applicable", ".": "missing", "-": "none"}
CODES |= {"NRD": "not reported", "-2": "not applicable", ">95%": "top-coded", "<5%": "bottom-coded"}


@pytest.fixture
def report() -> ImportReport:
    return ImportReport("test")


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_mark_at_the_start_of_a_file_is_no_part_of_the_first_header(
    tmp_path: Path, report: ImportReport
) -> None:
    path = written(tmp_path, "id,name\r\n001,A\r\n", "utf-8-sig")
    assert list(read_text(path, Sheet({"id": "id"}), report)["id"]) == ["001"]


def test_newlines_and_spaces_in_headers_do_not_matter(tmp_path: Path, report: ImportReport) -> None:
    path = written(tmp_path, '"GRADE ","Free \n Meals"\n3,4\n')
    text = read_text(path, Sheet({"GRADE": "grade", "Free Meals": "meals"}), report)
    assert text.iloc[0].to_dict() == {"grade": "3", "meals": "4"}


def test_a_header_there_twice_is_a_problem_and_not_a_guess(tmp_path: Path, report: ImportReport) -> None:
    path = written(tmp_path, "ratio_2018,ratio_2018\n1,2\n")
    with pytest.raises(InputProblems, match="column 'ratio_2018' 2 times"):
        read_text(path, Sheet({"ratio_2018": "ratio"}), report)


def test_another_encoding_is_a_problem_and_not_a_wrong_letter(tmp_path: Path, report: ImportReport) -> None:
    path = written(tmp_path, "name\nEscuela Ni\u00f1os\n", "cp1252")
    with pytest.raises(InputProblems, match="not utf-8"):
        read_text(path, Sheet({"name": "name"}), report)
    text = read_text(path, Sheet({"name": "name"}, encoding="cp1252"), report)
    assert list(text["name"]) == ["Escuela Ni\u00f1os"]


def test_blank_rows_are_dropped_and_counted(tmp_path: Path, report: ImportReport) -> None:
    path = written(tmp_path, "id,name\n1,A\n,\n , \n")
    assert len(read_text(path, Sheet({"id": "id", "name": "name"}), report)) == 1
    assert [(item.why, item.count) for item in report.dropped] == [("blank", 2)]


def test_a_sheet_s_name_may_end_in_a_space_and_its_header_stand_lower(
    tmp_path: Path, report: ImportReport
) -> None:
    path = tmp_path / "book.xlsx"
    cells = pd.DataFrame([["A title", None], ["School\nCode", "Meals"], ["0101626", "12"]])
    cells.to_excel(path, sheet_name="Data ", header=False, index=False)
    text = read_text(path, Sheet({"School Code": "id", "Meals": "meals"}, header=1, sheet="Data"), report)
    assert list(text["id"]) == ["0101626"]


@pytest.mark.parametrize("cell", ["'010003", "10003", "010003", " 010003 "])
def test_an_id_is_whole_again(report: ImportReport, cell: str) -> None:
    assert list(whole_ids(pd.Series([cell]), 6, "file, id", report)) == ["010003"]


def test_an_id_that_a_spreadsheet_rounded_is_refused(report: ImportReport) -> None:
    with pytest.raises(InputProblems, match="an id in full"):
        whole_ids(pd.Series(["1.01E+11"]), 12, "file, id", report)


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_missing_and_counted(report: ImportReport, code: str) -> None:
    values = numbers(pd.Series(["1", code, None]), "file, column", CODES, report)
    assert list(values.notna()) == [True, False, False]
    assert [(met.code, met.count) for met in report.codes] == [(code, 1)]


def test_a_word_that_is_no_code_is_a_problem(report: ImportReport) -> None:
    with pytest.raises(InputProblems, match="'twelve'"):
        numbers(pd.Series(["12", "twelve"]), "file, column", CODES, report)
    with pytest.raises(InputProblems, match="'inf'"):
        numbers(pd.Series(["12", "inf", "1e999"]), "file, column", CODES, report)


def test_money_signs_percents_and_separators_are_taken_off(report: ImportReport) -> None:
    cells = pd.Series(["$1,234.50", "95%", "-638,277", "0"])
    assert list(numbers(cells, "file, column", {}, report)) == [1234.5, 95.0, -638277.0, 0.0]


@given(cells=st.lists(st.sampled_from([*CODES, "", " ", None, "0", "7"]), max_size=30))
def test_nothing_but_a_zero_becomes_zero(cells: list[str | None]) -> None:
    text = pd.Series([cell if cell is None or cell.strip() else None for cell in cells], dtype=object)
    values = numbers(text, "file, column", CODES, ImportReport("test"))
    assert [cell == "0" for cell in text] == list(values == 0)


def test_blank_keys_never_match_each_other(report: ImportReport) -> None:
    schools = pd.DataFrame({"students": [1.0, 2.0]}, index=pd.Index(["a", None], name="school_id"))
    money = pd.DataFrame({"dollars": [5.0, 6.0, 7.0]}, index=pd.Index(["a", None, None], name="school_id"))
    joined = join(schools, money, "money.csv", report)
    assert len(joined) == 2
    assert joined["dollars"].notna().sum() == 1
    assert ("no school id", 2) in {(item.why, item.count) for item in report.dropped}


def test_a_key_there_twice_is_a_problem(report: ImportReport) -> None:
    schools = pd.DataFrame({"students": [1.0]}, index=pd.Index(["a"], name="school_id"))
    twice = pd.DataFrame({"dollars": [5.0, 6.0]}, index=pd.Index(["a", "a"], name="school_id"))
    with pytest.raises(InputProblems, match="a more than once"):
        join(schools, twice, "money.csv", report)
