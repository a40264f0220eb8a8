"""The fewest policies that cannot hold together, found by asking which sets of them can.

Dropping policies one after another leaves a set that cannot hold though every part of it can; which one
depends on the order. The fewest are found by hitting sets: whatever cannot hold must have a member outside
every set that can. So the smallest set with such a member for all sets known to hold is asked next; where it
holds, it is grown as far as it does and joins the known ones, and where it does not, no smaller set can clash
(the implicit hitting set search of Ignatiev, Previti, Liffiton and Marques-Silva 2015, "Smallest MUS
extraction with minimal hitting set dualization").
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

# The search for fewer ends after so many questions, or so long; what was found till then cannot be reduced.
MOST_QUESTIONS = 60
MOST_SECONDS = 20.0


class Asked(Protocol):
    """Policies, and whether some of them can hold together; one policy more never makes room."""

    @property
    def names(self) -> Sequence[str]:
        """All of the policies, sorted."""

    def hold(self, policies: Iterable[str]) -> bool:
        """Tell whether the policies can hold together."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Policies that cannot hold together though any part of them can.

    Parameters
    ----------
    policies
        Their names, sorted.
    proven_smallest
        Whether no set of fewer policies clashes; if not, the search for one was stopped.
    """

    policies: tuple[str, ...]
    proven_smallest: bool


class _Stopped(Exception):  # noqa: N818 - a limit reached, not a defect
    """The search for fewer has asked all that it may."""


def smallest_clash(asked: Asked) -> Clash:
    """Return the fewest policies that cannot hold together; all of them together cannot."""
    found = _irreducible(asked)
    try:
        return Clash(_fewer(_Counted(asked), found) or found, proven_smallest=True)
    except _Stopped:
        return Clash(found, proven_smallest=False)


def _irreducible(asked: Asked) -> tuple[str, ...]:
    """Drop policies in order of name, each for good where the rest still cannot hold."""
    kept = list(asked.names)
    for name in asked.names:
        rest = [other for other in kept if other != name]
        if not asked.hold(rest):
            kept = rest
    return tuple(kept)


def _fewer(asked: _Counted, found: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return a clash of fewer policies than were found, the fewest there are; None where there is none."""
    outside: list[frozenset[str]] = []
    while (trial := _hitting(asked.names, outside, len(found) - 1)) is not None:
        if not asked.hold(trial):
            return trial
        outside.append(frozenset(asked.names) - _grown(asked, trial))
    return None


def _hitting(names: Sequence[str], sets: Collection[frozenset[str]], most: int) -> tuple[str, ...] | None:
    """Return the first of the smallest choices of at most so many names with a member in every set."""
    for size in range(most + 1):
        for chosen in itertools.combinations(names, size):
            if all(not held.isdisjoint(chosen) for held in sets):
                return chosen
    return None


def _grown(asked: _Counted, policies: Iterable[str]) -> frozenset[str]:
    """Return policies that can hold, with every other one that can be added in turn."""
    kept = list(policies)
    for name in asked.names:
        if name not in kept and asked.hold([*kept, name]):
            kept.append(name)
    return frozenset(kept)


class _Counted:
    """Asks on, until the questions or the time of the search for fewer are used up."""

    def __init__(self, asked: Asked) -> None:
        self.names = asked.names
        self._asked = asked
        self._left = MOST_QUESTIONS
        self._until = time.perf_counter() + MOST_SECONDS

    def hold(self, policies: Iterable[str]) -> bool:
        if not self._left or time.perf_counter() > self._until:
            raise _Stopped
        self._left -= 1
        return self._asked.hold(policies)
