"""Samples to log-probabilities: as they come, and all at once."""

from __future__ import annotations

import numpy as np
import pytest

from skill.hearing.recognise.onnx.options import read_options
from skill.hearing.recognise.onnx.scores import STEPS_AT_ONCE, ScoreStream, mfcc_options
from skill.paths import models_dir
from tests.hearing.recognise.onnx.child import needs_second_decoder
from tests.hearing.speech import speech

pytestmark = needs_second_decoder


@pytest.fixture(scope="module")
def network() -> object:
    import onnxruntime

    from skill.model.network.as_onnx import onnx_network

    return onnxruntime.InferenceSession(onnx_network(models_dir() / "nb/am/final.mdl"))


def scored(network: object, sound: bytes, piece: int) -> list[np.ndarray]:
    stream = ScoreStream(network, mfcc_options(read_options(models_dir() / "nb/conf/mfcc.conf")))
    found = [stream.take(sound[at : at + piece]) for at in range(0, len(sound), piece)]
    return [each for each in [*found, stream.finish()] if each is not None]


def test_pieces_of_any_size_give_the_same(network: object) -> None:
    sound = speech("krampe i leggen").tobytes()
    whole = np.concatenate(scored(network, sound, len(sound)))
    frames = (len(sound) // 2 - 400) // 160 + 1
    assert len(whole) == -(-frames // 3)  # a step for every third frame that has begun
    np.testing.assert_allclose(np.exp(whole).sum(1), 1.0, atol=1e-4)
    for piece in (640, 1234):
        found = scored(network, sound, piece)
        assert len(found) > 2 and all(len(each) % STEPS_AT_ONCE == 0 for each in found[:-1])
        np.testing.assert_allclose(np.concatenate(found), whole, atol=0.05)


def test_nothing_at_all_and_less_than_a_frame_give_nothing(network: object) -> None:
    assert scored(network, b"", 1) == [] and scored(network, bytes(300), 300) == []


def test_an_option_that_is_not_known_here_is_refused() -> None:
    for options in ({"sample-frequency": "8000"}, {"cepstral-lifter": "3"}):
        with pytest.raises(ValueError, match=next(iter(options))):
            mfcc_options(options)
