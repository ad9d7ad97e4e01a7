"""Who says what tonight: the speaker's own sentences, or the engine in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from skill.messages.message import Message
from skill.paths import models_dir
from skill.settings.values import Settings
from skill.speaking.pack.pack_voice import SPEAKERS, SpokenPack

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class WhoSpeaks:
    """`by_engine`: texts that the engine says though a speaker was chosen; `why`: what is wrong with the rest."""

    texts: int
    speaker: str
    by_engine: tuple[str, ...]
    why: str

    @property
    def sentence(self) -> str:
        """For `doctor`."""
        if not self.by_engine:
            return Message("speaking.all_spoken", texts=self.texts, speaker=self.speaker)
        if self.why:
            return self.why
        shown = ", ".join(f"«{text}»" for text in self.by_engine[:_SHOWN])
        return Message(
            "speaking.some_not_spoken", count=len(self.by_engine), texts=self.texts,
            shown=f"{shown} …" if len(self.by_engine) > _SHOWN else shown,
        )  # fmt: skip


def who_speaks(settings: Settings, texts: Mapping[str, str], spoken: Path | None = None) -> WhoSpeaks | None:
    """None where the engine was chosen to say everything, or has the language for itself."""
    speaker = settings.voice.speaker
    if speaker not in SPEAKERS or settings.voice.engine == "piper" or settings.language == "en":
        return None
    pack = SpokenPack((spoken or models_dir() / "voices") / settings.language / speaker)
    by_engine = tuple(text for text in texts.values() if not pack.says(text))
    return WhoSpeaks(len(texts), speaker, by_engine, pack.trouble)
