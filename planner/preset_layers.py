"""A preset as layers of a scenario: its keys under the district's names, each with the line it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.merging import lines_under, nested
from planner.presets import Preset, PresetEntry, preset_file, read_preset, renamed, used_names
from planner.problems import Problem, nearest, raise_all
from planner.yaml_file import KeyPath, YamlFile, undotted, validate


def preset_layers(file: YamlFile, at: KeyPath) -> tuple[Preset, list[YamlFile]]:
    """Return a preset and a layer for every key that it sets.

    Parameters
    ----------
    file
        The scenario file.
    at
        Where in it the entry stands: a preset's name, or a map with `preset` and `names`.

    Raises
    ------
    InputProblems
        If there is no such preset, or `names` holds a name that it does not use.
    """
    given = file.data["presets"][at[-1]]
    given = {"preset": given} if isinstance(given, str) else given
    entry = validate(PresetEntry, file, at, given, strict=True)
    preset = read_preset(entry.preset, file.where(at))
    sets = [(key, nested(undotted(key), value)) for key, value in preset.set.items()]
    known = set().union(*(used_names(data) for _, data in sets))
    expected = f"a name that the preset {entry.preset} uses"
    raise_all(
        Problem(file.where((*at, "names", name)), f"'{name}'", expected, nearest(name, known))
        for name in entry.names
        if name not in known
    )
    source = preset_file(entry.preset)
    return preset, [_layer(source, key, renamed(data, entry.names)) for key, data in sets]


def _layer(file: YamlFile, key: str, data: dict[str, Any]) -> YamlFile:
    """Return one key of a preset; what was renamed stands on the line of its key."""
    lines = dict.fromkeys(_all_paths(data), file.lines["set", key])
    own = {at: line for at, line in lines_under(file, key, undotted(key)).items() if at in lines}
    return YamlFile(file.name, data, lines | own)


def _all_paths(data: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield every key path of some data, maps and lists included."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*at, key)
        yield from _all_paths(value, (*at, key))
