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

# Examples work as they stand in a checkout, those of plans after `planner demo`.
DISTRICT = "scenarios/riverbend/district"
SCENARIO = "scenarios/riverbend/stipends.yaml"


def example(command: str) -> str:
    """Return an epilog in one line at any width, so that the command can be copied."""
    return f"\b\nExample: planner {command}"


app = typer.Typer(
    name="planner",
    help=(
        "Share teachers, dollars and class-size limits across schools with the least measured inequity.\n\n"
        "Exit codes: 0 done, 1 problems in the input, 2 usage, 3 no plan keeps all the rules, "
        "4 stopped before proof."
    ),
    epilog=example(f"demo && planner verify out/stipends.yaml --data {DISTRICT}"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=example("generate mydistrict --schools 40 --seed 7"))(generate)
app.command("import", epilog=example("import nc-report-card downloads --district 320 --out durham"))(import_)
app.command(epilog=example(f"check {DISTRICT} {SCENARIO}"))(check)
app.command(epilog=example(f"diagnose {DISTRICT} --html diagnosis.html"))(diagnose)
app.command(epilog=example("review state --xlsx review.xlsx"))(review)
app.command(epilog=example(f"solve {DISTRICT} {SCENARIO} -o plan.yaml"))(solve)
app.command(epilog=example(f"explain {DISTRICT} {SCENARIO} --only prices"))(explain)
app.command(epilog=example(f"frontier {DISTRICT} {SCENARIO} --over moves"))(frontier)
app.command(epilog=example(f"stress {DISTRICT} {SCENARIO} --seed 1"))(stress)
app.command(epilog=example(f"sweep {DISTRICT} grid.yaml -o rows.parquet"))(sweep)
app.command(epilog=example("compare out/today.yaml out/stipends.yaml"))(compare)
app.command(epilog=example("export out/stipends.yaml -o stipends.xlsx"))(export)
app.command(epilog=example(f"program {DISTRICT} {SCENARIO} -o stipends.mps"))(program)
app.command(epilog=example(f"verify out/stipends.yaml --data {DISTRICT}"))(verify)
app.command("app", epilog=example(f"app {DISTRICT} --port 5006"))(serve_app)
app.command(epilog=example("schema > scenario.schema.json"))(schema)
app.command(epilog=example("demo --out out"))(demo)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # Names of schools are text in any language; a terminal that cannot show a letter shows '?'.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="planner")
