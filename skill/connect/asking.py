"""What others may ask of the bed: the evening's stretches, a text to be said aloud. Asked of the service, by a pipe.

The process beside the service writes a question as one line, and the service answers with one line. The service
decides: it looks at its own settings, and says nothing over a conversation.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

What = Literal["evening", "say"]
Outcome = Literal["done", "busy", "broken_off", "not_allowed", "unsayable", "mute"]
"""done: it was said to its end, or the stretches have begun. busy: somebody is being helped, or something is said.
broken_off: something came in between. unsayable: too long, other letters, or words that the bed itself answers to.
mute: nothing came out of the loudspeaker."""

LONGEST_TEXT = 140  # letters: about ten seconds, in which the bed hears little but calls for help
LONGEST_LINE = 2_000  # bytes
LETTERS = (
    r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff0-9 .,!?:;()'\u00ab\u00bb\u2013-]+"  # of western Europe
)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_WHAT: tuple[What, ...] = get_args(What)
_SAYABLE = re.compile(LETTERS)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `text` only with "say"."""

    what: What
    text: str = ""

    def line(self) -> str:
        return json.dumps({"ask": self.what, "text": self.text})


def read_ask(line: bytes) -> Ask | None:
    """None for what is no question."""
    fields = _fields(line)
    what = next((w for w in _WHAT if w == fields.get("ask")), None)
    text = fields.get("text", "")
    return Ask(what, text) if what is not None and isinstance(text, str) else None


def outcome_line(what: What, outcome: Outcome) -> str:
    return json.dumps({"ask": what, "outcome": outcome})


def text_to_say(text: str) -> str:
    """The text as it may be said, of plain words and signs; "" for one that may not."""
    text = " ".join(text.split())
    whole = len(text) <= LONGEST_TEXT and _SAYABLE.fullmatch(text) and any(c.isalpha() for c in text)
    return text if whole else ""


class Asking:
    """One question at a time: another one meanwhile is answered "busy" at once, so nothing piles up."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """`write` takes a line to the service. Raises OSError where nobody reads it any more."""
        self._write = write
        self._lock = threading.Lock()
        self._open: tuple[What, Callable[[Outcome], None]] | None = None

    def ask(self, ask: Ask, answered: Callable[[Outcome], None]) -> None:
        """`answered` is called once, perhaps from another thread."""
        with self._lock:
            free = self._open is None
            if free:
                self._open = (ask.what, answered)
        if not free:
            answered("busy")
            return
        try:
            self._write(ask.line())
        except OSError:
            self._close("mute")

    def take(self, line: bytes) -> None:
        """A line of the service; what is no answer to the open question is passed over."""
        fields = _fields(line)
        outcome = next((o for o in OUTCOMES if o == fields.get("outcome")), None)
        is_open = self._open
        if outcome is not None and is_open is not None and fields.get("ask") == is_open[0]:
            self._close(outcome)

    def _close(self, outcome: Outcome) -> None:
        with self._lock:
            is_open, self._open = self._open, None
        if is_open is not None:
            is_open[1](outcome)


def _fields(line: bytes) -> dict[str, object]:
    try:
        found = json.loads(line[:LONGEST_LINE])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
