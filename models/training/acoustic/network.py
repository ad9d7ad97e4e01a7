"""The base network in PyTorch: its lower part as a fixed ear, its upper part to be taught Norwegian."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from skill.model.network.nnet3 import Component, read_components

FEATURES: Final = 40
WIDTH: Final = 640
SUBSAMPLING: Final = 3
LOWER_LAYERS: Final = 4
LEFT_CONTEXT: Final = 26
RIGHT_CONTEXT: Final = 14


def _scale_offset(component: Component) -> tuple[Tensor, Tensor]:
    """A BatchNorm in test mode as scale and offset."""
    mean, var = component["<StatsMean>"], component["<StatsVar>"]
    scale = component["<TargetRms>"][0] / np.sqrt(var + component["<Epsilon>"][0])
    return torch.from_numpy(scale.astype(np.float32)), torch.from_numpy((-mean * scale).astype(np.float32))


def splice(x: Tensor, offsets: list[int]) -> Tensor:
    """[B, T, D] → [B, T, D · len(offsets)]; beyond the ends the edge frame is repeated."""
    frames = x.shape[1]
    steps = torch.arange(frames)
    return torch.cat([x[:, (steps + o).clamp(0, frames - 1)] if o else x for o in offsets], -1)


class FactoredLayer(nn.Module):
    """TDNN-F: linear bottleneck, affine, ReLU, normalisation, and 0.75 of the input added."""

    def __init__(self, components: dict[str, Component], name: str) -> None:
        super().__init__()
        linear, affine = components[f"{name}.linear"], components[f"{name}.affine"]
        self.linear_offsets: list[int] = linear["<TimeOffsets>"].tolist()
        self.affine_offsets: list[int] = affine["<TimeOffsets>"].tolist()
        self.linear = nn.Parameter(torch.from_numpy(linear["<LinearParams>"]))
        self.affine = nn.Parameter(torch.from_numpy(affine["<LinearParams>"]))
        self.bias = nn.Parameter(torch.from_numpy(affine["<BiasParams>"]))
        self.scale: Tensor
        self.offset: Tensor
        scale, offset = _scale_offset(components[f"{name}.batchnorm"])
        self.register_buffer("scale", scale)
        self.register_buffer("offset", offset)
        self.bypass = 0.75

    def forward(self, x: Tensor, step: int = 1) -> Tensor:
        """[B, T, 640] → [B, T, 640]; ``step`` = input frames between two rows of x (3 above the subsampling)."""
        h = F.linear(splice(x, [o // step for o in self.linear_offsets]), self.linear)
        h = F.linear(splice(h, [o // step for o in self.affine_offsets]), self.affine, self.bias)
        return F.relu(h) * self.scale + self.offset + self.bypass * x


class Lower(nn.Module):
    """MFCC [B, T, 40] → [B, ⌈T/3⌉, 640]: deltas, first layer and four factored layers, never trained."""

    def __init__(self, components: dict[str, Component]) -> None:
        super().__init__()
        scale, offset = _scale_offset(components["delta"])
        weight = torch.from_numpy(components["tdnn1.affine"]["<LinearParams>"])
        bias = torch.from_numpy(components["tdnn1.affine"]["<BiasParams>"])
        self.weight: Tensor
        self.bias: Tensor
        self.scale: Tensor
        self.offset: Tensor
        # the i-vector's columns are dropped (zeros); the normalisation of the deltas is folded into the first layer
        self.register_buffer("weight", weight[:, : 3 * FEATURES] * scale[None])
        self.register_buffer("bias", bias + weight[:, : 3 * FEATURES] @ offset)
        scale, offset = _scale_offset(components["tdnn1.batchnorm"])
        self.register_buffer("scale", scale)
        self.register_buffer("offset", offset)
        self.layers = nn.ModuleList(
            [FactoredLayer(components, f"tdnnf{k}") for k in range(2, 2 + LOWER_LAYERS)]
        )

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        first = splice(x, [1]) - splice(x, [-1])
        second = splice(x, [-2]) + splice(x, [2]) - 2 * x
        h = (
            F.relu(F.linear(torch.cat([x, first, second], -1), self.weight, self.bias)) * self.scale
            + self.offset
        )
        for layer in self.layers:
            h = layer(h)
        return h[:, ::SUBSAMPLING]


class Upper(nn.Module):
    """[B, T, 640] at 30 ms → output scores [B, T, outputs]: seven factored layers, bottleneck, output."""

    def __init__(self, components: dict[str, Component], outputs: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            [FactoredLayer(components, f"tdnnf{k}") for k in range(2 + LOWER_LAYERS, 13)]
        )
        self.squeeze = nn.Parameter(torch.from_numpy(components["prefinal-l"]["<Params>"]))
        chain = components["prefinal-chain.affine"]
        self.prefinal = nn.Parameter(torch.from_numpy(chain["<LinearParams>"]))
        self.prefinal_bias = nn.Parameter(torch.from_numpy(chain["<BiasParams>"]))
        # the two normalisations round the last bottleneck are folded into it
        scale1, offset1 = _scale_offset(components["prefinal-chain.batchnorm1"])
        scale2, offset2 = _scale_offset(components["prefinal-chain.batchnorm2"])
        weight = torch.from_numpy(components["prefinal-chain.linear"]["<Params>"])
        self.bottleneck = nn.Parameter(weight * scale1[None] * scale2[:, None])
        self.bottleneck_bias = nn.Parameter((weight @ offset1) * scale2 + offset2)
        self.out = nn.Linear(weight.shape[0], outputs)
        self.dropout = dropout

    def forward(self, h: Tensor) -> Tensor:
        """See the class."""
        return self.out(self.narrow(h))  # type: ignore[no-any-return]

    def narrow(self, h: Tensor) -> Tensor:
        """[B, T, 640] → what the output layer sees, [B, T, 192]."""
        for layer in self.layers:
            h = layer(h, SUBSAMPLING)
            if self.training and self.dropout:
                # one mask for all frames of an utterance, as in Kaldi's TDNN-F recipes
                keep = torch.empty(h.shape[0], 1, h.shape[2]).uniform_(
                    1 - 2 * self.dropout, 1 + 2 * self.dropout
                )
                h = h * keep
        h = F.relu(F.linear(F.linear(h, self.squeeze), self.prefinal, self.prefinal_bias))
        return F.linear(h, self.bottleneck, self.bottleneck_bias)


@dataclass(frozen=True)
class Ear:
    """The untrained base network with its own (English) output layer: what a network that has heard people hears."""

    upper: Upper
    weight: Tensor
    bias: Tensor

    def sounds(self, narrow: Tensor) -> Tensor:
        """Log-probabilities of its sounds [B, T, 2192], by its own output layer, of any upper part's ``narrow``."""
        return F.log_softmax(F.linear(narrow, self.weight, self.bias), -1)

    def heard(self, h: Tensor) -> Tensor:
        """What it hears itself, without gradients."""
        with torch.no_grad():
            return self.sounds(self.upper.narrow(h))

    @staticmethod
    def of(path: Path) -> Ear:
        """The base network at ``path``."""
        components = read_components(path)
        chain = components["output.affine"]
        weight, bias = torch.from_numpy(chain["<LinearParams>"]), torch.from_numpy(chain["<BiasParams>"])
        return Ear(Upper(components, 1).eval(), weight, bias)


def base(path: Path, outputs: int, dropout: float = 0.0) -> tuple[Lower, Upper]:
    """Both parts with the base network's weights and a new output layer."""
    components = read_components(path)
    lower = Lower(components).eval()
    for p in lower.parameters():
        p.requires_grad = False
    return lower, Upper(components, outputs, dropout)


def _still(size: int, offset: NDArray[np.float32] | None = None) -> Component:
    """A normalisation that changes nothing but adding ``offset``."""
    mean = np.zeros(size, np.float32) if offset is None else -offset
    return {
        "<StatsMean>": mean, "<StatsVar>": np.ones(size, np.float32), "<TargetRms>": (1.0, 0), "<Epsilon>": (0.0, 0),
    }  # fmt: skip


def of_ours(path: Path, dropout: float = 0.0) -> tuple[Lower, Upper]:
    """Both parts of a final.mdl that ``export`` wrote; what it took off for the priors stays off.

    Raises ValueError for a file of another shape.
    """
    ours = read_components(path)
    if "bottleneck" not in ours or "output.affine" not in ours:
        raise ValueError(f"{path} is no network of ours; it has the components {', '.join(sorted(ours))}.")
    narrow = ours["bottleneck"]["<LinearParams>"]
    layers = range(2, 13)
    components = {
        **{f"tdnnf{k}.{part}": ours[f"tdnnf{k}.{part}"] for k in layers for part in ("linear", "affine")},
        **{f"tdnnf{k}.batchnorm": ours[f"tdnnf{k}.norm"] for k in layers},
        "delta": _still(3 * FEATURES),
        "tdnn1.affine": ours["tdnn1.affine"],
        "tdnn1.batchnorm": ours["tdnn1.norm"],
        "prefinal-l": {"<Params>": ours["prefinal.linear"]["<LinearParams>"]},
        "prefinal-chain.affine": ours["prefinal.affine"],
        "prefinal-chain.batchnorm1": _still(narrow.shape[1]),
        "prefinal-chain.batchnorm2": _still(narrow.shape[0], ours["bottleneck"]["<BiasParams>"]),
        "prefinal-chain.linear": {"<Params>": narrow},
    }
    out = ours["output.affine"]
    lower, upper = Lower(components).eval(), Upper(components, len(out["<BiasParams>"]), dropout)
    with torch.no_grad():
        upper.out.weight.copy_(torch.from_numpy(out["<LinearParams>"]))
        upper.out.bias.copy_(torch.from_numpy(out["<BiasParams>"]))
    return lower, upper


def mfcc(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The base network's 40 MFCC, [T, 40], of samples in −1…1 at 16 kHz.

    libvosk dithers by one step of the 16-bit scale; the same is done here, repeatably, so that digital silence looks
    in training as it does in use.
    """
    import kaldi_native_fbank as knf

    noise = np.random.default_rng(len(samples)).standard_normal(len(samples))
    samples = samples + (noise / 32768.0).astype(np.float32)
    options = knf.MfccOptions()
    options.frame_opts.dither = 0.0
    options.frame_opts.samp_freq = 16000
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = FEATURES
    options.mel_opts.low_freq = 20
    options.mel_opts.high_freq = 7600
    options.num_ceps = FEATURES
    options.use_energy = False
    online = knf.OnlineMfcc(options)
    online.accept_waveform(16000, (samples * 32768.0).tolist())
    online.input_finished()
    n = online.num_frames_ready
    return np.stack([online.get_frame(k) for k in range(n)]) if n else np.zeros((0, FEATURES), np.float32)
