"""Rates that cannot be: a share below 0% or over 100% is an error of the source, and no figure."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.sources.report import ImportReport

# Indicators that are shares of students, teachers, classes or days; the diagnosis reads them as such.
SHARES = frozenset(
    {
        "advanced_enrollment",
        "alternative_route_teachers",
        "ap_enrollment",
        "arts_enrollment",
        "attendance",
        "board_certified_teachers",
        "chronic_absence",
        "dual_enrollment",
        "effective_teachers",
        "eligible_enrolled",
        "expulsion",
        "families_informed",
        "gifted_enrollment",
        "grade8_algebra",
        "ib_enrollment",
        "identified_served",
        "intervention_share",
        "kindergartners_with_prek",
        "leaders_of_color",
        "long_term_substitutes",
        "not_highly_qualified_classes",
        "out_of_field_teachers",
        "positive_relationships",
        "prek_attendance",
        "principal_rating",
        "provisional_teachers",
        "referral",
        "social_emotional_learning",
        "students_feeling_safe",
        "suspension",
        "teacher_absence",
        "teacher_turnover",
        "teachers_of_color",
        "teachers_of_color_turnover",
    }
)
ROUNDING = 1e-9


def possible(tables: Mapping[str, pd.DataFrame], report: ImportReport) -> dict[str, pd.DataFrame]:
    """Return tables without the rows of `indicators` whose share cannot be, each of them in the report."""
    kept = dict(tables)
    rows = kept.get("indicators")
    if rows is None or rows.empty:
        return kept
    is_share = rows["indicator"].isin(sorted(SHARES))
    wrong = is_share & ~rows["value"].between(-ROUNDING, 1 + ROUNDING) & rows["value"].notna()
    for name, hits in rows[wrong].groupby("indicator"):
        keys = hits["school_id"].astype(str) + (" " + hits["group"].astype(str))
        report.drop(f"rates of {name}", "below 0% or over 100%, which no rate is", keys)
    kept["indicators"] = rows[~wrong].reset_index(drop=True)
    return kept
