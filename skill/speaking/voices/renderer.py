"""Runs the short-lived processes that make sound of text, with a time limit, and checks what they made.

Such a child reads one JSON object on standard input, {"limit_s", "jobs": [{"text", "path"}, ...]} and what its
kind needs besides; it writes each job's sound to `path` as a wav file, and one JSON line per job to standard output,
in order: {"error": ""} or {"error": why, "voice": bool}; `why` is a text, or a message as JSON. `voice` says that the
voice itself can't be had, so that no other text would do better. It ends with the first error.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from skill.audio.sound import Sound
from skill.audio.wav import read_wav
from skill.errors import AudioError, VoiceError
from skill.messages.message import Message, sentence_from_json, sentence_of
from skill.speaking.voices.voice import implausible

PREFIX = "krampevakt-voice-"
LEFT_OVER_S = 3600.0  # no rendering takes so long
_BATCH = 64
_MEMORY = Path("/dev/shm")
_MOST_FAILURES = 5  # so many texts failed each on its own: the rest is not tried, the night does not wait


class VoiceLost(VoiceError):
    """The voice itself can't be had: no other text would do better."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """The child's line about one job."""

    error: str
    voice: bool


@dataclass(frozen=True, slots=True)
class Renderer:
    """One kind of child process. A batch may take `start_limit_s` and `text_limit_s` for each text."""

    child: Path
    start_limit_s: float
    text_limit_s: float

    def render(
        self, voice: str, spelled: Mapping[str, str], rate_wpm: int, order: Mapping[str, object]
    ) -> tuple[Sound | VoiceError, ...]:
        """A sound or an error for each text of `spelled` (what is said → what the child is given).

        `voice` is its name in error sentences; `order` is what the child needs besides the jobs.
        """
        texts = list(spelled)
        results: list[Sound | VoiceError] = []
        failures = 0
        while len(results) < len(texts):  # a text that breaks its child costs that text, not the rest
            batch = texts[len(results) : len(results) + _BATCH]
            try:
                results += self._batch(voice, {text: spelled[text] for text in batch}, rate_wpm, order)
            except VoiceLost as lost:  # there is no place to pass a sound in
                results.append(lost)
            last = results[-1]
            failures += isinstance(last, VoiceError)
            if isinstance(last, VoiceLost) or failures > _MOST_FAILURES:
                results += [last] * (len(texts) - len(results))
        return tuple(results)

    def _batch(
        self, voice: str, spelled: Mapping[str, str], rate_wpm: int, order: Mapping[str, object]
    ) -> list[Sound | VoiceError]:
        """Results for the first texts: at least one, ending with the first failure."""
        forget_left_over()
        with _passing_folder() as folder:
            paths = [Path(folder) / f"{number}.wav" for number in range(len(spelled))]
            limit_s = self.start_limit_s + self.text_limit_s * len(spelled)
            jobs = [
                {"text": given, "path": str(path)}
                for given, path in zip(spelled.values(), paths, strict=True)
            ]
            whole_order = json.dumps({**order, "limit_s": limit_s + 1, "jobs": jobs})
            answers, ending = self._run(whole_order, limit_s)
            results: list[Sound | VoiceError] = []
            for number, (text, path) in enumerate(zip(spelled, paths, strict=True)):
                if number >= len(answers):
                    results.append(_failed(text, voice, ending))
                    break
                answer = answers[number]
                if answer.error:
                    results.append(
                        _failed(text, voice, answer.error, VoiceLost if answer.voice else VoiceError)
                    )
                    break
                results.append(_verified(path, text, voice, rate_wpm))
            return results

    def _run(self, order: str, limit_s: float) -> tuple[list[_Answer], str]:
        """The child's answer per finished job, and how the child ended."""
        command = [sys.executable, "-P", str(self.child)]
        try:
            done = subprocess.run(
                command,
                input=order.encode(),
                capture_output=True,
                timeout=limit_s,
                check=False,
                start_new_session=True,  # Ctrl-C in the first rendering is the service's affair
            )
            output, ending = done.stdout, Message("speaking.renderer_ended", code=done.returncode)
        except subprocess.TimeoutExpired as expired:
            output = expired.stdout or b""
            ending = Message("speaking.renderer_late", limit_s=limit_s)
        except OSError as error:
            output, ending = b"", Message("speaking.renderer_not_started", error=error.strerror)
        return _answers(output), ending


def _passing_folder() -> tempfile.TemporaryDirectory[str]:
    """In memory where the disk takes nothing. Raises VoiceLost where memory takes nothing either."""
    why: OSError | None = None
    for place in (None, _MEMORY):
        try:
            return tempfile.TemporaryDirectory(prefix=PREFIX, dir=place)
        except OSError as error:
            why = error
    reason = Message("speaking.renderer_not_started", error=(why.strerror or str(why)) if why else "")
    raise VoiceLost(reason) from why


def forget_left_over(now_s: float | None = None) -> None:
    """Remove the folders of renderings that were killed: what they hold is what a person was told. Never raises."""
    places = [_MEMORY]
    with suppress(OSError):
        places.append(Path(tempfile.gettempdir()))
    for place in places:
        with suppress(OSError):
            for folder in place.glob(f"{PREFIX}*"):
                with suppress(OSError):
                    if (now_s or time.time()) - folder.stat().st_mtime > LEFT_OVER_S:
                        shutil.rmtree(folder, ignore_errors=True)


def _answers(output: bytes) -> list[_Answer]:
    answers: list[_Answer] = []
    for line in output.decode("utf-8", "replace").splitlines():
        try:
            answer = json.loads(line)
            answers.append(_Answer(sentence_from_json(answer["error"]), bool(answer.get("voice"))))
        except (ValueError, TypeError, LookupError):
            break
    return answers


def _verified(path: Path, text: str, voice: str, rate_wpm: int) -> Sound | VoiceError:
    try:
        sound = read_wav(path)
    except AudioError as error:
        return _failed(text, voice, sentence_of(error))
    fault = implausible(sound, text, rate_wpm)
    return _failed(text, voice, fault) if fault else sound


def _failed(text: str, voice: str, why: str, kind: type[VoiceError] = VoiceError) -> VoiceError:
    return kind(Message("speaking.not_said", voice=voice, text=text, why=why))
