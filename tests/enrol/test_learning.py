"""What is kept makes more of a person heard; what would start anything else is not kept."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from skill.content.phrases import PhraseBook
from skill.enrol.both_ears import BothEars
from skill.enrol.learning import check_phrase, learn, noisy, own_ways
from skill.enrol.readings import Readings
from skill.enrol.takes import EnrolmentRefused, Said, read_takes
from tests.enrol.conftest import in_a_bedroom, read_by
from tests.hearing.speech import rendered
from tests.messages.in_english import raises_in_english

ORDINARY = [(text, rendered(text, voice)) for text, voice in (
    ("hvor har jeg lagt lesebrillene", "nb+f2"), ("lampen i stua er gått igjen", "nb+m4"),
    ("vi skal på kafé klokka elleve", "nb"))]  # fmt: skip


def test_a_voice_that_is_heard_well_keeps_nothing(
    tmp_path: Path, ears: BothEars, book: PhraseBook, readings: Readings
) -> None:
    takes = read_takes(read_by("nb", tmp_path / "clear", ("krampe i leggen", "krampe i foten")), readings)
    learned = learn(ears, book, takes, readings, ORDINARY)
    assert learned.before.n == 2 * len(takes)
    assert learned.before.heard == learned.before.n
    assert not learned.gains
    assert learned.personal.ways == {}


def too_strict(ears: BothEars) -> BothEars:
    """For this person: what it asks of a cry lies just above what theirs reach."""
    strict = copy(ears)
    strict.least = replace(ears.least, cry=-0.02, cry_alone=-0.02, end=0.1)
    return strict


def test_who_was_missed_is_heard_and_nothing_else_starts(
    tmp_path: Path, ears: BothEars, book: PhraseBook, readings: Readings
) -> None:
    takes = read_takes(read_by("nb+f4", tmp_path / "missed"), readings)
    learned = learn(too_strict(ears), book, takes, readings, ORDINARY)
    assert learned.before.heard < learned.before.n
    assert learned.gains
    assert learned.after.heard > learned.before.heard
    assert learned.starts_after <= learned.starts_before


def test_what_would_let_an_ordinary_sentence_start_it_is_not_kept(
    tmp_path: Path, ears: BothEars, book: PhraseBook, readings: Readings
) -> None:
    takes = read_takes(read_by("nb+f4", tmp_path / "missed"), readings)
    # Nothing lies nearer than the cries themselves, as they are learned from: as recorded, and with noise.
    near = [(take.name, sound) for take in takes for sound in (take.sound, noisy(take.sound))]
    learned = learn(too_strict(ears), book, takes, readings, near)
    assert learned.starts_after <= learned.starts_before
    assert learned.personal.cries == 0.0


def test_another_phrase_than_its_name_says_is_refused(
    tmp_path: Path, ears: BothEars, book: PhraseBook, readings: Readings
) -> None:
    folder = read_by("nb+f4", tmp_path / "other")
    read_by("nb+f4", folder, ("god morgen alle sammen",), as_if="krampe i foten")
    takes = read_takes(folder, readings)
    with raises_in_english(EnrolmentRefused, "krampe_i_foten_1.wav"):
        learn(ears, book, takes, readings, ORDINARY)


@pytest.mark.parametrize("voice", ["nb", "nb+f4", "fr+f2", "es+m3"])
def test_an_ordinary_sentence_is_not_taken_for_the_phrase_and_an_accent_is(
    voice: str, ears: BothEars, book: PhraseBook, readings: Readings
) -> None:
    for phrase in readings.start:
        check_phrase(ears, book, readings, Said(phrase, "own", in_a_bedroom(rendered(phrase, voice))))
        for sentence in (*readings.other, "hvor har jeg lagt lesebrillene"):
            other = Said(phrase, "other", in_a_bedroom(rendered(sentence, voice)))
            with pytest.raises(EnrolmentRefused):
                check_phrase(ears, book, readings, other)


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (lambda way: way, False),  # the lexicon has it
        (lambda way: way[:-1], True),
        (lambda way: way[:6], False),  # «krampe», and nothing of the leg
        (lambda way: way[:3], False),
    ],
)
def test_an_own_pronunciation_is_near_to_the_lexicons(ears: BothEars, change: object, kept: bool) -> None:
    assert callable(change)
    way = ears.ways_of("krampe i leggen")[0]
    assert bool(own_ways(ears, {"1": ("krampe i leggen", change(way))})) == kept
