"""Spending per pupil onto a data set made before: joins, units, totals beside parts, what is not known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml
from federal_checks import smoke
from federal_sample import ALABAMA, KEPT, SCHOOLS, write_federal
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.district import District, load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source

FIRST = SCHOOLS[0]
PARTS = ("state_local_personnel", "state_local_nonpersonnel", "federal_personnel", "federal_nonpersonnel")


def spending() -> pd.DataFrame:
    """Return a state's file: a tenth more pupils than the Common Core, one row of another district."""
    rows = []
    for each in (*SCHOOLS[:4], SCHOOLS[8]):
        amounts = [9000.10, 1500.20, 400.30 + 900 * each.poor, 200.40 + 300 * each.poor]
        cells = [f"{amount:.2f}" for amount in amounts]
        total = f"{sum(float(cell) for cell in cells):.2f}"
        rows.append([each.school, str(round(each.students * 1.1)), *cells, total])
    return pd.DataFrame(rows, columns=["school_id", "enrollment", *PARTS, "total"], dtype=object)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data set of the Common Core, without a budget."""
    folder = tmp_path_factory.mktemp("base")
    ccd, _ = write_federal(folder)
    import_source("nces-ccd", ccd, folder / "out", district=ALABAMA)
    return folder / "out"


def run(tmp_path: Path, base: Path, table: pd.DataFrame, **options: object) -> tuple[District, ImportReport]:
    """Add a spending file to the data set."""
    tmp_path.mkdir(parents=True, exist_ok=True)
    (tmp_path / "state").mkdir()
    table.to_csv(tmp_path / "state" / "ppe.csv", index=False)
    report = import_source("essa-spending", tmp_path / "state", tmp_path / "out", **{"onto": base, **options})
    return load_district(tmp_path / "out"), report


def edited(column: str, cell: str, school: str = FIRST.school) -> pd.DataFrame:
    """Return the file with one cell changed."""
    table = spending()
    table.loc[table["school_id"] == school, column] = cell
    return table


def dollars(data: District) -> pd.Series:
    """Return dollars by school."""
    return data.budget.groupby("school_id")["dollars"].sum()


def test_a_budget_is_added_and_the_rest_stays(tmp_path: Path, base: Path) -> None:
    data, report = run(tmp_path, base, spending())
    before = load_district(base)
    assert dollars(data)[FIRST.school] == pytest.approx(440 * (11_101.0 + 1200 * 0.9), abs=1)
    pd.testing.assert_frame_equal(
        data.enrollment.sort_values(["school_id", "group"], ignore_index=True),
        before.enrollment.sort_values(["school_id", "group"], ignore_index=True),
    )
    assert data.staff["fte"].sum() == before.staff["fte"].sum()
    assert data.facts.need_weights == before.facts.need_weights
    assert {"title_i", "federal_other"} == set(data.facts.funds)
    joined = next(item for item in report.joined if item.name == "ppe.csv")
    assert (joined.joined, joined.without) == (4, [])
    smoke(data, "dollars")


def test_what_was_imputed_before_is_still_listed(tmp_path: Path, base: Path) -> None:
    data, _ = run(tmp_path, base, spending())
    before = {(entry.table, entry.column, entry.method) for entry in load_district(base).facts.imputed}
    after = {(entry.table, entry.column, entry.method) for entry in data.facts.imputed}
    assert before < after


def test_an_imputation_of_another_name_is_carried_as_entered(tmp_path: Path, base: Path) -> None:
    own = tmp_path / "own"
    own.mkdir(parents=True)
    for path in base.iterdir():
        (own / path.name).write_bytes(path.read_bytes())
    facts = yaml.safe_load((own / "district.yaml").read_text())
    facts["imputed"] = [{"table": "staff", "column": "fte", "rows": "all", "method": "by_hand", "note": "x"}]
    (own / "district.yaml").write_text(yaml.safe_dump(facts))
    data, _ = run(tmp_path / "run", own, spending())
    assert any(entry.method == "entered" and entry.note == "by_hand; x" for entry in data.facts.imputed)


def test_lost_zeros_and_columns_of_the_state_s_own_names(tmp_path: Path, base: Path) -> None:
    table = spending().rename(columns={"school_id": "SchoolCode", "federal_personnel": "Fed Pers"})
    table["SchoolCode"] = table["SchoolCode"].str.lstrip("0")
    columns = {"school_id": "SchoolCode", "federal_personnel": "Fed Pers"}
    data, report = run(tmp_path, base, table, columns=columns)
    assert set(dollars(data).index) == KEPT
    assert any("lost leading zeros" in note for note in report.notes)


def test_an_unknown_name_of_a_column_is_a_problem(tmp_path: Path, base: Path) -> None:
    with pytest.raises(InputProblems, match="federal_pay"):
        run(tmp_path, base, spending(), columns={"federal_pay": "x"})


def test_ids_that_match_nothing_are_a_problem(tmp_path: Path, base: Path) -> None:
    table = spending().assign(school_id=lambda rows: "X" + rows["school_id"].str[1:])
    with pytest.raises(InputProblems, match="no school of the data set"):
        run(tmp_path, base, table)


def test_a_total_that_is_not_its_parts_is_said_and_not_used(tmp_path: Path, base: Path) -> None:
    data, report = run(tmp_path, base, edited("total", "99999.99"))
    assert dollars(data)[FIRST.school] == pytest.approx(440 * 12_181.0, abs=1)
    assert any("the total is not the sum" in note and FIRST.school in note for note in report.notes)
    cent = f"{11_101.0 + 1200 * 0.9 + 0.05:.2f}"
    _, report = run(tmp_path / "again", base, edited("total", cent))
    assert not any("the total is not the sum" in note for note in report.notes)


@pytest.mark.parametrize("cell", ["*", "NA", "", "n<10"])
def test_a_masked_amount_is_filled_by_name_and_never_zero(tmp_path: Path, base: Path, cell: str) -> None:
    data, report = run(tmp_path, base, edited("state_local_personnel", cell))
    assert dollars(data)[FIRST.school] > 400 * 10_000
    rows = {str(row) for entry in report.imputed if entry.table == "budget" for row in entry.rows}
    assert f"{FIRST.school} own_staff" in rows


def test_a_school_without_a_row_is_filled_and_listed(tmp_path: Path, base: Path) -> None:
    table = spending()
    data, report = run(tmp_path, base, table[table["school_id"] != FIRST.school])
    assert FIRST.school in dollars(data)
    joined = next(item for item in report.joined if item.name == "ppe.csv")
    assert joined.without == [FIRST.school]


def test_without_pupils_the_data_set_s_students_are_used_and_listed(tmp_path: Path, base: Path) -> None:
    data, report = run(tmp_path, base, spending().drop(columns="enrollment"))
    assert dollars(data)[FIRST.school] == pytest.approx(400 * 12_181.0, abs=1)
    assert any(entry.method == "times_students" for entry in report.imputed)


def test_a_budget_is_replaced_only_when_asked(tmp_path: Path, base: Path) -> None:
    first, _ = run(tmp_path / "first", base, spending())
    made = tmp_path / "first" / "out"
    with pytest.raises(InputProblems, match="replace=true"):
        run(tmp_path / "second", made, spending())
    again, _ = run(tmp_path / "third", made, spending(), replace=True)
    assert dollars(again).sum() == pytest.approx(dollars(first).sum(), rel=1e-6)
    assert set(again.facts.funds) == set(first.facts.funds)


def test_several_files_ask_for_a_name(tmp_path: Path, base: Path) -> None:
    (tmp_path / "state").mkdir(parents=True)
    for name in ("a.csv", "b.csv"):
        spending().to_csv(tmp_path / "state" / name, index=False)
    with pytest.raises(InputProblems, match="file="):
        import_source("essa-spending", tmp_path / "state", tmp_path / "out", onto=base)
    import_source("essa-spending", tmp_path / "state", tmp_path / "out", onto=base, file="b.csv")


def test_onto_the_collection_too(tmp_path: Path) -> None:
    """A data set of both collections takes the state's dollars in place of the collection's."""
    ccd, crdc = write_federal(tmp_path)
    import_source("nces-ccd", ccd, tmp_path / "both", district=ALABAMA, crdc=crdc)
    data, _ = run(tmp_path / "run", tmp_path / "both", spending(), replace=True)
    assert dollars(data)[FIRST.school] == pytest.approx(440 * 12_181.0, abs=1)
    smoke(data, "novice_teachers")


WASHINGTON = {
    "school_id": "SchoolCode",
    "state": "State PPE",
    "local": "Local PPE",
    "federal": "Federal PPE",
    "total": "Total_PPE",
}


def washington() -> pd.DataFrame:
    """Return a file laid out as Washington's, with the amounts of a published row, off by a cent."""
    rows = [[each.school, "17,778.96", "4,399.50", "13,065.69", "313.78"] for each in SCHOOLS[:4]]
    columns = ["SchoolCode", "Total_PPE", "Local PPE", "State PPE", "Federal PPE"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def test_federal_state_and_local_totals_leave_personnel_untold(tmp_path: Path, base: Path) -> None:
    data, report = run(tmp_path, base, washington(), columns=WASHINGTON)
    assert dollars(data)[FIRST.school] == pytest.approx(400 * 17_778.97, abs=0.05)
    own = data.budget[data.budget["school_id"] == FIRST.school].groupby("fund")["dollars"].sum()
    assert own["local"] == pytest.approx(400 * 4_399.50, abs=0.05)
    assert own["state"] == pytest.approx(400 * 13_065.69, abs=0.05)
    assert set(data.budget["use"]) == {"staff", "undivided"}
    assert any("personnel is not told from the rest" in note for note in report.notes)
    assert not any("not the sum" in note for note in report.notes)
    smoke(data, "dollars")


def test_the_state_s_own_codes_are_told_by_the_directory(tmp_path: Path, base: Path) -> None:
    rows = [(each.school, f"AL-0100-{number:04d}") for number, each in enumerate(SCHOOLS, start=70)]
    folder = tmp_path / "ids"
    folder.mkdir(parents=True)
    pd.DataFrame(rows, columns=["NCESSCH", "ST_SCHID"]).to_csv(folder / "directory.csv", index=False)
    codes = dict(rows)
    table = washington()
    table["SchoolCode"] = table["SchoolCode"].map(lambda school: codes[school].rpartition("-")[2].lstrip("0"))
    options = {"columns": WASHINGTON, "ids": folder / "directory.csv"}
    data, report = run(tmp_path / "run", base, table, **options)
    assert dollars(data)[FIRST.school] == pytest.approx(400 * 17_778.97, abs=0.05)
    assert "directory.csv" in {file.name for file in report.files}
    twice = pd.DataFrame([(school, "AL-0100-0070") for school, _ in rows], columns=["NCESSCH", "ST_SCHID"])
    twice.to_csv(folder / "directory.csv", index=False)
    with pytest.raises(InputProblems, match="two schools of code 70"):
        run(tmp_path / "again", base, table, **options)


def test_federal_apart_from_state_and_local_dollars(tmp_path: Path, base: Path) -> None:
    table = spending()
    money = table[list(PARTS)].astype(float)
    table["state_local"] = (money[PARTS[0]] + money[PARTS[1]]).map("{:.2f}".format)
    table["federal"] = (money[PARTS[2]] + money[PARTS[3]]).map("{:.2f}".format)
    data, _ = run(tmp_path, base, table.drop(columns=list(PARTS)))
    assert dollars(data)[FIRST.school] == pytest.approx(440 * 12_181.0, abs=1)
    assert {"state_local", "federal_other", "title_i"} >= set(data.budget["fund"])
    assert set(data.budget["use"]) == {"staff", "undivided"}


def test_a_total_alone_tells_no_fund_and_plans_none(tmp_path: Path, base: Path) -> None:
    data, report = run(tmp_path, base, spending()[["school_id", "total"]])
    assert dollars(data)[FIRST.school] == pytest.approx(400 * 12_181.0, abs=1)
    assert set(data.budget["fund"]) == {"all_funds"}
    assert data.facts.funds == {}
    assert any("federal dollars are not told from state and local ones" in note for note in report.notes)


def test_a_masked_total_of_one_school_is_filled_by_name(tmp_path: Path, base: Path) -> None:
    table = washington()
    table.loc[table["SchoolCode"] == FIRST.school, "Federal PPE"] = "n<10"
    data, report = run(tmp_path, base, table, columns=WASHINGTON)
    assert dollars(data)[FIRST.school] > 400 * 17_000
    rows = {str(row) for entry in report.imputed if entry.table == "budget" for row in entry.rows}
    assert f"{FIRST.school} federal" in rows


def test_no_amounts_at_all_and_a_column_that_is_not_there(tmp_path: Path, base: Path) -> None:
    with pytest.raises(InputProblems, match=r"columns=\{total: ...\}"):
        run(tmp_path / "none", base, spending()[["school_id", "enrollment"]])
    with pytest.raises(InputProblems, match="no column 'Federal PPE'"):
        run(tmp_path / "name", base, washington().drop(columns="Federal PPE"), columns=WASHINGTON)


@settings(max_examples=5)
@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(PARTS),
            st.sampled_from(sorted(KEPT - {SCHOOLS[1].school})),
            st.sampled_from(["*", "", "s"]),
        ),
        max_size=8,
    )
)
def test_no_missing_amount_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, base: Path, cells: list[tuple[str, str, str]]
) -> None:
    """Every school spends some $11,000 a pupil in the file; none may come to less for a cell not known."""
    table = spending()
    for column, school, cell in cells:
        table.loc[table["school_id"] == school, column] = cell
    data, _ = run(tmp_path_factory.mktemp("essa"), base, table)
    students = data.enrollment.query("group == 'all'").set_index("school_id")["students"]
    assert (dollars(data).reindex(students.index) / students > 11_000).all()
