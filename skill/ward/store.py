"""The ward's database: what beds send, stored once each; who has seen what; who has looked at what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, delete, insert, make_url, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from skill.connect.ward.wire import Batch, Stored
from skill.errors import KrampevaktError
from skill.journal.episode import Event
from skill.journal.times import from_text, to_text, zone_of
from skill.messages.message import Message
from skill.ward import tables as t

Role = Literal["measures", "reads", "acknowledges", "administers"]
ROLES: tuple[Role, ...] = ("measures", "reads", "acknowledges", "administers")
"""Each may what the ones before may. ``measures``: fetch the numbers of /metrics, for a program; sees no bed."""
BOARD_ROWS, LATEST_ROWS = 100, 300  # of a bed: more than any cramp, more than any night has
CONNECT_S = 5


class WardError(KrampevaktError):
    """The ward's database can't be used. The message says why."""


@dataclass(frozen=True, slots=True)
class Bed:
    """One bed as the ward knows it."""

    bed: str
    label: str
    seen_at: datetime
    clock_off_s: float
    other_device: str
    rows: tuple[Event, ...] = ()  # the latest ones, by the ward's clock, oldest first


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who may look."""

    name: str
    pin_hash: str
    role: Role


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what, when. `bed` "" where it was about none."""

    at: datetime
    who: str
    what: str
    bed: str


class WardStore:
    """Safe from several threads. Every method raises SQLAlchemyError while the database can't be reached."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> WardStore:
        """Raises WardError: not a database's address, not reachable, or of a newer version."""
        try:
            where = make_url(url)
            server = where.get_backend_name() == "postgresql"
            engine = create_engine(
                where, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_S} if server else {}
            )
            t.metadata.create_all(engine)
            with engine.begin() as db:
                found = db.execute(select(t.meta.c.value).where(t.meta.c.name == "version")).scalar()
                if found is None:
                    db.execute(insert(t.meta).values(name="version", value=str(t.SCHEMA_VERSION)))
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise WardError(Message("ward.no_database", why=error)) from error
        except SQLAlchemyError as error:
            raise WardError(Message("ward.database_away", why=error)) from error
        if found is not None and int(found) > t.SCHEMA_VERSION:
            raise WardError(Message("ward.newer_database", found=found, known=t.SCHEMA_VERSION))
        return cls(engine)

    def take(self, bed: str, batch: Batch, now: datetime) -> Stored:
        """In one transaction: all of it is stored, or none. The same batch again changes nothing."""
        off_s = (now - batch.sent_at).total_seconds()
        with self._engine.begin() as db:
            self._insert_once(db, t.beds, [{
                "bed": bed, "label": "", "device": batch.device, "other_device": "", "upto": 0,
                "seen_at": to_text(now), "clock_off_s": off_s,
            }])  # fmt: skip
            known = db.execute(select(t.beds).where(t.beds.c.bed == bed).with_for_update()).one()
            if known.device not in ("", batch.device):
                if known.other_device != batch.device:
                    _change(db, bed, other_device=batch.device)
                    _audit(db, now, "", "other_device", bed)
                return Stored(batch.name, batch.device, 0, "other_device")
            if batch.rows:
                self._insert_once(
                    db, t.rows, [_stored_row(bed, row, now, batch.sent_at) for row in batch.rows]
                )
            if batch.gone:
                _forget(db, bed, batch.gone)
            before = known.upto if known.device else 0
            upto = max(before, batch.upto) if batch.after <= before else before
            _change(db, bed, device=batch.device, upto=upto, seen_at=to_text(now), clock_off_s=off_s)
        return Stored(batch.name, batch.device, upto)

    def beds(self) -> tuple[Bed, ...]:
        with self._engine.connect() as db:
            found = db.execute(select(t.beds).order_by(t.beds.c.label, t.beds.c.bed)).all()
            return tuple(_bed(row, _latest(db, row.bed, BOARD_ROWS)) for row in found)

    def bed(self, bed: str) -> Bed | None:
        with self._engine.connect() as db:
            row = db.execute(select(t.beds).where(t.beds.c.bed == bed)).one_or_none()
            return None if row is None else _bed(row, _latest(db, bed, LATEST_ROWS))

    def seen_by(self) -> Mapping[str, tuple[str, datetime]]:
        """uuid of a row → who acknowledged it, and when."""
        with self._engine.connect() as db:
            return {row.uuid: (row.who, from_text(row.at)) for row in db.execute(select(t.acknowledged))}

    def acknowledge(self, uuid: str, bed: str, who: str, now: datetime) -> bool:
        """The first who does it stands there. False for a row that the bed doesn't have."""
        with self._engine.begin() as db:
            there = db.execute(
                select(t.rows.c.uuid).where(t.rows.c.uuid == uuid, t.rows.c.bed == bed)
            ).first()
            if there is None:
                return False
            self._insert_once(db, t.acknowledged, [{"uuid": uuid, "who": who, "at": to_text(now)}])
            _audit(db, now, who, "acknowledged", bed)
        return True

    def name_bed(self, bed: str, label: str, who: str, now: datetime) -> None:
        with self._engine.begin() as db:
            _change(db, bed, label=label)
            _audit(db, now, who, "named", bed)

    def accept_device(self, bed: str, who: str, now: datetime) -> None:
        """The next device that reports as this bed is the bed's from then on."""
        with self._engine.begin() as db:
            _change(db, bed, device="", other_device="", upto=0)
            _audit(db, now, who, "accepted_device", bed)

    def erase(self, bed: str, who: str, now: datetime) -> None:
        """Every row of the bed and who it was. What it sent before is not taken again; the audit stays."""
        with self._engine.begin() as db:
            uuids = [row[0] for row in db.execute(select(t.rows.c.uuid).where(t.rows.c.bed == bed))]
            _forget(db, bed, uuids)
            _change(db, bed, label="")
            _audit(db, now, who, "erased", bed)

    def put_person(self, person: StaffMember, now: datetime) -> None:
        with self._engine.begin() as db:
            db.execute(delete(t.people).where(t.people.c.name == person.name))
            db.execute(insert(t.people).values(name=person.name, pin_hash=person.pin_hash, role=person.role))
            _audit(db, now, "", "person_added", "")

    def person(self, name: str) -> StaffMember | None:
        with self._engine.connect() as db:
            row = db.execute(select(t.people).where(t.people.c.name == name)).one_or_none()
        return None if row is None else StaffMember(row.name, row.pin_hash, row.role)

    def people(self) -> Mapping[str, StaffMember]:
        """Name → whoever may log in."""
        with self._engine.connect() as db:
            return {
                row.name: StaffMember(row.name, row.pin_hash, row.role)
                for row in db.execute(select(t.people))
            }

    def note(self, who: str, what: str, bed: str, now: datetime) -> None:
        """An audit row."""
        with self._engine.begin() as db:
            _audit(db, now, who, what, bed)

    def audited(self, most: int = 500) -> tuple[AuditRow, ...]:
        """The latest first."""
        with self._engine.connect() as db:
            found = db.execute(select(t.audit).order_by(t.audit.c.id.desc()).limit(most)).all()
        return tuple(AuditRow(from_text(row.at), row.who, row.what, row.bed) for row in found)

    def answers(self) -> bool:
        """True; a database that is frozen says nothing."""
        with self._engine.connect() as db:
            db.execute(select(1))
        return True

    def close(self) -> None:
        self._engine.dispose()

    def _insert_once(self, db: Connection, table: Any, values: list[dict[str, object]]) -> None:
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        db.execute(dialect.insert(table).on_conflict_do_nothing(), values)


def _change(db: Connection, bed: str, **values: object) -> None:
    db.execute(update(t.beds).where(t.beds.c.bed == bed).values(**values))


def _audit(db: Connection, now: datetime, who: str, what: str, bed: str) -> None:
    db.execute(insert(t.audit).values(at=to_text(now), who=who, what=what, bed=bed))


def _forget(db: Connection, bed: str, uuids: list[str] | tuple[str, ...]) -> None:
    for start in range(0, len(uuids), 500):
        some = uuids[start : start + 500]
        of_bed = select(t.rows.c.uuid).where(t.rows.c.uuid.in_(some), t.rows.c.bed == bed)
        db.execute(delete(t.acknowledged).where(t.acknowledged.c.uuid.in_(of_bed)))
        db.execute(delete(t.rows).where(t.rows.c.uuid.in_(some), t.rows.c.bed == bed))


def _stored_row(bed: str, row: Event, now: datetime, sent_at: datetime) -> dict[str, object]:
    return {
        "uuid": row.uuid, "bed": bed, "number": row.id, "at": to_text(row.at),
        "ward_at": to_text(row.at + (now - sent_at)), "zone": row.zone, "device": row.device,
        "episode": row.episode, "kind": row.kind, "data": json.dumps(dict(row.data)),
    }  # fmt: skip


def _bed(row: Any, rows: tuple[Event, ...]) -> Bed:
    return Bed(row.bed, row.label, from_text(row.seen_at), row.clock_off_s, row.other_device, rows)


def _latest(db: Connection, bed: str, most: int) -> tuple[Event, ...]:
    query = select(t.rows).where(t.rows.c.bed == bed).order_by(t.rows.c.number.desc()).limit(most)
    found = reversed(db.execute(query).all())
    return tuple(
        Event(
            r.number, r.uuid, from_text(r.ward_at, zone_of(r.zone)), r.zone, r.device, r.episode, r.kind,
            json.loads(r.data),
        )
        for r in found
    )  # fmt: skip
