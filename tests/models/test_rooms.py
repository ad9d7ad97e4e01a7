"""Made bedrooms: the direct sound comes first, the room dies away, and each is another."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pyroomacoustics", reason="pyroomacoustics comes with the extra [training]")

from models.training import rooms
from models.training.augment import RATE_HZ, in_room


@pytest.fixture(scope="module")
def responses() -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    return [rooms.response(rng) for _ in range(8)]


def test_the_direct_sound_is_at_time_0_with_height_1(responses: list[np.ndarray]) -> None:
    assert all(r[0] == 1 and np.isfinite(r).all() for r in responses)


def test_the_room_dies_away_within_its_reverberation_time(responses: list[np.ndarray]) -> None:
    for r in responses:
        assert 0.05 * RATE_HZ < len(r) < 1.5 * RATE_HZ
        tenths = [float((part**2).sum()) for part in np.array_split(r, 10)]
        assert tenths[-1] < 0.01 * tenths[0]


def test_no_two_rooms_are_alike_and_the_same_seed_gives_the_same(responses: list[np.ndarray]) -> None:
    assert len({len(r) for r in responses}) > 4
    np.testing.assert_array_equal(rooms.response(np.random.default_rng(1)), responses[0])


def test_a_sound_in_a_room_keeps_its_place_and_rings_on(responses: list[np.ndarray]) -> None:
    click = np.zeros(RATE_HZ // 2, np.float32)
    click[1000] = 1
    heard = in_room(click, responses[0])
    assert np.abs(heard[:1000]).max() < 1e-4
    assert heard[1000] == pytest.approx(1, abs=1e-3)
    assert len(heard) > len(click)
