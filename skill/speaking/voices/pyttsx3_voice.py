"""pyttsx3 (espeak-ng) as a renderer: each batch of texts in a child process with a time limit."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from skill.audio.sound import Sound
from skill.errors import VoiceError
from skill.languages import Language
from skill.speaking.voices.pronunciation import Respelling
from skill.speaking.voices.renderer import Renderer
from skill.speaking.voices.voice import Voice

PYTTSX3_RENDERER = Renderer(
    Path(__file__).with_name("pyttsx3_child.py"), start_limit_s=10.0, text_limit_s=1.0
)

# espeak-ng's rate is not words a minute. Measured over the prompts, the pauses between sentences included, by
# tests/bench/speaking/rate.py: engine rate = slope * words a minute + offset.
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


class Pyttsx3Voice(Voice):
    """A voice of espeak-ng through pyttsx3. Every call starts a process and ends it."""

    def __init__(
        self, name: str = "nb", pronunciation: Respelling | None = None, renderer: Renderer = PYTTSX3_RENDERER
    ) -> None:
        """`renderer`: tests give one that hangs or dies."""
        self._name = name
        self._pronunciation = pronunciation or Respelling({})
        self._renderer = renderer
        self._engine = f"pyttsx3 {_version('pyttsx3')} espeakng-loader {_version('espeakng-loader')}"

    def fingerprint(self, text: str, language: Language, rate_wpm: int) -> str:
        spelled = self._pronunciation.apply(text, language)
        voice = espeak_voice(self._name, language)
        return "\n".join((self._engine, voice, str(engine_rate(rate_wpm, language)), spelled))

    def render_many(
        self, texts: Sequence[str], language: Language, rate_wpm: int
    ) -> tuple[Sound | VoiceError, ...]:
        voice = espeak_voice(self._name, language)
        spelled = {text: self._pronunciation.apply(text, language) for text in texts}
        order = {"voice": voice, "rate": engine_rate(rate_wpm, language)}
        made = dict(zip(spelled, self._renderer.render(voice, spelled, rate_wpm, order), strict=True))
        return tuple(made[text] for text in texts)


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "-"
