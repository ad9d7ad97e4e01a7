"""What the doctor's page takes from each episode, folded once for each version of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from skill.journal.episode import AskedQuestion, Episode, Note
from skill.journal.storage.reader import JournalReader
from skill.journal.storage.rows import Summary

STRETCHED, FALL, TRIGGERS = "stretched_evening", "fall", "triggers"
FALL_SIGN = "T6"
NOT_NEEDED = (
    "said", "heard", "step_started", "step_ended", "pain", "routine_started", "routine_ended", "place_set",
    "programme_answer",
)  # fmt: skip
"""Kinds of rows that nothing here depends on: two thirds of a night."""
MOST = 6000  # episodes kept: ten years of nights, in some megabytes


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A danger sign of one night, the advice given for it, and whether it was followed."""

    at: datetime
    sign: str
    number: str  # 113 | 116117 | fastlege | foden | ""
    followed: AskedQuestion  # answered | not_answered | not_asked


@dataclass(frozen=True, slots=True)
class EpisodeExtract:
    """One episode, as far as a doctor reads it beside the figures."""

    night: date
    red_flags: tuple[RedFlag, ...]
    fell: bool
    stretched: str  # yes | no | "" where nobody told
    triggers: tuple[str, ...]
    triggers_told: bool  # the question about the day before was answered, perhaps with «nothing»
    notes: tuple[Note, ...]
    made_with: str  # app/content/model; "" where it was written in by hand


def extract_of(episode: Episode) -> EpisodeExtract:
    """Pure: the part of one episode that the page shows."""
    stretched = episode.question(STRETCHED).answer
    return EpisodeExtract(
        night=episode.night,
        red_flags=tuple(RedFlag(d.at, d.sign, d.number, d.followed) for d in episode.danger_signs),
        fell=episode.question(FALL).answer == "yes" or any(d.sign == FALL_SIGN for d in episode.danger_signs),
        stretched=stretched if stretched in ("yes", "no") else "",
        triggers=tuple(name for name in episode.question(TRIGGERS).answer.split() if name != "nothing"),
        triggers_told=episode.question(TRIGGERS).state == "answered",
        notes=episode.notes,
        made_with=f"{episode.app}/{episode.content}/{episode.model}" if episode.app else "",
    )


class ExtractCache:
    """Keeps what was folded for as long as its summary stays the same. Usable from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[Summary, EpisodeExtract]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, journal: JournalReader, summaries: Sequence[Summary]) -> tuple[EpisodeExtract, ...]:
        """One for each summary, in their order. Raises JournalError."""
        with self._lock:
            found = {s.uuid: kept[1] for s in summaries if (kept := self._kept.get(s.uuid)) and kept[0] == s}
        missing = [s for s in summaries if s.uuid not in found]
        fresh = {e.uuid: extract_of(e) for e in journal.folded([s.uuid for s in missing], NOT_NEEDED)}
        with self._lock:
            for summary in missing:
                if summary.uuid in fresh:
                    self._kept[summary.uuid] = (summary, fresh[summary.uuid])
                    self._kept.move_to_end(summary.uuid)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        found |= fresh
        return tuple(found[s.uuid] for s in summaries if s.uuid in found)

    def __len__(self) -> int:
        return len(self._kept)

    def forget(self) -> None:
        """Another journal lies in the place of the one that was read (a backup was put back, or it was emptied)."""
        with self._lock:
            self._kept.clear()
