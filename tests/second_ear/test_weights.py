"""The files of the second ear: as released, or refused in a sentence that says what it means for the night."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from skill.paths import models_dir
from skill.second_ear.weights import (
    ENCODER,
    HEAD,
    PHONES,
    SUMS,
    SecondEarMissing,
    load_networks,
    weight_faults,
)

SHIPPED = models_dir() / "second_ear"
MOST_BYTES = 31_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "second_ear"))


def test_what_ships_is_as_it_was_released() -> None:
    assert weight_faults(SHIPPED) == []


def test_what_ships_stays_small() -> None:
    assert sum((SHIPPED / name).stat().st_size for name in (ENCODER, HEAD)) <= MOST_BYTES


@pytest.mark.parametrize("name", [ENCODER, HEAD, PHONES, SUMS])
def test_a_missing_file_is_named_and_the_first_ear_goes_on_alone(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(SecondEarMissing, match=rf"{name}.*det første øret alene i natt.*[Ii]nstaller"):
        load_networks(folder)


@pytest.mark.parametrize("name", [ENCODER, HEAD, PHONES])
def test_a_truncated_file_is_refused(folder: Path, name: str) -> None:
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(SecondEarMissing, match=rf"{name}.*ikke som da den ble gitt ut"):
        load_networks(folder)


def test_foreign_networks_with_hashes_of_their_own_are_refused_when_they_are_loaded(folder: Path) -> None:
    import hashlib

    (folder / HEAD).write_bytes(b"no network")
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in (ENCODER, HEAD, PHONES)
    ]
    (folder / SUMS).write_text("".join(lines), "utf-8")
    with pytest.raises(SecondEarMissing, match="kan ikke lastes"):
        load_networks(folder)


def test_loaded_they_give_probabilities_for_each_fiftieth_of_a_second() -> None:
    networks = load_networks(SHIPPED)
    log_probs = networks.log_probs(np.zeros(32_000, np.int16))
    assert log_probs.shape == (100, 1 + len(networks.phones))
    assert np.exp(log_probs).sum(axis=1) == pytest.approx(1, abs=1e-3)


def test_what_lies_behind_a_sound_has_no_steps_of_its_own() -> None:
    networks = load_networks(SHIPPED)
    assert [len(networks.log_probs(np.zeros(size, np.int16))) for size in (1, 320, 321, 96_000)] == [
        1,
        1,
        2,
        300,
    ]
