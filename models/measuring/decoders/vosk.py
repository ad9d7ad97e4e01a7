"""Decoding many recordings with a Vosk folder, in child processes: a crash is reported, not suffered."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from models.measuring.disturbance import Disturbance
from models.measuring.recordings import Clip
from skill.errors import ModelError
from skill.model import child
from skill.model.folder import require
from skill.vocabulary import UNKNOWN_WORD

_BATCH = 50  # clips a child decodes before it is replaced: bounds what a crash can cost
_TIME_LIMIT_S = 1800

Progress = Callable[[int], None]  # is told how many more clips are done


def silent(_done: int) -> None:
    """Progress that nobody follows."""


@dataclass(frozen=True)
class Job:
    """One clip to be decoded with one grammar."""

    clip: Clip
    grammar: tuple[str, ...]  # units as the model writes them; [unk] is added
    lead_s: float = 0.3
    tail_s: float = 2.0


@dataclass(frozen=True)
class Final:
    """One final result."""

    text: str  # as libvosk gives it, "[unk]" included
    at_s: float  # position in the sound when it came
    by_itself: bool  # False: only because the sound was over
    confidence: float  # the lowest of its words'
    begin_s: float
    end_s: float

    @property
    def unit(self) -> str | None:
        """The unit, if the whole utterance is exactly one; this is what the product accepts."""
        return self.text if self.text and " " not in self.text and self.text != UNKNOWN_WORD else None


@dataclass(frozen=True)
class Heard:
    """What came of one job."""

    job: Job
    finals: tuple[Final, ...] = ()
    cpu_s: float = 0.0
    audio_s: float = 0.0
    speech_end_s: float = 0.0
    fault: str = ""  # why nothing was heard, if libvosk crashed or the clip is unusable

    @property
    def words(self) -> str:
        """All that was heard, [unk] left out."""
        tokens = (token for final in self.finals for token in final.text.split())
        return " ".join(token for token in tokens if token != UNKNOWN_WORD)

    @property
    def accepted(self) -> list[Final]:
        return [final for final in self.finals if final.unit is not None]

    @property
    def final_after_s(self) -> float | None:
        """From the end of speech to the last accepted result; None if it never came by itself."""
        last = next((f for f in reversed(self.finals) if f.unit is not None and f.by_itself), None)
        return None if last is None else last.at_s - self.speech_end_s


@dataclass(frozen=True)
class Decoder:
    """A model and the way recordings are fed to it."""

    model: Path
    disturbance: Disturbance = field(default_factory=Disturbance)
    processes: int = 1

    def decode(self, jobs: Sequence[Job], progress: Progress = silent) -> list[Heard]:
        """Decode all `jobs`, in their order. `progress` is told how many more are done.

        Raises ModelError when the folder is faulty, a grammar is empty or holds unknown words.
        """
        self._check(jobs)
        batches = [jobs[at : at + _BATCH] for at in range(0, len(jobs), _BATCH)]
        with ThreadPoolExecutor(max(1, self.processes)) as pool:
            results = pool.map(lambda batch: self._batch(batch, progress), batches)
            return [heard for batch in results for heard in batch]

    def _check(self, jobs: Sequence[Job]) -> None:
        folder = require(self.model)
        for grammar in {job.grammar for job in jobs}:
            if not grammar:
                raise ModelError("A grammar is empty: libvosk would crash on it.")
            missing = folder.missing(grammar)
            if missing:
                raise ModelError(f"«{missing[0]}» is not in the vocabulary of {self.model}.")

    def _batch(self, jobs: Sequence[Job], progress: Progress) -> list[Heard]:
        """Decode one batch; after a crash go on behind the clip that it happened on."""
        heard: list[Heard] = []
        while len(heard) < len(jobs):
            rest = jobs[len(heard) :]
            answers, fault = self._run(rest)
            for job, answer in zip(rest, answers, strict=False):
                heard.append(_heard(job, answer))
            if fault:
                heard.append(Heard(rest[len(answers)], fault=fault))
            progress(len(answers) + bool(fault))
        return heard

    def _run(self, jobs: Sequence[Job]) -> tuple[list[dict[str, object]], str]:
        order = {"model": str(self.model), "jobs": [self._order(job) for job in jobs]}
        try:
            done = subprocess.run(
                child.command("models.measuring.decoders.vosk_child"),
                env=child.environment(),
                input=json.dumps(order),
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_TIME_LIMIT_S,
            )
        except subprocess.TimeoutExpired as error:
            raise ModelError(f"Decoding {len(jobs)} recordings took more than {_TIME_LIMIT_S} s.") from error
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.endswith("}")]
        if not lines:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise ModelError(f"libvosk can't load {self.model} ({reason[:200]}).")
        answers = lines[1:]
        if len(answers) == len(jobs):
            return answers, ""
        cause = f"signal {-done.returncode}" if done.returncode < 0 else f"exit {done.returncode}"
        return answers, f"libvosk crashed ({cause})"

    def _order(self, job: Job) -> dict[str, object]:
        return {
            "path": str(job.clip.path),
            "grammar": [*job.grammar, UNKNOWN_WORD],
            "lead_s": job.lead_s,
            "tail_s": job.tail_s,
            "disturbance": asdict(self.disturbance),
        }


def _heard(job: Job, answer: dict[str, object]) -> Heard:
    if "error" in answer:
        return Heard(job, fault=str(answer["error"]))
    finals = answer["finals"]
    assert isinstance(finals, list)
    return Heard(
        job,
        tuple(Final(**final) for final in finals),
        float(str(answer["cpu_s"])),
        float(str(answer["audio_s"])),
        float(str(answer["speech_end_s"])),
    )
