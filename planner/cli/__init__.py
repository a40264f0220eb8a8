"""The command line: `planner` with a verb, such as `generate`, `import`, `check`, `diagnose` or `solve`.

Each command reads its arguments, calls one function of the library and shows what came back.
"""

from __future__ import annotations

import sys

import typer

from planner.cli.app import app as serve_app
from planner.cli.data import check, generate, import_, schema
from planner.cli.diagnosis import diagnose
from planner.cli.exploring import explain, frontier, stress, sweep
from planner.cli.plans import compare, demo, export, solve, verify
from planner.cli.program import program
from planner.cli.review import review

__all__ = ["app", "main"]

app = typer.Typer(
    name="planner",
    help=(
        "Share teachers, dollars and class-size limits across schools with the least measured inequity.\n\n"
        "Exit codes: 0 done, 1 problems in the input, 2 usage, 3 no plan keeps all the rules, "
        "4 stopped before proof."
    ),
    epilog="Example: planner generate demo && planner solve demo scenario.yaml -o plan.yaml",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog="Example: planner generate demo --schools 40 --seed 7")(generate)
app.command("import", epilog="Example: planner import nc-report-card downloads --district 320 --out durham")(
    import_
)
app.command(epilog="Example: planner check demo scenarios/stipends.yaml")(check)
app.command(epilog="Example: planner diagnose demo --html diagnosis.html")(diagnose)
app.command(epilog="Example: planner review state --xlsx review.xlsx")(review)
app.command(epilog="Example: planner solve demo scenarios/stipends.yaml -o plan.yaml")(solve)
app.command(epilog="Example: planner explain demo scenarios/stipends.yaml --only prices")(explain)
app.command(epilog="Example: planner frontier demo scenarios/stipends.yaml --over moves")(frontier)
app.command(epilog="Example: planner stress demo scenarios/stipends.yaml --seed 1")(stress)
app.command(epilog="Example: planner sweep demo scenarios/grid.yaml -o rows.parquet")(sweep)
app.command(epilog="Example: planner compare today.yaml stipends.yaml")(compare)
app.command(epilog="Example: planner export plan.yaml -o plan.xlsx")(export)
app.command(epilog="Example: planner program demo scenarios/stipends.yaml -o stipends.mps")(program)
app.command(epilog="Example: planner verify plan.yaml --data demo")(verify)
app.command("app", epilog="Example: planner app demo --port 5006")(serve_app)
app.command(epilog="Example: planner schema > scenario.schema.json")(schema)
app.command(epilog="Example: planner demo --out out")(demo)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # Names of schools are text in any language; a terminal that cannot show a letter shows '?'.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="planner")
