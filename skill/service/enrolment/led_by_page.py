"""An enrolment that a page leads. The night goes on meanwhile: only the phrase that is asked for starts nothing."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from skill.audio.samples import Samples
from skill.events import Heard, Unclear
from skill.messages.message import Message, sentence_from_json
from skill.paths import UserPaths
from skill.service.engine import Engine
from skill.service.enrolment.process import EnrolmentProcess, Line
from skill.service.live import Deliver
from skill.service.parts.announcer import in_loop
from skill.web.ports import Enrolment, EnrolmentAnswer, EnrolmentAsk

HOLD_AFTER_S = 1.5  # after a recording: its last words are still being understood
LATE_S = 3.0  # a recording that hasn't come by then won't: hearing began anew meanwhile
LOOK_CHECKING_S, LOOK_COMPARING_S = 1.0, 3.0

Record = Callable[[float, Callable[[Samples], None]], None]
Later = Callable[[float, Callable[[], None]], None]


def in_a_while(seconds: float, call: Callable[[], None]) -> None:
    """From a thread of its own."""
    threading.Timer(seconds, call).start()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the process wants said, beside what the page shows of it."""

    intent: str = ""
    seconds: float = 0.0


class EnrolmentByPage:
    """One at a time. `state` and `ask` may be called from any thread but the loop's."""

    def __init__(
        self, paths: UserPaths, engine: Engine, deliver: Deliver, record: Record, later: Later = in_a_while
    ) -> None:
        """`record` gives so many seconds of the microphone's sound to a function, from another thread."""
        self._paths = paths
        self._engine = engine
        self._deliver = deliver
        self._record = record
        self._later = later
        self._lock = threading.Lock()
        self._state = Enrolment()
        self._asked = _Asked()
        self._process: EnrolmentProcess | None = None
        self._recording = 0  # number of the recording that counts; an older one is dropped
        self._until_s = 0.0  # monotonic
        self._held = 0  # in the loop's thread: the recording for which what is heard is looked at here first

    def state(self) -> Enrolment:
        with self._lock:
            left_s = self._until_s - time.monotonic()
            if self._state.stage == "recording" and left_s < -LATE_S:
                self._set_aside(Message("enrol.no_recording"))
            again_s = {
                "recording": max(0.5, left_s + 0.5), "checking": LOOK_CHECKING_S, "comparing": LOOK_COMPARING_S
            }.get(self._state.stage)  # fmt: skip
            return replace(self._state, again_s=again_s)

    def ask(self, what: EnrolmentAsk) -> EnrolmentAnswer:
        match what:
            case "begin":
                return self._begin()
            case "say":
                return self._say()
            case "leave_out" | "enough":
                self._tell(what)
            case "end":
                self._end()
        return "done"

    def _begin(self) -> EnrolmentAnswer:
        with self._lock:
            if self._process is not None:
                return "done"  # somebody is at it; the page shows how far
            try:
                process = EnrolmentProcess(
                    self._paths.settings_file, self._paths.personal_file,
                    lambda line: self._told(process, line), lambda: self._gone(process),
                )  # fmt: skip
            except OSError:
                return "no_process"
            self._process = process
            self._state = Enrolment("checking")
        return "done"

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
            self._recording += 1
            self._state = Enrolment()
        self._deliver(lambda: self._let_go(self._held))
        if process is not None:
            process.end()

    def _tell(self, what: str) -> None:
        with self._lock:
            if self._process is not None and self._state.stage == "asking":
                self._state = replace(self._state, stage="checking", told=())
                self._process.send({what: True})

    def _say(self) -> EnrolmentAnswer:
        with self._lock:
            if self._state.stage != "asking":
                return "done"  # pressed twice
            asked = self._asked
            self._recording += 1
            number = self._recording
            self._until_s = time.monotonic() + asked.seconds
            self._state = replace(self._state, stage="recording", told=())
        # the end first: whatever fails after this, the night is shut out no longer
        self._later(asked.seconds + HOLD_AFTER_S, lambda: self._deliver(lambda: self._let_go(number)))
        if not in_loop(self._deliver, lambda: self._hold(number, asked), False):
            with self._lock:
                if self._recording == number:
                    self._set_aside()
            return "busy"
        self._record(asked.seconds, lambda sound: self._recorded(number, sound))
        return "done"

    # --- in the loop's thread ---------------------------------------------------------------------------

    def _hold(self, number: int, asked: _Asked) -> bool:
        """Hear as while nothing goes on, but the phrase that is asked for starts nothing."""

        def take(event: Heard | Unclear) -> None:
            if isinstance(event, Heard) and not _is_meant(event.intent.name, asked.intent):
                with self._lock:
                    if self._recording == number:
                        self._set_aside(Message("enrol.somebody_called"))
                self._let_go(number)
                self._engine.handle(event)

        self._let_go(self._held)
        if self._engine.divert("idle", take):
            self._held = number
        return self._held == number

    def _let_go(self, number: int) -> None:
        if self._held and number == self._held:
            self._held = 0
            self._engine.end_divert()

    # --- from other threads -----------------------------------------------------------------------------

    def _recorded(self, number: int, sound: Samples) -> None:
        with self._lock:
            if number == self._recording and self._process is not None and self._state.stage == "recording":
                self._state = replace(self._state, stage="checking")
                self._process.send({"sound": base64.b64encode(sound.astype("<i2").tobytes()).decode()})

    def _told(self, process: EnrolmentProcess, line: Line) -> None:
        with self._lock:
            if process is not self._process:
                return
            told = tuple(sentence_from_json(sentence) for sentence in line.get("told", ()))
            self._asked = _Asked(line.get("intent", ""), line.get("seconds", 0.0))
            self._state = Enrolment(
                line["stage"],
                heading=sentence_from_json(line["heading"]) if "heading" in line else "",
                phrase=line.get("phrase", ""),
                number=line.get("number", 0),
                of=line.get("of", 0),
                enough=line.get("enough", False),
                told=told,
            )

    def _gone(self, process: EnrolmentProcess) -> None:
        """What it told last stays, unless it was in the middle of something."""
        with self._lock:
            if process is self._process:
                self._process = None
                if self._state.stage not in ("kept", "no_gain", "refused"):
                    self._state = Enrolment("refused", told=(Message("enrol.ended_by_itself"),))

    def _set_aside(self, *told: str) -> None:
        """The recording is dropped and asked for again. With the lock held."""
        self._recording += 1
        self._state = replace(self._state, stage="asking", told=told)


def _is_meant(heard: str, asked: str) -> bool:
    """Any of the phrases of cramp may be what was made of the one that was asked for."""
    return heard == asked or (asked == "cramp" and heard in ("confirm_cramp", "other_cramp"))
