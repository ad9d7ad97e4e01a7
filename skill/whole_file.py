"""A file is there as it was, or whole and new: never half, whatever happens while it is written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def replaced_when_whole(path: Path) -> Iterator[IO[str]]:
    """A text file in UTF-8, readable by its owner only, that takes the place of `path` when the block ends well.

    Raises OSError; then `path` is as before, and nothing is left beside it.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError, PermissionError):  # Windows has no way to ask for this
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
