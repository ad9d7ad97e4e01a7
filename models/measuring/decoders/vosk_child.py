"""The process that holds libvosk while recordings are decoded: it may crash, its parent doesn't.

Reads one JSON object on standard input ({"model": …, "jobs": […]}), writes one JSON line when the
model is loaded and one for each job done.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from models.measuring.disturbance import Disturbance, disturbed
from models.measuring.recordings import read_clip, speech_end_s
from skill.audio.samples import RATE_HZ
from skill.errors import AudioError

_CHUNK_S = 0.04


def _decode(model: Any, job: dict[str, Any]) -> dict[str, Any]:
    import vosk

    clean = read_clip(Path(job["path"]))
    settings = dict(job["disturbance"])
    if settings.get("rt60_s") is not None:
        settings["rt60_s"] = tuple(settings["rt60_s"])
    name = Path(job["path"]).name
    samples = disturbed(clean, Disturbance(**settings), name, job["lead_s"], job["tail_s"])
    sound = samples.astype(np.int16).tobytes()
    chunk = 2 * int(_CHUNK_S * RATE_HZ)
    finals = []
    began = time.process_time()
    recognizer = vosk.KaldiRecognizer(model, RATE_HZ, json.dumps(job["grammar"], ensure_ascii=False))
    recognizer.SetWords(True)
    for at in range(0, len(sound), chunk):
        if recognizer.AcceptWaveform(sound[at : at + chunk]):
            finals.append(_final(recognizer.Result(), min(at + chunk, len(sound)) / 2 / RATE_HZ, True))
    finals.append(_final(recognizer.FinalResult(), len(sound) / 2 / RATE_HZ, False))
    return {
        "finals": [final for final in finals if final["text"]],
        "cpu_s": time.process_time() - began,
        "audio_s": len(samples) / RATE_HZ,
        "speech_end_s": job["lead_s"] + speech_end_s(clean),
    }


def _final(result: str, at_s: float, by_itself: bool) -> dict[str, Any]:
    found = json.loads(result)
    words = found.get("result", [])
    return {
        "text": found.get("text", ""),
        "at_s": at_s,
        "by_itself": by_itself,
        "confidence": min((float(word["conf"]) for word in words), default=0.0),
        "begin_s": float(words[0]["start"]) if words else 0.0,
        "end_s": float(words[-1]["end"]) if words else 0.0,
    }


def main() -> None:
    # libvosk and its libraries write to standard output at times: keep that out of the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    import vosk

    order = json.load(sys.stdin)
    vosk.SetLogLevel(-1)
    model = vosk.Model(model_path=order["model"])
    print(json.dumps({"loaded": True}), file=answers, flush=True)
    for job in order["jobs"]:
        try:
            answer = _decode(model, job)
        except AudioError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
