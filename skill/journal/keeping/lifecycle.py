"""What the service writes about itself when it starts: what the last run left open."""

from __future__ import annotations

from datetime import datetime

from skill.journal.episode import Event
from skill.journal.storage.store import Journal

RUNNING_KINDS = ("service_started", "service_stopped")


def mark_interrupted(journal: Journal, at: datetime) -> int:
    """End what a power cut or a crash left open; how many episodes that were. Call before service_started.

    The service's own stop is dated to when it last said that it was alive, since nobody saw the end.
    Raises JournalError where the journal can't be read.
    """
    unfinished = journal.open_episodes()
    for summary in unfinished:
        journal.append("episode_ended", {"reason": "interrupted"}, summary.uuid, at)
    runs = [e for e in journal.device_events(kinds=RUNNING_KINDS) if e.device == journal.device]
    if runs and runs[-1].kind == "service_started":
        reason = {"reason": "interrupted"}
        alive_at, reading = journal.last_alive(), journal.last_alive_reading()
        if alive_at and reading and reading.boot == runs[-1].boot:  # true whatever either clock was set to
            journal.append("service_stopped", reason, None, alive_at, reading)
        else:
            last_seen = max(runs[-1].at, _last_seen(journal, runs[-1], at))
            journal.append("service_stopped", reason, None, min(last_seen, at))
    return len(unfinished)


def _last_seen(journal: Journal, started: Event, at: datetime) -> datetime:
    moments = [started.at]
    alive = journal.last_alive()
    if alive is not None:
        moments.append(alive)
    moments += [event.at for event in journal.device_events(since=started.at, until=at)]
    return max(moments)
