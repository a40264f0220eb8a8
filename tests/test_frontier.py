"""The frontier: exact at its ends, convex in between, a plan behind each point."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from planner.district import District, load_district
from planner.inheritance import load_scenario
from planner.merging import apply_edit
from planner.optimize import solve
from planner.optimize.frontier import Frontier, edits_at, trace
from planner.problems import InputProblems
from planner.scenario import Scenario, resolve_scenario
from tests.districts import small_district, two_schools
from tests.test_tradeoffs import CASES, SMALL

MEASURE = {"measure": "teachers", "index": "shortfall", "target": 0.15}
RIVERBEND = Path(__file__).parents[1] / "scenarios" / "riverbend"
K3 = "policies.class_size.courses.K-3 core.max"


@pytest.fixture
def pair(tmp_path: Path) -> District:
    return load_district(two_schools(tmp_path / "pair"))


@pytest.fixture
def small(tmp_path: Path) -> District:
    return load_district(small_district(tmp_path / "small", schools=7))


def scenario_of(**keys: object) -> Scenario:
    return resolve_scenario({"name": "test", "objective": {"measures": [MEASURE]}, **keys})


def inequities(frontier: Frontier) -> list[float]:
    found = [point.inequity for point in frontier.points]
    assert None not in found
    return [value for value in found if value is not None]


def test_each_teacher_who_moves_is_worth_twenty_points(pair: District) -> None:
    frontier = trace(pair, scenario_of(), "moves", points=21)
    assert (frontier.points[0].level, frontier.points[-1].level) == (0, pytest.approx(5))
    for point in frontier.points:
        assert point.inequity == pytest.approx(100 - 20 * point.level, abs=1e-4)
    assert frontier.unit == "FTE"


@pytest.mark.parametrize("axis", ["moves", "dollars"])
def test_the_ends_are_those_of_direct_searches(axis: str, small: District) -> None:
    scenario = resolve_scenario(SMALL)
    frontier = trace(small, scenario, axis)
    direct = solve(small, scenario)
    found = inequities(frontier)
    assert len(found) >= 20
    assert found[-1] == pytest.approx(direct.summary.bound, abs=2e-6)
    used = direct.summary.moves_fte if axis == "moves" else direct.summary.cost_dollars
    assert frontier.points[-1].level == pytest.approx(used, abs=0.02)
    if axis == "moves":
        none = apply_edit(SMALL, "policies.transfers.max_share_per_school", 0)
        assert found[0] == pytest.approx(solve(small, resolve_scenario(none)).summary.bound, abs=2e-6)


@pytest.mark.parametrize("axis", ["moves", "dollars"])
def test_more_room_never_hurts_and_helps_less_and_less(axis: str, small: District) -> None:
    found = inequities(trace(small, resolve_scenario(SMALL), axis, points=25))
    falls = [one - other for one, other in itertools.pairwise(found)]
    assert min(falls) >= -1e-6
    assert all(later <= earlier + 1e-5 for earlier, later in itertools.pairwise(falls))


def test_the_plan_behind_a_point_keeps_its_level(small: District) -> None:
    scenario = resolve_scenario(SMALL)
    frontier = trace(small, scenario, "moves")
    for number in (0, 9, 20):
        plan, point = frontier.plan(number), frontier.points[number]
        assert plan.summary.moves_fte <= point.level + 1e-5
        assert plan.summary.bound == pytest.approx(point.inequity, abs=2e-6)
        assert all(row.holds for row in plan.policies)


def test_a_class_size_limit_is_followed_both_ways(small: District) -> None:
    frontier = trace(small, resolve_scenario(SMALL), K3, points=21, between=(5, 25))
    assert frontier.unit == "students"
    assert frontier.points[0].inequity is None
    with pytest.raises(ValueError, match="no plan"):
        frontier.plan(0)
    for number in (20, 17):
        point = frontier.points[number]
        direct = solve(small, resolve_scenario(apply_edit(SMALL, K3, point.level)))
        assert point.inequity == pytest.approx(direct.summary.bound, abs=2e-6)
        assert frontier.plan(number).summary.bound == pytest.approx(point.inequity, abs=2e-6)


def test_any_number_of_the_scenario_can_be_an_axis(pair: District) -> None:
    path = "policies.transfers.max_share_per_school"
    scenario = scenario_of(policies={"transfers": {"max_share_per_school": 0.1}})
    found = inequities(trace(pair, scenario, path, points=21, between=(0, 0.25)))
    assert (found[0], found[-1]) == (100, 0)
    with pytest.raises(InputProblems, match="both ends"):
        trace(pair, scenario, path)


def test_levels_rise_whichever_end_is_named_first(pair: District) -> None:
    scenario = scenario_of(policies={"transfers": {"max_share_per_school": 0.10}})
    down, up = (trace(pair, scenario, "moves", between=ends) for ends in ((2.0, 1.0), (1.0, 2.0)))
    assert down.points == up.points


def test_whole_steps_are_followed_by_searches(pair: District) -> None:
    frontier = trace(pair, scenario_of(fte_step=1.0), "moves", points=21)
    assert [point.inequity for point in frontier.points[::4]] == pytest.approx([100, 80, 60, 40, 20, 0])
    assert frontier.plan(10).summary.moves_fte == 2


@pytest.mark.parametrize(("axis", "points"), [("nothing", 21), ("moves", 19), ("policies.transfers", 21)])
def test_what_is_no_axis_is_said(axis: str, points: int, small: District) -> None:
    with pytest.raises(InputProblems):
        trace(small, resolve_scenario(SMALL), axis, points)


def test_twice_the_same(small: District) -> None:
    scenario = resolve_scenario(SMALL)
    assert trace(small, scenario, "moves").points == trace(small, scenario, "moves").points


def test_riverbend_in_both_directions() -> None:
    district = load_district(RIVERBEND / "district")
    scenario = load_scenario(RIVERBEND / "redistribute.yaml")
    found = inequities(trace(district, scenario, "moves"))
    assert found[-1] == pytest.approx(solve(district, scenario).summary.bound, abs=2e-6)
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("rules", [SMALL, CASES], ids=["plain", "cases"])
@pytest.mark.parametrize("axis", ["moves", "dollars", K3])
def test_each_point_is_a_scenario_of_its_own(axis: str, rules: dict[str, object], small: District) -> None:
    """What `edits_at` gives is solved from nothing to the inequity of the point, at both ends and between."""
    asked = {**SMALL, **rules}
    frontier = trace(small, resolve_scenario(asked), axis, between=(21.0, 27.0) if axis == K3 else None)
    known = [point for point in frontier.points if point.inequity is not None]
    for point in (known[0], known[len(known) // 2], known[-1]):
        data = dict(asked)
        for path, value in edits_at(asked, axis, point.level).items():
            data = apply_edit(data, path, value)
        assert solve(small, resolve_scenario(data)).summary.inequity_after == pytest.approx(
            point.inequity, abs=2e-4
        )


def test_a_limit_of_the_whole_plan_that_is_there_is_moved() -> None:
    policies = {"board": {"kind": "plan_limit", "max_moves": 9}}
    assert edits_at({"policies": policies}, "moves", 4.0) == {"policies.board.max_moves": 4.000001}
