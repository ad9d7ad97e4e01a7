"""What the engine records, written to the journal: which episode it belongs to, when, and by consent only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from skill.errors import JournalError
from skill.events import Fault, JsonValue
from skill.journal.store import Journal
from skill.service.clock import Clock

DEVICE_KINDS = frozenset({"service_started", "service_stopped", "deaf_from", "hearing_again", "fault", "settings_changed"})


@dataclass(frozen=True, slots=True)
class Versions:
    """What was running when an episode was written."""

    app: str
    content: str
    model: str


class JournalScribe:
    """Returns when the event is committed; a journal that fails costs the person nothing but the record.

    An event that can't be written is kept in memory and tried again, in order, before the next one;
    `on_fault` is told once for each outage.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        versions: Versions,
        keep_transcripts: Callable[[], bool],
        on_fault: Callable[[Fault], None] = lambda _: None,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._versions = versions
        self._keep_transcripts = keep_transcripts
        self._on_fault = on_fault
        self._episode: str | None = None
        self._latest: str | None = None
        self._unwritten: list[Callable[[], None]] = []

    @property
    def episode(self) -> str | None:
        """uuid of the episode that is going on."""
        return self._episode

    @property
    def latest(self) -> str | None:
        """uuid of the last episode begun since the start of the service."""
        return self._latest

    @property
    def unwritten(self) -> int:
        """Events that wait for the journal to be writable again."""
        return len(self._unwritten)

    def record(self, kind: str, data: Mapping[str, JsonValue]) -> None:
        at = self._clock.wall()
        fields = dict(data)
        if kind == "heard" and not self._keep_transcripts():
            fields["phrase"] = ""
        if kind == "episode_started":
            fields |= {"app": self._versions.app, "content": self._versions.content, "model": self._versions.model}
            event = self._journal.event(kind, fields, None, at)
            self._episode = self._latest = event.uuid
        episode = None if kind in DEVICE_KINDS else self._episode or self._latest
        self._write(lambda: self._journal.append(kind, fields, episode, at) and None)
        if kind == "episode_ended":
            self._episode = None

    def flush(self) -> None:
        """Try again what could not be written."""
        while self._unwritten:
            try:
                self._unwritten[0]()
            except JournalError:
                return
            self._unwritten.pop(0)

    def _write(self, write: Callable[[], None]) -> None:
        self._unwritten.append(write)
        before = len(self._unwritten)
        try:
            while self._unwritten:
                self._unwritten[0]()
                self._unwritten.pop(0)
        except JournalError as error:
            if before == 1:
                self._on_fault(Fault("journal", "degraded", str(error), self._clock.now_s()))
