"""The ward's one page, as values: each bed with what it needs now, the most urgent first. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from skill.connect.mqtt.documents import BedState, bed_after
from skill.journal.episode import Event
from skill.ward.store import Bed

SILENT_AFTER = timedelta(minutes=2)  # four signs of life
CLOCK_OFF = timedelta(minutes=2)
Need = Literal["danger", "cramp", "silent", "deaf", "off", "stopped", "quiet"]
URGENCY: tuple[Need, ...] = ("danger", "cramp", "silent", "deaf", "stopped", "off", "quiet")


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One bed. `row`: what may be acknowledged, "" for nothing; `seen_by` with `seen_at`: who did."""

    bed: str
    label: str
    need: Need
    since: datetime | None
    number: str = ""  # to call, of a danger
    step: str = ""
    row: str = ""
    seen_by: str = ""
    seen_at: datetime | None = None
    clock_is_off: bool = False
    other_device: bool = False


@dataclass(frozen=True, slots=True)
class NightLine:
    """One cramp of a bed."""

    began: datetime
    ended: datetime | None
    place: str
    reason: str
    numbers: tuple[str, ...]


def board(
    beds: tuple[Bed, ...], seen: Mapping[str, tuple[str, datetime]], now: datetime
) -> tuple[BoardLine, ...]:
    """All beds, the most urgent first; among equals who is not yet acknowledged, then the longest."""
    lines = [board_line(bed, seen, now) for bed in beds]
    return tuple(
        sorted(lines, key=lambda a: (URGENCY.index(a.need), bool(a.seen_by), a.since or now, a.label))
    )


def board_line(bed: Bed, seen: Mapping[str, tuple[str, datetime]], now: datetime) -> BoardLine:
    state, rows = BedState(), dict[str, Event]()
    for row in bed.rows:
        state = bed_after(state, row)
        rows[row.kind] = row
    need, since, row_kind = _need(state, bed, now)
    found = rows.get(row_kind)
    who, at = seen.get(found.uuid, ("", None)) if found else ("", None)
    return BoardLine(
        bed.bed, bed.label, need, since,
        state.danger.text("number") if need == "danger" and state.danger else "",
        state.step if need in ("danger", "cramp") else "",
        found.uuid if found else "", who, at,
        abs(bed.clock_off_s) > CLOCK_OFF.total_seconds(), bool(bed.other_device),
    )  # fmt: skip


def _need(state: BedState, bed: Bed, now: datetime) -> tuple[Need, datetime | None, str]:
    """What the bed needs, since when, and the kind of row that may be acknowledged."""
    danger = state.danger
    if (
        danger is not None
        and danger.text("number")
        and (state.cramp_since or now - danger.at < timedelta(hours=1))
    ):
        return "danger", danger.at, "danger_sign"
    if now - bed.seen_at > SILENT_AFTER:
        return "silent", bed.seen_at, ""
    if state.cramp_since is not None:
        return "cramp", state.cramp_since, "episode_started"
    match state.hearing:
        case "deaf":
            return "deaf", state.since, "deaf_from"
        case "off" | "stopped":
            return state.hearing, state.since, ""
        case _:
            return "quiet", None, ""


def nights_of(bed: Bed) -> tuple[NightLine, ...]:
    """Its cramps, the latest first."""
    begun: dict[str, list[Event]] = {}
    for row in bed.rows:
        if row.episode is not None:
            begun.setdefault(row.episode, []).append(row)
    found = []
    for rows in begun.values():
        first = next((row for row in rows if row.kind == "episode_started"), rows[0])
        last = next((row for row in rows if row.kind == "episode_ended"), None)
        numbers = tuple(
            row.text("number") for row in rows if row.kind == "danger_sign" and row.text("number")
        )
        reason = last.text("reason") if last else ""
        found.append(NightLine(first.at, last.at if last else None, first.text("place"), reason, numbers))
    return tuple(reversed(found))
