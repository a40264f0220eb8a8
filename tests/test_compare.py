"""Comparisons: what was asked differently and what came of it; one plan is compared as many are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from checking import scenario_of
from plans import rich_plan, worked_example

from planner.comparison import COLUMNS, compare, raised, side_by_side
from planner.optimize import solve
from planner.plan import IndexRow


def figure(table: pd.DataFrame, plan: str, item: str, column: str = "after") -> Any:
    (value,) = table.loc[(table["plan"] == plan) & (table["item"] == item), column]
    return value


def loose_plan() -> Any:
    _, district, _ = worked_example()
    scenario = scenario_of(
        {"measure": "teachers", "index": "shortfall", "target": 0.15},
        policies={"transfers": {"max_share_per_school": 0.15}},
    )
    return solve(district, scenario.model_copy(update={"name": "Looser"}))


def test_one_plan_and_many_go_through_the_same_call() -> None:
    plan = worked_example()[0]
    one, listed, named = compare(plan), compare([plan]), compare({plan.name: plan})
    pd.testing.assert_frame_equal(one, listed)
    pd.testing.assert_frame_equal(one, named)
    assert tuple(one.columns) == COLUMNS
    assert not (one["group"] == "input").any(), "nothing differs from itself"


def test_the_worked_example_and_a_looser_one() -> None:
    table = compare([worked_example()[0], loose_plan()])
    assert figure(table, "Worked example", "inequity") == pytest.approx(60.0)
    assert figure(table, "Looser", "inequity") == pytest.approx(40.0)
    assert figure(table, "Worked example", "inequity", "before") == 100.0
    assert figure(table, "Looser", "staff who transfer, all years") == pytest.approx(3.0)
    inputs = table[table["group"] == "input"]
    assert set(inputs["item"]) == {"policies.transfers.max_share_per_school"}
    assert list(inputs["after"]) == [0.1, 0.15]


def test_side_by_side_has_today_and_a_column_for_each_plan() -> None:
    wide = side_by_side(compare([worked_example()[0], loose_plan()]))
    assert list(wide.columns) == ["group", "item", "unit", "today", "Worked example", "Looser"]
    row = wide[(wide["group"] == "inequity") & (wide["item"] == "inequity")].iloc[0]
    assert (row["today"], row["Worked example"], row["Looser"]) == (
        100.0,
        pytest.approx(60.0),
        pytest.approx(40.0),
    )


def test_dollars_are_a_year_and_class_sizes_over_all_schools() -> None:
    plan = rich_plan()[0]
    table = compare(plan)
    total = sum(line.after for line in plan.dollars if line.fund == "general") / 2
    assert figure(table, "Rich", "fund general") == pytest.approx(total)
    assert figure(table, "Rich", "above today's lines") == pytest.approx(plan.summary.cost_dollars / 2)
    rows = [row for row in plan.class_sizes if row.course == "6-8 math"]
    students = sum(row.students for row in rows)
    assert figure(table, "Rich", "6-8 math") == pytest.approx(
        students / sum(row.sections_after for row in rows)
    )
    miles = sum(move.fte * (move.miles or 0) for move in plan.moves) / sum(move.fte for move in plan.moves)
    assert figure(table, "Rich", "mean distance") == pytest.approx(miles)


def test_plans_of_one_name_are_numbered_and_other_data_shows() -> None:
    plan = worked_example()[0]
    other = replace(plan, district={**plan.district, "name": "Elsewhere"})
    table = compare([plan, other])
    assert list(dict.fromkeys(table["plan"])) == ["Worked example", "Worked example (2)"]
    assert figure(table, "Worked example (2)", "data set") == "Elsewhere"


def test_a_setting_that_only_one_plan_has() -> None:
    plan = worked_example()[0]
    other = replace(plan, scenario={**plan.scenario, "fte_step": 0.5})
    wide = side_by_side(compare({"a": plan, "b": other}))
    (row,) = wide[wide["item"] == "fte_step"].to_dict("records")
    assert (row["a"], row["b"]) == (None, 0.5)


def test_what_a_plan_raises_is_counted_and_the_most_raised_is_named() -> None:
    indices = [
        IndexRow("teachers", "shortfall", 1.0, 0.2, 0.1),
        IndexRow("teachers", "gini", 0.0, 0.1, 0.13),
        IndexRow("novice_teachers", "tail", 0.0, 0.3, 0.4),
        IndexRow("dollars", "range", 0.0, 0.3, 0.3004),
    ]
    plan = replace(worked_example()[0], indices=tuple(indices))
    table = compare(plan)
    assert raised(plan) == [indices[2], indices[1]], "one that rises by less than 0.0005 counts as unchanged"
    assert figure(table, plan.name, "raised, of 4") == 2
    assert figure(table, plan.name, "raised most") == "novice_teachers, tail"
    lower = compare(replace(plan, indices=tuple(indices[:1])))
    assert figure(lower, plan.name, "raised, of 1") == 0
    assert figure(lower, plan.name, "raised most") == "none"


def test_no_plans() -> None:
    assert side_by_side(compare([])).empty
