"""Stipends: pay for working where it is needed most, and how many teachers would move for it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Literal, get_args

import numpy as np
from pydantic import Field, model_validator

from planner.case import Case
from planner.district import Share, Strict
from planner.equity.measures.base import TEACHER
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, percent
from planner.presets import read_preset
from planner.problems import Problem, nearest

Response = Literal["low", "central", "high"]
# Share of eligible teachers who would move for each dollar a year, and the dollars up to which that was
# studied: the presets stipends/low, central and high, each with its study.
RESPONSES = {name: read_preset(f"stipends/{name}").values for name in get_args(Response)}
Experience = Literal["novice", "developing", "experienced"]


class Tier(Strict):
    """One level of stipend and what it moves."""

    dollars: Annotated[
        float, Field(ge=0, le=100_000, title="stipend a year", description="dollars a year per FTE")
    ]
    share: Share | None = Field(
        default=None, description="share of eligible teachers who would move at this or a lower tier"
    )
    vacancies_filled: Share = Field(
        default=0.0,
        description="share of eligible schools' vacancies filled at this or a lower tier for the pay",
    )


@POLICIES.register("stipends")
class Stipends(Policy):
    """A supply curve: joins up to tier k are at most `share_k` of the district's pool.

    Every eligible teacher who transfers into an eligible school is paid a tier, and paid it in every later
    year of the plan, or leaves again: the effect ends when the pay ends (Dallas ACE; domain.md section 4).
    A tier without a share takes it from `response`, which is flat beyond the dollars that were studied.
    """

    kind: ClassVar[str] = "stipends"
    title: ClassVar[str] = "Stipends"
    default_source: ClassVar[str] = "Talent Transfer Initiative and others (docs/domain.md section 4)"

    eligible: Literal["all", "high_need", "title_i"] | list[str] = Field(
        default="high_need", title="schools that pay the stipend", description="schools that pay the stipend"
    )
    experience: list[Experience] = Field(
        default=["novice", "developing", "experienced"],
        min_length=1,
        title="teachers who are paid",
        description="teachers who are paid",
    )
    tiers: list[Tier] = Field(min_length=1, description="levels of pay, the lowest first")
    response: Response = Field(
        default="central", description="what moves for the pay, where a tier gives no share"
    )
    fringe_rate: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.0765, description="employer cost per stipend dollar; 0.0765 is FICA"
    )

    @model_validator(mode="after")
    def _tiers_rise(self) -> Stipends:
        dollars = [tier.dollars for tier in self.tiers]
        if any(later <= earlier for earlier, later in itertools.pairwise(dollars)):
            raise ValueError("tiers that rise in dollars")
        shares = [self.share_at(tier) for tier in range(len(self.tiers))]
        if any(later < earlier for earlier, later in itertools.pairwise(shares)):
            raise ValueError("shares that never fall as dollars rise (each counts the tiers below it)")
        return self

    def share_at(self, tier: int) -> float:
        """Share of eligible teachers who would move for tiers up to this one (0 the lowest)."""
        given = self.tiers[tier]
        if given.share is not None:
            return given.share
        return RESPONSES[self.response]["share_per_dollar"] * min(given.dollars, self.studied_dollars)

    @property
    def studied_dollars(self) -> float:
        """Dollars a year up to which the response was studied; past them it is flat."""
        return RESPONSES[self.response]["studied_dollars"]

    @property
    def recruits(self) -> bool:
        """Whether some tier also fills vacancies."""
        return any(tier.vacancies_filled > 0 for tier in self.tiers)

    def cost_per_fte(self, dollars: float) -> float:
        """Cost of one stipend with the employer's share of payroll tax [dollars a year]."""
        return dollars * (1 + self.fringe_rate)

    def pays(self, case: Case) -> np.ndarray:
        """Return which (school, pool) pay a stipend to those who transfer in."""
        eligible = case.eligible(self.eligible)
        pools = np.array(
            [p.role == TEACHER and p.experience in self.experience for p in case.pools], dtype=bool
        )
        return np.asarray(eligible[:, None] & pools[None, :])

    def statement(self) -> str:
        """Return the rule in words."""
        where = {"all": "any school", "high_need": "a high-need school", "title_i": "a Title I school"}
        place = (
            where.get(self.eligible, "a named school") if isinstance(self.eligible, str) else "a named school"
        )
        tiers = ", ".join(
            f"${tier.dollars:,.0f} a year moves up to {percent(self.share_at(k))}"
            for k, tier in enumerate(self.tiers)
        )
        parts = [
            f"A stipend is paid for transferring into {place}: {tiers} of the district's eligible teachers"
        ]
        for tier in self.tiers:
            if tier.vacancies_filled:
                parts.append(
                    f"${tier.dollars:,.0f} fills up to {percent(tier.vacancies_filled)} of vacancies"
                )
        parts.append(f"the employer pays {percent(self.fringe_rate)} on top")
        return "; ".join(parts) + "."

    def apply(self, model: Any) -> None:
        """Bound the stipend holders up to each tier by the supply curve."""
        case = model.case
        paid = self.pays(case)
        for year in range(len(case.years)):
            for district, schools in enumerate(case.schools_of):
                for pool in case.teacher_pools:
                    places = [school for school in schools if paid[school, pool]]
                    self._limit_holders(model, case.district_names[district], schools, places, pool, year)
                self._limit_recruits(model, district, year)

    def _limit_holders(
        self, model: Any, name: str, schools: list[int], places: list[int], pool: int, year: int
    ) -> None:
        case = model.case
        for tier in range(1, len(self.tiers) + 1):
            lower = range(1, tier + 1)
            held = model.sum(
                model.stipend_holders(s, pool, k, year) - model.recruits(s, pool, k, year)
                for s in places
                for k in lower
            )
            limit = self.share_at(tier - 1) * float(case.fte[schools, pool].sum())
            if held.terms:
                model.require(self, (name, "movers", case.pools[pool], tier, year), held <= limit)

    def _limit_recruits(self, model: Any, district: int, year: int) -> None:
        case = model.case
        if not self.recruits:
            return
        paid, schools = self.pays(case), case.schools_of[district]
        for tier in range(1, len(self.tiers) + 1):
            cells = [(s, p) for s in schools for p in case.teacher_pools if paid[s, p]]
            filled = model.sum(model.recruits(s, p, k, year) for s, p in cells for k in range(1, tier + 1))
            limit = self.tiers[tier - 1].vacancies_filled * sum(float(case.vacancies[s, p]) for s, p in cells)
            if filled.terms:
                model.require(
                    self, (case.district_names[district], "vacancies filled", tier, year), filled <= limit
                )

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Count movers up to each tier against the supply curve; no one joins a paying school unpaid."""
        case = outcome.case
        paid = self.pays(case)
        for year, label in enumerate(case.years):
            for district, schools in enumerate(case.schools_of):
                name = case.district_names[district]
                for pool in case.teacher_pools:
                    yield from self._check_pool(outcome, paid, name, schools, pool, year, label)
                yield from self._check_recruits(outcome, paid, name, schools, year, label)
            yield from self._check_holders(outcome, year, label)

    def _check_pool(
        self,
        outcome: Outcome,
        paid: np.ndarray,
        name: str,
        schools: list[int],
        pool: int,
        year: int,
        label: str,
    ) -> Iterator[Finding]:
        case = outcome.case
        places = [school for school in schools if paid[school, pool]]
        unpaid = sum(outcome.joining(school, pool, year, [0]) for school in places)
        if unpaid > 0:
            rule = f"{case.pools[pool]} joining paying schools without a stipend"
            yield Finding(self.name, rule, name, label, unpaid, "<=", 0.0, "FTE")
        present = float(case.fte[schools, pool].sum())
        moved = 0.0
        for tier, given in enumerate(self.tiers, start=1):
            moved += sum(self._movers(outcome, school, pool, tier, year) for school in places)
            if present > 0 or moved > 0:
                rule = f"{case.pools[pool]} moving for up to ${given.dollars:,.0f}, of {present:g} FTE"
                yield Finding(
                    self.name, rule, name, label, moved, "<=", self.share_at(tier - 1) * present, "FTE"
                )

    def _check_holders(self, outcome: Outcome, year: int, label: str) -> Iterator[Finding]:
        case = outcome.case
        held, there = outcome.paid(year), outcome.fte_table(year)
        for school, pool in np.argwhere(held > 0).tolist():
            rule = f"{case.pools[pool]} paid a stipend, of those there"
            paid, present = float(held[school, pool]), float(there[school, pool])
            yield Finding(self.name, rule, case.school_ids[school], label, paid, "<=", present, "FTE")

    @staticmethod
    def _movers(outcome: Outcome, school: int, pool: int, tier: int, year: int) -> float:
        moved = 0.0
        for earlier in range(year + 1):
            key = (school, pool, tier, earlier)
            moved += outcome.get("join", key) - outcome.get("stipend_end", key)
        return moved

    def _check_recruits(
        self, outcome: Outcome, paid: np.ndarray, name: str, schools: list[int], year: int, label: str
    ) -> Iterator[Finding]:
        case = outcome.case
        cells = [(s, p) for s in schools for p in case.teacher_pools if paid[s, p]]
        vacant = sum(float(case.vacancies[s, p]) for s, p in cells)
        filled = 0.0
        for tier, given in enumerate(self.tiers, start=1):
            years = range(year + 1)
            filled += sum(outcome.get("recruit", (s, p, tier, y)) for s, p in cells for y in years)
            if filled > 0:
                rule = f"vacancies filled for up to ${given.dollars:,.0f}, of {vacant:g} FTE vacant"
                yield Finding(
                    self.name, rule, name, label, filled, "<=", given.vacancies_filled * vacant, "FTE"
                )

    def steps(self) -> list[Relaxation]:
        """The response one preset higher, where shares come from it."""
        higher = {"low": "central", "central": "high"}.get(self.response)
        if higher is None or all(tier.share is not None for tier in self.tiers):
            return []
        return [
            self.relaxed(
                f"assuming a {higher} and not a {self.response} response to stipends", response=higher
            )
        ]

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield eligible schools that the data does not have, and a second stipends policy."""
        if isinstance(self.eligible, list):
            for school in self.eligible:
                if school not in case.school_index:
                    where = f"policies.{self.name}.eligible"
                    yield Problem(
                        where, f"'{school}'", "a school of the data", nearest(school, case.school_ids)
                    )
        if case.stipends is not self and case.stipends != self:
            yield Problem(f"policies.{self.name}", "a second stipends policy", "one, with all its tiers")

    def warnings(self, case: Case) -> Iterable[str]:
        """Yield stipends past the dollars that were studied, and stipends that no fund can pay."""
        most, studied = self.tiers[-1].dollars, self.studied_dollars
        if most > studied:
            yield (
                f"Stipends of ${most:,.0f} a year are past the ${studied:,.0f} that were studied; "
                "the response beyond that is not known and is not assumed to grow."
            )
        if not any(use == "stipends" for _, _, use in case.cells):
            yield "No planned fund may pay the use 'stipends': no teacher can be paid to move."
