"""Verification: a solved plan holds, any figure changed by hand fails, and the optimiser is never asked."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from checking import district_of, edited
from districts import DISTRICT_ID, FIRST, SECOND, YEAR, any_schools, school_id, small_district, two_schools
from hypothesis import given
from hypothesis import strategies as st
from plans import rich_plan, worked_example

from planner.optimize import solve
from planner.plan import ROW_TYPES, ClassSize, DollarLine, Move, Plan, StaffChange
from planner.plan_columns import KEYS, UNITS
from planner.plan_file import parse_plan, plan_text
from planner.plan_outcome import Decided, outcome_of
from planner.problems import InputProblems
from planner.reporting_rows import class_size_rows, class_size_warnings
from planner.verification import Check, verify
from planner.verification.check import agrees, at_least, at_most, of_findings
from planner.verification.inputs import case_of

ROOT = Path(__file__).resolve().parent.parent


def failures_of(plan: Plan, district: Any = None) -> list[Check]:
    return list(verify(plan, district or rich_plan()[1]).failures)


def rules_of(checks: list[Check]) -> str:
    return "\n".join(sorted({check.rule for check in checks}))


# What holds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", [worked_example, rich_plan])
def test_a_solved_plan_holds(example: Callable[[], tuple[Plan, Any, Any]]) -> None:
    plan, district, _ = example()
    result = verify(plan, district)
    assert result.holds, "\n".join(map(str, result.failures))
    assert not result.failures
    read, *others = verify(parse_plan(plan_text(plan)), district).checks
    assert read.rule == "the file is as it was written" and read.holds
    assert tuple(others) == result.checks


@pytest.mark.parametrize(
    ("said", "edited_to"),
    [
        ("  rows: ", "  rows: 1"),
        ("    time_limit_seconds: ", "    time_limit_seconds: 1"),
        ('  highs: "', '  highs: "1'),
        ("settled: [", "settled: [fairness, "),
    ],
)
def test_an_edit_of_the_file_is_noticed_even_where_no_figure_follows_from_it(
    said: str, edited_to: str
) -> None:
    plan, district, _ = rich_plan()
    text = plan_text(plan)
    start, found, rest = text.rpartition(said)
    assert found
    result = verify(parse_plan(start + edited_to + rest), district)
    assert rules_of(list(result.failures)) == "the file is as it was written"


def test_when_a_plan_was_made_and_comments_are_no_part_of_its_content() -> None:
    plan, district, _ = rich_plan()
    text = "# A comment of the reader\n" + plan_text(replace(plan, made_at="2026-11-29"))
    assert verify(parse_plan(text), district).holds


def test_every_rule_and_table_is_named() -> None:
    rules = rules_of(list(verify(*rich_plan()[:2]).checks))
    for rule in (
        "the plan was made from these tables",
        "nothing is negative",
        "transfers balance by district and pool",
        "only teachers transfer",
        "no more leave than there are",
        "staff are conserved",
        "hires within the positions that may be filled",
        "stipends go where they are offered",
        "certified staff cover the sections",
        "hired positions are paid for",
        "stipends are paid for",
        "funds pay what they allow while they last",
        "no fund is overspent",
        "no use has more dollars than are useful",
        "whole steps where they are asked for",
        "policy class_size",
        "policy transfers",
        "summary: inequity_after",
        "schools: dollars_after",
    ):
        assert rule in rules, rule
    for table in ROW_TYPES:
        # Staff changes decide: no figure of theirs is reported that others do not check.
        assert table == "staff_changes" or f"{table}:" in rules, table


def test_a_check_gives_the_place_nearest_to_its_limit() -> None:
    checks = verify(*worked_example()[:2]).checks
    (transfers,) = [check for check in checks if check.rule.startswith("policy transfers")]
    assert (transfers.where, transfers.year) == (FIRST, YEAR)
    assert (transfers.plan, transfers.sense, transfers.expected, transfers.unit) == (2.0, "<=", 2.0, "FTE")


def test_every_number_of_a_plan_has_a_unit_and_is_a_key_or_compared() -> None:
    for name, kind in ROW_TYPES.items():
        for field in fields(kind):
            if "float" in str(field.type):
                assert field.name in UNITS[name], f"{name}.{field.name}"
        assert set(KEYS[name]) <= {field.name for field in fields(kind)}


# What fails: any number of any table ------------------------------------------------------------------------

COMPARED = [
    (table, field.name) for table, kind in ROW_TYPES.items() for field in fields(kind) if table != "imputed"
]


@pytest.mark.parametrize(("table", "column"), COMPARED, ids=[".".join(pair) for pair in COMPARED])
def test_a_cell_changed_by_hand_fails(table: str, column: str) -> None:
    plan = rich_plan()[0]
    rows = getattr(plan, table)
    number = next(n for n, row in enumerate(rows) if getattr(row, column) is not None)
    value = getattr(rows[number], column)
    other = (not value) if isinstance(value, bool) else f"{value}x" if isinstance(value, str) else value + 0.5
    changed = replace(plan, **{table: edited(rows, number, **{column: other})})
    assert failures_of(changed), f"{table}.{column}: {value} -> {other}"


@pytest.mark.parametrize("figure", [name for name in UNITS["summary"] if name not in ("bound", "gap")])
def test_a_figure_of_the_summary_changed_by_hand_fails(figure: str) -> None:
    plan = rich_plan()[0]
    summary = replace(plan.summary, **{figure: getattr(plan.summary, figure) + 1})
    assert rules_of(failures_of(replace(plan, summary=summary))) == f"summary: {figure}"


@given(st.data())
def test_a_small_change_of_any_number_fails(data: st.DataObject) -> None:
    plan = rich_plan()[0]
    table = data.draw(st.sampled_from([name for name in UNITS if name != "summary" and getattr(plan, name)]))
    rows = getattr(plan, table)
    number = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(sorted(UNITS[table]) or ["none"]))
    value = getattr(rows[number], column, None)
    if value is None or (table, column) in (("staff_changes", "stipend"), ("moves", "stipend")):
        return
    sign = data.draw(st.sampled_from([-1, 1]))
    size = 0.3 if column == "miles" else 0.05
    changed = replace(plan, **{table: edited(rows, number, **{column: value + sign * size})})
    assert failures_of(changed), f"{table} {rows[number]} {column}"


@pytest.mark.parametrize("table", [name for name in ROW_TYPES if name != "imputed"])
def test_a_row_taken_out_or_repeated_fails(table: str) -> None:
    plan = rich_plan()[0]
    rows = getattr(plan, table)
    assert failures_of(replace(plan, **{table: rows[1:]}))
    assert failures_of(replace(plan, **{table: (rows[0], *rows)}))


def test_every_row_that_is_wrong_is_named() -> None:
    plan = rich_plan()[0]
    first, second, *others = plan.schools

    def places(rule: str, *rows: Any) -> list[str]:
        found = failures_of(replace(plan, schools=(*rows, *others)))
        return [check.where for check in found if check.rule == rule]

    named = [f"{row.year} {row.school_id}" for row in (first, second)]
    assert places("schools: every row once") == named
    renamed = (replace(row, school_id=f"9{row.school_id[1:]}") for row in (first, second))
    assert set(named) < set(places("schools: every row once", *renamed))
    more = (replace(row, teachers_after=row.teachers_after + 1) for row in (first, second))
    assert places("schools: teachers_after", *more) == named
    assert len(places("schools: every row once", first, second, first, second)) == 2


def test_a_rule_that_holds_is_shown_where_it_is_nearest_to_its_limit() -> None:
    """$1,000 left of $1,000,000 are 500 tolerances of $2; 0.1 FTE, and 5, are over 970 of theirs."""
    held = [
        at_most("a", ("first", YEAR), 5, 10, "FTE"),
        at_most("b", ("second", ""), 999_000, 1_000_000, "dollars"),
        at_least("c", ("third", ""), 3, 2.9, "FTE"),
        at_most("d", ("fourth", ""), 5, float("inf"), "FTE"),
    ]
    (nearest,) = of_findings("rule", held)
    assert (nearest.rule, nearest.where, nearest.places, nearest.holds) == ("rule: b", "second", 4, True)
    broken = [at_most("", (school, YEAR), 11, 10, "FTE") for school in (FIRST, SECOND)]
    found = [(check.where, check.places, check.holds) for check in of_findings("rule", [*held, *broken])]
    assert found == [(FIRST, 1, False), (SECOND, 1, False)]


def test_a_warning_taken_out_is_named() -> None:
    """Two of the first school's 20 teachers leave: its art classes, left to follow, are a ninth larger."""
    courses = [(FIRST, "art", 60.0, 3.0, "general", 1.0)]
    district = district_of(two_schools, courses=courses)
    plan = solve(district, worked_example()[2])
    (warning,) = [each for each in plan.warnings if "class sizes of art" in each]
    assert not failures_of(plan, district)
    (failure,) = failures_of(replace(plan, warnings=()), district)
    assert (failure.rule, failure.where) == ("warnings: class sizes that rise", warning)


def test_every_move_that_is_wrong_is_named() -> None:
    plan = rich_plan()[0]
    far = tuple(replace(move, miles=(move.miles or 0) + 5) for move in plan.moves)
    found = failures_of(replace(plan, moves=far))
    assert [check.where for check in found if check.rule == "moves: miles"] == [
        f"moves row {number}" for number in range(1, len(far) + 1)
    ]


# What fails: the rule is named with its numbers -------------------------------------------------------------


def test_editing_one_move_names_the_broken_rules() -> None:
    plan, district, _ = worked_example()
    failures = failures_of(replace(plan, moves=edited(plan.moves, 0, fte=3.0)), district)
    said = {check.rule: check for check in failures}
    transfers = next(check for rule, check in said.items() if rule.startswith("policy transfers"))
    assert (transfers.where, transfers.plan, transfers.sense, transfers.expected) == (FIRST, 3.0, "<=", 2.0)
    assert said["summary: moves_fte"].plan == 2.0
    assert said["summary: moves_fte"].expected == 3.0
    assert said["schools: teachers_after"].unit == "FTE"
    assert "the plan has 2, expected 3 FTE" in str(said["summary: moves_fte"])


MOVE = Move(YEAR, FIRST, SECOND, "teacher", "general", "experienced", 2.0, None, 0.0)
CHANGE = StaffChange(YEAR, FIRST, "teacher", "general", "experienced", "hire", 1.0, 0.0)


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ({"moves": (replace(MOVE, fte=25.0),)}, "no more leave than there are"),
        ({"moves": (replace(MOVE, fte=-1.0),)}, "nothing is negative: leave"),
        ({"moves": (replace(MOVE, to_school=FIRST),)}, "moves: to another school"),
        ({"moves": (replace(MOVE, miles=4.0),)}, "moves: miles"),
        ({"staff_changes": (CHANGE,)}, "hires within the positions that may be filled"),
        ({"staff_changes": (CHANGE,)}, "hired positions are paid for"),
        ({"staff_changes": (replace(CHANGE, change="recruit"),)}, "vacancies filled for a stipend"),
        ({"staff_changes": (replace(CHANGE, change="release"),)}, "positions held"),
        ({"staff_changes": (replace(CHANGE, change="release"),)}, "positions are given up only where"),
        ({"staff_changes": (replace(CHANGE, change="attrition"),)}, "positions are given up only where"),
        ({"staff_changes": (replace(CHANGE, fte=float("nan")),)}, "nothing is negative: hire"),
    ],
)
def test_rules_on_staff(rows: dict[str, Any], rule: str) -> None:
    plan, district, _ = worked_example()
    assert rule in rules_of(failures_of(replace(plan, **rows), district))


def test_only_teachers_transfer_and_only_inside_a_district() -> None:
    ids = [school_id(1), school_id(2), school_id(1, 2), school_id(2, 2)]
    staff = [
        (school, role, "general", "experienced", 5.0, 60_000.0, 0.0)
        for school in ids
        for role in ("aide", "teacher")
    ]
    district = district_of(any_schools, dict.fromkeys(ids, ("middle", 100.0, 50.0)), staff)
    plan = replace(worked_example()[0], scenario={**worked_example()[0].scenario, "policies": {}})
    aide = Move(YEAR, ids[0], ids[1], "aide", "general", "experienced", 1.0, None, 0.0)
    assert "only teachers transfer: staff who are no teachers" in rules_of(
        failures_of(replace(plan, moves=(aide,)), district)
    )
    across = Move(YEAR, ids[0], ids[2], "teacher", "general", "experienced", 1.0, None, 0.0)
    said = rules_of(failures_of(replace(plan, moves=(across,)), district))
    assert "transfers balance by district and pool: who leaves joins" in said
    assert "staff are conserved" in said


def first_line(plan: Plan, **wanted: str) -> int:
    return next(
        number
        for number, line in enumerate(plan.dollars)
        if all(getattr(line, column) == value for column, value in wanted.items())
    )


def with_line(plan: Plan, line: DollarLine) -> Plan:
    return replace(plan, dollars=(*plan.dollars, line))


def test_rules_on_money() -> None:
    plan, district, _ = rich_plan()
    number = first_line(plan, fund="general", use="coaching")
    more = replace(plan, dollars=edited(plan.dollars, number, after=9e6))
    assert "no fund is overspent" in rules_of(failures_of(more))
    number = first_line(plan, use="tutoring")
    useless = replace(plan, dollars=edited(plan.dollars, number, after=plan.dollars[number].after + 5e5))
    assert "no use has more dollars than are useful: tutoring" in rules_of(failures_of(useless))
    stipends = first_line(plan, use="stipends")
    unpaid = replace(plan, dollars=edited(plan.dollars, stipends, after=0.0))
    assert "stipends are paid for" in rules_of(failures_of(unpaid))
    school = plan.schools[0].school_id
    assert "the fund may not pay this here" in rules_of(
        failures_of(with_line(plan, DollarLine(YEAR, school, "grant", "coaching", 0.0, 10.0)))
    )
    assert not failures_of(plan, district)


def test_pay_of_today_is_no_dollar_to_place() -> None:
    line = (FIRST, "grant", "staff", 60_000.0)
    district = district_of(two_schools, funds={"grant": {"dollars": 90_000}}, budget=[line])
    plan = with_line(worked_example()[0], DollarLine(YEAR, FIRST, "grant", "staff", 60_000.0, 60_010.0))
    assert "today's pay is never placed" in rules_of(failures_of(plan, district))


def test_a_stipend_where_none_is_offered() -> None:
    """A paid move turned round: nobody is paid for leaving a high-need school for another."""
    plan, district, _ = rich_plan()
    number, move = next((n, move) for n, move in enumerate(plan.moves) if move.stipend)
    assert move.from_school not in plan.district["high_need"]["schools"]
    back = edited(plan.moves, number, from_school=move.to_school, to_school=move.from_school)
    assert "stipends that are not offered" in rules_of(failures_of(replace(plan, moves=back), district))


def test_dollars_of_a_fund_that_has_ended() -> None:
    funds = {"grant": {"dollars": 1000, "last_year": "2026-27"}}
    district = district_of(two_schools, funds=funds)
    scenario = {**worked_example()[0].scenario, "years": ["2026-27", "2027-28"]}
    plan = replace(
        worked_example()[0],
        scenario=scenario,
        dollars=(DollarLine("2027-28", FIRST, "grant", "tutoring", 0.0, 10.0),),
    )
    said = rules_of(failures_of(replace(plan, dollars=()), district))
    assert "has ended" not in said
    # `tutoring` is no use of this data; `positions` and `stipends` always are.
    line = replace(plan.dollars[0], use="stipends")
    said = rules_of(failures_of(replace(plan, dollars=(line,)), district))
    assert "funds pay what they allow while they last: the fund has ended" in said
    assert "no fund is overspent" in said


def test_sections_that_the_staff_cannot_cover() -> None:
    plan = rich_plan()[0]
    number = next(n for n, row in enumerate(plan.class_sizes) if row.decided)
    row = plan.class_sizes[number]
    more = replace(plan, class_sizes=edited(plan.class_sizes, number, sections_after=row.sections_after + 90))
    assert "certified staff cover the sections" in rules_of(failures_of(more))


def test_whole_steps() -> None:
    plan, district, _ = worked_example()
    stepped = replace(plan, scenario={**plan.scenario, "fte_step": 0.75})
    failures = [check for check in failures_of(stepped, district) if "whole steps" in check.rule]
    assert {check.rule for check in failures} == {
        "whole steps where they are asked for: leave, distance from a multiple of 0.75",
        "whole steps where they are asked for: join, distance from a multiple of 0.75",
    }
    whole = replace(plan, scenario={**plan.scenario, "fte_step": 0.5})
    assert not failures_of(whole, district)
    nearly = replace(whole, moves=edited(plan.moves, 0, fte=1.98))
    assert "whole steps where they are asked for: leave" in rules_of(failures_of(nearly, district))


def test_a_gap_or_bound_that_does_not_fit() -> None:
    plan = rich_plan()[0]
    above = replace(plan, summary=replace(plan.summary, bound=plan.summary.inequity_after + 1))
    assert "summary: bound" in rules_of(failures_of(above))
    wide = replace(plan, summary=replace(plan.summary, gap=0.5))
    assert rules_of(failures_of(wide)) == "summary: gap"
    unproven = replace(plan, summary=replace(plan.summary, bound=float("-inf"), gap=float("inf")))
    assert not failures_of(unproven)


# Inputs -----------------------------------------------------------------------------------------------------


def test_other_data_fails_by_its_fingerprint() -> None:
    plan, _, _ = worked_example()
    other = district_of(two_schools, (20, 11))
    named = [
        check for check in failures_of(plan, other) if check.rule == "the plan was made from these tables"
    ]
    assert [check.where for check in named] == ["staff"]
    assert all(len(str(check.plan)) == 64 for check in named)


def test_a_plan_without_fingerprints_fails() -> None:
    plan, district, _ = worked_example()
    for provenance in ({}, {"fingerprints": 5}):
        assert "the plan was made from these tables" in rules_of(
            failures_of(replace(plan, provenance=provenance), district)
        )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"policies": {"transfer": {}}}, "policy 'transfer'"),
        ({"objective": 5}, "5"),
        ({"funds": {"none": None}}, "'none'"),
        ({"name": None}, "nothing"),
        ({"extra": 1}, "key 'extra'"),
    ],
)
def test_a_scenario_that_does_not_read_or_fit_fails(changes: dict[str, Any], said: str) -> None:
    plan, district, _ = worked_example()
    failures = failures_of(replace(plan, scenario={**plan.scenario, **changes}), district)
    assert {check.rule for check in failures} == {"the scenario fits the data"}
    assert any(said in str(check.plan) for check in failures), failures


def test_a_looser_scenario_written_in_by_hand_fails() -> None:
    plan, district, _ = worked_example()
    loose = {**plan.scenario, "policies": {"transfers": {"max_share_per_school": 0.5}}}
    assert "policies: statement" in rules_of(failures_of(replace(plan, scenario=loose), district))


def test_other_years_and_high_need_schools_fail() -> None:
    plan = rich_plan()[0]
    assert rules_of(failures_of(replace(plan, years=("2026-27",)))) == "years of the scenario"
    for key, other, rule in (
        ("schools", [], "high-need schools"),
        ("rule", {"by": "homeless"}, "rule of high need"),
    ):
        high_need = {**plan.district["high_need"], key: other}
        changed = replace(plan, district={**plan.district, "high_need": high_need})
        assert rules_of(failures_of(changed)) == rule
    assert rules_of(failures_of(replace(plan, district={**plan.district, "district_ids": []}))) == "districts"
    assert rules_of(failures_of(replace(plan, district={**plan.district, "name": "x"}))) == "district name"


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ({"moves": (replace(MOVE, from_school="x"),)}, "moves row 1, from_school"),
        ({"moves": (replace(MOVE, year="2030-31"),)}, "moves row 1, year"),
        ({"moves": (replace(MOVE, field="x"),)}, "moves row 1, role, field, experience"),
        ({"moves": (replace(MOVE, stipend=7.0),)}, "moves row 1, stipend"),
        ({"staff_changes": (replace(CHANGE, change="fire"),)}, "staff_changes row 1, change"),
        ({"dollars": (DollarLine(YEAR, FIRST, "x", "positions", 0.0, 1.0),)}, "dollars row 1, fund"),
        (
            {"class_sizes": (ClassSize(YEAR, FIRST, "x", True, 1.0, 1.0, 1.0, 1.0, 1.0),)},
            "class_sizes row 1, course",
        ),
    ],
)
def test_names_that_the_data_does_not_have_fail(rows: dict[str, Any], where: str) -> None:
    plan, district, _ = worked_example()
    failures = failures_of(replace(plan, **rows), district)
    assert where in [check.where for check in failures]
    assert {check.rule for check in failures} == {"the plan's rows name what the data has"}


# From rows to an outcome ------------------------------------------------------------------------------------


def test_decisions_are_read_by_key() -> None:
    plan, district, _ = rich_plan()
    case = case_of(plan, district)
    outcome = outcome_of(plan, case)
    for year, label in enumerate(case.years):
        for school, name in enumerate(case.school_ids):
            left = sum(move.fte for move in plan.moves if (move.year, move.from_school) == (label, name))
            come = sum(move.fte for move in plan.moves if (move.year, move.to_school) == (label, name))
            pools = range(len(case.pools))
            assert sum(outcome.leaving(school, pool, year) for pool in pools) == pytest.approx(left)
            assert sum(outcome.joining(school, pool, year) for pool in pools) == pytest.approx(come)
    for limit in plan.limits:
        if limit.free:
            ratio = outcome.ratio(limit.course, limit.tier, case.years.index(limit.year))
            assert ratio == pytest.approx(1 / limit.limit)


def test_a_place_given_twice_is_a_problem() -> None:
    plan, district, _ = rich_plan()
    with pytest.raises(InputProblems, match="a second row for the same place and year"):
        outcome_of(replace(plan, dollars=(*plan.dollars, plan.dollars[0])), case_of(plan, district))


def test_courses_that_are_no_decision_share_the_staff_left() -> None:
    courses = [(FIRST, "K-3 core", 80.0, 4.0, "general", 1.0), (FIRST, "art", 60.0, 3.0, "general", 1.0)]
    district = district_of(two_schools, courses=courses)
    scenario = {
        **worked_example()[0].scenario,
        "policies": {"class_size": {"courses": {"K-3 core": {"max": 30}}}},
    }
    case = case_of(replace(worked_example()[0], scenario=scenario), district)
    kept = ClassSize(YEAR, FIRST, "K-3 core", True, 80.0, 4.0, 8.0, 20.0, 10.0)
    outcome = outcome_of(Decided(moves=(replace(MOVE, fte=4.0),), class_sizes=(kept,)), case)
    # Today 20 teachers less 4 sections leave 16; 16 teachers less 8 sections leave 8: half of 3 sections.
    rows = {row.course: row for row in class_size_rows(outcome)}
    assert rows["art"].sections_after == pytest.approx(1.5)
    assert rows["art"].class_size_after == pytest.approx(40.0)
    assert not rows["art"].decided
    (warning,) = class_size_warnings(rows.values())
    assert warning == (
        "2026-27: class sizes of art, which the plan does not decide, rise by over 10% at 1 school; most at "
        "school 060000100001, which goes from 20.0 to 40.0 students (+100%)."
    )


def test_a_course_that_no_teacher_is_left_for() -> None:
    row = ClassSize(YEAR, FIRST, "art", False, 60.0, 3.0, 0.0, 20.0, None)
    (warning,) = class_size_warnings([row])
    assert "has no teacher left for it" in warning


@given(seed=st.integers(1, 40))
def test_doing_nothing_leaves_everything_as_it_is(seed: int) -> None:
    district = district_of(small_district, seed, 4)
    plan = replace(rich_plan()[0], scenario={**rich_plan()[0].scenario, "years": ["2026-27"], "policies": {}})
    outcome = outcome_of(Decided(), case_of(plan, district))
    for row in class_size_rows(outcome):
        assert row.sections_after == row.sections_before
    assert (outcome.fte_table(0) == outcome.case.fte).all()


# Independence -----------------------------------------------------------------------------------------------


def test_nothing_of_the_optimiser_is_loaded() -> None:
    code = (
        "import sys, planner.verification, planner.plan_file, planner.export, planner.comparison; "
        "print([m for m in sys.modules if m.startswith(('planner.optimize', 'pulp', 'highspy'))])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
    assert found.stdout.strip() == "[]"


def test_no_module_on_the_way_imports_the_optimiser() -> None:
    waiting, seen = ["planner.verification"], set()
    while waiting:
        name = waiting.pop()
        path = ROOT.joinpath(*name.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if name in seen or not file.is_file():
            continue
        seen.add(name)
        modules = [f"{name}.{inner.stem}" for inner in path.glob("*.py")] if path.is_dir() else []
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                modules.append(node.module)
            elif isinstance(node, ast.Import):
                modules += [alias.name for alias in node.names]
        assert not [
            found for found in modules if found.startswith(("planner.optimize", "pulp", "highspy"))
        ], name
        waiting += [found for found in modules if found.startswith("planner.")]
    assert len(seen) > 30


def test_agreement_is_by_unit() -> None:
    assert agrees(1.0, 1.000001, "FTE")
    assert not agrees(1.0, 1.00001, "FTE")
    assert agrees(100.0, 100.01, "dollars")
    assert not agrees(None, 0.0, "FTE")
    assert not agrees(float("nan"), 0.0, "FTE")
    assert not agrees(True, 1, "")
    assert agrees(None, None, "FTE")
    assert DISTRICT_ID
