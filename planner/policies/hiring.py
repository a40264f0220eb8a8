"""Hiring: who can be found, which vacancies may be filled, and which positions may be given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from planner.case import Case, Pool
from planner.district import Share
from planner.equity.measures.base import TEACHER
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, percent, plain
from planner.problems import Problem, nearest

EXPERIENCE_ORDER = ("novice", "developing", "experienced")
Fte = Annotated[float, Field(ge=0, description="FTE a year")]


@POLICIES.register("hiring")
class Hiring(Policy):
    """Limits on new positions.

    `candidates` gives the FTE that can be found in a year by ``role``, ``role/field`` or
    ``role/field/experience``. A name that leaves out the experience means the least experienced pool of
    each field, since new hires are mostly novices; other pools may fill their own vacancies only.
    """

    kind: ClassVar[str] = "hiring"
    title: ClassVar[str] = "Hiring"
    default_source: ClassVar[str] = "the district's hiring plan"

    freeze: bool = Field(default=False, title="hiring freeze", description="no position is filled")
    candidates: dict[str, Fte] = Field(
        default_factory=dict,
        title="candidates a year",
        description="FTE that can be found in a year, by pool",
    )
    vacancies_only: bool = Field(
        default=False,
        title="only vacant positions",
        description="only positions that are vacant today may be filled",
    )
    fill_vacancies: Share = Field(
        default=0.0,
        title="least share of vacancies filled",
        description="least share of today's vacant FTE to fill by the last year",
    )
    high_need_share: Share = Field(
        default=0.0,
        title="least share of a year's hires at high-need schools",
        description="least share of a year's hires at high-need schools",
    )
    release: bool = Field(
        default=False,
        title="positions may be given up again",
        description="positions hired under the plan may be given up in a later year",
    )
    attrition_share: Share = Field(
        default=0.0,
        title="most left unfilled as people leave",
        description="share of a school's pool that may be left unfilled each year as people leave",
    )

    def limits(self, case: Case) -> np.ndarray:
        """Return the most positions that may be filled by school and pool [FTE]."""
        if self.freeze:
            return np.zeros_like(case.vacancies)
        limits = case.vacancies.copy()
        if not self.vacancies_only:
            for name in self.candidates:
                for pool in self._pools(case, name):
                    anywhere = case.pools[pool].role != TEACHER
                    limits[case.in_field[:, pool] | anywhere, pool] = np.inf
        return limits

    def _pools(self, case: Case, name: str) -> list[int]:
        """Pools that a name of `candidates` opens for new positions."""
        found = case.pools_like(name)
        if name.count("/") == 2:
            return found
        least: dict[tuple[str, str], Pool] = {}
        for pool in sorted(
            (case.pools[p] for p in found), key=lambda p: EXPERIENCE_ORDER.index(p.experience)
        ):
            least.setdefault((pool.role, pool.field), pool)
        return sorted(case.pool_index[pool] for pool in least.values())

    def attrition_limits(self, case: Case) -> np.ndarray:
        """Return the most positions that may be left unfilled in a year by school and pool [FTE]."""
        return case.fte * self.attrition_share

    def statement(self) -> str:
        """Return the rule in words."""
        if self.freeze:
            return "No position is filled."
        found = ", ".join(f"{fte:g} {name}" for name, fte in sorted(self.candidates.items()))
        parts = [f"candidates a year: {found}"] if found else []
        if self.vacancies_only or not found:
            parts.append("only vacancies are filled")
        if self.fill_vacancies:
            parts.append(f"at least {percent(self.fill_vacancies)} of vacancies are filled")
        if self.high_need_share:
            parts.append(f"at least {percent(self.high_need_share)} of hires go to high-need schools")
        if self.release:
            parts.append("hired positions may be given up later")
        if self.attrition_share:
            parts.append(
                f"up to {percent(self.attrition_share)} of a pool may be left unfilled as people leave"
            )
        text = "; ".join(parts)
        return text[0].upper() + text[1:] + "."

    def apply(self, model: Any) -> None:
        """Bound hires by candidates, and ask for vacancies and high-need schools to be served."""
        for year in range(len(model.case.years)):
            self._limit_candidates(model, year)
            for district, schools in enumerate(model.case.schools_of):
                self._high_need_first(model, district, schools, year)
        self._fill(model)

    def _limit_candidates(self, model: Any, year: int) -> None:
        case, hires = model.case, model.by_district("hire", year)
        for district, name in enumerate(case.district_names):
            for pools, fte in sorted(self.candidates.items()):
                hired = model.sum(part for pool in case.pools_like(pools) for part in hires[district, pool])
                if hired.terms:
                    model.require(self, (name, "candidates", pools, year), hired <= fte)

    def _high_need_first(self, model: Any, district: int, schools: list[int], year: int) -> None:
        case = model.case
        if not self.high_need_share:
            return
        pools = range(len(case.pools))
        hires = model.sum(model.hired(s, p, year) for s in schools for p in pools)
        first = model.sum(model.hired(s, p, year) for s in schools for p in pools if case.high_need[s])
        if hires.terms:
            row = first >= hires * self.high_need_share
            model.require(self, (case.district_names[district], "high-need hires", year), row)

    def _fill(self, model: Any) -> None:
        case = model.case
        if not self.fill_vacancies:
            return
        for district, schools in enumerate(case.schools_of):
            cells = [(s, p) for s in schools for p in range(len(case.pools)) if case.vacancies[s, p] > 0]
            filled = model.sum(self._filled(model, s, p) for s, p in cells)
            least = self.fill_vacancies * sum(float(case.vacancies[s, p]) for s, p in cells)
            if least > 0:
                model.require(self, (case.district_names[district], "vacancies filled"), filled >= least)

    def _filled(self, model: Any, school: int, pool: int) -> Any:
        """Positions held at the end, of which no more count than were vacant today [FTE]."""
        case = model.case
        years = range(len(case.years))
        held = model.sum(model.hired(school, pool, y) - model.release(school, pool, y) for y in years)
        if np.isfinite(case.hire_limits[school, pool]):
            return held
        filled = model.auxiliary((school, self.name, "filled", case.pools[pool]))
        model.require(self, (school, "filled", case.pools[pool]), filled <= held)
        most = float(case.vacancies[school, pool])
        model.require(self, (school, "vacant", case.pools[pool]), filled <= most)
        return filled

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Count hires in the plan against candidates, vacancies and what may be given up."""
        case = outcome.case
        for year, label in enumerate(case.years):
            for district, schools in enumerate(case.schools_of):
                yield from self._check_year(outcome, case.district_names[district], schools, year, label)
        for district, schools in enumerate(case.schools_of):
            yield from self._check_filled(outcome, case.district_names[district], schools)
        yield from self._check_cells(outcome)

    def _check_year(
        self, outcome: Outcome, name: str, schools: list[int], year: int, label: str
    ) -> Iterator[Finding]:
        case = outcome.case
        for pattern, fte in sorted(self.candidates.items()):
            pools = [p for p, pool in enumerate(case.pools) if pool.matches(pattern)]
            hired = sum(outcome.get("hire", (s, p, year)) for s in schools for p in pools)
            yield Finding(self.name, f"hires of {pattern}", name, label, hired, "<=", fte, "FTE")
        if self.high_need_share:
            hires = {s: sum(outcome.hired(s, p, year) for p in range(len(case.pools))) for s in schools}
            first = sum(fte for s, fte in hires.items() if case.high_need[s])
            least = self.high_need_share * sum(hires.values())
            yield Finding(self.name, "hires at high-need schools", name, label, first, ">=", least, "FTE")

    def _check_filled(self, outcome: Outcome, name: str, schools: list[int]) -> Iterator[Finding]:
        case = outcome.case
        vacant = float(case.vacancies[schools].sum())
        if self.fill_vacancies and vacant > 0:
            last = len(case.years) - 1
            cells = [(s, p) for s in schools for p in range(len(case.pools)) if case.vacancies[s, p] > 0]
            filled = sum(min(outcome.positions(s, p, last), float(case.vacancies[s, p])) for s, p in cells)
            least = self.fill_vacancies * vacant
            yield Finding(self.name, "vacancies filled", name, case.years[last], filled, ">=", least, "FTE")

    def _check_cells(self, outcome: Outcome) -> Iterator[Finding]:
        case = outcome.case
        limits = self.limits(case)
        hires = {(s, p, y) for (s, p, y), fte in outcome.decisions.get("hire", {}).items() if fte > 0}
        hires |= {(s, p, y) for (s, p, _, y), fte in outcome.decisions.get("recruit", {}).items() if fte > 0}
        for school, pool, year in sorted(hires):
            if np.isfinite(limits[school, pool]):
                limit = float(limits[school, pool])
                held = outcome.positions(school, pool, year)
                rule = f"{case.pools[pool]} hired, of {limit:g} FTE vacant"
                yield Finding(
                    self.name, rule, case.school_ids[school], case.years[year], held, "<=", limit, "FTE"
                )
        for (school, pool, year), fte in sorted(outcome.decisions.get("attrition", {}).items()):
            if fte > 0:
                limit = self.attrition_share * float(case.fte[school, pool])
                rule = f"{case.pools[pool]} left unfilled"
                yield Finding(
                    self.name, rule, case.school_ids[school], case.years[year], fte, "<=", limit, "FTE"
                )
        for (school, pool, year), fte in sorted(outcome.decisions.get("release", {}).items()):
            if fte > 0 and not self.release:
                rule = f"{case.pools[pool]} released"
                yield Finding(
                    self.name, rule, case.school_ids[school], case.years[year], fte, "<=", 0.0, "FTE"
                )

    def steps(self) -> list[Relaxation]:
        """One FTE more of each kind of candidate; ten percentage points of each share."""
        if self.freeze:
            return [self.relaxed("lifting the freeze for vacancies", freeze=False)]
        steps = [
            self.relaxed(
                f"{from_to(f'the candidates for {name}', fte, fte + 1, plain)} FTE",
                candidates={**self.candidates, name: fte + 1},
            )
            for name, fte in sorted(self.candidates.items())
        ]
        if self.fill_vacancies:
            less = max(0.0, round(self.fill_vacancies - 0.10, 9))
            words = from_to("the share of vacancies to fill", self.fill_vacancies, less)
            steps.append(self.relaxed(words, fill_vacancies=less))
        if self.high_need_share:
            less = max(0.0, round(self.high_need_share - 0.10, 9))
            words = from_to("the share of hires at high-need schools", self.high_need_share, less)
            steps.append(self.relaxed(words, high_need_share=less))
        if 0 < self.attrition_share < 1:
            more = min(1.0, round(self.attrition_share + 0.10, 9))
            words = from_to("the share of a pool left unfilled", self.attrition_share, more)
            steps.append(self.relaxed(words, attrition_share=more))
        return steps

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield unknown pools, vacancies that cannot be filled, and a second hiring policy."""
        names = sorted(
            {part for pool in case.pools for part in (pool.role, f"{pool.role}/{pool.field}", str(pool))}
        )
        for name in self.candidates:
            if not case.pools_like(name):
                where = f"policies.{self.name}.candidates"
                yield Problem(where, f"'{name}'", "a pool as role/field/experience", nearest(name, names))
        if case.hiring is not self and case.hiring != self:
            yield Problem(f"policies.{self.name}", "a second hiring policy", "one, with all its candidates")
        yield from self._unfillable(case)

    def _fillable(self, case: Case, schools: list[int]) -> float:
        """Return the vacancies for which someone can be found, as a candidate or for a stipend [FTE]."""
        found = 0.0
        for pool in range(len(case.pools)):
            vacant = float(case.vacancies[schools, pool].sum())
            a_year = [fte for name, fte in self.candidates.items() if case.pools[pool].matches(name)]
            found += min(vacant, len(case.years) * min(a_year, default=np.inf))
        if case.stipends:
            paid = case.vacancies[schools] * case.paid_join[schools]
            found += case.stipends.tiers[-1].vacancies_filled * float(paid.sum())
        return found

    def _unfillable(self, case: Case) -> Iterable[Problem]:
        if not self.fill_vacancies:
            return
        for district, schools in enumerate(case.schools_of):
            wanted = self.fill_vacancies * float(case.vacancies[schools].sum())
            fillable = 0.0 if self.freeze else self._fillable(case, schools)
            if wanted > fillable + 1e-9:
                yield Problem(
                    f"policies.{self.name}.fill_vacancies, district {case.district_names[district]}",
                    f"{wanted:.1f} FTE of vacancies to fill and candidates for {fillable:.1f}",
                    "no more vacancies than candidates",
                    "lower fill_vacancies or find more candidates",
                )
