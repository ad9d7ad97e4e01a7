"""Every sentence is rendered once, gated, kept, and rendered again only when it has changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from skill.audio.sound import to_float
from skill.commands.making.voice import guesser
from skill.paths import models_dir
from skill.second_ear.weights import load_networks
from skill.speaking.making.build import GATE_FILE, PackBuilder, read_gate_table, recipe
from skill.speaking.making.gate import SentenceGate
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

    def __init__(self, words: SpokenWords) -> None:
        self.asked: list[str] = []
        self._words = words

    def say(self, text: str, voice: str, speed: float = 1.0) -> NDArray[np.float32]:  # noqa: ARG002
        self.asked.append(text)
        for sentence, said in read_pack(SHIPPED).sentences.items():
            if usual_symbols(self._words.sounds(sentence)) == text and sentence != QUIET:
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
    assert builder(tmp_path, words, gate, Reciter(words)).build([STRETCH, HOLD, QUIET]) == (QUIET,)
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
    builder(tmp_path, words, gate, Reciter(words)).build([STRETCH])
    again = Reciter(words)
    assert builder(tmp_path, words, gate, again).build([STRETCH, HOLD]) == ()
    assert again.asked == [usual_symbols(words.sounds(HOLD))]


def test_a_damaged_sentence_is_rendered_again(tmp_path: Path, words: SpokenWords, gate: SentenceGate) -> None:
    builder(tmp_path, words, gate, Reciter(words)).build([STRETCH, HOLD])
    (tmp_path / read_pack(tmp_path).sentences[STRETCH].file).write_bytes(b"")
    again = Reciter(words)
    builder(tmp_path, words, gate, again).build([STRETCH, HOLD])
    assert again.asked == [usual_symbols(words.sounds(STRETCH))]
    assert SpokenPack(tmp_path).says(STRETCH)


def test_another_pronunciation_is_rendered_again(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path, words, gate, Reciter(words)).build([HOLD])
    table = read_words(models_dir() / "voices" / "words.tsv", "nb")
    other = SpokenWords({**table, "hold": ("h", "ˈ", "oː", "l", "d")}, guesser())
    engine = Reciter(other)
    builder(tmp_path, other, gate, engine).build([HOLD])
    assert engine.asked


def test_a_sentence_that_is_no_longer_said_leaves_no_file(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path, words, gate, Reciter(words)).build([STRETCH, HOLD])
    builder(tmp_path, words, gate, Reciter(words)).build([HOLD])
    assert [file.name for file in tmp_path.glob("*.opus")] == [read_pack(tmp_path).sentences[HOLD].file]
    assert list(read_gate_table(tmp_path / GATE_FILE)) == [HOLD]


def test_what_the_other_language_says_with_the_same_sounds_is_taken_from_there(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path / "nb", words, gate, Reciter(words)).build([STRETCH])
    engine = Reciter(words)
    builder(tmp_path / "nn", words, gate, engine, tmp_path / "nb").build([STRETCH])
    assert engine.asked == []
    assert SpokenPack(tmp_path / "nn").says(STRETCH)


def test_what_fell_back_is_tried_again_only_when_asked(
    tmp_path: Path, words: SpokenWords, gate: SentenceGate
) -> None:
    builder(tmp_path, words, gate, Reciter(words)).build([QUIET])
    engine = Reciter(words)
    builder(tmp_path, words, gate, engine).build([QUIET])
    assert engine.asked == []
    builder(tmp_path, words, gate, engine).build([QUIET], again=True)
    assert engine.asked
