"""The policy lab without a browser: frontiers and grids as plain data, points that open as plans."""

import time
from threading import Event
from typing import Any

import holoviews as hv
import pytest

from planner.optimize.frontier import Point as FrontierPoint
from ui.cells import Cells
from ui.charts.frontier import frontier_chart
from ui.draft import Draft
from ui.engine import Engine, open_engine
from ui.experiments import (
    SIDE,
    FrontierExperiment,
    GridExperiment,
    frontier_rows,
    frontier_words,
    setting_words,
)
from ui.state import MOST, Workspace
from ui.sweep import WHOLE_PLAN, Axis, Job, axes, frontier

MOVES = WHOLE_PLAN[0]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine()


@pytest.fixture
def state(engine: Engine) -> Workspace:
    return Workspace(engine, draft="stipends", page="lab")


def draft_of(state: Workspace) -> Draft:
    return Draft("stipends", state.engine.library["stipends"])


def wait_for(done: Any) -> None:
    for _ in range(600):
        if done():
            return
        time.sleep(0.1)
    pytest.fail("the job did not end")


def test_levers_that_can_be_followed_keep_tiers_rising(engine: Engine) -> None:
    found = axes(engine.library["stipends"])
    stipend = next(axis for axis in found.values() if ".stipends." in axis.path)
    assert stipend.path == "policies.stipends.tiers.1.dollars"
    assert stipend.settings(5)[0] > 5000
    assert all(axis.between == (axis.low, axis.high) for axis in found.values())
    assert MOVES.between is None


def test_a_point_of_the_frontier_opens_as_a_plan_of_the_same_index(state: Workspace) -> None:
    steps = frontier(state.engine.district, state.engine.library["stipends"], MOVES)
    found = [point for step in steps for point in step()]
    assert len(found) >= 20
    experiment = FrontierExperiment(state, draft_of(state))
    experiment.steps()
    experiment._open(found[10])
    assert state.page == "plan"
    assert state.draft in state.plans
    assert len(state.plans) <= MOST
    plan = state.solved(state.draft).plan
    assert plan is not None
    assert plan.summary.inequity_after == pytest.approx(found[10].inequity, abs=1e-4)
    assert plan.summary.moves_fte <= found[10].level + 1e-5
    assert "teachers moved" in plan.name


def test_words_and_rows_of_a_frontier() -> None:
    axis = Axis("policies.x", "Share (%)", 0.0, 0.2, 100.0)
    found = [FrontierPoint(0.0, None, None), FrontierPoint(0.1, 80.0, 80.0), FrontierPoint(0.2, 60.0, 60.0)]
    assert frontier_words(axis, found) == "Share (%): from 10.0 to 20.0 the index goes from 80.0 to 60.0"
    assert [row[2][1] for row in frontier_rows(axis, found)] == [None, None, 20.0]
    assert frontier_words(axis, found[:1]) == "No setting so far has a plan"
    flat = frontier_words(Axis("moves", "Teachers moved"), [FrontierPoint(0.0, 100.0, 0.0)] * 21)
    assert flat == "Teachers moved: these rules leave no room for any; the index stays at 100.0"


def test_settings_are_written_with_their_unit_and_names_keep_their_capitals() -> None:
    stipend = Axis("policies.stipends.tiers.1.dollars", "Highest stipend (dollars a year)")
    size = Axis("policies.class_size.courses.K-3 core.max", "K-3 core: most students per section")
    assert setting_words(stipend, 6000.0) == "highest stipend $6,000"
    assert setting_words(size, 18.0) == "K-3 core: most students per section 18"
    assert setting_words(Axis("moves", "Teachers moved (FTE, all years)"), 18.325) == "teachers moved 18.3"


def test_the_chart_leaves_out_settings_without_a_plan() -> None:
    figure = hv.render(frontier_chart([1.0, 2.0, 3.0], [None, 70.0, 60.0], 2.0, "Limit", "told"))
    assert list(figure.renderers[0].data_source.data["words"]) == ["2.0", "3.0"]
    assert figure.html_attributes["aria-label"] == "told"


def test_the_grid_fills_and_a_cell_opens(state: Workspace) -> None:
    grid = GridExperiment(state, draft_of(state))
    grid.choose("down", "policies.hold_harmless.dollars_per_student")
    grid.run()
    wait_for(lambda: not grid.progress.busy)
    cells = grid.findings[0]
    assert isinstance(cells, Cells)
    assert len(cells.cells) == SIDE and all(len(row) == SIDE for row in cells.cells)
    last = cells.cells[0][SIDE - 1]
    cells._handle_msg({"row": 0, "column": SIDE - 1})
    plan = state.solved(state.draft).plan
    assert plan is not None
    assert plan.summary.inequity_after == pytest.approx(last[1], abs=2e-4)


def test_the_same_lever_twice_is_no_question(state: Workspace) -> None:
    grid = GridExperiment(state, draft_of(state))
    grid.choose("down", grid.pair["across"])
    grid.run()
    assert "different" in grid.progress.text
    assert not grid.progress.busy


def test_a_job_called_off_takes_no_further_step() -> None:
    taken: list[int] = []
    begun, go_on = Event(), Event()

    def step() -> list[int]:
        taken.append(len(taken))
        begun.set()
        assert go_on.wait(30)
        return [1]

    told: list[Any] = []
    job = Job([step, step], lambda done, found: told.append(done), told.append).start()
    assert begun.wait(30)
    job.cancel()
    go_on.set()
    wait_for(lambda: job.is_cancelled)
    time.sleep(0.2)
    assert taken == [0]
    assert told == []


def test_a_job_that_fails_says_so() -> None:
    def step() -> list[int]:
        raise RuntimeError("broken")

    told: list[Any] = []
    Job([step], lambda done, found: told.append(found), told.append).start()
    wait_for(lambda: told)
    assert "failed" in told[0]
