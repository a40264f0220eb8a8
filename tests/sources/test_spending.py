"""Federal lines of a school split into the funds that a plan may place, by hand."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from planner.sources.spending import plan_federal

SCHOOLS = pd.DataFrame(
    {"district_id": ["d", "d"], "title_i": [True, False], "low_income": [100.0, 50.0]}, index=["a", "b"]
)


def federal_lines(of_a: float, of_b: float) -> pd.DataFrame:
    rows = [("a", "federal", "supplies", of_a), ("b", "federal", "supplies", of_b)]
    rows += [("a", "federal", "staff", 900.0), ("b", "federal", "services", -40.0)]
    return pd.DataFrame(rows, columns=["school_id", "fund", "use", "dollars"])


def split(lines: pd.DataFrame, title_i: float, grants: dict[str, float]) -> dict[tuple[str, str, str], float]:
    whole = plan_federal(lines, SCHOOLS, pd.Series({"d": title_i}), pd.Series(grants))
    return whole.set_index(["school_id", "fund", "use"])["dollars"].to_dict()


def test_a_grant_first_then_title_i_then_the_rest() -> None:
    assert split(federal_lines(1000.0, 500.0), 300.0, {"a": 200.0}) == {
        ("a", "federal", "staff"): 900.0,
        ("a", "federal_other", "supplies"): 500.0,
        ("a", "school_improvement", "supplies"): 200.0,
        ("a", "title_i", "supplies"): 300.0,
        ("b", "federal", "services"): -40.0,
        ("b", "federal_other", "supplies"): 500.0,
    }


def test_an_award_that_pay_has_used_up_takes_no_line_below_zero() -> None:
    found = split(federal_lines(1000.0, 500.0), 300.0, {"a": 1500.0})
    assert found["a", "school_improvement", "supplies"] == 1000.0
    assert ("a", "federal_other", "supplies") not in found
    assert ("a", "title_i", "supplies") not in found


@given(
    dollars=st.tuples(*[st.integers(0, 10**6)] * 2),
    title_i=st.integers(0, 10**6),
    award=st.integers(0, 2 * 10**6),
)
def test_no_planned_line_is_negative_and_no_dollar_is_lost(
    dollars: tuple[int, int], title_i: int, award: int
) -> None:
    lines = federal_lines(*map(float, dollars))
    found = split(lines, float(title_i), {"a": float(award)})
    assert all(value >= 0 for (_, fund, _), value in found.items() if fund != "federal")
    for school in "ab":
        before = lines.loc[lines["school_id"] == school, "dollars"].sum()
        assert abs(sum(value for key, value in found.items() if key[0] == school) - before) < 0.01
