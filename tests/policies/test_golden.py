"""The words, steps and rows of each policy, compared with files that were read against the rule.

Write them anew with ``pytest --refresh-golden`` and read the difference before committing it.
"""

from __future__ import annotations

from pathlib import Path

import pulp
import pytest
from checking import case_of
from policy_examples import EXAMPLES, Example, two_pools

from planner.optimize import build
from planner.optimize.as_pulp import as_pulp
from planner.optimize.model import AllocationModel

GOLDEN = Path(__file__).parent / "golden"
CATEGORIES = {True: "Integer", False: "Continuous"}


def rows_as_lp(model: AllocationModel, owner: str, path: Path) -> str:
    """Return an owner's rows as an LP file: names sorted, coefficients before scaling, no objective."""
    program = model.program
    # Rows stand in PuLP's problem in the order in which they were added, under names made for people.
    problem = as_pulp(model)
    names = [constraint.name for constraint in problem.constraints()]
    columns = [variable.name for variable in problem.variables()]
    order = {name: number for number, name in enumerate(columns)}
    owned = sorted((names[row], row) for _, row in model.owned(owner))
    ends = [*program.starts[1:], len(program.indices)]
    used = sorted(
        {columns[program.indices[at]] for _, row in owned for at in range(program.starts[row], ends[row])}
    )
    small = pulp.LpProblem(owner, pulp.LpMinimize)
    variables = {}
    for name in used:
        low, high = (program.lower[order[name]], program.upper[order[name]])
        bounds = (None if low == float("-inf") else low, None if high == float("inf") else high)
        variables[name] = small.add_variable(name, *bounds, CATEGORIES[program.integer[order[name]]])
    for name, row in owned:
        scale = model.rows[row].scale
        terms = sorted(
            (columns[program.indices[at]], program.values[at] / scale)
            for at in range(program.starts[row], ends[row])
        )
        left = pulp.lpSum_vars_coefs([(variables[column], round(value, 9)) for column, value in terms])
        lower, upper = program.row_lower[row] / scale, program.row_upper[row] / scale
        rule = left <= round(upper, 9) if lower == float("-inf") else left >= round(lower, 9)
        small.addConstraint(rule, name)
    small.setObjective(pulp.lpSum([]))
    small.writeLP(str(path), max_length=200)
    return path.read_text(encoding="utf-8")


def golden_text(example: Example, folder: Path) -> str:
    """Return the golden file of an example: the rule and each step of relaxing it in words, then its rows."""
    scenario = example.scenario()
    model = build(case_of(two_pools(), scenario))
    policy = scenario.policies[example.kind]
    words = [policy.statement(), *(f"Step: {step.words}" for step in policy.steps())]
    remarks = "".join(f"\\* {line} *\\\n" for line in words)
    return remarks + rows_as_lp(model, example.kind, folder / "rows.lp")


@pytest.mark.parametrize("name", EXAMPLES)
def test_rows_are_as_read(name: str, tmp_path: Path, refresh_golden: bool) -> None:
    text = golden_text(EXAMPLES[name], tmp_path)
    path = GOLDEN / f"{name}.lp"
    if refresh_golden:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_every_golden_file_belongs_to_an_example() -> None:
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(EXAMPLES)
