"""conf/*.conf, and when an utterance has ended by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.errors import ModelError
from skill.hearing.recognise.onnx.options import DecodingOptions, read_options
from skill.paths import models_dir
from tests.messages.in_english import raises_in_english


def shipped() -> DecodingOptions:
    return DecodingOptions.of(read_options(models_dir() / "nb/conf/model.conf"))


def test_the_search_is_as_wide_as_vosks() -> None:
    found = shipped()
    assert (found.beam, found.max_active, found.min_active) == (10.0, 3000, 200)
    assert found.silence_phones == {1}


@pytest.mark.parametrize(
    ("length_s", "silence_s", "over"),
    [(1.5, 0.39, False), (1.5, 0.42, True), (4.0, 4.0, False), (5.1, 5.1, True), (20.1, 0.0, True)],
)
def test_an_utterance_ends_after_a_pause_or_when_nobody_speaks_or_when_it_is_long(
    length_s: float, silence_s: float, over: bool
) -> None:
    assert shipped().has_ended(length_s, silence_s) is over


def test_a_line_that_is_no_option_is_told_of_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "model.conf").write_text("--beam=10 # wide\n\nbeam 10\n")
    with raises_in_english(ModelError, "model.conf.*beam 10"):
        read_options(tmp_path / "model.conf")
    (tmp_path / "model.conf").write_text("--beam=10 # wide\n\n")
    assert read_options(tmp_path / "model.conf") == {"beam": "10"}
