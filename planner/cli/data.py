# ruff: noqa: PLC0415 - imports stand inside the commands, so that `planner --help` stays quick
"""Commands that make and check inputs: generate, import, check, schema."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.edge import (
    Exit,
    command,
    leave,
    list_problems,
    output,
    print_json,
    problem_rows,
    say,
    working,
)

if TYPE_CHECKING:
    from planner.problems import Problem

AsJson = Annotated[bool, typer.Option("--json", help="write the result as JSON")]


@command
def generate(
    folder: Annotated[Path, typer.Argument(help="new folder for the data set")],
    schools: Annotated[int, typer.Option(help="schools of the whole data set")] = 40,
    seed: Annotated[int, typer.Option(help="another seed makes another district")] = 7,
    districts: Annotated[int, typer.Option(help="districts; more than 1 makes a state")] = 1,
    as_json: AsJson = False,
) -> None:
    """Make up a district with the inequities that research finds, as tables and district.yaml."""
    from planner.generate import generate_district

    with working(f"Making {schools:,} schools", as_json):
        generate_district(folder, schools=schools, seed=seed, districts=districts)
    made = {"folder": str(folder), "schools": schools, "seed": seed, "districts": districts}
    if as_json:
        print_json(made)
    else:
        say(f"Wrote {schools:,} schools to {folder}.")


@command
def import_(
    source: Annotated[str, typer.Argument(help="public format, such as nc-report-card")],
    folder: Annotated[Path, typer.Argument(help="folder with the source's files")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="new folder for the data set; with --guess, a file")
    ] = None,
    district: Annotated[
        str, typer.Option(help="code or name of the district in the source; 'all' for all")
    ] = "",
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME=VALUE", help="another option of the source, as name=value"),
    ] = None,
    guess: Annotated[
        bool, typer.Option("--guess", help="only draft the mapping.yaml of the source generic, from headers")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Turn a public source's files into a data set, listing each figure that had to be imputed."""
    if guess:
        _draft_mapping(source, folder, out, as_json)
        return
    if out is None:
        raise typer.BadParameter("a new folder for the data set is needed", param_hint="--out")
    from planner.sources import import_source

    options = dict(assignment(text, "--option") for text in option or [])
    if district:
        options["district"] = district
    with working(f"Importing {source}", as_json):
        report = import_source(source, folder, out, **options)
    if as_json:
        print_json({"folder": str(out), **report.to_dict()})
        return
    from planner.cli.tables import import_tables

    for table in import_tables(report):
        output().print(table)
    say(f"Wrote {out}. The full account is in {out / 'import_report.yaml'}.")


def _draft_mapping(source: str, folder: Path, out: Path | None, as_json: bool) -> None:
    """Draft a mapping from the headers of a folder's files, for the user to complete."""
    import yaml

    from planner.safe_write import write_text
    from planner.sources.generic import guess

    if source != "generic":
        raise typer.BadParameter("only the source generic takes a mapping", param_hint="--guess")
    drafted = guess(folder)
    if as_json:
        print_json(drafted)
        return
    text = yaml.safe_dump(drafted, sort_keys=False, allow_unicode=True)
    if out is None:
        output().print(text, markup=False, soft_wrap=True)
        return
    write_text(out, text)
    say(f"Wrote {out}. Complete each TODO, then:")
    rest = ["planner", "import", "generic", str(folder), "--option", f"mapping={out}", "--out", "DATA"]
    say(f"  {shlex.join(rest)}")


@command
def check(
    data: Annotated[Path, typer.Argument(help="folder of the data set")],
    scenario: Annotated[Path | None, typer.Argument(help="scenario file; the data alone without it")] = None,
    as_json: AsJson = False,
) -> None:
    """Check the data and a scenario, and tell what arithmetic alone shows to be impossible."""
    problems, warnings = _problems_of(data, scenario, as_json)
    if as_json:
        print_json({"problems": problem_rows(problems), "warnings": warnings})
    for warning in warnings:
        say(f"Note: {warning}")
    if problems:
        list_problems(problems)
        leave(Exit.PROBLEMS)
    if not as_json:
        output().print(
            f"{data}: no problems found." if scenario is None else f"{scenario} on {data}: no problems."
        )


def _problems_of(data: Path, scenario: Path | None, as_json: bool) -> tuple[list[Problem], list[str]]:
    """Return everything wrong with both files at once, and what the reader should know."""
    from planner.checks import check as check_both
    from planner.inputs import read_inputs
    from planner.places import placed

    with working("Reading", as_json):
        read = read_inputs(data, scenario)
        if read.problems or read.district is None or read.scenario is None or read.file is None:
            return list(read.problems), []
        found, warnings = check_both(read.district, read.scenario)
        return placed(found, read.file), warnings


@command
def schema(
    change: Annotated[bool, typer.Option("--change", help="the schema of a change file instead")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="a schema is always JSON")] = True,
) -> None:
    """Write the JSON Schema of scenario files, with which editors complete and check them."""
    from planner.schema import change_schema, scenario_schema

    print_json(change_schema() if change else scenario_schema())


def assignment(text: str, option: str) -> tuple[str, Any]:
    """Split ``path=value`` and read the value as YAML."""
    from planner.yaml_file import parse_yaml

    path, sign, value = text.partition("=")
    if not sign or not path.strip():
        raise typer.BadParameter(f"'{text}' is not of the form name=value", param_hint=option)
    return path.strip(), parse_yaml(f"value: {value}", f"{option} {path.strip()}").data["value"]
