"""Random districts with federal money, and questions under the federal rules."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from random_districts import YEARS, Draw, random_question

KINDS = (
    "comparability",
    "maintenance_of_effort",
    "maintenance_of_equity",
    "rank_and_serve",
    "supplement_not_supplant",
)
# Rules that leave room: under all of them at once few questions would have a plan.
KEPT = ("class_size", "transfers", "stipends", "hiring", "hold_harmless", "measure_floor")
MOST_YEARS = 2
# Objectives that would take dollars and staff from some schools, against which the rules hold.
TERMS = (
    {"measure": "dollars", "index": "deviation"},
    {"measure": "dollars", "index": "gini"},
    {"measure": "dollars", "index": "gap", "group": "english_learner"},
    {"measure": "dollars", "index": "deviation", "target": 500.0},
    {"measure": "dollars", "index": "deviation", "target": 1500.0},
    {"measure": "teachers", "index": "deviation"},
    {"measure": "teachers", "index": "gap", "group": "english_learner"},
    {"measure": "teachers", "index": "range"},
    {"measure": "support", "use": "tutoring", "index": "gap", "group": "english_learner"},
    {"measure": "support", "use": "tutoring", "index": "shortfall", "target": 900.0},
)
# Objectives that would place Title I dollars elsewhere than where students are poorest.
AGAINST_RANK = (
    {"measure": "support", "use": "tutoring", "index": "deviation"},
    {"measure": "support", "use": "tutoring", "index": "gap", "group": "english_learner"},
    {"measure": "support", "use": "tutoring", "index": "deviation", "target": 250.0},
    {"measure": "support", "use": "tutoring", "index": "range"},
)


def federal_question(seed: int, folder: Path) -> dict[str, Any]:
    """Write a random district with Title I and special education into a folder; return a scenario for it."""
    draw = random.Random(f"federal {seed}")  # noqa: S311 - examples, not secrets
    question = random_question(seed, folder)
    facts = yaml.safe_load((folder / "district.yaml").read_text(encoding="utf-8"))
    schools = pd.read_csv(folder / "schools.csv", dtype=str)
    districts = sorted(set(schools["district_id"]))
    kinds = {KINDS[seed % len(KINDS)]} | {kind for kind in KINDS if draw.random() < 0.15}
    if "comparability" in kinds and seed % 2:
        # Where all are Title I schools they are compared with each other.
        schools.assign(title_i=True).to_csv(folder / "schools.csv", index=False)
    ranked = "rank_and_serve" in kinds
    if ranked or draw.random() < 0.5:
        facts["funds"] = {}
    facts["funds"] |= {"title_i": _title_i(draw, districts), "special": _special(draw, districts)}
    (folder / "district.yaml").write_text(yaml.safe_dump(facts, sort_keys=False), encoding="utf-8")
    _add_lines(draw, folder, list(schools["school_id"]))
    kept = {name: rule for name, rule in question["policies"].items() if name in KEPT and draw.random() < 0.3}
    if draw.random() < 0.7:
        kept["transfers"] = {"max_share_per_school": draw.choice([0.05, 0.15]), "in_field": False}
    rules = {kind: _RULES[kind](draw, districts) for kind in KINDS if kind in kinds}
    question.pop("funds", None)
    if ranked or draw.random() < 0.8:
        question["objective"] = {"measures": [draw.choice(AGAINST_RANK if ranked else TERMS)]}
    return {**question, "years": question["years"][:MOST_YEARS], "policies": {**kept, **rules}}


def _dollars(draw: Draw, districts: list[str], most: int) -> Any:
    dollars = {district: float(draw.randrange(110_000, most, 1000)) for district in districts}
    return dollars if len(districts) > 1 else dollars[districts[0]]


def _title_i(draw: Draw, districts: list[str]) -> dict[str, Any]:
    uses = draw.choice(["all", ["tutoring"], ["positions", "stipends", "tutoring"]])
    return {"dollars": _dollars(draw, districts, 400_000), "uses": uses, "carry_over": draw.random() < 0.3}


def _special(draw: Draw, districts: list[str]) -> dict[str, Any]:
    return {"dollars": _dollars(draw, districts, 200_000), "uses": ["coaching", "positions"]}


def _add_lines(draw: Draw, folder: Path, schools: list[str]) -> None:
    """Add today's lines, of money that a scenario plans and of money that it does not."""
    rows = [
        {"school_id": school, "fund": fund, "use": use, "dollars": float(draw.randrange(1000, 10_000, 100))}
        for school in schools
        for fund in ("title_i", "special", "levy", "federal")
        for use in draw.sample(["tutoring", "coaching", "staff", "positions"], draw.choice([0, 1, 1, 2]))
    ]
    if not any(row["fund"] == "levy" for row in rows):
        rows.append({"school_id": schools[0], "fund": "levy", "use": "coaching", "dollars": 5000.0})
    path = folder / "budget.csv"
    tables = [pd.read_csv(path, dtype={"school_id": str})] if path.exists() else []
    pd.concat([*tables, pd.DataFrame(rows)]).to_csv(path, index=False)


# The rules --------------------------------------------------------------------------------------------------


def _comparability(draw: Draw, _: list[str]) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "test": draw.choice(["staff", "salaries", "either"]),
        "average": draw.choice(["pooled", "mean_of_ratios"]),
        "max_ratio": draw.choice([1.1, round(draw.uniform(1.0, 1.5), 2)]),
        "min_salaries": draw.choice([0.9, round(draw.uniform(0.8, 1.0), 2)]),
        "longevity": draw.choice(["include", "exclude"]),
        "within": draw.choice(["level", "district"]),
    }
    if draw.random() < 0.6:
        rule["small_school"] = draw.choice([0, 150])
    if draw.random() < 0.2:
        rule |= {"instructional": ["*"], "excluded": ["teacher"]}
    return rule


def _effort(draw: Draw, districts: list[str]) -> dict[str, Any]:
    rule: dict[str, Any] = {"less": draw.choice([0, 0, 5000])}
    if draw.random() < 0.5:
        rule |= {"standard": "idea", "funds": ["special", "levy"], "group": "english_learner"}
        if draw.random() < 0.6:
            rule["local"] = ["levy"]
    if draw.random() < 0.5:
        rule["min_share"] = draw.choice([0.8, 0.95, 1.0])
    if draw.random() < 0.4:
        given = {"state_local": 60_000.0, "local": 15_000.0, "students": draw.choice([60, 400])}
        rule["comparison"] = dict.fromkeys(districts, given)
    return rule


def _equity(draw: Draw, districts: list[str]) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "exempt_below": draw.choice([0, 0, 1000]),
        "further_fall": draw.choice([0.0, 0.01]),
    }
    if draw.random() < 0.5:
        rule["high_poverty"] = {"top_share": 0.5, "within": draw.choice(["district", "grade_span"])}
    if draw.random() < 0.3:
        rule["staff"] = ["teacher"]
    if draw.random() < 0.2:
        rule["exempt_districts"] = districts[:1]
    if draw.random() < 0.2:
        rule["years"] = list(YEARS[:1])
    return rule


def _serve(draw: Draw, _: list[str]) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "exempt_below": draw.choice([0, 0, 0, 1000]),
        "floor_share": draw.choice([1.25, 0.2]),
        "first_above": draw.choice([0.75, 0.5]),
        "eligible_from": draw.choice([0.35, 0.35, 0.2]),
        "incentives": draw.choice([0.05, 0.0]),
        "poverty": draw.choice(["low_income", "low_income", "english_learner"]),
    }
    if draw.random() < 0.4:
        rule["min_dollars"] = draw.choice([50.0, 200.0])
    if draw.random() < 0.4:
        rule["reservations"] = {"family engagement": 0.01, "administration": 0.05}
    if draw.random() < 0.3:
        rule["levels"] = ["elementary"]
    return rule


def _supplement(draw: Draw, _: list[str]) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "method": draw.choice(["any", "weighted_students", "weighted_students"]),
        "tolerance": draw.choice([0.05, 0.2]),
    }
    if draw.random() < 0.3:
        rule["federal"] = ["title_i", "special"]
    return rule


_RULES = {
    "comparability": _comparability,
    "maintenance_of_effort": _effort,
    "maintenance_of_equity": _equity,
    "rank_and_serve": _serve,
    "supplement_not_supplant": _supplement,
}
