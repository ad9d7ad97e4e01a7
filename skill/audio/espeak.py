"""espeak-ng's library from its Python package, started: for those that ask it how words are said, or make it say them.

It keeps global state and may crash on odd data, so the product loads it only in child processes.
"""

from __future__ import annotations

import ctypes

UTF8 = 1
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000  # an error is returned, and doesn't end the process


class Espeak:
    """One voice, without a sound card: what it makes goes to a callback or is thrown away.

    `library` is the C library as in speak_lib.h; `rate_hz` the sample rate of what it makes. Raises RuntimeError when
    it can't start, ImportError without the package espeakng-loader.
    """

    def __init__(self) -> None:
        import espeakng_loader

        self.library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
        data = str(espeakng_loader.get_data_path()).encode()
        self.rate_hz: int = self.library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT)
        if self.rate_hz < 0:
            raise RuntimeError("espeak-ng did not start")

    def choose(self, voice: str) -> None:
        """The voice from now on, by espeak-ng's name. Raises RuntimeError when there is none of that name."""
        if self.library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice {voice}")

    def say(self, text: str, flags: int = 0) -> None:
        """Make the text; returns when all of it went to the callback."""
        data = text.encode() + b"\0"
        self.library.espeak_Synth(data, len(data), 0, 0, 0, UTF8 | flags, None, None)
