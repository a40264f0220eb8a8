"""Share teachers, dollars and class-size limits across schools with the least measured inequity.

The public names, each loaded when it is first asked for::

    from planner import compare, load_district, load_scenario, solve, verify

    district = load_district("scenarios/riverbend/district")
    plan = solve(district, load_scenario("scenarios/riverbend/stipends.yaml"))
    assert verify(plan, district).holds
    table = compare([plan])
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.checks import check
    from planner.comparison import compare, side_by_side
    from planner.diagnosis import Diagnosis, diagnose
    from planner.district import District, load_district
    from planner.export import export_plan
    from planner.generate import generate_district
    from planner.inheritance import load_scenario
    from planner.optimize import Infeasible, OutOfTime, solve
    from planner.plan import Plan
    from planner.plan_file import plan_text, read_plan, write_plan
    from planner.problems import InputProblems, Problem
    from planner.scenario import Scenario
    from planner.schema import scenario_schema
    from planner.sources import import_source
    from planner.verification import Verification, verify

__all__ = [
    "Diagnosis",
    "District",
    "Infeasible",
    "InputProblems",
    "OutOfTime",
    "Plan",
    "Problem",
    "Scenario",
    "Verification",
    "check",
    "compare",
    "diagnose",
    "export_plan",
    "generate_district",
    "import_source",
    "load_district",
    "load_scenario",
    "plan_text",
    "read_plan",
    "scenario_schema",
    "side_by_side",
    "solve",
    "verify",
    "write_plan",
]

# Where each public name stands. A module never bears the name of a function here: once imported it would
# hide it.
_HOMES = {
    "checks": ("check",),
    "comparison": ("compare", "side_by_side"),
    "diagnosis": ("Diagnosis", "diagnose"),
    "district": ("District", "load_district"),
    "export": ("export_plan",),
    "generate": ("generate_district",),
    "inheritance": ("load_scenario",),
    "optimize": ("Infeasible", "OutOfTime", "solve"),
    "plan": ("Plan",),
    "plan_file": ("plan_text", "read_plan", "write_plan"),
    "problems": ("InputProblems", "Problem"),
    "scenario": ("Scenario",),
    "schema": ("scenario_schema",),
    "sources": ("import_source",),
    "verification": ("Verification", "verify"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name from the module it stands in."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'planner' has no attribute '{name}'")
    return getattr(importlib.import_module(f"planner.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
