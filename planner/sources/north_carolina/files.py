"""The files of the North Carolina School Report Card, each read into figures by school."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.frames import unique
from planner.sources.reading import Sheet, numbers, read_text, whole_ids
from planner.sources.report import ImportReport
from planner.sources.spending import CENTRAL, OTHER_STAFF, SOURCES_OF_MONEY

ID_WIDTH = 6
CHARTER = "CH"
LEVELS = {"E": "elementary", "M": "middle", "H": "high", "I": "other", "T": "other", "A": "other"}
# rcd_code_desc.csv, code set "masking"; data-dictionary_2019.xlsx, rcd_acc_eds and rcd_chronic_absent.
MASKING = {
    1.0: "more than 95 percent, shown as 95",
    2.0: "less than 5 percent, shown as 5",
    3.0: "fewer than 10 students, not shown",
}
NOT_SHOWN = 3.0
RACES = {
    "american_indian": "indian",
    "asian": "asian",
    "hispanic": "hispanic",
    "black": "black",
    "white": "white",
    "pacific_islander": "pacific island",
    "two_or_more": "two or more",
}
USES = {
    "SALARIES": OTHER_STAFF,
    "EMPLOYEE BENEFITS": OTHER_STAFF,
    "PURCHASED SERVICES": "services",
    "SUPPLIES & MATERIALS": "supplies",
    "INSTRUCTIONAL EQUIP.": "equipment",
    "OTHER OBJECTS": "other",
    "CENTRAL EXPENSE": CENTRAL,
}
TOTAL = "TOTAL"
# total_funds is a rounded integer, up to $2.88 off the sum of its sources in the published file.
ROUNDING_DOLLARS = 3.0
# A category's dollars are its dollars per student, to the cent, times students: seven half cents.
ROUNDING_PER_STUDENT = 0.035
# The publisher's per-student column holds at most 99,999.99: a hospital school's 164,166.88 reads 64,166.88.
CUT_DOLLARS = 100_000.0
LARGEST_USUAL_CLASS = 45
EXPERIENCE_SHARES = {
    "novice": "pct_experience_0",
    "developing": "pct_experience_4",
    "experienced": "pct_experience_10",
}


def read_by_school(path: Path, sheet: Sheet, report: ImportReport) -> pd.DataFrame:
    """Read columns of a file with its school ids in full; the id column must be named ``school_id``."""
    text = read_text(path, sheet, report)
    return text.assign(school_id=whole_ids(text["school_id"], ID_WIDTH, f"{path.name}, school id", report))


def _columns(*names: str) -> dict[str, str]:
    return {"agency_code": "school_id", **{name: name for name in names}}


def read_schools(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``rcd_location``: the schools of districts, by school; charters and state rows are left out."""
    names = (
        "year",
        "category_code",
        "agency_level",
        "lea_code",
        "name",
        "school_type",
        "grade_span",
        "title_i",
    )
    text = read_by_school(path, Sheet(_columns(*names)), report).set_index("school_id")
    not_school = text["agency_level"] != "SCH"
    report.drop(
        f"rows of {path.name}", "not a school (district, state or national row)", count=int(not_school.sum())
    )
    charter = ~not_school & (text["lea_code"] == CHARTER)
    report.drop(
        "charter schools", "a district cannot move their teachers or dollars", count=int(charter.sum())
    )
    schools = text[~not_school & ~charter]
    unknown = schools["category_code"].notna() & ~schools["category_code"].isin(list(LEVELS))
    raise_all(
        Problem(f"{path.name}, category_code", f"'{code}'", f"one of {', '.join(LEVELS)}")
        for code in sorted(set(schools.loc[unknown, "category_code"]))
    )
    return pd.DataFrame(
        {
            "district_id": schools["lea_code"].str.removesuffix("LEA"),
            "school_name": schools["name"],
            "level": schools["category_code"].map(LEVELS).fillna("other"),
            "title_i": schools["title_i"].eq("Y").fillna(False).astype(bool),
            "school_type": schools["school_type"],
            "grade_span": schools["grade_span"],
            "year": schools["year"],
        }
    )


def read_spending(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``rcd_funds2``: dollars by school and category (index) and source, with the school's students.

    TOTAL is among the categories: it is a sum, for `check_spending` alone.
    """
    columns = _columns("expenditure_category", *(f"{source}_funds" for source in SOURCES_OF_MONEY))
    columns |= {"total_funds": "total", "total_ppe": "total_ppe", "ADM": "students"}
    text = read_by_school(path, Sheet(columns), report)
    text = text.rename(
        columns={"expenditure_category": "category"} | {f"{s}_funds": s for s in SOURCES_OF_MONEY}
    )
    for name in (*SOURCES_OF_MONEY, "total", "total_ppe", "students"):
        text[name] = numbers(text[name], f"{path.name}, {name}", {}, report)
    unknown = sorted(set(text["category"].dropna()) - {*USES, TOTAL})
    raise_all(
        Problem(f"{path.name}, expenditure_category", f"'{name}'", f"one of {', '.join(USES)}")
        for name in unknown
    )
    lines = text.set_index(["school_id", "category"])
    unique(lines, path.name)
    return lines


def check_spending(lines: pd.DataFrame, file: str, report: ImportReport) -> None:
    """Compare categories with the TOTAL row, which is a sum and no category; note what differs."""
    is_total = lines.index.get_level_values("category") == TOTAL
    money = list(SOURCES_OF_MONEY)
    totals = lines[is_total].droplevel("category")
    parts = lines.loc[~is_total, money].groupby(level="school_id").sum(min_count=1)
    report.drop(
        f"TOTAL rows of {file}", "a sum of the categories, used only to check them", count=int(is_total.sum())
    )
    allowed = ROUNDING_PER_STUDENT * totals["students"].reindex(parts.index) + ROUNDING_DOLLARS
    off = (lines["total"] - lines[money].sum(axis=1)).abs().groupby(level="school_id").max()
    apart = ((parts - totals[money].reindex(parts.index)).abs().max(axis=1) > allowed) | (
        off > ROUNDING_DOLLARS
    )
    if apart.any():
        report.note(
            f"{file}: categories and totals of {int(apart.sum())} schools differ by more than rounding; "
            f"the categories are used ({', '.join(sorted(apart.index[apart])[:20])})"
        )
    cut = (totals["total"] / totals["students"] - totals["total_ppe"]) > CUT_DOLLARS / 2
    if cut.any():
        report.note(
            f"{file}: total_ppe holds at most 99,999.99 and lost $100,000 at "
            f"{', '.join(sorted(cut.index[cut]))}; dollars per student are recomputed"
        )
    negative = int((lines.loc[~is_total, money] < 0).to_numpy().sum())
    if negative:
        report.note(f"{file}: {negative} negative cells (accounting reversals) are kept as they are")


def read_teachers(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``rcd_eq``: teachers, beginning and provisionally licensed ones [headcount], by school."""
    columns = {"number_of_teachers": "teachers", "beg_teacher": "novice", "prov_teachers": "provisional"}
    text = read_by_school(path, Sheet({"agency_code": "school_id"} | columns), report).set_index("school_id")
    for name in columns.values():
        text[name] = numbers(text[name], f"{path.name}, {name}", {}, report)
    return text[list(columns.values())].astype(float)


def read_poverty(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``rcd_acc_eds``: `low_income_share` and the `masking` code of each school."""
    sheet = Sheet(_columns("pct_eds", "pct_eds_masking"), optional=frozenset({"pct_eds_masking"}))
    text = read_by_school(path, sheet, report).set_index("school_id")
    masking = numbers(text["pct_eds_masking"], f"{path.name}, pct_eds_masking", {}, report)
    for code, meaning in MASKING.items():
        report.code(f"{path.name}, pct_eds_masking", f"{code:.0f}", meaning, int((masking == code).sum()))
    share = numbers(text["pct_eds"], f"{path.name}, pct_eds", {}, report) / 100
    return pd.DataFrame({"low_income_share": share.mask(masking == NOT_SHOWN), "masking": masking})


def read_support(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``rcd_acc_essa_desig``: each school's ESSA status, the most severe where it has several."""
    flags = ("csi_lp", "csi_lg", "tsi_cu", "tsi_at")
    text = read_by_school(path, Sheet(_columns(*flags)), report).set_index("school_id")
    status = pd.Series("none", index=text.index, dtype=object)
    for flag, name in (("tsi_cu", "TSI"), ("tsi_at", "ATSI"), ("csi_lg", "CSI"), ("csi_lp", "CSI")):
        status[text[flag].eq("Y").fillna(False)] = name
    # Blank flags say nothing of the school; they do not say that it has no status.
    return pd.DataFrame({"support_status": status.where(text[list(flags)].notna().any(axis=1), None)})


def read_races(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``ec_pupils``: students by race and ethnicity, and the district's name, by school."""
    cells = {f"{race} {sex}": f"{group} {sex}" for group, race in RACES.items() for sex in ("male", "female")}
    text = read_by_school(path, Sheet(_columns("lea name") | cells), report).set_index("school_id")
    counts = {name: numbers(text[name], f"{path.name}, {name}", {}, report) for name in cells.values()}
    sums = {group: counts[f"{group} male"] + counts[f"{group} female"] for group in RACES}
    return pd.DataFrame({"district_name": text["lea name"], **sums})


def read_absence(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``rcd_chronic_absent``: by school, chronically absent students and students counted, by subgroup.

    Columns are pairs such as ``("count", "ELS")`` and ``("den", "ELS")`` [students].
    """
    text = read_by_school(path, Sheet(_columns("subgroup", "Count", "den")), report)
    for name in ("Count", "den"):
        text[name] = numbers(text[name], f"{path.name}, {name}", {}, report)
    long = text.rename(columns={"Count": "count"})
    unique(long.set_index(["school_id", "subgroup"]), path.name)
    return long.pivot(index="school_id", columns="subgroup", values=["count", "den"])


def read_class_sizes(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``rcd_sar``: `school_id`, `grade` (00 to 08, or a subject) and average class `size`."""
    text = read_by_school(path, Sheet(_columns("grade_eoc", "avg_size")), report)
    size = numbers(text["avg_size"], f"{path.name}, avg_size", {}, report)
    large = int((size > LARGEST_USUAL_CLASS).sum())
    if large:
        report.note(
            f"{path.name}: {large} average class sizes are over {LARGEST_USUAL_CLASS}; kept as published"
        )
    return pd.DataFrame(
        {"school_id": text["school_id"], "grade": text["grade_eoc"], "size": size.where(size > 0)}
    )


def read_experience(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read an earlier year's ``rcd_experience``: share of teachers by band, by school or LEA."""
    sheet = Sheet(
        _columns("year", "category_code", "staff", *EXPERIENCE_SHARES.values()),
        keep=lambda text: text["staff"] == "Teacher",
    )
    text = read_by_school(path, sheet, report).set_index("school_id")
    shares = {
        band: numbers(text[name], f"{path.name}, {name}", {}, report)
        for band, name in EXPERIENCE_SHARES.items()
    }
    return pd.DataFrame({"category": text["category_code"], "year": text["year"], **shares})


def read_effectiveness(path: Path, report: ImportReport) -> pd.Series:
    """Read ``rcd_effectiveness3``: share of rated teachers whose students grew as expected or more.

    Teachers need improvement (`ni`), are effective (`eff`) or highly effective (`he`) by the growth of their
    students' scores (EVAAS); a school without rated teachers has no share.
    """
    names = ("ni", "eff", "he")
    text = read_by_school(path, Sheet(_columns(*names)), report).set_index("school_id")
    unique(text, path.name)
    counts = {name: numbers(text[name], f"{path.name}, {name}", {}, report) for name in names}
    rated = counts["ni"] + counts["eff"] + counts["he"]
    return (counts["eff"] + counts["he"]) / rated.where(rated > 0)


def read_group_shares(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``rcd_charter``: each district's own `share` of students by subgroup, and its `masking`."""
    text = read_text(path, Sheet(_columns("pct_enrolled", "subgroup", "masking")), report)
    own = text[text["school_id"].str.fullmatch(r"\d{3}000").fillna(False).astype(bool)]
    report.drop(f"rows of {path.name}", "a charter school, not a district", count=len(text) - len(own))
    share = numbers(own["pct_enrolled"], f"{path.name}, pct_enrolled", {}, report) / 100
    masking = numbers(own["masking"], f"{path.name}, masking", {}, report)
    rows = pd.DataFrame(
        {
            "district_id": own["school_id"].str[:3],
            "subgroup": own["subgroup"],
            "share": share,
            "masking": masking,
        }
    )
    return rows.drop_duplicates(["district_id", "subgroup"]).set_index(["district_id", "subgroup"])


def read_attendance(path: Path, year: str, report: ImportReport) -> pd.Series:
    """Read ``ratio``: average daily attendance over average daily membership of a year, by school.

    The column of 2017 is headed 2018 as well; it is not read. A school without members has no ratio.
    """
    sheet = Sheet({"agency_code": "school_id", f"ada_adm_ratio_{year}": "percent"})
    text = read_by_school(path, sheet, report).set_index("school_id")
    unique(text, path.name)
    codes = {"N/A": "no members in the year"}
    return numbers(text["percent"], f"{path.name}, ada_adm_ratio_{year}", codes, report) / 100


def read_improvement(path: Path, report: ImportReport) -> pd.Series:
    """Read ``rcd_improvement2``: school improvement grants awarded, by school [dollars a year]."""
    text = read_by_school(path, Sheet(_columns("amount")), report).set_index("school_id")
    unique(text, path.name)
    return numbers(text["amount"], f"{path.name}, amount", {}, report)


def read_scores(path: Path, report: ImportReport) -> pd.Series:
    """Read ``rcd_acc_spg2``: the school performance score of all students, 0 to 100."""
    sheet = Sheet(_columns("subgroup", "spg_score"), keep=lambda text: text["subgroup"] == "ALL")
    text = read_by_school(path, sheet, report).set_index("school_id")
    return numbers(text["spg_score"], f"{path.name}, spg_score", {}, report)


def grades_of(span: str | None) -> list[str]:
    """Return the grades of a span such as ``P0:05`` or ``9:12``: kindergarten is 00."""
    low, _, high = str(span).partition(":")
    numbered = [
        0 if end.startswith(("P", "K")) else int(end) if end.isdigit() else None for end in (low, high)
    ]
    if numbered[0] is None or numbered[1] is None:
        return []
    return [f"{grade:02d}" for grade in range(numbered[0], numbered[1] + 1)]
