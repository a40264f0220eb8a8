"""A plan that follows the levers: one program that HiGHS keeps while numbers of its scenario change.

The basis that the least inequity was last found with is kept. After an edit the search starts from there, so
that moving a lever costs a few steps of dual simplex, and the later stages go on from where that ends.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from planner.case import Case, checked_case
from planner.district import District
from planner.optimize.answer import KeyFigures, Written
from planner.optimize.building import build
from planner.optimize.cases import Answer, best_of, combinations
from planner.optimize.linear import Linear, total
from planner.optimize.model import DOLLAR_UNIT, AllocationModel
from planner.optimize.objective import Stage, inequity_stage, later_stages, moves, term_points
from planner.optimize.redraft import Edits, NewPattern, Redraft, parts_to_rewrite
from planner.optimize.search import settle_later
from planner.optimize.solution import Lost, Solution, Status
from planner.optimize.warm import Basis, RowNumbers, WarmSession
from planner.plan import Plan
from planner.problems import raise_all
from planner.scenario import Scenario

# What a frontier may bound: FTE that move, and thousand dollars placed above today's lines, over all years.
WATCHED = ("moves", "dollars")
# Weights of the stages in the one objective that a new answer is approached by: each is lost beside the one
# before it. Sections weigh more than HiGHS's tolerance, dollars (in thousands) and FTE more than sections.
STAGE_WEIGHTS = (1.0, 1e-5, 1e-7, 1e-8)
ANY_AMOUNTS = {"fte_step": None, "section_step": None}


@dataclass(frozen=True)
class FirstStage:
    """The optimum of the inequity alone: the point, the duals of rows and of columns' bounds."""

    values: np.ndarray
    prices: np.ndarray
    reduced: np.ndarray
    objective: float


class LivePlan:
    """The plan of a district under a scenario whose numbers may be moved.

    Parameters
    ----------
    district
        The checked data set.
    scenario
        The scenario to begin with.
    in_steps
        False to plan in any amounts although the scenario asks for whole steps, and to keep rules that are a
        choice between cases in the one form that their own rows have: bounds and prices, not plans.

    Attributes
    ----------
    warm
        Whether the last answer came from a warm re-solve; False where the program was built anew.
    """

    def __init__(self, district: District, scenario: Scenario, *, in_steps: bool = True) -> None:
        self.district = district
        self._in_steps = in_steps
        self.warm = False
        self.first: FirstStage | None = None
        self.answer: Answer | None = None
        self._written: Written | None = None
        if not in_steps:
            scenario = scenario.model_copy(update=ANY_AMOUNTS)
        self._build(checked_case(district, scenario))

    @property
    def case(self) -> Case:
        """The district under the present scenario."""
        return self._case

    def resolve(self, scenario: Scenario) -> Solution:
        """Return the solution under an edited scenario, warm where the pattern of the program is the same.

        Raises
        ------
        InputProblems
            If the scenario does not fit the data.
        """
        case = self.case_under(scenario)
        raise_all(case.problems())
        self._edit(case)
        return self.solution()

    def first_stage(self, scenario: Scenario | None = None) -> Solution:
        """Return the least inequity alone, under an edited scenario where one is given."""
        if scenario is not None:
            case = self.case_under(scenario)
            raise_all(case.problems())
            self._edit(case)
        if self.searches_anew:
            return self.solution()
        status = self.least_inequity()
        if self.first is None:
            return Solution(status, np.empty(0), math.inf, -math.inf, self.session.seconds_of_question)
        best = self.first.objective
        return Solution(
            status, self.first.values, best, best, self.session.seconds_of_question, ("inequity",)
        )

    def key_figures(self) -> KeyFigures | None:
        """Return what the last solution comes to, long before `plan` has all details; None as there."""
        written = self._write()
        return None if written is None else written.key_figures()

    def plan(self, made_at: str = "") -> Plan | None:
        """Return the plan of the last solution, or None where it holds none."""
        written = self._write()
        if written is None or self.answer is None:
            return None
        return self.answer.noted_in(written.plan(made_at))

    def _write(self) -> Written | None:
        """Write the last solution down, once."""
        answer = self.answer
        if answer is None or not answer.solution.has_plan:
            return None
        if self._written is None or self._written.solution is not answer.solution:
            self._written = Written(answer.model, answer.solution)
        return self._written

    def case_under(self, scenario: Scenario) -> Case:
        """Return the case of an edited scenario, not yet judged against the data."""
        if not self._in_steps:
            scenario = scenario.model_copy(update=ANY_AMOUNTS)
        return self.case.under(scenario)

    # The program ------------------------------------------------------------------------------------------

    def _build(self, case: Case) -> None:
        self._case = case
        self.searches_anew = self._in_steps and searches_anew(case)
        self.warm = False
        if self.searches_anew:
            return
        self._base = self.model = build(case)
        self._points = term_points(self._base)
        self._present: dict[int, RowNumbers] = {}
        self._basis: Basis | None = None
        self._near: Basis | None = None
        self._later: tuple[Sequence[str], list[Stage]] | None = None
        self._set_stages()
        self._open_session()

    def _set_stages(self) -> None:
        objective = self.case.scenario.objective
        if self._later is None or self._later[0] != objective.then:
            # They are made of decisions alone, which edits leave as they are.
            self._later = (objective.then, later_stages(self.model))
        self.stages = [inequity_stage(self._points, objective.measures), *self._later[1]]

    def _open_session(self) -> None:
        limit = self.case.scenario.solver.time_limit_seconds
        self.session = WarmSession(self._base.program, limit)
        watched = {"moves": moves(self._base), "dollars": dollars_placed(self._base)}
        self._watched = {name: (self.session.add_free_row(watched[name]), watched[name]) for name in WATCHED}

    def _edit(self, case: Case) -> None:
        """Bring the program to another case of the same district."""
        try:
            redraft, edits = self.redraft(case)
        except NewPattern:
            self._build(case)
            return
        self.apply(edits)
        self._case, self.model = case, redraft
        self._set_stages()
        self.warm = True

    def redraft(self, case: Case) -> tuple[AllocationModel, Edits]:
        """Return the model of another case and the numbers that differ from the present program.

        Raises
        ------
        NewPattern
            If the program of that case has other decisions or rows.
        """
        if self._in_steps and searches_anew(case):
            raise NewPattern("a search of its own")
        redraft = Redraft(self._base, case)
        written = redraft.rewrite(parts_to_rewrite(self.case, case))
        rows = {row: numbers for row, numbers in written.rows.items() if numbers != self.numbers(row)}
        columns = {column: pair for column, pair in written.columns.items() if pair != self.bounds(column)}
        return redraft, Edits(rows, columns)

    def numbers(self, row: int) -> RowNumbers:
        """Return the present numbers of a row of the model."""
        if row not in self._present:
            program = self._base.program
            end = program.starts[row + 1] if row + 1 < len(program.starts) else len(program.indices)
            part = slice(program.starts[row], end)
            self._present[row] = RowNumbers(
                tuple(program.indices[part]),
                tuple(program.values[part]),
                program.row_lower[row],
                program.row_upper[row],
            )
        return self._present[row]

    def bounds(self, column: int) -> tuple[float, float]:
        """Return the present bounds of a column."""
        return self._base.program.lower[column], self._base.program.upper[column]

    def apply(self, edits: Edits) -> Edits:
        """Write new numbers into the program and return the edits that take them back."""
        undo = Edits(
            {row: self.numbers(row) for row in edits.rows},
            {column: self.bounds(column) for column in edits.columns},
        )
        self.session.write_rows(undo.rows, edits.rows)
        self._present.update(edits.rows)
        self.session.change_columns(edits.columns)
        for column, (lower, upper) in edits.columns.items():
            self._base.program.lower[column], self._base.program.upper[column] = lower, upper
        return undo

    def limit(self, watched: str, most: float) -> None:
        """Bound the FTE that move or the thousand dollars placed above today's lines; inf for no bound."""
        row, expression = self._watched[watched]
        self.session.change_rows({row: (-math.inf, most - expression.constant)})

    # The search -------------------------------------------------------------------------------------------

    def solution(self) -> Solution:
        """Search under the present scenario: inequity first, then the later stages."""
        if self.searches_anew:
            self.answer = best_of(self.case)
        else:
            self.answer = Answer(self.model, self._by_stages(), {}, ())
        return self.answer.solution

    def prepare(self) -> None:
        """Do now what the first re-solve would otherwise do, when nobody waits for it."""
        if not self.searches_anew and self._near is None:
            self._go_near()

    def _by_stages(self) -> Solution:
        self._go_near()
        first = self.first_stage()
        if not first.has_plan:
            return first
        with self.session.held():
            values, later = settle_later(
                self.session, self.stages, self._base.cuts, first.values, first.status
            )
        seconds = self.session.seconds_of_question
        return replace(first, values=values, seconds=seconds, settled=(*first.settled, *later))

    def _go_near(self) -> None:
        """Go from the last answer to the neighbourhood of the next one, all stages at a time.

        Dual simplex takes few steps to the optimum of one objective in which each stage weighs next to
        nothing beside the one before it. The stages then begin where they are likely to end, and prove it
        exactly: at 150 schools in a third of the time. Nothing found here is taken for an answer.
        """
        if self._basis is None:
            return
        self.session.begin()
        parts = zip(self.stages, STAGE_WEIGHTS, strict=False)
        blend = total(stage.expression * weight for stage, weight in parts)
        with suppress(Lost):
            status = self.session.settle(blend, self._base.cuts, self._near or self._basis)
            if status is Status.OPTIMAL:
                self._near = self._basis = self.session.basis()

    def inequity_under(self, edits: Edits) -> float:
        """Return the least inequity with some numbers changed [points]; inf where there is no plan.

        The program is as before afterwards, and so is `first`.
        """
        undo = self.apply(edits)
        try:
            self.session.begin()
            status = self.session.settle(self.stages[0].expression, self._base.cuts, self._basis)
            return self.session.objective() if status is Status.OPTIMAL else math.inf
        finally:
            self.apply(undo)

    def least_inequity(self) -> Status:
        """Minimise the inequity alone; `first` then holds the optimum, or None where there is none."""
        self.session.begin()
        session = self.session
        status = session.settle(self.stages[0].expression, self._base.cuts, self._basis)
        self.first = None
        if status is Status.OPTIMAL:
            self._basis = session.basis()
            self.first = FirstStage(
                session.values(), session.prices(), session.reduced_prices(), session.objective()
            )
        return status


def searches_anew(case: Case) -> bool:
    """Tell whether each answer is a search of its own: whole steps, or a rule that is a choice of cases."""
    return is_in_whole_steps(case.scenario) or len(combinations(case)) > 1


def is_in_whole_steps(scenario: Scenario) -> bool:
    """Tell whether staff or sections are planned in whole steps."""
    return scenario.fte_step is not None or scenario.section_step is not None


def dollars_placed(model: AllocationModel) -> Linear:
    """Thousand dollars placed above today's lines run on, over all years; negative where lines are cut."""
    added = [model.get("dollars_added", key) for key in model.keys("dollars_added")]
    cut = [-model.get("dollars_cut", key) for key in model.keys("dollars_cut")]
    return total([*added, *cut]) / DOLLAR_UNIT
