"""What the pages talk to instead of the service: a listener that a test leads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from skill.audio.input_level import InputLevel
from skill.settings.values import Settings
from skill.web.ports import (
    Enrolment,
    EnrolmentAnswer,
    EnrolmentAsk,
    MicrophoneTest,
    RestartOutcome,
    SayOutcome,
    SelfTestReport,
    Speaking,
    StatusSnapshot,
)

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 11, 20, 12, 30, tzinfo=OSLO)

AWAKE = StatusSnapshot("hearing", NOON, frame_age_s=0.1, level_dbfs=-42.0, vocabulary_ok=True)
SILENCE = MicrophoneTest("silence")


@dataclass
class Listener:
    """A second real implementation of the ports: a test decides what it hears, and it keeps what it was told."""

    state: StatusSnapshot = AWAKE
    hears: MicrophoneTest = SILENCE
    speaks: SayOutcome = "played"
    said: list[tuple[str, Settings, float | None]] = field(default_factory=list)
    levels: tuple[InputLevel, ...] = ()
    told: int = 0
    man_is_there: bool = True
    restarts: RestartOutcome = "restarting"
    reading: Enrolment = field(default_factory=Enrolment)
    enrolling: EnrolmentAnswer = "done"
    asked: list[EnrolmentAsk] = field(default_factory=list)

    def status(self) -> StatusSnapshot:
        return self.state

    def say(self, text: str, settings: Settings, volume_db: float | None = None) -> SayOutcome:
        self.said.append((text, settings, volume_db))
        return self.speaks

    def who_says(self, text: str, settings: Settings) -> Speaking:
        assert text
        chosen = settings.voice.speaker
        return "woman" if chosen == "woman" else "man" if chosen == "man" and self.man_is_there else "pyttsx3"

    def microphone_test(self, grammar: str, timeout_s: float) -> MicrophoneTest:
        assert grammar
        assert timeout_s > 0
        return self.hears

    def self_test(self, timeout_s: float) -> SelfTestReport | None:
        assert timeout_s > 0
        return self.state.self_test

    def microphone_levels(self) -> tuple[InputLevel, ...]:
        return self.levels

    def enrolment(self) -> Enrolment:
        return self.reading

    def enrol(self, what: EnrolmentAsk) -> EnrolmentAnswer:
        self.asked.append(what)
        return self.enrolling

    def settings_changed(self) -> None:
        self.told += 1

    def restart(self) -> RestartOutcome:
        return self.restarts

    def turn(self, listening: str, **changes: object) -> None:
        self.state = replace(self.state, listening=listening, **changes)  # type: ignore[arg-type]
