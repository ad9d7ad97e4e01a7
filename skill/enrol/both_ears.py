"""What both ears make of a recording, once; it can then be judged by any thresholds and own pronunciations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, product
from pathlib import Path

import numpy as np

from skill.audio.samples import Samples
from skill.content.phrases import Phrase, PhraseBook
from skill.hearing.accept.intents import LivePhrases
from skill.hearing.accept.second_opinion import Judge, LeastScores, Opinion, read_least_scores
from skill.hearing.accept.stream import Sought, sought
from skill.hearing.personal import Personal
from skill.hearing.recognise.evidence import Evidence, needs_evidence, over_rivals, per_letter
from skill.hearing.recognise.grammar import build_grammars, normalised
from skill.hearing.recognise.loading import LoadedModel
from skill.hearing.recognise.recogniser import Recogniser
from skill.hearing.second_ear_here import LEAST, judged_phrases
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.pronunciations import phrase_ways
from skill.second_ear.scoring import PhraseScores, better, score_phrases
from skill.second_ear.tree import SoundTree, sound_tree
from skill.second_ear.verdict import ways_of_words
from skill.second_ear.weights import Sounded, head_id, load_networks

Way = tuple[str, ...]
MOST_COMPARED = 48  # ways of a phrase


@dataclass(frozen=True, slots=True)
class OwnWay:
    """One more way to say a phrase, as somebody said it in the recording `name`."""

    phrase: str
    phones: Way
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Listened:
    """One recording in one grammar class. `by_way`: of each own way tried, how well it explains the sound."""

    grammar: str
    opinion: Opinion
    by_way: Mapping[OwnWay, tuple[float, float, float]]  # whole, ends, likely
    first: Phrase | None  # what the first ear took it for
    evidence: Evidence
    heard: Way  # the sounds of the free best path
    sounded: Sounded


class BothEars:
    """The first ear and the second, asked about whole recordings."""

    def __init__(self, model: LoadedModel, second: Path, book: PhraseBook) -> None:
        """Raises ModelError for weights or thresholds that can't be used."""
        self._model = model
        self._book = book
        self._networks = load_networks(second)
        self.head = head_id(second)
        self._lexicon = ways_of_words(model.folder / "lexicon.tsv")
        self.least: LeastScores = read_least_scores(second / LEAST)
        self.first_least = model.least_evidence
        self._judged = judged_phrases(book, model.folder / "lexicon.tsv")
        self._live = {name: LivePhrases(book, name) for name in ("idle", "yes_no")}

    def ways_of(self, phrase: str) -> list[Way]:
        """How the lexicon says it."""
        phones = self._networks.phones
        words = phrase_ways([phrase], self._lexicon, phones)[phrase]
        rows = islice(product(*words), MOST_COMPARED)
        return [tuple(phones[label - 1] for way in row for label in way) for row in rows]

    def likeliest_way(self, phrase: str, sounded: Sounded) -> tuple[int, ...]:
        """Of the ways that the lexicon has the likeliest, as outputs of the head. Raises UnsayableWord."""
        number = {phone: k + 1 for k, phone in enumerate(self._networks.phones)}
        rows = [tuple(number[phone] for phone in way) for way in self.ways_of(phrase)]
        tree = sound_tree({str(k): [(row,)] for k, row in enumerate(rows)})
        return rows[int(np.argmax(score_phrases(sounded.log_probs, tree).likely))]

    def listen(self, sound: Samples, grammar: str, ways: Sequence[OwnWay] = ()) -> Listened:
        """`ways` are told of beside the lexicon's, so that any of them can be left out afterwards."""
        sounded = self._networks.sounded(sound)
        first, evidence = self._first(sound, grammar)
        best = sounded.log_probs.argmax(axis=1)
        changes = np.flatnonzero(np.diff(best, prepend=-1))
        heard = tuple(self._networks.phones[k - 1] for k in best[changes] if k)
        opinion, by_way = self._explained(grammar, sounded, ways)
        return Listened(grammar, opinion, by_way, first, evidence, heard, sounded)

    def again(self, listened: Listened, layer: OwnLayer) -> Listened:
        """The same recording with a person's own layer beside the one that everybody has."""
        opinion, by_way = self._explained(listened.grammar, listened.sounded, tuple(listened.by_way), layer)
        return replace(listened, opinion=opinion, by_way=by_way)

    def _explained(
        self, grammar: str, sounded: Sounded, ways: Sequence[OwnWay], layer: OwnLayer | None = None
    ) -> tuple[Opinion, dict[OwnWay, tuple[float, float, float]]]:
        def scores(tree: SoundTree) -> PhraseScores:
            found = score_phrases(sounded.log_probs, tree)
            return found if layer is None else better(found, score_phrases(layer.log_probs(sounded), tree))

        found = scores(self._trees[grammar])
        named = [dict(zip(found.phrases, each.tolist(), strict=True))
                 for each in (found.whole, found.ends, found.anywhere, found.likely)]  # fmt: skip
        opinion = Opinion(named[0], named[1], named[2], {}, named[3])
        if not ways:
            return opinion, {}
        number = {phone: k + 1 for k, phone in enumerate(self._networks.phones)}
        # the number makes each way a phrase of its own; letters are counted without it
        rows = {f"{way.phrase} {k}": [(tuple(number[p] for p in way.phones),)] for k, way in enumerate(ways)}
        found = scores(sound_tree(rows))
        return opinion, {way: (float(found.whole[k]), float(found.ends[k]), float(found.likely[k]))
                         for k, way in enumerate(ways)}  # fmt: skip

    @cached_property
    def _trees(self) -> dict[str, SoundTree]:
        phones = self._networks.phones
        return {
            name: sound_tree(phrase_ways(self._judged[name], self._lexicon, phones)) for name in self._live
        }

    @cached_property
    def _recognisers(self) -> dict[str, Recogniser]:
        book, model = self._book, self._model
        built = build_grammars(book, model, self._live)
        return {name: model.recogniser(grammar.entries) for name, grammar in built.items()}

    def _first(self, sound: Samples, grammar: str) -> tuple[Phrase | None, Evidence]:
        data = sound.tobytes()
        recogniser = self._recognisers[grammar]
        recogniser.feed(data)
        words = recogniser.finish()
        understood = self._live[grammar].understand(words)
        if understood is None:
            return None, Evidence(float("-inf"))
        if not needs_evidence(grammar, understood.phrase.intent.name):
            return understood.phrase, Evidence(0.0)
        return understood.phrase, Evidence(
            per_letter(self._model, words, data), over_rivals(self._model, normalised(words), data)
        )


def judge_of(ears: BothEars, book: PhraseBook, grammar: str, personal: Personal) -> Judge:
    """As the listener would have it for this person."""
    least = personal.least_scores(ears.least)
    return Judge(grammar, book.live(grammar), least, Sought(sought(grammar, book), least))


def heard_by_both(listened: Listened, judge: Judge, without: str = "", ways: bool = True) -> Phrase | None:
    """What both ears together take it for. `without`: ways that come from this recording don't count."""
    opinion = listened.opinion
    if ways:
        whole, ends, likely = dict(opinion.whole), dict(opinion.ends), dict(opinion.likely)
        for way, scores in listened.by_way.items():
            if way.name != without and way.phrase in whole:
                for told, score in zip((whole, ends, likely), scores, strict=True):
                    told[way.phrase] = max(told[way.phrase], score)
        opinion = replace(opinion, whole=whole, ends=ends, likely=likely)
    finding = judge.of_utterance(opinion, listened.first)
    return listened.first if finding is None else finding.phrase
