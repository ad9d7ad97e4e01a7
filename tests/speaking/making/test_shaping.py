"""A rendering is cut to the sentence, made clearer, and clicks nowhere."""

from __future__ import annotations

import numpy as np

from skill.audio.sound import Sound, join, silence, to_float
from skill.speaking.making.shaping import clear, faded, shaped, share_of_band, spoken_part
from tests.speaking.tones import tone

RATE_HZ = 24_000


def test_silence_round_a_sentence_is_cut_but_not_its_edges() -> None:
    sound = to_float(join([silence(0.5, RATE_HZ), tone(400, 1.0, rate_hz=RATE_HZ), silence(0.7, RATE_HZ)]))
    part = spoken_part(sound, RATE_HZ)
    assert 0.45 < part.start / RATE_HZ < 0.5
    assert 1.5 < part.stop / RATE_HZ < 1.56


def test_silence_alone_stays_as_it_is() -> None:
    assert spoken_part(np.zeros(100), RATE_HZ) == slice(0, 100)
    assert shaped(np.zeros(2400), RATE_HZ).voiced_span() is None


def test_both_ends_rise_from_nothing() -> None:
    ends = faded(np.ones(RATE_HZ), RATE_HZ)
    assert ends[0] == 0.0 and abs(ends[-1]) < 0.01 and ends[RATE_HZ // 2] == 1.0


def test_what_is_understood_by_gets_louder_than_what_only_hums() -> None:
    low, high = (to_float(tone(hz, 0.5, rate_hz=RATE_HZ)) for hz in (200, 2000))
    gain = [float(np.std(clear(each, RATE_HZ)) / np.std(each)) for each in (low, high)]
    assert gain[1] > 2 * gain[0]


def test_the_share_of_a_band_is_between_none_and_all() -> None:
    assert share_of_band(tone(2000, 0.5)) > 0.99
    assert share_of_band(tone(200, 0.5)) < 0.01
    assert share_of_band(Sound(np.zeros(10, np.int16), RATE_HZ)) == 0.0
