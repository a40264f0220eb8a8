"""Rank and serve: Title I goes to schools in order of poverty, and never more a student further down."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from planner.case import Case
from planner.district import STAFF_USE, STIPENDS_USE, Share
from planner.outcome import Outcome
from planner.policies.base import (
    MOST_CASES,
    POLICIES,
    Finding,
    Policy,
    Relaxation,
    from_to,
    in_dollars,
    many,
    percent,
    unknown,
)
from planner.policies.ranking import Ranking, ranked
from planner.policies.unranked import MOST_SETS, Unranked, unranked, ways_to_serve
from planner.problems import Problem

STEP = 0.05
RESERVATION_STEP = 0.01
DOLLAR_STEP = 100.0
# Under this a school is not served: plans are rounded to cents.
SERVED_DOLLARS = 1.0
LEAST = "the least a served school gets"
PARENT_ENGAGEMENT = "parent_engagement"
PARENT_ENGAGEMENT_FROM = 500_000.0


@POLICIES.register("rank_and_serve")
class RankAndServe(Policy):
    """How a district shares Title I, Part A among its schools (ESEA section 1113).

    Schools are ranked by poverty. Every school above 75% is served first, whatever its grade span; then come
    the eligible schools (at or above the district's average, or 35%) in order, down to a cut-off; the first
    in rank is always served. Dollars per low-income student never rise from one school to the next. Where a
    school under 35% is served, each served school gets at least 125% of the district's dollars per low-income
    student. What is reserved comes off the top, and at most 5% goes to financial incentives for teachers.

    Districts under 1,000 students, and those with one school in each grade span, are exempt from the ranking,
    which is subsection (a) of section 1113 (https://doe.sd.gov/title/Sec1113.aspx). Reservations and the 5%
    stand in its subsection (c), without such an exemption (115 Stat. 1471), and bind them too. So does the
    125% rule (34 CFR 200.78(b)): any of their schools may be served, and each set of them is a case, up to 16
    sets in all; `served` names the set where it is known. Where there are more, a warning says that the 125%
    rule is not applied to these districts.

    Which school is the last one served is a choice, so the rule is a case for each cut-off. Without a least
    amount, a school may be served with nothing, so a cut-off above 35% only repeats a lower one: only the
    lowest of these is a case of its own.
    """

    kind: ClassVar[str] = "rank_and_serve"
    title: ClassVar[str] = "Rank and serve"
    default_source: ClassVar[str] = (
        "ESEA section 1113, 20 USC 6313; 34 CFR 200.77-200.78 (docs/domain.md 3.3)"
    )

    fund: str = Field(default="title_i", description="the Title I, Part A fund")
    poverty: str = Field(default="low_income", description="student group that measures poverty")
    first_above: Share = Field(
        default=0.75, title="served first above", description="schools above this share are served first"
    )
    eligible_from: Share = Field(
        default=0.35,
        description="schools from this share on are eligible, as are those at the district's average",
    )
    floor_share: Annotated[float, Field(ge=0, le=5)] = Field(
        default=1.25,
        title="least a low-income student, of the district's",
        description="least dollars per low-income student, as a multiple of the district's",
    )
    min_dollars: Annotated[float, Field(ge=0)] = Field(
        default=0.0,
        title="least dollars a low-income student",
        description="least that a served school gets [dollars a year per low-income student]",
    )
    levels: list[Literal["elementary", "middle", "high", "other"]] = Field(
        default_factory=list,
        title="grade spans served",
        description="grade spans served below the first schools; all if empty",
    )
    reservations: dict[str, Share] = Field(
        default_factory=dict, description="shares of the fund that do not go to schools, by purpose"
    )
    incentives: Share = Field(
        default=0.05, title="most for stipends", description="most of the fund for stipends"
    )
    exempt_below: Annotated[float, Field(ge=0)] = Field(
        default=1000,
        title="districts exempt below",
        description="districts with fewer students are exempt from the ranking [students]",
    )
    cut_offs: dict[str, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict,
        title="schools served, where known",
        description="how many ranked schools are served, by district_id, where it is known",
    )

    served: dict[str, list[str]] = Field(
        default_factory=dict,
        title="schools served where no ranking binds",
        description="school ids by district_id, in districts exempt from the ranking, where it is known",
    )

    @model_validator(mode="after")
    def _leaves_something(self) -> RankAndServe:
        if sum(self.reservations.values()) > 1:
            raise ValueError("reservations of at most 1 in all")
        return self

    def statement(self) -> str:
        """Return the rule in words."""
        reserved = [f"{percent(share)} for {purpose}" for purpose, share in sorted(self.reservations.items())]
        served = [f"the first {count} are served" for _, count in sorted(self.cut_offs.items())]
        parts = [
            f"Dollars of {self.fund} go to schools in order of {self.poverty}, those above "
            f"{percent(self.first_above)} first, with never more per student further down",
            f"at least {percent(self.floor_share)} of the average where a school under "
            f"{percent(self.eligible_from)} is served",
            *([f"at least ${self.min_dollars:,.0f} per student"] if self.min_dollars else []),
            *([f"reserved: {', '.join(reserved)}"] if reserved else []),
            f"at most {percent(self.incentives)} for teacher incentives",
            f"districts under {self.exempt_below:,.0f} students are exempt",
            *served,
        ]
        return "; ".join(parts) + "."

    # The ranking ------------------------------------------------------------------------------------------

    def rankings(self, case: Case) -> list[Ranking]:
        """Return the ranking of each district that the rule binds."""
        if self.poverty not in case.groups or self.fund not in case.funds:
            return []
        return [
            ranked(
                case,
                district,
                case.groups[self.poverty],
                first_above=self.first_above,
                eligible_from=self.eligible_from,
                levels=self.levels,
                dollars=self.floor_share * case.fund_dollars(self.fund, district),
            )
            for district in range(len(case.district_names))
            if self._binds(case, district)
        ]

    def _binds(self, case: Case, district: int) -> bool:
        schools = case.schools_of[district]
        spans = [case.level_of[school] for school in schools]
        small = float(case.students[schools].sum()) < self.exempt_below
        return not small and len(set(spans)) < len(spans)

    def cut_offs_of(self, case: Case, ranking: Ranking) -> list[int]:
        """Return the cut-offs worth trying: schools with the same share are served together."""
        name = case.district_names[ranking.district]
        if name in self.cut_offs:
            return [min(self.cut_offs[name], len(ranking.order))]
        return ranking.ends(keep_repeats=self.min_dollars > 0)

    def cases(self, case: Case) -> list[Policy]:  # type: ignore[override]
        """Return one variant for each cut-off, and for each combination of them where there are districts."""
        rankings = self.rankings(case)
        names = [case.district_names[ranking.district] for ranking in rankings]
        choices = [self.cut_offs_of(case, ranking) for ranking in rankings]
        ways = self._ways_to_serve(case)
        if math.prod(len(choice) for choice in choices) * len(ways) > MOST_CASES:
            return [self]
        return [
            self.model_copy(
                update={"cut_offs": dict(zip(names, picked, strict=True)), "served": {**self.served, **way}}
            )
            for picked, way in itertools.product(itertools.product(*choices), ways)
        ]

    def _unranked(self, case: Case) -> list[Unranked]:
        if self.poverty not in case.groups or self.fund not in case.funds:
            return []
        ranked = [ranking.district for ranking in self.rankings(case)]
        poor = case.groups[self.poverty]
        return unranked(case, self.fund, poor, self.eligible_from, self.floor_share, ranked)

    def _ways_to_serve(self, case: Case) -> list[dict[str, list[str]]]:
        """Return the ways to choose schools where no ranking binds; one that chooses none where too many."""
        return ways_to_serve(case, self._unranked(case), self.served) or [{}]

    # The model --------------------------------------------------------------------------------------------

    def apply(self, model: Any) -> None:
        """Add the rows of the known cut-off; where none is known, of the first of its cases."""
        case = model.case
        for ranking in self.rankings(case):
            count = self.cut_offs_of(case, ranking)[0]
            for year in self._years(case):
                self._share_out(model, ranking, count, year)
        way = self._ways_to_serve(case)[0]
        for each, year in itertools.product(self._unranked(case), self._years(case)):
            name = case.district_names[each.district]
            if name in way:
                self._serve(model, each, [case.school_index[school] for school in way[name]], year)
        for district in self._districts(case):
            for year in self._years(case):
                self._limit_incentives(model, district, year)
            self._reserve(model, district)

    def _serve(self, model: Any, district: Unranked, served: list[int], year: int) -> None:
        """Give nothing to schools of an unranked district but these, and these enough."""
        least = district.floor(served)
        for school in district.schools:
            paid = self._paid(model, school, year)
            if school not in served and (paid.terms or paid.constant):
                model.require(self, (school, "not served", year), paid <= 0)
            elif least > 0:
                due = least * float(model.case.groups[self.poverty][school])
                model.require(self, (school, "least", year), paid >= due)

    def _districts(self, case: Case) -> range:
        """Districts whose reservations and incentives count: all, for only the ranking has exemptions."""
        return range(len(case.district_names) if self.fund in case.funds else 0)

    def _years(self, case: Case) -> list[int]:
        return [year for year in range(len(case.years)) if case.alive(self.fund, year)]

    def _share_out(self, model: Any, ranking: Ranking, count: int, year: int) -> None:
        case, poor = model.case, model.case.groups[self.poverty]
        served = ranking.order[:count]
        for school in case.schools_of[ranking.district]:
            if school not in served:
                paid = self._paid(model, school, year)
                if paid.terms or paid.constant:
                    model.require(self, (school, "not served", year), paid <= 0)
        for upper, lower in ranking.neighbours(served):
            left = self._paid(model, upper, year) * float(poor[lower])
            right = self._paid(model, lower, year) * float(poor[upper])
            key = (upper, "at least as", case.school_ids[lower], year)
            model.require(self, key, (left - right) / float(poor[upper] * poor[lower]) >= 0)
        least = max(self.min_dollars, ranking.least if count > ranking.above_floor else 0.0)
        for school in served if least > 0 else []:
            paid = self._paid(model, school, year)
            model.require(self, (school, "least", year), paid >= least * float(poor[school]))

    def _paid(self, model: Any, school: int, year: int) -> Any:
        """All of the fund at a school, today's pay on it included."""
        case = model.case
        uses = [use for fund, use in case.cells_by_school[school] if fund == self.fund]
        pay = case.lines.get((school, self.fund, STAFF_USE), 0.0)
        return model.sum([pay, *(model.dollars(school, self.fund, use, year) for use in uses)])

    def _limit_incentives(self, model: Any, district: int, year: int) -> None:
        case = model.case
        schools = case.schools_of[district]
        spent = model.sum(model.dollars(school, self.fund, STIPENDS_USE, year) for school in schools)
        most = self.incentives * case.fund_dollars(self.fund, district)
        if spent.terms:
            name = case.district_names[district]
            model.require(self, (name, "incentives", year), spent <= most)

    def _reserve(self, model: Any, district: int) -> None:
        case = model.case
        if not self.reservations:
            return
        name, schools = case.district_names[district], case.schools_of[district]
        for years in self._accounts(case):
            spent = model.sum(self._paid(model, school, year) for school in schools for year in years)
            most = self._for_schools(case, district, years)
            if spent.terms or spent.constant > most:
                model.require(self, (name, "reserved", years[-1]), spent <= most)

    def _accounts(self, case: Case) -> Iterator[list[int]]:
        """Yield the years over which the fund's dollars are counted together, as the budget counts them."""
        alive = self._years(case)
        for year in alive:
            yield alive[: alive.index(year) + 1] if case.funds[self.fund].carry_over else [year]

    def _for_schools(self, case: Case, district: int, years: list[int]) -> float:
        left = 1 - sum(self.reservations.values())
        return left * case.fund_dollars(self.fund, district) * len(years)

    # The judgement ----------------------------------------------------------------------------------------

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Walk down the ranking by what each school gets, whatever the cut-off was."""
        case = outcome.case
        for ranking in self.rankings(case):
            for year in self._years(case):
                paid, label = self._paid_out(outcome, year), case.years[year]
                yield from self._check_order(case, ranking, paid, label)
                yield from self._check_least(case, ranking, paid, label)
        way = self._ways_to_serve(case)[0]
        for each, year in itertools.product(self._unranked(case), self._years(case)):
            if case.district_names[each.district] in way:
                yield from self._check_unranked(outcome, each, year)
        for district in self._districts(case):
            yield from self._check_fund(outcome, district)

    def _check_unranked(self, outcome: Outcome, district: Unranked, year: int) -> Iterator[Finding]:
        case, paid = outcome.case, self._paid_out(outcome, year)
        served = [school for school in district.schools if paid[school] > SERVED_DOLLARS]
        least = district.floor(served)
        for school in served if least > 0 else []:
            due = least * float(case.groups[self.poverty][school])
            where, label, had = case.school_ids[school], case.years[year], float(paid[school])
            yield Finding(self.name, LEAST, where, label, had, ">=", due, "dollars")

    def _check_fund(self, outcome: Outcome, district: int) -> Iterator[Finding]:
        case, name = outcome.case, outcome.case.district_names[district]
        for year in self._years(case):
            stipends = _spent(outcome, district, self.fund, year, STIPENDS_USE)
            most, label = self.incentives * case.fund_dollars(self.fund, district), case.years[year]
            yield Finding(self.name, "teacher incentives", name, label, stipends, "<=", most, "dollars")
        for years in self._accounts(case) if self.reservations else []:
            schools = case.schools_of[district]
            spent = sum(float(self._paid_out(outcome, year)[schools].sum()) for year in years)
            most, last = self._for_schools(case, district, years), case.years[years[-1]]
            yield Finding(self.name, "left for schools", name, last, spent, "<=", most, "dollars")

    def _paid_out(self, outcome: Outcome, year: int) -> np.ndarray:
        case = outcome.case
        paid = np.zeros(len(case.school_ids))
        for school, fund, use in case.cells:
            if fund == self.fund:
                paid[school] += outcome.dollars(school, fund, use, year)
        for (school, fund, use), dollars in case.lines.items():
            if fund == self.fund and use == STAFF_USE:
                paid[school] += dollars
        return paid

    def _check_order(self, case: Case, ranking: Ranking, paid: np.ndarray, label: str) -> Iterator[Finding]:
        poor = case.groups[self.poverty]
        for school in case.schools_of[ranking.district]:
            if school not in ranking.order:
                where, had = case.school_ids[school], float(paid[school])
                yield Finding(self.name, "not eligible", where, label, had, "<=", 0.0, "dollars")
        for upper, lower in ranking.neighbours(ranking.order):
            least = float(paid[lower] / poor[lower] * poor[upper])
            rule = f"as much per low-income student as the next school, {case.school_ids[lower]}"
            where, had = case.school_ids[upper], float(paid[upper])
            yield Finding(self.name, rule, where, label, had, ">=", least, "dollars")

    def _check_least(self, case: Case, ranking: Ranking, paid: np.ndarray, label: str) -> Iterator[Finding]:
        poor = case.groups[self.poverty]
        served = [school for school in ranking.order if paid[school] > SERVED_DOLLARS]
        low = any(ranking.poverty[school] < self.eligible_from for school in served)
        least = max(self.min_dollars, ranking.least if low else 0.0)
        for school in served if least > 0 else []:
            where, due = case.school_ids[school], least * float(poor[school])
            yield Finding(self.name, LEAST, where, label, float(paid[school]), ">=", due, "dollars")

    # Its price and its problems ---------------------------------------------------------------------------

    def unit_of(self, key: str) -> str:
        """Return the unit of the least amount."""
        return "dollars per low-income student"

    def steps(self) -> list[Relaxation]:
        """Five percentage points of the least share and of incentives; $100 a student; one point reserved."""
        less = max(0.0, round(self.floor_share - STEP, 9))
        more = min(1.0, round(self.incentives + STEP, 9))
        steps = [
            self.relaxed(
                from_to(
                    "the least share of the district's dollars per low-income student", self.floor_share, less
                ),
                floor_share=less,
            ),
            self.relaxed(from_to("the share for teacher incentives", self.incentives, more), incentives=more),
        ]
        if self.min_dollars:
            fewer = max(0.0, self.min_dollars - DOLLAR_STEP)
            what = "the least dollars per low-income student"
            steps.append(self.relaxed(from_to(what, self.min_dollars, fewer, in_dollars), min_dollars=fewer))
        for purpose, share in sorted(self.reservations.items()):
            eased = max(0.0, round(share - RESERVATION_STEP, 9))
            words = from_to(f"the reservation for {purpose}", share, eased)
            steps.append(self.relaxed(words, reservations={**self.reservations, purpose: eased}))
        return steps

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield names that the data does not have, and more cut-offs than can be tried."""
        where = f"policies.{self.name}"
        yield from unknown(f"{where}.fund", "planned fund", [self.fund], case.planned_funds)
        yield from unknown(f"{where}.poverty", "student group", [self.poverty], list(case.groups))
        yield from unknown(f"{where}.cut_offs", "district_id", self.cut_offs, case.district_names)
        yield from unknown(f"{where}.served", "district_id", self.served, case.district_names)
        for district, schools in self.served.items():
            yield from unknown(f"{where}.served.{district}", "school_id", schools, case.school_ids)
        count = math.prod(len(self.cut_offs_of(case, ranking)) for ranking in self.rankings(case))
        count *= len(self._ways_to_serve(case))
        if count > MOST_CASES:
            hint = "name how many schools are served, by district_id"
            yield Problem(f"{where}.cut_offs", f"{many(count)} cut-offs", f"at most {MOST_CASES}", hint)

    def warnings(self, case: Case) -> Iterable[str]:
        """Yield exempt districts, ranked schools out of reach, and a reservation that is missing."""
        rankings = self.rankings(case)
        bound = {ranking.district for ranking in rankings}
        for district, name in enumerate(case.district_names):
            if district not in bound:
                yield (
                    f"{self.name}: district {name} is exempt from the ranking (few students, or one school a "
                    "grade span), not from reservations, the limit on incentives and the 125% rule."
                    f"{self._left_out(case, name)}"
                )
            elif (
                case.fund_dollars(self.fund, district) > PARENT_ENGAGEMENT_FROM
                and PARENT_ENGAGEMENT not in self.reservations
            ):
                yield (
                    f"{self.name}: district {name} has over $500,000 and no reservation {PARENT_ENGAGEMENT}; "
                    "the law asks for at least 1%, of which 90% goes to schools."
                )
        for ranking in rankings:
            yield from self._out_of_reach(case, ranking)

    def _left_out(self, case: Case, district: str) -> str:
        reached = {case.district_names[each.district] for each in self._unranked(case)}
        if district not in reached - self._ways_to_serve(case)[0].keys():
            return ""
        return (
            f" The last is not applied to it: more than {MOST_SETS} sets of schools could be served. Name "
            "those that are, under served."
        )

    def _out_of_reach(self, case: Case, ranking: Ranking) -> Iterable[str]:
        reached = {school for school, fund, _ in case.cells if fund == self.fund}
        passed = ranking.passed_over(reached)
        if passed:
            names = ", ".join(case.school_ids[school] for school in passed)
            yield (
                f"{self.name}: ranked above a school that {self.fund} may reach, but out of its reach: "
                f"{names}. No school below them can be served."
            )


def _spent(outcome: Outcome, district: int, fund: str, year: int, use: str) -> float:
    case = outcome.case
    return sum(
        outcome.dollars(s, fund, use, year) for s in case.schools_of[district] if (s, fund, use) in case.cells
    )
