"""Rows as the conversation and the pages write them, for tests that need an episode and not how it came about."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from skill.journal.storage.store import Journal
from skill.journal.times import to_text

STARTED = ("intent", "value", "place", "side", "language", "app", "content", "model")


def start_episode(journal: Journal, at: datetime, **known: str) -> str:
    """Begin an episode, with what is `known` of STARTED; its uuid. It is on the disk when this returns."""
    uuid = str(uuid4())
    journal.append("episode_started", dict.fromkeys(STARTED, "") | known, uuid, at)
    return uuid


def add_by_hand(
    journal: Journal,
    started_at: datetime,
    ended_at: datetime | None,
    at: datetime,
    place: str = "",
    side: str = "",
) -> str:
    """An episode that nobody told the device about; its uuid."""
    uuid = str(uuid4())
    ended = to_text(ended_at) if ended_at else ""
    data = {
        "started_at": to_text(started_at),
        "ended_at": ended,
        "place": place,
        "side": side,
        "by": "person",
    }
    journal.append("added_by_hand", data, uuid, at)
    return uuid
