"""What is left of California's ESSER II and III dollars, by district."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.funds import ESSER_III, ESSER_III_LEARNING
from planner.problems import Problem, raise_all
from planner.sources.base import SourceFile
from planner.sources.reading import Sheet, numbers, read_text
from planner.sources.report import ImportReport

TOTALS, QUARTERS = "ca_esser.csv", "arpesseriii3213*.xlsx"
FILES = (
    SourceFile(TOTALS, "ESSER dollars by district", required=False),
    SourceFile(QUARTERS, "ESSER III but for its reserve for lost learning, by quarter", required=False),
)
# Last school year to spend: obligation by 30 September 2023 (CRRSA) and 2024 (ARP).
ESSER = {"esser_ii": ("ii", "2022-23"), ESSER_III: ("iii", "2023-24")}
LEARNING_LOSS_SHARE, LEARNING_LOSS_SOURCE = 0.20, "ARP Act, section 2001(e)(1)"
LEARNING_USES = ["tutoring", "extended_time"]
# A code is the county (2 digits), the district (5) and the school (7), zeros for the district itself.
DISTRICT, OF_DISTRICT = slice(2, 7), "0000000"
SEASONS = {"Spring": 0, "Summer": 1, "Fall": 2, "Winter": 3}
SHEET = "ESSER III 3213 Expenditures"


def esser_funds(files: Mapping[str, Path], districts: list[str], report: ImportReport) -> dict[str, Any]:
    """Return what is left of ESSER II and III by district; a fund without a dollar left is not listed.

    ESSER III is given in two parts: four fifths (resource 3213), and a fifth reserved for lost learning
    (resource 3214). Where the first part's quarterly reports are there, each part is a fund of its own; else
    the reserve's share is set aside of all that is left, which says nothing of how much of it is spent.
    """
    if TOTALS not in files:
        return {}
    funds: dict[str, Any] = {}
    for fund, left in _left(files[TOTALS], districts, report).items():
        parts = {fund: left}
        if fund == ESSER_III and QUARTERS in files:
            own = _left_outside_reserve(files[QUARTERS], districts, report).reindex(left.index)
            parts = {fund: own.fillna(left), ESSER_III_LEARNING: (left - own).clip(lower=0).fillna(0.0)}
        funds |= {name: _fund(part, ESSER[fund][1], name) for name, part in parts.items() if part.sum() > 0}
    if ESSER_III in funds and QUARTERS not in files:
        aside = {"uses": LEARNING_USES, "min_share": LEARNING_LOSS_SHARE, "source": LEARNING_LOSS_SOURCE}
        funds[ESSER_III]["set_asides"] = [aside]
    return funds


def _fund(left: pd.Series, last_year: str, name: str) -> dict[str, Any]:
    general = [] if name == ESSER_III_LEARNING else ["positions", "stipends"]
    return {
        "dollars": {str(district): int(amount) for district, amount in left.items()},
        "schools": "all",
        "recurring": False,
        "last_year": last_year,
        "carry_over": True,
        "uses": [*general, *LEARNING_USES],
    }


def _left(path: Path, districts: list[str], report: ImportReport) -> dict[str, pd.Series]:
    """Read dollars given less dollars spent, by fund and district; what was not reported is not there."""
    columns = {"cds": "cds"} | {
        f"{part}_{kind}": f"{part}_{kind}" for part, _ in ESSER.values() for kind in ("all", "exp")
    }
    text = _of_districts(read_text(path, Sheet(columns), report))
    found = {}
    for fund, (part, _) in ESSER.items():
        codes = {"NaN": "not reported"}
        given, spent = (
            numbers(text[f"{part}_{kind}"], f"{path.name}, {part}_{kind}", codes, report)
            for kind in ("all", "exp")
        )
        left = (given - spent).clip(lower=0).reindex(districts)
        report.drop(f"districts of {fund}", "no dollars reported", left.index[left.isna()])
        found[fund] = left.dropna()
    return found


def _left_outside_reserve(path: Path, districts: list[str], report: ImportReport) -> pd.Series:
    """Read the newest allocation less the spending of all quarters, by district [dollars].

    A quarter without a report adds nothing, as in the totals by district: where there is one, what is left is
    at most the figure.
    """
    columns = {"CDSCode": "cds", "ReportingPeriodName": "quarter", "TotalAllocatedAmount": "given"}
    columns |= {"ExpendedAmount": "spent"}
    text = _of_districts(read_text(path, Sheet(columns, header=1, sheet=SHEET), report))
    text = text[text.index.isin(districts)]
    codes = {"N/A": "no report for the quarter"}
    for name in ("given", "spent"):
        text[name] = numbers(text[name], f"{path.name}, {name}", codes, report)
    text["order"] = _order(text["quarter"], path.name)
    newest = text.sort_values("order").groupby(level=0)["given"].last()
    left = (newest - text["spent"].groupby(level=0).sum(min_count=1)).clip(lower=0)
    silent = text["spent"].isna().groupby(level=0).any() & (left > 0)
    if silent.any():
        report.note(
            f"{path.name}: quarters without a report in districts {', '.join(silent.index[silent])}; what is "
            "left of ESSER III there is at most the figure"
        )
    return left


def _order(quarters: pd.Series, file: str) -> pd.Series:
    """Return the place in time of quarters such as ``2021 Winter``."""
    parts = quarters.astype("string").str.extract(r"^(\d{4}) (\w+)$")
    place = pd.to_numeric(parts[0]).astype(float) * len(SEASONS) + parts[1].map(SEASONS).astype(float)
    wrong = sorted(set(quarters[place.isna()].astype(str)))
    where = f"{file}, ReportingPeriodName"
    raise_all(Problem(where, f"'{cell}'", "a quarter such as 2021 Winter") for cell in wrong)
    return place.astype(int)


def _of_districts(text: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of districts, not of charters or counties' schools, by district code."""
    text = text[text["cds"].str.endswith(OF_DISTRICT).fillna(False).astype(bool)]
    return text.set_index(text["cds"].str[DISTRICT])
