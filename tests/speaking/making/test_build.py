"""Every sentence is rendered once, gated, kept, and rendered again only when it has changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from skill.audio.sound import Sound, to_float
from skill.commands.making.voice import guesser
from skill.paths import models_dir
from skill.second_ear.weights import load_networks
from skill.speaking.making.build import PackBuilder, recipe
from skill.speaking.making.gate import HeardAs, SentenceGate, Transcribe
from skill.speaking.making.gate_table import GATE_FILE, read_gate_table
from skill.speaking.making.kokoro import usual_symbols
from skill.speaking.making.words import SpokenWords, read_words
from skill.speaking.pack.manifest import read_pack, read_spoken
from skill.speaking.pack.pack_voice import SpokenPack
from tests.speaking.tones import tone

STRETCH, HOLD, QUIET = "Strekk ut beinet.", "Hold der.", "Pust rolig."
SHIPPED = models_dir() / "voices" / "nb" / "woman"
pytestmark = pytest.mark.skipif(not SHIPPED.is_dir(), reason="needs the spoken sentences")


class Reciter:
    """A second engine: says the shipped sentences again, and of every other string of symbols a tone."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def say(self, text: str, voice: str, speed: float = 1.0) -> NDArray[np.float32]:  # noqa: ARG002
        self.asked.append(text)
        for sentence, said in read_pack(SHIPPED).sentences.items():
            if usual_symbols(said.sounds.split()) == text and sentence != QUIET:
                return to_float(read_spoken(SHIPPED, said)).astype(np.float32)
        return to_float(tone(400, 1.5, rate_hz=24_000)).astype(np.float32)


@pytest.fixture(scope="module")
def words() -> SpokenWords:
    return SpokenWords(read_words(models_dir() / "voices" / "words.tsv", "nb"), guesser())


@pytest.fixture(scope="module")
def gate(words: SpokenWords) -> SentenceGate:
    sounds = {sentence: words.sounds(sentence) for sentence in (STRETCH, HOLD, QUIET)}
    return SentenceGate(load_networks(models_dir() / "second_ear"), sounds)


def builder(
    folder: Path, words: SpokenWords, gate: SentenceGate, engine: Reciter, sibling: Path | None = None
) -> PackBuilder:
    return PackBuilder(folder, recipe("nb", "woman"), lambda: engine, words, gate, sibling)


def test_what_says_its_sentence_is_kept_and_what_does_not_falls_back(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    assert builder(tmp_path, words, gate, Reciter()).build([STRETCH, HOLD, QUIET]) == (QUIET,)
    pack = SpokenPack(tmp_path)
    assert pack.says(f"{HOLD} {STRETCH}") and not pack.says(QUIET)
    rows = read_gate_table(tmp_path / GATE_FILE)
    assert {text: row["verdict"] for text, row in rows.items()} == {
        STRETCH: "kept", HOLD: "kept", QUIET: "falls back",
    }  # fmt: skip
    assert rows[QUIET]["faults"]


def test_stopped_and_begun_again_nothing_is_rendered_twice(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path, words, gate, Reciter()).build([STRETCH])
    again = Reciter()
    assert builder(tmp_path, words, gate, again).build([STRETCH, HOLD]) == ()
    assert again.asked == [usual_symbols(words.sounds(HOLD))]


def test_a_damaged_sentence_is_rendered_again(tmp_path: Path, words: SpokenWords, gate: SentenceGate) -> None:
    builder(tmp_path, words, gate, Reciter()).build([STRETCH, HOLD])
    (tmp_path / read_pack(tmp_path).sentences[STRETCH].file).write_bytes(b"")
    again = Reciter()
    builder(tmp_path, words, gate, again).build([STRETCH, HOLD])
    assert again.asked == [usual_symbols(words.sounds(STRETCH))]
    assert SpokenPack(tmp_path).says(STRETCH)


def test_another_pronunciation_is_rendered_again(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path, words, gate, Reciter()).build([HOLD])
    table = read_words(models_dir() / "voices" / "words.tsv", "nb")
    other = SpokenWords({**table, "hold": ("h", "ˈ", "oː", "l", "d")}, guesser())
    engine = Reciter()
    builder(tmp_path, other, gate, engine).build([HOLD])
    assert engine.asked


def test_a_sentence_that_is_no_longer_said_leaves_no_file(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path, words, gate, Reciter()).build([STRETCH, HOLD])
    builder(tmp_path, words, gate, Reciter()).build([HOLD])
    assert [file.name for file in tmp_path.glob("*.opus")] == [read_pack(tmp_path).sentences[HOLD].file]
    assert list(read_gate_table(tmp_path / GATE_FILE)) == [HOLD]


def test_what_the_other_language_says_with_the_same_sounds_is_taken_from_there(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path / "nb", words, gate, Reciter()).build([STRETCH])
    engine = Reciter()
    builder(tmp_path / "nn", words, gate, engine, tmp_path / "nb").build([STRETCH])
    assert engine.asked == []
    assert SpokenPack(tmp_path / "nn").says(STRETCH)


def test_what_fell_back_is_tried_again_only_when_asked(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path, words, gate, Reciter()).build([QUIET])
    engine = Reciter()
    builder(tmp_path, words, gate, engine).build([QUIET])
    assert engine.asked == []
    builder(tmp_path, words, gate, engine).build([QUIET], again=True)
    assert engine.asked


def test_a_judge_that_came_later_is_asked_about_what_lies_there_and_nothing_is_rendered(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path, words, gate, Reciter()).build([STRETCH, HOLD])
    assert {row["heard_as"] for row in read_gate_table(tmp_path / GATE_FILE).values()} == {""}
    engine = Reciter()
    judged = judges(words, lambda sentence, _: sentence, lambda *_: "strekk ut beinet")
    assert builder(tmp_path, words, judged, engine).build([STRETCH]) == ()
    row = read_gate_table(tmp_path / GATE_FILE)[STRETCH]
    assert (row["heard_as"], row["errors"], engine.asked) == ("itself", "0.0", [])


def test_what_our_model_takes_for_another_sentence_is_said_in_other_ways_and_falls_back(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path, words, gate, Reciter()).build([STRETCH, HOLD])
    engine = Reciter()
    judged = judges(words, lambda *_: HOLD)
    assert builder(tmp_path, words, judged, engine).build([STRETCH, HOLD]) == (STRETCH,)
    assert len(engine.asked) == len(recipe("nb", "woman").ways) - 1  # the usual way lies there
    assert read_gate_table(tmp_path / GATE_FILE)[STRETCH]["faults"] == f"heard as «{HOLD}»"
    assert not SpokenPack(tmp_path).says(STRETCH)


def test_a_stranger_who_hears_much_wrong_is_given_more_time(words: SpokenWords) -> None:
    windows: list[float] = []

    def transcribe(_: Sound, window_s: float) -> str:
        windows.append(window_s)
        return STRETCH if window_s == 30.0 else "noe helt annet"

    sound = read_spoken(SHIPPED, read_pack(SHIPPED).sentences[STRETCH])
    assert judges(words, stranger=transcribe).measure(STRETCH, sound).errors == 0.0
    assert windows == [10.0, 30.0]


def test_a_table_from_before_a_judge_is_read(tmp_path: Path) -> None:
    (tmp_path / GATE_FILE).write_text("sentence\tway\tverdict\nHold der.\tusual\tkept\n", "utf-8")
    row = read_gate_table(tmp_path / GATE_FILE)["Hold der."]
    assert (row["way"], row["heard_as"], row["errors"]) == ("usual", "", "")


def judges(
    words: SpokenWords, own_model: HeardAs | None = None, stranger: Transcribe | None = None
) -> SentenceGate:
    sounds = {sentence: words.sounds(sentence) for sentence in (STRETCH, HOLD, QUIET)}
    return SentenceGate(load_networks(models_dir() / "second_ear"), sounds, stranger, own_model)
