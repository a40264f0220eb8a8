"""What is wrong with an input, said so that a budget officer can mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One defect of an input.

    Parameters
    ----------
    where
        File, with the row, line or key (``enrollment.csv row 12, students``).
    found
        What stands there.
    expected
        What would be right.
    hint
        The nearest right name, or the next thing to try. Empty where there is none.
    """

    where: str
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return printable(f"{self.where}: found {self.found}; expected {self.expected}{hint}")


class InputProblems(Exception):  # noqa: N818 - named for its readers, who look for problems
    """All the defects of an input at once.

    Parameters
    ----------
    problems
        At least one problem; kept sorted by place.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems), key=_reading_order))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def _reading_order(problem: Problem) -> tuple[list[tuple[int, str]], Problem]:
    """Line 6 before line 10: numbers inside a place count as numbers."""
    parts = re.split(r"(\d+)", problem.where)
    return [(int(part), "") if part.isdigit() and part.isascii() else (-1, part) for part in parts], problem


def raise_all(problems: Iterable[Problem]) -> None:
    """Raise `InputProblems` if there is any problem, else do nothing."""
    found = list(problems)
    if found:
        raise InputProblems(found)


def printable(text: str) -> str:
    """Return text in one line; what could move the cursor of a terminal is written out in letters."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the hint ``did you mean 'x'?`` for a misspelt name, or an empty string."""
    by_letters = {each.casefold(): each for each in sorted(known, reverse=True)}
    matches = difflib.get_close_matches(name.casefold(), by_letters, n=1)
    return f"did you mean '{by_letters[matches[0]]}'?" if matches else ""
