"""Fund rules: what a fund may and must be spent on, where, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from planner.case import Case
from planner.district import POSITIONS_USE, STAFF_USE, STIPENDS_USE, SchoolYear, SetAside, Share, Strict
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, in_dollars, percent
from planner.problems import Problem, nearest

STEP = 0.05
DOLLAR_STEP = 100_000.0
# Positions and stipends come back every year until someone ends them.
LASTING_USES = (POSITIONS_USE, STIPENDS_USE)


class Cap(Strict):
    """The most of a fund that may go to a set of uses."""

    uses: list[str] = Field(min_length=1, description="uses that count together")
    max_share: Share | None = Field(default=None, description="most as a share of the fund's dollars")
    max_dollars: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="most [dollars a year]"
    )
    source: str = Field(default="", description="statute, regulation or grant terms")

    @model_validator(mode="after")
    def _has_a_limit(self) -> Cap:
        if self.max_share is None and self.max_dollars is None:
            raise ValueError("max_share or max_dollars")
        return self


class SpendDown(Strict):
    """The least share of a fund to be spent by the end of a year."""

    by: SchoolYear = Field(title="by the end of")
    min_share: Share = Field(default=1.0, title="least share spent")


class FundRule(Strict):
    """Rules of one fund, beside those that the data set gives it."""

    uses: list[str] | None = Field(default=None, description="the only uses that new dollars may go to")
    schools: list[str] | None = Field(default=None, description="the only schools that new dollars may go to")
    set_asides: list[SetAside] = Field(default_factory=list, description="least shares on sets of uses")
    caps: list[Cap] = Field(default_factory=list, description="most on sets of uses")
    spend_down: SpendDown | None = Field(default=None, description="least share spent by a year")
    one_time_only: bool = Field(
        default=False, description="no new dollars on uses that recur, so that no cliff follows"
    )


@POLICIES.register("fund_rules")
class FundRules(Policy):
    """Allowable uses, eligible schools, set-asides, caps and spend-down of funds.

    The set-asides that ``district.yaml`` gives a fund bind with this policy too. Shares are of the fund's
    dollars over the plan's years. Today's lines may run on under any rule; only dollars added to them
    are judged by `uses`, `schools` and `one_time_only`.
    """

    kind: ClassVar[str] = "fund_rules"
    title: ClassVar[str] = "Fund rules"
    default_source: ClassVar[str] = (
        "the grant's own terms; ARP 2001(e)(1), ESEA 1113-1115 (docs/domain.md 3.1, 3.3)"
    )

    funds: dict[str, FundRule] = Field(default_factory=dict, description="rules by fund")
    set_asides: bool = Field(
        default=True,
        title="keep the funds' own set-asides",
        description="hold the set-asides that district.yaml gives its funds",
    )

    def statement(self) -> str:
        """Return the rule in words."""
        parts = [f"{fund}: {words}" for fund in sorted(self.funds) for words in _words(self.funds[fund])]
        kept = ["set-asides of the funds' own terms are kept"] if self.set_asides else []
        text = "; ".join([*parts, *kept]) or "no rule"
        return text[0].upper() + text[1:] + "."

    # What is asked ----------------------------------------------------------------------------------------

    def _set_asides(self, case: Case, fund: str) -> list[SetAside]:
        own = list(case.funds[fund].set_asides) if self.set_asides else []
        return own + list(self.funds[fund].set_asides if fund in self.funds else [])

    def _barred(self, case: Case, school: int, fund: str, use: str) -> bool:
        rule = self.funds.get(fund)
        if rule is None:
            return False
        outside = rule.uses is not None and use not in rule.uses
        elsewhere = rule.schools is not None and case.school_ids[school] not in rule.schools
        return outside or elsewhere or (rule.one_time_only and _recurs(case, use))

    def _districts(self, case: Case) -> Iterator[tuple[str, int, float, list[int]]]:
        """Yield each fund and district, its dollars over the plan's years, and the years it is alive."""
        for fund in case.planned_funds:
            for district in range(len(case.district_names)):
                alive = [year for year in range(len(case.years)) if case.alive(fund, year)]
                yield fund, district, case.fund_dollars(fund, district) * len(alive), alive

    # The model --------------------------------------------------------------------------------------------

    def apply(self, model: Any) -> None:
        """Add the rows of every fund and district."""
        case = model.case
        for fund, district, dollars, alive in self._districts(case):
            name = case.district_names[district]
            for number, aside in enumerate(self._set_asides(case, fund)):
                spent = self._spent(model, fund, district, alive, aside.uses)
                if alive:
                    model.require(self, ("set-aside", fund, number, name), spent >= aside.min_share * dollars)
            rule = self.funds.get(fund)
            if rule is not None and alive:
                self._require_caps(model, rule, fund, district, dollars, alive)
                self._require_spend_down(model, rule, fund, district)
        self._bar(model)

    def _require_caps(
        self, model: Any, rule: FundRule, fund: str, district: int, dollars: float, alive: list[int]
    ) -> None:
        name = model.case.district_names[district]
        for number, cap in enumerate(rule.caps):
            if cap.max_share is not None:
                spent = self._spent(model, fund, district, alive, cap.uses)
                model.require(self, ("cap", fund, number, name), spent <= cap.max_share * dollars)
            if cap.max_dollars is not None:
                for year in alive:
                    spent = self._spent(model, fund, district, [year], cap.uses)
                    model.require(self, ("cap", fund, number, name, year), spent <= cap.max_dollars)

    def _require_spend_down(self, model: Any, rule: FundRule, fund: str, district: int) -> None:
        case = model.case
        if rule.spend_down is None:
            return
        years = _years_until(case, fund, rule.spend_down.by)
        spent = self._spent(model, fund, district, years, None)
        least = rule.spend_down.min_share * case.fund_dollars(fund, district) * len(years)
        model.require(self, ("spend down", fund, case.district_names[district]), spent >= least)

    def _bar(self, model: Any) -> None:
        case = model.case
        for school, fund, use in case.cells:
            if not self._barred(case, school, fund, use):
                continue
            for year in range(len(case.years)):
                if model.has("dollars_added", (school, fund, use, year)):
                    today = case.today_dollars(school, fund, use, year)
                    row = model.dollars(school, fund, use, year) <= today
                    model.require(self, (school, "not allowed", fund, use, year), row)

    @staticmethod
    def _spent(model: Any, fund: str, district: int, years: list[int], uses: list[str] | None) -> Any:
        case = model.case
        placed = model.sum(
            model.dollars(school, fund, use, year)
            for school in case.schools_of[district]
            for name, use in case.cells_by_school[school]
            if name == fund and (uses is None or use in uses)
            for year in years
        )
        return placed + _pay(case, fund, district, years, uses)

    # The judgement ----------------------------------------------------------------------------------------

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Add up the plan's lines of each fund and compare with what the rule asks."""
        case = outcome.case
        for fund, district, dollars, alive in self._districts(case):
            name = case.district_names[district]
            for aside in self._set_asides(case, fund):
                if alive:
                    spent = _sum(outcome, fund, district, alive, aside.uses)
                    rule = f"{fund} on {', '.join(aside.uses)}"
                    yield Finding(
                        self.name, rule, name, "", spent, ">=", aside.min_share * dollars, "dollars"
                    )
            if fund in self.funds and alive:
                yield from self._check_caps(outcome, self.funds[fund], fund, district, dollars, alive)
                yield from self._check_spend_down(outcome, self.funds[fund], fund, district)
        yield from self._check_barred(outcome)

    def _check_caps(
        self, outcome: Outcome, rule: FundRule, fund: str, district: int, dollars: float, alive: list[int]
    ) -> Iterator[Finding]:
        name = outcome.case.district_names[district]
        for cap in rule.caps:
            words = f"{fund} on {', '.join(cap.uses)}"
            if cap.max_share is not None:
                spent = _sum(outcome, fund, district, alive, cap.uses)
                yield Finding(self.name, words, name, "", spent, "<=", cap.max_share * dollars, "dollars")
            for year in alive if cap.max_dollars is not None else []:
                spent = _sum(outcome, fund, district, [year], cap.uses)
                label = outcome.case.years[year]
                yield Finding(
                    self.name, words, name, label, spent, "<=", float(cap.max_dollars or 0), "dollars"
                )

    def _check_spend_down(
        self, outcome: Outcome, rule: FundRule, fund: str, district: int
    ) -> Iterator[Finding]:
        case = outcome.case
        if rule.spend_down is None:
            return
        years = _years_until(case, fund, rule.spend_down.by)
        spent = _sum(outcome, fund, district, years, None)
        least = rule.spend_down.min_share * case.fund_dollars(fund, district) * len(years)
        words, name = f"{fund} spent by {rule.spend_down.by}", case.district_names[district]
        yield Finding(self.name, words, name, rule.spend_down.by, spent, ">=", least, "dollars")

    def _check_barred(self, outcome: Outcome) -> Iterator[Finding]:
        case = outcome.case
        for (school, fund, use, year), dollars in sorted(outcome.decisions.get("dollars", {}).items()):
            today = case.today_dollars(school, fund, use, year)
            if self._barred(case, school, fund, use) and dollars > today:
                words = f"{fund} on {use}, which the rule does not allow there"
                yield Finding(
                    self.name,
                    words,
                    case.school_ids[school],
                    case.years[year],
                    dollars,
                    "<=",
                    today,
                    "dollars",
                )

    # Its price and its problems ---------------------------------------------------------------------------

    def steps(self) -> list[Relaxation]:
        """Five percentage points of each set-aside, cap and spend-down; $100,000 of each cap in dollars."""
        steps = []
        for fund, rule in sorted(self.funds.items()):
            for words, changed in _eased(fund, rule):
                steps.append(self.relaxed(words, funds={**self.funds, fund: changed}))
        if self.set_asides:
            steps.append(self.relaxed("dropping the funds' own set-asides", set_asides=False))
        return steps

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield funds, uses and schools that the data does not have."""
        for fund, rule in self.funds.items():
            where = f"policies.{self.name}.funds.{fund}"
            if fund not in case.funds:
                yield Problem(where, f"'{fund}'", "a planned fund", nearest(fund, case.planned_funds))
            uses = [*(rule.uses or []), *(use for aside in rule.set_asides for use in aside.uses)]
            uses += [use for cap in rule.caps for use in cap.uses]
            for use in uses:
                if use not in (*case.use_names, STAFF_USE):
                    yield Problem(where, f"use '{use}'", "a use of the data", nearest(use, case.use_names))
            for school in rule.schools or []:
                if school not in case.school_index:
                    yield Problem(
                        where, f"'{school}'", "a school of the data", nearest(school, case.school_ids)
                    )


def _recurs(case: Case, use: str) -> bool:
    return use in LASTING_USES or (case.uses[use].recurring if use in case.uses else True)


def _years_until(case: Case, fund: str, by: str) -> list[int]:
    return [year for year, label in enumerate(case.years) if label <= by and case.alive(fund, year)]


def _sum(outcome: Outcome, fund: str, district: int, years: list[int], uses: list[str] | None) -> float:
    case = outcome.case
    placed = sum(
        outcome.dollars(school, name, use, year)
        for school, name, use in case.cells
        if name == fund and case.district_of[school] == district and (uses is None or use in uses)
        for year in years
    )
    return placed + _pay(case, fund, district, years, uses)


def _pay(case: Case, fund: str, district: int, years: list[int], uses: list[str] | None) -> float:
    """Today's pay that a fund carries, where all uses are meant or `staff` is among them [dollars]."""
    counts = uses is None or STAFF_USE in uses
    return case.staff_lines(fund, district) * len(years) if counts else 0.0


def _words(rule: FundRule) -> Iterator[str]:
    if rule.uses is not None:
        yield f"new dollars only on {', '.join(rule.uses)}"
    if rule.schools is not None:
        yield f"new dollars only at {len(rule.schools)} named schools"
    for aside in rule.set_asides:
        yield f"at least {percent(aside.min_share)} on {', '.join(aside.uses)}"
    for cap in rule.caps:
        most = [f"{percent(cap.max_share)}"] if cap.max_share is not None else []
        most += [f"${cap.max_dollars:,.0f} a year"] if cap.max_dollars is not None else []
        yield f"at most {' and '.join(most)} on {', '.join(cap.uses)}"
    if rule.spend_down is not None:
        yield f"at least {percent(rule.spend_down.min_share)} spent by {rule.spend_down.by}"
    if rule.one_time_only:
        yield "new dollars only on uses that do not recur"


def _eased(fund: str, rule: FundRule) -> Iterator[tuple[str, FundRule]]:
    for number, aside in enumerate(rule.set_asides):
        less = max(0.0, round(aside.min_share - STEP, 9))
        changed = [*rule.set_asides]
        changed[number] = aside.model_copy(update={"min_share": less})
        words = from_to(f"the set-aside of {fund} for {', '.join(aside.uses)}", aside.min_share, less)
        yield words, rule.model_copy(update={"set_asides": changed})
    for number, cap in enumerate(rule.caps):
        words, looser = _looser(f"the cap of {fund} on {', '.join(cap.uses)}", cap)
        caps = [*rule.caps]
        caps[number] = looser
        yield words, rule.model_copy(update={"caps": caps})
    if rule.spend_down is not None:
        less = max(0.0, round(rule.spend_down.min_share - STEP, 9))
        down = rule.spend_down.model_copy(update={"min_share": less})
        words = from_to(f"the share of {fund} spent by {rule.spend_down.by}", rule.spend_down.min_share, less)
        yield words, rule.model_copy(update={"spend_down": down})
    if rule.one_time_only:
        yield (
            f"allowing new dollars of {fund} on uses that recur",
            rule.model_copy(update={"one_time_only": False}),
        )


def _looser(what: str, cap: Cap) -> tuple[str, Cap]:
    """Return a cap one step higher, in words too; a cap with both limits is raised in both."""
    words: list[str] = []
    changes: dict[str, float] = {}
    if cap.max_share is not None:
        changes["max_share"] = min(1.0, round(cap.max_share + STEP, 9))
        words.append(from_to(what, cap.max_share, changes["max_share"]))
    if cap.max_dollars is not None:
        changes["max_dollars"] = cap.max_dollars + DOLLAR_STEP
        words.append(from_to(what, cap.max_dollars, changes["max_dollars"], in_dollars))
    return " and ".join(words), cap.model_copy(update=changes)
