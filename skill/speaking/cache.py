"""Every sentence made into sound before the night, kept on disk, and found again whatever breaks."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from skill.audio.sound import Sound, join
from skill.audio.wav import read_wav, wav_bytes
from skill.content.script import TONES
from skill.errors import AudioError, VoiceError
from skill.languages import Language
from skill.messages.message import Message
from skill.speaking.emergency import EmergencySounds
from skill.speaking.loudness import levelled
from skill.speaking.tones import tone
from skill.speaking.trimming import trimmed
from skill.speaking.voices.voice import Voice

SENTENCE_PAUSE_S = 0.35
_FORMAT = "1"  # changes when the finishing below changes, so that old files are made again


@dataclass(frozen=True, slots=True)
class Preparation:
    """What `prepare` did. `failures`: text key → the sentence of its VoiceError."""

    rendered: int
    already_there: int
    failures: Mapping[str, str]
    not_kept: str = ""  # why sounds are in memory only, when the folder can't be written


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file: `<text>-<sound>-<rate>-<content>.wav`, each part a hash but the rate.

    `text` hashes language and text, so that a text is found at any rate and in any voice; `sound` hashes all
    that makes the sound; `content` hashes the file itself, so that a damaged one is noticed.
    """

    text: str
    sound: str
    rate_wpm: int
    content: str

    @property
    def file_name(self) -> str:
        return f"{self.text}-{self.sound}-{self.rate_wpm}-{self.content}.wav"


class PromptCache:
    """The sounds of all texts. `prepare` may be slow and may run in another thread; `sound` is quick."""

    def __init__(
        self,
        folder: Path,
        voice: Voice,
        texts: Mapping[str, str],
        language: Language,
        emergency: EmergencySounds | None = None,
        spare: Voice | None = None,
    ) -> None:
        """`texts`: text key → what is said. `folder` is made; it may be thrown away at any time.

        `spare` speaks the texts that `voice` fails on and that no kept sound says.
        """
        self._folder = folder / language  # so that one language's cleaning leaves the others' sounds alone
        self._voice = voice
        self._texts = texts
        self._language = language
        self._spare = spare
        self._emergency = emergency or EmergencySounds({})
        self._lock = threading.Lock()
        self._entries: dict[str, dict[str, _Entry]] = {}  # text hash → file name → entry
        self._unkept: dict[str, Sound] = {}  # file name → sound that the disk did not take
        self._scan()

    def prepare(self, rates_wpm: Iterable[int], keys: Iterable[str] | None = None) -> Preparation:
        """Make what is missing at these rates, for these keys (all by default). No failure raises."""
        wanted = list(self._texts if keys is None else keys)
        rendered = already_there = 0
        failures: dict[str, str] = {}
        not_kept = ""
        for rate_wpm in dict.fromkeys(rates_wpm):
            missing = [key for key in wanted if self._stored(self._texts[key], rate_wpm) is None]
            already_there += len(wanted) - len(missing)
            texts = list(dict.fromkeys(self._texts[key] for key in missing))
            made = dict(zip(texts, self._voice.render_many(texts, self._language, rate_wpm), strict=True))
            for text, result in made.items():
                if not isinstance(result, VoiceError):
                    not_kept = self._store(text, rate_wpm, finished(result), self._voice) or not_kept
                    rendered += 1
            mute = [text for text in texts if isinstance(made[text], VoiceError) and not self._kept(text)]
            not_kept = self._stand_in(mute, rate_wpm) or not_kept
            for key in missing:
                result = made[self._texts[key]]
                if isinstance(result, VoiceError):
                    failures[key] = str(result)
        return Preparation(rendered, already_there, failures, not_kept)

    def sound(self, keys: Sequence[str], rate_wpm: int) -> Sound:
        """The texts one after the other, from store alone: never waits for a voice.

        Where the wished sound is missing: the same text at another rate or in another voice, then the bundled
        emergency sound of the text, then the bundled "the voice is failing" one. Raises VoiceError only when
        nothing at all can be found for any of the keys.
        """
        found: list[Sound] = []
        for key in keys:
            sound = self._find(key, rate_wpm)
            if sound is not None:
                found.append(sound)
        if not found:
            last = self._emergency.general(self._language)
            if last is None:
                raise VoiceError(Message("speaking.no_sound", keys=" ".join(keys)))
            found.append(last)
        return join(found, SENTENCE_PAUSE_S)

    def missing(self, rate_wpm: int) -> tuple[str, ...]:
        """Keys whose sound at this rate is not there as it should be."""
        return tuple(key for key, text in self._texts.items() if self._stored(text, rate_wpm) is None)

    def forget_unused(self, rates_wpm: Iterable[int]) -> int:
        """Remove files that no text, voice or rate of now needs; returns how many.

        What stands in for a sound that the voice has not made yet is kept.
        """
        rates = tuple(rates_wpm)
        needed = {
            (self._text_hash(text), self._sound_hash(text, rate, self._voice))
            for text in self._texts.values()
            for rate in rates
        }
        with self._lock:
            entries = [entry for files in self._entries.values() for entry in files.values()]
        there = {entry.text for entry in entries if (entry.text, entry.sound) in needed}
        waited_for = {text for text, _ in needed} - there
        unused = [
            entry
            for entry in entries
            if (entry.text, entry.sound) not in needed and entry.text not in waited_for
        ]
        for entry in unused:
            self._drop(entry)
        return len(unused)

    def _stand_in(self, texts: Sequence[str], rate_wpm: int) -> str:
        """Let the spare voice speak these texts; returns why the disk did not take them."""
        spare, not_kept = self._spare, ""
        if spare is None or not texts:
            return ""
        if self._sound_hash(texts[0], rate_wpm, spare) == self._sound_hash(texts[0], rate_wpm, self._voice):
            return ""  # it is the very voice that fails
        for text, result in zip(texts, spare.render_many(texts, self._language, rate_wpm), strict=True):
            if not isinstance(result, VoiceError):
                not_kept = self._store(text, rate_wpm, finished(result), spare) or not_kept
        return not_kept

    # --- finding ---------------------------------------------------------------------------------------

    def _find(self, key: str, rate_wpm: int) -> Sound | None:
        if key in TONES:
            return tone(key)
        text = self._texts.get(key)
        if text is not None:
            wished = self._sound_hash(text, rate_wpm, self._voice)
            entries = self._kept(text)
            entries.sort(key=lambda entry: (entry.sound != wished, abs(entry.rate_wpm - rate_wpm)))
            for entry in entries:
                sound = self._load(entry)
                if sound is not None:
                    return sound
        return self._emergency.of_key(key, self._language)

    def _stored(self, text: str, rate_wpm: int) -> _Entry | None:
        """The sound file of exactly this, if it is there and whole."""
        wished = self._sound_hash(text, rate_wpm, self._voice)
        for entry in self._kept(text):
            if entry.sound == wished and self._load(entry) is not None:
                return entry
        return None

    def _kept(self, text: str) -> list[_Entry]:
        """Every sound of this text, at any rate and in any voice."""
        with self._lock:
            return list(self._entries.get(self._text_hash(text), {}).values())

    def _load(self, entry: _Entry) -> Sound | None:
        """The sound of a file; a damaged or vanished one is forgotten, so that `prepare` makes it again."""
        if entry.file_name in self._unkept:
            return self._unkept[entry.file_name]
        try:
            data = (self._folder / entry.file_name).read_bytes()
            if _hash(data) == entry.content:
                return read_wav(io.BytesIO(data))
        except (OSError, AudioError):
            pass
        self._drop(entry)
        return None

    def _drop(self, entry: _Entry) -> None:
        with self._lock:
            self._entries.get(entry.text, {}).pop(entry.file_name, None)
            self._unkept.pop(entry.file_name, None)
        with contextlib.suppress(OSError):  # in a folder that can't be written, forgetting it is enough
            (self._folder / entry.file_name).unlink(missing_ok=True)

    # --- storing ---------------------------------------------------------------------------------------

    def _scan(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            names = [path.name for path in self._folder.iterdir()]
        except OSError:
            return  # sounds are then kept in memory
        for name in names:
            if name.endswith(".part"):  # left by a power cut
                with contextlib.suppress(OSError):
                    (self._folder / name).unlink(missing_ok=True)
                continue
            parts = name.removesuffix(".wav").split("-")
            if name.endswith(".wav") and len(parts) == 4 and parts[2].isdigit():
                self._remember(_Entry(parts[0], parts[1], int(parts[2]), parts[3]))

    def _remember(self, entry: _Entry) -> None:
        with self._lock:
            self._entries.setdefault(entry.text, {})[entry.file_name] = entry

    def _store(self, text: str, rate_wpm: int, sound: Sound, voice: Voice) -> str:
        """Keep the sound; returns why the disk did not take it, "" when it did."""
        data = wav_bytes(sound)
        entry = _Entry(self._text_hash(text), self._sound_hash(text, rate_wpm, voice), rate_wpm, _hash(data))
        part = self._folder / f"{entry.file_name}.{os.getpid()}.part"
        why = ""
        try:
            part.write_bytes(data)
            part.replace(self._folder / entry.file_name)
        except OSError as error:
            why = Message("speaking.sounds_not_kept", folder=self._folder, error=error.strerror)
            self._unkept[entry.file_name] = sound
        self._remember(entry)
        return why

    def _text_hash(self, text: str) -> str:
        return _hash(f"{self._language}\n{text}".encode())

    def _sound_hash(self, text: str, rate_wpm: int, voice: Voice) -> str:
        return _hash(f"{_FORMAT}\n{voice.fingerprint(text, self._language, rate_wpm)}".encode())


def finished(sound: Sound) -> Sound:
    """A rendered sound as it is kept: normalised in loudness, limited, trimmed."""
    return trimmed(levelled(sound))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:20]
