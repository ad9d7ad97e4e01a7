"""The vocabulary that flows between rooms: frozen dataclasses without logic.

Directions:

* hearing → service → dialogue: `Heard`, `Unclear`, `SpeechBegan`
* speaking → service → dialogue: `Spoken`
* the service's clock → dialogue: `TimerFired`
* dialogue → service (effects): `Say`, `StopSpeaking`, `Listen`, `StartTimer`, `CancelTimer`, `Record`, `Adjust`
* hearing → service (health): `Pulse`, `Fault`

All times in `at_s` are seconds on one monotonic clock of the audio stream: for a live device the service's
monotonic clock, for a recording the position in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from skill.languages import Language as Language

JsonValue = str | int | float | bool | None

Severity = Literal["notice", "degraded", "deaf", "mute"]


@dataclass(frozen=True, slots=True)
class Intent:
    """What a phrase means. `name` is an intent of prompts/intents.toml; `value` its one argument, or ""."""

    name: str
    value: str = ""


# --- what comes in -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """A whole live phrase was said."""

    intent: Intent
    phrase: str  # as written in the phrase table
    grammar: str  # grammar class that was live
    at_s: float  # end of its last voiced sample
    early: bool = False  # taken from a stable partial result, before the recogniser's final one
    level_dbfs: float = 0.0


@dataclass(frozen=True, slots=True)
class Unclear:
    """Someone spoke, and it was none of the live phrases."""

    at_s: float
    duration_s: float
    level_dbfs: float = 0.0


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Voiced sound began; nothing is known of it yet."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """The sound of `Say` number `say_id` has truly ended. `completed` is False when it was cut short."""

    say_id: int
    completed: bool
    at_s: float


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer that dialogue started has run out."""

    timer: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Requested:
    """A person or a schedule asked for a conversation without speaking, e.g. the evening reminder."""

    what: str
    at_s: float
    by_clock: bool = False


DialogueEvent = Heard | Unclear | SpeechBegan | Spoken | TimerFired | Requested


# --- what goes out -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Speak the texts with these keys, in order, as one utterance. Replaces whatever is being said.

    While it plays, only the phrases of grammar class `live` can be heard. `Spoken(say_id)` follows always.
    """

    say_id: int
    keys: tuple[str, ...]
    live: str = "speaking"
    style: Literal["calm", "slow_loud", "alarm"] = "calm"
    softer_db: float = 0.0  # below what this style has


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Silence, at once."""


@dataclass(frozen=True, slots=True)
class Listen:
    """From the end of what is being said, the phrases of this grammar class can be heard."""

    grammar: str


@dataclass(frozen=True, slots=True)
class StartTimer:
    """`TimerFired(timer)` comes after `after_s` seconds unless cancelled; starting again replaces it."""

    timer: str
    after_s: float


@dataclass(frozen=True, slots=True)
class CancelTimer:
    timer: str


@dataclass(frozen=True, slots=True)
class Adjust:
    """Change the voice for the rest of the night."""

    what: Literal["slower", "faster", "louder", "softer"]


@dataclass(frozen=True, slots=True)
class Record:
    """Append one event to the journal. It is committed before any later effect of the same step is carried out.

    `kind` is one of EVENT_FIELDS; `data` holds its fields.
    """

    kind: str
    data: Mapping[str, JsonValue] = field(default_factory=dict)


Effect = Say | StopSpeaking | Listen | StartTimer | CancelTimer | Adjust | Record


# --- health ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pulse:
    """Sign of life from hearing, sent at least once a second, only while frames really arrive."""

    at_s: float
    frames: int  # frames received since the start
    decoded_s: float  # seconds of audio given to the recogniser since the start
    level_dbfs: float
    device: str
    proved_at_s: float | None = None  # when real sound came last; None: never since the start
    nothing_real_since_s: float | None = None  # set while there has been none for too long: it hears nothing
    instead_of: str = ""  # the microphone that was chosen, where `device` stands in for it
    dropped: int = 0  # blocks lost since the start, because the machine was too busy
    frame_at_s: float | None = None  # when the last frame came; None: at `at_s`
    standing: tuple[str, ...] = ()  # causes of its own faults that it says are still there


FaultSource = Literal[
    "microphone",
    "recogniser",
    "second_ear",
    "loudspeaker",
    "voice",
    "journal",
    "settings",
    "content",
    "clock",
    "service",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something broke. `sentence` says what it means for the night and what to do."""

    source: FaultSource
    severity: Severity
    sentence: str
    at_s: float
    cause: str = ""  # tells the faults of one source apart, and what proves it gone; "": its sentence does


@dataclass(frozen=True, slots=True)
class FaultOver:
    """What caused a fault is proved gone."""

    source: FaultSource
    cause: str


# --- what lasts --------------------------------------------------------------------------------------

EVENT_FIELDS: Mapping[str, tuple[str, ...]] = {
    # an episode, as it happens
    "episode_started": ("intent", "value", "place", "side", "language", "app", "content", "model"),
    "heard": ("intent", "value", "phrase", "grammar"),  # phrase is "" without consent to keep transcripts
    "said": ("keys",),  # text keys joined by one space
    "place_set": ("place", "side"),
    "step_started": ("protocol", "rung"),
    "step_ended": ("protocol", "rung", "outcome"),  # better | same | worse | skipped | stopped | unanswered
    "question_asked": ("question",),
    "question_answered": ("question", "answer"),  # yes | no | unsure | a number | a place
    "question_unanswered": ("question",),
    # number: 113 | 116117 | fastlege | foden | ""; question: whose answer led to it, where a page asked it
    "danger_sign": ("sign", "advice", "number", "question"),
    "advice_repeated": ("sign",),
    "advice_acknowledged": ("sign",),
    "pain": ("score", "when"),  # 0..10, before | after
    "marked_false_start": (),
    "episode_ended": (
        "reason",
    ),  # relieved | stopped | silence | advised | false_start | person | interrupted
    # conversations of the morning and the evening
    "routine_started": ("routine",),
    # declined: «nei» to the first question or to the last one; silence: nobody answered one of them
    "routine_ended": ("routine", "outcome"),  # done | declined | stopped | silence
    "programme_answer": (
        "question",
        "answer",
    ),  # six weeks of stretching: fewer | same | more | yes | no | unsure
    "morning_answer": ("question", "answer"),
    # a person's later edits; never change what was written that night
    "edited": ("field", "value", "by"),
    "annotated": ("text", "by"),
    "withdrawn": ("events", "by"),  # uuids joined by one space: as if these rows had never been written
    "deleted": ("by",),
    "restored": ("by",),
    "clock_corrected": (
        "by_s",
    ),  # the machine's clock was set: what was written before it is moved by so much
    "added_by_hand": ("started_at", "ended_at", "place", "side", "by"),
    # the device itself: not part of an episode
    "service_started": ("app", "content", "model"),
    "service_stopped": ("reason",),
    # sentence is in bokmål; message the same as JSON, to be shown in any language (rows of 0.1 have none)
    "deaf_from": ("source", "sentence", "message"),
    "hearing_again": ("source", "after_s"),
    "fault": ("source", "severity", "sentence", "message"),
    "fault_over": ("source", "sentence", "message", "after_s"),
    "settings_changed": ("field", "by"),
}
"""Every kind of journal row with the fields of its data. Kinds are only ever added."""
