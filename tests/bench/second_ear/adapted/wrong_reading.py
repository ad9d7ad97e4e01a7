"""Something else read at enrolment than was asked for: is it refused, and the phrase itself, with an accent, taken?

    python -m tests.bench.second_ear.adapted.wrong_reading [--voices ...]

Each voice of espeak-ng reads every start phrase, as it is and with noise 12 dB below it, and every ordinary sentence of
`prompts/enrol.toml` where a start phrase is asked for. The limits were set with other voices. SYNTHETIC.
"""

from __future__ import annotations

import argparse

from skill.content.phrases import load_phrases
from skill.enrol.both_ears import BothEars
from skill.enrol.learning import check_phrase, noisy
from skill.enrol.readings import load_readings
from skill.enrol.takes import EnrolmentRefused, Said
from skill.hearing.recognise.recogniser import VoskModel
from skill.paths import models_dir, prompts_dir
from tests.bench.listening.common import figure, wilson
from tests.enrol.conftest import in_a_bedroom
from tests.hearing.speech import rendered

VOICES = ("nb+f1", "nb+m1", "nb+f5", "nb+m4", "de+f3", "en+m2", "hu+f2", "ro+m3", "tr", "sv+f3")
RATES_WPM = (120, 140, 160)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--voices", nargs="+", default=VOICES)
    options = parser.parse_args()
    book = load_phrases(prompts_dir(), "nb")
    readings = load_readings(prompts_dir(), "nb", book)
    ears = BothEars(VoskModel(models_dir() / "nb"), models_dir() / "second_ear", book)

    def refused(take: Said) -> bool:
        try:
            check_phrase(ears, book, readings, take)
        except EnrolmentRefused:
            return True
        return False

    wrong = wrong_taken = right = right_refused = 0
    for voice in options.voices:
        for phrase in readings.start:
            sound = in_a_bedroom(rendered(phrase, voice))
            for take in (Said(phrase, "right", sound), Said(phrase, "right", noisy(sound))):
                right, right_refused = right + 1, right_refused + refused(take)
        for number, sentence in enumerate((*readings.other, *readings.ordinary)):
            phrase = readings.start[number % len(readings.start)]
            sound = in_a_bedroom(rendered(sentence, voice, RATES_WPM[number % len(RATES_WPM)]))
            wrong, wrong_taken = wrong + 1, wrong_taken + (not refused(Said(phrase, "wrong", sound)))
    figure("an ordinary sentence taken for the phrase", wilson(wrong_taken, wrong), "none")
    figure("the phrase itself refused", wilson(right_refused, right), "none")


if __name__ == "__main__":
    main()
