"""The evening's self-test: a sentence of its own has to come back in the microphone.

It finds what frames that arrive can't tell: a muted or vanished loudspeaker, a dead or muted microphone, and a
Bluetooth or HDMI loudspeaker that sleeps through the first words. Done an hour before the quiet hours, while somebody
can still see to it, and whenever a page asks for it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal

from skill.audio.echo_path import EchoPath, measure_path
from skill.audio.samples import RATE_HZ, Samples
from skill.audio.sound import Sound, resample
from skill.events import Fault, FaultSource, Severity
from skill.files import read_json, write_whole
from skill.hearing.detect.proof import REAL_SPAN
from skill.messages.message import Message
from skill.service.ports import Mended

SELF_TEST_KEY, FAILED_KEY = "self_test", "self_test_failed"
BEFORE_QUIET_HOURS = timedelta(hours=1)
LATEST = timedelta(minutes=30)
AFTER_S = 3.5  # recorded after the sentence's own length: devices begin late, rooms ring
SOFT_DB = 6.0  # less than this above the room is hard to understand
MOST_LEAD_S = 2.0
_LEAST_LOST_S = 0.3
_LEAD_MARGIN_S = 0.2

SelfTestOutcome = Literal["well", "soft", "not_heard", "silent"]

_MESSAGES: dict[SelfTestOutcome, str] = {
    "well": "service.own_voice_came_back",
    "soft": "service.own_voice_soft",
    "not_heard": "service.own_voice_not_heard",
    "silent": "service.self_test_silent",
}


@dataclass(frozen=True, slots=True)
class SelfTestResult:
    """What came of one test."""

    at: datetime  # aware
    outcome: SelfTestOutcome
    path: EchoPath
    lead_s: float = (
        0.0  # so long the loudspeaker has to be woken before the first word; 0 where it doesn't sleep
    )

    @property
    def sentence(self) -> Message:
        return Message(_MESSAGES[self.outcome], over=self.path.over_room_db, delay=1000 * self.path.delay_s)


def judge(at: datetime, sound: Sound, heard: Samples, lead_s: float = 0.0) -> SelfTestResult:
    """`sound` was played, with this lead, during the recording `heard` (16 kHz mono)."""
    if not len(heard) or int(heard.max()) - int(heard.min()) < REAL_SPAN:
        return SelfTestResult(at, "silent", EchoPath(False), lead_s)
    path = measure_path(resample(sound, RATE_HZ).samples, heard)
    if not path.came_back:
        return SelfTestResult(at, "not_heard", path, lead_s)
    if path.lost_start_s >= _LEAST_LOST_S:
        lead_s = min(MOST_LEAD_S, lead_s + path.lost_start_s + _LEAD_MARGIN_S)
    return SelfTestResult(at, "soft" if path.over_room_db < SOFT_DB else "well", path, lead_s)


def load_result(file: Path) -> SelfTestResult | None:
    """The last result; None where there is none, or it can't be read."""
    try:
        stored = read_json(file)
        return SelfTestResult(
            datetime.fromisoformat(stored["at"]),
            stored["outcome"],
            EchoPath(**stored["path"]),
            stored["lead_s"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_result(file: Path, result: SelfTestResult) -> None:
    """A disk that takes nothing costs only that the next start doesn't know of it."""
    stored = asdict(result) | {"at": result.at.isoformat()}
    with contextlib.suppress(OSError):
        write_whole(file, json.dumps(stored).encode())


@dataclass(frozen=True)
class SelfTestParts:
    """What the test is done with."""

    sound: Callable[[], Sound]  # of the sentence, as it will be played
    record: Callable[[float, Callable[[Samples], None]], None]
    say: Callable[[str], bool]  # begins a text of this key; False when it can't be said now
    deliver: Callable[[Callable[[], None]], None]  # calls something in the loop
    tell: Callable[[Fault], None]
    mended: Mended
    lead: Callable[[float], None]  # so long the loudspeaker is woken before the first word


class SelfTest:
    """Once a day; `begin` at any time. All methods are called in the loop's thread."""

    def __init__(
        self,
        parts: SelfTestParts,
        file: Path,
        quiet_from: Callable[[], str],
        local: Callable[[], datetime],
        now_s: Callable[[], float],
        ready: Callable[[], bool],
    ) -> None:
        """`quiet_from`: local time as "22:00". `ready`: frames arrive and no conversation goes on."""
        self._parts = parts
        self._file = file
        self._quiet_from = quiet_from
        self._local = local
        self._now_s = now_s
        self._ready = ready
        self.latest = load_result(file)
        self._tried_on = self.latest.at.astimezone().date() if self.latest else None
        if self.latest is not None:
            parts.lead(self.latest.lead_s)
        self._running = 0  # number of the test that runs; an older one's recording is dropped

    @property
    def _lead_s(self) -> float:
        return self.latest.lead_s if self.latest is not None else 0.0

    def turn(self) -> None:
        local = self._local()
        due = time.fromisoformat(self._quiet_from())
        at = local.replace(hour=due.hour, minute=due.minute, second=0, microsecond=0) - BEFORE_QUIET_HOURS
        if self._tried_on != local.date() and timedelta() <= local - at < LATEST and self._ready():
            self._tried_on = local.date()
            self.begin()

    def begin(self, done: Callable[[SelfTestResult], None] = lambda _result: None) -> bool:
        """Speak and listen; `done` gets the result some seconds later. False when it can't be done now."""
        if not self._ready():
            return False
        sound = self._parts.sound()
        self._running += 1
        number = self._running

        def take(heard: Samples) -> None:
            self._parts.deliver(lambda: self._finish(number, sound, heard, done))

        self._parts.record(self._lead_s + sound.duration_s + AFTER_S, take)
        return self._parts.say(SELF_TEST_KEY)

    def _finish(
        self, number: int, sound: Sound, heard: Samples, done: Callable[[SelfTestResult], None]
    ) -> None:
        if number != self._running:
            return
        result = self.latest = judge(self._local(), sound, heard, self._lead_s)
        save_result(self._file, result)
        self._parts.lead(result.lead_s)
        if result.outcome == "well":
            self._parts.mended("loudspeaker", "self_test")
        else:
            silent = result.outcome == "silent"
            source: FaultSource = "microphone" if silent else "loudspeaker"
            severity: Severity = "deaf" if silent else "degraded"
            self._parts.tell(Fault(source, severity, result.sentence, self._now_s(), "self_test"))
            self._parts.say(FAILED_KEY)
        done(result)
