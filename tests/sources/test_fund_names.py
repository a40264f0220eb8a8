"""Every fund that an importer makes of federal dollars is federal to the rules, and no other is."""

from __future__ import annotations

from pathlib import Path

from ky_sample import ky_tables
from nc_sample import nc_tables
from samples import write_tables

from planner.case import Case
from planner.district import District, load_district
from planner.policies.maintenance_of_effort import MaintenanceOfEffort
from planner.scenario import resolve_scenario
from planner.sources import import_source

OWN = {"state", "local", "own", "state_local"}


def told_apart(district: District) -> tuple[set[str], set[str]]:
    """Return the funds of the data that the federal rules take for federal, and the others."""
    measures = [{"measure": "teachers", "index": "shortfall"}]
    case = Case(district, resolve_scenario({"name": "Funds", "objective": {"measures": measures}}))
    rule = MaintenanceOfEffort(name="maintenance_of_effort")
    own = set(rule.state_local(case))
    return (set(district.budget["fund"]) | set(case.funds)) - own, own


def test_north_carolina_s_funds_are_told_apart(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "nc_2019", nc_tables())
    import_source("nc-report-card", folder, tmp_path / "out", district="320")
    federal, own = told_apart(load_district(tmp_path / "out"))
    assert federal == {"federal", "federal_other", "title_i", "school_improvement"}
    assert own <= OWN and own


def test_kentucky_s_funds_are_told_apart(tmp_path: Path) -> None:
    card, finance = ky_tables()
    folder = write_tables(tmp_path / "ky_kde", card)
    write_tables(tmp_path / "ky_kysrc", finance)
    import_source("ky-report-card", folder, tmp_path / "out", district="165")
    federal, own = told_apart(load_district(tmp_path / "out"))
    assert federal == {"federal_other", "title_i"}
    assert own <= OWN and own
