"""Who gains, and why each decision is there: worked by hand on two schools, and on Riverbend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.case import Case, checked_case
from planner.district import District, load_district
from planner.explain import KINDS, Reasons, why
from planner.gains import both_ends, group_gains, school_gains
from planner.inheritance import load_scenario
from planner.optimize import solve
from planner.plan import Plan
from planner.scenario import Scenario, resolve_scenario
from tests.districts import FIRST, SECOND, two_schools

MEASURE = {"measure": "teachers", "index": "shortfall", "target": 0.15}
RIVERBEND = Path(__file__).parents[1] / "scenarios" / "riverbend"


def scenario_of(**keys: object) -> Scenario:
    return resolve_scenario({"name": "test", "objective": {"measures": [MEASURE]}, **keys})


def planned(district: District, scenario: Scenario) -> tuple[Plan, Case]:
    return solve(district, scenario), checked_case(district, scenario)


@pytest.fixture
def pair(tmp_path: Path) -> District:
    return load_district(two_schools(tmp_path / "pair"))


@pytest.fixture(scope="module")
def riverbend() -> tuple[Plan, Case]:
    district = load_district(RIVERBEND / "district")
    return planned(district, load_scenario(RIVERBEND / "limits-by-need.yaml"))


def test_two_moved_teachers_are_worth_forty_points_and_stopped_by_transfers(pair: District) -> None:
    plan, case = planned(pair, scenario_of(policies={"transfers": {"max_share_per_school": 0.10}}))
    reason = why(plan, case, "move", 0)
    assert reason.decision == "2026-27: 2 FTE of experienced general teachers from School 1 to School 2"
    assert reason.points == pytest.approx(40)
    assert reason.serves[0].measure == "teachers"
    assert [stop.policy for stop in reason.stops] == ["transfers"]
    assert str(reason.stops[0]) == (
        "transfers (School 1, 2026-27): experienced general teacher leaving, of 20 FTE today, at most 2 FTE"
    )
    assert reason.keeps == ()
    assert reason.more == pytest.approx(20)


def test_a_move_that_wins_nothing_names_the_rule_that_needs_it(tmp_path: Path) -> None:
    """12 teachers are asked of a school that has 10; by the measure, at 0.01 a student, nobody lacks any."""
    folder = two_schools(tmp_path / "asked")
    measure = {**MEASURE, "target": 0.01}
    rules = {"minimum_staffing": {"roles": {"teacher": {"schools": {SECOND: 12}}}}}
    scenario = resolve_scenario({"name": "t", "objective": {"measures": [measure]}, "policies": rules})
    reason = why(*planned(load_district(folder), scenario), "move", 0)
    assert reason.points == 0
    assert [(rule.policy, rule.where) for rule in reason.keeps] == [("minimum_staffing", "School 2")]


def test_where_no_rule_stops_a_move_it_has_done_its_work(pair: District) -> None:
    plan, case = planned(pair, scenario_of())
    reason = why(plan, case, "move", 0)
    assert plan.summary.moves_fte == pytest.approx(5)
    assert (reason.stops, reason.points) == ((), pytest.approx(100))
    assert "would win nothing" in reason.note


def taught(folder: Path, first: list[tuple[str, float, float]]) -> District:
    """Two schools whose courses, seats and sections at the first are given; each section takes a teacher."""
    courses = [(FIRST, course, seats, sections, "general", 1.0) for course, seats, sections in first]
    return load_district(
        two_schools(folder, courses=[*courses, (SECOND, "core", 100.0, 5.0, "general", 1.0)])
    )


def test_a_limit_of_the_whole_plan_is_said_of_the_whole_plan(pair: District) -> None:
    reason = why(*planned(pair, scenario_of(policies={"plan_limit": {"max_moves": 2}})), "move", 0)
    assert [str(stop) for stop in reason.stops] == [
        "plan limit (the whole plan): teachers moved, at most 2 FTE"
    ]


def test_what_is_paid_for_in_later_years_follows_a_hire(tmp_path: Path) -> None:
    """A position of the first year is paid for in the second too, with the decision undone or made larger."""
    funds = {"general": {"dollars": 150_000.0, "uses": ["positions"]}}
    folder = two_schools(tmp_path / "years", vacancies=(0, 3), funds=funds)
    rules = {"transfers": {"max_share_per_school": 0.0}}
    plan, case = planned(load_district(folder), scenario_of(policies=rules, years=["2026-27", "2027-28"]))
    reason = why(plan, case, "staff", 0)
    assert reason.keeps == ()
    assert [str(stop) for stop in reason.stops] == [
        "what always holds (the district, General, 2026-27 to 2027-28): no fund is overspent"
    ]


def test_a_class_size_that_needs_its_teachers_stops_a_move(tmp_path: Path) -> None:
    """Eighteen sections stay at the first school, for a nineteenth class of 20 would be too many students."""
    rules = {"class_size": {"courses": {"core": {"max": 20}}}}
    plan, case = planned(taught(tmp_path / "taught", [("core", 360.0, 18.0)]), scenario_of(policies=rules))
    reason = why(plan, case, "move", 0)
    assert plan.summary.moves_fte == pytest.approx(2)
    assert [str(stop) for stop in reason.stops] == [
        "class size (School 1, 2026-27): core: sections for 360 students at 20 each, at least 18 sections"
    ]


def test_sections_that_may_be_fewer_stop_no_move(tmp_path: Path) -> None:
    """Of 18 sections 9 are core at its limit and 9 art at half of it: art gives way; the share stops it."""
    rules = {
        "class_size": {"courses": {"core": {"max": 20}, "art": {"max": 40}}},
        "transfers": {"max_share_per_school": 0.2},
    }
    first = [("core", 180.0, 9.0), ("art", 180.0, 9.0)]
    plan, case = planned(taught(tmp_path / "art", first), scenario_of(policies=rules))
    assert plan.summary.moves_fte == pytest.approx(4)
    assert [stop.policy for stop in why(plan, case, "move", 0).stops] == ["transfers"]


def test_a_move_in_whole_steps_is_stopped_by_what_the_next_step_breaks(pair: District) -> None:
    """Of 20 teachers 12.4%, 2.48, may leave; two do, and the next half would be 2.5."""
    scenario = scenario_of(policies={"transfers": {"max_share_per_school": 0.124}}, fte_step=0.5)
    reason = why(*planned(pair, scenario), "move", 0)
    assert [stop.policy for stop in reason.stops] == ["transfers"]


def test_dollars_are_stopped_by_what_is_useful_and_by_the_fund(tmp_path: Path) -> None:
    folder = two_schools(
        tmp_path / "funded",
        funds={"grant": {"dollars": 30_000.0, "uses": ["tutoring"]}},
        uses={"tutoring": {"target": "low_income", "max_dollars_per_target_student": 200}},
    )
    measure = {"measure": "support", "use": "tutoring", "index": "shortfall", "target": 200.0}
    scenario = resolve_scenario({"name": "support", "objective": {"measures": [measure]}})
    plan, case = planned(load_district(folder), scenario)
    line = next(n for n, row in enumerate(plan.dollars) if row.after == 16_000)
    stops = why(plan, case, "dollars", line).stops
    assert any("useful" in str(stop) for stop in stops)
    used_up = replace(plan, dollars=tuple(replace(row, after=15_000.0) for row in plan.dollars))
    assert any("overspent" in str(stop) for stop in why(used_up, case, "dollars", 0).stops)


def test_a_hire_is_paid_for_when_it_is_undone_or_made_larger(tmp_path: Path) -> None:
    folder = two_schools(
        tmp_path / "hired",
        vacancies=(0, 3),
        funds={"general": {"dollars": 150_000.0, "uses": ["positions"]}},
    )
    rules = {"transfers": {"max_share_per_school": 0.0}}
    plan, case = planned(load_district(folder), scenario_of(policies=rules))
    assert plan.summary.hires_fte == pytest.approx(2.5)
    reason = why(plan, case, "staff", 0)
    assert reason.points == pytest.approx(50)
    assert any("overspent" in str(stop) for stop in reason.stops)
    assert not any("paid for" in str(stop) for stop in reason.stops)


def test_who_gains_and_who_loses_by_hand(pair: District) -> None:
    plan, case = planned(pair, scenario_of(policies={"transfers": {"max_share_per_school": 0.10}}))
    first, second = school_gains(plan)
    assert (first.teachers.before, first.teachers.after) == (20, 18)
    assert (first.experienced.change, second.experienced.change) == (-2, 2)
    assert second.dollars.change == -first.dollars.change > 0
    winners, losers = both_ends((first, second), "teachers")
    assert ([g.school_id for g in winners], [g.school_id for g in losers]) == ([SECOND], [FIRST])
    poor = next(gain for gain in group_gains(plan, case) if gain.group == "low_income")
    assert (poor.teachers.before, poor.teachers.after) == (12, pytest.approx(13.2))


def test_the_size_of_classes_of_a_few_students_is_not_told(tmp_path: Path) -> None:
    """7 seats in one section are 7 students to a class, which is the count itself."""
    courses = [(FIRST, "advanced", 7.0, 1.0, "general", 1.0), (SECOND, "core", 100.0, 5.0, "general", 1.0)]
    plan = solve(load_district(two_schools(tmp_path / "few", courses=courses)), scenario_of())
    assert [gain.class_size is None for gain in school_gains(plan)] == [True, False]


def test_losers_are_shown_as_clearly_as_gainers(riverbend: tuple[Plan, Case]) -> None:
    gains = school_gains(riverbend[0])
    for by in ("dollars", "teachers", "experienced", "novice", "class_size"):
        winners, losers = both_ends(gains, by, most=4)
        assert len(winners) == len(losers) == 4
        assert min(g.gain(by) for g in winners) > 0 > max(g.gain(by) for g in losers)
        assert losers[0].gain(by) == min(g.gain(by) for g in gains)


def test_a_limit_is_not_stopped_by_sections_of_another_course_that_may_give_way(
    riverbend: tuple[Plan, Case],
) -> None:
    """A lower limit of electives takes teachers of advanced courses, which may have fewer sections."""
    (number,) = Reasons(*riverbend).numbers("limit")
    reason = why(*riverbend, "limit", number)
    assert (reason.stops, reason.keeps) == ((), ())
    assert "would win nothing" in reason.note


def test_every_decision_of_riverbend_has_a_reason(riverbend: tuple[Plan, Case]) -> None:
    reasons = Reasons(*riverbend)
    for kind in KINDS:
        numbers = reasons.numbers(kind)
        assert numbers
        for number in numbers[:8]:
            reason = reasons.why(kind, number)
            assert reason.stops or reason.note
            assert reason == reasons.why(kind, number)
    moves = reasons.all("move", most=3)
    assert [m.points for m in moves] == sorted((m.points for m in moves), reverse=True)
    assert moves[0].points > 0


def test_undoing_a_decision_never_pays_in_the_best_plan(pair: District) -> None:
    plan, case = planned(pair, scenario_of(policies={"transfers": {"max_share_per_school": 0.07}}))
    assert all(reason.points >= 0 for reason in Reasons(plan, case).all("move"))


def test_a_row_that_is_not_there_is_an_error(pair: District) -> None:
    plan, case = planned(pair, scenario_of())
    with pytest.raises(IndexError):
        why(plan, case, "move", 7)
