"""What is spoken for the second ear: the product's phrases, words, and rows of words as long as sentences.

The head learns sounds, not sentences, so the rows need no meaning: small words, words of the product and everyday
words in turn, with the stress of the lexicon.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from models.training.speech.utterances import (
    HELD_OUT_VOICES,
    Utterance,
    Ways,
    accented,
    phrase,
    stressed,
    voice,
)

Words = Sequence[tuple[str, list[str]]]  # word, phones with stress
SMALL_WORDS: Final = (
    "jeg", "du", "det", "er", "har", "ikke", "på", "i", "og", "en", "til", "som", "vi", "han", "hun", "kan", "vil",
    "skal", "så", "der", "nå", "med", "for", "av", "meg", "noe", "hva", "her",
)  # fmt: skip
ROWS, NEW_WORDS, EVERYDAY_WORDS = 2600, 500, 900
SHORTEST_WORD = 5  # phones; Kokoro puts sounds of its own before shorter ones that stand alone
LONGEST_IN_A_ROW = 8  # letters


def sayings(
    phrases: Sequence[str], ways: Ways, new: Words, everyday: Words, names: Sequence[str]
) -> list[Utterance]:
    """Everything to say, shuffled, by all ``names`` but those kept out; the same each time."""
    rnd = Random(77)
    texts: list[tuple[str, list[str]]] = []
    for text in sorted(set(phrases)):
        if all(word in ways for word in text.split()):
            times = 2 if " " in text else 1
            texts += [(text, phrase(text, ways, rnd, vary=k > 0)) for k in range(times)]
    common = [(word, phones) for word, phones in everyday if len(word) <= LONGEST_IN_A_ROW]
    texts += [_row(rnd, ways, common) for _ in range(ROWS)]
    texts += rnd.sample(list(new), min(NEW_WORDS, len(new)))
    texts += rnd.sample(list(everyday), min(EVERYDAY_WORDS, len(everyday)))
    for word, said in sorted(ways.items()):
        if len(said[0]) >= SHORTEST_WORD and rnd.random() < 0.35:
            texts.append((word, stressed(word, rnd.choice(list(said)))))
    rnd.shuffle(texts)
    allowed = [name for name in names if name not in HELD_OUT_VOICES]
    out: list[Utterance] = []
    for k, (text, phones) in enumerate(texts):
        labels, r = accented(phones, rnd)
        speed = round(rnd.uniform(0.65, 1.25), 2)
        out.append(Utterance(f"k{k}", text, labels, voice(allowed, rnd), speed, r))
    return out


def _row(rnd: Random, ways: Ways, everyday: Words) -> tuple[str, list[str]]:
    """Two to six words."""
    small = [word for word in SMALL_WORDS if word in ways]
    names: list[str] = []
    out: list[str] = []
    for k in range(rnd.randint(2, 6)):
        kind = rnd.random()
        if kind < 0.5:
            word = rnd.choice(small)
            said = stressed(word, ways[word][0], in_phrase=True)
        elif kind < 0.75:
            word = rnd.choice(list(ways))
            said = stressed(word, ways[word][0])
        else:
            word, said = rnd.choice(list(everyday))
        out += ["|", *said] if k else said
        names.append(word)
    return " ".join(names), out
