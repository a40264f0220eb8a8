"""The embedded district Riverbend and its scenarios, solved from wherever the planner is installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from planner.district import load_district
from planner.inheritance import load_scenario
from planner.optimize import solve
from planner.plan import Plan
from planner.plan_file import write_plan

# In the order in which a leader would ask; the base that they share is no question of its own.
SCENARIOS = ("today", "redistribute", "smaller-k3", "limits-by-need", "stipends", "spend-down")


def riverbend() -> Traversable:
    """Return the folder of Riverbend's data set (``district``) and scenarios."""
    return files("scenarios") / "riverbend"


def demo_plans(out: Path, made_at: str = "") -> Iterator[tuple[Path, Plan]]:
    """Solve the scenarios of Riverbend one by one, write each plan into `out`, and yield it with its file."""
    with as_file(riverbend()) as folder:
        district = load_district(folder / "district")
        for name in SCENARIOS:
            plan = solve(district, load_scenario(folder / f"{name}.yaml"), made_at=made_at)
            file = out / f"{name}.yaml"
            write_plan(plan, file)
            yield file, plan
