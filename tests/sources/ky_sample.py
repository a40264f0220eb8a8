"""A small Kentucky made like the published files: two districts, total rows, a special school."""

from __future__ import annotations

import pandas as pd
from samples import Tables, frame

from planner.sources.kentucky import files as ky
from planner.sources.kentucky.years import PER_STUDENT_2021

# Name, type, grades, Title I, federal id, students, teachers, years, dollars a student, free and reduced.
SCHOOLS = {
    "165005": (
        "Arlington Elementary School",
        "A1",
        "Preschool",
        "5",
        "Title 1",
        "210186000350",
        357,
        40.0,
        "8.3",
        16_525,
        300,
        23,
    ),
    "165045": (
        "Athens-Chilesburg Elementary",
        "A1",
        "Entry",
        "5",
        "Not Title 1 eligible",
        "210186001987",
        799,
        52.0,
        "12.4",
        10_951,
        140,
        7,
    ),
    "165055": (
        "Booker T Washington Elementary",
        "A1",
        "Entry",
        "5",
        "Title 1",
        "",
        300,
        33.0,
        "6.3",
        16_214,
        250,
        17,
    ),
    "165170": (
        "Bryan Station High School",
        "A1",
        "9",
        "12",
        "Title 1 eligible, no program",
        "210186000388",
        1831,
        120.0,
        "9.6",
        12_025,
        1100,
        90,
    ),
    "165051": ("ABLE", "A5", "9", "12", "Not Title 1 eligible", "210186002236", 13, 0.0, "", 4_316, 12, 0),
    "001016": (
        "Adair County Elementary School",
        "A1",
        "Preschool",
        "5",
        "Title 1",
        "210003002021",
        593,
        43.0,
        "14.9",
        10_855,
        417,
        23,
    ),
}
DISTRICTS = {"165": "Fayette County", "001": "Adair County"}


def ky_tables() -> tuple[Tables, Tables]:
    """Return the department's files and the tidy ones, every cell as text."""
    own = {
        "spending/raw_2017.csv": _profile(),
        "spending/spending_2018.csv": _parts(),
        "district/fy 2017 salary schedule.csv": _schedule(),
    }
    tidy = {
        "profile_sch_2017.csv": frame(
            ("sch_id", "nces_id", "long", "lat", "year", "sch_type", "grade_low", "grade_high", "title1"),
            [(k, s[5], "-84.4", "38.0", ky.YEAR, s[1], s[2], s[3], s[4]) for k, s in SCHOOLS.items()],
        ),
        "lep_sch_2017.csv": _group("lep_total", {k: "40" for k in SCHOOLS if k not in ("165051", "165045")}),
        "iep_sch_2017.csv": _group("iep_total", dict.fromkeys(SCHOOLS, "50") | {"165055": ""}),
        "acctbly_essa_sch_2017.csv": frame(
            ("sch_id", "level", "acctbly_label"),
            [
                ("165005", "Elementary School", "CSI"),
                ("165170", "High School", "TSI"),
                ("165170", "Middle School", ""),
                ("165055", "Elementary School", ""),
            ],
        ),
        "rev_exp_dist_2016-2017.csv": frame(
            ("sch_id", "year", "type", "tot_pp", "category", "value"),
            [
                (code, ky.REVENUE_YEAR, "revenue", "total", source, value)
                for code in DISTRICTS
                for source, value in (
                    ("state", "400"),
                    ("local", "600"),
                    ("federal", "80"),
                    ("total", "1080"),
                )
            ]
            + [("165", ky.YEAR, "revenue", "total", "state", "0")],
        ),
        "fin_summary_dist_2016-2017.csv": frame(
            ("sch_id", "year", "type", "category", "value"),
            [("165", ky.YEAR, "salary", "avg_t_sal", "58915"), ("001", ky.YEAR, "salary", "avg_t_sal", "0")],
        ),
    }
    return own, tidy


def later_tables() -> Tables:
    """Return the department's files of 2020-21: one school is new, one is gone, ids are written otherwise."""
    newer = {"165060": ("New School", "A1", "ES", "210186009999", 400, 20, 100, "13,000")}
    kept = {
        key: (s[0], s[1], "HS" if s[3] == "12" else "ES", s[5], s[6] * 2, int(s[7]) + 10, 150, "15,000")
        for key, s in SCHOOLS.items()
        if key != "165045"
    }
    schools = kept | newer
    money = ("1,000", "500", "9,000", "1,500")
    total = ("", "---District Total---", "165", "Fayette County", "", "", "9,999")
    spending = [
        (f"034{k}", s[0], k[:3], DISTRICTS[k[:3]], s[3], s[1], str(s[4]))
        + ((*money, s[7]) if s[1] == "A1" else ("",) * 5)
        for k, s in schools.items()
    ]
    labels = [(f"034{k}", s[2], "ATSI" if k == "165005" else "") for k, s in schools.items()]
    status = [
        (k, "Title 1 Eligible - Schoolwide School" if k == "165170" else "Not a Title I School")
        for k in schools
    ]
    names = ("STATE SCHOOL ID", "SCHOOL NAME", "DISTRICT NUMBER", "DISTRICT NAME", "NCES ID", "SCHOOL TYPE")
    staff = ("STATE SCHOOL ID", "EDUCATOR COUNT", "TOTAL YEARS EXPERIENCE")
    return {
        "spending/spending_2021.csv": frame(
            (*names, "MEMBERSHIP", *PER_STUDENT_2021.values()), [*spending, (*total, *money, "12,000")]
        ),
        # The same id without the county's leading zero, as the department writes it in this file.
        "spending/raw_2021.csv": frame(
            staff, [(f"34{k}", str(s[5]), str(s[6])) for k, s in schools.items() if s[5]] + [("", "1", "1")]
        ),
        "score/profile_2022.csv": frame(
            ("STATE SCHOOL ID", "LEVEL", "FEDERAL CLASSIFICATION"),
            [*labels, ("034165005", "MS", "CSI"), ("", "ES", "")],
        ),
        "district/fy 2021 salary schedule.csv": _schedule()
        .drop(columns="")
        .assign(**{"Fiscal Year": "2021"}),
        "df_header.csv": frame(("School Code", "Title I Status"), [*status, ("1016", "")]),
    }


def _profile() -> pd.DataFrame:
    columns = ["SCH_CD", "SCH_NAME", "SCH_NUMBER", "NCESID", "DIST_NUMBER", "DIST_NAME", *ky.RATIOS.values()]
    columns += [
        *ky.FIGURES.values(),
        *ky.RACES.values(),
        *(part for parts in ky.RANKS.values() for part in parts),
    ]
    rows = []
    for key, s in SCHOOLS.items():
        money = (f"{s[9]}", f"{s[6]:,}", f"{s[10]:,}", f"{s[11]}", f"{s[7]:.2f}", s[8], "0.0%")
        teachers = (f"{s[7]:.2f}", f"{s[7] * 0.75:.2f}", str(int(s[7] / 10)), "N/A" if s[7] == 0 else "95.0%")
        races = [str(s[6] // 8)] * 7
        ranks = ("30.0%", "50.0%", "20.0%", "0.0%", "0.0%")
        code = key.lstrip("0")
        rows.append(
            (
                code,
                s[0],
                key[3:].lstrip("0"),
                s[5],
                key[:3].lstrip("0"),
                DISTRICTS[key[:3]],
                "14:1",
                ".9:1",
                *money,
                *teachers,
                *races,
                *ranks,
            )
        )
    blank = [""] * (len(columns) - 7)
    rows.append(("165", "---District Total---", "", "", "165", "Fayette County", "15:1", *blank))
    rows.append(("999", "---State Total---", "", "", "999", "State", "15:1", *blank))
    return frame(tuple(columns), rows)


def _parts() -> pd.DataFrame:
    rows = []
    for key, s in SCHOOLS.items():
        if s[1] == "A1":
            federal = ("1524", "247") if s[4] == "Title 1" else ("139", "113")
            rows.append((f"34{key}", *federal, "9,000", "1,500", "13,500"))
    return frame(("STATE_SCH_ID", *ky.PARTS.values()), [*rows, ("", "1", "1", "1", "1", "4")])


def _schedule() -> pd.DataFrame:
    rows = []
    for code, name in DISTRICTS.items():
        for rank, start in (("I", 48_000), ("II", 45_000), ("III", 42_000), ("IV", 33_915)):
            for years in range(31):
                pay = start + 900 * years
                rows.append(
                    (
                        "2016 - 2017",
                        f"{code} {name}",
                        rank,
                        f"{years}.00",
                        "",
                        f"{pay:,}.00" if years % 2 else str(pay),
                        "0",
                        "0",
                    )
                )
            rows.append(("2016 - 2017", f"{code} {name}", rank, "31.00", "", "0", "0", "0"))
    return frame(("Fiscal Year", "District", "Rank", "Years", "", "I", "II", "III"), rows)


def _group(column: str, counts: dict[str, str]) -> pd.DataFrame:
    rows = [
        (key, ky.YEAR, group, count) for key, count in counts.items() for group in ("All Students", "Male")
    ]
    return frame(("sch_id", "year", "student_group", column), rows)
