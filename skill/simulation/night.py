"""One simulated night through the real rooms, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from skill.audio.samples import Samples
from skill.events import Heard, Record, Say
from skill.hearing.capture.microphone import ScriptedMicrophone
from skill.hearing.listener import Listener
from skill.service.clock import VirtualClock
from skill.simulation.audio_time import AudioTimeNight, Onlookers, Rooms
from skill.simulation.person import Person, bedroom
from skill.simulation.scenario import Scenario, ScriptedTurn
from skill.simulation.stereo import Stereo
from skill.speaking.loudspeaker.wav import WavLoudspeaker

GIVEN_UP_S = 45.0  # nothing more will come of a night in which the device fell silent before the person did
NEAR_S = 1.5  # what is heard this near to the end of a turn is that turn
LATEST_REPLY_S = 5.0


@dataclass(frozen=True)
class Parts:
    """What every night of a demo shares. Each night has a listener of its own: none inherits a noise floor."""

    rooms: Rooms
    listener: Callable[[], Listener]
    clips: Callable[[Scenario], dict[str, Samples]]


@dataclass(frozen=True)
class Reply:
    """From the end of what the person said to the first sound of the answer, in audio time."""

    turn: ScriptedTurn
    after_s: float


@dataclass(frozen=True)
class PlayedNight:
    """How it went. `invented` are phrases heard that nobody said just then."""

    scenario: Scenario
    episode: str
    reason: str
    said_keys: tuple[str, ...]
    heard: tuple[Heard, ...]
    missed: tuple[ScriptedTurn, ...]
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
    onlookers: Callable[[VirtualClock], Onlookers] = lambda _: Onlookers(),
) -> PlayedNight:
    """Run it to its quiet end. `out`: a stereo wav, the person left and the device right.

    `onlookers` are made for the night's clock.
    """
    clock = VirtualClock(begins)
    microphone = ScriptedMicrophone(bedroom(scenario.noise_dbfs, seed=len(scenario.name)), scenario.name)
    person = Person(scenario, parts.clips(scenario), microphone, clock.now_s)
    loudspeaker = WavLoudspeaker()
    observer, sound = _Observer(), Stereo(out)
    started = time.monotonic()

    others = onlookers(clock)

    def after_frame(heard: Samples, said: Samples) -> None:
        others.on_frame(heard, said)
        sound.add(heard, said)
        person.tick()
        if real_pace:
            time.sleep(max(0.0, started + clock.now_s() - time.monotonic()))

    night = AudioTimeNight(
        parts.rooms, clock, microphone, parts.listener(), loudspeaker,
        Onlookers((observer, person, *others.witnesses), others.on_fault, after_frame),
    )  # fmt: skip

    def over() -> bool:
        writing = night.scribe.episode is not None
        if writing or not person.begun:
            return not writing and person.done and night.quiet_s >= scenario.quiet_after_s
        return night.quiet_s >= (scenario.quiet_after_s if person.done else GIVEN_UP_S)

    night.run(over, scenario.limit_s)
    sound.close()
    understood, invented = _compare(person.said, observer.heard)
    return PlayedNight(
        scenario=scenario,
        episode=night.scribe.latest or "",
        reason=observer.reason,
        said_keys=tuple(observer.keys),
        heard=tuple(observer.heard),
        missed=tuple(turn for _, turn, heard in understood if heard is None and turn.means != "nothing"),
        invented=invented,
        replies=tuple(_replies(understood, sound.first_sound_after)),
        length_s=clock.now_s(),
    )


def _means(turn: ScriptedTurn, heard: Heard) -> bool:
    name, _, value = turn.means.partition(":")
    return heard.intent.name == name and (not value or heard.intent.value == value)


def _compare(
    said: list[tuple[float, ScriptedTurn]], heard: list[Heard]
) -> tuple[list[tuple[float, ScriptedTurn, Heard | None]], tuple[Heard, ...]]:
    """Each turn with its end and how it was understood; and phrases heard that were never said then."""
    left, understood = list(heard), []
    for ended_s, turn in said:
        match = next((h for h in left if abs(h.at_s - ended_s) < NEAR_S and _means(turn, h)), None)
        if match is not None:
            left.remove(match)
        understood.append((ended_s, turn, match))
    return understood, tuple(left)


def _replies(
    understood: list[tuple[float, ScriptedTurn, Heard | None]],
    first_sound_after: Callable[[float], float | None],
) -> Iterable[Reply]:
    for ended_s, turn, heard in understood:
        begins_s = first_sound_after(ended_s) if heard else None
        if begins_s is not None and begins_s - ended_s < LATEST_REPLY_S:
            yield Reply(turn, begins_s - ended_s)
