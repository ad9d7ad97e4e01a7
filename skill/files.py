"""Files that are whole or as they were, whatever happens while they are written: made beside, then put in place."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any


def write_whole(path: Path, data: bytes) -> None:
    """Replace `path` by a file with `data`, readable by its owner only; its folder is made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _put_in_place(path, mode="wb") as file:
        file.write(data)


@contextlib.contextmanager
def replaced_when_whole(path: Path) -> Iterator[IO[str]]:
    """A text file in UTF-8, readable by its owner only, that takes the place of `path` when the block ends well.

    Raises OSError; then `path` is as before, and nothing is left beside it.
    """
    with _put_in_place(path, mode="w", encoding="utf-8", newline="") as file:
        yield file


@contextlib.contextmanager
def _put_in_place(path: Path, **how: Any) -> Iterator[IO[Any]]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    scratch = Path(name)
    try:
        with os.fdopen(handle, **how) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            scratch.unlink()
        raise
    with contextlib.suppress(OSError):  # Windows has no way to ask for this
        sync(path.parent)


def sync(path: Path) -> None:
    """Let a file, or what was put into a folder, stay there through a power cut. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def close_quietly(handle: int) -> None:
    """A file is closed even where the system says that it could not (close(2)); nothing hangs on what it says."""
    with contextlib.suppress(OSError):
        os.close(handle)
