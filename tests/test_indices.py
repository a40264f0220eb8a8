"""Indices: by hand, and the linear form against the formula at the optimum."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from checking import case_of, district_of, least_inequity, scenario_of, solved
from districts import any_schools, school_id, two_schools
from hypothesis import given
from hypothesis import strategies as st

from planner.district import District
from planner.equity.evaluate import Evaluator, inequity
from planner.equity.indices import gini
from planner.equity.indices.base import INDICES, Index, Spread
from planner.optimize import build
from planner.optimize.objective import stages
from planner.optimize.search import solve_stages
from planner.optimize.solution import Solution
from planner.outcome import FAMILIES, Outcome
from planner.scenario import Scenario

TWO_YEARS = ["2026-27", "2027-28"]
EXPERIENCED = ("teacher", "general", "experienced")
NOVICE = ("teacher", "general", "novice")


def index_of(kind: str, **settings: Any) -> Index:
    return INDICES[kind].model_validate(settings)


def spread_of(weights: list[float], reference: float, **more: Any) -> Spread:
    """Return schools of one cell."""
    count = len(weights)
    return Spread(
        np.array(weights, dtype=float), np.full(count, reference), np.zeros(count, dtype=int), **more
    )


# By hand ----------------------------------------------------------------------------------------------------

POOR = (np.array([20.0, 80.0]), np.array([80.0, 20.0]))


@pytest.mark.parametrize(
    ("kind", "settings", "more_is_better", "fewer_is_better"),
    [
        ("shortfall", {}, 5 / 30, 5 / 30),
        ("deviation", {}, 10 / 60, 10 / 60),
        ("range", {}, 0.10 / 0.15, 0.10 / 0.15),
        ("range", {"floor_only": True}, 0.05 / 0.15, 0.05 / 0.15),
        ("tail", {"alpha": 0.25}, 0.05 / 0.15, 0.05 / 0.15),
        ("tail", {"alpha": 0.75}, (0.15 - 0.4 / 3) / 0.15, (0.5 / 3 - 0.15) / 0.15),
        ("tail", {"alpha": 1.0}, 0, 0),
        ("gini", {}, 100 * 100 * 0.1 / (200**2 * 0.15), 100 * 100 * 0.1 / (200**2 * 0.15)),
        ("gap", {"group": "low_income"}, 0.06 / 0.15, 0),
    ],
)
def test_two_schools(
    kind: str, settings: dict[str, Any], more_is_better: float, fewer_is_better: float
) -> None:
    """20 and 10 of something for 100 students each, of whom 20 and 80 are poor; the mean is 0.15.

    Lacking: 5 of 30; above: 5 of 30. Apart from 15: 10 of twice 30. The worst-off quarter has 0.1 (or 0.2,
    where fewer is better), the worst-off three quarters (100 * 0.1 + 50 * 0.2) / 150 = 0.4 / 3, or 0.5 / 3.
    One pair of schools, 0.1 apart. Poor students have 0.12 and others 0.18: a gap of 0.06 where more is
    better, and none where fewer is.
    """
    amounts = np.array([20.0, 10.0])
    for fewer, expected in ((False, more_is_better), (True, fewer_is_better)):
        spread = spread_of([100, 100], 0.15, group=POOR, fewer_is_better=fewer)
        assert index_of(kind, **settings).value(amounts, spread) == pytest.approx(expected, abs=1e-12)


def test_a_gap_the_other_way() -> None:
    """With the poor at the school that has more: no gap where more is better, 0.4 where fewer is."""
    for fewer, expected in ((False, 0.0), (True, 0.4)):
        spread = spread_of([100, 100], 0.15, group=POOR[::-1], fewer_is_better=fewer)
        assert index_of("gap", group="low_income").value(np.array([20.0, 10.0]), spread) == pytest.approx(
            expected
        )


def test_cells_are_averaged_by_students() -> None:
    """A cell of 200 students with a range of 0.1 / 0.15, and one of 100 that is even: two thirds of it."""
    weights, reference = np.array([100.0, 100, 50, 50]), np.array([0.15, 0.15, 0.3, 0.3])
    spread = Spread(weights, reference, np.array([0, 0, 1, 1]))
    amounts = np.array([20.0, 10, 15, 15])
    assert index_of("range").value(amounts, spread) == pytest.approx(2 / 3 * 0.1 / 0.15)
    assert index_of("gini").value(amounts, spread) == pytest.approx(2 / 3 / 6)


def test_schools_without_students_are_left_out() -> None:
    """A school with weight 0 changes no index, whatever it has."""
    for kind in INDICES:
        index = index_of(kind, **({"group": "low_income"} if kind == "gap" else {}))
        groups = (np.array([20.0, 80, 0]), np.array([80.0, 20, 0]))
        with_it = Spread(np.array([100.0, 100, 0]), np.full(3, 0.15), np.zeros(3, dtype=int), groups)
        without = spread_of([100, 100], 0.15, group=POOR)
        amounts = np.array([20.0, 10, 99])
        assert index.value(amounts, with_it) == pytest.approx(index.value(amounts[:2], without))


def test_a_gap_needs_both_sides() -> None:
    """Where all students are poor, or none are, there is no gap to speak of."""
    nobody = (np.array([100.0, 100]), np.array([0.0, 0]))
    index = index_of("gap", group="low_income")
    assert np.isnan(index.value(np.array([20.0, 10]), spread_of([100, 100], 0.15, group=nobody)))
    assert np.isnan(index.value(np.array([20.0, 10]), spread_of([100, 100], 0.15, group=nobody[::-1])))


def test_nothing_to_share_is_no_fairness() -> None:
    """With a reference of 0 the indices have no value, rather than 0."""
    for kind in INDICES:
        index = index_of(kind, **({"group": "low_income"} if kind == "gap" else {}))
        assert np.isnan(index.value(np.zeros(2), spread_of([100, 100], 0.0, group=POOR)))


# Linear form against formula --------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def random_state(seed: int) -> District:
    """Return two districts of elementary and middle schools, with two pools of teachers and a course."""
    draw = np.random.default_rng(seed)
    schools, staff, courses = {}, [], []
    for district in (1, 2):
        for number in range(1, 6):
            name = school_id(number, district)
            students = int(draw.integers(150, 600))
            level = "elementary" if number < 4 else "middle"
            schools[name] = (level, students, int(draw.integers(0, students)))
            for pool, share in ((NOVICE, 0.02), (EXPERIENCED, 0.05)):
                fte = round(float(students * share * draw.uniform(0.6, 1.4)), 2)
                staff.append((name, *pool, fte, 60_000 + 1000 * int(draw.integers(0, 9)), 0.0))
            seats = students // 2
            courses.append((name, "core", seats, round(seats / float(draw.uniform(18, 30)), 2), "general", 1))
    facts = {"need_weights": {"low_income": 0.35}, "benefit_rate": 0.3}
    return district_of(any_schools, schools, staff, courses=courses, **facts)


MEASURES: dict[str, dict[str, Any]] = {
    "teachers": {"measure": "teachers"},
    "novice_teachers": {"measure": "novice_teachers"},
    "dollars": {"measure": "dollars"},
    "sections": {"measure": "sections", "courses": ["core"]},
}
KINDS: dict[str, dict[str, Any]] = {
    "shortfall": {"index": "shortfall"},
    "deviation": {"index": "deviation"},
    "gap": {"index": "gap", "group": "low_income"},
    "tail": {"index": "tail", "alpha": 0.3},
    "range": {"index": "range"},
    "range_floor": {"index": "range", "floor_only": True},
    "gini": {"index": "gini"},
}


def outcome_of_search(scenario: Scenario, district: District) -> tuple[Outcome, Solution]:
    """Return the unrounded outcome of the least inequity."""
    case = case_of(district, scenario)
    model = build(case)
    solution = solve_stages(model, stages(model)[:1])
    decisions = {
        family: {
            key: part.constant + sum(c * float(solution.values[n]) for n, c in part.terms.items())
            for key, part in model.named(family)
        }
        for family in FAMILIES
    }
    return Outcome(case, decisions), solution


def assert_linear_is_formula(district: District, scenario: Scenario) -> None:
    outcome, solution = outcome_of_search(scenario, district)
    judged = Evaluator(outcome.case).judge(outcome)
    assert solution.objective == pytest.approx(inequity(judged), rel=1e-6, abs=1e-6)


def tight(measure: str, kind: str, **more: Any) -> Scenario:
    """Return a scenario with too few moves to end all inequity, so that the optimum is no corner at 0."""
    limits = {"max_share_per_school": more.pop("share", 0.04)}
    years = more.pop("years", TWO_YEARS[:1])
    return scenario_of(
        {**MEASURES[measure], **KINDS[kind], **more}, policies={"transfers": limits}, years=years
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("measure", MEASURES)
def test_linear_form_is_the_formula(measure: str, kind: str) -> None:
    """In two districts, for measures where more and where fewer is better."""
    assert_linear_is_formula(random_state(1), tight(measure, kind))


@pytest.mark.parametrize("kind", KINDS)
def test_inside_each_level_to_a_target_over_years(kind: str) -> None:
    assert_linear_is_formula(random_state(2), tight("teachers", kind, within="level"))
    assert_linear_is_formula(random_state(2), tight("teachers", kind, target=0.07))
    assert_linear_is_formula(random_state(2), tight("novice_teachers", kind, target=0.01, within="level"))
    assert_linear_is_formula(random_state(2), tight("teachers", kind, years=TWO_YEARS, share=0.02))


@given(
    st.integers(1, 12), st.sampled_from(sorted(MEASURES)), st.sampled_from(sorted(KINDS)), st.integers(0, 20)
)
def test_linear_form_is_the_formula_anywhere(seed: int, measure: str, kind: str, share: int) -> None:
    assert_linear_is_formula(random_state(seed), tight(measure, kind, share=share / 100))


def test_several_terms_are_weighed() -> None:
    """All indices of several measures at once, each against its own value today."""
    terms = [{**MEASURES["teachers"], **KINDS[kind]} for kind in KINDS]
    terms += [{**MEASURES["novice_teachers"], **KINDS[kind]} for kind in KINDS]
    scenario = scenario_of(*terms, policies={"transfers": {"max_share_per_school": 0.1}})
    assert_linear_is_formula(random_state(3), scenario)


def test_a_level_with_none_of_the_measure() -> None:
    """Elementary schools have 5 and 3 experienced teachers, the middle schools none and nothing to move.

    Each elementary is due 4: 1 of 8 is lacking, 0.125, and one move ends it. Nothing is due in the middle.
    """
    names = [school_id(number) for number in range(1, 5)]
    levels = ["elementary", "elementary", "middle", "middle"]
    rows = [(names[0], *EXPERIENCED, 5, 1, 0), (names[1], *EXPERIENCED, 3, 1, 0)]
    rows += [(name, *NOVICE, 4, 1, 0) for name in names[2:]]
    schools = {name: (level, 100, 10) for name, level in zip(names, levels, strict=True)}
    district = district_of(any_schools, schools, rows)
    for kind in ("shortfall", "deviation"):
        term = {"measure": "experienced_teachers", "index": kind, "within": "level"}
        plan = solved(district, scenario_of(term))
        assert plan.indices[0].before == pytest.approx(1 / 8, abs=1e-9)
        assert plan.summary.inequity_after == pytest.approx(0, abs=1e-6)
        assert plan.summary.moves_fte == pytest.approx(1, abs=1e-6)


# Already fair today -----------------------------------------------------------------------------------------


def test_an_index_that_is_0_today() -> None:
    """10 teachers at each school, all experienced at the first, all novices at the second, who stay.

    Experienced: each is due 5, the second lacks 5 of 10. Teachers are even: 0. Each experienced teacher who
    moves takes off 50 / 5 = 10 points, and adds half of 100 * 1 / 20, as the 100-fold index of teachers: all
    5 move, and 12.5 points are left. Today counts as 50.
    """
    first, second = school_id(1), school_id(2)
    rows = [(first, *EXPERIENCED, 10, 60_000, 0), (second, *NOVICE, 10, 60_000, 0)]
    district = district_of(
        any_schools, {first: ("elementary", 100, 10), second: ("elementary", 100, 90)}, rows
    )
    terms = [
        {"measure": "experienced_teachers", "index": "shortfall"},
        {"measure": "teachers", "index": "deviation"},
    ]
    stay = {"transfers": {"protected_pools": ["teacher/*/novice"]}}
    plan = solved(district, scenario_of(*terms, policies=stay))
    assert plan.summary.inequity_before == pytest.approx(50, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(12.5, abs=1e-6)
    assert plan.summary.moves_fte == pytest.approx(5, abs=1e-6)


def test_rounding_is_no_inequity() -> None:
    """A third of a teacher for each student everywhere: the rounding of a sum counts as 0."""
    students = (547, 318, 497, 302, 466)
    district = district_of(
        two_schools, [count / 3 for count in students], students, low_income=(9, 80, 40, 5, 7)
    )
    raw = []
    for kind in INDICES:
        group = {"group": "low_income"} if kind == "gap" else {}
        scenario = scenario_of({"measure": "teachers", "index": kind, **group})
        term = scenario.objective.measures[0]
        evaluator = Evaluator(case_of(district, scenario))
        spread = evaluator.spread(term.measure, term.index)
        raw.append(term.index.value(evaluator.today(term.measure), spread))
        assert evaluator.before(term.measure, term.index) == 0
        plan = solved(district, scenario)
        assert plan.summary.inequity_before == 0
        assert plan.moves == ()
    assert min(raw) > 0, "these numbers leave no rounding, and test nothing"


# The two forms of the Gini ----------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("years", [TWO_YEARS[:1], TWO_YEARS])
def test_gini_by_pairs_and_by_cuts(measure: str, years: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ordering cuts, found as they are broken, end where all pairs do."""
    for seed in (1, 4):
        scenario = tight(measure, "gini", years=years, share=0.06)
        pairs = least_inequity(random_state(seed), scenario)
        with monkeypatch.context() as patch:
            patch.setattr(gini, "MOST_SCHOOLS_BY_PAIRS", 1)
            cuts = least_inequity(random_state(seed), scenario)
            plan = solved(random_state(seed), scenario)
        assert cuts == pytest.approx(pairs, rel=1e-6)
        assert plan.summary.inequity_after == pytest.approx(pairs, rel=1e-5, abs=1e-4)


def test_gini_in_whole_steps_by_pairs_and_by_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """In steps of half a teacher too, the cuts end where all pairs do, to the gap that a search may leave."""
    scenario = tight("teachers", "gini", years=TWO_YEARS[:1], share=0.06)
    scenario = scenario.model_copy(update={"fte_step": 0.5})
    pairs = solved(random_state(1), scenario).summary
    monkeypatch.setattr(gini, "MOST_SCHOOLS_BY_PAIRS", 1)
    cuts = solved(random_state(1), scenario).summary
    assert cuts.inequity_after == pytest.approx(pairs.inequity_after, rel=2e-3)
    assert max(cuts.bound, pairs.bound) <= min(cuts.inequity_after, pairs.inequity_after) + 1e-4


# Laws of indices --------------------------------------------------------------------------------------------

sizes = st.lists(st.integers(50, 600), min_size=2, max_size=6)


@st.composite
def spreads(draw: st.DrawFn) -> tuple[np.ndarray, Spread]:
    """Draw amounts and the spread at their own mean."""
    weights = np.array(draw(sizes), dtype=float)
    amounts = np.array([draw(st.integers(1, 60)) for _ in weights], dtype=float)
    poor = np.array([draw(st.integers(1, 49)) for _ in weights], dtype=float)
    mean = amounts.sum() / weights.sum()
    return amounts, spread_of(weights.tolist(), mean, group=(poor, weights - poor))


@pytest.mark.parametrize("name", KINDS)
@given(spreads(), st.floats(0.1, 50))
def test_scale_does_not_matter(name: str, drawn: tuple[np.ndarray, Spread], factor: float) -> None:
    amounts, spread = drawn
    settings = {key: value for key, value in KINDS[name].items() if key != "index"}
    index = index_of(KINDS[name]["index"], **settings)
    scaled = spread_of(spread.weights.tolist(), float(spread.reference[0]) * factor, group=spread.group)
    assert index.value(amounts * factor, scaled) == pytest.approx(
        index.value(amounts, spread), rel=1e-9, abs=1e-9
    )
    assert index.value(amounts, spread) >= 0


@pytest.mark.parametrize("name", [name for name in KINDS if name != "gap"])
@given(spreads(), st.floats(0.01, 0.49))
def test_a_gift_to_a_poorer_school_never_hurts(
    name: str, drawn: tuple[np.ndarray, Spread], part: float
) -> None:
    """The principle of transfers: a gift that does not turn the two round raises no index."""
    amounts, spread = drawn
    settings = {key: value for key, value in KINDS[name].items() if key != "index"}
    index = index_of(KINDS[name]["index"], **settings)
    level = amounts / spread.weights
    rich, poor = int(np.argmax(level)), int(np.argmin(level))
    gift = part * (level[rich] - level[poor]) * min(spread.weights[rich], spread.weights[poor])
    changed = amounts.copy()
    changed[rich] -= gift
    changed[poor] += gift
    assert index.value(changed, spread) <= index.value(amounts, spread) + 1e-9


def test_a_floor_below_everyone_leaves_no_range() -> None:
    """Amounts of 0.1 and 0.2 a student, and a reference of 0.05: the worst-off school is above it."""
    spread = Spread(np.array([100.0, 100.0]), np.full(2, 0.05), np.zeros(2, dtype=int))
    index = INDICES["range"].model_validate({"floor_only": True})
    assert index.value(np.array([10.0, 20.0]), spread) == 0
