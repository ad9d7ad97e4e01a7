"""Files that are whole or as they were, whatever happens while they are written: made beside, then put in place.

And read without waiting for what is no file.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

MOST_BYTES = (
    4_000_000  # of a file that a person edits, or that we keep of ourselves; the largest has some 100,000
)


def read_small(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """All of an ordinary file.

    Raises OSError; also for a pipe or a device, which would be waited for without end (EINVAL), and for more than
    `most_bytes` (EFBIG), which would hold up whoever reads it.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        if found.st_size > most_bytes:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(most_bytes)
    finally:
        close_quietly(handle)


def read_json(path: Path) -> Any:
    """What stands in a small JSON file. Raises OSError, and ValueError for whatever is no JSON."""
    try:
        return json.loads(read_small(path).decode("utf-8"))
    except RecursionError as error:
        raise ValueError("nested without end") from error


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
