"""What is spoken for the second ear: cries, answers, the product's phrases, words, and rows of words.

The head learns sounds, not sentences, so the rows need no meaning: small words, words of the product and everyday
words in turn, with the stress of the lexicon. Kokoro puts sounds of its own before a short word that stands alone:
it says such words in rows, and espeak-ng says them alone.
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
ANSWERS: Final = (
    "ja", "nei", "jo", "stopp", "neste", "igjen", "hva", "en", "ett", "to", "tre", "fire", "fem", "seks", "sju", "syv",
    "åtte", "ni", "ti", "null", "elleve", "tolv", "tretten", "fjorten", "femten", "seksten", "sytten", "atten",
    "nitten", "tjue", "tretti", "førti", "femti", "seksti", "sytti", "åtti", "nitti",
)  # fmt: skip
BEFORE_A_CRY: Final = ("au", "å", "oi", "ai", "fy", "faen", "fanden", "nei", "hjelp")
ROWS, NEW_WORDS, EVERYDAY_WORDS, ANSWER_ROWS, CRIES = 2600, 500, 900, 500, 500
SHORTEST_WORD = 5  # phones; shorter ones are said alone by espeak-ng only
TIMES_ALONE = 12
LONGEST_IN_A_ROW = 8  # letters


def sayings(
    phrases: Sequence[str], ways: Ways, new: Words, everyday: Words, names: Sequence[str]
) -> list[Utterance]:
    """Everything to say, by all ``names`` but those kept out; the same each time.

    Cries and answers come first, so that a run over a part of everything has them.
    """
    rnd = Random(78)
    first = _known(
        [_cry(rnd, phrases) for _ in range(CRIES)] + [_answers(rnd) for _ in range(ANSWER_ROWS)], ways
    )
    rnd.shuffle(first)
    said = [(text, _with_pauses(text, ways, rnd)) for text in first]
    return _by_voices(said, "a", names, rnd) + _by_voices(
        _rest(phrases, ways, new, everyday), "k", names, rnd
    )


def alone(phrases: Sequence[str], ways: Ways) -> list[Utterance]:
    """The short words that are phrases by themselves, each way of each word several times, for espeak-ng."""
    rnd = Random(79)
    texts = [
        (text, stressed(text, way))
        for text in sorted({*phrases, *ANSWERS})
        for way in ways.get(text, ())
        if len(way) < SHORTEST_WORD
        for _ in range(TIMES_ALONE)
    ]
    rnd.shuffle(texts)
    return _by_voices(texts, "w", ["espeak"], rnd)


def _known(texts: Sequence[str], ways: Ways) -> list[str]:
    return [text for text in texts if all(word in ways for word in text.split())]


def _cry(rnd: Random, phrases: Sequence[str]) -> str:
    """A phrase of more words, with what is shouted before it."""
    shouted = [rnd.choice(BEFORE_A_CRY) for _ in range(rnd.choice((1, 1, 2)))]
    return " ".join([*shouted, rnd.choice([text for text in phrases if " " in text] or list(phrases))])


def _answers(rnd: Random) -> str:
    return " ".join(rnd.sample(ANSWERS, rnd.randint(3, 5)))


def _with_pauses(text: str, ways: Ways, rnd: Random) -> list[str]:
    """Phones of words that are not run together: half of them have a pause before them."""
    out: list[str] = []
    for word in text.split():
        if out:
            out += [",", "|"] if rnd.random() < 0.5 else ["|"]
        out += stressed(word, rnd.choice(list(ways[word])))
    return out


def _rest(phrases: Sequence[str], ways: Ways, new: Words, everyday: Words) -> list[tuple[str, list[str]]]:
    rnd = Random(77)
    texts: list[tuple[str, list[str]]] = []
    for text in _known(sorted(set(phrases)), ways):
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
    return texts


def _by_voices(
    texts: Sequence[tuple[str, list[str]]], prefix: str, names: Sequence[str], rnd: Random
) -> list[Utterance]:
    allowed = [name for name in names if name not in HELD_OUT_VOICES]
    out: list[Utterance] = []
    for k, (text, phones) in enumerate(texts):
        labels, r = accented(phones, rnd)
        speed = round(rnd.uniform(0.65, 1.25), 2)
        out.append(Utterance(f"{prefix}{k}", text, labels, voice(allowed, rnd), speed, r))
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
