"""Work in the background that a page waits for: a line of progress, then what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import panel as pn

from ui.components import WIDE
from ui.pages.base import Page, on_page
from ui.progress import Progress
from ui.sweep import Job

type Steps = Sequence[Callable[[], Sequence[Any]]]


class WorkingPage(Page):
    """A page that works something out in the background, given up where it is drawn anew or left."""

    _job: Job | None = None

    def working(self, steps: Steps, words: str, show: Callable[[list[Any]], None]) -> Progress:
        """Begin some steps as `working` does, and return their line of progress."""
        line, self._job = working(steps, words, show)
        return line

    def show(self) -> None:
        """Draw the page anew."""
        self._call_off()
        super().show()

    def leave(self) -> None:
        """Give up what is still worked out, and stop drawing."""
        self._call_off()
        super().leave()

    def _call_off(self) -> None:
        if self._job is not None:
            self._job.cancel()


def working(steps: Steps, words: str, show: Callable[[list[Any]], None]) -> tuple[Progress, Job]:
    """Begin some steps, and return their line of progress and the job, to be cancelled when it is left.

    Parameters
    ----------
    words
        What is being worked out, as the beginning of a sentence.
    show
        Called on the page's thread with everything found, once every step is taken.
    """
    document, total = pn.state.curdoc, len(steps)

    def stop() -> None:
        job.cancel()
        line.param.update(text="Called off.", busy=False)

    line = Progress(stop, text=f"{words}: 0 of {total} done …", busy=True, done=0.0, **WIDE)

    def tell(done: int, found: list[Any]) -> None:
        if done == total:
            line.busy = False
            show(found)
        else:
            line.param.update(text=f"{words}: {done} of {total} done …", done=done / total)

    def say(sentence: str) -> None:
        line.param.update(text=sentence, busy=False)

    job = Job(
        steps,
        lambda done, found: on_page(document, partial(tell, done, found)),
        lambda sentence: on_page(document, partial(say, sentence)),
    )
    return line, job.start()
