"""What an earlier run left open is closed before this one begins."""

from __future__ import annotations

from datetime import datetime

from skill.errors import KrampevaktError
from skill.journal.keeping.lifecycle import mark_interrupted
from skill.journal.storage.store import Journal
from skill.messages.message import sentence_of
from skill.service.ports import Tell
from skill.service.scribe import JournalScribe

BACK_AGAIN = "back_again"  # said when the service was away in the middle of a conversation
BACK_AGAIN_WITHIN_S = 180.0


def close_what_was_open(journal: Journal, scribe: JournalScribe, now: datetime, tell: Tell) -> bool:
    """And write down that the service starts. True when an earlier run ended in a conversation just now."""
    interrupted = False
    try:
        unfinished = journal.open_episodes()
        interrupted = any((now - e.started_at).total_seconds() < BACK_AGAIN_WITHIN_S for e in unfinished)
        recent = journal.episodes()
        if recent:
            scribe.continue_from(recent[-1].uuid, recent[-1].started_at)
        mark_interrupted(journal, now)
    except KrampevaktError as error:
        tell("journal", "degraded", sentence_of(error), "writing")
    made = scribe.versions
    scribe.record("service_started", {"app": made.app, "content": made.content, "model": made.model})
    return interrupted
