"""What a policy is: a rule with its numbers, its source, its rows and its judgement of a plan."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from planner.district import Strict
from planner.problems import Problem, nearest
from planner.registry import Registry

if TYPE_CHECKING:
    from planner.case import Case
    from planner.outcome import Outcome

TOLERANCE = {
    "FTE": 1e-4,
    "dollars": 1.0,
    "dollars per student": 0.01,
    "sections": 1e-4,
    "students": 1e-3,
    "share": 1e-6,
}
RELATIVE_TOLERANCE = 1e-6
# Every combination of cases is a search of its own.
MOST_CASES = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """One judgement of a finished plan against one rule.

    Parameters
    ----------
    policy
        Name of the policy in the scenario.
    rule
        The rule in words.
    where
        School id, pool, fund or district that it concerns.
    year
        School year, or empty where the rule spans years.
    actual, limit
        The plan's figure and the most (or least) allowed, in `unit`.
    sense
        ``<=`` where the limit is a most, ``>=`` where it is a least.
    """

    policy: str
    rule: str
    where: str
    year: str
    actual: float
    sense: Literal["<=", ">="]
    limit: float
    unit: str

    @property
    def slack(self) -> float:
        """What the rule had left over [unit]; negative where it is broken."""
        return self.limit - self.actual if self.sense == "<=" else self.actual - self.limit

    @property
    def holds(self) -> bool:
        """Whether the plan keeps the rule, to the rounding of the plan file."""
        tolerance = TOLERANCE.get(self.unit, 1e-6) + RELATIVE_TOLERANCE * abs(self.limit)
        return self.slack >= -tolerance


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One natural step of relaxing a policy.

    Parameters
    ----------
    words
        What is done, as the subject of a sentence: ``lowering the share of dollars kept from 97% to 96%``.
    policy
        The relaxed policy, to put in the place of the old one.
    """

    words: str
    policy: Policy


class Policy(Strict):
    """Base of all policies: a frozen model read from one entry under ``policies``."""

    kind: ClassVar[str]
    title: ClassVar[str]
    default_source: ClassVar[str]

    name: str = Field(default="", description="name of the entry; set by the planner")
    source: str = Field(default="", description="statute, regulation or contract clause")

    @property
    def citation(self) -> str:
        """Where the rule comes from."""
        return self.source or self.default_source

    @abstractmethod
    def statement(self) -> str:
        """Return the rule as one sentence with its numbers."""

    @abstractmethod
    def apply(self, model: Any) -> None:
        """Add the rule's named rows to the model, each through ``model.require``."""

    @abstractmethod
    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Judge a finished plan by the rule's text, without the model."""

    def may_join(self, case: Case) -> np.ndarray | bool:
        """Return which schools staff of which pools may transfer into, as a mask of (school, pool)."""
        return True

    def unit_of(self, key: str) -> str:
        """Return what a number of the settings is counted in, where its name and bounds do not say it."""
        return "FTE"

    def steps(self) -> list[Relaxation]:
        """Return one natural step of relaxing each of the rule's numbers."""
        return []

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield what in the policy does not fit the data, or cannot be met whatever is planned."""
        return ()

    def warnings(self, case: Case) -> Iterable[str]:
        """Yield sentences the user should read before trusting the plan."""
        return ()

    def cases(self, case: Case) -> list[Self]:
        """Return variants whose union is the rule; itself where its rows alone can say it.

        A rule such as "no more than the district's own fall, if it falls" is linear only once it is known
        which way the total goes. `planner.optimize.solve` solves each variant and keeps the best plan;
        `apply` of a rule that is not yet a variant adds rows that are inside the rule, and `check` always
        judges the whole rule.
        """
        return [self]

    def relaxed(self, words: str, **changes: Any) -> Relaxation:
        """Return the step that makes these changes."""
        return Relaxation(words, self.model_copy(update=changes))

    def as_data(self) -> dict[str, Any]:
        """Return the policy's settings as they would stand in a scenario file."""
        data = self.model_dump(mode="json", exclude_defaults=True, exclude={"name"})
        return data if self.name == self.kind else {"kind": self.kind, **data}


def percent(share: float) -> str:
    """Return a share as it is said in a statement, with all its digits: ``12.5%``."""
    return f"{round(100 * share, 6):g}%"


def unknown(where: str, what: str, named: Iterable[str], known: Sequence[str]) -> Iterator[Problem]:
    """Yield names that the data does not have, each with the nearest that it has."""
    for name in named:
        if name not in known:
            yield Problem(where, f"'{name}'", f"a {what}", nearest(name, known))


def many(count: int) -> str:
    """Return a count of cases, which may be beyond what a float can hold."""
    return f"{min(count, 10**300):g}"


def plain(number: float) -> str:
    """Return a number as it is said in a statement: ``12.5``."""
    return f"{number:g}"


def in_dollars(amount: float) -> str:
    """Return dollars as they are said in a statement: ``$100,000``."""
    return f"${amount:,.0f}"


def from_to(what: str, before: float, after: float, said: Callable[[float], str] = percent) -> str:
    """Return the words of a step: ``raising the share of teachers a school may lose from 10% to 15%``."""
    verb = "raising" if after > before else "lowering"
    return f"{verb} {what} from {said(before)} to {said(after)}"


def worst(findings: Iterable[Finding]) -> Finding | None:
    """Return the finding with the least slack, or None where there is none."""
    return min(findings, key=lambda finding: (finding.slack, finding.where, finding.year), default=None)


POLICIES: Registry[type[Policy]] = Registry("policy", "planner.policies")
