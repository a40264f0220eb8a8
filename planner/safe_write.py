"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.problems import InputProblems, Problem

A_FILE = "a file in a folder that you may write to"


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file through a temporary one beside it; lines end as in `text`.

    Raises
    ------
    InputProblems
        If the place cannot be written to.
    """
    write_file(path, lambda draft: draft.write_bytes(text.encode("utf-8")))


def refuse_unwritable(path: Path) -> None:
    """Raise as `write_text` would where that can be told before there is anything to write."""
    with _reported(path, A_FILE):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        folder = next(each for each in path.absolute().parents if each.exists())
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def write_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file, then give it the name `path`. Raises as `write_text` does."""
    with _reported(path, A_FILE):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            write(draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder whose files replace those of the same name in `folder` only if nothing fails.

    Other files of `folder` are left alone.

    Raises
    ------
    InputProblems
        If the place cannot be written to.
    """
    with _reported(folder, "a folder that you may write to"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            yield draft
            draft.chmod(0o755)
            _settle(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _settle(draft: Path, folder: Path) -> None:
    if not folder.exists():
        draft.rename(folder)
        return
    for file in sorted(draft.iterdir()):
        file.replace(folder / file.name)


@contextmanager
def _reported(path: Path, expected: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        found = f"a place that cannot be written to ({error.strerror or error})"
        raise InputProblems([Problem(str(path), found, expected)]) from None
