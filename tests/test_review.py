"""Resource Allocation Reviews: who is reviewed, and identified schools beside the others, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml
from districts import two_schools
from test_cli import run, run_json

from planner.diagnosis import Settings, diagnose
from planner.district import District, load_district
from planner.problems import InputProblems
from planner.review import Review, SignificantNumbers, review
from planner.review.reviewing import alone

STATUSES = ["none", "CSI", "none", "TSI", "ATSI", "none"]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Three districts, of three, one and two schools; 100 students in each school but the third, with 200."""
    folder = two_schools(tmp_path / "state", (20, 10, 20, 10, 5, 10), (100, 100, 200, 100, 100, 100))
    told(folder, STATUSES, ["A", "A", "A", "B", "C", "C"])
    return folder


def told(folder: Path, statuses: Sequence[str], districts: Sequence[str]) -> None:
    schools = pd.read_csv(folder / "schools.csv", dtype=str)
    schools["support_status"], schools["district_id"] = list(statuses), list(districts)
    schools.to_csv(folder / "schools.csv", index=False)


def by_id(found: Review) -> dict[str, tuple[str, ...]]:
    return {row.district_id: row.reasons for row in found.districts}


def test_a_count_or_a_share_of_identified_schools_is_significant(state: Path) -> None:
    district = load_district(state)
    rule = SignificantNumbers(csi_schools=1, csi_share=None, tsi_schools=None, tsi_share=0.6)
    assert by_id(review(district, rule)) == {
        "A": ("1 of 3 schools in CSI (at least 1)",),
        "B": ("1 of 1 schools, 100%, in TSI or ATSI (at least 60%)",),
        "C": (),
    }
    strict = rule.model_copy(update={"both": True})
    assert set(by_id(review(district, strict)).values()) == {()}


def test_a_district_of_a_handful_of_students_has_no_count(tmp_path: Path) -> None:
    folder = two_schools(tmp_path / "state", (20, 1), (100, 9), low_income=(20, 5))
    told(folder, ["CSI", "none"], ["A", "B"])
    counts = {row.district_id: row.students for row in review(load_district(folder)).districts}
    assert counts == {"A": 100, "B": None}
    open_to_all = review(load_district(folder), settings=Settings(suppress=False)).districts
    assert {row.district_id: row.students for row in open_to_all} == {"A": 100, "B": 9}


def test_a_share_of_no_schools_is_never_significant(state: Path) -> None:
    rule = SignificantNumbers(csi_schools=None, csi_share=0.0, tsi_schools=None, tsi_share=None)
    assert [name for name, reasons in by_id(review(load_district(state), rule)).items() if reasons] == ["A"]


def test_identified_schools_stand_beside_the_others_averaged_over_students(state: Path) -> None:
    """School 2 has 10 students a teacher; schools 1 and 3 have 5 and 10, for 100 and 200 students."""
    found = review(load_district(state), SignificantNumbers(csi_schools=1, tsi_schools=None, tsi_share=None))
    row = next(each for each in found.districts[0].compared if each.metric == "students_per_teacher")
    assert (row.identified, row.identified_schools, row.other_schools) == (pytest.approx(10.0), 1, 2)
    others, everyone = (5 * 100 + 10 * 200) / 300, (5 * 100 + 10 * 100 + 10 * 200) / 400
    assert row.others == pytest.approx(others)
    assert row.disadvantage == pytest.approx((10 - others) / everyone)
    assert [each.compared for each in found.districts[1:]] == [(), ()]


def test_all_compares_every_district_with_an_identified_school(state: Path) -> None:
    none = SignificantNumbers(csi_schools=None, csi_share=None, tsi_schools=None, tsi_share=None)
    found = {row.district_id: row for row in review(load_district(state), none, every=True).districts}
    assert not any(row.reviewed for row in found.values())
    # District B has one school: there is nothing to stand beside it.
    assert (bool(found["A"].compared), found["B"].compared, bool(found["C"].compared)) == (True, (), True)
    assert found["C"].widest is not None
    assert found["C"].widest.disadvantage > 0


def test_one_district_taken_out_is_diagnosed_as_if_it_came_alone(state: Path, tmp_path: Path) -> None:
    apart = alone(load_district(state), "A")
    folder = two_schools(tmp_path / "apart", (20, 10, 20), (100, 100, 200))
    told(folder, STATUSES[:3], ["A", "A", "A"])
    assert diagnose(apart).to_dict() == diagnose(load_district(folder)).to_dict()


def test_funds_of_a_district_taken_out_are_its_own() -> None:
    district = _funded({"A": 1000.0, "B": 50.0})
    assert alone(district, "A").facts.funds["title_i"].dollars == {"A": 1000.0}


def _funded(dollars: dict[str, float]) -> District:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = two_schools(Path(name) / "d", funds={"title_i": {"dollars": dollars}})
        told(folder, ["none", "CSI"], ["A", "B"])
        return load_district(folder)


def test_a_few_students_are_not_compared(tmp_path: Path) -> None:
    folder = two_schools(tmp_path / "few", (20, 1, 20), (100, 8, 100), low_income=(20, 4))
    told(folder, ["none", "CSI", "none"], ["A"] * 3)
    found = review(load_district(folder), SignificantNumbers(csi_schools=1))
    assert found.districts[0].reviewed
    assert found.districts[0].compared == ()


def test_without_a_support_status_there_is_nothing_to_review(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="support_status"):
        review(load_district(two_schools(tmp_path / "plain")))


def test_the_command_shows_writes_and_gives_json(state: Path, tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_text("csi_schools: 1\ntsi_share: 1.0\n", encoding="utf-8")
    out = tmp_path / "review.xlsx"
    shown = run("review", state, "--rule", tmp_path / "rule.yaml", "--xlsx", out)
    assert shown.exit_code == 0
    assert "2 of 3 districts are reviewed" in shown.stdout
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["districts", "differences", "high-need schools", "method"]
    assert [cell.value for cell in book["districts"]["A"]] == ["district", "A", "B", "C"]
    facts = run_json("review", state)
    assert facts["format"] == "planner-review-1"
    assert len(facts["districts"]) == 3


def test_a_rule_that_is_none_is_told_with_its_line(state: Path, tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_text("csi_school: 1\ntsi_share: 2\n", encoding="utf-8")
    result = run("review", state, "--rule", tmp_path / "rule.yaml")
    assert result.exit_code == 1
    assert "rule.yaml line 1" in result.stderr
    assert "did you mean 'csi_schools'?" in result.stderr
    assert "rule.yaml line 2" in result.stderr


def described(folder: Path, districts: dict[str, tuple[str, int, int]]) -> None:
    facts = yaml.safe_load((folder / "district.yaml").read_text())
    facts["districts"] = {
        code: {"name": name, "children": children, "children_in_poverty": poor}
        for code, (name, children, poor) in districts.items()
    }
    (folder / "district.yaml").write_text(yaml.safe_dump(facts))


def test_districts_have_their_names_and_child_poverty(state: Path) -> None:
    described(state, {"A": ("Ash County", 400, 100), "B": ("Birch County", 0, 0)})
    found = {row.district_id: row for row in review(load_district(state)).districts}
    assert [(found[code].title, found[code].child_poverty) for code in "ABC"] == [
        ("Ash County (A)", 0.25),
        ("Birch County (B)", None),
        ("C", None),
    ]


def test_a_district_that_no_school_is_in_is_a_problem(state: Path) -> None:
    described(state, {"A": ("Ash County", 400, 100), "D": ("Dogwood County", 10, 1)})
    with pytest.raises(InputProblems, match="'D'; expected a district of the table schools"):
        load_district(state)


def test_the_federal_equity_factor_is_told_where_it_can_be(state: Path) -> None:
    """Pupils with poor children counted 1.4 times, and dollars a pupil of two districts, by hand."""
    told(state, STATUSES, ["A", "A", "A", "C", "C", "C"])
    schools = pd.read_csv(state / "schools.csv", dtype=str)["school_id"]
    lines = pd.DataFrame({"school_id": schools, "fund": "general", "use": "other", "dollars": 100_000.0})
    lines.to_csv(state / "budget.csv", index=False)
    described(state, {"A": ("Ash County", 400, 100)})
    assert not any("equity factor" in note.lower() for note in review(load_district(state)).notes)
    described(state, {"A": ("Ash County", 400, 100), "C": ("Cedar County", 300, 200)})
    pupils = [400 + 0.4 * 100, 300 + 0.4 * 200]
    mean = 600_000 / sum(pupils)
    variance = sum(each * (300_000 / each - mean) ** 2 for each in pupils) / sum(pupils)
    notes = review(load_district(state)).notes
    assert any(f"(20 USC 6337(b)(3)): {variance**0.5 / mean:.3f}" in note for note in notes)


def test_a_fund_of_named_schools_is_cut_to_those_of_the_district(state: Path) -> None:
    facts = yaml.safe_load((state / "district.yaml").read_text())
    schools = pd.read_csv(state / "schools.csv", dtype=str).set_index("district_id")["school_id"]
    named = [schools["B"], *schools["C"].tolist()]
    facts["funds"] = {"school_improvement": {"dollars": {"B": 10, "C": 20}, "schools": named, "uses": "all"}}
    (state / "district.yaml").write_text(yaml.safe_dump(facts))
    fund = alone(load_district(state), "B").facts.funds["school_improvement"]
    assert (fund.dollars, fund.schools) == ({"B": 10.0}, [schools["B"]])
