"""Comparability: the published worked fixture, plans worked by hand, its sheet, then random districts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from checking import broken, case_of, district_of, moved_too, scenario_of, solved, solved_or_none
from districts import FIRST, SECOND, any_schools, school_id, two_schools
from hypothesis import given
from hypothesis import strategies as st
from policy_examples import two_districts
from policy_properties import (
    assert_breaks,
    assert_stricter_never_helps,
    districts,
    kept_and_priced,
    scenario_with,
)

from planner.district import District
from planner.optimize import solve
from planner.outcome import Outcome
from planner.policies.comparability import Comparability, sheet
from planner.problems import InputProblems
from planner.scenario import Scenario
from planner.school_tests import school_tests

POOL = ("teacher", "general", "experienced")
EVEN_DOLLARS = {"measure": "dollars", "index": "deviation"}
# Enrolment and FTE of seven Title I elementary schools, the ratio and the limit as the state printed them
# (North Carolina, studylib.net/doc/10726919); of the four others enrolment alone is given.
TITLE_I = [
    (528, 70.2, 7.5),
    (510, 49.4, 10.3),
    (417, 38.7, 10.8),
    (726, 59, 12.3),
    (189, 16, 11.8),
    (808, 58, 13.9),
    (673, 60, 11.2),
]
OTHERS = (1764, 757, 1005, 484)
LIMIT = 14.1


def north_carolina(short: float = 0.0) -> District:
    """Return the fixture, the other schools staffed so that the limit is the printed one."""
    others = [(students, students / (LIMIT / 1.1), 0.0) for students in OTHERS]
    rows = [*TITLE_I, *others]
    ids = [school_id(number + 1) for number in range(len(rows))]
    fte = {name: row[1] for name, row in zip(ids, rows, strict=True)}
    fte[ids[5]] -= short
    return district_of(
        any_schools,
        {name: ("elementary", row[0], 0) for name, row in zip(ids, rows, strict=True)},
        [(name, *POOL, fte[name], 50_000, 0.0) for name in ids],
        title_i=ids[: len(TITLE_I)],
    )


def today(district: District, **settings: Any) -> Outcome:
    """Return the district as it is, judged by the policy."""
    return Outcome(case_of(district, scenario_of(policies={"comparability": settings})), {})


@pytest.mark.parametrize("average", ["pooled", "mean_of_ratios"])
def test_north_carolina_s_fixture(average: str) -> None:
    """Every school's ratio is as printed, the limit is 14.1, and all seven are comparable."""
    rows = [row for row in sheet(today(north_carolina(), average=average)) if row.test == "staff"]
    assert [round(row.actual, 1) for row in rows] == [ratio for _, _, ratio in TITLE_I]
    assert [row.limit for row in rows] == pytest.approx([LIMIT] * 7)
    assert all(row.passes for row in rows)


def test_north_carolina_s_fixture_one_teacher_fewer() -> None:
    """808 students over 57 staff are 14.18 each, past 14.1."""
    rows = [row for row in sheet(today(north_carolina(short=1))) if row.test == "staff"]
    assert [row.school_id for row in rows if not row.passes] == [school_id(6)]


@pytest.mark.parametrize("test", ["staff", "salaries", "either"])
def test_north_carolina_s_fixture_in_words(test: str) -> None:
    """Only the tests that are asked are told, and what fails first: 14.18 students a teacher, past 14.1."""
    found = school_tests(today(north_carolina(short=1), test=test, longevity="include"))
    tests = {"staff": ["staff"], "salaries": ["salaries"], "either": ["staff", "salaries"]}[test]
    assert len(found) == 7 * len(tests)
    staff = [row for row in found if row.test == "students per staff"]
    assert bool(staff) is ("staff" in tests)
    if staff:
        assert (found[0].school_id, found[0].passes) == (school_id(6), False)
        assert (round(found[0].plan, 2), found[0].sense, round(found[0].limit, 1)) == (14.18, "<=", LIMIT)


def flagged(folder: Path, **settings: Any) -> Path:
    """Write two schools with 20 and 10 teachers and equal dollars; the second is in Title I."""
    budget = [(SECOND, "local", "materials", 600_000.0), *settings.pop("budget", [])]
    path = two_schools(folder, budget=budget, **settings)
    table = path / "schools.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    flags = ["title_i", *("true" if line.startswith(SECOND) else "false" for line in lines[1:])]
    table.write_text("\n".join(f"{a},{b}" for a, b in zip(lines, flags, strict=True)), encoding="utf-8")
    return path


def held(settings: dict[str, Any]) -> Scenario:
    """Return a scenario in which every move makes dollars less even, so that as few move as may."""
    return scenario_of(EVEN_DOLLARS, policies={"comparability": {"small_school": 0, **settings}})


@pytest.mark.parametrize(
    ("settings", "moved"),
    [
        ({}, 30 / 2.1 - 10),
        ({"test": "salaries"}, 27 / 1.9 - 10),
        ({"test": "either"}, 27 / 1.9 - 10),
        ({"max_ratio": 1.0}, 5),
        ({"max_ratio": 2.0}, 0),
        ({"average": "mean_of_ratios"}, 30 / 2.1 - 10),
        ({"within": "district"}, 30 / 2.1 - 10),
        ({"small_school": 100}, 0),
    ],
)
def test_fewest_that_must_move(settings: dict[str, Any], moved: float) -> None:
    """100 students each: the second needs 1/1.1 of what the first has left, or 90% of its salaries.

    ``10 + x = (20 - x) / 1.1`` is ``x = 30 / 2.1 - 10``; with ``0.9 (20 - x)``, ``27 / 1.9 - 10``, a little
    less, which `either` takes. Each teacher moved puts $60,000 more between schools of $1,200,000: the
    index is ``2 x 60,000 / (2 x 2,400,000)``, today 0, so points are 100 times that. Schools of 100 or fewer
    students are exempt.
    """
    plan = solved(district_of(flagged), held(settings))
    assert plan.summary.moves_fte == pytest.approx(moved, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(100 * moved * 60_000 / 2_400_000, abs=1e-5)


@pytest.mark.parametrize("use", ["staff", "positions"])
def test_federal_pay_does_not_count(use: str) -> None:
    """$120,000 of the second's pay is Title I's, 2 FTE at $60,000: ``8 + x = (20 - x) / 1.1``, 5.333 move."""
    district = district_of(flagged, budget=[(SECOND, "title_i", use, 120_000.0)])
    plan = solved(district, held({}))
    assert plan.summary.moves_fte == pytest.approx((20 / 1.1 - 8) / (1 + 1 / 1.1), abs=1e-6)


def test_any_school_compares_with_schools_of_no_staff() -> None:
    """The first has no teacher: the most students per teacher is infinite, which is nothing to judge by."""
    outcome = today(district_of(flagged, teachers=(0, 10)), small_school=0)
    assert list(outcome.case.scenario.policies["comparability"].check(outcome)) == []
    assert all(row.passes for row in sheet(outcome))


def test_either_test_is_noted_as_a_choice() -> None:
    plan = solve(district_of(flagged), held({"test": "either"}))
    assert list(plan.provenance["cases"]["kept"]["comparability"]["tests"].values()) == ["salaries"]


def two_kept_apart(count: int = 2) -> District:
    """Districts by turns: 17 costly teachers, or 19 cheap ones, against 20 at $50,000 in the other school.

    Seventeen are fewer than ``20 / 1.1``, but ``17 x 60,000`` is more than 90% of a million; 19 are enough,
    but ``19 x 40,000`` is not.
    """
    kinds = [(17.0, "developing", 60_000), (19.0, "novice", 40_000)]
    staff = []
    for district in range(1, count + 1):
        fte, experience, salary = kinds[(district - 1) % 2]
        staff.append((school_id(1, district), *POOL, 20.0, 50_000, 0.0))
        staff.append((school_id(2, district), "teacher", "general", experience, fte, salary, 0.0))
    ids = [row[0] for row in staff]
    schools = dict.fromkeys(ids, ("elementary", 500.0, 0.0))
    return district_of(any_schools, schools, staff, title_i=[name for name in ids if name.endswith("2")])


@pytest.mark.parametrize(("test", "holds"), [("staff", False), ("salaries", False), ("either", True)])
def test_each_district_keeps_the_test_that_it_passes(test: str, holds: bool) -> None:
    rules = {
        "comparability": {"longevity": "include", "test": test},
        "transfers": {"max_share_per_school": 0.0},
    }
    plan = solved_or_none(two_kept_apart(), scenario_of(EVEN_DOLLARS, policies=rules))
    assert (plan is not None) is holds
    if plan is not None:
        kept = plan.provenance["cases"]["kept"]["comparability"]["tests"]
        assert kept == {"0600001": "salaries", "0600002": "staff"}


def test_a_test_that_is_known_is_the_only_one_tried() -> None:
    known = {"0600001": "salaries", "0600002": "salaries"}
    outcome = today(two_kept_apart(), longevity="include", test="either", tests=known)
    found = list(outcome.case.scenario.policies["comparability"].check(outcome))
    assert [(finding.where, finding.holds) for finding in found] == [
        (school_id(2, 1), True),
        (school_id(2, 2), False),
    ]
    with pytest.raises(InputProblems, match="tests"):
        today(two_kept_apart(), tests={"0600009": "staff"})


def test_more_districts_than_can_be_combined_keep_one_test_and_it_is_said() -> None:
    outcome = today(two_kept_apart(5), longevity="include", test="either")
    policy = outcome.case.scenario.policies["comparability"]
    tests = [set(case.tests.values()) for case in policy.cases(outcome.case)]  # type: ignore[attr-defined]
    assert tests == [{"staff"}, {"salaries"}]
    assert any("5 districts are too many" in warning for warning in policy.warnings(outcome.case))


def test_exempt_spans() -> None:
    """A span with one school has nothing to compare; one that is all Title I compares with itself."""
    levels = ["elementary", "middle", "middle", "high", "high"]
    ids = [school_id(number) for number in range(1, 6)]
    district = district_of(
        any_schools,
        {name: (level, 500, 0) for name, level in zip(ids, levels, strict=True)},
        [(name, *POOL, 10.0, 50_000, 0.0) for name in ids],
        title_i=ids[:4],
    )
    case = case_of(district, scenario_of(policies={"comparability": {}}))
    policy = case.scenario.policies["comparability"]
    assert isinstance(policy, Comparability)
    assert [(span.name, span.all_served) for span in policy.spans(case)] == [
        ("high", False),
        ("middle", True),
    ]
    assert any("exempt" in warning and ids[0] in warning for warning in policy.warnings(case))


@pytest.mark.parametrize(
    ("settings", "least", "most"),
    [({}, 15 / 1.1, 15 / 0.9), ({"test": "salaries"}, 0.9 * 15, 1.1 * 15), ({"max_ratio": 2.5}, 6, None)],
)
def test_where_all_are_title_i_each_is_near_the_average_of_all(
    settings: dict[str, Any], least: float, most: float | None
) -> None:
    """Two schools of 100 students and 30 teachers in all: 15 each on average, 6.67 students a teacher.

    At most 110% of that is at least 15 / 1.1 teachers; at least 90%, the same on the other side, at most
    15 / 0.9. By salaries 90% and 110% of 15. At 2.5 times the average nothing bounds a school from above.
    """
    edges = [least - 0.01, least + 1e-6, *([30 - most + 1e-6, 30 - most - 0.01] if most else [])]
    for second in edges:
        both = {"small_school": 0, **settings}
        held = {school_id(1): 30 - second, school_id(2): second}
        pair = district_of(
            any_schools,
            dict.fromkeys(held, ("middle", 100, 0)),
            [(school, *POOL, fte, 50_000, 0.0) for school, fte in held.items()],
            title_i=list(held),
        )
        fits = second >= least and 30 - second <= (most or 30)
        found = today(pair, **both)
        passes = all(row.passes for row in sheet(found) if row.test == settings.get("test", "staff"))
        assert passes == fits, second


def test_the_law_without_longevity() -> None:
    """Novices at the second and veterans at the first: without longevity each FTE has the same salary."""
    ids = [school_id(1), school_id(2)]
    staff = [
        (ids[0], "teacher", "general", "experienced", 10.0, 80_000, 0.0),
        (ids[1], "teacher", "general", "novice", 10.0, 50_000, 0.0),
    ]
    district = district_of(any_schools, dict.fromkeys(ids, ("elementary", 500, 0)), staff, title_i=[ids[1]])
    without = [row for row in sheet(today(district)) if row.test == "salaries"]
    within = [row for row in sheet(today(district, longevity="include")) if row.test == "salaries"]
    assert (without[0].actual, without[0].limit) == pytest.approx((1300, 0.9 * 1300))
    assert (within[0].actual, within[0].limit) == pytest.approx((1000, 0.9 * 1600))
    assert without[0].passes and not within[0].passes


def test_tampering_is_found() -> None:
    district, scenario = district_of(flagged), held({})
    plan = solved(district, scenario)
    assert not broken(plan, district, scenario, "comparability")
    assert_breaks(moved_too(plan, SECOND, FIRST, 0.01, POOL), district, scenario, "comparability")


@pytest.mark.parametrize(
    ("second", "title_i", "within", "names"),
    [
        (("middle", 500, 0), 1, "level", []),
        (("middle", 500, 0), 1, "district", ["all"]),
        (("elementary", 500, 0), 1, "level", ["elementary"]),
        (("elementary", 500, 0), 2, "level", ["elementary"]),
        (("elementary", 50, 0), 1, "level", []),
        (("elementary", 50, 0), 2, "level", []),
    ],
)
def test_which_schools_there_are_to_compare(
    second: tuple[str, float, float], title_i: int, within: str, names: list[str]
) -> None:
    """A Title I school of 500 students, and another of its span or not, in Title I or not, small or not."""
    ids = [school_id(1), school_id(2)]
    staff = [(name, *POOL, 10.0, 50_000, 0.0) for name in ids]
    schools = {ids[0]: ("elementary", 500.0, 0.0), ids[1]: second}
    found = today(district_of(any_schools, schools, staff, title_i=ids[:title_i]), within=within)
    policy = found.case.scenario.policies["comparability"]
    assert isinstance(policy, Comparability)
    assert [span.name for span in policy.spans(found.case)] == names


def test_staff_that_count_and_that_do_not() -> None:
    """Of 12 general and 3 mathematics teachers and a counselor to 100 students, the last two do not count."""
    kinds = {"instructional": ["teacher", "counselor"], "excluded": ["teacher/math", "counselor"]}
    found = [row for row in sheet(today(two_districts(), small_school=0, **kinds)) if row.test == "staff"]
    assert [row.school_id for row in found] == [school_id(2), school_id(3), school_id(2, 2)]
    assert [row.actual for row in found] == pytest.approx([100 / 12] * 3)
    counted = sheet(today(two_districts(), small_school=0, instructional=kinds["instructional"]))
    assert [row.actual for row in counted if row.test == "staff"] == pytest.approx([100 / 16] * 3)


def test_data_without_title_i_is_a_problem() -> None:
    with pytest.raises(InputProblems, match="no column title_i"):
        case_of(district_of(two_schools), scenario_of(policies={"comparability": {}}))


@given(
    districts,
    st.sampled_from(["staff", "salaries", "either"]),
    st.sampled_from(["pooled", "mean_of_ratios"]),
    st.integers(100, 130),
)
def test_kept_priced_and_guarded(district: District, test: str, average: str, percent: int) -> None:
    rule = {
        "test": test,
        "average": average,
        "max_ratio": percent / 100,
        "within": "district",
        "federal": ["grant"],
    }
    scenario = scenario_with({"comparability": rule}, ["2026-27"])
    kept_and_priced(district, scenario, "comparability")
    looser = scenario_with({"comparability": {**rule, "max_ratio": percent / 100 + 0.2}}, ["2026-27"])
    assert_stricter_never_helps(district, looser, scenario)
