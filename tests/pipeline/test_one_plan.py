"""Of plans that are equal in all that is asked, every search ends with the same one."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scenarios
from planner.case import checked_case
from planner.district import District, load_district
from planner.generate import generate_district
from planner.inheritance import load_scenario
from planner.merging import apply_edit
from planner.optimize import solve
from planner.optimize.building import build
from planner.optimize.linear import Linear
from planner.optimize.live import LivePlan
from planner.optimize.model import AUXILIARY, AllocationModel
from planner.optimize.objective import Stage, stages
from planner.optimize.program import Program
from planner.optimize.search import solve_stages
from planner.scenario import resolve_scenario

RIVERBEND = Path(scenarios.__file__).parent / "riverbend"
# A plan's dollars are written to the cent and its FTE to a millionth; columns count thousands of dollars.
SAME = 1e-6


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    folder = tmp_path_factory.mktemp("district")
    generate_district(folder, schools=12, seed=3)
    return load_district(folder)


def shuffled(
    model: AllocationModel, asked: list[Stage], seed: int
) -> tuple[AllocationModel, list[Stage], np.ndarray]:
    """Return the same program with rows and columns in another order, and each column's new place."""
    random, program = np.random.default_rng(seed), model.program
    order = random.permutation(len(program.lower))
    place = np.argsort(order)
    other = copy.copy(model)
    other.columns = [model.columns[column] for column in order]
    other.program = Program(
        *([getattr(program, name)[column] for column in order] for name in ("lower", "upper", "integer"))
    )
    ends = [*program.starts[1:], len(program.indices)]
    for row in random.permutation(len(program.row_lower)):
        entries = range(program.starts[row], ends[row])
        terms = sorted((int(place[program.indices[at]]), program.values[at]) for at in entries)
        other.program.starts.append(len(other.program.indices))
        other.program.indices += [column for column, _ in terms]
        other.program.values += [value for _, value in terms]
        other.program.row_lower.append(program.row_lower[row])
        other.program.row_upper.append(program.row_upper[row])
    moved = [
        Stage(
            stage.name, Linear({int(place[c]): v for c, v in stage.expression.terms.items()}), stage.tolerance
        )
        for stage in asked
    ]
    return other, moved, place


def decided(model: AllocationModel, values: np.ndarray) -> np.ndarray:
    """Return the values of what is decided; helper columns may stand anywhere above what they bound."""
    return np.array([v for v, c in zip(values, model.columns, strict=False) if c.family != AUXILIARY])


@pytest.mark.parametrize("name", ["redistribute", "stipends", "spend-down"])
def test_the_order_of_rows_and_columns_changes_nothing(district: District, name: str) -> None:
    model = build(checked_case(district, load_scenario(RIVERBEND / f"{name}.yaml")))
    asked = stages(model)
    other, moved, place = shuffled(model, asked, seed=1)
    assert [column.key for column in other.columns] != [column.key for column in model.columns]
    one, two = solve_stages(model, asked), solve_stages(other, moved)
    assert one.settled == two.settled == tuple(stage.name for stage in asked)
    np.testing.assert_allclose(
        decided(model, two.values[place]), decided(model, one.values), rtol=0, atol=SAME
    )


def test_without_the_fixed_order_several_plans_are_level(district: District) -> None:
    model = build(checked_case(district, load_scenario(RIVERBEND / "redistribute.yaml")))
    asked = [stage for stage in stages(model) if stage.name != "fixed_order"]
    other, moved, place = shuffled(model, asked, seed=1)
    one, two = solve_stages(model, asked), solve_stages(other, moved)
    apart = np.abs(decided(model, two.values[place]) - decided(model, one.values))
    assert apart.max() > 1, "the test above would prove nothing"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("policies.transfers.max_share_per_school", 0.12),
        ("policies.hold_harmless.dollars_per_student", 0.95),
        ("policies.hiring.candidates.teacher", 10),
        ("policies.class_size.courses.K-3 core.max", 24),
    ],
)
def test_a_moved_lever_gives_the_plan_that_a_new_search_gives(
    district: District, path: str, value: Any
) -> None:
    base = load_scenario(RIVERBEND / "redistribute.yaml")
    live = LivePlan(district, base)
    live.solution()
    asked = resolve_scenario(apply_edit(base.resolved(), path, value))
    live.resolve(asked)
    assert live.warm
    warm, cold = live.plan(), solve(district, asked)
    assert warm is not None
    for part in ("moves", "staff_changes", "class_sizes", "dollars", "limits", "indices", "summary"):
        assert getattr(warm, part) == getattr(cold, part), part
