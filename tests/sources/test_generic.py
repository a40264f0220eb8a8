"""Any files by a mapping: a district's own exports, and what is wrong with them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.district import District, load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source
from planner.sources.generic import guess

SCHOOLS = """Sch No,School Name,Type,Enrollment,FRL,ELL
0610000001,Oak,ES,400,300,40
0610000002,Elm,ES,350,*,25
Total,District,,750,,65
"""
STAFF = """Site,Job,Subject,Yrs Exp,FTE,Annual Salary
0610000001,Teacher,General,1,1.0,"$50,000"
0610000001,Teacher,General,2,0.5,"$56,000"
0610000001,Teacher,General,12,1.0,"$80,000"
610000002,Teacher,General,5,1.0,"$60,000"
610000002,Teacher,General,NA,1.0,"$61,000"
"""
MAPPING: dict[str, Any] = {
    "name": "Own District",
    "school_year": "2026-27",
    "benefit_rate": 0.28,
    "need_weights": {"low_income": 0.3},
    "id_digits": {"school_id": 10},
    "tables": {
        "schools": {
            "file": "schools.csv",
            "columns": {
                "school_id": "Sch No",
                "district_id": {"value": "0610000"},
                "school_name": "School Name",
                "level": "Type",
            },
            "values": {"level": {"ES": "elementary", "MS": "middle"}},
            "skip": {"Sch No": ["Total"]},
        },
        "enrollment": {
            "file": "schools.csv",
            "columns": {"school_id": "Sch No"},
            "wide": {
                "into": "group",
                "value": "students",
                "columns": {"all": "Enrollment", "english_learner": "ELL"},
            },
            "skip": {"Sch No": ["Total"]},
        },
        "staff": {
            "file": "staff.csv",
            "columns": {
                "school_id": "Site",
                "role": "Job",
                "field": "Subject",
                "fte": "FTE",
                "salary": "Annual Salary",
            },
            "values": {"role": {"Teacher": "teacher"}, "field": {"General": "general"}},
            "experience": {"years": "Yrs Exp"},
        },
    },
}


def run(
    tmp_path: Path, mapping: dict[str, Any], schools: str = SCHOOLS, staff: str = STAFF
) -> tuple[District, ImportReport]:
    folder = tmp_path / "own"
    folder.mkdir(parents=True)
    (folder / "schools.csv").write_text(schools)
    (folder / "staff.csv").write_text(staff)
    (folder / "mapping.yaml").write_text(yaml.safe_dump(mapping))
    report = import_source("generic", folder, tmp_path / "out")
    return load_district(tmp_path / "out"), report


def changed(path: str, value: Any) -> dict[str, Any]:
    copy: dict[str, Any] = yaml.safe_load(yaml.safe_dump(MAPPING))
    *parents, last = path.split("/")
    place = copy
    for key in parents:
        place = place[key]
    place[last] = value
    return copy


def test_a_district_s_own_files(tmp_path: Path) -> None:
    data, report = run(tmp_path, MAPPING)
    assert data.name == "Own District"
    assert set(data.schools["school_id"]) == {"0610000001", "0610000002"}
    assert set(data.schools["level"]) == {"elementary"}
    counts = data.enrollment.set_index(["school_id", "group"])["students"]
    assert counts["0610000002", "english_learner"] == 25
    assert report.totals["schools"] == 2


def test_employees_are_added_up_to_pools(tmp_path: Path) -> None:
    data, report = run(tmp_path, MAPPING)
    pools = data.staff.set_index(["school_id", "experience"])
    assert pools.loc[("0610000001", "novice"), "fte"] == 1.5
    assert pools.loc[("0610000001", "novice"), "salary"] == pytest.approx((50_000 + 0.5 * 56_000) / 1.5)
    assert pools.loc[("0610000001", "experienced"), "fte"] == 1
    assert any("added up" in note for note in report.notes)


def test_rows_of_unknown_experience_are_dropped_and_counted(tmp_path: Path) -> None:
    data, report = run(tmp_path, MAPPING)
    assert data.staff["fte"].sum() == 3.5
    assert ("rows of staff.csv", 1) in {(item.what, item.count) for item in report.dropped}


def test_lost_zeros_are_put_back(tmp_path: Path) -> None:
    _, report = run(tmp_path, MAPPING)
    assert any("lost leading zeros" in note for note in report.notes)


def test_a_group_never_counted_has_no_weight(tmp_path: Path) -> None:
    data, report = run(tmp_path, MAPPING)
    assert data.facts.need_weights == {}
    assert any("no school has a count of low_income" in note for note in report.notes)


def test_a_suppressed_count_is_not_zero(tmp_path: Path) -> None:
    mapping = changed("tables/enrollment/wide/columns", {"all": "Enrollment", "low_income": "FRL"})
    with pytest.raises(InputProblems, match="group low_income: found an empty cell"):
        run(tmp_path, mapping)


def test_every_mistake_of_a_mapping_is_named_at_once(tmp_path: Path) -> None:
    mapping = changed("tables/schools/columns/schol_name", "School Name")
    mapping["tables"]["staff"]["file"] = "staf.csv"
    with pytest.raises(InputProblems) as caught:
        run(tmp_path, mapping)
    text = str(caught.value)
    assert "did you mean 'school_name'?" in text
    assert "did you mean 'staff.csv'?" in text
    assert "mapping.yaml line" in text


def test_a_column_that_is_not_in_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="did you mean 'Annual Salary'"):
        run(tmp_path, changed("tables/staff/columns/salary", "Anual Salary"))


def test_a_word_without_a_meaning_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="found 'ES'; expected one of Elem, MS"):
        run(tmp_path, changed("tables/schools/values/level", {"Elem": "elementary", "MS": "middle"}))


def test_an_unknown_key_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="benefit_rates"):
        run(tmp_path, MAPPING | {"benefit_rates": 0.1})


def test_excel_with_rows_above_the_header(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "staff.csv").write_text(STAFF)
    rows = [["District export"] + [None] * 5, *[line.split(",") for line in SCHOOLS.strip().split("\n")]]
    pd.DataFrame(rows).to_excel(folder / "schools.xlsx", sheet_name="Data ", header=False, index=False)
    mapping = changed("tables/schools/file", "schools.xlsx")
    for table in ("schools", "enrollment"):
        mapping["tables"][table] |= {"file": "schools.xlsx", "sheet": "Data", "header": 1}
    (folder / "mapping.yaml").write_text(yaml.safe_dump(mapping))
    import_source("generic", folder, tmp_path / "out")
    assert len(load_district(tmp_path / "out").schools) == 2


def test_an_import_never_overwrites(tmp_path: Path) -> None:
    run(tmp_path, MAPPING)
    with pytest.raises(InputProblems, match="a folder or file that exists"):
        import_source("generic", tmp_path / "own", tmp_path / "out")


def test_an_unknown_source_or_option_has_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="did you mean 'generic'"):
        import_source("genric", tmp_path, tmp_path / "out")
    with pytest.raises(InputProblems, match="did you mean 'mapping'"):
        import_source("generic", tmp_path, tmp_path / "out", maping="x")


def test_a_draft_mapping_is_close_to_the_real_one(tmp_path: Path) -> None:
    (tmp_path / "schools.csv").write_text(SCHOOLS.replace("Sch No", "School Number").replace("Type", "Level"))
    (tmp_path / "staff.csv").write_text(STAFF)
    draft = guess(tmp_path)
    assert draft["tables"]["enrollment"][0]["wide"]["columns"] == {
        "all": "Enrollment",
        "low_income": "FRL",
        "english_learner": "ELL",
    }
    assert draft["tables"]["schools"][0]["columns"]["school_id"] == "School Number"
    assert draft["tables"]["schools"][0]["columns"]["district_id"] == {"value": "TODO"}
    staff = draft["tables"]["staff"][0]
    assert staff["columns"]["salary"] == "Annual Salary"
    assert staff["experience"] == {"years": "Yrs Exp"}


def test_a_draft_names_the_tables_it_could_not_find(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    assert set(guess(tmp_path)["tables"]) == {"schools", "enrollment", "staff"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.sampled_from(["NA", "N/A", "*", "s", "-", "."]),
    line=st.integers(1, 5),
    column=st.sampled_from(["FTE", "Annual Salary"]),
)
def test_a_missing_cell_never_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, code: str, line: int, column: str
) -> None:
    lines = STAFF.strip().split("\n")
    cells = next(
        iter(pd.read_csv(io.StringIO("\n".join([lines[0], lines[line]])), dtype=str).to_dict("records"))
    )
    cells[column] = code
    lines[line] = ",".join(f'"{cell}"' for cell in cells.values())
    if "NA" in STAFF.split("\n")[line]:
        return  # this row is left out for its unknown experience
    with pytest.raises(InputProblems, match="an empty cell"):
        run(tmp_path_factory.mktemp("blank"), MAPPING, staff="\n".join(lines))
