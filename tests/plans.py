"""Plans for tests: one solved once, and one made up with awkward text and numbers in every place."""

from __future__ import annotations

import tempfile
import typing
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from districts import small_district, two_schools
from hypothesis import strategies as st

from planner.district import District, load_district
from planner.optimize import solve
from planner.plan import ROW_TYPES, Plan, Summary
from planner.scenario import Scenario, resolve_scenario

RICH = {
    "name": "Rich",
    "years": ["2026-27", "2027-28"],
    "objective": {
        "measures": [
            {"measure": "experienced_teachers", "index": "shortfall", "weight": 0.4},
            {"measure": "teachers", "index": "tail", "weight": 0.3},
            {"measure": "dollars", "index": "gap", "group": "low_income", "weight": 0.3},
        ]
    },
    "policies": {
        "class_size": {
            "courses": {"K-3 core": {"max": 26}, "6-8 math": {"min": 24, "max": 34, "free": True}}
        },
        "transfers": {"max_share_per_school": 0.3},
        "stipends": {"tiers": [{"dollars": 5000, "share": 0.05}, {"dollars": 10000, "share": 0.1}]},
        "hiring": {"candidates": {"teacher": 4}},
    },
}
WORKED = {
    "name": "Worked example",
    "objective": {"measures": [{"measure": "teachers", "index": "shortfall", "target": 0.15, "weight": 1}]},
    "policies": {"transfers": {"max_share_per_school": 0.10}},
}


@lru_cache
def worked_example() -> tuple[Plan, District, Scenario]:
    """Return the worked example of model.md section 8, solved: two teachers move."""
    return _solved(two_schools, WORKED)


@lru_cache
def rich_plan() -> tuple[Plan, District, Scenario]:
    """Return a solved plan with moves, hires, limits and dollars over two years."""
    return _solved(small_district, RICH)


def _solved(write: Any, data: dict[str, Any]) -> tuple[Plan, District, Scenario]:
    with tempfile.TemporaryDirectory() as folder:
        district = load_district(write(Path(folder) / "data"))
    scenario = resolve_scenario(data)
    return solve(district, scenario), district, scenario


AWKWARD = [
    "",
    " ",
    "060000100001",
    "1e-05",
    "2026-27",
    "2026-01-01",
    "12:30:00",
    "no",
    "on",
    "null",
    "~",
    "<<",
    "=SUM(A1)",
    "- item",
    "a: b # c",
    "'",
    '"',
    "\\u0041",
    "tab\there",
    "line\nbreak",
    "\x85\u2028\ufeff",
    "école 学校 🏫",
    "0o17",
    ".5",
    "1_000",
]
TEXT = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(codec="utf-8"), max_size=12))
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
CELLS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    float: NUMBER,
    int: st.integers(-(10**12), 10**12),
    bool: st.booleans(),
    float | None: st.one_of(st.none(), NUMBER),
}
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, TEXT, st.integers(-(10**12), 10**12)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)
DATA = st.dictionaries(TEXT, VALUES, max_size=4)


def rows_of(kind: type) -> st.SearchStrategy[Any]:
    """Return rows of a type with awkward cells."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: CELLS[hints[field.name]] for field in fields(kind)})


@st.composite
def any_plans(draw: st.DrawFn) -> Plan:
    """Draw a plan that need not make sense."""
    tables = {name: tuple(draw(st.lists(rows_of(kind), max_size=2))) for name, kind in ROW_TYPES.items()}
    return Plan(
        scenario={**draw(DATA), "name": draw(TEXT)},
        district=draw(DATA),
        years=tuple(draw(st.lists(TEXT, max_size=3))),
        status=draw(st.sampled_from(["optimal", "stopped"])),
        summary=draw(rows_of(Summary)),
        warnings=tuple(draw(st.lists(TEXT, max_size=2))),
        provenance=draw(DATA),
        made_at=draw(TEXT),
        **tables,
    )
