"""Merging plain data: the one way in which parents, changes, own keys and edits on a page are combined.

Maps merge key by key; single values and lists replace. None (``~`` in YAML) takes an inherited key away and
is an error where there is none. Directly under `funds` and `uses` stand names of the district's own, so
there None is kept: it takes the fund out of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from planner.problems import Problem, nearest, raise_all
from planner.yaml_file import KeyPath, YamlFile, dotted, undotted

# Maps whose entries name things of the district: there ~ is a value and not a removal.
DISTRICT_MAPS = ("funds", "uses")


def merge(base: Mapping[str, Any], diff: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with a difference merged in; neither is touched.

    Parameters
    ----------
    base
        Nested plain data.
    diff
        Nested plain data: maps merge key by key, single values and lists replace, None takes away.

    Raises
    ------
    InputProblems
        If something is taken away that is not there.
    """
    raise_all(nothing_to_remove(base, path, dotted(path)) for path in missing_removals(base, diff))
    return merge_known(base, diff)


def apply_edit(data: Mapping[str, Any], path: str | KeyPath, value: Any) -> dict[str, Any]:
    """Return the data with one value set, through the same merge that files go through.

    Parameters
    ----------
    data
        Nested plain data.
    path
        ``policies.transfers.max_share_per_school``; numbers count list entries from 0.
    value
        The new value; a map merges, None takes away.

    Raises
    ------
    InputProblems
        If something is taken away that is not there, or a list has no such entry.
    """
    keys = undotted(path) if isinstance(path, str) else path
    if not keys:
        raise_all([Problem("edit", "an empty path", "a path such as high_need.top_share")])
    for length in range(1, len(keys)):
        held = value_at(data, keys[:length])
        if isinstance(held, list):
            entries = _with_entry(held, keys, length, value)
            return merge(data, nested(keys[:length], entries))
    return merge(data, nested(keys, value))


def _with_entry(entries: list[Any], keys: KeyPath, at: int, value: Any) -> list[Any]:
    """Return a list with the value set inside one of its entries."""
    number = str(keys[at])
    if not number.isdecimal() or int(number) >= len(entries):
        raise_all(
            [Problem(dotted(keys[: at + 1]), f"a list of {len(entries)}", f"a number below {len(entries)}")]
        )
    position, rest = int(number), keys[at + 1 :]
    entry = entries[position]
    new = apply_edit(entry if isinstance(entry, dict) else {}, rest, value) if rest else value
    return [*entries[:position], new, *entries[position + 1 :]]


def difference(base: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to merge into `base` to get `target`: a draft as a change, or a change undone."""
    diff: dict[str, Any] = {key: None for key in base if key not in target}
    for key, value in target.items():
        old = base.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            inner = difference(old, value)
            if inner:
                diff[key] = inner
        elif key not in base or not _same(old, value):
            diff[key] = deepcopy(value)
    return diff


def _same(one: Any, other: Any) -> bool:
    # 1 == True in Python, not in a scenario.
    return type(one) is type(other) and bool(one == other)


def leaves(diff: Mapping[str, Any], at: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Yield every path that a difference writes, with its value; an empty map is a leaf."""
    for key, value in diff.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*at, key))
        else:
            yield (*at, key), value


def missing_removals(base: Mapping[str, Any], diff: Mapping[str, Any]) -> list[KeyPath]:
    """Return the paths that a difference takes away and that `base` does not have."""
    return [path for path, value in leaves(diff) if removes(path, value) and not _has(base, path)]


def removes(path: KeyPath, value: Any) -> bool:
    """Tell whether writing this value at this path takes the key away."""
    return value is None and not (len(path) == 2 and path[0] in DISTRICT_MAPS)


def merge_known(base: Mapping[str, Any], diff: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with a difference merged in that takes away only what is there."""
    merged: dict[str, Any] = deepcopy(dict(base))
    for path, value in leaves(diff):
        _put(merged, path, value)
    return merged


def _put(data: dict[str, Any], path: KeyPath, value: Any) -> None:
    *above, last = (str(key) for key in path)
    for key in above:
        if not isinstance(data.get(key), dict):
            data[key] = {}
        data = data[key]
    if removes(path, value):
        data.pop(last, None)
    elif value != {} or not isinstance(data.get(last), dict):
        data[last] = deepcopy(value)


def nested(path: KeyPath, value: Any) -> dict[str, Any]:
    """Return maps inside maps that hold a value at a path."""
    for key in reversed(path):
        value = {str(key): value}
    return dict(value)


def _has(data: Any, path: KeyPath) -> bool:
    for key in path:
        if not isinstance(data, Mapping) or key not in data:
            return False
        data = data[key]
    return True


def value_at(data: Any, path: KeyPath) -> Any:
    """Return the value at a path of maps, or None where there is none."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def nothing_to_remove(base: Mapping[str, Any], path: KeyPath, where: str) -> Problem:
    """Return the problem of taking away what is not there."""
    above = value_at(base, path[:-1])
    hint = nearest(str(path[-1]), [str(key) for key in above]) if isinstance(above, Mapping) else ""
    found = f"~ for '{path[-1]}', which is not inherited"
    return Problem(where, found, "~ only for something inherited", hint)


def clashes(layers: Sequence[YamlFile]) -> Iterator[Problem]:
    """Yield every path that two layers write, or that one writes inside what another sets."""
    written = [(layer, path, value) for layer in layers for path, value in leaves(layer.data)]
    # Two empty maps, or an empty map and what stands inside it, do not contradict one another.
    owners: dict[KeyPath, YamlFile] = {}
    for layer, path, value in written:
        if value != {} and path in owners:
            yield _clash(layer, path, owners[path], path)
        elif value != {}:
            owners[path] = layer
    for layer, path, value in written:
        for length in range(1, len(path) + 1):
            other = owners.get(path[:length])
            if other is not None and other is not layer and (length < len(path) or value == {}):
                yield _clash(layer, path, other, path[:length])


def _clash(layer: YamlFile, path: KeyPath, other: YamlFile, above: KeyPath) -> Problem:
    what = "it" if above == path else dotted(above)
    found = f"a second value ({other.place(above)} sets {what} too)"
    return Problem(layer.where(path), found, "one place that sets it", "drop one, or let one be the parent's")


def lines_under(file: YamlFile, key: str, keys: KeyPath) -> dict[KeyPath, int]:
    """Return the lines of a key of `set` and of all inside it, by their paths in the scenario."""
    own = {keys[:length]: file.lines[("set", key)] for length in range(1, len(keys) + 1)}
    return own | {(*keys, *at[2:]): line for at, line in file.lines.items() if at[:2] == ("set", key)}
