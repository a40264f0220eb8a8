"""The search itself: one stage after another, none giving up what the ones before it won."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from planner.optimize.linear import Linear
from planner.optimize.model import AllocationModel
from planner.optimize.objective import Stage
from planner.optimize.solution import Lost, Solution, Status
from planner.optimize.solver import Session

MOST_CUT_ROUNDS = 400
# Of a whole-step search that runs out of time the later stages get a fifth, or the plan would keep moves that
# buy nothing; no one of them may use up what is left.
FIRST_STAGE_SHARE, LATER_STAGE_SHARE = 0.8, 0.25


def solve_stages(model: AllocationModel, stages: Sequence[Stage], share_of_time: float = 1.0) -> Solution:
    """Minimise the stages in order, none giving up what the ones before it won.

    Parameters
    ----------
    model
        The built model.
    stages
        The objectives; the first is the inequity.
    share_of_time
        Share of the scenario's time limit that this search may use.

    Returns
    -------
    Solution
        With status ``infeasible`` where no plan keeps all the rules.
    """
    options = model.case.scenario.solver
    session = Session(model.program, options.time_limit_seconds * share_of_time, options.gap)
    if session.is_integer:
        session.start_from(_today(model))
    share = FIRST_STAGE_SHARE if session.is_integer else 1.0
    status = _minimise(session, stages[0].expression, model.cuts, share)
    if status in (Status.INFEASIBLE, Status.UNBOUNDED) or not session.has_solution:
        return Solution(status, np.empty(0), math.inf, -math.inf, session.seconds)
    values, best, bound = session.values(), session.objective(), session.bound()
    settled = [stages[0].name] if status is Status.OPTIMAL else []
    values, later = settle_later(session, stages, model.cuts, values, status)
    return Solution(status, values, best, bound, session.seconds, (*settled, *later))


def settle_later(
    session: Session,
    stages: Sequence[Stage],
    cuts: Sequence[Callable[..., bool]],
    values: np.ndarray,
    status: Status,
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Minimise all stages after the first, none giving up what the ones before it won.

    Parameters
    ----------
    values, status
        The point that the first stage ended with, and how.

    Returns
    -------
    values : numpy.ndarray
        The point that the last stage ended with.
    settled : tuple of str
        Later stages whose optimum was proven.
    """
    settled: list[str] = []
    for done, stage in pairwise(stages):
        session.hold(done, values, status)
        status = _later(session, stage, cuts)
        if status is Status.OPTIMAL or (status is Status.STOPPED and session.has_solution):
            values = session.values()
        settled += [stage.name] if status is Status.OPTIMAL else []
    return values, tuple(settled)


def _later(session: Session, stage: Stage, cuts: Sequence[Callable[..., bool]]) -> Status:
    """Minimise a later stage; one that has no answer is left unsettled, for the plan is there already."""
    try:
        return _minimise(session, stage.expression, cuts, LATER_STAGE_SHARE)
    except Lost:
        return Status.LOST


def _minimise(
    session: Session, expression: Linear, cuts: Sequence[Callable[..., bool]], share: float = 1.0
) -> Status:
    """Minimise, adding the cuts that the answer breaks until it breaks none."""
    return obey_cuts(session, session.minimise(expression, share), cuts, share)


def obey_cuts(
    session: Session, status: Status, cuts: Sequence[Callable[..., bool]], share: float = 1.0
) -> Status:
    """Add the cuts that the last answer breaks, and solve again, until it breaks none.

    An answer that still breaks some after the last round is no proof: the search counts as stopped.
    """
    for _ in range(MOST_CUT_ROUNDS):
        if not cuts or status is not Status.OPTIMAL:
            return status
        at = partial(Linear.at, values=session.values())
        added = [cut(at, session) for cut in cuts]
        if not any(added):
            return status
        status = session.repair(share)
    return Status.STOPPED if status is Status.OPTIMAL else status


def _today(model: AllocationModel) -> np.ndarray:
    """The point that changes nothing: today's sections, every other decision 0."""
    values = np.zeros(len(model.columns))
    for number, column in enumerate(model.columns):
        if column.family == "sections":
            block = model.case.blocks[column.key[0], column.key[1]]
            values[number] = round(block.sections / column.unit)
    return values
