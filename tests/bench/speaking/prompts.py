"""Every prompt as it is heard: loudness, peak, lead-in and pace: `python -m tests.bench.speaking.prompts [nb nn en]`

Prints one line per prompt and the spread. Words a minute count the pauses between sentences too.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from models.measuring.voice.spoken_agreement import words
from skill.content.script_reading import read_script
from skill.paths import prompts_dir
from skill.settings.values import VoiceSettings
from skill.speaking.cache import SENTENCE_PAUSE_S, PromptCache
from skill.speaking.loudness import TARGET_LUFS, loudness_lufs
from skill.speaking.voices.pronunciation import load_respelling
from skill.speaking.voices.pyttsx3_voice import Pyttsx3Voice


def main(languages: list[str]) -> None:
    settings = VoiceSettings()
    voice = Pyttsx3Voice(settings.name, load_respelling(prompts_dir() / "pronunciation.toml"))
    for language in languages:
        texts = read_script(prompts_dir(), language)[0].texts
        with tempfile.TemporaryDirectory() as folder:
            cache = PromptCache(Path(folder), voice, texts, language)  # type: ignore[arg-type]
            begun_s = time.monotonic()
            done = cache.prepare([settings.rate_wpm])
            took_s = time.monotonic() - begun_s
            sounds = {key: cache.sound([key], settings.rate_wpm) for key in texts}
            begun_s = time.monotonic()
            for key in texts:
                cache.sound([key], settings.rate_wpm)
            fetch_s = (time.monotonic() - begun_s) / len(texts)
            size_mb = sum(path.stat().st_size for path in Path(folder).rglob("*.wav")) / 1e6
        levels = {key: loudness_lufs(sound) for key, sound in sounds.items()}
        spoken_s = sum(sound.duration_s + SENTENCE_PAUSE_S for sound in sounds.values())
        pace_wpm = 60 * sum(len(words(text)) for text in texts.values()) / spoken_s
        print(f"\n{language}: key                      LUFS    peak   lead-in  seconds  words/min")
        for key, sound in sounds.items():
            span = sound.voiced_span() or (0, 0)
            pace = 60 * len(words(texts[key])) / (sound.duration_s + SENTENCE_PAUSE_S)
            print(
                f"    {key:26} {levels[key]:6.1f} {sound.peak_dbfs:6.1f} dB {1000 * span[0] / sound.rate_hz:5.0f} ms"
                f" {sound.duration_s:7.2f} {pace:8.0f}"
            )
        off = np.array(list(levels.values())) - TARGET_LUFS
        print(
            f"{language}: {len(texts)} prompts, {len(done.failures)} failed; loudness {TARGET_LUFS:.0f} LUFS "
            f"{off.min():+.2f} to {off.max():+.2f}; highest peak {max(s.peak_dbfs for s in sounds.values()):.1f} dBFS; "
            f"{pace_wpm:.0f} words a minute; {spoken_s:.0f} s of sound, {size_mb:.0f} MB, made in {took_s:.1f} s; "
            f"fetched in {1000 * fetch_s:.1f} ms each"
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["nb", "nn", "en"])
