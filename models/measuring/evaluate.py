"""Measuring a Vosk folder on recordings."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.measuring.decoders.vosk import Decoder, Heard, Job, Progress, silent
from models.measuring.decoders.whisper import Transcript, transcribe
from models.measuring.figures import Share, most_confused, quantile, share
from models.measuring.recordings import Clip
from models.measuring.results import NOTHING, ClosedSet, Cost, GrammarClass, Mistake, Report, Threshold
from models.measuring.spelling import nearest
from models.measuring.tasks import accepted_phrases, choice_jobs, choices, grammar_jobs, heard_phrase
from skill.errors import ModelError
from skill.model.build import build
from skill.model.folder import require
from skill.model.phrase_lists import PhraseList, sayable
from skill.vocabulary import UNKNOWN_WORD

FINAL_WITHIN_S = 0.8  # goal: every phrase is final this soon after its end
_CONFIDENCES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    clips: Sequence[Clip]
    talk: Sequence[Clip] = ()  # talk and noise that is none of the phrases
    ns: Sequence[int] = ()  # sizes of closed sets
    seed: int = 0
    grammars: Sequence[PhraseList] = ()
    unknown_costs: Sequence[float] = ()  # costs of [unk] for the curve
    whisper: Path | None = None  # a python that has Whisper base


def measure(decoder: Decoder, plan: Plan, progress: Progress = silent) -> Report:
    """Everything that `plan` asks for. Raises ModelError."""
    transcripts: dict[Path, Transcript] = {}
    if plan.whisper is not None:
        spoken = [clip for clip in plan.clips if clip.transcript]
        texts = transcribe(plan.whisper, spoken, decoder.disturbance, progress)
        transcripts = {clip.path: text for clip, text in zip(spoken, texts, strict=True)}
    closed = [
        c for n in plan.ns for c in closed_sets(decoder, plan.clips, n, plan.seed, transcripts, progress)
    ]
    classes = [grammar_class(decoder, g, plan.clips, plan.talk, transcripts, progress) for g in plan.grammars]
    mistakes = [*(m for c in closed for m in c.mistakes), *(m for g in classes for m in g.mistakes)]
    curves = {}
    if plan.unknown_costs:
        for g in plan.grammars:
            curves[g.name] = unknown_cost_curve(
                decoder, g, plan.clips, plan.talk, plan.unknown_costs, progress
            )
    return Report(
        str(decoder.model),
        str(decoder.disturbance),
        len(plan.clips),
        outside(plan.clips, decoder.model),
        tuple(dict.fromkeys(m for m in mistakes if m.fault)),
        tuple(closed),
        tuple(classes),
        curves,
    )


def closed_sets(
    decoder: Decoder,
    clips: Sequence[Clip],
    n: int,
    seed: int,
    whisper: dict[Path, Transcript],
    progress: Progress,
) -> list[ClosedSet]:
    """n-way choices for each group of clips; beside it, of the same n, the one nearest to Whisper's text."""
    vocabulary = require(decoder.model).words
    found = choices(clips, n, seed, vocabulary)
    heard = decoder.decode(choice_jobs(found, vocabulary), progress)
    out = []
    for group in dict.fromkeys(choice.clip.group for choice in found):
        pairs = [(c, h) for c, h in zip(found, heard, strict=True) if c.clip.group == group]
        rivals = [(c, whisper[c.clip.path]) for c, _ in pairs if c.clip.path in whisper]
        out.append(
            ClosedSet(
                group,
                n,
                share(heard_phrase(h.words) == c.clip.transcript for c, h in pairs),
                share(accepted_phrases(h) == [c.clip.transcript] for c, h in pairs),
                tuple(_mistake(h) for c, h in pairs if heard_phrase(h.words) != c.clip.transcript),
                _cost(h for _, h in pairs),
                share(nearest(t.text, c.candidates) == c.clip.transcript for c, t in rivals)
                if rivals
                else None,
                Cost(sum(t.cpu_s for _, t in rivals), sum(t.audio_s for _, t in rivals)) if rivals else None,
            )
        )
    return out


def grammar_class(
    decoder: Decoder,
    grammar: PhraseList,
    clips: Sequence[Clip],
    talk: Sequence[Clip],
    whisper: dict[Path, Transcript],
    progress: Progress,
) -> GrammarClass:
    """Phrases of one grammar said, and talk that is none of them, against that grammar."""
    vocabulary = require(decoder.model).words
    units = grammar.units(vocabulary)
    jobs = grammar_jobs(clips, grammar, vocabulary)
    heard = decoder.decode([*jobs, *_talk_jobs(talk, grammar, units)], progress)
    said, ignored = heard[: len(jobs)], heard[len(jobs) :]
    right = [h for h in said if _came_through(h, grammar)]
    after = [h.final_after_s for h in said if h.accepted]
    in_time = [seconds for seconds in after if seconds is not None]
    rivals = [(h, whisper[h.job.clip.path]) for h in said if h.job.clip.path in whisper]
    return GrammarClass(
        grammar.name,
        len(grammar.phrases),
        Share(len(right), len(said)),
        share(_came_wrong(h, grammar) for h in said),
        share(seconds is not None and seconds <= FINAL_WITHIN_S for seconds in after),
        quantile(in_time, 0.5),
        quantile(in_time, 0.95),
        len(after) - len(in_time),
        tuple(most_confused((m.said, m.heard) for h in said if h not in right for m in [_mistake(h)])),
        tuple(_mistake(h) for h in said if h not in right),
        tuple(_mistake(h) for h in ignored if accepted_phrases(h)),
        sum(h.audio_s for h in ignored) / 3600,
        tuple(_threshold(f"confidence ≥ {c:g}", said, ignored, grammar, c) for c in _CONFIDENCES),
        _cost([*said, *ignored]),
        share(
            grammar.means(nearest(t.text, grammar.phrases)) == grammar.means(h.job.clip.transcript)
            for h, t in rivals
        )
        if rivals
        else None,
    )


def unknown_cost_curve(
    decoder: Decoder,
    grammar: PhraseList,
    clips: Sequence[Clip],
    talk: Sequence[Clip],
    costs: Sequence[float],
    progress: Progress,
) -> tuple[Threshold, ...]:
    """Miss against false accept while the cost of [unk] moves: the model is built anew for each cost.

    Needs a folder with phones.json and lexicon.tsv. Raises ModelError.
    """
    points = []
    for cost in costs:
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch) / "model"
            build([], grammar.phrases, decoder.model, out, unk_cost=cost)
            units = grammar.units(require(out).words)
            jobs = [Job(clip, units) for clip in clips if clip.transcript in grammar.phrases]
            both = [*jobs, *_talk_jobs(talk, grammar, units)]
            heard = replace(decoder, model=out).decode(both, progress)
            said, ignored = heard[: len(jobs)], heard[len(jobs) :]
            points.append(_threshold(f"[unk] costs {cost:g}", said, ignored, grammar, 0.0))
    return tuple(points)


def outside(clips: Iterable[Clip], model: Path) -> tuple[str, ...]:
    """Transcripts that the model can't answer with."""
    vocabulary = require(model).words
    texts = dict.fromkeys(clip.transcript for clip in clips if clip.transcript)
    return tuple(text for text in texts if not sayable(text, vocabulary))


def with_words_of(model: Path, clips: Sequence[Clip], out: Path) -> Path:
    """A copy of `model` that knows the transcripts of `clips`. Raises ModelError."""
    texts = list(dict.fromkeys(clip.transcript for clip in clips if clip.transcript))
    if not texts:
        raise ModelError("The manifest has no transcripts: there is nothing to be heard.")
    return build([], texts, model, out).out


def _talk_jobs(talk: Sequence[Clip], grammar: PhraseList, units: tuple[str, ...]) -> list[Job]:
    return [Job(clip, units, tail_s=1.0) for clip in talk if clip.transcript not in grammar.phrases]


def _threshold(
    setting: str, said: Sequence[Heard], ignored: Sequence[Heard], grammar: PhraseList, confidence: float
) -> Threshold:
    return Threshold(
        setting,
        share(not _came_through(h, grammar, confidence) for h in said),
        share(_came_wrong(h, grammar, confidence) for h in said),
        sum(len(accepted_phrases(h, confidence)) for h in ignored),
        sum(h.audio_s for h in ignored) / 3600,
    )


def _came_through(heard: Heard, grammar: PhraseList, confidence: float = 0.0) -> bool:
    """Exactly one thing was accepted, and it means what was said."""
    meanings = [grammar.means(phrase) for phrase in accepted_phrases(heard, confidence)]
    return meanings == [grammar.means(heard.job.clip.transcript)]


def _came_wrong(heard: Heard, grammar: PhraseList, confidence: float = 0.0) -> bool:
    meaning = grammar.means(heard.job.clip.transcript)
    return any(grammar.means(phrase) != meaning for phrase in accepted_phrases(heard, confidence))


def _mistake(heard: Heard) -> Mistake:
    clip = heard.job.clip
    text = heard_phrase(" | ".join(final.text for final in heard.finals))
    only_unknown = not text.replace(UNKNOWN_WORD, "").strip(" |")
    return Mistake(
        f"{clip.group}/{clip.path.name}", clip.transcript, NOTHING if only_unknown else text, heard.fault
    )


def _cost(heard: Iterable[Heard]) -> Cost:
    found = list(heard)
    return Cost(sum(h.cpu_s for h in found), sum(h.audio_s for h in found))
