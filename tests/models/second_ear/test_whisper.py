"""The encoder as it is read from the packages, and as it counts."""

from __future__ import annotations

import struct

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")

from models.training.second_ear.whisper import WIDTH, Encoder, variables  # noqa: E402


def packed(named: dict[str, np.ndarray]) -> bytes:
    """A ctranslate2 file, binary version 6, of float32 and int8 arrays."""

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    out = struct.pack("<I", 6) + text("WhisperSpec") + struct.pack("<II", 3, len(named))
    for name, array in named.items():
        out += text(name) + struct.pack("<B", array.ndim) + struct.pack(f"<{array.ndim}I", *array.shape)
        out += struct.pack("<BI", {"float32": 0, "int8": 1}[str(array.dtype)], array.nbytes) + array.tobytes()
    return out


def test_arrays_come_back_by_name_shape_and_kind() -> None:
    written: dict[str, np.ndarray] = {
        "encoder/a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.array([1, -2], np.int8),
    }
    read = variables(packed(written))
    assert list(read) == list(written)
    assert all(np.array_equal(read[name], written[name]) for name in written)


def small_encoder() -> Encoder:
    rng = np.random.default_rng(0)
    named = {
        "conv1/weight": (WIDTH, 80, 3), "conv1/bias": (WIDTH,), "conv2/weight": (WIDTH, WIDTH, 3),
        "conv2/bias": (WIDTH,), "position_encodings/encodings": (1500, WIDTH),
        "layer_norm/gamma": (WIDTH,), "layer_norm/beta": (WIDTH,),
    }  # fmt: skip
    return Encoder(
        {f"encoder/{k}": rng.normal(0, 0.05, shape).astype(np.float32) for k, shape in named.items()},
        layers=0,
    )


@pytest.mark.parametrize("frames", [100, 300, 600])
def test_it_gives_one_state_for_each_two_features(frames: int) -> None:
    assert small_encoder()(torch.zeros(1, 80, frames)).shape == (1, frames // 2, WIDTH)
