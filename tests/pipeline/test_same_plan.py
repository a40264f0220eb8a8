"""The same question gives the same plan: whatever the hash seed, the order of declarations, or the names."""

from __future__ import annotations

import dataclasses
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from random_districts import random_question

from planner.district import load_district
from planner.generate import generate_district
from planner.inheritance import load_scenario
from planner.optimize import Infeasible, solve
from planner.plan import Plan
from planner.plan_file import plan_text
from planner.problems import InputProblems
from planner.scenario import resolve_scenario

RICH: dict[str, Any] = {
    "name": "Every kind of decision",
    "years": ["2026-27", "2027-28", "2028-29"],
    "objective": {
        "measures": [
            {"measure": "experienced_teachers", "index": "shortfall", "weight": 0.4},
            {"measure": "dollars", "index": "gap", "group": "low_income", "weight": 0.3},
            {"measure": "sections", "courses": ["K-3 core"], "index": "deviation", "weight": 0.3},
        ]
    },
    "policies": {
        "class_size": {"courses": {"K-3 core": {"min": 15, "max": 28, "free": True}}},
        "transfers": {"max_share_per_school": 0.1, "max_share_of_district": 0.04},
        "stipends": {"tiers": [{"dollars": 5000, "share": 0.01}, {"dollars": 10_000, "share": 0.03}]},
        "hiring": {"candidates": {"teacher": 4.0, "counselor": 1.0}, "release": True},
        "hold_harmless": {"dollars_per_student": 0.9, "fte_per_student": 0.9},
        "fund_rules": {},
    },
}
RANDOM_SEEDS = range(20_000, 20_009)
# One process a hash seed: it reads folders of a data set and a scenario, and writes a plan beside each.
WRITE_PLANS = """
import sys
from pathlib import Path
from planner.district import load_district
from planner.inheritance import load_scenario
from planner.optimize import Infeasible, solve
from planner.plan_file import write_plan
from planner.problems import InputProblems
for name in sys.argv[2:]:
    folder = Path(name)
    try:
        plan = solve(load_district(folder / "data"), load_scenario(folder / "scenario.yaml"))
    except (Infeasible, InputProblems):
        continue
    write_plan(plan, folder / sys.argv[1])
"""


def ask(folder: Path, question: Mapping[str, Any]) -> None:
    """Write a question beside its data."""
    (folder / "scenario.yaml").write_text(yaml.safe_dump(dict(question), sort_keys=False), encoding="utf-8")


@cache
def known(folder: Path) -> Plan:
    """Return the plan of a folder, worked out once."""
    return answer(folder)


def answer(folder: Path) -> Plan:
    """Return the plan of a folder with data and a scenario."""
    return solve(load_district(folder / "data"), load_scenario(folder / "scenario.yaml"))


def lines_of(plan: Plan) -> list[str]:
    """Return the plan's file without its time stamp."""
    return [line for line in plan_text(plan).splitlines() if not line.startswith("made_at")]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Folders of questions that have a plan: a generated district with a rich scenario, and random ones."""
    whole = tmp_path_factory.mktemp("generated")
    generate_district(whole / "data", schools=9, seed=3)
    ask(whole, RICH)
    folders = [whole]
    for seed in RANDOM_SEEDS:
        folder = tmp_path_factory.mktemp(f"random{seed}")
        question = random_question(seed, folder / "data")
        try:
            solve(load_district(folder / "data"), resolve_scenario(question))
        except (Infeasible, InputProblems):
            continue
        ask(folder, question)
        folders.append(folder)
    return folders


# Seeds and runs ---------------------------------------------------------------------------------------------


def test_two_hash_seeds_write_the_same_file(asked: list[Path]) -> None:
    for seed in ("1", "2024"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", WRITE_PLANS, f"plan-{seed}.yaml", *map(str, asked)]
        subprocess.run(command, check=True, env=environment, capture_output=True)  # noqa: S603 - our own code
    for folder in asked:
        first, second = (folder / f"plan-{seed}.yaml" for seed in ("1", "2024"))
        assert first.read_bytes() == second.read_bytes()


def test_two_runs_write_the_same_lines(asked: list[Path]) -> None:
    for folder in asked[:4]:
        assert lines_of(answer(folder)) == lines_of(known(folder))


# Orders -----------------------------------------------------------------------------------------------------


def turned(value: Any) -> Any:
    """Reverse the keys of every mapping; lists keep their order, which can mean something."""
    if isinstance(value, Mapping):
        return {key: turned(value[key]) for key in reversed(list(value))}
    return [turned(item) for item in value] if isinstance(value, list) else value


def rewritten(
    folder: Path,
    target: Path,
    table: Callable[[str, pd.DataFrame], pd.DataFrame],
    text: Callable[[Any], Any],
) -> Path:
    """Write a question anew, its tables and its YAML each changed by a function."""
    (target / "data").mkdir(parents=True)
    for path in sorted((folder / "data").glob("*.csv")):
        changed = table(path.stem, pd.read_csv(path, dtype=str, keep_default_na=False))
        changed.to_csv(target / "data" / path.name, index=False)
    for name in ("data/district.yaml", "scenario.yaml"):
        content = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        (target / name).write_text(yaml.safe_dump(text(content), sort_keys=False), encoding="utf-8")
    return target


def shuffled(_: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in another order, and the columns from last to first."""
    rows = list(range(len(table)))
    random.Random(5).shuffle(rows)  # noqa: S311 - an order, not a secret
    return table.iloc[rows, ::-1]


def test_the_order_of_rows_and_keys_changes_nothing(asked: list[Path], tmp_path: Path) -> None:
    for number, folder in enumerate(asked):
        other = rewritten(folder, tmp_path / str(number), shuffled, turned)
        assert lines_of(answer(other)) == lines_of(known(folder))


# Names ------------------------------------------------------------------------------------------------------


def renaming(folder: Path) -> dict[str, str]:
    """Return a new id for each school: all ids go round by one."""
    ids = sorted(pd.read_csv(folder / "data" / "schools.csv", dtype=str)["school_id"])
    return dict(zip(ids, [*ids[1:], ids[0]], strict=True))


def put(names: Mapping[str, str], value: Any) -> Any:
    """Return data with every school id put in the place of another, also where it is a key."""
    if isinstance(value, Mapping):
        return {put(names, key): put(names, item) for key, item in value.items()}
    if isinstance(value, list):
        return [put(names, item) for item in value]
    if isinstance(value, str):  # a tier of a limit names its school in words: "waived 060000100001"
        return " ".join(names.get(word, word) for word in value.split(" "))
    return value


def renamed(folder: Path, target: Path, names: Mapping[str, str]) -> Path:
    """Write a question with other school ids and names."""

    def table(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        rows["school_id"] = rows["school_id"].map(names)
        if name == "schools":
            rows["school_name"] = [f"Renamed {number}" for number in range(len(rows))]
        return rows

    return rewritten(folder, target, table, lambda content: put(names, content))


def figures(plan: Plan, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what a plan decides and reports, school ids put back, rows sorted."""
    found: dict[str, Any] = {"summary": plan.summary, "indices": plan.indices, "statistics": plan.statistics}
    for table in ("moves", "staff_changes", "class_sizes", "limits", "dollars", "schools", "funds"):
        rows = [put(names, dataclasses.asdict(row)) for row in getattr(plan, table)]
        for row in rows:
            row.pop("school_name", None)
        found[table] = sorted(rows, key=repr)
    return found


def test_renaming_schools_changes_nothing_but_names(asked: list[Path], tmp_path: Path) -> None:
    for number, folder in enumerate(asked):
        names = renaming(folder)
        back = {new: old for old, new in names.items()}
        other = answer(renamed(folder, tmp_path / str(number), names))
        assert figures(other, back) == figures(known(folder), {})


# Size -------------------------------------------------------------------------------------------------------

COUNTS = {
    "enrollment": ["students"],
    "staff": ["fte", "vacancies"],
    "courses": ["students", "sections"],
    "budget": ["dollars"],
}


def doubled(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with twice the students, staff, seats, sections and dollars."""
    for column in COUNTS.get(name, []):
        table[column] = (2 * table[column].astype(float)).astype(str)
    return table


def doubled_funds(content: Any) -> Any:
    """Return ``district.yaml`` with twice the dollars in every fund; a scenario as it is."""
    for fund in (content.get("funds") or {}).values() if "benefit_rate" in content else []:
        dollars = fund["dollars"]
        fund["dollars"] = {k: 2 * v for k, v in dollars.items()} if isinstance(dollars, dict) else 2 * dollars
    return content


def scale_free(question: dict[str, Any]) -> dict[str, Any]:
    """Return a question without the rules that count FTE, dollars, whole classes or whole steps."""
    kept = {k: v for k, v in question.items() if k not in ("fte_step", "section_step")}
    policies = {
        k: dict(v)
        for k, v in question["policies"].items()
        if k not in ("hiring", "minimum_staffing", "plan_limit")
    }
    if policies.get("class_size", {}).get("semantics") == "every_class":
        policies["class_size"]["semantics"] = "school_average"
    if "reallocation_limit" in policies:
        policies["reallocation_limit"] = {"max_share": 0.03}
    rules = policies.get("fund_rules", {}).get("funds", {})
    for rule in rules.values():
        rule["caps"] = [cap for cap in rule.get("caps", []) if "max_share" in cap]
    return {**kept, "policies": policies}


def test_twice_of_everything_leaves_the_indices_equal(asked: list[Path], tmp_path: Path) -> None:
    for number, folder in enumerate(asked):
        content = yaml.safe_load((folder / "scenario.yaml").read_text(encoding="utf-8"))
        once = rewritten(folder, tmp_path / f"{number}", lambda _, table: table, lambda data: data)
        ask(once, scale_free(content))
        twice = rewritten(once, tmp_path / f"{number} twice", doubled, doubled_funds)
        one, two = answer(once), answer(twice)
        assert two.summary.bound == pytest.approx(one.summary.bound, rel=1e-6, abs=2e-6)
        for own, other in zip(one.indices, two.indices, strict=True):
            assert (own.measure, own.index) == (other.measure, other.index)
            assert other.before == pytest.approx(own.before, rel=1e-9, abs=1e-8)
            if own.weight:
                assert other.after == pytest.approx(own.after, rel=1e-4, abs=1e-5)
