"""What espeak-ng really says, sound by sound: its own trace while it speaks.

Run as a program (`trace` does) it reads {"voice", "texts"} as JSON and answers with a JSON list of traces: words
apart by spaces, phonemes by "_". A process of its own, because espeak-ng keeps global state and may crash.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skill.audio.espeak import Espeak
from skill.errors import VoiceError

_LIMIT_S = 120
_PHONEMES, _END_PAUSE = 0x100, 0x1000
_SYMBOLS_BETWEEN_UNDERSCORES = 1 | ord("_") << 8


def trace(texts: Sequence[str], voice: str = "nb") -> tuple[str, ...]:
    """espeak-ng's trace of each text, which may hold phonemes in [[ ]]. Raises VoiceError."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "models.measuring.voice.phoneme_trace"],
            input=json.dumps({"voice": voice, "texts": list(texts)}).encode(),
            capture_output=True,
            timeout=_LIMIT_S,
            check=True,
        )
        return tuple(json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise VoiceError(
            f"espeak-ng svarer ikke om uttalen ({error}); installer pakken espeakng-loader."
        ) from error


def _child(voice: str, texts: Sequence[str]) -> list[str]:
    engine = Espeak()
    libc: Any = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    silent = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(lambda *_: 0)
    engine.library.espeak_SetSynthCallback(silent)
    engine.choose(voice)
    traces = []
    with tempfile.TemporaryDirectory(prefix="krampevakt-trace-") as folder:
        path = Path(folder) / "trace"
        for text in texts:
            stream = ctypes.c_void_p(libc.fopen(os.fsencode(path), b"w"))
            engine.library.espeak_SetPhonemeTrace(_SYMBOLS_BETWEEN_UNDERSCORES, stream)
            engine.say(text, _PHONEMES | _END_PAUSE)
            engine.library.espeak_SetPhonemeTrace(0, None)
            libc.fclose(stream)
            traces.append(path.read_text("utf-8").strip())
    return traces


if __name__ == "__main__":
    order = json.load(sys.stdin)
    json.dump(_child(order["voice"], order["texts"]), sys.stdout)
