"""Words begun just before, at and just after a calm word: `python -m tests.bench.own_voice.at_a_calm_word`.

A whole night in audio time: a recording as microphone, the first ear, the dialogue and the shipped sounds. Voices of
the demo say something in the first hold, begun so many seconds before the calm word is due (a negative number: after
it began). The microphone does not hear the loudspeaker here.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from skill.commands.bedside.demo import make_parts
from skill.settings.values import Settings
from tests.simulation.test_speaking_in_the_hold import FIRST_CALM_WORD_S, played, told_after

SAID = (
    ("olav", "det hjelper ikke", "not_better"),
    ("olav", "det er bedre", "better"),
    ("solveig", "det er bedre", "better"),
    ("einar", "det gikk over", "over"),
    ("kari", "verre", "worse"),
)
BEFORE_S = (0.7, 0.3, 0.1, 0.06, 0.02, -0.1)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = make_parts(Path(folder), Settings())
        with parts.rooms.journal:
            for before_s in BEFORE_S:
                heard = 0
                for voice, words, means in SAID:
                    scenario = told_after(FIRST_CALM_WORD_S - before_s)
                    cry, word = scenario.turns
                    turns = (
                        replace(cry, say="krampe i leggen"),
                        replace(word, say=words, means=means),
                    )
                    heard += not played(replace(scenario, voice=voice, turns=turns), parts).missed
                print(
                    f"begun {before_s:5.2f} s before the calm word: heard {heard} of {len(SAID)}", flush=True
                )


if __name__ == "__main__":
    main()
