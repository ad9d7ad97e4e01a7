"""One instance at a time in one data folder. The system lets go of the lock however the process dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from skill.errors import AlreadyRunning, JournalError
from skill.journal.storage.database import private_folder


class InstanceLock:
    """Held from `acquire` (or `with`) until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def acquire(self) -> None:
        """Raises AlreadyRunning at once when another process holds it, JournalError when that is unknown."""
        try:
            private_folder(self.path.parent)
            handle = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise JournalError(
                f"Krampevakt kan ikke skrive i {self.path.parent} ({error.strerror}) og vet ikke om den "
                "kjører fra før. Gi brukeren som kjører den, skrivetilgang til mappa."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = _owner(handle)
            os.close(handle)
            raise AlreadyRunning(
                f"Krampevakt kjører allerede{owner} og lytter. Stans den først hvis du vil starte en ny."
            ) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)  # closing lets go; the file stays, for removing it would race
            self._handle = None

    def __enter__(self) -> InstanceLock:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _owner(handle: int) -> str:
    with contextlib.suppress(OSError, ValueError):
        return f" (prosess {int(os.pread(handle, 20, 0))})"
    return ""
