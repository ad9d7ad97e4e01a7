"""libvosk itself, in a process of its own: what it hears, with times."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

_CHILD = """
import json, sys, vosk
vosk.SetLogLevel(-1)
model = vosk.Model(model_path=sys.argv[1])
out = []
for name, grammar in json.loads(sys.stdin.read()):
    extra = [json.dumps(grammar)] if grammar else []
    recognizer = vosk.KaldiRecognizer(model, 16000, *extra)
    recognizer.SetWords(True)
    sound, heard = open(name, "rb").read(), []
    for at in range(0, len(sound), 6400):
        if recognizer.AcceptWaveform(sound[at:at + 6400]):
            heard.append(json.loads(recognizer.Result()))
    heard.append(json.loads(recognizer.FinalResult()))
    out.append([word for result in heard for word in result.get("result", [])])
print(json.dumps(out))
"""


def hear(
    model: Path, clips: Sequence[tuple[np.ndarray, Sequence[str]]], scratch: Path
) -> list[list[dict[str, float | str]]]:
    """Words with times for each (samples, grammar); an empty grammar means all words."""
    jobs = []
    for number, (samples, grammar) in enumerate(clips):
        name = scratch / f"clip{number}.raw"
        name.write_bytes(samples.astype("<i2").tobytes())
        jobs.append([str(name), list(grammar)])
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(model)], input=json.dumps(jobs), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return list(json.loads(done.stdout))


def texts(heard: Sequence[Sequence[dict[str, float | str]]]) -> list[str]:
    return [" ".join(str(word["word"]) for word in clip) for clip in heard]
