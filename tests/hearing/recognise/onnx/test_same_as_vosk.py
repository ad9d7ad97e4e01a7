"""The second decoder hears what Vosk hears: the demo's clips, each decoder in a process of its own.

Vosk's dither is random, and words that sound the same cost the same («nei», «næi»), so the words may differ where the
meaning does not.
"""

from __future__ import annotations

from typing import Any

import pytest

from skill.content.phrases import PhraseBook
from skill.hearing.accept.intents import LivePhrases
from tests.hearing.recognise.onnx.child import needs_second_decoder, told_by
from tests.needs import needs_model

pytestmark = [needs_second_decoder, needs_model]

HEAR = """
import json, sys
from skill.content.phrases import load_phrases
from skill.hearing.capture.microphone import WavMicrophone
from skill.hearing.listener import Listener
from skill.hearing.recognise.grammar import build_grammar
from skill.hearing.recognise.loading import load_speech_model
from skill.paths import models_dir, prompts_dir

model = load_speech_model(models_dir() / "nb")
book = load_phrases(prompts_dir(), "nb")
recogniser = model.recogniser(build_grammar(book.live("idle"), model).entries)
finals, pieces, scores = {}, {}, {}
for path in sorted((prompts_dir() / "demo/clips").glob("*/*.flac")):
    name = path.parent.name + "/" + path.stem
    sound = bytes(9600) + b"".join(WavMicrophone(path)) + bytes(6400)
    seen = []
    for start in range(0, len(sound), 3200):
        recogniser.feed(sound[start : start + 3200])
        seen.append(recogniser.partial())
    finals[name], pieces[name] = recogniser.finish(), seen
    if path.stem in ("krampe_i_leggen", "stopp"):
        scores[name] = [model.score(entry, sound) for entry in ("[unk]", "stopp", "krampe i leggen")]
recogniser.feed(bytes(192000))  # six seconds: the utterance ends by itself
silence = recogniser.partial(), recogniser.finish(), recogniser.partial()
events = []
listener = Listener(model, book)
sound = bytes(32000) + b"".join(WavMicrophone(prompts_dir() / "demo/clips/solveig/krampe_i_leggen.flac")) + bytes(64000)
for count, start in enumerate(range(0, len(sound) - 639, 640), 1):
    events += [type(event).__name__ for event in listener.feed(sound[start : start + 640], count * 0.02)]
print(json.dumps([type(model).__name__, finals, pieces, scores, silence, events]))
"""


@pytest.fixture(scope="module")
def heard() -> tuple[Any, Any]:
    return told_by(HEAR, decoder="vosk"), told_by(HEAR, decoder="onnx")


def test_each_process_has_the_decoder_that_it_was_told_to_use(heard: tuple[Any, Any]) -> None:
    assert [each[0] for each in heard] == ["VoskModel", "OnnxModel"]


def test_the_meaning_of_every_clip_is_the_same(heard: tuple[Any, Any], book: PhraseBook) -> None:
    live = LivePhrases(book, "idle")
    vosk, onnx = (
        {name: understood and understood.phrase.intent for name, text in each[1].items()
         for understood in [live.understand(text)]}
        for each in heard
    )  # fmt: skip
    assert len(vosk) == 40 and sum(intent is not None for intent in vosk.values()) >= 15
    assert onnx == vosk


def test_the_words_differ_only_among_words_that_sound_the_same(heard: tuple[Any, Any]) -> None:
    different = {
        name: (text, heard[1][1][name]) for name, text in heard[0][1].items() if text != heard[1][1][name]
    }
    assert len(different) <= 7, different


def test_words_so_far_are_mostly_the_same_at_the_same_time(heard: tuple[Any, Any]) -> None:
    pairs = [pair for name in heard[0][2] for pair in zip(heard[0][2][name], heard[1][2][name], strict=True)]
    assert sum(a == b for a, b in pairs) / len(pairs) > 0.75


def test_likelihoods_are_the_same_but_for_the_dither(heard: tuple[Any, Any]) -> None:
    assert len(heard[0][3]) >= 4
    for name, scores in heard[0][3].items():
        assert heard[1][3][name] == pytest.approx(scores, abs=2.5), name


def test_silence_has_no_words(heard: tuple[Any, Any]) -> None:
    assert heard[0][4] == heard[1][4] == ["", "", ""]


def test_a_listener_hears_a_cry_with_either(heard: tuple[Any, Any]) -> None:
    assert heard[0][5] == heard[1][5] and "Heard" in heard[1][5]
