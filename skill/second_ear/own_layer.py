"""One person's own last layer (`fitting`): a change that is added to what the head says of a sound."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skill.second_ear.weights import Sounded


@dataclass(frozen=True, slots=True, eq=False)
class OwnLayer:
    """``head``: for which head it was made (`weights.head_id`). ``change``: shape (width + 1, outputs), in natural
    logarithms; its last row is added whatever is heard."""

    head: str
    change: NDArray[np.float32]

    def log_probs(self, sounded: Sounded) -> NDArray[np.float32]:
        """Shape (steps, outputs)."""
        changed = sounded.log_probs + sounded.beneath @ self.change[:-1] + self.change[-1]
        changed -= changed.max(axis=1, keepdims=True)
        changed -= np.log(np.exp(changed).sum(axis=1, keepdims=True))
        return np.asarray(changed, np.float32)

    def written(self) -> str:
        """As text, with half of the digits."""
        numbers = base64.b64encode(self.change.astype("<f2").tobytes()).decode()
        return f"{self.head}:{self.change.shape[1]}:{numbers}"

    @staticmethod
    def read(text: str) -> OwnLayer:
        """Inverse of `written`. Raises ValueError."""
        head, outputs, numbers = text.split(":")
        change = np.frombuffer(base64.b64decode(numbers, validate=True), "<f2").astype(np.float32)
        change = change.reshape(-1, int(outputs))
        if not np.isfinite(change).all() or not len(change):
            raise ValueError("not finite")
        return OwnLayer(head, change)
