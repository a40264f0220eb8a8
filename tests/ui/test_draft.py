"""Editing a scenario: levers and text are one edit, undo and redo, weights, links."""

import pytest
import yaml

from planner.problems import InputProblems
from planner.scenario import resolve_scenario
from ui.draft import Draft
from ui.engine import Engine, open_engine
from ui.levers import SEPARATOR, levers, path_of
from ui.pages.build import Build
from ui.starters import starters
from ui.state import Workspace


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine()


def test_a_lever_and_the_text_make_the_same_scenario(engine: Engine) -> None:
    base = engine.library["stipends"]
    by_lever, by_text = Draft("stipends", base), Draft("stipends", base)
    by_lever.edit(("policies", "class_size", "courses", "K-3 core", "max"), 24.0)
    by_lever.edit("policies.transfers.voluntary", False)
    data = yaml.safe_load(by_text.text)
    data["policies"]["class_size"]["courses"]["K-3 core"]["max"] = 24.0
    data["policies"]["transfers"]["voluntary"] = False
    by_text.write(yaml.safe_dump(data))
    assert by_text.data == by_lever.data
    assert by_text.token == by_lever.token
    assert by_text.text == by_lever.text


@pytest.mark.parametrize("key", ["stipends", "limits-by-need", "spend-down", "today"])
def test_the_text_written_back_changes_nothing(engine: Engine, key: str) -> None:
    draft = Draft(key, engine.library[key])
    draft.write(draft.text)
    assert draft.data == engine.library[key]
    assert not draft.can_undo


def test_undo_and_redo(engine: Engine) -> None:
    draft = Draft("stipends", engine.library["stipends"])
    draft.edit("policies.transfers.max_share_per_school", 0.2)
    draft.edit("policies.hold_harmless", None)
    assert draft.undo()
    assert "hold_harmless" in draft.data["policies"]
    assert draft.redo()
    assert "hold_harmless" not in draft.data["policies"]
    assert draft.undo() and draft.undo() and not draft.undo()
    assert draft.data == engine.library["stipends"]
    draft.edit("policies.transfers.voluntary", False)
    assert not draft.redo()


def test_what_is_no_scenario_is_not_taken_over(engine: Engine) -> None:
    draft = Draft("stipends", engine.library["stipends"])
    before = draft.text
    with pytest.raises(InputProblems, match=r"scenario line \d+"):
        draft.write(before.replace("max_share_per_school: 0.1", "max_share_per_scool: 0.1"))
    with pytest.raises(InputProblems):
        draft.edit("policies.transfers.max_share_per_school", 3)
    assert draft.text == before and not draft.can_undo


def test_weights_always_sum_to_one(engine: Engine) -> None:
    draft = Draft("stipends", engine.library["stipends"])
    for weight in (0.8, 0.05, 0.333, 1.0):
        draft.weigh(1, weight)
        weights = [term["weight"] for term in draft.data["objective"]["measures"]]
        assert sum(weights) == pytest.approx(1, abs=1e-9)
        assert all(each > 0 for each in weights)


@pytest.mark.parametrize("key", ["stipends", "limits-by-need", "spend-down"])
def test_every_lever_edits_what_it_shows(engine: Engine, key: str) -> None:
    """Setting each lever to the value it shows leaves the scenario as it was, when read."""
    scenario = resolve_scenario(engine.library[key])
    for policy in scenario.policies.values():
        found = levers(policy)
        keys = [field["key"] for field in found]
        assert len(set(keys)) == len(keys)
        for field in found:
            if field["kind"] != "button" and field["value"] is not None:
                draft = Draft(key, engine.library[key])
                draft.edit(path_of(field["key"]), field["value"])
                assert resolve_scenario(draft.data) == scenario, field["key"].replace(SEPARATOR, ".")


def test_levers_have_names_and_units(engine: Engine) -> None:
    scenario = resolve_scenario(engine.library["stipends"])
    fields = {field["label"]: field for policy in scenario.policies.values() for field in levers(policy)}
    assert fields["Most of a school's staff that may leave"]["unit"] == "%"
    assert fields["K-3 core: most students in a class"]["kind"] == "range"
    assert fields["Tier 1: stipend a year"]["prefix"] == "$"
    assert all(fields)


def pressed(draft: Draft, label: str) -> Draft:
    """Press a button of the stipends' card."""
    found = {field["label"]: field for field in levers(resolve_scenario(draft.data).policies["stipends"])}
    draft.edit(path_of(found[label]["target"]), found[label]["start"])
    return draft


def test_tiers_are_added_and_taken_out(engine: Engine) -> None:
    draft = Draft("stipends", engine.library["stipends"])
    tiers = draft.data["policies"]["stipends"]["tiers"]
    pressed(draft, "Add a tier")
    more = draft.data["policies"]["stipends"]["tiers"]
    assert more[:-1] == tiers
    assert more[-1]["dollars"] > tiers[-1]["dollars"]
    pressed(draft, "Take tier 1 out")
    assert draft.data["policies"]["stipends"]["tiers"] == more[1:]
    assert draft.undo() and draft.undo()
    assert draft.data["policies"]["stipends"]["tiers"] == tiers


def test_the_last_tier_stays_and_none_is_offered_past_what_a_policy_takes(engine: Engine) -> None:
    draft = Draft("stipends", engine.library["stipends"])
    draft.edit("policies.stipends.tiers", [{"dollars": 99_000}])
    labels = [field["label"] for field in levers(resolve_scenario(draft.data).policies["stipends"])]
    assert not any(label.startswith(("Add a tier", "Take tier")) for label in labels)


def test_every_policy_offered_can_be_added(engine: Engine) -> None:
    data = engine.library["redistribute"]
    offered = starters(engine.district, data)
    assert {"stipends", "measure_floor"} <= set(offered)
    assert "transfers" not in offered
    for kind, settings in offered.items():
        Draft("redistribute", data).edit(("policies", kind), settings)


def test_an_edited_plan_stands_beside_the_one_it_began_as_under_a_name_of_its_own(engine: Engine) -> None:
    state = Workspace(engine, draft="redistribute")
    page = Build(state)
    page.show()
    page._try(lambda: page.draft.edit("policies.transfers.max_share_per_school", 0.05))
    page._pressed("compare", True)
    page.leave()
    assert state.page == "compare" and state.draft in state.plans
    names = [state.name_of(token) for token in state.plans]
    assert len(set(names)) == len(names)
    assert names[-1] == f"{engine.library['redistribute']['name']}, edited"
