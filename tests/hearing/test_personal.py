"""What was learned of a person can only make hearing more lenient, whatever stands in its file."""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.content.phrases import PhraseBook
from skill.errors import ModelError
from skill.events import Heard
from skill.hearing.accept.second_opinion import read_least_scores
from skill.hearing.personal import MOST_EASED, MOST_EASED_FIRST, Personal, read_personal
from skill.hearing.recognise.evidence import least_evidence
from skill.hearing.recognise.recogniser import VoskModel
from skill.hearing.second_ear_here import listener_with_both_ears
from skill.paths import models_dir
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.weights import head_id
from tests.hearing.conftest import Bedside
from tests.hearing.speech import pause
from tests.hearing.test_listener import demo_clip
from tests.messages.in_english import raises_in_english

SECOND = models_dir() / "second_ear"
LEAST = read_least_scores(models_dir() / "second_ear" / "thresholds.toml")
FIRST = least_evidence(models_dir() / "nb")
ANY = st.floats(-100, 100)


@given(ANY, ANY, ANY)
def test_nobody_is_refused_who_would_be_heard_without_it(cries: float, answers: float, first: float) -> None:
    personal = Personal(cries, answers, first)
    eased, eased_first = personal.least_scores(LEAST), personal.least_evidence(FIRST)
    assert all(0 <= a - b <= MOST_EASED + 1e-9 for a, b in zip(astuple(LEAST), astuple(eased), strict=True))
    assert FIRST is not None and eased_first is not None
    differences = [a - b for a, b in zip(astuple(FIRST), astuple(eased_first), strict=True)]
    assert all(0 <= difference <= MOST_EASED_FIRST + 1e-9 for difference in differences)


def test_what_cries_danger_is_left_as_it_is() -> None:
    eased = Personal(0.5, 0.5, 0.5).least_scores(LEAST)
    assert (eased.alarm, eased.alarm_alone, eased.stream) == (LEAST.alarm, LEAST.alarm_alone, LEAST.stream)


def test_without_a_file_it_hears_everybody_alike(tmp_path: Path) -> None:
    assert read_personal(tmp_path / "personal.json") == Personal()


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "personal.json"
    file.write_text(json.dumps({"cries": 0.2, "answers": 0.0, "first": 0.1, "ways": {"ja": [["J", "AA"]]}}))
    assert read_personal(file) == Personal(0.2, 0.0, 0.1, {"ja": (("J", "AA"),)})


LAYER = OwnLayer(head_id(SECOND), np.zeros((3, 2), np.float32)).written()


@pytest.mark.parametrize(
    ("layer", "fits"),
    [
        ("", True),
        (LAYER, True),
        ("0000" + LAYER[4:], False),  # the program was updated, and has another head
        (LAYER[:-7], False),
        ("nonsense", False),
    ],
)
def test_an_own_layer_holds_for_the_head_that_it_was_made_for(layer: str, fits: bool) -> None:
    assert Personal(layer=layer).fits(SECOND) is fits


def test_without_its_folder_no_layer_fits(tmp_path: Path) -> None:
    assert not Personal(layer=LAYER).fits(tmp_path)


@pytest.mark.parametrize(
    "broken", ["", "{}", "[1]", '{"cries": "much", "answers": 0, "first": 0, "ways": {}}']
)
def test_a_broken_file_is_told_of(tmp_path: Path, broken: str) -> None:
    (tmp_path / "personal.json").write_text(broken)
    with raises_in_english(ModelError, "it hears you as it hears everybody"):
        read_personal(tmp_path / "personal.json")


def test_phones_that_the_second_ear_does_not_know_cost_nothing(model: VoskModel, book: PhraseBook) -> None:
    personal = Personal(ways={"krampe i leggen": (("NOT", "A", "PHONE"),), "not a phrase": (("K",),)})
    listener = listener_with_both_ears(
        model, book, models_dir() / "second_ear", models_dir() / "nb/lexicon.tsv", personal
    )
    events = Bedside(listener).hear(demo_clip("kari", "krampe_i_leggen"), pause(1.5))
    assert [event.intent.name for event in events if isinstance(event, Heard)] == ["cramp"]
