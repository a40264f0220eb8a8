"""Dimension 1, School Funding: what is spent on a student, for whom, and what average salaries hide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from planner.diagnosis.base import DIMENSIONS, Amounts, Array, Dimension, Metric, Unavailable
from planner.diagnosis.facts import Facts
from planner.equity.statistics import per_student
from planner.funds import TITLE_I

MONEY = ("budget.dollars", "staff.fte", "staff.salary")
BUDGET = "the table budget, with a line for every fund and use of each school"
LEVERS = (
    "measure:dollars",
    "policy:fund_rules",
    "policy:transfers",
    "policy:hiring",
    "policy:stipends",
    "policy:hold_harmless",
)


@DIMENSIONS.register("school_funding")
class SchoolFunding(Dimension):
    """School Funding."""

    number: ClassVar[int] = 1
    title: ClassVar[str] = "School Funding"
    questions: ClassVar[tuple[str, ...]] = (
        "Does the funding system distribute adequate funding based on student needs and enable flexible use "
        "of funds in ways that are clearly understood?",
        "After adjustment for need, how does the district's spending compare with peers and the state?",
        "How does spending per student compare between high-need and other schools, with all funds and "
        "without Title I?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return dollars per student by fund and by need, and actual against average pay."""
        return (*_DOLLARS, *_NEED, *_PAY)

    def unavailable(self) -> Sequence[Unavailable]:
        """Return the share of dollars that schools decide on."""
        needs = (
            "a column in the table budget that says who decides on the line, the school or the central office"
        )
        return (Unavailable("flexible_share", "Dollars that the school decides on", needs),)


def _each(facts: Facts, dollars: Array) -> Amounts:
    students = facts.students
    return Amounts(per_student(dollars, students), students, students)


def _by_need(facts: Facts) -> Amounts:
    weighted = facts.weighted_students
    return Amounts(per_student(facts.dollars, weighted), weighted, facts.students)


_DOLLARS = (
    Metric(
        "dollars_per_student",
        "Dollars per student",
        "All dollars of a school, staff at what they are paid, over its students.",
        "dollars",
        "more",
        lambda facts: _each(facts, facts.dollars),
        BUDGET,
        MONEY,
        LEVERS,
    ),
    Metric(
        "dollars_without_title_i",
        "Dollars per student without Title I",
        "All dollars but those of the fund title_i, over the school's students.",
        "dollars",
        "more",
        lambda facts: _each(facts, facts.dollars - facts.fund_dollars([TITLE_I])),
        f"{BUDGET}; Title I under the fund title_i",
        MONEY,
        (*LEVERS, "policy:rank_and_serve", "policy:supplement_not_supplant"),
    ),
    Metric(
        "state_local_dollars",
        "State and local dollars per student",
        "All dollars but those of federal funds, over the school's students.",
        "dollars",
        "more",
        lambda facts: _each(facts, facts.dollars - facts.fund_dollars(facts.federal_funds)),
        f"{BUDGET}; federal money under funds of its own",
        MONEY,
        (*LEVERS, "policy:maintenance_of_equity", "policy:comparability"),
    ),
    Metric(
        "dollars_at_average_salaries",
        "Dollars per student at average salaries",
        "As dollars per student, but every position charged at its role's district average: what a budget by "
        "average salaries shows.",
        "dollars",
        "more",
        lambda facts: _each(facts, facts.dollars_at_average_salaries),
        BUDGET,
        MONEY,
        ranked=False,
    ),
)
_NEED = (
    Metric(
        "dollars_per_weighted_student",
        "Dollars per need-weighted student",
        "All dollars over students counted with the need weights of district.yaml.",
        "dollars",
        "more",
        _by_need,
        f"{BUDGET}; need_weights in district.yaml",
        MONEY,
        LEVERS,
    ),
    Metric(
        "need_index",
        "Actual over expected dollars",
        "What a school has over what it would have at the district's own spending per student of each group "
        "(Annenberg Institute, 2002; no outside weights).",
        "index",
        "more",
        lambda facts: Amounts(facts.need_index, facts.students, facts.students),
        f"{BUDGET}; uses with a target group, a fund special_education, or staff of the field special_ed",
        MONEY,
        LEVERS,
    ),
)
_PAY = (
    Metric(
        "teacher_pay",
        "Average teacher pay",
        "Base pay of a school's teachers over their FTE: average salaries in a budget hide its differences "
        "(Roza and Hill, 2003).",
        "dollars",
        "more",
        lambda facts: Amounts(facts.teacher_pay, facts.students, facts.students),
        "actual salaries in the column salary of the table staff, by school and band of experience",
        ("staff.fte", "staff.salary"),
        ("measure:dollars", "measure:experienced_teachers", "policy:transfers", "policy:stipends"),
    ),
)
