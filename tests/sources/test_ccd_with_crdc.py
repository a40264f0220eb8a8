"""The Common Core with the Civil Rights Data Collection: whose share, whose denominator, whose dollars."""

from __future__ import annotations

from pathlib import Path

import pytest
from federal_checks import counts, pools, smoke
from federal_sample import SCHOOLS, ccd_tables, changed, crdc_tables
from test_nces_ccd import STAFF, run

FIRST = SCHOOLS[0]


def test_novices_are_the_collection_s_share_of_the_common_core_s_teachers(tmp_path: Path) -> None:
    data, report = run(tmp_path, crdc=crdc_tables())
    fte = pools(data)["fte"]
    assert fte[FIRST.school, "teacher", "novice"] == pytest.approx(0.3 * FIRST.teachers)
    assert fte[FIRST.school, "teacher"].sum() == FIRST.teachers
    assert {entry.method for entry in report.imputed} >= {"crdc_share"}
    plan = smoke(data, "novice_teachers")
    assert plan.summary.inequity_after < plan.summary.inequity_before


def test_the_collection_s_own_teachers_are_the_denominator(tmp_path: Path) -> None:
    # First and second year teachers of the collection outnumber the Common Core's teachers of any year.
    ccd, crdc = ccd_tables(), crdc_tables()
    ccd[STAFF] = changed(ccd[STAFF], FIRST.school, "TEACHERS", "5.00")
    data, _ = run(tmp_path, ccd, crdc)
    fte = pools(data)["fte"]
    assert fte[FIRST.school, "teacher", "novice"] == pytest.approx(0.3 * 5)
    assert fte[FIRST.school, "teacher"].sum() == 5


def test_more_novices_than_teachers_cannot_be(tmp_path: Path) -> None:
    crdc = crdc_tables()
    crdc["School Support.csv"] = changed(crdc["School Support.csv"], FIRST.school, "SCH_FTETEACH_FY", "90.00")
    data, report = run(tmp_path, crdc=crdc)
    assert ("over 100%", 1) in {(met.code, met.count) for met in report.codes}
    assert [f"{FIRST.school} novice share"] in [entry.rows for entry in report.imputed]
    assert pools(data)["fte"][FIRST.school, "teacher", "novice"] == pytest.approx(0.1 * FIRST.teachers)


def test_pay_is_the_collection_s_and_keeps_its_average(tmp_path: Path) -> None:
    data, _ = run(tmp_path, crdc=crdc_tables())
    rows = pools(data).loc[FIRST.school, "teacher"]
    average = (rows["fte"] * rows["salary"]).sum() / rows["fte"].sum()
    assert average == pytest.approx(50_000, rel=1e-3)
    assert rows.loc["novice", "salary"] == pytest.approx(0.65 * rows.loc["experienced", "salary"], rel=1e-4)


def test_pay_that_cannot_be_pay_is_not_used(tmp_path: Path) -> None:
    crdc = crdc_tables()
    name = "School Expenditures.csv"
    crdc[name] = changed(crdc[name], FIRST.school, "SCH_SAL_TEACH_WOFED", "125.00")
    data, report = run(tmp_path, crdc=crdc)
    assert any(met.code.startswith("outside $20,000") and met.count == 1 for met in report.codes)
    rows = pools(data).loc[FIRST.school, "teacher"]
    assert (rows["fte"] * rows["salary"]).sum() / rows["fte"].sum() == pytest.approx(50_000, rel=1e-3)


def test_without_expenditures_pay_is_an_assumption(tmp_path: Path) -> None:
    crdc = crdc_tables()
    del crdc["School Expenditures.csv"]
    data, report = run(tmp_path, crdc=crdc, average_salary=58_000)
    assert data.budget.empty
    entered = [entry for entry in report.imputed if entry.method == "entered"]
    assert [entry.column for entry in entered] == ["salary"]
    assert "$58,000" in entered[0].note


def test_groups_of_the_collection_carry_over_as_shares(tmp_path: Path) -> None:
    data, _ = run(tmp_path, crdc=crdc_tables())
    # 36 English learners of the collection's 360 students; the Common Core counts 400.
    assert counts(data)[FIRST.school, "english_learner"] == 40


def test_grade_8_algebra_is_of_grade_8(tmp_path: Path) -> None:
    data, _ = run(tmp_path, crdc=crdc_tables())
    rows = data.indicators[data.indicators["indicator"] == "grade8_algebra"]
    assert rows[["school_id", "value", "count"]].to_numpy().tolist() == [[SCHOOLS[2].school, 0.4, 60.0]]
