"""Answers that lie near each other: `python -m tests.bench.second_ear.near dev|test [--results FILE]`. SYNTHETIC.

Every answer that begins with a negation, pairs that the first ear was seen to mistake, and one in --every of all that
is live in a conversation, by espeak-ng's voices that no training ever used, with a pause of 0.3 s in it, in noise in a
room, and without voice. Both ears hear it through the whole hearing path; so does a listener with the first ear alone.
With `people`, every clip of --manifest whose text is an answer, in a quiet room.
--results keeps what the second ear made of each, so that rules can be compared without hearing it all again.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from models.measuring.disturbance import disturbed
from models.measuring.recordings import read_clip, read_manifest
from skill.audio.samples import Samples
from skill.content.phrases import PhraseBook, load_phrases
from skill.events import Heard
from skill.hearing.accept.second_opinion import Opinion, read_least_scores
from skill.hearing.accept.second_thoughts import StrictEar
from skill.hearing.listener import Listener
from skill.hearing.recognise.grammar import normalised
from skill.hearing.recognise.recogniser import VoskModel
from skill.hearing.second_ear_here import LEAST, SecondEarHere, judged_phrases
from skill.paths import models_dir, prompts_dir
from skill.second_ear.verdict import open_second_ear
from tests.bench.listening.common import Bedside, Clip, cut, figure, to_samples, verdicts, wilson
from tests.bench.listening.latency import scene, with_pause
from tests.bench.second_ear.cries import DISTURBANCES, by_espeak, whispered

CLASSES: Final = ("hold", "better", "yes_no", "place")
NEGATIONS: Final = frozenset({"ikke", "ikkje", "nei", "ingen"})
MISTAKEN: Final = (
    "nei ikke det",
    "jeg når ikke tærne",
    "nei",
    "ja",
    "stopp",
    "neida",
    "ikke krampe",
    "ikkje krampe",
)
HARD: Final = ("halting", "room and noise", "voiceless")
KEPT_SCORES: Final = 40


@dataclass(frozen=True)
class NearAnswer:
    """What was said, what each listener took it for ("" for nothing), and the best scores of the second ear."""

    group: str
    condition: str
    grammar: str
    said: str
    first: str
    both: str
    whole: dict[str, float]
    likely: dict[str, float]


class NotingEar:
    """The second ear, and its last opinion about a whole utterance."""

    there = True

    def __init__(self, ear: SecondEarHere) -> None:
        self._ear = ear
        self.last: Opinion | None = None

    def ask(self, grammar: str, sound: bytes) -> int:
        ticket = self._ear.ask(grammar, sound)
        if not grammar.endswith("stream"):
            self.last = self._ear.answer(ticket)
        return ticket

    def answer(self, ticket: int) -> Opinion | None:
        return self._ear.answer(ticket)


def wanted(book: PhraseBook, every: int, which: str) -> Iterator[tuple[str, str, str]]:
    """(group, class, text)."""
    told: set[str] = set()
    for place, grammar in enumerate(CLASSES):
        texts = [normalised(phrase.text) for phrase in book.live(grammar)]
        for text in texts:
            if text in MISTAKEN:
                yield "mistaken", grammar, text
            elif text.split()[0] in NEGATIONS and text not in told:
                told.add(text)
                yield "negation", grammar, text
        yield from (("any", grammar, text) for text in texts[place + (which == "test") :: every])


def said_in(clip: Clip, condition: str, seed: int) -> Samples:
    """The clip in a room with its noise: halting is with a pause of 0.3 s in it."""
    rng = np.random.default_rng([seed, 11])
    sound = clip.sound
    if condition == "voiceless":
        sound = to_samples(whispered(sound.astype(np.float64), rng))
    elif condition == "halting":
        sound = with_pause(sound, 0.3)
    elif condition in DISTURBANCES:
        name = f"{clip.voice}/{clip.text}"
        sound = to_samples(
            disturbed(sound.astype(np.float32), DISTURBANCES[condition], name, 0.2, 0.3).astype(np.float64)
        )
    return scene(sound, rng, 0.0)


def heard_as(bedside: Bedside, grammar: str, sound: Samples) -> str:
    bedside.listener.listen(grammar)
    found = [event.phrase for event in verdicts(bedside.hear(sound)) if isinstance(event, Heard)]
    return normalised(found[0]) if len(found) == 1 else " / ".join(found)


def best(scores: Mapping[str, float]) -> dict[str, float]:
    top = sorted(scores, key=lambda text: -scores[text])[:KEPT_SCORES]
    return {text: round(scores[text], 3) for text in top}


def right(book: PhraseBook, answer: NearAnswer, heard: str) -> bool:
    return bool(heard) and book.meaning(heard, answer.grammar) == book.meaning(answer.said, answer.grammar)


def show(book: PhraseBook, answers: list[NearAnswer]) -> None:
    for group in ("mistaken", "negation", "any", "people"):
        mine = [answer for answer in answers if answer.group == group]
        for condition in sorted({answer.condition for answer in mine}):
            each = [answer for answer in mine if answer.condition == condition]
            for name in ("first", "both"):
                hits = sum(right(book, answer, getattr(answer, name)) for answer in each)
                none = sum(not getattr(answer, name) for answer in each)
                figure(f"{group}, {condition}: {name}", f"{wilson(hits, len(each))}, nothing {none}", "-")
    wrong = Counter(
        (a.said, a.first, a.both)
        for a in answers
        if not right(book, a, a.both) and a.both and a.group != "any"
    )
    for (text, first, both), count in wrong.most_common(40):
        print(f"    {count} «{text}» → «{both}», first ear «{first}»")


@dataclass(frozen=True)
class Spoken:
    """One sound of an answer, to be heard while its grammar class is live."""

    group: str
    condition: str
    grammar: str
    said: str
    sound: Samples


def made(book: PhraseBook, options: argparse.Namespace) -> Iterator[Spoken]:
    """By voices kept out, each in every one of the hard conditions."""
    each = list(wanted(book, options.every, options.which))
    for number, clip in enumerate(by_espeak(options.which, [text for _, _, text in each])):
        while each[0][2] != clip.text:  # espeak-ng could not say it
            each.pop(0)
        group, grammar, _ = each.pop(0)
        for condition in HARD:
            yield Spoken(group, condition, grammar, clip.text, said_in(clip, condition, number))


def by_people(book: PhraseBook, manifests: list[Path]) -> Iterator[Spoken]:
    """People's clips whose whole text is an answer, in a quiet room."""
    live = {name: {normalised(phrase.text) for phrase in book.live(name)} for name in ("number", *CLASSES)}
    for number, clip in enumerate(clip for manifest in manifests for clip in read_manifest(manifest)):
        said = clip.transcript.lower()
        grammar = next((name for name, texts in live.items() if said in texts), None)
        if grammar is not None:
            sound = cut(to_samples(read_clip(clip.path).astype(np.float64)))
            yield Spoken("people", "clean", grammar, said, scene(sound, np.random.default_rng(number), 0.0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["dev", "test", "people"])
    parser.add_argument("--manifest", type=Path, action="append", default=[], help="of people's clips")
    parser.add_argument("--every", type=int, default=24)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    book, folder = load_phrases(prompts_dir(), "nb"), models_dir() / "second_ear"
    model, lexicon = VoskModel(models_dir() / "nb"), models_dir() / "nb" / "lexicon.tsv"
    noting = NotingEar(SecondEarHere(open_second_ear(folder, lexicon), judged_phrases(book, lexicon)))
    both = Bedside(Listener(model, book, second=StrictEar(noting, read_least_scores(folder / LEAST))))
    alone = Bedside(Listener(model, book))
    answers = []
    spoken = by_people(book, options.manifest) if options.which == "people" else made(book, options)
    for each in spoken:
        noting.last = None
        heard = heard_as(both, each.grammar, each.sound)
        whole, likely = (noting.last.whole, noting.last.likely) if noting.last else ({}, {})
        first = heard_as(alone, each.grammar, each.sound)
        about = each.group, each.condition, each.grammar, each.said
        answers.append(NearAnswer(*about, first, heard, best(whole), best(likely)))
        if options.results is not None:
            with options.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(answers[-1]), ensure_ascii=False) + "\n")
    show(book, answers)


if __name__ == "__main__":
    main()
