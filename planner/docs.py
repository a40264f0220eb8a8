"""The reference pages, written from the declarations: policies, tables, measures, sources and so on.

Run ``python -m planner.docs docs/`` after a change to any of them; a test compares the pages with what this
writes.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping
from importlib.resources import as_file
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from planner.demo import riverbend
from planner.diagnosis.base import DIMENSIONS
from planner.diagnosis.facts import Facts
from planner.diagnosis.settings import Settings
from planner.district import DistrictFile, load_district
from planner.equity import statistics
from planner.equity.indices.base import INDICES, Index
from planner.equity.measures.base import MEASURES, Measure
from planner.imputation import METHODS
from planner.policies.base import POLICIES, Policy
from planner.sources import SOURCES
from planner.tables import REQUIRED_TABLES, TABLES
from planner.wording import field_words, inner_models

HEADER = "<!-- Written by `python -m planner.docs docs/` from the declarations in the code. -->\n"
NOT_SHOWN = frozenset({"name", "source"})


def pages() -> dict[str, str]:
    """Return the text of every page by its path inside the documentation folder."""
    found = {f"policies/{kind}.md": policy_page(POLICIES[kind]) for kind in POLICIES}
    return {
        **found,
        "indices.md": indices_page(),
        "dimensions.md": dimensions_page(),
        "measures.md": measures_page(),
        "sources.md": sources_page(),
        "statistics.md": statistics_page(),
        "tables.md": tables_page(),
    }


def write_pages(folder: Path) -> list[Path]:
    """Write every page below a folder, and return the files."""
    written = []
    for name, text in pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


# Pages ------------------------------------------------------------------------------------------------------


def policy_page(policy: type[Policy]) -> str:
    """Return the page of one policy: what it asks, its source, its settings and what easing it means."""
    parts = [
        HEADER,
        f"# {policy.title}\n",
        f"In a scenario: `policies.{policy.kind}`.\n",
        _text(policy),
        "## Source\n",
        _sentence(policy.default_source),
        "The key `source` of an entry names another.\n",
        "## Settings\n",
        *_settings(policy, NOT_SHOWN),
        *_parts("## How it binds\n", policy.apply),
        *_parts("## How a plan is judged\n", policy.check),
        *_parts("## One step of easing it\n", policy.steps),
    ]
    return _joined(parts)


def measures_page() -> str:
    """Return the page of measures."""
    intro = "What each school gets, per weighted student. A measure is linear in the decisions.\n"
    entries = [part for kind in MEASURES for part in _measure(MEASURES[kind])]
    return _joined([HEADER, "# Measures\n", intro, *entries])


def _measure(measure: type[Measure]) -> list[str]:
    direction = "Fewer is better." if measure.fewer_is_better else "More is better."
    unit = f"Unit: {measure.unit}. {direction}\n"
    return [f"## `{measure.kind}`: {measure.title}\n", _text(measure), unit, *_settings(measure)]


def indices_page() -> str:
    """Return the page of indices."""
    intro = (
        "How unequally a measure is spread: 0 where none is found. Each is 100 points today in a scenario's "
        "objective.\n"
    )
    entries = [part for kind in INDICES for part in _index(INDICES[kind])]
    return _joined([HEADER, "# Indices\n", intro, *entries])


def _index(index: type[Index]) -> list[str]:
    return [f"## `{index.kind}`: {index.title}\n", _sentence(index.meaning), _text(index), *_settings(index)]


def sources_page() -> str:
    """Return the page of public files: what each import reads and its options, and how cells are filled."""
    intro = (
        "`planner import KIND FOLDER --out DATA` turns published files into a data set and writes into it "
        "`import_report.yaml`: rows read, joined and dropped, codes met, and every figure filled in, "
        "by one of the methods below. What is missing is never read as zero.\n"
    )
    parts = [HEADER, "# Public files\n", intro]
    for kind in SOURCES:
        source = SOURCES[kind]
        files = [(f"`{file.name}`", "yes" if file.required else "no", file.title) for file in source.files]
        parts += [f"## `{kind}`: {source.title}\n", f"{source.description}\n"]
        parts += [_table(("file", "required", "what it holds"), files)] if files else []
        aside = "; ".join(f"`{name}` ({why})" for name, why in source.not_read.items())
        parts += [f"Not read: {aside}.\n"] if aside else []
        parts += [_fields_table(source.options.model_fields)]
    methods = [(f"`{name}`", meaning) for name, meaning in sorted(METHODS.items())]
    return _joined([*parts, "## How missing figures are filled\n", _table(("method", "meaning"), methods)])


def dimensions_page() -> str:
    """Return the page of the ten dimensions: questions, metrics, what each needs and what moves it."""
    intro = (
        "`planner diagnose` measures what the tables hold and names the rest. Metrics that depend on a data "
        "set's courses, uses and student groups are shown for Riverbend.\n"
    )
    parts = [HEADER, "# The ten dimensions\n", intro]
    with as_file(riverbend()) as folder:
        facts = Facts(load_district(folder / "district"), Settings())
    for dimension in sorted((DIMENSIONS[kind]() for kind in DIMENSIONS), key=lambda each: each.number):
        parts += [f"## {dimension.number}. {dimension.title}\n"]
        parts += ["\n".join(f"- {question}" for question in dimension.questions) + "\n"]
        rows = [
            (metric.title, metric.meaning, metric.needs, _levers(metric.levers))
            for metric in dimension.metrics(facts)
        ]
        rows += [
            (gone.title, "not in the planner's tables", gone.needs, "none")
            for gone in dimension.unavailable()
        ]
        parts += [_table(("metric", "meaning", "needs", "levers of the planner"), rows)]
    return _joined(parts)


def _levers(levers: Iterable[str]) -> str:
    return ", ".join(lever.replace(":", " ") for lever in levers) or "none"


def statistics_page() -> str:
    """Return the page of the equity statistics: what each measures, its formula and source, its bounds."""
    intro = (
        "`planner.equity.statistics`: pure functions of columns. Students are the weights; a figure that is "
        "missing or undefined comes back as NaN, never as 0. `interval` gives a standard error and bounds of "
        "any of them, `permutation_p_value` a test by lot.\n"
    )
    parts = [HEADER, "# Statistics of equity\n", intro]
    for name, words in statistics.DESCRIPTIONS.items():
        text = _first_lines(getattr(statistics, name))
        parts += [f"## `{name}`: {words.title}\n", f"{words.measures} {text}\n"]
        parts += [f"Values: {words.bounds}. {words.direction[0].upper()}{words.direction[1:]}.\n"]
    return _joined(parts)


def _first_lines(function: Any) -> str:
    """Return a docstring up to its parameters, as one paragraph."""
    text = (inspect.getdoc(function) or "").partition("Parameters\n")[0].partition("Returns\n")[0]
    return " ".join(text.replace("``", "`").split())


def tables_page() -> str:
    """Return the page of the data set's tables and their columns."""
    intro = "A data set is a folder with `district.yaml` and these tables as CSV, Parquet or Excel files.\n"
    parts = [HEADER, "# The data set\n", intro]
    for name, table in TABLES.items():
        need = "Required." if name in REQUIRED_TABLES else "May be absent."
        keys = ", ".join(f"`{column}`" for column in table.key)
        rows = [
            (f"`{column}`", "yes" if spec.required else "no", _column_type(spec), str(spec.title))
            for column, spec in table.schema.columns.items()
        ]
        parts += [f"## `{name}`\n", f"{need} One row for each {keys}.\n"]
        parts.append(_table(("column", "required", "type", "meaning"), rows))
    return _joined([*parts, "## `district.yaml`\n", *_settings(DistrictFile)])


def _column_type(spec: Any) -> str:
    dtype = str(spec.dtype)
    ranges = [str(check.error).removeprefix("a ") for check in spec.checks if dtype == "float64"]
    return ranges[0] if ranges else {"boolean": "true or false"}.get(dtype, "text")


# Settings ---------------------------------------------------------------------------------------------------


def _settings(model: type[BaseModel], left_out: frozenset[str] = frozenset()) -> list[str]:
    """Return the table of a model's keys, and those of the models inside it."""
    fields = {key: field for key, field in model.model_fields.items() if key not in left_out}
    if not fields:
        return ["No settings.\n"]
    parts = [_fields_table(fields)]
    for inner in _models_within(model, left_out):
        parts += [f"### {inner.__name__}\n", _text(inner), _fields_table(inner.model_fields)]
    return parts


def _models_within(model: type[BaseModel], left_out: frozenset[str]) -> list[type[BaseModel]]:
    """Return the models that a model's keys hold, at any depth, each once; measures have their own page."""
    found: list[type[BaseModel]] = []
    waiting = [
        inner
        for key, field in model.model_fields.items()
        if key not in left_out
        for inner in inner_models(field)
    ]
    while waiting:
        inner = waiting.pop(0)
        if inner not in found and not inspect.isabstract(inner):
            found.append(inner)
            waiting += [deeper for field in inner.model_fields.values() for deeper in inner_models(field)]
    return found


def _fields_table(fields: Mapping[str, FieldInfo]) -> str:
    rows = [
        (f"`{key}`", _allowed(field), _default(field), field.description or "")
        for key, field in fields.items()
    ]
    return _table(("key", "what it may be", "default", "meaning"), rows)


def _allowed(field: FieldInfo) -> str:
    """Return what a key may be; a measure has a page of its own."""
    if any(issubclass(inner, Measure) for inner in inner_models(field)):
        return "a measure ([measures](../measures.md))"
    return field_words(field) or ("a file or folder" if "Path" in str(field.annotation) else "text")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined or value in ([], {}, ""):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,g}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# Text -------------------------------------------------------------------------------------------------------


def _text(item: type) -> str:
    """Return a class's docstring as a paragraph of Markdown."""
    return inspect.getdoc(item).replace("``", "`") + "\n" if item.__doc__ else ""  # type: ignore[union-attr]


def _parts(title: str, method: Any) -> list[str]:
    text = inspect.getdoc(method) or ""
    return [title, text.replace("``", "`") + "\n"]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".") + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = (" | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) for line in lines)
    return "\n".join(f"| {line} |" for line in cells) + "\n"


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
