"""Stress: the plan judged and searched again under other figures, by hand and seeded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.district import District, load_district
from planner.problems import InputProblems
from planner.scenario import Scenario, resolve_scenario
from planner.stress import Stress, questions, stress, with_enrolment, with_need_weights
from tests.districts import SECOND, small_district, two_schools
from tests.test_tradeoffs import SMALL

MEASURE = {"measure": "teachers", "index": "shortfall"}


def scenario_of(**keys: object) -> Scenario:
    return resolve_scenario({"name": "test", "objective": {"measures": [MEASURE]}, **keys})


@pytest.fixture
def pair(tmp_path: Path) -> District:
    return load_district(two_schools(tmp_path / "pair", need_weights={"low_income": 0.4}))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> District:
    return load_district(small_district(tmp_path_factory.mktemp("stress") / "small", schools=6))


@pytest.fixture(scope="module")
def stressed(small: District) -> Stress:
    return stress(small, resolve_scenario(SMALL), draws=2, seed=3)


def test_no_error_and_no_cut_is_no_regret(pair: District) -> None:
    found = stress(pair, scenario_of(), draws=2, enrolment_error=0.0, fund_cut=0.0)
    for trial in found.trials:
        if trial.name.startswith("enrolment"):
            assert trial.broken == ()
            assert trial.regret == pytest.approx(0, abs=1e-6)
    assert {decision.verdict for decision in found.decisions if decision.kind == "staff"} == {"stays"}


def test_enrolment_scales_every_group_of_a_school(pair: District) -> None:
    shrunk = with_enrolment(pair, np.where(pair.schools["school_id"] == SECOND, 0.5, 1.0))
    ids = shrunk.enrollment.set_index(["school_id", "group"])["students"]
    assert ids[SECOND, "all"] == 50
    assert ids[SECOND, "low_income"] == 40
    assert pair.enrollment.set_index(["school_id", "group"])["students"][SECOND, "all"] == 100


def test_need_weights_are_drawn_by_group(pair: District) -> None:
    assert with_need_weights(pair, np.array([0.5])).facts.need_weights == {"low_income": 0.2}
    assert pair.facts.need_weights == {"low_income": 0.4}


def test_every_kind_of_trial_is_there(stressed: Stress) -> None:
    names = [trial.name for trial in stressed.trials]
    assert names == [
        "enrolment 1",
        "enrolment 2",
        "need weights 1",
        "need weights 2",
        "stipend response low",
        "stipend response high",
        "General cut",
        "Grant cut",
    ]


def test_knowing_never_hurts(stressed: Stress) -> None:
    """Where the plan breaks no rule under a trial, the best plan of the trial is at least as good."""
    for trial in stressed.trials:
        assert trial.regret is None or not trial.broken
        if trial.regret is not None:
            assert trial.regret >= -1e-4, trial


def test_a_search_to_a_gap_is_never_worse_than_the_plan_itself(pair: District) -> None:
    """Searched to a gap of 90%, a new plan may be far from the best; the plan as it is stays an answer."""
    scenario = scenario_of(fte_step=0.5, solver={"gap": 0.9})
    for trial in stress(pair, scenario, draws=3, enrolment_error=0.0).trials:
        assert trial.regret is None or trial.regret >= 0


def test_decisions_are_said_in_words(stressed: Stress) -> None:
    for decision in stressed.decisions:
        assert "_" not in decision.what
        assert decision.what.startswith("2026-27: ")


def test_each_decision_has_a_verdict_that_fits_its_share(stressed: Stress) -> None:
    assert stressed.decisions
    for decision in stressed.decisions:
        assert 0 <= decision.kept <= 1
        assert decision.low <= decision.high
        expected = "stays" if decision.kept >= 0.8 else "flips" if decision.kept <= 0.2 else "depends"
        assert decision.verdict == expected
    shares = [stressed.share_that(verdict) for verdict in ("stays", "depends", "flips")]
    assert sum(shares) == pytest.approx(1)


def test_the_same_seed_gives_the_same_answer(small: District, stressed: Stress) -> None:
    again = stress(small, resolve_scenario(SMALL), draws=2, seed=3)
    assert (again.trials, again.decisions) == (stressed.trials, stressed.decisions)
    other = stress(small, resolve_scenario(SMALL), draws=2, seed=4)
    assert other.trials != stressed.trials


def test_more_draws_leave_the_first_as_they_were(small: District) -> None:
    scenario = resolve_scenario(SMALL)
    few = {q.name: q for q in questions(small, scenario, 2, 0.03, 0.1, seed=1)}
    many = {q.name: q for q in questions(small, scenario, 4, 0.03, 0.1, seed=1)}
    for name, question in few.items():
        assert question.district.facts == many[name].district.facts
        assert question.district.enrollment.equals(many[name].district.enrollment)


def test_a_trial_without_a_plan_is_said(pair: District) -> None:
    """Thirty teachers for 200 students are one for 6.7; a few students more, and there are too few."""
    rules = {"minimum_staffing": {"roles": {"teacher": {"students_per_fte": 6.7}}}}
    found = stress(pair, scenario_of(policies=rules), draws=4, enrolment_error=0.2)
    assert "infeasible" in {trial.status for trial in found.trials}
    assert all(t.inequity_of_best is None for t in found.trials if t.status == "infeasible")


@pytest.mark.parametrize("keys", [{"draws": -1}, {"enrolment_error": 2.0}, {"fund_cut": -0.1}])
def test_what_makes_no_sense_is_said(keys: dict[str, float], pair: District) -> None:
    with pytest.raises(InputProblems):
        stress(pair, scenario_of(), **keys)  # type: ignore[arg-type]
