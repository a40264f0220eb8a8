"""One district under one scenario: the index sets and today's figures, as arrays.

The model, the plan, the policies and `verify` all read the same case, so they cannot disagree about what
today is. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import ValidationError

from planner.district import PAY_USES, POSITIONS_USE, STAFF_USE, STIPENDS_USE, District, Fund, Use
from planner.equity.measures.base import TEACHER
from planner.policies.base import Policy
from planner.problems import Problem, nearest, raise_all
from planner.scenario import HighNeed, Scenario

HIGH_NEED = "high_need"
OTHER = "other"
NEED_TIERS = (HIGH_NEED, OTHER)


class Pool(NamedTuple):
    """Staff who can stand in for one another."""

    role: str
    field: str
    experience: str

    def __str__(self) -> str:
        return f"{self.role}/{self.field}/{self.experience}"

    def matches(self, pattern: str) -> bool:
        """Tell whether ``role[/field[/experience]]``, with ``*`` for any, names this pool."""
        parts = pattern.split("/")
        return len(parts) <= len(self) and all(p in ("*", own) for p, own in zip(parts, self, strict=False))


@dataclass(frozen=True, slots=True)
class CourseBlock:
    """A course as one school offers it today: seats [students], sections, who teaches it."""

    school: int
    course: str
    students: float
    sections: float
    field: str
    sections_per_fte: float


class Case:
    """Index sets and today's figures of a district under a scenario.

    Schools, pools, funds, uses and years are numbered from 0; schools in the district's canonical order.

    Parameters
    ----------
    district
        The checked data set.
    scenario
        The resolved scenario.

    Raises
    ------
    InputProblems
        Everything in the scenario that does not fit the data.
    """

    def __init__(self, district: District, scenario: Scenario) -> None:
        self.district = district
        self.scenario = scenario
        self.school_ids: list[str] = district.schools["school_id"].tolist()
        self.school_index = {school: index for index, school in enumerate(self.school_ids)}
        self.years: list[str] = scenario.years or [district.facts.school_year]
        problems: list[Problem] = []
        self.funds: dict[str, Fund] = _overridden(
            district.facts.funds, scenario.funds, Fund, "funds", problems
        )
        self.uses: dict[str, Use] = _overridden(district.facts.uses, scenario.uses, Use, "uses", problems)
        raise_all(problems)

    # Students ---------------------------------------------------------------------------------------------

    @cached_property
    def groups(self) -> dict[str, np.ndarray]:
        """Students of each group by school [students]; NaN where there is no figure."""
        table = self.district.enrollment.pivot(index="school_id", columns="group", values="students")
        table = table.reindex(self.school_ids)
        return {str(group): table[group].to_numpy(dtype=float) for group in sorted(table.columns)}

    @cached_property
    def students(self) -> np.ndarray:
        """All students by school, `n_s` [students]."""
        return self.groups["all"]

    @cached_property
    def weighted_students(self) -> np.ndarray:
        """Weighted students by school, `N_s = n_s + sum_g w_g n_{s,g}` (model.md section 2)."""
        weights = self.district.facts.need_weights
        return self.students + sum(
            (weights[g] * self.groups[g] for g in sorted(weights)), np.zeros(len(self.students))
        )

    # Schools ----------------------------------------------------------------------------------------------

    @cached_property
    def district_names(self) -> list[str]:
        """District ids, sorted."""
        return sorted(set(self.district.schools["district_id"]))

    @cached_property
    def district_of(self) -> np.ndarray:
        """Number of each school's district."""
        number = {name: index for index, name in enumerate(self.district_names)}
        return self.district.schools["district_id"].map(number).to_numpy(dtype=int)

    @cached_property
    def schools_of(self) -> list[list[int]]:
        """Schools of each district."""
        return [np.flatnonzero(self.district_of == d).tolist() for d in range(len(self.district_names))]

    @cached_property
    def coordinates(self) -> list[tuple[float, float]]:
        """Latitude and longitude of each school [radians]; NaN where they are not known."""
        schools = self.district.schools
        if not {"latitude", "longitude"} <= set(schools.columns):
            return [(float("nan"), float("nan"))] * len(schools)
        places = np.radians(schools[["latitude", "longitude"]].to_numpy(dtype=float))
        return [(float(latitude), float(longitude)) for latitude, longitude in places]

    @cached_property
    def level_of(self) -> list[str]:
        """Level of each school."""
        return [str(level) for level in self.district.schools["level"]]

    @cached_property
    def level_cell(self) -> np.ndarray:
        """Number of each school's cell of district and level."""
        pairs = list(zip(self.district_of.tolist(), self.level_of, strict=True))
        number = {pair: index for index, pair in enumerate(sorted(set(pairs)))}
        return np.array([number[pair] for pair in pairs], dtype=int)

    def cell_of(self, within: str) -> np.ndarray:
        """Cell of each school: its district, or its level inside its district."""
        return self.level_cell if within == "level" else self.district_of

    @cached_property
    def high_need(self) -> np.ndarray:
        """Whether each school is high-need, by the scenario's own definition."""
        return self.top_schools(self.scenario.high_need)

    def top_schools(self, rule: HighNeed) -> np.ndarray:
        """Return which schools are the top share by a group's share, in their grade span (ARP 2004 usage).

        A span with a single school has no such school; schools tied at the boundary all count.
        """
        flags = np.zeros(len(self.school_ids), dtype=bool)
        if rule.by not in self.groups:
            return flags
        share = self.groups[rule.by] / self.students
        cells = self.level_cell if rule.within == "grade_span" else self.district_of
        for cell in sorted(set(cells.tolist())):
            members = np.flatnonzero((cells == cell) & ~np.isnan(share))
            count = int(np.ceil(round(rule.top_share * len(members), 9)))
            if len(members) > 1 and count:
                threshold = np.sort(share[members])[::-1][count - 1]
                flags[members[share[members] >= threshold]] = True
        return flags

    def tier_of(self, school: int) -> str:
        """Need tier of a school: ``high_need`` or ``other``."""
        return HIGH_NEED if self.high_need[school] else OTHER

    @cached_property
    def title_i(self) -> np.ndarray:
        """Whether each school is served by Title I; not known counts as not served."""
        if "title_i" not in self.district.schools:
            return np.zeros(len(self.school_ids), dtype=bool)
        return self.district.schools["title_i"].fillna(False).to_numpy(dtype=bool)

    def eligible(self, schools: str | list[str]) -> np.ndarray:
        """Whether each school is meant by ``all``, ``title_i``, ``high_need`` or a list of ids."""
        if isinstance(schools, list):
            return np.array([school in set(schools) for school in self.school_ids])
        named = {"title_i": self.title_i, HIGH_NEED: self.high_need}
        return named.get(schools, np.ones(len(self.school_ids), dtype=bool))

    # Staff ------------------------------------------------------------------------------------------------

    @cached_property
    def pools(self) -> list[Pool]:
        """Every pool of the data set, sorted."""
        staff = self.district.staff
        return sorted({Pool(*row) for row in staff[["role", "field", "experience"]].itertuples(index=False)})

    @cached_property
    def pool_index(self) -> dict[Pool, int]:
        """Number of each pool."""
        return {pool: index for index, pool in enumerate(self.pools)}

    @cached_property
    def in_field(self) -> np.ndarray:
        """Whether a school uses a pool's field today: such staff, a vacancy, or a course they teach."""
        used = {(s, self.pools[p].role, self.pools[p].field) for s, p in zip(*self._staff_cells, strict=True)}
        used |= {(block.school, TEACHER, block.field) for block in self.blocks.values()}
        return np.array(
            [
                [(s, pool.role, pool.field) in used for pool in self.pools]
                for s in range(len(self.school_ids))
            ],
            dtype=bool,
        ).reshape(len(self.school_ids), len(self.pools))

    def _by_pool(self, column: str) -> np.ndarray:
        table = np.zeros((len(self.school_ids), len(self.pools)))
        if column in self.district.staff:
            rows, columns = self._staff_cells
            table[rows, columns] = self.district.staff[column].fillna(0.0).to_numpy(dtype=float)
        return table

    @cached_property
    def _staff_cells(self) -> tuple[np.ndarray, np.ndarray]:
        staff = self.district.staff
        keys = staff[["role", "field", "experience"]].itertuples(index=False)
        columns = np.array([self.pool_index[Pool(*key)] for key in keys], dtype=int)
        return staff["school_id"].map(self.school_index).to_numpy(dtype=int), columns

    @cached_property
    def fte(self) -> np.ndarray:
        """Today's staff by school and pool [FTE]."""
        return self._by_pool("fte")

    @cached_property
    def vacancies(self) -> np.ndarray:
        """Budgeted and unfilled positions by school and pool [FTE]."""
        return self._by_pool("vacancies")

    @cached_property
    def pay(self) -> np.ndarray:
        """Pay with benefits of today's staff by school and pool [dollars a year per FTE]."""
        return self._by_pool("salary") * (1 + self.district.facts.benefit_rate)

    @cached_property
    def average_pay(self) -> np.ndarray:
        """District-average pay with benefits by school's district and pool [dollars a year per FTE].

        Weighted by FTE; where a district's pool has vacancies only, the plain mean of its rows; where it
        has no row, the data set's average.
        """
        rows, columns = self._staff_cells
        present = np.zeros_like(self.fte)
        present[rows, columns] = 1.0
        overall = _weighted_mean(self.pay, self.fte, present)
        by_district = [
            _weighted_mean(self.pay[schools], self.fte[schools], present[schools])
            for schools in self.schools_of
        ]
        filled = np.array([np.where(np.isnan(own), overall, own) for own in by_district])
        return np.asarray(filled[self.district_of])

    @cached_property
    def teacher_pools(self) -> list[int]:
        """Pools of the role teacher."""
        return [index for index, pool in enumerate(self.pools) if pool.role == TEACHER]

    def pools_like(self, pattern: str) -> list[int]:
        """Pools that ``role[/field[/experience]]`` names."""
        return [index for index, pool in enumerate(self.pools) if pool.matches(pattern)]

    # Courses ----------------------------------------------------------------------------------------------

    @cached_property
    def blocks(self) -> dict[tuple[int, str], CourseBlock]:
        """Course blocks by school and course, in canonical order."""
        rows = self.district.courses.itertuples(index=False)
        blocks = [
            CourseBlock(
                self.school_index[str(row.school_id)],
                str(row.course),
                float(row.students),  # type: ignore[arg-type]
                float(row.sections),  # type: ignore[arg-type]
                str(row.field),
                float(row.sections_per_fte),  # type: ignore[arg-type]
            )
            for row in rows
        ]
        return {(block.school, block.course): block for block in blocks}

    @cached_property
    def courses(self) -> list[str]:
        """Every course name, sorted."""
        return sorted(set(self.district.courses["course"]))

    @cached_property
    def decided_courses(self) -> list[str]:
        """Courses whose sections are decided: those that a policy or a measure names."""
        named = {
            course for policy in self.scenario.policies.values() for course in getattr(policy, "courses", {})
        }
        for term in self.scenario.objective.measures:
            named |= set(getattr(term.measure, "courses", []))
        for policy in self.scenario.policies.values():
            named |= set(getattr(getattr(policy, "measure", None), "courses", []))
        return sorted(named & set(self.courses))

    # Money ------------------------------------------------------------------------------------------------

    @cached_property
    def planned_funds(self) -> list[str]:
        """Funds the scenario may place, sorted."""
        return sorted(self.funds)

    @cached_property
    def lines(self) -> dict[tuple[int, str, str], float]:
        """Today's spending by school, fund and use [dollars a year]."""
        budget = self.district.budget
        schools = [self.school_index[str(school)] for school in budget["school_id"]]
        keys = zip(schools, budget["fund"].astype(str), budget["use"].astype(str), strict=True)
        return dict(zip(keys, budget["dollars"].astype(float).tolist(), strict=True))

    @cached_property
    def fixed_dollars(self) -> np.ndarray:
        """Budget lines of funds that are not planned, but for today's pay, by school [dollars a year]."""
        fixed = np.zeros(len(self.school_ids))
        for (school, fund, use), dollars in self.lines.items():
            if fund not in self.funds and use != STAFF_USE:
                fixed[school] += dollars
        return fixed

    @cached_property
    def use_names(self) -> list[str]:
        """Uses that a dollar can be placed on, sorted: every use but today's pay."""
        planned = {use for _, fund, use in self.lines if fund in self.funds}
        names = set(self.uses) | planned | {POSITIONS_USE, STIPENDS_USE}
        return sorted(names - {STAFF_USE})

    def allowed_uses(self, fund: str) -> list[str]:
        """Uses a planned fund may pay, sorted."""
        uses = self.funds[fund].uses
        return self.use_names if uses == "all" else sorted(set(uses) - {STAFF_USE})

    @cached_property
    def cells(self) -> list[tuple[int, str, str]]:
        """Every (school, planned fund, use) that can carry dollars: allowed ones, and today's lines."""
        found = {key for key in self.lines if key[1] in self.funds and key[2] != STAFF_USE}
        for fund in self.planned_funds:
            eligible = np.flatnonzero(self.eligible(self.funds[fund].schools)).tolist()
            found |= {(school, fund, use) for school in eligible for use in self.allowed_uses(fund)}
        return sorted(found)

    @cached_property
    def cells_by_use(self) -> dict[tuple[int, str], list[str]]:
        """Planned funds that can carry dollars for each (school, use)."""
        by_use: dict[tuple[int, str], list[str]] = {}
        for school, fund, use in self.cells:
            by_use.setdefault((school, use), []).append(fund)
        return by_use

    @cached_property
    def cells_by_school(self) -> list[list[tuple[str, str]]]:
        """Every (planned fund, use) that can carry dollars, school by school."""
        by_school: list[list[tuple[str, str]]] = [[] for _ in self.school_ids]
        for school, fund, use in self.cells:
            by_school[school].append((fund, use))
        return by_school

    def may_spend(self, school: int, fund: str, use: str) -> bool:
        """Whether a planned fund allows a use at a school."""
        return use in self.allowed_uses(fund) and bool(self.eligible(self.funds[fund].schools)[school])

    def alive(self, fund: str, year: int) -> bool:
        """Whether a fund may still be spent in a year."""
        last = self.funds[fund].last_year if fund in self.funds else None
        return last is None or self.years[year] <= last

    def today_dollars(self, school: int, fund: str, use: str, year: int) -> float:
        """Today's line of a planned fund as it would run on in a year: 0 once the fund has ended."""
        return self.lines.get((school, fund, use), 0.0) if self.alive(fund, year) else 0.0

    def fund_dollars(self, fund: str, district: int) -> float:
        """A planned fund's dollars a year in a district."""
        dollars = self.funds[fund].dollars
        return float(
            dollars.get(self.district_names[district], 0.0) if isinstance(dollars, dict) else dollars
        )

    def staff_lines(self, fund: str, district: int) -> float:
        """Today's pay carried by a planned fund in a district [dollars a year]."""
        return sum(
            dollars
            for (school, name, use), dollars in self.lines.items()
            if name == fund and use == STAFF_USE and self.district_of[school] == district
        )

    def lapsed_pay(self, school: int, year: int) -> float:
        """Today's pay on planned funds that have ended by a year: some other fund must carry it [dollars]."""
        return sum(
            self.lines.get((school, fund, STAFF_USE), 0.0)
            for fund in self.planned_funds
            if not self.alive(fund, year)
        )

    @cached_property
    def use_limits(self) -> dict[tuple[int, str], float]:
        """Most useful dollars a year by school and use; today's spending where that is already more."""
        limits = {}
        for use, spec in self.uses.items():
            if spec.max_dollars_per_target_student is None:
                continue
            for school in range(len(self.school_ids)):
                today = sum(self.lines.get((school, fund, use), 0.0) for fund in self.planned_funds)
                useful = spec.max_dollars_per_target_student * self.groups[spec.target][school]
                limits[school, use] = max(today, 0.0 if np.isnan(useful) else float(useful))
        return limits

    # Policies that shape the decisions ----------------------------------------------------------------------

    def policies_of(self, kind: str) -> list[Policy]:
        """Policies of a kind, by name."""
        return [policy for policy in self.scenario.policies.values() if policy.kind == kind]

    @cached_property
    def stipends(self) -> Any:
        """The scenario's `stipends` policy, or None."""
        return next(iter(self.policies_of("stipends")), None)

    @cached_property
    def stipend_tiers(self) -> list[float]:
        """Stipend of each paid tier, rising [dollars a year per FTE]."""
        return [tier.dollars for tier in self.stipends.tiers] if self.stipends else []

    @cached_property
    def hiring(self) -> Any:
        """The scenario's `hiring` policy, or None."""
        return next(iter(self.policies_of("hiring")), None)

    @cached_property
    def joinable(self) -> np.ndarray:
        """Whether staff of a pool may transfer into a school: teachers, where every policy lets them."""
        allowed = np.zeros_like(self.fte, dtype=bool)
        allowed[:, self.teacher_pools] = True
        for policy in self.scenario.policies.values():
            allowed &= policy.may_join(self)
        return allowed

    @cached_property
    def paid_join(self) -> np.ndarray:
        """Whether staff of a pool who transfer into a school are paid a stipend."""
        return self.stipends.pays(self) if self.stipends else np.zeros_like(self.fte, dtype=bool)

    @cached_property
    def hire_limits(self) -> np.ndarray:
        """Most positions that may be filled by school and pool [FTE]; vacancies where no policy says more."""
        can_pay = np.array(
            [bool(self.cells_by_use.get((s, POSITIONS_USE))) for s in range(len(self.school_ids))]
        )
        limits = self.hiring.limits(self) if self.hiring else self.vacancies
        return np.where(can_pay[:, None], limits, 0.0)

    def carried_pay(self, school: int, year: int) -> float:
        """Pay that `positions` must carry whatever is hired: today's lines, and pay on ended funds."""
        lines = sum(self.lines.get((school, fund, POSITIONS_USE), 0.0) for fund in self.planned_funds)
        return lines + self.lapsed_pay(school, year)

    def carried_stipends(self, school: int, year: int) -> float:
        """Today's stipends on planned funds that have not ended [dollars a year]."""
        return sum(self.today_dollars(school, fund, STIPENDS_USE, year) for fund in self.planned_funds)

    # Problems ---------------------------------------------------------------------------------------------

    def problems(self) -> list[Problem]:
        """Return what in the scenario does not fit the data, from every part of it."""
        problems = list(self._group_problems())
        for position, term in enumerate(self.scenario.objective.measures):
            where = f"objective.measures.{position}"
            problems += [*term.measure.problems(self, where), *term.index.problems(self, where)]
        for policy in self.scenario.policies.values():
            problems += policy.problems(self)
        return problems + list(self._use_problems()) + list(self._fund_problems())

    def _fund_problems(self) -> Iterable[Problem]:
        for fund in self.planned_funds:
            for number, district in enumerate(self.district_names):
                today = sum(
                    dollars
                    for (school, name, _), dollars in self.lines.items()
                    if name == fund and self.district_of[school] == number
                )
                limit = self.fund_dollars(fund, number)
                if today > limit + 1:
                    found = f"{limit:,.0f} dollars a year, and lines of {today:,.0f} in the table budget"
                    expected = "a fund that covers today's lines"
                    yield Problem(f"district.yaml, funds.{fund}, district {district}", found, expected)

    def _group_problems(self) -> Iterable[Problem]:
        by = self.scenario.high_need.by
        uses_tier = any("high_need" in str(policy.as_data()) for policy in self.scenario.policies.values())
        if by not in self.groups and uses_tier:
            yield Problem("high_need.by", f"'{by}'", "a student group of the data", nearest(by, self.groups))

    def _use_problems(self) -> Iterable[Problem]:
        known = {*self.use_names, *PAY_USES}
        for name, fund in self.funds.items():
            uses = [] if fund.uses == "all" else fund.uses
            for use in [*uses, *(use for aside in fund.set_asides for use in aside.uses)]:
                if use not in known:
                    yield Problem(f"funds.{name}", f"use '{use}'", "a use of the data", nearest(use, known))


def checked_case(district: District, scenario: Scenario) -> Case:
    """Build a case and raise `InputProblems` with everything that does not fit."""
    case = Case(district, scenario)
    raise_all(case.problems())
    return case


def _overridden[M: (Fund, Use)](
    own: dict[str, M],
    changes: dict[str, dict[str, Any] | None],
    model: type[M],
    where: str,
    problems: list[Problem],
) -> dict[str, M]:
    merged = dict(own)
    for name, change in changes.items():
        if change is None:
            if name not in own:
                problems.append(
                    Problem(f"{where}.{name}", f"'{name}'", "a name of the data", nearest(name, own))
                )
            merged.pop(name, None)
            continue
        base = own[name].model_dump(exclude_defaults=True) if name in own else {}
        try:
            merged[name] = model.model_validate({**base, **change})
        except ValidationError as error:
            problems += _override_problems(error, f"{where}.{name}", model)
    return dict(sorted(merged.items()))


def _override_problems(error: ValidationError, where: str, model: type[Fund] | type[Use]) -> list[Problem]:
    problems = []
    for details in error.errors():
        place = ".".join([where, *map(str, details["loc"])])
        hint = nearest(str(details["loc"][-1]), model.model_fields) if details["loc"] else ""
        problems.append(Problem(place, f"{details['input']}", details["msg"], hint))
    return problems


def _weighted_mean(pay: np.ndarray, fte: np.ndarray, present: np.ndarray) -> np.ndarray:
    total, rows = fte.sum(axis=0), present.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(
            total > 0, (pay * fte).sum(axis=0) / total, np.where(rows > 0, pay.sum(axis=0) / rows, np.nan)
        )


def table_of(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Return rows as a table with these columns, also where there are no rows."""
    return pd.DataFrame(rows, columns=columns)


__all__ = ["HIGH_NEED", "NEED_TIERS", "OTHER", "STIPENDS_USE", "Case", "CourseBlock", "Pool", "checked_case"]
