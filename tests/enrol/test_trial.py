"""A last layer of a person's own: fitted to what was read, tried on what it has not learned. SYNTHETIC."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skill.content.phrases import PhraseBook
from skill.enrol.both_ears import BothEars, Listened
from skill.enrol.learning import noisy
from skill.enrol.readings import ANSWERS_IN, START_IN, Readings
from skill.enrol.takes import read_takes
from skill.enrol.trial import AllHeard, Choice, Example, Trial, TrialLayers, trial_layers
from skill.hearing.personal import Personal
from skill.paths import models_dir
from tests.enrol.conftest import read_by
from tests.hearing.speech import rendered

TEXTS = ("krampe i leggen", "krampe i foten", "jeg har krampe")
NOT_READ = ("krampe i låret", "jeg har krampe i leggen")
ACCENT = "fr+f2"


@pytest.fixture(scope="module")
def read(
    tmp_path_factory: pytest.TempPathFactory, ears: BothEars, readings: Readings
) -> list[tuple[str, Listened]]:
    """By a voice that the second ear hears badly."""
    takes = read_takes(read_by(ACCENT, tmp_path_factory.mktemp("accent"), TEXTS), readings)
    return [
        (take.text, ears.listen(sound, START_IN))
        for take in takes
        for sound in (take.sound, noisy(take.sound))
    ]


@pytest.fixture(scope="module")
def ordinary(ears: BothEars) -> list[Listened]:
    texts = ("hvor har jeg lagt lesebrillene", "vi skal på kafé klokka elleve")
    return [ears.listen(rendered(text, "nb"), START_IN) for text in texts]


@pytest.fixture(scope="module")
def layers(ears: BothEars, read: Sequence[tuple[str, Listened]], ordinary: Sequence[Listened]) -> TrialLayers:
    found = trial_layers(ears, read, [each.sounded for each in ordinary])
    assert found is not None
    return found


def score(listened: Listened, text: str) -> float:
    return listened.opinion.whole[text]


def test_a_phrase_is_explained_better_by_a_layer_that_learned_others(
    ears: BothEars, read: Sequence[tuple[str, Listened]], layers: TrialLayers
) -> None:
    assert set(layers.without) == set(TEXTS)
    gains = [
        score(ears.again(heard, layers.without[text]), text) - score(heard, text) for text, heard in read
    ]
    assert min(gains) >= 0
    assert sum(gains) / len(gains) > 0.1


def test_so_are_phrases_that_were_not_read(ears: BothEars, layers: TrialLayers) -> None:
    heard = [(text, ears.listen(rendered(text, ACCENT), START_IN)) for text in NOT_READ]
    gains = [score(ears.again(each, layers.kept), text) - score(each, text) for text, each in heard]
    assert min(gains) >= 0
    assert sum(gains) > 0.1


def test_nothing_is_explained_worse_for_anybody(
    ears: BothEars, ordinary: Sequence[Listened], layers: TrialLayers
) -> None:
    for each in ordinary:
        again = ears.again(each, layers.kept)
        assert all(again.opinion.whole[text] >= before for text, before in each.opinion.whole.items())


def test_what_is_kept_fits_the_head_that_ships(layers: TrialLayers) -> None:
    assert Personal(layer=layers.kept.written()).fits(models_dir() / "second_ear")


def test_from_one_phrase_alone_nothing_is_learned(
    ears: BothEars, read: Sequence[tuple[str, Listened]]
) -> None:
    assert trial_layers(ears, [each for each in read if each[0] == TEXTS[0]], []) is None


def test_what_the_lexicon_can_not_say_is_no_lesson(
    ears: BothEars, read: Sequence[tuple[str, Listened]]
) -> None:
    strange = [("xyzzy plugh", read[0][1]), *read[:4]]
    found = trial_layers(ears, strange, [])
    assert found is None or "xyzzy plugh" not in found.without


def test_a_layer_that_loses_an_answer_is_not_tried(ears: BothEars, book: PhraseBook) -> None:
    """Here the layer's side has heard something else in the place of «ja»."""
    yes = ears.listen(rendered("ja", "nb"), ANSWERS_IN)
    other = ears.listen(rendered("lampa står i stua", "nb"), ANSWERS_IN)
    meant = book.meaning("ja", ANSWERS_IN)
    assert meant is not None
    plain = AllHeard([], [], [Example("ja", "1", meant, yes)], [])
    assert Trial(ears, book, plain, plain).layer_harmless
    lost = AllHeard([], [], [Example("ja", "1", meant, other)], [])
    trial = Trial(ears, book, plain, lost)
    assert trial.heard_answers(Choice()) == 1
    assert not trial.layer_harmless
    assert not Trial(ears, book, plain, None).layer_harmless
