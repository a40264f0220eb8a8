"""What is kept: made once, shared by those who ask at once, and never waited for under another name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from ui.kept import Kept

PATIENCE = 30


def test_a_value_is_made_once_and_the_least_used_goes_first() -> None:
    kept: Kept[int] = Kept(2)
    calls: list[str] = []

    def make(name: str) -> int:
        return kept.get(name, lambda: calls.append(name) or len(calls))

    assert [make("a"), make("b"), make("a")] == [1, 2, 1]
    assert kept.known("a") == 1 and make("c") == 3
    assert kept.known("b") is None and kept.known("a") == 1


def test_nobody_waits_for_a_value_of_another_name() -> None:
    kept: Kept[str] = Kept(5)
    begun, over = Event(), Event()

    def slow() -> str:
        begun.set()
        assert over.wait(PATIENCE)
        return "slow"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.get, "slow", slow)
        assert begun.wait(PATIENCE)
        assert kept.get("quick", lambda: "quick") == "quick", "while the other is still being made"
        assert kept.known("slow") is None
        second = pool.submit(kept.get, "slow", lambda: "made again")
        over.set()
        assert (first.result(PATIENCE), second.result(PATIENCE)) == ("slow", "slow")


def test_one_who_is_called_off_takes_nobody_along() -> None:
    kept: Kept[str] = Kept(5)
    begun, over = Event(), Event()

    def given_up() -> str:
        begun.set()
        assert over.wait(PATIENCE)
        raise RuntimeError("called off")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.get, "list", given_up)
        assert begun.wait(PATIENCE)
        second = pool.submit(kept.get, "list", lambda: "made after all")
        over.set()
        with pytest.raises(RuntimeError, match="called off"):
            first.result(PATIENCE)
        assert second.result(PATIENCE) == "made after all" == kept.known("list")
