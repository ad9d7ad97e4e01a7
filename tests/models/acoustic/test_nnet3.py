"""Kaldi's file format: what is written can be read, by our reader and by libvosk's rules of numbering."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.training.acoustic import nnet3
from skill.model.network.nnet3 import read_components


def write(path: Path, *components: tuple[str, bytes]) -> Path:
    path.write_bytes(nnet3.model_file(nnet3.transition_model([(1, 0, 0)]), ["x"], components, 26, 14))
    return path


def test_matrices_and_vectors_come_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    weight, bias = rng.standard_normal((3, 4)).astype(np.float32), rng.standard_normal(3).astype(np.float32)
    found = read_components(
        write(tmp_path / "m", ("a", nnet3.affine(weight, bias)), ("t", nnet3.tdnn(weight, bias, [-1, 0])))
    )
    np.testing.assert_array_equal(found["a"]["<LinearParams>"], weight)
    np.testing.assert_array_equal(found["t"]["<BiasParams>"], bias)
    assert found["t"]["<TimeOffsets>"].tolist() == [-1, 0]


def test_scale_and_offset_are_kept_as_a_normalisation(tmp_path: Path) -> None:
    scale, offset = np.array([0.5, 2.0], np.float32), np.array([1.0, -3.0], np.float32)
    found = read_components(write(tmp_path / "m", ("n", nnet3.scale_offset(scale, offset))))["n"]
    mean, var = found["<StatsMean>"], found["<StatsVar>"]
    back = found["<TargetRms>"][0] / np.sqrt(var + found["<Epsilon>"][0])
    np.testing.assert_allclose(back, scale, rtol=1e-4)
    np.testing.assert_allclose(-mean * back, offset, rtol=1e-4)


def test_phones_must_be_numbered_in_order() -> None:
    with pytest.raises(ValueError, match="in order"):
        nnet3.transition_model([(2, 0, 0), (1, 1, 1)])


def test_an_unknown_field_is_refused_by_name(tmp_path: Path) -> None:
    blob = b"<StrangeComponent> <Odd> ??? </StrangeComponent> "
    with pytest.raises(ValueError, match="<Odd>"):
        read_components(write(tmp_path / "m", ("s", blob)))
