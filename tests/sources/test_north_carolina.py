"""North Carolina: the published figures of real districts, and every trap of the files on a small copy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import Imported
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nc_sample import experience_table, license_tables, nc_tables
from samples import Tables, write_tables
from typer.testing import CliRunner

from planner.cli import app
from planner.district import District, load_district
from planner.problems import InputProblems
from planner.sources import ImportReport, import_source
from planner.sources.north_carolina import files as nc
from planner.sources.north_carolina.report_card import NEED_WEIGHTS


def run(tmp_path: Path, tables: Tables, **options: object) -> tuple[District, ImportReport]:
    folder = write_tables(tmp_path / "nc_2019", tables)
    report = import_source("nc-report-card", folder, tmp_path / "out", **{"district": "320", **options})
    return load_district(tmp_path / "out"), report


def with_earlier(tmp_path: Path) -> Path:
    return write_tables(tmp_path / "nc_2018", {"rcd_experience.csv": experience_table()})


def test_the_command_says_what_it_wrote_and_imputed(tmp_path: Path) -> None:
    _, report = run(tmp_path, nc_tables())
    given = ["import", "nc-report-card", str(tmp_path / "nc_2019"), "--district", "320", "--out"]
    shown = CliRunner().invoke(app, [*given, str(tmp_path / "again")], env={"COLUMNS": "300"})
    assert shown.exit_code == 0 and f"Wrote {tmp_path / 'again'}" in shown.stderr
    assert "Imported from nc-report-card" in " ".join(shown.stdout.split())
    assert report.imputed and all(item.method in shown.stdout for item in report.imputed)
    told = json.loads(CliRunner().invoke(app, [*given, str(tmp_path / "third"), "--json"]).stdout)
    assert told == {"folder": str(tmp_path / "third"), **report.to_dict()}


def put(tables: Tables, file: str, rows: pd.Series, column: str, cell: str) -> None:
    tables[file].loc[rows, column] = cell


def of(tables: Tables, file: str, school: str) -> pd.Series:
    return tables[file]["agency_code"] == school


def imputed(report: ImportReport, method: str, table: str) -> list[str]:
    found = [entry.rows for entry in report.imputed if entry.method == method and entry.table == table]
    return [row for rows in found for row in ([rows] if isinstance(rows, str) else rows)]


def problems(tmp_path: Path, tables: Tables, **options: object) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        run(tmp_path, tables, **options)
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out-*"))
    return [str(problem) for problem in caught.value.problems]


# Six districts' schools with spending, computed apart from the same files: schools, students, mean of the
# published dollars per student and its weighted coefficient of variation, federal share, teachers, percent
# beginning, correlations of the percent of low-income students with dollars and with beginning teachers, CSI
# (low performing), TSI.
PUBLISHED = {
    "320": (53, 32_256, 11_708, 0.207, 0.105, 2_670, 19.0, 0.31, 0.49, 4, 29),
    "010": (35, 22_579, 9_263, 0.200, 0.110, 1_612, 16.9, 0.34, 0.40, 2, 29),
    "780": (39, 21_487, 10_414, 0.120, 0.161, 1_556, 18.9, 0.51, 0.32, 2, 25),
    "740": (38, 23_228, 9_658, 0.155, 0.129, 1_705, 16.5, 0.32, 0.69, 0, 28),
    "960": (32, 18_039, 9_739, 0.168, 0.132, 1_314, 15.3, 0.29, 0.61, 3, 21),
    "260": (87, 49_503, 9_503, 0.187, 0.131, 3_614, 20.9, 0.29, 0.39, 0, 57),
}


@pytest.fixture(scope="module")
def published(real: Callable[[str], Path]) -> dict[str, pd.DataFrame]:
    folder, report = real("nc_src_2019"), ImportReport("nc-report-card")
    spending = nc.read_spending(folder / "rcd_funds2.csv", report)
    essa = pd.read_csv(folder / "rcd_acc_essa_desig.csv", dtype=str).set_index("agency_code")
    schools = nc.read_schools(folder / "rcd_location.csv", report)
    return {
        "schools": schools,
        "totals": spending.xs("TOTAL", level="category"),
        "teachers": nc.read_teachers(folder / "rcd_eq.csv", report),
        "poverty": nc.read_poverty(folder / "rcd_acc_eds.csv", report),
        "essa": essa,
    }


@pytest.mark.parametrize("lea", PUBLISHED)
def test_published_figures_of_a_district(published: dict[str, pd.DataFrame], lea: str) -> None:
    schools, students, dollars, cv, federal, teachers, beginning, *correlations, csi, tsi = PUBLISHED[lea]
    here = published["schools"].query("district_id == @lea").index
    totals = published["totals"].reindex(here).dropna()
    staff = published["teachers"].reindex(totals.index)
    essa = published["essa"].reindex(here)
    assert len(totals) == schools
    assert totals["students"].sum() == students
    assert round((totals["total_ppe"] * totals["students"]).sum() / students) == dollars
    assert round(totals["federal"].sum() / totals["total"].sum(), 3) == federal
    assert staff["teachers"].sum() == teachers
    assert round(100 * staff["novice"].sum() / staff["teachers"].sum(), 1) == beginning
    mean = (totals["total_ppe"] * totals["students"]).sum() / students
    variance = ((totals["total_ppe"] - mean) ** 2 * totals["students"]).sum() / students
    assert variance**0.5 / mean == pytest.approx(cv, abs=0.0006)
    poor = published["poverty"]["low_income_share"].reindex(totals.index)
    novices = staff["novice"] / staff["teachers"]
    assert [totals["total_ppe"].corr(poor), novices.corr(poor)] == pytest.approx(correlations, abs=0.006)
    assert (essa["csi_lp"] == "Y").sum() == csi
    assert (essa["tsi_cu"] == "Y").sum() == tsi


def test_one_cut_cell_lowers_durham_s_mean_by_21_dollars(published: dict[str, pd.DataFrame]) -> None:
    totals = published["totals"]
    totals = totals[totals.index.str.startswith("320")]
    assert round(totals["total"].sum() / totals["students"].sum()) == 11_729


@pytest.fixture(scope="module")
def durham(
    real: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[District, ImportReport]:
    out = tmp_path_factory.mktemp("durham") / "out"
    report = import_source("nc-report-card", real("nc_src_2019"), out, district="320")
    return load_district(out), report


def test_durham_keeps_the_schools_that_can_be_described(durham: tuple[District, ImportReport]) -> None:
    district, report = durham
    assert district.name == "Durham County Schools"
    assert report.totals["schools"] == 52
    assert report.totals["students"] == 32_256 - 7
    assert report.totals["fte"] == 2_670 - 20
    dropped = {item.why: item.keys for item in report.dropped if item.what == "schools"}
    assert dropped["no spending, or a blank cell in it"] == ["320329"]
    assert dropped["special: fewer than 50 students"] == ["320336"]


def test_durham_s_dollars_are_those_published(
    durham: tuple[District, ImportReport], published: dict[str, pd.DataFrame]
) -> None:
    district, _ = durham
    lines = district.budget
    by_school = lines.groupby("school_id")["dollars"].sum()
    whole = published["totals"].reindex(by_school.index)
    money = whole[["state", "local", "federal"]].sum(axis=1)
    assert (by_school - money).abs().max() < 40  # categories are rounded to the cent per student
    pay = (district.staff["fte"] * district.staff["salary"]).groupby(district.staff["school_id"]).sum()
    staff = lines[lines["use"] == "staff"].groupby("school_id")["dollars"].sum()
    assert ((1 + district.facts.benefit_rate) * pay - staff).abs().max() < 0.05
    for fund in ("title_i", "federal_other"):
        spent = lines.loc[lines["fund"] == fund, "dollars"].sum()
        assert 0 <= district.facts.funds[fund].dollars["320"] - spent < 1  # type: ignore[index]


def test_durham_s_beginning_teachers_and_groups(durham: tuple[District, ImportReport]) -> None:
    district, report = durham
    staff = district.staff.groupby("experience")["fte"].sum()
    assert staff["novice"] / staff.sum() == pytest.approx(0.19, abs=0.002)
    groups = district.enrollment.groupby("group")["students"].sum()
    assert groups["english_learner"] / groups["all"] == pytest.approx(0.138, abs=0.002)
    assert groups["disability"] / groups["all"] == pytest.approx(0.143, abs=0.002)
    assert any("ELS repeats the school's students" in note for note in report.notes)


def test_the_whole_state_is_a_data_set_of_many_districts(north_carolina: Imported) -> None:
    district, report = north_carolina
    assert report.totals["districts"] == 115
    assert report.totals["schools"] > 2_200
    assert any("negative cells" in note for note in report.notes)
    assert any("049, 092" in note for note in report.notes)
    assert district.facts.districts["320"].name == "Durham County Schools"
    # Two small schools of Avery County are listed with all the teachers of the high school they are in.
    reasons = {item.why: item.keys for item in report.dropped if item.what == "schools"}
    lent = next(keys for why, keys in reasons.items() if "at the lowest pay" in why)
    assert lent == ["060700", "060701"]
    assert district.staff["salary"].min() > 25_000
    assert covered(district)


def covered(district: District) -> bool:
    need = district.courses["sections"] / district.courses["sections_per_fte"]
    need = need.groupby(district.courses["school_id"]).sum()
    return bool((need <= district.staff.groupby("school_id")["fte"].sum().reindex(need.index) + 1e-9).all())


def test_today_s_teachers_cover_today_s_classes(durham: tuple[District, ImportReport]) -> None:
    assert covered(durham[0])


def test_class_sizes_are_those_published(durham: tuple[District, ImportReport]) -> None:
    courses = durham[0].courses.set_index(["school_id", "course"])
    block = courses.loc[("320304", "4-5 core")]
    assert block["students"] == pytest.approx(672 / 6 * 2)
    assert block["sections"] == pytest.approx(112 / 24 + 112 / 17, abs=0.01)


def test_the_small_copy_is_accepted(tmp_path: Path) -> None:
    with_earlier(tmp_path)
    district, report = run(tmp_path, nc_tables())
    assert list(district.schools["school_id"].sort_values()) == [
        "320304",
        "320306",
        "320308",
        "320312",
        "320313",
    ]
    assert district.facts.school_year == "2018-19"
    assert district.facts.need_weights == NEED_WEIGHTS
    assert covered(district)
    assert yaml.safe_load((tmp_path / "out" / "import_report.yaml").read_text()) == report.to_dict()


def test_experience_comes_from_the_school_then_its_level(tmp_path: Path) -> None:
    with_earlier(tmp_path)
    district, report = run(tmp_path, nc_tables())
    fte = district.staff.set_index(["school_id", "experience"])["fte"]
    assert fte["320304", "novice"] == 20
    assert fte["320304", "developing"] == pytest.approx(36 * 0.3 / 0.8, abs=0.01)
    assert fte["320308", "developing"] == pytest.approx(30 * 0.3 / 0.75, abs=0.01)
    assert imputed(report, "level_mean", "staff") == ["320308"]
    assert fte.groupby("school_id").sum()["320304"] == 56


def test_without_an_earlier_year_nobody_is_said_to_be_developing(tmp_path: Path) -> None:
    district, report = run(tmp_path, nc_tables())
    assert set(district.staff["experience"]) == {"novice", "experienced"}
    assert imputed(report, "assumed", "staff") == ["developing and experienced teachers of every school"]


def test_lost_leading_zeros_are_put_back(tmp_path: Path) -> None:
    tables = nc_tables()
    ids = tables["rcd_funds2.csv"]["agency_code"]
    tables["rcd_funds2.csv"]["agency_code"] = ids.str.lstrip("0")
    district, report = run(tmp_path, tables, district="10")
    assert set(district.schools["school_id"]) == {"010303", "010304"}
    assert any("lost leading zeros" in note for note in report.notes)


def test_ids_rounded_by_a_spreadsheet_are_refused(tmp_path: Path) -> None:
    tables = nc_tables()
    put(tables, "rcd_eq.csv", of(tables, "rcd_eq.csv", "320304"), "agency_code", "3.2E+05")
    assert "an id in full" in problems(tmp_path, tables)[0]


def test_the_total_row_is_never_added_to_its_categories(tmp_path: Path) -> None:
    district, _ = run(tmp_path, nc_tables())
    dollars = district.budget.groupby("school_id")["dollars"].sum()
    assert dollars["320304"] == pytest.approx(672 * 10_668, abs=1)


def test_a_cut_dollars_per_student_is_seen_and_not_used(tmp_path: Path) -> None:
    district, report = run(tmp_path, nc_tables(), include_special=True)
    assert any("lost $100,000 at 320336" in note for note in report.notes)
    students = district.enrollment.query("school_id == '320336' and group == 'all'")["students"].item()
    dollars = district.budget.query("school_id == '320336'")["dollars"].sum()
    assert dollars / students == pytest.approx(164_167, abs=1)


def test_rounded_totals_pass_and_wrong_ones_are_noted(tmp_path: Path) -> None:
    tables = nc_tables()
    rows = of(tables, "rcd_funds2.csv", "320304") & (
        tables["rcd_funds2.csv"]["expenditure_category"] == "SALARIES"
    )
    whole = float(tables["rcd_funds2.csv"].loc[rows, "total_funds"].iloc[0])
    put(tables, "rcd_funds2.csv", rows, "total_funds", f"{whole - 2.4:.1f}")
    _, report = run(tmp_path, tables)
    assert not any("differ by more than rounding" in note for note in report.notes)
    put(tables, "rcd_funds2.csv", rows, "total_funds", f"{whole - 900:.1f}")
    report = import_source(
        "nc-report-card", write_tables(tmp_path / "b", tables), tmp_path / "b_out", district="320"
    )
    assert any("differ by more than rounding" in note and "320304" in note for note in report.notes)


def test_negative_money_is_kept_and_never_planned(tmp_path: Path) -> None:
    tables = nc_tables()
    file = tables["rcd_funds2.csv"]
    rows = of(tables, "rcd_funds2.csv", "320304") & (file["expenditure_category"] == "INSTRUCTIONAL EQUIP.")
    put(tables, "rcd_funds2.csv", rows, "federal_funds", "-8512.53")
    district, report = run(tmp_path, tables)
    lines = district.budget.set_index(["school_id", "fund", "use"])["dollars"]
    assert lines["320304", "federal", "equipment"] == -8512.53
    assert (
        district.budget.loc[district.budget["fund"].isin(["title_i", "federal_other"]), "dollars"] >= 0
    ).all()
    assert any("negative cells" in note for note in report.notes)


def test_special_schools_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    district, report = run(tmp_path, nc_tables())
    assert "320336" not in set(district.schools["school_id"])
    assert [item.keys for item in report.dropped if item.why.startswith("special")] == [["320336"]]
    again = import_source(
        "nc-report-card", tmp_path / "nc_2019", tmp_path / "all", district="320", include_special=True
    )
    assert again.totals["schools"] == 6
    assert "320336 low_income" in imputed(again, "district_mean", "enrollment") + imputed(
        again, "level_mean", "enrollment"
    )


def test_a_school_in_one_file_only_is_counted(tmp_path: Path) -> None:
    tables = nc_tables()
    tables["rcd_eq.csv"] = tables["rcd_eq.csv"][~of(tables, "rcd_eq.csv", "320313")]
    district, report = run(tmp_path, tables)
    assert "320313" not in set(district.schools["school_id"])
    assert ["320313"] in [item.keys for item in report.dropped if item.why == "no teachers"]
    joined = next(item for item in report.joined if item.name == "rcd_eq.csv")
    assert joined.without == ["320313"]


def test_masked_and_blank_shares_are_listed_and_never_zero(tmp_path: Path) -> None:
    tables = nc_tables()
    put(tables, "rcd_acc_eds.csv", of(tables, "rcd_acc_eds.csv", "320306"), "pct_eds", "95.0")
    put(tables, "rcd_acc_eds.csv", of(tables, "rcd_acc_eds.csv", "320306"), "pct_eds_masking", "1.0")
    put(tables, "rcd_acc_eds.csv", of(tables, "rcd_acc_eds.csv", "320304"), "pct_eds", "")
    district, report = run(tmp_path, tables)
    students = district.enrollment.set_index(["school_id", "group"])["students"]
    assert students["320306", "low_income"] == round(0.95 * 517)
    mean = (0.291 * 503 + 0.588 * 356) / (503 + 356)
    assert students["320304", "low_income"] == round(mean * 672)
    assert imputed(report, "published_bound", "enrollment") == ["320306 low_income"]
    assert imputed(report, "level_mean", "enrollment") == ["320304 low_income"]
    assert {(code.code, code.count) for code in report.codes} >= {("1", 1), ("3", 1)}


def test_group_counts_are_used_where_they_are_the_group_s(tmp_path: Path) -> None:
    tables = nc_tables()
    file = tables["rcd_chronic_absent.csv"]
    put(tables, "rcd_chronic_absent.csv", file["subgroup"] == "SWD", "den", "40")
    district, report = run(tmp_path, tables)
    students = district.enrollment.set_index(["school_id", "group"])["students"]
    assert students["320304", "disability"] == 40
    assert not any("SWD repeats" in note for note in report.notes)


def test_a_group_without_a_row_is_small_not_zero(tmp_path: Path) -> None:
    district, report = run(tmp_path, nc_tables(), district="010")
    students = district.enrollment.set_index(["school_id", "group"])["students"]
    assert students["010303", "english_learner"] == 5
    assert imputed(report, "half_of_threshold", "enrollment") == ["010303 english_learner"]


def test_races_above_membership_are_cut_and_listed(tmp_path: Path) -> None:
    tables = nc_tables()
    put(tables, "ec_pupils.csv", of(tables, "ec_pupils.csv", "320308"), "black male", "900")
    district, report = run(tmp_path, tables)
    students = district.enrollment.set_index(["school_id", "group"])["students"]
    assert students["320308", "black"] == 356
    assert imputed(report, "capped_at_total", "enrollment") == ["320308 black"]


def test_durham_s_teachers_by_growth_and_turnover(durham: tuple[District, ImportReport]) -> None:
    data, report = durham
    rows = data.indicators.set_index(["indicator", "school_id"])["value"]
    # 34 of 39 effective and 4 highly effective at one school; turnover is that of 2017-18.
    assert rows["effective_teachers", "320306"] == pytest.approx(0.8718 + 0.1026, abs=1e-3)
    assert rows["teacher_turnover", "320304"] == pytest.approx(0.151)
    assert rows["teacher_turnover"].max() <= 1
    assert "320304" in imputed(report, "earlier_year", "indicators")


def test_a_school_without_rated_teachers_has_no_share(tmp_path: Path) -> None:
    tables = nc_tables()
    rated = tables["rcd_effectiveness3.csv"]
    first = rated["agency_code"].iloc[0]
    rated.loc[0, ["ni", "eff", "he"]] = "0"
    rated.loc[1, "he"] = ""
    data, report = run(tmp_path, tables, district="all")
    shares = data.indicators.query("indicator == 'effective_teachers'").set_index("school_id")["value"]
    assert first not in shares.index
    assert rated["agency_code"].iloc[1] not in shares.index
    assert set(shares) == {0.75}
    assert imputed(report, "earlier_year", "indicators") == []


def test_support_status_is_the_most_severe(tmp_path: Path) -> None:
    district, _ = run(tmp_path, nc_tables())
    status = district.schools.set_index("school_id")["support_status"]
    assert dict(status) == {
        "320304": "ATSI",
        "320313": "none",
        "320308": "TSI",
        "320306": "CSI",
        "320312": "CSI",
    }


def test_missing_files_and_an_unknown_district_are_all_reported(tmp_path: Path) -> None:
    tables = nc_tables()
    del tables["rcd_sar.csv"], tables["rcd_funds2.csv"]
    found = problems(tmp_path, tables, district="Durham Conty Schools")
    assert len(found) == 3
    assert any("no rcd_sar.csv" in text for text in found)
    assert any("did you mean 'Durham County Schools'?" in text for text in found)


def test_a_district_may_be_named(tmp_path: Path) -> None:
    district, _ = run(tmp_path, nc_tables(), district="durham county schools")
    assert set(district.schools["district_id"]) == {"320"}


def test_unknown_codes_and_words_are_problems_not_numbers(tmp_path: Path) -> None:
    tables = nc_tables()
    put(tables, "rcd_eq.csv", of(tables, "rcd_eq.csv", "320304"), "number_of_teachers", "n/a")
    assert "rcd_eq.csv, teachers: found 'n/a'; expected a number" in problems(tmp_path, tables)[0]


def test_an_unknown_spending_category_is_not_dropped_in_silence(tmp_path: Path) -> None:
    tables = nc_tables()
    file = tables["rcd_funds2.csv"]
    put(
        tables,
        "rcd_funds2.csv",
        file["expenditure_category"] == "CENTRAL EXPENSE",
        "expenditure_category",
        "CENTRAL",
    )
    assert "'CENTRAL'" in problems(tmp_path, tables)[0]


def test_a_school_twice_in_a_file_is_refused(tmp_path: Path) -> None:
    tables = nc_tables()
    tables["rcd_eq.csv"] = pd.concat([tables["rcd_eq.csv"], tables["rcd_eq.csv"].iloc[:1]])
    assert "320304 more than once" in problems(tmp_path, tables)[0]


def test_pay_never_exceeds_what_a_school_spends_on_people(tmp_path: Path) -> None:
    tables = nc_tables()
    put(tables, "rcd_eq.csv", of(tables, "rcd_eq.csv", "320308"), "number_of_teachers", "80")
    district, report = run(tmp_path, tables)
    assert "320308" in imputed(report, "assumed", "staff")
    lines = district.budget.query("school_id == '320308' and use == 'other_staff'")
    assert (lines["dollars"] >= -0.02).all()


def test_a_school_listed_with_another_s_teachers_is_left_out(tmp_path: Path) -> None:
    """190 teachers at the first step cost more than all that a school of 356 spends on salaries."""
    tables = nc_tables()
    put(tables, "rcd_eq.csv", of(tables, "rcd_eq.csv", "320308"), "number_of_teachers", "190")
    district, report = run(tmp_path, tables)
    assert "320308" not in set(district.schools["school_id"])
    assert ["320308"] in [item.keys for item in report.dropped if "at the lowest pay" in item.why]


def test_attendance_of_the_year_is_read_past_a_header_that_stands_twice(tmp_path: Path) -> None:
    data, report = run(tmp_path, nc_tables())
    rows = data.indicators.query("indicator == 'attendance'").set_index("school_id")["value"]
    assert rows["320304"] == pytest.approx(0.95)
    assert rows["320313"] == pytest.approx(0.951)
    assert set(rows.index) == set(data.schools["school_id"])
    assert ("rows of ratio.csv", "blank", 1) in {(item.what, item.why, item.count) for item in report.dropped}
    assert ("N/A", 1) in {(code.code, code.count) for code in report.codes}


def test_licenses_and_board_certification_are_those_of_the_schools_the_year_before(tmp_path: Path) -> None:
    write_tables(tmp_path / "nc_2018", license_tables())
    with_earlier(tmp_path)
    data, report = run(tmp_path, nc_tables())
    rows = data.indicators.set_index(["indicator", "school_id"])["value"]
    assert rows["alternative_route_teachers", "320304"] == pytest.approx(0.08)
    assert rows["board_certified_teachers", "320304"] == 0  # none among fifty, as published
    assert rows["board_certified_teachers", "320306"] == pytest.approx(3 / 50)
    # No count of teachers that year: no share.
    assert ("board_certified_teachers", "320308") not in rows.index
    assert "320304" in imputed(report, "earlier_year", "indicators")


def test_a_grant_to_a_school_stays_with_it(tmp_path: Path) -> None:
    data, report = run(tmp_path, nc_tables())
    lines = data.budget[data.budget["fund"] == "school_improvement"].groupby("school_id")["dollars"].sum()
    assert lines["320306"] == pytest.approx(175_969, abs=0.05)
    # An award above the federal dollars spent at the school is cut to them.
    high = data.budget.query("school_id == '320312'")
    assert set(high["fund"]) & {"title_i", "federal_other"} == set()
    assert lines["320312"] == pytest.approx(0.07 * 9_867 * 1_864 * 0.95, rel=0.001)
    assert data.facts.funds["school_improvement"].schools == ["320306", "320312"]
    whole = 672 * 10_668 + 503 * 12_061 + 356 * 14_102 + 517 * 12_887 + 1_864 * 9_867
    assert data.budget["dollars"].sum() == pytest.approx(whole, abs=5)
    assert imputed(report, "award_as_spent", "budget") == [
        "320306 school_improvement",
        "320312 school_improvement",
    ]


@pytest.mark.parametrize(
    ("span", "grades"),
    [("P0:05", 6), ("KG:05", 6), ("6:08", 3), ("9:13", 5), ("PK:PK", 1), ("NG", 0), (None, 0), ("11:13", 3)],
)
def test_grade_spans(span: str | None, grades: int) -> None:
    assert len(nc.grades_of(span)) == grades


MEASURES = [
    ("rcd_funds2.csv", ("state_funds", "federal_funds", "local_funds", "ADM")),
    ("rcd_eq.csv", ("number_of_teachers", "beg_teacher", "prov_teachers")),
    ("rcd_acc_eds.csv", ("pct_eds",)),
    ("ec_pupils.csv", ("black male", "white female")),
    ("rcd_chronic_absent.csv", ("Count", "den")),
    ("rcd_sar.csv", ("avg_size",)),
    ("rcd_charter.csv", ("pct_enrolled",)),
    ("ratio.csv", ("ada_adm_ratio_2019",)),
    ("rcd_improvement2.csv", ("amount",)),
]
CELLS = [(file, column, row) for file, columns in MEASURES for column in columns for row in range(8)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blanks=st.sets(st.sampled_from(CELLS), max_size=12), district=st.sampled_from(["320", "010", "all"]))
@example(blanks={("rcd_charter.csv", "pct_enrolled", row) for row in range(8)}, district="all")
def test_a_missing_cell_never_becomes_zero(
    tmp_path_factory: pytest.TempPathFactory, blanks: set[tuple[str, str, int]], district: str
) -> None:
    tables = nc_tables()
    for file, column, row in blanks:
        if row < len(tables[file]):
            tables[file].loc[tables[file].index[row], column] = ""
    folder = tmp_path_factory.mktemp("blank")
    try:
        data, report = run(folder, tables, district=district)
    except InputProblems as error:
        assert any(file in str(error) for file, _, _ in blanks)
        return
    for table, column in (
        ("enrollment", "students"),
        ("staff", "fte"),
        ("courses", "sections"),
        ("courses", "students"),
    ):
        assert (getattr(data, table)[column] > 0).all()  # no source cell is zero, so none of ours may be
    # Students stand in each of a school's eight rows, so one blank cell of theirs loses nothing.
    money = [row for file, column, row in blanks if file == "rcd_funds2.csv" and column != "ADM"]
    blank_money = set(tables["rcd_funds2.csv"]["agency_code"].iloc[money])
    assert not blank_money & set(data.schools["school_id"])
    listed = {row for entry in report.imputed if not isinstance(entry.rows, str) for row in entry.rows}
    for file, column, row in blanks:
        school = tables[file].iloc[row]["agency_code"] if row < len(tables[file]) else ""
        if (file, column) == ("rcd_acc_eds.csv", "pct_eds") and school in set(data.schools["school_id"]):
            assert f"{school} low_income" in listed
        if file == "ratio.csv":
            known = data.indicators.query("indicator == 'attendance'")["school_id"]
            assert school not in set(known)
        if file == "rcd_improvement2.csv":
            granted = data.budget.query("fund == 'school_improvement'")["school_id"]
            assert school not in set(granted)
        if (file, column) == ("rcd_eq.csv", "beg_teacher") and school in set(data.schools["school_id"]):
            assert school in listed
