"""The bedside service: real parts wired, run all night, and put away again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from skill.content.in_force import load_contents
from skill.dialogue.state import initial
from skill.events import Fault, FaultSource, Requested, Say, Severity
from skill.journal.keeping.recovery import open_for_night
from skill.journal.storage.lock import InstanceLock
from skill.journal.storage.store import Journal
from skill.journal.times import system_zone
from skill.paths import UserPaths, prompts_dir
from skill.service.assembly import Choices, able, hearing_config, versions
from skill.service.clock import Clock
from skill.service.duties.backups import DailyBackup
from skill.service.duties.deafness import Deafness
from skill.service.duties.evening import EveningReminder
from skill.service.duties.morning_facts import MorningFacts
from skill.service.duties.own_voice import OwnVoiceTeller
from skill.service.duties.rounds import Rounds
from skill.service.duties.settings_table import Duty
from skill.service.duties.signs_of_life import AliveInJournal, SignsOfLife
from skill.service.duties.starting import BACK_AGAIN, close_what_was_open
from skill.service.duties.taking_settings import Renew, TakingSettings
from skill.service.duties.watchdog import Watchdog
from skill.service.engine import Engine
from skill.service.health import HealthWatch
from skill.service.live import LiveLoop
from skill.service.mouth import PromptMouth
from skill.service.parts.chosen import Chosen, InForce
from skill.service.parts.listening import Listening
from skill.service.parts.loudspeaker import ChosenLoudspeaker
from skill.service.parts.voice import VoicePreparation
from skill.service.scribe import JournalScribe
from skill.settings.file import read
from skill.speaking.loudspeaker.device import DeviceLoudspeaker
from skill.speaking.loudspeaker.monitor import Monitor
from skill.speaking.loudspeaker.player import Loudspeaker

if TYPE_CHECKING:
    from skill.service.parts.pages import ForPages
    from skill.web.server import WebServer


async def run_bedside(paths: UserPaths, choices: Choices) -> None:
    """The whole night, and the next one, until SIGTERM or SIGINT.

    Raises:
        AlreadyRunning: another one listens with these folders.
        ContentError: neither the prompts nor a last good copy of them can be used.
    """
    with InstanceLock(paths.lock_file):
        await Night.wire(paths, choices).run()


@dataclass(frozen=True)
class Ground:
    """What every other part stands on."""

    paths: UserPaths
    choices: Choices
    clock: Clock
    zone: ZoneInfo
    chosen: Chosen
    loop: LiveLoop
    rounds: Rounds

    def tell(self, source: FaultSource, severity: Severity, sentence: str) -> None:
        """A fault, from any thread; what comes before the loop runs waits for it."""
        self.loop.deliver(Fault(source, severity, sentence, self.clock.now_s()))

    def local(self) -> datetime:
        return self.clock.wall().astimezone(self.zone)


@dataclass(frozen=True)
class Night:
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
    watchdog: Watchdog
    begin_voice: Callable[[], None]

    @classmethod
    def wire(cls, paths: UserPaths, choices: Choices) -> Night:
        """Hearing first: it loads its model while the rest gets ready."""
        g = _ground(paths, choices)
        clock, chosen, loop = g.clock, g.chosen, g.loop
        config = hearing_config(chosen.settings, choices, chosen.contents)
        listening = Listening(config, loop.deliver, choices.hearing_child)
        monitor = Monitor()
        teller = OwnVoiceTeller(monitor, listening.played, lambda: chosen.settings.audio.echo_cancelling)
        opened = open_for_night(paths.database_file, paths.backups, clock.wall(), zone=g.zone)
        for notice in opened.notices:
            g.tell("journal", "notice", notice)
        voice = VoicePreparation(paths, g.tell)
        prompts = voice.prompts(chosen.now)
        scribe = JournalScribe(
            opened.journal, clock, versions(chosen.contents, Path(config.models[0])),
            lambda: chosen.settings.privacy.keep_transcripts, loop.deliver,
        )  # fmt: skip
        health = HealthWatch(clock, scribe)
        loudspeaker = _loudspeaker(g, monitor, health)
        mouth = PromptMouth(
            prompts, loudspeaker, clock, lambda: chosen.settings.voice, loop.deliver, loop.deliver, g.zone
        )
        facts = MorningFacts(
            opened.journal, clock, g.zone, lambda found: loop.deliver(lambda: remember(found))
        )
        engine = Engine(
            initial(), chosen.contents.script, lambda: able(chosen.settings), clock, listening, mouth,
            scribe, (facts, *choices.witnesses(chosen.contents, clock)),
        )  # fmt: skip

        def remember(found: frozenset[str]) -> None:
            if engine.quiet:
                engine.replace_state(initial(found))

        renewable = _Renewable(g, listening, loudspeaker, voice, mouth, scribe, engine)
        taking = TakingSettings(
            paths, chosen, lambda: engine.quiet, g.tell, health.mended, renewable.by_duty()
        )
        watchdog = Watchdog()
        night = cls(
            g, listening, teller, opened.journal, loudspeaker, scribe, mouth, health, engine, taking, watchdog,
            lambda: voice.begin(prompts, chosen.now),
        )  # fmt: skip
        night._see_to()
        return night

    def _see_to(self) -> None:
        """What is done about once a second."""
        g, engine, settings = self.ground, self.engine, self.ground.chosen

        def say(key: str) -> bool:
            return engine.announce(lambda say_id: self.mouth.say(Say(say_id, (key,))))

        def quiet() -> bool:
            return engine.quiet

        for duty in (
            Deafness(self.health, lambda: settings.settings.voice, lambda: g.local().time(), say).turn,
            SignsOfLife(self.watchdog, self.health, lambda: self.loudspeaker.hangs).turn,
            AliveInJournal(self.journal, g.clock, quiet).turn,
            self.taking.look,
            DailyBackup(
                g.paths, self.journal, g.clock, quiet, lambda: settings.settings.privacy.keep_days, g.tell
            ).turn,
            EveningReminder(
                lambda: settings.settings.routine.evening_reminder, g.local, quiet,
                lambda: g.loop.deliver(Requested("evening", g.clock.now_s())),
            ).turn,
        ):  # fmt: skip
            g.rounds.add(duty)

    async def run(self) -> None:
        g, loop = self.ground, asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, g.loop.stop)
        interrupted = close_what_was_open(self.journal, self.scribe, g.clock.wall(), g.tell)
        self.begin_voice()
        server = self._serve_pages() if g.choices.web and g.chosen.settings.web.enabled else None
        g.choices.on_ready(server.address if server is not None else "")
        self.watchdog.ready("starter")
        if interrupted:
            g.loop.deliver(self._say_back_again)
        try:
            await g.loop.run(self.engine, self.health)
        finally:
            self.watchdog.stopping()
            self.loudspeaker.stop()
            self.scribe.record("service_stopped", {"reason": "asked"})
            self.listening.close()
            self.loudspeaker.close()
            self.teller.close()
            if server is not None:
                server.stop()
            self.journal.close()

    def _say_back_again(self) -> None:
        self.engine.announce(lambda say_id: self.mouth.say(Say(say_id, (BACK_AGAIN,))))

    def _serve_pages(self) -> WebServer | None:
        from skill.service.parts.pages import serve_pages  # Flask is imported while hearing loads its model

        return serve_pages(self._for_pages(), self.ground.choices.web_port, self.ground.tell)

    def _for_pages(self) -> ForPages:
        from skill.service.parts.pages import ForPages

        g = self.ground
        return ForPages(
            g.paths, self.journal, g.clock, g.zone, g.chosen, g.loop.deliver, self.engine, self.health,
            self.scribe, self.listening, self.loudspeaker, self.taking,
        )  # fmt: skip


def _ground(paths: UserPaths, choices: Choices) -> Ground:
    clock, rounds = choices.clock(), Rounds()
    loaded = read(paths.settings_file)
    contents = load_contents(prompts_dir(), loaded.settings.language, paths.data / "prompts_last_good")
    g = Ground(
        paths, choices, clock, system_zone(), Chosen(loaded.settings, contents),
        LiveLoop(clock, rounds.turn, choices.on_fault), rounds,
    )  # fmt: skip
    for problem in loaded.problems:
        g.tell("settings", "notice", problem.sentence)
    if contents.trouble:
        g.tell("content", "notice", contents.trouble)
    return g


def _loudspeaker(g: Ground, monitor: Monitor, health: HealthWatch) -> ChosenLoudspeaker:
    def make(name: str) -> Loudspeaker:
        if g.choices.loudspeaker is not None:
            return g.choices.loudspeaker()
        return DeviceLoudspeaker(
            name, g.loop.deliver, lambda _gone_s: g.loop.deliver(lambda: health.mended("loudspeaker")),
            monitor=monitor,
        )  # fmt: skip

    return ChosenLoudspeaker(make, g.chosen.settings.audio.loudspeaker)


@dataclass(frozen=True)
class _Renewable:
    """The parts that a changed setting renews."""

    ground: Ground
    listening: Listening
    loudspeaker: ChosenLoudspeaker
    voice: VoicePreparation
    mouth: PromptMouth
    scribe: JournalScribe
    engine: Engine

    def by_duty(self) -> Mapping[Duty, Renew]:
        return {
            "texts": self._texts, "voice": self._spoken, "loudspeaker": self._sounding, "listening": self._heard
        }  # fmt: skip

    def _texts(self, new: InForce) -> Callable[[], None]:
        return lambda: self.engine.replace_script(new.contents.script)

    def _spoken(self, new: InForce) -> Callable[[], None]:
        prompts = self.voice.prompts(new)

        def change() -> None:
            self.mouth.use(prompts)
            self.voice.begin(prompts, new)

        return change

    def _sounding(self, new: InForce) -> Callable[[], None]:
        return lambda: self.loudspeaker.use(new.settings.audio.loudspeaker)

    def _heard(self, new: InForce) -> Callable[[], None]:
        config = hearing_config(new.settings, self.ground.choices, new.contents)

        def change() -> None:
            self.listening.use(config)
            self.scribe.versions = versions(new.contents, Path(config.models[0]))

        return change
