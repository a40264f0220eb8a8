"""Draft a mapping from the headers of a folder's files, for the user to mend."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.reading import tidy_header
from planner.tables import REQUIRED_TABLES, TABLES

# Names that districts and states give our columns, most telling first.
KNOWN_AS: dict[str, tuple[str, ...]] = {
    "school_id": (
        "ncessch",
        "school id",
        "school code",
        "school number",
        "sch cd",
        "agency code",
        "dbn",
        "location",
        "site",
        "campus",
    ),
    "district_id": ("leaid", "district id", "district code", "district number", "lea code", "lea"),
    "school_name": ("school name", "sch name", "site name", "campus name", "name", "school"),
    "level": ("level", "school level", "school type", "category"),
    "title_i": ("title i", "title 1", "title1", "title i status"),
    "support_status": ("support status", "federal classification", "essa designation"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "long", "lon"),
    "role": ("role", "job title", "job", "position"),
    "field": ("field", "subject", "certification", "license area", "department"),
    "experience": ("experience", "experience band"),
    "fte": ("fte", "full time equivalent", "teachers fte", "teacher fte"),
    "salary": ("salary", "base pay", "base salary", "annual salary", "average salary"),
    "vacancies": ("vacancies", "vacant fte"),
    "course": ("course", "course name", "course title", "block"),
    "sections": ("sections", "number of sections", "section count"),
    "sections_per_fte": ("sections per fte", "load", "teaching load"),
    "students": ("students", "seats", "seats filled", "headcount", "students enrolled"),
    "fund": ("fund", "fund name", "funding source", "source"),
    "use": ("use", "purpose", "object", "function", "program"),
    "dollars": ("dollars", "amount", "budget", "expenditure", "total"),
    "indicator": ("indicator", "measure", "metric"),
    "group": ("group", "subgroup", "student group"),
    "value": ("value", "rate", "percent"),
    "count": ("count", "denominator", "n"),
}
GROUPS: dict[str, tuple[str, ...]] = {
    "all": ("enrollment", "total enrollment", "membership", "all students", "adm"),
    "low_income": (
        "low income",
        "frl",
        "frpl",
        "frpm",
        "economically disadvantaged",
        "eds",
        "free reduced lunch",
    ),
    "english_learner": ("english learners", "english learner", "el", "ell", "lep", "els"),
    "disability": ("students with disabilities", "disability", "swd", "iep", "special education", "sped"),
    "homeless": ("homeless",),
    "foster": ("foster", "foster care"),
    "migrant": ("migrant",),
}
YEARS = ("years experience", "years of experience", "experience years", "years", "yrs exp")


def guess(folder: str | Path) -> dict[str, Any]:
    """Draft a mapping of a folder's CSV and Excel files from their headers alone.

    Returns
    -------
    dict
        A mapping to write as ``mapping.yaml``. What no header tells stands as ``TODO``.
    """
    folder = Path(folder)
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in (".csv", ".xlsx"))
    raise_all([] if files else [Problem(str(folder), "no CSV or Excel file", "a folder with your files")])
    tables: dict[str, list[dict[str, Any]]] = {}
    for path in files:
        header = [tidy_header(name) for name in _header(path)]
        for table, piece in _pieces(path.name, header):
            tables.setdefault(table, []).append(piece)
    todo = {table: [{"file": "TODO", "columns": {}}] for table in REQUIRED_TABLES if table not in tables}
    return {"name": "TODO", "school_year": "TODO", "benefit_rate": 0.0, "tables": tables | todo}


def _header(path: Path) -> list[str]:
    if path.suffix.lower() == ".xlsx":
        return [str(name) for name in pd.read_excel(path, nrows=0, engine="calamine").columns]
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file), [])


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()).split())


def _find(header: list[str], names: tuple[str, ...]) -> str | None:
    plain = {_plain(name): name for name in reversed(header)}
    return next((plain[_plain(name)] for name in names if _plain(name) in plain), None)


def _pieces(file: str, header: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Return the tables that a file seems to hold: those whose telling columns it has."""
    found = {ours: column for ours, names in KNOWN_AS.items() if (column := _find(header, (ours, *names)))}
    if "school_id" not in found:
        return []
    pieces = []
    if groups := {group: column for group, names in GROUPS.items() if (column := _find(header, names))}:
        wide = {"into": "group", "value": "students", "columns": groups}
        pieces.append(
            ("enrollment", {"file": file, "columns": {"school_id": found["school_id"]}, "wide": wide})
        )
    telling = {
        "schools": "school_name",
        "staff": "fte",
        "courses": "sections",
        "budget": "dollars",
        "indicators": "indicator",
    }
    telling["enrollment"] = "group"
    for table, column in telling.items():
        if column in found and (table != "schools" or "level" in found or "district_id" in found):
            pieces.append((table, _piece(file, header, table, found)))
    return pieces


def _piece(file: str, header: list[str], table: str, found: dict[str, str]) -> dict[str, Any]:
    schema = TABLES[table].schema.columns
    columns: dict[str, Any] = {}
    for ours, spec in schema.items():
        if ours in found:
            columns[ours] = found[ours]
        elif spec.required:
            columns[ours] = {"value": "TODO"}
    piece: dict[str, Any] = {"file": file, "columns": columns}
    years = _find(header, YEARS)
    if table == "staff" and years and "experience" not in found:
        del columns["experience"]
        piece["experience"] = {"years": years}
    return piece
