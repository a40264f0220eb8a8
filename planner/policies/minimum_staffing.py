"""Minimum staffing: the least FTE of a role that a school must have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from planner.case import Case
from planner.district import Strict
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, plain
from planner.problems import Problem, nearest

Fte = Annotated[float, Field(ge=0, description="FTE")]


class Least(Strict):
    """The least of one role: the largest of what is given."""

    per_school: Fte = Field(default=0.0, description="least FTE at every school")
    students_per_fte: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="most students per FTE"
    )
    schools: dict[str, Fte] = Field(default_factory=dict, description="least FTE at named schools")
    levels: list[str] = Field(default_factory=list, description="levels that the rule binds; all if empty")

    @model_validator(mode="after")
    def _asks_for_something(self) -> Least:
        if not (self.per_school or self.students_per_fte or self.schools):
            raise ValueError("per_school, students_per_fte or schools")
        return self


@POLICIES.register("minimum_staffing")
class MinimumStaffing(Policy):
    """Least FTE per school or per student, by role (``counselor``) or pool (``teacher/math``)."""

    kind: ClassVar[str] = "minimum_staffing"
    title: ClassVar[str] = "Minimum staffing"
    default_source: ClassVar[str] = "state accreditation standards (docs/domain.md 3.9)"

    roles: dict[str, Least] = Field(
        min_length=1, title="least staff", description="least by role/field/experience"
    )

    def least(self, case: Case, role: str, school: int) -> float:
        """Return the least FTE of a role at a school [FTE]."""
        rule = self.roles[role]
        named = rule.schools.get(case.school_ids[school], 0.0)
        if rule.levels and case.level_of[school] not in rule.levels:
            return named
        by_students = case.students[school] / rule.students_per_fte if rule.students_per_fte else 0.0
        return max(named, rule.per_school, float(by_students))

    def statement(self) -> str:
        """Return the rule in words."""
        return (
            "Each school has at least: " + "; ".join(self._words(role) for role in sorted(self.roles)) + "."
        )

    def _words(self, role: str) -> str:
        rule = self.roles[role]
        parts = [f"{rule.per_school:g} {role}"] if rule.per_school else []
        if rule.students_per_fte:
            parts.append(f"one {role} for {rule.students_per_fte:g} students")
        if rule.schools:
            parts.append(
                ", ".join(f"{fte:g} {role} at {school}" for school, fte in sorted(rule.schools.items()))
            )
        levels = f" ({', '.join(rule.levels)} schools)" if rule.levels else ""
        return " and ".join(parts) + levels

    def apply(self, model: Any) -> None:
        """Bound the staff of each role from below."""
        case = model.case
        for role in sorted(self.roles):
            for school in range(len(case.school_ids)):
                least = self.least(case, role, school)
                if least <= 0:
                    continue
                for year in range(len(case.years)):
                    staff = model.sum(model.fte(school, pool, year) for pool in case.pools_like(role))
                    model.require(self, (school, role, year), staff >= least)

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Count the staff of each role at each school."""
        case = outcome.case
        for role in sorted(self.roles):
            pools = [number for number, pool in enumerate(case.pools) if pool.matches(role)]
            for school, name in enumerate(case.school_ids):
                least = self.least(case, role, school)
                for year, label in enumerate(case.years):
                    if least > 0:
                        held = float(outcome.fte_table(year)[school, pools].sum())
                        yield Finding(self.name, f"{role} staff", name, label, held, ">=", least, "FTE")

    def steps(self) -> list[Relaxation]:
        """One FTE less where FTE are named, or half of less than two; ten percent more students per FTE."""
        steps = []
        for role, rule in sorted(self.roles.items()):
            changes: dict[str, Any] = {}
            if rule.per_school:
                changes["per_school"] = _one_less(rule.per_school)
            if rule.schools:
                changes["schools"] = {school: _one_less(fte) for school, fte in rule.schools.items()}
            if changes:
                eased = {**self.roles, role: rule.model_copy(update=changes)}
                steps.append(
                    self.relaxed(
                        f"lowering the least {role} staff of each school by up to one FTE", roles=eased
                    )
                )
            if rule.students_per_fte:
                more = round(rule.students_per_fte * 1.1, 6)
                eased = {**self.roles, role: rule.model_copy(update={"students_per_fte": more})}
                words = f"{from_to(f'the load of each {role}', rule.students_per_fte, more, plain)} students"
                steps.append(self.relaxed(words, roles=eased))
        return steps

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield unknown roles and schools, and roles of which more is asked than there can be."""
        names = sorted(
            {part for pool in case.pools for part in (pool.role, f"{pool.role}/{pool.field}", str(pool))}
        )
        for role, rule in self.roles.items():
            where = f"policies.{self.name}.roles.{role}"
            if not case.pools_like(role):
                yield Problem(where, f"'{role}'", "a role of the data", nearest(role, names))
            for school in rule.schools:
                if school not in case.school_index:
                    hint = nearest(school, case.school_ids)
                    yield Problem(f"{where}.schools", f"'{school}'", "a school of the data", hint)


def _one_less(fte: float) -> float:
    """Return one FTE less, but never nothing at all, which would be no rule."""
    return fte - 1 if fte >= 2 else fte / 2
