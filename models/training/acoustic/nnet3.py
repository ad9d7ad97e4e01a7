"""Kaldi's binary nnet3 files: one of our own shape is written. `skill.model.network.nnet3` reads them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def _token(text: str) -> bytes:
    return text.encode() + b" "


def _int(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", int(value))


def _float(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", float(value))


def _ints(values: Sequence[int]) -> bytes:
    array = np.asarray(values, np.int32)
    return b"\x04" + struct.pack("<i", len(array)) + array.tobytes()


def _vector(values: Array) -> bytes:
    array = np.ascontiguousarray(values, np.float32)
    return b"FV " + _int(len(array)) + array.tobytes()


def _matrix(values: Array) -> bytes:
    array = np.ascontiguousarray(values, np.float32)
    return b"FM " + _int(array.shape[0]) + _int(array.shape[1]) + array.tobytes()


_EMPTY: Final = np.zeros(0, np.float32)


def _wrap(kind: str, *fields: bytes) -> bytes:
    return _token(f"<{kind}>") + b"".join(fields) + _token(f"</{kind}>")


def affine(weight: Array, bias: Array) -> bytes:
    """y = weight · x + bias."""
    return _wrap(
        "FixedAffineComponent",
        _token("<LinearParams>"),
        _matrix(weight),
        _token("<BiasParams>"),
        _vector(bias),
    )


def tdnn(weight: Array, bias: Array, offsets: Sequence[int]) -> bytes:
    """y_t = weight · [x_{t+o} for o in offsets] + bias (an empty bias means none)."""
    return _wrap(
        "TdnnComponent",
        _token("<LearningRate>"), _float(0.001), _token("<TimeOffsets>"), _ints(offsets),
        _token("<LinearParams>"), _matrix(weight), _token("<BiasParams>"), _vector(bias),
        _token("<OrthonormalConstraint>"), _float(0), _token("<UseNaturalGradient>"), b"T",
        _token("<NumSamplesHistory>"), _float(2000), _token("<AlphaInOut>"), _float(4), _float(4),
        _token("<RankInOut>"), _int(20), _int(80),
    )  # fmt: skip


def relu(size: int) -> bytes:
    """max(x, 0)."""
    return _nonlinear("RectifiedLinearComponent", size)


def log_softmax(size: int) -> bytes:
    """Log of the softmax."""
    return _nonlinear("LogSoftmaxComponent", size)


def _nonlinear(kind: str, size: int) -> bytes:
    return _wrap(
        kind,
        _token("<Dim>"), _int(size), _token("<ValueAvg>"), _vector(_EMPTY), _token("<DerivAvg>"), _vector(_EMPTY),
        _token("<Count>"), _float(0), _token("<OderivRms>"), _vector(_EMPTY), _token("<OderivCount>"), _float(0),
        _token("<NumDimsSelfRepaired>"), _float(0), _token("<NumDimsProcessed>"), _float(0),
    )  # fmt: skip


def no_op(size: int) -> bytes:
    """x itself (carries a sum of inputs)."""
    return _wrap("NoOpComponent", _token("<Dim>"), _int(size), _token("<BackpropScale>"), _float(1))


def scale_offset(scale: Array, offset: Array) -> bytes:
    """y = scale · x + offset per dimension, written as a BatchNorm in test mode."""
    size, epsilon = len(scale), 1e-3
    return _wrap(
        "BatchNormComponent",
        _token("<Dim>"), _int(size), _token("<BlockDim>"), _int(size), _token("<Epsilon>"), _float(epsilon),
        _token("<TargetRms>"), _float(1), _token("<TestMode>"), b"T", _token("<Count>"), _float(1e5),
        _token("<StatsMean>"), _vector(-offset / scale),
        _token("<StatsVar>"), _vector(1.0 / scale**2 - epsilon),
    )  # fmt: skip


def transition_model(tuples: Sequence[tuple[int, int, int]]) -> bytes:
    """Kaldi's TransitionModel: one state per phone; tuples (phone = 1…N in order, entering pdf, staying pdf).

    Phone k then has transition ids 2k − 1 (stay) and 2k (enter the next).
    """
    n = len(tuples)
    phones = [t[0] for t in tuples]
    if phones != list(range(1, n + 1)):
        raise ValueError("phones must be numbered 1…N in order")
    out = _token("<TransitionModel>") + _token("<Topology>") + _ints(phones) + _ints([-1] + [0] * n)
    out += _int(-1) + _int(1) + _int(2)
    out += _int(0) + _int(1) + _int(2) + _int(0) + _float(0.5) + _int(1) + _float(0.5)
    out += _int(-1) + _int(-1) + _int(0) + _token("</Topology>") + _token("<Tuples>") + _int(n)
    for phone, enter, stay in tuples:
        out += _int(phone) + _int(0) + _int(enter) + _int(stay)
    half = np.concatenate([[0.0], np.full(2 * n, np.log(0.5))]).astype(np.float32)
    return (
        out
        + _token("</Tuples>")
        + _token("<LogProbs>")
        + _vector(half)
        + _token("</LogProbs>")
        + _token("</TransitionModel>")
    )


def model_file(
    transitions: bytes, config: Sequence[str], components: Sequence[tuple[str, bytes]], left: int, right: int
) -> bytes:
    """The bytes of a final.mdl."""
    out = b"\x00B" + transitions + _token("<Nnet3>") + b"\n" + ("\n".join(config) + "\n\n").encode()
    out += _token("<NumComponents>") + _int(len(components))
    for name, blob in components:
        out += _token("<ComponentName>") + name.encode() + b" " + blob
    out += _token("</Nnet3>") + _token("<LeftContext>") + _int(left) + _token("<RightContext>") + _int(right)
    return out + _token("<Priors>") + _vector(_EMPTY)
