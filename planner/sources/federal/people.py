"""Teachers by experience and support staff, from federal counts."""

from __future__ import annotations

import pandas as pd

from planner.sources.federal.cells import share_of
from planner.sources.federal.districts import AVERAGE_SALARY, FederalOptions
from planner.sources.report import ImportReport
from planner.sources.staffing import FIELD, staff_table

SUPPORT_ROLES = ("counselor", "nurse", "psychologist", "social_worker")
# Outside these, salaries over FTE are a slip of the return: the least starting pay of a state in 2017-18 was
# about $30,000 (NEA), and no state's average passed $85,000. An assumption; what it leaves out is counted.
LEAST_PAY, MOST_PAY = 20_000.0, 200_000.0
NO_YEARS = "no file tells developing teachers from experienced ones: all but novices are called experienced"


def teacher_shares(rows: pd.DataFrame, file: str, report: ImportReport) -> pd.DataFrame:
    """Return novice, uncertified and absent teachers over the collection's own teachers, never another count.

    Parameters
    ----------
    rows
        By school: `teachers_crdc`, `first_year`, `second_year`, `not_certified` and `absent` [FTE].
    """
    parts = {
        "novice_share": rows["first_year"] + rows["second_year"],
        "provisional_teachers": rows["not_certified"],
        "teacher_absence": rows["absent"],
    }
    total = rows["teachers_crdc"]
    shares = {name: share_of(part, total, f"{file}, {name}", report) for name, part in parts.items()}
    return rows[["teachers_crdc", *SUPPORT_ROLES]].assign(**shares)


def plausible_pay(salaries: pd.Series, fte: pd.Series, where: str, report: ImportReport) -> pd.Series:
    """Return average pay, salaries over FTE [dollars a year per FTE]; missing where it cannot be pay."""
    pay = salaries / fte.where(fte > 0)
    wrong = pay.notna() & ~pay.between(LEAST_PAY, MOST_PAY)
    meaning = "salaries over FTE cannot be a year's pay; not used"
    report.code(where, f"outside ${LEAST_PAY:,.0f} to ${MOST_PAY:,.0f}", meaning, int(wrong.sum()))
    return pay.mask(wrong)


def staff_rows(schools: pd.DataFrame, options: FederalOptions, report: ImportReport) -> pd.DataFrame:
    """Return the table `staff`: teachers by band, and the support roles that the files count.

    Parameters
    ----------
    schools
        By school: `teachers` [FTE], `students`, `district_id`, `level`; where known `novice_share`, `pay`
        [dollars a year per FTE] and the roles of `SUPPORT_ROLES` [FTE].
    """
    share = _novice_share(schools, report)
    pay = _average_pay(schools, options, report)
    novice = (schools["teachers"] * share).round(2)
    teachers = pd.DataFrame({"novice": novice, "experienced": (schools["teachers"] - novice).round(2)})
    experienced = pay / (1 - share + share * options.novice_pay)
    salaries = pd.DataFrame({"novice": experienced * options.novice_pay, "experienced": experienced})
    if (share > 0).any():
        note = f"a novice is paid {options.novice_pay:.0%} of the others; the school's average is kept"
        report.imputations.record("assumed", "staff", "salary", "every row of a school with novices", note)
    return pd.concat(
        [staff_table(teachers, salaries), _support_rows(schools, pay, report)], ignore_index=True
    )


def _novice_share(schools: pd.DataFrame, report: ImportReport) -> pd.Series:
    """Return novices as a share of teachers; none are called novice where no file counts them at all."""
    cells, record = ("staff", "fte"), report.imputations.record
    if "novice_share" not in schools or schools["novice_share"].isna().all():
        note = "no file gives years of experience: none is said to be novice"
        record("assumed", "staff", "experience", "every row", note)
        return pd.Series(0.0, index=schools.index)
    fill = report.imputations.fill_with_means
    share = fill(schools["novice_share"], schools["teachers"], schools, cells, "novice share")
    note = "novice: teachers in their first or second year over all teachers, both of the collection's count"
    record("crdc_share", *cells, "every row of a teacher", note)
    record("assumed", "staff", "experience", "every row of a teacher", NO_YEARS)
    return share


def _average_pay(schools: pd.DataFrame, options: FederalOptions, report: ImportReport) -> pd.Series:
    """Return each school's average teacher pay [dollars a year per FTE]."""
    cells, record = ("staff", "salary"), report.imputations.record
    if "pay" in schools and schools["pay"].notna().any():
        fill = report.imputations.fill_with_means
        return fill(schools["pay"], schools["teachers"], schools, cells, "average pay")
    how = "assumed" if options.average_salary == AVERAGE_SALARY else "entered"
    record(how, *cells, "every row", f"average pay of ${options.average_salary:,.0f}, from no file")
    return pd.Series(options.average_salary, index=schools.index)


def _support_rows(schools: pd.DataFrame, pay: pd.Series, report: ImportReport) -> pd.DataFrame:
    """Return rows of support roles; a role that is not known of a school is filled, for no row means none."""
    pieces = []
    for role in SUPPORT_ROLES:
        if role not in schools or schools[role].isna().all():
            continue
        students = schools["students"]
        rate = report.imputations.fill_with_means(
            schools[role] / students, students, schools, ("staff", "fte"), role
        )
        fte = schools[role].where(schools[role].notna(), (rate * students).round(3))
        rows = pd.DataFrame({"fte": fte, "salary": pay.round(2)}).rename_axis("school_id").reset_index()
        pieces.append(rows.assign(role=role, field=FIELD, experience="experienced"))
    if not pieces:
        return pd.DataFrame()
    note = "support staff are paid as the school's teachers on average"
    report.imputations.record("assumed", "staff", "salary", "every row of a support role", note)
    return pd.concat(pieces, ignore_index=True).query("fte > 0")
