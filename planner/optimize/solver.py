"""The one user of HiGHS: whole arrays in, numbers out, warm from one objective to the next.

PuLP's own hand-over builds HiGHS row by row and always starts cold; here the program goes over once and
later objectives, bounds and cuts start from the last basis.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import highspy
import numpy as np

from planner.optimize.linear import Linear, Row
from planner.optimize.objective import Stage
from planner.optimize.program import Arrays, Program
from planner.optimize.single_rows import Bounds, ManyBounds, SingleRows
from planner.optimize.solution import Lost, Status
from planner.optimize.stopping import heed, is_called_off

DUAL_SIMPLEX, PRIMAL_SIMPLEX = 1, 4
# One thread and one seed: the same program gives the same plan on every run.
OPTIONS = {"threads": 1, "random_seed": 1, "mip_abs_gap": 1e-7}
# Primal simplex (strategy 4): after a change of objective the last basis stays feasible, so the later
# stages start where the first ended. At 150 schools that took 0.14 s against 0.8 s for dual simplex, which
# once ended without an answer. The tight tolerances keep figures good to 1e-8 of a point.
CONTINUOUS_OPTIONS = {
    "simplex_strategy": PRIMAL_SIMPLEX,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}
# What is tried in turn when simplex loses its way, which happens where a later stage leaves little room.
OTHER_WAYS: tuple[dict[str, Any], ...] = (
    {"presolve": "off", "simplex_strategy": DUAL_SIMPLEX},
    {"presolve": "on"},
    {"solver": "ipm"},
)
# Duals above this tell the columns and rows that an optimum leaves no room to move.
NO_DUAL = 1e-8
NO_ANSWER = (highspy.HighsModelStatus.kUnknown, highspy.HighsModelStatus.kSolveError)
# HiGHS asks at these points, some tens of times a second, whether to go on.
ASKS_TO_GO_ON = (
    highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    highspy.cb.HighsCallbackType.kCallbackIpmInterrupt,
    highspy.cb.HighsCallbackType.kCallbackMipInterrupt,
)


def highs_version() -> str:
    """Version of HiGHS that solves."""
    return version("highspy")


class QuietHighs(highspy.Highs):
    """HiGHS that prints nothing, so that the standard output holds the planner's answer alone."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's own name
        """Be quiet first: enabling callbacks, while it is made, is where HiGHS 1.16 prints its banner."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class Session:
    """A program held by HiGHS, solved again and again from where the last solve ended.

    Parameters
    ----------
    program
        The program as whole arrays.
    time_limit
        Seconds for all solves of this session together.
    gap
        Relative gap at which a whole-step program counts as solved.
    """

    def __init__(self, program: Program, time_limit: float, gap: float) -> None:
        self._highs = QuietHighs()  # type: ignore[no-untyped-call]
        self._integer = any(program.integer)
        self._limit = time_limit
        self._objective: Linear | None = None
        self.seconds = 0.0
        options = {**OPTIONS, "mip_rel_gap": gap}
        if not self._integer:
            options |= CONTINUOUS_OPTIONS
        self._set(options)
        self._singles = SingleRows(Arrays.of(program))
        # Where HiGHS has each row; rows that are added later follow those of the program.
        self._places = self._singles.places
        self._highs.passModel(as_highs(self._singles.others))
        self._highs.setCallback(_go_on, None)
        for question in ASKS_TO_GO_ON:
            self._highs.startCallback(question)

    @property
    def is_integer(self) -> bool:
        """Whether some decision comes in whole steps."""
        return self._integer

    def minimise(self, expression: Linear, share_of_time: float = 1.0) -> Status:
        """Solve for a new objective, from the last basis or plan where there is one."""
        if expression is not self._objective:
            self._price_columns(expression)
            self._objective = expression
        return self.run(share_of_time)

    def _price_columns(self, expression: Linear) -> None:
        count = self._highs.getNumCol()
        cost = np.zeros(count)
        for column, value in expression.terms.items():
            cost[column] = value
        self._highs.changeColsCost(count, np.arange(count, dtype=np.int32), cost)
        self._highs.changeObjectiveOffset(expression.constant)

    def run(self, share_of_time: float = 1.0) -> Status:
        """Solve again after a change of bounds or rows.

        Raises
        ------
        CalledOff
            If whoever asked has called it off; the program is then as it was, without an answer.
        """
        heed()
        left = max(0.05, (self._limit - self.seconds) * share_of_time)
        # HiGHS counts the time of a continuous program over its life, of a whole-step program over one run.
        counted = 0.0 if self._integer else self._highs.getRunTime()
        self._highs.setOptionValue("time_limit", counted + left)
        started = time.perf_counter()
        self._highs.run()
        self.seconds += time.perf_counter() - started
        heed()
        return self._status()

    def repair(self, share_of_time: float = 1.0) -> Status:
        """Solve again after rows were added or tightened: dual simplex, since the old answer breaks them."""
        if self._integer:
            return self.run(share_of_time)
        self._highs.setOptionValue("simplex_strategy", DUAL_SIMPLEX)
        status = self.run(share_of_time)
        self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        return status

    def _status(self) -> Status:
        model = highspy.HighsModelStatus
        status = self._highs.getModelStatus()
        # HiGHS 1.15 has called feasible whole-step programs infeasible in presolve, so that is asked twice.
        doubted = self._integer and status == model.kInfeasible
        if doubted or status in (*NO_ANSWER, model.kUnboundedOrInfeasible):
            status = self._from_scratch()
        known = {
            model.kOptimal: Status.OPTIMAL,
            model.kInfeasible: Status.INFEASIBLE,
            model.kUnbounded: Status.UNBOUNDED,
            model.kTimeLimit: Status.STOPPED,
            model.kModelEmpty: Status.OPTIMAL,
        }
        if status not in known:
            raise Lost(f"HiGHS ended with {self._highs.modelStatusToString(status)}")
        return known[status]

    def _from_scratch(self) -> highspy.HighsModelStatus:
        """Solve once more without the last basis, by one way after another until one gives an answer."""
        for options in OTHER_WAYS if not self._integer else OTHER_WAYS[:1]:
            kept = {name: self._highs.getOptionValue(name)[1] for name in options}
            self._highs.clearSolver()
            self._set(options)
            self._highs.run()
            self._set(kept)
            heed()
            if self._highs.getModelStatus() not in NO_ANSWER:
                break
        return self._highs.getModelStatus()

    def _set(self, options: Mapping[str, Any]) -> None:
        for name, value in options.items():
            self._highs.setOptionValue(name, value)

    @property
    def has_solution(self) -> bool:
        """Whether HiGHS holds a feasible point."""
        return self._highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible

    def values(self) -> np.ndarray:
        """Return the value of every column."""
        return np.array(self._highs.getSolution().col_value, dtype=float)

    def objective(self) -> float:
        """Return the objective of the point that HiGHS holds."""
        return float(self._highs.getInfo().objective_function_value)

    def bound(self) -> float:
        """Return the proven lower bound of the last objective."""
        info = self._highs.getInfo()
        return float(info.mip_dual_bound if self._integer else info.objective_function_value)

    def prices(self) -> np.ndarray:
        """Return the dual of every row; of no meaning for a whole-step program."""
        solution = self._highs.getSolution()
        duals = np.array([*solution.row_dual, 0.0])
        prices = duals[self._places]
        for row, price in self._singles.prices(np.array(solution.col_dual, dtype=float))[0].items():
            prices[row] = price
        return prices

    def add_row(self, row: Row) -> int:
        """Add a row, keeping the basis, and return its number."""
        terms = sorted((column, value) for column, value in row.left.terms.items() if value != 0.0)
        bound = -row.left.constant
        self._highs.addRow(
            -highspy.kHighsInf if row.sense == "<=" else bound,
            highspy.kHighsInf if row.sense == ">=" else bound,
            len(terms),
            np.array([column for column, _ in terms], dtype=np.int32),
            np.array([value for _, value in terms], dtype=float),
        )
        self._places.append(int(self._highs.getNumRow()) - 1)
        return len(self._places) - 1

    def hold(self, stage: Stage, values: np.ndarray, status: Status) -> int | None:
        """Let no later answer be worse by a stage than the point it ended with; return the row this takes.

        What a proven optimum cannot change without being worse has a dual: columns with one stay at their
        bound and rows with one at theirs. That says exactly which points are as good, and leaves the basis
        feasible; a row that holds the objective itself to a value does neither, for the value is exact only
        to the solver's tolerances. Whole-step programs have no duals, so there it is the row.
        """
        if self._integer or status is not Status.OPTIMAL:
            row = self.add_row(stage.expression <= stage.expression.at(values) + stage.tolerance)
            self.start_from(values)
            return row
        solution, lp = self._highs.getSolution(), self._highs.getLp()
        columns = _at_dual(solution.col_dual, lp.col_lower_, lp.col_upper_)
        rows = _at_dual(solution.row_dual, lp.row_lower_, lp.row_upper_)
        self._highs.changeColsBounds(len(columns[0]), *columns)
        self._highs.changeRowsBounds(len(rows[0]), *rows)  # type: ignore[attr-defined]
        return None

    def add_column(self) -> Linear:
        """Add a free helper column, for cuts, and return it as an expression."""
        self._highs.addCol(0.0, -highspy.kHighsInf, highspy.kHighsInf, 0, [], [])
        return Linear({self._highs.getNumCol() - 1: 1.0})

    def start_from(self, values: np.ndarray) -> None:
        """Hand over a feasible point to begin from; for a whole-step program the best plan so far."""
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        self._highs.setSolution(solution)

    def change_rows(self, bounds: Mapping[int, Bounds]) -> None:
        """Change the lower and upper bounds of rows, keeping the basis."""
        alone = {row: pair for row, pair in bounds.items() if row in self._singles}
        others = {self._places[row]: pair for row, pair in bounds.items() if row not in alone}
        if others:
            self._highs.changeRowsBounds(len(others), *as_arrays(others))  # type: ignore[attr-defined]
        if alone:
            self._bound_columns(self._singles.change_rows(alone))

    def _bound_columns(self, bounds: ManyBounds) -> None:
        self._highs.changeColsBounds(len(bounds[0]), *bounds)


def _go_on(kind: object, message: str, told: object, answer: Any, data: object) -> None:
    """Answer HiGHS's question whether to go on."""
    if answer is not None:
        # Also when it is to go on: HiGHS can still hold the answer that ended an earlier run.
        answer.user_interrupt = is_called_off()


def _at_dual(duals: Any, lower: Any, upper: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what has a dual, and for each the bound that it presses on, twice."""
    dual = np.array(duals, dtype=float)
    bound = np.where(dual > 0, np.array(lower, dtype=float), np.array(upper, dtype=float))
    held = np.flatnonzero((np.abs(dual) > NO_DUAL) & np.isfinite(bound)).astype(np.int32)
    return held, bound[held], bound[held]


def as_arrays(bounds: Mapping[int, Bounds]) -> ManyBounds:
    """Return the numbers of rows or columns, their lower and their upper bounds."""
    both = np.array(list(bounds.values()), dtype=float).reshape(-1, 2)
    return np.fromiter(bounds, dtype=np.int32), both[:, 0].copy(), both[:, 1].copy()


def as_highs(program: Arrays) -> highspy.HighsLp:
    """Return a program as HiGHS takes it, with no objective yet."""
    lp = highspy.HighsLp()
    lp.num_col_ = len(program.lower)
    lp.num_row_ = len(program.row_lower)
    lp.col_cost_ = np.zeros(len(program.lower))
    lp.col_lower_, lp.col_upper_ = program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.starts
    lp.a_matrix_.index_ = program.indices
    lp.a_matrix_.value_ = program.values
    if program.integer.any():
        kinds = (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)
        lp.integrality_ = [kinds[0] if whole else kinds[1] for whole in program.integer]
    return lp
