"""The price list and warm re-solves: worked by hand, and the same as searches from scratch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest

from planner.case import checked_case
from planner.district import District, load_district
from planner.inheritance import load_scenario
from planner.merging import apply_edit
from planner.optimize import Infeasible, build, solve, solver
from planner.optimize.cases import best_of
from planner.optimize.live import LivePlan
from planner.optimize.objective import stages
from planner.optimize.stopping import CalledOff, stoppable
from planner.optimize.tradeoffs import BUYS_NOTHING, Price, price_list, relaxed
from planner.scenario import Scenario, resolve_scenario
from tests.districts import small_district, two_schools

MEASURE = {"measure": "teachers", "index": "shortfall", "target": 0.15}
RIVERBEND = Path(__file__).parents[1] / "scenarios" / "riverbend"
SMALL = {
    "name": "small",
    "objective": {
        "measures": [
            {"measure": "teachers", "index": "shortfall", "within": "level", "weight": 0.6},
            {"measure": "dollars", "index": "gap", "group": "low_income", "weight": 0.4},
        ]
    },
    "policies": {
        "transfers": {"max_share_per_school": 0.08, "max_share_of_district": 0.05},
        "class_size": {
            "courses": {
                "K-3 core": {"max": 25, "high_need": {"max": 22}},
                "6-8 math": {"min": 22, "max": 30, "free": True},
            }
        },
        "hiring": {"candidates": {"teacher": 1}},
        "stipends": {"tiers": [{"dollars": 4000}, {"dollars": 9000}], "eligible": "high_need"},
        "hold_harmless": {"dollars_per_student": 0.95},
        "fund_rules": {"funds": {"general": {"caps": [{"uses": ["positions"], "max_share": 0.1}]}}},
    },
}
EDITS = [
    ("policies.transfers.max_share_per_school", 0.12),
    ("policies.transfers.max_share_of_district", 0.01),
    ("policies.class_size.courses.K-3 core.max", 24),
    ("policies.class_size.courses.6-8 math.max", 28),
    ("policies.hold_harmless.dollars_per_student", 0.99),
    ("policies.hiring.candidates.teacher", 4),
    ("policies.hiring.freeze", True),
    ("policies.stipends.tiers", [{"dollars": 2000}, {"dollars": 8000}]),
    ("policies.stipends.response", "high"),
    ("policies.fund_rules.funds.general.caps", [{"uses": ["positions"], "max_share": 0.3}]),
    ("policies.hold_harmless", None),
    ("funds.general.dollars", 900_000),
    ("objective.measures.0.weight", 0.6),
    ("years", ["2026-27", "2027-28"]),
    ("policies.stipends.eligible", "all"),
]


@pytest.fixture
def pair(tmp_path: Path) -> District:
    return load_district(two_schools(tmp_path / "pair"))


@pytest.fixture
def small(tmp_path: Path) -> District:
    return load_district(small_district(tmp_path / "small", schools=7))


def scenario_of(**keys: object) -> Scenario:
    return resolve_scenario({"name": "test", "objective": {"measures": [MEASURE]}, **keys})


def test_five_points_of_transfers_are_worth_twenty(pair: District) -> None:
    (price,) = price_list(pair, scenario_of(policies={"transfers": {"max_share_per_school": 0.10}}))
    assert (price.before, price.after, price.points) == (60, 40, 20)
    assert price.first_order == pytest.approx(20, abs=1e-6)
    assert price.agrees
    assert price.binds
    assert price.sentence() == (
        "Raising the share of teachers a school may lose from 10% to 15% would lower the index from 60 to 40."
    )


def test_a_step_past_fairness_is_worth_less_than_its_dual(pair: District) -> None:
    """At 23% only 0.4 of a teacher is left to move: 8 points, where the dual says 20."""
    (price,) = price_list(pair, scenario_of(policies={"transfers": {"max_share_per_school": 0.23}}))
    assert (price.before, price.after, price.points) == (8, 0, 8)
    assert price.first_order == pytest.approx(20, abs=1e-6)
    assert not price.agrees
    assert "another rule" in price.note


def test_two_rules_at_one_point_have_no_unique_price(pair: District) -> None:
    """Both rules stop the second teacher; relaxing either alone moves no one."""
    rules = {
        "transfers": {"max_share_per_school": 0.10},
        "minimum_staffing": {"roles": {"teacher": {"schools": {"060000100001": 18}}}},
    }
    prices = price_list(pair, scenario_of(policies=rules))
    assert [price.points for price in prices] == [0, 0]
    assert sum(price.first_order or 0 for price in prices) > 0
    odd = next(price for price in prices if price.first_order)
    assert "not unique" in odd.note
    other = next(price for price in prices if not price.first_order)
    assert (other.binds, other.note) == (True, BUYS_NOTHING)


def test_a_rule_with_room_left_is_worth_nothing(pair: District) -> None:
    (price,) = price_list(pair, scenario_of(policies={"transfers": {"max_share_per_school": 0.5}}))
    assert (price.points, price.first_order, price.binds) == (0, 0, False)
    assert "room left" in price.note


def test_whole_steps_are_priced_by_re_solves_alone(pair: District) -> None:
    (price,) = price_list(
        pair, scenario_of(policies={"transfers": {"max_share_per_school": 0.10}}, fte_step=1.0)
    )
    assert (price.before, price.after, price.points) == (60, 40, 20)
    assert price.first_order is None
    assert "no first-order price" in price.note


def test_a_scenario_without_a_plan_has_no_prices(pair: District) -> None:
    asked = {"minimum_staffing": {"roles": {"teacher": {"per_school": 16}}}}
    with pytest.raises(Infeasible, match="no plan"):
        price_list(pair, scenario_of(policies=asked))


def cold_points(district: District, scenario: Scenario, policy: str, words: str) -> float:
    step = next(step for step in scenario.policies[policy].steps() if step.words == words)
    after = solve(district, relaxed(scenario, policy, step)).summary.bound
    return solve(district, scenario).summary.bound - after


CASES = {"policies": {**SMALL["policies"], "maintenance_of_equity": {"exempt_below": 0}}}  # type: ignore[dict-item]


@pytest.mark.parametrize("steps", [{}, {"years": ["2026-27", "2027-28"]}, CASES])
def test_warm_prices_are_cold_prices(steps: dict[str, object], small: District) -> None:
    scenario = resolve_scenario({**SMALL, **steps})
    prices = price_list(small, scenario)
    assert any(price.points > 0 for price in prices)
    for price in prices:
        assert price.points == pytest.approx(
            cold_points(small, scenario, price.policy, price.step), abs=5e-6
        ), price


def test_first_order_prices_are_never_below_the_re_solve_where_only_bounds_move(small: District) -> None:
    for price in price_list(small, resolve_scenario(SMALL)):
        if price.first_order is not None and price.policy != "fund_rules":
            assert price.first_order >= price.points - 1e-5, price
        assert price.points >= 0


def test_prices_come_dearest_first_and_twice_the_same(small: District) -> None:
    first, second = (price_list(small, resolve_scenario(SMALL)) for _ in range(2))
    assert first == second
    assert [p.points for p in first] == sorted((p.points for p in first), reverse=True)
    assert all(isinstance(price, Price) for price in first)


def edited(path: str, value: object) -> Scenario:
    data = apply_edit(SMALL, path, value)
    if path == "objective.measures.0.weight":
        data["objective"]["measures"][0]["weight"], data["objective"]["measures"][1]["weight"] = 0.2, 0.8
    return resolve_scenario(data)


def assert_same_rows(warm: Sequence[Any], cold: Sequence[Any]) -> None:
    """Compare tables of a plan, figures to the last digits but one."""
    rows = [[asdict(row) for row in table] for table in (warm, cold)]
    assert len(rows[0]) == len(rows[1])
    for own, other in zip(*rows, strict=True):
        assert own == {k: pytest.approx(v, abs=0.02) if isinstance(v, float) else v for k, v in other.items()}


def same(live: LivePlan, district: District, scenario: Scenario) -> None:
    live.resolve(scenario)
    warm, cold = live.plan(), solve(district, scenario)
    assert warm is not None
    for name in ("inequity_after", "bound", "moves_fte"):
        assert getattr(warm.summary, name) == pytest.approx(getattr(cold.summary, name), abs=2e-5), name
    assert warm.summary.cost_dollars == pytest.approx(cold.summary.cost_dollars, abs=1.0)
    for table in ("moves", "staff_changes", "class_sizes", "limits", "dollars"):
        assert_same_rows(getattr(warm, table), getattr(cold, table))
    assert all(row.holds for row in warm.policies)


@pytest.mark.parametrize(("path", "value"), EDITS, ids=[path for path, _ in EDITS])
def test_a_lever_moved_there_and_back_answers_as_a_new_search(
    path: str, value: object, small: District
) -> None:
    live = LivePlan(small, resolve_scenario(SMALL))
    live.solution()
    same(live, small, edited(path, value))
    same(live, small, resolve_scenario(SMALL))


def test_levers_moved_one_after_another_do_not_drift(small: District) -> None:
    live = LivePlan(small, resolve_scenario(SMALL))
    for path, value in EDITS[:8]:
        same(live, small, edited(path, value))
    assert live.warm


@pytest.mark.parametrize(
    ("policy", "setting"),
    [("hiring", {"release": True}), ("hiring", {"attrition_share": 0.1}), ("stipends", {"response": "high"})],
)
def test_decisions_that_a_lever_opens_and_closes_again(
    policy: str, setting: dict[str, object], small: District
) -> None:
    """What may be given up later is a decision of its own, also where no limit on positions changes."""
    two_years = apply_edit(SMALL, "years", ["2026-27", "2027-28"])
    opened = apply_edit(two_years, ("policies", policy), {**two_years["policies"][policy], **setting})
    live = LivePlan(small, resolve_scenario(opened))
    live.solution()
    same(live, small, resolve_scenario(two_years))
    same(live, small, resolve_scenario(opened))


def test_key_figures_are_those_of_the_whole_plan(small: District) -> None:
    live = LivePlan(small, resolve_scenario(SMALL))
    live.solution()
    figures, plan = live.key_figures(), live.plan()
    assert figures is not None and plan is not None
    assert figures.summary == plan.summary
    assert figures.indices == tuple(row for row in plan.indices if row.weight > 0)
    assert (figures.name, figures.years, figures.status) == (plan.name, plan.years, plan.status)


def test_a_search_called_off_leaves_the_program_as_good_as_new(small: District) -> None:
    live = LivePlan(small, resolve_scenario(SMALL))
    live.solution()
    signal = Event()
    with stoppable(signal):
        live.resolve(edited("policies.transfers.max_share_per_school", 0.12))
        signal.set()
        with pytest.raises(CalledOff):
            live.resolve(edited("policies.transfers.max_share_per_school", 0.02))
    same(live, small, resolve_scenario(SMALL))


def test_an_interrupt_of_an_earlier_search_does_not_end_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS can still hold the answer that interrupted it when it is asked anew."""
    model = build(
        checked_case(load_district(RIVERBEND / "district"), load_scenario(RIVERBEND / "stipends.yaml"))
    )
    inequity = stages(model)[0].expression
    session = solver.Session(model.program, time_limit=60.0, gap=0.0)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(solver, "is_called_off", lambda: True)
        with pytest.raises(solver.Lost):
            session.minimise(inequity)
    assert session.minimise(inequity) is solver.Status.OPTIMAL


def test_a_search_is_called_off_while_highs_runs() -> None:
    """Whole steps to a gap of nothing keep HiGHS busy far longer than the test waits."""
    signal = Event()
    scenario = load_scenario(RIVERBEND / "stipends.yaml")
    hard = {"fte_step": 0.5, "section_step": 1.0, "solver": scenario.solver.model_copy(update={"gap": 0.0})}
    case = checked_case(load_district(RIVERBEND / "district"), scenario.model_copy(update=hard))
    Timer(0.5, signal.set).start()
    with stoppable(signal), pytest.raises(CalledOff):
        while True:
            best_of(case)


def test_a_lever_that_asks_too_much_is_recovered_from(small: District) -> None:
    live = LivePlan(small, resolve_scenario(SMALL))
    assert not live.resolve(edited("policies.class_size.courses.K-3 core.max", 5)).has_plan
    assert live.plan() is None
    same(live, small, resolve_scenario(SMALL))


def test_whole_steps_are_searched_anew_and_agree(pair: District) -> None:
    rules = {"transfers": {"max_share_per_school": 0.10}}
    live = LivePlan(pair, scenario_of(policies=rules, fte_step=1.0))
    assert live.solution().objective == pytest.approx(60)
    more = {"transfers": {"max_share_per_school": 0.17}}
    assert live.resolve(scenario_of(policies=more, fte_step=1.0)).objective == pytest.approx(40)
    assert not live.warm


def test_riverbend_prices_are_those_of_new_searches() -> None:
    scenario = load_scenario(RIVERBEND / "redistribute.yaml")
    district = load_district(RIVERBEND / "district")
    price = price_list(district, scenario, ["transfers"])[0]
    assert price.points == pytest.approx(cold_points(district, scenario, "transfers", price.step), abs=5e-6)
