"""What a data set says, school by school, for the metrics: missing stays NaN, and absent says so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cached_property

import numpy as np
import pandas as pd

from planner.case import Case
from planner.diagnosis.base import Amounts, Array, NotMeasured
from planner.diagnosis.settings import Settings
from planner.district import STAFF_USE, District
from planner.equity.indices.shortfall import Shortfall
from planner.equity.measures.base import TEACHER
from planner.equity.measures.dollars import Dollars
from planner.equity.measures.teachers import Teachers
from planner.equity.statistics import need_index, per_student
from planner.funds import FEDERAL_FUNDS, TITLE_I
from planner.outcome import Today
from planner.scenario import Objective, Scenario, Term

SPECIAL_FUNDS = ("special_education", "special_ed", "idea")
SPECIAL_FIELDS = ("special_ed", "special_education")
EVERYONE, DISABILITY, LOW_INCOME = "all", "disability", "low_income"
ASSUMED = "assumed"
WHOLE_TABLE = ("every row", "every school")


class Facts:
    """A district read for diagnosis; every array has one entry a school in the district's canonical order.

    Parameters
    ----------
    district
        The checked data set.
    settings
        The definitions of high-need and novice.
    """

    def __init__(self, district: District, settings: Settings) -> None:
        self.district = district
        self.settings = settings
        self.case = Case(district, _today(settings))

    def __len__(self) -> int:
        return len(self.case.school_ids)

    # Students ---------------------------------------------------------------------------------------------

    @cached_property
    def students(self) -> Array:
        """All students [students]."""
        return np.asarray(self.case.students)

    @cached_property
    def weighted_students(self) -> Array:
        """Need-weighted students, `N_s` of the model [weighted students]."""
        if not self.district.facts.need_weights:
            raise NotMeasured("district.yaml gives no need weights")
        return np.asarray(self.case.weighted_students)

    @cached_property
    def group_names(self) -> tuple[str, ...]:
        """Student groups of the table `enrollment` but for ``all``, sorted."""
        return tuple(group for group in self.case.groups if group != EVERYONE)

    def group(self, name: str) -> Array:
        """Students of a group [students]; NaN where there is no figure."""
        if name not in self.case.groups:
            raise NotMeasured(f"the table enrollment has no group '{name}'")
        return np.asarray(self.case.groups[name])

    # Staff ------------------------------------------------------------------------------------------------

    @cached_property
    def _staffed(self) -> np.ndarray:
        return self._has_rows(self.district.staff)

    def _has_rows(self, table: pd.DataFrame) -> np.ndarray:
        present = set(table["school_id"])
        return np.array([school in present for school in self.case.school_ids])

    def staff(self, keep: Callable[[pd.DataFrame], pd.Series], what: str) -> Array:
        """Return the FTE of the staff rows kept.

        A school that lists its staff and has no such row has none; a school without any row is not known.
        """
        rows = self.district.staff[keep(self.district.staff)]
        if rows.empty:
            raise NotMeasured(f"the table staff has no {what}")
        return np.where(self._staffed, self._by_school(rows, rows["fte"]), np.nan)

    def _by_school(self, rows: pd.DataFrame, values: pd.Series) -> Array:
        total = values.groupby(rows["school_id"]).sum(min_count=1)
        return total.reindex(self.case.school_ids).fillna(0.0).to_numpy(dtype=float)

    @cached_property
    def teachers(self) -> Array:
        """Teachers [FTE]."""
        return self.staff(lambda rows: rows["role"] == TEACHER, "teachers")

    def teachers_of(self, bands: Collection[str]) -> Array:
        """Return teachers of some bands of experience [FTE]; 0 where a school has teachers of other bands."""
        bands = set(bands)
        rows = self.district.staff
        chosen = rows[(rows["role"] == TEACHER) & rows["experience"].isin(bands)]
        return np.where(np.isnan(self.teachers), np.nan, self._by_school(chosen, chosen["fte"]))

    def role(self, *names: str) -> Array:
        """Return the FTE of roles."""
        return self.staff(lambda rows: rows["role"].isin(names), f"{' or '.join(names)}")

    def field_teachers(self, fields: Iterable[str]) -> Array:
        """Return teachers of some fields [FTE]."""
        known = set(fields)
        what = f"teachers of the field {sorted(known)[0]}"
        return self.staff(lambda rows: (rows["role"] == TEACHER) & rows["field"].isin(known), what)

    @cached_property
    def teacher_vacancies(self) -> Array:
        """Teaching positions budgeted and unfilled [FTE]; an empty cell is not known."""
        rows = self.district.staff
        if "vacancies" not in rows:
            raise NotMeasured("the table staff has no column vacancies")
        rows = rows[rows["role"] == TEACHER]
        unknown = set(rows.loc[rows["vacancies"].isna(), "school_id"])
        lost = np.array([school in unknown for school in self.case.school_ids]) | np.isnan(self.teachers)
        return np.where(lost, np.nan, self._by_school(rows, rows["vacancies"]))

    @cached_property
    def teacher_pay(self) -> Array:
        """Average base pay of a teacher [dollars a year per FTE]."""
        rows = self.district.staff[self.district.staff["role"] == TEACHER]
        return per_student(self._by_school(rows, rows["fte"] * rows["salary"]), np.nan_to_num(self.teachers))

    @cached_property
    def _averaged_pay(self) -> Array:
        """Pay with benefits if each role cost its district average, whoever holds it [dollars a year]."""
        rows = self.district.staff.assign(
            district=self.district.staff["school_id"].map(
                dict(zip(self.case.school_ids, self.case.district_of, strict=True))
            )
        )
        rows["pay"] = rows["fte"] * rows["salary"]
        totals = rows.groupby(["district", "role"])[["pay", "fte"]].transform("sum")
        average = (totals["pay"] / totals["fte"].where(totals["fte"] > 0)).fillna(0.0)
        return self._by_school(rows, rows["fte"] * average) * (1 + self.district.facts.benefit_rate)

    @cached_property
    def _actual_pay(self) -> Array:
        rows = self.district.staff
        return self._by_school(rows, rows["fte"] * rows["salary"]) * (1 + self.district.facts.benefit_rate)

    # Dollars ----------------------------------------------------------------------------------------------

    @cached_property
    def dollars(self) -> Array:
        """All dollars of a school at actual pay, as the measure `dollars` has them [dollars a year].

        NaN for a school without a budget line or without staff.
        """
        if self.district.budget.empty:
            raise NotMeasured("there is no table budget")
        total = np.asarray(Dollars().amount(Today(self.case), 0), dtype=float)
        known = self._has_rows(self.district.budget) & self._staffed
        return np.where(known, total, np.nan)

    @cached_property
    def dollars_at_average_salaries(self) -> Array:
        """The same with every position at its role's district-average pay [dollars a year]."""
        return self.dollars - self._actual_pay + self._averaged_pay

    @cached_property
    def federal_funds(self) -> tuple[str, ...]:
        """Funds of the data that are taken for federal, by their names."""
        names = sorted(set(self.district.budget["fund"]) | set(self.district.facts.funds))
        return tuple(name for name in names if name in FEDERAL_FUNDS)

    def fund_dollars(self, funds: Collection[str]) -> Array:
        """Return today's dollars of some funds [dollars a year]."""
        lines = self.district.budget
        rows = lines[lines["fund"].isin(funds)]
        if rows.empty:
            raise NotMeasured(
                f"the table budget has no line of {' or '.join(sorted(funds)) or 'such a fund'}"
            )
        return self._by_school(rows, rows["dollars"])

    def use_dollars(self, use: str) -> Array:
        """Return today's dollars of a use, from all funds [dollars a year]."""
        lines = self.district.budget
        rows = lines[lines["use"] == use]
        if rows.empty:
            raise NotMeasured(f"the table budget has no line of the use '{use}'")
        return np.where(np.isnan(self.dollars), np.nan, self._by_school(rows, rows["dollars"]))

    @cached_property
    def need_index(self) -> Array:
        """Actual over expected dollars at the district's own spending per student of each group [no unit]."""
        tied = self._tied_dollars()
        if not tied:
            raise NotMeasured("no dollars are tied to a student group")
        groups = [EVERYONE, *sorted(tied)]
        known = ~np.isnan(self.dollars)
        members = np.stack([self.group(group)[known] for group in groups], axis=1)
        rest = self.dollars - sum(tied.values())
        totals = [rest[known].sum(), *(tied[group][known].sum() for group in sorted(tied))]
        result = np.full(len(self), np.nan)
        result[known] = need_index(self.dollars[known], members, totals)
        return result

    def _tied_dollars(self) -> dict[str, Array]:
        """Dollars spent for one student group: uses with a target, special education, Title I."""
        lines = self.district.budget
        targets = {use: spec.target for use, spec in self.district.facts.uses.items()}
        special = lines["fund"].isin(SPECIAL_FUNDS)
        group = lines["use"].map(targets).where(lambda named: named.isin(self.group_names))
        group = group.mask(group.isna() & special, DISABILITY)
        group = group.mask(group.isna() & (lines["fund"] == TITLE_I), LOW_INCOME)
        tied = {
            str(name): self._by_school(rows, rows["dollars"])
            for name, rows in lines.assign(group=group).dropna(subset=["group"]).groupby("group")
            if name in self.group_names
        }
        if not (special & (lines["use"] == STAFF_USE)).any() and DISABILITY in self.group_names:
            self._add_special_pay(tied)
        return {name: dollars for name, dollars in tied.items() if dollars.any()}

    def _add_special_pay(self, tied: dict[str, Array]) -> None:
        """Add the pay of special education staff, where no fund of its own carries it."""
        rows = self.district.staff[self.district.staff["field"].isin(SPECIAL_FIELDS)]
        pay = self._by_school(rows, rows["fte"] * rows["salary"]) * (1 + self.district.facts.benefit_rate)
        tied[DISABILITY] = tied.get(DISABILITY, np.zeros(len(self))) + pay

    # Indicators -------------------------------------------------------------------------------------------

    def indicator(self, name: str) -> Amounts:
        """Return an indicator: each school's figure, the students behind it, and groups' own figures."""
        table = self.district.indicators
        rows = table[table["indicator"] == name]
        if rows["value"].notna().sum() == 0:
            raise NotMeasured(f"the table indicators has no figure of '{name}'")
        values, counts = self._indicator_columns(rows, EVERYONE)
        if np.isnan(values).all():
            raise NotMeasured(f"the indicator '{name}' has no figure of the group 'all'")
        own = sorted(set(rows["group"]) - {EVERYONE})
        return Amounts(values, counts, counts, {group: self._indicator_columns(rows, group) for group in own})

    def _indicator_columns(self, rows: pd.DataFrame, group: str) -> tuple[Array, Array]:
        """Return a group's figures and its students: those behind the figure, else those enrolled.

        A school without a row for the group has none of its students behind the figure.
        """
        rows = rows[rows["group"] == group].set_index("school_id").reindex(self.case.school_ids)
        present = self._listed(rows)
        values = rows["value"].to_numpy(dtype=float)
        enrolled = np.asarray(self.case.groups.get(group, np.full(len(self), np.nan)))
        counts = rows["count"].to_numpy(dtype=float) if "count" in rows else np.full(len(self), np.nan)
        return values, np.where(present, np.where(np.isnan(counts), enrolled, counts), 0.0)

    @staticmethod
    def _listed(rows: pd.DataFrame) -> np.ndarray:
        return rows["indicator"].notna().to_numpy()

    # Where figures come from ------------------------------------------------------------------------------

    def estimated(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Return which of the columns hold imputed figures, each with its method."""
        found = {
            f"{entry.table}.{entry.column}: {entry.method}"
            for entry in self.district.facts.imputed
            if f"{entry.table}.{entry.column}" in set(columns)
        }
        return tuple(sorted(found))

    def require_observed(self, columns: Iterable[str]) -> None:
        """Raise `NotMeasured` for a column that is one assumption for every school."""
        wanted = set(columns)
        for entry in self.district.facts.imputed:
            column = f"{entry.table}.{entry.column}"
            if column in wanted and entry.method == ASSUMED and entry.rows in WHOLE_TABLE:
                raise NotMeasured(
                    f"{column} is assumed for every school, which would show no gap or a made-up one"
                )


def _today(settings: Settings) -> Scenario:
    """Return a scenario that asks nothing: a case needs one for its definition of high-need."""
    term = Term(measure=Teachers(), index=Shortfall())
    return Scenario(name="today", high_need=settings.high_need, objective=Objective(measures=[term]))
