"""The one page: who needs somebody, since when, and who has seen it; silent and deaf beds are never called quiet."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from skill.journal.episode import Event
from skill.messages.message import Message
from skill.ward.board import board, board_line, nights_of
from skill.ward.store import Bed
from tests.connect.servers import THREE
from tests.ward.sending import CRAMP, DANGER, row

NOW = THREE + timedelta(seconds=60)
OFF = json.dumps(Message("service.microphone_switched_off").as_json())


def bed(*rows: Event, name: str = "bed-1", seen_s: float = 50, off_s: float = 0, other: str = "") -> Bed:
    return Bed(name, "", THREE + timedelta(seconds=seen_s), off_s, other, rows)


@pytest.mark.parametrize(("rows", "need", "since_s"), [
    ((CRAMP[0],), "quiet", None),
    (CRAMP, "cramp", 10),
    ((*CRAMP, row(4, "danger_sign", 20, "e", **DANGER)), "danger", 20),
    ((*CRAMP, row(4, "danger_sign", 20, "e", **DANGER), row(5, "episode_ended", 30, "e")), "danger", 20),
    ((*CRAMP, row(4, "danger_sign", 20, "e", sign="T9", number="", advice="")), "cramp", 10),
    ((*CRAMP, row(4, "episode_ended", 30, "e", reason="relieved")), "quiet", None),
    ((CRAMP[0], row(2, "deaf_from", 30, source="microphone")), "deaf", 30),
    ((CRAMP[0], row(2, "deaf_from", 30, message=OFF)), "off", 30),
    ((CRAMP[0], row(2, "service_stopped", 30, reason="asked")), "stopped", 30),
])  # fmt: skip
def test_what_a_bed_needs(rows: tuple[Event, ...], need: str, since_s: float | None) -> None:
    line = board_line(bed(*rows), {}, NOW)
    since = None if line.since is None else (line.since - THREE).total_seconds()
    assert (line.need, since) == (need, since_s)


def test_a_bed_that_does_not_report_is_silent_and_not_quiet() -> None:
    line = board_line(bed(CRAMP[0], seen_s=-90), {}, NOW)
    assert (line.need, line.since) == ("silent", THREE - timedelta(seconds=90))


def test_a_danger_of_a_bed_that_went_silent_is_still_a_danger() -> None:
    assert (
        board_line(bed(*CRAMP, row(4, "danger_sign", 20, "e", **DANGER), seen_s=-90), {}, NOW).need
        == "danger"
    )


def test_who_has_seen_it_stands_there_and_not_for_the_next_one() -> None:
    seen = {"uuid-2": ("Åse", NOW)}
    assert board_line(bed(*CRAMP), seen, NOW).seen_by == "Åse"
    after = (*CRAMP, row(4, "episode_ended", 30, "e"), row(5, "episode_started", 40, "f"))
    assert board_line(bed(*after), seen, NOW).seen_by == ""


def test_a_wrong_clock_and_another_device_are_told() -> None:
    line = board_line(bed(CRAMP[0], off_s=-86_400, other="thief"), {}, NOW)
    assert (line.clock_is_off, line.other_device) == (True, True)


def test_the_most_urgent_stand_first_and_of_them_those_nobody_has_seen() -> None:
    danger = (*CRAMP, row(4, "danger_sign", 20, "e", **DANGER))
    beds = (bed(CRAMP[0], name="a"), bed(*CRAMP, name="b"), bed(*danger, name="c"),
            bed(CRAMP[0], name="d", seen_s=-90))  # fmt: skip
    assert [line.bed for line in board(beds, {}, NOW)] == ["c", "b", "d", "a"]


def test_the_nights_of_a_bed_the_latest_first() -> None:
    rows = (*CRAMP, row(4, "danger_sign", 20, "e", **DANGER), row(5, "episode_ended", 30, "e", reason="advised"),
            row(6, "episode_started", 40, "f", place="foot"))  # fmt: skip
    latest, first = nights_of(bed(*rows))
    assert (latest.place, latest.ended) == ("foot", None)
    assert (first.reason, first.numbers) == ("advised", ("113",))
