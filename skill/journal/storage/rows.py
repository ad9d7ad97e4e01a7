"""Between the tables' rows and the frozen values of this room."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from skill.events import JsonValue
from skill.journal.episode import Episode, Event
from skill.journal.times import from_text, to_text, zone_of


@dataclass(frozen=True, slots=True)
class Summary:
    """What lists and figures need of an episode: one row of the `episodes` table."""

    uuid: str
    version: int
    device: str
    started_at: datetime
    ended_at: datetime | None
    zone: str
    night: date
    place: str
    side: str
    pain_before: int | None
    pain_after: int | None
    sleep_disturbance: int | None
    duration_s: float | None
    ended_reason: str
    steps: tuple[tuple[str, str, str], ...]  # protocol, rung, outcome
    danger_signs: tuple[str, ...]
    notes: int
    false_start: bool
    deleted: bool
    by_hand: bool

    @property
    def interrupted(self) -> bool:
        return self.ended_reason == "interrupted"


def event_row(event: Event) -> dict[str, Any]:
    """The columns of `events` for an event that isn't committed yet."""
    return {
        "uuid": event.uuid,
        "at": to_text(event.at),
        "zone": event.zone,
        "device": event.device,
        "episode": event.episode,
        "kind": event.kind,
        "data": data_text(event.data),
        "boot": event.boot,
        "since_boot_s": event.since_boot_s,
    }


def data_text(data: Mapping[str, JsonValue]) -> str:
    return json.dumps(dict(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def event_of(row: Any) -> Event:
    """An event from a row of `events`."""
    return Event(
        id=row.id,
        uuid=row.uuid,
        at=from_text(row.at, zone_of(row.zone)),
        zone=row.zone,
        device=row.device,
        episode=row.episode,
        kind=row.kind,
        data=json.loads(row.data),
        boot=row.boot,
        since_boot_s=row.since_boot_s,
    )


def summary_row(episode: Episode) -> dict[str, Any]:
    """The columns of `episodes`."""
    return {
        "uuid": episode.uuid,
        "version": episode.version,
        "device": episode.device,
        "started_at": to_text(episode.started_at),
        "ended_at": to_text(episode.ended_at) if episode.ended_at else None,
        "zone": episode.zone,
        "night": episode.night.isoformat(),
        "place": episode.place,
        "side": episode.side,
        "pain_before": episode.pain_before,
        "pain_after": episode.pain_after,
        "sleep_disturbance": episode.sleep_disturbance,
        "duration_s": episode.duration_s,
        "ended_reason": episode.ended_reason,
        "steps": " ".join(f"{s.protocol}/{s.rung}={s.outcome}" for s in episode.steps),
        "danger_signs": " ".join(d.sign for d in episode.danger_signs),
        "notes": len(episode.notes),
        "false_start": episode.false_start,
        "deleted": episode.deleted,
        "by_hand": episode.by_hand,
    }


@lru_cache(maxsize=6000)  # ten years of nights: pages read the same rows again and again
def summary_of(row: Any) -> Summary:
    """A summary from a row of `episodes`; the same one for a row of the same values."""
    zone = zone_of(row.zone)
    return Summary(
        uuid=row.uuid,
        version=row.version,
        device=row.device,
        started_at=from_text(row.started_at, zone),
        ended_at=from_text(row.ended_at, zone) if row.ended_at else None,
        zone=row.zone,
        night=date.fromisoformat(row.night),
        place=row.place,
        side=row.side,
        pain_before=row.pain_before,
        pain_after=row.pain_after,
        sleep_disturbance=row.sleep_disturbance,
        duration_s=row.duration_s,
        ended_reason=row.ended_reason,
        steps=tuple(_step(text) for text in row.steps.split()),
        danger_signs=tuple(row.danger_signs.split()),
        notes=row.notes,
        false_start=row.false_start,
        deleted=row.deleted,
        by_hand=row.by_hand,
    )


def _step(text: str) -> tuple[str, str, str]:
    name, _, outcome = text.partition("=")
    protocol, _, rung = name.partition("/")
    return protocol, rung, outcome
