"""The figures of the conversation, beside their goals: `python -m tests.bench.conversation`.

For every start phrase: seconds from the end of the cry to the first effective words, begun and complete (goal 1.5 and
4 s; the time of hearing comes on top). Then questions and seconds of an ordinary cramp that lets go (goal 1 and 25 s),
how many of the conversations in tests/conversations end as written, and the phrases of each class.
"""

from __future__ import annotations

from collections import Counter

from skill.commands.bedside.rehearse import make_product
from skill.settings.values import Profile
from skill.simulation.rehearsal import Product, Rehearsal
from tests.conversations.test_conversations import SCRIPTS, test_a_conversation_goes_as_written

STARTS = ("cramp", "confirm_cramp", "other_cramp", "help")
GOAL_BEGUN_S, GOAL_COMPLETE_S, GOAL_AFTER_S = 1.5, 4.0, 25.0
STRETCH = (
    "calf.B2",
    "calf.B1",
)  # said in one breath: both belong to the first words; else it is the first text


def start_figures(product: Product) -> list[tuple[str, float, float]]:
    """For each start phrase: what is said, and when the first effective words have begun and are complete."""
    found = []
    for phrase in product.book.live("idle"):
        if phrase.intent.name not in STARTS:
            continue
        rehearsal = Rehearsal(product)
        rehearsal.say(phrase.text)
        first = next(row for row in rehearsal.rows if row.who == "krampevakt")
        words = " ".join(
            product.script.text(key) for key in first.keys if key in STRETCH or key == first.keys[0]
        )
        found.append((phrase.text, first.at_s, first.at_s + rehearsal.product_seconds(words)))
    return found


def ordinary(product: Product, language: str) -> tuple[int, float]:
    """A cramp that lets go at the first stretch: how many questions, and seconds from the yes to the end."""
    rehearsal = Rehearsal(product)
    rehearsal.say({"nb": "krampe i leggen", "nn": "eg har krampe i leggen", "en": "leg cramp"}[language])
    while not any(row.keys == ("ask.better",) for row in rehearsal.rows):
        rehearsal.until_next_word()
    rehearsal.say("yes" if language == "en" else "ja")
    said_s = rehearsal.now_s
    rehearsal.until_quiet()
    questions = sum(row.text.startswith("question_asked") for row in rehearsal.rows)
    return questions, rehearsal.now_s - said_s


def main() -> int:
    missed = 0
    for language in ("nb", "nn", "en"):
        product = make_product(language, Profile())
        starts = start_figures(product)
        late = [row for row in starts if row[1] > GOAL_BEGUN_S or row[2] > GOAL_COMPLETE_S]
        missed += len(late)
        slowest = max(starts, key=lambda row: row[2])
        print(
            f"{language}: {len(starts)} start phrases; begun after {max(row[1] for row in starts):.1f} s at most "
            f"(goal {GOAL_BEGUN_S}), complete after {slowest[2]:.1f} s at most (goal {GOAL_COMPLETE_S:.0f}): "
            f"«{slowest[0]}»; over the goal: {len(late)}"
        )
        print(
            "   by seconds: "
            + ", ".join(
                f"{s:.1f} s × {n}" for s, n in sorted(Counter(round(r[2], 1) for r in starts).items())
            )
        )
        questions, after_s = ordinary(product, language)
        print(
            f"   an ordinary cramp: {questions} question (goal 1), {after_s:.0f} s to the end (goal {GOAL_AFTER_S:.0f})"
        )
        print("   phrases: " + ", ".join(f"{g} {len(product.book.live(g))}" for g in product.book.grammars))
    failed = 0
    for path in SCRIPTS:
        try:
            test_a_conversation_goes_as_written(path)
        except AssertionError:
            failed += 1
            print(f"not as written: {path.name}")
    print(f"conversations that end as written: {len(SCRIPTS) - failed} of {len(SCRIPTS)}")
    print("states, transitions and invariants: pytest tests/dialogue/test_invariants.py -s prints them")
    return min(missed + failed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
