"""What was measured: plain data, for tables and JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.measuring.figures import Share

NOTHING = "–"  # heard nothing that the product would act on


@dataclass(frozen=True)
class Cost:
    """Time of one core against the time of the sound."""

    cpu_s: float
    audio_s: float

    @property
    def ratio(self) -> float:
        return self.cpu_s / self.audio_s if self.audio_s else float("nan")


@dataclass(frozen=True)
class Mistake:
    """A clip that was not heard as what was said."""

    file: str
    said: str
    heard: str
    fault: str = ""


@dataclass(frozen=True)
class ClosedSet:
    """One phrase among n, for one group of recordings."""

    group: str
    n: int
    right: Share  # [unk] left out: which of the n was it?
    whole: Share  # the whole utterance was exactly the phrase: what the product would act on
    mistakes: tuple[Mistake, ...]
    cost: Cost
    whisper_right: Share | None = None
    whisper_cost: Cost | None = None


@dataclass(frozen=True)
class Threshold:
    """What one setting misses and what it takes for a phrase that isn't one."""

    setting: str  # "confidence ≥ 0.8", "[unk] costs 2"
    missed: Share  # phrases that did not come through with their meaning
    wrong: Share  # phrases that came through with another meaning
    false_accepts: int
    talk_hours: float


@dataclass(frozen=True)
class GrammarClass:
    """One set of phrases that are live together."""

    name: str
    phrases: int
    right: Share  # accepted as a phrase of the same meaning
    wrong: Share  # accepted as one of another meaning
    final_within: Share  # of those accepted
    final_after_p50_s: float
    final_after_p95_s: float
    never_final: int  # accepted only because the sound was over
    confused: tuple[tuple[str, str, int], ...]
    mistakes: tuple[Mistake, ...]
    false_accepts: tuple[Mistake, ...]  # in talk
    talk_hours: float
    thresholds: tuple[Threshold, ...]
    cost: Cost
    whisper_right: Share | None = None


@dataclass(frozen=True)
class Report:
    """All that was measured."""

    model: str
    disturbance: str
    clips: int
    outside: tuple[str, ...]  # transcripts that the model can't answer with; their clips don't count above
    faults: tuple[Mistake, ...]  # clips that could not be decoded; they count as not heard
    closed_sets: tuple[ClosedSet, ...]
    grammars: tuple[GrammarClass, ...]
    curves: dict[str, tuple[Threshold, ...]] = field(default_factory=dict)
