# ruff: noqa: PLC0415 - imports stand inside the commands, so that `planner --help` stays quick
"""The edge of the command line: exit codes, problems in words, JSON, progress.

Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import functools
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from signal import SIGINT, signal
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from planner.problems import Problem

# Wide enough for a table of a dozen plans in a file or a pipe.
PLAIN_WIDTH = 240
TRACEBACK_VARIABLE = "PLANNER_TRACEBACK"


class Exit(IntEnum):
    """What an exit code means."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    INFEASIBLE = 3
    STOPPED = 4
    DEFECT = 70
    INTERRUPTED = 130


def output() -> Console:
    """Return the console of results."""
    return _console(sys.stdout)


def messages() -> Console:
    """Return the console of messages."""
    return _console(sys.stderr)


def _console(stream: Any) -> Console:
    from rich.console import Console

    return Console(file=stream, highlight=False, width=None if stream.isatty() else PLAIN_WIDTH)


def say(text: str) -> None:
    """Write a message to stderr."""
    messages().print(text, markup=False, soft_wrap=True)


def print_json(data: Any) -> None:
    """Write data as JSON to stdout; numbers that are not finite become null."""
    sys.stdout.write(json.dumps(_plain(data), indent=2, ensure_ascii=False) + "\n")


def _plain(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Return problems as plain data."""
    return [
        {"where": each.where, "found": each.found, "expected": each.expected, "hint": each.hint}
        for each in problems
    ]


def list_problems(problems: Iterable[Problem]) -> None:
    """Write every problem to stderr, numbered."""
    found = list(problems)
    count = f"{len(found)} problem{'' if len(found) == 1 else 's'}"
    say(f"{count} in the input:")
    for number, problem in enumerate(found, start=1):
        say(f"{number:>3}. {problem}")


def leave(code: Exit) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(int(code))


def command[**P](function: Callable[P, None]) -> Callable[P, None]:
    """Turn what a command raises into words and an exit code; no traceback reaches the user.

    A command that fails says so in JSON too, where it was asked for JSON.
    """

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json", False))
        try:
            function(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except KeyboardInterrupt:
            say("Stopped. No file was left half-written.")
            leave(Exit.INTERRUPTED)
        except BrokenPipeError:
            # The reader of our output has gone (`| head`): there is nobody left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            leave(Exit.DONE)
        except Exception as error:  # noqa: BLE001 - the one place where anything may arrive
            _explain(error, as_json)

    return guarded


def _explain(error: Exception, as_json: bool) -> NoReturn:
    from planner.problems import InputProblems

    if isinstance(error, InputProblems):
        list_problems(error.problems)
        if as_json:
            print_json({"status": "problems", "problems": problem_rows(error.problems)})
        leave(Exit.PROBLEMS)
    if os.environ.get(TRACEBACK_VARIABLE):
        raise error
    say(f"A defect of the planner, not of your files: {type(error).__name__}: {error}")
    say(f"Please report it. {TRACEBACK_VARIABLE}=1 shows where it happened.")
    if as_json:
        print_json({"status": "defect", "message": f"{type(error).__name__}: {error}"})
    leave(Exit.DEFECT)


@contextmanager
def working(text: str, as_json: bool = False) -> Iterator[None]:
    """Show a spinner with the time taken on stderr, where that is a terminal and no JSON was asked for."""
    console = messages()
    if as_json or not console.is_terminal:
        yield
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        progress.add_task(text, total=None)
        yield


@contextmanager
def searching(text: str, as_json: bool = False) -> Iterator[None]:
    """Be `working`, and let Ctrl-C end the search too: HiGHS hears of no exception, only of the signal."""
    from planner.optimize.stopping import CalledOff, stoppable

    asked = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        raise KeyboardInterrupt

    before = signal(SIGINT, ask)
    try:
        with stoppable(asked), working(text, as_json):
            yield
    except CalledOff:
        raise KeyboardInterrupt from None
    finally:
        signal(SIGINT, before)
