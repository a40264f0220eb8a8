"""Small random districts and scenarios: the same seed gives the same files and the same question.

They are small enough for an exhaustive second statement, and crooked on purpose: pools of no FTE, schools
without courses, lines a fund no longer allows, funds that end, groups that hold everyone or no one.
"""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

Draw = random.Random
YEARS = ("2026-27", "2027-28", "2028-29")
TEACHER_POOLS = [
    ("teacher", field, experience)
    for field in ("general", "math")
    for experience in ("novice", "experienced", "developing")
]
COURSES = {"K-3 core": ("general", 1.0), "4-5 core": ("general", 1.0), "math": ("math", 5.0)}
POLICY_KINDS = (
    "class_size",
    "transfers",
    "stipends",
    "hiring",
    "minimum_staffing",
    "novice_share",
    "hold_harmless",
    "reallocation_limit",
    "fund_rules",
    "measure_floor",
    "plan_limit",
)
SEMANTICS = (
    "every_class",
    "school_average",
    "district_average",
    "share_of_classes",
    "students_per_teacher",
)
MEASURES = ("teachers", "experienced_teachers", "novice_teachers", "dollars", "sections", "support")
INDICES = ("shortfall", "gap", "deviation", "tail", "range", "gini")
Row = dict[str, Any]


def random_question(seed: int, folder: Path) -> dict[str, Any]:
    """Write a random district into a folder and return a scenario for it.

    Seeds go round all policies, semantics, measures and indices, so that a run of seeds covers them.
    """
    draw = random.Random(seed)  # noqa: S311 - examples, not secrets
    tables, facts = _district(draw)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "district.yaml").write_text(yaml.safe_dump(facts, sort_keys=False), encoding="utf-8")
    for name, rows in tables.items():
        if rows:
            pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    return _scenario(seed, draw, tables, facts)


# The district -----------------------------------------------------------------------------------------------


def _district(draw: Draw) -> tuple[dict[str, list[Row]], dict[str, Any]]:
    count, parts = draw.randint(2, 5), draw.choice([1, 1, 1, 2])
    levels = draw.choice([["elementary"], ["elementary", "middle"]])
    schools: list[Row] = [
        {
            "school_id": f"06{number % parts:05d}{draw.randrange(10**4) * 10 + number:05d}",
            "district_id": f"06{number % parts:05d}",
            "school_name": f"School {number}",
            "level": draw.choice(levels),
            "title_i": draw.random() < 0.5,
        }
        for number in range(count)
    ]
    pools = draw.sample(TEACHER_POOLS, draw.randint(1, 4))
    if draw.random() < 0.3:
        pools.append(("counselor", "general", "developing"))
    students = {row["school_id"]: draw.randrange(80, 600, 4) for row in schools}
    tables = {
        "schools": schools,
        "enrollment": _enrollment(draw, students),
        "staff": _staff(draw, students, pools),
    }
    if not tables["staff"]:
        tables["staff"] = [_staff_row(draw, schools[0]["school_id"], pools[0], 10.0, 0.0)]
    tables["courses"] = _courses(draw, students, tables["staff"])
    funds = _funds(draw, sorted({row["district_id"] for row in schools}))
    tables["budget"] = _budget(draw, tables, funds)
    facts = {
        "name": "Random",
        "school_year": YEARS[0],
        "benefit_rate": draw.choice([0.0, 0.3]),
        "need_weights": draw.choice([{}, {"low_income": 0.35}]),
        "funds": funds,
        "uses": {
            "tutoring": {
                "target": "low_income",
                "max_dollars_per_target_student": draw.choice([300, 900]),
                "recurring": False,
            },
            "coaching": {"unit": "coach", "cost": 90_000},
        },
    }
    return tables, facts


def _enrollment(draw: Draw, students: dict[str, int]) -> list[Row]:
    share = draw.choice([None, None, None, None, 0.0, 1.0])
    rows: list[Row] = []
    for school, count in students.items():
        poor = round(count * (draw.uniform(0.05, 0.95) if share is None else share))
        rows += [
            {"school_id": school, "group": "all", "students": count},
            {"school_id": school, "group": "low_income", "students": poor},
            {"school_id": school, "group": "english_learner", "students": draw.randrange(0, count // 3)},
        ]
    return rows


def _staff(draw: Draw, students: dict[str, int], pools: list[tuple[str, str, str]]) -> list[Row]:
    rows = []
    for school, count in students.items():
        for pool in pools:
            if draw.random() < 0.85:
                fte = 0.0 if draw.random() < 0.1 else round(draw.uniform(0.2, 1.5) * count / 30, 2)
                vacant = draw.choice([0.0, 0.0, 1.0, 2.5])
                rows.append(_staff_row(draw, school, pool, fte, vacant))
    return rows


def _staff_row(draw: Draw, school: str, pool: tuple[str, str, str], fte: float, vacant: float) -> Row:
    base = {"novice": 50_000, "developing": 61_000, "experienced": 80_000}[pool[2]]
    return {
        "school_id": school,
        "role": pool[0],
        "field": pool[1],
        "experience": pool[2],
        "fte": fte,
        "salary": base + draw.randrange(-4000, 4000, 100),
        "vacancies": vacant,
    }


def _courses(draw: Draw, students: dict[str, int], staff: list[Row]) -> list[Row]:
    """Draw classes that today's teachers just about cover, so that smaller ones need more of them."""
    names = draw.sample(sorted(COURSES), draw.randint(0, 2))
    rows = []
    for school in students:
        for name in names:
            field, per_fte = COURSES[name]
            teachers = sum(
                row["fte"]
                for row in staff
                if (row["school_id"], row["role"], row["field"]) == (school, "teacher", field)
            )
            if draw.random() < 0.85:
                share = draw.uniform(0.8, 1.0) / sum(COURSES[other][0] == field for other in names)
                sections = math.floor(teachers * per_fte * share)
                seats = 0 if draw.random() < 0.05 else round(sections * draw.uniform(18, 32))
                row = {"school_id": school, "course": name, "students": seats, "sections": sections}
                rows.append({**row, "field": field, "sections_per_fte": per_fte})
    return rows


def _funds(draw: Draw, districts: list[str]) -> dict[str, Any]:
    funds: dict[str, Any] = {}
    if draw.random() < 0.75:
        funds["general"] = {"uses": "all", "schools": draw.choice(["all", "all", "title_i"])}
        funds["general"]["carry_over"] = draw.random() < 0.3
    if draw.random() < 0.6:
        uses = draw.sample(["tutoring", "coaching", "positions", "stipends"], draw.randint(1, 4))
        funds["grant"] = {
            "uses": uses,
            "schools": draw.choice(["all", "high_need"]),
            "last_year": draw.choice(YEARS[:2]),
            "carry_over": draw.random() < 0.6,
        }
        if draw.random() < 0.5:
            funds["grant"]["set_asides"] = [{"uses": [draw.choice([*uses, "staff"])], "min_share": 0.2}]
    most = draw.choice([300_000, 900_000, 4_000_000])
    for fund in funds.values():
        dollars = {district: float(draw.randrange(100_000, most, 1000)) for district in districts}
        fund["dollars"] = dollars if len(districts) > 1 else dollars[districts[0]]
    return funds


def _budget(draw: Draw, tables: dict[str, list[Row]], funds: dict[str, Any]) -> list[Row]:
    """Draw lines of at most half of each fund; ids of schools tell their districts."""
    rows = []
    for school in (row["school_id"] for row in tables["schools"]):
        for fund in [*funds, "local"]:
            uses = ["tutoring", "coaching", "staff", "positions", "stipends"]
            for use in draw.sample(uses, draw.choice([0, 1, 1, 2])):
                dollars = float(draw.randrange(1000, 10_000, 100))
                if use in ("staff", "positions") and draw.random() < 0.6:
                    continue
                rows.append({"school_id": school, "fund": fund, "use": use, "dollars": dollars})
    return rows


# The scenario -----------------------------------------------------------------------------------------------


class _Asked:
    """What a question can name: the schools, courses and funds of a district."""

    def __init__(
        self, draw: Draw, tables: dict[str, list[Row]], facts: dict[str, Any], years: list[str]
    ) -> None:
        self.draw = draw
        self.years = years
        self.schools = [row["school_id"] for row in tables["schools"]]
        self.courses = sorted({row["course"] for row in tables["courses"]})
        self.funds = sorted(facts["funds"])
        self.pools = sorted({(row["role"], row["field"], row["experience"]) for row in tables["staff"]})
        self.fte: dict[tuple[str, str, str], float] = {}
        for row in tables["staff"]:
            place = (row["school_id"], row["role"], row["field"])
            self.fte[place] = self.fte.get(place, 0.0) + row["fte"]
        self.vacant = sum(row["vacancies"] for row in tables["staff"])
        self.supported = sorted({row["use"] for row in tables["budget"]} & set(facts["uses"]))
        self.experiences = {pool[2] for pool in self.pools if pool[0] == "teacher"}

    def some(self, *choices: Any) -> Any:
        return self.draw.choice(choices)

    def likely(self, chance: float) -> bool:
        return self.draw.random() < chance


def _scenario(seed: int, draw: Draw, tables: dict[str, list[Row]], facts: dict[str, Any]) -> dict[str, Any]:
    years = list(YEARS[: draw.randint(1, 3)])
    asked = _Asked(draw, tables, facts, years)
    chosen = {kind for kind in POLICY_KINDS if asked.likely(0.22)} | {POLICY_KINDS[seed % len(POLICY_KINDS)]}
    policies = {}
    for kind in POLICY_KINDS:
        drawn = _POLICIES[kind](asked, seed) if kind in chosen else None
        if drawn is not None:
            policies[kind] = drawn
    terms = [_term(asked, seed)] + [_term(asked, draw.randrange(10**6)) for _ in range(asked.some(0, 0, 1))]
    for term in terms:
        term["weight"] = 1 / len(terms)
    scenario: dict[str, Any] = {
        "name": f"Question {seed}",
        "years": years,
        "objective": {"measures": terms},
        "policies": policies,
    }
    if asked.likely(0.3):
        scenario["high_need"] = {"top_share": 0.5, "within": asked.some("grade_span", "district")}
    # Whole steps are hard to prove: they are asked of the smallest instances only.
    if len(asked.schools) <= 3 and len(years) == 1 and asked.likely(0.6):
        scenario[asked.some("fte_step", "section_step")] = 1.0
        scenario["solver"] = {"gap": 0.0, "time_limit_seconds": 20}
    if asked.funds and asked.likely(0.1):
        scenario["funds"] = {asked.funds[0]: asked.some(None, {"carry_over": True})}
        scenario["policies"].pop("fund_rules", None)
    return scenario


def _measure(asked: _Asked, kind: str) -> dict[str, Any]:
    """Draw a measure of a kind; now and then one that the data says nothing of."""
    bold = asked.likely(0.1)
    if kind == "sections" and asked.courses:
        return {"measure": kind, "courses": asked.draw.sample(asked.courses, 1)}
    if kind == "support" and (asked.supported or bold):
        return {"measure": kind, "use": asked.some(*(asked.supported or ["tutoring"]))}
    if kind == "dollars":
        return {"measure": kind, "costing": asked.some("actual", "average")}
    if kind.partition("_")[0] in {*asked.experiences, "teachers"} or bold:
        return {"measure": "teachers" if kind in ("sections", "support") else kind}
    return {"measure": "teachers"}


def _term(asked: _Asked, seed: int) -> dict[str, Any]:
    term = {**_measure(asked, MEASURES[seed // 7 % 6]), "index": INDICES[seed % 6]}
    if term["index"] == "gap":
        term["group"] = asked.some("low_income", "english_learner")
    if term["index"] == "tail" and asked.likely(0.5):
        term["alpha"] = asked.some(0.1, 0.5, 1.0)
    if term["index"] == "range":
        term["floor_only"] = asked.likely(0.5)
    if asked.likely(0.2):
        term["within"] = "level"
    if asked.likely(0.3):
        target = {"dollars": 6000.0, "support": 150.0, "sections": 0.05}
        term["target"] = target.get(term["measure"], 0.03)
    return term


def _class_size(asked: _Asked, seed: int) -> dict[str, Any] | None:
    if not asked.courses:
        return None
    semantics = SEMANTICS[seed // 10 % 5] if seed % 10 == 0 else asked.some(*SEMANTICS)
    courses: dict[str, Any] = {}
    for course in asked.draw.sample(asked.courses, asked.some(1, len(asked.courses))):
        # A teacher of five sections has five times as many students as one of a single class.
        times = COURSES[course][1] if semantics == "students_per_teacher" else 1
        courses[course] = {"max": times * asked.some(24, 29, 31, 33)}
        if asked.likely(0.4):
            courses[course]["high_need"] = {"max": times * asked.some(22, 28, 30)}
        if semantics in ("school_average", "district_average") and asked.likely(0.3):
            courses[course] |= {"min": 15, "free": True}
    rule: dict[str, Any] = {"semantics": semantics, "courses": courses}
    if semantics == "share_of_classes":
        rule |= {"share": asked.some(0.3, 0.7), "otherwise_max": 36}
    if asked.likely(0.2):
        rule["exclude_schools"] = [asked.some(*asked.schools)]
    if asked.likely(0.3):
        rule["waivers"] = {school: asked.some(30, 35) for school in asked.draw.sample(asked.schools, 2)}
    return rule


def _transfers(asked: _Asked, _: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"in_field": asked.likely(0.6)}
    if asked.likely(0.6):
        rule["max_share_per_school"] = asked.some(0.05, 0.1, 0.3)
    if asked.likely(0.5):
        rule["max_share_of_district"] = asked.some(0.02, 0.05, 0.15)
    if asked.likely(0.2):
        role, field, experience = asked.some(*asked.pools)
        rule["protected_pools"] = [asked.some(f"{role}/{field}", f"{role}/*/{experience}")]
    if asked.likely(0.2):
        rule["protected_schools"] = [asked.some(*asked.schools)]
    if asked.likely(0.4):
        rule |= {"voluntary": True, "volunteer_share": asked.some(0.0, 0.03)}
    return rule


def _stipends(asked: _Asked, _: int) -> dict[str, Any]:
    tiers = [{"dollars": 4000, "share": 0.03}, {"dollars": 9000, "share": 0.1}][: asked.some(1, 2)]
    if asked.likely(0.3):
        tiers = [{"dollars": 5000}, {"dollars": 12_000}]
    if asked.likely(0.5):
        for number, tier in enumerate(tiers):
            tier["vacancies_filled"] = 0.4 + 0.3 * number
    some = asked.draw.sample(asked.schools, 1)
    rule = {"eligible": asked.some("all", "high_need", "title_i", some), "tiers": tiers}
    if asked.likely(0.4):
        rule["experience"] = ["experienced"]
    if asked.likely(0.3):
        rule["response"] = asked.some("low", "high")
    return rule


def _hiring(asked: _Asked, _: int) -> dict[str, Any]:
    if asked.likely(0.1):
        return {"freeze": True}
    role, field, experience = asked.some(*asked.pools)
    names = [role, f"{role}/{field}", f"{role}/{field}/{experience}"]
    rule: dict[str, Any] = {"candidates": {asked.some(*names): asked.some(1.0, 3.0, 8.0)}}
    if asked.likely(0.3):
        rule["vacancies_only"] = True
    if asked.likely(0.4):
        rule["high_need_share"] = asked.some(0.3, 0.8)
    if asked.likely(0.3) and asked.vacant:
        rule["fill_vacancies"] = asked.some(0.1, 0.4)
    if asked.likely(0.5):
        rule["release"] = True
    if asked.likely(0.4):
        rule["attrition_share"] = 0.05
    return rule


def _minimum_staffing(asked: _Asked, _: int) -> dict[str, Any]:
    school, role, field = asked.some(*sorted(asked.fte))
    today = asked.fte[school, role, field]
    least: dict[str, Any] = {"schools": {school: round(today * asked.some(0.99, 1.02) + 0.01, 3)}}
    if asked.likely(0.2):
        least["per_school"] = 0.5
    if asked.likely(0.2):
        least["students_per_fte"] = asked.some(60, 300)
    if asked.likely(0.3):
        least["levels"] = ["elementary"]
    return {"roles": {f"{role}/{field}": least}}


def _novice_share(asked: _Asked, _: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"high_need_only": asked.likely(0.4)}
    if asked.likely(0.5):
        rule["max_share"] = asked.some(0.4, 0.6, 0.9)
    if asked.likely(0.5) or "max_share" not in rule:
        rule["relative_to_district"] = asked.some(1.1, 1.6, 3.0)
    return rule


def _hold_harmless(asked: _Asked, _: int) -> dict[str, Any]:
    shares = {"dollars_per_student": asked.some(0.9, 0.99), "fte_per_student": asked.some(0.9, 1.0)}
    kept = asked.draw.sample(sorted(shares), asked.some(1, 2))
    return {"high_need_only": asked.likely(0.3), **{name: shares[name] for name in kept}}


def _reallocation_limit(asked: _Asked, _: int) -> dict[str, Any]:
    limits = {"max_share": asked.some(0.01, 0.05), "max_dollars": asked.some(10_000.0, 80_000.0)}
    kept = asked.draw.sample(sorted(limits), asked.some(1, 2))
    return {name: limits[name] for name in kept}


def _plan_limit(asked: _Asked, _: int) -> dict[str, Any]:
    limits = {"max_moves": asked.some(0.5, 1.0, 3.0), "max_dollars": asked.some(0.0, 20_000.0, 150_000.0)}
    kept = asked.draw.sample(sorted(limits), asked.some(1, 2))
    return {name: limits[name] for name in kept}


def _fund_rules(asked: _Asked, _: int) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for fund in asked.funds:
        rule: dict[str, Any] = {}
        if asked.likely(0.25):
            rule["uses"] = ["tutoring", asked.some("positions", "coaching")]
        if asked.likely(0.25):
            rule["schools"] = asked.draw.sample(asked.schools, 2)
        if asked.likely(0.3):
            rule["set_asides"] = [{"uses": [asked.some("coaching", "tutoring")], "min_share": 0.1}]
        if asked.likely(0.6):
            use = asked.some("positions", "tutoring", "stipends", "coaching")
            rule["caps"] = [{"uses": [use], **asked.some({"max_share": 0.1}, {"max_dollars": 40_000.0})}]
        if asked.likely(0.3):
            rule["spend_down"] = {"by": asked.some(*asked.years), "min_share": asked.some(0.3, 0.6)}
        if asked.likely(0.2):
            rule["one_time_only"] = True
        rules[fund] = rule
    return {"funds": rules, "set_asides": asked.likely(0.7)}


def _measure_floor(asked: _Asked, _: int) -> dict[str, Any]:
    measure = _measure(asked, asked.some(*MEASURES[:5]))
    rule: dict[str, Any] = {"measure": measure, "high_need_only": asked.likely(0.3)}
    fewer = measure["measure"] == "novice_teachers"
    rule["share_of_today"] = asked.some(1.0, 1.1) if fewer else asked.some(0.9, 1.0)
    if measure["measure"] == "teachers" and asked.likely(0.5):
        rule |= asked.some({"at_least": 0.005}, {"at_most": 0.2})
    return rule


_POLICIES = {kind: globals()[f"_{kind}"] for kind in POLICY_KINDS}
