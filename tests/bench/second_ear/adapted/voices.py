"""What a synthetic person reads at enrolment and says later, by Kokoro voices that no training used. SYNTHETIC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

import soundfile

from models.measuring.second_ear.asking import Guessing
from models.training.speech.heldout import FEWEST_PHONES, Saying, by_kokoro
from models.training.speech.utterances import accented, phrase
from skill.audio.samples import RATE_HZ
from skill.enrol.readings import Readings
from skill.speaking.making.kokoro import Kokoro
from tests.bench.listening.common import Clip, cut, to_samples
from tests.bench.second_ear import sentences
from tests.bench.second_ear.asked import Idle, kind_of

TIMES_READ: Final = (0.92, 1.0, 1.08)  # speeds of the same phrase
SAID_LATER: Final = (0.82, 1.2)
CRIES, ORDINARY = 14, 26


@dataclass(frozen=True)
class Sayings:
    """``read`` at enrolment (several times each); ``again``: the same phrases, cried later; ``cries`` that were not
    read; ``ordinary`` sentences."""

    read: Sequence[Clip]
    again: Sequence[Clip]
    cries: Sequence[Clip]
    ordinary: Sequence[Clip]


def cries_not_read(idle: Idle, readings: Readings, lexicon: Guessing) -> list[str]:
    """The same for every voice: what starts help or brings 113, long enough for Kokoro."""
    usable = [
        text
        for text in sorted(idle.texts)
        if text not in readings.start
        and kind_of(idle.phrases[text]) in ("cry", "alarm")
        and sum(len(lexicon.of([word])[word][0]) for word in text.split()) >= FEWEST_PHONES
    ]
    return Random("cries not read").sample(usable, CRIES)


class Speaker:
    """Says a text once and keeps it in ``work``."""

    def __init__(self, work: Path, lexicon: Guessing, kokoro: Path | None) -> None:
        self._work, self._lexicon = work, lexicon
        self._engine = Kokoro.in_folder(kokoro) if kokoro is not None else None

    def says(self, texts: Sequence[str], voice: str, speed: float = 1.0) -> list[Clip]:
        return list(self._said(texts, voice, speed))

    def _said(self, texts: Sequence[str], voice: str, speed: float) -> Iterator[Clip]:
        for text in texts:
            file = self._work / voice / f"{text.replace(' ', '_')}.{speed}.flac"
            if not file.exists():
                if self._engine is None:
                    continue
                file.parent.mkdir(parents=True, exist_ok=True)
                soundfile.write(file, by_kokoro(self._saying(text, voice, speed), self._engine), RATE_HZ)
            sound, _ = soundfile.read(file, dtype="float64")
            yield Clip(text, voice, cut(to_samples(32768 * sound)))

    def _saying(self, text: str, voice: str, speed: float) -> Saying:
        ways = {word: [list(way) for way in said] for word, said in self._lexicon.of([text]).items()}
        phones, r = accented(phrase(text, ways, Random(f"{text} {voice}"), vary=False), Random(voice))
        return Saying(text, phones, r, "kokoro", voice, speed)


def sayings_of(voice: str, speaker: Speaker, idle: Idle, readings: Readings, lexicon: Guessing) -> Sayings:
    """Short answers Kokoro can't say alone."""
    ordinary = list(islice(sentences.texts("test"), 7, 7 + 2 * ORDINARY, 2))
    return Sayings(
        [clip for speed in TIMES_READ for clip in speaker.says(readings.start, voice, speed)]
        + speaker.says(readings.other, voice),
        [clip for speed in SAID_LATER for clip in speaker.says(readings.start, voice, speed)],
        speaker.says(cries_not_read(idle, readings, lexicon), voice),
        speaker.says(ordinary, voice),
    )
