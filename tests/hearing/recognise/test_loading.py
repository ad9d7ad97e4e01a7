"""Which decoder is used, and what is said where it can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.errors import ModelError
from skill.hearing.recognise.loading import VARIABLE, chosen_decoder, load_speech_model
from tests.hearing.recognise.onnx.child import needs_second_decoder, told_by
from tests.messages.in_english import raises_in_english
from tests.needs import needs_model

WITHOUT = """
import json, sys
sys.modules[sys.argv[1]] = None
from skill.errors import ModelError
from skill.hearing.recognise.loading import import_decoder, load_speech_model
from skill.paths import models_dir
import_decoder()
try:
    load_speech_model(models_dir() / "nb")
except ModelError as error:
    print(json.dumps(str(error)))
"""


def test_vosk_unless_another_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert chosen_decoder() == "vosk"
    monkeypatch.setenv(VARIABLE, "onnx")
    assert chosen_decoder() == "onnx"


def test_a_name_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, "kaldi")
    with raises_in_english(ModelError, "“kaldi”.*deaf"):
        load_speech_model(tmp_path)


@needs_model
def test_where_vosk_is_missing_the_way_out_is_told() -> None:
    assert "KRAMPEVAKT_DECODER=onnx" in told_by(WITHOUT, "vosk", decoder="vosk")


@needs_model
@needs_second_decoder
def test_a_missing_package_of_the_second_decoder_is_told_by_name() -> None:
    said = told_by(WITHOUT, "kaldifst")
    assert "pakken kaldifst mangler" in said and "krampevakt[second-decoder]" in said
