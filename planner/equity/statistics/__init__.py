"""The plain statistics of equity: pure functions of columns, numpy in and a float out.

Every statistic takes the amount per student of each school first and the students of each school as
weights, so that students count and not schools. What is missing or undefined comes back as NaN and never as
0; the rules are in `population`. A statistic is need-weighted by need-weighted students: see `need`.
Statistics disagree: report several, and name each. `DESCRIPTIONS` has the words for every one of them.
"""

from planner.equity.statistics import (
    dispersion,
    entropy,
    exposure,
    federal,
    gaps,
    inequality,
    location,
    need,
    progressivity,
    school_finance,
    segregation,
)
from planner.equity.statistics.description import Description
from planner.equity.statistics.dispersion import coefficient_of_variation, restricted_range, value_range
from planner.equity.statistics.entropy import atkinson, theil_between, theil_l, theil_t, theil_within
from planner.equity.statistics.exposure import exposure_gap, exposure_rate, exposure_ratio
from planner.equity.statistics.federal import efig_coefficient_of_variation, efig_equity_factor
from planner.equity.statistics.gaps import high_quartile_gap, quartile_gap, quartile_ratio
from planner.equity.statistics.inequality import LorenzCurve, gini, hoover, lorenz_curve, lorenz_share
from planner.equity.statistics.location import highest, lowest, mean, median, quantile, worst_share_mean
from planner.equity.statistics.need import expected_dollars, need_index, per_student
from planner.equity.statistics.progressivity import (
    progressivity_ratio,
    wealth_neutrality_correlation,
    wealth_neutrality_elasticity,
    wealth_neutrality_slope,
)
from planner.equity.statistics.school_finance import (
    adequacy_shortfall,
    adequacy_shortfall_share,
    federal_range_ratio,
    mcloone,
    verstegen,
)
from planner.equity.statistics.segregation import dissimilarity, exposure_index, isolation, theil_h
from planner.equity.statistics.uncertainty import Interval, interval, permutation_p_value

DESCRIPTIONS: dict[str, Description] = {
    description.name: description
    for family in (
        location,
        dispersion,
        inequality,
        entropy,
        school_finance,
        federal,
        need,
        progressivity,
        gaps,
        exposure,
        segregation,
    )
    for description in family.DESCRIPTIONS
}
"""The words of each statistic, by the name of its function."""

__all__ = [  # noqa: RUF022 - in the order of the families, as a table of contents
    # how much
    "mean",
    "median",
    "quantile",
    "lowest",
    "highest",
    "worst_share_mean",
    # how far apart
    "value_range",
    "restricted_range",
    "coefficient_of_variation",
    # how unevenly the whole is shared
    "LorenzCurve",
    "lorenz_curve",
    "lorenz_share",
    "gini",
    "hoover",
    "theil_t",
    "theil_l",
    "theil_between",
    "theil_within",
    "atkinson",
    # school-finance cases and statutes
    "federal_range_ratio",
    "mcloone",
    "verstegen",
    "adequacy_shortfall",
    "adequacy_shortfall_share",
    "efig_coefficient_of_variation",
    "efig_equity_factor",
    # need, wealth and poverty
    "per_student",
    "expected_dollars",
    "need_index",
    "wealth_neutrality_slope",
    "wealth_neutrality_elasticity",
    "wealth_neutrality_correlation",
    "progressivity_ratio",
    "quartile_gap",
    "quartile_ratio",
    "high_quartile_gap",
    # groups of students
    "exposure_rate",
    "exposure_gap",
    "exposure_ratio",
    "dissimilarity",
    "exposure_index",
    "isolation",
    "theil_h",
    # uncertainty and words
    "Interval",
    "interval",
    "permutation_p_value",
    "Description",
    "DESCRIPTIONS",
]
