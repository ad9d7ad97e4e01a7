"""A voice whose sentences come spoken with the package; what they don't say, another voice says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from skill.audio.sound import Sound, join
from skill.errors import VoiceError
from skill.languages import Language
from skill.messages.message import Message, sentence_of
from skill.speaking.pack.manifest import Manifest, read_pack, read_spoken, spoken_bytes
from skill.speaking.pack.sentences import sentences_of
from skill.speaking.pack.stretch import stretched
from skill.speaking.voices.voice import Voice, implausible

Speaker = Literal["woman", "man"]
SPEAKERS: Final[tuple[Speaker, ...]] = ("woman", "man")


class SpokenPack:
    """The sentences of one speaker in one language, as far as they are there. Never raises."""

    def __init__(self, folder: Path) -> None:
        """`trouble`: why there are none, or what was found damaged so far; "" where nothing was."""
        self._folder = folder
        self._manifest: Manifest | None = None
        self._whole: dict[str, bool] = {}  # sentence → its file is there as it should be
        self.trouble = ""
        try:
            self._manifest = read_pack(folder)
        except VoiceError as error:
            self.trouble = sentence_of(error)

    def says(self, text: str) -> bool:
        """Is every sentence of this text among the spoken ones, its file there and whole?"""
        return all(self._has(sentence) for sentence in sentences_of(text))

    def _has(self, sentence: str) -> bool:
        if self._manifest is None or sentence not in self._manifest.sentences:
            return False
        if sentence not in self._whole:
            try:
                spoken_bytes(self._folder, self._manifest.sentences[sentence])
                self._whole[sentence] = True
            except VoiceError as error:
                self._whole[sentence] = False
                self.trouble = self.trouble or sentence_of(error)
        return self._whole[sentence]

    def fingerprint(self, text: str, rate_wpm: int) -> str:
        """Differs whenever `sound` would differ. `says(text)` must hold."""
        assert self._manifest is not None
        files = [self._manifest.sentences[sentence].sha256 for sentence in sentences_of(text)]
        told = f"{rate_wpm} {self._manifest.rate_wpm} {self._manifest.pause_s} {' '.join(files)}"
        return f"spoken {self._manifest.speaker} {hashlib.sha256(told.encode()).hexdigest()}"

    def sound(self, text: str, rate_wpm: int) -> Sound:
        """The text's sentences one after the other at this rate; `says(text)` must hold.

        Raises:
            VoiceError: a file is missing or damaged, or can't be that text.
        """
        assert self._manifest is not None
        spoken = [read_spoken(self._folder, self._manifest.sentences[s]) for s in sentences_of(text)]
        factor = self._manifest.rate_wpm / rate_wpm
        sound = join([stretched(each, factor) for each in spoken], self._manifest.pause_s * factor)
        fault = implausible(sound, text, rate_wpm)
        if fault:
            raise VoiceError(Message("speaking.spoken_not_plausible", text=text, why=fault))
        return sound


class PackVoice(Voice):
    """A speaker's sentences where they are there and whole, else `instead`."""

    def __init__(self, packs: Mapping[Language, SpokenPack], instead: Voice) -> None:
        self._packs = packs
        self._instead = instead

    def fingerprint(self, text: str, language: Language, rate_wpm: int) -> str:
        pack = self._pack(text, language)
        return (
            pack.fingerprint(text, rate_wpm) if pack else self._instead.fingerprint(text, language, rate_wpm)
        )

    def render_many(
        self, texts: Sequence[str], language: Language, rate_wpm: int
    ) -> tuple[Sound | VoiceError, ...]:
        made: dict[str, Sound | VoiceError] = {}
        for text in texts:
            pack = self._pack(text, language)
            if pack is not None:
                try:
                    made[text] = pack.sound(text, rate_wpm)
                except VoiceError:  # who says it then is told by `doctor`; the night needs the sentence
                    continue
        rest = [text for text in dict.fromkeys(texts) if text not in made]
        if rest:
            made.update(zip(rest, self._instead.render_many(rest, language, rate_wpm), strict=True))
        return tuple(made[text] for text in texts)

    def _pack(self, text: str, language: Language) -> SpokenPack | None:
        pack = self._packs.get(language)
        return pack if pack is not None and pack.says(text) else None


def packs_of(folder: Path, speaker: str) -> dict[Language, SpokenPack]:
    """The packs of a speaker below models/voices, by language. A speaker that isn't there has troubled ones."""
    languages: tuple[Language, ...] = ("nb", "nn")
    return {language: SpokenPack(folder / language / speaker) for language in languages}
