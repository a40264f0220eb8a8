"""Scenarios that build on one another: what is merged, what is refused, and where every value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.inheritance import (
    MAX_CHANGES,
    MAX_PARENTS,
    MAX_SCENARIO_BYTES,
    Origin,
    Source,
    apply_edit,
    difference,
    load_scenario,
    merge,
    merged_file,
    origins,
    resolve_scenario,
)
from planner.merging import leaves
from planner.policies.base import POLICIES
from planner.problems import InputProblems

OBJECTIVE = "objective:\n  measures:\n    - {measure: teachers, index: shortfall}\n"
BASE = (
    "name: Base\ndescription: the base\n"
    + OBJECTIVE
    + "policies:\n  transfers: {max_share_per_school: 0.1}\n  hiring: {}\n"
)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files into a folder of the tree and return the last of them."""
    path = folder
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path


def said(path: Path) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        load_scenario(path)
    return [str(problem) for problem in caught.value.problems]


# What is merged ---------------------------------------------------------------------------------------------


def test_a_child_changes_adds_and_removes(tmp_path: Path) -> None:
    child = (
        "name: Child\nextends: base.yaml\nfte_step: 0.5\n"
        "policies:\n  transfers: {voluntary: true}\n  hiring: ~\n  stipends: {tiers: [{dollars: 5000}]}\n"
    )
    scenario = load_scenario(write(tmp_path, {"base.yaml": BASE, "child.yaml": child}))
    assert scenario.resolved() == {
        "name": "Child",
        "objective": {"measures": [{"measure": "teachers", "index": "shortfall", "weight": 1.0}]},
        "policies": {
            "stipends": {"tiers": [{"dollars": 5000.0}]},
            "transfers": {"max_share_per_school": 0.1, "voluntary": True},
        },
        "fte_step": 0.5,
    }
    assert resolve_scenario(scenario.resolved()) == scenario


def test_changes_set_nested_and_dotted_keys(tmp_path: Path) -> None:
    change = (
        "name: K-3 at 20\ndescription: smaller\nauthor: us\nreference: none\n"
        "set:\n"
        '  policies.class_size.courses."Alg. 1".max: 25\n'
        "  policies:\n    class_size: {courses: {K-3 core: {max: 20}}}\n    hiring: ~\n"
        "  high_need.top_share: 0.3\n"
    )
    child = "name: Child\nextends: ../base.yaml\nchanges: [changes/small.yaml]\n"
    path = write(tmp_path, {"base.yaml": BASE, "a/changes/small.yaml": change, "a/child.yaml": child})
    data = merged_file(path).data
    assert data["policies"] == {
        "transfers": {"max_share_per_school": 0.1},
        "class_size": {"courses": {"Alg. 1": {"max": 25}, "K-3 core": {"max": 20}}},
    }
    assert data["high_need"] == {"top_share": 0.3}
    assert merged_file(path).sources == (
        Source("../base.yaml", "parent", "Base", "the base"),
        Source("changes/small.yaml", "change", "K-3 at 20", "smaller"),
        Source("child.yaml", "scenario", "Child", ""),
    )


def test_name_and_description_are_not_inherited(tmp_path: Path) -> None:
    path = write(tmp_path, {"base.yaml": BASE, "child.yaml": "extends: base.yaml\n"})
    assert said(path) == ["child.yaml, name: found nothing; expected the key 'name'"]
    path = write(tmp_path, {"child.yaml": "name: Child\nextends: base.yaml\n"})
    assert load_scenario(path).description == ""


def test_the_district_is_found_from_the_scenario(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"a/base.yaml": BASE + "district: data\n", "b/child.yaml": "name: Child\nextends: ../a/base.yaml\n"},
    )
    assert load_scenario(path).district == "../a/data"


def test_a_fund_is_taken_out_and_back_in(tmp_path: Path) -> None:
    base = BASE + "funds: {esser: ~, general: {dollars: 5}}\n"
    child = "name: Child\nextends: base.yaml\nfunds: {esser: {}, title_i: ~, general: {dollars: ~}}\n"
    path = write(tmp_path, {"base.yaml": base, "child.yaml": child})
    assert load_scenario(path).funds == {"esser": {}, "title_i": None, "general": {}}


def test_lists_and_single_values_replace(tmp_path: Path) -> None:
    child = "name: C\nextends: base.yaml\nobjective: {measures: [{measure: dollars, index: gini}]}\n"
    scenario = load_scenario(write(tmp_path, {"base.yaml": BASE, "child.yaml": child}))
    assert [term.name for term in scenario.objective.measures] == ["dollars gini"]


def test_a_grandchild_overrides_what_a_parents_change_set(tmp_path: Path) -> None:
    files = {
        "base.yaml": BASE,
        "step.yaml": "name: Step\nset: {fte_step: 1}\n",
        "child.yaml": "name: C\nextends: base.yaml\nchanges: [step.yaml]\n",
        "grandchild.yaml": "name: G\nextends: child.yaml\nfte_step: 0.5\n",
    }
    assert load_scenario(write(tmp_path, files)).fte_step == 0.5


# Where values come from -------------------------------------------------------------------------------------


def test_every_value_has_its_file_and_line(tmp_path: Path) -> None:
    files = {
        "base.yaml": BASE,
        "changes/paid.yaml": "name: P\nset:\n  policies.stipends:\n    tiers:\n      - {dollars: 5000}\n",
        "child.yaml": (
            "name: C\nextends: base.yaml\nchanges: [changes/paid.yaml]\n"
            "policies:\n  transfers:\n    voluntary: true\n  hiring: {freeze: true}\nfunds: {esser: ~}\n"
        ),
    }
    assert origins(write(tmp_path, files)) == {
        ("name",): Origin("child.yaml", 1),
        ("objective", "measures", 0, "measure"): Origin("base.yaml", 5),
        ("objective", "measures", 0, "index"): Origin("base.yaml", 5),
        ("policies", "transfers", "max_share_per_school"): Origin("base.yaml", 7),
        ("policies", "transfers", "voluntary"): Origin("child.yaml", 6),
        ("policies", "hiring", "freeze"): Origin("child.yaml", 7),
        ("policies", "stipends", "tiers", 0, "dollars"): Origin("changes/paid.yaml", 5),
        ("funds", "esser"): Origin("child.yaml", 8),
    }
    assert str(Origin("base.yaml", 7)) == "base.yaml:7"


def test_a_replaced_list_leaves_no_old_lines(tmp_path: Path) -> None:
    child = "name: C\nextends: base.yaml\nobjective:\n  measures: [{measure: dollars, index: gini}]\n"
    path = write(tmp_path, {"base.yaml": BASE, "child.yaml": child})
    inside = {at: place for at, place in origins(path).items() if at[0] == "objective"}
    assert set(inside.values()) == {Origin("child.yaml", 4)}
    assert len(inside) == 2


def test_a_wrong_value_is_reported_where_it_stands(tmp_path: Path) -> None:
    files = {
        "base.yaml": BASE.replace("0.1", "10"),
        "small.yaml": "name: S\nset:\n  policies.class_size.courses.K-3 core.max: -3\n",
        "child.yaml": "name: C\nextends: base.yaml\nchanges: [small.yaml]\n\nfte_step: wide\nhigh_ned: {}\n",
    }
    assert said(write(tmp_path, files)) == [
        "base.yaml line 7, policies.transfers.max_share_per_school: found 10; expected a number from 0 to 1 "
        "(10% is written 0.1)",
        "child.yaml line 5, fte_step: found 'wide'; expected a number above 0 and at most 100",
        "child.yaml line 6, high_ned: found key 'high_ned'; expected one of description, district, fte_step, "
        "funds, high_need, name, objective, policies, section_step, solver, sweep, uses, years "
        "(did you mean 'high_need'?)",
        "small.yaml line 3, policies.class_size.courses.K-3 core.max: found -3; "
        "expected a number above 0 and at most 200",
    ]


# What is refused --------------------------------------------------------------------------------------------

START = "name: C\nextends: base.yaml\n"
REFUSED: dict[str, tuple[dict[str, str], list[str]]] = {
    "two changes set one value": (
        {
            "a.yaml": "name: A\nset:\n  fte_step: 1\n",
            "b.yaml": "name: B\n\nset:\n  fte_step: 1\n",
            "child.yaml": START + "changes: [a.yaml, b.yaml]\n",
        },
        [
            "b.yaml line 4, fte_step: found a second value (a.yaml line 3 sets it too); "
            "expected one place that sets it (drop one, or let one be the parent's)"
        ],
    ),
    "a change and the file itself set one value": (
        {
            "a.yaml": "name: A\nset: {high_need: {top_share: 0.3}}\n",
            "child.yaml": START + "changes: [a.yaml]\nhigh_need:\n  top_share: 0.2\n",
        },
        [
            "child.yaml line 5, high_need.top_share: found a second value (a.yaml line 2 sets it too); "
            "expected one place that sets it (drop one, or let one be the parent's)"
        ],
    ),
    "one takes away what another sets inside": (
        {
            "a.yaml": "name: A\nset:\n  policies.transfers: ~\n",
            "b.yaml": "name: B\nset:\n  policies.transfers.voluntary: true\n",
            "child.yaml": START + "changes: [b.yaml, a.yaml]\n",
        },
        [
            "b.yaml line 3, policies.transfers.voluntary: found a second value "
            "(a.yaml line 3 sets policies.transfers too); "
            "expected one place that sets it (drop one, or let one be the parent's)"
        ],
    ),
    "one change sets a value twice": (
        {
            "a.yaml": "name: A\nset:\n  high_need: {top_share: 0.3}\n  high_need.top_share: 0.2\n",
            "child.yaml": START + "changes: [a.yaml]\n",
        },
        [
            "a.yaml line 4, high_need.top_share: found a second value (a.yaml line 3 sets it too); "
            "expected one place that sets it (drop one, or let one be the parent's)"
        ],
    ),
    "one change listed twice": (
        {"a.yaml": "name: A\nset: {fte_step: 1}\n", "child.yaml": START + "changes: [a.yaml, ./a.yaml]\n"},
        ["child.yaml line 3, changes.1: found './a.yaml' a second time; expected each change once"],
    ),
    "nothing to take away": (
        {"child.yaml": START + "fte_step: ~\npolicies:\n  transfer: ~\n"},
        [
            "child.yaml line 3, fte_step: found ~ for 'fte_step', which is not inherited; "
            "expected ~ only for something inherited",
            "child.yaml line 5, policies.transfer: found ~ for 'transfer', which is not inherited; "
            "expected ~ only for something inherited (did you mean 'transfers'?)",
        ],
    ),
    "a missing parent, and more": (
        {
            "child.yaml": (
                "name: C\nextends: bose.yaml\nchanges: [base.yam, nope.yaml]\n"
                "policies: {transfer: {}}\nfte_step: wide\n"
            )
        },
        [
            "child.yaml line 2, extends: found no file 'bose.yaml'; expected a YAML file "
            "(did you mean 'base.yaml'?)",
            "child.yaml line 3, changes.0: found 'base.yam'; expected a file that ends in .yaml",
            "child.yaml line 3, changes.1: found no file 'nope.yaml'; expected a YAML file",
            "child.yaml line 4, policies.transfer: found policy 'transfer'; "
            f"expected one of {', '.join(POLICIES.names())} (did you mean 'transfers'?)",
            "child.yaml line 5, fte_step: found 'wide'; expected a number above 0 and at most 100",
        ],
    ),
    "wrong types": (
        {"child.yaml": "name: C\nextends: [base.yaml]\nchanges: a.yaml\n"},
        [
            "child.yaml line 2, extends: found [base.yaml]; "
            "expected a path from this file's folder, such as ../base.yaml",
            "child.yaml line 3, changes: found 'a.yaml'; expected a list of at most 50 files",
        ],
    ),
    "an empty extends": (
        {"child.yaml": "name: C\nextends:\n" + OBJECTIVE},
        [
            "child.yaml line 2, extends: found nothing; "
            "expected a path from this file's folder, such as ../base.yaml"
        ],
    ),
    "a change that is not one": (
        {
            "a.yaml": "name: A\nsets: {fte_step: 1}\nauthor: 5\n",
            "child.yaml": START + "changes: [a.yaml]\n",
        },
        [
            "a.yaml line 2, sets: found key 'sets'; "
            "expected one of author, description, name, reference, set (did you mean 'set'?)",
            "a.yaml line 3, author: found 5; expected text",
            "a.yaml, set: found nothing; expected the key 'set'",
        ],
    ),
    "keys that a change may not set": (
        {
            "a.yaml": "name: A\nset:\n  name: X\n  extends: base.yaml\n  a..b: 1\n  '': 1\n",
            "child.yaml": START + "changes: [a.yaml]\n",
        },
        [
            f"a.yaml line {line}, set.{shown}: found key '{key}'; "
            "expected a key of a scenario, or a path such as high_need.top_share"
            for line, key, shown in (
                (3, "name", "name"),
                (4, "extends", "extends"),
                (5, "a..b", '"a..b"'),
                (6, "", ""),
            )
        ],
    ),
    "a defect of YAML in the parent": (
        {"base.yaml": "name: B\na: *x\n", "child.yaml": START},
        ["base.yaml line 2: found an alias (*name); expected the value written out"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_how_it_is_said(tmp_path: Path, name: str) -> None:
    files, expected = REFUSED[name]
    assert said(write(tmp_path, {"base.yaml": BASE, **files})) == sorted(expected)


@pytest.mark.parametrize(
    "given",
    [
        "/etc/base.yaml",
        "C:\\base.yaml",
        "c:base.yaml",
        "\\\\host\\base.yaml",
        "a\0.yaml",
        "",
        "x" * 2000 + ".yaml",
    ],
)
def test_only_relative_paths(tmp_path: Path, given: str) -> None:
    text = f"name: C\nextends: {given!r}\n" if "\0" not in given else 'name: C\nextends: "a\\0.yaml"\n'
    problems = said(write(tmp_path, {"child.yaml": text}))
    assert len(problems) == 1
    assert problems[0].endswith("expected a path from this file's folder, such as ../base.yaml")


def test_no_path_leaves_the_tree(tmp_path: Path) -> None:
    stays = "expected a path that stays inside the folder above the scenario's"
    outside = write(tmp_path, {"base.yaml": BASE})
    text = "name: C\nextends: ../../base.yaml\nchanges: [../../base.yaml]\ndistrict: ../../data\n"
    path = write(tmp_path, {"a/b/child.yaml": text})
    assert said(path) == [
        f"child.yaml line 2, extends: found '../../base.yaml'; {stays}",
        f"child.yaml line 3, changes.0: found '../../base.yaml'; {stays}",
        f"child.yaml line 4, district: found '../../data'; {stays}",
    ]
    assert load_scenario(write(tmp_path, {"a/b/child.yaml": text.replace("changes", "# ")}), within=tmp_path)
    (tmp_path / "a/b/link.yaml").symlink_to(outside)
    problems = said(write(tmp_path, {"a/b/child.yaml": "name: C\nextends: link.yaml\n"}))
    assert problems == [f"child.yaml line 2, extends: found 'link.yaml'; {stays}"]
    with pytest.raises(InputProblems, match="outside the folder it must be in"):
        load_scenario(outside, within=tmp_path / "a")


def test_cycles_are_told_as_chains(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {
            "self.yaml": "name: S\nextends: self.yaml\n",
            "b.yaml": "name: B\nextends: ./c.yaml\n",
            "c.yaml": "name: C\n\nextends: a.yaml\n",
            "a.yaml": "name: A\nextends: b.yaml\n",
        },
    )
    ends = "expected a parent that ends the chain"
    assert said(path) == [
        f"c.yaml line 3, extends: found a circle, a.yaml -> b.yaml -> c.yaml -> a.yaml; {ends}"
    ]
    assert said(tmp_path / "self.yaml") == [
        f"self.yaml line 2, extends: found a circle, self.yaml -> self.yaml; {ends}"
    ]


def test_limits_of_depth_number_and_size(tmp_path: Path) -> None:
    chain = {f"{n}.yaml": f"name: N\nextends: {n - 1}.yaml\n" for n in range(1, MAX_PARENTS + 2)}
    path = write(tmp_path, {"0.yaml": BASE, **chain})
    assert load_scenario(tmp_path / f"{MAX_PARENTS}.yaml").name == "N"
    assert said(path) == [
        "1.yaml line 2, extends: found more than 10 parents above one another; expected at most 10"
    ]
    many = START + f"changes: [{', '.join(f'{n}.yaml' for n in range(MAX_CHANGES + 1))}]\n"
    path = write(tmp_path, {"base.yaml": BASE, "many.yaml": many})
    assert said(path) == ["many.yaml line 3, changes: found 51 changes; expected a list of at most 50 files"]
    half = "# " + "x" * (MAX_SCENARIO_BYTES // 2) + "\n"
    path = write(tmp_path, {"base.yaml": BASE + half, "big.yaml": START + half})
    (problem,) = said(path)
    assert problem.startswith("base.yaml: found 524,")


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert said(tmp_path / "none.yaml") == ["none.yaml: found no such file; expected a YAML file"]
    (tmp_path / "folder.yaml").mkdir()
    assert said(tmp_path / "folder.yaml") == ["folder.yaml: found a folder; expected a YAML file"]
    path = write(tmp_path, {"child.yaml": "name: C\nextends: folder.yaml\n"})
    assert said(path) == ["child.yaml line 2, extends: found no file 'folder.yaml'; expected a YAML file"]


# Edits ------------------------------------------------------------------------------------------------------


def test_edits() -> None:
    data = {"a": {"b": 1}, "terms": [{"weight": 1, "m": "x"}, {"weight": 2}], "p. q": {"r": 1}}
    before = repr(data)
    assert apply_edit(data, "a.b", 2)["a"] == {"b": 2}
    assert apply_edit(data, "a.c.d", 2)["a"] == {"b": 1, "c": {"d": 2}}
    assert apply_edit(data, "a", {"c": 3})["a"] == {"b": 1, "c": 3}
    assert apply_edit(data, "a.b", None)["a"] == {}
    assert apply_edit(data, '"p. q".r', 2)["p. q"] == {"r": 2}
    assert apply_edit(data, ("p. q", "r"), 2)["p. q"] == {"r": 2}
    assert apply_edit(data, "terms.0.weight", 5)["terms"] == [{"weight": 5, "m": "x"}, {"weight": 2}]
    assert apply_edit(data, ("terms", 1), {"weight": 0})["terms"][1] == {"weight": 0}
    assert apply_edit(data, "terms.0.m", None)["terms"][0] == {"weight": 1}
    assert repr(data) == before


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("", 1, "edit: found an empty path; expected a path such as high_need.top_share"),
        ("a..b", 1, "edit: found an empty path; expected a path such as high_need.top_share"),
        (
            "a.x",
            None,
            "a.x: found ~ for 'x', which is not inherited; expected ~ only for something inherited",
        ),
        ("terms.2.w", 1, "terms.2: found a list of 1; expected a number below 1"),
        ("terms.x", 1, "terms.x: found a list of 1; expected a number below 1"),
    ],
)
def test_edits_that_cannot_be_made(path: str, value: Any, words: str) -> None:
    with pytest.raises(InputProblems) as caught:
        apply_edit({"a": {"b": 1}, "terms": [{}]}, path, value)
    assert str(caught.value) == words


def test_an_edit_does_what_a_file_does(tmp_path: Path) -> None:
    child = START + "policies: {hiring: ~, transfers: {voluntary: true}}\nhigh_need: {top_share: 0.3}\n"
    path = write(tmp_path, {"base.yaml": BASE, "child.yaml": child})
    edited: dict[str, Any] = merged_file(tmp_path / "base.yaml").data
    for at, value in (
        ("policies.hiring", None),
        ("policies.transfers.voluntary", True),
        ("high_need.top_share", 0.3),
        ("name", "C"),
        ("description", ""),
    ):
        edited = apply_edit(edited, at, value)
    assert resolve_scenario(edited) == load_scenario(path)


# Laws of merging --------------------------------------------------------------------------------------------

keys = st.sampled_from(["a", "b", "c", "policies", "courses", "x. y"])
scalars = (
    st.integers(0, 3) | st.booleans() | st.sampled_from(["x", "y"]) | st.lists(st.integers(0, 2), max_size=2)
)


def trees(*extra: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Nested maps of few keys, so that they often meet; `extra` are values besides the plain ones."""
    values = st.one_of(scalars, *extra)
    inner = st.recursive(values, lambda deeper: st.dictionaries(keys, deeper, max_size=3), max_leaves=8)
    return st.dictionaries(keys, inner, max_size=3)


whole = trees()
diffs = trees(st.none())


def merged(base: dict[str, Any], diff: dict[str, Any]) -> dict[str, Any]:
    """Return the merge, or leave out the example where something is taken away that is not there."""
    try:
        return merge(base, diff)
    except InputProblems:
        assume(False)
        raise


def of_one_shape(*data: Any) -> bool:
    """Tell whether no path is a map in one and a value in another, as is so of data of one kind."""
    maps = [each for each in data if isinstance(each, dict)]
    if len(maps) < len(data):
        return not maps
    names = {key for each in maps for key in each}
    return all(of_one_shape(*(each[key] for each in maps if key in each)) for key in names)


@given(whole, whole)
def test_merging_twice_changes_nothing_more(base: dict[str, Any], diff: dict[str, Any]) -> None:
    once = merge(base, diff)
    assert merge(once, diff) == once
    assert merge(once, once) == once
    assert merge(base, {}) == base
    assert merge({}, base) == base


@given(diffs, whole)
def test_what_a_difference_writes_stands_there(diff: dict[str, Any], base: dict[str, Any]) -> None:
    result = merged(base, diff)
    for path, value in leaves(diff):
        found: Any = result
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        assert isinstance(found, dict) if value == {} else found == value


@given(whole, whole, whole)
def test_merging_is_associative(a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]) -> None:
    assume(of_one_shape(a, b, c))
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(whole, whole)
def test_base_plus_change_minus_change_is_base(base: dict[str, Any], diff: dict[str, Any]) -> None:
    changed = merge(base, diff)
    assert merge(changed, difference(changed, base)) == base
    assert merge(base, difference(base, changed)) == changed
    assert difference(base, base) == {}


@given(whole, diffs)
def test_neither_side_is_touched_or_shared(base: dict[str, Any], diff: dict[str, Any]) -> None:
    before = repr((base, diff))
    result = merged(base, diff)
    _wreck(result)
    assert repr((base, diff)) == before


def _wreck(data: Any) -> None:
    for value in list(data.values()) if isinstance(data, dict) else data if isinstance(data, list) else ():
        _wreck(value)
    if isinstance(data, dict | list):
        data.clear()


def as_yaml(data: Any) -> str:
    """Write nested plain data as flow YAML, so that a test needs no writer."""
    if isinstance(data, dict):
        return "{" + ", ".join(f'"{key}": {as_yaml(value)}' for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(as_yaml, data)) + "]"
    named = {"None": "~", "True": "true", "False": "false"}
    return named.get(f"{data}", f"{data}")


@given(whole, st.lists(diffs, min_size=2, max_size=3), diffs)
def test_the_order_of_changes_never_matters(
    tmp_path: Path, base: dict[str, Any], changes: list[dict[str, Any]], own: dict[str, Any]
) -> None:
    write(tmp_path, {"base.yaml": as_yaml({"name": "B", **base})})
    for number, diff in enumerate(changes):
        write(tmp_path, {f"{number}.yaml": f"name: N\nset: {as_yaml(_quoted(diff))}\n"})
    outcomes = []
    for order in permutations(range(len(changes))):
        listed = [f"{number}.yaml" for number in order]
        head = {"name": "C", "extends": "base.yaml", "changes": listed}
        path = write(tmp_path, {"child.yaml": as_yaml({**head, **own})})
        try:
            outcomes.append(merged_file(path).data)
        except InputProblems:
            outcomes.append(None)
    assert all(outcome == outcomes[0] for outcome in outcomes)


def _quoted(diff: dict[str, Any]) -> dict[str, Any]:
    return {f'\\"{key}\\"' if "." in key else key: value for key, value in diff.items()}


@given(whole, diffs)
def test_every_value_of_a_merged_file_has_an_origin(
    tmp_path: Path, base: dict[str, Any], own: dict[str, Any]
) -> None:
    write(tmp_path, {"base.yaml": as_yaml({"name": "B", **base})})
    path = write(tmp_path, {"child.yaml": as_yaml({"name": "C", "extends": "base.yaml", **own})})
    try:
        file = merged_file(path)
    except InputProblems:
        return
    assert file.data == {"name": "C", **merge(base, own)}
    places = origins(path)
    written = {at for at, value in leaves(own) if value is not None}
    for at, value in leaves(file.data):
        if value == {} or not isinstance(value, list):
            assert places[at].file == ("child.yaml" if at in written or at == ("name",) else places[at].file)
            assert places[at].file in ("base.yaml", "child.yaml")
