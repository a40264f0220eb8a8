"""A data set and a scenario read together: what is wrong with either, and how they fit, comes at once."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from planner.inputs import read_both, read_inputs
from planner.problems import InputProblems, Problem
from planner.scenario import Scenario, readable_part
from planner.yaml_file import YamlFile

RIVERBEND = Path(__file__).resolve().parent.parent / "scenarios" / "riverbend"
FAULTY = """\
name: Many mistakes
years: [2027-28, 2026-27]
high_need: {by: low_incom, top_share: 25}
objective:
  measures:
    - {measure: dollars, index: gap, group: low_incom, weight: 0.4}
    - {measure: teachers, index: shortfall, weight: 0.7}
policies:
  class_size:
    semantics: school_average
    courses:
      K-3 cor: {max: -20}
  hiring: {candidates: {techer: "40"}}
  transfers: {max_share_per_school: 10%}
funds:
  esser: {schools: ["030000100000"]}
  general: {last_year: 2027-29}
  titel_i: {recurring: true}
objectiv: {}
"""
SAID = (
    (2, "years", "found [2027-28, 2026-27]; expected consecutive school years"),
    (3, "high_need.by", "(did you mean 'low_income'?)"),
    (3, "high_need.top_share", "(25% is written 0.25)"),
    (4, "objective", "they sum to 1.1"),
    (6, "objective.measures.0.group", "(did you mean 'low_income'?)"),
    (12, "policies.class_size.courses.K-3 cor.max", "found -20; expected a number above 0"),
    (11, "policies.class_size.courses", "(did you mean 'K-3 core'?)"),
    (13, "policies.hiring.candidates.techer", "(write 40, without quotes)"),
    (14, "policies.transfers.max_share_per_school", "(10% is written 0.1)"),
    (16, "funds.esser.schools", "found school '030000100000'; expected a school of the data"),
    (17, "funds.general.last_year", "expected a school year such as 2026-27"),
    (18, "funds.titel_i.dollars", "found nothing; expected the key 'dollars' (did you mean 'title_i'?)"),
    (19, "objectiv", "(did you mean 'objective'?)"),
)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    file = tmp_path / "faulty.yaml"
    file.write_text(FAULTY)
    return file


def test_what_cannot_be_read_and_what_does_not_fit_come_together(faulty: Path) -> None:
    told = [str(problem) for problem in read_inputs(RIVERBEND / "district", faulty).problems]
    for line, key, words in SAID:
        place = f"faulty.yaml line {line}, {key}: "
        assert any(each.startswith(place) and words in each for each in told), (place, words, told)
    assert len(told) == len(SAID), told


def test_a_faulty_data_set_comes_with_it(faulty: Path, tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as caught:
        read_both(tmp_path / "nowhere", faulty)
    told = [str(problem) for problem in caught.value.problems]
    assert any("no such folder" in each for each in told)
    assert any("faulty.yaml line 12" in each for each in told)


def test_what_a_missing_parent_may_put_right_is_not_called_wrong(tmp_path: Path) -> None:
    file = tmp_path / "child.yaml"
    file.write_text("name: Child\nextends: gone.yaml\npolicies: {fund_rules: {funds: {new: {}}}}\n")
    told = [str(problem) for problem in read_inputs(RIVERBEND / "district", file).problems]
    assert told == ["child.yaml line 2, extends: found no file 'gone.yaml'; expected a YAML file"]


def test_a_value_set_by_hand_is_not_looked_for_in_a_file() -> None:
    """The file has another value at that place, which is no fault."""
    edits = [("policies.transfers", {"max_share_per_school": 7}), ("objective.measures.0.weight", -3)]
    found = read_inputs(RIVERBEND / "district", RIVERBEND / "redistribute.yaml", edits)
    assert [problem.where for problem in found.problems] == [
        "--set, objective.measures.0.weight",
        "--set, policies.transfers.max_share_per_school",
    ]


def test_a_problem_is_told_in_one_line_whatever_it_quotes() -> None:
    problem = Problem("s.yaml", "policy 'a\nb\x1b[31m'", "a name")
    assert str(problem) == r"s.yaml: found policy 'a\nb\x1b[31m'; expected a name"


def test_a_part_is_left_where_an_entry_has_several_faults() -> None:
    courses = {"K-3 core": {"mx": 20, "high_need": 3}, "4-5 core": {"max": 30}}
    data = {"name": "Spoilt", "policies": {"class_size": {"courses": courses}, "transfers": {"x": {}}}}
    part = readable_part(YamlFile("spoilt", data, {}))
    assert part is not None
    assert part.policies["class_size"].as_data() == {"courses": {"4-5 core": {"max": 30.0}}}
    assert set(part.policies) == {"class_size", "transfers"}


def places(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in inner for place in ((*at, key), *places(value, (*at, key)))]


@given(st.data())
def test_a_part_can_be_read_whatever_values_are_spoilt(data: st.DataObject) -> None:
    whole = copy.deepcopy(yaml.safe_load((RIVERBEND / "base.yaml").read_text()))
    for _ in range(data.draw(st.integers(1, 3))):
        *outer, last = data.draw(st.sampled_from(places(whole)))
        inside = whole
        for key in outer:
            inside = inside[key]
        inside[last] = data.draw(st.sampled_from([None, -1, "x", 1e9, [], {}, {"y": 1}, True]))
    assert isinstance(readable_part(YamlFile("spoilt", whole, {})), Scenario)
