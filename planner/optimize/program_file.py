"""The linear program of a scenario as an LP or MPS file, so that any other solver can check the bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pulp

from planner.case import checked_case
from planner.district import District
from planner.optimize.as_pulp import LONGEST_NAME, as_pulp
from planner.optimize.building import build
from planner.optimize.cases import combinations
from planner.optimize.objective import stages
from planner.problems import Problem, raise_all
from planner.safe_write import write_file
from planner.scenario import Scenario

WRITERS: dict[str, Callable[[pulp.LpProblem, str], object]] = {
    ".lp": lambda problem, name: problem.writeLP(name, max_length=LONGEST_NAME),
    ".mps": lambda problem, name: problem.writeMPS(name),
}


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """A written program: its size, and what a reader of its optimum must know."""

    path: Path
    columns: int
    rows: int
    notes: tuple[str, ...]


def write_program(district: District, scenario: Scenario, path: Path) -> ProgramFile:
    """Write the program whose optimum is the scenario's least inequity [points].

    Parameters
    ----------
    district, scenario
        As for `planner.optimize.solve`.
    path
        A file that ends in ``.lp`` or ``.mps``.

    Raises
    ------
    InputProblems
        If the scenario does not fit the data, is a choice between several programs, or `path` ends otherwise.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise_all([Problem(str(path), f"the ending '{path.suffix}'", "a file that ends in .lp or .mps")])
    assert writer is not None
    case = checked_case(district, scenario)
    found = combinations(case)
    if len(found) > 1:
        rules = f"a choice between {len(found)} programs ({', '.join(sorted(found[0]))})"
        raise_all([Problem("policies", rules, "policies that name their case, so that there is one program")])
    model = build(case, found[0])
    problem = as_pulp(model, stages(model)[0].expression)
    write_file(path, lambda draft: writer(problem, str(draft)))
    notes = ["The optimum is the least inequity; later stages, such as the fewest moves, are not in it."]
    if model.cuts:
        notes.append("The Gini index takes rows that are added while solving: without them this is a bound.")
    return ProgramFile(path, problem.numVariables(), problem.numConstraints(), tuple(notes))
