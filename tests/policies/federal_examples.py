"""An example of every federal rule, on the district of `policy_examples`: for golden files and register."""

from __future__ import annotations

from typing import Any

# Kind, settings and school years of each; the districts of tests are below the 1,000 students that bind.
ALL_BOUND = {"exempt_below": 0}
FEDERAL_EXAMPLES: dict[str, tuple[str, dict[str, Any], int]] = {
    "maintenance_of_equity_not_cut": (
        "maintenance_of_equity",
        {**ALL_BOUND, "federal": ["grant"], "totals": {"dollars": "not_cut"}},
        1,
    ),
    "maintenance_of_equity_cut": (
        "maintenance_of_equity",
        {**ALL_BOUND, "federal": ["grant"], "totals": {"dollars": "cut"}, "further_fall": 0.01},
        1,
    ),
    "comparability_staff": ("comparability", {"small_school": 0, "federal": ["grant"]}, 2),
    "comparability_salaries": (
        "comparability",
        {"small_school": 0, "test": "salaries", "average": "mean_of_ratios", "longevity": "include"},
        1,
    ),
    "rank_and_serve": (
        "rank_and_serve",
        {**ALL_BOUND, "fund": "grant", "reservations": {"administration": 0.1}, "min_dollars": 50},
        2,
    ),
    "supplement_not_supplant": (
        "supplement_not_supplant",
        {"method": "weighted_students", "tolerance": 0.1, "federal": ["grant"]},
        2,
    ),
    "maintenance_of_effort_esea": ("maintenance_of_effort", {"federal": ["grant"]}, 2),
    "maintenance_of_effort_idea": (
        "maintenance_of_effort",
        {"standard": "idea", "funds": ["general", "local"], "local": ["local"], "group": "low_income"},
        1,
    ),
}
