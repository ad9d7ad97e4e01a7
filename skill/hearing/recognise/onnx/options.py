"""conf/mfcc.conf and conf/model.conf: what libvosk reads there, read for the other decoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from skill.errors import ModelError
from skill.messages.message import Message


def read_options(path: Path) -> dict[str, str]:
    """Kaldi's option file, one `--name=value` a line. Raises ModelError for any other line."""
    found = {}
    try:
        for line in path.read_text("utf-8").splitlines():
            if not (text := line.split("#")[0].strip()):
                continue
            name, is_option, value = text.removeprefix("--").partition("=")
            if not text.startswith("--") or not is_option:
                raise ValueError(line)
            found[name] = value
    except (OSError, ValueError) as error:
        raise ModelError(Message("hearing.model_options_broken", path=path, error=error)) from error
    return found


@dataclass(frozen=True, slots=True)
class EndRule:
    """An utterance has ended when all of it holds (Kaldi's online-endpoint.h).

    How much dearer it would be to end here than to go on isn't asked, as Kaldi does: a path that ends in the silence
    between words may always end there.
    """

    after_speech: bool
    silence_s: float
    length_s: float = 0.0


_RULES: Final = {
    "rule1": EndRule(False, 5.0),
    "rule2": EndRule(True, 0.5),
    "rule3": EndRule(True, 1.0),
    "rule4": EndRule(True, 2.0),
    "rule5": EndRule(False, 0.0, 20.0),
}


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """How to search, and when an utterance has ended by itself."""

    beam: float
    max_active: int
    min_active: int
    silence_phones: frozenset[int]
    rules: tuple[EndRule, ...]

    @staticmethod
    def of(options: Mapping[str, str]) -> DecodingOptions:
        """Of conf/model.conf; where it says nothing, as Kaldi has it. Raises ValueError."""
        rules = []
        for name, rule in _RULES.items():
            silence = options.get(f"endpoint.{name}.min-trailing-silence", rule.silence_s)
            rules.append(EndRule(rule.after_speech, float(silence), rule.length_s))
        return DecodingOptions(
            beam=float(options.get("beam", 16.0)),
            max_active=int(options.get("max-active", 2**31 - 1)),
            min_active=int(options.get("min-active", 200)),
            silence_phones=frozenset(map(int, options["endpoint.silence-phones"].split(":"))),
            rules=tuple(rules),
        )

    def has_ended(self, length_s: float, silence_s: float) -> bool:
        """`silence_s` at the end of `length_s`, by the best path."""
        return any(
            (silence_s < length_s or not rule.after_speech)
            and silence_s >= rule.silence_s
            and length_s >= rule.length_s
            for rule in self.rules
        )
