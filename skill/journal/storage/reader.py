"""Reading the journal. Readers never wait for the writer, and can't write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from skill.errors import JournalError
from skill.journal.episode import Episode, Event
from skill.journal.fold import fold
from skill.journal.storage import database, rows, tables
from skill.journal.storage.rows import Summary
from skill.journal.times import to_text
from skill.messages.message import Message

NO_SUCH_EPISODE = Message("journal.no_such_episode")
_MANY = 500  # uuids in one query
_PART = 2000  # rows read at a time


class NoSuchEpisode(JournalError):
    """No episode has this uuid."""


class JournalReader:
    """Queries on one database; each sees what was committed when it began."""

    def __init__(self, where: Path, engine: Engine) -> None:
        self.where = where
        self._reader = engine

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
        """The whole episode, deleted ones too. Raises NoSuchEpisode."""
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
        return tuple(
            self.each_episode(
                since, until, include_deleted=include_deleted, include_false_starts=include_false_starts
            )
        )

    def each_episode(
        self,
        since: date | None = None,
        until: date | None = None,
        *,
        include_deleted: bool = False,
        include_false_starts: bool = False,
    ) -> Iterator[Episode]:
        """As `whole_episodes`, but never all in memory at once."""
        found = self.episodes(
            since, until, include_deleted=include_deleted, include_false_starts=include_false_starts
        )
        yield from self.folded([summary.uuid for summary in found])

    def folded(self, uuids: Sequence[str], without: Sequence[str] = ()) -> Iterator[Episode]:
        """The episodes of these uuids; rows of the kinds `without` aren't read, and what they tell is lacking."""
        table = tables.events
        for start in range(0, len(uuids), _MANY):
            part = uuids[start : start + _MANY]
            found: dict[str, list[Event]] = {uuid: [] for uuid in part}
            query = select(table).where(table.c.episode.in_(part)).order_by(table.c.id)
            if without:
                query = query.where(table.c.kind.not_in(list(without)))
            for row in self._read(query):
                found[row.episode].append(rows.event_of(row))
            for uuid in part:
                episode = fold(found[uuid])
                if episode is not None:
                    yield episode

    def events(self, uuid: str) -> tuple[Event, ...]:
        """All rows of one episode in order: its time line."""
        table = tables.events
        query = select(table).where(table.c.episode == uuid).order_by(table.c.id)
        return tuple(rows.event_of(row) for row in self._read(query))

    def all_events(self) -> Iterator[Event]:
        """Every row in the order written, a part at a time, as it is when the part is read."""
        table = tables.events
        last = 0
        while True:
            query = select(table).where(table.c.id > last).order_by(table.c.id).limit(_PART)
            part = self._read(query)
            yield from (rows.event_of(row) for row in part)
            if len(part) < _PART:
                return
            last = int(part[-1].id)

    def begun_since_boot(self, boot: str) -> tuple[str, ...]:
        """uuids of the episodes that began in this run of the machine, in the order written."""
        table = tables.events
        query = select(table.c.episode).where(table.c.boot == boot, table.c.kind == "episode_started")
        return tuple(str(row[0]) for row in self._read(query.order_by(table.c.id)) if row[0])

    def device_events(
        self, since: datetime | None = None, until: datetime | None = None, kinds: Sequence[str] = ()
    ) -> tuple[Event, ...]:
        """Rows that belong to no episode (service_started, deaf_from, ...), in the order written.

        That order holds even where the machine's clock was set back in between.
        """
        table = tables.events
        query = select(table).where(table.c.episode.is_(None)).order_by(table.c.id)
        if kinds:
            query = query.where(table.c.kind.in_(list(kinds)))
        if since is not None:
            query = query.where(table.c.at >= to_text(since))
        if until is not None:
            query = query.where(table.c.at < to_text(until))
        return tuple(rows.event_of(row) for row in self._read(query))

    def listening_events(self, since: datetime, kinds: Sequence[str]) -> tuple[Event, ...]:
        """Rows of `kinds` from each device's last start or stop before `since`, in the order written.

        Written before: a run on a clock that showed 1970 doesn't hide the nights that were written before it.
        """
        table = tables.events
        marks = select(table.c.device, func.max(table.c.id)).where(
            table.c.kind.in_(("service_started", "service_stopped"))
        )
        first = select(table.c.device, func.min(table.c.id)).where(
            table.c.kind.in_(list(kinds)), table.c.at >= to_text(since)
        )
        wanted = {row[0]: row[1] for row in self._read(first.group_by(table.c.device))}
        earlier = self._read(marks.where(table.c.at < to_text(since)).group_by(table.c.device))
        starts = []
        for device, last in earlier:
            if last > wanted.get(device, last):
                own = marks.where(table.c.device == device, table.c.id < wanted[device])
                last = next((row[1] for row in self._read(own.group_by(table.c.device))), wanted[device])
            starts.append(last)
        query = select(table).where(table.c.kind.in_(list(kinds))).order_by(table.c.id)
        if starts:
            query = query.where(table.c.id >= min(starts))
        return tuple(rows.event_of(row) for row in self._read(query))

    def routines(self, routine: str, since: datetime, until: datetime) -> tuple[Event, ...]:
        """How the routines of this name ended ("evening", "morning"), wherever they were written, by time."""
        found = self.written("routine_ended", since, until)
        return tuple(event for event in found if event.text("routine") == routine)

    def written(self, kind: str, since: datetime, until: datetime) -> tuple[Event, ...]:
        """Rows of this kind, wherever they were written, by time."""
        table = tables.events
        query = select(table).where(
            table.c.kind == kind, table.c.at >= to_text(since), table.c.at < to_text(until)
        )
        return tuple(rows.event_of(row) for row in self._read(query.order_by(table.c.at, table.c.id)))

    def open_episodes(self) -> tuple[Summary, ...]:
        """Episodes that nothing has ended."""
        table = tables.episodes
        query = select(table).where(table.c.ended_at.is_(None), table.c.by_hand.is_(False))
        return tuple(rows.summary_of(row) for row in self._read(query.order_by(table.c.started_at)))

    def first_night(self) -> date | None:
        """The first night with an episode in it."""
        found = self._read(select(func.min(tables.episodes.c.night)))
        return date.fromisoformat(found[0][0]) if found[0][0] else None

    def last_id(self) -> int:
        """Id of the newest row, 0 when there is none: it changes whenever anything does."""
        found = self._read(select(func.max(tables.events.c.id)))
        return int(found[0][0] or 0)

    def _read(self, query: Any) -> Sequence[Any]:
        try:
            with self._reader.connect() as connection:
                return connection.execute(query).all()
        except SQLAlchemyError as error:
            raise database.error_for(error, self.where) from error
