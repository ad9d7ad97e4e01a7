"""The bedside service: real parts wired, run all night, and put away again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from skill.audio.sound import Sound, resample
from skill.content.in_force import Contents, load_contents
from skill.dialogue.state import initial
from skill.errors import KrampevaktError
from skill.events import Fault, Record, Say
from skill.hearing.process.protocol import HearingConfig, MicrophoneChoice
from skill.hearing.process.supervisor import HearingProcess
from skill.journal.keeping.lifecycle import mark_interrupted
from skill.journal.keeping.recovery import open_for_night
from skill.journal.storage.lock import InstanceLock
from skill.journal.times import system_zone
from skill.memory import give_back
from skill.paths import UserPaths, models_dir, prompts_dir
from skill.service.assembly import able, make_prompts, model_folder, prepare, versions
from skill.service.clock import Clock, SystemClock
from skill.service.duties.housekeeping import Housekeeping
from skill.service.duties.own_voice import OwnVoiceTeller
from skill.service.engine import Engine
from skill.service.health import HealthWatch
from skill.service.live import LiveLoop
from skill.service.mouth import PromptMouth
from skill.service.ports import Witness
from skill.service.scribe import JournalScribe
from skill.service.watchdog import Watchdog
from skill.settings.file import read
from skill.settings.values import Settings
from skill.speaking.cache import PromptCache
from skill.speaking.loudspeaker.device import DeviceLoudspeaker
from skill.speaking.loudspeaker.monitor import Monitor
from skill.speaking.loudspeaker.player import Loudspeaker

if TYPE_CHECKING:
    from skill.web.server import WebServer

BACK_AGAIN = "back_again"  # said when the service was away in the middle of a conversation
BACK_AGAIN_WITHIN_S = 180.0


@dataclass(frozen=True)
class Choices:
    """What the command line may decide over the settings."""

    microphone: MicrophoneChoice | None = None
    loudspeaker: Callable[[], Loudspeaker] | None = None
    clock: Callable[[], Clock] = SystemClock
    hearing_child: subprocess.Popen[bytes] | None = None  # one that has begun to get ready
    model: str = ""
    web_port: int | None = None
    web: bool = True
    witnesses: Callable[[Contents, Clock], tuple[Witness, ...]] = lambda _contents, _clock: ()
    on_fault: Callable[[Fault], None] = field(default=lambda _: None)
    on_ready: Callable[[str], None] = field(default=lambda _: None)


def hearing_config(settings: Settings, choices: Choices, contents: Contents) -> HearingConfig:
    """The chosen model first, and the one that ships behind it: a bad choice never leaves the night deaf."""
    try:
        first = choices.model or str(model_folder(settings))
    except KrampevaktError:
        first = settings.model_path
    models = tuple(dict.fromkeys((first, str(models_dir() / "nb"))))
    microphone = choices.microphone or MicrophoneChoice("device", settings.audio.microphone)
    return HearingConfig(
        models, str(contents.folder), settings.language, microphone,
        echo_cancelling=settings.audio.echo_cancelling,
    )  # fmt: skip


async def run_bedside(paths: UserPaths, choices: Choices) -> None:
    """The whole night, and the next one, until SIGTERM or SIGINT.

    Raises:
        AlreadyRunning: another one listens with these folders.
        ContentError: neither the prompts nor a last good copy of them can be used.
    """
    with InstanceLock(paths.lock_file):
        clock = choices.clock()
        loaded = read(paths.settings_file)
        contents = load_contents(prompts_dir(), loaded.settings.language, paths.data / "prompts_last_good")
        faults = [("settings", p.sentence) for p in loaded.problems]
        if contents.trouble:
            faults.append(("content", contents.trouble))
        night = Bedside(paths, choices, clock, loaded.settings, contents)
        for source, sentence in faults:
            night.tell(Fault(source, "notice", sentence, clock.now_s()))  # type: ignore[arg-type]
        await night.run()


class Bedside:
    """The parts of one running service. Made and run in the event loop's thread."""

    def __init__(
        self, paths: UserPaths, choices: Choices, clock: Clock, settings: Settings, contents: Contents
    ) -> None:
        self.paths = paths
        self.choices = choices
        self.clock = clock
        self.settings = settings
        self.contents = contents
        self.zone = system_zone()
        self.watchdog = Watchdog()
        self.housekeeping = Housekeeping(self)
        self.loop = LiveLoop(clock, self.housekeeping.turn, choices.on_fault)
        self._early: list[Fault] = []

        config = self._config = hearing_config(settings, choices, contents)
        self.hearing = HearingProcess(config, self.loop.deliver, choices.hearing_child)
        self.hearing.start()  # before all else: it loads its model while the rest gets ready
        self._monitor = Monitor()
        self._teller = OwnVoiceTeller(
            self._monitor,
            lambda piece: self.hearing.played(piece),
            lambda: self.settings.audio.echo_cancelling,
        )
        opened = open_for_night(paths.database_file, paths.backups, clock.wall(), zone=self.zone)
        self.journal = opened.journal
        for notice in opened.notices:
            self.tell(Fault("journal", "notice", notice, clock.now_s()))
        self.prompts: PromptCache = make_prompts(paths, settings, contents)
        self.loudspeaker: Loudspeaker = (choices.loudspeaker or self._device)()
        self.scribe = JournalScribe(
            self.journal, clock, versions(contents, Path(config.models[0])),
            lambda: self.settings.privacy.keep_transcripts, self.loop.deliver,
        )  # fmt: skip
        self.mouth = PromptMouth(
            self.prompts, self.loudspeaker, clock, lambda: self.settings.voice, self.loop.deliver, self.loop.deliver,
            self.zone,
        )  # fmt: skip
        self.health = HealthWatch(clock, self.scribe)
        self.engine = Engine(
            initial(), contents.script, lambda: able(self.settings), clock, self.hearing, self.mouth,
            self.scribe, (_Alive(self), *choices.witnesses(contents, clock)),
        )  # fmt: skip

    def tell(self, fault: Fault) -> None:
        """A fault found before the loop runs."""
        self._early.append(fault)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self.loop.stop)
        interrupted = self._open_the_night()
        threading.Thread(target=self.prepare_voice, name="prepare", daemon=True).start()
        server = self._serve_pages() if self.choices.web and self.settings.web.enabled else None
        self.choices.on_ready(server.address if server is not None else "")
        self.watchdog.ready("starter")
        loop.call_soon(self._after_start, interrupted)
        try:
            await self.loop.run(self.engine, self.health)
        finally:
            self.watchdog.stopping()
            self.loudspeaker.stop()
            self.scribe.record("service_stopped", {"reason": "asked"})
            self.hearing.close()
            self.loudspeaker.close()
            self._teller.close()
            if server is not None:
                server.stop()
            self.journal.close()

    def prepare_voice(self) -> None:
        """Render what is missing. Slow the first time; runs in a thread of its own."""
        resample(Sound(np.zeros(64, np.int16), 22_050), 48_000)  # imported now, not under the first cry
        done = prepare(self.prompts, self.settings)
        give_back()
        if done.not_kept:
            self.loop.deliver(Fault("voice", "notice", done.not_kept, self.clock.now_s()))
        if done.failures:
            sentence = next(iter(done.failures.values()))
            self.loop.deliver(Fault("voice", "degraded", sentence, self.clock.now_s()))

    def apply_settings(self, before: Settings) -> None:
        """Renew what depends on changed settings; only called while no conversation goes on."""
        after = self.settings
        spoken_anew = before.voice != after.voice or before.language != after.language
        if spoken_anew:
            self.prompts = make_prompts(self.paths, after, self.contents)
            self.mouth.use(self.prompts)
            threading.Thread(target=self.prepare_voice, name="prepare", daemon=True).start()
        if before.audio.loudspeaker != after.audio.loudspeaker and self.choices.loudspeaker is None:
            old_loudspeaker, self.loudspeaker = self.loudspeaker, self._device()
            self.mouth.play_on(self.loudspeaker)
            threading.Thread(target=old_loudspeaker.close, daemon=True).start()
        config = hearing_config(after, self.choices, self.contents)
        if config != self._config:
            self._config = config
            old_hearing, self.hearing = self.hearing, HearingProcess(config, self.loop.deliver)
            self.hearing.start()
            self.engine.replace_ears(self.hearing)
            self.scribe.versions = versions(self.contents, Path(config.models[0]))
            threading.Thread(target=old_hearing.close, daemon=True).start()

    def _device(self) -> Loudspeaker:
        return DeviceLoudspeaker(
            self.settings.audio.loudspeaker,
            self.loop.deliver,
            lambda _gone_s: self.loop.deliver(lambda: self.health.mended("loudspeaker")),
            monitor=self._monitor,
        )

    def _serve_pages(self) -> WebServer | None:
        from skill.service.web_ports import serve_pages  # Flask is imported while hearing loads its model

        return serve_pages(self)

    def _open_the_night(self) -> bool:
        """Close what an earlier run left open; True when that was in the middle of a conversation just now."""
        interrupted = False
        try:
            unfinished = self.journal.open_episodes()
            now = self.clock.wall()
            interrupted = any((now - e.started_at).total_seconds() < BACK_AGAIN_WITHIN_S for e in unfinished)
            recent = self.journal.episodes()
            self.scribe.continue_from(recent[-1].uuid if recent else None)
            mark_interrupted(self.journal, now)
        except KrampevaktError as error:
            self.tell(Fault("journal", "degraded", str(error), self.clock.now_s()))
        made = self.scribe.versions
        self.scribe.record("service_started", {"app": made.app, "content": made.content, "model": made.model})
        return interrupted

    def _after_start(self, interrupted: bool) -> None:
        for fault in self._early:
            self.loop.deliver(fault)
        if interrupted:
            self.engine.announce(lambda say_id: self.mouth.say(Say(say_id, (BACK_AGAIN,))))


class _Alive:
    """Keeps the facts that a later conversation needs: was a danger sign advised tonight?"""

    def __init__(self, night: Bedside) -> None:
        self._night = night

    def saw(self, what: object) -> None:
        if isinstance(what, Record) and what.kind == "episode_ended":
            self._night.housekeeping.conversation_ended()
