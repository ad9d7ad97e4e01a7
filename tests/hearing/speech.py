"""Speech for tests: espeak-ng from its wheel, in this process. SYNTHETIC; proves paths, not accuracy."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.signal import resample_poly

from skill.audio.espeak import Espeak
from skill.audio.samples import RATE_HZ, Samples

_RATE, _PITCH = 1, 3
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@cache
def _engine() -> tuple[Espeak, Callable[..., int], list[np.ndarray]]:
    engine = Espeak()
    collected: list[np.ndarray] = []

    def take(samples: ctypes._Pointer, count: int, _events: object) -> int:
        if count:
            collected.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    callback = _Callback(take)
    engine.library.espeak_SetSynthCallback(callback)
    return engine, callback, collected


@cache
def speech(text: str, voice: str = "nb", rate_wpm: int = 140, pitch: int = 50) -> Samples:
    """Like `rendered`, and remembered."""
    return rendered(text, voice, rate_wpm, pitch)


def rendered(text: str, voice: str = "nb", rate_wpm: int = 140, pitch: int = 50) -> Samples:
    """`text` spoken at about -20 dBFS, 16 kHz, without silence before or after."""
    engine, _keep, collected = _engine()
    collected.clear()
    engine.choose(voice)
    engine.library.espeak_SetParameter(_RATE, rate_wpm, 0)
    engine.library.espeak_SetParameter(_PITCH, pitch, 0)
    engine.say(text)
    sound = np.concatenate(collected).astype(np.float64)
    sound = resample_poly(sound, RATE_HZ // 50, engine.rate_hz // 50)
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.max(np.abs(sound)))
    sound = sound[loud[0] : loud[-1] + 1]
    sound *= 3276.8 / np.sqrt(np.mean(sound**2))
    return np.clip(sound, -32768, 32767).astype(np.int16)


def pause(seconds: float) -> Samples:
    """Digital silence."""
    return np.zeros(round(seconds * RATE_HZ), np.int16)


def noise(seconds: float, level_dbfs: float, seed: int = 0) -> Samples:
    """White noise of this RMS level, the same for the same seed."""
    rng = np.random.default_rng(seed)
    sound = rng.standard_normal(round(seconds * RATE_HZ)) * 32768 * 10 ** (level_dbfs / 20)
    return np.clip(sound, -32768, 32767).astype(np.int16)


def mixed(sound: Samples, room: Samples) -> Samples:
    """`sound` with `room` under it, repeated as long as needed."""
    under = np.resize(room, len(sound)).astype(np.int32)
    return np.clip(sound.astype(np.int32) + under, -32768, 32767).astype(np.int16)
