"""Read files by a mapping into a data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field

from planner.problems import InputProblems, Problem, nearest, raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.generic.mapping import Bands, Constant, Mapping, Piece, Wide
from planner.sources.reading import Sheet, numbers, read_text, whole_ids
from planner.sources.report import ImportReport
from planner.tables import EXPERIENCES, TABLES
from planner.yaml_file import YamlFile, read_yaml, validate

MAPPING_FILE = "mapping.yaml"
# What may be added up where several rows of a file fall on one of ours; other figures are averaged.
SUMMED = {"enrollment": ("students",), "staff": ("fte", "vacancies"), "courses": ("students", "sections")}
SUMMED |= {"budget": ("dollars",), "indicators": (), "schools": ()}
WEIGHED = {"staff": ("salary", "fte"), "courses": ("sections_per_fte", "sections")}


class GenericOptions(Options):
    """Options of the generic import."""

    mapping: Path | None = Field(
        default=None, description="the mapping; mapping.yaml in the folder by default"
    )


@SOURCES.register("generic")
class GenericFiles:
    """Files of any layout, by a mapping of their columns."""

    kind: ClassVar[str] = "generic"
    title: ClassVar[str] = "Your own files"
    description: ClassVar[str] = (
        "Any CSV or Excel files, by a small mapping of their columns to the planner's."
    )
    files: ClassVar[tuple[SourceFile, ...]] = (
        SourceFile(MAPPING_FILE, "which column is which", required=False),
    )
    not_read: ClassVar[dict[str, str]] = {}
    options: ClassVar[type[Options]] = GenericOptions

    def read(self, folder: Path, options: GenericOptions, report: ImportReport) -> Draft:
        """Read the files that the mapping names into a data set."""
        file = read_yaml(options.mapping or folder / MAPPING_FILE)
        mapping = validate(Mapping, file)
        raise_all(_mapping_problems(mapping, file, folder))
        reader = Reader(folder, mapping, report)
        tables: dict[str, pd.DataFrame] = {}
        problems: list[Problem] = []
        for name, pieces in mapping.tables.items():
            table, found = reader.table(name, pieces)
            problems += found
            if table is not None:
                tables[name] = table
        raise_all(problems)
        return Draft(_facts(mapping, report), tables)


def _facts(mapping: Mapping, report: ImportReport) -> dict[str, Any]:
    facts = mapping.model_dump(mode="json", include={"name", "school_year", "benefit_rate", "need_weights"})
    facts["funds"] = {
        name: fund.model_dump(mode="json", exclude_none=True) for name, fund in mapping.funds.items()
    }
    facts["uses"] = {
        name: use.model_dump(mode="json", exclude_none=True) for name, use in mapping.uses.items()
    }
    facts["sources"] = {file.name: f"SHA-256 {file.sha256}" for file in report.files}
    return facts


def _mapping_problems(mapping: Mapping, file: YamlFile, folder: Path) -> list[Problem]:
    present = sorted(path.name for path in folder.iterdir())
    problems = []
    for table, pieces in mapping.tables.items():
        known = set(TABLES[table].schema.columns)
        for piece in pieces:
            at = file.where(("tables", table))
            if not (folder / piece.file).is_file():
                problems.append(
                    Problem(
                        at, f"no file '{piece.file}'", "a file of the folder", nearest(piece.file, present)
                    )
                )
            named = [
                *piece.columns,
                *piece.values,
                *([piece.wide.into, piece.wide.value] if piece.wide else []),
            ]
            problems += [
                Problem(at, f"column '{name}'", f"one of {', '.join(sorted(known))}", nearest(name, known))
                for name in named
                if name not in known
            ]
    return problems


@dataclass(frozen=True)
class Reader:
    """Reads the files of one folder by one mapping, noting in one report."""

    folder: Path
    mapping: Mapping
    report: ImportReport

    def table(self, name: str, pieces: Sequence[Piece]) -> tuple[pd.DataFrame | None, list[Problem]]:
        """Read a table from its pieces; return it, or None, and the problems of every piece."""
        problems: list[Problem] = []
        found = []
        for piece in pieces:
            try:
                found.append(self.piece(name, piece))
            except InputProblems as error:
                problems += error.problems
        whole = merged(pd.concat(found, ignore_index=True), name, self.report) if found else None
        return whole, problems

    def piece(self, table: str, piece: Piece) -> pd.DataFrame:
        """Read one file as rows of one table; words for not known become missing, never zero."""
        text = self._text(piece)
        named = {ours: theirs for ours, theirs in piece.columns.items() if isinstance(theirs, str)}
        rows = pd.DataFrame({ours: text[theirs] for ours, theirs in named.items()}, index=text.index)
        for ours, constant in piece.columns.items():
            if isinstance(constant, Constant):
                rows[ours] = str(constant.value)
        if piece.experience:
            rows["experience"] = self._bands(text[piece.experience.years], piece.experience, piece.file)
        if piece.wide:
            rows = _tall(rows, text, piece.wide)
        return self._typed(rows, table, piece)

    def _text(self, piece: Piece) -> pd.DataFrame:
        named = [theirs for theirs in piece.columns.values() if isinstance(theirs, str)]
        wide = list(piece.wide.columns.values()) if piece.wide else []
        years = [piece.experience.years] if piece.experience else []
        wanted = sorted({*named, *wide, *years, *piece.skip})
        sheet = Sheet(
            {name: name for name in wanted}, header=piece.header, encoding=piece.encoding, sheet=piece.sheet
        )
        text = read_text(self.folder / piece.file, sheet, self.report)
        for column, words in piece.skip.items():
            out = text[column].isin(words)
            self.report.drop(
                f"rows of {piece.file}", f"{column} is {' or '.join(words)}", count=int(out.sum())
            )
            text = text[~out]
        return text

    def _bands(self, cells: pd.Series, bands: Bands, file: str) -> pd.Series:
        years = self._numbers(cells, f"{file}, {bands.years}")
        edges = [float("-inf"), bands.developing_from, bands.experienced_from, float("inf")]
        found = pd.cut(years, edges, right=False, labels=list(EXPERIENCES))
        return found.astype(object).where(years >= 0, None)

    def _numbers(self, cells: pd.Series, where: str) -> pd.Series:
        return numbers(cells, where, dict.fromkeys(self.mapping.missing, "not known"), self.report)

    def _typed(self, rows: pd.DataFrame, table: str, piece: Piece) -> pd.DataFrame:
        typed = rows.copy()
        for column in rows.columns:
            where = f"{piece.file}, {column}"
            if column in piece.values:
                typed[column] = _worded(typed[column], piece.values[column], where)
            if str(TABLES[table].schema.columns[column].dtype) == "float64":
                typed[column] = self._numbers(typed[column], where)
            else:
                typed[column] = typed[column].mask(typed[column].isin(self.mapping.missing), None)
            if column in self.mapping.id_digits:
                typed[column] = whole_ids(typed[column], self.mapping.id_digits[column], where, self.report)
        keys = [column for column in TABLES[table].key if column in typed]
        blank = typed[keys].isna().any(axis=1)
        self.report.drop(f"rows of {piece.file}", f"{' or '.join(keys)} not known", count=int(blank.sum()))
        return typed[~blank]


def _tall(rows: pd.DataFrame, text: pd.DataFrame, wide: Wide) -> pd.DataFrame:
    parts = []
    for name, column in wide.columns.items():
        part = rows.copy()
        part[wide.into], part[wide.value] = name, text[column]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _worded(cells: pd.Series, words: dict[str, str], where: str) -> pd.Series:
    unknown = sorted(set(cells.dropna().astype(str)) - set(words) - set(words.values()))
    raise_all(
        Problem(where, f"'{cell}'", f"one of {', '.join(words)}", nearest(cell, words)) for cell in unknown
    )
    return cells.map(lambda cell: words.get(cell, cell) if isinstance(cell, str) else cell)


def merged(rows: pd.DataFrame, table: str, report: ImportReport) -> pd.DataFrame:
    """Add up rows of one key, such as one row an employee; a sum with a missing part is missing.

    Figures that are no amounts (a salary, a load) become means weighted by their amount.
    """
    keys = [column for column in TABLES[table].key if column in rows]
    if table == "schools" or not rows.duplicated(keys).any() or not SUMMED[table]:
        return rows
    report.note(
        f"{table}: {int(rows.duplicated(keys).sum()):,} rows share a key with another and are added up"
    )
    groups = rows.groupby(keys, sort=False)
    whole = groups.first()
    for column in SUMMED[table]:
        if column in rows:
            whole[column] = (
                rows[column]
                .groupby([rows[key] for key in keys], sort=False)
                .agg(lambda part: part.sum(skipna=False))
            )
    if table in WEIGHED and WEIGHED[table][0] in rows:
        figure, weight = WEIGHED[table]
        product = (rows[figure] * rows[weight]).groupby([rows[key] for key in keys], sort=False)
        whole[figure] = product.agg(lambda part: part.sum(skipna=False)) / whole[weight].where(
            whole[weight] > 0
        )
    return whole.reset_index()[list(rows.columns)]
