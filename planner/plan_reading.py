"""Reading a plan file back: every defect is noted with its line, none raises anything but problems."""

from __future__ import annotations

import dataclasses
import math
import typing
from collections.abc import Callable
from typing import Any

from planner.plan import FORMAT_VERSION, ROW_TYPES, Plan, Summary
from planner.problems import Problem, nearest, raise_all
from planner.yaml_file import KeyPath, YamlFile

SECTIONS = (
    "format",
    "plan",
    "summary",
    *ROW_TYPES,
    "warnings",
    "scenario",
    "provenance",
    "checksum",
    "made_at",
)
HEAD_KEYS = ("name", "status", "years", "district")
STATUSES = ("optimal", "stopped")
MAX_PROBLEMS = 200
type Reading = Callable[[Any], Any]


class Unreadable(Exception):  # noqa: N818 - a cell is wrong; the reader turns it into a problem
    """A cell holds something else than its column asks for."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable("text in quotes")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unreadable("a number")
    return float(value)


def _bound(value: Any) -> float:
    """Read a number that may be infinite: a search that proved nothing has no bound."""
    if isinstance(value, float) and math.isinf(value):
        return value
    return _number(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable("a whole number")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unreadable("true or false")
    return value


def _number_or_none(value: Any) -> float | None:
    if value is None:
        return None
    try:
        return _number(value)
    except Unreadable:
        raise Unreadable("a number, or null") from None


READINGS: dict[Any, Reading] = {
    str: _text,
    float: _number,
    int: _whole,
    bool: _flag,
    float | None: _number_or_none,
}


def readings(kind: type) -> dict[str, Reading]:
    """Return how each field of a row type is read."""
    hints = typing.get_type_hints(kind)
    return {field.name: READINGS[hints[field.name]] for field in dataclasses.fields(kind)}


class PlanReader:
    """Reads one plan file.

    Parameters
    ----------
    file
        The YAML mapping and its lines.
    """

    def __init__(self, file: YamlFile) -> None:
        self._file = file
        self._problems: list[Problem] = []

    def plan(self) -> Plan:
        """Return the plan.

        Raises
        ------
        InputProblems
            Every defect of the file.
        """
        self._check_format()
        self._check_sections()
        head = self._mapping("plan", HEAD_KEYS)
        tables: dict[str, Any] = {name: self._table(name) for name in ROW_TYPES}
        plan: dict[str, Any] = {
            "scenario": self._scenario(head),
            "district": self._district(head),
            "years": self._texts(("plan", "years"), head.get("years")),
            "status": self._status(head),
            "summary": self._summary(),
            "warnings": self._texts(("warnings",), self._file.data.get("warnings")),
            "provenance": self._mapping("provenance"),
            **{key: self._cell((key,), _text, self._file.data.get(key)) for key in ("checksum", "made_at")},
        }
        raise_all(self._problems[:MAX_PROBLEMS])
        return Plan(**plan, **tables)

    def _note(self, path: KeyPath, found: str, expected: str, hint: str = "") -> None:
        self._problems.append(Problem(self._file.where(path), found, expected, hint))

    def _check_format(self) -> None:
        """Stop at another format: nothing else in the file can be trusted to mean what it says."""
        version = self._file.data.get("format")
        if version == FORMAT_VERSION and not isinstance(version, bool):
            return
        if version is None:
            self._note((), "no key 'format'", f"a plan file, which opens with format: {FORMAT_VERSION}")
        else:
            self._note(("format",), f"plan format {_shown(version)}", self._who_reads(), "")
        raise_all(self._problems)

    def _who_reads(self) -> str:
        provenance = self._file.data.get("provenance")
        maker = provenance.get("planner") if isinstance(provenance, dict) else None
        by = f"; planner {maker}, which wrote the file, can read it" if isinstance(maker, str) else ""
        return f"format {FORMAT_VERSION}, the one that this version of the planner reads{by}"

    def _check_sections(self) -> None:
        for name in self._file.data:
            if name not in SECTIONS:
                self._note(
                    (str(name),), f"section '{name}'", "a section of a plan", nearest(str(name), SECTIONS)
                )
        for name in SECTIONS:
            if name not in self._file.data:
                self._note((), "nothing", f"the section '{name}'")

    def _mapping(self, name: str, keys: tuple[str, ...] = ()) -> dict[str, Any]:
        data = self._file.data.get(name, {})
        if not isinstance(data, dict):
            self._note((name,), _shown(data), "keys and values")
            return {}
        if name in self._file.data:
            for key in keys:
                if key not in data:
                    self._note((name,), "nothing", f"the key '{name}.{key}'")
        return data

    def _scenario(self, head: dict[str, Any]) -> dict[str, Any]:
        scenario = self._mapping("scenario", ("name",))
        if "name" in scenario and "name" in head and scenario["name"] != head["name"]:
            expected = f"the scenario's name, {_shown(scenario['name'])}"
            self._note(("plan", "name"), _shown(head["name"]), expected)
        return scenario

    def _district(self, head: dict[str, Any]) -> dict[str, Any]:
        district = head.get("district", {})
        if not isinstance(district, dict):
            self._note(("plan", "district"), _shown(district), "keys and values")
            return {}
        return district

    def _status(self, head: dict[str, Any]) -> Any:
        status = head.get("status", STATUSES[0])
        if status not in STATUSES:
            self._note(("plan", "status"), _shown(status), f"one of {', '.join(STATUSES)}")
        return status

    def _texts(self, path: KeyPath, data: Any) -> tuple[str, ...]:
        if data is None:
            return ()
        if not isinstance(data, list):
            self._note(path, _shown(data), "a list")
            return ()
        return tuple(self._cell((*path, number), _text, item) for number, item in enumerate(data))

    def _summary(self) -> Summary | None:
        how = {**readings(Summary), "bound": _bound, "gap": _bound}
        data = self._mapping("summary", tuple(how))
        for key in data:
            if key not in how:
                self._note(
                    ("summary", key), f"key '{key}'", f"one of {', '.join(how)}", nearest(str(key), how)
                )
        figures = {
            key: self._cell(("summary", key), read, data[key]) for key, read in how.items() if key in data
        }
        return Summary(**figures) if len(figures) == len(how) else None

    def _table(self, name: str) -> tuple[Any, ...]:
        data = self._mapping(name, ("columns", "rows"))
        how = readings(ROW_TYPES[name])
        if "columns" not in data or "rows" not in data or not self._columns_fit(name, data["columns"], how):
            return ()
        rows = data["rows"]
        if not isinstance(rows, list):
            self._note((name, "rows"), _shown(rows), "a list of rows ([] where there are none)")
            return ()
        columns = [(column, how[column]) for column in data["columns"]]
        return tuple(self._row(name, number, item, columns) for number, item in enumerate(rows))

    def _columns_fit(self, name: str, columns: Any, how: dict[str, Reading]) -> bool:
        if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
            self._note((name, "columns"), _shown(columns), "a list of column names")
            return False
        missing = [known for known in how if known not in columns]
        for column in sorted(set(columns)):
            if column not in how or columns.count(column) > 1:
                expected = f"each of {', '.join(how)} once"
                self._note((name, "columns"), f"column '{column}'", expected, nearest(column, missing))
                return False
        for column in missing:
            self._note((name, "columns"), "nothing", f"the column '{column}'")
        return not missing

    def _row(self, name: str, number: int, item: Any, columns: list[tuple[str, Reading]]) -> Any:
        path = (name, "rows", number)
        if not isinstance(item, list) or len(item) != len(columns):
            found = f"{len(item)} values" if isinstance(item, list) else _shown(item)
            self._note(path, found, f"a row of {len(columns)} values")
            return None
        try:
            return ROW_TYPES[name](
                **{column: read(value) for (column, read), value in zip(columns, item, strict=True)}
            )
        except Unreadable:
            for (column, read), value in zip(columns, item, strict=True):
                self._cell(path, read, value, column)
            return None

    def _cell(self, path: KeyPath, read: Reading, value: Any, column: str = "") -> Any:
        try:
            return read(value)
        except Unreadable as error:
            where = self._file.where(path) + (f", {column}" if column else "")
            self._problems.append(Problem(where, _shown(value), str(error)))
            return None


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return (f"'{value}'" if isinstance(value, str) else str(value))[:120]
