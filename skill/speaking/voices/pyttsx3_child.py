"""The short-lived process in which pyttsx3 renders texts to wav files.

pyttsx3 can hang, can lose a file, and keeps the old voice when a new one fails (all seen), so it lives in a
process of its own that is ended with the job. It runs as a file and imports nothing of ours.

Besides the jobs it is given {"voice": espeak-ng's name, "rate": espeak-ng's}; renderer.py tells the rest.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any


def load_espeak() -> None:
    """Let pyttsx3 find the espeak-ng of the Python package; without it the system's is used."""
    try:
        loader = importlib.import_module("espeakng_loader")
    except ImportError:
        return
    library = Path(loader.get_library_path())
    versioned = library.with_name(library.name + ".1")  # pyttsx3 asks for the soname libespeak-ng.so.1
    ctypes.CDLL(str(versioned if versioned.exists() else library), mode=ctypes.RTLD_GLOBAL)
    os.environ["ESPEAK_DATA_PATH"] = str(loader.get_data_path())  # else espeak looks where it was built


class UnknownVariant(ValueError):
    """`message` is the program's own message as JSON: this file imports nothing of ours."""

    def __init__(self, variant: str, known: list[str]) -> None:
        super().__init__(variant)
        values = {"variant": variant, "known": ", ".join(known)}
        self.message = {"key": "speaking.unknown_variant", "values": values}


def check_variant(voice: str) -> None:
    """Refuse an unknown variant ("nb+nope"): espeak-ng takes it without a word and speaks otherwise."""
    variant, data = voice.partition("+")[2], os.environ.get("ESPEAK_DATA_PATH")
    if variant and data:
        known = sorted(path.name for path in (Path(data) / "voices" / "!v").iterdir())
        if known and variant not in known:
            raise UnknownVariant(variant, known)


class EspeakRenderer:
    """pyttsx3 with one voice and rate."""

    def __init__(self, voice: str, rate: int) -> None:
        load_espeak()
        check_variant(voice)
        pyttsx3 = importlib.import_module("pyttsx3")
        functions: Any = importlib.import_module("pyttsx3.drivers._espeak")
        # pyttsx3 always synthesises with ENDPAUSE; adding PHONEMES lets [[...]] in a text be phonemes, which
        # is how wrong pronunciations are mended.
        functions.ENDPAUSE |= functions.PHONEMES
        self._engine = pyttsx3.init("espeak")
        self._errors: list[str] = []
        self._finished = False
        self._engine.connect("error", self._on_error)
        self._engine.connect("finished-utterance", self._on_finished)
        # pyttsx3 begins as "busy", and its first run then returns while espeak-ng's thread still synthesises; the
        # second run may cancel what the first began (seen: 1 sound in 50 silent, cut off or at the wrong rate).
        # Not busy, each run waits for its own end.
        self._engine.proxy.setBusy(False)
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", rate)
        self._wait_for_espeak = functions.Synchronize
        self._wait_for_espeak()  # the rate goes through espeak-ng's thread
        if self._engine.getProperty("rate") != rate:
            self._errors.append(f"the rate {rate} was not taken")

    def render(self, text: str, path: str) -> str:
        """The text as a wav file; returns what went wrong, "" for nothing."""
        self._finished = False
        self._engine.save_to_file(text, path)  # the driver keeps only the last one
        self._engine.runAndWait()
        self._wait_for_espeak()  # the next run begins by cancelling whatever still runs
        if not self._finished:
            self._errors.append("pyttsx3 did not finish the sentence")
        return "; ".join(self._errors)

    def _on_error(self, name: str | None = None, exception: Exception | None = None) -> None:  # noqa: ARG002
        self._errors.append(str(exception))

    def _on_finished(self, name: str | None = None, completed: bool = True) -> None:  # noqa: ARG002
        self._finished = completed


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # pyttsx3 prints where it saved to
    with contextlib.suppress(AttributeError, OSError):
        os.nice(10)  # what is rendered ahead can wait; a cry can't
    order = json.load(sys.stdin)
    faulthandler.dump_traceback_later(order["limit_s"], exit=True)  # ends it even if the parent is gone

    def answer(error: object = "", voice: bool = False) -> None:
        answers.write(json.dumps({"error": error, "voice": voice}) + "\n")
        answers.flush()

    try:
        renderer = EspeakRenderer(order["voice"], order["rate"])
    except UnknownVariant as error:
        answer(error.message, voice=True)
        return
    except Exception as error:
        answer(f"{type(error).__name__}: {error}", voice=True)
        return
    for job in order["jobs"]:
        try:
            why = renderer.render(job["text"], job["path"])
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
        answer(why, voice="SetVoice" in why)
        if why:  # the old voice stays after a failed change: nothing that follows could be trusted
            break
    sys.stderr.flush()
    os._exit(0)  # espeak's own clean-up has been seen to abort


if __name__ == "__main__":
    main()
