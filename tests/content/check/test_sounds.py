"""A phrase inside a sentence, by how it sounds."""

from __future__ import annotations

from pathlib import Path

from skill.content.check.sounds import Sounds, read_sounds, sentences


def test_a_sentence_ends_at_stops_and_dashes_but_not_at_commas() -> None:
    assert sentences("Hold slik. Pust rolig, nå!") == (("hold", "slik"), ("pust", "rolig", "nå"))
    assert sentences("Du som hjelper: Bøy foten – rolig") == (
        ("du", "som", "hjelper"),
        ("bøy", "foten"),
        ("rolig",),
    )


def test_without_a_lexicon_the_letters_decide() -> None:
    sounds = Sounds()
    assert sounds.holds("Har du fått vondt i brystet i natt?", "vondt i brystet")
    assert sounds.holds("Er du mer tungpustet enn vanlig?", "tung pust")
    assert not sounds.holds("Hold slik. Pust rolig.", "slik pust")
    assert not sounds.holds("Strekk ut beinet.", "stopp")


def test_with_a_lexicon_words_that_sound_the_same_are_the_same(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.tsv"
    lexicon.write_text(
        "# remark\nhjelp\tj e l p\tnb\t\nja\tj ɑː\tnb\nei\tæɪ\nlp\tl p\ngjel\tj e\n", encoding="utf-8"
    )
    sounds = read_sounds(lexicon)
    assert sounds.holds("gjel lp", "hjelp")
    assert not Sounds().holds("gjel lp", "hjelp")


def test_every_way_to_say_a_word_counts(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.tsv"
    lexicon.write_text("jeg\tj æɪ\njeg\tæ\næ\tæ\nja\tj ɑ\n", encoding="utf-8")
    sounds = read_sounds(lexicon)
    assert sounds.holds("jeg", "æ")
    assert sounds.holds("ja jeg", "jeg")
    assert not sounds.holds("ja", "æ")


def test_stress_and_tone_marks_make_no_difference(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.tsv"
    lexicon.write_text("stopp\tˈs t ɔ p\nstop\ts t ɔ p\n", encoding="utf-8")
    assert read_sounds(lexicon).holds("stop", "stopp")


def test_no_lexicon_file_means_letters(tmp_path: Path) -> None:
    assert read_sounds(tmp_path / "gone.tsv") == Sounds()
    assert read_sounds(None) == Sounds()
