"""The equity factor of the Education Finance Incentive Grants, as the statute words it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.dispersion import coefficient_of_variation
from planner.equity.statistics.population import population, statistic, students

POOR_CHILD = 1.4
"""20 USC 6337(b)(3)(A)(ii)(III): a child counted under section 6333(c) is multiplied by 1.4."""

SMALL_AGENCY = 200
"""20 USC 6337(b)(3)(A)(ii)(IV): only agencies with an enrollment of more than 200 students are included."""

SPECIAL_RULE = 0.10
"""20 USC 6337(b)(3)(B): at most this where the disparity standard is met or there is one agency only."""

type Pupils = Literal["weighted", "enrolled"]


@statistic
def efig_coefficient_of_variation(
    dollars: ArrayLike, enrollment: ArrayLike, poor_children: ArrayLike, *, per_pupil: Pupils = "weighted"
) -> float:
    """Weighted coefficient of variation of the federal incentive grants [no unit].

    ``sqrt(sum P (e - E)^2 / sum P) / E``, with ``P`` the pupils of an agency (poor children counted 1.4
    times, so ``enrollment + 0.4 poor``), ``e`` its expenditure per pupil and ``E`` that of the included
    agencies together. Agencies of 200 or fewer students are left out. Source: 20 USC 6337(b)(3)(A)(ii).

    Parameters
    ----------
    dollars
        Current expenditure of each agency in all [dollars]; a negative one is used as it is.
    enrollment
        Students enrolled [students].
    poor_children
        Children counted under 20 USC 6333(c) [students].
    per_pupil
        Pupils under the expenditure per pupil. The statute's "number of pupils under this paragraph" is
        read as the weighted number (`weighted`, the default); `enrolled` uses plain enrollment there and
        the weighted number only as the weight.

    Returns
    -------
    float
        NaN with no agency above 200, a missing cell in one that is, or a mean of 0 or less.
    """
    if per_pupil not in {"weighted", "enrolled"}:
        raise ValueError(f"per_pupil is 'weighted' or 'enrolled'; found {per_pupil!r}.")
    size = students(enrollment)
    large = np.where(size <= SMALL_AGENCY, 0.0, size)
    enrolled, spent, poor = population(large, dollars, poor_children)
    pupils = enrolled + (POOR_CHILD - 1) * students(poor)
    return coefficient_of_variation(spent / (pupils if per_pupil == "weighted" else enrolled), pupils)


@statistic
def efig_equity_factor(
    dollars: ArrayLike,
    enrollment: ArrayLike,
    poor_children: ArrayLike,
    *,
    meets_disparity_standard: bool = False,
    per_pupil: Pupils = "weighted",
) -> float:
    """Equity factor of a State: the coefficient above, at most 0.10 under the special rule [no unit].

    A grant is multiplied by 1.30 less this factor, so a lower factor earns more. Source: 20 USC
    6337(b)(3)(B); the disparity standard is that of 34 CFR 222.162 (see `federal_range_ratio`).

    Parameters
    ----------
    dollars, enrollment, poor_children, per_pupil
        As in `efig_coefficient_of_variation`.
    meets_disparity_standard
        Whether the State meets it. A State with one agency has a factor of 0 with or without.
    """
    factor = efig_coefficient_of_variation(dollars, enrollment, poor_children, per_pupil=per_pupil)
    return float(np.minimum(factor, SPECIAL_RULE)) if meets_disparity_standard else factor


DESCRIPTIONS = (
    Description(
        "efig_coefficient_of_variation",
        "Federal coefficient of variation (20 USC 6337)",
        "How far agencies' expenditure per pupil lies from their State's, poor children counted 1.4 times.",
        "lower is more even",
        "0 and up, no unit",
        "Agencies' expenditure per weighted pupil typically lies {percent}% from the State's.",
        "Every agency counted spends the same per weighted pupil.",
    ),
    Description(
        "efig_equity_factor",
        "Federal equity factor (20 USC 6337)",
        "The factor by which uneven expenditure lowers a State's incentive grant.",
        "lower is more even",
        "0 and up, no unit",
        "The State's grant is multiplied by 1.30 less {value}.",
        "The State's grant is multiplied by the full 1.30.",
    ),
)
