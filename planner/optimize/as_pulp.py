"""The program as PuLP's problem, with names for people: for LP and MPS files and for other solvers.

The planner itself hands whole arrays to HiGHS, for PuLP's rows and names would take longer to make than the
program takes to solve. Nothing is ever parsed back out of a name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Literal

import pulp

from planner.optimize.linear import Linear
from planner.optimize.model import AllocationModel
from planner.optimize.program import Key

UNSAFE = re.compile(r"[^A-Za-z0-9_.]")
LONGEST_NAME = 200


def as_pulp(model: AllocationModel, objective: Linear | None = None) -> pulp.LpProblem:
    """Return PuLP's problem of a model.

    Parameters
    ----------
    model
        The built model.
    objective
        What is minimised, such as a stage's expression; nothing where None.

    Raises
    ------
    pulp.PulpError
        If two columns or two rows have one name.
    """
    problem = pulp.LpProblem("allocation", pulp.LpMinimize)
    variables = list(_variables(model, problem))
    for name, rule in _rules(model, variables):
        problem.addConstraint(rule, name)
    goal = objective or Linear()
    terms = [(variables[column], value) for column, value in sorted(goal.terms.items())]
    if goal.constant:
        # The formats of files have no place for a number in the objective that all readers find.
        terms.append((problem.add_variable("constant", 1, 1), goal.constant))
    problem.setObjective(pulp.lpSum_vars_coefs(terms))
    problem.checkDuplicateVars()
    problem.checkDuplicateConstraints()
    return problem


def _variables(model: AllocationModel, problem: pulp.LpProblem) -> Iterator[pulp.LpVariable]:
    program = model.program
    names = _names(model, ((column.family, column.key) for column in model.columns))
    for name, lower, upper, whole in zip(names, program.lower, program.upper, program.integer, strict=True):
        kind: Literal["Integer", "Continuous"] = "Integer" if whole else "Continuous"
        yield problem.add_variable(name, _bound(lower), _bound(upper), kind)


def _rules(
    model: AllocationModel, variables: list[pulp.LpVariable]
) -> Iterator[tuple[str, pulp.LpAffineExpression]]:
    program = model.program
    names = _names(model, ((row.owner, row.key) for row in model.rows))
    ends = pairwise([*program.starts, len(program.indices)])
    for name, (start, end), lower, upper in zip(
        names, ends, program.row_lower, program.row_upper, strict=True
    ):
        terms = zip(program.indices[start:end], program.values[start:end], strict=True)
        left = pulp.lpSum_vars_coefs((variables[column], value) for column, value in terms)
        if lower == upper:
            yield name, left == lower
        else:
            yield name, left <= upper if math.isinf(lower) else left >= lower


def _bound(value: float) -> float | None:
    return None if math.isinf(value) else value


def _names(model: AllocationModel, labels: Iterable[tuple[str, Key]]) -> Iterator[str]:
    """Yield one name a label; where two would be the same the later one is numbered."""
    known: set[str] = set()
    for owner, key in labels:
        words = [_word(model, part, position) for position, part in enumerate(key)]
        name = UNSAFE.sub("_", "_".join([owner, *words]))[:LONGEST_NAME]
        name = f"{name}_{len(known)}" if name in known else name
        known.add(name)
        yield name


def _word(model: AllocationModel, part: Any, position: int) -> str:
    return model.case.school_ids[part] if position == 0 and type(part) is int else str(part)
