"""Solving while levers move, without a browser: newest wins, calling off, sentences for what goes wrong."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from planner.merging import apply_edit
from planner.optimize import solve
from planner.optimize.conflicts import Conflict
from planner.optimize.live import LivePlan
from planner.policies.base import Finding
from planner.scenario import resolve_scenario
from ui.answer import change_words, conflict_words
from ui.engine import Engine, open_engine
from ui.live import CLASH, FAILED, Found, LiveSolver

SHARE = "policies.transfers.max_share_per_school"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine()


@pytest.fixture
def data(engine: Engine) -> dict[str, Any]:
    return engine.library["redistribute"]


def wait_for(done: Callable[[], Any]) -> None:
    for _ in range(600):
        if done():
            return
        time.sleep(0.05)
    pytest.fail("nothing came")


def test_figures_come_first_and_are_those_of_the_plan(engine: Engine, data: dict[str, Any]) -> None:
    solver, found, plans = LiveSolver(engine.district), [], []
    solver.request(apply_edit(data, SHARE, 0.06), found.append)
    wait_for(lambda: found)
    solver.details(plans.append)
    wait_for(lambda: plans)
    assert found[0].figures.summary == plans[0].summary
    cold = solve(engine.district, resolve_scenario(apply_edit(data, SHARE, 0.06)))
    assert plans[0].summary.inequity_after == pytest.approx(cold.summary.inequity_after, abs=2e-5)


def test_the_newest_request_wins(engine: Engine, data: dict[str, Any]) -> None:
    solver, found = LiveSolver(engine.district), []
    for share in (0.02, 0.04, 0.06, 0.08):
        solver.request(apply_edit(data, SHARE, share), lambda each, share=share: found.append((share, each)))
    wait_for(lambda: found)
    time.sleep(0.5)
    assert [share for share, _ in found] == [0.08]


def test_a_search_called_off_tells_nothing_and_the_next_is_right(
    engine: Engine, data: dict[str, Any]
) -> None:
    """Tenths of an FTE and whole sections to a gap of nothing take minutes."""
    hard = {**data, "fte_step": 0.1, "section_step": 1, "solver": {"time_limit_seconds": 300, "gap": 0}}
    solver, dropped, found = LiveSolver(engine.district), [], []
    solver.request(hard, dropped.append)
    time.sleep(1.0)
    started = time.perf_counter()
    solver.request(data, found.append)
    wait_for(lambda: found)
    assert time.perf_counter() - started < 60
    assert dropped == []
    assert found[0].figures is not None


def test_rules_that_clash_and_the_words_of_the_least_change(engine: Engine, data: dict[str, Any]) -> None:
    tight = apply_edit(data, ("policies", "class_size", "courses", "K-3 core", "max"), 12)
    solver = LiveSolver(engine.district)
    found = solver.solve(tight)
    assert found.figures is None
    assert found.problems == (CLASH,)
    assert "class_size" in found.clash
    path = "policies.class_size.courses.K-3 core.max"
    words = change_words(tight, {path: 21.5, "policies.transfers": None})
    assert words == "Class size, K-3 core: most students in a class, from 12 to 21.5; take transfers out"


def test_a_conflict_is_said_without_keys_and_with_few_places(engine: Engine, data: dict[str, Any]) -> None:
    places = [Finding("class_size", f"K-3 at {n}", f"School {n}", "2026-27", 1, ">=", 2, "sections")
              for n in range(5)]  # fmt: skip
    patch = {"policies.class_size.courses.K-3 core.max": 20}
    head, details = conflict_words(data, Conflict(("class_size",), "", tuple(places), "", patch))
    assert head == "Class size cannot be kept with the staff and dollars there are."
    assert details[0] == "School 0, 2026-27: K-3 at 0: 1 section short" and len(details) == 5
    assert details[3] == "and in 2 more places" and details[4].startswith(
        "Least change that makes room: Class"
    )
    assert "class_size" not in " ".join([head, *details])
    head, _ = conflict_words(data, Conflict(("class_size", "hold_harmless"), ""))
    assert head == "These rules conflict: class size and hold harmless."


def test_no_time_is_not_a_clash(engine: Engine, data: dict[str, Any]) -> None:
    hurried = {**data, "fte_step": 0.1, "section_step": 1, "solver": {"time_limit_seconds": 0.01}}
    found = LiveSolver(engine.district).solve(hurried)
    assert found.figures is not None or found.clash == ()


def test_a_failure_is_a_sentence_and_the_next_search_begins_anew(
    engine: Engine, data: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    solver = LiveSolver(engine.district)
    assert solver.solve(data).figures is not None

    def fail(*given: Any) -> Found:
        raise RuntimeError("HiGHS ended with Unknown")

    with monkeypatch.context() as broken:
        broken.setattr(LivePlan, "resolve", fail)
        assert solver.solve(data).problems == (FAILED,)
    assert solver.solve(data).figures is not None
