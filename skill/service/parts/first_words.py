"""How long a cry waits for its first words: from the end of the cry to their going to the loudspeaker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from skill.events import Heard, Say
from skill.web.ports import FIRST_WORDS_WITHIN_S, FirstWords


@dataclass
class FirstWordsWatch:
    """A witness of the conversation. `now_s`: of the clock that heard events are timed by."""

    now_s: Callable[[], float]
    counted: FirstWords = field(default_factory=FirstWords)
    _cried_at_s: float | None = None

    def saw(self, what: object) -> None:
        if isinstance(what, Heard):
            self._cried_at_s = what.at_s if what.grammar == "idle" else None
        elif isinstance(what, Say) and self._cried_at_s is not None:
            waited_s, self._cried_at_s = max(0.0, self.now_s() - self._cried_at_s), None
            before = self.counted
            within = tuple(
                n + (waited_s <= bound_s)
                for n, bound_s in zip(before.within, FIRST_WORDS_WITHIN_S, strict=True)
            )
            self.counted = replace(
                before, within=within, count=before.count + 1, sum_s=before.sum_s + waited_s
            )
