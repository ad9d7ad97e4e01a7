"""pyttsx3 (espeak-ng) as a renderer: each batch of texts in a child process with a time limit."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from skill.errors import AudioError, VoiceError
from skill.events import Language
from skill.speaking.pronunciation import Pronunciation
from skill.speaking.sound import Sound, read_wav
from skill.speaking.voice import implausible

_CHILD = Path(__file__).with_name("pyttsx3_child.py")
_START_LIMIT_S = 10.0
_TEXT_LIMIT_S = 1.0
_BATCH = 64
_MOST_FAILURES = 5  # so many texts failed each on its own: the rest is not tried, the night does not wait

# espeak-ng's rate is not words a minute. Measured over the prompts, the pauses between sentences included, by
# tests/bench/speaking_rate.py: engine rate = slope * words a minute + offset.
_RATES: dict[Language, tuple[float, float]] = {"nb": (1.21, -23.0), "nn": (1.26, -26.0), "en": (1.11, -28.0)}
_RATE_LOWEST = 80  # espeak-ng's own limit: about 85 words a minute
_RATE_HIGHEST = 300


def engine_rate(rate_wpm: int, language: Language) -> int:
    """espeak-ng's rate parameter for so many words a minute, pauses included."""
    slope, offset = _RATES[language]
    return max(_RATE_LOWEST, min(_RATE_HIGHEST, round(slope * rate_wpm + offset)))


def espeak_voice(name: str, language: Language) -> str:
    """The espeak-ng voice for a language, with the variant that `name` carries ("nb+f3" → "+f3").

    There is no nynorsk voice in espeak-ng: the bokmål voice reads nynorsk.
    """
    base, plus, variant = name.partition("+")
    if language == "en":
        base = base if base.startswith("en") else "en"
    elif base.startswith("en"):
        base = "nb"
    return base + plus + variant


class VoiceLost(VoiceError):
    """The voice itself can't be had: no other text would do better."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """The child's line about one job."""

    error: str
    voice: bool


class Pyttsx3Voice:
    """A voice of espeak-ng through pyttsx3. Every call starts a process and ends it."""

    def __init__(
        self,
        name: str = "nb",
        pronunciation: Pronunciation | None = None,
        *,
        start_limit_s: float = _START_LIMIT_S,
        text_limit_s: float = _TEXT_LIMIT_S,
        child: Path = _CHILD,
    ) -> None:
        """`child` is the program that renders; tests give one that hangs or dies."""
        self._name = name
        self._pronunciation = pronunciation or Pronunciation({})
        self._start_limit_s = start_limit_s
        self._text_limit_s = text_limit_s
        self._child = child
        self._engine = f"pyttsx3 {_version('pyttsx3')} espeakng-loader {_version('espeakng-loader')}"

    def fingerprint(self, text: str, language: Language, rate_wpm: int) -> str:
        spelled = self._pronunciation.apply(text, language)
        voice = espeak_voice(self._name, language)
        return "\n".join((self._engine, voice, str(engine_rate(rate_wpm, language)), spelled))

    def render(self, text: str, language: Language, rate_wpm: int) -> Sound:
        result = self.render_many([text], language, rate_wpm)[0]
        if isinstance(result, VoiceError):
            raise result
        return result

    def render_many(
        self, texts: Sequence[str], language: Language, rate_wpm: int
    ) -> tuple[Sound | VoiceError, ...]:
        results: list[Sound | VoiceError] = []
        failures = 0
        while len(results) < len(texts):  # a text that breaks its child costs that text, not the rest
            results += self._batch(texts[len(results) : len(results) + _BATCH], language, rate_wpm)
            last = results[-1]
            failures += isinstance(last, VoiceError)
            if isinstance(last, VoiceLost) or failures > _MOST_FAILURES:
                results += [last] * (len(texts) - len(results))
        return tuple(results)

    def _batch(self, texts: Sequence[str], language: Language, rate_wpm: int) -> list[Sound | VoiceError]:
        """Results for the first texts: at least one, ending with the first failure."""
        voice = espeak_voice(self._name, language)
        with tempfile.TemporaryDirectory(prefix="krampevakt-voice-") as folder:
            paths = [Path(folder) / f"{number}.wav" for number in range(len(texts))]
            limit_s = self._start_limit_s + self._text_limit_s * len(texts)
            order = {
                "voice": voice,
                "rate": engine_rate(rate_wpm, language),
                "limit_s": limit_s + 1,
                "jobs": [
                    {"text": self._pronunciation.apply(text, language), "path": str(path)}
                    for text, path in zip(texts, paths, strict=True)
                ],
            }
            answers, ending = self._run(json.dumps(order), limit_s)
            results: list[Sound | VoiceError] = []
            for number, (text, path) in enumerate(zip(texts, paths, strict=True)):
                if number >= len(answers):
                    results.append(_failed(text, voice, ending))
                    break
                answer = answers[number]
                if answer.error:
                    results.append(_failed(text, voice, answer.error, VoiceLost if answer.voice else VoiceError))
                    break
                results.append(_verified(path, text, voice, rate_wpm))
            return results

    def _run(self, order: str, limit_s: float) -> tuple[list[_Answer], str]:
        """The child's answer per finished job, and how the child ended."""
        command = [sys.executable, "-P", str(self._child)]
        try:
            done = subprocess.run(
                command, input=order.encode(), capture_output=True, timeout=limit_s, check=False
            )
            output, ending = done.stdout, f"the renderer ended with code {done.returncode}"
        except subprocess.TimeoutExpired as expired:
            output, ending = expired.stdout or b"", f"the renderer did not answer within {limit_s:.0f} s"
        except OSError as error:
            output, ending = b"", f"the renderer could not be started ({error.strerror})"
        answers: list[_Answer] = []
        for line in output.decode("utf-8", "replace").splitlines():
            try:
                answer = json.loads(line)
                answers.append(_Answer(str(answer["error"]), bool(answer.get("voice"))))
            except (ValueError, TypeError, KeyError):
                break
        return answers, ending


def _verified(path: Path, text: str, voice: str, rate_wpm: int) -> Sound | VoiceError:
    try:
        sound = read_wav(path)
    except AudioError as error:
        return _failed(text, voice, str(error))
    fault = implausible(sound, text, rate_wpm)
    return _failed(text, voice, fault) if fault else sound


def _failed(text: str, voice: str, why: str, kind: type[VoiceError] = VoiceError) -> VoiceError:
    return kind(
        f"The voice {voice!r} could not speak «{text}»: {why}. Stored sound is used where there is any; "
        "run `krampevakt doctor` to see what the voice lacks."
    )


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "-"
