"""The sounds of all texts, prepared in a thread of its own: slow the first time, nothing afterwards."""

from __future__ import annotations

import threading

import numpy as np

from skill.audio.sound import Sound, resample
from skill.machine import give_back
from skill.messages.message import Message
from skill.paths import UserPaths
from skill.service.assembly import make_prompts, prepare
from skill.service.parts.chosen import InForce
from skill.service.ports import Mended, Tell
from skill.speaking.cache import PromptCache
from skill.speaking.voices.voice import Voice


class VoicePreparation:
    """Makes the prompts of a choice and renders what is missing of them."""

    def __init__(self, paths: UserPaths, tell: Tell, mended: Mended, voice: Voice | None = None) -> None:
        """`voice` speaks instead of the settings' voice."""
        self._paths = paths
        self._tell = tell
        self._mended = mended
        self._voice = voice

    def prompts(self, chosen: InForce) -> PromptCache:
        """Nothing is rendered yet."""
        return make_prompts(self._paths, chosen.settings, chosen.contents, self._voice)

    def begin(self, prompts: PromptCache, chosen: InForce) -> None:
        """Render what is missing, meanwhile."""
        threading.Thread(target=self._render, args=(prompts, chosen), name="prepare", daemon=True).start()

    def _render(self, prompts: PromptCache, chosen: InForce) -> None:
        try:
            self._prepare(prompts, chosen)
        except Exception as error:  # sounds that are there, and the bundled ones, are said all the same
            self._tell("voice", "degraded", Message("service.voice_not_prepared", why=error), "prepare")

    def _prepare(self, prompts: PromptCache, chosen: InForce) -> None:
        resample(Sound(np.zeros(64, np.int16), 22_050), 48_000)  # imported now, not under the first cry
        done = prepare(prompts, chosen.settings)
        give_back()
        if done.not_kept:
            self._tell("voice", "notice", done.not_kept, "keep")
        else:
            self._mended("voice", "keep")
        if done.failures:
            sentence = next(iter(done.failures.values()))
            self._tell("voice", "degraded", sentence, "prepare")
        else:
            self._mended("voice", "prepare")
