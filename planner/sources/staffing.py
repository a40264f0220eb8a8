"""Teacher counts by experience, and what they are paid, as rows of the table `staff`."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.imputation import on_schedule
from planner.sources.frames import tall
from planner.tables import EXPERIENCES

FIELD = "general"
ROLE = "teacher"


def band_salaries(
    schedule: Mapping[int, float], years: Mapping[str, float], supplement: float
) -> dict[str, float]:
    """Return the pay of each experience band [dollars a year per FTE].

    Parameters
    ----------
    schedule
        State salary by years of experience [dollars a year].
    years
        Years of experience that stand for each band.
    supplement
        Local supplement, as a share of the state salary.
    """
    return {band: round(on_schedule(years[band], schedule) * (1 + supplement)) for band in EXPERIENCES}


def staff_table(teachers: pd.DataFrame, salaries: Mapping[str, float] | pd.DataFrame) -> pd.DataFrame:
    """Return staff rows, one for each school and experience band that has teachers.

    Parameters
    ----------
    teachers
        Teachers [FTE] by school (index) and experience band (columns).
    salaries
        Pay by band, or by school and band as `teachers` is laid out [dollars a year per FTE].
    """
    fte = tall(teachers, "experience", "fte")
    pay = (
        salaries if isinstance(salaries, pd.DataFrame) else pd.DataFrame(dict(salaries), index=teachers.index)
    )
    rows = fte.merge(tall(pay, "experience", "salary"), on=["school_id", "experience"], how="left")
    rows = rows[rows["fte"] > 0].assign(role=ROLE, field=FIELD)
    rows["salary"] = rows["salary"].round(2)
    return rows[["school_id", "role", "field", "experience", "fte", "salary"]]


def pay_with_benefits(staff: pd.DataFrame, benefit_rate: float) -> pd.Series:
    """Return the pay of each school's staff, benefits included [dollars a year]."""
    pay = staff["fte"] * staff["salary"] * (1 + benefit_rate)
    return pay.groupby(staff["school_id"]).sum()


def cut_to_budget(
    staff: pd.DataFrame, benefit_rate: float, most: pd.Series
) -> tuple[pd.DataFrame, list[str]]:
    """Lower estimated salaries where a school's staff would cost more than it spends on people.

    Parameters
    ----------
    most
        What each school spends on pay and benefits of all its staff [dollars a year].

    Returns
    -------
    tuple
        The staff rows, and the schools whose salaries were lowered.
    """
    pay = pay_with_benefits(staff, benefit_rate)
    factor = (most.reindex(pay.index) / pay).clip(lower=0, upper=1)
    lowered = staff.assign(salary=staff["salary"] * staff["school_id"].map(factor))
    changed = factor.index[factor < 1]
    # Rounded down to the cent, so that pay never exceeds what the school spends on people.
    cents = (lowered["salary"] * 100 // 1) / 100
    return lowered.assign(salary=lowered["salary"].where(~staff["school_id"].isin(changed), cents)), sorted(
        changed
    )
