"""Child poverty of school districts by the Census Bureau (SAIPE), added to another data set.

The counts are of children who live in a district, whatever school they attend. They describe districts, so no
school is given a share of them: a school's own low-income students are another figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field

from planner.district import load_district
from planner.problems import Problem, raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.frames import unique
from planner.sources.onto import carry, facts_of
from planner.sources.reading import Sheet, numbers, only_file, read_text, whole_ids
from planner.sources.report import ImportReport

FILE = "ussd*.xls*"
# Two rows of titles stand above the header.
TITLE_ROWS = 2
STATE_WIDTH, DISTRICT_WIDTH = 2, 5
COUNTS = ("children", "children_in_poverty")
COLUMNS = {
    "State FIPS Code": "state",
    "District ID": "district",
    "Name": "name",
    "Estimated Population 5-17": "children",
    "Estimated number of relevant children 5 to 17 years old in poverty who are related to the householder": (
        "children_in_poverty"
    ),
}


class SaipeOptions(Options):
    """Options of the import of child poverty."""

    onto: Path = Field(description="the data set whose districts are described, with federal district ids")
    file: str = Field(default=FILE, description="name of the file, where the folder holds several years")


@SOURCES.register("saipe")
class Saipe:
    """Children of 5 to 17 years, and those in poverty, of each district of a data set made before."""

    kind: ClassVar[str] = "saipe"
    title: ClassVar[str] = "Census estimates of child poverty by school district (SAIPE)"
    description: ClassVar[str] = (
        "Children of 5 to 17 years who live in each district, and those in poverty, for reviews of a state."
    )
    files: ClassVar[tuple[SourceFile, ...]] = (SourceFile(FILE, "children and child poverty by district"),)
    not_read: ClassVar[dict[str, str]] = {}
    options: ClassVar[type[Options]] = SaipeOptions

    def read(self, folder: Path, options: SaipeOptions, report: ImportReport) -> Draft:
        """Read the file of `folder`, and return the data set of `options.onto` with its districts told."""
        path = only_file(folder, SourceFile(options.file, self.files[0].title))
        base, found = load_district(options.onto), read_poverty(path, report)
        listed = sorted(set(base.schools["district_id"]))
        report.drop("districts", f"not in {path.name}", set(listed) - set(found.index))
        raise_all(_none_found(listed, found, path.name, options.onto))
        facts = facts_of(base)
        facts["districts"] = _described(facts["districts"], found[found.index.isin(listed)])
        facts["sources"] |= {path.name: "Census Bureau, Small Area Income and Poverty Estimates"}
        carry(base, report)
        return Draft(facts, dict(base.tables))


def _described(known: Mapping[str, Any], found: pd.DataFrame) -> dict[str, Any]:
    """Add the counts of children to what is known of districts; one without a name takes the Bureau's."""
    counts = found[list(COUNTS)].astype(int)
    added = {
        str(code): {"name": str(found["name"][code])} | known.get(str(code), {}) | counts.loc[code].to_dict()
        for code in found.index
    }
    return {**known, **added}


def read_poverty(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read `name`, `children` and `children_in_poverty` by federal district id."""
    text = read_text(path, Sheet(COLUMNS, header=TITLE_ROWS), report)
    state = whole_ids(text["state"], STATE_WIDTH, f"{path.name}, State FIPS Code", report)
    district = whole_ids(text["district"], DISTRICT_WIDTH, f"{path.name}, District ID", report)
    rows = text.assign(district_id=state + district).dropna(subset=["district_id"]).set_index("district_id")
    unique(rows, path.name)
    counts = {name: numbers(rows[name], f"{path.name}, {name}", {}, report) for name in COUNTS}
    return pd.DataFrame({"name": rows["name"], **counts}).dropna()


def _none_found(listed: list[str], found: pd.DataFrame, file: str, onto: Path) -> list[Problem]:
    if any(code in found.index for code in listed):
        return []
    expected = f"federal district ids (LEAIDs) of {file}, such as {found.index[0]}" if len(found) else "rows"
    return [Problem(f"{onto}, district_id", ", ".join(listed[:3]), expected)]
