"""A data set and a scenario read together: everything wrong with either comes at once, each in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.checks import misfits
from planner.district import District, load_district
from planner.inheritance import Loading, MergedFile, Origin
from planner.merging import apply_edit
from planner.places import key_path, placed
from planner.problems import InputProblems, Problem, raise_all
from planner.scenario import Scenario, parse_scenario, readable_part

type Edits = Sequence[tuple[str, Any]]
SET_BY_HAND = Origin("--set", 0)


@dataclass(frozen=True)
class Inputs:
    """What a plan is made from.

    Parameters
    ----------
    district
        The data set; None where it cannot be read.
    scenario
        The question; None where there is none, or it cannot be read.
    file
        The scenario with everything merged in, and where each value stands.
    problems
        Everything wrong with both, and with how they fit.
    """

    district: District | None = None
    scenario: Scenario | None = None
    file: MergedFile | None = None
    problems: tuple[Problem, ...] = ()


def read_inputs(data: Path, scenario: Path | None = None, edits: Edits = ()) -> Inputs:
    """Read a data set and a scenario with single values changed; nothing is raised.

    Parameters
    ----------
    data
        Folder of the data set.
    scenario
        Scenario file.
    edits
        Dotted paths and values to change, through the merge that files go through.
    """
    problems: list[Problem] = []
    district = file = question = None
    try:
        district = load_district(data)
    except InputProblems as error:
        problems += error.problems
    if scenario is not None:
        file, question = _read_scenario(scenario, edits, problems)
    if district is not None and file is not None:
        told = {problem.where for problem in problems}
        problems += [each for each in _misfits(district, question, file) if each.where not in told]
    return Inputs(district, question, file, InputProblems(problems).problems)


def _read_scenario(
    path: Path, edits: Edits, problems: list[Problem]
) -> tuple[MergedFile | None, Scenario | None]:
    """Return what a scenario is made of, if all of it is there, and the scenario, if it can be read."""
    try:
        loading = Loading(path)
        problems += loading.problems
        file = edited(loading.merged, edits)
    except InputProblems as error:
        problems += error.problems
        return None, None
    whole = file if loading.complete else None
    try:
        return whole, parse_scenario(file)
    except InputProblems as error:
        problems += loading.certain(error.problems)
        return whole, None


def read_both(data: Path, scenario: Path, edits: Edits = ()) -> tuple[District, Scenario]:
    """Read a data set and a scenario as `read_inputs` does, and raise everything wrong with them."""
    found = read_inputs(data, scenario, edits)
    raise_all(found.problems)
    assert found.district is not None and found.scenario is not None
    return found.district, found.scenario


def edited(file: MergedFile, edits: Edits) -> MergedFile:
    """Return a merged scenario with single values changed.

    Raises
    ------
    InputProblems
        If a change cannot be made, or one value is changed twice.
    """
    paths = [at for at, _ in edits]
    raise_all(
        Problem(f"--set {at}", "a second value", "each path once")
        for at in sorted(set(paths))
        if paths.count(at) > 1
    )
    data, origins = file.data, dict(file.origins)
    for at, value in edits:
        data = apply_edit(data, at, value)
        path = key_path(at)
        origins = {key: origin for key, origin in origins.items() if key[: len(path)] != path}
        origins[path] = SET_BY_HAND
    return replace(file, data=data, origins=origins)


def _misfits(district: District, scenario: Scenario | None, file: MergedFile) -> list[Problem]:
    """Return what does not fit the data; of a scenario that cannot be read whole, in the rest of it."""
    part = readable_part(file) if scenario is None else scenario
    if part is None:
        return []
    # A fund or use that could not be read is known all the same, wherever else it is named.
    left_out = {
        f"'{name}'"
        for key in ("funds", "uses")
        for name in file.data.get(key) or ()
        if name not in getattr(part, key)
    }
    found = [problem for problem in misfits(district, part) if not any(n in problem.found for n in left_out)]
    return placed(found, file)
