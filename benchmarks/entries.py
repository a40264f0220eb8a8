# ruff: noqa: PLC0415 - each library is loaded only in the process that it is measured in
"""One linear program written and solved by this planner, HiGHS alone, linopy, Pyomo and CVXPY.

`write_given` writes what the others are given: the coefficients, bounds and named blocks of rows of the
planner's program of least inequity, and the same program as an MPS file. Each entry times two parts in
seconds of processor time: making its model (for HiGHS alone: reading the MPS file), and handing it to HiGHS,
solving it on one thread and reading the answer back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

GIVEN, MPS, DATA = "given.npz", "model.mps", "data"
SCENARIO = Path(__file__).parents[1] / "scenarios" / "riverbend" / "stipends.yaml"
SEED = 7


@dataclass(frozen=True, slots=True)
class Found:
    """Seconds of processor time for both parts, and the least inequity found [points]."""

    build: float
    solve: float
    objective: float


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one kind: ``matrix @ columns`` is at most, at least or equal to ``bound``."""

    name: str
    sense: str
    matrix: csr_array
    bound: np.ndarray


class Given:
    """The program as every library but the planner's is given it.

    Parameters
    ----------
    folder
        Where `write_given` wrote it.
    """

    def __init__(self, folder: Path) -> None:
        with np.load(folder / GIVEN) as arrays:
            self.cost, self.offset = arrays["cost"], float(arrays["offset"])
            self.lower, self.upper = arrays["lower"], arrays["upper"]
            shape = (len(arrays["owner"]), len(self.cost))
            matrix = csr_array((arrays["values"], arrays["indices"], arrays["starts"]), shape=shape)
            bounds = arrays["row_lower"], arrays["row_upper"]
            self.blocks = list(_blocks(arrays["owner"], matrix, *bounds))


def _blocks(owners: np.ndarray, matrix: csr_array, low: np.ndarray, high: np.ndarray) -> Iterator[Block]:
    sense = np.where(low == high, "=", np.where(np.isfinite(high), "<", ">"))
    if (np.isfinite(low) & np.isfinite(high) & (low != high)).any():
        raise ValueError("a row is bounded from both sides: no entry writes such rows yet")
    for owner in np.unique(owners):
        for kind in "=<>":
            rows = np.flatnonzero((owners == owner) & (sense == kind))
            if len(rows):
                bound = (low if kind == ">" else high)[rows]
                yield Block(f"{owner} {kind}", kind, matrix[rows], bound)


def write_given(schools: int, folder: Path) -> None:
    """Write a generated district, and the program of its least inequity as arrays and as MPS."""
    from planner.generate import generate_district
    from planner.optimize.program import Arrays
    from planner.optimize.solver import as_highs

    generate_district(folder / DATA, schools=schools, seed=SEED)
    model, stage = _first_stage(_case(folder))
    program = as_highs(Arrays.of(model.program))
    cost = np.zeros(program.num_col_)
    cost[list(stage.expression.terms)] = list(stage.expression.terms.values())
    program.col_cost_, program.offset_ = cost, stage.expression.constant
    named = (next(part for part in (*row.key, "") if isinstance(part, str)) for row in model.rows)
    ours = [row.owner in ("always", "definition") for row in model.rows]
    owners = [
        f"{row.owner} {kind}" if own else row.owner
        for row, kind, own in zip(model.rows, named, ours, strict=True)
    ]
    matrix = program.a_matrix_
    np.savez(
        folder / GIVEN,
        cost=cost,
        offset=program.offset_,
        lower=program.col_lower_,
        upper=program.col_upper_,
        row_lower=program.row_lower_,
        row_upper=program.row_upper_,
        starts=matrix.start_,
        indices=matrix.index_,
        values=matrix.value_,
        owner=np.array(owners),
    )
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(program)
    highs.writeModel(str(folder / MPS))


def _case(folder: Path) -> Any:
    from planner.case import checked_case
    from planner.district import load_district
    from planner.inheritance import load_scenario

    return checked_case(load_district(folder / DATA), load_scenario(SCENARIO))


def _first_stage(case: Any) -> tuple[Any, Any]:
    """Return the model of a case and the stage of least inequity, whose index has columns of its own."""
    from planner.optimize import build
    from planner.optimize.collecting import collection_paused
    from planner.optimize.objective import inequity_stage, term_points

    # As `stages` does, which also makes the stages that follow.
    with collection_paused():
        model = build(case)
        return model, inequity_stage(term_points(model), case.scenario.objective.measures)


# The entries ------------------------------------------------------------------------------------------------


def planner(folder: Path) -> Found:
    """Build from the tables and settings of the case, which holds no coefficient yet, and solve."""
    from planner.optimize.search import solve_stages

    case = _case(folder)
    started = time.process_time()
    model, stage = _first_stage(case)
    built = time.process_time()
    solution = solve_stages(model, [stage])
    return Found(built - started, time.process_time() - built, solution.objective)


def planner_given(folder: Path) -> Found:
    """Hand over the coefficients that the other libraries are given too, and solve."""
    from planner.optimize.linear import Linear
    from planner.optimize.program import Program
    from planner.optimize.solver import Session

    with np.load(folder / GIVEN) as arrays:
        given = {name: arrays[name] for name in arrays.files}
    started = time.process_time()
    names = ("lower", "upper", "row_lower", "row_upper", "indices", "values")
    program = Program(**{name: given[name].tolist() for name in names}, starts=given["starts"][:-1].tolist())
    program.integer = [False] * len(program.lower)
    priced = np.flatnonzero(given["cost"]).tolist()
    inequity = Linear({column: float(given["cost"][column]) for column in priced}, float(given["offset"]))
    built = time.process_time()
    session = Session(program, time_limit=3600.0, gap=0.0)
    session.minimise(inequity)
    session.values()
    return Found(built - started, time.process_time() - built, session.objective())


def highs_alone(folder: Path) -> Found:
    """Read the MPS file and solve."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    started = time.process_time()
    highs.readModel(str(folder / MPS))
    read = time.process_time()
    highs.run()
    np.array(highs.getSolution().col_value)
    solved = time.process_time()
    return Found(read - started, solved - read, float(highs.getInfo().objective_function_value))


def linopy(folder: Path) -> Found:
    """Write each block as a grouped sum over its table of entries, in linopy's sparse form."""
    import linopy as library
    import pandas as pd
    from xarray import DataArray

    library.options["semantics"] = "v1"  # the sparse form asks for it
    given = Given(folder)
    started = time.process_time()
    model = library.Model(sparse=True)
    index = pd.RangeIndex(len(given.cost), name="column")
    columns = model.add_variables(given.lower, given.upper, coords=[index], name="decisions")
    for block in given.blocks:
        table = block.matrix.tocoo()
        entry = pd.RangeIndex(block.matrix.nnz, name="entry")
        at = DataArray(table.coords[1], dims="entry", coords={"entry": entry})
        parts = columns.isel(column=at) * DataArray(table.data, coords={"entry": entry})
        left = parts.groupby(pd.Series(table.coords[0], index=entry, name="row")).sum()
        right = DataArray(block.bound, coords={"row": np.arange(len(block.bound))})
        model.add_constraints(_compared(left, block.sense, right), name=block.name)
    model.add_objective((columns * DataArray(given.cost, coords={"column": index})).sum())
    built = time.process_time()
    model.solve(solver_name="highs", io_api="direct", threads=1, output_flag=False)
    _ = model.solution["decisions"].to_numpy()
    solved = time.process_time()
    return Found(built - started, solved - built, model.objective.value + given.offset)


def pyomo(folder: Path) -> Found:
    """Write each block as an indexed constraint of ready linear expressions; solve without files."""
    import pyomo.environ as library
    from pyomo.contrib.solver.solvers.highs import Highs
    from pyomo.core.expr.numeric_expr import LinearExpression

    given = Given(folder)
    started = time.process_time()
    model = library.ConcreteModel()
    bounds = [
        tuple(bound if np.isfinite(bound) else None for bound in pair)
        for pair in zip(given.lower.tolist(), given.upper.tolist(), strict=True)
    ]
    model.decisions = library.Var(range(len(bounds)), bounds=lambda _, column: bounds[column])
    columns = list(model.decisions.values())

    def linear(coefficients: np.ndarray, at: np.ndarray, constant: float = 0.0) -> Any:
        held = [columns[column] for column in at.tolist()]
        return LinearExpression(constant=constant, linear_coefs=coefficients.tolist(), linear_vars=held)

    def rule_of(block: Block) -> Callable[[Any, int], tuple[Any, ...]]:
        starts, bound = block.matrix.indptr, block.bound.tolist()

        def rule(_: Any, row: int) -> tuple[Any, ...]:
            part = slice(starts[row], starts[row + 1])
            left = linear(block.matrix.data[part], block.matrix.indices[part])
            low, high = bound[row] if block.sense != "<" else None, bound[row] if block.sense != ">" else None
            return low, left, high

        return rule

    for block in given.blocks:
        model.add_component(block.name, library.Constraint(range(len(block.bound)), rule=rule_of(block)))
    priced = np.flatnonzero(given.cost)
    model.inequity = library.Objective(expr=linear(given.cost[priced], priced, given.offset))
    built = time.process_time()
    Highs().solve(model, threads=1)
    np.array([column.value for column in columns])
    solved = time.process_time()
    return Found(built - started, solved - built, float(library.value(model.inequity)))


def cvxpy(folder: Path) -> Found:
    """Write each block as one sparse matrix times the vector of decisions."""
    import cvxpy as library

    given = Given(folder)
    started = time.process_time()
    columns = library.Variable(len(given.cost), bounds=[given.lower, given.upper])
    rules = [_compared(block.matrix @ columns, block.sense, block.bound) for block in given.blocks]
    problem = library.Problem(library.Minimize(given.cost @ columns), rules)
    built = time.process_time()
    problem.solve(solver=library.HIGHS, threads=1)
    np.array(columns.value)
    solved = time.process_time()
    return Found(built - started, solved - built, float(problem.value) + given.offset)


def _compared(left: Any, sense: str, right: Any) -> Any:
    return left <= right if sense == "<" else left >= right if sense == ">" else left == right


ENTRIES: dict[str, Callable[[Path], Found]] = {
    "HiGHS alone": highs_alone,
    "this planner": planner,
    "this planner, given": planner_given,
    "linopy": linopy,
    "CVXPY": cvxpy,
    "Pyomo": pyomo,
}
