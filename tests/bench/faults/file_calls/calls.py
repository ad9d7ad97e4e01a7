"""Calls of the C library on files, made to fail: what opens, reads, writes, syncs, locks, renames … in any library.

Only in a process that was started with `environment`. Python's audit hook, which `FileFaults` uses, sees files being
opened and renamed; a full disk shows itself in `write`, a broken one in `fsync`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("failing_calls.c")
COMPILER = "cc"


def environment(folder: Path) -> dict[str, str]:
    """For a child process; the library is compiled into `folder`."""
    library = folder / "failing_calls.so"
    command = [COMPILER, "-O1", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    return {**os.environ, "LD_PRELOAD": str(library)}


@dataclass
class FailingCalls:
    """While `happening`, calls below `folder` are counted, and number `at` fails, or it and all that follow.

    Made before the night begins, so that calls on files that are opened before it happens are known too.
    """

    folder: Path
    at: int = -1
    number: int = 0
    from_then_on: bool = False
    log: Path | None = None
    seen: int = 0

    def __post_init__(self) -> None:
        ctypes.CDLL(None).fc_follow(os.fsencode(self.folder))

    @contextlib.contextmanager
    def happening(self) -> Iterator[None]:
        library = ctypes.CDLL(None)
        log, at = os.fsencode(self.log or ""), ctypes.c_long(self.at)
        library.fc_begin(log, at, self.number, int(self.from_then_on))
        try:
            yield
        finally:
            self.seen = int(library.fc_end())


_NUMBERS = re.compile(r"[0-9a-f]{8,}[0-9a-f-]*|\d+|(?<=tmp)\w+")


def kind(call: str) -> str:
    """«write /data/journal.db-wal», with # for what changes from night to night."""
    name, _, path = call.partition(" ")
    parts = path.split("/")
    if len(parts) > 4:  # the sixty files of the prompts, read and written alike
        parts = [*parts[:4], "…" + Path(path).suffix]
    return f"{name} {_NUMBERS.sub('#', '/'.join(parts))}"
