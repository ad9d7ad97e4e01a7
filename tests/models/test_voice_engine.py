"""The engine's integer layers become float layers that give the same, but for what rounding had cost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="needs the training extra")
onnxruntime = pytest.importorskip("onnxruntime")

from models.training.voice_engine import as_float  # noqa: E402


def quantised_product(folder: Path, weights: np.ndarray) -> Path:
    """y = x @ weights, as onnxruntime's dynamic quantisation writes it."""
    from onnx import TensorProto, helper, numpy_helper

    scale = float(np.abs(weights).max()) / 127
    table = np.round(weights / scale).astype(np.int8)
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["q", "x_scale", "x_zero"]),
        helper.make_node("MatMulInteger", ["q", "w", "x_zero", "w_zero"], ["whole"]),
        helper.make_node("Cast", ["whole"], ["product"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["x_scale", "w_scale"], ["scale"]),
        helper.make_node("Mul", ["product", "scale"], ["y"]),
    ]
    tensors = {"w": table, "w_zero": np.array(0, np.int8), "w_scale": np.array(scale, np.float32)}
    graph = helper.make_graph(
        nodes, "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, weights.shape[0]])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, weights.shape[1]])],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(folder / "whole.onnx"))
    return folder / "whole.onnx"


def test_a_product_of_whole_numbers_becomes_one_of_floats_and_comes_nearer_to_the_truth(
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(3)
    weights, x = rng.normal(size=(64, 32)).astype(np.float32), rng.normal(size=(8, 64)).astype(np.float32)
    source = quantised_product(tmp_path, weights)
    assert as_float(source, tmp_path / "float.onnx") == 1

    def error(file: Path) -> float:
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        return float(np.abs(session.run(None, {"x": x})[0] - x @ weights).mean())

    assert error(tmp_path / "float.onnx") < error(source)
    kinds = {node.op_type for node in onnx.load(str(tmp_path / "float.onnx")).graph.node}
    assert not kinds & {"MatMulInteger", "DynamicQuantizeLinear"}
