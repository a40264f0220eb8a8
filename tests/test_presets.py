"""Presets: each parses, fits a district under its own names, and holds the numbers of its source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from checking import checked
from districts import small_district

from planner.case import Case, checked_case
from planner.district import load_district
from planner.inheritance import load_scenario, merged_file, value_origins
from planner.optimize import solve
from planner.policies.stipends import Stipends
from planner.presets import preset_names, read_preset, renamed
from planner.problems import InputProblems
from planner.scenario import Scenario

RIVERBEND = Path(__file__).parent.parent / "scenarios" / "riverbend" / "district"
OBJECTIVE = {"measures": [{"measure": "teachers", "index": "shortfall"}]}
SUBJECTS = ("english", "math", "science", "social studies")

# Numbers of domain.md section 3.7, course by course: policy, semantics, limit.
LIMITS: dict[str, list[tuple[str, str, dict[str, float]]]] = {
    "fl": [("florida_class_size", "every_class", {"K-3 core": 18, "4-5 core": 22, "6-8": 22, "9-12": 25})],
    "tx": [("texas_class_size", "every_class", {"K-3 core": 22, "4 core": 22})],
    "ca": [
        (
            "california_district_average",
            "district_average",
            {"K core": 31, "1-3 core": 30, "4-5 core": 29.9, "6-8": 29.9},
        ),
        ("california_every_class", "every_class", {"K core": 33, "1-3 core": 32}),
        ("california_grade_span_adjustment", "school_average", {"K-3 core": 24}),
    ],
    "nc": [
        ("north_carolina_average", "district_average", {"K core": 18, "1 core": 16, "2-3 core": 17}),
        ("north_carolina_every_class", "every_class", {"K core": 21, "1 core": 19, "2-3 core": 20}),
    ],
    "ga": [
        (
            "georgia_class_size",
            "every_class",
            {"K core": 18, "1-3 core": 21, "4-5 core": 28, "6-8": 28, "9-12": 32},
        )
    ],
    "nv": [("nevada_class_size", "school_average", {"K core": 16, "1-2 core": 16, "3 core": 18})],
    "nyc": [
        (
            "new_york_city_class_size",
            "share_of_classes",
            {"K-3 core": 20, "4-5 core": 23, "6-8": 23, "9-12": 25},
        )
    ],
    "tn": [
        (
            "tennessee_average",
            "school_average",
            {"K-3 core": 20, "4-5 core": 25, "6 core": 25, "6-8": 30, "9-12": 30, "career technical": 20},
        ),
        (
            "tennessee_every_class",
            "every_class",
            {"K-3 core": 25, "4-5 core": 30, "6 core": 30, "6-8": 35, "9-12": 35, "career technical": 25},
        ),
    ],
    "va": [
        (
            "virginia_average",
            "district_average",
            {
                "K core": 24,
                "1-3 core": 24,
                "4-5 core": 25,
                "6 core": 25,
                "6-8 english": 24,
                "9-12 english": 24,
            },
        ),
        (
            "virginia_every_class",
            "every_class",
            {"K core": 29, "1-3 core": 30, "4-5 core": 35, "6 core": 35},
        ),
    ],
}
# What the presets' names are called in Riverbend, whose courses are K-3, 4-5, and subjects from 6 on.
IN_RIVERBEND: dict[str, str | None] = {
    "K core": "K-3 core",
    "1 core": "K-3 core",
    "1-2 core": "K-3 core",
    "1-3 core": "K-3 core",
    "2-3 core": "K-3 core",
    "3 core": "K-3 core",
    "4 core": "4-5 core",
    "6 core": None,
    "career technical": None,
}
CLASS_SIZE = [name for name in preset_names() if name.startswith("class_size/")]


def by_course(limits: dict[str, float]) -> dict[str, float]:
    """Return limits with a band of grades spelt out as its core subjects."""
    found = {}
    for course, limit in limits.items():
        names = [f"{course} {subject}" for subject in SUBJECTS] if course in ("6-8", "9-12") else [course]
        found |= dict.fromkeys(names, limit)
    return found


def write(folder: Path, **settings: Any) -> Path:
    """Write a scenario that names presets."""
    path = folder / "scenario.yaml"
    data = {"name": "Presets", "objective": OBJECTIVE, **settings}
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return path


def loaded(folder: Path, **settings: Any) -> Scenario:
    """Return a scenario that names presets."""
    return load_scenario(write(folder, **settings))


def names_for(preset: str) -> dict[str, str | None]:
    """Return the names of Riverbend that a preset needs."""
    used = {course for _, _, limits in LIMITS[preset] for course in by_course(limits)}
    return {name: here for name, here in IN_RIVERBEND.items() if name in used}


def test_every_class_size_law_has_its_numbers_here() -> None:
    assert {name.removeprefix("class_size/") for name in CLASS_SIZE} == set(LIMITS)


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_says_where_it_comes_from(name: str) -> None:
    preset = read_preset(name)
    assert preset.title and preset.source and preset.effective and len(preset.verify) > 40


@pytest.mark.parametrize("state", LIMITS)
def test_class_size_numbers(state: str, tmp_path: Path) -> None:
    policies = loaded(tmp_path, presets=[f"class_size/{state}"]).policies
    for name, semantics, limits in LIMITS[state]:
        data = policies[name].as_data()
        assert data.get("semantics", "school_average") == semantics
        assert {course: limit["max"] for course, limit in data["courses"].items()} == by_course(limits)
        assert f"preset class_size/{state}; verify" in data["source"]


@pytest.mark.parametrize("state", LIMITS)
def test_class_size_presets_fit_riverbend(state: str, tmp_path: Path) -> None:
    entry = {"preset": f"class_size/{state}", "names": names_for(state)}
    case = Case(load_district(RIVERBEND), loaded(tmp_path, presets=[entry]))
    assert case.problems() == []
    for name, _, _ in LIMITS[state]:
        assert case.scenario.policies[name].rules(case)  # type: ignore[attr-defined]


def test_shares_of_new_york_city_and_ratio_of_virginia(tmp_path: Path) -> None:
    policies = loaded(tmp_path, presets=["class_size/nyc", "class_size/va"]).policies
    assert policies["new_york_city_class_size"].as_data()["share"] == 0.8
    roles = policies["virginia_school_ratio"].as_data()["roles"]
    assert roles["teacher"] == {"students_per_fte": 21, "levels": ["middle", "high"]}


def test_course_that_the_data_does_not_have(tmp_path: Path) -> None:
    """Texas counts grade 4 apart; Riverbend's course is 4-5 core, and that is the name offered."""
    with pytest.raises(InputProblems) as error:
        checked_case(load_district(RIVERBEND), loaded(tmp_path, presets=["class_size/tx"]))
    assert "'4 core'" in str(error.value) and "did you mean '4-5 core'?" in str(error.value)


def test_a_name_for_several_and_the_tighter_of_two() -> None:
    limits = {"K core": {"max": 18}, "1 core": {"max": 16}, "2-3 core": {"max": 17}}
    together = renamed(limits, {"K core": "K-3 core", "1 core": "K-3 core", "2-3 core": "K-3 core"})
    apart = renamed(limits, {"K core": None, "2-3 core": ["Grade 2", "Grade 3"]})
    assert together == {"K-3 core": {"max": 16}}
    assert apart == {"1 core": {"max": 16}, "Grade 2": {"max": 17}, "Grade 3": {"max": 17}}


# Funds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "last_year", "set_asides"),
    [("esser_i", "2022-23", []), ("esser_ii", "2023-24", []), ("esser_iii", "2024-25", [0.2])],
)
def test_esser(name: str, last_year: str, set_asides: list[float], tmp_path: Path) -> None:
    """Obligation ends on 30 September of 2022, 2023 and 2024; only the third has a set-aside, 20%."""
    scenario = loaded(tmp_path, presets=[f"funds/{name}"], funds={name: {"dollars": 1_000_000}})
    fund = Case(load_district(RIVERBEND), scenario).funds[name]
    assert fund.last_year == last_year
    assert [aside.min_share for aside in fund.set_asides] == set_asides
    assert fund.carry_over and not fund.recurring


def test_esser_under_the_district_s_own_name(tmp_path: Path) -> None:
    """Riverbend's fund is called esser: it keeps its dollars and takes the rest from the preset."""
    entry = {"preset": "funds/esser_iii", "names": {"esser_iii": "esser"}}
    scenario = loaded(tmp_path, presets=[entry], funds={"esser": {"last_year": "2027-28"}})
    fund = checked_case(load_district(RIVERBEND), scenario).funds["esser"]
    assert (fund.dollars, fund.last_year, fund.set_asides[0].uses) == (
        9_120_000,
        "2027-28",
        ["tutoring", "extended_time"],
    )


def test_a_fund_without_dollars_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match=r"funds\.esser_i\.dollars"):
        Case(load_district(RIVERBEND), loaded(tmp_path, presets=["funds/esser_i"]))


def test_title_i_plan(tmp_path: Path) -> None:
    """Riverbend's Title I schools and lines already keep the rules: a plan does, and so says every check."""
    district = load_district(RIVERBEND)
    plan = checked(solve(district, loaded(tmp_path, presets=["funds/title_i_a"])), district)
    kinds = {row.kind for row in plan.policies}
    assert kinds == {"rank_and_serve", "comparability", "supplement_not_supplant"}
    assert all(row.holds for row in plan.policies)


# Stipends ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "share", "studied"),
    [("low", 0.007, 5_000), ("central", 0.05, 10_000), ("high", 0.10, 10_000)],
)
def test_stipend_responses(response: str, share: float, studied: int, tmp_path: Path) -> None:
    """0.7% for $5,000; 5% for $10,000; and twice 5%. Nothing more past what was studied, and a warning."""
    tiers = [{"dollars": studied}, {"dollars": studied + 1}]
    scenario = loaded(tmp_path, presets=[f"stipends/{response}"], policies={"stipends": {"tiers": tiers}})
    policy = scenario.policies["stipends"]
    assert isinstance(policy, Stipends)
    assert [policy.share_at(0), policy.share_at(1)] == pytest.approx([share, share])
    warnings = list(policy.warnings(Case(load_district(RIVERBEND), scenario)))
    assert any(f"past the ${studied:,} that were studied" in warning for warning in warnings)


# Their place among parents, changes and own keys ------------------------------------------------------------


def test_own_keys_set_a_preset_s_values_anew(tmp_path: Path) -> None:
    own = {"policies": {"florida_class_size": {"courses": {"K-3 core": {"max": 20}}}}}
    path = write(tmp_path, presets=["class_size/fl"], **own)
    courses = load_scenario(path).policies["florida_class_size"].as_data()["courses"]
    assert (courses["K-3 core"]["max"], courses["4-5 core"]["max"]) == (20, 22)
    places = value_origins(merged_file(path))
    assert places["policies", "florida_class_size", "courses", "K-3 core", "max"].file == "scenario.yaml"
    assert places["policies", "florida_class_size", "semantics"].file == "preset class_size/fl"


def test_a_preset_stands_above_the_parent(tmp_path: Path) -> None:
    parent = tmp_path / "parent.yaml"
    data = {
        "name": "Parent",
        "objective": OBJECTIVE,
        "policies": {"stipends": {"tiers": [{"dollars": 5000}], "response": "high"}},
    }
    parent.write_text(yaml.safe_dump(data), encoding="utf-8")
    child = tmp_path / "child.yaml"
    child.write_text("name: Child\nextends: parent.yaml\npresets: [stipends/low]\n", encoding="utf-8")
    assert load_scenario(child).policies["stipends"].as_data()["response"] == "low"


@pytest.mark.parametrize(
    ("presets", "message"),
    [
        (["class_size/flo"], "the preset 'class_size/flo'; expected one of"),
        (["class_size/flo"], "did you mean 'class_size/fl'?"),
        (["../secrets"], "the preset '../secrets'"),
        (["stipends/low", "stipends/high"], "a second value"),
        ([{"preset": "class_size/nc", "names": {"K cor": "x"}}], "did you mean 'K core'?"),
        ("class_size/fl", "expected a list of at most 50"),
        ([7], "presets.0"),
    ],
)
def test_what_is_wrong_is_said(presets: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as error:
        loaded(tmp_path, presets=presets)
    assert message in str(error.value)


def test_renamed_values_have_a_place(tmp_path: Path) -> None:
    path = write(
        tmp_path, presets=[{"preset": "class_size/nc", "names": {"K core": ["Kindergarten", "Pre-K"]}}]
    )
    places = value_origins(merged_file(path))
    at = ("policies", "north_carolina_average", "courses", "Pre-K", "max")
    assert places[at].file == "preset class_size/nc" and places[at].line > 0


def test_a_small_district_takes_what_it_teaches(tmp_path: Path) -> None:
    """Six of Florida's courses are not taught there and are left out; the plan keeps the other four."""
    district = load_district(small_district(tmp_path / "data", 3))
    used = by_course(dict(LIMITS["fl"][0][2]))
    names = {course: None for course in used if course not in set(district.courses["course"])}
    entry = {"preset": "class_size/fl", "names": names}
    hiring = {"hiring": {"candidates": {"teacher": 200}}}
    funds = {"general": {"dollars": 20_000_000}}
    plan = checked(solve(district, loaded(tmp_path, presets=[entry], policies=hiring, funds=funds)), district)
    sizes = [row.class_size_after for row in plan.class_sizes if row.course == "K-3 core"]
    assert sizes and all(size is not None and size <= 18 + 1e-6 for size in sizes)
