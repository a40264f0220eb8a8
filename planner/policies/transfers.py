"""Transfers: how many teachers a school may lose, a district may move, and whether anyone may be made to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from planner.case import Case
from planner.district import Share
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, percent
from planner.problems import Problem, nearest

STEP = 0.05


@POLICIES.register("transfers")
class Transfers(Policy):
    """Limits on moving teachers between schools, as shares of today's teachers.

    Of each pool of a school at most `max_share_per_school` may leave in a year; of a district's teachers
    at most `max_share_of_district`. Protected pools and schools lose no one. With `voluntary`, nobody
    moves but for a stipend, or as one of the `volunteer_share` of a pool who would move unpaid.
    """

    kind: ClassVar[str] = "transfers"
    title: ClassVar[str] = "Transfers"
    default_source: ClassVar[str] = (
        "the district's collective agreement (docs/domain.md 3.8 lists typical clauses)"
    )

    max_share_per_school: Share | None = Field(
        default=None,
        title="most of a school's staff that may leave",
        description="most of each pool of a school (role, field, experience) that may leave in a year",
    )
    max_share_of_district: Share | None = Field(
        default=None,
        title="most of a district's teachers that may move",
        description="most of a district's teachers that may move in a year",
    )
    protected_pools: list[str] = Field(
        default_factory=list, title="staff who stay", description="role/field/experience, * for any"
    )
    protected_schools: list[str] = Field(
        default_factory=list, title="schools that lose no teacher", description="schools that lose no teacher"
    )
    voluntary: bool = Field(
        default=False, title="volunteers only", description="no one is moved against their will"
    )
    volunteer_share: Share = Field(
        default=0.0,
        title="who would move unpaid",
        description="share of a pool who would move unpaid in a year",
    )
    in_field: bool = Field(
        default=True,
        title="only where their field is used",
        description="teachers join only schools that use their field today",
    )

    def statement(self) -> str:
        """Return the rule in words."""
        parts = []
        if self.max_share_per_school is not None:
            parts.append(
                f"at most {percent(self.max_share_per_school)} of each pool of a school may leave in a year"
            )
        if self.max_share_of_district is not None:
            parts.append(
                f"at most {percent(self.max_share_of_district)} of a district's teachers may move in a year"
            )
        if self.voluntary:
            unpaid = f", and {percent(self.volunteer_share)} of a pool unpaid" if self.volunteer_share else ""
            parts.append(f"teachers move only for a stipend{unpaid}")
        if self.protected_pools or self.protected_schools:
            parts.append(f"protected: {', '.join([*self.protected_pools, *self.protected_schools])}")
        if self.in_field:
            parts.append("teachers join only schools that use their field")
        return _sentence(parts or ["transfers are not limited"])

    def may_join(self, case: Case) -> np.ndarray | bool:
        """Return where teachers may transfer into: schools that use their field."""
        return case.in_field if self.in_field else True

    def apply(self, model: Any) -> None:
        """Bound the leavers of each pool and district, and the unpaid movers where moves are voluntary."""
        for year in range(len(model.case.years)):
            self._limit_schools(model, year)
            self._limit_districts(model, year)
            if self.voluntary:
                self._only_volunteers(model, year)

    def _limit_schools(self, model: Any, year: int) -> None:
        case = model.case
        shares = self._shares(case)
        cells = [(school, pool) for school, pool, when in model.keys("leave") if when == year]
        bound = [(s, p, share) for s, p in cells if (share := shares[s][p]) is not None]
        most = np.array([share * case.fte[s, p] for s, p, share in bound])
        keys = [(s, "leaving", case.pools[p], year) for s, p, _ in bound]
        leaving = model.each("leave", [(s, p, year) for s, p, _ in bound])
        model.require_each(self, keys, leaving <= most)

    def _shares(self, case: Case) -> list[list[float | None]]:
        """Most of each pool that may leave each school, by school and pool; None where there is no limit."""
        protected = [any(pool.matches(pattern) for pattern in self.protected_pools) for pool in case.pools]
        usual = [0.0 if kept else self.max_share_per_school for kept in protected]
        none_leaves: list[float | None] = [0.0] * len(case.pools)
        return [none_leaves if school in self.protected_schools else usual for school in case.school_ids]

    def _limit_districts(self, model: Any, year: int) -> None:
        if self.max_share_of_district is None:
            return
        case = model.case
        leaving = model.by_district("leave", year)
        for district, schools in enumerate(case.schools_of):
            moving = model.sum(part for pool in case.teacher_pools for part in leaving[district, pool])
            limit = self.max_share_of_district * _teachers(case, schools)
            model.require(self, (case.district_names[district], "moving", year), moving <= limit)

    def _only_volunteers(self, model: Any, year: int) -> None:
        case = model.case
        unpaid, ended = model.by_district("join", year, tier=0), model.by_district("stipend_end", year)
        for (district, pool), joining in sorted(unpaid.items()):
            limit = self.volunteer_share * float(case.fte[case.schools_of[district], pool].sum())
            key = (case.district_names[district], "unpaid", case.pools[pool], year)
            model.require(self, key, model.sum(joining) <= model.sum(ended[district, pool]) + limit)

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Count leavers and movers in the plan and hold them against today's teachers."""
        case = outcome.case
        for year, label in enumerate(case.years):
            yield from self._check_pools(outcome, year, label)
            for district, schools in enumerate(case.schools_of):
                yield from self._check_district(outcome, case.district_names[district], schools, year, label)

    def _check_pools(self, outcome: Outcome, year: int, label: str) -> Iterator[Finding]:
        case = outcome.case
        shares, left = self._shares(case), outcome.table("leave", year)
        for school, pool in np.argwhere((case.fte > 0) | (left > 0)).tolist():
            share, present = shares[school][pool], float(case.fte[school, pool])
            if share is not None and pool in case.teacher_pools:
                rule = f"{case.pools[pool]} leaving, of {present:g} FTE today"
                actual = float(left[school, pool])
                school_id = case.school_ids[school]
                yield Finding(self.name, rule, school_id, label, actual, "<=", share * present, "FTE")
        joined = outcome.table("join", year)
        for school, pool in np.argwhere((joined > 0) & ~case.in_field).tolist() if self.in_field else ():
            rule, actual = f"{case.pools[pool]} joining out of field", float(joined[school, pool])
            yield Finding(self.name, rule, case.school_ids[school], label, actual, "<=", 0.0, "FTE")

    def _check_district(
        self, outcome: Outcome, name: str, schools: list[int], year: int, label: str
    ) -> Iterator[Finding]:
        case = outcome.case
        if self.max_share_of_district is not None:
            moved = float(outcome.table("leave", year)[schools].sum())
            limit = self.max_share_of_district * _teachers(case, schools)
            yield Finding(
                self.name, "teachers moving in the district", name, label, moved, "<=", limit, "FTE"
            )
        if not self.voluntary:
            return
        joined, ended = outcome.table("join", year, tiers=[0]), outcome.table("stipend_end", year)
        for pool in case.teacher_pools:
            unpaid = float(joined[schools, pool].sum())
            limit = self.volunteer_share * float(case.fte[schools, pool].sum())
            limit += float(ended[schools, pool].sum())
            if unpaid > 0 or limit > 0:
                yield Finding(
                    self.name, f"{case.pools[pool]} moving unpaid", name, label, unpaid, "<=", limit, "FTE"
                )

    def steps(self) -> list[Relaxation]:
        """Five percentage points of a school's pool; one of a district's teachers."""
        steps = []
        if self.max_share_per_school is not None and self.max_share_per_school < 1:
            more = min(1.0, round(self.max_share_per_school + STEP, 9))
            words = from_to("the share of teachers a school may lose", self.max_share_per_school, more)
            steps.append(self.relaxed(words, max_share_per_school=more))
        if self.max_share_of_district is not None and self.max_share_of_district < 1:
            more = min(1.0, round(self.max_share_of_district + 0.01, 9))
            words = from_to(
                "the share of a district's teachers that may move", self.max_share_of_district, more
            )
            steps.append(self.relaxed(words, max_share_of_district=more))
        if self.voluntary:
            steps.append(self.relaxed("allowing moves that are not voluntary", voluntary=False))
        return steps

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield protected pools and schools that the data does not have."""
        names = [str(pool) for pool in case.pools]
        for pattern in self.protected_pools:
            if not case.pools_like(pattern):
                where = f"policies.{self.name}.protected_pools"
                yield Problem(
                    where, f"'{pattern}'", "a pool as role/field/experience", nearest(pattern, names)
                )
        for school in self.protected_schools:
            if school not in case.school_index:
                where = f"policies.{self.name}.protected_schools"
                yield Problem(where, f"'{school}'", "a school of the data", nearest(school, case.school_ids))

    def warnings(self, case: Case) -> Iterable[str]:
        """Yield the case in which nobody can move."""
        if self.voluntary and not case.stipend_tiers and not self.volunteer_share:
            yield "Moves are voluntary, there is no stipend and no volunteer_share: no teacher will move."


def _teachers(case: Case, schools: list[int]) -> float:
    return float(case.fte[np.ix_(schools, case.teacher_pools)].sum())


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."
