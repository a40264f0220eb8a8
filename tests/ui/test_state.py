"""The visitor's state and links, without a browser and without Panel."""

import subprocess
import sys

import pytest

from planner.merging import apply_edit
from planner.problems import InputProblems
from ui.engine import Engine, open_engine
from ui.state import Workspace
from ui.tokens import data_of, is_edited, token_of


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine()


def test_state_imports_no_panel() -> None:
    code = "import ui.state, sys; sys.exit('panel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code


def test_a_link_reopens_the_same_comparison(engine: Engine) -> None:
    base = engine.library["stipends"]
    edited = token_of("stipends", base, apply_edit(base, "policies.transfers.max_share_per_school", 0.05))
    one = Workspace(engine)
    one.plans = [edited, "redistribute"]
    one.measure = "dollars"
    one.selected = [engine.district.schools["school_id"].iloc[3]]
    one.page = "compare"
    two = Workspace(engine)
    two.read_address(one.address())
    assert two.selected == one.selected, "one school alone is a number of many digits"
    assert two.query() == one.query()
    two.selected, two.draft = [], two.plans[0]
    assert "schools=" not in two.address() and "draft=" not in two.address(), "nothing of before stays in it"
    assert two.address("lab").startswith("?page=lab&")
    assert two.engine.data(edited)["policies"]["transfers"]["max_share_per_school"] == 0.05


def test_an_edited_plan_says_what_was_edited(engine: Engine) -> None:
    state, base = Workspace(engine), engine.library["stipends"]
    one = apply_edit(base, "policies.transfers.max_share_of_district", 0.055)
    note = state.note_of(token_of("stipends", base, one))
    assert note == "Edited here. Transfers: most of a district's teachers that may move: 4% → 5.5%"
    two = apply_edit(one, "policies.hiring.freeze", True)
    assert state.note_of(token_of("stipends", base, two)).endswith("; 1 more setting")
    assert (
        state.note_of(token_of("stipends", base, {**base, "name": "Ours"})) == "Edited here: its name alone"
    )
    assert state.note_of("stipends") == "Scenario as shipped"


def test_a_scenario_without_edits_is_its_own_name(engine: Engine) -> None:
    assert token_of("stipends", engine.library["stipends"], engine.library["stipends"]) == "stipends"
    assert not is_edited("stipends")


@pytest.mark.parametrize("packed", ["x", "AAAA", "eJw", "é", "eJyrBgABQwEF" * 2000])
def test_a_damaged_link_is_said_and_not_followed(engine: Engine, packed: str) -> None:
    with pytest.raises(InputProblems, match="the link"):
        data_of(f"stipends~{packed}", engine.library["stipends"])
    state = Workspace(engine)
    before = list(state.plans)
    state.read_query({"plans": f"stipends~{packed} nowhere", "page": "compare"})
    assert state.plans == before
    assert "could not be opened" in state.problem


def test_two_to_four_plans(engine: Engine) -> None:
    state = Workspace(engine)
    state.plans = ["stipends", "redistribute"]
    state.drop(0)
    assert len(state.plans) == 2
    assert state.add("smaller-k3") and state.add("today")
    assert not state.add("limits-by-need")
    state.choose(0, "today")
    assert state.plans == ["today", "redistribute", "smaller-k3", "stipends"]


def test_two_visitors_share_nothing_but_the_data(engine: Engine) -> None:
    one, two = Workspace(engine), Workspace(engine)
    one.plans = ["today", "smaller-k3"]
    one.selected = ["x"]
    assert two.plans != one.plans
    assert two.selected == []
