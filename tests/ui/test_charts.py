"""Charts and the frames behind them, without a server: kinds, figures, accessible names."""

import json
from typing import Any

import holoviews as hv
import numpy as np
import pytest

from ui import frames
from ui.charts.flows import move_map, sankey, sankey_scale
from ui.charts.schools import change_chart, school_scatter
from ui.charts.shortfall import shortfall_chart
from ui.charts.terms import terms_chart
from ui.comparison import Comparison, comparison
from ui.drawings import Drawings
from ui.engine import open_engine
from ui.theme import LOOKS


@pytest.fixture(scope="module")
def compared() -> Comparison:
    engine = open_engine()
    plans = tuple(engine.solved(engine.library[key]).plan for key in ("stipends", "redistribute"))
    return Comparison(plans, engine.district, frames.SCHOOL_MEASURES["experienced_teachers"])


def figure_of(drawing: Any) -> Any:
    figure = hv.render(drawing)
    assert figure.html_attributes["role"] == "img"
    assert figure.html_attributes["aria-label"]
    return figure


def words_on(figure: Any) -> list[str]:
    """Return the words that are written on a chart."""
    texts = [each for each in figure.renderers if type(each.glyph).__name__ == "Text"]
    return [word for each in texts for word in each.data_source.data["text"]]


def test_the_peak_of_the_shortfall_curve_is_the_plans_own_index(compared: Comparison) -> None:
    """At today's mean, the curve's highest point is the deviation index of today."""
    curve = frames.shortfall_curve(compared.figures[0], "before", False)
    row = next(
        r for r in compared.plans[0].indices if (r.measure, r.index) == ("experienced_teachers", "deviation")
    )
    assert curve["shortfall"].max() == pytest.approx(100 * row.before, abs=1e-4)
    assert curve["shortfall"].iloc[[0, -1]].abs().max() < 1e-9


def test_shortfall_chart(compared: Comparison) -> None:
    curves = [frames.shortfall_curve(each, "after", False) for each in compared.figures]
    drawing = shortfall_chart(curves[0], curves, "told")
    assert [type(part).__name__ for part in drawing] == ["Curve", "Curve", "Curve"]
    peaks = [f"{curve['shortfall'].max():.1f}" for curve in curves]
    assert words_on(figure_of(drawing)) == [f"Today {peaks[0]}", f"A {peaks[0]}", f"B {peaks[1]}"]
    alone = words_on(figure_of(shortfall_chart(curves[0], curves[1:], "told")))
    assert alone == [f"Today {peaks[0]}", f"Plan {peaks[1]}"], "one plan needs no letter"


def test_names_of_curves_stand_where_no_curve_runs(compared: Comparison) -> None:
    """In the middle, and as far to either side as a name reaches on a telephone."""
    curves = [frames.shortfall_curve(each, "after", False) for each in compared.figures]
    today = frames.shortfall_curve(compared.figures[0], "before", False)
    figure = figure_of(shortfall_chart(today, curves, "told"))
    (words,) = [each for each in figure.renderers if type(each.glyph).__name__ == "Text"]
    highest = max(words.data_source.data["y"][1:])
    for share in (38, 50, 62):
        for curve in curves:
            at = np.interp(share, curve["students"], curve["shortfall"])
            assert highest + 0.06 * today["shortfall"].max() < at


def test_terms_chart_has_a_mark_for_each_plan_and_term(compared: Comparison) -> None:
    table = frames.terms(compared.plans)
    drawing = terms_chart(table, ["x"] * len(table), "told")
    assert len(drawing) == len(table) * 2
    words = words_on(figure_of(drawing))
    assert {word[0] for word in words} == {"A", "B", "T", "x"} and len(words) == 4 * len(table)
    assert f"Today {table['today'].iloc[0]:.1f}" in words


def test_scatter_keeps_the_order_of_the_schools(compared: Comparison) -> None:
    drawing = school_scatter(compared.figures[0], "after", LOOKS[0], ("y", "x"), (0, 5), "told")
    assert drawing.dimension_values("school").tolist() == compared.facts["school"].tolist()
    figure_of(drawing)


def test_changes_sum_to_nothing_when_teachers_only_move(compared: Comparison) -> None:
    figures = compared.figures[0]
    moved = (figures["change"] * figures["weighted"]).sum() / 100
    hired = sum(
        c.fte
        for c in compared.plans[0].staff_changes
        if c.experience == "experienced" and c.change in ("hire", "recruit")
    )
    assert moved == pytest.approx(hired, abs=1e-3)
    figure_of(change_chart(figures, LOOKS[0], "y", (-2, 2), "told"))


def test_flows_keep_every_move_and_one_scale(compared: Comparison) -> None:
    for plan, flows in zip(compared.plans, compared.flows, strict=True):
        assert flows["fte"].sum() == pytest.approx(sum(move.fte for move in plan.moves))
    shown = [flows.head(10) for flows in compared.flows]
    scale = sankey_scale(shown)
    for flows in shown:
        bands = sankey(flows, LOOKS[0], scale, "told")
        thick = [np.ptp(path["flow y"][path["flow x"] == 0]) for path in bands.split(datatype="dictionary")]
        assert sum(thick) == pytest.approx(scale * flows["fte"].sum())
    words = words_on(figure_of(sankey(shown[0], LOOKS[0], scale, "told")))
    assert len(words) == shown[0]["from"].nunique() + shown[0]["to"].nunique()


def test_names_beside_bands_have_room_on_a_telephone(compared: Comparison) -> None:
    """Of a chart 290 pixels wide, each side holds its longest name at 6.6 pixels a letter."""
    flows = compared.flows[0].head(10)
    scale = sankey_scale([flows])
    figure = figure_of(sankey(flows, LOOKS[0], scale, "told"))
    low, high = figure.x_range.start, figure.x_range.end
    for side, share in (("from", -low / (high - low)), ("to", (high - 1) / (high - low))):
        totals = flows.groupby(side)["fte"].sum()
        longest = max(len(f"{name} {fte:.1f}") for name, fte in totals.items())
        assert share * 290 >= 6.6 * longest


def test_the_map_needs_no_tiles(compared: Comparison) -> None:
    figure = figure_of(move_map(compared.facts, (compared.flows[0], LOOKS[0], 5.0), "told"))
    assert not any("Tile" in type(renderer).__name__ for renderer in figure.renderers)


def test_small_groups_are_withheld(compared: Comparison) -> None:
    district = compared.district
    enrollment = district.enrollment.copy()
    first = enrollment["school_id"].iloc[0]
    enrollment.loc[(enrollment["school_id"] == first) & (enrollment["group"] == "low_income"), "students"] = (
        4.0
    )
    tables = {**district.tables, "enrollment": enrollment}
    facts = frames.school_facts(type(district)(district.facts, tables, district.fingerprints), "low_income")
    assert np.isnan(facts.set_index("school_id").loc[first, "need"])


def test_a_chart_is_drawn_once_and_its_text_holds_every_school(compared: Comparison) -> None:
    drawings, calls = Drawings(), []

    def element() -> Any:
        calls.append(1)
        return school_scatter(compared.figures[0], "after", LOOKS[0], ("y", "x"), (0, 5), "told")

    first = drawings.get("need", element)
    assert drawings.get("need", element) is first and len(calls) == 1
    assert (first.told, first.height) == ("told", 280)
    item = json.loads(first.figure)
    assert item["root_id"] == item["doc"]["roots"][0]["id"]
    assert all(json.dumps(name) in first.figure for name in compared.facts["school"])


def test_visitors_who_compare_the_same_plans_share_what_is_drawn(compared: Comparison) -> None:
    plans, district = compared.plans, compared.district
    one = comparison(plans, district, "dollars")
    assert comparison(list(plans), district, "dollars") is one
    assert comparison(plans[::-1], district, "dollars") is not one
    assert comparison(plans, district, "teachers").drawings is not one.drawings
