"""Presets: named changes that come with the planner, each a YAML file with its source.

A scenario names them as ``presets: [class_size/fl, funds/esser_iii]``. They stand above the parent and below
the scenario's changes and own keys, which may set anything of theirs anew. Districts name courses, funds and
uses differently, so an entry may say what a preset's names are called here::

    presets:
      - {preset: class_size/nc, names: {K core: Kindergarten, 2-3 core: [Grade 2, Grade 3]}}

A name may stand for several, or for ``~``, which leaves it out. Where two names become one, the tighter
limit stands. Laws change: every file says what to verify before it is relied on.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from planner.district import Strict
from planner.problems import Problem, nearest, raise_all
from planner.yaml_file import YamlFile, read_yaml, validate

FOLDER = Path(__file__).parent
Names = dict[str, str | list[str] | None]


class Preset(Strict):
    """A preset file.

    Parameters
    ----------
    title, source
        What it is, and the statute or study that it comes from.
    effective
        Since when, or for which years, it holds.
    verify
        What to check before relying on it.
    values
        Figures that a policy reads from here, by name.
    set
        What it sets in a scenario, by dotted path.
    """

    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    effective: str = Field(min_length=1)
    verify: str = Field(min_length=1)
    values: dict[str, float] = Field(default_factory=dict)
    set: dict[str, Any] = Field(min_length=1)


class PresetEntry(Strict):
    """One entry under ``presets``: which, and what its names are called in the district."""

    preset: str
    names: Names = Field(default_factory=dict)


@cache
def preset_names() -> tuple[str, ...]:
    """Return every preset's name, such as ``class_size/fl``, sorted."""
    files = FOLDER.rglob("*.yaml")
    return tuple(sorted(file.relative_to(FOLDER).with_suffix("").as_posix() for file in files))


@cache
def preset_file(name: str, where: str = "presets") -> YamlFile:
    """Return a preset's file; raises `InputProblems` with the nearest name where there is no such preset."""
    if name not in preset_names():
        expected = f"one of {', '.join(preset_names())}"
        raise_all([Problem(where, f"the preset '{name}'", expected, nearest(name, preset_names()))])
    return read_yaml(FOLDER / f"{name}.yaml", f"preset {name}")


def read_preset(name: str, where: str = "presets") -> Preset:
    """Return a preset; `where` is shown in problems."""
    return validate(Preset, preset_file(name, where), strict=True)


def used_names(data: Any) -> set[str]:
    """Return every key and list entry of a preset's data: the names that an entry may give anew."""
    if isinstance(data, Mapping):
        return {str(key) for key in data}.union(*map(used_names, data.values()))
    return {str(item) for item in data} if isinstance(data, list) else set()


def renamed(data: Any, names: Mapping[str, str | list[str] | None]) -> Any:
    """Return a preset's data with its keys and list entries under the district's names."""
    if isinstance(data, list):
        return [new for item in data for new in _called(item, names)]
    if not isinstance(data, Mapping):
        return data
    found: dict[str, Any] = {}
    for key, value in data.items():
        for new in _called(key, names):
            inner = renamed(value, names)
            found[new] = _tighter(found[new], inner) if new in found else inner
    return found


def _called(name: Any, names: Mapping[str, str | list[str] | None]) -> list[Any]:
    new = names.get(name, name) if isinstance(name, str) else name
    return [] if new is None else new if isinstance(new, list) else [new]


def _tighter(one: Any, other: Any) -> Any:
    """Of two class-size limits the lower."""
    limits = [
        part.get("max", float("inf")) if isinstance(part, Mapping) else float("inf") for part in (one, other)
    ]
    return other if limits[1] < limits[0] else one
