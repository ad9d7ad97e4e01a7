"""The short-lived process in which Piper renders texts to wav files; renderer.py tells how it is spoken to.

Besides the jobs it is given {"model": path, "length_scale": 1.0 for the voice's own pace, more for slower}.
Piper brings its own copy of espeak-ng and a gigabyte of address space: both end with the process. It runs as a
file and imports nothing of ours.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import sys
import wave
from typing import Any


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    order = json.load(sys.stdin)
    faulthandler.dump_traceback_later(order["limit_s"], exit=True)

    def answer(error: str = "", voice: bool = False) -> None:
        answers.write(json.dumps({"error": error, "voice": voice}) + "\n")
        answers.flush()

    try:
        piper: Any = importlib.import_module("piper")
        speaker = piper.PiperVoice.load(order["model"])
        pace = piper.SynthesisConfig(length_scale=order["length_scale"])
    except Exception as error:
        answer(f"{type(error).__name__}: {error}", voice=True)
        return
    for job in order["jobs"]:
        try:
            with wave.open(job["path"], "wb") as file:
                speaker.synthesize_wav(job["text"], file, syn_config=pace)
        except Exception as error:
            answer(f"{type(error).__name__}: {error}")
            break
        answer()
    os._exit(0)


if __name__ == "__main__":
    main()
