"""Where a problem stands: problems found in a resolved scenario, given the file and line they come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from planner.problems import Problem
from planner.scenario import Scenario
from planner.yaml_file import KeyPath, YamlFile, undotted


def placed(problems: Iterable[Problem], file: YamlFile) -> list[Problem]:
    """Return problems with ``policies.transfers`` turned into ``scenario.yaml line 12, policies.transfers``.

    Parameters
    ----------
    problems
        Problems of a resolved scenario; those of tables or of ``district.yaml`` stay as they are.
    file
        The scenario with everything merged in, which knows where each value stands.
    """
    return [_placed(problem, file) for problem in problems]


def _placed(problem: Problem, file: YamlFile) -> Problem:
    path, comma, rest = problem.where.partition(", ")
    if path == "district.yaml" or path.split(".")[0] not in Scenario.model_fields:
        return problem
    return replace(problem, where=f"{file.where(key_path(path))}{comma}{rest}")


def key_path(path: str) -> KeyPath:
    """Return the keys of a path as users write it, entries of lists as numbers."""
    return tuple(int(part) if str(part).isdigit() else part for part in undotted(path))
