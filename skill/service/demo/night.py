"""One simulated night through the real rooms, and what came of it."""

from __future__ import annotations

import time
import wave
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from skill.dialogue.state import initial
from skill.events import Fault, Heard, Record, Say, Spoken
from skill.hearing.frames import FRAME_S, RATE_HZ
from skill.hearing.listener import Listener
from skill.hearing.microphone import ScriptedMicrophone
from skill.journal.store import Journal
from skill.service.assembly import able
from skill.service.clock import VirtualClock
from skill.service.contents import Contents
from skill.service.demo.person import Person, Samples, bedroom
from skill.service.demo.scenario import Scenario, Turn
from skill.service.engine import Engine
from skill.service.lockstep import ListenerEars, Lockstep
from skill.service.mouth import PromptMouth
from skill.service.ports import Witness
from skill.service.scribe import JournalScribe, Versions
from skill.settings import Settings
from skill.speaking.cache import PromptCache
from skill.speaking.wav_loudspeaker import WavLoudspeaker

GIVEN_UP_S = 45.0  # nothing more will come of a night in which the device fell silent before the person did
AUDIBLE = 60  # samples above this (-55 dBFS) are sound


@dataclass(frozen=True)
class Parts:
    """What every night of a demo shares. Each night has a listener of its own: none inherits a noise floor."""

    contents: Contents
    settings: Settings
    listener: Callable[[], Listener]
    prompts: PromptCache
    journal: Journal
    versions: Versions
    clips: Callable[[Scenario], dict[str, Samples]]
    zone: ZoneInfo


@dataclass(frozen=True)
class Reply:
    """From the end of what the person said to the first sound of the answer, in audio time."""

    turn: Turn
    after_s: float


@dataclass(frozen=True)
class Night:
    """How it went. `invented` are phrases heard that nobody said just then."""

    scenario: Scenario
    episode: str
    reason: str
    said_keys: tuple[str, ...]
    heard: tuple[Heard, ...]
    missed: tuple[Turn, ...]
    invented: tuple[Heard, ...]
    replies: tuple[Reply, ...]
    length_s: float

    @property
    def as_scripted(self) -> bool:
        keys = iter(self.said_keys)
        in_order = all(key in keys for key in self.scenario.must_say)
        forbidden = set(self.said_keys) & set(self.scenario.never_say)
        return self.reason == self.scenario.ends and in_order and not forbidden and not self.invented


class _Observer:
    """Writes down what was said and recorded, for the result."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.heard: list[Heard] = []
        self.reason = ""

    def saw(self, what: object) -> None:
        match what:
            case Say(_, keys):
                self.keys += keys
            case Heard():
                self.heard.append(what)
            case Record("episode_ended", data):
                self.reason = str(data["reason"])
            case _:
                pass


def play_night(
    scenario: Scenario,
    parts: Parts,
    begins: datetime,
    out: Path | None = None,
    real_pace: bool = False,
    witnesses: Callable[[VirtualClock], Iterable[Witness]] = lambda _: (),
    on_fault: Callable[[Fault], None] = lambda _: None,
) -> Night:
    """Run it to its quiet end. `out`: a stereo wav, the person left and the device right."""
    clock = VirtualClock(begins)
    microphone = ScriptedMicrophone(bedroom(scenario.noise_dbfs, seed=len(scenario.name)), scenario.name)
    person = Person(scenario, parts.clips(scenario), microphone, clock.now_s)
    loudspeaker = WavLoudspeaker()
    listener = parts.listener()
    observer = _Observer()
    ended: list[Spoken] = []
    mouth = PromptMouth(
        parts.prompts, loudspeaker, clock, lambda: parts.settings.voice, ended.append, on_fault, parts.zone
    )
    scribe = JournalScribe(
        parts.journal, clock, parts.versions, lambda: parts.settings.privacy.keep_transcripts, on_fault
    )
    engine = Engine(
        initial(), parts.contents.script, lambda: able(parts.settings), clock,
        ListenerEars(listener), mouth, scribe, (observer, person, *witnesses(clock)),
    )  # fmt: skip
    sound = _Stereo(out)
    started = time.monotonic()

    def after_frame(heard: Samples, said: Samples) -> None:
        sound.add(heard, said)
        while ended:
            engine.handle(ended.pop(0))
        person.tick()
        if real_pace:
            time.sleep(max(0.0, started + clock.now_s() - time.monotonic()))

    lockstep = Lockstep(engine, clock, microphone, listener, loudspeaker, after_frame)
    engine.begin()
    def over() -> bool:
        if scribe.episode is not None or not person.begun:
            return scribe.episode is None and person.done and lockstep.quiet_s >= scenario.quiet_after_s
        return lockstep.quiet_s >= (scenario.quiet_after_s if person.done else GIVEN_UP_S)

    lockstep.run(over, scenario.limit_s)
    sound.close()
    missed, invented = _compare(person.said, observer.heard)
    return Night(
        scenario, scribe.latest or "", observer.reason, tuple(observer.keys), tuple(observer.heard), missed, invented,
        tuple(_replies(person.said, observer.heard, sound.first_sound_after)), clock.now_s(),
    )  # fmt: skip


def _means(turn: Turn, heard: Heard) -> bool:
    name, _, value = turn.means.partition(":")
    return heard.intent.name == name and (not value or heard.intent.value == value)


def _compare(
    said: list[tuple[float, Turn]], heard: list[Heard]
) -> tuple[tuple[Turn, ...], tuple[Heard, ...]]:
    """Turns that were not understood as they were meant, and phrases heard that were never said then."""
    left = list(heard)
    missed = []
    for ended_s, turn in said:
        match = next((h for h in left if abs(h.at_s - ended_s) < 1.5 and _means(turn, h)), None)
        if match is not None:
            left.remove(match)
        elif turn.means != "nothing":
            missed.append(turn)
    return tuple(missed), tuple(left)


def _replies(
    said: list[tuple[float, Turn]], heard: list[Heard], first_sound_after: Callable[[float], float | None]
) -> Iterable[Reply]:
    for ended_s, turn in said:
        understood = next((h for h in heard if abs(h.at_s - ended_s) < 1.5 and _means(turn, h)), None)
        begins_s = first_sound_after(ended_s) if understood else None
        if begins_s is not None and begins_s - ended_s < 5:
            yield Reply(turn, begins_s - ended_s)


class _Stereo:
    """Both sides of the night: kept as the moments when the device's sound begins, and as a wav file if wanted."""

    def __init__(self, path: Path | None) -> None:
        self._onsets_s: list[float] = []
        self._frames = 0
        self._sounding = False
        self._silent_frames = 0
        self._file = wave.open(str(path), "wb") if path is not None else None  # noqa: SIM115  closed by close()
        if self._file is not None:
            self._file.setnchannels(2)
            self._file.setsampwidth(2)
            self._file.setframerate(RATE_HZ)

    def add(self, heard: Samples, said: Samples) -> None:
        loud = np.flatnonzero(np.abs(said.astype(np.int32)) > AUDIBLE)
        if len(loud):
            if not self._sounding:
                self._onsets_s.append(self._frames * FRAME_S + int(loud[0]) / RATE_HZ)
            self._sounding, self._silent_frames = True, 0
        else:
            self._silent_frames += 1
            if self._silent_frames * FRAME_S >= 0.2:
                self._sounding = False
        self._frames += 1
        if self._file is not None:
            both = np.stack([heard, said], axis=1)
            self._file.writeframesraw(both.astype("<i2").tobytes())

    def first_sound_after(self, at_s: float) -> float | None:
        return next((onset for onset in self._onsets_s if onset > at_s), None)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
