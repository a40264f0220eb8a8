"""Scenarios that build on one another: a parent (`extends`), `presets`, named `changes`, a file's own keys.

Priority, lowest first: the parent < the presets < the changes and own keys; of either, no two set one value.

Changes and own keys stand side by side rather than one above the other: a change that the file silently
overrode would still be listed as applied, and the order of two changes would decide a plan without anyone
having meant it. So their order never matters, and what only looks like an order is an error that names both
places.

Maps merge key by key; single values and lists replace. ``~`` takes an inherited key away (a policy goes, a
setting returns to its default) and is an error where nothing is inherited. Directly under `funds` and `uses`
stand names of the district's own, so there ``~`` is kept: it takes the fund out of the plan.

A file's `name` and `description` are its own and are not inherited; `extends`, `changes` and `district` are
paths from the file they stand in.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Literal, NamedTuple

from planner.district import Strict
from planner.merging import (
    apply_edit,
    clashes,
    difference,
    leaves,
    lines_under,
    merge,
    merge_known,
    missing_removals,
    nested,
    nothing_to_remove,
    removes,
)
from planner.preset_layers import preset_layers
from planner.problems import InputProblems, Problem, nearest, raise_all
from planner.scenario import Scenario, parse_scenario, resolve_scenario
from planner.wording import shown
from planner.yaml_file import KeyPath, YamlFile, read_yaml, undotted, validate

MAX_SCENARIO_BYTES = 1024 * 1024
MAX_PARENTS = 10
MAX_CHANGES = 50
MAX_PRESETS = 50
# Keys that a change may not set: they say what a file is and what it is made of.
OWN_KEYS = ("name", "description", "extends", "presets", "changes")
NOT_INHERITED = ("name", "description")


class Origin(NamedTuple):
    """Where a value stands: the file as seen from the scenario's folder, and the line; 0 for no file's."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def words(self) -> str:
        """The file and the line in words."""
        return f"{self.file} line {self.line}" if self.line else self.file


@dataclass(frozen=True)
class Source:
    """A file that a scenario is made of.

    Parameters
    ----------
    file
        The file as seen from the scenario's folder.
    role
        ``parent``, ``preset``, ``change`` or ``scenario``.
    name, description
        As the file gives them.
    """

    file: str
    role: Literal["parent", "preset", "change", "scenario"]
    name: str
    description: str = ""


@dataclass(frozen=True)
class MergedFile(YamlFile):
    """A scenario with everything inherited merged in, and the origin of every value.

    Parameters
    ----------
    origins
        Where each key path stands, maps included.
    sources
        The files it is made of, lowest priority first.
    """

    origins: Mapping[KeyPath, Origin] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    def place(self, path: KeyPath) -> str:
        """Return ``file line n`` of the file where the nearest key really stands."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins[path].words if path else self.name


class Change(Strict):
    """A named change: a difference to a scenario, with what it is for."""

    name: str
    description: str = ""
    author: str = ""
    reference: str = ""
    set: dict[str, Any]


# Reading --------------------------------------------------------------------------------------------------


def load_scenario(path: str | Path, within: str | Path | None = None) -> Scenario:
    """Read a scenario file and everything it builds on.

    Parameters
    ----------
    path
        The scenario file.
    within
        Folder that no path in the files may leave; the folder above the scenario's own where None, so that
        scenarios in sister folders can share a parent.

    Raises
    ------
    InputProblems
        Everything wrong in any of the files, each with the file and line where it stands.
    """
    return Loading(Path(path), within).scenario()


def merged_file(path: str | Path, within: str | Path | None = None) -> MergedFile:
    """Read a scenario file and merge everything it builds on, without judging the values."""
    loading = Loading(Path(path), within)
    raise_all(loading.problems)
    return loading.merged


def origins(path: str | Path, within: str | Path | None = None) -> dict[KeyPath, Origin]:
    """Return the file and line of every value of a scenario, by key path."""
    return value_origins(merged_file(path, within))


def value_origins(file: MergedFile) -> dict[KeyPath, Origin]:
    """Return the file and line of every value of a merged file, by key path."""
    return {path: file.origins[path] for path in _value_paths(file.data)}


def _value_paths(data: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    if not inner:
        yield at
    for key, value in inner:
        yield from _value_paths(value, (*at, key))


class Loading:
    """One reading of a scenario and the files it builds on, which gathers problems as it goes."""

    def __init__(self, path: Path, within: str | Path | None = None) -> None:
        self.problems: list[Problem] = []
        self.sources: list[Source] = []
        self.complete = True
        self.bytes_left = MAX_SCENARIO_BYTES
        target = path.resolve()
        self.folder = target.parent
        self.within = Path(within).resolve() if within is not None else self.folder.parent
        if not target.is_relative_to(self.within):
            raise_all([Problem(path.name, "a file outside the folder it must be in", "a file inside it")])
        data, places = self.read(target, [])
        name = self.shown(target)
        self.merged = MergedFile(name, data, {}, places, tuple(self.sources))

    def scenario(self) -> Scenario:
        """Return the scenario, or raise everything found wrong."""
        try:
            scenario = parse_scenario(self.merged)
        except InputProblems as error:
            self.problems += self.certain(error.problems)
        raise_all(self.problems)
        return scenario

    def certain(self, found: Iterable[Problem]) -> list[Problem]:
        """Return problems without those that a file which cannot be read may well put right."""
        return [problem for problem in found if self.complete or problem.found != "nothing"]

    def read(self, path: Path, below: list[Path]) -> tuple[dict[str, Any], dict[KeyPath, Origin]]:
        """Return a file merged onto its parents, and where each key stands."""
        file = self.open(path)
        if file is None:
            return {}, {}
        data, places = self.parent(file, path, [*below, path])
        presets = self.presets(file)
        for layer in presets:
            data, places = merge_known(data, layer.data), _places_after(places, layer)
        layers = [*self.changes(file, path), self.own(file, path, bool(below))]
        self.problems += [*clashes(presets), *clashes(layers)]
        if self.complete:
            self.problems += [
                nothing_to_remove(data, at, layer.where(at))
                for layer in layers
                for at in missing_removals(data, layer.data)
            ]
        for layer in layers:
            data, places = merge_known(data, layer.data), _places_after(places, layer)
        return data, places

    def open(self, path: Path) -> YamlFile | None:
        """Return a file that is known to be inside the folder, or note why it cannot be read."""
        try:
            file = read_yaml(path, self.shown(path), self.bytes_left)
        except InputProblems as error:
            self.problems += error.problems
            self.complete = False
            return None
        self.bytes_left -= path.stat().st_size
        return file

    def shown(self, path: Path) -> str:
        """Return a path as seen from the scenario's folder."""
        return Path(os.path.relpath(path, self.folder)).as_posix()

    def parent(
        self, file: YamlFile, path: Path, chain: list[Path]
    ) -> tuple[dict[str, Any], dict[KeyPath, Origin]]:
        """Return what the file's parent gives it."""
        target = self.target(file, ("extends",), path) if "extends" in file.data else None
        if target is None:
            return {}, {}
        if target in chain:
            names = " -> ".join(self.shown(step) for step in [*chain[chain.index(target) :], target])
            return self.give_up(
                Problem(file.where(("extends",)), f"a circle, {names}", "a parent that ends the chain")
            )
        if len(chain) > MAX_PARENTS:
            found = f"more than {MAX_PARENTS} parents above one another"
            return self.give_up(Problem(file.where(("extends",)), found, f"at most {MAX_PARENTS}"))
        data, places = self.read(target, chain)
        inherited = {key: value for key, value in data.items() if key not in NOT_INHERITED}
        return inherited, {at: place for at, place in places.items() if at[0] in inherited}

    def give_up(self, problem: Problem) -> tuple[dict[str, Any], dict[KeyPath, Origin]]:
        """Note that a parent cannot be had."""
        self.problems.append(problem)
        self.complete = False
        return {}, {}

    def own(self, file: YamlFile, path: Path, is_parent: bool) -> YamlFile:
        """Return the file's own keys, with the path of its district as seen from the scenario's folder."""
        data = {
            key: value for key, value in file.data.items() if key not in ("extends", "presets", "changes")
        }
        role: Literal["parent", "scenario"] = "parent" if is_parent else "scenario"
        self.sources.append(
            Source(file.name, role, str(data.get("name", "")), str(data.get("description", "")))
        )
        if isinstance(data.get("district"), str):
            folder = self.confined(file, ("district",), data["district"], path)
            data["district"] = self.shown(folder) if folder else data["district"]
        return YamlFile(file.name, data, {at: line for at, line in file.lines.items() if at[0] in data})

    def presets(self, file: YamlFile) -> list[YamlFile]:
        """Return a layer for every key that the presets set, under the district's names."""
        listed = file.data.get("presets", [])
        if not isinstance(listed, list) or len(listed) > MAX_PRESETS:
            found = f"{len(listed)} presets" if isinstance(listed, list) else shown(listed)
            self.problems.append(Problem(file.where(("presets",)), found, f"a list of at most {MAX_PRESETS}"))
            return []
        return [layer for position in range(len(listed)) for layer in self.preset(file, position)]

    def preset(self, file: YamlFile, position: int) -> list[YamlFile]:
        """Return a layer for every key of one preset, or note why it cannot be had."""
        try:
            preset, layers = preset_layers(file, ("presets", position))
        except InputProblems as error:
            self.problems += error.problems
            self.complete = False
            return []
        self.sources.append(Source(layers[0].name, "preset", preset.title, preset.source))
        return layers

    def changes(self, file: YamlFile, path: Path) -> list[YamlFile]:
        """Return a layer for every key that the file's changes set."""
        listed = file.data.get("changes", [])
        if not isinstance(listed, list) or len(listed) > MAX_CHANGES:
            found = shown(listed) if not isinstance(listed, list) else f"{len(listed)} changes"
            expected = f"a list of at most {MAX_CHANGES} files"
            self.problems.append(Problem(file.where(("changes",)), found, expected))
            return []
        targets: list[Path] = []
        for position in range(len(listed)):
            target = self.target(file, ("changes", position), path)
            if target in targets:
                found = f"'{listed[position]}' a second time"
                self.problems.append(Problem(file.where(("changes", position)), found, "each change once"))
            elif target is not None:
                targets.append(target)
        return [layer for target in targets for layer in self.change(target)]

    def change(self, path: Path) -> list[YamlFile]:
        """Return a layer for every key under `set` of a change."""
        file = self.open(path)
        if file is None:
            return []
        try:
            change = validate(Change, file, strict=True)
        except InputProblems as error:
            self.problems += error.problems
            return []
        self.sources.append(Source(file.name, "change", change.name, change.description))
        layers = []
        for key, value in change.set.items():
            keys = undotted(key)
            if not keys or keys[0] in (*OWN_KEYS, "district"):
                expected = "a key of a scenario, or a path such as high_need.top_share"
                self.problems.append(Problem(file.where(("set", key)), f"key '{key}'", expected))
            else:
                layers.append(YamlFile(file.name, nested(keys, value), lines_under(file, key, keys)))
        return layers

    def target(self, file: YamlFile, at: KeyPath, path: Path) -> Path | None:
        """Return the file that a path in a file names, or note why it cannot be used."""
        given: Any = file.data
        for key in at:
            given = given[key]
        target = self.confined(file, at, given, path)
        if target is None:
            self.complete = False
            return None
        if target.suffix not in (".yaml", ".yml"):
            problem = Problem(file.where(at), shown(given), "a file that ends in .yaml")
        elif target.is_file():
            return target
        else:
            hint = _nearest_file(target)
            problem = Problem(file.where(at), f"no file '{given}'", "a YAML file", hint)
        self.problems.append(problem)
        self.complete = False
        return None

    def confined(self, file: YamlFile, at: KeyPath, given: Any, path: Path) -> Path | None:
        """Return where a relative path leads, or note that it is no such path or leaves the folder."""
        expected = "a path from this file's folder, such as ../base.yaml"
        if isinstance(given, str) and given and _is_relative(given):
            target = (path.parent / given).resolve()
            if target.is_relative_to(self.within):
                return target
            expected = "a path that stays inside the folder above the scenario's"
        self.problems.append(Problem(file.where(at), shown(given), expected))
        return None


def _nearest_file(target: Path) -> str:
    """Return the hint at a file of the same folder; endings are alike in all, so they are left out of it."""
    beside = [other.stem for other in target.parent.glob(f"*{target.suffix}") if other.is_file()]
    hint = nearest(target.stem, beside)
    return hint and f"{hint.removesuffix("'?")}{target.suffix}'?"


def _is_relative(given: str) -> bool:
    windows = PureWindowsPath(given)
    plain = given.isprintable() and len(given) <= 1000 and "\\" not in given
    return plain and not PurePosixPath(given).is_absolute() and not windows.drive and not windows.root


def _places_after(places: Mapping[KeyPath, Origin], layer: YamlFile) -> dict[KeyPath, Origin]:
    """Return where each key stands once a layer is merged in."""
    written = dict(leaves(layer.data))
    replaced = {path for path, value in written.items() if value != {}}
    gone = {path for path, value in written.items() if removes(path, value)}
    kept = {
        at: place
        for at, place in places.items()
        if not any(at[:n] in replaced for n in range(1, len(at) + 1))
    }
    new = {at: Origin(layer.name, line) for at, line in layer.lines.items() if at not in gone}
    return kept | new


__all__ = [
    "Change",
    "MergedFile",
    "Origin",
    "Source",
    "apply_edit",
    "difference",
    "load_scenario",
    "merge",
    "merged_file",
    "origins",
    "resolve_scenario",
    "value_origins",
]
