"""Faults of devices, voice and clock against the real rooms, in audio time or in short-lived processes."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import psutil

from skill.audio.samples import FRAME_S, SILENCE, Samples
from skill.content.phrases import load_phrases
from skill.content.script_reading import load_script
from skill.errors import AudioError, VoiceError
from skill.events import Fault, Heard
from skill.hearing.capture.keeper import MicrophoneKeeper
from skill.hearing.capture.microphone import ScriptedMicrophone, SourceCondition
from skill.hearing.listener import Listener
from skill.hearing.recognise.recogniser import VoskModel
from skill.journal.figures.statistics import statistics
from skill.paths import models_dir, prompts_dir
from skill.speaking.cache import PromptCache
from skill.speaking.voices.pyttsx3_voice import PYTTSX3_RENDERER, Pyttsx3Voice
from skill.speaking.voices.renderer import Renderer
from tests.bench.faults.results import Outcome
from tests.hearing.speech import noise
from tests.service.bedside_process import clip
from tests.service.typed import TypedNight

VOICES = ("kari", "einar", "olav", "solveig")
LIMIT_S = 15.0
Inject = Callable[[np.random.Generator, Path], Outcome]


@cache
def _model() -> VoskModel:
    return VoskModel(Path(os.environ.get("KRAMPEVAKT_MODEL") or models_dir() / "nb"))


@dataclass
class _Time:
    """Audio time of the room, moved by whoever waits."""

    now_s: float = 0.0

    def wait(self, seconds: float) -> None:
        self.now_s += seconds


class BreakableMicrophone:
    """A room whose microphone can be gone, stalled, silent to the last bit, or far too loud."""

    name = "USB-mikrofon"
    lag_s = 0.0
    condition = SourceCondition()

    def __init__(self, room: ScriptedMicrophone, state: Callable[[], str], time_: _Time) -> None:
        self._room = room
        self._state = state
        self._time = time_
        if state() == "gone":
            raise AudioError("Finner ingen mikrofon.")

    def read(self, timeout_s: float) -> bytes | None:
        state = self._state()
        if state == "gone":
            raise AudioError("den ble dratt ut")
        if state == "stalled":
            self._time.wait(timeout_s)
            return None
        self._time.wait(FRAME_S)
        frame = self._room.read()
        if state == "zeros":
            return SILENCE
        if state == "clipping":
            samples = np.frombuffer(frame or SILENCE, np.int16).astype(np.int64) * 20_000
            return np.clip(samples, -32768, 32767).astype(np.int16).tobytes()
        return frame

    def close(self) -> None: ...


def broken_microphone(state: str, shortest_s: float, longest_s: float) -> Inject:
    """The microphone is in this state for a while; then somebody cries out, and has to be heard."""

    def inject(rng: np.random.Generator, _folder: Path) -> Outcome:
        audio, now = _Time(), {"state": "well"}
        room = ScriptedMicrophone(noise(4.0, float(rng.uniform(-70, -50)), seed=int(rng.integers(1000))))
        told: list[Fault] = []

        def opened() -> BreakableMicrophone:
            return BreakableMicrophone(room, lambda: now["state"], audio)

        keeper = MicrophoneKeeper(opened, told.append, lambda: audio.now_s, audio.wait)
        listener = Listener(_model(), load_phrases(prompts_dir(), "nb"))

        def listen(seconds: float) -> list[Heard]:
            heard: list[Heard] = []
            until_s = audio.now_s + seconds
            while audio.now_s < until_s:
                frame = keeper.read(0.1)
                if frame is not None:
                    heard += [e for e in listener.feed(frame, audio.now_s) if isinstance(e, Heard)]
            return heard

        listen(float(rng.uniform(5, 9)))  # it has been on for a while
        now["state"] = state
        listen(float(rng.uniform(shortest_s, longest_s)))
        now["state"] = "well"
        returned_s, frames = audio.now_s, listener.frames
        while listener.frames == frames and audio.now_s - returned_s < LIMIT_S:
            listen(FRAME_S)
        back_s = audio.now_s - returned_s
        listen(
            float(rng.uniform(1.3, 3.0))
        )  # what is said within a second of such a noise is one sound with it
        room.say(_cry(rng))
        heard = [event.intent.name for event in listen(4.0)]
        silent_about_it = (state in ("gone", "stalled") or longest_s > 30) and not told
        silent_about_it |= state == "clipping" and listener.clipped == 0
        return Outcome(back_s if "cramp" in heard else None, left_alone=silent_about_it, note=",".join(heard))

    return inject


def _cry(rng: np.random.Generator) -> Samples:
    sound = clip(VOICES[int(rng.integers(4))], "krampe i leggen").astype(np.float64)
    return np.asarray(np.clip(sound * 10 ** (rng.uniform(-6, 3) / 20), -32768, 32767), dtype=np.int16)


def voice_child(how: signal.Signals) -> Inject:
    """The synthesiser is killed or hangs while it renders: prepared sounds play on, the rest is made afterwards."""

    def inject(rng: np.random.Generator, folder: Path) -> Outcome:
        texts = load_script(prompts_dir(), "nb").texts
        keys = sorted(texts)
        chosen = {key: texts[key] for key in rng.choice(keys, 3, replace=False)}
        kept, *others = chosen
        PromptCache(folder, Pyttsx3Voice("nb"), chosen, "nb").prepare([120], [kept])
        impatient = Renderer(PYTTSX3_RENDERER.child, start_limit_s=1.5, text_limit_s=0.3)
        voice = Pyttsx3Voice("nb", renderer=impatient if how == signal.SIGSTOP else PYTTSX3_RENDERER)
        prompts = PromptCache(folder, voice, chosen, "nb")
        at_work = threading.Thread(target=prompts.prepare, args=([120], others))
        at_work.start()
        _hurt_child("pyttsx3_child", how, float(rng.uniform(0, 0.3)))
        began_s = time.monotonic()
        mute = False
        try:
            prompts.sound([kept], 120)
        except VoiceError:
            mute = True
        waited_s = time.monotonic() - began_s  # what a person would wait for a sentence meanwhile
        at_work.join(60)
        afterwards = PromptCache(folder, Pyttsx3Voice("nb"), chosen, "nb")
        back_s = waited_s if not afterwards.prepare([120]).failures and not afterwards.missing(120) else None
        return Outcome(back_s, left_alone=mute)

    return inject


def _hurt_child(name: str, how: signal.Signals, after_s: float) -> None:
    until_s = time.monotonic() + 5
    while time.monotonic() < until_s:
        for child in psutil.Process().children():
            try:
                if any(name in word for word in child.cmdline()):
                    time.sleep(after_s)
                    child.send_signal(how)
                    return
            except psutil.Error:
                continue
        time.sleep(0.005)


SUMMER_ENDS = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)  # a minute before the clocks go back
SUMMER_BEGINS = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)


def clock(jump: Callable[[np.random.Generator], timedelta], start: datetime | None = None) -> Inject:
    """The system's clock is set in the middle of a conversation, which goes on; the night stays readable."""

    def inject(rng: np.random.Generator, folder: Path) -> Outcome:
        night = TypedNight(folder, _tones())
        if start is not None:
            night.clock.jump_wall(start - night.clock.wall() + timedelta(seconds=float(rng.uniform(0, 50))))
        night.say("krampe i leggen")
        night.wait(float(rng.uniform(0, 40)))
        said = len(night.seen.said)
        before = [event.uuid for event in night.journal.all_events()]
        night.clock.jump_wall(jump(rng))
        waited_s = 0.0
        while len(night.seen.said) == said and waited_s < 40:
            night.wait(0.5)
            waited_s += 0.5
        if rng.random() < 0.5:
            night.say("det gikk over")
        for _ in range(200):
            if "episode_ended" in night.seen.recorded:
                break
            night.wait(5)
        after = [event.uuid for event in night.journal.all_events()]
        (episode,) = night.journal.episodes()
        corrupt = night.journal.episode(episode.uuid).version != episode.version
        corrupt |= episode.ended_at is None or episode.duration_s is None or episode.duration_s > 3600
        nights = (episode.night, episode.night + timedelta(days=1))
        statistics([episode], {}, *nights)
        night.journal.close()
        lost = sum(mine != kept for mine, kept in zip(before, after, strict=False))
        return Outcome(0.0, lost, corrupt, left_alone=len(night.seen.said) == said)

    return inject


@cache
def _tones() -> Path:
    return Path(tempfile.mkdtemp(prefix="kv-tones-"))


ROOM_FAULTS: dict[str, Inject] = {
    "microphone gone and back": broken_microphone("gone", 0.1, 60),
    "capture stalls": broken_microphone("stalled", 0.2, 60),
    "exact zeros": broken_microphone("zeros", 31, 60),
    "clipping": broken_microphone("clipping", 1, 20),
    "voice child killed": voice_child(signal.SIGKILL),
    "voice child hangs": voice_child(signal.SIGSTOP),
    "clock forward": clock(lambda rng: timedelta(seconds=float(rng.uniform(1, 2 * 86400)))),
    "clock back": clock(lambda rng: -timedelta(seconds=float(rng.uniform(1, 2 * 86400)))),
    "clock never set, then set": clock(lambda _: timedelta(days=20_000), datetime(1970, 1, 1, tzinfo=UTC)),
    "summer time begins": clock(lambda _: timedelta(seconds=60), SUMMER_BEGINS),
    "summer time ends": clock(lambda _: timedelta(seconds=60), SUMMER_ENDS),
}
