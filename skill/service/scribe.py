"""What the engine records, written to the journal: which episode it belongs to, when, and by consent only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from skill.errors import JournalError
from skill.events import EVENT_FIELDS, Fault, FaultOver, JsonValue
from skill.journal.storage.store import Journal
from skill.journal.times import night_of
from skill.messages.message import Message, sentence_of
from skill.service.clock import Clock

DEVICE_KINDS = frozenset(
    {
        "service_started",
        "service_stopped",
        "deaf_from",
        "hearing_again",
        "fault",
        "fault_over",
        "settings_changed",
    }
)


@dataclass(frozen=True, slots=True)
class Versions:
    """What was running when an episode was written."""

    app: str
    content: str
    model: str


class JournalScribe:
    """Returns when the event is safe. A journal that fails costs the person nothing but the record.

    (A journal opened for the night keeps what it can't write yet, and writes it in later by itself.)
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        versions: Versions,
        keep_transcripts: Callable[[], bool],
        on_fault: Callable[[Fault | FaultOver], None] = lambda _: None,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self.versions = versions
        self._keep_transcripts = keep_transcripts
        self._on_fault = on_fault
        self._trouble = self._kept_because = ""
        self._episode: str | None = None
        self._began = (clock.now_s(), clock.wall())  # of the episode that is going on
        self._latest: str | None = None
        self._latest_at: datetime | None = None  # when that began

    @property
    def episode(self) -> str | None:
        """uuid of the episode that is going on."""
        return self._episode

    @property
    def latest(self) -> str | None:
        """uuid of the last episode begun since the start of the service."""
        return self._latest

    def continue_from(self, latest: str | None, began_at: datetime | None) -> None:
        """The last episode of an earlier run: what is said later in the same night, or its morning, belongs to it."""
        self._latest, self._latest_at = latest, began_at

    def record(self, kind: str, data: Mapping[str, JsonValue]) -> None:
        fields = dict(data)
        sentence = fields.get("sentence")
        if isinstance(sentence, Message) and "message" in EVENT_FIELDS.get(kind, ()):
            fields["message"] = json.dumps(sentence.as_json(), ensure_ascii=False)
        if kind == "heard" and not self._keep_transcripts():
            fields["phrase"] = ""
        if kind == "episode_started":
            fields |= {
                "app": self.versions.app,
                "content": self.versions.content,
                "model": self.versions.model,
            }
            self._episode = self._latest = str(uuid4())
            self._began = (self._clock.now_s(), self._clock.wall())
            self._latest_at = self._began[1]
        of_device = kind in DEVICE_KINDS
        at = self._clock.wall() if of_device else self._at()
        episode = None if of_device else self._episode or self._of_this_night(at)
        try:
            self._journal.append(kind, fields, episode, at, self._clock.reading())
            trouble = self._journal.trouble
        except JournalError as error:
            trouble = sentence_of(error)
        except Exception as error:  # whatever becomes of the record, the person is answered
            trouble = Message("service.not_written", why=error)
        self._note(trouble)
        if kind == "episode_ended":
            self._episode = None

    def look(self) -> None:
        """Has the journal written in meanwhile what it had kept?"""
        if self._trouble == self._kept_because and not self._journal.waiting:
            self._note(self._journal.trouble)

    def _note(self, trouble: str) -> None:
        if trouble and not self._trouble:
            self._on_fault(Fault("journal", "degraded", trouble, self._clock.now_s(), "writing"))
        elif self._trouble and not trouble:
            self._on_fault(FaultOver("journal", "writing"))
        self._trouble, self._kept_because = trouble, self._journal.trouble

    def _of_this_night(self, at: datetime) -> str | None:
        """The latest episode, unless it was of another night: «god morgen» says nothing about that one."""
        if self._latest_at is None:
            return None
        zone = self._journal.zone
        same = night_of(self._latest_at.astimezone(zone)) == night_of(at.astimezone(zone))
        return self._latest if same else None

    def _at(self) -> datetime:
        """Now. Within an episode counted from its start, so that a clock that is set meanwhile can't stretch it."""
        if self._episode is None:
            return self._clock.wall()
        began_s, began_at = self._began
        return began_at + timedelta(seconds=self._clock.now_s() - began_s)
