"""What is missing, what is withheld, what is ranked first, and what the averages hide."""

from __future__ import annotations

import dataclasses
import io
import math
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from small_districts import four_schools

from planner.cli.diagnosis_tables import diagnosis_parts
from planner.diagnosis import Diagnosis, Gap, MetricResult, Settings, diagnose
from planner.diagnosis.base import Metric
from planner.diagnosis.comparing import Column, Comparing, gap_of_sums, sums_of
from planner.diagnosis.facts import Facts
from planner.diagnosis.ranking import LEAST
from planner.diagnosis.small_cells import hidden_schools
from planner.diagnosis.words import gap_sentence
from planner.district import District, load_district
from planner.equity.statistics import exposure_gap
from planner.problems import InputProblems

FEW = Settings(draws=20)
SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


@pytest.fixture(scope="module")
def riverbend() -> District:
    return load_district(SCENARIOS / "riverbend" / "district")


def missing(found: Diagnosis) -> dict[str, str]:
    return {each.name: f"{each.why}|{each.needs}" for one in found.dimensions for each in one.not_computed}


# Missing ----------------------------------------------------------------------------------------------------


def test_without_a_table_its_metrics_are_missing_and_the_table_is_named() -> None:
    gone = missing(diagnose(four_schools(budget=[], courses=[], indicators=[], uses={}), FEW))
    assert "no table budget|the table budget" in gone["dollars_per_student"]
    assert "courses" in gone["class_size_index"]
    assert "the indicator 'chronic_absence' in the table indicators" in gone["chronic_absence"]
    assert "the role nurse" in gone["nurses_per_thousand"]
    assert (
        "need_weights"
        in missing(diagnose(four_schools(need_weights={}), FEW))["dollars_per_weighted_student"]
    )


def test_notes_say_where_need_tells_schools_apart_poorly() -> None:
    """51 of 100 students at one school are of low income, and half of those at the others."""
    poor = {"a": 51.0, "b": 100.0, "c": 150.0, "d": 200.0}
    rows = [
        (row.school_id, row.group, poor[row.school_id] if row.group == "low_income" else row.students)
        for row in four_schools().enrollment.itertuples()
    ]
    notes = " ".join(diagnose(four_schools(enrollment=rows), FEW).notes)
    assert "hardly tells the schools apart: 51% low-income" in notes and "in high-need schools, 50%" in notes


def test_notes_say_that_nobody_counts_low_income_students() -> None:
    rows = [row for row in four_schools().enrollment.itertuples(index=False) if row.group != "low_income"]
    rows = [(row.school_id, row.group, row.students) for row in rows]
    by_disability = Settings.model_validate({"draws": 20, "high_need": {"by": "disability"}})
    found = diagnose(four_schools(enrollment=rows, need_weights={}, uses={}, budget=[]), by_disability)
    assert "The table enrollment has no group low_income." in found.notes


def test_an_indicator_of_groups_alone_is_no_measurement() -> None:
    gone = missing(diagnose(four_schools(indicators=[("a", "chronic_absence", "low_income", 0.5, 80)]), FEW))
    assert "the indicator 'chronic_absence' has no figure of the group 'all'" in gone["chronic_absence"]


def test_a_figure_that_is_assumed_for_every_school_is_no_measurement() -> None:
    entry = {"table": "staff", "column": "experience", "rows": "every row", "method": "assumed"}
    assert "assumed for every school" in missing(diagnose(four_schools(imputed=[entry]), FEW))["novice_share"]


def test_an_imputed_column_marks_its_metrics() -> None:
    entry = {"table": "staff", "column": "fte", "rows": ["a"], "method": "district_mean"}
    found = diagnose(four_schools(imputed=[entry]), FEW)
    novice, absence = found.metric("novice_share"), found.metric("chronic_absence")
    assert novice is not None
    assert absence is not None
    assert novice.estimated == ("staff.fte: district_mean",)
    assert absence.estimated == ()
    assert any("mean of the district's other schools" in note for note in found.notes)


def test_a_school_without_staff_rows_is_unknown_and_not_without_teachers() -> None:
    rows = [
        ("a", "teacher", "general", "novice", 4, 50_000, 0),
        ("b", "teacher", "general", "novice", 2, 50_000, 0),
    ]
    rows += [("c", "counselor", "general", "novice", 1, 50_000, 0)]
    facts = Facts(four_schools(staff=rows, courses=[]), FEW)
    values = dict(zip(facts.case.school_ids, facts.teachers.tolist(), strict=True))
    assert math.isnan(values.pop("d"))
    assert values == {"a": 4.0, "b": 2.0, "c": 0.0}


def test_schools_without_a_figure_are_counted_and_not_read_as_zero() -> None:
    found = diagnose(four_schools(), FEW).metric("facility_score")
    assert found is not None
    assert (found.schools_measured, found.schools_without) == (3, 1)
    assert found.mean == pytest.approx((60 * 100 + 70 * 200 + 80 * 300) / 600)


def test_a_rate_over_all_students_is_an_error_of_the_source_and_left_out() -> None:
    rates = {"a": 1.7, "b": 0.2, "c": 0.4, "d": 0.3}
    rows = [(school, "chronic_absence", "all", rate, 100) for school, rate in rates.items()]
    found = diagnose(four_schools(indicators=rows), FEW)
    absence = found.metric("chronic_absence")
    assert absence is not None
    assert absence.mean == pytest.approx(0.3)
    assert (absence.schools_measured, absence.schools_without, absence.schools_impossible) == (3, 1, 1)
    assert any("over 100%" in note for note in found.notes)


def test_a_suppressed_group_leaves_its_school_out_of_that_comparison() -> None:
    base = four_schools()
    enrollment = [
        (
            row.school_id,
            row.group,
            math.nan if (row.school_id, row.group) == ("d", "disability") else row.students,
        )
        for row in base.enrollment.itertuples()
    ]
    found = diagnose(four_schools(enrollment=enrollment), Settings(suppress=False, draws=20)).metric(
        "novice_share"
    )
    assert found is not None
    gap = next(gap for gap in found.groups if gap.name == "disability")
    assert gap.ours.students == 100
    assert gap.ours.value == pytest.approx((20 * 0.5 + 20 * 0.4 + 60 * 0.25) / 100)


def test_unknown_names_in_the_settings_are_refused_with_the_nearest() -> None:
    with pytest.raises(InputProblems, match="low_income"):
        diagnose(four_schools(), Settings(high_need={"by": "low_incme"}))
    with pytest.raises(InputProblems, match="novice_share"):
        diagnose(four_schools(), Settings(state={"novice_shares": 0.1}, draws=2))
    with pytest.raises(InputProblems, match="experienced"):
        diagnose(four_schools(), Settings(novice=("experiencd",)))


# Small counts -----------------------------------------------------------------------------------------------


def comparing(name: str, of: District) -> Comparing:
    facts = Facts(of, FEW)
    chosen: Metric = next(each for each in _metrics(facts) if each.name == name)
    return Comparing(facts, chosen, chosen.read(facts))


def _metrics(facts: Facts) -> list[Metric]:
    from planner.diagnosis.base import DIMENSIONS

    return [metric for name in DIMENSIONS for metric in DIMENSIONS[name]().metrics(facts)]


def test_small_counts_are_withheld_with_what_would_give_them_back() -> None:
    rows = [("a", 0.05, 100), ("b", 0.30, 200), ("c", 0.20, 300), ("d", 0.10, 400)]
    of = four_schools(indicators=[(school, "suspension", "all", rate, count) for school, rate, count in rows])
    # Five suspended students at a, the one high-need school. Were only b withheld with it, the average of the
    # other schools would give b away and the district's then a: so c goes too.
    whole = diagnose(of, FEW)
    found = whole.metric("suspension")
    assert found is not None
    shown = {row.school_id: row.value for row in found.schools}
    assert shown == {"a": None, "b": None, "c": None, "d": 0.10}
    assert found.high_need is not None
    assert found.high_need.withheld
    assert found.high_need.ours.value is None
    assert found.spread is None
    assert "5" not in str(dataclasses.astuple(found.high_need))
    assert gap_sentence(found, found.high_need).endswith("withheld, because few students stand behind it.")
    terminal = Console(file=io.StringIO(), width=200)
    terminal.print(*diagnosis_parts(whole))
    (line,) = [line for line in terminal.file.getvalue().splitlines() if found.title in line]  # type: ignore[attr-defined]
    assert line.split(found.title)[1].split() == ["16.5%", "withheld", "withheld", "withheld"]


def test_a_rate_of_few_students_in_the_whole_district_is_withheld() -> None:
    of = four_schools(indicators=[("a", "expulsion", "all", 0.03, 100), ("d", "expulsion", "all", 0.01, 400)])
    assert "withheld, as fewer than 10" in missing(diagnose(of, FEW))["expulsion"]


def test_counts_are_shown_when_asked_for() -> None:
    of = four_schools(
        indicators=[("a", "suspension", "all", 0.05, 100), ("b", "suspension", "all", 0.3, 200)]
    )
    found = diagnose(of, Settings(suppress=False, draws=20))
    result = found.metric("suspension")
    assert result is not None
    assert not any(row.withheld for row in result.schools)
    assert not found.suppressed


def test_no_shown_average_has_exactly_one_withheld_school(riverbend: District) -> None:
    for name in ("suspension", "chronic_absence", "share_of:homeless", "grade8_algebra"):
        case = comparing(name, riverbend)
        hidden = hidden_schools(case)
        high, levels = case.facts.case.high_need, np.array(case.facts.case.level_of)
        sets = [np.ones(len(high), dtype=bool), high, ~high, *(levels == level for level in set(levels))]
        for members in sets:
            here = members & case.known
            assert (here & hidden).sum() != 1 or here.sum() == 1


def test_no_small_count_of_students_is_in_the_result(riverbend: District) -> None:
    found = diagnose(riverbend, FEW)
    for dimension in found.dimensions:
        for metric in dimension.metrics:
            assert all(row.students is None or row.students >= 10 for row in metric.schools)
            for gap in all_gaps(metric):
                assert gap.withheld or all((side.students or 0) >= 10 for side in (gap.ours, gap.theirs))


def all_gaps(metric: MetricResult) -> list[Gap]:
    return [gap for gap in (metric.high_need, *metric.levels, *metric.groups) if gap is not None]


# Ranking ----------------------------------------------------------------------------------------------------


def test_dimensions_rank_by_size_times_students_open_gaps_after_the_others(riverbend: District) -> None:
    found = diagnose(riverbend, FEW)
    places = [
        (
            each.headline is None,
            each.headline is not None and each.headline.certainty == "open",
            -(each.score or 0),
        )
        for each in found.ranking
    ]
    assert places == sorted(places)
    assert [each.rank for each in found.ranking] == list(range(1, len(found.ranking) + 1))
    for each in found.ranking:
        if each.headline is not None:
            assert (each.headline.size or 0) >= LEAST
            students = each.headline.ours.students or 0
            assert each.score == pytest.approx((each.headline.size or 0) * students)
            assert each.headline.name != "white"


def test_riverbends_teaching_gap_names_its_levers_and_leadership_none(riverbend: District) -> None:
    sections = {each.name: each for each in diagnose(riverbend, FEW).dimensions}
    assert {"transfers", "stipends"} <= {lever.name for lever in sections["teaching_quality"].levers}
    assert sections["school_leadership"].headline_metric == "principal_tenure"
    assert sections["school_leadership"].levers == ()


def test_more_of_a_group_in_high_need_schools_is_no_disadvantage(riverbend: District) -> None:
    mix = next(each for each in diagnose(riverbend, FEW).dimensions if each.name == "diverse_schools")
    assert mix.headline is not None
    assert mix.headline.kind == "mix"
    assert all(metric.high_need is None or metric.high_need.size is None for metric in mix.metrics)


def test_the_quick_gap_is_the_exposure_gap_of_the_library() -> None:
    draw = np.random.default_rng(5)
    values, ours, theirs = draw.random(9), draw.integers(0, 50, 9) * 1.0, draw.integers(1, 50, 9) * 1.0
    sums = sums_of(Column("x", values, ours, ours), Column("y", values, theirs, theirs))
    assert gap_of_sums(sums) == pytest.approx(exposure_gap(values, ours, theirs))
    assert math.isnan(gap_of_sums(sums * [[1, 0, 1, 1]]))


# What the averages hide -------------------------------------------------------------------------------------


def test_a_tale_of_two_schools() -> None:
    found = diagnose(load_district(SCENARIOS / "tale_of_two_schools" / "district"), FEW)
    dollars, teachers = found.metric("dollars_per_student"), found.metric("students_per_teacher")
    disabled, poor = found.metric("share_of:disability"), found.metric("share_of:low_income")
    assert dollars is not None
    assert teachers is not None
    assert disabled is not None
    assert poor is not None
    assert [row.value for row in dollars.schools] == pytest.approx([12_960, 13_080], abs=0.01)
    assert [row.students for row in dollars.schools] == [550, 565]
    assert [550 / (row.value or 0) for row in teachers.schools[:1]] == pytest.approx([22])
    assert [round(row.value or 0, 2) for row in disabled.schools] == [0.13, 0.24]
    assert [round(row.value or 0, 2) for row in poor.schools] == [0.84, 0.82]
    told = {(each.plain, each.telling) for each in found.hidden}
    assert ("dollars_per_student", "dollars_per_weighted_student") in told
    assert ("share_of:low_income", "share_of:disability") in told
    assert any("hardly tells the schools apart" in note for note in found.notes)


def test_average_salaries_hide_the_gap() -> None:
    found = diagnose(load_district(SCENARIOS / "hidden_salaries" / "district"), FEW)
    plain, actual = found.metric("dollars_at_average_salaries"), found.metric("dollars_per_student")
    assert plain is not None
    assert actual is not None
    assert plain.high_need is not None
    assert actual.high_need is not None
    assert (plain.high_need.gap or 0) > 0
    assert (actual.high_need.gap or 0) < -500
    assert ("dollars_at_average_salaries", "dollars_per_student") in {
        (each.plain, each.telling) for each in found.hidden
    }


def test_even_schools_hide_nothing() -> None:
    rows = [
        (school, "teacher", "general", "novice", 5 * n, 50_000, 0) for n, school in enumerate("abcd", start=1)
    ]
    budget = [(school, "local", "operations", 100_000 * n) for n, school in enumerate("abcd", start=1)]
    found = diagnose(four_schools(staff=rows, budget=budget, courses=[], uses={}, need_weights={}), FEW)
    assert found.hidden == ()


def test_a_table_that_is_not_there_is_named_before_a_column_that_is_assumed() -> None:
    assumed = {
        "table": "staff",
        "column": "salary",
        "rows": "every row",
        "method": "assumed",
        "note": "one pay",
    }
    found = diagnose(four_schools(budget=[], imputed=[assumed], uses={}), Settings(draws=20))
    why = {gone.name: gone.why for each in found.dimensions for gone in each.not_computed}
    assert why["dollars_per_student"] == "there is no table budget"
    assert "assumed for every school" in why["teacher_pay"]
