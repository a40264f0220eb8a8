"""The page asks no server for anything and is whole; the workbook runs nothing; JSON keeps its keys."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from small_districts import four_schools
from typer.testing import CliRunner

from planner.cli import app
from planner.diagnosis import Diagnosis, Settings, diagnose
from planner.diagnosis.report import page_html, write_workbook
from planner.diagnosis.report.charts import axis
from planner.district import load_district

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
RIVERBEND = SCENARIOS / "riverbend" / "district"
VOID = {"meta", "br", "path", "rect", "circle"}
RISKY = "=HYPERLINK(1)<script>&\"'"


@pytest.fixture(scope="module")
def found() -> Diagnosis:
    return diagnose(load_district(RIVERBEND), Settings(draws=20))


class Reader(HTMLParser):
    """Checks that elements nest, and gathers what a browser or a reader would act on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.drawn: list[dict[str, str | None]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that opens."""
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [given["id"]] if given.get("id") else []  # type: ignore[list-item]
        self.links += [value for name, value in attrs if name in ("href", "src", "action") and value]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "svg":
            self.drawn.append(given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that an element closes what was opened last."""
        if tag not in VOID:
            assert self.open.pop() == tag


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_the_page_is_whole_and_asks_nothing_of_any_server(found: Diagnosis) -> None:
    html = page_html(found)
    reader = read(html)
    assert reader.open == []
    assert "script" not in reader.tags
    assert all(link.startswith("#") and link[1:] in reader.ids for link in reader.links)
    assert not re.search(r"https?:|url\(|@import|//", html.replace("<!DOCTYPE html>", ""))
    assert "default-src 'none'" in html


def test_the_page_can_be_read_without_seeing_it(found: Diagnosis) -> None:
    html = page_html(found)
    reader = read(html)
    assert len(reader.ids) == len(set(reader.ids))
    assert reader.headings[0] == 1
    assert reader.headings.count(1) == 1
    assert all(
        later <= earlier + 1 for earlier, later in zip(reader.headings, reader.headings[1:], strict=False)
    )
    assert len(reader.drawn) > 10
    for drawn in reader.drawn:
        assert drawn["role"] == "img"
        assert all(name in reader.ids for name in (drawn["aria-labelledby"] or "").split())
    assert html.count("<caption>") >= len(reader.drawn) / 2


def test_the_page_says_what_was_found_and_never_calls_it_fair(found: Diagnosis) -> None:
    html = page_html(found)
    assert "What could not be computed" in html
    assert "@media print" in html
    assert not re.search(r"\bfair", html, re.IGNORECASE)
    assert "nan" not in re.sub("<[^>]*>", " ", html).lower().split()


def risky() -> Diagnosis:
    of = four_schools(name=RISKY)
    of.tables["schools"]["school_name"] = RISKY
    return diagnose(of, Settings(suppress=False, draws=4))


def test_names_are_text_wherever_they_stand(tmp_path: Path) -> None:
    html = page_html(risky())
    assert "<script>" not in html
    assert read(html).open == []
    write_workbook(risky(), tmp_path / "d.xlsx")
    book = openpyxl.load_workbook(tmp_path / "d.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert RISKY in [cell.value for cell in cells]


def test_the_workbook_holds_every_metric_and_what_is_missing(found: Diagnosis, tmp_path: Path) -> None:
    write_workbook(found, tmp_path / "d.xlsx")
    book = openpyxl.load_workbook(tmp_path / "d.xlsx")
    names = {row[2].value for row in book["metrics"].iter_rows(min_row=2)}
    assert names == {metric.name for each in found.dimensions for metric in each.metrics}
    gone = {row[1].value for row in book["not computed"].iter_rows(min_row=2)}
    assert gone == {metric.title for each in found.dimensions for metric in each.not_computed}
    withheld = [row for row in book["schools"].iter_rows(min_row=2) if row[8].value == "withheld"]
    assert withheld


def test_an_axis_has_round_ends_and_few_ticks() -> None:
    for low, high in ((0.02, 0.37), (4.9, 5.5), (8_413, 9_620), (0.0, 0.0), (24.65, 24.75), (-3.0, 1.0)):
        scale = axis([low, high], 0, 100)
        assert scale.low <= low <= high <= scale.high
        assert 2 <= len(scale.ticks) <= 7


# The command ------------------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["diagnose", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_writes_what_it_is_asked_for(tmp_path: Path) -> None:
    files = [tmp_path / "d.html", tmp_path / "d.xlsx"]
    code, out, _ = run(
        SCENARIOS / "tale_of_two_schools" / "district", "--html", files[0], "--xlsx", files[1], "--json"
    )
    assert code == 0
    data = json.loads(out)
    assert data["format"] == "planner-diagnosis-1"
    assert data["files"] == [str(file) for file in files]
    assert all(file.is_file() for file in files)
    assert {"ranking", "dimensions", "hidden", "definitions", "notes", "suppressed"} <= set(data)
    gap = data["dimensions"][0]["metrics"][0]["high_need"]
    assert {"ours", "theirs", "gap", "low", "high", "size", "score", "certainty", "withheld"} <= set(gap)


def test_the_command_on_the_terminal() -> None:
    code, out, _ = run(SCENARIOS / "hidden_salaries" / "district")
    assert code == 0
    for said in (
        "Where to look first",
        "What the averages hide",
        "Levers:",
        "Not computed in 9.",
        "Definitions",
    ):
        assert said in out


def test_the_definition_of_a_scenario_and_of_the_options(tmp_path: Path) -> None:
    state = tmp_path / "state.yaml"
    state.write_text("novice_share: 0.1\n", encoding="utf-8")
    scenario = SCENARIOS / "riverbend" / "today.yaml"
    code, out, _ = run(RIVERBEND, "--scenario", scenario, "--top-share", "0.5", "--state", state, "--json")
    assert code == 0
    data = json.loads(out)
    assert "the 50% of schools" in data["definitions"]["high_need"]
    novice = next(m for each in data["dimensions"] for m in each["metrics"] if m["name"] == "novice_share")
    assert novice["state"]["value"] == 0.1


def test_a_wrong_name_is_a_problem_and_no_defect(tmp_path: Path) -> None:
    code, _, said = run(RIVERBEND, "--high-need-by", "low_incom")
    assert code == 1
    assert "low_income" in said
    state = tmp_path / "state.yaml"
    state.write_text("novice_share: many\n", encoding="utf-8")
    code, _, said = run(RIVERBEND, "--state", state)
    assert code == 1
    assert "a number" in said
