# ruff: noqa: PLC0415 - imports stand inside the commands, so that `planner --help` stays quick
"""The command `planner diagnose`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.data import AsJson
from planner.cli.edge import command, output, print_json, say, working

if TYPE_CHECKING:
    from planner.diagnosis import Settings


@command
def diagnose(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: Annotated[Path, typer.Argument(help="folder of the data set")],
    scenario: Annotated[
        Path | None, typer.Option(help="scenario file whose definition of high-need is taken")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--high-need-by", help="student group whose share makes a school high-need")
    ] = None,
    top: Annotated[
        float | None, typer.Option("--top-share", min=0, max=1, help="share of schools that are high-need")
    ] = None,
    novice: Annotated[
        list[str] | None, typer.Option(help="band of experience that counts as novice; may be repeated")
    ] = None,
    peers: Annotated[Path | None, typer.Option(help="folder of another data set to stand beside")] = None,
    state: Annotated[
        Path | None, typer.Option(help="YAML file of state figures, one 'metric: value' a line")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="file for a page with charts")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="file for an Excel workbook")] = None,
    small_counts: Annotated[
        bool, typer.Option("--show-small-counts", help="do not withhold counts of fewer than 10 students")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show where a district stands on the ten dimensions of resource equity, before anything moves."""
    from planner.diagnosis import diagnose as diagnosed
    from planner.district import load_district

    changes = {"by": by, "top_share": top}
    settings = _settings(scenario, changes, novice, state, small_counts)
    with working(f"Measuring {data.name}", as_json):
        others = load_district(peers) if peers is not None else None
        found = diagnosed(load_district(data), settings, others)
    written = _write(found, html, xlsx)
    if as_json:
        print_json({**found.to_dict(), "files": [str(path) for path in written]})
        return
    from planner.cli.diagnosis_tables import diagnosis_parts

    for part in diagnosis_parts(found):
        output().print(part)
    for path in written:
        say(f"Wrote {path}.")


def _settings(
    scenario: Path | None,
    changes: dict[str, Any],
    novice: list[str] | None,
    state: Path | None,
    small_counts: bool,
) -> Settings:
    """Return the settings: the scenario's definition of high-need, then what the options change."""
    from planner.diagnosis import Settings
    from planner.inheritance import load_scenario
    from planner.yaml_file import YamlFile, read_yaml, validate

    high_need = load_scenario(scenario).high_need.model_dump() if scenario is not None else {}
    high_need |= {key: value for key, value in changes.items() if value is not None}
    given: dict[str, Any] = {"high_need": high_need, "suppress": not small_counts}
    if novice:
        given["novice"] = novice
    if state is not None:
        given["state"] = dict(read_yaml(state).data)
    return validate(Settings, YamlFile("options", given, {}))


def _write(found: Any, html: Path | None, xlsx: Path | None) -> list[Path]:
    from planner.diagnosis.report import write_page, write_workbook

    if html is not None:
        write_page(found, html)
    if xlsx is not None:
        write_workbook(found, xlsx)
    return [path for path in (html, xlsx) if path is not None]
