"""Named imputations: how a figure that a file lacks is filled in, and the list of every cell filled.

A missing or suppressed figure is never zero. It stays missing, or one of the methods below fills it and
the cell is listed in ``district.yaml`` under ``imputed``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from planner.district import Imputed

METHODS: dict[str, str] = {
    "district_mean": "mean of the district's other schools, weighted by students",
    "level_mean": "mean of the district's schools of the same level, weighted by students",
    "state_mean": "mean of all schools of the file, weighted by students",
    "earlier_year": "the same school's figure of an earlier year",
    "published_bound": "the bound that the publisher shows in place of a masked figure",
    "half_of_threshold": "half of the count below which the publisher suppresses",
    "capped_at_total": "cut to the school's students, which it exceeded",
    "least_shown": "the smallest count that the file shows, for a school it gives no count of",
    "school_mean": "as the other figures of the same school",
    "share_of_students": "published share times the school's students, to the nearest student",
    "share_of_absent": "the district's count, spread by its share of each school's chronically absent",
    "district_share": "the district's published share times the school's students",
    "from_ratio": "students divided by the published students per teacher",
    "headcount_as_fte": "each teacher counted as one full-time position",
    "schedule": "salary schedule at the middle of the experience band",
    "even_grades": "students spread evenly over the school's grades",
    "block_mean": "mean class size of the other grades of the block in the school",
    "full_load": "a usual teaching load, raised where today's classes need more teachers than there are",
    "proportional_to_poverty": "a district total spread in proportion to low-income students",
    "state_and_local_first": "teacher pay charged to state and local dollars before federal ones",
    "exponential_years": "bands from the average years of experience, as if years were exponential",
    "scaled_to_published": "scaled so that the district's mean is the published one",
    "later_year": "the same school's shares of a later year",
    "crdc_share": "the share that the Civil Rights Data Collection reports, applied to the school's teachers",
    "direct_certification": "students certified directly for free meals times 1.6 (42 U.S.C. 1759a(a)(1)(F))",
    "times_students": "published dollars per student times the school's students",
    "entered": "a figure entered by the user of the import",
    "award_as_spent": "the school's published award, as if spent in the year, within its federal dollars",
    "assumed": "an assumption, stated in the note",
}


class Imputations:
    """Every cell that was filled in, by table, column and method."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str, str], list[str] | str] = {}

    def record(self, method: str, table: str, column: str, rows: Iterable[str] | str, note: str = "") -> None:
        """List cells filled by `method`.

        Parameters
        ----------
        method
            A key of `METHODS`.
        table, column
            The cells' table and column.
        rows
            The keys of the rows, or one sentence that names them all. No rows record nothing.
        note
            What else a reader must know.
        """
        if method not in METHODS:
            raise ValueError(f"no imputation is named '{method}'")
        where = (table, column, method, note)
        if isinstance(rows, str):
            self._rows[where] = rows
            return
        listed = list(rows)
        before = self._rows.get(where, [])
        if listed and not isinstance(before, str):
            self._rows[where] = [*before, *listed]

    def fill(
        self, values: pd.Series, estimate: pd.Series, method: str, cells: tuple[str, str], note: str = ""
    ) -> pd.Series:
        """Fill the missing values that `estimate` knows, and list them by their index.

        Parameters
        ----------
        values
            Figures with row keys as index; missing ones are NaN.
        estimate
            Figures to fill in, on the same index.
        method
            A key of `METHODS`.
        cells
            Table and column of the figures.
        """
        touched = values.isna() & estimate.notna()
        self.record(method, *cells, [str(key) for key in values.index[touched]], note)
        return values.where(~touched, estimate)

    def fill_with_means(
        self,
        values: pd.Series,
        weights: pd.Series,
        schools: pd.DataFrame,
        cells: tuple[str, str],
        group: str = "",
    ) -> pd.Series:
        """Fill missing values with the mean of the level in the district, of the district, or of all schools.

        Parameters
        ----------
        values
            Figures that may be averaged (shares, years), by school.
        weights
            What the mean is weighted by: students, teachers, dollars.
        schools
            By school: `district_id` and `level`.
        cells
            Table and column of the figures.
        group
            Added to the school's id to name the cell; empty where the id alone does.
        """
        keys = schools.index.to_series().astype(str) + (f" {group}" if group else "")
        by = {
            "level_mean": schools["district_id"] + " " + schools["level"],
            "district_mean": schools["district_id"],
            "state_mean": pd.Series("", index=schools.index),
        }
        filled = values
        for method, groups in by.items():
            mean = group_mean(values, weights, groups)
            filled = self.fill(filled.set_axis(keys), mean.set_axis(keys), method, cells).set_axis(
                schools.index
            )
        return filled

    def listed(self) -> list[Imputed]:
        """Every imputation, sorted by table and column."""
        return [
            Imputed(table=table, column=column, rows=rows, method=method, note=note)
            for (table, column, method, note), rows in sorted(self._rows.items(), key=lambda item: item[0])
        ]


def group_mean(values: pd.Series, weights: pd.Series, groups: pd.Series) -> pd.Series:
    """Return each row's weighted mean over the known values of its group; NaN where none is known."""
    known = values.notna() & weights.notna() & (weights > 0)
    totals = (values * weights).where(known).groupby(groups).sum(min_count=1)
    return groups.map(totals / weights.where(known).groupby(groups).sum(min_count=1)).astype(float)


def spread(total: float, weights: pd.Series, caps: pd.Series) -> pd.Series:
    """Share `total` out in proportion to `weights`, none above its cap, the surplus going to the others.

    Returns
    -------
    pandas.Series
        Shares that sum to `total`, or to the sum of the caps where that is less.
    """
    given = pd.Series(0.0, index=weights.index)
    open_rows = (weights > 0) & (caps > 0)
    left = min(total, float(caps[open_rows].sum()))
    while left > 1e-9 and open_rows.any():
        step = left * weights[open_rows] / weights[open_rows].sum()
        given[open_rows] = np.minimum(given[open_rows] + step, caps[open_rows])
        left = min(total, float(caps[weights > 0].clip(lower=0).sum())) - float(given.sum())
        open_rows &= given < caps - 1e-9
    return given


def on_schedule(years: float, schedule: Mapping[int, float]) -> float:
    """Return the salary after some years of experience, between the steps of a schedule [dollars a year]."""
    steps = sorted(schedule)
    return float(np.interp(years, steps, [schedule[step] for step in steps]))
