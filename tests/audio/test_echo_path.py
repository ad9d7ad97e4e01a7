"""A sound that was played is found in what the microphone heard, or it is not."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.echo_path import measure_path
from skill.audio.samples import RATE_HZ, Samples
from tests.hearing.speech import noise, pause, speech

SENTENCE = speech("dette er kveldsprøven. jeg hører om stemmen min kommer fram.")


def in_room(gain_db: float, delay_s: float, room_dbfs: float = -62.0, said: Samples = SENTENCE) -> Samples:
    """The sentence after `delay_s`, with two reflections, in a room."""
    dry = np.concatenate([pause(delay_s), said, pause(2.0)]).astype(np.float64)
    wet = dry * 1.0
    for after_s, share in ((0.011, 0.5), (0.037, -0.3)):
        shift = round(after_s * RATE_HZ)
        wet[shift:] += share * dry[:-shift]
    wet = wet * 10 ** (gain_db / 20) + noise(len(dry) / RATE_HZ + 1, room_dbfs)[: len(dry)]
    return np.clip(np.rint(wet), -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("gain_db", [0.0, -20.0, -40.0])
@pytest.mark.parametrize("delay_s", [0.1, 0.8])
def test_it_is_found_with_its_delay_however_soft_it_comes_back(gain_db: float, delay_s: float) -> None:
    path = measure_path(SENTENCE, in_room(gain_db, delay_s))
    assert path.came_back
    assert path.delay_s == pytest.approx(delay_s, abs=0.005)
    assert path.lost_start_s == 0.0


def test_its_level_is_told_beside_the_room() -> None:
    near, far = measure_path(SENTENCE, in_room(0.0, 0.3)), measure_path(SENTENCE, in_room(-20.0, 0.3))
    assert near.level_dbfs - far.level_dbfs == pytest.approx(20.0, abs=1.0)
    assert near.over_room_db > 30.0


@pytest.mark.parametrize(
    "heard",
    [
        noise(9.0, -50.0),
        pause(9.0),
        np.tile(speech("nå skal jeg legge meg og sove godt i hele natt", voice="nb+f2"), 4),
        in_room(-120.0, 0.3),
    ],
    ids=["room", "zeros", "another voice", "muted loudspeaker"],
)
def test_what_did_not_come_back_is_not_found(heard: Samples) -> None:
    assert not measure_path(SENTENCE, heard).came_back


@pytest.mark.parametrize("lost_s", [0.5, 1.0, 1.5])
def test_a_beginning_that_a_sleeping_loudspeaker_swallowed_is_measured(lost_s: float) -> None:
    woken = SENTENCE.copy()
    woken[: round(lost_s * RATE_HZ)] = 0
    path = measure_path(SENTENCE, in_room(-15.0, 0.3, said=woken))
    assert path.came_back
    assert lost_s - 0.3 <= path.lost_start_s <= lost_s + 0.3


def test_a_recording_shorter_than_the_sound_proves_nothing() -> None:
    assert not measure_path(SENTENCE, SENTENCE[:100]).came_back
