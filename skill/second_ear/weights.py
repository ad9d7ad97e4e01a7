"""The two networks of the second ear: found, checked, loaded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skill.errors import ModelError
from skill.messages.message import Message
from skill.second_ear.features import Waveform, filled, log_mel

ENCODER, HEAD, PHONES, SUMS = "encoder.onnx", "head.onnx", "phones.json", "SHA256SUMS"
STEP = 320  # samples of one step of the encoder's output
_LOG_PROBS, _BENEATH = "log_probs", "beneath"  # outputs of the head


class SecondEarMissing(ModelError):
    """The weights are missing, truncated or foreign; the first ear goes on alone."""


def steps_of(samples: Waveform) -> int:
    """Steps of 20 ms that the samples reach into, at least one."""
    return max(1, -(-len(samples) // STEP))


def head_id(folder: Path) -> str:
    """Which head this is; what was learned for another one can't be added to it. Raises OSError."""
    sums = (folder / SUMS).read_text("utf-8").splitlines()
    return next((line[:16] for line in sums if line.endswith(f"  {HEAD}")), "")


def weight_faults(folder: Path) -> list[str]:
    """What is wrong with the files of ``folder``, one sentence each; empty when they are as they were released."""
    found: list[str] = []
    for name in (ENCODER, HEAD, PHONES, SUMS):
        if not (folder / name).is_file():
            return [Message("hearing.second_ear_file_missing", file=folder / name)]
    for line in (folder / SUMS).read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        try:
            with (folder / name).open("rb") as stream:
                same = hashlib.file_digest(stream, "sha256").hexdigest() == digest
        except OSError as error:
            found.append(
                Message("hearing.second_ear_file_unreadable", file=folder / name, error=error.strerror)
            )
            continue
        if not same:
            found.append(Message("hearing.second_ear_file_changed", file=folder / name))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Sounded:
    """What the networks make of a sound, a row for each step of 20 ms: ``log_probs``, shape (steps, 1 + phones), and
    what the last layer of the head is given, ``beneath``, shape (steps, width)."""

    log_probs: NDArray[np.float32]
    beneath: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """Loaded and ready. ``phones``: output k + 1 of the head is ``phones[k]``; output 0 is the blank."""

    phones: tuple[str, ...]
    _encoder: Any
    _head: Any

    def log_probs(self, samples: Waveform) -> NDArray[np.float32]:
        """Log probabilities, shape (steps of 20 ms, 1 + phones), of samples at 16 kHz."""
        return self._run(samples, _LOG_PROBS)[0]

    def sounded(self, samples: Waveform) -> Sounded:
        """The same, and what the last layer is given."""
        return Sounded(*self._run(samples, _LOG_PROBS, _BENEATH))

    def _run(self, samples: Waveform, *outputs: str) -> list[NDArray[np.float32]]:
        hidden = self._encoder.run(None, {"mel": log_mel(filled(samples))[None]})[0][:, : steps_of(samples)]
        return [np.asarray(each[0], np.float32) for each in self._head.run(list(outputs), {"hidden": hidden})]


def load_networks(folder: Path) -> Networks:
    """Load from ``folder``, each network on one thread.

    Raises:
        SecondEarMissing: a file is missing, changed or can't be loaded.
    """
    if found := weight_faults(folder):
        raise SecondEarMissing(found[0])
    try:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        providers = ["CPUExecutionProvider"]
        encoder = onnxruntime.InferenceSession(str(folder / ENCODER), options, providers=providers)
        head = onnxruntime.InferenceSession(str(folder / HEAD), options, providers=providers)
        phones = tuple(json.loads((folder / PHONES).read_text("utf-8")))
    except Exception as error:  # onnxruntime raises classes of its own for each fault
        raise SecondEarMissing(Message("hearing.second_ear_not_loaded", error=error)) from error
    return Networks(phones, encoder, head)
