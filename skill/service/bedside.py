"""The bedside service: real parts wired, run all night, and put away again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skill.audio.sound_server import look_at_server
from skill.dialogue.state import NOTHING, Remembered, initial
from skill.events import FaultSource, Requested, Say
from skill.journal.figures.tonight import Tonight
from skill.journal.keeping.recovery import open_for_night, spool_path
from skill.journal.storage.lock import InstanceLock
from skill.journal.storage.spool import Spool
from skill.journal.storage.store import NIGHT_BUSY_TIMEOUT_S, Journal
from skill.machine import few_arenas
from skill.messages.message import Message
from skill.paths import UserPaths
from skill.service.assembly import Choices, able_now, first_model, hearing_config, versions
from skill.service.duties.backups import BackupPlan, DailyBackup
from skill.service.duties.deafness import Deafness
from skill.service.duties.evening import EveningReminder
from skill.service.duties.morning_facts import MorningFacts
from skill.service.duties.own_voice import OwnVoiceTeller
from skill.service.duties.signs_of_life import AliveInJournal, SignsOfLife
from skill.service.duties.starting import BACK_AGAIN, close_what_was_open
from skill.service.duties.taking_settings import TakingSettings
from skill.service.duties.watchdog import Watchdog
from skill.service.engine import Engine
from skill.service.guarded import GuardedWitness, WitnessInTheLoop
from skill.service.health import HealthWatch
from skill.service.mouth import PromptMouth
from skill.service.parts.announcer import Announcer
from skill.service.parts.clock_watch import SetClockWatch
from skill.service.parts.first_words import FirstWordsWatch
from skill.service.parts.ground import Ground, lay_ground
from skill.service.parts.listening import Listening
from skill.service.parts.loudspeaker import open_loudspeaker
from skill.service.parts.renewable import Renewable
from skill.service.parts.side_process import connect_beside
from skill.service.parts.voice import VoicePreparation
from skill.service.ports import EngineParts, FaultReports, Witness
from skill.service.scribe import JournalScribe
from skill.service.sound_checks.self_test import SelfTest
from skill.service.sound_checks.self_testing import wire_self_test
from skill.service.sound_checks.sound_server import SERVER_NAMES, SoundServerWatch, looking_in_a_thread
from skill.speaking.loudspeaker.monitor import Monitor
from skill.speaking.loudspeaker.player import Loudspeaker

if TYPE_CHECKING:
    from skill.web.server import WebServer


async def run_bedside(paths: UserPaths, choices: Choices) -> None:
    """The whole night, and the next one, until SIGTERM or SIGINT.

    Raises:
        AlreadyRunning: another one listens with these folders.
        ContentError: neither the prompts nor a last good copy of them can be used.
    """
    few_arenas()
    with InstanceLock(paths.lock_file) as lock:
        night = RunningNight.wire(paths, choices)
        if lock.trouble:
            night.ground.tell("service", "notice", lock.trouble)
        await night.run()


@dataclass(frozen=True)
class RunningNight:
    """The parts of one running service. Made and run in the event loop's thread."""

    ground: Ground
    listening: Listening
    teller: OwnVoiceTeller
    journal: Journal
    loudspeaker: Loudspeaker
    scribe: JournalScribe
    mouth: PromptMouth
    health: HealthWatch
    engine: Engine
    taking: TakingSettings
    self_test: SelfTest
    watchdog: Watchdog
    observers: tuple[GuardedWitness, ...]
    first_words: FirstWordsWatch
    begin_voice: Callable[[], None]

    @classmethod
    def wire(cls, paths: UserPaths, choices: Choices) -> RunningNight:
        """Hearing first: it loads its model while the rest gets ready."""
        g = lay_ground(paths, choices)
        clock, chosen, loop = g.clock, g.chosen, g.loop
        config = hearing_config(chosen.settings, choices, chosen.contents, paths.personal_file)
        listening = Listening(config, loop.deliver, choices.hearing_child)
        monitor = Monitor()
        teller = OwnVoiceTeller(monitor, listening.played, lambda: chosen.settings.audio.echo_cancelling)
        journal = _journal(g)
        voice = VoicePreparation(paths, g.tell, g.mended, choices.voice)
        prompts = voice.prompts(chosen.now)
        scribe = JournalScribe(
            journal, clock, versions(chosen.contents, Path(first_model(chosen.settings, choices))),
            lambda: chosen.settings.privacy.keep_transcripts, loop.deliver,
        )  # fmt: skip
        health = HealthWatch(clock, scribe)
        loudspeaker = open_loudspeaker(g, monitor, health)
        mouth = PromptMouth(prompts, loudspeaker, clock, lambda: chosen.settings.voice, loop.deliver, g.zone)
        facts = MorningFacts(journal, clock, g.zone, lambda found: loop.deliver(lambda: remember(found)))
        facts_part = Message("service.part_morning_facts")
        seeing, first_words = _observers(g), FirstWordsWatch(clock.now_s)
        counts = WitnessInTheLoop(g.guard, Message("service.part_pages"), first_words)
        engine = Engine(
            initial(), chosen.contents.script, lambda: able_now(chosen.settings, clock.wall(), g.zone), clock,
            EngineParts(listening, mouth, scribe, (WitnessInTheLoop(g.guard, facts_part, facts), counts, *seeing)),
        )  # fmt: skip

        def remember(found: Tonight) -> None:
            if engine.quiet:
                helped = Remembered(found.place, found.protocol, found.rung) if found.rung else NOTHING
                engine.replace_state(initial(found.facts, helped))

        g.rounds.add(facts_part, facts.turn)

        renewable = Renewable(g, listening, loudspeaker, voice, mouth, scribe, engine, health)
        g.rounds.add(Message("service.part_learned"), renewable.look_at_learned)
        taking = TakingSettings(
            paths, chosen, lambda: engine.quiet, g.tell, health.mended, renewable.by_duty()
        )
        self_test = wire_self_test(g, listening, loudspeaker, mouth, health, engine)
        watchdog = Watchdog()
        night = cls(
            g, listening, teller, journal, loudspeaker, scribe, mouth, health, engine, taking, self_test,
            watchdog, seeing, first_words, lambda: voice.begin(prompts, chosen.now),
        )  # fmt: skip
        night._see_to()
        return night

    def _see_to(self) -> None:
        """What is done about once a second."""
        g, engine, settings = self.ground, self.engine, self.ground.chosen

        def quiet() -> bool:
            return engine.quiet

        deafness = Deafness(self.health, lambda: settings.settings.voice, lambda: g.local().time(), self._say)
        backup = DailyBackup(
            BackupPlan(g.paths, lambda: settings.settings.privacy.keep_days), self.journal, g.clock, quiet,
            FaultReports(g.tell, g.mended),
        )  # fmt: skip
        evening = EveningReminder(
            lambda: settings.settings.routine.evening_reminder, g.local, quiet,
            lambda: g.loop.deliver(Requested("evening", g.clock.now_s(), by_clock=True)),
        )  # fmt: skip
        signs = SignsOfLife(
            self.watchdog, self.health, g.clock, lambda: self.loudspeaker.hangs, lambda: settings.settings.language
        )  # fmt: skip
        alive = AliveInJournal(self.journal, g.clock, quiet, self.scribe.look)
        for what, duty in (
            (Message("service.part_microphone_watch"), deafness.turn),
            (Message("service.part_sign_of_life"), signs.turn),
            (Message("service.part_sign_of_life_in_diary"), alive.turn),
            (Message("service.part_clock_watch"), SetClockWatch(self.journal, g.clock, quiet, g.tell).turn),
            (Message("service.part_settings"), self.taking.look),
            (Message("service.part_backup"), backup.turn),
            (Message("service.part_evening_reminder"), evening.turn),
            (Message("service.part_connect"), connect_beside(g, self.announcer).turn),
            *(self._real_devices() if g.choices.real_devices else []),
        ):
            g.rounds.add(what, duty)

    def _real_devices(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        g = self.ground

        def through_server(source: FaultSource) -> bool:
            audio = g.chosen.settings.audio
            return (audio.microphone if source == "microphone" else audio.loudspeaker) in SERVER_NAMES

        server = SoundServerWatch(
            looking_in_a_thread(look_at_server, g.loop.deliver),
            g.loop.deliver,
            self.health.mended,
            g.clock.now_s,
            through_server,
        )
        return (Message("service.part_self_test"), self.self_test.turn), (
            Message("service.part_sound_server"),
            server.turn,
        )

    @property
    def announcer(self) -> Announcer:
        g = self.ground
        return Announcer(g.clock, g.zone, g.loop.deliver, self.engine, self.health, self.loudspeaker)

    async def run(self) -> None:
        g = self.ground
        self._heed_signals()
        interrupted = g.guard.call(Message("service.part_diary"), self._close_what_was_open, False)
        if self.listening.switched_off:
            self.health.switched(on=False)
        g.guard.call(Message("service.part_voice"), self.begin_voice, None)
        wanted = g.choices.web and g.chosen.settings.web.enabled
        server = g.guard.call(Message("service.part_pages"), self._serve_pages, None) if wanted else None
        address = server.address if server is not None else ""
        g.terminal.saw(lambda: g.choices.on_ready(address))
        g.guard.call(
            Message("service.part_sign_of_life"),
            lambda: self.watchdog.ready(
                Message("service.status_starting").in_language(g.chosen.settings.language)
            ),
            None,
        )
        if interrupted:
            g.loop.deliver(self._say_back_again)
        reason = "failed"
        try:
            await g.loop.run(self.engine, self.health)
            reason = "asked"
        finally:
            self._put_away(server, reason)

    def _put_away(self, server: WebServer | None, reason: str) -> None:
        """Each part by itself: one that can't be closed keeps none of the others open."""
        for close in (
            self.ground.choices.on_end, self.watchdog.stopping, self.loudspeaker.stop,
            lambda: self.scribe.record("service_stopped", {"reason": reason}),
            self.listening.close, self.loudspeaker.close, self.teller.close,
            *([server.stop] if server is not None else []),
            self.journal.close, *(observer.close for observer in self.observers), self.ground.terminal.close,
        ):  # fmt: skip
            self.ground.guard.call(Message("service.part_closing"), close, None)

    def _heed_signals(self) -> None:
        """SIGTERM and SIGINT end the night. A terminal that goes away (SIGHUP) doesn't."""
        loop, stop = asyncio.get_running_loop(), self.ground.loop.stop
        for name, act in (("SIGTERM", stop), ("SIGINT", stop), ("SIGHUP", self._terminal_gone)):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                    loop.add_signal_handler(number, act)

    def _terminal_gone(self) -> None:
        self.ground.tell("service", "notice", Message("service.terminal_gone", pid=os.getpid()))

    def _close_what_was_open(self) -> bool:
        g = self.ground
        return close_what_was_open(self.journal, self.scribe, g.clock.wall(), g.tell)

    def _say_back_again(self) -> None:
        self._say(BACK_AGAIN)

    def _say(self, key: str) -> bool:
        return self.engine.announce(lambda say_id: self.mouth.say(Say(say_id, (key,))))

    def _serve_pages(self) -> WebServer | None:
        from skill.service.parts import pages  # Flask is imported while hearing loads its model

        g = self.ground
        night = pages.ForPages(
            g.paths, self.journal, g.clock, g.zone, g.chosen, g.loop.deliver, self.engine, self.health,
            self.scribe, self.listening, self.taking, self.self_test, self.announcer, self.first_words,
            g.loop.waiting,
        )  # fmt: skip
        return pages.serve_pages(night, g.choices.web_port, g.tell)


def _observers(g: Ground) -> tuple[GuardedWitness, ...]:
    none: tuple[Witness, ...] = ()
    made = g.guard.call(
        Message("service.part_terminal"), lambda: g.choices.witnesses(g.chosen.contents, g.clock), none
    )
    return tuple(GuardedWitness(g.guard, Message("service.part_terminal"), witness) for witness in made)


def _journal(g: Ground) -> Journal:
    """Ready to be written, or one that keeps what it is told until it can."""
    file = g.paths.database_file

    def opened() -> Journal | None:
        found = open_for_night(file, g.paths.backups, g.clock.wall(), zone=g.zone)
        for notice in found.notices:
            g.tell("journal", "notice", notice)
        return found.journal

    journal = g.guard.call(Message("service.part_diary"), opened, None)
    return journal or Journal(file, g.zone, NIGHT_BUSY_TIMEOUT_S, Spool(spool_path(file)))
