"""Every fixed sentence rendered, gated and kept: what `krampevakt voice build` does."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from skill.audio.sound import Sound, to_float
from skill.errors import VoiceError
from skill.speaking.cache import finished
from skill.speaking.making.gate import Measured, SentenceGate
from skill.speaking.making.gate_table import (
    GATE_FILE,
    gate_row,
    measured_of,
    read_gate_table,
    write_gate_table,
)
from skill.speaking.making.kokoro import SAMPLE_RATE_HZ
from skill.speaking.making.shaping import shaped
from skill.speaking.making.ways import NoCut, RenderingWay, SpeechEngine, rendered
from skill.speaking.making.words import SpokenWords, UnsayableSentence
from skill.speaking.pack.manifest import Manifest, SpokenSentence, read_pack, save_pack, spoken_bytes

ENGINE: Final = "Kokoro-82M v1.0, weights as float32, shape 1"  # changes when shaping.py changes
RATE_WPM: Final = 120  # at the usual speed, measured over the prompts with their pauses (tests/bench/voice)
PAUSE_S: Final = 0.45
_OPUS_LEVEL = 0.94  # about 21 kbit/s
_SAVED_EVERY = 8
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class VoiceRecipe:
    """One speaker of one language, and the ways to render a sentence, the usual one first."""

    language: str
    speaker: str
    ways: tuple[RenderingWay, ...]


def recipe(language: str, speaker: str) -> VoiceRecipe:
    """The styles and speeds chosen by tests/bench/voice."""
    style, other = {"woman": ("if_sara", "bf_emma"), "man": ("em_alex", "bm_george")}[speaker]
    return VoiceRecipe(
        language, speaker,
        (
            RenderingWay("usual", style, 0.80),
            RenderingWay("within talk", style, 0.80, carrier=True),
            RenderingWay("slower", style, 0.72),
            RenderingWay("mixed", f"{style}*0.7+{other}*0.3", 0.80),
            RenderingWay("faster", style, 0.88),
        ),
    )  # fmt: skip


class PackBuilder:
    """Renders what a folder lacks. Stopped at any time, it goes on where it was."""

    def __init__(
        self, folder: Path, chosen: VoiceRecipe, engine: Callable[[], SpeechEngine], words: SpokenWords,
        gate: SentenceGate, sibling: Path | None = None,
    ) -> None:  # fmt: skip
        """`engine` is called when the first sentence has to be rendered.

        `sibling`: the same speaker in another language; what is said there with the same sounds is not rendered anew.
        """
        self._folder = folder
        self._recipe = chosen
        self._make_engine = engine
        self._engine: SpeechEngine | None = None
        self._words = words
        self._gate = gate
        folder.mkdir(parents=True, exist_ok=True)
        self._rows = read_gate_table(folder / GATE_FILE)
        self._said = dict(self._kept())
        self._sibling = sibling
        self._there = _by_sounds(sibling, chosen) if sibling else {}

    def build(
        self, sentences: Iterable[str], progress: Progress = lambda *_: None, again: bool = False
    ) -> tuple[str, ...]:
        """Render what is missing of these sentences and drop what is none of them; returns those that fall back.

        `again`: those that fell back before are tried once more.
        """
        wanted = tuple(dict.fromkeys(sentences))
        self._said = {text: said for text, said in self._said.items() if text in wanted}
        self._rows = {
            text: row
            for text, row in self._rows.items()
            if text in wanted and not (again and row["verdict"] == "falls back")
        }
        for number, sentence in enumerate(wanted, 1):
            if self._needs(sentence):
                if not self._judged_again(sentence):
                    self._render(sentence)
                if number % _SAVED_EVERY == 0:
                    self._save()
            progress(number, len(wanted), sentence)
        self._save()
        self._forget_others()
        return tuple(text for text in wanted if text not in self._said)

    def _needs(self, sentence: str) -> bool:
        row = self._rows.get(sentence)
        if row is None:
            return True
        if (self._gate.asks_a_stranger and not row["errors"]) or (
            self._gate.asks_our_model and not row["heard_as"]
        ):
            return True
        return row["verdict"] == "kept" and sentence not in self._said

    def _judged_again(self, sentence: str) -> bool:
        """The kept sound before judges that were not asked about it yet; False where there is none or it fails."""
        kept, row = self._said.get(sentence), self._rows.get(sentence)
        if kept is None or row is None:
            return False
        measured = self._gate.asked_too(sentence, decoded(spoken_bytes(self._folder, kept)), measured_of(row))
        if measured.faults(sentence):
            return False
        self._rows[sentence] = gate_row(sentence, row["way"], "kept", measured, ())
        return True

    def _kept(self) -> Iterable[tuple[str, SpokenSentence]]:
        """What lies there, whole and rendered from the sounds of now."""
        try:
            there = read_pack(self._folder)
        except VoiceError:
            return
        if there.engine != ENGINE or there.style != self._recipe.ways[0].style:
            return
        for text, said in there.sentences.items():
            try:
                if said.sounds == " ".join(self._words.sounds(text)):
                    spoken_bytes(self._folder, said)
                    yield text, said
                else:
                    self._rows.pop(text, None)
            except VoiceError:
                continue

    def _render(self, sentence: str) -> None:
        try:
            sounds = self._words.sounds(sentence)
        except UnsayableSentence as error:
            self._rows[sentence] = gate_row(sentence, "", "falls back", None, (str(error),))
            return
        best: tuple[float, RenderingWay, bytes, Measured] | None = None
        for way in self._recipe.ways:
            try:
                data = self._opus(sentence, sounds, way)
            except NoCut:
                continue
            measured = self._gate.measure(sentence, decoded(data))  # what is measured is what will be heard
            faults = measured.faults(sentence)
            merit = measured.score - 10 * len(faults) - 2 * (measured.errors or 0.0)
            if best is None or merit > best[0]:
                best = (merit, way, data, measured)
            if measured.good(sentence):
                break
        assert best is not None
        _, way, data, measured = best
        faults = measured.faults(sentence)
        self._rows[sentence] = gate_row(
            sentence, way.name, "falls back" if faults else "kept", measured, faults
        )
        if not faults:
            self._said[sentence] = self._store(data, sounds)
        else:
            self._said.pop(sentence, None)

    def _opus(self, sentence: str, sounds: Sequence[str], way: RenderingWay) -> bytes:
        kept, row = self._said.get(sentence), self._rows.get(sentence)
        if kept is not None and row is not None and row["way"] == way.name:  # a judge was not asked yet
            return spoken_bytes(self._folder, kept)
        there = self._there.get(" ".join(sounds))
        if there is not None and self._sibling is not None and way is self._recipe.ways[0]:
            with suppress(VoiceError):
                return spoken_bytes(self._sibling, there)
        if self._engine is None:
            self._engine = self._make_engine()
        return encoded(finished(shaped(rendered(self._engine, sounds, way), SAMPLE_RATE_HZ)))

    def _store(self, data: bytes, sounds: Sequence[str]) -> SpokenSentence:
        digest = hashlib.sha256(data).hexdigest()
        name = f"{digest[:16]}.opus"
        (self._folder / name).write_bytes(data)
        return SpokenSentence(name, digest, " ".join(sounds))

    def _save(self) -> None:
        usual = self._recipe.ways[0]
        save_pack(
            self._folder,
            Manifest(self._recipe.language, self._recipe.speaker, ENGINE, usual.style, RATE_WPM, PAUSE_S, self._said),
        )  # fmt: skip
        write_gate_table(self._folder / GATE_FILE, self._rows)

    def _forget_others(self) -> None:
        needed = {said.file for said in self._said.values()}
        for file in self._folder.glob("*.opus"):
            if file.name not in needed:
                file.unlink()


def _by_sounds(folder: Path, chosen: VoiceRecipe) -> dict[str, SpokenSentence]:
    """What lies whole in a folder, by its sounds; {} where that folder was made in another way."""
    try:
        there = read_pack(folder)
    except VoiceError:
        return {}
    if there.engine != ENGINE or there.style != chosen.ways[0].style:
        return {}
    return {said.sounds: said for said in there.sentences.values() if (folder / said.file).is_file()}


def encoded(sound: Sound) -> bytes:
    """Opus in Ogg, by libsndfile; always the same bytes for the same sound and library."""
    import soundfile

    out = io.BytesIO()
    soundfile.write(
        out, to_float(sound), sound.rate_hz, format="OGG", subtype="OPUS", compression_level=_OPUS_LEVEL
    )
    return out.getvalue()


def decoded(data: bytes) -> Sound:
    """The sound of an Opus file."""
    import soundfile

    from skill.audio.sound import from_float

    samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float64")
    return from_float(samples, rate_hz)
