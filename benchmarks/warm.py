"""Warm against cold: what a lever costs once a plan is there, in one process, side by side.

    python benchmarks/warm.py [--schools 40 150] [--repeats 5]

For each size a district is made and the scenario `redistribute` of Riverbend solved. Then five numbers of it
are moved, one at a time. Three answers are timed in seconds of processor time, best of the repeats:

- the least inequity (what a price or a point of a frontier takes), warm: a new right side in the program that
  HiGHS holds, and dual simplex from the last basis;
- the whole plan (what a lever in the app takes), warm: rows written again, four stages, every reported row;
- the same plan by `planner.optimize.solve`, from nothing.

The figures agree to the solver's tolerance, or the script stops.

Then every natural step that `planner explain` prices is taken, for several scenarios: how much faster than
the search from nothing the steps are, the middle one and the slowest.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from planner.district import District, load_district
from planner.generate import generate_district
from planner.inheritance import load_scenario
from planner.merging import apply_edit
from planner.optimize import solve
from planner.optimize.building import build
from planner.optimize.live import LivePlan
from planner.optimize.objective import stages
from planner.optimize.redraft import NewPattern
from planner.optimize.search import solve_stages
from planner.optimize.tradeoffs import relaxed
from planner.scenario import Scenario, resolve_scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios" / "riverbend"
FIRST, PRICED = "redistribute", ("redistribute", "stipends", "limits-by-need", "smaller-k3")
LEVERS: tuple[tuple[str, Any], ...] = (
    ("policies.transfers.max_share_per_school", 0.11),
    ("policies.transfers.max_share_of_district", 0.045),
    ("policies.hold_harmless.dollars_per_student", 0.96),
    ("policies.class_size.courses.K-3 core.max", 25),
    ("policies.hiring.candidates.teacher", 50),
)
SAME_POINTS = 1e-5
GOAL = 10.0


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of processor time that some work takes, and its result."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def cold_inequity(live: LivePlan, scenario: Scenario) -> float:
    """Build and solve for the least inequity alone."""
    model = build(live.case_under(scenario))
    return solve_stages(model, stages(model)[:1]).objective


def one_lever(district: District, base: Scenario, moved: Scenario, repeats: int) -> list[float]:
    """Return seconds: warm and cold least inequity, HiGHS's part of the warm one, warm and cold plan."""
    best = [float("inf")] * 5
    live = LivePlan(district, base)
    live.solution()
    for _ in range(repeats):
        edits = live.redraft(live.case_under(moved))[1]
        warm_step, inequity = timed(partial(live.inequity_under, edits))
        warm_first, first = timed(lambda: live.first_stage(moved))
        live.first_stage(base)
        cold_first, cold = timed(lambda: cold_inequity(live, moved))
        warm_plan, _ = timed(lambda: (live.resolve(moved), live.plan()))
        live.resolve(base)
        cold_plan, plan = timed(lambda: solve(district, moved))
        for other in (first.objective, cold, plan.summary.bound):
            if abs(other - inequity) > SAME_POINTS:
                sys.exit(f"warm and cold differ: {inequity} and {other}")
        found = [warm_step, warm_first, cold_first, warm_plan, cold_plan]
        best = [min(pair) for pair in zip(best, found, strict=True)]
    return best


def natural_steps(district: District, base: Scenario, repeats: int) -> list[float]:
    """Return how many times faster than from nothing each natural step is priced."""
    live = LivePlan(district, base)
    live.solution()
    cold = min(timed(lambda: cold_inequity(live, base))[0] for _ in range(repeats))
    faster = []
    for name in sorted(base.policies):
        for step in base.policies[name].steps():
            with suppress(NewPattern):
                edits = live.redraft(live.case_under(relaxed(base, name, step)))[1]
                took = min(timed(partial(live.inequity_under, edits))[0] for _ in range(repeats))
                faster.append(cold / took)
    return faster


def print_levers(schools: int, district: District, repeats: int) -> None:
    """Print one line a lever."""
    base = load_scenario(SCENARIOS / f"{FIRST}.yaml")
    for path, value in LEVERS:
        moved = resolve_scenario(apply_edit(base.resolved(), path, value))
        step, first, cold_first, plan, cold_plan = one_lever(district, base, moved, repeats)
        cells = (step, first, cold_first, cold_first / step, plan, cold_plan, cold_plan / plan)
        words = "".join(
            f"{cell:>12.4f}" if at not in (3, 6) else f"{cell:>11.1f}x" for at, cell in enumerate(cells)
        )
        print(f"{schools:>7}  {path.removeprefix('policies.'):<34}{words}", flush=True)  # noqa: T201


def print_steps(schools: int, district: District, repeats: int) -> None:
    """Print one line a scenario."""
    for name in PRICED:
        faster = natural_steps(district, load_scenario(SCENARIOS / f"{name}.yaml"), repeats)
        enough = sum(times >= GOAL for times in faster)
        print(  # noqa: T201
            f"{schools:>7}  {name:<16}{len(faster)} natural steps, {enough} at least {GOAL:g}x: "
            f"median {median(faster):.1f}x, least {min(faster):.1f}x",
            flush=True,
        )


def main() -> None:
    """Print the levers and the natural steps, size by size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schools", type=int, nargs="+", default=[40, 150])
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    heads = ("step", "first", "cold first", "ratio", "plan", "cold plan", "ratio")
    print(f"{'schools':>7}  {'lever':<34}" + "".join(f"{head:>12}" for head in heads))  # noqa: T201
    for schools in asked.schools:
        with tempfile.TemporaryDirectory() as folder:
            generate_district(Path(folder) / "data", schools=schools, seed=7)
            district = load_district(Path(folder) / "data")
        print_levers(schools, district, asked.repeats)
        print_steps(schools, district, asked.repeats)


if __name__ == "__main__":
    main()
