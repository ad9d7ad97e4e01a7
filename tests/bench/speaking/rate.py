"""espeak-ng's rate against words a minute: `python -m tests.bench.speaking.rate`

Prints the line that pyttsx3_voice.py holds (`_RATES`): engine rate = slope * words a minute + offset, the pauses
between sentences included, over a third of the prompts; and how long a letter lasts, which voice.py's bounds come from.
"""

from __future__ import annotations

import numpy as np

from models.measuring.voice.spoken_agreement import words
from skill.content.script_reading import read_script
from skill.errors import VoiceError
from skill.paths import prompts_dir
from skill.speaking.cache import SENTENCE_PAUSE_S
from skill.speaking.trimming import trimmed
from skill.speaking.voices.pronunciation import load_respelling
from skill.speaking.voices.pyttsx3_voice import PYTTSX3_RENDERER, espeak_voice

ENGINE_RATES = (80, 120, 150, 180, 220)


def main() -> None:
    table = load_respelling(prompts_dir() / "pronunciation.toml")
    for language in ("nb", "nn", "en"):
        texts = sorted(set(read_script(prompts_dir(), language)[0].texts.values()))[::3]
        spelled = {text: table.apply(text, language) for text in texts}  # type: ignore[arg-type]
        voice = espeak_voice("nb", language)  # type: ignore[arg-type]
        paces = []
        for rate in ENGINE_RATES:
            results = PYTTSX3_RENDERER.render(voice, spelled, rate, {"voice": voice, "rate": rate})
            both = zip(texts, results, strict=True)
            sounds = {text: sound for text, sound in both if not isinstance(sound, VoiceError)}
            spoken_s = sum(trimmed(sound).duration_s + SENTENCE_PAUSE_S for sound in sounds.values())
            paces.append(60 * sum(len(words(text)) for text in sounds) / spoken_s)
            per_letter = [
                sound.duration_s * rate / sum(map(str.isalnum, text)) for text, sound in sounds.items()
            ]
            print(
                f"{language} rate {rate}: {paces[-1]:.0f} words a minute, a letter {min(per_letter):.1f} to "
                f"{max(per_letter):.1f} s / rate, {len(texts) - len(sounds)} failed",
                flush=True,
            )
        slope, offset = np.polyfit(paces, ENGINE_RATES, 1)
        print(f"{language}: rate = {slope:.2f} * words a minute {offset:+.0f}")


if __name__ == "__main__":
    main()
