"""The listener with both ears: what the second one changes, and what happens when it doesn't answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skill.audio.samples import FRAME_BYTES, FRAME_S, FRAME_SAMPLES, Samples
from skill.content.phrases import PhraseBook
from skill.events import Heard, Unclear
from skill.hearing.accept.second_opinion import Opinion, SecondOpinion, read_least_scores
from skill.hearing.accept.second_thoughts import StrictEar
from skill.hearing.accept.tuning import ListenerTuning
from skill.hearing.listener import Listener
from skill.hearing.over_own_voice.beside import Beside
from skill.hearing.recognise.recogniser import VoskModel
from skill.hearing.second_ear_here import listener_with_both_ears
from skill.paths import models_dir
from tests.hearing.conftest import Bedside, frames_of
from tests.hearing.speech import pause, speech
from tests.hearing.test_listener import demo_clip

OWN = "Strekk ut beinet. Trekk tærne mot deg, og hold. Pust rolig. Det er bra."
WEIGHTS = models_dir() / "second_ear"


class Silent:
    """Implements `SecondOpinion`: it can be asked, and never answers."""

    there = True

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, grammar: str, sound: bytes) -> int:
        assert sound
        self.asked.append(grammar)
        return len(self.asked)

    def answer(self, ticket: int) -> Opinion | None:
        assert ticket
        return None


class BelievesLater:
    """Implements `SecondOpinion`: it believes in a phrase, but only of a sound that is so long."""

    there = True

    def __init__(self, book: PhraseBook, phrase: str, least_s: float, score: float = 0.0) -> None:
        self._score = score
        self._nothing = {each.text: -9.0 for each in book.live("idle")}
        self._phrase = phrase
        self._least_samples = round(16_000 * least_s)

    def ask(self, grammar: str, sound: bytes) -> int:
        assert grammar
        return len(sound) // 2

    def answer(self, ticket: int) -> Opinion:
        scores = self._nothing | ({self._phrase: self._score} if ticket >= self._least_samples else {})
        return Opinion(scores, scores, scores, dict.fromkeys(scores, 0.5), scores)


def bedside_with(model: VoskModel, book: PhraseBook, second: SecondOpinion) -> Bedside:
    least = read_least_scores(WEIGHTS / "thresholds.toml")
    return Bedside(Listener(model, book, second=StrictEar(second, least)))


@pytest.fixture(scope="module")
def both(model: VoskModel, book: PhraseBook) -> Bedside:
    return Bedside(listener_with_both_ears(model, book, WEIGHTS, models_dir() / "nb" / "lexicon.tsv"))


def over_talk(cry: Samples, above_db: float) -> Samples:
    """Unbroken talk in another language for 8 s, and the cry over its end."""
    talk = np.concatenate([speech("morgen fahren wir in die stadt und kaufen ein", "de")] * 6)[: 16_000 * 11]
    under = talk.astype(np.float64) * 10 ** ((-above_db - 3.0) / 20)
    at = 16_000 * 8
    under[at : at + len(cry)] += cry
    return np.clip(under, -32768, 32767).astype(np.int16)


def phrases(bedside: Bedside, *sounds: Samples) -> list[str]:
    return [event.phrase for event in bedside.hear(*sounds) if isinstance(event, Heard)]


def test_a_cry_is_heard_as_by_one_ear(both: Bedside) -> None:
    both.listener.listen("idle")
    assert phrases(both, demo_clip("solveig", "krampe_i_leggen"), pause(1.5)) == ["krampe i leggen"]


def test_what_the_second_ear_does_not_believe_may_be_the_beginning_of_something(
    model: VoskModel, book: PhraseBook
) -> None:
    words = speech("jeg får ikke luft", "nb")
    halting = [words, pause(0.4), words, pause(1.5)]
    bedside = bedside_with(model, book, BelievesLater(book, "jeg får ikke luft", 2 * len(words) / 16_000))
    heard = [event for event in bedside.hear(*halting) if isinstance(event, Heard | Unclear)]
    assert [event.intent.name if isinstance(event, Heard) else "unclear" for event in heard] == ["alarm"]


def test_a_cry_is_heard_through_talk_that_does_not_stop(both: Bedside) -> None:
    both.listener.listen("idle")
    sound = over_talk(demo_clip("solveig", "krampe_i_leggen"), 20.0)
    heard = [event for event in both.hear(sound, pause(1.5)) if isinstance(event, Heard)]
    assert [event.intent.name for event in heard] == ["cramp"]


def test_a_danger_word_is_heard_through_talk_in_the_middle_of_relief(both: Bedside) -> None:
    both.listener.listen("hold")
    sound = over_talk(demo_clip("solveig", "vondt_i_brystet"), 20.0)
    heard = [event for event in both.hear(sound, pause(1.5)) if isinstance(event, Heard)]
    assert [event.intent.name for event in heard] == ["alarm"]


def test_a_second_ear_that_does_not_answer_is_waited_for_half_a_second_and_no_longer(
    model: VoskModel, book: PhraseBook
) -> None:
    silent = Silent()
    bedside = bedside_with(model, book, silent)
    cry = demo_clip("solveig", "krampe_i_leggen")
    began_s = bedside.now_s
    ended_s = 0.0
    for event in bedside.hear(cry):
        assert not isinstance(event, Heard)
    for _ in range(60):
        if phrases(bedside, pause(FRAME_S)):
            ended_s = bedside.now_s - began_s - len(cry) / 16_000
            break
    assert silent.asked[-1] == "idle"
    assert 0.0 < ended_s < ListenerTuning().opinion_s + 0.3


def test_stop_is_never_waited_for(model: VoskModel, book: PhraseBook) -> None:
    bedside = bedside_with(model, book, Silent())
    assert phrases(bedside, speech("stopp"), pause(0.34)) == ["stopp"]


def test_a_cry_that_only_the_talk_around_it_speaks_against_is_believed_when_it_is_said_again(
    model: VoskModel, book: PhraseBook
) -> None:
    bedside = bedside_with(model, book, BelievesLater(book, "krampe i leggen", 0.0, score=-1.3))
    cry = [demo_clip("solveig", "krampe_i_leggen"), pause(1.5)]
    assert phrases(bedside, pause(1.0), *cry) == ["krampe i leggen"]
    other = [speech("har du husket å låse døra og slå av lyset på badet"), pause(1.5)]
    assert phrases(bedside, pause(4.0), *other, *other) == []
    assert phrases(bedside, *cry) == []
    assert phrases(bedside, *cry) == ["krampe i leggen"]


def test_an_ordinary_sentence_is_unclear_and_never_guessed(both: Bedside) -> None:
    both.listener.listen("idle")
    events = both.hear(speech("jeg liker å spise brød om morgenen"), pause(1.5))
    assert [type(event) for event in events if isinstance(event, Heard | Unclear)] == [Unclear]


class Of:
    """Implements `SecondOpinion`: every phrase, or only one, explains the sound so well."""

    there = True

    def __init__(self, book: PhraseBook, score: float, only: str = "") -> None:
        texts = {phrase.text for name in book.grammars for phrase in book.live(name)}
        self._scores = {text: score if only in ("", text) else -9.0 for text in texts}

    def ask(self, grammar: str, sound: bytes) -> int:
        assert grammar
        assert sound
        return 1

    def answer(self, ticket: int) -> Opinion:
        assert ticket
        return Opinion(
            self._scores, self._scores, self._scores, dict.fromkeys(self._scores, 0.0), self._scores
        )


class OfWhatWasPlayed(Of):
    """Implements `SecondOpinion`: the command explains the sound so well, and what our loudspeaker played so well."""

    def __init__(self, book: PhraseBook, command: str, score: float, played: float) -> None:
        super().__init__(book, score, command)
        self._of_played = Of(book, played, command)
        self._sentence = speech(OWN, rate_wpm=120).tobytes()

    def ask(self, grammar: str, sound: bytes) -> int:
        assert grammar
        return 2 if sound[: 20 * FRAME_BYTES] in self._sentence else 1

    def answer(self, ticket: int) -> Opinion:
        opinion = self._of_played.answer(ticket) if ticket == 2 else super().answer(ticket)
        # no end of it within what was asked about: only what stands out as an utterance is judged here
        return replace(opinion, ended_s=dict.fromkeys(opinion.ended_s, 99.0))


def through_the_canceller(bedside: Bedside, command: str) -> list[str]:
    """Said while our own sentence plays; a tenth of it is left in what comes in."""
    played = speech(OWN, rate_wpm=120)
    sound = (played * 0.1).astype(np.int16)
    said = speech(command)
    sound[48_000 : 48_000 + len(said)] += said
    bedside.listener.listen("speaking")
    bedside.listener.own_voice(True)
    found = []
    for number, frame in enumerate(frames_of(np.concatenate([sound, pause(1.2)]))):
        beside = (
            played[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES].tobytes().ljust(FRAME_BYTES, b"\0")
        )
        bedside.listener.cleaned(Beside(True, False, beside))
        found += [e for e in bedside.listener.feed(frame, number * FRAME_S) if isinstance(e, Heard)]
    return [event.phrase for event in found]


@pytest.mark.parametrize(
    ("command", "score", "played", "heard"),
    [
        ("saktere", -0.5, -3.0, ["saktere"]),
        ("saktere", -0.5, -0.2, []),  # our own sentence sounds like it at least as much
        ("hjelp", -0.5, -3.0, ["hjelp"]),
        ("hjelp", -0.5, 0.0, []),  # «Du som hjelper»
        ("vondt i brystet", -3.2, -2.0, []),  # our own sentence explains it clearly better
        # a danger word that our own sentence would not be believed for
        ("vondt i brystet", -1.7, -2.1, ["vondt i brystet"]),
        ("slutt", -0.5, -3.0, ["slutt"]),
        ("slutt", -1.5, -9.0, ["slutt"]),
        ("slutt", -7.0, -9.0, []),  # nothing of it is in what is left of our own voice
        ("slutt", -0.5, -0.2, []),
    ],
)
def test_a_command_that_our_own_sentence_sounds_like_is_not_a_persons(
    model: VoskModel, book: PhraseBook, command: str, score: float, played: float, heard: list[str]
) -> None:
    second = OfWhatWasPlayed(book, command, score, played)
    assert through_the_canceller(bedside_with(model, book, second), command) == heard


def over_the_voice(bedside: Bedside, command: str) -> list[str]:
    """Said over a soft echo of our own voice, which nobody takes out."""
    both = (speech(OWN, rate_wpm=120) * 0.1).astype(np.int16)
    said = speech(command)
    both[48_000 : 48_000 + len(said)] += said
    bedside.listener.listen("speaking")
    bedside.listener.own_voice(True)
    return [event.phrase for event in bedside.hear(both, pause(1.0)) if isinstance(event, Heard)]


@pytest.mark.parametrize(
    ("command", "score", "heard"),
    [
        ("saktere", -1.4, ["saktere"]),
        ("saktere", -7.0, []),  # so our own voice sounds where the first ear took it for a command
        ("slutt", -7.0, ["slutt"]),
        ("vondt i brystet", -7.0, ["vondt i brystet"]),
    ],
)
def test_over_our_own_voice_the_second_ear_may_refuse_a_command_but_no_stop_and_no_danger(
    model: VoskModel, book: PhraseBook, command: str, score: float, heard: list[str]
) -> None:
    assert over_the_voice(bedside_with(model, book, Of(book, score)), command) == heard


def answered_before_the_end(bedside: Bedside, words: str, begun_s: float) -> list[str]:
    """Somebody answers so long before our own voice, which the microphone does not hear, has ended."""
    said = np.concatenate([pause(2.0), speech(words), pause(1.5)])
    end = round((2.0 + begun_s) / FRAME_S) * FRAME_SAMPLES
    bedside.listener.listen("speaking")
    bedside.listener.own_voice(True)
    events = bedside.hear(said[:end])
    bedside.listener.own_voice(False)
    bedside.listener.listen("hold")
    return [event.intent.name for event in (*events, *bedside.hear(said[end:])) if isinstance(event, Heard)]


@pytest.mark.parametrize("begun_s", [0.1, 0.2, 0.3])
def test_an_answer_begun_before_our_voice_ends_is_heard_from_its_beginning(
    both: Bedside, begun_s: float
) -> None:
    assert answered_before_the_end(both, "det hjelper ikke", begun_s) == ["not_better"]


@pytest.mark.parametrize(
    ("words", "begun_s"),
    # «ikkje betre» is silent for a fifth of a second: who begins just so long before is not known to speak
    [
        ("ikke bedre", 0.2),
        ("ikke bedre", 0.3),
        ("ikke bedre", 0.4),
        ("ikkje betre", 0.3),
        ("ikkje betre", 0.4),
    ],
)
def test_what_is_left_of_an_answer_is_not_taken_for_the_contrary(
    both: Bedside, words: str, begun_s: float
) -> None:
    assert answered_before_the_end(both, words, begun_s) in ([], ["not_better"])
