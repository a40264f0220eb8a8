"""The generator writes valid, repeatable data sets that show the inequities they are meant to show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scenarios
from planner.district import STAFF_USE, District, load_district
from planner.generate import MOST_SCHOOLS, RIVERBEND_SCHOOLS, RIVERBEND_SEED, generate_district
from planner.generate.draws import Draws
from planner.generate.names import MOST_NAMES, school_names
from planner.generate.schools import RACE_SHARES
from planner.problems import InputProblems

RIVERBEND = Path(scenarios.__file__).parent / "riverbend" / "district"
LEVEL_SIZES = {"elementary": (300, 750), "middle": (500, 1100), "high": (900, 2200)}
PAY_RANGES = {"novice": (48_000, 52_000), "developing": (58_000, 63_000), "experienced": (74_000, 84_000)}
SHARED = {"tutoring", "extended_time", "coaching", "english_support", "materials"}


def read_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def make(folder: Path, schools: int, seed: int = 7, districts: int = 1) -> District:
    generate_district(folder, schools, seed, districts)
    return load_district(folder)


@pytest.fixture(scope="module")
def riverbend() -> District:
    return load_district(RIVERBEND)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> District:
    return make(tmp_path_factory.mktemp("large") / "district", 150, seed=1)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> District:
    return make(tmp_path_factory.mktemp("state") / "district", 30, seed=3, districts=3)


@pytest.fixture(params=["riverbend", "large", "state"])
def any_district(request: pytest.FixtureRequest) -> District:
    district = request.getfixturevalue(request.param)
    assert isinstance(district, District)
    return district


# What the figures are measured with -------------------------------------------------------------------------


def groups(district: District) -> pd.DataFrame:
    table = district.enrollment.pivot(index="school_id", columns="group", values="students")
    return table.loc[district.schools["school_id"]]


def poverty(district: District) -> pd.Series:
    table = groups(district)
    return table["low_income"] / table["all"]


def level(district: District) -> pd.Series:
    return district.schools.set_index("school_id")["level"]


def quarter(district: District) -> pd.Series:
    """Quarter of each school by poverty in its level, 0 the least poor."""
    rank = poverty(district).groupby(level(district)).rank(pct=True)
    return np.minimum((rank * 4 - 1e-9).astype(int), 3)


def teachers(district: District) -> pd.DataFrame:
    return district.staff[district.staff["role"] == "teacher"]


def by_quarter(district: District, rows: pd.DataFrame, column: str) -> pd.Series:
    return rows.groupby(rows["school_id"].map(quarter(district)))[column].sum()


def teacher_pay(district: District) -> pd.DataFrame:
    """Teachers' base pay [dollars] and FTE by school."""
    rows = teachers(district).assign(pay=lambda table: table["fte"] * table["salary"])
    return rows.groupby("school_id")[["pay", "fte"]].sum()


# Repeatable bytes -------------------------------------------------------------------------------------------


def test_riverbend_is_the_generators_own_output(tmp_path: Path) -> None:
    generate_district(tmp_path / "again", schools=RIVERBEND_SCHOOLS, seed=RIVERBEND_SEED)
    again, committed = read_bytes(tmp_path / "again"), read_bytes(RIVERBEND)
    assert list(again) == list(committed)
    assert [name for name in again if again[name] != committed[name]] == []


def test_defaults_are_riverbends() -> None:
    assert generate_district.__defaults__ == (40, 7, 1)
    assert (RIVERBEND_SCHOOLS, RIVERBEND_SEED) == (40, 7)


def test_hash_seeds_do_not_matter(tmp_path: Path) -> None:
    call = "import sys; from planner.generate import generate_district as g; g(sys.argv[1], 12, 5, 2)"
    folders = [tmp_path / "one", tmp_path / "two"]
    for hash_seed, folder in zip(["1", "2"], folders, strict=True):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", call, str(folder)], check=True, env=environment)  # noqa: S603
    assert read_bytes(folders[0]) == read_bytes(folders[1])


def test_another_seed_gives_other_figures(tmp_path: Path) -> None:
    generate_district(tmp_path / "one", 3, seed=1)
    generate_district(tmp_path / "two", 3, seed=2)
    one, two = read_bytes(tmp_path / "one"), read_bytes(tmp_path / "two")
    assert all(one[name] != two[name] for name in one)


# The folder appears whole or not at all ---------------------------------------------------------------------


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert len(make(folder, 3).schools) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_missing_parents_are_made(tmp_path: Path) -> None:
    assert len(make(tmp_path / "a" / "b", 3).schools) == 3


def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="disk full"):
        generate_district(tmp_path / "new", 3)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"schools": 2}, "schools: found 2; expected from 3 (3 a district) to 5,000"),
        ({"schools": MOST_SCHOOLS + 1}, "schools: found 5,001; expected from 3 (3 a district) to 5,000"),
        ({"schools": 8, "districts": 3}, "schools: found 8; expected from 9 (3 a district) to 5,000"),
        ({"districts": 0}, "districts: found 0; expected at least 1"),
        ({"seed": -1}, "seed: found -1; expected 0 or more"),
    ],
)
def test_numbers_out_of_range(tmp_path: Path, request_: dict[str, int], message: str) -> None:
    with pytest.raises(InputProblems) as caught:
        generate_district(tmp_path / "new", **request_)
    assert str(caught.value) == message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(
        InputProblems, match="a folder that holds something; expected a new or an empty folder"
    ):
        generate_district(tmp_path)
    with pytest.raises(InputProblems, match="found a file; expected a new or an empty folder"):
        generate_district(tmp_path / "note.txt")
    assert (tmp_path / "note.txt").read_text() == "mine"


# Valid at every size ----------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.integers(3, 24), st.integers(0, 2**31), st.integers(1, 3))
def test_any_small_data_set_is_valid(schools: int, seed: int, districts: int) -> None:
    schools = max(schools, 3 * districts)
    with TemporaryDirectory() as scratch:
        district = make(Path(scratch) / "district", schools, seed, districts)
    assert len(district.schools) == schools
    assert district.schools["district_id"].nunique() == districts
    for _, members in district.schools.groupby("district_id"):
        assert set(members["level"]) == {"elementary", "middle", "high"}
        assert members["title_i"].any()
        assert (members["support_status"] == "CSI").any()
    check_coverage(district)
    check_conservation(district)


def test_a_thousand_schools(tmp_path: Path) -> None:
    assert len(make(tmp_path / "district", 1_000).schools) == 1_000


def test_a_state_gives_every_district_its_dollars(state: District) -> None:
    ids = sorted(set(state.schools["district_id"]))
    assert ids == ["0300001", "0300002", "0300003"]
    for fund in state.facts.funds.values():
        assert isinstance(fund.dollars, dict)
        assert sorted(fund.dollars) == ids
        assert min(fund.dollars.values()) > 0


def test_ids_and_names(any_district: District) -> None:
    schools = any_district.schools
    assert schools["school_id"].str.fullmatch(r"0\d{11}").all()
    assert (schools["school_id"].str[:7] == schools["district_id"]).all()
    assert schools["school_name"].is_unique


def test_there_are_names_for_the_largest_data_set() -> None:
    assert MOST_NAMES >= MOST_SCHOOLS
    names = school_names(np.repeat(["elementary", "middle"], MOST_SCHOOLS // 2), Draws(0, "names"))
    assert len(set(names.tolist())) == MOST_SCHOOLS


# Consistent with itself -------------------------------------------------------------------------------------


def check_coverage(district: District) -> None:
    """Check that filled teachers of each field cover its sections, with less than one to spare."""
    courses = district.courses.assign(need=lambda table: table["sections"] / table["sections_per_fte"])
    need = courses.groupby(["school_id", "field"])["need"].sum()
    have = teachers(district).groupby(["school_id", "field"])["fte"].sum()
    spare = have.reindex(need.index) - need
    assert spare.min() >= 0
    assert spare.max() < 1


def check_conservation(district: District) -> None:
    """Check that pay lines are the staff's pay, and that no fund spends more than it holds."""
    rate = 1 + district.facts.benefit_rate
    pay = (district.staff["fte"] * district.staff["salary"] * rate).groupby(district.staff["school_id"]).sum()
    lines = district.budget[district.budget["use"] == STAFF_USE].groupby("school_id")["dollars"].sum()
    pd.testing.assert_series_equal(lines, pay, check_names=False, rtol=0, atol=0.001)
    owner = district.budget["school_id"].map(district.schools.set_index("school_id")["district_id"])
    spent = district.budget.groupby([owner, "fund"])["dollars"].sum()
    for name, fund in district.facts.funds.items():
        for leaid in district.schools["district_id"].unique():
            held = fund.dollars[leaid] if isinstance(fund.dollars, dict) else fund.dollars
            assert spent.get((leaid, name), 0.0) <= held


def test_coverage(any_district: District) -> None:
    check_coverage(any_district)


def test_conservation(any_district: District) -> None:
    check_conservation(any_district)


def test_race_groups_add_up(any_district: District) -> None:
    table = groups(any_district)
    assert (table[list(RACE_SHARES)].sum(axis=1) == table["all"]).all()


def test_grades_share_the_school(any_district: District) -> None:
    core = any_district.courses[any_district.courses["course"].isin(["K-3 core", "4-5 core"])]
    seats = core.groupby("school_id")["students"].sum()
    assert (seats == groups(any_district)["all"].loc[seats.index]).all()


def test_positions_come_in_halves(any_district: District) -> None:
    staff = any_district.staff
    assert (staff[["fte", "vacancies"]] * 2 % 1 == 0).all(axis=None)
    assert (staff["fte"] + staff["vacancies"] > 0).all()


def test_title_i_dollars_reach_only_its_schools_in_rank_order(any_district: District) -> None:
    served = any_district.schools.set_index("school_id")["title_i"]
    lines = (
        any_district.budget[any_district.budget["fund"] == "title_i"].groupby("school_id")["dollars"].sum()
    )
    assert set(lines.index) == set(served[served].index)
    assert lines.min() > 0
    rate = (lines / groups(any_district)["low_income"]).dropna().rename("rate").to_frame()
    rate["poverty"] = poverty(any_district)
    for _, schools in rate.groupby(rate.index.str[:7]):
        assert schools.sort_values("poverty")["rate"].is_monotonic_increasing


def test_todays_spending_is_useful(any_district: District) -> None:
    table = groups(any_district)
    lines = any_district.budget[any_district.budget["use"].isin(SHARED)]
    assert set(lines["use"]) == set(any_district.facts.uses)
    for use, rows in lines.groupby("use"):
        spec = any_district.facts.uses[str(use)]
        a_student = rows.groupby("school_id")["dollars"].sum() / table[spec.target]
        assert spec.max_dollars_per_target_student is not None
        assert a_student.max() <= spec.max_dollars_per_target_student


def test_the_grant_can_meet_its_set_aside(any_district: District) -> None:
    esser = any_district.facts.funds["esser"]
    aside = esser.set_asides[0]
    lines = any_district.budget[any_district.budget["fund"] == "esser"]
    assert lines[lines["use"].isin(aside.uses)]["dollars"].sum() >= aside.min_share * lines["dollars"].sum()
    most = sum(any_district.facts.uses[use].max_dollars_per_target_student or 0 for use in aside.uses)
    held = sum(esser.dollars.values()) if isinstance(esser.dollars, dict) else esser.dollars
    assert most * groups(any_district)["low_income"].sum() > aside.min_share * held


def test_rates_fit_the_students_behind_them(any_district: District) -> None:
    rates = any_district.indicators[any_district.indicators["count"].notna()].copy()
    rates["reached"] = (rates["value"] * rates["count"]).round()
    assert rates["value"].between(0, 1).all()
    whole = rates[rates["group"] == "all"].set_index(["school_id", "indicator"])["reached"]
    part = rates[rates["group"] != "all"].set_index(["school_id", "indicator"])["reached"]
    assert (part <= whole.reindex(part.index)).all()


def test_short_principal_tenure_is_a_novice_principal(riverbend: District) -> None:
    tenure = riverbend.indicators[riverbend.indicators["indicator"] == "principal_tenure"]
    principals = riverbend.staff[riverbend.staff["role"] == "principal"].set_index("school_id")["experience"]
    assert ((tenure.set_index("school_id")["value"] <= 2) == (principals == "novice")).all()


# Ranges -----------------------------------------------------------------------------------------------------


def test_riverbends_size(riverbend: District) -> None:
    assert level(riverbend).value_counts().to_dict() == {"elementary": 24, "middle": 9, "high": 7}
    assert 24_000 <= groups(riverbend)["all"].sum() <= 27_000


def test_student_ranges(any_district: District) -> None:
    table = groups(any_district)
    for name, schools in table["all"].groupby(level(any_district)):
        assert schools.between(*LEVEL_SIZES[str(name)]).all()
    assert poverty(any_district).between(0.078, 0.922).all()
    assert (table["disability"] / table["all"]).between(0.09, 0.20).all()


def test_poverty_spans_the_range_and_english_learners_follow(riverbend: District) -> None:
    share = poverty(riverbend)
    assert share.min() < 0.10
    assert share.max() > 0.90
    assert share.corr(groups(riverbend)["english_learner"] / groups(riverbend)["all"]) > 0.6


def test_poverty_gathers_around_the_centre(riverbend: District) -> None:
    schools = riverbend.schools.set_index("school_id")
    place = schools[["latitude", "longitude"]] - schools[["latitude", "longitude"]].mean()
    out = np.hypot(place["latitude"], place["longitude"] * np.cos(np.radians(38.3)))
    assert out.corr(poverty(riverbend)) < -0.4
    assert out.max() * 111.2 < 15


def test_title_i_and_support_go_to_the_poor(riverbend: District) -> None:
    schools, share = riverbend.schools.set_index("school_id"), poverty(riverbend)
    assert (schools["title_i"] == (share >= 0.45)).all()
    named = schools[schools["support_status"] != "none"]
    assert named["title_i"].all()
    assert named["support_status"].value_counts().to_dict() == {"TSI": 4, "CSI": 3, "ATSI": 3}


def test_pay_ranges(any_district: District) -> None:
    for experience, rows in teachers(any_district).groupby("experience"):
        assert rows["salary"].between(*PAY_RANGES[str(experience)]).all()


def test_class_sizes(any_district: District) -> None:
    courses = any_district.courses
    size = courses["students"] / courses["sections"]
    kind = courses["course"].replace(r"^(6-8|9-12) .*", "secondary", regex=True)
    ranges = {"K-3 core": (21, 24), "4-5 core": (24, 27), "secondary": (24, 28), "advanced": (20, 26)}
    for course, sizes in size.groupby(kind):
        least, most = ranges[str(course)]
        assert least <= sizes.mean() <= most
        assert least - 2.5 <= sizes.min()
        assert sizes.max() <= most + 2.5


# The inequities ---------------------------------------------------------------------------------------------


def test_novices_gather_in_poor_schools(riverbend: District, large: District) -> None:
    for district in (riverbend, large):
        rows = teachers(district)
        novices = rows[rows["experience"] == "novice"]
        share = by_quarter(district, novices, "fte") / by_quarter(district, rows, "fte")
        assert share.is_monotonic_increasing
        assert 0.08 <= share[0] <= 0.13
        assert 0.29 <= share[3] <= 0.37


def test_vacancies_gather_in_poor_schools(riverbend: District) -> None:
    rows = teachers(riverbend)
    rate = by_quarter(riverbend, rows, "vacancies") / by_quarter(riverbend, rows, "fte")
    assert rate[3] > 2 * rate[0]
    assert rate[3] > 0.05
    assert rows[rows["experience"] == "novice"]["vacancies"].sum() > 0.7 * rows["vacancies"].sum()


def test_average_salaries_hide_pay(riverbend: District) -> None:
    pay = teacher_pay(riverbend)
    average = pay["pay"].sum() / pay["fte"].sum()
    hidden = average * pay["fte"] / pay["pay"] - 1
    assert 0.14 <= hidden.max() <= 0.20
    assert -0.20 <= hidden.min() <= -0.08
    assert hidden.corr(poverty(riverbend)) > 0.8


def test_class_sizes_are_even(riverbend: District) -> None:
    courses = riverbend.courses.assign(quarter=riverbend.courses["school_id"].map(quarter(riverbend)))
    total = courses.groupby(["course", "quarter"])[["students", "sections"]].sum()
    size = (total["students"] / total["sections"]).unstack()
    assert 0.93 <= (size[3] / size[0]).mean() <= 1.07
    assert 0.93 <= size.loc["K-3 core", 3] / size.loc["K-3 core", 0] <= 1.07


def test_dollars_are_about_even(riverbend: District, large: District) -> None:
    for district in (riverbend, large):
        students = groups(district)["all"]
        dollars = district.budget.groupby("school_id")["dollars"].sum()
        assert (dollars / students).between(11_000, 15_000).all()
        own = quarter(district)
        mean = dollars.groupby(own).sum() / students.groupby(own).sum()
        assert 0.98 <= mean[3] / mean[0] <= 1.06


def test_funds_leave_room(any_district: District) -> None:
    spent = any_district.budget.groupby("fund")["dollars"].sum()
    for name, share in {"general": 0.65, "title_i": 0.85, "esser": 0.15}.items():
        dollars = any_district.facts.funds[name].dollars
        held = sum(dollars.values()) if isinstance(dollars, dict) else dollars
        assert spent[name] / held == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(
    ("indicator", "rises"),
    [
        ("advanced_enrollment", False),
        ("grade8_algebra", False),
        ("chronic_absence", True),
        ("suspension", True),
        ("facility_score", False),
        ("principal_tenure", False),
        ("teacher_turnover", True),
    ],
)
def test_conditions_follow_poverty(large: District, indicator: str, rises: bool) -> None:
    rows = large.indicators[
        (large.indicators["indicator"] == indicator) & (large.indicators["group"] == "all")
    ]
    correlation = rows.set_index("school_id")["value"].corr(poverty(large))
    assert (correlation > 0.3) if rises else (correlation < -0.3)


# Draws ------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), st.integers(1, 6), st.integers(0, 99))
def test_split_keeps_totals_and_stays_close(totals: list[int], parts: int, seed: int) -> None:
    draws = Draws(seed, "split")
    weights = draws.uniform(0.1, 1.0, len(totals), parts)
    split = draws.split(np.array(totals), weights)
    exact = weights / weights.sum(axis=1, keepdims=True) * np.array(totals)[:, None]
    assert split.sum(axis=1).tolist() == totals
    assert (np.abs(split - exact) < 1 + 1e-9).all()


def test_bell_has_mean_0_and_deviation_1() -> None:
    figures = Draws(0, "bell").bell(20_000)
    assert figures.mean() == pytest.approx(0, abs=0.03)
    assert figures.std() == pytest.approx(1, abs=0.03)


def test_topics_have_streams_of_their_own() -> None:
    assert Draws(1, "a").uniform(0, 1, 5).tolist() == Draws(1, "a").uniform(0, 1, 5).tolist()
    assert Draws(1, "a").uniform(0, 1, 5).tolist() != Draws(1, "b").uniform(0, 1, 5).tolist()
