# ruff: noqa: PLC0415 - imports stand inside the command, so that `planner --help` stays quick
"""The command of Resource Allocation Reviews: every district of a state at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.data import AsJson
from planner.cli.edge import command, output, print_json, say, working

if TYPE_CHECKING:
    from planner.review import Review, SignificantNumbers


@command
def review(
    data: Annotated[Path, typer.Argument(help="folder of a state's data set")],
    rule: Annotated[
        Path | None,
        typer.Option(help="YAML file: csi_schools, csi_share, tsi_schools, tsi_share, both"),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="compare schools in every district with an identified school")
    ] = False,
    xlsx: Annotated[Path | None, typer.Option(help="file for an Excel workbook")] = None,
    as_json: AsJson = False,
) -> None:
    """Review resource allocation (ESSA) in every district that serves many identified schools."""
    from planner.district import load_district
    from planner.review import review as reviewed

    asked = _rule(rule)
    with working(f"Reviewing {data.name}", as_json):
        found = reviewed(load_district(data), asked, every=every)
        if xlsx is not None:
            from planner.review.workbook import write_workbook

            write_workbook(found, xlsx)
    if as_json:
        print_json({**found.to_dict(), "file": str(xlsx) if xlsx else None})
        return
    _show(found)
    if xlsx is not None:
        say(f"Wrote {xlsx}.")


def _rule(path: Path | None) -> SignificantNumbers:
    from planner.review import SignificantNumbers
    from planner.yaml_file import read_yaml, validate

    return SignificantNumbers() if path is None else validate(SignificantNumbers, read_yaml(path))


def _show(found: Review) -> None:
    from planner.cli.review_table import review_table

    chosen = [row for row in found.districts if row.reviewed]
    output().print(f"{found.name}, {found.school_year}. {found.rule}", markup=False)
    output().print(f"{len(chosen)} of {len(found.districts)} districts are reviewed.", markup=False)
    output().print(review_table([row for row in found.districts if row.reviewed or row.compared]))
    for note in found.notes:
        say(f"Note: {note}")
