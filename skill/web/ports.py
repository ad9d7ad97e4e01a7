"""What the running service hands to the pages, and what it stands for when only the pages run.

The pages never import hearing, speaking or dialogue: all they know of the voice comes through `ServicePorts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from skill.audio.input_level import InputLevel, input_levels
from skill.audio.nearness import Nearness
from skill.settings.values import Settings

LEVELS_WITHIN_S = 25.0  # for all microphones together; a person waits at the page meanwhile

ListeningState = Literal["hearing", "starting", "deaf", "mute", "off", "absent"]
"""hearing: frames arrive now. starting: not yet. deaf: they should and don't. mute: it hears, and nobody would
hear its answer. off: the person wants no microphone open. absent: no listener runs here."""

SayOutcome = Literal["played", "broken_off", "busy", "no_listener", "no_loudspeaker", "no_voice"]
"""played: all of it went out of the loudspeaker. broken_off: something came in between."""
Speaking = Literal["woman", "man", "pyttsx3", "piper"]
"""Who says a text: a speaker whose sentences come with the package, or an engine."""
RestartOutcome = Literal["restarting", "busy", "by_hand"]
"""restarting: it ends now, and the machine starts it again. by_hand: nothing would start it again."""

TestOutcome = Literal["heard", "unclear", "silence", "busy", "no_listener", "no_microphone"]

EnrolmentStage = Literal["none", "asking", "recording", "checking", "comparing", "kept", "no_gain", "refused"]
EnrolmentAsk = Literal["begin", "say", "leave_out", "enough", "end"]
"""say: record what is asked for, now. enough: learn from what has been said so far. end: forget it all."""
EnrolmentAnswer = Literal["done", "busy", "no_listener", "no_microphone", "no_process"]

FIRST_WORDS_WITHIN_S = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0)


@dataclass(frozen=True, slots=True)
class FirstWords:
    """How long cries waited for their first words since the service started.

    `within`: how many waited at most each of FIRST_WORDS_WITHIN_S.
    """

    within: tuple[int, ...] = (0,) * len(FIRST_WORDS_WITHIN_S)
    count: int = 0
    sum_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault that still holds. `sentence` says what it means for the night and what to do."""

    source: str
    severity: str  # notice | degraded | deaf | mute
    sentence: str
    at: datetime  # aware


@dataclass(frozen=True, slots=True)
class StatusSnapshot:
    """How the service is, at one moment. `None` means: not known, and is shown as such."""

    listening: ListeningState
    taken_at: datetime  # aware
    frame_age_s: float | None = None  # seconds since the last audio frame arrived
    level_dbfs: float | None = None  # of the last second
    microphone: str = ""
    loudspeaker: str = ""
    last_phrase: str = ""  # "" without consent to keep transcripts
    last_phrase_age_s: float | None = None
    model_name: str = ""
    vocabulary_ok: bool | None = None
    missing_words: tuple[str, ...] = ()
    voice_name: str = ""
    voice_ok: bool | None = None
    episode_running: bool = False
    settings_waiting: bool = False  # a change waits for the episode to end
    running_since: datetime | None = None
    content_version: str = ""
    faults: tuple[FaultLine, ...] = ()
    microphones: tuple[str, ...] = ()  # names that can be chosen; () where nobody has looked
    loudspeakers: tuple[str, ...] = ()
    dropped_blocks: int = 0  # of sound, lost since hearing started because the machine was too busy
    proved_age_s: float | None = None  # seconds since real sound last came; None: not since hearing started
    self_test: SelfTestReport | None = None  # the last one
    loop_waiting: int | None = None  # messages that the service has not yet taken
    first_words: FirstWords = FirstWords()

    @property
    def deaf(self) -> bool:
        """True when a person who calls out now would not be heard although someone counts on it."""
        return self.listening == "deaf"

    @property
    def mute(self) -> bool:
        """True when it would hear, and nobody would hear its answer."""
        return self.listening == "mute"


@dataclass(frozen=True, slots=True)
class MicrophoneTest:
    """What came of «snakk nå». `phrase` is the live phrase that was understood, `intent` its meaning."""

    outcome: TestOutcome
    phrase: str = ""
    intent: str = ""
    level_dbfs: float | None = None
    near: Nearness | None = None  # is the speaker near and loud enough? None where nobody spoke


@dataclass(frozen=True, slots=True)
class SelfTestReport:
    """What came of the last self-test: the device spoke, and listened for itself. `sentence` says what to do."""

    at: datetime  # aware
    heard_itself: bool  # well enough for the night
    sentence: str
    delay_s: float | None = None  # from playing to hearing; None where nothing came back
    over_room_db: float | None = None
    lead_s: float = 0.0  # so long the loudspeaker is woken before the first word; 0 where it doesn't sleep


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How far the one who sleeps here has got with saying the phrases. Sentences are messages."""

    stage: EnrolmentStage = "none"
    heading: str = ""  # from where, and how loudly, to say it
    phrase: str = ""
    number: int = 0  # of the phrase, from 1; while comparing, of sounds
    of: int = 0
    enough: bool = False  # something could be learned from what has been said so far
    told: tuple[str, ...] = ()  # of the last recording, or what came of it all
    again_s: float | None = None  # it goes on by itself: look again after so long


class ServicePorts(Protocol):
    """Handed in by the service. Every method may be called from any thread of the web server."""

    def status(self) -> StatusSnapshot:
        """A snapshot, at once (well below a millisecond); called several times a second while a page looks on."""

    def say(self, text: str, settings: Settings, volume_db: float | None = None) -> SayOutcome:
        """Speak `text` in the voice of `settings` (perhaps not saved yet); returns when it has ended.

        `volume_db` is relative to the prompts' normalised loudness; None takes the volume for this time of day.
        Answers "busy", and says nothing, while an episode runs.
        """

    def who_says(self, text: str, settings: Settings) -> Speaking:
        """Who speaks when `say` is given this: the chosen speaker, or the engine that stands in for it."""

    def microphone_test(self, grammar: str, timeout_s: float) -> MicrophoneTest:
        """Listen for a phrase of `grammar` (after anything being said has ended), at most `timeout_s` seconds.

        Nothing heard here is acted on, save alarm phrases. Answers "busy" at once while an episode runs.
        """

    def self_test(self, timeout_s: float) -> SelfTestReport | None:
        """Speak a sentence now and listen for it, at most `timeout_s` seconds.

        None where it can't be done: a conversation runs, nothing listens, or no answer came.
        """

    def microphone_levels(self) -> tuple[InputLevel, ...]:
        """Listen to every microphone in turn, for seconds; () where none can be listened to."""

    def enrolment(self) -> Enrolment:
        """How far it has got, at once."""

    def enrol(self, what: EnrolmentAsk) -> EnrolmentAnswer:
        """Go on with it. Help goes before: "busy" while an episode runs, and a cry ends a recording."""

    def settings_changed(self) -> None:
        """The settings file has been saved. Read it again; use it from the next sentence outside an episode."""

    def restart(self) -> RestartOutcome:
        """Begin anew, so that settings that wait for it take effect. Never while an episode runs ("busy")."""


@dataclass(frozen=True)
class PagesOnly:
    """The pages without a listener (`krampevakt web`): they say so, and never pretend to hear."""

    def status(self) -> StatusSnapshot:
        return StatusSnapshot(listening="absent", taken_at=datetime.now().astimezone())

    def say(self, text: str, settings: Settings, volume_db: float | None = None) -> SayOutcome:  # noqa: ARG002
        return "no_listener"

    def who_says(self, text: str, settings: Settings) -> Speaking:  # noqa: ARG002
        return "pyttsx3"

    def microphone_test(self, grammar: str, timeout_s: float) -> MicrophoneTest:  # noqa: ARG002
        return MicrophoneTest("no_listener")

    def self_test(self, timeout_s: float) -> SelfTestReport | None:  # noqa: ARG002
        return None

    def microphone_levels(self) -> tuple[InputLevel, ...]:
        return input_levels(LEVELS_WITHIN_S)

    def enrolment(self) -> Enrolment:
        return Enrolment()

    def enrol(self, what: EnrolmentAsk) -> EnrolmentAnswer:  # noqa: ARG002
        return "no_listener"

    def settings_changed(self) -> None:
        """Nobody to tell: the listener reads the file when it starts."""

    def restart(self) -> RestartOutcome:
        return "by_hand"
