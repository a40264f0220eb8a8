# ruff: noqa: PLC0415 - imports stand inside the commands, so that `planner --help` stays quick
"""Commands that ask around a plan: explain, frontier, stress, sweep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.conflict import show_conflict
from planner.cli.data import AsJson, assignment
from planner.cli.edge import Exit, command, leave, output, print_json, say, searching

if TYPE_CHECKING:
    from planner.district import District
    from planner.plan import Plan
    from planner.scenario import Scenario

Data = Annotated[Path, typer.Argument(help="folder of the data set")]
Question = Annotated[Path, typer.Argument(help="scenario file")]
Edits = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="change one value of the scenario, as path=value"),
]
PARTS = ("prices", "gains", "reasons", "tests")


@contextmanager
def _no_plan_explained(scenario: Scenario, patch: Path | None, as_json: bool) -> Iterator[None]:
    """Say which rules conflict, and what makes room, where no plan keeps them all."""
    from planner.optimize import Infeasible, OutOfTime

    try:
        yield
    except Infeasible as finding:
        show_conflict(scenario.name, finding, patch, as_json)
        leave(Exit.INFEASIBLE)
    except OutOfTime as finding:
        say(f"{scenario.name}: {finding}. Raise solver.time_limit_seconds.")
        if as_json:
            print_json({"scenario": scenario.name, "status": "stopped", "plan": None})
        leave(Exit.STOPPED)


@command
def explain(
    data: Data,
    scenario: Question,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="PART", help="prices, gains, reasons or tests; all where not given"),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="schools and decisions shown of each kind")] = 5,
    patch: Annotated[
        Path | None, typer.Option(help="where no plan keeps the rules: file for the change that makes room")
    ] = None,
    edits: Edits = None,
    as_json: AsJson = False,
) -> None:
    """Say what each rule costs, who gains, and why each decision is there; or why there is no plan."""
    parts = _chosen(only)
    from planner.inputs import read_both

    district, question = read_both(data, scenario, [assignment(text, "--set") for text in edits or []])
    with searching(f"Explaining {scenario.name}", as_json), _no_plan_explained(question, patch, as_json):
        from planner.optimize import solve

        plan = solve(district, question)
        found = {part: EXPLAINED[part](district, question, plan, most) for part in parts}
    if as_json:
        shown = {part: facts for part, (facts, _) in found.items()}
        print_json({"scenario": question.name, "index_after": plan.summary.inequity_after, **shown})
        return
    output().print(f"{question.name}: inequity {plan.summary.inequity_after:.1f} of 100", markup=False)
    for _, lines in found.values():
        for line in lines:
            output().print(line)
    if parts == ["tests"] and not found["tests"][1]:
        output().print("No rule of this scenario tests each school: maintenance of equity, or comparability.")


def _chosen(only: Iterable[str] | None) -> list[str]:
    parts = list(dict.fromkeys(only or PARTS))
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise typer.BadParameter(f"'{unknown[0]}'; expected one of {', '.join(PARTS)}", param_hint="--only")
    return parts


def _prices(district: District, question: Scenario, plan: Plan, most: int) -> tuple[Any, list[Any]]:
    from planner.cli.explain_tables import price_tables
    from planner.optimize.tradeoffs import price_list

    prices = price_list(district, question)
    return [{**asdict(price), "sentence": price.sentence()} for price in prices], list(price_tables(prices))


def _gains(district: District, question: Scenario, plan: Plan, most: int) -> tuple[Any, list[Any]]:
    from planner.case import Case
    from planner.cli.explain_tables import gain_tables, group_table
    from planner.disclosure import hidden_schools
    from planner.gains import group_gains, school_gains

    hidden = hidden_schools({row.school_id: row.students for row in plan.schools})
    schools = [gain for gain in school_gains(plan) if gain.school_id not in hidden]
    groups = [
        gain for gain in group_gains(plan, Case(district, question)) if gain.students >= FEWEST_OF_GROUP
    ]
    facts = {"schools": [asdict(gain) for gain in schools], "groups": [asdict(gain) for gain in groups]}
    when = f" in {plan.years[-1]}, the last year planned" if len(plan.years) > 1 else ""
    return facts, [*gain_tables(schools, most, when), group_table(groups, when)]


def _reasons(district: District, question: Scenario, plan: Plan, most: int) -> tuple[Any, list[Any]]:
    from planner.case import Case
    from planner.cli.explain_tables import reason_lines
    from planner.explain import KINDS, Reasons

    reasons = Reasons(plan, Case(district, question))
    found = {kind: reasons.all(kind, most) for kind in KINDS}
    facts = {kind: [asdict(reason) for reason in each] for kind, each in found.items()}
    return facts, list(reason_lines(reason for each in found.values() for reason in each))


def _tests(district: District, question: Scenario, plan: Plan, most: int) -> tuple[Any, list[Any]]:
    from planner.case import Case
    from planner.cli.explain_tables import test_tables
    from planner.plan_outcome import outcome_of
    from planner.school_tests import school_tests

    found = school_tests(outcome_of(plan, Case(district, question)))
    return [asdict(test) for test in found], list(test_tables(found, most))


FEWEST_OF_GROUP = 10
EXPLAINED = {"prices": _prices, "gains": _gains, "reasons": _reasons, "tests": _tests}


@command
def frontier(  # noqa: PLR0913, PLR0917 - a parameter for each option
    data: Data,
    scenario: Question,
    over: Annotated[
        str, typer.Option(help="moves, dollars, or the path of a number of the scenario")
    ] = "moves",
    points: Annotated[int, typer.Option(help="points, both ends among them; at least 20")] = 21,
    low: Annotated[float | None, typer.Option("--from", help="first level")] = None,
    high: Annotated[float | None, typer.Option("--to", help="last level")] = None,
    plan: Annotated[int | None, typer.Option(min=0, help="write the plan behind this point")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="file to write that plan to")] = None,
    edits: Edits = None,
    as_json: AsJson = False,
) -> None:
    """Trace the least inequity for each amount of moves or dollars, or for each value of a setting."""
    if (low is None) != (high is None) or (plan is None) != (out is None):
        raise typer.BadParameter("--from goes with --to, and --plan with --out")
    if plan is not None and plan >= points:
        raise typer.BadParameter(f"the points are 0 to {points - 1}", param_hint="--plan")
    from planner.inputs import read_both

    district, question = read_both(data, scenario, [assignment(text, "--set") for text in edits or []])
    between = (low, high) if low is not None and high is not None else None
    with searching(f"Tracing {scenario.name}", as_json), _no_plan_explained(question, None, as_json):
        from planner.optimize.frontier import trace

        found = trace(district, question, over, points, between)
        if plan is not None and out is not None:
            from planner.plan_file import write_plan

            write_plan(found.plan(plan), out)
    if as_json:
        facts = {"scenario": question.name, "over": over, "unit": found.unit}
        print_json({**facts, "points": [asdict(point) for point in found.points]})
    else:
        from planner.cli.explain_tables import frontier_table

        output().print(frontier_table(found))
        if found.points[0].level == found.points[-1].level:
            output().print("There is one level only: --from and --to give others.", markup=False)


@command
def stress(  # noqa: PLR0913, PLR0917 - a parameter for each option
    data: Data,
    scenario: Question,
    draws: Annotated[int, typer.Option(help="draws of enrolment, and of need weights")] = 5,
    enrolment_error: Annotated[
        float, typer.Option(help="standard deviation of enrolment, as a share")
    ] = 0.03,
    fund_cut: Annotated[float, typer.Option(help="share that each fund loses, one at a time")] = 0.10,
    seed: Annotated[int, typer.Option(min=0, help="the same seed gives the same trials")] = 1,
    most: Annotated[int, typer.Option(min=1, help="decisions shown")] = 10,
    edits: Edits = None,
    as_json: AsJson = False,
) -> None:
    """Judge and solve a plan again under other enrolment, stipend response, need weights and funds."""
    from planner.inputs import read_both

    district, question = read_both(data, scenario, [assignment(text, "--set") for text in edits or []])
    with searching(f"Stressing {scenario.name}", as_json), _no_plan_explained(question, None, as_json):
        from planner.stress import stress as stressed

        found = stressed(
            district,
            question,
            draws=draws,
            enrolment_error=enrolment_error,
            fund_cut=fund_cut,
            seed=seed,
        )
    if as_json:
        trials = [{**asdict(trial), "regret": trial.regret} for trial in found.trials]
        decisions = [asdict(decision) for decision in found.decisions]
        print_json({"scenario": question.name, "seed": seed, "trials": trials, "decisions": decisions})
        return
    from planner.cli.explain_tables import stress_tables

    for part in stress_tables(found, most):
        output().print(part)


@command
def sweep(
    data: Data,
    scenario: Question,
    out: Annotated[Path, typer.Option("--out", "-o", help="table to write, .csv or .parquet")],
    work: Annotated[
        Path | None, typer.Option(help="folder of the results as they come; beside the table if not given")
    ] = None,
    scheduler: Annotated[str | None, typer.Option(help="address of a dask scheduler that runs")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="processes of a cluster on this machine")] = None,
    as_json: AsJson = False,
) -> None:
    """Solve every scenario of the grid under the scenario's 'sweep' key; goes on where it was stopped."""
    from planner.sweep import FORMATS, write_table
    from planner.sweep import sweep as swept

    if out.suffix not in FORMATS:
        raise typer.BadParameter(f"'{out.name}' ends in none of {', '.join(FORMATS)}", param_hint="--out")
    from planner.inputs import read_both

    district, question = read_both(data, scenario)
    folder = work if work is not None else out.with_suffix(".sweep")
    with searching(f"Sweeping {scenario.name}", as_json):
        found = swept(district, question, folder, scheduler=scheduler, workers=workers)
    write_table(found, out)
    counts = found["status"].value_counts().sort_index().to_dict()
    if as_json:
        print_json({"scenario": question.name, "table": str(out), "work": str(folder), "status": counts})
    else:
        words = ", ".join(f"{count} {status}" for status, count in counts.items())
        say(f"Wrote {len(found):,} rows to {out}: {words}.")
