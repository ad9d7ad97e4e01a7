"""What a bed and its ward say to each other, by MQTT: pseudonyms, moments and codes, no words of the night. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skill.events import JsonValue
from skill.journal.episode import Event
from skill.journal.times import from_text, to_text, zone_of
from skill.messages.message import Message

WIRE_VERSION = 1
MOST_ROWS, MOST_GONE, LONGEST = 100, 500, 200_000  # of one batch; bytes of one message
_SWITCHED_OFF = "service.microphone_switched_off"
FIELDS: Mapping[str, tuple[str, ...]] = {
    "service_started": (),
    "service_stopped": ("reason",),
    "deaf_from": ("source",),
    "hearing_again": (),
    "episode_started": ("place",),
    "episode_ended": ("reason",),
    "step_started": ("protocol", "rung"),
    "step_ended": ("protocol", "rung", "outcome"),
    "danger_sign": ("sign", "number", "advice"),
    "advice_acknowledged": (),
}
"""Kind of row → what of it goes to the ward. Nothing else ever does."""
_BED = re.compile(r"[a-z0-9-]{1,40}")


def is_bed_name(name: str) -> bool:
    """A bed is called as it logs in at the broker, so that the broker can keep each bed to its own topics."""
    return _BED.fullmatch(name) is not None


def rows_topic(bed: str) -> str:
    return f"krampevakt-ward/{bed}/rows"


def stored_topic(bed: str) -> str:
    return f"krampevakt-ward/{bed}/stored"


@dataclass(frozen=True, slots=True)
class Batch:
    """What is new at a bed since its row number `after`; with no rows, a sign of life.

    `gone`: uuids of rows that were erased at the bed. `sent_at`: by the bed's clock, which may be wrong.
    """

    name: str  # the same whenever it is sent again
    device: str
    after: int
    upto: int
    sent_at: datetime
    rows: tuple[Event, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """The ward's answer to the batch of this name: all up to this row is in its database, or why nothing is taken."""

    name: str
    device: str
    upto: int
    refused: str = ""  # "" | other_device


def batch_text(batch: Batch) -> str:
    return json.dumps({
        "version": WIRE_VERSION, "name": batch.name, "device": batch.device, "after": batch.after, "upto": batch.upto,
        "sent_at": to_text(batch.sent_at), "rows": [_row(row) for row in batch.rows], "gone": list(batch.gone),
    })  # fmt: skip


def read_batch(text: bytes) -> Batch | None:
    """None for what is no batch of this version: nothing of it is taken."""
    try:
        found = _versioned(text)
        rows, gone = found["rows"], found["gone"]
        if len(rows) > MOST_ROWS or len(gone) > MOST_GONE:
            return None
        device = _short(found["device"])
        events = tuple(_event(row, device) for row in rows)
        return Batch(
            _short(found["name"]), device, int(found["after"]), int(found["upto"]), from_text(found["sent_at"]), events,
            tuple(_short(uuid) for uuid in gone),
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
        return None


def stored_text(stored: Stored) -> str:
    fields = {"name": stored.name, "device": stored.device, "upto": stored.upto, "refused": stored.refused}
    return json.dumps({"version": WIRE_VERSION} | fields)


def read_stored(text: bytes) -> Stored | None:
    try:
        found = _versioned(text)
        return Stored(
            _short(found["name"]), _short(found["device"]), int(found["upto"]), str(found["refused"])[:40]
        )
    except (ValueError, LookupError, TypeError, OverflowError):
        return None


def _versioned(text: bytes) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise ValueError("too long")
    found = json.loads(text)
    if found["version"] != WIRE_VERSION:
        raise ValueError("another version")
    return dict(found)


def _row(row: Event) -> list[object]:
    data: dict[str, JsonValue] = {name: row.data[name] for name in FIELDS[row.kind] if name in row.data}
    sentence = row.sentence
    if row.kind == "deaf_from" and isinstance(sentence, Message) and sentence.key == _SWITCHED_OFF:
        data["message"] = json.dumps(sentence.as_json())
    return [row.id, row.uuid, to_text(row.at), row.zone, row.episode, row.kind, data]


def _event(row: list[Any], device: str) -> Event:
    number, uuid, at, zone, episode, kind, data = row
    wanted = (*FIELDS[kind], "message") if kind == "deaf_from" else FIELDS[kind]
    if not isinstance(data, dict) or any(name not in wanted for name in data):
        raise ValueError("a field that does not belong there")
    kept = {name: _short(value, 200) for name, value in data.items()}
    in_zone = from_text(at, zone_of(_short(zone, 40)))
    return Event(int(number), _short(uuid), in_zone, zone, device, None if episode is None else _short(episode),
                 kind, kept)  # fmt: skip


def _short(text: Any, longest: int = 40) -> str:
    if not isinstance(text, str) or len(text) > longest or not text.isprintable():
        raise ValueError("no short text")
    return text
