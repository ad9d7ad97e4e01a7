"""Bringing nights back from the JSON that `export` wrote: all of it, or nothing and one clear sentence."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

from sqlalchemy import Connection, select

from skill.errors import JournalError
from skill.events import EVENT_FIELDS, JsonValue
from skill.journal.checks import storable
from skill.journal.episode import Event
from skill.journal.exchange.export import FORMAT, FORMAT_VERSION
from skill.journal.storage import tables
from skill.journal.storage.folding import write_many
from skill.journal.storage.rows import data_text
from skill.journal.storage.store import Journal
from skill.journal.times import from_text, to_text, zone_of
from skill.messages.message import Message, sentence_of

LARGEST = 400_000_000  # characters; ten years of nights are about 50 million

NOT_OURS = Message("journal.not_an_export")
HALF = Message("journal.half_an_export")


class ImportRefusedError(JournalError):
    """The file can't be brought in; the journal is as it was."""


class _WrongRowError(ValueError):
    """What is wrong with a row, in words for the person."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in. Rows that were there already are counted, not doubled."""

    events: int
    known: int
    episodes: int


def import_json(journal: Journal, source: IO[str]) -> Imported:
    """Add the rows of an export to the journal, in one transaction. Raises ImportRefusedError, JournalError."""
    events = read_export(source)

    def work(connection: Connection) -> Imported:
        present = _present(connection)
        new: list[Event] = []
        for number, event in enumerate(events, start=1):
            if event.uuid not in present:
                new.append(event)
            elif present[event.uuid] != _content(event):
                raise ImportRefusedError(Message("journal.clash", number=number))
        write_many(connection, new, journal.device)
        return Imported(len(new), len(events) - len(new), len({e.episode for e in new if e.episode}))

    return journal.transact(work)


def read_export(source: IO[str]) -> tuple[Event, ...]:
    """The events of an export, each checked. Raises ImportRefusedError."""
    tree = _read_tree(source)
    version = tree.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ImportRefusedError(NOT_OURS)
    if version > FORMAT_VERSION:
        raise ImportRefusedError(Message("journal.newer_export", version=version))
    rows = tree.get("events")
    if not isinstance(rows, list):
        raise ImportRefusedError(NOT_OURS)
    if tree.get("count") != len(rows):
        raise ImportRefusedError(HALF)
    events: dict[str, Event] = {}
    for number, row in enumerate(rows, start=1):
        event = _numbered_event(number, row, events)
        events[event.uuid] = event
    return tuple(events.values())


def _read_tree(source: IO[str]) -> Mapping[str, Any]:
    """The JSON object of an export, whatever is in it."""
    try:
        text = source.read(LARGEST + 1)
    except UnicodeDecodeError as error:
        raise ImportRefusedError(NOT_OURS) from error
    if len(text) > LARGEST:
        raise ImportRefusedError(NOT_OURS)
    try:
        tree = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        begins = text.lstrip().startswith("{") and f'"{FORMAT}"' in text[:200]
        raise ImportRefusedError(HALF if begins else NOT_OURS) from error
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise ImportRefusedError(NOT_OURS)
    return tree


def _numbered_event(number: int, row: Any, seen: Container[str]) -> Event:
    """The event of row `number`; one that is `seen` already, or can't be read, is refused with its number."""
    try:
        event = _event(row)
        if event.uuid in seen:
            raise _WrongRowError(Message("journal.row_twice"))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        why: str = Message("journal.row_unreadable")
        if isinstance(error, KeyError):
            why = Message("journal.row_lacks", name=error.args[0])
        elif isinstance(error, _WrongRowError):
            why = sentence_of(error)
        raise ImportRefusedError(Message("journal.wrong_row", number=number, why=why)) from error
    return event


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _event(row: Mapping[str, Any]) -> Event:
    if not isinstance(row, dict):
        raise _WrongRowError(Message("journal.row_no_object"))
    kind, zone, data = row["kind"], str(row["zone"]), row["data"]
    if kind not in EVENT_FIELDS:
        raise _WrongRowError(Message("journal.row_unknown_kind", kind=repr(kind)))
    if not isinstance(data, dict) or set(data) - set(EVENT_FIELDS[kind]):
        raise _WrongRowError(Message("journal.row_unknown_fields"))
    if len(zone) > 40:
        raise _WrongRowError(Message("journal.row_unknown_zone"))
    clean: dict[str, JsonValue] = {}
    for name, value in data.items():
        if value is not None and not isinstance(value, str | int | float | bool):
            raise _WrongRowError(Message("journal.row_field", name=name))
        clean[name] = storable(value)
    at = from_text(str(row["at"]))
    return Event(
        id=0,
        uuid=str(UUID(str(row["uuid"]))),
        at=from_text(to_text(at), zone_of(zone)),
        zone=zone,
        device=str(UUID(str(row["device"]))) if row["device"] else "",
        episode=None if row["episode"] is None else str(UUID(str(row["episode"]))),
        kind=str(kind),
        data=clean,
        boot=_boot(row),
        since_boot_s=float(row["since_boot_s"]) if _boot(row) else None,
    )


def _boot(row: Mapping[str, Any]) -> str:
    """Rows of 0.1 have none."""
    return str(row.get("boot") or "")[:40] if row.get("since_boot_s") is not None else ""


def _content(event: Event) -> tuple[str, str | None, str, str]:
    return to_text(event.at), event.episode, event.kind, data_text(event.data)


def _present(connection: Connection) -> dict[str, tuple[str, str | None, str, str]]:
    table = tables.events
    query = select(table.c.uuid, table.c.at, table.c.episode, table.c.kind, table.c.data)
    return {row.uuid: (row.at, row.episode, row.kind, row.data) for row in connection.execute(query)}
