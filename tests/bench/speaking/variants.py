"""Which variant of espeak-ng's voice do old ears hear best? `python -m tests.bench.speaking.variants`

Hearing that ages loses the high tones first. So, at equal loudness (EBU R128): how much of a prompt's energy lies
between 500 and 3000 Hz, where most of what tells words apart is and most old people still hear, and how much of what
lies between 500 and 4000 Hz is left after a typical loss at 75 years (men, median, after ISO 7029:
0.5/1/2/3/4/6/8 kHz = 9/10/18/31/42/55/64 dB).
Pitch and how far it swings tell how calm the voice is.

The spectrum alone is not enough: "+Andy" comes out best by it (2.6 dB above the plain voice) but has lost its third
formant, and Whisper base, which writes down 24 prompts with 78 % of the words wrong in the plain voice, gets 99 %
wrong in it. The plain voice stays the default until listeners, or a better judge, say otherwise.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from skill.audio.sound import Sound, join, to_float
from skill.content.script_reading import load_script
from skill.errors import VoiceError
from skill.paths import prompts_dir
from skill.speaking.loudness import levelled
from skill.speaking.voices.pronunciation import load_respelling
from skill.speaking.voices.pyttsx3_voice import Pyttsx3Voice

VARIANTS = (
    "", "+f1", "+f2", "+f3", "+f4", "+f5", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+m8", "+klatt",
    "+klatt2", "+klatt3", "+klatt4", "+Alex", "+Andy", "+Annie", "+Gene", "+Michael", "+adam", "+aunty", "+belinda",
    "+benjamin", "+linda", "+max", "+miguel", "+steph", "+steph2", "+quincy", "+victor", "+zac", "+anika",
)  # fmt: skip
KEYS = ("calf.B1", "calf.B2", "calf.B3", "ask.better", "danger.113", "quiet")
LOSS_HZ = (125, 500, 1000, 2000, 3000, 4000, 6000, 8000, 11_025)
LOSS_DB = (8, 9, 10, 18, 31, 42, 55, 64, 70)


def spectrum(sound: Sound) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies in Hz and mean power at each, over frames of 1024 samples."""
    samples = to_float(sound)
    frames = np.lib.stride_tricks.sliding_window_view(samples, 1024)[::512] * np.hanning(1024)
    return np.fft.rfftfreq(1024, 1 / sound.rate_hz), np.mean(np.abs(np.fft.rfft(frames)) ** 2, axis=0)


def pitches_hz(sound: Sound) -> NDArray[np.float64]:
    """Fundamental frequency of each clearly voiced frame, by autocorrelation."""
    samples, found = to_float(sound), []
    width = round(0.04 * sound.rate_hz)
    lags = range(sound.rate_hz // 400, sound.rate_hz // 60)
    for start in range(0, len(samples) - 2 * width, width):
        frame = samples[start : start + 2 * width]
        if np.sqrt(np.mean(frame**2)) < 0.02:
            continue
        scores = np.array([np.dot(frame[:width], frame[lag : lag + width]) for lag in lags])
        if scores.max() > 0.6 * np.dot(frame[:width], frame[:width]):
            found.append(sound.rate_hz / lags[int(np.argmax(scores))])
    return np.array(found or [0.0])


def main(languages: list[str]) -> None:
    pronunciation = load_respelling(prompts_dir() / "pronunciation.toml")
    for language in languages:
        texts = load_script(prompts_dir(), language).texts
        rows = []
        for variant in VARIANTS:
            voice = Pyttsx3Voice(("en" if language == "en" else "nb") + variant, pronunciation)
            sounds = voice.render_many([texts[key] for key in KEYS], language, 120)  # type: ignore[arg-type]
            good = [levelled(sound) for sound in sounds if not isinstance(sound, VoiceError)]
            if len(good) < len(KEYS):
                print(f"{variant or 'plain'}: {len(KEYS) - len(good)} of {len(KEYS)} prompts failed")
                continue
            sound = join(good)
            hertz, power = spectrum(sound)
            middle = power[(hertz >= 500) & (hertz <= 3000)].sum() / power.sum()
            heard = power * 10 ** (-np.interp(hertz, LOSS_HZ, LOSS_DB) / 10)
            heard_db = 10 * np.log10(heard[(hertz >= 500) & (hertz <= 4000)].sum() / power.sum())
            pitch = pitches_hz(sound)
            low, mid, high = np.percentile(pitch, [10, 50, 90])
            rows.append((heard_db, middle, variant or "plain", mid, 12 * np.log2(max(high, 1) / max(low, 1))))
        print(f"\n{language}: variant     500-3000 Hz   500-4000 Hz after loss   pitch   swing")
        for heard_db, middle, name, mid, swing in sorted(rows, reverse=True):
            print(f"    {name:12} {middle:10.0%} {heard_db:20.1f} dB {mid:6.0f} Hz {swing:4.1f} semitones")


if __name__ == "__main__":
    main(sys.argv[1:] or ["nb"])
