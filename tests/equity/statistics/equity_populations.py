"""Every statistic as a function of (amounts, students, poverty), and populations to try them on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from planner.equity import statistics as s

type Statistic = Callable[[np.ndarray, np.ndarray, np.ndarray], float]

RELATIVE: dict[str, Statistic] = {
    "coefficient_of_variation": lambda r, n, p: s.coefficient_of_variation(r, n),
    "lorenz_share": lambda r, n, p: s.lorenz_share(r, n, part=0.3),
    "gini": lambda r, n, p: s.gini(r, n),
    "hoover": lambda r, n, p: s.hoover(r, n),
    "theil_t": lambda r, n, p: s.theil_t(r, n),
    "theil_l": lambda r, n, p: s.theil_l(r, n),
    "theil_between": lambda r, n, p: s.theil_between(r, _halves(p), n),
    "theil_within": lambda r, n, p: s.theil_within(r, _halves(p), n),
    "atkinson": lambda r, n, p: s.atkinson(r, n, epsilon=2),
    "federal_range_ratio": lambda r, n, p: s.federal_range_ratio(r, n),
    "mcloone": lambda r, n, p: s.mcloone(r, n),
    "verstegen": lambda r, n, p: s.verstegen(r, n),
    "efig_coefficient_of_variation": lambda r, n, p: s.efig_coefficient_of_variation(r * n, 201 + n, p * n),
    "efig_equity_factor": lambda r, n, p: s.efig_equity_factor(r * n, 201 + n, p * n),
    "wealth_neutrality_elasticity": lambda r, n, p: s.wealth_neutrality_elasticity(r, p, n),
    "wealth_neutrality_correlation": lambda r, n, p: s.wealth_neutrality_correlation(r, p, n),
    "progressivity_ratio": lambda r, n, p: s.progressivity_ratio(r, p, n),
    "quartile_ratio": lambda r, n, p: s.quartile_ratio(r, p, n),
    "exposure_ratio": lambda r, n, p: s.exposure_ratio(r, n * p, n * (1 - p)),
}
"""Statistics without a unit: the same whatever the amounts are counted in."""

LEVELS: dict[str, Statistic] = {
    "mean": lambda r, n, p: s.mean(r, n),
    "median": lambda r, n, p: s.median(r, n),
    "quantile": lambda r, n, p: s.quantile(r, n, part=0.2),
    "lowest": lambda r, n, p: s.lowest(r, n),
    "highest": lambda r, n, p: s.highest(r, n),
    "worst_share_mean": lambda r, n, p: s.worst_share_mean(r, n),
    "value_range": lambda r, n, p: s.value_range(r, n),
    "restricted_range": lambda r, n, p: s.restricted_range(r, n),
    "wealth_neutrality_slope": lambda r, n, p: s.wealth_neutrality_slope(r, p, n),
    "quartile_gap": lambda r, n, p: s.quartile_gap(r, p, n),
    "high_quartile_gap": lambda r, n, p: s.high_quartile_gap(r, p, n, state_average=0.0),
    "exposure_rate": lambda r, n, p: s.exposure_rate(r, n * p),
    "exposure_gap": lambda r, n, p: s.exposure_gap(r, n * p, n * (1 - p)),
}
"""Statistics in the unit of the amounts."""

SEGREGATION: dict[str, Statistic] = {
    "dissimilarity": lambda r, n, p: s.dissimilarity(n * p, n * (1 - p)),
    "exposure_index": lambda r, n, p: s.exposure_index(n * p, n * (1 - p), n),
    "isolation": lambda r, n, p: s.isolation(n * p, n),
    "theil_h": lambda r, n, p: s.theil_h(np.column_stack([n * p, n * (1 - p)])),
}
"""Statistics of who is schooled with whom; they read no amounts."""

SHORTFALL: dict[str, Statistic] = {
    "adequacy_shortfall": lambda r, n, p: s.adequacy_shortfall(r, 300.0, n),
    "adequacy_shortfall_share": lambda r, n, p: s.adequacy_shortfall_share(r, 300.0, n),
}

EVERY: dict[str, Statistic] = RELATIVE | LEVELS | SEGREGATION | SHORTFALL

CAMPUSES = {"quartile_gap", "quartile_ratio", "high_quartile_gap"}
"""Statistics whose groups count campuses, so that dividing a campus in two changes them."""


def _halves(poverty: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(poverty), np.nan, poverty > 0.5)


@dataclass(frozen=True)
class Schools:
    """Amounts per student, students and low-income share of some schools."""

    amounts: np.ndarray
    students: np.ndarray
    poverty: np.ndarray

    def of(self, statistic: Statistic) -> float:
        """Return a statistic of these schools."""
        return statistic(self.amounts, self.students, self.poverty)

    def rows(self, rows: np.ndarray | list[int]) -> Schools:
        """Return copies of some of the schools."""
        return Schools(self.amounts[rows], self.students[rows], self.poverty[rows])


@st.composite
def schools(draw: st.DrawFn, least: int = 4, most: int = 12) -> Schools:
    """Draw schools of 1 to 900 students with positive amounts and both kinds of students."""
    size = draw(st.integers(least, most))
    amounts = draw(st.lists(st.integers(1, 1000), min_size=size, max_size=size))
    students = draw(st.lists(st.integers(1, 900), min_size=size, max_size=size))
    poverty = draw(st.lists(st.integers(1, 63), min_size=size, max_size=size, unique=True))
    return Schools(np.array(amounts) / 2, np.array(students, float), np.array(poverty) / 64)
