# ruff: noqa: PLC0415 - imports stand inside the commands, so that `planner --help` stays quick
"""Commands about plans: solve, compare, export, verify, demo."""

from __future__ import annotations

import shlex
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.conflict import show_conflict
from planner.cli.data import AsJson, assignment
from planner.cli.edge import Exit, command, leave, output, print_json, say, searching, working

if TYPE_CHECKING:
    from planner.district import District
    from planner.plan import Plan
    from planner.scenario import Scenario

# A workbook is .xlsx; CSV files, one a table, go into a folder.
OTHER_SPREADSHEETS = (".csv", ".xls", ".xlsm", ".xlsb", ".ods")


@command
def solve(
    data: Annotated[Path, typer.Argument(help="folder of the data set")],
    scenario: Annotated[Path, typer.Argument(help="scenario file")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="file to write the plan to")] = None,
    edits: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="change one value of the scenario, as path=value; kept in the plan",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find the plan of least inequity that keeps the scenario's rules."""
    started = time.perf_counter()
    changes = [assignment(text, "--set") for text in edits or []]
    from planner.inputs import read_both
    from planner.safe_write import refuse_unwritable

    if out is not None:
        refuse_unwritable(out)
    with searching(f"Solving {scenario.name}", as_json):
        district, question = read_both(data, scenario, changes)
        plan = _solved(district, question, as_json)
        if changes:
            plan = replace(plan, provenance={**plan.provenance, "set": list(edits or [])})
        if out is not None:
            from planner.plan_file import write_plan

            write_plan(plan, out)
    facts = {**plan_facts(plan, out), "seconds": round(time.perf_counter() - started, 3)}
    _show_solved(plan, facts, as_json)
    if plan.status == "stopped":
        say(f"Stopped before proof: at most {plan.summary.gap:.2%} of the inequity could still be won.")
        leave(Exit.STOPPED)


def _solved(district: District, scenario: Scenario, as_json: bool) -> Plan:
    from planner.optimize import Infeasible, OutOfTime
    from planner.optimize import solve as find

    try:
        return find(district, scenario, made_at=datetime.now(UTC).isoformat(timespec="seconds"))
    except Infeasible as error:
        _say_why(district, scenario)
        show_conflict(scenario.name, error, None, as_json)
        leave(Exit.INFEASIBLE)
    except OutOfTime as error:
        say(f"{scenario.name}: {error}. Raise solver.time_limit_seconds.")
        if as_json:
            print_json({"scenario": scenario.name, "status": "stopped", "plan": None})
        leave(Exit.STOPPED)


def _say_why(district: District, scenario: Scenario) -> None:
    """Write what arithmetic alone shows to be impossible, where it shows anything."""
    from planner.checks import check

    for problem in check(district, scenario)[0]:
        say(f"  {problem}")


def plan_facts(plan: Plan, file: Path | None) -> dict[str, Any]:
    """Return the figures of a plan that machines read."""
    figures = plan.summary
    return {
        "scenario": plan.name,
        "status": plan.status,
        "index_before": figures.inequity_before,
        "index_after": figures.inequity_after,
        "bound": figures.bound,
        "gap": figures.gap,
        "moves_fte": figures.moves_fte,
        "hires_fte": figures.hires_fte,
        "cost_dollars": figures.cost_dollars,
        "seconds": None,
        "plan": None if file is None else str(file),
        "measures": [
            {
                "name": row.measure,
                "index": row.index,
                "weight": row.weight,
                "before": row.before,
                "after": row.after,
            }
            for row in plan.indices
        ],
        "warnings": list(plan.warnings),
    }


def _show_solved(plan: Plan, facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(facts)
        return
    from planner.cli.tables import plan_tables, shown_warnings

    for table in plan_tables(plan):
        output().print(table)
    for warning in shown_warnings(plan):
        say(f"Note: {warning}")
    written = f"Wrote {facts['plan']}" if facts["plan"] else "No file written (use -o)"
    say(f"{written} in {facts['seconds']:.1f} seconds.")


@command
def compare(
    plans: Annotated[list[Path], typer.Argument(help="plan files")],
    as_json: AsJson = False,
) -> None:
    """Show plans side by side: inputs that differ, inequity, dollars, moves, class sizes."""
    from planner.plan_file import read_plan

    with working("Reading", as_json):
        read = [read_plan(path) for path in plans]
    if as_json:
        print_json([plan_facts(plan, path) for plan, path in zip(read, plans, strict=True)])
        return
    _show_compared(read)


def _show_compared(plans: list[Plan]) -> None:
    from planner.cli.tables import asked_tables, comparison_tables, legend
    from planner.comparison import compare as compare_plans

    table = compare_plans(plans)
    for line in legend(table):
        output().print(line, markup=False)
    for shown in (*asked_tables(plans), *comparison_tables(table)):
        output().print(shown)


@command
def export(
    plan: Annotated[Path, typer.Argument(help="plan file")],
    out: Annotated[Path, typer.Option("--out", "-o", help="an .xlsx file, or a folder for CSV files")],
    kind: Annotated[
        str, typer.Option("--format", help="csv or xlsx; by the name of --out where not given")
    ] = "",
    keep_small_counts: Annotated[
        bool,
        typer.Option("--keep-small-counts", help="show counts of under 10 students (not for publication)"),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a plan's tables as CSV files or an Excel workbook."""
    from planner.export import export_plan
    from planner.plan_file import read_plan

    chosen = kind or ("xlsx" if out.suffix.lower() == ".xlsx" else "csv")
    if chosen not in ("csv", "xlsx"):
        raise typer.BadParameter(f"'{kind}' is neither csv nor xlsx", param_hint="--format")
    if not kind and out.suffix.lower() in OTHER_SPREADSHEETS:
        expected = "a name that ends in .xlsx, or a folder for the CSV files"
        raise typer.BadParameter(f"'{out.name}'; expected {expected}", param_hint="--out")
    with working(f"Exporting {plan.name}", as_json):
        files = export_plan(read_plan(plan), out, chosen, suppress=not keep_small_counts)
    if as_json:
        print_json({"files": [str(file) for file in files], "suppressed": not keep_small_counts})
        return
    say(f"Wrote {out}" + (f" ({len(files)} files)." if len(files) > 1 else "."))


@command
def verify(
    plan: Annotated[Path, typer.Argument(help="plan file")],
    data: Annotated[Path, typer.Option("--data", help="folder of the data set the plan was made from")],
    every: Annotated[
        bool, typer.Option("--all", help="show every check, not only rules and failures")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Work everything out again from the plan and the tables, without the optimiser."""
    from planner.district import load_district
    from planner.plan_file import read_plan
    from planner.verification import verify as judge

    with working(f"Verifying {plan.name}", as_json):
        result = judge(read_plan(plan), load_district(data))
    if as_json:
        checks = [asdict(check.told()) for check in result.checks]
        failures = [asdict(check.told()) for check in result.failures]
        print_json({"holds": result.holds, "failures": failures, "checks": checks, "plan": str(plan)})
    else:
        from planner.cli.tables import verification_tables

        for table in verification_tables(result, every):
            output().print(table)
    if not result.holds:
        say(f"{len(result.failures)} of {len(result.checks)} checks fail.")
        leave(Exit.PROBLEMS)
    if not as_json:
        places = sum(check.places for check in result.checks)
        say(f"All {len(result.checks)} checks hold, over {places:,} places (--all shows each).")


@command
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="folder for the plans")] = Path("out"),
    as_json: AsJson = False,
) -> None:
    """Solve the scenarios of the embedded district Riverbend and compare them."""
    from planner.demo import demo_plans, riverbend

    plans: dict[Path, Plan] = {}
    with searching("Solving the scenarios of Riverbend", as_json):
        for file, plan in demo_plans(out, datetime.now(UTC).isoformat(timespec="seconds")):
            plans[file] = plan
    if as_json:
        print_json([plan_facts(plan, file) for file, plan in plans.items()])
        return
    _show_compared(list(plans.values()))
    say(f"Wrote {len(plans)} plans to {out}. To check one:")
    check = ["planner", "verify", str(next(iter(plans))), "--data", str(riverbend() / "district")]
    say(f"  {shlex.join(check)}")
