"""The nights as a spreadsheet in the person's own language: words, dates and decimals as they are written there.

Beside it stands the stable CSV of `skill.journal.exchange.export`, whose columns and codes never change.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import IO

from skill.journal.episode import Episode
from skill.journal.exchange.export import safe_cell
from skill.journal.figures.extracts import FALL, TRIGGERS
from skill.journal.times import zone_of
from skill.languages import Language
from skill.web.showing import dates, timeline
from skill.web.showing.timeline import Words

COLUMNS = (
    "night", "clock", "minutes", "place", "side", "pain_before", "pain_after", "sleep_disturbance", "steps",
    "danger_signs", "fall", "triggers", "notes", "ended_because", "false_start",
)  # fmt: skip


def write_spreadsheet(episodes: Iterable[Episode], out: IO[str], language: Language, w: Words) -> None:
    """One line an episode, in the order given. `out` is opened with newline="".

    Norwegian spreadsheets expect a semicolon between cells and a decimal comma, English ones a comma and a point.
    """
    delimiter = "," if language == "en" else ";"
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([w.t(f"sheet.{name}") for name in COLUMNS])
    for episode in episodes:
        writer.writerow([safe_cell(cell) for cell in _row(episode, language, w)])


def _row(episode: Episode, language: Language, w: Words) -> Iterator[object]:
    started = episode.started_at.astimezone(zone_of(episode.zone))
    yield _date(language, episode.night + timedelta(days=1))
    yield dates.clock(language, started)
    yield "" if episode.duration_s is None else dates.number(language, episode.duration_s / 60)
    yield w.term("place", episode.place) if episode.place else ""
    yield w.term("side", episode.side) if episode.side else ""
    yield from (episode.pain_before, episode.pain_after, episode.sleep_disturbance)
    yield " ".join(
        f"{timeline.step_name(step.protocol, step.rung, w)} ({w.term('outcome', step.outcome)})"
        if step.outcome
        else timeline.step_name(step.protocol, step.rung, w)
        for step in episode.steps
    )
    yield "; ".join(
        f"{w.term('sign', sign.sign)}: {timeline.advice_given(sign.advice, sign.number, w)}"
        for sign in episode.danger_signs
    )
    yield _answer(episode, FALL, w)
    told = episode.question(TRIGGERS)
    yield (
        ", ".join(w.term("trigger", name) for name in told.answer.split())
        if told.answer
        else w.t(f"form.{told.state}")
    )
    yield "\n".join(note.text for note in episode.notes)
    yield w.term("reason", episode.ended_reason) if episode.ended_reason else ""
    yield w.term("yes_no", "yes" if episode.false_start else "no")


def _answer(episode: Episode, question: str, w: Words) -> str:
    told = episode.question(question)
    return timeline.answer_line(told.answer, w) if told.answer else w.t(f"form.{told.state}")


def _date(language: Language, day: date) -> str:
    """28.11.2026, as a spreadsheet of the language knows a date; 2026-11-28 where English ones differ."""
    return f"{day:%Y-%m-%d}" if language == "en" else f"{day:%d.%m.%Y}"
