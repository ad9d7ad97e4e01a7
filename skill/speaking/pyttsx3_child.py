"""The short-lived process in which pyttsx3 renders texts to wav files.

pyttsx3 can hang, can lose a file, and keeps the old voice when a new one fails (all seen), so it lives in a
process of its own that is ended with the job. It runs as a file and imports nothing of ours.

Standard input: one JSON object {"voice", "rate", "limit_s", "jobs": [{"text", "path"}, ...]}.
Standard output: one JSON line per job, in order, {"ok": true} or {"ok": false, "error": "..."}; a first line
{"ok": false, ...} alone means that the voice could not be had at all.
"""

from __future__ import annotations

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


def check_variant(voice: str) -> None:
    """Refuse an unknown variant ("nb+nope"): espeak-ng takes it without a word and speaks otherwise."""
    variant, data = voice.partition("+")[2], os.environ.get("ESPEAK_DATA_PATH")
    if variant and data:
        known = sorted(path.name for path in (Path(data) / "voices" / "!v").iterdir())
        if known and variant not in known:
            raise ValueError(f"there is no variant {variant}; choose one of {', '.join(known)}")


def open_engine(voice: str, rate: int) -> tuple[Any, list[str]]:
    """A pyttsx3 engine with `voice` and `rate`, and the list that its error events go to."""
    load_espeak()
    check_variant(voice)
    pyttsx3 = importlib.import_module("pyttsx3")
    engine = pyttsx3.init("espeak")
    functions: Any = importlib.import_module("pyttsx3.drivers._espeak")
    # pyttsx3 always synthesises with ENDPAUSE; adding PHONEMES lets [[...]] in a text be phonemes, which is
    # how wrong pronunciations are mended.
    functions.ENDPAUSE |= functions.PHONEMES
    errors: list[str] = []

    def on_error(name: str | None = None, exception: Exception | None = None) -> None:  # noqa: ARG001
        errors.append(str(exception))

    engine.connect("error", on_error)
    engine.setProperty("voice", voice)
    engine.setProperty("rate", rate)
    return engine, errors


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # pyttsx3 prints where it saved to
    order = json.load(sys.stdin)
    faulthandler.dump_traceback_later(order["limit_s"], exit=True)  # ends it even if the parent is gone

    def answer(error: str = "") -> None:
        answers.write(json.dumps({"ok": not error, "error": error}) + "\n")
        answers.flush()

    try:
        engine, errors = open_engine(order["voice"], order["rate"])
    except Exception as error:
        answer(f"{type(error).__name__}: {error}")
        return
    for job in order["jobs"]:
        try:
            engine.save_to_file(job["text"], job["path"])  # the driver keeps only the last one
            engine.runAndWait()
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        answer("; ".join(errors))
        if errors:  # the old voice stays after a failed change: nothing that follows could be trusted
            return
    answers.close()
    sys.stderr.flush()
    os._exit(0)  # espeak's own clean-up has been seen to abort


if __name__ == "__main__":
    main()
