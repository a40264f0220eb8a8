"""A data folder and a scenario as pandas and YAML give them: no code of the planner."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

Pool = tuple[str, str, str]
HIGHEST = float("inf")


class Raw:
    """The tables of a folder under a scenario, keyed by school ids and names throughout.

    Parameters
    ----------
    folder
        A data set as model.md section 1 describes it, as CSV.
    scenario
        A resolved scenario as plain data.
    """

    def __init__(self, folder: Path, scenario: Mapping[str, Any]) -> None:
        self.facts: dict[str, Any] = yaml.safe_load((folder / "district.yaml").read_text(encoding="utf-8"))
        self.scenario = scenario
        text = {"school_id": str, "district_id": str}
        files = {path.stem: path for path in folder.glob("*.csv")}
        tables = {name: pd.read_csv(path, dtype=text) for name, path in files.items()}
        self.schools = {row["school_id"]: row for row in _rows(tables["schools"])}
        self.ids = list(self.schools)
        self.staff = _rows(tables["staff"])
        self.blocks = {(r["school_id"], r["course"]): r for r in _rows(tables.get("courses"))}
        self.lines = {
            (r["school_id"], r["fund"], r["use"]): r["dollars"] for r in _rows(tables.get("budget"))
        }
        self.counts = {(r["school_id"], r["group"]): r["students"] for r in _rows(tables["enrollment"])}
        self.years: list[str] = list(scenario.get("years") or [self.facts["school_year"]])
        self.funds = _changed(self.facts.get("funds") or {}, scenario.get("funds") or {})
        self.uses = _changed(self.facts.get("uses") or {}, scenario.get("uses") or {})
        self.policies: dict[str, dict[str, Any]] = {
            name: {"kind": given.get("kind", name), **given}
            for name, given in (scenario.get("policies") or {}).items()
        }

    # Schools and students ---------------------------------------------------------------------------------

    def district(self, school: str) -> str:
        """A school's district."""
        return str(self.schools[school]["district_id"])

    @property
    def districts(self) -> list[str]:
        """Every district, sorted."""
        return sorted({self.district(school) for school in self.ids})

    def inside(self, district: str) -> list[str]:
        """Schools of a district."""
        return [school for school in self.ids if self.district(school) == district]

    def students(self, school: str, group: str = "all") -> float:
        """Students of a group."""
        return float(self.counts.get((school, group), math.nan))

    def weighted(self, school: str) -> float:
        """``N_s = n_s + sum_g w_g n_sg``."""
        extra = (self.facts.get("need_weights") or {}).items()
        return self.students(school) + sum(float(w) * self.students(school, group) for group, w in extra)

    def high_need(self, school: str) -> bool:
        """Whether a school is high-need, as the scenario has it."""
        return self.top_share(school, self.scenario.get("high_need") or {})

    def top_share(self, school: str, changes: Mapping[str, Any]) -> bool:
        """The top share by low-income share, by grade span; ties count, lone schools do not."""
        rule: dict[str, Any] = {"by": "low_income", "top_share": 0.25, "within": "grade_span", **changes}
        by = rule["by"]
        peers = [
            other
            for other in self.inside(self.district(school))
            if rule["within"] == "district" or self.schools[other]["level"] == self.schools[school]["level"]
        ]
        shares = sorted((self.students(p, by) / self.students(p) for p in peers), reverse=True)
        count = math.ceil(round(rule["top_share"] * len(shares), 9))
        if len(peers) < 2 or not count:
            return False
        return bool(self.students(school, by) / self.students(school) >= shares[count - 1])

    def meant(self, who: str | list[str], school: str) -> bool:
        """Whether ``all``, ``title_i``, ``high_need`` or a list of ids means a school."""
        if isinstance(who, list):
            return school in who
        flags = {
            "title_i": bool(self.schools[school].get("title_i", False)),
            "high_need": self.high_need(school),
        }
        return flags.get(who, True)

    # Staff ------------------------------------------------------------------------------------------------

    @property
    def pools(self) -> list[Pool]:
        """Every pool, sorted."""
        return sorted({pool_of(row) for row in self.staff})

    @property
    def teacher_pools(self) -> list[Pool]:
        """Pools of teachers."""
        return [pool for pool in self.pools if pool[0] == "teacher"]

    def like(self, pattern: str) -> list[Pool]:
        """Pools that `role/field/experience` names, `*` for any."""
        parts = pattern.split("/")
        return [p for p in self.pools if all(part in ("*", own) for part, own in zip(parts, p, strict=False))]

    def _cell(self, school: str, pool: Pool, column: str) -> float:
        found = [r[column] for r in self.staff if r["school_id"] == school and pool_of(r) == pool]
        return 0.0 if not found or math.isnan(found[0]) else float(found[0])

    def fte(self, school: str, pool: Pool) -> float:
        """Today's staff."""
        return self._cell(school, pool, "fte")

    def vacant(self, school: str, pool: Pool) -> float:
        """Positions unfilled today."""
        return self._cell(school, pool, "vacancies")

    def pay(self, school: str, pool: Pool) -> float:
        """Pay of one FTE with benefits [dollars]."""
        return self._cell(school, pool, "salary") * (1 + float(self.facts.get("benefit_rate") or 0.0))

    def average_pay(self, district: str, pool: Pool) -> float:
        """District-average pay; the rows' plain mean with vacancies only; all districts' without a row."""
        for schools in (self.inside(district), self.ids):
            rows = [r for r in self.staff if pool_of(r) == pool and r["school_id"] in schools]
            total = sum(row["fte"] for row in rows)
            if total > 0:
                return float(sum(row["fte"] * self.pay(row["school_id"], pool) for row in rows) / total)
            if rows:
                return sum(self.pay(row["school_id"], pool) for row in rows) / len(rows)
        raise AssertionError(pool)

    def uses_field(self, school: str, pool: Pool) -> bool:
        """Whether a school has such staff, a vacancy, or a course that they teach today."""
        own = [r for r in self.staff if r["school_id"] == school and pool_of(r)[:2] == pool[:2]]
        if any(row["fte"] > 0 or row["vacancies"] > 0 for row in own):
            return True
        taught = any(s == school and row["field"] == pool[1] for (s, _), row in self.blocks.items())
        return pool[0] == "teacher" and taught

    # Money ------------------------------------------------------------------------------------------------

    def alive(self, fund: str, year: str) -> bool:
        """Whether a fund may still be spent in a year."""
        last = self.funds[fund].get("last_year")
        return last is None or year <= last

    def amount(self, fund: str, district: str) -> float:
        """A planned fund's dollars a year in a district."""
        dollars = self.funds[fund]["dollars"]
        return float(dollars.get(district, 0.0) if isinstance(dollars, dict) else dollars)

    def pay_lines(self, fund: str, district: str) -> float:
        """Today's pay that a fund carries in a district."""
        lines = (
            dollars
            for (school, name, use), dollars in self.lines.items()
            if (name, use) == (fund, "staff") and self.district(school) == district
        )
        return float(sum(lines))

    def today(self, school: str, fund: str, use: str, year: str) -> float:
        """Today's line as it runs on: nothing once the fund has ended."""
        return float(self.lines.get((school, fund, use), 0.0)) if self.alive(fund, year) else 0.0

    @property
    def placeable_uses(self) -> list[str]:
        """Uses that planned dollars can go to: all but today's pay."""
        named = {use for _, fund, use in self.lines if fund in self.funds}
        return sorted((named | set(self.uses) | {"positions", "stipends"}) - {"staff"})

    def allows(self, fund: str, use: str, school: str) -> bool:
        """Whether a planned fund may newly pay a use at a school."""
        uses = self.funds[fund].get("uses", "all")
        return self.meant(self.funds[fund].get("schools", "all"), school) and (uses == "all" or use in uses)

    def useful(self, school: str, use: str) -> float:
        """Most dollars a year that are useful; today's where that is already more."""
        spec = self.uses.get(use) or {}
        most = spec.get("max_dollars_per_target_student")
        if most is None:
            return HIGHEST
        today = sum(
            d for (s, fund, u), d in self.lines.items() if (s, u) == (school, use) and fund in self.funds
        )
        return max(float(today), float(most) * self.students(school, spec.get("target", "all")))

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """Policies of a kind."""
        return [policy for policy in self.policies.values() if policy["kind"] == kind]

    @property
    def decided(self) -> set[str]:
        """Courses that a class-size policy or a sections measure names."""
        measures = [*self.scenario["objective"]["measures"]]
        measures += [p["measure"] for p in self.of_kind("measure_floor") if isinstance(p["measure"], dict)]
        named = {course for measure in measures for course in measure.get("courses", [])}
        return named | {course for policy in self.of_kind("class_size") for course in policy["courses"]}


def pool_of(row: Mapping[str, Any]) -> Pool:
    """Return the pool of a staff row."""
    return (row["role"], row["field"], row["experience"])


def _rows(table: pd.DataFrame | None) -> list[dict[str, Any]]:
    return [] if table is None else [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _changed(own: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    merged = {name: dict(value) for name, value in own.items()}
    for name, change in changes.items():
        if change is None:
            merged.pop(name, None)
        else:
            merged[name] = {**merged.get(name, {}), **change}
    return merged
