"""Comparability: state and local money staffs Title I schools about as well as the others."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from planner.case import Case
from planner.district import Share
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, percent, unknown
from planner.policies.instructional import (
    Counting,
    counted_expression,
    counted_staff,
    in_fte,
    in_salaries,
)
from planner.policies.state_local import StateLocalPolicy
from planner.problems import Problem, nearest

STEP = 0.05
Test = Literal["staff", "salaries"]
Sense = Literal["<=", ">="]
TESTS: tuple[Test, ...] = ("staff", "salaries")
NO_STAFF = 1e-9
# Combinations of tests that are tried: those of four districts, for other rules may have cases too.
MOST_WAYS = 16


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One Title I school under one test in one year.

    Parameters
    ----------
    span
        Grade span, or ``all`` where the district is compared as a whole.
    students
        The school's students.
    amount
        Its instructional staff on state and local money, or their salaries [FTE or dollars a year].
    actual
        Students per staff member, or salaries per student [students per FTE, dollars per student].
    average
        The figure of the schools not in Title I, or of all where all are, in the unit of the test.
    sense, limit
        ``<=`` and the most, or ``>=`` and the least, students per FTE or dollars per student.
    passes
        Whether the school is comparable under this test.
    """

    policy: str
    year: str
    district_id: str
    span: str
    school_id: str
    test: Test
    students: float
    amount: float
    actual: float
    average: float
    sense: Sense
    limit: float
    passes: bool


@dataclass(frozen=True, slots=True)
class Span:
    """The schools that are compared: Title I ones with all others, or with each other where all are."""

    district: int
    name: str
    title_i: list[int]
    others: list[int]

    @property
    def all_served(self) -> bool:
        """Whether every school of the span is in Title I."""
        return not self.others

    @property
    def yardstick(self) -> list[int]:
        """Schools whose average the Title I schools are compared with."""
        return self.others or self.title_i


@POLICIES.register("comparability")
class Comparability(StateLocalPolicy):
    """Title I schools against the average of the others, by grade span (ESEA section 1118(c)).

    Test ``staff``: students per instructional staff member at most 110% of the average. Test ``salaries``:
    instructional salaries per student at least 90% of it. ``either`` lets each district keep the one that is
    better for the plan; ``tests`` names the test where it is known. Where there are too many districts to try
    each combination, all keep the same.
    Written as staff per student, both are linear. With ``average: mean_of_ratios`` the mean of staff per
    student stands in for the mean of students per staff, which is never below its inverse: so the plan is on
    the safe side of the rule, and `check` judges the rule itself.

    Where every school of a span is in Title I, services are to be substantially comparable in each of them
    (section 1118(c)(1)(B)): each is compared with the average of all together and may be no further on the
    other side of it either, so with the usual numbers within 90% and 110%.

    Exempt: schools of 100 or fewer students (on both sides), spans with a single school, and spans without
    Title I. Staff that a federal fund pays do not count: what its lines ``staff`` and ``positions`` carry is
    taken off, at the district's average pay of instructional staff.
    """

    kind: ClassVar[str] = "comparability"
    title: ClassVar[str] = "Comparability"
    default_source: ClassVar[str] = "ESEA section 1118(c), 20 USC 6321(c) (docs/domain.md 3.4)"

    test: Literal["staff", "salaries", "either"] = Field(
        default="staff",
        title="what is compared",
        description="what is compared: students per staff member, or salaries per student",
    )
    average: Literal["pooled", "mean_of_ratios"] = Field(
        default="pooled",
        title="how the other schools are averaged",
        description="average of the other schools: all together, or the mean of each one's",
    )
    max_ratio: Annotated[float, Field(ge=1, le=10)] = Field(
        default=1.10,
        title="most students per staff member, of the others' average",
        description="most students per staff member, as a multiple of the average",
    )
    min_salaries: Share = Field(
        default=0.90,
        title="least salaries per student, of the others' average",
        description="least salaries per student, as a share of the average",
    )
    tests: dict[str, Test] = Field(
        default_factory=dict,
        title="tests that are known",
        description="staff or salaries by district_id, where either will do and it is known which",
    )
    instructional: list[str] = Field(
        default_factory=lambda: ["teacher"],
        min_length=1,
        title="staff that count",
        description="staff that count, as role/field/experience",
    )
    excluded: list[str] = Field(
        default_factory=list,
        title="staff that do not count",
        description="staff that do not, such as those of special education",
    )
    longevity: Literal["exclude", "include"] = Field(
        default="exclude",
        title="pay for experience counts",
        description="whether pay for experience counts as salary; the law leaves it out",
    )
    small_school: Annotated[float, Field(ge=0)] = Field(
        default=100,
        title="schools exempt up to",
        description="schools of at most so many students are exempt [students]",
    )
    within: Literal["level", "district"] = Field(
        default="level", title="compared among", description="compare by grade span, or all together"
    )

    def statement(self) -> str:
        """Return the rule in words."""
        average = "average of all the others together" if self.average == "pooled" else "mean of the others"
        where = " in its grade span" if self.within == "level" else ""
        most = f"at most {percent(self.max_ratio)} of the students per staff member"
        least = f"at least {percent(self.min_salaries)} of the salaries per student"
        asked = {"staff": most, "salaries": least, "either": f"{most}, or {least}"}[self.test]
        small = f"Schools of {self.small_school:,.0f} or fewer students are exempt."
        alone = "Where all are Title I schools, each is as near the average of all on either side."
        known = "".join(
            f" District {name} keeps the test of {test}." for name, test in sorted(self.tests.items())
        )
        return f"Each Title I school has {asked}, compared with the {average}{where}. {alone} {small}{known}"

    # What is compared with what ---------------------------------------------------------------------------

    def spans(self, case: Case) -> list[Span]:
        """Return the grade spans that have something to compare."""
        cells = case.cell_of("level" if self.within == "level" else "district")
        found = []
        for cell in sorted(set(cells.tolist())):
            schools = np.flatnonzero(cells == cell)
            large = [s for s in schools.tolist() if case.students[s] > self.small_school]
            title_i = [s for s in large if case.title_i[s]]
            others = [s for s in large if not case.title_i[s]]
            each_other = len(title_i) > 1 and bool(case.title_i[schools].all())
            if len(schools) > 1 and title_i and (others or each_other):
                name = case.level_of[int(schools[0])] if self.within == "level" else "all"
                found.append(Span(int(case.district_of[schools[0]]), name, title_i, others))
        return found

    def cases(self, case: Case) -> list[Policy]:  # type: ignore[override]
        """Return one variant for each choice of a test by district, where either will do."""
        districts = sorted({span.district for span in self.spans(case)})
        choices = [self._tests(case, district) for district in districts]
        if all(len(choice) == 1 for choice in choices):
            return [self]
        names = [case.district_names[district] for district in districts]
        ways = itertools.product(*choices) if _can_be_tried(choices) else _all_alike(choices)
        return [self.model_copy(update={"tests": dict(zip(names, way, strict=True))}) for way in ways]

    def _tests(self, case: Case, district: int) -> tuple[Test, ...]:
        """Return the tests of which a district keeps one."""
        if self.test != "either":
            return (self.test,)
        known = self.tests.get(case.district_names[district])
        return TESTS if known is None else (known,)

    def _counting(self, case: Case, test: Test) -> Counting:
        counted = np.array(
            [
                any(pool.matches(pattern) for pattern in self.instructional)
                and not any(pool.matches(pattern) for pattern in self.excluded)
                for pool in case.pools
            ],
            dtype=bool,
        )
        if test == "staff":
            return in_fte(case, counted, self.federal)
        return in_salaries(case, counted, self.federal, self.longevity == "include")

    # The model --------------------------------------------------------------------------------------------

    def apply(self, model: Any) -> None:
        """Bound each Title I school's staff, or salaries, by the others'; staff where either will do."""
        case = model.case
        every: dict[tuple[Test, int], Any] = {}
        for year, span in itertools.product(range(len(case.years)), self.spans(case)):
            test = self._tests(case, span.district)[0]
            least, most = self._shares(test)
            if (test, year) not in every:
                every[test, year] = counted_expression(model, year, self._counting(case, test))
            held = every[test, year]
            average = self._average_expression(model, span, held)
            for school in span.title_i:
                due = average * float(case.students[school])
                model.require(self, (school, test, year), held[school] >= due * least)
                if span.all_served and math.isfinite(most):
                    model.require(self, (school, test, "most", year), held[school] <= due * most)

    def _shares(self, test: Test) -> tuple[float, float]:
        """Least and most of the average's staff or salaries per student; the most where all are Title I."""
        if test == "salaries":
            return self.min_salaries, 2 - self.min_salaries
        return 1 / self.max_ratio, 1 / (2 - self.max_ratio) if self.max_ratio < 2 else math.inf

    def _average_expression(self, model: Any, span: Span, held: Any) -> Any:
        students, schools = model.case.students, span.yardstick
        if self.average == "pooled" or span.all_served:
            return model.sum(held[s] for s in schools) / float(students[schools].sum())
        return model.sum(held[s] / float(students[s]) for s in schools) / len(schools)

    # The judgement ----------------------------------------------------------------------------------------

    def rows(self, outcome: Outcome) -> Iterator[SheetRow]:
        """Yield each Title I school under both tests, from the plan's figures alone."""
        case = outcome.case
        for test, (year, label) in itertools.product(TESTS, enumerate(case.years)):
            held = counted_staff(outcome, year, self._counting(case, test))
            for span in self.spans(case):
                average = self._average(test, span, case.students[span.yardstick], held[span.yardstick])
                place = (self.name, label, case.district_names[span.district], span.name)
                for school, (sense, limit) in itertools.product(
                    span.title_i, self._limits(test, span, average)
                ):
                    students, amount = float(case.students[school]), float(held[school])
                    actual = _figure(test, students, amount)
                    finding = self._finding((case.school_ids[school], label), test, actual, sense, limit)
                    # Where the others have no staff at all, any school compares with them.
                    passes = math.isinf(average) or finding.holds
                    figures = (students, amount, actual, average)
                    yield SheetRow(
                        *place,
                        case.school_ids[school],
                        test,
                        *figures,
                        sense=sense,
                        limit=limit,
                        passes=passes,
                    )

    def _limits(self, test: Test, span: Span, average: float) -> list[tuple[Sense, float]]:
        """Return what a Title I school's figure is held to, on both sides where all are Title I schools."""
        share = self.max_ratio if test == "staff" else self.min_salaries
        limits: list[tuple[Sense, float]] = [
            ("<=", average * max(share, 2 - share)),
            (">=", average * min(share, 2 - share)),
        ]
        if span.all_served:
            return limits
        return limits[:1] if test == "staff" else limits[1:]

    def _average(self, test: Test, span: Span, students: np.ndarray, held: np.ndarray) -> float:
        if self.average == "pooled" or span.all_served:
            return _figure(test, float(students.sum()), float(held.sum()))
        return float(
            np.mean([_figure(test, float(n), float(x)) for n, x in zip(students, held, strict=True)])
        )

    def _finding(
        self, place: tuple[str, str], test: Test, actual: float, sense: Sense, limit: float
    ) -> Finding:
        words, unit = (
            ("students per staff member", "students")
            if test == "staff"
            else ("salaries per student", "dollars per student")
        )
        return Finding(self.name, words, *place, actual, sense, limit, unit)

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Compare each Title I school with the others; where either will do, by one its district passes."""
        found: dict[str, dict[Test, list[Finding]]] = {}
        for row in self.rows(outcome):
            if math.isfinite(row.average):
                place = (row.school_id, row.year)
                by_test = found.setdefault(row.district_id, {test: [] for test in TESTS})
                by_test[row.test].append(self._finding(place, row.test, row.actual, row.sense, row.limit))
        case = outcome.case
        for name, by_test in found.items():
            tests = self._tests(case, case.district_names.index(name))
            passed = [test for test in tests if all(finding.holds for finding in by_test[test])]
            yield from by_test[(*passed, *tests)[0]]

    # Its price and its problems ---------------------------------------------------------------------------

    def steps(self) -> list[Relaxation]:
        """Five percentage points of the ratio, or of the salaries."""
        steps = []
        if self.test != "salaries":
            more = round(self.max_ratio + STEP, 9)
            words = from_to("the most students per staff member", self.max_ratio, more)
            steps.append(self.relaxed(words, max_ratio=more))
        if self.test != "staff":
            less = max(0.0, round(self.min_salaries - STEP, 9))
            words = from_to("the least salaries per student", self.min_salaries, less)
            steps.append(self.relaxed(words, min_salaries=less))
        return steps

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield staff and funds that the data does not have, and a missing column of Title I schools."""
        yield from super().problems(case)
        names = sorted({part for pool in case.pools for part in (pool.role, str(pool))})
        for key, patterns in (("instructional", self.instructional), ("excluded", self.excluded)):
            for pattern in patterns:
                if not case.pools_like(pattern):
                    where = f"policies.{self.name}.{key}"
                    yield Problem(where, f"'{pattern}'", "staff of the data", nearest(pattern, names))
        yield from unknown(f"policies.{self.name}.tests", "district_id", self.tests, case.district_names)
        if "title_i" not in case.district.schools:
            yield Problem("schools", "no column title_i", "which schools are Title I, for comparability")

    def warnings(self, case: Case) -> Iterable[str]:
        """Yield how the funds were read, what is exempt, and where the plan is on the safe side."""
        yield from super().warnings(case)
        compared = {school for span in self.spans(case) for school in span.title_i}
        exempt = [case.school_ids[s] for s in np.flatnonzero(case.title_i).tolist() if s not in compared]
        if exempt:
            yield (
                f"{self.name}: exempt, as small, alone in their span or without a school to compare with: "
                f"{', '.join(sorted(exempt))}."
            )
        districts = {span.district for span in self.spans(case)}
        if not _can_be_tried([self._tests(case, district) for district in districts]):
            yield (
                f"{self.name}: {len(districts)} districts are too many to try each combination of tests, so "
                "all that may keep either keep the same; name districts under tests to let them differ."
            )
        if self.average == "mean_of_ratios" and self.test != "salaries":
            yield (
                f"{self.name}: the mean of students per staff member is held on the safe side, as the mean "
                "of staff per student; a plan just inside the rule may be passed over."
            )


def _can_be_tried(choices: Sequence[tuple[Test, ...]]) -> bool:
    return math.prod(len(choice) for choice in choices) <= MOST_WAYS


def _all_alike(choices: Sequence[tuple[Test, ...]]) -> Iterator[tuple[Test, ...]]:
    """Yield the ways in which every district that has a choice takes the same."""
    for test in TESTS:
        yield tuple(test if test in choice else choice[0] for choice in choices)


def _figure(test: Test, students: float, amount: float) -> float:
    """Students per staff member, or dollars per student; no staff is infinitely many students each."""
    if test == "salaries":
        return amount / students
    return students / amount if amount > NO_STAFF else math.inf


def sheet(outcome: Outcome) -> list[SheetRow]:
    """Return the pass or fail of every Title I school under both tests.

    By the scenario's `comparability` policies, or by the law's own terms where it has none.
    """
    policies = outcome.case.policies_of(Comparability.kind) or [Comparability(name=Comparability.kind)]
    rows = [row for policy in policies if isinstance(policy, Comparability) for row in policy.rows(outcome)]
    return sorted(rows, key=lambda row: (row.policy, row.year, row.school_id, row.test))
