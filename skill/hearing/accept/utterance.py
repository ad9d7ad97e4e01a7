"""One stretch of speech, from its first syllable to a clear pause."""

from __future__ import annotations

from dataclasses import dataclass, field

from skill.audio.samples import FRAME_S, LOWEST_DBFS
from skill.content.phrases import Phrase
from skill.events import Heard, Unclear
from skill.hearing.accept.intents import Understood
from skill.hearing.accept.second_opinion import Opinion, SecondFinding
from skill.hearing.accept.tuning import ListenerTuning
from skill.hearing.detect.gate import FrameVerdict
from skill.hearing.over_own_voice.beside import Beside


@dataclass(slots=True)
class Utterance:
    """What is known of it so far.

    `frames` is its audio with long pauses shortened, for decoding again; `sound` is all of it: the second ear also
    hears the soft ends of words, which the gate takes for a pause.
    """

    grammar: str
    frames: list[bytes]
    began_s: float
    last_voiced_s: float
    voiced: int = 0  # frames
    speech_like: int = 0
    quiet: int = 0  # frames since the last voiced one
    paused: int = 0  # frames of pauses inside it
    peak_dbfs: float = LOWEST_DBFS
    most_above_floor_db: float = 0.0
    over_own_voice: bool = False
    drowned: bool = False  # by our own voice, which was not taken out
    over_the_end: bool = False  # of our own voice
    cut: bool = False  # it was begun while our own voice still sounded: its beginning is lost
    decoded: bool = False  # the recogniser has given its word on all of it
    pauses: int = 0  # after which it went on
    overlong: bool = False  # longer than any phrase: talk
    words: str = ""  # what it wrote
    gain: float | None = None  # how well they explain the sound, once asked for (evidence.py)
    patience_s: float = 0.0  # of quiet, before it is acted on
    understood: Understood | None = field(default=None)
    sound: list[bytes] = field(default_factory=list)
    ticket: int | None = None  # of the question put to the second ear, until it has answered
    asked_s: float = 0.0
    opinion: Opinion | None = (
        None  # its answer, while it is asked whether our own voice was taken for a command
    )
    beside: list[Beside] = field(default_factory=list)  # our own sound, from a moment before it
    finding: SecondFinding | None = None  # what the second ear made of it, once it has answered
    settled: bool = False  # both ears have given their word, or the second is no longer waited for
    over_talk_dbfs: float | None = None  # it rose above talk of this level

    def __post_init__(self) -> None:
        self.sound = self.sound or list(self.frames)

    @property
    def kept_s(self) -> float:
        return len(self.frames) * FRAME_S

    @property
    def voiced_s(self) -> float:
        return self.voiced * FRAME_S

    @property
    def lasted_s(self) -> float:
        """From its first voiced frame until now."""
        return self.voiced_s + self.paused_s + self.quiet_s

    @property
    def speech_like_s(self) -> float:
        return self.speech_like * FRAME_S

    @property
    def quiet_s(self) -> float:
        return self.quiet * FRAME_S

    @property
    def paused_s(self) -> float:
        return self.paused * FRAME_S

    def note(self, sound: FrameVerdict, voiced: bool, at_s: float) -> None:
        """Count one more frame that ended at `at_s`, and is of it (`voiced`) or of a pause."""
        self.peak_dbfs = max(self.peak_dbfs, sound.level_dbfs)
        self.most_above_floor_db = max(self.most_above_floor_db, sound.above_floor_db)
        if voiced:
            self.voiced += 1
            self.speech_like += sound.speech_like
            self.paused += self.quiet
            self.quiet = 0
            self.last_voiced_s = at_s
        else:
            self.quiet += 1

    def goes_on(self) -> None:
        """After what looked like its end: what was understood of it and asked about it no longer holds."""
        self.decoded = self.settled = False
        self.understood, self.ticket, self.opinion, self.finding = None, None, None, None

    def goes_over_the_end(self, frame: bytes, sound: FrameVerdict, at_s: float) -> None:
        """Of our own voice; whether it is a person's is not known yet."""
        self.sound.append(frame)
        self.frames.append(frame)
        self.note(sound, True, at_s)

    def outlives(self, grammar: str) -> None:
        """Our own voice, over which it was begun: it is heard on as what may be said then."""
        self.goes_on()
        self.grammar, self.over_the_end = grammar, True
        self.over_own_voice = self.drowned = False

    def give_up(self) -> None:
        """It is longer than any phrase: talk, of which nothing is kept."""
        self.overlong, self.understood = True, None
        self.frames.clear()
        self.sound.clear()

    def least_quiet_s(self, tuning: ListenerTuning) -> float:
        """So much quiet may be its end."""
        return tuning.quiet_over_own_voice_s if self.over_own_voice else tuning.quiet_s

    def heard(self, phrase: Phrase, ended_s: float, early: bool) -> Heard:
        """It is this phrase."""
        return Heard(phrase.intent, phrase.text, self.grammar, ended_s, early, self.peak_dbfs)

    def unclear(self) -> Unclear:
        """It is no phrase."""
        return Unclear(self.last_voiced_s, self.last_voiced_s - self.began_s, self.peak_dbfs)

    def was_speech(self, tuning: ListenerTuning) -> bool:
        """Worth asking about: a person's words, and not a creaking bed or our own voice."""
        return (
            not self.over_own_voice
            and self.over_talk_dbfs is None
            and self.speech_like_s >= tuning.unclear_s
            and self.speech_like_s >= tuning.unclear_speech_like * self.voiced_s
            and self.most_above_floor_db >= tuning.unclear_above_floor_db
        )


def risen_above_talk(grammar: str, frames: list[bytes], at_s: float, talk_dbfs: float) -> Utterance:
    """What begins amid talk of that level, in the frames before the one that ended at `at_s`."""
    return Utterance(grammar, frames, at_s - len(frames) * FRAME_S, at_s, over_talk_dbfs=talk_dbfs)
