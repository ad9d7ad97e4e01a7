"""Sounds that are part of the package: heard only when neither the voice nor the store can give any.

Made by `python -m skill.speaking.make_emergency` from the texts that prompts/emergency_sounds.toml names.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from skill.audio.sound import Sound
from skill.audio.wav import read_wav
from skill.errors import AudioError
from skill.languages import Language

FOLDER = Path(__file__).with_name("emergency_sounds")
GENERAL = "voice_failing"  # the text for everything that has no emergency sound of its own


class EmergencySounds:
    """Read on demand from `<folder>/<text key>.wav`, a folder per language."""

    def __init__(self, folders: Mapping[Language, Path]) -> None:
        self._folders = folders

    def of_key(self, key: str, language: Language) -> Sound | None:
        """The bundled sound of this text, if there is one. nynorsk falls back to bokmål."""
        for tried in (language, "nb") if language == "nn" else (language,):
            folder = self._folders.get(tried)
            if folder is not None:
                try:
                    return read_wav(folder / f"{key}.wav")
                except AudioError:
                    continue
        return None

    def general(self, language: Language) -> Sound | None:
        """What is said when nothing else can be."""
        return self.of_key(GENERAL, language)


def bundled() -> EmergencySounds:
    """Those that come with the package."""
    return EmergencySounds({"nb": FOLDER / "nb", "nn": FOLDER / "nn", "en": FOLDER / "en"})
