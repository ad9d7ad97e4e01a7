"""Frames in, events out: the whole of hearing without any input or output of its own.

The same object works in the live process and on recordings. Time is the `at_s` that comes with each frame:
the end of that frame on the audio's clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from skill.audio.samples import FRAME_BYTES, FRAME_S
from skill.content.phrases import PhraseBook
from skill.events import Heard, SpeechBegan, Unclear
from skill.hearing.accept.begun_before import BegunBefore
from skill.hearing.accept.belief import Belief
from skill.hearing.accept.early import EarlyAction
from skill.hearing.accept.intents import LivePhrases
from skill.hearing.accept.running_talk import RunningTalk
from skill.hearing.accept.second_thoughts import SecondThoughts, StrictEar
from skill.hearing.accept.tail import Tail
from skill.hearing.accept.tuning import ListenerTuning
from skill.hearing.accept.utterance import Utterance, risen_above_talk
from skill.hearing.detect.gate import FrameVerdict, Gate
from skill.hearing.detect.levels import Levels
from skill.hearing.over_own_voice.beside import Beside
from skill.hearing.recognise.grammar import Grammar, build_grammars
from skill.hearing.recognise.recogniser import SpeechModel
from skill.hearing.recognise.recognisers import Recognisers

HearingEvent = Heard | Unclear | SpeechBegan


class Listener:
    """Understands the phrases of one grammar class at a time."""

    def __init__(
        self,
        model: SpeechModel,
        book: PhraseBook,
        grammar: str = "idle",
        tuning: ListenerTuning | None = None,
        belief: Belief | None = None,
        second: StrictEar | None = None,
    ) -> None:
        self._tuning = tuning or ListenerTuning()
        self._belief = belief or Belief(model, self._tuning)
        self._levels = Levels()
        self._gate = Gate(self._tuning.gate)
        self._live = {name: LivePhrases(book, name) for name in book.grammars}
        self._second = SecondThoughts(second, book, self._live, self._tuning)
        self._talk = RunningTalk()
        self._last: deque[bytes] = deque(maxlen=round(self._tuning.pre_roll_over_talk_s / FRAME_S))
        self.grammars: Mapping[str, Grammar] = build_grammars(book, model, book.grammars)
        self._recognisers = Recognisers(model, self.grammars)
        self._recognisers.prepare(grammar)
        self._grammar = grammar
        self._own_voice = False
        self._begun = BegunBefore(self._tuning.gives_way_s)
        self._beside: deque[Beside] = deque(maxlen=round(self._tuning.played_before_s / FRAME_S))
        self._cleaned = False  # our own voice is taken out of what comes in
        self._tail = Tail()
        self._utterance: Utterance | None = None
        self._before: deque[bytes] = deque(maxlen=round(self._tuning.pre_roll_s / FRAME_S))
        self._recent: deque[bool] = deque(maxlen=5)
        self._early = EarlyAction(self._live, self._tuning.end_s)
        self.frames = 0
        self.decoded_s = 0.0
        self.level_dbfs = -96.0
        self.clipped = 0  # frames

    @property
    def grammar(self) -> str:
        """The grammar class that an utterance beginning now is heard with."""
        return self._grammar

    @property
    def two_ears(self) -> bool:
        return self._second.there

    @property
    def idle(self) -> bool:
        """No utterance is running."""
        return self._utterance is None

    @property
    def at_ease(self) -> bool:
        """No conversation, and no frame lately that could be speech: what comes now need not be heard this instant."""
        return self._grammar == "idle" and self.idle and not self._own_voice and not any(self._recent)

    def listen(self, grammar: str) -> None:
        """Utterances that begin from now on are heard with this class. One that runs keeps its own."""
        if grammar not in self._live:
            raise KeyError(grammar)
        self._grammar = grammar
        self._recognisers.prepare(grammar)

    def tidy(self) -> bool:
        """Let go of memory that isn't needed while it is at ease: a hundredth of a second, seldom. Was there any?"""
        return self._recognisers.tidy(self._grammar)

    def own_voice(self, playing: bool) -> None:
        """Our own voice begins to sound, or has truly ended.

        What was being said when it begins goes on if the voice gives way at once, and is drowned by it else. After its
        end the room rings, and nothing begins. Who answers then is heard from there, or from where they had begun.
        """
        if playing:
            runs = not self._own_voice and (not self.idle or any(self._recent))
            self._begun.voice_begins(runs, self._grammar)
            if not runs:
                self._drop()
        elif self._own_voice and (not (gave_way := self._begun.voice_ends()) or self.idle):
            if self._utterance is None or not (self._utterance.drowned or self._cleaned):
                self._drop()
            self._before.clear()
            self._tail.begin(gave_way)
        self._own_voice = playing
        self._second.over_own_voice.own_voice(playing)
        self._levels.own_voice(playing)
        self._gate.own_voice(playing and not self._begun.waits)

    def cleaned(self, beside: Beside) -> None:
        """Told before each frame with our own sound; what is said while taking it out begins or ends is dropped."""
        self._gate.cleaned(beside.taken_out, beside.residue)
        self._second.over_own_voice.told(beside)
        self._beside.append(beside)
        if self._utterance is not None and self._utterance.over_own_voice:
            self._utterance.beside.append(beside)
        if beside.taken_out != self._cleaned:
            self._cleaned = beside.taken_out
            if self._own_voice:
                self._drop()
                self._before.clear()

    def feed(self, frame: bytes, at_s: float) -> list[HearingEvent]:
        """One frame (640 bytes) that ended at `at_s`."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        sound = self._gate.feed(frame := self._levels.feed(frame))
        self.frames += 1
        self.level_dbfs = sound.level_dbfs
        self.clipped += sound.clipped
        if self._begun.is_drowned(at_s):
            self._drop()
            self._gate.own_voice(True)
        self._tail.note(sound, at_s)
        self._last.append(frame)
        over = self._second.over_own_voice.feed(self._grammar, frame, at_s)
        if over is not None:
            self._drop()
            return [over]
        utterance = self._utterance
        if utterance is None:
            return self._wait_for_speech(frame, sound, at_s)
        if utterance.drowned and not self._own_voice:
            return self._over_the_end(utterance, sound, at_s)
        spotted = self._second.in_stream(utterance, frame, at_s)
        if spotted is not None:
            self._drop()
            self._second.stream.acted(at_s)
            return [utterance.heard(spotted.phrase, spotted.ended_s, early=True)]
        utterance = self._risen(utterance, sound, at_s)
        if not utterance.overlong:
            utterance.sound.append(frame)
        voiced = sound.voiced and self._talk.is_above(sound.band_dbfs, utterance.over_talk_dbfs)
        utterance.note(sound, voiced, at_s)
        if voiced or self._begun.mixes_with(utterance.last_voiced_s):
            self._go_on(utterance, frame)
            return []
        return self._pause(utterance, frame, at_s)

    def hear_again(self, frame: bytes, at_s: float) -> list[HearingEvent]:
        """A frame that came before, and from which our own voice has been taken out since."""
        self.frames -= 1
        return self.feed(frame, at_s)

    def _wait_for_speech(self, frame: bytes, sound: FrameVerdict, at_s: float) -> list[HearingEvent]:
        self._before.append(frame)
        self._recent.append(sound.voiced)
        voiced = sum(self._recent)
        if not sound.voiced or voiced < self._tuning.begin_voiced or self._tail.runs(at_s):
            return []
        began_s = at_s - voiced * FRAME_S
        begun_before = self._begun.waits and self._begun.includes(began_s)
        own_voice = self._own_voice and not begun_before
        kept = round(self._tuning.pre_roll_over_own_voice_s / FRAME_S) if own_voice else 0
        before = list(self._before)[-kept:]
        grammar = self._begun.grammar if begun_before else self._grammar
        utterance = Utterance(grammar, before, began_s, at_s, voiced - 1, voiced - 1)
        utterance.over_own_voice, utterance.drowned = own_voice, own_voice and not self._cleaned
        utterance.cut = not own_voice and self._tail.is_spoken_through(sound)
        utterance.beside.extend(self._beside if own_voice else ())
        utterance.note(sound, True, at_s)
        self._utterance = utterance
        self._gate.within_utterance(True)
        self._second.stream.begin(utterance.frames, began_s)
        self._decode(utterance, b"".join(utterance.frames))
        return [] if own_voice else [SpeechBegan(began_s)]

    def _over_the_end(self, utterance: Utterance, sound: FrameVerdict, at_s: float) -> list[HearingEvent]:
        """It was begun over our own voice, which has ended: a person's, if they speak until the room is still."""
        self._before.append(self._last[-1])
        utterance.goes_over_the_end(self._last[-1], sound, at_s)
        if self._tail.runs(at_s):
            return []
        if utterance.overlong or not self._tail.is_spoken_through(sound):
            self._drop()
            return []
        self._finish(utterance)
        utterance.outlives(self._grammar)
        self._decode(utterance, b"".join(utterance.frames))
        return [SpeechBegan(utterance.began_s)]

    def _risen(self, utterance: Utterance, sound: FrameVerdict, at_s: float) -> Utterance:
        """The utterance that this frame belongs to: a new one where it rises clearly above talk that does not stop."""
        talk_dbfs = self._talk.rises(sound.band_dbfs)
        if talk_dbfs is None or self._own_voice or utterance.over_talk_dbfs is not None:
            return utterance
        self._finish(utterance)
        self._belief.note_other_talk(at_s, utterance.speech_like_s)
        self._utterance = risen = risen_above_talk(self._grammar, list(self._last)[:-1], at_s, talk_dbfs)
        self._decode(risen, b"".join(risen.frames))
        return risen

    def _go_on(self, utterance: Utterance, frame: bytes) -> None:
        """Voiced sound, perhaps after a pause that looked like the end: then all is decoded once more."""
        if utterance.overlong:
            return
        utterance.pauses += utterance.decoded
        if utterance.kept_s >= self._tuning.longest_s or utterance.pauses > self._tuning.most_pauses:
            self._finish(utterance)
            utterance.give_up()
            return
        utterance.frames.append(frame)
        again = utterance.decoded
        utterance.goes_on()
        self._decode(utterance, b"".join(utterance.frames) if again else frame)

    def _pause(self, utterance: Utterance, frame: bytes, at_s: float) -> list[HearingEvent]:
        self._before.append(frame)
        if not utterance.overlong:
            if utterance.quiet_s <= self._tuning.kept_pause_s:
                utterance.frames.append(frame)
            if not utterance.decoded:
                self._decode(utterance, frame)
                if utterance.ticket is None and utterance.quiet_s >= self._tuning.ask_s:
                    self._second.ask(utterance, at_s)
                if utterance.quiet_s >= utterance.least_quiet_s(self._tuning):
                    utterance.words, live = self._finish(utterance), self._live[utterance.grammar]
                    understand = live.understand_end if utterance.over_own_voice else live.understand
                    utterance.understood, utterance.gain = understand(utterance.words), None
        if utterance.decoded and not utterance.settled:
            if not self._second.settled(utterance, at_s, self._belief.around(utterance, at_s)):
                return []
            utterance.settled = True
            utterance.patience_s = self._belief.patience_s(utterance, at_s)
        understood, tuning = utterance.understood, self._tuning
        if utterance.quiet_s >= (tuning.unclear_end_s if understood is None else tuning.end_s):
            return self._end(utterance, at_s, early=False)
        if understood is not None and utterance.quiet_s >= utterance.patience_s:
            return self._end(utterance, at_s, early=True)
        return []

    def _end(self, utterance: Utterance, at_s: float, early: bool) -> list[HearingEvent]:
        self._drop()
        understood = utterance.understood
        if understood is not None and self._belief.accepts(utterance, understood.phrase, at_s):
            phrase = self._early.with_what_follows(utterance, understood.phrase)
            if phrase is None:
                return []
            if early:
                self._early.note(phrase, at_s)
            self._second.stream.acted(at_s)
            self._second.over_own_voice.acted(at_s)
            return [utterance.heard(phrase, utterance.last_voiced_s, early)]
        if utterance.was_speech(self._tuning) and not self._early.may_go_on_with(utterance):
            if understood is None:  # who cries out, too softly to be believed, is no other talk
                self._belief.note_other_talk(at_s, utterance.speech_like_s)
            return [utterance.unclear()]
        return []

    def _drop(self) -> None:
        """Forget the running utterance."""
        if self._utterance is not None:
            self._finish(self._utterance)
        self._utterance = None
        self._recent.clear()
        self._talk.forget()
        self._gate.within_utterance(False)

    def _decode(self, utterance: Utterance, samples: bytes) -> None:
        self.decoded_s += self._recognisers.feed(utterance.grammar, samples)

    def _finish(self, utterance: Utterance) -> str:
        """What the first ear wrote of it; of what has an end already, what is written there."""
        if utterance.decoded:
            return utterance.words
        utterance.decoded = True
        return self._recognisers.finish(utterance.grammar)
