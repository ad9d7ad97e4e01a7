"""Piper, a neural voice, for those who have a voice file of their own: `pip install krampevakt[piper]`.

Piper is under the GPL and is never needed; this module only starts it in a process of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Any

from skill.audio.sound import Sound
from skill.errors import VoiceError
from skill.languages import Language
from skill.messages.message import Message
from skill.speaking.voices.renderer import Renderer, VoiceLost
from skill.speaking.voices.voice import Voice

PIPER_RENDERER = Renderer(Path(__file__).with_name("piper_child.py"), start_limit_s=60.0, text_limit_s=20.0)

_OWN_PACE_WPM = 165  # at length scale 1, pauses included; measured with en_US-joe-medium
_FAMILIES: dict[Language, tuple[str, ...]] = {
    "nb": ("no", "nb", "nn"),
    "nn": ("no", "nb", "nn"),
    "en": ("en",),
}


class PiperVoice(Voice):
    """The voice of one .onnx file, with its .onnx.json beside it."""

    def __init__(self, model: Path, renderer: Renderer = PIPER_RENDERER) -> None:
        """Nothing is loaded yet; what is missing is told by the first rendering."""
        self._model = model.expanduser()
        self._renderer = renderer

    def fingerprint(self, text: str, language: Language, rate_wpm: int) -> str:
        return "\n".join((f"piper {_version()}", self._model_hash(), language, str(rate_wpm), text))

    def render_many(
        self, texts: Sequence[str], language: Language, rate_wpm: int
    ) -> tuple[Sound | VoiceError, ...]:
        trouble = self._trouble(language)
        if trouble:
            return tuple(VoiceLost(trouble) for _ in texts)
        spelled = {text: text for text in texts}
        order = {"model": str(self._model), "length_scale": _OWN_PACE_WPM / rate_wpm}
        results = self._renderer.render(self._model.name, spelled, rate_wpm, order)
        made = dict(zip(spelled, results, strict=True))
        return tuple(made[text] for text in texts)

    def _trouble(self, language: Language) -> str:
        """Why this voice can't be used, "" when it can."""
        instead = Message("speaking.usual_voice_tonight")
        if util.find_spec("piper") is None:
            return Message("speaking.piper_missing", instead=instead)
        if not self._model.is_file():
            return Message("speaking.piper_file_missing", model=self._model, instead=instead)
        try:
            family = self._config().get("language", {}).get("family", "")
        except (OSError, ValueError, AttributeError):
            return Message("speaking.piper_description_broken", model=self._model, instead=instead)
        if family and family not in _FAMILIES[language]:
            return Message(
                "speaking.piper_other_language",
                model=self._model.name, family=family, instead=instead, language=language,
            )  # fmt: skip
        return ""

    def _config(self) -> Any:
        return json.loads(Path(f"{self._model}.json").read_text("utf-8"))

    def _model_hash(self) -> str:
        """Name, size and settings tell voice files apart without reading a hundred megabytes."""
        try:
            told = f"{self._model.name} {self._model.stat().st_size} {json.dumps(self._config(), sort_keys=True)}"
        except (OSError, ValueError):
            told = str(self._model)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def _version() -> str:
    try:
        return metadata.version("piper-tts")
    except metadata.PackageNotFoundError:
        return "-"
