"""The whole job beside HiGHS alone: ``python benchmarks/solve.py [schools ...]``.

For each number of schools: load, build, solve and write a plan of a generated district, then let HiGHS read
and solve the same matrix, with the objective of the first stage, from an MPS file. Each size has a process
of its own, so that its peak memory is its own. The aim at 150 schools: at most twice the time of HiGHS alone
plus one second of start-up; at 1,000 schools: under 1 GiB.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highspy
import numpy as np

import scenarios
from planner.case import checked_case
from planner.district import load_district
from planner.generate import generate_district
from planner.inheritance import load_scenario
from planner.optimize import build, solve
from planner.optimize.model import AllocationModel
from planner.optimize.objective import stages
from planner.optimize.program import Arrays
from planner.optimize.solver import as_highs
from planner.plan_file import write_plan

SIZES = (40, 150, 500, 1000)
SEED = 7
SCENARIO = Path(scenarios.__file__).parent / "riverbend" / "stipends.yaml"
START_UP_SECONDS = 1.0
MOST_TIMES_HIGHS = 2.0
COLUMNS = "{:>8} {:>9} {:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>9} {:>9} {:>7} {:>8} {:>5}\n"
HEADINGS = (
    "schools",
    "columns",
    "rows",
    "load s",
    "build s",
    "solve s",
    "write s",
    "all s",
    "HiGHS rd",
    "HiGHS run",
    "ratio",
    "peak MiB",
    "aim",
)


def timed[R](call: Callable[[], R]) -> tuple[R, float]:
    """Return the result of a call and its seconds of processor time, which other programs do not lengthen."""
    started = time.process_time()
    result = call()
    return result, time.process_time() - started


def peak_mebibytes() -> float:
    """Return the most memory this process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def write_mps(model: AllocationModel, path: Path) -> None:
    """Write the model's matrix with the objective of the first stage."""
    first = stages(model)[0].expression  # the indices add columns and rows of their own to the model
    program = as_highs(Arrays.of(model.program))
    cost = np.zeros(program.num_col_)
    for column, value in first.terms.items():
        cost[column] = value
    program.col_cost_, program.offset_ = cost, first.constant
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(program)
    highs.writeModel(str(path))


def highs_alone(path: Path) -> tuple[float, float, float]:
    """Return the seconds that HiGHS takes to read and to solve an MPS file, and the objective [points]."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    _, reading = timed(lambda: highs.readModel(str(path)))
    _, solving = timed(highs.run)
    return reading, solving, float(highs.getInfo().objective_function_value)


def measure(schools: int) -> dict[str, Any]:
    """Return the figures of one size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate_district(folder / "data", schools=schools, seed=SEED)
        district, loading = timed(lambda: load_district(folder / "data"))
        scenario, reading = timed(lambda: load_scenario(SCENARIO))
        plan, solving = timed(lambda: solve(district, scenario))
        _, writing = timed(lambda: write_plan(plan, folder / "plan.yaml"))
        peak = peak_mebibytes()
        # `solve` builds as well; a second build shows how much of it that is.
        model, building = timed(lambda: build(checked_case(district, scenario)))
        write_mps(model, folder / "model.mps")
        mps_reading, mps_solving, objective = highs_alone(folder / "model.mps")
    if abs(objective - plan.summary.bound) > 1e-4 * max(1.0, objective):
        raise RuntimeError(f"HiGHS alone found {objective}, the planner {plan.summary.bound}")
    return {
        "schools": schools,
        "columns": len(model.columns),
        "rows": len(model.rows),
        "loading": loading + reading,
        "building": building,
        "solving": solving - building,
        "writing": writing,
        "all": loading + reading + solving + writing,
        "mps_reading": mps_reading,
        "mps_solving": mps_solving,
        "peak": peak,
    }


def line(found: dict[str, Any]) -> str:
    """Return the figures of one size as a line of the table."""
    highs = found["mps_reading"] + found["mps_solving"]
    kept = found["all"] <= MOST_TIMES_HIGHS * highs + START_UP_SECONDS
    seconds = [f"{found[name]:.2f}" for name in ("loading", "building", "solving", "writing", "all")]
    alone = [f"{found[name]:.2f}" for name in ("mps_reading", "mps_solving")]
    sizes = [found[name] for name in ("schools", "columns", "rows")]
    return COLUMNS.format(
        *sizes,
        *seconds,
        *alone,
        f"{found['all'] / highs:.1f}",
        f"{found['peak']:.0f}",
        "yes" if kept else "no",
    )


def main(sizes: tuple[int, ...]) -> None:
    """Print a line for each size."""
    sys.stdout.write(COLUMNS.format(*HEADINGS))
    context = multiprocessing.get_context("spawn")
    for size in sizes:
        with context.Pool(1) as pool:
            sys.stdout.write(line(pool.apply(measure, (size,))))
        sys.stdout.flush()


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
