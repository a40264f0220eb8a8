"""A small North Carolina made like the published files: two districts, a charter, a hospital school."""

from __future__ import annotations

import pandas as pd
from samples import frame

CATEGORIES = {
    "SALARIES": 0.60,
    "EMPLOYEE BENEFITS": 0.21,
    "PURCHASED SERVICES": 0.06,
    "SUPPLIES & MATERIALS": 0.07,
    "INSTRUCTIONAL EQUIP.": 0.01,
    "CENTRAL EXPENSE": 0.05,
}
# school: name, category, span, Title I, students, teachers, beginning, percent EDS, dollars per student
SCHOOLS = {
    "320304": ("Bethesda Elementary", "E", "P0:05", "Y", 672, 56, 20, "56.3", 10_668),
    "320313": ("Easley Elementary", "E", "KG:05", "", 503, 39, 3, "29.1", 12_061),
    "320308": ("Burton Elementary", "E", "P0:05", "Y", 356, 34, 4, "58.8", 14_102),
    "320306": ("Brogden Middle", "M", "6:08", "Y", 517, 48, 8, "74.2", 12_887),
    "320312": ("C E Jordan High", "H", "9:12", "", 1864, 120, 20, "39.3", 9_867),
    "320336": ("DPS Hospital School", "A", "P0:12", "", 7, 20, 1, "", 164_167),
    "010303": ("ABSS Early College", "H", "9:13", "", 223, 14, 2, "41.0", 9_800),
    "010304": ("Alexander Wilson Elementary", "E", "PK:05", "Y", 605, 44, 6, "50.5", 9_400),
}
SIZES = {
    "E": {"00": 20, "01": 20, "02": 21, "03": 14, "04": 24, "05": 17},
    "M": {"06": 19, "07": 19, "08": 17, "NC Math 1": 16},
}
SIZES["H"] = {"Biology": 16, "English II": 24, "NC Math 1": 23, "NC Math 3": 25}
RACES = ("indian", "asian", "hispanic", "black", "white", "pacific island", "two or more")


def nc_tables() -> dict[str, pd.DataFrame]:
    """Return the files of the sample, every cell as text."""
    funds = _funds()
    return {
        "rcd_location.csv": _location(),
        "rcd_funds2.csv": funds,
        "rcd_eq.csv": frame(
            ("year", "agency_code", "poverty", "number_of_teachers", "beg_teacher", "prov_teachers"),
            [("2019", key, "HIGH", f"{s[5]}.0", f"{s[6]}.0", "1.0") for key, s in SCHOOLS.items()],
        ),
        "rcd_acc_eds.csv": frame(
            ("year", "agency_code", "pct_eds", "pct_eds_masking"),
            [("2019", key, s[7], "" if s[7] else "3.0") for key, s in SCHOOLS.items()],
        ),
        "rcd_acc_essa_desig.csv": frame(
            ("year", "agency_code", "csi_lp", "csi_lg", "tsi_cu", "tsi_at"),
            [
                ("2019", key, *flags)
                for key, flags in zip(SCHOOLS, ["NNYY", "NNNN", "NNYN", "YNYY", "NYNN", "NNNN"], strict=False)
            ],
        ),
        "ec_pupils.csv": _pupils(),
        "rcd_chronic_absent.csv": _absence(),
        "rcd_sar.csv": frame(
            ("year", "agency_code", "category_code", "grade_eoc", "avg_size"),
            [
                ("2019", key, "", grade, str(size))
                for key, s in SCHOOLS.items()
                for grade, size in SIZES.get(s[1], {}).items()
            ],
        ),
        "rcd_charter.csv": frame(
            ("year", "agency_code", "home_lea", "pct_enrolled", "subgroup", "masking"),
            [("2019", f"{lea}000", f"{lea}LEA", share, group, "") for lea, group, share in _SHARES]
            + [("2019", "32A000", "320LEA", "90.0", "ELS", "")],
        ),
        "rcd_effectiveness3.csv": frame(
            ("year", "agency_code", "ni", "eff", "he"),
            [("2019", key, "2", "5", "1") for key in SCHOOLS if key != "320336"]
            + [("2019", "320999", "0", "0", "0")],
        ),
        "ratio.csv": _attendance(),
        "rcd_improvement2.csv": frame(
            ("year", "agency_code", "category_code", "amount"),
            [
                ("2019", "320306", "M", "175969"),
                ("2019", "320312", "H", "9000000"),
                ("2019", "00B000", "A", "9"),
            ],
        ),
        "rcd_acc_spg2.csv": frame(
            ("year", "agency_code", "subgroup", "spg_score"),
            [("2019", key, group, "51.0") for key in SCHOOLS if key != "320336" for group in ("ALL", "EDS")],
        ),
    }


_SHARES = [("320", "ELS", "13.8"), ("320", "SWD", "14.3"), ("010", "ELS", "11.0"), ("010", "SWD", "12.0")]


def experience_table() -> pd.DataFrame:
    """Return the year before's teacher experience, with a district average and a principal's row."""
    rows = [
        ("2018", key, s[1], "0.2", "0.5", "0.3", "Teacher") for key, s in SCHOOLS.items() if key != "320308"
    ]
    rows += [("2018", "320304", "E", "0.9", "0.05", "0.05", "Principal")]
    rows += [("2018", "320LEA", "E", "0.25", "0.45", "0.3", "Teacher")]
    shares = ("pct_experience_0", "pct_experience_10", "pct_experience_4")
    return frame(
        ("year", "agency_code", "category_code", *shares, "staff", "avg_class_teach"),
        [(*row, "50") for row in rows],
    )


def license_tables() -> dict[str, pd.DataFrame]:
    """Return the year before's licenses and board certification; rows of districts repeat for each level."""
    averages = [("2018", "320LEA", level, "0.98", "0.5") for level in "EMH"]
    schools = [("2018", key, s[1], "0.99", "0.08") for key, s in SCHOOLS.items()]
    board = [("2018", key, "11705", s[1], str(n)) for n, (key, s) in enumerate(SCHOOLS.items())]
    return {
        "rcd_licenses.csv": frame(
            ("year", "agency_code", "category_code", "pct_fully_licensed", "pct_lateral_entry"),
            [*schools, *averages],
        ),
        "rcd_nbpts.csv": frame(
            ("year", "agency_code", "total_nbpts_num", "category_code", "nbpts_num"),
            [*board, ("2018", "NC-SEA", "11705", "E", "5")],
        ),
    }


def _attendance() -> pd.DataFrame:
    """Return attendance with the published header, in which a year stands twice, and its blank last row."""
    columns = ("agency_code", "ada_adm_ratio_2018", "ada_adm_ratio_2018", "ada_adm_ratio_2019")
    rows = [(key, "93.1", "94.0", f"{95 + n / 10:.2f}") for n, key in enumerate(SCHOOLS)]
    return frame(
        columns, [*rows, ("329999", "", "N/A", "N/A"), ("999999", " 95.17 ", " 94.52 ", " 94.65 "), ("",) * 4]
    )


def _location() -> pd.DataFrame:
    columns = (
        "year",
        "agency_code",
        "category_code",
        "agency_level",
        "lea_code",
        "name",
        "grade_span",
        "school_type",
        "title_i",
    )
    rows = [
        ("2019", key, s[1], "SCH", f"{key[:3]}LEA", s[0], s[2], "Regular School", s[3])
        for key, s in SCHOOLS.items()
    ]
    rows += [("2019", "32A000", "E", "SCH", "CH", "A Charter", "KG:08", "Regular School", "Y")]
    rows += [("2019", "049", "A", "SCH", "CH", "Pine Lake Preparatory", "KG:12", "Regular School", "")]
    rows += [("2019", "NC-SEA", "", "NAT", "", "United States", "", "", "")]
    return frame(columns, rows)


def _funds() -> pd.DataFrame:
    money = ("state_funds", "federal_funds", "local_funds", "total_funds", "total_ppe", "ADM")
    rows = []
    for key, school in SCHOOLS.items():
        students, dollars = school[4], school[8] * school[4]
        federal = 0.14 if school[3] else 0.07
        parts = {name: share * dollars for name, share in CATEGORIES.items()} | {"TOTAL": dollars}
        for name, whole in parts.items():
            sources = (0.55 * whole, federal * whole, (0.45 - federal) * whole)
            shown = min(whole / students, whole / students - 100_000 if whole / students > 100_000 else 1e9)
            cells = (*(f"{part:.2f}" for part in sources), f"{whole:.0f}", f"{shown:.2f}", str(students))
            rows.append(("2019", key, name, *cells))
    return frame(("year", "agency_code", "expenditure_category", *money), rows)


def _pupils() -> pd.DataFrame:
    rows = []
    for key, school in SCHOOLS.items():
        each = max(1, (school[4] - 3) // 14)
        rows.append(("2019", key[:3], _NAMES[key[:3]], *([str(each)] * 14), key))
    cells = [f"{race} {sex}" for race in RACES for sex in ("male", "female")]
    return frame(("year", "lea", "lea name", *cells, "agency_code"), rows)


_NAMES = {"320": "Durham County Schools", "010": "Alamance-Burlington Schools"}


def _absence() -> pd.DataFrame:
    rows = []
    for key, school in SCHOOLS.items():
        if key == "320336":
            continue
        students = school[4]
        counts = {"ALL": students // 8, "SWD": students // 50 + 1, "ELS": students // 60 + 1}
        if key == "010303":
            counts.pop("ELS")
        # As published: `den` repeats the school's students in every row.
        rows += [("2019", key, group, str(count), str(students)) for group, count in counts.items()]
    return frame(("year", "agency_code", "subgroup", "Count", "den"), rows)
