"""The program of model.md stated a second time, from its text and the policies' docstrings alone.

It shares no code with the planner and lays the program out otherwise: transfers go from school to school
(no hub), staff and stipend holders are columns of their own, dollars are totals (not added and cut), and
each index has another epigraph form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from independent_federal import FEDERAL_RULES, alternatives
from independent_indices import points
from independent_rules import RULES, hire_rule, stipend_rule
from matrices import INFINITY, Matrices, Sum, plus
from raw_tables import Pool, Raw

THOUSAND = 1000.0


def optimum(folder: Path, scenario: Mapping[str, Any]) -> float | None:
    """Return the least inequity in points that the rules allow, or None where they allow nothing.

    Raises
    ------
    Undefined
        Where an index of the objective says nothing about today.
    """
    raw = Raw(folder, scenario)
    found = [Independent(raw, policies).optimum() for policies in alternatives(raw)]
    return min((points for points in found if points is not None), default=None)


def doing_nothing(raw: Raw) -> float | None:
    """Return the inequity in points where today runs on, or None where the rules do not allow that."""
    for policies in alternatives(raw):
        program = Independent(raw, policies)
        program.change_nothing()
        found = program.optimum()
        if found is not None:
            return found
    return None


class Independent:
    """Columns by plain keys: school ids, pools, names of funds, uses and years.

    Parameters
    ----------
    raw
        The district and scenario.
    policies
        The scenario's policies, with one case of each that is a choice between cases.
    """

    def __init__(self, raw: Raw, policies: Iterable[Mapping[str, Any]]) -> None:
        self.raw = raw
        self.lp = Matrices()
        self.step = raw.scenario.get("fte_step")
        self.move: dict[tuple[str, str, Pool, int, str], Sum] = {}
        self.staff: dict[tuple[str, Pool, str], Sum] = {}
        self.change: dict[tuple[str, str, Pool, str], Sum] = {}
        self.recruit: dict[tuple[str, Pool, int, str], Sum] = {}
        self.end: dict[tuple[str, Pool, int, str], Sum] = {}
        self.held: dict[tuple[str, Pool, int, str], Sum] = {}
        self.classes: dict[tuple[str, str, str], Sum] = {}
        self.spend: dict[tuple[str, str, str, str], Sum] = {}
        self.stipends = stipend_rule(raw)
        self.hiring = hire_rule(raw)
        for year in raw.years:
            self._transfers(year)
            self._positions(year)
            self._stipends_end(year)
            self._sections(year)
            self._dollars(year)
        for year in raw.years:
            self._staff_states(year)
            self._stipend_states(year)
            self._coverage(year)
            self._charges(year)
        self._budgets()
        for policy in policies:
            {**RULES, **FEDERAL_RULES}[policy["kind"]](self, policy)

    def optimum(self) -> float | None:
        """Return the least inequity [points], or None."""
        return self.lp.least(points(self))

    def change_nothing(self) -> None:
        """Fix every decision at what today runs on to."""
        for family in (self.move, self.change, self.recruit, self.end):
            for column in family.values():
                self.lp.equal(column, 0.0)
        for (school, course, _), sections in self.classes.items():
            self.lp.equal(sections, float(self.raw.blocks[school, course]["sections"]))
        for (school, fund, use, year), dollars in self.spend.items():
            self.lp.equal(dollars, self.raw.today(school, fund, use, year))

    # Decisions --------------------------------------------------------------------------------------------

    @cached_property
    def paying(self) -> set[tuple[str, Pool]]:
        """Where teachers who transfer in are paid a stipend."""
        rule = self.stipends
        return {
            (school, pool)
            for school in self.raw.ids
            for pool in self.raw.teacher_pools
            if rule and self.raw.meant(rule.eligible, school) and pool[2] in rule.experience
        }

    def joinable(self, school: str, pool: Pool) -> bool:
        """Whether teachers of a pool may transfer into a school, by every transfers policy."""
        rules = self.raw.of_kind("transfers")
        return all(self.raw.uses_field(school, pool) or not rule.get("in_field", True) for rule in rules)

    def _transfers(self, year: str) -> None:
        raw = self.raw
        for pool in raw.teacher_pools:
            for target in raw.ids:
                if not self.joinable(target, pool):
                    continue
                paid = (target, pool) in self.paying
                tiers = range(1, len(self.stipends.tiers) + 1) if self.stipends and paid else [0]
                for origin in raw.inside(raw.district(target)):
                    for tier in tiers if origin != target else []:
                        self.move[origin, target, pool, tier, year] = self.lp.column(step=self.step)

    def _positions(self, year: str) -> None:
        raw = self.raw
        for school in raw.ids:
            for pool in raw.pools:
                most = self.hiring.open_positions(raw, school, pool) if self._payable(school) else 0.0
                if most > 0:
                    self.change["hire", school, pool, year] = self.lp.column(upper=most, step=self.step)
                    if self.hiring.release and year != raw.years[0]:
                        self.change["release", school, pool, year] = self.lp.column(step=self.step)
                    self._recruits(school, pool, year)
                left = self.hiring.attrition_share * raw.fte(school, pool)
                if left > 0:
                    self.change["attrition", school, pool, year] = self.lp.column(upper=left, step=self.step)

    def _payable(self, school: str) -> bool:
        """Whether some planned fund can carry positions at a school: allowed, or by a line of today."""
        raw = self.raw
        return any(
            raw.allows(f, "positions", school) or (school, f, "positions") in raw.lines for f in raw.funds
        )

    def _recruits(self, school: str, pool: Pool, year: str) -> None:
        rule = self.stipends
        if rule is None or (school, pool) not in self.paying or not any(rule.filled):
            return
        for tier in range(1, len(rule.tiers) + 1):
            column = self.lp.column(upper=self.raw.vacant(school, pool), step=self.step)
            self.recruit[school, pool, tier, year] = column

    def _stipends_end(self, year: str) -> None:
        if year == self.raw.years[0] or self.stipends is None:
            return
        for school, pool in sorted(self.paying):
            for tier in range(1, len(self.stipends.tiers) + 1):
                self.end[school, pool, tier, year] = self.lp.column(step=self.step)

    def _sections(self, year: str) -> None:
        step = self.raw.scenario.get("section_step")
        for school, course in self.raw.blocks:
            if course in self.raw.decided:
                self.classes[school, course, year] = self.lp.column(step=step)

    def _dollars(self, year: str) -> None:
        raw = self.raw
        for school in raw.ids:
            for fund in raw.funds:
                for use in raw.placeable_uses if raw.alive(fund, year) else []:
                    today = raw.today(school, fund, use, year)
                    most = INFINITY if raw.allows(fund, use, school) else today
                    if most > 0:
                        self.spend[school, fund, use, year] = self.lp.column(upper=most, unit=THOUSAND)

    # What always holds ------------------------------------------------------------------------------------

    def before(self, year: str) -> str | None:
        """The year before, or None in the first."""
        place = self.raw.years.index(year)
        return self.raw.years[place - 1] if place else None

    def _staff_states(self, year: str) -> None:
        """Staff at the end of a year: those of the year before, and everyone who comes and goes."""
        earlier = self.before(year)
        for school in self.raw.ids:
            for pool in self.raw.pools:
                had = self.staff[school, pool, earlier] if earlier else self.raw.fte(school, pool)
                gone = self.leaving(school, pool, year) + self.given_up(school, pool, year)
                self.staff[school, pool, year] = self.lp.column()
                now = plus([had, self.joining(school, pool, year), self.hired(school, pool, year)]) - gone
                self.lp.equal(self.staff[school, pool, year], now)
                self.lp.at_least(had, gone)
                self._positions_open(school, pool, year)

    def _positions_open(self, school: str, pool: Pool, year: str) -> None:
        most = self.hiring.open_positions(self.raw, school, pool)
        if ("hire", school, pool, year) not in self.change:
            return
        self.lp.at_least(self.positions(school, pool, year), 0.0)
        if most < INFINITY:
            self.lp.at_least(most, self.positions(school, pool, year))
        recruited = plus(
            column for (s, p, _, y), column in self.recruit.items() if (s, p) == (school, pool) and y <= year
        )
        self.lp.at_least(self.raw.vacant(school, pool), recruited)

    def _stipend_states(self, year: str) -> None:
        """Stipend holders: those of the year before, new ones, less those who leave the school again."""
        earlier = self.before(year)
        for school, pool in sorted(self.paying):
            tiers = range(1, len(self.stipends.tiers) + 1) if self.stipends else range(0)
            for tier in tiers:
                had = self.held[school, pool, tier, earlier] if earlier else 0.0
                new = plus(
                    column
                    for (_, s, p, k, y), column in self.move.items()
                    if (s, p, k, y) == (school, pool, tier, year)
                )
                new = new + self.recruit.get((school, pool, tier, year), 0.0)
                self.held[school, pool, tier, year] = self.lp.column()
                ended = self.end.get((school, pool, tier, year), 0.0)
                self.lp.equal(self.held[school, pool, tier, year], new + had - ended)
            ends = plus(self.end.get((school, pool, tier, year), 0.0) for tier in tiers)
            self.lp.at_least(self.leaving(school, pool, year), ends)
            holders = plus(self.held[school, pool, tier, year] for tier in tiers)
            self.lp.at_least(self.staff[school, pool, year], holders)

    def _coverage(self, year: str) -> None:
        fields = {
            (s, row["field"]) for (s, course), row in self.raw.blocks.items() if course in self.raw.decided
        }
        for school, field in sorted(fields):
            needed = plus(
                self.classes[school, course, year] * (1 / row["sections_per_fte"])
                for (s, course), row in self.raw.blocks.items()
                if s == school and row["field"] == field and course in self.raw.decided
            )
            self.lp.at_least(self.field_staff(school, field, year), needed)

    def _charges(self, year: str) -> None:
        raw = self.raw
        for school in raw.ids:
            pay = plus(
                self.positions(school, pool, year) * raw.average_pay(raw.district(school), pool)
                for pool in raw.pools
            )
            lines = [(fund, raw.lines.get((school, fund, "positions"), 0.0)) for fund in raw.funds]
            ended = [
                raw.lines.get((school, fund, "staff"), 0.0) for fund in raw.funds if not raw.alive(fund, year)
            ]
            carried = sum(dollars for _, dollars in lines) + sum(ended)
            self.lp.equal(self.spent_on(school, "positions", year), pay + carried)
            stipends = plus(raw.today(school, fund, "stipends", year) for fund in raw.funds)
            for (s, _, tier, y), holders in self.held.items():
                if (s, y) == (school, year) and self.stipends:
                    stipends = stipends + holders * self.stipends.cost(tier)
            self.lp.equal(self.spent_on(school, "stipends", year), stipends)
            for use in raw.uses:
                if raw.useful(school, use) < INFINITY:
                    self.lp.at_least(raw.useful(school, use), self.spent_on(school, use, year))

    def _budgets(self) -> None:
        raw = self.raw
        for fund in raw.funds:
            for district in raw.districts:
                room = raw.amount(fund, district) - raw.pay_lines(fund, district)
                kept: Sum | float = 0.0
                for year in raw.years:
                    if raw.alive(fund, year):
                        left = room + kept - self.placed(fund, district, [year], None)
                        self.lp.at_least(left, 0.0)
                        kept = left if raw.funds[fund].get("carry_over") else 0.0

    # What there is ----------------------------------------------------------------------------------------

    def leaving(self, school: str, pool: Pool, year: str) -> Sum:
        """Teachers who transfer out."""
        keys = [key for key in self.move if (key[0], key[2], key[4]) == (school, pool, year)]
        return plus(self.move[key] for key in keys)

    def joining(self, school: str, pool: Pool, year: str) -> Sum:
        """Teachers who transfer in."""
        keys = [key for key in self.move if (key[1], key[2], key[4]) == (school, pool, year)]
        return plus(self.move[key] for key in keys)

    def hired(self, school: str, pool: Pool, year: str) -> Sum:
        """All positions filled in a year."""
        tiers = [key for key in self.recruit if (key[0], key[1], key[3]) == (school, pool, year)]
        return plus(
            [self.change.get(("hire", school, pool, year), 0.0), *(self.recruit[key] for key in tiers)]
        )

    def given_up(self, school: str, pool: Pool, year: str) -> Sum:
        """Positions given up in a year, released or left unfilled."""
        return plus(self.change.get((kind, school, pool, year), 0.0) for kind in ("release", "attrition"))

    def positions(self, school: str, pool: Pool, year: str) -> Sum:
        """Positions hired under the plan and not released by a year."""
        years = [earlier for earlier in self.raw.years if earlier <= year]
        hired = plus(self.hired(school, pool, earlier) for earlier in years)
        return hired - plus(self.change.get(("release", school, pool, earlier), 0.0) for earlier in years)

    def field_staff(self, school: str, field: str, year: str) -> Sum:
        """Teachers of a field."""
        return plus(self.staff[school, pool, year] for pool in self.raw.teacher_pools if pool[1] == field)

    def spent_on(self, school: str, use: str, year: str) -> Sum:
        """Planned dollars on a use, of all funds."""
        return plus(self.spend.get((school, fund, use, year), 0.0) for fund in self.raw.funds)

    def placed(self, fund: str, district: str, years: list[str], uses: list[str] | None) -> Sum:
        """All that a fund spends in a district in some years on some uses, or on all."""
        return plus(
            column
            for (school, name, use, year), column in self.spend.items()
            if name == fund
            and year in years
            and (uses is None or use in uses)
            and self.raw.district(school) == district
        )

    def school_dollars(self, school: str, year: str, costing: str = "actual") -> Sum:
        """Pay of the staff, fixed lines and planned dollars but for positions (model.md section 6)."""
        raw = self.raw
        parts: list[Sum | float] = []
        for pool in raw.pools:
            average = raw.average_pay(raw.district(school), pool)
            parts.append(self.staff[school, pool, year] * average)
            if costing == "actual":
                parts.append(raw.fte(school, pool) * (raw.pay(school, pool) - average))
        fixed = [(s, use, d) for (s, fund, use), d in raw.lines.items() if fund not in raw.funds]
        parts += [d for s, use, d in fixed if s == school and use not in ("staff", "positions")]
        parts += [self.spent_on(school, use, year) for use in raw.placeable_uses if use != "positions"]
        return plus(parts)
