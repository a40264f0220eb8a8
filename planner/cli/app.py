# ruff: noqa: PLC0415 - imports stand inside the command, so that `planner --help` stays quick
"""The command that serves the web app. It is found by its entry point: the planner never imports it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.edge import Exit, command, leave, say

GROUP = "planner.apps"


@command
def app(
    data: Annotated[Path | None, typer.Argument(help="folder of a data set; Riverbend without it")] = None,
    port: Annotated[int, typer.Option(help="port on this computer", min=1, max=65535)] = 5006,
) -> None:
    """Serve the web app on this computer: compare scenarios side by side and change them by hand."""
    from importlib.metadata import entry_points

    found = next(iter(entry_points(group=GROUP, name="app")), None)
    if found is None:
        say("The web app is not installed.")
        leave(Exit.USAGE)
    try:
        serve = found.load()
    except ModuleNotFoundError as error:
        say(f"The web app needs {error.name}: pip install 'resource-reallocation-planner[app]'.")
        leave(Exit.USAGE)
    say(f"Serving on http://127.0.0.1:{port} (Ctrl-C stops it)")
    serve(data, port)
