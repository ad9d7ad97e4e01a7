"""One instance at a time for one data folder. The system lets go of the lock however the process dies."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from skill.errors import AlreadyRunning
from skill.file_lock import try_lock
from skill.files import close_quietly
from skill.journal.storage.database import private_folder
from skill.messages.message import Message


class InstanceLock:
    """Held from `acquire` (or `with`) until `release` or the end of the process.

    The lock is the file itself where it can be written or only read; else one in the folder for running programs.
    Where there is no such place either, nothing is locked and `trouble` says so: help never depends on writing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble: str = ""
        self._handle: int | None = None

    def acquire(self) -> None:
        """Raises AlreadyRunning at once when another process holds it."""
        with contextlib.suppress(OSError):
            private_folder(self.path.parent)
        for handle in self._places():
            try:
                ours = try_lock(handle)
            except OSError:  # this file system can't
                close_quietly(handle)
                continue
            if not ours:
                owner = _owner(handle)
                close_quietly(handle)
                raise AlreadyRunning(owner)
            with contextlib.suppress(OSError):  # a full disk costs the number, not the lock
                os.ftruncate(handle, 0)
                os.write(handle, f"{os.getpid()}\n".encode())
            self._handle = handle
            return
        self.trouble = Message("journal.no_lock", folder=self.path.parent)

    def release(self) -> None:
        if self._handle is not None:
            close_quietly(self._handle)  # closing lets go; the file stays, for removing it would race
            self._handle = None

    def __enter__(self) -> InstanceLock:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _places(self) -> Iterator[int]:
        for how in (os.O_CREAT | os.O_RDWR, os.O_RDONLY):
            with contextlib.suppress(OSError):
                yield os.open(self.path, how | getattr(os, "O_NONBLOCK", 0), 0o600)
        with contextlib.suppress(OSError):
            name = hashlib.sha256(os.fsencode(self.path.absolute())).hexdigest()[:16]
            for folder in _folders_of_running_programs():
                with contextlib.suppress(OSError):
                    yield os.open(folder / f"krampevakt-{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)


def _folders_of_running_programs() -> Iterator[Path]:
    """Raises OSError behind the first where no folder for passing files can be written: the whole disk is full."""
    running = os.environ.get("XDG_RUNTIME_DIR", "")
    if running:
        yield Path(running)
    yield Path(tempfile.gettempdir())


def _owner(handle: int) -> Message:
    """What is said to a second one: which process holds the lock, where that can be read."""
    with contextlib.suppress(OSError, ValueError):
        os.lseek(handle, 0, os.SEEK_SET)
        return Message("journal.already_running_as", pid=int(os.read(handle, 20)))
    return Message("journal.already_running")
