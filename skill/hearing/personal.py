"""What the device has learned of the one who sleeps here (`krampevakt enrol`): how they say a phrase, and how surely.

It can only make both ears more lenient. Whatever stands in the file, nobody is refused who would be heard without it:
a voice in pain is not a calm voice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from skill.errors import ModelError
from skill.files import read_json
from skill.hearing.accept.second_opinion import LeastScores
from skill.hearing.recognise.evidence import LeastEvidence
from skill.messages.message import Message
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.weights import head_id

MOST_EASED = 0.8  # by the letter, of the second ear
MOST_EASED_FIRST = 0.4  # by the letter, of the first
MOST_WAYS = 12  # of one phrase

OwnWays = Mapping[str, tuple[tuple[str, ...], ...]]  # phrase → rows of phones


@dataclass(frozen=True, slots=True)
class Personal:
    """Eased thresholds, natural logarithms by the letter, 0 or more; what cries danger is left as it is."""

    cries: float = 0.0  # so much less the second ear asks of a cry
    answers: float = 0.0  # and of an answer that the first ear took for something else
    first: float = 0.0  # so much less the first ear asks of a cry when it hears alone
    ways: OwnWays = field(default_factory=dict)
    layer: str = ""  # an own last layer of the second ear, `OwnLayer.written`

    def own_layer(self) -> OwnLayer | None:
        """What is asked beside the layer that everybody has. Raises ValueError."""
        return OwnLayer.read(self.layer) if self.layer else None

    def fits(self, second_ear: Path) -> bool:
        """Was the own layer made for the head in this folder, and can it be read?"""
        try:
            own = self.own_layer()
            return own is None or own.head == head_id(second_ear)
        except (OSError, ValueError):
            return False

    def least_scores(self, least: LeastScores) -> LeastScores:
        """Of the second ear."""
        cries, answers = _bounded(self.cries, MOST_EASED), _bounded(self.answers, MOST_EASED)
        return replace(
            least,
            cry=least.cry - cries,
            cry_alone=least.cry_alone - cries,
            word=least.word - cries,
            word_alone=least.word_alone - cries,
            answer_alone=least.answer_alone - answers,
        )

    def least_evidence(self, least: LeastEvidence | None) -> LeastEvidence | None:
        """Of the first ear; a model that asks for nothing goes on so."""
        if least is None:
            return None
        first = _bounded(self.first, MOST_EASED_FIRST)
        return replace(least, phrase=least.phrase - first, word=least.word - first)


def _bounded(eased: float, most: float) -> float:
    return min(most, max(0.0, eased))


def read_personal(file: Path) -> Personal:
    """What was learned; nothing where there is no file.

    Raises:
        ModelError: it can't be read or understood; the device then hears as it hears everybody.
    """
    try:
        told: Any = read_json(file)
        ways = {
            str(phrase): tuple(tuple(str(phone) for phone in row) for row in rows)[:MOST_WAYS]
            for phrase, rows in told["ways"].items()
        }
        eased = (float(told["cries"]), float(told["answers"]), float(told["first"]))
        return Personal(*eased, ways, str(told.get("layer", "")))
    except (FileNotFoundError, NotADirectoryError):
        return Personal()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(Message("hearing.personal_unreadable", file=file)) from error
