"""A small nation in the layouts of the federal files: Alabama, whose ids open with 0, and Kentucky."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from samples import Tables, write_tables

YEAR = "2017-2018"
RACES = {
    "White": 0.5,
    "Black or African American": 0.3,
    "Hispanic/Latino": 0.2,
    "Asian": 0.0,
    "American Indian or Alaska Native": 0.0,
    "Native Hawaiian or Other Pacific Islander": 0.0,
    "Two or more races": 0.0,
}
CRDC_RACES = {"WH": 0.5, "BL": 0.3, "HI": 0.2, "AS": 0.0, "AM": 0.0, "HP": 0.0, "TR": 0.0}
GRADES = ("Pre-Kindergarten", "Kindergarten", "Grade 8")


@dataclass(frozen=True)
class Example:
    """A school of the small nation."""

    school: str
    name: str
    students: int
    teachers: float
    poor: float
    novice: float
    level: str = "Elementary"
    kind: str = "1"
    status: str = "1"
    charter: str = "No"

    @property
    def district(self) -> str:
        """The LEAID."""
        return self.school[:7]

    @property
    def low_income(self) -> int:
        """Students with free or reduced-price meals."""
        return round(self.students * self.poor)


ALABAMA, OTHER, KENTUCKY = "0100005", "0100006", "2100030"
SCHOOLS = (
    Example("010000500870", "Big Spring Lake", 400, 25.0, 0.9, 0.3),
    Example("010000500871", "Evans", 500, 32.0, 0.4, 0.1),
    Example("010000500872", "Asbury Middle", 600, 36.5, 0.6, 0.2, "Middle"),
    Example("010000500873", "Albertville High", 800, 50.0, 0.5, 0.05, "High"),
    Example("010000500874", "Closed", 100, 5.0, 0.5, 0.1, status="2"),
    Example("010000500875", "Alternative", 60, 5.0, 0.9, 0.5, kind="4"),
    Example("010000500876", "Charter", 200, 10.0, 0.5, 0.5, charter="Yes"),
    Example("010000600001", "Marshall", 300, 20.0, 0.5, 0.2),
    Example("210003000001", "Adair", 700, 40.0, 0.5, 0.1),
)
DISTRICTS = {ALABAMA: "Albertville City", OTHER: "Marshall County", KENTUCKY: "Marshall County"}
# The collection does not count a school that is closed.
COUNTED = tuple(school for school in SCHOOLS if school.status == "1")
KEPT = {school.school for school in SCHOOLS[:4]}


def keys(school: Example) -> dict[str, str]:
    """Return the columns that open every flat file of the Common Core."""
    state = {"01": "AL", "21": "KY"}[school.school[:2]]
    return {
        "SCHOOL_YEAR": YEAR,
        "FIPST": school.school[:2],
        "ST": state,
        "SCH_NAME": school.name,
        "LEAID": school.district,
        "ST_SCHID": f"{state}-{school.school[7:]}",
        "NCESSCH": school.school,
        "SCHID": school.school[5:],
    }


def ccd_tables() -> Tables:
    """Return the five flat files of 2017-18."""
    directory = [
        keys(each)
        | {
            "LEA_NAME": DISTRICTS[each.district],
            "SY_STATUS": each.status,
            "SCH_TYPE": each.kind,
            "CHARTER_TEXT": each.charter,
            "GSLO": "PK",
            "GSHI": "12",
            "LEVEL": each.level,
        }
        for each in SCHOOLS
    ]
    kinds = [
        keys(each)
        | {"TITLEI_STATUS": "SWELIGSWPROG" if each.poor > 0.5 else "NOTTITLE1ELIG", "VIRTUAL": "NOTVIRTUAL"}
        for each in SCHOOLS
    ]
    staff = [
        keys(each)
        | {"TEACHERS": str(each.teachers), "TOTAL_INDICATOR": "Education Unit Total", "DMS_FLAG": "Reported"}
        for each in SCHOOLS
    ]
    files = {"029_1718_w_1a_083118": directory, "129_1718_w_1a_083118": kinds, "059_1718_l_1a_083118": staff}
    files |= {
        "052_1718_l_1a_083118": [row for each in SCHOOLS for row in membership(each)],
        "033_1718_l_1a_083118": [row for each in SCHOOLS for row in lunch(each)],
    }
    return {f"ccd_sch_{name}.csv": pd.DataFrame(rows, dtype=object) for name, rows in files.items()}


def membership(school: Example) -> list[dict[str, str]]:
    """Return rows of details and of every kind of total: their sum is several times the students."""
    rows = []
    for race, share in RACES.items():
        for sex in ("Male", "Female"):
            count = round(school.students * share / 2)
            rows.append(("Grade 8", race, sex, count, "Category Set A - By Race/Ethnicity; Sex; Grade"))
            kind = "Derived - Subtotal by Race/Ethnicity and Sex minus Adult Education Count"
            rows.append(("No Category Codes", race, sex, count, kind))
    none = "No Category Codes"
    for grade in GRADES:
        rows.append((grade, none, none, round(school.students / 10), "Subtotal 4 - By Grade"))
    total = school.students
    rows.append((none, none, none, total, "Derived - Education Unit Total minus Adult Education Count"))
    # Adults are in this total, and no students of the school.
    rows.append((none, none, none, total + 7, "Education Unit Total"))
    names = ("GRADE", "RACE_ETHNICITY", "SEX", "STUDENT_COUNT", "TOTAL_INDICATOR")
    return [
        keys(school) | dict(zip(names, map(str, row), strict=True)) | {"DMS_FLAG": "Reported"} for row in rows
    ]


def lunch(school: Example) -> list[dict[str, str]]:
    """Return rows of free and reduced-price meals, of their total, and of direct certification."""
    meals, total = "Free and Reduced-price Lunch Table", "Education Unit Total"
    free = round(school.low_income * 0.8)
    rows = [
        (meals, "Free lunch qualified", free, "Category Set A"),
        (meals, "Reduced-price lunch qualified", school.low_income - free, "Category Set A"),
        (meals, "No Category Codes", school.low_income, total),
        (meals, "Missing", "", "Category Set A"),
        ("Direct Certification", "Not Applicable", round(school.low_income / 2), total),
    ]
    names = ("DATA_GROUP", "LUNCH_PROGRAM", "STUDENT_COUNT", "TOTAL_INDICATOR")
    return [
        keys(school) | dict(zip(names, map(str, row), strict=True)) | {"DMS_FLAG": "Reported"} for row in rows
    ]


def crdc_keys(school: Example) -> dict[str, str]:
    """Return the columns that open every topic of the collection."""
    return {
        "LEA_STATE": {"01": "AL", "21": "KY"}[school.school[:2]],
        "LEAID": school.district,
        "LEA_NAME": DISTRICTS[school.district],
        "SCHID": school.school[7:],
        "SCH_NAME": school.name,
        "COMBOKEY": school.school,
        "JJ": "No",
    }


def crdc_tables() -> Tables:
    """Return the topics of 2017-18; they count a tenth fewer students and teachers than the Common Core."""
    topics = {
        "School Support": support,
        "Enrollment": enrollment,
        "School Characteristics": characteristics,
        "School Expenditures": expenditures,
        "Advanced Placement": placement,
        "International Baccalaureate": baccalaureate,
        "Dual Enrollment": dual,
        "Gifted and Talented": gifted,
        "Suspensions": suspensions,
        "Algebra I": algebra,
    }
    tables: Tables = {
        f"{name}.csv": pd.DataFrame([crdc_keys(each) | topic(each) for each in COUNTED], dtype=object)
        for name, topic in topics.items()
    }
    tables["ID 814 SCH - Chronic Absenteeism.csv"] = pd.DataFrame(
        [
            {
                "NCESLEAID": each.district,
                "NCESSCH": each.school,
                "TOTAL_STUDENTS_REPORTED_M": str(round(each.students * 0.05)),
                "TOTAL_STUDENTS_REPORTED_F": str(round(each.students * 0.04)),
            }
            for each in COUNTED
        ],
        dtype=object,
    )
    return tables


def support(school: Example) -> dict[str, str]:
    fte = round(school.teachers * 0.9, 2)
    return {
        "SCH_FTETEACH_TOT": str(fte),
        "SCH_FTETEACH_CERT": str(fte - 1),
        "SCH_FTETEACH_NOTCERT": "1.00",
        "SCH_FTETEACH_FY": str(round(fte * school.novice * 0.6, 4)),
        "SCH_FTETEACH_SY": str(round(fte * school.novice * 0.4, 4)),
        "SCH_FTETEACH_ABSENT": str(round(fte * 0.25, 2)),
        "SCH_FTECOUNSELORS": "1.50",
        "SCH_FTESERVICES_NUR": "1.00",
        "SCH_FTESERVICES_PSY": "0.00",
        "SCH_FTESERVICES_SOC": "-9",
    }


def enrollment(school: Example) -> dict[str, str]:
    students = round(school.students * 0.9)
    shares = CRDC_RACES | {"LEP": 0.1, "IDEA": 0.12, "504": 0.02}
    row = {}
    for code, share in shares.items():
        row |= {
            f"SCH_ENR_{code}_M": str(round(students * share / 2)),
            f"SCH_ENR_{code}_F": str(round(students * share / 2)),
        }
    return row | {"TOT_ENR_M": str(students // 2), "TOT_ENR_F": str(students - students // 2)}


def characteristics(school: Example) -> dict[str, str]:
    spans = {"Elementary": range(-1, 6), "Middle": range(6, 9), "High": range(9, 13)}
    names = {"PS": -1, "KG": 0} | {f"G{grade:02d}": grade for grade in range(1, 13)}
    row = {
        f"SCH_GRADE_{name}": "Yes" if grade in spans[school.level] else "No" for name, grade in names.items()
    }
    return row | {
        "SCH_STATUS_SPED": "No",
        "SCH_STATUS_ALT": "Yes" if school.kind == "4" else "No",
        "SCH_STATUS_CHARTER": school.charter,
    }


def expenditures(school: Example) -> dict[str, str]:
    fte = school.teachers * 0.85
    pay = fte * 50_000
    return {
        "SCH_FTE_TEACH_WOFED": f"{fte:.2f}",
        "SCH_SAL_TEACH_WOFED": f"{pay:.2f}",
        "SCH_SAL_TOTPERS_WOFED": f"{pay * 1.6:.2f}",
        "SCH_SAL_TOTPERS_WFED": f"{pay * 1.6 + 300 * school.low_income:.2f}",
        "SCH_NPE_WOFED": f"{400 * school.students:.2f}",
        "SCH_NPE_WFED": f"{400 * school.students + 500 * school.low_income:.2f}",
    }


def placement(school: Example) -> dict[str, str]:
    if school.level != "High":
        return {"SCH_APENR_IND": "-9", "TOT_APENR_M": "-9", "TOT_APENR_F": "-9"}
    return {"SCH_APENR_IND": "Yes", "TOT_APENR_M": "60", "TOT_APENR_F": "84"}


def programme(stem: str, offered: str, total: str, everyone: int, black: int) -> dict[str, str]:
    """Return the columns of a programme: Black students as given, the others all white."""
    row = {offered: "Yes"}
    counts = dict.fromkeys((*CRDC_RACES, "LEP", "IDEA"), 0) | {"BL": black, "WH": everyone - black}
    for sex, part in (("M", 0), ("F", 1)):
        row[f"{total}_{sex}"] = str((everyone + part) // 2)
        row |= {f"SCH_{stem}_{code}_{sex}": str((count + part) // 2) for code, count in counts.items()}
    return row


def baccalaureate(school: Example) -> dict[str, str]:
    """Return none but at the high school, which has the programme."""
    if school.level != "High":
        return dict.fromkeys(programme("IBENR", "SCH_IBENR_IND", "TOT_IBENR", 0, 0), "-9") | {
            "SCH_IBENR_IND": "No"
        }
    return programme("IBENR", "SCH_IBENR_IND", "TOT_IBENR", 36, 4)


def dual(school: Example) -> dict[str, str]:
    """Return a tenth of the high school's students."""
    everyone = round(school.students * 0.09) if school.level == "High" else 0
    return programme("DUALENR", "SCH_DUAL_IND", "TOT_DUAL", everyone, everyone // 4)


def gifted(school: Example) -> dict[str, str]:
    """Return a tenth of the students, one in ten of them Black."""
    everyone = round(school.students * 0.09)
    return programme("GTENR", "SCH_GT_IND", "TOT_GTENR", everyone, everyone // 10)


def suspensions(school: Example) -> dict[str, str]:
    """Return students suspended: 8 boys and 4 girls of every kind of discipline, half of them Black."""
    row = {}
    for kind in ("SINGOOS", "MULTOOS"):
        for sex, count in (("M", 8), ("F", 4)):
            for group, part in (("WODIS_{0}", "TOT_DISC"), ("WDIS_{0}_IDEA", "TOT_DISC")):
                row[f"{part}{group.format(kind)}_{sex}"] = str(count)
            row[f"SCH_DISCWDIS_{kind}_504_{sex}"] = "1"
            for prefix in (f"SCH_DISCWODIS_{kind}", f"SCH_DISCWDIS_{kind}_IDEA"):
                row |= {f"{prefix}_{code}_{sex}": "0" for code in CRDC_RACES}
                row |= {f"{prefix}_BL_{sex}": str(count // 2), f"{prefix}_WH_{sex}": str(count // 2)}
            row |= {f"SCH_DISC{side}_{kind}_LEP_{sex}": "1" for side in ("WODIS", "WDIS")}
    return row | {"TOT_DAYSMISSED_M": str(school.students // 10), "TOT_DAYSMISSED_F": "0"}


def algebra(school: Example) -> dict[str, str]:
    if school.level != "Middle":
        return {"SCH_ALGENR_G08_IND": "-9", "TOT_ALGENR_G08_M": "-9", "TOT_ALGENR_G08_F": "-9"}
    return {"SCH_ALGENR_G08_IND": "Yes", "TOT_ALGENR_G08_M": "10", "TOT_ALGENR_G08_F": "14"}


def changed(table: pd.DataFrame, school: str, column: str, cell: str, **where: str) -> pd.DataFrame:
    """Return `table` with one column of a school's rows changed; `where` chooses among the rows."""
    key = "NCESSCH" if "NCESSCH" in table else "COMBOKEY"
    rows = table[key] == school
    for name, word in where.items():
        rows &= table[name] == word
    assert rows.any()
    copy = table.copy()
    copy.loc[rows, column] = cell
    return copy


def write_federal(folder: Path, ccd: Tables | None = None, crdc: Tables | None = None) -> tuple[Path, Path]:
    """Write both collections' files; return their folders."""
    return (
        write_tables(folder / "ccd", ccd_tables() if ccd is None else ccd),
        write_tables(folder / "crdc", crdc_tables() if crdc is None else crdc),
    )
