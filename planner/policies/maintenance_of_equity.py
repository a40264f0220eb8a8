"""Maintenance of Equity: high-poverty schools lose no more per student than the district as a whole."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from planner.case import Case
from planner.district import SchoolYear, Share
from planner.outcome import Outcome
from planner.policies.base import MOST_CASES, POLICIES, Finding, Policy, Relaxation, from_to, percent
from planner.policies.state_local import StateLocalPolicy, state_local_dollars, state_local_expression
from planner.problems import Problem, nearest
from planner.scenario import HighNeed

STEP = 0.01
Test = Literal["dollars", "staff"]
TESTS: tuple[Test, ...] = ("dollars", "staff")
UNITS = {"dollars": "dollars", "staff": "FTE"}
Total = Literal["not_cut", "cut"]
TOTALS: tuple[Total, ...] = ("not_cut", "cut")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One high-poverty school under one of the two tests in one year.

    Parameters
    ----------
    test
        ``dollars`` (state and local) or ``staff``.
    poverty
        Share of students in the group that ranks the schools.
    before, after
        Per student, in the year before and in this year [dollars or FTE per student].
    fall
        What the school loses per student; negative where it gains.
    allowed
        What it may lose per student: the district's own fall, with any further fall that is allowed.
    passes
        Whether it loses no more.
    """

    policy: str
    year: str
    district_id: str
    school_id: str
    test: Test
    poverty: float
    students: float
    before: float
    after: float
    fall: float
    allowed: float
    passes: bool


@POLICIES.register("maintenance_of_equity")
class MaintenanceOfEquity(StateLocalPolicy):
    """Both tests of ARP section 2004(c), for every high-poverty school and year.

    With ``f`` a school's state and local dollars per student, ``S`` the district's and ``n`` its students:
    ``f_before - f_after <= max(0, S_before - S_after) / n``; and the same for FTE per student. Each year is
    compared with the one before it, the first with today. Students do not change in a plan.

    The right side is reverse-convex where the district's total is itself decided. So the rule is a choice
    between two cases for each test, year and district whose total may fall: the total is not cut, and no
    high-poverty school loses anything; or it is cut, and each loses at most the cut per student. `totals`
    names the case where it is known (``dollars: not_cut``, or one year's alone: ``staff 2026-27: cut``).

    Exempt, as in the text: districts under 1,000 students, with a single school, or with one school in each
    grade span; and districts named in `exempt_districts` (an exception granted, or a total certified as not
    reduced).
    """

    kind: ClassVar[str] = "maintenance_of_equity"
    title: ClassVar[str] = "Maintenance of Equity"
    default_source: ClassVar[str] = (
        "American Rescue Plan Act section 2004(c), school years 2021-22 and 2022-23; expired as law, kept "
        "as a template (docs/domain.md 3.2)"
    )

    high_poverty: HighNeed = Field(default=HighNeed(), description="which schools are high-poverty")
    staff: list[str] = Field(
        default_factory=list,
        title="staff that count",
        description="staff that count, as role/field/experience; all if empty",
    )
    years: list[SchoolYear] = Field(
        default_factory=list, title="years bound", description="years bound; all of the plan's if empty"
    )
    exempt_below: Annotated[float, Field(ge=0)] = Field(
        default=1000,
        title="districts exempt below",
        description="districts with fewer students are exempt [students]",
    )
    exempt_districts: list[str] = Field(default_factory=list, description="district_id of exempt districts")
    further_fall: Share = Field(
        default=0.0,
        title="further fall allowed",
        description="further fall allowed, as a share of the school's own; the law allows none",
    )
    totals: dict[str, Total] = Field(
        default_factory=dict,
        title="cases that are known",
        description="'not_cut' or 'cut', by test (dollars, staff) or by test, year and district_id",
    )

    def statement(self) -> str:
        """Return the rule in words."""
        where = "of its grade span" if self.high_poverty.within == "grade_span" else "of its district"
        further = f" and {percent(self.further_fall)} of its own" if self.further_fall else ""
        known = "".join(f"; {key}: the total is {_said(total)}" for key, total in sorted(self.totals.items()))
        return (
            f"No school in the top {percent(self.high_poverty.top_share)} {where} by {self.high_poverty.by} "
            "loses more state and local dollars, or more staff, per student than the district "
            f"does{further}{known}. Districts under {self.exempt_below:,.0f} students are exempt."
        )

    # Whom it binds ----------------------------------------------------------------------------------------

    def bound_schools(self, case: Case, district: int) -> list[int]:
        """Return the high-poverty schools of a district; none where it is exempt."""
        schools = case.schools_of[district]
        spans = [case.level_of[school] for school in schools]
        exempt = (
            float(case.students[schools].sum()) < self.exempt_below
            or case.district_names[district] in self.exempt_districts
            or len(set(spans)) == len(spans)
        )
        top = case.top_schools(self.high_poverty)
        return [] if exempt else [school for school in schools if top[school]]

    def _bound(self, case: Case) -> Iterator[tuple[Test, int, int]]:
        """Yield every (test, year, district) that the rule binds."""
        years = [y for y, label in enumerate(case.years) if not self.years or label in self.years]
        districts = [d for d in range(len(case.district_names)) if self.bound_schools(case, d)]
        yield from itertools.product(TESTS, years, districts)

    def _total(self, case: Case, test: Test, year: int, district: int) -> Total | None:
        """Return the case that a total is known to be in; the name that says most decides."""
        for key in _keys(case, test, year, district):
            if key in self.totals:
                return self.totals[key]
        return None if self._may_fall(case, test, year) else "not_cut"

    def _may_fall(self, case: Case, test: Test, year: int) -> bool:
        """Whether a plan can make a district's total fall from the year before."""
        hiring = case.hiring
        gives_up = bool(hiring and (hiring.attrition_share or (hiring.release and year > 0)))
        if test == "staff":
            return gives_up
        held = {fund for _, fund, _ in case.lines if fund in case.funds}
        placed = case.planned_funds if year else held
        return gives_up or any(fund not in self.federal for fund in placed)

    def cases(self, case: Case) -> list[Policy]:  # type: ignore[override]
        """Return one variant for each way that the totals which may fall can go."""
        unknown = [bound for bound in self._bound(case) if self._total(case, *bound) is None]
        keys = [_keys(case, *bound)[0] for bound in unknown]
        ways = itertools.product(TOTALS, repeat=len(keys)) if 2 ** len(keys) <= MOST_CASES else iter([()])
        return [self.model_copy(update={"totals": {**self.totals, **dict(zip(keys, way))}}) for way in ways]  # noqa: B905

    # The model --------------------------------------------------------------------------------------------

    def apply(self, model: Any) -> None:
        """Add the rows of the case at hand; where none is known, of a total that is not cut."""
        case = model.case
        held: dict[tuple[Test, int], Any] = {}
        for test, year, district in self._bound(case):
            for when in (year - 1, year):
                if (test, when) not in held:
                    held[test, when] = self._amounts(model, test, when)
            self._hold(model, (test, year, district), held[test, year - 1], held[test, year])

    def _amounts(self, model: Any, test: Test, year: int) -> Any:
        case = model.case
        if year < 0:
            return self._plain(Outcome(case, {}), test, year)
        if test == "dollars":
            return state_local_expression(model, year, self.federal)
        return model.total([model.staff(pool, year) for pool in self._pools(case)])

    def _hold(self, model: Any, bound: tuple[Test, int, int], before: Any, after: Any) -> None:
        case = model.case
        test, year, district = bound
        name, schools = case.district_names[district], case.schools_of[district]
        cut = model.sum(before[school] - after[school] for school in schools)
        is_cut = self._total(case, *bound) == "cut"
        if cut.terms:
            model.require(self, (name, test, "total", year), cut >= 0 if is_cut else cut <= 0)
        students = float(case.students[schools].sum())
        for school in self.bound_schools(case, district):
            share = float(case.students[school]) / students
            allowed = [before[school] * self.further_fall, cut * share if is_cut else 0.0]
            fall = model.sum([before[school], after[school] * -1.0])
            model.require(self, (school, test, year), fall <= model.sum(allowed))

    def _pools(self, case: Case) -> list[int]:
        named = {pool for pattern in self.staff for pool in case.pools_like(pattern)}
        return sorted(named) if self.staff else list(range(len(case.pools)))

    # The judgement ----------------------------------------------------------------------------------------

    def _plain(self, outcome: Outcome, test: Test, year: int) -> np.ndarray:
        if test == "dollars":
            return state_local_dollars(outcome, year, self.federal)
        counted = [
            not self.staff or any(pool.matches(pattern) for pattern in self.staff)
            for pool in outcome.case.pools
        ]
        return np.asarray(outcome.fte_table(year)[:, counted].sum(axis=1))

    def rows(self, outcome: Outcome) -> Iterator[SheetRow]:
        """Yield each high-poverty school under each test, from the plan's figures alone."""
        case = outcome.case
        poverty = case.groups[self.high_poverty.by] / case.students
        for test, year, district in self._bound(case):
            schools = case.schools_of[district]
            before, after = self._plain(outcome, test, year - 1), self._plain(outcome, test, year)
            cut = max(0.0, float(before[schools].sum() - after[schools].sum()))
            per_student = cut / float(case.students[schools].sum())
            for school in self.bound_schools(case, district):
                students = float(case.students[school])
                had, has = float(before[school]) / students, float(after[school]) / students
                allowed = per_student + self.further_fall * had
                holds = self._finding(school, (test, year), case, had - has, allowed).holds
                yield SheetRow(
                    policy=self.name,
                    year=case.years[year],
                    district_id=case.district_names[district],
                    school_id=case.school_ids[school],
                    test=test,
                    poverty=float(poverty[school]),
                    students=students,
                    before=had,
                    after=has,
                    fall=had - has,
                    allowed=allowed,
                    passes=holds,
                )

    def _finding(
        self, school: int, what: tuple[Test, int], case: Case, fall: float, allowed: float
    ) -> Finding:
        # Judged on the school's totals: a dollar a student would be too coarse.
        test, year = what
        students = float(case.students[school])
        words = "state and local dollars" if test == "dollars" else "staff"
        rule = f"fall of {words}, against the district's fall per student times the school's students"
        where, label = case.school_ids[school], case.years[year]
        return Finding(self.name, rule, where, label, fall * students, "<=", allowed * students, UNITS[test])

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Compare each high-poverty school's fall with the district's, per student."""
        case = outcome.case
        for row in self.rows(outcome):
            place = case.school_index[row.school_id]
            yield self._finding(place, (row.test, case.years.index(row.year)), case, row.fall, row.allowed)

    # Its price and its problems ---------------------------------------------------------------------------

    def steps(self) -> list[Relaxation]:
        """A further fall of one percentage point of the school's own dollars and staff."""
        more = min(1.0, round(self.further_fall + STEP, 9))
        words = from_to("the further fall allowed to a high-poverty school", self.further_fall, more)
        return [self.relaxed(words, further_fall=more)]

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield names that the data does not have, and more cases than can be searched."""
        yield from super().problems(case)
        where = f"policies.{self.name}"
        if self.high_poverty.by not in case.groups:
            by = self.high_poverty.by
            yield Problem(f"{where}.high_poverty.by", f"'{by}'", "a student group", nearest(by, case.groups))
        for pattern in self.staff:
            if not case.pools_like(pattern):
                names = [part for pool in case.pools for part in (pool.role, str(pool))]
                yield Problem(f"{where}.staff", f"'{pattern}'", "staff of the data", nearest(pattern, names))
        for district in self.exempt_districts:
            if district not in case.district_names:
                hint = nearest(district, case.district_names)
                yield Problem(f"{where}.exempt_districts", f"'{district}'", "a district_id", hint)
        yield from self._total_problems(case, where)

    def _total_problems(self, case: Case, where: str) -> Iterable[Problem]:
        places = itertools.product(TESTS, range(len(case.years)), range(len(case.district_names)))
        known = sorted({key for place in places for key in _keys(case, *place)})
        for key in self.totals:
            if key not in known:
                expected = "dollars or staff, with a year of the plan and a district_id if need be"
                yield Problem(f"{where}.totals", f"'{key}'", expected, nearest(key, known))
        if self.high_poverty.by in case.groups:
            unknown = [bound for bound in self._bound(case) if self._total(case, *bound) is None]
            if 2 ** len(unknown) > MOST_CASES:
                found = f"{len(unknown)} totals that may fall or not"
                hint = "name the case, such as totals: {dollars: not_cut}"
                yield Problem(f"{where}.totals", found, "at most 6 of unknown direction", hint)

    def warnings(self, case: Case) -> Iterable[str]:
        """Yield how the funds were read, and which districts are exempt."""
        yield from super().warnings(case)
        for district, name in enumerate(case.district_names):
            if not self.bound_schools(case, district):
                yield f"{self.name}: district {name} is exempt, or has no high-poverty school."


def _keys(case: Case, test: Test, year: int, district: int) -> tuple[str, str, str]:
    label = case.years[year]
    return f"{test} {label} {case.district_names[district]}", f"{test} {label}", test


def _said(total: Total) -> str:
    return total.replace("_", " ")


def sheet(outcome: Outcome) -> list[SheetRow]:
    """Return the pass or fail of every high-poverty school under both tests.

    By the scenario's `maintenance_of_equity` policies, or by the law's own terms where it has none.
    """
    policies = outcome.case.policies_of(MaintenanceOfEquity.kind) or [
        MaintenanceOfEquity(name=MaintenanceOfEquity.kind)
    ]
    rows = [
        row for policy in policies if isinstance(policy, MaintenanceOfEquity) for row in policy.rows(outcome)
    ]
    return sorted(rows, key=lambda row: (row.policy, row.year, row.school_id, row.test))
