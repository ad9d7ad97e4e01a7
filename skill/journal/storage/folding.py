"""Writing events and, in the same transaction, the copy of what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from skill.journal.episode import FOLD_VERSION, Event
from skill.journal.fold import fold
from skill.journal.storage import rows, tables

_BATCH = 500  # rows in one statement

LIGHT_KINDS = frozenset({
    "said", "heard", "question_asked", "question_answered", "question_unanswered", "advice_repeated",
    "advice_acknowledged", "routine_started", "routine_ended", "programme_answer",
})  # fmt: skip
"""Kinds that change nothing in the row of `episodes` but its version: the voice waits for less."""


def write_events(
    connection: Connection, events: Sequence[Event], device: str = "", *, skip_known: bool = False
) -> int:
    """Insert the rows and renew the copies of the episodes they belong to; the id of the last row.

    `device` is for events that were made before the database could be opened. `skip_known` passes over
    rows that are there already, by their uuid: after a failure it isn't certain what was committed.
    """
    table = tables.events
    last = 0
    touched: dict[str, tuple[bool, int]] = {}  # only light kinds so far, id of its last row
    for event in events:
        if skip_known:
            there = connection.execute(
                select(table.c.id).where(table.c.uuid == event.uuid)
            ).scalar_one_or_none()
            if there is not None:
                last = int(there)
                continue
        row = rows.event_row(event)
        result = connection.execute(insert(table).values(**(row | {"device": row["device"] or device})))
        key = result.inserted_primary_key
        last = int(key[0]) if key is not None else 0
        if event.episode is not None:
            light = touched.get(event.episode, (True, 0))[0] and event.kind in LIGHT_KINDS
            touched[event.episode] = (light, last)
    for uuid, (light, version) in touched.items():
        if not (light and _set_version(connection, uuid, version)):
            refold(connection, uuid)
    return last


def write_many(connection: Connection, events: Sequence[Event], device: str = "") -> None:
    """As `write_events`, for thousands of rows at once."""
    touched: dict[str, None] = {}
    for start in range(0, len(events), _BATCH):
        part = [rows.event_row(event) for event in events[start : start + _BATCH]]
        connection.execute(insert(tables.events), [r | {"device": r["device"] or device} for r in part])
        touched |= {row["episode"]: None for row in part if row["episode"] is not None}
    if len(touched) > _BATCH:
        rebuild(connection)
        return
    for uuid in touched:
        refold(connection, uuid)


def refold(connection: Connection, uuid: str) -> None:
    """Make the row of `episodes` for one episode anew from its events."""
    table = tables.events
    found = connection.execute(select(table).where(table.c.episode == uuid).order_by(table.c.id))
    episode = fold(rows.event_of(row) for row in found)
    connection.execute(delete(tables.episodes).where(tables.episodes.c.uuid == uuid))
    if episode is not None:
        connection.execute(insert(tables.episodes).values(**rows.summary_row(episode)))


def _set_version(connection: Connection, uuid: str, version: int) -> bool:
    table = tables.episodes
    changed = connection.execute(update(table).where(table.c.uuid == uuid).values(version=version))
    return changed.rowcount == 1


def rebuild(connection: Connection) -> None:
    """Make the whole `episodes` table anew from the events."""
    connection.execute(delete(tables.episodes))
    table = tables.events
    query = select(table).where(table.c.episode.is_not(None)).order_by(table.c.episode, table.c.id)
    waiting: list[dict[str, Any]] = []
    for events in _by_episode(rows.event_of(row) for row in connection.execute(query).all()):
        episode = fold(events)
        if episode is not None:
            waiting.append(rows.summary_row(episode))
        if len(waiting) >= _BATCH:
            connection.execute(insert(tables.episodes), waiting)
            waiting = []
    if waiting:
        connection.execute(insert(tables.episodes), waiting)


def rebuild_if_needed(connection: Connection) -> None:
    """Rebuild when the fold has changed since the copy was made, or the copy lacks episodes."""
    began = tables.events.c.kind.in_(("episode_started", "added_by_hand"))
    lacking = (
        select(tables.events.c.id)
        .where(began, tables.events.c.episode.not_in(select(tables.episodes.c.uuid)))
        .limit(1)
    )
    if value(connection, "fold_version") == str(FOLD_VERSION) and connection.execute(lacking).first() is None:
        return
    rebuild(connection)
    set_value(connection, "fold_version", str(FOLD_VERSION))


def value(connection: Connection, key: str) -> str:
    """What `meta` holds under `key`; "" when nothing."""
    query = select(tables.meta.c.value).where(tables.meta.c.key == key)
    found = connection.execute(query).scalar_one_or_none()
    return "" if found is None else str(found)


def set_value(connection: Connection, key: str, new: str) -> str:
    changed = connection.execute(update(tables.meta).where(tables.meta.c.key == key).values(value=new))
    if changed.rowcount == 0:
        connection.execute(insert(tables.meta).values(key=key, value=new))
    return new


def _by_episode(events: Iterable[Event]) -> Iterable[list[Event]]:
    current: list[Event] = []
    for event in events:
        if current and current[-1].episode != event.episode:
            yield current
            current = []
        current.append(event)
    if current:
        yield current
