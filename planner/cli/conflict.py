# ruff: noqa: PLC0415 - imports stand inside the functions, so that `planner --help` stays quick
"""Why no plan keeps all the rules, in words and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.edge import print_json, say

if TYPE_CHECKING:
    from planner.optimize import Infeasible


def show_conflict(name: str, finding: Infeasible, patch: Path | None, as_json: bool) -> None:
    """Write a conflict in words and as JSON, and the change that makes room to a file where one is given."""
    conflict = finding.conflict
    say(f"{name}: {conflict.sentence}")
    if conflict.least_change:
        say(f"Least change that makes room: {conflict.least_change}.")
    if patch is not None and conflict.patch:
        from planner.safe_write import write_text

        write_text(patch, conflict.patch_yaml())
        say(f"Wrote it to {patch}; list it under 'changes' of a scenario that extends this one.")
    if as_json:
        facts = {"scenario": name, "status": "infeasible", "policies": list(finding.policies)}
        print_json({**facts, "conflict": conflict.as_data()})
