"""The figures of the conversation, beside their goals: `python -m tests.bench.conversation [--walks]`.

Every sound lasts as long as the shipped voices say it (bokmål and nynorsk: the slower of woman and man; English:
pyttsx3). For every phrase that begins relief, by class: seconds from the end of the cry to the first effective words,
begun and complete (goals 1.5 and 4 s), and to the end of the second order. The time of hearing is in it: 0.31 s (p95
of `listening.latency`) for a clear phrase, 1.1 s where the phrase is the beginning of another and a pause is awaited.
Then questions and seconds of an ordinary cramp that lets go (goals 1 and 25 s), the conversations that end as written,
the phrases of each class and, with --walks, states, transitions and invariants (minutes of one core).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from skill.commands.bedside.rehearse import make_product
from skill.content.phrases import Phrase, PhraseBook
from skill.content.script import Script
from skill.dialogue.state import NOTHING, PLACES, Remembered, initial
from skill.errors import VoiceError
from skill.languages import Language
from skill.service.assembly import make_voice
from skill.settings.values import Profile, Settings
from skill.simulation.rehearsal import Product, Rehearsal
from skill.speaking.cache import finished
from tests.conversations.test_conversations import SCRIPTS, test_a_conversation_goes_as_written

STARTS = ("cramp", "confirm_cramp", "other_cramp", "help", "came_back")
GOAL_BEGUN_S, GOAL_COMPLETE_S, GOAL_AFTER_S = 1.5, 4.0, 25.0
HEARD_S, HEARD_AFTER_PAUSE_S = 0.31, 1.1
SPEAKERS: dict[Language, tuple[str, ...]] = {
    "nb": ("woman", "man"),
    "nn": ("woman", "man"),
    "en": ("engine",),
}


@dataclass(frozen=True)
class Start:
    """One cry. Seconds from its end: the first words begin, are complete, and the second order is too."""

    phrase: str
    kind: str
    words: str
    begun_s: float
    complete_s: float
    both_s: float


def durations(script: Script, language: Language) -> dict[str, float]:
    """Text key → seconds of its sound as it is played, the slowest of the speakers."""
    settings = replace(Settings(), language=language)
    lasts_s: dict[str, float] = {}
    for speaker in SPEAKERS[language]:
        voice = make_voice(replace(settings, voice=replace(settings.voice, speaker=speaker)))
        keys = list(script.texts)
        sounds = voice.render_many([script.text(key) for key in keys], language, settings.voice.rate_wpm)
        for key, sound in zip(keys, sounds, strict=True):
            if isinstance(sound, VoiceError):
                raise sound
            lasts_s[key] = max(lasts_s.get(key, 0.0), finished(sound).duration_s)
    return lasts_s


def begins_another(phrase: Phrase, book: PhraseBook) -> bool:
    """Is this phrase the beginning of a live one with another meaning? Then a pause is awaited."""
    return any(
        other.text.startswith(f"{phrase.text} ") and other.intent != phrase.intent
        for other in book.live("idle")
    )


def starts(product: Product, known: Remembered = NOTHING) -> list[Start]:
    """Every phrase that begins relief, and when its first words come; of a known cramp those that say no place."""
    found = []
    for phrase in product.book.live("idle"):
        if phrase.intent.name not in STARTS or (known.place and phrase.intent.value):
            continue
        rehearsal = Rehearsal(product, initial(remembered=known))
        rehearsal.say(phrase.text)
        first = next(row for row in rehearsal.rows if row.who == "krampevakt")
        heard_s = HEARD_AFTER_PAUSE_S if begins_another(phrase, product.book) else HEARD_S
        begun_s = first.at_s + heard_s
        found.append(
            Start(
                phrase.text,
                f"{phrase.intent.name}:{phrase.intent.value}",
                product.script.text(first.keys[0]),
                begun_s,
                begun_s + product.seconds(first.keys[:1]),
                begun_s + product.seconds(first.keys[:2]),
            )
        )
    return found


def print_starts(product: Product) -> int:
    """A line for each class; returns how many phrases miss a goal."""
    found = starts(product)
    late = [each for each in found if each.begun_s > GOAL_BEGUN_S or each.complete_s > GOAL_COMPLETE_S]
    print(
        f"   {len(found)} phrases begin relief; first words begun ≤ {GOAL_BEGUN_S} s and complete ≤ "
        f"{GOAL_COMPLETE_S:.0f} s: {len(found) - len(late)}; median {median(e.complete_s for e in found):.2f} s, "
        f"slowest {max(e.complete_s for e in found):.2f} s"
    )
    for kind in sorted({each.kind for each in found}):
        rows = [each for each in found if each.kind == kind]
        slowest = max(rows, key=lambda each: each.complete_s)
        print(
            f"      {kind:24} {len(rows):4}  begun {max(e.begun_s for e in rows):.2f}  complete "
            f"{slowest.complete_s:.2f}  with the second order {max(e.both_s for e in rows):.2f}  «{slowest.words}»"
        )
    return len(late)


def print_second_cramps(product: Product) -> int:
    """When the place and what helped are known, for everything that can have helped; returns how many are late."""
    found = [
        (rung, start)
        for ladder in product.script.protocols.values()
        for place in ladder.serves
        if place in PLACES
        for rung in ladder.rungs
        if rung.kind == "own"
        for start in starts(product, Remembered(place, ladder.id, rung.id))
    ]
    late = [start for _, start in found if start.begun_s > GOAL_BEGUN_S or _order_s(start) > GOAL_COMPLETE_S]
    slowest = max((start for _, start in found), key=_order_s)
    print(
        f"   a second cramp, its place known: {len(found)} cries × what helped; first words begun ≤ "
        f"{max(start.begun_s for _, start in found):.2f} s (goal {GOAL_BEGUN_S}), first order complete ≤ "
        f"{_order_s(slowest):.2f} s (goal {GOAL_COMPLETE_S:.0f}) «{slowest.words}», late {len(late)}"
    )
    return len(late)


def _order_s(start: Start) -> float:
    """When the first of a text's orders is complete, by its share of the letters."""
    first = start.words.partition(".")[0]
    return start.begun_s + (start.complete_s - start.begun_s) * len(first) / len(start.words.rstrip("."))


def ordinary(product: Product, language: str) -> tuple[int, float]:
    """A cramp that lets go at the first stretch: how many questions after the yes, and seconds to the end."""
    rehearsal = Rehearsal(product)
    rehearsal.say({"nb": "krampe i leggen", "nn": "eg har krampe i leggen", "en": "leg cramp"}[language])
    while not any(row.keys == ("ask.better",) for row in rehearsal.rows):
        rehearsal.until_next_word()
    rehearsal.say("yes" if language == "en" else "ja")
    said_s = rehearsal.now_s
    rehearsal.until_quiet()
    questions = sum(row.text.startswith("question_asked") and row.at_s >= said_s for row in rehearsal.rows)
    last = max(row.at_s + product.seconds(row.keys) for row in rehearsal.rows if row.who == "krampevakt")
    return questions, last - said_s


def as_written() -> int:
    """How many conversations do not end as written."""
    failed = 0
    for path in SCRIPTS:
        try:
            test_a_conversation_goes_as_written(path)
        except AssertionError:
            failed += 1
            print(f"not as written: {path.name}")
    print(f"conversations that end as written: {len(SCRIPTS) - failed} of {len(SCRIPTS)}")
    return failed


def walked() -> int:
    """Every walk of the safety tests; returns how many break a rule or never end."""
    from tests.dialogue.explore import Trip
    from tests.dialogue.test_invariants import STARTS as BEGUN
    from tests.dialogue.test_invariants import WALKS
    from tests.dialogue.world import ears, never_ends, walk

    found = [walk(able, ears(words), Trip()) for words, able in WALKS.values()]
    found += [walk(able, ears(words), Trip(start)) for words, able, start in BEGUN.values()]
    bad = sum(bool(each.broken) or bool(never_ends(each.by_itself)) for each in found)
    print(
        f"{len(found)} walks, {sum(w.states for w in found):,} states, {sum(w.transitions for w in found):,} "
        f"transitions; walks that break an invariant or never end: {bad}"
    )
    return bad


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", action="store_true")
    given = parser.parse_args(arguments)
    missed = 0
    for language in SPEAKERS:
        product = make_product(language, Profile())
        product = replace(product, lasts_s=durations(product.script, language))
        print(language)
        missed += print_starts(product)
        missed += print_second_cramps(product)
        questions, after_s = ordinary(product, language)
        print(
            f"   an ordinary cramp that lets go: {questions} questions after «ja» (goal ≤ 1), "
            f"{after_s:.1f} s to the end of the last word (goal {GOAL_AFTER_S:.0f})"
        )
        print("   phrases: " + ", ".join(f"{g} {len(product.book.live(g))}" for g in product.book.grammars))
    missed += as_written()
    if given.walks:
        missed += walked()
    return min(missed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
