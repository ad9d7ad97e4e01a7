"""The network of a final.mdl of our shape as ONNX, for runtimes that don't know Kaldi.

Input `mfcc` [frames, 40], output `log_probabilities` [⌈(frames − left − right) / 3⌉, outputs]. No frame is invented
at the ends: whoever asks repeats the first and the last one, as Kaldi does. `left` and `right`, in frames, are in the
file's metadata. Each layer is a convolution over time, since that is what Kaldi's time offsets are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from skill.errors import ModelError
from skill.messages.message import Message
from skill.model.network.nnet3 import Array, Component, read_components

SUBSAMPLING: Final = 3
INPUT, OUTPUT = "mfcc", "log_probabilities"
LEFT, RIGHT = "left", "right"  # keys of the metadata
_OPSET: Final = 17
_TO_THE_END: Final = np.iinfo(np.int64).max
_DELTA_REACH: Final = 2  # frames to each side


@dataclass
class _Graph:
    """An ONNX graph under construction; `left` and `right` are the frames that it has used up at each end."""

    helper: Any
    from_array: Any
    nodes: list[Any] = field(default_factory=list)
    numbers: list[Any] = field(default_factory=list)
    left: int = 0
    right: int = 0

    def constant(self, values: Any) -> str:
        name = f"c{len(self.numbers)}"
        self.numbers.append(self.from_array(np.asarray(values), name))
        return name

    def add(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        out = out or f"x{len(self.nodes)}"
        self.nodes.append(self.helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def convolution(self, x: str, taps: Array, bias: Array, dilation: int = 1) -> str:
        """`taps` [outputs, inputs, taps]."""
        parts = [x, self.constant(taps)] + ([self.constant(bias)] if len(bias) else [])
        return self.add("Conv", *parts, dilations=[dilation])

    def offsets(self, x: str, component: Component, step: int) -> str:
        """A TdnnComponent; `step` = frames between two columns of `x`."""
        weight, at = component["<LinearParams>"], [int(o) for o in component["<TimeOffsets>"]]
        taps = weight.reshape(len(weight), len(at), -1).transpose(0, 2, 1)
        self.left, self.right = self.left - at[0], self.right + at[-1]
        return self.convolution(x, taps, component["<BiasParams>"], max(1, (at[-1] - at[0]) // step))

    def affine(self, x: str, component: Component) -> str:
        return self.convolution(x, component["<LinearParams>"][:, :, None], component["<BiasParams>"])

    def activated(self, x: str, norm: Component) -> str:
        """ReLU, then the normalisation in test mode."""
        scale = norm["<TargetRms>"][0] / np.sqrt(norm["<StatsVar>"] + norm["<Epsilon>"][0])
        offset = -norm["<StatsMean>"] * scale
        x = self.add("Mul", self.add("Relu", x), self.constant(scale.astype(np.float32)[:, None]))
        return self.add("Add", x, self.constant(offset.astype(np.float32)[:, None]))

    def part(self, x: str, start: int, end: int, step: int = 1) -> str:
        """Columns start, start + step …; the last `end` are left out."""
        stop = -end if end else _TO_THE_END
        return self.add("Slice", x, *(self.constant(np.array([n])) for n in (start, stop, 2, step)))


def _with_deltas(affine: Component) -> Array:
    """The first layer with the deltas before it as one convolution [outputs, features, 5]."""
    plain, first, second = np.split(affine["<LinearParams>"], 3, axis=1)
    return np.stack([second, -first, plain - 2 * second, first, second], -1)


def onnx_network(final_mdl: Path) -> bytes:
    """The bytes of the ONNX file. Needs the package `onnx`. Raises ModelError for a network of another shape."""
    from onnx import TensorProto, helper, numpy_helper

    try:
        components = read_components(final_mdl)
        bypass = re.search(rb"Sum\(Scale\(([0-9.]+), ", final_mdl.read_bytes())
        if bypass is None:
            raise KeyError("Sum(Scale(…))")
        graph = _Graph(helper, numpy_helper.from_array)
        _layers(graph, components, float(bypass.group(1)))
    except (KeyError, ValueError) as error:
        raise ModelError(Message("model.network_of_another_shape", path=final_mdl, error=error)) from error
    shape = [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["frames", 40])]
    outputs = len(components["output.affine"]["<BiasParams>"])
    result = [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["steps", outputs])]
    made = helper.make_graph(graph.nodes, "krampevakt", shape, result, graph.numbers)
    opset = [helper.make_opsetid("", _OPSET)]
    model = helper.make_model(made, opset_imports=opset, ir_version=8, producer_name="krampevakt")
    helper.set_model_props(model, {LEFT: str(graph.left), RIGHT: str(graph.right)})
    return bytes(model.SerializeToString())


def _layers(graph: _Graph, components: dict[str, Component], bypass: float) -> None:
    names = [name.removesuffix(".sum") for name in components if name.endswith(".sum")]
    offsets = {
        name: [int(o) for part in ("linear", "affine") for o in components[f"{name}.{part}"]["<TimeOffsets>"]]
        for name in names
    }
    coarse = set(names)  # layers that need every third frame only: all from some layer on
    for name in reversed(names):
        if any(offset % SUBSAMPLING for offset in offsets[name]):
            coarse -= set(names[: names.index(name) + 1])
            break
    first = components["tdnn1.affine"]
    x = graph.add("Unsqueeze", graph.add("Transpose", INPUT, perm=[1, 0]), graph.constant(np.array([0])))
    graph.left = graph.right = _DELTA_REACH
    x = graph.activated(
        graph.convolution(x, _with_deltas(first), first["<BiasParams>"]), components["tdnn1.norm"]
    )
    step = 1
    for name in names:
        if name in coarse and step == 1:
            x, step = graph.part(x, 0, 0, SUBSAMPLING), SUBSAMPLING
        left, right = graph.left, graph.right
        inner = graph.offsets(x, components[f"{name}.linear"], step)
        inner = graph.offsets(inner, components[f"{name}.affine"], step)
        inner = graph.activated(inner, components[f"{name}.norm"])
        past = graph.part(x, (graph.left - left) // step, (graph.right - right) // step)
        past = graph.add("Mul", past, graph.constant(np.float32(bypass)))
        x = graph.add("Add", past, inner)
    for name in ("prefinal.linear", "prefinal.affine"):
        x = graph.affine(x, components[name])
    x = graph.add("Relu", x)
    for name in ("bottleneck", "output.affine"):
        x = graph.affine(x, components[name])
    x = graph.add("LogSoftmax", x, axis=1)
    x = graph.add("Squeeze", x, graph.constant(np.array([0])))
    graph.add("Transpose", x, out=OUTPUT, perm=[1, 0])
