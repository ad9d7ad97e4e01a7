"""The network as ONNX gives what Kaldi's rules give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skill.errors import ModelError
from skill.model.network.nnet3 import Component, read_components
from skill.paths import models_dir
from tests.messages.in_english import raises_in_english
from tests.needs import needs_model

pytest.importorskip("onnx")
from skill.model.network.as_onnx import INPUT, LEFT, RIGHT, onnx_network

Rows = dict[int, np.ndarray]  # by frame


def affine(rows: Rows, component: Component) -> Rows:
    return {t: component["<LinearParams>"] @ x + component["<BiasParams>"] for t, x in rows.items()}


def spliced(rows: Rows, component: Component) -> Rows:
    offsets = component["<TimeOffsets>"].tolist()
    bias = component["<BiasParams>"] if len(component["<BiasParams>"]) else 0.0
    return {
        t: component["<LinearParams>"] @ np.concatenate([rows[t + o] for o in offsets]) + bias
        for t in rows
        if all(t + o in rows for o in offsets)
    }


def activated(rows: Rows, norm: Component) -> Rows:
    scale = norm["<TargetRms>"][0] / np.sqrt(norm["<StatsVar>"] + norm["<Epsilon>"][0])
    return {t: (np.maximum(x, 0) - norm["<StatsMean>"]) * scale for t, x in rows.items()}


def by_frame(mfcc: np.ndarray, c: dict[str, Component]) -> Rows:
    """The network one frame after the other, as its configuration in final.mdl says."""
    rows = {
        t: np.concatenate([mfcc[t], mfcc[t + 1] - mfcc[t - 1], mfcc[t - 2] + mfcc[t + 2] - 2 * mfcc[t]])
        for t in range(2, len(mfcc) - 2)
    }
    rows = activated(affine(rows, c["tdnn1.affine"]), c["tdnn1.norm"])
    for k in range(2, 13):
        inner = activated(
            spliced(spliced(rows, c[f"tdnnf{k}.linear"]), c[f"tdnnf{k}.affine"]), c[f"tdnnf{k}.norm"]
        )
        rows = {t: 0.75 * rows[t] + x for t, x in inner.items()}
    rows = affine(affine(rows, c["prefinal.linear"]), c["prefinal.affine"])
    rows = {t: np.maximum(x, 0) for t, x in rows.items()}
    rows = affine(affine(rows, c["bottleneck"]), c["output.affine"])
    return {t: x - x.max() - np.log(np.exp(x - x.max()).sum()) for t, x in rows.items()}


@needs_model
def test_the_shipped_network_gives_the_same_frame_by_frame() -> None:
    import onnxruntime

    final_mdl = models_dir() / "nb/am/final.mdl"
    session = onnxruntime.InferenceSession(onnx_network(final_mdl))
    kept = session.get_modelmeta().custom_metadata_map
    left, right = int(kept[LEFT]), int(kept[RIGHT])
    assert (left, right) == (26, 14)  # as final.mdl itself says
    mfcc = np.random.default_rng(0).standard_normal((left + right + 1 + 3 * 5, 40)).astype(np.float32) * 8
    (found,) = session.run(None, {INPUT: mfcc})
    want = by_frame(mfcc, read_components(final_mdl))
    np.testing.assert_allclose(found, np.stack([want[left + 3 * k] for k in range(6)]), atol=1e-3)


def test_a_network_of_another_shape_is_refused(whistled_base: Path) -> None:
    with raises_in_english(ModelError, "another shape"):
        onnx_network(whistled_base / "am/final.mdl")
