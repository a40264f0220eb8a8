"""Plans as YAML: read back equal, the same bytes for the same plan, every defect told with its line."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from plans import AWKWARD, any_plans, rich_plan, worked_example

from planner.plan import FORMAT_VERSION, ROW_TYPES, Move, Plan
from planner.plan_file import parse_plan, plan_text, read_plan, write_plan
from planner.plan_lines import parse_plan_lines
from planner.plan_reading import SECTIONS
from planner.problems import InputProblems
from planner.yaml_file import parse_yaml
from planner.yaml_text import block, scalar, word


def problems_of(text: str) -> list[str]:
    with pytest.raises(InputProblems) as raised:
        parse_plan(text, "plan.yaml")
    return [str(problem) for problem in raised.value.problems]


def worked_text() -> str:
    return plan_text(worked_example()[0])


# Round trip -------------------------------------------------------------------------------------------------


@given(any_plans())
def test_any_plan_reads_back_equal(plan: Plan) -> None:
    again = parse_plan(plan_text(plan))
    assert again == plan
    assert again.made_at == plan.made_at
    assert plan_text(again) == plan_text(plan)


def test_a_solved_plan_reads_back_equal(tmp_path: Path) -> None:
    plan = rich_plan()[0]
    write_plan(plan, tmp_path / "new" / "plan.yaml")
    assert read_plan(tmp_path / "new" / "plan.yaml") == plan
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["plan.yaml"], "no draft is left"


def test_another_yaml_reader_reads_the_same() -> None:
    plan = rich_plan()[0]
    data = yaml.safe_load(plan_text(plan))
    for name, kind in ROW_TYPES.items():
        columns = data[name]["columns"]
        rows = [kind(**dict(zip(columns, row, strict=True))) for row in data[name]["rows"]]
        assert tuple(rows) == getattr(plan, name), name
    assert data["scenario"] == plan.scenario
    assert data["summary"] == dataclasses.asdict(plan.summary)


def test_only_the_time_stamp_differs() -> None:
    plan = rich_plan()[0]
    later = dataclasses.replace(plan, made_at="2026-07-01T12:00:00+00:00")
    differing = [
        pair
        for pair in zip(plan_text(plan).split("\n"), plan_text(later).split("\n"), strict=True)
        if len(set(pair)) > 1
    ]
    assert differing == [('made_at: ""', 'made_at: "2026-07-01T12:00:00+00:00"')]
    assert plan == later


def test_the_order_of_keys_changes_nothing() -> None:
    plan = rich_plan()[0]
    turned = dataclasses.replace(plan, scenario=dict(reversed(plan.scenario.items())))
    assert plan_text(turned) == plan_text(plan)


def test_the_sections_stand_in_reading_order() -> None:
    heads = re.findall(r"^([a-z_]+):", worked_text(), flags=re.MULTILINE)
    assert heads == [
        "format",
        "plan",
        "summary",
        "indices",
        "policies",
        "moves",
        "staff_changes",
        "limits",
        "class_sizes",
        "dollars",
        "schools",
        "funds",
        "statistics",
        "imputed",
        "warnings",
        "scenario",
        "provenance",
        "checksum",
        "made_at",
    ]
    assert set(heads) == set(SECTIONS)


def test_a_row_is_one_readable_line() -> None:
    assert (
        '  - ["2026-27", "060000100001", "060000100002", "teacher", "general", "experienced", 2.0, null, 0.0]'
        in worked_text().split("\n")
    )


# Scalars ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_stays_text(text: str) -> None:
    for written in (scalar(text), word(text)):
        assert yaml.safe_load(f"key: {written}") == {"key": text}
        assert parse_yaml(f"key: {written}", "x").data == {"key": text}


@given(st.floats(allow_nan=False))
def test_numbers_read_back_as_the_same_numbers(value: float) -> None:
    assert yaml.safe_load(f"key: {scalar(value)}") == {"key": value}
    assert parse_yaml(f"key: {scalar(value)}", "x").data == {"key": value}


def test_a_small_number_has_a_point_before_its_exponent() -> None:
    assert scalar(1e-05) == "1.0e-05"
    assert scalar(1e22) == "1.0e+22"


def test_blocks_nest() -> None:
    data = {"b": {"x": [{"q": 1, "name": "n"}, {}], "y": {}}, "a": [1, "two words"]}
    text = "\n".join(block(data))
    assert text == 'a: [1, two words]\nb:\n  x:\n    - name: "n"\n      q: 1\n    - {}\n  "y": {}'
    assert yaml.safe_load(text) == data


# Rows read as JSON and as YAML ------------------------------------------------------------------------------


def test_fast_and_plain_reading_agree() -> None:
    text = plan_text(rich_plan()[0])
    fast, plain = parse_plan_lines(text, "plan"), parse_yaml(text, "plan")
    assert fast.data == plain.data
    for number in range(len(rich_plan()[0].moves)):
        assert fast.lines["moves", "rows", number] == plain.lines["moves", "rows", number]


def test_a_row_written_another_way_is_read_all_the_same() -> None:
    text = worked_text()
    line = next(line for line in text.split("\n") if line.startswith('  - ["2026-27", "060000100001", "06'))
    other = (
        "  - ['2026-27', '060000100001',\n"
        "     '060000100002', teacher, general, experienced, 2, null, 0.0] # two"
    )
    assert parse_plan(text.replace(line, other)) == worked_example()[0]


def test_columns_in_another_order_are_read_by_name() -> None:
    text = worked_text().replace(
        "columns: [measure, statistic, before, after]", "columns: [statistic, measure, before, after]"
    )
    first = parse_plan(text).statistics[0]
    assert (first.statistic, first.measure) == (
        worked_example()[0].statistics[0].measure,
        worked_example()[0].statistics[0].statistic,
    )


# Defects ----------------------------------------------------------------------------------------------------


def test_a_newer_format_names_the_version_that_reads_it() -> None:
    (problem,) = problems_of(worked_text().replace("format: 1", "format: 2", 1))
    assert problem.startswith("plan.yaml line 3, format: found plan format 2; expected format 1")
    assert "planner 0.1.0, which wrote the file, can read it" in problem


def test_a_file_that_is_no_plan() -> None:
    assert problems_of("name: x\n") == [
        f"plan.yaml: found no key 'format'; expected a plan file, which opens with format: {FORMAT_VERSION}"
    ]


@pytest.mark.parametrize("version", ["true", "null", "'1'", "[1]"])
def test_odd_format_versions(version: str) -> None:
    assert "format" in problems_of(worked_text().replace("format: 1", f"format: {version}", 1))[0]


@pytest.mark.parametrize("section", [name for name in SECTIONS if name != "format"])
def test_a_missing_section_is_named(section: str) -> None:
    text = re.sub(rf"^{section}:.*\n([ ].*\n)*", "", worked_text(), flags=re.MULTILINE)
    assert f"plan.yaml: found nothing; expected the section '{section}'" in problems_of(text)


def test_all_defects_come_at_once_with_their_lines() -> None:
    text = worked_text()
    text = text.replace(
        "columns: [measure, index, weight, before, after]", "columns: [measure, index, weight, befor, after]"
    )
    text = text.replace('"experienced", 2.0, null, 0.0]', '"experienced", "two", null, 0.0]')
    text = text.replace("  moves_fte: 2.0", "  moves_fte: many\n  extra: 1").replace(
        "status: optimal", "status: best"
    )
    text += "stray: 1\n"
    found = problems_of(text)
    assert sorted(re.sub(r"line \d+", "line N", problem) for problem in found) == [
        "plan.yaml line N, indices.columns: found column 'befor'; expected each of measure, index, weight, "
        "before, after once (did you mean 'before'?)",
        "plan.yaml line N, moves.rows.0, fte: found 'two'; expected a number",
        "plan.yaml line N, plan.status: found 'best'; expected one of optimal, stopped",
        "plan.yaml line N, stray: found section 'stray'; expected a section of a plan",
        "plan.yaml line N, summary.extra: found key 'extra'; expected one of inequity_before, "
        "inequity_after, bound, gap, moves_fte, hires_fte, cost_dollars, stipend_dollars, schools, students, "
        "staff_fte",
        "plan.yaml line N, summary.moves_fte: found 'many'; expected a number",
    ]
    lines = text.split("\n")
    place = int(re.search(r"line (\d+), moves.rows.0", "\n".join(found)).group(1))  # type: ignore[union-attr]
    assert '"two"' in lines[place - 1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '["2026-27", "060000100001", "060000100002"',
            '["2026-27", 60000100001, "060000100002"',
            "text in quotes",
        ),
        (
            '"experienced", 2.0, null, 0.0]',
            '"experienced", 2.0, null]',
            "found 8 values; expected a row of 9 values",
        ),
        (
            '"experienced", 2.0, null, 0.0]',
            '"experienced", true, null, 0.0]',
            "fte: found True; expected a number",
        ),
        (
            '"experienced", 2.0, null, 0.0]',
            '"experienced", .nan, null, 0.0]',
            "fte: found nan; expected a number",
        ),
        (
            '"experienced", 2.0, null, 0.0]',
            '"experienced", NaN, null, 0.0]',
            "fte: found 'NaN'; expected a number",
        ),
        (
            '"experienced", 2.0, null, 0.0]',
            '"experienced", null, null, 0.0]',
            "fte: found nothing; expected a number",
        ),
        (
            '"experienced", 2.0, null, 0.0]',
            '"experienced", 2.0, [], 0.0]',
            "miles: found []; expected a number, or null",
        ),
        ("  schools: 2\n", "  schools: 2.5\n", "expected a whole number"),
        ("warnings: []", "warnings: {a: b}", "expected a list"),
        ("warnings: []", "warnings: [1]", "expected text in quotes"),
        (
            "plan:\n  name: Worked example\n",
            "plan:\n  name: Other\n",
            "plan.name: found 'Other'; expected the scenario's name",
        ),
        ("moves:\n  columns", "moves:\n  colums", "expected the key 'moves.columns'"),
        ("staff_changes:\n", "staff_changes: 5\nold:\n", "staff_changes: found 5; expected keys and values"),
        ("  years: [", "  years: 2026 #[", "plan.years: found 2026; expected a list"),
        ("\nformat: 1\n", "\nformat: 1\nformat: 1\n", "a second time"),
        (
            "  columns: [measure, index, weight, before, after]",
            "  columns: 5",
            "found 5; expected a list of column",
        ),
        (
            "  columns: [measure, index, weight, before, after]",
            "  columns: [measure, index, weight, before]",
            "indices.columns: found nothing; expected the column 'after'",
        ),
        ("  district:\n", "  district: 5\n  old:\n", "plan.district: found 5; expected keys and values"),
        ('"elementary", 100.0, 100.0, false,', '"elementary", 100.0, 100.0, "no",', "expected true or false"),
        ("warnings: []", "warnings: [", "found"),
        ("warnings: []", "warnings: *x", "alias"),
    ],
)
def test_each_defect_in_words(old: str, new: str, said: str) -> None:
    text = worked_text()
    assert old in text
    assert said in "\n".join(problems_of(text.replace(old, new)))


@given(st.data())
def test_no_damage_raises_anything_but_problems(data: st.DataObject) -> None:
    lines = worked_text().split("\n")
    number = data.draw(st.integers(0, len(lines) - 1))
    damage = data.draw(
        st.sampled_from(
            ["", "  - [[[", "\t", "x: *y", "- 1", "  rows: 5", '  - ["a"]', "{", "  columns: [[1]]"]
        )
    )
    text = "\n".join([*lines[:number], damage, *lines[number + 1 :]])
    try:
        parse_plan(text)
    except InputProblems as error:
        assert error.problems


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(InputProblems):
            read_plan(path)


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputProblems, match="cannot be written"):
        write_plan(worked_example()[0], tmp_path / "file" / "plan.yaml")


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "plan.yaml"
    target.write_text("old")

    def refuse(self: Path, other: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputProblems):
        write_plan(worked_example()[0], target)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]
    assert target.read_text() == "old"


def test_moves_keep_their_types() -> None:
    plan = parse_plan(worked_text())
    assert plan.moves == (
        Move("2026-27", "060000100001", "060000100002", "teacher", "general", "experienced", 2.0, None, 0.0),
    )
