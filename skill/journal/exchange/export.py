"""Taking the nights out: JSON that can be brought back without loss, and CSV that is safe in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any

from skill.events import JsonValue
from skill.journal.episode import Episode
from skill.journal.figures.extracts import FALL, TRIGGERS
from skill.journal.storage.rows import event_row
from skill.journal.storage.store import Journal
from skill.journal.times import to_text

FORMAT = "krampevakt-journal"
FORMAT_VERSION = 2  # 1: of program 0.1, read as well; its rows lack some fields and kinds

CSV_COLUMNS = (
    "uuid", "night", "started", "ended", "time_zone", "minutes", "ended_because", "place", "side", "pain_before",
    "pain_after", "sleep_disturbance", "steps", "danger_signs", "questions", "fall", "triggers", "notes",
    "false_start", "by_hand", "language", "app", "content", "model",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_json(
    journal: Journal, out: IO[str], at: datetime, person: Mapping[str, JsonValue] | None = None
) -> None:
    """Every row of the journal, deleted episodes and the device's own rows too, in the order written.

    One JSON object; the rows are streamed, one a line. `person` is what was told outside the journal: health ticks
    and medicines. Bringing the file back leaves those alone. Raises JournalError.
    """
    head: dict[str, object] = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "made_at": to_text(at),
        "device": journal.device,
    }
    if person is not None:
        head |= {"person": dict(person)}
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "events": [')
    separator = "\n"
    count = 0
    for event in journal.all_events():
        row = event_row(event) | {"data": dict(event.data)}
        out.write(separator + json.dumps(row, ensure_ascii=False))
        separator = ",\n"
        count += 1
    out.write(f'\n], "count": {count}}}\n')  # at the end: half a file lacks it


def write_csv(
    journal: Journal,
    out: IO[str],
    since: date | None = None,
    until: date | None = None,
    *,
    include_false_starts: bool = True,
    columns: Sequence[str] = CSV_COLUMNS,
) -> None:
    """One line an episode, oldest first, deleted ones left out. `out` is opened with newline="".

    `columns`: some of CSV_COLUMNS, in the order wanted; ValueError for another name.
    A cell that a spreadsheet would take for a formula begins with an apostrophe. Raises JournalError.
    """
    if unknown := set(columns) - set(CSV_COLUMNS):
        raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for episode in journal.each_episode(since, until, include_false_starts=include_false_starts):
        writer.writerow([safe_cell(cell) for cell in _csv_row(episode, columns)])


def safe_cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA) or (text[:1].isspace() and _begins_formula(text)) else text


def _begins_formula(text: str) -> bool:
    return text.lstrip().startswith(_FORMULA)


def _csv_row(episode: Episode, columns: Sequence[str]) -> Iterator[object]:
    duration_s = episode.duration_s
    values: dict[str, Any] = {
        "uuid": episode.uuid,
        "night": episode.night.isoformat(),
        "started": _local(episode.started_at),
        "ended": _local(episode.ended_at) if episode.ended_at else "",
        "time_zone": episode.zone,
        "minutes": "" if duration_s is None else f"{duration_s / 60:.1f}",
        "ended_because": episode.ended_reason,
        "place": episode.place,
        "side": episode.side,
        "pain_before": episode.pain_before,
        "pain_after": episode.pain_after,
        "sleep_disturbance": episode.sleep_disturbance,
        "steps": _joined(f"{s.protocol}/{s.rung}={s.outcome}" for s in episode.steps),
        "danger_signs": _joined(
            f"{d.sign}>{d.number or d.advice}={d.followed.answer or d.followed.state}"
            for d in episode.danger_signs
        ),
        "questions": _joined(f"{q.question}={q.answer or q.state}" for q in episode.questions),
        "fall": episode.question(FALL).answer or episode.question(FALL).state,
        "triggers": episode.question(TRIGGERS).answer or episode.question(TRIGGERS).state,
        "notes": "\n".join(note.text for note in episode.notes),
        "false_start": "yes" if episode.false_start else "no",
        "by_hand": "yes" if episode.by_hand else "no",
        "language": episode.language,
        "app": episode.app,
        "content": episode.content,
        "model": episode.model,
    }
    return (values[name] for name in columns)


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(parts)


def _local(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="seconds")
