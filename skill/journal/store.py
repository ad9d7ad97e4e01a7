"""Journal: the one door to the database. One writer, many readers; `append` returns after the commit."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from skill.errors import JournalError
from skill.events import EVENT_FIELDS, JsonValue
from skill.journal import database, rows, tables
from skill.journal.episode import FOLD_VERSION, Episode, Event, fold
from skill.journal.rows import Summary
from skill.journal.times import system_zone, to_text

BUSY_TIMEOUT_S = 1.0
"""How long a write waits for another program's lock; a person in pain isn't kept longer."""

CHANGED_MEANWHILE = (
    "Denne krampa er endret et annet sted etter at du åpnet den. Ingenting er lagret nå. Last siden på nytt, "
    "og gjør endringen en gang til."
)
NO_SUCH_EPISODE = "Denne krampa finnes ikke i journalen lenger. Den kan være slettet."


class EpisodeChanged(JournalError):
    """Somebody else edited the episode since its version was read (two tabs, say)."""


class NoSuchEpisode(JournalError):
    """No episode has this uuid."""


def check_event(kind: str, data: Mapping[str, JsonValue]) -> None:
    """ValueError for a kind or field that skill.events doesn't know: the program is wrong, not the night."""
    if kind not in EVENT_FIELDS:
        raise ValueError(f"no such kind of journal row: {kind}")
    unknown = set(data) - set(EVENT_FIELDS[kind])
    if unknown:
        raise ValueError(f"a journal row {kind} has no field {', '.join(sorted(unknown))}")


class Journal:
    """Open with `Journal.open`; usable from several threads; close when done."""

    def __init__(self, where: Path | str, zone: tzinfo, busy_timeout_s: float) -> None:
        self.where = where
        self.zone = zone
        self.device = ""
        self._lock = threading.RLock()  # one writer
        self._writer = database.make_engine(where, write=True, busy_timeout_s=busy_timeout_s)
        self._reader = database.make_engine(where, write=False, busy_timeout_s=busy_timeout_s)

    @classmethod
    def open(
        cls, where: Path | str, *, zone: tzinfo | None = None, busy_timeout_s: float = BUSY_TIMEOUT_S
    ) -> Journal:
        """Open (and make, check and migrate) the journal at a path or a database URL. Raises JournalError."""
        try:
            if database.is_file(where):
                database.private_folder(Path(where).parent)
                database.private_file(Path(where))
                database.check(Path(where))
            journal = cls(where, zone or system_zone(), busy_timeout_s)
            journal._prepare()
        except (SQLAlchemyError, OSError) as error:
            raise JournalError(database.sentence_for(error, where)) from error
        return journal

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- writing -------------------------------------------------------------------------------------

    def start_episode(
        self,
        at: datetime,
        *,
        intent: str = "",
        value: str = "",
        place: str = "",
        side: str = "",
        language: str = "",
        app: str = "",
        content: str = "",
        model: str = "",
    ) -> str:
        """Begin an episode; its uuid. It is on the disk when this returns."""
        uuid = str(uuid4())
        self.append(
            "episode_started",
            {
                "intent": intent,
                "value": value,
                "place": place,
                "side": side,
                "language": language,
                "app": app,
                "content": content,
                "model": model,
            },
            uuid,
            at,
        )
        return uuid

    def append(self, kind: str, data: Mapping[str, JsonValue], episode_id: str | None, at: datetime) -> int:
        """Add one row, whose id is returned once it is committed. `at` is aware.

        Raises ValueError for a kind or field that doesn't exist.
        """
        event = self.event(kind, data, episode_id, at)
        return self._commit([event])

    def change(
        self,
        episode_id: str,
        changes: Sequence[tuple[str, Mapping[str, JsonValue]]],
        at: datetime,
        expected_version: int | None = None,
    ) -> int:
        """A person's edits of one episode, all or none; the new version.

        Raises EpisodeChanged when it isn't at `expected_version` any more, NoSuchEpisode, JournalError.
        """
        events = [self.event(kind, data, episode_id, at) for kind, data in changes]
        return self._commit(events, expected_version, must_exist=True)

    def add_by_hand(
        self,
        started_at: datetime,
        ended_at: datetime | None,
        at: datetime,
        *,
        place: str = "",
        side: str = "",
        by: str = "person",
    ) -> str:
        """An episode that nobody told the device about; its uuid."""
        uuid = str(uuid4())
        self._commit(
            [
                self.event(
                    "added_by_hand",
                    {
                        "started_at": to_text(started_at),
                        "ended_at": to_text(ended_at) if ended_at else "",
                        "place": place,
                        "side": side,
                        "by": by,
                    },
                    uuid,
                    at,
                )
            ]
        )
        return uuid

    def event(self, kind: str, data: Mapping[str, JsonValue], episode_id: str | None, at: datetime) -> Event:
        """The event as it would be written, stamped with this device and zone."""
        check_event(kind, data)
        to_text(at)  # aware, or ValueError
        zone = at.tzinfo if isinstance(at.tzinfo, ZoneInfo) and at.tzinfo.key != "UTC" else self.zone
        name = zone.key if isinstance(zone, ZoneInfo) else "UTC"
        return Event(0, str(uuid4()), at.astimezone(zone), name, self.device, episode_id, kind, dict(data))

    # --- reading -------------------------------------------------------------------------------------

    def episodes(
        self,
        since: date | None = None,
        until: date | None = None,
        *,
        include_deleted: bool = False,
        include_false_starts: bool = False,
    ) -> tuple[Summary, ...]:
        """Episodes of the nights since..until (both included), oldest first."""
        table = tables.episodes
        query = select(table).order_by(table.c.started_at, table.c.uuid)
        if since is not None:
            query = query.where(table.c.night >= since.isoformat())
        if until is not None:
            query = query.where(table.c.night <= until.isoformat())
        if not include_deleted:
            query = query.where(table.c.deleted.is_(False))
        if not include_false_starts:
            query = query.where(table.c.false_start.is_(False))
        return tuple(rows.summary_of(row) for row in self._read(query))

    def night(
        self, night: date, *, include_deleted: bool = False, include_false_starts: bool = False
    ) -> tuple[Summary, ...]:
        """Episodes of one night, which belongs to the evening it began."""
        return self.episodes(
            night, night, include_deleted=include_deleted, include_false_starts=include_false_starts
        )

    def episode(self, uuid: str) -> Episode:
        """The whole episode. Raises NoSuchEpisode."""
        episode = fold(self.events(uuid))
        if episode is None:
            raise NoSuchEpisode(NO_SUCH_EPISODE)
        return episode

    def whole_episodes(
        self,
        since: date | None = None,
        until: date | None = None,
        *,
        include_deleted: bool = False,
        include_false_starts: bool = False,
    ) -> tuple[Episode, ...]:
        """As `episodes`, but folded whole: questions, signs, steps and notes too."""
        wanted = [
            s.uuid
            for s in self.episodes(
                since, until, include_deleted=include_deleted, include_false_starts=include_false_starts
            )
        ]
        return tuple(self._folded(wanted))

    def events(self, uuid: str) -> tuple[Event, ...]:
        """All rows of one episode in order: its time line."""
        table = tables.events
        query = select(table).where(table.c.episode == uuid).order_by(table.c.id)
        return tuple(rows.event_of(row) for row in self._read(query))

    def device_events(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Event, ...]:
        """Rows that belong to no episode (service_started, deaf_from, ...), oldest first."""
        table = tables.events
        query = select(table).where(table.c.episode.is_(None)).order_by(table.c.at, table.c.id)
        if since is not None:
            query = query.where(table.c.at >= to_text(since))
        if until is not None:
            query = query.where(table.c.at < to_text(until))
        return tuple(rows.event_of(row) for row in self._read(query))

    def open_episodes(self) -> tuple[Summary, ...]:
        """Episodes that nothing has ended."""
        table = tables.episodes
        query = select(table).where(table.c.ended_at.is_(None), table.c.ended_reason == "")
        return tuple(rows.summary_of(row) for row in self._read(query.order_by(table.c.started_at)))

    def last_id(self) -> int:
        """Id of the newest row, 0 when there is none: changes whenever anything does."""
        found = self._read(select(func.max(tables.events.c.id)))
        return int(found[0][0] or 0)

    # --- within --------------------------------------------------------------------------------------

    def _read(self, query: Any) -> Sequence[Any]:
        try:
            with self._reader.connect() as connection:
                return connection.execute(query).all()
        except SQLAlchemyError as error:
            raise JournalError(database.sentence_for(error, self.where)) from error

    def _folded(self, uuids: Sequence[str]) -> Iterable[Episode]:
        table = tables.events
        for start in range(0, len(uuids), 500):
            part = uuids[start : start + 500]
            found: dict[str, list[Event]] = {uuid: [] for uuid in part}
            for row in self._read(select(table).where(table.c.episode.in_(part)).order_by(table.c.id)):
                found[row.episode].append(rows.event_of(row))
            for uuid in part:
                episode = fold(found[uuid])
                if episode is not None:
                    yield episode

    def _commit(
        self, events: Sequence[Event], expected_version: int | None = None, *, must_exist: bool = False
    ) -> int:
        try:
            with self._lock, self._writer.begin() as connection:
                if must_exist:
                    _check_version(connection, events[0].episode or "", expected_version)
                return write_events(connection, events)
        except SQLAlchemyError as error:
            raise JournalError(database.sentence_for(error, self.where)) from error

    def _prepare(self) -> None:
        with self._lock, self._writer.begin() as connection:
            database.migrate(connection)
            self.device = _value(connection, "device") or _set_value(connection, "device", str(uuid4()))
            if _value(connection, "fold_version") != str(FOLD_VERSION):
                rebuild(connection)
                _set_value(connection, "fold_version", str(FOLD_VERSION))


def write_events(connection: Connection, events: Sequence[Event]) -> int:
    """Insert the rows and renew the copies of the episodes they belong to; the id of the last row."""
    last = 0
    touched: dict[str, None] = {}
    for event in events:
        result = connection.execute(insert(tables.events).values(**rows.event_row(event)))
        key = result.inserted_primary_key
        last = int(key[0]) if key is not None else 0
        if event.episode is not None:
            touched[event.episode] = None
    for uuid in touched:
        refold(connection, uuid)
    return last


def refold(connection: Connection, uuid: str) -> None:
    """Make the row of `episodes` for one episode anew from its events."""
    table = tables.events
    found = connection.execute(select(table).where(table.c.episode == uuid).order_by(table.c.id))
    episode = fold(rows.event_of(row) for row in found)
    connection.execute(delete(tables.episodes).where(tables.episodes.c.uuid == uuid))
    if episode is not None:
        connection.execute(insert(tables.episodes).values(**rows.summary_row(episode)))


def rebuild(connection: Connection) -> None:
    """Make the whole `episodes` table anew from the events."""
    connection.execute(delete(tables.episodes))
    table = tables.events
    current: list[Event] = []
    folded: list[dict[str, Any]] = []

    def finish() -> None:
        episode = fold(current)
        if episode is not None:
            folded.append(rows.summary_row(episode))
        if len(folded) >= 500:
            connection.execute(insert(tables.episodes), list(folded))
            folded.clear()

    query = select(table).where(table.c.episode.is_not(None)).order_by(table.c.episode, table.c.id)
    for row in connection.execute(query).all():
        if current and current[-1].episode != row.episode:
            finish()
            current.clear()
        current.append(rows.event_of(row))
    if current:
        finish()
    if folded:
        connection.execute(insert(tables.episodes), folded)


def _check_version(connection: Connection, uuid: str, expected: int | None) -> None:
    version = connection.execute(
        select(tables.episodes.c.version).where(tables.episodes.c.uuid == uuid)
    ).scalar_one_or_none()
    if version is None:
        raise NoSuchEpisode(NO_SUCH_EPISODE)
    if expected is not None and version != expected:
        raise EpisodeChanged(CHANGED_MEANWHILE)


def _value(connection: Connection, key: str) -> str:
    found = connection.execute(
        select(tables.meta.c.value).where(tables.meta.c.key == key)
    ).scalar_one_or_none()
    return "" if found is None else str(found)


def _set_value(connection: Connection, key: str, value: str) -> str:
    changed = connection.execute(update(tables.meta).where(tables.meta.c.key == key).values(value=value))
    if changed.rowcount == 0:
        connection.execute(insert(tables.meta).values(key=key, value=value))
    return value
