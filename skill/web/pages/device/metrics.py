"""/metrics for Prometheus, in its text format. Off until a setting opens it: whoever reaches the pages may read it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from flask import Blueprint, Response, abort

from skill import __version__
from skill.connect.outbox import Outbox, outbox_file
from skill.errors import JournalError
from skill.journal.times import night_of
from skill.web.ports import FIRST_WORDS_WITHIN_S, FirstWords, StatusSnapshot
from skill.web.showing.page import snapshot
from skill.web.showing.prometheus import Family, exposition
from skill.web.site import Site, site

bp = Blueprint("metrics", __name__)

SEVERITIES = ("notice", "degraded", "deaf", "mute")
STATES = ("hearing", "starting", "deaf", "mute", "off", "absent")


@bp.get("/metrics")
def metrics() -> Response:
    """Numbers alone: no words of the night, no names, no sentences."""
    if not site().settings.web.metrics:
        abort(404)
    return exposition((*of_service(snapshot()), *of_journal(site())))


def of_service(state: StatusSnapshot) -> Iterator[Family]:
    def gauge(name: str, text: str, value: float | None) -> Family:
        return Family(f"krampevakt_{name}", "gauge", text, {"": value})

    yield Family(
        "krampevakt_build_info", "gauge", "Version of the program.", {f'{{version="{__version__}"}}': 1}
    )
    yield Family(
        "krampevakt_listening", "gauge", "1 for the state that hearing is in, 0 for the others.",
        {f'{{state="{name}"}}': float(state.listening == name) for name in STATES},
    )  # fmt: skip
    yield gauge("frame_age_seconds", "Since the last sound arrived from the microphone.", state.frame_age_s)
    yield gauge("proved_age_seconds", "Since real sound last came from the microphone.", state.proved_age_s)
    if state.self_test is not None:
        yield gauge("self_test_passed", "1 where the device heard itself well.", state.self_test.heard_itself)
        taken_at_s = state.self_test.at.timestamp()
        yield gauge("self_test_timestamp_seconds", "When the device last listened for itself.", taken_at_s)
    yield Family(
        "krampevakt_faults", "gauge", "Faults that stand.",
        {f'{{severity="{s}"}}': sum(fault.severity == s for fault in state.faults) for s in SEVERITIES},
    )  # fmt: skip
    yield gauge("conversation_running", "1 while somebody is being helped.", state.episode_running)
    yield Family("krampevakt_dropped_blocks_total", "counter", "Blocks of sound lost since hearing started.",
                 {"": state.dropped_blocks})  # fmt: skip
    yield gauge("loop_waiting", "Messages that the service has not yet taken.", state.loop_waiting)
    yield first_words(state.first_words)


def first_words(counted: FirstWords) -> Family:
    within: dict[str, float | None] = {
        f'_bucket{{le="{s:g}"}}': n for s, n in zip(FIRST_WORDS_WITHIN_S, counted.within, strict=True)
    }
    rest = {'_bucket{le="+Inf"}': counted.count, "_sum": counted.sum_s, "_count": counted.count}
    return Family(
        "krampevakt_first_words_seconds", "histogram",
        "From the end of a cry until its first words go to the loudspeaker.", within | rest,
    )  # fmt: skip


def of_journal(the_site: Site) -> Iterator[Family]:
    yield Family("krampevakt_rows_waiting", "gauge", "Rows of the journal that are not in its database yet.",
                 {"": the_site.journal.waiting})  # fmt: skip
    try:
        cramps: int | None = len(the_site.journal.night(night_of(the_site.now())))
    except JournalError:
        cramps = None
    yield Family(
        "krampevakt_cramps_tonight", "gauge", "Cramps of this night, from noon to noon.", {"": cramps}
    )
    file = outbox_file(the_site.config.paths)
    try:
        waiting = sum(m.state == "waiting" for m in Outbox(file).latest()) if file.exists() else 0
    except sqlite3.Error:
        return
    yield Family(
        "krampevakt_messages_waiting", "gauge", "Messages to others that are not sent yet.", {"": waiting}
    )
