"""Is it hearing? The status page, its live numbers, and /healthz for machines."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from flask import Blueprint, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from skill.languages import Language
from skill.web.ports import ListeningState, ServicePorts, StatusSnapshot
from skill.web.showing import dates
from skill.web.showing.page import language, snapshot, t
from skill.web.site import site

bp = Blueprint("status", __name__)

LOW_DISK_BYTES = 500e6
STREAM_EVERY_S = 0.25
STREAM_LASTS_S = 600.0  # the browser asks again by itself
MOST_STREAMS = 3  # of the server's eight threads: a forgotten tab must not lock the pages
_SLOTS = "krampevakt-streams"


@dataclass(frozen=True, slots=True)
class Machine:
    """What the pages themselves can tell about the machine."""

    disk_free_bytes: float | None
    clock_synchronised: bool | None

    @property
    def disk_low(self) -> bool:
        return self.disk_free_bytes is not None and self.disk_free_bytes < LOW_DISK_BYTES


def machine(data: Path) -> Machine:
    """Free space where the journal lies, and whether the clock is kept right (systemd says so; else unknown)."""
    try:
        free: float | None = shutil.disk_usage(data).free
    except OSError:
        free = None
    timesync = Path("/run/systemd/timesync")
    synchronised = (timesync / "synchronized").exists() if timesync.is_dir() else None
    return Machine(free, synchronised)


@bp.get("/status")
def page() -> ResponseReturnValue:
    state = snapshot()
    return render_template(
        "device/status.html",
        state=state,
        machine=machine(site().config.paths.data),
        now=site().now(),
        heading=headline(state),
    )


def headline(state: StatusSnapshot) -> str:
    """The one sentence at the top, in the page's language."""
    return t(f"status.headline_{state.listening}")


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 while who calls out would be heard and answered (or nobody is meant to be heard), else 503. No secrets."""
    state = snapshot()
    body = {
        "listening": "hearing" if state.mute else state.listening,
        "speaking": not state.mute,
        "frame_age_s": None if state.frame_age_s is None else round(state.frame_age_s, 2),
        "vocabulary_ok": state.vocabulary_ok,
        "faults": len(state.faults),
    }
    healthy = state.listening in ("hearing", "off", "absent") and state.vocabulary_ok is not False
    return jsonify(body), 200 if healthy else 503


@bp.get("/status/stream")
def stream() -> ResponseReturnValue:
    """Server-sent events: level and age of the last frame, four times a second."""
    slots = current_app.extensions.setdefault(_SLOTS, threading.BoundedSemaphore(MOST_STREAMS))
    if not slots.acquire(blocking=False):
        return t("status.stream_full"), 503, {"Retry-After": "30"}
    ports, tongue = site().ports, language()
    headlines = {name: t(f"status.headline_{name}") for name in get_args(ListeningState)}

    def events() -> Iterator[str]:
        pause = threading.Event()
        try:
            for _ in range(int(STREAM_LASTS_S / STREAM_EVERY_S)):
                yield f"data: {json.dumps(_live(ports, tongue, headlines))}\n\n"
                pause.wait(STREAM_EVERY_S)
        finally:
            slots.release()

    answer = Response(_Released(events(), slots), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


class _Released:
    """Gives the slot back even when the reader goes away before the first event."""

    def __init__(self, events: Iterator[str], slots: threading.BoundedSemaphore) -> None:
        self._events, self._slots, self._begun = events, slots, False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._begun = True
        return next(self._events)

    def close(self) -> None:
        if self._begun:
            self._events.close()  # type: ignore[attr-defined]
        else:
            self._begun = True
            self._slots.release()


def _live(ports: ServicePorts, tongue: Language, headlines: dict[str, str]) -> dict[str, object]:
    state = ports.status()
    return {
        "listening": state.listening,
        "headline": headlines[state.listening],
        "level_dbfs": state.level_dbfs,
        "frame_age": dates.number(tongue, state.frame_age_s),
        "last_phrase": state.last_phrase,
        "last_phrase_age": dates.ago(tongue, state.last_phrase_age_s) if state.last_phrase else "",
    }
