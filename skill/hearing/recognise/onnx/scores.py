"""Samples → log-probabilities of the network's outputs, as they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skill.audio.samples import RATE_HZ
from skill.model.network.as_onnx import INPUT, LEFT, RIGHT, SUBSAMPLING

STEPS_AT_ONCE: Final = 8  # as libvosk: partial results change every 0.24 s
STEP_S: Final = 0.03
_DITHER: Final = 1.0  # a step of the 16-bit scale, as libvosk does: digital silence has no logarithm

Scores = NDArray[np.float32]


def mfcc_options(options: Mapping[str, str]) -> Any:
    """kaldi-native-fbank's options as conf/mfcc.conf asks. Raises ValueError for what isn't known here."""
    import kaldi_native_fbank

    made = kaldi_native_fbank.MfccOptions()
    made.frame_opts.dither = 0.0  # done here, repeatably
    made.frame_opts.snip_edges = True
    for name, value in options.items():
        match name:
            case "sample-frequency":
                if float(value) != RATE_HZ:
                    raise ValueError(f"--{name}={value}")
            case "use-energy":
                made.use_energy = value == "true"
            case "num-mel-bins":
                made.mel_opts.num_bins = int(value)
            case "num-ceps":
                made.num_ceps = int(value)
            case "low-freq":
                made.mel_opts.low_freq = float(value)
            case "high-freq":
                made.mel_opts.high_freq = float(value)
            case "allow-downsample":
                pass  # all sound here has the model's own rate
            case _:
                raise ValueError(f"--{name}")
    return made


class ScoreStream:
    """One utterance, from its first sample on."""

    def __init__(self, network: Any, options: Any) -> None:
        """`network`: an onnxruntime session of skill.model.network.as_onnx's file."""
        import kaldi_native_fbank

        self._network = network
        self._features = kaldi_native_fbank.OnlineMfcc(options)
        self._noise = np.random.default_rng(0)
        kept = network.get_modelmeta().custom_metadata_map
        self._left, self._right = int(kept[LEFT]), int(kept[RIGHT])
        self._rows: list[NDArray[np.float32]] = []  # MFCC from the first frame that is still needed
        self._taken = 0

    def take(self, samples: bytes) -> Scores | None:
        """16-bit samples; [steps, outputs] as soon as there is a portion of STEPS_AT_ONCE."""
        heard = np.frombuffer(samples, np.int16).astype(np.float32)
        heard += _DITHER * self._noise.standard_normal(len(heard)).astype(np.float32)
        self._features.accept_waveform(RATE_HZ, heard.tolist())
        return self._score(STEPS_AT_ONCE)

    def finish(self) -> Scores | None:
        """What the last frame, repeated, still gives."""
        self._features.input_finished()
        self._take_features()
        over = (self._taken - 1) % SUBSAMPLING  # frames after the last step's own
        self._rows += self._rows[-1:] * (self._right - over)
        return self._score(1)

    def _take_features(self) -> None:
        for frame in range(self._taken, self._features.num_frames_ready):
            row = self._features.get_frame(frame).copy()  # the buffer is the extractor's own
            self._rows += [row] * (1 if self._taken else 1 + self._left)
            self._features.pop(1)
            self._taken += 1

    def _score(self, portion: int) -> Scores | None:
        self._take_features()
        steps = (len(self._rows) - self._left - self._right - 1) // SUBSAMPLING + 1
        steps -= steps % portion  # in whole portions, as libvosk
        if steps <= 0:
            return None
        used = self._left + self._right + 1 + SUBSAMPLING * (steps - 1)
        scores: Scores = self._network.run(None, {INPUT: np.stack(self._rows[:used])})[0]
        del self._rows[: SUBSAMPLING * steps]
        return scores
