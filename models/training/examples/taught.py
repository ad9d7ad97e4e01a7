"""People's talk, in any language and without a transcript, with the phones that the second ear hears in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.acoustic.network import mfcc
from models.training.examples import augment
from models.training.examples.parallel import AS_IT_WAS, LONGEST_RT60_S, SNR_DB, WETTEST
from models.training.examples.people import disturbed, pieces
from skill.audio.samples import RATE_HZ, Floats

Taught = tuple[Tensor, Tensor, str]
"""MFCC [T, 40] in half precision as the bedside hears it, and as it was; the teacher's phones, «|» for a pause."""
Hear = Callable[[Floats], NDArray[np.float32]]
"""Samples at 16 kHz → log probabilities [steps of 20 ms, 1 + phones]; output 0 is the blank."""

PAUSE_STEPS: Final = 8
LEAST_SURE: Final = 0.6  # mean probability of the phones; below, a piece is left out
FEWEST_PHONES: Final = 4
COPIES: Final = 3
# s of quiet before and behind a piece, under the noise as well: without it nothing says that noise alone is silence
BEFORE_S: Final = (0.1, 0.8)
BEHIND_S: Final = (0.3, 1.5)


def row(log_probs: NDArray[np.float32], phones: Sequence[str]) -> tuple[list[str], float]:
    """The best path's phones, «|» where nothing is heard for 160 ms, and how probable they are in the mean."""
    said: list[str] = []
    sure: list[float] = []
    before, last = 0, 0
    for step, output in enumerate(log_probs.argmax(1).tolist()):
        probability = float(np.exp(log_probs[step, output]))
        if output and output == before:
            sure[-1] = max(sure[-1], probability)
        elif output:
            if said and step - last > PAUSE_STEPS:
                said.append("|")
            said.append(phones[output - 1])
            sure.append(probability)
        if output:
            last = step
        before = output
    return said, float(np.mean(sure)) if sure else 0.0


def examples(files: Sequence[Path], hear: Hear, phones: Sequence[str], seed: int) -> list[Taught]:
    """Pieces of 4 s of which the teacher is sure, three copies each, two at another pace, all with quiet round them;
    most of them disturbed.
    """
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    cut = pieces(files)
    out: list[Taught] = []
    for x in cut:
        said, sure = row(hear(x), phones)
        if sure < LEAST_SURE or len(said) < FEWEST_PHONES:
            continue
        for copy in range(COPIES):
            was = augment.resample(x, rng.uniform(0.84, 1.18)) if copy else x
            was = np.pad(was, (int(rng.uniform(*BEFORE_S) * RATE_HZ), int(rng.uniform(*BEHIND_S) * RATE_HZ)))
            heard = was * np.float32(rng.uniform(0.05, 0.9))
            if rng.random() >= AS_IT_WAS:
                heard = disturbed(was, rng, cut, SNR_DB, LONGEST_RT60_S, WETTEST)
            out.append(
                (torch.from_numpy(mfcc(heard)).half(), torch.from_numpy(mfcc(was)).half(), " ".join(said))
            )
    return out
