"""The only place that wires real parts together: settings in, a night out."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal

from skill import __version__
from skill.content.in_force import Contents
from skill.dialogue.capabilities import Capabilities, capabilities
from skill.errors import ContentError, KrampevaktError, ModelError
from skill.events import Fault
from skill.hearing.process.protocol import HearingConfig, MicrophoneChoice
from skill.journal.keeping.clock_proof import RELEASED, time_servers_agree
from skill.journal.times import quarter_of
from skill.messages.message import Message
from skill.paths import UserPaths, models_dir, prompts_dir
from skill.service.clock import Clock, SystemClock
from skill.service.mouth import rates_of
from skill.service.ports import Witness
from skill.service.scribe import Versions
from skill.settings.values import Settings
from skill.speaking.cache import Preparation, PromptCache
from skill.speaking.emergency import bundled
from skill.speaking.loudspeaker.player import Loudspeaker
from skill.speaking.pack.pack_voice import SPEAKERS, PackVoice, SpokenPack, packs_of
from skill.speaking.voices.pronunciation import Respelling, load_respelling
from skill.speaking.voices.pyttsx3_voice import Pyttsx3Voice
from skill.speaking.voices.voice import Voice


def model_folder(settings: Settings) -> Path:
    """The Vosk folder to hear with: the settings' own, $KRAMPEVAKT_MODEL, or the one that ships.

    Raises:
        ModelError: there is none.
    """
    chosen = settings.english_model_path if settings.language == "en" else ""
    chosen = chosen or settings.model_path or os.environ.get("KRAMPEVAKT_MODEL", "")
    folder = Path(chosen).expanduser() if chosen else models_dir() / "nb"
    if not folder.is_dir():
        raise ModelError(Message("service.model_not_found", folder=folder))
    return folder


def able(settings: Settings) -> Capabilities:
    """What this person's settings allow the dialogue to do."""
    return capabilities(
        settings.profile,
        keep_phrases=settings.privacy.keep_transcripts,
        answer_s=settings.voice.answer_pause_s,
        morning_questions=settings.routine.morning_questions,
        in_the_hold=settings.voice.in_the_hold,
    )


def able_now(settings: Settings, wall: datetime, zone: tzinfo | None) -> Capabilities:
    """The same, and what the clock shows, as long as nothing speaks against it."""
    believed = wall >= RELEASED and time_servers_agree() is not False
    return replace(able(settings), quarter=quarter_of(wall, zone) if believed else None)


def make_voice(settings: Settings, spoken: Path | None = None) -> Voice:
    """The voice that the settings ask for; `spoken` instead of the sentences that come with the package."""
    if settings.voice.engine == "piper":
        from skill.speaking.voices.piper_voice import PiperVoice

        return PiperVoice(Path(settings.voice.name))
    engine = Pyttsx3Voice(settings.voice.name, _pronunciation())
    if settings.voice.speaker == "engine":
        return engine
    return PackVoice(packs_of(spoken or models_dir() / "voices", settings.voice.speaker), engine)


def who_says(
    text: str, settings: Settings, spoken: Path | None = None
) -> Literal["woman", "man", "pyttsx3", "piper"]:
    """Who says this text: the chosen speaker where it is among the spoken sentences and whole, else the engine."""
    voice = settings.voice
    if voice.engine == "piper":
        return "piper"
    for speaker in SPEAKERS:
        if voice.speaker == speaker:
            folder = (spoken or models_dir() / "voices") / settings.language / speaker
            return speaker if SpokenPack(folder).says(text) else "pyttsx3"
    return "pyttsx3"


def spare_voice() -> Voice:
    """What speaks when the chosen voice can't."""
    return Pyttsx3Voice("nb", _pronunciation())


def _pronunciation() -> Respelling:
    """A typo in its file costs the mended words, not the voice; check-prompts tells where it is."""
    try:
        return load_respelling(prompts_dir() / "pronunciation.toml")
    except ContentError:
        return Respelling({})


def make_prompts(
    paths: UserPaths, settings: Settings, contents: Contents, voice: Voice | None = None
) -> PromptCache:
    """The sounds of all texts in this voice and language; nothing is rendered yet.

    `voice` speaks instead of the settings' voice, and then nothing stands in for it.
    """
    return PromptCache(
        paths.voice_cache,
        voice or make_voice(settings),
        contents.script.texts,
        settings.language,
        bundled(),
        None if voice else spare_voice(),
    )


def prepare(prompts: PromptCache, settings: Settings) -> Preparation:
    """Render what is missing, at every rate that a night may ask for; remove what is no longer needed."""
    rates = rates_of(settings.voice)
    done = prompts.prepare(rates)
    if not done.failures:
        prompts.forget_unused(rates)  # 18 MB a rate: sounds of an earlier voice or text would pile up
    return done


def versions(contents: Contents, model: Path) -> Versions:
    return Versions(__version__, contents.version, model.name)


def first_model(settings: Settings, choices: Choices) -> str:
    """The folder that was asked for, whether it can be used or not."""
    try:
        return choices.model or str(model_folder(settings))
    except KrampevaktError:
        return settings.model_path


@dataclass(frozen=True)
class Choices:
    """What the command line may decide over the settings."""

    microphone: MicrophoneChoice | None = None
    loudspeaker: Callable[[], Loudspeaker] | None = None
    voice: Voice | None = None
    clock: Callable[[], Clock] = SystemClock
    hearing_child: subprocess.Popen[bytes] | None = None  # one that has begun to get ready
    model: str = ""
    web_port: int | None = None
    web: bool = True
    witnesses: Callable[[Contents, Clock], tuple[Witness, ...]] = lambda _contents, _clock: ()
    on_fault: Callable[[Fault], None] = field(default=lambda _: None)
    on_ready: Callable[[str], None] = field(default=lambda _: None)
    on_end: Callable[[], None] = lambda: None

    @property
    def real_devices(self) -> bool:
        """Microphone and loudspeaker are the settings' own, so that one can hear the other."""
        return self.microphone is None and self.loudspeaker is None


def hearing_config(
    settings: Settings, choices: Choices, contents: Contents, personal: Path | None = None
) -> HearingConfig | None:
    """The chosen model first, and the one that ships behind it: a bad choice never leaves the night deaf.

    `personal`: file with what was learned of the one who sleeps here.

    None where the person wants no microphone open.
    """
    if not settings.audio.wake_enabled:
        return None
    models = tuple(dict.fromkeys((first_model(settings, choices), str(models_dir() / "nb"))))
    microphone = choices.microphone or MicrophoneChoice("device", settings.audio.microphone)
    return HearingConfig(
        models, str(contents.folder), settings.language, microphone,
        personal=str(personal) if personal is not None else "",
        personal_version=version_of(personal) if personal is not None else 0,
        echo_cancelling=settings.audio.echo_cancelling,
        second_ear=str(models_dir() / "second_ear") if settings.audio.second_ear else "",
    )  # fmt: skip


def version_of(file: Path, unknown: int = 0) -> int:
    """Differs once it was written anew; 0 where it isn't there, `unknown` where the disk doesn't tell."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
    except OSError:
        return unknown


@dataclass(frozen=True)
class Room:
    """Is there room on the disk? Shown by doctor and on the status page."""

    free_mb: int

    @property
    def enough(self) -> bool:
        return self.free_mb >= 100


def disk_room(paths: UserPaths) -> Room:
    folder = paths.data
    while not folder.exists():
        folder = folder.parent
    return Room(shutil.disk_usage(folder).free // 1_000_000)
