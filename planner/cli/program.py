# ruff: noqa: PLC0415 - imports stand inside the command, so that `planner --help` stays quick
"""The command that writes a scenario's linear program for another solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.data import AsJson
from planner.cli.edge import command, print_json, say, searching


@command
def program(
    data: Annotated[Path, typer.Argument(help="folder of the data set")],
    scenario: Annotated[Path, typer.Argument(help="scenario file")],
    out: Annotated[Path, typer.Option("--out", "-o", help="file to write, .lp or .mps")],
    as_json: AsJson = False,
) -> None:
    """Write the linear program of a scenario, for another solver to check the bound."""
    from planner.inputs import read_both
    from planner.optimize.program_file import write_program

    with searching(f"Writing {out.name}", as_json):
        written = write_program(*read_both(data, scenario), out)
    if as_json:
        sizes = {"columns": written.columns, "rows": written.rows}
        print_json({"file": str(written.path), **sizes, "notes": list(written.notes)})
        return
    say(f"Wrote {out}: {written.columns:,} columns, {written.rows:,} rows.")
    for note in written.notes:
        say(note)
