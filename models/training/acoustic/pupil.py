"""What the pupil is taught where a teacher has said which phones there are: its own timing, the teacher's phones.

The second ear has steps of 20 ms and puts each phone where its own training put it; the small network has frames of
30 ms and its own places, and an output for silence that the teacher lacks. So the teacher's outputs are not copied
frame by frame: its row of phones is laid over what the small network itself hears in the clean sound, by summed paths.
Each frame then has the phone that the teacher heard, at the place where the small network would put it.

How much of a frame is blank and how much silence stays as the network hears it. Part of the prior is taken off its
scores, so it hears a phone in several frames where the summed paths have it in one and blank in the rest: taught those,
it gives phones to the blank (EXPERIMENTS.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor

from models.training.acoustic.topology import SHIPPED, occupancies, pack

# log likelihood a frame; where the row fits worse than that, pieces are cut wrongly or there is no speech
WORST_FIT: Final = -3.0
PHONES_FROM: Final = 2  # outputs before it: blank and silence (topology.py)


def corrected(heard: Tensor, frames: Tensor, rows: Sequence[str], share: float) -> Tensor:
    """Probabilities to learn [B, T, outputs]: ``share`` of the teacher's phones in what the network ``heard``.

    ``heard`` are log-probabilities [B, T, outputs] of the clean sound, ``frames`` [B] their lengths, ``rows`` the
    teacher's phones, separated by blanks, «|» where silence may stand. A row that does not fit is left out.
    """
    own = heard.exp()
    packed = pack([SHIPPED.compile(row.split()) for row in rows])
    packed[1][0, packed[0] != 0] = 1.0  # a phone may last some frames
    total, gamma = occupancies(heard.numpy(), frames.numpy(), packed)
    # the blank behind a phone is that phone's time
    owner = np.where(packed[0] == 0, np.roll(packed[0], 1, 1), packed[0])
    outputs = torch.from_numpy(owner)[:, None, :].expand(-1, heard.shape[1], -1)
    taught = torch.zeros_like(heard).scatter_add_(2, outputs, torch.from_numpy(gamma).to(heard.dtype))
    fits = torch.from_numpy(total) > WORST_FIT * frames
    inside = torch.arange(heard.shape[1])[None] < frames[:, None]
    use = share * (fits[:, None] & inside).to(heard.dtype)[..., None]
    phones, said = own[..., PHONES_FROM:], taught[..., PHONES_FROM:]
    mixed = (1 - use * said.sum(-1, keepdim=True)) * phones + use * phones.sum(-1, keepdim=True) * said
    return torch.cat([own[..., :PHONES_FROM], mixed], -1)
