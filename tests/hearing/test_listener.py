"""What a person says in bed, and what is made of it."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import Samples
from skill.content.phrases import PhraseBook
from skill.events import Heard, Intent, SpeechBegan, Unclear
from skill.hearing.accept.tuning import ListenerTuning
from skill.hearing.capture.microphone import WavMicrophone
from skill.hearing.listener import Listener
from skill.hearing.recognise.evidence import LeastEvidence, per_letter
from skill.hearing.recognise.recogniser import VoskModel
from skill.paths import prompts_dir
from tests.hearing.conftest import Bedside
from tests.hearing.speech import noise, pause, speech


def demo_clip(voice: str, text: str) -> Samples:
    """A synthetic person of the demo."""
    return np.frombuffer(b"".join(WavMicrophone(prompts_dir() / f"demo/clips/{voice}/{text}.flac")), np.int16)


def test_a_phrase_is_heard_once_with_its_meaning_and_the_time_it_ended(bedside: Bedside) -> None:
    clip = speech("krampe i leggen")
    began_s = bedside.now_s
    events = bedside.hear(clip, pause(1.5))
    assert isinstance(events[0], SpeechBegan)
    [heard] = [event for event in events if isinstance(event, Heard)]
    assert (heard.intent, heard.grammar) == (Intent("cramp", "calf"), "idle")
    assert heard.at_s == pytest.approx(began_s + len(clip) / 16_000, abs=0.1)
    assert -30 < heard.level_dbfs < -5


def test_a_phrase_that_cannot_go_on_is_acted_on_before_the_long_pause(bedside: Bedside) -> None:
    heard = [e for e in bedside.hear(speech("stopp"), pause(0.34)) if isinstance(e, Heard)]
    assert [(e.intent.name, e.early) for e in heard] == [("stop", True)]


def test_a_phrase_that_may_go_on_waits_for_the_long_pause(bedside: Bedside) -> None:
    assert not [e for e in bedside.hear(speech("krampe"), pause(0.5)) if isinstance(e, Heard)]
    assert [e for e in bedside.hear(pause(0.5)) if isinstance(e, Heard)]


def test_a_pause_for_breath_does_not_cut_a_phrase_in_two(bedside: Bedside) -> None:
    events = bedside.hear(speech("krampe"), pause(0.5), speech("i leggen"), pause(1.5))
    assert [e.intent for e in events if isinstance(e, Heard)] == [Intent("cramp", "calf")]
    assert len([e for e in events if isinstance(e, SpeechBegan)]) == 1


@pytest.mark.parametrize("pause_s", [0.3, 0.45])
def test_the_beginning_of_a_phrase_is_not_taken_for_another_phrase(bedside: Bedside, pause_s: float) -> None:
    clip = speech("det hjelper ikke")
    bedside.listener.listen("hold")
    middle = len(clip) * 6 // 10
    events = bedside.hear(clip[:middle], pause(pause_s), clip[middle:], pause(1.5))
    assert [e.intent.name for e in events if isinstance(e, Heard)] == ["not_better"]


def test_talk_is_unclear_and_never_guessed(bedside: Bedside) -> None:
    events = bedside.hear(speech("jeg liker å spise brød om morgenen"), pause(1.5))
    assert [type(e) for e in events] == [SpeechBegan, Unclear]


def test_a_cry_out_of_the_quiet_is_believed_on_less_than_one_amid_talk(
    bedside: Bedside, model: VoskModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    cry, talk = speech("krampe i leggen"), speech("jeg liker å spise brød om morgenen")
    gain = per_letter(model, "krampe_i_leggen", cry.tobytes())
    least = LeastEvidence(phrase=gain - 0.3, word=9.0, alarm=9.0, talk=1.0)
    monkeypatch.setattr(model, "least_evidence", least)  # a number, so that this cry is a borderline case

    def heard(*sounds: Samples) -> list[str]:
        return [e.intent.name for e in bedside.hear(*sounds, pause(1.5)) if isinstance(e, Heard)]

    assert heard(cry) == ["cramp"]
    assert heard(talk, pause(1.5), talk, pause(1.5), talk, pause(1.5), cry) == []
    assert heard(cry) == ["cramp"]  # said again
    assert heard(talk, pause(1.5), talk, pause(1.5), cry) == []
    assert heard(pause(25.0), cry) == ["cramp"]


def test_an_answer_is_doubted_only_amid_talk_and_stopp_never(
    bedside: Bedside, model: VoskModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = speech("jeg liker å spise brød om morgenen")
    monkeypatch.setattr(model, "least_evidence", LeastEvidence(phrase=9.0, word=9.0, alarm=9.0))

    def heard(*sounds: Samples) -> list[str]:
        return [e.intent.name for e in bedside.hear(*sounds, pause(1.5)) if isinstance(e, Heard)]

    bedside.listener.listen("better")
    assert heard(speech("det er verre")) == ["worse"]
    assert heard(talk, pause(1.5), talk, pause(1.5), talk, pause(1.5), speech("det er verre")) == []
    assert heard(speech("stopp")) == ["stop"]


@pytest.mark.parametrize("voice", ["kari", "einar", "olav", "solveig"])
def test_amid_talk_a_clear_answer_is_heard_with_the_shipped_thresholds(bedside: Bedside, voice: str) -> None:
    talk = speech("jeg liker å spise brød om morgenen")
    bedside.listener.listen("yes_no")
    bedside.hear(talk, pause(1.5), talk, pause(1.5), talk, pause(1.5))
    events = bedside.hear(demo_clip(voice, "nei"), pause(1.5))
    assert [e.intent.name for e in events if isinstance(e, Heard)] == ["no"]


def test_what_breaks_the_night_must_be_like_speech(model: VoskModel, book: PhraseBook) -> None:
    bedside = Bedside(Listener(model, book, tuning=ListenerTuning(least_speech_like=1.1)))  # nothing is
    assert not [e for e in bedside.hear(speech("krampe i leggen"), pause(1.5)) if isinstance(e, Heard)]
    bedside.listener.listen("better")
    assert [e for e in bedside.hear(speech("det er verre"), pause(1.5)) if isinstance(e, Heard)]


def test_talk_longer_than_any_phrase_is_no_longer_decoded(bedside: Bedside) -> None:
    long_talk = speech("vi skal reise til byen i morgen og så kjøper vi mat til hele uka før vi drar hjem")
    events = bedside.hear(long_talk, long_talk, long_talk)
    decoded_s = bedside.listener.decoded_s
    events += bedside.hear(long_talk, long_talk, long_talk, pause(1.5))
    assert bedside.listener.decoded_s == decoded_s
    assert not [e for e in events if isinstance(e, Heard)]
    assert [e.phrase for e in bedside.hear(speech("stopp"), pause(1.0)) if isinstance(e, Heard)] == ["stopp"]


def test_a_quiet_room_costs_no_decoding(bedside: Bedside) -> None:
    assert bedside.hear(pause(20.0)) == []
    assert bedside.listener.decoded_s == 0.0


def test_it_is_at_ease_only_while_nobody_needs_an_answer_this_instant(bedside: Bedside) -> None:
    listener = bedside.listener
    assert listener.at_ease
    bedside.hear(speech("stopp")[:1600])
    assert not listener.at_ease  # something that may become a word
    bedside.hear(speech("stopp"), pause(1.5))
    assert listener.at_ease
    listener.own_voice(True)
    assert not listener.at_ease
    listener.own_voice(False)
    listener.listen("hold")
    assert not listener.at_ease  # a conversation
    listener.listen("idle")
    assert listener.at_ease


def test_a_click_is_nothing(bedside: Bedside) -> None:
    events = bedside.hear(noise(0.08, -20.0), pause(1.5))
    assert not [e for e in events if isinstance(e, Heard | Unclear)]


def test_only_phrases_of_the_live_grammar_are_heard(bedside: Bedside) -> None:
    assert not [e for e in bedside.hear(speech("neste"), pause(1.5)) if isinstance(e, Heard)]
    bedside.listener.listen("hold")
    assert [e.phrase for e in bedside.hear(speech("neste"), pause(1.5)) if isinstance(e, Heard)] == ["neste"]


def test_a_running_utterance_keeps_the_grammar_it_began_with(bedside: Bedside) -> None:
    bedside.listener.listen("hold")
    bedside.hear(speech("neste"))
    bedside.listener.listen("idle")
    assert [e.grammar for e in bedside.hear(pause(1.5)) if isinstance(e, Heard)] == ["hold"]


def test_an_unknown_grammar_is_refused(bedside: Bedside) -> None:
    with pytest.raises(KeyError):
        bedside.listener.listen("nonsense")


def test_the_first_syllable_survives_a_sudden_start(bedside: Bedside) -> None:
    bedside.hear(pause(5.0))
    assert [e.phrase for e in bedside.hear(speech("stopp"), pause(1.0)) if isinstance(e, Heard)] == ["stopp"]


def test_the_rest_of_a_breath_is_no_second_command(bedside: Bedside) -> None:
    bedside.listener.listen("hold")
    events = bedside.hear(speech("neste"), pause(0.3), speech("saktere"), pause(1.5))
    assert [e.intent.name for e in events if isinstance(e, Heard)] == ["next"]


def test_stopp_is_heard_even_right_after_another_command(bedside: Bedside) -> None:
    bedside.listener.listen("hold")
    events = bedside.hear(speech("neste"), pause(0.3), speech("stopp stopp"), pause(1.5))
    assert [e.intent.name for e in events if isinstance(e, Heard)] == ["next", "stop"]


def test_words_that_do_not_fit_the_time_they_took_are_not_believed(bedside: Bedside) -> None:
    clip = speech("saktere")
    drawn_out = speech("saktere", rate_wpm=140)[:2000]
    bedside.listener.listen("hold")
    assert [e.phrase for e in bedside.hear(clip, pause(1.5)) if isinstance(e, Heard)] == ["saktere"]
    slow = [*[drawn_out] * 22, clip]  # three seconds of one sound, and then the word
    assert not [e for e in bedside.hear(*slow, pause(1.5)) if isinstance(e, Heard)]
