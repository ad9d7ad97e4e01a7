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

from skill.errors import VoiceError

_LIMIT_S = 120
_SYNCHRONOUS, _DONT_EXIT, _UTF8, _PHONEMES, _END_PAUSE = 2, 0x8000, 1, 0x100, 0x1000
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
    import espeakng_loader

    library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
    libc: Any = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    data = str(espeakng_loader.get_data_path()).encode()
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT) < 0:
        raise RuntimeError("espeak-ng did not start")
    silent = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(lambda *_: 0)
    library.espeak_SetSynthCallback(silent)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise RuntimeError(f"espeak-ng has no voice {voice}")
    traces = []
    with tempfile.TemporaryDirectory(prefix="krampevakt-trace-") as folder:
        path = Path(folder) / "trace"
        for text in texts:
            stream = ctypes.c_void_p(libc.fopen(os.fsencode(path), b"w"))
            library.espeak_SetPhonemeTrace(_SYMBOLS_BETWEEN_UNDERSCORES, stream)
            encoded = text.encode() + b"\0"
            flags = _UTF8 | _PHONEMES | _END_PAUSE
            library.espeak_Synth(encoded, len(encoded), 0, 0, 0, flags, None, None)
            library.espeak_SetPhonemeTrace(0, None)
            libc.fclose(stream)
            traces.append(path.read_text("utf-8").strip())
    return traces


if __name__ == "__main__":
    order = json.load(sys.stdin)
    json.dump(_child(order["voice"], order["texts"]), sys.stdout)
