"""What was learned of a person, as the hearing process takes it: what can't be used is told of, the rest holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from skill.enrol.keeping import keep
from skill.events import Fault
from skill.hearing.personal import Personal
from skill.hearing.process.learned import open_personal
from skill.hearing.process.protocol import HearingConfig, MicrophoneChoice, WireMessage
from skill.paths import models_dir
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.weights import head_id

SECOND = models_dir() / "second_ear"
NOTHING = np.zeros((3, 2), np.float32)


def opened(file: Path, second_ear: str = str(SECOND)) -> tuple[Personal, list[Fault]]:
    told: list[WireMessage] = []
    config = HearingConfig(
        ("models",),
        "prompts",
        "nb",
        MicrophoneChoice("file", "x.wav"),
        second_ear=second_ear,
        personal=str(file),
    )
    personal = open_personal(config, told.append)
    return personal, [message for message in told if isinstance(message, Fault)]


def test_a_layer_that_fits_is_taken(tmp_path: Path) -> None:
    learned = Personal(0.2, layer=OwnLayer(head_id(SECOND), NOTHING).written())
    keep(tmp_path / "personal.json", learned)
    assert opened(tmp_path / "personal.json") == (learned, [])


def test_a_layer_for_another_head_is_left_out_in_a_sentence_and_the_rest_holds(tmp_path: Path) -> None:
    keep(tmp_path / "personal.json", Personal(0.2, layer=OwnLayer("of another", NOTHING).written()))
    personal, (fault,) = opened(tmp_path / "personal.json")
    assert personal == Personal(0.2)
    assert "Kjør krampevakt enrol på nytt" in fault.sentence
    assert fault.severity == "notice"


def test_without_a_second_ear_nobody_asks_about_the_layer(tmp_path: Path) -> None:
    keep(tmp_path / "personal.json", Personal(layer="nonsense"))
    assert opened(tmp_path / "personal.json", second_ear="")[1] == []


def test_a_file_that_can_not_be_read_is_told_of_and_nothing_of_it_holds(tmp_path: Path) -> None:
    (tmp_path / "personal.json").write_text("{")
    personal, (fault,) = opened(tmp_path / "personal.json")
    assert personal == Personal()
    assert "hører deg som alle andre" in fault.sentence


def test_without_a_file_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert opened(tmp_path / "none.json") == (Personal(), [])
