"""Building a Vosk folder, proved by letting libvosk listen with it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from skill.errors import ModelError
from skill.model.build import build, read_list
from skill.model.folder import Folder, model_faults
from tests.messages.in_english import raises_in_english
from tests.model.listen import hear, texts
from tests.model.whistles import HISS, LEXICON, sound, word_sound, write_base

WORDS = [word for word in LEXICON if word != "mei"]  # «mei» sounds like «mai»


def test_every_word_is_heard_among_all(whistled_model: Path, tmp_path: Path) -> None:
    heard = hear(whistled_model, [(word_sound(w), [*WORDS, "[unk]"]) for w in WORDS], tmp_path)
    assert texts(heard) == WORDS


def test_without_a_grammar_every_word_may_come(whistled_model: Path, tmp_path: Path) -> None:
    assert texts(hear(whistled_model, [(word_sound("seks"), [])], tmp_path)) == ["seks"]


def test_a_second_pronunciation_is_heard_as_the_same_word(whistled_model: Path, tmp_path: Path) -> None:
    assert texts(hear(whistled_model, [(sound("k e m e"), WORDS)], tmp_path)) == ["kime"]


def test_a_phrase_comes_as_one_unit_with_and_without_a_pause(whistled_model: Path, tmp_path: Path) -> None:
    grammar = ["kam_is", "is_kam", "[unk]"]
    fluent, halting = sound("k ɑ m i s"), sound("k ɑ m  i s")
    heard = hear(whistled_model, [(fluent, grammar), (halting, grammar)], tmp_path)
    assert texts(heard) == ["kam_is", "kam_is"]


def test_a_phrase_has_the_time_from_its_first_word_to_its_last(whistled_model: Path, tmp_path: Path) -> None:
    (heard,) = hear(whistled_model, [(sound("k ɑ m  i s"), ["kam_is"])], tmp_path)
    assert float(heard[0]["start"]) == pytest.approx(0.5, abs=0.07)
    assert float(heard[0]["end"]) == pytest.approx(0.5 + 5 * 0.15 + 0.3, abs=0.07)


def test_another_sound_is_unknown(whistled_model: Path, tmp_path: Path) -> None:
    assert texts(hear(whistled_model, [(sound([HISS] * 3), [*WORDS, "[unk]"])], tmp_path)) == ["[unk]"]


@pytest.mark.parametrize(("inner_silence", "states"), [(False, 1), (True, 2), (False, 3)])
def test_other_topologies_work_too(inner_silence: bool, states: int, tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", inner_silence, states)
    build(WORDS, ["is kam"], base, tmp_path / "out")
    assert model_faults(tmp_path / "out") == []
    clips = [(word_sound("mas"), [*WORDS, "[unk]"]), (sound("i s k ɑ m"), ["is_kam", "kam", "is"])]
    assert texts(hear(tmp_path / "out", clips, tmp_path)) == ["mas", "is_kam"]


def test_the_new_folder_is_itself_a_base(whistled_model: Path, tmp_path: Path) -> None:
    build(["me"], [], whistled_model, tmp_path / "out")
    assert set(Folder(tmp_path / "out").words) == {"<eps>", "[unk]", "me"}


def test_building_again_replaces_only_the_graph(whistled_base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(["me"], [], whistled_base, out)
    (out / "MODEL_CARD.md").write_text("kept")
    build(["is"], [], out, out)
    assert "is" in Folder(out).words and "me" not in Folder(out).words
    assert (out / "MODEL_CARD.md").read_text() == "kept"
    assert not [p.name for p in out.iterdir() if p.name.startswith(".")]


def test_the_same_input_gives_the_same_bytes(whistled_base: Path, tmp_path: Path) -> None:
    build(WORDS, ["is kam"], whistled_base, tmp_path / "a")
    build(list(reversed(WORDS)), ["is kam", "is kam"], whistled_base, tmp_path / "b")
    for name in ("HCLr.fst", "Gr.fst", "words.txt"):
        assert (tmp_path / "a/graph" / name).read_bytes() == (tmp_path / "b/graph" / name).read_bytes()


def test_a_word_outside_the_lexicon_is_guessed_and_said_to_be(whistled_base: Path, tmp_path: Path) -> None:
    report = build(["maks", "is"], [], whistled_base, tmp_path / "out")
    assert [(s.word, s.origin, s.ways) for s in report.guessed] == [
        ("maks", "espeak-ng", (("m", "ɑ", "k", "s"),))
    ]


@pytest.mark.parametrize(
    ("words", "phrases", "sentence"),
    [
        ([], [], "list is empty"),
        (["is kam"], [], "more than one word"),
        (["7"], [], "numbers and signs in letters"),
        ([], ["kam, is"], "numbers and signs"),
        (["Is"], [], "capital letters"),
        ([unicodedata.normalize("NFD", "må")], [], "not NFC"),
        (["kam_is"], [], "words only"),
        (["[unk]"], [], "words only"),
        (["bær"], [], "No pronunciation is known for «bær»"),
    ],
)
def test_what_no_model_can_hold_is_refused(
    words: list[str], phrases: list[str], sentence: str, whistled_base: Path, tmp_path: Path
) -> None:
    with raises_in_english(ModelError, match=sentence):
        build(words, phrases, whistled_base, tmp_path / "out")
    assert not (tmp_path / "out/graph").exists()


def test_a_list_is_read_composed_and_small(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("# mine\n" + unicodedata.normalize("NFD", "Må") + "\n\n Krampe  i leggen  # told so\n")
    assert read_list(file) == ["må", "krampe i leggen"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_list_that_can_not_be_read_is_named(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    if content is not None:
        file.write_bytes(content)
    with raises_in_english(ModelError, match=r"words\.txt"):
        read_list(file)
