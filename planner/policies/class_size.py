"""Class size: a limit for each course and need tier, in the five ways that statutes count it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from planner.case import HIGH_NEED, Case, CourseBlock
from planner.district import Share, Strict
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, percent, plain
from planner.problems import Problem, nearest

Size = Annotated[float, Field(gt=0, le=200, description="students per section")]
Semantics = Literal[
    "every_class", "school_average", "district_average", "share_of_classes", "students_per_teacher"
]
IN_WORDS: dict[str, str] = {
    "every_class": "every class",
    "school_average": "each school's average class",
    "district_average": "the district's average class",
    "share_of_classes": "a share of classes",
    "students_per_teacher": "students per teacher of the field",
}


class TierLimit(Strict):
    """A limit for one need tier of a course."""

    max: Size = Field(title="most students in a class")
    min: Size | None = Field(
        default=None,
        title="least limit that the plan may set",
        description="only where the plan sets the limit",
    )
    free: bool = Field(
        default=False,
        title="the plan sets the limit",
        description="between the least and the most given here",
    )

    @model_validator(mode="after")
    def _bounds_fit(self) -> TierLimit:
        if self.min is not None and not self.free:
            raise ValueError("min only with free: true (a fixed limit has a max alone)")
        if self.min is not None and self.min > self.max:
            raise ValueError(f"min at most max (min is {self.min:g}, max is {self.max:g})")
        return self

    def in_words(self) -> str:
        """Return ``20``, or the bounds of a limit that the plan sets."""
        if not self.free:
            return f"{self.max:g}"
        bounds = f"at most {self.max:g}" if self.min is None else f"between {self.min:g} and {self.max:g}"
        return f"{bounds}, as the plan sets"


class CourseLimit(TierLimit):
    """A limit for a course, and another for high-need schools where one is given."""

    high_need: TierLimit | None = Field(
        default=None, title="high-need schools", description="the limit at high-need schools"
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit that applies to one course block of one school."""

    block: CourseBlock
    tier: str
    limit: TierLimit


@POLICIES.register("class_size")
class ClassSize(Policy):
    """Class-size limits; `semantics` says what the law counts (domain.md 3.7).

    ``every_class`` asks for ``ceil(students / limit)`` sections, worked out beforehand so that it stays
    linear (FL, TX); ``school_average`` and ``district_average`` for ``students / limit`` in a school or in
    the district (TN, CA, NC); ``share_of_classes`` for a least share of classes at or under the limit while
    the rest stay under `otherwise_max` (NYC); ``students_per_teacher`` for seats per FTE of the field's
    teachers, school by school (TX 25.111 counts all teachers of a district, VA all of a school: for the
    latter take `minimum_staffing`). A limit that is `free` is set by the planner between its bounds: sections
    are at least students times the ratio, and the limit is one over the ratio.
    """

    kind: ClassVar[str] = "class_size"
    title: ClassVar[str] = "Class size"
    default_source: ClassVar[str] = "state class-size law or district policy (docs/domain.md 3.7)"

    semantics: Semantics = Field(
        default="school_average", title="what is counted", description="what the law counts"
    )
    courses: dict[str, CourseLimit] = Field(min_length=1, description="limit by course")
    share: Share = Field(
        default=1.0,
        title="least share of classes that comply",
        description="least share of classes that comply; with share_of_classes",
    )
    otherwise_max: Size | None = Field(
        default=None,
        title="most students in a class that does not",
        description="most students in a class that does not comply; with share_of_classes",
    )
    exclude_schools: list[str] = Field(
        default_factory=list, title="schools left out", description="schools that the rule does not bind"
    )
    waivers: dict[str, Size] = Field(
        default_factory=dict, description="a school's own limit, where one is waived"
    )

    @model_validator(mode="after")
    def _parts_fit(self) -> ClassSize:
        limits = [limit for course in self.courses.values() for limit in (course, course.high_need) if limit]
        if self.semantics not in ("school_average", "district_average") and any(
            limit.free for limit in limits
        ):
            raise ValueError(f"no free limits with {self.semantics}; use school_average or district_average")
        if self.semantics == "share_of_classes" and self.otherwise_max is None:
            raise ValueError("otherwise_max, the most students in a class that does not comply")
        if self.otherwise_max is not None and any(limit.max >= self.otherwise_max for limit in limits):
            raise ValueError("otherwise_max above every limit")
        return self

    # What binds whom --------------------------------------------------------------------------------------

    def rules(self, case: Case) -> list[Rule]:
        """Return the limit that binds each course block, in canonical order."""
        found = []
        for (school, course), block in case.blocks.items():
            if (
                course in self.courses
                and case.school_ids[school] not in self.exclude_schools
                and block.students > 0
            ):
                found.append(Rule(block, *self._limit(case, school, course)))
        return found

    def _limit(self, case: Case, school: int, course: str) -> tuple[str, TierLimit]:
        course_limit = self.courses[course]
        limit: TierLimit = course_limit
        tier = "other" if course_limit.high_need is not None else "all"
        if course_limit.high_need is not None and case.high_need[school]:
            tier, limit = HIGH_NEED, course_limit.high_need
        waived = self.waivers.get(case.school_ids[school], 0.0)
        # A waiver never tightens the limit of a course that it was not given for.
        return ("waived", TierLimit(max=waived)) if waived > limit.max else (tier, limit)

    def tier_limits(self) -> list[tuple[str, str, TierLimit]]:
        """Return (course, tier, limit) for every limit of the policy."""
        found: list[tuple[str, str, TierLimit]] = []
        for course, limit in sorted(self.courses.items()):
            found.append((course, "all" if limit.high_need is None else "other", limit))
            if limit.high_need is not None:
                found.append((course, HIGH_NEED, limit.high_need))
        return found

    def tightest(self, outcome: Outcome) -> dict[tuple[str, str, int], float]:
        """Return the tightest free limits that a plan's sections keep, as sections per student."""
        found: dict[tuple[str, str, int], float] = {}
        together = self.semantics == "district_average"
        for year in range(len(outcome.case.years)):
            groups = self._by_district(outcome.case).values()
            for rules in groups if together else [[rule] for rule in self.rules(outcome.case)]:
                block, limit = rules[0].block, rules[0].limit
                if limit.free:
                    key = (block.course, rules[0].tier, year)
                    offered = sum(outcome.sections(rule.block.school, block.course, year) for rule in rules)
                    kept = offered / sum(rule.block.students for rule in rules)
                    most = 1 / limit.min if limit.min else math.inf
                    found[key] = max(1 / limit.max, min(kept, most, found.get(key, math.inf)))
        return found

    def statement(self) -> str:
        """Return the rule in words."""
        parts = []
        for course, tier, limit in self.tier_limits():
            where = {"all": "", "other": " elsewhere", HIGH_NEED: " at high-need schools"}[tier]
            parts.append(f"{course}{where} {limit.in_words()}")
        parts += [f"{size:g} at school {school} (waived)" for school, size in sorted(self.waivers.items())]
        if self.exclude_schools:
            parts.append(f"no limit at {', '.join(sorted(self.exclude_schools))}")
        share = ""
        if self.semantics == "share_of_classes":
            share = f" ({percent(self.share)} of them, the others at most {self.otherwise_max:g})"
        return f"Most students, counted over {IN_WORDS[self.semantics]}{share}: {'; '.join(parts)}."

    # The model --------------------------------------------------------------------------------------------

    def apply(self, model: Any) -> None:
        """Ask for enough sections, in the way the semantics count."""
        add = {
            "every_class": self._each_school,
            "school_average": self._each_school,
            "district_average": self._district_average,
            "share_of_classes": self._share_of_classes,
            "students_per_teacher": self._students_per_teacher,
        }[self.semantics]
        for year in range(len(model.case.years)):
            add(model, year)

    def _needed(self, model: Any, rule: Rule, year: int) -> Any:
        """Sections that a block needs: a number, or students times the ratio the planner sets."""
        block = rule.block
        if self.semantics == "every_class":
            return float(_ceil(block.students / rule.limit.max))
        if not rule.limit.free:
            return block.students / rule.limit.max
        return self._ratio(model, block.course, rule, year) * block.students

    def _ratio(self, model: Any, course: str, rule: Rule, year: int) -> Any:
        key = (course, rule.tier, year)
        if not model.has("ratio", key):
            ratio = model.decide("ratio", key, upper=1 / rule.limit.min if rule.limit.min else math.inf)
            model.require(self, ("loosest limit", *key), ratio >= 1 / rule.limit.max)
        return model.get("ratio", key)

    def _each_school(self, model: Any, year: int) -> None:
        for rule in self.rules(model.case):
            block = rule.block
            needed = self._needed(model, rule, year)
            row = model.sections(block.school, block.course, year) >= needed
            model.require(self, (block.school, block.course, year), row)

    def _district_average(self, model: Any, year: int) -> None:
        for (district, course, tier), rules in self._by_district(model.case).items():
            offered = model.sum(model.sections(rule.block.school, course, year) for rule in rules)
            needed = model.sum([self._needed(model, rule, year) for rule in rules])
            model.require(self, (model.case.district_names[district], course, tier, year), offered >= needed)

    def _by_district(self, case: Case) -> dict[tuple[int, str, str], list[Rule]]:
        found: dict[tuple[int, str, str], list[Rule]] = {}
        for rule in self.rules(case):
            key = (int(case.district_of[rule.block.school]), rule.block.course, rule.tier)
            found.setdefault(key, []).append(rule)
        return found

    def _most(self, rule: Rule) -> float:
        """Most students in a class that does not comply; a waiver may allow even more in one that does."""
        return max(self.otherwise_max or 0.0, rule.limit.max)

    def _share_of_classes(self, model: Any, year: int) -> None:
        """Split each block into classes at the limit and at `otherwise_max`; bound the first from below."""
        small: dict[int, list[Any]] = {}
        offered: dict[int, list[Any]] = {}
        for rule in self.rules(model.case):
            block, district = rule.block, int(model.case.district_of[rule.block.school])
            sections = model.sections(block.school, block.course, year)
            key = (block.school, self.name, block.course, year, "complying")
            complying = model.auxiliary(key, step=model.case.scenario.section_step)
            model.require(self, (block.school, block.course, "complying", year), complying <= sections)
            seats = complying * rule.limit.max + (sections - complying) * self._most(rule)
            model.require(self, (block.school, block.course, "seats", year), seats >= block.students)
            small.setdefault(district, []).append(complying)
            offered.setdefault(district, []).append(sections)
        for district, parts in small.items():
            row = model.sum(parts) >= model.sum(offered[district]) * self.share
            model.require(self, (model.case.district_names[district], "share", year), row)

    def _students_per_teacher(self, model: Any, year: int) -> None:
        for (school, field), rules in self._by_field(model.case).items():
            teachers = model.sum(model.fte(school, p, year) for p in _field_pools(model.case, field))
            needed = sum(rule.block.students / rule.limit.max for rule in rules)
            model.require(self, (school, field, year), teachers >= needed)

    def _by_field(self, case: Case) -> dict[tuple[int, str], list[Rule]]:
        """Return the rules of each school and field: courses that one field teaches share its teachers."""
        found: dict[tuple[int, str], list[Rule]] = {}
        for rule in self.rules(case):
            found.setdefault((rule.block.school, rule.block.field), []).append(rule)
        return found

    # The judgement ----------------------------------------------------------------------------------------

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Count the plan's sections (or teachers) against what the rule's text asks for."""
        for year, label in enumerate(outcome.case.years):
            if self.semantics == "district_average":
                yield from self._check_district(outcome, year, label)
            elif self.semantics == "share_of_classes":
                yield from self._check_share(outcome, year, label)
            elif self.semantics == "students_per_teacher":
                yield from self._check_teachers(outcome, year, label)
            else:
                yield from self._check_schools(outcome, year, label)
            yield from self._check_bounds(outcome, year, label)

    def _limit_in_force(self, outcome: Outcome, rule: Rule, year: int) -> float:
        """Students per section allowed: the fixed limit, or the one that the plan set."""
        ratio = outcome.ratio(rule.block.course, rule.tier, year) if rule.limit.free else 0.0
        return 1 / ratio if ratio > 0 else rule.limit.max

    def _check_schools(self, outcome: Outcome, year: int, label: str) -> Iterator[Finding]:
        case = outcome.case
        for rule in self.rules(case):
            block = rule.block
            school = case.school_ids[block.school]
            limit = self._limit_in_force(outcome, rule, year)
            whole = self.semantics == "every_class"
            needed = float(_ceil(block.students / limit)) if whole else block.students / limit
            offered = outcome.sections(block.school, block.course, year)
            what = f"{block.course}: sections for {block.students:g} students at {limit:g} each"
            yield Finding(self.name, what, school, label, offered, ">=", needed, "sections")

    def _check_teachers(self, outcome: Outcome, year: int, label: str) -> Iterator[Finding]:
        case = outcome.case
        for (school, field), rules in self._by_field(case).items():
            held = sum(outcome.fte(school, p, year) for p in _field_pools(case, field))
            needed = sum(rule.block.students / rule.limit.max for rule in rules)
            courses = ", ".join(rule.block.course for rule in rules)
            what = f"{courses}: {field} teachers for {sum(rule.block.students for rule in rules):g} students"
            yield Finding(self.name, what, case.school_ids[school], label, held, ">=", needed, "FTE")

    def _check_district(self, outcome: Outcome, year: int, label: str) -> Iterator[Finding]:
        case = outcome.case
        for (district, course, tier), rules in self._by_district(case).items():
            offered = sum(outcome.sections(rule.block.school, course, year) for rule in rules)
            seats = sum(rule.block.students for rule in rules)
            # Schools with waivers each have a limit of their own.
            needed = sum(rule.block.students / self._limit_in_force(outcome, rule, year) for rule in rules)
            what = f"{course} ({tier}): sections for {seats:g} students at {seats / needed:g} on average"
            name = case.district_names[district]
            yield Finding(self.name, what, name, label, offered, ">=", needed, "sections")

    def _check_share(self, outcome: Outcome, year: int, label: str) -> Iterator[Finding]:
        """Fill as many classes up to the limit as `otherwise_max` in the others allows, and count them."""
        case = outcome.case
        totals: dict[int, tuple[float, float]] = {}
        for rule in self.rules(case):
            block = rule.block
            offered = outcome.sections(block.school, block.course, year)
            most = self._most(rule)
            complying = _complying(offered, block.students, rule.limit.max, most, case.scenario.section_step)
            before = totals.get(int(case.district_of[block.school]), (0.0, 0.0))
            totals[int(case.district_of[block.school])] = (before[0] + complying, before[1] + offered)
            what = f"{block.course}: seats for {block.students:g} students at {most:g} at most"
            school = case.school_ids[block.school]
            least = block.students / most
            yield Finding(self.name, what, school, label, offered, ">=", least, "sections")
        for district, (complying, offered) in totals.items():
            what = f"classes that comply, of {offered:g}"
            name = case.district_names[district]
            yield Finding(self.name, what, name, label, complying, ">=", self.share * offered, "sections")

    def _check_bounds(self, outcome: Outcome, year: int, label: str) -> Iterator[Finding]:
        offered = {(rule.block.course, rule.tier) for rule in self.rules(outcome.case)}
        for course, tier, limit in self.tier_limits():
            ratio = outcome.ratio(course, tier, year)
            if not limit.free or (course, tier) not in offered:
                continue
            set_limit = 1 / ratio if ratio > 0 else math.inf
            what = f"{course} ({tier}): limit set by the plan"
            yield Finding(self.name, what, tier, label, set_limit, "<=", limit.max, "students")
            if limit.min is not None:
                yield Finding(self.name, what, tier, label, set_limit, ">=", limit.min, "students")

    # Its price and its problems ---------------------------------------------------------------------------

    def unit_of(self, key: str) -> str:
        """Return the unit of every limit."""
        return "students"

    def steps(self) -> list[Relaxation]:
        """One student more in each course, and in other classes; five percentage points fewer that comply."""
        steps = []
        for course, limit in sorted(self.courses.items()):
            words = f"{from_to(f'the limit of {course}', limit.max, limit.max + 1, plain)} students"
            looser = {"max": limit.max + 1}
            if limit.high_need is not None:
                high = limit.high_need.model_copy(update={"max": limit.high_need.max + 1})
                words += f" (high-need {limit.high_need.max:g} to {high.max:g})"
                changed = limit.model_copy(update={**looser, "high_need": high})
            else:
                changed = limit.model_copy(update=looser)
            steps.append(self.relaxed(words, courses={**self.courses, course: changed}))
        if self.semantics == "share_of_classes" and self.share > 0:
            less = max(0.0, round(self.share - 0.05, 9))
            words = from_to("the share of classes that comply", self.share, less)
            steps.append(self.relaxed(words, share=less))
        if self.otherwise_max is not None:
            more = self.otherwise_max + 1
            words = from_to("the limit of classes that need not comply", self.otherwise_max, more, plain)
            steps.append(self.relaxed(f"{words} students", otherwise_max=more))
        return steps

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield courses and schools that the data does not have."""
        where = f"policies.{self.name}"
        for course in self.courses:
            if course not in case.courses:
                yield Problem(
                    f"{where}.courses", f"'{course}'", "a course of the data", nearest(course, case.courses)
                )
        for key, schools in (("exclude_schools", self.exclude_schools), ("waivers", list(self.waivers))):
            for school in schools:
                if school not in case.school_index:
                    hint = nearest(school, case.school_ids)
                    yield Problem(f"{where}.{key}", f"'{school}'", "a school of the data", hint)
        others = [policy for policy in case.policies_of(self.kind) if policy.name < self.name]
        free = {place[:2] for place in self.tier_limits() if place[2].free}
        for other in others:
            for course, tier, limit in other.tier_limits():  # type: ignore[attr-defined]
                if limit.free and (course, tier) in free:
                    found = f"a second free limit of {course} (the first in {other.name})"
                    yield Problem(f"{where}.courses", found, "one policy that sets it")


def _ceil(value: float) -> int:
    # 40 / 20 may be 2.0000000000000004 after other arithmetic; a class too many is real money.
    return math.ceil(round(value, 9))


def _complying(offered: float, students: float, limit: float, most: float, step: float | None) -> float:
    """Return the most classes within the limit when the others take as many students as they may."""
    if most <= limit:
        return offered
    complying = min(offered, max(0.0, (most * offered - students) / (most - limit)))
    return complying if step is None else step * math.floor(complying / step + 1e-6)


def _field_pools(case: Case, field: str) -> list[int]:
    return [pool for pool in case.teacher_pools if case.pools[pool].field == field]
