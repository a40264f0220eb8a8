"""A plan file as a YAML mapping, its long tables read line by line: ten times as fast, and just as strict.

A row of a table stands in one line, which is JSON as much as YAML. Such rows are read as JSON and the rest
of the file as YAML; a table with any other row goes to the YAML reader whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from planner.plan import ROW_TYPES
from planner.yaml_file import MAX_YAML_BYTES, YamlFile, parse_yaml, read_yaml

ROW_START = "  - "
ROWS_KEY = "  rows:"
type Lines = list[tuple[int, str]]


def read_plan_file(path: Path) -> YamlFile:
    """Read a plan's YAML mapping with the line of every key and row.

    Raises
    ------
    InputProblems
        If it cannot be read, is too large, is not plain data, or gives a key twice.
    """
    text = _text(path)
    # The YAML reader has the words for a file that cannot be read.
    return read_yaml(path) if text is None else parse_plan_lines(text, path.name)


def _text(path: Path) -> str | None:
    try:
        if path.stat().st_size <= MAX_YAML_BYTES:
            return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return None
    return None


def parse_plan_lines(text: str, name: str) -> YamlFile:
    """Read a plan's YAML mapping from text as `read_plan_file` does."""
    lines = text.split("\n")
    tables: dict[str, list[Any]] = {}
    places: dict[tuple[str | int, ...], int] = {}
    for table, found in _row_lines(lines).items():
        rows = _as_json(found)
        if rows is None:
            continue
        tables[table] = rows
        for position, (number, _) in enumerate(found):
            places[table, "rows", position] = number + 1
            lines[number] = ""
    file = parse_yaml("\n".join(lines), name)
    for table, rows in tables.items():
        section = file.data.get(table)
        if isinstance(section, dict):
            section["rows"] = rows
    return YamlFile(name, file.data, {**file.lines, **places})


def _row_lines(lines: list[str]) -> dict[str, Lines]:
    """Return the row lines of each table that is written in the canonical form."""
    found: dict[str, Lines] = {}
    for section, start, end in _sections(lines):
        heads = [number for number in range(start, end) if lines[number].rstrip() == ROWS_KEY]
        body = range(heads[0] + 1, end) if len(heads) == 1 else range(0)
        rows = [(number, lines[number]) for number in body if _holds_data(lines[number])]
        if section in ROW_TYPES and section not in found and rows:
            found[section] = rows
    return found


def _sections(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield each section's name and its first and last line, by the lines that are not indented."""
    heads = [number for number, line in enumerate(lines) if line[:1] not in (" ", "#", "")]
    for start, end in pairwise([*heads, len(lines)]):
        yield lines[start].partition(":")[0], start, end


def _holds_data(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _as_json(rows: Lines) -> list[Any] | None:
    """Return rows as data, or None where any is not one JSON list (or writes characters as escapes)."""
    try:
        return [_row(line) for _, line in rows]
    except (ValueError, RecursionError):
        return None


def _row(line: str) -> Any:
    if not line.startswith(f"{ROW_START}[") or "\\u" in line:
        raise ValueError("not a row in canonical form")
    return json.loads(line[len(ROW_START) :], parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
