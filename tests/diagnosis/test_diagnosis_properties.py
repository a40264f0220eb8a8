"""Whatever the figures: missing never becomes zero, and the order of rows changes nothing."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from small_districts import four_schools

from planner.diagnosis import Diagnosis, Settings, diagnose
from planner.district import District, make_district

OPEN = Settings(suppress=False, draws=4)
FIGURES = st.one_of(st.none(), st.floats(0, 1).map(lambda number: round(number, 3)))


def shuffled(of: District, seed: int) -> District:
    tables = {name: table.sample(frac=1, random_state=seed) for name, table in of.tables.items()}
    return make_district(of.facts, tables)


@given(seed=st.integers(0, 10_000))
def test_permuting_schools_and_rows_changes_nothing(seed: int) -> None:
    of = four_schools()
    assert diagnose(shuffled(of, seed), OPEN) == diagnose(of, OPEN)


@given(rates=st.lists(FIGURES, min_size=4, max_size=4))
def test_missing_is_never_zero(rates: list[float | None]) -> None:
    rows: list[tuple[Any, ...]] = [
        (school, "chronic_absence", "all", rate, 100) for school, rate in zip("abcd", rates, strict=True)
    ]
    found = diagnose(four_schools(indicators=rows), OPEN).metric("chronic_absence")
    known = [rate for rate in rates if rate is not None]
    if not known:
        assert found is None
        return
    assert found is not None
    assert [row.value for row in found.schools] == known
    assert math.isclose(found.mean, sum(known) / len(known), abs_tol=1e-12)
    assert found.schools_without == len(rates) - len(known)


@given(count=st.sampled_from("abcd"), group=st.sampled_from(["low_income", "disability"]))
def test_an_unknown_count_is_not_a_count_of_none(count: str, group: str) -> None:
    of = four_schools(need_weights={})
    table = of.enrollment.copy()
    table.loc[(table["school_id"] == count) & (table["group"] == group), "students"] = math.nan
    blank = make_district(of.facts, {**of.tables, "enrollment": table})
    found = diagnose(blank, OPEN).metric(f"share_of:{group}")
    assert found is not None
    assert count not in {row.school_id for row in found.schools}
    assert found.schools_without == 1
    assert no_nan(diagnose(blank, OPEN))


def no_nan(found: Diagnosis) -> bool:
    """Every number shown is a number; statistics may be undefined and say so in words."""
    gaps = [
        gap
        for each in found.dimensions
        for metric in each.metrics
        for gap in (metric.high_need, *metric.levels, *metric.groups)
        if gap is not None
    ]
    numbers = [number for gap in gaps for number in (gap.gap, gap.low, gap.high, gap.size, gap.score)]
    return not any(math.isnan(number) for number in numbers if number is not None)


def test_a_district_of_one_school_has_no_gaps() -> None:
    one = four_schools()
    only = one.schools["school_id"] == "d"
    tables = {name: pd.DataFrame(table[table["school_id"] == "d"]) for name, table in one.tables.items()}
    assert only.sum() == 1
    found = diagnose(make_district(one.facts, tables), OPEN)
    assert all(each.headline is None or each.headline.kind != "high_need" for each in found.dimensions)
    assert any("No school is high-need" in note for note in found.notes)
