"""Every metric against figures worked out by hand for four schools of 100, 200, 300 and 400 students."""

from __future__ import annotations

from typing import Any

import pytest
from small_districts import four_schools

from planner.diagnosis import Diagnosis, MetricResult, Settings, diagnose
from planner.diagnosis.base import DIMENSIONS
from planner.diagnosis.measuring import lever
from planner.diagnosis.words import UNITS

OPEN = Settings(suppress=False, draws=20)


@pytest.fixture(scope="module")
def found() -> Diagnosis:
    return diagnose(four_schools(), OPEN)


def metric(found: Diagnosis, name: str) -> MetricResult:
    result = found.metric(name)
    assert result is not None, name
    return result


PAY = {
    "a": 4 * 50 + 4 * 80 + 60,
    "b": 4 * 50 + 6 * 80 + 60,
    "c": 5 * 50 + 15 * 80 + 60,
    "d": 2 * 50 + 18 * 80 + 60,
}
STUDENTS = {"a": 100, "b": 200, "c": 300, "d": 400}
TITLE_I = {"a": 40, "b": 50, "c": 0, "d": 0}
DOLLARS = {school: 1000 * (PAY[school] + STUDENTS[school] + TITLE_I[school]) for school in STUDENTS}
# 58 teachers earn 15 * 50,000 + 43 * 80,000.
AVERAGE = (15 * 50_000 + 43 * 80_000) / 58
TEACHERS = {"a": 8, "b": 10, "c": 20, "d": 20}
WEIGHTED = {"a": 140, "b": 250, "c": 345, "d": 420}
EXPECTED_SCHOOLS: dict[str, dict[str, float]] = {
    "dollars_per_student": {school: DOLLARS[school] / STUDENTS[school] for school in STUDENTS},
    "dollars_without_title_i": {
        school: (DOLLARS[school] - 1000 * TITLE_I[school]) / STUDENTS[school] for school in STUDENTS
    },
    "state_local_dollars": {
        school: (DOLLARS[school] - 1000 * TITLE_I[school]) / STUDENTS[school] for school in STUDENTS
    },
    "dollars_per_weighted_student": {school: DOLLARS[school] / WEIGHTED[school] for school in STUDENTS},
    "dollars_at_average_salaries": {
        school: (TEACHERS[school] * AVERAGE + 60_000 + 1000 * (STUDENTS[school] + TITLE_I[school]))
        / STUDENTS[school]
        for school in STUDENTS
    },
    "teacher_pay": {"a": 65_000, "b": 68_000, "c": 72_500, "d": 77_000},
    "novice_share": {"a": 0.5, "b": 0.4, "c": 0.25, "d": 0.1},
    "experienced_share": {"a": 0.5, "b": 0.6, "c": 0.75, "d": 0.9},
    "vacancy_share": {"a": 0.2, "b": 0.0, "c": 0.0, "d": 0.0},
    "students_per_teacher": {"a": 12.5, "b": 20.0, "c": 15.0, "d": 20.0},
    # The district has 1,000 seats in 50 sections: 20 a section.
    "class_size_index": {"a": 1.25, "b": 1.0, "c": 1.0, "d": 20 / 21},
    "class_size:K-3 core": {"a": 25.0, "b": 20.0, "c": 20.0, "d": 400 / 21},
    "counselors_per_thousand": {"a": 10.0, "b": 5.0, "c": 10 / 3, "d": 2.5},
    "support:tutoring": {"a": 500.0, "b": 500.0, "c": 0.0, "d": 0.0},
    "chronic_absence": {"a": 0.4, "b": 0.2, "c": 0.2, "d": 0.1},
    "facility_score": {"a": 60.0, "b": 70.0, "c": 80.0},
    "prek_seats_per_hundred": {"a": 18.0, "b": 9.0, "c": 0.0, "d": 9.0},
    "utilisation": {"a": 1.25, "b": 0.8, "c": 1.0, "d": 0.8},
    "share_of:low_income": {"a": 0.8, "b": 0.5, "c": 0.3, "d": 0.1},
    "share_of:disability": {"a": 0.2, "b": 0.1, "c": 0.2, "d": 0.1},
}


@pytest.mark.parametrize("name", EXPECTED_SCHOOLS)
def test_school_figures(found: Diagnosis, name: str) -> None:
    rows = {row.school_id: row.value for row in metric(found, name).schools}
    assert rows == pytest.approx(EXPECTED_SCHOOLS[name])


@pytest.mark.parametrize("name", EXPECTED_SCHOOLS)
def test_high_need_against_others_weighs_by_students(found: Diagnosis, name: str) -> None:
    result = metric(found, name)
    weights = {
        "dollars_per_weighted_student": WEIGHTED,
        "support:tutoring": {"a": 80, "b": 100, "c": 90, "d": 40},
    }
    seats = weights.get(name, STUDENTS)
    values = EXPECTED_SCHOOLS[name]
    others = [school for school in values if school != "a"]
    theirs = sum(seats[school] * values[school] for school in others) / sum(
        seats[school] for school in others
    )
    if name == "share_of:low_income":
        assert result.high_need is None
        return
    gap = result.high_need
    assert gap is not None
    assert (gap.ours.value, gap.theirs.value) == pytest.approx((values["a"], theirs))
    assert gap.gap == pytest.approx(values["a"] - theirs)
    assert gap.ours.students == (80 if name == "support:tutoring" else 100)


def test_seats_and_devices_over_the_children_they_are_for() -> None:
    """450 devices for 600 students where both are known; 36 seats for 66 kindergartners likewise."""
    given = {
        "devices": {"a": 50, "b": 100, "c": 300},
        "prek_seats": {"a": 18, "b": 18, "c": 0, "d": 36},
        "kindergarten_students": {"a": 20, "b": 36, "c": 10},
    }
    rows = [
        (school, name, "all", value, None) for name, each in given.items() for school, value in each.items()
    ]
    found = diagnose(four_schools(indicators=rows), OPEN)
    for name, expected, mean in (
        ("devices_per_student", {"a": 0.5, "b": 0.5, "c": 1.0}, 450 / 600),
        ("prek_seats_per_kindergartner", {"a": 0.9, "b": 0.5, "c": 0.0}, 36 / 66),
    ):
        result = metric(found, name)
        assert {row.school_id: row.value for row in result.schools} == pytest.approx(expected)
        assert result.mean == pytest.approx(mean)


def test_need_index_uses_the_districts_own_spending(found: Diagnosis) -> None:
    total = sum(DOLLARS.values())
    each, poor = (total - 90_000) / 1000, 90_000 / 310
    members = {"a": 80, "b": 100, "c": 90, "d": 40}
    expected = {
        school: DOLLARS[school] / (each * STUDENTS[school] + poor * members[school]) for school in STUDENTS
    }
    rows = {row.school_id: row.value for row in metric(found, "need_index").schools}
    assert rows == pytest.approx(expected)


def test_size_is_points_of_a_share_and_percent_of_the_average_otherwise(found: Diagnosis) -> None:
    novice = metric(found, "novice_share").high_need
    assert novice is not None
    # Others: (200 * .4 + 300 * .25 + 400 * .1) / 900.
    assert novice.size == pytest.approx(0.5 - 195 / 900)
    assert novice.score == pytest.approx((0.5 - 195 / 900) * 100)
    classes = metric(found, "students_per_teacher").high_need
    assert classes is not None
    mean = (12.5 * 100 + 20 * 200 + 15 * 300 + 20 * 400) / 1000
    assert metric(found, "students_per_teacher").mean == pytest.approx(mean)
    # Fewer students per teacher is to their advantage, so the size is negative and the score 0.
    assert classes.size == pytest.approx((12.5 - 16500 / 900) / mean)
    assert classes.score == 0.0


def test_groups_own_figures_against_all_other_students(found: Diagnosis) -> None:
    (gap,) = metric(found, "chronic_absence").groups
    # 40 + 30 + 27 + 12 of 310 low-income students, and 40 + 40 + 60 + 40 less those of the other 690.
    assert gap.basis == "own figures"
    assert gap.ours.value == pytest.approx(109 / 310)
    assert gap.theirs.value == pytest.approx((180 - 109) / 690)
    assert gap.ratio == pytest.approx((109 / 310) / (71 / 690))


def test_groups_exposure_is_that_of_the_schools_they_attend(found: Diagnosis) -> None:
    by_group = {gap.name: gap for gap in metric(found, "novice_share").groups}
    gap = by_group["low_income"]
    assert gap.basis == "schools attended"
    assert gap.ours.value == pytest.approx((80 * 0.5 + 100 * 0.4 + 90 * 0.25 + 40 * 0.1) / 310)
    assert gap.theirs.value == pytest.approx((20 * 0.5 + 100 * 0.4 + 210 * 0.25 + 360 * 0.1) / 690)


def test_a_ratio_needs_something_to_compare_with() -> None:
    rows = [(school, "suspension", "all", 0.0, 100) for school in "bcd"] + [
        ("a", "suspension", "all", 0.2, 100)
    ]
    found = diagnose(four_schools(indicators=rows), OPEN)
    gap = metric(found, "suspension").high_need
    assert gap is not None
    assert gap.theirs.value == 0
    assert gap.ratio is None


def test_leaders_teachers_and_electives_by_hand() -> None:
    staff = [(school, "teacher", "general", "novice", 10, 50_000, 0) for school in "abcd"]
    staff += [("a", "principal", "general", "novice", 1, 90_000, 0)]
    staff += [("b", "principal", "general", "novice", 2, 90_000, 0)]
    courses = [("a", "K-3 core", 100, 5, "general", 1), ("a", "K-3 elective", 100, 4, "general", 1)]
    courses += [("b", "K-3 core", 100, 5, "general", 1)]
    color = [(school, "teachers_of_color", "all", 0.3, None) for school in "abcd"]
    groups = [(school, "white", count) for school, count in zip("abc", (40, 200, 120), strict=True)]
    groups += [
        (school, group, count)
        for school, everyone in STUDENTS.items()
        for group, count in (("all", everyone), ("low_income", 10 if school != "a" else 80))
    ]
    changed = four_schools(staff=staff, courses=courses, indicators=color, enrollment=groups)
    found = diagnose(changed, OPEN)
    rows = {row.school_id: row.value for row in metric(found, "teachers_per_leader").schools}
    assert rows == {"a": 10, "b": 5}
    rows = {row.school_id: row.value for row in metric(found, "core_to_elective").schools}
    assert rows == pytest.approx({"a": 20 / 25})
    rows = {row.school_id: row.value for row in metric(found, "teacher_student_parity").schools}
    # 60 of 100 and 180 of 300 students are of color; all of b's are white, and d's are not known.
    assert rows == pytest.approx({"a": 0.5, "c": 0.5})


def test_the_mix_of_schools(found: Diagnosis) -> None:
    result = metric(found, "share_of:low_income")
    (gap,) = result.groups
    ours = (80 * 0.8 + 100 * 0.5 + 90 * 0.3 + 40 * 0.1) / 310
    theirs = (20 * 0.8 + 100 * 0.5 + 210 * 0.3 + 360 * 0.1) / 690
    assert (gap.kind, gap.certainty) == ("mix", "no test")
    assert (gap.ours.value, gap.theirs.value, gap.size) == pytest.approx((ours, theirs, ours - theirs))
    values = {each.name: each.value for each in result.statistics}
    pairs = zip((80, 100, 90, 40), (20, 100, 210, 360), strict=True)
    assert values["dissimilarity"] == pytest.approx(sum(abs(x / 310 - y / 690) for x, y in pairs) / 2)
    assert values["isolation"] == pytest.approx(ours)
    assert values["exposure_index"] == pytest.approx(1 - ours)


def test_by_level_compares_inside_each_level() -> None:
    levels = [("a", "elementary"), ("b", "elementary"), ("c", "high"), ("d", "high")]
    result = metric(diagnose(four_schools(schools=levels), OPEN), "novice_share")
    sides = {gap.name: (gap.ours.value, gap.theirs.value) for gap in result.levels}
    assert sides == {"elementary": (0.5, 0.4), "high": (0.25, 0.1)}


def test_definitions_are_parameters_and_written_out() -> None:
    by = {"by": "disability", "top_share": 0.5, "within": "district"}
    found = diagnose(four_schools(), Settings(high_need=by, novice=("novice", "developing"), draws=20))
    assert found.definitions.high_need_schools == ("a", "c")
    assert "students with disabilities in their district" in found.definitions.high_need
    assert "novice or developing" in found.definitions.novice


def test_peers_and_state_stand_beside(found: Diagnosis) -> None:
    richer: Any = [("a", "low_income", 0), ("a", "all", 100)]
    peers = four_schools(
        schools=[("a", "elementary")],
        enrollment=richer,
        courses=[],
        indicators=[],
        budget=[],
        name="Peers",
        staff=[
            ("a", "teacher", "general", "novice", 1, 50_000, 0),
            ("a", "teacher", "x", "experienced", 9, 1, 0),
        ],
        uses={},
        need_weights={},
    )
    result = diagnose(four_schools(), Settings(state={"novice_share": 0.2}, draws=20), peers)
    novice = metric(result, "novice_share")
    assert novice.peers is not None
    assert novice.state is not None
    assert (novice.peers.label, novice.peers.value) == ("Peers", pytest.approx(0.1))
    assert novice.state.gap == pytest.approx(novice.mean - 0.2)
    assert metric(result, "facility_score").peers is None


def test_every_lever_is_one_of_the_planner_and_every_unit_is_known(found: Diagnosis) -> None:
    for dimension in found.dimensions:
        for each in dimension.metrics:
            assert each.unit in UNITS
            assert all(known == lever(f"{known.kind}:{known.name}") for known in each.levers)


def test_the_ten_dimensions_stand_in_their_published_order(found: Diagnosis) -> None:
    assert [each.number for each in found.dimensions] == list(range(1, 11))
    assert len(DIMENSIONS.names()) == 10
    assert all(each.questions for each in found.dimensions)
