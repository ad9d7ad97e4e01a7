"""Where events wait when the database can't be written: a small file whose room was taken in advance."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skill.files import close_quietly, read_small
from skill.journal.episode import Event
from skill.journal.storage.rows import event_row
from skill.journal.times import from_text, zone_of

RESERVE_BYTES = 256 * 1024
"""Room for some 700 events, several nights; taken while there is some, so a full disk loses nothing."""


MOST_WAITING_BYTES = 64_000_000


class Spool:
    """JSON lines at the beginning of a file filled up with zeros. Writing never raises: it answers False."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._used = 0
        self._torn = False  # the last line was cut off; the next one begins on a line of its own

    def prepare(self) -> None:
        """Take the room and find what an earlier run left. Best effort."""
        try:
            handle = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError:
            return
        try:
            size = os.fstat(handle).st_size
            if size < RESERVE_BYTES:
                os.pwrite(handle, bytes(RESERVE_BYTES - size), size)
                os.fsync(handle)
        except OSError:
            pass  # no room now: the next start tries again
        finally:
            close_quietly(handle)
        content = self._content()
        self._used = len(content)
        self._torn = not content.endswith(b"\n") and bool(content)

    def add(self, events: Sequence[Event]) -> bool:
        """Put the events on the disk behind those that wait already. False when even that fails."""
        data = "".join(json.dumps(event_row(event), ensure_ascii=False) + "\n" for event in events).encode()
        data = b"\n" + data if self._torn else data
        try:
            handle = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                done = 0
                while done < len(data):
                    done += os.pwrite(handle, data[done:], self._used + done)
                os.fsync(handle)
            finally:
                close_quietly(handle)
        except OSError:
            return False
        self._used += len(data)
        self._torn = False
        return True

    def read(self) -> tuple[Event, ...]:
        """The events that wait, in order. A last line cut off by a power failure is left out."""
        found: list[Event] = []
        for line in self._content().split(b"\n"):
            try:
                found.append(_event(json.loads(line)))
            except (ValueError, KeyError, TypeError):
                continue
        return tuple(found)

    def clear(self) -> None:
        """Forget what waited, and leave nothing of it on the disk."""
        if not self._used:
            return
        try:
            handle = os.open(self.path, os.O_RDWR)
            try:
                os.pwrite(handle, bytes(self._used), 0)
                os.fsync(handle)
            finally:
                close_quietly(handle)
        except OSError:
            return  # what was already written in is recognised by its uuid when it is replayed
        self._used = 0
        self._torn = False

    def _content(self) -> bytes:
        try:
            return read_small(self.path, MOST_WAITING_BYTES).split(b"\0", 1)[0]
        except OSError:
            return b""


def _event(row: dict[str, Any]) -> Event:
    return Event(
        id=0,
        uuid=str(row["uuid"]),
        at=from_text(row["at"], zone_of(row["zone"])),
        zone=str(row["zone"]),
        device=str(row["device"]),
        episode=None if row["episode"] is None else str(row["episode"]),
        kind=str(row["kind"]),
        data=json.loads(row["data"]),
        boot=str(row.get("boot", "")),
        since_boot_s=row.get("since_boot_s"),
    )
