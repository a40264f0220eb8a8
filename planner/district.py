"""The district data set: six checked tables and ``district.yaml``, the one input of the engine.

Schools are kept in an order made from their figures, not from their names or their place in the file: so
renaming schools or shuffling rows gives the optimiser the very same program, and the very same plan.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from planner.fingerprints import cell_texts, school_digests, table_fingerprint
from planner.problems import InputProblems, Problem, nearest, raise_all
from planner.table_reading import cell_problems, find_table, read_table
from planner.tables import TABLES, empty_table
from planner.yaml_file import KeyPath, YamlFile, read_yaml, validate

STAFF_USE = "staff"
POSITIONS_USE = "positions"
STIPENDS_USE = "stipends"
PAY_USES = (STAFF_USE, POSITIONS_USE, STIPENDS_USE)

Share = Annotated[float, Field(ge=0, le=1, description="a share from 0 to 1")]
Dollars = Annotated[float, Field(ge=0, description="dollars a year")]


def _two_years_running(year: str) -> str:
    if int(year[-2:]) != (int(year[:4]) + 1) % 100:
        raise ValueError("a school year such as 2026-27")
    return year


SchoolYear = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d{2}$", description="a school year such as 2026-27"),
    AfterValidator(_two_years_running),
]


class Strict(BaseModel):
    """A frozen model that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SetAside(Strict):
    """The least share of a fund that must go to a set of uses."""

    uses: list[str] = Field(min_length=1, description="uses that count together")
    min_share: Share
    source: str = Field(default="", description="statute, regulation or grant terms")


class Fund(Strict):
    """A fund that the planner may place, up to its dollars a year."""

    dollars: Dollars | dict[str, Dollars] = Field(
        description="dollars a year; by district_id in a state data set"
    )
    uses: Literal["all"] | list[str] = Field(default="all", description="uses the fund may pay")
    schools: Literal["all", "title_i", "high_need"] | list[str] = Field(
        default="all", description="schools that may receive it"
    )
    recurring: bool = Field(default=True, description="whether the fund is expected every year")
    last_year: SchoolYear | None = Field(default=None, description="last school year it may be spent")
    carry_over: bool = Field(
        default=False, description="unspent dollars may be spent later, up to the last year"
    )
    set_asides: list[SetAside] = Field(default_factory=list)


class Use(Strict):
    """What a dollar of a use buys."""

    unit: str = Field(default="student", description="what one purchase is counted in")
    cost: Annotated[float, Field(gt=0)] | None = Field(default=None, description="dollars per unit")
    target: str = Field(default="all", description="student group it serves")
    max_dollars_per_target_student: Dollars | None = Field(
        default=None, description="most that is useful, dollars a year per student of the target group"
    )
    recurring: bool = Field(default=True, description="whether the spending comes back every year")


class Imputed(Strict):
    """A figure that was not observed but filled in, by a named method."""

    table: str
    column: str
    rows: str | list[str] = Field(description="keys of the rows filled, or a sentence that names them all")
    method: str
    note: str = ""


class Agency(Strict):
    """What is known of a district as a whole (a local educational agency)."""

    name: str = ""
    children: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="children of 5 to 17 years who live in the district"
    )
    children_in_poverty: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="those of them in families below the poverty line"
    )


class DistrictFile(Strict):
    """The contents of ``district.yaml``."""

    name: str
    school_year: SchoolYear
    benefit_rate: Annotated[float, Field(ge=0, le=2)] = Field(
        default=0.0, description="benefits per dollar of pay"
    )
    need_weights: dict[str, Annotated[float, Field(ge=0, le=20)]] = Field(default_factory=dict)
    funds: dict[str, Fund] = Field(default_factory=dict)
    uses: dict[str, Use] = Field(default_factory=dict)
    districts: dict[str, Agency] = Field(
        default_factory=dict, description="the districts of the data set, by district_id"
    )
    imputed: list[Imputed] = Field(default_factory=list)
    sources: dict[str, str] = Field(default_factory=dict, description="where each table or figure came from")
    notes: str = ""


@dataclass(frozen=True)
class District:
    """A checked data set: one district, or a state's districts.

    Parameters
    ----------
    facts
        The contents of ``district.yaml``.
    tables
        Every table of `planner.tables.TABLES`; absent ones are empty. Schools stand in canonical order.
    fingerprints
        SHA-256 of each table's and of ``district.yaml``'s content, independent of row order.
    """

    facts: DistrictFile
    tables: Mapping[str, pd.DataFrame]
    fingerprints: Mapping[str, str]

    @property
    def name(self) -> str:
        """The district's name."""
        return self.facts.name

    @property
    def schools(self) -> pd.DataFrame:
        """The `schools` table."""
        return self.tables["schools"]

    @property
    def enrollment(self) -> pd.DataFrame:
        """The `enrollment` table."""
        return self.tables["enrollment"]

    @property
    def staff(self) -> pd.DataFrame:
        """The `staff` table."""
        return self.tables["staff"]

    @property
    def courses(self) -> pd.DataFrame:
        """The `courses` table."""
        return self.tables["courses"]

    @property
    def budget(self) -> pd.DataFrame:
        """The `budget` table."""
        return self.tables["budget"]

    @property
    def indicators(self) -> pd.DataFrame:
        """The `indicators` table."""
        return self.tables["indicators"]


def load_district(folder: str | Path) -> District:
    """Read and check a district data set.

    Parameters
    ----------
    folder
        A folder with ``district.yaml`` and one CSV, Parquet or Excel file for each table.

    Raises
    ------
    InputProblems
        Every defect of every file at once.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise_all([Problem(str(folder), "no such folder", "a folder with district.yaml and the tables")])
    problems: list[Problem] = []
    file = _collect(problems, read_yaml, folder / "district.yaml")
    facts = _collect(problems, validate, DistrictFile, file) if file else None
    tables = {}
    for name in TABLES:
        table = _collect(problems, _read_if_present, folder, name)
        if table is not None:
            tables[name] = table
    if file and facts and len(tables) == len(TABLES):
        paths = {name: find_table(folder, name) for name in TABLES}
        files = {name: path.name if path else name for name, path in paths.items()}
        problems += _cross_problems(facts, tables, file, files)
    raise_all(problems)
    assert facts is not None
    return make_district(facts, tables)


def make_district(facts: DistrictFile, tables: Mapping[str, pd.DataFrame]) -> District:
    """Put checked tables into canonical order and fingerprint them."""
    full = {name: tables.get(name, empty_table(name)) for name in TABLES}
    texts = {name: cell_texts(table) for name, table in full.items()}
    ordered = _canonical(full, school_digests(full, texts))
    fingerprints = {name: table_fingerprint(texts[name], name) for name, table in full.items() if len(table)}
    fingerprints["district.yaml"] = _facts_fingerprint(facts)
    return District(facts, ordered, fingerprints)


def _collect(problems: list[Problem], call: Callable[..., Any], *args: Any) -> Any:
    try:
        return call(*args)
    except InputProblems as error:
        problems += error.problems
        return None


def _read_if_present(folder: Path, name: str) -> pd.DataFrame | None:
    path = find_table(folder, name)
    return empty_table(name) if path is None else read_table(path, name)


def _cross_problems(
    facts: DistrictFile, tables: Mapping[str, pd.DataFrame], file: YamlFile, files: Mapping[str, str]
) -> list[Problem]:
    known = set(tables["schools"]["school_id"])
    if not known:
        return [Problem(files["schools"], "no rows", "a row for each school")]
    problems = [problem for name in TABLES for problem in _stray_schools(tables[name], files[name], known)]
    problems += _enrollment_problems(tables, facts, known)
    problems += _fund_problems(facts, tables, file)
    listed = set(tables["schools"]["district_id"])
    problems += [
        Problem(
            file.where(("districts", code)),
            f"'{code}'",
            "a district of the table schools",
            nearest(code, listed),
        )
        for code in facts.districts
        if code not in listed
    ]
    return problems


def _stray_schools(table: pd.DataFrame, file: str, known: set[str]) -> list[Problem]:
    stray = table["school_id"][~table["school_id"].isin(known)]
    unpadded = {school.lstrip("0") for school in known}

    def hint(school: str) -> str:
        if school in unpadded:
            return "spreadsheets drop leading zeros: format the column as text"
        return nearest(school, known)

    found = dict(zip(stray.index.tolist(), stray.tolist(), strict=True))
    return cell_problems((file, "school_id"), found, "a school of the table schools", hint)


def _enrollment_problems(
    tables: Mapping[str, pd.DataFrame], facts: DistrictFile, known: set[str]
) -> list[Problem]:
    enrollment = tables["enrollment"]
    counts = enrollment.set_index(["school_id", "group"])["students"].to_dict()
    groups, counted = set(enrollment["group"]), set(enrollment["school_id"])
    problems = [
        Problem(
            f"district.yaml, need_weights.{group}",
            f"'{group}'",
            "a student group of the table enrollment",
            nearest(group, groups),
        )
        for group in facts.need_weights
        if group not in groups
    ]
    needed = {"all", *(set(facts.need_weights) & groups)}
    # Where rows stand under ids that no school has, they may well be those of the schools without rows.
    for school in sorted(known - counted if counted <= known else ()):
        problems.append(
            Problem(f"enrollment, school {school}", "no rows", f"a count of {', '.join(sorted(needed))}")
        )
    for group in sorted(groups | needed):
        for school in sorted(known & counted):
            problems += _count_problems(counts, school, group, group in needed)
    return problems


def _count_problems(counts: Mapping[Any, Any], school: str, group: str, needed: bool) -> Iterable[Problem]:
    """Yield what is wrong with a school's count of a group: missing where it is needed, none, or too many."""
    where, count = f"enrollment, school {school}, group {group}", counts.get((school, group))
    if count is None or pd.isna(count):
        if needed:
            expected = "a count (0 if there are none), or a figure from a named imputation"
            yield Problem(where, "no row" if count is None else "an empty cell", expected)
    elif group == "all" and count <= 0:
        yield Problem(where, f"{count:g} students", "at least one", "leave out schools without students")
    elif count > counts.get((school, "all"), float("inf")) > 0:
        found = f"{count:g} students, more than all {counts[school, 'all']:g}"
        yield Problem(where, found, "at most the whole school")


def _fund_problems(facts: DistrictFile, tables: Mapping[str, pd.DataFrame], file: YamlFile) -> list[Problem]:
    budget, schools = tables["budget"], tables["schools"]
    uses = set(facts.uses) | set(budget["use"]) | set(PAY_USES)
    groups = set(tables["enrollment"]["group"])
    districts = sorted(set(schools["district_id"]))
    problems = []
    for name, fund in facts.funds.items():
        named: list[tuple[KeyPath, str]] = []
        if fund.uses != "all":
            named += [(("uses", i), use) for i, use in enumerate(fund.uses)]
        named += [
            (("set_asides", i, "uses"), use) for i, aside in enumerate(fund.set_asides) for use in aside.uses
        ]
        problems += [
            Problem(file.where(("funds", name, *at)), f"use '{use}'", "a use of the data", nearest(use, uses))
            for at, use in named
            if use not in uses
        ]
        if isinstance(fund.schools, list):
            problems += [
                Problem(
                    file.where(("funds", name, "schools")),
                    f"school '{school}'",
                    "a school of the table schools",
                    nearest(school, schools["school_id"]),
                )
                for school in fund.schools
                if school not in set(schools["school_id"])
            ]
        if fund.schools == "title_i" and "title_i" not in schools.columns:
            where = file.where(("funds", name, "schools"))
            problems.append(Problem(where, "title_i", "a column title_i in the table schools"))
        problems += _dollar_problems(name, fund, districts, file)
    problems += [
        Problem(
            file.where(("uses", use, "target")),
            f"'{spec.target}'",
            "a student group",
            nearest(spec.target, groups),
        )
        for use, spec in facts.uses.items()
        if spec.target not in groups
    ]
    return problems


def _dollar_problems(name: str, fund: Fund, districts: list[str], file: YamlFile) -> list[Problem]:
    where = file.where(("funds", name, "dollars"))
    if isinstance(fund.dollars, dict):
        unknown = [key for key in fund.dollars if key not in districts]
        return [
            Problem(where, f"district '{key}'", "a district_id of the table schools", nearest(key, districts))
            for key in unknown
        ]
    if len(districts) > 1:
        return [Problem(where, "one amount for several districts", "an amount for each district_id")]
    return []


def _canonical(tables: Mapping[str, pd.DataFrame], digests: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Sort schools by their own figures (names break exact ties only), and every table by school."""
    schools = tables["schools"]
    pairs = zip(schools["district_id"].tolist(), schools["school_id"].tolist(), strict=True)
    order = sorted((district, digests[school], school) for district, school in pairs)
    ranked = {school: rank for rank, (_, _, school) in enumerate(order)}
    ordered = {}
    for name, table in tables.items():
        key = [column for column in TABLES[name].key if column != "school_id" and column in table.columns]
        ranks = table["school_id"].map(ranked).rename("_rank")
        ordered[name] = (
            table.assign(_rank=ranks)
            .sort_values(["_rank", *key], kind="stable")
            .drop(columns="_rank")
            .reset_index(drop=True)
        )
    return ordered


def _facts_fingerprint(facts: DistrictFile) -> str:
    # A data set that says nothing of its districts is the one that it was before it could.
    unsaid = set() if facts.districts else {"districts"}
    content = json.dumps(facts.model_dump(mode="json", exclude=unsaid), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
