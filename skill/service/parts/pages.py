"""The web pages beside the listener: their server, and what the service hands to them."""

from __future__ import annotations

import concurrent.futures
import contextlib
import math
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import TypeVar

from skill.audio.input_level import InputLevel, input_levels
from skill.audio.nearness import nearness
from skill.audio.portaudio import list_devices
from skill.errors import KrampevaktError
from skill.events import Heard, Unclear
from skill.hearing.capture.device import input_devices
from skill.journal.storage.store import Journal
from skill.messages.message import sentence_of
from skill.paths import UserPaths
from skill.service.assembly import who_says
from skill.service.clock import Clock
from skill.service.duties.taking_settings import TakingSettings
from skill.service.engine import Engine
from skill.service.enrolment.led_by_page import EnrolmentByPage
from skill.service.health import HealthWatch
from skill.service.live import Deliver
from skill.service.parts.announcer import Announcer, in_loop
from skill.service.parts.chosen import Chosen
from skill.service.parts.first_words import FirstWordsWatch
from skill.service.parts.listening import Listening
from skill.service.ports import Tell
from skill.service.scribe import JournalScribe
from skill.service.sound_checks.self_test import SelfTest, SelfTestResult
from skill.settings.values import Settings
from skill.web.app import create_app
from skill.web.ports import (
    LEVELS_WITHIN_S,
    Enrolment,
    EnrolmentAnswer,
    EnrolmentAsk,
    FaultLine,
    MicrophoneTest,
    RestartOutcome,
    SayOutcome,
    SelfTestReport,
    Speaking,
    StatusSnapshot,
)
from skill.web.server import WebServer, check_binding
from skill.web.site import WebConfig

T = TypeVar("T")
LOOK_S = 0.2  # at the level, while somebody is to speak
ANSWERED_AFTER_S = 1.0  # until then the page that asked for a restart has reached its reader


@dataclass(frozen=True)
class ForPages:
    """What the pages may look at and ask of the night."""

    paths: UserPaths
    journal: Journal
    clock: Clock
    zone: tzinfo
    chosen: Chosen
    deliver: Deliver
    engine: Engine
    health: HealthWatch
    scribe: JournalScribe
    listening: Listening
    taking: TakingSettings
    self_test: SelfTest
    announcer: Announcer
    first_words: FirstWordsWatch
    loop_waiting: Callable[[], int]


def serve_pages(night: ForPages, port: int | None, tell: Tell) -> WebServer | None:
    """The pages in a thread of their own; None, with a fault reported, when they can't be opened."""
    web = night.chosen.settings.web
    port = port if port is not None else web.port
    try:
        check_binding(web)
        config = WebConfig(
            paths=night.paths,
            journal=night.journal,
            ports=LivePorts(night),
            bound_host=web.host,
            bound_port=port,
        )
        server = WebServer(create_app(config), web.host, port)
    except KrampevaktError as error:
        tell("service", "notice", sentence_of(error))
        return None
    server.start()
    return server


def _age_s(at_s: float | None, now_s: float) -> float | None:
    return None if at_s is None else max(0.0, now_s - at_s)


def _report(result: SelfTestResult | None) -> SelfTestReport | None:
    if result is None:
        return None
    path, well = result.path, result.outcome == "well"
    if not path.came_back:
        return SelfTestReport(result.at, well, result.sentence)
    return SelfTestReport(result.at, well, result.sentence, path.delay_s, path.over_room_db, result.lead_s)


class LivePorts:
    """Called from the web server's threads; everything that touches the night is done in the loop's thread."""

    def __init__(self, night: ForPages) -> None:
        self._night = night
        self._since = night.clock.wall()
        self._enrolment = EnrolmentByPage(night.paths, night.engine, night.deliver, night.listening.record)
        self._microphones: tuple[str, ...] = ()
        self._loudspeakers: tuple[str, ...] = ()
        threading.Thread(target=self._look_for_devices, name="devices", daemon=True).start()

    def status(self) -> StatusSnapshot:
        night = self._night
        now_s = night.clock.now_s()
        now = night.clock.wall()
        health = night.health.health
        ready = night.listening.ready
        heard = health.last_heard
        keep = night.chosen.settings.privacy.keep_transcripts
        return StatusSnapshot(
            listening=health.state(now_s),
            taken_at=now,
            frame_age_s=health.frame_age_s(now_s),
            level_dbfs=health.last_pulse.level_dbfs if health.last_pulse else None,
            microphone=health.last_pulse.device
            if health.last_pulse
            else night.chosen.settings.audio.microphone,
            microphones=self._microphones,
            loudspeaker=night.chosen.settings.audio.loudspeaker,
            loudspeakers=self._loudspeakers,
            last_phrase=heard.phrase if heard and keep else "",
            last_phrase_age_s=now_s - heard.at_s if heard else None,
            model_name=ready.model if ready else "",
            vocabulary_ok=not ready.missing if ready else None,
            missing_words=ready.missing if ready else (),
            voice_name=night.chosen.settings.voice.name,
            voice_ok=not any(fault.source == "voice" for fault in health.faults),
            episode_running=night.scribe.episode is not None,
            settings_waiting=night.taking.waiting,
            running_since=self._since,
            content_version=night.chosen.contents.version,
            dropped_blocks=health.last_pulse.dropped if health.last_pulse else 0,
            proved_age_s=_age_s(health.last_pulse.proved_at_s if health.last_pulse else None, now_s),
            self_test=_report(night.self_test.latest),
            loop_waiting=night.loop_waiting(),
            first_words=night.first_words.counted,
            faults=tuple(
                FaultLine(f.source, f.severity, f.sentence, now - timedelta(seconds=max(0.0, now_s - f.at_s)))
                for f in health.faults
            ),
        )

    def say(self, text: str, settings: Settings, volume_db: float | None = None) -> SayOutcome:
        return self._night.announcer.say(text, settings, volume_db)

    def who_says(self, text: str, settings: Settings) -> Speaking:
        return who_says(text, settings)

    def microphone_test(self, grammar: str, timeout_s: float) -> MicrophoneTest:
        night = self._night
        if not night.health.health.hearing(night.clock.now_s()):
            return MicrophoneTest("no_microphone")
        result: concurrent.futures.Future[Heard | Unclear] = concurrent.futures.Future()

        def take(event: Heard | Unclear) -> None:
            if not result.done():
                result.set_result(event)

        if not self._in_loop(lambda: night.engine.divert(grammar, take), False):
            return MicrophoneTest("busy")
        try:
            event, room_dbfs = self._awaited(result, timeout_s)
        except concurrent.futures.TimeoutError:
            return MicrophoneTest("silence")
        finally:
            night.deliver(night.engine.end_divert)
        near = nearness(event.level_dbfs, room_dbfs)
        if isinstance(event, Heard):
            meaning = f"{event.intent.name}:{event.intent.value}" if event.intent.value else event.intent.name
            return MicrophoneTest("heard", event.phrase, meaning, event.level_dbfs, near)
        return MicrophoneTest("unclear", level_dbfs=event.level_dbfs, near=near)

    def _awaited(
        self, result: concurrent.futures.Future[Heard | Unclear], timeout_s: float
    ) -> tuple[Heard | Unclear, float]:
        """What was heard, and the level of the quietest frame seen meanwhile. Raises TimeoutError."""
        health, room_dbfs = self._night.health.health, 0.0
        for _ in range(math.ceil(timeout_s / LOOK_S)):
            if health.last_pulse is not None:
                room_dbfs = min(room_dbfs, health.last_pulse.level_dbfs)
            with contextlib.suppress(concurrent.futures.TimeoutError):
                return result.result(LOOK_S), room_dbfs
        raise concurrent.futures.TimeoutError

    def self_test(self, timeout_s: float) -> SelfTestReport | None:
        done: concurrent.futures.Future[SelfTestResult] = concurrent.futures.Future()
        if not self._in_loop(lambda: self._night.self_test.begin(done.set_result), False):
            return None
        try:
            return _report(done.result(timeout_s))
        except concurrent.futures.TimeoutError:
            return None

    def microphone_levels(self) -> tuple[InputLevel, ...]:
        """The one that hears for the night may be held by it alone, so that nobody else can listen to it."""
        pulse = self._night.health.health.last_pulse
        return tuple(
            InputLevel(each.name, pulse.level_dbfs)
            if pulse is not None and each.level_dbfs is None and each.name == pulse.device
            else each
            for each in input_levels(LEVELS_WITHIN_S)
        )

    def enrolment(self) -> Enrolment:
        return self._enrolment.state()

    def enrol(self, what: EnrolmentAsk) -> EnrolmentAnswer:
        if what in ("begin", "say") and not self._night.health.health.hearing(self._night.clock.now_s()):
            return "no_microphone"
        return self._enrolment.ask(what)

    def _look_for_devices(self) -> None:
        """Names to choose from; a page without them lets the person type one."""
        with contextlib.suppress(Exception):
            self._microphones = tuple(device.name for device in input_devices())
            self._loudspeakers = tuple(device.name for device in list_devices("output"))

    def settings_changed(self) -> None:
        self._night.deliver(self._night.taking.look)

    def restart(self) -> RestartOutcome:
        """systemd starts the service again (Restart=always); without it nobody would, so then nothing is ended."""
        night = self._night
        if not os.environ.get("NOTIFY_SOCKET"):
            return "by_hand"
        if not self._in_loop(lambda: night.engine.quiet, False):
            return "busy"
        threading.Timer(ANSWERED_AFTER_S, os.kill, (os.getpid(), signal.SIGTERM)).start()
        return "restarting"

    def _in_loop(self, call: Callable[[], T], otherwise: T) -> T:
        return in_loop(self._night.deliver, call, otherwise)
