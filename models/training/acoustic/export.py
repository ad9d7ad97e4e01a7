"""The trained network as Kaldi's final.mdl, and phones.json, which tells a graph builder how to use it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from models.training.acoustic import nnet3
from models.training.acoustic.network import (
    FEATURES,
    LEFT_CONTEXT,
    RIGHT_CONTEXT,
    WIDTH,
    FactoredLayer,
    Lower,
    Upper,
)
from models.training.acoustic.topology import Topology
from models.training.speech.phones import GARBAGE, SILENCE, SPEECH

POSITIONS: Final = (("B", "begin"), ("E", "end"), ("I", "internal"), ("S", "singleton"))
DELTAS: Final = (
    "Append(input, Sum(Offset(Scale(-1, input_copy1), -1), Offset(input, 1)), "
    "Sum(Offset(input, -2), Sum(Offset(input, 2), Scale(-2, input_copy2))))"
)


def phone_table(topology: Topology) -> list[tuple[str, str, int, int]]:
    """(variant name, position, entering output, staying output) of every phone variant; id = place + 1."""
    quiet = (topology.enter[SILENCE], topology.stay[SILENCE])
    # SIL_I is the silence inside a phrase taken as one word: it does not count as the end of an utterance
    rows = [(SILENCE, "nonword", *quiet), (f"{SILENCE}_I", "internal", *quiet)]
    for phone in (GARBAGE, *SPEECH):
        for suffix, position in POSITIONS:
            rows.append((f"{phone}_{suffix}", position, topology.enter[phone], topology.stay[phone]))
    return rows


def phones_json(
    topology: Topology, costs: Mapping[str, float], evidence: Mapping[str, float]
) -> dict[str, Any]:
    """The contract with graph builders: transition ids of each phone variant's states, and the costs to use.

    ``evidence`` is what the model must reach to be believed (hearing/recognise/evidence.py). ``[unk]`` is any row of
    phones, garbage among them (skill/model/phones.py).
    """
    phones = {
        name: {"id": k, "states": [[2 * k, 2 * k - 1]], "position": position}
        for k, (name, position, _, _) in enumerate(phone_table(topology), 1)
    }
    unknown = {"unk": [], "unk_phones": [GARBAGE, *SPEECH]}
    return {"phones": phones, "costs": dict(costs), "evidence": dict(evidence), **unknown}


def _n(x: Tensor) -> nnet3.Array:
    return x.detach().numpy().astype(np.float32)


def final_mdl(lower: Lower, upper: Upper, topology: Topology, log_prior: Tensor | None = None) -> bytes:
    """The bytes of final.mdl; ``log_prior`` [outputs] is taken from the scores before the softmax."""
    components: list[tuple[str, bytes]] = []
    config = ["input-node name=input dim=40"]
    for k in (1, 2):
        config.append(f"dim-range-node name=input_copy{k} input-node=input dim-offset=0 dim={FEATURES}")

    def add(name: str, blob: bytes, source: str) -> str:
        components.append((name, blob))
        config.append(f"component-node name={name} component={name} input={source}")
        return name

    last = add("deltas", nnet3.no_op(3 * FEATURES), DELTAS)
    last = add("tdnn1.affine", nnet3.affine(_n(lower.weight), _n(lower.bias)), last)
    last = add("tdnn1.relu", nnet3.relu(WIDTH), last)
    last = add("tdnn1.norm", nnet3.scale_offset(_n(lower.scale), _n(lower.offset)), last)
    empty = np.zeros(0, np.float32)
    for k, layer in enumerate([*lower.layers, *upper.layers], 2):
        assert isinstance(layer, FactoredLayer)
        name = f"tdnnf{k}"
        inner = add(f"{name}.linear", nnet3.tdnn(_n(layer.linear), empty, layer.linear_offsets), last)
        inner = add(
            f"{name}.affine", nnet3.tdnn(_n(layer.affine), _n(layer.bias), layer.affine_offsets), inner
        )
        inner = add(f"{name}.relu", nnet3.relu(WIDTH), inner)
        inner = add(f"{name}.norm", nnet3.scale_offset(_n(layer.scale), _n(layer.offset)), inner)
        last = add(f"{name}.sum", nnet3.no_op(WIDTH), f"Sum(Scale({layer.bypass}, {last}), {inner})")
    squeeze = _n(upper.squeeze)
    last = add("prefinal.linear", nnet3.affine(squeeze, np.zeros(len(squeeze), np.float32)), last)
    last = add("prefinal.affine", nnet3.affine(_n(upper.prefinal), _n(upper.prefinal_bias)), last)
    last = add("prefinal.relu", nnet3.relu(WIDTH), last)
    last = add("bottleneck", nnet3.affine(_n(upper.bottleneck), _n(upper.bottleneck_bias)), last)
    bias = upper.out.bias if log_prior is None else upper.out.bias - log_prior
    last = add("output.affine", nnet3.affine(_n(upper.out.weight), _n(bias)), last)
    last = add("output.logsoftmax", nnet3.log_softmax(topology.outputs), last)
    config.append(f"output-node name=output input={last} objective=linear")
    tuples = [(k, enter, stay) for k, (_, _, enter, stay) in enumerate(phone_table(topology), 1)]
    return nnet3.model_file(nnet3.transition_model(tuples), config, components, LEFT_CONTEXT, RIGHT_CONTEXT)


def write_acoustic_model(
    folder: Path,
    lower: Lower,
    upper: Upper,
    topology: Topology,
    costs: Mapping[str, float],
    evidence: Mapping[str, float],
) -> None:
    """am/final.mdl and phones.json into ``folder``."""
    (folder / "am").mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        (folder / "am" / "final.mdl").write_bytes(final_mdl(lower, upper, topology, None))
    table = phones_json(topology, costs, evidence)
    (folder / "phones.json").write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", "utf-8")


def write_configuration(
    folder: Path, *, beam: float = 10.0, lattice_beam: float = 2.0, acoustic_scale: float = 1.0
) -> None:
    """conf/mfcc.conf and conf/model.conf as libvosk wants them."""
    (folder / "conf").mkdir(parents=True, exist_ok=True)
    mfcc = {
        "sample-frequency": 16000, "use-energy": "false", "num-mel-bins": 40, "num-ceps": 40, "low-freq": 20,
        "high-freq": 7600, "allow-downsample": "true",
    }  # fmt: skip
    # silence is phone 1; the rules end an utterance 0.4, 0.5 or 0.6 s after speech, by how sure the end is
    decoding = {
        "min-active": 200, "max-active": 3000, "beam": beam, "lattice-beam": lattice_beam,
        "acoustic-scale": acoustic_scale, "frame-subsampling-factor": 3, "endpoint.silence-phones": 1,
        "endpoint.rule2.min-trailing-silence": 0.4, "endpoint.rule3.min-trailing-silence": 0.5,
        "endpoint.rule4.min-trailing-silence": 0.6,
    }  # fmt: skip
    for name, options in (("mfcc.conf", mfcc), ("model.conf", decoding)):
        text = "".join(f"--{key}={value}\n" for key, value in options.items())
        (folder / "conf" / name).write_text(text, "utf-8")
