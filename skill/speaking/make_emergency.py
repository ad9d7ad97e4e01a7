"""Make the emergency sounds of the package anew: `python -m skill.speaking.make_emergency`.

Texts come from prompts/, said by the woman of models/voices where she has them whole, else by pyttsx3; texts.json
beside the sounds tells what each says.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Final

from skill.audio.sound import resample
from skill.audio.wav import wav_bytes
from skill.content.script_reading import load_script
from skill.errors import VoiceError
from skill.paths import models_dir, prompts_dir
from skill.settings.values import VoiceSettings
from skill.speaking.cache import finished
from skill.speaking.emergency import FOLDER
from skill.speaking.pack.pack_voice import PackVoice, packs_of
from skill.speaking.voices.pronunciation import load_respelling
from skill.speaking.voices.pyttsx3_voice import Pyttsx3Voice

RATE_WPM: Final = 120
SPEAKER: Final = VoiceSettings().speaker
EMERGENCY_RATE_HZ: Final = 11_025  # speech is understood, and a megabyte is enough for a language


def make(prompts: Path, folder: Path, voice_name: str = VoiceSettings().name) -> int:
    """Write `<folder>/<language>/<key>.wav`; returns how many. Raises VoiceError or ContentError."""
    wanted = tomllib.loads((prompts / "emergency_sounds.toml").read_text("utf-8"))
    engine = Pyttsx3Voice(voice_name, load_respelling(prompts / "pronunciation.toml"))
    voice = PackVoice(packs_of(models_dir() / "voices", SPEAKER), engine)
    count = 0
    for language in wanted["languages"]:
        texts = load_script(prompts, language).texts
        chosen = {key: texts[key] for key in wanted["keys"]}
        for old in (folder / language).glob("*.wav"):
            old.unlink()
        (folder / language).mkdir(parents=True, exist_ok=True)
        for key, sound in zip(
            chosen, voice.render_many(list(chosen.values()), language, RATE_WPM), strict=True
        ):
            if isinstance(sound, VoiceError):
                raise sound
            (folder / language / f"{key}.wav").write_bytes(
                wav_bytes(resample(finished(sound), EMERGENCY_RATE_HZ))
            )
            count += 1
        listed = json.dumps(chosen, ensure_ascii=False, indent=1)
        (folder / language / "texts.json").write_text(listed + "\n", "utf-8")
    return count


if __name__ == "__main__":
    print(make(prompts_dir(), FOLDER), "sounds made")
