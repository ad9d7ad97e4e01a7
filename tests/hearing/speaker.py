"""espeak-ng that says everything as if it were the first thing it says.

What it said before changes a sound by some samples, so each text is said by a fork of a process that has said nothing:
a test hears the same whatever ran before it. JSON objects {"text", "voice", "rate_wpm", "pitch"} come in, a line each;
for each go out the sample rate and the number of samples (32 bits each), and the samples (16 bits).
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skill.audio.espeak import Espeak

ROOT = Path(__file__).resolve().parents[2]
_RATE, _PITCH = 1, 3  # espeak_PARAMETER
_HEAD = struct.Struct("=ii")
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Speaker:
    """The process, asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hearing.speaker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip

    def say(self, text: str, voice: str, rate_wpm: int, pitch: int) -> tuple[int, npt.NDArray[np.int16]]:
        """Sample rate and samples. Raises RuntimeError when espeak-ng can't say it."""
        order = {"text": text, "voice": voice, "rate_wpm": rate_wpm, "pitch": pitch}
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None and answers is not None
        with self._lock:
            asks.write(json.dumps(order).encode() + b"\n")
            asks.flush()
            head = answers.read(_HEAD.size)
            rate_hz, count = _HEAD.unpack(head) if len(head) == _HEAD.size else (0, 0)
            sound = np.frombuffer(answers.read(2 * count), np.int16)
        if not count:
            raise RuntimeError(f"espeak-ng did not say «{text}» as {voice}")
        return rate_hz, sound


def _said(engine: Espeak, order: Mapping[str, Any]) -> npt.NDArray[np.int16]:
    collected = [np.zeros(0, np.int16)]

    def take(samples: ctypes._Pointer, count: int, _events: object) -> int:
        if count:
            collected.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    callback = _Callback(take)
    engine.library.espeak_SetSynthCallback(callback)
    engine.library.espeak_ng_SetRandSeed(ctypes.c_long(1))  # by itself it takes the time of day
    engine.choose(order["voice"])
    engine.library.espeak_SetParameter(_RATE, order["rate_wpm"], 0)
    engine.library.espeak_SetParameter(_PITCH, order["pitch"], 0)
    engine.say(order["text"])
    return np.concatenate(collected)


def main() -> None:
    """Until nobody asks any more."""
    engine = Espeak()
    for line in sys.stdin.buffer:
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            if status:
                sys.stdout.buffer.write(_HEAD.pack(engine.rate_hz, 0))
                sys.stdout.buffer.flush()
            continue
        try:
            sound = _said(engine, json.loads(line))
            sys.stdout.buffer.write(_HEAD.pack(engine.rate_hz, len(sound)) + sound.tobytes())
            sys.stdout.buffer.flush()
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)


if __name__ == "__main__":
    main()
